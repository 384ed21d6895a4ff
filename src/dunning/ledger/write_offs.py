"""What write-offs forgive: as much as is owed on their day, and no later debt.

What comes in for written-off debt is a recovery, not a credit of the customer. A payment that had been one and bounces
is none any more; a write-off that is reversed makes the debt owed again. A charge that comes after a write-off is a new
debt. An installment that was written off by name is recovered by what is put to it; what names the invoice alone
settles first what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from dunning.amounts import ZERO
from dunning.amounts.splitting import covered
from dunning.invoice import Invoice
from dunning.ledger.entries import Entry
from dunning.ledger.parts import spread


class _Lost:
    """An invoice on its way through what happened to it: what is owed but for write-offs, and what of it is forgiven.

    All lists are by number: what names the invoice alone (0), and each installment.
    """

    def __init__(self, invoice: Invoice) -> None:
        parts = [part.amount for part in invoice.installments]
        self.invoice = invoice
        self.billed = [ZERO if parts else invoice.amount, *parts]
        self.put = [ZERO for _ in self.billed]
        self.now = [ZERO for _ in self.billed]
        self.back = [ZERO for _ in self.billed]
        self.owed = invoice.amount  # in all, but for write-offs
        self.forgiven = ZERO  # in all

    @property
    def free(self) -> Decimal:
        """What is owed in all and not forgiven; negative where what is forgiven is owed no more."""
        return max(ZERO, self.owed) - self.forgiven

    def open_of(self, number: int) -> Decimal:
        """What of an installment, or of the whole, can be forgiven."""
        if not number:
            return self.free
        named = [put + now for put, now in zip(self.put, self.now, strict=True)]
        return spread(self.billed[1:], named[1:], self.free)[number - 1]

    def add(self, entry: Entry) -> int:
        """Note what happened besides write-offs, and to which installment; a charge that names none is on the first."""
        number = entry.installment or 0
        self.owed += entry.amount
        if entry.kind == "charge":
            number = number or min(1, len(self.billed) - 1)
            self.billed[number] += entry.amount
        else:
            self.put[number] -= entry.amount
        return number

    def change(self, cause: Entry, number: int, written: Decimal, recovered: Decimal) -> Iterator[Entry]:
        """Enter what is written off and recovered, more or (negative) less."""
        self.now[number] += written - recovered
        self.forgiven += written - recovered
        self.back[number] += recovered
        cause = cause._replace(invoice=self.invoice.id, installment=number or None)
        if written:
            yield cause._replace(amount=-written, kind="write-off")
        if recovered:
            yield cause._replace(amount=recovered, kind="recovery")

    def answer(self, today: list[Entry], number: int, came: Decimal, gone: Decimal) -> Iterator[Entry]:
        """So much of what is forgiven is owed no more: by money, or because a charge was waived."""
        recovered = min(gone, max(ZERO, came))
        yield from self.change(_last(today, money=bool(recovered)), number, ZERO, recovered)
        yield from self.change(_last(today, money=False), number, recovered - gone, ZERO)

    def move(self, today: list[Entry]) -> Iterator[Entry]:
        """What a day's money and charges do to what is forgiven: by name first, then in all."""
        came: dict[int, Decimal] = {}
        for entry in today:
            number = self.add(entry)
            came[number] = came.get(number, ZERO) - (ZERO if entry.kind == "charge" else entry.amount)
        for number in sorted(came.keys() - {0}):
            owed = max(ZERO, self.billed[number] - self.put[number])
            before = self.back[number]
            if owed < self.now[number]:
                yield from self.answer(today, number, came[number], self.now[number] - owed)
                came[number] -= self.back[number] - before
            elif came[number] < 0:
                again = min(-came[number], before, owed - self.now[number], self.free)
                came[number] += again
                yield from self.change(_last(today, money=True), number, ZERO, -again)
        total = sum(came.values(), ZERO)
        if self.free < 0:
            for number, gone in enumerate(list(covered(-self.free, self.now))):
                if gone:
                    before = self.back[number]
                    yield from self.answer(today, number, total, gone)
                    total -= self.back[number] - before
        elif total < 0:
            for number, again in enumerate(list(covered(min(-total, self.free), self.back))):
                yield from self.change(_last(today, money=True), number, ZERO, -again)


def written_off(invoice: Invoice, entries: Iterable[Entry], write_offs: Iterable[Entry]) -> Iterator[Entry]:
    """What write-offs forgive of an invoice, and what is recovered of that, by what else happened to it.

    `write_offs` say what would be written off if it were owed (positive amounts: undone). On one day money comes
    first, then what is undone, then what is written off, the smallest first.
    """
    lost = _Lost(invoice)
    own: dict[str, Decimal] = {}
    happened: dict[date, list[Entry]] = {}
    asked: dict[date, dict[str, list[Entry]]] = {}
    for entry in entries:
        happened.setdefault(entry.day, []).append(entry)
    for entry in write_offs:
        asked.setdefault(entry.day, {}).setdefault(entry.fact.id, []).append(entry)
    for day in sorted({*happened, *asked}):
        if day in happened:
            yield from lost.move(happened[day])
        # what is undone on its own day nets to nothing
        sums = sorted((-sum((each.amount for each in found), ZERO), name) for name, found in asked.get(day, {}).items())
        for amount, name in sums:
            cause = asked[day][name][-1]
            number = cause.installment or 0
            if amount > 0:
                own[name] = min(amount, lost.open_of(number))
                yield from lost.change(cause, number, own[name], ZERO)
            elif amount < 0:
                mine = own.pop(name)
                kept = min(mine, lost.now[number])
                recovered = min(mine - kept, lost.back[number])
                yield from lost.change(cause, number, -kept - recovered, -recovered)


def _last(entries: list[Entry], *, money: bool) -> Entry:
    """The last of a day's entries, of money or of charges where there are any."""
    return next((entry for entry in reversed(entries) if (entry.kind != "charge") == money), entries[-1])
