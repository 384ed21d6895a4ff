"""Terms that a statute gives: the one that holds where nothing was agreed, and the longest that may be."""

from __future__ import annotations

from datetime import date

from dunning._base.bounds import Positive
from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning.dates import BusinessCalendar, Roll, add_days
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.terms.agreed import Terms
from dunning.terms.deadlines import MONTH_BASED, Deadline


@frozen
class StatutoryTerm:
    """A period that the law gives: its last day, and the first day on which interest runs."""

    last_day: date
    interest_from: date


@checked
def statutory_term(
    start: Day,
    days: Positive,
    *,
    start_day_counts: bool = False,
    max_days: Positive | None = None,
    roll: Roll = "unadjusted",
    calendar: BusinessCalendar | None = None,
) -> StatutoryTerm:
    """The end of a period of days that begins with an event (receipt, acceptance, notice of the amount).

    Args:
        start: the day of the event.
        days: the length agreed or given by law.
        start_day_counts: whether the day of the event is the first day (UK: beginning with the day), or the day after.
        max_days: a longest period, to which a longer one agreed is cut.
        roll: what becomes of a last day that is not a business day.
        calendar: the business days, needed for a roll.

    >>> statutory_term(date(2026, 4, 1), 60, max_days=45).last_day
    datetime.date(2026, 5, 16)
    """
    days = days if max_days is None else min(days, max_days)
    last = add_days(start, days - 1 if start_day_counts else days)
    if roll != "unadjusted":
        if calendar is None:
            raise InvalidValue("statutory_term", (f"calendar: the {roll} business day needs one",))
        last = calendar.roll(last, roll)
    return StatutoryTerm(last, add_days(last, 1))


@frozen
class MaximumTerm:
    """The longest payment terms that a law admits, as data: see `dunning.presets.statutes`.

    `longest` holds deadlines: the first for terms in days, and one in months' ends, where the law has another for them.
    `exceptions` says in words when longer terms stand. `effective_to` is None while it is in force; `status` and
    `checked_on` say what was known about it, and when that was looked up.
    """

    id: str
    longest: tuple[Deadline, ...]
    source: str
    effective_from: date
    effective_to: date | None
    status: str
    checked_on: date
    exceptions: str = ""


@checked
def days_over(terms: Terms, maximum: MaximumTerm, *, issued: Day) -> int:
    """By how many days terms go beyond a statutory maximum for an invoice date; 0 when they are within it.

    Raises:
        InvalidValue: the law was not in effect on that date.
    """
    if issued < maximum.effective_from or (maximum.effective_to is not None and issued > maximum.effective_to):
        span = f"{maximum.effective_from} to {maximum.effective_to or 'now'}"
        raise InvalidValue("days_over", (f"{maximum.id} is in effect from {span}, not on {issued}",))
    over = 0
    for part in terms.parts:
        in_months = "eom" in part.deadline.rule or part.deadline.rule in MONTH_BASED
        limit = maximum.longest[-1 if in_months else 0].date_for(issued)
        over = max(over, (part.deadline.date_for(issued, cutoff=terms.cutoff) - limit).days)
    return over
