"""Conditions: a closed algebra over measures, written once and read in several ways.

A condition is data: a comparison of a named measure with a value, or a combination of conditions with `&`, `|` and
`~`. The same condition is tested (`holds`), accounted for clause by clause (`explain`) and put into words
(`describe`). Segments and the guards of policies are written in them.

A comparison with a measure that is undefined does not hold; its negation does.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any, Literal, TypeAlias

from dunning._attrs import frozen
from dunning._report import shown
from dunning.amounts import fits
from dunning.dates import add_days
from dunning.errors import InvalidValue, NotFound
from dunning.measures import MEASURES, Value

__all__ = [
    "ALWAYS",
    "NEVER",
    "All",
    "AnyOf",
    "Clause",
    "Compare",
    "Condition",
    "Explanation",
    "Not",
    "clauses_of",
    "compares_of",
    "describe",
    "explain",
    "holds",
    "measure",
    "measures_of",
    "predicate",
]

Op: TypeAlias = Literal[">=", ">", "<=", "<", "="]
Condition: TypeAlias = "Compare | All | AnyOf | Not"

_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
}
_WORDS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "=": "exactly"}


class _Algebra:
    """`&`, `|` and `~` for every kind of condition."""

    __slots__ = ()

    def __and__(self, other: object) -> All:
        return _joined(All, self, other) if isinstance(other, _Algebra) else NotImplemented

    def __or__(self, other: object) -> AnyOf:
        return _joined(AnyOf, self, other) if isinstance(other, _Algebra) else NotImplemented

    def __invert__(self) -> Condition:
        return self.part if isinstance(self, Not) else Not(self)  # type: ignore[arg-type]  # every _Algebra is a Condition


def _joined(kind: Any, left: Any, right: Any) -> Any:
    """Join two conditions, flat and without repetition: `a & (b & a)` is `All((a, b))`."""
    parts: list[Any] = []
    for side in (left, right):
        for part in side.parts if isinstance(side, kind) else (side,):
            if part not in parts:
                parts.append(part)
    return kind(tuple(parts))


@frozen
class Compare(_Algebra):
    """A measure compared with a value, such as `Compare("days_past_due", ">=", 10)`; `measure(...)` reads better."""

    measure: str
    op: Op
    value: Decimal | int

    def __attrs_post_init__(self) -> None:
        if self.measure not in MEASURES:
            raise NotFound("measure", self.measure, tuple(MEASURES))
        faults: list[str] = []
        if self.op not in _TESTS:
            faults.append(f"op: {self.op!r} is not one of {' '.join(_TESTS)}")
        is_number = type(self.value) is int or (isinstance(self.value, Decimal) and fits(self.value))
        if not is_number:
            faults.append(f"value: {self.value!r} ({type(self.value).__name__}) is not an int or a finite Decimal")
        if faults:
            raise InvalidValue(f"condition on {self.measure}", faults)


@frozen
class All(_Algebra):
    """Every part holds; without parts it always does."""

    parts: tuple[Condition, ...]


@frozen
class AnyOf(_Algebra):
    """At least one part holds; without parts none ever does."""

    parts: tuple[Condition, ...]


@frozen
class Not(_Algebra):
    """The part does not hold."""

    part: Condition


ALWAYS = All(())
NEVER = AnyOf(())


class _Term:
    """A measure waiting for its comparison."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __ge__(self, value: Decimal | int) -> Compare:
        return Compare(self.name, ">=", value)

    def __gt__(self, value: Decimal | int) -> Compare:
        return Compare(self.name, ">", value)

    def __le__(self, value: Decimal | int) -> Compare:
        return Compare(self.name, "<=", value)

    def __lt__(self, value: Decimal | int) -> Compare:
        return Compare(self.name, "<", value)

    def equals(self, value: Decimal | int) -> Compare:
        """The measure is exactly this value."""
        return Compare(self.name, "=", value)

    def between(self, low: Decimal | int, high: Decimal | int) -> All:
        """The measure lies between two values, both included."""
        return All((self >= low, self <= high))


def measure(name: str) -> _Term:
    """A measure of the catalogue, to be compared: `measure("late_share") < Decimal("0.1")`.

    Raises:
        NotFound: the catalogue has no such measure (raised by the comparison).

    >>> describe((measure("days_past_due") >= 10) & ~(measure("overdue_balance") < 50))
    'days past due of the oldest open item is at least 10 and not: what is past due is less than 50.00'
    """
    return _Term(name)


def predicate(condition: Condition) -> Callable[[Mapping[str, Value]], bool]:
    """A condition as a function of readings, for those who ask the same one many times."""
    if isinstance(condition, Compare):
        name, test, limit = condition.measure, _TESTS[condition.op], condition.value

        def compare(readings: Mapping[str, Value]) -> bool:
            value = readings[name]
            return value is not None and test(value, limit)

        return compare
    if isinstance(condition, Not):
        inner = predicate(condition.part)
        return lambda readings: not inner(readings)
    parts = tuple(map(predicate, condition.parts))
    is_any = isinstance(condition, AnyOf)

    def combine(readings: Mapping[str, Value]) -> bool:
        for part in parts:
            if part(readings) is is_any:
                return is_any
        return not is_any

    return combine


def holds(condition: Condition, readings: Mapping[str, Value]) -> bool:
    """Whether a condition holds for the readings of measures (such as `dunning.measures.Standing`)."""
    return predicate(condition)(readings)


@frozen
class Clause:
    """One comparison in an explanation: the measure, its value, whether the comparison came out as it should.

    `wanted` is False below a negation. `on` is the date on which a clause that is not met will be, if nothing else
    happens; None when time alone does not bring it about.
    """

    compare: Compare
    value: Value
    wanted: bool
    met: bool
    on: date | None

    def __str__(self) -> str:
        negated = "" if self.wanted else "not: "
        when = f", met on {self.on}" if self.on is not None else ""
        return f"{negated}{describe(self.compare)} (it is {_figure(self.compare.measure, self.value)}{when})"


@frozen
class Explanation:
    """Why a condition holds or does not: the outcome, and every clause with the measured value."""

    condition: Condition
    holds: bool
    clauses: tuple[Clause, ...]

    @property
    def unmet(self) -> tuple[Clause, ...]:
        """The clauses that did not come out as they should."""
        return tuple(clause for clause in self.clauses if not clause.met)

    def __str__(self) -> str:
        return f"{'yes' if self.holds else 'no'}: " + "; ".join(map(str, self.clauses))


def explain(condition: Condition, readings: Mapping[str, Value], *, as_of: date) -> Explanation:
    """Account for a condition clause by clause; agrees with `holds`."""
    clauses = tuple(clauses_of(condition, readings, as_of=as_of))
    return Explanation(condition, holds(condition, readings), clauses)


def clauses_of(
    condition: Condition, readings: Mapping[str, Value], *, as_of: date, wanted: bool = True
) -> Iterator[Clause]:
    """The clauses of a condition from left to right, each with its measured value."""
    if isinstance(condition, Compare):
        value = readings[condition.measure]
        met = (value is not None and _TESTS[condition.op](value, condition.value)) is wanted
        yield Clause(condition, value, wanted, met, None if met else _met_on(condition, value, as_of, wanted=wanted))
    elif isinstance(condition, Not):
        yield from clauses_of(condition.part, readings, as_of=as_of, wanted=not wanted)
    else:
        for part in condition.parts:
            yield from clauses_of(part, readings, as_of=as_of, wanted=wanted)


def _met_on(compare: Compare, value: Value, as_of: date, *, wanted: bool) -> date | None:
    """The date on which a daily measure grows into (or out of) a comparison, None when it never does."""
    if MEASURES[compare.measure].moves != "daily" or not isinstance(value, int):
        return None
    grows_true = compare.op in (">=", ">")
    if compare.op == "=" or grows_true is not wanted:
        return None
    first = ceil(compare.value) if compare.op in (">=", "<") else floor(compare.value) + 1
    return add_days(as_of, first - value)


def measures_of(condition: Condition) -> frozenset[str]:
    """The names of the measures that a condition speaks about."""
    return frozenset(compare.measure for compare in compares_of(condition))


def compares_of(condition: Condition) -> Iterator[Compare]:
    """The comparisons in a condition, from left to right."""
    if isinstance(condition, Compare):
        yield condition
    else:
        for part in (condition.part,) if isinstance(condition, Not) else condition.parts:
            yield from compares_of(part)


def _figure(name: str, value: Value) -> str:
    unit = MEASURES[name].unit
    if value is None:
        return "undefined"
    if unit == "share":
        return f"{float(value):.1%}"
    return shown(Decimal(value)) if unit == "amount" and isinstance(value, (int, Decimal)) else str(value)


def describe(condition: Condition) -> str:
    """Put a condition into words."""
    if isinstance(condition, Compare):
        meaning = MEASURES[condition.measure].meaning
        return f"{meaning} is {_WORDS[condition.op]} {_figure(condition.measure, condition.value)}"
    if isinstance(condition, Not):
        return f"not: {_inner(condition.part)}"
    if not condition.parts:
        return "always" if isinstance(condition, All) else "never"
    joint = " and " if isinstance(condition, All) else " or "
    return joint.join(map(_inner, condition.parts))


def _inner(condition: Condition) -> str:
    """A part of a larger condition: in brackets where it has parts of its own."""
    words = describe(condition)
    return f"({words})" if isinstance(condition, (All, AnyOf)) and len(condition.parts) > 1 else words
