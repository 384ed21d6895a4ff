"""The scenarios of other dunning systems: our policies built from their settings answer as they do."""

from __future__ import annotations

from typing import Any

import pytest

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
