"""Backtest: forecasts made from what was known on past days, against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Literal

import attrs

from dunning._base.bounds import Count, Positive
from dunning._base.guards import checked, guarded
from dunning._base.noun import frozen
from dunning._report import Column, Report, cents, percent
from dunning.amounts import ZERO, exact, quotient, rounded
from dunning.dates import add_days
from dunning.dates.days import Day
from dunning.errors import InvalidValue, NotFound, Undefined
from dunning.forecast.cash import CashForecast, Weeks, chances, expected_cash
from dunning.forecast.curves import Confidence, PaymentCurve, payment_curves
from dunning.ledger import Account, Ledger
from dunning.ledger.grouping import label_by, only_currency
from dunning.ledger.item_flow import moved_items

METHODS = ("curves", "due date", "last time")
"""The forecast by payment curves, and two naive ones: everyone pays on the due date; the same shares as last time."""


@frozen
class Trial:
    """One week of one forecast: what was expected on `cut` by each method, the band of the curves, and what came."""

    cut: date
    week: int
    expected: tuple[Decimal, ...]
    low: Decimal
    high: Decimal
    actual: Decimal


@frozen
class Calibration:
    """Items that were given about the same chance of being paid within the horizon: 0.3 to 0.4, say.

    How many they were, their mean chance, and how many were paid.
    """

    low: Decimal
    items: int
    expected: Decimal
    paid: Decimal


@frozen
class Score:
    """How far a method was off: per week (mean absolute error over all weeks) and over the horizon of each cut date.

    `error` and `horizon_error` are the sums of the absolute errors over what came; `bias` is the sum of the errors over
    what came, positive when too much was expected. None where nothing came.
    """

    method: str
    error: Decimal | None
    horizon_error: Decimal | None
    bias: Decimal | None


def _expected(place: int, trial: Trial) -> Decimal:
    return trial.expected[place]


@frozen
class Backtest(Report[Trial]):
    """Forecasts from past days against what came. Iterating gives one `Trial` a cut date and week.

    `skipped` are the cut dates on which nothing could be forecast: no item was open, or none had been paid.
    `calibration` compares the chances given to single items with how many of them were paid, and `brier` is the mean
    square of (chance - paid); 0.25 is what a coin would get.
    """

    currency: str | None
    weeks: int
    trials: tuple[Trial, ...] = attrs.field(repr=False)
    calibration: tuple[Calibration, ...] = attrs.field(repr=False)
    brier: Decimal | None
    skipped: tuple[date, ...]
    problems: int = 0

    _rows = "trials"
    _same = ("currency",)
    _columns = (
        Column("cut", heading="cut", left=True),
        Column("week", heading="week"),
        *(
            Column(name.replace(" ", "_"), partial(_expected, place), heading=name, show=cents)
            for place, name in enumerate(METHODS)
        ),
        Column("low"),
        Column("high"),
        Column("actual", heading="actual", show=cents),
    )

    def _title(self) -> str:
        return f"Backtest of expected cash over {self.weeks} weeks, {self.currency or 'no currency'}"

    def _totals(self) -> Iterator[tuple[str, ...]]:
        for score in self.scores:
            yield f"off by, {score.method}", "", *map(percent, (score.error, score.horizon_error, score.bias)), ""

    def _notes(self) -> Iterator[str]:
        yield "off by: per week, per horizon, bias; as shares of what came"
        if self.brier is not None:
            inside = percent(self.coverage)
            yield f"{inside} of the weeks came within the band; Brier score {rounded(self.brier, 4)}"
        if self.skipped:
            yield f"nothing could be forecast on {', '.join(map(str, self.skipped))}"

    @property
    @exact
    def scores(self) -> tuple[Score, ...]:
        """How far each method was off, the forecast by payment curves first."""
        return tuple(self._score(place) for place in range(len(METHODS)))

    @guarded
    def score(self, method: str) -> Score:
        """How far one method was off.

        Raises:
            NotFound: there is no such method.
        """
        if method not in METHODS:
            raise NotFound("method", method, METHODS)
        return self.scores[METHODS.index(method)]

    def _score(self, place: int) -> Score:
        came = sum((each.actual for each in self.trials), ZERO)
        cuts = {each.cut: [ZERO, ZERO] for each in self.trials}
        for each in self.trials:
            cuts[each.cut][0] += each.expected[place]
            cuts[each.cut][1] += each.actual
        errors = (
            sum((abs(each.expected[place] - each.actual) for each in self.trials), ZERO),
            sum((abs(expected - actual) for expected, actual in cuts.values()), ZERO),
            sum((expected - actual for expected, actual in cuts.values()), ZERO),
        )
        return Score(METHODS[place], *(quotient(Fraction(each) / Fraction(came)) if came else None for each in errors))

    @property
    def coverage(self) -> Decimal | None:
        """The share of weeks in which what came was within the band; None without weeks."""
        within = sum(1 for each in self.trials if each.low <= each.actual <= each.high)
        return quotient(Fraction(within, len(self.trials))) if self.trials else None


def _came(account: Account, cut: date, weeks: int) -> list[Decimal]:
    """What came in each week of what was open on a day, write-offs left out."""
    by = [
        sum((each.paid for each in moved_items(account, cut, add_days(cut, 7 * week))), ZERO)
        for week in range(1, weeks + 1)
    ]
    return [after - before for before, after in zip([ZERO, *by], by, strict=False)]


def _on_due_date(account: Account, cut: date, weeks: int) -> list[Decimal]:
    """What would come in each week if everyone paid on the due date, and what is late in the first week."""
    found = [ZERO] * weeks
    for item in account.items_at(cut):
        if item.due is not None:
            week = max(0, ((item.due - cut).days - 1) // 7)
            if week < weeks:
                found[week] += item.open
    return found


def _summed(rows: Sequence[Sequence[Decimal]], width: int) -> list[Decimal]:
    return [sum((row[place] for row in rows), ZERO) for place in range(width)]


class _Bins:
    """Chances given to items, and whether they were paid, by tenths."""

    def __init__(self) -> None:
        self.tenths: dict[int, list[Fraction]] = {}
        self.square, self.count = Fraction(0), 0

    def add(self, chance: Fraction, *, is_paid: bool) -> None:
        """Enter what was forecast of an item, and whether it came."""
        found = self.tenths.setdefault(min(9, int(chance * 10)), [Fraction(0), Fraction(0), Fraction(0)])
        for place, value in enumerate((Fraction(1), chance, Fraction(is_paid))):
            found[place] += value
        self.square += (chance - is_paid) ** 2
        self.count += 1

    def count_items(self, then: Account, now: Account, curve: PaymentCurve, cut: date, weeks: int) -> None:
        """Enter the items of an account that were open on a cut date, as it was known then, by what is known now."""
        moved = {each.id: each for each in moved_items(now, cut, add_days(cut, 7 * weeks))}
        for item in then.items_at(cut):
            chance = None if item.due is None else chances(item, curve, weeks).weeks
            end = moved.get(item.id)  # none where it was paid already, and the books did not know
            if chance is not None and end is not None:
                self.add(sum(chance, Fraction(0)), is_paid=end.paid == end.open)

    def calibration(self) -> tuple[Calibration, ...]:
        """What came of the forecasts of each tenth."""
        return tuple(
            Calibration(Decimal(tenth) / 10, int(items), quotient(chance / items), quotient(paid / items))
            for tenth, (items, chance, paid) in sorted(self.tenths.items())
        )


@checked
@exact
def backtest(
    ledger: Ledger,
    cut_dates: Sequence[Day],
    *,
    weeks: Weeks = 4,
    by: Callable[[Ledger, date], Callable[[Account], str]] | None = None,
    weight: Literal["count", "amount"] = "count",
    minimum: Count = 30,
    window: Positive | None = None,
    confidence: Confidence = Decimal("0.80"),
    currency: str | None = None,
) -> Backtest:
    """Forecast the cash of some weeks from what was known on past days, and compare with what came.

    On each cut date payment curves are learnt, and expected cash is worked out, from `ledger.known_at(cut)`. What came
    is what was paid in each week of the items that were open then, from the whole ledger. Two naive forecasts stand
    beside it: everyone pays on the due date (and what is late in the first week); and the shares of what was open so
    many weeks before that came in each of the weeks since, applied to what is open now. An item that was paid by the
    cut date, which the books learnt later, is expected and does not come; it is left out of the calibration.

    Args:
        ledger: the books, with facts well after the cut dates.
        cut_dates: the days on which to forecast.
        weeks: the horizon.
        by: makes, from the ledger as known on a day and the day, the function that gives an account's label.
        weight: of the curves; see `payment_curves`.
        minimum: of paid items for a curve of its own.
        window: learn only from items issued in so many days before the cut date; None: from all.
        confidence: of the band.
        currency: which accounts; may be left out when there is one currency.

    Raises:
        InvalidValue: there is no cut date or week, or there are several currencies and none was named.
    """
    cuts = tuple(cut_dates)
    if not cuts:
        raise InvalidValue("backtest", ["cut_dates: give at least one day"])
    only = only_currency("backtest", ledger, currency)
    accounts = {account.customer: account for account in ledger if account.currency == only}
    trials: list[Trial] = []
    skipped: list[date] = []
    bins = _Bins()
    for cut in cuts:
        known = ledger.known_at(cut)
        label_of = label_by("backtest", None if by is None else by(known, cut))
        since = None if window is None else add_days(cut, -window)
        own = [account for account in known if account.currency == only]
        try:
            curves = payment_curves(
                known, as_of=cut, by=label_of, weight=weight, minimum=minimum, since=since, currency=only
            )
            forecast = expected_cash(known, curves, as_of=cut, weeks=weeks, by=label_of, confidence=confidence)
        except Undefined:
            skipped.append(cut)
            continue
        if not curves.pooled.paid_items or not forecast.open:
            skipped.append(cut)
            continue
        came = _summed([_came(accounts[account.customer], cut, weeks) for account in own], weeks)
        trials += _trials(cut, forecast, own, came)
        for account in own:
            bins.count_items(account, accounts[account.customer], curves.of(label_of(account)), cut, weeks)
    brier = quotient(bins.square / bins.count) if bins.count else None
    return Backtest(only, weeks, tuple(trials), bins.calibration(), brier, tuple(skipped), len(ledger.problems))


def _last_time(accounts: Sequence[Account], cut: date, weeks: int, open_now: Decimal) -> list[Decimal]:
    """What would come if the same shares of what is open came as over the weeks before; nothing if nothing was open."""
    then = add_days(cut, -7 * weeks)
    opened = sum((item.open for account in accounts for item in account.items_at(then)), ZERO)
    came = _summed([_came(account, then, weeks) for account in accounts], weeks)
    return [quotient(Fraction(each) / Fraction(opened) * Fraction(open_now)) if opened else ZERO for each in came]


def _trials(cut: date, forecast: CashForecast, own: Sequence[Account], came: Sequence[Decimal]) -> list[Trial]:
    """Each week of a forecast with the naive ones and with what came."""
    weeks = len(forecast.weeks)
    due = _summed([_on_due_date(account, cut, weeks) for account in own], weeks)
    again = _last_time(own, cut, weeks, forecast.open)
    return [
        Trial(cut, number, (week.expected, *naive), week.low, week.high, actual)
        for number, (week, naive, actual) in enumerate(
            zip(forecast.weeks, zip(due, again, strict=True), came, strict=True), start=1
        )
    ]
