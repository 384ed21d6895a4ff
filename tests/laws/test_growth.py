"""Growth: posting an account takes no more than n log n in its facts. Steps are counted, not seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning.invoice import Adjustment, Application, Charge, Invoice, Payment, Refund, Reversal, Void
from dunning.ledger import Fact, Ledger

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
