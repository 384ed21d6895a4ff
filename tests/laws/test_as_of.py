"""As-of: facts dated later change nothing; their order and repetition change nothing either."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import given, reject
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.aging import age_by_currency
from dunning.dates import Period
from dunning.decision import plan
from dunning.errors import InvalidValue
from dunning.forecast import observations, rolls
from dunning.kpi import scorecard
from dunning.ledger import Fact, Ledger
from dunning.policy import Policy
from dunning.presets.segments import payment_behaviour, value_classes
from dunning.segmentation import profile, segment
from tests import model, strategies


def everything(ledger: Ledger, policy: Policy, as_of: date) -> list[object]:
    """All that the library says about a ledger on a date."""
    period = Period(as_of - timedelta(days=40), as_of)
    return [
        age_by_currency(ledger, as_of=as_of),
        {each.customer + each.currency: each.segment for each in segment(ledger, payment_behaviour(), as_of=as_of)},
        {each.customer + each.currency: each.segment for each in segment(ledger, value_classes(), as_of=as_of)},
        plan(ledger, policy, as_of=as_of).decisions,
        scorecard(ledger, period).figures,
        [rolls(ledger, [period.opening, as_of], currency=currency).flows for currency in ledger.currencies],
        [sorted(observations(account, as_of=as_of)) for account in ledger],
        [profile(account, as_of=as_of).values for account in ledger],
    ]


@given(strategies.books(), strategies.policies(), strategies.as_ofs)
def test_facts_dated_later_change_nothing(facts: list[Fact], policy: Policy, as_of: date) -> None:
    kept = [fact for fact in facts if model.happened(fact) <= as_of]
    names = {fact.id for fact in kept}
    # What was paid in advance of an invoice not issued yet would name an unknown invoice: keep the invoices.
    kept += [
        fact for fact in facts if fact.id not in names and hasattr(fact, "installments") and hasattr(fact, "issued")
    ]
    known = {fact.id for fact in kept}
    kept = [fact for fact in kept if getattr(fact, "source", None) in (None, *known)]
    before, after = Ledger(kept), Ledger(facts)
    later_only = {(a.customer, a.currency) for a in after} - {(a.customer, a.currency) for a in before}
    told, retold = everything(before, policy, as_of), everything(after, policy, as_of)
    if not later_only:
        assert told == retold
    assert told[3] == retold[3]


@given(strategies.books(), strategies.policies(), strategies.as_ofs, st.randoms(use_true_random=False))
def test_order_and_duplicates_change_nothing(
    facts: list[Fact], policy: Policy, as_of: date, shuffler: random.Random
) -> None:
    shuffled = facts + shuffler.sample(facts, len(facts) // 2)
    shuffler.shuffle(shuffled)
    first, second = Ledger(facts), Ledger(shuffled)
    assert first == second
    assert hash(first) == hash(second)
    told, retold = everything(first, policy, as_of), everything(second, policy, as_of)
    assert told == retold
    assert list(map(str, told)) == list(map(str, retold))


@given(strategies.books(), strategies.as_ofs)
def test_what_was_known_is_what_was_recorded(facts: list[Fact], day: date) -> None:
    known = Ledger(facts).known_at(day)
    for fact in known.facts:
        assert model.happened(fact) <= day
        for end in ("resolved", "cancelled", "recalled", "ended"):
            assert getattr(fact, end, None) is None or getattr(fact, end) <= day
    for account in known:
        whole = Ledger(facts).account(account.customer, account.currency)
        assert account.balance(as_of=day) == whole.balance(as_of=day)
    assert {problem.code for problem in known.problems} <= {"unknown_invoice"}


@given(strategies.books(), strategies.policies(), strategies.as_ofs, st.integers(-400, 400))
def test_moving_every_date_moves_nothing_else(facts: list[Fact], policy: Policy, as_of: date, by: int) -> None:
    moved = Ledger([moved_by(fact, by) for fact in facts])
    ledger, then = Ledger(facts), as_of + timedelta(days=by)
    for currency, aging in age_by_currency(ledger, as_of=as_of).items():
        again = age_by_currency(moved, as_of=then)[currency]
        assert [row.amounts for row in aging] == [row.amounts for row in again]
        assert aging.control_total == again.control_total
    levels = tuple(changed(level, business_days=False) for level in policy.levels)
    try:
        policy = changed(policy, levels=levels, calendar=None, freezes=())  # weekends and seasons do not move
    except InvalidValue:  # the same days, counted in calendar days, come in another order
        reject()
    before, after = plan(ledger, policy, as_of=as_of), plan(moved, policy, as_of=then)
    for old, new in zip(before, after, strict=True):
        assert (old.case, old.status, old.level, old.actions) == (new.case, new.status, new.level, new.actions)
        assert [reason.code for reason in old.reasons] == [reason.code for reason in new.reasons]
        assert new.next_date == (None if old.next_date is None else old.next_date + timedelta(days=by))


def moved_by(value: Any, by: int) -> Any:
    """The same fact with every date in it moved."""
    fields: dict[str, Any] = {}
    kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]  # of any shape
    declared: Any = attrs.fields(kind)
    for field in declared:
        content = getattr(value, field.name)
        if isinstance(content, date):
            content += timedelta(days=by)
        elif field.name == "installments":
            content = tuple(moved_by(part, by) for part in content)
        fields[field.name] = content
    return type(value)(**fields)
