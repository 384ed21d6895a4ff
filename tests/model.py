"""Slow, obvious models of what the ledger and aging must say. They never call the code under test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.interactions import Contact, Dispute, PaymentPlan, Placement, Task
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


def counts(facts: Sequence[Fact], fact: Fact, day: date) -> bool:
    """Whether a fact stands, and what it depends on: a small balance goes with the payments that had left it."""
    if not stands(facts, fact.id, day) or (isinstance(fact, Application) and not stands(facts, fact.source, day)):
        return False
    if not isinstance(fact, Adjustment) or fact.kind != "small_balance" or fact.approved_by is not None:
        return True
    invoice = owner(facts, fact.invoice)
    sources = {each.id: each for each in facts if isinstance(each, Payment)}
    needed = [
        [each.id]
        for each in sources.values()
        if each.received <= fact.on and any(owner(facts, name) == invoice for name, _ in each.applied)
    ] + [
        [each.id, each.source]
        for each in facts
        if isinstance(each, Application) and each.source in sources and each.on <= fact.on
        and any(owner(facts, name) == invoice for name, _ in each.applied)
    ]  # fmt: skip
    issued = next(each.issued for each in facts if isinstance(each, Invoice) and each.id == invoice)
    for name in {name for names in needed for name in names}:
        if issued <= fact.on and stands(facts, name, fact.on) and not stands(facts, name, day):
            return False
    return True


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
        if happened(fact) <= day and counts(facts, fact, day):
            if isinstance(fact, Invoice):
                total += fact.amount - forgiven(facts, fact, day)
                total -= fact.amount if is_void(facts, fact.id, day) else 0
            elif isinstance(fact, Refund):
                total += fact.amount
            elif isinstance(fact, (Payment, CreditNote)):
                total -= fact.amount
            elif isinstance(fact, Application):
                total += fact.amount if fact.invoice is None else 0
            elif isinstance(fact, (Charge, Adjustment)) and not is_void(facts, owner(facts, fact.invoice), day):
                total += fact.amount if isinstance(fact, Charge) else -fact.amount * (fact.kind != "write_off")
    return total


def owner(facts: Sequence[Fact], name: str) -> str:
    """The invoice that a name means, by its own name or by that of an installment."""
    known = {fact.id for fact in facts if isinstance(fact, Invoice)}
    return name if name in known else name.rpartition("/")[0]


def number_of(invoice: Invoice, name: str) -> int | None:
    """Which installment of an invoice a name means, 0 for the invoice; None where it means another debt."""
    names = [invoice.id, *(f"{invoice.id}/{number + 1}" for number in range(len(invoice.installments)))]
    return names.index(name) if name in names else None


def is_void(facts: Sequence[Fact], invoice: str, day: date) -> bool:
    """Whether an invoice was voided by a day."""
    return any(isinstance(fact, Void) and fact.invoice == invoice and fact.on <= day for fact in facts)


def net(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What is owed on one invoice; negative when more was applied than is owed."""
    return unforgiven(facts, invoice, day) - forgiven(facts, invoice, day)


def unforgiven(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What is owed on one invoice, write-offs left aside."""
    if invoice.issued > day or is_void(facts, invoice.id, day):
        return Decimal(0)
    return sum(billed(facts, invoice, day), Decimal(0)) - sum(put(facts, invoice, day), Decimal(0))


def billed(facts: Sequence[Fact], invoice: Invoice, day: date) -> list[Decimal]:
    """What an invoice and its installments come to with charges: a charge that names none lies on the first."""
    sums = [Decimal(0), *(part.amount for part in invoice.installments)] if invoice.installments else [invoice.amount]
    for fact in facts:
        if isinstance(fact, Charge) and fact.on <= day and stands(facts, fact.id, day):
            number = number_of(invoice, fact.invoice)
            if number is not None:
                sums[number or min(1, len(sums) - 1)] += fact.amount
    return sums


def put(facts: Sequence[Fact], invoice: Invoice, day: date) -> list[Decimal]:
    """What was put to an invoice (first) and to each of its installments by name, write-offs left aside."""
    sums = [Decimal(0)] * (1 + len(invoice.installments))
    for fact in facts:
        pairs: Sequence[tuple[str, Decimal]] = ()
        if happened(fact) > day or not counts(facts, fact, day):
            continue
        if isinstance(fact, Adjustment) and fact.kind != "write_off":
            pairs = ((fact.invoice, fact.amount),)
        elif isinstance(fact, (Payment, CreditNote)):
            pairs = fact.applied
        elif isinstance(fact, Refund):
            pairs = [(name, -part) for name, part in fact.reopens]
        elif isinstance(fact, Application) and stands(facts, fact.source, day):
            pairs = fact.applied
        for name, amount in pairs:
            number = number_of(invoice, name)
            if number is not None:
                sums[number] += amount
    return sums


def forgiven(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What write-offs forgive of an invoice."""
    return sum(forgiven_parts(facts, invoice, day), Decimal(0))


def forgiven_parts(facts: Sequence[Fact], invoice: Invoice, day: date) -> list[Decimal]:
    """What write-offs forgive, by what they name: each what was owed on its day and is not paid since.

    Money that names an installment recovers what was forgiven of it; other money what is owed no more in all.
    """
    width, zero = 1 + len(invoice.installments), Decimal(0)
    lost = [
        fact
        for fact in facts
        if isinstance(fact, Adjustment) and fact.kind == "write_off" and number_of(invoice, fact.invoice) is not None
    ]
    now, back = [zero] * width, [zero] * width
    if is_void(facts, invoice.id, day):
        return now
    own: dict[str, Decimal] = {}
    before = [zero] * width
    for on in sorted({each for each in days_of(facts) if invoice.issued <= each <= day}) if lost else []:
        sums, paid = billed(facts, invoice, on), put(facts, invoice, on)
        came = [new - old for new, old in zip(paid, before, strict=True)]
        before = paid
        owed = max(zero, sum(sums, zero) - sum(paid, zero))
        for number in range(1, width):
            mine = max(zero, sums[number] - paid[number])
            if mine < now[number]:
                recovered = min(now[number] - mine, max(zero, came[number]))
                back[number] += recovered
                came[number] -= recovered
                now[number] = mine
            elif came[number] < 0:
                again = min(-came[number], back[number], mine - now[number], owed - sum(now, zero))
                back[number] -= again
                now[number] += again
                came[number] += again
        total = sum(came, zero)
        for number in range(width):
            gone = min(now[number], max(zero, sum(now, zero) - owed))
            recovered = min(gone, max(zero, total))
            now[number] -= gone
            back[number] += recovered
            total -= recovered
        if total < 0:
            free = min(-total, owed - sum(now, zero))
            for number in range(width):
                again = min(free, back[number])
                free -= again
                now[number] += again
                back[number] -= again
        on_now = {fact.id: fact for fact in lost if fact.on <= on and stands(facts, fact.id, on)}
        for name in sorted(set(own) - set(on_now)):
            number = number_of(invoice, next(fact.invoice for fact in lost if fact.id == name)) or 0
            mine = own.pop(name)
            back[number] -= min(mine - min(mine, now[number]), back[number])
            now[number] -= min(mine, now[number])
        for name in sorted(set(on_now) - set(own), key=lambda each: (on_now[each].amount, each)):
            number = number_of(invoice, on_now[name].invoice) or 0
            left = owed - sum(now, zero)
            if number:
                names = [one + other for one, other in zip(paid, now, strict=True)]
                left = parts_open(sums[1:], names[1:], left)[number - 1]
            own[name] = min(on_now[name].amount, left)
            now[number] += own[name]
    return now


def parts_open(amounts: Sequence[Decimal], named: Sequence[Decimal], left: Decimal) -> list[Decimal]:
    """What is open of each installment when `left` is in all: cents go from the first, or come back on the last."""
    zero = Decimal(0)
    open_ = [max(zero, amount - paid) for amount, paid in zip(amounts, named, strict=True)]
    for number in range(len(open_)):
        open_[number] -= min(open_[number], max(zero, sum(open_, zero) - left))
    for number in reversed(range(len(open_))):
        open_[number] += min(amounts[number] - open_[number], max(zero, left - sum(open_, zero)))
    return open_


def charged(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """What was charged on an invoice and stands."""
    if is_void(facts, invoice.id, day):
        return Decimal(0)
    return sum(billed(facts, invoice, day), Decimal(0)) - invoice.amount


def days_of(facts: Sequence[Fact]) -> set[date]:
    """The days on which something happened."""
    return {happened(fact) for fact in facts}


def due_of(facts: Sequence[Fact], invoice: Invoice, number: int, day: date) -> date | None:
    """The due date of an item (counted from 0) as the latest change up to a day left it."""
    named = number + 1 if invoice.installments else 0
    changes = [
        fact
        for fact in facts
        if isinstance(fact, DueDateChange) and number_of(invoice, fact.invoice) == named and fact.on <= day
    ]
    if changes:
        return max(changes, key=lambda each: (each.on, each.id)).due
    return invoice.installments[number].due if invoice.installments else invoice.due


def open_rows(facts: Sequence[Fact], day: date) -> list[Row]:
    """Every open item, due by contract or, while a payment plan stands, by the plan."""
    rows: list[Row] = []
    for invoice, number, owed, settled in items(facts, day):
        if owed > settled:
            contract = due_of(facts, invoice, number, day)
            rows.append((invoice.id, planned(facts, invoice, number, day) or contract, owed - settled))
    return rows


def items(facts: Sequence[Fact], day: date) -> list[tuple[Invoice, int, Decimal, Decimal]]:
    """(invoice, number from 0, owed with charges, settled) of each item.

    What names an installment settles it, or is charged on it; the rest settles them oldest first.
    """
    rows: list[tuple[Invoice, int, Decimal, Decimal]] = []
    for invoice in (fact for fact in facts if isinstance(fact, Invoice) and fact.issued <= day):
        sums = billed(facts, invoice, day)[1 if invoice.installments else 0 :]
        left = max(Decimal(0), net(facts, invoice, day))
        if is_void(facts, invoice.id, day):
            sums, left = [part.amount for part in invoice.installments] or [invoice.amount], Decimal(0)
        lost = forgiven_parts(facts, invoice, day)
        named = [one + other for one, other in zip(put(facts, invoice, day), lost, strict=True)]
        open_ = parts_open(sums, named[1:], left) if invoice.installments else [left]
        rows += [(invoice, number, owed, owed - open_[number]) for number, owed in enumerate(sums)]
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
    if not invoice.installments:
        return paid
    parts, lost = [part.amount for part in invoice.installments], forgiven_parts(facts, invoice, day)
    named = [one + other for one, other in zip(put(facts, invoice, day), lost, strict=True)][1:]
    if is_void(facts, invoice.id, day):
        named = [Decimal(0)] * len(parts)
    capped = [min(part, one) for part, one in zip(parts, named, strict=True)]
    mine = parts[number] - parts_open(parts, capped, max(Decimal(0), invoice.amount - paid))[number]
    return mine + (max(Decimal(0), paid - invoice.amount) if not number else 0)


def is_behind(facts: Sequence[Fact], plan: PaymentPlan, day: date) -> bool:
    """Whether less was paid towards a plan by the end of a day than had fallen due."""
    grace = timedelta(days=plan.grace)
    due = sum((part.amount for part in plan.installments if part.day + grace <= day), Decimal(0))
    return due > 0 and towards(facts, plan, day) < due


def plan_stands(facts: Sequence[Fact], plan: PaymentPlan, day: date) -> bool:
    """Whether a plan is agreed, not ended, not over and was never behind at the end of an earlier day."""
    last = plan.installments[-1].day + timedelta(days=plan.grace)
    if day < plan.agreed or (plan.ended is not None and plan.ended <= day) or day > last:
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
                due = due_of(facts, each, position, plan.agreed)
                added = Decimal(0)
                if not is_void(facts, each.id, plan.agreed):
                    added = billed(facts, each, plan.agreed)[position + 1 if each.installments else 0] - amount
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
    return plan.installments[-1].day


def unapplied(facts: Sequence[Fact], day: date) -> Decimal:
    """What the customer has in credit beside the open items."""
    return sum((owed for _, _, owed in open_rows(facts, day)), Decimal(0)) - balance(facts, day)


def disputed(facts: Sequence[Fact], invoice: Invoice, day: date) -> Decimal:
    """How much of what is open of an invoice is disputed."""
    return sum(contested(facts, invoice, day), Decimal(0))


def contested(facts: Sequence[Fact], invoice: Invoice, day: date) -> list[Decimal]:
    """How much of what is open of each item is disputed: by name, and of the rest the oldest first."""
    open_ = [owed - settled for each, _, owed, settled in items(facts, day) if each.id == invoice.id]
    sums = [Decimal(0)] * (1 + len(open_))
    for fact in facts if open_ else ():
        number = number_of(invoice, fact.invoice) if isinstance(fact, Dispute) else None
        if isinstance(fact, Dispute) and number is not None and fact.opened <= day:
            if fact.resolved is None or day < fact.resolved:
                whole = open_[number - 1] if number else sum(open_, Decimal(0))
                sums[number] += whole if fact.amount is None else fact.amount
    found: list[Decimal] = []
    for number, left in enumerate(open_):
        named = min(left, sums[number + 1])
        more = min(left - named, sums[0])
        sums[0] -= more
        found.append(named + more)
    return found


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
    if isinstance(fact, (Contact, Placement, Task)):
        return None
    while not hasattr(fact, "currency"):
        name = next((getattr(fact, each) for each in ("source", "of") if hasattr(fact, each)), None)
        if name is None and not hasattr(fact, "customer"):
            name = owner(facts, fact.invoice)
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
