"""Published KPI cases through one adapter a subject; most subjects are functions that take the published inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias, cast

import attrs
import pytest

from dunning import forecast, kpi
from dunning.aging import Buckets, age
from dunning.errors import InvalidValue, Undefined
from dunning.forecast import MarkovChain
from dunning.interactions import Promise
from dunning.invoice import Invoice, Payment
from dunning.kpi import Kpi
from dunning.ledger import Ledger
from dunning.presets.buckets import BUCKETS
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]

ISO_DAY, ISO_MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d")
WHOLE = {"months", "n", "window_months", "minimum_experiences"}
"""Inputs that count something: ints in Python."""


def day(text: str) -> date:
    """A published day, or the first day of a published month."""
    return date.fromisoformat(text if ISO_DAY.fullmatch(text) else f"{text}-01")


def number(value: Any) -> Any:
    """Published inputs as Python values: numbers and dates from strings, tuples from rows, mappings by month."""
    if isinstance(value, list):
        parts: Any = value  # pyright: ignore[reportUnknownVariableType]  # of any shape
        return [number(each) for each in parts]
    if isinstance(value, dict):
        row = cast("dict[str, Any]", value)
        if all(map(ISO_MONTH.fullmatch, row)):
            return {day(month): number(each) for month, each in row.items()}
        return tuple(map(number, row.values()))
    if golden.is_number(value):
        return Decimal(value)
    if isinstance(value, str) and (ISO_DAY.fullmatch(value) or ISO_MONTH.fullmatch(value)):
        return day(value)
    return value


def read(inputs: Inputs) -> Inputs:
    return {
        key: int(value) if key in WHOLE and isinstance(value, str) else number(value) for key, value in inputs.items()
    }


def formula(name: str) -> Callable[[Inputs], Any]:
    """A function of `kpi` or `forecast` whose inputs have the published names."""
    function = getattr(kpi, name, None) or getattr(forecast, name)
    return lambda inputs: plain(function(**read(inputs)))


def plain(found: Any) -> Any:
    """A result as the published cases write it: its fields by name, or the values in order."""
    if isinstance(found, forecast.Allowance):
        return {"by_bucket": found.by_bucket, "total": found.total}
    kind = cast("Any", type(found))
    if attrs.has(kind) and kind is not Kpi:
        return {field.name: getattr(found, field.name) for field in attrs.fields(kind)}
    return found


def chain(method: str) -> Callable[[Inputs], Any]:
    """A question to a Markov chain; what is not the chain itself goes to the question."""

    def inner(inputs: Inputs) -> Any:
        given = read(inputs)
        found = MarkovChain(given.pop("transient"), given.pop("absorbing"))
        return plain(getattr(found, method)(**given))

    return inner


def scores(inputs: Inputs) -> list[Decimal]:
    """A function of one number, asked for each of a list."""
    return [kpi.payment_index_score(each).require() for each in read(inputs)["days_beyond_terms"]]


def by_dates(inputs: Inputs) -> dict[str, Any]:
    """Days beyond terms of each item, and of all."""
    items = read(inputs)["items"]
    each = [kpi.days_beyond_terms_dates([item]).require() for item in items]
    return {"days": each, "value": kpi.days_beyond_terms_dates(items).require()}


def promises(inputs: Inputs) -> dict[str, Any]:
    """Promises as facts, each of its own customer, with the payments that came for it."""
    as_of = day(inputs["as_of"])
    facts: list[Any] = []
    for index, row in enumerate(inputs["promises"]):
        who, due = f"C{index}", day(row["due_date"])
        gone = as_of if row["status"] == "cancelled" else None
        facts.append(Promise(who, who, date(2000, 1, 1), due, Decimal(row["promised"]), "EUR", cancelled=gone))
        facts += [
            Payment(f"{who}-{number}", who, day(paid["date"]), Decimal(paid["amount"]), "EUR")
            for number, paid in enumerate(row["payments"])
        ]
    found = kpi.promise_outcomes(
        Ledger(facts),
        as_of=as_of,
        tolerance_days=int(inputs["tolerance_days"]),
        tolerance_share=Decimal(inputs["tolerance_share"]),
    )
    return {"kept": found.kept, "broken": found.broken, "pending": found.pending, "rate": found.rate.require()}


def part_of(name: str) -> Callable[[Inputs], Kpi]:
    """A share of receivables; it is the same by amount and by count."""
    return lambda inputs: formula(name)({key: value for key, value in inputs.items() if key != "by"})


def bucket_shares(inputs: Inputs) -> Any:
    """An aging report with one invoice a bucket, whatever the buckets are called."""
    rows = inputs["buckets"]
    buckets = Buckets.of_days(*(30 * index for index in range(max(1, len(rows) - 1))))
    as_of = date(2024, 6, 30)
    facts = [
        Invoice(str(index), "C", date(2000, 1, 1), as_of - timedelta(days=30 * index), Decimal(row["amount"]), "EUR")
        for index, row in enumerate(rows)
        if Decimal(row["amount"])
    ]
    places = int(inputs["places"]) if "places" in inputs else None
    return age(Ledger(facts), as_of=as_of, buckets=buckets).shares(places=places).values[: len(rows)]


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


ODD: dict[str, Callable[[Inputs], Any]] = {
    **{name: part_of(name) for name in ("percent_past_due", "percent_current", "percent_over_90")},
    **{
        f"markov_{name}": chain(name)
        for name in ("absorption", "expected_outcome", "fundamental", "periods_to_resolution", "steady_state")
    },
    "aging_shares": bucket_shares,
    "aging_shares_rounded": bucket_shares,
    "aging_bucket": located,
    "aging_report": report,
    "days_beyond_terms_dates": by_dates,
    "payment_index_score": scores,
    "single_period_bucket_dso": lambda inputs: [
        each.require() for each in kpi.single_period_bucket_dso(**read(inputs))
    ],
    "promise_outcomes": promises,
}
"""The subjects whose inputs are not simply the arguments of a function."""


def adapter_of(subject: str) -> Callable[[Inputs], Any]:
    return ODD.get(subject) or formula(subject)


CASES = golden.cases("kpi.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_kpi(case: dict[str, Any]) -> None:
    adapter, reason = adapter_of(case["subject"]), case.get("reason")
    if reason == "invalid input":
        with pytest.raises(InvalidValue):
            adapter(case["inputs"])
        return
    try:
        found = adapter(case["inputs"])
    except Undefined as undefined:
        assert undefined.reason == reason
        return
    if isinstance(found, Kpi):
        assert sorted(found.flags) == sorted(case.get("flags", []))
        assert found.reason == reason
        found = found.value
    assert golden.agrees(found, case["expected"], case["compare"], tuple(case.get("exact_fields", ()))), found
