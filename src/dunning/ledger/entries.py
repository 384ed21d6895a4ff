"""Entries: an account's money written once, each line with the fact that made it.

While an account is posted, everything that moves money is written down as entries: an invoice adds to what is owed, a
payment takes off. An entry lies on an invoice, or on account where it settles nothing. What a reversal undoes is
written again with the other sign, on the day of the reversal. Every figure about money is a view of the entries: sums
by invoice are what is open, sums on account what is unapplied, sums of all the balance, sums by kind the roll-forward.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias, cast

from dunning._base.noun import at_home
from dunning.amounts import ZERO
from dunning.invoice import (
    Adjustment,
    AdjustmentKind,
    Application,
    Charge,
    CreditNote,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)  # fmt: skip

EntryKind: TypeAlias = Literal[
    "invoice", "charge", "payment", "credit note", "application", "discount", "small balance", "deduction",
    "write-off", "recovery", "refund", "void", "earned discount", "abatement", "exchange difference", "debit",
    "settled before",
]  # fmt: skip
"""What an entry is: what the fact is; *recovery*, by which a payment for written-off debt takes nothing off; or
*earned discount*, what a customer who paid in time need not pay, until an adjustment books it. A *debit* is a debt that
is no sale, *settled before* what the books do not know how.
"""

MoneyFact: TypeAlias = Invoice | Charge | Payment | CreditNote | Application | Refund | Adjustment
"""The facts that write entries."""

ADJUSTED: dict[AdjustmentKind, EntryKind] = {
    "discount": "discount",
    "small_balance": "small balance",
    "deduction": "deduction",
    "write_off": "write-off",
    "abatement": "abatement",
    "exchange_difference": "exchange difference",
    "settled_before": "settled before",
}
"""The kind of the entries that an adjustment writes."""


SALES: tuple[EntryKind, ...] = ("invoice", "credit note", "void")
"""The kinds of entries that sum to sales; a debit that is void is taken back as a debit."""


@at_home
class Entry(NamedTuple):
    """One movement of an account's money.

    `amount` is what it adds to what the customer owes: an invoice adds, a payment takes off (a negative amount).
    `invoice` is the invoice on which it lies; None on account, where nothing is settled yet. Money that is put to
    an invoice later makes two entries of kind *application*, which sum to nothing: one on account, one on the invoice.

    `installment` is the number of the installment that the fact names, None where it names none.

    `value` is the day from which it counts for the customer, where that is not the day on which the books have it.
    `fact` is the fact that wrote it and `source` the payment or credit note whose money it is, if any. `by` is None
    for what a fact did on its own day, and the reversal (or void) for what it took back or let stand again.
    """

    day: date
    amount: Decimal
    kind: EntryKind
    invoice: str | None
    fact: MoneyFact
    source: Payment | CreditNote | None
    by: Reversal | Void | None
    installment: int | None = None
    value: date | None = None


_IN_A_DAY: dict[EntryKind, int] = {"invoice": 0, "charge": 1, "write-off": 3, "recovery": 3, "void": 4}


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries in order of days; on one day first what is billed and charged, then money, then what is written off."""
    return sorted(entries, key=_place)


def _place(entry: Entry) -> tuple[date, int]:
    return entry.day, _IN_A_DAY.get(deed_of(entry), 2)


def deed_of(entry: Entry) -> EntryKind:
    """What an entry does, whether its debt is a sale or not: a debit that is taken back is voided."""
    if entry.kind == "debit":
        return "invoice" if entry.by is None else "void"
    return entry.kind


def sole_entry(source: Payment | CreditNote, invoice: Invoice) -> Entry:
    """The entry of a payment or credit note on the one invoice to which it was applied."""
    amount = source.applied[0][1].copy_negate()
    if type(source) is Payment:
        return Entry(source.received, amount, "payment", invoice.id, source, source, None)
    note = cast("CreditNote", source)
    value = value_of(note, note, invoice)
    return Entry(note.issued, amount, "credit note", invoice.id, note, note, None, None, value)


def value_of(
    fact: Payment | CreditNote | Application | Refund, source: Payment | CreditNote, invoice: Invoice
) -> date | None:
    """The day from which what was put to an invoice counts for the customer; None for the day of its entry.

    A payment counts from its own day, what is applied later from the day of its money, and a credit note from the day
    of the invoice that it corrects unless it is goodwill; or from the value date that the fact gives.
    """
    if isinstance(fact, Application):
        day = fact.value_date or (source.received if isinstance(source, Payment) else source.issued)
    elif isinstance(fact, CreditNote):
        day = fact.value_date or (fact.issued if fact.goodwill else invoice.issued)
    else:
        return None
    return max(day, invoice.issued)


def toggled(on: date, *undone: Sequence[Reversal]) -> Iterator[tuple[date, int, Reversal | None]]:
    """When something counts from a day on, and when not: it is off whenever one of its reversals is in force.

    `undone` are chains: what undoes it, what undoes that, and so on. Gives (day, 1 or -1, the reversal that did it).
    """
    yield on, 1, None
    is_on = True
    last = {reversal.on: reversal for chain in undone for reversal in chain}
    turns = [sorted(reversal.on for reversal in chain) for chain in undone]
    for day in sorted(last):
        now_on = all(bisect_right(days, day) % 2 == 0 for days in turns)
        if now_on != is_on:
            is_on = now_on
            yield max(day, on), 1 if is_on else -1, last[day]


def standing(entries: Iterable[Entry], as_of: date) -> list[Entry]:
    """The entries of facts that stand on a date, as if what is reversed by then had never been.

    Each is dated from when it counts for the customer, with what the fact comes to on the date. What was written off
    and recovered is left out: it follows from the others and from what was to be written off.
    """
    kept = [entry for entry in entries if entry.day <= as_of and entry.kind not in ("write-off", "recovery")]
    if all(entry.by is None and entry.kind != "earned discount" for entry in kept):
        if all(entry.value is None for entry in kept):
            return kept
    else:
        first: dict[tuple[str, int | None, bool], Entry] = {}
        total: dict[tuple[str, int | None, bool], Decimal] = {}
        for entry in kept:
            key = entry.fact.id, entry.installment, entry.kind == "earned discount"
            first.setdefault(key, entry)
            total[key] = total.get(key, ZERO) + entry.amount
        kept = [entry._replace(amount=total[key]) for key, entry in first.items() if total[key]]
    return in_order(entry if entry.value is None else entry._replace(day=entry.value) for entry in kept)
