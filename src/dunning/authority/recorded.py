"""Concessions as facts: how one that was granted is recorded, and which one a fact records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from dunning._base.noun import at_home, changed
from dunning.amounts import ZERO
from dunning.authority.concessions import (
    Concession,
    ConcessionKind,
    Extension,
    Handover,
    HoldLift,
    InstallmentPlan,
    SettlementDiscount,
    Size,
    Waiver,
    WriteOff,
    held_by,
    kind_of_concession,
    open_of,
    open_of_invoices,
)
from dunning.dates import add_days
from dunning.errors import InvalidValue
from dunning.interactions import Hold, PaymentPlan, Placement
from dunning.invoice import Adjustment, Charge, DueDateChange, Reversal
from dunning.ledger import Account, Fact, Receivable
from dunning.ledger.account import reversed_by
from dunning.ledger.covered import is_about
from dunning.ledger.debts import Debt, debts_among
from dunning.ledger.earned import discount_of
from dunning.terms import discount_on


@at_home
class Granted(NamedTuple):
    """What was conceded before: the id of the fact, the amount, and the invoice where it concerned one."""

    id: str
    amount: Decimal
    invoice: str | None = None


class Conceded(NamedTuple):
    """The concession that a fact records: its kind, its day, who made it, and what it amounts to."""

    kind: ConcessionKind
    on: date
    by: str | None
    size: Size


class _Known(NamedTuple):
    """An account with its invoices and charges by their ids."""

    account: Account
    bills: Mapping[str, Debt]
    charges: Mapping[str, Charge]


def conceded(account: Account) -> Iterator[tuple[Fact, Conceded]]:
    """The facts of an account that record a concession, by id; discounts that the terms of an invoice give are none."""
    charges = {fact.id: fact for fact in account.facts if isinstance(fact, Charge)}
    known = _Known(account, debts_among(account.receivables), charges)
    for fact in sorted({*account.facts, *account.interactions}, key=lambda each: each.id):
        reading = _READINGS.get(type(fact))
        found = None if reading is None else reading(fact, known)
        if found is not None:
            yield fact, found


def _in_adjustment(fact: Adjustment, known: _Known) -> Conceded | None:
    if fact.kind not in ("write_off", "discount"):
        return None
    bill = known.bills[fact.invoice].receivable
    if fact.kind == "discount" and fact.approved_by is None and _is_by_terms(fact, bill):
        return None
    kind: ConcessionKind = "write_off" if fact.kind == "write_off" else "discount"
    return Conceded(kind, fact.on, fact.by, Size(fact.amount, invoices=(fact.invoice,)))


def _is_by_terms(discount: Adjustment, bill: Receivable) -> bool:
    """Whether the invoice's terms give the customer that discount on that day."""
    invoice = bill.invoice
    if invoice.terms is None or not invoice.terms.discounts:
        return False
    if any(entry.fact == discount and entry.value is not None for entry in bill.entries):
        return True  # it was earned before it was booked
    try:
        rate = discount_on(invoice.terms, invoice.issued, discount.on, delivered=invoice.delivered)
    except InvalidValue:  # terms that count business days: by which calendar is not known here
        rate = max(each.rate for each in invoice.terms.discounts)
    return discount.amount <= discount_of(invoice, invoice.amount, rate)


def _in_reversal(fact: Reversal, known: _Known) -> Conceded | None:
    charge = known.charges.get(fact.of)
    if charge is None:
        return None
    return Conceded("waiver", fact.on, fact.by, Size(charge.amount, invoices=(charge.invoice,)))


def _in_due_date(fact: DueDateChange, known: _Known) -> Conceded | None:
    bill = known.bills[fact.invoice]
    first, before = bill.first_due, bill.due(add_days(fact.on, -1))
    if first is None or before is None or fact.due <= before:
        return None
    size = Size(bill.owed(fact.on), ZERO, (fact.invoice,), first, fact.due)
    return Conceded("extension", fact.on, fact.by, size)


def _in_plan(fact: PaymentPlan, _: _Known) -> Conceded:
    amount, last = sum((part.amount for part in fact.installments), ZERO), fact.installments[-1].day
    return Conceded("installments", fact.agreed, fact.by, Size(amount, since=fact.agreed, until=last))


def _in_placement(fact: Placement, known: _Known) -> Conceded | None:
    if not is_about(fact, known.account):
        return None
    return Conceded("handover", fact.on, fact.by, Size(open_of(fact.items, known.account, fact.on)))


def _in_hold(fact: Hold, known: _Known) -> Conceded | None:
    if fact.ended_by is None or fact.end is None or not is_about(fact, known.account):
        return None
    return Conceded("hold_lift", fact.end, fact.ended_by, Size(held_by(fact, known.account, fact.end)))


_READINGS: Mapping[type, Callable[[Any, _Known], Conceded | None]] = {
    Adjustment: _in_adjustment,
    Reversal: _in_reversal,
    DueDateChange: _in_due_date,
    PaymentPlan: _in_plan,
    Placement: _in_placement,
    Hold: _in_hold,
}


def granted_before(kind: ConcessionKind, account: Account, first: date, last: date) -> tuple[Granted, ...]:
    """What was conceded of a kind from one day to another: facts that bear who approved and were not undone."""
    undone = reversed_by(account.facts, last)
    return tuple(
        Granted(fact.id, given.size.amount, next(iter(given.size.invoices), None))
        for fact, given in conceded(account)
        if given.kind == kind and first <= given.on <= last
        if getattr(fact, "approved_by", None) is not None and fact.id not in undone
    )


class _Who(NamedTuple):
    """By whom and when a concession is made, and the ids that are taken."""

    as_of: date
    by: str | None
    approved_by: str
    kind: ConcessionKind
    known: frozenset[str]
    request: str | None = None

    def name(self, target: str) -> str:
        """An id that counts the concessions of the kind, or begins with that of the request."""
        if self.request is not None:
            return f"{self.request}/{target}"
        number = 1
        while (found := f"{target}/{self.kind}/{number}") in self.known:
            number += 1
        return found

    @property
    def signed(self) -> dict[str, Any]:
        """Who agreed, and who approved."""
        return {"by": self.by, "approved_by": self.approved_by}


def _waived(asked: Waiver, _: Account, who: _Who) -> Iterator[Fact]:
    for charge in asked.charges:
        yield Reversal(who.name(charge), charge, who.as_of, reason="waived", **who.signed)


def _discounted(asked: SettlementDiscount, _: Account, who: _Who) -> Iterator[Fact]:
    for invoice, amount in asked.amounts:
        reason = "for payment at once"
        yield Adjustment(who.name(invoice), invoice, who.as_of, amount, "discount", reason=reason, **who.signed)


def _written_off(asked: WriteOff, account: Account, who: _Who) -> Iterator[Fact]:
    for invoice in asked.invoices:
        amount = open_of_invoices(account, (invoice,), who.as_of)
        yield Adjustment(who.name(invoice), invoice, who.as_of, amount, "write_off", reason="conceded", **who.signed)


def _extended(asked: Extension, _: Account, who: _Who) -> Iterator[Fact]:
    name = who.name(asked.invoice)
    yield DueDateChange(name, asked.invoice, who.as_of, asked.due, reason="extension", **who.signed)


def _planned(asked: InstallmentPlan, account: Account, who: _Who) -> Iterator[Fact]:
    name = who.name(f"{account.customer}/{account.currency}")
    parts, items = asked.installments, asked.items
    yield PaymentPlan(name, account.customer, who.as_of, account.currency, parts, items, **who.signed)


def _handed_over(asked: Handover, account: Account, who: _Who) -> Iterator[Fact]:
    items = asked.items or tuple(dict.fromkeys(each.invoice for each in account.items_at(who.as_of)))
    name = who.name(f"{account.customer}/{account.currency}")
    yield Placement(name, account.customer, who.as_of, asked.agency, items=items, **who.signed)


def _lifted(asked: HoldLift, account: Account, who: _Who) -> Iterator[Fact]:
    for hold in account.holds(as_of=who.as_of):
        if hold.id == asked.hold:
            yield changed(hold, end=who.as_of, ended_by=who.by or who.approved_by, approved_by=who.approved_by)


_FACTS: Mapping[type, Callable[[Any, Account, _Who], Iterator[Fact]]] = {
    Waiver: _waived,
    SettlementDiscount: _discounted,
    WriteOff: _written_off,
    Extension: _extended,
    InstallmentPlan: _planned,
    Handover: _handed_over,
    HoldLift: _lifted,
}


def facts_of(
    concession: Concession, account: Account, as_of: date, by: str | None, approved_by: str, request: str | None
) -> Iterator[Fact]:
    """The facts that record a concession that was granted; their ids count those of the kind before them."""
    known = frozenset(fact.id for fact in (*account.facts, *account.interactions))
    who = _Who(as_of, by, approved_by, kind_of_concession(concession), known, request)
    return _FACTS[type(concession)](concession, account, who)
