"""An export described as data: its tables, what each column means, which rows are what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

import attrs

from dunning._base.bounds import Count, CurrencyCode, Id, Some
from dunning._base.noun import frozen
from dunning.sources.values import form_faults

RowKind: TypeAlias = Literal[
    "invoice", "debit", "credit_note", "payment", "entry", "application", "discount", "write_off", "lookup"
]
"""What a row is: a fact of this kind; an *entry* of a journal, which is a debit above zero and a payment below; or
*lookup*, a row that is only there to be joined."""
RowField: TypeAlias = Literal[
    "id",
    "key",
    "customer",
    "issued",
    "due",
    "due_days",
    "amount",
    "credit",
    "open",
    "settled",
    "settled_on",
    "cleared",
    "rounding",
    "currency",
    "reference",
    "terms",
    "source",
    "applied_to",
    "applied_amount",
    "applied_on",
    "group",
]
"""What a column says of a row.

*key* is by what other rows name it (its id, where nothing is said); *issued* its day, of a payment the day on which it
came; *due_days* are added to *due*; *credit* is the amount where it is below zero and has a column of its own; *open*
is what is left of the amount, *settled* what is not left, *settled_on* the day since when nothing is, *cleared* has a
number where nothing is left; *rounding* is added to the amount; *source* is the
payment or credit note of an application, *applied_to* the key of the debt; rows of one *group* settled each other.
"""
RowCode: TypeAlias = Literal[
    "title_row",
    "section_row",
    "total_row",
    "footer_row",
    "blank_row",
    "repeated_header",
    "line_item_repeat",
    "duplicate_row",
    "zero_amount",
    "draft",
    "void",
    "deleted",
    "not_receivable",
    "not_booked",
    "failed_payment",
    "special_gl",
    "credit_application",
    "adjustment",
    "id_float",
    "id_missing",
    "id_repeated",
    "date_missing",
    "blank_text",
    "amount_text",
    "negative_amount",
    "customer_in_heading",
    "customer_spelling",
    "currency_name",
    "scale",
    "terms_text",
    "repeated_amount",
    "history_lost",
    "open_missing",
    "credit_taken_back",
    "settled",
    "not_read",
    "prepaid",
    "reversed",
    "hold",
    "disputed",
    "dunning_block",
    "uncollectible",
    "refund",
    "tax_currency",
    "does_not_tie",
    "unmatched",
    "column_missing",
    "cells_beyond",
    "duplicate_id",
    "customer_missing",
    "currency_missing",
    "currency_unlike",
    "amount_missing",
    "date_unreadable",
    "amount_unreadable",
    "kind_unknown",
    "sign_unknown",
    "open_unlike_amount",
    "refused",
]
"""What a reader says of a row; the codes to match on."""

ROW_CODES: Mapping[RowCode, str] = MappingProxyType(
    {
        "title_row": "stands above the columns of the file or of a page",
        "section_row": "a heading between the rows",
        "total_row": "a total of the file's own; see the ties",
        "footer_row": "stands below the last row",
        "blank_row": "nothing is in it, or a line is drawn",
        "repeated_header": "the names of the columns again",
        "line_item_repeat": "a further line of a document whose amounts repeat: they count once",
        "duplicate_row": "the same row again",
        "zero_amount": "nothing was billed, paid or left",
        "draft": "not issued yet",
        "void": "issued by mistake, and void",
        "deleted": "deleted in the other system",
        "not_receivable": "nothing that a customer owes or paid: a bill of a supplier, an order, a payout",
        "not_booked": "not booked yet",
        "failed_payment": "an attempt to pay that failed",
        "special_gl": "a down payment, a bill of exchange, a guarantee or a request for one",
        "credit_application": "a payment of nothing, which puts a credit to an invoice",
        "adjustment": "a discount that names no invoice: what it settled is settled before",
        "id_float": "an id that a spreadsheet made a number: 1001.0 is 1001",
        "id_missing": "it has no id: one is made of what it says",
        "id_repeated": "another row has this id: its kind is put before it",
        "date_missing": "there is no date where there could be one",
        "blank_text": "a text that stands for nothing",
        "amount_text": "an amount with a currency, in brackets or with the minus behind",
        "negative_amount": "an invoice below zero: a credit note",
        "customer_in_heading": "the customer stands above the rows, not in them",
        "customer_spelling": "another spelling of a customer, taken for the same",
        "currency_name": "a name of a currency in place of its code",
        "scale": "amounts in the smallest unit, or shifted by two places, brought to the unit",
        "terms_text": "terms in words",
        "repeated_amount": "one payment in several rows: its amount counts once",
        "history_lost": "so much was settled before, nobody knows when and how",
        "open_missing": "it does not say what is left: all of it, it is taken for",
        "credit_taken_back": "a payment or credit on the side of debts: it was taken back, so it is a debt",
        "settled": "it is settled, says its status, nobody knows when",
        "not_read": "a list of the document that the source does not name",
        "prepaid": "so much was paid before the invoice was issued",
        "reversed": "it and its counter entry cancel each other",
        "hold": "on hold in the other system: held from the day of the report",
        "disputed": "disputed in the other system: in dispute from the day of the report",
        "dunning_block": "blocked for dunning in the other system: held from the day of the report",
        "uncollectible": "given up in the other system, and still owed",
        "refund": "money went back",
        "tax_currency": "the tax is also given in another currency",
        "does_not_tie": "what it names does not go together with what is left: put to nothing",
        "unmatched": "it names what is not in the file, or of another customer or currency",
        "column_missing": "a column that the source names is not in the file",
        "cells_beyond": "it has more cells than the file has columns: a delimiter in a text without quotes",
        "duplicate_id": "another row has its id, and says something else",
        "customer_missing": "it names no customer",
        "currency_missing": "it has no currency that is known: give that of the company, or codes for names",
        "currency_unlike": "the amount is in another currency than the row",
        "amount_missing": "it has no amount",
        "date_unreadable": "there is no such day, or its form is not among those of the source",
        "amount_unreadable": "not a number in the form of the source",
        "kind_unknown": "nothing in the source says what such a row is",
        "sign_unknown": "nothing in the source says on which side such a row is",
        "open_unlike_amount": "more is left than the amount, or it is left on the other side",
        "refused": "the fact that it describes cannot be",
    }
)
"""What each code means."""


@frozen
class RowRule:
    """What a row is, or why it is none, by the value of one column.

    `values` are compared without regard to case; `*` stands for any text, also none, `?` for one character (``?*`` is
    some text), and the empty text for no value. With `unless` the rule speaks of all rows but these. A rule says one of
    three things: which `kind` the row is; for which reason it is left out (`skip`); or what has to be told of it
    (`note`). A row that is *disputed*, on *hold* or under a *dunning_block* becomes so in the books too, from the day
    of the report; of one that is *settled* nothing is left, where no column says what is.

    >>> RowRule("Status", ("*: Voided",), skip="void").column
    'Status'
    """

    column: Id
    values: Some[str]
    kind: RowKind | None = attrs.field(default=None, kw_only=True)
    skip: RowCode | None = attrs.field(default=None, kw_only=True)
    note: RowCode | None = attrs.field(default=None, kw_only=True)
    unless: bool = attrs.field(default=False, kw_only=True)

    def _rules(self) -> Iterator[str]:
        if sum(each is not None for each in (self.kind, self.skip, self.note)) != 1:
            yield "kind, skip, note: give one of the three"


@frozen
class Sign:
    """On which side an amount is, by a column of its own: SAP's ``SHKZG`` is S for debits and H for credits."""

    column: Id
    debit: Some[str]
    credit: Some[str]


@frozen
class SourceTable:
    """One table of an export: which rows are what, and what their columns mean.

    `columns` gives for each field the columns that may hold it, the first that has a value counts: a name (case and
    blanks do not count), in JSON a way such as ``CustomerRef.value``, ``Line.0.Amount``, ``Line[Type=Credit].Id``, with
    ``^`` for what the row stands in; or a text with names in braces, such as ``{BUKRS}/{BELNR}``. `kind` is what a row
    is of which no rule says it. Amounts carry their `signed` side, debits positive; or the kind says the side of what
    is above zero, and what is below is on the other side; or, `by_kind`, it says it whatever the sign. A `Sign` says
    it of amounts without one. Where an id `repeats`, its rows are lines of a document whose amounts count *once*, that
    add up (*sum*), parts with due dates of their own (*installments*), or an *error*; of money it may be a number of
    the bank's, and each row counts. `at_issue` says that *open* is what was left on the day of the invoice, before all
    that the file says of it. `join` finds the row of another table: (its name, the column here, the column there); its
    columns are named ``table.column``. A column of `optional` may be missing without a word.
    """

    name: Id
    columns: tuple[tuple[RowField, Some[str]], ...]
    kind: RowKind | None = attrs.field(default=None, kw_only=True)
    rules: tuple[RowRule, ...] = attrs.field(default=(), kw_only=True)
    rows: str = attrs.field(default="", kw_only=True)
    signed: bool = attrs.field(default=False, kw_only=True)
    by_kind: bool = attrs.field(default=False, kw_only=True)
    sign: Sign | None = attrs.field(default=None, kw_only=True)
    repeats: Literal["error", "once", "sum", "installments"] = attrs.field(default="error", kw_only=True)
    at_issue: bool = attrs.field(default=False, kw_only=True)
    join: tuple[tuple[Id, Id, Id], ...] = attrs.field(default=(), kw_only=True)
    optional: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def _rules(self) -> Iterator[str]:
        names = [name for name, _ in self.columns]
        yield from (
            f"columns: {name} is given twice" for name in sorted({each for each in names if names.count(each) > 1})
        )
        amounts = {"amount", "open", "credit", "applied_amount"}
        if self.kind != "lookup" and amounts.isdisjoint(names):
            yield "columns: name the column of the amount"


@frozen
class Source:
    """An export of another system described as data: what is in it, and how it is written.

    Args:
        name: of the export, for people.
        tables: its tables; a file of one table is read as the first.
        json: whether it is a JSON document, in which `rows` of each table says where its rows are, such as
            `QueryResponse.Payment[].Line[]`; otherwise lines of cells.
        encoding: of bytes; a mark of the byte order is dropped.
        delimiter: between cells; lists in text (``|``) and downloads with tabs know no quotes.
        dates: the forms of dates, tried in order: of `%d`, `%m`, `%Y`, `%y` and `%b` (a month by its English name or
            its first letters), or *unix* (seconds), */Date()/* (milliseconds), *serial* (days of a spreadsheet). A time
            behind the date is left off.
        decimal: the decimal sign; the other one, blanks and apostrophes part thousands.
        unit: *minor*, amounts are in the smallest unit of their currency; *two_places*, they are shifted by two
            decimals whatever the currency has.
        units: the decimals of currencies that the system counts otherwise than ISO 4217.
        blanks: texts that stand for nothing.
        totals: with what the first text of a total row begins.
        headings: with what a line begins that names the customer of the rows below; `*`, every line of one text.
        currency: where no column says it, or has no value.
        currencies: codes for the names that stand in their place.
        fold_customers: whether customers are one whose names differ by case or blanks alone.
        cite: where this is known from.

    >>> from dunning.sources import SourceTable
    >>> Source("ours", (SourceTable("items", (("id", ("No",)), ("amount", ("Total",))), kind="invoice"),)).delimiter
    ','
    """

    name: Id
    tables: Some[SourceTable]
    json: bool = attrs.field(default=False, kw_only=True)
    encoding: Id = attrs.field(default="utf-8", kw_only=True)
    delimiter: str = attrs.field(default=",", kw_only=True)
    dates: Some[str] = attrs.field(default=("%Y-%m-%d",), kw_only=True)
    decimal: Literal[".", ","] = attrs.field(default=".", kw_only=True)
    unit: Literal["major", "minor", "two_places"] = attrs.field(default="major", kw_only=True)
    units: tuple[tuple[CurrencyCode, Count], ...] = attrs.field(default=(), kw_only=True)
    blanks: tuple[str, ...] = attrs.field(
        default=("nan", "null", "none", "n/a", "#n/a", "#nv", "nat", "-"), kw_only=True
    )
    totals: tuple[str, ...] = attrs.field(default=("total", "grand total", "summe", "gesamt"), kw_only=True)
    headings: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    currency: CurrencyCode | None = attrs.field(default=None, kw_only=True)
    currencies: tuple[tuple[str, CurrencyCode], ...] = attrs.field(default=(), kw_only=True)
    fold_customers: bool = attrs.field(default=False, kw_only=True)
    cite: str = attrs.field(default="", kw_only=True)

    def _rules(self) -> Iterator[str]:
        if len(self.delimiter) != 1:
            yield f"delimiter: {self.delimiter!r} is not one character"
        yield from form_faults(self.dates)
        names = [table.name for table in self.tables]
        yield from (
            f"tables: {name} is given twice" for name in sorted({each for each in names if names.count(each) > 1})
        )
        for table in self.tables:
            joined = (other for other, _, _ in table.join)
            yield from (
                f"tables: {table.name} joins {other}, which is none of them" for other in joined if other not in names
            )
