"""The scenarios of other dunning systems: our policies built from their settings answer as they do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning import Invoice, Ledger, Policy, decide
from dunning.presets import engines
from tests.conformance.golden import agrees, cases
from tests.conformance.ladders import Answers

DISAGREEMENTS = {
    "killbill-inclusion-tag-2026-01-02-0": "A tag alone gives a state there; here nobody is dunned who owes nothing: "
    "A2 and A3 have no invoice, so 0.00 is open, and a level needs more than 0.00.",
    "lago-gap-is-strict-2025-01-09T10:00:01Z-2": "Its clock has seconds: 4 days and 1 second are more than 4 days. "
    "Ours has days: from 5 to 9 January are 4 days, which are not more than 4.",
}
"""Scenarios in which our answer is another one, and why; see `docs/ladders.md`."""

QUESTIONS = [
    pytest.param(
        case,
        question,
        id=(name := f"{case['id']}-{question['on']}-{number}"),
        marks=[pytest.mark.xfail(reason=DISAGREEMENTS[name], strict=True)] if name in DISAGREEMENTS else [],
    )
    for case in cases("ladders.json")
    for number, question in enumerate(case["evaluate"])
]


@pytest.mark.parametrize(("case", "question"), QUESTIONS)
def test_a_policy_answers_like_the_system_it_was_built_from(case: dict[str, Any], question: dict[str, Any]) -> None:
    answers = Answers(case, question)
    found = {key: answers[key] for key in question["expected"]}
    assert agrees(found, question["expected"], "exact"), found


@pytest.mark.parametrize(
    "policy",
    [
        engines.tryton([-5, 10]),
        engines.oca_credit_control([("net_days", -5), ("net_days", 10)]),
        engines.metasfresh([-5, 10]),
        engines.sap_fi([-5, 10], interval=0),
        engines.openerp_8([-5, 10]),
        engines.invoice_ninja([-5, 10]),
        engines.axelor([-5, 10]),
        engines.dynamics_365([-5, 10]),
    ],
    ids=lambda each: each.name,
)
def test_a_level_with_negative_days_comes_on_the_due_date_where_only_what_is_due_is_looked_at(policy: Policy) -> None:
    due = date(2026, 3, 10)
    account = Ledger([Invoice("I", "C", date(2026, 2, 1), due, Decimal(100), "EUR")]).account("C")
    days = [due + timedelta(days=number) for number in range(-8, 2)]
    assert [day for day in days if decide(account, policy, as_of=day)[0].actions][:1] == [due]


def test_upflow_may_act_before_the_due_date() -> None:
    due = date(2026, 3, 10)
    account = Ledger([Invoice("I", "C", date(2026, 2, 1), due, Decimal(100), "EUR")]).account("C")
    policy = engines.upflow([-5, 10], first_action="standard")
    days = [due + timedelta(days=number) for number in (-6, -5, -1, 0)]
    assert [len(decide(account, policy, as_of=day)[0].actions) for day in days] == [0, 1, 1, 0]
