"""Facts as rows of flat tables: for each kind of fact one table, its columns and their types always the same.

For databases, Arrow and engines of data frames. `columns` describes a table, `to_row` and `from_row` go there and back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from types import NoneType
from typing import Any, Literal, NamedTuple, TypeAlias, cast, get_origin

from dunning._base.forms import Field, fields_of, members
from dunning._base.guards import guarded
from dunning._base.kinds import quoted
from dunning._base.noun import at_home
from dunning._base.reading import Reader
from dunning._base.writing import write
from dunning.errors import InvalidValue, NotFound
from dunning.ledger import Fact
from dunning.ledger.kinds import KINDS
from dunning.ledger.rows import KINDS_OF_FACTS, is_missing
from dunning.ledger.sources import day_of, flag, parts, plain

ColumnType: TypeAlias = Literal[
    "text", "date", "decimal(38, 9)", "integer", "boolean", "instant", "time", "json"
]  # fmt: skip
"""What a column holds: a text, a `date`, a `Decimal`, an `int`, a `bool`, a `datetime` with its zone, a `time`, or
the text of a JSON list or table."""

SCALE = 9
_LARGEST = Decimal(10) ** (38 - SCALE)
_TYPES: Mapping[Any, ColumnType] = {
    bool: "boolean", int: "integer", datetime: "instant", date: "date", time: "time", Decimal: "decimal(38, 9)",
    str: "text",
}  # fmt: skip


@at_home
class Column(NamedTuple):
    """A column of the table of a kind of fact: its name, its type, whether every row has a value, and its meaning."""

    name: str
    type: ColumnType
    is_required: bool
    about: str


_ABOUT: Mapping[str, str] = {
    # column, or kind.column where it means something of its own
    "id": "the id of the fact, unique among all facts",
    "customer": "whom the fact is about",
    "currency": "the code of the currency, such as EUR",
    "invoice": "the invoice that the fact is about, or an installment of it, such as INV-1/2",
    "reversal.invoice": "the one invoice from which money is taken back; none: all that the fact did",
    "hold.invoice": "the invoice that is held, or an installment of it; none: all that the customer owes",
    "issued": "the day of the invoice",
    "credit_note.issued": "the day of the credit note",
    "due": "the due date; none where it is not known",
    "due_date_change.due": "the due date from then on",
    "promise.due": "the day by which the money is promised",
    "amount": "the amount, above zero",
    "invoice.amount": "what was billed; 0 is no debt",
    "dispute.amount": "what is disputed; none: all of it",
    "hold.amount": "what is held; none: all of it",
    "installments": "the parts, each with `due` and `amount`",
    "reference": "the number that the customer knows",
    "payment.reference": "what the customer wrote",
    "tags": "words of your own, for groups in reports",
    "recorded": "the day on which the books learnt of it; none: the fact's own day",
    "terms": "what was agreed about payment, as plain data",
    "delivered": "the day on which the goods came",
    "discount_base": "what of the amount bears a discount; none: all of it",
    "on": "the day of the fact",
    "reason": "why, in words",
    "by": "who did it",
    "approved_by": "who approved it",
    "kind": "which kind of it",
    "invoice.kind": "invoice, or debit: a debt that is no sale",
    "application.invoice": "what it is put to; none: debts that the books do not name",
    "charge.kind": "fee, interest, cost or penalty",
    "adjustment.kind": "why less is owed, such as write_off or discount",
    "contact_flag.kind": "what the customer asked for",
    "task.kind": "what was done",
    "level": "the level of the policy that it gives",
    "through": "the last day for which interest was charged",
    "received": "the day on which the money came",
    "applied": "what it settles: pairs of a debt and an amount",
    "paid_in": "the amount and currency in which it was paid, where that is another",
    "method": "how it was paid",
    "goodwill": "whether it corrects nothing and counts from its own day",
    "value_date": "the day from which it counts for the customer",
    "source": "the payment or credit note whose money it is",
    "of": "the fact that it undoes",
    "refund.of": "the payment or credit note that is paid back",
    "reopens": "the debts that are owed again: pairs of a debt and an amount",
    "code": "the bank's code for why it came back",
    "costs": "what the bank charged for it",
    "channel": "how they were spoken or written to",
    "contact_flag.channel": "the channel that it is about; none: all",
    "direction": "outbound or inbound",
    "outcome": "what came of it",
    "items": "the debts that it is about; none: all that were past due on the day",
    "deadline": "the day by which it asks for the money",
    "at": "the instant, with its zone",
    "note": "what was said, in words",
    "cancelled": "the day on which it was called off",
    "follow_up": "the day on which to come back to it",
    "place": "where the customer was reached: home, mobile or work",
    "person": "whom we reached",
    "message": "what it was about, where the law asks for it: a demand, location_information",
    "requested": "whether the customer had asked for it",
    "instead_of": "the channel that the policy had asked for",
    "start": "the first day",
    "end": "the day on which it ends; none: it goes on",
    "contact_flag.start": "the time of day from which it holds",
    "contact_flag.end": "the last day; none: it goes on",
    "stop": "the time of day until which it holds",
    "made": "the day on which it was promised",
    "opened": "the day on which it was raised",
    "resolved": "the day on which it was resolved",
    "ended_by": "who ended it",
    "agreed": "the day on which it was agreed",
    "ended": "the day on which it was called off",
    "grace": "days after a due date before an installment counts as missed",
    "agency": "the agency that has the debts",
    "recalled": "the day on which they were taken back",
    "action": "the id of the action that is approved",
}


@guarded
def columns(kind: str) -> tuple[Column, ...]:
    """The columns of the table of a kind of fact, such as `"invoice"`, in order.

    Names are those of the fact's fields; what a list or a noun of its own is, is JSON text in one column.

    Raises:
        NotFound: there is no such kind of fact.

    >>> [(each.name, each.type, each.is_required) for each in columns("due_date_change")[:4]]
    [('id', 'text', True), ('invoice', 'text', True), ('on', 'date', True), ('due', 'date', True)]
    """
    return _columns(kind)


@cache
def _columns(kind: str) -> tuple[Column, ...]:
    return tuple([_column(kind, field) for field in fields_of(_class_of(kind))])


def _class_of(kind: str) -> type[Any]:
    if kind not in KINDS_OF_FACTS:
        raise NotFound("kind of fact", kind, tuple(KINDS_OF_FACTS))
    return KINDS_OF_FACTS[kind]


def _column(kind: str, field: Field) -> Column:
    parts = [each for each in members(field.hint) if each is not NoneType]
    is_required = NoneType not in members(field.hint)
    about = _ABOUT.get(f"{kind}.{field.name}") or _ABOUT[field.name]
    return Column(field.name, _type_of(parts), is_required, about)


def _type_of(parts: list[Any]) -> ColumnType:
    """The type of a column whose values may be these."""
    found: set[ColumnType] = {"text" if get_origin(each) is Literal else _TYPES.get(each, "json") for each in parts}
    return found.pop() if len(found) == 1 else "json"


@guarded
def to_row(fact: Fact) -> dict[str, Any]:
    """A fact as a row of the table of its kind: a value for each of its `columns`, None for none.

    Raises:
        InvalidValue: it is no fact, or an amount has more than 29 digits before or 9 behind the point.

    >>> from dunning import Reversal
    >>> row = to_row(Reversal("R-1", "PAY-1", date(2026, 3, 2), costs=Decimal("3.00")))
    >>> row["id"], row["on"], row["costs"], row["recorded"]
    ('R-1', datetime.date(2026, 3, 2), Decimal('3.00'), None)
    """
    if type(fact) not in KINDS:
        raise InvalidValue("fact", (f"{quoted(fact)} is not a fact",))
    row: dict[str, Any] = {}
    faults: list[str] = []
    for column, field in zip(_columns(KINDS[type(fact)].name), fields_of(type(fact)), strict=True):
        value: Any = getattr(fact, field.name)
        if column.type == "json" and value is not None:
            value = json.dumps(write(value, field.hint), ensure_ascii=False, separators=(",", ":"))
        if isinstance(value, Decimal) and not _fits(value):
            faults.append(f"{column.name}: {value} does not fit {column.type}; keep the fact as plain data (to_data)")
        row[column.name] = value
    if faults:
        raise InvalidValue(f"row of {fact.id}", faults)
    return row


def _fits(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return abs(amount) < _LARGEST and isinstance(exponent, int) and exponent >= -SCALE


@guarded
def from_row(kind: str, row: Mapping[str, Any]) -> Fact:
    """The fact of a row of the table of its kind, as a database gives it back.

    What is missing or None is at its default. Days may be texts such as 2026-12-25 or instants at midnight, amounts
    whole numbers or texts; zeros behind the second decimal are dropped, for a column writes all nine. Unlike
    `Ledger.from_records` it works nothing out: an invoice without a due date has none, whatever its terms.

    Raises:
        NotFound: there is no such kind of fact.
        InvalidValue: a value cannot be read, or a column is unknown or missing; all faults are named.

    >>> from_row("reversal", {"id": "R-1", "of": "PAY-1", "on": "2026-03-02", "costs": "3.000000000"}).costs
    Decimal('3.00')
    """
    cls = _class_of(kind)
    reader = Reader(kind)
    table: dict[str, Any] = {}
    fields = {field.name: field for field in fields_of(cls)}
    types = {each.name: each.type for each in _columns(kind)}
    for name, value in row.items():
        if name not in fields:
            reader.fault(str(name), f"a row of {kind} has no such column; it has {', '.join(fields)}", "unknown")
        elif is_missing(value):
            field = fields[name]
            table |= {field.key: None} if field.default is None and NoneType in members(field.hint) else {}
        else:
            try:
                table[fields[name].key] = _READ.get(types[name], plain)(plain(value))
            except (ValueError, RecursionError):
                reader.wrong(name, value, types[name], "unreadable")
    found = reader.read(table, cls)
    reader.finish()
    return cast("Fact", found)


def _day(value: Any) -> Any:
    value = day_of(value)
    return value.isoformat() if isinstance(value, date) else value


def _amount(value: Any) -> Any:
    """An amount as plain data have it, without zeros behind the second decimal."""
    if isinstance(value, bool) or not isinstance(value, (Decimal, str, int)):
        return value
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    if not re.fullmatch(r"-?\d+\.\d+", text, re.ASCII):
        return text
    whole, point, decimals = text.partition(".")
    return whole + point + decimals[:2] + decimals[2:].rstrip("0")


_READ: Mapping[str, Callable[[Any], Any]] = {
    "date": _day,
    "decimal(38, 9)": _amount,
    "boolean": flag,
    "instant": lambda value: value.isoformat() if isinstance(value, datetime) else value,
    "time": lambda value: value.isoformat() if isinstance(value, time) else value,
    "json": parts,
}
"""How a value of a column is read into plain data."""
