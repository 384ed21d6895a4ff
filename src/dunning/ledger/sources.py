"""What hands out rows, and values as others hold them: data frames, cursors, exports.

Nothing is imported for it: a thing is known by the methods that it has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, time
from typing import Any, TypeAlias, cast

from dunning._base.kinds import quoted
from dunning.errors import InvalidValue

Rows: TypeAlias = Any
"""What hands out rows: see `Ledger.from_records`."""
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00(?::00(?:\.0+)?)?")


def rows_of(source: Any) -> Iterable[Any]:
    """The rows of an Arrow table, a data frame of polars or pandas, a cursor, a relation of DuckDB, or of any iterable.

    Raises:
        InvalidValue: it is nothing to go through row by row.
    """
    for name in ("to_pylist", "to_dicts", "mappings"):  # Arrow, polars, SQLAlchemy
        method = getattr(source, name, None)
        if callable(method):
            return cast("Iterable[Any]", method())
    if callable(getattr(source, "to_dict", None)) and hasattr(source, "columns"):  # pandas
        return cast("Iterable[Any]", source.to_dict("records"))
    if callable(getattr(source, "fetchall", None)):
        described: Any = getattr(source, "description", None)
        names = [each[0] for each in described] if described else [*getattr(source, "columns", ())]
        rows: list[Any] = list(source.fetchall())
        return [row if isinstance(row, Mapping) else dict(zip(names, row, strict=True)) for row in rows]
    given: Iterable[Any] = source
    if isinstance(source, (str, bytes, Mapping)) or not isinstance(source, Iterable):
        words = f"{quoted(given)} is nothing to go through row by row; give a list of dictionaries"
        raise InvalidValue("rows", (words,))
    return given


def mapping_of(row: Any) -> Any:
    """A row as a dictionary, where it is one in another form: of sqlite3, of SQLAlchemy, a named tuple."""
    if isinstance(row, Mapping):
        return row  # pyright: ignore[reportUnknownVariableType]  # of any shape
    for name in ("_mapping", "_asdict"):
        found: Any = getattr(row, name, None)
        if found is not None:
            return found() if callable(found) else found
    keys: Callable[[], Iterable[str]] | None = getattr(row, "keys", None)
    return {key: row[key] for key in keys()} if keys is not None else row


def plain(value: Any) -> Any:
    """A value of numpy, or an identifier that is no text, as Python and this library have it."""
    kind: type[Any] = value.__class__
    if kind.__module__ == "uuid":
        return str(value)
    if kind.__module__ == "numpy":
        if kind.__name__ == "ndarray":
            return value.tolist()
        return value.astype("datetime64[us]").item() if kind.__name__ == "datetime64" else value.item()
    return value


def day_of(value: Any) -> Any:
    """The day of an instant at midnight that is in no zone, a text or not; every other value as it is.

    Data frames have no days, only instants. At midnight of a zone it may be another day elsewhere.
    """
    if isinstance(value, datetime):
        return value.date() if value.tzinfo is None and value.time() == time() else value
    found = _MIDNIGHT.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else found[1]


def flag(value: Any) -> Any:
    """A flag that is written as 0 or 1, or in words; every other value as it is."""
    if isinstance(value, str):
        return {"0": False, "1": True, "false": False, "true": True}.get(value.lower(), value)
    return bool(value) if type(value) is int and value in (0, 1) else value


def parts(value: Any) -> Any:
    """What JSON text holds, where it is a list or a table; every other value as it is."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return json.loads(value)
    return value
