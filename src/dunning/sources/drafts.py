"""Drafts: what a row of an export says, read, before it is put to what other rows say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from dunning.amounts import ZERO
from dunning.sources.grids import RawRow
from dunning.sources.nouns import RowCode, RowKind, SourceTable
from dunning.sources.report import RowNote, Then
from dunning.sources.values import text_of
from dunning.terms import Terms

CREDITS = ("payment", "credit_note", "discount", "write_off")
"""The kinds of rows that settle."""


@attrs.define(eq=False)
class Link:
    """What a row says of the debt to which its money was put; None where it does not say how much, or when."""

    to: str
    amount: Decimal | None
    on: date | None


@attrs.define(eq=False)
class Draft:
    """What a row says, read; amounts are positive, `kind` says on which side they are."""

    table: SourceTable
    line: str
    at: int
    cells: Mapping[str, Any]
    kind: RowKind
    id: str
    key: str
    customer: str
    currency: str
    on: date
    due: date | None
    amount: Decimal
    open: Decimal | None
    settled_on: date | None
    reference: str
    terms: Terms | None
    group: str
    source: str
    links: list[Link]
    signs: set[RowCode]
    parts: list[Draft] = attrs.field(factory=list)
    applied: list[tuple[Draft, Decimal, date | None]] = attrs.field(factory=list)
    """Of a payment or credit note: the debts to which it is put."""
    elsewhere: Decimal = ZERO
    """Of a payment or credit note that does not say what is left of it: what is put to debts outside the file."""
    covered: Decimal = ZERO
    """Of a debt: what is put to it."""
    is_taken: bool = True

    @property
    def is_debt(self) -> bool:
        """Whether it is owed, and not what settles."""
        return self.kind in ("invoice", "debit")

    @property
    def account(self) -> tuple[str, str]:
        """Whose it is, and in which currency."""
        return self.customer, self.currency

    @property
    def content(self) -> tuple[object, ...]:
        """What lines of one document have in common."""
        return self.customer, self.currency, self.on, self.amount, self.open

    @property
    def worth(self) -> Decimal:
        """What is left of it, credits below zero."""
        left = self.amount if self.open is None else self.open
        return -left if self.kind in CREDITS else left

    def settled(self) -> Decimal | None:
        """What is not left of it; None where nothing says it, as of a credit on the day on which it was issued."""
        return None if self.open is None or (self.table.at_issue and not self.is_debt) else self.amount - self.open

    def written(self) -> tuple[tuple[str, str], ...]:
        """All that stands in its row."""
        return tuple((name, text_of(value)) for name, value in self.cells.items() if name != "^")


class Aside(Exception):
    """A row that cannot be taken: why, and the column and value that say it."""

    def __init__(self, code: RowCode, column: str = "", value: object = "") -> None:
        super().__init__(code)
        self.code: RowCode = code
        self.column, self.value = column, value


@attrs.define(eq=False)
class Notes:
    """What is told of the rows of a file; what is the same in every row is told once."""

    found: list[RowNote] = attrs.field(factory=list)
    told: set[tuple[str, str, str]] = attrs.field(factory=set)

    def tell(
        self, then: Then, code: RowCode, row: RawRow | Draft, table: str, column: str = "", value: object = "",
        **more: Any,
    ) -> None:  # fmt: skip
        """Tell something of a row."""
        self.found.append(RowNote(then, code, table, row.line, column=column, value=f"{value}"[:200], **more))

    def once(self, then: Then, code: RowCode, row: RawRow, table: str, column: str = "", value: object = "") -> None:
        """Tell something that other rows say too, of the first of them."""
        key = (table, code, f"{value}")
        if key not in self.told:
            self.told.add(key)
            self.tell(then, code, row, table, column, value)

    def of(self, then: Then, code: RowCode, draft: Draft, value: object = "", **more: Any) -> None:
        """Tell something of a row that was read."""
        self.tell(then, code, draft, draft.table.name, value=value, id=draft.id, currency=draft.currency, **more)
