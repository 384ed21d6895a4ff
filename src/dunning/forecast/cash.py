"""Expected cash: when what is open today will come in, by the payment curves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Context, Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, NamedTuple, TypeAlias

from dunning._base.guards import checked
from dunning._base.kinds import Must
from dunning._base.noun import at_home, frozen
from dunning._report import Column, Report, cents, percent, set_aside
from dunning.amounts import ZERO, exact, quotient
from dunning.dates import Period, add_days
from dunning.dates.days import Day
from dunning.forecast.curves import Confidence, PaymentCurve, PaymentCurves, quantile
from dunning.ledger import Ledger, OpenItem
from dunning.ledger.grouping import Grouping, label_by

Weeks: TypeAlias = Annotated[
    int, Must("1 <= {0} <= 5200", "a whole number from 1 to 5200", schema={"minimum": 1, "maximum": 5200})
]
"""How far a forecast goes: a century."""


@at_home
class CashWeek(NamedTuple):
    """What is expected in one week, with the band of the forecast."""

    period: Period
    expected: Decimal
    low: Decimal
    high: Decimal


@frozen
class CashForecast(Report[CashWeek]):
    """Expected cash by week from what is open on a date. Iterating gives the weeks.

    `later` is what is not expected within the weeks, `undated` what has no due date (yet), `unknown` what is open
    longer past its due date than any item on its curve ever was: nothing is known of such items. The weeks and these
    three sum to `open`. The band is a normal approximation, cut at nothing and at all that could come. It holds with
    probability `confidence` if every item pays in full, by itself, and the curve is right; customers who pay all at
    once, and a curve from few items, make it wider in truth.
    """

    as_of: date
    currency: str | None
    confidence: Decimal
    open: Decimal
    weeks: tuple[CashWeek, ...]
    later: Decimal
    undated: Decimal
    unknown: Decimal
    problems: int = 0

    _rows = "weeks"
    _same = ("as_of", "currency")
    _columns = (
        Column(None, "period", heading="week", left=True),
        Column("first", "period.first"),
        Column("last", "period.last"),
        Column("expected", heading="expected", show=cents),
        Column("low", heading="low", show=cents),
        Column("high", heading="high", show=cents),
    )

    def _title(self) -> str:
        return f"Expected cash as of {self.as_of}, {self.currency or 'no currency'}"

    def _totals(self) -> Iterator[tuple[str, ...]]:
        yield "all weeks", cents(self.expected), "", ""
        for name in ("later", "undated", "unknown", "open"):
            yield name, cents(getattr(self, name)), "", ""

    def _notes(self) -> Iterator[str]:
        yield f"band of {percent(self.confidence, 0)}, items taken as independent"
        yield from set_aside(self.problems)

    @property
    @exact
    def expected(self) -> Decimal:
        """What is expected in all weeks together."""
        return sum((week.expected for week in self.weeks), ZERO)


class Chance(NamedTuple):
    """An open item with its chance to be paid in each week; none where its curve knows nothing of items so late."""

    item: OpenItem
    weeks: tuple[Fraction, ...] | None


def chances(item: OpenItem, curve: PaymentCurve, weeks: int) -> Chance:
    """The chance of an item with a due date to be paid in each of the weeks to come, given that it is open now."""
    now = item.days_past_due or 0
    still = 1 - Fraction(curve.paid_by(now))
    if not still or now > curve.last_day:
        return Chance(item, None)
    by = [Fraction(curve.paid_by(now + 7 * week)) for week in range(weeks + 1)]
    return Chance(item, tuple((after - before) / still for before, after in pairwise(by)))


@checked
@exact
def expected_cash(
    ledger: Ledger,
    curves: PaymentCurves,
    *,
    as_of: Day,
    weeks: Weeks = 13,
    by: Grouping = None,
    confidence: Confidence = Decimal("0.80"),
) -> CashForecast:
    """Forecast the cash from what is open on a date, week by week.

    Args:
        ledger: the books.
        curves: how each group pays, from `payment_curves`; its currency is that of the forecast.
        as_of: the date; the first week begins on the next day.
        weeks: how many weeks.
        by: the label of an account, as given to `payment_curves`.
        confidence: of the band.

    An open item is expected to be paid in a week with the probability that its group's curve gives, given that it is
    still open. Invoices yet to be issued are not in it.

    Raises:
        InvalidValue: `weeks` is not a whole number above 0, or an argument is of the wrong kind.

    >>> from dunning import Invoice, Payment
    >>> from dunning.forecast import payment_curves
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ...     Payment("P-1", "ACME", date(2026, 2, 9), Decimal("90.00"), "EUR", applied=(("INV-1", Decimal("90.00")),)),
    ...     Invoice("INV-2", "ACME", date(2026, 2, 5), date(2026, 3, 4), Decimal("40.00"), "EUR"),
    ... ])
    >>> curves = payment_curves(ledger, as_of=date(2026, 3, 4))
    >>> [str(week.expected) for week in expected_cash(ledger, curves, as_of=date(2026, 3, 4), weeks=2)]
    ['40', '0']
    """
    label_of = label_by("expected_cash", by)
    opened = undated = unknown = ZERO
    means, variances = [Fraction(0)] * weeks, [Fraction(0)] * weeks
    for account in ledger:
        if account.currency != curves.currency:
            continue
        curve = curves.of(label_of(account))
        for item in account.items_at(as_of):
            opened += item.open
            if item.due is None:
                undated += item.open
                continue
            chance = chances(item, curve, weeks)
            if chance.weeks is None:
                unknown += item.open
                continue
            amount = Fraction(item.open)
            for week, share in enumerate(chance.weeks):
                means[week] += amount * share
                variances[week] += amount * amount * share * (1 - share)
    z = quantile(confidence)
    most = Fraction(opened - undated - unknown)
    found = tuple(
        _week(as_of, number, mean, variance, z, most)
        for number, (mean, variance) in enumerate(zip(means, variances, strict=True))
    )
    later = Decimal(opened) - undated - unknown - sum((week.expected for week in found), ZERO)
    return CashForecast(
        as_of, curves.currency, confidence, opened, found, later, undated, unknown, len(ledger.problems)
    )


def _week(as_of: date, number: int, mean: Fraction, variance: Fraction, z: Decimal, most: Fraction) -> CashWeek:
    first = add_days(as_of, 7 * number + 1)
    width = Fraction(z) * Fraction(_root(quotient(variance)))
    return CashWeek(
        Period(first, add_days(first, 6)),
        quotient(mean),
        quotient(max(Fraction(0), mean - width)),
        quotient(min(most, mean + width)),
    )


def _root(value: Decimal) -> Decimal:
    return _ROOTS.sqrt(value)


_ROOTS = Context(prec=28)
