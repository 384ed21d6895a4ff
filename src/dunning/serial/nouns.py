"""The nouns of the library by their kinds, and the one pair of functions that writes and reads them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any, TypeVar, cast, overload
from zoneinfo import ZoneInfo

from dunning._base.forms import is_noun, kind_name, step
from dunning._base.guards import guarded
from dunning._base.kinds import quoted
from dunning._base.reading import Reader
from dunning._base.writing import write
from dunning.amounts import exact
from dunning.errors import InvalidValue
from dunning.measures import Population, Standing

_T = TypeVar("_T")

FORM = 1
"""The version of the form: data say with which they were written, and older ones go on being read."""

ROOMS = (
    "aging allocation amounts authority charges conditions contact dates decision deviations document forecast "
    "interactions invoice kpi ledger machine measures policy quality segmentation settlement sources statement terms "
    "worklist presets.engines serial errors"
)  # fmt: skip
"""The rooms whose nouns are data."""
NOT_DATA = (Population, Standing)
"""What looks at a ledger: it is made anew from the ledger and a date."""


@cache
def kinds() -> Mapping[str, type[Any]]:
    """Every public noun by its kind: `"credit_note"` is a `CreditNote`."""
    found: dict[str, type[Any]] = {}
    for room in ROOMS.split():
        module = import_module(f"dunning.{room}")
        for name in module.__all__:
            value = getattr(module, name)
            if is_noun(value) and value not in NOT_DATA:
                found[kind_name(value)] = value
    return found


@guarded
@exact
def to_data(value: Any) -> Any:
    """A noun as plain data that JSON can hold: a dictionary with its `kind`; a list of nouns as a list of such.

    Days, instants and decimals are texts; what is at its default is left out. Whatever JSON makes of it,
    `from_data` gives the same noun back.

    Raises:
        InvalidValue: it is no noun of the library, or there is a function or a strange object in it.

    >>> from datetime import date
    >>> from dunning.invoice import Reversal
    >>> to_data(Reversal("R-1", "P-1", date(2026, 2, 4)))
    {'kind': 'reversal', 'form': 1, 'id': 'R-1', 'of': 'P-1', 'on': '2026-02-04'}
    """
    if type(value) in (list, tuple):
        return [_written(each) for each in cast("Iterable[Any]", value)]
    return _written(value)


def _written(value: Any) -> dict[str, Any]:
    if type(value) not in kinds().values():
        raise InvalidValue("to_data", [f"{quoted(value)} is none of the kinds in dunning.serial.kinds()"])
    data = write(value)
    return {"kind": data.pop("kind"), "form": FORM, **data}


@overload
def from_data(data: Mapping[str, Any] | list[Any]) -> Any: ...
@overload
def from_data(data: Mapping[str, Any], kind: type[_T]) -> _T: ...
@guarded
@exact
def from_data(data: Any, kind: type[Any] | None = None) -> Any:
    """The noun that plain data describe, as `to_data` gives them; of a list, a list of nouns.

    `kind` is the class that is expected: then the data need not say it, and a type checker knows what comes.

    Raises:
        InvalidValue: every fault with its path: an unknown or missing field, a value that cannot be read, what the
            noun itself refuses, or a form that this version does not know.

    >>> from_data({"kind": "payment", "id": "P-1", "customer": "ACME", "received": "2026-02-30", "amount": "5"})
    Traceback (most recent call last):
    dunning.errors.InvalidValue: payment: received: '2026-02-30' is not a date such as 2026-12-25; currency: missing
    """
    rows: list[Any] = list(cast("Iterable[Any]", data)) if isinstance(data, (list, tuple)) else []
    said = _kind_of(cast("object", data))
    reader = Reader(said if said in kinds() else "data", kinds(), ZoneInfo)
    found = [_read(reader, each, kind, f"[{at}]") for at, each in enumerate(rows)]
    if not isinstance(data, (list, tuple)):
        found = [_read(reader, data, kind, "")]
    reader.finish()
    return found if isinstance(data, (list, tuple)) else found[0]


def _kind_of(data: object) -> str:
    """The kind that data say they are of."""
    kind: object = cast("Mapping[str, Any]", data).get("kind") if isinstance(data, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _read(reader: Reader, data: object, kind: type[Any] | None, path: str) -> Any:
    before = len(reader.faults)
    table = reader.table(data, path, None)
    form, said = table.pop("form", FORM), _kind_of(data)
    if type(form) is not int or not 1 <= form <= FORM:
        words = f"{quoted(form)} is not a form that this version knows, 1 to {FORM}; use a newer dunning"
        reader.fault(step(path, "form"), words, value=quoted(form))
    if kind is None and len(reader.faults) == before and said not in kinds():
        near = get_close_matches(said, kinds(), 1)
        hint = f"did you mean {near[0]}?" if near else "see dunning.serial.kinds()"
        given = quoted(table.get("kind"))
        reader.fault(step(path, "kind"), f"{given} is no kind; {hint}", "unknown", given)
    if len(reader.faults) > before:
        return None
    return reader.read(table, kinds()[said] if kind is None else kind, path)
