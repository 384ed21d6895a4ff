"""Weights for worklists: what makes a case urgent."""

from __future__ import annotations

from decimal import Decimal

from dunning.worklist import Weight

__all__ = ["COLLECTOR_WEIGHTS"]

COLLECTOR_WEIGHTS = (
    Weight("overdue_balance", Decimal(30), Decimal(10_000)),
    Weight("days_past_due", Decimal(20), Decimal(90)),
    Weight("late_share", Decimal(10), Decimal(1)),
    Weight("broken_promises", Decimal(15), Decimal(3)),
    Weight("risk", Decimal(10), Decimal(1)),
    Weight("sales", Decimal(10), Decimal(100_000)),
    Weight("days_since_contact", Decimal(5), Decimal(30), missing=Decimal(1)),
)
"""A hundred points: the amount at stake, its age, the customer's habit, broken promises, the chance not to be paid, the
value of the relation, and how long nobody has spoken with them.

A house rule, not a standard: adapt the scales to your amounts and currencies.
"""
