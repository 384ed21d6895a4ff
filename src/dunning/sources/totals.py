"""The totals of a file beside what the books have of the rows that they are about."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import accumulate

from dunning.amounts import ZERO
from dunning.sources.drafts import Draft
from dunning.sources.grids import RawRow
from dunning.sources.report import Tie


class Totals:
    """The totals that a table states: each with the row before which it stands."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._stated: list[tuple[RawRow, int, str, Decimal]] = []

    def add(self, row: RawRow, at: int, said: tuple[str, Decimal] | None) -> None:
        """Keep a total; one that says no amount is none."""
        if said is not None:
            self._stated.append((row, at, *said))

    def ties(self, drafts: Iterable[Draft]) -> Iterator[Tie]:
        """Each total beside what is left of the rows above it, or of those since the total before, if that ties."""
        books = _Books(part for draft in drafts if draft.is_taken for part in draft.parts or [draft])
        since = until = 0
        for row, at, code, stated in self._stated:
            if at > until:  # rows came since the last total
                since, until = until, at
            late, whole = books.left(code, since, at), books.left(code, 0, at)
            is_of_all = len(row.heading.split()) == 1
            counted = stated if stated in (late, whole) else whole if is_of_all else late
            yield Tie(self._table, row.line, row.heading, stated, counted)


class _Books:
    """What is left of rows, summed up by currency, and in all under the empty text."""

    def __init__(self, drafts: Iterable[Draft]) -> None:
        found: dict[str, list[tuple[int, Decimal]]] = {"": []}
        for draft in sorted(drafts, key=lambda each: each.at):
            for code in ("", draft.currency):
                found.setdefault(code, []).append((draft.at, draft.worth))
        self._places = {code: [at for at, _ in rows] for code, rows in found.items()}
        self._sums = {code: [ZERO, *accumulate(worth for _, worth in rows)] for code, rows in found.items()}

    def left(self, code: str, first: int, until: int) -> Decimal:
        """What is left of the rows from one place up to another, without that."""
        places = self._places.get(code, [])
        sums = self._sums.get(code, [ZERO])
        return sums[bisect_left(places, until)] - sums[bisect_left(places, first)]
