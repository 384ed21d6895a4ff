"""The algebra of conditions: comparisons of measures, joined by `&`, `|` and `~`, and the test that they are.

Public through `dunning.conditions`, where the meaning is explained.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, TypeAlias, get_args

from dunning._base.guards import guarded
from dunning._base.kinds import quoted
from dunning._base.noun import frozen
from dunning._base.reading import DEEPEST
from dunning.amounts import EXACT
from dunning.amounts.decimals import Number, is_exact
from dunning.errors import InvalidValue
from dunning.measures import Custom, Value, measure_of

Op: TypeAlias = Literal[">=", ">", "<=", "<", "=", "in", "has"]


@frozen
class Multiple:
    """So many times another measure, for a measure to be compared with; written `2 * measure("custom[instalment]")`.

    It is for measures that do not grow by the day: amounts, counts and shares. Where the other one is undefined, the
    comparison does not hold.
    """

    measure: str
    times: Number = 1

    def _rules(self) -> Iterator[str]:
        yield from _grows(self.measure)

    def of(self, readings: Mapping[str, Value]) -> Decimal | None:
        """The value to compare with; None where the measure is undefined."""
        value = readings[self.measure]
        if value is None:
            return None
        if not isinstance(value, (int, Decimal)) or not is_exact(value):
            raise InvalidValue(self.measure, [f"its value {value!r} is compared as a number"])
        return EXACT.multiply(Decimal(value), Decimal(self.times))


def _grows(name: str) -> Iterator[str]:
    measured = measure_of(name)
    if measured.moves == "daily" or measured.kind not in ("whole", "decimal", "any"):
        yield f"{name}: compare amounts, counts and shares with each other; days and texts with a value"


Operand: TypeAlias = Decimal | int | str | tuple[Decimal | int | str, ...] | Multiple
"""What a measure is compared with: a number, a text, (for `in`) several of them, or a multiple of another measure."""


def _is_in(value: Any, names: Any) -> bool:
    return value in names


def _has(value: Any, name: Any) -> bool:
    return name in value


_TESTS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "=": operator.eq,
    "in": _is_in,
    "has": _has,
}


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


_NUMBERS = (">=", ">", "<=", "<", "=", "in")
_OPS = {"whole": _NUMBERS, "decimal": _NUMBERS, "text": ("=", "in"), "texts": ("has",), "any": get_args(Op)}


def _faults(compare: Compare, kind: str) -> Iterator[str]:
    """What is wrong with the operator or the value for a measure of this kind."""
    op, value = compare.op, compare.value
    if op not in _OPS[kind]:
        yield f"op: {op!r} is not one of {' '.join(_OPS[kind])}"
        return
    if isinstance(value, Multiple):
        if op in ("in", "has"):
            yield f"op: {op!r} is not for a multiple of a measure"
        yield from _grows(compare.measure)
        return
    if op == "in" and not isinstance(value, tuple):
        yield f"value: {value!r} is not a tuple of values"
        return
    values: tuple[object, ...] = value if op == "in" and isinstance(value, tuple) else (value,)
    wants_text = kind in ("text", "texts") or op == "has"
    for each in values:
        text = isinstance(each, str)
        if wants_text and not text:
            yield f"value: {each!r} ({type(each).__name__}) is not a text"
        elif not wants_text and not is_exact(each) and not (kind == "any" and op in ("=", "in")):
            yield f"value: {each!r} ({type(each).__name__}) is not an int or a finite Decimal"


@frozen
class Compare(_Algebra):
    """A measure compared with a value, such as `Compare("days_past_due", ">=", 10)`; `measure(...)` reads better."""

    measure: str
    op: Op
    value: Operand

    def _rules(self) -> Iterator[str]:
        yield from _faults(self, measure_of(self.measure).kind)


def _nesting(parts: Iterable[Condition]) -> Iterator[str]:
    """That conditions are not nested too deep; `&` and `|` lay what is of one kind side by side."""
    if max(map(_depth, parts), default=0) >= DEEPEST:
        yield f"the conditions are nested more than {DEEPEST} deep; lay them side by side"


def _depth(condition: Condition) -> int:
    if isinstance(condition, Compare):
        return 0
    parts = (condition.part,) if isinstance(condition, Not) else condition.parts
    return 1 + max(map(_depth, parts), default=0)


@frozen
class All(_Algebra):
    """Every part holds; without parts it always does."""

    parts: tuple[Condition, ...]

    def _rules(self) -> Iterator[str]:
        yield from _nesting(self.parts)


@frozen
class AnyOf(_Algebra):
    """At least one part holds; without parts none ever does."""

    parts: tuple[Condition, ...]

    def _rules(self) -> Iterator[str]:
        yield from _nesting(self.parts)


@frozen
class Not(_Algebra):
    """The part does not hold."""

    part: Condition

    def _rules(self) -> Iterator[str]:
        yield from _nesting((self.part,))


Condition: TypeAlias = Compare | All | AnyOf | Not
"""A comparison, all of several conditions, any of several, or not one; a closed set."""

ALWAYS = All(())
"""The condition that holds in any case."""
NEVER = AnyOf(())
"""The condition that holds in no case."""


class Term:
    """A measure waiting for its comparison."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __mul__(self, times: Decimal | int) -> Multiple:
        return Multiple(self.name, times)

    __rmul__ = __mul__

    def __ge__(self, value: Decimal | int | Multiple | Term) -> Compare:
        return Compare(self.name, ">=", _operand(value))

    def __gt__(self, value: Decimal | int | Multiple | Term) -> Compare:
        return Compare(self.name, ">", _operand(value))

    def __le__(self, value: Decimal | int | Multiple | Term) -> Compare:
        return Compare(self.name, "<=", _operand(value))

    def __lt__(self, value: Decimal | int | Multiple | Term) -> Compare:
        return Compare(self.name, "<", _operand(value))

    def equals(self, value: Decimal | int | str) -> Compare:
        """The measure is exactly this value."""
        return Compare(self.name, "=", value)

    def between(self, low: Decimal | int, high: Decimal | int) -> All:
        """The measure lies between two values, both included."""
        return All((self >= low, self <= high))

    def one_of(self, *values: Decimal | int | str) -> Compare:
        """The measure is one of these values."""
        return Compare(self.name, "in", tuple(sorted(set(values), key=lambda each: (isinstance(each, str), each))))

    def has(self, name: str) -> Compare:
        """The measure, a set of texts such as `tags`, has this one among them."""
        return Compare(self.name, "has", name)


def _operand(value: Decimal | int | Multiple | Term) -> Decimal | int | Multiple:
    return Multiple(value.name) if isinstance(value, Term) else value


@guarded
def measure(name: str | Custom) -> Term:
    """A measure of the catalogue (or of your own), to be compared: `measure("late_share") < Decimal("0.1")`.

    Raises:
        NotFound: the catalogue has no such measure (raised by the comparison).

    >>> from dunning.conditions import describe
    >>> describe((measure("days_past_due") >= 10) & ~(measure("overdue_balance") < 50))
    'days past due of the oldest open item is at least 10 and what is past due is not less than 50.00'
    """
    return Term(name if isinstance(name, str) else f"custom[{name.name}]")


@guarded
def passes(compare: Compare, value: Value) -> bool:
    """Whether a value passes a comparison; an undefined one never does.

    Raises:
        InvalidValue: the value of a custom measure is of another type than the comparison.
    """
    if value is None:
        return False
    if compare.measure.startswith("custom["):
        _require_type(compare, value)
    try:
        return _TESTS[compare.op](value, compare.value)
    except TypeError:
        raise InvalidValue("passes", (f"value: {quoted(value)} cannot be compared by {compare.op}",)) from None


def _require_type(compare: Compare, value: Value) -> None:
    wants_set = compare.op == "has"
    wants_text = compare.op in ("=", "in") and (
        isinstance(compare.value, str)
        or (isinstance(compare.value, tuple) and any(isinstance(each, str) for each in compare.value))
    )
    fits_it = isinstance(value, frozenset) if wants_set else isinstance(value, str) if wants_text else is_exact(value)
    if not fits_it:
        wanted = "a set of texts" if wants_set else "a text" if wants_text else "a number"
        raise InvalidValue(
            compare.measure, [f"its value {value!r} is compared as {wanted}; mend the value or the condition"]
        )


@guarded
def predicate(condition: Condition) -> Callable[[Mapping[str, Value]], bool]:
    """A condition as a function of readings, for those who ask the same one many times."""
    if isinstance(condition, Compare):
        name, test, limit = condition.measure, _TESTS[condition.op], condition.value
        if isinstance(limit, Multiple):
            return lambda readings: meets(condition, readings)
        if name.startswith("custom["):
            return lambda readings: passes(condition, readings[name])

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


@guarded
def measures_of(condition: Condition) -> frozenset[str]:
    """The names of the measures that a condition speaks about."""
    compares = list(compares_of(condition))
    others = (compare.value.measure for compare in compares if isinstance(compare.value, Multiple))
    return frozenset(compare.measure for compare in compares).union(others)


@guarded
def meets(compare: Compare, readings: Mapping[str, Value]) -> bool:
    """Whether readings pass a comparison, with a value or with another measure."""
    value = readings[compare.measure]
    if not isinstance(compare.value, Multiple):
        return passes(compare, value)
    other = compare.value.of(readings)
    return value is not None and other is not None and _TESTS[compare.op](value, other)


@guarded
def compares_of(condition: Condition) -> Iterator[Compare]:
    """The comparisons in a condition, from left to right."""
    yield from _compares_of(condition)


def _compares_of(condition: Condition) -> Iterator[Compare]:
    if isinstance(condition, Compare):
        yield condition
    else:
        for part in (condition.part,) if isinstance(condition, Not) else condition.parts:
            yield from _compares_of(part)
