"""Days, months, periods, business days and day counts: calendar arithmetic without a clock.

A day is a `datetime.date`. A `datetime` is a `date` to Python but not to accounts receivable (it would make
"days past due" depend on the hour), so it is refused wherever a day is meant. Months are counted from an anchor:
31 January plus one month is 28 February, plus two months is 31 March. Business days are what the caller's calendar
says: weekend days and holidays are data. A day count convention says how many days, and what part of a year, lie
between two dates. This is the only module that imports dateutil.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal, TypeAlias, cast

import attrs
from dateutil.relativedelta import relativedelta

from dunning._attrs import frozen
from dunning.errors import InvalidValue

__all__ = [
    "NEVER_ENDS",
    "BusinessCalendar",
    "DayCount",
    "Period",
    "Roll",
    "add_days",
    "add_months",
    "days_between",
    "is_date",
    "is_month_end",
    "month_end",
    "monthly",
    "parse_date",
    "require_date",
    "require_day",
    "year_fraction",
]

Roll: TypeAlias = Literal["unadjusted", "following", "modified following", "preceding", "modified preceding", "nearest"]
"""What becomes of a date that is not a business day."""

DayCount: TypeAlias = Literal["ACT/365F", "ACT/360", "ACT/ACT ISDA", "30/360", "30U/360", "30E/360", "30E/360 ISDA"]
"""How days and parts of a year are counted between two dates; see `year_fraction`."""

NEVER_ENDS = date.max
"""The day that never comes: the end of what is open without an end."""

_FORMAT_PARTS = {"%Y": r"(?P<Y>\d{4})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}


def is_date(value: object) -> bool:
    """Whether a value is a plain day: a `date` that is not a `datetime`."""
    return isinstance(value, date) and not isinstance(value, datetime)


def require_day(name: str, value: object) -> None:
    """Refuse anything but a plain day; the last day of the calendar is one too.

    Raises:
        InvalidValue: the value is not a date, or is a datetime.
    """
    if not is_date(value):
        hint = ": a datetime is not a day, give .date()" if isinstance(value, datetime) else ": give a datetime.date"
        raise InvalidValue(name, (f"{value!r} is a {type(value).__name__}{hint}",))


def require_date(name: str, value: object) -> None:
    """Refuse anything but a plain day that can be asked about.

    Raises:
        InvalidValue: the value is not a date, or is a datetime, or is the last day of the calendar, which means never.
    """
    if value == NEVER_ENDS:
        raise InvalidValue(name, (f"{NEVER_ENDS} stands for never: ask about an earlier day",))
    require_day(name, value)


def parse_date(text: str, date_format: str = "%Y-%m-%d") -> date:
    """Read a day from text in a format made of `%Y`, `%m` and `%d`, independent of locale; padding is optional.

    Raises:
        InvalidValue: the format has other directives, or the text is not a day in that format.

    >>> parse_date("4/6/2013", "%m/%d/%Y")
    datetime.date(2013, 4, 6)
    """
    pattern = re.sub(r"%.", lambda part: _FORMAT_PARTS.get(part[0], "\0"), re.sub(r"[^%\w]", r"\\\g<0>", date_format))
    if "\0" in pattern or not all(f"(?P<{part}>" in pattern for part in "Ymd"):
        raise InvalidValue("date_format", (f"{date_format!r}: use each of %Y, %m and %d, and no other directive",))
    match = re.fullmatch(pattern, text, re.ASCII)
    try:
        return date(int(match["Y"]), int(match["m"]), int(match["d"])) if match else date(0, 0, 0)
    except ValueError:
        raise InvalidValue("date", (f"{text!r} is not a day in the format {date_format!r}",)) from None


def add_days(day: date, days: int) -> date:
    """The day `days` later (earlier when negative); beyond the calendar's ends it is the calendar's first or last day.

    >>> add_days(date(2026, 2, 27), 2), add_days(date.max, 1)
    (datetime.date(2026, 3, 1), datetime.date(9999, 12, 31))
    """
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _require_whole(name: str, value: object) -> None:
    if type(value) is not int:
        raise InvalidValue(name, (f"{value!r} is not a whole number",))


def is_month_end(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day == month_end(day)


def month_end(day: date) -> date:
    """The last day of a day's month.

    >>> month_end(date(2024, 2, 10))
    datetime.date(2024, 2, 29)
    """
    return day + relativedelta(day=31)


def add_months(anchor: date, months: int, *, end_of_month: bool = False) -> date:
    """The same day of the month `months` later, clamped to that month's end; always counted from the anchor.

    With `end_of_month`, an anchor that is the last day of its month gives the last day. Beyond the calendar's ends it
    is the calendar's first or last day.

    >>> add_months(date(2026, 1, 31), 1), add_months(date(2026, 1, 31), 2)
    (datetime.date(2026, 2, 28), datetime.date(2026, 3, 31))
    >>> add_months(date(2026, 2, 28), 1), add_months(date(2026, 2, 28), 1, end_of_month=True)
    (datetime.date(2026, 3, 28), datetime.date(2026, 3, 31))
    """
    require_day("anchor", anchor)
    month = 12 * anchor.year + anchor.month - 1 + months
    if not 12 <= month < 12 * 10_000:
        return date.min if months < 0 else date.max
    moved = anchor + relativedelta(months=months)
    return month_end(moved) if end_of_month and is_month_end(anchor) else moved


def monthly(anchor: date, count: int, *, end_of_month: bool = False) -> tuple[date, ...]:
    """The anchor and the same day of the following months, `count` days in all; short months are not skipped.

    >>> [str(day) for day in monthly(date(2026, 1, 31), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    return tuple(add_months(anchor, number, end_of_month=end_of_month) for number in range(count))


@frozen
class Period:
    """A span of days from `first` to `last`, both in it, as accountants speak.

    The opening balance of a period is the balance at the end of the day before `first`.

    >>> Period(date(2026, 1, 1), date(2026, 1, 31)).days
    31
    """

    first: date
    last: date

    def __attrs_post_init__(self) -> None:
        require_date("Period.first", self.first)
        require_date("Period.last", self.last)
        if self.last < self.first:
            raise InvalidValue("Period", (f"last: {self.last} is before the first day, {self.first}",))

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """A calendar month.

        >>> str(Period.month(2024, 2))
        '2024-02-01..2024-02-29'
        """
        if not (type(year) is int and 1 <= year <= 9999 and type(month) is int and 1 <= month <= 12):
            raise InvalidValue("Period.month", (f"{year!r}-{month!r} is not a month of the calendar",))
        first = date(year, month, 1)
        return cls(first, month_end(first))

    @classmethod
    def year(cls, year: int) -> Period:
        """A calendar year."""
        if type(year) is not int or not 1 <= year <= 9998:
            raise InvalidValue("Period.year", (f"{year!r} is not a year of the calendar",))
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """A calendar quarter, 1 to 4.

        >>> str(Period.quarter(2012, 4))
        '2012-10-01..2012-12-31'
        """
        if quarter not in (1, 2, 3, 4):
            raise InvalidValue("quarter", (f"{quarter!r} is not one of 1, 2, 3, 4",))
        return cls(cls.month(year, 3 * quarter - 2).first, cls.month(year, 3 * quarter).last)

    @classmethod
    def ending(cls, last: date, *, days: int) -> Period:
        """The `days` days that end with `last`.

        >>> str(Period.ending(date(2012, 12, 31), days=90))
        '2012-10-03..2012-12-31'
        """
        _require_whole("days", days)
        return cls(add_days(last, 1 - days), last)

    @classmethod
    def rolling(cls, last: date, *, months: int = 12) -> Period:
        """The `months` months that end with `last`; whole calendar months where it is the last day of its month.

        >>> str(Period.rolling(date(2026, 2, 28), months=12)), str(Period.rolling(date(2026, 5, 15), months=1))
        ('2025-03-01..2026-02-28', '2026-04-16..2026-05-15')
        """
        _require_whole("months", months)
        return cls(add_days(add_months(last, -months, end_of_month=True), 1), last)

    @property
    def days(self) -> int:
        """How many days are in the period, both ends counted."""
        return (self.last - self.first).days + 1

    @property
    def opening(self) -> date:
        """The day whose closing balance is the period's opening balance: the day before the first."""
        if self.first == date.min:
            raise InvalidValue("Period.opening", (f"there is no day before {self.first}",))
        return self.first - timedelta(days=1)

    def months(self) -> Iterator[Period]:
        """The calendar months that the period touches, each cut to the period, the newest first."""
        last = self.last
        while last >= self.first:
            first = max(last.replace(day=1), self.first)
            yield Period(first, last)
            if first == date.min:
                return
            last = first - timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


_ROLLS: Mapping[str, Callable[[BusinessCalendar, date], date]] = {
    # convention: the business day in place of a day that is none
    "unadjusted": lambda calendar, day: day,
    "following": lambda calendar, day: calendar.seek(day, 1),
    "modified following": lambda calendar, day: calendar.seek_within_month(day, 1),
    "preceding": lambda calendar, day: calendar.seek(day, -1),
    "modified preceding": lambda calendar, day: calendar.seek_within_month(day, -1),
    "nearest": lambda calendar, day: min(
        calendar.seek(day, 1), calendar.seek(day, -1), key=lambda found: abs((found - day).days)
    ),
}


def _as_holidays(value: Any) -> Any:
    """Plain collections are copied into a frozen set; any other container of dates is asked as it is."""
    return frozenset(cast("Iterable[Any]", value)) if type(value) in (set, list, tuple, dict) else value


def _as_weekend(value: Any) -> Any:
    return frozenset[Any](cast("Any", value)) if isinstance(value, Iterable) else value


_NO_HOLIDAYS: frozenset[date] = frozenset()


def _require_roll(convention: str) -> None:
    if convention not in _ROLLS:
        raise InvalidValue("roll", (f"{convention!r} is not one of {', '.join(_ROLLS)}",))


def _own_or_same(holidays: Any) -> Any:
    """Sets are compared by what is in them; other containers may fill themselves as they are asked, so by identity."""
    return cast("object", holidays) if isinstance(holidays, frozenset) else id(holidays)


@frozen
class BusinessCalendar:
    """Which days are business days, as data: the weekend's days (Monday is 0) and the holidays.

    `holidays` is anything that answers `day in holidays`: a set of dates, or an object of the `holidays` package. Sets
    of dates are compared by their dates, other containers by identity, since they may fill themselves when asked.

    Raises:
        InvalidValue: a weekend without end, or holidays that are not dates.

    >>> england = BusinessCalendar({date(2026, 12, 25), date(2026, 12, 28)})
    >>> england.is_business_day(date(2026, 12, 26)), england.roll(date(2026, 12, 26), "following")
    (False, datetime.date(2026, 12, 29))
    """

    holidays: Container[date] = attrs.field(default=_NO_HOLIDAYS, converter=_as_holidays, eq=_own_or_same, hash=False)
    weekend: frozenset[int] = attrs.field(default=frozenset({5, 6}), converter=_as_weekend, kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if isinstance(self.holidays, str) or not isinstance(cast("object", self.holidays), Container):
            faults.append(f"holidays: {self.holidays!r} is not a container of dates")
        elif isinstance(self.holidays, frozenset):
            strangers = [day for day in cast("frozenset[object]", self.holidays) if not is_date(day)]
            faults += [f"holidays: {day!r} is not a date" for day in sorted(strangers, key=repr)]
        weekend: Any = self.weekend
        if not isinstance(weekend, frozenset) or not weekend < frozenset(range(7)):
            faults.append(f"weekend: {weekend!r} are not some of the days 0 (Monday) to 6 (Sunday)")
        if faults:
            raise InvalidValue("BusinessCalendar", faults)

    def is_business_day(self, day: date) -> bool:
        """Whether a day is neither on the weekend nor a holiday."""
        require_day("day", day)
        return day.weekday() not in self.weekend and day not in self.holidays

    def seek(self, day: date, step: Literal[1, -1]) -> date:
        """The first business day from a day on (the day itself included), forwards or backwards.

        Raises:
            InvalidValue: there is none within a year.
        """
        for distance in range(367):
            found = add_days(day, step * distance)
            if self.is_business_day(found):
                return found
        raise InvalidValue("BusinessCalendar", (f"no business day within a year of {day}; mend the holidays",))

    def seek_within_month(self, day: date, step: Literal[1, -1]) -> date:
        """The first business day from a day on; in the other direction where that would leave the month."""
        found = self.seek(day, step)
        return found if found.month == day.month else self.seek(day, -1 if step == 1 else 1)

    def roll(self, day: date, convention: Roll) -> date:
        """The business day in place of a day; a business day never moves.

        *Modified* conventions turn round rather than leave the month; of two equally near, *nearest* is the following.

        Raises:
            InvalidValue: there is no such convention.
        """
        _require_roll(convention)
        return day if self.is_business_day(day) else _ROLLS[convention](self, day)

    def add_business_days(self, day: date, days: int) -> date:
        """The business day `days` business days later (earlier when negative); 0 is the day itself, rolled forwards.

        >>> BusinessCalendar({date(2026, 7, 3)}).add_business_days(date(2026, 7, 2), 1)
        datetime.date(2026, 7, 6)
        """
        _require_whole("days", days)
        step: Literal[1, -1] = 1 if days >= 0 else -1
        found = day if days else self.seek(day, 1)
        for _ in range(abs(days)):
            found = self.seek(add_days(found, step), step)
        return found

    def add_months(self, anchor: date, months: int, convention: Roll, *, end_of_month: bool = False) -> date:
        """`add_months`, rolled; with `end_of_month`, a month's last day gives the last business day of the month.

        >>> BusinessCalendar().add_months(date(2015, 1, 31), 1, "following", end_of_month=True)
        datetime.date(2015, 2, 27)
        """
        _require_roll(convention)
        moved = add_months(anchor, months, end_of_month=end_of_month)
        at_end = end_of_month and is_month_end(anchor) and convention != "unadjusted"
        return self.roll(moved, "preceding" if at_end else convention)


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
