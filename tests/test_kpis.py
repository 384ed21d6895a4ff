"""KPIs: what every one of them promises, their faults, and the table of their definitions."""

from __future__ import annotations

import inspect
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning import kpi
from dunning.errors import InvalidValue, Undefined
from dunning.kpi import FAMILIES, KPIS, Kpi

D = Decimal


@pytest.mark.parametrize("name", list(KPIS))
def test_every_kpi_states_its_definition(name: str) -> None:
    definition, function = KPIS[name], getattr(kpi, name)
    assert definition.family in FAMILIES
    assert definition.formula in function.__doc__
    assert (
        f"Unit: {definition.unit}. Undefined: {definition.undefined}. Source: {definition.source}." in function.__doc__
    )
    assert ">>> " in function.__doc__
    assert definition.meaning == " ".join(definition.meaning.split("\n"))
    assert inspect.signature(function).return_annotation == "Kpi"
    assert name in kpi.__all__


@pytest.mark.parametrize("name", list(KPIS))
def test_every_kpi_refuses_floats_and_names_all_of_them(name: str) -> None:
    """Each argument that may hold a number is given a float, in whatever shape it takes."""
    function = getattr(kpi, name)
    shapes = {
        "Number": 0.5,
        "Days": 0.5,
        "ShareNumber": 0.5,
        "Numbers": [0.5],
        "Exposures": [0.5],
        "Weighted": [(1, 0.5)],
    }
    wanted = [
        (each.name, shapes[each.annotation.removesuffix(" | None")])
        for each in inspect.signature(function).parameters.values()
        if each.annotation.removesuffix(" | None") in shapes
    ]
    if not wanted:
        assert name in {"rolling_window_days", "days_beyond_terms_dates", "sales_weighted_dso", "true_dso"}
        return
    with pytest.raises(InvalidValue) as caught:
        function(**dict(wanted))
    assert len(caught.value.faults) == len(wanted)
    assert all("0.5 is not" in fault and "Decimal" in fault for fault in caught.value.faults)


FAULTS: list[tuple[Any, str]] = [
    (lambda: kpi.dso_simple(True, 1, 1), "receivables: True is not an int"),
    (lambda: kpi.dso_simple(D("NaN"), 1, 1), "receivables: .* is not an int or a finite"),
    (lambda: kpi.dso_simple(1, 1, 0), "days: 0 is not an int or a finite Decimal above 0"),
    (lambda: kpi.dso_simple(1, 1, 1, signed=1), "signed: 1 is not True or False"),  # type: ignore[arg-type]  # on purpose
    (
        lambda: kpi.allowance_from_receivables(D("1.5"), 1),
        "rate: Decimal\\('1.5'\\) is not an int or a finite Decimal, from 0 to 1",
    ),
    (lambda: kpi.rolling_window_days("today", 3), "as_of: 'today' is not a date"),  # type: ignore[arg-type]  # on purpose
    (lambda: kpi.weighted_average_days_late([(1, 2, 3)]), "items\\[0\\]: .* is not a tuple of 2"),  # type: ignore[list-item]  # on purpose
    (lambda: kpi.sales_weighted_dso([(1, 2)]), "buckets\\[0\\]: .* is not a tuple of 3"),  # type: ignore[list-item]  # on purpose
    (lambda: kpi.average_days_late(7), "days_late: 7 is not a list or tuple"),  # type: ignore[arg-type]  # on purpose
    (lambda: kpi.dso_countback(1, [(1, 0)]), "months\\[0\\]: 0 days is not the length of a month"),
    (lambda: kpi.top_n_share([1], -1), "n: -1 is not a whole number of at least 0"),
    (lambda: kpi.credit_memo_rate(1, 2, by="weight"), "by: 'weight' is not one of value, count"),  # type: ignore[arg-type]  # on purpose
    (lambda: kpi.weighted_collection_period([D("0.5")], [1, 2]), "2 of them for 1 shares.*sum to 0.5, not to 1"),
    (lambda: kpi.average_dispute_resolution_days([1, 2], amounts=[1]), "amounts: 1 of them for 2 disputes"),
    (lambda: kpi.loss_variance([(1, D("1.1"))]), "items\\[0\\]\\[1\\]: 1.1 is not a probability"),
    (lambda: kpi.percent_past_due(3, 2), "past_due: 3 is not a part of 2"),
    (lambda: kpi.contact_rate(5, 3), "reached: 5 is not a part of 3"),
    (lambda: kpi.cure_rate(10, 20, 5), "paid, became_current: 25 is not a part of 10"),
    (lambda: kpi.promise_kept_rate(-1, 2), "kept: -1 is not a part of 1"),
    (lambda: kpi.rolling_window_days(date(2026, 1, 1), 3, date(2026, 2, 1)), "customer_since: 2026-02-01 is after"),
    (lambda: kpi.true_dso(date(2026, 1, 1), [(date(2026, 1, 2), 1)], {}), "invoices: 2026-01-02 is after"),
    (lambda: kpi.true_dso(date(2026, 1, 9), [], {date(2026, 1, 2): 1}), "2026-01-02 is not the first day of a month"),
    (
        lambda: kpi.collection_effectiveness_index(1, 1, 1, 2, months=0),
        "closing_current: 2 is more.*months: 0 is below",
    ),
]


@pytest.mark.parametrize(("call", "said"), FAULTS)
def test_a_wrong_call_is_refused(call: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        call()


EDGES: list[tuple[Kpi, str | None, Any]] = [
    (kpi.dso_rolling(100, [], 30), "no sales", None),
    (kpi.dso_rolling(100, [50], 30, window_months=2), None, 60),
    (kpi.dso_rolling(-100, [50], 30, window_months=2), None, 0),
    (kpi.weighted_collection_period([], []), "no items", None),
    (kpi.cash_conversion_cycle(1, 0, 1, 1, 1), "zero denominator", None),
    (kpi.true_dso(date(2026, 1, 31), [], {}), None, 0),
    (kpi.days_beyond_terms_totals(1, 0), "zero denominator", None),
    (kpi.days_beyond_terms_unweighted([]), "no items", None),
    (kpi.payment_index([(1, 0), (-1, 0)], minimum_experiences=2), "zero denominator", None),
    (kpi.payment_index([], minimum_experiences=0), "insufficient history", None),
    (kpi.write_off_rate(1, 0, 0), "no receivables", None),
    (kpi.bad_debt_to_sales(1, 0), "no sales", None),
    (kpi.collection_rate(10, 0), None, 1),
    (kpi.allowance_expense(580, 200, write_offs=50, recoveries=10), None, 420),
    (kpi.allowance_closing(200, 50, 420, recoveries=10), None, 580),
    (kpi.promise_kept_rate_amount([]), "no items", None),
    (kpi.effective_customers([]), "no receivables", None),
    (kpi.gini([5], small_sample=True), None, 0),
    (kpi.top_n_share([5, 5], 0), None, 0),
    (kpi.average_billing_lag([]), "no items", None),
    (kpi.average_dispute_resolution_days([1, 2], amounts=[0, 0]), "zero denominator", None),
]


@pytest.mark.parametrize(("found", "reason", "value"), EDGES)
def test_kpis_at_their_edges(found: Kpi, reason: str | None, value: Any) -> None:
    assert (found.reason, found.value) == (reason, value)


def test_customers_in_credit_are_left_out_and_flagged() -> None:
    for found in (
        kpi.herfindahl([10, -5]),
        kpi.gini([10, -5]),
        kpi.top_n_share([10, -5]),
        kpi.effective_customers([10, -5]),
    ):
        assert found.flags == ("credit customer",)
    assert kpi.herfindahl([-5]).reason == "no receivables"
    assert str(kpi.effective_customers([10, 10])) == "effective_customers: 2.00"


def test_an_undefined_figure_raises_where_it_is_required() -> None:
    with pytest.raises(Undefined, match="gini is undefined: no receivables"):
        kpi.gini([]).require()
    assert str(kpi.dso_countback(10, [(5, 30)])) == "dso_countback: 30.00 days (insufficient history)"


def test_the_mean_of_balances_below_zero_is_no_days_and_says_so() -> None:
    found = kpi.dso_average_snapshots([Decimal(-300), Decimal(100)], 1000, 90)
    assert (found.value, found.flags) == (0, ("net credit",))
