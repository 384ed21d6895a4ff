"""The entries of an account summed by day or cut to some days, without making those of the many plain invoices.

For callers in the exact context. What they give is what `Account.written` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from dunning.amounts import ZERO
from dunning.invoice import CreditNote
from dunning.ledger.entries import SALES, Entry, sole_entry

if TYPE_CHECKING:
    from dunning.ledger.account import Account


def add_movements(account: Account, days: dict[date, Decimal]) -> None:
    """Add to sums by day by how much the balance changes."""
    get = days.get
    for each in account.receivables:
        day = each.issued
        days[day] = get(day, ZERO) + each.amount
        if each.sole is not None:
            day = each.closed
            days[day] = get(day, ZERO) - each.amount
        for entry in each.written:
            day = entry.day
            days[day] = get(day, ZERO) + entry.amount
    for entry in account.on_account:
        days[entry.day] = get(entry.day, ZERO) + entry.amount


def add_sales(account: Account, days: dict[date, Decimal]) -> None:
    """Add to sums by day what was sold: invoices, and credit notes and voids with their sign."""
    get = days.get
    for each in account.receivables:
        if each.invoice.kind in SALES:
            day = each.issued
            days[day] = get(day, ZERO) + each.amount
        if type(each.sole) is CreditNote:
            day = each.closed
            days[day] = get(day, ZERO) - each.amount
        for entry in each.written:
            if entry.kind in SALES:
                days[entry.day] = get(entry.day, ZERO) + entry.amount
    for entry in account.on_account:
        if entry.kind in SALES:
            days[entry.day] = get(entry.day, ZERO) + entry.amount


def written_between(account: Account, first: date, last: date) -> Iterator[Entry]:
    """The entries of some days, invoice by invoice."""
    for each in account.receivables:
        if first <= each.issued <= last:
            yield Entry(each.issued, each.amount, each.invoice.kind, each.invoice.id, each.invoice, None, None)
        if each.sole is None:
            yield from (entry for entry in each.written if first <= entry.day <= last)
        elif first <= each.closed <= last:
            yield sole_entry(each.sole, each.invoice)
    yield from (entry for entry in account.on_account if first <= entry.day <= last)
