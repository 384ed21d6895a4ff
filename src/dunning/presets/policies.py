"""Policies in common use."""

from __future__ import annotations

from decimal import Decimal

from dunning.policy import Call, Escalate, Level, Minimum, Notify, Place, Playbook, Policy, StopCredit
from dunning.presets.segments import behaviour_by_value

__all__ = ["ACCOUNT_MANAGER_FIRST", "FIRM_AND_EARLY", "LIGHT_TOUCH", "MATRIX", "STANDARD_B2B"]

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
    minimum=Minimum(Decimal("5.00")),
)
"""A courteous and firm ladder between businesses: a reminder a week before the due date, a first notice, a second
notice with a call, a final demand that escalates to the manager, and a collection agency if the manager approves.

A house rule, not a standard: adapt the days and the minimum to your terms.
"""

LIGHT_TOUCH = Policy(
    "light touch",
    (
        Level("reminder", 7, do=(Notify("email", "friendly_reminder"),)),
        Level("call", 21, do=(Call("account manager"),), owner="account manager"),
        Level(
            "final notice",
            45,
            deadline=14,
            do=(Notify("letter", "final_notice"), Escalate("credit manager")),
            owner="credit manager",
            approval="account manager",
        ),
    ),
    minimum_gap=14,
    minimum=Minimum(Decimal("25.00")),
)
"""For the reliable and valuable: late and friendly, by people who know the customer; nothing final without them."""

ACCOUNT_MANAGER_FIRST = Policy(
    "account manager first",
    (
        Level("account manager", 3, do=(Call("account manager"),), owner="account manager"),
        Level("first notice", 14, deadline=10, do=(Notify("email", "first_notice"),), owner="account manager"),
        Level("second notice", 28, deadline=10, do=(Notify("letter", "second_notice"), Call("credit manager"))),
        Level(
            "final demand",
            45,
            deadline=10,
            do=(Notify("letter", "final_demand"), Escalate("credit manager")),
            owner="credit manager",
            approval="credit manager",
        ),
    ),
    minimum_gap=7,
    minimum=Minimum(Decimal("5.00")),
)
"""For key customers who do not pay on time: a person whom they know speaks before any letter is sent."""

FIRM_AND_EARLY = Policy(
    "firm and early",
    (
        Level("reminder", -7, optional=True, do=(Notify("email", "reminder"),)),
        Level(
            "first notice", 1, deadline=7, do=(Notify("email", "first_notice"), Call("collector")), owner="collector"
        ),
        Level("final demand", 10, deadline=7, do=(Notify("letter", "final_demand"),), owner="collector"),
        Level("credit stop", 20, do=(StopCredit(), Escalate("credit manager")), owner="credit manager"),
        Level("placement", 35, do=(Place("collection agency"),), owner="credit manager", approval="credit manager"),
    ),
    minimum_gap=7,
    minimum=Minimum(Decimal("5.00")),
)
"""For habitual late payers: a reminder before the due date, then short steps, no delivery on credit, the agency."""

MATRIX = Playbook(
    behaviour_by_value(),
    (
        ("delinquent / A", ACCOUNT_MANAGER_FIRST),
        ("delinquent / B", FIRM_AND_EARLY),
        ("delinquent / C", FIRM_AND_EARLY),
        ("new / A", ACCOUNT_MANAGER_FIRST), ("new / B", STANDARD_B2B), ("new / C", STANDARD_B2B),
        ("habitually late / A", ACCOUNT_MANAGER_FIRST),
        ("habitually late / B", FIRM_AND_EARLY),
        ("habitually late / C", FIRM_AND_EARLY),
        ("occasionally late / A", ACCOUNT_MANAGER_FIRST),
        ("occasionally late / B", STANDARD_B2B),
        ("occasionally late / C", STANDARD_B2B),
        ("reliable / A", LIGHT_TOUCH), ("reliable / B", LIGHT_TOUCH), ("reliable / C", STANDARD_B2B),
    ),
    default=STANDARD_B2B,
)  # fmt: skip
"""A recommended policy for each cell of payment behaviour x value; give it to `dunning.decision.plan`."""
