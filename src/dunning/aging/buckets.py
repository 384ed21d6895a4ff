"""Aging buckets: a partition of all integers, so that every age falls into exactly one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import pairwise

from dunning._base.guards import guarded
from dunning._base.kinds import refuse
from dunning._base.names import repeated
from dunning._base.noun import frozen
from dunning.errors import InvalidValue

_RANGE = re.compile(r"(-?\d+)-(-?\d+)", re.ASCII)
_OVER = re.compile(r"(-?\d+)\+", re.ASCII)
_NAMED = re.compile(r"(.+)=(-?\d+)?\.\.(-?\d+)?", re.ASCII)
_RESERVED = ("undated", "unapplied", "excluded", "balance")

Span = tuple[str, int | None, int | None]


@frozen
class Buckets:
    """Labels for ages in days, from the youngest to the oldest; every integer lies in exactly one bucket.

    `uppers` holds the last day of each bucket but the last, which has no end. Make buckets with `parse`, `of_days` or
    `of`. The label "current" is for days up to 0: due today is not late.

    >>> buckets = Buckets.parse("current, 1-30, 31-60, 61-90, 91+")
    >>> [buckets.locate(days) for days in (-5, 0, 1, 30, 31, 400)]
    ['current', 'current', '1-30', '1-30', '31-60', '91+']
    """

    labels: tuple[str, ...]
    uppers: tuple[int, ...]

    def _rules(self) -> Iterator[str]:
        if len(self.labels) != len(self.uppers) + 1:
            yield f"labels: {len(self.labels)} of them need {len(self.labels) - 1} upper ends, not {len(self.uppers)}"
        if list(self.uppers) != sorted(set(self.uppers)):
            yield f"uppers: {self.uppers} do not rise from one bucket to the next"
        yield from (f"labels: {each} is named twice" for each in repeated(self.labels))
        yield from (f"labels: {label!r} is the name of another column" for label in self.labels if label in _RESERVED)
        if not all(label and label.strip() == label and "," not in label and "=" not in label for label in self.labels):
            yield "labels: text without commas, '=' or spaces around it"

    @classmethod
    @guarded
    def parse(cls, text: str) -> Buckets:
        """Read buckets as they are printed: `current`, `1-30`, `91+`, or with a name of their own, `old=91..`.

        Raises:
            InvalidValue: a part cannot be read, or days lie in no bucket or in two; each gap and overlap is named.

        >>> Buckets.parse("current, 1-30, 30-50, 52+")
        Traceback (most recent call last):
        dunning.errors.InvalidValue: Buckets: '1-30' and '30-50' overlap at 30; '30-50' and '52+': no bucket holds 51
        """
        spans: list[Span] = []
        unread: list[str] = []
        for part in (each.strip() for each in text.split(",")):
            if part == "current":
                spans.append((part, None, 0))
            elif match := _RANGE.fullmatch(part):
                spans.append((part, int(match[1]), int(match[2])))
            elif match := _OVER.fullmatch(part):
                spans.append((part, int(match[1]), None))
            elif match := _NAMED.fullmatch(part):
                first, last = match[2], match[3]
                spans.append((match[1], None if first is None else int(first), None if last is None else int(last)))
            else:
                unread.append(f"{part!r} is not 'current', '1-30', '91+' or 'name=1..30'")
        if unread:
            raise InvalidValue("Buckets", unread)
        return cls.of(spans)

    @classmethod
    @guarded
    def of(cls, spans: Iterable[Span]) -> Buckets:
        """Build from (label, first day, last day) in order, both days in the bucket; None is an open end.

        >>> str(Buckets.of([("not due", None, -1), ("0-30", 0, 30), ("31+", 31, None)]))
        'not due=..-1, 0-30, 31+'
        """
        found = list(spans)
        faults: list[str] = []
        if not found:
            raise InvalidValue("Buckets", ("give at least one bucket",))
        if found[0][1] is not None:
            name, first, _ = found[0]
            faults.append(f"no bucket holds days before {first}; begin with 'current', or name={name}=..n")
        if found[-1][2] is not None:
            faults.append(f"no bucket holds days after {found[-1][2]}; end with '{found[-1][2] + 1}+'")
        for label, first, last in found:
            if first is not None and last is not None and last < first:
                faults.append(f"{label!r} ends before it begins")
        for (label, _, last), (following, first, _) in pairwise(found):
            if last is None or first is None or first <= last:
                shared = "an open end" if last is None or first is None else _days(first, last)
                faults.append(f"{label!r} and {following!r} overlap at {shared}")
            elif first > last + 1:
                faults.append(f"{label!r} and {following!r}: no bucket holds {_days(last + 1, first - 1)}")
        refuse("Buckets", faults)
        return cls(tuple(label for label, _, _ in found), tuple(last for _, _, last in found[:-1] if last is not None))

    @classmethod
    def of_days(cls, *uppers: int) -> Buckets:
        """Build from the last days of the buckets, with the labels they are printed with.

        >>> str(Buckets.of_days(0, 30, 60, 90))
        'current, 1-30, 31-60, 61-90, 91+'
        """
        if not uppers:
            raise InvalidValue("Buckets", ("give at least one last day",))
        first = "current" if uppers[0] == 0 else f"up to {uppers[0]}"
        between = [f"{low + 1}-{high}" for low, high in pairwise(uppers)]
        return cls((first, *between, f"{uppers[-1] + 1}+"), uppers)

    @guarded
    def locate(self, days: int) -> str:
        """The label of the bucket that holds an age of `days`, found by bisection."""
        return self.labels[bisect_left(self.uppers, days)]

    def spans(self) -> tuple[Span, ...]:
        """(label, first day, last day) of each bucket, both days in it; None is an open end."""
        firsts = (None, *(upper + 1 for upper in self.uppers))
        return tuple(zip(self.labels, firsts, (*self.uppers, None), strict=True))

    def __len__(self) -> int:
        return len(self.labels)

    def __str__(self) -> str:
        return ", ".join(map(_printed, self.spans()))


def _days(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"


def _printed(span: Span) -> str:
    """A span as `parse` reads it: the label alone where it says all."""
    label, first, last = span
    plain = span == ("current", None, 0) or (label == f"{first}-{last}") or (last is None and label == f"{first}+")
    ends = f"{'' if first is None else first}..{'' if last is None else last}"
    return label if plain else f"{label}={ends}"


DEFAULT = Buckets.of_days(0, 30, 60, 90)
"""current, 1-30, 31-60, 61-90, 91+: the buckets that most receivables reports use."""
