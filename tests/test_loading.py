"""Exports read into books: whatever way numbers, days and sides are written, and whatever is wrong with a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.changes import changed
from dunning.errors import InvalidValue
from dunning.interactions import Dispute, Hold
from dunning.invoice import Adjustment, Application, CreditNote, Invoice, Payment
from dunning.presets.sources import (
    CHARGEBEE_INVOICES,
    DATEV_OPEN_ITEMS,
    DBT_QUICKBOOKS,
    DYNAMICS_FO_CUSTTRANS,
    EN16931_INVOICES,
    EXPORTS,
    FRESHBOOKS_INVOICES,
    LEXWARE_VOUCHERS,
    ODOO_MOVE_LINES,
    QUICKBOOKS_API,
    QUICKBOOKS_INVOICE_LIST,
    SAGE_INTACCT_INVOICES,
    SAP_BSID,
    XERO_AGED_RECEIVABLES,
)
from dunning.sources import ROW_CODES, Loaded, RowRule, Sign, Source, SourceTable, load

DAY = date(2026, 3, 31)
NAMES = {
    "id": "No", "customer": "Customer", "issued": "Date", "due": "Due", "amount": "Amount", "open": "Open",
    "currency": "Currency",
}  # fmt: skip


def columns(**names: str | tuple[str, ...]) -> Any:
    return tuple((field, (way,) if isinstance(way, str) else way) for field, way in names.items())


def plain(**settings: Any) -> Source:
    """A table of open items as anybody might write it."""
    own: dict[str, Any] = {"kind": "invoice", "signed": True} | {
        name: settings.pop(name) for name in [*settings] if name in SourceTable.__annotations__ and name != "name"
    }
    own.setdefault("columns", columns(**NAMES))
    return Source("ours", (SourceTable("items", **own),), **settings)


def rows(*lines: Sequence[Any], names: Sequence[str] = tuple(NAMES.values())) -> list[list[Any]]:
    return [list(names), *map(list, lines)]


def of(*lines: Sequence[Any], source: Source | None = None, **settings: Any) -> Loaded:
    return load(source or plain(), rows(*lines), as_of=DAY, **settings)


def told(loaded: Loaded) -> set[tuple[str, str]]:
    return set(loaded.counts())


ROW = ("I-1", "ACME", "2026-01-05", "2026-02-04", "100.00", "60.00", "EUR")


def row(**changes: Any) -> list[Any]:
    """The usual row, with other cells."""
    return [changes.get(field, cell) for field, cell in zip(NAMES, ROW, strict=True)]


# However it is written

NUMBERS = {
    "plain": ("{:f}", "."),
    "thousands": ("{:,f}", "."),
    "a currency before": ("EUR {:,f}", "."),
    "a sign before": ("${:,f}", "."),
    "a currency behind": ("{:f} EUR", "."),
    "brackets": ("({:,f})", "."),
    "minus behind": ("{:,f}-", "."),
    "minus before": ("-{:f}", "."),
    "continental": ("{:,f}", ","),
    "continental, minus behind": ("{:,f}-", ","),
    "apostrophes": ("{:'f}", "."),
    "blanks": ("{: f}", ","),
}
MINUS = {name for name, (form, _) in NUMBERS.items() if "(" in form or "-" in form}


def written(amount: Decimal, form: str, decimal: str) -> str:
    """An amount as some system would write it."""
    apart = form.replace("{:'f}", "{:,f}").replace("{: f}", "{:,f}").format(amount)
    for mark in ("'", " "):
        if f"{{:{mark}f}}" in form:
            apart = apart.replace(",", mark)
    if decimal == ",":
        apart = apart.replace(",", "\0").replace(".", ",").replace("\0", ".")
    return apart


DATES = {
    "%Y-%m-%d": "{:%Y-%m-%d}",
    "%d.%m.%Y": "{:%d.%m.%Y}",
    "%m/%d/%Y": "{0.month}/{0.day}/{0.year}",
    "%d/%m/%y": "{:%d/%m/%y}",
    "%Y%m%d": "{:%Y%m%d}",
    "%d %b %Y": "{0.day} {1} {0.year}",
    "%b %d, %Y": "{1} {0.day}, {0.year}",
}
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip


@pytest.mark.parametrize("name", NUMBERS)
@given(
    amount=st.decimals(Decimal("0.01"), Decimal(10**8), places=2),
    share=st.integers(0, 100),
    dates=st.sampled_from(sorted(DATES)),
    clock=st.sampled_from(["", " 00:00:00", "T00:00:00Z", " 12:00:00 AM", "T00:00:00.000+01:00"]),
    issued=st.dates(date(2001, 1, 1), DAY),
    days=st.integers(0, 400),
)
def test_amounts_and_days_are_read_however_they_are_written(
    name: str, amount: Decimal, share: int, dates: str, clock: str, issued: date, days: int
) -> None:
    form, decimal = NUMBERS[name]
    due, left = issued + timedelta(days), (amount * share / 100).quantize(Decimal("0.01"))

    def day(value: date) -> str:
        return DATES[dates].format(value, MONTHS[value.month - 1]) + clock

    cells = row(
        issued=day(issued), due=day(due), amount=written(amount, form, decimal), open=written(left, form, decimal)
    )
    found = of(cells, source=plain(decimal=decimal, dates=(dates,)))
    assert found.set_aside() == {}
    fact = found.ledger.facts[0]
    balance = found.ledger.account("ACME", "EUR").balance(as_of=DAY)
    if name in MINUS:
        assert isinstance(fact, CreditNote)
        assert (fact.issued, fact.amount, balance) == (issued, amount, -left)
    else:
        assert isinstance(fact, Invoice)
        assert (fact.issued, fact.due, fact.amount, balance) == (issued, due, amount, left)


@pytest.mark.parametrize(
    ("amount", "decimal"),
    [("1,5", "."), ("1.5", ","), ("1.234.5", "."), ("12,34,5", "."), ("#VALUE!", "."), ("1 2", "."), ("--1", "."),
     ("", "."), ("1.234,56", "."), ("1,234.56", ","), (True, "."), (float("inf"), "."), ([1], "."), ("EUR", ".")],
)  # fmt: skip
def test_what_is_no_amount_in_the_form_of_the_source_is_set_aside(amount: Any, decimal: str) -> None:
    found = of(row(amount=amount, open=""), source=plain(decimal=decimal))
    assert len(found.ledger.facts) == 0
    assert told(found) <= {("set_aside", "amount_unreadable"), ("set_aside", "amount_missing")}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("amount", "worth"),
    [(100, "100"), (99.9, "99.9"), (Decimal("1.50"), "1.50"), ("1,00,000.50", "100000.50"), (".5", "0.5"), ("7.", "7"),
     ("1e3", "1000"), ("+12", "12"), ("€ 12,345.67", "12345.67")],
)  # fmt: skip
def test_numbers_of_programs_and_of_india_are_read(amount: Any, worth: str) -> None:
    fact = cast("Invoice", of(row(amount=amount, open="")).ledger.facts[0])
    assert fact.amount == Decimal(worth)


@pytest.mark.parametrize("blank", ["", " ", None, float("nan"), "NaN", "n/a", "-", "NULL", "#NV"])
def test_what_stands_for_nothing_is_nothing(blank: Any) -> None:
    found = of(row(due=blank))
    assert cast("Invoice", found.ledger.facts[0]).due is None
    assert ("read", "date_missing") in told(found)


@pytest.mark.parametrize(
    "none", ["0", "00000000", "01/01/1900", "0001-01-01", "1900-01-01", date(1900, 1, 1), "0000-00-00"]
)
def test_what_stands_for_no_day_is_none(none: Any) -> None:
    found = of(row(due=none), source=plain(dates=("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d")))
    assert cast("Invoice", found.ledger.facts[0]).due is None


@pytest.mark.parametrize("value", ["2026-02-30", "31/12/2026", "soon", "20260205", "2026-13-01"])
def test_what_is_no_day_sets_its_row_aside_with_its_amount(value: str) -> None:
    found = of(row(issued=value))
    assert told(found) == {("set_aside", "date_unreadable")}
    assert found.set_aside() == {"EUR": Decimal("60.00")}
    assert "no such day" in str(found.notes[0])


@pytest.mark.parametrize(
    ("form", "value"),
    [("unix", 1767571200), ("unix", "1767571200"), ("/Date()/", "/Date(1767571200000+0000)/"), ("serial", 46027),
     ("/Date()/", "/Date(1767567600000+0100)/"), ("/Date()/", "/Date(1767589200000-0500)/"), ("serial", "46027.0"),
     ("unix", date(2026, 1, 5)), ("unix", datetime(2026, 1, 5, tzinfo=UTC)), ("/Date()/", "/Date(1767571200000)/")],
)  # fmt: skip
def test_days_that_are_counted_are_read(form: str, value: Any) -> None:
    fact = cast("Invoice", of(row(issued=value, due=""), source=plain(dates=("%Y-%m-%d", form))).ledger.facts[0])
    assert fact.issued == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("serial", "999999999"),
        ("/Date()/", "/Date(999999999999999)/"),
        ("/Date()/", "2026-01-05"),
        ("%d %b %Y", "1 Brumaire 2026"),
    ],
)
def test_days_beyond_the_calendar_are_none(form: str, value: str) -> None:
    loaded = of(row(issued=value, due=""), source=plain(dates=(form,)))
    assert told(loaded) == {("set_aside", "date_unreadable")}


@pytest.mark.parametrize(
    ("unit", "currency", "amount", "worth"),
    [("minor", "EUR", "1999", "19.99"), ("minor", "JPY", "550000", "550000"), ("minor", "KWD", "1234567", "1234.567"),
     ("two_places", "EUR", "5500.00", "5500.00"), ("two_places", "JPY", "5500.00", "550000"), ("two_places", "KWD", "12.34", "1.234")],
)  # fmt: skip
def test_amounts_are_brought_to_the_unit_of_their_currency(unit: str, currency: str, amount: str, worth: str) -> None:
    found = of(row(amount=amount, open="", currency=currency.lower()), source=plain(unit=unit))
    assert cast("Invoice", found.ledger.facts[0]).amount == Decimal(worth)
    assert (("read", "scale") in told(found)) == (currency != "EUR")


def test_a_unit_that_nobody_knows_sets_a_row_aside() -> None:
    for code in ("QQQ", "XAU"):
        found = of(row(currency=code), source=plain(unit="minor"))
        assert told(found) == {("set_aside", "currency_missing")}


# Whom, and in which currency


def test_names_of_currencies_are_codes_where_somebody_says_so() -> None:
    found = of(
        row(currency="Euro"), row(id="I-2", currency="US  dollar"), currencies={"euro": "EUR", "US Dollar": "USD"}
    )
    assert found.ledger.currencies == ("EUR", "USD")
    assert found.counts()["read", "currency_name"] == 2
    assert told(of(row(currency="Euro"))) == {("set_aside", "refused")}


def test_a_currency_that_no_column_says_is_the_companys() -> None:
    assert told(of(row(currency=""))) == {("set_aside", "currency_missing")}
    assert of(row(currency=""), currency="DKK").ledger.currencies == ("DKK",)


def test_a_row_without_a_customer_is_set_aside() -> None:
    found = of(row(customer=" "))
    assert [(note.code, note.amount, note.currency) for note in found.notes] == [
        ("customer_missing", Decimal("60.00"), "EUR")
    ]


def test_spellings_of_a_customer_are_one_where_the_source_says_so() -> None:
    lines = row(customer="Birch Ltd"), row(id="I-2", customer="birch  ltd")
    assert len(of(*lines).ledger) == 2
    found = of(*lines, source=plain(fold_customers=True))
    assert [account.customer for account in found.ledger] == ["Birch Ltd"]
    assert ("read", "customer_spelling") in told(found)


# Ids


def test_ids_that_a_spreadsheet_made_numbers_are_whole_again() -> None:
    found = of(row(id="1001.0"), row(id=1002.0), row(id="007"))
    assert sorted(fact.id for fact in found.ledger.facts if isinstance(fact, Invoice)) == ["007", "1001", "1002"]
    assert found.counts()["read", "id_float"] == 2


def test_an_id_that_is_missing_is_made_of_what_the_row_says_and_stays_the_same() -> None:
    first = of(row(id="", amount="5", open="5"), row(id="", amount="5", open="4"))
    later = of(row(), row(id="", amount="5", open="5"))
    made = [fact.id for fact in first.ledger.facts if isinstance(fact, Invoice)]
    assert made == ["invoice ACME 2026-01-05 5", "invoice ACME 2026-01-05 5 (2)"]
    assert made[0] in {fact.id for fact in later.ledger.facts}


def test_a_row_twice_is_one_and_an_id_twice_with_other_words_is_set_aside() -> None:
    found = of(row(), row(), row(amount="99.00", open="99.00"))
    assert [(note.code, note.amount) for note in found.notes if note.then in ("skipped", "set_aside")] == [
        ("duplicate_row", None),
        ("duplicate_id", Decimal("99.00")),
    ]
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == Decimal("60.00")


def test_kinds_that_share_an_id_are_told_apart() -> None:
    source = plain(rules=(RowRule("Due", ("",), kind="payment"),))
    found = of(
        row(),
        row(due="", amount="-30", open="-30"),
        row(id="payment I-1", due="", amount="-1", open="-1"),
        source=source,
    )
    money = [fact.id for fact in found.ledger.facts if isinstance(fact, Payment)]
    assert money == ["payment I-1", "payment I-1 (2)"] or set(money) == {"payment I-1", "payment payment I-1"}
    assert ("read", "id_repeated") in told(found)


# What is left


@pytest.mark.parametrize(
    ("amount", "open_", "code"),
    [("100", "120", "open_unlike_amount"), ("100", "-10", "open_unlike_amount"), ("-100", "10", "open_unlike_amount"),
     ("", "", "amount_missing")],
)  # fmt: skip
def test_what_is_left_is_part_of_the_amount(amount: str, open_: str, code: str) -> None:
    assert told(of(row(amount=amount, open=open_))) == {("set_aside", code)}


def test_nothing_billed_and_nothing_left_is_no_debt() -> None:
    assert told(of(row(amount="0.00", open="0"))) == {("skipped", "zero_amount")}


def test_what_was_settled_before_is_dated_on_the_day_of_the_report_or_on_the_day_that_is_said() -> None:
    before = next(fact for fact in of(row()).ledger.facts if isinstance(fact, Adjustment))
    assert (before.kind, before.on, before.amount) == ("settled_before", DAY, Decimal("40.00"))
    source = plain(columns=columns(**NAMES | {"settled_on": "Due"}))
    paid = of(row(open="0", due="2026-02-10"), source=source)
    assert [fact.on for fact in paid.ledger.facts if isinstance(fact, Adjustment)] == [date(2026, 2, 10)]
    only = plain(
        columns=columns(**{name: way for name, way in NAMES.items() if name != "open"} | {"settled_on": "Due"})
    )
    assert of(row(due="2026-02-10"), source=only).ledger.account("ACME", "EUR").balance(as_of=DAY) == 0
    assert of(row(due="2026-04-10"), source=only).ledger.account("ACME", "EUR").balance(as_of=DAY) == 100


def test_what_is_settled_may_be_given_in_place_of_what_is_left() -> None:
    source = plain(columns=columns(**{("settled" if name == "open" else name): way for name, way in NAMES.items()}))
    found = of(row(open="40"), row(id="C", amount="-50", open="-20"), source=source)
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60 - 30


def test_an_amount_in_two_columns_is_that_of_the_larger() -> None:
    """Soll and Haben: what is settled of a row stands in the other column."""
    names = (
        "Konto",
        "Rechnungsnummer",
        "Datum",
        "Fälligkeit",
        "Sollbetrag",
        "Habenbetrag",
        "Saldo",
        "S/H",
        "Buchungstext",
    )
    lines = [
        ("10", "R", "08.12.2025", "", "1.190,00", "500,00", "690,00", "S", ""),
        ("10", "G", "08.12.2025", "", "500,00", "1.190,00", "690,00", "H", ""),
    ]
    found = load(DATEV_OPEN_ITEMS, rows(*lines, names=names), as_of=DAY)
    assert [(type(fact), fact.amount) for fact in found.ledger.facts if isinstance(fact, (Invoice, CreditNote))] == [
        (CreditNote, Decimal("1190.00")),
        (Invoice, Decimal("1190.00")),
    ]
    assert found.ledger.account("10", "EUR").balance(as_of=DAY) == 0


# Sides and kinds

BSID = ["MANDT", "BUKRS", "KUNNR", "UMSKZ", "GJAHR", "BELNR", "BUZEI", "BLDAT", "WAERS", "BSCHL", "SHKZG", "WRBTR", "ZFBDT", "ZBD1T", "REBZG", "REBZJ", "AUGDT", "AUGBL"]  # fmt: skip


def bsid(**cells: str) -> dict[str, str]:
    usual = {
        "BUKRS": "1000", "KUNNR": "0000100017", "GJAHR": "2026", "BELNR": "1", "BUZEI": "001", "BLDAT": "20260105",
        "WAERS": "EUR", "BSCHL": "01", "SHKZG": "S", "WRBTR": "100.00", "ZFBDT": "20260105", "ZBD1T": "30.0",
        "REBZJ": "0000", "AUGDT": "00000000",
    }  # fmt: skip
    return dict.fromkeys(BSID, "") | usual | cells


def test_a_file_without_the_column_of_the_sign_is_refused() -> None:
    with pytest.raises(InvalidValue, match="SHKZG: missing; without it figures would be wrong"):
        load(SAP_BSID, [{name: value for name, value in bsid().items() if name != "SHKZG"}], as_of=DAY)


def test_a_sign_that_is_neither_sets_its_row_aside() -> None:
    found = load(SAP_BSID, [bsid(SHKZG="X")], as_of=DAY)
    assert told(found) >= {("set_aside", "sign_unknown")}
    assert found.ledger.facts == ()


def test_a_payment_reduces_the_item_that_it_refers_to() -> None:
    pay = bsid(BELNR="2", BSCHL="15", SHKZG="H", REBZG="1", REBZJ="2026")
    whole = load(SAP_BSID, [bsid(), pay | {"WRBTR": "130.00"}], as_of=DAY)
    assert [fact.applied for fact in whole.ledger.facts if isinstance(fact, Payment)] == [
        (("1000/2026/1/001", Decimal("100.00")),)
    ]
    assert whole.ledger.account("0000100017", "EUR").unapplied(as_of=DAY) == 30
    stranger = load(SAP_BSID, [bsid(), pay | {"REBZG": "9"}], as_of=DAY)
    assert ("noted", "unmatched") in told(stranger)
    assert stranger.ledger.account("0000100017", "EUR").balance(as_of=DAY) == 0  # open items are open in full


def test_cleared_items_settled_each_other_where_the_sums_say_how() -> None:
    cleared = {"AUGDT": "20260210", "AUGBL": "77"}
    lines = [
        bsid(**cleared),
        bsid(BELNR="3", WRBTR="50.00", **cleared),
        bsid(BELNR="2", BSCHL="15", SHKZG="H", WRBTR="150.00", BLDAT="20260210", **cleared),
    ]
    found = load(SAP_BSID, lines, as_of=DAY)
    paid = next(fact for fact in found.ledger.facts if isinstance(fact, Payment))
    assert dict(paid.applied) == {"1000/2026/1/001": Decimal("100.00"), "1000/2026/3/001": Decimal("50.00")}
    assert not any(isinstance(fact, Adjustment) for fact in found.ledger.facts)
    unclear = load(SAP_BSID, [*lines, bsid(BELNR="4", BSCHL="11", SHKZG="H", WRBTR="1.00", **cleared)], as_of=DAY)
    assert all(fact.applied == () for fact in unclear.ledger.facts if isinstance(fact, Payment))
    assert unclear.ledger.account("0000100017", "EUR").balance(as_of=DAY) == 0


def test_a_payment_on_the_other_side_is_a_debt_and_a_debit_below_zero_is_a_payment() -> None:
    source = plain(rules=(RowRule("No", ("P*",), kind="payment"), RowRule("No", ("D*",), kind="debit")))
    found = of(row(id="P-1"), row(id="D-1", amount="-9", open="-9"), source=source)
    assert {(fact.id, type(fact).__name__, getattr(fact, "kind", "")) for fact in found.ledger.facts} >= {
        ("P-1", "Invoice", "debit"),
        ("D-1", "Payment", ""),
    }


def test_a_row_of_which_nothing_says_what_it_is_is_set_aside() -> None:
    source = plain(kind=None, rules=(RowRule("No", ("I*",), kind="invoice"),))
    found = of(row(), row(id="X-1"), source=source)
    assert [(note.code, note.column, note.value) for note in found.notes if note.then == "set_aside"] == [
        ("kind_unknown", "No", "X-1")
    ]
    assert told(of(row(), source=plain(kind=None))) == {("set_aside", "kind_unknown")}


@pytest.mark.parametrize(("code", "kind"), [("hold", Hold), ("dunning_block", Hold), ("disputed", Dispute)])
def test_what_is_held_or_disputed_elsewhere_is_so_here(code: Any, kind: type[Any]) -> None:
    found = of(row(), source=plain(rules=(RowRule("No", ("i-*",), note=code),)))
    assert [fact.id for fact in found.ledger.facts if isinstance(fact, kind)]
    assert ("noted", code) in told(found)


# Links

PAYMENTS = SourceTable(
    "payments",
    columns(
        id="Id", customer="Customer", issued="Date", amount="Amount", open="Unused", currency="Currency", applied_to="Invoice",
        applied_amount="Applied", applied_on="On",
    ),
    kind="payment",
    repeats="once",
    optional=("Unused",),
)  # fmt: skip
BOTH = Source("ours", (SourceTable("items", columns(**NAMES), kind="invoice"), PAYMENTS))
PAID = ("Id", "Customer", "Date", "Amount", "Unused", "Currency", "Invoice", "Applied", "On")


def both(bill: Sequence[Any], *paid: Sequence[Any]) -> Loaded:
    return load(BOTH, {"items": rows(bill), "payments": rows(*paid, names=PAID)}, as_of=DAY)


def test_money_is_put_to_what_it_names_on_the_day_that_is_said() -> None:
    found = both(row(), ("P", "ACME", "2026-02-01", "40", "", "EUR", "I-1", "30", "2026-02-01"),
                 ("P", "ACME", "2026-02-01", "40", "", "EUR", "I-1", "10", "2026-02-09"))  # fmt: skip
    facts = {fact.id: fact for fact in found.ledger.facts}
    assert cast("Payment", facts["P"]).applied == (("I-1", Decimal(30)),)
    assert [(fact.on, fact.amount) for fact in facts.values() if isinstance(fact, Application)] == [
        (date(2026, 2, 9), Decimal(10))
    ]
    assert not any(isinstance(fact, Adjustment) for fact in facts.values())
    assert ("read", "repeated_amount") in told(found)


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (("P", "ACME", "2026-02-01", "50", "0", "EUR", "I-1", "50", ""), "does_not_tie"),  # more than was settled of it
        (("P", "ACME", "2026-02-01", "40", "0", "EUR", "I-1", "45", ""), "does_not_tie"),  # more than the money
        (("P", "ACME", "2026-02-01", "40", "", "EUR", "I-9", "40", ""), "unmatched"),
        (("P", "ACME", "2026-02-01", "40", "0", "EUR", "I-9", "40", ""), "unmatched"),
    ],
)
def test_money_that_does_not_go_together_with_what_it_names_is_used_for_something_else(paid: Any, code: str) -> None:
    """The balance is what the rows say is left, whatever the links say."""
    found = both(row(), paid)
    assert ("noted", code) in told(found)
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60
    assert any(isinstance(fact, Application) and fact.invoice is None for fact in found.ledger.facts)


def test_money_that_names_several_debts_without_saying_how_much_is_put_to_none() -> None:
    lines = [("P", "ACME", "2026-02-01", "40", "0", "EUR", name, "", "") for name in ("I-1", "I-2")]
    found = both(row(), *lines)
    assert ("noted", "does_not_tie") in told(found)
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60


def test_the_voucher_that_settled_last_is_linked_where_the_amounts_go_together() -> None:
    names = ["DATAAREAID", "ACCOUNTNUM", "TRANSDATE", "VOUCHER", "INVOICE", "TRANSTYPE", "CURRENCYCODE", "AMOUNTCUR", "SETTLEAMOUNTCUR", "DUEDATE", "CLOSED", "LASTSETTLEVOUCHER"]  # fmt: skip
    bill = ("usmf", "US-1", "01/05/2026", "A", "", "Sales", "USD", "100.00", "60.00", "02/04/2026", "01/01/1900", "P")
    paid = (
        "usmf",
        "US-1",
        "02/01/2026",
        "P",
        "",
        "Payment",
        "USD",
        "-80.00",
        "-80.00",
        "01/01/1900",
        "01/01/1900",
        "A",
    )
    found = load(DYNAMICS_FO_CUSTTRANS, rows(bill, paid, names=names), as_of=DAY)
    assert ("noted", "does_not_tie") in told(found)
    assert found.ledger.account("US-1", "USD").balance(as_of=DAY) == 40


def test_parts_of_one_document_are_installments() -> None:
    names = (
        "Date",
        "Journal Entry",
        "Partner",
        "Due Date",
        "Amount in Currency",
        "Currency",
        "Residual Amount in Currency",
        "Matching #",
        "Type",
    )
    lines = [
        ("2026-01-05", "INV/1", "ACME", "2026-03-05", "60", "EUR", "60", "", "Customer Invoice"),
        ("2026-01-05", "INV/1", "ACME", "2026-02-05", "40", "EUR", "15", "P1", "Customer Invoice"),
        ("2026-02-01", "BNK/1", "ACME", "", "-25", "EUR", "0", "P1", "Journal Entry"),
    ]
    found = load(ODOO_MOVE_LINES, rows(*lines, names=names), as_of=DAY)
    assert [(item.id, str(item.due), item.open) for item in found.ledger.open_items(as_of=DAY)] == [
        ("INV/1/1", "2026-02-05", Decimal(15)),
        ("INV/1/2", "2026-03-05", Decimal(60)),
    ]
    other = ("2026-01-05", "INV/2", "ACME", "2026-02-05", "7", "EUR", "7", "P1", "Customer Invoice")
    more = load(ODOO_MOVE_LINES, rows(*lines, other, names=names), as_of=DAY)
    assert [fact.applied for fact in more.ledger.facts if isinstance(fact, Payment)] == [(("INV/1", Decimal(25)),)]
    again = load(ODOO_MOVE_LINES, rows(*lines[:2], lines[0], names=names), as_of=DAY)
    assert ("skipped", "duplicate_row") in told(again)
    assert again.ledger.account("ACME", "EUR").balance(as_of=DAY) == 75


def test_discounts_and_write_offs_that_name_a_debt_are_adjustments_of_it() -> None:
    def invoice(**more: Any) -> dict[str, Any]:
        usual = {
            "id": "1",
            "customer_id": "c",
            "status": "paid",
            "date": 1767571200,
            "currency_code": "EUR",
            "total": 5000,
            "amount_due": 0,
        }
        return {"invoice": usual | more}

    note = {
        "cn_id": "W",
        "cn_reason_code": "write_off",
        "cn_date": 1769904000,
        "cn_total": 5000,
        "cn_status": "adjusted",
    }
    found = load(CHARGEBEE_INVOICES, [invoice(adjustment_credit_notes=[note])], as_of=DAY)
    assert [(fact.id, fact.kind) for fact in found.ledger.facts if isinstance(fact, Adjustment)] == [("W", "write_off")]
    other = load(CHARGEBEE_INVOICES, json.dumps([invoice(adjustment_credit_notes=[note]), invoice(id="2")]), as_of=DAY)
    assert ("noted", "history_lost") in told(other)


def test_a_discount_that_names_nothing_is_told_and_what_is_left_of_it_is_a_credit() -> None:
    source = plain(rules=(RowRule("No", ("D*",), kind="discount"),))
    found = of(row(id="D-1", amount="-4", open="0"), row(id="D-2", amount="-4", open="-3"), source=source)
    assert [(fact.id, cast("Any", fact).amount) for fact in found.ledger.facts] == [("D-2", Decimal(3))]
    assert found.counts()["read", "adjustment"] == 2


def test_one_payment_over_several_invoices_is_one() -> None:
    def invoice(number: str) -> dict[str, Any]:
        paid = {
            "txn_id": "t",
            "applied_amount": 5000,
            "applied_at": 1769904000,
            "txn_date": 1769904000,
            "txn_status": "success",
        }
        return {
            "invoice": {
                "id": number, "customer_id": "c", "status": "paid", "date": 1767571200, "currency_code": "EUR", "total": 5000,
                "amount_due": 0, "linked_payments": [paid], "net_term_days": 30,
            }
        }  # fmt: skip

    found = load(CHARGEBEE_INVOICES, [invoice("1"), invoice("2")], as_of=DAY)
    paid = [fact for fact in found.ledger.facts if isinstance(fact, Payment)]
    assert [(each.amount, len(each.applied)) for each in paid] == [(Decimal(100), 2)]
    assert [str(fact.due) for fact in found.ledger.facts if isinstance(fact, Invoice)] == ["2026-02-04", "2026-02-04"]


def test_a_credit_memo_is_put_to_an_invoice_by_a_payment_of_nothing() -> None:
    def line(amount: Any, to: str, kind: str) -> dict[str, Any]:
        return {"Amount": amount, "LinkedTxn": [{"TxnId": to, "TxnType": kind}]}

    base = {"CustomerRef": {"value": "61"}, "CurrencyRef": {"value": "USD"}, "TxnDate": "2026-01-05"}
    answer = {
        "QueryResponse": {
            "Invoice": [base | {"Id": "1", "TotalAmt": 100.0, "Balance": 40.0}],
            "CreditMemo": [base | {"Id": "2", "TotalAmt": 60.0, "RemainingCredit": 0.0}],
            "Payment": [
                base | {"Id": "3", "TotalAmt": 0, "Line": [line(60.0, "2", "CreditMemo"), line(60.0, "1", "Invoice")]}
            ],
        }
    }
    found = load(QUICKBOOKS_API, answer, as_of=DAY)
    assert [(fact.id, cast("Any", fact).applied) for fact in found.ledger.facts if isinstance(fact, CreditNote)] == [
        ("2", (("1", Decimal(60)),))
    ]
    assert ("skipped", "credit_application") in told(found)
    answer["QueryResponse"]["CreditMemo"] = []
    payments: Any = answer["QueryResponse"]["Payment"]
    payments[0]["Line"].append(line(0, "1", "Invoice"))
    lost = load(QUICKBOOKS_API, json.dumps(answer).encode(), as_of=DAY)
    assert ("noted", "unmatched") in told(lost)
    assert lost.ledger.account("61", "USD").balance(as_of=DAY) == 40


# Files of other systems, as their documentation describes them


def test_lines_that_are_parts_of_the_amount_add_up_two_equal_ones_too() -> None:
    text = """\ufeffClient Name,Invoice #,Date Issued,Date Due,Invoice Status,Date Paid,Item Name,Rate,Quantity,Line Total,Currency
ACME,0007,2026-01-05,2026-02-04,overdue,,Hours,50,1,50.00,USD
ACME,0007,2026-01-05,2026-02-04,overdue,,Hours,50,1,50.00,USD
ACME,0007,2026-01-05,2026-02-04,overdue,,Discount,-10,1,-10.00,USD
ACME,0008,2026-01-05,,paid,2026-02-01,Hours,50,1,50.00,USD
ACME,0009,2026-01-05,,disputed,,Hours,20,1,20.00,USD
ACME,0010,2026-01-05,,draft,,Hours,20,1,20.00,USD
"""
    found = load(FRESHBOOKS_INVOICES, text, as_of=DAY)
    assert [(item.id, item.open, item.disputed) for item in found.ledger.open_items(as_of=DAY)] == [
        ("0007", Decimal("90.00"), Decimal(0)),
        ("0009", Decimal("20.00"), Decimal("20.00")),
    ]
    assert found.ledger.account("ACME", "USD").balance(as_of=date(2026, 1, 31)) == 160


def test_what_is_open_below_the_name_of_its_contact() -> None:
    text = """Aged Receivables Detail,,,,,
Kauri Ltd,,,,,
As at 31 March 2026,,,,,
Ageing by due date,,,,,
Invoice Number,Invoice Date,Due Date,Invoice Reference,Current,Total
,,,,,
Total Energies,,,,,
INV-1,5 Jan 2026,4 Feb 2026,PO 9,,"1,200.00"
CN-1,9 Jan 2026,,,,-200.00
Total Total Energies,,,,,"1,000.00"
,,,,,
Rata,,,,,
INV-2,5 Mar 2026,4 Apr 2026,,50.00,50.00
Total Rata,,,,50.00,50.00
,,,,,
Total,,,,50.00,"1,050.00"
Percentage of total,,,,4.76%,100%
"""
    found = load(XERO_AGED_RECEIVABLES, text, as_of=DAY, currency="NZD")
    balances = {account.customer: account.balance(as_of=DAY) for account in found.ledger}
    assert balances == {"Total Energies": Decimal(1000), "Rata": Decimal(50)}
    assert [str(tie.difference) for tie in found.ties] == ["0.00", "0.00", "0.00"]


def test_vouchers_of_sales_and_purchase_in_one_list() -> None:
    def voucher(**more: Any) -> dict[str, Any]:
        usual = {
            "id": "u-1", "voucherNumber": "RE1", "voucherType": "invoice", "voucherStatus": "overdue", "contactId": "k",
            "voucherDate": "2026-01-05T00:00:00.000+01:00", "dueDate": "2026-02-04T00:00:00.000+01:00", "totalAmount": 119.00,
            "openAmount": 19.00, "currency": "EUR",
        }  # fmt: skip
        return usual | more

    content = [
        voucher(), voucher(id="u-2", voucherType="creditnote", totalAmount=9.00, openAmount=9.00, voucherStatus="open"),
        voucher(id="u-3", voucherType="purchaseinvoice"), voucher(id="u-4", voucherStatus="draft", openAmount=None),
        voucher(id="u-5", contactId=None),
    ]  # fmt: skip
    found = load(LEXWARE_VOUCHERS, {"content": content}, as_of=DAY)
    assert found.ledger.account("k", "EUR").balance(as_of=DAY) == 10
    assert [str(fact.issued) for fact in found.ledger.facts if isinstance(fact, Invoice)] == ["2026-01-05"]
    assert told(found) >= {("skipped", "not_receivable"), ("skipped", "draft"), ("set_aside", "customer_missing")}


def test_invoices_with_terms_in_words_and_the_day_on_which_they_were_paid() -> None:
    names = ["RECORDNO", "RECORDID", "CUSTOMERID", "WHENCREATED", "WHENDUE", "WHENPAID", "TERMNAME", "CURRENCY", "TRX_TOTALENTERED", "TRX_TOTALPAID", "TRX_TOTALDUE", "STATE", "RECORDTYPE"]  # fmt: skip
    lines = [
        ("1", "INV1", "C1", "01/05/2026", "", "", "Net15", "USD", "100", "0", "100", "Posted", "ri"),
        ("2", "INV2", "C1", "01/05/2026", "02/04/2026", "02/01/2026", "Net30", "USD", "50", "50", "0", "Paid", "ri"),
        ("3", "ADJ1", "C1", "01/09/2026", "", "", "", "USD", "-20", "0", "-20", "Posted", "ra"),
        ("4", "INV4", "C1", "01/09/2026", "", "", "as agreed", "USD", "7", "0", "7", "Reversed", "ri"),
        ("5", "INV5", "C1", "01/09/2026", "", "", "as agreed", "USD", "7", "0", "7", "Posted", "ri"),
    ]
    found = load(SAGE_INTACCT_INVOICES, rows(*lines, names=names), as_of=DAY)
    dues = {fact.id: fact.due for fact in found.ledger.facts if isinstance(fact, Invoice)}
    assert dues == {"1": date(2026, 1, 20), "2": date(2026, 2, 4), "5": None}
    account = found.ledger.account("C1", "USD")
    assert [account.balance(as_of=day) for day in (date(2026, 1, 31), DAY)] == [137, 87]
    assert ("noted", "terms_text") in told(found)


def test_a_list_of_invoices_with_what_is_open() -> None:
    text = "Ours\nInvoice List\n\n\nDate,Transaction type,Num,Name,Memo/Description,Due date,Amount,Open balance\n"
    text += '01/05/2026,Invoice,1001,ACME,,02/04/2026,"1,250.00",250.00\n01/06/2026,Invoice,1002,ACME,void,02/05/2026,0.00,0.00\n'
    found = load(QUICKBOOKS_INVOICE_LIST, text, as_of=DAY, currency="USD")
    assert found.ledger.account("ACME", "USD").balance(as_of=DAY) == 250
    assert ("skipped", "zero_amount") in told(found)


def test_days_and_currencies_come_from_a_table_that_is_joined() -> None:
    names = (
        "transaction_id",
        "doc_number",
        "transaction_with",
        "customer_vendor_name",
        "total_amount",
        "current_balance",
        "due_date",
    )
    items = rows(
        ("501", "11", "customer", "Larch", "120", "20", "2026-01-15"),
        ("502", "12", "customer", "Larch", "9", "9", "2026-01-15"),
        names=names,
    )
    staging = [{"invoice_id": "501", "transaction_date": "2025-12-20", "currency_id": "CAD"}]
    found = load(DBT_QUICKBOOKS, {"ap_ar": items, "stg_quickbooks__invoice": staging}, as_of=DAY, currency="USD")
    assert {fact.id: (str(fact.issued), fact.currency) for fact in found.ledger.facts if isinstance(fact, Invoice)} == {
        "501": ("2025-12-20", "CAD"),
        "502": ("2026-01-15", "USD"),
    }
    assert ("noted", "date_missing") in told(found)


def test_one_side_of_the_terms_of_an_electronic_invoice() -> None:
    def invoice(terms: str) -> Invoice:
        data = {
            "BT-1": "R",
            "BT-2": "20260105",
            "BT-3": "380",
            "BT-5": "EUR",
            "BT-20": terms,
            "BT-46": "k",
            "BT-112": "100.00",
            "BT-115": "100.00",
        }
        return cast("Invoice", load(EN16931_INVOICES, [data], as_of=DAY).ledger.facts[0])

    twice = "#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.50#\nZahlbar innerhalb von 30 Tagen netto."
    assert str(invoice(twice).terms) == "3/7 2.5/14 net 30"
    assert invoice("30 days").due == date(2026, 2, 4)
    assert invoice("#SKONTO#TAGE=7#PROZENT=3.00#").terms is None
    assert (
        invoice("50% net 30, 50% net 60").due is None
    )  # two parts: an invoice of them is made with Invoice.from_terms


# Files


def test_bytes_text_cells_rows_and_frames_are_read_alike() -> None:
    text = "\n".join(",".join(map(str, line)) for line in rows(ROW, row(id="I-2", customer="Ünal")))
    tables = [dict(zip(NAMES.values(), line, strict=True)) for line in (ROW, row(id="I-2", customer="Ünal"))]
    source, expected = plain(), of(ROW, row(id="I-2", customer="Ünal")).ledger
    assert load(source, text, as_of=DAY).ledger == expected
    assert load(source, f"\ufeff{text}".encode(), as_of=DAY).ledger == expected
    assert load(source, text.replace("\n", "\r\n"), as_of=DAY).ledger == expected
    assert load(changed(source, encoding="cp1252"), bytearray(text.encode("cp1252")), as_of=DAY).ledger == expected
    assert load(source, {"items": text}, as_of=DAY).ledger == expected
    assert load(source, tables, as_of=DAY).ledger == expected
    assert load(source, iter(tables), as_of=DAY).ledger == expected


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "encoding"),
        ("a,b\n1,2\n", "no line has the names of columns"),
        ("", "no line has the names of columns"),
        ({"receivables": ""}, "is none of the tables: items"),
        ({}, "give one of the tables: items"),
        (5, "nothing to go through row by row"),
        ([{"No": 1}, 5], "is no table"),
        (f"No,Customer,Date,Amount\n{'x' * 140_000},a,b,c\n", "line 2: field larger than field limit"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused_with_what_to_do(content: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        load(plain(), content, as_of=DAY)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "this is no JSON"),
        ({"a": 1}, "there are no rows at"),
        ("[" * 100_000, "no JSON"),
        ({"content": [None, 5]}, r"content\[1\]: 5 is no table"),
        ({"content": 5}, "there are no rows"),
    ],
)
def test_a_document_of_which_nothing_can_be_read_is_refused(content: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        load(LEXWARE_VOUCHERS, content, as_of=DAY)


def test_an_encoding_that_nobody_knows_is_a_fault() -> None:
    with pytest.raises(InvalidValue, match="give the source another"):
        load(plain(encoding="klingon"), b"x", as_of=DAY)


def test_a_row_with_more_cells_than_columns_is_set_aside() -> None:
    found = load(plain(), "No,Customer,Date,Due,Amount,Open,Currency\nI-1,ACME, Inc,2026-01-05,,9,9,EUR\n", as_of=DAY)
    assert told(found) == {("set_aside", "cells_beyond")}


def test_days_of_terms_count_from_the_baseline_date() -> None:
    lines = [bsid(), bsid(BELNR="2", ZBD1T=""), bsid(BELNR="3", ZBD1T="0.0"), bsid(BELNR="4", ZBD1T="soon")]
    found = load(SAP_BSID, lines, as_of=DAY)
    dues = [str(fact.due) for fact in found.ledger.facts if isinstance(fact, Invoice)]
    assert dues == ["2026-02-04", "2026-01-05", "2026-01-05"]
    assert [(note.column, note.value) for note in found.notes if note.then == "set_aside"] == [("ZBD1T", "soon")]


def test_terms_that_need_a_calendar_give_no_due_date() -> None:
    found = of(
        row(due="net 30 business days"), source=plain(columns=columns(**NAMES | {"terms": "Due", "due": "No"})[:-1])
    )
    assert found.set_aside() == {"EUR": Decimal("60.00")}
    names = {field: way for field, way in NAMES.items() if field != "due"} | {"terms": "Due"}
    bill = cast("Invoice", of(row(due="net 30 business days"), source=plain(columns=columns(**names))).ledger.facts[0])
    assert (bill.due, str(bill.terms)) == (None, "net 30 business days")


def test_lines_below_zero_may_outweigh_the_others() -> None:
    source = plain(repeats="sum")
    found = of(row(amount="10", open="10"), row(amount="-30", open="-30"), source=source)
    assert [(type(fact), cast("Any", fact).amount) for fact in found.ledger.facts] == [(CreditNote, Decimal(20))]
    back = of(row(amount="-30", open="-30"), row(amount="50", open="50"), row(amount="0", open="0"), source=source)
    assert [(type(fact), cast("Any", fact).amount) for fact in back.ledger.facts] == [(Invoice, Decimal(20))]


def test_nothing_is_put_where_nothing_is_said_to_be() -> None:
    found = both(row(), ("P", "ACME", "2026-02-01", "40", "", "EUR", "I-1", "0", ""))
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 20
    paid = ("P", "ACME", "2026-02-01", "60", "", "EUR", "I-1", "60", "")
    more = both(row(), paid)  # of which 40 were settled: the other 20 went elsewhere
    assert more.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60
    closed = both(row(open="100"), paid)
    assert closed.ledger.account("ACME", "EUR").balance(as_of=DAY) == 100


def test_columns_that_are_missing_are_told_once() -> None:
    names = [name for name in NAMES.values() if name not in ("Due", "No")]
    lines = [("ACME", "2026-01-05", "9", "9", "EUR")] * 3
    found = load(plain(), rows(*lines, names=names), as_of=DAY)
    assert [(note.column, note.value) for note in found.notes if note.code == "column_missing"] == [
        ("No", "id"),
        ("Due", "due"),
    ]
    for needed in ("Customer", "Amount"):
        table = dict.fromkeys((name for name in NAMES.values() if name not in (needed, "Open")), "x")
        with pytest.raises(InvalidValue, match=f"{needed}: missing"):
            load(plain(), [table], as_of=DAY)


def test_lines_between_the_rows_are_told_apart() -> None:
    text = """Ours,Amount,,,,,
No,Customer,Date,Due,Amount,Open,Currency
Old,,,,,,
I-1,ACME,2026-01-05,2026-02-04,100,100,EUR
------,,,,,,
Page 2,,,,,,
No,Customer,Date,Due,Amount,Open,Currency
I-2,ACME,2026-01-05,2026-02-04,50,50,EUR
carried forward,,,,,,
Total old,,,,150,150,EUR
I-3,Total Care,2026-01-05,2026-02-04,1,1,EUR
Total,,,,151,152,
Total,,,,many,many,
printed today,,,,,,
"""
    found = load(plain(), text, as_of=DAY)
    assert [(note.line, note.code) for note in found.notes if note.then == "skipped"] == [
        ("1", "title_row"), ("3", "section_row"), ("5", "blank_row"), ("6", "title_row"), ("7", "repeated_header"),
        ("9", "section_row"), ("10", "total_row"), ("12", "total_row"), ("13", "total_row"), ("14", "footer_row"),
    ]  # fmt: skip
    assert [(tie.line, tie.difference) for tie in found.ties] == [("10", 0), ("12", 1)]
    assert "1.00 apart" in str(found.ties[1])
    assert str(found.ties[0]).endswith("Total old 150.00: ties")
    assert found.ledger.account("Total Care", "EUR").balance(as_of=DAY) == 1


def test_a_heading_may_stand_in_a_cell_of_its_own() -> None:
    source = plain(
        headings=("Debtor",), columns=columns(**{name: way for name, way in NAMES.items() if name != "customer"})
    )
    names = [name for name in NAMES.values() if name != "Customer"]
    bill = [cell for cell in ROW if cell != "ACME"]
    lines = [["Debtor:", "ACME"], names, bill, ["Debtor", "Birch"], ["I-2", *bill[1:]]]
    found = load(source, lines, as_of=DAY)
    assert {account.customer for account in found.ledger} == {"ACME", "Birch"}


# The report


def test_the_report_says_what_became_of_the_rows_and_what_the_books_lack() -> None:
    found = of(
        row(), row(id="I-2", customer=""), row(id="I-3", amount="x", currency=""), row(id="Z", amount="0", open="0")
    )
    text = str(found)
    assert "ours as of 2026-03-31" in text
    assert "4 rows, 2 facts" in text
    assert "set aside: 1 amount_unreadable, 1 currency_missing, 1 customer_missing" in text
    assert "not in the books: 60.00 EUR" in text
    assert "skipped: 1 zero_amount" in text
    assert found.records()[0].keys() >= {"then", "code", "line", "amount"}
    assert str(found.notes[1]) == "items, line 3: it names no customer (Customer), 60.00 EUR"
    assert all(note.code in ROW_CODES for note in found.notes)


# Sources


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: RowRule("a", ("x",)), "give one of the three"),
        (lambda: RowRule("a", ("x",), kind="invoice", skip="void"), "give one of the three"),
        (lambda: SourceTable("t", columns(id="a")), "name the column of the amount"),
        (lambda: SourceTable("t", (*columns(id="a", amount="b"), *columns(id="c"))), "id is given twice"),
        (lambda: plain(delimiter=",,"), "is not one character"),
        (lambda: Source("s", (PAYMENTS, PAYMENTS)), "payments is given twice"),
        (lambda: plain(join=(("other", "a", "b"),)), "joins other, which is none of them"),
    ],
)
def test_a_source_that_cannot_be_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        make()


@pytest.mark.parametrize("name", EXPORTS)
def test_every_source_says_where_it_is_known_from(name: str) -> None:
    assert EXPORTS[name].cite
    assert EXPORTS[name].name


def test_a_sign_is_compared_without_case() -> None:
    source = plain(
        sign=Sign("Due", ("S",), ("H",)), columns=columns(**{name: way for name, way in NAMES.items() if name != "due"})
    )
    found = of(row(due="s"), row(id="C", due="h"), source=source)
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 0


def test_a_total_in_one_currency_is_of_the_rows_in_it_since_the_total_before() -> None:
    one, other = row(amount="5", open="5"), row(id="I-2", amount="7", open="7", currency="CHF")
    lines = [one, other, ["Total A", "", "", "", "", "5", "EUR"], ["Total A", "", "", "", "", "7", "CHF"]]
    lines += [
        row(id="I-3", amount="9", open="9", currency="CHF"),
        ["Total B", "", "", "", "", "9", "CHF"],
        ["Total B", "", "", "", "", "8", "CHF"],
    ]
    found = of(*lines)
    assert [(tie.line, tie.stated, tie.counted) for tie in found.ties] == [
        ("4", 5, 5),
        ("5", 7, 7),
        ("7", 9, 9),
        ("8", 8, 9),
    ]


def test_what_every_row_says_is_told_once() -> None:
    found = of(row(currency="Euro"), row(id="I-2", currency="Euro"), source=plain(currencies=(("Euro", "EUR"),)))
    assert found.counts()["read", "currency_name"] == 1


def test_an_id_of_several_columns_is_none_where_one_of_them_says_nothing() -> None:
    source = plain(columns=columns(**NAMES | {"id": "{No}/{Due}"}))
    for due in ("n/a", ""):
        found = of(row(due=due), source=source)
        assert ("read", "id_missing") in told(found)
    assert [fact.id for fact in of(row(), source=source).ledger.facts if isinstance(fact, Invoice)] == [
        "I-1/2026-02-04"
    ]


def test_a_row_that_no_rule_of_a_kind_matches_is_told_with_the_column_of_kinds() -> None:
    rules = (RowRule("Due", ("void",), skip="void"), RowRule("No", ("[x]*",), kind="invoice"))
    found = of(row(id="Z"), row(id="[X] 1", due=""), source=plain(kind=None, rules=rules))
    assert [(note.code, note.column, note.value) for note in found.notes if note.then == "set_aside"] == [
        ("kind_unknown", "No", "Z")
    ]
    assert [fact.id for fact in found.ledger.facts if isinstance(fact, Invoice)] == ["[X] 1"]


def test_an_item_with_as_much_in_both_columns_is_a_debt_that_is_settled() -> None:
    names = NAMES | {"credit": "Open"}
    del names["open"]
    found = of(row(amount="50", open="50"), source=plain(columns=columns(**names)))
    assert [type(fact) for fact in found.ledger.facts] == [Invoice]


def test_money_finds_the_debt_by_its_reference_and_a_discount_has_the_day_that_is_said() -> None:
    bills = SourceTable("items", columns(**NAMES | {"reference": "Due"}), kind="invoice")
    cut = changed(PAYMENTS, rules=(RowRule("Id", ("D*",), kind="discount"),))
    paid = rows(
        ("P", "ACME", "2026-02-01", "30", "", "EUR", "PO 7", "30", ""),
        ("D", "ACME", "2026-02-01", "10", "", "EUR", "PO 7", "10", "2026-02-03"),
        names=PAID,
    )
    source = Source(
        "ours",
        (changed(bills, columns=columns(**{n: w for n, w in NAMES.items() if n != "due"} | {"reference": "Due"})), cut),
    )
    found = load(source, {"items": rows(row(due="PO 7")), "payments": paid}, as_of=DAY)
    facts = {fact.id: cast("Any", fact) for fact in found.ledger.facts}
    assert facts["P"].applied == (("I-1", Decimal(30)),)
    assert (facts["D"].kind, facts["D"].on, facts["D"].invoice) == ("discount", date(2026, 2, 3), "I-1")
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60


def test_money_for_more_than_it_comes_to_is_used_up_and_no_more() -> None:
    lines = [("P", "ACME", "2026-02-01", "40", "", "EUR", name, "30", "") for name in ("X-1", "X-2")]
    found = both(row(), *lines)
    (used,) = [fact for fact in found.ledger.facts if isinstance(fact, Application)]
    assert (used.amount, used.invoice) == (Decimal(40), None)


def test_rows_of_one_id_that_are_not_of_one_customer_are_never_added_up() -> None:
    for repeats in ("once", "sum", "installments", "error"):
        found = of(row(), row(customer="BETA", due="2026-03-04"), source=plain(repeats=repeats))
        assert {account.customer: account.balance(as_of=DAY) for account in found.ledger} == {"ACME": Decimal("60.00")}
        assert [(note.code, note.amount) for note in found.notes if note.then == "set_aside"] == [
            ("duplicate_id", Decimal("60.00"))
        ]


def test_a_sum_without_a_word_is_a_total() -> None:
    found = of(row(), ["", "", "", "", "100", "60", ""], ["", "", "", "", "", "61", ""])
    assert [(tie.line, tie.difference) for tie in found.ties] == [("3", 0), ("4", 1)]
    assert found.set_aside() == {}
    lost = of(row(id="", customer="ACME", issued="", due=""))  # somebody's, so it is no total
    assert lost.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60


def test_an_answer_without_any_rows_is_an_empty_book() -> None:
    answers: list[tuple[Source, Any]] = [
        (LEXWARE_VOUCHERS, {"content": []}),
        (QUICKBOOKS_API, {"QueryResponse": {}}),
        (CHARGEBEE_INVOICES, []),
    ]
    for source, empty in answers:
        assert load(source, empty, as_of=DAY).ledger.facts == ()


# What two kinds of rows do to each other


def test_money_of_one_customer_or_currency_settles_nothing_of_another() -> None:
    for customer, currency in (("PARENT", "EUR"), ("ACME", "USD")):
        found = both(row(), ("P", customer, "2026-02-01", "40", "", currency, "I-1", "40", "2026-02-01"))
        assert ("noted", "unmatched") in told(found)
        assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 60
        assert not found.ledger.problems


def test_rows_that_settled_each_other_over_two_customers_are_left_apart() -> None:
    cleared = {"AUGDT": "20260210", "AUGBL": "77"}
    paid = bsid(BELNR="2", BSCHL="15", SHKZG="H", KUNNR="9", **cleared)
    found = load(SAP_BSID, [bsid(**cleared), paid], as_of=DAY)
    assert all(account.balance(as_of=DAY) == 0 for account in found.ledger)
    assert not found.ledger.problems
    linked = bsid(BELNR="3", BSCHL="15", SHKZG="H", REBZG="1", REBZJ="2026", **cleared)
    also = load(SAP_BSID, [bsid(**cleared), linked, bsid(BELNR="4", BSCHL="15", SHKZG="H", **cleared)], as_of=DAY)
    assert also.ledger.account("0000100017", "EUR").balance(as_of=DAY) == 0


def test_books_that_contradict_themselves_are_told_in_the_report() -> None:
    parts = row(id="A"), row(id="A", due="2026-03-04"), row(id="A/1")
    found = of(*parts, source=plain(repeats="installments"))
    assert {note.id for note in found.notes if (note.then, note.code) == ("set_aside", "refused")} >= {"A", "A/1"}


def test_totals_of_rows_by_column_are_totals_too() -> None:
    tables = [dict(zip(NAMES.values(), ROW, strict=True)), {"No": "Total", "Open": "60.00"}]
    found = load(plain(), tables, as_of=DAY)
    assert [account.customer for account in found.ledger] == ["ACME"]
    assert [tie.difference for tie in found.ties] == [0]


def test_an_installment_that_is_there_twice_counts_once() -> None:
    lines = row(amount="10", open="10"), *[row(amount="20", open="20", due="2026-03-04")] * 2
    found = of(*lines, source=plain(repeats="installments"))
    assert found.ledger.account("ACME", "EUR").balance(as_of=DAY) == 30
    assert ("skipped", "duplicate_row") in told(found)


@pytest.mark.parametrize("repeats", ["once", "sum", "installments"])
def test_what_is_said_of_a_later_row_of_an_id_holds_for_all_of_it(repeats: str) -> None:
    source = plain(repeats=repeats, rules=(RowRule("Due", ("2026-03-04",), note="hold"),))
    found = of(row(), row(due="2026-03-04"), source=source)
    assert [fact.invoice for fact in found.ledger.facts if isinstance(fact, Hold)] == ["I-1"]


def test_no_more_is_left_of_money_than_came() -> None:
    found = both(row(), ("P", "ACME", "2026-02-01", "40", "60", "EUR", "", "", ""))
    assert ("set_aside", "open_unlike_amount") in told(found)


def test_a_day_that_one_form_has_not_may_be_one_of_the_next() -> None:
    found = of(row(issued="31122025", due=""), source=plain(dates=("%Y%m%d", "%d%m%Y")))
    assert cast("Invoice", found.ledger.facts[0]).issued == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        (("%d-%m-%Y", "%m-%d-%Y"), "%d-%m-%Y and %m-%d-%Y cannot be told apart"),
        (("DD/MM/YYYY",), "'DD/MM/YYYY' says no whole day"),
        (("%d.%m.",), "says no whole day"),
        (("%d.%m.%Y", "%d.%m.%y", "unix", "%b %d, %Y"), None),
    ],
)
def test_forms_of_dates_say_whole_days_and_can_be_told_apart(dates: tuple[str, ...], said: str | None) -> None:
    if said is None:
        assert plain(dates=dates).dates == dates
    else:
        with pytest.raises(InvalidValue, match=said):
            plain(dates=dates)


def test_money_on_account_has_no_number_under_whatever_name() -> None:
    names = ("Konto", "Belegfeld 1", "Belegdatum", "Soll", "Haben", "Saldo", "S/H")
    found = load(DATEV_OPEN_ITEMS, rows(("1", "", "05.02.2026", "", "10,00", "10,00", "H"), names=names), as_of=DAY)
    assert [type(fact) for fact in found.ledger.facts] == [Payment]


def test_what_the_bank_said_of_money_is_kept() -> None:
    source = plain(
        kind="payment",
        signed=False,
        columns=columns(**NAMES | {"reference": "Due", "due": "Nothing"}),
        optional=("Nothing",),
    )
    found = of(row(due="chq 9"), source=source)
    assert [fact.reference for fact in found.ledger.facts if isinstance(fact, Payment)] == ["chq 9"]


# What a breaker found


def test_an_answer_in_its_envelope_and_a_row_alone_are_read() -> None:
    bill = {
        "id": "in_1",
        "customer": "c",
        "created": 1767225600,
        "total": 10000,
        "amount_remaining": 10000,
        "currency": "usd",
        "status": "open",
    }
    for answer in ([bill], {"object": "list", "data": [bill]}, bill):
        found = load(EXPORTS["stripe.api"], {"invoices": answer}, as_of=DAY)
        assert found.ledger.account("c", "USD").balance(as_of=DAY) == 100


def test_a_quote_that_is_never_closed_swallows_no_rows() -> None:
    head = "No,Customer,Date,Due,Amount,Open,Currency\n"
    with pytest.raises(InvalidValue, match="line 2"):
        load(plain(), head + 'I-1,"ACME,2026-01-05,,9,9,EUR\nI-2,ACME,2026-01-05,,9,9,EUR\n', as_of=DAY)
    tabs = (head + 'I-1,"ACME,2026-01-05,,9,9,EUR\nI-2,ACME,2026-01-05,,9,9,EUR\n').replace(",", "\t")
    assert len(load(plain(delimiter="\t"), tabs, as_of=DAY).ledger) == 2


def test_rules_and_joins_know_the_numbers_that_frames_make_of_ids() -> None:
    source = plain(rules=(RowRule("Due", ("1",), skip="deleted"),))
    assert told(of(row(due=1.0), source=source)) == {("skipped", "deleted")}
    names = (
        "transaction_id",
        "transaction_with",
        "customer_vendor_name",
        "total_amount",
        "current_balance",
        "due_date",
    )
    staging = [{"invoice_id": 5.0, "transaction_date": "2025-12-20", "currency_id": "EUR"}]
    found = load(
        DBT_QUICKBOOKS,
        {"ap_ar": rows((5, "customer", "L", "9", "9", ""), names=names), "stg_quickbooks__invoice": staging},
        as_of=DAY,
    )
    assert found.ledger.currencies == ("EUR",)


def test_cells_beyond_the_columns_of_a_dictionary_reader_set_their_row_aside() -> None:
    wide: dict[Any, Any] = dict(zip(NAMES.values(), row(id="I-2"), strict=True))
    wide[None] = ["100.00"]
    tables: list[dict[Any, Any]] = [dict(zip(NAMES.values(), ROW, strict=True)), wide]
    assert ("set_aside", "cells_beyond") in told(load(plain(), tables, as_of=DAY))


@pytest.mark.parametrize("amount", ["9" * 60, "1e300", "0." + "1" * 60, Decimal("1E-300")])
def test_amounts_that_no_money_has_are_set_aside(amount: Any) -> None:
    assert told(of(row(amount=amount, open=""))) == {("set_aside", "amount_unreadable")}


def test_many_rows_that_say_the_same_have_ids_of_their_own_and_no_rows_are_none() -> None:
    found = of(*[row(id="", amount="5", open="5")] * 1200)
    assert len([fact for fact in found.ledger.facts if isinstance(fact, Invoice)]) == 1200
    taken = of(
        *[row(id=f"invoice ACME 2026-01-05 5 ({n})", amount="7", open="7") for n in range(2, 5)],
        *[row(id="", amount="5", open="5")] * 3,
    )
    assert len(taken.ledger.facts) == 6
    assert load(plain(), [], as_of=DAY).ledger.facts == ()


def test_money_that_is_set_aside_is_below_zero() -> None:
    found = of(row(id="C", amount="-70", open="-70", issued="soon"), row(id="D", amount="-9", open="-10"))
    assert found.set_aside() == {"EUR": Decimal(-80)}
    unsigned = both(row(), ("P", "ACME", "soon", "40", "30", "EUR", "", "", ""))
    assert unsigned.set_aside() == {"EUR": Decimal(-30)}
    unknown = of(row(amount="x", open="y", currency=""))
    assert unknown.set_aside() == {}
    assert "1 row" in str(unknown)


def test_a_blank_balance_is_told_and_a_dash_is_nothing() -> None:
    blank = of(row(open=""))
    assert [(note.code, note.amount) for note in blank.notes if note.then == "noted"] == [
        ("open_missing", Decimal("100.00"))
    ]
    for dash in ("-", " - ", "\N{EN DASH}"):
        assert of(row(open=dash)).ledger.account("ACME", "EUR").balance(as_of=DAY) == 0
    paid = load(EXPORTS["sage_50.audit_header"], rows(
        ("1", "SI", "01/01/2026", "A", "", "31/01/2026", "100.00", "50.00", "", "0"),
        names=["TRAN_NUMBER", "TYPE", "DATE", "ACCOUNT_REF", "INV_REF", "DUE_DATE", "GROSS_AMOUNT", "AMOUNT_PAID", "OUTSTANDING", "DELETED_FLAG"],
    ), as_of=DAY, currency="GBP")  # fmt: skip
    assert paid.ledger.account("A", "GBP").balance(as_of=DAY) == 50


def test_money_on_the_side_of_debts_is_one_and_told() -> None:
    signed = plain(rules=(RowRule("No", ("P*",), kind="payment"), RowRule("No", ("J*",), kind="entry")))
    found = of(row(id="P"), row(id="J"), row(id="J2", amount="-5", open="-5"), source=signed)
    assert found.counts()["noted", "credit_taken_back"] == 1
    assert {(fact.id, type(fact)) for fact in found.ledger.facts if not isinstance(fact, Adjustment)} == {
        ("P", Invoice), ("J", Invoice), ("J2", Payment),
    }  # fmt: skip
    lines = [
        ("P", "ACME", "2026-02-01", "60", "", "EUR", "", "", ""),
        ("Q", "ACME", "2026-02-09", "-60", "", "EUR", "", "", ""),
    ]
    bounced = both(row(open="100.00"), *lines)
    assert bounced.ledger.account("ACME", "EUR").balance(as_of=DAY) == 100
    names = (
        "Internal ID",
        "Type",
        "Name",
        "Date",
        "Amount (Foreign Currency)",
        "Amount Remaining (Foreign Currency)",
        "Currency",
    )
    search = rows(
        ("1", "Payment", "A", "1/5/2026", "-50", "20", "USD"),
        ("2", "Customer Refund", "A", "1/5/2026", "-7", "7", "USD"),
        names=names,
    )
    by_kind = load(EXPORTS["netsuite.transaction_search"], search, as_of=DAY)
    assert by_kind.ledger.account("A", "USD").balance(as_of=DAY) == 7 - 20


def test_two_lines_of_one_credit_are_one_amount() -> None:
    names = (
        "Date",
        "Journal Entry",
        "Partner",
        "Due Date",
        "Amount in Currency",
        "Currency",
        "Residual Amount in Currency",
        "Type",
    )
    lines = [
        ("2026-01-05", "RINV/1", "A", "2026-02-05", "-100", "EUR", "-100", "Customer Credit Note"),
        ("2026-01-05", "RINV/1", "A", "2026-03-05", "-50", "EUR", "-50", "Customer Credit Note"),
        ("2026-01-05", "BNK/1", "A", "", "-100", "EUR", "0", "Journal Entry"),
        ("2026-01-05", "BNK/1", "A", "", "-50", "EUR", "-50", "Journal Entry"),
        ("2026-01-05", "BNK/2", "A", "", "-5", "EUR", "", "Journal Entry"),
        ("2026-01-05", "BNK/2", "A", "", "-6", "EUR", "-6", "Journal Entry"),
    ]
    found = load(ODOO_MOVE_LINES, rows(*lines, names=names), as_of=DAY)
    assert found.ledger.account("A", "EUR").balance(as_of=DAY) == -150 - 50 - 11


def test_numbers_of_the_bank_may_repeat_and_rows_that_differ_are_never_one() -> None:
    payments = [row(id="ACH", amount="-70", open="-70", due=due) for due in ("2026-02-01", "2026-02-02")]
    found = of(*payments, *payments[:1], source=plain(rules=(RowRule("No", ("ACH",), kind="payment"),)))
    assert found.ledger.account("ACME", "EUR").unapplied(as_of=DAY) == 140
    assert found.counts() == {("read", "id_repeated"): 1, ("skipped", "duplicate_row"): 1}
    debts = of(row(), row(due="2026-03-04"))
    assert debts.counts()["set_aside", "duplicate_id"] == 1
    assert debts.set_aside() == {"EUR": Decimal("60.00")}


def test_lines_of_a_document_without_a_number_count_once() -> None:
    line = "Acme,,,,{},,20/02/2026,,,-300.00,0.00,0.00,-300.00,,line,1,1,,1,200,No VAT,0.00,GBP,Sales prepayment,Sent,Awaiting Payment"
    head = "ContactName,EmailAddress,POAddressLine1,POCity,InvoiceNumber,Reference,InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,AccountCode,TaxType,TaxAmount,Currency,Type,Sent,Status"
    text = "\n".join([head, line.format(""), line.format("").replace(",line,", ",second,"), line.format("X")])
    found = load(EXPORTS["xero.sales_invoices_csv"], text, as_of=DAY)
    assert found.ledger.account("Acme", "GBP").unapplied(as_of=DAY) == 600


def test_a_tie_is_of_what_the_books_have() -> None:
    total = ["Total", "", "", "", "", "{}", ""]
    for lines, stated, counted in (
        ([row(), row()], "120", 60),  # the same row twice
        ([row(), row(id="X", currency="E")], "120", 60),  # a fact that cannot be
        ([row(), row(due="2026-03-04")], "120", 60),  # another row of its id
        ([row(currency="Euro")], "60", 60),
    ):
        found = of(*lines, [cell.format(stated) for cell in total], source=plain(currencies=(("Euro", "EUR"),)))
        assert [(tie.stated, tie.counted) for tie in found.ties] == [(Decimal(stated), counted)]
    once = of(row(), row(reference="x"), [cell.format("60") for cell in total], source=plain(repeats="once"))
    assert [tie.difference for tie in once.ties] == [0]
    unit = of(row(amount="10000", open="6000"), ["Total", "", "", "", "", "6000", "EUR"], source=plain(unit="minor"))
    assert [tie.difference for tie in unit.ties] == [0]
    names = ("Konto", "Rechnungsnummer", "Datum", "Sollbetrag", "Habenbetrag", "Saldo", "S/H")
    datev = rows(
        ("1", "", "05.02.2026", "", "50,00", "50,00", "H"),
        ("Summe", "", "", "", "", "50,00", "H"),
        ("Summe", "", "", "", "", "viel", ""),
        names=names,
    )
    assert [tie.difference for tie in load(DATEV_OPEN_ITEMS, datev, as_of=DAY).ties] == [0]


def test_totals_of_thousands_of_customers_take_no_longer_each() -> None:
    def cost(customers: int) -> int:
        lines: list[Any] = []
        for number in range(customers):
            lines += [row(id=f"I-{number}", customer=f"C{number}"), [f"Total C{number}", "", "", "", "", "60", ""]]
        found = of(*lines)
        assert all(not tie.difference for tie in found.ties)
        return len(found.ties)

    assert cost(2000) == 2000


def test_what_is_cleared_or_settled_by_its_status_is_open_no_more() -> None:
    names = ("Konto", "Belegnr", "Art", "Belegdatum", "Betr. in BW", "Währg", "Ausgl.bel.")
    items = rows(
        ("1", "1", "RV", "05.01.2026", "480,00", "EUR", ""),
        ("1", "2", "RV", "05.01.2026", "80,00", "EUR", "14001"),
        names=names,
    )
    assert load(EXPORTS["sap_fi.fbl5n"], items, as_of=DAY).ledger.account("1", "EUR").balance(as_of=DAY) == 480
    text = "Client Name,Invoice #,Date Issued,Date Due,Invoice Status,Date Paid,Line Total,Currency\nA,1,2026-01-05,,paid,,50.00,USD\n"
    assert load(FRESHBOOKS_INVOICES, text, as_of=DAY).ledger.account("A", "USD").balance(as_of=DAY) == 0


def test_lines_that_add_up_have_what_is_left_added_up_too() -> None:
    def left(*amounts: tuple[str, str]) -> Any:
        return of(*[row(amount=amount, open=open_) for amount, open_ in amounts], source=plain(repeats="sum"))

    assert left(("100", "50"), ("30", "")).ledger.account("ACME", "EUR").balance(as_of=DAY) == 80
    for amounts in ((("100", "0"), ("-30", "-30")), (("100", "100"), ("-30", "0"))):
        found = left(*amounts)
        assert ("set_aside", "open_unlike_amount") in told(found)
        assert not found.ledger.facts


def test_a_system_may_count_units_otherwise_and_an_amount_may_name_another_currency() -> None:
    bill = {
        "id": "in_1",
        "customer": "c",
        "created": 1767225600,
        "total": 5000,
        "amount_remaining": 5000,
        "status": "open",
    }
    worth = {}
    for code in ("mga", "isk", "ugx", "jpy", "eur"):
        (account,) = load(EXPORTS["stripe.api"], {"invoices": [bill | {"currency": code}]}, as_of=DAY).ledger
        worth[code] = account.balance(as_of=DAY)
    assert worth == {"mga": 5000, "isk": 50, "ugx": 50, "jpy": 5000, "eur": 50}
    for text in ("USD 100.00", "£100.00", "100.00 CHF"):
        assert told(of(row(amount=text))) == {("set_aside", "currency_unlike")}
    for text, amount in (("120.-", 120), ("CHF 120.-", 120), ("(EUR 5)", -5), ("-€5", -5), ("5 kr", 5)):
        found = of(row(amount=text, open="", currency="CHF" if "CHF" in text else "EUR"))
        assert [fact.amount for fact in found.ledger.facts if isinstance(fact, (Invoice, CreditNote))] == [abs(amount)]
    for text in ("1 kr 5", "1$2", "5" + " " * 200 + "5", "x" * 200):
        assert ("set_aside", "amount_unreadable") in told(of(row(amount=text)))
    assert ("set_aside", "date_unreadable") in told(of(row(issued="2026-01-05" + " 1" * 100)))


def test_lists_that_the_source_does_not_name_are_told() -> None:
    answer = {"QueryResponse": {"Invoice": [], "JournalEntry": [{"Id": "1"}, {"Id": "2"}], "maxResults": 3}}
    found = load(QUICKBOOKS_API, answer, as_of=DAY)
    assert [(note.code, note.value) for note in found.notes] == [("not_read", "QueryResponse.JournalEntry: 2")]


def test_a_credit_note_that_was_paid_out_is_used_up_and_roundings_are_owed() -> None:
    data = {
        "BT-1": "R",
        "BT-2": "2026-01-05",
        "BT-3": "380",
        "BT-5": "EUR",
        "BT-46": "k",
        "BT-112": "118.98",
        "BT-114": "0.02",
        "BT-115": "119.00",
    }
    note = data | {"BT-1": "G", "BT-3": "381", "BT-112": "50.00", "BT-114": "0", "BT-113": "50.00", "BT-115": "0.00"}
    found = load(EN16931_INVOICES, [data, note], as_of=DAY)
    assert found.ledger.account("k", "EUR").balance(as_of=DAY) == Decimal("119.00")


def test_too_much_for_a_debt_of_which_nothing_says_what_is_left_stands_on_account() -> None:
    bills = SourceTable(
        "items",
        columns(**{name: way for name, way in NAMES.items() if name != "open"}),
        kind="invoice",
        optional=("Open",),
    )
    source = Source("ours", (bills, PAYMENTS))
    paid = rows(("P", "ACME", "2026-02-01", "150", "", "EUR", "I-1", "150", ""), names=PAID)
    assert (
        load(source, {"items": rows(row()), "payments": paid}, as_of=DAY)
        .ledger.account("ACME", "EUR")
        .balance(as_of=DAY)
        == -50
    )
    back = rows(
        ("P", "ACME", "2026-02-01", "100", "", "EUR", "I-1", "100", ""),
        ("P", "ACME", "2026-02-01", "100", "", "EUR", "I-1", "-100", "2026-02-05"),
        names=PAID,
    )
    undone = load(source, {"items": rows(row()), "payments": back}, as_of=DAY)
    assert [fact.applied for fact in undone.ledger.facts if isinstance(fact, Payment)] == [()]


def test_amounts_of_the_company_are_never_those_of_another_currency() -> None:
    head = "Date,Transaction type,Num,Customer full name,Due date,Currency,Amount,Open balance"
    own = f"{head}\n01/05/2026,Invoice,1,A,02/04/2026,EUR,1100.00,1100.00\n"
    found = load(EXPORTS["quickbooks_online.ar_aging_detail"], own, as_of=DAY, currency="USD")
    assert found.ledger.currencies == ("USD",)
    foreign = EXPORTS["quickbooks_online.ar_aging_detail_foreign"]
    with pytest.raises(InvalidValue, match="no line has the names"):
        load(foreign, own, as_of=DAY)
    other = load(
        foreign,
        f"{head},Foreign amount,Foreign open balance\n01/05/2026,Invoice,1,A,02/04/2026,EUR,1100,1100,1000,900\n",
        as_of=DAY,
    )
    assert other.ledger.account("A", "EUR").balance(as_of=DAY) == 900


def test_a_charge_that_was_not_captured_is_no_money() -> None:
    charge = {
        "id": "ch",
        "customer": "c",
        "amount": 500,
        "currency": "usd",
        "created": 1768000000,
        "status": "succeeded",
        "captured": False,
    }
    assert told(load(EXPORTS["stripe.api"], {"charges": [charge]}, as_of=DAY)) == {("skipped", "not_booked")}


def test_notes_of_documents_stand_in_the_order_of_their_rows() -> None:
    content = [{"id": str(n), "voucherStatus": "draft"} for n in range(12)]
    found = load(LEXWARE_VOUCHERS, {"content": content}, as_of=DAY)
    assert [note.line for note in found.notes] == [f"content[{n}]" for n in range(12)]


def test_terms_in_digits_of_another_script_say_nothing() -> None:
    names = {field: way for field, way in NAMES.items() if field != "due"} | {"terms": "Due"}
    assert ("noted", "terms_text") in told(of(row(due="\u0663"), source=plain(columns=columns(**names))))
