"""The scorecard: all KPIs that the facts of a ledger can feed, for a period and by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs

from dunning._base.bounds import Count
from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import changed, frozen
from dunning._report import Layout, Report, set_aside, shown
from dunning.amounts import ZERO, exact
from dunning.amounts.decimals import Number
from dunning.dates import Period
from dunning.errors import NotFound
from dunning.interactions import CONVERSATION, REACHED
from dunning.kpi.count import tallies
from dunning.kpi.figures import figures, gross
from dunning.kpi.formula import Kpi, figure
from dunning.kpi.tally import MOVES, Key, Tally, Words, plus
from dunning.ledger import Account, Ledger
from dunning.ledger.grouping import Grouping, label_by

By: TypeAlias = Grouping | Literal["currency"]


@frozen
class RollForward(Report[tuple[str, str, Decimal]]):
    """From opening to closing balance, line by line, for each group; every column adds up to the cent.

    Iterating gives (line, group, amount). The balances are what customers owe net of unapplied cash and credit; below
    them stands how the closing balance divides into open items and what is unapplied.
    """

    period: Period
    groups: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Decimal, ...]], ...]
    problems: int = 0

    def __getitem__(self, key: tuple[str, str]) -> Decimal:
        for line, group, amount in self:
            if (group, line) == key:
                return amount
        raise NotFound("line of the roll-forward", str(key), [f"({group!r}, {line!r})" for line, group, _ in self])

    def __iter__(self) -> Iterator[tuple[str, str, Decimal]]:
        for line, amounts in self.lines:
            for group, amount in zip(self.groups, amounts, strict=True):
                yield line, group, amount

    def __len__(self) -> int:
        return len(self.lines) * len(self.groups)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a line and group: first, last, group, line, amount."""
        period = {"first": self.period.first, "last": self.period.last}
        return [{**period, "group": group, "line": line, "amount": amount} for line, group, amount in self]

    def _title(self) -> str:
        return f"Roll-forward of receivables {self.period}"

    def _grid(self) -> Layout:
        return Layout(("line", *self.groups), self._laid()[: len(MOVES) + 1])

    def _totals(self) -> list[tuple[str, ...]]:
        return self._laid()[len(MOVES) + 1 :]

    def _laid(self) -> list[tuple[str, ...]]:
        return [(line, *map(shown, amounts)) for line, amounts in self.lines]

    def _notes(self) -> list[str]:
        return set_aside(self.problems)


@frozen
class Scorecard(Report[tuple[str, Kpi]]):
    """The KPIs of a period, by group. Iterating gives (group, Kpi) pairs; `card["EUR", "dso_simple"]` is one.

    Groups are currencies or, with `by`, a label and its currency: `card["north EUR", "dso_simple"]`. Scorecards of
    ledgers without a common account add up with `+`: the figures are worked out from the sums of both.

    Keys of its ``records()``: first, last, group, currency, name, value, unit, reason, flags, formula.
    """

    period: Period
    by: str
    figures: tuple[tuple[str, Kpi], ...]
    problems: int
    terms: Words = attrs.field(repr=False)
    accounts: frozenset[tuple[str, str]] = attrs.field(repr=False)
    tallies: dict[Key, Tally] = attrs.field(repr=False, hash=False)
    costs: dict[str, Number] = attrs.field(repr=False, hash=False)

    def __getitem__(self, key: tuple[str, str]) -> Kpi:
        for group, kpi in self.figures:
            if (group, kpi.name) == key:
                return kpi
        raise NotFound(
            "figure of the scorecard", str(key), [f"({group!r}, {kpi.name!r})" for group, kpi in self.figures]
        )

    _rows = "figures"

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary for each group and figure."""
        currencies = {_group_name(key): key[1] for key in self.tallies}
        return [
            {
                "first": self.period.first,
                "last": self.period.last,
                "group": group,
                "currency": currencies[group],
                "name": kpi.name,
                "value": kpi.value,
                "unit": kpi.unit,
                "reason": kpi.reason,
                "flags": ", ".join(kpi.flags),
                "formula": kpi.formula,
            }
            for group, kpi in self.figures
        ]

    def _title(self) -> str:
        return f"Scorecard for {self.period}"

    def _grid(self) -> Layout:
        known = {(group, kpi.name): figure(kpi) for group, kpi in self.figures}
        names = dict.fromkeys(kpi.name for _, kpi in self.figures)
        body = [(name.replace("_", " "), *(known.get((group, name), "-") for group in self.groups)) for name in names]
        return Layout(("figure", *self.groups), body)

    def _notes(self) -> list[str]:
        return set_aside(self.problems)

    @property
    def groups(self) -> tuple[str, ...]:
        """The names of the groups."""
        return tuple(map(_group_name, self.tallies))

    @exact
    def __add__(self, other: object) -> Scorecard:
        """The scorecard of both ledgers.

        Raises:
            InvalidValue: they are of different periods or terms, or share an account, whose figures would count twice.
        """
        if not isinstance(other, Scorecard):
            return NotImplemented
        faults = [
            f"{name}: {getattr(self, name)} is not {getattr(other, name)}"
            for name in ("period", "by", "terms")
            if getattr(self, name) != getattr(other, name)
        ]
        common = sorted(self.accounts & other.accounts)
        if common:
            names = ", ".join(f"{customer} {currency}" for customer, currency in common[:5])
            faults.append(f"accounts: both have {names}; add the ledgers instead (ledger + other)")
        for group in sorted(set(self.groups) & set(other.groups)):
            if (group in self.costs) != (group in other.costs):
                faults.append(f"costs: only one of them has that of {group}")
        refuse("Scorecard + Scorecard", faults)
        merged = dict(self.tallies)
        for key, tally in other.tallies.items():
            merged[key] = plus(merged[key], tally) if key in merged else tally
        costs = {group: self.costs.get(group, 0) + other.costs.get(group, 0) for group in {**self.costs, **other.costs}}
        return _card(
            changed(self, problems=self.problems + other.problems, accounts=self.accounts | other.accounts),
            merged,
            costs,
        )

    def roll_forward(self) -> RollForward:
        """How the opening balance became the closing one: invoices, charges, payments, credits, write-offs."""
        lines: list[tuple[str, tuple[Decimal, ...]]] = []
        found = list(self.tallies.values())
        lines.append(("opening balance", tuple(each.amounts["opening balance"] for each in found)))
        lines += [(name, tuple(each.moves.get(name, ZERO) for each in found)) for name in MOVES]
        lines.append(("closing balance", tuple(each.amounts["closing balance"] for each in found)))
        lines.append(("of which open items", tuple(_open_items(each) for each in found)))
        lines.append(("less unapplied", tuple(_unapplied(each) for each in found)))
        return RollForward(self.period, self.groups, tuple(lines), self.problems)


@exact
def _open_items(tally: Tally) -> Decimal:
    return gross(tally.closing)


@exact
def _unapplied(tally: Tally) -> Decimal:
    return -tally.closing["unapplied"]


def _group_name(key: Key) -> str:
    label, currency = key
    return f"{label} {currency}" if label else currency


def _card(card: Scorecard, found: Mapping[Key, Tally], costs: dict[str, Number]) -> Scorecard:
    """The card with the figures of these tallies."""
    ordered = {key: found[key] for key in sorted(found, key=lambda each: (each[1], each[0]))}
    told = tuple(
        (_group_name(key), kpi)
        for key, tally in ordered.items()
        for kpi in figures(tally, card.period, costs.get(_group_name(key)) if costs else None)
    )
    return changed(card, figures=told, tallies=ordered, costs=costs)


def _labels(by: By) -> Callable[[Account], str]:
    """How to find an account's label; the empty one for currencies alone."""
    if by is None or by == "currency":
        return lambda account: ""
    return label_by("scorecard", by)


@exact
def scorecards(
    ledger: Ledger,
    periods: Sequence[Period],
    *,
    by: By,
    by_name: str,
    costs: Sequence[Mapping[str, Number]],
    delivered: Mapping[str, date] | None,
    reached: Iterable[str],
    right_party: Iterable[str],
    promise_grace: int,
) -> tuple[Scorecard, ...]:
    """The scorecards of several periods, in one go through the accounts; see `scorecard`."""
    label_of = _labels(by)
    name = "currency" if by is None or by == "currency" else by_name
    days = dict(delivered or {})
    words = Words(frozenset(reached), frozenset(right_party), promise_grace)
    faults: list[str] = []
    found = tallies(ledger, periods, label_of, words, days)
    for each, given in zip(found, costs, strict=True):
        groups = list(map(_group_name, each))
        known = ", ".join(groups)
        faults += [f"costs[{name!r}]: no such group; there are {known}" for name in given if name not in groups]
    refuse("scorecard", faults)
    accounts = frozenset((account.customer, account.currency) for account in ledger)
    return tuple(
        _card(Scorecard(period, name, (), len(ledger.problems), words, accounts, {}, {}), tallied, dict(given))
        for period, tallied, given in zip(periods, found, costs, strict=True)
    )


@checked
def scorecard(
    ledger: Ledger,
    period: Period,
    *,
    by: By = None,
    by_name: str = "group",
    costs: Mapping[str, Number] | None = None,
    delivered: Mapping[str, date] | None = None,
    reached: Iterable[str] = REACHED,
    right_party: Iterable[str] = CONVERSATION,
    promise_grace: Count = 0,
) -> Scorecard:
    """Work out the KPIs of a period from the facts of a ledger, one column a group.

    Receivables are gross open items at the end of a day, unapplied cash and credit apart; the opening balance is that
    of the day before the period. *Current* is what is not past due, items without a due date included; *sales* are
    invoices less credit notes and voids. Items count in the period in which the books had them settled, with the day on
    which the money came; what no money settled and what was written off is left out. The months of the count-back go
    back to the first sale. CEI takes the sales of the whole period.
    `roll_rate[x]` is what of bucket x at the start was in a later one, or written off, at the end; the cure rate what
    of all past due was paid or current. Days beyond terms count early payment as 0. Concentration is by customer, net
    of unapplied, and `top_n_share` of the ten largest.

    A stage's effectiveness is what of the open amount that its notices covered was settled, but for write-offs, up to
    the next notice of the item or the end of the period: of all, `[level]` and `[channel: ...]`. A notice without items
    covers what is past due in its currency, or all that is open where nothing is. A promise counts in the period in
    which it is decided, on the day after its date and the days of grace. `dispute_rate` is disputes opened over
    invoices issued; an invoice counts as accurate that was not disputed, and to which no credit note was applied, by
    the end of the period. Attempts are calls and visits of ours.

    Args:
        ledger: the books.
        period: the days asked about.
        by: the label of each account's group: a mapping from customer (or (customer, currency), as
            `dunning.segmentation.Segments.labels` gives), or a function; None groups by currency alone. Groups are of
            one currency in any case.
        by_name: what the groups are (such as "region"); scorecards by different things do not add up.
        costs: what collecting cost in the period, by name of group; without, there are no figures of cost.
        delivered: when what was invoiced was delivered, by invoice, for the billing lag.
        reached: outcomes of a call or visit that mean that somebody was reached.
        right_party: outcomes that mean that it was the one who can pay.
        promise_grace: days of leeway for promises.

    Raises:
        InvalidValue: an argument is not what it should be, or `costs` names an unknown group; all faults are named.

    >>> from dunning import Invoice
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> card = scorecard(ledger, Period.quarter(2026, 1))
    >>> print(card["EUR", "dso_simple"]), print(card["EUR", "average_days_to_pay"])
    dso_simple: 90.00 days
    average_days_to_pay: undefined: no items
    (None, None)
    """
    return scorecards(
        ledger, (period,), by=by, by_name=by_name, costs=(costs or {},), delivered=delivered,
        reached=reached, right_party=right_party, promise_grace=promise_grace,
    )[0]  # fmt: skip
