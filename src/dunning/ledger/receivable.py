"""One invoice through time: what is owed on it, since when, and how much of it is disputed, on any date.

An invoice's whole life is one running figure, *net*: the amount, plus charges, less everything applied to it. While it
is positive that much is open; where it is negative the surplus stands as unapplied credit of the account. Payments
settle installments oldest first, so what is open always lies on the last ones, and the split of an invoice into items
follows from the same one figure.

Most invoices are settled once, in full. Those carry a single date, `closed`, and no history at all, which is what
makes questions about any date fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

import attrs

from dunning._base.guards import guarded
from dunning._base.noun import frozen, made
from dunning.amounts import ZERO, exact
from dunning.dates import NEVER_ENDS
from dunning.interactions import Dispute
from dunning.invoice import CreditNote, DueDateChange, Invoice, Payment
from dunning.ledger.entries import Entry, in_order, sole_entry

Step = tuple[date, Decimal]
"""A day and by how much a balance changes on it."""


@made
class OpenItem:
    """What is open of an invoice, or of one installment of it, on a date.

    `original` is the amount billed and `charges` what was added; `open` is what is still owed of both and `disputed`
    the part of it under dispute. `days_past_due` is the date asked for minus the due date: 0 on the due date, negative
    before it, None when no due date is known. `installment` counts from 1, and is None for an undivided invoice.
    `plan` is the id of the payment plan that sets the due date, while one stands.
    """

    invoice: str
    customer: str
    currency: str
    issued: date
    due: date | None
    original: Decimal
    charges: Decimal
    open: Decimal
    disputed: Decimal
    days_past_due: int | None
    installment: int | None = None
    plan: str | None = None

    @property
    def id(self) -> str:
        """The invoice's id, with `/n` for its n-th installment."""
        return self.invoice if self.installment is None else f"{self.invoice}/{self.installment}"

    @property
    @exact
    def settled(self) -> Decimal:
        """What is no longer owed: original + charges - open."""
        return self.original + self.charges - self.open


class OnPlan(NamedTuple):
    """The due dates that a payment plan sets while it stands, by the number of the installment (1 if undivided)."""

    plan: str
    start: date
    end: date
    dues: tuple[tuple[int, date], ...]


@frozen
class History:
    """What happened to an invoice besides being settled. Each part is ordered by day."""

    charged: tuple[Step, ...] = ()
    due_changes: tuple[DueDateChange, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    plans: tuple[OnPlan, ...] = ()


@made
class Receivable:
    """An invoice and its life: open on a day D when `issued <= D < closed` and `net(D)` is above zero.

    `issued`, `first_due` and `amount` repeat the invoice's, close at hand for the loops that visit every invoice.

    `closed` is the first day from which nothing is owed for good, the last day of the calendar if there is none.
    `sole` is the payment or credit note that settled it in full on the day on which it closed, where that is all that
    happened; where more did, `written` holds the entries. `settled` sums up by day what was applied to it.
    `history` is None for the many invoices without charges, changes of the due date, disputes, installments and plans.
    """

    invoice: Invoice
    issued: date
    first_due: date | None
    amount: Decimal
    closed: date
    settled: tuple[Step, ...]
    history: History | None
    sole: Payment | CreditNote | None = attrs.field(default=None, eq=False, repr=False)
    written: tuple[Entry, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was charged on the invoice and what settled it, in order of days; the invoice itself is none of them."""
        return self.written if self.sole is None else (sole_entry(self.sole),)

    @property
    def is_plain(self) -> bool:
        """Whether nothing happened to it but, at most, one settlement in full on the day on which it closed."""
        return not self.settled and self.history is None

    @guarded
    def charges(self, as_of: date) -> Decimal:
        """What was added to the invoice up to a date."""
        return _running(self.history.charged, as_of) if self.history else ZERO

    @guarded
    def net(self, as_of: date) -> Decimal:
        """The amount plus charges less settlements up to a date; negative when more was applied than is owed."""
        if as_of < self.issued or self.closed <= as_of:
            return ZERO
        owed = self.amount
        for day, delta in self.settled:
            if day > as_of:
                break
            owed -= delta
        return owed if self.history is None else owed + self.charges(as_of)

    @guarded
    def settled_on(self, as_of: date, rest: Decimal = ZERO) -> date | None:
        """The day from which no more than `rest` was open, up to a date; None when more is open on it."""
        if as_of < self.issued:
            return None
        if not self.settled:  # nothing, or the one settlement in full that `closed` tells of
            return self.closed if self.closed <= as_of else None
        changes = self.settled + (self.history.charged if self.history else ())
        since: date | None = None
        for day in sorted({self.issued, *(day for day, _ in changes if day <= as_of)}):
            if self.net(day) > rest:
                since = None
            elif since is None:
                since = day
        return since

    @guarded
    def settled_of(self, number: int, as_of: date) -> Decimal:
        """How much of an installment (counted from 1) is settled on a date."""
        if as_of < self.issued:
            return ZERO
        rows = self._split(as_of, max(ZERO, self.net(as_of)), self.charges(as_of))
        _, _, original, added, owed = rows[number - 1]
        return original + added - owed

    @guarded
    def billed(self, number: int, as_of: date) -> Decimal:
        """What an installment (1 for an undivided invoice) comes to with its charges, settled or not."""
        parts = self.invoice.installments
        return (parts[number - 1].amount if parts else self.amount) + (self.charges(as_of) if number == 1 else ZERO)

    @property
    def days_of_change(self) -> set[date]:
        """The days on which what is owed changes."""
        charged = self.history.charged if self.history else ()
        return {self.closed, *(day for day, _ in (*self.settled, *charged))}

    @guarded
    def contract_due(self, number: int, as_of: date) -> date | None:
        """The due date of an installment (1 for an undivided invoice) on a date, payment plans left aside."""
        parts = self.invoice.installments
        return parts[number - 1].due if parts else self.due(as_of)

    @guarded
    def agreed(self, number: int, as_of: date) -> tuple[str, date] | None:
        """The payment plan that sets the due date of an installment on a date, the latest agreed, and that due date."""
        for span in reversed(self.history.plans if self.history else ()):
            if span.start <= as_of < span.end:
                for its_number, due in span.dues:
                    if its_number == number:
                        return span.plan, due
        return None

    @guarded
    def paid_of(self, number: int, as_of: date) -> Decimal:
        """How much of an installment (1 for an undivided invoice) was settled, charges being settled last of all.

        Unlike `settled_of`, it never falls because something was charged.
        """
        if as_of < self.issued:
            return ZERO
        applied = self.amount + self.charges(as_of) - max(ZERO, self.net(as_of))
        parts = [part.amount for part in self.invoice.installments] or [self.amount]
        paid = min(parts[number - 1], max(ZERO, applied - sum(parts[: number - 1], ZERO)))
        return paid + max(ZERO, applied - self.amount) if number == 1 else paid

    @guarded
    def due(self, as_of: date) -> date | None:
        """The due date of an undivided invoice as it stood on a date, payment plans left aside."""
        due = self.invoice.due
        for change in self.history.due_changes if self.history else ():
            if change.on > as_of:
                break
            due = change.due
        return due

    @guarded
    def disputes(self, as_of: date) -> Iterator[Dispute]:
        """The disputes that are open on a date."""
        for dispute in self.history.disputes if self.history else ():
            if dispute.opened <= as_of and (dispute.resolved is None or as_of < dispute.resolved):
                yield dispute

    @guarded
    def disputes_resolved(self, as_of: date) -> Iterator[date]:
        """The days, up to a date, on which disputes were resolved."""
        for dispute in self.history.disputes if self.history else ():
            if dispute.resolved is not None and dispute.resolved <= as_of:
                yield dispute.resolved

    @guarded
    def disputed(self, as_of: date) -> Decimal:
        """How much of what is open is under dispute on a date; a dispute without an amount disputes all of it."""
        net = self.net(as_of)
        parts = [net if dispute.amount is None else dispute.amount for dispute in self.disputes(as_of)]
        return max(ZERO, min(net, sum(parts, ZERO)))

    @guarded
    def open_items(self, as_of: date) -> tuple[OpenItem, ...]:
        """The open items of the invoice on a date, none when nothing is open."""
        net = self.net(as_of)
        if net <= ZERO:
            return ()
        if self.history is not None:
            return tuple(self._parts(as_of, net))
        invoice, due = self.invoice, self.first_due
        late = None if due is None else (as_of - due).days
        item = OpenItem(
            invoice.id, invoice.customer, invoice.currency, self.issued, due, self.amount, ZERO, net, ZERO, late
        )  # fmt: skip
        return (item,)

    def _parts(self, as_of: date, net: Decimal) -> Iterator[OpenItem]:
        """The open items of an invoice with a history, the disputed part laid on the oldest."""
        disputed = self.disputed(as_of)
        charges = self.charges(as_of)
        invoice = self.invoice
        for number, contract_due, original, added, owed in self._split(as_of, net, charges):
            if owed > ZERO:
                contested = min(owed, disputed)
                disputed -= contested
                agreed = self.agreed(number or 1, as_of)
                due = agreed[1] if agreed else contract_due
                late = None if due is None else (as_of - due).days
                yield OpenItem(
                    invoice.id, invoice.customer, invoice.currency, invoice.issued, due,
                    original, added, owed, contested, late, number, agreed[0] if agreed else None,
                )  # fmt: skip

    def _split(
        self, as_of: date, net: Decimal, charges: Decimal
    ) -> Sequence[tuple[int | None, date | None, Decimal, Decimal, Decimal]]:
        """(number, due, original, charges, open) of each item: the last installments are the last to be settled."""
        invoice = self.invoice
        if not invoice.installments:
            return ((None, self.due(as_of), invoice.amount, charges, net),)
        rows: list[tuple[int | None, date | None, Decimal, Decimal, Decimal]] = []
        for number in range(len(invoice.installments), 0, -1):
            part = invoice.installments[number - 1]
            added = charges if number == 1 else ZERO
            owed = min(net, part.amount + added)
            net -= owed
            rows.append((number, part.due, part.amount, added, owed))
        return rows[::-1]


def _running(steps: Iterable[Step], as_of: date) -> Decimal:
    total = ZERO
    for day, delta in steps:
        if day > as_of:
            break
        total += delta
    return total


def unapplied_of(credits: Sequence[Step], receivables: Sequence[Receivable], as_of: date) -> Decimal:
    """Credit that settles nothing on a date; the receivables stand in the order in which an account keeps them."""
    total = _running(credits, as_of)
    for each in receivables:
        if each.closed <= as_of:
            break  # those that close last stand first, so all that follow are closed as well
        if each.settled:
            total -= min(ZERO, each.net(as_of))
    return total


def by_day(steps: list[Step]) -> tuple[Step, ...]:
    """The same changes, one for each day, in order of days; in place of facts in any order."""
    if len(steps) < 2:
        return tuple(steps)
    totals: dict[date, Decimal] = {}
    for day, delta in steps:
        totals[day] = totals.get(day, ZERO) + delta
    return tuple((day, totals[day]) for day in sorted(totals) if totals[day])


def receivable(
    invoice: Invoice,
    sole: Payment | CreditNote | None,
    entries: Sequence[Entry],
    due_changes: Sequence[DueDateChange],
    disputes: Sequence[Dispute],
    shared: dict[date, date],
) -> Receivable:
    """Put an invoice and what happened to it, in any order, into one receivable.

    `shared` keeps one object for equal days over a whole posting: there are few days and many invoices, and what is
    asked for again and again then stays in the processor's cache.
    """
    history: History | None = None
    steps: tuple[Step, ...] = ()
    closed = NEVER_ENDS
    plain = not (due_changes or disputes or invoice.installments)
    if sole is not None and not (plain and sole.applied[0][1] == invoice.amount):
        entries, sole = (sole_entry(sole),), None
    if sole is not None:
        closed = sole.received if type(sole) is Payment else cast("CreditNote", sole).issued
    elif plain and not entries and not invoice.amount:
        closed = invoice.issued
    if entries or not plain:
        charged = by_day([(entry.day, entry.amount) for entry in entries if entry.kind == "charge"])
        if not plain or any(entry.kind == "charge" for entry in entries):
            history = History(
                charged,
                tuple(sorted(due_changes, key=lambda change: (change.on, change.id))),
                tuple(sorted(disputes, key=lambda dispute: (dispute.opened, dispute.id))),
            )
        left = invoice.amount + sum((entry.amount for entry in entries), ZERO)
        if len(entries) == 1 and history is None and not left:
            closed = entries[0].day if invoice.amount else invoice.issued
        else:
            steps = by_day([(entry.day, -entry.amount) for entry in entries if entry.kind != "charge"])
            if steps and not left:
                closed = max(day for day, _ in (*charged, *steps))
            entries = in_order(entries)
    issued, due = invoice.issued, invoice.due
    return Receivable(
        invoice,
        shared.setdefault(issued, issued),
        due if due is None else shared.setdefault(due, due),
        invoice.amount,
        shared.setdefault(closed, closed),
        steps,
        history,
        sole,
        tuple(entries),
    )
