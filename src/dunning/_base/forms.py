"""How nouns look as plain data: their kinds and fields, what is a text, and which shapes an annotation admits.

A noun is a table of its fields, without those that are at their default. It bears its `kind` where the annotation
leaves open which noun it is. Decimals, days, instants, times, fractions and time zones are texts; where a text would
not tell which (a measure may be a text or a number) they are tables such as `{"kind": "decimal", "value": "1.50"}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, cast, get_args, get_origin, get_type_hints

import attrs

from dunning._base.kinds import CLOCK, DAY, ZONE
from dunning.errors import FAULTS, Fault, FaultCode, InvalidValue

# Fields


class Field(NamedTuple):
    """A field of a noun: its name as an argument and in data, what it may be, and what makes its default.

    In data `kind` says which noun it is, so the kind of a charge is its `charge_kind` there.
    """

    name: str
    key: str
    hint: Any
    default: Callable[[], Any] | None


_FIELDS: dict[type[Any], tuple[Field, ...]] = {}


def fields_of(cls: type[Any]) -> tuple[Field, ...]:
    """The fields of a noun, in order."""
    if cls not in _FIELDS:
        hints = get_type_hints(cls, include_extras=True)
        found = _of_attrs(cls) if attrs.has(cls) else _of_tuple(cls)
        _FIELDS[cls] = tuple(
            Field(name, f"{kind_name(cls)}_kind" if name == "kind" else name, hints[own], default)
            for own, name, default in found
        )
    return _FIELDS[cls]


def _of_attrs(cls: type[Any]) -> Iterator[tuple[str, str, Callable[[], Any] | None]]:
    for field in attrs.fields(cast("Any", cls)):
        if field.init:
            default: Any = field.default
            make: Callable[[], Any] | None = None if default is attrs.NOTHING else partial(_same, default)
            if type(default) is attrs.Factory:
                make = cast("Any", default).factory
            yield field.name, field.alias or field.name, make


def _of_tuple(cls: type[Any]) -> Iterator[tuple[str, str, Callable[[], Any] | None]]:
    defaults: Mapping[str, Any] = cls._field_defaults
    for name in cls._fields:
        yield name, name, partial(_same, defaults[name]) if name in defaults else None


def _same(value: Any) -> Any:
    return value


# Classes


class Form(NamedTuple):
    """How classes are written that have a form of their own: its name, and how it is written, read, and described.

    `read` takes a reader, the data and their path; `schema` takes what gives the schema of an annotation.
    """

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any, Any, str], Any]
    schema: Callable[[Callable[[Any], dict[str, Any]]], dict[str, Any]]


_FORMS: dict[type[Any], Form] = {}


def enter_form(form: Form, *classes: type[Any]) -> None:
    """Let classes be written in a form of their own."""
    _FORMS.update(dict.fromkeys(classes, form))


def form_of(cls: type[Any]) -> Form | None:
    """The form that a class has of its own."""
    return _FORMS.get(cls)


def kind_name(cls: type[Any]) -> str:
    """The name of a class in data: a `CreditNote` is a `credit_note`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__.lstrip("_")).lower()


def is_noun(hint: Any) -> bool:
    """Whether something is a class that is written by its fields, or has a form of its own."""
    return isinstance(hint, type) and (attrs.has(hint) or hasattr(hint, "_fields") or hint in _FORMS)


# Annotations

LISTS: tuple[Any, ...] = (tuple, list, Sequence, Iterable, Collection, Container, frozenset)
"""What is written as a list."""
SETS: tuple[Any, ...] = (Container, frozenset)
"""Those of them that have each member once, in no order."""
TABLES: tuple[Any, ...] = (dict, Mapping)
"""What is written as a table, or as a list of pairs where its keys are no texts."""


def bare(hint: Any) -> Any:
    """An annotation without what stands beside the type."""
    return bare(get_args(hint)[0]) if get_origin(hint) is Annotated else hint


def name_of(cls: type[Any]) -> str:
    """The name under which a class is described: that of its form, or its kind."""
    form = _FORMS.get(cls)
    return kind_name(cls) if form is None else form.name


@cache
def members(hint: Any) -> tuple[Any, ...]:
    """What an annotation admits, one by one, each without what stands beside it."""
    hint = bare(hint)
    if get_origin(hint) in (Union, UnionType):
        return tuple(inner for each in get_args(hint) for inner in members(each))
    return (hint,)


def wholes(hint: Any) -> tuple[Any, ...]:
    """What an annotation admits, one by one, each with what stands beside it."""
    if get_origin(hint) in (Union, UnionType):
        return tuple(inner for each in get_args(hint) for inner in wholes(each))
    return (hint,)


@cache
def text_types(hint: Any) -> frozenset[Any]:
    """The types of an annotation that are written as texts: those of `TEXTS`, and `str` for texts and words."""
    words = (
        each in (str, Any) or (get_origin(each) is Literal and str in map(type, get_args(each)))
        for each in members(hint)
    )
    return frozenset(each for each in members(hint) if each in TEXTS) | ({str} if any(words) else set())


@cache
def nouns_in(hint: Any) -> tuple[type[Any], ...]:
    """The nouns that an annotation admits."""
    return tuple(each for each in members(hint) if is_noun(each))


@cache
def shaped(hint: Any, shapes: tuple[Any, ...]) -> tuple[Any, ...]:
    """The collections of these shapes that an annotation admits."""
    return tuple(each for each in members(hint) if get_origin(each) in shapes or each in shapes)


def is_fixed(shape: Any) -> bool:
    """Whether a collection is a tuple of so many members, each with an annotation of its own."""
    args = get_args(shape)
    return get_origin(shape) is tuple and not (len(args) == 2 and args[1] is Ellipsis)


def parted(values: Iterable[Any], shape: Any) -> Iterator[tuple[Any, Any]]:
    """The members of a collection, each with its annotation."""
    args = get_args(shape)
    if is_fixed(shape):
        yield from zip(values, args, strict=True)
    else:
        yield from ((each, args[0] if args else Any) for each in values)


def step(path: str, key: str) -> str:
    """The path of a key below another."""
    return f"{path}.{key}" if path else key


# Texts


Zones = Callable[[str], tzinfo]
"""What gives the time zone of a name: it asks the machine, so it is not for the core to know."""


def no_zones(name: str) -> tzinfo:
    """None is known by its name."""
    raise LookupError(name)


class Text(NamedTuple):
    """What is written as a text: the name of its kind, how it is written and read, what it is, and its schema."""

    kind: str
    write: Callable[[Any], str]
    read: Callable[[str, Zones], Any]
    words: str
    schema: dict[str, Any]


_WIDEST = 60
"""How many zeros a decimal is written with rather than with an exponent."""


def _decimal_text(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    return f"{value:f}" if isinstance(exponent, int) and abs(exponent) <= _WIDEST else str(value)


def _decimal(text: str, _: Zones) -> Decimal:
    found = Decimal(text)
    if not found.is_finite():
        raise ValueError(text)
    return found


def _zone_text(zone: tzinfo) -> str:
    if name := getattr(zone, "key", None):
        return str(name)
    offset = zone.utcoffset(None)
    if offset is None or offset % timedelta(minutes=1):
        raise InvalidValue("zone", [f"{zone!r} has no name and no offset in minutes; give a ZoneInfo"])
    minutes = offset // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _zone(text: str, zones: Zones) -> tzinfo:
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", text)
    if found is None:
        return zones(text)
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-offset if found[1] == "-" else offset) if offset else UTC


def _instant_text(instant: datetime) -> str:
    name = getattr(instant.tzinfo, "key", None)
    return f"{instant.isoformat()}[{name}]" if name else instant.isoformat()


def _instant(text: str, zones: Zones) -> datetime:
    stem, _, zone = text.partition("[")
    found = datetime.fromisoformat(stem)
    return found.astimezone(zones(zone.removesuffix("]"))) if zone else found


def _day(text: str, _: Zones) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) is None:
        raise ValueError(text)
    return date.fromisoformat(text)


_FRACTION = r"^-?[0-9]+(/[1-9][0-9]*)?$"


def _time(text: str, _: Zones) -> time:
    return time.fromisoformat(text)


def _fraction(text: str, _: Zones) -> Fraction:
    if re.fullmatch(_FRACTION, text) is None:  # 1e999999999 would be worked out
        raise ValueError(text)
    return Fraction(text)


_ZONE = r"^([+-](0[0-9]|1[0-3]):[0-5][0-9]|[A-Za-z][A-Za-z0-9_/+-]*)$"
TEXTS: Mapping[Any, Text] = {
    Decimal: Text(
        "decimal", _decimal_text, _decimal, "a number",
        {"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,6})?$"},
    ),
    datetime: Text(
        "instant", _instant_text, _instant, "an instant such as 2026-12-25T09:00:00+01:00",
        {"type": "string", "pattern": f"^{DAY}T{CLOCK}({ZONE})?$"},
    ),
    date: Text("day", date.isoformat, _day, "a date such as 2026-12-25", {"type": "string", "format": "date"}),
    time: Text(
        "time", time.isoformat, _time, "a time of day such as 09:30",
        {"type": "string", "pattern": f"^{CLOCK}$"},
    ),
    Fraction: Text(
        "fraction", str, _fraction, "a fraction such as 1/3", {"type": "string", "pattern": _FRACTION}
    ),
    tzinfo: Text(
        "zone", _zone_text, _zone, "a time zone such as Europe/Berlin or +01:00", {"type": "string", "pattern": _ZONE}
    ),
}  # fmt: skip


def text_type(value: object) -> Any:
    """The type by which a value is written as a text; None for one that is not."""
    return next((each for each in TEXTS if isinstance(value, each)), None)


# Faults


def _fault_data(fault: Fault) -> dict[str, str]:
    return {"text": str(fault), "path": fault.path, "code": fault.code, "value": fault.value}


def _read_fault(reader: Any, data: Any, path: str) -> Fault:
    table = reader.table(data, path, ("text", "path", "code", "value"))
    texts = {key: each for key, each in table.items() if isinstance(each, str)}
    for key in table.keys() - texts.keys():
        reader.wrong(step(path, key), table[key], "a text")
    code: FaultCode | None = next((each for each in FAULTS if each == texts.get("code", "rule")), None)
    if code is None:
        reader.wrong(step(path, "code"), texts["code"], f"one of {', '.join(FAULTS)}")
    return Fault(texts.get("text", ""), path=texts.get("path", ""), code=code or "rule", value=texts.get("value", ""))


def _fault_schema(_: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    texts = {key: {"type": "string"} for key in ("text", "path", "value")}
    properties = texts | {"code": {"enum": [*FAULTS]}}
    return {"type": "object", "properties": properties, "required": ["text"], "additionalProperties": False}


enter_form(Form("fault", _fault_data, _read_fault, _fault_schema), Fault)
