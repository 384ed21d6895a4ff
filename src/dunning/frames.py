"""Reports as data frames with typed columns: for pandas, polars, Arrow and DuckDB; needs `pip install dunning[frames]`.

`records()` of a report goes into any data frame as it is, with columns of Python objects. `frame` gives columns of
types: amounts as decimals of 38 digits or as floats, days as dates, buckets and segments as categories in their order.
Only a missing value becomes null.

This room is at the edge: it alone imports narwhals, and pyarrow where a frame is made of an Arrow table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from fractions import Fraction
from importlib import import_module
from typing import Any, Literal, NamedTuple, TypeAlias, cast

from dunning._base.guards import checked
from dunning._report import Column, Report, Rows
from dunning.amounts import exact, rounded
from dunning.errors import InvalidValue

__all__ = ["Backend", "frame"]

Backend: TypeAlias = Literal["pandas", "polars", "pyarrow", "duckdb"]
"""The library whose frame is wanted."""
_DIGITS = 38
"""The digits of a decimal in Arrow, polars and DuckDB."""
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])


class _Typed(NamedTuple):
    """A column: its kind, its values, the decimals of an amount, the labels of a category in their order."""

    kind: Literal["decimal", "float", "int", "bool", "date", "datetime", "text", "category"]
    values: list[Any]
    places: int = 0
    labels: tuple[str, ...] = ()


@checked
@exact
def frame(
    report: Any,
    backend: Backend,
    *,
    amounts: Literal["decimal", "float"] = "decimal",
    categories: Mapping[str, Sequence[str]] | None = None,
) -> Any:
    """A report, or rows of plain values by column, as a data frame with typed columns.

    Args:
        report: any report of this library; or rows such as those of `Ledger.records`.
        backend: *pandas* (decimals are of Arrow, days are instants at midnight, whole numbers may have gaps),
            *polars*, *pyarrow* (a table) or *duckdb* (a relation).
        amounts: decimals or floats. Decimals have as many places as the column needs and 38 digits hold: a quotient of
            28 digits beside an amount of millions is rounded half even to what fits.
        categories: the labels of further columns of text, in their order; those of buckets and segments are known.

    A list or table in a row becomes text; a column without any value is one of texts.

    Raises:
        InvalidValue: an argument cannot be, an amount does not fit in 38 digits, or a label is none of its category;
            all faults are named.
        ImportError: the library of the backend is not there, or narwhals; pyarrow for all but polars.
    """
    records: list[Mapping[str, Any]] = _records(report)
    orders = {**(report.orders() if isinstance(report, Report) else {}), **(categories or {})}
    names = list(dict.fromkeys(name for record in records for name in record)) or _names(report)
    faults = ["report: DuckDB knows no relation without columns"] if backend == "duckdb" and not names else []
    columns: dict[str, _Typed] = {}
    for name in names:
        try:
            columns[name] = _typed([record.get(name) for record in records], orders.get(name), amounts)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise InvalidValue("frame", faults)
    return _polars(columns) if backend == "polars" else _of_arrow(_arrow(columns), columns, backend)


def _names(report: Any) -> list[str]:
    """The columns of a report without rows, as far as it says them."""
    columns = (*report._same, *report._columns) if isinstance(report, Rows) else ()  # noqa: SLF001  # reports are made by this library
    keys = [column.key if isinstance(column, Column) else column for column in columns]
    return [key for key in keys if key]


def _records(report: Any) -> list[Mapping[str, Any]]:
    if isinstance(report, Rows):
        return list(report.records())
    is_row = isinstance(report, (str, Mapping)) or not isinstance(report, Iterable)
    rows: list[Any] = [None] if is_row else list(cast("Iterable[Any]", report))
    if all(isinstance(row, Mapping) for row in rows):
        return rows
    raise InvalidValue("frame", ("report: give a report, or rows by column such as those of records()",))


# Types


def _typed(values: list[Any], labels: Sequence[str] | None, amounts: str) -> _Typed:
    """A column of one type; of several kinds of values, and of none, a column of texts.

    Raises:
        ValueError: an amount does not fit, or a label is none of the category.
    """
    kinds: set[Any] = {value.__class__ for value in values if value is not None}
    if labels is not None and kinds <= {str}:
        if len(set(labels)) < len(labels):
            raise ValueError("its labels are not each given once")  # as above
        strange = sorted({value for value in values if value is not None} - set(labels))
        if strange:
            raise ValueError(f"{', '.join(strange)[:100]} is none of the labels {', '.join(labels)[:200]}")
        return _Typed("category", values, labels=tuple(labels))
    if kinds == {bool}:
        return _Typed("bool", values)
    if kinds == {int} and all(value is None or abs(value) < 2**63 for value in values):
        return _Typed("int", values)
    if kinds and kinds <= {int, Decimal, Fraction, float}:
        if amounts == "float" or float in kinds:
            return _Typed("float", [None if value is None else float(value) for value in values])
        return _decimals(values)
    if kinds == {date}:
        return _Typed("date", values)
    if kinds == {datetime} and all(value is None or value.tzinfo is not None for value in values):
        return _Typed("datetime", values)
    return _Typed("text", [None if value is None else _text(value) for value in values])


def _text(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # of any shape


def _decimals(values: list[Any]) -> _Typed:
    """Decimals of one scale: as many places as are needed, as far as there are digits for the largest amount."""
    found = [
        None if value is None else rounded(value, _DIGITS) if isinstance(value, Fraction) else Decimal(value)
        for value in values
    ]
    there = [value for value in found if value is not None]
    if not all(value.is_finite() for value in there):
        raise ValueError("it holds what is no number; take floats")  # the caller puts the column before it
    whole = max(max(value.adjusted() + 1, 0) for value in there)
    if whole > _DIGITS:
        raise ValueError(f"an amount has {whole} digits before the decimal point, more than {_DIGITS}; take floats")
    needed = max(max(-cast("int", value.normalize().as_tuple().exponent), 0) for value in there)
    places = min(needed, _DIGITS - whole)
    if any(_at(value, places).adjusted() + 1 > max(whole, 1) for value in there):  # 9.99 became 10.0
        places = min(places, _DIGITS - whole - 1)
    return _Typed("decimal", [None if value is None else _at(value, places) for value in found], places=places)


def _at(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), context=_ROUNDING)


# Frames


def _narwhals_type(column: _Typed, *, with_labels: bool) -> Any:
    nw: Any = import_module("narwhals")
    if column.kind == "decimal":
        return nw.Decimal(_DIGITS, column.places)
    if column.kind == "category" and with_labels:
        return nw.Enum(column.labels)
    kinds: Mapping[str, Any] = {
        "float": nw.Float64, "int": nw.Int64, "bool": nw.Boolean, "date": nw.Date, "text": nw.String,
        "category": nw.String, "datetime": nw.Datetime("us", "UTC"),
    }  # fmt: skip
    return kinds[column.kind]


def _made(columns: Mapping[str, _Typed], backend: str, *, with_labels: bool) -> Any:
    nw: Any = import_module("narwhals")
    schema = {name: _narwhals_type(column, with_labels=with_labels) for name, column in columns.items()}
    return nw.from_dict({name: column.values for name, column in columns.items()}, schema, backend=backend).to_native()


def _polars(columns: Mapping[str, _Typed]) -> Any:
    return _made(columns, "polars", with_labels=True)


def _arrow(columns: Mapping[str, _Typed]) -> Any:
    """An Arrow table; categories are dictionaries with an order."""
    pa: Any = import_module("pyarrow")
    table = _made(columns, "pyarrow", with_labels=False)
    for place, (name, column) in enumerate(columns.items()):
        if column.kind == "category":
            codes = [None if value is None else column.labels.index(value) for value in column.values]
            labels = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), list(column.labels), ordered=True)
            table = table.set_column(place, name, labels)
    return table


def _of_arrow(table: Any, columns: Mapping[str, _Typed], backend: Backend) -> Any:
    if backend == "pyarrow":
        return table
    if backend == "duckdb":
        return _duckdb(import_module("duckdb").from_arrow(table), columns)
    pandas: Any = import_module("pandas")
    pa: Any = import_module("pyarrow")

    def kind(found: Any) -> Any:
        """What pandas makes of a type of Arrow, where its own choice would be objects or floats."""
        if pa.types.is_decimal(found):
            return pandas.ArrowDtype(found)
        return {pa.int64(): pandas.Int64Dtype(), pa.bool_(): pandas.BooleanDtype()}.get(found)

    return table.to_pandas(types_mapper=kind, date_as_object=False)


def _duckdb(relation: Any, columns: Mapping[str, _Typed]) -> Any:
    """A relation with enumerations, which it would read as texts."""

    def quoted(text: str, mark: str) -> str:
        return mark + text.replace(mark, mark * 2) + mark

    casts: list[str] = []
    for name, column in columns.items():
        if column.kind == "category":
            labels = ", ".join(quoted(label, "'") for label in column.labels)
            own = quoted(name, '"')
            casts.append(f"{own}::ENUM({labels}) AS {own}")
    return relation.project(f"* REPLACE ({', '.join(casts)})") if casts else relation
