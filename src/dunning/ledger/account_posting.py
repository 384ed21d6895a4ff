"""Posting one account: what its facts make of each invoice, and what of them contradicts the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import accumulate
from operator import attrgetter
from typing import cast

from dunning.amounts import ZERO
from dunning.dates import NEVER_ENDS
from dunning.interactions import Dispute, PaymentPlan, Promise
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    DueDateChange,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)
from dunning.ledger.account import Account, undoings
from dunning.ledger.entries import ADJUSTED, Entry, EntryKind, sole_entry, toggled
from dunning.ledger.intake import Intake, Key
from dunning.ledger.kinds import BY_INVOICE, OWN_DATE, Fact, Interaction
from dunning.ledger.payment_plans import Agreement, agreements
from dunning.ledger.receivable import Receivable, Step, by_day, receivable
from dunning.ledger.write_offs import written_off

_SETTLED_LAST = attrgetter("closed")


BY_ID = attrgetter("id")
_REVERSIBLE = (Payment, CreditNote, Application, Refund, Adjustment, Charge)


def _reversals(intake: Intake | None, reversals: list[Reversal], targets: Iterable[Fact]) -> list[Reversal]:
    """The reversals that can stand: one for each target, not before it, of something that can be reversed.

    Without an intake nothing is reported: that is the first look, before it is known which targets will stand.
    """
    stands = {fact.id: OWN_DATE[type(fact)](fact) for fact in targets if isinstance(fact, _REVERSIBLE)}
    waiting: dict[str, list[Reversal]] = {}
    for reversal in sorted(reversals, key=lambda each: (each.on, each.id)):
        waiting.setdefault(reversal.of, []).append(reversal)
    accepted: dict[str, Reversal] = {}
    reached = [name for name in waiting if name in stands]
    for name in reached:  # it grows while reversals are accepted that are reversed themselves
        since = stands[name]
        for reversal in waiting.pop(name):
            if name not in accepted and reversal.on >= since:
                accepted[name] = reversal
                stands[reversal.id] = reversal.on
                reached += [reversal.id] if reversal.id in waiting else []
            elif intake is not None and reversal.on < since:
                message = f"it is dated {reversal.on}, before what it reverses ({since}); mend the date"
                intake.reject("wrong_date", reversal, message)
            elif intake is not None:
                intake.reject("reversed_twice", reversal, f"{name} is reversed already; drop one of the two")
    if intake is not None:
        for reversal in (each for found in waiting.values() for each in found):
            intake.reject_reversal(reversal)
    return list(accepted.values())


class _Posted:
    """The lists into which one account is posted."""

    def __init__(self) -> None:
        self.invoices: dict[str, Invoice] = {}
        self.accepted: list[Fact] = []
        self.sole: dict[str, Payment | CreditNote] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.on_account: list[Entry] = []
        self.write_offs: dict[str, list[Entry]] = {}
        self.changes: dict[str, list[DueDateChange]] = {}
        self.disputes: dict[str, list[Dispute]] = {}
        self.undone: dict[str, list[Reversal]] = {}
        self.voids: dict[str, Void] = {}

    def of(self, invoice: str) -> list[Entry]:
        """The entries of an invoice, to be added to."""
        mine = self.entries.setdefault(invoice, [])
        if invoice in self.sole:
            mine.append(sole_entry(self.sole.pop(invoice)))
        return mine

    def end_of(self, invoice: str) -> date:
        """The day from which an invoice is void."""
        return self.voids[invoice].on if invoice in self.voids else NEVER_ENDS

    def write(
        self,
        into: list[Entry],
        on: date,
        amount: Decimal,
        kind: EntryKind,
        invoice: str | None,
        fact: Payment | CreditNote | Refund | Charge | Adjustment,
        source: Payment | CreditNote | None = None,
    ) -> None:
        """What a fact adds to what is owed, while it stands."""
        for day, sign, by in toggled(on, self.undone.get(fact.id, ())):
            into.append(Entry(day, amount * sign, kind, invoice, fact, source, by))

    def move(
        self, invoice: Invoice, on: date, amount: Decimal, fact: Payment | CreditNote | Application | Refund,
        source: Payment | CreditNote,
    ) -> None:  # fmt: skip
        """Move credit to an invoice: from the day on which both exist, while the fact and its source stand."""
        mine = self.of(invoice.id)
        chains = [self.undone.get(name, ()) for name in dict.fromkeys((fact.id, source.id))]
        for day, sign, by in toggled(on, *chains):
            moved = max(day, invoice.issued)
            mine.append(Entry(moved, amount * -sign, "application", invoice.id, fact, source, by))
            self.on_account.append(Entry(moved, amount * sign, "application", None, fact, source, by))


def _post_source(intake: Intake, posted: _Posted, fact: Payment | CreditNote, key: Key) -> None:
    """A payment or credit note, with the invoices it was applied to when it was recorded."""
    on = OWN_DATE[type(fact)](fact)
    kind: EntryKind = "payment" if type(fact) is Payment else "credit note"
    invoices = posted.invoices
    if len(fact.applied) == 1 and fact.id not in posted.undone:  # by far the most; what follows says the same
        ((name, amount),) = fact.applied
        invoice = invoices.get(name)
        if invoice is not None and invoice.issued <= on:
            posted.accepted.append(fact)
            if name in posted.sole or name in posted.entries:
                posted.of(name).append(sole_entry(fact))
            else:
                posted.sole[name] = fact
            if amount != fact.amount:
                posted.on_account.append(Entry(on, amount - fact.amount, kind, None, fact, fact, None))
            return
    named = [intake.invoice_of(fact, name, *key) for name, _ in fact.applied]
    if None in named:
        return
    posted.accepted.append(fact)
    rest = fact.amount
    for invoice, (name, amount) in zip(cast("list[Invoice]", named), fact.applied, strict=True):
        if invoice.issued <= on:
            rest -= amount
            posted.write(posted.of(name), on, -amount, kind, name, fact, fact)
        else:
            posted.move(invoice, on, amount, fact, fact)
    if rest:
        posted.write(posted.on_account, on, -rest, kind, None, fact, fact)


def _post_void(intake: Intake, posted: _Posted, fact: Void, key: Key) -> None:
    """The first void of an invoice stands."""
    invoice = intake.invoice_of(fact, fact.invoice, *key)
    if invoice is None:
        return
    if fact.on < invoice.issued:
        message = f"it is dated {fact.on}, before its invoice ({invoice.issued}); mend the date"
        intake.reject("wrong_date", fact, message)
    elif invoice.id in posted.voids:
        intake.reject("void", fact, f"{posted.voids[invoice.id].id} voids {invoice.id} already; drop one of the two")
    else:
        posted.voids[invoice.id] = fact
        posted.accepted.append(fact)


def _post_by_invoice(
    intake: Intake, posted: _Posted, fact: DueDateChange | Charge | Adjustment | Dispute, key: Key
) -> None:
    """What names an invoice: a charge, an adjustment, a new due date, a dispute."""
    invoice = intake.invoice_of(fact, fact.invoice, *key)
    if invoice is None:
        return
    if isinstance(fact, (Charge, Adjustment)) and fact.on < invoice.issued:
        intake.reject(
            "wrong_date", fact, f"it is dated {fact.on}, before its invoice ({invoice.issued}); mend the date"
        )
        return
    if isinstance(fact, (Charge, Adjustment)) and fact.on >= posted.end_of(invoice.id):
        message = f"invoice {invoice.id} is void since {posted.end_of(invoice.id)}; drop it, or mend the date"
        intake.reject("void", fact, message)
        return
    if isinstance(fact, DueDateChange) and invoice.installments:
        message = f"invoice {invoice.id} has installments with due dates of their own; bill the parts as invoices"
        intake.reject("installments", fact, message)
        return
    posted.accepted.append(fact)
    if isinstance(fact, Charge):
        posted.write(posted.of(invoice.id), fact.on, fact.amount, "charge", invoice.id, fact)
    elif isinstance(fact, Adjustment):
        into = posted.write_offs.setdefault(invoice.id, []) if fact.kind == "write_off" else posted.of(invoice.id)
        posted.write(into, fact.on, -fact.amount, ADJUSTED[fact.kind], invoice.id, fact)
    elif isinstance(fact, DueDateChange):
        posted.changes.setdefault(invoice.id, []).append(fact)
    else:
        posted.disputes.setdefault(invoice.id, []).append(fact)


class _Running:
    """A figure through time, changed and asked about in order of days."""

    def __init__(self) -> None:
        self.now = ZERO
        self.ahead: list[Step] = []

    def add(self, steps: Iterable[Step]) -> None:
        """Change it by so much on some days."""
        for step in steps:
            heappush(self.ahead, step)

    def bounds(self, since: date, until: date, more: Sequence[Step] = ()) -> tuple[Decimal, Decimal]:
        """The least and the most that it comes to at the end of any day of a span, with more changes or as it is."""
        while self.ahead and self.ahead[0][0] <= since:
            self.now += heappop(self.ahead)[1]
        start = self.now + sum((delta for day, delta in more if day <= since), ZERO)
        days = by_day([step for step in (*self.ahead, *more) if since < step[0] < until])
        values = tuple(accumulate((delta for _, delta in days), initial=start))
        return min(values), max(values)


class _Source:
    """A payment or credit note while it is put to use: what of it is taken on any day, and by which invoice."""

    def __init__(self, posted: _Posted, fact: Payment | CreditNote) -> None:
        self.fact = fact
        self.since = OWN_DATE[type(fact)](fact)
        self.undone = posted.undone.get(fact.id, ())
        self.taken = _Running()
        self.on_invoice: dict[str, _Running] = {}
        for name, amount in fact.applied:
            self.take(name, _until(posted.end_of(name), [(self.since, amount)]))

    def take(self, invoice: str, steps: Sequence[Step]) -> None:
        """Put so much to an invoice."""
        self.taken.add(steps)
        self.on_invoice.setdefault(invoice, _Running()).add(steps)


def _until(end: date, steps: Iterable[Step]) -> list[Step]:
    """The same changes up to the day before an end, on which all that was gathered goes back."""
    kept = [step for step in steps if step[0] < end]
    total = sum((delta for _, delta in kept), ZERO)
    return [*kept, (end, -total)] if total and end < NEVER_ENDS else kept


def _post_uses(intake: Intake, posted: _Posted, facts: list[Application | Refund], key: Key) -> None:
    """Applications and refunds of cash or credit, as far as their source reaches, the earliest first."""
    known = {fact.id: fact for fact in posted.accepted if isinstance(fact, (Payment, CreditNote))}
    sources: dict[str, _Source] = {}
    for fact in sorted(facts, key=lambda each: (each.on, each.id)):
        name = fact.source if isinstance(fact, Application) else fact.of
        if name not in known:
            intake.reject_source(fact)
            continue
        source = sources.get(name)
        if source is None:
            source = sources[name] = _Source(posted, known[name])
        if fact.on < source.since:
            message = f"it is dated {fact.on}, before its source {name} ({source.since}); mend the date"
            intake.reject("wrong_date", fact, message)
        elif isinstance(fact, Application):
            _post_application(intake, posted, fact, source, key)
        else:
            _post_refund(intake, posted, fact, source, key)


def _post_application(intake: Intake, posted: _Posted, fact: Application, source: _Source, key: Key) -> None:
    invoice = intake.invoice_of(fact, fact.invoice, *key)
    if invoice is None:
        return
    undone = posted.undone.get(fact.id, ())
    steps = _until(posted.end_of(invoice.id), [(day, sign * fact.amount) for day, sign, _ in toggled(fact.on, undone)])
    _, most = source.taken.bounds(fact.on, NEVER_ENDS, steps)
    if most > source.fact.amount:
        message = f"with it {most} of {source.fact.id} would be applied, which is only {source.fact.amount}"
        intake.reject("exceeds_source", fact, f"{message}; lower the amount")
        return
    source.take(invoice.id, steps)
    posted.accepted.append(fact)
    posted.move(invoice, fact.on, fact.amount, fact, source.fact)


def _post_refund(intake: Intake, posted: _Posted, fact: Refund, source: _Source, key: Key) -> None:
    """A refund takes what is unapplied of its source from its day on, and by invoice what the source was put to."""
    if None in [intake.invoice_of(fact, name, *key) for name, _ in fact.reopens]:
        return
    undone = posted.undone.get(fact.id, ())
    steps = [(day, Decimal(sign)) for day, sign, _ in toggled(fact.on, undone)]
    rest = fact.amount - sum((part for _, part in fact.reopens), ZERO)
    faults: list[str] = []
    if any(_stands(undone, day) and not _stands(source.undone, day) for day in _turns(fact.on, undone, source.undone)):
        faults.append(f"{source.fact.id} is reversed; reverse the refund too, or bill what is to come back")
    for name, part in fact.reopens:
        least, _ = source.on_invoice.get(name, _Running()).bounds(fact.on, posted.end_of(name))
        if fact.on >= posted.end_of(name):
            faults.append(f"{name} is void, and the money for it unapplied; leave it out of `reopens`")
        elif least < part:
            faults.append(f"of {source.fact.id} only {max(ZERO, least)} is put to {name}; lower the amount")
    _, most = source.taken.bounds(fact.on, NEVER_ENDS, [(day, sign * rest) for day, sign in steps])
    if most > source.fact.amount:
        left = source.fact.amount - most + rest
        faults.append(f"of {source.fact.id} only {left} is unapplied; name in `reopens` the invoices owed again")
    if faults:
        intake.reject("exceeds_source", fact, "; ".join(faults))
        return
    source.taken.add((day, sign * fact.amount) for day, sign in steps)
    for name, part in fact.reopens:
        source.take(name, _until(posted.end_of(name), [(day, -sign * part) for day, sign in steps]))
        invoice = posted.invoices[name]
        if fact.on < invoice.issued:  # the money was on account still
            posted.write(posted.on_account, fact.on, part, "refund", None, fact, source.fact)
            posted.move(invoice, fact.on, -part, fact, source.fact)
        else:
            posted.write(posted.of(name), fact.on, part, "refund", name, fact, source.fact)
    if rest:
        posted.write(posted.on_account, fact.on, rest, "refund", None, fact, source.fact)
    posted.accepted.append(fact)


def _stands(undone: Sequence[Reversal], day: date) -> bool:
    return sum(1 for each in undone if each.on <= day) % 2 == 0


def _turns(since: date, *undone: Sequence[Reversal]) -> set[date]:
    """The days from one on, itself included, on which something is undone."""
    return {since, *(each.on for chain in undone for each in chain if each.on > since)}


_MONEY: tuple[EntryKind, ...] = ("payment", "credit note", "application", "refund")


def _void(posted: _Posted, invoice: Invoice, void: Void) -> None:
    """Take an invoice back, with all that was charged and forgiven; money for it goes on account, later money too."""
    before: list[Entry] = []
    sums: dict[tuple[str, EntryKind], Decimal] = {}
    last: dict[tuple[str, EntryKind], Entry] = {}
    for entry in posted.of(invoice.id):
        if entry.day >= void.on:
            if entry.kind in _MONEY:
                posted.on_account.append(entry._replace(invoice=None))
            continue
        before.append(entry)
        key = entry.fact.id, entry.kind
        sums[key] = sums.get(key, ZERO) + entry.amount
        last[key] = entry
    for key, amount in sums.items():
        kind: EntryKind = key[1]
        if kind in _MONEY:
            kind = "application"
            posted.on_account.append(Entry(void.on, amount, kind, None, last[key].fact, last[key].source, void))
        if amount:
            before.append(Entry(void.on, -amount, kind, invoice.id, last[key].fact, last[key].source, void))
    before.append(Entry(void.on, -invoice.amount, "void", invoice.id, invoice, None, void))
    posted.entries[invoice.id] = before


def post_account(intake: Intake, key: Key, facts: list[Fact], people: tuple[Interaction, ...]) -> Account | None:
    """Post the facts of one account; None when none of them can stand."""
    facts.sort(key=BY_ID)
    posted = _Posted()
    own = _post_all(intake, posted, key, facts)
    accepted = posted.accepted
    if not accepted:
        return None
    accepted = facts if len(accepted) == len(facts) else sorted(accepted, key=BY_ID)
    for name, write_offs in posted.write_offs.items():
        mine = posted.of(name)
        mine.extend(list(written_off(posted.invoices[name], mine, write_offs)))
    for name, void in posted.voids.items():
        _void(posted, posted.invoices[name], void)
    receivables = _receivables(posted, intake.days)
    unapplied = by_day([(entry.day, -entry.amount) for entry in posted.on_account])
    plans = [each for each in own if isinstance(each, PaymentPlan)]
    agreed: tuple[Agreement, ...] = ()
    if plans:
        agreed, receivables = agreements(plans, receivables, unapplied)
    return Account(
        key[0],
        key[1],
        tuple(accepted),
        tuple(sorted((*people, *own), key=BY_ID)) if own or people else (),
        receivables,
        tuple(posted.on_account),
        unapplied,
        agreed,
    )


def _post_all(intake: Intake, posted: _Posted, key: Key, facts: list[Fact]) -> list[Interaction]:
    """Post facts kind by kind: invoices, money, what concerns invoices, reversals; gives the promises and plans."""
    sources: list[Payment | CreditNote] = []
    rest: list[Fact] = []
    for fact in facts:
        kind = type(fact)
        if kind is Invoice:
            posted.invoices[fact.id] = cast("Invoice", fact)
            posted.accepted.append(fact)
        elif kind is Payment or kind is CreditNote:
            sources.append(cast("Payment", fact))
        else:
            rest.append(fact)
    own: list[Interaction] = []
    reversals = [fact for fact in rest if isinstance(fact, Reversal)]
    if reversals:
        # Reversals are looked at twice. Here, before anything is accepted, to know what is undone while amounts are
        # posted; below, to accept those of them whose target could stand.
        posted.undone = undoings(_reversals(None, reversals, facts))
    for void in sorted((fact for fact in rest if isinstance(fact, Void)), key=lambda each: (each.on, each.id)):
        _post_void(intake, posted, void, key)
    for source in sources:
        _post_source(intake, posted, source, key)
    if rest:
        for fact in rest:
            if isinstance(fact, BY_INVOICE) and not isinstance(fact, Void):
                _post_by_invoice(intake, posted, fact, key)
            elif isinstance(fact, (Promise, PaymentPlan)) and intake.items_known(fact, key[1]):
                own.append(fact)
        _post_uses(intake, posted, [fact for fact in rest if isinstance(fact, (Application, Refund))], key)
        posted.accepted.extend(_reversals(intake, reversals, posted.accepted))
        posted.accepted.extend(own)
    return own


def _receivables(posted: _Posted, shared: dict[date, date]) -> tuple[Receivable, ...]:
    """The account's invoices with what happened to them, those settled last first."""
    sole, entries, changes, disputes = posted.sole, posted.entries, posted.changes, posted.disputes
    found = [
        receivable(
            invoice, sole.get(name), entries.get(name, ()), changes.get(name, ()), disputes.get(name, ()), shared
        )
        for name, invoice in posted.invoices.items()
    ]
    found.sort(key=_SETTLED_LAST, reverse=True)
    return tuple(found)
