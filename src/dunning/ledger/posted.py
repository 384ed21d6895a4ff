"""The lists into which one account is posted: facts that stand, and the entries that they write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from dunning.amounts import ZERO
from dunning.dates import NEVER_ENDS
from dunning.interactions import Dispute
from dunning.invoice import (
    Adjustment,
    Application,
    CreditNote,
    DueDateChange,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)
from dunning.ledger.account import Target
from dunning.ledger.entries import Entry, EntryKind, sole_entry, toggled, value_of
from dunning.ledger.kinds import Fact

NamedDebt: TypeAlias = tuple[Invoice, int | None]
"""An invoice, and the number of the installment where one is named."""

_MONEY: tuple[EntryKind, ...] = ("payment", "credit note", "application", "refund")


class Posted:
    """The lists into which one account is posted."""

    def __init__(self) -> None:
        self.invoices: dict[str, Invoice] = {}
        self.accepted: list[Fact] = []
        self.is_as_given = True
        self.sole: dict[str, Payment | CreditNote] = {}
        self.entries: dict[str, list[Entry]] = {}
        self.on_account: list[Entry] = []
        self.write_offs: dict[str, list[Entry]] = {}
        self.earned: list[tuple[Adjustment, int | None]] = []
        self.changes: dict[str, list[DueDateChange]] = {}
        self.disputes: dict[str, list[Dispute]] = {}
        self.undone: dict[Target, list[Reversal]] = {}
        self.voids: dict[str, Void] = {}

    def of(self, invoice: str) -> list[Entry]:
        """The entries of an invoice, to be added to."""
        mine = self.entries.setdefault(invoice, [])
        if invoice in self.sole:
            mine.append(sole_entry(self.sole.pop(invoice), self.invoices[invoice]))
        return mine

    def end_of(self, invoice: str) -> date:
        """The day from which an invoice is void."""
        return self.voids[invoice].on if invoice in self.voids else NEVER_ENDS

    def write(self, into: list[Entry], entry: Entry, *more: Sequence[Reversal]) -> None:
        """What a fact adds to what is owed, while it stands, and what it depends on."""
        chains = [self.undone.get(entry.fact.id, ()), *more]
        if not any(chains):
            into.append(entry)
            return
        for day, sign, by in toggled(entry.day, *chains):
            into.append(entry._replace(day=day, amount=entry.amount * sign, by=by))

    def move(
        self, debt: NamedDebt, on: date, amount: Decimal, fact: Payment | CreditNote | Application | Refund,
        source: Payment | CreditNote, *more: Sequence[Reversal],
    ) -> None:  # fmt: skip
        """Move credit to an invoice: from the day on which both exist, while the fact and its source stand."""
        invoice, number = debt
        mine, value = self.of(invoice.id), value_of(fact, source, invoice)
        chains = [self.undone.get(name, ()) for name in dict.fromkeys((fact.id, source.id))]
        for day, sign, by in toggled(on, *chains, *more):
            moved = max(day, invoice.issued)
            mine.append(Entry(moved, amount * -sign, "application", invoice.id, fact, source, by, number, value))
            self.on_account.append(Entry(moved, amount * sign, "application", None, fact, source, by))


def take_back(posted: Posted, invoice: Invoice, void: Void) -> None:
    """Take an invoice back, with all that was charged and forgiven; money for it goes on account, later money too."""
    before: list[Entry] = []
    sums: dict[tuple[str, EntryKind, int | None], Decimal] = {}
    last: dict[tuple[str, EntryKind, int | None], Entry] = {}
    for entry in posted.of(invoice.id):
        if entry.day >= void.on:
            if entry.kind in _MONEY:
                posted.on_account.append(entry._replace(invoice=None, installment=None))
            continue
        before.append(entry)
        key = entry.fact.id, entry.kind, entry.installment
        sums[key] = sums.get(key, ZERO) + entry.amount
        last[key] = entry
    for key, amount in sums.items():
        if amount:
            kind: EntryKind = "application" if key[1] in _MONEY else key[1]
            back = last[key]._replace(day=void.on, amount=-amount, kind=kind, by=void)
            before.append(back)
            if key[1] in _MONEY:
                posted.on_account.append(back._replace(amount=amount, invoice=None, installment=None))
    own: EntryKind = "void" if invoice.kind == "invoice" else "debit"
    before.append(Entry(void.on, -invoice.amount, own, invoice.id, invoice, None, void))
    posted.entries[invoice.id] = before
