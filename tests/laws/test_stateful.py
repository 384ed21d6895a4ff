"""Facts arrive in random order, with duplicates, corrections and contradictions: the ledger never depends on the way."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dunning.aging import age_by_currency
from dunning.errors import InvalidLedger
from dunning.invoice import Invoice
from dunning.ledger import Fact, Ledger
from tests import model, strategies

pytestmark = pytest.mark.slow


class Arrivals(RuleBasedStateMachine):
    """A lenient and growing ledger beside the plain list of everything that arrived."""

    @initialize(facts=strategies.books(4))
    def begin(self, facts: list[Fact]) -> None:
        self.waiting = list(facts)
        self.arrived: list[Fact] = []
        self.ledger = Ledger.collect([])

    @rule(data=st.data())
    def some_facts_arrive(self, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, 4))
        batch, self.waiting = self.waiting[:count], self.waiting[count:]
        self.arrived += batch
        self.ledger += batch

    @rule(data=st.data())
    def a_fact_arrives_again(self, data: st.DataObject) -> None:
        if self.arrived:
            again = data.draw(st.sampled_from(self.arrived))
            self.ledger += [again]

    @rule(data=st.data(), amount=strategies.amounts)
    def an_invoice_is_contradicted(self, data: st.DataObject, amount: object) -> None:
        known = [fact for fact in self.arrived if isinstance(fact, Invoice) and not fact.installments]
        if known:
            old = data.draw(st.sampled_from(known))
            other = Invoice(old.id, old.customer, old.issued, old.due, amount, old.currency)  # type: ignore[arg-type]  # amounts
            self.arrived.append(other)
            self.ledger += [other]

    @rule()
    def books_are_joined(self) -> None:
        middle = len(self.arrived) // 2
        first, second = Ledger.collect(self.arrived[:middle]), Ledger.collect(self.arrived[middle:])
        assert first + second == self.ledger

    @invariant()
    def the_ledger_is_the_one_built_afresh(self) -> None:
        if not hasattr(self, "ledger"):
            return
        afresh = Ledger.collect(self.arrived)
        assert self.ledger == afresh
        assert self.ledger.facts == afresh.facts
        assert [account.receivables for account in self.ledger] == [account.receivables for account in afresh]
        aside = {problem.id for problem in self.ledger.problems}
        assert {fact.id for fact in self.ledger.facts} | aside == {fact.id for fact in self.arrived}
        try:
            assert Ledger(self.arrived) == afresh
        except InvalidLedger as error:
            assert error.problems == self.ledger.problems != ()

    @invariant()
    def totals_tie_and_aging_equals_the_model(self) -> None:
        if not hasattr(self, "ledger"):
            return
        for as_of in (date(2024, 2, 29), date(2024, 5, 1)):
            by_account = model.by_account(self.ledger.facts)
            for currency, aging in age_by_currency(self.ledger, as_of=as_of).items():
                assert aging.total.balance == aging.control_total
                assert aging.problems == len(self.ledger.problems)
                found = {row.label: dict(row.amounts.items()) for row in aging}
                for (customer, money), own in by_account.items():
                    if money == currency:
                        expected = model.aged(own, as_of)
                        assert found.get(customer, dict.fromkeys(expected, 0)) == expected


TestArrivals = Arrivals.TestCase
TestArrivals.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
