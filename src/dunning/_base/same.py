"""A value as a key by what object it is: comparing and hashing all of its content may take longer than the work."""

from __future__ import annotations

from typing import Generic, TypeVar

_T = TypeVar("_T")


class Same(Generic[_T]):
    """A key that is equal for one and the same object only, which it keeps alive."""

    __slots__ = ("value",)

    def __init__(self, value: _T) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value  # pyright: ignore[reportUnknownMemberType]

    def __hash__(self) -> int:
        return id(self.value)
