"""An interest statement: the lines of an account's interest, what of it was charged, and how it prints."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dunning._base.noun import frozen
from dunning._report import Column, Report, cents
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
    """An item's interest: rounded once, what of it was charged (waived or not) and not handed back, and what is left.

    `times` is how often it was charged under the interest's name. Interest up to a day may have been charged elsewhere,
    say by a court up to 31 March: then the statement begins on 1 April, and so does what counts as charged.
    `overcharged` is what was charged beyond it, when a payment was entered late; `proposed_charges` hands it back.
    """

    item: str
    invoice: str
    accrued: Decimal
    charged: Decimal
    to_charge: Decimal
    overcharged: Decimal
    times: int


@frozen
class InterestStatement(Report[InterestLine]):
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

    _rows = "lines"
    _same = ("as_of", "customer", "currency")
    _columns = (
        Column("item", heading="item", left=True),
        Column("first", heading="from", left=True),
        Column("last", heading="to", left=True),
        Column("days", heading="days"),
        Column("balance", heading="balance", show=cents),
        Column("rate", heading="rate", show=lambda rate: f"{formatted(EXACT.multiply(rate, Decimal(100)))} %"),
        Column("interest", heading="interest", show=lambda amount: f"{rounded(amount, 4)}"),
    )

    def _title(self) -> str:
        return f"{self.name}: {self.customer}, {self.currency}, up to {self.as_of}"

    def _notes(self) -> Iterator[str]:
        for each in self.totals:
            yield (
                f"{each.item}: {formatted(each.accrued)} in all, {formatted(each.charged)} charged, "
                f"{formatted(each.to_charge)} to charge"
            )
