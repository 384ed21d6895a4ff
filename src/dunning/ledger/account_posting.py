"""Posting one account: what its facts make of each invoice, and what of them contradicts the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import cast

from dunning._base.names import owner
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
from dunning.ledger.account import Account, Target, target_of, undoings
from dunning.ledger.earned import by_parts, known_windows, with_earned
from dunning.ledger.entries import ADJUSTED, Entry, EntryKind, sole_entry, value_of
from dunning.ledger.intake import Intake, Key
from dunning.ledger.kinds import BY_INVOICE, OWN_DATE, Fact, Interaction
from dunning.ledger.payment_plans import Agreement, agreements
from dunning.ledger.posted import NamedDebt, Posted, take_back
from dunning.ledger.receivable import Receivable, by_day, receivable
from dunning.ledger.uses import post_uses
from dunning.ledger.write_offs import written_off

_SETTLED_LAST = attrgetter("closed")


BY_ID = attrgetter("id")
_REVERSIBLE = (Payment, CreditNote, Application, Refund, Adjustment, Charge)


def _reversals(intake: Intake | None, reversals: list[Reversal], targets: Iterable[Fact]) -> list[Reversal]:
    """The reversals that can stand: one for each target, not before it, of something that can be reversed.

    Without an intake nothing is reported: that is the first look, before it is known which targets will stand.
    """
    stands: dict[Target, date] = {}
    for fact in targets:
        if isinstance(fact, _REVERSIBLE):
            on = stands[fact.id] = OWN_DATE[type(fact)](fact)
            if isinstance(fact, (Payment, CreditNote)):
                stands.update(((fact.id, name), on) for name, _ in fact.applied)
    waiting: dict[Target, list[Reversal]] = {}
    for reversal in sorted(reversals, key=lambda each: (each.on, each.id)):
        waiting.setdefault(target_of(reversal), []).append(reversal)
    accepted: dict[Target, Reversal] = {}
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
                intake.reject("reversed_twice", reversal, f"{_named(name)} is reversed already; drop one of the two")
    if intake is not None:
        for reversal in (each for found in waiting.values() for each in found):
            intake.reject_reversal(reversal)
    return list(accepted.values())


def _named(target: Target) -> str:
    return target if isinstance(target, str) else " on ".join(target)


def _post_source(intake: Intake, posted: Posted, fact: Payment | CreditNote, key: Key) -> None:
    """A payment or credit note, with the invoices it was applied to when it was recorded."""
    on = fact.received if type(fact) is Payment else cast("CreditNote", fact).issued
    kind: EntryKind = "payment" if type(fact) is Payment else "credit note"
    undone = posted.undone
    if len(fact.applied) == 1 and not undone:  # by far the most; what follows says the same
        ((name, amount),) = fact.applied
        invoice = posted.invoices.get(name)
        if invoice is not None and invoice.issued <= on:
            posted.accepted.append(fact)
            if name in posted.sole or name in posted.entries:
                posted.of(name).append(sole_entry(fact, invoice))
            else:
                posted.sole[name] = fact
            if amount != fact.amount:
                posted.on_account.append(Entry(on, amount - fact.amount, kind, None, fact, fact, None))
            return
    there = [name for name, _ in fact.applied if intake.is_debt(name)]
    named = [intake.debt_of(fact, name, *key) for name in there]
    if None in named:
        return
    if len(there) < len(fact.applied):
        fact = intake.put_on_account(fact)
        posted.is_as_given = False
    posted.accepted.append(fact)
    rest = fact.amount
    for debt, (name, amount) in zip(cast("list[NamedDebt]", named), fact.applied, strict=True):
        invoice, number = debt
        taken_back = undone.get((fact.id, name), ())
        if invoice.issued <= on and not taken_back:
            rest -= amount
            value = value_of(fact, fact, invoice)
            posted.write(posted.of(invoice.id), Entry(on, -amount, kind, invoice.id, fact, fact, None, number, value))
        else:
            posted.move(debt, on, amount, fact, fact, taken_back)
    if rest:
        posted.write(posted.on_account, Entry(on, -rest, kind, None, fact, fact, None))


def _post_void(intake: Intake, posted: Posted, fact: Void, key: Key) -> None:
    """The first void of an invoice stands."""
    debt = intake.debt_of(fact, fact.invoice, *key)
    if debt is None:
        return
    invoice, number = debt
    if number is not None:
        message = f"{fact.invoice} is an installment, and an invoice is void as a whole; credit what was wrong"
        intake.reject("installments", fact, message)
    elif fact.on < invoice.issued:
        message = f"it is dated {fact.on}, before its invoice ({invoice.issued}); mend the date"
        intake.reject("wrong_date", fact, message)
    elif invoice.id in posted.voids:
        intake.reject("void", fact, f"{posted.voids[invoice.id].id} voids {invoice.id} already; drop one of the two")
    else:
        posted.voids[invoice.id] = fact
        posted.accepted.append(fact)


def _post_by_invoice(
    intake: Intake, posted: Posted, fact: DueDateChange | Charge | Adjustment | Dispute, key: Key
) -> None:
    """What names an invoice: a charge, an adjustment, a new due date, a dispute."""
    debt = intake.debt_of(fact, fact.invoice, *key)
    if debt is None:
        return
    invoice, number = debt
    if isinstance(fact, (Charge, Adjustment)) and fact.on < invoice.issued:
        intake.reject(
            "wrong_date", fact, f"it is dated {fact.on}, before its invoice ({invoice.issued}); mend the date"
        )
        return
    if isinstance(fact, (Charge, Adjustment)) and fact.on >= posted.end_of(invoice.id):
        message = f"invoice {invoice.id} is void since {posted.end_of(invoice.id)}; drop it, or mend the date"
        intake.reject("void", fact, message)
        return
    if isinstance(fact, DueDateChange) and invoice.installments and number is None:
        message = f"each installment has a due date of its own; name the one that is meant, as {invoice.id}/1"
        intake.reject("installments", fact, message)
        return
    posted.accepted.append(fact)
    if isinstance(fact, Adjustment) and _is_earned(fact, invoice):
        posted.earned.append((fact, number))  # when all money is posted
    elif isinstance(fact, Charge):
        posted.write(posted.of(invoice.id), Entry(fact.on, fact.amount, "charge", invoice.id, fact, None, None, number))
    elif isinstance(fact, Adjustment):
        into = posted.write_offs.setdefault(invoice.id, []) if fact.kind == "write_off" else posted.of(invoice.id)
        posted.write(into, Entry(fact.on, -fact.amount, ADJUSTED[fact.kind], invoice.id, fact, None, None, number))
    elif isinstance(fact, DueDateChange):
        posted.changes.setdefault(invoice.id, []).append(fact)
    else:
        posted.disputes.setdefault(invoice.id, []).append(fact)


def _is_earned(fact: Adjustment, invoice: Invoice) -> bool:
    """Whether payments earned an adjustment, and not whoever approved it.

    A discount of the terms, a small balance, an exchange difference.
    """
    by_terms = fact.kind == "discount" and invoice.terms is not None and bool(invoice.terms.discounts)
    return fact.approved_by is None and (by_terms or fact.kind in ("small_balance", "exchange_difference"))


def _post_earned(posted: Posted, fact: Adjustment, invoice: Invoice, number: int | None) -> None:
    """An adjustment that payments earned stands while those stand that stood on its day."""
    mine = posted.of(invoice.id)
    chains: dict[int, Sequence[Reversal]] = {}
    last = fact.on
    if fact.kind == "discount":  # by the money that came in time, where any did
        windows = known_windows(invoice, (number or 0) if by_parts(invoice.terms) else 0)
        last = max((last for last, _ in windows), default=last)
    money = [(entry, entry.source) for entry in mine if isinstance(entry.source, Payment) and entry.day <= fact.on]
    in_time = [(entry, source) for entry, source in money if (entry.value or entry.day) <= last]
    for entry, source in (in_time or money) if posted.undone else ():
        for target in (entry.fact.id, source.id, *_pairs(source, invoice)):
            chain = posted.undone.get(target, ())
            if sum(reversal.on <= fact.on for reversal in chain) % 2 == 0:
                chains[id(chain)] = chain
    entry = Entry(fact.on, -fact.amount, ADJUSTED[fact.kind], invoice.id, fact, None, None, number)
    posted.write(mine, entry, *(chain for chain in chains.values() if chain))


def _pairs(source: Payment, invoice: Invoice) -> list[Target]:
    """The pairs of a payment with an invoice or its installments."""
    return [(source.id, name) for name, _ in source.applied if owner(name, (invoice.id,)) == invoice.id]


def post_account(intake: Intake, key: Key, facts: list[Fact], people: tuple[Interaction, ...]) -> Account | None:
    """Post the facts of one account; None when none of them can stand."""
    facts.sort(key=BY_ID)
    posted = Posted()
    own = _post_all(intake, posted, key, facts)
    accepted = posted.accepted
    if not accepted:
        return None
    accepted = facts if len(accepted) == len(facts) and posted.is_as_given else sorted(accepted, key=BY_ID)
    for name, invoice in posted.invoices.items():
        if invoice.terms is not None and invoice.terms.discounts and (name in posted.entries or name in posted.sole):
            posted.entries[name] = with_earned(invoice, posted.of(name))
    for name, write_offs in posted.write_offs.items():
        mine = posted.of(name)
        mine.extend(list(written_off(posted.invoices[name], mine, write_offs)))
    for name, void in posted.voids.items():
        take_back(posted, posted.invoices[name], void)
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


def _post_all(intake: Intake, posted: Posted, key: Key, facts: list[Fact]) -> list[Interaction]:
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
        post_uses(intake, posted, [fact for fact in rest if isinstance(fact, (Application, Refund))], key)
        for fact, number in posted.earned:
            _post_earned(posted, fact, posted.invoices[owner(fact.invoice, posted.invoices)], number)
        posted.accepted.extend(_reversals(intake, reversals, posted.accepted))
        posted.accepted.extend(own)
    return own


def _receivables(posted: Posted, shared: dict[date, date]) -> tuple[Receivable, ...]:
    """The account's invoices with what happened to them, those settled last first."""
    sole, entries, changes, disputes = posted.sole, posted.entries, posted.changes, posted.disputes
    found = [
        receivable(
            invoice,
            sole.get(name),
            entries.get(name, ()) if entries else (),
            changes.get(name, ()) if changes else (),
            disputes.get(name, ()) if disputes else (),
            shared,
        )
        for name, invoice in posted.invoices.items()
    ]
    found.sort(key=_SETTLED_LAST, reverse=True)
    return tuple(found)
