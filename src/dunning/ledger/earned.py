"""Discounts that customers have earned by paying in time, from the day on which they did: what they need not pay.

The terms of an invoice say it, and nobody has to record it first: until an adjustment books the discount, an entry of
the kind *earned discount* keeps it from being owed. A payment that bounces takes what it had earned with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from dunning.amounts import ZERO, minor_units, rounded
from dunning.errors import InvalidValue
from dunning.invoice import Invoice, Payment
from dunning.ledger.entries import Entry
from dunning.terms import discount_windows


def _windows(invoice: Invoice) -> Sequence[tuple[date, Decimal]]:
    """The last day and the rate of each discount; none where a calendar would have to say which day is the last."""
    if invoice.terms is None or not invoice.terms.discounts:
        return ()
    try:
        return discount_windows(invoice.terms, invoice.issued)
    except InvalidValue:
        return ()


class _Standing:
    """What was paid for an invoice, by the day from which it counts, and what else took off from it."""

    def __init__(self, invoice: Invoice) -> None:
        self.invoice = invoice
        self.places = minor_units(invoice.currency)
        self.paid: dict[date, Decimal] = {}
        self.taken_off: dict[date, Decimal] = {}
        self.left = invoice.amount

    def add(self, entry: Entry) -> None:
        """Note an entry; charges are another debt."""
        if entry.kind == "charge":
            return
        self.left += entry.amount
        day = entry.value or entry.day
        if isinstance(entry.source, Payment):
            self.paid[day] = self.paid.get(day, ZERO) - entry.amount
        elif entry.source is not None or entry.kind == "deduction":
            self.taken_off[day] = self.taken_off.get(day, ZERO) - entry.amount

    def paid_by(self, last: date) -> Decimal:
        """The money that counts from a day or earlier."""
        return sum((amount for day, amount in self.paid.items() if day <= last), ZERO)

    def base(self, last: date) -> Decimal:
        """What the invoice comes to with the credit notes and deductions up to a day."""
        return self.invoice.amount - sum((part for day, part in self.taken_off.items() if day <= last), ZERO)

    def earned(self, windows: Sequence[tuple[date, Decimal]]) -> Decimal:
        """What need not be paid: all that is left where the money of a window is all but its discount."""
        for last, rate in windows:
            paid, base = self.paid_by(last), self.base(last)
            discount = rounded(base * rate, self.places)
            if paid > ZERO and paid >= base - discount and ZERO < self.left <= discount:
                return self.left
        return ZERO


def with_earned(invoice: Invoice, entries: list[Entry]) -> list[Entry]:
    """The entries of an invoice with what was earned on each day, until a discount is booked for the first time.

    What is booked then counts for the customer from the day on which it had been earned.
    """
    windows = _windows(invoice)
    if not windows:
        return entries
    state, now, since = _Standing(invoice), ZERO, invoice.issued
    found: list[Entry] = []
    for day, group in groupby(sorted(entries, key=attrgetter("day")), key=attrgetter("day")):
        today = list(group)
        for entry in today:
            state.add(entry)
        booked = next((entry.fact.id for entry in today if entry.kind == "discount"), None)
        then = ZERO if booked is not None else state.earned(windows)
        if then != now:
            by = None if then > now else today[-1].by
            found.append(Entry(day, now - then, "earned discount", invoice.id, invoice, None, by))
        if booked is not None:
            if now:
                entries = [each._replace(value=since) if each.fact.id == booked else each for each in entries]
            break
        since, now = (day if then and not now else since), then
    return [*entries, *found]


def discount_for(invoice: Invoice, entries: Sequence[Entry], on: date) -> Decimal:
    """What of an invoice need not be paid when the rest of it comes in on a day: the highest discount still to be had.

    `entries` are those that stand. Nothing where a discount was taken already, or money came too late for one.
    """
    if any(entry.kind in ("discount", "earned discount") for entry in entries):
        return ZERO
    state = _Standing(invoice)
    for entry in entries:
        state.add(entry)
    for last, rate in _windows(invoice):
        if on <= last:
            base = state.base(last)
            discount = rounded(base * rate, state.places)
            if ZERO < discount < state.left and state.left == base - state.paid_by(last):
                return discount
    return ZERO
