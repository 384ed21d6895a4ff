"""The aging report as it is read: rows, columns, totals, and how reports add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

import attrs

from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.noun import changed, made
from dunning._report import Layout, Report, set_aside, shown
from dunning.aging.buckets import Buckets
from dunning.aging.grid import ASIDE, Basis, Credits, Line, balance_of
from dunning.amounts import ZERO, exact, shares
from dunning.amounts.decimals import ExchangeRate
from dunning.errors import InvalidValue, MissingRate, Undefined


@made
class Cells:
    """One figure for each column of an aging report, by the column's name."""

    columns: tuple[str, ...]
    values: tuple[Decimal | int, ...]

    def __getitem__(self, column: str) -> Any:
        try:
            return self.values[self.columns.index(column)]
        except ValueError:
            raise KeyError(f"no column {column!r}; there are {', '.join(self.columns)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def items(self) -> Iterator[tuple[str, Any]]:
        """(column, figure) pairs in the order of the columns."""
        return zip(self.columns, self.values, strict=True)


@made
class AgingRow:
    """One line of an aging report: amounts, how many items, and the parts under dispute and on hold, per column.

    `row["1-30"]` is an amount. `balance` is what is owed in all: the buckets, undated and excluded less unapplied.
    In `counts`, "unapplied" counts the accounts that have any.
    """

    label: str
    amounts: Cells
    counts: Cells
    disputed: Cells
    on_hold: Cells

    def __getitem__(self, column: str) -> Decimal:
        amount: Decimal = self.amounts[column]
        return amount

    @property
    @exact
    def balance(self) -> Decimal:
        """Buckets + undated - unapplied + excluded."""
        return balance_of(self.amounts.values)


def _cells(name: str, values: Iterable[Any], last: Decimal | int) -> tuple[str, ...]:
    """One line of the table for people."""
    return (name, *map(shown, values), shown(last))


@made
class Aging(Report[AgingRow]):
    """An aging report in one currency. Iterating gives its rows, in order of their labels.

    `total` is the line of totals; `disputed`, `on_hold` and `counts` are its parts. `control_total` is the balance
    of the books and equals the balance of `total`. `excluded` says how much each reason for leaving out took.
    `problems` counts the facts that were set aside when the ledger was built. Reports on the same terms add up
    with `+`.

    Its ``records()`` have as_of, currency, what rows are grouped by, every column, balance, disputed, on_hold, items.
    """

    as_of: date
    currency: str | None
    buckets: Buckets
    basis: Basis
    grace: int
    credits: Credits
    by: str
    control_total: Decimal
    problems: int
    lines: dict[str, Line] = attrs.field(repr=False, hash=False)
    disputes: dict[str, list[Decimal]] = attrs.field(repr=False, hash=False)
    holds: dict[str, list[Decimal]] = attrs.field(repr=False, hash=False)
    exclusions: dict[str, tuple[Decimal, int]] = attrs.field(repr=False, hash=False)

    @property
    def columns(self) -> tuple[str, ...]:
        """The bucket labels, then undated, unapplied, excluded."""
        return self.buckets.labels + ASIDE

    def _row(self, label: str, line: Line, disputed: list[Decimal] | None, held: list[Decimal] | None) -> AgingRow:
        columns, width = self.columns, len(self.columns)
        nothing = [ZERO] * width
        return AgingRow(
            label,
            Cells(columns, tuple(line[:width])),
            Cells(columns, tuple(line[width:])),
            Cells(columns, tuple(disputed or nothing)),
            Cells(columns, tuple(held or nothing)),
        )

    @property
    def rows(self) -> tuple[AgingRow, ...]:
        """The lines of the report, in order of their labels."""
        return tuple(
            self._row(label, self.lines[label], self.disputes.get(label), self.holds.get(label))
            for label in sorted(self.lines)
        )

    @property
    @exact
    def total(self) -> AgingRow:
        """The line of totals."""
        width = len(self.columns)
        line = [*([ZERO] * width), *([0] * width)]
        for each in self.lines.values():
            line = [mine + more for mine, more in zip(line, each, strict=True)]
        return self._row("total", line, _summed(self.disputes, width), _summed(self.holds, width))

    @property
    def counts(self) -> Cells:
        """How many items are in each column."""
        return self.total.counts

    @property
    def disputed(self) -> Cells:
        """How much of each column is under dispute."""
        return self.total.disputed

    @property
    def on_hold(self) -> Cells:
        """How much of each column is on hold."""
        return self.total.on_hold

    @guarded
    def shares(self, *, places: int | None = None, by: Literal["amount", "count"] = "amount") -> Cells:
        """What share of the open items is in each bucket, and undated, by amount or by number of items.

        Rounded to `places` the residue goes to the largest share, so that they sum to 1.

        Raises:
            InvalidValue: `by` is not "amount" or "count".
            Undefined: nothing is open (*no receivables*).
        """
        if by not in ("amount", "count"):
            raise InvalidValue("Aging.shares", [f"by: {by!r} is not 'amount' or 'count'"])
        total = self.total
        columns = (*self.buckets.labels, "undated")
        cells = total.amounts if by == "amount" else total.counts
        found = shares([Decimal(cells[column]) for column in columns], places=places)
        if found is None:
            raise Undefined("Aging.shares", "no receivables")
        return Cells(columns, found)

    @property
    def excluded(self) -> dict[str, tuple[Decimal, int]]:
        """For each reason for leaving out: the amount and the number of items."""
        return dict(self.exclusions)

    @exact
    def __add__(self, other: object) -> Aging:
        """Merge two reports on the same terms; rows with the same label become one."""
        if not isinstance(other, Aging):
            return NotImplemented
        faults = [
            f"{name}: {getattr(self, name)} is not {getattr(other, name)}"
            for name in ("as_of", "buckets", "basis", "grace", "credits", "by")
            if getattr(self, name) != getattr(other, name)
        ]
        if None not in (self.currency, other.currency) and self.currency != other.currency:
            faults.append(f"currency: {self.currency} is not {other.currency}; convert one first")
        refuse("Aging + Aging", faults)
        exclusions = dict(self.exclusions)
        for reason, (amount, count) in other.exclusions.items():
            before = exclusions.get(reason, (ZERO, 0))
            exclusions[reason] = (before[0] + amount, before[1] + count)
        return changed(
            self,
            currency=self.currency or other.currency,
            control_total=self.control_total + other.control_total,
            problems=self.problems + other.problems,
            lines=_merged(self.lines, other.lines),
            disputes=_merged(self.disputes, other.disputes),
            holds=_merged(self.holds, other.holds),
            exclusions=exclusions,
        )

    _rows = "rows"
    _same = ("as_of", "currency")

    def _record(self, row: Any) -> dict[str, Any]:
        return {
            self.by: row.label,
            **dict(row.amounts.items()),
            "balance": row.balance,
            "disputed": sum(row.disputed.values),
            "on_hold": sum(row.on_hold.values),
            "items": sum(row.counts.values[: len(self.buckets) + 1]),
        }

    def _title(self) -> str:
        return f"Aging as of {self.as_of}, {self.currency or 'no currency'}, days from the {self.basis} date"

    def _grid(self) -> Layout:
        largest = sorted(self.rows, key=lambda row: (-row.balance, row.label))

        def cells(row: AgingRow) -> tuple[str, ...]:
            return _cells(row.label, row.amounts.values, row.balance)

        return Layout((self.by, *self.columns, "balance"), largest, cells=cells)

    def _totals(self) -> Iterator[tuple[str, ...]]:
        total = self.total
        yield _cells("total", total.amounts.values, total.balance)
        yield _cells("items", total.counts.values, sum(total.counts.values))
        for name, part in (("of which disputed", total.disputed), ("of which on hold", total.on_hold)):
            if any(part.values):
                yield _cells(name, part.values, sum(part.values))

    def _notes(self) -> Iterator[str]:
        ties = "ties" if self.control_total == self.total.balance else "DOES NOT TIE"
        yield f"control total {shown(self.control_total)}: {ties}"
        for reason, (amount, count) in self.exclusions.items():
            yield f"excluded, {reason}: {count} items, {shown(amount)}"
        yield from set_aside(self.problems)

    def pivot(self) -> dict[str, dict[str, Decimal]]:
        """Amounts by label and column: `aging.pivot()["ACME"]["1-30"]`."""
        return {row.label: dict(row.amounts.items()) for row in self.rows}


def _merged(mine: Mapping[str, list[Any]], more: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    merged = dict(mine)
    for label, line in more.items():
        known = merged.get(label)
        merged[label] = line if known is None else [a + b for a, b in zip(known, line, strict=True)]
    return merged


def _summed(lines: Mapping[str, list[Decimal]], width: int) -> list[Decimal]:
    return [sum((line[column] for line in lines.values()), ZERO) for column in range(width)]


@checked
@exact
def convert(agings: Aging | Iterable[Aging], rates: Mapping[str, ExchangeRate], to: str) -> Aging:
    """Bring aging reports of several currencies into one: every amount times its currency's rate, exact.

    Args:
        agings: one report or several (such as the values of `age_by_currency`).
        rates: units of `to` for one unit of each currency; `to` itself needs none, nor does a currency in which nothing
            is open.
        to: the currency of the result.

    Raises:
        MissingRate: some currency has no rate; all of them are named and nothing is converted.
    """
    found = [agings] if isinstance(agings, Aging) else list(agings)
    known = {**rates, to: Decimal(1)}
    nothing = {each.currency for each in found if each.currency is not None and not _has_amounts(each)}
    known |= dict.fromkeys(nothing - known.keys(), ZERO)
    missing = sorted({each.currency for each in found if each.currency is not None and each.currency not in known})
    if missing:
        raise MissingRate(missing)
    if not found:
        raise InvalidValue("convert", ("agings: give at least one report",))
    converted = [_converted(each, known[each.currency or to], to) for each in found]
    merged = converted[0]
    for each in converted[1:]:
        merged = merged + each
    return merged


def _has_amounts(aging: Aging) -> bool:
    """Whether any amount of a report is not nothing."""
    width = len(aging.columns)
    return bool(aging.control_total) or any(any(line[:width]) for line in aging.lines.values())


def _converted(aging: Aging, rate: Decimal, to: str) -> Aging:
    width = len(aging.columns)
    return changed(
        aging,
        currency=to,
        control_total=aging.control_total * rate,
        lines={label: [amount * rate for amount in line[:width]] + line[width:] for label, line in aging.lines.items()},
        disputes={label: [amount * rate for amount in line] for label, line in aging.disputes.items()},
        holds={label: [amount * rate for amount in line] for label, line in aging.holds.items()},
        exclusions={reason: (amount * rate, count) for reason, (amount, count) in aging.exclusions.items()},
    )
