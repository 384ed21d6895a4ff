"""Segmentations in common use, with their thresholds as parameters. The thresholds are house rules, not a standard."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from dunning._base.guards import guarded
from dunning.conditions import measure
from dunning.segmentation import Segment, Segmentation, cross

__all__ = ["behaviour_by_value", "payment_behaviour", "risk_classes", "value_classes"]


@guarded
def payment_behaviour(
    *,
    minimum_experiences: int = 3,
    occasional: Decimal = Decimal("0.10"),
    habitual: Decimal = Decimal("0.50"),
    delinquent: int = 90,
    margin: Decimal = Decimal(0),
) -> Segmentation:
    """Customers by how they paid in the last year: delinquent, new, habitually or occasionally late, reliable.

    A customer whose oldest item is more than `delinquent` days past due is *delinquent*. An experience is an item
    settled in the year or past due now; it is late when it was settled after its due date or is past due. Below
    `minimum_experiences` a customer is *new*; with a late share of at least `habitual` it is *habitually late*, of at
    least `occasional` *occasionally late*, else *reliable*. With a `margin` a customer stays habitually or occasionally
    late until the share is that much below the threshold (see `since` of `dunning.segmentation.segment`).

    >>> print(payment_behaviour().names)
    ('delinquent', 'new', 'habitually late', 'occasionally late', 'reliable')
    """
    late = measure("late_share")
    return Segmentation(
        "payment behaviour",
        (
            Segment("delinquent", measure("days_past_due") > delinquent),
            Segment("new", measure("payment_experiences") < minimum_experiences),
            Segment("habitually late", late >= habitual, stay=late >= habitual - margin if margin else None),
            Segment("occasionally late", late >= occasional, stay=late >= occasional - margin if margin else None),
        ),
        default="reliable",
        ranking=("reliable", "occasionally late", "habitually late", "delinquent"),
    )


@guarded
def value_classes(
    *,
    by: Literal["exposure", "sales"] = "exposure",
    a: Decimal = Decimal("0.80"),
    b: Decimal = Decimal("0.95"),
) -> Segmentation:
    """Customers by value: A holds the first 80 % of exposure (or of last year's sales), B the next 15 %, C the rest.

    The customer that crosses a border still belongs to the class above it; customers of equal size share a class.
    Where there is nothing to share out, everybody is C.
    """
    ahead = measure(f"{by}_ahead")
    return Segmentation(
        f"value by {by}",
        (Segment("A", ahead < a), Segment("B", ahead < b)),
        default="C",
        ranking=("A", "B", "C"),
    )


@guarded
def risk_classes(
    *,
    limit_use: tuple[Decimal, Decimal] = (Decimal("0.80"), Decimal(1)),
    broken_promises: tuple[int, int] = (1, 2),
    days_past_due: tuple[int, int] = (30, 90),
) -> Segmentation:
    """Customers by risk: high, medium, low, from exposure over the credit limit, broken promises and ageing.

    Each pair has the bounds of medium and of high risk; one of the three is enough. Use of the credit limit counts
    above its bound, broken promises from theirs on, days past due of the oldest item above theirs. Give the limits as a
    measure of your own named *credit_limit*; without one, its use is undefined and decides nothing.

    >>> print(risk_classes().names)
    ('high', 'medium', 'low')
    """
    high, medium = (
        (measure("credit_limit_use") > limit_use[grade])
        | (measure("broken_promises") >= broken_promises[grade])
        | (measure("days_past_due") > days_past_due[grade])
        for grade in (1, 0)
    )
    return Segmentation(
        "risk", (Segment("high", high), Segment("medium", medium)), default="low", ranking=("low", "medium", "high")
    )


@guarded
def behaviour_by_value(behaviour: Segmentation | None = None, value: Segmentation | None = None) -> Segmentation:
    """The matrix of payment behaviour and value by last year's sales: *reliable / A*, *new / C* and so on.

    `dunning.presets.policies.MATRIX` recommends a policy for each cell.

    >>> len(behaviour_by_value().names)
    15
    """
    return cross(
        payment_behaviour() if behaviour is None else behaviour,
        value_classes(by="sales") if value is None else value,
        name="behaviour by value",
    )
