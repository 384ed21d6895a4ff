"""Billing by public reports and tests of other systems: terms, discounts, interest, fees, aging, dunning, contacts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning import (
    Adjustment,
    Application,
    Contact,
    ContactFlag,
    CreditNote,
    Installment,
    Interest,
    Invoice,
    Ledger,
    Level,
    Payment,
    PaymentPlan,
    Period,
    Policy,
    RateSeries,
    Reversal,
    Terms,
    age,
    allocate,
    decide,
    interest_statement,
    proposed_charges,
    scorecard,
)
from dunning.aging import convert
from dunning.amounts import split
from dunning.charges import Fee, FeeSchedule, Rate, Tier
from dunning.contact import Attempt, Cap, Rule, Where, permit
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidLedger, InvalidValue, MissingReferenceRate
from dunning.forecast import payment_curves
from dunning.kpi import dso_countback, dso_simple, sales_weighted_dso
from dunning.ledger import Account, Fact
from dunning.policy import AddCharges, Notify, Repeat
from dunning.presets.allocations import OLDEST_FIRST
from dunning.presets.contact_law import US_FEDERAL, US_FEDERAL_HOLIDAYS
from dunning.presets.policies import FIRM_AND_EARLY, STANDARD_B2B
from dunning.presets.statutes import BASISZINSSATZ, GERMANY
from dunning.settlement import take_discounts
from dunning.terms import Deadline, discount_on, discount_windows, due_date, due_dates

D = Decimal


def bill(amount: str, due: date, name: str = "I", *, issued: date | None = None, customer: str = "K") -> Invoice:
    return Invoice(name, customer, issued or due - timedelta(days=30), due, D(amount), "EUR")


def on_terms(amount: str, issued: date, terms: str) -> Invoice:
    return Invoice.from_terms("I", "K", issued, D(amount), "EUR", terms)


def in_parts(*parts: tuple[date, str], issued: date) -> Invoice:
    installments = tuple(Installment(due, D(amount)) for due, amount in parts)
    total = sum((part.amount for part in installments), D(0))
    return Invoice("I", "K", issued, None, total, "EUR", installments=installments)


def paid(amount: str, on: date, name: str = "P", *, to: str = "I", customer: str = "K") -> Payment:
    return Payment(name, customer, on, D(amount), "EUR", applied=((to, D(amount)),))


def account(*facts: Fact, customer: str = "K") -> Account:
    return Ledger(facts).account(customer)


def asked(books: Account, policy: Policy, day: date) -> list[Decimal]:
    """The amounts for which the policy has the customer contacted on a day."""
    return [
        action.amount
        for decision in decide(books, policy, as_of=day)
        for action in decision.actions
        if action.channel is not None
    ]


def overdue(books: Account, day: date) -> Decimal:
    return sum((decision.overdue for decision in decide(books, STANDARD_B2B, as_of=day)), D(0))


CONSUMER = Attempt("call", actor="agency", debtor="consumer", purpose="personal")
FEDERAL_DAYS = {US_FEDERAL_HOLIDAYS: BusinessCalendar()}


def answers(at: datetime, *zones: str, said: Sequence[Contact | ContactFlag] = (), call: Attempt = CONSUMER) -> str:
    found = permit(US_FEDERAL, call, said, at, [ZoneInfo(zone) for zone in zones], calendars=FEDERAL_DAYS)
    return found.answer


def test_a_month_after_the_end_of_june_is_the_end_of_july() -> None:
    """case T02"""
    assert due_date(Terms.parse("net monthly"), date(2020, 6, 11)) == date(2020, 7, 31)


def test_days_before_the_end_of_month_and_days_after_it_are_two_rules() -> None:
    """case T07"""
    texts = ("45 days then EOM", "net 45 EOM")
    assert [due_date(Terms.parse(text), date(2021, 9, 13)) for text in texts] == [
        date(2021, 10, 31),
        date(2021, 11, 14),
    ]


def test_the_30th_of_the_next_month_is_its_last_day_where_it_is_shorter() -> None:
    """case T08"""
    issued = (date(2024, 5, 31), date(2024, 1, 15), date(2023, 1, 31), date(2024, 12, 12))
    assert [due_date(Terms.parse("30 MFI"), day) for day in issued] == [
        date(2024, 6, 30),
        date(2024, 2, 29),
        date(2023, 2, 28),
        date(2025, 1, 30),
    ]


def test_a_due_date_while_the_customer_is_closed_moves_to_the_day_after() -> None:
    """case T10"""
    closed = BusinessCalendar({date(2021, 1, day) for day in range(1, 16)}, weekend=frozenset())
    terms = [Terms.parse(f"{text} following business day") for text in ("due on receipt", "net 10", "net 20")]
    found = [due_date(each, date(2021, 1, 1), calendar=closed) for each in terms]
    assert found == [date(2021, 1, 16), date(2021, 1, 16), date(2021, 1, 21)]


def test_what_is_kept_back_for_a_year_is_a_part_that_is_not_due() -> None:
    """case T11"""
    invoice = on_terms("10000.00", date(2025, 2, 28), "90% net 30, 10% net 12 months")
    assert [(part.due, part.amount) for part in invoice.installments] == [
        (date(2025, 3, 30), D("9000.00")),
        (date(2026, 2, 28), D("1000.00")),
    ]
    day = date(2025, 6, 30)
    assert overdue(account(invoice), day) == D("9000.00")
    assert age(Ledger([invoice]), as_of=day).total["current"] == D("1000.00")


def test_a_discount_is_earned_by_all_payments_within_its_days() -> None:
    """case T17"""
    invoice = on_terms("1000.00", date(2022, 6, 1), "2/10 net 30")
    books = account(invoice, paid("500.00", date(2022, 6, 4), "P1"), paid("480.00", date(2022, 6, 9), "P2"))
    assert [each.amount for each in take_discounts(books, as_of=date(2022, 6, 9))] == [D("20.00")]
    assert books.balance(as_of=date(2022, 6, 9)) == D("0.00")


def test_an_invoice_keeps_the_terms_that_were_agreed_with_it() -> None:
    """case T20"""
    issued, payment_day = date(2025, 6, 14), date(2025, 6, 24)
    invoice = on_terms("100.00", issued, "10/15 net 30")
    assert invoice.terms is not None
    assert discount_windows(invoice.terms, issued) == ((date(2025, 6, 29), D("0.1")),)
    assert discount_on(Terms.parse("10/5 net 30"), issued, payment_day) == 0
    books = account(invoice, paid("90.00", payment_day))
    assert [each.amount for each in take_discounts(books, as_of=payment_day)] == [D("10.00")]


def test_installments_sum_to_the_price() -> None:
    """case T21"""
    shares = [D("25"), D("18.75"), D("18.75"), D("18.75"), D("18.75")]
    parts = split(D("99.99"), shares)
    assert sum(parts) == D("99.99")
    assert all(abs(part - D("99.99") * share / 100) < D("0.01") for part, share in zip(parts, shares, strict=True))
    terms = "25% due on receipt, 18.75% net 30, 18.75% net 60, 18.75% net 90, 18.75% net 120"
    installments = on_terms("99.99", date(2026, 3, 2), terms).installments
    assert tuple(part.amount for part in installments) == parts


def test_interest_registered_twice_is_the_interest_of_all_days_once() -> None:
    """case I01"""
    ledger, interest = Ledger([bill("10000.00", date(2026, 6, 15))]), Interest("late", Rate(D("0.10")))
    amounts: list[Decimal] = []
    for day in (date(2026, 6, 20), date(2026, 7, 20)):
        charges = proposed_charges(ledger.account("K"), interest, as_of=day)
        amounts += [each.amount for each in charges]
        ledger += charges
    assert amounts == [D("13.70"), D("82.19")]
    assert sum(amounts) == D("95.89")


def test_the_rate_changes_with_the_half_year() -> None:
    """case I02"""
    base = RateSeries(BASISZINSSATZ, ((date(2023, 1, 1), D("0.0162")), (date(2023, 7, 1), D("0.0312"))))
    books = account(bill("1000.00", date(2023, 6, 20)))
    found = interest_statement(books, GERMANY, as_of=date(2023, 8, 31), rates=base)
    assert [(line.first, line.days, line.rate, round(line.interest, 4)) for line in found] == [
        (date(2023, 6, 21), 10, D("0.1062"), D("2.9096")),
        (date(2023, 7, 1), 62, D("0.1212"), D("20.5874")),
    ]
    assert found.to_charge == D("23.50")


def test_a_base_rate_that_is_not_known_is_an_error_that_names_its_day() -> None:
    """case I03"""
    base = RateSeries(BASISZINSSATZ, ((date(2026, 1, 1), D("0.0127")),))
    books = account(bill("5000.00", date(2026, 5, 31)))
    with pytest.raises(MissingReferenceRate, match="2026-07-01"):
        interest_statement(books, GERMANY, as_of=date(2026, 8, 31), rates=base)


def test_interest_of_february_by_three_day_counts() -> None:
    """case I05"""
    books, rate = account(bill("10000.00", date(2023, 1, 31))), Rate(D("0.0912"))
    ways = [Interest("late", rate, day_count=each) for each in ("ACT/365F", "ACT/360", "30E/360")]
    found = [interest_statement(books, each, as_of=date(2023, 2, 28)).to_charge for each in ways]
    assert found == [D("69.96"), D("70.93"), D("70.93")]


def test_the_fee_of_a_reminder_comes_once_however_often_it_is_asked_for() -> None:
    """case F01"""
    reminder = Contact("C", "K", date(2018, 9, 1), "email", level="third reminder")
    ledger = Ledger([bill("1000.00", date(2018, 8, 1)), reminder])
    schedule = FeeSchedule("late", (Fee.percent(D("0.10"), level="third reminder"),))
    fees: list[Decimal] = []
    for day in (date(2018, 9, 1), date(2018, 9, 1), date(2018, 9, 2), date(2018, 9, 10)):
        charges = proposed_charges(ledger.account("K"), schedule, as_of=day)
        fees += [each.amount for each in charges]
        ledger += charges
    assert fees == [D("100.00")]


def test_a_flat_fee_comes_every_thirty_days_while_the_invoice_is_open() -> None:
    """case F03"""
    ledger = Ledger([bill("1000.00", date(2026, 1, 31))])
    schedule = FeeSchedule("late", (Fee.fixed(D("25.00"), after=10, every=30),))
    days: list[date] = []
    amounts: list[Decimal] = []
    for distance in range(1, 105):
        charges = proposed_charges(ledger.account("K"), schedule, as_of=date(2026, 1, 31) + timedelta(days=distance))
        days += [each.on for each in charges]
        amounts += [each.amount for each in charges]
        ledger += charges
    assert days == [date(2026, 2, 10), date(2026, 3, 12), date(2026, 4, 11), date(2026, 5, 11)]
    assert sum(amounts) == D("100.00")


def test_days_of_grace_that_end_on_a_sunday_last_to_monday() -> None:
    """case F05"""
    rent = bill("1000.00", date(2024, 1, 2))
    schedule = FeeSchedule("late", (Fee.fixed(D("50.00"), after=6, calendar=BusinessCalendar()),))
    in_time = account(rent, paid("1000.00", date(2024, 1, 8)))
    assert proposed_charges(in_time, schedule, as_of=date(2024, 1, 31)) == ()
    too_late = account(rent, paid("1000.00", date(2024, 1, 9)))
    assert [each.amount for each in proposed_charges(too_late, schedule, as_of=date(2024, 1, 31))] == [D("50.00")]


def test_a_fee_is_the_greater_of_a_sum_and_a_share_or_both() -> None:
    """case F07"""
    due = date(2026, 1, 31)
    books = account(bill("1000.00", due, "I1"), bill("300.00", due, "I2"))
    greater = FeeSchedule("greater", (Fee.percent(D("0.05"), minimum=D("20.00")),))
    both = FeeSchedule("both", (Fee((Tier(D(0), D("10.00"), D("0.02")),)),))

    def charged(schedule: FeeSchedule) -> dict[str, Decimal]:
        found = proposed_charges(books, schedule, as_of=date(2026, 2, 1))
        return {each.invoice: each.amount for each in found}

    assert charged(greater) == {"I1": D("50.00"), "I2": D("20.00")}
    assert charged(both) == {"I1": D("30.00"), "I2": D("16.00")}


def test_a_parent_is_the_sum_of_its_jobs_each_counted_once() -> None:
    """case A01"""
    due, parents = date(2026, 1, 31), {"A:job 1": "A", "A:job 2": "A", "B": "B"}
    amounts = {"A:job 1": "100.00", "A:job 2": "50.00", "B": "30.00"}
    ledger = Ledger([bill(amount, due, f"I {name}", customer=name) for name, amount in amounts.items()])
    aging = age(ledger, as_of=date(2026, 2, 10), by=parents)
    assert {row.label: row.balance for row in aging} == {"A": D("150.00"), "B": D("30.00")}
    assert aging.total.balance == D("180.00")


def test_days_past_due_do_not_turn_on_the_last_payment() -> None:
    """case A02"""
    invoice, part = bill("100.00", date(2025, 8, 1)), paid("40.00", date(2025, 8, 20))
    both = (account(invoice), account(invoice, part))
    assert [books.open_items(as_of=date(2025, 10, 8))[0].days_past_due for books in both] == [68, 68]


def test_an_advance_is_aged_by_its_own_date() -> None:
    """case A03"""
    advance = Payment("P", "K", date(2021, 10, 20), D("500.00"), "EUR")
    ledger = Ledger([bill("800.00", date(2021, 11, 20)), advance])
    total = age(ledger, as_of=date(2021, 12, 6), credits="own_date").total
    assert (total["1-30"], total["31-60"], total.balance) == (D("800.00"), D("-500.00"), D("300.00"))


def test_a_cheque_dated_ahead_leaves_the_invoice_open_until_its_date() -> None:
    """case A04"""
    invoice = bill("100.00", date(2018, 11, 1), issued=date(2018, 11, 1))
    cheque = Payment(
        "P", "K", date(2018, 11, 11), D("100.00"), "EUR", applied=(("I", D("100.00")),), recorded=date(2018, 11, 2)
    )
    found = [age(Ledger([invoice, cheque]), as_of=date(2018, 11, day)).total.balance for day in (2, 11)]
    assert found == [D("100.00"), D("0.00")]


def test_nothing_is_left_of_a_paid_invoice_in_another_currency() -> None:
    """case A05"""
    payments = [paid("11.11", date(2026, 2, day), f"P{day}") for day in (1, 2, 3)]
    aging = age(Ledger([bill("33.33", date(2026, 1, 31)), *payments]), as_of=date(2026, 2, 3))
    assert convert(aging, {"EUR": D("1.1037")}, "USD").total.balance == 0


def test_only_the_rest_of_the_installment_that_is_overdue_is_asked_for() -> None:
    """case A06"""
    parts = ((date(2024, 1, 31), "300.00"), (date(2024, 2, 29), "300.00"), (date(2024, 3, 31), "300.00"))
    ledger = Ledger([in_parts(*parts, issued=date(2024, 1, 1)), paid("100.00", date(2024, 2, 5))])
    day = date(2024, 2, 10)
    total = age(ledger, as_of=day).total
    assert (total["1-30"], total["current"]) == (D("200.00"), D("600.00"))
    books = ledger.account("K")
    assert overdue(books, day) == D("200.00")
    assert asked(books, STANDARD_B2B, day) == [D("200.00")]


def test_a_credit_note_used_in_part_gives_what_is_left_of_it() -> None:
    """case A08"""
    first, second = bill("10.00", date(2026, 1, 31), "I1"), bill("200.00", date(2026, 2, 28), "I2")
    note = CreditNote("C", "K", date(2026, 2, 2), D("100.00"), "EUR", applied=(("I1", D("10.00")),))
    day, ledger = date(2026, 2, 3), Ledger([first, second, note])
    found = allocate(note, ledger.account("K"), as_of=day, strategy=OLDEST_FIRST)
    assert found.applied == (("I2", D("90.00")),)
    ledger += found.as_applications(on=day)
    assert ledger.account("K").unapplied(as_of=day) == D("0.00")


def test_counting_back_four_months() -> None:
    """case K01"""
    assert dso_countback(80, [(25, 30), (30, 31), (20, 28), (40, 31)]).value == D("92.875")


def test_counting_back_by_the_calendar_and_by_months_of_thirty_days() -> None:
    """case K02"""
    sales = ((205, 31), (158, 30), (167, 31), (159, 30), (154, 31))
    assert round(dso_countback(405, sales).require(), 4) == D("68.7964")
    assert round(dso_countback(405, [(sold, 30) for sold, _ in sales]).require(), 4) == D("67.5449")


def test_only_simple_dso_moves_with_sales_where_everybody_pays_on_day_45() -> None:
    """case K03"""
    quarters = ((100, 200, 300), (300, 300, 300), (300, 200, 100), (100, 100, 300))
    last_two = [(last, before, last + before // 2) for _, before, last in quarters]
    simple = [dso_simple(total, last, 30).value for last, _, total in last_two]
    weighted = [sales_weighted_dso([(last, last, 30), (before // 2, before, 30)]).value for last, before, _ in last_two]
    counted = [dso_countback(total, [(last, 30), (before, 30)]).value for last, before, total in last_two]
    assert simple == [40, 45, 60, 35]
    assert weighted == [45, 45, 45, 45]
    assert counted == [45, 45, 45, 45]


def test_days_to_pay_in_parts_end_with_the_payment_that_pays_it_off() -> None:
    """case K05"""
    invoice = bill("100.00", date(2022, 1, 31), issued=date(2022, 1, 1))
    payments = [paid("40.00", date(2022, 1, 11), "P1"), paid("60.00", date(2022, 2, 10), "P2")]
    card = scorecard(Ledger([invoice, *payments]), Period.quarter(2022, 1))
    assert (card["EUR", "average_days_to_pay"].value, card["EUR", "average_days_late"].value) == (40, 10)


def test_a_late_first_installment_is_late_whatever_the_last_one_is() -> None:
    """case K06"""
    invoice = in_parts((date(2018, 1, 31), "100.00"), (date(2018, 2, 28), "100.00"), issued=date(2018, 1, 1))
    card = scorecard(Ledger([invoice, paid("200.00", date(2018, 2, 28))]), Period.quarter(2018, 1))
    assert card["EUR", "average_days_late"].value == 14


def test_an_invoice_that_is_still_open_counts_in_the_curve_and_not_in_the_mean() -> None:
    """case K07"""
    issued = date(2026, 1, 1)
    invoices = [bill("100.00", issued, f"I{number}", issued=issued) for number in range(4)]
    payments = [paid("100.00", date(2026, 1, 11), f"P{number}", to=f"I{number}") for number in range(3)]
    ledger, day = Ledger([*invoices, *payments]), date(2026, 3, 2)
    assert scorecard(ledger, Period(issued, day))["EUR", "average_days_to_pay"].value == 10
    assert 1 - payment_curves(ledger, as_of=day)["all"].paid_by(60) == D("0.25")


def test_the_sixtieth_day_is_counted_from_the_day_after_the_notice() -> None:
    """case K08"""
    assert Deadline("net", 60).date_for(date(2020, 4, 30)) == date(2020, 6, 29)


def test_no_notice_is_sent_on_the_due_date() -> None:
    """case P03"""
    day = date(2025, 2, 3)
    books = account(bill("100.00", day))
    assert [len(asked(books, policy, day)) for policy in (STANDARD_B2B, FIRM_AND_EARLY)] == [0, 0]


def test_what_is_no_notice_uses_up_no_repeat() -> None:
    """case P04"""
    policy = Policy("p", (Level("notice", 1, do=(Notify("email"),)),), minimum_gap=3, at_end=Repeat(3, 3))
    given = [Contact(f"N{day}", "K", date(2026, 3, day), "email", level="notice") for day in (2, 5)]
    tried = [
        Contact(f"T{day}", "K", date(2026, 3, day), "portal", direction="inbound", outcome="failed")
        for day in (3, 4, 6)
    ]
    ledger = Ledger([bill("100.00", date(2026, 3, 1)), *given, *tried])
    messages: list[list[str | None]] = []
    for day in (date(2026, 3, 8), date(2026, 3, 11), date(2026, 3, 14)):
        (decision,) = decide(ledger.account("K"), policy, as_of=day)
        messages.append([action.level for action in decision.actions])
        ledger += decision.as_facts(on=day)
    assert messages == [["notice"], ["notice"], []]


def test_a_card_that_was_declined_is_tried_again_on_four_days() -> None:
    """case P05"""
    levels = [
        {"name": f"retry {after}", "after": after, "do": [{"kind": "do", "task": "retry payment"}]}
        for after in (2, 7, 14, 21)
    ]
    policy = Policy.from_data({"name": "retries", "minimum_gap": 0, "levels": levels})
    declined = date(2026, 3, 1)
    ledger = Ledger(
        [
            bill("50.00", declined),
            paid("50.00", declined),
            Reversal("R", "P", declined, reason="declined", code="insufficient_funds"),
        ]
    )
    tried: list[date] = []
    for distance in range(30):
        day = declined + timedelta(days=distance)
        (decision,) = decide(ledger.account("K"), policy, as_of=day)
        tried += [day for action in decision.actions if str(action.activity) == "retry payment"]
        ledger += decision.as_facts(on=day)
    assert tried == [date(2026, 3, 3), date(2026, 3, 8), date(2026, 3, 15), date(2026, 3, 22)]


def test_nobody_is_dunned_for_what_was_paid_in_part_and_written_off() -> None:
    """case P06"""
    rest = Adjustment("W", "I", date(2017, 3, 1), D("100.00"), "write_off")
    books, day = account(bill("1000.00", date(2017, 1, 31)), paid("900.00", date(2017, 2, 10)), rest), date(2017, 3, 18)
    assert (books.balance(as_of=day), overdue(books, day)) == (D("0.00"), D("0.00"))
    assert asked(books, STANDARD_B2B, day) == []


def test_hours_are_kept_in_every_zone_where_the_person_may_be() -> None:
    """case C01"""
    instant = datetime(2026, 7, 15, 3, 30, tzinfo=UTC)
    phoenix, denver = "America/Phoenix", "America/Denver"
    assert [answers(instant, *zones) for zones in ((phoenix,), (denver,), (phoenix, denver))] == [
        "allow",
        "deny",
        "deny",
    ]


def test_a_conversation_counts_on_the_day_it_was_where_the_person_is() -> None:
    """case C03"""
    late = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    spoke = Contact("C", "K", date(2026, 3, 2), "call", outcome="conversation", at=late)
    days = (datetime(2026, 3, 7, 15, tzinfo=UTC), datetime(2026, 3, 8, 15, tzinfo=UTC))
    assert [answers(day, "America/New_York", said=[spoke]) for day in days] == ["warn", "allow"]


@pytest.mark.xfail(strict=True, raises=InvalidValue, reason="issue 21: inconvenient hours cannot pass midnight")
def test_hours_that_a_customer_named_may_pass_midnight() -> None:
    """case C04"""
    flag = ContactFlag("F", "K", date(2026, 2, 1), "inconvenient", start=time(20), stop=time(9, 30))
    clocks = (time(19, 30), time(20, 15), time(23, 59, 59), time(8, 30), time(9, 30))
    chicago = ZoneInfo("America/Chicago")
    found: list[tuple[str, set[str]]] = []
    for clock in clocks:
        at = datetime.combine(date(2026, 2, 10), clock, tzinfo=chicago)
        answer = permit(US_FEDERAL, CONSUMER, [flag], at, chicago, calendars=FEDERAL_DAYS)
        found.append((answer.answer, {finding.rule.id for finding in answer}))
    named, by_law = "us-federal-inconvenient-time", "us-federal-hours"
    assert found == [
        ("allow", set()),
        ("deny", {named}),
        ("deny", {named, by_law}),
        ("deny", {named}),
        ("allow", set()),
    ]


def test_calls_about_each_debt_are_counted_apart() -> None:
    """case C05"""
    made = [
        Contact(f"{debt} {day}", "K", date(2026, 3, day), "call", outcome="no_answer", items=(debt,))
        for debt in ("D1", "D2")
        for day in range(2, 8)
    ]
    noon = datetime(2026, 3, 8, 17, tzinfo=UTC)
    calls = [
        Attempt("call", actor="agency", debtor="consumer", purpose="personal", items=(debt,))
        for debt in ("D1", "D2", "D3")
    ]
    assert [answers(noon, "America/New_York", said=made, call=call) for call in calls] == ["allow", "allow", "allow"]


def test_money_that_came_early_keeps_a_plan_and_money_that_came_late_does_not() -> None:
    """case L01"""
    days = (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
    parts = tuple(Installment(day, D("100.00")) for day in days)
    agreed = PaymentPlan("L", "K", date(2026, 4, 1), "EUR", parts, ("I",))
    invoice = bill("300.00", date(2026, 2, 28))

    def state(on: date, *payments: Payment) -> str:
        return account(invoice, agreed, *payments).plan_progress(agreed, as_of=on).state

    early = (paid("200.00", date(2026, 4, 20), "P1"), paid("100.00", date(2026, 6, 30), "P2"))
    assert (state(date(2026, 6, 1), *early), state(date(2026, 7, 1), *early)) == ("active", "kept")
    assert state(date(2026, 5, 3), paid("100.00", date(2026, 5, 2))) == "broken"


def test_what_a_decision_says_is_charged_is_charged_with_every_repeat() -> None:
    """case F08"""
    level = Level("notice", 1, do=(Notify("email"), AddCharges("late")))
    policy = Policy("p", (level,), at_end=Repeat(30))
    schedule = FeeSchedule("late", (Fee.percent(D("0.01"), level="notice"),))
    ledger = Ledger([bill("1000.00", date(2026, 1, 31))])
    said: list[str] = []
    charged: list[Decimal] = []
    for day in (date(2026, 2, 1), date(2026, 3, 3), date(2026, 4, 2)):
        (decision,) = decide(ledger.account("K"), policy, as_of=day)
        said += [str(action.activity) for action in decision.actions if isinstance(action.activity, AddCharges)]
        ledger += decision.as_facts(on=day)
        charges = proposed_charges(ledger.account("K"), schedule, as_of=day)
        charged += [each.amount for each in charges]
        ledger += charges
    assert said == ["charge by late", "charge by late", "charge by late"]
    assert charged == [D("10.00"), D("10.00"), D("10.00")]


@pytest.mark.xfail(strict=True, raises=InvalidLedger, reason="issue 20: no payment of one customer settles another's")
def test_head_office_pays_the_invoice_of_a_branch() -> None:
    """case A13"""
    invoice = bill("100.00", date(2026, 2, 1), issued=date(2026, 1, 2), customer="BRANCH")
    ledger = Ledger([invoice, paid("100.00", date(2026, 2, 1), customer="HEAD")])
    day = date(2026, 3, 1)
    assert [ledger.account(name).balance(as_of=day) for name in ("BRANCH", "HEAD")] == [D("0.00"), D("0.00")]


def test_withheld_tax_is_a_deduction_and_no_debt() -> None:
    """case P08"""
    tax = Adjustment("T", "I", date(2026, 4, 30), D("10000.00"), "deduction", reason="withheld tax")
    books = account(bill("100000.00", date(2026, 4, 30)), paid("90000.00", date(2026, 4, 30)), tax)
    day = date(2026, 5, 20)
    assert books.balance(as_of=day) == D("0.00")
    assert asked(books, STANDARD_B2B, day) == []


def test_after_the_cut_off_day_discount_and_due_date_move_a_month_alike() -> None:
    """case T27"""
    terms = Terms.parse("2% 10th prox, net 25th prox, cut-off 25")
    found = [
        (discount_windows(terms, issued)[0][0], *due_dates(terms, issued))
        for issued in (date(2026, 1, 25), date(2026, 1, 28))
    ]
    assert found == [(date(2026, 2, 10), date(2026, 2, 25)), (date(2026, 3, 10), date(2026, 3, 25))]


def test_each_item_stands_in_one_column_and_in_the_total() -> None:
    """case A16"""
    amounts = {date(2026, 1, 31): "100.00", date(2025, 12, 30): "50.00", date(2025, 11, 1): "70.00"}
    invoices = [bill(amount, due, f"I {due}", issued=date(2025, 10, 1)) for due, amount in amounts.items()]
    total = age(Ledger(invoices), as_of=date(2025, 12, 30)).total
    assert {column: amount for column, amount in total.amounts.items() if amount} == {
        "current": D("150.00"),
        "31-60": D("70.00"),
    }
    assert total.balance == D("220.00")


@pytest.mark.xfail(strict=True, raises=TypeError, reason="issue 21: no rule counts minutes between contacts, only days")
def test_calls_are_at_least_an_hour_apart() -> None:
    """case C06"""
    gap: dict[str, Any] = {"minutes": 60}
    rule = Rule("gap", "house rule", Cap(1, None, **gap), "our handbook", where=Where(channels=("call",)))
    call = Contact("C", "K", date(2026, 2, 8), "call", at=datetime(2026, 2, 8, 15, 45, tzinfo=UTC))
    times = (datetime(2026, 2, 8, 16, tzinfo=UTC), datetime(2026, 2, 8, 16, 45, tzinfo=UTC))
    found = [permit([rule], CONSUMER, [call], at, ZoneInfo("America/New_York")).answer for at in times]
    assert found == ["deny", "allow"]


def test_a_discount_is_judged_by_the_day_of_payment_not_of_posting() -> None:
    """case T28"""
    money = Payment("P", "K", date(2025, 6, 30), D("980.00"), "EUR", recorded=date(2025, 7, 3))
    use = Application("A", "P", date(2025, 7, 3), "I", D("980.00"))
    books = account(on_terms("1000.00", date(2025, 6, 20), "2/10 net 30"), money, use)
    assert [each.amount for each in take_discounts(books, as_of=date(2025, 7, 3))] == [D("20.00")]


def test_a_notice_asks_for_what_is_open_now() -> None:
    """case P11"""
    draft = Contact("N", "K", date(2024, 5, 20), "email", level="first notice", outcome="queued")
    books = account(bill("1000.00", date(2024, 5, 1)), draft, paid("300.00", date(2024, 5, 25)))
    assert asked(books, STANDARD_B2B, date(2024, 6, 7)) == [D("700.00")]


def test_interest_by_whole_months_started_periods_and_a_started_quarter() -> None:
    """case I06"""
    books = account(bill("1000.00", date(2026, 1, 31)))
    ways = (
        Interest("whole months", Rate(12 * D("0.015")), method="whole months"),
        Interest("started 30 days", Rate(12 * D("0.03")), method="started months", month_days=30),
        Interest("started quarter", Rate(12 * D("0.02")), method="started months", month_days=90),
    )
    found = [interest_statement(books, each, as_of=date(2026, 4, 15)).to_charge for each in ways]
    assert found == [D("30.00"), D("90.00"), D("20.00")]
