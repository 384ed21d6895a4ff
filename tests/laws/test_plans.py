"""Payment plans: they set due dates while they stand, break when they fall behind, and then give the old dates back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.aging import age
from dunning.decision import decide
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import PaymentPlan
from dunning.invoice import Adjustment, Charge, Installment, Invoice, Payment, Reversal
from dunning.ledger import Fact, Ledger
from dunning.presets.policies import STANDARD_B2B
from tests import model

START = date(2024, 3, 1)
near = st.integers(0, 40).map(lambda n: START + timedelta(days=n))
hundreds = st.integers(1, 6).map(lambda n: Decimal(100 * n))


@st.composite
def planned_books(draw: st.DrawFn) -> list[Fact]:
    """A customer with a plan or two over their invoices, who pays something now and then."""
    facts: list[Fact] = [
        Invoice("A", "ACME", START, START + timedelta(days=5), draw(hundreds), "EUR"),
        Invoice("B", "ACME", START + timedelta(days=draw(st.integers(0, 12))), None, draw(hundreds), "EUR"),
    ]
    amount = draw(hundreds)
    dues = [START + timedelta(days=days) for days in sorted(draw(st.lists(st.integers(0, 30), min_size=2, max_size=2)))]
    parts = (Installment(dues[0], amount), Installment(dues[1], draw(hundreds)))
    facts.append(Invoice("C", "ACME", START, None, amount + parts[1].amount, "EUR", installments=parts))
    for number in range(draw(st.integers(1, 2))):
        agreed = draw(near)
        days = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=3)))
        split = tuple(Installment(agreed + timedelta(days=each), draw(hundreds)) for each in days)
        items = draw(st.sampled_from([("A",), ("A", "B"), ("B", "C"), ("C/2",), ("A", "C/1")]))
        ended = draw(st.one_of(st.none(), st.none(), st.integers(0, 30).map(lambda n: agreed + timedelta(days=n))))
        facts.append(PaymentPlan(f"PLAN-{number}", "ACME", agreed, "EUR", split, items, ended=ended))
    for number in range(draw(st.integers(0, 6))):
        name, on, paid = f"PAY-{number}", draw(near), draw(hundreds)
        target = draw(st.sampled_from(["A", "B", "C", None]))
        facts.append(Payment(name, "ACME", on, paid, "EUR", applied=((target, paid),) if target else ()))
        if draw(st.integers(0, 4)) == 0:
            facts.append(Reversal(f"BOUNCE-{number}", name, on + timedelta(days=draw(st.integers(0, 15)))))
    if draw(st.booleans()):
        facts.append(Charge("FEE", "A", draw(near), Decimal(40), "fee"))
    if draw(st.integers(0, 3)) == 0:
        facts.append(Adjustment("WRITE-OFF", "A", draw(near), draw(hundreds), "write_off"))
    return facts


def turning_days(facts: list[Fact]) -> list[date]:
    """Every day on which anything happens or falls due, and the day after it."""
    days = {model.happened(fact) for fact in facts}
    for fact in facts:
        days.update(part.due for part in getattr(fact, "installments", ()))
    return sorted(days | {day + timedelta(days=1) for day in days})


@given(planned_books())
def test_open_items_are_due_as_the_model_says_on_every_day(facts: list[Fact]) -> None:
    account = Ledger(facts).account("ACME")
    for day in turning_days(facts):
        found = sorted((item.invoice, str(item.due), item.open) for item in account.open_items(as_of=day))
        assert found == sorted((name, str(due), owed) for name, due, owed in model.open_rows(facts, day)), day
        plans = [fact for fact in facts if isinstance(fact, PaymentPlan) and model.plan_stands(facts, fact, day)]
        assert sorted(account.plans(as_of=day), key=lambda each: each.id) == plans


@given(planned_books())
def test_no_item_is_past_due_by_a_plan_that_stands(facts: list[Fact]) -> None:
    account = Ledger(facts).account("ACME")
    for day in model.days_from(START, 75):
        for item in account.open_items(as_of=day):
            if item.plan is not None and (item.days_past_due or 0) > 0:
                (plan,) = (fact for fact in facts if fact.id == item.plan and isinstance(fact, PaymentPlan))
                assert not model.is_behind(
                    facts, plan, day - timedelta(days=1)
                )  # the item is not what was paid: credit is waiting for it


@given(planned_books(), st.integers(0, 75))
def test_progress_is_what_was_paid_by_when(facts: list[Fact], later: int) -> None:
    account, day = Ledger(facts).account("ACME"), START + timedelta(days=later)
    for plan in (fact for fact in facts if isinstance(fact, PaymentPlan)):
        if plan.agreed > day:
            with pytest.raises(NotFound):
                account.plan_progress(plan, as_of=day)
            continue
        found = account.plan_progress(plan, as_of=day)
        total = sum((part.amount for part in plan.installments), Decimal(0))
        assert found.paid == max(Decimal(0), min(total, model.towards(facts, plan, day)))
        assert (found.state == "active") <= model.plan_stands(facts, plan, day)
        states = [part.state for part in found.installments]
        assert (found.state == "broken") == ("missed" in states)
        assert (found.state == "kept") <= (set(states) == {"kept"})
        assert found.first_missed in (None, *(part.due for part in plan.installments))
        if found.state == "active" and found.next_due is not None:
            assert found.next_due >= day


@given(planned_books(), st.integers(0, 60))
def test_a_held_plan_is_looked_at_again_when_it_may_break(facts: list[Fact], later: int) -> None:
    ledger = Ledger(facts).known_at(START + timedelta(days=later))
    day = START + timedelta(days=later)
    for account in ledger:
        (now,) = decide(account, STANDARD_B2B, as_of=day)
        for on in model.days_from(day + timedelta(days=1), 80):
            (then,) = decide(account, STANDARD_B2B, as_of=on)
            changed = essence(then) != essence(now)
            assert changed == (on == now.next_date)
            if changed:
                break


def essence(decision: Any) -> tuple[object, ...]:
    return decision.status, decision.level, decision.actions, decision.holds


PLAN = PaymentPlan(
    "PLAN-1",
    "ACME",
    date(2026, 3, 10),
    "EUR",
    (Installment(date(2026, 4, 1), Decimal(400)), Installment(date(2026, 5, 1), Decimal(600))),
    ("INV-1", "INV-2"),
)
BILLS: list[Fact] = [
    Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(300), "EUR"),
    Invoice("INV-2", "ACME", date(2026, 1, 20), date(2026, 2, 19), Decimal(700), "EUR"),
]


def paid(name: str, on: date, amount: int, invoice: str | None) -> Payment:
    applied = ((invoice, Decimal(amount)),) if invoice else ()
    return Payment(name, "ACME", on, Decimal(amount), "EUR", applied=applied)


def test_a_plan_moves_what_is_past_due_to_its_own_dates() -> None:
    ledger = Ledger([*BILLS, PLAN])
    assert str(age(ledger, as_of=date(2026, 3, 9)).total["31-60"]) == "300"
    assert str(age(ledger, as_of=date(2026, 3, 10)).total["current"]) == "1000"
    items = ledger.open_items(as_of=date(2026, 3, 10))
    assert [(item.id, str(item.due), item.plan) for item in items] == [
        ("INV-1", "2026-04-01", "PLAN-1"),
        ("INV-2", "2026-05-01", "PLAN-1"),
    ]
    (decision,) = decide(ledger.account("ACME"), STANDARD_B2B, as_of=date(2026, 3, 10))
    assert (decision.status, decision.overdue, decision.next_date) == ("held", 0, date(2026, 4, 2))
    assert str(decision.reasons[0]) == "on the payment plan PLAN-1, kept until 2026-04-02"


def test_a_missed_installment_breaks_the_plan_from_the_day_after() -> None:
    account = Ledger([*BILLS, PLAN, paid("PAY-1", date(2026, 4, 2), 400, "INV-1")]).account("ACME")
    assert [item.due for item in account.open_items(as_of=date(2026, 4, 1))] == [date(2026, 4, 1), date(2026, 5, 1)]
    assert [item.due for item in account.open_items(as_of=date(2026, 4, 2))] == [date(2026, 2, 19)]
    assert account.plan_progress(PLAN, as_of=date(2026, 4, 1)).state == "active"
    broken = account.plan_progress(PLAN, as_of=date(2026, 4, 2))
    assert (broken.state, broken.first_missed, broken.next_due, broken.paid) == ("broken", date(2026, 4, 1), None, 400)
    assert [part.state for part in broken.installments] == ["missed", "void"]


def test_a_plan_is_kept_by_the_end_of_each_due_date_and_by_unapplied_cash() -> None:
    account = Ledger(
        [*BILLS, PLAN, paid("PAY-1", date(2026, 4, 1), 400, None), paid("PAY-2", date(2026, 4, 20), 600, "INV-2")]
    ).account("ACME")
    assert account.plan_progress(PLAN, as_of=date(2026, 4, 2)).installments[0].state == "kept"
    kept = account.plan_progress(PLAN, as_of=date(2026, 4, 20))
    assert (kept.state, kept.paid, kept.first_missed, kept.next_due) == ("kept", 1000, None, None)


def test_a_payment_that_bounces_breaks_the_plan_afterwards() -> None:
    facts: list[Fact] = [
        *BILLS,
        PLAN,
        paid("PAY-1", date(2026, 3, 30), 400, "INV-2"),
        Reversal("BAD", "PAY-1", date(2026, 4, 8)),
    ]
    account = Ledger(facts).account("ACME")
    assert account.plan_progress(PLAN, as_of=date(2026, 4, 8)).state == "active"
    assert account.plan_progress(PLAN, as_of=date(2026, 4, 9)).first_missed == date(2026, 4, 1)
    after: list[Fact] = [
        *facts[:-1],
        paid("PAY-2", date(2026, 5, 1), 600, "INV-2"),
        Reversal("BAD", "PAY-1", date(2026, 6, 1)),
    ]
    late = Ledger(after).account("ACME")
    assert late.plan_progress(PLAN, as_of=date(2026, 5, 31)).state == "kept"
    assert late.plan_progress(PLAN, as_of=date(2026, 6, 1)).state == "broken"


def test_a_plan_that_is_called_off_gives_the_old_dates_back() -> None:
    ended = PaymentPlan(
        "PLAN-1", "ACME", PLAN.agreed, "EUR", PLAN.installments, PLAN.items, ended=date(2026, 3, 20)
    )  # fmt: skip
    account = Ledger([*BILLS, ended]).account("ACME")
    assert account.plans(as_of=date(2026, 3, 19)) == (ended,)
    assert account.plans(as_of=date(2026, 3, 20)) == ()
    assert account.open_items(as_of=date(2026, 3, 20))[0].due == date(2026, 2, 4)
    progress = account.plan_progress(ended, as_of=date(2026, 3, 20))
    assert (progress.state, [part.state for part in progress.installments]) == ("ended", ["void", "void"])


def test_progress_is_asked_of_a_plan() -> None:
    with pytest.raises(InvalidValue, match="plan: 'PLAN-1' is not a PaymentPlan"):
        Ledger([*BILLS, PLAN]).account("ACME").plan_progress("PLAN-1", as_of=date(2026, 4, 1))  # type: ignore[arg-type]  # wrong on purpose


def test_an_installment_before_the_agreement_is_refused() -> None:
    with pytest.raises(InvalidValue, match="the first is due on 2026-03-09, before the plan was agreed, 2026-03-10"):
        PaymentPlan(
            "P", "ACME", date(2026, 3, 10), "EUR", (Installment(date(2026, 3, 9), Decimal(1)),), ("INV-1",)
        )  # fmt: skip


def test_a_fee_does_not_turn_an_installment_that_was_kept_into_one_that_was_missed() -> None:
    parts = (Installment(date(2026, 1, 15), Decimal(50)), Installment(date(2026, 1, 20), Decimal(50)))
    bill = Invoice("I", "ACME", date(2026, 1, 1), None, Decimal(100), "EUR", installments=parts)
    agreed = (Installment(date(2026, 2, 10), Decimal(10)), Installment(date(2026, 4, 1), Decimal(40)))
    plan = PaymentPlan("PLAN", "ACME", date(2026, 2, 1), "EUR", agreed, ("I/2",))
    facts: list[Fact] = [bill, plan, paid("P1", date(2026, 1, 20), 50, "I"), paid("P2", date(2026, 2, 10), 10, "I")]
    fee = Charge("F", "I", date(2026, 2, 20), Decimal(10), "fee")
    for books in (facts, [*facts, fee]):
        progress = Ledger(books).account("ACME").plan_progress(plan, as_of=date(2026, 3, 1))
        assert (progress.state, progress.paid) == ("active", 10)


def test_a_plan_paid_in_full_is_kept_though_it_was_ended_afterwards() -> None:
    ended = PaymentPlan("PLAN-1", "ACME", PLAN.agreed, "EUR", PLAN.installments, PLAN.items, ended=date(2026, 3, 25))
    both = [paid("P1", date(2026, 3, 20), 300, "INV-1"), paid("P2", date(2026, 3, 20), 700, "INV-2")]
    account = Ledger([*BILLS, ended, *both]).account("ACME")
    assert account.plan_progress(ended, as_of=date(2026, 4, 1)).state == "kept"
    late = [paid("P1", date(2026, 3, 20), 300, "INV-1"), paid("P2", date(2026, 3, 25), 700, "INV-2")]
    assert Ledger([*BILLS, ended, *late]).account("ACME").plan_progress(ended, as_of=date(2026, 4, 1)).state == "ended"
