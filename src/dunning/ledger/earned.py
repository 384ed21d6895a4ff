"""Discounts that customers have earned by paying in time, from the day on which they did: what they need not pay.

The terms of an invoice say it, and nobody has to record it first: until an adjustment books the discount, an entry of
the kind *earned discount* keeps it from being owed. A payment that bounces takes what it had earned with it. Discounts
that count from when a part is due are earned part by part, all others by the whole invoice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dunning.amounts import ZERO, minor_units, rounded
from dunning.dates import BusinessCalendar, add_days
from dunning.errors import InvalidValue
from dunning.invoice import Invoice, Payment, Reversal
from dunning.ledger.entries import Entry
from dunning.ledger.kinds import OWN_DATE
from dunning.ledger.parts import spread
from dunning.terms import Terms, discount_windows

Windows = Sequence[tuple[date, Decimal]]
"""The last day and the rate of each discount, the highest rate first."""


def by_parts(terms: Terms | None) -> bool:
    """Whether the discounts of terms are taken off each part."""
    return terms is not None and any(each.deadline.rule == "before due" for each in terms.discounts)


def windows_of(invoice: Invoice, number: int, calendar: BusinessCalendar | None = None) -> Windows:
    """The discounts of an installment, or (0) of the invoice.

    Raises:
        InvalidValue: a calendar has to say which day is the last, and none is given.
    """
    terms, parts = invoice.terms, invoice.installments
    if terms is None or not terms.discounts or bool(number) != (bool(parts) and by_parts(terms)):
        return ()
    due = parts[number - 1].due if number else invoice.due if by_parts(terms) else None
    if due is None and by_parts(terms):
        return ()
    return discount_windows(terms, invoice.issued, delivered=invoice.delivered, calendar=calendar, due=due)


def known_windows(invoice: Invoice, number: int) -> Windows:
    """The same as far as the books can know them: none where it takes a calendar."""
    try:
        return windows_of(invoice, number)
    except InvalidValue:
        return ()


def discount_of(invoice: Invoice, base: Decimal, rate: Decimal) -> Decimal:
    """The discount on what an invoice comes to with its credit notes: a part of it may bear none."""
    bears, places = invoice.discount_base, minor_units(invoice.currency)
    if bears is None:
        return rounded(base * rate, places)
    return rounded(Fraction(base) * Fraction(bears) / Fraction(invoice.amount) * Fraction(rate), places)


class Earned(NamedTuple):
    """A discount that was earned: what need not be paid, the last day and the rate."""

    amount: Decimal
    last: date
    rate: Decimal


class Earning:
    """What was paid for an invoice or installment, from which day it counts, and what else took off from it."""

    def __init__(self, invoice: Invoice, number: int, windows: Windows, grace: int = 0) -> None:
        self.invoice = invoice
        self.number = number
        self.windows = windows
        self.grace = grace
        self.amounts = [part.amount for part in invoice.installments] if number else [invoice.amount]
        self.puts: list[tuple[date, int, Decimal, str]] = []
        self.net = invoice.amount
        self.most = rounded(invoice.amount * max((rate for _, rate in self.windows), default=ZERO), 0) + 1

    def add(self, entry: Entry) -> None:
        """Note an entry; charges are another debt."""
        if entry.kind not in ("charge", "earned discount"):
            way = "paid" if isinstance(entry.source, Payment) else "other"
            if way == "other" and (entry.source is not None or entry.kind == "deduction"):
                way = "taken off"
            self.net += entry.amount
            day = entry.value or max(OWN_DATE[type(entry.fact)](entry.fact), self.invoice.issued)
            self.puts.append((day, entry.installment or 0, -entry.amount, way))

    def left(self, last: date = date.max, ways: Sequence[str] = ("paid", "taken off", "other")) -> Decimal:
        """What of it is open by what counts up to a day."""
        puts = [put for put in self.puts if put[0] <= last and put[3] in ways]
        net = sum(self.amounts, ZERO) - sum((amount for _, _, amount, _ in puts), ZERO)
        if not self.number:
            return max(ZERO, net)
        named = [ZERO for _ in self.amounts]
        for _, number, amount, _ in puts:
            if number:
                named[number - 1] += amount
        return spread(self.amounts, named, max(ZERO, net))[self.number - 1]

    def base(self, last: date) -> Decimal:
        """What it comes to with the credit notes and deductions up to a day."""
        return self.left(last, ("taken off",))

    def earned(self, tolerance: Decimal = ZERO) -> Earned | None:
        """What need not be paid: all that is left where the money of a window is all but its discount.

        Of what was paid too late, a discount of up to `tolerance` is taken all the same.
        """
        if not self.number and self.net > self.most:  # more is open than any discount could be
            return None
        left = self.left()
        for last, rate in self.windows if left else ():
            end = add_days(last, self.grace)
            base = self.base(end)
            in_time = self.left(end, ("paid", "taken off"))
            is_late = left <= tolerance and self.left(date.max, ("paid",)) < sum(self.amounts, ZERO)
            discount = discount_of(self.invoice, base, rate)
            if left <= discount and (is_late or (in_time <= discount and in_time < base)):
                return Earned(left, last, rate)
        return None

    def allowed(self, on: date) -> Decimal:
        """What need not be paid when all the rest comes in on a day: the highest discount still to be had."""
        left = self.left()
        for last, rate in self.windows:
            if on <= last:
                discount = discount_of(self.invoice, self.base(last), rate)
                if ZERO < discount < left and left == self.left(last, ("paid", "taken off")):
                    return discount
        return ZERO


def numbers_of(invoice: Invoice) -> Iterable[int]:
    """The installments that have discounts of their own; (0) where the invoice has them."""
    return range(1, len(invoice.installments) + 1) if invoice.installments and by_parts(invoice.terms) else (0,)


def with_earned(invoice: Invoice, entries: list[Entry]) -> list[Entry]:
    """The entries of an invoice with what was earned on each day, until a discount is booked for the first time.

    What is booked then counts for the customer from the day on which it had been earned.
    """
    found: list[Entry] = []
    valued: dict[str, date] = {}
    for number in numbers_of(invoice):
        if windows := known_windows(invoice, number):
            found += _earned(Earning(invoice, number, windows), entries, valued)
    return [
        *(each._replace(value=valued[each.fact.id]) if each.fact.id in valued else each for each in entries),
        *found,
    ]


def _earned(state: Earning, entries: Iterable[Entry], valued: dict[str, date]) -> Iterator[Entry]:
    """What is earned of an invoice or installment, day by day; notes since when what is booked had been earned.

    What is booked is no more to be earned. One that fell with a payment may be; one that was taken back is lost.
    """
    invoice, booked, is_lost = state.invoice, ZERO, False
    now, since = ZERO, invoice.issued
    for day, group in groupby(sorted(entries, key=attrgetter("day")), key=attrgetter("day")):
        today = list(group)
        for entry in today:
            state.add(entry)
            if entry.kind == "discount" and (entry.installment or 0) in (0, state.number):
                booked += entry.amount
                is_lost = is_lost or (type(entry.by) is Reversal and entry.by.of == entry.fact.id)
                if entry.by is None and now:
                    valued[entry.fact.id] = since
        found = None if booked or is_lost else state.earned()
        then = ZERO if found is None else found.amount
        if then != now:
            by = None if then > now else today[-1].by
            yield Entry(day, now - then, "earned discount", invoice.id, invoice, None, by, state.number or None)
        since, now = (day if then and not now else since), then


def discount_for(invoice: Invoice, entries: Sequence[Entry], number: int, on: date) -> Decimal:
    """What of an installment, or (0) an invoice, need not be paid when the rest of it comes in on a day.

    `entries` are those that stand. Nothing where a discount was taken already, or money came too late for one.
    """
    state = Earning(invoice, number, known_windows(invoice, number))
    taken = (entry for entry in entries if entry.kind in ("discount", "earned discount"))
    if not state.windows or any((entry.installment or 0) in (0, number) for entry in taken):
        return ZERO
    for entry in entries:
        state.add(entry)
    return state.allowed(on)
