"""Payment patterns: what share of a month's sales is collected, or still open, so many months later.

Unlike DSO, the fractions still open of each month's own sales do not move with the level or the season of sales (Stone;
Gallinger and Ifflander): a change in them is a change in how customers pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact, quotient
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue, Undefined


@exact
def _check_proportions(what: str, proportions: Sequence[Number]) -> None:
    faults = [f"proportions[{index}]: {each} is below 0" for index, each in enumerate(proportions) if each < 0]
    if sum(proportions, ZERO) > 1:
        faults.append(f"proportions: they sum to {sum(proportions, ZERO)}, which is more than 1")
    refuse(what, faults)


def _convolved(weights: Sequence[Fraction], prior: Sequence[Number], sales: Sequence[Number]) -> tuple[Decimal, ...]:
    """For each month of sales the sum of the weights times that month's sales and those before it."""
    months = [Fraction(each) for each in (*prior, *sales)]
    return tuple(
        quotient(sum((weight * months[at - age] for age, weight in enumerate(weights) if age <= at), Fraction(0)))
        for at in range(len(prior), len(months))
    )


@checked
def balance_fractions_from_proportions(proportions: Sequence[Number]) -> tuple[Decimal, ...]:
    """What share of a month's sales is still open 0, 1, 2, ... months later, from the shares collected in each.

    Raises:
        InvalidValue: a proportion is negative, or they sum to more than 1.

    >>> [str(each) for each in balance_fractions_from_proportions([Decimal("0.3"), Decimal("0.5"), Decimal("0.2")])]
    ['0.7', '0.2', '0']
    """
    _check_proportions("balance_fractions_from_proportions", proportions)
    return tuple(quotient(1 - each) for each in accumulate(map(Fraction, proportions)))


@checked
def payment_pattern_receivables(
    proportions: Sequence[Number], sales: Sequence[Number], prior_sales: Sequence[Number] = ()
) -> tuple[Decimal, ...]:
    """Receivables at the end of each month, from the shares of sales collected 0, 1, 2, ... months after the sale.

    Args:
        proportions: the shares collected in the month of sale, the month after, and so on; what they lack to 1 is
            written off after the last of them.
        sales: the sales of each month, the oldest first.
        prior_sales: the sales of the months before those, the oldest first.

    Raises:
        InvalidValue: a proportion is negative, or they sum to more than 1.

    >>> thirds = [Decimal("0.3"), Decimal("0.5"), Decimal("0.2")]
    >>> [str(each) for each in payment_pattern_receivables(thirds, [100, 200, 300])]
    ['70', '160', '250']
    """
    _check_proportions("payment_pattern_receivables", proportions)
    open_after = [1 - each for each in accumulate(map(Fraction, proportions))]
    return _convolved(open_after, prior_sales, sales)


@checked
def payment_pattern_collections(
    proportions: Sequence[Number], sales: Sequence[Number], prior_sales: Sequence[Number] = ()
) -> tuple[Decimal, ...]:
    """Collections of each month, from the same shares; see `payment_pattern_receivables`.

    >>> [str(each) for each in payment_pattern_collections([Decimal("0.5"), Decimal("0.5")], [100, 200])]
    ['50', '150']
    """
    _check_proportions("payment_pattern_collections", proportions)
    return _convolved([Fraction(each) for each in proportions], prior_sales, sales)


@checked
def payment_pattern_spread(proportions: Sequence[Number], sales: Number) -> tuple[Decimal, ...]:
    """When one month's sales come in: so much in the month of sale, so much in the next, and so on.

    >>> [str(each) for each in payment_pattern_spread([Decimal("0.1"), Decimal("0.9")], 350)]
    ['35', '315']
    """
    _check_proportions("payment_pattern_spread", proportions)
    return tuple(quotient(Fraction(each) * Fraction(sales)) for each in proportions)


@frozen
class UncollectedBalances:
    """For each month of sale what fraction is still open (None without sales), and the sum of the fractions.

    The sum is None when a fraction is. It times the days of a month is the sales-weighted DSO.
    """

    fractions: tuple[Decimal | None, ...]
    sum: Decimal | None


@checked
def uncollected_balances_schedule(sales: Sequence[Number], open_amounts: Sequence[Number]) -> UncollectedBalances:
    """The schedule of uncollected balances: what is open of each month's sales over those sales.

    Raises:
        InvalidValue: there is not one open amount for each month of sales.

    >>> uncollected_balances_schedule([100, 200], [0, 40]).fractions
    (Decimal('0'), Decimal('0.2'))
    """
    what = "uncollected_balances_schedule"
    if len(sales) != len(open_amounts):
        raise InvalidValue(what, [f"open_amounts: {len(open_amounts)} of them for {len(sales)} months of sales"])
    found = [
        Fraction(left) / Fraction(sold) if sold > 0 else None for sold, left in zip(sales, open_amounts, strict=True)
    ]
    known = [each for each in found if each is not None]
    return UncollectedBalances(
        tuple(None if each is None else quotient(each) for each in found),
        quotient(sum(known, Fraction(0))) if len(known) == len(found) else None,
    )


@frozen
class ReceivablesVariance:
    """Why receivables differ from budget: how customers pay, when in the quarter we sold, how much we sold."""

    collection: Decimal
    pattern: Decimal
    quantity: Decimal
    total: Decimal


@checked
def receivables_variance(
    actual_fractions: Sequence[Number],
    budget_fractions: Sequence[Number],
    actual_sales: Sequence[Number],
    budget_sales: Sequence[Number],
) -> ReceivablesVariance:
    """Split the difference between actual and budgeted receivables into three parts that sum to it.

    Args:
        actual_fractions: the share of each month's sales that is still open, the newest month first.
        budget_fractions: the same as budgeted.
        actual_sales: the sales of each month, the newest first.
        budget_sales: the same as budgeted.

    *collection* is the difference of the fractions at actual sales; *pattern* the difference that comes from the spread
    of the same sales over the months; *quantity* the one that comes from more or less sales in all.

    Raises:
        InvalidValue: the four are not of one length.
        Undefined: no sales were budgeted (*no sales*).
    """
    what = "receivables_variance"
    given = {
        "actual_fractions": actual_fractions,
        "budget_fractions": budget_fractions,
        "actual_sales": actual_sales,
        "budget_sales": budget_sales,
    }
    if len({len(each) for each in given.values()}) > 1:
        raise InvalidValue(what, [f"{name}: {len(each)} months" for name, each in given.items()])
    paid, planned, sold, budgeted = (tuple(map(Fraction, each)) for each in given.values())
    if not sum(budgeted):
        raise Undefined(what, "no sales")
    growth = sum(sold, Fraction(0)) / sum(budgeted, Fraction(0))
    rows = list(zip(paid, planned, sold, budgeted, strict=True))
    collection = sum(((mine - plan) * sales for mine, plan, sales, _ in rows), Fraction(0))
    pattern = sum((plan * (sales - growth * budget) for _, plan, sales, budget in rows), Fraction(0))
    quantity = sum((plan * (growth - 1) * budget for _, plan, _, budget in rows), Fraction(0))
    return ReceivablesVariance(*map(quotient, (collection, pattern, quantity, collection + pattern + quantity)))
