"""Textbook arithmetic of rolls and losses, on bare numbers: nothing here reads a ledger.

What of each stage moves on, what of it is lost in the end, and what share of sales is still unpaid by stage.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact, quotient
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue, Undefined
from dunning.kpi.formula import total


@frozen
class AccountAge:
    """The balance of an account, and how many months old its oldest open amount is (None when nothing is open)."""

    balance: Decimal
    months_old: int | None


@checked
@exact
def account_age_oldest(items: Sequence[tuple[date, Number]], *, as_of_month: date) -> AccountAge:
    """The age of an account by its oldest unpaid amount, in calendar months.

    Args:
        items: (a day in the month of sale, open amount) of each item; what is not above 0 is not open.
        as_of_month: a day in the month asked about.

    Source: Taylor, Introduction to Management Science, the case of a department store's accounts.

    >>> account_age_oldest([(date(2024, 1, 1), 80), (date(2023, 11, 1), 20)], as_of_month=date(2024, 1, 1))
    AccountAge(balance=Decimal('100'), months_old=2)
    """
    months = [12 * (as_of_month.year - day.year) + as_of_month.month - day.month for day, amount in items if amount > 0]
    return AccountAge(sum((Decimal(amount) for _, amount in items), ZERO), max(months, default=None))


@frozen
class MigrationShares:
    """What became of a past-due balance, as shares that sum to 1."""

    forward: Decimal
    same: Decimal
    back: Decimal
    cured: Decimal
    charged_off: Decimal


@checked
def migration_shares(
    forward: Number, same: Number, back: Number, cured: Number, charged_off: Number
) -> MigrationShares:
    """The five ways of a past-due balance, as shares: to a later bucket, none, an earlier one, cured, charged off.

    Raises:
        Undefined: nothing was past due (*no overdue*).

    >>> migration_shares(1, 1, 0, 2, 0).cured
    Decimal('0.5')
    """
    found = as_shares((forward, same, back, cured, charged_off))
    if not found:
        raise Undefined("migration_shares", "no overdue")
    return MigrationShares(*found)


def as_shares(row: Sequence[Number | Fraction]) -> tuple[Decimal, ...]:
    """Each number of a row as a share of their sum; nothing where that is 0."""
    whole = sum((Fraction(each) for each in row), Fraction(0))
    return tuple(quotient(Fraction(each) / whole) for each in row) if whole else ()


@checked
def migration_matrix(
    from_states: Sequence[str], to_states: Sequence[str], flows: Iterable[tuple[str, str, Number]]
) -> tuple[tuple[Decimal, ...], ...]:
    """The shares in which each state moves to each other, from amounts pooled over all flows (not a mean of ratios).

    Args:
        from_states: the states in the order of the rows.
        to_states: the states in the order of the columns.
        flows: (from, to, amount), as many as there are.

    A state that nothing left has an empty row.

    Raises:
        InvalidValue: a flow names an unknown state, or its amount is not an exact number.

    >>> migration_matrix(["open"], ["open", "paid"], [("open", "paid", 3), ("open", "open", 1)])
    ((Decimal('0.25'), Decimal('0.75')),)
    """
    pooled = {state: dict.fromkeys(to_states, Fraction(0)) for state in from_states}
    faults: list[str] = []
    for index, (source, target, amount) in enumerate(flows):
        if source not in pooled or target not in to_states:
            faults.append(f"flows[{index}]: from {source!r} to {target!r}: not both are states")
        else:
            pooled[source][target] += Fraction(amount)
    refuse("migration_matrix", faults)
    return tuple(as_shares(list(row.values())) for row in pooled.values())


def lost_shares(what: str, credit_sales: Number, paid_by_stage: Sequence[Number]) -> list[Fraction]:
    """Loss rates from what was paid in each stage: never paid / what reached the stage; 1 after the last.

    For callers in the exact context.
    """
    lost = Fraction(credit_sales) - total(paid_by_stage)
    faults = [f"paid_by_stage[{index}]: {each} is below 0" for index, each in enumerate(paid_by_stage) if each < 0]
    if lost < 0:
        faults.append(f"paid_by_stage: more was paid than sold, {credit_sales}")
    refuse(what, faults)
    rates: list[Fraction] = []
    reached = Fraction(credit_sales)
    for paid in (*paid_by_stage, 0):
        rates.append(lost / reached if reached else Fraction(0))
        reached -= Fraction(paid)
    return rates


@checked
@exact
def allowance_rates_from_history(credit_sales: Number, paid_by_stage: Sequence[Number]) -> tuple[Decimal, ...]:
    """Loss rates by stage from one cohort of sales: what was never paid over what was still open at each stage.

    Args:
        credit_sales: what was sold.
        paid_by_stage: what of it was paid while current, while 1-30 days late, and so on.

    There is one rate more than stages: what outlives the last one was never paid. A stage that nothing reached has the
    rate 0, for nothing was lost there.

    Raises:
        InvalidValue: more was paid than sold.

    >>> [str(each) for each in allowance_rates_from_history(100, [50, 25])]
    ['0.25', '0.5', '1']
    """
    return tuple(map(quotient, lost_shares("allowance_rates_from_history", credit_sales, paid_by_stage)))


@checked
def loss_factors_from_rolls(roll_rates: Sequence[Number | None]) -> tuple[Decimal | None, ...]:
    """What share of each bucket will be lost: the product of its roll rate and all later ones.

    A missing rate (None) stops the chain: the factors before it are unknown, not 0.

    >>> loss_factors_from_rolls([None, Decimal("0.4"), Decimal("0.3")])
    (None, Decimal('0.12'), Decimal('0.3'))
    """
    factors: list[Decimal | None] = []
    factor: Fraction | None = Fraction(1)
    for rate in reversed(roll_rates):
        factor = None if rate is None or factor is None else factor * Fraction(rate)
        factors.append(None if factor is None else quotient(factor))
    return tuple(factors[::-1])


@checked
def implied_roll_rates(loss_factors: Sequence[Number]) -> tuple[Decimal | None, ...]:
    """The roll rates that loss factors imply: each over the next one; None where the next one is 0.

    >>> implied_roll_rates([Decimal("0.12"), Decimal("0.3"), 1])
    (Decimal('0.4'), Decimal('0.3'))
    """
    return tuple(
        quotient(Fraction(each) / Fraction(after)) if after else None for each, after in pairwise(loss_factors)
    )


@frozen
class LossForecast:
    """What will be lost of each bucket, in all, and as a share of the balances (None when they sum to 0)."""

    by_bucket: tuple[Decimal, ...]
    total: Decimal
    rate: Decimal | None


@checked
@exact
def loss_forecast(balances: Sequence[Number], loss_factors: Sequence[Number]) -> LossForecast:
    """The losses to expect: each balance times the loss factor of its bucket.

    Raises:
        InvalidValue: there is not one factor for each balance.

    >>> loss_forecast([1000, 100], [Decimal("0.01"), Decimal("0.2")]).total
    Decimal('30')
    """
    what = "loss_forecast"
    if len(balances) != len(loss_factors):
        raise InvalidValue(what, [f"loss_factors: {len(loss_factors)} for {len(balances)} balances; give one for each"])
    parts = [Fraction(open_) * Fraction(factor) for open_, factor in zip(balances, loss_factors, strict=True)]
    lost, whole = sum(parts, Fraction(0)), total(balances)
    return LossForecast(tuple(map(quotient, parts)), quotient(lost), quotient(lost / whole) if whole else None)
