"""What keeps values from being what they should be, a line for each fault, so that all can be named at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast, get_args

from dunning._base.noun import is_tuple_of
from dunning.errors import InvalidValue


def one_of(name: str, value: object, kind: Any, *, optional: bool = False) -> list[str]:
    """What keeps a value from being one of the names of a kind, a line each."""
    known = get_args(kind)
    if value in known or (optional and value is None):
        return []
    return [f"{name}: {value!r} is not one of {', '.join(known)}"]


def day_count(name: str, value: object, least: int, *, optional: bool = False) -> list[str]:
    """What keeps a value from being a number of days or times, a line each."""
    if (optional and value is None) or (type(value) is int and value >= least):
        return []
    return [f"{name}: {value!r} is not a whole number of at least {least}"]


def of_kind(name: str, value: object, kind: type, *, optional: bool = False) -> list[str]:
    """What keeps a value from being of a type, a line each."""
    if isinstance(value, kind) or (optional and value is None):
        return []
    return [f"{name}: {value!r} is a {type(value).__name__}, not a {kind.__name__}"]


def refuse(what: str, faults: Iterable[str]) -> None:
    """Refuse what has faults.

    Raises:
        InvalidValue: there are any.
    """
    if found := list(faults):
        raise InvalidValue(what, found)


def name_faults(noun: object, fields: dict[str, Any]) -> Iterator[str]:
    """What is wrong with fields that hold names: each is a tuple of some of the names of its kind (None: of any)."""
    for name, kind in fields.items():
        value = getattr(noun, name)
        if not is_tuple_of(value, str):
            yield f"{name}: {value!r} is not a tuple of names; give ({value!r},)"
        elif kind is not None:
            known = get_args(kind)
            yield from (f"{name}: {each!r} is not one of {', '.join(known)}" for each in value if each not in known)


def pair_faults(name: str, value: object, kind: type, *, once: bool = True) -> list[str]:
    """What keeps a value from being a tuple of (name, value of a type) pairs, with each name once, a line each."""
    if type(value) is not tuple:
        return [f"{name}: a {type(value).__name__} was given; give a tuple of (name, {kind.__name__}) pairs"]
    pairs = cast("tuple[object, ...]", value)
    wrong = [each for each in pairs if not _is_pair(each, kind)]
    if wrong:
        return [f"{name}: {each!r} is not a pair of a name and a {kind.__name__}" for each in wrong]
    names = [] if not once else [each for each, _ in cast("tuple[tuple[str, object], ...]", pairs)]
    return [f"{name}: {each} is named twice" for each in sorted({each for each in names if names.count(each) > 1})]


def _is_pair(value: object, kind: type) -> bool:
    if type(value) is not tuple or len(cast("tuple[object, ...]", value)) != 2:
        return False
    name, other = cast("tuple[object, object]", value)
    return isinstance(name, str) and isinstance(other, kind)
