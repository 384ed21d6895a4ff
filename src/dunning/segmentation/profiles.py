"""The profile of an account: every measure that can be said of it on a date, with what it means."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from operator import itemgetter

import attrs

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning._report import Column, Report, percent, shown
from dunning.amounts import rounded
from dunning.errors import NotFound
from dunning.ledger import Account
from dunning.measures import ACCOUNT_MEASURES, COMPARING, Custom, Population, Standing, Value, measure_of


@frozen
class Profile(Report[tuple[str, Value]]):
    """All measures of an account on a date. Iterating gives (measure, value); `profile["late_share"]` is one value.

    A value of None is undefined on that date: there is nothing that it could be measured on.
    """

    customer: str
    currency: str
    as_of: date
    values: tuple[tuple[str, Value], ...] = attrs.field(repr=False)

    def __getitem__(self, name: str) -> Value:
        known = dict(self.values)
        if name not in known:
            raise NotFound("measure in the profile", name, list(known))
        return known[name]

    _rows = "values"
    _same = ("as_of", "customer", "currency")
    _columns = (
        Column("measure", itemgetter(0), heading="measure", show=lambda name: name.replace("_", " "), left=True),
        Column("value", lambda row: row[1] if isinstance(row[1], (int, Decimal)) else None),
        Column(None, lambda row: _shown(*row), heading="value"),
        Column("text", lambda row: _text(row[1])),
        Column("unit", lambda row: measure_of(row[0]).unit),
        Column("meaning", lambda row: measure_of(row[0]).meaning, heading="meaning", left=True),
    )

    def _title(self) -> str:
        return f"Profile of {self.customer}, {self.currency}, as of {self.as_of}"


def _text(value: Value) -> str | None:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value))
    return value if isinstance(value, str) else None


def _shown(name: str, value: Value) -> str:
    unit = measure_of(name).unit
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "-"
    if isinstance(value, Decimal) and unit == "share":
        return percent(value)
    return shown(rounded(value) if isinstance(value, Decimal) else value)


@checked
def profile(
    account: Account,
    *,
    as_of: date,
    population: Population | None = None,
    custom: tuple[Custom, ...] = (),
    also: tuple[str, ...] = (),
) -> Profile:
    """All measures of an account on a date; those that compare accounts only where a population is given.

    Args:
        account: the account asked about.
        as_of: the date asked about.
        population: all accounts, for rank and cumulative share.
        custom: measures of your own; each stands in the profile as `custom[name]`.
        also: further measures by name, such as `"late_share[90]"`.

    Raises:
        NotFound: `also` names a measure that there is not.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> profile(ledger.account("ACME"), as_of=date(2026, 2, 20))["days_past_due"]
    16
    """
    readings: Mapping[str, Value] = Standing(account, as_of=as_of, population=population, custom=custom)
    names = [name for name in ACCOUNT_MEASURES if name not in ("custom", "segment")]
    if population is None:
        names = [name for name in names if name not in COMPARING]
    names += [f"custom[{each.name}]" for each in custom]
    return Profile(account.customer, account.currency, as_of, tuple((name, readings[name]) for name in (*names, *also)))
