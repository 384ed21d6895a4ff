"""The one decorator of the house's nouns: closed, frozen, slotted, at home in their room.

A noun of this library is a value: it cannot be changed, it cannot be subclassed, it compares by its fields and it
can be hashed, copied and pickled. `frozen` is `attrs.frozen` with these promises made explicit.
"""

from __future__ import annotations

from importlib import import_module
from inspect import get_annotations
from typing import Any, ForwardRef, TypeVar, cast, dataclass_transform

import attrs

_T = TypeVar("_T")


def _closed(cls: type, /, **_: Any) -> None:
    msg = f"{cls.__mro__[1].__name__} is closed: compose it instead of subclassing it"
    raise TypeError(msg)


def at_home(cls: type[_T]) -> type[_T]:
    """Let a class that the face of its room lists bear the name of the room, so that tracebacks and pickles name it.

    Its annotations go on being read in the file where they are written.
    """
    file = cls.__module__
    room = file.rpartition(".")[0]
    if room != "dunning" and cls.__name__ in getattr(import_module(room), "__all__", ()):
        # typing would look a text up in the module that the class names, which is no longer the one that imports types
        texts: dict[str, Any] = {
            name: getattr(kind, "__forward_arg__", kind) for name, kind in get_annotations(cls).items()
        }
        cls.__annotations__ = {name: ForwardRef(text, module=file, is_class=True) for name, text in texts.items()}
        cls.__module__ = room
    return cls


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def frozen(cls: type[_T]) -> type[_T]:
    """Make a class a noun of the house: a frozen, slotted attrs class that refuses subclasses."""
    cls.__init_subclass__ = classmethod(_closed)  # type: ignore[assignment,method-assign]  # closing is the point
    return at_home(attrs.frozen(weakref_slot=False)(cls))


def changed(value: _T, /, **changes: Any) -> _T:
    """The same noun with some fields changed, checked anew; `attrs.evolve` for classes made by `frozen`."""
    return cast("_T", attrs.evolve(cast("Any", value), **changes))


def is_tuple_of(value: Any, kind: type) -> bool:
    """Whether a value is a tuple of nothing but one kind."""
    return type(value) is tuple and all(isinstance(each, kind) for each in cast("tuple[object, ...]", value))
