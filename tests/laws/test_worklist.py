"""Laws of the worklist: nothing slips through, the order is total and stable, every score is explained."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact import ContactRules
from dunning.decision import plan
from dunning.ledger import Fact, Ledger
from dunning.policy import Policy
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.worklist import Collector, Team, worklist
from tests import strategies
from tests.laws.test_desk import desk_books, desks


@given(
    st.one_of(strategies.some_books, desk_books()),
    strategies.policies(),
    strategies.as_ofs,
    st.one_of(st.none(), desks()),
    st.one_of(st.none(), st.integers(1, 60)),
)
def test_every_overdue_item_is_on_a_list_with_a_date_or_held_with_an_owner(
    facts: list[Fact], policy: Policy, as_of: date, desk: ContactRules | None, days: int | None
) -> None:
    ledger = Ledger(facts).known_at(as_of)
    today_plan = plan(ledger, policy, as_of=as_of, contact=desk)
    if days is not None:  # the plan of a later night, on top of this one
        as_of += timedelta(days=days)
        today_plan = plan(ledger, policy, as_of=as_of, contact=desk, since=today_plan)
    found = worklist(today_plan, weights=COLLECTOR_WEIGHTS)
    today = {(each.case, each.currency) for each in found}
    later = {(each.case, each.currency): each for each in found.watched}
    assert len(later) == len(found.watched)
    assert not today & later.keys()
    for item in ledger.open_items(as_of=as_of):
        if item.days_past_due is not None and item.days_past_due > 0:
            case = f"{item.customer}/{item.currency}" if policy.unit == "account" else item.id
            key = case, item.currency
            assert key in today or key in later
            if key in later:
                assert later[key].on >= as_of
                assert later[key].owner
                assert later[key].on > as_of or later[key].kind == "review"


@given(strategies.some_books, strategies.plain_policies(), strategies.as_ofs)
def test_the_order_is_total_stable_and_explained(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts).known_at(as_of)
    found = worklist(plan(ledger, policy, as_of=as_of), weights=COLLECTOR_WEIGHTS)
    again = worklist(plan(Ledger(reversed(ledger.facts)), policy, as_of=as_of), weights=COLLECTOR_WEIGHTS)
    assert found == again
    assert [each.rank for each in found] == list(range(1, len(found) + 1))
    keys = [(-each.score, -each.decision.overdue, each.case, each.currency) for each in found]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    for each in found:
        assert sum((part.points for part in each.parts), Decimal(0)) == each.score
        assert all(
            0 <= part.points <= weight.weight for part, weight in zip(each.parts, COLLECTOR_WEIGHTS, strict=True)
        )
        assert each.todo


@given(
    strategies.ripe_books(),
    strategies.plain_policies(),
    strategies.ripe_days,
    st.lists(st.integers(0, 2), min_size=1, max_size=3),
)
@settings(max_examples=strategies.some(25))
def test_nobody_gets_more_than_he_can_take(
    facts: list[Fact], policy: Policy, as_of: date, capacities: list[int]
) -> None:
    team = Team(tuple(Collector(f"K{at}", capacity) for at, capacity in enumerate(capacities)))
    found = worklist(plan(Ledger(facts).known_at(as_of), policy, as_of=as_of), weights=COLLECTOR_WEIGHTS, team=team)
    for collector in team.collectors:
        assert len({(each.customer, each.role) for each in found.of(collector.name)}) <= (collector.capacity or 0)
    calls = [each for each in found if each.is_call]
    assert all(each.collector is not None or each.unassigned for each in calls)
    assert all(each.collector is None for each in found if not each.is_call)
    callers: dict[tuple[str, str], set[str | None]] = {}
    for each in calls:
        callers.setdefault((each.customer, each.role), set()).add(each.collector)
    assert all(len(taken) == 1 for taken in callers.values())
