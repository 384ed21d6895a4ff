"""Idempotence, Catch-up, Escalation, Holds and Totality: what a careful clerk would check of every decision."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings

from dunning.conditions import measures_of
from dunning.decision import Action, Decision, decide, plan
from dunning.interactions import Contact, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Application, Payment
from dunning.ledger import Account, Fact, Ledger
from dunning.policy import Place, Policy
from tests import model, strategies


def essence(decision: Decision) -> tuple[object, ...]:
    """What `next_date` speaks about."""
    return decision.status, decision.level, decision.actions, decision.holds, decision.follow_ups


def recorded(ledger: Ledger, actions: tuple[Action, ...], day: date) -> Ledger:
    """The ledger after every proposed action was done and written down."""
    return ledger + [fact for action in actions if (fact := action.as_fact(on=day, approved_by="manager")) is not None]


@given(strategies.books(3), strategies.policies(), strategies.as_ofs)
def test_a_plan_records_all_its_actions(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts).known_at(as_of)
    proposed = plan(ledger, policy, as_of=as_of)
    assert ledger + proposed.as_facts(on=as_of, approved_by="manager") == recorded(ledger, proposed.actions, as_of)


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_next_date_is_the_first_day_on_which_something_changes(facts: list[Fact], policy: Policy, as_of: date) -> None:
    for account in Ledger(facts).known_at(as_of):
        for now in decide(account, policy, as_of=as_of):
            for day in model.days_from(as_of + timedelta(days=1), 130):
                (then,) = (each for each in decide(account, policy, as_of=day) if each.case == now.case)
                changed = essence(then) != essence(now)
                assert changed == (day == now.next_date), (day, now, then)
                if changed:
                    break


GONE = ("no such case",)
"""An account that only asks for the release of its credit is no case any more on the day on which something is late."""


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_visiting_each_next_date_sees_what_visiting_every_day_sees(
    facts: list[Fact], policy: Policy, as_of: date
) -> None:
    for account in Ledger(facts).known_at(as_of):
        end = as_of + timedelta(days=90)
        cases = [each.case for each in decide(account, policy, as_of=as_of)]
        for case in cases:
            daily: list[tuple[object, ...]] = []
            for day in model.days_from(as_of, 91):
                then = next((each for each in decide(account, policy, as_of=day) if each.case == case), None)
                seen = GONE if then is None else essence(then)
                if not daily or daily[-1] != seen:
                    daily.append(seen)
            sparse: list[tuple[object, ...]] = []
            next_day: date | None = as_of
            while next_day is not None and next_day <= end:
                decision = next((each for each in decide(account, policy, as_of=next_day) if each.case == case), None)
                sparse.append(GONE if decision is None else essence(decision))
                next_day = None if decision is None else decision.next_date
            assert sparse == daily


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_deciding_twice_changes_nothing_and_recording_leaves_nothing_to_do(
    facts: list[Fact], policy: Policy, as_of: date
) -> None:
    ledger = Ledger(facts).known_at(as_of)
    proposed = plan(ledger, policy, as_of=as_of)
    assert plan(ledger, policy, as_of=as_of) == proposed
    ids = [action.id for action in proposed.actions]
    assert len(set(ids)) == len(ids)
    after = plan(recorded(ledger, proposed.actions, as_of), policy, as_of=as_of)
    assert after.actions == ()


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_an_action_keeps_its_id_until_it_is_recorded(facts: list[Fact], policy: Policy, as_of: date) -> None:
    # a condition on contacts may turn with the record of another case
    assume(all("contact" not in name for level in policy.levels for name in measures_of(level.when)))
    ledger = Ledger(facts).known_at(as_of)
    proposed = plan(ledger, policy, as_of=as_of).actions
    for action in proposed:
        fact = action.as_fact(on=as_of, approved_by="manager")
        if isinstance(fact, Contact):
            failed = Contact("a try", fact.customer, as_of, fact.channel, level=fact.level, outcome="failed")
            assert plan(ledger + [failed], policy, as_of=as_of).actions == proposed
        remaining = {each.id for each in plan(recorded(ledger, (action,), as_of), policy, as_of=as_of).actions}
        confirmed = set[str]() if fact is None else {action.id}
        assert remaining <= {each.id for each in proposed} - confirmed


@given(strategies.books(3), strategies.plain_policies(), strategies.as_ofs)
@settings(max_examples=strategies.some(30))
def test_levels_rise_one_by_one_with_the_gap_between_them(facts: list[Fact], policy: Policy, as_of: date) -> None:
    assume(not any(isinstance(activity, Place) for level in policy.levels for activity in level.do))
    ledger = Ledger([fact for fact in facts if not isinstance(fact, (Contact, Task))]).known_at(as_of)
    names = [None, *(level.name for level in policy.levels)]
    last: dict[str, tuple[date, int]] = {}
    for day in model.days_from(as_of, 100):
        decisions = plan(ledger, policy, as_of=day)
        for decision in decisions:
            before, at = last.get(decision.case, (None, 0))
            assert names.index(decision.level) >= at or decision.holds or policy.unit == "account"
            if decision.cure is not None:
                level = names.index(decision.actions[0].level)
                given = names.index(decision.level)
                if level <= given:  # a newer debt goes its own way, behind an older one that stands higher
                    asked = {item.split("/")[0] for item in decision.actions[0].items}
                    assert policy.unit == "account"
                    assert any(item.invoice not in asked for item in ledger.open_items(as_of=day))
                else:
                    assert all(policy.levels[skipped - 1].optional for skipped in range(given + 1, level))
                gap = policy.levels[level - 1].gap or policy.minimum_gap
                assert before is None or (day - before).days >= gap
                last[decision.case] = (day, level)
        ledger = recorded(ledger, decisions.actions, day)


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
@settings(max_examples=strategies.some(30))
def test_without_a_new_fact_a_level_never_falls(facts: list[Fact], policy: Policy, as_of: date) -> None:
    names = [None, *(level.name for level in policy.all_levels)]
    for account in Ledger(facts).known_at(as_of):
        levels: dict[str, int] = {}
        for day in model.days_from(as_of, 60):
            for decision in decide(account, policy, as_of=day):
                now = names.index(decision.level)
                assert now >= levels.get(decision.case, 0)
                levels[decision.case] = now


@given(strategies.some_books, strategies.policies(), strategies.as_ofs)
def test_nothing_held_disputed_or_promised_is_dunned(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts).known_at(as_of)
    for account in ledger:
        items = {item.id: item for item in account.open_items(as_of=as_of)}
        decisions = decide(account, policy, as_of=as_of)
        for decision in decisions:
            for action in decision.actions if decision.cure is not None else ():
                for name in action.items:
                    assert not is_blocked(account, items[name].invoice, as_of)
                    assert policy.disputes == "asked" or items[name].disputed < items[name].open
                owed = sum((items[name].open - items[name].disputed for name in action.items), Decimal(0))
                owed += sum((items[name].disputed for name in action.items if policy.disputes == "asked"), Decimal(0))
                assert 0 < action.amount <= owed
        if policy.unit == "account" and policy.credits == "net" and decisions[0].actions:
            promised = sum(
                (
                    promise.amount - account.received(promise, as_of=as_of, grace=policy.promise_grace)
                    for promise in account.promises(as_of=as_of)
                    if not promise.items
                    and account.promise_state(promise, as_of=as_of, grace=policy.promise_grace) == "pending"
                ),
                Decimal(0),
            )
            aside = promised + account.unapplied(as_of=as_of)
            disputed = sum((item.disputed for item in items.values() if policy.disputes == "held"), Decimal(0))
            whole = sum((item.open for item in items.values()), Decimal(0)) - disputed
            assert decisions[0].actions[0].amount <= max(Decimal(0), whole - aside) or any(
                part.code != "held_credit" for part in decisions[0].holds
            )


def is_blocked(account: Account, invoice: str, day: date) -> bool:
    """Whether a hold, a plan or a placement stands on an invoice, straight from the facts."""
    for fact in account.interactions:
        if (
            isinstance(fact, Hold)
            and fact.amount is None
            and fact.start <= day
            and (fact.end is None or day < fact.end)
        ):
            if fact.invoice in (None, invoice):
                return True
        if isinstance(fact, PaymentPlan) and invoice in fact.items:
            if model.plan_stands([*account.facts], fact, day):
                return True
        if isinstance(fact, Placement) and fact.on <= day and (fact.recalled is None or day < fact.recalled):
            if invoice in fact.items:
                return True
    return False


@given(strategies.books(2), strategies.as_ofs)
def test_a_promise_is_kept_broken_cancelled_or_pending_by_the_payments(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    for account in ledger:
        for promise in account.promises(as_of=as_of):
            state = account.promise_state(promise, as_of=as_of)
            paid = account.received(promise, as_of=as_of)
            cancelled = promise.cancelled is not None and promise.cancelled <= as_of
            assert (state == "cancelled") == cancelled
            if not cancelled:
                assert (state == "kept") == (paid >= promise.amount) or promise.installments
                assert (state == "broken") == (
                    as_of >= account.promise_breaks(promise, as_of=as_of) and state != "kept"
                )
                assert (state == "broken") == (paid < promise.amount and as_of > promise.due) or promise.installments
            money = sum(
                fact.amount
                for fact in account.facts
                if isinstance(fact, (Payment, Application)) and promise.made <= model.happened(fact) <= promise.due
            )
            assert 0 <= paid <= money


@given(strategies.books(), strategies.policies(), strategies.as_ofs)
def test_every_open_item_has_one_decision_with_a_reason(facts: list[Fact], policy: Policy, as_of: date) -> None:
    ledger = Ledger(facts)
    found = plan(ledger, policy, as_of=as_of)
    assert sum(decision.open for decision in found) == sum(item.open for item in ledger.open_items(as_of=as_of))
    cases = [(decision.case, decision.currency) for decision in found]
    assert len(set(cases)) == len(cases)
    told = {(decision.customer, decision.currency) for decision in found}
    assert found.clear == len(ledger) - len(told)
    for account in ledger:
        owes = bool(account.open_items(as_of=as_of))
        stopped = any(task.kind == "stop_credit" for task in account.tasks(as_of=as_of))
        assert ((account.customer, account.currency) in told) >= owes
        assert owes or stopped or (account.customer, account.currency) not in told  # credit may have to be released
    for decision in found:
        assert decision.reasons
        assert all(str(reason) for reason in decision.reasons)
        assert (decision.status == "due") == bool(decision.actions)
        assert decision.status != "clear"
    for record in found.records():
        assert set(record) == set(found.records()[0])


def test_a_broken_promise_resumes(ledger_with_promise: tuple[Ledger, Policy, Promise]) -> None:
    ledger, policy, promise = ledger_with_promise
    account = ledger.account("ACME")
    (pending,) = decide(account, policy, as_of=promise.due)
    assert (pending.status, pending.next_date) == ("held", promise.due + timedelta(days=1))
    (broken,) = decide(account, policy, as_of=promise.due + timedelta(days=1))
    assert broken.status == "due"
