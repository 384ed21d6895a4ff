"""How reports look: a readable table of text and an HTML table, from the same rows.

A report of the library is iterable and sized, and gives `records()`: flat dictionaries with stable keys and exact
Decimals, which any data frame takes. `Report` adds the two renderings, so that a report only says what its table is.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape

from dunning._base.kinds import guarded
from dunning._base.noun import frozen
from dunning.amounts import exact, formatted, rounded

ROWS_SHOWN = 40
"""A table for people shows this many rows and says how many more there are; `records()` has them all."""


@frozen
class Table:
    """What is shown of a report: a title, headings, rows of text, rows set apart as totals, notes below."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    more: int = 0
    words: tuple[int, ...] = (0,)

    def all_notes(self) -> tuple[str, ...]:
        """The notes, led by how many rows are not shown."""
        return ((f"... and {self.more} more rows",) if self.more else ()) + self.notes


class Report:
    """The renderings that every report shares."""

    __slots__ = ()

    def _table(self, rows: int) -> Table:
        raise NotImplementedError  # pragma: no cover  # every report has its own

    @guarded
    @exact
    def text(self, *, rows: int = ROWS_SHOWN) -> str:
        """The report as a readable table of at most so many rows; it says how many more there are."""
        return as_text(self._table(rows))

    def __str__(self) -> str:
        return self.text()

    @exact
    def _repr_html_(self) -> str:
        return as_html(self._table(ROWS_SHOWN))


def percent(share: Decimal | None, places: int = 1) -> str:
    """A share for people: a percentage, rounded half up; None as a dash."""
    return "-" if share is None else f"{rounded(Fraction(share) * 100, places)} %"


def exact_percent(share: Decimal) -> str:
    """A limit or a rate for people: a percentage with all its digits."""
    return f"{(share * 100).normalize():f} %"


def counted(number: int, noun: str = "day") -> str:
    """A number of things for people: `1 day`, `2 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(value: object) -> str:
    """One value for people: amounts with separators, None as a dash, everything else as text."""
    if value is None:
        return "-"
    return formatted(value) if isinstance(value, Decimal) else str(value)


def as_text(table: Table) -> str:
    """Lay a table out in columns, words to the left and figures to the right."""
    lines = [table.headings, *table.rows, *table.totals]
    widths = [max(len(line[column]) for line in lines) for column in range(len(table.headings))]

    def laid(line: Sequence[str]) -> str:
        cells = [
            cell.ljust(width) if column in table.words else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        return "  ".join(cells).rstrip()

    rule = "-" * (sum(widths) + 2 * (len(widths) - 1))
    body = [table.title, laid(table.headings), rule, *map(laid, table.rows)]
    if table.totals:
        body += [rule, *map(laid, table.totals)]
    return "\n".join([*body, *table.all_notes()])


def as_html(table: Table) -> str:
    """The same table as escaped HTML without scripts or outside resources."""

    def cells(line: Sequence[str], tag: str) -> str:
        return "".join(
            f'<{tag} style="text-align:{"left" if column in table.words else "right"}">{escape(cell)}</{tag}>'
            for column, cell in enumerate(line)
        )

    body = "".join(f"<tr>{cells(line, 'td')}</tr>" for line in table.rows)
    rule = ' style="border-top:2px solid"'
    foot = "".join(f"<tr{rule if at == 0 else ''}>{cells(line, 'th')}</tr>" for at, line in enumerate(table.totals))
    notes = "".join(f"<p>{escape(note)}</p>" for note in table.all_notes())
    title = f'<caption style="text-align:left">{escape(table.title)}</caption>'
    return (
        f"<table>{title}<thead><tr>{cells(table.headings, 'th')}</tr></thead>"
        f"<tbody>{body}</tbody><tfoot>{foot}</tfoot></table>{notes}"
    )
