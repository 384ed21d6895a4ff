"""Merging: reports on disjoint accounts add up, in any order and grouping."""

from __future__ import annotations

import pickle
from datetime import date
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning.aging import Aging, Buckets, age
from dunning.errors import InvalidValue
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.ledger import Fact, Ledger
from dunning.serial import from_data, to_data
from tests import strategies


def by_customer(ledger: Ledger, as_of: date) -> list[Aging]:
    """One report for each customer, in euros."""
    names = ["ACME", "Börse & Co", "<script>"]
    return [
        age([account for account in ledger if account.customer == name], as_of=as_of, currency="EUR") for name in names
    ]


@given(strategies.books(), strategies.as_ofs)
def test_the_parts_add_up_to_the_whole(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    first, second, third = by_customer(ledger, as_of)
    whole = age(ledger, as_of=as_of, currency="EUR")
    assert first + second + third == whole
    assert first + (second + third) == (third + first) + second
    assert age([ledger], as_of=as_of, currency="EUR") == whole
    assert (first + second + third).total == whole.total


@given(strategies.books(), strategies.as_ofs)
def test_two_ledgers_age_like_one(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    customers = sorted({account.customer for account in ledger})
    halves = [ledger_of(ledger, customers[::2]), ledger_of(ledger, customers[1::2])]
    assert age(halves, as_of=as_of, currency="USD") == age(ledger, as_of=as_of, currency="USD")


@given(strategies.books(), st.data())
def test_what_is_missing_may_come_later_and_money_is_there_meanwhile(facts: list[Fact], data: st.DataObject) -> None:
    """Without some invoices the money for them stands on account; with them, all is as if they had been there."""
    names = [fact.id for fact in facts if isinstance(fact, Invoice)]
    missing = data.draw(st.sets(st.sampled_from(names))) if names else set[str]()
    late = [fact for fact in facts if fact.id in missing]
    early = Ledger.collect([fact for fact in facts if fact.id not in missing])
    money = [fact for fact in facts if isinstance(fact, (Payment, CreditNote))]
    known = {fact.id: fact for fact in early.facts}
    for fact in money:
        assert cast("Payment", known[fact.id]).amount == fact.amount
    assert {fact for account in early for fact in account.facts} <= set(early.facts)
    assert early + late == Ledger(facts)
    assert Ledger.from_records(early.records(), finer=True, strict=False) == early
    assert pickle.loads(pickle.dumps(early)) == early
    assert from_data(to_data(early)) == early
    first, second = late[::2], late[1::2]
    assert early + first + second == early + late


def ledger_of(ledger: Ledger, customers: list[str]) -> Ledger:
    """A ledger of some customers' facts."""
    accounts = [account for account in ledger if account.customer in customers]
    return Ledger({fact for account in accounts for fact in (*account.facts, *account.interactions)})


def test_reports_on_other_terms_do_not_merge() -> None:
    one = age(Ledger(), as_of=date(2026, 1, 1))
    other = age(Ledger(), as_of=date(2026, 1, 2), buckets=Buckets.of_days(0, 10))
    with pytest.raises(InvalidValue, match=r"as_of: 2026-01-01 is not 2026-01-02; buckets: .*"):
        _ = one + other
