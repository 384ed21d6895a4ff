"""Once: no fee twice for an (item, level), no day of interest twice or never, whatever the number and order of runs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.amounts import rounded
from dunning.charges import (
    Fee,
    FeeSchedule,
    Interest,
    Rate,
    RateReset,
    RateSeries,
    interest_statement,
    proposed_charges,
)
from dunning.dates import add_months
from dunning.interactions import Contact, Hold, PaymentPlan
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    DueDateChange,
    Installment,
    Invoice,
    Payment,
    Reversal,
)
from dunning.ledger import Fact, Ledger
from tests import model

START = date(2024, 5, 1)
END = START + timedelta(days=150)
days = st.integers(0, 140).map(lambda n: START + timedelta(days=n))
amounts = st.integers(1, 20).map(lambda n: Decimal(n * 2537).scaleb(-2))
REFERENCE = RateSeries(
    "reference",
    (
        (date(2024, 1, 1), Decimal("0.045")),
        (date(2024, 6, 12), Decimal("0.0425")),
        (date(2024, 9, 18), Decimal("-0.01")),
    ),
    through=date(2024, 12, 31),
)
resets: st.SearchStrategy[RateReset] = st.sampled_from(["at start", "half-year", "daily"])
FEES = FeeSchedule(
    "fees",
    (
        Fee.fixed(Decimal(5), level="first", once=True),
        Fee.percent(Decimal("0.01"), level="second", minimum=Decimal(2)),
        Fee.fixed(Decimal(40), after=3, kind="cost"),
    ),
    stops=frozenset({"insolvency"}),
)


@st.composite
def late_books(draw: st.DrawFn) -> list[Fact]:
    """One customer whose invoices are late: paid in parts, bounced, extended, held, planned, dunned, charged by others."""
    facts: list[Fact] = []
    for name in ("A", "B")[: draw(st.integers(1, 2))]:
        issued, amount = START + timedelta(days=draw(st.integers(0, 40))), draw(amounts)
        due = issued + timedelta(days=draw(st.sampled_from([0, 1, 14, 30])))
        parts: tuple[Installment, ...] = ()
        if draw(st.integers(0, 3)) == 0:
            half = rounded(amount / 2)
            parts = (Installment(due, half), Installment(due + timedelta(days=20), amount - half))
        bill = Invoice(name, "ACME", issued, None if parts else due, amount, "EUR", installments=parts)
        facts.append(bill)
        for number, kind in enumerate(
            draw(
                st.lists(
                    st.sampled_from(["pay", "pay", "pay", "credit", "later", "extend", "forgive", "fee"]), max_size=4
                )
            )
        ):
            each, on, part = f"{kind}-{name}-{number}", draw(days), min(amount, draw(amounts))
            if kind == "pay":
                facts.append(Payment(each, "ACME", on, part, "EUR", applied=((name, part),)))
            elif kind == "credit":
                facts.append(CreditNote(each, "ACME", on, part, "EUR", applied=((name, part),)))
            elif kind == "later":
                facts.append(Payment(each, "ACME", on, part, "EUR"))
                facts.append(Application(f"apply-{each}", each, on + timedelta(days=5), name, part))
            elif kind == "extend" and not parts:
                facts.append(DueDateChange(each, name, on, on + timedelta(days=draw(st.integers(-5, 20)))))
            elif kind == "forgive":
                forgiven = draw(st.sampled_from(["write_off", "discount"]))
                facts.append(
                    Adjustment(
                        each, name, max(on, issued), part, "write_off" if forgiven == "write_off" else "discount"
                    )
                )
            elif kind == "fee":
                facts.append(Charge(each, name, max(on, issued), part, "fee"))
            if kind in ("pay", "credit", "forgive") and draw(st.integers(0, 3)) == 0:
                happened = max(on, issued) if kind == "forgive" else on
                facts.append(Reversal(f"undo-{each}", each, happened + timedelta(days=draw(st.integers(0, 30)))))
    for number in range(draw(st.integers(0, 2))):
        on, invoice = draw(days), draw(st.sampled_from([None, "A"]))
        until = draw(st.one_of(st.none(), st.integers(0, 40).map(lambda n: on + timedelta(days=n))))  # drawn at once
        reason = draw(st.sampled_from(["insolvency", "complaint"]))
        facts.append(Hold(f"hold-{number}", "ACME", on, end=until, invoice=invoice, reason=reason))
    if draw(st.integers(0, 2)) == 0:
        agreed = draw(days)
        split = (
            Installment(agreed + timedelta(days=10), draw(amounts)),
            Installment(agreed + timedelta(days=25), draw(amounts)),
        )
        facts.append(PaymentPlan("plan", "ACME", agreed, "EUR", split, ("A",)))
    for number in range(draw(st.integers(0, 3))):
        level = draw(st.sampled_from(["first", "second"]))
        facts.append(Contact(f"notice-{number}", "ACME", draw(days), "email", level=level))
    return facts


def standing(facts: Sequence[Fact], as_of: date) -> list[Fact]:
    """The facts up to a date of which nothing is reversed by then, as if what is had never been."""
    there = [fact for fact in facts if isinstance(fact, PaymentPlan) or model.happened(fact) <= as_of]
    return [fact for fact in there if not isinstance(fact, Reversal) and model.stands(facts, fact.id, as_of)]


def valued(facts: Sequence[Fact]) -> list[Fact]:
    """The same facts, what was put to an invoice as a payment of the day from which it counts for the customer."""
    invoices = {fact.id: fact for fact in facts if isinstance(fact, Invoice)}
    sources = {fact.id: fact for fact in facts if isinstance(fact, (Payment, CreditNote))}
    found: list[Fact] = []
    for fact in facts:
        pairs: list[tuple[str, Decimal, date]] = []
        if isinstance(fact, (Payment, CreditNote)):
            pairs = [
                (name, part, date.min if isinstance(fact, CreditNote) and not fact.goodwill else model.happened(fact))
                for name, part in fact.applied
            ]
        elif isinstance(fact, Application):
            if fact.source in sources:
                day = fact.value_date or model.happened(sources[fact.source])
                pairs = [(name, part, day) for name, part in fact.applied]
        else:
            found.append(fact)
        for place, (name, part, day) in enumerate(pairs):
            invoice = invoices.get(model.owner(facts, name))
            if invoice is None:
                continue  # it is not issued yet
            on = max(day, invoice.issued)
            found.append(Payment(f"{fact.id}#{place}", "ACME", on, part, "EUR", applied=((name, part),)))
    return found


def credit(facts: Sequence[Fact], puts: Sequence[Fact], day: date) -> Decimal:
    """Money on account at the end of a day, counted from the day on which it came, and what is too much of an invoice."""
    came = [fact for fact in facts if isinstance(fact, (Payment, CreditNote)) and model.happened(fact) <= day]
    used = [fact for fact in puts if isinstance(fact, Payment) and fact.received <= day]
    invoices = [fact for fact in puts if isinstance(fact, Invoice) and fact.issued <= day]
    total = sum((fact.amount for fact in came), Decimal(0)) - sum((fact.amount for fact in used), Decimal(0))
    return total + sum((max(Decimal(0), -model.net(puts, each, day)) for each in invoices), Decimal(0))


def bases(facts: Sequence[Fact], stand: Sequence[Fact], day: date) -> dict[tuple[str, int], Decimal]:
    """What bears charges at the end of a day: every settlement meets principal, and credit covers the oldest due."""
    puts = valued(stand)
    bare = [
        fact
        for fact in puts
        if not isinstance(fact, Charge) and getattr(fact, "kind", "") != "abatement" and model.happened(fact) <= day
    ]
    rows = [(each, number, owed - settled) for each, number, owed, settled in model.items(bare, day) if owed > settled]
    left = max(Decimal(0), credit(stand, puts, day)) if rows else Decimal(0)
    found: dict[tuple[str, int], Decimal] = {}
    dues = {
        (each.id, number): model.planned(facts, each, number, day) or model.due_of(facts, each, number, day)
        for each, number, _ in rows
    }
    for each, number, owed in sorted(
        rows, key=lambda row: (dues[row[0].id, row[1]] or date.max, row[0].issued, row[0].id, row[1])
    ):
        part = min(left, owed)
        left -= part
        found[each.id, number] = owed - part
    return found


def rate_of(interest: Interest, start: date, day: date) -> Decimal:
    if interest.rate.reset == "daily":
        return interest.rate.margin + REFERENCE.on(day)
    half = start if interest.rate.reset == "at start" else day
    first = date(half.year, 1 if half.month < 7 else 7, 1)
    return interest.rate.margin + REFERENCE.on(first - timedelta(days=interest.rate.days_before))


def is_late(facts: list[Fact], invoice: Invoice, number: int, day: date) -> bool:
    """Whether a day lies after the due date of that day."""
    due = model.planned(facts, invoice, number, day) or model.due_of(facts, invoice, number, day)
    return due is not None and day > due


def bears(facts: list[Fact], invoice: Invoice, number: int, day: date) -> bool:
    """Whether a day is late, and no hold stops it."""
    return is_late(facts, invoice, number, day) and not stopped(facts, invoice, day)


def by_the_day(facts: list[Fact], interest: Interest, as_of: date) -> dict[str, Fraction]:
    """The simple interest of each item, day by day."""
    stand = standing(facts, as_of)
    found: dict[str, Fraction] = {}
    first = min((fact.issued for fact in facts if isinstance(fact, Invoice)), default=as_of) - timedelta(days=1)
    base = {day: bases(facts, stand, day) for day in model.days_from(first, max(0, (as_of - first).days + 1))}
    for invoice in (fact for fact in facts if isinstance(fact, Invoice) and fact.issued <= as_of):
        for number in range(max(1, len(invoice.installments))):
            name = f"{invoice.id}/{number + 1}" if invoice.installments else invoice.id
            start: date | None = None
            total = Fraction(0)
            for day in model.days_from(invoice.issued, (as_of - invoice.issued).days + 1):
                owed = base[day - timedelta(days=1)].get((invoice.id, number), Decimal(0))
                if owed and is_late(facts, invoice, number, day):
                    start = start or day  # of the debt, whatever held the interest up
                if start and owed and bears(facts, invoice, number, day):
                    total += Fraction(owed) * Fraction(rate_of(interest, start, day)) / 365
            if start is not None:
                found[name] = total
    return found


def interests(reset: RateReset) -> Interest:
    return Interest(
        "law", Rate(Decimal("0.08"), "reference", reset=reset, days_before=0), stops=frozenset({"insolvency"})
    )


@given(late_books(), resets, days)
def test_interest_is_what_counting_day_by_day_gives(facts: list[Fact], reset: RateReset, as_of: date) -> None:
    interest, expected = interests(reset), by_the_day(facts, interests(reset), as_of)
    for account in Ledger(facts):
        statement = interest_statement(account, interest, as_of=as_of, rates=REFERENCE)
        for total in statement.totals:
            assert total.accrued == rounded(expected.pop(total.item))
        for line in statement:
            assert line.interest == line.balance * line.rate * line.days / 365 or abs(
                Fraction(line.interest) - Fraction(line.balance) * Fraction(line.rate) * line.days / 365
            ) < Fraction(1, 10**20)
    assert not any(expected.values())


def not_given_up(fact: Fact) -> Fact:
    """A write-off as a discount: of what is given up nothing more is charged."""
    is_lost = isinstance(fact, Adjustment) and fact.kind == "write_off"
    return changed(fact, kind="discount") if is_lost else fact


def on_its_own_day(fact: Fact) -> Fact:
    """What would count from an earlier day counts from its own: a fee that was due then is not handed back later."""
    if isinstance(fact, CreditNote):
        return changed(fact, goodwill=True)
    return changed(fact, value_date=fact.on) if isinstance(fact, Application) else fact


@given(late_books(), resets, st.lists(days, max_size=5))
def test_runs_on_any_days_charge_what_one_run_at_the_end_would(
    facts: list[Fact], reset: RateReset, runs: list[date]
) -> None:
    facts = list(map(not_given_up, facts))
    interest, books = interests(reset), list(facts)
    for day in [*sorted(runs), END, END]:
        for account in Ledger.collect([fact for fact in books if model.happened(fact) <= day]):
            proposed = proposed_charges(account, interest, as_of=day, rates=REFERENCE)
            again = proposed_charges(account, interest, as_of=day, rates=REFERENCE)
            assert proposed == again
            books.extend(proposed)
    charged: dict[str, Decimal] = {}
    for fact in books:
        if isinstance(fact, Charge) and fact.kind == "interest":
            item = fact.id.removeprefix("law/").rpartition("/interest/")[0]
            charged[item] = charged.get(item, Decimal(0)) + fact.amount
        elif isinstance(fact, Adjustment) and fact.kind == "abatement":
            charged[fact.invoice] -= fact.amount
    expected = by_the_day(books, interest, END)  # charges take up credit that would have kept a plan
    left = {name: total for name, total in charged.items() if total}
    assert left == {name: rounded(total) for name, total in expected.items() if rounded(total)}
    (account,) = Ledger(books)
    assert proposed_charges(account, interest, as_of=END, rates=REFERENCE) == ()


@given(late_books(), resets)
def test_a_reversed_payment_leaves_no_trace_in_the_interest(facts: list[Fact], reset: RateReset) -> None:
    dues = [
        fact for fact in facts if not isinstance(fact, PaymentPlan)
    ]  # whether a plan was kept is a matter of its day
    never: list[Fact] = standing(dues, END)
    sources = {fact.id for fact in never}
    never = [fact for fact in never if getattr(fact, "source", None) in (None, *sources)]
    with_reversals = interest_statement(Ledger(dues).account("ACME"), interests(reset), as_of=END, rates=REFERENCE)
    without = interest_statement(Ledger(never).account("ACME"), interests(reset), as_of=END, rates=REFERENCE)
    assert with_reversals.lines == without.lines


@given(late_books(), st.lists(days, max_size=5))
def test_a_fee_is_charged_once_for_an_item_a_level_and_a_time(facts: list[Fact], runs: list[date]) -> None:
    facts = [on_its_own_day(not_given_up(fact)) for fact in facts]
    books = list(facts)
    for day in [*sorted(runs), END, END]:
        for account in Ledger.collect([fact for fact in books if model.happened(fact) <= day]):
            books.extend(proposed_charges(account, FEES, as_of=day))
    charges = [fact for fact in books if isinstance(fact, Charge) and fact.id.startswith("fees/")]
    assert len({fact.id for fact in charges}) == len(charges)
    assert Counter(re.sub(r"(fee|cost)/\d+$", r"\1", fact.id) for fact in charges) == due_fees(books)
    for fact in charges:
        assert fact.amount >= 2 if fact.level == "second" else fact.amount == {"first": 5, None: 40}[fact.level]


def due_fees(facts: list[Fact]) -> Counter[str]:
    """How often each fee ever fell due, from the facts as they were known on each day."""
    found: Counter[str] = Counter()
    for day in model.days_from(START, (END - START).days + 1):
        stand = standing([fact for fact in facts if model.happened(fact) <= END], END)
        before, now = (bases(facts, stand, each) for each in (day - timedelta(days=1), day))
        open_then = {(each.id, number) for each, number, owed, settled in model.items(facts, day) if owed > settled}
        for invoice in (fact for fact in facts if isinstance(fact, Invoice) and fact.issued <= day):
            for number in range(max(1, len(invoice.installments))):
                name = f"{invoice.id}/{number + 1}" if invoice.installments else invoice.id
                due = model.planned(facts, invoice, number, day) or model.due_of(facts, invoice, number, day)
                late = due is not None and (day - due).days >= 3
                if late and bears(facts, invoice, number, day) and before.get((invoice.id, number)):
                    found[f"fees/{name}/day 3/cost"] = 1
                levels = {fact.level for fact in facts if isinstance(fact, Contact) and fact.on == day}
                bearing = not stopped(facts, invoice, day) and now.get((invoice.id, number))
                if due is not None and due < day and bearing and (invoice.id, number) in open_then:
                    for level in levels:  # a notice that names nothing covers what was past due on its day
                        again = level == "second"
                        found[f"fees/{name}/{level}/fee"] = 1 + again * found[f"fees/{name}/{level}/fee"]
    return found


def stopped(facts: list[Fact], invoice: Invoice, day: date) -> bool:
    return any(
        isinstance(fact, Hold) and fact.reason == "insolvency" and fact.start <= day and fact.invoice in (None, invoice.id)
        and (fact.end is None or day < fact.end)
        for fact in facts
    )  # fmt: skip


@given(late_books(), st.sampled_from([None, 30]), days)
def test_compound_interest_is_what_counting_day_by_day_gives(
    facts: list[Fact], month_days: int | None, as_of: date
) -> None:
    interest = Interest(
        "law",
        Rate(Decimal("0.24")),
        method="compound",
        day_count="ACT/360",
        month_days=month_days,
        stops=frozenset({"insolvency"}),
    )
    stand = standing(facts, as_of)
    first = min((fact.issued for fact in facts if isinstance(fact, Invoice)), default=as_of) - timedelta(days=1)
    base = {day: bases(facts, stand, day) for day in model.days_from(first, max(0, (as_of - first).days + 1))}
    for account in Ledger(facts):
        totals = {total.item: total.accrued for total in interest_statement(account, interest, as_of=as_of).totals}
        for invoice in (fact for fact in facts if isinstance(fact, Invoice) and fact.issued <= as_of):
            for number in range(max(1, len(invoice.installments))):
                name = f"{invoice.id}/{number + 1}" if invoice.installments else invoice.id
                capital = accrued = Fraction(0)
                anchor: date | None = None
                months = 1
                for day in model.days_from(invoice.issued, (as_of - invoice.issued).days + 1):
                    owed = base[day - timedelta(days=1)].get((invoice.id, number), Decimal(0))
                    if owed and is_late(facts, invoice, number, day):
                        anchor = anchor or day - timedelta(days=1)
                    if anchor and bears(facts, invoice, number, day):
                        accrued += (Fraction(owed) + capital) * Fraction(24, 100) / 360
                    while anchor and day == month_end(anchor, months, month_days):
                        capital, accrued, months = capital + accrued, Fraction(0), months + 1
                assert totals.get(name, 0) == rounded(capital + accrued)


def month_end(anchor: date, months: int, month_days: int | None) -> date:
    return anchor + timedelta(days=months * month_days) if month_days else add_months(anchor, months)
