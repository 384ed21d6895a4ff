"""Faces that load lazily: a heavy room is loaded file by file, as its names are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazy(room: str, files: Mapping[str, str]) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """The `__getattr__` and `__dir__` of a room whose files hold these names, written with spaces between."""
    homes = {name: file for file, names in files.items() for name in names.split()}

    def get(name: str) -> Any:
        if name not in homes:
            msg = f"module {room!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value = getattr(import_module(f"{room}.{homes[name]}"), name)
        setattr(import_module(room), name, value)
        return value

    def listed() -> list[str]:
        return sorted({*vars(import_module(room)), *homes})

    return get, listed
