"""How what is open of an invoice lies on its installments, on a day and through time.

An installment is a debt of its own: what was put to it by name settles it. What names the invoice alone, and what an
installment got beyond what it comes to, covers the oldest first; so what is open lies on the last ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dunning.amounts import ZERO
from dunning.amounts.splitting import covered


class Change(NamedTuple):
    """What something adds to what is owed of an invoice, by the number of the installment that it names (0: none)."""

    day: date
    number: int
    amount: Decimal
    is_charge: bool


def spread(billed: Sequence[Decimal], named: Sequence[Decimal], net: Decimal) -> list[Decimal]:
    """What is open of each installment, by what they come to, what was put to each by name, and what is open in all.

    Where more went back than had been put to the invoice by its own name, those settled last are owed again.
    """
    left = [max(ZERO, whole - put) for whole, put in zip(billed, named, strict=True)]
    rest = sum(left, ZERO) - net
    if rest >= 0:
        return [amount - part for amount, part in zip(left, covered(rest, left), strict=True)]
    back = list(covered(-rest, [whole - open_ for whole, open_ in zip(billed[::-1], left[::-1], strict=True)]))
    return [open_ + part for open_, part in zip(left, reversed(back), strict=True)]


class _Parts:
    """The installments of an invoice on their way through what happened to them.

    The first `full` of them are covered by what names none; `prefix` is what that took. Most changes move `full` by
    little, so that going through a whole life costs about as much as there are changes.
    """

    def __init__(self, amounts: Sequence[Decimal]) -> None:
        self.billed = list(amounts)
        self.named = [ZERO] * len(amounts)
        self.left = list(amounts)
        self.rest = ZERO  # of what names no installment; negative where that went back
        self.full = 0
        self.prefix = ZERO
        self.touched: set[int] = set()

    def change(self, number: int, amount: Decimal, *, is_charge: bool) -> None:
        """Add to what is owed of an installment (counted from 1), or of the invoice (0)."""
        if not number:
            self.rest -= amount
            return
        at = number - 1
        if is_charge:
            self.billed[at] += amount
        else:
            self.named[at] -= amount
        before = self.left[at]
        self.left[at] = max(ZERO, self.billed[at] - self.named[at])
        moved = self.left[at] - before
        self.rest += moved - amount
        if at < self.full:
            self.prefix += moved
        self.touched.add(at)

    def settle(self) -> Iterable[tuple[int, bool]]:
        """Each installment that a day's changes may have opened or closed, counted from 0, and whether it is open."""
        left = self.left
        if self.rest < 0:
            open_ = spread(self.billed, self.named, sum(left, ZERO) - self.rest)
            self.full, self.prefix, self.touched = 0, ZERO, set(range(len(left)))
            return [(at, amount > 0) for at, amount in enumerate(open_)]
        while self.full and self.prefix > self.rest:
            self.full -= 1
            self.prefix -= left[self.full]
            self.touched.add(self.full)
        while self.full < len(left) and self.prefix + left[self.full] <= self.rest:
            self.prefix += left[self.full]
            self.touched.add(self.full)
            self.full += 1
        touched, self.touched = self.touched, set[int]()
        return [(at, at >= self.full and left[at] > 0) for at in touched]


def cleared(
    amounts: Sequence[Decimal], before: Iterable[Change], changes: Iterable[Change], since: date | None
) -> list[date | None]:
    """The day from which nothing was open of each installment any more; None where something still is.

    `since` is the answer for what was settled `before` all changes, by what is not asked about.
    """
    if len(amounts) == 1:
        return [_cleared_whole(amounts[0], before, changes, since)]
    parts = _Parts(amounts)
    for change in before:
        parts.change(change.number, change.amount, is_charge=change.is_charge)
    parts.touched.update(range(len(amounts)))
    is_open = [True] * len(amounts)
    found: list[date | None] = [None] * len(amounts)
    for at, still in parts.settle():
        is_open[at] = still
        found[at] = None if still else since
    for day, today in groupby(sorted(changes, key=attrgetter("day")), key=attrgetter("day")):
        for change in today:
            parts.change(change.number, change.amount, is_charge=change.is_charge)
        for at, still in parts.settle():
            if still != is_open[at]:
                is_open[at] = still
                found[at] = None if still else day
    return found


def _cleared_whole(
    amount: Decimal, before: Iterable[Change], changes: Iterable[Change], since: date | None
) -> date | None:
    """The same of an undivided invoice, where one figure says it."""
    open_ = amount + sum((change.amount for change in before), ZERO)
    is_open = open_ > 0
    found = None if is_open else since
    for day, today in groupby(sorted(changes, key=attrgetter("day")), key=attrgetter("day")):
        open_ += sum((change.amount for change in today), ZERO)
        if (open_ > 0) != is_open:
            is_open = not is_open
            found = None if is_open else day
    return found
