"""What a measure is: a named figure with its meaning, its unit, and how it moves while nothing happens.

A figure is a function of an account on a date. The decorator `figure` enters it in the catalogue, and the first line of
its docstring is the meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypeVar, cast, get_args

import attrs

from dunning._base.forms import Form, enter_form, step
from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning._base.reading import Reader
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Channel

Value: TypeAlias = Decimal | int | str | frozenset[str] | None
"""What a measure reads: a number, a text, several texts, or None where it is undefined."""
Unit: TypeAlias = Literal["days", "amount", "count", "share", "text"]
Movement: TypeAlias = Literal["daily", "dates", "facts"]
Kind: TypeAlias = Literal["whole", "decimal", "text", "texts", "any"]
"""What the values of a measure are: whole numbers, decimals, a text, a set of texts; any is known only to its owner."""
Argument: TypeAlias = Literal["", "days", "channel", "outcome", "name"]


Figure: TypeAlias = "Callable[[Any, str], Value]"
"""How a measure is worked out, from an account on a date and what stands in brackets behind the name."""

MEASURES: dict[str, Measure] = {}
"""The catalogue: every measure by its name."""


def _no_turns(_: object, __: str) -> Iterable[date]:
    return ()


@frozen
class Measure:
    """A named figure: what it means, its unit and type, how it moves while nothing happens, and how it is worked out.

    `argument` says what may stand in brackets behind the name; `turns` gives the days on which it may change otherwise
    than by growing daily.
    """

    name: str
    meaning: str
    unit: Unit
    moves: Movement
    of: Callable[[Any, str], Value]
    kind: Kind = attrs.field(default="whole", kw_only=True)
    argument: Argument = attrs.field(default="", kw_only=True)
    turns: Callable[[Any, str], Iterable[date]] = attrs.field(default=_no_turns, kw_only=True)

    def __reduce__(self) -> tuple[object, ...]:
        return _catalogued, (self.name,)


def _catalogued(name: str) -> Measure:
    return MEASURES[name]


def looked_up(name: str) -> tuple[Measure, str]:
    """The measure and the argument that a name such as `late_share[90]` stands for."""
    stem, bracket, rest = name.partition("[")
    measure = MEASURES.get(stem)
    if measure is None:
        raise NotFound("measure", name, tuple(MEASURES))
    argument = rest.removesuffix("]")
    if not bracket and measure.argument != "name":
        return measure, ""
    wanted = _WANTED[measure.argument]
    if not (rest.endswith("]") and wanted[1](argument)):
        raise InvalidValue(f"measure {name}", [f"{stem} {wanted[0]}"])
    return measure, argument


_WANTED: dict[str, tuple[str, Callable[[str], bool]]] = {
    "": ("takes nothing in brackets", lambda text: False),
    "days": (
        "takes a number of days in brackets, such as [90]",
        lambda text: text.isdecimal() and text.isascii() and text[0] != "0",
    ),
    "channel": (
        f"takes a channel in brackets: {', '.join(get_args(Channel))}",
        lambda text: text in get_args(Channel),
    ),
    "outcome": ("takes a word in brackets, such as [refused]", str.isidentifier),
    "name": ("takes the name of your own measure in brackets, such as [credit_score]", str.isidentifier),
}


@guarded
def measure_of(name: str) -> Measure:
    """The measure of the catalogue that a name stands for, whatever is in brackets behind it.

    Raises:
        NotFound: the catalogue has no such measure.
        InvalidValue: what stands in brackets is not what the measure takes.
    """
    if not isinstance(cast("object", name), str):
        raise InvalidValue("measure", [f"{name!r} is not the name of a measure"])
    return looked_up(name)[0]


def _named(reader: Reader, data: Any, path: str) -> Measure | None:
    name: Any = reader.table(data, path, ("name",)).get("name")
    if name not in MEASURES:
        reader.wrong(step(path, "name"), name, "the name of a measure")
    return MEASURES.get(name)


def _written(measure: Measure) -> dict[str, Any]:
    if MEASURES.get(measure.name) is not measure:
        raise InvalidValue("measure", [f"{measure.name} is not of the catalogue, and how it is worked out is no data"])
    return {"name": measure.name}


def _schema(_: object) -> dict[str, Any]:
    names = {"type": "object", "properties": {"name": {"enum": [*MEASURES]}}}
    return {**names, "required": ["name"], "additionalProperties": False}


enter_form(Form("measure", _written, _named, _schema), Measure)

_F = TypeVar("_F", bound="Figure")


def figure(unit: Unit, **more: Any) -> Callable[[_F], _F]:
    """Enter a function in the catalogue as the measure of its name."""

    def entered(function: _F) -> _F:
        meaning = (function.__doc__ or "").partition("\n")[0].rstrip(".")
        enter(function.__name__, meaning[:1].lower() + meaning[1:], unit, function, **more)
        return function

    return entered


def enter(name: str, meaning: str, unit: Unit, of: Figure, **more: Any) -> None:
    """Enter a measure in the catalogue: days grow daily and amounts are decimals unless it is said otherwise."""
    more.setdefault("moves", "daily" if unit == "days" else "facts")
    more.setdefault("kind", "decimal" if unit in ("amount", "share") else "whole")
    MEASURES[name] = Measure(name, meaning, unit, more.pop("moves"), of, **more)
