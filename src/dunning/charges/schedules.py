"""What may be charged, as data: fees with their tiers, the rules of interest, and statutes that join the two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

import attrs

from dunning._base.bounds import Count, CurrencyCode, Id, Positive, Some
from dunning._base.guards import guarded, lenient
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact
from dunning.amounts.decimals import AmountOrZero
from dunning.charges.rates import Rate, YearlyRate
from dunning.dates import BusinessCalendar, DayCount
from dunning.ledger import PRINCIPAL_FIRST, PaymentOrder

Method: TypeAlias = Literal["simple", "compound", "monthly rests", "started months", "whole months"]
"""How interest is reckoned; see `Interest`."""


ScheduleName: TypeAlias = Annotated[
    Id,
    Must(
        "'/' not in {0}",
        "{0} without a slash, which separates the parts of ids",
        schema={"pattern": r"^[^\s/]([^/]*[^\s/])?$"},
    ),
]
"""The name of a schedule, part of the ids of its charges."""


def _as_reasons(value: Any) -> Any:
    """Collections of reasons become frozen sets; a text is one reason, not its letters, and is refused."""
    return lenient(frozenset[Any])(value) if isinstance(value, (set, frozenset, list, tuple)) else value  # pyright: ignore[reportUnknownArgumentType]  # of any shape


@frozen
class Tier:
    """A step of a fee: from (or above) `limit`, this much: a fixed sum and a rate of the base."""

    limit: AmountOrZero
    fixed: AmountOrZero = ZERO
    rate: YearlyRate = ZERO


@frozen
class Fee:
    """What is charged for an item: with each notice of a level, or when it has been past due for so long.

    A fee of a level comes with each notice of that level: once a step, however many messages it has, and again with a
    repeated notice. A cancelled notice carries none. Any other fee comes once, or again `every` so often until paid.

    Args:
        tiers: what it comes to, by the size of the base; for a single rule see `fixed` and `percent`.
        of: the base: the principal *open* when the fee falls due, less what money on account covers and what is held,
            or the *original* amount.
        boundary: whether an amount equal to a tier's limit belongs to it (*from*) or to the one below (*above*).
        minimum: the least that is charged.
        maximum: the most that is charged.
        currency: the only currency in which it is charged; None for any that has no fee of its own.
        level: the dunning level whose notice it goes with; None for a fee that falls due by itself.
        once: a fee of a level comes with the first notice only.
        after: days past due on which a fee without a level falls due.
        months: calendar months past due, in place of `after`: of an item due on 1 February, 3 months are 1 May.
        every: days after which it comes again while something is open, or every *month*; None: it comes once.
        calendar: business days: days of grace that end on another day end on the next one, and the fee comes after.
        kind: what the charge is called: fee, cost or penalty; for interest see `Interest`.

    Raises:
        InvalidValue: tiers are missing or not in order of their limits, or a field is wrong; all faults are named.
    """

    tiers: Some[Tier]
    of: Literal["open", "original"] = attrs.field(default="open", kw_only=True)
    boundary: Literal["from", "above"] = attrs.field(default="from", kw_only=True)
    minimum: AmountOrZero | None = attrs.field(default=None, kw_only=True)
    maximum: AmountOrZero | None = attrs.field(default=None, kw_only=True)
    currency: CurrencyCode | None = attrs.field(default=None, kw_only=True)
    level: Id | None = attrs.field(default=None, kw_only=True)
    once: bool = attrs.field(default=False, kw_only=True)
    after: Positive = attrs.field(default=1, kw_only=True)
    months: Positive | None = attrs.field(default=None, kw_only=True)
    every: Positive | Literal["month"] | None = attrs.field(default=None, kw_only=True)
    calendar: BusinessCalendar | None = attrs.field(default=None, kw_only=True)
    kind: Literal["fee", "cost", "penalty"] = attrs.field(default="fee", kw_only=True)

    def _rules(self) -> Iterator[str]:
        limits = [tier.limit for tier in self.tiers]
        if limits != sorted(set(limits)):
            yield "tiers: they do not stand in order of their limits"
        if self.level is not None:
            days = {"months": self.months, "every": self.every, "calendar": self.calendar}
            yield from (f"{name}: of a fee without a level" for name, value in days.items() if value is not None)
        elif self.once:
            yield "once: of a fee with a level"
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            yield f"maximum: {self.maximum} is below the minimum, {self.minimum}"

    @classmethod
    @guarded
    def fixed(cls, amount: Decimal, **settings: Any) -> Fee:
        """A fixed sum, whatever the base; `settings` are the other fields.

        >>> Fee.fixed(Decimal("5.00"), level="second notice").amount_for(Decimal(80))
        Decimal('5.00')
        """
        return cls((Tier(ZERO, amount),), **settings)

    @classmethod
    @guarded
    def percent(cls, rate: Decimal, **settings: Any) -> Fee:
        """A rate of the base: 0.01 is 1 %; `settings` are the other fields.

        >>> Fee.percent(Decimal("0.01"), maximum=Decimal(25)).amount_for(Decimal(1234))
        Decimal('12.34')
        """
        return cls((Tier(ZERO, ZERO, rate),), **settings)

    @guarded
    @exact
    def amount_for(self, base: Decimal) -> Decimal:
        """What the fee comes to for a base, not rounded; nothing for a base below the first tier."""
        tiers = [tier for tier in self.tiers if tier.limit < base or (self.boundary == "from" and tier.limit == base)]
        if not tiers or base <= 0:
            return ZERO
        amount = tiers[-1].fixed + tiers[-1].rate * base
        amount = amount if self.minimum is None else max(amount, self.minimum)
        return amount if self.maximum is None else min(amount, self.maximum)

    @property
    def step(self) -> str:
        """What it is charged for: the level, or the days (or months) past due."""
        if self.level is not None:
            return self.level
        return f"day {self.after}" if self.months is None else f"month {self.months}"


@frozen
class FeeSchedule:
    """Fees under one name, which is part of the ids of the charges.

    `stops` are reasons of holds and disputes that forbid charging; *dispute* means every dispute. A hold or dispute of
    a part keeps its amount off the base.

    Raises:
        InvalidValue: two fees are for the same level (or day), kind and currency.
    """

    name: ScheduleName
    fees: Some[Fee]
    stops: frozenset[str] = attrs.field(default=frozenset(), converter=_as_reasons, kw_only=True)

    def _rules(self) -> Iterator[str]:
        keys = [(fee.step, fee.kind, fee.currency) for fee in self.fees]
        yield from (f"fees: two for {', '.join(map(str, key))}" for key in dict.fromkeys(keys) if keys.count(key) > 1)


@frozen
class Interest:
    """How late payment bears interest.

    Args:
        name: part of the ids of the charges; change it only where earlier charges are to be left alone.
        rate: the yearly rate.
        method: *simple*; *compound* (unpaid interest is added to the principal at the end of each month from the due
            date); *monthly rests* (the same, every month being a twelfth of the year); *started months* or *whole
            months* (a twelfth of the yearly rate for each month that has started, or is over).
        day_count: how days become parts of a year, for *simple* and *compound*.
        month_days: days of a month; None for calendar months.
        grace: days after the due date that bear nothing.
        calendar: business days: grace that ends on another day ends on the next one.
        grace_is_free: whether they stay free when payment comes later still, or then bear interest too.
        payments: what of a debt a payment meets first; principal unless told otherwise.
        stops: the reasons of holds and disputes under which nothing accrues, on all or on the amount that they name;
            *dispute* means every dispute.
        longest: days after which nothing more accrues; None for no end.
        minimum: what is not charged because it is less than this.

    Raises:
        InvalidValue: a field is not what is said above; all faults are named.
    """

    name: ScheduleName
    rate: Rate
    method: Method = attrs.field(default="simple", kw_only=True)
    day_count: DayCount = attrs.field(default="ACT/365F", kw_only=True)
    month_days: Positive | None = attrs.field(default=None, kw_only=True)
    grace: Count = attrs.field(default=0, kw_only=True)
    calendar: BusinessCalendar | None = attrs.field(default=None, kw_only=True)
    grace_is_free: bool = attrs.field(default=True, kw_only=True)
    payments: PaymentOrder = attrs.field(default=PRINCIPAL_FIRST, kw_only=True)
    stops: frozenset[str] = attrs.field(default=frozenset(), converter=_as_reasons, kw_only=True)
    longest: Positive | None = attrs.field(default=None, kw_only=True)
    minimum: AmountOrZero = attrs.field(default=ZERO, kw_only=True)


@frozen
class Statute:
    """The rules of a law about late payment, as data: interest and a fixed sum, with where they are from.

    They apply to invoices issued from `effective_from` to `effective_to` (None: still in force). `status` says what is
    known about them and `checked_on` when that was looked up; `note` says in words what the data leaves out. Change
    what differs for you with `attrs.evolve`.
    """

    id: str
    title: str
    interest: Interest
    compensation: FeeSchedule | None
    source: str
    effective_from: date
    effective_to: date | None
    status: str
    checked_on: date
    note: str = ""

    @guarded
    def applies_to(self, issued: date) -> bool:
        """Whether an invoice of a date falls under the law as it is described here."""
        return self.effective_from <= issued and (self.effective_to is None or issued <= self.effective_to)


Schedule: TypeAlias = Interest | FeeSchedule | Statute
"""What may be charged."""
