"""Rows as others hold them: frames, tables, relations, cursors; and values that are no plain Python."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest

from dunning import CreditNote, Invoice, Ledger, Payment, PaymentPlan
from dunning.errors import InvalidLedger, InvalidValue
from dunning.invoice import Installment

Row = dict[str, Any]
ROWS: list[Row] = [
    {"id": "I1", "customer": "C", "issued": "2026-01-05", "due": "2026-02-04", "amount": "90.10", "currency": "EUR"},
    {"id": "I2", "customer": "D", "issued": "2026-01-06", "due": None, "amount": "10.00", "currency": "EUR"},
]
BILLS = [
    Invoice("I1", "C", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.10"), "EUR"),
    Invoice("I2", "D", date(2026, 1, 6), None, Decimal("10.00"), "EUR"),
]


class Flat(NamedTuple):
    """A row as a named tuple."""

    id: str
    customer: str
    issued: str
    due: str | None
    amount: str
    currency: str


def module(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what they import is not ours to mend
        return pytest.importorskip(name)


def of_pandas() -> Any:
    pandas = module("pandas")
    frame = pandas.DataFrame(ROWS)
    frame["issued"] = pandas.to_datetime(frame["issued"])
    frame["due"] = pandas.to_datetime(frame["due"])
    return frame


def of_polars() -> Any:
    polars = module("polars")
    return polars.DataFrame(ROWS).with_columns(
        polars.col("issued").str.to_date(), polars.col("amount").cast(polars.Decimal(38, 9))
    )


def of_arrow() -> Any:
    return module("pyarrow").Table.from_pylist(ROWS)


def selected() -> str:
    lines = (
        f"select '{r['id']}', '{r['customer']}', '{r['issued']}', {repr(r['due']) if r['due'] else 'null'}, '{r['amount']}', 'EUR'"
        for r in ROWS
    )
    return " union all ".join(lines)


NAMES = "id, customer, issued, due, amount, currency"


def of_duckdb() -> Any:
    duckdb = module("duckdb")
    return duckdb.sql(f"select * from ({selected()}) as t({NAMES})")


def of_duckdb_cursor() -> Any:
    duckdb = module("duckdb")
    return duckdb.connect().execute(f"select * from ({selected()}) as t({NAMES})")


OPENED: list[Any] = []
"""Databases to be closed after the test that asked for them."""


@pytest.fixture(autouse=True)
def databases_are_closed() -> Iterator[None]:
    yield
    while OPENED:
        OPENED.pop()()


def of_sqlalchemy() -> Any:
    alchemy = module("sqlalchemy")
    engine = alchemy.create_engine("sqlite://")
    connection = engine.connect()
    OPENED.extend((engine.dispose, connection.close))
    return connection.execute(alchemy.text(f"with t({NAMES}) as ({selected()}) select * from t"))


def of_sqlalchemy_rows() -> Any:
    return of_sqlalchemy().all()


class Closing:
    """A cursor that closes its database once everything was read."""

    def __init__(self) -> None:
        self.base = sqlite3.connect(":memory:")
        self.cursor = self.base.execute(f"with t({NAMES}) as ({selected()}) select * from t")
        self.description = self.cursor.description

    def fetchall(self) -> list[Any]:
        with closing(self.base):
            return self.cursor.fetchall()


def of_sqlite_rows() -> list[Any]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.row_factory = sqlite3.Row
        return base.execute(f"with t({NAMES}) as ({selected()}) select * from t").fetchall()


def of_generator() -> Iterator[Row]:
    yield from ROWS


SOURCES: list[Callable[[], Any]] = [
    of_pandas, of_polars, of_arrow, of_duckdb, of_duckdb_cursor, of_sqlalchemy, of_sqlalchemy_rows, of_generator,
    Closing, of_sqlite_rows, lambda: [Flat(**row) for row in ROWS],
]  # fmt: skip


@pytest.mark.parametrize("source", SOURCES, ids=lambda each: str(each.__name__))
def test_rows_are_read_from_what_holds_them(source: Callable[[], Any]) -> None:
    assert Ledger.from_records(source(), kind="invoice") == Ledger(BILLS)


@pytest.mark.parametrize("stranger", [7, None, "rows", {"id": "I1"}, b"x"])
def test_what_holds_no_rows_is_refused(stranger: Any) -> None:
    with pytest.raises(InvalidValue, match="rows"):
        Ledger.from_records(stranger, kind="invoice")


def test_values_are_read_as_exports_write_them() -> None:
    name = UUID("12345678123456781234567812345678")
    rows: list[Row] = [
        ROWS[0] | {"id": name, "issued": "2026-01-05T00:00:00", "due": "2026-02-04 00:00:00.000", "tags": '["north"]'},
        {"fact": "credit_note", "id": 7, "customer": "C", "issued": datetime(2026, 1, 9), "amount": 5, "currency": "EUR",
         "goodwill": 1, "applied": f'[["{name}", "5"]]'},
        {"fact": "payment_plan", "id": "PLAN", "customer": "C", "agreed": "2026-02-09", "currency": "EUR", "items": f'["{name}"]',
         "installments": '[["2026-03-09", "85.10"]]', "grace": 3},
    ]  # fmt: skip
    found = Ledger.from_records([{"fact": "invoice", **rows[0]}, *rows[1:]])
    assert found == Ledger(
        [
            Invoice(str(name), "C", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.10"), "EUR", tags=("north",)),
            CreditNote(
                "7", "C", date(2026, 1, 9), Decimal(5), "EUR", goodwill=True, applied=((str(name), Decimal(5)),)
            ),
            PaymentPlan(
                "PLAN",
                "C",
                date(2026, 2, 9),
                "EUR",
                (Installment(date(2026, 3, 9), Decimal("85.10")),),
                (str(name),),
                grace=3,
            ),
        ]
    )
    for word, flag in (("true", True), ("FALSE", False), ("0", False), ("1", True), (0, False)):
        ledger = Ledger.from_records([rows[1] | {"applied": None, "goodwill": word}])
        assert ledger.facts[0].goodwill is flag  # type: ignore[union-attr]  # a credit note has one


@pytest.mark.parametrize("text", ["[1,", "[" * 100_000, "{}", "north"])
def test_a_list_that_is_none_is_told_with_its_row(text: str) -> None:
    with pytest.raises(InvalidLedger, match="row 1: I1: Invoice.* tags: "):
        Ledger.from_records([ROWS[0] | {"tags": text}], kind="invoice")


def test_values_of_numpy_are_read() -> None:
    numpy = module("numpy")
    day = numpy.datetime64("2026-01-05T00:00:00.000000000")
    row = ROWS[0] | {
        "id": numpy.int64(17),
        "issued": day,
        "due": numpy.datetime64("2026-02-04"),
        "amount": numpy.int64(90),
    }
    bill = Invoice("17", "C", date(2026, 1, 5), date(2026, 2, 4), Decimal(90), "EUR", tags=("a", "b"))
    assert Ledger.from_records([row | {"tags": numpy.array(["a", "b"])}], kind="invoice") == Ledger([bill])
    with pytest.raises(InvalidLedger, match="amount: "):
        Ledger.from_records([row | {"amount": numpy.float64(90.1)}], kind="invoice")


PAID: list[Row] = [
    {"id": "P1", "received": "2026-02-02", "amount": "90.10", "invoice": "I1"},
    {"id": "P2", "received": "2026-02-03", "amount": "5.00", "invoice": "I2"},
]


def test_money_may_name_an_invoice_alone() -> None:
    bills = Ledger.from_records(ROWS, kind="invoice")
    whole = bills + Ledger.from_records(PAID, kind="payment", strict=False, books=bills)
    paid = [
        Payment("P1", "C", date(2026, 2, 2), Decimal("90.10"), "EUR", applied=(("I1", Decimal("90.10")),)),
        Payment("P2", "D", date(2026, 2, 3), Decimal("5.00"), "EUR", applied=(("I2", Decimal("5.00")),)),
    ]
    assert whole == Ledger([*BILLS, *paid])
    mixed: list[Row] = [*({"fact": "payment"} | row for row in PAID), *({"fact": "invoice"} | row for row in ROWS)]
    assert Ledger.from_records(mixed) == whole
    with_customer = [
        row | {"customer": each.customer, "currency": "EUR"} for row, each in zip(PAID, BILLS, strict=True)
    ]
    assert bills + Ledger.from_records(with_customer, kind="payment", strict=False) == whole
    unapplied = Ledger.from_records([with_customer[0] | {"invoice": None}], kind="payment")
    assert unapplied.account("C").unapplied(as_of=date(2026, 3, 1)) == Decimal("90.10")


def test_money_whose_invoice_nobody_knows_is_told_with_its_row() -> None:
    rows: list[Row] = [PAID[0] | {"invoice": "X"}, {"fact": "payment", "amount": "x"}, *PAID[:1]]
    problems = Ledger.from_records(rows, kind="payment", strict=False, books=Ledger(BILLS)).problems
    assert [(each.row, [fault.path for fault in each.faults]) for each in problems if each.code == "unreadable"] == [
        (1, ["customer", "currency"]), (2, ["amount", "id", "customer", "received", "currency"]),
    ]  # fmt: skip


class Frame:
    """What is known by a method that hands out dictionaries, as frames of polars and results of SQLAlchemy are."""

    def __init__(self, name: str) -> None:
        setattr(self, name, lambda: ROWS)


class Relation:
    """What has columns and hands out tuples, as relations of DuckDB do."""

    columns = ("id", "customer", "issued", "due", "amount", "currency")

    def fetchall(self) -> list[tuple[Any, ...]]:
        return [tuple(row.values()) for row in ROWS]


class Mapped:
    """A row that has its dictionary beside it, as rows of SQLAlchemy do."""

    def __init__(self, row: Row) -> None:
        self._mapping = row


@pytest.mark.parametrize(
    "source",
    [Frame("to_pylist"), Frame("to_dicts"), Frame("mappings"), Relation(), [Mapped(row) for row in ROWS]],
    ids=lambda each: type(each).__name__,
)
def test_what_holds_rows_is_known_by_its_methods(source: Any) -> None:
    assert Ledger.from_records(source, kind="invoice") == Ledger(BILLS)


def test_a_table_has_every_column_in_every_row_of_money() -> None:
    empty: Row = {"customer": None, "currency": None, "applied": None}
    bills = Ledger(BILLS)
    found = Ledger.from_records([PAID[0] | empty], kind="payment", strict=False, books=bills)
    assert bills + found == bills + Ledger.from_records(PAID[:1], kind="payment", strict=False, books=bills)
    plain = [PAID[0] | {"customer": "C", "currency": "EUR", "invoice": None, "applied": None}]
    assert Ledger.from_records(plain, kind="payment").account("C").unapplied(as_of=date(2026, 3, 1)) == Decimal("90.10")
    (problem,) = Ledger.from_records([{"id": None, "currency": None}], kind="invoice", strict=False).problems
    assert problem.fact == (("fact", "invoice"),)


def test_money_may_name_an_installment_alone() -> None:
    parts = (Installment(date(2026, 2, 4), Decimal(40)), Installment(date(2026, 3, 4), Decimal(50)))
    bills = Ledger([Invoice("I3", "C", date(2026, 1, 5), None, Decimal(90), "EUR", installments=parts)])
    paid = Ledger.from_records(
        [PAID[0] | {"invoice": "I3/2", "amount": "50"}], kind="payment", strict=False, books=bills
    )
    (left,) = (bills + paid).open_items(as_of=date(2026, 3, 1))
    assert (left.id, left.open) == ("I3/1", 40)


def test_a_cursor_may_hand_out_dictionaries() -> None:
    class Dictionaries(Relation):
        def fetchall(self) -> list[Any]:
            return ROWS

    assert Ledger.from_records(Dictionaries(), kind="invoice") == Ledger(BILLS)
