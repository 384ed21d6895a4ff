"""Rows of one id: lines of a document, parts of it, the same row again, or what cannot stand beside the first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from dunning.amounts import ZERO
from dunning.sources.drafts import Draft, Notes
from dunning.sources.nouns import RowCode, SourceTable


def sum_of(amounts: Iterable[Decimal | None]) -> Decimal:
    """What amounts come to; None is none."""
    return sum((amount for amount in amounts if amount is not None), ZERO)


def merged(table: SourceTable, drafts: list[Draft], notes: Notes) -> list[Draft]:
    """One draft for each id of a table, as it says of ids that repeat."""
    merge = _Merge(table, notes)
    for draft in drafts:
        merge.add(draft)
    return merge.done()


class _Merge:
    """The drafts of a table so far."""

    def __init__(self, table: SourceTable, notes: Notes) -> None:
        self._table, self._notes = table, notes
        self._found: list[Draft] = []
        self._first: dict[tuple[str, str, str], Draft] = {}
        self._rows: dict[int, set[object]] = {}

    def add(self, draft: Draft) -> None:
        """Take a row in, as a draft of its own or as part of one before."""
        if draft.kind == "application":
            self._found.append(draft)
            return
        before: Draft | None = None
        if draft.id:
            side = "debt" if draft.is_debt or self._table.repeats == "sum" else draft.kind
            before = self._first.setdefault((side, draft.id, draft.key), draft)
        elif self._table.repeats == "once" and self._found and _is_line_of(self._found[-1], draft):
            before = self._found[-1]  # a document without a number whose lines follow each other
        if before is None or before is draft:
            self._found.append(draft)
        else:
            self._again(before, draft)

    def _again(self, before: Draft, draft: Draft) -> None:
        before.signs |= draft.signs
        if before.account != draft.account:
            self._other(draft)
        elif self._table.repeats == "sum":
            _add(before, draft)
        elif self._is_same_row(before, draft):
            again: RowCode = "line_item_repeat" if self._table.repeats == "once" else "duplicate_row"
            self._line(before, draft, again)
        elif self._table.repeats == "installments":
            before.parts.append(draft)
        elif self._table.repeats == "once" and before.content == draft.content:
            self._line(before, draft, "line_item_repeat")
        else:
            self._other(draft)

    def _is_same_row(self, before: Draft, draft: Draft) -> bool:
        """Whether all that stands in a row stood in one before it."""
        rows = self._rows.setdefault(id(before), {before.written()})
        own = draft.written()
        if own in rows:
            return True
        rows.add(own)
        return False

    def _line(self, before: Draft, draft: Draft, code: RowCode) -> None:
        """A row that says the same; of money it may say to what else it was put."""
        if self._table.repeats == "once" and (draft.links or before.links):
            before.links += draft.links
            self._notes.of("read", "repeated_amount", draft)
        else:
            self._notes.of("skipped", code, draft)

    def _other(self, draft: Draft) -> None:
        """A row whose id another has: of money it is a number of the bank's or the customer's, and one beside it."""
        if draft.is_debt:
            self._notes.of("set_aside", "duplicate_id", draft, draft.id, amount=draft.worth)
        else:
            self._found.append(draft)

    def done(self) -> list[Draft]:
        """All drafts, whole."""
        found: list[Draft] = []
        for draft in self._found:
            if draft.parts:
                _put_together(draft)
            if draft.open is not None and not ZERO <= draft.open <= draft.amount:
                self._notes.of("set_aside", "open_unlike_amount", draft, draft.open, amount=draft.worth)
            else:
                found.append(draft)
        return found


def _is_line_of(before: Draft, draft: Draft) -> bool:
    """Whether a row without an id is another line of the document before it."""
    own, its = ((each.kind, each.content, each.due, each.reference) for each in (draft, before))
    return not before.id and own == its


def _put_together(draft: Draft) -> None:
    """A debt has parts with due dates of their own; of money the parts are one amount."""
    parts = [attrs.evolve(draft, parts=[]), *draft.parts]
    draft.amount = sum_of(part.amount for part in parts)
    if draft.is_debt:
        draft.parts = sorted(parts, key=lambda part: part.due or date.max)
    else:
        opens = [part.open for part in parts]
        draft.open, draft.parts = None if None in opens else sum_of(opens), []


def _add(sum_: Draft, line: Draft) -> None:
    """Add a line to what it is a line of; where lines below zero outweigh the others, that is a credit."""
    amount, open_ = ZERO, ZERO
    for each in (sum_, line):
        side = 1 if each.is_debt else -1
        amount += side * each.amount
        open_ += each.worth
    says_open = sum_.open is not None or line.open is not None
    if (amount < 0) == sum_.is_debt:
        sum_.kind = line.kind
    side = 1 if sum_.is_debt else -1
    sum_.amount, sum_.open = abs(amount), side * open_ if says_open else None
    sum_.links += line.links
