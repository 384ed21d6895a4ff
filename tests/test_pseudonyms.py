"""Books under other names: nobody is recognised, and figures and decisions are what they were."""

from __future__ import annotations

import json
import pickle
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given

from dunning.aging import age_by_currency
from dunning.dates import Period
from dunning.decision import plan
from dunning.errors import InvalidValue
from dunning.interactions import Contact, ContactFlag, Hold, Promise
from dunning.invoice import Adjustment, Invoice, Payment
from dunning.kpi import scorecard
from dunning.ledger import Fact, Ledger
from dunning.policy import Policy
from dunning.pseudonyms import pseudonymised
from tests import strategies

KEY, DAY = "a long secret", date(2026, 2, 4)


def other(name: str) -> str:
    """The pseudonym of a customer."""
    facts = pseudonymised(Ledger([Invoice("I", name, DAY, DAY, Decimal(1), "EUR")]), key=KEY).facts
    return cast("Invoice", facts[0]).customer


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_figures_and_decisions_are_the_same_under_other_names(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts).known_at(as_of)
    hidden = pseudonymised(ledger, key=KEY)
    names = {account.customer: other(account.customer) for account in ledger}
    assert {(each.customer, each.currency) for each in hidden} == {
        (names[each.customer], each.currency) for each in ledger
    }
    for account in ledger:
        same = hidden.account(names[account.customer], account.currency)
        assert same.balance(as_of=as_of) == account.balance(as_of=as_of)
        assert [(item.id, item.open) for item in same.items_at(as_of)] == [
            (item.id, item.open) for item in account.items_at(as_of)
        ]
    for currency, report in age_by_currency(ledger, as_of=as_of).items():
        found = age_by_currency(hidden, as_of=as_of)[currency]
        assert found.total.amounts == report.total.amounts
        assert {row.label: row.amounts for row in found} == {names[row.label]: row.amounts for row in report}
    period = Period.month(as_of.year, as_of.month)
    assert scorecard(hidden, period).records() == scorecard(ledger, period).records()

    def decided(books: Ledger, named: dict[str, str]) -> Counter[Any]:
        return Counter(
            (
                named.get(each.customer, each.customer), each.currency, each.level, each.status, each.next_date, each.owner,
                tuple((act.level, act.activity, act.items, act.amount, act.deadline(on=as_of)) for act in each.actions),
                tuple((hold.item, hold.amount, hold.code, hold.until) for hold in each.holds),
            )
            for each in plan(books, policy, as_of=as_of)
        )  # fmt: skip

    assert decided(hidden, {}) == decided(ledger, names)


@given(strategies.some_books)
def test_no_name_is_left_and_the_same_name_is_always_called_the_same(facts: list[Fact]) -> None:
    ledger = Ledger(facts)
    hidden = pseudonymised(ledger, key=KEY)
    told = json.dumps(hidden.records())
    for account in ledger:
        assert json.dumps(account.customer) not in told
    assert pseudonymised(Ledger(reversed(facts)), key=KEY) == hidden
    assert len(hidden.facts) == len(ledger.facts)
    assert len({account.customer for account in hidden}) == len({account.customer for account in ledger})
    assert not facts or pseudonymised(ledger, key="another") != hidden or not hidden.accounts


def test_what_somebody_wrote_is_replaced_and_what_decides_is_kept() -> None:
    facts: list[Fact] = [
        Invoice("INV-1", "Jo Doe", DAY, DAY, Decimal(90), "EUR", reference="order of Jo", tags=("web",)),
        Payment("P", "Jo Doe", DAY, Decimal(5), "EUR", applied=(("INV-1", Decimal(5)),), reference="thanks, Jo", method="transfer"),
        Adjustment("A", "INV-1", DAY, Decimal(1), "deduction", reason="Jo was angry", by="Kim", approved_by="manager"),
        Contact("B2B/Jo Doe/EUR/first/1", "Jo Doe", DAY, "call", note="Jo said no", by="Kim", level="first", items=("INV-1",)),
        ContactFlag("F", "Jo Doe", DAY, "cease", by="attorney", note="Jo's lawyer"),
        Hold("H", "Jo Doe", DAY, reason="complaint", by="Kim", end=DAY, ended_by="Lee"),
        Promise("PR", "Jo Doe", DAY, DAY, Decimal(5), "EUR", items=("INV-1",)),
    ]  # fmt: skip
    found = {
        fact.id.replace(other("Jo Doe"), "Jo Doe"): cast("Any", fact)
        for fact in pseudonymised(Ledger(facts), key=KEY).facts
    }
    assert set(found) == {fact.id for fact in facts}
    told = json.dumps(pseudonymised(Ledger(facts), key=KEY).records())
    for word in ("Jo", "angry", "Kim", "Lee", "thanks"):
        assert word not in told
    assert found["P"].applied == (("INV-1", Decimal(5)),)
    assert (found["INV-1"].tags, found["P"].method, found["H"].reason) == (("web",), "transfer", "complaint")
    assert (found["A"].approved_by, found["F"].by, found["B2B/Jo Doe/EUR/first/1"].level) == (
        "manager",
        "attorney",
        "first",
    )
    assert found["A"].by == found["H"].by != found["H"].ended_by
    kept = {fact.id: cast("Any", fact) for fact in pseudonymised(Ledger(facts), key=KEY, keep={"Kim"}).facts}
    assert kept["A"].by == "Kim"


def test_slashes_in_names_and_ids_of_other_things_are_understood() -> None:
    contact = Contact("B2B/A%2FB/EUR/1", "A/B", DAY, "call")
    (found,) = pseudonymised(Ledger([contact]), key=KEY).facts
    assert found.id == f"B2B/{other('A/B')}/EUR/1"


def test_what_was_set_aside_stays_aside_without_its_words() -> None:
    rows = [
        {"fact": "invoice", "id": "I", "customer": "Jo Doe", "issued": "soon, says Jo", "amount": "5", "currency": "EUR"},
        {"fact": "payment", "id": "P", "customer": "Jo Doe", "received": "2026-02-04", "amount": "5", "currency": "EUR",
         "applied": [["I", "5"]]},
        {"fact": "charge", "id": "C", "invoice": "I", "on": "2026-02-04", "amount": "5", "kind": "fee"},
    ]  # fmt: skip
    hidden = pseudonymised(Ledger.from_records(rows, strict=False), key=KEY)
    assert [each.code for each in hidden.problems] == ["unreadable", "unknown_invoice", "on_account"]
    assert hidden.problems.totals() == {("invoice", "EUR"): (1, 5), ("charge", None): (1, 5)}
    assert b"Jo" not in pickle.dumps(hidden)


def test_a_key_is_needed() -> None:
    with pytest.raises(InvalidValue, match="key: '' is not a name"):
        pseudonymised(Ledger(), key="")
    assert pseudonymised(Ledger(), key="x") == Ledger()


def test_values_in_which_somebody_wrote_are_not_kept() -> None:
    row = {
        "fact": "invoice",
        "id": "I",
        "customer": "Jo Doe",
        "issued": "soon",
        "amount": "5 owed by Jo Doe",
        "currency": "EUR",
    }
    (problem,) = pseudonymised(Ledger.from_records([row], strict=False), key=KEY).problems
    assert problem.fact == (("fact", "invoice"), ("currency", "EUR"))
