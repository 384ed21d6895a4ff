"""An interest statement: the lines of an account's interest, what of it was charged, and how it prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from dunning._base.noun import frozen
from dunning._report import Report, Table
from dunning.amounts import EXACT, ZERO, exact, formatted, rounded
from dunning.dates import days_between


@frozen
class InterestLine:
    """Successive days of one balance and one rate: the interest is exact up to 28 digits, never rounded to cents."""

    item: str
    first: date
    last: date
    balance: Decimal
    rate: Decimal
    interest: Decimal

    @property
    def days(self) -> int:
        """The calendar days, both ends counted."""
        return days_between(self.first, self.last, "ACT/365F") + 1


@frozen
class InterestTotal:
    """An item's interest: rounded once, what of it was charged (waived or not), and what is left to charge.

    `times` is how often it was charged under the interest's name. Interest up to a day may have been charged elsewhere,
    say by a court up to 31 March: then the statement begins on 1 April, and so does what counts as charged.
    `overcharged` is what was charged beyond it, when a payment was entered late; later interest makes up for it first.
    """

    item: str
    invoice: str
    accrued: Decimal
    charged: Decimal
    to_charge: Decimal
    overcharged: Decimal
    times: int


@frozen
class InterestStatement(Report):
    """The interest of an account up to a date, line by line. Iterating gives the lines; `totals` has one for each item.

    The charges that the ledger holds under this interest's name are `charged`; with `to_charge` recorded they are
    `accrued`.
    """

    customer: str
    currency: str
    name: str
    as_of: date
    lines: tuple[InterestLine, ...]
    totals: tuple[InterestTotal, ...]

    @property
    @exact
    def accrued(self) -> Decimal:
        """The interest of all items, each rounded once."""
        return sum((each.accrued for each in self.totals), ZERO)

    @property
    @exact
    def charged(self) -> Decimal:
        """What the ledger holds of it, waived charges included."""
        return sum((each.charged for each in self.totals), ZERO)

    @property
    @exact
    def to_charge(self) -> Decimal:
        """What is left to charge."""
        return sum((each.to_charge for each in self.totals), ZERO)

    def __iter__(self) -> Iterator[InterestLine]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a line: as_of, customer, currency, item, first, last, days, balance, rate, interest."""
        return [
            {
                "as_of": self.as_of,
                "customer": self.customer,
                "currency": self.currency,
                "item": line.item,
                "first": line.first,
                "last": line.last,
                "days": line.days,
                "balance": line.balance,
                "rate": line.rate,
                "interest": line.interest,
            }
            for line in self.lines
        ]

    def _table(self, rows: int) -> Table:
        body = tuple(
            (
                line.item,
                str(line.first),
                str(line.last),
                str(line.days),
                formatted(rounded(line.balance, 2)),
                f"{formatted(EXACT.multiply(line.rate, Decimal(100)))} %",
                f"{rounded(line.interest, 4)}",
            )
            for line in self.lines[:rows]
        )
        notes = tuple(
            f"{each.item}: {formatted(each.accrued)} in all, {formatted(each.charged)} charged, "
            f"{formatted(each.to_charge)} to charge"
            for each in self.totals
        )
        headings = ("item", "from", "to", "days", "balance", "rate", "interest")
        title = f"{self.name}: {self.customer}, {self.currency}, up to {self.as_of}"
        return Table(title, headings, body, (), notes, len(self.lines) - len(body), (0, 1, 2))
