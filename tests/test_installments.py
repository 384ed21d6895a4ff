"""Installments are debts of their own for every money fact, due date and dispute that names one; by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning import (
    Adjustment,
    Application,
    Charge,
    Invoice,
    Ledger,
    Level,
    Payment,
    Period,
    Policy,
    Refund,
    Void,
    decide,
    interest_statement,
    proposed_charges,
)
from dunning._base.noun import changed
from dunning.authority import Extension, InstallmentPlan, concede, review
from dunning.charges import Interest, Rate
from dunning.errors import InvalidValue
from dunning.interactions import Dispute, Hold, PaymentPlan, Promise
from dunning.invoice import DueDateChange, Installment
from dunning.ledger import Account, Fact
from dunning.ledger.debts import debts_among
from dunning.ledger.item_flow import moved_items
from dunning.measures import experiences
from dunning.policy import Notify
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.settlement import write_off

D = Decimal


PARTS = (Installment(date(2026, 1, 31), D("500.00")), Installment(date(2026, 3, 4), D("500.00")))
IN_PARTS = Invoice("I1", "K", date(2026, 1, 1), None, D("1000.00"), "EUR", installments=PARTS)


def in_parts(*facts: Fact) -> Account:
    return Ledger([IN_PARTS, *facts]).account("K")


def paid(amount: str, to: str, on: date = date(2026, 3, 4), name: str = "P") -> Payment:
    return Payment(name, "K", on, D(amount), "EUR", applied=((to, D(amount)),))


def rows(account: Account, on: date) -> list[tuple[str, str, int | None]]:
    return [(item.id, str(item.open), item.days_past_due) for item in account.open_items(as_of=on)]


def test_payment_for_a_named_instalment() -> None:
    account = in_parts(paid("500.00", "I1/2"))
    assert rows(account, date(2026, 4, 10)) == [("I1/1", "500.00", 69)]
    (found,) = experiences(account, Period(date(2026, 1, 1), date(2026, 4, 30)))
    assert (found.invoice, found.days_late) == ("I1/2", 0)


def test_what_an_installment_gets_too_much_covers_the_others_and_what_is_put_to_the_invoice_the_oldest() -> None:
    assert rows(in_parts(paid("600.00", "I1/2")), date(2026, 4, 10)) == [("I1/1", "400.00", 69)]
    account = in_parts(paid("200.00", "I1/2"), paid("100.00", "I1", name="Q"))
    assert rows(account, date(2026, 3, 4)) == [("I1/1", "400.00", 32), ("I1/2", "300.00", 0)]


def test_an_application_and_a_refund_name_installments() -> None:
    money = Payment("P", "K", date(2026, 2, 1), D("300.00"), "EUR")
    use = Application("A", "P", date(2026, 2, 10), "I1/2", D("300.00"))
    assert rows(in_parts(money, use), date(2026, 2, 10)) == [("I1/1", "500.00", 10), ("I1/2", "200.00", -22)]
    back = Refund("R", "P", date(2026, 2, 20), D("50.00"), reopens=(("I1/2", D("50.00")),))
    assert rows(in_parts(money, use, back), date(2026, 2, 20))[1] == ("I1/2", "250.00", -12)
    both = (("I1", D("200.00")), ("I1/2", D("200.00")))
    problems = Ledger.collect([IN_PARTS, money, use, changed(back, amount=D("400.00"), reopens=both)]).problems
    assert [each.code for each in problems] == ["exceeds_source"]


def test_a_charge_belongs_to_the_installment_that_it_names() -> None:
    fee = Charge("F", "I1/2", date(2026, 3, 10), D("10.00"), "fee")
    account = in_parts(paid("500.00", "I1", date(2026, 1, 31)), fee)
    assert rows(account, date(2026, 3, 14)) == [("I1/2", "510.00", 10)]
    (item,) = account.open_items(as_of=date(2026, 3, 14))
    assert (item.original, item.charges) == (D("500.00"), D("10.00"))


def test_a_due_date_of_one_installment_is_moved() -> None:
    moved = DueDateChange("X", "I1/1", date(2026, 2, 1), date(2026, 4, 30))
    assert rows(in_parts(moved), date(2026, 3, 14)) == [("I1/2", "500.00", 10), ("I1/1", "500.00", -47)]
    assert rows(in_parts(moved), date(2026, 1, 31)) == [("I1/1", "500.00", 0), ("I1/2", "500.00", -32)]


def test_an_installment_without_a_due_date_waits_for_one() -> None:
    kept = Invoice(
        "I1", "K", date(2026, 1, 1), None, D("1000.00"), "EUR",
        installments=(Installment(date(2026, 1, 31), D("900.00")), Installment(None, D("100.00"))),
    )  # fmt: skip
    account = Ledger([kept, DueDateChange("X", "I1/2", date(2026, 6, 1), date(2026, 6, 15))]).account("K")
    assert rows(account, date(2026, 5, 31)) == [("I1/1", "900.00", 120), ("I1/2", "100.00", None)]
    assert rows(account, date(2026, 6, 16))[1] == ("I1/2", "100.00", 1)
    with pytest.raises(InvalidValue, match="those without one last"):
        changed(kept, installments=kept.installments[::-1])
    with pytest.raises(InvalidValue, match="give each a due date"):
        PaymentPlan("L", "K", date(2026, 2, 1), "EUR", (Installment(None, D("100.00")),), ("I1",))


def test_a_dispute_of_an_installment_lies_on_it() -> None:
    account = in_parts(Dispute("D", "I1/2", date(2026, 2, 1)), Dispute("E", "I1", date(2026, 2, 1), amount=D("40.00")))
    found = [(item.id, str(item.disputed)) for item in account.open_items(as_of=date(2026, 3, 14))]
    assert found == [("I1/1", "40.00"), ("I1/2", "500.00")]


def test_an_installment_is_written_off_and_recovered_by_itself() -> None:
    lost = Adjustment("W", "I1/1", date(2026, 3, 10), D("500.00"), "write_off")
    account = in_parts(lost, paid("500.00", "I1/1", date(2026, 4, 1)))
    assert rows(account, date(2026, 4, 10)) == [("I1/2", "500.00", 37)]
    ledger = Ledger([IN_PARTS, lost, paid("500.00", "I1/1", date(2026, 4, 1))])
    assert ledger.recovered("EUR", Period(date(2026, 1, 1), date(2026, 4, 30))) == D("500.00")
    other = in_parts(lost, paid("500.00", "I1", date(2026, 4, 1)))
    assert rows(other, date(2026, 4, 10)) == []


def test_write_off_takes_instalment_not_due() -> None:
    parts = (Installment(date(2025, 11, 1), D("300.00")), Installment(date(2026, 7, 31), D("700.00")))
    bill = Invoice("I1", "K", date(2025, 10, 1), None, D("1000.00"), "EUR", installments=parts)
    account = Ledger([bill]).account("K")
    found = write_off(account, as_of=date(2026, 6, 2), days_past_due=90)
    assert [(each.invoice, each.amount) for each in found] == [("I1/1", D("300.00"))]
    after = Ledger([bill, *found]).account("K")
    assert rows(after, date(2026, 6, 2)) == [("I1/2", "700.00", -59)]


def test_instalment_interest_lands_on_paid_part() -> None:
    parts = (Installment(date(2026, 1, 31), D("500.00")), Installment(date(2026, 5, 31), D("500.00")))
    bill = Invoice("I1", "K", date(2026, 1, 1), None, D("1000.00"), "EUR", installments=parts)
    book = Ledger([bill, paid("500.00", "I1", date(2026, 1, 31))])
    daily = Interest("c", Rate(D("0.365")))
    found = proposed_charges(book.account("K"), daily, as_of=date(2026, 6, 20))
    assert [(each.invoice, each.amount) for each in found] == [("I1/2", D("10.00"))]
    account = (book + found).account("K")
    assert rows(account, date(2026, 6, 25)) == [("I1/2", "510.00", 25)]
    levels = tuple(Level(str(after), after, do=(Notify("email"),)) for after in (5, 60, 120))
    (decision,) = decide(account, Policy("p", levels, advance="highest"), as_of=date(2026, 6, 25))
    assert [action.level for action in decision.actions] == ["5"]


def test_an_installment_is_no_invoice_to_be_voided() -> None:
    (problem,) = Ledger.collect([IN_PARTS, Void("V", "I1/2", date(2026, 2, 1))]).problems
    assert (problem.code, problem.id) == ("installments", "V")


def test_what_was_paid_for_an_installment_goes_back_with_a_void() -> None:
    account = in_parts(paid("500.00", "I1/2"), Void("V", "I1", date(2026, 4, 1)))
    assert account.balance(as_of=date(2026, 4, 1)) == D("-500.00") == -account.unapplied(as_of=date(2026, 4, 1))
    assert rows(account, date(2026, 4, 1)) == []


def test_a_promise_for_an_invoice_counts_money_for_its_installments() -> None:
    promise = Promise("M", "K", date(2026, 3, 1), date(2026, 3, 10), D("500.00"), "EUR", items=("I1",))
    account = in_parts(promise, paid("500.00", "I1/2"))
    assert account.received(promise, as_of=date(2026, 3, 10)) == D("500.00")
    money = Payment("P", "K", date(2026, 3, 2), D("500.00"), "EUR")
    later = in_parts(promise, money, Application("A", "P", date(2026, 3, 5), "I1/2", D("500.00")))
    assert later.received(promise, as_of=date(2026, 3, 10)) == D("500.00")


def test_an_installment_is_extended_within_authority() -> None:
    account = in_parts()
    asked = Extension("I1/2", date(2026, 4, 30))
    (fact,) = concede(asked, STANDARD_AUTHORITY, role="director", account=account, as_of=date(2026, 3, 1))
    assert rows(in_parts(fact), date(2026, 3, 14)) == [("I1/1", "500.00", 42), ("I1/2", "500.00", -47)]


def test_what_was_not_known_of_an_installment_is_not_applied_yet() -> None:
    late = changed(IN_PARTS, recorded=date(2026, 2, 10))
    book = Ledger([late, paid("500.00", "I1/2", date(2026, 2, 1)), paid("10.00", "I1/1", date(2026, 2, 1), "Q")])
    known = book.known_at(date(2026, 2, 5)).account("K")
    assert known.unapplied(as_of=date(2026, 2, 5)) == D("510.00")


def test_a_refund_that_names_the_invoice_alone_reopens_the_parts_settled_last() -> None:
    first, second = paid("500.00", "I1/1", date(2026, 1, 31)), paid("500.00", "I1/2", name="Q")
    back = Refund("R", "Q", date(2026, 3, 10), D("200.00"), reopens=(("I1", D("200.00")),))
    account = in_parts(first, second, back)
    assert rows(account, date(2026, 3, 10)) == [("I1/2", "200.00", 6)]
    again = paid("200.00", "I1", date(2026, 3, 20), "S")
    found = experiences(in_parts(first, second, back, again), Period(date(2026, 1, 1), date(2026, 3, 31)))
    assert [(each.invoice, each.settled) for each in found] == [
        ("I1/1", date(2026, 1, 31)),
        ("I1/2", date(2026, 3, 20)),
    ]


def test_what_was_written_off_of_one_part_is_lost_in_the_roll_of_that_part() -> None:
    lost = Adjustment("W", "I1/1", date(2026, 3, 10), D("500.00"), "write_off")
    found = {each.id: each for each in moved_items(in_parts(lost), date(2026, 3, 4), date(2026, 3, 31))}
    assert [(found[name].left, found[name].lost) for name in ("I1/1", "I1/2")] == [(0, 500), (500, 0)]


def test_a_part_that_is_written_off_when_the_other_is_paid_is_no_experience() -> None:
    lost = Adjustment("W", "I1/1", date(2026, 3, 10), D("300.00"), "write_off")
    account = in_parts(lost, paid("200.00", "I1/1", date(2026, 3, 12)), paid("500.00", "I1/2", name="Q"))
    found = experiences(account, Period(date(2026, 1, 1), date(2026, 3, 31)))
    assert [each.invoice for each in found] == ["I1/2"]


def test_the_whole_of_several_installments_has_no_due_date_to_extend() -> None:
    asked = Extension("I1", date(2026, 4, 30))
    verdict = review(asked, STANDARD_AUTHORITY, role="director", account=in_parts(), as_of=date(2026, 3, 1))
    assert str(verdict) == "refused: I1 is due in installments; name one, as I1/1, or agree on a plan"
    with pytest.raises(InvalidValue, match="give each a due date"):
        InstallmentPlan(("I1",), (Installment(None, D("100.00")),))
    whole = debts_among(in_parts().receivables)["I1"]
    assert (whole.first_due, whole.due(date(2026, 3, 1))) == (None, None)


def test_a_hold_on_a_part_of_an_invoice_lies_on_its_oldest_installments() -> None:
    held = Hold("H", "K", date(2026, 1, 1), invoice="I1", amount=D("600.00"), reason="dispute")
    daily = Interest("c", Rate(D("0.365")), stops=frozenset({"dispute"}))
    found = interest_statement(in_parts(held), daily, as_of=date(2026, 3, 14))
    assert [(each.item, each.accrued) for each in found.totals] == [("I1/2", D("4.00"))]  # 400.00 for ten days
    one = changed(held, invoice="I1/2", amount=D("100.00"))
    found = interest_statement(in_parts(one), daily, as_of=date(2026, 3, 14))
    assert [each.accrued for each in found.totals] == [D("21.00"), D("4.00")]


def test_what_was_written_off_by_the_invoices_name_is_an_experience_of_none_of_its_parts() -> None:
    lost = Adjustment("W", "I1", date(2026, 3, 10), D("500.00"), "write_off")
    account = in_parts(lost, paid("500.00", "I1", date(2026, 3, 20)))
    assert experiences(account, Period(date(2026, 1, 1), date(2026, 3, 31))) == ()
