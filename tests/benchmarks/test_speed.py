"""Timings by pytest-benchmark: `pytest tests/benchmarks --benchmark-only`, DUNNING_BENCH=100000 for a real size.

CI runs them at a tiny size, so that they keep working; the figures in docs/performance.md come from `compare`.
"""

from __future__ import annotations

import os
from typing import Any

import pytest

from dunning.aging import age
from dunning.dates import Period
from dunning.decision import plan
from dunning.forecast import payment_curves
from dunning.kpi import scorecard
from dunning.ledger import Ledger
from dunning.presets.policies import STANDARD_B2B
from tests.benchmarks import compare, workloads

SIZE = int(os.environ.get("DUNNING_BENCH", "1000"))
FACTS = workloads.book(SIZE)
LEDGER = Ledger(FACTS)
AS_OF = workloads.DATES[1]


def test_constructing_the_facts(benchmark: Any) -> None:
    calls = workloads.construct(FACTS)
    made = benchmark(lambda: [kind(*places, **names) for kind, places, names in calls])
    assert made == FACTS


def test_building_the_ledger(benchmark: Any) -> None:
    assert benchmark(Ledger, FACTS) == LEDGER


@pytest.mark.parametrize("as_of", workloads.DATES, ids=str)
def test_aging(benchmark: Any, as_of: Any) -> None:
    aging = benchmark(age, LEDGER, as_of=as_of, currency="EUR")
    assert aging.total.balance == aging.control_total
    grid = workloads.bare_loop(workloads.open_items(LEDGER, as_of, "EUR"), as_of)
    assert compare.grid_of(aging) == grid


def test_the_bare_loop(benchmark: Any) -> None:
    items = workloads.open_items(LEDGER, AS_OF, "EUR")
    assert benchmark(workloads.bare_loop, items, AS_OF)


def test_planning(benchmark: Any) -> None:
    assert len(benchmark(plan, LEDGER, STANDARD_B2B, as_of=AS_OF)) > 0


def test_a_scorecard_of_a_year(benchmark: Any) -> None:
    card = benchmark(scorecard, LEDGER, Period.year(2025))
    assert card.roll_forward()["EUR", "closing balance"] == LEDGER.balance("EUR", as_of=card.period.last)


def test_a_payment_curve(benchmark: Any) -> None:
    assert benchmark(payment_curves, LEDGER, as_of=AS_OF, currency="EUR")["all"].items > 0


def test_adding_a_day(benchmark: Any) -> None:
    day = workloads.a_days_facts(SIZE)
    grown = benchmark(lambda: LEDGER + day)
    assert grown == Ledger([*FACTS, *day])
