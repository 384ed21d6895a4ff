"""Segmentations: ranks, reasons, hysteresis, crossing, migration and stability, worked out by hand."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning.conditions import measure
from dunning.dates import Period
from dunning.decision import plan
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Contact, Promise
from dunning.invoice import Adjustment, Installment, Invoice, Payment
from dunning.ledger import Fact, Ledger
from dunning.measures import ACCOUNT_MEASURES, COMPARING, Population, Standing, custom, experiences
from dunning.policy import Playbook
from dunning.presets.policies import FIRM_AND_EARLY, LIGHT_TOUCH, MATRIX, STANDARD_B2B
from dunning.presets.segments import behaviour_by_value, payment_behaviour, risk_classes, value_classes
from dunning.segmentation import (
    Segment,
    Segmentation,
    cross,
    explain_segment,
    migration,
    profile,
    segment,
    segment_of,
    stability,
)

D = Decimal
AS_OF = date(2026, 6, 30)


def bill(name: str, amount: str, due: date | None, customer: str = "ACME") -> Invoice:
    return Invoice(name, customer, date(2026, 1, 1), due, D(amount), "EUR")


def history(customer: str, lates: list[int], last: date = date(2026, 6, 1)) -> list[Fact]:
    """Invoices due on successive days up to one, each paid so many days late."""
    facts: list[Fact] = []
    for number, late in enumerate(lates):
        name, due = f"{customer}-{number}", last - timedelta(days=len(lates) - number)
        facts.append(bill(name, "10", due, customer))
        paid = due + timedelta(days=late)
        facts.append(Payment(f"P-{name}", customer, paid, D(10), "EUR", applied=((name, D(10)),)))
    return facts


def test_rank_and_cumulative_share_with_ties() -> None:
    sizes = {"A": "50", "B": "20", "C": "20", "D": "10"}
    ledger = Ledger([bill(name, amount, AS_OF, name) for name, amount in sizes.items()] + history("E", [0]))
    population = Population(ledger, as_of=AS_OF)
    found = {
        each.customer: [
            Standing(each, as_of=AS_OF, population=population)[name]
            for name in ("exposure_rank", "exposure_ahead", "exposure_through")
        ]
        for each in ledger
    }
    assert found == {
        "A": [1, 0, D("0.5")],
        "B": [2, D("0.5"), D("0.9")],
        "C": [2, D("0.5"), D("0.9")],
        "D": [4, D("0.9"), 1],
        "E": [5, 1, 1],
    }
    assert Standing(ledger.account("A"), as_of=AS_OF, population=population)["sales_rank"] == 1
    with pytest.raises(InvalidValue, match="compares accounts: give a Population"):
        Standing(ledger.account("A"), as_of=AS_OF)["sales_through"]
    stranger = Ledger([bill("X", "1", AS_OF, "X")]).account("X")
    assert Standing(stranger, as_of=AS_OF, population=population)["exposure_rank"] is None
    assert Standing(stranger, as_of=AS_OF, population=population)["sales_rank"] is None


def test_a_profile_has_every_measure() -> None:
    ledger = Ledger([bill("A", "50", date(2026, 6, 1))])
    score = custom("score", {"ACME": 640})
    found = profile(
        ledger.account("ACME"),
        as_of=AS_OF,
        population=Population(ledger, as_of=AS_OF),
        custom=(score,),
        also=("late_share[90]",),
    )
    assert {name for name, _ in found} == {*ACCOUNT_MEASURES} - {"custom", "segment"} | {
        "custom[score]",
        "late_share[90]",
    }
    assert (found["days_past_due"], found["custom[score]"], found["exposure_rank"]) == (29, 640, 1)
    assert not {name for name, _ in profile(ledger.account("ACME"), as_of=AS_OF)} & COMPARING
    assert len(found) == len(found.records()) == len(list(found))
    assert "100.0 %" in str(found)
    with pytest.raises(NotFound):
        found["weather"]
    with pytest.raises(NotFound):
        profile(ledger.account("ACME"), as_of=AS_OF, also=("weather",))
    with pytest.raises(InvalidValue, match="account: 'ACME' is not an Account"):
        profile("ACME", as_of=AS_OF)  # type: ignore[arg-type]  # on purpose
    assert pickle.loads(pickle.dumps(found)) == found


def test_why_not_better_and_what_would_change_it() -> None:
    ledger = Ledger([*history("ACME", [0, 0, 0, 5, 5]), bill("OPEN", "10", date(2026, 6, 20))])
    found = explain_segment(ledger.account("ACME"), payment_behaviour(), as_of=AS_OF)
    assert (found.segment, found.better) == ("habitually late", "occasionally late")
    assert [clause.compare.measure for clause in found.against] == [
        "late_share"
    ]  # it holds, of the segment tried before
    assert (found.then, found.next_date) == ("delinquent", date(2026, 9, 19))  # 91 days past due
    assert "not occasionally late, because of:" in str(found)
    assert "if nothing happens it will be delinquent on 2026-09-19" in str(found)
    assert [name for name, _ in found.tried] == ["delinquent", "new", "habitually late"]
    now_and_then = Ledger(history("ACME", [0, 0, 0, 0, 5])).account("ACME")
    some = explain_segment(now_and_then, payment_behaviour(), as_of=AS_OF)
    assert (some.segment, some.better) == ("occasionally late", "reliable")  # which is the default: it has no condition
    assert [clause.value for clause in some.against] == [D("0.2")]
    good = explain_segment(Ledger(history("ACME", [0] * 5)).account("ACME"), payment_behaviour(), as_of=AS_OF)
    assert (good.segment, good.better, good.against) == ("reliable", None, ())
    assert good.then == "new"  # when the experiences leave the year
    new = explain_segment(Ledger([bill("A", "1", None)]).account("ACME"), payment_behaviour(), as_of=AS_OF)
    assert (new.segment, new.better, new.next_date) == ("new", None, None)
    assert str(new).count("\n") == 2
    small = Ledger([bill("A", "90", AS_OF, "A"), bill("B", "10", AS_OF, "B")])
    value = explain_segment(small.account("B"), value_classes(), as_of=AS_OF, population=Population(small, as_of=AS_OF))
    assert (value.segment, value.better, [each.value for each in value.against]) == ("B", "A", [D("0.9")])
    middle = Segmentation("x", (Segment("low", measure("open_balance") < 5),), default="high", ranking=("high", "low"))
    assert explain_segment(ledger.account("ACME"), middle, as_of=AS_OF).better is None
    poor = explain_segment(
        ledger.account("ACME"),
        Segmentation("y", (Segment("a", measure("open_balance") < 5),), default="b", ranking=("a", "b")),
        as_of=AS_OF,
    )
    assert (poor.better, [each.value for each in poor.against]) == ("a", [D(10)])


def test_margins_keep_customers_where_they_are() -> None:
    plain, wide = payment_behaviour(), payment_behaviour(margin=D("0.20"))
    facts = history("ACME", [5, 5, 0, 0], date(2026, 4, 1)) + history("Z", [0] * 6, date(2026, 4, 1))
    before = Ledger(facts)
    two_on_time = [
        (
            bill(f"N{number}", "10", date(2026, 5, number)),
            Payment(f"PN{number}", "ACME", date(2026, 5, number), D(10), "EUR", applied=((f"N{number}", D(10)),)),
        )
        for number in (1, 2)
    ]
    ledger = Ledger([*facts, *(fact for pair in two_on_time for fact in pair)])
    then = segment(before, wide, as_of=date(2026, 4, 30))
    assert then["ACME"] == "habitually late"  # 2 of 4
    assert segment(ledger, plain, as_of=AS_OF)["ACME"] == "occasionally late"  # 2 of 6
    assert segment(ledger, wide, as_of=AS_OF)["ACME"] == "occasionally late"
    assert segment(ledger, wide, as_of=AS_OF, since=then)["ACME"] == "habitually late"  # 33 % is not below 30 %
    assert segment(ledger, wide, as_of=AS_OF, since=then)["Z"] == "reliable"
    assert segment_of(ledger.account("ACME"), wide, as_of=AS_OF, before="habitually late")[0] == "habitually late"
    assert (
        explain_segment(ledger.account("ACME"), wide, as_of=AS_OF, before="habitually late").segment
        == "habitually late"
    )
    grace = Segmentation(
        "x", (Segment("fresh", measure("days_past_due") < 5, stay=measure("days_past_due") < 20),), default="old"
    )
    fresh = explain_segment(Ledger([bill("A", "1", AS_OF)]).account("ACME"), grace, as_of=AS_OF)
    assert (fresh.segment, fresh.next_date) == ("fresh", AS_OF + timedelta(days=20))  # from today on it was fresh
    days = [date(2026, 4, 30), AS_OF]
    assert (stability(ledger, plain, days).flips, stability(ledger, wide, days).flips) == ((1,), (0,))
    with pytest.raises(InvalidValue, match="since: "):
        segment(ledger, plain, as_of=AS_OF, since=then)
    with pytest.raises(InvalidValue, match="since: "):
        segment(ledger, wide, as_of=date(2026, 4, 1), since=then)


def test_segments_that_nobody_can_be_in_are_reported() -> None:
    late = measure("days_past_due")
    shaded = Segmentation("x", (Segment("a", late > 10), Segment("b", late > 20), Segment("c", late <= 5)), default="d")
    assert shaded.shadowed == ("b",)
    all_taken = Segmentation("y", (Segment("a", late > 10), Segment("b", ~(late > 10))), default="c")
    assert all_taken.shadowed == ("c",)
    assert payment_behaviour().shadowed == value_classes().shadowed == behaviour_by_value().shadowed == ()
    found = segment(Ledger([bill("A", "1", date(2026, 6, 1))]), shaded, as_of=AS_OF)
    assert found.empty == ("b", "c", "d")
    assert found.labels == {("ACME", "EUR"): "a"}
    assert "no account can be in b: earlier segments take all" in str(found)


def test_what_a_segmentation_refuses() -> None:
    with pytest.raises(InvalidValue, match="ranking: there is no segment 'z'; ranking: a is named twice"):
        Segmentation("x", (Segment("a", measure("tenure") > 1),), default="b", ranking=("a", "a", "z"))


def test_crossing_two_segmentations_gives_the_pair_of_each() -> None:
    facts = [*history("GOOD", [0] * 4), *history("LATE", [9] * 4), bill("BIG", "900", AS_OF, "GOOD")]
    ledger = Ledger(facts)
    both = cross(payment_behaviour(), value_classes(by="sales"))
    behaviour, value = (segment(ledger, each, as_of=AS_OF) for each in (payment_behaviour(), value_classes(by="sales")))
    found = segment(ledger, both, as_of=AS_OF)
    assert [each.segment for each in found] == [
        f"{a.segment} / {b.segment}" for a, b in zip(behaviour, value, strict=True)
    ]
    assert both.name == "payment behaviour x value by sales"
    assert behaviour_by_value(payment_behaviour(), value_classes()).names == both.names


def test_the_matrix_has_a_policy_for_every_cell() -> None:
    assert isinstance(MATRIX, Playbook)
    assert {name for name, _ in MATRIX.policies} == set(MATRIX.segmentation.names)
    assert MATRIX.policy_for("reliable / A") is LIGHT_TOUCH
    assert MATRIX.policy_for("habitually late / C") is FIRM_AND_EARLY
    assert MATRIX.policy_for("new / C") is STANDARD_B2B
    ledger = Ledger(
        [*history("LATE", [9] * 4), bill("OPEN", "90", AS_OF - timedelta(days=1), "LATE"), *history("BIG", [0] * 100)]
    )
    found = plan(ledger, MATRIX, as_of=AS_OF)
    assert {action.level for decision in found.decisions for action in decision.actions} == {"first notice"}


def test_risk_by_limit_promises_and_age() -> None:
    facts: list[Fact] = [
        bill("A", "90", AS_OF, "LIMIT"),
        bill("B", "90", AS_OF, "PROMISE"),
        Promise("P1", "PROMISE", date(2026, 6, 1), date(2026, 6, 10), D(90), "EUR"),
        bill("C", "90", AS_OF - timedelta(days=91), "OLD"),
        bill("D", "90", AS_OF, "FINE"),
    ]
    limits = custom("credit_limit", {"LIMIT": 80, "FINE": 200})
    found = segment(Ledger(facts), risk_classes(), as_of=AS_OF, custom=(limits,))
    assert {each.customer: each.segment for each in found} == {
        "LIMIT": "high", "PROMISE": "medium", "OLD": "high", "FINE": "low",
    }  # fmt: skip


def test_migration_and_stability_by_hand() -> None:
    ledger = Ledger([bill("A", "90", date(2026, 3, 1)), bill("B", "10", None, "BETA")])
    first = segment(Ledger([bill("A", "90", date(2026, 3, 1))]), payment_behaviour(), as_of=date(2026, 4, 1))
    last = segment(ledger, payment_behaviour(), as_of=AS_OF)
    found = migration(first, last)
    assert [(each.before, each.after, each.accounts, each.exposure_before, each.exposure_after) for each in found] == [
        ("new", "delinquent", 1, 90, 90),
        ("(none)", "new", 1, 0, 10),
    ]
    assert (found.accounts("new", "delinquent"), found.accounts("new", "new")) == (1, 0)
    assert len(found) == len(found.records()) == 2
    assert "1 / 90.00" in str(found)
    assert pickle.loads(pickle.dumps(found)) == found
    with pytest.raises(InvalidValue, match="segmentation: .*; after: .* is not later"):
        migration(last, segment(ledger, value_classes(), as_of=AS_OF))
    swing = Segmentation("swing", (Segment("owes", measure("open_balance") > 0),), default="clear")
    facts: list[Fact] = [
        bill("A", "5", None),
        Payment("P", "ACME", date(2026, 2, 10), D(5), "EUR", applied=(("A", D(5)),)),
        Invoice("C", "ACME", date(2026, 3, 10), None, D(5), "EUR"),
    ]
    steady = stability(Ledger(facts), swing, [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 2)])
    assert (steady.flips, steady.returns, steady.flips_a_month) == ((1, 1), 1, 1)
    assert list(steady) == [(date(2026, 3, 1), 1), (date(2026, 4, 2), 1)]
    assert len(steady) == len(steady.records()) == 2
    assert "1.000 flips per account and month, 1 of 2 back to the segment before" in str(steady)
    nobody = stability(Ledger(), swing, [date(2026, 2, 1), date(2026, 3, 1)])
    assert nobody.flips_a_month is None
    assert "0 accounts, - flips" in str(nobody)
    wrong: Any = [date(2026, 2, 1)]
    with pytest.raises(InvalidValue, match="days: give two or more"):
        stability(ledger, swing, wrong)


def test_a_return_is_to_the_segment_before_not_to_a_third() -> None:
    day = date(2026, 1, 1)
    sizes = Segmentation(
        "size",
        (Segment("small", measure("open_balance") < 100), Segment("middle", measure("open_balance") < 1000)),
        default="large",
    )
    bills = [
        Invoice("A", "ACME", day, None, Decimal(50), "EUR"),
        Invoice("B", "ACME", day + timedelta(days=10), None, Decimal(500), "EUR"),
        Invoice("C", "ACME", day + timedelta(days=20), None, Decimal(5000), "EUR"),
    ]
    days = [day + timedelta(days=n) for n in (5, 15, 25)]
    path = stability(Ledger(bills), sizes, days)
    assert (path.flips, path.returns) == ((1, 1), 0)
    gone = Adjustment("W", "B", day + timedelta(days=12), Decimal(500), "write_off")
    assert stability(Ledger([*bills[:2], gone]), sizes, [day + timedelta(days=n) for n in (5, 11, 25)]).returns == 1


def test_a_contact_is_answered_by_money_of_the_same_day() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 1, 5), Decimal(50), "EUR")
    call = Contact("C", "ACME", date(2026, 2, 1), "call")
    money = Payment("P", "ACME", date(2026, 2, 10), Decimal(10), "EUR", applied=(("I", Decimal(10)),))
    account = Ledger([bill, call, money]).account("ACME")
    counts = [Standing(account, as_of=date(2026, 2, day))["unanswered_contacts"] for day in (9, 10)]
    assert counts == [1, 0]


def test_an_installment_is_an_experience_of_the_period_in_which_it_was_settled() -> None:
    parts = (Installment(date(2026, 1, 20), Decimal(60)), Installment(date(2026, 3, 1), Decimal(40)))
    facts: list[Fact] = [
        Invoice("A", "ACME", date(2026, 1, 1), None, Decimal(100), "EUR", installments=parts),
        Payment("P1", "ACME", date(2026, 1, 25), Decimal(60), "EUR", applied=(("A", Decimal(60)),)),
        Payment("P2", "ACME", date(2026, 3, 10), Decimal(40), "EUR", applied=(("A", Decimal(40)),)),
    ]
    account = Ledger(facts).account("ACME")
    for first, names in ((date(2026, 1, 25), ["A/1", "A/2"]), (date(2026, 1, 26), ["A/2"])):
        found = experiences(account, Period(first, date(2026, 3, 31)))
        assert [each.invoice for each in found] == names


def test_tenure_begins_with_the_day_of_the_first_invoice() -> None:
    account = Ledger([bill("A", "10", date(2026, 2, 1))]).account("ACME")
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 2)]
    assert [Standing(account, as_of=day)["tenure"] for day in days] == [None, 0, 1]


def test_net_figures_take_off_what_is_not_applied_yet() -> None:
    facts: list[Fact] = [
        bill("A", "100", date(2026, 2, 1)),
        bill("B", "50", date(2026, 12, 1)),
        Payment("P", "ACME", date(2026, 3, 1), D(30), "EUR"),
    ]
    standing = Standing(Ledger(facts).account("ACME"), as_of=AS_OF)
    values = {name: standing[name] for name in ("open_balance", "overdue_balance", "net_overdue", "balance")}
    assert values == {"open_balance": 150, "overdue_balance": 100, "net_overdue": 70, "balance": 120}
