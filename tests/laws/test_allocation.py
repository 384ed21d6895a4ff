"""Allocation conserves: never more than the payment, never more than is open, the rest stays unapplied."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from dunning.allocation import Allocation, ChargesPlace, Step, Strategy, allocate
from dunning.amounts import Leftover, split
from dunning.errors import InvalidValue
from dunning.invoice import Adjustment, Charge, Invoice, Payment
from dunning.ledger import COMPONENTS, Account, Fact, Ledger, PaymentOrder
from dunning.settlement import propose_plan, small_balance, write_off
from tests import model, strategies

steps: st.SearchStrategy[Step] = st.sampled_from(["named", "exact", "oldest", "largest", "pro rata"])
places: st.SearchStrategy[ChargesPlace] = st.sampled_from(["with item", "first", "last"])
orders: st.SearchStrategy[PaymentOrder] = st.permutations(COMPONENTS).map(tuple)
ways = st.builds(
    Strategy,
    st.just("law"),
    st.lists(steps, min_size=1, max_size=4, unique=True).map(tuple),
    order=orders,
    charges=places,
)


def recoverable(facts: Sequence[Fact], account: Account, as_of: date) -> Decimal:
    """What stands written off in an account, as the model has it: money for it is a recovery and lowers no balance."""
    invoices = [fact for fact in account.facts if isinstance(fact, Invoice)]
    return sum((model.forgiven(facts, each, as_of) for each in invoices if each.issued <= as_of), Decimal(0))


def taken_of(found: Allocation, item: str) -> Decimal:
    """What an allocation puts on an item."""
    return sum((line.amount for line in found if line.item == item), Decimal(0))


def payment_to(account: Account, as_of: date, amount: Decimal) -> Payment:
    return Payment("NEW", account.customer, as_of, amount, account.currency)


WRITTEN_OFF_AND_CHARGED_AGAIN: list[Fact] = [
    Invoice("I0", "C0", date(2026, 1, 1), date(2026, 1, 31), Decimal(1), "EUR"),
    Invoice("I1", "C0", date(2026, 1, 1), date(2026, 2, 1), Decimal(1), "EUR"),
    Adjustment("W", "I1", date(2026, 3, 1), Decimal(1), "write_off"),
    Charge("C", "I1", date(2026, 3, 2), Decimal(1), "fee"),
]


@example(
    WRITTEN_OFF_AND_CHARGED_AGAIN,
    date(2026, 4, 1),
    Strategy("law", ("named", "oldest")),
    Decimal(100),
    False,
    random.Random(0),
)
@given(
    strategies.books(4), strategies.as_ofs, ways, strategies.amounts, st.booleans(), st.randoms(use_true_random=False)
)
def test_allocation_conserves(
    facts: list[Fact], as_of: date, way: Strategy, amount: Decimal, in_full: bool, shuffler: random.Random
) -> None:
    ledger = Ledger(facts)
    shuffled = list(facts)
    shuffler.shuffle(shuffled)
    for account in ledger:
        items = account.open_items(as_of=as_of)
        if in_full and items:
            amount = items[-1].open
        references = [item.invoice for item in items[1:3]]
        payment = payment_to(account, as_of, amount)
        found = allocate(payment, account, as_of=as_of, strategy=way, references=references)
        assert sum((part for _, part in found.applied), Decimal(0)) + found.unapplied == amount
        assert all(line.amount > 0 for line in found)
        assert found.unapplied >= 0
        again = allocate(
            payment,
            Ledger(shuffled).account(account.customer, account.currency),
            as_of=as_of,
            strategy=way,
            references=references,
        )
        assert found == again
        open_of: dict[str, Decimal] = {}
        free_of: dict[str, Decimal] = {}
        for item in items:
            open_of[item.id] = item.open
            free_of[item.id] = (
                item.open if "named" in way.steps and item.invoice in references else item.open - item.disputed
            )
        before = recoverable(facts, account, as_of)
        regained = before - recoverable([*facts, found.as_source()], account, as_of)
        assert regained == sum((line.amount for line in found if line.item not in open_of), Decimal(0)) + sum(
            (max(Decimal(0), taken_of(found, item) - open_of[item]) for item in open_of), Decimal(0)
        )
        assert regained == 0 or "named" in way.steps
        for item in items:
            taken = taken_of(found, item.id)
            assert free_of[item.id] <= open_of[item.id]
            assert taken <= free_of[item.id] or (taken <= open_of[item.id] + regained and item.invoice in references)
        rest = sum(free_of.values(), Decimal(0)) - (amount - found.unapplied - regained)
        if {"oldest", "largest", "pro rata"} & set(way.steps):
            assert found.unapplied == 0 or rest == 0
        after = (ledger + [found.as_source()]).account(account.customer, account.currency)
        assert after.balance(as_of=as_of) == account.balance(as_of=as_of) - amount + regained
        assert after.unapplied(as_of=as_of) == account.unapplied(as_of=as_of) + found.unapplied
        recorded = ledger + [payment]
        later = allocate(
            payment,
            recorded.account(account.customer, account.currency),
            as_of=as_of,
            strategy=way,
            references=references,
        )
        assert later == found
        applied = (recorded + later.as_applications(on=as_of)).account(account.customer, account.currency)
        netted = (ledger + [found.as_source(), *found.as_netting(on=as_of)]).account(account.customer, account.currency)
        assert applied.open_items(as_of=as_of) == netted.open_items(as_of=as_of)
        nothing = allocate(payment, applied, as_of=as_of, strategy=way) if found.unapplied == 0 else None
        assert nothing is None or (nothing.applied, nothing.unapplied) == ((), 0)


@given(strategies.books(4), strategies.as_ofs, st.sampled_from([Decimal(0), Decimal("0.05"), Decimal(100)]))
def test_small_balances_and_write_offs_clear_what_they_name_once(
    facts: list[Fact], as_of: date, tolerance: Decimal
) -> None:
    ledger = Ledger(facts)
    for account in ledger:
        proposed = small_balance(account, tolerance, as_of=as_of)
        after = (ledger + proposed).account(account.customer, account.currency)
        assert small_balance(after, tolerance, as_of=as_of) == ()
        cleared = {each.invoice for each in proposed}
        left = [item.id for item in account.open_items(as_of=as_of) if item.id not in cleared]
        assert [item.id for item in after.open_items(as_of=as_of)] == left
        given_up = write_off(account, as_of=as_of, days_past_due=30)
        then = (ledger + given_up).account(account.customer, account.currency)
        assert write_off(then, as_of=as_of, days_past_due=30) == ()
        total = sum((each.amount for each in given_up), Decimal(0))
        assert then.balance(as_of=as_of) == account.balance(as_of=as_of) - total
        assert then.unapplied(as_of=as_of) == account.unapplied(as_of=as_of)


leftovers: st.SearchStrategy[Leftover] = st.sampled_from(
    ["largest remainder", "in order", "last first", "rest in last"]
)


@given(
    st.integers(-(10**9), 10**9),
    st.lists(st.integers(0, 1000), min_size=1, max_size=8),
    st.integers(0, 4),
    leftovers,
)
def test_splits_sum_to_the_whole(units: int, ratios: list[int], decimals: int, leftover: Leftover) -> None:
    total = Decimal(units).scaleb(-decimals)
    if not any(ratios):
        try:
            split(total, ratios, places=decimals, leftover=leftover)
        except InvalidValue:
            return
        raise AssertionError
    parts = split(total, ratios, places=decimals, leftover=leftover)
    assert sum(parts) == total
    assert all(part == 0 for part, ratio in zip(parts, ratios, strict=True) if ratio == 0)
    assert all(part * units >= 0 for part in parts)
    assert split(-total, ratios, places=decimals, leftover=leftover) == tuple(-part for part in parts)
    if leftover != "rest in last":
        for part, ratio in zip(parts, ratios, strict=True):
            assert abs(part * sum(ratios) - total * ratio) <= sum(ratios) * Decimal(1).scaleb(-decimals)


@given(st.integers(1, 10**8), st.integers(1, 36))
def test_a_proposed_plan_sums_to_the_amount(cents: int, n: int) -> None:
    amount = Decimal(cents).scaleb(-2)
    if cents < n:
        return
    parts = [part.amount for part in propose_plan(amount, n, first=date(2026, 1, 31), currency="EUR")]
    assert sum(parts) == amount
    assert max(parts) - min(parts) <= Decimal("0.01")
