"""All public names with their signatures, so that no change of them goes unseen; `python -m tests.public_names` writes."""

from __future__ import annotations

import importlib
import inspect
import pathlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import dunning
import dunning.presets

RECORD = pathlib.Path(__file__).with_suffix(".txt")


def homes() -> dict[str, tuple[str, ...]]:
    """The public names of every room, by its import path; a room of presets is a room of its own."""
    paths = [f"dunning.{each.name}" for each in pkgutil.iter_modules(dunning.__path__) if each.name[0] != "_"]
    paths += [f"dunning.presets.{each.name}" for each in pkgutil.iter_modules(dunning.presets.__path__)]
    return {path: tuple(importlib.import_module(path).__all__) for path in paths if path != "dunning.presets"}


def described() -> str:
    """One line a name or member, by room."""
    return "".join(f"{line}\n" for room, names in homes().items() for line in _room(room, names))


def _room(room: str, names: tuple[str, ...]) -> Iterator[str]:
    for name in sorted(names):
        value = getattr(importlib.import_module(room), name)
        yield f"{room}.{name}{_signature(value)}"
        if inspect.isclass(value):
            yield from (f"{room}.{name}.{each}" for each in sorted(_members(value)))


def _signature(value: Any) -> str:
    if inspect.isclass(value) and issubclass(value, Exception) and value.__init__ is Exception.__init__:
        return "(*args)"
    if inspect.isclass(value) or inspect.isroutine(value):
        signature = re.sub(r" at 0x[0-9a-f]+", "", str(inspect.signature(value)).replace("'", ""))
        return re.sub(r"frozenset\(\{(.*?)\}\)", _in_order, signature)
    return f": {type(value).__name__}"


def _in_order(found: re.Match[str]) -> str:
    return f"frozenset({{{', '.join(sorted(found[1].split(', ')))}}})"


def _members(kind: type) -> Iterator[str]:
    fields = {each.name for each in getattr(kind, "__attrs_attrs__", ())}
    for name, member in inspect.getmembers_static(kind):
        if name.startswith("_") or name in fields or (str in kind.__mro__ and hasattr(str, name)):
            continue
        if isinstance(member, (classmethod, staticmethod)):
            yield (
                f"{name}{_signature(getattr(kind, name))}"
                if inspect.isfunction(getattr(kind, name))
                else f"{name}{inspect.signature(getattr(kind, name))}".replace("'", "")
            )
        elif inspect.isfunction(member):
            yield f"{name}{_signature(member)}"
        elif isinstance(member, property):
            yield name


if __name__ == "__main__":
    RECORD.write_text(described(), encoding="utf-8")
