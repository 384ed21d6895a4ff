"""Interest by formula: simple, compound and flat, for one principal that does not change."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from dunning._base.bounds import Count, Positive
from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must
from dunning.amounts import ZERO, quotient, rounded
from dunning.amounts.decimals import Rational


@guarded
def days_late(due: date, paid: date) -> int:
    """The days that bear interest: from the day after the due date to the day of payment, that included; 0 if none.

    >>> days_late(date(2024, 2, 28), date(2024, 2, 29))
    1
    """
    return max(0, (paid - due).days)


@checked
def simple_interest(
    principal: Rational, annual_rate: Rational, days: int, *, year_days: Positive = 365, daily_places: int | None = None
) -> Decimal:
    """Principal x yearly rate x days / days of the year; 0 where principal or days are not above 0. Not rounded.

    With `daily_places` the interest of one day is rounded first, as some print it, and then multiplied.

    >>> rounded(simple_interest(Decimal(5000), Decimal("0.1225"), 101))
    Decimal('169.49')
    >>> simple_interest(Decimal(5000), Decimal("0.1225"), 101, daily_places=2)
    Decimal('169.68')
    """
    if principal <= 0 or days <= 0:
        return ZERO
    daily = Fraction(principal) * Fraction(annual_rate) / year_days
    if daily_places is not None:
        daily = Fraction(rounded(daily, daily_places))
    return quotient(daily * days)


Months: TypeAlias = Annotated[
    int,
    Must(
        "0 <= {0} <= 12000",
        "a whole number from 0 to 12,000, a thousand years",
        schema={"minimum": 0, "maximum": 12000},
    ),
]


@checked
def compound_interest(
    principal: Rational, annual_rate: Rational, *, months: Months, days: Count = 0, year_days: Positive = 360
) -> Decimal:
    """Interest with monthly rests: principal x ((1 + rate / 12) ^ months x (1 + rate x days / year_days) - 1).

    Source: 5 CFR 1315.17 (b), the Prompt Payment formula, where months have thirty days.

    >>> rounded(compound_interest(Decimal(1500), Decimal("0.06"), months=2, days=15))
    Decimal('18.83')
    """
    if principal <= 0:
        return ZERO
    rate = Fraction(annual_rate)
    growth = (1 + rate / 12) ** months * (1 + rate * days / year_days)
    return quotient(Fraction(principal) * (growth - 1))


@checked
def flat_interest(
    principal: Rational,
    monthly_rate: Rational,
    days: int,
    *,
    months: Literal["started months", "whole months"],
    month_days: Positive = 30,
) -> Decimal:
    """A monthly rate for each month of days that has started, or is over: thirty days are one month either way.

    >>> [flat_interest(Decimal(1000), Decimal("0.015"), 37, months=each) for each in ("whole months", "started months")]
    [Decimal('15'), Decimal('30')]
    """
    if principal <= 0 or days <= 0:
        return ZERO
    count = -(-days // month_days) if months == "started months" else days // month_days
    return quotient(Fraction(principal) * Fraction(monthly_rate) * count)
