"""Scorecards of small books, worked out by hand."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sample_book import sample_facts

from dunning import kpi as kpi_module
from dunning.amounts import rounded
from dunning.dates import Period
from dunning.errors import InvalidValue, NotFound, Undefined
from dunning.interactions import Contact, Dispute, PaymentPlan, Promise
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    DueDateChange,
    Installment,
    Invoice,
    Payment,
    Reversal,
)
from dunning.kpi import Scorecard, dso_change, promise_outcomes, scorecard, trend
from dunning.ledger import Fact, Ledger
from dunning.ledger.item_flow import moved_items

D = Decimal
JUNE = Period.month(2026, 6)


def bill(name: str, amount: str, issued: date, due: date | None, customer: str = "ACME", **more: Any) -> Invoice:
    return Invoice(name, customer, issued, due, D(amount), "EUR", **more)


def paid(name: str, invoice: str, amount: str, on: date, customer: str = "ACME") -> Payment:
    return Payment(name, customer, on, D(amount), "EUR", applied=((invoice, D(amount)),))


def call(name: str, on: date, outcome: str | None, customer: str = "ACME", **more: Any) -> Contact:
    return Contact(name, customer, on, "call", outcome=outcome, **more)


def value(card: Scorecard, name: str, group: str = "EUR") -> Decimal | None:
    return card[group, name].value


def test_notices_are_measured_by_what_is_paid_before_the_next() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 1)),
        bill("B", "50", date(2026, 4, 1), date(2026, 5, 1)),
        Contact("N1", "ACME", date(2026, 6, 2), "email", level="first"),  # 150 noticed
        paid("P1", "A", "40", date(2026, 6, 9)),  # on the day before the next
        Contact("N2", "ACME", date(2026, 6, 10), "letter", level="second", items=("A",)),  # 60 noticed
        paid("P2", "A", "10", date(2026, 6, 20)),
        paid("P3", "B", "25", date(2026, 6, 21)),  # still of the first: the second was not about B
        Contact("N3", "ACME", date(2026, 6, 25), "email", level="third", cancelled=date(2026, 6, 26)),
        Contact("N4", "ACME", date(2026, 6, 25), "email", level="third", outcome="failed"),
        Contact("N5", "ACME", date(2026, 7, 1), "email", level="third"),
    ]
    card = scorecard(Ledger(facts), JUNE)
    assert value(card, "stage_effectiveness[first]") == (D(40) + 25) / 150
    assert str(card["EUR", "stage_effectiveness[second]"]) == "stage_effectiveness[second]: 16.67 %"
    assert str(card["EUR", "stage_effectiveness[channel: letter]"]) == "stage_effectiveness[channel: letter]: 16.67 %"
    assert str(card["EUR", "stage_effectiveness[channel: email]"]) == "stage_effectiveness[channel: email]: 43.33 %"
    assert str(card["EUR", "stage_effectiveness"]) == "stage_effectiveness: 35.71 %"
    with pytest.raises(NotFound):
        card["EUR", "stage_effectiveness[third]"]


def test_what_is_written_off_was_not_brought_in_by_a_notice() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 1)),
        Contact("N1", "ACME", date(2026, 6, 2), "email", level="first"),
        paid("P1", "A", "30", date(2026, 6, 9)),
        Adjustment("W", "A", date(2026, 6, 20), D(70), "write_off"),
    ]
    card = scorecard(Ledger(facts), JUNE)
    assert value(card, "stage_effectiveness") == D("0.3")
    assert value(card, "roll_rate[1-30]") == D("0.7")
    assert value(card, "cure_rate") == D("0.3")
    assert card["EUR", "bad_debt_to_sales[net]"].reason == "no sales"
    assert value(card, "recovery_rate") == 0
    assert value(card, "write_off_rate") == D("1.4")  # 70 over the mean of 100 and 0
    assert value(card, "collection_rate") == D("0.3")  # what is written off did not come in
    assert card["EUR", "average_days_to_pay"].reason == "no items"
    flow = card.roll_forward()
    assert (flow["EUR", "write-offs"], flow["EUR", "closing balance"]) == (-70, 0)


def test_calls_and_promises() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 1)),
        call("C1", date(2026, 6, 1), "no_answer"),
        call("C2", date(2026, 6, 2), "left_message"),
        call("C3", date(2026, 6, 3), "spoke"),
        call("C4", date(2026, 6, 4), "promised"),
        call("C5", date(2026, 6, 4), "queued"),
        call("C6", date(2026, 5, 4), "spoke"),
        call("C7", date(2026, 6, 5), "spoke", direction="inbound"),
        Contact("E1", "ACME", date(2026, 6, 5), "email"),
        Promise("P1", "ACME", date(2026, 6, 4), date(2026, 6, 10), D(20), "EUR"),
        Promise("P2", "ACME", date(2026, 5, 4), date(2026, 6, 20), D(50), "EUR"),
        Promise("P3", "ACME", date(2026, 6, 4), date(2026, 7, 10), D(20), "EUR"),
        Promise("P4", "ACME", date(2026, 6, 4), date(2026, 6, 30), D(30), "EUR", cancelled=date(2026, 6, 5)),
        paid("X1", "A", "25", date(2026, 6, 8)),
    ]
    ledger = Ledger(facts)
    card = scorecard(ledger, JUNE)
    assert value(card, "contact_rate") == D("0.75")
    assert value(card, "right_party_contact_rate") == D("0.5")
    assert value(card, "promise_to_pay_rate") == D("1.5")  # three made, two talks with the right party
    assert value(card, "promise_kept_rate") == D("0.5")
    assert str(card["EUR", "promise_kept_rate_amount"]) == "promise_kept_rate_amount: 64.29 %"  # 20 + 25 of 70
    own = scorecard(ledger, JUNE, reached={"no_answer"}, right_party=(), promise_grace=30)
    assert (value(own, "contact_rate"), value(own, "right_party_contact_rate")) == (D("0.25"), D(0))
    assert own["EUR", "promise_kept_rate"].reason == "no items"  # with 30 days of grace nothing is decided in June
    july = scorecard(ledger, Period.month(2026, 7), promise_grace=30)
    assert dict(july["EUR", "promise_kept_rate"].inputs) == {"kept": 1, "broken": 1, "pending": 1, "cancelled": 1}
    assert promise_outcomes(ledger, as_of=date(2026, 6, 30)).cancelled == 1


def test_disputes_credits_and_what_was_billed() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 6, 1), date(2026, 7, 1)),
        bill("B", "60", date(2026, 6, 5), None, installments=(
            Installment(date(2026, 6, 25), D(20)), Installment(date(2026, 7, 25), D(40)),
        )),
        bill("C", "40", date(2026, 6, 10), None),
        bill("OLD", "10", date(2026, 5, 1), date(2026, 5, 31)),
        Dispute("D1", "A", date(2026, 6, 2), resolved=date(2026, 6, 12)),
        Dispute("D2", "OLD", date(2026, 5, 2), resolved=date(2026, 6, 1)),
        Dispute("D3", "OLD", date(2026, 6, 3)),
        CreditNote("N1", "ACME", date(2026, 6, 15), D(50), "EUR", applied=(("B", D(10)),)),
        CreditNote("N2", "ACME", date(2026, 6, 15), D(30), "EUR"),
        Reversal("R", "N2", date(2026, 6, 20)),
        Charge("F", "A", date(2026, 6, 20), D(5), "fee"),
        Adjustment("S", "C", date(2026, 6, 21), D(1), "discount"),
        Adjustment("T", "C", date(2026, 6, 21), D(2), "small_balance"),
        Adjustment("U", "C", date(2026, 6, 21), D(3), "deduction"),
    ]  # fmt: skip
    delivered = {"A": date(2026, 5, 31), "C": date(2026, 6, 5), "OLD": date(2026, 4, 1)}
    card = scorecard(Ledger(facts), JUNE, delivered=delivered, costs={"EUR": 12})
    assert str(card["EUR", "dispute_rate"]) == "dispute_rate: 66.67 %"
    assert value(card, "average_dispute_resolution_days") == 20
    assert value(card, "credit_memo_rate") == D("0.25")
    assert str(card["EUR", "credit_memo_rate[count]"]) == "credit_memo_rate[count]: 33.33 %"  # the other was taken back
    assert str(card["EUR", "invoice_accuracy"]) == "invoice_accuracy: 33.33 %"
    assert value(card, "average_billing_lag") == 3
    assert value(card, "weighted_average_terms") == D("33.75")  # 100 x 30, 20 x 20, 40 x 50
    assert card["EUR", "cost_to_collect"].reason == "no items"
    flow = card.roll_forward()
    lines = ["opening balance", "invoices", "charges", "credit notes", "discounts", "small balances", "deductions"]
    assert [flow["EUR", line] for line in lines] == [10, 200, 5, -50, -1, -2, -3]
    assert flow["EUR", "closing balance"] == 159
    with pytest.raises(NotFound, match="no line of the roll-forward"):
        flow["EUR", "tips"]
    assert len(flow) == len(list(flow)) == len(flow.records()) == 19
    assert "closing balance" in str(flow)


def test_a_balance_that_became_current_again_is_cured() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 1)),
        bill("B", "50", date(2026, 5, 1), date(2026, 6, 10)),
        bill("U", "10", date(2026, 5, 1), None),
        DueDateChange("X", "A", date(2026, 6, 10), date(2026, 8, 1)),
        DueDateChange("Y", "U", date(2026, 6, 10), date(2026, 6, 11)),
    ]
    card = scorecard(Ledger(facts), JUNE)
    assert value(card, "cure_rate") == 1
    assert value(card, "roll_rate[current]") == 1
    assert value(card, "roll_rate[1-30]") == 0


def test_groups_by_label_and_currency() -> None:
    usd = Invoice("U", "BETA", date(2026, 6, 1), date(2026, 6, 20), D(7), "USD")
    ledger = Ledger([bill("A", "100", date(2026, 6, 1), date(2026, 6, 20)), usd])
    both_ways: Any = {"ACME": "north", ("BETA", "USD"): "south"}
    card = scorecard(ledger, JUNE, by=both_ways)
    assert card.groups == ("north EUR", "south USD")
    assert value(card, "dso_simple", "north EUR") == 30
    assert {row["currency"] for row in card.records()} == {"EUR", "USD"}
    assert scorecard(ledger, JUNE, by="currency").groups == ("EUR", "USD") == scorecard(ledger, JUNE).groups
    assert scorecard(ledger, JUNE, by={}).groups == ("(none) EUR", "(none) USD")
    assert pickle.loads(pickle.dumps(card)) == card
    assert scorecard(Ledger(), JUNE).groups == ()


def test_what_scorecards_refuse() -> None:
    ledger = Ledger([bill("A", "100", date(2026, 6, 1), date(2026, 6, 20))])
    wrong: Any = {"A": "yesterday"}
    five: Any = {"ACME": 5}
    with pytest.raises(InvalidValue, match="delivered.*'yesterday' is not a date .*; promise_grace: -1"):
        scorecard(ledger, JUNE, delivered=wrong, promise_grace=-1)
    with pytest.raises(InvalidValue, match="costs\\['USD'\\]: no such group; there are EUR"):
        scorecard(ledger, JUNE, costs={"USD": 1})
    with pytest.raises(
        InvalidValue, match="reached: 'spoke' is not a list, or anything else to go through, each a text"
    ):
        scorecard(ledger, JUNE, reached="spoke")
    with pytest.raises(InvalidValue, match="by: {'ACME': 5} .dict. is not a mapping"):
        scorecard(ledger, JUNE, by=five)
    card = scorecard(ledger, JUNE)
    other = Ledger([bill("B", "100", date(2026, 6, 1), date(2026, 6, 20), "BETA")])
    with pytest.raises(InvalidValue, match="period: .*; by: currency is not region; terms: "):
        _ = card + scorecard(other, Period.month(2026, 5), by={}, by_name="region", promise_grace=3)
    with pytest.raises(InvalidValue, match="costs: only one of them has that of EUR"):
        _ = card + scorecard(other, JUNE, costs={"EUR": 3})
    both = scorecard(ledger, JUNE, costs={"EUR": 2}) + scorecard(other, JUNE, costs={"EUR": 3})
    assert dict(both.costs) == {"EUR": 5}
    with pytest.raises(TypeError):
        _ = card + 1
    with pytest.raises(InvalidValue, match="periods: give at least one"):
        trend(ledger, [])
    with pytest.raises(InvalidValue, match="periods: give at least one"):
        trend(ledger, [JUNE, JUNE])
    with pytest.raises(InvalidValue, match="periods.0.: 'June' is not a Period"):
        trend(ledger, ["June"])  # type: ignore[list-item]  # on purpose


def test_a_trend_and_why_dso_changed() -> None:
    facts: list[Fact] = [
        bill("A", "310", date(2026, 5, 1), date(2026, 5, 31)),
        bill("B", "600", date(2026, 6, 1), date(2026, 6, 30)),
        paid("P", "A", "160", date(2026, 6, 3)),
    ]
    course = trend(Ledger(facts), [Period.month(2026, 5), JUNE])
    assert [str(kpi) for kpi in course["EUR", "dso_simple"]] == ["dso_simple: 31.00 days", "dso_simple: 37.50 days"]
    (change,) = course.dso_changes("EUR")
    assert (change.before, change.after, change.change) == (31, D("37.5"), D("6.5"))
    # (1/10 + 1/20) / 2 a day for what moved between the buckets; (1/20 - 1/10) x (310 + 750) / 2 for the sales
    assert dict(change) == {
        "current": D("21.75"), "1-30": D("11.25"), "31-60": 0, "61-90": 0, "91+": 0, "undated": 0, "sales": D("-26.5"),
    }  # fmt: skip
    assert change["sales"] == D("-26.5")
    with pytest.raises(NotFound):
        change["weather"]
    assert len(change.records()) == len(change) == 7
    assert "DSO after" in str(change)
    with pytest.raises(NotFound):
        dso_change(course.cards[0], course.cards[1], "USD")
    with pytest.raises(NotFound):
        course["EUR", "luck"]
    early = Payment("EARLY", "ACME", date(2026, 4, 1), D(1), "EUR")
    with pytest.raises(Undefined, match="no sales"):
        trend(Ledger([*facts, early]), [Period.month(2026, 4), JUNE]).dso_changes("EUR")
    assert len(course.records()) == len(list(course)) == len(course) == sum(len(card) for card in course.cards)
    assert "2026-05-01..2026-05-31" in str(course)
    late = trend(Ledger(facts), [Period.month(2026, 4), JUNE], by={"ACME": "x"}, costs=[{}, {"x EUR": 8}])
    assert late["x EUR", "gini"][0] is None  # there was no such account in April
    assert [kpi and str(kpi) for kpi in late["x EUR", "cost_to_collect"]] == [None, "cost_to_collect: 5.00 %"]
    with pytest.raises(InvalidValue, match="costs: 1 of them for 2 periods"):
        trend(Ledger(facts), [Period.month(2026, 4), JUNE], costs=[{}])


def test_a_charge_in_between_is_another_debt() -> None:
    base: list[Fact] = [bill("A", "100", date(2026, 4, 1), date(2026, 5, 20)), paid("P", "A", "100", date(2026, 6, 15))]
    late_fee = scorecard(Ledger([*base, Charge("F", "A", date(2026, 6, 20), D(40), "fee")]), JUNE)
    assert (value(late_fee, "cure_rate"), value(late_fee, "roll_rate[1-30]")) == (1, 0)
    waived: list[Fact] = [
        Charge("F", "A", date(2026, 6, 10), D(40), "fee"),
        Adjustment("W", "A", date(2026, 6, 25), D(40), "write_off"),
    ]
    assert value(scorecard(Ledger([*base, *waived]), JUNE), "cure_rate") == 1  # the fee was lost, not the debt


def test_money_that_bounces_and_fees_taken_back_give_back_what_they_took() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 20)),
        Charge("F", "A", date(2026, 6, 2), D(10), "fee"),
        paid("P", "A", "130", date(2026, 6, 3)),  # all of it, and 20 too much
        Reversal("BACK", "P", date(2026, 6, 8)),
        Reversal("WAIVED", "F", date(2026, 6, 9)),
        Adjustment("W", "A", date(2026, 6, 12), D(100), "write_off"),
        Reversal("UNDO", "W", date(2026, 6, 14)),
        paid("Q", "A", "30", date(2026, 6, 20)),
    ]
    card = scorecard(Ledger(facts), JUNE)
    assert (value(card, "cure_rate"), value(card, "roll_rate[1-30]"), value(card, "collection_rate")) == (
        D("0.3"),
        D("0.7"),
        D("0.3"),
    )
    fee: list[Fact] = [
        bill("A", "100", date(2026, 4, 1), date(2026, 5, 20)),
        Charge("F", "A", date(2026, 5, 25), D(10), "fee"),
        Reversal("WAIVED", "F", date(2026, 6, 9)),  # 110 were owed at the start
    ]
    assert str(scorecard(Ledger(fee), JUNE)["EUR", "cure_rate"]) == "cure_rate: 9.09 %"


def test_credits_applied_later_and_two_notices_on_a_day() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 6, 1), date(2026, 6, 5)),
        bill("B", "100", date(2026, 6, 1), date(2026, 7, 5)),
        CreditNote("N", "ACME", date(2026, 6, 10), D(10), "EUR"),
        Application("X", "N", date(2026, 6, 11), "B", D(10)),
        Contact("C1", "ACME", date(2026, 6, 12), "letter", level="first"),
        Contact("C2", "ACME", date(2026, 6, 12), "email", level="first"),
        paid("P", "A", "100", date(2026, 6, 20)),
    ]
    card = scorecard(Ledger(facts), JUNE)
    assert value(card, "invoice_accuracy") == D("0.5")
    assert value(card, "stage_effectiveness") == value(card, "stage_effectiveness[channel: letter]") == 1
    gone = scorecard(Ledger([*facts, Reversal("R", "X", date(2026, 6, 13))]), JUNE)
    assert value(gone, "invoice_accuracy") == 1
    reminder = scorecard(Ledger([facts[1], Contact("C", "ACME", date(2026, 6, 12), "email", level="before due")]), JUNE)
    assert reminder["EUR", "stage_effectiveness[before due]"].inputs == (
        ("noticed", 100),
        ("paid_before_next_stage", 0),
    )


def test_due_dates_changed_in_the_period_decide_what_was_collectable() -> None:
    extended: list[Fact] = [
        bill("A", "100", date(2026, 6, 1), date(2026, 6, 20)),
        DueDateChange("X", "A", date(2026, 6, 10), date(2026, 8, 1)),
    ]
    assert scorecard(Ledger(extended), JUNE)["EUR", "collection_rate"].reason == "no items"
    first: list[Fact] = [
        bill("A", "100", date(2026, 6, 1), None),
        DueDateChange("X", "A", date(2026, 6, 10), date(2026, 6, 20)),
    ]
    assert value(scorecard(Ledger(first), JUNE), "collection_rate") == 0


def test_every_figure_recomputes_from_its_inputs() -> None:
    ledger = Ledger.collect(sample_facts())
    costs: dict[str, Decimal | int] = {"EUR": 1000, "USD": D(10)}
    for _, found in scorecard(ledger, Period.quarter(2026, 2), costs=costs):
        again = getattr(kpi_module, found.name.partition("[")[0])(**dict(found.inputs))
        assert (again.value, again.reason, again.unit) == (found.value, found.reason, found.unit), found.name


def test_items_that_took_as_long_as_each_other_count_each() -> None:
    facts: list[Fact] = []
    for name, days in (("A", 10), ("B", 10), ("C", 40)):
        facts.append(Invoice(name, "ACME", date(2026, 1, 1), date(2026, 1, 31), D(100), "EUR"))
        on = date(2026, 1, 1) + timedelta(days=days)
        facts.append(Payment(f"P{name}", "ACME", on, D(100), "EUR", applied=((name, D(100)),)))
    card = scorecard(Ledger(facts), Period.quarter(2026, 1))
    assert card["EUR", "average_days_to_pay"].value == 20


def test_what_loses_its_due_date_rolls_to_undated() -> None:
    dated = Invoice("A", "ACME", date(2026, 1, 1), date(2026, 1, 20), D(100), "EUR")
    undated = Invoice("B", "ACME", date(2026, 1, 1), None, D(50), "EUR")
    card = scorecard(Ledger([dated, undated]), Period.month(2026, 2))
    (tally,) = card.tallies.values()
    assert tally.rolled["undated"] == {"undated": 50, "paid": 0, "lost": 0}


def test_a_figure_keeps_the_options_that_were_left_out() -> None:
    assert dict(kpi_module.dso_simple(1, 1, 1).inputs) == {
        "receivables": 1,
        "credit_sales": 1,
        "days": 1,
        "signed": False,
    }


def test_notices_and_withdrawals_count_from_the_first_day_to_the_last() -> None:
    bill = Invoice("A", "ACME", date(2026, 1, 1), date(2026, 1, 20), D(100), "EUR")
    march = Period.month(2026, 3)
    for on, cancelled, given in (
        (date(2026, 3, 1), None, True),
        (date(2026, 2, 28), None, False),
        (date(2026, 3, 5), date(2026, 3, 31), False),
        (date(2026, 3, 5), date(2026, 4, 1), True),
    ):
        notice = Contact("N", "ACME", on, "email", level="first", cancelled=cancelled)
        names = {row["name"] for row in scorecard(Ledger([bill, notice]), march).records()}
        assert ("stage_effectiveness[first]" in names) == given, on


def test_an_account_that_does_not_exist_yet_has_disputed_nothing() -> None:
    last = Period(date(2026, 1, 31), date(2026, 1, 31))
    facts: list[Fact] = [
        Invoice("A", "ACME", date(2026, 1, 31), date(2026, 2, 28), Decimal(5), "EUR"),
        Invoice("B", "BETA", date(2026, 2, 1), date(2026, 2, 28), Decimal(5), "EUR"),
        Dispute("D", "B", date(2026, 1, 31)),
    ]
    assert scorecard(Ledger(facts), last)["EUR", "dispute_rate"].value == 0
    before = Invoice("B0", "BETA", date(2026, 1, 30), date(2026, 2, 28), Decimal(5), "EUR")
    assert scorecard(Ledger([*facts, before]), last)["EUR", "dispute_rate"].value == 1


def test_periods_that_go_back_once_are_refused() -> None:
    periods = [Period.month(2026, month) for month in (1, 2, 1, 3)]
    with pytest.raises(InvalidValue, match="each with a later last day"):
        trend(Ledger([]), periods)


def test_an_undated_invoice_on_a_plan_fell_due_by_the_plan_though_it_was_paid_at_once() -> None:
    day = date(2026, 6, 10)
    facts: list[Fact] = [
        Invoice("A", "ACME", day, None, D(100), "EUR"),
        PaymentPlan("L", "ACME", day, "EUR", (Installment(day, D(100)),), items=("A",)),
        paid("P", "A", "100", day),
    ]
    assert value(scorecard(Ledger(facts), JUNE), "collection_rate") == 1


def test_a_notice_without_items_counts_in_its_own_currency_alone() -> None:
    bills = [
        Invoice("E", "ACME", date(2026, 5, 1), date(2026, 5, 20), D(100), "EUR"),
        Invoice("F", "ACME", date(2026, 5, 1), date(2026, 5, 20), D(100), "CHF"),
    ]
    for currency, expected in ((None, {"CHF", "EUR"}), ("CHF", {"CHF"}), ("EUR", {"EUR"})):
        notice = Contact("N", "ACME", date(2026, 6, 2), "letter", level="first", currency=currency)
        card = scorecard(Ledger([*bills, notice]), JUNE)
        assert {group for group, each in card if each.name == "stage_effectiveness[first]"} == expected


def test_what_bounces_after_too_much_was_paid_gives_back_no_more_than_it_took() -> None:
    """Of 100.00, 60.00 and 60.00 came and the second bounced: 40.00 are left, and 60.00 were paid."""
    day = date(2026, 3, 1)
    money = [
        Payment(f"P{n}", "C", day + timedelta(days=n), Decimal(60), "EUR", applied=(("A", Decimal(60)),))
        for n in (1, 2)
    ]
    bill = Invoice("A", "C", day, date(2026, 3, 31), Decimal(100), "EUR")
    (account,) = Ledger([bill, *money, Reversal("R", "P2", day + timedelta(days=5))])
    (moved,) = moved_items(account, day, day + timedelta(days=9))
    assert (moved.left, moved.paid) == (Decimal(40), Decimal(60))


def test_a_promise_counts_in_the_period_of_the_day_after_its_date() -> None:
    promised = Promise("Q", "C", date(2025, 12, 20), date(2025, 12, 31), Decimal(100), "EUR")
    ledger = Ledger([Invoice("A", "C", date(2025, 12, 1), date(2025, 12, 15), Decimal(100), "EUR"), promised])
    rates = [
        scorecard(ledger, each)["EUR", "promise_kept_rate"].value
        for each in (Period.month(2025, 12), Period.month(2026, 1), Period.month(2026, 2))
    ]
    assert rates == [None, Decimal(0), None]


def test_a_credit_note_after_the_period_says_nothing_of_its_invoices() -> None:
    facts = [bill("A", "100", date(2026, 6, 1), date(2026, 7, 5))]
    later = CreditNote("N", "ACME", date(2026, 7, 10), D(10), "EUR", applied=(("A", D(10)),))
    assert value(scorecard(Ledger([*facts, later]), JUNE), "invoice_accuracy") == 1


def test_what_sales_do_to_dso_is_at_the_mean_of_both_balances_where_a_bucket_does_more() -> None:
    facts: list[Fact] = [
        bill("A", "310", date(2026, 5, 1), date(2026, 5, 31)),
        bill("B", "330", date(2026, 6, 1), date(2026, 6, 30)),
    ]
    (change,) = trend(Ledger(facts), [Period.month(2026, 5), JUNE]).dso_changes("EUR")
    assert change["sales"] == rounded(Fraction(-1, 110) * Fraction(310 + 640, 2), 12)
    assert max(dict(change), key=lambda name: abs(change[name])) == "1-30"
