"""Segmentations in common use, with their thresholds as parameters. The thresholds are house rules, not a standard."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from dunning.conditions import measure
from dunning.segmentation import Segment, Segmentation

__all__ = ["payment_behaviour", "value_classes"]


def payment_behaviour(
    *,
    minimum_experiences: int = 3,
    occasional: Decimal = Decimal("0.10"),
    habitual: Decimal = Decimal("0.50"),
) -> Segmentation:
    """Customers by how they paid in the last year: new, reliable, occasionally late, habitually late.

    An experience is an item settled in the year or past due now; it is late when it was settled after its due date or
    is past due. Below `minimum_experiences` a customer is *new*; with a late share of at least `habitual` it is
    *habitually late*, of at least `occasional` *occasionally late*, else *reliable*.

    >>> print(payment_behaviour().names)
    ('new', 'habitually late', 'occasionally late', 'reliable')
    """
    late = measure("late_share")
    return Segmentation(
        "payment behaviour",
        (
            Segment("new", measure("payment_experiences") < minimum_experiences),
            Segment("habitually late", late >= habitual),
            Segment("occasionally late", late >= occasional),
        ),
        default="reliable",
    )


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
    return Segmentation(f"value by {by}", (Segment("A", ahead < a), Segment("B", ahead < b)), default="C")
