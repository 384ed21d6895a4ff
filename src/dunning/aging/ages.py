"""How an aging report is asked for: one currency or several, by group or item, converted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

from dunning._base.bounds import Count
from dunning._base.guards import checked, guarded
from dunning._base.noun import frozen
from dunning.aging.buckets import DEFAULT, Buckets
from dunning.aging.grid import Basis, Credits, Grid, Rule
from dunning.aging.report import Aging
from dunning.amounts import ZERO, exact
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.ledger import Account, Ledger, OpenItem
from dunning.ledger.grouping import Grouping, label_by

Source: TypeAlias = Ledger | Account | Iterable[Ledger | Account]


def sources_of(source: Source) -> list[Ledger | Account]:
    """A ledger, an account, or several of them, as a list."""
    if isinstance(source, (Ledger, Account)):
        return [source]
    found: list[Any] = list(source) if isinstance(source, Iterable) else [source]
    strangers = [each for each in found if not isinstance(each, (Ledger, Account))]
    if strangers:
        raise InvalidValue("age", [f"source: {each!r} is not a Ledger or an Account" for each in strangers])
    return found


def of_currency(source: Ledger | Account, currency: str | None) -> Iterable[Account]:
    """The accounts of a ledger, or the account, of one currency; of all where none is named."""
    accounts: Iterable[Account] = source if isinstance(source, Ledger) else (source,)
    return accounts if currency is None else [each for each in accounts if each.currency == currency]


def _currencies(sources: Iterable[Ledger | Account]) -> tuple[str, ...]:
    found: set[str] = set()
    for source in sources:
        found.update(source.currencies if isinstance(source, Ledger) else (source.currency,))
    return tuple(sorted(found))


@frozen
class ByItem:
    """The label of an open item, where it is not the account that is grouped; see `by_item` and `by_tag`.

    It is what `label` says, or the first of the `tags` that the item has (its own first where none is named). What has
    none, and credit that settles nothing and belongs to no item, stands in the row `others`.
    """

    label: Callable[[OpenItem], str] | None = None
    tags: tuple[str, ...] = ()
    others: str = "(none)"

    def of(self, item: OpenItem) -> str:
        """The label of an item.

        Raises:
            InvalidValue: it is no text.
        """
        if self.label is None:
            return next((tag for tag in self.tags or item.tags if tag in item.tags), self.others)
        found: Any = self.label(item)
        if not isinstance(found, str):
            raise InvalidValue("age", [f"by: the label of {item.id} is {found!r}; give a text"])
        return found


@guarded
def by_item(label: Callable[[OpenItem], str]) -> ByItem:
    """Rows by a label of each open item, as for `age(by=)`: by due month, by size, by whatever it carries.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> months = by_item(lambda item: f"{item.issued:%Y-%m}")
    >>> [row.label for row in age(ledger, as_of=date(2026, 2, 20), by=months)]
    ['2026-01']
    """
    return ByItem(label)


@guarded
def by_tag(*tags: str) -> ByItem:
    """Rows by the first of these tags that the invoice of an item has; by its first tag where none is named.

    What has none of them stands in the row *(none)*.
    """
    return ByItem(tags=tags)


def _labels(by: Grouping | ByItem) -> tuple[str, Callable[[Account], str]]:
    """The name of the grouping and how to find an account's label."""
    if isinstance(by, ByItem):
        return "group", lambda account: by.others
    if by is None:
        return "customer", lambda account: account.customer
    return "group", label_by("age", by)


@checked
@exact
def age(
    source: Source,
    *,
    as_of: Day,
    buckets: Buckets = DEFAULT,
    basis: Basis = "due",
    grace: Count = 0,
    credits: Credits = "separate",
    by: Grouping | ByItem = None,
    exclude: Mapping[str, Rule] | None = None,
    currency: str | None = None,
) -> Aging:
    """Spread what is open on a date over buckets of days.

    Args:
        source: a ledger, an account, or several of them with different accounts.
        as_of: the date asked about; a payment dated on it counts.
        buckets: the partition of days; see `dunning.presets.buckets` for others.
        basis: count days from the due date, or from the invoice date (`"issued"`).
        grace: days by which every date is moved later before it is aged.
        credits: where unapplied cash and credits go: `"separate"` (a column of their own), `"oldest"` (settle the
            oldest items), `"current"` (reduce the bucket of today) or `"own_date"` (reduce the bucket of their own
            date; credit once used is taken from the oldest first).
        by: a mapping from customer, or a function from account, to the label of its row; customers by default. `by_tag`
            and `by_item` give rows by the tag, or another label, of each open item.
        exclude: reasons and rules; an item for which a rule holds is moved to the column `excluded`.
        currency: report on this currency's accounts only.

    Raises:
        InvalidValue: the accounts have several currencies (use `age_by_currency`), or an argument cannot be.

    >>> from dunning import Invoice
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> aging = age(ledger, as_of=date(2026, 2, 20))
    >>> aging.total["1-30"], aging.counts["1-30"], aging.control_total
    (Decimal('90.00'), 1, Decimal('90.00'))
    """
    sources = sources_of(source)
    currencies = _currencies(sources) if currency is None else (currency,)
    if len(currencies) > 1:
        fault = f"source: accounts in {', '.join(currencies)}; use age_by_currency, or name one currency"
        raise InvalidValue("age", (fault,))
    name, label_of = _labels(by)
    grid = Grid(as_of, buckets, basis, grace)
    control = ZERO
    only = currencies[0] if currencies else None
    for each in sources:
        accounts = of_currency(each, only if currency is not None or isinstance(each, Account) else None)
        if credits == "separate" and not exclude and not isinstance(by, ByItem):
            grid.fill(accounts, label_of)
        else:
            label_of_item = by.of if isinstance(by, ByItem) else None
            for account in accounts:
                grid.add(account, label_of(account), credits, exclude or {}, label_of_item)
        if only is not None and isinstance(each, Ledger):
            control += each.balance(only, as_of=as_of)
        elif isinstance(each, Account) and each.currency == only:
            control += each.balance(as_of=as_of)
    problems = sum(len(each.problems) for each in sources if isinstance(each, Ledger))
    return Aging(
        as_of, only, buckets, basis, grace, credits, name, control, problems,
        grid.lines, grid.disputes, grid.holds, grid.exclusions,
    )  # fmt: skip


@guarded
def age_by_currency(
    source: Source,
    *,
    as_of: date,
    buckets: Buckets = DEFAULT,
    basis: Basis = "due",
    grace: Count = 0,
    credits: Credits = "separate",
    by: Grouping | ByItem = None,
    exclude: Mapping[str, Rule] | None = None,
) -> dict[str, Aging]:
    """One aging report for each currency, in order of the currencies; see `age` for the arguments."""
    sources = sources_of(source)
    return {
        currency: age(
            sources, as_of=as_of, buckets=buckets, basis=basis, grace=grace,
            credits=credits, by=by, exclude=exclude, currency=currency,
        )
        for currency in _currencies(sources)
    }  # fmt: skip
