"""Interest by formula: simple, compound and flat, for one principal that does not change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from dunning._base.kinds import guarded
from dunning.amounts import ZERO, fraction_of, quotient, rounded
from dunning.errors import InvalidValue


def _check(what: str, numbers: Mapping[str, object], counts: Mapping[str, tuple[object, int | None]]) -> None:
    """Refuse inputs of a formula that are not exact numbers, or not whole numbers of at least so much."""
    faults: list[str] = []
    for name, value in numbers.items():
        try:
            fraction_of(name, value)
        except InvalidValue as error:
            faults.append(f"{name}: {error.faults[0]}")
    for name, (value, least) in counts.items():
        if type(value) is not int or (least is not None and value < least):
            faults.append(f"{name}: {value!r} is not a whole number{'' if least is None else f' of at least {least}'}")
    if faults:
        raise InvalidValue(what, faults)


@guarded
def days_late(due: date, paid: date) -> int:
    """The days that bear interest: from the day after the due date to the day of payment, that included; 0 if none.

    >>> days_late(date(2024, 2, 28), date(2024, 2, 29))
    1
    """
    return max(0, (paid - due).days)


@guarded
def simple_interest(
    principal: Decimal, annual_rate: Decimal, days: int, *, year_days: int = 365, daily_places: int | None = None
) -> Decimal:
    """Principal x yearly rate x days / days of the year; 0 where principal or days are not above 0. Not rounded.

    With `daily_places` the interest of one day is rounded first, as some print it, and then multiplied.

    >>> rounded(simple_interest(Decimal(5000), Decimal("0.1225"), 101))
    Decimal('169.49')
    >>> simple_interest(Decimal(5000), Decimal("0.1225"), 101, daily_places=2)
    Decimal('169.68')
    """
    _check(
        "simple_interest",
        {"principal": principal, "annual_rate": annual_rate},
        {"days": (days, None), "year_days": (year_days, 1)},
    )
    if principal <= 0 or days <= 0:
        return ZERO
    daily = Fraction(principal) * Fraction(annual_rate) / year_days
    if daily_places is not None:
        daily = Fraction(rounded(daily, daily_places))
    return quotient(daily * days)


_MOST_MONTHS = 12_000


@guarded
def compound_interest(
    principal: Decimal, annual_rate: Decimal, *, months: int, days: int = 0, year_days: int = 360
) -> Decimal:
    """Interest with monthly rests: principal x ((1 + rate / 12) ^ months x (1 + rate x days / year_days) - 1).

    Source: 5 CFR 1315.17 (b), the Prompt Payment formula, where months have thirty days.

    >>> rounded(compound_interest(Decimal(1500), Decimal("0.06"), months=2, days=15))
    Decimal('18.83')
    """
    _check(
        "compound_interest",
        {"principal": principal, "annual_rate": annual_rate},
        {"months": (months, 0), "days": (days, 0), "year_days": (year_days, 1)},
    )
    if months > _MOST_MONTHS:
        raise InvalidValue("compound_interest", (f"months: more than {_MOST_MONTHS:,}, a thousand years",))
    if principal <= 0:
        return ZERO
    rate = Fraction(annual_rate)
    growth = (1 + rate / 12) ** months * (1 + rate * days / year_days)
    return quotient(Fraction(principal) * (growth - 1))


@guarded
def flat_interest(
    principal: Decimal,
    monthly_rate: Decimal,
    days: int,
    *,
    months: Literal["started months", "whole months"],
    month_days: int = 30,
) -> Decimal:
    """A monthly rate for each month of days that has started, or is over: thirty days are one month either way.

    >>> [flat_interest(Decimal(1000), Decimal("0.015"), 37, months=each) for each in ("whole months", "started months")]
    [Decimal('15'), Decimal('30')]
    """
    _check(
        "flat_interest",
        {"principal": principal, "monthly_rate": monthly_rate},
        {"days": (days, None), "month_days": (month_days, 1)},
    )
    if months not in ("started months", "whole months"):
        raise InvalidValue("flat_interest", (f"months: {months!r} is not one of started months, whole months",))
    if principal <= 0 or days <= 0:
        return ZERO
    count = -(-days // month_days) if months == "started months" else days // month_days
    return quotient(Fraction(principal) * Fraction(monthly_rate) * count)
