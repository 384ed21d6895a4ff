"""A ruling put into a decision: actions with stable ids, reasons, the next date, the cure.

How a case is judged stands in the file `ruling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeAlias, cast

from dunning._base.noun import changed
from dunning.amounts import ZERO
from dunning.decision.account_review import AccountReview, Item, kind_of
from dunning.decision.cure import cure_of
from dunning.decision.follow_ups import FollowUp, follow_ups
from dunning.decision.nouns import TASKS, Action, Decision, Holding, Status
from dunning.decision.ready import Rules, is_release
from dunning.decision.reasons import day_of, off_ladder, reasons
from dunning.decision.ruling import Case, Ruling
from dunning.interactions import TaskKind
from dunning.ledger import Account
from dunning.ledger.views import as_known
from dunning.measures import Custom
from dunning.policy import (
    Activity,
)


def _status(case: Case, now: Ruling) -> Status:
    if now.fired is not None:
        return "due"
    if not case.items:
        return "clear"
    if now.is_free:
        return "ended" if now.state == len(case.rules.levels) - 1 else "waiting"
    codes = {part.code for part in now.parts}
    return "waiting" if not codes else "ended" if codes == {"held_placement"} else "held"


def _also(case: Case, now: Ruling) -> tuple[tuple[str, Decimal], ...]:
    """What a message mentions without asking for it."""
    settings, found = case.rules.settings, list[tuple[str, Decimal]]()
    if settings is not None and settings.list_not_due:
        found += [(each.id, each.open) for each in case.review.items if each.id not in now.items]
    if case.rules.credits == "listed" and case.review.credit:
        found.append(("unapplied", -case.review.credit))
    return tuple(found)


def _actions(name: str, case: Case, now: Ruling) -> Iterator[Action]:
    """The actions of the row that fired, as far as they are not recorded; ids count earlier records of the level."""
    if now.fired is None:
        return
    rules, account = case.rules, case.review.account
    target = now.fired.target
    position = rules.positions[target]
    level = rules.levels[position]
    queued = case.review.prepared if rules.pending == "supersede" else ()
    given = [each.asked_channel for each in (*case.notices, *queued) if each.level == target]
    tasks = [each.kind for each in case.tasks if each.level == target or each.kind == "release_credit"]
    also = _also(case, now)
    for number in now.outstanding:
        activity = cast("Activity", now.fired.actions[number])
        record = "release_credit" if is_release(now.fired) else rules.records[position][number]
        if record == "placed":
            before = len(case.placed)
        elif record in TASKS.values():
            before = tasks.count(cast("TaskKind", record))
        else:
            before = sum(1 for each in given if record in (each, kind_of(each), "along"))
        yield Action(
            f"{rules.name}/{name}/{target}/{before + 1}/{number + 1}",
            account.customer,
            account.currency,
            target,
            activity,
            now.items,
            now.amount,
            None if level is None else level.deadline,
            None if level is None else level.approval,
            None if level is None else level.owner,
            before + 1,
            also,
        )


def _decision(
    review: AccountReview, name: str, items: list[Item], custom: tuple[Custom, ...], segment: str | None
) -> Decision:
    rules, account, as_of = review.rules, review.account, review.as_of
    case = Case(review, items, custom, segment)
    today = as_of.toordinal()
    now = case.judge(today)
    number = now.state if now.is_free else max([each.level for each in items], default=0)
    level = rules.levels[number]
    next_date = day_of(case.next_change(now))
    asked: tuple[FollowUp, ...] = ()
    if account.interactions and items:
        names = frozenset(name for each in items for name in (each.id, each.item.invoice))
        asked = follow_ups(account, names, as_of, rules.grace)
        next_date = min(
            [each.on for each in asked if each.on > as_of] + ([next_date] if next_date else []), default=None
        )
    return Decision(
        name,
        account.customer,
        account.currency,
        as_of,
        _status(case, now),
        rules.machine.states[number] if number else None,
        tuple(_actions(name, case, now)),
        tuple([Holding(part.item, part.amount, part.code, part.fact, day_of(part.until)) for part in now.parts]),
        tuple(reasons(case, now)),
        next_date,
        sum([each.open for each in items], ZERO),
        sum([each.open for each in items if each.item.due is not None and each.item.due < as_of], ZERO),
        cure_of(case, now),
        tuple(off_ladder(case)) if case.notices else (),
        None if level is None else level.owner,
        rules.name,
        tuple([each for each in asked if each.on <= as_of]),
    )


def decided(
    account: Account, rules: Rules, as_of: date, custom: tuple[Custom, ...] = (), segment: str | None = None
) -> tuple[Decision, ...]:
    """What `decide` gives for compiled rules, for callers that are in the exact context and have checked the date."""
    review = AccountReview(account, rules, as_of)
    whole = f"{account.customer}/{account.currency}"
    if rules.unit == "account" or not review.items:
        return (_decision(review, whole, review.items, custom, segment),)
    found = [_decision(review, each.id, [each], custom, segment) for each in review.items]
    if rules.releases and review.credit_stop() is not None:
        released = _decision(review, whole, [], custom, segment)
        if released.actions or released.next_date is not None:
            found.append(changed(released, status="due" if released.actions else "waiting"))
    return tuple(found)


Changes: TypeAlias = "Iterable[tuple[date, Rules, str | None]]"
"""Days, in order, from which other rules hold for an account, and the segment that it is in then."""


def decided_with_changes(
    account: Account,
    rules: Rules,
    as_of: date,
    changes: Changes,
    custom: tuple[Custom, ...] = (),
    segment: str | None = None,
) -> tuple[Decision, ...]:
    """What is decided now, with next dates that know that other rules will hold later on."""
    now = decided(account, rules, as_of, custom, segment)
    ahead = {each.case: each.next_date for each in now}
    found: dict[str, date | None] = {}
    for day, later_rules, later_segment in changes:
        found |= {case: sooner for case, sooner in ahead.items() if case not in found and (sooner or date.max) < day}
        unsettled = [each for each in now if each.case not in found]
        if not unsettled:
            break
        then = {each.case: each for each in decided(as_known(account, as_of), later_rules, day, custom, later_segment)}
        for each in unsettled:
            other = then.get(each.case)
            if other is None or other.essence != each.essence:
                found[each.case] = day
            else:
                ahead[each.case] = other.next_date
    return tuple([changed(each, next_date=found.get(each.case, ahead[each.case])) for each in now])
