"""Charges by example: fees and their tiers, rates and what is missing, grace, caps, waivers, statements."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest

from dunning._base.noun import changed
from dunning.allocation import allocate
from dunning.amounts import rounded, split
from dunning.charges import (
    Fee,
    FeeSchedule,
    Interest,
    Rate,
    RateSeries,
    Tier,
    compound_interest,
    days_late,
    flat_interest,
    interest_statement,
    proposed_charges,
    simple_interest,
)
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue, MissingReferenceRate
from dunning.interactions import Contact, Dispute, Hold, PaymentPlan
from dunning.invoice import Adjustment, Application, Charge, DueDateChange, Installment, Invoice, Payment, Reversal
from dunning.ledger import COMPONENTS, PRINCIPAL_FIRST, Account, Fact, Ledger
from dunning.ledger.components import Components
from dunning.presets.allocations import PRO_RATA
from dunning.presets.statutes import (
    BANK_OF_ENGLAND,
    BASISZINSSATZ,
    ECB_REFINANCING,
    EU_PUBLIC_TERM,
    EU_TERM,
    FRANCE_TERM,
    GERMANY_TERM,
    INDIA_SMALL_SUPPLIER_TERM,
    STATUTES,
    TREASURY_RATE,
    UNITED_KINGDOM,
    contract_monthly,
)
from dunning.settlement import propose_plan, write_off
from dunning.terms import MaximumTerm, Terms, days_over

D = Decimal
DUE = date(2026, 1, 31)
BILL = Invoice("INV", "ACME", date(2026, 1, 1), DUE, D("3650.00"), "EUR")
TEN = Interest("ten", Rate(D("0.10")))
"""A euro a day on the whole of the bill."""


def books(*facts: Fact, bill: Invoice = BILL) -> Account:
    return Ledger([bill, *facts]).account("ACME")


def paid(on: date, amount: str, name: str = "PAY", invoice: str = "INV") -> Payment:
    return Payment(name, "ACME", on, D(amount), "EUR", applied=((invoice, D(amount)),))


def lines(
    account: Account, interest: Interest, as_of: date, rates: RateSeries | None = None
) -> list[tuple[str, int, str, str]]:
    found = interest_statement(account, interest, as_of=as_of, rates=rates)
    return [(str(line.first), line.days, f"{line.balance:f}", f"{line.interest:f}") for line in found]


def test_the_due_date_is_free_and_the_day_of_payment_counts() -> None:
    account = books(paid(date(2026, 2, 10), "3650.00"))
    assert lines(account, TEN, DUE) == []
    assert lines(account, TEN, date(2026, 2, 1)) == [("2026-02-01", 1, "3650", "1")]
    assert lines(account, TEN, date(2026, 3, 1)) == [("2026-02-01", 10, "3650", "10")]


def test_interest_outlives_the_principal_and_is_owed_after_it() -> None:
    account = books(paid(date(2026, 2, 10), "3650.00"))
    (charge,) = proposed_charges(account, TEN, as_of=date(2026, 3, 1))
    assert isinstance(charge, Charge)
    assert (charge.id, charge.amount, charge.on, charge.through) == (
        "ten/INV/interest/1", D("10.00"), date(2026, 3, 1), date(2026, 3, 1),
    )  # fmt: skip
    after = Ledger([*account.facts, charge]).account("ACME")
    assert [(item.open, item.charges) for item in after.open_items(as_of=date(2026, 3, 1))] == [(10, 10)]
    assert proposed_charges(after, TEN, as_of=date(2026, 6, 1)) == ()


def test_two_proposals_from_the_same_books_cannot_both_be_recorded() -> None:
    account = books()
    (early,) = proposed_charges(account, TEN, as_of=date(2026, 2, 10))
    (late,) = proposed_charges(account, TEN, as_of=date(2026, 2, 20))
    assert early.id == late.id
    with pytest.raises(ValueError, match="the id stands for 2 different facts"):
        Ledger([BILL, early, late])


def test_a_payment_that_bounces_opens_the_interest_again() -> None:
    bounced: list[Fact] = [paid(date(2026, 2, 10), "3650.00"), Reversal("BOUNCE", "PAY", date(2026, 3, 1))]
    account = books(*bounced)
    (before,) = proposed_charges(account, TEN, as_of=date(2026, 2, 28))
    assert before.amount == 10
    (after,) = proposed_charges(books(*bounced, before), TEN, as_of=date(2026, 3, 2))
    assert (after.id, after.amount) == ("ten/INV/interest/2", 20)
    applied: list[Fact] = [
        Payment("PAY", "ACME", date(2026, 2, 5), D(3650), "EUR"),
        Application("APP", "PAY", date(2026, 2, 10), "INV", D(3650)),
    ]
    assert lines(books(*applied), TEN, date(2026, 3, 2))[0][1] == 5  # what is applied counts from the day of its money
    assert lines(books(*applied, Reversal("BOUNCE", "PAY", date(2026, 3, 1))), TEN, date(2026, 3, 2))[0][1] == 30


def test_money_that_came_before_the_invoice_counts_from_its_issue() -> None:
    early = paid(date(2025, 12, 1), "1650.00")
    assert [line[2] for line in lines(books(early), TEN, date(2026, 2, 1))] == ["2000"]


def test_a_waived_charge_stays_waived_and_bears_nothing() -> None:
    (charge,) = proposed_charges(books(), TEN, as_of=date(2026, 2, 10))
    waived = books(charge, Reversal("WAIVER", charge.id, date(2026, 2, 11), reason="goodwill"))
    assert proposed_charges(waived, TEN, as_of=date(2026, 2, 10)) == ()
    assert [each.amount for each in proposed_charges(waived, TEN, as_of=date(2026, 2, 15))] == [5]
    compound = changed(TEN, name="compound", method="compound")
    (first,) = proposed_charges(books(), compound, as_of=date(2026, 2, 28))
    kept = interest_statement(books(first), compound, as_of=date(2026, 3, 31)).accrued
    forgiven = books(first, Reversal("WAIVER", first.id, date(2026, 2, 28)))
    assert interest_statement(forgiven, compound, as_of=date(2026, 3, 31)).accrued == kept - D("0.24")


def test_interest_that_is_paid_is_not_compounded() -> None:
    compound = Interest("c", Rate(D("0.12")), method="monthly rests")
    (first,) = proposed_charges(books(), compound, as_of=date(2026, 2, 28))
    assert first.amount == D("36.50")
    both = paid(date(2026, 2, 28), "36.50")
    by_charge = changed(compound, payments=("interest", "principal", "cost", "fee", "penalty"))
    account = books(first, both)
    assert interest_statement(account, by_charge, as_of=date(2026, 3, 31)).accrued == D("73.00")
    assert interest_statement(books(), compound, as_of=date(2026, 3, 31)).accrued == D("73.37")


def test_what_was_charged_too_much_is_shown_and_made_up_for() -> None:
    (charge,) = proposed_charges(books(), TEN, as_of=date(2026, 2, 20))
    account = books(charge, paid(date(2026, 2, 10), "1825.00"))  # entered after the charge
    (total,) = interest_statement(account, TEN, as_of=date(2026, 2, 20)).totals
    assert (total.accrued, total.charged, total.to_charge, total.overcharged) == (15, 20, 0, 5)
    assert proposed_charges(account, TEN, as_of=date(2026, 3, 2)) == ()
    assert [each.amount for each in proposed_charges(account, TEN, as_of=date(2026, 3, 4))] == [1]


def test_days_for_which_others_charged_interest_are_left_out() -> None:
    through = Charge("OLD-1", "INV", date(2026, 2, 12), D(7), "interest", through=date(2026, 2, 10))
    assert lines(books(through), TEN, date(2026, 2, 12)) == [("2026-02-11", 2, "3650", "2")]
    bare = Charge("OLD-1", "INV", date(2026, 2, 10), D(7), "interest")
    assert lines(books(bare), TEN, date(2026, 2, 12)) == [("2026-02-11", 2, "3650", "2")]
    fee = Charge("FEE", "INV", date(2026, 2, 10), D(7), "fee")
    assert lines(books(fee), TEN, date(2026, 2, 12)) == [("2026-02-01", 12, "3650", "12")]


def test_holds_extensions_and_plans_stop_the_days_they_cover() -> None:
    stop = changed(TEN, stops=frozenset({"insolvency"}))
    hold = Hold("H", "ACME", date(2026, 2, 5), end=date(2026, 2, 8), reason="insolvency")
    assert [line[:2] for line in lines(books(hold), stop, date(2026, 2, 10))] == [("2026-02-01", 4), ("2026-02-08", 3)]
    assert [line[:2] for line in lines(books(hold), TEN, date(2026, 2, 10))] == [("2026-02-01", 10)]
    longer = DueDateChange("X", "INV", date(2026, 2, 3), date(2026, 2, 6))
    assert [line[:2] for line in lines(books(longer), TEN, date(2026, 2, 10))] == [("2026-02-01", 2), ("2026-02-07", 4)]
    plan = PaymentPlan("P", "ACME", date(2026, 2, 3), "EUR", (Installment(date(2026, 2, 6), D(3650)),), ("INV",))
    assert [line[:2] for line in lines(books(plan), TEN, date(2026, 2, 10))] == [("2026-02-01", 2), ("2026-02-07", 4)]


def test_grace_is_free_or_counts_once_it_is_over() -> None:
    free = changed(TEN, grace=5)
    assert lines(books(), free, date(2026, 2, 5)) == []
    assert lines(books(), free, date(2026, 2, 7)) == [("2026-02-06", 2, "3650", "2")]
    counts = changed(TEN, grace=5, grace_is_free=False)
    assert lines(books(), counts, date(2026, 2, 5)) == []
    assert lines(books(), counts, date(2026, 2, 6)) == [("2026-02-01", 6, "3650", "6")]
    assert lines(books(paid(date(2026, 2, 5), "3650")), counts, date(2026, 2, 20)) == []


def test_it_ends_after_the_longest_time_and_below_the_minimum_nothing_is_charged() -> None:
    assert lines(books(), changed(TEN, longest=3), date(2026, 3, 1)) == [("2026-02-01", 3, "3650", "3")]
    least = changed(TEN, minimum=D("2.50"))
    assert proposed_charges(books(), least, as_of=date(2026, 2, 2)) == ()
    assert [each.amount for each in proposed_charges(books(), least, as_of=date(2026, 2, 3))] == [3]
    just = changed(TEN, minimum=D(3))
    assert [each.amount for each in proposed_charges(books(), just, as_of=date(2026, 2, 3))] == [3]


def test_flat_months_count_when_they_start_or_when_they_are_over() -> None:
    part = paid(date(2026, 2, 20), "1650.00")
    started = contract_monthly(D("0.01"), method="started months")
    whole = contract_monthly(D("0.01"), method="whole months")
    assert [line[3] for line in lines(books(part), started, date(2026, 3, 3))] == ["36.5", "20"]
    assert lines(books(part), whole, date(2026, 3, 1)) == []
    assert [line[3] for line in lines(books(part), whole, date(2026, 3, 2))] == ["20"]
    assert flat_interest(D(0), D("0.01"), 5, months="whole months") == 0 == compound_interest(D(-1), D(1), months=1)


def test_a_month_whose_day_is_held_is_not_charged_flat() -> None:
    started = changed(contract_monthly(D("0.01"), method="started months"), stops=frozenset({"claim"}))
    hold = Hold("H", "ACME", date(2026, 2, 25), end=date(2026, 3, 5), reason="claim")
    assert [line[0] for line in lines(books(hold), started, date(2026, 4, 3))] == ["2026-02-01", "2026-04-02"]


def test_successive_half_years_of_one_rate_are_one_line() -> None:
    same = RateSeries(ECB_REFINANCING, ((date(2026, 1, 1), D("0.02")), (date(2026, 7, 1), D("0.02"))))
    interest = Interest("r", Rate(D("0.08"), ECB_REFINANCING, reset="half-year"))
    assert lines(books(), interest, date(2026, 8, 1), same) == [("2026-02-01", 182, "3650", "182")]


def test_installments_bear_interest_one_by_one() -> None:
    parts = (Installment(date(2026, 1, 31), D(1825)), Installment(date(2026, 2, 5), D(1825)))
    bill = Invoice("INV", "ACME", date(2026, 1, 1), None, D(3650), "EUR", installments=parts)
    found = proposed_charges(books(bill=bill), TEN, as_of=date(2026, 2, 10))
    assert [(each.id, each.invoice, each.amount) for each in found] == [
        ("ten/INV/1/interest/1", "INV/1", 5),
        ("ten/INV/2/interest/1", "INV/2", D("2.50")),
    ]
    recorded = books(*found, bill=bill)
    assert proposed_charges(recorded, TEN, as_of=date(2026, 2, 10)) == ()


SERIES = RateSeries(
    ECB_REFINANCING,
    ((date(2026, 1, 1), D("0.02")), (date(2026, 3, 1), D("0.03")), (date(2026, 7, 1), D("0.04"))),
    through=date(2026, 8, 31),
)


def test_a_rate_is_kept_or_changes_with_the_half_year_or_every_day() -> None:
    def rates(reset: Any) -> list[str]:
        interest = Interest("r", Rate(D("0.08"), ECB_REFINANCING, reset=reset))
        found = interest_statement(books(), interest, as_of=date(2026, 8, 1), rates=SERIES)
        return [f"{line.first} {line.rate}" for line in found]

    assert rates("at start") == ["2026-02-01 0.10"]
    assert rates("half-year") == ["2026-02-01 0.10", "2026-07-01 0.12"]
    assert rates("daily") == ["2026-02-01 0.10", "2026-03-01 0.11", "2026-07-01 0.12"]
    capped = Interest("r", Rate(D("0.08"), ECB_REFINANCING, reset="daily", cap=D("0.115")))
    found = interest_statement(books(), capped, as_of=date(2026, 8, 1), rates=SERIES)
    assert [line.rate for line in found] == [D("0.10"), D("0.11"), D("0.115")]


def test_a_missing_reference_rate_names_the_day() -> None:
    interest = Interest("r", Rate(D("0.08"), ECB_REFINANCING, reset="daily"))
    with pytest.raises(MissingReferenceRate, match="no value of ECB main refinancing rate for 2026-09-01") as caught:
        SERIES.on(date(2026, 9, 1))
    assert (caught.value.name, caught.value.on) == (ECB_REFINANCING, date(2026, 9, 1))
    with pytest.raises(MissingReferenceRate, match="for 2026-01-01"):
        interest_statement(
            books(), UNITED_KINGDOM_IN_EUROS, as_of=date(2026, 3, 1), rates=RateSeries(BANK_OF_ENGLAND, ())
        )
    with pytest.raises(InvalidValue, match="give a RateSeries named 'ECB main refinancing rate'; none was given"):
        proposed_charges(books(), interest, as_of=date(2026, 3, 1))
    with pytest.raises(InvalidValue, match="'other' was given"):
        proposed_charges(books(), interest, as_of=date(2026, 3, 1), rates=RateSeries("other", ()))
    settled = books(paid(date(2026, 1, 31), "3650"))
    assert interest_statement(settled, interest, as_of=date(2026, 12, 1), rates=SERIES).lines == ()


UNITED_KINGDOM_IN_EUROS = changed(
    UNITED_KINGDOM.interest, rate=Rate(D("0.08"), BANK_OF_ENGLAND, reset="at start", days_before=0)
)


def test_fees_have_tiers_bounds_bases_levels_and_currencies() -> None:
    tiers = (Tier(D(100), D(1), D("0.01")), Tier(D(1000), D(0), D("0.02")))
    fee = Fee(tiers, minimum=D(3), maximum=D(30))
    assert [fee.amount_for(D(base)) for base in ("99.99", "100", "500", "1000", "9999", "-5")] == [
        0, 3, 6, 20, 30, 0,
    ]  # fmt: skip
    assert [Fee(tiers, boundary="above").amount_for(D(base)) for base in ("100", "1000", "1000.01")] == [
        0, 11, D("20.0002"),
    ]  # fmt: skip
    notice = Contact("N", "ACME", date(2026, 2, 10), "email", level="second")
    part = paid(date(2026, 2, 5), "2650.00")
    schedule = FeeSchedule(
        "fees",
        (
            Fee.percent(D("0.01"), level="second"),
            Fee.percent(D("0.01"), level="second", of="original", kind="penalty"),
            Fee.fixed(D(9), level="second", currency="USD", kind="cost"),
            Fee.fixed(D(7), level="second", currency="EUR", kind="cost"),
            Fee.fixed(D(8), level="second", kind="cost"),
            Fee.fixed(D(9), level="third"),
        ),
    )
    found = proposed_charges(books(notice, part), schedule, as_of=date(2026, 3, 1))
    assert [(each.id, each.kind, getattr(each, "level", None), each.amount, each.on) for each in found] == [
        ("fees/INV/second/fee", "fee", "second", 10, date(2026, 3, 1)),
        ("fees/INV/second/penalty", "penalty", "second", D("36.5"), date(2026, 3, 1)),
        ("fees/INV/second/cost", "cost", "second", 7, date(2026, 3, 1)),
    ]
    assert proposed_charges(books(notice, part, *found), schedule, as_of=date(2026, 3, 1)) == ()
    renamed = changed(schedule, name="new fees")
    assert proposed_charges(books(notice, part, *found), renamed, as_of=date(2026, 3, 1)) == ()


def test_a_fee_needs_something_open_on_its_day_and_no_hold_that_stops_it() -> None:
    schedule = FeeSchedule(
        "fees",
        (Fee.fixed(D(5), level="first"), Fee.fixed(D(40), after=3, kind="cost")),
        stops=frozenset({"insolvency"}),
    )
    notice = Contact("N", "ACME", date(2026, 2, 10), "email", level="first", items=("INV",))
    failed = Contact("F", "ACME", date(2026, 2, 10), "email", level="first", outcome="failed")

    def charged(*facts: Fact, day: date = date(2026, 3, 1)) -> list[str]:
        return [each.id for each in proposed_charges(books(*facts), schedule, as_of=day)]

    assert charged(notice) == ["fees/INV/first/fee", "fees/INV/day 3/cost"]
    assert charged(failed) == ["fees/INV/day 3/cost"]
    assert charged(notice, day=date(2026, 2, 2)) == []
    assert charged(notice, day=date(2026, 2, 3)) == ["fees/INV/day 3/cost"]
    assert charged(notice, paid(date(2026, 2, 5), "3650")) == ["fees/INV/day 3/cost"]
    assert charged(notice, paid(date(2026, 2, 2), "3650")) == []
    hold = Hold("H", "ACME", date(2026, 2, 1), reason="insolvency", end=date(2026, 2, 12))
    assert charged(notice, hold) == ["fees/INV/day 3/cost"]
    assert charged(notice, hold, paid(date(2026, 2, 11), "3650")) == []
    other = Hold("H", "ACME", date(2026, 2, 1), reason="complaint")
    assert charged(notice, other) == ["fees/INV/first/fee", "fees/INV/day 3/cost"]
    for name in ("by hand", "old/INV/by hand"):  # the fee of a level is charged once, whatever it is called
        by_hand = Charge(name, "INV", date(2026, 2, 10), D(5), "fee", level="first")
        assert charged(notice, by_hand) == ["fees/INV/day 3/cost"]


def test_a_statute_applies_from_its_day_and_to_its_currency() -> None:
    rates = RateSeries(ECB_REFINANCING, ((date(2026, 1, 1), D("0.02")),))
    eu = STATUTES["EU"]
    found = proposed_charges(books(), eu, as_of=date(2026, 2, 10), rates=rates)
    assert [(each.id, each.kind, each.amount) for each in found] == [
        ("EU late payment/INV/interest/1", "interest", 10),
        ("EU late payment compensation/INV/day 1/cost", "cost", 40),
    ]
    assert proposed_charges(books(*found), eu, as_of=date(2026, 2, 10), rates=rates) == ()
    later = changed(eu, effective_from=date(2026, 1, 2))
    ended = changed(eu, effective_to=date(2025, 12, 31))
    for statute in (later, ended):
        assert proposed_charges(books(), statute, as_of=date(2026, 2, 10), rates=rates) == ()
    dollars = Invoice("INV", "ACME", date(2026, 1, 1), DUE, D(3650), "USD")
    assert [each.kind for each in proposed_charges(books(bill=dollars), eu, as_of=DUE + timedelta(1), rates=rates)] == [
        "interest"
    ]
    for statute in STATUTES.values():
        assert statute.source
        assert statute.status
        assert statute.checked_on >= date(2026, 11, 22)
        assert statute.effective_to is None


def test_nothing_is_charged_any_more_on_a_debt_that_is_written_off() -> None:
    lost = Adjustment("W", "INV", date(2026, 2, 20), D("3650.00"), "write_off")
    schedule = FeeSchedule("f", (Fee.fixed(D(5), after=2),))
    assert proposed_charges(books(lost), TEN, as_of=date(2026, 3, 1)) == ()
    assert proposed_charges(books(lost), schedule, as_of=date(2026, 3, 1)) == ()
    statement = interest_statement(books(lost), TEN, as_of=date(2026, 3, 1))
    assert (statement.accrued, str(statement.to_charge)) == (20, "0.00")
    undone = books(lost, Reversal("R", "W", date(2026, 3, 1)))
    assert [each.amount for each in proposed_charges(undone, TEN, as_of=date(2026, 3, 2))] == [30]


def test_a_statement_is_made_by_a_statute_too() -> None:
    rates = RateSeries(ECB_REFINANCING, ((date(2026, 1, 1), D("0.02")),))
    eu = STATUTES["EU"]
    by_interest = interest_statement(books(), eu.interest, as_of=date(2026, 2, 10), rates=rates)
    assert interest_statement(books(), eu, as_of=date(2026, 2, 10), rates=rates) == by_interest
    later = changed(eu, effective_from=date(2026, 1, 2))
    assert interest_statement(books(), later, as_of=date(2026, 2, 10), rates=rates).lines == ()


def test_a_statement_prints_and_ties_to_the_ledger() -> None:
    (charge,) = proposed_charges(books(), TEN, as_of=date(2026, 2, 5))
    account = books(charge, paid(date(2026, 2, 10), "1825.00"))
    statement = interest_statement(account, TEN, as_of=date(2026, 2, 12))
    assert statement.text().splitlines() == [
        "ten: ACME, EUR, up to 2026-02-12",
        "item  from        to          days   balance     rate  interest",
        "-" * 63,
        "INV   2026-02-01  2026-02-10    10  3,650.00  10.00 %   10.0000",
        "INV   2026-02-11  2026-02-12     2  1,825.00  10.00 %    1.0000",
        "INV: 11.00 in all, 5.00 charged, 6.00 to charge",
    ]
    assert (statement.accrued, statement.charged, statement.to_charge, len(statement)) == (11, 5, 6, 2)
    assert [record["days"] for record in statement.records()] == [10, 2]
    assert set(statement.records()[0]) == {
        "as_of", "customer", "currency", "item", "first", "last", "days", "balance", "rate", "interest",
    }  # fmt: skip


BAD: list[tuple[Any, str]] = [
    (lambda: RateSeries("r", ((date(2026, 1, 1), 0.05),)), "values[0][1]: 0.05 is not a Decimal between -20 and 20"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: RateSeries("r", (("2026", D(0)),)), "values[0][0]: '2026' is not a date"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: RateSeries("r", ((DUE, D(0)), (DUE, D(1)))), "values: 2026-01-31 does not come after 2026-01-31"),
    (lambda: RateSeries("r", (), through=DUE), "through: datetime.date(2026, 1, 31) is not the day up to which"),
    (lambda: Rate(D(80)), "margin: Decimal('80') is not a Decimal between -20 and 20; write 8 % as Decimal('0.08')"),
    (lambda: Rate(D(0), cap=D("NaN")), "cap: Decimal('NaN')"),
    (lambda: Rate(D(0), reset="yearly"), "reset: 'yearly' is not one of at start, half-year, daily"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Rate(D(0), days_before=2), "days_before: 2 is not one of 0, 1"),  # type: ignore[arg-type]  # wrong on purpose
    (
        lambda: Interest(" x", Rate(D(0))),
        "name: ' x' is not a name (not empty, no spaces around it) without a slash",
    ),
    (lambda: Interest("x", Rate(D(0)), method="magic"), "method: 'magic' is not one of simple, compound"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Interest("x", Rate(D(0)), day_count="ACT"), "day_count: 'ACT' is not one of ACT/365F"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Interest("x", Rate(D(0)), grace=-1), "grace: -1 is not a whole number of at least 0"),
    (lambda: Interest("x", Rate(D(0)), longest=0), "longest: 0 is not a whole number of at least 1 or None"),
    (
        lambda: Interest("x", Rate(D(0)), payments=("principal",)),
        f"is not a tuple that names each of {', '.join(COMPONENTS)} once",
    ),
    (lambda: Tier(D(-1)), "limit: Decimal('-1') is not a Decimal of at least 0"),
    (lambda: Fee.fixed(D(1), once=True), "once: of a fee with a level"),
    (lambda: Fee.fixed(D(1), level="a", every=3), "every: of a fee without a level"),
    (lambda: Tier(D(0), D(0), D(21)), "rate: Decimal('21') is not a Decimal between"),
    (lambda: Fee(()), "tiers: () (tuple): give at least one"),
    (lambda: Fee.fixed(D(1), of="all"), "of: 'all' is not one of open, original"),
    (lambda: Fee.fixed(D(1), minimum=D(2), maximum=D(1)), "maximum: 1 is below the minimum, 2"),
    (lambda: Fee((Tier(D(5), D(1)), Tier(D(0), D(1)))), "tiers: they do not stand in order of their limits"),
    (lambda: Fee.fixed(D(1), after=0), "after: 0 is not a whole number of at least 1"),
    (lambda: FeeSchedule("f", ()), "fees: () (tuple): give at least one"),
    (lambda: FeeSchedule("f", (Fee.fixed(D(1)), Fee.fixed(D(2)))), "fees: two for day 1, fee, None"),
    (lambda: proposed_charges(books(), 5, as_of=DUE), "schedule: 5 is not an Interest or a FeeSchedule or a Statute"),  # type: ignore[arg-type]  # wrong on purpose
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_what_cannot_be_charged_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert message in str(caught.value)


def test_nothing_is_lost_where_others_have_charged_in_between() -> None:
    other = changed(TEN, name="other")
    books_of: list[Fact] = []
    for interest, day in ((TEN, date(2026, 2, 10)), (other, date(2026, 2, 20)), (TEN, date(2026, 3, 2))):
        books_of.extend(proposed_charges(books(*books_of), interest, as_of=day))
    assert [(fact.id, fact.amount) for fact in books_of if isinstance(fact, Charge)] == [
        ("ten/INV/interest/1", 10),
        ("other/INV/interest/1", 10),
        ("ten/INV/interest/2", 10),
    ]


def test_a_daily_rate_has_to_be_known_to_the_last_day() -> None:
    interest = Interest("r", Rate(D("0.08"), "r", reset="daily"))
    known = RateSeries("r", ((date(2026, 1, 1), D("0.02")),), through=date(2026, 2, 10))
    assert interest_statement(books(), interest, as_of=date(2026, 2, 10), rates=known).accrued == 10
    with pytest.raises(MissingReferenceRate, match="for 2026-02-11"):
        interest_statement(books(), interest, as_of=date(2026, 2, 11), rates=known)
    fixings = RateSeries("r", ((date(2026, 2, 1), D("0.02")), (date(2026, 2, 2), D("0.03"))))
    found = interest_statement(books(), interest, as_of=date(2026, 2, 2), rates=fixings)
    assert [line.rate for line in found] == [D("0.10"), D("0.11")]
    with pytest.raises(MissingReferenceRate, match="for 2026-02-03"):
        interest_statement(books(), interest, as_of=date(2026, 2, 3), rates=fixings)


def test_a_rate_below_zero_counts_as_zero() -> None:
    assert Rate(D("-0.01")).rate_for(DUE, DUE, None) == 0


def test_the_interest_start_is_the_debts_whatever_held_it_up() -> None:
    kept = Interest("r", Rate(D("0.08"), ECB_REFINANCING), stops=frozenset({"insolvency"}))
    hold = Hold("H", "ACME", date(2026, 1, 1), end=date(2026, 7, 2), reason="insolvency")
    found = interest_statement(books(hold), kept, as_of=date(2026, 7, 3), rates=SERIES)
    assert [(str(line.first), line.rate) for line in found] == [("2026-07-02", D("0.10"))]  # the rate of January


def test_installments_compound_on_what_is_left_of_their_own_interest() -> None:
    order = ("interest", "cost", "fee", "penalty", "principal")
    interest = Interest("x", Rate(D("0.12")), method="monthly rests", payments=order)  # type: ignore[arg-type]  # the five components
    parts = (Installment(date(2026, 1, 15), D(1000)), Installment(date(2026, 1, 15), D(1000)))
    bill = Invoice("INV", "ACME", date(2026, 1, 1), None, D(2000), "EUR", installments=parts)
    first = proposed_charges(books(bill=bill), interest, as_of=date(2026, 4, 15))
    assert [each.amount for each in first] == [D("30.30"), D("30.30")]
    account = books(*first, paid(date(2026, 4, 15), "30"), bill=bill)
    whole = Invoice("INV", "ACME", date(2026, 1, 1), date(2026, 1, 15), D(2000), "EUR")
    (one,) = proposed_charges(books(bill=whole), interest, as_of=date(2026, 4, 15))
    undivided = books(one, paid(date(2026, 4, 15), "30"), bill=whole)
    day = date(2026, 7, 15)
    divided = interest_statement(account, interest, as_of=day).accrued
    assert abs(divided - interest_statement(undivided, interest, as_of=day).accrued) <= D("0.01")


def test_recording_charges_or_idle_holds_does_not_change_compound_interest_by_any_day_count() -> None:
    interest = Interest("x", Rate(D("0.12")), method="compound", day_count="30U/360", stops=frozenset({"claim"}))
    one = interest_statement(books(), interest, as_of=date(2026, 3, 31)).accrued
    recorded: list[Fact] = []
    for day in (date(2026, 2, 15), date(2026, 2, 28), date(2026, 3, 30), date(2026, 3, 31)):
        recorded.extend(proposed_charges(books(*recorded), interest, as_of=day))
    assert sum(fact.amount for fact in recorded if isinstance(fact, Charge)) == one
    idle = Hold("H", "ACME", date(2026, 2, 10), end=date(2026, 2, 10), reason="claim")
    assert interest_statement(books(idle), interest, as_of=date(2026, 3, 31)).accrued == one


def test_a_hold_on_an_installment_stops_its_interest_alone() -> None:
    parts = (Installment(DUE, D(1825)), Installment(DUE, D(1825)))
    bill = Invoice("INV", "ACME", date(2026, 1, 1), None, D(3650), "EUR", installments=parts)
    hold = Hold("H", "ACME", date(2026, 1, 2), invoice="INV/2", reason="claim")
    stop = changed(TEN, stops=frozenset({"claim"}))
    found = proposed_charges(books(hold, bill=bill), stop, as_of=date(2026, 2, 10))
    assert [each.id for each in found] == ["ten/INV/1/interest/1"]


def test_ids_with_slashes_are_kept_apart() -> None:
    def bill(name: str) -> Invoice:
        return Invoice(name, "ACME", date(2026, 1, 1), DUE, D("3650.00"), "EUR")

    both = Ledger([bill("INV"), bill("INV/interest")])
    first = proposed_charges(both.account("ACME"), TEN, as_of=date(2026, 2, 10))
    after = (both + first).account("ACME")
    assert [(each.id, each.amount) for each in proposed_charges(after, TEN, as_of=date(2026, 2, 12))] == [
        ("ten/INV/interest/2", 2),
        ("ten/INV/interest/interest/2", 2),
    ]
    with pytest.raises(InvalidValue, match="without a slash, which separates the parts of ids"):
        changed(TEN, name="a/b")


def test_a_fee_of_an_installment_is_not_charged_again_under_another_name() -> None:
    parts = (Installment(date(2026, 1, 15), D(100)), Installment(date(2026, 1, 20), D(100)))
    bill = Invoice("INV", "ACME", date(2026, 1, 1), None, D(200), "EUR", installments=parts)
    notice = Contact("N", "ACME", date(2026, 2, 1), "letter", level="first")
    fees = FeeSchedule("f", (Fee.fixed(D(5), level="first"), Fee.fixed(D(9), after=2)))
    charged = proposed_charges(books(notice, bill=bill), fees, as_of=date(2026, 2, 3))
    assert [each.id for each in charged] == [
        "f/INV/1/first/fee", "f/INV/1/day 2/fee", "f/INV/2/first/fee", "f/INV/2/day 2/fee",
    ]  # fmt: skip
    renamed = changed(fees, name="g")
    assert proposed_charges(books(notice, *charged, bill=bill), renamed, as_of=date(2026, 2, 3)) == ()
    assert proposed_charges(books(notice, *charged[:2], bill=bill), renamed, as_of=date(2026, 2, 3)) != ()
    by_hand = Charge("MANUAL", "INV", date(2026, 2, 2), D(5), "fee", level="first")
    left = proposed_charges(books(notice, by_hand, bill=bill), fees, as_of=date(2026, 2, 3))
    assert [each.id for each in left] == ["f/INV/1/day 2/fee", "f/INV/2/day 2/fee"]


def test_a_general_notice_charges_only_what_is_past_due() -> None:
    fees = FeeSchedule("f", (Fee.fixed(D(5), level="first"),))
    general = Contact("N", "ACME", date(2026, 1, 20), "letter", level="first")
    by_name = Contact("N", "ACME", date(2026, 1, 20), "letter", level="first", items=("INV",))
    assert proposed_charges(books(general), fees, as_of=date(2026, 2, 3)) == ()
    assert len(proposed_charges(books(by_name), fees, as_of=date(2026, 2, 3))) == 1
    too_early = changed(by_name, on=date(2025, 12, 31))
    assert proposed_charges(books(too_early), fees, as_of=date(2026, 2, 3)) == ()


def test_the_end_of_the_calendar_and_the_callers_context_change_nothing() -> None:
    forever = Charge("OLD", "INV", date(2026, 2, 1), D(5), "interest", through=date.max)
    assert proposed_charges(books(forever), TEN, as_of=date(2026, 3, 1)) == ()
    with localcontext() as context:
        context.prec = 4
        assert contract_monthly(D("0.0123456")).rate.margin == D("0.1481472")


MORE_BAD: list[tuple[Any, str]] = [
    (lambda: Fee([Tier(D(0))]), "tiers: [Tier("),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Fee.fixed(D(1), minimum="1"), "minimum: '1' is not a Decimal of at least 0 or None"),
    (lambda: Fee.fixed(D(1), currency="eur"), "currency: 'eur' is not a currency code"),
    (lambda: Fee.fixed(D(1), level=""), "level: '' is not a name (not empty, no spaces around it) or None"),
    (lambda: Fee.fixed(D(1), kind="interest"), "kind: 'interest' is not one of fee, cost, penalty"),
    (lambda: FeeSchedule("f", [Fee.fixed(D(1))]), "fees: [Fee("),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: FeeSchedule("f", (Fee.fixed(D(1)),), stops="claim"), "stops: 'claim' is not a frozenset, each a text"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Interest("x", D("0.1")), "rate: Decimal('0.1') is not a Rate"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Interest("x", Rate(D(0)), minimum=1.5), "minimum: 1.5 is not a Decimal of at least 0"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Interest("x", Rate(D(0)), payments=(1, "cost")), "payments[0]: 1 is not one of principal"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: RateSeries("r", [(DUE, D(0))]), "values: [(datetime.date(2026, 1, 31)"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: RateSeries(5, ((DUE,),)), "name: 5 is not a text"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: simple_interest(100.0, D("0.1"), 10), "principal: 100.0 is not an int or a finite Decimal"),  # type: ignore[arg-type]  # wrong on purpose
    (
        lambda: compound_interest(D(1), D("0.1"), months=-1),
        "months: -1 is not a whole number from 0 to 12,000, a thousand years",
    ),
    (lambda: flat_interest(D(1), D("0.1"), 10, months="begun"), "months: 'begun' is not one of started months, whole"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: simple_interest(D(1), D("0.1"), 10, year_days=0), "year_days: 0 is not a whole number of at least 1"),
]


@pytest.mark.parametrize(("make", "message"), MORE_BAD, ids=[message for _, message in MORE_BAD])
def test_what_is_no_schedule_or_figure_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert message in str(caught.value)


def test_money_never_depends_on_the_callers_decimal_context() -> None:
    account = books(paid(date(2026, 2, 10), "1234.56"), bill=changed(BILL, amount=D("98765.43")))
    odd = Interest("odd", Rate(D("0.123456")))
    fees = FeeSchedule("fees", (Fee.percent(D("0.012345"), after=2),))
    payment = Payment("NEW", "ACME", date(2026, 3, 1), D("4321.09"), "EUR")

    def everything() -> list[object]:
        statement = interest_statement(account, odd, as_of=date(2026, 3, 31))
        return [
            statement,
            str(statement),
            proposed_charges(account, fees, as_of=date(2026, 3, 31)),
            allocate(payment, account, as_of=date(2026, 3, 31), strategy=PRO_RATA),
            write_off(account, as_of=date(2026, 3, 31), invoices=["INV"]),
            propose_plan(D("98765.43"), 7, first=date(2026, 4, 30), currency="EUR"),
            split(D("98765.43"), [D("0.333"), 2]),
            simple_interest(D("98765.43"), D("0.123456"), 37),
        ]

    expected = everything()
    with localcontext() as context:
        context.prec = 3
        assert everything() == expected


RULES = [
    # statute, invoice in, reference, rate at a reference of 2 % in the first half-year and 3 % in the second, fixed sum
    ("UK", "GBP", BANK_OF_ENGLAND, ["0.10"], "70"),
    ("EU", "EUR", ECB_REFINANCING, ["0.10", "0.11"], "40"),
    ("IE", "EUR", ECB_REFINANCING, ["0.10"], "70"),
    ("DE", "EUR", BASISZINSSATZ, ["0.11", "0.12"], "40"),
    ("FR", "EUR", ECB_REFINANCING, ["0.12", "0.13"], "40"),
    ("US", "USD", TREASURY_RATE, ["0.02"], None),
]


@pytest.mark.parametrize(("name", "money", "reference", "rates", "fixed"), RULES, ids=[rule[0] for rule in RULES])
def test_each_statute_has_its_points_its_way_of_changing_and_its_sum(
    name: str, money: str, reference: str, rates: list[str], fixed: str | None
) -> None:
    first = date(2025, 12, 31) if name == "UK" else date(2026, 1, 1)
    second = date(2026, 6, 30) if name == "UK" else date(2026, 7, 1)
    series = RateSeries(reference, ((first, D("0.02")), (second, D("0.03"))))
    account = books(bill=changed(BILL, currency=money))
    statement = interest_statement(account, STATUTES[name], as_of=date(2026, 8, 1), rates=series)
    assert sorted({f"{line.rate:.2f}" for line in statement}) == rates
    charges = proposed_charges(account, STATUTES[name], as_of=date(2026, 8, 1), rates=series)
    assert [str(each.amount) for each in charges if each.kind == "cost"] == ([] if fixed is None else [f"{fixed}.00"])


def test_prompt_payment_ends_after_a_year_and_leaves_less_than_a_dollar() -> None:
    series = RateSeries(TREASURY_RATE, ((date(2026, 1, 1), D("0.04")),))
    account = books(bill=changed(BILL, currency="USD"))
    found = interest_statement(account, STATUTES["US"], as_of=date(2028, 1, 1), rates=series)
    assert (found.lines[0].first, found.lines[-1].last) == (date(2026, 2, 1), date(2027, 1, 31))
    assert found.accrued == rounded(compound_interest(D(3650), D("0.04"), months=12, days=5))
    assert proposed_charges(account, STATUTES["US"], as_of=date(2026, 2, 2), rates=series) == ()
    assert proposed_charges(account, STATUTES["US"], as_of=date(2026, 2, 3), rates=series) != ()


@pytest.mark.parametrize(
    ("maximum", "terms", "over"),
    [
        (EU_TERM, "net 60", 0), (EU_TERM, "net 61", 1), (EU_PUBLIC_TERM, "net 30", 0), (EU_PUBLIC_TERM, "net 31", 1),
        (FRANCE_TERM, "net 61", 1), (FRANCE_TERM, "net 45 EOM", 0), (FRANCE_TERM, "net 46 EOM", 1),
        (GERMANY_TERM, "net 60", 0), (GERMANY_TERM, "net 61", 1),
        (INDIA_SMALL_SUPPLIER_TERM, "net 45", 0), (INDIA_SMALL_SUPPLIER_TERM, "net 46", 1),
    ],
)  # fmt: skip
def test_each_law_has_its_longest_terms(maximum: MaximumTerm, terms: str, over: int) -> None:
    assert days_over(Terms.parse(terms), maximum, issued=date(2026, 3, 10)) == over
    assert maximum.source
    assert maximum.status
    assert maximum.checked_on >= date(2026, 11, 22)


def test_the_last_day_of_a_grace_that_is_free_bears_nothing() -> None:
    grace = changed(TEN, grace=10)
    account = books(paid(date(2026, 2, 9), "365.00"))
    first = interest_statement(account, grace, as_of=date(2026, 2, 12)).lines[0]
    assert (first.first, first.last) == (date(2026, 2, 11), date(2026, 2, 12))


def test_a_statement_shows_what_was_charged_though_nothing_bears_interest_any_more() -> None:
    charge = Charge("ten/INV/interest/1", "INV", date(2026, 2, 10), D("10.00"), "interest", through=date(2026, 2, 10))
    account = books(charge, paid(DUE, "3650.00"))
    (total,) = interest_statement(account, TEN, as_of=date(2026, 2, 12)).totals
    assert (total.accrued, total.charged, total.to_charge) == (0, 10, 0)


def test_interest_that_is_forgiven_was_not_paid() -> None:
    charge = Charge("I", "INV", date(2026, 2, 5), D("10.00"), "interest")
    gone = Adjustment("A", "INV", date(2026, 2, 6), D("3660.00"), "discount")
    (item,) = Components(books(charge, gone), date(2026, 2, 6), PRINCIPAL_FIRST).items()
    assert item.interest_paid(date(2026, 2, 6)) == 0
    (item,) = Components(books(charge, paid(date(2026, 2, 6), "3660.00")), date(2026, 2, 6), PRINCIPAL_FIRST).items()
    assert item.interest_paid(date(2026, 2, 6)) == 10


def test_a_fee_goes_with_each_notice_that_meets_something_open_or_the_first() -> None:
    notices = [
        Contact(f"N{day}", "ACME", date(2026, 3, day), "letter", level="first", items=("INV",)) for day in (5, 20)
    ]
    bounced: list[Fact] = [paid(date(2026, 3, 1), "3650.00"), Reversal("R", "PAY", date(2026, 3, 10))]
    fees = FeeSchedule("f", (Fee.percent(D("0.01"), level="first"),))
    account = books(*notices, *bounced)
    found = proposed_charges(account, fees, as_of=date(2026, 3, 20))  # as if the payment had never been
    assert [(each.id, each.amount) for each in found] == [
        ("f/INV/first/fee", D("36.50")),
        ("f/INV/first/fee/2", D("36.50")),
    ]
    first = FeeSchedule("f", (Fee.percent(D("0.01"), level="first", once=True),))
    assert [each.amount for each in proposed_charges(account, first, as_of=date(2026, 3, 20))] == [D("36.50")]


@pytest.mark.parametrize(("paid_on", "days"), [(date(2026, 1, 30), 0), (DUE, 0), (date(2026, 2, 1), 1)])
def test_days_late_begin_on_the_day_after_the_due_date(paid_on: date, days: int) -> None:
    assert days_late(DUE, paid_on) == days


def test_a_flat_rate_of_one_is_one_of_it() -> None:
    assert flat_interest(D(1), D("0.5"), 30, months="whole months") == D("0.5")


def fee_days(fee: Fee, *facts: Fact, as_of: date) -> list[str]:
    return [str(each.amount) for each in proposed_charges(books(*facts), FeeSchedule("f", (fee,)), as_of=as_of)]


def test_a_fee_falls_due_after_calendar_months_and_every_month() -> None:
    quarter = Fee.fixed(D("9.00"), months=3)
    assert fee_days(quarter, as_of=date(2026, 4, 29)) == []
    assert fee_days(quarter, as_of=date(2026, 4, 30)) == ["9.00"]
    (charge,) = proposed_charges(books(), FeeSchedule("f", (quarter,)), as_of=date(2026, 4, 30))
    assert charge.id == "f/INV/month 3/fee"
    monthly = Fee.fixed(D("9.00"), after=1, every="month")
    assert len(fee_days(monthly, as_of=date(2026, 3, 31))) == 2
    assert len(fee_days(monthly, as_of=date(2026, 4, 1))) == 3


def test_a_fee_that_comes_again_leaves_out_the_time_in_which_nothing_was_open() -> None:
    again = Fee.fixed(D("9.00"), after=1, every=10)
    stopped = Hold("H", "ACME", date(2026, 2, 2), end=date(2026, 2, 25), reason="stop")
    schedule = FeeSchedule("f", (again,), stops=frozenset({"stop"}))
    found = proposed_charges(books(stopped), schedule, as_of=date(2026, 2, 26))
    assert len(found) == 2  # 1 February, and the turn of 21 February when the hold is over
    assert [each.id for each in found] == ["f/INV/day 1/fee", "f/INV/day 1/fee/2"]


def test_grace_ends_on_a_business_day() -> None:
    house = BusinessCalendar()
    late = Fee.fixed(D("9.00"), after=8, calendar=house)  # 31 January + 7 is Saturday 7 February
    assert fee_days(late, as_of=date(2026, 2, 9)) == []
    assert fee_days(late, as_of=date(2026, 2, 10)) == ["9.00"]
    free = changed(TEN, grace=7, calendar=house)
    assert [line[0] for line in lines(books(), free, date(2026, 2, 11))] == ["2026-02-10"]


def test_disputes_stop_charges_on_what_is_disputed() -> None:
    part = Dispute("D", "INV", date(2026, 2, 1), amount=D("1650.00"), reason="price")
    for reason in ("dispute", "price"):
        interest = changed(TEN, stops=frozenset({reason}))
        assert [line[2] for line in lines(books(part), interest, date(2026, 2, 10))] == ["2000"]
    whole = changed(part, amount=None, resolved=date(2026, 2, 6))
    assert [
        line[:2] for line in lines(books(whole), changed(TEN, stops=frozenset({"dispute"})), date(2026, 2, 10))
    ] == [("2026-02-06", 5)]
    assert [line[2] for line in lines(books(part), TEN, date(2026, 2, 10))] == ["3650"]
    never = Hold("H", "ACME", date(2026, 2, 3), end=date(2026, 2, 3), reason="stop")
    assert len(lines(books(never), changed(TEN, stops=frozenset({"stop"})), date(2026, 2, 10))) == 1
    twice = [Hold(f"H{n}", "ACME", date(2026, 2, 3 + n), end=date(2026, 2, 6 + n), reason="stop") for n in (0, 1)]
    assert [line[:2] for line in lines(books(*twice), changed(TEN, stops=frozenset({"stop"})), date(2026, 2, 10))] == [
        ("2026-02-01", 2),
        ("2026-02-07", 4),
    ]


def test_interest_that_was_waived_is_not_handed_back() -> None:
    (charge,) = proposed_charges(books(), TEN, as_of=date(2026, 2, 10))
    late = [paid(date(2026, 2, 5), "3650.00"), charge]
    (back,) = proposed_charges(books(*late), TEN, as_of=date(2026, 3, 1))
    assert (back.id, back.kind, back.amount) == ("ten/INV/abatement/1", "abatement", 5)
    waived = Reversal("W", charge.id, date(2026, 2, 20))
    assert proposed_charges(books(*late, waived), TEN, as_of=date(2026, 3, 1)) == ()
    undone = [*late, back, Reversal("U", back.id, date(2026, 3, 2))]
    (again,) = proposed_charges(books(*undone), TEN, as_of=date(2026, 3, 3))
    assert (again.id, again.amount) == ("ten/INV/abatement/2", 5)


def test_a_fee_of_nothing_is_none_and_what_is_no_more_held_bears_one() -> None:
    assert fee_days(Fee.percent(D(0)), as_of=date(2026, 3, 1)) == []
    over = Hold("H", "ACME", date(2026, 2, 1), end=date(2026, 2, 5), invoice="INV", amount=D("1650.00"), reason="stop")
    interest = changed(TEN, stops=frozenset({"stop"}))
    assert [line[1:3] for line in lines(books(over), interest, date(2026, 2, 10))] == [(4, "2000"), (6, "3650")]


def test_money_on_account_covers_what_a_plan_puts_off_as_well() -> None:
    plan = PaymentPlan("L", "ACME", date(2026, 2, 5), "EUR", (Installment(date(2026, 3, 31), D(3650)),), ("INV",))
    credit = Payment("C", "ACME", date(2026, 2, 3), D("650.00"), "EUR")
    assert [line[:3] for line in lines(books(plan, credit), TEN, date(2026, 2, 10))] == [
        ("2026-02-01", 3, "3650"),
        ("2026-02-04", 1, "3000"),
    ]
