"""The quality of a book's data: what is possible, and ought to be looked at."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given

from dunning import Charge, Contact, CreditNote, Installment, Invoice, Ledger, Payment
from dunning._base.noun import changed
from dunning.ledger import Fact
from dunning.quality import DATA_ISSUES, DataQuality, data_quality
from dunning.terms import Terms
from tests import strategies

DAY = date(2026, 1, 5)
BILL = Invoice("INV-1", "ACME", DAY, date(2026, 2, 4), Decimal("90.00"), "EUR")


def issues(*facts: Fact) -> list[tuple[str, tuple[str, ...]]]:
    return [(each.code, each.ids) for each in data_quality(Ledger(facts))]


@pytest.mark.parametrize(
    ("names", "alike"),
    [
        (("ACME", "Acme"), True),
        (("AC ME", "acme"), True),
        (("C-007", "C-7"), True),
        (("Caf\u00e9", "Cafe\u0301"), True),
        (("C-70", "C-7"), False),
        (("ACME", "ACNE"), False),
        (("C-0", "C-00"), True),
        (("C-10", "C-100"), False),
    ],
)
def test_names_and_ids_that_look_alike(names: tuple[str, str], alike: bool) -> None:
    first, second = names
    customers = issues(changed(BILL, customer=first), changed(BILL, id="X", customer=second, amount=Decimal(5)))
    assert customers == ([("alike_customers", tuple(sorted(names)))] if alike else [])
    for fact in (BILL, Payment("P", "ACME", DAY, Decimal(5), "EUR"), CreditNote("N", "ACME", DAY, Decimal(5), "EUR")):
        other: Any = changed(fact, id=second, amount=Decimal(7))
        assert issues(changed(fact, id=first), other) == ([("alike_ids", tuple(sorted(names)))] if alike else [])
        assert issues(changed(fact, id=first), changed(other, customer="BETA")) == []


def test_a_customer_who_was_only_called_is_one_too() -> None:
    assert issues(BILL, Contact("K", "acme", DAY, "call")) == [("alike_customers", ("ACME", "acme"))]


def test_facts_that_agree_in_all_but_their_ids() -> None:
    paid = Payment("P-A", "ACME", DAY, Decimal("5.00"), "EUR", reference="wire")
    note = CreditNote("N-A", "ACME", DAY, Decimal("5.00"), "EUR")
    for fact, difference in ((BILL, {"reference": "x"}), (paid, {"method": "cash"}), (note, {"goodwill": True})):
        twins: list[Any] = [fact, changed(fact, id="Y"), changed(fact, id="Z")]
        (found,) = data_quality(Ledger(twins))
        assert (found.code, {*found.ids}, found.amount) == ("twice", {fact.id, "Y", "Z"}, 2 * fact.amount)
        for field, value in (
            *difference.items(),
            ("amount", Decimal("4.00")),
            ("customer", "BETA"),
            ("currency", "USD"),
        ):
            assert issues(fact, changed(fact, id="Y", **{field: value})) == []


def test_invoices_whose_dates_or_terms_are_doubtful() -> None:
    early = changed(BILL, due=DAY - timedelta(days=1))
    assert issues(early) == [("due_before_issue", ("INV-1",))]
    assert issues(changed(BILL, due=DAY)) == []
    parts = (Installment(DAY - timedelta(days=1), Decimal(40)), Installment(None, Decimal(50)))
    assert issues(changed(BILL, due=None, installments=parts)) == [("due_before_issue", ("INV-1",))]
    assert issues(changed(BILL, due=None, installments=(Installment(None, Decimal(90)),))) == []
    bare = [changed(BILL, id=name, due=None, amount=Decimal(amount)) for name, amount in (("A", 1), ("B", 2))]
    (found,) = data_quality(Ledger(bare))
    assert (found.code, found.ids, found.amount, str(found)) == (
        "no_terms", ("A", "B"), 3, "2 invoices of ACME without a due date or terms",
    )  # fmt: skip
    assert issues(changed(bare[0], terms=Terms.parse("net 30"))) == []


def test_currencies_and_amounts_that_are_doubtful() -> None:
    assert issues(changed(BILL, currency="USA")) == [("unknown_currency", ("INV-1",))]
    fee = Charge("F", "INV-1", DAY, Decimal("0.001"), "fee")
    assert issues(BILL, fee) == [("finer", ("F",))]
    assert issues(changed(BILL, currency="KWD"), fee) == []
    assert issues(changed(BILL, currency="XAU"), fee) == []  # gold has no unit


def test_the_report_counts_and_keeps_what_was_set_aside() -> None:
    stray = Charge("F", "nowhere", DAY, Decimal(5), "fee")
    facts: list[Fact] = [BILL, changed(BILL, id="INV-01"), changed(BILL, id="Z", customer="Acme", due=None), stray]
    with localcontext() as context:
        context.prec = 1
        found = data_quality(Ledger.collect(facts))
    assert isinstance(found, DataQuality)
    assert found.counts() == {"alike_customers": 1, "alike_ids": 1, "no_terms": 1, "twice": 1}
    assert str(found).splitlines()[-2:] == [
        "4 issues in 3 facts: 1 alike_customers, 1 alike_ids, 1 no_terms, 1 twice", "1 faulty facts were set aside",
    ]  # fmt: skip
    amounts = {each["code"]: each["amount"] for each in found.records()}
    assert amounts == {
        "alike_customers": None,
        "alike_ids": None,
        "no_terms": Decimal("90.00"),
        "twice": Decimal("90.00"),
    }
    assert str(data_quality(Ledger())).endswith("0 issues in 0 facts: none")
    assert "1 fact given again exactly as they are" in str(data_quality(Ledger([BILL, BILL])))


@given(strategies.some_books)
def test_no_book_is_too_strange_and_order_does_not_matter(facts: list[Fact]) -> None:
    found = data_quality(Ledger(facts))
    assert {each.code for each in found} <= {*DATA_ISSUES}
    assert found == data_quality(Ledger(facts[::-1]))
