"""The grid on which an aging report is filled in: the loops over receivables and items."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from dunning._base.noun import changed
from dunning.aging.buckets import Buckets
from dunning.amounts import ZERO
from dunning.amounts.splitting import covered
from dunning.interactions import Hold
from dunning.ledger import Account, OpenItem

Basis: TypeAlias = Literal["due", "issued"]
"""What age is counted from: the due date or the issue date."""
Credits: TypeAlias = Literal["separate", "oldest", "current", "own_date"]
"""Where unapplied cash stands: in its own column, against the oldest debt, as current, or by its own date."""
Rule: TypeAlias = Callable[[OpenItem], bool]

Line: TypeAlias = list[Any]
"""Amounts of all columns, then the counts of all columns."""

ASIDE = ("undated", "unapplied", "excluded")
"""The columns after the buckets."""


def balance_of(amounts: Iterable[Any]) -> Decimal:
    """What the amounts of a line come to in all: buckets + undated - unapplied + excluded."""
    *ageing, unapplied, excluded = amounts
    balance: Decimal = sum(ageing, ZERO) - unapplied + excluded
    return balance


class Grid:
    """The lines of a report while it is filled."""

    def __init__(self, as_of: date, buckets: Buckets, basis: Basis, grace: int) -> None:
        self.as_of = as_of
        self.buckets = buckets
        self.basis = basis
        self.grace = grace
        self.width = len(buckets) + len(ASIDE)
        self.undated, self.unapplied, self.excluded = range(len(buckets), self.width)
        self.lines: dict[str, Line] = {}
        self.disputes: dict[str, list[Decimal]] = {}
        self.holds: dict[str, list[Decimal]] = {}
        self.exclusions: dict[str, tuple[Decimal, int]] = {}
        # The days on which the buckets begin, oldest first: a date's bucket is found without subtracting.
        self.borders = [as_of.toordinal() - grace - upper for upper in reversed(buckets.uppers)]

    def line(self, label: str) -> Line:
        """The line of a label, begun where there is none yet."""
        found = self.lines.get(label)
        if found is None:
            found = self.lines[label] = [ZERO] * self.width + [0] * self.width
        return found

    def column(self, day: date | None) -> int:
        """The column of what is counted from a day."""
        return self.undated if day is None else len(self.borders) - bisect_right(self.borders, day.toordinal())

    def fill(self, accounts: Iterable[Account], label_of: Callable[[Account], str]) -> None:
        """Add all open items of accounts, with their credits apart; the one loop that has to be fast.

        It says what `add` says, for the receivables that need nothing else: those without a history. Locals stand for
        attributes, lines are copied from a blank one, and the column of a date is looked up once a report.
        """
        as_of, width, by_due, unapplied_column = self.as_of, self.width, self.basis == "due", self.unapplied
        lines, blank = self.lines, [ZERO] * self.width + [0] * self.width
        columns: dict[date | None, int] = {}
        for account in accounts:
            if account.interactions and account.holds(as_of=as_of):
                self.add(account, label_of(account), "separate", {})
                continue
            line: Line | None = None
            unapplied = ZERO
            for receivable in account.receivables:
                if receivable.closed <= as_of:
                    break  # an account keeps those that close last first, so all that follow are closed as well
                if receivable.issued > as_of:
                    continue
                if receivable.history is not None:
                    unapplied -= min(ZERO, receivable.net(as_of))
                    for item in receivable.open_items(as_of):
                        self.add_item(label_of(account), item, on_hold=False)
                    continue
                owed = receivable.amount
                if receivable.settled:
                    for day, delta in receivable.settled:
                        if day > as_of:
                            break
                        owed -= delta
                    if owed <= ZERO:
                        unapplied -= owed
                        continue
                day_of_age = receivable.first_due if by_due else receivable.issued
                column = columns.get(day_of_age)
                if column is None:
                    column = columns[day_of_age] = self.column(day_of_age)
                if line is None:
                    label = label_of(account)
                    line = lines.get(label)
                    if line is None:
                        line = lines[label] = blank.copy()
                line[column] += owed
                line[width + column] += 1
            for day, delta in account.credits:
                if day > as_of:
                    break
                unapplied += delta
            if unapplied:
                line = self.line(label_of(account))
                line[unapplied_column] += unapplied
                line[width + unapplied_column] += 1

    def add_item(self, label: str, item: OpenItem, *, on_hold: bool, column: int | None = None) -> None:
        """Count an item in the column of its age, or in one that was chosen for it."""
        if column is None:
            column = self.column(item.due if self.basis == "due" else item.issued)
        line = self.line(label)
        line[column] += item.open
        line[self.width + column] += 1
        if item.disputed:
            self.disputes.setdefault(label, [ZERO] * self.width)[column] += item.disputed
        if on_hold:
            self.holds.setdefault(label, [ZERO] * self.width)[column] += item.open

    def add(
        self, account: Account, label: str, credits: Credits, exclude: Mapping[str, Rule],
        label_of: Callable[[OpenItem], str] | None = None,
    ) -> None:  # fmt: skip
        """Add one account in full generality: holds, exclusions, labels by item, and credits in the way asked for."""
        holds = account.holds(as_of=self.as_of)
        items = list(account.open_items(as_of=self.as_of))
        unapplied = account.unapplied(as_of=self.as_of)
        if credits == "oldest":
            items, unapplied = _netted(items, unapplied)
        for item in items:
            reason = next((reason for reason, leaves_out in exclude.items() if leaves_out(item)), None)
            if reason is not None:
                amount, count = self.exclusions.get(reason, (ZERO, 0))
                self.exclusions[reason] = (amount + item.open, count + 1)
            on_hold = is_held(item, holds)
            own = label if label_of is None else label_of(item)
            self.add_item(own, item, on_hold=on_hold, column=None if reason is None else self.excluded)
        if not unapplied:
            return
        line = self.line(label)
        if credits == "current":
            line[self.column(self.as_of)] -= unapplied
        elif credits == "own_date":
            for day, amount in account.unapplied_by_day(as_of=self.as_of):
                line[self.column(day)] -= amount
        else:
            line[self.unapplied] += unapplied
            line[self.width + self.unapplied] += 1


def is_held(item: OpenItem, holds: Iterable[Hold]) -> bool:
    """Whether a hold lies on an item: on its customer, its invoice, or itself."""
    return any(hold.invoice in (None, item.invoice, item.id) for hold in holds)


def _netted(items: list[OpenItem], credit: Decimal) -> tuple[list[OpenItem], Decimal]:
    """The items less a credit, the oldest first, and what of the credit is left."""
    used = list(covered(credit, (item.open for item in items)))
    left = [
        changed(item, open=rest, disputed=min(rest, item.disputed))
        for item, part in zip(items, used, strict=True)
        if (rest := item.open - part) > ZERO
    ]
    return left, credit - sum(used, ZERO)
