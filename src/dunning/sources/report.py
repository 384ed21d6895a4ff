"""What came of an export: the books, what was said of its rows, and whether they tie to the file's own totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

import attrs

from dunning._base.noun import frozen
from dunning._report import Column, Report, counted, shown
from dunning.amounts import ZERO, exact
from dunning.ledger import Ledger
from dunning.sources.nouns import ROW_CODES, RowCode

Then = Literal["skipped", "read", "noted", "set_aside"]


@frozen
class RowNote:
    """What was said of a row: *skipped*, it is no fact; *read*, it was repaired as the source says; *noted*, it was
    taken, and ought to be looked at; *set_aside*, it was not taken.

    `line` is its number in the file (of JSON the way to it). `amount` is what it is over, where that is known.
    """

    then: Then
    code: RowCode
    table: str
    line: str
    id: str = attrs.field(default="", kw_only=True)
    column: str = attrs.field(default="", kw_only=True)
    value: str = attrs.field(default="", kw_only=True)
    amount: Decimal | None = attrs.field(default=None, kw_only=True)
    currency: str | None = attrs.field(default=None, kw_only=True)

    def __str__(self) -> str:
        where = f"{self.table}, line {self.line}" if self.line else self.table
        value = f" {self.value!r:.60}" if self.value else ""
        said = f" ({self.column}{value})" if self.column else ""
        over = f", {shown(self.amount)} {self.currency or ''}".rstrip() if self.amount is not None else ""
        return f"{where}: {ROW_CODES[self.code]}{said}{over}"


@frozen
class Tie:
    """A total of the file's own beside what the books have of the rows that it is about."""

    table: str
    line: str
    label: str
    stated: Decimal
    counted: Decimal

    @property
    def difference(self) -> Decimal:
        """What the file states beyond the books; 0 where they tie."""
        return self.stated - self.counted

    def __str__(self) -> str:
        said = "ties" if not self.difference else f"{shown(self.counted)} in the books, {shown(self.difference)} apart"
        return f"{self.table}, line {self.line}: {self.label} {shown(self.stated)}: {said}"


@frozen
class Loaded(Report[RowNote]):
    """The books that came of an export, what was said of its rows, and its ties. Iterating gives each `RowNote`.

    What was settled before the report is dated on `as_of`, unless the file says when: balances of earlier days are
    higher than they were.
    """

    source: str
    as_of: date
    ledger: Ledger
    notes: tuple[RowNote, ...]
    ties: tuple[Tie, ...]
    rows: int

    _rows = "notes"
    _columns = (
        Column("then", heading="what became of it", left=True),
        Column("code", heading="code", left=True),
        Column("table", heading="table", left=True),
        Column("line", heading="line", left=True),
        Column("id", heading="id", left=True),
        Column("column", heading="column", left=True),
        Column("value", heading="value", show=lambda value: f"{value:.40}", left=True),
        Column("amount", heading="amount"),
        Column("currency", heading="currency", left=True),
    )

    def counts(self) -> dict[tuple[str, str], int]:
        """How many rows there are of each outcome and code."""
        return dict(sorted(Counter((each.then, each.code) for each in self.notes).items()))

    @exact
    def set_aside(self) -> dict[str | None, Decimal]:
        """What is left of rows that were not taken, credits below zero, by currency (None where a row does not say it).

        So much the books lack, beside rows whose amount cannot be read.
        """
        found: dict[str | None, Decimal] = {}
        for each in self.notes:
            if each.then == "set_aside" and each.amount is not None:
                found[each.currency] = found.get(each.currency, ZERO) + each.amount
        return found

    def _title(self) -> str:
        return f"{self.source} as of {self.as_of}"

    def _notes(self) -> Iterator[str]:
        yield f"{counted(self.rows, 'row')}, {counted(len(self.ledger.facts), 'fact')}"
        for then in ("set_aside", "noted", "read", "skipped"):
            said = [f"{count} {code}" for (of, code), count in self.counts().items() if of == then]
            if said:
                yield f"{then.replace('_', ' ')}: {', '.join(said)}"
        yield from (
            f"not in the books: {shown(amount)} {code or ''}".rstrip() for code, amount in self.set_aside().items()
        )
        unknown = sum(each.then == "set_aside" and each.amount is None for each in self.notes)
        if unknown:
            yield f"and {counted(unknown, 'row')} whose amount cannot be read"
        yield from map(str, self.ties)
