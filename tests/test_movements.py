"""Movements of money, worked out by hand: refunds, voids, invoices over 0.00, money that counts from its own day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext

import pytest

from dunning import (
    Adjustment,
    Application,
    Charge,
    Contact,
    CreditNote,
    Invoice,
    Ledger,
    Level,
    Payment,
    Period,
    Policy,
    Refund,
    Reversal,
    Void,
    age,
    allocate,
    decide,
    interest_statement,
    plan,
    scorecard,
    segment,
)
from dunning._base.noun import changed
from dunning.authority.recorded import conceded
from dunning.charges import Interest, Rate
from dunning.conditions import measure, next_change
from dunning.errors import InvalidLedger, NotFound
from dunning.invoice import AdjustmentKind, Installment
from dunning.ledger import PRINCIPAL_FIRST, Account, Fact
from dunning.ledger.account import reversed_by
from dunning.ledger.components import Components
from dunning.ledger.item_flow import moved_items
from dunning.measures import Standing
from dunning.policy import Notify, Regress
from dunning.presets.allocations import OLDEST_FIRST
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour
from dunning.settlement import return_costs, settle_in_currency, take_discounts
from dunning.statement import statement

D = Decimal

BILL = Invoice("I1", "K", date(2026, 1, 2), date(2026, 2, 1), D("1000.00"), "EUR")


def paid(name: str, on: date, amount: str, *applied: tuple[str, str]) -> Payment:
    return Payment(name, "K", on, D(amount), "EUR", applied=tuple((invoice, D(part)) for invoice, part in applied))


def account(*facts: Fact) -> Account:
    return Ledger(facts).account("K")


def codes(*facts: Fact) -> list[tuple[str, str]]:
    return [(each.id, each.code) for each in Ledger.collect(facts).problems]


OVERPAID = paid("P", date(2026, 1, 10), "1500.00", ("I1", "1000.00"))
NEXT = Invoice("I2", "K", date(2026, 2, 1), date(2026, 3, 1), D("400.00"), "EUR")


def test_what_was_overpaid_and_goes_back_shields_no_later_debt() -> None:
    """case A11"""
    books = account(BILL, OVERPAID, Refund("R", "P", date(2026, 1, 20), D("500.00")), NEXT)
    day = date(2026, 3, 20)
    assert (books.balance(as_of=date(2026, 1, 19)), books.unapplied(as_of=date(2026, 1, 19))) == (-500, 500)
    assert (books.balance(as_of=day), books.unapplied(as_of=day)) == (400, 0)
    assert [str(action) for each in decide(books, STANDARD_B2B, as_of=day) for action in each.actions] == [
        "send email first_notice: first notice, 400.00 EUR"
    ]


def test_a_refund_is_neither_a_sale_nor_the_undoing_of_a_payment() -> None:
    """case refund-of-an-overpayment"""
    bill = Invoice("I1", "K", date(2026, 1, 5), date(2026, 2, 4), D("300.00"), "EUR")
    back = Refund("R", "P", date(2026, 3, 10), D("200.00"))
    ledger = Ledger([bill, paid("P", date(2026, 2, 1), "500.00", ("I1", "300.00")), back])
    books = ledger.account("K")
    assert [books.balance(as_of=date(2026, 3, day)) for day in (9, 10)] == [-200, 0]
    assert books.unapplied(as_of=date(2026, 3, 10)) == 0
    assert ledger.sales("EUR", Period.month(2026, 3)) == 0
    flow = scorecard(ledger, Period.month(2026, 3)).roll_forward()
    assert (flow["EUR", "refunds"], flow["EUR", "payments"], flow["EUR", "closing balance"]) == (200, 0, 0)
    assert scorecard(ledger, Period.quarter(2026, 1))["EUR", "average_days_to_pay"].value == 27


def test_a_refund_beyond_what_is_unapplied_names_the_invoice_that_is_owed_again() -> None:
    whole = paid("P", date(2026, 1, 10), "1000.00", ("I1", "1000.00"))
    reopening = Refund("R", "P", date(2026, 1, 20), D("300.00"), reopens=(("I1", D("300.00")),))
    books = account(BILL, whole, reopening)
    assert [(item.id, item.open) for item in books.open_items(as_of=date(2026, 1, 20))] == [("I1", 300)]
    assert books.open_items(as_of=date(2026, 1, 19)) == ()
    undone = account(BILL, whole, reopening, Reversal("X", "R", date(2026, 1, 25)))
    assert undone.open_items(as_of=date(2026, 1, 25)) == ()
    assert codes(BILL, whole, Refund("R", "P", date(2026, 1, 20), D("300.00"))) == [("R", "exceeds_source")]
    too_much = Refund("R", "P", date(2026, 1, 20), D("1001.00"), reopens=(("I1", D("1001.00")),))
    assert codes(BILL, whole, too_much) == [("R", "exceeds_source")]
    with pytest.raises(InvalidLedger, match="of P only 0.00 is unapplied; name in `reopens` the invoices owed again"):
        account(BILL, whole, Refund("R", "P", date(2026, 1, 20), D("300.00")))


def test_money_for_an_invoice_to_come_goes_back_and_leaves_it_owed() -> None:
    early = paid("P", date(2025, 12, 20), "1000.00", ("I1", "1000.00"))
    back = Refund("R", "P", date(2025, 12, 28), D("400.00"), reopens=(("I1", D("400.00")),))
    books = account(BILL, early, back)
    assert [books.unapplied(as_of=day) for day in (date(2025, 12, 27), date(2025, 12, 28))] == [1000, 600]
    assert [item.open for item in books.open_items(as_of=BILL.issued)] == [400]
    assert books.unapplied(as_of=BILL.issued) == 0


def test_a_credit_note_is_paid_out_and_part_of_a_refund_reopens() -> None:
    note = CreditNote("C", "K", date(2026, 1, 5), D("100.00"), "EUR")
    ledger = Ledger([BILL, note, Refund("R", "C", date(2026, 1, 8), D("100.00"))])
    assert ledger.account("K").balance(as_of=date(2026, 1, 8)) == 1000
    assert ledger.sales("EUR", Period.month(2026, 1)) == 900
    both = Refund("R", "P", date(2026, 1, 20), D("600.00"), reopens=(("I1", D("100.00")),))
    books = account(BILL, OVERPAID, both)
    assert (books.unapplied(as_of=date(2026, 1, 20)), books.balance(as_of=date(2026, 1, 20))) == (0, 100)


def test_money_that_was_paid_back_can_be_put_to_nothing_and_cannot_bounce() -> None:
    back = Refund("R", "P", date(2026, 1, 20), D("500.00"))
    later = Application("A", "P", date(2026, 2, 2), "I2", D("0.01"))
    assert codes(BILL, OVERPAID, back, NEXT, later) == [("A", "exceeds_source")]
    assert codes(BILL, OVERPAID, back, Reversal("X", "P", date(2026, 1, 25))) == [("R", "exceeds_source")]
    both = (Reversal("X", "P", date(2026, 1, 25)), Reversal("Y", "R", date(2026, 1, 25)))
    assert codes(BILL, OVERPAID, back, *both) == []
    earlier = Refund("R", "P", date(2026, 1, 9), D("500.00"))
    assert codes(BILL, OVERPAID, earlier) == [("R", "wrong_date")]
    assert codes(BILL, Refund("R", "P", date(2026, 1, 9), D("500.00"))) == [("R", "unknown_source")]
    used_first = Application("A", "P", date(2026, 2, 2), "I2", D("400.00"))
    assert codes(BILL, OVERPAID, NEXT, used_first, Refund("R", "P", date(2026, 2, 3), D("100.01"))) == [
        ("R", "exceeds_source")
    ]


def test_a_void_takes_an_invoice_out_of_debts_sales_and_behaviour_from_its_day() -> None:
    void = Void("V", "I1", date(2026, 3, 10))
    ledger = Ledger([BILL, Charge("F", "I1", date(2026, 2, 20), D("15.00"), "fee"), void])
    books = ledger.account("K")
    assert books.balance(as_of=date(2026, 3, 9)) == 1015
    assert books.balance(as_of=date(2026, 3, 10)) == 0
    assert books.open_items(as_of=date(2026, 3, 10)) == ()
    assert age(ledger, as_of=date(2026, 3, 10)).total.balance == 0
    assert plan(ledger, STANDARD_B2B, as_of=date(2026, 3, 10)).actions == ()
    assert ledger.sales("EUR", Period.quarter(2026, 1)) == 0
    assert ledger.sales("EUR", Period.month(2026, 1)) == 1000
    both = scorecard(ledger + [NEXT], Period.quarter(2026, 1))
    assert both["EUR", "dso_simple"].value == 90  # all that was sold and stands is open
    assert scorecard(ledger, Period.quarter(2026, 1))["EUR", "average_days_late"].reason == "no items"
    assert ledger.known_at(date(2026, 3, 9)).account("K").balance(as_of=date(2026, 3, 31)) == 1015
    late = Interest("late", Rate(D("0.365")))
    assert interest_statement(books, late, as_of=date(2026, 3, 20)).to_charge == 0


def test_what_was_paid_on_a_voided_invoice_is_the_customers_credit() -> None:
    void = Void("V", "I1", date(2026, 3, 10))
    part = paid("P", date(2026, 2, 1), "400.00", ("I1", "400.00"))
    books = account(BILL, part, void)
    assert (books.unapplied(as_of=date(2026, 3, 9)), books.unapplied(as_of=date(2026, 3, 10))) == (0, 400)
    used = Application("A", "P", date(2026, 3, 11), "I2", D("400.00"))
    assert account(BILL, NEXT, part, void, used).open_items(as_of=date(2026, 3, 11)) == ()
    back = Refund("R", "P", date(2026, 3, 12), D("400.00"))
    assert account(BILL, part, void, back).balance(as_of=date(2026, 3, 12)) == 0
    after = paid("Q", date(2026, 3, 15), "50.00", ("I1", "50.00"))
    assert account(BILL, part, void, after).unapplied(as_of=date(2026, 3, 15)) == 450
    bounced = account(BILL, part, void, Reversal("X", "P", date(2026, 3, 20)))
    assert bounced.balance(as_of=date(2026, 3, 20)) == 0
    whole = paid("P", date(2026, 2, 1), "1000.00", ("I1", "1000.00"))
    card = scorecard(Ledger([BILL, whole, void]), Period.quarter(2026, 1))
    assert card["EUR", "average_days_to_pay"].reason == "no items"
    assert card["EUR", "invoice_accuracy"].value == 0


def test_what_was_written_off_and_recovered_is_the_customers_money_once_the_invoice_is_void() -> None:
    lost = Adjustment("W", "I1", date(2026, 3, 1), D("1000.00"), "write_off")
    for on in (date(2026, 3, 9), date(2026, 3, 10)):
        books = account(BILL, lost, paid("P", on, "300.00", ("I1", "300.00")), Void("V", "I1", date(2026, 3, 10)))
        assert (books.balance(as_of=on), books.balance(as_of=date(2026, 3, 10))) == (0 if on.day == 9 else -300, -300)
        assert books.unapplied(as_of=date(2026, 3, 10)) == 300


def test_a_void_falls_with_its_invoice() -> None:
    ledger = Ledger.collect([BILL, Void("V", "I1", date(2026, 3, 10))])
    assert ledger.problems == ()
    other = Invoice("I1", "K", date(2026, 1, 2), None, D(7), "EUR")
    assert {(each.id, each.code) for each in (ledger + [other, NEXT]).problems} == {
        ("I1", "duplicate_id"),
        ("V", "unknown_invoice"),
    }


def test_money_that_went_back_bears_interest_from_then_on() -> None:
    whole = paid("P", date(2026, 2, 1), "1000.00", ("I1", "1000.00"))
    back = Refund("R", "P", date(2026, 3, 1), D("300.00"), reopens=(("I1", D("300.00")),))
    late = Interest("late", Rate(D("0.365")))
    found = interest_statement(account(BILL, whole, back), late, as_of=date(2026, 3, 11))
    assert [(line.first, line.days, line.balance) for line in found] == [(date(2026, 3, 2), 10, 300)]
    assert found.to_charge == 3


def test_what_goes_back_was_too_much_first_then_recovered_then_paid_last() -> None:
    day = date(2026, 3, 20)

    def owed(*facts: Fact) -> list[tuple[str, str, D]]:
        books = account(BILL, *facts)
        found = allocate(paid("NEW", day, "5000.00"), books, as_of=day, strategy=OLDEST_FIRST)
        assert sum((line.amount for line in found), D(0)) == sum(
            (item.open for item in books.open_items(as_of=day)), D(0)
        )
        return [(line.item, line.component, line.amount) for line in found]

    def back(amount: str) -> Refund:
        return Refund("R", "P", date(2026, 3, 10), D(amount), reopens=(("I1", D(amount)),))

    over = paid("P", date(2026, 2, 1), "1500.00", ("I1", "1500.00"))
    assert owed(over, back("500.00")) == []
    assert owed(over, back("600.00")) == [("I1", "principal", 100)]
    fee = Charge("F", "I1", date(2026, 2, 10), D("30.00"), "fee")
    both = paid("P", date(2026, 2, 20), "1030.00", ("I1", "1030.00"))
    assert owed(fee, both, back("40.00")) == [("I1", "principal", 10), ("I1", "fee", 30)]
    lost = Adjustment("W", "I1", date(2026, 2, 5), D("1000.00"), "write_off")
    regained = paid("P", date(2026, 2, 20), "400.00", ("I1", "400.00"))
    assert owed(lost, regained, back("300.00")) == []
    found = Ledger([BILL, lost, regained, back("300.00")])
    assert found.recovered("EUR", Period.quarter(2026, 1)) == 100


def test_what_adds_to_a_voided_invoice_is_set_aside() -> None:
    void = Void("V", "I1", date(2026, 3, 10))
    assert codes(BILL, void, Charge("F", "I1", date(2026, 3, 10), D(1), "fee")) == [("F", "void")]
    assert codes(BILL, void, Adjustment("F", "I1", date(2026, 3, 10), D(1), "discount")) == [("F", "void")]
    assert codes(BILL, void, Void("V2", "I1", date(2026, 3, 11))) == [("V2", "void")]
    assert codes(BILL, Void("V", "I1", date(2026, 1, 1))) == [("V", "wrong_date")]
    assert codes(BILL, Void("V", "I9", date(2026, 1, 1))) == [("V", "unknown_invoice")]
    whole = paid("P", date(2026, 2, 1), "1000.00", ("I1", "1000.00"))
    reopening = Refund("R", "P", date(2026, 3, 20), D(1), reopens=(("I1", D(1)),))
    assert codes(BILL, whole, void, reopening) == [("R", "exceeds_source")]


def test_an_invoice_over_nothing_is_no_debt_and_no_error() -> None:
    """case zero-invoice-in-the-book"""
    rows = [
        {"id": name, "customer": "K", "issued": "2026-01-01", "due": "2026-01-31", "amount": amount, "currency": "EUR"}
        for name, amount in (("A", "0.00"), ("B", "40.00"))
    ]
    ledger = Ledger.from_records(rows, kind="invoice")
    day = date(2026, 3, 1)
    assert [item.id for item in ledger.open_items(as_of=day)] == ["B"]
    aging = age(ledger, as_of=day)
    assert (aging.total.balance, aging.counts["1-30"]) == (40, 1)
    assert [each.case for each in plan(ledger, STANDARD_B2B, as_of=day)] == ["K/EUR"]
    assert scorecard(ledger, Period.quarter(2026, 1))["EUR", "average_days_late"].reason == "no items"


def test_days_to_pay_are_counted_to_the_money_not_to_the_housekeeping() -> None:
    """case K12"""
    bill = Invoice.from_terms("I", "K", date(2026, 3, 1), D("1000.00"), "EUR", "2/10 net 30")
    ledger = Ledger([bill, paid("P", date(2026, 3, 10), "980.00", ("I", "980.00"))])
    ledger += take_discounts(ledger.account("K"), as_of=date(2026, 4, 30))
    card = scorecard(ledger, Period(date(2026, 3, 1), date(2026, 4, 30)))
    assert (card["EUR", "average_days_to_pay"].value, card["EUR", "average_days_late"].value) == (9, -21)
    (april, march) = (scorecard(ledger, Period.month(2026, month)) for month in (4, 3))
    assert march["EUR", "average_days_to_pay"].value == 9  # nothing was owed from the day on which it was earned
    assert april["EUR", "average_days_to_pay"].reason == "no items"


@pytest.mark.parametrize("kind", ["small_balance", "deduction", "discount"])
def test_no_adjustment_makes_a_payment_late(kind: AdjustmentKind) -> None:
    rest = Adjustment("A", "I1", date(2026, 4, 30), D("1.50"), kind)
    ledger = Ledger([BILL, paid("P", date(2026, 2, 1), "998.50", ("I1", "998.50")), rest])
    assert scorecard(ledger, Period(date(2026, 1, 1), date(2026, 4, 30)))["EUR", "average_days_late"].value == 0


def test_money_counts_from_the_day_on_which_it_came_however_late_it_was_matched() -> None:
    matched = Application("A", "P", date(2026, 3, 10), "I1", D("1000.00"))
    ledger = Ledger([BILL, paid("P", date(2026, 2, 1), "1000.00"), matched])
    assert scorecard(ledger, Period.quarter(2026, 1))["EUR", "average_days_to_pay"].value == 30


def test_what_no_money_settled_is_no_experience_of_paying() -> None:
    """case K09"""
    facts: list[Fact] = []
    for week in range(6):
        issued = date.fromordinal(date(2026, 1, 5).toordinal() + 7 * week)
        due = date.fromordinal(issued.toordinal() + 30)
        wrong = date.fromordinal(due.toordinal() + 90)
        facts += [
            Invoice(f"R{week}", "K", issued, due, D(100), "EUR"),
            Invoice(f"W{week}", "K", issued, due, D(100), "EUR"),
            paid(f"P{week}", due, "100.00", (f"R{week}", "100.00")),
            CreditNote(f"C{week}", "K", wrong, D(100), "EUR", applied=((f"W{week}", D(100)),)),
        ]
    ledger, day = Ledger(facts), date(2026, 7, 15)
    card = scorecard(ledger, Period(date(2026, 1, 1), day))
    assert (card["EUR", "average_days_to_pay"].value, card["EUR", "average_days_late"].value) == (30, 0)
    assert [each.segment for each in segment(ledger, payment_behaviour(), as_of=day)] == ["reliable"]


def test_an_installment_that_was_credited_is_none_either() -> None:
    parts = (Installment(date(2026, 1, 31), D(50)), Installment(date(2026, 2, 28), D(50)))
    bill = Invoice("I1", "K", date(2026, 1, 1), None, D(100), "EUR", installments=parts)
    note = CreditNote("C", "K", date(2026, 1, 2), D(100), "EUR", applied=(("I1", D(100)),))
    card = scorecard(Ledger([bill, note]), Period.quarter(2026, 1))
    assert card["EUR", "average_days_late"].reason == "no items"


def test_a_statement_shows_each_movement_once_and_ties() -> None:
    bounced = paid("P", date(2026, 2, 3), "1000.00", ("I1", "600.00"), ("I2", "400.00"))
    cost = Charge("X", "I1", date(2026, 2, 10), D("7.50"), "cost")
    found = statement(account(BILL, NEXT, bounced, Reversal("R", "P", date(2026, 2, 10)), cost), Period.month(2026, 2))
    assert [(str(line), line.id, line.reversal, line.amount, line.balance) for line in found] == [
        ("invoice", "I2", None, 400, 1400),
        ("payment", "P", None, -1000, 400),
        ("payment reversed", "P", "R", 1000, 1400),
        ("cost", "X", None, D("7.50"), D("1407.50")),
    ]
    assert (found.opening, found.added, found.taken_off, found.closing) == (1000, D("1407.50"), 1000, D("1407.50"))
    assert "closing balance" in str(found)
    assert "Statement of K, EUR, 2026-02-01 to 2026-02-28" in str(found)
    empty = statement(account(BILL), Period.month(2026, 2))
    assert (len(empty), empty.closing, empty.records()) == (0, 1000, [])


ROWS = [
    {"id": "N1", "customer": "A", "issued": "2020-09-15", "due": "2020-09-25", "amount": "-300.00", "currency": "EUR"},
    {"id": "I1", "customer": "A", "issued": "2021-01-01", "due": "2021-01-10", "amount": "200.00", "currency": "EUR"},
]


def test_credits_that_were_exported_as_negative_invoices() -> None:
    """case P02"""
    books = Ledger.from_records(ROWS, kind="invoice", negative="credit notes").account("A")
    day = date(2021, 1, 20)
    assert (books.unapplied(as_of=day), books.balance(as_of=day)) == (300, -100)
    assert [(item.id, item.open) for item in books.open_items(as_of=day)] == [("I1", 200)]
    with pytest.raises(InvalidLedger, match=r"row 1: N1: .*amount"):
        Ledger.from_records(ROWS, kind="invoice")
    words = Ledger.from_records([{**ROWS[0], "amount": "x"}], kind="invoice", negative="credit notes", strict=False)
    assert [each.code for each in words.problems] == ["unreadable"]


def test_amounts_finer_than_a_cent_are_one_problem_that_counts_them() -> None:
    rows = [{**ROWS[1], "id": name, "amount": "10.005"} for name in ("A", "B")]
    rows.append({**ROWS[1], "id": "Y", "amount": "10.5", "currency": "JPY"})
    words = "2 amounts are finer than 0.01, the unit of EUR; the first is 10.005; round them, or let them be with finer=True"
    found = Ledger.from_records(rows, kind="invoice", strict=False)
    assert [(each.code, each.id) for each in found.problems] == [("finer", "A"), ("finer", "Y")]
    assert found.problems[0].message == words
    assert found.problems[1].message.startswith("1 amount is finer than 1, the unit of JPY")
    assert len(found.facts) == 3
    assert Ledger.from_records(rows, kind="invoice", finer=True).problems == ()
    with pytest.raises(InvalidLedger, match="2 amounts are finer"):
        Ledger.from_records(rows, kind="invoice")


def test_opening_balance_movements_with_running_balance_closing_balance() -> None:
    """case statement-of-account"""
    books = account(
        Invoice("A", "K", date(2025, 11, 1), date(2025, 12, 1), D("100.00"), "EUR"),
        Invoice("B", "K", date(2026, 1, 1), date(2026, 1, 31), D("40.00"), "EUR"),
        paid("P", date(2026, 1, 15), "70.00", ("A", "70.00")),
    )
    found = statement(books, Period.month(2026, 1))
    assert (found.opening, found.closing) == (100, 70)
    assert [(line.on, str(line), line.amount, line.balance) for line in found] == [
        (date(2026, 1, 1), "invoice", 40, 140),
        (date(2026, 1, 15), "payment", -70, 70),
    ]


def test_entries_are_exact_whatever_decimal_context_the_caller_has() -> None:
    large = D("1000000000000.01")
    bill = Invoice("I", "K", date(2026, 1, 2), date(2026, 2, 1), large, "EUR")
    with localcontext() as context:
        context.prec = 4
        for name, source in (
            ("P", Payment("P", "K", date(2026, 1, 5), large, "EUR", applied=(("I", large),))),
            ("C", CreditNote("C", "K", date(2026, 1, 5), large, "EUR", applied=(("I", large),))),
        ):
            books = account(bill, source)
            assert [str(each.amount) for each in books.entries(as_of=date(2026, 1, 5))] == [str(large), f"-{large}"]
            (line,) = statement(books, Period(date(2026, 1, 3), date(2026, 1, 9)))
            assert (line.id, str(line.amount), line.balance) == (name, f"-{large}", 0)
            assert str(books.balance(as_of=date(2026, 1, 4))) == str(large)
            assert books.balance(as_of=date(2026, 1, 5)) == 0


def test_only_what_is_left_of_money_is_allocated() -> None:
    """After refunds and voids, and for money that is meant for an invoice to come."""
    back = Refund("R", "P", date(2026, 1, 20), D("300.00"))
    later = Invoice("I3", "K", date(2026, 3, 1), date(2026, 3, 31), D("90.00"), "EUR")

    def left(source: Payment, as_of: date, *facts: Fact) -> D:
        found = allocate(source, account(BILL, NEXT, later, source, *facts), as_of=as_of, strategy=OLDEST_FIRST)
        return sum((line.amount for line in found), found.unapplied)

    day = date(2026, 2, 10)
    assert left(OVERPAID, day) == 500
    assert left(OVERPAID, day, back) == 200
    assert left(OVERPAID, date(2026, 1, 19), back) == 500
    assert left(OVERPAID, day, back, Reversal("X", "R", date(2026, 2, 1))) == 500
    assert left(OVERPAID, day, Void("V", "I1", day)) == 1500
    early = paid("P", date(2026, 1, 10), "100.00", ("I3", "90.00"))
    assert left(early, day) == 10
    assert left(early, date(2026, 3, 1)) == 10
    meant = Application("A", "Q", date(2026, 1, 15), "I3", D("60.00"))
    loose = paid("Q", date(2026, 1, 10), "100.00")
    assert left(loose, day, meant) == 40
    assert left(loose, day, meant, Reversal("X", "A", date(2026, 2, 1))) == 100


def test_what_was_charged_on_a_voided_invoice_cannot_be_waived_or_counted() -> None:
    fee, void = Charge("F", "I1", date(2026, 2, 20), D("15.00"), "fee"), Void("V", "I1", date(2026, 3, 10))
    rebate = Adjustment("D", "I1", date(2026, 2, 21), D("5.00"), "deduction")
    facts = (BILL, fee, rebate, void)
    assert reversed_by(facts, date(2026, 3, 9)) == frozenset()
    assert reversed_by(facts, date(2026, 3, 10)) == {"F", "D"}
    books = account(*facts)
    assert books.balance(as_of=date(2026, 3, 10)) == 0
    flow = scorecard(Ledger(facts), Period.quarter(2026, 1)).roll_forward()
    assert [flow["EUR", line] for line in ("invoices", "charges", "deductions", "voids")] == [1000, 0, 0, -1000]


def test_what_is_taken_off_after_a_write_off_pays_no_later_fee() -> None:
    lost = Adjustment("W", "I1", date(2026, 2, 10), D("1000.00"), "write_off")
    needless = Adjustment("D", "I1", date(2026, 2, 20), D("30.00"), "deduction")
    fee = Charge("F", "I1", date(2026, 2, 25), D("10.00"), "fee")
    books = account(BILL, lost, needless, fee)
    components = Components(books, date(2026, 3, 1), PRINCIPAL_FIRST)
    assert sum(components.owed("I1").values()) == sum(item.open for item in books.open_items(as_of=date(2026, 3, 1)))


def test_an_invoice_over_nothing_stands_in_no_column_until_it_is_void_either() -> None:
    nothing = Invoice("Z", "K", date(2026, 1, 1), date(2026, 1, 31), D(0), "EUR")
    ledger = Ledger([nothing, NEXT, Void("V", "Z", date(2026, 4, 1))])
    aging = age(ledger, as_of=date(2026, 3, 5))
    assert (aging.counts["31-60"], aging.counts["1-30"], aging.total.balance) == (0, 1, 400)


def test_a_level_falls_on_the_day_of_a_void_as_it_does_for_a_payment() -> None:
    policy = Policy(
        "p",
        (Level("first", 5, do=(Notify("email"),)), Level("second", 20, do=(Notify("letter"),))),
        regress=Regress(oldest_settled="reset"),
    )
    old = Invoice("OLD", "K", date(2026, 1, 1), date(2026, 1, 31), D(100), "EUR")
    young = Invoice("YOUNG", "K", date(2026, 1, 20), date(2026, 2, 10), D(40), "EUR")
    notices = [
        Contact("N1", "K", date(2026, 2, 16), "email", level="first", items=("OLD", "YOUNG")),
        Contact("N2", "K", date(2026, 2, 24), "letter", level="second", items=("OLD", "YOUNG")),
    ]
    day = date(2026, 3, 1)
    ends: list[Fact] = [
        Void("END", "OLD", day),
        Payment("END", "K", day, D(100), "EUR", applied=(("OLD", D(100)),)),
        CreditNote("END", "K", day, D(100), "EUR", applied=(("OLD", D(100)),)),
    ]
    states = [decide(account(old, young, *notices, end), policy, as_of=date(2026, 3, 2))[0].level for end in ends]
    assert states == [None, None, None]


def test_one_applied_pair_is_taken_back_and_the_payment_stays() -> None:
    other = Invoice("I2", "K", date(2026, 1, 2), date(2026, 2, 1), D("1000.00"), "EUR")
    money = Payment(
        "P", "K", date(2026, 2, 1), D("1500.00"), "EUR", applied=(("I1", D("1000.00")), ("I2", D("500.00")))
    )
    back = Reversal("R", "P", date(2026, 3, 1), invoice="I1")
    ledger = Ledger([BILL, other, money, back])
    account = ledger.account("K")
    assert account.unapplied(as_of=date(2026, 2, 28)) == 0
    assert account.unapplied(as_of=date(2026, 3, 1)) == 1000
    assert [(item.id, item.open) for item in account.open_items(as_of=date(2026, 3, 1))] == [("I1", 1000), ("I2", 500)]
    assert account.balance(as_of=date(2026, 3, 1)) == 500
    restored = (ledger + [Reversal("RR", "R", date(2026, 3, 5))]).account("K")
    assert [item.id for item in restored.open_items(as_of=date(2026, 3, 5))] == ["I2"]
    bounced = (ledger + [Reversal("B", "P", date(2026, 3, 5))]).account("K")
    assert bounced.balance(as_of=date(2026, 3, 5)) == 2000
    assert bounced.unapplied(as_of=date(2026, 3, 5)) == 0
    problems = Ledger.collect([BILL, other, money, back, Reversal("R2", "P", date(2026, 3, 2), invoice="I1")]).problems
    assert [(each.code, each.id) for each in problems] == [("reversed_twice", "R2")]
    assert "P on I1 is reversed already" in problems[0].message
    (unknown,) = Ledger.collect([BILL, other, money, Reversal("R", "P", date(2026, 3, 1), invoice="I9")]).problems
    assert "P was not put to I9 when it was recorded" in unknown.message


def test_costs_of_a_returned_payment_are_charged_once_on_what_it_was_for() -> None:
    money = Payment("P", "K", date(2026, 1, 20), D("1000.00"), "EUR")
    use = Application("A", "P", date(2026, 2, 1), "I1", D("1000.00"))
    back = Reversal("R", "P", date(2026, 2, 9), code="AC04", costs=D("7.50"))
    ledger = Ledger([BILL, money, use, back])
    found = return_costs(ledger.account("K"), as_of=date(2026, 2, 9))
    assert [(each.id, each.invoice, each.on, each.amount) for each in found] == [
        ("R/cost", "I1", date(2026, 2, 9), D("7.50"))
    ]
    assert return_costs((ledger + found).account("K"), as_of=date(2026, 2, 9)) == ()
    loose = Ledger([money, back])
    assert return_costs(loose.account("K"), as_of=date(2026, 2, 9)) == ()
    standing = Standing(ledger.account("K"), as_of=date(2026, 2, 9))
    assert (standing["returned_payments"], standing["returned_payments[1]"]) == (1, 1)
    undone = Ledger([BILL, money, use, back, Reversal("RR", "R", date(2026, 2, 10))])
    assert Standing(undone.account("K"), as_of=date(2026, 2, 10))["returned_payments"] == 0


def test_money_in_another_currency_settles_in_full_or_as_far_as_it_goes() -> None:
    account = Ledger([BILL]).account("K")

    def settled(paid: str, *, in_full: bool) -> list[tuple[str, Decimal]]:
        facts = settle_in_currency(
            account, "I1", id="P", on=date(2026, 2, 1), paid=D(paid), currency="USD", rate=D("0.9"), in_full=in_full
        )
        assert Ledger([BILL, *facts]).account("K").balance(as_of=date(2026, 2, 1)) == (
            0 if in_full else 1000 - D(paid) * D("0.9")
        )
        return [(each.id, each.amount) for each in facts]

    assert settled("1100.00", in_full=True) == [("P", D("990.00")), ("P/exchange difference", D("10.00"))]
    assert settled("1200.00", in_full=True) == [("P", D("1000.00"))]
    assert settled("1100.00", in_full=False) == [("P", D("990.00"))]
    assert settled("1200.00", in_full=False) == [("P", D("1080.00"))]
    with pytest.raises(NotFound, match="open invoice"):
        settle_in_currency(account, "I9", id="P", on=date(2026, 2, 1), paid=D(1), currency="USD", rate=D("0.9"))


def test_what_a_customer_paid_in_is_read_from_rows() -> None:
    row = {
        "id": "P", "customer": "K", "received": "2026-02-01", "amount": "990.00", "currency": "EUR",
        "paid_in": ["1100.00", "USD"],
    }  # fmt: skip
    (fact,) = Ledger.from_records([row], kind="payment").facts
    assert isinstance(fact, Payment)
    assert fact.paid_in == (D("1100.00"), "USD")
    assert len(Ledger.from_records([{**row, "paid_in": "1100.00"}], kind="payment", strict=False).problems) == 1


def test_a_returned_payment_leaves_the_window_on_a_day_that_can_be_foreseen() -> None:
    back: list[Fact] = [
        paid("P", date(2026, 2, 1), "1000.00", ("I1", "1000.00")),
        Reversal("R", "P", date(2026, 2, 9), code="AC04"),
    ]
    standing = Standing(Ledger([BILL, *back]).account("K"), as_of=date(2026, 2, 10))
    assert next_change(measure("returned_payments[5]") >= 1, standing, as_of=date(2026, 2, 10)) == date(2026, 2, 14)


@pytest.mark.parametrize("named", ["I1", "I1/1", "I1/2"])
def test_a_void_undoes_what_was_added_to_any_part_of_its_invoice_and_to_no_other(named: str) -> None:
    parts = (Installment(date(2026, 2, 4), D(400)), Installment(date(2026, 3, 4), D(600)))
    divided = changed(BILL, installments=parts, due=parts[-1].due)
    fee = Charge("F", named, date(2026, 3, 8), D("15.00"), "fee")
    less = Adjustment("A", named, date(2026, 3, 8), D("10.00"), "deduction")
    other = Charge("G", NEXT.id, date(2026, 3, 8), D("15.00"), "fee")
    books = account(divided, NEXT, fee, less, other, Void("V", "I1", date(2026, 3, 10)))
    assert reversed_by(books.facts, date(2026, 3, 9)) == set()
    assert reversed_by(books.facts, date(2026, 3, 10)) == {"F", "A"}


def test_money_that_goes_back_is_owed_again_as_principal() -> None:
    payment = Payment("P", "K", date(2026, 2, 10), D("1000.00"), "EUR", applied=(("I1", D("1000.00")),))
    back = Refund("R", "P", date(2026, 2, 20), D("300.00"), reopens=(("I1", D("300.00")),))
    books = account(BILL, payment, back)
    owed = Components(books, date(2026, 3, 1), PRINCIPAL_FIRST).owed("I1")
    assert {name: amount for name, amount in owed.items() if amount} == {"principal": D("300.00")}


def test_money_for_an_installment_that_was_written_off_recovers_that_one() -> None:
    parts = (Installment(date(2026, 1, 31), D(100)), Installment(date(2026, 2, 28), D(100)))
    bill = Invoice("I", "K", date(2026, 1, 1), None, D(200), "EUR", installments=parts)
    lost = Adjustment("W", "I/2", date(2026, 3, 2), D(100), "write_off")
    paid = Payment("P", "K", date(2026, 3, 9), D(100), "EUR", applied=(("I/2", D(100)),))
    components = Components(account(bill, lost, paid), date(2026, 3, 9), PRINCIPAL_FIRST)
    assert (components.owed("I")["principal"], components.written_off("I")) == (100, 0)


def test_what_is_charged_on_an_installment_meanwhile_is_another_debt() -> None:
    parts = (Installment(date(2026, 1, 31), D(100)), Installment(date(2026, 2, 28), D(100)))
    bill = Invoice("I", "K", date(2026, 1, 1), None, D(200), "EUR", installments=parts)
    fee = Charge("F", "I/2", date(2026, 3, 3), D(10), "fee")
    paid = Payment("P", "K", date(2026, 3, 9), D(60), "EUR", applied=(("I/2", D(60)),))
    moved = moved_items(account(bill, fee, paid), date(2026, 3, 1), date(2026, 3, 31))
    assert {each.id: each.left for each in moved} == {"I/1": 100, "I/2": 40}


def test_a_debit_is_owed_aged_and_voided_like_an_invoice_and_is_no_sale() -> None:
    memo = changed(BILL, id="M1", amount=D("25.00"), kind="debit")
    month = Period.month(2026, 1)
    book = Ledger([BILL, memo])
    assert [(each.id, each.open) for each in book.account("K").open_items(as_of=date(2026, 3, 1))] == [
        ("I1", D("1000.00")),
        ("M1", D("25.00")),
    ]
    flow = scorecard(book, month).roll_forward()
    assert [flow["EUR", line] for line in ("invoices", "debits", "closing balance")] == [1000, 25, 1025]
    assert book.sales("EUR", month) == 1000
    gone = book + [Void("V", "M1", date(2026, 1, 20))]
    flow = scorecard(gone, month).roll_forward()
    assert [flow["EUR", line] for line in ("invoices", "debits", "voids", "closing balance")] == [1000, 0, 0, 1000]
    assert gone.sales("EUR", month) == 1000
    (line,) = [each for each in statement(book.account("K"), month) if each.id == "M1"]
    assert (line.kind, line.amount) == ("debit", D("25.00"))


def test_what_was_settled_before_is_neither_money_nor_a_loss() -> None:
    known = date(2026, 3, 31)
    money = Payment("P1", "K", date(2026, 3, 2), D("500.00"), "EUR")
    books = Ledger(
        [
            BILL,
            Adjustment("I1/before", "I1", known, D("375.00"), "settled_before"),
            money,
            Application("P1/before", "P1", known, None, D("375.00")),
        ]
    )
    assert not books.problems
    (item,) = books.account("K").open_items(as_of=known)
    assert (item.open, books.account("K").unapplied(as_of=known)) == (D("625.00"), D("125.00"))
    before = books.account("K")
    assert before.balance(as_of=date(2026, 3, 30)) == before.balance(as_of=known) == D("500.00")
    card = scorecard(books, Period.month(2026, 3))
    flow = card.roll_forward()
    assert [flow["EUR", line] for line in ("payments", "settled before", "write-offs", "discounts")] == [-500, 0, 0, 0]
    assert books.written_off("EUR", Period.month(2026, 3)) == 0
    assert [*conceded(before)] == []


def test_what_was_settled_before_is_no_payment_to_a_policy() -> None:
    policy = Policy(
        "p", (Level("letter", 1, do=(Notify("letter"),)),), regress=Regress(paid_in_part="step_down", credited="keep")
    )
    day = date(2026, 3, 2)
    told = Contact("N", "K", day, "letter", level="letter", items=("I1",))
    money = Payment("P1", "K", date(2026, 2, 20), D("400.00"), "EUR")
    known = date(2026, 3, 5)
    before = Adjustment("B", "I1", known, D("400.00"), "settled_before")
    for debt, level in ((None, "letter"), ("I1", None)):
        use = Application("U", "P1", known, debt, D("400.00"))
        facts: list[Fact] = [BILL, told, money, use, *([before] if debt is None else [])]
        (decision,) = decide(Ledger(facts).account("K"), policy, as_of=known)
        assert decision.level == level


def test_money_that_was_used_for_other_debts_bears_no_interest_on_account() -> None:
    money = Payment("P1", "K", date(2026, 2, 1), D("1000.00"), "EUR")
    use = Application("U", "P1", date(2026, 2, 1), None, D("1000.00"))
    late = Interest("late", Rate(D("0.10")))
    books: list[list[Fact]] = [[BILL], [BILL, money, use]]
    one, other = (interest_statement(Ledger(each).account("K"), late, as_of=date(2026, 4, 1)) for each in books)
    assert one.accrued == other.accrued > 0


def test_money_that_was_put_to_unknown_debts_goes_no_further_than_it_reaches_and_comes_back_with_its_reversal() -> None:
    money = Payment("P1", "K", date(2026, 3, 2), D("500.00"), "EUR")
    use = Application("U1", "P1", date(2026, 3, 5), None, D("375.00"))
    (problem,) = Ledger.collect([money, use, changed(use, id="U2", amount=D("125.01"))]).problems
    assert (problem.id, problem.code) == ("U2", "exceeds_source")
    for name, left in (("U1", "500.00"), ("P1", "0")):
        undone = Ledger([money, use, Reversal("R", name, date(2026, 3, 9))]).account("K")
        assert undone.unapplied(as_of=date(2026, 3, 8)) == D("125.00")
        assert undone.unapplied(as_of=date(2026, 3, 9)) == D(left)
    rows = Ledger([money, use]).records()
    assert Ledger.from_records(rows) == Ledger([money, use])
    assert Ledger.from_records([{**rows[-1]} | {"invoice": None}, rows[0]]) == Ledger([money, use])
    lacking = {name: each for name, each in rows[-1].items() if name != "invoice"}
    assert Ledger.from_records([rows[0], lacking], strict=False).problems[0].faults[0].path == "invoice"


def test_a_printed_statement_begins_with_the_opening_balance_and_ends_with_the_closing_one() -> None:
    bills = [Invoice(f"I{n}", "ACME", date(2026, n, 5), date(2026, n, 20), Decimal(10 * n), "EUR") for n in (1, 2)]
    lines = str(statement(Ledger(bills).account("ACME"), Period.month(2026, 2))).splitlines()
    opening, closing = (
        next(line for line in lines if words in line) for words in ("opening balance", "closing balance")
    )
    assert opening.split()[-1] == "10.00"
    assert closing.split()[-1] == "30.00"
    assert lines.index(opening) < lines.index(closing)
