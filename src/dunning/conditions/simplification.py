"""Conditions made as simple as they can be, by reasoning about the values that each measure can take.

What a condition says about one measure is a set of values (a `Line` of numbers, some `Names`, or a yes or no), with or
without "undefined". Sets are joined, cut and turned round exactly, and written back in one way only; so two conditions
on one measure that mean the same become equal, and what can never or must always hold is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import lru_cache, reduce
from math import ceil, floor
from typing import Any, NamedTuple, TypeAlias

from dunning._base.guards import guarded
from dunning.conditions.algebra import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Condition,
    Multiple,
    Not,
    compares_of,
    measures_of,
)
from dunning.measures import measure_of

Cut: TypeAlias = "tuple[Decimal | int, int]"
"""A place on the line: before a value (0) or after it (1)."""


class Line(NamedTuple):
    """A set of numbers, as the cuts at which one enters or leaves it; `low` says whether it begins inside."""

    low: bool
    cuts: tuple[Cut, ...]
    undefined: bool

    def outside(self) -> Line:
        """All that is not in the set."""
        return Line(not self.low, self.cuts, not self.undefined)

    def joined(self, other: Any, way: Callable[[bool, bool], bool]) -> Line:
        """Both sets as one, inside where `way` says so."""
        low = inside = way(self.low, other.low)
        cuts: list[Cut] = []
        for cut in sorted({*self.cuts, *other.cuts}):
            now = way(self.at(cut), other.at(cut))
            if now != inside:
                cuts.append(cut)
                inside = now
        return Line(low, tuple(cuts), way(self.undefined, other.undefined))

    def at(self, cut: Cut) -> bool:
        """Whether the numbers just behind a cut are in the set."""
        return self.low ^ (sum(1 for each in self.cuts if each <= cut) % 2 == 1)

    @property
    def everything(self) -> bool | None:
        """True for all values, False for none, None for some."""
        return self.low if not self.cuts and self.low == self.undefined else None

    def condition(self, name: str) -> Condition:
        """The set as a condition on a measure, always written the same way."""
        if self.undefined:
            return ~self.outside().condition(name)
        if not self.cuts:
            return AnyOf((Compare(name, ">=", 0), Compare(name, "<", 0)))
        edges: list[Cut | None] = [*([None] if self.low else []), *self.cuts]
        edges += [None] * (len(edges) % 2)
        pieces = [_piece(name, edges[n], edges[n + 1]) for n in range(0, len(edges), 2)]
        return pieces[0] if len(pieces) == 1 else AnyOf(tuple(pieces))


def _piece(name: str, start: Cut | None, end: Cut | None) -> Condition:
    if start is not None and end is not None and (start, end) == ((start[0], 0), (start[0], 1)):
        return Compare(name, "=", start[0])
    whole = measure_of(name).kind == "whole"
    parts: list[Condition] = []
    if start is not None:
        parts.append(Compare(name, ">" if start[1] else ">=", start[0]))
    if end is not None and whole:
        parts.append(Compare(name, "<=", int(end[0]) - 1))
    elif end is not None:
        parts.append(Compare(name, "<=" if end[1] else "<", end[0]))
    if whole and len(parts) == 2 and start is not None and end is not None and start[0] == end[0] - 1:
        return Compare(name, "=", start[0])
    return parts[0] if len(parts) == 1 else All(tuple(parts))


class Names(NamedTuple):
    """A set of texts: those named, or (`others`) all but those, and undefined with them."""

    names: frozenset[str]
    others: bool

    def outside(self) -> Names:
        """All that is not in the set."""
        return Names(self.names, not self.others)

    def joined(self, other: Any, way: Callable[[bool, bool], bool]) -> Names:
        """Both sets as one, inside where `way` says so."""
        others = way(self.others, other.others)
        every = self.names | other.names
        inside = {
            name for name in every if way((name in self.names) ^ self.others, (name in other.names) ^ other.others)
        }
        return Names(frozenset(every - inside if others else inside), others)

    @property
    def everything(self) -> bool | None:
        """True for all values, False for none, None for some."""
        return None if self.names else self.others

    def condition(self, name: str) -> Condition:
        """The set as a condition on a measure, always written the same way."""
        named = tuple(sorted(self.names))
        found = Compare(name, "=", named[0]) if len(named) == 1 else Compare(name, "in", named)
        return Not(found) if self.others else found


def _line(compare: Compare) -> Line:
    """The numbers that pass a comparison; whole ones are cut only before a number."""
    value: Any = compare.value
    if compare.op == "in":
        lines = (_line(Compare(compare.measure, "=", each)) for each in value)
        return reduce(lambda one, other: one.joined(other, _or), lines, Line(False, (), False))
    cuts: dict[str, tuple[bool, tuple[Cut, ...]]] = {
        ">=": (False, ((value, 0),)),
        ">": (False, ((value, 1),)),
        "<": (True, ((value, 0),)),
        "<=": (True, ((value, 1),)),
        "=": (False, ((value, 0), (value, 1))),
    }
    low, found = cuts[compare.op]
    if measure_of(compare.measure).kind == "whole":
        found = tuple((floor(each) + 1 if side else ceil(each), 0) for each, side in found)
        found = () if len(found) == 2 and found[0] == found[1] else found
    return Line(low, found, False)


Region: TypeAlias = "Line | Names"
Variable: TypeAlias = "tuple[str, str]"
"""What a comparison is about: a measure, and the text asked for where the measure is a set of texts."""


def _variable(compare: Compare) -> Variable:
    if compare.op == "has" or isinstance(compare.value, Multiple):
        return compare.measure, f"has {compare.op} {compare.value!r}"
    values = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    return compare.measure, "text" if any(isinstance(each, str) for each in values) else "number"


def _and(one: bool, other: bool) -> bool:
    return one and other


def _or(one: bool, other: bool) -> bool:
    return one or other


def _region(condition: Condition) -> Region | None:
    """The values for which a condition on a single variable holds; None where there is no such single variable."""
    found = {_variable(compare) for compare in compares_of(condition)}
    if len(found) != 1 or next(iter(found))[1].startswith("has "):
        return None
    return _values(condition)


def _values(condition: Condition) -> Region:
    if isinstance(condition, Compare):
        if _variable(condition)[1] == "number":
            return _line(condition)
        names = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        return Names(frozenset(map(str, names)), others=False)
    if isinstance(condition, Not):
        return _values(condition.part).outside()
    regions: list[Region] = [_values(part) for part in condition.parts]
    way = _and if isinstance(condition, All) else _or
    return reduce(lambda one, other: one.joined(other, way), regions)


def _key(condition: Condition) -> tuple[list[str], str]:
    return sorted(measures_of(condition)), repr(condition)


@guarded
@lru_cache(maxsize=2048)
def simplify(condition: Condition) -> Condition:
    """The same condition written as simply and as uniformly as reasoning by measure allows.

    What can never hold becomes `NEVER`, what always does `ALWAYS`, as far as that is seen measure by measure. The
    result holds for exactly the same readings, the undefined ones included.

    >>> from dunning.conditions import describe, measure
    >>> days = measure("days_past_due")
    >>> print(describe(simplify((days > 9) & (days >= 3) & ~(days < 5))))
    days past due of the oldest open item is at least 10
    """
    return _simple(condition, wanted=True)


def _simple(condition: Condition, *, wanted: bool) -> Condition:
    if isinstance(condition, Not):
        return _simple(condition.part, wanted=not wanted)
    if isinstance(condition, Compare):
        return _written(condition if wanted else Not(condition))
    is_all = isinstance(condition, All) is wanted
    kind = All if is_all else AnyOf
    parts: list[Condition] = []
    for part in condition.parts:
        simple = _simple(part, wanted=wanted)
        parts.extend(simple.parts if isinstance(simple, kind) else (simple,))
    return _combined(kind, parts)


def _combined(kind: type[All] | type[AnyOf], parts: Iterable[Condition]) -> Condition:
    """Parts joined: what is said about one measure in one, nothing twice, nothing that says nothing."""
    single: dict[Variable, list[Condition]] = {}
    found: list[Condition] = []
    for part in parts:
        variables = {_variable(compare) for compare in compares_of(part)}
        if len(variables) == 1:
            single.setdefault(next(iter(variables)), []).append(part)
        else:
            found.append(part)
    found += [_written(kind(tuple(each))) if len(each) > 1 else each[0] for each in single.values()]
    nothing, end = (ALWAYS, NEVER) if kind is All else (NEVER, ALWAYS)
    if end in found:
        return end
    found = [part for part in found if part != nothing]
    inner = AnyOf if kind is All else All
    found = [part for part in found if not (isinstance(part, inner) and any(each in found for each in part.parts))]
    kept = sorted(set(found), key=_key)
    if len(kept) == 1:
        return kept[0]
    return kind(tuple(kept)) if kept else nothing


def _written(condition: Condition) -> Condition:
    """A condition on one variable in the one way of writing it."""
    region = _region(condition)
    compare = next(compares_of(condition))
    if region is None:
        return _yes_or_no(condition, compare)
    if region.everything is not None:
        return ALWAYS if region.everything else NEVER
    return region.condition(compare.measure)


def _yes_or_no(condition: Condition, compare: Compare) -> Condition:
    """A condition on one tag: one of yes, no, always, never."""
    if_has, if_not = _truth(condition, has=True), _truth(condition, has=False)
    if if_has == if_not:
        return ALWAYS if if_has else NEVER
    return compare if if_has else Not(compare)


def _truth(condition: Condition, *, has: bool) -> bool:
    if isinstance(condition, Compare):
        return has
    if isinstance(condition, Not):
        return not _truth(condition.part, has=has)
    truths = [_truth(part, has=has) for part in condition.parts]
    return all(truths) if isinstance(condition, All) else any(truths)


@guarded
def implies(one: Condition, other: Condition) -> bool:
    """Whether the second condition is seen to hold wherever the first one does."""
    if isinstance(other, All):
        return all(implies(one, part) for part in other.parts)
    parts = one.parts if isinstance(one, All) else (one,)
    if other in parts:
        return True
    names = measures_of(other)
    about_it = tuple(part for part in parts if not (about := measures_of(part)) or about & names)
    return simplify(All((*about_it, ~other))) == NEVER
