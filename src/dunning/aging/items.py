"""Open items one by one, each with its age and its bucket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from dunning._base.bounds import Count
from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning._report import Column, Report, counted, shown
from dunning.aging.ages import Source, of_currency, sources_of
from dunning.aging.buckets import DEFAULT, Buckets
from dunning.aging.grid import Basis, Grid, is_held
from dunning.amounts import ZERO, exact
from dunning.dates.days import Day


@frozen
class AgedItem:
    """An open item on a day, with the bucket in which it stands in the aging report; *undated* without a day.

    `age` is in days: past due, or since the invoice where the report counts from that, less its grace; None without
    a day. `days_past_due` is what it is whatever the report counts.
    """

    item: str
    invoice: str
    customer: str
    currency: str
    issued: date
    due: date | None
    days_past_due: int | None
    age: int | None
    bucket: str
    original: Decimal
    open: Decimal
    disputed: Decimal
    on_hold: bool


@frozen
class AgedItems(Report[AgedItem]):
    """Open items with their buckets, the oldest first. Iterating gives each `AgedItem`.

    Summed by customer and bucket they are the buckets and *undated* of `age` on the same terms. Cash and credit that
    settle nothing are no items.
    """

    as_of: date
    buckets: Buckets
    basis: Basis
    grace: int
    items: tuple[AgedItem, ...]

    _rows = "items"
    _same = ("as_of",)
    _columns = (
        Column("customer", heading="customer", left=True),
        Column("item", heading="item", left=True),
        Column("invoice"),
        Column("currency", heading="currency", left=True),
        Column("issued", heading="issued"),
        Column("due", heading="due"),
        Column("days_past_due"),
        Column("age", heading="age"),
        Column("bucket", heading="bucket", left=True),
        Column("original"),
        Column("open", heading="open"),
        Column("disputed", heading="disputed"),
        Column("on_hold"),
    )

    def orders(self) -> Mapping[str, Sequence[str]]:
        """All labels of a column that has an order, in that order."""
        return {"bucket": _labels(self.buckets)}

    def _title(self) -> str:
        return f"Open items as of {self.as_of}"

    def _notes(self) -> Iterator[str]:
        sums: dict[str, Decimal] = {}
        for each in self.items:
            sums[each.currency] = sums.get(each.currency, ZERO) + each.open
        said = ", ".join(f"{shown(amount)} {currency}" for currency, amount in sorted(sums.items()))
        yield f"{counted(len(self.items), 'open item')}{f', {said}' if said else ''}"


def _labels(buckets: Buckets) -> tuple[str, ...]:
    """Where an item may stand: in a bucket, or without a day."""
    return (*buckets.labels, "undated")


@checked
@exact
def aged_items(
    source: Source,
    *,
    as_of: Day,
    buckets: Buckets = DEFAULT,
    basis: Basis = "due",
    grace: Count = 0,
    currency: str | None = None,
) -> AgedItems:
    """The open items on a day one by one, each with its age and its bucket, of all currencies or of one.

    Args:
        source: a ledger, an account, or several of them with different accounts.
        as_of: the date asked about; a payment dated on it counts.
        buckets: the partition of days.
        basis: count days from the due date, or from the invoice date (`"issued"`).
        grace: days by which every date is moved later before it is aged.
        currency: only items in this currency.

    Raises:
        InvalidValue: an argument cannot be.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> [(each.item, each.age, each.bucket) for each in aged_items(ledger, as_of=date(2026, 2, 20))]
    [('INV-1', 16, '1-30')]
    """
    grid = Grid(as_of, buckets, basis, grace)
    labels = _labels(buckets)
    found: list[AgedItem] = []
    for each in sources_of(source):
        for account in of_currency(each, currency):
            holds = account.holds(as_of=as_of)
            for item in account.items_at(as_of):
                day = item.due if basis == "due" else item.issued
                found.append(
                    AgedItem(
                        item.id, item.invoice, item.customer, item.currency, item.issued, item.due, item.days_past_due,
                        None if day is None else (as_of - day).days - grace, labels[grid.column(day)], item.original,
                        item.open, item.disputed, is_held(item, holds),
                    )
                )  # fmt: skip
    found.sort(key=lambda each: (each.age is None, -(each.age or 0), each.customer, each.item))
    return AgedItems(as_of, buckets, basis, grace, tuple(found))
