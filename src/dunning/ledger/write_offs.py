"""What write-offs forgive: as much as is owed on their day, and no later debt.

What comes in for written-off debt is a recovery, not a credit of the customer. A payment that had been one and bounces
is none any more; a write-off that is reversed makes the debt owed again. A charge that comes after a write-off is a new
debt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from dunning.amounts import ZERO
from dunning.invoice import Invoice
from dunning.ledger.entries import Entry


def written_off(invoice: Invoice, entries: Iterable[Entry], write_offs: Iterable[Entry]) -> Iterator[Entry]:
    """What write-offs forgive of an invoice, and what is recovered of that, by what else happened to it.

    `write_offs` say what would be written off if it were owed (positive amounts: undone). On one day money comes
    first, then what is undone, then what is written off, the smallest first.
    """
    owed, now, back = invoice.amount, ZERO, ZERO  # owed but for write-offs, forgiven now, recovered by now
    own: dict[str, Decimal] = {}
    happened: dict[date, list[Entry]] = {}
    asked: dict[date, dict[str, list[Entry]]] = {}
    for entry in entries:
        happened.setdefault(entry.day, []).append(entry)
    for entry in write_offs:
        asked.setdefault(entry.day, {}).setdefault(entry.fact.id, []).append(entry)

    def change(cause: Entry, written: Decimal, recovered: Decimal) -> Iterator[Entry]:
        """Enter what is written off and recovered, more or (negative) less."""
        nonlocal now, back
        now, back = now + written - recovered, back + recovered
        if written:
            yield cause._replace(amount=-written, kind="write-off", invoice=invoice.id)
        if recovered:
            yield cause._replace(amount=recovered, kind="recovery", invoice=invoice.id)

    for day in sorted({*happened, *asked}):
        today = happened.get(day, [])
        came = -sum((entry.amount for entry in today if entry.kind != "charge"), ZERO)
        owed += sum((entry.amount for entry in today), ZERO)
        left = max(ZERO, owed)
        if left < now:  # by money, or because a charge was waived
            recovered = min(now - left, max(ZERO, came))
            yield from change(_last(today, money=bool(recovered)), ZERO, recovered)
            yield from change(_last(today, money=False), left - now, ZERO)
        elif came < 0:
            yield from change(_last(today, money=True), ZERO, -min(-came, back, left - now))
        # what is undone on its own day nets to nothing
        sums = sorted((-sum((each.amount for each in found), ZERO), name) for name, found in asked.get(day, {}).items())
        for amount, name in sums:
            cause = asked[day][name][-1]
            if amount > 0:
                own[name] = min(amount, left - now)
                yield from change(cause, own[name], ZERO)
            elif amount < 0:
                mine = own.pop(name)
                kept = min(mine, now)
                recovered = min(mine - kept, back)
                yield from change(cause, -kept - recovered, -recovered)


def _last(entries: list[Entry], *, money: bool) -> Entry:
    """The last of a day's entries, of money or of charges where there are any."""
    return next((entry for entry in reversed(entries) if (entry.kind != "charge") == money), entries[-1])
