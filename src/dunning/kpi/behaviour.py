"""How customers pay: days to pay, days late, days beyond terms, and an index of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from dunning._base.bounds import Count
from dunning.amounts.decimals import Number
from dunning.kpi.formula import Family, Numbers, Outcome, Weighted, kpi, mean, ratio, undefined, weighted

FAMILY: Family = "Payment behaviour"
_WEIGHTED = "no items; amounts cancel: zero denominator"
_DBT = "Fit Small Business, Days Beyond Terms; Satago, how to calculate days beyond terms"
_PAYDEX = "PAYDEX value chart, Dun & Bradstreet; linear between its points"

ANCHORS = (
    # (days beyond terms, score); straight lines between them
    (-30, 100),
    (-20, 90),
    (0, 80),
    (15, 70),
    (22, 60),
    (30, 50),
    (60, 40),
    (90, 30),
    (120, 20),
)


@kpi(FAMILY, "days", "mean of (invoice date - delivery date)", undefined="no items")
def average_billing_lag(days: Numbers) -> Outcome:
    """Mean days from delivery to invoice: how early we bill.

    >>> average_billing_lag([0, 1, 5]).value
    Decimal('2')
    """
    return mean(days)


@kpi(
    FAMILY,
    "days",
    "mean of (settled - issued)",
    undefined="no items",
    source="Sage 50, average days to pay; OpenStax, Principles of Finance",
)
def average_days_to_pay(days: Numbers) -> Outcome:
    """Mean days from invoice to settlement of closed items.

    >>> average_days_to_pay([28, 22, 15, 35, 20]).value
    Decimal('24')
    """
    return mean(days)


@kpi(
    FAMILY,
    "days",
    "sum(amount x days to pay) / sum(amount)",
    undefined=_WEIGHTED,
    source="snowdaycalculatornow, weighted average days to pay",
)
def weighted_average_days_to_pay(items: Weighted) -> Outcome:
    """Mean days from invoice to settlement, weighted by amount; `items` are (amount, days) pairs.

    >>> weighted_average_days_to_pay([(1000, 15), (3000, 30), (2000, 45)]).value
    Decimal('32.5')
    """
    return weighted(items)


@kpi(
    FAMILY,
    "days",
    "mean of (settled - due)",
    undefined="no items",
    source="Oracle JD Edwards, Calculations: average days late",
)
def average_days_late(
    days_late: Numbers,
    *,
    open_days_past_due: Numbers = (),
    floor_at_zero: bool = False,
    include_open_overdue: bool = False,
) -> Outcome:
    """Mean days from due date to settlement of closed items; early payment counts negative.

    Args:
        days_late: of each closed item.
        open_days_past_due: of each item still open and past due; counted with `include_open_overdue` only.
        floor_at_zero: count early payment as 0.
        include_open_overdue: add the open overdue items to date.

    >>> average_days_late([-10, 0, 4, 18]).value, average_days_late([-10, 0, 4, 18], floor_at_zero=True).value
    (Decimal('3'), Decimal('5.5'))
    """
    counted = [*days_late, *(open_days_past_due if include_open_overdue else ())]
    return mean([max(0, days) for days in counted] if floor_at_zero else counted)


@kpi(FAMILY, "days", "sum(amount x days late) / sum(amount)", undefined=_WEIGHTED)
def weighted_average_days_late(items: Weighted) -> Outcome:
    """Mean days from due date to settlement, weighted by amount; early is negative; (amount, days late) pairs.

    >>> weighted_average_days_late([(1000, -5), (3000, 15)]).value
    Decimal('10')
    """
    return weighted(items)


@kpi(FAMILY, "days", "sum(amount x days late) / sum(amount)", undefined=_WEIGHTED, source=_DBT)
def days_beyond_terms(items: Weighted, *, floor_at_zero: bool = False) -> Outcome:
    """Days beyond terms (DBT): days late weighted by amount; `floor_at_zero` counts early payment as 0.

    >>> days_beyond_terms([(1000, -7), (3000, -3)]).value
    Decimal('-4')
    """
    return weighted([(amount, max(0, days)) for amount, days in items] if floor_at_zero else items)


@kpi(FAMILY, "days", "sum(amount x (paid - due)) / sum(amount)", undefined=_WEIGHTED, source=_DBT)
def days_beyond_terms_dates(items: Sequence[tuple[Number, date, date]]) -> Outcome:
    """Days beyond terms from dates; `items` are (amount, due date, date paid).

    >>> from datetime import date
    >>> days_beyond_terms_dates([(4000, date(2026, 1, 31), date(2026, 2, 3))]).value
    Decimal('3')
    """
    return weighted([(amount, (paid - due).days) for amount, due, paid in items])


@kpi(FAMILY, "days", "sum of amount x days / sum of amounts", undefined="amounts are 0: zero denominator", source=_DBT)
def days_beyond_terms_totals(sum_amount_days: Number, sum_amount: Number) -> Outcome:
    """Days beyond terms from totals that are kept already.

    >>> days_beyond_terms_totals(40_000, 10_000).value
    Decimal('4')
    """
    return ratio(sum_amount_days, sum_amount, "zero denominator")


@kpi(FAMILY, "days", "mean of the days beyond terms", undefined="no items", source=_DBT)
def days_beyond_terms_unweighted(days: Numbers) -> Outcome:
    """Days beyond terms where every invoice counts the same.

    >>> days_beyond_terms_unweighted([0, 12, 3]).value
    Decimal('5')
    """
    return mean(days)


def score(days: Fraction) -> Fraction:
    """The points for so many days beyond terms, on straight lines between the anchors."""
    (first, best), (last, worst) = ANCHORS[0], ANCHORS[-1]
    if days <= first:
        return Fraction(best)
    if days > last:
        return max(Fraction(1), Fraction(worst * last) / days)
    (left, high), (right, low) = next(pair for pair in pairwise(ANCHORS) if days <= pair[1][0])
    return high + (days - left) * Fraction(low - high, right - left)


@kpi(
    FAMILY,
    "score",
    "points of the chart; beyond 120 days 20 x 120 / days, at least 1",
    source=_PAYDEX,
)
def payment_index_score(days_beyond_terms: Number) -> Outcome:
    """Points from 1 to 100 for days beyond terms: 80 is on time, 100 is 30 days early, 50 is 30 days late.

    >>> payment_index_score(0).value, payment_index_score(45).value
    (Decimal('80'), Decimal('45'))
    """
    return score(Fraction(days_beyond_terms))


@kpi(
    FAMILY,
    "score",
    "sum(amount x points of the days beyond terms) / sum(amount)",
    undefined="fewer than `minimum_experiences`: insufficient history; amounts cancel: zero denominator",
    source=_PAYDEX,
)
def payment_index(experiences: Weighted, *, minimum_experiences: Count = 3, count: Count | None = None) -> Outcome:
    """Payment index: the points of `payment_index_score`, weighted by amount.

    Args:
        experiences: (amount, days beyond terms) of each item paid, or of all items together that were as late.
        minimum_experiences: how many make an index.
        count: how many items they are, where a pair stands for several.

    >>> payment_index([(20_000, 0), (5_000, 30)], minimum_experiences=1).value
    Decimal('74')
    """
    if not experiences or (len(experiences) if count is None else count) < minimum_experiences:
        return undefined("insufficient history")
    moment = sum((Fraction(amount) * score(Fraction(days)) for amount, days in experiences), Fraction(0))
    return ratio(moment, sum((Fraction(amount) for amount, _ in experiences), Fraction(0)), "zero denominator")


@kpi(
    FAMILY,
    "days",
    "sum(open x days past due) / sum(open), over what is past due",
    undefined="nothing is past due: no overdue",
)
def weighted_average_days_past_due(items: Weighted) -> Outcome:
    """Mean days past due of what is overdue, weighted by amount; `items` are (open amount, days past due) pairs.

    Items that are not past due are left out.

    >>> weighted_average_days_past_due([(1000, 10), (3000, 40)]).value
    Decimal('32.5')
    """
    overdue = [(amount, days) for amount, days in items if days > 0]
    return weighted(overdue) if overdue else undefined("no overdue")
