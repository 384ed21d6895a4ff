"""What is decided: actions with stable ids, what is held, what is deferred, and the decision itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast

import attrs

from dunning._base.bounds import Id
from dunning._base.guards import checked, guarded
from dunning._base.noun import made
from dunning.amounts import formatted
from dunning.contact import Finding
from dunning.dates import BusinessCalendar
from dunning.dates.days import Day
from dunning.decision.cure import Cure
from dunning.decision.follow_ups import FollowUp
from dunning.decision.reasons import Reason
from dunning.interactions import Channel, Contact, Placement, Task
from dunning.policy import (
    Activity,
    Call,
    Notify,
    Place,
    ReleaseCredit,
)
from dunning.policy.activities import goes_along, task_of
from dunning.policy.levels import deadline_on

Status: TypeAlias = Literal["clear", "waiting", "due", "held", "ended"]
Record: TypeAlias = Contact | Placement | Task


@made
class Holding:
    """An amount of an item that is not dunned, why, by which fact, and until when (None: no end is known)."""

    item: str
    amount: Decimal
    code: str
    fact: str | None
    until: date | None


@made
class AskedItem:
    """What an action asks of one item: `asked` of what is open, the rest of it being held.

    `settled` is what was paid or credited of the amount billed and of the charges; `reference` is the invoice's.
    """

    item: str
    reference: str
    issued: date
    due: date | None
    days_past_due: int | None
    original: Decimal
    charges: Decimal
    settled: Decimal
    open: Decimal
    asked: Decimal


@made
class Action:
    """Something to do for `items`, of which `amount` may be dunned.

    The id stays the same until a fact records that it was done, so that executing a plan twice can be noticed.
    `days_to_pay` is the time that the notice gives, counted from the day on which it is sent: see `deadline`. `cycle`
    counts how often the level was given, this time included. `also` lists what the message mentions without asking for
    it: other open items, and unapplied credit as a negative amount. `instead_of` is the channel that the policy asks
    for, where another one is offered in its place. `lines` are its items one by one, as they are on the day of the
    decision; `cases` are the decisions that it belongs to: several, where messages are put together.
    """

    id: str
    customer: str
    currency: str
    level: str
    activity: Activity
    items: tuple[str, ...]
    amount: Decimal
    days_to_pay: int | None = None
    approval: str | None = None
    owner: str | None = None
    cycle: int = 1
    also: tuple[tuple[str, Decimal], ...] = ()
    instead_of: Channel | None = None
    approved_by: str | None = None
    calendar: BusinessCalendar | None = attrs.field(default=None, repr=False)
    business_days: bool = False
    lines: tuple[AskedItem, ...] = attrs.field(default=(), eq=False, repr=False)
    cases: tuple[str, ...] = ()

    @guarded
    def deadline(self, *, on: date) -> date | None:
        """The day to pay by that the notice gives if it is sent on a day; None where it gives none.

        Where the policy has a calendar it is a business day: 10 days from Thursday 5 March 2026 end on Monday 16 March.
        """
        return deadline_on(on, self.days_to_pay, self.calendar, business_days=self.business_days)

    @checked
    def as_fact(self, *, on: Day, approved_by: Id | None = None) -> Record | None:
        """The fact that records the action as done on a day.

        None for what goes along with another action, and for what needs an approval while nobody has given it: neither
        an `Approval` of the books nor the role `approved_by`. Record a try that failed under an id of its own: this one
        is kept for the record that it was done.
        """
        activity, approved = self.activity, None
        if self.approval is not None:
            approved = approved_by or self.approved_by
        if goes_along(activity) or (self.approval is not None and approved is None):
            return None
        if isinstance(activity, Place):
            return Placement(self.id, self.customer, on, activity.agency, items=self.items, approved_by=approved)
        kind = task_of(activity)
        if kind is not None:
            level = None if isinstance(activity, ReleaseCredit) else self.level
            return Task(self.id, self.customer, on, kind, level=level, items=self.items, approved_by=approved)
        return Contact(
            self.id,
            self.customer,
            on,
            self.channel or "call",
            level=self.level,
            items=self.items,
            deadline=self.deadline(on=on),
            instead_of=self.instead_of,
            approved_by=approved,
        )

    @property
    def waits_for_approval(self) -> bool:
        """Whether it must not be done yet, because nobody has approved it."""
        return self.approval is not None and self.approved_by is None

    @property
    def channel(self) -> Channel | None:
        """The channel of a notice or a call; None for what is done inside the house."""
        return (
            self.activity.channel
            if isinstance(self.activity, Notify)
            else "call"
            if isinstance(self.activity, Call)
            else None
        )

    def __str__(self) -> str:
        approval = ""
        if self.approval:
            approval = (
                f" (approved by {self.approved_by})" if self.approved_by else f" (needs approval: {self.approval})"
            )
        return f"{self.activity}: {self.level}, {formatted(self.amount)} {self.currency}{approval}"


@made
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
        other = "" if self.instead is None else f"; instead today: {self.instead.activity}"
        what = self.action if isinstance(self.action, FollowUp) else self.action.activity
        return f"{what} is not permitted{until} ({', '.join(each.rule.id for each in self.findings)}){other}"


def _known(cure: Cure | Callable[[], Cure | None] | None) -> Cure | None:
    return cure() if callable(cure) else cure


@made
class Decision:
    """What a policy says about one case on a date.

    `status` is *clear* (nothing is open), *waiting* (nothing to do yet), *due* (there are actions), *held* (all that
    could be dunned is held) or *ended* (the ladder has no further level). `level` is the highest level given to what
    may be dunned, or to what is held where nothing may be; `owner` is the role responsible since then.
    `next_date` is the first day on which status, level, actions or holds change if no new fact comes; None if never.
    (With rules of contact, it is the first day on which they may: what is proposed for the customer's other cases
    counts too.)
    `cure` says what a payment would have to be to stop what is due; `off_ladder` names the notices that did not follow
    the ladder. `follow_ups` are the agreed call-backs and broken promises that have come due, whatever the ladder says.
    `deferred` holds what rules of contact do not permit today, where these were given.
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
    cure_: Cure | Callable[[], Cure | None] | None = attrs.field(default=None, alias="cure", eq=_known, repr=False)
    off_ladder: tuple[Reason, ...] = ()
    owner: str | None = None
    policy: str = ""
    follow_ups: tuple[FollowUp, ...] = ()
    deferred: tuple[Deferral, ...] = ()

    @property
    def cure(self) -> Cure | None:
        """What stops what is due, and what clears the case; worked out when it is first read."""
        if callable(self.cure_):
            object.__setattr__(self, "cure_", self.cure_())
        return _known(self.cure_)

    def __getstate__(self) -> dict[str, object]:
        return {"cure_" if name == "cure" else name: getattr(self, name) for name in _FIELDS}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, value)

    @property
    def essence(self) -> tuple[object, ...]:
        """What `next_date` speaks about: status, level, actions, holds, follow-ups, and what is deferred."""
        deferred = tuple((each.action, each.until, each.instead) for each in self.deferred)
        return self.status, self.level, self.actions, self.holds, self.follow_ups, deferred

    @property
    def to_approve(self) -> tuple[Action, ...]:
        """The actions that wait for an approval."""
        return tuple(each for each in self.actions if each.waits_for_approval)

    @checked
    def as_facts(self, *, on: Day, approved_by: Id | None = None) -> tuple[Record, ...]:
        """The facts that record the actions as done on a day, those that wait for approval left out.

        See `Action.as_fact`; `approved_by` is the role that approves them all.
        """
        found = [action.as_fact(on=on, approved_by=approved_by) for action in self.actions]
        return tuple(fact for fact in found if fact is not None)

    def __str__(self) -> str:
        todo = "; ".join(map(str, self.actions)) or "nothing to do"
        then = f" Next: {self.next_date}." if self.next_date else ""
        return f"{self.case}: {self.status}. {todo}. {'; '.join(map(str, self.reasons))}.{then}"


_FIELDS = tuple(field.alias or field.name for field in attrs.fields(cast("Any", Decision)))
