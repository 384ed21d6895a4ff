"""Nouns written as plain data: what JSON can hold, with the path of what cannot be written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast, get_args, get_origin

from dunning._base.forms import (
    LISTS,
    TABLES,
    TEXTS,
    bare,
    fields_of,
    form_of,
    is_fixed,
    is_noun,
    kind_name,
    members,
    nouns_in,
    parted,
    shaped,
    step,
    text_type,
    text_types,
)
from dunning._base.kinds import quoted
from dunning.errors import InvalidValue


def write(value: Any, hint: Any = Any, path: str = "") -> Any:
    """A value of that annotation as plain data.

    Raises:
        InvalidValue: there is something in it that is no data, such as a function.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if is_noun(type(value)):
        return _noun(value, hint, path)
    if isinstance(value, str):  # a word of an enumeration, or a text of a data frame
        return str.__str__(value)
    kind = text_type(value)
    if kind is not None:
        text = TEXTS[kind].write(value)
        return text if text_types(hint) == {kind} else {"kind": TEXTS[kind].kind, "value": text}
    if isinstance(value, Mapping):
        return _table(cast("Any", value), hint, path)
    if isinstance(value, (tuple, list, frozenset)):
        return _list(cast("Collection[Any]", value), hint, path)
    raise InvalidValue("data", [f"{path or 'value'}: {quoted(value)} cannot be written as plain data"])


def _noun(value: Any, hint: Any, path: str) -> Any:
    cls: type[Any] = value.__class__
    form, nouns = form_of(cls), nouns_in(hint)
    if form is not None:
        return form.write(value) if nouns else {"kind": kind_name(cls), **form.write(value)}
    is_sole = len(nouns) == 1 and not shaped(hint, TABLES)
    found: dict[str, Any] = {} if is_sole else {"kind": kind_name(cls)}
    for field in fields_of(cls):
        own = getattr(value, field.name) if hasattr(value, field.name) else getattr(value, f"_{field.name}")
        data = write(own, field.hint, step(path, field.key))
        if field.default is None or data != write(field.default(), field.hint):
            found[field.key] = data
    return found


def _list(value: Collection[Any], hint: Any, path: str) -> Any:
    shape = next((each for each in shaped(hint, LISTS) if _fits(value, each)), None)
    parts = [write(each, part, f"{path}[{at}]") for at, (each, part) in enumerate(parted(value, shape))]
    if isinstance(value, frozenset):
        parts.sort(key=repr)
    if shape is not None or type(value) is list:
        return parts
    return {"kind": "set" if isinstance(value, frozenset) else "list", "values": parts}


def _fits(value: Collection[Any], shape: Any) -> bool:
    return len(value) == len(get_args(shape)) if is_fixed(shape) else isinstance(value, get_origin(shape) or shape)


def _table(value: Mapping[Any, Any], hint: Any, path: str) -> Any:
    table = next(iter(shaped(hint, TABLES)), None)
    key, item = get_args(table) or (Any, Any)
    if bare(key) is str and not nouns_in(hint) and Any not in members(hint):
        return {name: write(each, item, f"{path}[{name!r}]") for name, each in value.items()}
    pairs = [[write(name, key, path), write(each, item, f"{path}[{name!r}]")] for name, each in value.items()]
    return {"kind": "table", "pairs": pairs} if table is None else pairs
