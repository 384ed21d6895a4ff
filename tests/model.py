"""Slow, obvious models of what the ledger and aging must say. They never call the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.interactions import Dispute
from dunning.invoice import Adjustment, Application, Charge, CreditNote, DueDateChange, Invoice, Payment, Reversal
from dunning.ledger import Fact

Row = tuple[str, date | None, Decimal]
"""(invoice, due date, open amount) of one item."""


def stands(facts: Sequence[Fact], name: str, day: date) -> bool:
    """Whether nothing that itself stands has reversed the fact by a day."""
    return not any(
        isinstance(each, Reversal) and each.of == name and each.on <= day and stands(facts, each.id, day)
        for each in facts
    )


def happened(fact: Any) -> date:
    """The date of a fact, whatever its field is called."""
    for name in ("issued", "received", "on", "made", "opened", "start", "agreed"):
        if hasattr(fact, name):
            found: date = getattr(fact, name)
            return found
    raise AssertionError(fact)


def balance(facts: Sequence[Fact], day: date) -> Decimal:
    """What is owed in all: billed and charged less paid, credited and adjusted."""
    total = Decimal(0)
    for fact in facts:
        if happened(fact) <= day and stands(facts, fact.id, day):
            if isinstance(fact, (Invoice, Charge)):
                total += fact.amount
            elif isinstance(fact, (Payment, CreditNote, Adjustment)):
                total -= fact.amount
    return total


def net(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What is owed on one invoice; negative when more was applied than is owed."""
    if invoice.issued > day:
        return Decimal(0)
    owed = invoice.amount
    for fact in facts:
        if happened(fact) <= day and stands(facts, fact.id, day):
            if isinstance(fact, Charge) and fact.invoice == invoice.id:
                owed += fact.amount
            elif isinstance(fact, Adjustment) and fact.invoice == invoice.id:
                owed -= fact.amount
            elif isinstance(fact, (Payment, CreditNote)):
                owed -= sum((part for name, part in fact.applied if name == invoice.id), Decimal(0))
            elif isinstance(fact, Application) and fact.invoice == invoice.id and stands(facts, fact.source, day):
                owed -= fact.amount
    return owed


def due_of(facts: Sequence[Fact], invoice: Invoice, day: date) -> date | None:
    """The due date as the latest change up to a day left it."""
    changes = [
        fact for fact in facts if isinstance(fact, DueDateChange) and fact.invoice == invoice.id and fact.on <= day
    ]
    return max(changes, key=lambda each: (each.on, each.id)).due if changes else invoice.due


def open_rows(facts: Sequence[Fact], day: date) -> list[Row]:
    """Every open item; payments settle installments oldest first, charges are owed with the first."""
    rows: list[Row] = []
    for invoice in (fact for fact in facts if isinstance(fact, Invoice)):
        left = net(facts, invoice, day)
        if left <= 0:
            continue
        if not invoice.installments:
            rows.append((invoice.id, due_of(facts, invoice, day), left))
            continue
        billed = sum((part.amount for part in invoice.installments), Decimal(0))
        charged = sum(
            (
                fact.amount
                for fact in facts
                if isinstance(fact, Charge)
                and fact.invoice == invoice.id
                and fact.on <= day
                and stands(facts, fact.id, day)
            ),
            Decimal(0),
        )
        paid = billed + charged - left
        for number, part in enumerate(invoice.installments):
            owed = part.amount + (charged if number == 0 else 0)
            settled = min(paid, owed)
            paid -= settled
            if owed > settled:
                rows.append((invoice.id, part.due, owed - settled))
    return rows


def unapplied(facts: Sequence[Fact], day: date) -> Decimal:
    """What the customer has in credit beside the open items."""
    return sum((owed for _, _, owed in open_rows(facts, day)), Decimal(0)) - balance(facts, day)


def disputed(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """How much of what is open of an invoice is disputed."""
    left = max(Decimal(0), net(facts, invoice, day))
    total = Decimal(0)
    for fact in facts:
        if isinstance(fact, Dispute) and fact.invoice == invoice.id and fact.opened <= day:
            if fact.resolved is None or day < fact.resolved:
                total += left if fact.amount is None else fact.amount
    return min(left, total)


def bucket(days: int) -> str:
    """The default buckets, spelled out."""
    if days <= 0:
        return "current"
    if days <= 30:
        return "1-30"
    if days <= 60:
        return "31-60"
    if days <= 90:
        return "61-90"
    return "91+"


def aged(facts: Sequence[Fact], day: date) -> dict[str, Decimal]:
    """One account's aging by due date, in ten lines."""
    columns = ("current", "1-30", "31-60", "61-90", "91+", "undated", "unapplied", "excluded")
    found: dict[str, Decimal] = dict.fromkeys(columns, Decimal(0))
    for _, due, owed in open_rows(facts, day):
        found["undated" if due is None else bucket((day - due).days)] += owed
    found["unapplied"] = unapplied(facts, day)
    return found


def key_of(facts: Sequence[Fact], fact: Any) -> tuple[str, str] | None:
    """The customer and currency that a fact belongs to; None for what concerns a customer in all currencies."""
    by_id: dict[str, Any] = {each.id: each for each in facts}
    while not hasattr(fact, "currency"):
        name = next((getattr(fact, each) for each in ("source", "of") if hasattr(fact, each)), None)
        if name is None and not hasattr(fact, "customer"):
            name = fact.invoice
        if name is None:
            return None
        fact = by_id[name]
    return fact.customer, fact.currency


def by_account(facts: Sequence[Fact]) -> dict[tuple[str, str], list[Fact]]:
    """The money facts of each account."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        key = key_of(facts, fact)
        if key is not None:
            found.setdefault(key, []).append(fact)
    return found


def days_from(first: date, count: int) -> Iterable[date]:
    """`count` days, the first included."""
    return (first + timedelta(days=number) for number in range(count))
