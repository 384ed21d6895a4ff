"""Terms, collection periods and turnover: the cycles of which DSO is a part."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Literal

from dunning._base.bounds import Count
from dunning._base.kinds import refuse
from dunning.amounts.decimals import Number
from dunning.dates import add_months
from dunning.dates.days import Day
from dunning.kpi.dso import FAMILY, OPENSTAX, ORACLE
from dunning.kpi.formula import Days, Numbers, Outcome, Weighted, kpi, total, undefined, weighted, wrong


@kpi(
    FAMILY,
    "days",
    "as of - the later of (as of - window months) and customer since",
    source="Microsoft Dynamics 365 Finance, Credit statistics",
)
def rolling_window_days(as_of: Day, window_months: Count, customer_since: date | None = None) -> Outcome:
    """How many days a rolling window of months has for a customer: from its start, or from the first day as a customer.

    Months are counted back from `as_of` and clamped to the end of the month.

    >>> rolling_window_days(date(2024, 5, 31), 3).value
    Decimal('92')
    """
    if customer_since is not None and customer_since > as_of:
        return wrong(f"customer_since: {customer_since} is after {as_of}")
    start = add_months(as_of, -window_months)
    return Fraction((as_of - max(start, customer_since or start)).days)


@kpi(
    FAMILY,
    "days",
    "sum(amount x days of the terms) / sum(amount)",
    undefined="no items; amounts cancel: zero denominator",
    source=ORACLE,
)
def weighted_average_terms(items: Weighted) -> Outcome:
    """The mean payment term granted, weighted by amount: what DSO would be if everybody paid on the due date.

    Args:
        items: (amount, days from invoice to due date) of each invoice.

    >>> weighted_average_terms([(1000, 30), (3000, 60)]).value
    Decimal('52.5')
    """
    return weighted(items)


@kpi(
    FAMILY,
    "days",
    "sum(share of customers x the day on which they pay)",
    undefined="no shares: no items",
    source="OpenStax, Principles of Finance, receivables management",
)
def weighted_collection_period(shares: Numbers, payment_days: Numbers) -> Outcome:
    """The collection period to expect of customers of whom known shares pay on known days.

    Raises:
        InvalidValue: there are not as many days as shares, or the shares do not sum to 1.

    >>> from decimal import Decimal
    >>> weighted_collection_period([Decimal("0.3"), Decimal("0.4"), Decimal("0.3")], [10, 13, 40]).value
    Decimal('20.2')
    """
    faults: list[str] = []
    if len(shares) != len(payment_days):
        faults.append(f"payment_days: {len(payment_days)} of them for {len(shares)} shares; give one for each")
    if shares and total(shares) != 1:
        faults.append(f"shares: they sum to {sum(shares)}, not to 1")
    refuse("weighted_collection_period", faults)
    return weighted(tuple(zip(shares, payment_days, strict=True)))


@kpi(
    FAMILY,
    "amount",
    "annual credit sales / days x collection period",
    source="OpenStax, Principles of Finance, receivables management",
)
def receivables_from_collection_period(
    annual_credit_sales: Number, collection_period: Number, days: Days = 365
) -> Outcome:
    """The receivables that a collection period ties up.

    >>> receivables_from_collection_period(365_000, 20).value
    Decimal('20000')
    """
    return Fraction(annual_credit_sales) / Fraction(days) * Fraction(collection_period)


@kpi(
    FAMILY,
    "times",
    "credit sales / mean of opening and closing receivables (or closing alone)",
    undefined="mean not above 0: no receivables; opening unknown: insufficient history",
    source=OPENSTAX,
)
def ar_turnover(
    opening: Number | None, closing: Number, credit_sales: Number, *, basis: Literal["average", "closing"] = "average"
) -> Outcome:
    """How often receivables turn over; with `basis="closing"` the closing balance alone.

    >>> ar_turnover(20_000, 30_000, 100_000).value
    Decimal('4')
    """
    if basis == "average" and opening is None:
        return undefined("insufficient history")
    mean = Fraction(closing) if basis == "closing" else (Fraction(opening or 0) + Fraction(closing)) / 2
    return Fraction(credit_sales) / mean if mean > 0 else undefined("no receivables")


@kpi(
    FAMILY,
    "days",
    "inventory / cost of goods x days + receivables / sales x days - payables / cost of goods x days",
    undefined="no sales; no cost of goods: zero denominator",
    source="OpenStax, Principles of Finance, working capital and cash cycle",
)
def cash_conversion_cycle(
    sales: Number,
    cogs: Number,
    average_inventory: Number,
    average_receivables: Number,
    average_payables: Number,
    days: Days = 365,
) -> Outcome:
    """The cash conversion cycle: days in inventory, plus days sales outstanding, less days payable outstanding.

    Args:
        sales: credit sales of the period.
        cogs: cost of goods sold in the period.
        average_inventory: the mean stock.
        average_receivables: the mean receivables.
        average_payables: the mean payables.
        days: days of the period.

    >>> cash_conversion_cycle(1000, 500, 100, 200, 50, 365).value
    Decimal('109.5')
    """
    if sales <= 0:
        return undefined("no sales")
    if not cogs:
        return undefined("zero denominator")
    stock = (Fraction(average_inventory) - Fraction(average_payables)) / Fraction(cogs)
    return (stock + Fraction(average_receivables) / Fraction(sales)) * Fraction(days)
