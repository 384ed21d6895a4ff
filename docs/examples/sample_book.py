"""A sample book: what a business of about 200 customers has on its books, the same on every machine.

The generator is seeded. Customers pay in different ways; there are two currencies, payment terms with discounts, part
payments, credit notes, disputes, promises, holds, installments, bounced payments, notices already given, and a few dirty
facts. Three customers have a story of their own: one keeps a payment plan, one breaks theirs, and one pays late, in parts,
and is charged interest each quarter.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from decimal import Decimal

from dunning import (
    Adjustment,
    Application,
    Charge,
    Contact,
    CreditNote,
    Dispute,
    DueDateChange,
    Hold,
    Interest,
    Invoice,
    Ledger,
    Payment,
    PaymentPlan,
    Promise,
    Reversal,
    Terms,
    proposed_charges,
)
from dunning.interactions import Channel
from dunning.ledger import Fact
from dunning.presets.statutes import contract_yearly
from dunning.settlement import propose_plan, take_discounts

AS_OF = date(2026, 6, 30)
CUSTOMERS, INVOICES = 200, 3000
TERMS = tuple(map(Terms.parse, ("net 14", "net 30", "2/10 net 30", "net 45", "net 60")))
THIRDS = Terms.parse("3 installments every 30 days")
INTEREST: Interest = contract_yearly(Decimal("0.09"))
PLAN_KEPT, PLAN_BROKEN, CHARGED = "Quay Interiors", "Wharf Catering", "Lock Engineering"

FIRST = [
    "Alder",
    "Amber",
    "Ash",
    "Beacon",
    "Birch",
    "Brook",
    "Cedar",
    "Cliff",
    "Copper",
    "Delta",
    "Elm",
    "Fern",
    "Flint",
    "Harbour",
    "Hazel",
    "Heath",
    "Iron",
    "Juniper",
]
SECOND = [
    "Bakery",
    "Clinic",
    "Foods",
    "Fabrics",
    "Freight",
    "Glass",
    "Joinery",
    "Logistics",
    "Marine",
    "Metals",
    "Optics",
    "Paper",
    "Print",
    "Tools",
]

# How a kind of customer pays: (share of customers, mean days after the due date, spread, share of bills left open)
MANNERS = {
    "reliable": (0.45, -3, 4, 0.00),
    "occasionally late": (0.30, 1, 9, 0.02),
    "habitually late": (0.18, 18, 14, 0.05),
    "troubled": (0.07, 40, 25, 0.35),
}


class _Book:
    """The facts so far, and the dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.facts: list[Fact] = []

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def days(self, low: int, high: int) -> timedelta:
        return timedelta(days=self.dice.randint(low, high))

    def part(self, amount: Decimal) -> Decimal:
        """A part of an amount, in whole cents."""
        return (amount * self.dice.randint(20, 80) / 100).quantize(Decimal("0.01"))

    def invoice(self, number: int, customer: str, currency: str, manner: str) -> None:
        """One invoice and all that happens to it."""
        issued = AS_OF - self.days(1, 540)
        terms = self.dice.choice(TERMS)
        amount = Decimal(int(self.dice.lognormvariate(6.8, 1.1) * 100) + 100).scaleb(-2)
        name = f"INV-{number:05d}"
        bill = Invoice.from_terms(name, customer, issued, amount, currency, THIRDS if self.chance(0.02) else terms)
        due = bill.due or AS_OF
        if not bill.installments and self.chance(0.004):
            bill = Invoice(name, customer, issued, None, amount, currency)
        self.facts.append(bill)
        owed = amount
        if self.chance(0.03):
            credit = self.part(amount)
            owed -= credit
            self.facts.append(
                CreditNote(
                    f"CN-{number:05d}", customer, issued + self.days(1, 20), credit, currency, applied=((name, credit),)
                )
            )
        if self.chance(0.02):
            opened = issued + self.days(5, 25)
            resolved = opened + self.days(10, 40) if self.chance(0.6) else None
            self.facts.append(
                Dispute(
                    f"DIS-{number:05d}",
                    name,
                    opened,
                    amount=self.part(amount) if self.chance(0.5) else None,
                    reason="quantity",
                    resolved=resolved,
                )
            )
        if self.chance(0.01) and bill.due is not None and not bill.installments:
            self.facts.append(
                DueDateChange(
                    f"EXT-{number:05d}", name, issued + self.days(1, 10), due + timedelta(days=15), reason="goodwill"
                )
            )
        self.settle(number, bill, due, owed, manner)

    def settle(self, number: int, bill: Invoice, due: date, owed: Decimal, manner: str) -> None:
        """The payments of an invoice, as far as they have come in."""
        _, mean, spread, left_open = MANNERS[manner]
        on = max(bill.issued, due + timedelta(days=round(self.dice.gauss(mean, spread))))
        if on > AS_OF or self.chance(left_open):
            if due + timedelta(days=45) < AS_OF and self.chance(0.5):
                self.facts.append(
                    Charge(
                        f"FEE-{number:05d}",
                        bill.id,
                        due + timedelta(days=40),
                        Decimal("15.00"),
                        "fee",
                        level="final demand",
                    )
                )
            return
        if self.chance(0.10):
            first = self.part(owed)
            self.facts.append(
                Payment(f"PAY-{number:05d}-1", bill.customer, on, first, bill.currency, applied=((bill.id, first),))
            )
            rest, second = owed - first, on + self.days(10, 60)
            if second <= AS_OF and self.chance(0.7):
                self.facts.append(Payment(f"PAY-{number:05d}-2", bill.customer, second, rest, bill.currency))
                self.facts.append(Application(f"APP-{number:05d}", f"PAY-{number:05d}-2", second, bill.id, rest))
            elif rest < 20:
                self.facts.append(Adjustment(f"ADJ-{number:05d}", bill.id, on, rest, "small_balance"))
            return
        if (
            bill.terms is not None
            and bill.terms.discounts
            and manner == "reliable"
            and number % 2
            and owed == bill.amount
        ):
            on = min(AS_OF, bill.issued + self.days(6, 11))  # a day too late, now and then
            owed = (owed * Decimal("0.98")).quantize(Decimal("0.01"))
        paid = owed + 5 if self.chance(0.005) else owed
        self.facts.append(
            Payment(f"PAY-{number:05d}", bill.customer, on, paid, bill.currency, applied=((bill.id, paid),))
        )
        if self.chance(0.008) and on < AS_OF - timedelta(days=3):
            self.facts.append(
                Reversal(
                    f"REV-{number:05d}", f"PAY-{number:05d}", on + timedelta(days=3), reason="returned by the bank"
                )
            )

    def follow_up(self, number: int, customer: str, currency: str) -> None:
        """Notices that were given about what is overdue, and promises and holds that came of them."""
        settled = {name for fact in self.facts if isinstance(fact, Payment) for name, _ in fact.applied}
        overdue = [
            fact
            for fact in self.facts
            if isinstance(fact, Invoice) and fact.customer == customer and fact.due is not None
            and fact.due < AS_OF - timedelta(days=12) and fact.id not in settled
        ]  # fmt: skip
        for fact in overdue[:2]:
            on = fact.due + timedelta(days=4) if fact.due else AS_OF
            steps: tuple[tuple[str, Channel, int], ...] = (
                ("first notice", "email", 0),
                ("second notice", "letter", 14),
                ("second notice", "call", 15),
                ("final demand", "letter", 30),
            )
            for step, (level, channel, later) in enumerate(steps):
                if on + timedelta(days=later) < AS_OF - timedelta(days=5) and not (step and self.chance(0.25)):
                    self.facts.append(
                        Contact(
                            f"CON-{fact.id}-{step}",
                            customer,
                            on + timedelta(days=later),
                            channel,
                            level=level,
                            items=(fact.id,),
                        )
                    )
        if overdue and self.chance(0.35):
            made = AS_OF - self.days(2, 15)
            self.facts.append(
                Promise(
                    f"PROM-{number:03d}",
                    customer,
                    made,
                    made + self.days(5, 20),
                    self.part(overdue[0].amount),
                    currency,
                )
            )
        if overdue and self.chance(0.12):
            self.facts.append(
                Hold(
                    f"HOLD-{number:03d}",
                    customer,
                    AS_OF - self.days(5, 20),
                    end=AS_OF + self.days(3, 30),
                    reason="complaint under review",
                )
            )

    def bill(self, name: str, customer: str, issued: date, amount: str) -> None:
        """One invoice of a story, due in thirty days."""
        self.facts.append(Invoice.from_terms(name, customer, issued, Decimal(amount), "EUR", TERMS[1]))

    def pay(self, name: str, customer: str, on: date, amount: str, invoice: str) -> None:
        """One payment of a story."""
        paid = Decimal(amount)
        self.facts.append(Payment(name, customer, on, paid, "EUR", applied=((invoice, paid),)))

    def stories(self) -> None:
        """A plan that is kept, a plan that is broken, and an invoice that is paid late and bears interest."""
        for customer, name, second in (
            (PLAN_KEPT, "QUAY", date(2026, 5, 29)),
            (PLAN_BROKEN, "WHARF", date(2026, 6, 12)),
        ):
            self.bill(f"{name}-1", customer, date(2026, 1, 12), "3000.00")
            parts = propose_plan(Decimal("3000.00"), 4, first=date(2026, 4, 30), currency="EUR")
            self.facts.append(PaymentPlan(f"{name}-PLAN", customer, date(2026, 4, 1), "EUR", parts, (f"{name}-1",)))
            self.pay(f"{name}-PAY-1", customer, date(2026, 4, 28), "750.00", f"{name}-1")
            self.pay(f"{name}-PAY-2", customer, second, "750.00", f"{name}-1")
        self.pay("QUAY-PAY-3", PLAN_KEPT, date(2026, 6, 29), "750.00", "QUAY-1")
        self.bill("LOCK-1", CHARGED, date(2025, 10, 6), "18250.00")
        self.pay("LOCK-PAY-1", CHARGED, date(2025, 12, 15), "6000.00", "LOCK-1")
        self.pay("LOCK-PAY-2", CHARGED, date(2026, 4, 20), "7250.00", "LOCK-1")

    def book_keeping(self) -> None:
        """What a clerk records at the end of each quarter: discounts taken in time, and interest of the charged customer."""
        for day in (date(2025, 12, 31), date(2026, 3, 31), AS_OF):
            ledger = Ledger.collect(self.facts).known_at(day)
            for account in ledger:
                self.facts.extend(take_discounts(account, as_of=day))
                if account.customer == CHARGED and day < AS_OF:
                    self.facts.extend(proposed_charges(account, INTEREST, as_of=day))

    def dirt(self) -> None:
        """What nobody meant to record: it is set aside by lenient building."""
        bills = [fact for fact in self.facts if isinstance(fact, Invoice)]
        first, second = bills[10], bills[20]
        self.facts += [
            Invoice(first.id, first.customer, first.issued, first.due, first.amount + 1, first.currency),
            Payment(
                "PAY-LOST",
                second.customer,
                AS_OF,
                Decimal("12.00"),
                second.currency,
                applied=(("INV-99999", Decimal("12.00")),),
            ),
            Payment(
                "PAY-WRONG", second.customer, AS_OF, Decimal("7.50"), "CHF", applied=((second.id, Decimal("7.50")),)
            ),
            Reversal("REV-NOTHING", "PAY-NOWHERE", AS_OF),
            bills[30],  # an exact duplicate is no fault
        ]


def sample_facts(seed: int = 2026) -> list[Fact]:
    """All facts of the sample book, in no order that matters."""
    book = _Book(seed)
    names = [f"{first} {second}" for first in FIRST for second in SECOND]
    customers = book.dice.sample(names, CUSTOMERS)
    manners = book.dice.choices(list(MANNERS), [share for share, *_ in MANNERS.values()], k=CUSTOMERS)
    currencies = book.dice.choices(("EUR", "USD"), (0.7, 0.3), k=CUSTOMERS)
    sizes = [book.dice.paretovariate(1.2) for _ in customers]
    for number, place in enumerate(book.dice.choices(range(CUSTOMERS), sizes, k=INVOICES)):
        book.invoice(number, customers[place], currencies[place], manners[place])
    for number, customer in enumerate(customers):
        book.follow_up(number, customer, currencies[number])
    book.stories()
    book.book_keeping()
    book.dirt()
    return book.facts
