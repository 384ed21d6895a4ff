"""Figures about payment terms: what skipping a discount costs a year, and the average due date of several items."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.amounts import fraction_of, quotient, rounded
from dunning.amounts.decimals import Rational
from dunning.dates import add_days, require_day
from dunning.errors import Undefined

_POWERS = Context(prec=60, rounding=ROUND_HALF_UP)


DiscountShare: TypeAlias = Annotated[Rational, Must("0 <= {0} < 1", "{0}, of at least 0 and below 1")]
YearDays: TypeAlias = Annotated[int, Must("1 <= {0} <= 366", "a whole number from 1 to 366")]


@checked
def discount_annual_cost(
    rate: DiscountShare,
    discount_days: int,
    payment_days: int,
    *,
    method: Literal["effective", "simple"] = "effective",
    year_days: YearDays = 365,
) -> Decimal:
    """What skipping a discount costs as a yearly rate: paying on `payment_days` instead of on `discount_days`.

    *simple*: rate / (1 - rate) x year_days / (payment_days - discount_days); *effective* compounds it:
    (1 + rate / (1 - rate)) ^ (year_days / (payment_days - discount_days)) - 1. `payment_days` is the net day, or the
    later day on which is really paid. A fraction: 0.4458... is 44.58 % a year; 28 significant digits. Source: OpenStax,
    Principles of Finance, trade credit.

    Raises:
        InvalidValue: the rate is not at least 0 and below 1, or the method or year is unknown.
        Undefined: the payment day is not after the discount day ("bad terms").

    >>> round(discount_annual_cost(Decimal("0.02"), 10, 30), 4)
    Decimal('0.4459')
    """
    if payment_days <= discount_days:
        raise Undefined("discount_annual_cost", "bad terms")
    cost = Fraction(rate) / (1 - Fraction(rate))
    periods = Fraction(year_days, payment_days - discount_days)
    if method == "simple":
        return quotient(cost * periods)
    base = _POWERS.divide(Decimal((1 + cost).numerator), Decimal((1 + cost).denominator))
    power = _POWERS.power(base, _POWERS.divide(Decimal(periods.numerator), Decimal(periods.denominator)))
    return quotient(Fraction(_POWERS.subtract(power, Decimal(1))))


@frozen
class AverageDueDate:
    """The day on which several items could be paid at once without loss, `offset_days` after the earliest due date."""

    on: date
    offset_days: Decimal


@guarded
def average_due_date(
    items: Iterable[tuple[Decimal, date]], *, rounding: Literal["half up", "half even"] = "half up"
) -> AverageDueDate:
    """The average of due dates weighted by amounts; credits enter with negative amounts.

    The offset is counted from the earliest due date and rounded to whole days for the date.

    Raises:
        InvalidValue: an amount is not an exact number, or a due date is not a date.
        Undefined: the amounts sum to zero ("zero denominator"), or there are no items ("no items").

    >>> items = [(Decimal(5000), date(2025, 10, 1)), (Decimal(5000), date(2025, 10, 16))]
    >>> average_due_date(items)
    AverageDueDate(on=datetime.date(2025, 10, 9), offset_days=Decimal('7.5'))
    """
    known = list(items)
    if not known:
        raise Undefined("average_due_date", "no items")
    for _, due in known:
        require_day("average_due_date", due)
    first = min(due for _, due in known)
    total = sum((fraction_of("average_due_date", amount) for amount, _ in known), Fraction(0))
    if not total:
        raise Undefined("average_due_date", "zero denominator")
    offset = sum((Fraction(amount) * (due - first).days for amount, due in known), Fraction(0)) / total
    return AverageDueDate(add_days(first, int(rounded(offset, 0, rounding))), quotient(offset))
