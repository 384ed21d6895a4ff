"""The collector's day by hand: the order of the list, who takes what, the call sheet, and what came of a call."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning import (
    Contact,
    ContactFlag,
    Dispute,
    Hold,
    Invoice,
    Ledger,
    Payment,
    PaymentPlan,
    Promise,
    Reversal,
    Task,
    decide,
    plan,
)
from dunning.amounts import PerCurrency
from dunning.authority import settlement_offer
from dunning.contact import Cap, ContactRules, Party, Rule
from dunning.decision.timelines import next_step
from dunning.errors import InvalidValue, NotFound
from dunning.forecast import PaymentCurve, payment_curves
from dunning.invoice import Installment
from dunning.ledger import Fact
from dunning.measures import custom
from dunning.policy import Call, Level, Notify, Place, Policy, Succession
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.contact_law import courteous_b2b
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.worklist import Agreed, Brief, Collector, Team, Weight, Worklist, brief, outcome, worklist

DAY = date(2026, 3, 3)
CALLS = Policy("calls", (Level("call", 5, do=(Call("collector"),)), Level("end", 40, do=(Place(),))), minimum_gap=3)
AGE = (Weight("days_past_due", Decimal(10), Decimal(100)), Weight("overdue_balance", Decimal(10), Decimal(1000)))
CONTACT = ContactRules(courteous_b2b(), Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business"))


def bill(customer: str, amount: int, due: date, currency: str = "EUR", **more: Any) -> Invoice:
    return Invoice(f"{customer}-{due}", customer, date(2026, 1, 1), due, Decimal(amount), currency, **more)


def listed(*facts: Fact, policy: Policy = CALLS, on: date = DAY, **more: Any) -> Worklist:
    weights = more.pop("weights", AGE)
    return worklist(plan(Ledger(facts), policy, as_of=on), weights=weights, **more)


def test_the_most_urgent_comes_first_and_the_parts_sum_to_the_score() -> None:
    found = listed(
        bill("OLD", 100, date(2026, 1, 2)),
        bill("BIG", 900, date(2026, 2, 25)),
        bill("HUGE", 5000, date(2026, 2, 25)),
        bill("SOON", 5000, date(2026, 3, 1)),
        bill("AHEAD", 5000, date(2026, 4, 1)),
    )
    assert [each.case for each in found] == ["HUGE/EUR", "BIG/EUR", "OLD/EUR"]
    assert [(each.rank, str(each.score)) for each in found] == [(1, "10.6000"), (2, "9.6000"), (3, "7.0000")]
    for item in found:
        assert sum(part.points for part in item.parts) == item.score
    assert (
        str(found.items[2])
        == "3. OLD/EUR: call by collector (score 7.0000: days_past_due 6.0000, overdue_balance 1.0000)"
    )
    assert [(each.case, each.kind, each.on) for each in found.watched] == [("SOON/EUR", "ahead", date(2026, 3, 6))]
    assert found["BIG/EUR"].rank == 2
    with pytest.raises(NotFound):
        found["SOON/EUR"]
    text = found.text()
    assert "past due but not due today: 1 ahead, 0 held, 0 review" in text
    row = found.records()[0]
    assert (row["score_days_past_due"], row["todo"]) == (Decimal("0.6000"), "call by collector")
    assert pickle.loads(pickle.dumps(found)) == found


def test_equal_scores_are_ordered_by_amount_then_case() -> None:
    facts = [bill(name, amount, date(2026, 2, 20)) for name, amount in (("B", 2000), ("A", 2000), ("C", 3000))]
    assert [each.case for each in listed(*facts)] == ["C/EUR", "A/EUR", "B/EUR"]


def test_scales_by_currency_and_what_is_undefined() -> None:
    weights = (
        Weight("overdue_balance", Decimal(10), PerCurrency((("JPY", Decimal(100_000)),), Decimal(1000))),
        Weight("days_since_contact", Decimal(5), Decimal(30), missing=Decimal("0.5")),
        Weight("risk", Decimal(3), Decimal(1)),
        Weight("custom[rating]", Decimal(4), Decimal(100)),
    )
    found = listed(
        bill("A", 500, date(2026, 2, 20)), bill("J", 50_000, date(2026, 2, 20), "JPY"),
        weights=weights, custom=(custom("rating", {"A": 25}),),
    )  # fmt: skip
    assert [[str(part.points) for part in each.parts] for each in found] == [
        ["5.0000", "2.5000", "0.0000", "1.0000"],
        ["5.0000", "2.5000", "0.0000", "0.0000"],
    ]


def curve() -> PaymentCurve:
    facts: list[Fact] = []
    for number, days in enumerate((5, 20, 60, 61)):
        name = f"P{number}"
        facts.append(Invoice(name, "Z", date(2025, 1, 1), date(2025, 1, 31), Decimal(10), "EUR"))
        on = date.fromordinal(date(2025, 1, 31).toordinal() + days)
        facts.append(Payment(f"PAY{number}", "Z", on, Decimal(10), "EUR", applied=((name, Decimal(10)),)))
    return payment_curves(Ledger(facts), as_of=DAY).pooled


def test_risk_is_the_chance_not_to_be_paid_within_thirty_days() -> None:
    # 11 days late: three of four were open then, one was paid within 30 days more, two were not
    found = listed(
        bill("A", 500, date(2026, 2, 20)), bill("A", 500, date(2026, 4, 1)), bill("B", 500, date(2025, 12, 1)),
        weights=(Weight("risk", Decimal(9), Decimal(1)),), curve=curve(),
    )  # fmt: skip
    assert {each.customer: str(each.score) for each in found} == {"A": "6.0000", "B": "9.0000"}


def test_work_is_split_by_owner_role_skill_and_capacity() -> None:
    facts = [bill(name, 1000 - at, date(2026, 2, 20)) for at, name in enumerate("ABCDE")]
    team = Team(
        (Collector("north", 2, skills=("french",)), Collector("south", 1), Collector("mail", roles=("writer",))),
        owners=(("E", "south"), ("D", "gone")),
        needs=(("B", "french"), ("C", "dutch")),
    )
    found = listed(*facts, team=team)
    assert {each.customer: each.collector for each in found} == {
        "A": "north", "B": "north", "C": None, "D": "south", "E": None,
    }  # fmt: skip
    assert found["C/EUR"].unassigned == "nobody is collector with dutch"
    assert found["E/EUR"].unassigned == "no capacity left of south"
    assert [each.customer for each in found.of("north")] == ["A", "B"]
    who = [line.rpartition("  ")[2] for line in found.text().splitlines() if "/EUR" in line]
    assert who == ["north", "north", "nobody is collector with dutch", "south", "no capacity left of south"]
    assert len(found.of(None)) == 2
    unlimited = listed(*facts, team=Team((Collector("all"), Collector("some", 9))))
    assert {each.collector for each in unlimited} == {"all"}
    none = listed(*facts, team=Team((Collector("idle", 0),)))
    assert {each.unassigned for each in none} == {"no capacity left"}


def test_what_is_written_takes_no_call() -> None:
    letters = Policy("letters", (Level("letter", 5, do=(Notify("letter"),), owner="desk"),))
    (item,) = listed(bill("A", 500, date(2026, 2, 20)), policy=letters, team=Team((Collector("x", 0),)))
    assert (item.is_call, item.collector, item.unassigned, item.role) == (False, None, "", "desk")


def test_a_call_back_and_a_broken_promise_come_up_on_their_days() -> None:
    facts: list[Fact] = [
        bill("A", 500, date(2026, 2, 20)),
        Contact(
            "C1", "A", date(2026, 2, 25), "call", level="call", outcome="spoke", follow_up=date(2026, 3, 3), by="KIM"
        ),
        bill("B", 500, date(2026, 2, 20)),
        Contact("C2", "B", date(2026, 2, 25), "call", level="call", outcome="promised"),
        Promise("P2", "B", date(2026, 2, 25), date(2026, 3, 2), Decimal(500), "EUR"),
        bill("B", 1, date(2026, 1, 2)),
        Payment("PAY", "B", date(2026, 1, 2), Decimal(1), "EUR", applied=(("B-2026-01-02", Decimal(1)),)),
        Promise("P3", "B", date(2026, 2, 25), date(2026, 3, 2), Decimal(5), "EUR", items=("B-2026-01-02",)),
    ]
    assert {each.case: each.todo for each in listed(*facts)} == {
        "A/EUR": ("call back as agreed (C1, 2026-03-03)",),
        "B/EUR": ("promise broken (P2, 2026-03-03)",),
    }
    before = listed(*facts, on=date(2026, 3, 2))
    assert (len(before), {each.on for each in before.watched}) == (0, {date(2026, 3, 3)})
    missed = Contact("C3", "A", DAY, "call", outcome="no_answer")
    assert "A/EUR" in {each.case for each in listed(*facts, missed)}
    spoken = Contact("C3", "A", DAY, "call", outcome="spoke", follow_up=date(2026, 3, 20))
    after = listed(*facts, spoken)
    assert [each.case for each in after] == ["B/EUR"]
    assert after.watched[0].on == date(2026, 3, 20)


def test_what_nothing_brings_up_is_reviewed() -> None:
    dispute = Dispute("D", "A-2026-02-20", date(2026, 2, 25), reason="short")
    facts: list[Fact] = [bill("A", 500, date(2026, 2, 20)), dispute]
    found = listed(*facts)
    assert [(each.case, each.kind, each.on, each.owner, each.why) for each in found.review] == [
        ("A/EUR", "review", DAY, "credit manager", "disputed in D")
    ]
    assert "to be reviewed today: A/EUR" in found.text()
    reviewed = listed(*facts, Task("T", "A", DAY, "review"), review_every=10, reviewer="lead")
    assert [(each.on, each.owner) for each in reviewed.watched] == [(date(2026, 3, 13), "lead")]
    assert reviewed.review == ()
    held = listed(bill("A", 500, date(2026, 2, 20)), Hold("H", "A", DAY, end=date(2026, 4, 1), reason="x"))
    assert [(each.kind, each.on) for each in held.watched] == [("held", date(2026, 4, 1))]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: listed(weights=()), "weights: () (tuple): give at least one"),
        (lambda: listed(weights=(AGE[0], AGE[0])), "weights: days_past_due is named twice"),
        (lambda: listed(review_every=0), "review_every: 0"),
        (lambda: listed(team="me"), "team: 'me' is not a Team or None"),
        (lambda: Weight("days_past_due", Decimal(0), Decimal(1)), "weight: Decimal('0') is not a finite Decimal above zero"),
        (lambda: Weight("days_past_due", Decimal(1), PerCurrency((("EUR", Decimal(0)),), Decimal(1))), "full: Decimal('0')"),
        (lambda: Weight("tags", Decimal(1), Decimal(1)), "measure: tags is a text"),
        (lambda: Weight("days_past_due", Decimal(1), Decimal(1), missing=Decimal(2)), "missing: Decimal('2')"),
        (lambda: Collector("", -1, roles="x"), "capacity: -1 is not a whole number of at least 0 or None"),  # type: ignore[arg-type]  # on purpose
        (lambda: Team(()), "collectors: () (tuple): give at least one"),
        (lambda: Team((Collector("a"),), owners=(("A", "a"), ("A", "b"))), "owners: A is named twice"),
        (lambda: Team(("a",), needs={"A": "fr"}), "collectors[0]: 'a' is not a Collector; needs: {'A': 'fr'} (dict) is not a tuple, each a"),  # type: ignore[arg-type]  # on purpose
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)


STORY: list[Fact] = [
    bill("ACME", 1000, date(2026, 1, 20), reference="order 7", tags=("export",)),
    bill("ACME", 500, date(2026, 3, 20)),
    Invoice("LATER", "ACME", date(2026, 1, 1), None, Decimal(70), "EUR"),
    Payment("CASH", "ACME", date(2026, 2, 20), Decimal(30), "EUR"),
    Contact("C1", "ACME", date(2026, 1, 25), "email", level="first notice", by="robot"),
    Contact("C2", "ACME", date(2026, 2, 10), "call", outcome="no_answer", by="KIM", follow_up=date(2026, 2, 11)),
    Contact("C3", "ACME", date(2026, 2, 11), "call", direction="inbound", outcome="promised", note="<pays> soon"),
    Promise("P1", "ACME", date(2026, 2, 11), date(2026, 2, 18), Decimal(400), "EUR"),
    Dispute("D1", "ACME-2026-01-20", date(2026, 2, 12), amount=Decimal(200), reason="quantity"),
    Dispute("D2", "ACME-2026-03-20", date(2026, 2, 12)),
    Hold("H1", "ACME", date(2026, 2, 12), invoice="LATER", reason="waits for order"),
    ContactFlag("F1", "ACME", date(2026, 2, 12), "opt_out", channel="sms", note="only by phone"),
    ContactFlag("F2", "ACME", date(2026, 2, 12), "quiet", end=date(2026, 2, 14)),
]  # fmt: skip


def test_a_call_sheet_has_all_that_one_needs_to_know() -> None:
    account = Ledger(STORY).account("ACME")
    sheet = brief(
        account, STANDARD_B2B, as_of=DAY, contact=CONTACT, at=datetime(2026, 3, 3, 10, tzinfo=UTC),
        segmentation=payment_behaviour(),
        offer=settlement_offer(account, STANDARD_AUTHORITY, role="team lead", as_of=DAY),
    )  # fmt: skip
    said = str(sheet)
    for expected in (
        "ACME, EUR, on 2026-03-03",
        "yes, now",
        "segment: ",
        "in all: 1,570.00, of which 1,000.00 past due",
        "less: 30.00 of unapplied cash and credit",
        "ACME-2026-01-20: 1,000.00 of 1,000.00 for order 7; export, issued 2026-01-01, fell due 2026-01-20, 42 days past due, 200.00 of it disputed",
        "falls due 2026-03-20",
        "LATER: 70.00 of 70.00, issued 2026-01-01, no due date",
        '2026-02-11: call by them: promised. "<pays> soon"',
        "2026-02-10: call by KIM: no answer. Next on 2026-02-11",
        "2026-01-25: email by robot, first notice",
        "P1: 400.00 by 2026-02-18, made 2026-02-11: broken, 0.00 received",
        "D1: 200.00 of ACME-2026-01-20 since 2026-02-12: quantity",
        "D2: all of it of ACME-2026-03-20 since 2026-02-12: no reason recorded",
        "H1: waits for order on LATER, until ended",
        "F1: opt out (sms) since 2026-02-12. only by phone",
        "ACME/EUR: send letter second_notice; call by collector; promise broken (P1, 2026-02-19), because second notice is reached",
        "ACME/EUR: on 2026-03-14: final demand: send letter final_demand; final demand: escalate to credit manager",
        "pay today: 670.00 on 2026-03-03, 100.00 let off",
    ):
        assert expected in said, (expected, said)
    assert "F2" not in said
    html = sheet._repr_html_()
    assert "&lt;pays&gt; soon" in html
    assert "<pays>" not in html
    assert {row["section"] for row in sheet.records()} == set(sheet.sections)
    assert len(sheet) == len(list(sheet))
    assert pickle.loads(pickle.dumps(sheet)) == sheet


def test_an_offer_on_a_call_sheet_is_for_its_account_and_day() -> None:
    account, other = (Ledger([bill(name, 500, date(2026, 2, 20))]).account(name) for name in "AB")
    for whose, day in ((other, DAY), (account, date(2026, 3, 2))):
        offer = settlement_offer(whose, STANDARD_AUTHORITY, role="team lead", as_of=day)
        with pytest.raises(InvalidValue, match=f"offer: it is for {whose.customer}, EUR, on {day}"):
            brief(account, CALLS, as_of=DAY, offer=offer)


def test_nothing_agreed_is_refused() -> None:
    with pytest.raises(InvalidValue, match="give a promise, a dispute or a follow_up date, or say why none in no_date"):
        Agreed(no_date=" ")
    with pytest.raises(InvalidValue, match="call_back: say in follow_up on which day they want to be called"):
        Agreed(no_date="moved", call_back=True)
    with pytest.raises(InvalidValue) as caught:
        Agreed(promise=(Decimal("NaN"), DAY), disputed=("X", "X"), no_date=3)  # type: ignore[arg-type]  # on purpose
    assert [fault.split(": ")[0] for fault in caught.value.faults] == ["promise[0]", "disputed", "no_date"]


def test_a_call_sheet_says_when_one_may_call_and_what_is_put_off() -> None:
    account = Ledger([*STORY, ContactFlag("F3", "ACME", date(2026, 3, 1), "opt_out", channel="call")]).account("ACME")
    sunday = datetime(2026, 3, 1, 10, tzinfo=UTC)
    shut = brief(
        Ledger(STORY).account("ACME"), STANDARD_B2B, as_of=date(2026, 3, 1), contact=CONTACT, at=sunday, last=0
    )
    assert shut.section("May we call?")[0].text == "not now, from 2026-03-02 08:00 UTC on: closed on Sundays"
    assert shut.section("Last contacts") == ()
    there = sunday.astimezone(timezone(timedelta(hours=-5), "Lima"))
    shut = brief(Ledger(STORY).account("ACME"), STANDARD_B2B, as_of=date(2026, 3, 1), contact=CONTACT, at=there, last=0)
    assert shut.section("May we call?")[0].text == "not now, from 2026-03-02 03:00 Lima on: closed on Sundays"
    never = brief(account, STANDARD_B2B, as_of=DAY, contact=CONTACT, at=datetime(2026, 3, 3, 10, tzinfo=UTC))
    assert never.section("May we call?")[0].text.startswith("not now, and no moment is known at which we may: opt out")
    assert "call by collector is not permitted (courteous-opt-out); instead today: send email" in str(never)
    free = brief(
        account,
        STANDARD_B2B,
        as_of=DAY,
        contact=ContactRules((), CONTACT.everyone),
        at=datetime(2026, 3, 3, 10, tzinfo=UTC),
    )
    assert free.section("May we call?")[0].text == "no rules are loaded; nothing was checked"


def test_a_call_sheet_of_a_plan_and_of_an_ended_ladder(monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = PaymentPlan(
        "PLAN", "A", date(2026, 2, 1), "EUR", (Installment(date(2026, 4, 1), Decimal(500)),), ("A-2026-01-10",)
    )
    sheet = brief(Ledger([bill("A", 500, date(2026, 1, 10)), agreed]).account("A"), CALLS, as_of=DAY)
    assert "PLAN: active, 0.00 paid, next due 2026-04-01" in str(sheet)
    short = Policy("short", (Level("call", 5, do=(Call(),)),))
    called = Contact("C", "A", date(2026, 2, 1), "call", level="call")
    ended = brief(Ledger([bill("A", 500, date(2026, 1, 10)), called]).account("A"), short, as_of=DAY)
    assert ended.section("If they do not pay") == ()
    monkeypatch.setattr("dunning.decision.timelines.CHANGES", 1)
    cut = brief(Ledger([bill("A", 500, date(2026, 3, 1))]).account("A"), short, as_of=DAY)
    assert cut.section("If they do not pay") == ()
    paid = Payment("P", "A", DAY, Decimal(500), "EUR", applied=(("A-2026-01-10", Decimal(500)),))
    clear = brief(Ledger([bill("A", 500, date(2026, 1, 10)), paid]).account("A"), short, as_of=DAY)
    assert "nothing due, because nothing is open" in str(clear)


def test_a_call_sheet_under_policies_that_follow_one_another() -> None:
    graceful = Policy("graceful", CALLS.levels, promise_grace=5)
    promise = Promise("P", "A", date(2026, 2, 10), date(2026, 3, 1), Decimal(500), "EUR")
    account = Ledger([bill("A", 500, date(2026, 2, 20)), promise]).account("A")
    following = Succession(((date(2026, 1, 1), graceful),))
    for source in (graceful, following):
        (line,) = brief(account, source, as_of=DAY).section("Promises")
        assert "pending" in line.text
    (line,) = brief(account, graceful.compile(), as_of=DAY).section("Promises")
    assert "broken" in line.text  # a table has no days of grace
    single = Policy("single", CALLS.levels, unit="invoice")
    later = Succession(((date(2026, 1, 1), CALLS), (date(2026, 3, 4), single)), running="move")
    sheet = brief(account, later, as_of=DAY)
    assert sheet.section("If they do not pay") == ()


def test_a_call_sheet_keeps_the_rules_of_contact_in_what_comes_next() -> None:
    account = Ledger([bill("A", 500, date(2026, 3, 2))]).account("A")  # due on Saturday, 7 March
    assert (
        str(brief(account, CALLS, as_of=DAY).section("If they do not pay")[0].text)
        == "on 2026-03-07: call: call by collector"
    )
    assert brief(account, CALLS, as_of=DAY, contact=CONTACT).section("If they do not pay")[0].on == date(2026, 3, 9)


def test_a_call_sheet_shows_what_was_paid_and_is_a_page_by_itself() -> None:
    paid = [
        Payment(f"P{n}", "A", date(2026, 2, n), Decimal(n), "EUR", applied=(("A-2026-02-20", Decimal(n)),))
        for n in (1, 2, 3)
    ]
    back = Reversal("R", "P3", DAY)
    shy = ContactFlag("F", "A", date(2026, 2, 1), "inconvenient", start=time(12), stop=time(14))
    account = Ledger([bill("A", 500, date(2026, 2, 20)), *paid, back, shy]).account("A")
    sheet = brief(account, CALLS, as_of=DAY, last=1)
    assert [each.text for each in sheet.section("Last payments")] == ["2.00 received: 2.00 to A-2026-02-20"]
    assert [each.text for each in sheet.section("What they asked for")] == [
        "inconvenient from 12:00 to 14:00 since 2026-02-01"
    ]
    page = sheet.html()
    assert page.startswith(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A, EUR, on 2026-03-03</title>'
    )
    assert sheet._repr_html_() in page


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            {"at": datetime(2027, 3, 3, 10, tzinfo=UTC), "contact": CONTACT},
            "at: 2027-03-03 10:00:00+00:00 is not on 2026-03-03",
        ),
        ({"last": "all"}, "last: 'all' is not a whole number of at least 0"),
        ({"at": datetime(2026, 3, 3, 10, tzinfo=UTC)}, "contact: give the rules of contact"),
        ({"last": -1}, "last: -1"),
        ({"offer": "half"}, "offer: 'half' is not a SettlementOffer or None"),
        ({"contact": CONTACT, "at": datetime(2026, 3, 3, 10)}, "has no time zone"),
    ],
)
def test_what_a_brief_refuses(more: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        brief(Ledger(STORY).account("ACME"), CALLS, as_of=DAY, **more)
    assert said in str(caught.value)


def test_the_result_of_a_call_becomes_facts() -> None:
    ledger = Ledger([bill("A", 500, date(2026, 2, 20))])
    account = ledger.account("A")
    (action,) = decide(account, CALLS, as_of=DAY)[0].actions
    facts = outcome(
        account, "promised", Agreed(promise=(Decimal(500), date(2026, 3, 10))), on=DAY, by="KIM", action=action, note="yes",
        at=datetime(2026, 3, 3, 10, tzinfo=UTC), place="work",
    )  # fmt: skip
    contact, promise = facts
    assert isinstance(contact, Contact)
    assert (contact.id, contact.level, contact.items, contact.by, contact.place) == (
        action.id, "call", ("A-2026-02-20",), "KIM", "work",
    )  # fmt: skip
    assert isinstance(promise, Promise)
    assert (promise.due, promise.items) == (date(2026, 3, 10), ("A-2026-02-20",))
    after = listed(*ledger.facts, *facts)
    assert (len(after), after.watched[0].on) == (0, date(2026, 3, 11))
    later = listed(*ledger.facts, *facts, on=date(2026, 3, 11))
    assert later.items[0].todo == (f"promise broken ({promise.id}, 2026-03-11)",)


def test_a_call_that_reached_nobody_does_not_give_the_level() -> None:
    ledger = Ledger([bill("A", 500, date(2026, 2, 20))])
    account = ledger.account("A")
    (action,) = decide(account, CALLS, as_of=DAY)[0].actions
    facts = outcome(account, "no_answer", Agreed(follow_up=date(2026, 3, 4)), on=DAY, by="KIM", action=action)
    again = listed(*ledger.facts, *facts, on=date(2026, 3, 4))
    assert again.items[0].todo == ("call by collector", "try again (A/EUR/2026-03-03/1, 2026-03-04)")
    second = outcome((ledger + facts).account("A"), "busy", Agreed(follow_up=date(2026, 3, 4)), on=DAY, by="KIM")
    assert second[0].id == "A/EUR/2026-03-03/2"


def test_what_is_done_on_the_channel_offered_gives_the_level() -> None:
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    barred = ContactFlag("F", "A", date(2026, 1, 1), "opt_out", channel="email")
    ledger = Ledger([bill("A", 500, date(2026, 2, 20)), barred])
    calls = ContactRules(courteous_b2b(), CONTACT.everyone, instead=("call",))
    (deferral,) = plan(ledger, mails, as_of=DAY, contact=calls).deferred
    (contact,) = outcome(
        ledger.account("A"), "spoke", Agreed(no_date="will pay"), on=DAY, by="KIM", action=deferral.instead
    )
    assert isinstance(contact, Contact)
    assert (contact.channel, contact.instead_of, contact.level) == ("call", "email", "mail")
    assert plan(ledger + [contact], mails, as_of=DAY, contact=calls).deferred == ()
    (action,) = decide(ledger.account("A"), mails, as_of=DAY)[0].actions
    assert [
        each.channel
        for each in outcome(ledger.account("A"), "spoke", Agreed(no_date="-"), on=DAY, by="KIM", action=action)
        if isinstance(each, Contact)
    ] == ["email"]


def test_days_that_were_named_are_kept_until_somebody_has_spoken_with_the_customer() -> None:
    def asked(*contacts: Contact, on: date) -> list[tuple[str, date]]:
        account = Ledger([bill("A", 500, date(2026, 2, 20)), *contacts]).account("A")
        quiet = Policy("quiet", (Level("late", 300, do=(Notify("letter"),)),))
        return [(each.kind, each.on) for each in decide(account, quiet, as_of=on)[0].follow_ups]

    def call(day: int, outcome: str | None, follow_up: int | None = None, **more: Any) -> Contact:
        then = None if follow_up is None else date(2026, 3, follow_up)
        return Contact(f"C{day}{outcome}", "A", date(2026, 3, day), "call", outcome=outcome, follow_up=then, **more)

    agreed = call(3, "spoke", 20)
    assert asked(agreed, call(4, "no_answer", 8), on=date(2026, 3, 21)) == [
        ("try_again", date(2026, 3, 8)), ("call_back", date(2026, 3, 20))
    ]  # fmt: skip
    assert asked(agreed, call(4, "no_answer", 8), call(9, "spoke"), on=date(2026, 3, 21)) == [
        ("call_back", date(2026, 3, 20))
    ]
    assert asked(agreed, call(9, "spoke", 25), on=date(2026, 3, 26)) == [("call_back", date(2026, 3, 25))]
    assert asked(agreed, call(20, "busy", 22), on=date(2026, 3, 26)) == [("try_again", date(2026, 3, 22))]
    mail = Contact("M", "A", date(2026, 3, 21), "email")
    assert asked(agreed, mail, call(22, "left_message"), on=date(2026, 3, 26)) == [("call_back", date(2026, 3, 20))]
    assert asked(agreed, call(22, None), on=date(2026, 3, 26)) == []
    assert asked(agreed, Contact("M", "A", date(2026, 3, 21), "email", direction="inbound"), on=date(2026, 3, 26)) == []
    early = datetime(2026, 3, 3, 9, tzinfo=UTC)
    first, second = call(3, "spoke", 20, at=early), call(3, "refused", 24, at=early + timedelta(hours=6))
    assert asked(first, second, on=date(2026, 3, 26)) == [("call_back", date(2026, 3, 24))]


def test_what_waits_for_another_case_of_the_customer_comes_tomorrow() -> None:
    single = Policy("single", (Level("mail", 3, do=(Notify("email"),)),), unit="invoice")
    rule = Rule("cap", "house rule", Cap(1, 1), "made up")
    ledger = Ledger([bill("A", 500, date(2026, 2, day)) for day in (18, 19)])
    today = plan(ledger, single, as_of=DAY, contact=ContactRules((rule,), CONTACT.everyone))
    found = worklist(today, weights=AGE)
    assert [each.case for each in found] == ["A-2026-02-18"]
    assert [(each.case, each.kind, each.on) for each in found.watched] == [("A-2026-02-19", "ahead", date(2026, 3, 4))]


def test_what_waits_for_no_other_case_does_not_come_tomorrow() -> None:
    single = Policy("single", (Level("mail", 3, do=(Notify("email"),)),), unit="invoice")
    disputed = Dispute("D", "A-2026-02-19", date(2026, 2, 20))
    ledger = Ledger([*[bill("A", 500, date(2026, 2, day)) for day in (18, 19)], disputed])
    found = worklist(plan(ledger, single, as_of=DAY), weights=AGE)
    assert [each.case for each in found] == ["A-2026-02-18"]
    assert [(each.case, each.kind) for each in found.watched] == [("A-2026-02-19", "review")]


def test_no_more_can_be_promised_than_is_open_of_what_a_call_is_about() -> None:
    single = Policy("single", (Level("call", 3, do=(Call("collector"),)),), unit="invoice")
    account = Ledger([bill("A", 500, date(2026, 2, day)) for day in (18, 19)]).account("A")
    action = decide(account, single, as_of=DAY)[0].actions[0]
    abouts: list[dict[str, Any]] = [{"action": action}, {"items": ("A-2026-02-18",)}]
    for about in abouts:
        with pytest.raises(InvalidValue, match="promise: 501 is more than what is open, 500"):
            outcome(account, "promised", Agreed(promise=(Decimal(501), DAY)), on=DAY, by="KIM", **about)
    everything = Agreed(promise=(Decimal(1000), DAY))
    assert len(outcome(account, "promised", everything, on=DAY, by="KIM")) == 2


@pytest.mark.parametrize("wrong", [{"by": ""}, {"by": " KIM"}, {"person": ""}, {"at": datetime(2026, 3, 3, 9)}])
def test_who_called_whom_and_when_is_looked_at_before_anything_else(wrong: dict[str, Any]) -> None:
    account = Ledger([bill("A", 500, date(2026, 2, 18))]).account("A")
    given: dict[str, Any] = {"on": DAY, "by": "KIM", **wrong}
    with pytest.raises(InvalidValue, match=f"outcome: {next(iter(wrong))}: "):
        outcome(account, "spoke", Agreed(no_date="-"), **given)


def test_a_second_try_of_an_action_is_another_contact() -> None:
    ledger = Ledger([bill("A", 500, date(2026, 2, 20))])
    (action,) = decide(ledger.account("A"), CALLS, as_of=DAY)[0].actions
    ledger += outcome(ledger.account("A"), "left_message", Agreed(follow_up=DAY), on=DAY, by="KIM", action=action)
    second = outcome(ledger.account("A"), "spoke", Agreed(no_date="will pay"), on=DAY, by="KIM", action=action)
    assert isinstance(second[0], Contact)
    assert (second[0].id, second[0].level) == ("A/EUR/2026-03-03/1", None)
    assert len((ledger + second).facts) == 3


def test_a_call_that_he_had_asked_for_is_recorded_as_such() -> None:
    flag = ContactFlag("F", "A", date(2026, 3, 1), "call_back", by="consumer", channel="call")
    account = Ledger([bill("A", 500, date(2026, 2, 20)), flag]).account("A")

    def requested(account: Any, **more: Any) -> bool:
        (contact, *_) = outcome(account, "spoke", Agreed(no_date="-"), on=DAY, by="KIM", **more)
        assert isinstance(contact, Contact)
        return contact.requested

    assert requested(account)
    assert not requested(account, channel="sms")
    over = ContactFlag("F", "A", date(2026, 3, 1), "call_back", by="consumer", end=DAY)
    assert not requested(Ledger([*account.facts, over]).account("A"))
    more: list[Fact] = [
        bill("A", 5, date(2026, 3, 1)),
        ContactFlag("F", "A", date(2026, 3, 1), "call_back", items=("A-2026-03-01",)),
    ]
    assert not requested(Ledger([*account.facts, *more]).account("A"), items=("A-2026-02-20",))
    assert not requested(account, requested=False)
    spoke = Contact("C", "A", date(2026, 3, 2), "call", outcome="spoke")
    assert not requested(Ledger([*account.facts, flag, spoke]).account("A"))


def test_a_plan_carried_over_shows_what_has_come_past_due() -> None:
    disputed = Dispute("D", "A-2026-03-01", date(2026, 2, 10))
    ledger = Ledger([bill("A", 900, date(2026, 3, 1)), disputed])
    before = plan(ledger, STANDARD_B2B, as_of=date(2026, 2, 20))
    later = worklist(plan(ledger, STANDARD_B2B, as_of=date(2026, 3, 20), since=before), weights=AGE)
    assert [(each.case, each.kind, each.overdue) for each in later.watched] == [("A/EUR", "review", Decimal(900))]
    quiet = Policy("quiet", (Level("late", 300, do=(Notify("letter"),)),))
    on_the_day = plan(ledger, quiet, as_of=date(2026, 3, 1))
    (decision,) = plan(ledger, quiet, as_of=date(2026, 3, 2), since=on_the_day)
    assert decision.overdue == Decimal(900)


def test_the_next_step_is_after_today() -> None:
    account = Ledger([bill("A", 500, date(2026, 2, 20))]).account("A")
    found = next_step(account, CALLS, "A/EUR", DAY)
    assert found is None or found.as_of > DAY
    called = Contact("C", "A", DAY, "call", level="call")
    then = next_step(Ledger([*account.facts, called]).account("A"), CALLS, "A/EUR", DAY)
    assert then is not None
    assert (then.as_of, [each.level for each in then.actions]) == (date(2026, 4, 1), ["end"])


def test_what_one_customer_is_asked_for_goes_to_one_collector() -> None:
    single = Policy("single", CALLS.levels, unit="invoice")
    spoke = Contact("C", "B", date(2026, 2, 20), "call", outcome="spoke", follow_up=DAY, by="LEE")
    bills = [bill("A", 500, date(2026, 2, day)) for day in (18, 19, 20)]
    team = Team((Collector("KIM", 3), Collector("LEE", 2)))
    found = listed(
        *bills, bill("B", 100, date(2026, 2, 20)), bill("C", 90, date(2026, 2, 20)), spoke, policy=single, team=team
    )
    assert {(each.customer, each.collector) for each in found} == {("A", "KIM"), ("B", "LEE"), ("C", "KIM")}


def test_a_dispute_and_a_call_back_are_recorded() -> None:
    account = Ledger([bill("A", 500, date(2026, 2, 20))]).account("A")
    facts = outcome(
        account,
        "disputed",
        Agreed(disputed=("A-2026-02-20",), dispute_reason="short", follow_up=date(2026, 3, 9), call_back=True),
        on=DAY,
        by="KIM",
        direction="inbound",
    )
    assert [(type(fact).__name__, fact.id) for fact in facts] == [
        ("Contact", "A/EUR/2026-03-03/1"),
        ("Dispute", "A/EUR/2026-03-03/1/dispute/A-2026-02-20"),
        ("ContactFlag", "A/EUR/2026-03-03/1/call back"),
    ]
    contact = facts[0]
    assert isinstance(contact, Contact)
    assert contact.requested
    Ledger([bill("A", 500, date(2026, 2, 20)), *facts])


def test_every_fault_of_an_outcome_is_named() -> None:
    book = Ledger([bill("A", 500, date(2026, 2, 20)), bill("B", 500, date(2026, 1, 1))])
    (action,) = decide(book.account("B"), CALLS, as_of=DAY)[0].actions
    with pytest.raises(InvalidValue) as caught:
        outcome(
            book.account("A"), "no_answer", Agreed(promise=(Decimal(501), date(2026, 3, 2)), disputed=("X",)),
            on=DAY, by="KIM", action=action,
        )  # fmt: skip
    assert caught.value.faults == (
        "promise: 2026-03-02 is not a day from 2026-03-03 on",
        "promise: 501 is more than what is open, 500",
        "disputed: 'X' is not an open invoice of the account",
        "promise: 'no_answer' says that nobody who can pay was spoken to",
        "disputed: 'no_answer' says that nobody who can pay was spoken to",
        "action: it is about B EUR, not A EUR",
    )
    paid = Agreed(no_date="paid while we spoke")
    (contact,) = outcome(book.account("A"), "spoke", paid, on=DAY, by="KIM", note="polite")
    assert isinstance(contact, Contact)
    assert contact.note == "polite; no next date: paid while we spoke"
    later = Agreed(follow_up=DAY)
    wrong: list[tuple[str, Any, dict[str, Any], str]] = [
        ("talked", later, {}, "result: 'talked' is not one of busy, conversation, "),
        ("spoke", "nothing", {"note": None}, "agreed: 'nothing' is not an Agreed; note: None is not a text"),
        ("spoke", later, {"items": "Y"}, "items: 'Y' is not a tuple"),
        (
            "spoke",
            later,
            {"at": "noon", "action": "call"},
            "action: 'call' is not an Action or None; at: 'noon' is not a",
        ),
        ("promised", later, {}, "promise: say what was promised, and by when"),
        ("disputed", later, {}, "disputed: say which invoices are disputed"),
        (
            "promised",
            Agreed(promise=(Decimal(5), DAY)),
            {"items": ("NOPE",)},
            "items: 'NOPE' is not open in the account",
        ),
        ("spoke", later, {"at": datetime(2026, 3, 9, tzinfo=UTC)}, "at: 2026-03-09 00:00:00+00:00 is not on"),
    ]
    for result, agreed, more, said in wrong:
        with pytest.raises(InvalidValue) as caught:
            outcome(book.account("A"), result, agreed, on=DAY, by="KIM", **more)
        assert said in str(caught.value)
    with pytest.raises(InvalidValue, match="action: who calls us does not carry out an action of ours"):
        outcome(book.account("B"), "spoke", Agreed(follow_up=DAY), on=DAY, by="KIM", action=action, direction="inbound")
    with pytest.raises(InvalidValue, match="follow_up: 2026-03-01 is not a day from 2026-03-03 on"):
        outcome(book.account("A"), "spoke", Agreed(follow_up=date(2026, 3, 1)), on=DAY, by="KIM")
    called = Contact("C", "B", date(2026, 2, 1), "call", level="call")
    account = Ledger([bill("B", 500, date(2026, 1, 1)), called]).account("B")
    (place,) = decide(account, CALLS, as_of=DAY)[0].actions
    with pytest.raises(InvalidValue, match="action: place with agency is no contact"):
        outcome(account, "spoke", Agreed(follow_up=date(2026, 3, 9)), on=DAY, by="KIM", action=place)


def test_weights_of_the_house_sum_to_a_hundred() -> None:
    assert sum(each.weight for each in COLLECTOR_WEIGHTS) == 100
    assert isinstance(brief(Ledger(STORY).account("ACME"), CALLS, as_of=DAY), Brief)


def test_a_promise_may_be_due_on_the_day_of_the_call() -> None:
    account = Ledger([bill("A", 500, date(2026, 2, 20))]).account("A")
    agreed = Agreed(promise=(Decimal(500), DAY), follow_up=DAY)
    contact, promise = outcome(account, "promised", agreed, on=DAY, by="KIM")
    assert isinstance(promise, Promise)
    assert (promise.due, promise.amount, contact.id) == (DAY, 500, "A/EUR/2026-03-03/1")


def test_each_collector_is_named_once() -> None:
    with pytest.raises(InvalidValue, match="collectors: KIM is named twice"):
        Team((Collector("KIM"), Collector("LEE"), Collector("KIM")))


def test_what_was_paid_today_stands_on_the_call_sheet_and_ids_in_the_records() -> None:
    today = date(2026, 2, 20)
    facts: list[Fact] = [
        Invoice("I", "A", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR"),
        Payment("P", "A", today, Decimal(40), "EUR", applied=(("I", Decimal(40)),)),
    ]
    ledger = Ledger(facts)
    assert "40.00 received" in str(brief(ledger.account("A"), STANDARD_B2B, as_of=today))
    decided = plan(ledger, STANDARD_B2B, as_of=today)
    (row,) = worklist(decided, weights=AGE).records()
    assert row["action_ids"] == decided.actions[0].id


def test_the_instant_of_a_call_may_be_of_the_day_before_or_after_by_our_clock() -> None:
    account = Ledger(STORY).account("ACME")
    for days, fits in ((-1, True), (0, True), (1, True), (-2, False), (2, False)):
        at = datetime(2026, 3, 3, 12, tzinfo=UTC) + timedelta(days=days)
        try:
            outcome(account, "no_answer", Agreed(no_date="nobody there"), on=DAY, by="desk", at=at)
            found = True
        except InvalidValue as error:
            found = False
            assert "at: " in str(error)
        assert found == fits
