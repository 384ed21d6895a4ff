"""What write-offs forgive: as much as is owed on their day, and no later debt.

What comes in for written-off debt is a recovery, not a credit of the customer. A payment that had been one and bounces
is none any more; a write-off that is reversed makes the debt owed again. A charge that comes after a write-off is a new
debt.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.amounts import ZERO
from dunning.ledger.receivable import Step


class Forgiven(NamedTuple):
    """By how much things change on each day: what is forgiven, what was written off, what of it was recovered."""

    forgiven: list[Step]
    written_off: list[Step]
    recovered: list[Step]


def forgiven(
    amount: Decimal,
    charged: Sequence[Step],
    settled: Sequence[Step],
    write_offs: Sequence[tuple[date, Decimal, str]],
) -> Forgiven:
    """Go through an invoice's days: what was charged, settled and written off (each with its id; negative: undone).

    On one day money comes first, then what is undone, then what is written off, the smallest first.
    """
    found = Forgiven([], [], [])
    owed, now, back = amount, ZERO, ZERO  # owed but for write-offs, forgiven now, recovered by now
    own: dict[str, Decimal] = {}

    def change(day: date, written: Decimal, recovered: Decimal) -> None:
        """Enter what is written off and recovered on a day, more or (negative) less."""
        nonlocal now, back
        now, back = now + written - recovered, back + recovered
        found.forgiven.append((day, written - recovered))
        found.written_off.append((day, written))
        found.recovered.append((day, recovered))

    by_id: dict[date, dict[str, Decimal]] = {}
    for on, delta, name in write_offs:  # what is undone on its own day nets to nothing
        today = by_id.setdefault(on, {})
        today[name] = today.get(name, ZERO) + delta
    for day in sorted({*(on for on, _ in (*charged, *settled)), *by_id}):
        came = sum((delta for on, delta in settled if on == day), ZERO)
        owed += sum((delta for on, delta in charged if on == day), ZERO) - came
        left = max(ZERO, owed)
        if left < now:  # by money, or because a charge was waived
            recovered = min(now - left, max(ZERO, came))
            change(day, left - now + recovered, recovered)
        elif came < 0:
            change(day, ZERO, -min(-came, back, left - now))
        for delta, name in sorted((delta, name) for name, delta in by_id.get(day, {}).items()):
            if delta > 0:
                own[name] = min(delta, left - now)
                change(day, own[name], ZERO)
            elif delta < 0:
                mine = own.pop(name)
                standing = min(mine, now)
                recovered = min(mine - standing, back)
                change(day, -standing - recovered, -recovered)
    return found
