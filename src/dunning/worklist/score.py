"""How urgent a case is: a score that is the sum of parts, each a measure on a scale times its weight.

Weights are data. A part is the weight times the share of the scale that the measure fills, rounded to four decimals, so
that the parts shown sum to the score shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import attrs

from dunning._base.guards import guarded
from dunning._base.noun import at_home, frozen
from dunning.amounts import ZERO, AmountByCurrency, PerCurrency, rounded
from dunning.amounts.decimals import Amount, Share
from dunning.forecast import PaymentCurve
from dunning.ledger import Account
from dunning.measures import Standing, Value, measure_of

RISK = "risk"
"""The chance that the past due debt of a case is not paid within thirty days, by a payment curve."""
RISK_DAYS = 30
PLACES = 4


@frozen
class Weight:
    """How much a measure counts: its `weight` where the measure is `full` or more, in proportion below, 0 from 0 down.

    Args:
        measure: a measure of the account by name, or `"risk"`: the chance that what is past due is not paid within
            thirty days, by the payment curve that `worklist` is given (undefined without one).
        weight: the points for a full scale.
        full: the value at which the scale is full, in the unit of the measure; amounts may differ by currency.
        missing: the share of the weight that counts where the measure is undefined.

    Raises:
        InvalidValue: every fault at once.
        NotFound: there is no such measure.
    """

    measure: str
    weight: Amount
    full: AmountByCurrency
    missing: Share = attrs.field(default=ZERO, kw_only=True)

    def _rules(self) -> Iterator[str]:
        if self.measure != RISK and measure_of(self.measure).kind in ("text", "texts"):
            yield f"measure: {self.measure} is a text, it fills no scale"
        fulls = list(dict(self.full.amounts).values()) if isinstance(self.full, PerCurrency) else []
        for each in [*fulls, self.full.otherwise if isinstance(self.full, PerCurrency) else self.full]:
            if not each > 0:
                yield f"full: {each!r} is not a Decimal above 0"

    @guarded
    def full_in(self, currency: str) -> Decimal:
        """The value at which the scale is full, in a currency."""
        return self.full.of(currency) if isinstance(self.full, PerCurrency) else self.full


@at_home
class ScorePart(NamedTuple):
    """One part of a score: the measure, what it is (None: undefined), and the points that it gives."""

    measure: str
    value: Value
    points: Decimal


def parts_of(
    weights: tuple[Weight, ...], account: Account, standing: Standing, curve: PaymentCurve | None
) -> Iterator[ScorePart]:
    """The parts of an account's score."""
    for each in weights:
        value = _risk(account, standing, curve) if each.measure == RISK else standing[each.measure]
        if isinstance(value, (int, Decimal, Fraction)):
            share = min(Fraction(1), max(Fraction(0), Fraction(value) / Fraction(each.full_in(account.currency))))
        else:
            share = Fraction(each.missing)
        seen = rounded(value, PLACES) if isinstance(value, Fraction) else value
        yield ScorePart(each.measure, seen, rounded(Fraction(each.weight) * share, PLACES))


def _risk(account: Account, standing: Standing, curve: PaymentCurve | None) -> Fraction | None:
    """The chance, weighted by amount, that what is past due is not paid within thirty days."""
    if curve is None:
        return None
    total = unpaid = Fraction(0)
    for item in account.items_at(standing.as_of):
        late = item.days_past_due
        if late is not None and late > 0:
            still = 1 - Fraction(curve.paid_by(late))
            if not still or late > curve.last_day:
                chance = Fraction(1)  # nothing is known of debts so old but that none was seen to be paid
            else:
                chance = (1 - Fraction(curve.paid_by(late + RISK_DAYS))) / still
            total += Fraction(item.open)
            unpaid += Fraction(item.open) * chance
    return unpaid / total if total else None
