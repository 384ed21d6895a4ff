"""Rows of plain values into facts: the way in for CSV files, SQL rows and data frames alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Any, cast

import attrs

from dunning import invoice as money
from dunning._base.forms import fields_of
from dunning._base.kinds import quoted, refuse
from dunning._base.names import owner
from dunning._base.reading import Reader as PlainReader
from dunning._base.writing import write
from dunning.amounts import ZERO, currencies, parse, rounded, smallest_amount
from dunning.dates import parse_date
from dunning.errors import Fault, InvalidValue, NotFound
from dunning.ledger.intake import Problem
from dunning.ledger.kinds import KINDS, Fact
from dunning.ledger.sources import day_of, flag, mapping_of, parts, plain, rows_of
from dunning.terms import Terms

KINDS_OF_FACTS: Mapping[str, type[Any]] = {row.name: kind for kind, row in KINDS.items()}
"""The name of each kind of fact: what `kind` says of all rows, or a row's `fact` of one."""

Reader = Callable[[Any], Any]


def is_missing(value: Any) -> bool:
    """Whether a value stands for no value: None, and what data frames put in its place (NaN, NaT, NA)."""
    if value is None or isinstance(value, (str, int, Decimal, list, tuple)):
        return value is None
    try:
        return bool(value != value)  # noqa: PLR0124  # what is not equal to itself is no value
    except TypeError:  # nor is what cannot say whether it is
        return True
    except ValueError:  # an array
        return False


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _items(value: Any) -> Any:
    return tuple(map(_text, cast("list[Any]", value))) if isinstance(value, (list, tuple)) else value


def _pairs(read_amount: Reader) -> Reader:
    """A list of pairs whose second part is an amount (applied) becomes a tuple of tuples."""

    def inner(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return value
        return tuple((_text(name), read_amount(amount)) for name, amount in cast("list[tuple[Any, Any]]", value))

    return inner


def _readers(read_date: Reader) -> dict[str, Reader]:
    """How the value of a field is read, by the field's annotation; what is not listed is taken as it is."""

    def installments(value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            return value
        if any(isinstance(each, Mapping) for each in cast("list[Any]", value)):
            return _nested(value, tuple[money.Installment, ...])
        pairs = cast("list[tuple[Any, Any]]", value)
        return tuple(money.Installment(read_date(due), parse(amount)) for due, amount in pairs)

    def paid_in(value: Any) -> Any:
        pair: list[Any] = list(cast("list[Any]", value)) if isinstance(value, (list, tuple)) else []
        return (parse(pair[0]), _text(pair[1])) if len(pair) == 2 else cast("Any", value)

    def terms(value: Any) -> Any:
        if isinstance(value, Mapping):
            return _nested(value, Terms)
        return Terms.parse(value) if isinstance(value, str) else value

    read: dict[str, Reader] = {
        "Id": _text,
        "bool": flag,
        "Id | None": _text,
        "str": _text,
        "date": read_date,
        "date | None": read_date,
        "Instant | None": lambda value: datetime.fromisoformat(value) if isinstance(value, str) else value,
        "ClockTime | None": lambda value: time.fromisoformat(value) if isinstance(value, str) else value,
        "Amount": parse,
        "Amount | None": parse,
        "AmountOrZero": parse,
        "AmountOrZero | None": parse,
        "tuple[Amount, CurrencyCode] | None": paid_in,
        "Applied": _pairs(parse),
        "tuple[Id, ...]": _items,
        "tuple[Installment, ...]": installments,
        "Terms | None": terms,
    }
    listed = [name for name in read if name in ("Applied", "Terms | None") or name.startswith("tuple[")]
    return read | {name: partial(_of_parts, read[name]) for name in listed}


def _of_parts(read: Reader, value: Any) -> Any:
    """What a list or table is, which may be given as JSON text."""
    return read(parts(value))


def _nested(value: Any, hint: Any) -> Any:
    """What a row holds that is no plain value, as `row_of` writes it."""
    reader = PlainReader("row")
    found = reader.read(value, hint)
    reader.finish()
    return found


def row_of(fact: Fact) -> dict[str, Any]:
    """A fact as a row of plain values, without what is at its default."""
    row: dict[str, Any] = {"fact": KINDS[type(fact)].name}
    for field in fields_of(type(fact)):
        value = getattr(fact, field.name)
        if field.default is None or value != field.default():
            row[field.name] = value.isoformat() if isinstance(value, datetime) else write(value, field.hint)
    if type(fact) is money.Invoice and fact.due is None and fact.terms is not None:
        row["due"] = UNDATED
    return row


UNDATED = "undated"
"""What a row says in place of a due date where the terms must not give one."""


ISO = "%Y-%m-%d"
"""How days are written where nothing else is said."""


def _date_reader(date_format: str) -> Reader:
    known: dict[str, date] = {}

    def inner(value: Any) -> Any:
        if not isinstance(value, str):
            return day_of(value)
        if value not in known:
            known[value] = parse_date(day_of(value) if date_format == ISO else value, date_format)
        return known[value]

    return inner


def _built(kind: type[Any], values: dict[str, Any], readers: Mapping[str, Reader]) -> Fact:
    """One fact from a row's values; every fault of the row is in the one error."""
    fields: dict[str, str] = kind.__annotations__
    faults = [
        Fault(f"{name}: {kind.__name__} has no such field; map it to one of {', '.join(fields)}", code="unknown")
        for name in values
        if name not in fields
    ]
    given: dict[str, Any] = {"due": None} if kind is money.Invoice else {}
    due = values.get("due")
    nullable = {name for name, hint in fields.items() if hint.endswith(" | None")}
    is_undated = kind is money.Invoice and isinstance(due, str) and due == UNDATED
    for name, value in values.items():
        if name not in fields or (is_undated and name == "due"):
            continue
        if is_missing(value):
            given |= {name: None} if name in nullable else {}
        else:
            try:
                given[name] = readers.get(fields[name], lambda same: same)(plain(value))
            except (InvalidValue, ValueError, TypeError, RecursionError) as error:
                said = "; ".join(error.faults) if isinstance(error, InvalidValue) else f"{value!r} cannot be read"
                faults.append(Fault(f"{name}: {said}", code="unreadable", value=quoted(value)))
    missing = [each.name for each in attrs.fields(kind) if each.default is attrs.NOTHING and each.name not in given]
    faults.extend(Fault(f"{name}: missing", code="missing") for name in missing if is_missing(values.get(name)))
    refuse(kind.__name__, faults)
    if given.get("terms") is not None and given["due"] is None and not is_undated and "installments" not in given:
        return money.Invoice.from_terms(**{name: value for name, value in given.items() if name != "due"})
    return cast("Fact", kind(**given))


def _settlement(invoice: money.Invoice, settled: Any, read_date: Reader) -> money.Payment:
    """The payment in full that a flat invoice list shows as a settlement date."""
    name = f"{invoice.id}:settled"
    try:
        on = read_date(settled)
    except InvalidValue as error:
        raise InvalidValue("Invoice", [f"settled: {fault}" for fault in error.faults]) from None
    applied = ((invoice.id, invoice.amount),)
    return money.Payment(
        name, invoice.customer, on, invoice.amount, invoice.currency, applied=applied, recorded=invoice.recorded
    )


def read(
    rows: object,
    *,
    kind: str | None,
    columns: Mapping[str, str] | None,
    defaults: Mapping[str, Any] | None,
    date_format: str,
    credits: bool,
    finer: bool,
    invoices: Iterable[money.Invoice],
) -> tuple[list[Fact], list[Problem]]:
    """The facts of the rows, and a problem with its row number (the first row is 1) for each that could not be read.

    Money that names an invoice and no customer is read last, when all invoices are known.
    """
    readers = _readers(_date_reader(date_format))
    facts: list[Fact] = []
    problems: list[Problem] = []
    waiting: list[tuple[int, Any, str, dict[str, Any]]] = []
    number = 0
    for number, given in enumerate(rows_of(rows), start=1):
        row = mapping_of(given)
        try:
            named, values = _values_of(row, kind, columns, defaults or {})
            if named in _MONEY and "invoice" in values and not {"customer", "currency"} <= values.keys():
                waiting.append((number, row, named, values))
            else:
                facts.extend(_facts_of(named, values, readers, credits=credits))
        except (InvalidValue, NotFound) as error:
            problems.append(_unread(error, number, row, kind, columns, defaults or {}))
    known = {each.id: each for each in (*invoices, *facts) if type(each) is money.Invoice} if waiting else {}
    for number, row, named, values in waiting:
        bill = known.get(owner(str(plain(values["invoice"])), known))
        try:
            own = {} if bill is None else {"customer": bill.customer, "currency": bill.currency}
            facts.extend(_facts_of(named, own | values, readers, credits=credits))
        except (InvalidValue, NotFound) as error:
            problems.append(_unread(error, number, row, kind, columns, defaults or {}))
    problems.sort(key=lambda each: each.row or 0)
    if 2 * len(problems) > number > 1:
        said = f"{len(problems):,} of {number:,} rows could not be read"
        problems.insert(
            0, Problem("most_rows", "rows", f"{said}: are the columns, the kind and the form of dates right?")
        )
    if not finer:
        problems.extend(_too_fine(facts))
    return facts, problems


_MONEY = ("payment", "credit_note")
_OF_MONEY = ("customer", "currency", "invoice", "applied")


def _unread(
    error: InvalidValue | NotFound, number: int, row: Any, kind: str | None, columns: Mapping[str, str] | None,
    defaults: Mapping[str, Any],
) -> Problem:  # fmt: skip
    """A row that could not be read: what is wrong with it, and its values by field."""
    fields: Any = row if isinstance(row, Mapping) else {}  # pyright: ignore[reportUnknownVariableType]  # of any shape
    if columns is not None:
        fields = {field: fields[column] for field, column in columns.items() if column in fields}
    said = {"fact": kind} if kind is not None else {}
    given = {**said, **defaults, **fields}
    shown = tuple((str(field), str(value)) for field, value in given.items() if not is_missing(value))
    found = error.faults if isinstance(error, InvalidValue) else (Fault(str(error), code="unknown", path="fact"),)
    return Problem("unreadable", str(fields.get("id", "?")), str(error), shown, number, found)


def finer_amounts(fact: Fact, code: str) -> list[Decimal]:
    """The amounts of a fact in a currency that are finer than its unit; a book may use codes of its own."""
    known = currencies().get(code)
    places = None if known is None else known.decimals
    amounts = (getattr(fact, "amount", None), *(part for _, part in getattr(fact, "applied", ())))
    return [
        amount for amount in amounts if places is not None and amount is not None and rounded(amount, places) != amount
    ]


def _too_fine(facts: Iterable[Fact]) -> Iterator[Problem]:
    """One problem for each currency in which amounts are finer than its unit."""
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for fact in facts:
        code = getattr(fact, "currency", "")
        if code:
            found.setdefault(code, []).extend((fact.id, amount) for amount in finer_amounts(fact, code))
    for code, all_of in found.items():
        if all_of:
            (name, amount), unit = all_of[0], smallest_amount(code)
            count = "1 amount is" if len(all_of) == 1 else f"{len(all_of)} amounts are"
            advice = "round them, or let them be with finer=True"
            yield Problem(
                "finer", name, f"{count} finer than {unit}, the unit of {code}; the first is {amount}; {advice}"
            )


_OF_INVOICES = ("due", "terms", "reference", "tags", "installments")


def _negative(amount: Any) -> Decimal | None:
    """An amount below zero; None for every other value."""
    try:
        read = parse(amount)
    except InvalidValue:
        return None
    return read if read < ZERO else None


def _values_of(
    row: Any, kind: str | None, columns: Mapping[str, str] | None, defaults: Mapping[str, Any]
) -> tuple[str, dict[str, Any]]:
    """The kind of fact that a row is, and its values by field."""
    if not isinstance(row, Mapping):
        raise InvalidValue("row", [f"{row!r} is not a dictionary"])
    given: Mapping[Any, Any] = row  # pyright: ignore[reportUnknownVariableType]  # of any shape
    if columns is None:
        values = {**defaults, **given}
    else:
        absent = [column for column in columns.values() if column not in given]
        if absent:
            has = ", ".join(map(str, given))
            faults = [Fault(f"{each}: no such column; the row has {has}", code="unknown", path=each) for each in absent]
            raise InvalidValue("row", faults)
        values = {**defaults, **{field: given[column] for field, column in columns.items()}}
    named = values.pop("fact", kind)
    if kind is not None and named != kind:
        raise InvalidValue("row", [f"fact: {named!r} in rows that are said to be of the kind {kind!r}"])
    if not isinstance(named, str) or named not in KINDS_OF_FACTS:
        raise NotFound("kind of fact", str(named), tuple(KINDS_OF_FACTS))
    if named in _MONEY:  # a table has every column in every row
        values = {name: each for name, each in values.items() if name not in _OF_MONEY or not is_missing(each)}
    return named, values


def _facts_of(named: str, values: dict[str, Any], readers: Mapping[str, Reader], *, credits: bool) -> Iterator[Fact]:
    """The fact of one row, followed by its settlement where an invoice's row names one.

    A payment or credit note that names an invoice, and not what it settles, settles that one.
    """
    settled = values.pop("settled", None) if named == "invoice" else None
    if credits and named == "invoice" and (amount := _negative(values.get("amount"))) is not None:
        named = "credit_note"
        values = {name: value for name, value in values.items() if name not in _OF_INVOICES} | {"amount": -amount}
        settled = None
    if named in _MONEY and "invoice" in values and "applied" not in values:
        values["applied"] = [(plain(values.pop("invoice")), plain(values.get("amount")))]
    fact = _built(KINDS_OF_FACTS[named], values, readers)
    settlement = None if is_missing(settled) else _settlement(cast("money.Invoice", fact), settled, readers["date"])
    yield fact
    if settlement is not None:
        yield settlement
