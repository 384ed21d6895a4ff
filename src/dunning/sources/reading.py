"""From a row to a draft: every cell read as its source describes it, and told where it had to be repaired."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, TypeVar, cast

from dunning.amounts import ZERO, minor_units
from dunning.dates import add_days
from dunning.errors import DunningError, InvalidValue
from dunning.sources.drafts import CREDITS, Aside, Draft, Link, Notes
from dunning.sources.grids import Grid, RawRow, folded, parts_of
from dunning.sources.nouns import RowCode, RowField, RowKind, Source, SourceTable
from dunning.sources.report import Then
from dunning.sources.values import DASHES, day, identifier, number, terms_of, text_of, value_at
from dunning.terms import Terms, due_dates

_T = TypeVar("_T")
_AMOUNTS = ("amount", "open", "credit", "applied_amount")


class RowReader:
    """Reads the rows of one table."""

    def __init__(
        self,
        source: Source,
        table: SourceTable,
        grid: Grid,
        notes: Notes,
        as_of: date,
        joined: Callable[[RawRow], Mapping[str, Any]],
    ) -> None:
        self._source, self._table, self._notes, self._as_of, self._joined = source, table, notes, as_of, joined
        self._is_flat = not source.json
        self._blanks = {blank.casefold() for blank in source.blanks} | {""}
        self._called = {self._way(way): way for _, ways in table.columns for way in ways}
        self._ways: dict[str, tuple[str, ...]] = {
            name: tuple(each for each in map(self._way, ways) if self._is_there(each, grid))
            for name, ways in table.columns
        }
        self._rules = [
            (rule, [each.casefold().replace("[", "[[]") for each in rule.values])
            for rule in table.rules
            if grid.names is None or folded(rule.column) in grid.names
        ]
        self._codes = {folded(name): code for name, code in source.currencies}
        self._units = dict(source.units)
        self._spelling: dict[str, str] = {}
        self._row, self._id, self._at = RawRow("", {}), "", 0
        self._needed = ("source",) if source.headings else ("source", "customer")
        self._require(grid)

    def _way(self, way: str) -> str:
        """A way as cells have it: in a table without regard to case and blanks."""
        return re.sub(r"[^{}]+(?=\})", lambda found: folded(found[0]), way) if "{" in way else self._name(way)

    def _name(self, column: str) -> str:
        return folded(column) if self._is_flat else column

    def _is_there(self, way: str, grid: Grid) -> bool:
        joins = tuple(f"{other}." for other, _, _ in self._table.join)
        return grid.names is None or all(
            each in grid.names or each.startswith(tuple(map(folded, joins)) or "\0") for each in parts_of(way)
        )

    def _require(self, grid: Grid) -> None:
        """Refuse a file without what decides a figure, a side or a kind; tell of other columns that are missing."""
        if grid.names is None or self._table.kind == "lookup":
            return
        optional = set(map(folded, self._table.optional))
        missing = [each for each in self._deciders() if folded(each) not in grid.names | optional]
        said = {name: " or ".join(ways) for name, ways in self._table.columns}
        absent = [name for name in said if not self._ways[name]]
        missing += [said[name] for name in absent if name in self._needed]
        if all(name in absent for name in said if name in _AMOUNTS):
            missing += [said[name] for name in said if name in _AMOUNTS][:1]
        if missing:
            words = "missing; without it figures would be wrong"
            raise InvalidValue(self._source.name, [f"{self._table.name}: {each}: {words}" for each in missing])
        for name, ways in self._table.columns:
            if name in absent and optional.isdisjoint(map(folded, ways)):
                self._notes.once("noted", "column_missing", RawRow("", {}), self._table.name, said[name], name)

    def _deciders(self) -> list[str]:
        """The columns that decide on which side a row is, what it is, and what is joined to it."""
        table = self._table
        signs = [table.sign.column] if table.sign is not None else []
        return sorted({*signs, *(rule.column for rule in table.rules), *(here for _, here, _ in table.join)})

    # Cells

    def _raw(self, field: RowField) -> tuple[Any, str]:
        """The first value that a field has in the row, and the column that it stands in."""
        for way in self._ways.get(field, ()):
            value = self._filled(way, is_link=field in ("applied_to", "source"))
            if not self._is_blank(value):
                return value, self._called[way]
            if isinstance(value, str) and value.strip():
                self._once("read", "blank_text", self._called[way], value)
        return None, ""

    def _columns(self, field: RowField) -> str:
        """The columns that may hold a field, for people."""
        return " or ".join(self._called[way] for way in self._ways.get(field, ()))

    def _filled(self, way: str, *, is_link: bool = False) -> Any:
        """What stands at a way; of several columns nothing where one says nothing, or 0 where it names a row."""
        if "{" not in way:
            return self._cell(way)
        values = {part: self._cell(part) for part in parts_of(way)}
        if any(self._is_blank(value) or (is_link and not text_of(value).strip("0")) for value in values.values()):
            return None
        return re.sub(r"\{([^{}]+)\}", lambda found: identifier(text_of(values[found[1]])), way)

    def _cell(self, way: str) -> Any:
        return value_at(self._row.cells, way)

    def _is_blank(self, value: Any) -> bool:
        if isinstance(value, (list, dict)):
            return True
        return text_of(value).casefold() in self._blanks

    def _text(self, field: RowField) -> str:
        value, column = self._raw(field)
        text = text_of(value)
        plain = identifier(text) if field in ("id", "key", "customer", "applied_to", "source", "group") else text
        if plain != text and field == "id":
            self._tell("read", "id_float", column, text)
        return plain

    def _tell(self, then: Then, code: RowCode, column: str = "", value: object = "", **more: Any) -> None:
        self._notes.tell(then, code, self._row, self._table.name, column, value, id=self._id, **more)

    def _once(self, then: Then, code: RowCode, column: str = "", value: object = "") -> None:
        self._notes.once(then, code, self._row, self._table.name, column, value)

    def _number(self, field: RowField, currency: str = "") -> Decimal | None:
        """An amount, in the currency of the row where its text names one; a dash alone is nothing left."""
        value, column = self._raw(field)
        if column and text_of(value) in DASHES:
            return ZERO
        if not column:
            is_zero = any(text_of(self._filled(way)) in DASHES for way in self._ways.get(field, ()))
            return ZERO if is_zero else None
        try:
            found = number(value, self._source.decimal)
        except ValueError:
            raise Aside("amount_unreadable", column, value) from None
        if found.currency and currency and found.currency != currency:
            raise Aside("currency_unlike", column, value)
        if found.was_repaired:
            self._tell("read", "amount_text", column, value)
        return found.amount

    def _day(self, field: RowField) -> date | None:
        value, column = self._raw(field)
        if not column:
            return None
        try:
            return day(value, self._source.dates)
        except ValueError:
            raise Aside("date_unreadable", column, value) from None

    # Rows

    def read(self, row: RawRow, at: int) -> Draft | None:
        """What a row says; None where it is no fact, or cannot be taken: then it is told why."""
        self._at = at
        self._row = row._replace(cells={**row.cells, **self._joined(row)}) if self._table.join else row
        self._id = ""
        self._id = self._text("id")
        try:
            return self._draft()
        except Aside as aside:
            self._tell("set_aside", aside.code, aside.column, aside.value, **self._worth())
            for other in self._others(aside):
                self._tell("set_aside", other.code, other.column, other.value)
            return None

    def total(self, row: RawRow) -> tuple[str, Decimal] | None:
        """What a total row says: its currency, empty where it says none, and what is left; None without an amount."""
        self._row, self._id = row, ""
        return self._aloud(self._total)

    def _total(self) -> tuple[str, Decimal] | None:
        named = self._text("currency")
        currency = self._currency()
        amount, open_ = self._money(currency)
        left = amount if open_ is None else open_
        return None if left is None else (currency if named else "", left)

    def _aloud(self, step: Callable[[], _T]) -> _T | None:
        """What a step gives, without telling of it; None where the row cannot be taken."""
        notes, self._notes = self._notes, Notes()
        try:
            return step()
        except Aside:
            return None
        finally:
            self._notes = notes

    def _others(self, first: Aside) -> list[Aside]:
        """What else is wrong with a row, so that it can be mended at once."""
        if first.code == "cells_beyond":  # nothing stands in its own column
            return []
        found: dict[tuple[str, str], Aside] = {(first.code, first.column): first}
        steps: list[Callable[[], object]] = [self._customer]
        steps += [partial(self._number, "amount"), partial(self._number, "open")]
        steps += [partial(self._day, "issued"), partial(self._day, "due")]

        def tried(step: Callable[[], object]) -> None:
            try:
                step()
            except Aside as aside:
                found.setdefault((aside.code, aside.column), aside)

        for step in steps:
            self._aloud(partial(tried, step))
        return [each for each in found.values() if each is not first]

    def _worth(self) -> dict[str, Any]:
        """What is left of a row that is set aside, credits below zero, and its currency, as far as they can be read."""
        currency = self._aloud(self._currency) or None
        left = self._aloud(self._left)
        return {"currency": currency, "amount": left}

    def _left(self) -> Decimal | None:
        kind, *_ = self._kind()
        amount, open_ = self._money(self._currency())
        left = amount if open_ is None else open_
        is_unsigned = not self._table.signed and self._table.sign is None
        return -abs(left) if left is not None and is_unsigned and kind in CREDITS else left

    def _draft(self) -> Draft | None:
        kind, signs, is_out = self._kind()
        if is_out:
            return None
        if self._row.beyond:
            raise Aside("cells_beyond", "", self._row.beyond)
        if kind is None:
            raise Aside("kind_unknown", *self._deciding())
        if kind == "application":
            return self._application()
        currency = self._currency()
        if not currency:
            raise Aside("currency_missing", self._columns("currency"))
        customer = self._customer()
        amount, open_ = self._money(currency)
        if amount is None:
            raise Aside("amount_missing", self._columns("amount") or self._columns("open"))
        if not amount and not open_ and self._table.repeats != "sum":
            self._tell("skipped", "zero_amount", value=amount)
            return None
        kind, amount, open_ = self._sided(kind, amount, open_)
        due, on = self._dates()
        settled_on = self._day("settled_on")
        if open_ is None:
            open_ = self._said_to_be_settled(settled_on, signs)
        if open_ is None and self._ways.get("open"):
            self._tell("noted", "open_missing", self._columns("open"), amount=amount, currency=currency)
        draft = Draft(
            self._table, self._row.line, self._at, self._row.cells, kind, self._id, self._text("key"), customer,
            currency,
            on, due, amount, open_, settled_on, self._text("reference"), self._terms(),
            self._text("group"), "", self._links(currency), signs,
        )  # fmt: skip
        if draft.terms is not None and draft.due is None and kind == "invoice":
            draft.due = _due(draft)
        if draft.due is None and draft.is_debt and draft.terms is None:
            self._tell("read", "date_missing", "due")
        if self._table.at_issue and not draft.is_debt and open_ is not None:
            draft.elsewhere = amount - open_
        return draft

    def _said_to_be_settled(self, settled_on: date | None, signs: set[RowCode]) -> Decimal | None:
        """Nothing is left of what has a day of settlement, a number of it, or a status that says so; None of others."""
        if settled_on is not None:
            return ZERO if settled_on <= self._as_of else None
        return ZERO if self._text("cleared") or "settled" in signs else None

    def _application(self) -> Draft | None:
        currency = self._currency()
        amount = self._scaled(self._number("applied_amount", currency), currency)
        to, source = self._text("applied_to"), self._text("source")
        if not (to and source and amount):
            self._tell("noted", "unmatched", self._columns("applied_to"), to, amount=amount, currency=currency)
            return None
        return Draft(
            self._table, self._row.line, self._at, self._row.cells, "application", "", "", "", currency, self._as_of,
            None, abs(amount), None, None, "", None, "", source, [Link(to, amount, self._day("applied_on"))], set(),
        )  # fmt: skip

    def _deciding(self) -> tuple[str, str]:
        """The column that should have said what kind a row is, and what it says."""
        columns = [rule.column for rule, _ in self._rules if rule.kind is not None]
        return (columns[0], text_of(self._cell(self._name(columns[0])))) if columns else ("", "")

    def _kind(self) -> tuple[RowKind | None, set[RowCode], bool]:
        """What a row is, what is told of it, and whether it is left out, which is told here."""
        kind: RowKind | None = None
        signs: set[RowCode] = set()
        for rule, patterns in self._rules:
            value = self._cell(self._name(rule.column))
            text = "" if self._is_blank(value) else identifier(text_of(value)).casefold()
            if any(fnmatchcase(text, each) for each in patterns) == rule.unless:
                continue
            if rule.skip is not None:
                self._tell("skipped", rule.skip, rule.column, text_of(value))
                return None, signs, True
            if rule.note is not None:
                self._tell("noted", rule.note, rule.column, text_of(value))
                signs.add(rule.note)
            kind = kind or rule.kind
        return kind or self._table.kind, signs, False

    def _currency(self) -> str:
        """The code of the row's currency; the empty text where nothing says one."""
        text = self._text("currency")
        known = self._codes.get(folded(text))
        if known is not None:
            self._once("read", "currency_name", self._raw("currency")[1], text)
            return known
        return text.upper() or self._source.currency or ""

    def _customer(self) -> str:
        named, column = self._raw("customer")
        text = identifier(text_of(named))
        if not text and self._row.heading:
            text = self._row.heading
            self._once("read", "customer_in_heading", value=text)
        if not text:
            raise Aside("customer_missing", self._columns("customer"))
        if not self._source.fold_customers:
            return text
        first = self._spelling.setdefault(folded(text), text)
        if first != (named if isinstance(named, str) else text):
            self._tell("read", "customer_spelling", column, named)
        return first

    def _scaled(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """An amount in the unit of its currency."""
        if amount is None or self._source.unit == "major":
            return amount
        try:
            units = self._units[currency] if currency in self._units else minor_units(currency)
        except DunningError:
            raise Aside("currency_missing", self._columns("currency"), currency) from None
        if units != 2:  # the two places that most currencies have
            self._once("read", "scale", value=currency)
        return amount.scaleb(-units if self._source.unit == "minor" else 2 - units)

    def _money(self, currency: str) -> tuple[Decimal | None, Decimal | None]:
        """The amount and what is open of it, with their signs; None where the row does not say it."""
        amount, open_ = self._number("amount", currency), self._number("open", currency)
        credit, rounding = self._number("credit", currency), self._number("rounding", currency)
        if amount is not None and rounding:
            amount += rounding
        if credit and abs(credit) > abs(amount or ZERO):
            amount = -abs(credit)
        settled = self._number("settled", currency)
        if self._table.sign is not None:
            amount, open_ = self._signed(amount), self._signed(open_)
        if open_ is None and settled is not None and amount is not None:
            open_ = amount - (abs(settled) if amount > 0 else -abs(settled))
        if not amount:  # reports of open items have none for money on account
            amount = open_ if amount is None or open_ else amount
        return self._scaled(amount, currency), self._scaled(open_, currency)

    def _signed(self, amount: Decimal | None) -> Decimal | None:
        """An amount with the side that a column of its own says; one below zero has its side already."""
        sign = self._table.sign
        if amount is None or sign is None or amount < 0:
            return amount
        text = text_of(self._cell(self._name(sign.column))).casefold()
        if text in (each.casefold() for each in sign.credit):
            return -amount
        if text not in (each.casefold() for each in sign.debit) and amount:
            raise Aside("sign_unknown", sign.column, text)
        return amount

    def _sided(self, kind: RowKind, amount: Decimal, open_: Decimal | None) -> tuple[RowKind, Decimal, Decimal | None]:
        """The kind that goes with the side of a row, and amounts without a sign."""
        if kind == "entry" or self._table.signed or self._table.sign is not None:
            is_credit = amount < 0
        else:
            is_credit = (kind in CREDITS) != (amount < 0 and not self._table.by_kind)
        if open_ is not None:
            is_apart = not self._table.by_kind and open_ and (open_ < 0) != (amount < 0)
            if is_apart or abs(open_) > abs(amount):
                raise Aside("open_unlike_amount", self._columns("open"), open_)
        if kind == "entry":
            kind = "payment" if is_credit else "debit"
        elif is_credit and kind not in CREDITS:
            if self._table.repeats != "sum":  # of the lines of an invoice some are below zero
                self._tell("read", "negative_amount", self._columns("amount"), amount)
            kind = "credit_note" if kind == "invoice" else "payment"
        elif not is_credit and kind in CREDITS:
            self._tell("noted", "credit_taken_back", self._columns("amount"), amount)
            kind = "debit"
        return kind, abs(amount), None if open_ is None else abs(open_)

    def _dates(self) -> tuple[date | None, date]:
        issued, due = self._day("issued"), self._day("due")
        if due is not None and "due_days" in self._ways:
            due = add_days(due, self._due_days())
        if issued is None:
            issued = min(due or self._as_of, self._as_of)
            self._tell("noted", "date_missing", "issued", issued)
        return due, issued

    def _due_days(self) -> int:
        """The first of several numbers of days that is not 0."""
        for way in self._ways["due_days"]:
            value = self._filled(way)
            if not self._is_blank(value):
                try:
                    found = number(value, self._source.decimal).amount
                except ValueError:
                    raise Aside("amount_unreadable", self._called[way], value) from None
                if found:
                    return int(found)
        return 0

    def _terms(self) -> Terms | None:
        text = self._text("terms")
        terms = terms_of(text) if text else None
        if text:
            self._tell("noted" if terms is None else "read", "terms_text", "terms", text)
        return terms

    def _links(self, currency: str) -> list[Link]:
        to = self._text("applied_to")
        if not to:
            return []
        return [Link(to, self._scaled(self._number("applied_amount", currency), currency), self._day("applied_on"))]


def _due(draft: Draft) -> date | None:
    """The due date that terms give; None where they have several, or need a calendar."""
    terms = cast("Terms", draft.terms)
    try:
        found = due_dates(terms, draft.on)
    except InvalidValue:
        return None
    return found[0] if len(found) == 1 else None
