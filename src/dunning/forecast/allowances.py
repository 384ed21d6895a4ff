"""The allowance for expected losses: rates by age, from history or from rolls, on what is open.

The same schedule serves the simplified approach of IFRS 9 (a provision matrix, B5.5.35) and CECL (ASC 326-20-55-37 to
55-40, an aging schedule): historical loss rates by age, adjusted for what is expected to change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Column, Report, cents, percent, shown
from dunning.aging import Aging
from dunning.amounts import ZERO, fraction_of, quotient
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue
from dunning.forecast.textbook import lost_shares


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

    def orders(self) -> Mapping[str, Sequence[str]]:
        """All labels of a column that has an order, in that order."""
        return {"bucket": tuple(dict.fromkeys(row.label for row in self.rows))}

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
    rates = lost_shares(what, credit_sales, paid_by_stage)
    if len(ledger) != len(rates):
        raise InvalidValue(what, [f"ledger: {len(ledger)} balances for {len(rates)} rates; give one for each"])
    parts = [max(Fraction(0), Fraction(gross)) * rate for gross, rate in zip(ledger, rates, strict=True)]
    rows = tuple(
        AllowanceRow(f"stage {index}", Decimal(gross), quotient(rate), quotient(part))
        for index, (gross, rate, part) in enumerate(zip(ledger, rates, parts, strict=True))
    )
    return Allowance(rows, quotient(sum(parts, Fraction(0))), Decimal(1))
