"""What a name means among the receivables of an account: an invoice, or one of its installments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.ledger.receivable import Receivable


class Debt(NamedTuple):
    """What a name means among the receivables of an account: an invoice (`number` 0), or one of its installments."""

    receivable: Receivable
    number: int

    def owed(self, as_of: date) -> Decimal:
        """What is open of it on a date."""
        return self.receivable.open_of(self.number, as_of)

    @property
    def first_due(self) -> date | None:
        """The due date with which it was billed; None for the whole of several installments."""
        parts = self.receivable.invoice.installments
        if not parts:
            return self.receivable.invoice.due
        return parts[self.number - 1].due if self.number else None

    def due(self, as_of: date) -> date | None:
        """Its due date on a date, payment plans left aside; None for the whole of several installments."""
        if self.receivable.invoice.installments and not self.number:
            return None
        return self.receivable.contract_due(self.number or 1, as_of)


def debts_among(receivables: Iterable[Receivable]) -> dict[str, Debt]:
    """Every debt of some receivables by its name: invoices, and the installments of those that have any."""
    return {
        (each.invoice.id if not number else f"{each.invoice.id}/{number}"): Debt(each, number)
        for each in receivables
        for number in range(len(each.invoice.installments) + 1)
    }
