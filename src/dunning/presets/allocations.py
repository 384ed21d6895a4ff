"""Ways to allocate a payment, by name. The two that follow a law say which; none of this is legal advice."""

from __future__ import annotations

from dunning.allocation import Strategy
from dunning.ledger import PRINCIPAL_FIRST, PaymentOrder

__all__ = [
    "CHARGES_FIRST",
    "GERMAN_CIVIL_CODE",
    "LARGEST_FIRST",
    "OLDEST_FIRST",
    "PRO_RATA",
    "STRATEGIES",
    "UNITED_STATES_RULE",
]

_COSTS_INTEREST_PRINCIPAL: PaymentOrder = ("cost", "interest", "principal", "fee", "penalty")
_INTEREST_PRINCIPAL: PaymentOrder = ("interest", "principal", "cost", "fee", "penalty")

OLDEST_FIRST = Strategy("oldest first", ("named", "exact", "oldest"), order=PRINCIPAL_FIRST)
"""What is named, an exact match, then the oldest due; principal before charges in each item."""

LARGEST_FIRST = Strategy("largest first", ("named", "exact", "largest"), order=PRINCIPAL_FIRST)
"""What is named, an exact match, then the largest."""

PRO_RATA = Strategy("pro rata", ("named", "pro rata"), order=PRINCIPAL_FIRST)
"""What is named, then all items in proportion to what is open."""

CHARGES_FIRST = Strategy(
    "charges first", ("named", "oldest"), order=("cost", "interest", "fee", "penalty", "principal"), charges="first"
)
"""What is named, then the charges of all items, then principal, the oldest due first."""

GERMAN_CIVIL_CODE = Strategy("Germany", ("named", "oldest"), order=_COSTS_INTEREST_PRINCIPAL)
"""The debt that the debtor names, else the one due first; of each debt costs, then interest, then principal.

Source: BGB section 366 (which debt) and section 367(1) (order within it). Section 366(2) prefers the less secured and
the more burdensome debt among those due, which the books do not show: name them.
"""

UNITED_STATES_RULE = Strategy("United States Rule", ("named", "oldest"), order=_INTEREST_PRINCIPAL)
"""A part payment meets the interest due, and what remains of it the principal.

Source: Story v. Livingston, 38 U.S. (13 Pet.) 359 (1839).
"""

STRATEGIES = {
    each.name: each
    for each in (OLDEST_FIRST, LARGEST_FIRST, PRO_RATA, CHARGES_FIRST, GERMAN_CIVIL_CODE, UNITED_STATES_RULE)
}
"""The strategies by name."""
