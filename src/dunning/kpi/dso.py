"""The DSO family: how many days of sales are outstanding, and the cycles it is part of."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dunning._base.bounds import Count
from dunning._base.guards import guarded
from dunning._base.kinds import refuse
from dunning.amounts.decimals import Number
from dunning.dates.days import Day
from dunning.kpi.formula import (
    DatedAmounts,
    Days,
    Family,
    Kpi,
    MonthlySales,
    Numbers,
    Outcome,
    Weighted,
    flagged,
    kpi,
    total,
    undefined,
    wrong,
)

FAMILY: Family = "DSO"
OPENSTAX = "OpenStax, Principles of Financial Accounting, ch. 9, and Principles of Finance"
_HACKETT = "The Hackett Group, Using DSO to Measure Receivables"
ORACLE = "Oracle Advanced Collections, metrics"


def _per_sales(balance: Fraction, credit_sales: Number | Fraction, days: Number, *, signed: bool = True) -> Outcome:
    """A balance as days of sales; a net credit is 0 unless signed."""
    if credit_sales <= 0:
        return undefined("no sales")
    value = balance / Fraction(credit_sales) * Fraction(days)
    return flagged(value if signed else Fraction(0), "net credit") if value < 0 else value


@kpi(FAMILY, "days", "receivables / credit sales x days", undefined="no sales", source=OPENSTAX)
def dso_simple(receivables: Number, credit_sales: Number, days: Days, *, signed: bool = False) -> Outcome:
    """Days sales outstanding from the closing balance.

    Receivables at the end of the period over the credit sales of the period, times its days. A balance below zero gives
    0, or the negative figure with `signed`, and flags *net credit*.

    Raises:
        InvalidValue: the period has no days, or an input is not an exact number.

    >>> dso_simple(50_000, 200_000, 365).value
    Decimal('91.25')
    """
    return _per_sales(Fraction(receivables), credit_sales, days, signed=signed)


def _mean_per_sales(balances: Numbers, credit_sales: Number, days: Number) -> Outcome:
    return _per_sales(total(balances) / len(balances), credit_sales, days, signed=False)


@kpi(
    FAMILY,
    "days",
    "(opening + closing) / 2 / credit sales x days",
    undefined="no sales; opening balance unknown: insufficient history",
    source=OPENSTAX,
)
def dso_average(opening: Number | None, closing: Number, credit_sales: Number, days: Days) -> Outcome:
    """Days sales outstanding from the mean of opening and closing balance: the average collection period.

    A mean below zero gives 0 and flags *net credit*.

    >>> dso_average(70_000, 90_000, 400_000, 365).value
    Decimal('73')
    """
    if opening is None:
        return undefined("insufficient history")
    return _mean_per_sales((opening, closing), credit_sales, days)


@kpi(
    FAMILY,
    "days",
    "mean of the balances / credit sales x days",
    undefined="no sales; no balances: insufficient history",
    source=OPENSTAX,
)
def dso_average_snapshots(balances: Numbers, credit_sales: Number, days: Days) -> Outcome:
    """Days sales outstanding from the mean of several balances, such as month ends.

    A mean below zero gives 0 and flags *net credit*.

    >>> dso_average_snapshots([100, 130, 160], 390, 91).value
    Decimal('30.33333333333333333333333333')
    """
    return _mean_per_sales(balances, credit_sales, days) if balances else undefined("insufficient history")


@kpi(
    FAMILY,
    "days",
    "receivables / sum of the sales of the window x days of the window",
    undefined="no sales in the whole window",
    source="Microsoft Dynamics 365 Finance, Credit statistics",
)
def dso_rolling(receivables: Number, sales: Numbers, days: Days, *, window_months: Count | None = None) -> Outcome:
    """Days sales outstanding over a rolling window of months.

    Args:
        receivables: the balance at the end of the window.
        sales: the credit sales of each month of the window that is known.
        days: the days of the window that is known; see `rolling_window_days`.
        window_months: how many months were asked for; fewer known ones flag *insufficient history*.

    A balance below zero gives 0 and flags *net credit*.

    >>> dso_rolling(10_869, [5538, 4566, 7570], 90).value.quantize(1)
    Decimal('55')
    """
    found = _per_sales(Fraction(receivables), total(sales), days, signed=False)
    short = window_months is not None and len(sales) < window_months
    return flagged(found, "insufficient history") if short and isinstance(found, Fraction) else found


def _walk_back(receivables: Number, months: Weighted, *, stop: bool) -> tuple[Fraction, Fraction]:
    """Days counted back, and the part of the balance that the months do not explain."""
    rest, counted = Fraction(receivables), Fraction(0)
    for sold, length in months:
        if rest <= 0:
            break
        sales = Fraction(sold)
        if sales <= 0:
            if stop:
                break
            rest -= sales
            counted += Fraction(length)
        else:
            used = min(rest, sales)
            counted += used / sales * Fraction(length)
            rest -= used
    return counted, max(rest, Fraction(0))


def _check_lengths(name: str, months: Weighted) -> None:
    faults = [
        f"months[{index}]: {length} days is not the length of a month"
        for index, (_, length) in enumerate(months)
        if length <= 0
    ]
    refuse(name, faults)


@kpi(
    FAMILY,
    "days",
    "months from the newest back: whole months covered, and the covered part of the last one, in days",
    undefined="no months, or with `strict` they run out: insufficient history",
    source="Oracle Hyperion Financial Management, DSO",
)
def dso_countback(
    receivables: Number, months: Weighted, *, stop_on_nonpositive_sales: bool = False, strict: bool = False
) -> Outcome:
    """Days sales outstanding by counting back: how many days of the latest sales the balance amounts to.

    Args:
        receivables: the balance at the end of the newest month.
        months: (sales, days) of each month, the newest first.
        stop_on_nonpositive_sales: end the walk at a month without sales. By default such a month adds its days, and a
            month of negative sales raises what is still to be explained.
        strict: give no value when the months run out.

    When the months run out the value is the days counted so far with the flag *insufficient history*. A balance below
    zero gives 0 and flags *net credit*.

    >>> dso_countback(212_000, [(100_000, 30), (80_000, 30), (70_000, 30)]).value
    Decimal('73.71428571428571428571428571')
    """
    _check_lengths("dso_countback", months)
    if receivables <= 0:
        return flagged(Fraction(0), "net credit") if receivables < 0 else Fraction(0)
    counted, rest = _walk_back(receivables, months, stop=stop_on_nonpositive_sales)
    if not rest:
        return counted
    return undefined("insufficient history") if strict or not months else flagged(counted, "insufficient history")


@kpi(FAMILY, "amount", "receivables less what the months explain", source="Oracle Hyperion Financial Management, DSO")
def dso_countback_unexplained(receivables: Number, months: Weighted) -> Outcome:
    """The part of the balance that the months given to `dso_countback` do not explain.

    >>> dso_countback_unexplained(1000, [(300, 30), (300, 31)]).value
    Decimal('400')
    """
    _check_lengths("dso_countback_unexplained", months)
    return _walk_back(receivables, months, stop=False)[1]


@kpi(FAMILY, "days", "current receivables / credit sales x days", undefined="no sales", source=_HACKETT)
def best_possible_dso(current_receivables: Number, credit_sales: Number, days: Days) -> Outcome:
    """The DSO that would be left if everybody paid on time: current receivables as days of sales.

    >>> best_possible_dso(3000, 10_000, 30).value
    Decimal('9')
    """
    return _per_sales(Fraction(current_receivables), credit_sales, days)


@kpi(FAMILY, "days", "past-due receivables / credit sales x days", undefined="no sales", source=_HACKETT)
def delinquent_dso(past_due_receivables: Number, credit_sales: Number, days: Days) -> Outcome:
    """The part of the DSO that is past due: past-due receivables as days of sales.

    >>> delinquent_dso(5000, 16_000, 30).value
    Decimal('9.375')
    """
    return _per_sales(Fraction(past_due_receivables), credit_sales, days)


@kpi(
    FAMILY,
    "days",
    "mean receivables of the delinquent accounts / their sales x days",
    undefined="no sales",
    source="Money-Zine, Days Delinquent Sales Outstanding",
)
def delinquent_accounts_dso(average_receivables: Number, annual_sales: Number, days: Days = 365) -> Outcome:
    """The DSO of the delinquent accounts alone: their balance over their own sales.

    >>> delinquent_accounts_dso(50_000, 365_000).value
    Decimal('50')
    """
    return _per_sales(Fraction(average_receivables), annual_sales, days)


@kpi(FAMILY, "days", "DSO - best possible DSO", undefined="either part is: no sales", source=_HACKETT)
def average_days_delinquent(dso: Number | None, best_possible_dso: Number | None) -> Outcome:
    """Average days delinquent: by how many days the DSO is above the best possible one.

    >>> average_days_delinquent(158, 59).value
    Decimal('99')
    """
    if dso is None or best_possible_dso is None:
        return undefined("no sales")
    return Fraction(dso) - Fraction(best_possible_dso)


@kpi(
    FAMILY,
    "days",
    "sum over months of (open of that month's sales / that month's sales x its days)",
    undefined="something is open of a month without sales: no sales",
    source="CreditGuru, DSO by sales-weighted buckets",
)
def sales_weighted_dso(buckets: Sequence[tuple[Number, Number, Number]]) -> Outcome:
    """DSO that sets what is open of each month's invoices against that month's own sales, so that seasons cancel out.

    Args:
        buckets: (receivables, sales, days) of each month, in any order.

    >>> sales_weighted_dso([(1000, 2000, 30), (0, 1500, 30), (300, 1200, 30)]).value
    Decimal('22.5')
    """
    if any(receivables and sales <= 0 for receivables, sales, _ in buckets):
        return undefined("no sales")
    parts = [Fraction(open_) / Fraction(sales) * Fraction(days) for open_, sales, days in buckets if open_]
    return sum(parts, Fraction(0))


@kpi(FAMILY, "days", "bucket / credit sales x days", undefined="no sales", source="CreditGuru, DSO by buckets")
def bucket_dso(receivables: Number, credit_sales: Number, days: Days) -> Outcome:
    """One aging bucket as days of sales; the buckets of a balance add up to its simple DSO.

    >>> bucket_dso(3590, 10_890, 90).value.quantize(2)
    Decimal('30')
    """
    return _per_sales(Fraction(receivables), credit_sales, days)


@guarded
def single_period_bucket_dso(buckets: Numbers, credit_sales: Number, days: Days) -> tuple[Kpi, ...]:
    """Each aging bucket as days of one period's sales (`bucket_dso`); together they are the simple DSO.

    >>> [str(each.value) for each in single_period_bucket_dso([50, 25], 150, 30)]
    ['10', '5']
    """
    return tuple(bucket_dso(each, credit_sales, days) for each in buckets)


@kpi(FAMILY, "days", "total DSO - DSO of the bucket", source="CreditGuru, DSO by buckets")
def bucket_dso_excluded(total_dso: Number, bucket_dso: Number) -> Outcome:
    """The DSO that would be left without one bucket, such as the slow part over 90 days.

    >>> bucket_dso_excluded(100, 30).value
    Decimal('70')
    """
    return Fraction(total_dso) - Fraction(bucket_dso)


@kpi(
    FAMILY,
    "days",
    "sum over open invoices of (as of - invoice date) x open / sales of the invoice's month",
    undefined="an open invoice's month has no sales: no sales",
    source=ORACLE,
)
def true_dso(as_of: Day, invoices: DatedAmounts, sales_by_month: MonthlySales) -> Outcome:
    """DSO that follows each open invoice to the month in which it was sold.

    Args:
        as_of: the date asked about.
        invoices: (invoice date, open amount) of each open invoice.
        sales_by_month: the credit sales of each month, by its first day.

    >>> months = {date(2024, 2, 1): 50_000, date(2024, 3, 1): 60_000}
    >>> true_dso(date(2024, 3, 31), [(date(2024, 2, 15), 10_000), (date(2024, 3, 10), 30_000)], months).value
    Decimal('19.5')
    """
    late = [day for day, _ in invoices if day > as_of]
    if late:
        return wrong(*(f"invoices: {day} is after {as_of}" for day in late))
    sales = dict(sales_by_month)
    odd = [month for month in sales if month.day != 1]
    if odd:
        return wrong(*(f"sales_by_month: {month} is not the first day of a month" for month in odd))
    found = Fraction(0)
    for day, amount in invoices:
        sold = sales.get(day.replace(day=1), 0)
        if sold <= 0:
            return undefined("no sales")
        found += (as_of - day).days * Fraction(amount) / Fraction(sold)
    return found
