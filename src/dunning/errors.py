"""What can go wrong, and whose fault it is.

Every error of the library is a `DunningError`. The leaves say who has to act: the program that passed a value that
cannot be (`InvalidValue`), the books that contradict themselves (`InvalidLedger`), the question that has no answer
(`Undefined`), the name that is not there (`NotFound`), the rate that the caller did not give (`MissingRate`,
`MissingReferenceRate`). The facts of the error are in its arguments, in the order of the constructor, so that errors
survive pickling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

__all__ = [
    "FAULTS",
    "DunningError",
    "Fault",
    "FaultCode",
    "InvalidLedger",
    "InvalidValue",
    "MissingRate",
    "MissingReferenceRate",
    "NotFound",
    "Undefined",
]


class DunningError(Exception):
    """Base of all errors that dunning raises on purpose."""


FaultCode: TypeAlias = Literal["missing", "unknown", "not_allowed", "unreadable", "rule"]
"""What kind of fault a value has; the codes to match on."""

FAULTS: Mapping[FaultCode, str] = MappingProxyType(
    {
        "missing": "a value has to be given, and was not",
        "unknown": "there is no field, argument, column or kind of this name",
        "not_allowed": "the value is of another type, or not one of those that may be",
        "unreadable": "the text cannot be read as what it has to be: a day, a number, terms",
        "rule": "the value does not go together with the others",
    }
)
"""What each code of a fault means."""

_PATH = re.compile(r"([A-Za-z_]\w*(?:\[[^\]]*\]|\.[A-Za-z_]\w*)*|(?:\[\d+\])(?:\[[^\]]*\]|\.[A-Za-z_]\w*)*): ")


class Fault(str):
    """One thing that is wrong, as a line for people; what programs ask for is beside it.

    `path` is where it is, such as `levels[0].gap`, empty where it is the whole; `code` is one of `FAULTS`; `value` is
    the value as it is shown, cut where it is long, empty where none was given; `message` is the line without the path.

    >>> fault = Fault("gap: -1 is not a whole number of at least 0", code="not_allowed", value="-1")
    >>> fault.path, fault.code, fault.message
    ('gap', 'not_allowed', '-1 is not a whole number of at least 0')
    """

    __slots__ = ("code", "path", "value")

    code: FaultCode
    path: str
    value: str

    def __new__(cls, text: str, *, code: FaultCode = "rule", value: str = "", path: str | None = None) -> Fault:
        """A fault of these words; its path is what stands before the colon, unless it is given."""
        if not isinstance(text, str) or not isinstance(code, str) or code not in FAULTS:
            raise InvalidValue(
                "Fault", (f"give a text and one of {', '.join(FAULTS)}, not {text!r:.40} and {code!r:.40}",)
            )
        fault = super().__new__(cls, text)
        found = _PATH.match(text)
        fault.path = path if path is not None else found[1] if found is not None else ""
        fault.code = code
        fault.value = value
        return fault

    @property
    def message(self) -> str:
        """The line without the path."""
        return self.removeprefix(f"{self.path}: ")

    def record(self) -> dict[str, str]:
        """The fault as plain data: path, code, message and value."""
        return {"path": self.path, "code": self.code, "message": self.message, "value": self.value}

    def below(self, path: str) -> Fault:
        """The same fault, where the whole stands at a path."""
        if not path:
            return self
        own = f"{path}{'.' if self.path and self.path[0] != '[' else ''}{self.path}"
        return Fault(f"{own}: {self.message}", code=self.code, value=self.value, path=own)

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, str]]:
        return (str(self),), {"code": self.code, "value": self.value, "path": self.path}


class InvalidValue(DunningError, ValueError):
    """A value that cannot be: the caller passed something wrong.

    `what` names the thing that was being made or asked, `faults` holds a `Fault` for each thing that is wrong: a line
    with its path, and its code and value.

    >>> raise InvalidValue("Hold", ("end: 2026-01-01 is before the start, 2026-01-02",))
    Traceback (most recent call last):
    dunning.errors.InvalidValue: Hold: end: 2026-01-01 is before the start, 2026-01-02
    """

    def __init__(self, what: str, faults: Sequence[str]) -> None:
        self.what = _cut(str(what))
        self.faults: tuple[Fault, ...] = tuple(map(_fault, faults))
        super().__init__(self.what, self.faults)

    def __str__(self) -> str:
        return f"{self.what}: {'; '.join(_first(self.faults))}"


_LONG = 400
"""What an error says of one fault, in characters: the beginning and the end, where the value itself was longer."""


_MANY = 12
"""How many faults the text of an error names; all of them are in the error."""


def _first(faults: Sequence[object]) -> list[str]:
    more = len(faults) - _MANY
    return [*map(str, faults[:_MANY]), *([f"and {more:,} more"] if more > 0 else [])]


def _fault(text: str) -> Fault:
    fault = text if isinstance(text, Fault) else Fault(str(text))
    if len(fault) <= _LONG:
        return fault
    return Fault(_cut(str(fault)), code=fault.code, value=fault.value, path=fault.path)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG * 3 // 4]} ... {text[-_LONG // 4 :]}"


class InvalidLedger(DunningError, ValueError):
    """Facts that contradict each other or cannot be read; `problems` lists every one (see `dunning.ledger.Problem`)."""

    def __init__(self, problems: Sequence[Any]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        notes = [each for each in self.problems if getattr(each, "fact", each) is None]
        faulty = [each for each in self.problems if getattr(each, "fact", each) is not None]
        groups: dict[object, list[Any]] = {}
        for number, each in enumerate(faulty):
            groups.setdefault(number if len(faulty) <= _GROUPS else _kind_of(each), []).append(each)
        shown = [*([note] for note in notes), *sorted(groups.values(), key=len, reverse=True)]
        more = sum(map(len, shown[_GROUPS:]))
        lines = [*map(_of_group, shown[:_GROUPS]), *([f"and {more:,} more"] if more else [])]
        said = "".join(f"\n  {line}" for line in lines)
        if not faulty:
            return f"{len(notes):,} {'problem' if len(notes) == 1 else 'problems'} of the books:{said}"
        facts = "fact" if len(faulty) == 1 else "facts"
        return f"{len(faulty):,} faulty {facts}; mend them, or set them aside (Ledger.collect, strict=False):{said}"


_GROUPS = 12
"""How many kinds of problems the text of an error shows, the most frequent first."""
_EXAMPLES = 3


def _kind_of(problem: Any) -> tuple[object, ...]:
    """What problems have in common that are told together: the code, and where what is wrong with them."""
    faults: Sequence[Fault] = getattr(problem, "faults", ())
    return (getattr(problem, "code", str(problem)), *((fault.path, fault.code) for fault in faults))


def _of_group(problems: Sequence[Any]) -> str:
    """What is said of problems of one kind: the first as an example, and where the next ones are."""
    first = _cut(str(problems[0]))
    if len(problems) <= 1:
        return first
    others = [
        f"row {each.row}" if getattr(each, "row", None) is not None else str(getattr(each, "id", ""))
        for each in problems[1:]
    ]
    more = f" and {len(others) - _EXAMPLES:,} more" if len(others) > _EXAMPLES else ""
    return f"{len(problems):,} times: {first} (also {', '.join(others[:_EXAMPLES])}{more})"


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
