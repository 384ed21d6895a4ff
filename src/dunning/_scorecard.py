"""The scorecard: all KPIs that the facts of a ledger can feed, for a period and by group."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, TypeAlias

import attrs

from dunning import _concentration, _dso, _operations, _quality, _timeliness
from dunning._attrs import changed, frozen
from dunning._buckets import DEFAULT
from dunning._groups import Grouping, label_by
from dunning._kpi import Kpi, Number, figure, named
from dunning._report import Report, Table, shown
from dunning._tally import MOVES, Key, Tally, Words, plus, tallies
from dunning.amounts import ZERO, exact
from dunning.dates import Period, is_date
from dunning.errors import InvalidValue, require_type
from dunning.ledger import Account, Ledger

__all__ = ["REACHED", "RIGHT_PARTY", "By", "RollForward", "Scorecard", "scorecard", "scorecards"]

By: TypeAlias = Grouping | Literal["currency"]

RIGHT_PARTY: Final = frozenset({"spoke", "right_party", "promised", "disputed", "refused", "paid"})
"""Outcomes of a call or visit that say that the person who can pay was reached."""
REACHED: Final = RIGHT_PARTY | {"reached", "wrong_party", "third_party", "left_message"}
"""Outcomes of a call or visit that say that somebody was reached."""

_LATE = DEFAULT.labels[1:]
_PROFILE = ("current", *_LATE, "undated")


def _pairs(days: Mapping[int, list[Number]], by: Literal["count", "amount"]) -> list[tuple[Number, Number]]:
    """(weight, days) for each number of days, weighted by items or by amount."""
    return [(found[0 if by == "count" else 1], each) for each, found in sorted(days.items())]


def _dso_figures(tally: Tally, period: Period) -> Iterator[Kpi]:
    days, sales = period.days, _sales(tally)
    opening, closing = _gross(tally.opening), _gross(tally.closing)
    current, past_due = _current(tally.closing), _past_due(tally.closing)
    simple = _dso.dso_simple(closing, sales, days)
    best = _dso.best_possible_dso(current, sales, days)
    yield simple
    yield _dso.dso_average(opening, closing, sales, days)
    yield _dso.dso_average_snapshots(list(tally.month_ends.values()), sales, days)
    yield _dso.dso_countback(closing, _months_back(tally, period))
    yield best
    yield _dso.delinquent_dso(past_due, sales, days)
    yield _dso.average_days_delinquent(simple.value, best.value)
    months = [each for each in tally.open_of_month if tally.open_of_month[each]]
    yield _dso.sales_weighted_dso(
        [
            (tally.open_of_month[each], tally.sales.get(each, ZERO), Period.month(each.year, each.month).days)
            for each in sorted(months)
        ]
    )
    yield _true_dso(tally, period, months)
    yield _dso.weighted_average_terms(_pairs(tally.terms, "amount"))
    yield _dso.ar_turnover(opening, closing, sales)


def _true_dso(tally: Tally, period: Period, months: Iterable[date]) -> Kpi:
    """`true_dso` from the ages summed by month; the sum of one month stands for its invoices."""
    if any(tally.sales.get(each, ZERO) <= 0 for each in months):
        return _dso.true_dso(period.last, [(each, tally.open_of_month[each]) for each in months], {})
    parts = [(tally.age_of_month[each], tally.sales[each], 1) for each in sorted(months)]
    return named(_dso.sales_weighted_dso(parts), "true_dso")


def _timeliness_figures(tally: Tally) -> Iterator[Kpi]:
    late = _pairs(tally.late, "amount")
    yield named(_timeliness.weighted_average_days_to_pay(_pairs(tally.paid, "count")), "average_days_to_pay")
    yield _timeliness.weighted_average_days_to_pay(_pairs(tally.paid, "amount"))
    yield named(_timeliness.weighted_average_days_late(_pairs(tally.late, "count")), "average_days_late")
    yield _timeliness.weighted_average_days_late(late)
    yield _timeliness.days_beyond_terms(late, floor_at_zero=True)
    enough = sum(found[0] for found in tally.late.values()) >= 3
    yield _timeliness.payment_index(late if enough else [], minimum_experiences=1)
    yield _timeliness.weighted_average_days_past_due(_pairs(tally.overdue, "amount"))
    yield named(_timeliness.weighted_average_days_to_pay(_pairs(tally.billing, "count")), "average_billing_lag")


def _quality_figures(tally: Tally) -> Iterator[Kpi]:
    sales = _sales(tally)
    opening, closing = _gross(tally.opening), _gross(tally.closing)
    current, past_due = _current(tally.closing), _past_due(tally.closing)
    yield _quality.collection_effectiveness_index(opening, sales, closing, current)
    yield _quality.collection_rate(tally.amounts.get("collectable", ZERO), tally.amounts.get("still open", ZERO))
    yield _quality.percent_current(current, closing)
    yield _quality.percent_past_due(past_due, closing)
    yield _quality.percent_over_90(tally.closing["91+"], closing)
    for label in ("current", *_LATE):
        row = tally.rolled.get(label, {})
        worse = row.get("forward", ZERO) + row.get("lost", ZERO)
        yield named(_quality.roll_rate(sum(row.values(), ZERO), worse), f"roll_rate[{label}]")
    late = [tally.rolled[label] for label in _LATE if label in tally.rolled]
    due = sum((sum(row.values(), ZERO) for row in late), ZERO)
    paid, cured = (sum((row.get(name, ZERO) for row in late), ZERO) for name in ("paid", "current"))
    yield _quality.cure_rate(due, paid, cured)
    written_off, recovered = -tally.moves.get("write-offs", ZERO), tally.moves.get("recoveries", ZERO)
    yield _quality.bad_debt_to_sales(written_off, sales, recoveries=recovered, net=True)
    yield _quality.write_off_rate(written_off, opening, closing)


def _operations_figures(tally: Tally, cost: Number | None) -> Iterator[Kpi]:
    counts, amounts = tally.counts, tally.amounts

    def count(name: str) -> int:
        return counts.get(name, 0)

    yield _operations.contact_rate(count("reached"), count("attempts"))
    yield _operations.right_party_contact_rate(count("right party"), count("attempts"))
    yield _operations.promise_to_pay_rate(count("promises"), count("right party"))
    yield _operations.promise_kept_rate(count("kept"), count("broken"), count("pending"), count("cancelled"))
    came = (amounts.get("promised", ZERO), amounts.get("paid as promised", ZERO))
    yield _operations.promise_kept_rate_amount([came] if came[0] else [])
    yield from _stages(tally)
    yield _operations.dispute_rate(count("disputes"), count("invoices"))
    yield named(
        _timeliness.weighted_average_days_to_pay(_pairs(tally.disputes, "count")), "average_dispute_resolution_days"
    )
    credited, billed = -tally.moves.get("credit notes", ZERO), tally.moves.get("invoices", ZERO)
    yield _operations.credit_memo_rate(credited, billed)
    by_count = _operations.credit_memo_rate(count("credit notes"), count("invoices"), by="count")
    yield named(by_count, "credit_memo_rate[count]")
    yield _operations.invoice_accuracy(count("invoices") - count("wrong"), count("invoices"))
    if cost is not None:
        collected = -tally.moves.get("payments", ZERO)
        yield _operations.cost_to_collect(cost, collected)
        yield _operations.cost_per_collection(cost, count("payments"))


def _stages(tally: Tally) -> Iterator[Kpi]:
    """The effectiveness of all notices, then by level, then by channel."""
    parts: dict[str, tuple[Decimal, Decimal]] = {"": (ZERO, ZERO)}
    for place in (0, 1):
        for key in sorted(tally.stages):
            for name in ("", f"[{key[0]}]") if place == 0 else (f"[by {key[1]}]",):
                noticed, paid = parts.get(name, (ZERO, ZERO))
                _, more, came = tally.stages[key]
                parts[name] = (noticed + more, paid + came)
    for name, (noticed, paid) in parts.items():
        yield named(_operations.stage_effectiveness(noticed, paid), f"stage_effectiveness{name}")


def _concentration_figures(tally: Tally) -> Iterator[Kpi]:
    exposures = [tally.exposure[each] for each in sorted(tally.exposure)]
    yield _concentration.top_n_share(exposures, 10)
    yield _concentration.herfindahl(exposures)
    yield _concentration.effective_customers(exposures)
    yield _concentration.gini(exposures)


def _gross(columns: Mapping[str, Decimal]) -> Decimal:
    """What is open, unapplied cash and credit left aside."""
    return sum((columns[label] for label in _PROFILE), ZERO)


def _current(columns: Mapping[str, Decimal]) -> Decimal:
    return columns["current"] + columns["undated"]


def _past_due(columns: Mapping[str, Decimal]) -> Decimal:
    return sum((columns[label] for label in _LATE), ZERO)


def _sales(tally: Tally) -> Decimal:
    """The sales of the period: invoices less credit notes."""
    return tally.moves.get("invoices", ZERO) + tally.moves.get("credit notes", ZERO)


def _months_back(tally: Tally, period: Period) -> list[tuple[Decimal, int]]:
    """(sales, days) of the calendar months from the period's end back to the first sale, the newest first."""
    if not tally.sales:
        return []
    months = Period(min(tally.sales), period.last).months()
    return [(tally.sales.get(month.first, ZERO), month.days) for month in months]


def _figures(tally: Tally, period: Period, cost: Number | None) -> tuple[Kpi, ...]:
    """All figures of one group."""
    return (
        *_dso_figures(tally, period),
        *_timeliness_figures(tally),
        *_quality_figures(tally),
        *_operations_figures(tally, cost),
        *_concentration_figures(tally),
    )


@frozen
class RollForward(Report):
    """From opening to closing balance, line by line, for each group; every column adds up to the cent.

    Iterating gives (line, group, amount). The balances are what customers owe net of unapplied cash and credit; below
    them stands how the closing balance divides into open items and what is unapplied.
    """

    period: Period
    groups: tuple[str, ...]
    lines: tuple[tuple[str, tuple[Decimal, ...]], ...]
    problems: int = 0

    def __getitem__(self, key: tuple[str, str]) -> Decimal:
        group, wanted = key
        return dict(self.lines)[wanted][self.groups.index(group)]

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

    def _table(self, rows: int) -> Table:
        laid = [(line, *map(shown, amounts)) for line, amounts in self.lines]
        body, totals = laid[: len(MOVES) + 1], laid[len(MOVES) + 1 :]
        notes = (f"{self.problems} faulty facts were set aside",) if self.problems else ()
        title = f"Roll-forward of receivables {self.period}"
        return Table(title, ("line", *self.groups), tuple(body[:rows]), tuple(totals), notes, len(body[rows:]))


@frozen
class Scorecard(Report):
    """The KPIs of a period, by group. Iterating gives (group, Kpi) pairs; `card["EUR", "dso_simple"]` is one.

    Groups are currencies or, with `by`, a label and its currency: `card["north EUR", "dso_simple"]`. Scorecards of
    ledgers without a common account add up with `+`: the figures are worked out from the sums of both.
    """

    period: Period
    by: str
    figures: tuple[tuple[str, Kpi], ...]
    problems: int
    terms: Any = attrs.field(repr=False)
    accounts: frozenset[tuple[str, str]] = attrs.field(repr=False)
    tallies: dict[Key, Tally] = attrs.field(repr=False, hash=False)
    costs: dict[str, Number] = attrs.field(repr=False, hash=False)

    def __getitem__(self, key: tuple[str, str]) -> Kpi:
        for group, kpi in self.figures:
            if (group, kpi.name) == key:
                return kpi
        known = ", ".join(f"({group!r}, {kpi.name!r})" for group, kpi in self.figures)
        raise KeyError(f"no {key!r}; there are {known}")

    def __iter__(self) -> Iterator[tuple[str, Kpi]]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

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
        if bool(self.costs) != bool(other.costs):
            faults.append("costs: only one of them has any")
        if faults:
            raise InvalidValue("Scorecard + Scorecard", faults)
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

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a figure: first, last, group, currency, name, value, unit, reason, flags, formula."""
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

    def _table(self, rows: int) -> Table:
        known = {(group, kpi.name): figure(kpi) for group, kpi in self.figures}
        names = list(dict.fromkeys(kpi.name for _, kpi in self.figures))
        body = tuple(
            (name.replace("_", " "), *(known.get((group, name), "-") for group in self.groups)) for name in names
        )
        notes = (f"{self.problems} faulty facts were set aside",) if self.problems else ()
        title = f"Scorecard for {self.period}"
        return Table(title, ("figure", *self.groups), body[:rows], (), notes, len(body[rows:]))


@exact
def _open_items(tally: Tally) -> Decimal:
    return _gross(tally.closing)


@exact
def _unapplied(tally: Tally) -> Decimal:
    return -tally.closing["unapplied"]


def _group_name(key: Key) -> str:
    label, currency = key
    return f"{label} {currency}" if label else currency


def _card(card: Scorecard, found: Mapping[Key, Tally], costs: dict[str, Number]) -> Scorecard:
    """The card with the figures of these tallies."""
    ordered = {key: found[key] for key in sorted(found, key=lambda each: (each[1], each[0]))}
    figures = tuple(
        (_group_name(key), kpi)
        for key, tally in ordered.items()
        for kpi in _figures(tally, card.period, costs.get(_group_name(key)) if costs else None)
    )
    return changed(card, figures=figures, tallies=ordered, costs=costs)


def _labels(by: By) -> tuple[str, Callable[[Account], str]]:
    """The name of the grouping and how to find an account's label; none for currencies alone."""
    if by is None or by == "currency":
        return "currency", lambda account: ""
    return "group", label_by("scorecard", by)


@exact
def scorecards(
    ledger: Ledger,
    periods: Sequence[Period],
    *,
    by: By,
    costs: Mapping[str, Number] | None,
    delivered: Mapping[str, date] | None,
    reached: Iterable[str],
    right_party: Iterable[str],
    promise_grace: int,
) -> tuple[Scorecard, ...]:
    """The scorecards of several periods, in one go through the accounts; see `scorecard`."""
    require_type("scorecard", "ledger", ledger, Ledger)
    for period in periods:
        require_type("scorecard", "period", period, Period)
    name, label_of = _labels(by)
    words = Words(frozenset(reached), frozenset(right_party), promise_grace)
    days = dict(delivered or {})
    faults = [f"delivered[{key!r}]: {day!r} is not a date" for key, day in days.items() if not is_date(day)]
    if type(promise_grace) is not int or promise_grace < 0:
        faults.append(f"promise_grace: {promise_grace!r} is not a number of days, 0 or more")
    if faults:
        raise InvalidValue("scorecard", faults)
    found = tallies(ledger, periods, label_of, words, days)
    groups = sorted({_group_name(key) for each in found for key in each})
    known = ", ".join(groups)
    unknown = [f"costs[{each!r}]: no such group; there are {known}" for each in costs or {} if each not in groups]
    if unknown:
        raise InvalidValue("scorecard", unknown)
    accounts = frozenset((account.customer, account.currency) for account in ledger)
    return tuple(
        _card(Scorecard(period, name, (), len(ledger.problems), words, accounts, {}, {}), tallied, dict(costs or {}))
        for period, tallied in zip(periods, found, strict=True)
    )


def scorecard(
    ledger: Ledger,
    period: Period,
    *,
    by: By = None,
    costs: Mapping[str, Number] | None = None,
    delivered: Mapping[str, date] | None = None,
    reached: Iterable[str] = REACHED,
    right_party: Iterable[str] = RIGHT_PARTY,
    promise_grace: int = 0,
) -> Scorecard:
    """Work out the KPIs of a period from the facts of a ledger, one column a group.

    Receivables are gross open items at the end of a day, unapplied cash and credit apart; the opening balance is that
    of the day before the period. *Current* is what is not past due, items without a due date included; *sales* are
    invoices less credit notes. Items count as paid on the day on which they were settled for good; written-off ones are
    left out. The months of the count-back go back to the first sale. CEI takes the sales of the whole period.
    `roll_rate[x]` is what of bucket x at the start was in a later one, or written off, at the end; the cure rate what
    of all past due was paid or current. Bad debt is net of what came in of debt written off. A stage's effectiveness is
    what of the open amount that its notices covered was paid up to the next notice or the end of the period, by level
    and by channel. Promises are judged that fell due in the period. Concentration is by customer, net of unapplied.

    Args:
        ledger: the books.
        period: the days asked about.
        by: the label of each account's group: a mapping from customer (or (customer, currency), as
            `dunning.segmentation.Segments.labels` gives), or a function; None groups by currency alone. Groups are of
            one currency in any case.
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
        ledger, (period,), by=by, costs=costs, delivered=delivered,
        reached=reached, right_party=right_party, promise_grace=promise_grace,
    )[0]  # fmt: skip
