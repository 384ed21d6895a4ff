"""What happened against the policy, by hand: each kind of deviation with the fact and the day it should have been."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning import (
    Adjustment,
    Charge,
    Contact,
    ContactFlag,
    Dispute,
    DueDateChange,
    Hold,
    Installment,
    Invoice,
    Ledger,
    Payment,
    PaymentPlan,
    Period,
    Placement,
    Promise,
    Reversal,
    Task,
    Terms,
    plan,
)
from dunning._base.noun import changed
from dunning.authority import Authority, Grant
from dunning.conditions import ALWAYS
from dunning.contact import Cap, ContactRules, Needs, Never, Party, Rule, Span, Where
from dunning.deviations import Deviation, Deviations, deviations
from dunning.errors import InvalidValue
from dunning.interactions import Channel
from dunning.ledger import Fact
from dunning.policy import (
    Call,
    Escalate,
    Level,
    Minimum,
    Notify,
    Place,
    Playbook,
    Policy,
    Repeat,
    Review,
    StopCredit,
    Succession,
)
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.contact_law import courteous_b2b
from dunning.presets.policies import MATRIX
from dunning.presets.segments import payment_behaviour
from dunning.segmentation import Segment, Segmentation

PERIOD = Period(date(2026, 2, 1), date(2026, 3, 31))
LADDER = Policy(
    "ladder",
    (
        Level("first", 3, do=(Notify("email"),)),
        Level("second", 13, do=(Notify("letter"), Call(), Escalate("manager"))),
        Level("stop", 30, do=(StopCredit(),)),
    ),
)
BILL = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")
PAID = Payment("PAY", "ACME", date(2026, 2, 28), Decimal("900.00"), "EUR", applied=(("INV-1", Decimal("900.00")),))


def note(level: str, on: date, channel: Channel = "email", **more: Any) -> Contact:
    return Contact(f"{level}-{on}-{channel}", "ACME", on, channel, level=level, by="KIM", **more)


FIRST = note("first", date(2026, 2, 7))
SECOND = (note("second", date(2026, 2, 17), "letter"), note("second", date(2026, 2, 17), "call"))


def found(*facts: Fact, policy: Any = LADDER, **more: Any) -> Deviations:
    return deviations(Ledger([BILL, *facts]), policy, PERIOD, **more)


def said(*facts: Fact, **more: Any) -> list[str]:
    return [f"{each.kind}: {each}" for each in found(*facts, **more)]


def test_what_follows_the_policy_is_no_deviation() -> None:
    clean = found(FIRST, *SECOND, PAID)
    assert (len(clean), clean.checked) == (0, 3)
    assert "0 deviations in 3 contacts, notices and concessions: none" in clean.text()


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            (note("first", date(2026, 2, 9)), PAID),
            [
                "late: 2026-02-09 ACME EUR: first by email was due on 2026-02-07, 2 days late",
                "missing: 2026-02-17 ACME EUR: second (call by collector) was due on 2026-02-17 and not done by 2026-02-27",
                "missing: 2026-02-17 ACME EUR: second (send letter) was due on 2026-02-17 and not done by 2026-02-27",
            ],
        ),
        (
            (FIRST, *SECOND),
            ["missing: 2026-03-06 ACME EUR: stop (stop credit) was due on 2026-03-06 and not done by 2026-03-31"],
        ),
        ((FIRST, *SECOND, Task("T", "ACME", date(2026, 3, 6), "stop_credit", level="stop")), []),
        (
            (note("first", date(2026, 2, 5)), *SECOND, PAID),
            ["early: 2026-02-05 ACME EUR: first by email comes on 2026-02-07"],
        ),
        (
            (FIRST, note("first", date(2026, 2, 10)), *SECOND, PAID),
            ["repeated: 2026-02-10 ACME EUR: first by email was given again"],
        ),
        (
            (FIRST, note("stop", date(2026, 2, 9)), PAID),
            [
                "missing: 2026-02-09 ACME EUR: stop (stop credit) was due on 2026-02-09 and not done by 2026-02-27",
                "out_of_order: 2026-02-09 ACME EUR: stop by email was given where second comes next",
            ],
        ),
        (
            (FIRST, *SECOND, note("first", date(2026, 2, 20)), PAID),
            ["out_of_order: 2026-02-20 ACME EUR: first by email was given after second"],
        ),
        (
            (FIRST, note("third", date(2026, 2, 10)), *SECOND, PAID),
            ["unknown_level: 2026-02-10 ACME EUR: third by email is not a level of the policy"],
        ),
        (
            (FIRST, *SECOND, PAID, note("second", date(2026, 3, 2))),
            ["nothing_open: 2026-03-02 ACME EUR: second by email was given though nothing is open"],
        ),
        (
            (FIRST, note("second", date(2026, 2, 17), "email"), note("second", date(2026, 2, 17), "call"), PAID),
            [],
        ),
        (
            (note("first", date(2026, 2, 7), "call"), *SECOND, PAID),
            ["wrong_channel: 2026-02-07 ACME EUR: first by call where the policy says send email"],
        ),
        (
            (FIRST, Hold("H", "ACME", date(2026, 2, 10), end=date(2026, 3, 1), reason="x"), *SECOND, PAID),
            [f"while_held: 2026-02-17 ACME EUR: second by {how} was given while held: hold" for how in ("letter", "call")],
        ),
        (
            (FIRST, Dispute("D", "INV-1", date(2026, 2, 10), reason="x"), *SECOND, PAID),
            [f"while_held: 2026-02-17 ACME EUR: second by {how} was given while held: dispute" for how in ("letter", "call")],
        ),
    ],
)  # fmt: skip
def test_each_kind_of_deviation(facts: tuple[Fact, ...], expected: list[str]) -> None:
    assert sorted(said(*facts)) == sorted(expected)


def test_tolerance_and_days_outside_the_period() -> None:
    late = (note("first", date(2026, 2, 9)), PAID)
    assert said(*late, tolerance=11) == []
    early = deviations(Ledger([BILL, note("first", date(2026, 1, 20))]), LADDER, Period.quarter(2026, 2))
    assert [each.kind for each in early] == []


def test_a_level_that_never_comes_and_one_of_an_account_that_is_paid() -> None:
    small = Policy("small", (Level("first", 3, do=(Notify("email"),)),), minimum=Minimum(Decimal(5000)))
    assert said(note("first", date(2026, 2, 7)), PAID, policy=small) == [
        "early: 2026-02-07 ACME EUR: first by email comes later or never"
    ]


def test_the_day_of_a_level_is_looked_for_past_other_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Contact("C", "ACME", date(2026, 2, 4), "call", outcome="spoke", follow_up=date(2026, 2, 6))
    facts = (asked, note("first", date(2026, 2, 5)), *SECOND, PAID)
    assert said(*facts) == ["early: 2026-02-05 ACME EUR: first by email comes on 2026-02-07"]
    monkeypatch.setattr("dunning.decision.timelines.CHANGES", 1)
    assert said(*facts) == ["early: 2026-02-05 ACME EUR: first by email comes later or never"]


def test_placements_count_as_done() -> None:
    policy = Policy("place", (Level("place", 3, do=(Place(),)),))
    assert said(Placement("P", "ACME", date(2026, 2, 7), "agency"), policy=policy) == []
    assert [each.kind for each in found(PAID, policy=policy)] == ["missing"]


def test_each_case_of_a_policy_by_invoice_is_looked_at() -> None:
    single = Policy("single", LADDER.levels, unit="invoice")
    other = Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 3, 20), Decimal("10.00"), "EUR")
    named = note("first", date(2026, 2, 7), items=("INV-1",))
    wrong = note("first", date(2026, 2, 9), items=("INV-2",))
    assert [each.text for each in found(other, named, wrong, PAID, policy=single) if each.kind == "early"] == [
        "first by email comes on 2026-03-23"
    ]


def test_tables_successions_and_playbooks() -> None:
    late = (note("first", date(2026, 2, 9)), *SECOND, PAID)
    one = ["late: 2026-02-09 ACME EUR: first by email was due on 2026-02-07, 2 days late"]
    assert said(*late, policy=LADDER.compile()) == one
    assert [
        each.kind for each in found(FIRST, note("third", date(2026, 2, 9)), *SECOND, PAID, policy=LADDER.compile())
    ] == ["unknown_level"]
    assert said(*late, policy=Succession(((date(2025, 1, 1), LADDER),))) == one
    everyone = Segmentation("all", (Segment("all", ALWAYS),), default="none")
    assert said(*late, policy=Playbook(everyone, (("all", LADDER),), default=LADDER)) == one


PARIS = ContactRules(courteous_b2b(), Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business"))


def test_contacts_that_were_not_permitted() -> None:
    night = Contact("N", "ACME", date(2026, 2, 19), "call", at=datetime(2026, 2, 19, 22, tzinfo=UTC), by="KIM")
    day = Contact("D", "ACME", date(2026, 2, 25), "call", at=datetime(2026, 2, 25, 10, tzinfo=UTC))
    sunday = Contact("S", "ACME", date(2026, 3, 8), "call", message="demand")
    inbound = Contact("I", "ACME", date(2026, 3, 8), "call", direction="inbound")
    twice = Contact("T", "ACME", date(2026, 2, 25), "email", at=datetime(2026, 2, 25, 11, tzinfo=UTC))
    third = Contact("U", "ACME", date(2026, 2, 25), "email", at=datetime(2026, 2, 25, 12, tzinfo=UTC))
    one, two = Contact("V1", "ACME", date(2026, 3, 16), "email"), Contact("V2", "ACME", date(2026, 3, 16), "email")
    more = Contact("V3", "ACME", date(2026, 3, 16), "email")
    quiet = Policy("quiet", (Level("first", 300, do=(Notify("email"),)),))
    facts = (night, day, sunday, inbound, twice, third, one, two, more)
    every = found(*facts, policy=quiet, contact=PARIS)
    assert [(each.fact, each.kind, each.by) for each in every] == [
        ("N", "contact_not_permitted", "KIM"),
        ("T", "contact_not_permitted", None),
        ("U", "contact_not_permitted", None),
        ("S", "contact_not_permitted", None),
        ("V3", "contact_not_permitted", None),
    ]
    assert every.found[0].text.startswith("call was not permitted (courteous-hours: it is 23:00 in Europe/Paris")
    assert every.checked == 8


def test_what_a_desk_puts_off_is_not_late() -> None:
    # due on Saturday, 7 February; e-mails go on weekdays only
    monday = note("first", date(2026, 2, 9), at=datetime(2026, 2, 9, 10, tzinfo=UTC))
    assert "late" in {each.kind for each in found(monday)}
    assert "late" not in {each.kind for each in found(monday, contact=PARIS)}


def test_what_is_put_off_is_due_from_the_day_on_which_it_is_permitted_until_it_is_done() -> None:
    tuesday = note("first", date(2026, 2, 10), at=datetime(2026, 2, 10, 10, tzinfo=UTC))
    late = [str(each) for each in found(tuesday, PAID, contact=PARIS) if each.level == "first"]
    assert late == ["2026-02-10 ACME EUR: first by email was due on 2026-02-09, 1 day late"]
    never = [str(each) for each in found(PAID, contact=PARIS)]
    assert never == ["2026-02-09 ACME EUR: first (send email) was due on 2026-02-09 and not done by 2026-02-27"]


def test_concessions_beyond_authority_or_without_approval() -> None:
    day = date(2026, 3, 2)
    terms = Terms.parse("2/10 net 30")
    early = Invoice.from_terms("CASH", "ACME", date(2026, 2, 20), Decimal(100), "EUR", terms)
    parts = (Installment(day, Decimal(10)),)
    undated = Invoice("OPEN", "ACME", date(2026, 2, 20), None, Decimal(5), "EUR")
    facts: list[Fact] = [
        early,
        undated,
        Charge("FEE", "INV-1", date(2026, 2, 20), Decimal(150), "fee"),
        Adjustment("A1", "INV-1", day, Decimal(10), "discount", by="KIM", approved_by="specialist"),
        Adjustment("A2", "INV-1", day, Decimal(12), "discount", by="KIM", approved_by="specialist"),
        Adjustment("A3", "CASH", day, Decimal(2), "discount"),
        Adjustment("A4", "INV-1", day, Decimal(1), "small_balance"),
        Reversal("R1", "FEE", day, approved_by="specialist", by="KIM"),
        DueDateChange("X1", "INV-1", day, date(2026, 6, 1), approved_by="boss"),
        DueDateChange("X2", "OPEN", day, date(2026, 6, 1)),
        PaymentPlan("P1", "ACME", day, "EUR", parts, ("INV-1",)),
        Placement("P2", "ACME", date(2026, 3, 3), "agency", approved_by="credit manager"),
        Adjustment("W1", "CASH", date(2026, 3, 4), Decimal(98), "write_off", approved_by="director"),
    ]
    quiet = Policy("quiet", (Level("first", 300, do=(Notify("email"),)),))
    every = found(*facts, policy=quiet, authority=STANDARD_AUTHORITY, segmentation=payment_behaviour())
    assert [(each.fact, each.kind) for each in every] == [
        ("A1", "beyond_authority"),
        ("R1", "beyond_authority"),
        ("X1", "beyond_authority"),
        ("P1", "not_approved"),
    ]
    assert every.found[0].text == (
        "discount of 22.00 by the specialist: needs the team lead: specialist: up to 2 % of the debt (A1, A2)"
    )
    assert every.found[2].text == "extension of 877.00: boss is no role (X1)"
    assert every.counts("by") == {"-": 2, "KIM": 2}
    assert every.counts("segment") == {"new": 4}
    assert every.counts() == {"beyond_authority": 3, "not_approved": 1}
    row = every.records()[0]
    assert (row["on"], row["segment"], row["fact"]) == (day, "new", "A1")
    assert pickle.loads(pickle.dumps(every)) == every


QUIET = Policy("quiet", (Level("first", 300, do=(Notify("email"),)),))
MARCH = date(2026, 3, 2)


def test_what_came_of_a_notice_is_not_held_against_it() -> None:
    promise = Promise("P", "ACME", date(2026, 2, 17), date(2026, 2, 28), Decimal("900.00"), "EUR")
    assert said(FIRST, *SECOND, promise, PAID) == []
    dispute = Dispute("D", "INV-1", date(2026, 2, 17), reason="x")
    assert said(FIRST, *SECOND, dispute, PAID) == []


def test_each_activity_of_a_level_has_to_be_done() -> None:
    assert said(FIRST, SECOND[0], PAID) == [
        "missing: 2026-02-17 ACME EUR: second (call by collector) was due on 2026-02-17 and not done by 2026-02-27"
    ]
    inside = Policy("inside", (Level("stop", 3, do=(StopCredit(), Review("manager"))),))
    stopped = Task("T", "ACME", date(2026, 2, 7), "stop_credit", level="stop")
    assert [each.text for each in found(stopped, PAID, policy=inside)][:1] == [
        "stop (review by manager) was due on 2026-02-07 and not done by 2026-02-27"
    ]
    other = Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("10.00"), "EUR")
    single = Policy("single", LADDER.levels[:1], unit="invoice")
    named = note("first", date(2026, 2, 7), items=("INV-1",))
    assert [each.text for each in found(other, named, policy=single)] == [
        "first (send email) was due on 2026-02-07 and not done by 2026-03-31"
    ]


def test_what_is_missing_is_told_once_in_the_period_of_its_last_day() -> None:
    book = Ledger([changed(BILL, due=date(2026, 3, 26))])
    first, second = (deviations(book, LADDER, Period.quarter(2026, quarter), tolerance=5) for quarter in (1, 2))
    assert list(first) == []
    assert [(each.kind, each.level, each.on) for each in second] == [("missing", "first", date(2026, 3, 29))]


def test_only_what_the_terms_give_needs_no_approval() -> None:
    terms = Terms.parse("2/10 net 30")
    bill = Invoice.from_terms("CASH", "ACME", date(2026, 2, 25), Decimal(100), "EUR", terms)
    net = Invoice.from_terms("NET", "ACME", date(2026, 2, 25), Decimal(100), "EUR", Terms.parse("net 30"))
    rolling = Terms.parse("2/10 net 30, following business day")
    week = Invoice("WEEK", "ACME", date(2026, 2, 25), date(2026, 3, 27), Decimal(100), "EUR", terms=rolling)
    for invoice, day, amount, kinds in (
        ("CASH", date(2026, 3, 2), Decimal(2), []),
        ("CASH", date(2026, 3, 2), Decimal(3), ["not_approved"]),
        ("CASH", date(2026, 3, 20), Decimal(2), ["not_approved"]),
        ("NET", date(2026, 3, 2), Decimal(2), ["not_approved"]),
        ("WEEK", date(2026, 3, 20), Decimal(2), []),  # by which calendar its days roll is not known
        ("WEEK", date(2026, 3, 20), Decimal(3), ["not_approved"]),
    ):
        taken = Adjustment("A", invoice, day, amount, "discount")
        assert [
            each.kind for each in found(bill, net, week, taken, policy=QUIET, authority=STANDARD_AUTHORITY)
        ] == kinds


def test_what_authority_allows_is_no_deviation() -> None:
    part = Adjustment("W", "INV-1", MARCH, Decimal(50), "write_off", approved_by="team lead")
    sooner = DueDateChange("X", "INV-1", MARCH, date(2026, 2, 1))
    small = Invoice("SMALL", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(100), "EUR")
    both = [
        Adjustment(f"A{n}", name, MARCH, amount, "discount", by="KIM", approved_by="specialist")
        for n, (name, amount) in enumerate((("INV-1", Decimal(1)), ("SMALL", Decimal(19))))
    ]
    lifted = Hold("H", "ACME", date(2026, 2, 1), end=MARCH, reason="x", ended_by="KIM", approved_by="team lead")
    every = found(part, sooner, small, *both, lifted, policy=QUIET, authority=STANDARD_AUTHORITY)
    assert [str(each) for each in every] == []


def test_concessions_of_one_day_by_two_people_share_the_limit() -> None:
    given = [
        Adjustment(f"A{n}", "INV-1", MARCH, amount, "discount", by=who, approved_by="specialist")
        for n, (who, amount) in enumerate((("KIM", Decimal("10.00")), ("LEE", Decimal("8.01"))))
    ]
    assert [(each.fact, each.by) for each in found(*given, policy=QUIET, authority=STANDARD_AUTHORITY)] == [
        ("A1", "LEE")
    ]
    given[1] = changed(given[1], amount=Decimal("8.00"))
    assert list(found(*given, policy=QUIET, authority=STANDARD_AUTHORITY)) == []


def test_holds_ended_without_authority() -> None:
    ended = Hold("H", "ACME", date(2026, 2, 1), end=MARCH, reason="x", ended_by="KIM")
    by_specialist = changed(ended, id="G", approved_by="specialist")
    every = found(ended, by_specialist, policy=QUIET, authority=STANDARD_AUTHORITY)
    assert [(each.fact, each.kind, each.by) for each in every] == [
        ("G", "beyond_authority", "KIM"), ("H", "not_approved", "KIM")
    ]  # fmt: skip


def test_a_customer_of_two_currencies_is_looked_at_once() -> None:
    dollars = Invoice("USD-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "USD")
    sunday = Contact("S", "ACME", date(2026, 3, 8), "call", by="ANNA")
    placed = Placement("P", "ACME", MARCH, "agency", items=("INV-1",), approved_by="credit manager")
    every = found(dollars, sunday, placed, policy=QUIET, contact=PARIS, authority=STANDARD_AUTHORITY)
    assert [(each.fact, each.currency) for each in every] == [("S", "EUR")]
    assert (every.counts("by"), every.checked) == ({"ANNA": 1}, 2)
    about = changed(sunday, items=("USD-1",))
    assert [each.currency for each in found(dollars, about, policy=QUIET, contact=PARIS)] == ["USD"]
    settled = Payment(
        "P2", "ACME", date(2026, 1, 20), Decimal("900.00"), "USD", applied=(("USD-1", Decimal("900.00")),)
    )
    assert said(dollars, settled, FIRST, *SECOND, PAID) == []


def test_the_rules_of_contact_are_asked_as_things_stood() -> None:
    at = datetime(2026, 2, 25, 10, tzinfo=UTC)
    called = Contact("C", "ACME", date(2026, 2, 25), "call", at=at, outcome="spoke")
    cease = ContactFlag("F", "ACME", date(2026, 2, 25), "cease")
    assert [each.fact for each in found(called, cease, policy=QUIET, contact=PARIS)] == []
    batch = [Contact(f"B{n}", "ACME", date(2026, 2, 25), "email", at=at) for n in range(4)]
    assert [each.fact for each in found(*batch, policy=QUIET, contact=PARIS)] == ["B2", "B3"]
    mixed = [changed(batch[0], id="a"), changed(batch[0], id="c", at=None), changed(batch[0], id="d", at=None)]
    mixed.append(changed(batch[0], id="b", at=at + timedelta(hours=1)))
    assert [each.fact for each in found(*mixed, policy=QUIET, contact=PARIS)] == ["a", "b"]
    crowded = [Contact(f"M{n}", "ACME", date(2026, 3, 16), "email") for n in range(3)]
    (only,) = found(*crowded, policy=QUIET, contact=PARIS)
    assert only.text.startswith("email was not permitted (courteous-two-a-week:")
    assert "hours" not in only.text


def test_what_was_agreed_that_day_may_be_why_a_notice_was_right() -> None:
    other = Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 2, 14), Decimal("10.00"), "EUR")
    one = Policy("one", LADDER.levels[:1])
    second = note("first", date(2026, 2, 17), items=("INV-2",))
    promise = Promise("P", "ACME", date(2026, 2, 17), date(2026, 3, 30), Decimal("900.00"), "EUR", items=("INV-1",))
    first = note("first", date(2026, 2, 7), items=("INV-1",))
    assert said(other, first, second, promise, policy=one) == []


def test_a_task_of_the_level_does_not_make_its_notice_a_repeat() -> None:
    both = Policy("both", (Level("stop", 3, do=(StopCredit(), Notify("email"))),), at_end=Repeat(10, 1))
    ledger = Ledger([BILL])
    day = date(2026, 2, 1)
    while day <= PERIOD.last:
        ledger += plan(ledger, both, as_of=day).as_facts(on=day)
        day += timedelta(days=1)
    assert [str(each) for each in deviations(ledger, both, PERIOD)] == []


def test_what_was_said_that_day_may_have_allowed_a_contact() -> None:
    asks = Rule("consent", "house rule", Needs(Span("e_consent")), "made up")
    desk = ContactRules((asks,), PARIS.everyone)
    consent = ContactFlag("F", "ACME", date(2026, 2, 25), "e_consent")
    called = Contact("C", "ACME", date(2026, 2, 25), "call")
    assert [each.fact for each in found(called, consent, policy=QUIET, contact=desk)] == []
    assert [each.fact for each in found(called, policy=QUIET, contact=desk)] == ["C"]
    one_a_day = Rule("cap", "house rule", Cap(1, 1), "made up")
    both = ContactRules((asks, one_a_day), PARIS.everyone)  # a contact does not count beside itself
    assert [each.fact for each in found(called, consent, policy=QUIET, contact=both)] == []
    too_late = changed(consent, on=date(2026, 2, 26))
    assert [each.fact for each in found(called, too_late, policy=QUIET, contact=desk)] == ["C"]


def test_what_was_said_that_day_does_not_excuse_what_was_too_much_anyway() -> None:
    batch = [Contact(f"B{n}", "ACME", date(2026, 2, 25), "email") for n in range(3)]
    said_then = ContactFlag("F", "ACME", date(2026, 2, 25), "opt_out", channel="email")
    assert [each.fact for each in found(*batch, said_then, policy=QUIET, contact=PARIS)] == ["B2"]


def test_a_talk_at_an_unknown_hour_does_not_forbid_what_went_out_that_day() -> None:
    talk = Contact("A", "ACME", date(2026, 2, 25), "call", outcome="spoke")
    mail = Contact("B", "ACME", date(2026, 2, 25), "email")
    assert [each.fact for each in found(talk, mail, policy=QUIET, contact=PARIS)] == []
    next_day = changed(mail, on=date(2026, 2, 26))
    assert [each.fact for each in found(talk, next_day, policy=QUIET, contact=PARIS)] == ["B"]


def test_the_lift_of_a_hold_on_a_customer_is_judged_by_the_account_for_which_it_was_conceded() -> None:
    dollars = Invoice("USD-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("9000.00"), "USD")
    house = Authority("house", ("clerk",), (Grant("clerk", "hold_lift", amount=Decimal(1000)),))
    lifted = Hold("H", "ACME", date(2026, 2, 1), end=MARCH, reason="x", ended_by="KIM", approved_by="clerk")
    assert list(found(dollars, lifted, policy=QUIET, authority=house)) == []
    small = Authority("house", ("clerk",), (Grant("clerk", "hold_lift", amount=Decimal(100)),))
    assert len(found(dollars, lifted, policy=QUIET, authority=small)) == 1
    ran_out = Hold("H", "ACME", date(2026, 2, 1), end=MARCH, reason="x", by="KIM", approved_by="clerk")
    assert list(found(ran_out, policy=QUIET, authority=small)) == []


def test_faulty_facts_are_counted() -> None:
    book = Ledger.collect([BILL, Charge("C", "NONE", date(2026, 1, 1), Decimal(1), "fee")])
    assert "1 faulty facts were set aside" in deviations(book, LADDER, PERIOD).text()


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: found(tolerance=-1), "tolerance: -1 is not a whole number of at least 0"),
        (lambda: found(policy=MATRIX), "policy: a playbook that compares accounts cannot be held against"),
        (lambda: found(contact="desk"), "contact: 'desk' is not a ContactRules or None"),
        (lambda: found(segmentation="x"), "segmentation: 'x' is not a Segmentation or None"),
        (
            lambda: found(segmentation=MATRIX.segmentation),
            "segmentation: it compares accounts, whose places on past days",
        ),
        (lambda: found().counts("day"), "by: 'day' is not one of kind, by"),  # type: ignore[arg-type]  # on purpose
    ],
)
def test_what_is_refused(make: Any, expected: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert expected in str(caught.value)


def test_a_concession_before_the_period_is_not_of_it() -> None:
    granted = Adjustment("A1", "INV-1", MARCH, Decimal("10.00"), "discount", by="KIM")
    assert [each.kind for each in found(granted, policy=QUIET, authority=STANDARD_AUTHORITY)] == ["not_approved"]
    earlier = changed(granted, on=date(2026, 1, 20))
    assert list(found(earlier, policy=QUIET, authority=STANDARD_AUTHORITY)) == []


def test_a_contact_is_judged_by_the_place_where_it_was_made() -> None:
    at_work = Rule("no-work", "statute", Never("not at work"), "cite", where=Where(places=("work",)))
    contact = ContactRules((at_work,), Party((UTC,), debtor="company", purpose="business"))
    there = Contact("C", "ACME", date(2026, 2, 10), "call", place="work")
    elsewhere = Contact("D", "ACME", date(2026, 2, 11), "call")
    breached = [each.fact for each in found(there, elsewhere, contact=contact) if each.kind == "contact_not_permitted"]
    assert breached == ["C"]
    wherever = ContactRules((at_work,), Party((UTC,), debtor="company", purpose="business", place="work"))
    breached = [each.fact for each in found(there, elsewhere, contact=wherever) if each.kind == "contact_not_permitted"]
    assert breached == ["C", "D"]


def test_a_notice_about_several_cases_is_held_against_the_furthest() -> None:
    single = changed(LADDER, unit="invoice")
    young = Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 4, 20), Decimal("50.00"), "EUR")
    given = [
        note("first", date(2026, 2, 7), items=("INV-1",)),
        *(note("second", date(2026, 2, 17), channel, items=("INV-1",)) for channel in ("letter", "call")),
    ]
    again = note("first", date(2026, 2, 25), items=("INV-1", "INV-2"))
    (text,) = [str(each) for each in found(young, *given, again, policy=single) if each.fact == again.id]
    assert text == "2026-02-25 ACME EUR: first by email was given after second"


def test_what_is_conceded_on_the_day_of_the_bill_is_a_share_of_all_of_it() -> None:
    house = Authority("house", ("agent",), (Grant("agent", "discount", share=Decimal("0.10")),))
    bill = changed(BILL, issued=date(2026, 2, 10), due=date(2026, 3, 31))
    given = Adjustment("D", "INV-1", date(2026, 2, 10), Decimal("90.00"), "discount", approved_by="agent")
    told = deviations(Ledger([bill, given]), LADDER, PERIOD, authority=house)
    assert [each.kind for each in told if each.fact == "D"] == []
    more = changed(given, amount=Decimal("90.01"))
    told = deviations(Ledger([bill, more]), LADDER, PERIOD, authority=house)
    assert [each.kind for each in told if each.fact == "D"] == ["beyond_authority"]


def test_a_notice_about_what_was_paid_is_judged_by_no_other_debt() -> None:
    policy = changed(LADDER, unit="invoice")
    bills = [
        Invoice("A", "C", date(2026, 1, 1), date(2026, 1, 31), Decimal(100), "EUR"),
        Invoice("B", "C", date(2026, 1, 5), date(2026, 2, 20), Decimal(50), "EUR"),
    ]
    paid = Payment("P", "C", date(2026, 2, 3), Decimal(100), "EUR", applied=(("A", Decimal(100)),))
    late = Contact("N", "C", date(2026, 2, 10), "email", level=policy.levels[0].name, items=("A",))
    kinds = {
        level: [each.kind for each in deviations(Ledger([*bills, paid, changed(late, level=level)]), policy, span)]
        for level, span in ((policy.levels[0].name, Period(date(2026, 2, 10), date(2026, 2, 10))),
                            ("strange", Period(date(2026, 2, 10), date(2026, 2, 10))))
    }  # fmt: skip
    assert kinds == {policy.levels[0].name: ["nothing_open"], "strange": ["unknown_level"]}


def test_a_notice_that_names_only_what_was_paid_is_none_about_the_rest_of_the_account() -> None:
    bills = [Invoice(name, "C", date(2026, 1, 1), date(2026, 1, 31), Decimal(100), "EUR") for name in ("A", "B")]
    paid = Payment("P", "C", date(2026, 2, 3), Decimal(100), "EUR", applied=(("A", Decimal(100)),))
    level = LADDER.levels[0].name
    day = date(2026, 1, 31) + timedelta(days=LADDER.levels[0].after or 0)
    day = max(day, date(2026, 2, 3))
    book: list[Fact] = [*bills, paid, Contact("N", "C", day, "email", level=level, items=("A",))]
    assert "nothing_open" in {each.kind for each in deviations(Ledger(book), LADDER, Period(day, day))}


def test_deviations_are_counted_the_most_first() -> None:
    def one(kind: Any) -> Deviation:
        return Deviation(kind, date(2026, 2, 2), "ACME", "EUR", None, None, None, None, None, "")

    found = Deviations(Period.month(2026, 2), (one("repeated"), one("missing"), one("repeated")), 3)
    assert [*found.counts().items()] == [("repeated", 2), ("missing", 1)]


def test_a_notice_about_the_part_that_is_not_held_is_not_given_while_held() -> None:
    policy = Policy("p", (Level("first", 5, do=(Notify("email"),)), Level("second", 30, do=(Notify("email"),))))
    facts: list[Fact] = [
        Invoice("A", "ACME", date(2026, 1, 1), date(2026, 1, 31), Decimal(100), "EUR"),
        Hold("H", "ACME", date(2026, 2, 1), amount=Decimal(40), invoice="A", reason="complaint"),
        Contact("N1", "ACME", date(2026, 2, 5), "email", level="first", items=("A",)),
        Contact("N2", "ACME", date(2026, 2, 20), "email", level="first", items=("A",)),
    ]
    found = deviations(Ledger(facts), policy, Period.month(2026, 2))
    assert [(each.fact, each.kind) for each in found] == [("N2", "repeated")]
