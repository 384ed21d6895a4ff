"""The quality of receivables and of collecting: effectiveness, shares past due, rolls and cures, losses."""

from __future__ import annotations

from fractions import Fraction

from dunning._base.bounds import Count
from dunning._base.kinds import refuse
from dunning.amounts.decimals import Number
from dunning.kpi.formula import Family, Outcome, ShareNumber, Weighted, kpi, part_of, ratio, undefined, wrong

_COLLECTING: Family = "Collecting"
_QUALITY: Family = "Quality of receivables"
_LOSSES: Family = "Losses"
_OPENSTAX = "OpenStax, Principles of Financial Accounting, ch. 9"


@kpi(
    _COLLECTING,
    "share",
    "(opening + credit sales / months - closing) / (opening + credit sales / months - closing current)",
    undefined="denominator 0: zero denominator; below 0: net credit",
    source="Gaviti and CalculatorsHub, collection effectiveness index",
)
def collection_effectiveness_index(
    opening: Number, credit_sales: Number, closing: Number, closing_current: Number, *, months: Count = 1
) -> Outcome:
    """Collection effectiveness index (CEI): what was collected of what could have been; 1 is the best.

    Raises:
        InvalidValue: the current part is larger than the closing balance, or `months` is below 1.

    >>> collection_effectiveness_index(100_000, 1_000_000, 120_000, 100_000).value
    Decimal('0.98')
    """
    faults: list[str] = []
    if closing_current > closing:
        faults.append(f"closing_current: {closing_current} is more than the closing balance, {closing}")
    if months < 1:
        faults.append(f"months: {months} is below 1")
    if faults:
        return wrong(*faults)
    due = Fraction(opening) + Fraction(credit_sales) / months
    collectable = due - Fraction(closing_current)
    return (
        undefined("net credit") if collectable < 0 else ratio(due - Fraction(closing), collectable, "zero denominator")
    )


@kpi(
    _COLLECTING,
    "share",
    "(collectable - still open) / collectable",
    undefined="nothing was collectable: no items",
    source="workathomeonlinejobs.ga, collection efficiency ratio",
)
def collection_rate(collectable: Number, still_open: Number) -> Outcome:
    """What came in of what was past due at the start or fell due in the period; debt written off did not.

    >>> collection_rate(1000, 250).value
    Decimal('0.75')
    """
    return part_of("still_open", Fraction(collectable) - Fraction(still_open), collectable, "no items")


@kpi(
    _QUALITY,
    "share",
    "past due / total",
    undefined="nothing is open: no receivables",
    source="Shmoop, delinquency rate",
)
def percent_past_due(past_due: Number, total: Number) -> Outcome:
    """The share of receivables (amounts or counts) that is past due.

    Raises:
        InvalidValue: the part is not between 0 and the total.

    >>> percent_past_due(5, 500).value
    Decimal('0.01')
    """
    return part_of("past_due", past_due, total, "no receivables")


@kpi(
    _QUALITY,
    "share",
    "current / total",
    undefined="nothing is open: no receivables",
    source="OpenStax, Principles of Finance, receivables management",
)
def percent_current(current: Number, total: Number) -> Outcome:
    """The share of receivables (amounts or counts) that is not past due.

    >>> percent_current(0, 0).reason
    'no receivables'
    """
    return part_of("current", current, total, "no receivables")


@kpi(
    _QUALITY,
    "share",
    "over 90 days past due / total",
    undefined="nothing is open: no receivables",
    source="OpenStax, Principles of Finance, receivables management",
)
def percent_over_90(over_90: Number, total: Number) -> Outcome:
    """The share of receivables (amounts or counts) that is more than 90 days past due.

    >>> percent_over_90(9000, 180_000).value
    Decimal('0.05')
    """
    return part_of("over_90", over_90, total, "no receivables")


@kpi(
    _QUALITY,
    "share",
    "to balance / from balance",
    undefined="from balance is 0: zero denominator",
    source="US OCC, Retail Lending Examination Procedures; Investopedia, roll rate",
)
def roll_rate(from_balance: Number, to_balance: Number) -> Outcome:
    """What of a bucket (amounts or accounts) is in a later one at the next reading.

    >>> roll_rate(1_000_000, 200_000).value
    Decimal('0.2')
    """
    return ratio(to_balance, from_balance, "zero denominator")


@kpi(
    _QUALITY,
    "share",
    "(paid + became current) / past due at the start",
    undefined="nothing was past due: no overdue",
)
def cure_rate(past_due_opening: Number, paid: Number, became_current: Number, *, paid_counts: bool = True) -> Outcome:
    """What of the past-due balance was cured: paid, or current again.

    Args:
        past_due_opening: past due at the start.
        paid: paid of it since.
        became_current: current again, since it got a later due date.
        paid_counts: whether paying counts as a cure.

    >>> cure_rate(40_000, 22_000, 3_000).value
    Decimal('0.625')
    """
    cured = Fraction(became_current) + (Fraction(paid) if paid_counts else 0)
    return part_of("paid, became_current", cured, past_due_opening, "no overdue")


@kpi(
    _LOSSES,
    "share",
    "write-offs / credit sales; with `net` (write-offs - recoveries) / credit sales",
    undefined="no sales",
    source="Operately, bad debt to sales ratio",
)
def bad_debt_to_sales(
    write_offs: Number, credit_sales: Number, *, recoveries: Number = 0, net: bool = False
) -> Outcome:
    """Debt written off over credit sales; with `net`, less what came in of written-off debt, which may exceed it.

    >>> bad_debt_to_sales(1000, 100_000).value, bad_debt_to_sales(5000, 200_000, recoveries=6000, net=True).value
    (Decimal('0.01'), Decimal('-0.005'))
    """
    if credit_sales <= 0:
        return undefined("no sales")
    return (Fraction(write_offs) - (Fraction(recoveries) if net else 0)) / Fraction(credit_sales)


@kpi(_LOSSES, "share", "recoveries / write-offs", undefined="nothing was written off: no items")
def recovery_rate(recoveries: Number, write_offs: Number) -> Outcome:
    """What came in of written-off debt over what was written off in the same time; it may exceed 1.

    >>> recovery_rate(500, 2000).value
    Decimal('0.25')
    """
    return ratio(recoveries, write_offs, "no items")


@kpi(
    _LOSSES,
    "share",
    "write-offs / mean of opening and closing receivables",
    undefined="mean not above 0: no receivables",
)
def write_off_rate(write_offs: Number, opening: Number, closing: Number) -> Outcome:
    """Debt written off over the mean balance.

    >>> write_off_rate(2000, 90_000, 110_000).value
    Decimal('0.02')
    """
    mean = (Fraction(opening) + Fraction(closing)) / 2
    return Fraction(write_offs) / mean if mean > 0 else undefined("no receivables")


@kpi(_LOSSES, "amount", "rate x credit sales", source=_OPENSTAX)
def bad_debt_expense_from_sales(rate: ShareNumber, credit_sales: Number) -> Outcome:
    """Bad debt expense by the income statement method: a share of credit sales.

    >>> bad_debt_expense_from_sales(Decimal("0.05"), 458_230).value
    Decimal('22911.5')
    """
    return Fraction(rate) * Fraction(credit_sales)


@kpi(_LOSSES, "amount", "rate x receivables", source=_OPENSTAX)
def allowance_from_receivables(rate: ShareNumber, receivables: Number) -> Outcome:
    """The allowance for doubtful accounts by the balance sheet method: a share of receivables.

    >>> allowance_from_receivables(Decimal("0.08"), 745_000).value
    Decimal('59600')
    """
    return Fraction(rate) * Fraction(receivables)


@kpi(_LOSSES, "amount", "required - (opening - write-offs + recoveries)", source=_OPENSTAX)
def allowance_expense(
    required: Number, opening_allowance: Number, write_offs: Number = 0, recoveries: Number = 0
) -> Outcome:
    """The expense that brings the allowance to what is required; an opening debit balance is negative.

    >>> allowance_expense(58_097, -20_000).value
    Decimal('78097')
    """
    return Fraction(required) - (Fraction(opening_allowance) - Fraction(write_offs) + Fraction(recoveries))


@kpi(_LOSSES, "amount", "opening - write-offs + recoveries + expense", source=_OPENSTAX)
def allowance_closing(
    opening_allowance: Number, write_offs: Number, expense: Number, recoveries: Number = 0
) -> Outcome:
    """The allowance at the end of the period.

    >>> allowance_closing(75_000, 85_000, 81_480).value
    Decimal('71480')
    """
    return Fraction(opening_allowance) - Fraction(write_offs) + Fraction(recoveries) + Fraction(expense)


@kpi(
    "Losses",
    "amount squared",
    "sum of amount squared x p x (1 - p)",
    source="the variance of a sum of independent losses",
)
def loss_variance(items: Weighted) -> Outcome:
    """The variance of the loss on items that each go bad, whole and by themselves, with a known probability.

    Args:
        items: (amount, probability that it goes bad) of each item.

    Raises:
        InvalidValue: a probability is not within 0 and 1.

    >>> loss_variance([(100, Decimal("0.1")), (200, Decimal("0.25"))]).value
    Decimal('8400')
    """
    faults = [
        f"items[{index}][1]: {chance} is not a probability"
        for index, (_, chance) in enumerate(items)
        if not 0 <= chance <= 1
    ]
    refuse("loss_variance", faults)
    return sum((Fraction(a) ** 2 * Fraction(p) * (1 - Fraction(p)) for a, p in items), Fraction(0))
