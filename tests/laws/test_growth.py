"""Growth: what is done with one account takes no more than n log n in its facts. Steps are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning import Period, allocate, interest_statement
from dunning._base.noun import changed
from dunning.charges import Interest, Method, Rate
from dunning.decision import decide, timeline
from dunning.deviations.time_given import before_deadline
from dunning.interactions import Contact, Hold, Promise
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    Installment,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)
from dunning.ledger import Account, Fact, Ledger
from dunning.measures import experiences
from dunning.policy import Policy, Regress
from dunning.presets.allocations import PRO_RATA
from dunning.presets.policies import STANDARD_B2B

START = date(2020, 1, 1)
ONE = Decimal(1)


def day(number: int) -> date:
    return START + timedelta(days=number)


def bill(amount: int) -> Invoice:
    return Invoice("I", "A", START, START, Decimal(amount), "EUR")


def money(amount: int) -> Payment:
    return Payment("P", "A", START, Decimal(amount), "EUR")


def applications(n: int) -> list[Fact]:
    return [bill(n), money(n), *(Application(f"A{k:05}", "P", day(k), "I", ONE) for k in range(n))]


def undone_applications(n: int) -> list[Fact]:
    return [*applications(n), *(Reversal(f"R{k:05}", f"A{k:05}", day(k + 1)) for k in range(n))]


def applications_undone_at_the_end(n: int) -> list[Fact]:
    return [*applications(n), *(Reversal(f"R{k:05}", f"A{k:05}", day(n + k)) for k in range(n))]


def refund_of_a_long_chain(n: int) -> list[Fact]:
    links = (Reversal(f"P{k:05}", f"P{k - 1:05}" if k else "P", day(k + 1)) for k in range(2 * n))
    return [money(n), *links, Refund("R", "P", day(2 * n + 1), ONE)]


def refunds(n: int) -> list[Fact]:
    return [money(n), *(Refund(f"R{k:05}", "P", day(k), ONE) for k in range(n))]


def chain(n: int) -> list[Fact]:
    return [
        Payment("R00000", "A", START, ONE, "EUR"),
        *(Reversal(f"R{k:05}", f"R{k - 1:05}", day(k)) for k in range(1, n)),
    ]


def ring(n: int) -> list[Fact]:
    return [bill(1), *(Reversal(f"R{k:05}", f"R{(k + 1) % n:05}", day(k)) for k in range(n))]


def recovered(n: int) -> list[Fact]:
    parts = (Payment(f"P{k:05}", "A", day(k), ONE, "EUR", applied=(("I", ONE),)) for k in range(n))
    return [bill(2 * n), Adjustment("W", "I", day(n // 2), Decimal(2 * n), "write_off"), *parts]


def charged_and_void(n: int) -> list[Fact]:
    return [bill(1), *(Charge(f"C{k:05}", "I", day(k), ONE, "fee") for k in range(n)), Void("V", "I", day(n))]


def installments(n: int) -> Invoice:
    parts = tuple(Installment(day(30 + k), Decimal(10)) for k in range(n))
    return Invoice("I", "A", START, None, Decimal(10 * n), "EUR", installments=parts)


def installments_paid_by_name(n: int) -> list[Fact]:
    return [installments(n), *(paid(k, f"I/{k + 1}", 10) for k in range(n))]


def installments_paid_in_turn(n: int) -> list[Fact]:
    return [installments(n), *(paid(k, "I", 10) for k in range(n))]


def paid(number: int, name: str, amount: int) -> Payment:
    applied = ((name, Decimal(amount)),)
    return Payment(f"P{number:05}", "A", day(35 + number), Decimal(amount), "EUR", applied=applied)


def paid_before_the_discount_ends(n: int) -> list[Fact]:
    whole = Invoice.from_terms("I", "A", START, Decimal(20 * n), "EUR", "2/9999 net 9999")
    return [whole, *(paid(k, "I", 10) for k in range(n))]


def steps(work: Callable[[], object]) -> int:
    """How many calls and returns, of Python and of C, a piece of work takes."""
    count = 0

    def note(_frame: Any, _event: str, _argument: Any) -> None:
        nonlocal count
        count += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "facts",
    [
        applications,
        undone_applications,
        applications_undone_at_the_end,
        refund_of_a_long_chain,
        refunds,
        chain,
        ring,
        recovered,
        charged_and_void,
        installments_paid_by_name,
        installments_paid_in_turn,
        paid_before_the_discount_ends,
    ],
    ids=lambda each: each.__name__,
)
def test_posting_an_account_grows_with_its_facts(facts: Callable[[int], list[Fact]]) -> None:
    small, large = facts(200), facts(400)
    Ledger.collect(facts(3))
    assert steps(lambda: Ledger.collect(large)) < 2.5 * steps(lambda: Ledger.collect(small))


def test_a_ring_of_reversals_is_told_in_a_short_message() -> None:
    problems = Ledger.collect(ring(12)).problems
    assert {each.code for each in problems} == {"cycle"}
    assert len(problems) == 12
    assert problems[0].message == (
        "the reversals R00000, R00001, R00002, R00003, R00004 and 7 more reverse each other; mend `of`"
    )
    into = Ledger.collect([*ring(2), Reversal("X", "R00000", day(5))]).problems
    assert [each.message for each in into] == ["the reversals R00000, R00001 reverse each other; mend `of`"] * 3


def account_of(facts: list[Fact]) -> Account:
    (account,) = Ledger(facts)
    return account


def interest(method: Method = "simple") -> Interest:
    return Interest("i", Rate(Decimal("0.10")), method=method, stops=frozenset({"stop"}))


def of_installments(method: Method, *, by_name: bool) -> Callable[[int], Callable[[], object]]:
    """Interest on an invoice of n installments, half of them paid late."""

    def work(n: int) -> Callable[[], object]:
        money = (paid(k, f"I/{k + 1}" if by_name else "I", 10) for k in range(n // 2))
        account = account_of([installments(n), *money])
        return lambda: interest_statement(account, interest(method), as_of=day(n + 70))

    return work


def of_holds(n: int) -> Callable[[], object]:
    """Interest that is stopped n times."""
    holds = (Hold(f"H{k:05}", "A", day(5 + 2 * k), end=day(6 + 2 * k), reason="stop") for k in range(n))
    account = account_of([Invoice("I", "A", START, day(1), Decimal(1000), "EUR"), *holds])
    return lambda: interest_statement(account, interest(), as_of=day(2 * n + 10))


def of_credit(n: int) -> Callable[[], object]:
    """Interest on n invoices, with money on account that covers the oldest."""
    bills = (Invoice(f"I{k:05}", "A", day(k), day(k + 10), Decimal(10), "EUR") for k in range(n))
    money = (paid(k, f"I{k:05}", 10) for k in range(n))
    account = account_of([*bills, *money, Payment("X", "A", START, Decimal(100), "EUR")])
    return lambda: interest_statement(account, interest(), as_of=day(n + 60))


def of_years(n: int) -> Callable[[], object]:
    """Compound interest over n months."""
    account = account_of([Invoice("I", "A", START, day(1), Decimal(1000), "EUR")])
    return lambda: interest_statement(account, interest("compound"), as_of=day(30 * n))


def pro_rata(n: int) -> Callable[[], object]:
    """A payment over n invoices in proportion."""
    account = account_of([Invoice(f"I{k:05}", "A", START, day(k), Decimal(7 + k % 5), "EUR") for k in range(n)])
    money = Payment("P", "A", day(n), Decimal(3 * n), "EUR")
    return lambda: allocate(money, account, as_of=day(n), strategy=PRO_RATA)


def of_behaviour(facts: Callable[[int], list[Fact]]) -> Callable[[int], Callable[[], object]]:
    """How n installments were paid."""

    def work(n: int) -> Callable[[], object]:
        account = account_of(facts(n))
        return lambda: experiences(account, Period(START, day(n + 70)))

    return work


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(of_installments("simple", by_name=False), id="interest on installments"),
        pytest.param(of_installments("simple", by_name=True), id="interest on installments paid by name"),
        pytest.param(of_holds, id="interest stopped by holds"),
        pytest.param(of_credit, id="interest with money on account"),
        pytest.param(of_years, id="compound interest over years"),
        pytest.param(pro_rata, id="pro rata"),
        pytest.param(of_behaviour(installments_paid_by_name), id="behaviour of installments paid by name"),
        pytest.param(of_behaviour(installments_paid_in_turn), id="behaviour of installments paid in turn"),
    ],
)
def test_what_is_asked_of_an_account_grows_with_its_facts(work: Callable[[int], Callable[[], object]]) -> None:
    small, large = work(200), work(400)
    work(3)()
    assert steps(large) < 2.5 * steps(small)


def test_looking_for_steps_before_a_deadline_grows_with_the_notices() -> None:
    def work(n: int) -> Callable[[], object]:
        account = account_of(dunned(n))
        return lambda: list(before_deadline(account, STANDARD_B2B, Period(START, day(400)), ()))

    small, large = work(200), work(400)
    work(3)()
    assert steps(large) < 2.5 * steps(small)


def late(n: int) -> list[Fact]:
    return [Invoice(f"I{k:05}", "A", START, day(30 + k % 300), Decimal(100), "EUR") for k in range(n)]


def promised(n: int) -> list[Fact]:
    bills = late(n)
    return [
        *bills,
        *(
            Promise(f"P{k:05}", "A", START, day(150 + k % 60), Decimal(60), "EUR", items=(bills[k].id,))
            for k in range(n)
        ),
    ]


def dunned(n: int) -> list[Fact]:
    bills = late(n)
    contacts = (
        Contact(f"C{k:05}", "A", day(35 + k % 90), "email", level="first notice", items=(bills[k].id,))
        for k in range(n)
    )
    return [*bills, *contacts]


def paid_in_part(n: int) -> list[Fact]:
    bills = [Invoice(f"I{k:05}", "A", START, day(10), Decimal(100), "EUR") for k in range(n)]
    notice = Contact("C", "A", day(20), "email", level="first notice", items=tuple(each.id for each in bills))
    money = (Payment(f"P{k:05}", "A", day(30 + k), ONE, "EUR", applied=((bills[k].id, ONE),)) for k in range(n))
    return [*bills, notice, *money]


def settled_in_turn(n: int) -> list[Fact]:
    bills = [Invoice(f"I{k:05}", "A", START, day(10), Decimal(100), "EUR") for k in range(n)]
    others = [Invoice(f"J{k:05}", "A", START, day(2000), Decimal(100), "EUR") for k in range(n)]
    notice = Contact("C", "A", day(20), "email", level="first notice", items=tuple(each.id for each in bills))
    money = (paid(k, f"I{k:05}", 100) for k in range(n))
    return [*bills, *others, notice, *money]


def paid_by_and_by(n: int) -> list[Fact]:
    bills = [Invoice(f"I{k}", "A", START, day(10), Decimal(1000), "EUR") for k in range(10)]
    money = (Payment(f"P{k:05}", "A", day(30 + k), ONE, "EUR", applied=((f"I{k % 10}", ONE),)) for k in range(n))
    return [*bills, *money]


def decided(facts: Callable[[int], list[Fact]], policy: Policy, on: int = 160) -> Callable[[int], Callable[[], object]]:
    def work(n: int) -> Callable[[], object]:
        account = account_of(facts(n))

        def run() -> object:
            return [(each.cure, each.reasons) for each in decide(account, policy, as_of=day(on))]

        return run

    return work


BY_INVOICE = changed(STANDARD_B2B, unit="invoice")
FALLS = changed(STANDARD_B2B, regress=Regress(paid_in_part="step_down"))
RESUMES = changed(BY_INVOICE, regress=Regress(paid_in_part="recompute"), resume_within=30)


@pytest.mark.parametrize(
    "work",
    [
        pytest.param(decided(late, STANDARD_B2B), id="one account"),
        pytest.param(decided(late, BY_INVOICE), id="invoice by invoice"),
        pytest.param(decided(late, changed(STANDARD_B2B, advance="highest")), id="the highest level"),
        pytest.param(decided(promised, STANDARD_B2B), id="a promise for each"),
        pytest.param(decided(promised, BY_INVOICE), id="a promise for each, invoice by invoice"),
        pytest.param(decided(dunned, STANDARD_B2B), id="a notice for each"),
        pytest.param(decided(dunned, BY_INVOICE), id="a notice for each, invoice by invoice"),
        pytest.param(decided(paid_in_part, FALLS), id="levels that fall"),
        pytest.param(decided(paid_in_part, RESUMES), id="levels that fall, invoice by invoice"),
        pytest.param(decided(settled_in_turn, RESUMES, 500), id="debts that may resume where others were settled"),
    ],
)
def test_deciding_an_account_grows_with_its_items(work: Callable[[int], Callable[[], object]]) -> None:
    small, large = work(200), work(400)
    work(3)()
    assert steps(large) < 2.5 * steps(small)


@pytest.mark.parametrize("policy", [STANDARD_B2B, BY_INVOICE], ids=["by account", "by invoice"])
def test_a_timeline_grows_with_the_facts_of_what_is_open(policy: Policy) -> None:
    def work(n: int) -> Callable[[], object]:
        account = account_of(paid_by_and_by(n))
        return lambda: timeline(account, policy, until=day(n + 60))

    small, large = work(100), work(200)
    work(3)()
    assert steps(large) < 2.5 * steps(small)
