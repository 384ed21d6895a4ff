"""The workloads that the claims of docs/performance.md speak about.

One book generator: invoices/10 customers, two currencies, net 15/30/45/60, log-normal amounts, most settled, 10 %
part-paid by 1 to 3 payments, 3 % credit notes, 2 % disputed.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs

from dunning.interactions import Dispute
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.ledger import Fact, Ledger

FIRST = date(2024, 1, 1)
DATES = (date(2024, 12, 31), date(2025, 6, 30), date(2026, 3, 31))
UPPERS = (0, 30, 60, 90)
Grid = dict[str, list[Decimal]]


def book(invoices: int, seed: int = 1) -> list[Fact]:
    """A book of about two facts an invoice, over two years."""
    dice = random.Random(seed)
    facts: list[Fact] = []
    for number in range(invoices):
        customer = f"C{number // 10:06d}"
        currency = "USD" if (number // 10) % 3 == 0 else "EUR"
        issued = FIRST + timedelta(days=dice.randrange(730))
        due = issued + timedelta(days=dice.choice((15, 30, 45, 60)))
        amount = Decimal(int(dice.lognormvariate(6, 1.2) * 100) + 10).scaleb(-2)
        name = f"I{number:07d}"
        facts.append(Invoice(name, customer, issued, due, amount, currency))
        fate = dice.random()
        if fate < 0.10:
            left = amount
            for part in range(dice.randint(1, 3)):
                paid = (left / 2).quantize(Decimal("0.01"))
                left -= paid
                on = due + timedelta(days=dice.randint(-10, 60))
                facts.append(Payment(f"P{number:07d}-{part}", customer, on, paid, currency, applied=((name, paid),)))
        elif fate < 0.95:
            on = due + timedelta(days=int(dice.gauss(3, 15)))
            facts.append(Payment(f"P{number:07d}", customer, on, amount, currency, applied=((name, amount),)))
        if dice.random() < 0.03:
            facts.append(CreditNote(f"N{number:07d}", customer, issued + timedelta(days=20), Decimal("1.00"), currency))
        if dice.random() < 0.02:
            opened = issued + timedelta(days=20)
            resolved = opened + timedelta(days=40) if dice.random() < 0.5 else None
            facts.append(Dispute(f"D{number:07d}", name, opened, resolved=resolved))
    return facts


def a_days_facts(invoices: int) -> list[Fact]:
    """What one day adds to a book of that size: new invoices and payments of a thousandth of it."""
    day = FIRST + timedelta(days=800)
    facts: list[Fact] = []
    for number in range(max(1, invoices // 1000)):
        customer, currency = f"C{number * 97 % max(1, invoices // 10):06d}", "EUR"
        if number * 97 % max(1, invoices // 10) % 3 == 0:
            currency = "USD"
        facts.append(Invoice(f"NEW{number:06d}", customer, day, day + timedelta(days=30), Decimal("10.00"), currency))
        facts.append(Payment(f"PAID{number:06d}", customer, day, Decimal("5.00"), currency))
    return facts


def construct(facts: Sequence[Fact]) -> list[tuple[type, tuple[Any, ...], dict[str, Any]]]:
    """The calls that make the facts, so that making them can be timed alone."""
    calls: list[tuple[type, tuple[Any, ...], dict[str, Any]]] = []
    for fact in facts:
        kind: Any = type(fact)
        fields: Any = attrs.fields(kind)
        places = tuple(getattr(fact, field.name) for field in fields if not field.kw_only)
        names: dict[str, Any] = {field.name: getattr(fact, field.name) for field in fields if field.kw_only}
        calls.append(
            (type(fact), places, {name: value for name, value in names.items() if value not in ((), None, "")})
        )
    return calls


def open_items(ledger: Ledger, as_of: date, currency: str) -> list[tuple[str, date, Decimal]]:
    """What the bare loop is given: customer, due date and open amount of every open item."""
    return [
        (item.customer, item.due, item.open)
        for account in ledger
        if account.currency == currency
        for item in account.open_items(as_of=as_of)
        if item.due is not None
    ]


def bare_loop(items: Sequence[tuple[str, date, Decimal]], as_of: date) -> Grid:
    """Only bucket and add: the least that any aging has to do in Python."""
    grid: Grid = {}
    for customer, due, owed in items:
        row = grid.get(customer)
        if row is None:
            row = grid[customer] = [Decimal(0)] * 5
        row[bisect_left(UPPERS, (as_of - due).days)] += owed
    return grid


def rows(facts: Sequence[Fact], currency: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """(id, customer, issued, due, amount) of invoices and (invoice, day, amount) of settlements, as plain tuples."""
    invoices = [
        (fact.id, fact.customer, fact.issued, fact.due, fact.amount)
        for fact in facts
        if type(fact) is Invoice and fact.currency == currency
    ]
    settlements = [
        (name, fact.received, amount)
        for fact in facts
        if type(fact) is Payment and fact.currency == currency
        for name, amount in fact.applied
    ]
    return invoices, settlements
