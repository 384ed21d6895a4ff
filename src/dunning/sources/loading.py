"""From an export to books: files to rows, rows to drafts, drafts put to each other, and facts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, cast

from dunning._base.bounds import CurrencyCode
from dunning._base.guards import checked
from dunning._base.noun import changed
from dunning.amounts import exact
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.ledger import Fact, Ledger
from dunning.sources.drafts import Draft, Notes
from dunning.sources.facts import facts_of
from dunning.sources.grids import Grid, RawRow, folded, read_json, read_table, rows_at, unread_lists
from dunning.sources.links import Names, put
from dunning.sources.merging import merged
from dunning.sources.nouns import RowCode, Source, SourceTable
from dunning.sources.reading import RowReader
from dunning.sources.report import Loaded, Tie
from dunning.sources.totals import Totals
from dunning.sources.values import identifier, text_of, value_at


@checked
@exact
def load(
    source: Source,
    content: Any,
    *,
    as_of: Day,
    currency: CurrencyCode | None = None,
    currencies: Mapping[str, CurrencyCode] | None = None,
) -> Loaded:
    """The books that an export describes, with a report of what was read, repaired, left out and set aside.

    Args:
        source: how the export is written: one of `dunning.presets.sources`, changed where yours differs, or your own.
        content: what is in the file: its text or bytes; lists of cells; rows by column, or what hands them out (a data
            frame, a cursor); of JSON also what a parser made of it. Of a source of several files, a dictionary of these
            by the names of its tables; tables that are not in it are empty.
        as_of: the day of the report: what is open then is right, and what was settled before nobody knows when is
            dated on it.
        currency: where no column says it, or has no value.
        currencies: codes for the names of currencies that stand in their place.

    Raises:
        InvalidValue: nothing of the file can be read: no line has the names of the columns, a column is missing without
            which figures would be wrong, the text is not in the encoding; all such faults are named.

    >>> from datetime import date
    >>> from dunning.presets.sources import ERPNEXT_RECEIVABLE
    >>> text = '''Posting Date,Party,Voucher Type,Voucher No,Due Date,Invoiced Amount,Outstanding Amount,Currency
    ... 20-11-2025,CUST-7,Sales Invoice,INV-311,20-12-2025,1180.0,680.0,EUR
    ... Total,,,,,1180.0,680.0,'''
    >>> found = load(ERPNEXT_RECEIVABLE, text, as_of=date(2026, 3, 31))
    >>> [str(item.open) for item in found.ledger.open_items(as_of=date(2026, 3, 31))]
    ['680.0']
    >>> [str(tie) for tie in found.ties]
    ['receivables, line 3: Total 680.00: ties']
    """
    names = (*source.currencies, *(currencies or {}).items())
    source = changed(source, currency=currency or source.currency, currencies=names)
    return _Load(source, as_of).run(content)


class _Load:
    """One export on its way to the books."""

    def __init__(self, source: Source, as_of: date) -> None:
        self._source, self._as_of, self._notes = source, as_of, Notes()
        self._grids: dict[str, Grid] = {}
        self._joins: dict[tuple[str, str], dict[str, RawRow]] = {}
        self._totals: dict[str, Totals] = {}

    def run(self, content: Any) -> Loaded:
        """Read the files, and give what came of them."""
        source, notes = self._source, self._notes
        self._grids = dict(self._read(content))
        drafts: list[Draft] = []
        for table in source.tables:
            if table.name in self._grids and table.kind != "lookup":
                drafts += self._drafts(table, self._grids[table.name])
        names = Names(notes)
        money = names.given(draft for draft in drafts if draft.kind != "application")
        put(names, money, [draft for draft in drafts if draft.kind == "application"], notes)
        facts: list[Fact] = []
        for draft in money:
            facts += facts_of(draft, self._as_of, notes)
        ledger = Ledger.collect(facts)
        self._tell_problems(ledger, {draft.id: draft for draft in money})
        rows = sum(not row.is_total for grid in self._grids.values() for row in grid.rows)
        order = {table.name: at for at, table in enumerate(source.tables)}
        found = sorted(notes.found, key=lambda note: (order[note.table], _place(note.line)))
        return Loaded(source.name, self._as_of, ledger, tuple(found), tuple(self._ties(money)), rows)

    def _tell_problems(self, ledger: Ledger, drafts: Mapping[str, Draft]) -> None:
        """Tell what the books set aside, with its row where it has one."""
        for problem in ledger.problems:
            draft = drafts.get(problem.id)
            if draft is None:  # what was settled of a debt that is set aside itself
                self._notes.tell("set_aside", "refused", RawRow("", {}), self._source.tables[0].name, value=problem)
            else:
                draft.is_taken = False
                self._notes.of("set_aside", "refused", draft, problem, amount=draft.worth)

    def _ties(self, money: list[Draft]) -> Iterator[Tie]:
        for name, totals in self._totals.items():
            yield from totals.ties(draft for draft in money if draft.table.name == name)

    # Files

    def _read(self, content: Any) -> Iterator[tuple[str, Grid]]:
        source = self._source
        if source.json:
            document = read_json(source, content)
            found = {table.name: list(rows_at(document, table.rows)) for table in source.tables}
            if not any(found.values()) and not self._is_empty(document):
                ways = ", ".join(table.rows or "[]" for table in source.tables)
                raise InvalidValue(source.name, (f"content: there are no rows at {ways}",))
            yield from ((name, Grid(rows, None)) for name, rows in found.items())
            for name, count in unread_lists(document, [table.rows for table in source.tables]):
                words = f"{name}: {count}"
                self._notes.tell("noted", "not_read", RawRow("", {}), source.tables[0].name, value=words)
            return
        files: Mapping[str, Any] = {source.tables[0].name: content}
        known = [table.name for table in source.tables]
        if isinstance(content, Mapping):
            files = content  # pyright: ignore[reportUnknownVariableType]  # of any shape
            unknown = [
                f"content: {name!r:.40} is none of the tables: {', '.join(known)}"
                for name in files
                if name not in known
            ]
            if unknown or not files:
                raise InvalidValue(source.name, unknown or (f"content: give one of the tables: {', '.join(known)}",))
        for table in source.tables:
            if table.name in files:
                yield table.name, self._table(table, files[table.name])

    def _is_empty(self, document: Any) -> bool:
        """Whether a document has a place of rows, and nothing in it."""
        if not isinstance(document, Mapping):
            return isinstance(document, list) and not document
        given = cast("Mapping[str, Any]", document)
        firsts = {table.rows.split(".", maxsplit=1)[0].removesuffix("[]") for table in self._source.tables}
        return any(given[name] is None or isinstance(given[name], (list, dict)) for name in firsts if name in given)

    def _table(self, table: SourceTable, content: Any) -> Grid:
        def note(line: str, code: RowCode, text: str) -> None:
            self._notes.tell("skipped", code, RawRow(line, {}), table.name, value=text)

        return read_table(self._source, table, content, note)

    def _drafts(self, table: SourceTable, grid: Grid) -> list[Draft]:
        reader = RowReader(self._source, table, grid, self._notes, self._as_of, self._joined(table))
        totals = self._totals[table.name] = Totals(table.name)
        found: list[Draft] = []
        at = 0
        for row in grid.rows:
            if row.is_total:
                totals.add(row, at, reader.total(row))
                continue
            draft = reader.read(row, at)
            found += [draft] if draft is not None else []
            at += 1
        return merged(table, found, self._notes)

    def _joined(self, table: SourceTable) -> Callable[[RawRow], Mapping[str, Any]]:
        """What gives the columns of the rows that a table joins, under the names of their tables."""

        def name(column: str) -> str:
            return column if self._source.json else folded(column)

        for other, _, there in table.join:
            rows = self._grids[other].rows if other in self._grids else []
            self._joins[other, there] = {identifier(text_of(value_at(row.cells, name(there)))): row for row in rows}

        def joined(row: RawRow) -> Mapping[str, Any]:
            found: dict[str, Any] = {}
            for other, here, there in table.join:
                its = self._joins[other, there].get(identifier(text_of(value_at(row.cells, name(here)))))
                found |= {f"{name(other)}.{key}": value for key, value in (its.cells.items() if its else ())}
            return found

        return joined


def _place(line: str) -> tuple[int | str, ...]:
    """The order of lines: by their numbers, also of those in the way to a row."""
    parts: list[str] = re.findall(r"\d+|\D+", line)
    return tuple(int(part) if part.isdecimal() else part for part in parts)
