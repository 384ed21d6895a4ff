"""One case driven for a random year, and what a careful clerk would check after every step."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dunning.decision import decide
from dunning.interactions import Contact, Hold, Promise
from dunning.invoice import Invoice, Payment, Reversal
from dunning.ledger import Ledger
from dunning.policy import Policy
from tests import strategies

pytestmark = pytest.mark.slow


class YearOfACase(RuleBasedStateMachine):
    """Days pass, invoices come, money comes and bounces, actions are done, fail, or are forgotten."""

    @initialize(policy=strategies.policies())
    def begin(self, policy: Policy) -> None:
        self.policy = policy
        self.today = date(2024, 1, 1)
        self.number = 0
        self.sent: dict[str, date] = {}
        self.ledger = Ledger([Invoice("INV-0", "ACME", self.today, self.today, Decimal("80.00"), "EUR")])
        self.held: date | None = None

    def name(self) -> str:
        self.number += 1
        return f"F-{self.number}"

    def decisions(self, day: date | None = None) -> Any:
        return decide(self.ledger.account("ACME"), self.policy, as_of=day or self.today)

    @rule(days=st.integers(1, 30))
    def days_pass_without_a_run(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule()
    def we_wait_for_the_next_date(self) -> None:
        dates = [each.next_date for each in self.decisions() if each.next_date is not None]
        for day in dates[:1]:
            before = [each.essence for each in self.decisions(day - timedelta(days=1)) if each.next_date == day]
            if (day - self.today).days < 90:
                self.today = day
                assert before, "the decision of the day before knows of this day"

    @rule(amount=st.integers(1, 200), terms=st.integers(0, 30))
    def an_invoice_is_issued(self, amount: int, terms: int) -> None:
        due = self.today + timedelta(days=terms)
        self.ledger += [Invoice(self.name(), "ACME", self.today, due, Decimal(amount), "EUR")]

    @rule(share=st.sampled_from([Decimal("0.5"), Decimal(1)]))
    def the_oldest_item_is_paid(self, share: Decimal) -> None:
        items = self.ledger.account("ACME").open_items(as_of=self.today)
        for item in items[:1]:
            amount = max(Decimal("0.01"), (item.open * share).quantize(Decimal("0.01")))
            self.ledger += [Payment(self.name(), "ACME", self.today, amount, "EUR", applied=((item.invoice, amount),))]

    @rule()
    def the_last_payment_bounces(self) -> None:
        gone = {fact.of for fact in self.ledger.facts if isinstance(fact, Reversal)}
        paid = [fact.id for fact in self.ledger.facts if isinstance(fact, Payment) and fact.id not in gone]
        for name in paid[-1:]:
            self.ledger += [Reversal(self.name(), name, self.today)]

    @rule(days=st.integers(0, 20))
    def the_customer_promises(self, days: int) -> None:
        due = self.today + timedelta(days=days)
        self.ledger += [Promise(self.name(), "ACME", self.today, due, Decimal("10.00"), "EUR")]

    @rule(days=st.integers(1, 20))
    def the_customer_is_held(self, days: int) -> None:
        end = self.today + timedelta(days=days)
        self.ledger += [Hold(self.name(), "ACME", self.today, end=end, reason="complaint")]
        self.held = max(self.held or end, end)

    @rule()
    def a_notice_fails(self) -> None:
        for decision in self.decisions():
            for action in decision.actions[:1]:
                fact = action.as_fact(on=self.today, approved_by="manager")
                if isinstance(fact, Contact):
                    failed = Contact(self.name(), "ACME", self.today, fact.channel, level=fact.level, outcome="failed")
                    self.ledger += [failed]
                    (again,) = (each for each in self.decisions() if each.case == decision.case)
                    assert [each.id for each in again.actions] == [each.id for each in decision.actions]

    @rule()
    def what_is_due_is_done(self) -> None:
        for decision in self.decisions():
            gaps = [level.gap for level in self.policy.levels if level.gap is not None] + [self.policy.minimum_gap]
            if decision.actions and decision.reasons[0].code == "level_reached":
                before = self.sent.get(decision.case)
                assert before is None or (self.today - before).days >= min(gaps)
            for fact in decision.as_facts(on=self.today, approved_by="manager"):
                assert fact.id not in {each.id for each in self.ledger.facts}, "an id is used once"
                self.sent[decision.case] = self.today
                self.ledger += [fact]
        assert not any(each.actions for each in self.decisions())

    @invariant()
    def the_clerk_checks(self) -> None:
        account = self.ledger.account("ACME")
        decisions = self.decisions()
        assert decisions == self.decisions()
        assert sum(each.open for each in decisions) == sum(item.open for item in account.open_items(as_of=self.today))
        for each in decisions:
            assert each.reasons
            assert (each.status == "due") == bool(each.actions)
            assert each.next_date is None or each.next_date > self.today
            if self.held is not None and self.today < self.held:
                assert each.cure is None
            for action in each.actions:
                assert action.amount <= each.open


TestYearOfACase = YearOfACase.TestCase
TestYearOfACase.settings = settings(max_examples=20, stateful_step_count=30, deadline=None)
