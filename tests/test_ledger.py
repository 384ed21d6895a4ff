"""The ledger: every contradiction is found and named, nothing is lost, and adding is the same as building."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest

from dunning._base.noun import changed
from dunning.errors import InvalidLedger, InvalidValue, NotFound
from dunning.interactions import Contact, Dispute, Hold, PaymentPlan, Placement, Promise
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
from dunning.ledger.views import rebuilt

D = Decimal


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def bill(name: str, amount: int = 100, customer: str = "ACME", currency: str = "EUR", **more: Any) -> Invoice:
    return Invoice(name, customer, day("01-05"), day("02-04"), D(amount), currency, **more)


def pay(
    name: str, amount: int, *applied: tuple[str, int], on: str = "02-10", customer: str = "ACME", currency: str = "EUR"
) -> Payment:
    return Payment(
        name, customer, day(on), D(amount), currency, applied=tuple((each, D(part)) for each, part in applied)
    )


INV, PAY = bill("INV"), pay("PAY", 60, ("INV", 40))
PARTS = bill("PARTS", 100, installments=(Installment(day("02-04"), D(100)),))

FAULTS: list[tuple[str, Sequence[Fact], list[tuple[str, str, str]]]] = [
    (
        "an id with two contents",
        [INV, bill("INV", 90)],
        [("duplicate_id", "INV", "stands for 2 different facts")] * 2,
    ),
    (
        "what depends on a contradicted invoice",
        [INV, bill("INV", 90), PAY],
        [
            ("duplicate_id", "INV", "2 different"),
            ("duplicate_id", "INV", "2 different"),
            ("on_account", "PAY", "INV is not in the ledger"),
        ],
    ),
    ("unknown invoice", [pay("P", 5, ("X", 5))], [("on_account", "P", "invoice X is not in the ledger; add it")]),
    ("a charge on an unknown invoice", [Charge("F", "X", day("02-10"), D(5), "fee")], [("unknown_invoice", "F", "X")]),
    (
        "other currency",
        [INV, pay("P", 5, ("INV", 5), currency="USD")],
        [("wrong_currency", "P", "is in EUR, this is in USD")],
    ),
    (
        "other customer",
        [INV, pay("P", 5, ("INV", 5), customer="BETA")],
        [("wrong_customer", "P", "belongs to customer ACME")],
    ),
    (
        "application of an unknown source",
        [INV, Application("A", "X", day("02-10"), "INV", D(5))],
        [("unknown_source", "A", "payment or credit note X is not in the ledger")],
    ),
    (
        "application of something that is not money",
        [INV, Application("A", "INV", day("02-10"), "INV", D(5))],
        [("unknown_source", "A", "INV is not in the ledger")],
    ),
    (
        "application before its source",
        [INV, PAY, Application("A", "PAY", day("02-09"), "INV", D(5))],
        [("wrong_date", "A", "dated 2026-02-09, before its source PAY (2026-02-10)")],
    ),
    (
        "application to an unknown invoice",
        [INV, PAY, Application("A", "PAY", day("02-11"), "X", D(5))],
        [("unknown_invoice", "A", "invoice X")],
    ),
    (
        "applications above the source",
        [
            INV,
            PAY,
            Application("A1", "PAY", day("02-11"), "INV", D(15)),
            Application("A2", "PAY", day("02-12"), "INV", D(6)),
        ],
        [("exceeds_source", "A2", "with it 61 of PAY would be applied, which is only 60")],
    ),
    (
        "a charge before its invoice",
        [INV, Charge("F", "INV", day("01-04"), D(5), "fee")],
        [("wrong_date", "F", "before its invoice")],
    ),
    (
        "an adjustment before its invoice",
        [INV, Adjustment("W", "INV", day("01-04"), D(5), "write_off")],
        [("wrong_date", "W", "before its invoice (2026-01-05)")],
    ),
    (
        "a reversal of nothing",
        [Reversal("R", "X", day("02-10"))],
        [("nothing_to_reverse", "R", "X is not in the ledger")],
    ),
    (
        "a reversal of an invoice",
        [INV, Reversal("R", "INV", day("02-10"))],
        [("nothing_to_reverse", "R", "credit note")],
    ),
    (
        "a reversal of a contact",
        [Contact("C", "ACME", day("02-10"), "call"), Reversal("R", "C", day("02-10"))],
        [("nothing_to_reverse", "R", "C is not in the ledger or cannot be reversed")],
    ),
    (
        "a reversal of what is set aside",
        [INV, pay("P", 5, ("INV", 5), currency="USD"), Reversal("R", "P", day("02-11"))],
        [("wrong_currency", "P", "USD"), ("nothing_to_reverse", "R", "P")],
    ),
    (
        "a reversal before its target",
        [PAY, INV, Reversal("R", "PAY", day("02-09"))],
        [("wrong_date", "R", "2026-02-10")],
    ),
    (
        "two reversals of one fact",
        [PAY, INV, Reversal("R1", "PAY", day("02-11")), Reversal("R2", "PAY", day("02-12"))],
        [("reversed_twice", "R2", "PAY is reversed already")],
    ),
    (
        "a cycle",
        [Reversal("R1", "R2", day("02-11")), Reversal("R2", "R1", day("02-12"))],
        [("cycle", "R1", "R1, R2 reverse each other"), ("cycle", "R2", "R1, R2 reverse each other")],
    ),
    (
        "a new due date for installments",
        [PARTS, DueDateChange("X", "PARTS", day("02-10"), day("03-10"))],
        [("installments", "X", "name the one that is meant, as PARTS/1")],
    ),
    (
        "a hold on an unknown invoice",
        [Hold("H", "ACME", day("02-01"), invoice="X", reason="r")],
        [("unknown_invoice", "H", "X")],
    ),
    (
        "a contact about another customer's invoice",
        [INV, Contact("C", "BETA", day("02-10"), "call", items=("INV",))],
        [("wrong_customer", "C", "belongs to customer ACME")],
    ),
    (
        "a promise about an installment that is not there",
        [PARTS, Promise("M", "ACME", day("02-10"), day("02-11"), D(5), "EUR", items=("PARTS/2",))],
        [("unknown_invoice", "M", "PARTS/2")],
    ),
    (
        "a plan in another currency",
        [INV, PaymentPlan("L", "ACME", day("02-10"), "USD", (Installment(day("03-10"), D(5)),), ("INV",))],
        [("wrong_currency", "L", "in EUR, this is in USD")],
    ),
]


@pytest.mark.parametrize(("name", "facts", "expected"), FAULTS, ids=[name for name, _, _ in FAULTS])
def test_every_fault_is_found_named_and_set_aside(
    name: str, facts: Sequence[Fact], expected: list[tuple[str, str, str]]
) -> None:
    with pytest.raises(InvalidLedger) as caught:
        Ledger(facts)
    found = [(problem.code, problem.id) for problem in caught.value.problems]
    assert found == [(code, fact) for code, fact, _ in expected]
    for problem, (_, _, said) in zip(caught.value.problems, expected, strict=True):
        assert said in str(problem)
        assert str(problem) in str(caught.value)
    lenient = Ledger.collect(facts)
    assert lenient.problems == caught.value.problems
    aside = [problem.fact for problem in lenient.problems]
    elsewise = {problem.id for problem in lenient.problems if problem.code == "on_account"}
    assert {fact for fact in lenient.facts if fact.id not in elsewise} | set(aside) == set(facts)
    one_by_one = Ledger.collect([])
    for fact in facts:
        one_by_one += [fact]
    assert one_by_one == lenient


def test_all_faults_are_reported_at_once() -> None:
    facts = [fact for _, group, _ in FAULTS if group[0] is not INV for fact in group]
    assert len(Ledger.collect(facts).problems) > 8


def test_what_is_not_a_fact_is_refused() -> None:
    with pytest.raises(InvalidValue, match=r"facts: 1 \(int\) is not a fact; None \(NoneType\) is not a fact"):
        Ledger([1, None])  # type: ignore[list-item]  # on purpose
    for stranger in ("facts", 7):
        with pytest.raises(TypeError, match="unsupported operand"):
            Ledger() + stranger  # type: ignore[operator]  # type checkers see it


def test_a_reversed_payment_reopens_and_a_reversed_reversal_settles_again() -> None:
    ledger = Ledger(
        [INV, pay("P", 100, ("INV", 100)), Reversal("R1", "P", day("02-20")), Reversal("R2", "R1", day("02-25"))]
    )
    account = ledger.account("ACME")
    balances = [account.balance(as_of=day(each)) for each in ("02-09", "02-10", "02-20", "02-24", "02-25")]
    assert balances == [100, 0, 100, 100, 0]
    assert [item.days_past_due for item in account.open_items(as_of=day("02-20"))] == [16]
    assert account.unapplied(as_of=day("02-20")) == 0


def test_surplus_stands_as_unapplied_credit_until_a_charge_takes_it() -> None:
    facts: list[Fact] = [INV, pay("P", 110, ("INV", 110)), Charge("F", "INV", day("03-01"), D(4), "fee")]
    account = Ledger(facts).account("ACME")
    assert account.unapplied(as_of=day("02-10")) == 10
    assert account.unapplied(as_of=day("03-01")) == 6
    assert account.open_items(as_of=day("03-01")) == ()
    assert account.unapplied_by_day(as_of=day("03-01")) == ((day("02-10"), D(6)),)


def test_a_payment_before_its_invoice_is_unapplied_until_then() -> None:
    account = Ledger([INV, pay("P", 100, ("INV", 100), on="01-01")]).account("ACME")
    assert account.balance(as_of=day("01-04")) == -100
    assert account.unapplied(as_of=day("01-04")) == 100
    assert account.unapplied(as_of=day("01-05")) == 0
    assert account.open_items(as_of=day("01-05")) == ()


def test_due_dates_come_later_or_change() -> None:
    undated = Invoice("INV", "ACME", day("01-05"), None, D(100), "EUR")
    changes = [
        DueDateChange("X2", "INV", day("03-01"), day("04-01")),
        DueDateChange("X1", "INV", day("02-01"), day("02-15")),
    ]
    account = Ledger([undated, *changes]).account("ACME")
    found = [account.open_items(as_of=day(each))[0].due for each in ("01-31", "02-01", "02-28", "03-01")]
    assert found == [None, day("02-15"), day("02-15"), day("04-01")]
    assert account.open_items(as_of=day("01-31"))[0].days_past_due is None


def test_installments_are_settled_oldest_first_and_have_names() -> None:
    parts = tuple(Installment(day(due), D(amount)) for due, amount in (("01-31", 30), ("03-02", 50), ("04-01", 20)))
    invoice = Invoice("INV", "ACME", day("01-01"), None, D(100), "EUR", installments=parts)
    account = Ledger([invoice, pay("P", 40, ("INV", 40), on="01-15")]).account("ACME")
    items = account.open_items(as_of=day("01-15"))
    assert [(item.id, item.original, item.settled, item.open) for item in items] == [
        ("INV/2", 50, 10, 40),
        ("INV/3", 20, 0, 20),
    ]


def test_a_part_dispute_disputes_that_part() -> None:
    facts: list[Fact] = [
        INV,
        Dispute("D1", "INV", day("02-01"), amount=D(30), resolved=day("03-01")),
        Dispute("D2", "INV", day("02-10")),
    ]
    account = Ledger(facts).account("ACME")
    found = [account.open_items(as_of=day(each))[0].disputed for each in ("01-31", "02-01", "02-10", "03-01")]
    assert found == [0, 30, 100, 100]


def test_accounts_are_found_by_customer_and_currency() -> None:
    ledger = Ledger([bill("A"), bill("B", customer="BETA"), bill("C", currency="USD")])
    assert ledger.account("BETA").currency == "EUR"
    assert ledger.account("ACME", "USD").facts == (bill("C", currency="USD"),)
    assert repr(ledger.account("BETA")) == "<Account BETA EUR: 1 facts>"
    with pytest.raises(NotFound, match="no single account of customer 'ACME'; known: ACME EUR, ACME USD"):
        ledger.account("ACME")
    with pytest.raises(NotFound, match="no account of customer 'GAMMA'"):
        ledger.account("GAMMA")
    with pytest.raises(NotFound, match="no account of customer 'BETA USD'"):
        ledger.account("BETA", "USD")
    assert ledger.currencies == ("EUR", "USD")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        ledger.anything = 1


def test_what_concerns_the_customer_reaches_all_its_accounts_whenever_it_arrives() -> None:
    contact = Contact("T", "ACME", day("02-10"), "call", items=("A",))
    promise = Promise("M", "ACME", day("02-10"), day("02-20"), D(5), "EUR", items=("A",))
    facts: list[Fact] = [bill("A"), bill("C", currency="USD"), promise]
    ledger = Ledger(facts) + [contact]
    assert ledger == Ledger([contact, *facts])
    assert ledger.account("ACME", "USD").contacts(as_of=day("02-10")) == (contact,)
    assert ledger.account("ACME", "EUR").promises(as_of=day("02-10")) == (promise,)
    assert ledger.account("ACME", "EUR").contacts(as_of=day("02-09")) == ()


def test_a_contact_with_two_contents_is_set_aside_whenever_the_second_arrives() -> None:
    first, second = Contact("T", "ACME", day("02-10"), "call"), Contact("T", "ACME", day("02-10"), "email")
    ledger = Ledger.collect([bill("A"), first])
    assert ledger.account("ACME").contacts(as_of=day("02-10")) == (first,)
    ledger += [second]
    assert ledger.account("ACME").contacts(as_of=day("02-10")) == ()
    assert [problem.code for problem in ledger.problems] == ["duplicate_id", "duplicate_id"]
    assert ledger == Ledger.collect([first, bill("A"), second])
    assert ledger == Ledger.collect([first, bill("A"), second, first, second, second])
    assert ledger == Ledger.collect([bill("A"), first]) + [first, second, first]
    assert len(ledger.facts) == 1


def test_two_new_contents_of_a_known_id_are_set_aside_with_the_old_one() -> None:
    ledger = Ledger.collect([bill("A")]) + [bill("A", 1), bill("A", 2)]
    assert [problem.fact.amount for problem in ledger.problems] == [1, 100, 2]


def test_what_depends_on_an_invoice_goes_with_it() -> None:
    ledger = Ledger.collect([INV, Charge("F", "INV", day("02-10"), D(5), "fee"), Dispute("D", "INV", day("02-10"))])
    ledger += [bill("INV", 90)]
    assert [(problem.code, problem.id) for problem in ledger.problems] == [
        ("unknown_invoice", "D"), ("unknown_invoice", "F"), ("duplicate_id", "INV"), ("duplicate_id", "INV"),
    ]  # fmt: skip
    assert ledger.accounts == ()


def test_credit_that_was_used_is_taken_from_the_oldest() -> None:
    facts: list[Fact] = [
        bill("A", 10), bill("B"), pay("P1", 10, on="01-10"), pay("P2", 20, on="01-20"),
        Application("X", "P2", day("02-01"), "A", D(10)),
    ]  # fmt: skip
    account = Ledger(facts).account("ACME")
    assert account.unapplied_by_day(as_of=day("01-31")) == ((day("01-10"), D(10)), (day("01-20"), D(20)))
    assert account.unapplied_by_day(as_of=day("02-01")) == ((day("01-20"), D(20)),)


def test_an_item_is_settled_from_the_day_on_which_nothing_was_open_any_more() -> None:
    ledger = Ledger([bill("A"), pay("P1", 100, ("A", 100)), pay("P2", 5, ("A", 5), on="02-20")])
    (receivable,) = ledger.account("ACME").receivables
    assert receivable.settled_days(day("03-01")) == [day("02-10")]
    assert receivable.settled_days(day("02-09")) == [None]
    assert receivable.settled_days(day("01-01")) == [None]
    later = Ledger([bill("A"), pay("P1", 100, ("A", 100)), Charge("F", "A", day("03-01"), D(4), "fee")])
    (reopened,) = later.account("ACME").receivables
    assert [reopened.settled_days(day(each)) for each in ("02-28", "03-01")] == [[day("02-10")], [None]]


def test_adding_shares_the_accounts_that_are_not_concerned() -> None:
    ledger = Ledger([bill("A"), bill("B", customer="BETA")])
    more = ledger + [pay("P", 5, customer="BETA")]
    assert more.account("ACME") is ledger.account("ACME")
    assert more.account("BETA") is not ledger.account("BETA")
    assert ledger.account("BETA").unapplied(as_of=day("12-31")) == 0


def test_interactions_that_stand() -> None:
    hold = Hold("H", "ACME", day("02-01"), end=day("02-10"), reason="r")
    plan = PaymentPlan("L", "ACME", day("02-01"), "EUR", (Installment(day("03-10"), D(5)),), ("A",), ended=day("02-10"))
    placement = Placement("P", "ACME", day("02-01"), "agency", recalled=day("02-10"))
    account = Ledger([bill("A"), hold, plan, placement]).account("ACME")
    for each in ("02-01", "02-09"):
        assert account.holds(as_of=day(each)) == (hold,)
        assert account.plans(as_of=day(each)) == (plan,)
        assert account.placements(as_of=day(each)) == (placement,)
    for each in ("01-31", "02-10"):
        assert (
            account.holds(as_of=day(each))
            == account.plans(as_of=day(each))
            == account.placements(as_of=day(each))
            == ()
        )


def test_promises_count_what_was_paid_in_time_and_not_reversed() -> None:
    promise = Promise("M", "ACME", day("02-10"), day("02-20"), D(50), "EUR", items=("A",))
    facts: list[Fact] = [
        bill("A"), bill("B"), promise, pay("P1", 30, ("B", 10), on="02-12"), pay("P2", 30, ("A", 30), on="02-15"),
        Application("X", "P1", day("02-16"), "A", D(20)), pay("P3", 9, ("A", 9), on="02-21"),
    ]  # fmt: skip
    account = Ledger(facts).account("ACME")
    states = [account.promise_state(promise, as_of=day(each)) for each in ("02-10", "02-15", "02-16", "03-01")]
    assert states == ["pending", "pending", "kept", "kept"]
    bounced = (Ledger(facts) + [Reversal("R", "P2", day("02-18"))]).account("ACME")
    assert [bounced.promise_state(promise, as_of=day(each)) for each in ("02-17", "02-18", "02-21")] == [
        "kept",
        "pending",
        "broken",
    ]
    assert bounced.promise_state(promise, as_of=day("02-21"), grace=1) == "pending"
    assert bounced.received(promise, as_of=day("02-21"), grace=1) == 29


def test_known_at_forgets_what_was_recorded_later() -> None:
    late = Payment("P", "ACME", day("02-10"), D(100), "EUR", applied=(("A", D(100)),), recorded=day("02-20"))
    early = pay("Q", 10, ("B", 10), on="01-06")
    dispute = Dispute("D", "A", day("02-01"), resolved=day("03-01"), outcome="credited")
    invoice = Invoice("B", "ACME", day("01-05"), None, D(10), "EUR", recorded=day("03-15"))
    moved = Application("X", "Q2", day("01-20"), "B", D(1))
    ledger = Ledger([bill("A"), late, early, dispute, invoice, pay("Q2", 1, on="01-06"), moved])
    then = ledger.known_at(day("02-15")).account("ACME")
    assert then.balance(as_of=day("02-15")) == 89
    assert then.unapplied(as_of=day("02-15")) == 11
    assert [(item.id, item.disputed) for item in then.open_items(as_of=day("02-15"))] == [("A", 100)]
    assert [fact for fact in then.facts if isinstance(fact, Dispute)] == [Dispute("D", "A", day("02-01"))]
    assert ledger.known_at(day("03-20")) == ledger


def test_an_invoice_named_like_an_installment_is_refused_whenever_it_arrives() -> None:
    split = (Installment(day("01-20"), D(60)), Installment(day("02-04"), D(40)))
    parts = bill("2026/001", installments=split)
    namesake = bill("2026/001/2", customer="BETA")
    told = Contact("T", "ACME", day("02-10"), "call", items=("2026/001/2",))
    orders: list[tuple[list[Fact], list[Fact]]] = [
        ([parts, told], [namesake]),
        ([namesake], [told, parts]),
        ([], [namesake, parts, told]),
    ]
    for first, second in orders:
        ledger = Ledger.collect(first) + second
        assert ledger == Ledger.collect([*first, *second])
        codes = [(problem.code, problem.id) for problem in ledger.problems]
        assert codes == [("duplicate_id", "2026/001"), ("duplicate_id", "2026/001/2"), ("unknown_invoice", "T")]
    assert Ledger([parts, bill("2026/001/3"), told]).account("ACME").contacts(as_of=day("02-10")) == (told,)


def test_promises_name_invoices_and_single_installments() -> None:
    split = (Installment(day("01-20"), D(60)), Installment(day("02-04"), D(40)))
    parts = bill("2026/001", installments=split)
    first, second, other = (
        Promise(name, "ACME", day("02-01"), day("02-20"), D(amount), "EUR", items=(item,))
        for name, amount, item in (("M1", 60, "2026/001/1"), ("M2", 40, "2026/001/2"), ("M3", 100, "2026/002"))
    )
    both = Promise("M4", "ACME", day("02-01"), day("02-20"), D(100), "EUR", items=("2026/001", "2026/001/1"))
    facts: list[Fact] = [parts, bill("2026/002"), bill("2026"), first, second, other, both]
    paid: list[Fact] = [pay("P1", 60, ("2026/001", 60), on="02-05"), pay("P2", 100, ("2026", 100), on="02-05")]
    account = Ledger([*facts, *paid]).account("ACME")
    states = [account.promise_state(each, as_of=day("02-21")) for each in (first, second, other, both)]
    assert states == ["kept", "broken", "broken", "broken"]
    any_item = Promise("M6", "ACME", day("02-01"), day("02-20"), D(160), "EUR")
    assert account.promise_state(any_item, as_of=day("02-05")) == "kept"
    assert Ledger([*facts, any_item, *paid[:1]]).account("ACME").received(any_item, as_of=day("02-21")) == 60
    early = Promise("M5", "ACME", day("01-01"), day("01-04"), D(60), "EUR", items=("2026/001/1",))
    assert Ledger([parts, early]).account("ACME").received(early, as_of=day("01-04")) == 0


def test_known_at_forgets_the_reversal_of_an_application_that_was_not_known() -> None:
    late = Invoice("B", "ACME", day("01-05"), None, D(10), "EUR", recorded=day("03-15"))
    facts: list[Fact] = [
        late, pay("Q", 10, on="01-06"), Application("X", "Q", day("01-20"), "B", D(10)),
        Reversal("R1", "X", day("01-25")), Reversal("R2", "R1", day("01-26")),
    ]  # fmt: skip
    ledger = Ledger(facts)
    then = ledger.known_at(day("02-01"))
    assert (then.problems, then.account("ACME").unapplied(as_of=day("02-01"))) == ((), 10)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        del ledger._books
    cancelled = Promise("M", "ACME", day("02-01"), day("02-20"), D(10), "EUR", cancelled=day("02-05"))
    account = (ledger + [cancelled]).account("ACME")
    assert [account.promise_state(cancelled, as_of=day(each)) for each in ("02-04", "02-05")] == [
        "pending",
        "cancelled",
    ]


def test_facts_stand_in_order_of_their_ids_however_they_came() -> None:
    payment = pay("A-PAY", 10, on="01-10")
    ledger = Ledger([bill("Z"), payment])
    assert ledger.account("ACME").facts == (payment, bill("Z"))
    lost = [Application(f"X{number}", "A-PAY", day("02-01"), "NOPE", D(1)) for number in (1, 2)]
    assert Ledger.collect([bill("Z"), payment, *lost]) == Ledger.collect([bill("Z"), payment, lost[0]]) + [lost[1]]


def test_the_last_day_of_the_calendar_cannot_be_asked_about() -> None:
    with pytest.raises(InvalidValue, match="as_of: 9999-12-31 stands for never"):
        Ledger([INV]).account("ACME").balance(as_of=date.max)


def test_a_settlement_is_recorded_with_its_row() -> None:
    row = {**ROW, "settled": "2026-02-01", "recorded": "2026-05-05"}
    assert len(Ledger.from_records([row], kind="invoice").known_at(day("03-01"))) == 0


def test_charges_can_be_read_from_rows_that_name_what_they_are() -> None:
    charge = {"fact": "charge", "id": "F", "invoice": 1, "on": "2026-02-05", "amount": "5", "kind": "fee"}
    assert Ledger.from_records([{**ROW, "fact": "invoice"}, charge]).account("ACME").balance(as_of=day("03-01")) == 105
    assert len(Ledger.from_records([{**ROW, "fact": "invoice"}], kind="invoice").facts) == 1


ODD_ROWS: list[tuple[Any, str]] = [
    (None, "row 1: ?: row: None is not a dictionary"),
    (["a"], "row 1: ?: row: ['a'] is not a dictionary"),
    ({"id": 0, "fact": ["invoice"]}, "row 1: 0: no kind of fact \"['invoice']\""),
    ({None: ["x"], "id": "A"}, "customer: missing"),
    (
        {"id": True, "customer": "A", "issued": "2026-01-05", "amount": "5", "currency": "EUR"},
        "id: True is not a name",
    ),
]


@pytest.mark.parametrize(("row", "said"), ODD_ROWS)
def test_an_odd_row_is_set_aside_like_any_other(row: Any, said: str) -> None:
    ledger = Ledger.from_records(
        [row], strict=False, kind=None if isinstance(row, dict) and "fact" in row else "invoice"
    )
    (problem,) = ledger.problems
    assert said in str(problem)


def test_a_row_that_says_otherwise_than_all_is_refused() -> None:
    with pytest.raises(InvalidLedger, match="fact: 'payment' in rows that are said to be of the kind 'invoice'"):
        Ledger.from_records([{**ROW, "fact": "payment"}], kind="invoice")


def test_joining_ledgers_is_building_from_both() -> None:
    first, second = Ledger([bill("A")]), Ledger.collect([bill("B"), pay("P", 5, ("X", 5))])
    both = first + second
    assert both == Ledger.collect([bill("A"), bill("B"), pay("P", 5, ("X", 5))])
    assert repr(both) == "<Ledger: 3 facts, 1 accounts, 1 problems>"
    with pytest.raises(InvalidLedger):
        _ = first + [pay("P", 5, ("X", 5))]
    assert (Ledger() == 1) is False


def test_facts_that_repeat_others_exactly_are_counted() -> None:
    row = {"fact": "invoice", "id": "I", "customer": "ACME", "issued": "2026-01-05", "amount": "5", "currency": "EUR"}
    ledger = Ledger.from_records([row, row, {**row, "id": "J"}, row])
    assert (len(ledger.facts), ledger.duplicates) == (2, 2)
    more = ledger + ledger.facts[:1]
    assert (more.duplicates, more) == (3, ledger)
    dirty = Ledger.collect([pay("P", 5, ("X", 5)), pay("P", 5, ("X", 5))])
    assert [dirty.duplicates, (dirty + [INV]).duplicates, (dirty + [INV, INV]).duplicates] == [1, 1, 2]


def test_that_most_rows_failed_is_told_before_each_of_them() -> None:
    row = {"fact": "invoice", "id": "I", "customer": "ACME", "issued": "5.1.2026", "amount": "5", "currency": "EUR"}
    rows = [{**row, "id": f"I-{number}"} for number in range(9)]
    with pytest.raises(InvalidLedger, match="9 of 10 rows could not be read: are the columns") as caught:
        Ledger.from_records([*rows, {**row, "issued": "2026-01-05"}])
    assert [each.code for each in caught.value.problems] == ["most_rows", *["unreadable"] * 9]
    half = Ledger.from_records([*rows[:1], {**row, "issued": "2026-01-05"}], strict=False)
    assert [each.code for each in half.problems] == ["unreadable"]
    assert half.problems.totals() == {("invoice", "EUR"): (1, 5)}


def test_money_for_an_invoice_that_is_not_there_stands_on_account_until_it_is() -> None:
    """1,000.00 came in; that the invoice is faulty makes it no less."""
    rows = [
        {"fact": "invoice", "id": "I", "customer": "ACME", "issued": "2026-01-05", "amount": "much", "currency": "EUR"},
        {"fact": "invoice", "id": "J", "customer": "ACME", "issued": "2026-01-05", "amount": "300", "currency": "EUR"},
    ]
    paid = pay("P", 1000, ("I", 700), ("J", 300))
    ledger = Ledger.from_records(rows, strict=False) + [paid]
    account = ledger.account("ACME")
    assert (account.unapplied(as_of=day("02-10")), account.balance(as_of=day("02-10"))) == (700, -700)
    assert [(each.code, each.id) for each in ledger.problems] == [("unreadable", "I"), ("on_account", "P")]
    assert ledger.problems.totals() == {("invoice", "EUR"): (1, 0)}
    assert "on account, for what they name is not there: 1 payment over 1,000.00 EUR" in str(ledger.problems)
    assert [fact.applied for fact in ledger.facts if isinstance(fact, Payment)] == [(("J", D(300)),)]
    assert account.facts == ledger.facts
    (alone,) = Ledger.collect([paid]).accounts
    assert alone.facts == Ledger.collect([paid]).facts != (paid,)
    mended = ledger + [bill("I", 700)]
    assert mended.facts == Ledger([bill("I", 700), paid, *Ledger.from_records(rows[1:]).facts]).facts
    assert [each.code for each in mended.problems] == ["unreadable"]
    again = Ledger.from_records(ledger.records(), strict=False)
    assert (again.facts, [each.code for each in again.problems]) == (ledger.facts, ["on_account"])
    assert (mended.replacing([]) + []).facts == mended.facts
    with pytest.raises(InvalidLedger, match="invoices I, J are not in the ledger; add it, or mend the reference"):
        Ledger([paid])


def test_money_that_names_an_unknown_debt_and_one_of_another_customer_is_set_aside() -> None:
    other = Invoice("O", "OTHER", day("01-05"), None, D(5), "EUR")
    ledger = Ledger.collect([other, pay("P", 10, ("X", 5), ("O", 5))])
    assert {(each.code, each.id) for each in ledger.problems} == {("wrong_customer", "P")}
    assert [fact.id for fact in ledger.facts] == ["O"]


def test_sales_are_invoices_less_credit_notes_that_stand() -> None:
    from dunning.dates import Period

    credit = CreditNote("N", "ACME", day("02-10"), D(30), "EUR")
    ledger = Ledger([bill("A"), bill("U", currency="USD"), credit, Reversal("R", "N", day("03-05"))])
    found = [ledger.sales("EUR", Period.month(2026, month)) for month in (1, 2, 3)]
    assert found == [100, -30, 30]


ROW = {"id": 1, "customer": "ACME", "issued": "2026-01-05", "due": None, "amount": "100.00", "currency": "EUR"}


def test_records_of_every_kind_become_facts() -> None:
    rows: list[dict[str, Any]] = [
        {**ROW, "fact": "invoice", "installments": [["2026-02-01", "60"], ("2026-03-01", D(40))], "tags": ["x", 7]},
        {"fact": "payment", "id": "P", "customer": "ACME", "received": day("02-01"), "amount": 60, "currency": "EUR", "applied": [[1, "50.00"]]},
        {"fact": "contact", "id": "C", "customer": "ACME", "on": "2026-02-01", "channel": "call", "at": "2026-02-01T10:00+01:00"},
        {"fact": "dispute", "id": "D", "invoice": 1, "opened": "2026-02-01", "amount": None},
    ]  # fmt: skip
    ledger = Ledger.from_records(rows)
    assert len(ledger.facts) == 4
    assert ledger.account("ACME").balance(as_of=day("02-01")) == 40
    (invoice,) = (fact for fact in ledger.facts if isinstance(fact, Invoice))
    assert invoice.installments == (Installment(day("02-01"), D(60)), Installment(day("03-01"), D(40)))
    assert (invoice.id, invoice.tags) == ("1", ("x", "7"))


def test_a_settled_date_becomes_a_payment_in_full() -> None:
    ledger = Ledger.from_records([{**ROW, "settled": "2026-01-20"}, {**ROW, "id": 2, "settled": None}], kind="invoice")
    account = ledger.account("ACME")
    assert [account.balance(as_of=day(each)) for each in ("01-19", "01-20")] == [200, 100]


BAD_ROWS: list[tuple[dict[str, Any], str]] = [
    ({**ROW, "amount": 0.1}, "amount: 0.1 is a float, which is not exact"),
    ({**ROW, "amount": "1,000.00"}, "amount: '1,000.00' is not a plain number"),
    ({**ROW, "amount": True}, "amount: True is a bool"),
    ({**ROW, "issued": "5/1/2026"}, "issued: '5/1/2026' is not a day in the format '%Y-%m-%d'"),
    ({**ROW, "due": "2026-02-30"}, "due: '2026-02-30' is not a day"),
    ({**ROW, "colour": "red"}, "colour: Invoice has no such field; map it to one of id, customer"),
    ({**ROW, "customer": None}, "customer: missing"),
    ({key: value for key, value in ROW.items() if key != "currency"}, "currency: missing"),
    ({**ROW, "installments": [["2026-02-01"]]}, "installments: [['2026-02-01']] cannot be read"),
    ({**ROW, "installments": 7}, "installments: 7 is not"),
    ({**ROW, "tags": 7}, "tags: 7 is not"),
    ({**ROW, "settled": "soon"}, "settled: 'soon' is not a day"),
]


@pytest.mark.parametrize(("row", "said"), BAD_ROWS)
def test_a_bad_row_is_reported_with_its_number(row: dict[str, Any], said: str) -> None:
    rows = [{**ROW, "id": 9}, row]
    with pytest.raises(InvalidLedger) as caught:
        Ledger.from_records(rows, kind="invoice")
    (problem,) = caught.value.problems
    assert (problem.code, problem.row) == ("unreadable", 2)
    assert said in str(problem)
    assert str(problem).startswith("row 2: ")
    lenient = Ledger.from_records(rows, kind="invoice", strict=False)
    assert lenient.problems == (problem,)
    assert len(lenient.facts) == 1
    assert (lenient + [bill("MORE")]).problems == (problem,)


def test_rows_of_unknown_kinds_and_columns_are_reported() -> None:
    with pytest.raises(InvalidLedger, match="row 1: 1: no kind of fact 'bill'; known: invoice, "):
        Ledger.from_records([{**ROW, "fact": "bill"}])
    with pytest.raises(InvalidLedger, match="row 1: 1: no kind of fact 'None'"):
        Ledger.from_records([ROW])
    with pytest.raises(InvalidLedger, match="row 1: .: row: No: no such column; the row has id, customer"):
        Ledger.from_records([ROW], kind="invoice", columns={"id": "No"})
    with pytest.raises(InvalidLedger, match="applied: 'A' is not a tuple"):
        Ledger.from_records(
            [
                {
                    "fact": "payment",
                    "id": "P",
                    "customer": "C",
                    "received": "2026-01-01",
                    "amount": 1,
                    "currency": "EUR",
                    "applied": "A",
                }
            ]
        )


def test_datetimes_are_not_days_when_asking() -> None:
    from datetime import datetime

    account = Ledger([INV]).account("ACME")
    with pytest.raises(InvalidValue, match=r"as_of: .* is a datetime: a datetime is not a day, give .date\(\)"):
        account.balance(as_of=datetime(2026, 1, 1))
    with pytest.raises(InvalidValue, match="as_of: '2026-01-01' is a str: give a datetime.date"):
        account.open_items(as_of="2026-01-01")  # type: ignore[arg-type]  # on purpose


def test_a_fact_that_is_added_again_changes_nothing() -> None:
    bill = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR")
    ledger = Ledger([bill])
    assert ledger + [bill] == ledger
    assert len((ledger + [bill]).facts) == 1


class Neither:
    """Like pandas' NA: neither equal nor unequal to anything."""

    def __ne__(self, other: object) -> bool:
        raise TypeError

    __eq__ = __ne__
    __hash__ = object.__hash__


@pytest.mark.parametrize("nothing", [None, float("nan"), Neither()])
def test_what_data_frames_put_for_no_value_is_no_value(nothing: Any) -> None:
    row: dict[str, Any] = {
        "id": "A", "customer": "C", "issued": datetime(2026, 1, 5), "due": nothing, "amount": "5", "currency": "EUR",
        "reference": nothing, "settled": nothing,
    }  # fmt: skip
    (account,) = Ledger.from_records([row], kind="invoice")
    assert account.facts == (Invoice("A", "C", date(2026, 1, 5), None, Decimal(5), "EUR"),)
    late = Ledger.from_records([row | {"issued": datetime(2026, 1, 5, 1)}], kind="invoice", strict=False)
    assert "issued" in str(late.problems[0])
    missing = Ledger.from_records([row | {"amount": nothing}], kind="invoice", strict=False)
    assert "amount: missing" in str(missing.problems[0])


def test_an_array_in_a_row_is_a_fault_of_that_row() -> None:
    row: dict[str, Any] = {"id": "P", "customer": "C", "received": "2026-01-05", "amount": "5", "currency": "EUR"}
    odd = Ledger.from_records([row | {"applied": Odd()}], kind="payment", strict=False)
    assert "applied" in str(odd.problems[0])


class Odd:
    """Like an array of numpy: comparing it gives no truth."""

    def __ne__(self, other: object) -> bool:
        raise ValueError

    __eq__ = __ne__
    __hash__ = object.__hash__


HUNDRED = Decimal(100)


def test_replacing_keeps_what_is_faulty_unless_it_is_replaced() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), HUNDRED, "EUR")
    wrong = [
        Charge("X", "nowhere", date(2026, 1, 9), HUNDRED, "fee"),
        Charge("Y", "nowhere", date(2026, 1, 9), HUNDRED, "fee"),
    ]
    ledger = Ledger.collect([bill, *wrong])
    mended = ledger.replacing([changed(wrong[0], invoice="I")])
    assert [problem.id for problem in mended.problems] == ["Y"]
    with pytest.raises(InvalidValue, match="facts: 'I' is not a list, or anything else to go through"):
        ledger.replacing("I")  # type: ignore[arg-type]  # on purpose


def test_the_day_book_forgets_what_an_account_was_before_more_was_added() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), HUNDRED, "EUR")
    money = Payment("P", "ACME", date(2026, 1, 9), HUNDRED, "EUR", applied=(("I", HUNDRED),))
    for day in (date(2026, 1, 1), date(2026, 1, 9)):
        assert (Ledger([bill]) + [money]).balance("EUR", as_of=day) == Ledger([bill, money]).balance("EUR", as_of=day)


def test_money_that_comes_later_keeps_no_installment_today() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), HUNDRED, "EUR")
    parts = (Installment(date(2026, 3, 1), HUNDRED / 2), Installment(date(2026, 4, 1), HUNDRED / 2))
    agreed = PaymentPlan("PLAN", "ACME", date(2026, 2, 5), "EUR", parts, ("I",))
    money = Payment("P", "ACME", date(2026, 2, 20), HUNDRED / 2, "EUR", applied=(("I", HUNDRED / 2),))
    account = Ledger([bill, agreed, money]).account("ACME")
    states = [
        [part.state for part in account.plan_progress(agreed, as_of=date(2026, 2, day)).installments]
        for day in (19, 20)
    ]
    assert states == [["pending", "pending"], ["kept", "pending"]]
    assert account.receivables[0].paid_of(1, date(2026, 2, 20)) == HUNDRED / 2


def test_charges_are_paid_with_the_first_installment() -> None:
    parts = (Installment(date(2026, 3, 1), HUNDRED / 2), Installment(date(2026, 4, 1), HUNDRED / 2))
    bill = Invoice("I", "ACME", date(2026, 1, 1), None, HUNDRED, "EUR", installments=parts)
    fee = Charge("F", "I", date(2026, 1, 5), Decimal(10), "fee")
    money = Payment("P", "ACME", date(2026, 1, 9), HUNDRED + 10, "EUR", applied=(("I", HUNDRED + 10),))
    (receivable,) = Ledger([bill, fee, money]).account("ACME").receivables
    assert [receivable.paid_of(number, date(2026, 1, 9)) for number in (1, 2)] == [HUNDRED / 2 + 10, HUNDRED / 2]


def test_an_account_rebuilt_keeps_what_holds_all_of_it() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), HUNDRED, "EUR")
    holds = [
        Hold("ALL", "ACME", date(2026, 1, 5), reason="insolvency"),
        Hold("ONE", "ACME", date(2026, 1, 5), invoice="I", reason="complaint"),
        Hold("OTHER", "ACME", date(2026, 1, 5), invoice="U", reason="complaint"),
    ]
    dollars = Invoice("U", "ACME", date(2026, 1, 1), date(2026, 2, 1), HUNDRED, "USD")
    account = Ledger([bill, dollars, *holds]).account("ACME", "EUR")
    again = rebuilt(account, [bill, *holds])
    assert [each.id for each in again.holds(as_of=date(2026, 1, 9))] == ["ALL", "ONE"]


def test_ledgers_of_different_accounts_are_not_equal() -> None:
    bills = [Invoice(name, "A", date(2026, 1, 5), date(2026, 2, 4), Decimal(1), "EUR") for name in ("I", "J")]
    assert Ledger(bills[:1]) != Ledger(bills[1:])
    assert Ledger(bills[:1]) == Ledger(bills[:1])


def test_two_ledgers_together_are_strict_where_both_are() -> None:
    bills = [Invoice(name, "C", date(2026, 1, 5), date(2026, 2, 4), Decimal(90), "EUR") for name in ("A", "B")]
    stray = Charge("F", "nowhere", date(2026, 3, 2), Decimal(5), "fee")
    strict, lenient = Ledger(bills[:1]), Ledger.collect(bills[1:])
    for both in (strict + lenient, lenient + strict):
        assert [each.id for each in (both + [stray]).problems] == ["F"]
    with pytest.raises(InvalidLedger):
        assert strict + Ledger(bills[1:]) + [stray]


def test_money_that_names_something_else_than_an_invoice_finds_no_customer() -> None:
    rows = [{"fact": "payment", "id": "P", "received": "2026-02-10", "amount": "5", "currency": "EUR", "customer": "ACME"},
            {"fact": "payment", "id": "Q", "received": "2026-02-10", "amount": "5", "invoice": "P"}]  # fmt: skip
    (problem,) = Ledger.from_records(rows, strict=False).problems
    assert [fault.path for fault in problem.faults] == ["customer", "currency"]


def test_two_entries_of_an_invoice_stand_in_order_of_their_days() -> None:
    first, second = pay("A", 1, ("INV", 1), on="02-20"), pay("B", 1, ("INV", 1), on="02-10")
    (receivable,) = Ledger([INV, first, second]).account("ACME").receivables
    assert [entry.day for entry in receivable.entries] == [day("02-10"), day("02-20")]


def test_four_alike_problems_are_told_by_their_rows_without_more() -> None:
    rows = [
        {"fact": "invoice", "id": f"I{n}", "customer": "A", "issued": "x", "amount": "5", "currency": "EUR"}
        for n in range(4)
    ]
    rows += [
        {"fact": "invoice", "id": f"J{n}", "customer": "A", "issued": "2026-01-05", "amount": "5", "currency": "E"}
        for n in range(9)
    ]
    rows += [
        {"fact": "invoice", "id": f"K{n}", "customer": "A", "issued": "2026-01-05", "amount": "5", "currency": "EUR"}
        for n in range(20)
    ]
    with pytest.raises(InvalidLedger) as caught:
        Ledger.from_records(rows)
    said = str(caught.value)
    assert "(also row 2, row 3, row 4)" in said
    assert "(also row 6, row 7, row 8 and 5 more)" in said


def test_what_was_known_of_money_on_account_is_what_was_given() -> None:
    paid = pay("P", 50, ("A", 50))
    then = Ledger.collect([paid]).known_at(day("03-01"))
    assert [each.code for each in then.problems] == ["on_account"]
    assert (then + [bill("A", 100)]).account("ACME").balance(as_of=day("03-01")) == 50


def test_notes_alone_are_no_faulty_facts() -> None:
    row = {"fact": "invoice", "id": "I", "customer": "A", "issued": "2026-01-05", "amount": "5.001", "currency": "EUR"}
    with pytest.raises(InvalidLedger, match="^1 problem of the books:"):
        Ledger.from_records([row])
    both = [row, row | {"id": "J", "currency": "USD"}]
    with pytest.raises(InvalidLedger, match="^2 problems of the books:"):
        Ledger.from_records(both)
