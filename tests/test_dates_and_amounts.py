"""Days, periods and amounts at their edges."""

from __future__ import annotations

import decimal
import pickle
from collections.abc import Container
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.amounts import (
    EDITION,
    Rounding,
    currencies,
    currency,
    formatted,
    minor_units,
    parse,
    quotient,
    rounded,
    rounded_to_increment,
    shares,
    smallest_amount,
    split,
)
from dunning.amounts.decimals import fits
from dunning.dates import (
    BusinessCalendar,
    DayCount,
    Period,
    add_days,
    add_months,
    days_between,
    month_end,
    parse_date,
    year_fraction,
)
from dunning.errors import InvalidValue, Undefined


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1", "1"), ("+1.50", "1.50"), ("-0.01", "-0.01"), (7, "7"), (Decimal("1E+3"), "1E+3"), ("0" * 39 + "1", "1")],
)
def test_amounts_are_read_exactly(value: object, expected: str) -> None:
    assert str(parse(value)) == expected


@pytest.mark.parametrize(
    "value",
    ["", " 1", "1 ", "1,000", "1_000", "1e3", "NaN", "Infinity", "٣", ".5", "5.", "€5", "1" * 41, "0." + "0" * 21, 1.5, True, None, b"1",
     Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+41"), 10**40],
)  # fmt: skip
def test_amounts_that_are_not_exact_plain_numbers_are_refused(value: object) -> None:
    with pytest.raises(InvalidValue, match="amount: "):
        parse(value)


def test_an_amount_has_a_width() -> None:
    assert fits(Decimal("1E+39"))
    assert fits(Decimal(0))
    assert not fits(Decimal("1." + "1" * 70))
    assert not fits(Decimal("1E-21"))


def test_rounding_and_showing() -> None:
    assert [str(rounded(Decimal(each), 2)) for each in ("0.005", "-0.005", "1.005", "2")] == [
        "0.01",
        "-0.01",
        "1.01",
        "2.00",
    ]
    assert rounded(Fraction(1, 3), 4) == Decimal("0.3333")
    assert quotient(Fraction(-1, 3)) == Decimal("-0.3333333333333333333333333333")
    assert [formatted(Decimal(each)) for each in ("0", "1E+3", "-1234.5", "0.001")] == [
        "0.00",
        "1,000.00",
        "-1,234.50",
        "0.001",
    ]
    assert shares([Decimal(0)]) is None
    assert shares([Decimal(1), Decimal(3)]) == (Decimal("0.25"), Decimal("0.75"))


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%Y%m%d", "%d|%m|%Y"]))
def test_dates_are_read_as_they_are_written(day: date, form: str) -> None:
    text = form.replace("%Y", f"{day.year:04}").replace("%m", f"{day.month:02}").replace("%d", f"{day.day:02}")
    assert parse_date(text, form) == day


@pytest.mark.parametrize(
    ("text", "form", "said"),
    [
        ("2026-02-30", "%Y-%m-%d", "is not a day in the format"),
        ("2026-2-3 ", "%Y-%m-%d", "is not a day in the format"),
        ("x", "%Y-%m-%d", "is not a day in the format"),
        ("2026", "%Y", "use each of %Y, %m and %d"),
        ("2026-Feb-01", "%Y-%b-%d", "no other directive"),
    ],
)
def test_other_texts_are_not_days(text: str, form: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        parse_date(text, form)


def test_the_calendar_ends() -> None:
    assert add_days(date.min, -1) == date.min
    assert add_days(date.max, 10**9) == date.max
    with pytest.raises(InvalidValue, match="stands for never"):
        Period.month(9999, 12)
    with pytest.raises(InvalidValue, match="there is no day before 0001-01-01"):
        _ = Period(date.min, date(1, 2, 1)).opening
    with pytest.raises(InvalidValue, match="month: 13 is not a month, 1 to 12"):
        Period.month(2026, 13)
    assert [str(month) for month in Period(date.min, date(1, 2, 1)).months()] == [
        "0001-02-01..0001-02-01",
        "0001-01-01..0001-01-31",
    ]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-500, 500))
def test_months_are_counted_from_the_anchor(anchor: date, months: int) -> None:
    found = add_months(anchor, months)
    assert (found.year * 12 + found.month) - (anchor.year * 12 + anchor.month) == months
    assert found.day == anchor.day or (found.day < anchor.day and add_days(found, 1).day == 1)


def test_periods() -> None:
    year = Period.year(2024)
    assert (year.days, year.opening) == (366, date(2023, 12, 31))
    assert [month.days for month in Period(date(2024, 1, 15), date(2024, 3, 10)).months()] == [10, 29, 17]
    assert date(2024, 12, 31) in year
    assert date(2025, 1, 1) not in year
    assert [str(Period.quarter(2024, n)) for n in (1, 2, 3)] == [
        "2024-01-01..2024-03-31", "2024-04-01..2024-06-30", "2024-07-01..2024-09-30",
    ]  # fmt: skip
    with pytest.raises(InvalidValue, match="last: 2024-01-01 is before the first day, 2024-01-02"):
        Period(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(InvalidValue, match="quarter: 5 is not a quarter, 1 to 4"):
        Period.quarter(2024, 5)
    with pytest.raises(InvalidValue, match="first: '2024-01-01' is not a date"):
        Period("2024-01-01", date(2024, 1, 1))  # type: ignore[arg-type]  # on purpose


MODES: dict[Rounding, str] = {
    "half up": decimal.ROUND_HALF_UP, "half even": decimal.ROUND_HALF_EVEN, "half down": decimal.ROUND_HALF_DOWN,
    "up": decimal.ROUND_UP, "down": decimal.ROUND_DOWN, "ceiling": decimal.ROUND_CEILING,
    "floor": decimal.ROUND_FLOOR, "05up": decimal.ROUND_05UP,
}  # fmt: skip


@given(st.decimals(-(10**6), 10**6, places=4), st.integers(0, 4), st.sampled_from(sorted(MODES)))
def test_every_mode_rounds_as_pythons_decimal_does(value: Decimal, places: int, mode: Rounding) -> None:
    assert rounded(value, places, mode) == value.quantize(Decimal(1).scaleb(-places), rounding=MODES[mode])
    assert set(MODES) == set(get_args(Rounding))


@given(st.decimals(-1000, 1000, places=3), st.sampled_from(["0.05", "0.10", "1", "0.25"]))
def test_cash_is_rounded_to_a_multiple_at_most_half_an_increment_away(value: Decimal, increment: str) -> None:
    found = rounded_to_increment(value, Decimal(increment))
    assert found % Decimal(increment) == 0
    assert found == rounded_to_increment(Fraction(value), Decimal(increment))
    assert abs(found - value) * 2 <= Decimal(increment)


WRONG: list[tuple[Any, str]] = [
    (lambda: rounded(Decimal(1), 2, "sideways"), "'sideways' is not one of half up, half even"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: rounded_to_increment(Decimal(1), Decimal(0)), "increment: 0 is not above zero"),
    (lambda: split(Decimal(1), [-1, 2]), "ratios: -1 is negative"),
    (lambda: split(Decimal(1), [0, 0]), "ratios: there is none above zero"),
    (lambda: split(Decimal("0.005"), [1]), "total: 0.005 is not in whole units of 2 decimals; round it first"),
    (lambda: split(Decimal(1), [1], leftover="mine"), "leftover: 'mine' is not one of largest remainder"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: currency("EURO"), "'EURO' is not in ISO 4217 \\(edition of 2026-01-01\\); mend the code"),
    (lambda: days_between(date(2026, 1, 2), date(2026, 1, 1), "ACT/360"), "end: 2026-01-01 is before the start"),
    (lambda: days_between(date(2026, 1, 1), date(2026, 1, 1), "ACT"), "'ACT' is not one of ACT/365F"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: BusinessCalendar("2026-01-01"), "holidays: '2026-01-01' is not a container of dates"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: rounded(1.5), "1.5 is a float, not an exact number; give a Decimal or an int"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: rounded(Decimal("NaN")), "not an exact number"),
    (lambda: split(Decimal(1), [0.5]), "0.5 is a float"),  # type: ignore[list-item]  # wrong on purpose
    (lambda: currency([]), r"\[\] is not in ISO 4217"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: BusinessCalendar(weekend=5), "weekend: 5 is not a frozenset"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: BusinessCalendar().is_business_day(datetime(2026, 1, 1, tzinfo=UTC)), "a datetime is not a day"),
    (lambda: BusinessCalendar().add_business_days(date(2026, 1, 1), 1.5), "days: 1.5 is not a whole number"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: BusinessCalendar().add_months(date(2026, 1, 31), 1, "back", end_of_month=True), "'back' is not one of"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: add_months("2026-01-01", 1), "anchor: '2026-01-01' is a str: give a datetime.date"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: Period.year(0), "0 is not a year of the calendar"),
    (lambda: Period.quarter(0, 1), "year: 0 is not a year of the calendar"),
    (lambda: Period.rolling(date(2026, 1, 1), months=1.5), "months: 1.5 is not a whole number"),  # type: ignore[arg-type]  # wrong on purpose
    (lambda: BusinessCalendar([1]), "holidays: 1 is not a date"),  # type: ignore[list-item]  # wrong on purpose
    (lambda: BusinessCalendar(weekend=frozenset(range(7))), "weekend: a week has a business day"),
    (lambda: BusinessCalendar().roll(date(2026, 1, 3), "back"), "'back' is not one of unadjusted, following"),  # type: ignore[arg-type]  # wrong on purpose
]


@pytest.mark.parametrize(("call", "message"), WRONG, ids=[message for _, message in WRONG])
def test_wrong_calls_are_refused_in_words(call: Any, message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        call()


def test_currencies_come_and_go() -> None:
    assert date(2026, 1, 1) == EDITION
    assert len(currencies()) > 200
    assert (currency("EUR").first, currency("EUR").last) == (date(1999, 1, 1), None)
    assert [currency("BGN").is_valid_on(day) for day in (date(2025, 12, 31), date(2026, 1, 1))] == [True, False]
    assert [minor_units(code) for code in ("ITL", "DEM", "UYW", "TND")] == [0, 2, 4, 3]
    assert smallest_amount("JPY") == 1
    with pytest.raises(Undefined, match="no minor unit"):
        minor_units("XDR")


class Always(Container[date]):
    """A calendar on which every day is a holiday; as unhashable as an object of the holidays package."""

    __hash__ = None  # type: ignore[assignment]  # the point of it

    def __contains__(self, day: object) -> bool:
        return True


def test_any_container_of_dates_is_a_calendar() -> None:
    mondays = BusinessCalendar({date(2026, 7, 6): "a Monday"})
    assert mondays == BusinessCalendar(frozenset({date(2026, 7, 6)}))
    assert pickle.loads(pickle.dumps(mondays)) == mondays
    always = Always()
    assert isinstance(hash(BusinessCalendar(always)), int)
    assert BusinessCalendar(always) == BusinessCalendar(always) != BusinessCalendar(Always())
    with pytest.raises(InvalidValue, match="no business day within a year of 2026-07-06; mend the holidays"):
        BusinessCalendar(Always()).seek(date(2026, 7, 6), 1)
    friday_and_saturday = BusinessCalendar(weekend=frozenset({4, 5}))
    assert friday_and_saturday.roll(date(2026, 7, 3), "following") == date(2026, 7, 5)


def test_business_days_are_added_and_taken_away() -> None:
    week = BusinessCalendar({date(2026, 7, 3)})
    assert week.add_business_days(date(2026, 7, 4), 0) == date(2026, 7, 6)
    assert week.add_business_days(date(2026, 7, 6), -1) == date(2026, 7, 2)
    assert week.add_business_days(date(2026, 7, 1), 5) == date(2026, 7, 9)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 2000), st.sampled_from(get_args(DayCount)))
def test_a_day_count_is_never_negative_and_a_fraction_of_it(start: date, length: int, convention: DayCount) -> None:
    end = add_days(start, length)
    counted, part = days_between(start, end, convention), year_fraction(start, end, convention)
    assert -1 <= counted - length <= 2 or convention.startswith("30")
    assert abs(counted - length) <= 3 + length // 60
    if convention == "ACT/ACT ISDA":
        middle = add_days(start, length // 2)
        assert part == year_fraction(start, middle, convention) + year_fraction(middle, end, convention)
    else:
        assert part == Fraction(counted, 365 if convention == "ACT/365F" else 360)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(1, 24))
def test_rolling_periods_of_successive_month_ends_adjoin(day: date, months: int) -> None:
    last = month_end(day)
    whole = Period.rolling(last, months=months)
    assert whole.first.day == 1
    before = Period.rolling(whole.opening, months=1)
    assert add_days(before.last, 1) == whole.first
    assert Period.rolling(day, months=months).last == day


def test_months_stop_at_the_ends_of_the_calendar() -> None:
    assert add_months(date(9999, 12, 1), 1) == date.max
    assert add_months(date(1, 1, 5), -1) == date.min


def test_the_last_whole_years() -> None:
    assert str(Period.year(9998)) == "9998-01-01..9998-12-31"
    with pytest.raises(InvalidValue, match="9999-12-31 stands for never"):
        Period.year(9999)


def test_who_gets_the_units_left_over_is_one_of_some_names() -> None:
    with pytest.raises(InvalidValue, match="leftover: 'nobody' is not one of"):
        split(Decimal(1), [1, 1], leftover="nobody")  # type: ignore[arg-type]  # on purpose


def test_months_go_back_to_the_first_of_the_calendar() -> None:
    assert add_months(date(1, 2, 5), -1) == date(1, 1, 5)
    assert (add_months(date(1, 2, 5), -2), add_months(date(9999, 11, 5), 2)) == (date.min, date.max)
    assert add_months(date(9999, 11, 5), 1) == date(9999, 12, 5)


def test_from_one_end_of_february_to_another_are_whole_years() -> None:
    assert days_between(date(2024, 2, 29), date(2026, 2, 28), "30U/360") == 720
    assert days_between(date(2024, 2, 29), date(2026, 3, 31), "30U/360") == 750
    assert days_between(date(2024, 2, 28), date(2026, 2, 28), "30U/360") == 720


def test_a_period_of_one_day_touches_one_month() -> None:
    day = Period(date(2026, 1, 31), date(2026, 1, 31))
    assert list(day.months()) == [day]
    assert [str(each) for each in Period(day.first, date(2026, 2, 1)).months()] == [
        "2026-02-01..2026-02-01",
        "2026-01-31..2026-01-31",
    ]


def test_a_leftover_that_nobody_knows_is_refused() -> None:
    with pytest.raises(InvalidValue, match="leftover: 'mine' is not one of"):
        split(Decimal("1.00"), [1, 1], leftover="mine")  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize(
    ("mode", "up", "down"),
    [
        ("ceiling", 3, -2),
        ("floor", 2, -3),
        ("up", 3, -3),
        ("down", 2, -2),
        ("half up", 3, -3),
        ("half down", 2, -2),
        ("half even", 2, -2),
    ],
)
def test_fractions_are_rounded_by_every_mode_on_both_sides_of_zero(mode: Any, up: int, down: int) -> None:
    assert rounded(Fraction(5, 2), 0, mode) == up
    assert rounded(Fraction(-5, 2), 0, mode) == down
