"""Days, months and periods: what is a day, how months are counted, and the spans that reports are about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, TypeAlias

from dateutil.relativedelta import relativedelta

from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, is_date, quoted
from dunning._base.noun import frozen
from dunning.errors import InvalidValue

NEVER_ENDS = date.max
"""The day that never comes: the end of what is open without an end. Unlike None it compares with days."""

_FORMAT_PARTS = {"%Y": r"(?P<Y>\d{4})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}


def require_day(name: str, value: object) -> None:
    """Refuse anything but a plain day; the last day of the calendar is one too.

    Raises:
        InvalidValue: the value is not a date, or is a datetime.
    """
    if not is_date(value):
        hint = ": a datetime is not a day, give .date()" if isinstance(value, datetime) else ": give a datetime.date"
        raise InvalidValue(str(name), (f"{quoted(value)} is a {type(value).__name__}{hint}",))


def require_date(name: str, value: object) -> None:
    """Refuse anything but a plain day that can be asked about.

    Raises:
        InvalidValue: the value is not a date, or is a datetime, or is the last day of the calendar, which means never.
    """
    if value == NEVER_ENDS:
        raise InvalidValue(str(name), (f"{NEVER_ENDS} stands for never: ask about an earlier day",))
    require_day(name, value)


@lru_cache(maxsize=64)
def _pattern_of(date_format: str) -> re.Pattern[str]:
    """What a day looks like in a format."""
    pattern = re.sub(r"%.", lambda part: _FORMAT_PARTS.get(part[0], "\0"), re.sub(r"[^%\w]", r"\\\g<0>", date_format))
    if "\0" in pattern or not all(f"(?P<{part}>" in pattern for part in "Ymd"):
        raise InvalidValue("date_format", (f"{date_format!r}: use each of %Y, %m and %d, and no other directive",))
    return re.compile(pattern, re.ASCII)


@guarded
def parse_date(text: str, date_format: str = "%Y-%m-%d") -> date:
    """Read a day from text in a format made of `%Y`, `%m` and `%d`, independent of locale; padding is optional.

    Raises:
        InvalidValue: the format has other directives, or the text is not a day in that format.

    >>> parse_date("4/6/2013", "%m/%d/%Y")
    datetime.date(2013, 4, 6)
    """
    match = _pattern_of(date_format).fullmatch(text)
    try:
        return date(int(match["Y"]), int(match["m"]), int(match["d"])) if match else date(0, 0, 0)
    except ValueError:
        raise InvalidValue("date", (f"{text!r} is not a day in the format {date_format!r}",)) from None


@guarded
def add_days(day: date, days: int) -> date:
    """The day `days` later (earlier when negative); beyond the calendar's ends it is the calendar's first or last day.

    >>> add_days(date(2026, 2, 27), 2), add_days(date.max, 1)
    (datetime.date(2026, 3, 1), datetime.date(9999, 12, 31))
    """
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


_CALENDAR_DAYS, _CALENDAR_MONTHS = 3_652_059, 119_988


def _require_whole(name: str, value: object, most: int | None = None) -> None:
    if type(value) is not int:
        raise InvalidValue(name, (f"{quoted(value)} is not a whole number",))
    if most is not None and abs(value) > most:
        raise InvalidValue(name, (f"{quoted(value)} is more than the calendar has, {most:,}",))


@guarded
def is_month_end(day: date) -> bool:
    """Whether a day is the last of its month."""
    return day == month_end(day)


@guarded
def month_end(day: date) -> date:
    """The last day of a day's month.

    >>> month_end(date(2024, 2, 10))
    datetime.date(2024, 2, 29)
    """
    return day + relativedelta(day=31)


@guarded
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


@guarded
def monthly(anchor: date, count: int, *, end_of_month: bool = False) -> tuple[date, ...]:
    """The anchor and the same day of the following months, `count` days in all; short months are not skipped.

    >>> [str(day) for day in monthly(date(2026, 1, 31), 3)]
    ['2026-01-31', '2026-02-28', '2026-03-31']
    """
    _require_whole("count", count, _CALENDAR_MONTHS)
    return tuple(add_months(anchor, number, end_of_month=end_of_month) for number in range(count))


Year: TypeAlias = Annotated[
    int, Must("1 <= {0} <= 9999", "a year of the calendar, 1 to 9999", schema={"minimum": 1, "maximum": 9999})
]
Quarter: TypeAlias = Annotated[int, Must("1 <= {0} <= 4", "a quarter, 1 to 4", schema={"minimum": 1, "maximum": 4})]
Month: TypeAlias = Annotated[int, Must("1 <= {0} <= 12", "a month, 1 to 12", schema={"minimum": 1, "maximum": 12})]
Day: TypeAlias = Annotated[
    date,
    Must(
        "{0} != never",
        f"{{0}}, before {NEVER_ENDS}, which stands for never",
        f"{NEVER_ENDS} stands for never; ask about an earlier day",
        never=NEVER_ENDS,
    ),
]
"""A day that can be asked about."""


@frozen
class Period:
    """A span of days from `first` to `last`, both in it, as accountants speak.

    The opening balance of a period is the balance at the end of the day before `first`.

    >>> Period(date(2026, 1, 1), date(2026, 1, 31)).days
    31
    """

    first: Day
    last: Day

    def _rules(self) -> Iterator[str]:
        if self.last < self.first:
            yield f"last: {self.last} is before the first day, {self.first}"

    @classmethod
    @checked
    def month(cls, year: Year, month: Month) -> Period:
        """A calendar month.

        >>> str(Period.month(2024, 2))
        '2024-02-01..2024-02-29'
        """
        first = date(year, month, 1)
        return cls(first, month_end(first))

    @classmethod
    @checked
    def year(cls, year: Year) -> Period:
        """A calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    @checked
    def quarter(cls, year: Year, quarter: Quarter) -> Period:
        """A calendar quarter, 1 to 4.

        >>> str(Period.quarter(2012, 4))
        '2012-10-01..2012-12-31'
        """
        return cls(cls.month(year, 3 * quarter - 2).first, cls.month(year, 3 * quarter).last)

    @classmethod
    @guarded
    def ending(cls, last: date, *, days: int) -> Period:
        """The `days` days that end with `last`.

        >>> str(Period.ending(date(2012, 12, 31), days=90))
        '2012-10-03..2012-12-31'
        """
        _require_whole("days", days)
        return cls(add_days(last, 1 - days), last)

    @classmethod
    @guarded
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
