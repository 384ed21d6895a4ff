"""Scorecards over successive periods, and why DSO changed between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from typing import Any

from dunning._base.bounds import Count
from dunning._base.guards import checked, guarded
from dunning._base.noun import frozen
from dunning._report import Column, Layout, Report, cents
from dunning.aging import DEFAULT
from dunning.amounts import ZERO, exact, rounded
from dunning.amounts.decimals import Number
from dunning.dates import Period
from dunning.errors import InvalidValue, NotFound, Undefined
from dunning.interactions import CONVERSATION, REACHED
from dunning.kpi.formula import Kpi, figure
from dunning.kpi.scorecards import By, Scorecard, scorecards
from dunning.kpi.tally import Tally
from dunning.ledger import Ledger

_COLUMNS = (*DEFAULT.labels, "undated")
_PLACES = 12


@frozen
class DsoChange(Report[tuple[str, Decimal]]):
    """Why a simple DSO changed: so many days for each aging bucket, and so many since sales a day changed.

    Iterating gives (part, days). The parts sum exactly to `change`, which is `after - before`; in days, to 12 places.
    """

    group: str
    before: Decimal
    after: Decimal
    parts: tuple[tuple[str, Decimal], ...]

    @property
    @exact
    def change(self) -> Decimal:
        """By how many days DSO changed."""
        return self.after - self.before

    def __getitem__(self, part: str) -> Decimal:
        try:
            return dict(self.parts)[part]
        except KeyError:
            raise NotFound("part of a change of DSO", part, [name for name, _ in self.parts]) from None

    _rows = "parts"
    _same = ("group",)
    _columns = (Column("part", itemgetter(0)), Column("days", itemgetter(1)))

    def _title(self) -> str:
        return f"Why DSO changed, {self.group}"

    def _grid(self) -> Layout:
        return Layout(
            ("part", "days"), [(name, cents(days)) for name, days in (("DSO before", self.before), *self.parts)]
        )

    def _totals(self) -> Iterator[tuple[str, ...]]:
        yield "DSO after", cents(self.after)
        yield "change", cents(self.change)


def _per_day(tally: Tally, period: Period, group: str) -> Fraction:
    """One over the sales a day."""
    sales = tally.billed()
    if sales <= 0:
        raise Undefined(f"dso_change of {group} for {period}", "no sales")
    return period.days / Fraction(sales)


@checked
@exact
def dso_change(before: Scorecard, after: Scorecard, group: str) -> DsoChange:
    """Split the change of simple DSO between two scorecards into parts that sum to it exactly.

    DSO is receivables / sales a day. What an aging bucket contributes is the change of its balance, at the mean of both
    periods' (1 / sales a day); *sales* is what the change of that factor contributes, at the mean of both balances.
    Parts are rounded to 12 places of a day, the last bit on the largest part.

    Raises:
        NotFound: one of them has no such group.
        Undefined: one of them has no sales (*no sales*).
    """
    found: list[tuple[Tally, Fraction]] = []
    for card in (before, after):
        if group not in card.groups:
            raise NotFound("group of the scorecard", group, card.groups)
        tally = dict(zip(card.groups, card.tallies.values(), strict=True))[group]
        found.append((tally, _per_day(tally, card.period, group)))
    (old, old_rate), (new, new_rate) = found
    middle = (old_rate + new_rate) / 2
    exact_parts = {name: Fraction(new.closing[name] - old.closing[name]) * middle for name in _COLUMNS}
    balances = [Fraction(sum((each.closing[name] for name in _COLUMNS), ZERO)) for each in (old, new)]
    exact_parts["sales"] = (new_rate - old_rate) * sum(balances) / 2
    first, last = (rounded(balance * rate, _PLACES) for balance, (_, rate) in zip(balances, found, strict=True))
    parts = {name: rounded(part, _PLACES) for name, part in exact_parts.items()}
    largest = max(parts, key=lambda name: abs(parts[name]))
    parts[largest] += last - first - sum(parts.values(), ZERO)
    return DsoChange(group, first, last, tuple(parts.items()))


@frozen
class Trend(Report[tuple[Period, str, Kpi]]):
    """Scorecards of successive periods (`cards`). Iterating gives (period, group, Kpi).

    `trend["EUR", "dso_simple"]` is one figure in each period, None where the period does not have it.
    """

    cards: tuple[Scorecard, ...]

    def __getitem__(self, key: tuple[str, str]) -> tuple[Kpi | None, ...]:
        found = tuple(
            next((kpi for group, kpi in card.figures if (group, kpi.name) == key), None) for card in self.cards
        )
        if not any(found):
            known = dict.fromkeys(f"({group!r}, {kpi.name!r})" for _, group, kpi in self)
            raise NotFound("figure of the trend", str(key), list(known))
        return found

    def __iter__(self) -> Iterator[tuple[Period, str, Kpi]]:
        return ((card.period, group, kpi) for card in self.cards for group, kpi in card)

    def __len__(self) -> int:
        return sum(map(len, self.cards))

    def records(self) -> list[dict[str, Any]]:
        """The records of all scorecards, one after the other."""
        return [row for card in self.cards for row in card.records()]

    def _title(self) -> str:
        return "Trend"

    def _grid(self) -> Layout:
        names = dict.fromkeys((group, kpi.name) for card in self.cards for group, kpi in card.figures)
        known = [{(group, kpi.name): figure(kpi) for group, kpi in card.figures} for card in self.cards]
        body = [
            (group, name.replace("_", " "), *(each.get((group, name), "-") for each in known)) for group, name in names
        ]
        return Layout(("group", "figure", *(str(card.period) for card in self.cards)), body, (0, 1))

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of all periods."""
        return tuple(dict.fromkeys(group for card in self.cards for group in card.groups))

    @guarded
    def dso_changes(self, group: str) -> tuple[DsoChange, ...]:
        """Why DSO changed from each period to the next; see `dso_change`.

        Raises:
            NotFound: a period has no such group.
            Undefined: a period has no sales (*no sales*).
        """
        return tuple(dso_change(old, new, group) for old, new in pairwise(self.cards))


@checked
def trend(
    ledger: Ledger,
    periods: Iterable[Period],
    *,
    by: By = None,
    by_name: str = "group",
    costs: Sequence[Mapping[str, Number]] | None = None,
    delivered: Mapping[str, date] | None = None,
    reached: Iterable[str] = REACHED,
    right_party: Iterable[str] = CONVERSATION,
    promise_grace: Count = 0,
) -> Trend:
    """The scorecards of successive periods; see `scorecard` for the arguments. `costs` has one mapping for each period.

    Raises:
        InvalidValue: there is no period, they are not in order, or there are not as many `costs`.

    >>> from dunning import Invoice
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> quarters = trend(ledger, [Period.month(2026, 1), Period.quarter(2026, 1)])
    >>> [str(each) for each in quarters["EUR", "dso_simple"]]
    ['dso_simple: 31.00 days', 'dso_simple: 90.00 days']
    """
    wanted: Sequence[Period] = tuple(periods)
    if not wanted or any(new.last <= old.last for old, new in pairwise(wanted)):
        raise InvalidValue("trend", ["periods: give at least one, each with a later last day than the one before"])
    given: list[Mapping[str, Number]] = [{} for _ in wanted] if costs is None else list(costs)
    if len(given) != len(wanted):
        raise InvalidValue(
            "trend", [f"costs: {len(given)} of them for {len(wanted)} periods; give one mapping for each"]
        )
    return Trend(
        scorecards(
            ledger, wanted, by=by, by_name=by_name, costs=given, delivered=delivered,
            reached=reached, right_party=right_party, promise_grace=promise_grace,
        )
    )  # fmt: skip
