"""Nouns read from plain data, exactly, with a path for every fault."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import partial
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin

from dunning._base.forms import (
    LISTS,
    SETS,
    TABLES,
    TEXTS,
    Form,
    Zones,
    bare,
    fields_of,
    form_of,
    is_fixed,
    is_noun,
    kind_name,
    members,
    no_zones,
    nouns_in,
    parted,
    shaped,
    step,
    text_types,
)
from dunning._base.kinds import faults_of, quoted
from dunning.errors import DunningError, Fault, FaultCode, InvalidValue

_T = TypeVar("_T")

DEEPEST = 100
"""How deep plain data may be nested."""


class Reader:
    """Reads plain data and collects the faults it meets; `finish` raises them all at once.

    `known` are the nouns that may be met where an annotation does not say which, by their kinds; `zones` gives the time
    zones of their names.
    """

    def __init__(self, what: str, known: Mapping[str, type[Any]] | None = None, zones: Zones = no_zones) -> None:
        self.what = what
        self.known = known or {}
        self.zones = zones
        self.faults: list[Fault] = []

    def fault(self, path: str, words: str, code: FaultCode = "not_allowed", value: str = "") -> None:
        """Note a fault and go on."""
        self.faults.append(Fault(f"{path}: {words}" if path else words, code=code, value=value))

    def wrong(self, path: str, value: object, wanted: str, code: FaultCode = "not_allowed") -> None:
        """Note that a value is not what it has to be."""
        self.fault(path, f"{quoted(value)} is not {wanted}", code, quoted(value))

    def missing(self, path: str, key: str) -> None:
        """Note that a key has to be given, and was not."""
        self.fault(step(path, key), "missing", "missing")

    def table(self, data: object, path: str, known: tuple[str, ...] | None) -> dict[str, Any]:
        """A dictionary of which only these keys are known (None: any)."""
        if not isinstance(data, Mapping):
            self.wrong(path, data, "a table (a dictionary)")
            return {}
        found = dict(cast("Mapping[str, Any]", data))
        for key in found:
            if known is not None and key not in known:
                self.fault(step(path, str(key)), f"unknown; known are {', '.join(known)}", "unknown")
        return found

    def rows(self, data: object, path: str) -> list[tuple[str, Any]]:
        """A list, as (path, element) pairs."""
        if not isinstance(data, (list, tuple)):
            self.wrong(path, data, "a list")
            return []
        return [(f"{path}[{number}]", each) for number, each in enumerate(cast("list[Any]", data))]

    def number(self, value: object, path: str) -> Any:
        """An exact number: an int, a Decimal, or a text that holds one."""
        if isinstance(value, str):
            return self._text(value, Decimal, path)
        if isinstance(value, float):
            words = f"{value!r} is a float, which is not exact; write it as a text, {str(value)!r}"
            self.fault(path, words, value=repr(value))
        return value

    def build(self, path: str, make: Callable[[], _T], told: Collection[str] = ()) -> _T | None:
        """What a constructor makes; its complaint becomes a fault at this path, but of fields that were told before."""
        try:
            return make()
        except InvalidValue as error:
            for each in error.faults:
                if re.split(r"[:\[]", each, maxsplit=1)[0] not in told:
                    self.faults.append(each.below(path))
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

    def read(self, data: Any, hint: Any = Any, path: str = "", deep: int = 0) -> Any:
        """The value of that annotation that plain data describe; the data themselves where a fault was noted."""
        if deep > DEEPEST:
            self.fault(path, f"nested more than {DEEPEST} deep")
            return data
        before = len(self.faults)
        found = self._read(data, hint, path, deep)
        if len(self.faults) == before and hint is not Any:
            self.faults += faults_of({path: found}, {path: hint})
        return found

    def _read(self, data: Any, hint: Any, path: str, deep: int) -> Any:
        nouns = nouns_in(hint)
        if data is None or type(data) in nouns:
            return data
        form = next((own for each in nouns if (own := form_of(each)) is not None), None)
        if form is not None:
            return self._formed(form, data, path)
        if wanted := _other_shape(data, hint):
            self.wrong(path, data, wanted)
            return data
        if isinstance(data, Mapping):
            return self._table(cast("dict[Any, Any]", data), hint, path, deep)
        if isinstance(data, (list, tuple)):
            return self._list(cast("Sequence[Any]", data), hint, path, deep)
        if isinstance(data, str):
            return self._text(data, hint, path)
        if isinstance(data, float):
            return self.number(data, path)
        if type(data) is int and Decimal in text_types(hint) and int not in members(hint):
            return Decimal(data)
        return data

    def _text(self, data: str, hint: Any, path: str) -> Any:
        kinds = text_types(hint)
        kind = next(iter(kinds)) if len(kinds) == 1 else str
        if kind is str:
            return data
        try:
            return TEXTS[kind].read(data, self.zones)
        except (ValueError, ArithmeticError, LookupError, OSError):
            self.wrong(path, data, TEXTS[kind].words, "unreadable")
            return data

    def _list(self, data: Sequence[Any], hint: Any, path: str, deep: int) -> Any:
        shapes = [each for each in shaped(hint, LISTS) if not is_fixed(each) or len(get_args(each)) == len(data)]
        if not shapes:
            if tables := shaped(hint, TABLES):
                return self._pairs(data, tables[0], path, deep)
            if Any not in members(hint):
                return tuple(data)  # too many or too few: the check says so
        shape = shapes[0] if shapes else list[Any]
        parts = [
            self.read(each, part, f"{path}[{at}]", deep + 1) for at, (each, part) in enumerate(parted(data, shape))
        ]
        if get_origin(shape) in SETS:
            return self.build(path, lambda: frozenset(parts))
        return parts if get_origin(shape) is list else tuple(parts)

    def _pairs(self, data: Sequence[Any], table: Any, path: str, deep: int) -> Any:
        key, item = get_args(table) or (Any, Any)
        pairs = [
            (self.read(pair[0], key, f"{where}[0]", deep + 1), self.read(pair[1], item, f"{where}[1]", deep + 1))
            for where, each in self.rows(data, path)
            if len(pair := [one for _, one in self.rows(each, where)]) == 2
        ]
        if len(pairs) < len(data):
            self.fault(path, "is not a list of pairs")
        return self.build(path, lambda: dict(pairs))

    def _table(self, data: Mapping[Any, Any], hint: Any, path: str, deep: int) -> Any:
        nouns = {kind_name(each): each for each in nouns_in(hint)}
        tables, kind = shaped(hint, TABLES), data.get("kind")
        if Any in members(hint) or ("kind" in data and not (nouns or tables)):
            nouns |= self.known
        if isinstance(kind, str) and kind in _TAGGED and kind not in nouns:
            return self._tagged(data, kind, path, deep)
        if nouns and (len(nouns) == 1 or not tables) and not any(map(_is_of_pairs, members(hint))):
            return self._noun(nouns, data, path, deep)
        if tables:
            key, item = get_args(tables[0]) or (Any, Any)
            return {
                self.read(name, key, f"{path}: key", deep + 1): self.read(each, item, f"{path}[{name!r}]", deep + 1)
                for name, each in data.items()
            }
        if any(map(_is_of_pairs, members(hint))):
            return self._list([[name, each] for name, each in data.items()], hint, path, deep)
        return data

    def _tagged(self, data: Mapping[Any, Any], kind: str, path: str, deep: int) -> Any:
        """What says itself what it is, since an annotation did not."""
        key = {"table": "pairs", "list": "values", "set": "values"}.get(kind, "value")
        found = self.table(data, path, ("kind", key))
        if key not in found:
            self.missing(path, key)
            return data
        return self.read(found[key], _TAGGED[kind], step(path, key), deep + 1)

    def _noun(self, nouns: Mapping[str, type[Any]], data: Mapping[Any, Any], path: str, deep: int) -> Any:
        kind = data.get("kind")
        cls = nouns.get(kind) if isinstance(kind, str) else next(iter(nouns.values())) if len(nouns) == 1 else None
        if cls is None:
            words = "missing; give" if kind is None else f"{quoted(kind)} is not"
            code: FaultCode = "missing" if kind is None else "not_allowed"
            value = "" if kind is None else quoted(kind)
            self.fault(step(path, "kind"), f"{words} one of {', '.join(sorted(nouns))}", code, value)
            return data
        rest = {key: each for key, each in data.items() if key != "kind"}
        form = form_of(cls)
        return self._fields(cls, rest, path, deep) if form is None else self._formed(form, data, path)

    def _formed(self, form: Form, data: Any, path: str) -> Any:
        """What is written in a form of its own; where it names its kind, that has to be what it is."""
        kind: object = None
        rest: Any = data
        if isinstance(data, Mapping):
            table: dict[Any, Any] = dict(data)  # pyright: ignore[reportUnknownArgumentType]  # of any shape
            kind, rest = table.pop("kind", None), table
        before = len(self.faults)
        found: object = form.read(self, rest, path)
        said = kind_name(found.__class__)
        if kind is not None and len(self.faults) == before and kind != said:
            self.fault(step(path, "kind"), f"{quoted(kind)} is said of a {said}", value=quoted(kind))
        return found

    def _fields(self, cls: type[Any], data: Mapping[Any, Any], path: str, deep: int) -> Any:
        fields = {field.key: field for field in fields_of(cls)}
        found = self.table(data, path, tuple(fields))
        start = len(self.faults)
        values: dict[str, Any] = {}
        told: set[str] = set()
        for key in (key for key in found if key in fields):
            field, before = fields[key], len(self.faults)
            values[field.name] = self.read(found[key], field.hint, step(path, key), deep + 1)
            told |= {field.name} if len(self.faults) > before else set()
        for field in fields.values():
            if field.default is None and field.name not in values:
                self.missing(path, field.key)
                values[field.name] = None
                told.add(field.name)
        if len(self.faults) > start and "__attrs_post_init__" not in vars(cls):
            return data  # it checks nothing itself
        build: Callable[..., Any] = cls
        made = self.build(path, partial(build, **values), told)
        return data if made is None else made


_TAGGED: Mapping[str, Any] = {row.kind: kind for kind, row in TEXTS.items()} | {
    "list": tuple[Any, ...],
    "set": frozenset[Any],
    "table": dict[Any, Any],
}


def _other_shape(data: object, hint: Any) -> str:
    """What data are not that have to be a table, or a list; nothing where they are, or may be something else."""
    shapes = [each for each in members(hint) if each is not NoneType]
    is_table, is_list = isinstance(data, Mapping), isinstance(data, (list, tuple))
    if all(is_noun(each) or get_origin(each) in TABLES for each in shapes):
        return "" if is_table or (is_list and shaped(hint, TABLES)) else "a table (a dictionary)"
    if all(get_origin(each) in LISTS for each in shapes):
        may_be_table = isinstance(data, Mapping) and ("kind" in data or any(map(_is_of_pairs, shapes)))
        return "" if is_list or may_be_table else "a list"
    return ""


def _is_of_pairs(shape: Any) -> bool:
    """Whether a list is one of pairs, which may be given as a table."""
    member = bare(get_args(shape)[0]) if get_args(shape) and not is_fixed(shape) else None
    return is_fixed(member) and len(get_args(member)) == 2
