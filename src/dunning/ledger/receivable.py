"""One invoice through time: what is owed on it, since when, and how much of it is disputed, on any date.

An invoice's whole life is one running figure, *net*: the amount, plus charges, less everything applied to it. While it
is positive that much is open; where it is negative the surplus stands as unapplied credit of the account. How it lies
on installments follows from the same one figure and from what was put to each by name.

Most invoices are settled once, in full. Those carry a single date, `closed`, and no history at all, which is what
makes questions about any date fast.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

import attrs

from dunning._base.guards import guarded
from dunning._base.names import number_in
from dunning._base.noun import made
from dunning.amounts import ZERO, exact
from dunning.amounts.splitting import covered
from dunning.dates import NEVER_ENDS
from dunning.interactions import Dispute
from dunning.invoice import CreditNote, DueDateChange, Invoice, Payment
from dunning.ledger.entries import Entry, in_order, sole_entry
from dunning.ledger.parts import Change, cleared, spread

Step = tuple[date, Decimal]
"""A day and by how much a balance changes on it."""


@made
class OpenItem:
    """What is open of an invoice, or of one installment of it, on a date.

    `original` is the amount billed and `charges` what was added; `open` is what is still owed of both and `disputed`
    the part of it under dispute. `days_past_due` is the date asked for minus the due date: 0 on the due date, negative
    before it, None when no due date is known. `installment` counts from 1, and is None for an undivided invoice.
    `plan` is the id of the payment plan that sets the due date, while one stands; `tags` are the invoice's.
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
    tags: tuple[str, ...] = ()

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


class OnPart(NamedTuple):
    """What was charged on one installment, and what was put to it by name, each ordered by day."""

    charged: tuple[Step, ...]
    settled: tuple[Step, ...]


@made
class History:
    """What happened to an invoice besides being settled. Each part is ordered by day.

    `due_changes` are those of each installment by its number (0: of the invoice). `parts` has what money facts did to
    each installment, and is empty where none names one.
    """

    charged: tuple[Step, ...] = ()
    due_changes: Mapping[int, tuple[DueDateChange, ...]] = attrs.field(factory=dict[int, "tuple[DueDateChange, ...]"])
    disputes: tuple[Dispute, ...] = ()
    plans: tuple[OnPlan, ...] = ()
    parts: tuple[OnPart, ...] = ()


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
        return self.written if self.sole is None else (sole_entry(self.sole, self.invoice),)

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
        return owed if self.history is None else owed + _running(self.history.charged, as_of)

    def settled_days(self, as_of: date) -> list[date | None]:
        """For each item, the day from which nothing of it was open, up to a date; None when something is open on it."""
        parts = self.amounts
        if as_of < self.issued:
            return [None] * len(parts)
        if not self.settled and len(parts) == 1:  # nothing, or the one settlement in full that `closed` tells of
            return [self.closed if self.closed <= as_of else None]
        entries = (entry for entry in self.entries if entry.day <= as_of)
        return cleared(parts, (), map(change_of, entries), self.issued)

    @property
    def amounts(self) -> list[Decimal]:
        """What each item was billed at."""
        return [part.amount for part in self.invoice.installments] or [self.amount]

    @guarded
    def settled_of(self, number: int, as_of: date) -> Decimal:
        """How much of an installment (counted from 1) is settled on a date."""
        if as_of < self.issued:
            return ZERO
        return self.billed(number, as_of) - self.open_parts(as_of)[number - 1]

    def open_parts(self, as_of: date) -> list[Decimal]:
        """What is open of each item on a date."""
        return self._open_parts(as_of, max(ZERO, self.net(as_of)))

    @guarded
    def open_of(self, number: int, as_of: date) -> Decimal:
        """What is open of an installment on a date, or (0) of the invoice."""
        return self.open_parts(as_of)[number - 1] if number else max(ZERO, self.net(as_of))

    @guarded
    def billed(self, number: int, as_of: date) -> Decimal:
        """What an installment (1 for an undivided invoice) comes to with its charges, settled or not."""
        return self.amounts[number - 1] + self._added(number, as_of)

    def _added(self, number: int, as_of: date) -> Decimal:
        """What was charged on an installment (1 for an undivided invoice); what names none lies on the first."""
        if self.history is not None and self.history.parts:
            return _running(self.history.parts[number - 1].charged, as_of)
        return self.charges(as_of) if number == 1 else ZERO

    def _open_parts(self, as_of: date, net: Decimal) -> list[Decimal]:
        """What is open of each item when so much is in all."""
        amounts = self.amounts
        if len(amounts) == 1:
            return [net]
        billed = [amount + self._added(number, as_of) for number, amount in enumerate(amounts, start=1)]
        return spread(billed, self._named(as_of, len(amounts)), net)

    def _named(self, as_of: date, count: int) -> list[Decimal]:
        """What was put to each installment by name."""
        parts = self.history.parts if self.history else ()
        return [_running(part.settled, as_of) for part in parts] or [ZERO] * count

    @property
    def days_of_change(self) -> set[date]:
        """The days on which what is owed changes."""
        charged = self.history.charged if self.history else ()
        return {self.closed, *(day for day, _ in (*self.settled, *charged))}

    @guarded
    def contract_due(self, number: int, as_of: date) -> date | None:
        """The due date of an installment (1 for an undivided invoice) on a date, payment plans left aside."""
        parts = self.invoice.installments
        due = parts[number - 1].due if parts else self.invoice.due
        for change in self.history.due_changes.get(number if parts else 0, ()) if self.history else ():
            if change.on > as_of:
                break
            due = change.due
        return due

    @guarded
    def due(self, number: int, as_of: date) -> date | None:
        """The due date of an installment (1 for an undivided invoice) on a date, by contract or by a payment plan."""
        agreed = self.agreed(number, as_of)
        return agreed[1] if agreed else self.contract_due(number, as_of)

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
        amounts = self.amounts
        named = [min(amount, put) for amount, put in zip(amounts, self._named(as_of, len(amounts)), strict=True)]
        open_ = spread(amounts, named, max(ZERO, self.amount - applied))
        paid = amounts[number - 1] - open_[number - 1]
        return paid + max(ZERO, applied - self.amount) if number == 1 else paid

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
        return sum(self._contested(as_of, self.open_parts(as_of)), ZERO)

    def _contested(self, as_of: date, open_: Sequence[Decimal]) -> list[Decimal]:
        """What of each open amount is disputed: by name, and of the others the oldest first."""
        found = [ZERO] * len(open_)
        rest, whole = ZERO, sum(open_, ZERO)
        for dispute in self.disputes(as_of):
            number = number_in(dispute.invoice, self.invoice.id)
            if not number:
                rest += whole if dispute.amount is None else dispute.amount
            else:
                limit = open_[number - 1]
                found[number - 1] = limit if dispute.amount is None else min(limit, found[number - 1] + dispute.amount)
        left = [amount - part for amount, part in zip(open_, found, strict=True)]
        return [part + more for part, more in zip(found, covered(rest, left), strict=True)]

    @guarded
    def open_items(self, as_of: date) -> tuple[OpenItem, ...]:
        """The open items of the invoice on a date, none when nothing is open."""
        net = self.net(as_of)
        if net <= ZERO:
            return ()
        if self.history is not None:
            return tuple(self._parts(self.history, as_of, net))
        invoice, due = self.invoice, self.first_due
        late = None if due is None else (as_of - due).days
        item = OpenItem(
            invoice.id, invoice.customer, invoice.currency, self.issued, due, self.amount, ZERO, net, ZERO, late, None,
            None, invoice.tags,
        )  # fmt: skip
        return (item,)

    def _parts(self, history: History, as_of: date, net: Decimal) -> Iterator[OpenItem]:
        """The open items of an invoice with a history; what it has nothing of is not asked for."""
        invoice, parts = self.invoice, self.invoice.installments
        if not parts:
            agreed = self.agreed(1, as_of) if history.plans else None
            disputed = self.disputed(as_of) if history.disputes else ZERO
            due = agreed[1] if agreed else self.contract_due(1, as_of) if history.due_changes else invoice.due
            late = None if due is None else (as_of - due).days
            yield OpenItem(
                invoice.id, invoice.customer, invoice.currency, invoice.issued, due, self.amount,
                _running(history.charged, as_of),
                net, disputed, late, None, agreed[0] if agreed else None, invoice.tags,
            )  # fmt: skip
            return
        open_ = self._open_parts(as_of, net)
        contested = self._contested(as_of, open_) if history.disputes else [ZERO] * len(open_)
        for number, (owed, original) in enumerate(zip(open_, self.amounts, strict=True), start=1):
            if owed > ZERO:
                agreed = self.agreed(number, as_of)
                due = agreed[1] if agreed else self.contract_due(number, as_of)
                late = None if due is None else (as_of - due).days
                added = self._added(number, as_of)
                yield OpenItem(
                    invoice.id, invoice.customer, invoice.currency, invoice.issued, due, original, added, owed,
                    contested[number - 1], late, number, agreed[0] if agreed else None, invoice.tags,
                )  # fmt: skip


def change_of(entry: Entry) -> Change:
    """What an entry does to the installments of its invoice: a charge that names none lies on the first."""
    is_charge = entry.kind == "charge"
    return Change(entry.day, entry.installment or (1 if is_charge else 0), entry.amount, is_charge)


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
        entries, sole = (sole_entry(sole, invoice),), None
    if sole is not None:
        closed = sole.received if type(sole) is Payment else cast("CreditNote", sole).issued
    elif plain and not entries and not invoice.amount:
        closed = invoice.issued
    if entries or not plain:
        added = [(entry.day, entry.amount) for entry in entries if entry.kind == "charge"]
        charged = by_day(added) if added else ()
        if added or not plain:
            history = _history(invoice, charged, entries, due_changes, disputes)
        left = invoice.amount + sum((entry.amount for entry in entries), ZERO)
        if len(entries) == 1 and history is None and not left:
            closed = entries[0].day if invoice.amount else invoice.issued
        else:
            steps = by_day([(entry.day, -entry.amount) for entry in entries if entry.kind != "charge"])
            if steps and not left:
                closed = max(day for day, _ in (*charged, *steps))
            entries = in_order(entries) if len(entries) > 1 else entries
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


def _history(
    invoice: Invoice, charged: tuple[Step, ...], entries: Sequence[Entry], due_changes: Sequence[DueDateChange],
    disputes: Sequence[Dispute],
) -> History:  # fmt: skip
    """What happened to an invoice besides being settled, and to its installments where a fact names one."""
    changes: dict[int, list[DueDateChange]] = {}
    for change in sorted(due_changes, key=lambda each: (each.on, each.id)):
        changes.setdefault(number_in(change.invoice, invoice.id), []).append(change)
    parts: tuple[OnPart, ...] = ()
    if any(entry.installment for entry in entries):
        steps: dict[tuple[int, bool], list[Step]] = {}
        for entry in map(change_of, entries):
            amount = entry.amount if entry.is_charge else -entry.amount
            steps.setdefault((entry.number, entry.is_charge), []).append((entry.day, amount))
        numbers = range(1, len(invoice.installments) + 1)
        parts = tuple(OnPart(*(by_day(steps.get((number, it), [])) for it in (True, False))) for number in numbers)
    return History(
        charged,
        {number: tuple(found) for number, found in changes.items()},
        tuple(sorted(disputes, key=lambda dispute: (dispute.opened, dispute.id))),
        parts=parts,
    )
