"""Terms: what is read, what is refused and where, and the round trip of every form."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning import Invoice, Ledger, Payment, allocate
from dunning._base.noun import changed
from dunning.dates import BusinessCalendar, Roll
from dunning.errors import InvalidValue, Undefined
from dunning.ledger import Account
from dunning.presets.allocations import OLDEST_FIRST
from dunning.settlement import take_discounts
from dunning.terms import (
    WEEKDAYS,
    Deadline,
    DeadlineRule,
    Discount,
    MaximumTerm,
    Part,
    PaymentDay,
    Terms,
    average_due_date,
    cash_discount,
    days_over,
    discount_annual_cost,
    discount_on,
    discount_windows,
    due_date,
    due_dates,
    statutory_term,
)
from tests import strategies

READ = [
    # what people write, what it is called, due for an invoice of 10 March 2026
    ("net 30", "net 30", "2026-04-09"),
    ("20 days after the invoice date", "net 20", "2026-03-30"),
    ("20 days after the end of the invoice month", "net 20 EOM", "2026-04-20"),
    ("25 of the current month", "net 0 then next 25.", "2026-03-25"),
    ("End of Following Month", "end of month + 1 month", "2026-04-30"),
    ("Due end of month", "EOM", "2026-03-31"),
    ("Due end of next month", "end of month + 1 month", "2026-04-30"),
    ("1 month EOM", "end of month + 1 month", "2026-04-30"),
    ("1 month after the end of the invoice month", "end of month + 1 month", "2026-04-30"),
    ("30% Now, Balance 60 Days", "30% net 0, 70% net 60", "2026-05-09"),
    ("200.00 on receipt, rest net 30", "200.00 net 0, rest net 30", "2026-04-09"),
    (
        "200 on receipt, 50% of rest net 30, 50% of rest net 60",
        "200 net 0, 50% of rest net 30, 50% of rest net 60",
        "2026-05-09",
    ),
    ("Immediate Payment", "net 0", "2026-03-10"),
    ("30 days nett", "net 30", "2026-04-09"),
    ("Strictly 30 days", "net 30", "2026-04-09"),
    ("2 weeks", "net 14", "2026-03-24"),
    (
        "within 14 days 3 % cash discount, within 30 days 2 % cash discount, within 60 days due net",
        "3/14 2/30 net 60",
        "2026-05-09",
    ),
    ("2 % then 1 % within 10 days, net 30", "2.98/10 net 30", "2026-04-09"),
    ("14 Tage 2 % Skonto, 30 Tage netto", "2/14 net 30", "2026-04-09"),
    ("2,5 % Skonto innerhalb von 14 Tagen, 30 Tage ab Rechnungsdatum", "2.5/14 net 30", "2026-04-09"),
    ("zahlbar sofort", "net 0", "2026-03-10"),
    ("45 jours puis fin de mois", "45 days then EOM", "2026-04-30"),
    ("fin de mois + 45 jours", "net 45 EOM", "2026-05-15"),
    ("30 jours fin de mois le 10", "30 days then EOM then next 10.", "2026-05-10"),
    ("30 jours date de facture", "net 30", "2026-04-09"),
    ("comptant", "net 0", "2026-03-10"),
    ("60 d\N{LATIN SMALL LETTER I WITH ACUTE}as fecha factura", "net 60", "2026-05-09"),
    ("30 dias", "net 30", "2026-04-09"),
    ("30 days end of month on the 10th", "30 days then EOM then next 10.", "2026-05-10"),
    ("net 30 then the next 10th or 25th", "net 30 then next 10. or 25.", "2026-04-10"),
    ("net 30 then next monday", "net 30 then next Monday", "2026-04-13"),
    ("2/10 ROG, net 30", "2/10 ROG net 30", "2026-04-09"),
    ("2/10 after receipt of goods, net 30", "2/10 ROG net 30", "2026-04-09"),
    ("net 30 days from receipt of goods", "net 30 ROG", "2026-04-09"),
    ("2/10 before due, 50% net 30, 50% net 60", "2/10 before due 50% net 30, 50% net 60", "2026-05-09"),
    ("10 MFI, cut-off 3 days before the end of the month", "10 MFI cut-off 3 days before month end", "2026-04-10"),
    ("Net30", "net 30", "2026-04-09"),
    ("n/30", "net 30", "2026-04-09"),
    ("30 days", "net 30", "2026-04-09"),
    ("30 days net from invoice date", "net 30", "2026-04-09"),
    ("due on receipt", "net 0", "2026-03-10"),
    ("Immediate", "net 0", "2026-03-10"),
    ("EOM", "EOM", "2026-03-31"),
    ("net E.O.M.", "EOM", "2026-03-31"),
    ("net 30 EOM", "net 30 EOM", "2026-04-30"),
    ("30 days from end of month", "net 30 EOM", "2026-04-30"),
    ("EOM + 45 days", "net 45 EOM", "2026-05-15"),
    ("45 days then end of month", "45 days then EOM", "2026-04-30"),
    ("21 MFI", "21 MFI", "2026-04-21"),
    ("21st of the following month", "21 MFI", "2026-04-21"),
    ("10th prox.", "10 MFI", "2026-04-10"),
    ("prox 10", "10 MFI", "2026-04-10"),
    ("net 31 proximo", "31 MFI", "2026-04-30"),
    ("net monthly", "net monthly", "2026-04-30"),
    ("60 days UK month end", "60 days UK month end", "2026-05-31"),
    ("UK 30 days month-end", "30 days UK month end", "2026-04-30"),
    ("C.O.D.", "cash on delivery", "2026-03-10"),
    ("cia", "cash in advance", "2026-03-10"),
    ("net 1 month", "net 1 month", "2026-04-10"),
    ("net 3 months 3 days", "net 3 months 3 days", "2026-06-13"),
    ("2/10 net 30", "2/10 net 30", "2026-04-09"),
    ("2% 10 days, net 30 days", "2/10 net 30", "2026-04-09"),
    ("2%/10; 1%/20; n30", "2/10 1/20 net 30", "2026-04-09"),
    ("2.5/10 net 60", "2.5/10 net 60", "2026-05-09"),
    ("2/10 net 30 EOM", "2/10 net 30 EOM", "2026-04-30"),
    ("2/10 EOM net 30 EOM", "2/10 net 30 EOM", "2026-04-30"),
    ("2/10 from invoice, net 30 EOM", "2/10 from invoice net 30 EOM", "2026-04-30"),
    ("2/10 EOM net 60 from invoice", "2/10 EOM net 60 from invoice", "2026-05-09"),
    ("2/10, EOM", "2/10 from invoice EOM", "2026-03-31"),
    ("2% 10th prox, net 25 prox", "2/10 MFI 25 MFI", "2026-04-25"),
    ("30% net 30, 70% net 60", "30% net 30, 70% net 60", "2026-05-09"),
    ("50% on EOM, 50% on 15 MFI", "50% on EOM, 50% on 15 MFI", "2026-04-15"),
    ("12.5% net 10 87.5% net 40", "12.5% net 10, 87.5% net 40", "2026-04-19"),
    ("in 3 installments every 30 days", "1 of 3 net 30, 1 of 3 net 60, 1 of 3 net 90", "2026-06-08"),
    ("2 installments monthly", "50% net 1 month, 50% net 2 months", "2026-05-10"),
    ("2 monthly installments", "50% net 1 month, 50% net 2 months", "2026-05-10"),
    (
        "4 installments every month",
        "25% net 1 month, 25% net 2 months, 25% net 3 months, 25% net 4 months",
        "2026-07-10",
    ),
    ("2 of 3 net 10 1 of 3 net 20", "2 of 3 net 10, 1 of 3 net 20", "2026-03-30"),
    ("net 10 EOM cut-off 5", "net 10 EOM cut-off 5", "2026-05-10"),
    ("30 net", "net 30", "2026-04-09"),
    ("Net-30", "net 30", "2026-04-09"),
    ("within 30 days", "net 30", "2026-04-09"),
    ("due in 30 days after date of invoice", "net 30", "2026-04-09"),
    ("net\xa030", "net 30", "2026-04-09"),
    ("2% 10 days 30 net", "2/10 net 30", "2026-04-09"),
    ("3 months", "net 3 months", "2026-06-10"),
    ("CWO", "cash in advance", "2026-03-10"),
    ("50% in advance, 50% net 30", "50% on cash in advance, 50% net 30", "2026-04-09"),
    ("50/30 net 60", "50/30 net 60", "2026-05-09"),
    ("2/10 EOM 9 MFI", "2/10 EOM 9 MFI", "2026-04-09"),
    ("EOM cut-off 25th", "EOM cut-off 25", "2026-03-31"),
    ("net 25 following business day", "net 25 following business day", "2026-04-06"),
    ("net 25 modified  preceding business day", "net 25 modified preceding business day", "2026-04-03"),
]


@pytest.mark.parametrize(("text", "canonical", "due"), READ, ids=[text for text, _, _ in READ])
def test_terms_are_read_as_the_field_writes_them(text: str, canonical: str, due: str) -> None:
    for each in (text, text.upper(), text.lower(), f"  {text} ,"):
        terms = Terms.parse(each)
        assert str(terms) == canonical
        assert str(due_date(terms, date(2026, 3, 10), calendar=BusinessCalendar())) == due


REFUSED = [
    ("", "'': no due date; add one, such as net 30; known forms: 2/10,"),
    ("2/10", "no due date"),
    ("net", "at character 1 of 'net': this cannot be read"),
    ("net 30 maybe", "at character 8 of 'net 30 maybe': this cannot be read"),
    ("net 30 net 60", "at character 8 of 'net 30 net 60': there is a due date already"),
    ("2/10 EOM net 30", "say whether net 30 counts from the month's end too: net 30 EOM, or net 30 from invoice"),
    ("2/10 prox net 30", "say whether net 30 counts from the month's end too"),
    ("2/10 EOM 50% net 30, 50% net 60", "say whether net 30 counts from the month's end too"),
    ("50% 30 days, net 60", "say 50% net 30 for a part of the amount, or 50/30 for a discount"),
    ("EOM cut-off 25 cut-off 20", "at character 16 of 'EOM cut-off 25 cut-off 20': there is a cutoff already"),
    ("net 1 following business day nearest business day", "there is a roll already"),
    ("30% net 30", "the parts sum to 30, not to 100"),
    ("1 of 3 net 30", "the parts sum to 1, not to 3"),
    ("50% net 30, 1 of 2 net 60", "at character 13 of '50% net 30, 1 of 2 net 60': say all parts in the same way"),
    ("50% on 2/10", "at character 8 of '50% on 2/10': no due date is behind the part"),
    ("net 30 2 installments every 30 days", "at character 8"),
    ("3 installments", "say how far apart"),
    ("0 installments every 30 days", "no due date"),
    ("32 MFI", "at character 1 of '32 MFI': days: 32 is not a day of the month"),
    ("45 days UK month end", "days: 45 is not 30, 60, 90 or so on"),
    ("0 of 1 net 30 1 of 1 net 60", "weight: 0 is not a whole number of at least 1"),
    ("net 30 cut-off 25", "cutoff: net 30 does not count from a month; leave it out"),
    (
        "45 jours fin de mois",
        "at character 1 of '45 jours fin de mois': is it 45 jours puis fin de mois, or fin de mois",
    ),
    ("rest", "at character 1 of 'rest': this cannot be read"),
    ("rest soon", "at character 6 of 'rest soon': no due date is behind the rest"),
    ("100% net 30, rest net 60", "at character 14 of '100% net 30, rest net 60': nothing is left for the rest"),
    ("20 on receipt, 50% of rest soon", "no due date is behind the part"),
    ("30% net 30, 70% of rest net 60", "no fixed part is there to leave a rest"),
    ("200 on receipt, 50% net 30, 50% net 60", "say of what the others are shares, such as 50% of rest"),
    ("net 30 then next 40.", "then[0]: 40 is not a day of the month"),
    ("net 30 then next 10. or 10.", "then: give days of the month or of the week, each once"),
    ("EOM cut-off 32", "cutoff: 32 is not a day of the month, or -27 to -1 from its end"),
    ("2/40 net 30", "discounts: 2/40 ends after the due date, net 30"),
    ("1/10 2/20 net 30", "discounts: 2/20 is not lower than 1/10, which comes before it"),
    ("2/10 1/10 net 30", "discounts: 1/10 does not end after 2/10, which comes before it"),
    ("0/10 net 30", "rate: Decimal('0') is not a Decimal above 0 and below 1"),
    ("50% net 30, 50% net 30", "parts: net 30 does not come after net 30"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED, ids=[text for text, _ in REFUSED])
def test_what_cannot_be_read_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Terms.parse(text)
    assert message in str(caught.value)


D1 = date(2026, 1, 1)
BAD: list[tuple[Any, str]] = [
    (lambda: Terms.parse(30), "text: 30 is not a text"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Deadline("someday"), "rule: 'someday' is not one of net"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Deadline("net", -1), "days: -1 is not a whole number of 0 to 9999"),
    (lambda: Deadline("mfi", 1, 1), "months: mfi takes none"),
    (lambda: Deadline("before due", 1, then=(3,)), "then: before due takes none"),
    (lambda: Terms.due_by(Deadline("before due", 1)), "1 days before due is of a discount, not of a part"),
    (lambda: Discount(Decimal("0.02"), Deadline("net", 1, then=(3,))), "a discount ends on its last day"),
    (lambda: Terms((Part.fixed(Decimal(5), Deadline("net")),)), "parts: all are fixed; give one with a weight"),
    (lambda: Deadline("net monthly", 5), "days: net monthly takes none"),
    (lambda: Discount(Decimal(1), Deadline("net", 10)), "rate: Decimal('1') is not"),
    (lambda: Discount(Decimal("0.02"), Deadline("net monthly")), "deadline: net monthly does not count days"),
    (lambda: Discount(Decimal("NaN"), "x"), "rate: Decimal('NaN') is not"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Discount(Decimal("0.02"), "x"), "deadline: 'x' is not a Deadline"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Terms.due_by("net 30"), "deadline: 'net 30' is not a Deadline"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Terms.installments(2, every=0), "every: 0 is not a whole number of at least 1 or one of month"),
    (lambda: Terms.installments(2, every=None), "every: None is not a whole number"),  # type: ignore[arg-type]  # wrong on purpose
    (
        lambda: cash_discount(Terms.net(1), Decimal(-1), issued=D1, on=D1),
        "amount: Decimal('-1') is not a finite Decimal",
    ),
    (lambda: statutory_term(D1, 0), "days: 0 is not a whole number of at least 1"),
    (lambda: statutory_term(D1, 5, max_days=-1), "max_days: -1 is not a whole number of at least 1 or None"),
    (lambda: days_over("x", "y", issued=D1), "terms: 'x' is not a Terms"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: average_due_date([(1.5, D1)]), "1.5 is a float, not an exact number"),  # type: ignore[list-item]  # wrong on purpose
    (lambda: discount_annual_cost(Decimal("0.02"), 10, 30.5), "payment_days: 30.5 is not a whole number"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Deadline("net", 1).date_for(datetime(2026, 1, 1, tzinfo=UTC)), "a datetime is not a day"),
    (lambda: Terms(()), "parts: () (tuple): give at least one"),
    (lambda: Terms.due_by(Deadline("net"), (1,)), "discounts[0]: 1 is not a Discount"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Terms.due_by(Deadline("net"), roll="backwards"), "roll: 'backwards' is not one of unadjusted"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Terms((Part(1, Deadline("net")), Part(1000, Deadline("net", 1)))), "parts: of 1001; give percentages"),
    (lambda: Terms.installments(0, every=30), "count: 0 is not a whole number of at least 1"),
    (lambda: due_date(Terms.parse("net 1 following business day"), date(2026, 1, 1)), "calendar: net 1 following"),
    (lambda: due_dates(Terms.parse("50% net 60, 50% on EOM"), date(2026, 1, 1)), "do not fall due in order"),
    (lambda: statutory_term(date(2026, 1, 1), 30, roll="following"), "calendar: the following business day needs one"),
    (
        lambda: discount_annual_cost(Decimal(1), 1, 2, method="x", year_days=0),  # type: ignore[arg-type]  # wrong on purpose
        "year_days: 0 is not a whole number from 1 to 366",
    ),
]


@pytest.mark.parametrize(("make", "message"), BAD, ids=[message for _, message in BAD])
def test_terms_that_cannot_be_are_refused(make: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert message in str(caught.value)


def test_cash_on_delivery_is_due_on_delivery() -> None:
    issued, delivered = date(2026, 3, 10), date(2026, 3, 14)
    assert due_date(Terms.parse("COD"), issued, delivered=delivered) == delivered
    assert due_date(Terms.parse("CIA"), issued, delivered=delivered) == issued


def test_installments_are_spaced() -> None:
    assert str(Terms.installments(2, every=30, first=14)) == "50% net 14, 50% net 44"
    assert str(Terms.installments(2, every="month", first=5)) == "50% net 5, 50% net 1 month 5 days"
    assert str(Terms.installments(1, every="month")) == "net 1 month"


def test_discount_windows_and_rates() -> None:
    terms, issued = Terms.parse("2/10 1/20 net 30 following business day"), date(2026, 3, 1)
    weekdays = BusinessCalendar({date(2026, 3, 11)})
    assert discount_windows(terms, issued, calendar=weekdays) == (
        (date(2026, 3, 12), Decimal("0.02")),
        (date(2026, 3, 23), Decimal("0.01")),
    )
    assert discount_on(terms, issued, date(2026, 3, 12), calendar=weekdays) == Decimal("0.02")
    found = cash_discount(Terms.parse("2/10 n/30"), Decimal("0.33"), issued=issued, on=issued)
    assert (found.rate, found.discount, found.payable) == (Decimal("0.02"), Decimal("0.01"), Decimal("0.32"))


def test_the_statutory_maximum_is_checked_by_the_kind_of_terms() -> None:
    longest = (Deadline("net", 60), Deadline("days then eom", 45))
    law = MaximumTerm("X", longest, "a law", date(2019, 1, 1), date(2027, 12, 31), "in force", date(2026, 1, 1))
    issued = date(2026, 3, 10)
    assert days_over(Terms.net(60), law, issued=issued) == 0
    assert days_over(Terms.net(75), law, issued=issued) == 15
    assert days_over(Terms.parse("30 days UK month end"), law, issued=issued) == 0
    assert days_over(Terms.parse("net 45 EOM"), law, issued=issued) == 15
    for day in (date(2018, 12, 31), date(2028, 1, 1)):
        with pytest.raises(InvalidValue, match=f"X is in effect from 2019-01-01 to 2027-12-31, not on {day}"):
            days_over(Terms.net(60), law, issued=day)


def test_an_average_of_nothing_is_undefined() -> None:
    with pytest.raises(Undefined, match="no items"):
        average_due_date([])


def test_statutory_terms_roll_with_a_calendar() -> None:
    found = statutory_term(date(2026, 3, 5), 30, roll="following", calendar=BusinessCalendar())
    assert (found.last_day, found.interest_from) == (date(2026, 4, 6), date(2026, 4, 7))


DEADLINES: dict[DeadlineRule, st.SearchStrategy[Deadline]] = {
    "net": st.builds(Deadline, st.just("net"), st.integers(0, 400), st.integers(0, 12)),
    "eom": st.builds(Deadline, st.just("eom"), st.integers(0, 90)),
    "days then eom": st.builds(Deadline, st.just("days then eom"), st.integers(0, 90)),
    "mfi": st.builds(Deadline, st.just("mfi"), st.integers(1, 31)),
    "net monthly": st.just(Deadline("net monthly")),
    "uk month end": st.builds(Deadline, st.just("uk month end"), st.sampled_from([30, 60, 90])),
    "on delivery": st.just(Deadline("on delivery")),
    "in advance": st.just(Deadline("in advance")),
    "receipt of goods": st.builds(Deadline, st.just("receipt of goods"), st.integers(0, 120)),
    "business days": st.builds(Deadline, st.just("business days"), st.integers(0, 30)),
}
later_ends = st.builds(Deadline, st.just("eom"), st.sampled_from([0, 7]), st.integers(1, 3))
month_days = st.lists(st.integers(1, 31), min_size=1, max_size=3, unique=True)
week_days = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=2, unique=True)


@st.composite
def with_payment_days(draw: st.DrawFn) -> Deadline:
    """Any deadline, with days of payment or without."""
    then: list[PaymentDay] = [*draw(st.one_of(st.just([]), st.just([]), month_days, week_days))]
    found: Deadline = changed(draw(st.one_of(later_ends, *DEADLINES.values())), then=tuple(then))
    return found


deadlines = with_payment_days()
day_rules: st.SearchStrategy[DeadlineRule] = st.sampled_from(
    ["net", "eom", "mfi", "receipt of goods", "business days", "before due"]
)
CALENDAR = BusinessCalendar()
rolls: st.SearchStrategy[Roll] = st.sampled_from(["unadjusted", "following", "modified preceding", "nearest"])


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Any terms that can be: what does not go together is drawn again."""
    count = draw(st.integers(1, 4))
    weights = draw(
        st.sampled_from([[1] * count, [30, 70, 5, 95][:count], [1, 2, 3, 4][:count], [125, 875, 1, 1][:count]])
    )
    parts = tuple(Part(weight, draw(deadlines)) for weight in weights)
    fixed = draw(st.one_of(st.none(), st.integers(0, count - 1)))
    if count > 1 and fixed is not None:
        parts = (*parts[:fixed], Part.fixed(Decimal("200.00"), parts[fixed].deadline), *parts[fixed + 1 :])
    rates = sorted(draw(st.lists(st.integers(1, 999), unique=True, max_size=3)), reverse=True)
    days = sorted(draw(st.lists(st.integers(1, 31), unique=True, min_size=len(rates), max_size=len(rates))))
    discounts = tuple(
        Discount(Decimal(rate).scaleb(-4), Deadline(draw(day_rules), day))
        for rate, day in zip(rates, days, strict=True)
    )
    cutoff = draw(st.one_of(st.none(), st.integers(1, 31), st.integers(-27, -1)))
    try:
        return Terms(parts, discounts, cutoff=cutoff, roll=draw(rolls))
    except InvalidValue:
        return Terms((Part(1, parts[-1].deadline),), roll=draw(rolls))


@given(terms())
def test_what_is_printed_is_read_again(each: Terms) -> None:
    assert Terms.parse(str(each)) == each
    assert str(Terms.parse(str(each))) == str(each)


@given(terms(), strategies.days)
def test_deadlines_are_never_before_the_invoice(each: Terms, issued: date) -> None:
    for part in each.parts:
        assert part.deadline.date_for(issued, cutoff=each.cutoff, calendar=CALENDAR) >= issued


@given(deadlines, strategies.days)
def test_a_day_of_payment_is_the_next_of_its_days(deadline: Deadline, issued: date) -> None:
    plain = changed(deadline, then=()).date_for(issued, calendar=CALENDAR)
    found = deadline.date_for(issued, calendar=CALENDAR)
    if not deadline.then:
        assert found == plain
        return
    at_end = deadline.rule in ("days then eom", "net monthly", "uk month end") or (
        deadline.rule == "eom" and not deadline.days
    )

    def is_one(day: date) -> bool:
        last = (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        return any(
            WEEKDAYS[day.weekday()] == each if isinstance(each, str) else day.day == min(each, last.day)
            for each in deadline.then
        )

    day = plain + timedelta(days=at_end)
    while not is_one(day):
        day += timedelta(days=1)
    assert found == day


def test_days_of_payment_by_hand() -> None:
    """cases T03 and T04"""
    the_10th = Terms.parse("30 days end of month on the 10th")
    assert due_date(the_10th, date(2016, 1, 14)) == date(2016, 3, 10)
    the_31st = Terms.parse("30 days end of month on the 31st")
    assert due_date(the_31st, date(2023, 12, 12)) == date(2024, 2, 29)
    two_days = Terms.due_by(Deadline("net", 30, then=(10, 25)))
    assert due_date(two_days, date(2015, 7, 11)) == date(2015, 8, 10)
    this_or_next = Terms.due_by(Deadline("net", then=(15,)))
    assert [due_date(this_or_next, date(2026, 3, day)) for day in (15, 16)] == [date(2026, 3, 15), date(2026, 4, 15)]


def test_a_cut_off_counts_from_the_end_of_the_month() -> None:
    """case T24"""
    terms = Terms.due_by(Deadline("mfi", 10), cutoff=-3)
    days = (date(2026, 2, 25), date(2026, 2, 26), date(2026, 3, 28), date(2026, 3, 29))
    assert [due_date(terms, day) for day in days] == [
        date(2026, 3, 10), date(2026, 4, 10), date(2026, 4, 10), date(2026, 5, 10),
    ]  # fmt: skip


def test_a_discount_counts_from_the_receipt_of_goods() -> None:
    """case T12"""
    bill = Invoice.from_terms(
        "I", "K", date(2026, 3, 2), Decimal("100.00"), "EUR", "2/10 ROG net 30", delivered=date(2026, 3, 16)
    )
    assert bill.terms is not None
    assert bill.due == date(2026, 4, 1)
    (window,) = discount_windows(bill.terms, bill.issued, delivered=bill.delivered)
    assert window == (date(2026, 3, 26), Decimal("0.02"))
    paid = Payment("P", "K", date(2026, 3, 26), Decimal("98.00"), "EUR", applied=(("I", Decimal("98.00")),))
    assert Ledger([bill, paid]).account("K").balance(as_of=date(2026, 3, 26)) == 0
    early = changed(bill, delivered=None)
    assert Ledger([early, paid]).account("K").balance(as_of=date(2026, 3, 26)) == 2


def taxed(paid: str) -> Account:
    bill = Invoice.from_terms(
        "I", "K", date(2016, 1, 1), Decimal("1150.00"), "EUR", "10/1 net 2", discount_base=Decimal("1000.00")
    )
    money = Payment("P", "K", date(2016, 1, 2), Decimal(paid), "EUR", applied=(("I", Decimal(paid)),))
    return Ledger([bill, money]).account("K")


def test_a_discount_is_taken_on_the_amount_before_tax() -> None:
    """case T15"""
    found = cash_discount(
        Terms.parse("10/1 net 2"), Decimal("1150.00"), issued=date(2016, 1, 1), on=date(2016, 1, 2), base=Decimal(1000)
    )
    assert (found.discount, found.payable) == (Decimal("100.00"), Decimal("1050.00"))
    account = taxed("1050.00")
    assert account.balance(as_of=date(2016, 1, 2)) == 0
    assert [each.amount for each in take_discounts(account, as_of=date(2016, 1, 2))] == [Decimal("100.00")]


def test_no_discount_is_taken_on_the_tax() -> None:
    """case T16"""
    account = taxed("1035.00")
    assert account.balance(as_of=date(2016, 1, 2)) == 115
    assert take_discounts(account, as_of=date(2016, 1, 2)) == ()


def test_each_installment_has_a_discount_of_its_own() -> None:
    """case T19"""
    terms = Terms.parse("2/10 before due, 50% net 30, 50% net 60")
    bill = Invoice.from_terms("I", "K", date(2026, 3, 2), Decimal("1000.00"), "EUR", terms)
    assert [part.due for part in bill.installments] == [date(2026, 4, 1), date(2026, 5, 1)]
    paid = Payment("P", "K", date(2026, 3, 20), Decimal("490.00"), "EUR", applied=(("I", Decimal("490.00")),))
    account = Ledger([bill, paid]).account("K")
    assert [(item.id, item.open) for item in account.open_items(as_of=date(2026, 3, 20))] == [("I/2", 500)]
    (discount,) = take_discounts(account, as_of=date(2026, 4, 30))
    assert (discount.id, discount.invoice, discount.amount) == ("I/1/discount", "I/1", Decimal("10.00"))
    booked = Ledger([bill, paid, discount]).account("K")
    assert [(item.id, item.open) for item in booked.open_items(as_of=date(2026, 4, 30))] == [("I/2", 500)]
    assert take_discounts(booked, as_of=date(2026, 4, 30)) == ()
    late = changed(paid, received=date(2026, 3, 23))
    assert Ledger([bill, late]).account("K").balance(as_of=date(2026, 4, 30)) == 510
    both = Payment("P", "K", date(2026, 3, 20), Decimal("980.00"), "EUR")
    found = allocate(both, Ledger([bill]).account("K"), as_of=date(2026, 3, 20), strategy=OLDEST_FIRST)
    assert found.applied == (("I/1", Decimal("490.00")), ("I/2", Decimal("490.00")))
    assert Ledger([bill, found.as_source()]).account("K").balance(as_of=date(2026, 3, 20)) == 0


def test_a_fixed_first_part_and_the_rest_later() -> None:
    """case T23"""
    terms = Terms.parse("200.00 on receipt, rest net 30")
    bill = Invoice.from_terms("I", "K", date(2026, 3, 2), Decimal("1000.00"), "EUR", terms)
    assert [(part.due, part.amount) for part in bill.installments] == [
        (date(2026, 3, 2), Decimal("200.00")),
        (date(2026, 4, 1), Decimal("800.00")),
    ]
    with pytest.raises(InvalidValue, match=r"200\.00 is not more than the fixed parts"):
        Invoice.from_terms("I", "K", date(2026, 3, 2), Decimal("200.00"), "EUR", terms)


def test_business_days_need_a_calendar() -> None:
    terms = Terms.parse("2/5 business days net 30")
    bill = Invoice.from_terms("I", "K", date(2026, 3, 5), Decimal("100.00"), "EUR", terms)
    assert discount_on(terms, bill.issued, date(2026, 3, 12), calendar=CALENDAR) == Decimal("0.02")
    assert discount_on(terms, bill.issued, date(2026, 3, 13), calendar=CALENDAR) == 0
    with pytest.raises(InvalidValue, match="needs one to count them"):
        discount_on(terms, bill.issued, date(2026, 3, 12))
    paid = Payment("P", "K", date(2026, 3, 12), Decimal("98.00"), "EUR", applied=(("I", Decimal("98.00")),))
    account = Ledger([bill, paid]).account("K")
    assert account.balance(as_of=date(2026, 3, 12)) == 2  # which day is the last is not known to the books
    assert [each.amount for each in take_discounts(account, as_of=date(2026, 3, 12), calendar=CALENDAR)] == [2]


def test_terms_never_depend_on_the_callers_decimal_context() -> None:
    text = "12.3456/10 33.3333% net 30, 33.3333% net 60, 33.3334% net 90"
    expected = Terms.parse(text)
    with localcontext() as context:
        context.prec = 4
        assert Terms.parse(text) == expected
        assert str(expected) == text
        assert expected.discounts[0].rate == Decimal("0.123456")


def test_a_discount_never_ends_after_the_due_date() -> None:
    terms = Terms.parse("2/10 EOM 9 MFI")
    assert discount_windows(terms, date(2026, 3, 10)) == ((date(2026, 4, 9), Decimal("0.02")),)
    assert discount_on(Terms.parse("2/10 COD"), D1, date(2026, 1, 2)) == 0


def test_a_later_discount_is_lower() -> None:
    with pytest.raises(InvalidValue, match="2/20 is not lower than 2/10, which comes before it"):
        Terms.parse("2/10 2/20 net 30")
