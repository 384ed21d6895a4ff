"""Terms: what is read, what is refused and where, and the round trip of every form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.dates import BusinessCalendar, Roll
from dunning.errors import InvalidValue, Undefined
from dunning.terms import (
    Deadline,
    DeadlineRule,
    Discount,
    MaximumTerm,
    Part,
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
    ("EOM cut-off 32", "cutoff: 32 is not a day of the month, 1 to 31"),
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
    (lambda: Deadline("eom", 1, 1), "months: eom takes none"),
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
}
deadlines = st.one_of(*DEADLINES.values())
day_rules: st.SearchStrategy[DeadlineRule] = st.sampled_from(["net", "eom", "mfi"])
rolls: st.SearchStrategy[Roll] = st.sampled_from(["unadjusted", "following", "modified preceding", "nearest"])


@st.composite
def terms(draw: st.DrawFn) -> Terms:
    """Any terms that can be: what does not go together is drawn again."""
    count = draw(st.integers(1, 4))
    weights = draw(
        st.sampled_from([[1] * count, [30, 70, 5, 95][:count], [1, 2, 3, 4][:count], [125, 875, 1, 1][:count]])
    )
    parts = tuple(Part(weight, draw(deadlines)) for weight in weights)
    rates = sorted(draw(st.lists(st.integers(1, 999), unique=True, max_size=3)), reverse=True)
    days = sorted(draw(st.lists(st.integers(1, 31), unique=True, min_size=len(rates), max_size=len(rates))))
    discounts = tuple(
        Discount(Decimal(rate).scaleb(-4), Deadline(draw(day_rules), day))
        for rate, day in zip(rates, days, strict=True)
    )
    cutoff = draw(st.one_of(st.none(), st.integers(1, 31)))
    try:
        return Terms(parts, discounts, cutoff=cutoff, roll=draw(rolls))
    except InvalidValue:
        return Terms(parts[:1], roll=draw(rolls))


@given(terms())
def test_what_is_printed_is_read_again(each: Terms) -> None:
    assert Terms.parse(str(each)) == each
    assert str(Terms.parse(str(each))) == str(each)


@given(terms(), strategies.days)
def test_deadlines_are_never_before_the_invoice(each: Terms, issued: date) -> None:
    for part in each.parts:
        assert part.deadline.date_for(issued, cutoff=each.cutoff) >= issued


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
