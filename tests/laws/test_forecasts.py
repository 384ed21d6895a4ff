"""Forecasts: curves against lifelines, cash that ties to what is open, and backtests that know only the past."""

from __future__ import annotations

import warnings
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from dunning.aging import age
from dunning.errors import Undefined
from dunning.forecast import (
    MarkovChain,
    Observation,
    allowance_by_aging,
    backtest,
    expected_cash,
    kaplan_meier,
    observations,
    payment_curves,
)
from dunning.invoice import Adjustment, Invoice, Payment
from dunning.kpi import gini, herfindahl, top_n_share
from dunning.ledger import Fact, Ledger
from tests import model, strategies

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the test's oracle imports is not ours to mend
    import lifelines  # pyright: ignore[reportMissingTypeStubs]  # it has none

watched = st.lists(
    st.builds(Observation, st.integers(-20, 60), st.booleans(), st.integers(1, 500).map(Decimal)),
    min_size=1,
    max_size=30,
)


def oracle(days: list[int], paid: list[bool], weights: list[int] | None = None) -> Any:
    """What lifelines estimates."""
    fitter: Any = lifelines.KaplanMeierFitter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return fitter.fit(days, paid, weights=weights)


@given(watched)
def test_curves_agree_with_lifelines(seen: list[Observation]) -> None:
    """Its durations start at 0, so ours are moved; its weights are whole numbers."""
    days = [each.days + 100 for each in seen]
    paid = [each.is_paid for each in seen]
    by_count, by_amount = oracle(days, paid), oracle(days, paid, [int(each.amount) for each in seen])
    curve, heavy = kaplan_meier(seen), kaplan_meier(seen, weight="amount")
    for day, share, low, high in curve:
        assert abs(float(1 - share) - by_count.survival_function_["KM_estimate"].loc[day + 100]) < 1e-9
        if 0 < share < 1:
            bounds = by_count.confidence_interval_.loc[day + 100]
            assert abs(float(1 - high) - bounds.iloc[0]) < 1e-9
            assert abs(float(1 - low) - bounds.iloc[1]) < 1e-9
    for day, share, _, _ in heavy:
        assert abs(float(1 - share) - by_amount.survival_function_["KM_estimate"].loc[day + 100]) < 1e-9


@given(watched, st.integers(2, 1000))
def test_curves_rise_stay_within_bounds_and_do_not_feel_the_scale(seen: list[Observation], factor: int) -> None:
    weights: list[Literal["count", "amount"]] = ["count", "amount"]
    for weight in weights:
        curve = kaplan_meier(seen, weight=weight)
        assert list(curve.days) == sorted(set(curve.days))
        assert list(curve.paid) == sorted(curve.paid)
        assert all(0 <= low <= share <= high <= 1 for _, share, low, high in curve)
        scaled = [each._replace(amount=each.amount * factor) for each in seen]
        other = kaplan_meier(scaled, weight=weight)
        assert curve.days == other.days
        for mine, its in ((curve.paid, other.paid), (curve.low, other.low), (curve.high, other.high)):
            assert all(abs(a - b) < Decimal("1e-25") for a, b in zip(mine, its, strict=True))


@given(watched)
def test_without_open_items_the_curve_is_the_share_paid(seen: list[Observation]) -> None:
    paid = [each._replace(is_paid=True) for each in seen]
    curve = kaplan_meier(paid)
    for day in range(-21, 62):
        share = Fraction(sum(1 for each in paid if each.days <= day), len(paid))
        assert abs(Fraction(curve.paid_by(day)) - share) < Fraction(1, 10**27)


@st.composite
def paying_books(draw: st.DrawFn) -> list[Fact]:
    """Weekly invoices of two customers who mostly pay around the due date; some payments are booked days later."""
    facts: list[Fact] = []
    for number in range(draw(st.integers(8, 30))):
        customer = draw(st.sampled_from(["ACME", "BETA"]))
        issued = strategies.START + timedelta(days=3 * number)
        amount, name = Decimal(draw(st.integers(1, 50_000))).scaleb(-2), f"INV-{number}"
        facts.append(Invoice(name, customer, issued, issued + timedelta(days=14), amount, "EUR"))
        late = draw(st.sampled_from([-5, 0, 0, 3, 8, 20, None]))
        if late is not None:
            on = issued + timedelta(days=14 + late)
            booked = on + timedelta(days=draw(st.sampled_from([0, 0, 0, 6])))
            facts.append(Payment(f"P-{name}", customer, on, amount, "EUR", applied=((name, amount),), recorded=booked))
        elif draw(st.booleans()):
            facts.append(Adjustment(f"W-{name}", name, issued + timedelta(days=40), amount, "write_off"))
    return facts


cut_days = st.integers(20, 90).map(lambda days: strategies.START + timedelta(days=days))
some_books = st.one_of(strategies.books(), paying_books())


@given(some_books, st.one_of(strategies.as_ofs, cut_days), st.integers(1, 10))
def test_expected_cash_ties_to_what_is_open(facts: list[Fact], as_of: date, weeks: int) -> None:
    ledger = Ledger(facts)
    for currency in ledger.currencies:
        try:
            curves = payment_curves(ledger, as_of=as_of, currency=currency)
        except Undefined:
            continue
        found = expected_cash(ledger, curves, as_of=as_of, weeks=weeks)
        open_ = age(ledger, as_of=as_of, currency=currency).total
        assert found.open == open_.balance + open_["unapplied"]
        assert found.expected + found.later + found.undated + found.unknown == found.open
        assert found.undated == open_["undated"]
        assert all(0 <= week.low <= week.expected <= week.high for week in found)
        assert all(week.high <= found.open for week in found)
        assert found.later > -Decimal("1e-15")
        longer = expected_cash(ledger, curves, as_of=as_of, weeks=weeks + 1)
        assert longer.weeks[:weeks] == found.weeks


@given(some_books, st.one_of(strategies.as_ofs, cut_days))
def test_a_curve_sees_every_item_with_a_due_date_once(facts: list[Fact], as_of: date) -> None:
    """Items that were open on some day and have a due date: paid, open, or open until they were written off."""
    for key, own in model.by_account(facts).items():
        ledger = Ledger(facts)
        seen = list(observations(ledger.account(*key), as_of=as_of)) if key[1] in ledger.currencies else []
        dated = [row for row in model.open_rows(own, as_of) if row[1] is not None]
        assert sum(1 for each in seen if not each.is_paid) >= len(dated)
        assert len(seen) <= len(model.items(own, as_of))
        plain = [
            fact
            for fact in own
            if isinstance(fact, Invoice) and fact.issued <= as_of and fact.due and not fact.installments
        ]
        if len(plain) == len(model.items(own, as_of)) and len(own) == sum(
            isinstance(f, (Invoice, Payment)) for f in own
        ):
            assert len(seen) == len(plain)


@given(paying_books(), cut_days)
def test_a_backtest_forecasts_only_from_what_was_known(facts: list[Fact], cut: date) -> None:
    """Nothing that was booked after the cut date changes what was expected; what was open then and came is what came."""
    full = backtest(Ledger(facts), [cut], minimum=3)
    known = [fact for fact in facts if (getattr(fact, "recorded", None) or model.happened(fact)) <= cut]
    past = backtest(Ledger(known), [cut], minimum=3)
    curves = [(each.cut, each.week, each.expected[0], each.low, each.high) for each in full]
    assert curves == [(each.cut, each.week, each.expected[0], each.low, each.high) for each in past]
    assert [each.expected[1:] for each in full] == [each.expected[1:] for each in past]
    assert all(each.actual == 0 for each in past)
    end = cut + timedelta(days=28)
    came = sum(
        (
            fact.amount
            for fact in facts
            if isinstance(fact, Payment)
            and cut < fact.received <= end
            and any(
                isinstance(bill, Invoice) and bill.id == fact.applied[0][0] and bill.issued <= cut for bill in facts
            )
        ),
        Decimal(0),
    )
    if full.trials:
        assert sum((each.actual for each in full), Decimal(0)) == came


chains = st.lists(st.lists(st.integers(0, 9), min_size=5, max_size=5), min_size=3, max_size=3)


@given(chains)
def test_what_enters_a_chain_leaves_it(weights: list[list[int]]) -> None:
    rows = [[Fraction(each, sum(row) + 1) for each in row[:3]] for row in weights]
    out = [[Fraction(row[3], sum(row) + 1), Fraction(row[4] + 1, sum(row) + 1)] for row in weights]
    chain = MarkovChain(rows, out)
    balances = [Decimal(100), Decimal(20), Decimal(3)]
    assert abs(sum(chain.expected_outcome(balances), Decimal(0)) - 123) < Decimal("1e-24")
    assert all(abs(sum(row, Decimal(0)) - 1) < Decimal("1e-26") for row in chain.absorption())
    steady = chain.steady_state(1000)
    assert abs(sum(steady.flows, Decimal(0)) - 1000) < Decimal("1e-23")
    assert all(stays >= 1 for stays in chain.periods_to_resolution())


@given(st.lists(st.tuples(st.integers(-100, 10_000), st.integers(0, 100)), max_size=6), st.integers(1, 50))
def test_an_allowance_adds_up_and_grows_with_the_amounts(rows: list[tuple[int, int]], factor: int) -> None:
    buckets = [(Decimal(gross), Decimal(rate) / 100) for gross, rate in rows]
    found = allowance_by_aging(buckets)
    assert found.total == sum(found.by_bucket, Decimal(0))
    assert allowance_by_aging([(gross * factor, rate) for gross, rate in buckets]).total == factor * found.total
    assert 0 <= found.total <= sum((max(Decimal(0), gross) for gross, _ in buckets), Decimal(0))


@given(st.lists(st.integers(-5, 10_000).map(Decimal), min_size=1, max_size=12), st.integers(2, 1000))
def test_concentration_is_bounded_and_does_not_feel_the_scale(exposures: list[Decimal], factor: int) -> None:
    for formula in (herfindahl, gini, top_n_share):
        found, scaled = formula(exposures), formula([each * factor for each in exposures])
        assert (found.value, found.reason) == (scaled.value, scaled.reason)
        assert found.value is None or 0 <= found.value <= 1


@given(st.integers(1, 50))
def test_equal_customers_are_as_spread_as_can_be(count: int) -> None:
    exposures = [Decimal(7)] * count
    assert abs(Fraction(herfindahl(exposures).require()) - Fraction(1, count)) < Fraction(1, 10**27)
    assert gini(exposures).value == 0
