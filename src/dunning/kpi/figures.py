"""From the sums of a group of accounts to its figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from dunning.aging import DEFAULT
from dunning.amounts import ZERO
from dunning.amounts.decimals import Number
from dunning.dates import Period
from dunning.kpi import behaviour, concentration, cycles, dso, quality, work
from dunning.kpi.formula import Kpi, named
from dunning.kpi.tally import Tally

_LATE = DEFAULT.labels[1:]
_PROFILE = ("current", *_LATE, "undated")


def _pairs(days: Mapping[int, list[Number]]) -> list[tuple[Number, Number]]:
    """(amount, days) for each number of days."""
    return [(amount, each) for each, (_, amount) in sorted(days.items())]


def _dso_figures(tally: Tally, period: Period) -> Iterator[Kpi]:
    days, sales = period.days, _sales(tally)
    opening, closing = gross(tally.opening), gross(tally.closing)
    current, past_due = _current(tally.closing), _past_due(tally.closing)
    simple = dso.dso_simple(closing, sales, days)
    best = dso.best_possible_dso(current, sales, days)
    yield simple
    yield dso.dso_average(opening, closing, sales, days)
    yield dso.dso_average_snapshots(list(tally.month_ends.values()), sales, days)
    months = [(tally.sales.get(month.first, ZERO), month.days) for month in _months(tally, period)]
    yield dso.dso_countback(closing, months)
    yield best
    yield dso.delinquent_dso(past_due, sales, days)
    yield dso.average_days_delinquent(simple.value, best.value)
    opened = sorted((day, amount) for day, amount in tally.open_of.items() if amount)
    by_month: dict[date, Decimal] = {}
    for day, amount in opened:
        by_month[day.replace(day=1)] = by_month.get(day.replace(day=1), ZERO) + amount
    lengths = {month.first: month.days for month in _months(tally, period)}
    yield dso.sales_weighted_dso(
        [(amount, tally.sales.get(month, ZERO), lengths.get(month, 0)) for month, amount in by_month.items()]
    )
    yield dso.true_dso(period.last, opened, tally.sales)
    yield cycles.weighted_average_terms(_pairs(tally.terms))
    yield cycles.ar_turnover(opening, closing, sales)


def _each(days: Mapping[int, list[Number]]) -> list[int]:
    """The days of each item, as often as there are items."""
    return [each for each, (count, _) in sorted(days.items()) for _ in range(int(count))]


def _timeliness_figures(tally: Tally) -> Iterator[Kpi]:
    late = _pairs(tally.late)
    yield behaviour.average_days_to_pay(_each(tally.paid))
    yield behaviour.weighted_average_days_to_pay(_pairs(tally.paid))
    yield behaviour.average_days_late(_each(tally.late))
    yield behaviour.weighted_average_days_late(late)
    yield behaviour.days_beyond_terms(late, floor_at_zero=True)
    yield behaviour.payment_index(late, count=len(_each(tally.late)))
    yield behaviour.weighted_average_days_past_due(_pairs(tally.overdue))
    yield behaviour.average_billing_lag(_each(tally.billing))


def _quality_figures(tally: Tally) -> Iterator[Kpi]:
    sales = _sales(tally)
    opening, closing = gross(tally.opening), gross(tally.closing)
    current, past_due = _current(tally.closing), _past_due(tally.closing)
    yield quality.collection_effectiveness_index(opening, sales, closing, current)
    yield quality.collection_rate(tally.amounts.get("collectable", ZERO), tally.amounts.get("still open", ZERO))
    yield quality.percent_current(current, closing)
    yield quality.percent_past_due(past_due, closing)
    yield quality.percent_over_90(tally.closing["91+"], closing)
    for label in ("current", *_LATE):
        row = tally.rolled.get(label, {})
        worse = row.get("forward", ZERO) + row.get("lost", ZERO)
        yield named(quality.roll_rate(sum(row.values(), ZERO), worse), f"roll_rate[{label}]")
    late = [tally.rolled[label] for label in _LATE if label in tally.rolled]
    due = sum((sum(row.values(), ZERO) for row in late), ZERO)
    paid, cured = (sum((row.get(name, ZERO) for row in late), ZERO) for name in ("paid", "current"))
    yield quality.cure_rate(due, paid, cured)
    written_off, recovered = -tally.moves.get("write-offs", ZERO), tally.moves.get("recoveries", ZERO)
    yield quality.bad_debt_to_sales(written_off, sales)
    net = quality.bad_debt_to_sales(written_off, sales, recoveries=recovered, net=True)
    yield named(net, "bad_debt_to_sales[net]")
    yield quality.recovery_rate(recovered, written_off)
    yield quality.write_off_rate(written_off, opening, closing)


def _operations_figures(tally: Tally, cost: Number | None) -> Iterator[Kpi]:
    def count(name: str) -> int:
        """How many there were; 0 where nothing was counted."""
        return tally.counts.get(name, 0)

    yield work.contact_rate(count("reached"), count("attempts"))
    yield work.right_party_contact_rate(count("right party"), count("attempts"))
    yield work.promise_to_pay_rate(count("promises"), count("right party"))
    yield work.promise_kept_rate(count("kept"), count("broken"), count("pending"), count("cancelled"))
    yield work.promise_kept_rate_amount([(promised, came) for _, (promised, came) in sorted(tally.promises.items())])
    yield from _stages(tally)
    yield work.dispute_rate(count("disputes"), count("invoices"))
    yield work.average_dispute_resolution_days(_each(tally.disputes))
    credited, billed = -tally.moves.get("credit notes", ZERO), tally.moves.get("invoices", ZERO)
    yield work.credit_memo_rate(credited, billed)
    by_count = work.credit_memo_rate(count("credit notes"), count("invoices"), by="count")
    yield named(by_count, "credit_memo_rate[count]")
    yield work.invoice_accuracy(count("invoices") - count("wrong"), count("invoices"))
    if cost is not None:
        collected = -tally.moves.get("payments", ZERO)
        yield work.cost_to_collect(cost, collected)
        yield work.cost_per_collection(cost, count("payments"))


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
        yield named(work.stage_effectiveness(noticed, settled), name)


def _concentration_figures(tally: Tally) -> Iterator[Kpi]:
    exposures = [tally.exposure[each] for each in sorted(tally.exposure)]
    yield concentration.top_n_share(exposures, 10)
    yield concentration.herfindahl(exposures)
    yield concentration.effective_customers(exposures)
    yield concentration.gini(exposures)


def gross(columns: Mapping[str, Decimal]) -> Decimal:
    """What is open, unapplied cash and credit left aside."""
    return sum((columns[label] for label in _PROFILE), ZERO)


def _current(columns: Mapping[str, Decimal]) -> Decimal:
    return columns["current"] + columns["undated"]


def _past_due(columns: Mapping[str, Decimal]) -> Decimal:
    return sum((columns[label] for label in _LATE), ZERO)


def _sales(tally: Tally) -> Decimal:
    """The sales of the period; see `Tally.billed`."""
    return tally.billed()


def _months(tally: Tally, period: Period) -> list[Period]:
    """The calendar months from the period's end, where the last is cut, back to the first sale, the newest first."""
    return list(Period(min(tally.sales), period.last).months()) if tally.sales else []


def figures(tally: Tally, period: Period, cost: Number | None) -> tuple[Kpi, ...]:
    """All figures of one group."""
    return (
        *_dso_figures(tally, period),
        *_timeliness_figures(tally),
        *_quality_figures(tally),
        *_operations_figures(tally, cost),
        *_concentration_figures(tally),
    )
