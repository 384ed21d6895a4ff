"""Published KPI cases through one adapter a subject. What is not built yet is listed by name, here only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias, cast

import pytest

from dunning import kpi
from dunning.aging import age
from dunning.amounts import shares
from dunning.errors import InvalidValue
from dunning.invoice import Invoice, Payment
from dunning.kpi import Kpi
from dunning.ledger import Ledger
from dunning.presets.buckets import BUCKETS
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]

NOT_COVERED = {
    # subject: built in a later step
    "account_age_oldest", "allowance_by_aging", "allowance_closing", "allowance_expense", "allowance_from_history",
    "allowance_from_receivables", "allowance_rates_from_history", "average_dispute_resolution_days",
    "bad_debt_expense_from_sales", "balance_fractions_from_proportions", "bucket_dso_excluded",
    "cash_conversion_cycle", "cash_target_attainment", "cash_target_variance", "collection_rate",
    "collector_productivity", "contact_rate", "cost_per_collection", "cost_to_collect", "credit_hold_rate",
    "credit_memo_rate", "cure_rate", "days_beyond_terms_dates", "days_beyond_terms_totals",
    "days_beyond_terms_unweighted", "deduction_days_outstanding", "delinquent_accounts_dso", "dispute_rate",
    "dso_rolling", "effective_customers", "gini", "herfindahl", "implied_roll_rates", "invoice_accuracy",
    "loss_factors_from_rolls", "loss_forecast", "loss_variance", "markov_absorption", "markov_expected_outcome",
    "markov_fundamental", "markov_periods_to_resolution", "markov_steady_state", "migration_matrix",
    "migration_shares", "payment_index", "payment_index_score", "payment_pattern_collections",
    "payment_pattern_receivables", "payment_pattern_spread", "promise_kept_rate", "promise_kept_rate_amount",
    "promise_outcomes", "promise_to_pay_rate", "receivables_from_collection_period", "receivables_variance",
    "right_party_contact_rate", "roll_rate", "rolling_window_days", "sales_weighted_dso", "single_period_bucket_dso",
    "stage_effectiveness", "top_n_share", "true_dso", "uncollected_balances_schedule", "weighted_average_terms",
    "weighted_collection_period", "write_off_rate",
}  # fmt: skip


def number(value: Any) -> Any:
    """Published inputs as Python values: numbers from strings, pairs from rows, everything else as it is."""
    if isinstance(value, list):
        parts: Any = value  # pyright: ignore[reportUnknownVariableType]  # of any shape
        return [number(each) for each in parts]
    if isinstance(value, dict):
        return tuple(map(number, cast("dict[str, Any]", value).values()))
    return Decimal(value) if golden.is_number(value) else value


def formula(name: str) -> Callable[[Inputs], Kpi]:
    """A KPI whose inputs have the published names."""

    def inner(inputs: Inputs) -> Kpi:
        found: Kpi = getattr(kpi, name)(**{key: number(value) for key, value in inputs.items()})
        return found

    return inner


def cei(inputs: Inputs) -> Kpi:
    months = int(inputs["months"])
    return kpi.collection_effectiveness_index(
        **{key: number(value) for key, value in inputs.items() if key != "months"}, months=months
    )


def part_of(name: str) -> Callable[[Inputs], Kpi]:
    """A share of receivables; it is the same by amount and by count."""
    return lambda inputs: formula(name)({key: value for key, value in inputs.items() if key != "by"})


def bucket_shares(inputs: Inputs) -> Any:
    places = int(inputs["places"]) if "places" in inputs else None
    return shares([Decimal(bucket["amount"]) for bucket in inputs["buckets"]], places=places)


def located(inputs: Inputs) -> list[str]:
    buckets = BUCKETS[inputs["preset"]]
    return [buckets.locate(int(days)) for days in inputs["days_past_due"]]


def report(inputs: Inputs) -> dict[str, Decimal]:
    as_of = date.fromisoformat(inputs["as_of"])
    facts: list[Any] = [
        Invoice(
            str(number),
            "C",
            date(2000, 1, 1),
            date.fromisoformat(item["due_date"]),
            Decimal(item["open_amount"]),
            "EUR",
        )
        for number, item in enumerate(inputs["items"])
    ]
    facts.append(Payment("P", "C", as_of, -Decimal(inputs["unapplied"]), "EUR"))
    aging = age(Ledger(facts), as_of=as_of)
    found = dict(aging.total.amounts.items())
    return {**found, "unapplied": -found["unapplied"], "total": aging.control_total}


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    **{
        name: formula(name)
        for name in (
            "dso_simple", "dso_average", "dso_average_snapshots", "dso_countback", "dso_countback_unexplained",
            "best_possible_dso", "delinquent_dso", "average_days_delinquent", "ar_turnover", "average_days_to_pay",
            "weighted_average_days_to_pay", "average_days_late", "weighted_average_days_late",
            "weighted_average_days_past_due", "days_beyond_terms", "bad_debt_to_sales",
        )
    },
    **{name: part_of(name) for name in ("percent_past_due", "percent_current", "percent_over_90")},
    "collection_effectiveness_index": cei,
    "aging_shares": bucket_shares,
    "aging_shares_rounded": bucket_shares,
    "aging_bucket": located,
    "aging_report": report,
}  # fmt: skip

CASES = golden.cases("kpi.json")


@pytest.mark.parametrize(
    "case", [case for case in CASES if case["subject"] not in NOT_COVERED], ids=lambda case: case["id"]
)
def test_published_kpi(case: dict[str, Any]) -> None:
    adapter = ADAPTERS[case["subject"]]
    if case.get("reason") == "invalid input":
        with pytest.raises(InvalidValue):
            adapter(case["inputs"])
        return
    found = adapter(case["inputs"])
    if isinstance(found, Kpi):
        assert sorted(found.flags) == sorted(case.get("flags", []))
        assert found.reason == case.get("reason")
        found = found.value
    assert golden.agrees(found, case["expected"], case["compare"], tuple(case.get("exact_fields", ()))), found


def test_every_subject_is_covered_or_named_as_not_covered() -> None:
    if golden.DIRECTORY == golden.HERE:
        assert {case["subject"] for case in CASES} == set(ADAPTERS) | NOT_COVERED
    assert not set(ADAPTERS) & NOT_COVERED
