"""Allocation: which invoices a payment settles, proposed by a named strategy.

A strategy goes through its steps in order: what the customer named, an exact match, the oldest due first, the largest
first, or in proportion. Never more is allocated than was paid, nor than is open; what is left stays unapplied. What is
disputed is left alone unless the customer names it. Within an item, and between items where the strategy says so, a
payment meets charges and principal in a named order, for statutes differ.
"""

from __future__ import annotations

__all__ = ["Allocated", "Allocation", "ChargesPlace", "Step", "Strategy", "allocate"]

from dunning.allocation.proposal import Allocated, Allocation, allocate
from dunning.allocation.strategies import ChargesPlace, Step, Strategy
