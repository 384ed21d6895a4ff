"""Payments less a discount, by hand: how they are allocated, what they earn, and what becomes of it when they bounce."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning import (
    Adjustment,
    Application,
    CreditNote,
    Invoice,
    Ledger,
    Payment,
    Period,
    Reversal,
    age,
    allocate,
    decide,
    interest_statement,
    scorecard,
)
from dunning.allocation import Allocation, Strategy
from dunning.charges import Interest, Rate
from dunning.invoice import Installment
from dunning.ledger import Fact
from dunning.presets.allocations import LARGEST_FIRST, OLDEST_FIRST, PRO_RATA
from dunning.presets.policies import STANDARD_B2B
from dunning.settlement import small_balance, take_discounts
from dunning.statement import statement

D = Decimal
MARCH_10 = date(2026, 3, 10)


def bill(name: str, amount: str, terms: str = "2/10 net 30", issued: date = date(2026, 3, 2)) -> Invoice:
    return Invoice.from_terms(name, "K", issued, D(amount), "EUR", terms)


A1 = bill("A1", "1000.00")
A2 = bill("A2", "500.00", issued=date(2026, 3, 3))
OLD = bill("OLD", "800.00", "net 30", date(2026, 1, 10))


def paying(amount: str, *facts: Fact, named: Any = (), on: date = MARCH_10, how: Strategy = OLDEST_FIRST) -> Allocation:
    money = Payment("P", "K", on, D(amount), "EUR")
    return allocate(money, Ledger(facts).account("K"), as_of=on, strategy=how, references=named)


def applied(found: Allocation) -> dict[str, str]:
    return {name: str(amount) for name, amount in found.applied}


def short(found: Allocation) -> list[tuple[str, str, str]]:
    return [(each.item, str(each.amount), each.kind) for each in found.short]


def test_one_payment_for_two_invoices_each_less_its_discount() -> None:
    """case T18"""
    found = paying("1470.00", A1, A2, OLD)
    assert applied(found) == {"A1": "980.00", "A2": "490.00"}
    assert short(found) == [("A1", "20.00", "discount"), ("A2", "10.00", "discount")]
    assert found.rivals == ()
    ledger = Ledger([A1, A2, OLD, found.as_source()])
    taken = take_discounts(ledger.account("K"), as_of=MARCH_10)
    assert [(each.invoice, str(each.amount)) for each in taken] == [("A1", "20.00"), ("A2", "10.00")]


def test_the_customer_names_both_invoices_and_owes_nothing_on_them() -> None:
    """cases T18b and P07"""
    found = paying("1470.00", A1, A2, OLD, named=["A1", "A2"])
    assert applied(found) == {"A1": "980.00", "A2": "490.00"}
    ledger = Ledger([A1, A2, OLD, found.as_source()])
    later = date(2026, 4, 10)
    assert [item.id for item in ledger.open_items(as_of=later)] == ["OLD"]
    ledger += take_discounts(ledger.account("K"), as_of=later)
    asked = [
        item
        for each in decide(ledger.account("K"), STANDARD_B2B, as_of=later)
        for action in each.actions
        for item in action.items
    ]
    assert asked == ["OLD"]


def test_the_rest_of_an_invoice_that_was_paid_in_part_less_its_discount() -> None:
    """case T18c"""
    old = bill("OLD", "700.00", "net 30", date(2026, 1, 10))
    part = Payment("P1", "K", date(2026, 3, 4), D("500.00"), "EUR", applied=(("A1", D("500.00")),))
    assert applied(paying("480.00", old, A1, part)) == {"A1": "480.00"}


def test_a_single_untouched_invoice_less_its_discount() -> None:
    """case T18e"""
    old = bill("OLD", "700.00", "net 30", date(2026, 1, 10))
    assert applied(paying("980.00", old, A1)) == {"A1": "980.00"}


def test_an_invoice_with_a_credit_note_less_its_discount() -> None:
    note = CreditNote("C", "K", date(2026, 3, 5), D("100.00"), "EUR", applied=(("A1", D("100.00")),))
    found = paying("882.00", OLD, A1, note)
    assert applied(found) == {"A1": "882.00"}
    assert short(found) == [("A1", "18.00", "discount")]


def test_the_oldest_take_their_discount_and_no_more_than_that() -> None:
    assert applied(paying("1500.00", A1, A2)) == {"A1": "1000.00", "A2": "500.00"}  # all in full: no discount is taken
    assert applied(paying("1200.00", A1, A2)) == {"A1": "980.00", "A2": "220.00"}
    assert applied(paying("970.00", A1, A2)) == {"A1": "970.00"}
    assert applied(paying("1200.00", A1, A2, how=LARGEST_FIRST)) == {"A1": "980.00", "A2": "220.00"}


def test_some_with_and_some_without_a_discount() -> None:
    plain = bill("B", "300.00", "net 30", date(2026, 3, 4))
    found = paying("1280.00", A1, A2, plain, OLD)
    assert applied(found) == {"A1": "980.00", "B": "300.00"}
    named = paying("1280.00", A1, plain, OLD, named=["B", "A1"])
    assert applied(named) == {"B": "300.00", "A1": "980.00"}


def test_a_named_amount_is_taken_as_it_is_said() -> None:
    assert applied(paying("1000.00", A1, OLD, named=[("A1", D("1000.00"))])) == {"A1": "1000.00"}
    assert applied(paying("1500.00", A1, A2, named=["A1", "A2"])) == {"A1": "1000.00", "A2": "500.00"}
    assert short(paying("980.00", A1, OLD, named=[("A1", D("980.00"))])) == [("A1", "20.00", "discount")]


def test_a_discount_is_over_on_the_day_after_its_last() -> None:
    assert short(paying("980.00", A1, named=["A1"], on=date(2026, 3, 12))) == [("A1", "20.00", "discount")]
    late = paying("980.00", A1, named=["A1"], on=date(2026, 3, 13))
    assert short(late) == [("A1", "20.00", "deduction")]
    assert applied(paying("980.00", A1, OLD, on=date(2026, 3, 13))) == {"OLD": "800.00", "A1": "180.00"}


def test_a_short_payment_says_why_it_is_short() -> None:
    plain = bill("B", "300.00", "net 30")
    patient = Strategy("patient", small=D("1.00"))
    assert short(paying("299.50", plain, named=["B"], how=patient)) == [("B", "0.50", "small balance")]
    assert short(paying("298.00", plain, named=["B"], how=patient)) == [("B", "2.00", "deduction")]
    assert short(paying("298.00", plain)) == []  # nothing was named
    assert "2.00 of B is not paid: deduction" in str(paying("298.00", plain, named=["B"]))


def test_matches_as_good_as_the_chosen_one_are_told() -> None:
    one, two, both = bill("B1", "100.00", "net 30"), bill("B2", "100.00", "net 30"), bill("B3", "200.00", "net 30")
    found = paying("100.00", one, two, both)
    assert (applied(found), found.rivals) == ({"B1": "100.00"}, (("B2",),))
    assert "ambiguous: B2 would match as well" in str(found)
    assert paying("200.00", one, two, both).rivals == ()  # one invoice rather than two
    assert paying("300.00", one, two, both).rivals == (("B2", "B3"),)


def test_credit_notes_are_counted_in() -> None:
    note = CreditNote("C", "K", date(2026, 3, 5), D("190.00"), "EUR")
    plain = [bill("B1", "1000.00", "net 30"), bill("B2", "500.00", "net 30")]
    found = paying("1310.00", OLD, *plain, note)
    assert applied(found) == {"B1": "1000.00", "B2": "310.00"}
    assert [(each.credit_note, each.debt, each.amount) for each in found.netted] == [("C", "B2", D("190.00"))]
    ledger = Ledger([OLD, *plain, note, found.as_source(), *found.as_netting(on=MARCH_10)])
    assert [item.id for item in ledger.open_items(as_of=MARCH_10)] == ["OLD"]
    assert ledger.account("K").unapplied(as_of=MARCH_10) == 0
    assert paying("1500.00", OLD, *plain, note).netted == ()  # in full, and the credit note stays


def test_money_that_pays_other_installments_than_the_oldest_names_them() -> None:
    parts = (Installment(date(2026, 3, 1), D("100.00")), Installment(date(2026, 4, 1), D("300.00")))
    split = Invoice("I", "K", date(2026, 2, 1), None, D("400.00"), "EUR", installments=parts)
    assert applied(paying("300.00", split)) == {"I/2": "300.00"}
    assert applied(paying("300.00", split, named=["I/2"])) == {"I/2": "300.00"}
    assert applied(paying("200.00", split)) == {"I": "200.00"}
    assert applied(paying("200.00", split, how=PRO_RATA)) == {"I/1": "50.00", "I/2": "150.00"}


def paid(amount: str, on: date, to: str = "A1", name: str = "P") -> Payment:
    return Payment(name, "K", on, D(amount), "EUR", applied=((to, D(amount)),))


def test_an_earned_discount_is_not_owed_from_its_day_and_booking_it_moves_nothing() -> None:
    ledger = Ledger([A1, paid("980.00", MARCH_10)])
    account = ledger.account("K")
    april = date(2026, 4, 30)
    assert account.balance(as_of=date(2026, 3, 9)) == D("1000.00")
    assert account.balance(as_of=MARCH_10) == account.balance(as_of=april) == 0
    assert age(ledger, as_of=april).total.balance == 0
    assert not [action for each in decide(account, STANDARD_B2B, as_of=april) for action in each.actions]
    assert interest_statement(account, Interest("i", Rate(D("0.10"))), as_of=april).accrued == 0
    (discount,) = take_discounts(account, as_of=april)
    assert (discount.id, discount.on, discount.amount) == ("A1/discount", april, D("20.00"))
    booked = ledger + [discount]
    after = booked.account("K")
    assert after.balance(as_of=MARCH_10) == after.balance(as_of=april) == after.balance(as_of=date(2026, 5, 31)) == 0
    assert interest_statement(after, Interest("i", Rate(D("0.10"))), as_of=date(2026, 5, 31)).accrued == 0
    assert take_discounts(after, as_of=date(2026, 5, 31)) == ()
    card = scorecard(booked, Period(date(2026, 3, 1), april))
    assert (card["EUR", "average_days_to_pay"].value, card["EUR", "average_days_late"].value) == (8, -22)
    lines = [(line.on, str(line), line.amount) for line in statement(after, Period(date(2026, 3, 1), april))]
    assert lines == [
        (date(2026, 3, 2), "invoice", D("1000.00")),
        (MARCH_10, "payment", D("-980.00")),
        (MARCH_10, "discount", D("-20.00")),
    ]


def test_a_check_that_bounced_had_taken_the_discount() -> None:
    """case T26"""
    invoice = bill("A1", "1000.00", issued=date(2026, 3, 1))
    ledger = Ledger([invoice, paid("980.00", date(2026, 3, 5))])
    ledger += take_discounts(ledger.account("K"), as_of=date(2026, 3, 5))
    ledger += [Reversal("R", "P", date(2026, 3, 12))]
    account = ledger.account("K")
    assert [account.balance(as_of=date(2026, 3, each)) for each in (4, 5, 11, 12)] == [1000, 0, 0, 1000]
    again = (ledger + [paid("980.00", date(2026, 4, 20), name="Q")]).account("K")
    assert again.balance(as_of=date(2026, 4, 20)) == 20
    assert take_discounts(again, as_of=date(2026, 4, 20)) == ()


def test_a_discount_that_fell_may_be_earned_anew() -> None:
    ledger = Ledger([A1, paid("980.00", date(2026, 3, 5))])
    ledger += take_discounts(ledger.account("K"), as_of=date(2026, 3, 5))
    ledger += [Reversal("R", "P", date(2026, 3, 7)), paid("980.00", MARCH_10, name="Q")]
    (again,) = take_discounts(ledger.account("K"), as_of=MARCH_10)
    assert (again.id, again.amount) == ("A1/discount/2", D("20.00"))
    assert (ledger + [again]).account("K").balance(as_of=MARCH_10) == 0


@pytest.mark.parametrize("kind", ["discount", "small_balance"])
def test_what_somebody_approved_stays_when_the_payment_bounces(kind: Any) -> None:
    given = Adjustment("G", "A1", MARCH_10, D("20.00"), kind, approved_by="manager")
    account = Ledger([A1, paid("980.00", MARCH_10), given, Reversal("R", "P", date(2026, 3, 20))]).account("K")
    assert account.balance(as_of=date(2026, 3, 20)) == 980


def test_a_small_balance_goes_with_the_payment_that_left_it_and_comes_back_with_it() -> None:
    plain = bill("A1", "1000.00", "net 30")
    ledger = Ledger([plain, paid("998.50", MARCH_10)])
    ledger += small_balance(ledger.account("K"), D("2.00"), as_of=date(2026, 5, 1))
    ledger += [Reversal("R", "P", date(2026, 5, 10)), Reversal("RR", "R", date(2026, 5, 12))]
    account = ledger.account("K")
    days = (date(2026, 5, 1), date(2026, 5, 9), date(2026, 5, 10), date(2026, 5, 12))
    assert [account.balance(as_of=each) for each in days] == [0, 0, 1000, 0]
    money = Payment("M", "K", date(2026, 3, 5), D("998.50"), "EUR")
    use = Application("U", "M", MARCH_10, "A1", D("998.50"))
    later = Ledger([plain, money, use]) + small_balance(Ledger([plain, money, use]).account("K"), D(2), as_of=MARCH_10)
    undone = (later + [Reversal("R", "U", date(2026, 5, 10))]).account("K")
    assert undone.open_items(as_of=date(2026, 5, 10))[0].open == 1000


def test_what_was_counted_in_is_shown() -> None:
    note = CreditNote("C", "K", date(2026, 3, 5), D("190.00"), "EUR")
    found = paying("310.00", bill("B2", "500.00", "net 30"), note)
    assert "190.00 of C goes to B2" in str(found)


def test_a_discount_before_the_due_date_of_an_undivided_invoice() -> None:
    early = bill("E", "1000.00", "2/10 before due net 30")  # due on 1 April: until 22 March
    in_time = Ledger([early, paid("980.00", date(2026, 3, 22), "E")]).account("K")
    assert in_time.balance(as_of=date(2026, 3, 22)) == 0
    assert Ledger([early, paid("980.00", date(2026, 3, 23), "E")]).account("K").balance(as_of=date(2026, 3, 23)) == 20
    split = Invoice(
        "S", "K", date(2026, 3, 2), None, D("1000.00"), "EUR", terms=early.terms,
        installments=(Installment(date(2026, 4, 1), D("500.00")), Installment(None, D("500.00"))),
    )  # fmt: skip
    account = Ledger([split, paid("490.00", date(2026, 3, 20), "S")]).account("K")
    assert [(item.id, item.open) for item in account.open_items(as_of=date(2026, 3, 20))] == [("S/2", 500)]


def test_of_several_discounts_the_one_still_to_be_had_is_allowed() -> None:
    two = bill("T", "1000.00", "3/5 2/10 net 30")
    assert short(paying("980.00", two, named=["T"])) == [("T", "20.00", "discount")]
    assert short(paying("970.00", two, named=["T"], on=date(2026, 3, 7))) == [("T", "30.00", "discount")]
    part = Payment("P1", "K", date(2026, 3, 9), D("500.00"), "EUR", applied=(("T", D("500.00")),))
    assert short(paying("480.00", two, part, named=["T"])) == [("T", "20.00", "discount")]
