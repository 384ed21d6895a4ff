"""Small files as systems export them, and the books that a right reader makes of them.

`NAME.expected.json` says which system a file is of, how it is written where that is the reader's own choice, what is
open on a day, and what ought to be told of its rows.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, cast

import pytest

from dunning.aging import age
from dunning.changes import changed
from dunning.invoice import Adjustment, Application, CreditNote, Invoice, Payment
from dunning.ledger import Ledger
from dunning.presets.sources import EXPORTS
from dunning.quality import data_quality
from dunning.serial import from_data, to_data
from dunning.sources import Loaded, RowNote, Source, SourceTable, load
from tests.conformance.golden import DIRECTORY

FILES = DIRECTORY / "exports"
SAMPLES = sorted(path.name.removesuffix(".expected.json") for path in FILES.glob("*.expected.json"))
FORMS = {"%m/%d/%Y (padding may miss)": "%m/%d/%Y"}
MIXED = ("%Y-%m-%d", "%m/%d/%Y", "%b %d, %Y", "serial")
NEEDS_MATCHING = {"bank_camt053"}
"""Systems whose files hold receipts that have to be matched with invoices first."""

SAID = {
    "trailing_minus": "amount_text",
    "amount_text": "amount_unreadable",
    "date_format": "date_unreadable",
}
"""Codes of the samples that this library calls otherwise; the latter two only where nothing was taken."""
UNTOLD = {
    "sign_from_type", "type_column", "linked_by_reference", "id_needs_company", "date_serial",  # as the source says
    "date_format",  # one of the forms of the source
    "date_ambiguous",  # a source has one order of day and month
    "currency_unexpected",  # two currencies are two accounts
    "counted_twice",  # the source names one side
    "currencies_added",  # the tie says it
    "negative_amount",  # a credit in a table of amounts with signs
    "free_text", "return_with_fee", "misleading_column",
}  # fmt: skip
"""Codes of which nothing is told, since the source states the rule and nothing was repaired by guessing."""
BY_QUALITY = {"due_before_issue": "due_before_issue", "sub_cent": "finer"}
"""Codes that `data_quality` tells of the books."""
LOOSE = {"title_row", "section_row", "footer_row", "blank_row"}


@cache
def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FILES / f"{name}.expected.json").read_text(encoding="utf-8"))
    return found


def source_of(case: dict[str, Any]) -> Source:
    """The preset of the system; where it is none's own form, a plain table of open items as the case describes it."""
    if case["mapping"] is not None:
        return EXPORTS[case["mapping"]]
    columns = {
        "id": "Invoice No", "customer": "Customer", "issued": "Invoice Date", "due": "Due Date", "amount": "Amount",
        "open": "Balance", "currency": "Currency",
    }  # fmt: skip
    table = SourceTable(
        "rows", tuple((cast("Any", field), (name,)) for field, name in columns.items()), kind="invoice", signed=True
    )
    return Source("a table of open items", (table,), dates=MIXED, fold_customers=True)


@cache
def loaded(name: str) -> Loaded:
    case = expected(name)
    files = [(FILES / each).read_bytes() for each in case["files"]]
    content = (
        files[0]
        if len(files) == 1
        else {each.split(".")[1]: data for each, data in zip(case["files"], files, strict=True)}
    )
    totals, read = case["expected"]["total"], str(case["read"].get("currency", ""))
    own = next((code for code in totals if code in read), None)
    return load(source_of(case), content, as_of=day_of(case), currency=own)


def day_of(case: dict[str, Any]) -> date:
    return date.fromisoformat(case["as_of"])


def samples() -> Iterator[Any]:
    for name in SAMPLES:
        waiting = expected(name)["mapping"] in NEEDS_MATCHING
        reason = "matching remittances with invoices is not there yet: issue 21"
        yield pytest.param(name, marks=pytest.mark.xfail(raises=KeyError, reason=reason)) if waiting else name


def each_sample(test: Callable[[str], None]) -> Callable[[str], None]:
    return pytest.mark.parametrize("name", list(samples()))(test)


@each_sample
def test_what_is_open_is_as_expected(name: str) -> None:
    case, ledger = expected(name), loaded(name).ledger
    wanted = Counter(
        (each["customer"], each["currency"], each["due"] or None, Decimal(each["amount"]), Decimal(each["open"]))
        for each in case["expected"]["open_items"]
    )
    items = ledger.open_items(as_of=day_of(case))
    found = Counter(
        (each.customer, each.currency, each.due and str(each.due), each.original, each.open) for each in items
    )
    assert found == wanted
    by_id = {each.id: each for each in items}
    for each in case["expected"]["open_items"]:
        if ":" not in each["id"] or each["id"] in by_id:  # with a colon it may be made up, and any other will do
            own = cast("Invoice", next(fact for fact in ledger.facts if fact.id == each["id"]))
            assert each["issued"] is None or str(own.issued) == each["issued"]
            assert not each.get("reference") or own.reference == each["reference"]
            assert own.kind == "debit" or each["kind"] == "invoice"  # a journal entry is called an invoice by one


@each_sample
def test_credits_are_as_expected(name: str) -> None:
    case, ledger = expected(name), loaded(name).ledger
    wanted = Counter(
        (each["customer"], each["currency"], each["kind"], each["on"], Decimal(each["amount"]), Decimal(each["open"]))
        for each in case["expected"]["unapplied"]
    )
    found: Counter[Any] = Counter()
    for fact in ledger.facts:
        if isinstance(fact, (Payment, CreditNote)) and (left := left_of(fact, ledger)):
            kind, on = ("payment", fact.received) if isinstance(fact, Payment) else ("credit_note", fact.issued)
            found[fact.customer, fact.currency, kind, str(on), fact.amount, left] += 1
    assert found == wanted


def left_of(credit: Payment | CreditNote, ledger: Ledger) -> Decimal:
    """What of a payment or credit note is put to nothing."""
    used = [amount for _, amount in credit.applied]
    used += [fact.amount for fact in ledger.facts if isinstance(fact, Application) and fact.source == credit.id]
    return credit.amount - sum(used, Decimal(0))


@each_sample
def test_balances_and_aging_are_as_expected(name: str) -> None:
    case, ledger = expected(name), loaded(name).ledger
    on = day_of(case)
    balances = {
        (account.currency, account.customer): account.balance(as_of=on)
        for account in ledger
        if account.balance(as_of=on)
    }
    wanted = {
        (currency, customer): Decimal(amount)
        for currency, its in case["expected"]["balance"].items()
        for customer, amount in its.items()
    }
    assert balances == wanted
    for currency, strip in case["expected"]["aging"].items():
        report = age(ledger, as_of=on, currency=currency)
        found = {column: report.total[column] for column in report.columns}
        found |= {"unapplied": -found["unapplied"], "total": report.total.balance}
        assert found == dict.fromkeys(found, 0) | {bucket: Decimal(amount) for bucket, amount in strip.items()}


@each_sample
def test_what_is_closed_is_in_the_books_and_other_facts_are_found(name: str) -> None:
    case, ledger = expected(name), loaded(name).ledger
    facts = {fact.id: fact for fact in ledger.facts}
    for each in case["expected"].get("closed", ()):
        assert isinstance(facts[each["id"]], Invoice)
    for each in case["expected"].get("facts_among_others", ()):
        assert any(says(fact, each) for fact in facts.values()), each


def says(fact: Any, wanted: dict[str, Any]) -> bool:
    """Whether a fact is what is expected among others."""
    kinds: dict[str, type[Any]] = {
        "payment": Payment, "credit_note": CreditNote, "application": Application, "adjustment": Adjustment, "invoice": Invoice,
    }  # fmt: skip
    if not isinstance(fact, kinds[wanted["fact"]]):
        return False
    for key, value in wanted.items():
        if key == "applied":
            if {(debt, amount) for debt, amount in fact.applied} != {(debt, Decimal(amount)) for debt, amount in value}:
                return False
        elif (
            key != "fact"
            and str(getattr(fact, key)) != value
            and not (key == "amount" and fact.amount == Decimal(value))
        ):
            return False
    return True


@each_sample
def test_what_ought_to_be_noticed_is_told(name: str) -> None:
    case, found = expected(name), loaded(name)
    quality = {each.code for each in data_quality(found.ledger).found}
    for problem in case["problems"]:
        code, then = problem["code"], problem["then"].replace(" ", "_")
        if code in BY_QUALITY:
            assert BY_QUALITY[code] in quality
        elif code not in UNTOLD or then in ("skipped", "set_aside"):
            own = SAID[code] if code == "trailing_minus" or (then == "set_aside" and code in SAID) else code
            assert any(tells(note, problem, then, own) for note in found.notes), problem


def tells(note: RowNote, problem: dict[str, Any], then: str, code: str) -> bool:
    """Whether a note is about the row of a problem and says the same of it."""
    line = str(problem["line"])
    table, _, number = line.rpartition(":") if ".csv:" in line else ("", "", line)
    if (
        note.line != number
        and (not note.id or note.id != line.rsplit(maxsplit=1)[-1])
        and code not in {"customer_in_heading", "currency_name", "date_missing", "scale"}
    ):
        return False
    if table and not table.startswith(note.table):
        return False
    if then == "skipped":
        return note.then == "skipped" and (note.code == code or {note.code, code} <= LOOSE)
    return note.code == code and (note.then == then or "noted" in (note.then, then) or code == "credit_application")


@pytest.mark.parametrize("name", [name for name in SAMPLES if expected(name)["mapping"] not in NEEDS_MATCHING])
def test_a_row_is_read_or_told_of(name: str) -> None:
    """No row of money is lost: it is in a fact, or a note says what became of it."""
    found = loaded(name)
    out = Counter(note.line for note in found.notes if note.then in ("skipped", "set_aside"))
    again = sum(note.code == "repeated_amount" for note in found.notes)
    used = sum(isinstance(fact, Application) and fact.invoice is not None for fact in found.ledger.facts)
    money = sum(isinstance(fact, (Invoice, Payment, CreditNote)) for fact in found.ledger.facts)
    forgiven = sum(isinstance(fact, Adjustment) and fact.kind != "settled_before" for fact in found.ledger.facts)
    discounts = sum(note.code == "adjustment" for note in found.notes)
    lines = {note.line for note in found.notes if note.code in LOOSE | {"repeated_header", "total_row"}}
    put = sum(len(fact.applied) for fact in found.ledger.facts if isinstance(fact, (Payment, CreditNote)))
    left_out = len(set(out) - lines)
    assert (
        money + forgiven + discounts + again + left_out
        <= found.rows
        <= money + forgiven + discounts + again + left_out + used + put
    )
    assert not found.ledger.problems


@pytest.mark.parametrize("name", EXPORTS)
def test_a_source_travels_as_json(name: str) -> None:
    source = EXPORTS[name]
    assert from_data(json.loads(json.dumps(to_data(source)))) == source
    assert changed(source, name="mine").tables == source.tables


def test_every_system_of_the_samples_but_bank_statements_has_its_source() -> None:
    assert {expected(name)["mapping"] for name in SAMPLES} - {None} - set(EXPORTS) <= NEEDS_MATCHING


def test_files_that_say_their_totals_tie() -> None:
    ties = {name: loaded(name).ties for name in SAMPLES if expected(name)["mapping"] not in NEEDS_MATCHING}
    apart = {name: [tie.line for tie in its if tie.difference] for name, its in ties.items() if its}
    assert apart == {
        "datev-opos": [], "dirty-mixed": ["19"], "erpnext-accounts-receivable": [], "qbo-ar-aging-detail": [],
        "sap-fbl5n-de": [],
    }  # fmt: skip


def test_what_is_no_table_has_nothing_in_it() -> None:
    found = load(
        EXPORTS["stripe.api"],
        {"charges": [], "invoices": None, "payouts": [{"id": "po_1", "amount": 5}]},
        as_of=date(2026, 3, 31),
    )
    assert found.counts() == {("skipped", "not_receivable"): 1}
    assert load(EXPORTS["chargebee"], [{"invoice": None}, {}], as_of=date(2026, 3, 31)).ledger.facts == ()


def test_the_books_that_come_of_an_export_are_books() -> None:
    for name in SAMPLES:
        if expected(name)["mapping"] not in NEEDS_MATCHING:
            ledger = loaded(name).ledger
            assert Ledger.from_records(ledger.records(), finer=True) == ledger
