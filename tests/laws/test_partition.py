"""Partition: every integer lies in exactly one bucket, every account in exactly one segment."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dunning.aging import Buckets
from dunning.ledger import Fact, Ledger
from dunning.measures import Population
from dunning.presets.buckets import BUCKETS
from dunning.presets.segments import payment_behaviour, value_classes
from dunning.segmentation import segment, segment_of
from tests import strategies

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


@given(strategies.books(), strategies.as_ofs)
def test_every_account_is_in_exactly_one_segment_and_knows_why(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    for segmentation in (payment_behaviour(), value_classes(), value_classes(by="sales")):
        segments = segment(ledger, segmentation, as_of=as_of)
        assert [(each.customer, each.currency) for each in segments] == [(a.customer, a.currency) for a in ledger]
        assert sum(count for _, _, count, _ in segments.summary()) == len(ledger) == len(segments)
        population = Population(ledger, as_of=as_of)
        for account, assigned in zip(ledger, segments, strict=True):
            name, why = segment_of(account, segmentation, as_of=as_of, population=population)
            assert name == assigned.segment
            assert [each.holds for each in why] == [False] * (len(why) - (name != segmentation.default)) + [True] * (
                name != segmentation.default
            )
