"""Roll rates: what became of each aging bucket between two readings, followed item by item.

Every amount that is open at the first reading is somewhere at the second: in a bucket, paid (settled in any way but a
write-off), or bad debt. Nothing is inferred from the totals of the buckets, so new invoices do not blur the rates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, Literal, TypeAlias

import attrs

from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Layout, Report, percent, set_aside, shown
from dunning.aging import DEFAULT, Buckets
from dunning.amounts import ZERO, exact
from dunning.dates.days import Day
from dunning.errors import Undefined
from dunning.forecast.markov import MarkovChain
from dunning.forecast.textbook import MigrationShares, as_shares, migration_shares
from dunning.kpi import Kpi, cure_rate, roll_rate
from dunning.ledger import Account, Ledger
from dunning.ledger.grouping import only_currency
from dunning.ledger.item_flow import Moved, moved_items

PAID, BAD_DEBT, UNDATED = "paid", "bad debt", "undated"
Method: TypeAlias = Literal["item", "oldest"]


@frozen
class Rolls(Report[tuple[str, str, Decimal]]):
    """What became of the open amounts between readings, pooled over all pairs of successive days.

    `flows[from][to]` are amounts, in the order of `states` and `states + (paid, bad debt)`. Iterating gives
    (from, to, amount).
    """

    days: tuple[date, ...]
    currency: str | None
    buckets: Buckets
    flows: tuple[tuple[Decimal, ...], ...]
    problems: int = attrs.field(default=0)

    @property
    def states(self) -> tuple[str, ...]:
        """The states from which amounts move: the buckets, then undated."""
        return (*self.buckets.labels, UNDATED)

    @property
    def columns(self) -> tuple[str, ...]:
        """The states to which they move: the same, then paid, then bad debt."""
        return (*self.states, PAID, BAD_DEBT)

    def __iter__(self) -> Iterator[tuple[str, str, Decimal]]:
        for source, row in zip(self.states, self.flows, strict=True):
            for target, amount in zip(self.columns, row, strict=True):
                yield source, target, amount

    def __len__(self) -> int:
        return len(self.states) * len(self.columns)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a pair of states: currency, from, to, amount, share (None where nothing was open)."""
        shares = {
            (state, column): share
            for state, row in zip(self.states, self.shares, strict=True)
            for column, share in zip(self.columns, row or [None] * len(self.columns), strict=True)
        }
        return [
            {"currency": self.currency, "from": old, "to": new, "amount": amount, "share": shares[old, new]}
            for old, new, amount in self
        ]

    def orders(self) -> Mapping[str, Sequence[str]]:
        """All labels of a column that has an order, in that order."""
        return {"from": self.states, "to": self.columns}

    def _title(self) -> str:
        readings = f"{self.days[0]} to {self.days[-1]} ({len(self.days) - 1} readings)"
        return f"Roll rates {readings}, {self.currency or 'no currency'}"

    def _grid(self) -> Layout:
        body = [
            (state, shown(self.opening(state)), *map(percent, row or [None] * len(self.columns)))
            for state, row in zip(self.states, self.shares, strict=True)
        ]
        return Layout(("from", "open", *self.columns), body)

    def _notes(self) -> list[str]:
        return set_aside(self.problems)

    @property
    def shares(self) -> tuple[tuple[Decimal, ...], ...]:
        """The flows as shares of each row; a state in which nothing was open has an empty row."""
        return tuple(map(as_shares, self.flows))

    @property
    def _late(self) -> int:
        """The place of the first bucket that is past due: the one that follows day 0."""
        return sum(1 for upper in self.buckets.uppers if upper <= 0)

    @guarded
    @exact
    def opening(self, state: str) -> Decimal:
        """What was open in a state at the first readings of all pairs."""
        return sum(self.flows[self.states.index(state)], ZERO)

    @exact
    def roll_rates(self) -> tuple[Kpi, ...]:
        """For each bucket the share that was in a later bucket, or bad debt, at the next reading; see `roll_rate`."""
        last = len(self.buckets)
        return tuple(
            roll_rate(sum(row, ZERO), sum(row[index + 1 : last], ZERO) + row[-1])
            for index, row in enumerate(self.flows[:last])
        )

    @guarded
    @exact
    def cure_rate(self, *, paid_counts: bool = True) -> Kpi:
        """The share of what was past due that was paid or current at the next reading; see `dunning.kpi.cure_rate`."""
        late = self.flows[self._late : len(self.buckets)]
        due = sum((sum(row, ZERO) for row in late), ZERO)
        paid = sum((row[-2] for row in late), ZERO)
        current = sum((sum(row[: self._late], ZERO) for row in late), ZERO)
        return cure_rate(due, paid, current, paid_counts=paid_counts)

    @exact
    def past_due(self) -> MigrationShares:
        """What became of all that was past due; see `migration_shares`.

        Raises:
            Undefined: nothing was past due (*no overdue*).
        """
        last = len(self.buckets)
        late = list(enumerate(self.flows))[self._late : last]
        return migration_shares(
            sum((sum(row[index + 1 : last], ZERO) for index, row in late), ZERO),
            sum((row[index] for index, row in late), ZERO),
            sum((sum(row[self._late : index], ZERO) for index, row in late), ZERO),
            sum((sum(row[: self._late], ZERO) + row[last] + row[-2] for _, row in late), ZERO),
            sum((row[-1] for _, row in late), ZERO),
        )

    @exact
    def chain(self) -> MarkovChain:
        """The flows as an absorbing Markov chain over the states that were seen.

        Raises:
            Undefined: nothing was open, or amounts moved into a state out of which none was seen to move
                (*insufficient history*); take more or longer spaced readings.
        """
        seen = [index for index, row in enumerate(self.flows) if any(row)]
        unseen = [index for index in range(len(self.states)) if index not in seen]
        if not seen or any(self.flows[source][target] for source in seen for target in unseen):
            raise Undefined("Rolls.chain", "insufficient history")
        rows = [
            [Fraction(each) / Fraction(sum(self.flows[index], ZERO)) for each in self.flows[index]] for index in seen
        ]
        return MarkovChain(
            tuple(tuple(row[target] for target in seen) for row in rows),
            tuple(tuple(row[-2:]) for row in rows),
            states=tuple(self.states[index] for index in seen),
            outcomes=(PAID, BAD_DEBT),
        )


def _states_of(
    account: Account, day: date, last: date, buckets: Buckets, method: Method
) -> Iterator[tuple[str, str, Moved]]:
    """(state then, state now, what became of it) of each item; by the oldest item all share its states."""

    def state(due: date | None, on: date) -> str:
        """The bucket of a due date on a day."""
        return UNDATED if due is None else buckets.locate((on - due).days)

    found = list(moved_items(account, day, last))
    if method == "item":
        for each in found:
            yield state(each.due, day), state(each.due_now, last), each
    elif found:
        oldest = min((each.due for each in found if each.due is not None), default=None)
        now = min((item.due for item in account.items_at(last) if item.due is not None), default=None)
        for each in found:
            yield state(oldest, day), state(now, last), each


@checked
@exact
def rolls(
    ledger: Ledger,
    days: Sequence[Day],
    *,
    buckets: Buckets = DEFAULT,
    method: Method = "item",
    currency: str | None = None,
) -> Rolls:
    """Follow what is open from each reading to the next.

    Args:
        ledger: the books.
        days: the readings in order, at least two, such as month ends; flows of all pairs are pooled.
        buckets: the aging buckets, by days past due.
        method: `"item"` ages each item by itself; `"oldest"` puts the whole balance of an account into the bucket of
            its oldest item.
        currency: which accounts; may be left out when there is one currency.

    What was charged between two readings, and new invoices, are not in the flows of that pair. What is settled by
    payments, credits or deductions counts as paid; debt written off that still stands as bad debt.

    Raises:
        InvalidValue: there are several currencies, or the days are not two or more in order.

    >>> from dunning import Invoice
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> found = rolls(ledger, [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)])
    >>> [str(each) for each in found.roll_rates()[:2]]
    ['roll_rate: 100.00 %', 'roll_rate: 100.00 %']
    """
    days = tuple(days)
    faults: list[str] = []
    if len(days) < 2 or any(second <= first for first, second in pairwise(days)):
        faults.append("days: give two or more readings, the earliest first")
    refuse("rolls", faults)
    only = only_currency("rolls", ledger, currency)
    states = {label: index for index, label in enumerate((*buckets.labels, UNDATED))}
    flows = [[ZERO] * (len(states) + 2) for _ in states]
    for account in ledger:
        if account.currency == only:
            for first, last in pairwise(days):
                for was, now, moved in _states_of(account, first, last, buckets, method):
                    row = flows[states[was]]
                    row[states[now]] += moved.left
                    row[-2] += moved.paid
                    row[-1] += moved.lost
    return Rolls(days, only, buckets, tuple(map(tuple, flows)), len(ledger.problems))
