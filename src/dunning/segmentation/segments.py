"""Two segmentations as one: a segment for each pair of theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from dunning._base.guards import checked, guarded, lenient
from dunning._base.names import repeated
from dunning._base.noun import frozen
from dunning._report import Column, Layout, Report, set_aside, shown
from dunning.amounts import ZERO, exact
from dunning.conditions import ALWAYS, NEVER, Condition, Explanation, describe, explain, implies, predicate
from dunning.dates.days import Day
from dunning.errors import InvalidValue, NotFound
from dunning.ledger import Account, Ledger
from dunning.ledger.ends import exists_on
from dunning.measures import Custom, Population, Standing


@guarded
def cross(rows: Segmentation, columns: Segmentation, *, name: str | None = None) -> Segmentation:
    """The matrix of two segmentations: an account that is *reliable* in one and *A* in the other is *reliable / A*.

    Conditions to `stay` are left out: they are about the segment of one segmentation, not about the pair.

    >>> from dunning.presets.segments import payment_behaviour, value_classes
    >>> cross(payment_behaviour(), value_classes()).names[-1]
    'reliable / C'
    """

    def pairs(of: Segmentation) -> list[tuple[str, Condition]]:
        return [*((each.name, each.when) for each in of.segments), (of.default, ALWAYS)]

    # Row by row, column by column: the first pair that holds is made of the first row and the first column that hold.
    cells = [
        Segment(f"{row} / {column}", in_row & in_column)
        for row, in_row in pairs(rows)
        for column, in_column in pairs(columns)
    ]
    return Segmentation(name or f"{rows.name} x {columns.name}", tuple(cells[:-1]), default=cells[-1].name)


@frozen
class Segment:
    """A name for the accounts for which a condition holds.

    `stay` is a second, wider condition for hysteresis: an account that was in the segment before stays in it while that
    one holds, so that it does not move to and fro at the border. Who was where before is said by `since` of `segment`.
    """

    name: str
    when: Condition
    stay: Condition | None = attrs.field(default=None, kw_only=True)


@frozen
class Segmentation:
    """Segments in the order in which they are tried, and the name for all other accounts.

    `ranking` names segments from the best to the worst, where some are better than others; `explain_segment` then says
    why an account is not in the next better one.

    Raises:
        InvalidValue: two segments have one name, or the ranking names one twice or one that there is not.

    >>> from dunning.conditions import measure
    >>> size = Segmentation("size", (Segment("large", measure("open_balance") >= 1000),), default="small")
    >>> print(size)
    size: 1. large: what is open in all (the exposure) is at least 1,000.00; 2. otherwise small
    """

    name: str
    segments: tuple[Segment, ...] = attrs.field(converter=lenient(tuple[Any, ...]))
    default: str = attrs.field(kw_only=True)
    ranking: tuple[str, ...] = attrs.field(default=(), converter=lenient(tuple[Any, ...]), kw_only=True)

    def _rules(self) -> Iterator[str]:
        names = self.names
        yield from (f"segments: {each} is named twice" for each in repeated(names))
        yield from (f"ranking: there is no segment {name!r}" for name in self.ranking if name not in names)
        yield from (f"ranking: {each} is named twice" for each in repeated(self.ranking))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all segments in the order in which they are tried, the default last."""
        return (*(each.name for each in self.segments), self.default)

    @property
    def shadowed(self) -> tuple[str, ...]:
        """The segments that no account can be in, whatever its figures: earlier ones take all that they would.

        What follows from single comparisons is seen; conditions whose measures depend on each other are not compared.
        """
        found: list[str] = []
        taken: Condition = NEVER
        for each in self.segments:
            if implies(each.when, taken):
                found.append(each.name)
            taken = taken | each.when
        return (*found, self.default) if implies(ALWAYS, taken) else tuple(found)

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
class Segments(Report[Assignment]):
    """The segment of every account of a ledger on a date. Iterating gives one `Assignment` an account."""

    segmentation: Segmentation
    as_of: date
    assignments: tuple[Assignment, ...]
    problems: int

    def __getitem__(self, customer: str) -> str:
        """The segment of a customer (of its first account, where it has several).

        Raises:
            NotFound: the report has no such customer.
        """
        for each in self.assignments:
            if each.customer == customer:
                return each.segment
        raise NotFound("customer in the segments", customer)

    @property
    def labels(self) -> dict[tuple[str, str], str]:
        """The segment of each account by (customer, currency): what `by` of `scorecard` takes."""
        return {(each.customer, each.currency): each.segment for each in self.assignments}

    @property
    def empty(self) -> tuple[str, ...]:
        """The segments that no account is in."""
        found = {each.segment for each in self.assignments}
        return tuple(name for name in self.segmentation.names if name not in found)

    _rows = "assignments"
    _same = ("as_of",)
    _columns = tuple(map(Column, ("customer", "currency", "segment", "exposure")))

    def orders(self) -> Mapping[str, Sequence[str]]:
        """All labels of a column that has an order, in that order."""
        return {"segment": self.segmentation.names}

    def _title(self) -> str:
        return f"Segments by {self.segmentation.name} as of {self.as_of}"

    def _grid(self) -> Layout:
        return Layout(
            ("segment", "currency", "accounts", "exposure"), [list(map(shown, row)) for row in self.summary()], (0, 1)
        )

    def _notes(self) -> Iterator[str]:
        yield from set_aside(self.problems)
        if shadowed := self.segmentation.shadowed:
            yield f"no account can be in {', '.join(shadowed)}: earlier segments take all"

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


@checked
def segment_of(
    account: Account,
    segmentation: Segmentation,
    *,
    as_of: date,
    population: Population | None = None,
    custom: tuple[Custom, ...] = (),
    before: str | None = None,
) -> tuple[str, tuple[Explanation, ...]]:
    """The segment of one account and why: the explanation of each condition up to the one that held.

    `before` is the segment in which the account was, for segments that have a condition to stay in.
    """
    standing = Standing(account, as_of=as_of, population=population, custom=custom)
    found: list[Explanation] = []
    for each in segmentation.segments:
        found.append(explain(condition_of(each, before), standing, as_of=as_of))
        if found[-1].holds:
            return each.name, tuple(found)
    return segmentation.default, tuple(found)


def condition_of(segment: Segment, before: str | None) -> Condition:
    """The condition to be in a segment for an account that was in some segment before."""
    stays = segment.stay is not None and segment.name == before
    return segment.when | segment.stay if stays and segment.stay is not None else segment.when


@exact
def _exposure(standing: Standing) -> Decimal:
    return sum((item.open for item in standing.open_items), ZERO)


@checked
def segment(
    ledger: Ledger,
    segmentation: Segmentation,
    *,
    as_of: Day,
    custom: tuple[Custom, ...] = (),
    since: Segments | None = None,
) -> Segments:
    """Assign every account that there is on a date to its segment; one whose first fact comes later is left out.

    Args:
        ledger: the books.
        segmentation: the segments and their conditions.
        as_of: the date asked about.
        custom: measures of your own.
        since: the report of an earlier date, for segments that have a condition to `stay` in.

    Raises:
        InvalidValue: `as_of` is not a date, or `since` is of another segmentation or a later date.

    >>> from dunning import Invoice
    >>> from dunning.presets.segments import payment_behaviour
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> segment(ledger, payment_behaviour(), as_of=date(2026, 2, 20))["ACME"]
    'new'
    """
    if since is not None and (since.segmentation != segmentation or since.as_of > as_of):
        raise InvalidValue("segment", ["since: give a report of the same segmentation on an earlier date"])
    earlier = {} if since is None else since.labels
    population = Population(ledger, as_of=as_of)
    tests = {
        before: [(each.name, predicate(condition_of(each, before))) for each in segmentation.segments]
        for before in {None, *earlier.values()}
    }
    found: list[Assignment] = []
    for account in ledger:
        if not exists_on(account, as_of):
            continue
        standing = Standing(account, as_of=as_of, population=population, custom=custom)
        own = tests[earlier.get((account.customer, account.currency))]
        name = next((name for name, test in own if test(standing)), segmentation.default)
        found.append(Assignment(account.customer, account.currency, name, _exposure(standing)))
    return Segments(segmentation, as_of, tuple(found), len(ledger.problems))
