"""Reading plain data: dictionaries of texts, numbers and lists, with every fault named by its path."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, cast

from dunning.conditions.algebra import ALWAYS, DEEPEST, All, AnyOf, Compare, Condition, Multiple, Not, Operand
from dunning.errors import DunningError, InvalidValue
from dunning.measures import measure_of

_T = TypeVar("_T")


class Reader:
    """Reads plain data and collects the faults it meets; `finish` raises them all at once."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.faults: list[str] = []

    def fault(self, path: str, words: str) -> None:
        """Note a fault and go on."""
        self.faults.append(f"{path}: {words}" if path else words)

    def table(self, data: object, path: str, known: tuple[str, ...] | None) -> dict[str, Any]:
        """A dictionary of which only these keys are known (None: any)."""
        if not isinstance(data, Mapping):
            self.fault(path, f"{data!r} is not a table (a dictionary)")
            return {}
        found = dict(cast("Mapping[str, Any]", data))
        for key in found:
            if known is not None and key not in known:
                self.fault(_step(path, str(key)), f"unknown; known are {', '.join(known)}")
        return found

    def rows(self, data: object, path: str) -> list[tuple[str, Any]]:
        """A list, as (path, element) pairs."""
        if not isinstance(data, (list, tuple)):
            self.fault(path, f"{data!r} is not a list")
            return []
        return [(f"{path}[{number}]", each) for number, each in enumerate(cast("list[Any]", data))]

    def number(self, value: object, path: str) -> Any:
        """An exact number: an int, a Decimal, or a text that holds one."""
        if isinstance(value, str):
            try:
                return Decimal(value)
            except InvalidOperation:
                self.fault(path, f"{value!r} is not a number")
        elif isinstance(value, float):
            self.fault(path, f"{value!r} is a float, which is not exact; write it as a text, {str(value)!r}")
        return value

    def build(self, path: str, make: Callable[[], _T], told: Collection[str] = ()) -> _T | None:
        """What a constructor makes; its complaint becomes a fault at this path, but of fields that were told before."""
        try:
            return make()
        except InvalidValue as error:
            for each in error.faults:
                if re.split(r"[:\[]", each, maxsplit=1)[0] not in told:
                    self.fault(path, each)
        except (DunningError, TypeError) as error:
            self.fault(path, str(error))
        return None

    def finish(self) -> None:
        """Raise what was noted.

        Raises:
            InvalidValue: every fault, each with its path.
        """
        if self.faults:
            raise InvalidValue(self.what, self.faults)


def _step(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


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
    found = reader.table(data, path, ("measure", "op", "value", "all", "any", "not"))
    if not isinstance(data, Mapping):
        return ALWAYS
    shapes = [key for key in ("measure", "all", "any", "not") if key in found]
    if len(shapes) != 1:
        reader.fault(path, "give exactly one of measure (with op and value), all, any, not")
        return ALWAYS
    if shapes == ["measure"]:
        return _read_compare(reader, found, path)
    if strange := [key for key in ("op", "value") if key in found]:
        reader.fault(path, f"{' and '.join(strange)} belong to a measure only")
    if shapes == ["not"]:
        inner = read_condition(reader, found["not"], _step(path, "not"), deep + 1)
        return reader.build(path, lambda: Not(inner)) or ALWAYS
    rows = reader.rows(found[shapes[0]], _step(path, shapes[0]))
    kind = All if shapes == ["all"] else AnyOf
    parts = tuple(read_condition(reader, each, where, deep + 1) for where, each in rows)
    return reader.build(path, lambda: kind(parts)) or ALWAYS


def _read_compare(reader: Reader, found: Mapping[str, Any], path: str) -> Condition:
    missing = [key for key in ("op", "value") if key not in found]
    if missing:
        reader.fault(path, f"{' and '.join(missing)} missing")
        return ALWAYS
    name = found["measure"]
    measure = reader.build(_step(path, "measure"), lambda: measure_of(name))
    if measure is None:
        return ALWAYS
    is_text = measure.kind in ("text", "texts", "any")
    value = _read_value(reader, found["value"], _step(path, "value"), is_text=is_text)
    return reader.build(path, lambda: Compare(name, found["op"], value)) or ALWAYS


def _read_value(reader: Reader, value: Any, path: str, *, is_text: bool, inner: bool = False) -> Any:
    data = cast("object", value)
    if isinstance(data, list) and not inner:
        rows = reader.rows(cast("object", data), path)
        return tuple(_read_value(reader, each, where, is_text=is_text, inner=True) for where, each in rows)
    if isinstance(data, Mapping) and "measure" in data:
        table = reader.table(cast("object", data), path, ("measure", "times"))
        times = _read_value(reader, table.get("times", 1), _step(path, "times"), is_text=False, inner=True)
        return reader.build(path, lambda: Multiple(table["measure"], times)) or 0
    if isinstance(data, Mapping):
        return reader.number(reader.table(cast("object", data), path, ("decimal",)).get("decimal"), path)
    return value if is_text and isinstance(value, str) else reader.number(value, path)
