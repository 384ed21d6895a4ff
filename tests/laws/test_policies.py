"""Laws of policies: tables, data, words; what a payment cures; plans that follow plans; policies that follow policies."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.decision import Decision, decide, plan, timeline
from dunning.invoice import Payment
from dunning.ledger import Fact, Ledger
from dunning.machine import DAY
from dunning.policy import Policy, ReleaseCredit, Succession, diff
from tests import model, policy_model, strategies


@given(strategies.policies())
def test_plain_data_keep_everything_of_a_policy(policy: Policy) -> None:
    data = policy.to_data()
    again = Policy.from_data(json.loads(json.dumps(data)))
    assert again == policy
    assert again.version == policy.version
    assert diff(policy, again) == ()


@given(strategies.policies(), strategies.policies())
def test_two_policies_differ_in_version_and_words_or_are_the_same(one: Policy, other: Policy) -> None:
    assert (one == other) == (one.version == other.version) == (not diff(one, other))


@given(strategies.policies())
def test_a_compiled_table_has_no_row_in_vain(policy: Policy) -> None:
    machine = policy.compile()
    assert machine.states == ("open", *(level.name for level in policy.all_levels))
    for level in policy.all_levels:
        assert level.name in machine.describe()
        assert any(row.target == level.name for row in machine if row.event == DAY)
    for record in machine.records():
        assert list(record) == ["source", "event", "guard", "target", "actions"]


def case_of(decision: Decision) -> policy_model.Case:
    """What the model says of a case, as it was decided."""
    held: dict[str, Decimal] = {}
    for part in decision.holds:
        held[part.item] = held.get(part.item, Decimal(0)) + part.amount
    proposals: list[policy_model.Proposal] = []
    for level in dict.fromkeys(action.level for action in decision.actions):
        actions = [action for action in decision.actions if action.level == level]
        ((items, amount),) = {(action.items, action.amount) for action in actions}
        activities = tuple(action.activity for action in actions)
        proposals.append(policy_model.Proposal(level, activities, items, amount))
    return policy_model.Case(decision.level, tuple(held.items()), tuple(proposals))


@given(strategies.some_books, strategies.policies(), strategies.ripe_days)
def test_it_is_decided_as_facts_and_settings_say(facts: list[Fact], policy: Policy, as_of: date) -> None:
    """But for the release of credit, which comes first and concerns the account, not what is owed."""
    for account in Ledger(facts).known_at(as_of):
        for day in model.days_from(as_of, 30):
            found = decide(account, policy, as_of=day)
            said = policy_model.Book(account, policy, day).cases()
            assert len(found) >= len(said), day
            for decision, by_facts in zip(found, said, strict=False):
                by_table = case_of(decision)
                if any(action.activity == ReleaseCredit() for action in decision.actions):
                    by_table = by_table._replace(proposals=by_facts.proposals)
                assert by_table == by_facts, day
            assert all(not each.open for each in found[len(said) :])  # one that watches for the release


@given(strategies.some_books, strategies.policies(), strategies.ripe_days)
def test_the_cure_is_the_smallest_payment_that_stops_what_is_due(
    facts: list[Fact], policy: Policy, as_of: date
) -> None:
    ledger = Ledger(facts).known_at(as_of)
    for account in ledger:
        for decision in decide(account, policy, as_of=as_of):
            cure = decision.cure
            is_part = "/" in decision.case.removeprefix(f"{decision.customer}/")  # settled after the earlier ones
            if cure is None or is_part or account.promises(as_of=as_of):  # the payment would keep the promise as well
                continue
            assert 0 < cure.amount_to_stop <= cure.amount_to_clear
            owed = dict(cure.clears)
            assert all(owed[name] >= amount for name, amount in cure.stops)
            assert not is_due_after(ledger, decision, policy, cure.stops)
            less = [*cure.stops[:-1], (cure.stops[-1][0], cure.stops[-1][1] - Decimal("0.01"))]
            if less[-1][1] > 0 and all(not item.installment for item in account.open_items(as_of=as_of)):
                assert is_due_after(ledger, decision, policy, tuple(less))


def is_due_after(ledger: Ledger, decision: Decision, policy: Policy, paid: tuple[tuple[str, Decimal], ...]) -> bool:
    """Whether the case is still due once that was paid."""
    amounts: dict[str, Decimal] = {}
    for name, amount in paid:
        stem = name.rpartition("/")[0]
        invoice = stem if stem in {fact.id for fact in ledger.facts} else name
        amounts[invoice] = amounts.get(invoice, Decimal(0)) + amount
    total = sum(amounts.values(), Decimal(0))
    payment = Payment(
        "paid", decision.customer, decision.as_of, total, decision.currency, applied=tuple(amounts.items())
    )
    account = (ledger + [payment]).account(decision.customer, decision.currency)
    after = decide(account, policy, as_of=decision.as_of)
    return any(each.case == decision.case and each.cure is not None for each in after)


@given(strategies.some_books, strategies.policies(), strategies.ripe_days, st.lists(st.integers(0, 9), max_size=6))
def test_a_plan_that_follows_another_decides_the_same(
    facts: list[Fact], policy: Policy, as_of: date, steps: list[int]
) -> None:
    ledger = Ledger.collect(facts[:-1])
    before = plan(ledger, policy, as_of=as_of)
    for number, step in enumerate(steps):
        as_of += timedelta(days=step)
        if number == 2:
            ledger = ledger + facts[-1:]
        follows = plan(ledger, policy, as_of=as_of, since=before)
        fresh = plan(ledger, policy, as_of=as_of)
        assert [(each.case, each.essence) for each in follows] == [(each.case, each.essence) for each in fresh]
        assert (follows.clear, follows.problems) == (fresh.clear, fresh.problems)
        assert {each.case for each in follows.due_on(as_of)} >= {each.case for each in fresh.due}
        before = follows


@given(strategies.books(3), strategies.policies(), strategies.policies(), strategies.as_ofs, st.booleans())
@settings(max_examples=strategies.some(40))
def test_next_dates_know_that_another_policy_will_hold(
    facts: list[Fact], one: Policy, other: Policy, as_of: date, move: bool
) -> None:
    first = as_of + timedelta(days=9)
    policies = Succession(
        ((date(2020, 1, 1), one), (first, changed(other, unit=one.unit, together="no"))),
        running="move" if move else "keep",
    )
    for account in Ledger(facts).known_at(as_of):
        for now in decide(account, policies, as_of=as_of):
            for days in range(1, 60):
                day = as_of + timedelta(days=days)
                found = [each for each in decide(account, policies, as_of=day) if each.case == now.case]
                different = not found or found[0].essence != now.essence
                assert different == (day == now.next_date)
                if different:
                    break


@given(strategies.books(2), strategies.policies(), strategies.as_ofs)
@settings(max_examples=strategies.some(40))
def test_a_timeline_ends_with_the_decision_of_its_day(facts: list[Fact], policy: Policy, as_of: date) -> None:
    for account in Ledger(facts).known_at(as_of):
        told = timeline(account, policy, until=as_of)
        assert [moment.on for moment in told] == sorted(moment.on for moment in told)
        assert sum(1 for moment in told if moment.kind == "fact") == len({*account.facts, *account.interactions})
        last = {decision.case: decision.essence for decision in told.decisions}
        for decision in decide(account, policy, as_of=as_of):
            assert last[decision.case] == decision.essence
        assert len(told.records()) == len(told)


def test_a_policy_from_a_toml_file() -> None:
    text = """
    name = "short"
    minimum_gap = 5
    minimum = { amount = { amounts = { EUR = "5.00", JPY = 600 }, otherwise = 5 } }
    calendar = { holidays = [2026-12-25], weekend = [5, 6] }
    at_end = { kind = "repeat", every = 14, times = 3 }
    regress = { paid_in_part = "step_down" }

    [[levels]]
    name = "notice"
    after = 5
    do = [{ kind = "notify", channel = "letter", template = "first" }]

    [[levels]]
    name = "call"
    after = 12
    when = { measure = "late_share", op = ">=", value = "0.25" }
    do = [{ kind = "call", owner = "collector" }]
    """
    policy = Policy.from_data(tomllib.loads(text))
    assert Policy.from_data(policy.to_data()) == policy
    assert [level.name for level in policy.levels] == ["notice", "call"]
