"""The ladder keeps its word: each situation that was found in which it did not, by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning import Invoice, Ledger, Level, Policy, decide, plan, timeline
from dunning._base.noun import changed
from dunning.authority import Waiver, concede
from dunning.charges import Fee, FeeSchedule, Interest, Rate, proposed_charges
from dunning.conditions import ALWAYS, Compare, Condition, Multiple, describe, holds, measure
from dunning.dates import BusinessCalendar, Period
from dunning.decision import Action, Decision, charges_raised
from dunning.deviations import deviations
from dunning.document import policy_document
from dunning.errors import DunningError, InvalidValue, NotFound
from dunning.interactions import Approval, Contact, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Charge, DueDateChange, Installment, Payment, Reversal
from dunning.ledger import Fact
from dunning.ledger.views import as_known
from dunning.machine import Machine, Transition
from dunning.measures import Custom, custom
from dunning.policy import (
    Call,
    Do,
    Escalate,
    Final,
    Freeze,
    Minimum,
    Notify,
    Place,
    Playbook,
    ProposeWriteOff,
    Regress,
    ReleaseCredit,
    Repeat,
    Review,
    StopCredit,
    Succession,
)
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.policies import ACCOUNT_MANAGER_FIRST, FIRM_AND_EARLY, LIGHT_TOUCH, MATRIX, STANDARD_B2B
from dunning.segmentation import Segment, Segmentation
from dunning.serial import from_data, to_data
from dunning.worklist import Agreed, brief, outcome

PRESETS = (STANDARD_B2B, LIGHT_TOUCH, ACCOUNT_MANAGER_FIRST, FIRM_AND_EARLY)
EMAIL, LETTER = (Notify("email"),), (Notify("letter"),)


def bill(name: str, due: date, amount: str = "100.00", *, currency: str = "EUR", customer: str = "C") -> Invoice:
    return Invoice(name, customer, due - timedelta(days=30), due, Decimal(amount), currency)


def asked(facts: Iterable[Fact], policy: Any, day: date, *, currency: str = "EUR", customer: str = "C") -> Decision:
    (found,) = decide(Ledger(facts).account(customer, currency), policy, as_of=day)
    return found


def lived(facts: Iterable[Fact], policy: Any, first: date, days: int) -> tuple[list[Fact], list[tuple[date, Action]]]:
    """What happens where everything that is proposed is done and written down on its day."""
    book, done = [*facts], list[tuple[date, Action]]()
    for number in range(days):
        day = first + timedelta(days=number)
        found = [action for each in plan(Ledger(book), policy, as_of=day) for action in each.actions]
        done += [(day, action) for action in found]
        book += [fact for action in found if (fact := action.as_fact(on=day, approved_by="manager")) is not None]
    return book, done


# A deadline that was given is kept


def test_the_agency_waits_until_the_deadline_of_the_final_demand_is_over() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1), "5000.00"),
        Contact("c1", "C", date(2026, 3, 4), "letter", level="final demand", deadline=date(2026, 4, 10)),
    ]
    waiting = asked(facts, STANDARD_B2B, date(2026, 4, 3))
    assert (waiting.status, waiting.next_date) == ("waiting", date(2026, 4, 11))
    assert str(waiting.reasons[0]) == "placement comes once the time to pay that a notice gave is over until 2026-04-11"
    placed = asked(facts, STANDARD_B2B, date(2026, 4, 11))
    assert [each.level for each in placed.actions] == ["placement"]
    hasty = changed(STANDARD_B2B, honour_deadline=False)
    assert [each.level for each in asked(facts, hasty, date(2026, 4, 3)).actions] == ["placement"]
    assert "before a deadline that a notice gave is over" in hasty.describe()


@pytest.mark.parametrize("policy", PRESETS, ids=lambda each: each.name)
def test_no_preset_breaks_its_word_however_late_a_case_is_first_seen(policy: Policy) -> None:
    due, broken = date(2026, 1, 5), 0
    for late in range(91):
        first = due + timedelta(days=late)
        _, done = lived([bill("A", due, "5000.00")], policy, first, 150)
        deadline = date.min
        for day, action in done:
            same = deadline == day + timedelta(days=action.days_to_pay or 0)  # the call that goes with a letter
            broken += day <= deadline and not same
            if action.days_to_pay is not None:
                deadline = day + timedelta(days=action.days_to_pay)
    assert broken == 0


def test_a_repeated_notice_and_a_final_action_wait_for_the_deadline_as_well() -> None:
    due = date(2026, 1, 5)
    once = Level("notice", 1, deadline=20, do=EMAIL)
    for end in (Repeat(3), Final(3, (Place(),))):
        policy = Policy("p", (once,), minimum_gap=0, at_end=end)
        _, done = lived([bill("A", due)], policy, due, 40)
        assert [day for day, _ in done][:2] == [date(2026, 1, 6), date(2026, 1, 27)]


def test_the_deadline_of_another_debt_does_not_bind_a_new_one() -> None:
    policy = Policy("p", (Level("notice", 1, deadline=30, do=EMAIL), Level("stop", 90, do=(StopCredit(),))))
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        bill("B", date(2026, 2, 20)),
        Contact("N", "C", date(2026, 2, 2), "email", level="notice", items=("A",)),
    ]
    found = asked(facts, policy, date(2026, 2, 21))
    assert [(each.level, each.items) for each in found.actions] == [("notice", ("B",))]


# Every action names something and asks for more than nothing


def test_a_broken_promise_sends_no_letter_before_anything_is_due() -> None:
    levels = (Level("reminder", 0, do=EMAIL), Level("notice", 10, do=LETTER))
    policy = Policy("p", levels, broken_promise="step_up")
    facts: list[Fact] = [
        Invoice("A", "C", date(2026, 1, 1), date(2026, 3, 16), Decimal(500), "EUR"),
        Promise("M", "C", date(2026, 1, 2), date(2026, 3, 1), Decimal(500), "EUR"),
    ]
    found = asked(facts, policy, date(2026, 3, 10))
    assert (found.status, found.actions) == ("waiting", ())


def test_a_level_before_the_due_date_names_what_it_looks_ahead_to() -> None:
    policy = changed(STANDARD_B2B, calendar=BusinessCalendar())
    found = asked([bill("A", date(2026, 1, 25))], policy, date(2026, 1, 16))
    assert [(each.items, each.amount) for each in found.actions] == [(("A",), Decimal("100.00"))]


@pytest.mark.parametrize("kind", ["contact", "task", "placement"])
def test_a_record_without_items_covers_what_was_past_due_on_its_day(kind: str) -> None:
    on = date(2026, 3, 10)
    policy = Policy(
        "p",
        (Level("one", 1, do=EMAIL), Level("two", 2, gap=1, do=(*LETTER, Review(), Place())), Level("x", 90, do=EMAIL)),
    )
    policies: dict[str, Fact] = {
        "contact": Contact("R", "C", on, "letter", level="two"),
        "task": Task("R", "C", on, "review", level="two"),
        "placement": Placement("R", "C", on, "agency", recalled=date(2026, 3, 12)),
    }
    facts: list[Fact] = [
        bill("LATE", date(2026, 3, 9)),
        bill("TODAY", date(2026, 3, 10)),
        bill("LATER", date(2026, 3, 20)),
        bill("PAID", date(2026, 3, 1)),
        Payment("P", "C", date(2026, 3, 2), Decimal("100.00"), "EUR", applied=(("PAID", Decimal("100.00")),)),
        bill("FRANCS", date(2026, 3, 1), currency="CHF"),
        policies[kind],
    ]
    policy = changed(policy, unit="invoice")

    def levels(facts: list[Fact], currency: str = "EUR") -> dict[str, str | None]:
        found = decide(Ledger(facts).account("C", currency), policy, as_of=date(2026, 3, 15))
        return {each.case: each.level for each in found}

    assert levels(facts) == {"LATE": "two", "TODAY": None, "LATER": None}
    assert levels(facts, "CHF") == {"FRANCS": "two"}
    own: Any = policies[kind]
    named = [*facts[:-1], changed(own, currency="CHF")]
    assert levels(named) == {"LATE": None, "TODAY": None, "LATER": None}
    assert levels(named, "CHF") == {"FRANCS": "two"}


# Every debt has a fair run of its own


@pytest.mark.parametrize("policy", [ACCOUNT_MANAGER_FIRST, LIGHT_TOUCH], ids=lambda each: each.name)
def test_a_new_debt_is_dunned_while_an_old_one_stays_unpaid(policy: Policy) -> None:
    facts: list[Fact] = [bill("A", date(2026, 2, 4)), bill("B", date(2026, 4, 24), "9000.00")]
    _, done = lived(facts, policy, date(2026, 1, 5), 365)
    levels = [action.level for day, action in done if action.items == ("B",) and day > date(2026, 4, 24)]
    expected = [each.name for each in policy.levels if not each.optional]
    assert list(dict.fromkeys(levels)) == expected


@pytest.mark.parametrize("policy", [STANDARD_B2B, FIRM_AND_EARLY], ids=lambda each: each.name)
def test_nothing_final_takes_a_debt_that_no_notice_named(policy: Policy) -> None:
    facts: list[Fact] = [bill("A", date(2026, 2, 4)), bill("B", date(2026, 4, 4), "9000.00")]
    _, done = lived(facts, policy, date(2026, 1, 5), 200)
    notices: dict[str, list[date]] = {"A": [], "B": []}
    for day, action in done:
        if isinstance(action.activity, (Notify, Call)) and day > date(2026, 2, 4):
            for name in action.items:
                notices[name] = sorted({*notices[name], day})
        elif isinstance(action.activity, Place):
            told = [
                each.name for each in policy.levels if not each.optional and any(isinstance(a, Notify) for a in each.do)
            ]
            assert all(len([d for d in notices[name] if d < day]) >= len(told) for name in action.items), action
    placed = [action.items for _, action in done if isinstance(action.activity, Place)]
    assert placed == [("A",), ("B",)]


def test_a_debt_that_was_taken_along_has_all_its_notices_before_the_agency() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 4)),
        bill("B", date(2026, 3, 5)),
        Payment("P", "C", date(2026, 3, 20), Decimal(100), "EUR", applied=(("A", Decimal(100)),)),
    ]
    _, done = lived(facts, STANDARD_B2B, date(2026, 1, 5), 200)
    story = [
        (day, action.level)
        for day, action in done
        if "B" in action.items and isinstance(action.activity, (Notify, Place))
    ]
    assert story == [
        (date(2026, 3, 7), "final demand"),  # A's, in which B is named for the first time: B stands at first notice
        (date(2026, 3, 22), "second notice"),
        (date(2026, 4, 5), "final demand"),
        (date(2026, 5, 4), "placement"),
    ]


def test_a_ladder_without_notices_may_end_at_once() -> None:
    policy = Policy("stop", (Level("stop", 15, do=(StopCredit(),)), Level("off", 60, do=(ProposeWriteOff(),))))
    _, done = lived([bill("A", date(2026, 2, 4))], policy, date(2026, 2, 4), 90)
    assert [action.level for _, action in done] == ["stop", "off"]


def test_the_minimum_counts_what_the_notice_names() -> None:
    policy = Policy(
        "p", (Level("reminder", -7, optional=True, do=EMAIL), Level("notice", 1, do=EMAIL)), minimum=Minimum(Decimal(5))
    )
    facts: list[Fact] = [bill("SMALL", date(2026, 3, 8), "4.99"), bill("LARGE", date(2026, 3, 31), "60.00")]
    assert asked(facts, policy, date(2026, 3, 1)).actions == ()
    assert asked(facts[1:], policy, date(2026, 3, 24)).actions[0].amount == Decimal("60.00")
    (action,) = asked(facts, policy, date(2026, 4, 1)).actions
    assert (action.level, action.items, action.amount) == ("notice", ("SMALL", "LARGE"), Decimal("64.99"))


# What is proposed can be recorded


def test_a_release_of_credit_has_an_id_of_its_own() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 4)),
        bill("B", date(2026, 3, 30), "60.00"),
        Payment("P", "C", date(2026, 3, 24), Decimal(100), "EUR", applied=(("A", Decimal(100)),)),
    ]
    book, done = lived(facts, FIRM_AND_EARLY, date(2026, 1, 5), 90)
    assert len({fact.id for fact in book}) == len(book)
    released = [action.id for _, action in done if str(action.activity) == "release credit"]
    assert released == ["firm and early/C/EUR/release/1/1"]


def test_names_with_slashes_make_no_two_ids_one() -> None:
    levels = (
        Level("release", 1, do=EMAIL),
        Level("a/1/1", 2, gap=1, do=EMAIL),
        Level("stop", 3, gap=1, do=(StopCredit(),)),
    )
    policy = Policy("p/q", levels, unit="invoice", minimum_gap=1)
    facts: list[Fact] = [bill("I", date(2026, 2, 4)), bill("I/a", date(2026, 2, 4))]
    book, _ = lived(facts, policy, date(2026, 2, 4), 30)
    book.append(
        Payment("P", "C", date(2026, 3, 10), Decimal(200), "EUR", applied=(("I", Decimal(100)), ("I/a", Decimal(100))))
    )
    book, done = lived(book, policy, date(2026, 3, 10), 30)
    assert [str(action.activity) for _, action in done] == ["release credit"]
    assert len({fact.id for fact in book}) == len(book)


# Promises


def test_money_of_the_day_on_which_a_promise_is_made_does_not_keep_it() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 4)),
        Payment("P", "C", date(2026, 2, 6), Decimal("40.00"), "EUR", applied=(("A", Decimal("40.00")),)),
        Promise("M", "C", date(2026, 2, 6), date(2026, 2, 20), Decimal("60.00"), "EUR"),
    ]
    found = asked(facts, STANDARD_B2B, date(2026, 2, 7))
    assert (found.status, found.actions, found.next_date) == ("held", (), date(2026, 2, 21))
    account = Ledger(facts).account("C")
    (promise,) = account.promises(as_of=date(2026, 2, 7))
    assert account.promise_state(promise, as_of=date(2026, 2, 21)) == "broken"


def test_the_cure_of_a_case_of_which_a_part_is_promised_cures() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 4)),
        Promise("M", "C", date(2026, 2, 6), date(2026, 2, 20), Decimal("60.00"), "EUR"),
    ]
    day = date(2026, 2, 7)
    cure = asked(facts, STANDARD_B2B, day).cure
    assert cure is not None
    assert (cure.amount_to_stop, cure.amount_to_clear) == (Decimal("35.01"), Decimal("40.00"))
    for amount in ("35.01", "40.00", "60.00", "99.00"):
        paid = Payment("P", "C", day, Decimal(amount), "EUR", applied=(("A", Decimal(amount)),))
        assert asked([*facts, paid], STANDARD_B2B, day).actions == ()
    kept = [*facts, Payment("P", "C", day, Decimal(60), "EUR", applied=(("A", Decimal(60)),))]
    judged = asked(kept, STANDARD_B2B, date(2026, 2, 21))
    assert [each.amount for each in judged.actions] == [Decimal("40.00")]


@pytest.mark.parametrize(
    ("holds", "items", "left"),
    [
        ("part", (), "500.00"),
        ("items", (), "300.00"),
        ("case", (), "0"),
        ("items", ("B",), "300.00"),
        ("case", ("B",), "0"),
    ],
)
def test_a_promise_holds_its_part_its_items_or_the_case(holds: Any, items: tuple[str, ...], left: str) -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1), "300.00"),
        bill("B", date(2026, 2, 1), "300.00"),
        Promise("Q", "C", date(2026, 2, 3), date(2026, 2, 13), Decimal(100), "EUR", items=items),
    ]
    policy = changed(STANDARD_B2B, promise_holds=holds)
    found = asked(facts, policy, date(2026, 2, 5))
    assert sum((each.amount for each in found.actions), Decimal(0)) == Decimal(left)
    after = asked(facts, policy, date(2026, 2, 14))
    assert [each.amount for each in after.actions] == [Decimal("600.00")]


def test_a_promise_of_two_dates_is_broken_by_the_first_that_is_missed() -> None:
    first, last = date(2026, 2, 10), date(2026, 2, 20)
    parts = (Installment(first, Decimal(40)), Installment(last, Decimal(60)))
    promise = Promise("M", "C", date(2026, 2, 6), last, Decimal(100), "EUR", installments=parts)
    facts: list[Fact] = [bill("A", date(2026, 2, 4)), promise]
    missed = asked(facts, STANDARD_B2B, date(2026, 2, 7))
    assert (missed.status, missed.next_date) == ("held", date(2026, 2, 11))
    broken = asked(facts, STANDARD_B2B, date(2026, 2, 11))
    assert [each.amount for each in broken.actions] == [Decimal("100.00")]
    half = Payment("P", "C", first, Decimal(40), "EUR", applied=(("A", Decimal(40)),))
    account = Ledger([*facts, half]).account("C")
    assert account.promise_state(promise, as_of=date(2026, 2, 11)) == "pending"
    assert asked([*facts, half], STANDARD_B2B, date(2026, 2, 11)).next_date == date(2026, 2, 21)
    rest = Payment("R", "C", last, Decimal(60), "EUR", applied=(("A", Decimal(60)),))
    assert Ledger([*facts, half, rest]).account("C").promise_state(promise, as_of=last) == "kept"
    late = changed(half, received=date(2026, 2, 12))
    assert Ledger([*facts, late, rest]).account("C").promise_state(promise, as_of=last) == "broken"


def test_a_call_records_a_promise_of_several_dates() -> None:
    account = Ledger([bill("A", date(2026, 2, 4))]).account("C")
    said = Agreed(promise=(Decimal(40), date(2026, 2, 10)), further=((Decimal(60), date(2026, 2, 20)),))
    _, promise = outcome(account, "promised", said, on=date(2026, 2, 6), by="desk 1", id="call-7")
    assert isinstance(promise, Promise)
    assert (promise.id, promise.amount, promise.due) == ("call-7/promise", Decimal(100), date(2026, 2, 20))
    assert [part.amount for part in promise.installments] == [Decimal(40), Decimal(60)]


def test_a_request_that_is_sent_again_makes_one_call() -> None:
    ledger = Ledger([bill("A", date(2026, 2, 4))])
    said, day = Agreed(promise=(Decimal(40), date(2026, 3, 10))), date(2026, 2, 23)
    (action,) = [each for each in asked(ledger.facts, STANDARD_B2B, day).actions if each.channel == "email"]
    once = outcome(ledger.account("C"), "promised", said, on=day, by="desk 1", id="call-7", action=action)
    ledger = ledger + once
    again = outcome(ledger.account("C"), "promised", said, on=day, by="desk 1", id="call-7", action=action)
    assert again == once
    assert len((ledger + again).facts) == 3
    other = outcome(ledger.account("C"), "promised", said, on=day, by="desk 2", id="call-8", action=action)
    assert {each.id for each in other}.isdisjoint(each.id for each in once)


def test_a_plan_may_leave_days_of_grace() -> None:
    parts = (Installment(date(2026, 3, 10), Decimal(50)), Installment(date(2026, 4, 10), Decimal(50)))
    plan = PaymentPlan("M", "C", date(2026, 2, 10), "EUR", parts, ("A",), grace=2)
    facts: list[Fact] = [bill("A", date(2026, 2, 4)), plan]
    assert asked(facts, STANDARD_B2B, date(2026, 3, 12)).status == "held"
    assert asked(facts, STANDARD_B2B, date(2026, 3, 1)).next_date == date(2026, 3, 13)
    assert asked(facts, STANDARD_B2B, date(2026, 3, 13)).status == "due"
    late = Payment("P", "C", date(2026, 3, 12), Decimal(50), "EUR", applied=(("A", Decimal(50)),))
    assert asked([*facts, late], STANDARD_B2B, date(2026, 3, 13)).status == "held"


# Dates


@pytest.mark.parametrize("policy", [*PRESETS, MATRIX], ids=lambda each: getattr(each, "name", "matrix"))
def test_a_day_that_stands_for_never_is_no_turning_day(policy: Any) -> None:
    never = Invoice("I", "C", date(2026, 1, 1), date.max, Decimal(100), "EUR")
    ledger = Ledger([never, bill("J", date(2026, 2, 1), customer="D")])
    found = plan(ledger, policy, as_of=date(2026, 3, 1))
    assert [each.case for each in found.due] == ["D/EUR"]
    parts = (Installment(date.max, Decimal(100)),)
    agreed = PaymentPlan("M", "D", date(2026, 2, 10), "EUR", parts, ("J",))
    for decision in plan(ledger + [agreed], policy, as_of=date(2026, 3, 1)):
        assert (decision.actions, decision.next_date) == ((), None)


@pytest.mark.parametrize("what", ["promise", "hold", "plan"])
def test_the_next_date_knows_what_is_laid_anew_when_something_else_ends(what: str) -> None:
    policy = Policy("p", (Level("reminder", 1, do=EMAIL),), unit="invoice")
    day, half = date(2026, 1, 4), Decimal(50)
    holding: dict[str, Fact] = {
        "promise": Promise("M", "C", day, date(2026, 1, 25), half, "EUR", items=("A",)),
        "hold": Hold("H", "C", day, end=date(2026, 1, 26), invoice="A", amount=half, reason="x"),
        "plan": PaymentPlan("L", "C", day, "EUR", (Installment(date(2026, 1, 25), half),), ("A",)),
    }
    facts: list[Fact] = [
        Invoice("A", "C", date(2026, 1, 1), date(2026, 1, 2), half, "EUR"),
        Invoice("B", "C", date(2026, 1, 1), date(2026, 1, 3), half, "EUR"),
        Payment("P", "C", day, half, "EUR"),
        holding[what],
    ]
    account = Ledger(facts).account("C")
    before = {each.case: each for each in decide(account, policy, as_of=date(2026, 1, 10))}
    for case, then in ((each.case, each) for each in decide(account, policy, as_of=date(2026, 1, 26))):
        changes = then.essence != before[case].essence
        assert before[case].next_date == (date(2026, 1, 26) if changes else None)
    if what != "plan":  # a plan does not break while money waits to be applied
        assert before["B"].next_date == date(2026, 1, 26)


def test_two_measures_are_compared() -> None:
    instalment = custom("instalment", {"C": Decimal("40.00")})
    twice = measure("overdue_balance") >= 2 * measure("custom[instalment]")
    assert describe(twice) == "what is past due is at least 2 times instalment"
    assert from_data(json.loads(json.dumps(to_data(twice)))) == twice
    policy = Policy("energy", (Level("warning", 1, when=twice, do=LETTER),))
    account = Ledger([bill("A", date(2026, 2, 1), "60.00"), bill("B", date(2026, 2, 10), "20.00")]).account("C")
    assert decide(account, policy, as_of=date(2026, 2, 5), custom=(instalment,))[0].next_date == date(2026, 2, 11)
    (found,) = decide(account, policy, as_of=date(2026, 2, 11), custom=(instalment,))
    assert [each.amount for each in found.actions] == [Decimal("80.00")]
    assert not holds(twice, {"overdue_balance": Decimal(90), "custom[instalment]": None})
    assert not holds(~(measure("balance") < measure("sales")), {"balance": Decimal(1), "sales": Decimal(2)})
    for one, other in (("days_past_due", "tenure"), ("balance", "currency")):
        with pytest.raises(InvalidValue, match="compare amounts, counts and shares"):
            _ = measure(one) >= measure(other)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (~measure("custom[vulnerable]").equals("yes"), "the customer is not vulnerable"),
        (measure("custom[vulnerable]").equals("yes"), "the customer is vulnerable"),
        (~measure("tags").has("public"), "tags of the open invoices do not include public"),
        (measure("business_day") >= 1, "it is a business day"),
        (~(measure("business_day") >= 1), "it is no business day"),
        (measure("business_day") < 1, "it is no business day"),
        (~measure("currency").one_of("EUR", "USD"), "currency is not one of EUR, USD"),
        (
            ~((measure("days_past_due") >= 5) & (measure("open_items") > 1)),
            "days past due of the oldest open item is not at least 5 or number of open items is not more than 1",
        ),
        (
            ~((measure("days_past_due") >= 5) | ~(measure("open_items") > 1)) & (measure("balance") > 0),
            (
                "(days past due of the oldest open item is not at least 5 and number of open items is more than 1) and "
                "what is open less unapplied cash and credit is more than 0.00"
            ),
        ),
    ],
)
def test_a_condition_reads_and_no_negation_is_open(condition: Condition, words: str) -> None:
    assert describe(condition) == words


WEEKDAYS = BusinessCalendar(frozenset({date(2026, 2, 11)}))


def test_days_are_counted_in_business_days() -> None:
    due = date(2026, 2, 6)  # a Friday; the 11th, a Wednesday, is a holiday
    levels = (
        Level("announce", -4, optional=True, business_days=True, do=EMAIL),
        Level("warning", 3, deadline=2, business_days=True, do=LETTER),
        Level("end", 1, base="deadline", business_days=True, do=LETTER),
    )
    policy = Policy("p", levels, minimum_gap=0, calendar=WEEKDAYS)
    _, done = lived([bill("A", due)], policy, date(2026, 1, 20), 40)
    assert [(day, action.level) for day, action in done] == [
        (date(2026, 2, 2), "announce"),  # Monday: four business days before Friday
        (date(2026, 2, 12), "warning"),  # Monday, Tuesday, Thursday
        (date(2026, 2, 17), "end"),  # the warning gave until Monday the 16th
    ]
    assert done[1][1].deadline(on=date(2026, 2, 12)) == date(2026, 2, 16)
    account = Ledger([bill("A", due)]).account("C")
    assert decide(account, policy, as_of=date(2026, 2, 3))[0].next_date == due
    assert decide(account, policy, as_of=due)[0].next_date == date(2026, 2, 12)
    assert "3 business days after the due date" in policy.describe()
    with pytest.raises(InvalidValue, match="business_days: give the policy a calendar"):
        changed(policy, calendar=None)


def test_a_deadline_ends_on_a_business_day_where_there_is_a_calendar() -> None:
    policy = Policy("p", (Level("notice", 1, deadline=10, do=EMAIL),), calendar=WEEKDAYS)
    (action,) = asked([bill("A", date(2026, 2, 1))], policy, date(2026, 3, 5)).actions
    assert action.deadline(on=date(2026, 3, 5)) == date(2026, 3, 16)
    record = action.as_fact(on=date(2026, 3, 5), approved_by="manager")
    assert isinstance(record, Contact)
    assert record.deadline == date(2026, 3, 16)


def test_nothing_is_sent_in_a_season_that_comes_every_year() -> None:
    policy = changed(STANDARD_B2B, freezes=(Freeze((12, 20), (1, 6)),))
    for year in (2026, 2027):
        due = date(year, 12, 15)
        found = asked([bill("A", due)], policy, date(year, 12, 20))
        assert (found.status, found.next_date) == ("waiting", date(year + 1, 1, 7))
        assert str(found.reasons[0]) == "first notice is not sent in this season"
        before = asked([bill("A", date(year, 12, 10))], policy, date(year, 12, 14))
        assert (before.status, before.next_date) == ("due", date(year, 12, 20))
    assert "from 20 December to 6 January" in policy.describe()
    with pytest.raises(InvalidValue, match=r"last: \(2, 30\) is not a month"):
        Freeze((1, 1), (2, 30))


def test_the_gap_may_look_at_all_accounts_of_a_customer() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        bill("F", date(2026, 2, 10), currency="CHF"),
        Contact("N", "C", date(2026, 2, 10), "email", level="first notice", items=("A",)),
    ]
    day = date(2026, 2, 14)
    assert asked(facts, STANDARD_B2B, day, currency="CHF").status == "due"
    wide = asked(facts, changed(STANDARD_B2B, gap_over="customer"), day, currency="CHF")
    assert (wide.status, wide.next_date) == ("waiting", date(2026, 2, 17))


# Steps of the real world


def test_any_word_can_be_a_step() -> None:
    levels = (
        Level("retry", 1, repeat=Repeat(3, 2), do=(Do("retry card", owner="billing"),)),
        Level("warning", 10, deadline=5, do=EMAIL),
        Level("suspend", 15, gap=1, do=(Do("suspend service", ends=True),)),
    )
    policy = Policy("saas", levels, minimum_gap=0)
    assert Policy.from_data(json.loads(json.dumps(policy.to_data()))) == policy
    book, done = lived([bill("A", date(2026, 2, 1))], policy, date(2026, 2, 1), 40)
    assert [(day.day, str(action.activity)) for day, action in done] == [
        (2, "retry card by billing"),
        (5, "retry card by billing"),
        (8, "retry card by billing"),
        (11, "send email"),
        (17, "suspend service, which ends the relation"),
    ]
    assert [each.kind for each in book if isinstance(each, Task)] == [*["retry card"] * 3, "suspend service"]
    assert "again every 3 days, at most 2 times" in policy.describe()


def test_a_recalled_placement_goes_on_to_the_next_agency() -> None:
    levels = (
        Level("notice", 1, do=LETTER),
        Level("agency", 20, do=(Place("first agency"),)),
        Level("lawyer", 10, base="notice", do=(Place("lawyer"),)),
    )
    policy = Policy("p", levels)
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("N", "C", date(2026, 2, 2), "letter", level="notice", items=("A",)),
        Placement("P", "C", date(2026, 2, 21), "first agency", items=("A",), recalled=date(2026, 4, 1)),
    ]
    assert asked(facts, policy, date(2026, 3, 31)).status == "ended"
    found = asked(facts, policy, date(2026, 4, 1))
    assert [(each.level, str(each.activity)) for each in found.actions] == [("lawyer", "place with lawyer")]


def test_a_table_by_hand_may_stop_release_and_stop_again() -> None:
    limit = custom("credit_limit", {"S": Decimal(10000)})
    table = Machine(
        "credit",
        ("open", "stopped"),
        (
            Transition("open", measure("credit_limit_use") > 1, "stopped", (StopCredit(),)),
            Transition("stopped", measure("actions_outstanding") >= 1, "stopped", (StopCredit(),)),
            Transition("stopped", measure("credit_limit_use") <= Decimal("0.9"), "open", (ReleaseCredit(),)),
        ),
    )
    most = Decimal(10600)
    book = Ledger([Invoice("F1", "S", date(2026, 9, 1), date(2026, 12, 1), Decimal(11000), "EUR")])
    happens: dict[int, Fact] = {
        20: Payment("P", "S", date(2026, 9, 20), most, "EUR", applied=(("F1", most),)),
        23: Invoice("F2", "S", date(2026, 9, 23), date(2026, 12, 22), Decimal(20000), "EUR"),
        26: Payment("Q", "S", date(2026, 9, 26), Decimal(19000), "EUR", applied=(("F2", Decimal(19000)),)),
    }
    told: list[tuple[int, str]] = []
    for number in range(9, 30):
        day = date(2026, 9, number)
        book = book + ([happens[number]] if number in happens else [])
        (found,) = decide(book.account("S"), table, as_of=day, custom=(limit,))
        told += [(number, action.id) for action in found.actions]
        book = book + found.as_facts(on=day)
    assert told == [
        (9, "credit/S/EUR/stopped/1/1"),
        (20, "credit/S/EUR/release/1/1"),
        (23, "credit/S/EUR/stopped/2/1"),
        (26, "credit/S/EUR/release/2/1"),
    ]
    (again,) = decide(book.account("S"), table, as_of=date(2026, 9, 29), custom=(limit,))
    assert again.actions == ()


def test_credit_is_released_where_nothing_of_the_customer_is_past_due() -> None:
    policy = Policy("p", (Level("n", 5, do=EMAIL), Level("stop", 20, do=(StopCredit(),))))
    facts: list[Fact] = [
        bill("K", date(2026, 2, 1), currency="KWD"),
        bill("E", date(2026, 1, 20), "5.00"),
        Payment("P", "C", date(2026, 1, 25), Decimal("5.00"), "EUR", applied=(("E", Decimal("5.00")),)),
        Contact("x", "C", date(2026, 2, 6), "email", level="n", items=("K",)),
        Task("s", "C", date(2026, 2, 25), "stop_credit", level="stop"),
    ]
    assert not plan(Ledger(facts), policy, as_of=date(2026, 3, 5)).actions
    paid = Payment("Q", "C", date(2026, 3, 1), Decimal(100), "KWD", applied=(("K", Decimal(100)),))
    late = bill("F", date(2026, 2, 20), currency="EUR")
    waits = plan(Ledger([*facts, paid, late]), policy, as_of=date(2026, 3, 5))
    assert "release credit" not in [str(action.activity) for action in waits.actions]
    europe, kuwait = Ledger([*facts, paid, late]).accounts
    for others in ((), (europe,)):
        told = str(brief(kuwait, policy, as_of=date(2026, 3, 5), others=others))
        lived = timeline(kuwait, policy, until=date(2026, 3, 5), others=others)
        for text in (told, " ".join(each.text for each in lived)):
            assert ("release credit" in text) == (not others)
    free = plan(Ledger([*facts, paid]), policy, as_of=date(2026, 3, 5))
    assert [str(action.activity) for action in free.actions] == ["release credit"]
    assert not deviations(
        Ledger([*facts, paid]) + free.as_facts(on=date(2026, 3, 5)), policy, Period(date(2026, 3, 1), date(2026, 3, 31))
    ).counts()


def test_a_placement_of_another_currency_is_no_deviation() -> None:
    early = Payment("P-1", "C", date(2026, 1, 1), Decimal(5), "EUR")
    ledger = Ledger([bill("K-1", date(2026, 2, 1), currency="KWD"), early])
    first = date(2026, 1, 1)
    for number in range(60):
        ledger = ledger + plan(ledger, STANDARD_B2B, as_of=first + timedelta(days=number)).as_facts(
            on=first + timedelta(days=number)
        )
    assert not list(deviations(ledger, STANDARD_B2B, Period(first, date(2026, 3, 1))))


# What was said on the telephone


def test_a_refusal_can_escalate() -> None:
    refused = measure("outcomes[refused]") >= 1
    policy = Policy("p", (Level("call", 3, do=(Call(),)), Level("agency", None, when=refused, gap=1, do=(Place(),))))
    facts: list[Fact] = [
        bill("A", date(2026, 2, 4)),
        Contact("K", "C", date(2026, 2, 8), "call", level="call", outcome="spoke"),
    ]
    assert asked(facts, policy, date(2026, 2, 12)).actions == ()
    said = Contact("L", "C", date(2026, 2, 10), "call", direction="inbound", outcome="refused")
    assert [each.level for each in asked([*facts, said], policy, date(2026, 2, 12)).actions] == ["agency"]
    paid = Payment("P", "C", date(2026, 2, 10), Decimal(1), "EUR", applied=(("A", Decimal(1)),))
    assert asked([*facts, said, paid], policy, date(2026, 2, 12)).actions == ()


@pytest.mark.parametrize("how", ["resumed", "recorded"])
def test_what_stands_high_without_a_notice_gets_the_last_one_before_the_end(how: str) -> None:
    policy = Policy(
        "p",
        (Level("letter", 1, do=LETTER), Level("final", 10, do=LETTER), Level("agency", 20, do=(Place(),))),
        resume_within=30 if how == "resumed" else None,
    )
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("N1", "C", date(2026, 2, 2), "letter", level="letter", items=("A",)),
        Contact("N2", "C", date(2026, 2, 11), "letter", level="final", items=("A",)),
        Payment("P", "C", date(2026, 2, 12), Decimal(100), "EUR", applied=(("A", Decimal(100)),)),
        bill("B", date(2026, 2, 20)),
    ]
    if how == "recorded":
        facts.append(Task("T", "C", date(2026, 2, 20), "review", level="final", items=("B",)))
    _, done = lived(facts, policy, date(2026, 2, 21), 40)
    levels = [action.level for _, action in done]
    assert levels[-2:] == ["final", "agency"]
    assert all(action.items == ("B",) for _, action in done)


# An unanswered call gives no level


@pytest.mark.parametrize("outcome", ["no_answer", "busy", "out_of_service", "failed"])
def test_an_unanswered_call_gives_no_level(outcome: str) -> None:
    policy = Policy(
        "p", (Level("call", 3, do=(Call("account manager"),)), Level("letter", 7, base="notice", do=LETTER))
    )
    facts: list[Fact] = [
        bill("I", date(2026, 2, 1)),
        Contact("X", "C", date(2026, 2, 4), "call", level="call", outcome=outcome),
    ]
    (action,) = asked(facts, policy, date(2026, 2, 11)).actions
    assert action.level == "call"


# Deviations


def test_a_step_before_the_deadline_is_a_deviation() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1), "5000.00"),
        Contact("c0", "C", date(2026, 3, 4), "letter", level="second notice", items=("A",), deadline=date(2026, 3, 14)),
        Contact("c1", "C", date(2026, 3, 25), "letter", level="final demand", items=("A",), deadline=date(2026, 4, 4)),
        Placement("p", "C", date(2026, 4, 1), "agency", items=("A",)),
    ]
    april = Period(date(2026, 3, 24), date(2026, 4, 30))
    found = deviations(Ledger(facts), STANDARD_B2B, april)
    assert [(each.on, each.fact, each.expected) for each in found if each.kind == "before_deadline"] == [
        (date(2026, 4, 1), "p", date(2026, 4, 5))
    ]
    hasty = changed(STANDARD_B2B, honour_deadline=False)
    assert "before_deadline" not in deviations(Ledger(facts), hasty, april).counts()


# Carrying out


def test_what_needs_approval_is_not_recorded_without_it() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1), "5000.00"),
        Contact("c1", "C", date(2026, 3, 4), "letter", level="final demand", items=("A",)),
    ]
    day = date(2026, 4, 3)
    found = plan(Ledger(facts), STANDARD_B2B, as_of=day)
    (action,) = found.actions
    assert (found.to_approve, found.ready, found.as_facts(on=day)) == ((action,), (), ())
    assert "1 action waiting for approval" in str(found)
    assert found.records()[0]["to_approve"] == action.id == found.records()[0]["action_ids"]
    assert found.action(action.id) is action
    with pytest.raises(NotFound):
        found.action("another")
    (placed,) = found.as_facts(on=day, approved_by="credit manager")
    assert isinstance(placed, Placement)
    assert placed.approved_by == "credit manager"
    facts.append(Approval("OK", "C", day, action.id, "credit manager", by="desk 1"))
    before = plan(Ledger(facts), STANDARD_B2B, as_of=date(2026, 4, 2))
    assert before.to_approve
    approved = plan(Ledger(facts), STANDARD_B2B, as_of=day)
    assert (approved.to_approve, [each.approved_by for each in approved.ready]) == ((), ["credit manager"])
    assert approved.as_facts(on=day) == (placed,)
    books = Ledger([*facts, placed])
    april = Period(date(2026, 4, 1), date(2026, 4, 30))
    assert not [each for each in deviations(books, STANDARD_B2B, april, authority=STANDARD_AUTHORITY) if each.on >= day]


def test_an_action_has_a_line_for_each_item() -> None:
    facts: list[Fact] = [
        changed(bill("A", date(2026, 2, 1), "300.00"), reference="order 7"),
        bill("B", date(2026, 2, 3), "100.00"),
        Charge("F", "A", date(2026, 2, 5), Decimal("5.00"), "fee"),
        Payment("P", "C", date(2026, 2, 6), Decimal("50.00"), "EUR", applied=(("A", Decimal("50.00")),)),
        Dispute("D", "A", date(2026, 2, 7), amount=Decimal("30.00")),
    ]
    (action,) = asked(facts, STANDARD_B2B, date(2026, 2, 10)).actions
    first, second = action.lines
    assert (first.item, first.reference, first.days_past_due) == ("A", "order 7", 9)
    amounts = (first.original, first.charges, first.settled, first.open, first.asked)
    assert amounts == tuple(map(Decimal, ("300.00", "5.00", "50.00", "255.00", "225.00")))
    assert action.amount == first.asked + second.asked == Decimal("325.00")
    assert action.cases == ("C/EUR",)


def test_messages_that_are_put_together_name_their_decisions() -> None:
    policy = changed(STANDARD_B2B, unit="invoice", together="level")
    facts = [bill("A", date(2026, 2, 1), "300.00"), bill("B", date(2026, 2, 3))]
    (message,) = plan(Ledger(facts), policy, as_of=date(2026, 2, 10)).messages
    assert message.cases == ("A", "B")
    assert [(line.item, line.asked) for line in message.lines] == [("A", Decimal("300.00")), ("B", Decimal("100.00"))]


def test_a_concession_that_is_asked_for_again_is_made_once() -> None:
    ledger = Ledger([bill("A", date(2026, 2, 1), "100.00"), Charge("F", "A", date(2026, 2, 5), Decimal("5.00"), "fee")])
    day = date(2026, 2, 10)

    def conceded(ledger: Ledger, name: str) -> tuple[Fact, ...]:
        account = ledger.account("C")
        return concede(Waiver(("F",)), STANDARD_AUTHORITY, role="credit manager", account=account, as_of=day, id=name)

    once = conceded(ledger, "request-1")
    assert [fact.id for fact in once] == ["request-1/F"]
    assert conceded(ledger + once, "request-1") == once
    with pytest.raises(DunningError):
        conceded(ledger + once, "request-2")


def test_a_playbook_and_a_succession_go_wherever_a_policy_goes() -> None:
    by_value = custom("vip", {"C": "yes"})
    vip = Segmentation("vip", (Segment("vip", measure("custom[vip]").equals("yes")),), default="others")
    book = Playbook(vip, (("vip", LIGHT_TOUCH),), default=STANDARD_B2B)
    turned = Succession(((date(2026, 1, 1), STANDARD_B2B), (date(2026, 3, 1), LIGHT_TOUCH)))
    account, day = Ledger([bill("A", date(2026, 2, 1), "100.00")]).account("C"), date(2026, 2, 9)
    assert decide(account, book, as_of=day, custom=(by_value,))[0].policy == "light touch"
    assert "friendly_reminder" in str(brief(account, book, as_of=day, custom=(by_value,)))
    assert timeline(account, book, until=day, custom=(by_value,)).decisions[-1].policy == "light touch"
    assert [each.policy for each in plan(Ledger(account.facts), book, as_of=day, custom=(by_value,))] == ["light touch"]
    for each in (book, turned):
        page = policy_document(each)
        assert "light touch" in page
        assert "standard B2B" in page


def test_figures_of_your_own_are_dated() -> None:
    changes = [(date(2026, 1, 1), Decimal(50)), (date(2026, 3, 1), Decimal(500))]
    limit = custom("credit_limit", {"C": changes, "D": Decimal(7)})
    policy = Policy("p", (Level("over", None, when=measure("credit_limit_use") > 1, do=EMAIL),))
    account = Ledger([bill("A", date(2026, 2, 1), "100.00")]).account("C")
    over = decide(account, policy, as_of=date(2026, 2, 10), custom=(limit,))[0]
    assert (over.status, over.next_date) == ("due", date(2026, 3, 1))
    assert decide(account, policy, as_of=date(2026, 3, 1), custom=(limit,))[0].status == "waiting"
    assert (limit.of("C", on=date(2025, 12, 31)), limit.of("C"), limit.of("D"), limit.of("E")) == (
        None, Decimal(500), Decimal(7), None,
    )  # fmt: skip
    for wrong in (
        [(date(2026, 3, 1), 1), (date(2026, 1, 1), 2)],
        [("2026-03-01", 1)],
        [1, 2],
        [(date(2026, 1, 1), "x"), (date(2026, 2, 1), 1)],
    ):
        with pytest.raises(InvalidValue):
            custom("x", {"C": wrong})  # type: ignore[dict-item]  # what is refused


# Five policies from words


def test_key_accounts() -> None:
    """The manager calls on day 3; ten days after he has spoken a letter, approved by him; then the finance director.

    December is quiet; nobody is dunned for less than 500.
    """
    policy = Policy(
        "key accounts",
        (
            Level("call", 3, do=(Call("account manager"),)),
            Level("letter", 10, base="notice", deadline=10, do=LETTER, approval="account manager"),
            Level("finance director", 5, base="deadline", do=(Call("finance director"),)),
        ),
        minimum=Minimum(Decimal(500)),
        freezes=(Freeze((12, 1), (12, 31)),),
    )
    facts: list[Fact] = [
        bill("A", date(2026, 11, 10), "600.00"),
        bill("SMALL", date(2026, 11, 10), "40.00", customer="D"),
    ]
    facts.append(Contact("K1", "C", date(2026, 11, 13), "call", level="call", outcome="no_answer"))
    assert [str(each.activity) for each in asked(facts, policy, date(2026, 11, 14)).actions] == [
        "call by account manager"
    ]
    facts.append(Contact("K2", "C", date(2026, 11, 16), "call", level="call", outcome="spoke", items=("A",)))
    assert asked(facts, policy, date(2026, 11, 25)).next_date == date(2026, 11, 26)
    (letter,) = asked(facts, policy, date(2026, 11, 26)).actions
    assert letter.waits_for_approval
    quiet = asked(facts, policy, date(2026, 12, 1))
    assert (quiet.actions, quiet.next_date) == ((), date(2027, 1, 1))
    assert asked(facts, policy, date(2026, 11, 26), customer="D").actions == ()


def test_household_energy() -> None:
    """A threat four weeks ahead, an announcement eight working days ahead, twice the instalment, nobody vulnerable."""
    heavy = measure("overdue_balance") >= 2 * measure("custom[instalment]")
    able = ~measure("custom[vulnerable]").equals("yes")
    policy = Policy(
        "energy",
        (
            Level("threat", 5, when=heavy, deadline=28, do=LETTER),
            Level("plan", 7, base="notice", do=(Do("offer payment plan", owner="care team"),)),
            Level("announcement", 1, base="deadline", deadline=8, business_days=True, do=LETTER),
            Level("disconnection", 1, base="deadline", when=able, do=(Do("disconnect", ends=True),)),
        ),
        minimum=Minimum(Decimal(100)),
        calendar=BusinessCalendar(),
        promise_holds="case",
    )
    own = (custom("instalment", {"C": Decimal(80), "V": Decimal(80)}), custom("vulnerable", {"V": "yes"}))
    due = date(2026, 3, 2)
    stories: dict[str, list[tuple[date, str]]] = {}
    for customer in ("C", "V"):
        book: list[Fact] = [bill("A", due, "200.00", customer=customer)]
        for number in range(90):
            day = due + timedelta(days=number)
            (found,) = decide(Ledger(book).account(customer), policy, as_of=day, custom=own)
            stories.setdefault(customer, []).extend((day, each.level) for each in found.actions)
            book += found.as_facts(on=day)
    assert stories["C"] == [
        (date(2026, 3, 9), "threat"),
        (date(2026, 4, 7), "plan"),
        (date(2026, 4, 14), "announcement"),
        (date(2026, 4, 27), "disconnection"),
    ]
    assert [level for _, level in stories["V"]] == ["threat", "plan", "announcement"]
    part = Promise("P", "C", date(2026, 3, 3), date(2026, 3, 20), Decimal(50), "EUR")
    (held,) = decide(Ledger([bill("A", due, "200.00"), part]).account("C"), policy, as_of=date(2026, 3, 9), custom=own)
    assert held.status == "held"


def test_software_by_subscription() -> None:
    """The card is tried again on days 1, 3 and 7; a warning on 10, suspended on 15, cancelled on 30."""
    levels = [Level(f"retry {day}", day, optional=True, do=(Do("retry card"),)) for day in (1, 3, 7)]
    levels += [
        Level("warning", 10, deadline=4, do=EMAIL),
        Level("suspension", 15, do=(Do("suspend service", ends=True),)),
        Level("cancellation", 30, do=(Do("cancel subscription", ends=True),)),
    ]
    policy = Policy("saas", tuple(levels), minimum_gap=0)
    due = date(2026, 3, 1)
    _, done = lived([bill("A", due)], policy, due, 60)
    assert [((day - due).days, action.level) for day, action in done] == [
        (1, "retry 1"), (3, "retry 3"), (7, "retry 7"), (10, "warning"), (15, "suspension"), (30, "cancellation"),
    ]  # fmt: skip
    _, seen_late = lived([bill("A", due)], policy, due + timedelta(days=20), 60)
    assert [((day - due).days, action.level) for day, action in seen_late] == [
        (20, "warning"),  # what came before is passed over, and the warning's four days are kept
        (25, "suspension"),
        (30, "cancellation"),
    ]


def test_construction() -> None:
    """Five percent are retained until a year after completion; what is disputed waits, the rest is chased."""
    policy = Policy("construction", (Level("notice", 7, do=LETTER),), unit="invoice", together="level")
    parts = (Installment(date(2026, 3, 1), Decimal(950)), Installment(None, Decimal(50)))
    work = Invoice("W", "C", date(2026, 2, 1), None, Decimal(1000), "EUR", installments=parts)
    facts: list[Fact] = [work, Dispute("D", "W/1", date(2026, 3, 5), amount=Decimal(200), reason="quality")]
    book = Ledger(facts)
    (message,) = plan(book, policy, as_of=date(2026, 3, 10)).messages
    assert (message.items, message.amount) == (("W/1",), Decimal(750))
    done = DueDateChange("X", "W/2", date(2026, 6, 1), date(2027, 6, 1), reason="completed")
    found = decide((book + [done]).account("C"), policy, as_of=date(2027, 6, 8))
    assert [(each.case, each.status) for each in found if each.case == "W/2"] == [("W/2", "due")]


def test_a_freight_forwarder() -> None:
    """Stopped at the limit or 15 days late; released below 90 % of it with less than 500 past due."""
    use, late = measure("credit_limit_use"), measure("days_past_due")
    table = Machine(
        "freight",
        ("open", "stopped"),
        (
            Transition("open", (use > 1) | (late >= 15), "stopped", (StopCredit(),)),
            Transition("stopped", measure("actions_outstanding") >= 1, "stopped", (StopCredit(),)),
            Transition(
                "stopped", (use < Decimal("0.9")) & (measure("overdue_balance") < 500), "open", (ReleaseCredit(),)
            ),
        ),
    )
    limit = custom("credit_limit", {"C": Decimal(1000)})
    facts: list[Fact] = [bill("A", date(2026, 3, 1), "600.00")]
    (stop,) = decide(Ledger(facts).account("C"), table, as_of=date(2026, 3, 16), custom=(limit,))
    assert [str(each.activity) for each in stop.actions] == ["stop credit"]
    facts += stop.as_facts(on=date(2026, 3, 16))
    facts.append(Payment("P", "C", date(2026, 3, 20), Decimal(300), "EUR", applied=(("A", Decimal(300)),)))
    (free,) = decide(Ledger(facts).account("C"), table, as_of=date(2026, 3, 20), custom=(limit,))
    assert [str(each.activity) for each in free.actions] == ["release credit"]


# What a mutant showed


def test_a_succession_asks_which_notice_began_the_case() -> None:
    turned = Succession(((date(2026, 1, 1), STANDARD_B2B), (date(2026, 3, 1), LIGHT_TOUCH)))
    old, new = bill("A", date(2026, 2, 1)), bill("B", date(2026, 3, 10))
    told = Contact("N", "C", date(2026, 2, 8), "email", level="first notice")  # about A: B was not due
    paid = Payment("P", "C", date(2026, 2, 20), Decimal(100), "EUR", applied=(("A", Decimal(100)),))
    assert asked([old, told], turned, date(2026, 3, 2)).policy == "standard B2B"
    assert asked([old, new, told, paid], turned, date(2026, 3, 20)).policy == "light touch"


def test_messages_of_a_table_by_hand() -> None:
    late = measure("case_days_past_due") >= 3
    table = Machine("tiny", ("open", "told"), (Transition("open", late, "told", EMAIL),))
    found = plan(Ledger([bill("A", date(2026, 2, 1))]), table, as_of=date(2026, 2, 10))
    assert [each.items for each in found.messages] == [("A",)]


def test_what_has_no_due_date_resumes_nowhere() -> None:
    policy = Policy(
        "p", (Level("one", 1, do=EMAIL), Level("two", 5, gap=1, do=EMAIL)), resume_within=5, undated="issued"
    )
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("N", "C", date(2026, 2, 2), "email", level="one", items=("A",)),
        Payment("P", "C", date(2026, 2, 3), Decimal(100), "EUR", applied=(("A", Decimal(100)),)),
        Invoice("U", "C", date(2026, 2, 4), None, Decimal(50), "EUR"),
    ]
    assert [each.level for each in asked(facts, policy, date(2026, 2, 20)).actions] == ["one"]


def test_what_a_proposal_hands_back_is_not_dunned_meanwhile() -> None:
    policy = changed(STANDARD_B2B, minimum=Minimum())
    eight = Interest("interest", Rate(Decimal("0.08")))
    facts: list[Fact] = [bill("A", date(2026, 2, 1), "10000.00")]
    day, later = date(2026, 3, 1), date(2026, 3, 10)
    facts += proposed_charges(Ledger(facts).account("C"), eight, as_of=day)
    paid = Payment("P", "C", date(2026, 2, 2), Decimal(10000), "EUR", applied=(("A", Decimal(10000)),), recorded=later)
    ledger = Ledger([*facts, paid])
    handed_back = proposed_charges(ledger.account("C"), eight, as_of=later)
    assert [each.kind for each in handed_back] == ["abatement"]
    before = plan(ledger, policy, as_of=later)
    assert [each.amount for each in before.actions] == [Decimal("61.37")]
    (meanwhile,) = plan(ledger, policy, as_of=later, proposed=handed_back, since=before)
    assert sum((each.amount for each in meanwhile.actions), Decimal(0)) == Decimal("61.37") - handed_back[0].amount
    assert str(meanwhile.reasons[-1]) == f"{handed_back[0].amount} is to be handed back by {handed_back[0].id}"
    assert decide(ledger.account("C"), policy, as_of=later, proposed=handed_back) == (meanwhile,)


# What a tester broke


def many(policy: Policy, facts: list[Fact], first: date, days: int) -> list[tuple[int, str]]:
    """What is done where a run is repeated on each day until it leaves nothing, or five times."""
    book, done = [*facts], list[tuple[int, str]]()
    for number in range(days):
        day = first + timedelta(days=number)
        for _ in range(5):
            found = plan(Ledger(book), policy, as_of=day).as_facts(on=day, approved_by="manager")
            done += [(number, str(getattr(fact, "level", None))) for fact in found]
            book += found
            if not found:
                break
    return done


def test_a_repeated_step_that_is_no_notice_is_counted_too() -> None:
    visit = Level("visit", 2, do=(Do("visit"),))
    policy = Policy("p", (Level("n", 1, do=EMAIL), visit), minimum_gap=1, at_end=Repeat(2, 1))
    facts: list[Fact] = [bill("I", date(2026, 1, 31))]
    assert many(policy, facts, date(2026, 2, 1), 28) == [(0, "n"), (1, "visit"), (3, "visit")]
    after = changed(visit, repeat=Repeat(4, 2, base="deadline"))
    policy = Policy("p", (Level("n", 1, deadline=0, do=EMAIL), after), minimum_gap=1)
    assert many(policy, facts, date(2026, 2, 1), 28) == [(0, "n"), (1, "visit"), (5, "visit"), (9, "visit")]


def test_a_case_that_falls_to_where_it_stands_keeps_a_gap() -> None:
    levels = (Level("n", 1, do=EMAIL), Level("m", 8, gap=0, minimum=Minimum(Decimal(160)), do=LETTER))
    policy = Policy("p", levels, below_minimum="lower")
    assert many(policy, [bill("I", date(2026, 1, 31))], date(2026, 2, 1), 28) == [
        (0, "n"),
        (7, "n"),
        (14, "n"),
        (21, "n"),
    ]
    now = changed(policy, minimum_gap=0)
    assert many(now, [bill("I", date(2026, 1, 31))], date(2026, 2, 8), 3) == [(0, "n"), (1, "n"), (2, "n")]


def test_the_gap_over_all_accounts_is_one_of_the_case_as_well() -> None:
    levels = tuple(Level(f"visit {days}", days, do=(Do("visit"),)) for days in (1, 8, 15))
    wide = Policy("p", levels, gap_over="customer")
    facts: list[Fact] = [bill("I", date(2026, 1, 31))]
    expected = many(Policy("p", levels), facts, date(2026, 2, 16), 10)
    assert many(wide, facts, date(2026, 2, 16), 10) == expected == [(0, "visit 1"), (7, "visit 8")]


def test_the_next_date_knows_the_contacts_about_other_accounts() -> None:
    policy = Policy("p", (Level("n", 1, do=EMAIL),), gap_over="customer")
    facts: list[Fact] = [
        bill("I", date(2026, 1, 31), customer="A"),
        bill("U", date(2026, 2, 20), customer="A", currency="USD"),
        Contact("C", "A", date(2026, 2, 17), "letter", level="n", items=("I",)),
        Promise("R", "A", date(2026, 2, 1), date(2026, 3, 30), Decimal(1), "USD", cancelled=date(2026, 3, 20)),
    ]
    for some in (facts[:3], facts):
        found = asked(some, policy, date(2026, 2, 21), currency="USD", customer="A")
        assert (found.status, found.next_date) == ("waiting", date(2026, 2, 24))


@pytest.mark.parametrize("more", [{}, {"resume_within": 3}, {"regress": Regress(paid_in_part="recompute")}], ids=str)
def test_the_cure_of_an_installment_pays_that_installment(more: dict[str, Any]) -> None:
    policy = Policy("p", (Level("n", 1, do=EMAIL),), minimum=Minimum(Decimal(5)), **more)
    parts = (Installment(date(2026, 1, 10), Decimal(25)), Installment(date(2026, 1, 12), Decimal(25)))
    facts: list[Fact] = [
        Invoice("I", "A", date(2026, 1, 1), None, Decimal(50), "EUR", installments=parts),
        Dispute("Q", "I/1", date(2026, 1, 5)),
    ]
    cure = asked(facts, policy, date(2026, 2, 12), customer="A").cure
    assert cure is not None
    assert cure.stops == (("I/2", Decimal("20.01")),)


def test_messages_at_the_highest_level_leave_a_release_alone() -> None:
    levels = (Level("n", 1, do=EMAIL), Level("stop", 5, gap=0, do=(StopCredit(),)))
    policy = Policy("p", levels, unit="invoice", together="highest", minimum_gap=0)
    facts: list[Fact] = [bill("I", date(2026, 1, 10)), bill("J", date(2026, 2, 20))]
    book, _ = lived(facts, policy, date(2026, 1, 20), 2)
    book.append(Payment("P", "C", date(2026, 2, 1), Decimal(100), "EUR", applied=(("I", Decimal(100)),)))
    messages = plan(Ledger(book), policy, as_of=date(2026, 2, 2)).messages
    assert [str(each.activity) for each in messages] == ["release credit"]


def test_a_promise_for_today_and_later_counts_the_money_of_today() -> None:
    made = date(2026, 3, 1)
    parts = (Installment(made, Decimal(50)), Installment(date(2026, 3, 8), Decimal(50)))
    promise = Promise("M", "C", made, date(2026, 3, 8), Decimal(100), "EUR", installments=parts)
    paid = [Payment(f"P{part.day}", "C", part.day, Decimal(50), "EUR", applied=(("A", Decimal(50)),)) for part in parts]
    account = Ledger([bill("A", date(2026, 2, 1)), promise, *paid]).account("C")
    assert [account.promise_state(promise, as_of=date(2026, 3, 9), grace=days) for days in (0, 1)] == ["kept", "kept"]


def test_the_next_date_passes_closed_days_and_seasons_in_turn() -> None:
    policy = Policy(
        "p",
        (Level("n", 10, do=EMAIL),),
        calendar=BusinessCalendar(),
        freezes=(Freeze((8, 1), (8, 31)), Freeze((12, 21), (1, 6))),
    )
    early = Invoice("I", "C", date(2026, 1, 5), date(2026, 12, 9), Decimal(100), "EUR")
    assert asked([early], policy, date(2026, 3, 2)).next_date == date(2027, 1, 7)


def test_a_promise_of_several_dates_is_checked_when_it_is_built() -> None:
    made, first, last = date(2026, 3, 1), date(2026, 3, 5), date(2026, 3, 8)
    with pytest.raises(InvalidValue) as told:
        wrong = (Installment(last, Decimal(40)), Installment(date(2026, 2, 1), Decimal(50)))
        Promise("M", "C", made, last, Decimal(100), "EUR", installments=wrong)
    assert [fault.partition(":")[0] for fault in told.value.faults] == ["installments", "due", "installments"]
    early = (Installment(date(2026, 2, 20), Decimal(50)), Installment(last, Decimal(50)))
    with pytest.raises(InvalidValue, match="before the promise was made"):
        Promise("M", "C", made, last, Decimal(100), "EUR", installments=early)
    with pytest.raises(InvalidValue, match="give the first part as the promise"):
        Agreed(follow_up=first, further=((Decimal(1), last),))
    with pytest.raises(InvalidValue, match="by a later day"):
        Agreed(promise=(Decimal(1), last), further=((Decimal(1), first),))


def test_what_cannot_be_a_multiple_or_a_figure_is_refused() -> None:
    with pytest.raises(InvalidValue, match="not for a multiple"):
        Compare("balance", "in", Multiple("sales"))
    with pytest.raises(InvalidValue, match="compared as a number"):
        holds(measure("balance") > measure("custom[x]"), {"balance": Decimal(1), "custom[x]": "much"})
    with pytest.raises(InvalidValue, match="in order"):
        Custom("x", (("B", ((date.min, 1),)), ("A", ((date.min, 2),))))
    with pytest.raises(InvalidValue, match="leave one of the two out"):
        Policy("p", (Level("n", 1, repeat=Repeat(3), do=EMAIL),), at_end=Repeat(5))
    with pytest.raises(InvalidValue, match="counted in calendar days"):
        Level("n", 1, month_end=True, business_days=True, do=EMAIL)
    with pytest.raises(NotFound):
        holds(measure("balance") > measure("sales"), {"balance": Decimal(1)})


def test_an_escalation_raises_no_charge_and_a_charge_proposed_holds_nothing() -> None:
    facts: list[Fact] = [bill("A", date(2026, 2, 1), "500.00")]
    account, day = Ledger(facts).account("C"), date(2026, 3, 20)
    fees = FeeSchedule("fees", (Fee.fixed(Decimal("5.00"), level="first notice"), Fee.fixed(Decimal("9.00"), after=10)))
    (first,) = decide(account, STANDARD_B2B, as_of=day)[0].actions
    assert [each.amount for each in charges_raised(first, account, fees, on=day)] == [Decimal("5.00")]
    along = changed(first, activity=Escalate("manager"))
    assert charges_raised(along, account, fees, on=day) == ()
    proposed = proposed_charges(account, fees, as_of=day)
    assert [each.amount for each in proposed] == [Decimal("9.00")]
    assert decide(account, STANDARD_B2B, as_of=day, proposed=proposed) == decide(account, STANDARD_B2B, as_of=day)


def test_a_withdrawn_notice_binds_nobody() -> None:
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("N", "C", date(2026, 2, 4), "email", level="first notice", items=("A",), cancelled=date(2026, 2, 6)),
        Contact("M", "C", date(2026, 2, 8), "email", level="first notice", items=("A",)),
    ]
    assert asked(facts[:2], STANDARD_B2B, date(2026, 2, 7)).status == "due"
    month = Period(date(2026, 2, 1), date(2026, 2, 28))
    assert "before_deadline" not in deviations(Ledger(facts), STANDARD_B2B, month).counts()
    keeps = changed(STANDARD_B2B, regress=Regress(notice_cancelled="keep"))
    assert "before_deadline" in deviations(Ledger(facts), keeps, month).counts()


def test_one_applied_pair_that_was_taken_back_keeps_no_promise() -> None:
    promise = Promise("M", "C", date(2026, 2, 6), date(2026, 2, 20), Decimal(100), "EUR", items=("A",))
    paid = Payment("P", "C", date(2026, 2, 10), Decimal(100), "EUR", applied=(("A", Decimal(100)),))
    facts: list[Fact] = [bill("A", date(2026, 2, 4)), promise, paid]
    back = Reversal("R", "P", date(2026, 2, 12), invoice="A")
    day = date(2026, 2, 21)
    assert Ledger(facts).account("C").promise_state(promise, as_of=day) == "kept"
    assert Ledger([*facts, back]).account("C").promise_state(promise, as_of=day) == "broken"


def test_a_table_by_hand_asks_for_nothing_where_nothing_is_late() -> None:
    early = measure("days_past_due") <= 0
    table = Machine("early", ("open", "told"), (Transition("open", early, "told", EMAIL),))
    assert asked([bill("A", date(2026, 3, 1))], table, date(2026, 2, 20)).actions == ()


def test_a_step_of_a_cycle_that_is_recorded_twice_is_done_once() -> None:
    late = measure("days_past_due") >= 5
    rows = (
        Transition("open", late, "stopped", (StopCredit(),)),
        Transition("stopped", ~late, "open", (ReleaseCredit(),)),
    )
    facts: list[Fact] = [bill("A", date(2026, 2, 1))]
    facts += [Task(f"S{day}", "C", date(2026, 2, day), "stop_credit", level="stopped", items=("A",)) for day in (8, 9)]
    found = asked(facts, Machine("credit", ("open", "stopped"), rows), date(2026, 2, 10))
    assert (found.level, found.actions) == ("stopped", ())


def test_disputes_have_a_ladder_of_their_own_by_reason() -> None:
    about_quality = measure("disputes[quality]") >= 1
    site = Policy(
        "quality", (Level("site manager", 1, do=(Do("answer dispute", owner="site manager"),)),), disputes="asked"
    )
    cases = Segmentation("disputes", (Segment("quality", about_quality),), default="none")
    book = Playbook(cases, (("quality", site),), default=STANDARD_B2B)
    facts: list[Fact] = [bill("A", date(2026, 2, 1), "500.00"), Dispute("D", "A", date(2026, 2, 3), reason="quality")]
    (found,) = plan(Ledger(facts), book, as_of=date(2026, 2, 5)).due
    assert [str(each) for each in found.actions] == ["answer dispute by site manager: site manager, 500.00 EUR"]
    price = [facts[0], Dispute("D", "A", date(2026, 2, 3), reason="price")]
    assert not plan(Ledger(price), book, as_of=date(2026, 2, 5)).actions
    assert "What is disputed is asked for as well." in site.describe()


def test_what_has_to_be_told_yet_is_told_in_its_turn() -> None:
    levels = (
        Level("reminder", -1, optional=True, do=EMAIL),
        Level("first", 0, gap=1, optional=True, do=EMAIL),
        Level("second", 1, gap=1, do=(Review(),)),
    )
    end = Final(9, (Place(),))
    with pytest.raises(InvalidValue, match="final action: .* one that missed reminder and first could never go on"):
        Policy("p", levels, minimum_gap=1, at_end=end)
    facts: list[Fact] = [
        bill("I", date(2026, 2, 1)),
        Task("T", "C", date(2026, 3, 1), "review", level="second", items=("I",)),
    ]
    needed = Policy("p", (levels[0], changed(levels[1], optional=False), levels[2]), minimum_gap=1, at_end=end)
    assert asked(facts, needed, date(2026, 3, 1)).actions == ()
    assert [each.level for each in asked(facts, needed, date(2026, 3, 2)).actions] == ["first"]


def test_levels_that_count_differently_are_not_held_against_each_other() -> None:
    def ladder(first: int, second: int, *counting: bool) -> Policy:
        levels = (
            Level("one", first, optional=first < 0, business_days=counting[0], do=EMAIL),
            Level("two", second, optional=second < 0, business_days=counting[1], do=EMAIL),
        )
        return Policy("p", levels, minimum_gap=7, calendar=BusinessCalendar())

    for first, second, *counting in ((5, 11, True, True), (5, 11, False, True), (12, 9, False, True)):
        assert ladder(first, second, *counting).levels[1].after == second
    assert ladder(-5, -5, True, False).levels[1].after == -5  # 5 business days before come earlier than 5 days before
    for first, second, *counting in ((5, 5, True, True), (9, 9, True, False), (-5, -5, False, True)):
        with pytest.raises(InvalidValue, match="which is not later than one"):
            ladder(first, second, *counting)


def test_a_notice_without_items_bears_fees_in_its_own_currency_alone() -> None:
    fees = FeeSchedule("fees", (Fee.fixed(Decimal("5.00"), level="first"),))
    bills = [bill("EUROS", date(2026, 3, 1)), bill("FRANCS", date(2026, 3, 1), currency="CHF")]

    def charged(currency: str | None) -> list[str]:
        notice = Contact("N", "C", date(2026, 3, 10), "letter", level="first", currency=currency)
        accounts = Ledger([*bills, notice])
        return [fee.invoice for each in accounts for fee in proposed_charges(each, fees, as_of=date(2026, 3, 20))]

    assert charged(None) == ["FRANCS", "EUROS"]
    assert (charged("EUR"), charged("CHF")) == (["EUROS"], ["FRANCS"])


def test_a_release_that_named_another_currency_is_known_on_a_later_day() -> None:
    bills = [bill("EUROS", date(2026, 3, 1)), bill("FRANCS", date(2026, 3, 1), currency="CHF")]
    tasks = [
        Task("S", "C", date(2026, 3, 10), "stop_credit", level="stop", items=("EUROS",)),
        Task("R", "C", date(2026, 3, 12), "release_credit", items=("FRANCS",)),
        Task("X", "C", date(2026, 3, 20), "review"),
    ]
    account = Ledger([*bills, *tasks]).account("C", "EUR")
    known = as_known(account, date(2026, 3, 15))
    assert [(each.id, each.items) for each in known.tasks(as_of=date(2026, 3, 15))] == [("S", ("EUROS",)), ("R", ())]


def test_a_message_waits_for_the_approval_of_each_action_in_it() -> None:
    step = Level("first", 1, approval="manager", do=LETTER)
    policy = Policy("p", (step,), unit="invoice", together="level")
    facts: list[Fact] = [bill("A", date(2026, 2, 1)), bill("B", date(2026, 2, 1))]
    day = date(2026, 2, 5)
    first, second = plan(Ledger(facts), policy, as_of=day).actions
    one = [*facts, Approval("Y", "C", day, first.id, "manager")]
    (waiting,) = plan(Ledger(one), policy, as_of=day).messages
    assert (waiting.id, waiting.waits_for_approval, waiting.as_fact(on=day)) == (first.id, True, None)
    (free,) = plan(Ledger([*one, Approval("Z", "C", day, second.id, "manager")]), policy, as_of=day).messages
    assert (free.approved_by, free.waits_for_approval) == ("manager", False)


def test_a_debt_that_falls_to_a_level_that_it_skipped_is_not_asked_for_what_that_wanted() -> None:
    levels = (
        Level("one", 1, optional=True, do=(Review(),)),
        Level("two", 5, gap=3, do=(Review(),), repeat=Repeat(9)),
    )
    policy = Policy("p", levels, regress=Regress(paid_in_part="step_down"))
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Task("T", "C", date(2026, 2, 10), "review", level="two", items=("A",)),
        Payment("P", "C", date(2026, 2, 10), Decimal(40), "EUR", applied=(("A", Decimal(40)),)),
    ]
    fallen = asked(facts, policy, date(2026, 2, 11))
    assert (fallen.level, fallen.actions, fallen.next_date) == ("one", (), date(2026, 2, 13))
    assert [each.level for each in asked(facts, policy, date(2026, 2, 13)).actions] == ["two"]


def test_a_level_that_is_repeated_keeps_the_gap_over_the_customers_other_cases() -> None:
    repeated = Level("n", 5, do=EMAIL, repeat=Repeat(9))
    policy = Policy("p", (repeated,), unit="invoice", minimum_gap=15, gap_over="customer")
    bills = [bill("A", date(2026, 2, 1)), bill("B", date(2026, 2, 15))]
    first = Contact("x", "C", date(2026, 2, 6), "email", level="n", items=("A",))
    later = Contact("y", "C", date(2026, 2, 22), "email", level="n", items=("B",))
    (account,) = Ledger([*bills, first, later])
    days = [date(2026, 2, 23) + timedelta(days=number) for number in range(20)]
    asked = [day for day in days if any(each.actions for each in decide(account, policy, as_of=day))]
    assert asked[0] == date(2026, 3, 9)  # 15 days after the notice about B, not 9 after it or 20 after that about A


def test_a_deadline_is_kept_by_the_policy_that_the_account_is_under() -> None:
    strict = Policy("strict", (Level("n", 5, deadline=10, do=EMAIL), Level("m", 8, gap=0, do=EMAIL)))
    lax = changed(strict, name="lax", honour_deadline=False)
    segmentation = Segmentation("s", (Segment("big", measure("open_balance") >= 1000),), default="small")
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("x", "C", date(2026, 2, 6), "email", level="n", items=("A",)),
        Contact("y", "C", date(2026, 2, 9), "email", level="m", items=("A",)),
    ]
    month = Period.month(2026, 2)
    for policies, default, kinds in (
        ((("big", strict),), lax, set[str]()),
        ((("big", lax),), strict, {"before_deadline"}),
    ):
        found = deviations(Ledger(facts), Playbook(segmentation, policies, default=default), month)
        assert {each.kind for each in found} == kinds


def test_an_event_of_a_table_by_hand_may_lead_up() -> None:
    late = measure("case_days_past_due") >= 5
    table = Machine(
        "up",
        ("open", "told", "watched"),
        (
            Transition("open", late, "told", EMAIL),
            Transition("told", measure("case_days_past_due") >= 90, "watched", (Call(),)),
            Transition("told", ALWAYS, "watched", event="payment reversed"),
            Transition("watched", measure("actions_outstanding") >= 1, "watched", (Call(),)),
        ),
    )
    facts: list[Fact] = [
        bill("A", date(2026, 2, 1)),
        Contact("x", "C", date(2026, 2, 6), "email", level="told", items=("A",)),
        Payment("P", "C", date(2026, 2, 8), Decimal(40), "EUR", applied=(("A", Decimal(40)),)),
        Reversal("R", "P", date(2026, 2, 12)),
    ]
    (decision,) = decide(Ledger(facts).account("C"), table, as_of=date(2026, 2, 12))
    assert (decision.level, [each.activity for each in decision.actions]) == ("watched", [Call()])


def test_a_debt_that_missed_an_optional_reminder_is_told_before_credit_stops() -> None:
    reminder = Level("reminder", -9, optional=True, do=(Call(),))
    stop = Level("stop", 16, do=(StopCredit(), Notify("letter")))
    policy, day = Policy("p", (reminder, stop)), date(2026, 6, 1)
    ledger = Ledger([bill("A", date(2026, 1, 12))])
    (first,) = decide(ledger.account("C"), policy, as_of=day)
    assert [(each.id, each.activity) for each in first.actions] == [("p/C/EUR/stop/1/2", Notify("letter"))]
    assert [each.code for each in first.reasons] == ["level_reached"]
    letter = first.actions[0].as_fact(on=day)
    assert letter is not None
    told = ledger + [letter]
    (same_day,) = decide(told.account("C"), policy, as_of=day)
    assert (same_day.actions, same_day.next_date) == ((), day + timedelta(days=1))
    (then,) = decide(told.account("C"), policy, as_of=day + timedelta(days=1))
    assert [each.activity for each in then.actions] == [StopCredit()]
    late = told + [bill("B", date(2026, 5, 4))]  # stopped for A, B is told by a notice of its own
    assert [(a.activity, a.items) for a in decide(late.account("C"), policy, as_of=date(2026, 6, 30))[0].actions] == [
        (StopCredit(), ("A",)),
    ]


@pytest.mark.parametrize("notices", [(-9,), (-9, -2)])
def test_what_ends_the_relation_has_a_notice_before_it_that_cannot_be_missed(notices: tuple[int, ...]) -> None:
    before = tuple(Level(f"before {-days}", days, optional=True, do=(Notify("email"),)) for days in notices)
    names = " and ".join(each.name for each in before)
    with pytest.raises(InvalidValue, match=f"stop: it takes only debts that a notice named; one that missed {names}"):
        Policy("p", (*before, Level("stop", 16, do=(StopCredit(),))))
    for more in ((Notify("letter"),), (Call(),)):
        assert Policy("p", (*before, Level("stop", 16, do=(StopCredit(), *more))))
        assert Policy("p", (*before, Level("first", 5, do=more), Level("stop", 16, do=(StopCredit(),))))


@pytest.mark.parametrize(
    ("reminder", "fault"),
    [
        ({}, ""),
        ({"repeat": Repeat(9)}, "firm: it comes 10 days after the last notice, but first is given again after 9"),
        ({"repeat": Repeat(10)}, ""),
        ({"repeat": Repeat(9, 3)}, ""),
        ({"repeat": Repeat(9), "deadline": 9}, ""),
        ({"repeat": Repeat(9), "deadline": 9, "honour": False}, "firm: it comes 10 days after the last notice"),
        ({"repeat": Repeat(1, base="deadline"), "deadline": 8}, "firm: it comes 10 days after the last notice"),
        ({"repeat": Repeat(2, base="deadline"), "deadline": 8}, ""),
    ],
)
def test_a_repeat_leaves_room_for_the_next_level(reminder: dict[str, Any], fault: str) -> None:
    honour = reminder.get("honour", True)
    reminder = {name: value for name, value in reminder.items() if name != "honour"}
    levels = (Level("first", 1, do=(Notify("email"),), **reminder), Level("firm", 30, gap=10, do=(Notify("letter"),)))
    if not fault:
        assert Policy("p", levels, honour_deadline=honour)
        return
    with pytest.raises(InvalidValue, match=fault):
        Policy("p", levels, honour_deadline=honour)


@pytest.mark.parametrize("base", ["notice", "deadline"])
def test_what_counts_from_a_notice_follows_one_that_cannot_be_missed(base: Any) -> None:
    ahead = Level("ahead", -5, optional=True, do=(Notify("email"),))
    for before, fault in (((), "there is no notice before it"), ((ahead,), "what missed ahead has had no notice")):
        with pytest.raises(InvalidValue, match=f"firm: it counts from a notice, and {fault}"):
            Policy("p", (*before, Level("firm", 7, base=base, do=(Notify("letter"),))))


def test_a_level_counts_from_the_day_of_a_step_that_gives_no_time_though_it_is_no_notice() -> None:
    first, second = Level("visit", 1, do=(Do("visit"),)), Level("letter", 5, base="deadline", do=(Notify("letter"),))
    ledger = Ledger(
        [bill("A", date(2026, 1, 12)), Task("T", "C", date(2026, 3, 2), "visit", level="visit", items=("A",))]
    )
    (decision,) = decide(ledger.account("C"), Policy("p", (first, second), minimum_gap=1), as_of=date(2026, 3, 2))
    assert (decision.actions, decision.next_date) == ((), date(2026, 3, 7))


def test_a_table_by_hand_says_itself_which_debts_resume() -> None:
    letter = (Notify("letter"),)
    rows = (
        Transition("open", measure("case_days_past_due") >= 1, "noticed", letter),
        Transition("open", measure("case_days_since_settled") <= 3, "noticed", event="resume noticed"),
        Transition("noticed", measure("case_days_past_due") >= 10, "final", letter),
    )
    facts: list[Fact] = [
        bill("A", date(2026, 1, 12)),
        Contact("N", "C", date(2026, 1, 13), "letter", level="noticed", items=("A",)),
        Payment("P", "C", date(2026, 1, 20), Decimal(100), "EUR", applied=(("A", Decimal(100)),)),
    ]
    levels = {}
    for name, due in (("soon", date(2026, 1, 22)), ("later", date(2026, 1, 24))):
        account = Ledger([*facts, bill(name, due)]).account("C")
        (decision,) = decide(account, Machine("by hand", ("open", "noticed", "final"), rows), as_of=date(2026, 1, 26))
        levels[name] = decision.level
    assert levels == {"soon": "noticed", "later": None}


def test_a_level_waits_after_a_dispute_that_was_resolved() -> None:
    policy = Policy("p", (Level("first", 5, do=(Notify("email"),)),), after_hold=7)
    facts: list[Fact] = [
        bill("A", date(2026, 1, 31)),
        Dispute("D", "A", date(2026, 2, 1), reason="quality", resolved=date(2026, 2, 10)),
    ]
    (decision,) = decide(Ledger(facts).account("C"), policy, as_of=date(2026, 2, 12))
    assert (decision.actions, decision.next_date) == ((), date(2026, 2, 17))


def test_an_optional_notice_that_another_level_may_overtake_is_no_notice_before_the_end() -> None:
    notice, review = Level("notice", 5, optional=True, do=(Notify("email"),)), Level("review", 12, do=(Review(),))
    agency = Level("agency", 30, do=(Place(),))
    with pytest.raises(InvalidValue, match="agency: it takes only debts that a notice named; one that missed notice"):
        Policy("p", (notice, review, agency))
    assert Policy("p", (changed(notice, optional=False), review, agency))
    assert Policy("p", (notice, agency))


def test_what_takes_only_debts_that_were_told_is_no_way_on_for_others() -> None:
    levels = (
        Level("visit", 1, do=(Do("visit"),), repeat=Repeat(9)),
        Level("letter", 12, gap=10, do=(Notify("letter"),)),
        Level("agency", 30, gap=1, do=(Place(),)),
    )
    with pytest.raises(InvalidValue, match="letter: it comes 10 days after the last notice, but visit is given again"):
        Policy("p", levels[:2])
    with pytest.raises(InvalidValue, match="visit is given again after 9, without end"):
        Policy("p", levels, advance="nearest")
    assert Policy("p", (changed(levels[0], do=(Call(),)), *levels[1:]), advance="nearest")


@pytest.mark.parametrize(("every", "after", "room"), [(9, 8, False), (10, 8, True), (5, 5, True), (7, 6, False)])
def test_business_days_leave_no_room_for_a_level_where_weekends_lie_between(every: int, after: int, room: bool) -> None:
    levels = (
        Level("first", 1, do=(Notify("email"),), repeat=Repeat(every)),
        Level("firm", after, base="notice", business_days=True, gap=1, do=(Notify("letter"),)),
    )
    if room:
        policy = Policy("p", levels, calendar=BusinessCalendar())
        _, done = lived([bill("A", date(2026, 3, 2))], policy, date(2026, 3, 2), 60)
        assert "firm" in {action.level for _, action in done}
    else:
        with pytest.raises(InvalidValue, match="firm: it comes"):
            Policy("p", levels, calendar=BusinessCalendar())


def test_a_season_without_notices_lets_the_higher_debt_take_the_lower_along_once_it_is_over() -> None:
    policy = Policy(
        "p",
        (Level("first", 5, do=(Notify("email"),)), Level("second", 20, do=(Notify("letter"),))),
        freezes=(Freeze((2, 20), (2, 27)),),
    )
    facts: list[Fact] = [
        bill("OLD", date(2026, 2, 1)),
        bill("NEW", date(2026, 2, 16)),
        Contact("N", "C", date(2026, 2, 6), "email", level="first", items=("OLD",)),
    ]
    account = Ledger(facts).account("C")
    (frozen,) = decide(account, policy, as_of=date(2026, 2, 23))
    assert (frozen.actions, frozen.next_date) == ((), date(2026, 2, 28))
    (over,) = decide(account, policy, as_of=date(2026, 2, 28))
    assert [(each.level, each.items) for each in over.actions] == [("second", ("OLD", "NEW"))]


def test_a_repeat_that_waits_for_the_gap_leaves_room_too() -> None:
    levels = (Level("a", 5, repeat=Repeat(7), do=(Notify("email"),)), Level("b", 30, gap=14, do=(Notify("letter"),)))
    assert Policy("p", levels, minimum_gap=14, gap_over="customer")
    with pytest.raises(InvalidValue, match="a is given again after 7"):
        Policy("p", levels, minimum_gap=14)
