"""Business days: which days are none, and which day stands in for them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from datetime import date
from typing import Any, Literal, TypeAlias, cast

import attrs

from dunning._base.bounds import Weekday
from dunning._base.guards import guarded, lenient
from dunning._base.kinds import is_date
from dunning._base.noun import frozen
from dunning.dates.days import (
    _CALENDAR_DAYS,
    _require_whole,
    add_days,
    add_months,
    is_month_end,
    require_day,
)
from dunning.errors import InvalidValue

Roll: TypeAlias = Literal["unadjusted", "following", "modified following", "preceding", "modified preceding", "nearest"]
"""What becomes of a date that is not a business day."""


def _as_holidays(value: Any) -> Any:
    """Plain collections are copied into a frozen set; any other container of dates is asked as it is."""
    return lenient(frozenset[Any])(value) if type(value) in (set, list, tuple, dict) else value


def _as_weekend(value: Any) -> Any:
    return lenient(frozenset[Any])(value)


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
    weekend: frozenset[Weekday] = attrs.field(default=frozenset({5, 6}), converter=_as_weekend, kw_only=True)

    def _rules(self) -> Iterator[str]:
        if isinstance(self.holidays, str):
            yield f"holidays: {self.holidays!r} is not a container of dates"
        elif isinstance(self.holidays, frozenset):
            strangers = [day for day in cast("frozenset[object]", self.holidays) if not is_date(day)]
            yield from (f"holidays: {day!r} is not a date" for day in sorted(strangers, key=repr))
        if len(self.weekend) == 7:
            yield "weekend: a week has a business day; leave at least one of 0 (Monday) to 6 (Sunday) out"

    @guarded
    def is_business_day(self, day: date) -> bool:
        """Whether a day is neither on the weekend nor a holiday."""
        require_day("day", day)
        return day.weekday() not in self.weekend and day not in self.holidays

    @guarded
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

    @guarded
    def seek_within_month(self, day: date, step: Literal[1, -1]) -> date:
        """The first business day from a day on; in the other direction where that would leave the month."""
        found = self.seek(day, step)
        return found if found.month == day.month else self.seek(day, -1 if step == 1 else 1)

    @guarded
    def roll(self, day: date, convention: Roll) -> date:
        """The business day in place of a day; a business day never moves.

        *Modified* conventions turn round rather than leave the month; of two equally near, *nearest* is the following.

        Raises:
            InvalidValue: there is no such convention.
        """
        _require_roll(convention)
        return day if self.is_business_day(day) else _ROLLS[convention](self, day)

    @guarded
    def add_business_days(self, day: date, days: int) -> date:
        """The business day `days` business days later (earlier when negative); 0 is the day itself, rolled forwards.

        >>> BusinessCalendar({date(2026, 7, 3)}).add_business_days(date(2026, 7, 2), 1)
        datetime.date(2026, 7, 6)
        """
        _require_whole("days", days, _CALENDAR_DAYS)
        step: Literal[1, -1] = 1 if days >= 0 else -1
        found = day if days else self.seek(day, 1)
        for _ in range(abs(days)):
            found = self.seek(add_days(found, step), step)
        return found

    @guarded
    def business_days(self, start: date, end: date) -> int:
        """How many business days lie behind a day, up to another one; negative where that comes before it.

        >>> BusinessCalendar().business_days(date(2026, 7, 2), date(2026, 7, 6))
        2
        """
        require_day("start", start)
        require_day("end", end)
        low, high = sorted((start.toordinal(), end.toordinal()))
        found = sum(1 for day in range(low + 1, high + 1) if self.is_business_day(date.fromordinal(day)))
        return found if end >= start else -found

    @guarded
    def add_months(self, anchor: date, months: int, convention: Roll, *, end_of_month: bool = False) -> date:
        """`add_months`, rolled; with `end_of_month`, a month's last day gives the last business day of the month.

        >>> BusinessCalendar().add_months(date(2015, 1, 31), 1, "following", end_of_month=True)
        datetime.date(2015, 2, 27)
        """
        _require_roll(convention)
        moved = add_months(anchor, months, end_of_month=end_of_month)
        at_end = end_of_month and is_month_end(anchor) and convention != "unadjusted"
        return self.roll(moved, "preceding" if at_end else convention)


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
