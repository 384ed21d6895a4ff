"""Day counts: how many days, and what part of a year, a convention sees between two dates."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Literal, TypeAlias

from dunning._base.guards import guarded
from dunning.dates.days import (
    is_month_end,
    require_day,
)
from dunning.errors import InvalidValue

DayCount: TypeAlias = Literal["ACT/365F", "ACT/360", "ACT/ACT ISDA", "30/360", "30U/360", "30E/360", "30E/360 ISDA"]
"""How days and parts of a year are counted between two dates; see `year_fraction`."""


def _thirty(start: date, end: date, start_day: int, end_day: int) -> int:
    return 360 * (end.year - start.year) + 30 * (end.month - start.month) + end_day - start_day


def _bond_basis(start: date, end: date, _: bool) -> int:
    first = min(start.day, 30)
    return _thirty(start, end, first, 30 if end.day == 31 and first == 30 else end.day)


def _us(start: date, end: date, _: bool) -> int:
    start_in_february = start.month == 2 and is_month_end(start)
    first = 30 if start_in_february else min(start.day, 30)
    last = 30 if start_in_february and end.month == 2 and is_month_end(end) else end.day
    return _thirty(start, end, first, 30 if last == 31 and first == 30 else last)


def _european(start: date, end: date, _: bool) -> int:
    return _thirty(start, end, min(start.day, 30), min(end.day, 30))


def _european_isda(start: date, end: date, is_termination: bool) -> int:
    last = 30 if is_month_end(end) and not (is_termination and end.month == 2) else min(end.day, 30)
    return _thirty(start, end, 30 if is_month_end(start) else start.day, last)


def _actual(start: date, end: date, _: bool) -> int:
    return (end - start).days


_DAYS: Mapping[str, tuple[Callable[[date, date, bool], int], int | None]] = {
    # convention: (days between two dates, days of a year; None: of each calendar year its own)
    "ACT/365F": (_actual, 365),
    "ACT/360": (_actual, 360),
    "ACT/ACT ISDA": (_actual, None),
    "30/360": (_bond_basis, 360),
    "30U/360": (_us, 360),
    "30E/360": (_european, 360),
    "30E/360 ISDA": (_european_isda, 360),
}


@guarded
def days_between(start: date, end: date, convention: DayCount, *, is_termination: bool = False) -> int:
    """The days from one date to a later one as a convention counts them, the first date not counted.

    *ACT* conventions count calendar days. *30* conventions give every month thirty days: *30/360* (bond basis),
    *30U/360* (US: the end of February is a thirtieth), *30E/360* (Eurobond basis), *30E/360 ISDA* (the same, but the
    end of February stays when it is the termination date). Source: 2006 ISDA Definitions, section 4.16.

    Raises:
        InvalidValue: the end is before the start, or there is no such convention.

    >>> days_between(date(2007, 2, 28), date(2007, 8, 31), "30E/360")
    182
    """
    if convention not in _DAYS:
        raise InvalidValue("day count", (f"{convention!r} is not one of {', '.join(_DAYS)}",))
    require_day("start", start)
    require_day("end", end)
    if end < start:
        raise InvalidValue("day count", (f"end: {end} is before the start, {start}",))
    return _DAYS[convention][0](start, end, is_termination)


@guarded
def year_fraction(start: date, end: date, convention: DayCount, *, is_termination: bool = False) -> Fraction:
    """The part of a year between two dates, exactly; *ACT/ACT ISDA* counts the days of leap years over 366.

    Raises:
        InvalidValue: as for `days_between`.

    >>> year_fraction(date(2012, 2, 28), date(2012, 3, 28), "ACT/365F")
    Fraction(29, 365)
    """
    days = days_between(start, end, convention, is_termination=is_termination)
    basis = _DAYS[convention][1]
    if basis is not None:
        return Fraction(days, basis)
    total = Fraction(0)
    for year in range(start.year, end.year + 1):
        first, last = max(start, date(year, 1, 1)), end if year == end.year else date(year + 1, 1, 1)
        total += Fraction((last - first).days, 365 + isleap(year))
    return total
