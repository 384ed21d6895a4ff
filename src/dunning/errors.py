"""What can go wrong, and whose fault it is.

Every error of the library is a `DunningError`. The leaves say who has to act: the program that passed a value that
cannot be (`InvalidValue`), the books that contradict themselves (`InvalidLedger`), the question that has no answer
(`Undefined`), the name that is not there (`NotFound`), the rate that the caller did not give (`MissingRate`,
`MissingReferenceRate`). The facts of the error are in its arguments, in the order of the constructor, so that errors
survive pickling.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

__all__ = [
    "DunningError",
    "InvalidLedger",
    "InvalidValue",
    "MissingRate",
    "MissingReferenceRate",
    "NotFound",
    "Undefined",
]


class DunningError(Exception):
    """Base of all errors that dunning raises on purpose."""


class InvalidValue(DunningError, ValueError):
    """A value that cannot be: the caller passed something wrong.

    `what` names the thing that was being made or asked, `faults` holds one line for each fault, with its path.

    >>> raise InvalidValue("Hold", ("end: 2026-01-01 is before the start, 2026-01-02",))
    Traceback (most recent call last):
    dunning.errors.InvalidValue: Hold: end: 2026-01-01 is before the start, 2026-01-02
    """

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.what = _cut(str(what))
        self.faults = tuple(map(_cut, faults))
        super().__init__(self.what, self.faults)

    def __str__(self) -> str:
        return f"{self.what}: {'; '.join(_first(self.faults))}"


_LONG = 400
"""What an error says of one fault, in characters: the beginning and the end, where the value itself was longer."""


_MANY = 40
"""How many faults the text of an error names; all of them are in the error."""


def _first(faults: Sequence[object]) -> list[str]:
    more = len(faults) - _MANY
    return [*map(str, faults[:_MANY]), *([f"and {more:,} more"] if more > 0 else [])]


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG * 3 // 4]} ... {text[-_LONG // 4 :]}"


class InvalidLedger(DunningError, ValueError):
    """Facts that contradict each other or cannot be read; `problems` lists every one (see `dunning.ledger.Problem`)."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        lines = "".join(f"\n  {_cut(problem)}" for problem in _first(self.problems))
        return f"{len(self.problems)} faulty facts; mend them, or set them aside (Ledger.collect, strict=False):{lines}"


class NotFound(DunningError, LookupError):
    """A name that is not there: `what` was looked for, under the name `name`, among `known`."""

    def __init__(self, what: str, name: str, known: Sequence[str] = ()) -> None:
        super().__init__(what, name, tuple(known))
        self.what = what
        self.name = name
        self.known = tuple(known)

    def __str__(self) -> str:
        known = f"; known: {', '.join(self.known)}" if self.known else ""
        return f"no {_cut(self.what)} {_cut(repr(self.name))}{known}"


class MissingRate(DunningError, LookupError):
    """A conversion for which the caller gave no rate; `currencies` lists all that are missing."""

    def __init__(self, currencies: Sequence[str]) -> None:
        super().__init__(tuple(currencies))
        self.currencies = tuple(currencies)

    def __str__(self) -> str:
        return f"no rate for {', '.join(self.currencies)}: give one for each currency, nothing was converted"


class MissingReferenceRate(DunningError, LookupError):
    """A value of a reference rate that the caller did not give: `name` is the series, `on` the day that counts.

    Add the value to the series or, where its values are changes, say `through` which day they are known.
    """

    def __init__(self, name: str, on: date) -> None:
        super().__init__(name, on)
        self.name = name
        self.on = on

    def __str__(self) -> str:
        return f"no value of {self.name} for {self.on}; add it (or say `through`)"


class Undefined(DunningError, ArithmeticError):
    """A figure that does not exist for these inputs; `name` is the figure and `reason` says why.

    >>> raise Undefined("dso", "no sales")
    Traceback (most recent call last):
    dunning.errors.Undefined: dso is undefined: no sales
    """

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name} is undefined: {self.reason}"
