"""The one decorator of the house's nouns: closed, frozen, slotted, at home in their room.

A noun of this library is a value: it cannot be changed, it cannot be subclassed, it compares by its fields and it
can be hashed, copied and pickled. `frozen` is `attrs.frozen` with these promises made explicit.

A public noun checks itself in construction: first each field by its annotation (see the kinds beside this file), then
the `_rules` of the class, which give what is wrong between fields. `__attrs_post_init__`, if there is one, runs last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from inspect import get_annotations
from typing import Any, ForwardRef, TypeVar, cast, dataclass_transform, get_type_hints

import attrs

from dunning._base.kinds import faults_of, joined
from dunning.errors import InvalidValue

_T = TypeVar("_T")


def _closed(cls: type, /, **_: Any) -> None:
    msg = f"{cls.__mro__[1].__name__} is closed: compose it instead of subclassing it"
    raise TypeError(msg)


def _checked(cls: type[Any]) -> None:
    """Let construction check all fields by their annotations, then by the `_rules` of the class, which give faults."""
    rules: _Rules | None = cls.__dict__.get("_rules")
    finish: Callable[[Any], None] | None = cls.__dict__.get("__attrs_post_init__")
    hints: dict[str, Any] = {}
    test: Callable[[Any], object] | None = None

    def __attrs_post_init__(self: Any) -> None:  # attrs calls it by this name
        nonlocal test
        if test is None:
            said = get_type_hints(self.__class__, include_extras=True)
            hints.update({field.name: said[field.name] for field in attrs.fields(self.__class__) if field.init})
            test = joined(hints, "noun.{}")
        try:
            sound = test(self)
        except Exception:  # a value that cannot even be compared; the slow check names it
            sound = False
        if not sound:
            found = faults_of({name: getattr(self, name) for name in hints}, hints)
            raise InvalidValue(_title(self), [*found, *_further(rules, self, found)])
        if rules is not None and (broken := list(rules(self))):
            raise InvalidValue(_title(self), broken)
        if finish is not None:
            finish(self)

    cls.__attrs_post_init__ = __attrs_post_init__


_Rules = Callable[[Any], Iterable[str]]


def _title(noun: Any) -> str:
    """What an error calls a noun: its class, and its id or name where it has one."""
    known = (getattr(noun, name, None) for name in ("id", "name"))
    called = next((each for each in known if isinstance(each, str) and each), "")
    return f"{type(noun).__name__} {called}".strip()


def _further(rules: _Rules | None, noun: Any, found: Iterable[str]) -> Iterator[str]:
    """What the rules of a class say of the fields that are sound, so that all faults are told at once."""
    told = {re.split(r"[:\[]", fault, maxsplit=1)[0] for fault in found}
    try:
        for fault in rules(noun) if rules is not None else ():
            if told.isdisjoint(re.split(r"[:\[]", fault, maxsplit=1)[0].split(", ")):
                yield fault
    except Exception:  # they may stumble over what was found already
        return


def _is_public(cls: type) -> bool:
    """Whether the face of its room lists a class, or the module that is its room."""
    return any(map(partial(_lists, cls.__name__), (cls.__module__, cls.__module__.rpartition(".")[0])))


def _lists(name: str, module: str) -> bool:
    """Whether a room lists a name; the package itself is none."""
    return module != "dunning" and name in getattr(import_module(module), "__all__", ())


def at_home(cls: type[_T]) -> type[_T]:
    """Let a class that the face of its room lists bear the name of the room, so that tracebacks and pickles name it.

    Its annotations go on being read in the file where they are written.
    """
    file = cls.__module__
    room = file.rpartition(".")[0]
    if _lists(cls.__name__, room):
        # typing would look a text up in the module that the class names, which is no longer the one that imports types
        texts: dict[str, Any] = {
            name: getattr(kind, "__forward_arg__", kind) for name, kind in get_annotations(cls).items()
        }
        cls.__annotations__ = {name: ForwardRef(text, module=file, is_class=True) for name, text in texts.items()}
        cls.__module__ = room
    return cls


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def frozen(cls: type[_T]) -> type[_T]:
    """Make a class a noun of the house; one that is public checks its fields by their annotations."""
    if _is_public(cls):
        _checked(cls)
    return made(cls)


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def made(cls: type[_T]) -> type[_T]:
    """As `frozen`, without the check: for results that only the library makes, by the thousand."""
    cls.__init_subclass__ = classmethod(_closed)  # type: ignore[assignment,method-assign]  # closing is the point
    return at_home(attrs.frozen(weakref_slot=False)(cls))


def changed(value: _T, /, **changes: Any) -> _T:
    """The same noun with some fields changed, checked anew; `attrs.evolve` for classes made by `frozen`."""
    return cast("_T", attrs.evolve(cast("Any", value), **changes))
