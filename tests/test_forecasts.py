"""Forecasts: rolls, chains, allowances, patterns, curves, cash and backtests, worked out by hand, and what they refuse."""

from __future__ import annotations

import decimal
import pickle
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from statistics import NormalDist
from typing import Any

import pytest

from dunning import forecast, kpi
from dunning.aging import Buckets, age
from dunning.amounts import quotient
from dunning.errors import InvalidValue, NotFound, Undefined
from dunning.forecast import (
    MarkovChain,
    Observation,
    allowance,
    backtest,
    expected_cash,
    kaplan_meier,
    payment_curves,
    rolls,
)
from dunning.forecast.backtests import METHODS
from dunning.interactions import Dispute, PaymentPlan
from dunning.invoice import Adjustment, DueDateChange, Installment, Invoice, Payment, Reversal
from dunning.ledger import Fact, Ledger

D = Decimal
MARCH, APRIL, MAY = date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)


def bill(name: str, amount: str, due: date | None, customer: str = "ACME", issued: date = date(2026, 1, 1)) -> Invoice:
    return Invoice(name, customer, issued, due, D(amount), "EUR")


def paid(invoice: str, amount: str, on: date, customer: str = "ACME") -> Payment:
    return Payment(f"P-{invoice}", customer, on, D(amount), "EUR", applied=((invoice, D(amount)),))


BOOK = Ledger(
    [
        bill("A", "100", date(2026, 3, 20)),  # 1-30, then 31-60, then paid
        paid("A", "100", date(2026, 5, 5)),
        bill("B", "50", date(2026, 3, 20)),  # 30 of it paid, the rest rolls on
        paid("B", "30", date(2026, 4, 5)),
        bill("C", "80", date(2026, 4, 10), "BETA"),  # current, then 1-30, then written off
        Adjustment("W", "C", date(2026, 5, 20), D(80), "write_off"),
        bill("U", "10", None, "BETA"),
    ]
)


def test_rolls_by_hand() -> None:
    found = rolls(BOOK, [MARCH, APRIL, MAY])
    flows = {(source, target): amount for source, target, amount in found if amount}
    assert flows == {
        ("current", "1-30"): 80,
        ("1-30", "31-60"): 120,
        ("1-30", "paid"): 30,
        ("1-30", "bad debt"): 80,
        ("31-60", "paid"): 100,
        ("31-60", "61-90"): 20,
        ("undated", "undated"): 20,
    }
    assert [str(kpi) for kpi in found.roll_rates()[:3]] == [
        "roll_rate: 100.00 %",
        "roll_rate: 86.96 %",
        "roll_rate: 16.67 %",
    ]
    assert [kpi.reason for kpi in found.roll_rates()[3:]] == ["zero denominator"] * 2
    assert str(found.cure_rate()) == "cure_rate: 37.14 %"  # 130 of 350
    shares = found.past_due()
    assert [str(round(each, 4)) for each in (shares.forward, shares.same, shares.back, shares.cured, shares.charged_off)] == [
        "0.4000", "0.0000", "0.0000", "0.3714", "0.2286",
    ]  # fmt: skip
    with pytest.raises(Undefined, match="insufficient history"):
        found.chain()  # 20 went on to 61-90, out of which nothing was seen to move
    assert len(found) == len(list(found)) == len(found.records()) == 6 * 8
    assert "61-90" in str(found)
    assert pickle.loads(pickle.dumps(found)) == found


def test_rolls_of_a_whole_account_by_its_oldest_item() -> None:
    ledger = Ledger([bill("A", "80", MARCH), bill("B", "20", MARCH - timedelta(days=40)), bill("U", "5", None)])
    found = rolls(ledger, [MARCH, APRIL], method="oldest")
    assert {(source, target): amount for source, target, amount in found if amount} == {("31-60", "61-90"): 105}
    assert rolls(Ledger([bill("U", "5", None)]), [MARCH, APRIL], method="oldest").opening("undated") == 5


def test_a_chain_from_rolls_and_its_loss() -> None:
    facts: list[Fact] = [bill("A", "100", MARCH), paid("A", "60", APRIL), Adjustment("W", "A", MAY, D(40), "write_off")]
    chain = rolls(Ledger(facts), [MARCH, APRIL, MAY]).chain()
    assert (chain.states, chain.outcomes) == (("current", "1-30"), ("paid", "bad debt"))
    assert chain.absorption() == ((D("0.6"), D("0.4")), (0, 1))
    with pytest.raises(Undefined):
        rolls(Ledger([bill("A", "1", MAY, issued=MAY)]), [MARCH, APRIL]).chain()
    with pytest.raises(Undefined, match="no overdue"):
        rolls(Ledger(facts[:1]), [MARCH - timedelta(days=20), MARCH]).past_due()


FAULTS: list[tuple[Any, str]] = [
    (lambda: MarkovChain([], []), "transient: give at least one state"),
    (lambda: MarkovChain([[1, 0]], [[0]]), "transient\\[0\\]: 2 shares for 1 states"),
    (lambda: MarkovChain([[1]], []), "absorbing: 0 rows for 1 transient states"),
    (lambda: MarkovChain([[2]], [[-1]]), "row 0: a share is not within 0 and 1"),
    (lambda: MarkovChain([[D("0.5")]], [[D("0.4")]]), "row 0: the shares sum to 0.9, not to 1"),
    (lambda: MarkovChain([[0, 0], [0, 0]], [[1], [0, 1]]), "absorbing: the rows are not of one length"),
    (lambda: MarkovChain([[0]], [[1]], states=("a", "b")), "states: 2 names for 1"),
    (lambda: MarkovChain([[0.5]], [[D("0.5")]]), "0.5 is a float"),  # type: ignore[list-item]  # on purpose
    (lambda: MarkovChain([[0]], [[1]]).expected_outcome([1, 2]), "balances: 2 of them for 1 states"),
    (lambda: MarkovChain([[0]], [[1]]).steady_state(0.5), "new_credit: 0.5 is not an int"),  # type: ignore[arg-type]  # on purpose
    (lambda: forecast.migration_matrix(["a"], ["b"], [("a", "c", 1)]), "flows\\[0\\]: from 'a' to 'c'"),
    (
        lambda: forecast.balance_fractions_from_proportions([D("0.7"), D("0.4")]),
        "they sum to 1.1, which is more than 1",
    ),
    (lambda: forecast.payment_pattern_spread([-1], 1), "proportions\\[0\\]: -1 is below 0"),
    (lambda: forecast.uncollected_balances_schedule([1], []), "open_amounts: 0 of them for 1 months"),
    (lambda: forecast.receivables_variance([1], [1], [1], []), "budget_sales: 0 months"),
    (
        lambda: forecast.allowance_by_aging([(1, D("1.5"))], forward_factor=-1),
        "forward_factor: -1.*rate 1.5 is not within",
    ),
    (lambda: allowance(age(BOOK, as_of=MARCH), {"0-30": 1}), "rates\\['0-30'\\]: no such bucket"),
    (lambda: allowance(age(BOOK, as_of=MARCH), {"current": 1}), "1-30: 150 is open and there is no rate for it"),
    (lambda: forecast.allowance_rates_from_history(10, [11]), "more was paid than sold"),
    (lambda: forecast.allowance_rates_from_history(10, [-1]), "paid_by_stage\\[0\\]: -1 is below 0"),
    (lambda: forecast.allowance_from_history(10, [5], [1]), "ledger: 1 balances for 2 rates"),
    (lambda: forecast.loss_forecast([1], [1, 1]), "loss_factors: 2 for 1 balances"),
    (lambda: rolls(BOOK, [MARCH]), "days: give two or more"),
    (lambda: rolls(BOOK, [MARCH, MARCH], method="age"), "method: 'age' is not one of item, oldest"),  # type: ignore[arg-type]  # on purpose
    (
        lambda: rolls(Ledger([Invoice("X", "X", MARCH, MAY, D(1), "USD"), *BOOK.facts]), [MARCH, MAY]),
        "EUR, USD; name one",
    ),
    (lambda: kaplan_meier([Observation(1, True, D(1))], confidence=D(1)), "confidence: .* above 0, 0.999999 at most"),
    (lambda: payment_curves(BOOK, as_of=MAY, minimum=-1), "minimum: -1"),
    (lambda: payment_curves(BOOK, as_of=MAY, weight="age"), "weight: 'age'"),  # type: ignore[arg-type]  # on purpose
    (lambda: payment_curves(BOOK, as_of=MAY, by=lambda _: 3), "by: the label of .* is 3; give a text"),  # type: ignore[arg-type,return-value]  # on purpose
    (lambda: backtest(BOOK, [MAY], by=lambda *_: 3), "by: 3 is not a mapping"),  # type: ignore[arg-type]  # on purpose
    (lambda: kaplan_meier([Observation(1, True, D(0))]), "days are whole numbers, amounts Decimals above 0"),
    (lambda: payment_curves(BOOK, as_of=MAY, by=3), "by: 3 is not a mapping"),  # type: ignore[arg-type]  # on purpose
    (
        lambda: expected_cash(BOOK, payment_curves(BOOK, as_of=MAY), as_of=MAY, weeks=0, confidence=D(2)),
        "weeks: 0.*confidence",
    ),
    (lambda: backtest(BOOK, []), "cut_dates: give at least one day"),
    (lambda: backtest(BOOK, [MAY], window=0, by={"A": "x"}), "by: .* is not a function or None; window: 0"),  # type: ignore[arg-type]  # on purpose
    (lambda: kaplan_meier([Observation(1, True, D(0))], weight="age"), "weight: 'age' is not one of count"),  # type: ignore[arg-type]  # on purpose
    (lambda: payment_curves(BOOK, as_of=MAY, confidence=D("NaN")), "confidence"),
]


@pytest.mark.parametrize(("call", "said"), FAULTS)
def test_what_forecasts_refuse(call: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        call()


def test_forecasts_at_their_edges() -> None:
    with pytest.raises(Undefined, match="no overdue"):
        forecast.migration_shares(0, 0, 0, 0, 0)
    assert forecast.migration_matrix(["a"], ["a"], []) == ((),)
    assert forecast.allowance_rates_from_history(0, [0]) == (0, 0)
    assert forecast.implied_roll_rates([1, 0]) == (None,)
    assert forecast.loss_forecast([], []).rate is None
    assert forecast.account_age_oldest([], as_of_month=MARCH).months_old is None
    with pytest.raises(Undefined, match="not absorbing"):
        MarkovChain([[1]], [[0]]).periods_to_resolution()
    swapped = MarkovChain([[1, 0], [0, 1]], [[0], [0]])
    with pytest.raises(Undefined, match="not absorbing"):
        swapped.fundamental()
    crossing = MarkovChain([[0, 1], [D("0.5"), 0]], [[0], [D("0.5")]])
    assert crossing.periods_to_resolution() == (4, 3)


def test_an_allowance_schedule_of_an_aging_report() -> None:
    rates = {"current": D("0.01"), "1-30": D("0.10"), "undated": D(0)}
    found = allowance(age(BOOK, as_of=MARCH), rates, forward_factor=D(2))
    assert (found.by_bucket, found.total) == ((D("1.6"), 30, 0), D("31.6"))
    assert found.records()[1] == {"bucket": "1-30", "gross": D(150), "rate": D("0.2"), "allowance": D(30)}
    assert len(found) == len(list(found)) == 3
    assert "rates include a forward-looking factor of 2" in str(found)
    assert "20.00 %" in str(found)
    assert "-" in str(forecast.allowance_by_aging([(0, None)]))


def test_a_curve_counts_open_items_for_as_long_as_they_were_watched() -> None:
    seen = [
        Observation(-3, True, D(10)),
        Observation(2, False, D(70)),
        Observation(5, True, D(10)),
        Observation(9, False, D(10)),
    ]
    curve = kaplan_meier(seen)
    assert [(days, str(round(share, 4))) for days, share, _, _ in curve] == [(-3, "0.2500"), (5, "0.6250")]
    assert (curve.paid_by(-4), curve.paid_by(-3), curve.paid_by(100)) == (0, D("0.25"), D("0.625"))
    assert curve.paid_within(5, given_open_at=0) == D("0.5")  # of the two that could still pay on day 5
    assert curve.median == 5
    heavy = kaplan_meier(seen, weight="amount")
    assert [str(share) for _, share, _, _ in heavy] == ["0.1", "0.55"]
    assert heavy.low[0] < curve.low[0] or heavy.high[0] > curve.high[0]  # 100 of which one item is 70: fewer than four
    assert all(low <= share <= high for _, share, low, high in curve)
    with pytest.raises(InvalidValue, match="days: 1 is before"):
        curve.paid_within(1, given_open_at=2)
    full = kaplan_meier([Observation(1, True, D(1))])
    assert (full.paid, full.low, full.high) == ((1,), (1,), (1,))
    with pytest.raises(Undefined, match="no items"):
        full.paid_within(3, given_open_at=1)
    with pytest.raises(Undefined, match="no items"):
        kaplan_meier([])
    unpaid = kaplan_meier([Observation(1, False, D(1))])
    assert (len(unpaid), unpaid.median, unpaid.paid_by(9)) == (0, None, 0)
    assert len(curve.records()) == len(curve) == 2
    assert "4 items, 2 of them paid" in str(curve)


def test_what_a_curve_sees_of_an_account() -> None:
    ledger = Ledger(
        [
            *BOOK.facts,
            bill("D", "7", MARCH, "BETA", date(2026, 2, 1)),
            Adjustment("V", "D", APRIL, D(7), "write_off"),
            Reversal("Z", "V", MAY),
            bill("E", "5", None, "BETA"),
            DueDateChange("X", "E", APRIL, MAY),
            Dispute("Q", "E", APRIL),
        ]
    )
    acme, beta = ledger
    assert sorted(forecast.observations(acme, as_of=MAY)) == [
        Observation(46, True, D(100)),
        Observation(72, False, D(50)),
    ]
    assert sorted(forecast.observations(beta, as_of=MAY)) == [
        Observation(0, False, D(5)),
        Observation(40, False, D(80)),  # until it was written off
        Observation(61, False, D(7)),  # the write-off was taken back
    ]
    assert list(forecast.observations(beta, as_of=MAY, since=date(2026, 2, 1))) == [Observation(61, False, D(7))]
    undated = Ledger([bill("N", "5", None), Adjustment("V", "N", APRIL, D(5), "write_off")])
    assert not list(forecast.observations(undated.account("ACME"), as_of=MAY))


def test_small_groups_get_the_curve_of_all() -> None:
    curves = payment_curves(BOOK, as_of=MAY, by=lambda account: account.customer, minimum=1)
    assert [(curve.label, curve.items, curve.paid_items, curve.is_pooled) for curve in curves] == [
        ("ACME", 2, 1, False),
        ("BETA", 1, 0, True),
    ]
    assert curves["BETA"].paid == curves.pooled.paid == curves.of("GAMMA").paid
    with pytest.raises(NotFound):
        curves["GAMMA"]
    assert [row["pooled"] for row in curves.records()] == [False, True]
    assert "of all" in str(curves)
    assert "too few items of its own" in str(curves["BETA"])
    assert len(curves) == 2
    with pytest.raises(Undefined):
        payment_curves(Ledger(), as_of=MAY)
    lenient = Ledger.collect([*BOOK.facts, paid("A", "1", MAY)])
    faulty = payment_curves(lenient, as_of=MAY)
    assert "2 faulty facts" in str(faulty)
    assert "2 faulty facts" in str(expected_cash(lenient, faulty, as_of=MAY))
    assert "2 faulty facts" in str(rolls(lenient, [MARCH, MAY]))


def test_expected_cash_by_hand() -> None:
    history: list[Fact] = []
    for number, late in enumerate([3, 3, 10, 17]):
        name = f"H{number}"
        history += [bill(name, "10", date(2026, 2, 1)), paid(name, "10", date(2026, 2, 1) + timedelta(days=late))]
    ledger = Ledger(
        [
            *history,
            bill("N", "100", APRIL),
            bill("O", "40", APRIL - timedelta(days=5)),
            bill("U", "7", None),
            bill("V", "9", date(2026, 1, 2)),
        ]
    )
    curves = payment_curves(Ledger(history), as_of=MARCH)
    found = expected_cash(ledger, curves, as_of=APRIL, weeks=2)
    # N: half on day 3, a quarter on day 10; O is 5 days late: half of those still open pay on day 10, half on day 17
    assert [week.expected for week in found] == [50 + 20, 25 + 20]
    assert (found.later, found.undated, found.unknown, found.open) == (25, 7, 9, 156)
    assert found.expected + found.later + found.undated + found.unknown == found.open
    assert str(found.weeks[0].period) == "2026-05-01..2026-05-07"
    assert all(week.low <= week.expected <= week.high for week in found)
    assert len(found.records()) == len(found) == len(list(found)) == 2
    assert "band of 80 %" in str(found)


def steady(customer: str, late: int) -> list[Fact]:
    """A customer that gets an invoice of 10 a week and pays each so many days late."""
    facts: list[Fact] = []
    for week in range(30):
        issued = date(2026, 1, 1) + timedelta(days=7 * week)
        name = f"{customer}{week}"
        facts.append(Invoice(name, customer, issued, issued + timedelta(days=14), D(10), "EUR"))
        facts.append(paid(name, "10", issued + timedelta(days=14 + late), customer))
    return facts


def test_a_backtest_of_customers_who_never_change() -> None:
    ledger = Ledger([*steady("ACME", 7), *steady("BETA", 0)])
    cuts = [date(2026, 1, 2), date(2026, 5, 1), date(2026, 6, 1)]
    by_customer = backtest(ledger, cuts, by=lambda known, cut: lambda account: account.customer, minimum=5)
    assert by_customer.skipped == (date(2026, 1, 2),)
    assert by_customer.score("curves").error == 0  # each customer pays on one day: known exactly
    assert by_customer.score("due date").error != 0
    assert by_customer.score("last time").horizon_error == 0
    assert by_customer.brier == 0
    assert by_customer.coverage == 1
    assert [(each.low, each.paid) for each in by_customer.calibration] == [(D("0.9"), 1)]
    pooled = backtest(ledger, cuts, window=90, weight="amount")
    assert pooled.trials[0].expected[0] == 20
    assert len(pooled) == len(list(pooled)) == len(pooled.records()) == 8
    assert "off by, due date" in str(pooled)
    assert "nothing could be forecast on 2026-01-02" in str(pooled)
    assert [score.method for score in pooled.scores] == ["curves", "due date", "last time"]
    with pytest.raises(NotFound):
        pooled.score("luck")
    nothing = backtest(ledger, [date(2026, 1, 2)])
    assert (nothing.coverage, nothing.brier, nothing.score("curves").error) == (None, None, None)
    assert "off by, curves" in str(nothing)
    after = backtest(ledger, [date(2027, 1, 1)])
    assert after.skipped == (date(2027, 1, 1),)


def test_a_backtest_of_items_of_which_curves_say_nothing() -> None:
    cut = date(2026, 6, 1)
    ledger = Ledger(
        [
            *steady("ACME", 3),
            Invoice("FAR", "BETA", cut, cut + timedelta(days=300), D(5), "EUR"),
            Invoice("NEVER", "BETA", cut, None, D(7), "EUR"),
            Invoice("OLD", "BETA", date(2025, 1, 1), date(2025, 1, 2), D(9), "EUR"),
        ]
    )
    found = backtest(ledger, [cut], weeks=2, window=60)  # OLD is not learnt from, and older than all that is
    assert sum(each.items for each in found.calibration) == sum(
        1 for item in ledger.known_at(cut).open_items(as_of=cut) if item.id not in ("NEVER", "OLD")
    )
    assert "nothing could be forecast" not in str(found)
    assert [each.expected[1] for each in found] == [10 + 9, 10]  # what is late counts in the first week


def test_curves_see_installments_and_write_offs_as_they_were() -> None:
    halves = (Installment(date(2026, 1, 31), D(50)), Installment(date(2026, 2, 28), D(50)))
    parts = Invoice("I", "ACME", date(2026, 1, 1), None, D(100), "EUR", installments=halves)
    first = Payment("P", "ACME", date(2026, 1, 20), D(50), "EUR", applied=(("I", D(50)),))
    lost = Adjustment("W", "I", date(2026, 5, 1), D(50), "write_off")
    found = Ledger([parts, first, lost]).account("ACME")
    assert sorted(forecast.observations(found, as_of=MAY)) == [
        Observation(-11, True, D(50)),
        Observation(62, False, D(50)),
    ]
    needless = Ledger(
        [bill("A", "100", MARCH), paid("A", "100", MARCH), Adjustment("W", "A", APRIL, D(100), "write_off")]
    )
    assert list(forecast.observations(needless.account("ACME"), as_of=MAY)) == [Observation(0, True, D(100))]
    undone: list[Fact] = [
        bill("A", "100", MARCH),
        Adjustment("W", "A", APRIL, D(100), "write_off"),
        Reversal("R", "W", APRIL + timedelta(days=5)),
        paid("A", "100", MAY),
    ]
    assert list(forecast.observations(Ledger(undone).account("ACME"), as_of=MAY)) == [Observation(61, True, D(100))]


def test_what_is_paid_by_a_plan_is_paid_by_its_dates() -> None:
    plan = PaymentPlan("PL", "ACME", APRIL, "EUR", (Installment(MAY, D(100)),), ("A",))
    account = Ledger([bill("A", "100", MARCH), plan, paid("A", "100", MAY)]).account("ACME")
    assert list(forecast.observations(account, as_of=MAY)) == [Observation(0, True, D(100))]


def test_cures_go_by_what_is_past_due_whatever_the_buckets_are_called() -> None:
    buckets = Buckets.of_days(-8, 0, 30)
    ledger = Ledger([bill("A", "100", APRIL), paid("A", "100", APRIL), bill("B", "100", MARCH)])
    found = rolls(ledger, [date(2026, 4, 28), MAY], buckets=buckets)
    assert found.cure_rate().value == 0
    assert found.past_due().cured == 0
    moved = Ledger([bill("B", "100", MARCH), DueDateChange("X", "B", APRIL, MAY)])
    assert rolls(moved, [date(2026, 4, 28), date(2026, 5, 29)], buckets=buckets).cure_rate().value == 1


def test_a_backtest_takes_a_write_off_for_what_it_is() -> None:
    cut = date(2026, 4, 1)
    lost: list[Fact] = [
        bill("L", "1000", MARCH, "BETA", date(2026, 3, 1)),
        Adjustment("W", "L", date(2026, 4, 10), D(1000), "write_off"),
    ]
    found = backtest(Ledger([*steady("ACME", 5), *lost]), [cut])
    assert sum(each.actual for each in found) == sum(
        item.open for item in Ledger(steady("ACME", 5)).known_at(cut).open_items(as_of=cut)
    )
    assert found.brier is not None
    assert found.brier > 0
    back_dated = Payment("LATE", "BETA", MARCH, D(1000), "EUR", applied=(("L", D(1000)),), recorded=date(2026, 4, 3))
    known = backtest(Ledger([*steady("ACME", 5), lost[0], back_dated]), [cut])
    assert known.brier == 0  # it was paid, and is left out
    assert known.trials[0].expected[0] > 500  # but expected: the books did not know


def test_the_median_does_not_feel_the_callers_context() -> None:
    curve = kaplan_meier([Observation(0, True, D(1))] * 48 + [Observation(1, False, D(1))] * 52)
    with decimal.localcontext(decimal.Context(prec=1)):
        assert curve.median is None  # 48 % are paid


def test_months_before_the_first_one_known_had_no_sales() -> None:
    thirds = [D("0.3"), D("0.5"), D("0.2")]
    assert forecast.payment_pattern_receivables(thirds, [100, 200, 300]) == (70, 160, 250)
    assert forecast.payment_pattern_collections(thirds, [100, 200], [1000]) == (530, 310)


def test_a_loss_may_be_certain_or_impossible() -> None:
    assert kpi.loss_variance([(100, 0), (100, 1)]).value == 0


def test_a_backtest_counts_the_weeks_outside_its_band() -> None:
    facts: list[Fact] = []
    for number in range(12):
        facts += [bill(f"I{number}", "100", MARCH, issued=date(2026, 1, 1)), paid(f"I{number}", "100", APRIL)]
    late = [bill(f"L{number}", "100", MAY, issued=APRIL) for number in range(12)]
    found = backtest(Ledger([*facts, *late]), [MAY], weeks=8, minimum=1)
    assert found.coverage is not None
    assert 0 < found.coverage < 1
    outside = [each for each in found if not each.low <= each.actual <= each.high]
    assert found.coverage == 1 - quotient(Fraction(len(outside), len(found)))


def test_curves_may_learn_from_items_issued_since_a_day_only() -> None:
    old = bill("OLD", "100", MAY, issued=date(2026, 1, 1))
    new: list[Fact] = [
        bill("NEW", "100", APRIL, issued=APRIL),
        paid("NEW", "100", MAY),
        bill("OPEN", "100", MAY, issued=APRIL),
    ]
    curves = payment_curves(Ledger([old, *new]), as_of=MAY, since=APRIL)
    assert (curves.pooled.items, curves.pooled.paid_items) == (2, 1)


def test_an_account_is_as_old_as_its_oldest_open_amount() -> None:
    items = [(date(2023, 1, 1), 0), (date(2023, 5, 1), -5), (date(2023, 11, 1), 20)]
    age = forecast.account_age_oldest(items, as_of_month=date(2024, 1, 1))
    assert (age.balance, age.months_old) == (15, 2)


def test_an_allowance_says_whether_it_looks_forward() -> None:
    plain = forecast.allowance_by_aging([(100, D("0.1"))])
    assert "forward-looking" not in plain.text()
    assert (
        "rates include a forward-looking factor of 1.2"
        in forecast.allowance_by_aging([(100, D("0.1"))], forward_factor=D("1.2")).text()
    )


def test_an_allowance_may_expect_nothing_to_be_lost_ahead() -> None:
    assert forecast.allowance_by_aging([(100, D("0.1"))], forward_factor=0).total == 0


def test_curves_leave_out_what_was_issued_and_paid_before() -> None:
    old: list[Fact] = [bill("OLD", "100", MARCH, issued=date(2026, 1, 1)), paid("OLD", "100", APRIL)]
    new: list[Fact] = [bill("NEW", "100", APRIL, issued=APRIL), paid("NEW", "100", MAY)]
    assert payment_curves(Ledger([*old, *new]), as_of=MAY, since=APRIL).pooled.items == 1


TEXTBOOK: list[Callable[[], Any]] = [
    lambda: forecast.loss_forecast([1234, 1, D("0.0001")], [D("0.1"), D("0.1"), D("0.12345")]),
    lambda: forecast.allowance_rates_from_history(10_000, [1234, D("1.00001")]),
    lambda: forecast.allowance_from_history(10_000, [1234, 1], [D("123456.78"), 1, 1]).total,
    lambda: forecast.allowance_by_aging([(D("123456.78"), D("0.12345"))], forward_factor=D("1.2345")).total,
    lambda: forecast.migration_shares(D("1.00001"), 1234, 0, 2, 0),
    lambda: forecast.migration_matrix(["a"], ["a", "b"], [("a", "b", D("12345.678")), ("a", "a", D("0.001"))]),
    lambda: forecast.loss_factors_from_rolls([D("0.123456"), D("0.98765")]),
    lambda: forecast.implied_roll_rates([D("0.0123456"), D("0.123456"), 1]),
    lambda: forecast.payment_pattern_receivables([D("0.12345"), D("0.5")], [12345, D("0.01")], prior_sales=[54321]),
    lambda: forecast.payment_pattern_collections([D("0.12345"), D("0.5")], [12345, D("0.01")], prior_sales=[54321]),
    lambda: forecast.payment_pattern_spread([D("0.12345"), D("0.5")], D("12345.67")),
    lambda: forecast.balance_fractions_from_proportions([D("0.12345"), D("0.5")]),
    lambda: forecast.account_age_oldest([(MARCH, D("12345.67")), (MAY, D("0.01"))], as_of_month=MAY),
]


@pytest.mark.parametrize("work_out", TEXTBOOK)
def test_textbook_arithmetic_is_the_same_whatever_decimal_context_the_caller_has_set(
    work_out: Callable[[], Any],
) -> None:
    found = work_out()
    with localcontext(Context(prec=4)):
        assert work_out() == found


def test_what_is_late_is_expected_in_the_first_week_by_who_think_that_all_pay_on_time() -> None:
    start = date(2026, 1, 5)
    bills = [Invoice(f"I{n}", "A", start, start + timedelta(days=30 + n), Decimal(100), "EUR") for n in range(40)]
    paid = [
        Payment(f"P{n}", "A", start + timedelta(days=45 + n), Decimal(100), "EUR", applied=((f"I{n}", Decimal(100)),))
        for n in range(40)
    ]
    cut = start + timedelta(days=60)
    found = backtest(Ledger([*bills, *paid]), [cut], weeks=2, minimum=1)
    on_time = METHODS.index("due date")
    expected = [each.expected[on_time] for each in found.trials]
    assert expected == [2200, 200]  # I16 to I30 are late or due, I31 to I37 fall due in the first week


def test_chances_of_a_backtest_stand_in_their_tenths_and_weeks_are_counted_from_one() -> None:
    ledger = Ledger([*steady("ACME", 3), *steady("BETA", 17)])
    found = backtest(ledger, [date(2026, 5, 1), date(2026, 6, 1)], weeks=1)
    assert {each.week for each in found.trials} == {1}
    assert len({each.low for each in found.calibration}) > 1
    for each in found.calibration:
        assert each.low <= each.expected < each.low + D("0.1") or (each.low, each.expected) == (D("0.9"), 1)


def test_an_item_later_than_any_that_was_seen_is_unknown_though_others_were_never_paid() -> None:
    facts: list[Fact] = [bill(f"I{n}", "10", date(2026, 1, 10)) for n in range(60)]
    facts += [paid(f"I{n}", "10", date(2026, 1, 20)) for n in range(40)]
    early = Ledger([*facts, bill("OLD", "7", date(2025, 11, 1), issued=date(2025, 10, 1))])
    curves = payment_curves(Ledger(facts), as_of=date(2026, 2, 1), currency="EUR")
    assert 0 < curves["all"].paid_by(curves["all"].last_day) < 1
    assert expected_cash(early, curves, as_of=date(2026, 2, 1), weeks=2).unknown == 7


def test_two_currencies_are_too_many_where_one_is_asked_about() -> None:
    two = Ledger([bill("A", "1", MARCH), Invoice("B", "ACME", MARCH, MARCH, D(1), "USD")])
    with pytest.raises(InvalidValue, match="currency: there are EUR, USD; name one"):
        payment_curves(two, as_of=MAY)


def test_the_band_of_a_week_is_that_of_items_that_are_paid_or_not() -> None:
    """A hundred items of 10, each paid with a chance of one half: 500, and a deviation of 50."""
    history: list[Fact] = [bill(f"H{n}", "1", date(2026, 1, 10)) for n in range(60)]
    history += [paid(f"H{n}", "1", date(2026, 1, 15)) for n in range(30)]
    curves = payment_curves(Ledger(history), as_of=MARCH, currency="EUR")
    todo = Ledger([bill(f"I{n}", "10", APRIL, issued=date(2026, 4, 1)) for n in range(100)])
    week = expected_cash(todo, curves, as_of=APRIL, weeks=1).weeks[0]
    assert week.expected == 500
    assert abs(float(week.high) - (500 + NormalDist().inv_cdf(0.9) * 50)) < 0.01
    assert abs(float(week.low) - (500 - NormalDist().inv_cdf(0.9) * 50)) < 0.01
