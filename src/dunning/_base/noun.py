"""The one decorator of the house's nouns: closed, frozen, slotted.

A noun of this library is a value: it cannot be changed, it cannot be subclassed, it compares by its fields and it
can be hashed, copied and pickled. `frozen` is `attrs.frozen` with these promises made explicit.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast, dataclass_transform

import attrs

_T = TypeVar("_T")


def _closed(cls: type, /, **_: Any) -> None:
    msg = f"{cls.__mro__[1].__name__} is closed: compose it instead of subclassing it"
    raise TypeError(msg)


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def frozen(cls: type[_T]) -> type[_T]:
    """Make a class a noun of the house: a frozen, slotted attrs class that refuses subclasses."""
    cls.__init_subclass__ = classmethod(_closed)  # type: ignore[assignment,method-assign]  # closing is the point
    return attrs.frozen(weakref_slot=False)(cls)


def changed(value: _T, /, **changes: Any) -> _T:
    """The same noun with some fields changed, checked anew; `attrs.evolve` for classes made by `frozen`."""
    return cast("_T", attrs.evolve(cast("Any", value), **changes))


def is_tuple_of(value: Any, kind: type) -> bool:
    """Whether a value is a tuple of nothing but one kind."""
    return type(value) is tuple and all(isinstance(each, kind) for each in cast("tuple[object, ...]", value))
