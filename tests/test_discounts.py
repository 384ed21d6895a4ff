"""Payments less a discount, by hand: how they are allocated, what they earn, and what becomes of it when they bounce."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    Invoice,
    Ledger,
    Payment,
    Period,
    Refund,
    Reversal,
    age,
    allocate,
    decide,
    interest_statement,
    proposed_charges,
    scorecard,
)
from dunning._base.noun import changed
from dunning.allocation import Allocation, Strategy
from dunning.authority.recorded import conceded
from dunning.charges import Interest, Rate
from dunning.errors import InvalidValue
from dunning.invoice import Installment
from dunning.ledger import Fact
from dunning.presets.allocations import LARGEST_FIRST, OLDEST_FIRST, PRO_RATA
from dunning.presets.policies import STANDARD_B2B
from dunning.settlement import return_costs, settle_in_currency, small_balance, take_discounts
from dunning.statement import statement
from dunning.terms import Terms

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
    assert (
        paying("1310.00", OLD, *plain, changed(note, issued=MARCH_10)).netted == found.netted
    )  # one of the same day too


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


IN_TIME = paid("980.00", MARCH_10)
BOOKED = Adjustment("A1/discount", "A1", date(2026, 3, 20), D("20.00"), "discount")


def left(*facts: Fact, on: date = date(2026, 7, 1)) -> Decimal:
    return Ledger([A1, *facts]).account("K").balance(as_of=on)


def test_money_of_the_time_that_bounced_earns_nothing_for_what_comes_late() -> None:
    for back in (Reversal("R", "P", date(2026, 4, 1)), Reversal("R", "P", date(2026, 4, 1), invoice="A1")):
        late: list[Fact] = [IN_TIME, back, paid("980.00", date(2026, 6, 1), name="Q")]
        assert left(*late) == (20 if back.invoice is None else -960)
        account = Ledger([A1, *late]).account("K")
        assert sum((item.open for item in account.open_items(as_of=date(2026, 7, 1))), D(0)) == 20


FEE = Charge("F", "A1", date(2026, 4, 1), D("5.00"), "fee")
LATER: list[list[Fact]] = [
    [FEE, paid("5.00", date(2026, 5, 1), name="Q")],
    [paid("20.00", date(2026, 5, 1), name="Q")],
    [CreditNote("C", "K", date(2026, 5, 1), D("50.00"), "EUR", applied=(("A1", D("50.00")),))],
    [Refund("B", "P", date(2026, 5, 1), D("10.00"), reopens=(("A1", D("10.00")),))],
    [FEE, Adjustment("S", "A1", date(2026, 5, 1), D("5.00"), "small_balance")],
    [
        Charge("Z", "A1", date(2026, 4, 1), D("5.00"), "interest"),
        Adjustment("AB", "A1", date(2026, 5, 1), D("5.00"), "abatement"),
    ],
]


@pytest.mark.parametrize("facts", LATER, ids=["fee paid", "too much", "credit", "refund", "small balance", "abatement"])
def test_what_comes_later_takes_nothing_from_an_earned_discount_booked_or_not(facts: list[Fact]) -> None:
    assert left(IN_TIME, *facts) == left(IN_TIME, BOOKED, *facts)
    account = Ledger([A1, IN_TIME, *facts]).account("K")
    assert interest_statement(account, Interest("i", Rate(D("0.10"))), as_of=date(2026, 4, 30)).accrued == 0
    (discount,) = take_discounts(account, as_of=date(2026, 7, 1))
    assert discount.amount == 20
    assert left(IN_TIME, *facts, discount) == left(IN_TIME, *facts)


def test_handing_interest_back_leaves_nothing_to_charge() -> None:
    daily = Interest("i", Rate(D("0.365")))
    ledger = Ledger([A1])
    ledger += proposed_charges(ledger.account("K"), daily, as_of=date(2026, 4, 30))
    ledger += [IN_TIME]
    for expected in (["abatement"], []):
        found = proposed_charges(ledger.account("K"), daily, as_of=date(2026, 5, 10))
        assert [each.kind for each in found] == expected
        ledger += found
    assert ledger.account("K").balance(as_of=date(2026, 5, 10)) == 0


def test_a_booked_discount_hangs_on_the_money_that_earned_it_alone() -> None:
    stray = paid("5.00", date(2026, 3, 19), name="Q")
    assert left(IN_TIME, BOOKED, stray, Reversal("R", "Q", date(2026, 4, 1))) == 0
    late = changed(IN_TIME, received=date(2026, 3, 18))
    assert left(late, BOOKED) == 0
    assert left(late, BOOKED, Reversal("R", "P", date(2026, 4, 1))) == 1000


def test_a_discount_that_was_taken_back_is_not_earned_again() -> None:
    assert left(IN_TIME, BOOKED, Reversal("R", "A1/discount", date(2026, 4, 1))) == 20


def test_a_discount_is_allowed_pro_rata_too_and_where_charges_come_last() -> None:
    way = Strategy("s", ("pro rata",), charges="last")
    assert applied(paying("1500.00", A1, how=way)) == {"A1": "1000.00"}


def test_an_exchange_difference_goes_with_its_payment() -> None:
    plain = bill("A1", "1000.00", "net 30")
    facts = settle_in_currency(
        Ledger([plain]).account("K"), "A1", id="P", on=MARCH_10, paid=D("900.00"), currency="USD", rate=D("1.1"),
        in_full=True,
    )  # fmt: skip
    account = Ledger([plain, *facts, Reversal("R", "P", date(2026, 3, 20))]).account("K")
    assert [account.balance(as_of=day) for day in (MARCH_10, date(2026, 3, 20))] == [0, 1000]


def test_costs_of_a_payment_that_came_back_before_the_invoice_wait_for_it() -> None:
    early: list[Fact] = [paid("980.00", date(2026, 2, 20)), Reversal("R", "P", date(2026, 2, 25), costs=D("7.50"))]
    ledger = Ledger([A1, *early])
    (cost,) = return_costs(ledger.account("K"), as_of=date(2026, 3, 5))
    assert cost.on == A1.issued
    assert not (ledger + [cost]).problems


def test_booking_what_was_earned_is_no_concession() -> None:
    late = changed(BOOKED, on=date(2026, 6, 30))
    assert list(conceded(Ledger([A1, IN_TIME, late]).account("K"))) == []
    own = changed(late, id="G", amount=D("30.00"))
    assert [fact.id for fact, _ in conceded(Ledger([A1, own]).account("K"))] == ["G"]


def test_a_discount_that_rounds_to_nothing_is_none() -> None:
    found = paying("0.10", bill("A1", "0.10"), named=["A1"])
    assert (applied(found), found.short) == ({"A1": "0.10"}, ())
    assert short(paying("0.09", bill("A1", "0.10"), named=["A1"])) == [("A1", "0.01", "deduction")]


IN_TWO = (Installment(date(2026, 4, 1), D(400)), Installment(date(2026, 5, 1), D(600)))


@pytest.mark.parametrize("named", [("A1",), ("A1/1",), ("A1/2",), ("A1/1", "A1/2")])
def test_a_discount_of_the_whole_is_booked_once_under_whichever_of_its_names(named: tuple[str, ...]) -> None:
    divided = changed(A1, installments=IN_TWO, due=IN_TWO[-1].due)
    share = D(20) / len(named)
    booked = [Adjustment(f"D{name}", name, date(2026, 3, 11), share, "discount") for name in named]
    books = Ledger([divided, paid("980", MARCH_10), *booked]).account("K")
    assert [books.balance(as_of=date(2026, 3, day)) for day in (9, 10, 11, 12)] == [1000, 0, 0, 0]
    assert take_discounts(books, as_of=date(2026, 3, 12)) == ()


# A discount on each part payment, and one that comes back with the goods

PARTLY, RETURNED = "2/10 net 30 discount on part payments", "2/10 net 30 discount on credit notes"


def put(name: str, on: date, amount: str) -> Payment:
    return Payment(name, "K", on, D(amount), "EUR", applied=(("I", D(amount)),))


def seen(facts: list[Fact], on: date) -> tuple[str, str, str]:
    """What is open, what is unapplied, and what of discounts would be booked."""
    account = Ledger(facts).account("K")
    items = account.open_items(as_of=on)
    left = str(sum((each.open for each in items), D(0)))
    booked = sum((each.amount for each in take_discounts(account, as_of=on)), D(0))
    return left, str(account.unapplied(as_of=on)), str(booked) if booked else ""


@pytest.mark.parametrize(
    ("more", "on", "expected"),
    [
        ([("P", 5, "49")], 5, ("50.00", "0", "1.00")),
        ([("P", 5, "49"), ("Q", 9, "24.50")], 9, ("25.00", "0", "1.50")),
        ([("P", 5, "49"), ("Q", 9, "49")], 9, ("0", "0", "2.00")),
        ([("P", 5, "49"), ("Q", 20, "49")], 20, ("1.00", "0", "1.00")),  # the second came too late
        ([("P", 20, "49")], 20, ("51.00", "0", "")),
        ([("P", 5, "99")], 5, ("0", "0", "1.00")),
        ([("P", 5, "98"), ("Q", 9, "5")], 9, ("0", "5.00", "2.00")),  # too much takes nothing away
        ([("P", 5, "100")], 5, ("0", "0", "")),
    ],
)
def test_each_payment_in_time_earns_its_own_discount(
    more: list[tuple[str, int, str]], on: int, expected: tuple[str, str, str]
) -> None:
    facts: list[Fact] = [bill("I", "100.00", PARTLY)]
    facts += [put(name, date(2026, 3, day), amount) for name, day, amount in more]
    assert seen(facts, date(2026, 3, on)) == expected


def test_a_discount_on_parts_is_booked_part_by_part_and_falls_with_a_payment_that_bounces() -> None:
    facts: list[Fact] = [bill("I", "100.00", PARTLY), put("P", date(2026, 3, 5), "49")]
    facts += take_discounts(Ledger(facts).account("K"), as_of=date(2026, 3, 5))
    assert seen(facts, date(2026, 3, 5)) == ("50.00", "0", "")
    second = [*facts, put("Q", date(2026, 3, 9), "24.50")]
    assert seen(second, date(2026, 3, 9)) == ("25.00", "0", "0.50")
    (booked,) = take_discounts(Ledger(second).account("K"), as_of=date(2026, 3, 9))
    assert booked.id == "I/discount/2"
    assert seen([*second, booked], date(2026, 3, 9)) == ("25.00", "0", "")
    bounced = [*second, Reversal("R", "Q", date(2026, 3, 16))]
    assert seen(bounced, date(2026, 3, 16)) == ("50.00", "0", "")


def test_of_several_discounts_each_part_earns_that_of_its_day() -> None:
    terms = "3/5 2/10 net 30 discount on part payments"
    facts: list[Fact] = [
        bill("I", "200.00", terms),
        put("P", date(2026, 3, 5), "97"),
        put("Q", date(2026, 3, 10), "49"),
    ]
    assert seen(facts, date(2026, 3, 10)) == ("50.00", "0", "4.00")


def test_what_is_left_is_allocated_with_the_rest_of_its_discount() -> None:
    facts: list[Fact] = [bill("I", "100.00", PARTLY), put("P", date(2026, 3, 5), "49")]
    money = Payment("Q", "K", date(2026, 3, 9), D("49.00"), "EUR")
    found = allocate(money, Ledger(facts).account("K"), as_of=date(2026, 3, 9), strategy=OLDEST_FIRST)
    assert applied(found) == {"I": "49.00"}
    assert seen([*facts, changed(money, applied=found.applied)], date(2026, 3, 9)) == ("0", "0", "2.00")


@pytest.mark.parametrize(
    ("terms", "credited", "on", "expected"),
    [
        (RETURNED, "100", 20, ("0", "98.00", "")),
        (RETURNED, "50", 20, ("0", "49.00", "1.00")),
        (RETURNED, "50", 8, ("0", "49.00", "1.00")),
        ("2/10 net 30", "100", 20, ("0", "100.00", "2.00")),
    ],
)
def test_a_credit_note_takes_back_the_discount_on_what_it_credits(
    terms: str, credited: str, on: int, expected: tuple[str, str, str]
) -> None:
    facts: list[Fact] = [bill("I", "100.00", terms), put("P", date(2026, 3, 5), "98")]
    facts.append(CreditNote("C", "K", date(2026, 3, on), D(credited), "EUR", applied=(("I", D(credited)),)))
    assert [D(each or 0) for each in seen(facts, date(2026, 3, on))] == [D(each or 0) for each in expected]
    booked = take_discounts(Ledger(facts[:-1]).account("K"), as_of=date(2026, 3, 7))
    undone = [*facts, Reversal("R", "C", date(2026, 3, 25))]
    assert D(seen(undone, date(2026, 3, 25))[1]) == 0
    for all_facts in (facts, undone):  # booked before or not, the customer owes and is owed the same
        for day in (7, on, 25):
            found = seen([*all_facts, *booked], date(2026, 3, day))
            assert [D(each) for each in found[:2]] == [D(each) for each in seen(all_facts, date(2026, 3, day))[:2]]


@pytest.mark.parametrize("on", [10, 15, 20])
@pytest.mark.parametrize("booked_on", [5, 9])
@pytest.mark.parametrize("credited", ["50", "33.33", "100"])
def test_a_credit_note_takes_back_what_was_booked_part_by_part(on: int, booked_on: int, credited: str) -> None:
    facts: list[Fact] = [
        bill("I", "100.00", "2/10 net 30 discount on part payments discount on credit notes"),
        put("P", date(2026, 3, 5), "49"),
        put("Q", date(2026, 3, 9), "49"),
    ]
    then = [each for each in facts if not isinstance(each, Payment) or each.received <= date(2026, 3, booked_on)]
    booked = take_discounts(Ledger(then).account("K"), as_of=date(2026, 3, booked_on))
    assert [each.amount for each in booked] == [D("1.00") if booked_on == 5 else D("2.00")]
    facts.append(CreditNote("C", "K", date(2026, 3, on), D(credited), "EUR", applied=(("I", D(credited)),)))
    for day in range(booked_on, 31):
        one, other = (seen(each, date(2026, 3, day))[:2] for each in (facts, [*facts, *booked]))
        assert list(map(D, one)) == list(map(D, other))


def test_a_discount_that_somebody_gave_beside_the_terms_is_not_taken_back_with_a_credit_note() -> None:
    given = Adjustment("A", "I", date(2026, 3, 20), D("5.00"), "discount", approved_by="manager")
    credit = CreditNote("C", "K", date(2026, 3, 25), D("50"), "EUR", applied=(("I", D("50")),))
    facts: list[Fact] = [bill("I", "100.00", RETURNED), put("P", date(2026, 3, 18), "40"), given, credit]
    assert D(seen(facts, date(2026, 3, 25))[0]) == 5  # 100 less 40, 5 and 50


def test_terms_say_when_a_discount_is_on_parts_or_credits() -> None:
    terms = Terms.parse("2/10 net 30, discounts on partial payments; discount on credit note")
    assert (terms.discount_on_parts, terms.discount_on_credits) == (True, True)
    assert str(terms) == "2/10 net 30 discount on part payments discount on credit notes"
    assert Terms.parse(str(terms)) == terms
    with pytest.raises(InvalidValue, match="discount_on_parts: there is no discount"):
        Terms.parse("net 30 discount on part payments")
    with pytest.raises(InvalidValue, match="there is a discount_on_credits already"):
        Terms.parse("2/10 net 30 discount on credit notes discount on credit notes")


def test_a_discount_is_no_invoice_of_the_period_in_which_it_is_earned() -> None:
    facts: list[Fact] = [bill("I", "100.00", issued=date(2026, 2, 25)), put("P", date(2026, 3, 2), "98")]
    cards = {month: scorecard(Ledger(facts), Period.month(2026, month)) for month in (2, 3)}
    assert [cards[month]["EUR", "weighted_average_terms"].value for month in (2, 3)] == [D(30), None]
