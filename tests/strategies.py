"""Random books for the laws: everything the ledger knows, with a pool of awkward values, shrinking to few facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from dunning.interactions import Channel, Contact, Dispute, Hold, PaymentPlan, Placement, Promise
from dunning.invoice import (
    Adjustment,
    AdjustmentKind,
    Application,
    Charge,
    ChargeKind,
    CreditNote,
    DueDateChange,
    Installment,
    Invoice,
    Payment,
    Reversal,
)
from dunning.ledger import Fact
from dunning.policy import Call, Deed, Escalate, Level, Notify, Place, Policy

START = date(2024, 1, 1)
AWKWARD_DAYS = [date(2023, 12, 31), START, date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1)]
AWKWARD_AMOUNTS = [
    Decimal("0.01"),
    Decimal(1),
    Decimal("99.99"),
    Decimal("100.00"),
    Decimal("33.333"),
    Decimal(10) ** 12,
]
LEVELS = ["reminder", "first", "second", "final"]

days = st.one_of(st.sampled_from(AWKWARD_DAYS), st.integers(0, 120).map(lambda n: START + timedelta(days=n)))
as_ofs = st.one_of(st.sampled_from(AWKWARD_DAYS), st.integers(-40, 200).map(lambda n: START + timedelta(days=n)))
amounts = st.one_of(
    st.sampled_from(AWKWARD_AMOUNTS), st.integers(1, 50_000).map(lambda cents: Decimal(cents).scaleb(-2))
)
customers = st.sampled_from(["ACME", "Börse & Co", "<script>"])
currencies = st.sampled_from(["EUR", "USD"])
channels: st.SearchStrategy[Channel] = st.sampled_from(["email", "letter", "call", "sms", "visit", "portal"])


def later(day: date, most: int = 60) -> st.SearchStrategy[date]:
    """A day not before another."""
    return st.integers(0, most).map(lambda n: day + timedelta(days=n))


def parts_of(amount: Decimal) -> st.SearchStrategy[Decimal]:
    """A part of an amount, the whole included, in whole hundredths where that is possible."""
    cents = int(amount * 100)
    if cents < 1:
        return st.just(amount)
    return st.one_of(st.just(amount), st.integers(1, cents).map(lambda n: Decimal(n).scaleb(-2)))


@st.composite
def invoices(draw: st.DrawFn, name: str) -> Invoice:
    """An invoice: with a due date, without one, or in installments."""
    issued, amount = draw(days), draw(amounts)
    customer, currency = draw(customers), draw(currencies)
    shape = draw(st.sampled_from(["due", "due", "due", "undated", "installments"]))
    if shape == "installments" and amount >= Decimal("0.03"):
        first = draw(parts_of(amount - Decimal("0.02")))
        second = draw(parts_of(amount - first - Decimal("0.01")))
        dues = sorted(draw(st.lists(later(issued, 90), min_size=3, max_size=3)))
        split = tuple(map(Installment, dues, (first, second, amount - first - second)))
        return Invoice(name, customer, issued, None, amount, currency, installments=split)
    due = None if shape == "undated" else issued + timedelta(days=draw(st.sampled_from([-5, 0, 1, 14, 30, 60])))
    return Invoice(name, customer, issued, due, amount, currency)


@st.composite
def money(draw: st.DrawFn, number: int, invoice: Invoice) -> list[Fact]:
    """What happens to one invoice: payments (early, part, over), credit notes, charges, adjustments, new dates."""
    facts: list[Fact] = []
    name = f"{number:02d}"
    for kind in draw(
        st.lists(st.sampled_from(["pay", "pay", "credit", "charge", "adjust", "date", "dispute"]), max_size=4)
    ):
        each = f"{kind}-{name}-{len(facts)}"
        on = draw(st.one_of(later(invoice.issued, 90), days))
        amount = draw(st.one_of(parts_of(invoice.amount), amounts))
        if kind in ("pay", "credit"):
            used = draw(parts_of(amount))
            applied = draw(st.sampled_from([(), ((invoice.id, used),)]))
            source = Payment if kind == "pay" else CreditNote
            facts.append(source(each, invoice.customer, on, amount, invoice.currency, applied=applied))
            rest = amount - sum((part for _, part in applied), Decimal(0))
            if rest and draw(st.booleans()):
                facts.append(Application(f"apply-{each}", each, draw(later(on)), invoice.id, draw(parts_of(rest))))
        elif kind == "charge":
            charge: ChargeKind = draw(st.sampled_from(["fee", "interest", "cost", "penalty"]))
            facts.append(Charge(each, invoice.id, max(on, invoice.issued), amount, charge))
        elif kind == "adjust":
            adjustment: AdjustmentKind = draw(st.sampled_from(["write_off", "discount", "small_balance", "deduction"]))
            facts.append(
                Adjustment(each, invoice.id, max(on, invoice.issued), draw(parts_of(invoice.amount)), adjustment)
            )
        elif kind == "date" and not invoice.installments:
            facts.append(DueDateChange(each, invoice.id, on, draw(later(on))))
        elif kind == "dispute":
            part = draw(st.one_of(st.none(), amounts))
            end = draw(st.one_of(st.none(), later(on)))
            facts.append(Dispute(each, invoice.id, on, amount=part, resolved=end))
    return facts


@st.composite
def reversals(draw: st.DrawFn, facts: list[Fact]) -> list[Fact]:
    """Reversals of some of the money facts, and of some of the reversals."""
    found: list[Fact] = []
    for fact in facts:
        target, day = fact, None
        if isinstance(fact, (Payment, CreditNote, Application, Adjustment, Charge)):
            day = (
                fact.received if isinstance(fact, Payment) else fact.issued if isinstance(fact, CreditNote) else fact.on
            )
        while day is not None and draw(st.integers(0, 3)) == 0:
            day = draw(later(day))
            target = Reversal(f"undo-{target.id}", target.id, day)
            found.append(target)
    return found


@st.composite
def talks(draw: st.DrawFn, known: list[Invoice]) -> list[Fact]:
    """Contacts, promises, holds, plans and placements about some of the invoices."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 4))):
        about = draw(st.sampled_from(known))
        name, on = f"talk-{number}", draw(days)
        items = draw(st.sampled_from([(), (about.id,)]))
        end = draw(st.one_of(st.none(), later(on)))
        kind = draw(st.sampled_from(["contact", "contact", "contact", "promise", "hold", "plan", "placement"]))
        if kind == "contact":
            level = draw(st.one_of(st.none(), st.sampled_from([*LEVELS, "unheard of"])))
            outcome = draw(st.sampled_from([None, None, "failed", "spoke"]))
            facts.append(Contact(name, about.customer, on, draw(channels), level=level, items=items, outcome=outcome))
        elif kind == "promise":
            amount, due = draw(parts_of(about.amount)), draw(later(on))
            facts.append(Promise(name, about.customer, on, due, amount, about.currency, items=items, cancelled=end))
        elif kind == "hold":
            invoice = draw(st.sampled_from([None, about.id]))
            facts.append(Hold(name, about.customer, on, end=end, invoice=invoice, reason="complaint"))
        elif kind == "plan":
            first = draw(parts_of(about.amount))
            dues = sorted(draw(st.lists(later(on), min_size=2, max_size=2)))
            rest = max(Decimal("0.01"), about.amount - first)
            split = (Installment(dues[0], first), Installment(dues[1], rest))[: draw(st.integers(1, 2))]
            facts.append(PaymentPlan(name, about.customer, on, about.currency, split, (about.id,), ended=end))
        else:
            facts.append(Placement(name, about.customer, on, "agency", items=items, recalled=end))
    return facts


@st.composite
def books(draw: st.DrawFn, max_invoices: int = 5) -> list[Fact]:
    """A whole book that strict building accepts: invoices and all that happens to them, in a random order."""
    known = [draw(invoices(f"INV-{number:02d}")) for number in range(draw(st.integers(0, max_invoices)))]
    facts: list[Fact] = list(known)
    for number, invoice in enumerate(known):
        facts.extend(draw(money(number, invoice)))
    facts.extend(draw(reversals(facts)))
    if known:
        facts.extend(draw(talks(known)))
    return draw(st.permutations(facts))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy of one to four levels with random settings."""
    count = draw(st.integers(1, 4))
    afters = sorted(draw(st.lists(st.integers(-10, 60), min_size=count, max_size=count, unique=True)))
    levels: list[Level] = []
    for name, after in zip(LEVELS, afters, strict=False):
        deeds: list[Deed] = draw(
            st.lists(
                st.sampled_from([Notify("email"), Notify("letter"), Call(), Escalate("manager"), Place()]),
                min_size=1,
                max_size=3,
            )
        )
        if all(isinstance(deed, Escalate) for deed in deeds):
            deeds.append(Notify("portal"))
        levels.append(
            Level(
                name,
                after,
                optional=after < 0 or draw(st.booleans()),
                gap=draw(st.one_of(st.none(), st.integers(1, 20))),
                minimum=draw(st.sampled_from([Decimal(0), Decimal(50)])),
                deadline=draw(st.one_of(st.none(), st.just(10))),
                approval=draw(st.sampled_from([None, "manager"])),
                do=tuple(deeds),
            )
        )
    return Policy(
        "random",
        tuple(levels),
        unit=draw(st.sampled_from(["account", "invoice"])),
        minimum_gap=draw(st.integers(1, 20)),
        minimum_amount=draw(st.sampled_from([Decimal(0), Decimal("5.00"), Decimal(200)])),
        promise_grace=draw(st.integers(0, 3)),
    )
