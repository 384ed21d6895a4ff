"""A ruling put into a decision: actions with stable ids, reasons, the next date, the cure.

What the table says of a case stands in the file `ruling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import partial
from typing import TypeAlias, cast

from dunning._base.noun import changed
from dunning.amounts import ZERO
from dunning.decision.account_review import ALONE, AccountReview, Beside, own_names
from dunning.decision.cure import cure_of, fires
from dunning.decision.follow_ups import FollowUp, follow_ups
from dunning.decision.held import Item
from dunning.decision.nouns import Action, AskedItem, Decision, Holding, Status
from dunning.decision.ready import ReadyPolicy, Row
from dunning.decision.reasons import day_of, off_ladder, reasons
from dunning.decision.rising import kind_of
from dunning.decision.ruling import Case, Ruling, Step
from dunning.ledger import Account
from dunning.ledger.views import as_known
from dunning.measures import Custom
from dunning.policy import Activity
from dunning.policy.activities import task_of


def _status(case: Case, now: Ruling) -> Status:
    if now.fired:
        return "due"
    if not case.items:
        return "clear"
    if now.is_free:
        return "ended" if now.state == len(case.ready.levels) - 1 and len(now.steps) == 1 else "waiting"
    codes = {part.code for part in now.parts}
    return "waiting" if not codes else "ended" if codes == {"held_placement"} else "held"


def _also(case: Case, now: Step) -> tuple[tuple[str, Decimal], ...]:
    """What a message mentions without asking for it."""
    mention = case.ready.settings.mention
    found: list[tuple[str, Decimal]] = []
    if "not due" in mention:
        others = [each for each in case.review.items if each.id not in now.items]
        found += [(each.id, each.open) for each in sorted(others, key=lambda each: (each.item.issued, each.id))]
    if "credits" in mention and case.review.credit:
        found.append(("unapplied", -case.review.credit))
    return tuple(found)


def _actions(name: str, case: Case, now: Step, row: Row) -> Iterator[Action]:
    """The actions of the row that fired, as far as they are not recorded; ids count earlier records of the level."""
    ready, account = case.ready, case.review.account
    target, position = row.row.target, row.target
    level = ready.levels[position]
    queued = case.review.prepared if ready.settings.pending == "supersede" else ()
    given = [each.asked_channel for each in (*case.notices, *queued) if each.level == target]
    tasks = [each.kind for each in case.tasks if each.level == target]
    also, lines = _also(case, now), () if row.is_release else _lines(case, now)
    step = "release" if row.is_release else _segment(target)
    for number in now.outstanding:
        activity = cast("Activity", row.row.actions[number])
        record = ready.records[position][number] if not row.is_release else "release_credit"
        if row.is_release:
            before = case.review.releases
        elif record == "placed":
            before = len(case.placed)
        elif (task := task_of(activity)) is not None:
            before = tasks.count(task)
        else:
            before = sum(1 for each in given if record in (each, kind_of(each), "along"))
        action_id = f"{_segment(ready.name)}/{name}/{step}/{before + 1}/{number + 1}"
        yield Action(
            action_id,
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
            None,
            case.review.approvals.get(action_id),
            ready.settings.calendar,
            level is not None and level.business_days,
            lines,
            (name,),
        )


def _lines(case: Case, now: Step) -> tuple[AskedItem, ...]:
    """What is asked of each item of a step."""
    review, today = case.review, case.review.as_of.toordinal()
    named = {*now.items}
    found = [each for each in case.items if each.id in named]
    return tuple(
        [
            AskedItem(
                each.id,
                review.invoices[each.item.invoice].reference,
                each.item.issued,
                each.item.due,
                each.item.days_past_due,
                each.item.original,
                each.item.charges,
                each.item.original + each.item.charges - each.item.open,
                each.item.open,
                review.free(each, today),
            )
            for each in found
        ]
    )


def _segment(name: str) -> str:
    """The name of a policy or a level as a part of an id that cannot be taken for two parts, nor for a release."""
    escaped = name.replace("%", "%25").replace("/", "%2F")
    return "%72elease" if escaped == "release" else escaped


def _decision(
    review: AccountReview, name: str, items: list[Item], custom: tuple[Custom, ...], segment: str | None
) -> Decision:
    ready, account, as_of = review.ready, review.account, review.as_of
    case = Case(review, items, custom, segment)
    today = as_of.toordinal()
    now = case.ruling(today)
    number = now.state if now.is_free else max([each.level for each in items], default=0)
    level = ready.levels[number]
    next_date = day_of(case.next_change(now))
    asked: tuple[FollowUp, ...] = ()
    if account.interactions and items:
        own = own_names(items)
        asked = follow_ups(review.talks.about(own), review.promised.about(own))
        next_date = min(
            [each.on for each in asked if each.on > as_of] + ([next_date] if next_date else []), default=None
        )
    return Decision(
        case=name,
        customer=account.customer,
        currency=account.currency,
        as_of=as_of,
        status=_status(case, now),
        level=ready.machine.states[number] if number else None,
        actions=tuple([each for step in now.fired if step.row for each in _actions(name, case, step, step.row)]),
        holds=tuple([Holding(part.item, part.amount, part.code, part.fact, day_of(part.until)) for part in now.parts]),
        reasons=tuple(reasons(case, now)),
        next_date=next_date,
        open=sum([each.open for each in items], ZERO),
        overdue=sum([each.open for each in items if each.item.due is not None and each.item.due < as_of], ZERO),
        cure=partial(cure_of, case, now) if fires(now) else None,
        off_ladder=tuple(off_ladder(case)) if case.notices else (),
        owner=None if level is None else level.owner,
        policy=ready.name,
        follow_ups=tuple([each for each in asked if each.on <= as_of]),
    )


def decided(
    account: Account,
    ready: ReadyPolicy,
    as_of: date,
    custom: tuple[Custom, ...] = (),
    segment: str | None = None,
    beside: Beside = ALONE,
) -> tuple[Decision, ...]:
    """What `decide` gives, for callers that have made the policy ready, checked the date and set the exact context."""
    review = AccountReview(account, ready, as_of, beside)
    whole = f"{account.customer}/{account.currency}"
    if ready.settings.unit == "account" or not review.items:
        return (_decision(review, whole, review.items, custom, segment),)
    found = [_decision(review, each.id, [each], custom, segment) for each in review.items]
    if ready.releases and review.credit_stop() is not None:
        released = _decision(review, whole, [], custom, segment)
        if released.actions or released.next_date is not None:
            found.append(changed(released, status="due" if released.actions else "waiting"))
    return tuple(found)


Changes: TypeAlias = "Iterable[tuple[date, ReadyPolicy, str | None]]"
"""Days, in order, from which other rules hold for an account, and the segment that it is in then."""


def decided_with_changes(
    account: Account,
    ready: ReadyPolicy,
    as_of: date,
    changes: Changes,
    custom: tuple[Custom, ...] = (),
    segment: str | None = None,
    beside: Beside = ALONE,
) -> tuple[Decision, ...]:
    """What is decided now, with next dates that know that other rules will hold later on."""
    now = decided(account, ready, as_of, custom, segment, beside)
    ahead = {each.case: each.next_date for each in now}
    found: dict[str, date | None] = {}
    for day, later_ready, later_segment in changes:
        found |= {case: sooner for case, sooner in ahead.items() if case not in found and (sooner or date.max) < day}
        unsettled = [each for each in now if each.case not in found]
        if not unsettled:
            break
        then = {
            each.case: each
            for each in decided(as_known(account, as_of), later_ready, day, custom, later_segment, beside)
        }
        for each in unsettled:
            other = then.get(each.case)
            if other is None or other.essence != each.essence:
                found[each.case] = day
            else:
                ahead[each.case] = other.next_date
    return tuple([changed(each, next_date=found.get(each.case, ahead[each.case])) for each in now])
