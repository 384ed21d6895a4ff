"""From an export to books: drafts of all rows, put to each other as they say, become facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeVar, cast

import attrs

from dunning._base.bounds import CurrencyCode
from dunning._base.guards import checked
from dunning._base.noun import changed
from dunning.amounts import ZERO, exact
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.interactions import Dispute, Hold
from dunning.invoice import Adjustment, Application, CreditNote, Installment, Invoice, Payment
from dunning.ledger import Fact, Ledger
from dunning.sources.drafts import CREDITS, Draft, Link, Notes, RowReader
from dunning.sources.grids import Grid, RawRow, folded, read_json, read_table, rows_at
from dunning.sources.nouns import RowCode, Source, SourceTable
from dunning.sources.report import Loaded, Tie
from dunning.sources.values import identifier, number, text_of, value_at

_T = TypeVar("_T")


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
        self._ties: list[Tie] = []

    def run(self, content: Any) -> Loaded:
        source = self._source
        self._grids = dict(self._read(content))
        drafts: list[Draft] = []
        for table in source.tables:
            if table.name in self._grids and table.kind != "lookup":
                drafts += self._drafts(table, self._grids[table.name])
        names = _Names(self._notes)
        money = names.given(draft for draft in drafts if draft.kind != "application")
        _put(names, money, [draft for draft in drafts if draft.kind == "application"], self._notes)
        facts: list[Fact] = []
        for draft in money:
            facts += self._facts(draft)
        ledger = Ledger.collect(facts)
        for problem in ledger.problems:
            nowhere, name = RawRow("", {}), source.tables[0].name
            self._notes.tell("set_aside", "refused", nowhere, name, value=problem, id=problem.id)
        rows = sum(not row.is_total for grid in self._grids.values() for row in grid.rows)
        order = {table.name: at for at, table in enumerate(source.tables)}
        notes = sorted(self._notes.found, key=lambda note: (order[note.table], _place(note.line)))
        return Loaded(source.name, self._as_of, ledger, tuple(notes), tuple(self._ties), rows)

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
        found: list[Draft] = []
        totals = _Totals(self._source, table, grid)
        for row in grid.rows:
            if row.is_total:
                totals.stated(row, found, self._ties)
                continue
            draft = reader.read(row)
            if draft is not None:
                found.append(draft)
        return self._merged(table, found)

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

    # Rows of one id

    def _merged(self, table: SourceTable, drafts: list[Draft]) -> list[Draft]:
        """One draft for each id, as the table says of ids that repeat."""
        found: list[Draft] = []
        first: dict[tuple[str, str], Draft] = {}
        for draft in drafts:
            if draft.kind == "application" or not draft.id:
                found.append(draft)
                continue
            own = "debt" if draft.is_debt or table.repeats == "sum" else draft.kind
            before = first.setdefault((own, draft.id), draft)
            if before is draft:
                found.append(draft)
            else:
                self._again(table, before, draft)
        for draft in found:
            if draft.parts:
                first_ = attrs.evolve(draft, parts=[])
                draft.parts = sorted([first_, *draft.parts], key=lambda part: part.due or date.max)
                draft.amount = _sum(part.amount for part in draft.parts)
        return found

    def _again(self, table: SourceTable, before: Draft, draft: Draft) -> None:
        """Another row of an id: a line that repeats, a part, or what cannot stand beside the first."""
        same = _content(before) == _content(draft)
        parts = [(_content(part), part.due) for part in (before, *before.parts)]
        is_there = (_content(draft), draft.due) in parts
        before.signs |= draft.signs
        if (before.customer, before.currency) != (draft.customer, draft.currency):
            self._twice(draft)
        elif table.repeats == "sum":
            _add(before, draft)
        elif table.repeats == "installments" and not is_there:
            before.parts.append(draft)
        elif table.repeats == "once" and same:
            if draft.links or before.links:
                before.links += draft.links
                self._tell("read", "repeated_amount", draft)
            else:
                self._tell("skipped", "line_item_repeat", draft)
        elif is_there:
            self._tell("skipped", "duplicate_row", draft)
        else:
            self._twice(draft)

    def _twice(self, draft: Draft) -> None:
        """Set a row aside whose id another row has."""
        left = _worth(draft)
        self._notes.tell(
            "set_aside", "duplicate_id", draft, draft.table.name, value=draft.id, id=draft.id, amount=left,
            currency=draft.currency,
        )  # fmt: skip

    def _tell(self, then: Any, code: RowCode, draft: Draft, column: str = "", value: object = "") -> None:
        self._notes.tell(then, code, draft, draft.table.name, column, value, id=draft.id)

    # Facts

    def _facts(self, draft: Draft) -> Iterator[Fact]:
        try:
            yield from list(self._debt(draft) if draft.is_debt else self._credit(draft))
        except InvalidValue as error:
            self._notes.tell(
                "set_aside", "refused", draft, draft.table.name, value=error, id=draft.id,
                amount=_worth(draft), currency=draft.currency,
            )  # fmt: skip

    def _debt(self, draft: Draft) -> Iterator[Fact]:
        parts = tuple(Installment(part.due, part.amount) for part in draft.parts)
        due = None if parts else draft.due
        yield Invoice(
            draft.id, draft.customer, draft.on, due, draft.amount, draft.currency, installments=parts,
            reference=draft.reference, terms=None if parts else draft.terms,
            kind="debit" if draft.kind == "debit" else "invoice",
        )  # fmt: skip
        for number_, part in enumerate(draft.parts or [draft], start=1):
            yield from self._settled_before(part, f"{draft.id}/{number_}" if draft.parts else draft.id, draft.on)
        if "disputed" in draft.signs:
            yield Dispute(f"{draft.id}/dispute", draft.id, max(self._as_of, draft.on))
        held = draft.signs & {"hold", "dunning_block"}
        if held:
            yield Hold(f"{draft.id}/hold", draft.customer, self._as_of, invoice=draft.id, reason=min(held))

    def _settled_before(self, draft: Draft, name: str, issued: date) -> Iterator[Fact]:
        """What was settled of a debt beside what is put to it."""
        settled = draft.settled()
        rest = ZERO if settled is None else settled if draft.table.at_issue else settled - draft.covered
        if rest > 0:
            on = issued if draft.table.at_issue else draft.settled_on or self._as_of
            self._notes.tell(
                "noted",
                "prepaid" if draft.table.at_issue else "history_lost",
                draft,
                draft.table.name,
                id=name,
                amount=rest,
                currency=draft.currency,
            )
            yield Adjustment(f"{name}/settled before", name, max(min(on, self._as_of), issued), rest, "settled_before")

    def _credit(self, draft: Draft) -> Iterator[Fact]:
        if draft.kind in ("discount", "write_off"):
            yield from self._adjustments(draft)
            return
        now: dict[str, Decimal] = {}
        later: list[Application] = []
        for debt, amount, on in draft.applied:
            if on is None or on <= draft.on:
                now[debt.id] = now.get(debt.id, ZERO) + amount
            else:
                name = f"{draft.id}/{debt.id}/{len(later) + 1}"
                later.append(Application(name, draft.id, on, debt.id, amount))
        used = draft.settled()
        rest = draft.elsewhere if used is None else used - _sum(amount for _, amount, _ in draft.applied)
        own = (draft.id, draft.customer, draft.on, draft.amount, draft.currency)
        applied = tuple(now.items())
        if draft.kind == "payment":
            yield Payment(*own, applied=applied, reference=draft.reference)
        else:
            yield CreditNote(*own, applied=applied)
        yield from later
        if rest > 0:
            on = max(min(draft.settled_on or self._as_of, self._as_of), draft.on)
            self._notes.tell(
                "noted", "history_lost", draft, draft.table.name, id=draft.id, amount=rest, currency=draft.currency
            )
            yield Application(f"{draft.id}/used", draft.id, on, None, rest)

    def _adjustments(self, draft: Draft) -> Iterator[Fact]:
        """A discount or a write-off of the debts that it names; without a name, what is left of it is a credit."""
        kind: Literal["discount", "write_off"] = "discount" if draft.kind == "discount" else "write_off"
        for place, (debt, amount, on) in enumerate(draft.applied, start=1):
            name = draft.id if place == 1 else f"{draft.id}/{place}"
            yield Adjustment(name, debt.id, max(on or draft.on, debt.on), amount, kind)
        if not draft.applied:
            self._tell("read", "adjustment", draft)
            if draft.open:
                yield CreditNote(draft.id, draft.customer, draft.on, draft.open, draft.currency)


def _add(sum_: Draft, line: Draft) -> None:
    """Add a line to what it is a line of; where lines below zero outweigh the others, that is a credit."""
    sides = [1 if each.is_debt else -1 for each in (sum_, line)]
    amount = sides[0] * sum_.amount + sides[1] * line.amount
    open_ = None if sum_.open is None or line.open is None else sides[0] * sum_.open + sides[1] * line.open
    if (amount < 0) == sum_.is_debt:
        sum_.kind = line.kind
    sum_.amount, sum_.open = abs(amount), None if open_ is None else abs(open_)
    sum_.links += line.links


def _place(line: str) -> tuple[int, str]:
    return (int(line), "") if line.isdigit() else (0, line)


def _content(draft: Draft) -> tuple[object, ...]:
    return draft.customer, draft.currency, draft.on, draft.amount, draft.open


# Who names whom


class _Names:
    """The ids of all drafts, each once, and what other rows call them."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._ids: dict[str, Draft] = {}
        self._made: dict[str, int] = {}
        self.debts: dict[str, Draft] = {}
        self.credits: dict[str, Draft] = {}

    def given(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Drafts under ids of their own: made where they have none, with their kind where another row has it."""
        found = sorted(drafts, key=lambda draft: not draft.is_debt)
        for draft in found:
            for key in filter(None, (draft.key, draft.id)):
                self._named(draft).setdefault(key, draft)
            if not draft.id:
                self._notes.tell("read", "id_missing", draft, draft.table.name)
                draft.id = self._free(f"{draft.kind} {draft.customer} {draft.on} {draft.amount}")
            elif draft.id in self._ids:
                self._notes.tell("read", "id_repeated", draft, draft.table.name, value=draft.id, id=draft.id)
                draft.id = self._free(f"{draft.kind} {draft.id}")
            self._ids[draft.id] = draft
        for draft in found:
            if draft.reference:
                self._named(draft).setdefault(draft.reference, draft)
        return found

    def _named(self, draft: Draft) -> dict[str, Draft]:
        return self.debts if draft.is_debt else self.credits

    def _free(self, name: str) -> str:
        """A name that no row has yet: this one, or with a number behind it."""
        own = name
        while own in self._ids or name not in self._made:
            self._made[name] = number_ = self._made.get(name, 0) + 1
            own = name if number_ == 1 else f"{name} ({number_})"
        return own


def _first(values: Iterable[_T]) -> _T:
    return next(iter(values))


def _put(names: _Names, money: list[Draft], applications: list[Draft], notes: Notes) -> None:
    """Put payments and credits to the debts that they name, as far as the amounts go together."""
    named: list[tuple[Draft, Link]] = [(draft, link) for draft in money for link in draft.links if not draft.is_debt]
    for draft in applications:
        credit = names.credits.get(draft.source)
        if credit is None:
            notes.tell("noted", "unmatched", draft, draft.table.name, value=draft.source, amount=draft.amount)
        else:
            named += [(credit, link) for link in draft.links]
    by_credit: dict[int, list[tuple[Draft, Link]]] = {}
    for credit, link in named:
        by_credit.setdefault(id(credit), []).append((credit, link))
    wanted: dict[int, list[_Claim]] = {}
    for pairs in by_credit.values():
        for debt, each in _of_credit(names, pairs, notes):
            wanted.setdefault(id(debt), []).append(each)
    for claims in wanted.values():
        _to_debt(claims, notes)
    _groups(money)


_Claim = tuple[Draft, Draft, Decimal, Link]


def _of_credit(names: _Names, pairs: list[tuple[Draft, Link]], notes: Notes) -> Iterator[tuple[Draft, _Claim]]:
    """The debts that a payment or credit names, and how much of it each gets; what names none is used elsewhere."""
    credit, number_ = pairs[0][0], len(pairs)
    used = credit.settled()
    left = whole = credit.amount if used is None else used
    for _, link in pairs:
        amount = link.amount if link.amount is not None else whole if number_ == 1 else None
        debt = names.debts.get(link.to)
        if debt is not None and (debt.customer, debt.currency) != (credit.customer, credit.currency):
            debt = None  # money of one account settles nothing in another
        if debt is None or amount is None or amount > left:
            code: RowCode = "unmatched" if debt is None else "does_not_tie"
            notes.tell("noted", code, credit, credit.table.name, value=link.to, id=credit.id, amount=amount)
            credit.elsewhere += min(link.amount or ZERO, left)
            left -= min(link.amount or ZERO, left)
        else:
            left -= amount
            yield debt, (credit, debt, amount, link)


def _to_debt(claims: list[_Claim], notes: Notes) -> None:
    """Put what names a debt to it, up to what was settled of it; the rest was used elsewhere."""
    debt = claims[0][1]
    settled = None if debt.table.at_issue else _settled_of(debt)
    left = settled if settled is not None else debt.amount if debt.open is None else debt.open
    for credit, _, amount, link in claims:
        part = min(amount, left)
        left -= part
        if part:
            credit.applied.append((debt, part, link.on))
            _cover(debt, part)
        if amount > part:
            credit.elsewhere += amount - part if link.amount is not None else ZERO
            notes.tell("noted", "does_not_tie", credit, credit.table.name, id=credit.id, amount=amount - part)


def _settled_of(debt: Draft) -> Decimal | None:
    parts = [part.settled() for part in debt.parts or [debt]]
    return None if None in parts else _sum(parts)


def _cover(debt: Draft, amount: Decimal) -> None:
    """Count what is put to a debt; to one of several parts, in their order."""
    for part in debt.parts or [debt]:
        settled = part.settled()
        taken = min(amount, (part.amount if settled is None else settled) - part.covered)
        part.covered += taken
        amount -= taken


def _groups(money: list[Draft]) -> None:
    """Put what settled each other: where one side is a single row, how much of each follows from what is left."""
    groups: dict[str, list[Draft]] = {}
    for draft in money:
        for part in draft.parts or [draft]:
            if part.group:
                groups.setdefault(part.group, []).append(draft)
    for group in groups.values():
        members = list({id(draft): draft for draft in group}.values())
        debts = [
            draft for draft in members if draft.is_debt and not any(each.covered for each in draft.parts or [draft])
        ]
        if len({(draft.customer, draft.currency) for draft in members}) > 1:
            continue
        payers = [draft for draft in members if not draft.is_debt and not draft.applied]
        settled, used = [_settled_of(draft) for draft in debts], [draft.settled() for draft in payers]
        if min(len(debts), len(payers)) != 1 or None in settled or None in used or _sum(settled) != _sum(used):
            continue
        for debt, its in zip(debts, settled, strict=True):
            for payer, mine in zip(payers, used, strict=True):
                amount = its if len(payers) == 1 else mine
                if amount:
                    payer.applied.append((debt, amount, max(debt.on, payer.on)))
                    _cover(debt, amount)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), ZERO)


# Totals


class _Totals:
    """Compares the totals of a file with what was read of the rows that they are about."""

    def __init__(self, source: Source, table: SourceTable, grid: Grid) -> None:
        ways = {name: [folded(each) for each in ways] for name, ways in table.columns}
        there = grid.names or frozenset()
        wanted = [each for name in ("open", "amount") for each in ways.get(name, []) if each in there]
        self._column = _first((*wanted, ""))
        self._currency = _first((*(each for each in ways.get("currency", []) if each in there), ""))
        self._source, self._table = source, table
        self._since, self._until = 0, 0

    def stated(self, row: RawRow, drafts: list[Draft], ties: list[Tie]) -> None:
        """A total row: of all rows up to it, or of those since the total before it, in its currency if it has one."""
        try:
            stated, _ = number(row.cells.get(self._column), self._source.decimal)
        except ValueError:
            return
        if len(drafts) > self._until:  # rows came since the last total
            self._since, self._until = self._until, len(drafts)
        code = text_of(row.cells.get(self._currency)).upper()
        own = [draft for draft in drafts if not code or draft.currency == code]
        late = [draft for draft in drafts[self._since :] if not code or draft.currency == code]
        found = [sum(map(_worth, some), ZERO) for some in (late, own)]
        counted = stated if stated in found else found[len(row.heading.split()) == 1]
        ties.append(Tie(self._table.name, row.line, row.heading, stated, counted))


def _worth(draft: Draft) -> Decimal:
    """What is left of a row, credits below zero."""
    left = draft.amount if draft.open is None else draft.open
    return left if draft.kind not in CREDITS else -left
