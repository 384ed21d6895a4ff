"""Measure every claim of docs/performance.md in one run: python -m tests.benchmarks.compare [INVOICES].

Figures are the least of several runs in one process, so a noisy machine moves them little; ratios are what counts.
"""

from __future__ import annotations

import gc
import importlib.metadata
import platform
import sys
import time
import timeit
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from dunning.aging import Aging, age
from dunning.dates import Period
from dunning.decision import plan
from dunning.forecast import payment_curves, rolls
from dunning.kpi import scorecard, trend
from dunning.ledger import Ledger
from dunning.presets.policies import STANDARD_B2B
from tests.benchmarks import peers, workloads


def least(function: Callable[[], Any], runs: int = 5) -> float:
    """The shortest of several runs, in seconds."""
    found: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        function()
        found.append(time.perf_counter() - start)
    return min(found)


def show(what: str, value: str, target: str = "") -> None:
    print(f"{what:<62} {value:>16}   {target}")


def versions() -> str:
    names = ("pandas", "polars", "duckdb", "attrs")
    return ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {importlib.metadata.version(name)}" for name in names)]
    )


def construction(facts: list[Any]) -> float:
    """Seconds for making all facts anew; and one fact by itself, without the garbage collector's share."""
    calls = workloads.construct(facts)
    kind, places, names = calls[0]
    alone = min(timeit.repeat(lambda: kind(*places, **names), number=20_000, repeat=7)) / 20_000
    made = least(lambda: [each(*values, **named) for each, values, named in calls], 3)
    show("constructing one invoice, by itself", f"{alone * 1e6:.2f} us", "at most 3")
    show("constructing all facts of the book, a fact", f"{made / len(facts) * 1e6:.2f} us")
    return made


def grid_of(aging: Aging) -> workloads.Grid:
    """The buckets of an aging report, as the bare loop gives them."""
    rows = {row.label: [row[label] for label in aging.buckets.labels] for row in aging}
    return {label: row for label, row in rows.items() if any(row)}


def aging(facts: list[Any], ledger: Ledger) -> None:
    """Aging by customer and bucket, beside its peers, for three dates."""
    for as_of in workloads.DATES:
        items = workloads.open_items(ledger, as_of, "EUR")
        bare = least(lambda: workloads.bare_loop(items, as_of))
        ours = least(lambda: age(ledger, as_of=as_of, currency="EUR"))
        assert grid_of(age(ledger, as_of=as_of, currency="EUR")) == workloads.bare_loop(items, as_of)
        show(f"age, {as_of}: {len(items)} open items", f"{ours * 1e3:.1f} ms")
        show("  bare loop over the open items", f"{bare * 1e3:.1f} ms", f"{ours / bare:.2f} times it (at most 3)")
        for name, target in (("pandas", "at least 8"), ("polars", "at least 3"), ("duckdb", "")):
            peer = getattr(peers, f"age_{name}")
            spent = least(lambda: peer(facts, as_of, "EUR"), 2)  # called at once
            show(f"  {name} from the same objects", f"{spent * 1e3:.1f} ms", f"{spent / ours:.1f} times ours {target}")


def main(invoices: int) -> None:
    print(f"{invoices} invoices; {versions()}")
    facts = workloads.book(invoices)
    made = construction(facts)
    built = least(lambda: Ledger(facts), 3)
    show(
        "building the ledger, a fact",
        f"{built / len(facts) * 1e6:.2f} us",
        f"{built / made:.2f} times constructing (at most 2)",
    )
    ledger = Ledger(facts)
    first = time.perf_counter()
    plan(ledger, STANDARD_B2B, as_of=workloads.DATES[1])
    spent = time.perf_counter() - first
    show("plan over the whole book, first call, an account", f"{spent / len(ledger) * 1e6:.1f} us", "at most 40")
    day = workloads.a_days_facts(invoices)

    def add_and_ask() -> Any:
        return age(ledger + day, as_of=workloads.DATES[2], currency="EUR")

    added = least(add_and_ask)
    show(
        f"adding {len(day)} facts and asking again",
        f"{added * 1e3:.1f} ms",
        f"1/{built / added:.0f} of building (at most 1/50)",
    )
    aging(facts, ledger)
    reviewing(ledger, built)
    memory(min(invoices, 200_000))


def reviewing(ledger: Ledger, built: float) -> None:
    """A scorecard of a year, its months as a trend, roll rates and payment curves."""
    year = Period.year(2025)
    months = [Period.month(2025, month) for month in range(1, 13)]
    ends = [year.opening, *(month.last for month in months)]
    card = least(lambda: scorecard(ledger, year), 3)
    show("scorecard of a year", f"{card:.2f} s", f"at most 3 for 100,000; {card / built:.2f} times building")
    course = least(lambda: trend(ledger, months), 1)
    alone = least(lambda: [scorecard(ledger, month) for month in months], 1)
    show("trend of its 12 months", f"{course:.2f} s", f"{course / alone:.2f} times 12 scorecards")
    moves = least(lambda: rolls(ledger, ends, currency="EUR"), 1)
    show("roll rates over 12 months, EUR", f"{moves:.2f} s", f"{moves / built:.2f} times building")
    curve = least(lambda: payment_curves(ledger, as_of=year.last, currency="EUR"), 2)
    show("payment curve of all, EUR", f"{curve:.2f} s", f"{curve / built:.2f} times building")


def memory(invoices: int) -> None:
    """Bytes a fact, of the facts and of facts and ledger together."""
    tracemalloc.start()
    facts = workloads.book(invoices)
    alone = tracemalloc.get_traced_memory()[0]
    ledger = Ledger(facts)
    count = len(facts)
    del facts
    gc.collect()
    both = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    show(
        f"memory a fact ({len(ledger)} accounts), facts alone / in all",
        f"{alone / count:.0f} / {both / count:.0f} B",
        "at most 600",
    )
    assert ledger.balance("EUR", as_of=workloads.DATES[2]) > Decimal(0)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
