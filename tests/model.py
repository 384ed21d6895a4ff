"""Slow, obvious models of what the ledger and aging must say. They never call the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.interactions import Dispute, PaymentPlan
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
)  # fmt: skip
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
    """What is owed in all: billed and charged less paid, credited and adjusted; debt written off that came in counts."""
    total = Decimal(0)
    for fact in facts:
        if happened(fact) <= day and stands(facts, fact.id, day):
            if isinstance(fact, Invoice):
                total += fact.amount - forgiven(facts, fact, day)
                total -= fact.amount if is_void(facts, fact.id, day) else 0
            elif isinstance(fact, Refund):
                total += fact.amount
            elif isinstance(fact, (Payment, CreditNote)):
                total -= fact.amount
            elif isinstance(fact, (Charge, Adjustment)) and not is_void(facts, fact.invoice, day):
                total += fact.amount if isinstance(fact, Charge) else -fact.amount * (fact.kind != "write_off")
    return total


def is_void(facts: Sequence[Fact], invoice: str, day: date) -> bool:
    """Whether an invoice was voided by a day."""
    return any(isinstance(fact, Void) and fact.invoice == invoice and fact.on <= day for fact in facts)


def net(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What is owed on one invoice; negative when more was applied than is owed."""
    return unforgiven(facts, invoice, day) - forgiven(facts, invoice, day)


def forgiven(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What write-offs forgive: each what was owed on its day and is not paid since; later charges are owed."""
    lost = [
        fact
        for fact in facts
        if isinstance(fact, Adjustment) and fact.kind == "write_off" and fact.invoice == invoice.id
    ]
    if is_void(facts, invoice.id, day):
        return Decimal(0)
    now = recovered = Decimal(0)
    own: dict[str, Decimal] = {}
    before, charges_before = invoice.amount, Decimal(0)
    for on in sorted({each for each in days_of(facts) if each <= day}) if lost else []:
        owed, charges = unforgiven(facts, invoice, on), charged(facts, invoice, on)
        if on < invoice.issued:
            owed = invoice.amount
        came = before + charges - charges_before - owed
        if max(Decimal(0), owed) < now:
            gone = now - max(Decimal(0), owed)
            recovered += min(gone, max(Decimal(0), came))
            now -= gone
        elif came < 0:
            again = min(-came, recovered, max(Decimal(0), owed) - now)
            recovered -= again
            now += again
        on_now = {fact.id for fact in lost if fact.on <= on and stands(facts, fact.id, on)}
        for name in sorted(set(own) - on_now):
            mine = own.pop(name)
            recovered -= min(mine - min(mine, now), recovered)
            now -= min(mine, now)
        for fact in sorted(
            (fact for fact in lost if fact.id in on_now - set(own)), key=lambda each: (each.amount, each.id)
        ):
            own[fact.id] = min(fact.amount, max(Decimal(0), owed) - now)
            now += own[fact.id]
        before, charges_before = owed, charges
    return now


def charged(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What was charged on an invoice and stands."""
    return sum(
        (
            fact.amount
            for fact in facts
            if isinstance(fact, Charge)
            and fact.invoice == invoice.id
            and fact.on <= day
            and stands(facts, fact.id, day)
            and not is_void(facts, invoice.id, day)
        ),
        Decimal(0),
    )


def days_of(facts: Sequence[Fact]) -> set[date]:
    """The days on which something happened."""
    return {happened(fact) for fact in facts}


def unforgiven(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What is owed on one invoice, write-offs left aside."""
    if invoice.issued > day or is_void(facts, invoice.id, day):
        return Decimal(0)
    owed = invoice.amount
    for fact in facts:
        if happened(fact) <= day and stands(facts, fact.id, day):
            if isinstance(fact, Charge) and fact.invoice == invoice.id:
                owed += fact.amount
            elif isinstance(fact, Adjustment) and fact.invoice == invoice.id and fact.kind != "write_off":
                owed -= fact.amount
            elif isinstance(fact, (Payment, CreditNote)):
                owed -= sum((part for name, part in fact.applied if name == invoice.id), Decimal(0))
            elif isinstance(fact, Refund):
                owed += sum((part for name, part in fact.reopens if name == invoice.id), Decimal(0))
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
    """Every open item, due by contract or, while a payment plan stands, by the plan."""
    rows: list[Row] = []
    for invoice, number, owed, settled in items(facts, day):
        if owed > settled:
            contract = invoice.installments[number].due if invoice.installments else due_of(facts, invoice, day)
            rows.append((invoice.id, planned(facts, invoice, number, day) or contract, owed - settled))
    return rows


def items(facts: Sequence[Fact], day: date) -> list[tuple[Invoice, int, Decimal, Decimal]]:
    """(invoice, number from 0, owed with charges, settled) of each item.

    Payments settle installments oldest first, charges are owed with the first.
    """
    rows: list[tuple[Invoice, int, Decimal, Decimal]] = []
    for invoice in (fact for fact in facts if isinstance(fact, Invoice) and fact.issued <= day):
        added = charged(facts, invoice, day)
        paid = invoice.amount + added - max(Decimal(0), net(facts, invoice, day))
        for number, amount in enumerate([part.amount for part in invoice.installments] or [invoice.amount]):
            owed = amount + (added if number == 0 else 0)
            settled = min(paid, owed)
            paid -= settled
            rows.append((invoice, number, owed, settled))
    return rows


def is_on(plan: PaymentPlan, invoice: Invoice, number: int) -> bool:
    """Whether a plan names an invoice or its installment."""
    return invoice.id in plan.items or f"{invoice.id}/{number + 1}" in plan.items


def towards(facts: Sequence[Fact], plan: PaymentPlan, day: date) -> Decimal:
    """What was paid towards a plan by the end of a day: settled since the day before it, and unapplied credit."""
    account = by_account(facts)[plan.customer, plan.currency]

    def settled(on: date) -> Decimal:
        return sum(
            (
                part_paid(account, invoice, number, on)
                for invoice in account
                if isinstance(invoice, Invoice)
                for number in range(max(1, len(invoice.installments)))
                if is_on(plan, invoice, number)
            ),
            Decimal(0),
        )

    owed = sum((row[2] - row[3] for row in items(account, day)), Decimal(0))
    credit = owed - balance(account, day)
    return settled(day) - settled(plan.agreed - timedelta(days=1)) + credit


def part_paid(facts: Sequence[Fact], invoice: Invoice, number: int, day: date) -> Decimal:
    """What was settled of an item when charges are settled last of all."""
    if invoice.issued > day:
        return Decimal(0)
    paid = invoice.amount + charged(facts, invoice, day) - max(Decimal(0), net(facts, invoice, day))
    parts = [part.amount for part in invoice.installments] or [invoice.amount]
    for part in parts[:number]:
        paid -= min(paid, part)
    return (
        paid
        if len(parts) == 1
        else min(paid, parts[number]) + (max(Decimal(0), paid - invoice.amount) if not number else 0)
    )


def is_behind(facts: Sequence[Fact], plan: PaymentPlan, day: date) -> bool:
    """Whether less was paid towards a plan by the end of a day than had fallen due."""
    due = sum((part.amount for part in plan.installments if part.due <= day), Decimal(0))
    return due > 0 and towards(facts, plan, day) < due


def plan_stands(facts: Sequence[Fact], plan: PaymentPlan, day: date) -> bool:
    """Whether a plan is agreed, not ended, not over and was never behind at the end of an earlier day."""
    if day < plan.agreed or (plan.ended is not None and plan.ended <= day) or day > plan.installments[-1].due:
        return False
    return not any(is_behind(facts, plan, each) for each in days_from(plan.agreed, (day - plan.agreed).days))


def planned(facts: Sequence[Fact], invoice: Invoice, number: int, day: date) -> date | None:
    """The due date that the latest standing plan gives an item: of the installment by which it is paid in full."""
    plans = [fact for fact in facts if isinstance(fact, PaymentPlan) and is_on(fact, invoice, number)]
    standing = [plan for plan in plans if plan_stands(facts, plan, day)]
    if not standing:
        return None
    plan = max(standing, key=lambda each: (each.agreed, each.id))
    rows: list[tuple[date, date, str, int, Decimal]] = []
    for each in (fact for fact in facts if isinstance(fact, Invoice)):
        for position, amount in enumerate([part.amount for part in each.installments] or [each.amount]):
            if is_on(plan, each, position):
                due = each.installments[position].due if each.installments else due_of(facts, each, plan.agreed)
                added = charged(facts, each, plan.agreed) if position == 0 else 0
                owed = amount + added - part_paid(facts, each, position, plan.agreed - timedelta(days=1))
                rows.append((due or date.max, each.issued, each.id, position, owed))
    total = Decimal(0)
    for _, _, name, position, owed in sorted(rows):
        total += owed
        if (name, position) == (invoice.id, number):
            break
    paid = Decimal(0)
    for part in plan.installments:
        paid += part.amount
        if paid >= total:
            return part.due
    return plan.installments[-1].due


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
