"""The allowance for expected losses: rates by age, from history or from rolls, on what is open.

The same schedule serves the simplified approach of IFRS 9 (a provision matrix, B5.5.35) and CECL (ASC 326-20-55-37 to
55-40, an aging schedule): historical loss rates by age, adjusted for what is expected to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Column, Report, cents, percent, shown
from dunning.aging import Aging
from dunning.amounts import ZERO, fraction_of, quotient
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue
from dunning.kpi.formula import total


@frozen
class AllowanceRow:
    """One bucket: what is open gross, the loss rate after the forward-looking factor, and the allowance for it."""

    label: str
    gross: Decimal
    rate: Decimal | None
    allowance: Decimal


@frozen
class Allowance(Report[AllowanceRow]):
    """An allowance schedule. Iterating gives one `AllowanceRow` a bucket; `total` is the allowance required."""

    rows: tuple[AllowanceRow, ...]
    total: Decimal
    forward_factor: Decimal
    title: str = "Allowance for expected losses"

    @property
    def by_bucket(self) -> tuple[Decimal, ...]:
        """The allowance of each bucket."""
        return tuple(row.allowance for row in self.rows)

    _rows = "rows"
    _columns = (
        Column("bucket", "label", heading="bucket", left=True),
        Column("gross", heading="gross"),
        Column("rate", heading="rate", show=lambda rate: percent(rate, 2)),
        Column("allowance", heading="allowance", show=cents),
    )

    def _title(self) -> str:
        return self.title

    def _totals(self) -> Iterator[tuple[str, ...]]:
        yield "total", shown(sum((row.gross for row in self.rows), ZERO)), "", cents(self.total)

    def _notes(self) -> Iterator[str]:
        if self.forward_factor != 1:
            yield f"rates include a forward-looking factor of {self.forward_factor}"


def _scheduled(
    what: str, labelled: Sequence[tuple[str, Number, Number | None]], forward_factor: Number, title: str
) -> Allowance:
    """The schedule for (label, gross, rate) of each bucket; all faults at once."""
    factor = fraction_of(what, forward_factor)
    faults: list[str] = []
    if factor < 0:
        faults.append(f"forward_factor: {forward_factor} is below 0")
    for label, gross, rate in labelled:
        if rate is None and gross > 0:
            faults.append(f"{label}: {gross} is open and there is no rate for it; give one, 0 if nothing will be lost")
        elif rate is not None and not 0 <= rate <= 1:
            faults.append(f"{label}: the rate {rate} is not within 0 and 1")
    refuse(what, faults)
    rows: list[AllowanceRow] = []
    required = Fraction(0)
    for label, gross, rate in labelled:
        applied = None if rate is None else min(Fraction(1), Fraction(rate) * factor)
        part = max(Fraction(0), Fraction(gross)) * (applied or 0)
        required += part
        rows.append(AllowanceRow(label, Decimal(gross), None if applied is None else quotient(applied), quotient(part)))
    return Allowance(tuple(rows), quotient(required), quotient(factor), title)


@checked
def allowance_by_aging(buckets: Sequence[tuple[Number, Number | None]], *, forward_factor: Number = 1) -> Allowance:
    """The allowance of a provision matrix: gross x rate of each bucket, rounded only at the end.

    Args:
        buckets: (gross, loss rate) of each bucket; a bucket in credit contributes 0.
        forward_factor: what rates are multiplied by for what is expected to change; a rate is capped at 1.

    Raises:
        InvalidValue: a balance has no rate, or a rate is not within 0 and 1.

    >>> allowance_by_aging([(145_740, Decimal("0.10")), (102_100, Decimal("0.20"))]).total
    Decimal('34994')
    """
    what = "allowance_by_aging"
    labelled = [(f"buckets[{index}]", gross, rate) for index, (gross, rate) in enumerate(buckets)]
    return _scheduled(what, labelled, forward_factor, "Allowance for expected losses")


@checked
def allowance(aging: Aging, rates: Mapping[str, Number], *, forward_factor: Number = 1) -> Allowance:
    """The allowance for an aging report: the gross amount of each bucket (undated items too) times its loss rate.

    Unapplied cash is not set against the buckets. A bucket without a balance needs no rate.

    Raises:
        InvalidValue: a bucket with a balance has no rate, a rate is not within 0 and 1, or names no bucket.

    >>> from datetime import date
    >>> from dunning import Invoice, Ledger, age
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> rates = {"current": Decimal("0.003"), "1-30": Decimal("0.016")}
    >>> allowance(age(ledger, as_of=date(2026, 2, 20)), rates).total
    Decimal('1.44')
    """
    what = "allowance"
    columns = (*aging.buckets.labels, "undated")
    known = ", ".join(columns)
    strangers = [f"rates[{name!r}]: no such bucket; there are {known}" for name in rates if name not in columns]
    if strangers:
        raise InvalidValue(what, strangers)
    title = f"Allowance as of {aging.as_of}, {aging.currency or 'no currency'}"
    gross = aging.total
    labelled = [(label, gross[label], rates.get(label)) for label in columns if gross[label] or label in rates]
    return _scheduled(what, labelled, forward_factor, title)


def _history(what: str, credit_sales: Number, paid_by_stage: Sequence[Number]) -> list[Fraction]:
    """Loss rates from what was paid in each stage: never paid / what reached the stage; 1 after the last."""
    lost = Fraction(credit_sales) - total(paid_by_stage)
    faults = [f"paid_by_stage[{index}]: {each} is below 0" for index, each in enumerate(paid_by_stage) if each < 0]
    if lost < 0:
        faults.append(f"paid_by_stage: more was paid than sold, {credit_sales}")
    refuse(what, faults)
    rates: list[Fraction] = []
    reached = Fraction(credit_sales)
    for paid in (*paid_by_stage, 0):
        rates.append(lost / reached if reached else Fraction(0))
        reached -= Fraction(paid)
    return rates


@checked
def allowance_rates_from_history(credit_sales: Number, paid_by_stage: Sequence[Number]) -> tuple[Decimal, ...]:
    """Loss rates by stage from one cohort of sales: what was never paid over what was still open at each stage.

    Args:
        credit_sales: what was sold.
        paid_by_stage: what of it was paid while current, while 1-30 days late, and so on.

    There is one rate more than stages: what outlives the last one was never paid. A stage that nothing reached has the
    rate 0, for nothing was lost there.

    Raises:
        InvalidValue: more was paid than sold.

    >>> [str(each) for each in allowance_rates_from_history(100, [50, 25])]
    ['0.25', '0.5', '1']
    """
    return tuple(map(quotient, _history("allowance_rates_from_history", credit_sales, paid_by_stage)))


@checked
def allowance_from_history(
    credit_sales: Number, paid_by_stage: Sequence[Number], ledger: Sequence[Number]
) -> Allowance:
    """The allowance for balances by stage, at the unrounded rates of `allowance_rates_from_history`.

    Raises:
        InvalidValue: there is not one balance for each rate.

    >>> allowance_from_history(100, [50, 25], [1000, 100, 10]).total
    Decimal('310')
    """
    what = "allowance_from_history"
    rates = _history(what, credit_sales, paid_by_stage)
    if len(ledger) != len(rates):
        raise InvalidValue(what, [f"ledger: {len(ledger)} balances for {len(rates)} rates; give one for each"])
    parts = [max(Fraction(0), Fraction(gross)) * rate for gross, rate in zip(ledger, rates, strict=True)]
    rows = tuple(
        AllowanceRow(f"stage {index}", Decimal(gross), quotient(rate), quotient(part))
        for index, (gross, rate, part) in enumerate(zip(ledger, rates, parts, strict=True))
    )
    return Allowance(rows, quotient(sum(parts, Fraction(0))), Decimal(1))


@checked
def loss_factors_from_rolls(roll_rates: Sequence[Number | None]) -> tuple[Decimal | None, ...]:
    """What share of each bucket will be lost: the product of its roll rate and all later ones.

    A missing rate (None) stops the chain: the factors before it are unknown, not 0.

    >>> loss_factors_from_rolls([None, Decimal("0.4"), Decimal("0.3")])
    (None, Decimal('0.12'), Decimal('0.3'))
    """
    factors: list[Decimal | None] = []
    factor: Fraction | None = Fraction(1)
    for rate in reversed(roll_rates):
        factor = None if rate is None or factor is None else factor * Fraction(rate)
        factors.append(None if factor is None else quotient(factor))
    return tuple(factors[::-1])


@checked
def implied_roll_rates(loss_factors: Sequence[Number]) -> tuple[Decimal | None, ...]:
    """The roll rates that loss factors imply: each over the next one; None where the next one is 0.

    >>> implied_roll_rates([Decimal("0.12"), Decimal("0.3"), 1])
    (Decimal('0.4'), Decimal('0.3'))
    """
    return tuple(
        quotient(Fraction(each) / Fraction(after)) if after else None for each, after in pairwise(loss_factors)
    )


@frozen
class LossForecast:
    """What will be lost of each bucket, in all, and as a share of the balances (None when they sum to 0)."""

    by_bucket: tuple[Decimal, ...]
    total: Decimal
    rate: Decimal | None


@checked
def loss_forecast(balances: Sequence[Number], loss_factors: Sequence[Number]) -> LossForecast:
    """The losses to expect: each balance times the loss factor of its bucket.

    Raises:
        InvalidValue: there is not one factor for each balance.

    >>> loss_forecast([1000, 100], [Decimal("0.01"), Decimal("0.2")]).total
    Decimal('30')
    """
    what = "loss_forecast"
    if len(balances) != len(loss_factors):
        raise InvalidValue(what, [f"loss_factors: {len(loss_factors)} for {len(balances)} balances; give one for each"])
    parts = [Fraction(open_) * Fraction(factor) for open_, factor in zip(balances, loss_factors, strict=True)]
    lost, whole = sum(parts, Fraction(0)), total(balances)
    return LossForecast(tuple(map(quotient, parts)), quotient(lost), quotient(lost / whole) if whole else None)
