"""The sample book through everything at once, by hand and not by chance: what the laws say holds for it too."""

from __future__ import annotations

import pickle
from datetime import timedelta
from typing import Any

import pytest
import sample_book

from dunning.aging import age_by_currency
from dunning.conditions import Compare, explain
from dunning.dates import Period
from dunning.decision import plan
from dunning.interactions import Contact, PaymentPlan, Placement
from dunning.invoice import Installment, Invoice
from dunning.kpi import scorecard
from dunning.ledger import Ledger
from dunning.measures import MEASURES, Population, Standing
from dunning.policy import Policy
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour, value_classes
from dunning.segmentation import segment, segment_of

pytestmark = pytest.mark.slow
AS_OF = sample_book.AS_OF
BY_INVOICE = Policy("by invoice", STANDARD_B2B.levels, unit="invoice", promise_grace=2)


def book() -> Ledger:
    """The sample book with what it lacks: a payment plan, placements, and notices of installments and whole accounts."""
    ledger = Ledger.collect(sample_book.sample_facts())
    more: list[Any] = []
    items = [item for item in ledger.open_items(as_of=AS_OF) if item.days_past_due and item.days_past_due > 40]
    for number, item in enumerate(items[:12]):
        name, on = f"MORE-{number:02d}", AS_OF - timedelta(days=9)
        if number % 3 == 0:
            split = (Installment(AS_OF, item.open),)
            more.append(PaymentPlan(name, item.customer, on, item.currency, split, (item.id,)))
        elif number % 3 == 1:
            more.append(Placement(name, item.customer, on, "agency", items=(item.id,) if number % 2 else ()))
        else:
            more.append(Contact(name, item.customer, on, "letter", level="second notice"))
    for part in (item for item in ledger.open_items(as_of=AS_OF) if item.installment):
        more.append(Contact(f"PART-{part.id}", part.customer, AS_OF, "email", level="first notice", items=(part.id,)))
    return ledger + more


def test_the_whole_book_keeps_the_laws() -> None:
    ledger = book()
    assert pickle.loads(pickle.dumps(ledger)) == ledger
    assert hash(ledger) == hash(Ledger.collect(sample_book.sample_facts()))
    for policy in (STANDARD_B2B, BY_INVOICE):
        proposed = plan(ledger, policy, as_of=AS_OF)
        assert "placement" in {decision.level for decision in proposed} | {a.level for a in proposed.actions}
        assert {"held_plan", "held_placement", "held_promise"} <= {
            part.code for each in proposed for part in each.holds
        }
        done = ledger + proposed.as_facts(on=AS_OF, approved_by="credit manager")
        assert plan(done, policy, as_of=AS_OF).actions == ()
        assert len(proposed.records()) == len(list(proposed))
        day = min(each.next_date for each in proposed if each.next_date is not None)
        assert day > AS_OF
        before = plan(ledger.known_at(AS_OF), policy, as_of=day - timedelta(days=1))
        assert [each.status for each in before] == [each.status for each in proposed]


def test_every_report_of_the_whole_book_is_shown_and_flattened() -> None:
    ledger = book()
    reports: list[Any] = [
        *age_by_currency(ledger, as_of=AS_OF).values(),
        *age_by_currency(ledger, as_of=AS_OF, credits="oldest").values(),
        plan(ledger, BY_INVOICE, as_of=AS_OF),
        segment(ledger, value_classes(by="sales"), as_of=AS_OF),
        scorecard(ledger, Period.ending(AS_OF, days=90)),
        STANDARD_B2B.compile(),
    ]
    for report in reports:
        assert len(report.records()) == len(report) == len(list(report))
        assert report._repr_html_().startswith("<table>")
        assert pickle.loads(pickle.dumps(report)) == report
    assert all(aging.pivot() for aging in reports[:4])


def test_every_measure_of_every_account_of_the_whole_book() -> None:
    ledger = book()
    population = Population(ledger, as_of=AS_OF)
    found: set[str] = set()
    for account in ledger:
        standing = Standing(account, as_of=AS_OF, population=population)
        found |= {name for name, value in standing.items() if value is not None}
        name, why = segment_of(account, payment_behaviour(), as_of=AS_OF)
        assert name == payment_behaviour().default or why[-1].holds
    elsewhere = {name for name, measure in MEASURES.items() if measure.of is MEASURES["case_balance"].of}
    assert found == set(MEASURES) - elsewhere - {"custom", "segment", "credit_limit_use", "days_past_deadline"}
    never = explain(Compare("days_past_due", "=", 5), {"days_past_due": 1}, as_of=AS_OF)
    assert [clause.on for clause in never.clauses] == [AS_OF + timedelta(days=4)]
    assert any(isinstance(fact, Invoice) and fact.installments for fact in ledger.facts)
