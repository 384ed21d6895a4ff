"""The same noun with some fields changed: nouns are values, so a change makes a new one.

What type checkers see of `changed` stands in the stub file beside this one, an overload for each noun, which is
written from the nouns themselves.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

import attrs

from dunning._base.kinds import quoted
from dunning.errors import Fault, InvalidValue

__all__ = ["changed"]


def changed(noun: Any, /, **changes: Any) -> Any:
    """The same noun with some fields changed, checked anew as when it is built.

    mypy and pyright know the fields of every noun: `changed(invoice, amout=...)` does not pass them.

    Raises:
        InvalidValue: it is no noun, a field is unknown, or the noun cannot be with these values; all faults are named.

    >>> from datetime import date
    >>> from dunning.interactions import Hold
    >>> changed(Hold("H-1", "ACME", date(2026, 3, 2), reason="complaint"), end=date(2026, 3, 9)).end
    datetime.date(2026, 3, 9)
    """
    cls: type[Any] = noun.__class__
    if not (attrs.has(cls) and cls.__module__.partition(".")[0] == "dunning"):
        raise InvalidValue("changed", (f"{quoted(noun)} is no noun of this library; give one, and its fields by name",))
    known = [field.alias or field.name for field in attrs.fields(cls) if field.init]
    faults: list[str] = []
    for name in changes:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            faults.append(Fault(f"{name}: {cls.__name__} has no such field; {hint}", code="unknown"))
    if faults:
        raise InvalidValue(cls.__name__, faults)
    return attrs.evolve(noun, **changes)
