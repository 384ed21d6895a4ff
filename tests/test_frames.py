"""Reports as data frames: every column keeps its name, and Decimals stay exact."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sample_book import AS_OF, sample_facts

from dunning import Ledger, Period, age, scorecard, segment
from dunning.forecast import allowance, backtest, expected_cash, payment_curves, rolls
from dunning.invoice import Invoice
from dunning.kpi import trend
from dunning.measures import Population
from dunning.presets.segments import payment_behaviour
from dunning.segmentation import migration, profile, stability

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what pandas imports is not ours to mend
    pandas: Any = pytest.importorskip("pandas")

BOOK = Ledger.collect(sample_facts())
MONTHS = [Period.month(2026, month) for month in (4, 5, 6)]
ENDS = [month.last for month in MONTHS]
CURVES = payment_curves(BOOK, as_of=AS_OF, currency="EUR")
AGING = age(BOOK, as_of=AS_OF, currency="EUR")
SEGMENTS = [segment(BOOK, payment_behaviour(), as_of=day) for day in (date(2026, 1, 1), AS_OF)]
ACCOUNT = BOOK.accounts[0]
REPORTS: list[Any] = [
    AGING,
    SEGMENTS[1],
    migration(SEGMENTS[0], SEGMENTS[1]),
    stability(BOOK, payment_behaviour(), ENDS),
    profile(ACCOUNT, as_of=AS_OF, population=Population(BOOK, as_of=AS_OF)),
    scorecard(BOOK, MONTHS[0]),
    scorecard(BOOK, MONTHS[0]).roll_forward(),
    trend(BOOK, MONTHS),
    trend(BOOK, MONTHS).dso_changes("EUR")[0],
    rolls(BOOK, ENDS, currency="EUR"),
    CURVES,
    CURVES["all"],
    expected_cash(BOOK, CURVES, as_of=AS_OF),
    backtest(BOOK, ENDS[:1], currency="EUR"),
    allowance(AGING, dict.fromkeys(AGING.buckets.labels, Decimal("0.1"))),
]


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_report_goes_into_a_data_frame_as_it_is(report: Any) -> None:
    records = report.records()
    frame = pandas.DataFrame(records)
    assert list(frame.columns) == list(records[0])
    assert all(list(record) == list(records[0]) for record in records)
    for name in frame.columns:
        kinds: set[str] = {type(record[name]).__name__ for record in records} - {"NoneType"}
        assert kinds <= {"int", "Decimal"} or len(kinds) <= 1, name
        for before, after in zip((record[name] for record in records), frame[name], strict=True):
            assert not isinstance(before, Decimal) or (type(after) is Decimal and after == before)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_the_docstring_of_a_report_tells_the_keys_of_its_records(report: Any) -> None:
    """Or else the report makes its records itself, and says so there."""
    told = type(report).__doc__.partition("Keys of its ``records()``: ")[2].partition(".")[0]
    by_hand = type(report).records.__doc__ if "records" in vars(type(report)) else type(report).__doc__
    keys = list(report.records()[0])
    assert told == ", ".join(keys) if told else "flat dictionary" in by_hand or "records" in by_hand


def test_a_data_frame_makes_a_ledger() -> None:
    facts = [fact for fact in BOOK.facts if isinstance(fact, Invoice) and not fact.installments][:50]
    names = ("id", "customer", "issued", "due", "amount", "currency")
    frame = pandas.DataFrame([{name: getattr(fact, name) for name in names} for fact in facts])
    frame["issued"] = pandas.to_datetime(frame["issued"])
    frame["reference"] = pandas.NA
    made = Ledger.from_records(frame.to_dict("records"), kind="invoice")
    assert [(fact.id, getattr(fact, "issued", None)) for fact in made.facts] == [
        (fact.id, fact.issued) for fact in facts
    ]
