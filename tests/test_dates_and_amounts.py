"""Days, periods and amounts at their edges."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.amounts import fits, formatted, parse, quotient, rounded, shares
from dunning.dates import Period, add_days, add_months, parse_date
from dunning.errors import InvalidValue


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
    with pytest.raises(InvalidValue, match="9999-12-31 stands for never: ask about an earlier day"):
        Period.month(9999, 12)
    with pytest.raises(InvalidValue, match="there is no day before 0001-01-01"):
        _ = Period(date.min, date(1, 2, 1)).opening
    with pytest.raises(InvalidValue, match="2026-13 is not a month of the calendar"):
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
    with pytest.raises(InvalidValue, match="5 is not one of 1, 2, 3, 4"):
        Period.quarter(2024, 5)
    with pytest.raises(InvalidValue, match="Period.first"):
        Period("2024-01-01", date(2024, 1, 1))  # type: ignore[arg-type]  # on purpose
