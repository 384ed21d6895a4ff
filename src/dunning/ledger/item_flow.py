"""What became by one day of each item that was open on another: the question behind rolls, stages and backtests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dunning.amounts import ZERO
from dunning.ledger.account import Account
from dunning.ledger.receivable import OpenItem, Receivable


class Moved(NamedTuple):
    """What became of an item: its due date and open amount then and now, and what was written off of it between."""

    id: str
    due: date | None
    open: Decimal
    due_now: date | None
    left: Decimal
    lost: Decimal

    @property
    def paid(self) -> Decimal:
        """What was settled otherwise than by writing it off."""
        return self.open - self.left - self.lost


class _Debt:
    """A debt open on some day, followed from then on: what is left of it, and what was added to the invoice since.

    Money and write-offs take the old debt first; what comes back (a payment bounced, a write-off undone) gives back in
    the same order what it had taken.
    """

    def __init__(self, old: Decimal) -> None:
        self.old = old
        self.new = ZERO  # charged since; negative where more was settled than is owed
        self.taken = {"paid": ZERO, "lost": ZERO}

    def charge(self, amount: Decimal) -> None:
        """Add a charge, or take one back: from the charges first."""
        waived = min(-amount, max(ZERO, self.new)) if amount < 0 else ZERO
        rest = min(-amount - waived, self.old) if amount < 0 else ZERO
        self.old -= rest
        self.taken["paid"] += rest
        self.new += amount + rest

    def settle(self, amount: Decimal, kind: str) -> None:
        """Take from the debt, or give back (negative)."""
        if amount >= 0:
            took = min(self.old, amount)
        else:
            surplus = min(-amount, max(ZERO, -self.new))
            took = -min(-amount - surplus, self.taken[kind])
        self.old -= took
        self.taken[kind] += took
        self.new -= amount - took


def _followed(receivable: Receivable, first: date, last: date) -> _Debt:
    """What became by `last` of what was open on `first`; on one day charges come first, then money, then write-offs."""
    debt = _Debt(max(ZERO, receivable.net(first)))
    for _, entries in groupby(
        (entry for entry in receivable.entries if first < entry.day <= last), key=attrgetter("day")
    ):
        sums = {"charged": ZERO, "paid": ZERO, "lost": ZERO}
        for entry in entries:
            sums[_WAYS.get(entry.kind, "paid")] += entry.amount
        debt.charge(sums["charged"])
        debt.settle(-sums["paid"], "paid")
        debt.settle(-sums["lost"], "lost")
    return debt


def _by_part(
    receivable: Receivable, first: date, last: date, before: Sequence[OpenItem], now: Mapping[int | None, OpenItem]
) -> Iterator[Moved]:
    """What became of installments of which some are named by facts, those that stand last first."""
    lost: dict[int | None, Decimal] = {}
    for entry in receivable.entries:
        if first < entry.day <= last and entry.kind in ("write-off", "recovery"):
            lost[entry.installment] = lost.get(entry.installment, ZERO) - entry.amount
    for item in reversed(before):
        number = item.installment or 1
        added = receivable.billed(number, last) - receivable.billed(number, first)
        still = now.get(item.installment)
        left = ZERO if still is None else max(ZERO, min(item.open, still.open - max(ZERO, added)))
        bad = ZERO
        for name in (item.installment, None):
            part = max(ZERO, min(item.open - left - bad, lost.get(name, ZERO)))
            lost[name] = lost.get(name, ZERO) - part
            bad += part
        yield Moved(item.id, item.due, item.open, still.due if still is not None and left else None, left, bad)


def _is_lost(receivable: Receivable) -> bool:
    return any(entry.kind == "write-off" for entry in receivable.written)


_WAYS = {"charge": "charged", "write-off": "lost", "recovery": "lost"}


def moved_items(
    account: Account, first: date, last: date, among: Iterable[Receivable] | None = None
) -> Iterator[Moved]:
    """What became by `last` of each item that was open on `first`, among some receivables or all.

    For callers in the exact context.
    """
    for receivable in account.receivables if among is None else among:
        if receivable.closed <= first:
            break  # an account keeps those that close last first, so all that follow are closed as well
        if receivable.issued <= first:
            yield from moved_of(receivable, first, last)


def moved_of(receivable: Receivable, first: date, last: date) -> Iterable[Moved]:
    """What became by `last` of the items of an invoice that was open on `first`.

    What is charged meanwhile is another debt, which is settled after this one. Older items are settled first, and what
    was written off lies on those settled last; where facts name installments, each is followed by itself.
    """
    if receivable.is_plain and not _is_lost(receivable):  # by far the most; what follows says the same
        due, amount = receivable.first_due, receivable.amount
        left = amount if receivable.closed > last else ZERO
        return (Moved(receivable.invoice.id, due, amount, due if left else None, left, ZERO),)
    before = receivable.open_items(first)
    now = {item.installment: item for item in receivable.open_items(last)} if before else {}
    if receivable.history is not None and receivable.history.parts:
        return _by_part(receivable, first, last, before, now)
    return _oldest_first(receivable, first, last, before, now)


def _oldest_first(
    receivable: Receivable, first: date, last: date, before: Sequence[OpenItem], now: Mapping[int | None, OpenItem]
) -> Iterator[Moved]:
    """What became of items of which no fact names one, those that stand last first."""
    if before:
        debt = _followed(receivable, first, last)
        rest, lost = debt.old, debt.taken["lost"]
        for item in reversed(before):
            left = min(item.open, rest)
            rest -= left
            bad = min(item.open - left, lost)
            lost -= bad
            yield Moved(item.id, item.due, item.open, now[item.installment].due if left else None, left, bad)
