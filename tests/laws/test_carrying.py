"""Plans follow plans: what an earlier one knows is carried over, in one process and after a restart."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.decision import Plan, plan
from dunning.interactions import Hold
from dunning.invoice import Invoice
from dunning.ledger import Fact, Ledger
from dunning.policy import Policy
from tests import strategies


@given(strategies.books(4), st.data())
def test_replacing_posts_what_a_new_ledger_would_and_touches_no_other_account(
    facts: list[Fact], data: st.DataObject
) -> None:
    assume(facts)
    ledger = Ledger.collect(facts)
    other = data.draw(strategies.books(3))
    by_id = {fact.id: fact for fact in other}
    old = data.draw(st.sampled_from(facts))
    new = data.draw(st.sampled_from([*(by_id[fact.id] for fact in facts if fact.id in by_id), *other, old]))
    kept = [fact for fact in facts if fact.id != new.id]
    replaced = ledger.replacing([new])
    assert replaced == Ledger.collect([*kept, new])
    assert sorted(map(repr, replaced.problems)) == sorted(map(repr, Ledger.collect([*kept, new]).problems))
    back = replaced.replacing([fact for fact in facts if fact.id == new.id])
    if any(fact.id == new.id for fact in facts):
        assert back == ledger


def test_replacing_leaves_the_accounts_of_others_as_they_are() -> None:
    bills = [
        Invoice(f"I{number}", f"C{number}", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR")
        for number in range(3)
    ]
    holds = [Hold(f"H{number}", f"C{number}", date(2026, 1, 6), reason="x") for number in range(3)]
    ledger = Ledger([*bills, *holds])
    ended = ledger.replacing([changed(holds[1], end=date(2026, 2, 1))])
    assert [ended.account(f"C{number}") is ledger.account(f"C{number}") for number in range(3)] == [True, False, True]


@given(strategies.books(3), strategies.policies(), strategies.as_ofs, st.integers(1, 9))
def test_a_plan_carries_the_same_after_a_restart(facts: list[Fact], policy: Policy, as_of: date, days: int) -> None:
    ledger, then = Ledger(facts), as_of + timedelta(days=days)
    before = plan(ledger, policy, as_of=as_of)
    kept: Plan = pickle.loads(pickle.dumps(before))
    follows = plan(ledger, policy, as_of=then, since=before)
    assert plan(Ledger(facts), policy, as_of=then, since=kept) == follows
    assert plan(ledger.replacing(facts[:1]), policy, as_of=then, since=kept) == follows
    assert [(each.case, each.essence) for each in follows] == [
        (each.case, each.essence) for each in plan(ledger, policy, as_of=then)
    ]
