"""How interest grows on an item, exactly: the days that bear it, the balances and rates of those days, and their sum.

A day bears interest when it lies after the due date as it stood on that day and no hold stops it, on what bears charges
at the end of the day before (`Bearing`): the due date is free, the day of payment counts. Days alike in balance and
rate make one line. Nothing is rounded here; amounts are fractions. Compound interest is carried on to 40 decimals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, pairwise
from typing import NamedTuple, TypeAlias

from dunning.amounts import ZERO
from dunning.charges.bearing import Bearing
from dunning.charges.rates import Rate, RateSeries
from dunning.charges.schedules import Method
from dunning.dates import BusinessCalendar, DayCount, add_days, add_months, year_fraction

_DAY = timedelta(days=1)


class Line(NamedTuple):
    """Successive days of one balance and one yearly rate, and the interest of them."""

    first: date
    last: date
    balance: Fraction
    rate: Decimal
    interest: Fraction


class Accrual(NamedTuple):
    """What `accrue` has to know besides the item."""

    rate: Rate
    rates: RateSeries | None
    method: Method
    day_count: DayCount
    month_days: int | None
    grace: int
    grace_is_free: bool
    calendar: BusinessCalendar | None
    longest: int | None
    not_before: date
    """Days before this one bear nothing: others have charged interest for them."""
    relief: Mapping[date, Decimal]
    """Interest that was waived, by day: it does not bear interest any more."""
    interest_paid: Callable[[date], Decimal]
    """What of the item's interest was paid by the end of a day."""


class _Run(NamedTuple):
    first: date
    last: date
    principal: Decimal


def end_of_grace(due: date, grace: int, calendar: BusinessCalendar | None) -> date:
    """The last day of grace: the next business day where it would not be one by a calendar."""
    end = add_days(due, grace)
    return end if calendar is None or not grace else calendar.roll(end, "following")


def late_days(bearing: Bearing, how: Accrual, as_of: date, *, stopped: bool = True) -> Iterator[_Run]:
    """The runs of days up to a date that bear interest, each of one principal; the principal may be zero.

    Every day on which anything may change begins a run: after a payment, after a due date or its grace, when the due
    date moves, when a hold begins or ends. Without `stopped`, as if nothing had ever stopped it.
    """
    item = bearing.item
    changes, dues = item.days_of_due()
    if not dues or not item.is_open_after(min(dues)):
        return
    not_before = how.not_before if stopped else date.min
    first_day = add_days(item.receivable.issued, 1)
    ends = {*dues, *bearing.days_of_change}
    if how.grace:
        ends |= {end_of_grace(due, how.grace, how.calendar) for due in dues}
    starts = {first_day, not_before, *changes, *(end + _DAY for end in ends if end < as_of)}
    starts |= bearing.days_of_stops if stopped else set[date]()
    begin = max(not_before, first_day)
    days = [*sorted(day for day in starts if begin <= day <= as_of), add_days(as_of, 1)]
    for first, following in pairwise(days):
        due = item.due(first)
        if due is None or first <= due or (stopped and bearing.is_stopped(first)):
            continue
        if how.grace:
            end = end_of_grace(due, how.grace, how.calendar)
            if first <= end and (how.grace_is_free or as_of <= end or not bearing.principal(end)):
                continue
        before = first - _DAY
        principal = bearing.principal(before, first) if stopped else bearing.whole(before)
        yield _Run(first, following - _DAY, principal)


def accrue(bearing: Bearing, how: Accrual, as_of: date) -> list[Line]:
    """The interest of an item up to a date, line by line."""
    late = list(late_days(bearing, how, as_of, stopped=False))
    start = next((run.first for run in late if run.principal), None)
    if start is None:
        return []
    is_free = not bearing.is_ever_stopped and how.not_before <= bearing.item.receivable.issued
    runs = _joined(late if is_free else late_days(bearing, how, as_of))
    is_compound = how.method in ("compound", "monthly rests")
    runs = [run for run in runs if run.last >= start and (is_compound or run.principal)]
    if how.longest is not None:
        end = add_days(start, how.longest - 1)
        runs = [_Run(run.first, min(run.last, end), run.principal) for run in runs if run.first <= end]
    rates = [
        (piece, rate)
        for run in runs
        for piece, rate in _at_rates(run, how.rate.spans(start, run.first, run.last, how.rates))
    ]
    return list(_METHODS[how.method](bearing, how, start, rates))


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Runs that follow each other with the same principal as one."""
    joined: list[_Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before and before.principal == run.principal and before.last + _DAY == run.first:
            joined[-1] = before._replace(last=run.last)
        else:
            joined.append(run)
    return joined


Piece: TypeAlias = tuple[_Run, Decimal]


def _at_rates(run: _Run, spans: Sequence[tuple[date, Decimal]]) -> Iterator[Piece]:
    """A run cut where the rate changes."""
    for number, (first, rate) in enumerate(spans):
        last = add_days(spans[number + 1][0], -1) if number + 1 < len(spans) else run.last
        yield _Run(first, last, run.principal), rate


def _merged(lines: Iterator[Line]) -> list[Line]:
    """Lines that follow each other with the same balance and rate as one, their interest still to be reckoned."""
    merged: list[Line] = []
    for line in lines:
        before = merged[-1] if merged else None
        if before and (before.balance, before.rate, before.last + _DAY) == (line.balance, line.rate, line.first):
            merged[-1] = before._replace(last=line.last)
        else:
            merged.append(line)
    return merged


def _simple(_: Bearing, how: Accrual, _start: date, pieces: Sequence[Piece]) -> Iterator[Line]:
    """Principal x yearly rate x part of a year."""
    whole = _merged(
        Line(run.first, run.last, Fraction(run.principal), rate, Fraction(0)) for run, rate in pieces if run.principal
    )
    for line in whole:
        part = year_fraction(line.first - _DAY, line.last, how.day_count)
        yield line._replace(interest=line.balance * Fraction(line.rate) * part)


def _months(start: date, month_days: int | None) -> Callable[[int], date]:
    """The last day of the n-th month since the day before the first that bears interest; month 0 ends on that day."""
    anchor = add_days(start, -1)
    return lambda number: add_days(anchor, number * month_days) if month_days else add_months(anchor, number)


_UNIT = 10**40


def _compound(bearing: Bearing, how: Accrual, start: date, pieces: Sequence[Piece]) -> Iterator[Line]:
    """The same on principal and unpaid interest, which is added at the end of each month.

    With monthly rests every month is a twelfth of the year, its days alike.
    """
    month_end = _months(start, how.month_days)
    month, capital, accrued = 0, Fraction(0), Fraction(0)
    cuts = sorted({*bearing.item.days_of_change, *how.relief})
    relief_days = sorted(how.relief)
    relieved = [ZERO, *accumulate(how.relief[day] for day in relief_days)]
    for run, rate in pieces:
        first = run.first
        while first <= run.last:
            while first > month_end(month + 1):
                month, capital, accrued = month + 1, capital + accrued, Fraction(0)
            at = bisect_left(cuts, first)
            last = min(run.last, month_end(month + 1), cuts[at] if at < len(cuts) else run.last)
            before = add_days(first, -1)
            paid = how.interest_paid(before) + relieved[bisect_right(relief_days, before)]
            balance = Fraction(run.principal) + max(Fraction(0), capital - Fraction(paid))
            if how.method == "monthly rests":
                part = Fraction((last - before).days, 12 * (month_end(month + 1) - month_end(month)).days)
            else:
                part = year_fraction(before, last, how.day_count)
            interest = Fraction(round(balance * Fraction(rate) * part * _UNIT), _UNIT)
            accrued += interest
            if balance:
                yield Line(first, last, balance, rate, interest)
            first = add_days(last, 1)


def _flat(_: Bearing, how: Accrual, start: date, pieces: Sequence[Piece]) -> Iterator[Line]:
    """A twelfth of the yearly rate for each month that has started, or is over, on what is open on that day."""
    month_end = _months(start, how.month_days)
    number, first, last = 1, start, month_end(1)
    for run, rate in pieces:
        while (day := first if how.method == "started months" else last) <= run.last:
            if day >= run.first:
                yield Line(first, last, Fraction(run.principal), rate, Fraction(run.principal) * Fraction(rate) / 12)
            number, first, last = number + 1, add_days(last, 1), month_end(number + 1)


_METHODS: Mapping[str, Callable[[Bearing, Accrual, date, Sequence[Piece]], Iterator[Line]]] = {
    "simple": _simple,
    "compound": _compound,
    "monthly rests": _compound,
    "started months": _flat,
    "whole months": _flat,
}
