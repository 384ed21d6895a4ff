"""Values: equal implies equal hash; values copy and pickle; strangers are deferred to; nothing outside matters."""

from __future__ import annotations

import copy
import decimal
import html
import pickle
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given

from dunning.aging import age, age_by_currency
from dunning.charges import Fee, FeeSchedule, RateSeries
from dunning.conditions import ALWAYS, measure
from dunning.dates import BusinessCalendar, Period
from dunning.decision import plan
from dunning.errors import Undefined
from dunning.forecast import allowance, backtest, expected_cash, payment_curves, rolls
from dunning.kpi import dso_change, scorecard, trend
from dunning.ledger import Fact, Ledger
from dunning.measures import MEASURES, Population
from dunning.policy import Policy
from dunning.presets.allocations import STRATEGIES
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour, value_classes
from dunning.presets.statutes import FRANCE_TERM, STATUTES
from dunning.segmentation import migration, profile, segment, stability
from dunning.settlement import STRICT
from dunning.terms import Terms
from tests import strategies


def nouns(facts: list[Fact], policy: Policy, as_of: date) -> Iterator[Any]:
    """Everything public that comes out of a book."""
    ledger = Ledger(facts)
    yield from facts
    yield from ledger
    yield ledger
    yield from ledger.open_items(as_of=as_of)
    for aging in age_by_currency(ledger, as_of=as_of).values():
        yield aging
        yield from aging
    proposed = plan(ledger, policy, as_of=as_of)
    yield proposed
    yield from proposed
    yield from reviews(ledger, as_of)
    yield from (policy, policy.compile(), value_classes(), measure("late_share") >= Decimal("0.5"), ALWAYS)
    yield from MEASURES.values()


def reviews(ledger: Ledger, as_of: date) -> Iterator[Any]:
    """The reports of a review of receivables."""
    before = as_of - timedelta(days=30)
    population = Population(ledger, as_of=as_of)
    segments = [segment(ledger, payment_behaviour(), as_of=day) for day in (before, as_of)]
    yield from segments
    yield migration(segments[0], segments[1])
    yield stability(ledger, payment_behaviour(), [before, as_of])
    months = trend(ledger, [Period(before - timedelta(days=30), before), Period(before + timedelta(days=1), as_of)])
    yield months
    yield scorecard(ledger, Period(before, as_of))
    yield scorecard(ledger, Period(before, as_of)).roll_forward()
    for currency in ledger.currencies:
        if currency in months.cards[0].groups:
            try:
                yield dso_change(months.cards[0], months.cards[1], currency)
            except Undefined as undefined:
                assert undefined.reason == "no sales"
        yield rolls(ledger, [before, as_of], currency=currency)
        aging = age(ledger, as_of=as_of, currency=currency)
        yield allowance(aging, dict.fromkeys((*aging.buckets.labels, "undated"), Decimal("0.1")))
        try:
            curves = payment_curves(ledger, as_of=as_of, by=lambda account: account.customer, currency=currency)
        except Undefined as undefined:
            assert undefined.reason == "no items"
            continue
        yield curves
        yield from curves
        yield expected_cash(ledger, curves, as_of=as_of, by=lambda account: account.customer)
        yield backtest(ledger, [before], currency=currency, minimum=1)
    for account in ledger:
        yield profile(account, as_of=as_of, population=population)


@given(strategies.books(3), strategies.policies(), strategies.as_ofs)
def test_values_hash_copy_pickle_and_defer_to_strangers(facts: list[Fact], policy: Policy, as_of: date) -> None:
    for value in nouns(facts, policy, as_of):
        for again in (pickle.loads(pickle.dumps(value)), copy.copy(value), copy.deepcopy(value)):
            assert again == value
            assert hash(again) == hash(value)
        assert value.__eq__(object()) is NotImplemented
        assert repr(value) == repr(value)
        kind: Any = type(value)  # pyright: ignore[reportUnknownVariableType]  # of any shape
        declared: Any = attrs.fields(kind) if attrs.has(kind) else ()
        name: str = declared[0].name if declared else "anything"
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            setattr(value, name, None)
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            delattr(value, name)


@given(strategies.books(3), strategies.policies(), strategies.as_ofs)
def test_the_callers_decimal_context_changes_nothing(facts: list[Fact], policy: Policy, as_of: date) -> None:
    expected = list(map(str, nouns(facts, policy, as_of)))
    rough = decimal.Context(prec=4, rounding=decimal.ROUND_UP, traps=[])
    with decimal.localcontext(rough):
        assert list(map(str, nouns(facts, policy, as_of))) == expected


@given(strategies.books(3), strategies.policies(), strategies.as_ofs)
def test_every_report_is_iterable_sized_and_shown_three_ways(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts)
    reports: list[Any] = [
        *age_by_currency(ledger, as_of=as_of).values(),
        plan(ledger, policy, as_of=as_of),
        policy.compile(),
        *reviews(ledger, as_of),
    ]
    for report in reports:
        assert len(report.records()) == len(list(report)) == len(report)
        assert str(report).splitlines()[0] in html.unescape(report._repr_html_())
        assert "<script>" not in report._repr_html_()
        for record in report.records():
            assert all(not isinstance(value, float) for value in record.values())
    for aging in age_by_currency(ledger, as_of=as_of).values():
        assert set(aging.pivot()) == {row.label for row in aging}


def test_nouns_are_closed() -> None:
    with pytest.raises(TypeError, match="Period is closed: compose it instead of subclassing it"):
        type("Mine", (Period,), {})


def test_the_compiled_policy_is_the_same_however_it_is_written() -> None:
    again = pickle.loads(pickle.dumps(STANDARD_B2B))
    assert again.compile() == STANDARD_B2B.compile()


@pytest.mark.parametrize(
    "value",
    [*STATUTES.values(), *STRATEGIES.values(), FRANCE_TERM, STRICT, Terms.parse("2/10 net 30 EOM cut-off 25"),
     BusinessCalendar({date(2026, 1, 1)}), FeeSchedule("fees", (Fee.fixed(Decimal(5), level="first"),)),
     RateSeries("rate", ((date(2026, 1, 1), Decimal("0.02")),))],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_what_is_given_as_data_hashes_copies_and_pickles(value: Any) -> None:
    assert pickle.loads(pickle.dumps(value)) == value == copy.deepcopy(value)
    assert hash(pickle.loads(pickle.dumps(value))) == hash(value)
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        value.name = "other"
