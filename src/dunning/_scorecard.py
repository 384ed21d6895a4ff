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
from dunning.errors import InvalidValue, NotFound, require_type
from dunning.ledger import Account, Ledger

__all__ = ["REACHED", "RIGHT_PARTY", "By", "RollForward", "Scorecard", "scorecard", "scorecards"]

By: TypeAlias = Grouping | Literal["currency"]

RIGHT_PARTY: Final = frozenset({"spoke", "right_party", "promised", "disputed", "refused", "paid"})
"""Outcomes of a call or visit that say that the person who can pay was reached."""
REACHED: Final = RIGHT_PARTY | {"reached", "wrong_party", "third_party", "left_message"}
"""Outcomes of a call or visit that say that somebody was reached."""

_LATE = DEFAULT.labels[1:]
_PROFILE = ("current", *_LATE, "undated")


def _pairs(days: Mapping[int, list[Number]]) -> list[tuple[Number, Number]]:
    """(amount, days) for each number of days."""
    return [(amount, each) for each, (_, amount) in sorted(days.items())]


def _dso_figures(tally: Tally, period: Period) -> Iterator[Kpi]:
    days, sales = period.days, _sales(tally)
    opening, closing = _gross(tally.opening), _gross(tally.closing)
    current, past_due = _current(tally.closing), _past_due(tally.closing)
    simple = _dso.dso_simple(closing, sales, days)
    best = _dso.best_possible_dso(current, sales, days)
    yield simple
    yield _dso.dso_average(opening, closing, sales, days)
    yield _dso.dso_average_snapshots(list(tally.month_ends.values()), sales, days)
    months = [(tally.sales.get(month.first, ZERO), month.days) for month in _months(tally, period)]
    yield _dso.dso_countback(closing, months)
    yield best
    yield _dso.delinquent_dso(past_due, sales, days)
    yield _dso.average_days_delinquent(simple.value, best.value)
    opened = sorted((day, amount) for day, amount in tally.open_of.items() if amount)
    by_month: dict[date, Decimal] = {}
    for day, amount in opened:
        by_month[day.replace(day=1)] = by_month.get(day.replace(day=1), ZERO) + amount
    lengths = {month.first: month.days for month in _months(tally, period)}
    yield _dso.sales_weighted_dso(
        [(amount, tally.sales.get(month, ZERO), lengths.get(month, 0)) for month, amount in by_month.items()]
    )
    yield _dso.true_dso(period.last, opened, tally.sales)
    yield _dso.weighted_average_terms(_pairs(tally.terms))
    yield _dso.ar_turnover(opening, closing, sales)


def _each(days: Mapping[int, list[Number]]) -> list[int]:
    """The days of each item, as often as there are items."""
    return [each for each, (count, _) in sorted(days.items()) for _ in range(int(count))]


def _timeliness_figures(tally: Tally) -> Iterator[Kpi]:
    late = _pairs(tally.late)
    yield _timeliness.average_days_to_pay(_each(tally.paid))
    yield _timeliness.weighted_average_days_to_pay(_pairs(tally.paid))
    yield _timeliness.average_days_late(_each(tally.late))
    yield _timeliness.weighted_average_days_late(late)
    yield _timeliness.days_beyond_terms(late, floor_at_zero=True)
    yield _timeliness.payment_index(late, count=len(_each(tally.late)))
    yield _timeliness.weighted_average_days_past_due(_pairs(tally.overdue))
    yield _timeliness.average_billing_lag(_each(tally.billing))


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
    yield _quality.bad_debt_to_sales(written_off, sales)
    net = _quality.bad_debt_to_sales(written_off, sales, recoveries=recovered, net=True)
    yield named(net, "bad_debt_to_sales[net]")
    yield _quality.recovery_rate(recovered, written_off)
    yield _quality.write_off_rate(written_off, opening, closing)


def _operations_figures(tally: Tally, cost: Number | None) -> Iterator[Kpi]:
    def count(name: str) -> int:
        return tally.counts.get(name, 0)

    yield _operations.contact_rate(count("reached"), count("attempts"))
    yield _operations.right_party_contact_rate(count("right party"), count("attempts"))
    yield _operations.promise_to_pay_rate(count("promises"), count("right party"))
    yield _operations.promise_kept_rate(count("kept"), count("broken"), count("pending"), count("cancelled"))
    yield _operations.promise_kept_rate_amount(
        [(promised, came) for _, (promised, came) in sorted(tally.promises.items())]
    )
    yield from _stages(tally)
    yield _operations.dispute_rate(count("disputes"), count("invoices"))
    yield _operations.average_dispute_resolution_days(_each(tally.disputes))
    credited, billed = -tally.moves.get("credit notes", ZERO), tally.moves.get("invoices", ZERO)
    yield _operations.credit_memo_rate(credited, billed)
    by_count = _operations.credit_memo_rate(count("credit notes"), count("invoices"), by="count")
    yield named(by_count, "credit_memo_rate[count]")
    yield _operations.invoice_accuracy(count("invoices") - count("wrong"), count("invoices"))
    if cost is not None:
        collected = -tally.moves.get("payments", ZERO)
        yield _operations.cost_to_collect(cost, collected)
        yield _operations.cost_per_collection(cost, count("payments"))


_STAGES = ("stage_effectiveness", "stage_effectiveness[{level}]", "stage_effectiveness[channel: {channel}]")
"""What the effectiveness of notices is told for: all of them, each level, each channel."""


def _stages(tally: Tally) -> Iterator[Kpi]:
    """The effectiveness of notices."""
    parts: dict[str, list[Number]] = {_STAGES[0]: [0, 0]}
    for template in _STAGES:
        for (level, channel), (_, noticed, settled) in sorted(tally.stages.items()):
            found = parts.setdefault(template.format(level=level, channel=channel), [0, 0])
            found[0] += noticed
            found[1] += settled
    for name, (noticed, settled) in parts.items():
        yield named(_operations.stage_effectiveness(noticed, settled), name)


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


def _months(tally: Tally, period: Period) -> list[Period]:
    """The calendar months from the period's end, where the last is cut, back to the first sale, the newest first."""
    return list(Period(min(tally.sales), period.last).months()) if tally.sales else []


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
        raise NotFound(
            "figure of the scorecard", str(key), [f"({group!r}, {kpi.name!r})" for group, kpi in self.figures]
        )

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
        for group in sorted(set(self.groups) & set(other.groups)):
            if (group in self.costs) != (group in other.costs):
                faults.append(f"costs: only one of them has that of {group}")
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
    require_type("scorecard", "ledger", ledger, Ledger)
    for period in periods:
        require_type("scorecard", "period", period, Period)
    label_of = _labels(by)
    name = "currency" if by is None or by == "currency" else by_name
    days = dict(delivered or {})
    for key, outcomes in (("reached", reached), ("right_party", right_party)):
        if isinstance(outcomes, str):
            raise InvalidValue(
                "scorecard", [f"{key}: {outcomes!r} is one text; give several outcomes, such as {{{outcomes!r}}}"]
            )
    words = Words(frozenset(reached), frozenset(right_party), promise_grace)
    faults = [f"delivered[{key!r}]: {day!r} is not a date" for key, day in days.items() if not is_date(day)]
    if type(promise_grace) is not int or promise_grace < 0:
        faults.append(f"promise_grace: {promise_grace!r} is not a number of days, 0 or more")
    if faults:
        raise InvalidValue("scorecard", faults)
    found = tallies(ledger, periods, label_of, words, days)
    for each, given in zip(found, costs, strict=True):
        groups = list(map(_group_name, each))
        known = ", ".join(groups)
        faults += [f"costs[{name!r}]: no such group; there are {known}" for name in given if name not in groups]
    if faults:
        raise InvalidValue("scorecard", faults)
    accounts = frozenset((account.customer, account.currency) for account in ledger)
    return tuple(
        _card(Scorecard(period, name, (), len(ledger.problems), words, accounts, {}, {}), tallied, dict(given))
        for period, tallied, given in zip(periods, found, costs, strict=True)
    )


def scorecard(
    ledger: Ledger,
    period: Period,
    *,
    by: By = None,
    by_name: str = "group",
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
    of all past due was paid or current. Days beyond terms count early payment as 0. Concentration is by customer, net
    of unapplied, and `top_n_share` of the ten largest.

    A stage's effectiveness is what of the open amount that its notices covered was settled, but for write-offs, up to
    the next notice of the item or the end of the period: of all, `[level]` and `[channel: ...]`. A notice without items
    covers what is past due. A promise counts in the period in which it is decided, on the day after its date and the
    days of grace. `dispute_rate` is disputes opened over invoices issued; an invoice counts as accurate that was not
    disputed, and to which no credit note was applied, by the end of the period. Attempts are calls and visits of ours.

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
