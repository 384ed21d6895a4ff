"""What is read of a case on a day: the figures that the guards of a policy's table compare."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from dunning._base.names import means
from dunning.amounts import ZERO, quotient
from dunning.dates import BusinessCalendar, month_end
from dunning.decision.account_review import own_names
from dunning.decision.held import Item
from dunning.decision.ready import TIMES
from dunning.measures import Value
from dunning.policy.compile import is_before

if TYPE_CHECKING:
    from dunning.decision.ruling import Case

_ALL_TIME = 10**6
"""More days than a guard waits for."""

Free = tuple[Item, Decimal, int]
"""An item, what of it may be dunned, and its days past due."""


class Readings(dict[str, Value]):
    """The readings of some debts on a day: the usual ones are put in, the others are worked out when a guard asks."""

    __slots__ = ("case", "day", "free", "state")

    case: Case
    day: int
    free: list[Free]
    state: int

    def __missing__(self, name: str) -> Value:
        if name.startswith("case_days_past_month_end"):
            oldest = self["case_days_past_due"]
            return self.day - month_end_of(self.day - oldest, name) if isinstance(oldest, int) else None
        if name.startswith("case_due_within"):
            return _due_within(self, name)
        if name.startswith("case_business_days"):
            return _business_days(self, name)
        figure = _FIGURES.get(name)
        value = self.case.standing(self.day)[name] if figure is None else figure(self)
        self[name] = value
        return value


class InTime(dict[str, Value]):
    """Readings as if all time had passed: what no days, but only amounts and conditions keep from coming."""

    def __init__(self, readings: Readings) -> None:
        super().__init__()
        self.readings = readings

    def __missing__(self, name: str) -> Value:
        if name == "frozen":
            return 0
        if name in TIMES or name.startswith("case_days_past_month_end"):
            return _ALL_TIME
        if name == "case_share":
            return _share(self.readings, "case_balance")
        owed = name == "case_overdue" or name.startswith("case_due_within")
        return self.readings["case_balance" if owed else name]


def month_end_of(due: int, measure: str) -> int:
    """The end of the month in which the days in brackets behind a measure's name are reached."""
    days = int(measure.partition("[")[2].removesuffix("]"))
    return month_end(date.fromordinal(due + days)).toordinal()


def _days_since_issue(readings: Readings) -> int | None:
    return max((readings.day - each.item.issued.toordinal() for each, _, _ in readings.free), default=None)


def _days_past_due_ahead(readings: Readings) -> int | None:
    oldest, calendar = readings["case_days_past_due"], readings.case.ready.settings.calendar
    if calendar is None or not isinstance(oldest, int):
        return None
    opens = calendar.seek(date.fromordinal(readings.day + 1), 1).toordinal()
    return oldest + opens - 1 - readings.day


def days_ahead(readings: Readings, target: int) -> int:
    """How many days a level before the due date looks ahead, so that a closed day does not make it late."""
    calendar = readings.case.ready.settings.calendar
    level = readings.case.ready.levels[target]
    if calendar is None or level is None or not is_before(level):
        return 0
    if level.business_days and level.after is not None:
        return _last_due(calendar, readings.day, -level.after) - readings.day + level.after
    return calendar.seek(date.fromordinal(readings.day + 1), 1).toordinal() - 1 - readings.day


def _due_within(readings: Readings, measure: str) -> Decimal:
    """What is due by so many days from now, or from the eve of our next business day."""
    within = int(measure.partition("[")[2].removesuffix("]") or 0)
    calendar = readings.case.ready.settings.calendar
    if calendar is not None and "business" in measure:
        within = _last_due(calendar, readings.day, within) - readings.day
    elif within and calendar is not None:
        within += calendar.seek(date.fromordinal(readings.day + 1), 1).toordinal() - 1 - readings.day
    return sum([amount for _, amount, late in readings.free if late >= -within], ZERO)


def _last_due(calendar: BusinessCalendar, day: int, business_days: int) -> int:
    """The last due date that lies so many business days ahead of a day, or fewer."""
    found = calendar.add_business_days(date.fromordinal(day), business_days + 1)
    return found.toordinal() - 1


def _business_days(readings: Readings, measure: str) -> int | None:
    """A number of days of the case, counted in business days."""
    calendar, days = readings.case.ready.settings.calendar, readings[measure.replace("_business", "")]
    if calendar is None or not isinstance(days, int):
        return None
    return calendar.business_days(date.fromordinal(readings.day - days), date.fromordinal(readings.day))


def _frozen(readings: Readings) -> int:
    day = date.fromordinal(readings.day)
    return int(any(each.holds_on(day) for each in readings.case.ready.settings.freezes))


def _days_past_time_given(readings: Readings) -> int | None:
    given = [each.deadline for each, _, _ in readings.free if each.deadline is not None]
    return readings.day - max(given) if given else None


def _days_past_deadline(readings: Readings) -> int | None:
    deadline = readings.case.deadline
    return None if deadline is None else readings.day - deadline


def _days_since_hold(readings: Readings) -> int | None:
    ends = [end for end in readings.case.hold_ends if end <= readings.day]
    return readings.day - max(ends) if ends else None


def _share(readings: Readings, owed: str = "case_overdue") -> Decimal | None:
    total, part = readings.case.review.open, readings[owed]
    return quotient(Fraction(part) / Fraction(total)) if total and isinstance(part, Decimal) else None


def _times_given(readings: Readings) -> int:
    """How often the level was given: a letter and the call that goes with it are once."""
    counts = (item.done.items() for item, _, _ in readings.free)
    return max((times for done in counts for (level, _), times in done if level == readings.state), default=0)


def _queued(readings: Readings) -> int:
    case = readings.case
    if case.ready.settings.unit == "account":
        return len(case.review.queued)
    own = own_names(case.items)
    return sum(1 for each in case.review.queued if means(each.items, own))


def _broken_promises(readings: Readings) -> int:
    last = readings.case.last
    return sum(1 for day in readings.case.broken_days() if day <= readings.day and (last is None or day > last))


def _business_day(readings: Readings) -> int:
    calendar = readings.case.ready.settings.calendar
    return int(calendar is None or calendar.is_business_day(date.fromordinal(readings.day)))


_FIGURES: dict[str, Callable[[Readings], Value]] = {
    "case_days_past_due_ahead": _days_past_due_ahead,
    "case_days_since_issue": _days_since_issue,
    "case_days_past_deadline": _days_past_deadline,
    "case_days_past_time_given": _days_past_time_given,
    "case_days_since_hold": _days_since_hold,
    "case_share": _share,
    "case_notices": lambda readings: len(readings.case.notices),
    "case_times_given": _times_given,
    "case_queued": _queued,
    "customer_queued": lambda readings: len(readings.case.review.queued),
    "case_broken_promises": _broken_promises,
    "credit_stopped": lambda readings: int(readings.case.review.credit_stop() is not None),
    "business_day": _business_day,
    "frozen": _frozen,
}
"""The readings that are worked out when asked for; what is not here either is a measure of the account."""
