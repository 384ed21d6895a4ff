"""From a file to its rows: where its columns begin, which lines are titles, headings, totals, and which are rows."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, cast

from dunning._base.kinds import quoted
from dunning.errors import InvalidValue
from dunning.ledger.sources import mapping_of, rows_of
from dunning.sources.nouns import RowCode, RowField, Source, SourceTable
from dunning.sources.values import text_of, value_at

NoteRow = Callable[[str, RowCode, str], None]
"""What is told of a line that is no row: its number, why, and its text."""


class RawRow(NamedTuple):
    """A row as it stands in the file: where, its cells by column, and the heading above it.

    A total of the file's own is a row too (`is_total`): its label is the heading. `beyond` is what stands in cells
    that have no column.
    """

    line: str
    cells: Mapping[str, Any]
    heading: str = ""
    is_total: bool = False
    beyond: str = ""


class Grid(NamedTuple):
    """The rows of a table, and the names of its columns; None where each row has its own."""

    rows: list[RawRow]
    names: frozenset[str] | None


def folded(name: str) -> str:
    """A name of a column without what does not count: case, and blanks around and between words."""
    return " ".join(name.split()).casefold()


def columns_of(table: SourceTable) -> set[str]:
    """The columns that a table names, without those of rows that it joins."""
    named = {way for _, ways in table.columns for each in ways for way in parts_of(each)}
    named |= {rule.column for rule in table.rules} | {here for _, here, _ in table.join}
    return named | ({table.sign.column} if table.sign else set())


def parts_of(way: str) -> list[str]:
    """The columns of a way: those in braces, or it is one."""
    return re.findall(r"\{([^{}]+)\}", way) or [way]


def read_json(source: Source, content: Any) -> Any:
    """A JSON document, from its text or bytes, or as it is where somebody has read it.

    Raises:
        InvalidValue: it is none.
    """
    text = decoded(source, content) if isinstance(content, (bytes, bytearray)) else content
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise InvalidValue(source.name, (f"content: this is no JSON: {error}",)) from None


def decoded(source: Source, content: bytes | bytearray) -> str:
    """Bytes as text in the encoding of the source.

    Raises:
        InvalidValue: they are not in it, or it is not known.
    """
    try:
        return bytes(content).decode(source.encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        fault = f"encoding: {error}; give the source another with changed(source, encoding=...)"
        raise InvalidValue(source.name, (fault,)) from None


def rows_at(document: Any, way: str) -> Iterator[RawRow]:
    """The rows at a way of a JSON document; each has what it stands in under `^`."""
    found: list[tuple[str, Any, Any]] = [("", document, None)]
    for step in way.split(".") if way else ["[]"]:
        name, many = step.removesuffix("[]"), step.endswith("[]")
        if name:
            found = [
                (f"{path}.{name}".lstrip("."), own.get(name), {**own, "^": above})
                for path, own, above in _tables(found)
            ]
        if many:
            found = [
                (f"{path}[{at}]", each, above)
                for path, value, above in found
                for at, each in enumerate(_listed(value))  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # of any shape
            ]
    for path, value, above in found:
        if isinstance(value, Mapping):
            yield RawRow(path, {**cast("Mapping[str, Any]", value), "^": above})
        elif value is not None:
            raise InvalidValue("content", (f"{path}: {quoted(value)} is no table",))


def unread_lists(document: Any, ways: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The lists of tables of a document that stand beside those at ways, and how many tables are in each."""
    beside: dict[str, set[str]] = {}
    for way in ways:
        first, _, rest = way.partition("[]")
        if first and (not rest or rest[:1] == "."):
            above, _, name = first.rpartition(".")
            beside.setdefault(above, set()).add(name)
    for above, known in beside.items():
        place = value_at(cast("Mapping[str, Any]", document), above) if above else document
        for name, value in cast("Mapping[str, Any]", place).items() if isinstance(place, Mapping) else ():
            count = sum(isinstance(each, Mapping) for each in _listed(value)) if isinstance(value, list) else 0
            if count and name not in known:
                yield f"{above}.{name}".lstrip("."), count


def _listed(value: Any) -> list[Any]:
    """A list of rows: as it is, in the envelope of an answer (`data`), or one row that stands alone."""
    if isinstance(value, list):
        return value  # pyright: ignore[reportUnknownVariableType]  # of any shape
    if not isinstance(value, Mapping) or not value:
        return []
    own = cast("Mapping[str, Any]", value)
    return own["data"] if isinstance(own.get("data"), list) else [own]


def _tables(found: Iterable[tuple[str, Any, Any]]) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """What is a table of values, each with its way and with what it stands in."""
    for path, value, above in found:
        if isinstance(value, Mapping):
            yield path, cast("Mapping[str, Any]", value), above


def read_table(source: Source, table: SourceTable, content: Any, note: NoteRow) -> Grid:
    """The rows of a table of cells: text, bytes, lists of cells, or rows by column as a data frame or a cursor gives.

    Raises:
        InvalidValue: there is no line with the names of columns, or it is nothing to go through row by row.
    """
    if isinstance(content, (bytes, bytearray)):
        content = decoded(source, content)
    if isinstance(content, str):
        return _Lines(source, table, note).read(_lines(source, content.removeprefix("\ufeff")))
    rows: list[Any] = list(rows_of(content))
    tables: list[Any] = [mapping_of(row) for row in rows]
    if not tables:
        return Grid([], None)
    if tables and all(isinstance(row, (list, tuple)) for row in tables):
        cells: list[tuple[str, list[Any]]] = [(str(at), list(row)) for at, row in enumerate(tables, start=1)]
        return _Lines(source, table, note).read(cells)
    faults = [
        f"row {at}: {quoted(row)} is no table" for at, row in enumerate(tables, 1) if not isinstance(row, Mapping)
    ]
    if faults:
        raise InvalidValue(source.name, faults)
    named = [{folded(str(key)): value for key, value in row.items() if key is not None} for row in tables]
    beyond: list[list[Any]] = [
        row[None] if isinstance(row.get(None), list) else [] for row in tables
    ]  # as csv.DictReader gives them
    names = list(dict.fromkeys(name for row in named for name in row))
    lines = (
        (str(at), [*map(row.get, names), *more]) for at, (row, more) in enumerate(zip(named, beyond, strict=True), 1)
    )
    return _Lines(source, table, note, names).read(lines)


def _lines(source: Source, text: str) -> list[tuple[str, list[Any]]]:
    """The lines of a text as cells, each with the number of its first line."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines: list[str] = re.findall(r"[^\n]*\n|[^\n]+", text)
    if source.delimiter in "|\t":  # lists and downloads in text, which know no quotes
        reader = csv.reader(lines, delimiter=source.delimiter, quoting=csv.QUOTE_NONE)
    else:  # a quote that is never closed would swallow the rows below it
        reader = csv.reader(lines, delimiter=source.delimiter, strict=True)
    found: list[tuple[str, list[Any]]] = []
    line = 1
    try:
        for cells in reader:
            found.append((str(line), cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InvalidValue(source.name, (f"line {line}: {error}",)) from None
    return found


def _named(table: SourceTable, *fields: RowField) -> set[str]:
    """The columns of some fields of a table."""
    return {folded(part) for name, ways in table.columns if name in fields for way in ways for part in parts_of(way)}


class _Lines:
    """Goes through the lines of a file, from the title down, and says of each what it is."""

    def __init__(self, source: Source, table: SourceTable, note: NoteRow, names: Sequence[str] = ()) -> None:
        self._source, self._table, self._note = source, table, note
        self._known = {folded(name) for name in columns_of(table)}
        self._amounts = _named(table, "amount", "open", "credit")
        self._own = _named(table, "id", "issued", "due")
        self._whose = _named(table, "customer")
        self._names = list(names)
        self._is_named = bool(names)
        self._heading = ""
        self._loose: list[tuple[str, str]] = []
        self._rows: list[RawRow] = []

    def read(self, lines: Iterable[tuple[str, list[Any]]]) -> Grid:
        """Go through all lines, and give the rows among them.

        Raises:
            InvalidValue: none of them has the names of the columns.
        """
        for line, cells in lines:
            self._line(line, cells)
        if not self._names and not self._is_named:
            wanted = ", ".join(sorted(columns_of(self._table)))
            raise InvalidValue(self._source.name, (f"{self._table.name}: no line has the names of columns: {wanted}",))
        self._tell("footer_row")
        return Grid(self._rows, frozenset(self._names))

    def _tell(self, code: RowCode) -> None:
        """Say what the lines of one text were, now that it is known what follows them."""
        for line, text in self._loose:
            self._note(line, code, text)
        self._loose = []

    def _line(self, line: str, cells: Sequence[Any]) -> None:
        texts = [text_of(cell) for cell in cells]
        filled = [text for text in texts if text]
        names = [folded(text) for text in texts]
        if not filled or not re.sub(r"[-=_+|\s]", "", "".join(filled)):
            self._note(line, "blank_row", "")
        elif self._names and names == self._names:
            self._tell("title_row")
            self._note(line, "repeated_header", "")
        elif not self._names and len(self._known & set(names)) > 1 and self._amounts & set(names):
            self._names = names
        elif self._is_heading(filled):
            self._note(line, "section_row", filled[0])
        elif not self._names:
            self._note(line, "title_row", filled[0])
        elif len(filled) == 1 and not self._amounts.intersection(
            name for name, text in zip(self._names, texts, strict=False) if text
        ):
            self._loose.append((line, filled[0]))
        else:
            self._row(line, cells, filled[0])

    def _is_heading(self, filled: Sequence[str]) -> bool:
        """Whether a line names the customer of those below it, which is kept then."""
        said = " ".join(filled)
        for word in self._source.headings:
            if word == "*" and len(filled) == 1 and self._names:
                self._heading = said
                return True
            if (
                word != "*" and len(filled) <= 2 and re.match(rf"{re.escape(word)}\b[\s:]*\S", said, re.IGNORECASE)
            ):  # a label and its value
                self._heading = said[len(word) :].strip(" \t:")
                return True
        return False

    def _is_total_label(self, text: str) -> bool:
        return any(re.match(rf"{re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in self._source.totals)

    def _row(self, line: str, cells: Sequence[Any], label: str) -> None:
        table: dict[str, Any] = {}
        for name, cell in zip(self._names, cells, strict=False):
            if name and not text_of(table.get(name)):
                table[name] = cell
        own = [text for name in self._own if (text := text_of(table.get(name))) and text != label]
        is_anybodys = not own and not any(text_of(table.get(name)) for name in self._whose)
        is_sum = is_anybodys and label in [text_of(table.get(name)) for name in self._amounts]
        if is_sum or (self._is_total_label(label) and not own):
            self._tell("section_row")
            self._note(line, "total_row", label)
            self._rows.append(RawRow(line, table, label, is_total=True))
            return
        self._tell("section_row")
        beyond = " ".join(filter(None, map(text_of, cells[len(self._names) :])))
        self._rows.append(RawRow(line, table, self._heading, beyond=beyond))
