"""Partition: every integer lies in exactly one bucket, every account in exactly one segment."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning.aging import Buckets
from dunning.interactions import PaymentPlan, Promise
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.ledger import Account, Fact, Ledger
from dunning.ledger.views import as_known
from dunning.measures import Population
from dunning.presets.buckets import BUCKETS
from dunning.presets.segments import behaviour_by_value, payment_behaviour, risk_classes, value_classes
from dunning.segmentation import cross, explain_segment, migration, segment, segment_of
from tests import model, strategies

edges = st.lists(st.integers(-400, 400), min_size=1, max_size=8, unique=True).map(sorted)


@given(edges, st.integers(-(10**6), 10**6))
def test_every_integer_lies_in_exactly_one_bucket(uppers: list[int], days: int) -> None:
    buckets = Buckets.of_days(*uppers)
    holding = [
        label
        for label, first, last in buckets.spans()
        if (first is None or first <= days) and (last is None or days <= last)
    ]
    assert holding == [buckets.locate(days)]


@given(edges)
def test_buckets_are_read_as_they_are_printed(uppers: list[int]) -> None:
    buckets = Buckets.of_days(*uppers)
    assert Buckets.parse(str(buckets)) == buckets


def test_the_presets_are_read_as_they_are_printed() -> None:
    for buckets in BUCKETS.values():
        assert Buckets.parse(str(buckets)) == buckets


def is_there(account: Account, day: date) -> bool:
    """Whether the account had an invoice, money, a promise or a plan by a day."""
    kinds = (Invoice, Payment, CreditNote, Promise, PaymentPlan)
    return any(
        isinstance(fact, kinds) and model.happened(fact) <= day for fact in (*account.facts, *account.interactions)
    )


@given(strategies.books(), strategies.as_ofs)
def test_every_account_is_in_exactly_one_segment_and_knows_why(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    presets = (payment_behaviour(), value_classes(), value_classes(by="sales"), risk_classes(), behaviour_by_value())
    for segmentation in presets:
        segments = segment(ledger, segmentation, as_of=as_of)
        there = [account for account in ledger if is_there(account, as_of)]
        assert [(each.customer, each.currency) for each in segments] == [(a.customer, a.currency) for a in there]
        assert sum(count for _, _, count, _ in segments.summary()) == len(there) == len(segments)
        population = Population(ledger, as_of=as_of)
        for account, assigned in zip(there, segments, strict=True):
            name, why = segment_of(account, segmentation, as_of=as_of, population=population)
            assert name == assigned.segment
            assert [each.holds for each in why] == [False] * (len(why) - (name != segmentation.default)) + [True] * (
                name != segmentation.default
            )


@given(strategies.books(3), strategies.as_ofs, st.sampled_from([None, "new", "habitually late", "occasionally late"]))
def test_a_reason_agrees_with_the_segment_and_its_day_is_exact(
    facts: list[Fact], as_of: date, before: str | None
) -> None:
    """Day by day, as the account would stand if nothing happened."""
    segmentation = payment_behaviour(minimum_experiences=1, delinquent=40, margin=Decimal("0.3"))
    for account in Ledger(facts):
        found = explain_segment(account, segmentation, as_of=as_of, before=before)
        assert found.segment == segment_of(account, segmentation, as_of=as_of, before=before)[0]
        quiet = as_known(account, as_of)
        for number in range(1, 90):
            day = as_of + timedelta(days=number)
            then = segment_of(quiet, segmentation, as_of=day, before=found.segment)[0]
            if then != found.segment:
                assert (found.next_date, found.then) == (day, then)
                break
        else:
            assert found.next_date is None or found.next_date >= as_of + timedelta(days=90)


@given(strategies.books(), strategies.as_ofs)
def test_a_crossed_segmentation_is_the_pair_of_both(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    rows, columns = payment_behaviour(minimum_experiences=1), value_classes()
    pairs = zip(segment(ledger, rows, as_of=as_of), segment(ledger, columns, as_of=as_of), strict=True)
    expected = [f"{row.segment} / {column.segment}" for row, column in pairs]
    assert [each.segment for each in segment(ledger, cross(rows, columns), as_of=as_of)] == expected


@given(strategies.books(), strategies.as_ofs)
def test_a_migration_has_every_account_once_with_its_exposure(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    before, after = (
        segment(ledger, payment_behaviour(minimum_experiences=1), as_of=day)
        for day in (as_of - timedelta(days=30), as_of)
    )
    found = migration(before, after)
    assert sum(each.accounts for each in found) == sum(1 for account in ledger if is_there(account, as_of))
    for currency in ledger.currencies:
        own = [each for each in found if each.currency == currency]
        for report, name in ((before, "exposure_before"), (after, "exposure_after")):
            total = sum((each.exposure for each in report if each.currency == currency), Decimal(0))
            assert sum((getattr(each, name) for each in own), Decimal(0)) == total
