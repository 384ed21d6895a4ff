"""The statement of account: what was owed before, every movement with the balance after it, and what is owed now.

A statement is a view of an account's entries. An application and a change of a due date move no balance and have no
line; a payment that bounces has two lines, for the customer saw both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning._report import Column, Report, shown
from dunning.aging import Aging, age
from dunning.amounts import ZERO, exact
from dunning.dates import Period
from dunning.invoice import Charge
from dunning.ledger import Account, Entry, EntryKind, OpenItem
from dunning.ledger.entries import deed_of

__all__ = ["Statement", "StatementLine", "statement"]


@frozen
class StatementLine:
    """One movement of a statement.

    `amount` is what it adds to what is owed, negative when it takes off, and `balance` what is owed after it. `id` is
    the fact's. `kind` is that of its entry; `charge` says which charge it is. `reversal` is the id of the reversal that
    took back what the fact had done, or let it stand again.
    """

    on: date
    kind: EntryKind
    id: str
    amount: Decimal
    balance: Decimal
    charge: str | None = None
    reversal: str | None = None

    def __str__(self) -> str:
        words = self.charge or self.kind
        return words if self.reversal is None else f"{words} reversed"


@frozen
class Statement(Report[StatementLine]):
    """The movements of an account in a period, in order of days. Iterating gives the lines.

    `opening` is the balance at the end of the day before the period and `closing` that at its end. On one day what is
    added stands before what is taken off. `items` is what is open at the end, `unapplied` the customer's credit then,
    and `aging` spreads both over buckets: items - unapplied = closing.
    """

    customer: str
    currency: str
    period: Period
    opening: Decimal
    lines: tuple[StatementLine, ...]
    items: tuple[OpenItem, ...]
    unapplied: Decimal
    aging: Aging

    @property
    def closing(self) -> Decimal:
        """What the customer owes at the end of the period; negative when it is owed to the customer."""
        return self.lines[-1].balance if self.lines else self.opening

    @property
    @exact
    def added(self) -> Decimal:
        """The sum of the lines that add to what is owed."""
        return sum((line.amount for line in self.lines if line.amount > ZERO), ZERO)

    @property
    @exact
    def taken_off(self) -> Decimal:
        """The sum of the lines that take off, as a positive amount: opening + added - taken off = closing."""
        return -sum((line.amount for line in self.lines if line.amount < ZERO), ZERO)

    _rows = "lines"
    _same = ("customer", "currency")
    _columns = (
        Column("on", heading="date", left=True),
        Column("kind"),
        Column(None, str, heading="what", left=True),
        Column("charge"),
        Column("id", heading="reference", left=True),
        Column("reversal"),
        Column("amount", heading="amount"),
        Column("balance", heading="balance"),
    )

    def _title(self) -> str:
        return f"Statement of {self.customer}, {self.currency}, {self.period.first} to {self.period.last}"

    def _totals(self) -> Iterator[Sequence[str]]:
        yield str(self.period.opening), "opening balance", "", "", shown(self.opening)
        yield str(self.period.last), "closing balance", "", "", shown(self.closing)

    def _notes(self) -> Iterator[str]:
        total = self.aging.total
        yield "; ".join(f"{name} {shown(amount)}" for name, amount in total.amounts.items() if amount)


@checked
@exact
def statement(account: Account, period: Period) -> Statement:
    """The statement of one account for a period: the balance before it, each movement in it, the balance at its end.

    For a statement as it could have been written on some day, take the account from `ledger.known_at(day)`.

    Raises:
        InvalidValue: an argument is of another kind.

    >>> from dunning import Invoice, Ledger, Payment
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("100.00"), "EUR"),
    ...     Payment("PAY-1", "ACME", date(2026, 2, 9), Decimal("70.00"), "EUR", applied=(("INV-1", Decimal("70.00")),)),
    ... ])
    >>> found = statement(ledger.account("ACME"), Period.month(2026, 2))
    >>> str(found.opening), [(str(line), line.id, str(line.amount)) for line in found], str(found.closing)
    ('100.00', [('payment', 'PAY-1', '-70.00')], '30.00')
    """
    entries = [entry for entry in account.entries(as_of=period.last) if entry.kind != "application"]
    opening = sum((entry.amount for entry in entries if entry.day < period.first), ZERO)
    sums: dict[tuple[date, EntryKind, str, str | None], Decimal] = {}
    seen: dict[tuple[date, EntryKind, str, str | None], Entry] = {}
    for entry in entries:
        if entry.day >= period.first:
            kind, name, by = entry.kind, entry.fact.id, None if entry.by is None else entry.by.id
            if kind in ("discount", "earned discount"):  # booking what was earned moves nothing
                kind, name = "discount", entry.invoice or ""
            key = entry.day, kind, name, by
            seen.setdefault(key, entry)
            sums[key] = sums.get(key, ZERO) + entry.amount
    rows = sorted((key for key in sums if sums[key]), key=lambda key: _in_a_day(seen[key], sums[key]))
    balances = accumulate((sums[key] for key in rows), initial=opening)
    next(balances)
    lines = (_line(seen[key], key[1], sums[key], balance) for key, balance in zip(rows, balances, strict=True))
    return Statement(
        account.customer,
        account.currency,
        period,
        opening,
        tuple(lines),
        account.open_items(as_of=period.last),
        account.unapplied(as_of=period.last),
        age(account, as_of=period.last),
    )


def _line(entry: Entry, kind: EntryKind, amount: Decimal, balance: Decimal) -> StatementLine:
    charge = entry.fact.kind if isinstance(entry.fact, Charge) else None
    by = None if entry.by is None else entry.by.id
    return StatementLine(entry.day, kind, entry.fact.id, amount, balance, charge, by)


_ADDS: Sequence[EntryKind] = ("invoice", "payment", "credit note", "charge")


def _in_a_day(entry: Entry, amount: Decimal) -> tuple[date, bool, int, str]:
    """What is added before what is taken off; what came back before the costs of it."""
    deed = deed_of(entry)
    place = _ADDS.index(deed) if deed in _ADDS else len(_ADDS)
    return entry.day, amount < ZERO, place, entry.fact.id
