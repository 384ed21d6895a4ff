"""Posting one account: what its facts make of each invoice, and what of them contradicts the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import cast

from dunning.amounts import ZERO
from dunning.interactions import Dispute, PaymentPlan, Promise
from dunning.invoice import Adjustment, Application, Charge, CreditNote, DueDateChange, Invoice, Payment, Reversal
from dunning.ledger.account import Account, undoings
from dunning.ledger.entries import ADJUSTED, Entry, EntryKind, toggled
from dunning.ledger.intake import Intake, Key
from dunning.ledger.kinds import BY_INVOICE, OWN_DATE, Fact, Interaction
from dunning.ledger.payment_plans import Agreement, agreements
from dunning.ledger.receivable import Receivable, Step, by_day, receivable
from dunning.ledger.write_offs import written_off

_SETTLED_LAST = attrgetter("closed")


BY_ID = attrgetter("id")
_REVERSIBLE = (Payment, CreditNote, Application, Adjustment, Charge)


def _reversals(intake: Intake | None, reversals: list[Reversal], targets: Iterable[Fact]) -> list[Reversal]:
    """The reversals that can stand: one for each target, not before it, of something that can be reversed.

    Without an intake nothing is reported: that is the first look, before it is known which targets will stand.
    """
    stands = {fact.id: OWN_DATE[type(fact)](fact) for fact in targets if isinstance(fact, _REVERSIBLE)}
    waiting = sorted(reversals, key=lambda reversal: (reversal.on, reversal.id))
    accepted: dict[str, Reversal] = {}
    found = True
    while found:
        ready = [reversal for reversal in waiting if reversal.of in stands]
        found = bool(ready)
        for reversal in ready:
            waiting.remove(reversal)
            since = stands[reversal.of]
            if reversal.of not in accepted and reversal.on >= since:
                accepted[reversal.of] = reversal
                stands[reversal.id] = reversal.on
            elif intake is not None and reversal.on < since:
                message = f"it is dated {reversal.on}, before what it reverses ({since}); mend the date"
                intake.reject("wrong_date", reversal, message)
            elif intake is not None:
                intake.reject("reversed_twice", reversal, f"{reversal.of} is reversed already; drop one of the two")
    if intake is not None:
        for reversal in waiting:
            intake.reject_reversal(reversal)
    return list(accepted.values())


class _Posted:
    """The lists into which one account is posted."""

    def __init__(self) -> None:
        self.invoices: dict[str, Invoice] = {}
        self.accepted: list[Fact] = []
        self.entries: dict[str, list[Entry]] = {}
        self.on_account: list[Entry] = []
        self.write_offs: dict[str, list[Entry]] = {}
        self.changes: dict[str, list[DueDateChange]] = {}
        self.disputes: dict[str, list[Dispute]] = {}
        self.undone: dict[str, list[Reversal]] = {}

    def write(
        self,
        into: list[Entry],
        on: date,
        amount: Decimal,
        kind: EntryKind,
        invoice: str | None,
        fact: Payment | CreditNote | Charge | Adjustment,
        source: Payment | CreditNote | None = None,
    ) -> None:
        """What a fact adds to what is owed, while it stands."""
        for day, sign, by in toggled(on, self.undone.get(fact.id, ())):
            into.append(Entry(day, amount * sign, kind, invoice, fact, source, by))

    def move(
        self, invoice: Invoice, on: date, amount: Decimal, fact: Payment | CreditNote | Application,
        source: Payment | CreditNote,
    ) -> None:  # fmt: skip
        """Move credit to an invoice: from the day on which both exist, while the fact and its source stand."""
        mine = self.entries.setdefault(invoice.id, [])
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
            entry = Entry(on, amount.copy_negate(), kind, name, fact, fact, None)
            mine = posted.entries.get(name)
            if mine is None:
                posted.entries[name] = [entry]
            else:
                mine.append(entry)
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
            posted.write(posted.entries.setdefault(name, []), on, -amount, kind, name, fact, fact)
        else:
            posted.move(invoice, on, amount, fact, fact)
    if rest:
        posted.write(posted.on_account, on, -rest, kind, None, fact, fact)


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
    if isinstance(fact, DueDateChange) and invoice.installments:
        message = f"invoice {invoice.id} has installments with due dates of their own; bill the parts as invoices"
        intake.reject("installments", fact, message)
        return
    posted.accepted.append(fact)
    if isinstance(fact, Charge):
        posted.write(posted.entries.setdefault(invoice.id, []), fact.on, fact.amount, "charge", invoice.id, fact)
    elif isinstance(fact, Adjustment):
        into = posted.write_offs if fact.kind == "write_off" else posted.entries
        posted.write(into.setdefault(invoice.id, []), fact.on, -fact.amount, ADJUSTED[fact.kind], invoice.id, fact)
    elif isinstance(fact, DueDateChange):
        posted.changes.setdefault(invoice.id, []).append(fact)
    else:
        posted.disputes.setdefault(invoice.id, []).append(fact)


def _post_applications(intake: Intake, posted: _Posted, facts: list[Application], key: Key) -> None:
    """Applications of unapplied cash or credit, as far as their source reaches, the earliest first."""
    sources: dict[str, Payment | CreditNote] = {
        fact.id: fact for fact in posted.accepted if isinstance(fact, (Payment, CreditNote))
    }
    used: dict[str, list[Step]] = {}
    for fact in sorted(facts, key=lambda each: (each.on, each.id)):
        source = sources.get(fact.source)
        if source is None:
            intake.reject_source(fact)
            continue
        since = OWN_DATE[type(source)](source)
        if fact.on < since:
            message = f"it is dated {fact.on}, before its source {source.id} ({since}); mend the date"
            intake.reject("wrong_date", fact, message)
            continue
        invoice = intake.invoice_of(fact, fact.invoice, *key)
        if invoice is None:
            continue
        taken = used.setdefault(source.id, [(since, sum((part for _, part in source.applied), ZERO))])
        steps = [
            *taken,
            *((day, sign * fact.amount) for day, sign, _ in toggled(fact.on, posted.undone.get(fact.id, ()))),
        ]
        most = max(sum(delta for day, delta in steps if day <= at) for at, _ in steps)
        if most > source.amount:
            message = f"with it {most} of {source.id} would be applied, which is only {source.amount}; lower the amount"
            intake.reject("exceeds_source", fact, message)
            continue
        used[source.id] = steps
        posted.accepted.append(fact)
        posted.move(invoice, fact.on, fact.amount, fact, source)


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
        mine = posted.entries.setdefault(name, [])
        mine.extend(list(written_off(posted.invoices[name], mine, write_offs)))
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
    for source in sources:
        _post_source(intake, posted, source, key)
    if rest:
        for fact in rest:
            if isinstance(fact, BY_INVOICE):
                _post_by_invoice(intake, posted, fact, key)
            elif isinstance(fact, (Promise, PaymentPlan)) and intake.items_known(fact, key[1]):
                own.append(fact)
        _post_applications(intake, posted, [fact for fact in rest if isinstance(fact, Application)], key)
        posted.accepted.extend(_reversals(intake, reversals, posted.accepted))
        posted.accepted.extend(own)
    return own


def _receivables(posted: _Posted, shared: dict[date, date]) -> tuple[Receivable, ...]:
    """The account's invoices with what happened to them, those settled last first."""
    entries, changes, disputes = posted.entries, posted.changes, posted.disputes
    found = [
        receivable(invoice, entries.get(name, ()), changes.get(name, ()), disputes.get(name, ()), shared)
        for name, invoice in posted.invoices.items()
    ]
    found.sort(key=_SETTLED_LAST, reverse=True)
    return tuple(found)
