"""Yearly rates of interest: fixed, or a margin over a reference rate whose values the caller gives, dated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

import attrs

from dunning._base.guards import guarded
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.amounts import EXACT, ZERO, exact, formatted
from dunning.amounts.decimals import fits
from dunning.dates import add_days, require_day
from dunning.errors import InvalidValue, MissingReferenceRate

RateReset: TypeAlias = Literal["at start", "half-year", "daily"]
"""When a reference rate is looked up; see `Rate`."""


_HIGHEST = 20
"""Rates above 2000 % a year are slips. Below, what is meant cannot be told: 0.68 % a day are 2.482 a year."""


YearlyRate: TypeAlias = Annotated[
    Decimal,
    Must(
        f"fits({{0}}) and abs({{0}}) <= {_HIGHEST}",
        f"a Decimal between -{_HIGHEST} and {_HIGHEST}; write 8 % as Decimal('0.08')",
        schema={"pattern": r"^-?(20(\.0{1,20})?|1?[0-9](\.[0-9]{1,20})?)$"},
        fits=fits,
    ),
]
"""A rate as a fraction, 0.08 for 8 %."""


@frozen
class RateSeries:
    """Values of a reference rate, as fractions: (day, rate) pairs in order of days.

    Without `through` the values are *fixings*, each for its own day and no other (the base rate on 31 December). With
    `through` they are *changes*, each in force until the next, and the series is known up to that day. A value that is
    not known is never guessed from an older one.

    Raises:
        InvalidValue: a day is not a date or stands twice, a rate is not a Decimal; all faults are named.

    >>> base = RateSeries("Bank of England base rate", ((date(2023, 12, 31), Decimal("0.0525")),))
    >>> base.on(date(2023, 12, 31))
    Decimal('0.0525')
    >>> base.on(date(2024, 6, 30))
    Traceback (most recent call last):
    dunning.errors.MissingReferenceRate: no value of Bank of England base rate for 2024-06-30; add it (or say `through`)
    """

    name: str
    values: tuple[tuple[date, YearlyRate], ...]
    through: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Iterator[str]:
        yield from (f"values: {b} does not come after {a}" for (a, _), (b, _) in pairwise(self.values) if b <= a)
        if self.through is not None and not self.values:
            yield f"through: {self.through!r} is not the day up to which some values are known"

    @guarded
    def on(self, day: date) -> Decimal:
        """The rate of a day.

        Raises:
            MissingReferenceRate: it is not known; the error names the series and the day.
        """
        require_day("day", day)
        if self.through is None:
            found = [rate for each, rate in self.values if each == day]
        else:
            found = [rate for each, rate in self.values if each <= day <= self.through]
        if not found:
            raise MissingReferenceRate(self.name, day)
        return found[-1]

    @guarded
    def changes(self, first: date, last: date) -> list[date]:
        """The days after the first, up to the last, on which the rate may change; of fixings each is for itself."""
        if self.through is None:
            return [first + timedelta(number) for number in range(1, (last - first).days + 1)]
        return [day for day, _ in self.values if first < day <= last]


def _half_year(day: date) -> date:
    return date(day.year, 1 if day.month < 7 else 7, 1)


@frozen
class Rate:
    """A yearly rate: `margin` alone, or in points over a reference rate.

    Args:
        margin: a fraction: 0.08 is 8 % a year, or 8 points over the reference.
        reference: the name of the reference rate; None for a rate that is fixed by contract.
        reset: *at start*: the rate of the first day of interest holds for the life of the debt; *half-year*: it changes
            on 1 January and 1 July; *daily*: whenever the reference changes.
        days_before: which day's reference counts for a half-year: 0 its first day, 1 the last day of the half-year
            before (the base rate of 30 June and 31 December).
        cap: the highest yearly rate that may be charged, where there is one; the lowest is zero.

    Raises:
        InvalidValue: a field is not what is said above; all faults are named.

    >>> str(Rate(Decimal("0.08"), "base rate", reset="at start", days_before=1))
    'base rate + 8.00 %'
    """

    margin: YearlyRate
    reference: str | None = None
    reset: RateReset = attrs.field(default="at start", kw_only=True)
    days_before: Literal[0, 1] = attrs.field(default=0, kw_only=True)
    cap: YearlyRate | None = attrs.field(default=None, kw_only=True)

    @guarded
    @exact
    def rate_for(self, start: date, day: date, rates: RateSeries | None) -> Decimal:
        """The yearly rate of a day, for a debt whose interest starts on `start`.

        Raises:
            InvalidValue: a reference is needed and another, or none, was given.
            MissingReferenceRate: the value for the day that counts is not in the series.
        """
        rate = self.margin
        if self.reference is not None:
            if not isinstance(rates, RateSeries) or rates.name != self.reference:
                given = "none" if rates is None else repr(getattr(rates, "name", rates))
                raise InvalidValue("rates", (f"give a RateSeries named {self.reference!r}; {given} was given",))
            if self.reset == "daily":
                rate += rates.on(day)
            else:
                rate += rates.on(add_days(_half_year(start if self.reset == "at start" else day), -self.days_before))
        return max(ZERO, rate if self.cap is None else min(rate, self.cap))

    @guarded
    def spans(self, start: date, first: date, last: date, rates: RateSeries | None) -> Sequence[tuple[date, Decimal]]:
        """The days from which each rate holds in a span of days, the first included."""
        days = [first]
        if self.reference is not None and self.reset == "half-year":
            days += [day for year in range(first.year, last.year + 1) for day in (date(year, 1, 1), date(year, 7, 1))]
        elif self.reference is not None and self.reset == "daily" and rates is not None:
            days += rates.changes(first, last)
            self.rate_for(start, last, rates)  # the series has to be known to the end
        return [(day, self.rate_for(start, day, rates)) for day in sorted(set(days)) if first <= day <= last]

    def __str__(self) -> str:
        percent = f"{formatted(EXACT.multiply(self.margin, Decimal(100)))} %"
        return percent if self.reference is None else f"{self.reference} + {percent}"
