"""An account as it stands on a date: the mapping from measures to values, and figures of your own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any, TypeAlias, cast

from dunning._base.guards import checked, guarded
from dunning._base.kinds import is_date, refuse
from dunning._base.noun import at_home, frozen
from dunning.amounts.decimals import fits
from dunning.dates import NEVER_ENDS, Period
from dunning.dates.days import Day
from dunning.interactions import Contact
from dunning.ledger import Account, OpenItem
from dunning.ledger.views import as_known
from dunning.measures.experience import WINDOW, Experience, Population, experiences
from dunning.measures.measure import MEASURES, Value, looked_up

Dated: TypeAlias = tuple[tuple[date, Value], ...]
"""Values, each with the day from which it holds, the earliest first."""


@frozen
class Custom:
    """A measure of your own: for each customer you know one of a value, or several with their days; see `custom`."""

    name: str
    values: tuple[tuple[str, Dated], ...]

    def _rules(self) -> Iterator[str]:
        names = [customer for customer, _ in self.values]
        if names != sorted(set(names)):
            yield "values: give each customer once, in order; `custom` does so"

    @guarded
    def history(self, customer: str) -> Dated:
        """The values of a customer with the days from which they hold; empty where you gave none."""
        at = bisect_left(self.values, customer, key=itemgetter(0))
        found = self.values[at : at + 1]
        return found[0][1] if found and found[0][0] == customer else ()

    @guarded
    def of(self, customer: str, *, on: date = NEVER_ENDS) -> Value:
        """The value for a customer on a day; None where you gave none for it."""
        known = [value for day, value in self.history(customer) if day <= on]
        return known[-1] if known else None


def _kind_of(value: Any) -> str:
    kind = value.__class__
    if kind is frozenset and all(each.__class__ is str for each in value):
        return "sets of texts"
    if kind is int or (kind is Decimal and fits(value)):
        return "numbers"
    return "texts" if kind is str else kind.__name__


@guarded
def custom(name: str, values: Mapping[str, Value | Sequence[tuple[date, Value]]]) -> Custom:
    """A measure from data that you hold, by customer: numbers (int or Decimal), texts, or sets of texts.

    A value holds for all days. Give (day, value) pairs where it has changed, so that last month is judged by last
    month's value: `custom("credit_limit", {"ACME": [(date(2026, 1, 1), 500), (date(2026, 6, 1), 900)]})`.

    Conditions speak of it as `measure("custom[name]")`; give the values to whoever asks (`Standing`, `decide`, `plan`,
    `segment`), with `custom=(...)`. A measure named *credit_limit* also feeds `credit_limit_use`.

    Raises:
        InvalidValue: the name is not a word, or the values are of several types or of none of these.

    >>> from datetime import date
    >>> from dunning.conditions import holds, measure
    >>> from dunning import Invoice, Ledger
    >>> book = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> score = custom("credit_score", {"ACME": 640})
    >>> standing = Standing(book.account("ACME"), as_of=date(2026, 2, 20), custom=(score,))
    >>> holds(measure("custom[credit_score]") >= 600, standing)
    True
    """
    faults: list[str] = []
    if not name.isidentifier():
        faults.append(f"name: {name!r} is not a single word of letters, digits and underscores")
    known = {customer: _dated(value) for customer, value in values.items() if value is not None}
    found = [pair for pairs in known.values() for pair in pairs]
    if any(not is_date(day) for day, _ in found):
        faults.append("values: give each pair a date and a value")
    elif any([day for day, _ in pairs] != sorted({day for day, _ in pairs}) for pairs in known.values()):
        faults.append("values: give the pairs of a customer in order, one a day")
    kinds = {_kind_of(value) for _, value in found if value is not None}
    strange = kinds - {"numbers", "texts", "sets of texts"}
    if strange:
        faults.append(f"values: give int, Decimal, str or frozenset of str, not {', '.join(sorted(strange))}")
    elif len(kinds) > 1:
        faults.append(f"values: {' and '.join(sorted(kinds))} are mixed; give one type")
    refuse(f"custom measure {name}", faults)
    return Custom(name, tuple(sorted(known.items())))


def _dated(value: Any) -> Dated:
    """A value with its days, where it has any."""
    if isinstance(value, (list, tuple)):
        pairs = cast("Sequence[Any]", value)
        is_pair = [isinstance(each, tuple) and len(cast("tuple[Any]", each)) == 2 for each in pairs]
        unreadable: Any = (None, None)
        return tuple(each if fits else unreadable for each, fits in zip(pairs, is_pair, strict=True))
    return ((date.min, value),)


@at_home
class Standing(Mapping[str, Value]):
    """An account as it stands on a date: a mapping from the names of measures to their values, worked out when asked.

    `population` is needed for measures that compare accounts, `custom` for measures of your own, `segment` for the
    measure of that name, `promise_grace` for those that count promises: `decide` gives the days of its policy, segments
    give none.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> standing = Standing(ledger.account("ACME"), as_of=date(2026, 2, 20))
    >>> standing["days_past_due"], standing["overdue_balance"], standing["late_share"]
    (16, Decimal('90.00'), Decimal('1'))
    """

    __slots__ = (
        "_contacts",
        "_items",
        "_known",
        "_then",
        "account",
        "as_of",
        "custom",
        "population",
        "promise_grace",
        "segment",
    )

    @checked
    def __init__(
        self,
        account: Account,
        *,
        as_of: Day,
        population: Population | None = None,
        custom: tuple[Custom, ...] = (),
        segment: str | None = None,
        promise_grace: int = 0,
    ) -> None:
        self.account = account
        self.as_of = as_of
        self.population = population
        self.custom = custom
        self.segment = segment
        self.promise_grace = promise_grace
        self._known: dict[str, Value] = {}
        self._items: tuple[OpenItem, ...] | None = None
        self._contacts: tuple[Contact, ...] | None = None
        self._then: Account | None = None

    @guarded
    def at(self, day: date) -> Standing:
        """The same account on another day, knowing only what is known on this one: as it will stand if no fact comes.

        A population stays as it is: how the others will stand then is not looked at.
        """
        if self._then is None:
            self._then = as_known(self.account, self.as_of)
        return Standing(
            self._then,
            as_of=day,
            population=self.population,
            custom=self.custom,
            segment=self.segment,
            promise_grace=self.promise_grace,
        )

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        """The open items, oldest due first."""
        if self._items is None:
            self._items = self.account.open_items(as_of=self.as_of)
        return self._items

    @property
    def overdue(self) -> tuple[OpenItem, ...]:
        """The open items that are at least one day past due."""
        return tuple(item for item in self.open_items if item.days_past_due is not None and item.days_past_due > 0)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts up to the date, the earliest first."""
        if self._contacts is None:
            self._contacts = self.account.contacts(as_of=self.as_of)
        return self._contacts

    @guarded
    def experiences(self, days: int = WINDOW) -> tuple[Experience, ...]:
        """How items were paid in the window of so many days that ends with the date."""
        return experiences(self.account, Period.ending(self.as_of, days=days))

    @guarded
    def turning_days(self, name: str) -> Iterator[date]:
        """Days on which a measure may change otherwise than by growing daily, if no fact comes; some may be past."""
        measure, argument = looked_up(name)
        yield from measure.turns(self, argument)

    @guarded
    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            measure, argument = looked_up(name)
            self._known[name] = measure.of(self, argument)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(each for each, measure in MEASURES.items() if measure.argument != "name")

    def __len__(self) -> int:
        return sum(1 for _ in self)
