"""Conditions as plain data and back: short tables that people can write, with every fault named by its path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast, get_args

from dunning._base.forms import Form, enter_form, kind_name, step
from dunning._base.kinds import quoted
from dunning._base.reading import DEEPEST, Reader
from dunning.conditions.algebra import ALWAYS, All, AnyOf, Compare, Condition, Multiple, Not, Op, Operand
from dunning.measures import measure_of


def _value(value: Operand) -> Any:
    if isinstance(value, Multiple):
        return {"measure": value.measure, "times": _value(value.times)}
    if isinstance(value, tuple):
        return [_value(each) for each in value]
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def condition_data(condition: Condition) -> dict[str, Any]:
    """A condition as plain data."""
    if isinstance(condition, Compare):
        return {"measure": condition.measure, "op": condition.op, "value": _value(condition.value)}
    if isinstance(condition, Not):
        return {"not": condition_data(condition.part)}
    return {"all" if isinstance(condition, All) else "any": [condition_data(part) for part in condition.parts]}


def read_condition(reader: Reader, data: object, path: str, deep: int = 0) -> Condition:
    """The condition that plain data describe; any condition where a fault was noted."""
    if deep > DEEPEST:
        reader.fault(path, f"the conditions are nested more than {DEEPEST} deep; lay them side by side")
        return ALWAYS
    found = reader.table(data, path, ("kind", "measure", "op", "value", "all", "any", "not"))
    if not isinstance(data, Mapping):
        return ALWAYS
    kind, before = found.pop("kind", None), len(reader.faults)
    condition = _shaped(reader, found, path, deep)
    if kind not in (None, kind_name(type(condition))) and len(reader.faults) == before:
        words = f"{quoted(kind)} is said of a {kind_name(type(condition))}"
        reader.fault(step(path, "kind"), words, value=quoted(kind))
    return condition


def _shaped(reader: Reader, found: Mapping[str, Any], path: str, deep: int) -> Condition:
    """What a table is that has the keys of one shape."""
    shapes = [key for key in ("measure", "all", "any", "not") if key in found]
    if len(shapes) != 1:
        reader.fault(path, "give exactly one of measure (with op and value), all, any, not")
        return ALWAYS
    if shapes == ["measure"]:
        return _read_compare(reader, found, path)
    if strange := [key for key in ("op", "value") if key in found]:
        reader.fault(path, f"{' and '.join(strange)} belong to a measure only")
    if shapes == ["not"]:
        inner = read_condition(reader, found["not"], step(path, "not"), deep + 1)
        return reader.build(path, lambda: Not(inner)) or ALWAYS
    rows = reader.rows(found[shapes[0]], step(path, shapes[0]))
    parts = tuple(read_condition(reader, each, where, deep + 1) for where, each in rows)
    if shapes == ["all"]:
        return reader.build(path, lambda: All(parts)) or ALWAYS
    return reader.build(path, lambda: AnyOf(parts)) or ALWAYS


def _read_compare(reader: Reader, found: Mapping[str, Any], path: str) -> Condition:
    missing = [key for key in ("op", "value") if key not in found]
    for key in missing:
        reader.missing(path, key)
    if missing:
        return ALWAYS
    name = found["measure"]
    measure = reader.build(step(path, "measure"), lambda: measure_of(name))
    if measure is None:
        return ALWAYS
    is_text = measure.kind in ("text", "texts", "any")
    value = _read_value(reader, found["value"], step(path, "value"), is_text=is_text)
    return reader.build(path, lambda: Compare(name, found["op"], value)) or ALWAYS


def _read_value(reader: Reader, value: Any, path: str, *, is_text: bool, inner: bool = False) -> Any:
    data = cast("object", value)
    if isinstance(data, list) and not inner:
        rows = reader.rows(cast("object", data), path)
        return tuple(_read_value(reader, each, where, is_text=is_text, inner=True) for where, each in rows)
    if isinstance(data, Mapping) and "measure" in data:
        table = reader.table(cast("object", data), path, ("measure", "times"))
        times = _read_value(reader, table.get("times", 1), step(path, "times"), is_text=False, inner=True)
        return reader.build(path, lambda: Multiple(table["measure"], times)) or 0
    if isinstance(data, Mapping):
        return reader.number(reader.table(cast("object", data), path, ("decimal",)).get("decimal"), path)
    return value if is_text and isinstance(value, str) else reader.number(value, path)


def _schema(of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """The JSON Schema of conditions."""
    number = {"type": ["integer", "string"]}
    decimal = of(Decimal)
    closed = {"type": "object", "additionalProperties": False}
    exact = closed | {"properties": {"decimal": decimal}, "required": ["decimal"]}
    times = {"measure": {"type": "string"}, "times": {"anyOf": [{"type": "integer"}, decimal, exact]}}
    multiple = closed | {"properties": times, "required": ["measure"]}
    several = {"type": "array", "items": {"anyOf": [number, exact]}}
    value = {"anyOf": [number, several, exact, multiple]}
    inner = of(Condition)
    parts = {"type": "array", "items": inner}
    compare = {"measure": {"type": "string"}, "op": {"enum": [*get_args(Op)]}, "value": value}
    shapes = (
        (Compare, compare, ["measure", "op", "value"]),
        (All, {"all": parts}, ["all"]),
        (AnyOf, {"any": parts}, ["any"]),
        (Not, {"not": inner}, ["not"]),
    )
    found: list[dict[str, Any]] = []
    for cls, shape, required in shapes:
        properties = {"kind": {"const": kind_name(cls)}, **shape}
        found.append({"type": "object", "properties": properties, "required": required, "additionalProperties": False})
    return {"anyOf": found}


enter_form(Form("condition", condition_data, read_condition, _schema), Compare, All, AnyOf, Not)
