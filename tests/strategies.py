"""Random books for the laws: everything the ledger knows, with a pool of awkward values, shrinking to few facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import reject, settings
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.amounts import ZERO, PerCurrency
from dunning.conditions import ALWAYS, Condition, measure
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue
from dunning.interactions import (
    Channel,
    Contact,
    ContactFlag,
    Direction,
    Dispute,
    FlagKind,
    Hold,
    PaymentPlan,
    Placement,
    Promise,
    Task,
    TaskKind,
)
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
    InvoiceKind,
    Payment,
    Refund,
    Reversal,
    Void,
)
from dunning.ledger import Fact, Ledger
from dunning.policy import (
    Activity,
    AddCharges,
    Base,
    Call,
    Escalate,
    Final,
    Freeze,
    Level,
    LevelResponse,
    Minimum,
    Notify,
    Place,
    Policy,
    ProposeWriteOff,
    Regress,
    Repeat,
    Review,
    StopCredit,
)


def some(number: int) -> int:
    """How many examples a slow law is tried on: so many in CI, in proportion fewer in a quick run and more in a deep one."""
    return max(3, number * settings().max_examples // 60)


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
directions: st.SearchStrategy[Direction] = st.sampled_from(["outbound", "outbound", "outbound", "inbound"])
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
        dues: list[date | None] = [*sorted(draw(st.lists(later(issued, 90), min_size=3, max_size=3)))]
        if draw(st.integers(0, 3)) == 0:
            dues[-1] = None
        split = tuple(map(Installment, dues, (first, second, amount - first - second)))
        return Invoice(name, customer, issued, None, amount, currency, installments=split)
    due = None if shape == "undated" else issued + timedelta(days=draw(st.sampled_from([-5, 0, 1, 14, 30, 60])))
    kind: InvoiceKind = draw(st.sampled_from(["invoice", "invoice", "invoice", "debit"]))
    return Invoice(name, customer, issued, due, amount, currency, kind=kind)


@st.composite
def money(draw: st.DrawFn, number: int, invoice: Invoice) -> list[Fact]:
    """What happens to one invoice: payments (early, part, over), credit notes, charges, adjustments, new dates."""
    facts: list[Fact] = []
    name = f"{number:02d}"
    debts = [invoice.id, *(f"{invoice.id}/{part + 1}" for part in range(len(invoice.installments)))]
    debt = st.sampled_from(debts)
    for kind in draw(
        st.lists(st.sampled_from(["pay", "pay", "credit", "charge", "adjust", "date", "dispute"]), max_size=4)
    ):
        each = f"{kind}-{name}-{len(facts)}"
        on = draw(st.one_of(later(invoice.issued, 90), days))
        amount = draw(st.one_of(parts_of(invoice.amount), amounts))
        if kind in ("pay", "credit"):
            used = draw(parts_of(amount))
            applied = draw(st.sampled_from([(), ((draw(debt), used),)]))
            source = Payment if kind == "pay" else CreditNote
            facts.append(source(each, invoice.customer, on, amount, invoice.currency, applied=applied))
            rest = amount - sum((part for _, part in applied), Decimal(0))
            if rest and draw(st.booleans()):
                facts.append(
                    Application(
                        f"apply-{each}",
                        each,
                        draw(later(on)),
                        draw(st.one_of(debt, debt, debt, st.none())),
                        draw(parts_of(rest)),
                    )
                )
        elif kind == "charge":
            charge: ChargeKind = draw(st.sampled_from(["fee", "interest", "cost", "penalty"]))
            facts.append(Charge(each, draw(debt), max(on, invoice.issued), amount, charge))
        elif kind == "adjust":
            adjustment: AdjustmentKind = draw(
                st.sampled_from(["write_off", "discount", "small_balance", "deduction", "settled_before"])
            )
            facts.append(
                Adjustment(each, draw(debt), max(on, invoice.issued), draw(parts_of(invoice.amount)), adjustment)
            )
        elif kind == "date":
            facts.append(DueDateChange(each, draw(st.sampled_from(debts[1:] or debts)), on, draw(later(on))))
        elif kind == "dispute":
            part = draw(st.one_of(st.none(), amounts))
            end = draw(st.one_of(st.none(), later(on)))
            facts.append(Dispute(each, draw(debt), on, amount=part, resolved=end))
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


def own_currency(invoice: Invoice) -> st.SearchStrategy[str | None]:
    """What a record that may name its currency says: nothing, that of an invoice, or another."""
    return st.sampled_from([None, None, invoice.currency, "CHF"])


@st.composite
def talks(draw: st.DrawFn, known: list[Invoice]) -> list[Fact]:
    """Contacts, promises, holds, plans and placements about some of the invoices."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 4))):
        about = draw(st.sampled_from(known))
        name, on = f"talk-{number}", draw(days)
        items = draw(st.sampled_from([(), (about.id,)]))
        end = draw(st.one_of(st.none(), later(on)))
        kind = draw(
            st.sampled_from(["contact", "contact", "contact", "promise", "hold", "plan", "placement", "task", "flag"])
        )
        if kind == "contact":
            level = draw(st.one_of(st.none(), st.sampled_from([*LEVELS, "unheard of"])))
            outcome = draw(st.sampled_from([None, None, None, "failed", "no_answer", "spoke", "queued"]))
            gone = draw(st.sampled_from([None, None, None, end]))
            deadline = draw(st.one_of(st.none(), later(on, 20)))
            facts.append(
                Contact(
                    name, about.customer, on, draw(channels), level=level, items=items, outcome=outcome,
                    cancelled=gone, deadline=deadline, direction=draw(directions), currency=draw(own_currency(about)),
                    follow_up=draw(st.one_of(st.none(), st.none(), later(on, 20))),
                )
            )  # fmt: skip
        elif kind == "flag":
            said: FlagKind = draw(st.sampled_from(["cease", "attorney", "call_back"]))
            facts.append(ContactFlag(name, about.customer, on, said, end=end, items=items))
        elif kind == "promise":
            amount, due = draw(parts_of(about.amount)), draw(later(on))
            early = draw(st.one_of(st.none(), later(on)))
            half = amount - Decimal("0.01")
            steps: tuple[Installment, ...] = ()
            if early is not None and early < due and half > 0:
                steps = (Installment(early, half), Installment(due, amount - half))
            facts.append(
                Promise(
                    name, about.customer, on, due, amount, about.currency, items=items, cancelled=end,
                    installments=steps,
                )
            )  # fmt: skip
        elif kind == "hold":
            invoice = draw(st.sampled_from([None, about.id]))
            part = None if invoice is None else draw(st.one_of(st.none(), parts_of(about.amount)))
            facts.append(Hold(name, about.customer, on, end=end, invoice=invoice, amount=part, reason="complaint"))
        elif kind == "plan":
            first = draw(parts_of(about.amount))
            dues = sorted(draw(st.lists(later(on), min_size=2, max_size=2)))
            rest = max(Decimal("0.01"), about.amount - first)
            split = (Installment(dues[0], first), Installment(dues[1], rest))[: draw(st.integers(1, 2))]
            grace = draw(st.sampled_from([0, 0, 3]))
            facts.append(
                PaymentPlan(name, about.customer, on, about.currency, split, (about.id,), ended=end, grace=grace)
            )
        elif kind == "task":
            task: TaskKind = draw(st.sampled_from(["stop_credit", "release_credit", "review", "propose_write_off"]))
            level = draw(st.one_of(st.none(), st.sampled_from(LEVELS)))
            facts.append(
                Task(name, about.customer, on, task, level=level, items=items, currency=draw(own_currency(about)))
            )
        else:
            currency = draw(own_currency(about))
            facts.append(Placement(name, about.customer, on, "agency", items=items, recalled=end, currency=currency))
    return facts


@st.composite
def books(draw: st.DrawFn, max_invoices: int = 5) -> list[Fact]:
    """A whole book that strict building accepts: invoices and all that happens to them, in a random order."""
    known = [draw(invoices(f"INV-{number:02d}")) for number in range(draw(st.integers(0, max_invoices)))]
    facts: list[Fact] = list(known)
    for number, invoice in enumerate(known):
        facts.extend(draw(money(number, invoice)))
    facts.extend(draw(reversals(facts)))
    facts.extend(draw(taken_back(facts)))
    if known:
        facts.extend(draw(talks(known)))
    return draw(st.permutations(facts))


@st.composite
def taken_back(draw: st.DrawFn, facts: list[Fact]) -> list[Fact]:
    """Refunds of some money and voids of some invoices, as far as the book can bear them; a refund may be reversed."""
    found: list[Fact] = []
    targets = [fact for fact in facts if isinstance(fact, (Invoice, Payment, CreditNote))]
    for number in range(draw(st.sampled_from([0, 0, 1, 2])) if targets else 0):
        fact, name = draw(st.sampled_from(targets)), f"BACK-{number}"
        more: list[Fact] = []
        if isinstance(fact, Invoice):
            more.append(Void(name, fact.id, draw(st.one_of(later(fact.issued), later(fact.issued, 10)))))
        else:
            on = draw(later(fact.received if isinstance(fact, Payment) else fact.issued))
            part = draw(parts_of(fact.amount))
            reopens = draw(st.sampled_from([(), *(((of, draw(parts_of(part))),) for of, _ in fact.applied)]))
            more.append(Refund(name, fact.id, on, part, reopens=reopens))
            if draw(st.integers(0, 3)) == 0:
                more.append(Reversal(f"undo-{name}", name, draw(later(on))))
        if not Ledger.collect([*facts, *found, *more]).problems:
            found += more
    return found


@st.composite
def ripe_books(draw: st.DrawFn) -> list[Fact]:
    """A book of one account in which something is due: a few late invoices, some paid in part, notices, talks."""
    facts: list[Fact] = []
    known: list[Invoice] = []
    for number in range(draw(st.integers(1, 4))):
        issued = START + timedelta(days=draw(st.integers(0, 20)))
        amount = Decimal(draw(st.integers(1, 30_000))).scaleb(-2)
        due = issued + timedelta(days=draw(st.integers(0, 10)))
        known.append(Invoice(f"INV-{number}", "ACME", issued, due, amount, "EUR"))
        if draw(st.integers(0, 2)) == 0:
            paid = draw(parts_of(amount))
            day = draw(later(due, 40))
            facts.append(Payment(f"PAY-{number}", "ACME", day, paid, "EUR", applied=((f"INV-{number}", paid),)))
            if draw(st.integers(0, 3)) == 0:
                facts.append(Reversal(f"BACK-{number}", f"PAY-{number}", draw(later(day, 20))))
    for number in range(draw(st.integers(0, 4))):
        about, on = draw(st.sampled_from(known)), START + timedelta(days=draw(st.integers(5, 50)))
        items = draw(st.sampled_from([(), (about.id,), tuple(each.id for each in known)]))
        level, name = draw(st.sampled_from(LEVELS)), f"NOTE-{number}"
        kind = draw(st.sampled_from(["notice", "notice", "notice", "queued", "promise", "hold", "stop"]))
        if kind in ("notice", "queued"):
            outcome = None if kind == "notice" else kind
            gone = draw(st.sampled_from([None, None, None, on + timedelta(days=4)]))
            facts.append(
                Contact(name, "ACME", on, draw(channels), level=level, items=items, outcome=outcome, cancelled=gone)
            )
        elif kind == "promise":
            facts.append(
                Promise(name, "ACME", on, draw(later(on, 10)), draw(parts_of(about.amount)), "EUR", items=items)
            )
        elif kind == "hold":
            facts.append(Hold(name, "ACME", on, end=draw(later(on, 10)), invoice=about.id, reason="complaint"))
        else:
            facts.append(Task(name, "ACME", on, "stop_credit", level=level, items=items))
    return [*known, *facts]


some_books = st.one_of(books(3), ripe_books())
ripe_days = st.integers(5, 80).map(lambda n: START + timedelta(days=n))


ACTIVITIES: list[Activity] = [
    Notify("email"), Notify("letter"), Call(), Escalate("manager"), Place(), StopCredit(), Review(), ProposeWriteOff(),
    AddCharges("late fee"),
]  # fmt: skip
CONDITIONS: list[Condition] = [
    ALWAYS,
    ALWAYS,
    measure("open_balance") >= 100,
    measure("late_share") >= Decimal("0.5"),
    measure("broken_promises") < 1,
    (measure("overdue_items") >= 2) | (measure("tenure") >= 45),
    ~(measure("days_since_contact[call]") < 5),
    measure("sales[60]") <= 5000,
    measure("open_balance") >= Decimal("2.5") * measure("overdue_items"),
    measure("case_balance") > measure("overdue_items"),
]
minimums: st.SearchStrategy[Minimum] = st.sampled_from(
    [
        Minimum(),
        Minimum(Decimal(50)),
        Minimum(PerCurrency((("EUR", Decimal("5.00")),), Decimal(90))),
        Minimum(Decimal(5), share=Decimal("0.25")),
    ]
)
SHARED = Minimum(share=Decimal("0.10"))
answers: st.SearchStrategy[LevelResponse] = st.sampled_from(["keep", "keep", "step_down", "recompute", "reset"])
CLOSED = BusinessCalendar({date(2024, 1, 1), date(2024, 2, 29), date(2024, 4, 1)})


def activities(draw: st.DrawFn) -> tuple[Activity, ...]:
    """One to three activities, at least one of which is recorded."""
    found: list[Activity] = draw(st.lists(st.sampled_from(ACTIVITIES), min_size=1, max_size=3, unique=True))
    if all(isinstance(activity, (Escalate, AddCharges)) for activity in found):
        found.append(Notify("portal"))
    return tuple(found)


@st.composite
def plain_policies(draw: st.DrawFn) -> Policy:
    """A policy of one to four levels by days past due that climbs one level at a time."""
    return draw(policies(plain=True))


@st.composite
def policies(draw: st.DrawFn, *, plain: bool = False) -> Policy:
    """A policy of one to four levels with random settings; a plain one only has those that every ladder has."""
    count = draw(st.integers(1, 4))
    afters = sorted(draw(st.lists(st.integers(-10, 60), min_size=count, max_size=count, unique=True)))
    gap = draw(st.integers(1, 20))
    unit: Any = draw(st.sampled_from(["account", "invoice"]))
    levels: list[Level] = []
    for name, after in zip(LEVELS, afters, strict=False):
        every: list[Base] = ["due", "due", "issue", "notice", "deadline"]
        bases = every[:1] if after < 0 else every if levels else every[:3]
        base: Base = "due" if plain else draw(st.sampled_from(bases))
        days = after if base in ("due", "issue") else draw(st.integers(0, 15))
        own_gap = draw(st.one_of(st.none(), st.integers(1, 20)))
        if levels and levels[-1].base == base and base in ("due", "issue"):
            own_gap = min(own_gap or gap, max(1, days - (levels[-1].after or 0)))
        levels.append(
            Level(
                name,
                days,
                base=base,
                when=ALWAYS if plain else draw(st.sampled_from(CONDITIONS)),
                optional=after < 0 or draw(st.booleans()),
                gap=own_gap,
                minimum=draw(minimums),
                repeat=None if plain else draw(st.sampled_from([None, None, Repeat(9), Repeat(4, 1)])),
                deadline=draw(st.sampled_from([None, 5, 10, 30])),
                approval=draw(st.sampled_from([None, "manager"])),
                do=activities(draw),
            )
        )
    more: dict[str, Any] = {} if plain else draw(settings_of(unit))
    if isinstance(more.get("at_end"), Repeat):
        levels[-1] = changed(levels[-1], repeat=None)
    if more.get("calendar") is not None and draw(st.booleans()):
        levels = [changed(level, business_days=draw(st.booleans())) for level in levels]
    try:
        return Policy(
            "random",
            tuple(levels),
            unit=unit,
            minimum_gap=gap,
            minimum=draw(st.sampled_from([*map(Minimum, (ZERO, Decimal("5.00"), Decimal(200))), SHARED])),
            promise_grace=draw(st.integers(0, 3)),
            **more,
        )
    except InvalidValue:  # conditions that shadow each other
        reject()


@st.composite
def settings_of(draw: st.DrawFn, unit: str) -> dict[str, Any]:
    """The settings that not every ladder has."""
    ends: list[Repeat | Final | None] = [
        None,
        Repeat(7, 2),
        Repeat(10),
        Final(9, (Place(),)),
        Final(5, (StopCredit(),)),
    ]
    return {
        "advance": draw(st.sampled_from(["one", "one", "nearest", "highest"])),
        "together": draw(st.sampled_from(["no", "level", "highest"])) if unit == "invoice" else "no",
        "below_minimum": draw(st.sampled_from(["wait", "lower"])),
        "promise_holds": draw(st.sampled_from(["part", "part", "items", "case"])),
        "broken_promise": draw(st.sampled_from(["resume", "step_up"])),
        "after_hold": draw(st.sampled_from([0, 0, 6])),
        "gap_over": draw(st.sampled_from(["case", "case", "customer"])),
        "freezes": draw(st.sampled_from([(), (), (Freeze((2, 10), (2, 20)),), (Freeze((12, 20), (1, 6)),)])),
        "honour_deadline": draw(st.sampled_from([True, True, False])),
        "regress": draw(
            st.one_of(
                st.just(Regress()),
                st.builds(
                    Regress,
                    paid_in_part=answers,
                    oldest_settled=answers,
                    credited=answers,
                    notice_cancelled=answers,
                    payment_reversed=answers,
                ),
            )
        ),
        "resume_within": draw(st.sampled_from([None, None, 0, 20])),
        "at_end": draw(st.sampled_from(ends)),
        "disputes": draw(st.sampled_from(["held", "held", "asked"])),
        "credits": draw(st.sampled_from(["net", "net", "ignored"])),
        "mention": draw(st.frozensets(st.sampled_from(["not due", "credits"]))),
        "undated": draw(st.sampled_from(["wait", "issued"])),
        "calendar": draw(st.sampled_from([None, None, CLOSED])),
        "pending": draw(st.sampled_from(["freeze", "supersede", "rebuild", "block"])),
    }
