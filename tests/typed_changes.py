"""What type checkers see of `dunning.changed`: an overload for each noun; `python -m tests.typed_changes` writes it."""

from __future__ import annotations

import importlib
import pathlib
from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import attrs

import dunning.changes
from tests.public_names import homes

STUB = pathlib.Path(dunning.changes.__file__).with_suffix(".pyi")


def nouns() -> dict[str, tuple[str, type[Any]]]:
    """The nouns that are checked when they are built, by name, with their rooms."""
    found: dict[str, tuple[str, type[Any]]] = {}
    for room, names in homes().items():
        for name in names:
            value = getattr(importlib.import_module(room), name)
            if isinstance(value, type) and attrs.has(value) and "__attrs_post_init__" in value.__dict__:
                found.setdefault(name, (room, value))
    return dict(sorted(found.items()))


class _Texts:
    """Annotations as texts, and what they have to import."""

    def __init__(self) -> None:
        self.imports: dict[str, set[str]] = {"typing": {"overload"}}

    def of(self, hint: Any) -> str:
        origin, args = get_origin(hint), get_args(hint)
        if hint is Any or isinstance(hint, TypeVar):
            return self.name("typing", "Any")
        if hint in (None, NoneType):
            return "None"
        if hint is Ellipsis:
            return "..."
        if origin in (Union, UnionType):
            return " | ".join(dict.fromkeys(map(self.of, args)))
        if origin is Literal:
            quoted = (f'"{each}"' if isinstance(each, str) else repr(each) for each in args)
            return f"{self.name('typing', 'Literal')}[{', '.join(quoted)}]"
        if isinstance(hint, list):  # the arguments of a function
            return f"[{', '.join([self.of(each) for each in hint])}]"  # pyright: ignore[reportUnknownVariableType]  # of any kind
        if origin is not None:
            return f"{self.of(origin)}[{', '.join(map(self.of, args))}]"
        return hint.__name__ if hint.__module__ == "builtins" else self.name(hint.__module__, hint.__name__)

    def name(self, module: str, name: str) -> str:
        self.imports.setdefault(module, set()).add(name)
        return name


def _overload(room: str, cls: type[Any], texts: _Texts) -> Iterator[str]:
    hints = get_type_hints(cls)
    yield "@overload"
    yield "def changed("
    yield f"    noun: {texts.name(room, cls.__name__)},"
    yield "    /,"
    yield "    *,"
    for field in attrs.fields(cls):
        if field.init:
            yield f"    {field.alias}: {texts.of(hints[field.name])} = ...,"
    yield f") -> {cls.__name__}: ..."


def stub() -> str:
    """The whole stub file."""
    texts = _Texts()
    lines = [line for room, cls in nouns().values() for line in _overload(room, cls, texts) if attrs.fields(cls)]
    own = {room: names for room, names in texts.imports.items() if room.startswith("dunning")}
    others = {room: names for room, names in texts.imports.items() if room not in own}
    heads = [
        "\n".join(f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(group.items()))
        for group in (others, own)
    ]
    return "\n\n".join([*heads, '__all__ = ["changed"]', "\n".join(lines)]) + "\n"


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
