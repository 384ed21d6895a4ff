"""Segmentation: what kind of debtor an account is, as the first of several conditions that holds.

Segments are tried in order and the last one takes the rest, so every account is in exactly one. What decides is
always a condition over measures, never code, so every assignment can be explained.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from dunning._attrs import frozen
from dunning._report import Report, Table, shown
from dunning.amounts import ZERO, exact
from dunning.conditions import Condition, Explanation, describe, explain, predicate
from dunning.dates import require_date
from dunning.errors import InvalidValue, require_type
from dunning.ledger import Account, Ledger
from dunning.measures import Custom, Population, Standing

__all__ = ["Assignment", "Segment", "Segmentation", "Segments", "segment", "segment_of"]


@frozen
class Segment:
    """A name for the accounts for which a condition holds."""

    name: str
    when: Condition


@frozen
class Segmentation:
    """Segments in the order in which they are tried, and the name for all other accounts.

    >>> from dunning.conditions import measure
    >>> size = Segmentation("size", (Segment("large", measure("open_balance") >= 1000),), default="small")
    >>> print(size)
    size: 1. large: what is open in all (the exposure) is at least 1,000.00; 2. otherwise small
    """

    name: str
    segments: tuple[Segment, ...]
    default: str = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        names = self.names
        if len(set(names)) < len(names):
            raise InvalidValue(f"Segmentation {self.name}", [f"names: {', '.join(names)} are not all different"])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all segments in the order in which they are tried, the default last."""
        return (*(each.name for each in self.segments), self.default)

    def __str__(self) -> str:
        tried = [f"{number}. {each.name}: {describe(each.when)}" for number, each in enumerate(self.segments, start=1)]
        return f"{self.name}: " + "; ".join([*tried, f"{len(tried) + 1}. otherwise {self.default}"])


@frozen
class Assignment:
    """The segment of one account on a date, with the exposure it brings (its open items)."""

    customer: str
    currency: str
    segment: str
    exposure: Decimal


@frozen
class Segments(Report):
    """The segment of every account of a ledger on a date. Iterating gives one `Assignment` an account."""

    segmentation: Segmentation
    as_of: date
    assignments: tuple[Assignment, ...]
    problems: int

    def __getitem__(self, customer: str) -> str:
        """The segment of a customer (of its first account, where it has several)."""
        for each in self.assignments:
            if each.customer == customer:
                return each.segment
        raise KeyError(customer)

    def __iter__(self) -> Iterator[Assignment]:
        return iter(self.assignments)

    def __len__(self) -> int:
        return len(self.assignments)

    @exact
    def summary(self) -> tuple[tuple[str, str, int, Decimal], ...]:
        """(segment, currency, accounts, exposure) for each segment and currency, in the order of the segmentation."""
        currencies = sorted({each.currency for each in self.assignments})
        return tuple(
            (
                name,
                currency,
                sum(1 for each in self.assignments if (each.segment, each.currency) == (name, currency)),
                sum(
                    (each.exposure for each in self.assignments if (each.segment, each.currency) == (name, currency)),
                    ZERO,
                ),
            )
            for name in self.segmentation.names
            for currency in currencies
        )

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary an account: as_of, customer, currency, segment, exposure."""
        return [
            {
                "as_of": self.as_of,
                "customer": each.customer,
                "currency": each.currency,
                "segment": each.segment,
                "exposure": each.exposure,
            }
            for each in self.assignments
        ]

    def _table(self, rows: int) -> Table:
        body = tuple((name, currency, str(count), shown(sum_)) for name, currency, count, sum_ in self.summary())
        notes = (f"{self.problems} faulty facts were set aside",) if self.problems else ()
        title = f"Segments by {self.segmentation.name} as of {self.as_of}"
        headings = ("segment", "currency", "accounts", "exposure")
        return Table(title, headings, body[:rows], (), notes, len(body[rows:]), (0, 1))


def segment_of(
    account: Account,
    segmentation: Segmentation,
    *,
    as_of: date,
    population: Population | None = None,
    custom: tuple[Custom, ...] = (),
) -> tuple[str, tuple[Explanation, ...]]:
    """The segment of one account and why: the explanation of each condition up to the one that held."""
    standing = Standing(account, as_of=as_of, population=population, custom=custom)
    found: list[Explanation] = []
    for each in segmentation.segments:
        found.append(explain(each.when, standing, as_of=as_of))
        if found[-1].holds:
            return each.name, tuple(found)
    return segmentation.default, tuple(found)


@exact
def _exposure(standing: Standing) -> Decimal:
    return sum((item.open for item in standing.open_items), ZERO)


def segment(ledger: Ledger, segmentation: Segmentation, *, as_of: date, custom: tuple[Custom, ...] = ()) -> Segments:
    """Assign every account of a ledger to its segment on a date; `custom` holds measures of your own.

    Raises:
        InvalidValue: `as_of` is not a date.

    >>> from dunning import Invoice
    >>> from dunning.presets.segments import payment_behaviour
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> segment(ledger, payment_behaviour(), as_of=date(2026, 2, 20))["ACME"]
    'new'
    """
    require_type("segment", "ledger", ledger, Ledger)
    require_type("segment", "segmentation", segmentation, Segmentation)
    require_date("as_of", as_of)
    population = Population(ledger, as_of=as_of)
    tests = [(each.name, predicate(each.when)) for each in segmentation.segments]
    found: list[Assignment] = []
    for account in ledger:
        standing = Standing(account, as_of=as_of, population=population, custom=custom)
        name = next((name for name, test in tests if test(standing)), segmentation.default)
        found.append(Assignment(account.customer, account.currency, name, _exposure(standing)))
    return Segments(segmentation, as_of, tuple(found), len(ledger.problems))
