"""Settling by example: invoices from terms, discounts, allocation, small balances, write-offs and what comes in after."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning._base.noun import changed
from dunning.allocation import Allocation, Strategy, allocate
from dunning.dates import BusinessCalendar, Period
from dunning.errors import InvalidLedger, InvalidValue, NotFound
from dunning.interactions import Dispute, Promise
from dunning.invoice import Adjustment, Application, Charge, CreditNote, Installment, Invoice, Payment, Reversal
from dunning.kpi import scorecard
from dunning.ledger import Account, Fact, Ledger
from dunning.presets.allocations import (
    CHARGES_FIRST,
    GERMAN_CIVIL_CODE,
    LARGEST_FIRST,
    OLDEST_FIRST,
    PRO_RATA,
    STRATEGIES,
    UNITED_STATES_RULE,
)
from dunning.settlement import (
    LENIENT,
    DiscountPolicy,
    exchange_gain,
    propose_plan,
    small_balance,
    take_discounts,
    write_off,
)
from dunning.terms import Terms

D = Decimal
JAN_5, TODAY = date(2026, 1, 5), date(2026, 3, 1)
TERMS = Terms.parse("2/10 1/20 net 30")


def paid(name: str, on: date, amount: str, invoice: str | None = "INV", currency: str = "EUR") -> Payment:
    return Payment(name, "ACME", on, D(amount), currency, applied=((invoice, D(amount)),) if invoice else ())


def account(*facts: Fact) -> Account:
    return Ledger(facts).account("ACME")


BILL = Invoice.from_terms("INV", "ACME", JAN_5, D("1000.00"), "EUR", TERMS)


def test_an_invoice_from_terms_has_their_due_date_and_keeps_them() -> None:
    assert (BILL.due, BILL.terms, BILL.installments) == (date(2026, 2, 4), TERMS, ())
    rolled = Invoice.from_terms(
        "INV", "ACME", JAN_5, D(10), "EUR", Terms.parse("net 26 following business day"),
        calendar=BusinessCalendar(), reference="PO 7", tags=("north",), recorded=date(2026, 1, 6),
    )  # fmt: skip
    assert (rolled.due, rolled.reference, rolled.tags, rolled.recorded) == (
        date(2026, 2, 2), "PO 7", ("north",), date(2026, 1, 6),
    )  # fmt: skip
    delivered = Invoice.from_terms("I", "ACME", JAN_5, D(10), "EUR", Terms.parse("COD"), delivered=TODAY)
    assert delivered.due == TODAY


def test_installments_from_terms_are_whole_units_of_the_currency() -> None:
    terms = Terms.parse("3 installments every 30 days")
    yen = Invoice.from_terms("I", "ACME", JAN_5, D(1000), "JPY", terms)
    assert [part.amount for part in yen.installments] == [334, 333, 333]
    with pytest.raises(InvalidValue, match=r"total: 1000\.5 is not in whole units of 0 decimals"):
        Invoice.from_terms("I", "ACME", JAN_5, D("1000.5"), "JPY", terms)


def test_rows_may_give_terms_in_words() -> None:
    row = {"id": 7, "customer": "ACME", "issued": "2026-01-05", "amount": "10", "currency": "EUR"}
    rows = [{**row, "terms": "2/10 net 30"}, {**row, "id": 8, "due": "2026-05-05", "terms": "net 30"}]
    dues = {fact.id: fact.due for fact in Ledger.from_records(rows, kind="invoice").facts if isinstance(fact, Invoice)}
    assert dues == {"7": date(2026, 2, 4), "8": date(2026, 5, 5)}
    with pytest.raises(InvalidLedger, match="row 1: 7: Invoice: terms: at character 1 of 'soon'"):
        Ledger.from_records([{**row, "terms": "soon"}], kind="invoice")


def test_a_discount_taken_in_time_settles_the_invoice_in_full() -> None:
    on_last_day = account(BILL, paid("P", date(2026, 1, 15), "980.00"))
    (found,) = take_discounts(on_last_day, as_of=TODAY)
    assert (found.id, found.kind, found.amount, found.on) == ("INV/discount", "discount", D("20.00"), TODAY)
    assert found.reason == "2.00 % by 2026-01-15: within the discount period"
    after = account(BILL, paid("P", date(2026, 1, 15), "980.00"), found)
    assert after.open_items(as_of=TODAY) == ()
    assert take_discounts(after, as_of=TODAY) == ()
    taken_back = account(BILL, paid("P", date(2026, 1, 15), "980.00"), found, Reversal("R", found.id, TODAY))
    assert take_discounts(taken_back, as_of=TODAY) == ()


@pytest.mark.parametrize(
    ("on", "amount", "policy", "discount"),
    [
        (date(2026, 1, 16), "980.00", None, None),  # the first discount is over, and 20 is more than the second
        (date(2026, 1, 16), "990.00", None, "10.00"),
        (date(2026, 1, 25), "990.00", None, "10.00"),
        (date(2026, 1, 26), "990.00", None, None),
        (date(2026, 1, 18), "980.00", LENIENT, "20.00"),
        (date(2026, 1, 19), "980.00", LENIENT, None),
        (date(2026, 2, 20), "995.00", DiscountPolicy("up to 5", tolerance=D(5)), "5.00"),
        (date(2026, 2, 20), "994.99", DiscountPolicy("up to 5", tolerance=D(5)), None),
        (date(2026, 1, 15), "979.99", None, None),
        (date(2026, 1, 15), "1000.00", None, None),
    ],
)
def test_a_late_discount_leaves_the_difference_open_unless_the_policy_accepts_it(
    on: date, amount: str, policy: DiscountPolicy | None, discount: str | None
) -> None:
    settings: dict[str, Any] = {} if policy is None else {"policy": policy}
    found = take_discounts(account(BILL, paid("P", on, amount)), as_of=TODAY, **settings)
    assert [each.amount for each in found] == ([] if discount is None else [D(discount)])


def test_a_discount_is_counted_less_credit_notes_and_not_on_bounced_money() -> None:
    credit = CreditNote("CN", "ACME", date(2026, 1, 8), D("100.00"), "EUR", applied=(("INV", D("100.00")),))
    found = take_discounts(account(BILL, credit, paid("P", date(2026, 1, 15), "882.00")), as_of=TODAY)
    assert [each.amount for each in found] == [18]
    bounced = account(BILL, paid("P", date(2026, 1, 15), "980.00"), Reversal("R", "P", date(2026, 1, 20)))
    assert take_discounts(bounced, as_of=TODAY) == ()
    undone = account(BILL, credit, Reversal("R", "CN", date(2026, 1, 9)), paid("P", date(2026, 1, 15), "980.00"))
    assert [each.amount for each in take_discounts(undone, as_of=TODAY)] == [20]


BILLS: list[Fact] = [
    Invoice("A", "ACME", JAN_5, date(2026, 2, 1), D("100.00"), "EUR", reference="PO-1"),
    Invoice("B", "ACME", JAN_5, date(2026, 1, 20), D("50.00"), "EUR"),
    Invoice("C", "ACME", JAN_5, date(2026, 3, 20), D("300.00"), "EUR", reference="PO-1"),
    Invoice("D", "ACME", JAN_5, None, D("7.00"), "EUR"),
    Charge("C-1", "A", date(2026, 2, 5), D("10.00"), "cost"),
    Charge("C-2", "A", date(2026, 2, 5), D("4.00"), "interest"),
    Charge("C-3", "B", date(2026, 2, 5), D("2.00"), "fee"),
]


def put(amount: str, strategy: Strategy, *more: Fact, references: Any = ()) -> Allocation:
    payment = paid("NEW", TODAY, amount, None)
    return allocate(payment, account(*BILLS, *more), as_of=TODAY, strategy=strategy, references=references)


@pytest.mark.parametrize(
    ("amount", "strategy", "applied"),
    [
        ("60.00", OLDEST_FIRST, {"B": "52.00", "A": "8.00"}),
        ("114.00", OLDEST_FIRST, {"A": "114.00"}),  # exactly one item
        ("166.00", OLDEST_FIRST, {"B": "52.00", "A": "114.00"}),  # exactly two items
        ("500.00", OLDEST_FIRST, {"B": "52.00", "A": "114.00", "C": "300.00", "D": "7.00"}),
        ("310.00", LARGEST_FIRST, {"C": "300.00", "A": "10.00"}),
        ("47.30", PRO_RATA, {"B": "5.20", "A": "11.40", "C": "30.00", "D": "0.70"}),
        ("17.00", CHARGES_FIRST, {"B": "3.00", "A": "14.00"}),
    ],
)
def test_strategies_choose_items(amount: str, strategy: Strategy, applied: dict[str, str]) -> None:
    assert dict(put(amount, strategy).applied) == {name: D(part) for name, part in applied.items()}


def test_what_is_named_comes_first_and_what_cannot_be_found_is_told() -> None:
    found = put("200.00", OLDEST_FIRST, references=["C", "INV-404"])
    assert dict(found.applied) == {"C": 200}
    assert found.unmatched == ("INV-404",)
    by_amount = put("200.00", OLDEST_FIRST, references=[("C", D(30)), "D"])
    assert dict(by_amount.applied) == {"C": 30, "D": 7, "B": 52, "A": 111}
    by_reference = put("180.00", Strategy("named", ("named",)), references=[("PO-1", D(150))])
    assert (dict(by_reference.applied), by_reference.unapplied) == ({"A": 114, "C": 36}, 30)


def test_disputed_amounts_are_left_alone_unless_they_are_named() -> None:
    part = Dispute("DIS-1", "B", date(2026, 2, 1), amount=D("40.00"))
    whole = Dispute("DIS-2", "A", date(2026, 2, 1))
    assert dict(put("20.00", OLDEST_FIRST, part, whole).applied) == {"B": 12, "C": 8}
    assert dict(put("20.00", OLDEST_FIRST, part, whole, references=["A"]).applied) == {"A": 20}
    assert dict(put("12.00", OLDEST_FIRST, part).applied) == {"B": 12}


def components(found: Allocation) -> list[tuple[str, str, str]]:
    return [(line.item, line.component, f"{line.amount:f}") for line in found]


def test_laws_differ_on_what_of_a_debt_a_payment_meets() -> None:
    named: list[tuple[str, Strategy, list[tuple[str, str, str]]]] = [
        ("oldest", OLDEST_FIRST, [("A", "principal", "60.00")]),
        (
            "Germany",
            GERMAN_CIVIL_CODE,
            [("A", "cost", "10.00"), ("A", "interest", "4.00"), ("A", "principal", "46.00")],
        ),
        ("United States", UNITED_STATES_RULE, [("A", "interest", "4.00"), ("A", "principal", "56.00")]),
    ]
    for _, strategy, expected in named:
        assert components(put("60.00", strategy, references=["A"])) == expected
    last = Strategy("principal of all first", ("oldest",), charges="last")
    assert components(put("470.00", last))[-2:] == [("A", "cost", "10.00"), ("A", "interest", "1.00")]
    assert set(STRATEGIES) == {
        "oldest first", "largest first", "pro rata", "charges first", "Germany", "United States Rule",
    }  # fmt: skip


def test_an_exact_match_knows_the_discount_of_the_day() -> None:
    old = Invoice("OLD", "ACME", JAN_5, date(2026, 1, 6), D(500), "EUR")
    both = account(old, BILL)
    in_time, late = paid("NEW", date(2026, 1, 15), "980.00", None), paid("NEW", date(2026, 2, 15), "980.00", None)
    rolled = Invoice.from_terms(
        "INV", "ACME", JAN_5, D("1000.00"), "EUR", Terms.parse("2/10 net 30 following business day"),
        calendar=BusinessCalendar(),
    )  # fmt: skip
    unknown = allocate(in_time, account(old, rolled), as_of=TODAY, strategy=OLDEST_FIRST)
    assert unknown.lines[0].step == "oldest"  # whether the day is a business day is not known here
    found = allocate(in_time, both, as_of=TODAY, strategy=OLDEST_FIRST)
    assert (found.applied, found.lines[0].step) == ((("INV", D("980.00")),), "exact")
    assert dict(allocate(late, both, as_of=TODAY, strategy=OLDEST_FIRST).applied) == {"OLD": 500, "INV": 480}


def test_a_discount_in_a_currency_without_decimals_is_a_whole_number() -> None:
    old = Invoice("OLD", "ACME", JAN_5, date(2026, 1, 6), D(500), "JPY")
    yen = Invoice.from_terms("INV", "ACME", JAN_5, D(1005), "JPY", TERMS)
    payment = paid("NEW", date(2026, 1, 15), "985", None, currency="JPY")
    found = allocate(payment, account(old, yen), as_of=TODAY, strategy=OLDEST_FIRST)
    assert (found.applied, found.lines[0].step) == ((("INV", D(985)),), "exact")


def test_installments_are_paid_in_their_turn() -> None:
    parts = (Installment(date(2026, 1, 10), D(100)), Installment(date(2026, 4, 10), D(100)))
    facts: list[Fact] = [
        Invoice("I", "ACME", JAN_5, None, D(200), "EUR", installments=parts),
        Invoice("J", "ACME", JAN_5, date(2026, 2, 1), D(60), "EUR"),
    ]
    found = allocate(paid("NEW", TODAY, "170", None), account(*facts), as_of=TODAY, strategy=OLDEST_FIRST)
    assert components(found) == [("I/1", "principal", "100"), ("J", "principal", "60"), ("I/2", "principal", "10")]
    assert found.applied == (("I", 110), ("J", 60))
    only = allocate(
        paid("NEW", TODAY, "30", None), account(*facts), as_of=TODAY, strategy=OLDEST_FIRST, references=["I/2"]
    )
    assert components(only) == [("I/2", "principal", "30")]


def test_what_is_in_the_books_already_is_allocated_by_applications() -> None:
    payment = Payment("P", "ACME", TODAY, D(100), "EUR", applied=(("D", D(7)),))
    later = Application("X", "P", TODAY, "B", D(2))
    found = allocate(payment, account(*BILLS, payment, later), as_of=TODAY, strategy=OLDEST_FIRST)
    assert dict(found.applied) == {"B": 50, "A": 41}
    assert [(each.id, each.source, each.amount) for each in found.as_applications(on=TODAY)] == [
        ("P/B/2", "P", 50),
        ("P/A/1", "P", 41),
    ]
    with pytest.raises(InvalidValue, match="use as_applications"):
        found.as_source()


def test_an_allocation_prints() -> None:
    found = put("500.00", GERMAN_CIVIL_CODE, references=["X"])
    assert found.text(rows=2).splitlines()[0] == "Allocation of NEW: 500.00 EUR"
    assert "27.00 stays unapplied" in found.text()
    assert "nothing is open under X" in found.text()
    assert "stays unapplied" not in put("5.00", GERMAN_CIVIL_CODE).text()
    assert len(found) == len(found.records()) == 7
    assert set(found.records()[0]) == {"source", "as_of", "item", "invoice", "component", "amount", "step"}


@pytest.mark.parametrize(
    ("payment", "message"),
    [
        (Payment("P", "OTHER", TODAY, D(1), "EUR"), "customer: OTHER EUR is not ACME EUR"),
        (Payment("P", "ACME", TODAY, D(1), "USD"), "customer: ACME USD is not ACME EUR"),
        (Payment("P", "ACME", date(2026, 3, 2), D(1), "EUR"), "as_of: it is dated 2026-03-02, after 2026-03-01"),
        (Payment("P", "ACME", TODAY, D(1), "EUR", applied=(("A", D(1)),)), "applied: record it first, or leave"),
        (Payment("OLD", "ACME", TODAY, D(1), "EUR"), "id: the ledger has another fact under it"),
        (paid("BAD", TODAY, "5.00", None), "it is reversed; there is nothing to allocate"),
    ],
)
def test_what_cannot_be_allocated_is_refused(payment: Payment, message: str) -> None:
    known: list[Fact] = [
        paid("OLD", TODAY, "5.00", None),
        paid("BAD", TODAY, "5.00", None),
        Reversal("R", "BAD", TODAY),
    ]
    with pytest.raises(InvalidValue) as caught:
        allocate(payment, account(*BILLS, *known), as_of=TODAY, strategy=OLDEST_FIRST)
    assert message in str(caught.value)


REFUSED: list[tuple[Any, str]] = [
    (
        lambda: Strategy("s", ()),
        "steps: () (tuple): give at least one",
    ),
    (lambda: Strategy("s", charges="never"), "charges: 'never' is not one of with item, first, last"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: DiscountPolicy("d", grace=-1), "grace: -1 is not a whole number of at least 0"),
    (lambda: DiscountPolicy("d", tolerance=1), "tolerance: 1 is not a Decimal of at least 0"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: small_balance(account(BILL), D(-1), as_of=TODAY), "tolerance: Decimal('-1') is not"),
    (lambda: write_off(account(BILL), as_of=TODAY), "invoices, days_past_due: give one of the two"),
    (lambda: DiscountPolicy(5), "name: 5 is not a text"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Strategy("s", ["oldest"]), "steps: ['oldest'] (list) is not a tuple, each one of"),  # type: ignore[arg-type]  # wrong on purpose
    (
        lambda: write_off(account(BILL), as_of=TODAY, invoices="INV"),
        "invoices: 'INV' is not a list or tuple, each a text or None",
    ),
    (lambda: write_off(account(BILL), as_of=TODAY, days_past_due="9"), "days_past_due: '9' is not a whole number"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: propose_plan(100.0, 2, first=TODAY, currency="EUR"), "amount: 100.0 is not a finite Decimal"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: propose_plan(D(1), 0, first=TODAY, currency="EUR"), "n: 0 is not a whole number of at least 1"),
    (
        lambda: propose_plan(D(1), 1, first=TODAY, spacing=0, currency="EUR"),
        "spacing: 0 is not a whole number of at least 1 or one of month",
    ),
    (lambda: propose_plan(D("0.02"), 3, first=TODAY, currency="EUR"), "amount: 0.02 is less than the smallest amount"),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_wrong_settings_are_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert message in str(caught.value)


def test_a_plan_may_be_spaced_by_days() -> None:
    found = propose_plan(D(1000), 3, first=TODAY, spacing=14, currency="JPY")
    assert [(str(part.due), part.amount) for part in found] == [
        ("2026-03-01", 334), ("2026-03-15", 333), ("2026-03-29", 333),
    ]  # fmt: skip


def test_a_small_balance_is_a_rest_that_nobody_disputes() -> None:
    rest = paid("P", TODAY, "998.00")
    (found,) = small_balance(account(BILL, rest), D(2), as_of=TODAY)
    assert (found.id, found.kind, found.amount) == ("INV/small balance/1", "small_balance", 2)
    assert small_balance(account(BILL, rest), D("1.99"), as_of=TODAY) == ()
    assert small_balance(account(BILL, rest, Dispute("D", "INV", TODAY)), D(2), as_of=TODAY) == ()
    tiny = Invoice("INV", "ACME", JAN_5, TODAY, D(1), "EUR")
    assert small_balance(account(tiny), D(2), as_of=TODAY) == ()
    again = account(BILL, rest, found, Reversal("R", found.id, TODAY))
    assert [each.id for each in small_balance(again, D(2), as_of=TODAY)] == ["INV/small balance/2"]


def test_a_write_off_takes_what_is_named_or_old() -> None:
    books = account(*BILLS)
    assert [(each.id, each.amount) for each in write_off(books, as_of=TODAY, days_past_due=29)] == [
        ("B/write off/1", 52)
    ]
    named = write_off(books, as_of=TODAY, invoices=["A", "D", "A"], reason="insolvent")
    assert [(each.invoice, each.amount, each.reason) for each in named] == [
        ("A", 114, "insolvent"),
        ("D", 7, "insolvent"),
    ]
    with pytest.raises(NotFound, match="no open invoice 'X, Y'; known: A, B, C, D"):
        write_off(books, as_of=TODAY, invoices=["X", "A", "Y"])


def test_a_write_off_by_days_takes_what_is_exactly_so_late() -> None:
    late = Invoice("LATE", "ACME", JAN_5, date(2026, 2, 1), D("50.00"), "EUR")
    for days, taken in ((28, True), (27, True), (29, False)):
        found = write_off(account(late), as_of=date(2026, 3, 1), days_past_due=days)
        assert [each.invoice for each in found] == (["LATE"] if taken else [])


def test_what_comes_in_after_a_write_off_is_a_recovery_and_no_credit() -> None:
    lost = Adjustment("W", "INV", date(2026, 2, 10), D("1000.00"), "write_off")
    recovered, more = paid("P", TODAY, "400.00"), paid("Q", date(2026, 4, 1), "700.00")
    ledger = Ledger([BILL, lost, recovered, more])
    books = ledger.account("ACME")
    assert books.balance(as_of=date(2026, 2, 10)) == books.balance(as_of=TODAY) == 0
    assert books.unapplied(as_of=TODAY) == 0
    assert (books.balance(as_of=date(2026, 4, 1)), books.unapplied(as_of=date(2026, 4, 1))) == (-100, 100)
    first, second = Period.quarter(2026, 1), Period.quarter(2026, 2)
    assert (ledger.written_off("EUR", first), ledger.recovered("EUR", first)) == (1000, 400)
    assert (ledger.written_off("EUR", second), ledger.recovered("EUR", second)) == (0, 600)
    assert ledger.balance("EUR", as_of=date(2026, 4, 1)) == -100
    assert scorecard(ledger, first)["EUR", "bad_debt_to_sales[net]"].value == D("0.6")
    undone = Ledger([BILL, lost, Reversal("R", "W", TODAY)])
    assert (undone.written_off("EUR", first), undone.recovered("EUR", first)) == (0, 0)
    assert undone.account("ACME").balance(as_of=TODAY) == 1000
    too_much = Ledger([BILL, paid("P", JAN_5, "900.00"), lost])
    assert too_much.account("ACME").unapplied(as_of=TODAY) == 0
    assert (too_much.written_off("EUR", first), too_much.recovered("EUR", first)) == (100, 0)


def test_a_debt_that_comes_after_a_write_off_is_owed_whatever_was_recovered() -> None:
    lost = Adjustment("W", "INV", date(2026, 2, 10), D("1000.00"), "write_off")
    fee = Charge("FEE", "INV", date(2026, 3, 15), D("30.00"), "fee")
    for recovered in ("0.01", "400.00", "1000.00"):
        books = Ledger([BILL, lost, paid("P", TODAY, recovered), fee]).account("ACME")
        (item,) = books.open_items(as_of=date(2026, 3, 15))
        assert (item.open, books.balance(as_of=date(2026, 3, 15))) == (30, 30)
        found = allocate(
            paid("Q", date(2026, 3, 20), "50", None), books, as_of=date(2026, 3, 20), strategy=OLDEST_FIRST
        )
        assert components(found) == [("INV", "fee", "30.00")]


def test_a_recovery_that_bounces_is_none_and_a_write_off_undone_keeps_what_was_paid() -> None:
    lost = Adjustment("W", "INV", date(2026, 2, 10), D("1000.00"), "write_off")
    bounced = Ledger([BILL, lost, paid("P", TODAY, "400.00"), Reversal("R", "P", date(2026, 3, 5))])
    assert bounced.account("ACME").balance(as_of=date(2026, 3, 5)) == 0
    assert bounced.recovered("EUR", Period.quarter(2026, 1)) == 0
    undone = Ledger([BILL, lost, paid("P", TODAY, "400.00"), Reversal("R", "W", date(2026, 3, 5))])
    assert [item.open for item in undone.open_items(as_of=date(2026, 3, 5))] == [600]
    quarter = Period.quarter(2026, 1)
    assert (undone.written_off("EUR", quarter), undone.recovered("EUR", quarter)) == (0, 0)
    waived = Ledger(
        [
            BILL,
            Charge("FEE", "INV", date(2026, 2, 1), D("30.00"), "fee"),
            Adjustment("W", "INV", date(2026, 2, 10), D("1030.00"), "write_off"),
            Reversal("R", "FEE", TODAY),
        ]
    )
    assert (waived.written_off("EUR", quarter), waived.recovered("EUR", quarter)) == (1000, 0)
    over = account(BILL, paid("P", JAN_5, "900.00"), lost, Reversal("R", "P", TODAY))
    assert [item.open for item in over.open_items(as_of=TODAY)] == [900]
    found = allocate(paid("Q", TODAY, "50", None), over, as_of=TODAY, strategy=OLDEST_FIRST)
    assert components(found) == [("INV", "principal", "50")]


def test_a_discount_is_judged_by_when_the_money_came_not_by_when_it_was_applied() -> None:
    payment, applied = paid("P", date(2026, 1, 15), "980.00", None), Application("X", "P", TODAY, "INV", D("980.00"))
    assert [each.amount for each in take_discounts(account(BILL, payment, applied), as_of=TODAY)] == [20]
    assert take_discounts(account(BILL, payment), as_of=TODAY) == ()
    credit = CreditNote("CN", "ACME", date(2026, 1, 8), D("100.00"), "EUR")
    used = Application("Y", "CN", date(2026, 1, 8), "INV", D("100.00"))
    in_time = paid("P", date(2026, 1, 15), "880.00")
    assert take_discounts(account(BILL, credit, used, in_time), as_of=TODAY) == ()  # 2 % of 900 is 18, 20 are missing
    later = CreditNote("CN", "ACME", TODAY, D("5.00"), "EUR", applied=(("INV", D("5.00")),))
    earned = account(BILL, paid("P", date(2026, 1, 15), "980.00"), later)
    assert [each.amount for each in take_discounts(earned, as_of=TODAY)] == [20]  # as if booked when it was earned
    assert earned.balance(as_of=TODAY) == -5


def test_nobody_is_given_a_discount_for_what_nobody_paid() -> None:
    for kind in ("write_off", "deduction"):
        given_up = Adjustment("W", "INV", date(2026, 1, 8), D("980.00"), kind)
        assert take_discounts(account(BILL, given_up), as_of=TODAY) == ()


def test_a_misposting_can_be_undone_and_done_again_on_one_day() -> None:
    payment = paid("P", TODAY, "60.00", None)
    books = Ledger([*BILLS, payment])

    def posted(ledger: Ledger) -> tuple[Application, ...]:
        return allocate(payment, ledger.account("ACME"), as_of=TODAY, strategy=OLDEST_FIRST).as_applications(on=TODAY)

    first = books + posted(books)
    undone = first + [Reversal(f"R-{each.id}", each.id, TODAY) for each in posted(books)]
    again = undone + posted(undone)
    assert again.account("ACME").open_items(as_of=TODAY) == first.account("ACME").open_items(as_of=TODAY)
    assert [each.id for each in posted(undone)] == ["P/B/2", "P/A/2"]


def test_a_reference_is_what_the_customer_wrote_with_its_spaces() -> None:
    bill = changed(BILL, id="B", reference=" PO 7 ")
    payment = paid("P", TODAY, "10.00", invoice=None)
    found = allocate(payment, account(BILL, bill), as_of=TODAY, strategy=OLDEST_FIRST, references=[" PO 7 "])
    assert [(each.invoice, each.amount) for each in found] == [("B", D("10.00"))]


def test_a_discount_booked_later_is_not_known_before() -> None:
    later = Adjustment("INV/discount", "INV", TODAY + timedelta(days=1), D("20.00"), "discount")
    books = account(BILL, paid("P", date(2026, 1, 15), "980.00"), later)
    assert [each.amount for each in take_discounts(books, as_of=TODAY)] == [D("20.00")]


@pytest.mark.parametrize("references", ["INV", None, [""], [5], [("A", 1.5)], [("A", D(-1))], [("A", D(1), "x")]])
def test_references_that_are_none_are_refused(references: Any) -> None:
    with pytest.raises(InvalidValue, match="references"):
        put("10.00", OLDEST_FIRST, references=references)


def test_an_exact_match_looks_at_every_single_item_but_not_at_disputed_ones() -> None:
    many: list[Fact] = [
        Invoice(f"M-{number:02d}", "ACME", JAN_5, date(2026, 2, 1), D(100 + number), "EUR") for number in range(30)
    ]
    found = allocate(paid("NEW", TODAY, "129", None), account(*many), as_of=TODAY, strategy=OLDEST_FIRST)
    assert found.applied == (("M-29", 129),)
    disputed = account(BILL, BILLS[0], Dispute("D", "INV", date(2026, 1, 8), amount=D(500)))
    received = paid("NEW", date(2026, 1, 15), "980.00", None)
    allocated = allocate(received, disputed, as_of=TODAY, strategy=OLDEST_FIRST)
    assert {line.step for line in allocated} == {"oldest"}
    with pytest.raises(InvalidValue, match="is not a Payment or a CreditNote"):
        allocate(BILL, disputed, as_of=TODAY, strategy=OLDEST_FIRST)  # type: ignore[arg-type]  # wrong on purpose


def test_a_recovery_is_allocated_to_the_written_off_invoice_that_is_named() -> None:
    lost = Adjustment("W", "INV", date(2026, 2, 10), D("1000.00"), "write_off")
    books = account(BILL, lost, *BILLS)
    payment = paid("Q", TODAY, "420.00", None)
    named = allocate(payment, books, as_of=TODAY, strategy=OLDEST_FIRST, references=["INV"])
    assert (named.applied, named.unmatched) == ((("INV", D("420.00")),), ())
    ledger = Ledger([*books.facts, named.as_source()])
    assert ledger.recovered("EUR", Period.quarter(2026, 1)) == 420
    both = [("INV", D(100)), ("INV", D(2000))]
    over = allocate(
        paid("Q", TODAY, "1500.00", None), account(BILL, lost), as_of=TODAY, strategy=OLDEST_FIRST, references=both
    )
    assert ([line.amount for line in over], over.unapplied) == ([100, 900], 500)
    unnamed = allocate(payment, books, as_of=TODAY, strategy=OLDEST_FIRST)
    assert "INV" not in dict(unnamed.applied)
    nothing_left = allocate(
        paid("Q", TODAY, "100.00", None), books, as_of=TODAY, strategy=OLDEST_FIRST, references=["A", "INV"]
    )
    assert dict(nothing_left.applied) == {"A": 100}


def test_a_discount_of_an_invoice_in_installments_is_taken_for_all_of_it() -> None:
    bill = Invoice.from_terms("INV", "ACME", JAN_5, D("900.00"), "EUR", "3/10 3 monthly installments")
    assert len(bill.installments) == 3
    (found,) = take_discounts(account(bill, paid("P", date(2026, 1, 15), "873.00")), as_of=TODAY)
    assert found.amount == 27
    assert take_discounts(account(bill, paid("P", date(2026, 1, 15), "291.00")), as_of=TODAY) == ()


def test_an_allocation_of_nothing_says_so() -> None:
    payment = paid("P", TODAY, "10.00", "INV")
    found = allocate(payment, account(BILL, payment), as_of=TODAY, strategy=OLDEST_FIRST)
    assert "nothing was left to allocate" in found.text()


def test_money_that_bounced_earns_no_discount_for_money_that_came_late() -> None:
    facts: list[Fact] = [
        paid("P", date(2026, 1, 15), "980.00"),
        Reversal("R", "P", date(2026, 1, 20)),
        paid("Q", TODAY, "980.00"),
    ]
    assert take_discounts(account(BILL, *facts), as_of=TODAY) == ()


def test_a_deduction_after_the_discount_period_does_not_lower_what_had_to_come_in_time() -> None:
    late = Adjustment("A", "INV", date(2026, 1, 20), D("100.00"), "deduction")
    facts: list[Fact] = [paid("P", date(2026, 1, 15), "882.00"), late]
    assert take_discounts(account(BILL, *facts), as_of=TODAY) == ()
    in_time = changed(late, on=date(2026, 1, 15))
    assert [each.amount for each in take_discounts(account(BILL, facts[0], in_time), as_of=TODAY)] == [18]


def test_a_promise_for_an_installment_counts_what_settled_it_with_its_charges() -> None:
    halves = (Installment(date(2026, 2, 1), D(50)), Installment(date(2026, 3, 1), D(50)))
    bill = Invoice("I", "ACME", JAN_5, None, D(100), "EUR", installments=halves)
    fee = Charge("F", "I", date(2026, 1, 6), D(10), "fee")
    promise = Promise("P", "ACME", date(2026, 2, 5), date(2026, 2, 20), D(60), "EUR", items=("I/1",))
    books = account(bill, fee, promise, paid("M", date(2026, 2, 10), "30.00", "I"))
    assert books.received(promise, as_of=TODAY) == 30


def test_an_exact_match_may_be_of_three_items() -> None:
    bills = [Invoice(f"B{n}", "ACME", JAN_5, date(2026, 2, n), D(10**n), "EUR") for n in (1, 2, 3)]
    payment = paid("NEW", TODAY, "1110.00", None)
    odd = Invoice("ODD", "ACME", JAN_5, date(2026, 1, 6), D(7), "EUR")
    found = allocate(payment, account(odd, *bills), as_of=TODAY, strategy=OLDEST_FIRST)
    assert [(each.item, each.step) for each in found] == [("B1", "exact"), ("B2", "exact"), ("B3", "exact")]


def test_what_is_taken_back_of_one_invoice_leaves_the_small_balance_of_another() -> None:
    bills = [Invoice(name, "A", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR") for name in ("I", "J")]
    applied = (("I", Decimal(99)), ("J", Decimal(100)))
    facts: list[Fact] = [
        *bills,
        Payment("P", "A", date(2026, 2, 1), Decimal(199), "EUR", applied=applied),
        Adjustment("S", "I", date(2026, 2, 1), Decimal(1), "small_balance"),
    ]
    for invoice, left in (("J", {"J": 100}), ("I", {"I": 100})):
        back = Reversal("R", "P", date(2026, 2, 10), invoice=invoice)
        items = Ledger([*facts, back]).account("A").open_items(as_of=date(2026, 2, 11))
        assert {each.invoice: each.open for each in items} == left


def test_a_gain_of_exchange_is_the_later_value_less_the_earlier() -> None:
    assert exchange_gain(Decimal(500), booked=Decimal("0.6072"), rate=Decimal("0.6081")) == Decimal("0.45")
    assert exchange_gain(Decimal(500), booked=Decimal("0.6081"), rate=Decimal("0.6072")) == Decimal("-0.45")
