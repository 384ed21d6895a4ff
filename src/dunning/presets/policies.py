"""Policies in common use."""

from __future__ import annotations

from decimal import Decimal

from dunning.policy import Call, Escalate, Level, Notify, Place, Policy

__all__ = ["STANDARD_B2B"]

STANDARD_B2B = Policy(
    "standard B2B",
    (
        Level("reminder", -7, optional=True, do=(Notify("email", "reminder"),)),
        Level("first notice", 3, deadline=10, do=(Notify("email", "first_notice"),)),
        Level(
            "second notice",
            17,
            deadline=10,
            do=(Notify("letter", "second_notice"), Call("collector")),
            owner="collector",
        ),
        Level(
            "final demand",
            31,
            deadline=10,
            do=(Notify("letter", "final_demand"), Escalate("credit manager")),
            owner="credit manager",
        ),
        Level("placement", 60, do=(Place("collection agency"),), owner="credit manager", approval="credit manager"),
    ),
    minimum_gap=7,
    minimum_amount=Decimal("5.00"),
)
"""A courteous and firm ladder between businesses: a reminder a week before the due date, a first notice, a second
notice with a call, a final demand that escalates to the manager, and a collection agency if the manager approves.

A house rule, not a standard: adapt the days and the minimum to your terms.
"""
