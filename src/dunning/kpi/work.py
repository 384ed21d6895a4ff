"""The work of collecting: contacts, promises, disputes, costs, targets, notices, and how well we bill."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from dunning.amounts.decimals import Number
from dunning.kpi.formula import (
    Days,
    Family,
    Numbers,
    Outcome,
    Weighted,
    kpi,
    mean,
    part_of,
    ratio,
    total,
    weighted,
    wrong,
)

_CONTACTS: Family = "Contacts and promises"
_DISPUTES: Family = "Disputes and billing"
_COSTS: Family = "Costs and targets"
_NOTHING = "denominator 0: no items"


@kpi(
    _CONTACTS, "share", "contacts in which somebody was reached / attempts", undefined=_NOTHING, source="vcc.live, KPI"
)
def contact_rate(reached: Number, attempts: Number) -> Outcome:
    """How many attempts to contact a customer reached somebody.

    >>> contact_rate(320, 800).value
    Decimal('0.4')
    """
    return part_of("reached", reached, attempts, "no items")


@kpi(
    _CONTACTS,
    "share",
    "right-party contacts / attempts (or contacts)",
    undefined=_NOTHING,
    source="Call Centre Helper, right party contact",
)
def right_party_contact_rate(
    right_party_contacts: Number,
    base: Number,
    *,
    per: Literal["attempts", "contacts"] = "attempts",  # noqa: ARG001  # said of the inputs
) -> Outcome:
    """How often the person who can pay was reached: of all attempts, or of the contacts; `per` says what `base` is.

    >>> right_party_contact_rate(200, 1000).value
    Decimal('0.2')
    """
    return part_of("right_party_contacts", right_party_contacts, base, "no items")


@kpi(_CONTACTS, "share", "promises / right-party contacts", undefined=_NOTHING, source="Retrievables, collection KPIs")
def promise_to_pay_rate(promises: Number, right_party_contacts: Number) -> Outcome:
    """How many right-party contacts brought a promise to pay.

    >>> promise_to_pay_rate(85, 200).value
    Decimal('0.425')
    """
    return ratio(promises, right_party_contacts, "no items")


@kpi(
    _CONTACTS,
    "share",
    "kept / (kept + broken)",
    undefined="none has fallen due: no items",
    source="Retrievables, collection KPIs",
)
def promise_kept_rate(
    kept: Number,
    broken: Number,
    pending: Number = 0,  # noqa: ARG001  # said of the inputs, and left out
    cancelled: Number = 0,  # noqa: ARG001  # as above
) -> Outcome:
    """How many promises that fell due were kept; a part paid is broken; pending and cancelled ones are left out.

    >>> promise_kept_rate(68, 17, pending=9).value
    Decimal('0.8')
    """
    return part_of("kept", kept, Fraction(kept) + Fraction(broken), "no items")


@kpi(_CONTACTS, "share", "sum(paid by the date, at most what was promised) / sum(promised)", undefined=_NOTHING)
def promise_kept_rate_amount(promises: Weighted) -> Outcome:
    """How much of what was promised came by its date; `promises` are (promised, paid by the date) pairs.

    >>> promise_kept_rate_amount([(20_000, 20_000), (20_000, 16_000), (10_000, 5_000)]).value
    Decimal('0.82')
    """
    return ratio(total([min(each) for each in promises]), total([promised for promised, _ in promises]), "no items")


@kpi(
    _DISPUTES,
    "share",
    "disputes received / invoices issued",
    undefined=_NOTHING,
    source="Klipfolio, payment dispute rate; MoneyCollect, measuring disputes",
)
def dispute_rate(disputed: Number, issued: Number) -> Outcome:
    """Disputes over invoices, of a period or of a cohort of invoices.

    >>> dispute_rate(10, 1000).value
    Decimal('0.01')
    """
    return ratio(disputed, issued, "no items")


@kpi(_DISPUTES, "days", "mean of (resolved - opened)", undefined=_NOTHING)
def average_dispute_resolution_days(
    days: Numbers, *, amounts: Numbers | None = None, open_days: Numbers = (), include_open: bool = False
) -> Outcome:
    """Mean days that disputes took to be resolved.

    Args:
        days: of each resolved dispute.
        amounts: weigh each by its amount.
        open_days: of each dispute still open, to date; counted with `include_open` only.
        include_open: add the open disputes.

    Raises:
        InvalidValue: there is not one amount for each dispute that is counted.

    >>> average_dispute_resolution_days([5, 9, 16]).value
    Decimal('10')
    """
    counted = (*days, *(open_days if include_open else ()))
    if amounts is None:
        return mean(counted)
    if len(amounts) != len(counted):
        return wrong(f"amounts: {len(amounts)} of them for {len(counted)} disputes; give one for each")
    return weighted(tuple(zip(amounts, counted, strict=True)))


@kpi(
    _DISPUTES,
    "days",
    "open deductions / deductions incurred in the period x days",
    undefined="none incurred: no items",
    source="Bigwritehook, tracking DDO",
)
def deduction_days_outstanding(open_deductions: Number, deductions_incurred: Number, days: Days = 1) -> Outcome:
    """Days deductions outstanding: how many days of new deductions are open.

    >>> deduction_days_outstanding(300_000, 10_000, 1).value
    Decimal('30')
    """
    return ratio(Fraction(open_deductions) * Fraction(days), deductions_incurred, "no items")


@kpi(
    _DISPUTES,
    "share",
    "credit notes / invoices, by value or by count",
    undefined=_NOTHING,
    source="KPI Tree, credit note impact analysis; OnePosting, credit note to invoice ratio",
)
def credit_memo_rate(
    credit_notes: Number,
    invoices: Number,
    *,
    by: Literal["value", "count"] = "value",  # noqa: ARG001  # said of the inputs
) -> Outcome:
    """How much of what was billed had to be credited; `by` says whether amounts or numbers are given.

    >>> credit_memo_rate(12_000, 500_000).value
    Decimal('0.024')
    """
    return ratio(credit_notes, invoices, "no items")


@kpi(
    _DISPUTES,
    "share",
    "invoices without error / invoices issued",
    undefined=_NOTHING,
    source="Insia, invoice accuracy rate",
)
def invoice_accuracy(without_error: Number, issued: Number) -> Outcome:
    """The share of invoices that were right the first time.

    >>> invoice_accuracy(950, 1000).value
    Decimal('0.95')
    """
    return part_of("without_error", without_error, issued, "no items")


@kpi(_COSTS, "share", "cost / collected", undefined=_NOTHING, source="Safe N Group, cost to collect")
def cost_to_collect(cost: Number, collected: Number) -> Outcome:
    """What collecting one unit of money costs.

    >>> cost_to_collect(80, 2000).value
    Decimal('0.04')
    """
    return ratio(cost, collected, "no items")


@kpi(_COSTS, "amount", "cost / collections", undefined=_NOTHING, source="Operately, cost per collection")
def cost_per_collection(cost: Number, collections: Number) -> Outcome:
    """What one successful collection costs.

    >>> cost_per_collection(10_000, 100).value
    Decimal('100')
    """
    return ratio(cost, collections, "no items")


@kpi(_COSTS, "amount", "collected / full-time collectors", undefined=_NOTHING, source="Receivable Accounts, per FTE")
def collector_productivity(collected: Number, fte: Number) -> Outcome:
    """What one full-time collector brings in.

    >>> collector_productivity(7000, 2).value
    Decimal('3500')
    """
    return ratio(collected, fte, "no items")


@kpi(_COSTS, "share", "collected / target", undefined=_NOTHING)
def cash_target_attainment(collected: Number, target: Number) -> Outcome:
    """How much of the cash target was reached.

    >>> cash_target_attainment(900_000, 1_000_000).value
    Decimal('0.9')
    """
    return ratio(collected, target, "no items")


@kpi(_COSTS, "amount", "collected - target")
def cash_target_variance(collected: Number, target: Number) -> Outcome:
    """By how much the cash target was passed; negative when it was missed.

    >>> cash_target_variance(900_000, 1_000_000).value
    Decimal('-100000')
    """
    return Fraction(collected) - Fraction(target)


@kpi(_CONTACTS, "share", "settled after a notice and before the next / amount noticed", undefined=_NOTHING)
def stage_effectiveness(noticed: Number, paid_before_next_stage: Number) -> Outcome:
    """How much of what a dunning stage asked for was paid, or settled otherwise, before the next stage.

    >>> stage_effectiveness(50_000, 18_000).value
    Decimal('0.36')
    """
    return part_of("paid_before_next_stage", paid_before_next_stage, noticed, "no items")


@kpi(_CONTACTS, "share", "orders held / orders checked", undefined=_NOTHING)
def credit_hold_rate(held: Number, checked: Number) -> Outcome:
    """The share of orders that the credit check held.

    >>> credit_hold_rate(30, 1200).value
    Decimal('0.025')
    """
    return part_of("held", held, checked, "no items")
