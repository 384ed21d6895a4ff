"""From drafts to facts: the debt or the money of a row, what was settled before, holds and disputes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from dunning.amounts import ZERO
from dunning.errors import InvalidValue
from dunning.interactions import Dispute, Hold
from dunning.invoice import Adjustment, Application, CreditNote, Installment, Invoice, Payment
from dunning.ledger import Fact
from dunning.sources.drafts import Draft, Notes
from dunning.sources.merging import sum_of


def facts_of(draft: Draft, as_of: date, notes: Notes) -> list[Fact]:
    """The facts that a draft describes; none where one of them cannot be, which is told."""
    try:
        return list(_debt(draft, as_of, notes) if draft.is_debt else _credit(draft, as_of, notes))
    except InvalidValue as error:
        draft.is_taken = False
        notes.of("set_aside", "refused", draft, error, amount=draft.worth)
        return []


def _debt(draft: Draft, as_of: date, notes: Notes) -> Iterator[Fact]:
    parts = tuple(Installment(part.due, part.amount) for part in draft.parts)
    due = None if parts else draft.due
    yield Invoice(
        draft.id, draft.customer, draft.on, due, draft.amount, draft.currency, installments=parts,
        reference=draft.reference, terms=None if parts else draft.terms,
        kind="debit" if draft.kind == "debit" else "invoice",
    )  # fmt: skip
    for number, part in enumerate(draft.parts or [draft], start=1):
        name = f"{draft.id}/{number}" if draft.parts else draft.id
        yield from _settled_before(part, name, draft.on, as_of, notes)
    if "disputed" in draft.signs:
        yield Dispute(f"{draft.id}/dispute", draft.id, max(as_of, draft.on))
    held = draft.signs & {"hold", "dunning_block"}
    if held:
        yield Hold(f"{draft.id}/hold", draft.customer, as_of, invoice=draft.id, reason=min(held))


def _settled_before(draft: Draft, name: str, issued: date, as_of: date, notes: Notes) -> Iterator[Fact]:
    """What was settled of a debt beside what is put to it: on the day of the report, where no other is known."""
    settled = draft.settled() or ZERO
    rest = settled if draft.table.at_issue else settled - draft.covered
    if rest > 0:
        on = issued if draft.table.at_issue else draft.settled_on or as_of
        notes.of("noted", "prepaid" if draft.table.at_issue else "history_lost", draft, name, amount=rest)
        yield Adjustment(f"{name}/settled before", name, max(min(on, as_of), issued), rest, "settled_before")


def _credit(draft: Draft, as_of: date, notes: Notes) -> Iterator[Fact]:
    if draft.kind in ("discount", "write_off"):
        yield from _adjustments(draft, notes)
        return
    now: dict[str, Decimal] = {}
    later: list[Application] = []
    for debt, amount, on in draft.applied:
        if on is None or on <= draft.on:
            now[debt.id] = now.get(debt.id, ZERO) + amount
        else:
            later.append(Application(f"{draft.id}/{debt.id}/{len(later) + 1}", draft.id, on, debt.id, amount))
    own = (draft.id, draft.customer, draft.on, draft.amount, draft.currency)
    if draft.kind == "payment":
        yield Payment(*own, applied=tuple(now.items()), reference=draft.reference)
    else:
        yield CreditNote(*own, applied=tuple(now.items()))
    yield from later
    used = draft.settled()
    rest = draft.elsewhere if used is None else used - sum_of(amount for _, amount, _ in draft.applied)
    if rest > 0:
        on = draft.on if draft.table.at_issue else draft.settled_on or as_of
        notes.of("noted", "history_lost", draft, amount=rest)
        yield Application(f"{draft.id}/used", draft.id, max(min(on, as_of), draft.on), None, rest)


def _adjustments(draft: Draft, notes: Notes) -> Iterator[Fact]:
    """A discount or a write-off of the debts that it names; without a name, what is left of it is a credit."""
    kind: Literal["discount", "write_off"] = "discount" if draft.kind == "discount" else "write_off"
    for place, (debt, amount, on) in enumerate(draft.applied, start=1):
        name = draft.id if place == 1 else f"{draft.id}/{place}"
        yield Adjustment(name, debt.id, max(on or draft.on, debt.on), amount, kind)
    if not draft.applied:
        notes.of("read", "adjustment", draft, amount=draft.amount)
        if draft.open:
            yield CreditNote(draft.id, draft.customer, draft.on, draft.open, draft.currency)
