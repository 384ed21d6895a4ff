"""Reports as data frames: every column keeps its name, and Decimals stay exact."""

from __future__ import annotations

import warnings
from datetime import UTC, date, datetime
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest
from sample_book import AS_OF, sample_facts

from dunning import Ledger, Period, age, scorecard, segment
from dunning.aging import Buckets, aged_items, by_item
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
from dunning.frames import frame
from dunning.invoice import Adjustment, Invoice
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
    aged_items(BOOK, as_of=AS_OF),
    BOOK.problems,
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


# Typed columns

BACKENDS = ("polars", "pyarrow", "pandas", "duckdb")


def rows_of(made: Any, backend: str) -> list[dict[str, Any]]:
    """The rows of a frame as Python has them; None where there is no value."""
    if backend == "pandas":
        plain = made.astype(object).where(made.notna(), None).to_dict("records")
        return [
            {name: getattr(value, "date", lambda same=value: same)() for name, value in row.items()} for row in plain
        ]
    if backend == "polars":
        return list(made.to_dicts())
    return list((made.to_arrow_table() if backend == "duckdb" else made).to_pylist())


def kinds_of(made: Any, backend: str) -> dict[str, str]:
    """The types of the columns, as the library of the frame calls them."""
    if backend == "pyarrow":
        return {field.name: str(field.type) for field in made.schema}
    if backend == "duckdb":
        return dict(zip(made.columns, map(str, made.types), strict=True))
    return {name: str(kind) for name, kind in (made.schema if backend == "polars" else made.dtypes).items()}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: type(report).__name__)
def test_no_value_of_a_report_is_lost_in_a_typed_frame(report: Any, backend: Any) -> None:
    records = report.records()
    for amounts in ("decimal", "float"):
        found = rows_of(frame(report, backend, amounts=amounts), backend)
        assert [list(row) for row in found] == [list(record) for record in records]
        for row, record in zip(found, records, strict=True):
            for name, value in record.items():
                assert (row[name] is None) == (value is None), name
                if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
                    amount = Decimal(value)
                    assert abs(Decimal(row[name]) - amount) <= abs(amount) * Decimal("1e-9"), name
                elif isinstance(value, (str, date, bool)):
                    assert row[name] == value, name


@pytest.mark.parametrize("backend", BACKENDS)
def test_large_amounts_beside_long_quotients_are_all_there(backend: Any) -> None:
    """28 digits after the point leave ten before it: what did not fit was null, without a word."""
    facts = [Invoice(f"{k}", "A", date(2025, 12, 20), date(2026, 1, 20), Decimal(40_000_000), "EUR") for k in range(10)]
    late = Invoice("s", "A", date(2026, 1, 20), date(2026, 2, 20), Decimal(300_000_000), "EUR")
    books = Ledger([*facts, late, Adjustment("w", "s", date(2026, 3, 1), Decimal("0.50"), "write_off")])
    card = scorecard(books, Period.quarter(2026, 1))
    found = rows_of(frame(card, backend), backend)
    assert [row["value"] is None for row in found] == [row["value"] is None for row in card.records()]
    (dso,) = [row["value"] for row in found if row["name"] == "dso_simple"]
    assert Decimal(dso) == Decimal("209.99999985")


def test_columns_have_types() -> None:
    kinds = {backend: kinds_of(frame(aged_items(BOOK, as_of=AS_OF), backend), backend) for backend in BACKENDS}  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # each is a backend
    assert {name: its["open"] for name, its in kinds.items()} == {
        "polars": "Decimal(precision=38, scale=2)", "pyarrow": "decimal128(38, 2)",
        "pandas": "decimal128(38, 2)[pyarrow]", "duckdb": "DECIMAL(38,2)",
    }  # fmt: skip
    assert {name: its["due"] for name, its in kinds.items()} == {
        "polars": "Date", "pyarrow": "date32[day]", "pandas": "datetime64[ms]", "duckdb": "DATE",
    }  # fmt: skip
    assert {name: its["days_past_due"] for name, its in kinds.items()} == {
        "polars": "Int64", "pyarrow": "int64", "pandas": "Int64", "duckdb": "BIGINT",
    }  # fmt: skip
    labels = [*AGING.buckets.labels, "undated"]
    assert kinds["polars"]["bucket"] == f"Enum(categories={labels})"
    assert kinds["duckdb"]["bucket"].startswith("ENUM('current', '1-30'")


def test_buckets_and_segments_are_sorted_in_their_order() -> None:
    items = frame(aged_items(BOOK, as_of=AS_OF), "pandas")
    assert items["bucket"].cat.ordered
    assert list(items.sort_values("bucket")["bucket"].unique()) == [
        label for label in (*AGING.buckets.labels, "undated") if label in set(items["bucket"])
    ]
    assert (items["bucket"] > "31-60").any()
    segments = frame(SEGMENTS[1], "polars")
    assert segments["segment"].dtype.categories.to_list() == list(SEGMENTS[1].segmentation.names)


def test_amounts_of_a_pandas_frame_are_numbers() -> None:
    items = frame(aged_items(BOOK, as_of=AS_OF, currency="EUR"), "pandas")
    assert items["open"].sum() == sum(item.open for item in BOOK.open_items(as_of=AS_OF) if item.currency == "EUR")
    assert frame(AGING, "pandas", amounts="float")["balance"].dtype == float


@pytest.mark.parametrize("backend", BACKENDS)
def test_rows_of_a_ledger_and_rows_without_values_go_in_too(backend: Any) -> None:
    facts = BOOK.records()
    assert len(rows_of(frame(facts, backend), backend)) == len(facts)
    mixed = [{"a": None, "b": 1, "c": [1, 2], "d": Decimal("1.5"), "e": datetime(2026, 1, 5, 9, tzinfo=UTC), "f": 1},
             {"a": None, "b": None, "c": "x", "d": 2, "e": None, "f": 1.5}]  # fmt: skip
    found = rows_of(frame(mixed, backend), backend)
    assert [row["b"] for row in found] == [1, None]
    assert [(row["a"], row["c"], row["d"], row["f"]) for row in found] == [
        (None, "1; 2", Decimal("1.5"), 1.0),
        (None, "x", 2, 1.5),
    ]
    none = frame(aged_items(Ledger(), as_of=AS_OF), backend)
    assert list(kinds_of(none, backend)) == list(aged_items(BOOK, as_of=AS_OF).records()[0])
    if backend != "duckdb":
        assert kinds_of(frame([], backend), backend) == {}


def test_fractions_are_decimals_of_as_many_places_as_fit() -> None:
    found = frame([{"share": Fraction(1, 3)}, {"share": Fraction(10**9)}], "pyarrow").to_pylist()
    assert found == [{"share": Decimal("0.3333333333333333333333333333")}, {"share": Decimal(10**9)}]
    most = frame([{"x": Decimal("9." + "9" * 50)}], "pyarrow").to_pylist()
    assert most == [{"x": Decimal(10)}]


def test_a_relation_without_columns_is_refused() -> None:
    with pytest.raises(InvalidValue, match="DuckDB knows no relation without columns"):
        frame([], "duckdb")


@pytest.mark.parametrize(
    ("given", "more", "said"),
    [
        ([{"x": Decimal(10**40)}, {"x": None}], {}, "x: an amount has 41 digits before the decimal point"),
        ([{"x": "b"}], {"categories": {"x": ("a",)}}, "x: b is none of the labels a"),
        ([{"x": "a"}], {"categories": {"x": ("a", "a")}}, "x: its labels are not each given once"),
        ([{"x": Decimal("NaN")}], {}, "x: it holds what is no number"),
        (5, {}, "give a report, or rows by column"),
        ([5], {}, "give a report, or rows by column"),
        ("text", {}, "give a report, or rows by column"),
        ([{"x": 1}], {"amounts": "money"}, "amounts: 'money' is not"),
    ],
)
def test_what_goes_into_no_frame_is_refused(given: Any, more: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        frame(given, "polars", **more)


@pytest.mark.parametrize(
    "terms", [{}, {"basis": "issued"}, {"grace": 5}, {"buckets": Buckets.of_days(0, 10, 20)}, {"currency": "EUR"}]
)
def test_items_add_up_to_the_aging_report(terms: Any) -> None:
    for currency in BOOK.currencies if "currency" not in terms else ("EUR",):
        terms = {**terms, "currency": currency}
        items = aged_items(BOOK, as_of=AS_OF, **terms)
        report = age(BOOK, as_of=AS_OF, by=by_item(lambda item: item.customer), **terms)
        sums: dict[tuple[str, str], Decimal] = {}
        held: dict[tuple[str, str], Decimal] = {}
        for each in items:
            key = each.customer, each.bucket
            sums[key] = sums.get(key, Decimal(0)) + each.open
            held[key] = held.get(key, Decimal(0)) + (each.open if each.on_hold else 0)
        wanted = {
            (row.label, name): row[name]
            for row in report
            for name in report.columns
            if name not in ("unapplied", "excluded")
        }
        assert sums == {key: amount for key, amount in wanted.items() if amount}
        assert sum(held.values()) == sum(report.on_hold.values)
        ages = [each.age for each in items if each.age is not None]
        assert ages == sorted(ages, reverse=True)


def test_items_are_those_of_an_account_too_and_may_be_none() -> None:
    assert {each.customer for each in aged_items(ACCOUNT, as_of=AS_OF)} <= {ACCOUNT.customer}
    assert str(aged_items(Ledger(), as_of=AS_OF)).endswith("0 open items")
    assert "open items, " in str(aged_items(BOOK, as_of=AS_OF))


def test_large_whole_numbers_and_instants_without_a_zone_are_kept() -> None:
    rows = [
        {"n": 10**20, "at": datetime(2026, 1, 5, 9)},
        {"n": 1, "at": datetime(2026, 1, 5, 9, tzinfo=UTC)},
    ]  # on purpose
    found = frame(rows, "pyarrow").to_pylist()
    assert [row["n"] for row in found] == [10**20, 1]
    assert found[0]["at"] == "2026-01-05 09:00:00"
