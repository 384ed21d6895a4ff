"""Days, months, periods, business days and day counts: calendar arithmetic without a clock.

A day is a `datetime.date`. A `datetime` is a `date` to Python but not to accounts receivable (it would make
"days past due" depend on the hour), so it is refused wherever a day is meant. Months are counted from an anchor:
31 January plus one month is 28 February, plus two months is 31 March. Business days are what the caller's calendar
says: weekend days and holidays are data. A day count convention says how many days, and what part of a year, lie
between two dates. This is the only module that imports dateutil.
"""

from __future__ import annotations

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

from dunning._base.kinds import is_date
from dunning.dates.calendars import BusinessCalendar, Roll
from dunning.dates.day_counts import DayCount, days_between, year_fraction
from dunning.dates.days import (
    NEVER_ENDS,
    Period,
    add_days,
    add_months,
    is_month_end,
    month_end,
    monthly,
    parse_date,
    require_date,
    require_day,
)
