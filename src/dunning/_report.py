"""How reports look: records, a readable table of text and an HTML table, from one declaration of columns.

A report holds rows. It says of each column under which key it stands in `records()` (flat dictionaries with exact
Decimals, which any data frame takes), and, where people see it too, under which heading and how it is shown. A report
that shows its rows crosswise says itself what its grid is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from html import escape
from operator import attrgetter
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, cast

from dunning._base.bounds import Count
from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning.amounts import exact, formatted, rounded

ROWS_SHOWN = 40
"""A table for people shows this many rows and says how many more there are; `records()` has them all."""

_Row = TypeVar("_Row")
_KEYS = "Keys of its ``records()``:"


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


def shown(value: object) -> str:
    """One value for people: amounts with separators, None as a dash, everything else as text."""
    if value is None:
        return "-"
    return formatted(value) if isinstance(value, Decimal) else str(value)


def cents(value: Decimal | None) -> str:
    """An amount for people, rounded to two decimals; None as a dash."""
    return shown(None if value is None else rounded(value))


class Column:
    """One column of a report.

    `key` names it in records. An empty one says that its value is a mapping, all of which goes into the record (`keys`
    says in words which), None that it is for people only. `of` is how the value is got from a row: a function, or the
    way along attributes (the key, where nothing is said). With `heading` people see it, as `show` says; `left` is for
    words.
    """

    __slots__ = ("heading", "key", "keys", "left", "of", "show")

    def __init__(
        self,
        key: str | None,
        of: str | Callable[[Any], Any] = "",
        *,
        heading: str | None = None,
        show: Callable[[Any], str] = shown,
        left: bool = False,
        keys: str = "",
    ) -> None:
        self.keys = keys or key
        self.key, self.heading, self.show, self.left = key, heading, show, left
        self.of = attrgetter(of or key or "") if isinstance(of, str) else of


class Layout(NamedTuple):
    """What people see of a report: headings, all rows, which columns hold words, and how a row becomes text."""

    headings: Sequence[str]
    rows: Sequence[Any]
    words: Sequence[int] = (0,)
    cells: Callable[[Any], Iterable[str]] = tuple


class Rows(Generic[_Row]):
    """What is gone through row by row, and flattened."""

    __slots__ = ()

    _rows: ClassVar[str]
    """The field that holds the rows."""
    _same: ClassVar[tuple[str | Column, ...]] = ()
    """What every record begins with: fields of the report, or what is got from it."""
    _columns: ClassVar[tuple[Column, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Let the docstring of a report name the keys of its records."""
        columns = [each if isinstance(each, Column) else Column(each) for each in cls._same]
        keys = [column.keys for column in (*columns, *cls._columns) if column.keys]
        if {"records", "_record"} & set(vars(cls)):
            return  # it makes its records itself, and says so itself
        if keys and cls.__doc__ and _KEYS not in cls.__doc__:  # attrs makes every class twice
            cls.__doc__ = f"{cls.__doc__.rstrip()}\n\n    {_KEYS} {', '.join(keys)}.\n    "

    def __iter__(self) -> Iterator[_Row]:
        return iter(cast("Iterable[_Row]", getattr(self, self._rows)))

    def __len__(self) -> int:
        return len(getattr(self, self._rows))

    @exact
    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a row, with exact values; its keys are those of the report's columns."""
        columns = [each if isinstance(each, Column) else Column(each) for each in self._same]
        same = {column.key or "": column.of(self) for column in columns}
        return [same | self._record(row) for row in self]

    def _record(self, row: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for column in self._columns:
            if column.key:
                found[column.key] = column.of(row)
            elif column.key is not None:
                found |= cast("Mapping[str, Any]", column.of(row))
        return found


class Report(Rows[_Row]):
    """What every report shares: its rows, and how people see them."""

    __slots__ = ()

    def orders(self) -> Mapping[str, Sequence[str]]:
        """For columns of labels that have an order, such as buckets: all labels that there may be, in that order."""
        return {}

    def _title(self) -> str:
        raise NotImplementedError  # pragma: no cover  # every report has its own

    def _notes(self) -> Iterable[str]:
        """What is said below the table."""
        return ()

    def _totals(self) -> Iterable[Sequence[str]]:
        """Rows of text that are set apart."""
        return ()

    def _listed(self) -> Sequence[Any]:
        """The rows that people see, the first ones first."""
        return tuple(self)

    def _grid(self) -> Layout:
        """What people see: the columns that have a heading."""
        seen = [column for column in self._columns if column.heading is not None]
        words = [place for place, column in enumerate(seen) if column.left]

        def cells(row: Any) -> list[str]:
            return [column.show(column.of(row)) for column in seen]

        return Layout([column.heading or "" for column in seen], self._listed(), words, cells)

    def _table(self, rows: int) -> Table:
        grid = self._grid()
        body = tuple(tuple(grid.cells(row)) for row in grid.rows[:rows])
        totals, notes = tuple(map(tuple, self._totals())), tuple(self._notes())
        more = len(grid.rows) - len(body)
        return Table(self._title(), tuple(grid.headings), body, totals, notes, more, tuple(grid.words))

    @checked
    @exact
    def text(self, *, rows: Count = ROWS_SHOWN) -> str:
        """The report as a readable table of at most so many rows; it says how many more there are."""
        return as_text(self._table(rows))

    def __str__(self) -> str:
        return self.text()

    @exact
    def _repr_html_(self) -> str:
        return as_html(self._table(ROWS_SHOWN))


def listed(values: Iterable[object]) -> str:
    """Several things in words, one after the other."""
    return "; ".join(map(str, values))


def set_aside(problems: int) -> list[str]:
    """The note on faulty facts, where there are any."""
    return [f"{problems} faulty facts were set aside"] if problems else []


def percent(share: Decimal | None, places: int = 1) -> str:
    """A share for people: a percentage, rounded half up; None as a dash."""
    return "-" if share is None else f"{rounded(Fraction(share) * 100, places)} %"


def exact_percent(share: Decimal) -> str:
    """A limit or a rate for people: a percentage with all its digits."""
    return f"{(share * 100).normalize():f} %"


def counted(number: int, noun: str = "day") -> str:
    """A number of things for people: `1 day`, `2 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
