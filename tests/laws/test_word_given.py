"""Laws of the word that is given: deadlines, fair runs for every debt, promises, and what is proposed can be recorded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.conditions import ALWAYS
from dunning.dates import Period
from dunning.decision import Action, decide, plan
from dunning.deviations import deviations
from dunning.errors import InvalidValue
from dunning.interactions import Contact, Hold, Promise, Task
from dunning.invoice import Invoice, Payment
from dunning.ledger import Fact, Ledger
from dunning.policy import Call, Notify, Place, Policy, ProposeWriteOff, ReleaseCredit, StopCredit
from dunning.policy.compile import is_before
from dunning.presets.policies import ACCOUNT_MANAGER_FIRST, FIRM_AND_EARLY, LIGHT_TOUCH, STANDARD_B2B
from tests import strategies

PRESETS = [STANDARD_B2B, LIGHT_TOUCH, ACCOUNT_MANAGER_FIRST, FIRM_AND_EARLY]
DAY = timedelta(days=1)
ENDS = (Place, StopCredit, ProposeWriteOff)

runs = st.lists(st.sampled_from([1, 1, 1, 2, 5, 12]), min_size=20, max_size=60)
"""Days between two runs: most nights, some missed."""


def history(facts: list[Fact], policy: Policy, first: date, gaps: list[int]) -> Iterator[tuple[date, Action, Ledger]]:
    """What is done where everything that is proposed in each run is done on its day, and the books before it."""
    ledger, day = Ledger(facts), first
    for gap in gaps:
        before = ledger.known_at(day)
        proposed = plan(before, policy, as_of=day)
        for action in proposed.actions:
            yield day, action, before
        ledger = ledger + proposed.as_facts(on=day, approved_by="manager")
        day += gap * DAY


def told(ledger: Ledger, day: date, policy: Policy) -> dict[str, date]:
    """The last day to pay that notices gave for each debt by a day."""
    found: dict[str, date] = {}
    given = {level.name: level.deadline for level in policy.all_levels}
    for account in ledger:
        for fact in account.interactions:
            if isinstance(fact, Contact) and fact.is_notice and fact.on < day and fact.cancelled is None:
                days = given.get(fact.level or "")
                last = fact.deadline or (None if days is None else fact.on + days * DAY)
                for name in fact.items if last is not None else ():
                    found[name] = max(last, found.get(name, last)) if last is not None else found[name]
    return found


def is_next_step(action: Action, ledger: Ledger, day: date) -> bool:
    """Whether an action begins a step: the call that goes with a letter given before, be it on that day, does not."""
    if action.cycle > 1 or not action.id.endswith("/1"):
        return False
    return all(
        fact.level != action.level
        for account in ledger
        for fact in account.interactions
        if isinstance(fact, (Contact, Task)) and fact.on <= day
    )


@given(strategies.ripe_books(), strategies.policies(), strategies.ripe_days, runs, st.sampled_from([0, 0, 1, 5, 20]))
@settings(max_examples=strategies.some(30))
def test_no_step_for_a_debt_comes_before_the_deadline_that_a_notice_gave_it(
    facts: list[Fact], policy: Policy, first: date, gaps: list[int], delay: int
) -> None:
    policy = changed(policy, honour_deadline=True)
    facts = [fact for fact in facts if not (isinstance(fact, Contact) and fact.level and not fact.items)]
    issued = {fact.id: fact.issued for fact in facts if isinstance(fact, Invoice)}
    facts = [  # no notice gives time for a debt that is not there yet
        fact
        for fact in facts
        if not (isinstance(fact, Contact) and any(issued.get(name, fact.on) > fact.on for name in fact.items))
    ]
    facts = [changed(fact, recorded=fact.on + delay * DAY) if isinstance(fact, Contact) else fact for fact in facts]
    for day, action, before in history(facts, policy, first, gaps):
        if isinstance(action.activity, ReleaseCredit) or not is_next_step(action, before, day):
            continue
        deadlines = told(before, day, policy)
        for name in action.items:
            for known in (name, name.rpartition("/")[0]):
                assert deadlines.get(known, date.min) < day, (name, action)


@given(strategies.ripe_books(), strategies.policies(), strategies.ripe_days, runs)
@settings(max_examples=strategies.some(30))
def test_every_action_but_a_release_asks_for_something(
    facts: list[Fact], policy: Policy, first: date, gaps: list[int]
) -> None:
    for account in Ledger(facts).known_at(first):
        for number in range(30):
            for decision in decide(account, policy, as_of=first + number * DAY):
                for action in decision.actions:
                    assert isinstance(action.activity, ReleaseCredit) or (action.items and action.amount > 0)
    ids: set[str] = set()
    for _, action, before in history(facts, policy, first, gaps):
        record = action.as_fact(on=first, approved_by="manager")
        if record is not None:
            assert record.id not in ids | {fact.id for fact in before.facts}
            ids.add(record.id)


@given(strategies.ripe_books(), strategies.policies(), strategies.ripe_days, runs)
@settings(max_examples=strategies.some(30))
def test_what_ends_the_relation_takes_only_debts_that_a_notice_named(
    facts: list[Fact], policy: Policy, first: date, gaps: list[int]
) -> None:
    names = [level.name for level in policy.all_levels]
    notifies = [any(isinstance(each, (Notify, Call)) for each in level.do) for level in policy.all_levels]
    for day, action, before in history(facts, policy, first, gaps):
        if isinstance(action.activity, ENDS) and any(notifies[: names.index(action.level)]):
            account = before.account(action.customer, action.currency)
            for name in action.items:
                own = {name, name.rpartition("/")[0]}
                notices = [each for each in account.contacts(as_of=day) if each.is_notice]
                assert any(own & {*each.items} or not each.items for each in notices), (day, action)


def bills(count: int) -> st.SearchStrategy[list[Fact]]:
    """Invoices of one customer, due on days of their own."""
    start = date(2026, 1, 5)
    due = st.lists(st.integers(0, 60), min_size=1, max_size=count)
    return due.map(
        lambda days: [
            Invoice(f"I{number}", "C", start, start + (30 + each) * DAY, Decimal(1000), "EUR")
            for number, each in enumerate(days)
        ]
    )


events = st.lists(
    st.tuples(st.sampled_from(["pay", "hold", "promise"]), st.integers(0, 2), st.integers(10, 100), st.integers(1, 20)),
    max_size=2,
)


def with_events(facts: list[Fact], happened: list[tuple[str, int, int, int]]) -> list[Fact]:
    """Invoices, with payments, holds and promises of some days."""
    found, start = [*facts], date(2026, 1, 5)
    for number, (kind, which, day, length) in enumerate(happened):
        invoice = facts[which % len(facts)]
        assert isinstance(invoice, Invoice)
        on, name = start + day * DAY, f"E{number}"
        if kind == "pay":
            found.append(Payment(name, "C", on, invoice.amount, "EUR", applied=((invoice.id, invoice.amount),)))
        elif kind == "hold":
            found.append(Hold(name, "C", on, end=on + length * DAY, invoice=invoice.id, reason="complaint"))
        else:
            amount, due = invoice.amount, on + length * DAY
            found.append(Promise(name, "C", on, due, amount, "EUR", items=(invoice.id,)))
    return found


@pytest.mark.parametrize("policy", PRESETS, ids=lambda each: each.name)
@given(bills(3), events, st.lists(st.sampled_from([1, 1, 1, 3]), min_size=150, max_size=150))
@settings(max_examples=strategies.some(20))
def test_every_debt_has_its_own_fair_run_under_every_preset(
    policy: Policy, facts: list[Fact], happened: list[tuple[str, int, int, int]], gaps: list[int]
) -> None:
    book = with_events(facts, happened)
    levels = [level for level in policy.levels if not level.optional]
    must = [each.name for each in levels if any(isinstance(activity, (Notify, Call)) for activity in each.do)]
    seen: dict[str, list[date]] = {}
    named: dict[str, date] = {}
    deadline: dict[str, date] = {}
    final = date(2026, 1, 5)
    for day, action, _ in history(book, policy, date(2026, 1, 5), gaps):
        final = day
        for name in action.items:
            named.setdefault(name, day)
            if isinstance(action.activity, ENDS):
                assert len(set(seen.get(name, ()))) >= len(must), (name, action)
            begins = day not in seen.get(name, ())
            assert not begins or deadline.get(name, date.min) < day, (name, action)
            if isinstance(action.activity, (Notify, Call)) and action.level in must:
                seen.setdefault(name, []).append(day)
            if action.days_to_pay is not None:
                deadline[name] = day + action.days_to_pay * DAY
    longest = 100  # the longest way between two notices, its deadline, missed runs, and two events of 20 days
    for fact in book:
        if isinstance(fact, Invoice) and fact.due is not None:
            spent = sum((e.amount for e in book if isinstance(e, Payment) and e.applied[0][0] == fact.id), Decimal(0))
            if not spent and final > fact.due + longest * DAY:
                assert fact.id in named


@given(strategies.ripe_books(), strategies.policies(), strategies.ripe_days)
@settings(max_examples=strategies.some(60))
def test_paying_what_the_cure_names_cures_also_while_something_is_promised(
    facts: list[Fact], policy: Policy, day: date
) -> None:
    facts = [fact for fact in facts if not (isinstance(fact, Hold) and fact.amount is not None)]
    for account in Ledger(facts).known_at(day):
        for decision in decide(account, policy, as_of=day):
            cure = decision.cure
            if cure is None or any("/" in name for name, _ in cure.clears) or policy.unit == "invoice":
                continue
            money = Payment(
                "the cure", account.customer, day, cure.amount_to_clear, account.currency, applied=tuple(cure.clears)
            )
            then = Ledger(facts).known_at(day) + [money]
            (after,) = decide(then.account(account.customer, account.currency), policy, as_of=day)
            assert all(isinstance(each.activity, ReleaseCredit) for each in after.actions), (decision, after)


@given(bills(3), events)
@settings(max_examples=strategies.some(20))
def test_whoever_carries_out_a_plan_to_the_letter_has_no_deviations(
    facts: list[Fact], happened: list[tuple[str, int, int, int]]
) -> None:
    book = with_events(facts, happened)
    for policy in PRESETS:
        ledger, first = Ledger(book), date(2026, 1, 5)
        for number in range(150):
            day = first + number * DAY
            ledger = ledger + plan(ledger.known_at(day), policy, as_of=day).as_facts(on=day, approved_by="manager")
        found = deviations(ledger, policy, Period(first, first + 149 * DAY))
        assert not list(found), policy.name


@given(strategies.policies(), st.integers(-20, 200))
@settings(max_examples=strategies.some(60))
def test_a_debt_that_nobody_pays_comes_to_the_end_of_the_ladder(policy: Policy, late: int) -> None:
    levels = tuple(changed(each, when=ALWAYS) for each in policy.levels)
    assume(not is_before(levels[-1]))  # what is missed before the due date is not made up for
    # how long so many business days are depends on the date, and with it whether a repeat leaves room
    assume(not any(each.business_days and each.deadline and each.repeat for each in levels))
    try:
        policy = changed(policy, levels=levels)
    except InvalidValue:  # without its condition a level may shadow another
        reject()
    due = date(2026, 3, 2)
    ledger = Ledger([Invoice("A", "C", due - 30 * DAY, due, Decimal(100_000), "EUR")])
    day, stands = due + late * DAY, None
    for _ in range(60):
        (decision,) = decide(ledger.account("C"), policy, as_of=day)
        stands = decision.level
        if stands == policy.all_levels[-1].name or decision.status == "ended":  # at an agency, nothing follows
            return
        assert decision.actions or decision.next_date is not None, (stands, day)
        records = [each.as_fact(on=day, approved_by="manager") for each in decision.actions]
        ledger = ledger + [each for each in records if each is not None]
        day = day + DAY if decision.next_date is None or records else decision.next_date
    pytest.fail(f"it stands at {stands} on {day}")
