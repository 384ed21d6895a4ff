"""Strategies: the order in which items and their components are settled, as data."""

from __future__ import annotations

from typing import Literal, TypeAlias

import attrs

from dunning._base.bounds import Some
from dunning._base.noun import frozen
from dunning.amounts import ZERO
from dunning.amounts.decimals import AmountOrZero
from dunning.ledger import PRINCIPAL_FIRST, PaymentOrder

Step: TypeAlias = Literal["named", "exact", "oldest", "largest", "pro rata"]
"""How items are chosen; see `Strategy`."""


ChargesPlace: TypeAlias = Literal["with item", "first", "last"]
"""Whether charges are met item by item, or those of all items before or after all principal."""


@frozen
class Strategy:
    """How a payment is allocated.

    Args:
        name: what it is called.
        steps: *named*: what the customer named, in that order, written-off invoices too (a recovery); *exact*: the one
            item, or the fewest and oldest items (two to five of the 24 oldest), that come to exactly what is left; they
            may be less their discount, and credit notes that are not applied yet be counted in; *oldest* due first;
            *largest* first; *pro rata* of the open amounts. Every step lets an invoice take the discount that
            its terms allow on the day of payment, unless what came is exactly the full amount.
        order: what of an item a payment meets first.
        small: a rest of what the customer named that is at most so much is a small balance, not a deduction.
        charges: whether charges go *with item*, or those of all items *first* or *last*.

    Raises:
        InvalidValue: a field is not what is said above; all faults are named.
    """

    name: str
    steps: Some[Step] = ("named", "exact", "oldest")
    order: PaymentOrder = attrs.field(default=PRINCIPAL_FIRST, kw_only=True)
    charges: ChargesPlace = attrs.field(default="with item", kw_only=True)
    small: AmountOrZero = attrs.field(default=ZERO, kw_only=True)
