"""Aging: what is open, by how old it is, tied to the books.

An aging report spreads the open items of each customer over buckets of days. What cannot be aged stands apart:
`undated` items have no due date (yet), `unapplied` is cash and credit that settles nothing, `excluded` is what the
caller asked to leave out, with reasons. Nothing gets lost between them:

    buckets + undated - unapplied + excluded = control total

where the control total comes from the movements of the books, not from the items.
"""

from __future__ import annotations

__all__ = [
    "DEFAULT",
    "AgedItem",
    "AgedItems",
    "Aging",
    "AgingRow",
    "Basis",
    "Buckets",
    "ByItem",
    "Cells",
    "Credits",
    "age",
    "age_by_currency",
    "aged_items",
    "by_item",
    "by_tag",
    "convert",
]

from dunning.aging.ages import ByItem, age, age_by_currency, by_item, by_tag
from dunning.aging.buckets import DEFAULT, Buckets
from dunning.aging.grid import Basis, Credits
from dunning.aging.items import AgedItem, AgedItems, aged_items
from dunning.aging.report import Aging, AgingRow, Cells, convert
