"""Aging, segments, KPIs, machines and policies: what they refuse, and how they look."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from operator import itemgetter
from typing import Any

import attrs
import pytest

import dunning
from dunning import kpi
from dunning._report import Column, Report, Rows, cents, set_aside
from dunning.aging import Buckets, age, age_by_currency, by_item, by_tag, convert
from dunning.conditions import ALWAYS, NEVER, Compare, describe, explain, holds, measure
from dunning.dates import Period
from dunning.decision import decide, plan
from dunning.errors import InvalidValue, MissingRate, NotFound, Undefined
from dunning.interactions import Contact, Dispute, Hold, Placement, Promise
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.ledger import Ledger
from dunning.machine import Event, Machine, Transition
from dunning.measures import Population, Standing
from dunning.policy import Call, Escalate, Level, Minimum, Notify, Place, Playbook, Policy
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour, value_classes
from dunning.segmentation import Segment, Segmentation, segment

D = Decimal
AS_OF = date(2026, 3, 31)


def bill(name: str, amount: str, due: date | None, customer: str = "ACME", currency: str = "EUR") -> Invoice:
    return Invoice(name, customer, date(2026, 1, 1), due, D(amount), currency)


BOOK = Ledger(
    [
        bill("A", "100", date(2026, 3, 31)),
        bill("B", "50", date(2026, 2, 1)),
        bill("C", "25", None, "BETA"),
        bill("U", "10", date(2026, 3, 1), "BETA", "USD"),
        Payment("P", "ACME", date(2026, 2, 15), D(60), "EUR"),
        Hold("H", "BETA", date(2026, 3, 1), reason="complaint"),
    ]
)


@pytest.mark.parametrize(
    ("credits", "expected"),
    [
        ("separate", [100, 0, 50, 0, 0, 25, 60]),
        ("oldest", [90, 0, 0, 0, 0, 25, 0]),
        ("current", [40, 0, 50, 0, 0, 25, 0]),
        ("own_date", [100, 0, -10, 0, 0, 25, 0]),
    ],
)
def test_credits_go_where_they_are_asked_to(credits: Any, expected: list[int]) -> None:
    aging = age(BOOK, as_of=AS_OF, currency="EUR", credits=credits)
    assert list(aging.total.amounts.values)[:-1] == expected
    assert aging.total.balance == aging.control_total == 115


def test_the_shares_of_an_aging_report() -> None:
    aging = age(BOOK, as_of=AS_OF, currency="EUR")
    assert dict(aging.shares(places=4).items()) == {
        "current": D("0.5714"), "1-30": 0, "31-60": D("0.2857"), "61-90": 0, "91+": 0, "undated": D("0.1429"),
    }  # fmt: skip
    assert aging.shares(by="count")["undated"] == aging.shares(by="count")["current"]
    with pytest.raises(InvalidValue, match="by: 'age' is not 'amount' or 'count'"):
        aging.shares(by="age")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(Undefined, match="no receivables"):
        age(Ledger(), as_of=AS_OF).shares()


def test_an_aging_report_by_group_with_grace_holds_and_exclusions() -> None:
    aging = age(BOOK, as_of=AS_OF, currency="EUR", by={"ACME": "north"}, grace=30)
    assert [(row.label, row["1-30"]) for row in aging] == [("(none)", 0), ("north", 50)]
    assert aging.on_hold["undated"] == 25
    assert aging.disputed["undated"] == 0
    letters = age(
        BOOK,
        as_of=AS_OF,
        currency="EUR",
        by=lambda account: account.customer[0],
        exclude={"small": lambda item: item.open < 60},
    )
    assert letters.excluded == {"small": (D(75), 2)}
    assert letters.total["excluded"] == 75
    both = letters + letters
    assert both.excluded == {"small": (D(150), 4)}
    assert "excluded, small: 2 items, 75.00" in str(letters)
    assert list(aging.total.amounts) == list(aging.columns)
    assert len(aging.total.amounts) == 8
    with pytest.raises(KeyError, match="no column '0-30'; there are current, 1-30"):
        aging.total["0-30"]


def test_aging_refuses_what_cannot_be() -> None:
    with pytest.raises(InvalidValue, match="source: accounts in EUR, USD; use age_by_currency, or name one currency"):
        age(BOOK, as_of=AS_OF)
    arguments: dict[str, Any] = {"currency": "EUR", "basis": "paid", "credits": "gone", "grace": -1, "buckets": "1+"}
    with pytest.raises(InvalidValue) as caught:
        age(BOOK, as_of=AS_OF, **arguments)
    assert len(caught.value.faults) == 4
    with pytest.raises(InvalidValue, match="source: 5 is not a Ledger or an Account"):
        age(5, as_of=AS_OF)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="source: .7. .list. is not a Ledger or an Account"):
        age([7], as_of=AS_OF)  # type: ignore[list-item]  # on purpose
    one = age(BOOK, as_of=AS_OF, currency="EUR")
    with pytest.raises(InvalidValue, match="currency: EUR is not USD; convert one first"):
        _ = one + age(BOOK, as_of=AS_OF, currency="USD")
    assert one.__add__(7) is NotImplemented


def test_an_empty_book_ages_to_nothing() -> None:
    aging = age(Ledger(), as_of=AS_OF)
    assert (len(aging), aging.control_total, aging.currency) == (0, 0, None)
    assert aging + age(BOOK, as_of=AS_OF, currency="EUR") == age(BOOK, as_of=AS_OF, currency="EUR")
    assert "no currency" in str(aging)
    assert age_by_currency(Ledger(), as_of=AS_OF) == {}


def test_a_long_report_says_how_much_it_does_not_show() -> None:
    many = Ledger([bill(f"I{number}", "1", AS_OF, f"C{number}") for number in range(50)])
    aging = age(many, as_of=AS_OF)
    assert "... and 10 more rows" in str(aging)
    assert "... and 45 more rows" in aging.text(rows=5)
    assert len(aging.records()) == 50


def test_conversion_is_exact_or_refused() -> None:
    agings = age_by_currency(BOOK, as_of=AS_OF)
    whole = convert(agings.values(), {"USD": D("0.9")}, "EUR")
    assert (whole.control_total, whole.total.balance, whole.currency) == (124, 124, "EUR")
    assert whole.on_hold["1-30"] == 9
    assert next(row for row in whole if row.label == "BETA").amounts["1-30"] == 9
    excluded = age(BOOK, as_of=AS_OF, currency="USD", exclude={"foreign": lambda item: True})
    assert convert(excluded, {"USD": D("0.9")}, "EUR").exclusions == {"foreign": (9, 1)}
    with pytest.raises(MissingRate, match="no rate for EUR, USD: give one for each currency, nothing was converted"):
        convert(agings.values(), {}, "CHF")
    with pytest.raises(InvalidValue, match="give at least one report"):
        convert([], {}, "EUR")
    with pytest.raises(InvalidValue, match=r"rates\['USD'\]: 0.9 is not a finite Decimal above zero"):
        convert(agings.values(), {"USD": 0.9}, "EUR")  # type: ignore[dict-item]  # on purpose
    assert convert(agings["EUR"], {}, "EUR").total == agings["EUR"].total


BAD_BUCKETS = [
    ("1-30, 31+", "no bucket holds days before 1; begin with 'current'"),
    ("current, 1-30", "no bucket holds days after 30; end with '31+'"),
    ("current, 5-30, 31+", "'current' and '5-30': no bucket holds 1..4"),
    ("current, 2-30, 31+", "'current' and '2-30': no bucket holds 1"),
    ("current, 1-30, 20-60, 61+", "'1-30' and '20-60' overlap at 20..30"),
    ("current, 1+, 31+", "'1+' and '31+' overlap at an open end"),
    ("current, 30-1, 31+", "'30-1' ends before it begins"),
    ("now, later", "'now' is not 'current', '1-30', '91+' or 'name=1..30'; 'later'"),
]


@pytest.mark.parametrize(("text", "said"), BAD_BUCKETS)
def test_buckets_with_gaps_or_overlaps_are_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Buckets.parse(text)
    assert said in str(caught.value)


def test_buckets_are_checked_however_they_are_made() -> None:
    assert Buckets.of([("all", None, None)]).locate(-7) == "all"
    assert len(Buckets.parse("not due=..-1, 0-30, 31+")) == 3
    assert str(Buckets.of_days(-1, 30)) == "up to -1=..-1, 0-30, 31+"
    bad: list[tuple[tuple[str, ...], tuple[Any, ...], str]] = [
        (("a",), (1,), "labels: 1 of them need 0 upper ends, not 1"),
        (("a", "b"), (1.5,), r"uppers\[0\]: 1.5 is not a whole number"),
        (("a", "b", "c"), (5, 5), "do not rise"),
        (("a", "a"), (1,), "labels: a is named twice"),
        (("a", "undated"), (1,), "'undated' is the name of another column"),
        (("a", " b"), (1,), "text without commas"),
    ]
    for labels, uppers, said in bad:
        with pytest.raises(InvalidValue, match=said):
            Buckets(labels, uppers)
    with pytest.raises(InvalidValue, match="at least one bucket"):
        Buckets.of([])
    with pytest.raises(InvalidValue, match="at least one last day"):
        Buckets.of_days()


def test_segments_by_behaviour_and_value() -> None:
    facts: list[Any] = []
    for number in range(6):
        for name, late in (("punctual", 0), ("sometimes", 9 if number == 0 else 0), ("often", 9)):
            due = date(2026, 1, 1 + number)
            invoice = Invoice(f"{name}-{number}", name, date(2025, 12, 1), due, D(10), "EUR")
            paid = Payment(
                f"pay-{name}-{number}",
                name,
                date(2026, 1, 1 + number + late),
                D(10),
                "EUR",
                applied=((invoice.id, D(10)),),
            )
            facts += [invoice, paid]
    facts += [bill("N", "900", AS_OF, "newcomer"), bill("S", "90", AS_OF, "small"), bill("T", "10", AS_OF, "tiny")]
    ledger = Ledger(facts)
    behaviour = segment(ledger, payment_behaviour(), as_of=AS_OF)
    expected = {"punctual": "reliable", "sometimes": "occasionally late", "often": "habitually late", "newcomer": "new"}
    assert {name: behaviour[name] for name in expected} == expected
    value = segment(ledger, value_classes(), as_of=AS_OF)
    assert [value[name] for name in ("newcomer", "small", "tiny", "often")] == ["A", "B", "C", "C"]
    sales = segment(ledger, value_classes(by="sales"), as_of=AS_OF)
    assert [sales[name] for name in ("newcomer", "small", "tiny", "often")] == ["A", "A", "C", "B"]
    with pytest.raises(NotFound):
        value["nobody"]
    lenient = segment(Ledger.collect([*facts, facts[0], bill("N", "1", AS_OF)]), value_classes(), as_of=AS_OF)
    assert "faulty facts were set aside" in str(lenient)


def test_segmentations_have_names_that_differ() -> None:
    with pytest.raises(InvalidValue, match="segments: a is named twice"):
        Segmentation("twice", (Segment("a", ALWAYS),), default="a")


def test_a_comparison_of_accounts_needs_the_others() -> None:
    account = BOOK.account("ACME")
    with pytest.raises(InvalidValue, match="exposure beside others compares accounts: give a Population"):
        Standing(account, as_of=AS_OF)["exposure_ahead"]
    with pytest.raises(NotFound, match="no measure 'mood'"):
        Standing(account, as_of=AS_OF)["mood"]
    nobody = Ledger([bill("A", "1", AS_OF)])
    empty = Population(nobody, as_of=date(2025, 1, 1))
    assert Standing(nobody.account("ACME"), as_of=date(2025, 1, 1), population=empty)["sales_ahead"] is None


def test_conditions_are_checked_and_described() -> None:
    with pytest.raises(NotFound, match="no measure 'mood'; known: days_past_due"):
        _ = measure("mood") >= 1
    for value in (1.5, True, "1", D("NaN"), None):
        with pytest.raises(
            InvalidValue, match="is not (a finite Decimal or a whole number|an int or a finite Decimal)"
        ):
            Compare("late_share", ">=", value)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="op: '!' is not one of"):
        Compare("late_share", "!", 1)  # type: ignore[arg-type]  # on purpose
    share = measure("late_share")
    sentence = describe((share.between(D("0.1"), D("0.5")) | share.equals(1)) & (measure("open_items") < 3))
    late = "share of the items settled in the last year or past due now that were or are late"
    assert sentence == (
        f"(({late} is at least 10.0% and {late} is at most 50.0%) or {late} is exactly 100.0%)"
        " and number of open items is less than 3"
    )
    assert (describe(ALWAYS), describe(NEVER)) == ("always", "never")
    told = explain(
        ~(share > D("0.5")) & (measure("days_past_due") > 9), {"late_share": D(1), "days_past_due": 3}, as_of=AS_OF
    )
    assert str(told) == (
        f"no: {late} is not more than 50.0% (it is 100.0%); days past due of the oldest open item is more than 9"
        " (it is 3, met on 2026-04-07)"
    )
    assert str(explain(share >= 1, {"late_share": None}, as_of=AS_OF)).endswith("(it is undefined)")
    assert not holds(share >= 0, {"late_share": None})
    assert (share >= 0).__and__(1) is NotImplemented
    assert (share >= 0).__or__(1) is NotImplemented
    assert ~~(share >= 0) == (share >= 0)


def test_a_kpi_says_why_it_has_no_value() -> None:
    found = kpi.dso_simple(1000, 0, 30)
    assert str(found) == "dso_simple: undefined: no sales"
    with pytest.raises(Undefined, match="dso_simple is undefined: no sales"):
        found.require()
    assert str(kpi.dso_simple(-1000, 10_000, 30, signed=True)) == "dso_simple: -3.00 days (net credit)"
    assert str(kpi.percent_current(1, 3)) == "percent_current: 33.33 %"
    assert str(kpi.dso_countback_unexplained(1000, [(300, 30)])) == "dso_countback_unexplained: 700.00"


def test_kpis_take_what_can_be_walked_once() -> None:
    assert kpi.weighted_average_days_late(iter([(1, 2)])).value == 2  # type: ignore[arg-type]  # lenient on purpose
    assert kpi.average_days_late(iter([2, 4])).value == 3  # type: ignore[arg-type]  # as above


BAD_CALLS: list[tuple[Any, tuple[Any, ...], str]] = [
    (kpi.dso_simple, (1.0, 2, 30), "receivables: 1.0 is not an int or a finite Decimal"),
    (kpi.dso_simple, (True, "2", -1), "receivables: True is not .*; credit_sales: '2' is not an int"),
    (kpi.dso_simple, (D("NaN"), 2, 30), "receivables: .* is not an int or a finite Decimal"),
    (kpi.dso_simple, (1, 2, 0), "days: 0 is not an int or a finite Decimal above 0"),
    (kpi.average_days_to_pay, ([1, 2.5],), r"days\[1\]: 2.5 is not an int"),
    (kpi.weighted_average_days_late, ([(1, 2), (1, None), (0.5, 1)],), r"items\[2\]\[0\]: 0.5"),
    (kpi.dso_simple, (None, 1, 30), "receivables: None is not an int"),
    (kpi.dso_simple, (1, 1, [30]), "days: .*30.* is not an int"),
    (kpi.percent_current, (1, None), "total: None"),
    (kpi.average_days_to_pay, ([None],), r"days\[0\]: None"),
    (kpi.weighted_average_days_late, ([(1, 2, 3)],), r"items\[0\]: \(1, 2, 3\) .tuple. is not a tuple of 2"),
    (kpi.dso_countback, (100, [(200, -30)]), r"months\[0\]: -30 days is not the length of a month"),
    (kpi.percent_current, (5, 3), "current: 5 is not a part of 3"),
    (kpi.percent_current, (-5, -3), "current: -5 is not a part of -3"),
]


@pytest.mark.parametrize(("function", "arguments", "said"), BAD_CALLS)
def test_a_wrong_call_raises(function: Any, arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        function(*arguments)


def test_kpis_at_their_edges() -> None:
    assert kpi.ar_turnover(None, 5, 10).reason == "insufficient history"
    assert kpi.ar_turnover(None, 5, 10, basis="closing").value == 2
    with pytest.raises(InvalidValue, match="basis: 'best' is not one of average, closing"):
        kpi.ar_turnover(1, 5, 10, basis="best")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="is not a whole number"):
        kpi.collection_effectiveness_index(1, 1, 1, 1, months=D(2))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="months: 0 is below 1"):
        kpi.collection_effectiveness_index(1, 1, 1, 1, months=0)
    assert kpi.dso_average(1, 1, 0, 30).reason == "no sales"
    assert kpi.dso_average(-3, 1, 10, 30).flags == ("net credit",)
    assert kpi.dso_average_snapshots([], 10, 30).reason == "insufficient history"
    assert kpi.dso_countback(10, [(5, 30), (-5, 30), (20, 30)]).value == 75


def test_a_scorecard_of_two_currencies() -> None:
    card = kpi.scorecard(BOOK, Period.quarter(2026, 1))
    assert list(dict.fromkeys(group for group, _ in card)) == ["EUR", "USD"] == list(card.groups)
    assert len(card) == len(list(card)) == 2 * len({kpi.name for _, kpi in card})
    assert card["USD", "dso_simple"].value == 90
    with pytest.raises(NotFound):
        card["CHF", "dso_simple"]
    with pytest.raises(InvalidValue, match="by: 'segment' is not a mapping"):
        kpi.scorecard(BOOK, Period.year(2026), by="segment")  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="period: 2026 is not a Period"):
        kpi.scorecard(BOOK, 2026)  # type: ignore[arg-type]  # on purpose
    early = kpi.scorecard(BOOK, Period.year(2024))
    assert early.groups == ()  # there was no account yet
    lenient = Ledger.collect([bill("A", "1", AS_OF), bill("A", "2", AS_OF), CreditNote("N", "X", AS_OF, D(1), "EUR")])
    assert "2 faulty facts were set aside" in str(kpi.scorecard(lenient, Period.year(2026)))
    assert "2 faulty facts were set aside" in str(plan(lenient, STANDARD_B2B, as_of=AS_OF))
    assert "2 faulty facts were set aside" in str(age(lenient, as_of=AS_OF))


def test_a_machine_is_checked_when_it_is_built() -> None:
    late = measure("days_past_due") >= 1
    with pytest.raises(InvalidValue) as caught:
        Machine("bad", ("a", "b", "b"), (Transition("a", late, "c"),))
    assert caught.value.faults == (
        "states: give at least one, each with a name of its own",
        "row 1: there is no state 'c'",
        "states: 'b' cannot be reached",
        "states: 'b' cannot be reached",
    )
    machine = Machine("good", ("a", 'b"'), (Transition("a", late, 'b"', ("x",)),))
    assert (machine.initial, machine.terminal) == ("a", ('b"',))
    assert [row.target for row in machine] == ['b"']
    assert "s0 --> s1: days past due of the oldest open item is at least 1" in machine.mermaid()
    with pytest.raises(NotFound, match="no state 'z'; known: a, b"):
        machine.step("z", Event())


EMAIL = (Notify("email"),)
BAD_POLICIES: list[tuple[dict[str, Any], str]] = [
    ({"levels": ()}, "levels: () (tuple): give at least one"),
    ({"levels": (Level("open", 1, do=EMAIL),)}, "names must be different from each other and from 'open'"),
    ({"levels": (Level("a", 1, do=EMAIL), Level("a", 2, do=EMAIL))}, "names must be different"),
    ({"levels": (Level("a", 5, do=EMAIL), Level("b", 5, do=EMAIL))}, "b: after 5 days, which is not later than a"),
    ({"levels": lambda: (Level("a", 1.5, do=EMAIL),)}, "after: 1.5 is not a whole number or None"),  # type: ignore[arg-type]  # on purpose
    ({"levels": lambda: (Level("a", -5, do=EMAIL),)}, "a level before the due date must be optional"),
    ({"levels": lambda: (Level("a", 5, gap=-1, do=EMAIL),)}, "Level a: gap: -1 is not a whole number of at least 0"),
    ({"levels": lambda: (Level("a", 5, deadline=-1, do=EMAIL),)}, "a: deadline: -1"),
    ({"levels": lambda: (Level("a", 5, minimum=Minimum(D(-1)), do=EMAIL),)}, "Minimum: amount: "),
    ({"levels": lambda: (Level("a", 5, do=("email",)),)}, "do[0]: 'email' is not a Notify or a Call or an Escalate"),  # type: ignore[arg-type]  # on purpose
    ({"levels": lambda: (Level("a", 5, do=(Escalate("boss"),)),)}, "do: give at least one action that is recorded"),
    ({"levels": [Level("a", 1, do=EMAIL)]}, "is not a tuple of Level"),
    ({"levels": (5,)}, "levels[0]: 5 is not a Level"),
    ({"levels": lambda: (Level(5, 1, do=EMAIL),)}, "name: 5 is not a name"),  # type: ignore[arg-type]  # on purpose
    ({"levels": lambda: (Level("a", 1, do=[Notify("email")]),)}, "do: [Notify(channel='email'"),  # type: ignore[arg-type]  # on purpose
    ({"name": ""}, "name: '' is not a name"),
    ({"unit": "case"}, "unit: 'case' is not one of account, invoice"),
    ({"minimum_gap": -1}, "minimum_gap: -1"),
    ({"promise_grace": -1}, "promise_grace: -1"),
    ({"minimum": 5}, "minimum: 5 is not a Minimum"),
]


@pytest.mark.parametrize(("change", "said"), BAD_POLICIES)
def test_a_policy_is_checked_when_it_is_built(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        made = {name: value() if callable(value) else value for name, value in change.items()}
        values: dict[str, Any] = {"name": "bad", "levels": (Level("a", 5, do=EMAIL),), **made}
        Policy(**values)
    assert said in str(caught.value)


def test_a_policy_in_words() -> None:
    policy = Policy(
        "tiny",
        (
            Level("reminder", -3, optional=True, do=EMAIL),
            Level("today", 0, gap=3, do=(Call("agent"),), approval="lead"),
            Level("last", 9, do=(Place("lawyer"),), deadline=5, gap=1, minimum=Minimum(D(20)), owner="lead"),
        ),
        unit="invoice",
        minimum=Minimum(D(5)),
        promise_grace=2,
    )
    assert str(policy).splitlines() == [
        "tiny: we look at each invoice by itself, with at least 7 days between two notices.",
        "Below 5.00 nothing is sent.",
        "A promise is broken 3 days after its date.",
        "1. reminder, 3 days before the due date: send email; passed over if a later level's days are reached.",
        "2. today, on the due date: call by agent; at least 3 days after the last notice; needs the approval of the lead.",
        "3. last, 9 days after the due date: place with lawyer; at least 1 day after the last notice; from 20.00 on; 5 days to pay; with the lead.",
    ]
    with pytest.raises(NotFound, match="no level 'x'; known: reminder, today, last"):
        policy.level("x")


def test_a_playbook_gives_each_segment_its_policy() -> None:
    soft = Policy("soft", (Level("kind word", 20, do=EMAIL),))
    playbook = Playbook(payment_behaviour(), (("new", soft),), default=STANDARD_B2B)
    found = plan(BOOK, playbook, as_of=AS_OF)
    assert [action.level for action in found.actions] == []
    assert {decision.case: decision.status for decision in found} == {
        "ACME/EUR": "waiting",
        "BETA/EUR": "held",
        "BETA/USD": "held",
    }
    assert [decision.case for decision in found.held] == ["ACME/EUR", "BETA/EUR", "BETA/USD"]
    assert playbook.policy_for("reliable") == STANDARD_B2B
    with pytest.raises(InvalidValue, match="there is no segment 'rich'; policies: .*; policies: rich is named twice"):
        Playbook(payment_behaviour(), (("rich", soft), ("rich", soft)), default=soft)


def ask(*facts: Any, on: date, policy: Policy = STANDARD_B2B) -> Any:
    (decision,) = decide(Ledger([bill("A", "100", date(2026, 2, 1)), *facts]).account("ACME"), policy, as_of=on)
    return decision


def notice(level: str, on: date, channel: Any = "email", name: str = "") -> Contact:
    return Contact(name or f"{level}-{channel}", "ACME", on, channel, level=level, items=("A",))


def codes(decision: Any) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_the_standard_ladder_step_by_step() -> None:
    early = ask(on=date(2026, 1, 24))
    assert (early.status, early.next_date, codes(early)) == ("waiting", date(2026, 1, 25), ["not_due", "not_due"])
    assert str(early.reasons[1]) == "reminder comes -7 days past due; it is -8 until 2026-01-25"
    reminder = ask(on=date(2026, 1, 25))
    assert [action.level for action in reminder.actions] == ["reminder"]
    assert reminder.next_date == date(2026, 2, 1)
    silent = ask(on=date(2026, 2, 2))
    assert (silent.status, codes(silent)) == ("waiting", ["not_due", "too_late"])
    first = ask(on=date(2026, 3, 31))
    assert [str(action.activity) for action in first.actions] == ["send email first_notice"]
    given = notice("first notice", date(2026, 2, 4))
    waiting = ask(given, on=date(2026, 2, 5))
    assert (waiting.level, waiting.next_date) == ("first notice", date(2026, 2, 18))
    assert codes(waiting) == ["not_due", "in_gap", "time_given", "all_recorded"]
    second = ask(given, on=date(2026, 2, 18))
    assert [str(action.activity) for action in second.actions] == ["send letter second_notice", "call by collector"]
    half = ask(given, notice("second notice", date(2026, 2, 18), "letter"), on=date(2026, 2, 19))
    assert [str(action.activity) for action in half.actions] == ["call by collector"]
    assert codes(half) == ["action_outstanding"]
    assert [action.id for action in half.actions] == [second.actions[1].id]
    demand = notice("final demand", date(2026, 3, 4), "letter")
    last = ask(demand, on=date(2026, 4, 2))
    assert codes(last) == ["level_reached", "needs_approval"]
    assert "needs approval: credit manager" in str(last)
    placed = ask(demand, Placement("PL", "ACME", date(2026, 4, 2), "agency"), on=date(2026, 4, 3))
    assert (placed.status, codes(placed)) == ("ended", ["held_placement"])


def test_the_next_date_is_also_the_day_on_which_another_item_joins() -> None:
    second = bill("B", "50", date(2026, 3, 31))
    decision = ask(second, on=date(2026, 2, 10))
    assert (decision.actions[0].items, decision.next_date) == (("A",), date(2026, 4, 1))
    joined = ask(second, on=date(2026, 4, 1))
    assert (joined.actions[0].items, joined.actions[0].amount, joined.next_date) == (("A", "B"), 150, None)


def test_what_is_given_by_mistake_is_refused_by_name() -> None:
    calls: list[tuple[Any, tuple[Any, ...], str]] = [
        (decide, (BOOK, STANDARD_B2B), "decide: account: .* is not an Account"),
        (decide, (BOOK.account("ACME"), "standard"), "policy: 'standard' is not a Policy"),
        (plan, (BOOK.account("ACME"), STANDARD_B2B), "ledger: .* is not a Ledger"),
        (plan, (BOOK, "standard"), "policy: 'standard' is not a Policy"),
        (segment, (BOOK, STANDARD_B2B), "segmentation: .* is not a Segmentation"),
        (segment, ([], payment_behaviour()), "ledger: "),
    ]
    for function, arguments, said in calls:
        with pytest.raises(InvalidValue, match=said):
            function(*arguments, as_of=AS_OF)
    activities: list[tuple[Any, str]] = [
        (lambda: Notify("pigeon", 7), "channel: 'pigeon' is not one of email, .*; template: 7"),  # type: ignore[arg-type]  # on purpose
        (lambda: Notify("call"), "channel: 'call'"),
        (lambda: Call("", None), "owner: '' is not a name .*; script: None is not a text"),  # type: ignore[arg-type]  # on purpose
        (lambda: Escalate(" x"), "to: ' x'"),
        (lambda: Place(5), "agency: 5"),  # type: ignore[arg-type]  # on purpose
    ]
    for make, said in activities:
        with pytest.raises(InvalidValue, match=said):
            make()


def test_other_channels_small_amounts_and_the_end_of_the_ladder() -> None:
    by_letter = ask(notice("first notice", date(2026, 2, 4), "letter"), on=date(2026, 2, 5))
    assert by_letter.actions == ()
    small = Payment("P", "ACME", date(2026, 2, 2), D(96), "EUR", applied=(("A", D(96)),))
    below = ask(small, on=date(2026, 2, 10))
    assert (below.status, codes(below)) == ("waiting", ["below_minimum", "too_late", "below_minimum"])
    assert str(below.reasons[0]) == "first notice needs 5.00; what may be dunned is 4.00"
    two = Policy("two", (Level("only", 1, do=(Notify("email"), Notify("letter"))),))
    both = ask(on=date(2026, 2, 2), policy=two)
    assert len(both.actions) == 2
    one = ask(notice("only", date(2026, 2, 2)), on=date(2026, 2, 2), policy=two)
    assert [str(action.activity) for action in one.actions] == ["send letter"]
    done = ask(
        notice("only", date(2026, 2, 2)), notice("only", date(2026, 2, 2), "letter"), on=date(2026, 2, 3), policy=two
    )
    assert (done.status, codes(done), done.next_date) == ("ended", ["all_recorded", "ladder_ended"], None)


def test_all_that_is_promised_or_covered_is_held_whatever_it_falls_on() -> None:
    second = bill("B", "100", date(2026, 2, 2))
    promises = [Promise(f"M{n}", "ACME", date(2026, 2, 3), date(2026, 3, 1), D(100), "EUR") for n in (1, 2)]
    on = date(2026, 2, 10)
    assert ask(second, *promises, on=on).status == "held"
    paid = Payment("P", "ACME", date(2026, 2, 2), D(100), "EUR")
    assert ask(second, paid, promises[0], on=date(2026, 2, 2)).status != "held"
    covered = ask(second, Payment("P", "ACME", date(2026, 1, 2), D(100), "EUR"), promises[1], on=on)
    assert {(part.item, part.code) for part in covered.holds} == {("A", "held_promise"), ("B", "held_credit")}


def test_what_a_policy_does_not_know_gives_no_level() -> None:
    strange = ask(notice("unheard of", date(2026, 2, 5)), on=date(2026, 2, 6))
    assert (strange.level, codes(strange)) == (None, ["in_gap", "too_late", "in_gap"])
    promise = Promise("M", "ACME", date(2026, 2, 3), date(2026, 3, 1), D(100), "EUR")
    both = ask(Dispute("D", "A", date(2026, 2, 2)), promise, on=date(2026, 2, 10))
    assert [part.code for part in both.holds] == ["held_dispute"]


def test_a_placement_of_other_debts_does_not_count() -> None:
    ledger = Ledger([
        bill("A", "100", date(2026, 2, 1)), bill("U", "100", date(2026, 2, 1), currency="USD"),
        Placement("PL", "ACME", date(2026, 2, 9), "agency", items=("U",)),
    ])  # fmt: skip
    (decision,) = decide(ledger.account("ACME", "EUR"), STANDARD_B2B, as_of=date(2026, 2, 10))
    assert decision.status == "due"


def test_a_placement_gives_its_level_even_when_it_is_recalled() -> None:
    recalled = Placement("PL", "ACME", date(2026, 4, 2), "agency", recalled=date(2026, 5, 1))
    after = ask(recalled, on=date(2026, 6, 1))
    assert (after.status, after.level, after.actions) == ("ended", "placement", ())


def test_what_is_held_says_so() -> None:
    paid = Payment("P", "ACME", date(2026, 2, 2), D(100), "EUR")
    covered = ask(paid, on=date(2026, 2, 10))
    assert (covered.status, [str(reason) for reason in covered.reasons]) == (
        "held",
        ["covered by unapplied credit of 100.00"],
    )
    clear = ask(Payment("P", "ACME", date(2026, 2, 2), D(100), "EUR", applied=(("A", D(100)),)), on=date(2026, 2, 10))
    assert (clear.status, codes(clear), clear.next_date) == ("clear", ["nothing_open"], None)
    undated = decide(Ledger([bill("A", "1", None)]).account("ACME"), STANDARD_B2B, as_of=AS_OF)
    assert [(each.status, codes(each)) for each in undated] == [("waiting", ["undated"])]


def test_actions_become_the_facts_that_record_them() -> None:
    on = date(2026, 2, 4)
    (first,) = ask(on=on).actions
    assert first.as_fact(on=on) == Contact(
        "standard B2B/ACME/EUR/first notice/1/1", "ACME", on, "email",
        level="first notice", items=("A",), deadline=date(2026, 2, 14),
    )  # fmt: skip
    (letter, escalation) = ask(
        notice("second notice", date(2026, 2, 18), "letter"),
        notice("second notice", date(2026, 2, 18), "call"),
        on=date(2026, 3, 4),
    ).actions
    assert letter.as_fact(on=on).channel == "letter"
    assert escalation.as_fact(on=on) is None
    assert str(escalation) == "escalate to credit manager: final demand, 100.00 EUR"


@attrs.frozen
class Sheet(Report[tuple[str, Decimal | None]]):
    """A report made for this test."""

    day: date
    lines: tuple[tuple[str, Decimal | None], ...]

    _rows = "lines"
    _same = ("day",)
    _columns = (
        Column("name", itemgetter(0), heading="who", left=True),
        Column("amount", itemgetter(1), heading="how much", show=cents),
        Column(None, lambda line: line[0].upper(), heading="shouted", left=True),
        Column("", lambda line: {f"is_{line[0]}": True}),
    )

    def _title(self) -> str:
        return f"Sheet of {self.day}"

    def _notes(self) -> list[str]:
        return set_aside(2)


def test_columns_declared_once_are_records_text_and_html() -> None:
    sheet = Sheet(date(2026, 1, 5), (("ann", D("1.005")), ("bob", None)))
    assert (list(sheet), len(sheet)) == ([("ann", D("1.005")), ("bob", None)], 2)
    assert sheet.records() == [
        {"day": date(2026, 1, 5), "name": "ann", "amount": D("1.005"), "is_ann": True},
        {"day": date(2026, 1, 5), "name": "bob", "amount": None, "is_bob": True},
    ]
    assert str(sheet).splitlines() == [
        "Sheet of 2026-01-05",
        "who  how much  shouted",
        "-" * 22,
        "ann      1.01  ANN",
        "bob         -  BOB",
        "2 faulty facts were set aside",
    ]
    assert "... and 1 more rows" in sheet.text(rows=1)
    assert '<th style="text-align:left">who</th><th style="text-align:right">how much</th>' in sheet._repr_html_()
    assert set_aside(0) == []


def _reports(kind: type[Rows[Any]]) -> Iterator[type[Rows[Any]]]:
    for each in kind.__subclasses__():
        yield each
        yield from _reports(each)


def test_every_report_names_the_keys_of_its_records_or_makes_them_itself() -> None:
    for module in pkgutil.walk_packages(dunning.__path__, "dunning."):
        importlib.import_module(module.name)
    found = {each for each in _reports(Rows) if each.__module__.startswith("dunning.") and each.__name__ != "Report"}
    assert len(found) > 20
    for each in found:
        told = (each.__doc__ or "").partition("Keys of its ``records()``: ")[2]
        own = {"records", "_record"} & set(vars(each))
        assert told or own, each
        assert [column.key for column in each._columns if column.key and column.key not in told] == []


def test_buckets_may_not_share_a_day() -> None:
    with pytest.raises(InvalidValue, match="'a' and 'b' overlap at 30"):
        Buckets.of([("a", None, 30), ("b", 30, None)])
    with pytest.raises(InvalidValue, match="labels: text without commas"):
        Buckets(("", "b"), (30,))
    assert str(Buckets.of([("a", None, 30), ("b", 31, None)])) == "a=..30, b=31.."


def test_an_account_with_nothing_open_and_no_credit_has_no_row() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR")
    paid = Payment("P", "ACME", date(2026, 2, 4), Decimal(100), "EUR", applied=(("I", Decimal(100)),))
    assert list(age(Ledger([bill, paid]), as_of=date(2026, 2, 4))) == []


def test_a_label_of_an_item_is_a_text() -> None:
    ledger = Ledger(
        [Invoice("I", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR", tags=("north", "key"))]
    )
    with pytest.raises(InvalidValue, match="by: the label of I is 7; give a text"):
        age(ledger, as_of=date(2026, 2, 4), by=by_item(lambda _: 7))  # type: ignore[arg-type,return-value]  # on purpose
    assert [row.label for row in age(ledger, as_of=date(2026, 2, 4), by=by_tag("key", "north"))] == ["key"]
    assert [row.label for row in age(ledger, as_of=date(2026, 2, 4), by=by_tag("south"))] == ["(none)"]
