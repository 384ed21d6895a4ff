"""The readings of a condition: whether it holds, why, when it changes, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from math import ceil, floor
from typing import Any

from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning._report import shown
from dunning.conditions.algebra import (
    All,
    AnyOf,
    Compare,
    Condition,
    Multiple,
    Not,
    Operand,
    compares_of,
    measures_of,
    meets,
    passes,
    predicate,
)
from dunning.dates import NEVER_ENDS, add_days, require_date
from dunning.errors import NotFound
from dunning.measures import Standing, Value, measure_of

_WORDS = {
    ">=": "at least",
    ">": "more than",
    "<=": "at most",
    "<": "less than",
    "=": "exactly",
    "in": "one of",
}


@guarded
def holds(condition: Condition, readings: Mapping[str, Value]) -> bool:
    """Whether a condition holds for the readings of measures (such as `dunning.measures.Standing`).

    Raises:
        NotFound: the condition asks for a measure that was not read.
    """
    try:
        return predicate(condition)(readings)
    except KeyError as error:
        raise _unread(str(error.args[0]), readings) from None


def _unread(name: str, readings: Mapping[str, Value]) -> NotFound:
    return NotFound("reading of the measure", name, [str(each) for each in readings])


def _read(readings: Mapping[str, Value], name: str) -> Value:
    try:
        return readings[name]
    except KeyError:
        raise _unread(name, readings) from None


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
        said = describe(self.compare if self.wanted else Not(self.compare))
        when = f", met on {self.on}" if self.on is not None else ""
        return f"{said} (it is {_figure(self.compare.measure, self.value)}{when})"


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


@guarded
def explain(condition: Condition, readings: Mapping[str, Value], *, as_of: date) -> Explanation:
    """Account for a condition clause by clause; agrees with `holds`."""
    clauses = tuple(clauses_of(condition, readings, as_of=as_of))
    return Explanation(condition, holds(condition, readings), clauses)


@guarded
def clauses_of(
    condition: Condition, readings: Mapping[str, Value], *, as_of: date, wanted: bool = True
) -> Iterator[Clause]:
    """The clauses of a condition from left to right, each with its measured value."""
    if isinstance(condition, Compare):
        value = _read(readings, condition.measure)
        met = meets(condition, readings) is wanted
        on = None if met else _met_on(condition, readings, as_of, wanted=wanted)
        yield Clause(condition, value, wanted, met, on)
    elif isinstance(condition, Not):
        yield from clauses_of(condition.part, readings, as_of=as_of, wanted=not wanted)
    else:
        for part in condition.parts:
            yield from clauses_of(part, readings, as_of=as_of, wanted=wanted)


@guarded
def next_change(condition: Condition, readings: Mapping[str, Value], *, as_of: date) -> date | None:
    """The first day after `as_of` on which a condition begins or ceases to hold if no new fact comes; None if never.

    Exact for a `Standing`, whose items fall due and whose experiences leave their window in between. Other readings
    are taken to grow by one a day where their measure is a daily one, and to stay as they are where it is not.

    >>> from dunning.conditions import measure
    >>> next_change(measure("tenure") >= 30, {"tenure": 12}, as_of=date(2026, 1, 1))
    datetime.date(2026, 1, 19)
    """
    require_date("as_of", as_of)
    now = holds(condition, readings)
    for day in days_of_change(condition, readings, as_of=as_of):
        then = readings.at(day) if isinstance(readings, Standing) else _grown(condition, readings, (day - as_of).days)
        if holds(condition, then) is not now:
            return day
    return None


def _met_on(compare: Compare, readings: Mapping[str, Value], as_of: date, *, wanted: bool) -> date | None:
    """The first day on which a comparison will come out as wanted; the short way for readings that grow evenly."""
    if isinstance(readings, Standing):
        return next_change(compare, readings, as_of=as_of)
    value = _read(readings, compare.measure)
    for day in sorted(_crossings(compare, value, as_of)):
        if isinstance(value, int) and passes(compare, value + (day - as_of).days) is wanted:
            return day
    return None


def _grown(condition: Condition, readings: Mapping[str, Value], days: int) -> dict[str, Value]:
    """The readings that a condition asks for some days later: daily measures have grown, the rest stands."""
    then: dict[str, Value] = {}
    for name in measures_of(condition):
        value = readings[name]
        daily = isinstance(value, int) and measure_of(name).moves == "daily"
        then[name] = value + days if daily and isinstance(value, int) else value
    return then


@guarded
def days_of_change(condition: Condition, readings: Mapping[str, Value], *, as_of: date) -> list[date]:
    """The days after `as_of`, in order, on which alone a condition may begin or cease to hold if no new fact comes."""
    compares = list(compares_of(condition))
    turns = {as_of}
    if isinstance(readings, Standing):
        for name in measures_of(condition):
            turns.update(day for day in readings.turning_days(name) if as_of < day < NEVER_ENDS)
    days = set(turns)
    for start in turns:
        then = readings.at(start) if isinstance(readings, Standing) and start != as_of else readings
        for compare in compares:
            days.update(_crossings(compare, _read(then, compare.measure), start))
    return sorted(day for day in days if as_of < day < NEVER_ENDS)


def _crossings(compare: Compare, value: Value, day: date) -> Iterator[date]:
    """The days on which a daily measure comes to the values of a comparison, or just past them."""
    if not isinstance(value, int) or measure_of(compare.measure).moves != "daily":
        return
    limits: Any = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    for limit in limits:
        for first in {ceil(limit), floor(limit) + 1}:
            if first > value:
                yield add_days(day, first - value)


def _figure(name: str, value: Value | Operand) -> str:
    unit = measure_of(name).unit
    if isinstance(value, Multiple):
        other = _meaning(value.measure)
        return other if value.times == 1 else f"{shown(value.times)} times {other}"
    if value is None:
        return "undefined"
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    if isinstance(value, tuple):
        return ", ".join(_figure(name, each) for each in value)
    if unit == "share" and isinstance(value, (int, Decimal)):
        return f"{float(value):.1%}"
    return shown(Decimal(value)) if unit == "amount" and isinstance(value, (int, Decimal)) else str(value)


def _meaning(name: str) -> str:
    """What a measure means, with what stands in brackets behind it."""
    measured = measure_of(name)
    argument = name.partition("[")[2].removesuffix("]")
    if measured.argument == "name":
        return argument.replace("_", " ")
    if measured.argument == "days" and argument:
        return measured.meaning.replace("the window", f"the last {argument} days")
    return measured.meaning.replace("the window", "the last year") + (f" ({argument})" if argument else "")


@guarded
def describe(condition: Condition) -> str:
    """Put a condition into words."""
    return _said(condition, wanted=True)


def _said(condition: Condition, *, wanted: bool) -> str:
    """A condition in words, or its contrary: each comparison has a negative form of its own, so none is left open."""
    if isinstance(condition, Compare):
        return _compare_said(condition, wanted=wanted)
    if isinstance(condition, Not):
        return _said(condition.part, wanted=not wanted)
    is_all = isinstance(condition, All) is wanted
    if not condition.parts:
        return "always" if is_all else "never"
    parts = (_inner(part, wanted=wanted) for part in condition.parts)
    return (" and " if is_all else " or ").join(parts)


def _inner(condition: Condition, *, wanted: bool) -> str:
    """A part of a larger condition: in brackets where it has parts of its own."""
    words = _said(condition, wanted=wanted)
    while isinstance(condition, Not):
        condition = condition.part
    return f"({words})" if isinstance(condition, (All, AnyOf)) and len(condition.parts) > 1 else words


_FLAGS = {
    "business_day": ("it is a business day", "it is no business day"),
    "frozen": ("it is a season in which nothing is sent", "it is no season in which nothing is sent"),
    "credit_stopped": ("credit is stopped", "credit is not stopped"),
}


def _compare_said(compare: Compare, *, wanted: bool) -> str:
    no = "" if wanted else "not "
    name, figure = _meaning(compare.measure), _figure(compare.measure, compare.value)
    if compare.measure in _FLAGS and compare.value == 1 and compare.op in (">=", "<", "="):
        return _FLAGS[compare.measure][(compare.op == "<") is wanted]
    if compare.op == "has":
        return f"{name} {'' if wanted else 'do not '}include {figure}"
    if compare.value == "yes" and compare.measure.startswith("custom["):
        return f"the customer is {no}{name}"
    return (
        f"{name} is {no}{figure}" if isinstance(compare.value, str) else f"{name} is {no}{_WORDS[compare.op]} {figure}"
    )
