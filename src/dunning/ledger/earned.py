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


def is_of(entry: Entry, number: int) -> bool:
    """Whether an entry is of an installment, by name or as one of the whole; all are of (0) the invoice."""
    return not number or entry.installment in (None, number)


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


class _Put(NamedTuple):
    """What was put to an invoice, from which day it counts, and by the name of which installment (0: none)."""

    day: date
    number: int
    amount: Decimal


class Earning:
    """What of an invoice or installment was paid in time for each discount, and what credits took off by then.

    What comes later, for charges or too much, changes nothing about it, and neither does money that is paid back.
    """

    def __init__(self, invoice: Invoice, number: int, windows: Windows, grace: int = 0) -> None:
        self.invoice = invoice
        self.number = number
        self.windows = windows
        self.ends = [add_days(last, grace) for last, _ in windows]
        self.amounts = [part.amount for part in invoice.installments] if number else [invoice.amount]
        self.paid: list[list[_Put]] = [[] for _ in windows]
        self.taken_off: list[list[_Put]] = [[] for _ in windows]
        self.sums = [[ZERO, ZERO] for _ in windows]  # of both
        self.others = ZERO
        self.on_parts = invoice.terms is not None and invoice.terms.discount_on_parts
        self.base = sum(self.amounts, ZERO)  # less all credits, whenever they came

    def add(self, entry: Entry) -> bool:
        """Note an entry, charges being another debt; whether it takes back money that had come in time."""
        if entry.kind in ("charge", "earned discount", "refund", "void", "abatement", "debit"):
            return False
        is_paid = isinstance(entry.source, Payment)
        if not is_paid and entry.source is None and entry.kind != "deduction":
            if is_of(entry, self.number) and entry.kind != "discount":
                self.others -= entry.amount
            return False
        own = max(OWN_DATE[type(entry.fact)](entry.fact), self.invoice.issued)
        put = _Put((entry.value or own) if is_paid else own, entry.installment or 0, -entry.amount)
        self.base -= ZERO if is_paid else put.amount
        for place, end in enumerate(self.ends):
            if put.day <= end:
                (self.paid if is_paid else self.taken_off)[place].append(put)
                self.sums[place][0 if is_paid else 1] += put.amount
        return is_paid and put.amount < ZERO and put.day <= max(self.ends)

    def _left(self, place: int, *, paid: bool) -> Decimal:
        """What is open by what counts for a discount, the money too or credits alone."""
        whole, (money, credit) = sum(self.amounts, ZERO), self.sums[place]
        net = max(ZERO, whole - credit - (money if paid else ZERO))
        if not self.number:
            return net
        named = [ZERO for _ in self.amounts]
        for put in (*self.taken_off[place], *(self.paid[place] if paid else ())):
            if put.number:
                named[put.number - 1] += put.amount
        return spread(self.amounts, named, net)[self.number - 1]

    def discount(self, place: int) -> Decimal:
        """What one of the discounts comes to."""
        return discount_of(self.invoice, self._left(place, paid=False), self.windows[place][1])

    def share(self, discount: Decimal, before: Decimal) -> Decimal:
        """What credit notes leave of a discount on what was billed before."""
        if before <= ZERO:
            return discount
        left = Fraction(max(ZERO, self.base)) / Fraction(before)
        return rounded(Fraction(discount) * left, minor_units(self.invoice.currency))

    def suffices(self) -> Earned | None:
        """The highest discount for which the money that came in time is enough; it may be more than that, or all."""
        for place, (last, rate) in enumerate(self.windows):
            if self.sums[place][0]:
                base, left = self._left(place, paid=False), self._left(place, paid=True)
                if left < base and left <= self.discount(place):
                    return Earned(left, last, rate)
        return self._on_parts() if self.on_parts else None

    def _on_parts(self) -> Earned | None:
        """The discount on what was paid in time, where each payment earns its own: on 49.00 at 2 %, 1.00."""
        earned, before, left, first = Fraction(0), ZERO, ZERO, 0
        for place in range(len(self.windows)):
            base, left = self._left(place, paid=False), self._left(place, paid=True)
            discount = self.discount(place)
            if base - left > before and discount < base:
                first = place if not before else first
                earned += Fraction(base - left - before) * Fraction(discount) / Fraction(base - discount)
                before = base - left
        amount = min(left, rounded(earned, minor_units(self.invoice.currency)))
        return Earned(amount, *self.windows[first]) if amount else None

    @property
    def in_time(self) -> Decimal:
        """What came in time for any discount."""
        return self.sums[-1][0]

    def allowed(self, on: date, left: Decimal, taken: Decimal) -> Decimal:
        """What need not be paid when all that is left comes in on a day: the highest discount still to be had."""
        for place, (last, _) in enumerate(self.windows):
            if on <= last and left + taken == self._left(place, paid=True):
                discount = self.discount(place) - taken
                if ZERO < discount < left:
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


class _Booked:
    """What is booked of a discount: in all, and of it what the terms gave, on how much was billed less credits."""

    def __init__(self) -> None:
        self.total = ZERO
        self.by_terms = ZERO
        self.base = ZERO
        self.is_lost = False
        self._known: set[str] = set()

    def add(self, entry: Entry, base: Decimal, *, is_earned: bool) -> None:
        """Note what is booked, or taken back; what had been earned is by the terms."""
        self.total -= entry.amount
        self.is_lost = self.is_lost or (type(entry.by) is Reversal and entry.by.of == entry.fact.id)
        if entry.by is None and is_earned:
            self._known.add(entry.fact.id)
            self.base = base
        self.by_terms -= entry.amount if entry.fact.id in self._known else ZERO


def _earned(state: Earning, entries: Iterable[Entry], valued: dict[str, date]) -> Iterator[Entry]:
    """What is earned of an invoice or installment, day by day; notes since when what is booked had been earned.

    What was earned stays, whatever else comes, unless money of that time goes back. What is booked is no more to be
    earned; one that fell with a payment may be, and one that was taken back is lost. What else had been taken off by
    the day on which it was earned is not earned once more. Below zero is what credit notes took back of what is booked.
    """
    invoice, booked = state.invoice, _Booked()
    on_credits = invoice.terms is not None and invoice.terms.discount_on_credits
    now, earned, base, since = ZERO, ZERO, ZERO, invoice.issued
    for day, group in groupby(sorted(entries, key=attrgetter("day")), key=attrgetter("day")):
        today, in_time = list(group), state.in_time
        came_back = bool(sum(map(state.add, today)))
        for entry in today:
            if entry.kind == "discount" and is_of(entry, state.number):
                booked.add(entry, state.base, is_earned=bool(now) or state.suffices() is not None)
                if entry.by is None and now:
                    valued[entry.fact.id] = since
        if booked.is_lost or (booked.total and not state.on_parts):
            earned = ZERO
        elif not earned or came_back or (state.on_parts and state.in_time != in_time):
            found = state.suffices()
            now_earned = ZERO if found is None else max(ZERO, found.amount - state.others)
            if came_back or now_earned > earned:  # later money, for charges or too much, takes nothing away
                since, base, earned = day, state.base, now_earned
        then = max(ZERO, earned - booked.total)
        if on_credits and not booked.is_lost:
            left = max(state.share(earned, base), state.share(booked.by_terms, booked.base))
            then = max(min(ZERO, left - booked.by_terms), left - booked.total)
        if then != now:
            by = None if then > now else today[-1].by
            yield Entry(day, now - then, "earned discount", invoice.id, invoice, None, by, state.number or None)
        now = then


def discount_for(invoice: Invoice, entries: Sequence[Entry], number: int, left: Decimal, on: date) -> Decimal:
    """What of an installment, or (0) an invoice, need not be paid when all that is left of it comes in on a day.

    `entries` are those that stand. Nothing where a discount was taken already, or money came too late for one.
    """
    state = Earning(invoice, number, known_windows(invoice, number))
    taken = [entry for entry in entries if entry.kind in ("discount", "earned discount") and is_of(entry, number)]
    if not state.windows or (taken and not state.on_parts):
        return ZERO
    for entry in entries:
        state.add(entry)
    return state.allowed(on, left, -sum((entry.amount for entry in taken), ZERO))
