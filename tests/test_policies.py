"""Policies, tables, decisions and plans by hand: each setting does what its words say, and faults are named."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest

from dunning._base.noun import changed
from dunning._base.reading import Reader
from dunning.amounts import PerCurrency
from dunning.conditions import NEVER, Not, measure, measures_of
from dunning.conditions.data import read_condition
from dunning.dates import BusinessCalendar
from dunning.decision import Action, Decision, decide, plan, timeline
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Contact, Dispute, Hold, Placement, Promise, Task
from dunning.invoice import Charge, CreditNote, Invoice, Payment, Reversal
from dunning.ledger import Fact, Ledger
from dunning.machine import DAY, Event, Machine, Transition
from dunning.measures import custom
from dunning.policy import (
    AddCharges,
    Call,
    Escalate,
    Final,
    Level,
    Mention,
    Minimum,
    Notify,
    Place,
    Playbook,
    Policy,
    ProposeWriteOff,
    Regress,
    ReleaseCredit,
    Repeat,
    Review,
    StopCredit,
    Succession,
    diff,
)
from dunning.presets import engines
from dunning.presets.policies import STANDARD_B2B
from dunning.segmentation import Segment, Segmentation

D = Decimal
MAIL = (Notify("email"),)
FEBRUARY = date(2026, 2, 1)


def bill(name: str = "A", amount: str = "100.00", due: date | None = FEBRUARY, **more: Any) -> Invoice:
    values: dict[str, Any] = {"customer": "ACME", "issued": date(2026, 1, 1), "currency": "EUR", **more}
    return Invoice(name, values.pop("customer"), values.pop("issued"), due, D(amount), values.pop("currency"), **values)


def notice(name: str, level: str, on: date, **more: Any) -> Contact:
    return Contact(name, "ACME", on, "email", level=level, **more)


def ladder(*days: int, **settings: Any) -> Policy:
    levels = tuple(Level(f"L{number}", day, do=MAIL) for number, day in enumerate(days, start=1))
    values: dict[str, Any] = {"minimum_gap": 1, **settings}
    return Policy("test", levels, **values)


def ask(policy: Any, on: date, *facts: Any, **more: Any) -> Decision:
    book = Ledger([bill(), *facts])
    found = decide(book.account("ACME", "EUR"), policy, as_of=on, **more)
    return found[0]


def day(number: int) -> date:
    """So many days past due of what is due on 1 February."""
    return FEBRUARY + timedelta(days=number)


def levels_of(decision: Decision) -> list[str]:
    return [action.level for action in decision.actions]


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_levels_count_from_the_issue_date_the_notice_or_its_deadline() -> None:
    policy = Policy(
        "bases",
        (
            Level("young", 35, base="issue", deadline=4, do=MAIL),
            Level("soon", 5, base="notice", do=MAIL),
            Level("late", 3, base="deadline", do=MAIL),
        ),
        minimum_gap=1,
    )
    first = ask(policy, day(3))
    assert (first.next_date, str(first.reasons[0])) == (
        day(4), "young comes 35 days after the invoice; it is 34 until 2026-02-05",
    )  # fmt: skip
    second = ask(policy, day(8), notice("N1", "young", day(4)))
    assert str(second.reasons[0]) == "soon comes 5 days after the last notice; it is 4 until 2026-02-10"
    given = (notice("N1", "young", day(4)), notice("N2", "soon", day(9), deadline=day(20)))
    third = ask(policy, day(10), *given)
    assert (third.next_date, codes(third)[0]) == (day(23), "before_deadline")
    assert levels_of(ask(policy, day(23), *given)) == ["late"]
    plain = ask(policy, day(12), notice("N1", "young", day(4)), notice("N2", "soon", day(9)))
    assert levels_of(plain) == ["late"]


def test_a_level_may_come_at_the_end_of_the_month() -> None:
    policy = Policy("month end", (Level("eom", 10, month_end=True, do=MAIL),))
    waiting = ask(policy, day(20))
    assert (waiting.next_date, str(waiting.reasons[0])) == (day(27), "eom comes at the end of a month until 2026-02-28")
    assert levels_of(ask(policy, day(27))) == ["eom"]


def test_a_weekend_never_burns_a_level() -> None:
    policy = Policy(
        "office",
        (Level("reminder", -1, optional=True, do=MAIL), Level("notice", 6, do=MAIL)),
        calendar=BusinessCalendar(),
    )
    assert FEBRUARY.weekday() == 6  # so the reminder's day is a Saturday, and so is the notice's
    friday = ask(policy, day(-2))
    assert (friday.status, levels_of(friday), friday.next_date) == ("due", ["reminder"], day(-1))
    saturday = ask(policy, day(-1))
    assert (saturday.status, saturday.next_date) == ("waiting", day(8))
    assert "closed_day" in codes(saturday)
    assert levels_of(ask(policy, day(6))) == []
    assert levels_of(ask(policy, day(8))) == ["notice"]


def test_repeating_and_final_ends() -> None:
    again = ladder(5, at_end=Repeat(10, times=2))
    notices = [notice(f"N{number}", "L1", day(5 + 10 * number)) for number in range(3)]
    once = ask(again, day(14), notices[0])
    assert (once.status, once.next_date) == ("ended", day(15))
    twice = ask(again, day(15), notices[0])
    assert (codes(twice), twice.actions[0].cycle, twice.actions[0].id) == (
        ["level_repeated"],
        2,
        "test/ACME/EUR/L1/2/1",
    )
    over = ask(again, day(90), *notices)
    assert ("given_enough" in codes(over), over.next_date) == (True, None)
    by_deadline = ladder(5, at_end=Repeat(3, base="deadline"))
    assert levels_of(ask(by_deadline, day(12), notice("N", "L1", day(5), deadline=day(9)))) == ["L1"]
    final = ladder(5, at_end=Final(7, (Place("agency"),), approval="manager"))
    assert levels_of(ask(final, day(11), notice("N", "L1", day(5)))) == []
    placed = ask(final, day(12), notice("N", "L1", day(5)))
    assert (levels_of(placed), codes(placed)) == (["final action"], ["level_reached", "needs_approval"])
    fact = placed.actions[0].as_fact(on=day(12), approved_by="manager")
    assert isinstance(fact, Placement)
    assert ask(final, day(40), notice("N", "L1", day(5)), fact).status == "ended"
    assert again.describe().splitlines()[-1] == "Then L1 again every 10 days, at most 2 times."
    assert final.describe().splitlines()[-1].startswith("Finally final action, 7 days after the last notice: place")


def test_a_broken_promise_steps_up_and_a_hold_is_followed_by_rest() -> None:
    policy = ladder(5, 30, broken_promise="step_up", after_hold=4)
    promise = Promise("P", "ACME", day(6), day(9), D(100), "EUR")
    pending = ask(policy, day(9), notice("N", "L1", day(5)), promise)
    assert (pending.status, pending.next_date) == ("held", day(10))
    broken = ask(policy, day(10), notice("N", "L1", day(5)), promise)
    assert levels_of(broken) == ["L2"]
    hold = Hold("H", "ACME", day(3), end=day(8), reason="complaint")
    rest = ask(policy, day(9), hold)
    assert (codes(rest)[0], rest.next_date) == ("after_hold", day(12))
    assert levels_of(ask(policy, day(12), hold)) == ["L1"]
    settled = ask(policy, day(9), Dispute("D", "A", day(3), resolved=day(8)))
    assert (codes(settled)[0], settled.next_date) == ("after_hold", day(12))
    assert "After a hold we wait for 4 days." in policy.describe()


def test_an_amount_of_an_invoice_may_be_held() -> None:
    held = ask(ladder(5), day(6), Hold("H", "ACME", day(1), invoice="A", amount=D(30), reason="goods returned"))
    assert (held.actions[0].amount, held.holds[0].amount) == (70, 30)
    with pytest.raises(InvalidValue, match="amount: name the invoice"):
        Hold("H", "ACME", day(1), amount=D(30), reason="x")


@pytest.mark.parametrize(
    ("answer", "level"), [("keep", "L2"), ("step_down", "L1"), ("recompute", "L1"), ("reset", None)]
)
def test_a_part_payment_may_lower_the_level(answer: Any, level: str | None) -> None:
    policy = ladder(5, 15, regress=Regress(paid_in_part=answer))
    facts = (
        notice("N1", "L1", day(5)),
        notice("N2", "L2", day(8)),
        Payment("P", "ACME", day(10), D(1), "EUR", applied=(("A", D(1)),)),
    )
    assert ask(policy, day(11), *facts).level == level
    assert ask(policy, day(9), *facts).level == "L2"


def test_other_events_that_lower_a_level() -> None:
    given = (bill("B", due=day(3)), notice("N1", "L1", day(5)), notice("N2", "L2", day(9)))
    settled = (*given, Payment("P", "ACME", day(10), D(100), "EUR", applied=(("A", D(100)),)))
    assert ask(ladder(5, 15, regress=Regress(oldest_settled="reset")), day(11), *settled).level is None
    assert ask(ladder(5, 15, regress=Regress(paid_in_part="reset")), day(11), *settled).level == "L2"
    credited = (*given, CreditNote("C", "ACME", day(10), D(10), "EUR", applied=(("A", D(10)),)))
    assert ask(ladder(5, 15, regress=Regress(credited="step_down")), day(11), *credited).level == "L1"
    bounced = (*settled, Reversal("R", "P", day(12)))
    assert ask(ladder(5, 15, regress=Regress(payment_reversed="reset")), day(12), *bounced).level is None
    assert ask(ladder(5, 15), day(12), *bounced).level == "L2"
    by_invoice = ladder(5, 15, unit="invoice", regress=Regress(paid_in_part="reset"))
    part = (*given, Payment("P", "ACME", day(10), D(1), "EUR", applied=(("A", D(1)),)))
    found = decide(Ledger([bill(), *part]).account("ACME"), by_invoice, as_of=day(11))
    assert [each.level for each in found] == [None, "L2"]


def test_a_cancelled_notice() -> None:
    facts = (notice("N1", "L1", day(5)), notice("N2", "L2", day(9), cancelled=day(11)))
    for answer, before, after in (("step_down", "L2", "L1"), ("keep", "L2", "L2"), ("reset", "L2", None)):
        policy = ladder(5, 15, regress=Regress(notice_cancelled=answer))  # type: ignore[arg-type]  # one of the answers
        assert (ask(policy, day(10), *facts).level, ask(policy, day(11), *facts).level) == (before, after)
    with pytest.raises(InvalidValue, match="cancelled: 2026-02-01 is before the day of the contact"):
        notice("N", "L1", day(1), cancelled=day(0))


def test_a_new_debt_resumes_within_some_days() -> None:
    facts = (
        notice("N1", "L1", day(5), items=("A",)),
        Payment("P", "ACME", day(10), D(100), "EUR", applied=(("A", D(100)),)),
        bill("B", due=day(14)),
        bill("C", due=day(40)),
    )
    book = Ledger([bill(), *facts])
    policy = ladder(5, 15, unit="invoice", resume_within=7)
    found = decide(book.account("ACME"), policy, as_of=day(20))
    assert [(each.case, each.level) for each in found] == [("B", "L1"), ("C", None)]
    assert "resumes at its level" in policy.describe()


def test_below_a_minimum_one_waits_or_falls_back() -> None:
    levels = (
        Level("L1", 5, do=MAIL),
        Level("L2", 15, minimum=Minimum(D(150)), do=MAIL),
        Level("L3", 25, minimum=Minimum(share=D("0.9")), do=MAIL),
    )
    wait = Policy("m", levels, minimum_gap=1)
    lower = changed(wait, below_minimum="lower")
    given = notice("N1", "L1", day(5))
    assert (levels_of(ask(wait, day(16), given)), codes(ask(wait, day(16), given))[0]) == ([], "below_minimum")
    assert levels_of(ask(lower, day(16), given)) == ["L1"]
    share = ask(wait, day(26), notice("N1", "L2", day(15)), bill("B", due=day(90)))
    assert codes(share)[0] == "below_share"
    assert ask(wait, day(16), given).next_date is None


def test_minimums_by_currency() -> None:
    policy = ladder(5, minimum=Minimum(PerCurrency((("EUR", D(150)),), D(50))))
    book = Ledger([bill(), bill("U", currency="USD")])
    euro, dollar = (decide(book.account("ACME", code), policy, as_of=day(6))[0] for code in ("EUR", "USD"))
    assert (euro.status, dollar.status) == ("waiting", "due")
    assert str(euro.reasons[0]) == "L1 needs 150.00; what may be dunned is 100.00"
    assert "Below 150.00 EUR, 50.00 of any other currency nothing is sent." in policy.describe()


@pytest.mark.parametrize(
    ("pending", "status", "action"),
    [
        ("rebuild", "due", "test/A/L1/1/1"),
        ("supersede", "due", "test/A/L1/2/1"),
        ("freeze", "waiting", None),
        ("block", "waiting", None),
    ],
)
def test_a_notice_in_preparation(pending: Any, status: str, action: str | None) -> None:
    queued = notice("Q", "L1", day(5), items=("A",), outcome="queued")
    policy = ladder(5, unit="invoice", pending=pending)
    found = ask(policy, day(6), queued)
    assert (found.status, found.actions[0].id if found.actions else None) == (status, action)
    if action is None:
        assert codes(found)[0] == "in_preparation"
    other = decide(Ledger([bill(), bill("B"), queued]).account("ACME"), policy, as_of=day(6))[1]
    assert (other.status == "waiting") == (pending == "block")
    sent = ask(policy, day(7), queued, notice("S", "L1", day(7), items=("A",)))
    assert "in_preparation" not in codes(sent)
    assert sent.level == "L1"


def test_credits_and_what_is_not_due_may_be_listed() -> None:
    money = Payment("P", "ACME", day(1), D(30), "EUR")
    listed = (("unapplied", D(-30)),)
    credit: frozenset[Mention] = frozenset({"credits"})
    cases: list[tuple[Any, frozenset[Mention], int, Any]] = [
        ("net", frozenset(), 70, ()),
        ("net", credit, 70, listed),
        ("ignored", frozenset(), 100, ()),
        ("ignored", credit, 100, listed),
    ]
    for settled, mention, amount, also in cases:
        (action,) = ask(ladder(5, credits=settled, mention=mention), day(6), money).actions
        assert (action.amount, action.also) == (amount, also)
    listing = ask(ladder(5, mention=frozenset({"not due"})), day(6), bill("B", due=day(90)))
    assert listing.actions[0].also == (("B", D(100)),)


def test_undated_items_may_count_from_their_issue() -> None:
    book = Ledger([bill(due=None)])
    (waiting,) = decide(book.account("ACME"), ladder(5), as_of=date(2026, 1, 6))
    (due,) = decide(book.account("ACME"), ladder(5, undated="issued"), as_of=date(2026, 1, 6))
    assert (waiting.status, due.status) == ("waiting", "due")


def test_credit_is_stopped_and_released() -> None:
    policy = Policy(
        "stop", (Level("stop", 5, do=(StopCredit(), Review("lead"), ProposeWriteOff(), AddCharges("fee"))),)
    )
    due = ask(policy, day(6))
    assert [str(action.activity) for action in due.actions] == [
        "stop credit", "review by lead", "propose write-off", "charge by fee",
    ]  # fmt: skip
    done = due.as_facts(on=day(6), approved_by="manager")
    assert [type(fact) for fact in done] == [Task, Task, Task]
    part = ask(policy, day(7), *done[:1])
    assert [str(action.activity) for action in part.actions] == ["review by lead", "propose write-off"]
    assert codes(part) == ["action_outstanding"]
    assert ask(policy, day(7), *done).status == "ended"
    paid = Payment("P", "ACME", day(8), D(100), "EUR", applied=(("A", D(100)),))
    released = ask(policy, day(8), *done, paid)
    assert (released.status, codes(released)) == ("due", ["credit_to_release"])
    assert str(released.actions[0]) == "release credit: open, 0.00 EUR"
    book = Ledger([bill(), *done, paid])
    assert plan(book, policy, as_of=day(8)).actions == released.actions
    after = book + plan(book, policy, as_of=day(8)).as_facts(on=day(8), approved_by="manager")
    assert plan(after, policy, as_of=day(8)).actions == ()
    by_invoice = decide(
        (book + [bill("B", due=day(50))]).account("ACME"), changed(policy, unit="invoice"), as_of=day(8)
    )
    assert [(each.case, each.status) for each in by_invoice] == [("B", "waiting"), ("ACME/EUR", "due")]


def test_credit_stays_stopped_while_something_stands_at_that_level() -> None:
    policy = ladder(0, unit="invoice")
    policy = changed(policy, levels=(changed(policy.levels[0], do=(StopCredit(),)),))
    done = ask(policy, FEBRUARY).as_facts(on=FEBRUARY, approved_by="manager")
    found = decide(Ledger([bill(), *done]).account("ACME"), policy, as_of=FEBRUARY)
    assert [each.status for each in found] == ["ended"]


def test_a_table_without_a_calendar_has_no_eve() -> None:
    ahead = measure("case_days_past_due_ahead") >= 1
    table = Machine("eve", ("open", "told"), (Transition("open", ahead, "told", MAIL),))
    assert ask(table, day(9)).status == "waiting"


def test_a_release_waits_for_a_business_day() -> None:
    policy = Policy("stop", (Level("stop", 5, do=(StopCredit(),)),), unit="invoice", calendar=BusinessCalendar())
    friday, saturday = date(2026, 2, 6), date(2026, 2, 7)
    done = ask(policy, friday).as_facts(on=friday, approved_by="manager")
    paid = Payment("P", "ACME", saturday, D(100), "EUR", applied=(("A", D(100)),))
    book = Ledger([bill(), bill("B", due=date(2026, 5, 1)), *done, paid])
    found = decide(book.account("ACME"), policy, as_of=saturday)
    assert [(each.case, each.status, each.next_date) for each in found] == [
        ("B", "waiting", date(2026, 5, 6)),
        ("ACME/EUR", "waiting", date(2026, 2, 9)),
    ]
    early = decide(book.account("ACME"), policy, as_of=friday)
    assert [each.case for each in early] == ["A", "B"]


def test_several_invoices_in_one_message() -> None:
    bills = [bill(), bill("B", due=day(10)), bill("C", "50.00", due=day(10))]
    book = Ledger([*bills, notice("N", "L1", day(5), items=("A",))])
    for together, expected in (
        ("no", [("L2", ("A",), 100), ("L1", ("B",), 100), ("L1", ("C",), 50)]),
        ("level", [("L2", ("A",), 100), ("L1", ("B", "C"), 150)]),
        ("highest", [("L2", ("A", "B", "C"), 250)]),
    ):
        policy = ladder(5, 15, unit="invoice", together=together)
        found = plan(book, policy, as_of=day(15)).messages
        assert [(each.level, each.items, each.amount) for each in found] == expected
    two = plan(book + [bill("X", customer="BETA", due=day(10))], policy, as_of=day(15)).messages
    assert [(each.customer, each.level) for each in two] == [("ACME", "L2"), ("BETA", "L1")]
    lifted = book + [fact for each in found if (fact := each.as_fact(on=day(15), approved_by="manager")) is not None]
    assert {each.level for each in decide(lifted.account("ACME"), policy, as_of=day(15))} == {"L2"}
    assert plan(lifted, policy, as_of=day(15)).actions == ()
    book_of = Playbook(Segmentation("all", (), default="all"), (), default=policy)
    assert plan(book, book_of, as_of=day(15)).messages == found
    assert plan(book, Succession(((FEBRUARY, policy),)), as_of=day(15)).messages == found


def test_notices_that_did_not_follow_the_ladder_are_facts_and_shown() -> None:
    found = ask(
        ladder(5, 15, 25),
        day(30),
        notice("N1", "L2", day(5)),
        notice("N2", "L1", day(6)),
        notice("N3", "strange", day(7)),
        notice("N4", "L2", day(8)),
    )
    assert found.level == "L2"
    assert [str(each) for each in found.off_ladder] == [
        "N1 gave L2 before its turn",
        "N2 gave L1 after a higher level",
        "N3 gave strange, which is not a level of the policy",
    ]


def test_owner_and_approval_come_with_the_decision() -> None:
    policy = Policy("o", (Level("L1", 5, do=MAIL, owner="clerk", approval="boss"),))
    due = ask(policy, day(5))
    assert (due.owner, due.actions[0].owner, due.actions[0].approval) == (None, "clerk", "boss")
    assert ask(policy, day(6), notice("N", "L1", day(5))).owner == "clerk"
    assert policy.level("L1").owner == "clerk"
    final = ladder(5, at_end=Final(7, (Place("agency"),)))
    assert final.level("final action").after == 7


def test_a_table_written_by_hand_is_accepted() -> None:
    overdue = measure("case_days_past_due") >= 3
    table = Machine(
        "by hand",
        ("open", "told"),
        (
            Transition("open", overdue & (measure("case_overdue") > 0), "told", (Notify("sms"), Escalate("boss"))),
            Transition("told", measure("actions_outstanding") >= 1, "told", (Notify("sms"), Escalate("boss"))),
        ),
    )
    due = ask(table, day(3))
    assert [str(action.activity) for action in due.actions] == ["send sms", "escalate to boss"]
    assert plan(Ledger([bill()]), table, as_of=day(3)).actions == due.actions
    assert ask(table, day(2)).next_date == day(3)
    (fact,) = due.as_facts(on=day(3), approved_by="manager")
    assert ask(table, day(4), fact).status == "ended"
    assert table.describe() == (
        "From open, when days past due of the oldest debt that may be dunned is at least 3 and what may be dunned and is "
        "past due is more than 0.00: go to told, send sms, escalate to boss.\n"
        "From told, when number of actions that are not recorded yet is at least 1: stay at told, send sms, escalate to boss."
    )


def test_a_table_names_rows_that_cannot_fire_and_answers_every_event() -> None:
    days = measure("days_past_due")
    with pytest.raises(InvalidValue) as caught:
        Machine(
            "bad",
            ("a", "b", "c"),
            (
                Transition("a", days >= 5, "b"),
                Transition("a", days >= 9, "c"),
                Transition("b", (days >= 5) & (days < 5), "c"),
            ),
        )
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["row 2 (a to c)", "row 3 (b to c)", "states"]
    machine = ladder(5, regress=Regress(paid_in_part="reset")).compile()
    assert machine.events == (DAY, "paid in part")
    row = machine.step("L1", Event("paid in part", {}))
    assert row is not None
    assert row.target == "open"
    assert machine.step("L1", Event("unheard of", {})) is None
    assert "s1 --> s0: paid in part" in machine.mermaid()


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"advance": "all"}, "advance: 'all' is not one of one, nearest, highest"),
    ({"after_hold": -1}, "after_hold: -1 is not a whole number of at least 0"),
    ({"resume_within": 1.5}, "resume_within: 1.5 is not a whole number of at least 0 or None"),
    ({"regress": "keep"}, "regress: 'keep' is not a Regress"),
    ({"regress": lambda: Regress(credited="fall")}, "credited: 'fall' is not one of keep, step_down"),  # type: ignore[arg-type]  # on purpose
    ({"mention": "credits"}, "mention: 'credits' is not a frozenset, each one of not due, credits"),
    ({"mention": frozenset({"all"})}, "mention: 'all' is not one of not due, credits"),
    ({"calendar": "TARGET"}, "calendar: 'TARGET' is not a BusinessCalendar or None"),
    ({"together": "level"}, "together: the messages of an account are together already"),
    ({"minimum": lambda: PerCurrency((("EUR", D(1)), ("EUR", D(2))))}, "amounts: EUR is named twice"),
    ({"minimum": lambda: PerCurrency((("EUR", 1),))}, "amounts[0][1]: 1 is not a Decimal of at least 0"),  # type: ignore[arg-type]  # on purpose
    ({"at_end": 5}, "at_end: 5 is not a Repeat or a Final or None"),
    ({"at_end": lambda: Repeat(-1, 0, "due")}, "base: 'due' is not one of notice"),  # type: ignore[arg-type]  # on purpose
    ({"at_end": lambda: Repeat(1, 0)}, "times: 0 is not a whole number of at least 1 or None"),
    ({"at_end": lambda: Repeat(1, base="due")}, "base: 'due' is not one of notice, deadline"),  # type: ignore[arg-type]  # on purpose
    ({"at_end": lambda: Final(5, ())}, "Final final action: do: give at least one action that is recorded"),
    ({"at_end": Final(5, MAIL, "a")}, "names must be different"),
    ({"levels": lambda: (Level("a", 5, base="birth", do=MAIL),)}, "base: 'birth' is not one of due, issue"),  # type: ignore[arg-type]  # on purpose
    ({"levels": lambda: (Level("a", 5, when="late", do=MAIL),)}, "when: 'late' is not a Compare"),  # type: ignore[arg-type]  # on purpose
    ({"levels": lambda: (Level("a", None, do=MAIL),)}, "Level a: give the days `after` which it comes, or a condition"),
    (
        {"levels": lambda: (Level("a", -5, base="issue", do=MAIL),)},
        "Level a: after: -5 days before the issue has no meaning",
    ),
    ({"levels": lambda: (Level("a", 5, base="issue", month_end=True, do=MAIL),)}, "Level a: month_end: True"),
    (
        {"levels": lambda: (Level("a", 5, minimum=Minimum(share=D(2)), do=MAIL),)},
        "Minimum: share: Decimal('2') is not a Decimal from 0 to 1",
    ),
    ({"levels": (Level("a", 5, when=NEVER, do=MAIL),)}, "a: its condition can never hold: never"),
    (
        {"levels": (Level("a", 5, base="notice", do=MAIL),)},
        "a: it counts from a notice, and there is no notice before it",
    ),
    (
        {"levels": (Level("a", 5, do=MAIL), Level("b", 9, do=MAIL)), "minimum_gap": 7},
        "a is given on 2026-03-07 and b not on 2026-03-11 but on 2026-03-14; set gap=4 on the level, or move it",
    ),
    (
        {"levels": (Level("a", 5, do=MAIL), Level("b", 9, do=MAIL, when=measure("case_days_past_due") < 9))},
        "states: 'b' cannot be reached",
    ),
]


@pytest.mark.parametrize(("change", "said"), FAULTS)
def test_a_policy_names_its_faults(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        made = {name: value() if callable(value) else value for name, value in change.items()}
        values: dict[str, Any] = {"name": "bad", "levels": (Level("a", 5, do=MAIL),), "minimum_gap": 1, **made}
        Policy(**values)
    assert said in str(caught.value), str(caught.value)


DATA: list[tuple[dict[str, Any], str]] = [
    ({"name": "x"}, "levels: missing"),
    ({"name": "x", "levels": [], "speed": 5}, "speed: unknown"),
    ({"name": "x", "levels": [5]}, "levels[0]: 5 is not a table"),
    ({"name": "x", "levels": [{"after": 5}]}, "levels[0].name: missing"),
    (
        {"name": "x", "levels": [{"name": "a", "after": 5, "do": [{"kind": "fax"}]}]},
        "levels[0].do[0].kind: 'fax' is not one of",
    ),
    (
        {"name": "x", "levels": [{"name": "a", "after": 5, "do": [{"kind": "notify", "channel": "fax"}]}]},
        "levels[0].do[0].channel: 'fax' is not one of",
    ),
    ({"name": "x", "levels": [], "minimum": {"amount": 0.5}}, "minimum.amount: 0.5 is a float"),
    ({"name": "x", "levels": [], "mention": ["credits", 5]}, "mention[1]: 5 is not one of not due, credits"),
    ({"name": "x", "levels": [], "mention": [5, "all"]}, "mention[1]: 'all' is not one of not due, credits"),
    ({"name": "x", "levels": [], "at_end": {}}, "at_end.kind: missing; give one of final, repeat"),
    ({"name": "x", "levels": [], "at_end": {"kind": "repeat"}}, "at_end.every: missing"),
    ({"name": "x", "levels": [], "regress": {"paid": "keep"}}, "regress.paid: unknown"),
    ({"name": "x", "levels": [], "calendar": {"holidays": ["soon"]}}, "calendar.holidays[0]: 'soon' is not a date"),
    ({"name": "x", "levels": [], "calendar": {"weekend": [9]}}, "calendar.weekend[0]: 9 is not a weekday"),
]


@pytest.mark.parametrize(("data", "said"), DATA)
def test_faulty_data_of_a_policy_are_refused_with_their_path(data: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data(data)
    assert said in str(caught.value), str(caught.value)


def test_faults_of_levels_and_of_plain_settings_are_told_together_and_each_once() -> None:
    data = {
        "name": "x",
        "levels": [{"name": "a", "after": 5, "minimum": {"amount": 0.5}, "gap": -1}, {"after": 6, "base": "moon"}],
        "unit": "town",
        "minimum_gap": -1,
        "minimum": {"share": 0.5},
        "calendar": {"weekend": [[5], 6], "holidays": [5]},
    }
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data(data)
    assert [fault.split(" is ")[0] for fault in caught.value.faults] == [
        "levels[0].minimum.amount: 0.5",
        "levels[0].gap: -1",
        "levels[0].do: give at least one action that",
        "levels[1].base: 'moon'",
        "levels[1].name: missing",
        "levels[1].do: give at least one action that",
        "unit: 'town'",
        "minimum_gap: -1",
        "minimum.share: 0.5",
        "calendar.weekend[0]: (5,) (tuple)",
        "calendar.holidays[0]: 5",
    ]


LEVEL_DATA: dict[str, Any] = {"name": "a", "after": 5, "do": [{"kind": "notify", "channel": "email"}]}
NO_TABLES: list[tuple[Any, str]] = [
    ({"levels": [1]}, "levels[0]: 1 is not a table (a dictionary)"),
    ({"levels": [{"name": "a", "after": 5, "do": [3]}]}, "levels[0].do[0]: 3 is not a table (a dictionary)"),
    ({"levels": [{"name": "a", "after": 5, "do": [{"kind": "notify"}]}]}, "levels[0].do[0].channel: missing"),
    ({"levels": [LEVEL_DATA], "at_end": []}, "at_end: [] (list) is not a table (a dictionary)"),
    ({"levels": [LEVEL_DATA], "at_end": {"kind": "final", "after": 9, "do": 3}}, "at_end.do: 3 is not a list"),
    ({"levels": [{**LEVEL_DATA, "when": 3}]}, "levels[0].when: 3 is not a table (a dictionary)"),
    ([], "[] (list) is not a table (a dictionary)"),
]


@pytest.mark.parametrize(("data", "said"), NO_TABLES)
def test_what_is_no_table_is_told_once(data: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data({"name": "x", **data} if isinstance(data, dict) else data)
    assert caught.value.faults == (said,)


@pytest.mark.parametrize("deep", [101, 5000])
def test_conditions_are_nested_only_so_deep(deep: int) -> None:
    data: dict[str, Any] = {"measure": "tenure", "op": ">", "value": 1}
    inner: Any = measure("tenure") > 1
    for _ in range(100):
        data, inner = {"not": data}, Not(inner)
    level = {**LEVEL_DATA, "when": data}
    assert read_condition(Reader("x"), data, "") == inner
    with pytest.raises(InvalidValue, match="nested more than 100 deep; lay them side by side"):
        Not(inner)
    for _ in range(deep - 100):
        data = {"all": [data]} if deep > 101 else {"not": data}
    with pytest.raises(InvalidValue, match="nested more than 100 deep; lay them side by side"):
        Policy.from_data({"name": "x", "levels": [{**level, "when": data}]})
    values: Any = 1
    for _ in range(deep):
        values = [values]
    with pytest.raises(InvalidValue, match="value"):
        Policy.from_data(
            {"name": "x", "levels": [{**level, "when": {"measure": "tenure", "op": "in", "value": values}}]}
        )


def test_only_money_that_bounced_is_a_payment_reversed() -> None:
    given = (notice("N1", "L1", day(5)), notice("N2", "L2", day(9)))
    fee = Charge("F", "A", day(9), D(5), "fee")
    waived = (*given, fee, Reversal("R", "F", day(12)), bill("B", due=day(40), issued=day(12)))
    reset = ladder(5, 15, regress=Regress(payment_reversed="reset"))
    assert ask(reset, day(12), *waived).level == "L2"
    credited = (CreditNote("C", "ACME", day(7), D(5), "EUR", applied=(("A", D(5)),)), Reversal("R", "C", day(12)))
    stands = Payment("P", "ACME", day(6), D(10), "EUR", applied=(("A", D(10)),))
    assert ask(reset, day(12), *given, stands, *credited).level == "L2"
    deposit = (*given, Payment("P", "ACME", day(6), D(10), "EUR"), Reversal("R", "P", day(12)))
    assert ask(reset, day(12), *deposit, bill("B", due=day(40), issued=day(12))).level == "L2"
    applied = Payment("P", "ACME", day(6), D(10), "EUR", applied=(("A", D(10)),))
    assert ask(reset, day(12), *given, applied, Reversal("R", "P", day(12))).level is None


def test_a_release_of_credit_is_about_what_it_was_stopped_for() -> None:
    policy = Policy("test", (Level("stop", 5, do=(StopCredit(),)),), minimum_gap=1)
    stop = Task("T", "ACME", day(5), "stop_credit", level="stop", items=("A",))
    settled = Payment("P", "ACME", day(8), D(100), "EUR", applied=(("A", D(100)),))
    (action,) = ask(policy, day(8), stop, settled, bill("B", due=day(30), issued=day(1))).actions
    assert (action.activity, action.items) == (ReleaseCredit(), ("A",))


def test_calendars_in_data() -> None:
    class Feast:
        def __contains__(self, _: object) -> bool:
            return False

    policy = ladder(5, calendar=BusinessCalendar(Feast()))
    with pytest.raises(InvalidValue, match=r"calendar\.holidays: .* cannot be written as plain data"):
        policy.to_data()
    data = ladder(5).to_data()
    assert Policy.from_data(data, calendar=policy.calendar) == policy


def test_the_difference_of_two_policies_in_words() -> None:
    old = ladder(5, 15, 25)
    new = changed(old, levels=(changed(old.levels[0], after=6), Level("L4", 40, do=MAIL)), minimum_gap=3)
    assert diff(old, new) == (
        "minimum_gap: 1 becomes 3",
        "level L2 is gone",
        "level L3 is gone",
        "level L4 is new: L4, 40 days after the due date: send email",
        "level L1: after: 5 becomes 6",
    )
    swapped = changed(old, levels=(changed(old.levels[1], after=1), *old.levels[:1], old.levels[2]))
    assert "levels: L1, L2, L3 becomes L2, L1, L3" in diff(old, swapped)
    assert diff(old, changed(old, calendar=BusinessCalendar()))[0].startswith("calendar: nothing becomes")


def test_engines_and_differences_refuse_what_they_cannot_use() -> None:
    with pytest.raises(InvalidValue, match="days, amounts, shares: give as many of each"):
        engines.sap_fi([1, 2], interval=14, amounts=[D(1)])
    with pytest.raises(InvalidValue, match="days: give one for each level, at least one"):
        engines.axelor([])
    with pytest.raises(InvalidValue, match="terms: give one for each level"):
        engines.business_central([])
    with pytest.raises(InvalidValue, match="new: 'x' is not a Policy"):
        diff(ladder(5), "x")  # type: ignore[arg-type]  # on purpose


def test_the_last_days_of_the_calendar() -> None:
    office = ladder(5, calendar=BusinessCalendar())
    assert ask(office, date(9999, 12, 30)).next_date is None


def test_every_setting_in_words() -> None:
    policy = Policy(
        "words",
        (
            Level("when", None, when=measure("broken_promises") >= 1, minimum=Minimum(share=D("0.5")), do=MAIL),
            Level("also", 5, when=measure("late_share") >= D("0.5"), do=MAIL),
        ),
        unit="invoice",
        together="highest",
        minimum_gap=0,
        advance="highest",
        below_minimum="lower",
        regress=Regress(paid_in_part="reset", oldest_settled="recompute", notice_cancelled="keep"),
        calendar=BusinessCalendar(),
        mention=frozenset({"credits"}),
    )
    words = policy.describe()
    for sentence in (
        "words: we look at each invoice by itself.",
        "After a payment of a part the case goes back to the beginning.",
        "After the settlement of the oldest item the case goes back to the level its days have reached.",
        "After a cancelled notice the case stays.",
        "Nothing is sent but on our business days.",
        "A case goes to the highest level that is reached.",
        "Below the minimum of a level the next lower level is given.",
        "The messages to a customer are put together at the highest level.",
        "Unapplied credit is listed.",
        "1. when, when number of promises broken is at least 1: send email; from 50 % of all that is open on.",
        "2. also, 5 days after the due date: send email; where share of the items settled in the last year",
    ):
        assert sentence in words, words


def test_policies_that_follow_one_another() -> None:
    old, new = (
        ladder(5, 15),
        changed(ladder(5, 15), name="new", levels=(Level("first", 8, do=MAIL), Level("L2", 20, do=MAIL))),
    )
    both = ((date(2020, 1, 1), old), (day(10), new))
    keep, move = Succession(both), Succession(both, running="move", renamed=(("L1", "first"),))
    given = notice("N", "L1", day(6))
    assert (ask(keep, day(16), given).policy, ask(move, day(16), given).policy) == ("test", "new")
    assert (ask(keep, day(16), given).level, ask(move, day(16), given).level) == ("L1", "first")
    assert ask(keep, day(16)).policy == "new"
    assert ask(keep, day(4)).next_date == day(5)
    assert ask(keep, day(9)).next_date == day(10)
    assert ask(keep, day(16), notice("N", "L1", day(6), cancelled=day(7))).policy == "new"
    assert ask(keep, day(16), notice("N", "L1", date(2025, 12, 31))).policy == "new"
    assert keep.policy_on(date(2019, 1, 1)) == old
    with pytest.raises(InvalidValue) as caught:
        Succession(((day(1), old), (day(1), new)), running="stay", renamed=(("a", "b"), ("a", "L1")))  # type: ignore[arg-type]  # on purpose
    assert len(caught.value.faults) == 4


def test_a_playbook_knows_when_a_customer_moves_to_another_segment() -> None:
    soft, firm = ladder(9), changed(ladder(2), name="firm")
    late = Segmentation("late", (Segment("late", measure("late_share") >= D("0.5")),), default="good")
    book = Ledger(
        [
            bill(),
            bill("B", "10.00", due=date(2026, 1, 20)),
            Payment("P", "ACME", date(2026, 1, 15), D(10), "EUR", applied=(("B", D(10)),)),
        ]
    )
    playbook = Playbook(late, (("late", firm),), default=soft)
    (waiting,) = plan(book, playbook, as_of=day(0))
    assert (waiting.status, waiting.next_date) == ("waiting", day(2))
    (due,) = plan(book, playbook, as_of=day(2))
    assert (due.policy, levels_of(due)) == ("firm", ["L1"])
    follows = plan(book, playbook, as_of=day(2), since=plan(book, playbook, as_of=day(0)))
    assert follows.decisions == (due,)
    ranked = Playbook(
        Segmentation("a", (Segment("A", measure("exposure_ahead") < D("0.5")),), default="B"), (), default=soft
    )
    before = plan(book, ranked, as_of=day(0))
    assert plan(book, ranked, as_of=day(1), since=before).decisions[0].as_of == day(1)


def test_only_what_can_have_changed_is_decided_anew() -> None:
    book = Ledger([bill(), bill("B", customer="BETA"), bill("C", customer="GAMMA", due=day(40))])
    first = plan(book, STANDARD_B2B, as_of=day(4))
    later = plan(book + [notice("N", "first notice", day(4))], STANDARD_B2B, as_of=day(5), since=first)
    assert {each.customer: each.as_of for each in later} == {"ACME": day(5), "BETA": day(4), "GAMMA": day(4)}
    assert plan(book, ladder(5), as_of=day(5), since=first).decisions[0].as_of == day(5)
    assert plan(book, STANDARD_B2B, as_of=day(3), since=first).decisions[0].as_of == day(3)
    assert {each.customer for each in first.due_on(day(16))} == {"ACME", "BETA"}
    assert {each.customer for each in first.due_on(day(40))} == {"ACME", "BETA", "GAMMA"}


def test_measures_of_ones_own_in_a_policy() -> None:
    policy = Policy("score", (Level("soft", 5, when=measure("custom[score]") >= 600, do=MAIL),))
    score = custom("score", {"ACME": 640})
    assert levels_of(ask(policy, day(5), custom=(score,))) == ["soft"]
    with pytest.raises(NotFound, match="no custom measure 'score'"):
        ask(policy, day(5))
    low = ask(policy, day(5), custom=(custom("score", {"ACME": 500}),))
    assert str(low.reasons[0]) == "soft is given where score is at least 600; it is 500"


def test_both_bounds_of_a_minimum_have_to_be_met_and_the_words_say_so() -> None:
    both = Minimum(D("25.00"), share=D("0.10"))
    assert "Below 25.00 or 10 % of all that is open nothing is sent." in ladder(5, minimum=both).describe()
    level = Policy("x", (Level("L", 5, minimum=both, do=MAIL),))
    assert "from 25.00 and 10 % of all that is open on" in level.describe()
    much, share = bill("B", "300.00", due=day(60)), Minimum(D("25.00"), share=D("0.30"))
    assert ask(ladder(5, minimum=both), day(6), much).actions
    assert not ask(ladder(5, minimum=share), day(6), much).actions


def test_cures_in_words_and_figures() -> None:
    policy = ladder(5, minimum=Minimum(D("40.00")))
    due = ask(policy, day(6), bill("B", "20.00", due=day(3)))
    assert due.cure is not None
    assert (due.cure.stops, due.cure.amount_to_clear) == ((("A", D("80.01")),), 120)
    assert str(due.cure) == "paying 80.01 for A stops it; 120.00 clears the case"
    disputed = ask(ladder(5), day(6), bill("B", "20.00", due=day(3)), Dispute("D", "B", day(0)))
    assert disputed.cure is not None
    assert disputed.cure.clears == (("A", D("100.00")),)
    gold = Ledger([bill(currency="XAU")])
    assert decide(gold.account("ACME"), policy, as_of=day(6))[0].cure is not None
    share = Policy("s", (Level("L", 5, minimum=Minimum(share=D("0.5")), do=MAIL),))
    part = ask(share, day(6), bill("B", "60.00", due=day(60)))
    assert part.cure is not None
    assert part.cure.amount_to_stop == D("40.01")


def test_cures_that_hypothesis_found() -> None:
    share = Policy("s", (Level("L", 5, minimum=Minimum(share=D("0.25")), do=MAIL),))
    due = ask(share, day(6), bill("B", "30.00"), bill("C", "10.00"))
    assert due.cure is not None
    assert due.cure.stops == due.cure.clears
    levels = (Level("L1", 5, gap=20, do=MAIL), Level("L2", 15, do=MAIL))
    falls = Policy("f", levels, minimum_gap=1, regress=Regress(paid_in_part="step_down"))
    second = ask(falls, day(15), notice("N", "L1", day(5)))
    assert second.cure is not None
    assert second.cure.stops == (("A", D("0.01")),)


def test_a_timeline_by_hand() -> None:
    book = Ledger([bill(), notice("N", "L1", day(6))])
    told = timeline(book.account("ACME"), ladder(5, 15), until=day(15))
    assert [(each.on, each.text) for each in told][-3:] == [
        (day(6), "Contact N"),
        (day(6), "ACME/EUR: waiting at L1"),
        (day(15), "ACME/EUR: due at L1, L2: send email"),
    ]
    assert "ACME EUR until 2026-02-16" in str(told)
    with pytest.raises(InvalidValue, match="policy: 'standard' is not a Policy"):
        timeline(book.account("ACME"), "standard", until=day(1))  # type: ignore[arg-type]  # on purpose


def test_an_action_is_known_by_its_parts() -> None:
    action = Action("i", "ACME", "EUR", "L1", ReleaseCredit(), (), D(0))
    fact = action.as_fact(on=FEBRUARY, approved_by="manager")
    assert isinstance(fact, Task)
    assert (fact.kind, fact.level) == ("release_credit", None)
    assert str(Call()) == "call by collector"


def test_a_superseded_message_that_failed_does_not_give_its_id_back() -> None:
    policy = Policy("test", (Level("L1", 0, do=(Notify("email"),)),), pending="supersede")
    bill = Invoice("INV-1", "A", date(2026, 1, 1), date(2026, 1, 10), Decimal(100), "EUR")
    queued = Contact("test/A/EUR/L1/1/1", "A", date(2026, 1, 12), "email", level="L1", outcome="queued")
    failed = Contact("try", "A", date(2026, 1, 13), "email", level="L1", outcome="failed")
    for tries in ([queued], [queued, failed]):
        (decision,) = decide(Ledger([bill, *tries]).account("A"), policy, as_of=date(2026, 1, 14))
        assert [action.id for action in decision.actions] == ["test/A/EUR/L1/2/1"]


def test_another_row_that_does_the_same_is_no_change() -> None:
    levels = (
        Level("reminder", 0, optional=True, do=MAIL),
        Level("first", 1, gap=1, minimum=Minimum(D(50)), do=MAIL),
        Level("second", 2, gap=1, do=MAIL),
    )
    policy = Policy("falls back", levels, minimum_gap=1, below_minimum="lower")
    today = date(2023, 12, 31)
    account = Ledger([Invoice("CENT", "ACME", today, today, D("0.01"), "EUR")]).account("ACME")
    on_the_day, a_day_later = (decide(account, policy, as_of=today + timedelta(days)) for days in (0, 1))
    assert on_the_day[0].actions == a_day_later[0].actions != ()
    assert on_the_day[0].next_date is None


def test_a_policy_without_a_calendar_asks_for_no_business_day() -> None:
    asked = {name for row in ladder(5).compile() for name in measures_of(row.guard)}
    assert "business_day" not in asked
    office = ladder(5, calendar=BusinessCalendar())
    assert "business_day" in {name for row in office.compile() for name in measures_of(row.guard)}


def test_a_plan_carried_over_sees_an_end_that_was_set_before() -> None:
    withdrawn = Contact("N", "ACME", date(2026, 2, 10), "email", level="L1", cancelled=date(2026, 2, 20))
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), D(100), "EUR")
    book, policy = Ledger([bill, withdrawn]), ladder(5)
    first = plan(book, policy, as_of=date(2026, 2, 15))
    for day in (date(2026, 2, 19), date(2026, 2, 20), date(2026, 2, 21)):
        assert plan(book, policy, as_of=day, since=first).due == plan(book, policy, as_of=day).due
    assert len(plan(book, policy, as_of=date(2026, 2, 20), since=first).due) == 1


def test_the_next_date_is_the_earlier_of_a_call_back_and_a_level() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), D(100), "EUR")
    policy = ladder(20)
    for day, expected in ((15, date(2026, 2, 15)), (25, date(2026, 2, 21))):
        spoke = Contact("C", "ACME", date(2026, 2, 3), "call", outcome="spoke", follow_up=date(2026, 2, day))
        (found,) = decide(Ledger([bill, spoke]).account("ACME"), policy, as_of=date(2026, 2, 5))
        assert found.next_date == expected


def test_a_table_by_hand_asks_for_what_its_own_rows_say() -> None:
    late = measure("case_days_past_due")
    table = Machine(
        "by hand",
        ("open", "early", "late"),
        (
            Transition("open", late >= 30, "late", MAIL),
            Transition("open", late >= -5, "early", MAIL),
            Transition("early", late >= 30, "late", MAIL),
        ),
    )
    bills = [
        Invoice(name, "ACME", date(2026, 1, 1), due, D(100), "EUR")
        for name, due in (("A", date(2026, 2, 1)), ("B", date(2026, 3, 8)))
    ]
    account = Ledger(bills).account("ACME")
    (found,) = decide(account, table, as_of=date(2026, 3, 3))
    assert [(each.level, each.items) for each in found.actions] == [("late", ("A",))]
    (found,) = decide(Ledger(bills[1:]).account("ACME"), table, as_of=date(2026, 3, 3))
    assert [(each.level, each.items) for each in found.actions] == [("early", ("B",))]


def test_the_cure_of_one_invoice_is_asked_of_that_invoice() -> None:
    asks = (Level("call", 5, when=measure("open_balance") >= 1, do=(Call(),)),)
    bills = [Invoice(name, "ACME", date(2026, 1, 1), date(2026, 2, 1), D(100), "EUR") for name in "AB"]
    account = Ledger(bills).account("ACME")
    single = decide(account, Policy("single", asks, unit="invoice"), as_of=date(2026, 2, 10))
    assert [each.cure and each.cure.stops for each in single] == [(("A", D(100)),), (("B", D(100)),)]
    (whole,) = decide(account, Policy("whole", asks), as_of=date(2026, 2, 10))
    assert whole.cure is not None
    assert whole.cure.amount_to_stop == D("199.01")  # less than 1 may stay open


def test_every_faulty_level_of_a_file_is_told_with_its_path() -> None:
    mail = [{"kind": "notify", "channel": "email"}]
    levels = [
        {"name": "a", "after": 1, "gap": -1, "deadline": -1, "do": mail},
        {"name": "b", "after": 9, "minimum": {"amount": {"amounts": {"eur": 1}}}, "do": mail},
        {"name": "c", "after": 20, "minimum": {"amount": 5, "share": 2}, "do": mail},
    ]
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data({"name": "bad", "levels": levels, "mention": ["not due", "credits"]})
    assert [fault.partition(": ")[0] for fault in caught.value.faults] == [
        "levels[0].gap", "levels[0].deadline", "levels[1].minimum.amount.amounts[0][0]", "levels[2].minimum.share",
    ]  # fmt: skip
    policy = ladder(5, mention=frozenset({"credits"}))
    assert Policy.from_data(policy.to_data()) == policy


def test_days_after_a_hold_count_from_the_last_that_ended() -> None:
    holds = [
        Hold(f"H{end}", "ACME", date(2026, 2, 2), end=date(2026, 2, end), invoice="A", reason="complaint")
        for end in (5, 10)
    ]
    policy = ladder(3, after_hold=4)
    due = [ask(policy, date(2026, 2, day), *holds).status for day in (11, 13, 14)]
    assert due == ["waiting", "waiting", "due"]


def test_credit_is_released_among_other_talk_once_everything_is_paid() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 1), date(2026, 2, 1), D(100), "EUR")
    stop = Policy("stop", (Level("stop", 5, do=(StopCredit(),)),))
    facts: list[Fact] = [
        bill,
        Task("T", "ACME", date(2026, 2, 6), "stop_credit", level="stop"),
        Contact("C", "ACME", date(2026, 2, 7), "call", outcome="spoke"),
        Payment("P", "ACME", date(2026, 2, 8), D(100), "EUR", applied=(("I", D(100)),)),
    ]
    found = plan(Ledger(facts), stop, as_of=date(2026, 2, 9))
    assert [str(action.activity) for action in found.actions] == ["release credit"]


def test_what_was_billed_after_a_placement_of_everything_is_not_placed() -> None:
    steps = (Level("first", 5, do=(Notify("email"),)),)
    units: tuple[Literal["invoice", "account"], ...] = ("invoice", "account")
    for unit in units:
        policy = Policy("p", steps, unit=unit, at_end=Final(14, (Place("agency"),)))
        old = Invoice("OLD", "ACME", date(2026, 1, 1), date(2026, 1, 31), Decimal(100), "EUR")
        new = Invoice("NEW", "ACME", date(2026, 3, 2), date(2026, 3, 9), Decimal(40), "EUR")
        ledger = Ledger([old, new, Placement("PL", "ACME", date(2026, 3, 1), "agency")])
        actions = [each for found in plan(ledger, policy, as_of=date(2026, 3, 20)) for each in found.actions]
        assert [(each.level, each.amount) for each in actions] == [("first", 40)]


def test_the_cure_knows_that_a_limit_moves_with_what_is_paid() -> None:
    """With two items 5.00 is asked for from 5.00 on; with one, from 2.50 on: 2.51 of 5.00 stops it."""
    asks = Level("asks", 0, when=measure("open_balance") >= Decimal("2.5") * measure("overdue_items"), do=MAIL)
    bills = [
        Invoice("A", "ACME", date(2026, 1, 1), date(2026, 1, 1), D("0.01"), "EUR"),
        Invoice("B", "ACME", date(2026, 1, 1), date(2026, 1, 2), D("4.99"), "EUR"),
    ]
    (decision,) = decide(Ledger(bills).account("ACME"), Policy("p", (asks,)), as_of=date(2026, 1, 6))
    assert decision.cure is not None
    assert decision.cure.stops == (("A", D("0.01")), ("B", D("2.50")))


def test_plans_that_decide_the_same_are_equal_whatever_they_remember() -> None:
    bills = [Invoice("A", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(90), "EUR")]
    found = plan(Ledger(bills), STANDARD_B2B, as_of=date(2026, 2, 14))
    assert found.memory
    assert changed(found, memory=()) == found
