"""Payment curves: what share of invoices is paid so many days after the due date, open ones counted fairly.

An invoice that is still open has not *not been paid*: it has not been paid *yet*. Kaplan and Meier (1958) count it
among those that could have paid for as long as it was watched, and no longer. The curve runs over days relative to the
due date, so early payment has negative days.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Context, Decimal, localcontext
from itertools import groupby
from operator import itemgetter, methodcaller
from statistics import NormalDist
from typing import Annotated, Literal, NamedTuple, TypeAlias

import attrs

from dunning._base.bounds import Count
from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, is_sound, test_of
from dunning._base.noun import at_home, changed, frozen
from dunning._report import Column, Report, percent, set_aside
from dunning.amounts import ZERO, exact
from dunning.amounts.decimals import Amount
from dunning.dates import Period, add_days, require_date
from dunning.dates.days import Day
from dunning.errors import InvalidValue, NotFound, Undefined
from dunning.ledger import Account, Ledger
from dunning.ledger.grouping import Grouping, label_by, only_currency
from dunning.measures import experiences
from dunning.measures.experience import lost_since

_WORKING = Context(prec=50)
"""Digits while a curve is worked out; its figures are rounded to 28."""
_SHOWN = Context(prec=28)
ONE, _HALF = Decimal(1), Decimal("0.5")


@at_home
class Observation(NamedTuple):
    """One item as a curve sees it: days from the due date to payment, or to the last day it was seen open."""

    days: int
    is_paid: bool
    amount: Decimal


@frozen
class PaymentCurve(Report[tuple[int, Decimal, Decimal, Decimal]]):
    """A payment curve. Iterating gives (days, share paid, low, high) at each day on which something was paid.

    `items` is the number of items, `paid_items` how many of them are paid; `is_pooled` says that there were too few of
    the group's own, so that this is the curve of all. The shares step up at `days` and stay until the next; before the
    first they are 0. `low` and `high` are the confidence band of `confidence`, by Greenwood's variance on the log-log
    scale, so that it stays within 0 and 1; weighted by amount it takes the number of items for Kish's effective one,
    (sum of weights) squared / sum of the squared weights. `last_day` is the last day on which an item was seen; past it
    nothing is known, and the last share is carried on as the least that will be paid.
    """

    label: str
    weight: Literal["count", "amount"]
    confidence: Decimal
    items: int
    paid_items: int
    last_day: int
    days: tuple[int, ...] = attrs.field(repr=False)
    paid: tuple[Decimal, ...] = attrs.field(repr=False)
    low: tuple[Decimal, ...] = attrs.field(repr=False)
    high: tuple[Decimal, ...] = attrs.field(repr=False)
    is_pooled: bool = False

    @guarded
    def paid_by(self, days: int) -> Decimal:
        """The share that is paid by so many days after the due date (negative: before it)."""
        place = bisect_right(self.days, days)
        return self.paid[place - 1] if place else ZERO

    @guarded
    def paid_within(self, days: int, *, given_open_at: int) -> Decimal:
        """The probability that an item open on one day relative to its due date is paid by a later one.

        Raises:
            InvalidValue: the second day is before the first.
            Undefined: by this curve nothing is open any more on the first day (*no items*).
        """
        if days < given_open_at:
            raise InvalidValue("paid_within", [f"days: {days} is before the day on which it is open, {given_open_at}"])
        with localcontext(_WORKING):
            still = ONE - self.paid_by(given_open_at)
            if not still:
                raise Undefined("paid_within", "no items")
            return _SHOWN.plus((self.paid_by(days) - self.paid_by(given_open_at)) / still)

    @property
    def median(self) -> int | None:
        """The first day by which at least half is paid; None when the curve does not get there."""
        return next((day for day, share in zip(self.days, self.paid, strict=True) if share >= _HALF), None)

    _rows = "days"
    _same = ("label", "items", Column("pooled", "is_pooled"))
    _columns = (
        Column("days", itemgetter(0), heading="days past due"),
        Column("paid", itemgetter(1), heading="paid", show=percent),
        Column("low", itemgetter(2), heading="low", show=percent),
        Column("high", itemgetter(3), heading="high", show=percent),
    )

    def __iter__(self) -> Iterator[tuple[int, Decimal, Decimal, Decimal]]:
        return zip(self.days, self.paid, self.low, self.high, strict=True)

    def _title(self) -> str:
        return f"Payment curve, {self.label}"

    def _notes(self) -> Iterator[str]:
        yield f"{self.items} items, {self.paid_items} of them paid, by {self.weight}"
        if self.is_pooled:
            yield "too few items of its own: this is the curve of all"


Confidence: TypeAlias = Annotated[
    Decimal, Must("0 < {0} <= most", "a Decimal above 0, 0.999999 at most", most=Decimal("0.999999"))
]
"""How likely it is that a band holds what comes."""


_IS_AMOUNT = test_of(Amount)


def quantile(confidence: Decimal) -> Decimal:
    """How many standard deviations a band of this confidence reaches to either side."""
    with localcontext(_WORKING):
        return Decimal(NormalDist().inv_cdf(float((1 + confidence) / 2)))


@checked
def kaplan_meier(
    seen: Iterable[Observation],
    *,
    label: str = "all",
    weight: Literal["count", "amount"] = "count",
    confidence: Confidence = Decimal("0.95"),
) -> PaymentCurve:
    """The Kaplan-Meier estimate of the share paid by each day; items seen open count until they were last seen.

    Source: Kaplan and Meier, Nonparametric estimation from incomplete observations (1958); Greenwood (1926) for the
    variance; Kalbfleisch and Prentice for the log-log band.

    Raises:
        InvalidValue: the confidence is not between 0 and 1, or an observation has an amount that is not above 0.
        Undefined: there are no observations (*no items*).

    >>> seen = [Observation(0, True, ONE), Observation(5, True, ONE), Observation(9, False, ONE)]
    >>> [(days, str(round(share, 4))) for days, share, _, _ in kaplan_meier(seen)]
    [(0, '0.3333'), (5, '0.6667')]
    """
    found = sorted(seen)
    wrong = [each for each in found if type(each.days) is not int or not is_sound(_IS_AMOUNT, each.amount)]
    if wrong:
        raise InvalidValue(
            "kaplan_meier", [f"seen: {each!r}: days are whole numbers, amounts Decimals above 0" for each in wrong]
        )
    if not found:
        raise Undefined("payment curve", "no items")
    with localcontext(_WORKING):
        steps = list(_steps(found, [ONE if weight == "count" else each.amount for each in found], quantile(confidence)))
    days = tuple(day for day, _ in steps)
    paid_by, low, high = (tuple(_SHOWN.plus(shares[place]) for _, shares in steps) for place in range(3))
    settled = sum(1 for each in found if each.is_paid)
    return PaymentCurve(label, weight, confidence, len(found), settled, found[-1].days, days, paid_by, low, high)


def _steps(
    seen: Sequence[Observation], weights: Sequence[Decimal], z: Decimal
) -> Iterator[tuple[int, tuple[Decimal, Decimal, Decimal]]]:
    """The days on which something was paid, in order, with the share paid by then and its band."""
    whole = sum(weights, ZERO)
    # Scaled so that they sum to the number of items that equal weights would be worth.
    scale = whole / sum((each * each for each in weights), ZERO)
    at_risk, still, spread = whole, ONE, ZERO
    for day, group in groupby(zip(seen, weights, strict=True), key=lambda each: each[0].days):
        today = list(group)
        paid = sum((weight for each, weight in today if each.is_paid), ZERO)
        if paid:
            still *= 1 - paid / at_risk if paid < at_risk else ZERO
            spread += paid / (at_risk * (at_risk - paid) * scale) if paid < at_risk else ZERO
            yield day, (1 - still, *_band(still, spread, z))
        at_risk -= sum((weight for _, weight in today), ZERO)


def _band(still: Decimal, spread: Decimal, z: Decimal) -> tuple[Decimal, Decimal]:
    """The band around the share that is paid, from Greenwood's sum, on the scale of log(-log)."""
    log = still.ln()
    width = z * spread.sqrt() / log
    return 1 - (log * width.exp()).exp(), 1 - (log * (-width).exp()).exp()


@guarded
def observations(account: Account, *, as_of: date, since: date | None = None) -> Iterator[Observation]:
    """The items of an account as a payment curve sees them on a date: paid ones, and those last seen open.

    What was written off was seen open until then. Items without a due date are left out, and with `since` those that
    were issued before it.
    """
    require_date("as_of", as_of)

    def wanted(due: date | None, issued: date) -> bool:
        return due is not None and (since is None or issued >= since)

    seen: set[str] = set()
    for each in experiences(account, Period(date.min, as_of)):
        seen.add(each.invoice)
        if each.due is not None and wanted(each.due, each.issued):
            yield Observation((each.settled - each.due).days, True, each.amount)
    for item in account.open_items(as_of=as_of):
        seen.add(item.id)
        if item.due is not None and wanted(item.due, item.issued):
            yield Observation((as_of - item.due).days, False, item.original)
    for receivable in account.receivables:
        day = lost_since(receivable, as_of)
        for item in receivable.open_items(max(add_days(day, -1), receivable.issued)) if day else ():
            if day is not None and item.id not in seen and item.due is not None and wanted(item.due, item.issued):
                yield Observation((day - item.due).days, False, item.original)


@frozen
class PaymentCurves(Report[PaymentCurve]):
    """The payment curves of groups, and of all together. Iterating gives the curves; `curves["north"]` is one."""

    as_of: date
    currency: str | None
    minimum: int
    pooled: PaymentCurve
    curves: tuple[PaymentCurve, ...]
    problems: int = 0

    def __getitem__(self, label: str) -> PaymentCurve:
        for curve in self.curves:
            if curve.label == label:
                return curve
        raise NotFound("payment curve", label, [curve.label for curve in self.curves])

    @guarded
    def of(self, label: str) -> PaymentCurve:
        """The curve of a group, or that of all for a group that was not seen."""
        return next((curve for curve in self.curves if curve.label == label), self.pooled)

    _rows = "curves"
    _same = ("as_of", "currency")
    _columns = (
        Column("label", heading="group", left=True),
        Column("items", heading="items"),
        Column("paid_items", heading="paid"),
        Column("median", heading="median day"),
        *(
            Column(f"paid_by_{days}", methodcaller("paid_by", days), heading=heading, show=percent)
            for days, heading in ((0, "by due"), (30, "by +30"), (60, "by +60"), (90, "by +90"))
        ),
        Column(
            "pooled", "is_pooled", heading="curve", show=lambda is_pooled: "of all" if is_pooled else "own", left=True
        ),
    )

    def _title(self) -> str:
        return f"Payment curves as of {self.as_of}, {self.currency or 'no currency'}, by {self.pooled.weight}"

    def _notes(self) -> Iterator[str]:
        yield f"below {self.minimum} paid items of its own a group gets the curve of all"
        yield from set_aside(self.problems)


@checked
@exact
def payment_curves(
    ledger: Ledger,
    *,
    as_of: Day,
    by: Grouping = None,
    weight: Literal["count", "amount"] = "count",
    minimum: Count = 30,
    since: date | None = None,
    confidence: Confidence = Decimal("0.95"),
    currency: str | None = None,
) -> PaymentCurves:
    """Estimate how soon after the due date each group of customers pays, from all items seen by a date.

    Args:
        ledger: the books; to learn only from what was known then, give `ledger.known_at(as_of)`.
        as_of: the date up to which payments are seen.
        by: the label of an account: a mapping from customer (or from (customer, currency), as `Segments.labels`), or a
            function; None puts all into one group.
        weight: count every item alike, or by its amount.
        minimum: a group with fewer paid items gets the curve of all, under its own name and marked as pooled.
        since: only items issued on this day or later.
        confidence: of the band.
        currency: which accounts; may be left out when there is one currency.

    Raises:
        InvalidValue: there are several currencies and none was named, or an argument is of the wrong kind.
        Undefined: there is no item with a due date (*no items*).

    >>> from dunning import Invoice, Payment
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ...     Payment("P-1", "ACME", date(2026, 2, 9), Decimal("90.00"), "EUR", applied=(("INV-1", Decimal("90.00")),)),
    ...     Invoice("INV-2", "ACME", date(2026, 2, 5), date(2026, 3, 4), Decimal("90.00"), "EUR"),
    ... ])
    >>> curve = payment_curves(ledger, as_of=date(2026, 3, 31))["all"]
    >>> curve.median, str(curve.paid_by(4)), str(curve.paid_by(5))
    (5, '0', '0.5')
    """
    only = only_currency("payment_curves", ledger, currency)
    label_of = label_by("payment_curves", by)
    groups: dict[str, list[Observation]] = {}
    for account in ledger:
        if account.currency == only:
            groups.setdefault(label_of(account), []).extend(observations(account, as_of=as_of, since=since))
    everything = [each for group in groups.values() for each in group]
    pooled = kaplan_meier(everything, weight=weight, confidence=confidence)
    curves: list[PaymentCurve] = []
    for label, seen in sorted(groups.items()):
        paid = sum(1 for each in seen if each.is_paid)
        if seen and (paid >= minimum or len(groups) == 1):
            curves.append(kaplan_meier(seen, label=label, weight=weight, confidence=confidence))
        else:
            curves.append(changed(pooled, label=label, items=len(seen), paid_items=paid, is_pooled=True))
    return PaymentCurves(as_of, only, minimum, pooled, tuple(curves), len(ledger.problems))
