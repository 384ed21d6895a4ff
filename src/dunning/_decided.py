"""A judgement put into a decision: actions with stable ids, reasons, the next date, the cure.

How cases are judged is in `dunning._judge`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias, cast

from dunning._attrs import changed, frozen
from dunning._case import Item, Picture, kind_of
from dunning._cure import Cure, cure_of
from dunning._deeds import (
    Call,
    Charge,
    Deed,
    Escalate,
    Notify,
    Place,
    ProposeWriteOff,
    ReleaseCredit,
    Review,
    StopCredit,
)
from dunning._follow import FollowUp, follow_ups
from dunning._judge import Case, Judgement
from dunning._permit import Finding
from dunning._reasons import Reason, day_of, off_ladder, reasons
from dunning._rules import Rules, is_release
from dunning.amounts import ZERO, formatted
from dunning.dates import add_days
from dunning.interactions import Channel, Contact, Placement, Task, TaskKind
from dunning.ledger import Account, as_known
from dunning.measures import Custom

__all__ = [
    "ALONG",
    "Action",
    "Changes",
    "Decision",
    "Deferral",
    "Holding",
    "Record",
    "Status",
    "decided",
    "decided_with_changes",
]

Status: TypeAlias = Literal["clear", "waiting", "due", "held", "ended"]
Record: TypeAlias = Contact | Placement | Task


@frozen
class Holding:
    """An amount of an item that is not dunned, why, by which fact, and until when (None: no end is known)."""

    item: str
    amount: Decimal
    code: str
    fact: str | None
    until: date | None


_TASKS: dict[type, TaskKind] = {
    StopCredit: "stop_credit",
    ReleaseCredit: "release_credit",
    ProposeWriteOff: "propose_write_off",
    Review: "review",
}


ALONG = (Escalate, Charge)
"""Deeds that go along with the level's notice and have no record of their own."""


@frozen
class Action:
    """Something to do for `items`, of which `amount` may be dunned.

    The id stays the same until a fact records that it was done, so that executing a plan twice can be noticed.
    `days_to_pay` is the deadline that the notice gives, counted from the day on which it is sent. `cycle` counts how
    often the level was given, this time included. `also` lists what the message mentions without asking for it: other
    open items, and unapplied credit as a negative amount. `instead_of` is the channel that the policy asks for, where
    another one is offered in its place.
    """

    id: str
    customer: str
    currency: str
    level: str
    deed: Deed
    items: tuple[str, ...]
    amount: Decimal
    days_to_pay: int | None = None
    approval: str | None = None
    owner: str | None = None
    cycle: int = 1
    also: tuple[tuple[str, Decimal], ...] = ()
    instead_of: Channel | None = None

    def as_fact(self, *, on: date) -> Record | None:
        """The fact that records the action as done on a day; None for what goes along with another action.

        Record a try that failed under an id of its own: this one is kept for the record that it was done.
        """
        deed = self.deed
        if isinstance(deed, ALONG):
            return None
        if isinstance(deed, Place):
            return Placement(self.id, self.customer, on, deed.agency, items=self.items)
        kind = _TASKS.get(type(deed))
        if kind is not None:
            level = None if isinstance(deed, ReleaseCredit) else self.level
            return Task(self.id, self.customer, on, kind, level=level, items=self.items)
        deadline = None if self.days_to_pay is None else add_days(on, self.days_to_pay)
        return Contact(
            self.id,
            self.customer,
            on,
            self.channel or "call",
            level=self.level,
            items=self.items,
            deadline=deadline,
            instead_of=self.instead_of,
        )

    @property
    def channel(self) -> Channel | None:
        """The channel of a notice or a call; None for what is done inside the house."""
        return self.deed.channel if isinstance(self.deed, Notify) else "call" if isinstance(self.deed, Call) else None

    def __str__(self) -> str:
        approval = f" (needs approval: {self.approval})" if self.approval else ""
        return f"{self.deed}: {self.level}, {formatted(self.amount)} {self.currency}{approval}"


@frozen
class Deferral:
    """A contact, to carry out an action or to follow something up, that rules of contact do not permit on this day.

    `until` is the first day on which they do if no new fact comes (None: none is known); nothing is lost, it is
    proposed again on that day. `findings` are the rules that forbid it; what is proposed to the customer before it on
    the same day counts as made. `instead` is the same action on another channel that is permitted today, where there
    is one: it is an offer, done (and recorded by its `as_fact`) only if somebody chooses it.
    """

    action: Action | FollowUp
    until: date | None
    findings: tuple[Finding, ...]
    instead: Action | None = None

    def __str__(self) -> str:
        until = "" if self.until is None else f" until {self.until}"
        other = "" if self.instead is None else f"; instead today: {self.instead.deed}"
        what = self.action if isinstance(self.action, FollowUp) else self.action.deed
        return f"{what} is not permitted{until} ({', '.join(each.rule.id for each in self.findings)}){other}"


@frozen
class Decision:
    """What a policy says about one case on a date.

    `status` is *clear* (nothing is open), *waiting* (nothing to do yet), *due* (there are actions), *held* (all that
    could be dunned is held) or *ended* (the ladder has no further level). `level` is the highest level given to what
    may be dunned, or to what is held where nothing may be; `owner` is the role responsible since then.
    `next_date` is the first day on which status, level, actions or holds change if no new fact comes; None if never.
    (With a desk, it is the first day on which they may: what is proposed for the customer's other cases counts too.)
    `cure` says what a payment would have to be to stop what is due; `off_ladder` names the notices that did not follow
    the ladder. `follow_ups` are the agreed call-backs and broken promises that have come due, whatever the ladder says.
    `deferred` holds what rules of contact do not permit today, where a desk was given.
    """

    case: str
    customer: str
    currency: str
    as_of: date
    status: Status
    level: str | None
    actions: tuple[Action, ...]
    holds: tuple[Holding, ...]
    reasons: tuple[Reason, ...]
    next_date: date | None
    open: Decimal
    overdue: Decimal
    cure: Cure | None = None
    off_ladder: tuple[Reason, ...] = ()
    owner: str | None = None
    policy: str = ""
    follow_ups: tuple[FollowUp, ...] = ()
    deferred: tuple[Deferral, ...] = ()

    @property
    def essence(self) -> tuple[object, ...]:
        """What `next_date` speaks about: status, level, actions, holds, follow-ups, and what is deferred."""
        deferred = tuple((each.action, each.until, each.instead) for each in self.deferred)
        return self.status, self.level, self.actions, self.holds, self.follow_ups, deferred

    def as_facts(self, *, on: date) -> tuple[Record, ...]:
        """The facts that record all actions as done on a day; see `Action.as_fact`."""
        found = [action.as_fact(on=on) for action in self.actions]
        return tuple(fact for fact in found if fact is not None)

    def __str__(self) -> str:
        todo = "; ".join(map(str, self.actions)) or "nothing to do"
        then = f" Next: {self.next_date}." if self.next_date else ""
        return f"{self.case}: {self.status}. {todo}. {'; '.join(map(str, self.reasons))}.{then}"


def _status(case: Case, now: Judgement) -> Status:
    if now.fired is not None:
        return "due"
    if not case.items:
        return "clear"
    if now.is_free:
        return "ended" if now.state == len(case.rules.levels) - 1 else "waiting"
    codes = {part.code for part in now.parts}
    return "waiting" if not codes else "ended" if codes == {"held_placement"} else "held"


def _also(case: Case, now: Judgement) -> tuple[tuple[str, Decimal], ...]:
    """What a message mentions without asking for it."""
    settings, found = case.rules.settings, list[tuple[str, Decimal]]()
    if settings is not None and settings.list_not_due:
        found += [(each.id, each.open) for each in case.picture.items if each.id not in now.items]
    if case.rules.credits == "listed" and case.picture.credit:
        found.append(("unapplied", -case.picture.credit))
    return tuple(found)


def _actions(name: str, case: Case, now: Judgement) -> Iterator[Action]:
    """The actions of the row that fired, as far as they are not recorded; ids count earlier records of the level."""
    if now.fired is None:
        return
    rules, account = case.rules, case.picture.account
    target = now.fired.target
    position = rules.positions[target]
    level = rules.levels[position]
    queued = case.picture.prepared if rules.pending == "supersede" else ()
    given = [each.asked_channel for each in (*case.notices, *queued) if each.level == target]
    tasks = [each.kind for each in case.tasks if each.level == target or each.kind == "release_credit"]
    also = _also(case, now)
    for number in now.outstanding:
        deed = cast("Deed", now.fired.actions[number])
        record = "release_credit" if is_release(now.fired) else rules.records[position][number]
        if record == "placed":
            before = len(case.placed)
        elif record in _TASKS.values():
            before = tasks.count(cast("TaskKind", record))
        else:
            before = sum(1 for each in given if record in (each, kind_of(each), "along"))
        yield Action(
            f"{rules.name}/{name}/{target}/{before + 1}/{number + 1}",
            account.customer,
            account.currency,
            target,
            deed,
            now.items,
            now.amount,
            None if level is None else level.deadline,
            None if level is None else level.approval,
            None if level is None else level.owner,
            before + 1,
            also,
        )


def _decision(
    picture: Picture, name: str, items: list[Item], custom: tuple[Custom, ...], segment: str | None
) -> Decision:
    rules, account, as_of = picture.rules, picture.account, picture.as_of
    case = Case(picture, items, custom, segment)
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
    picture = Picture(account, rules, as_of)
    whole = f"{account.customer}/{account.currency}"
    if rules.unit == "account" or not picture.items:
        return (_decision(picture, whole, picture.items, custom, segment),)
    found = [_decision(picture, each.id, [each], custom, segment) for each in picture.items]
    if rules.releases and picture.credit_stop() is not None:
        released = _decision(picture, whole, [], custom, segment)
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
