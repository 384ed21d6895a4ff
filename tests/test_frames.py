"""Reports as data frames: every column keeps its name, and Decimals stay exact."""

from __future__ import annotations

import warnings
from datetime import date
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest
from sample_book import AS_OF, sample_facts

from dunning import Ledger, Period, age, scorecard, segment
from dunning.errors import InvalidValue
from dunning.forecast import (
    allowance,
    allowance_by_aging,
    allowance_from_history,
    backtest,
    expected_cash,
    payment_curves,
    rolls,
)
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
    kind: Any = report.__class__
    told = str(kind.__doc__).partition("Keys of its ``records()``: ")[2].partition(".")[0]
    by_hand = str(kind.records.__doc__ if "records" in vars(kind) else kind.__doc__)
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


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_report_says_the_same_whatever_decimal_context_the_caller_has_set(report: Any) -> None:
    records, text, page = report.records(), report.text(rows=3), report._repr_html_()
    with localcontext(Context(prec=2)):
        assert report.records() == records
        assert (report.text(rows=3), report._repr_html_()) == (text, page)


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_a_table_is_cut_where_it_says_so(report: Any) -> None:
    whole = report.text(rows=1000)
    first = report.text(rows=1)
    hidden = len(report._grid().rows) - 1
    assert (f"... and {hidden} more rows" in first) == (hidden > 0)
    assert "more rows" not in whole
    assert len(whole.splitlines()) == len(first.splitlines()) + hidden - (hidden > 0)
    with pytest.raises(InvalidValue, match="rows: -1 is not a whole number of at least 0"):
        report.text(rows=-1)


def test_what_is_not_seen_of_a_table_is_not_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[Any] = []
    layout = AGING._grid()

    def cells(row: Any) -> Any:
        laid.append(row)
        return layout.cells(row)

    def grid(_: object) -> Any:
        return layout._replace(cells=cells)

    monkeypatch.setattr(type(AGING), "_grid", grid)
    AGING.text(rows=1)
    assert len(laid) == 1


def test_the_largest_balances_come_first_in_an_aging_report() -> None:
    balances = [row.balance for row in AGING._grid().rows]
    assert len(balances) > 2
    assert balances == sorted(balances, reverse=True)


def test_payment_curves_go_into_a_frame_with_the_shares_paid_by_the_usual_days() -> None:
    (record,) = [each for each in CURVES.records() if each["label"] == "all"]
    for days in (0, 30, 60, 90):
        assert record[f"paid_by_{days}"] == CURVES["all"].paid_by(days)


def test_a_column_of_a_frame_will_do_where_a_list_is_asked_for() -> None:
    frame = pandas.DataFrame({"gross": [100, 50], "rate": [Decimal("0.1"), Decimal("0.5")]})
    pairs: Any = zip(frame["gross"], frame["rate"], strict=True)
    assert allowance_by_aging(pairs).total == 35
    history = 1000, pandas.Series([600, 300]), pandas.Series([10, 5, 5])
    assert allowance_from_history(*history) == allowance_from_history(1000, [600, 300], [10, 5, 5])
