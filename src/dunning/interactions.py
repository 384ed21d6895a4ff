"""The people facts: who was contacted and how they may be, what was promised, disputed, held, agreed or handed over.

Like the money facts they are frozen and dated. Whether a promise was kept is never a field: it is derived from the
payments (`dunning.ledger.Account.promise_state`). Where a fact has an end (`resolved`, `cancelled`, `recalled`,
`ended`), the fact stands from its own date up to the day before that end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, TypeAlias

import attrs

from dunning._base.bounds import ClockTime, Count, CurrencyCode, Id, Instant
from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning.amounts.decimals import Amount, sum_of
from dunning.dates import add_days
from dunning.invoice import Installment

__all__ = [
    "CONVERSATION",
    "NOT_REACHED",
    "REACHED",
    "RESULTS",
    "WRITTEN",
    "Approval",
    "Channel",
    "Contact",
    "ContactFlag",
    "ContactPlace",
    "Direction",
    "Dispute",
    "FlagKind",
    "Hold",
    "Message",
    "PaymentPlan",
    "Placement",
    "Promise",
    "Task",
    "TaskKind",
]

Channel: TypeAlias = Literal["email", "letter", "call", "sms", "visit", "portal"]
"""How a contact is made."""
WRITTEN: tuple[Channel, ...] = ("email", "letter", "sms", "portal")
"""The channels on which something is written."""
Direction: TypeAlias = Literal["outbound", "inbound"]
"""Who contacts whom: we them, or they us."""
TaskKind: TypeAlias = Literal["stop_credit", "release_credit", "review", "propose_write_off"]
"""What is done inside the house by activities of their own; a `Task` may be of any other kind as well."""

ContactPlace: TypeAlias = Literal["home", "mobile", "work"]
"""Where a customer is reached."""

FlagKind: TypeAlias = Literal[
    "cease",
    "opt_out",
    "inconvenient",
    "quiet",
    "attorney",
    "attorney_consents",
    "workplace_ban",
    "no_work_calls",
    "no_work_calls_confirmed",
    "call_back",
    "consent_outside_hours",
    "e_consent",
    "first_notice",
    "validation_notice",
    "written_dispute",
    "oral_dispute",
    "verification",
    "moratorium",
    "crisis_moratorium",
    "moratorium_end",
]
"""What was said or happened that rules of contact turn on; see `ContactFlag`."""

Message: TypeAlias = Literal[
    "demand",
    "location_information",
    "ending_efforts",
    "intends_specified_remedy",
    "opt_out_confirmation",
    "ask_e_consent",
    "demand_contradicting_dispute_right",
    "offer_keeping_dispute_right",
]
"""What a contact says, where rules of contact tell such apart."""

CONVERSATION = frozenset({"conversation", "spoke", "right_party", "promised", "disputed", "refused", "paid"})
"""Outcomes of a contact that say that somebody who can pay was spoken to."""
NOT_REACHED = frozenset({"failed", "queued", "no_answer", "busy", "out_of_service"})
"""Outcomes of a contact that say that nothing reached anybody, not even a recorded message."""
REACHED = CONVERSATION | {"reached", "left_message", "third_party", "wrong_party"}
"""Outcomes of a contact that say that somebody or their mailbox was reached, whether or not they can pay."""
RESULTS = REACHED | (NOT_REACHED - {"queued"})
"""The results of a call or visit that `dunning.worklist.outcome` takes."""


def _not_before(name: str, end: date | None, start_name: str, start: date) -> tuple[str, ...]:
    return (f"{name}: {end} is before {start_name}, {start}",) if end is not None and end < start else ()


@frozen
class Contact:
    """One contact with a customer, in either direction.

    A contact with a `level` is the notice of that dunning level: it is what moves a case forward. `items` names the
    invoices (or single installments, `"INV-1/2"`) that it covered. Without items it covered what was past due on its
    day, in every currency of the customer or in its own `currency` where it names one.
    `outcome` is any word. Those in `CONVERSATION` say that somebody who can pay was spoken to, those in `NOT_REACHED`
    that nobody was reached: rules of contact and follow-ups go by these two. KPIs also count those in `REACHED`.
    An outcome in `NOT_REACHED` gives no level: a call that nobody answered is no notice. A `"queued"` one
    is in preparation until it is `cancelled` or a later contact of that level covers its items.
    `deadline` is the date to pay by that the notice set; `at` is the instant, where it is known; `by` is who made the
    contact, `approved_by` the role that approved it; `cancelled` is the day on which the notice was withdrawn.

    `follow_up` is the day on which the customer is to be contacted next, as agreed or decided in this contact. `place`
    is where the customer was when contacted, `person` who was, where it was not the debtor (`"spouse"`, `"attorney"`),
    `instead_of` is the channel that a policy had asked for where this contact stands in for it, and `message` is what
    was said in it (see `dunning.contact.Attempt`), `requested` says that the debtor had asked for it:
    rules of contact law read these.
    """

    id: Id
    customer: Id
    on: date
    channel: Channel
    direction: Direction = attrs.field(default="outbound", kw_only=True)
    outcome: Id | None = attrs.field(default=None, kw_only=True)
    level: Id | None = attrs.field(default=None, kw_only=True)
    items: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    currency: CurrencyCode | None = attrs.field(default=None, kw_only=True)
    deadline: date | None = attrs.field(default=None, kw_only=True)
    at: Instant | None = attrs.field(default=None, kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    cancelled: date | None = attrs.field(default=None, kw_only=True)
    follow_up: date | None = attrs.field(default=None, kw_only=True)
    place: ContactPlace | None = attrs.field(default=None, kw_only=True)
    person: Id = attrs.field(default="debtor", kw_only=True)
    message: Message | None = attrs.field(default=None, kw_only=True)
    requested: bool = attrs.field(default=False, kw_only=True)
    instead_of: Channel | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        cancelled = _not_before("cancelled", self.cancelled, "the day of the contact", self.on)
        return cancelled + _not_before("follow_up", self.follow_up, "the day of the contact", self.on)

    @property
    def asked_channel(self) -> Channel:
        """The channel that the policy had asked for: the one used, unless it stood in for another."""
        return self.instead_of or self.channel

    @property
    def is_notice(self) -> bool:
        """Whether this contact gave the customer the notice of a dunning level."""
        return self.level is not None and self.direction == "outbound" and self.outcome not in NOT_REACHED


@frozen
class ContactFlag:
    """What was said, agreed or ordered about contacts with a customer, from the day on which it was received.

    A flag by itself forbids nothing: rules of contact law (`dunning.contact`) say what follows from it.

    * `cease`: they asked in writing not to be contacted. `opt_out`: not on this `channel`.
    * `inconvenient`: not between the times `start` and `stop` of their day. `quiet`: not at all up to `end`.
    * `attorney`: they are represented; `attorney_consents`: the attorney allows direct contact, or does not answer.
    * `workplace_ban`: the employer forbids such contacts; `no_work_calls`: they asked for none at work, and
      `no_work_calls_confirmed` is that request in writing.
    * `call_back`: they asked for a call; `consent_outside_hours`: contacts outside the usual hours are welcome;
      `e_consent`: electronic messages are welcome. `by` says who agreed (`"consumer"`, `"court"`, `"creditor"`).
    * `first_notice`, `validation_notice`: the written notice with which collecting begins was posted;
      `written_dispute`, `oral_dispute`: they disputed the debt; `verification`: it was verified to them.
    * `moratorium`, `crisis_moratorium`, `moratorium_end`: a respite from creditors began, or ended.

    `channel` and `items` narrow it to a channel and to some debts; `end` is the first day on which it no longer holds
    (None: no end was said). Without `items` it concerns all debts of the customer.
    """

    id: Id
    customer: Id
    on: date
    kind: FlagKind
    end: date | None = attrs.field(default=None, kw_only=True)
    channel: Channel | None = attrs.field(default=None, kw_only=True)
    items: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    start: ClockTime | None = attrs.field(default=None, kw_only=True)
    stop: ClockTime | None = attrs.field(default=None, kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        faults = list(_not_before("end", self.end, "its first day", self.on))
        if self.kind == "opt_out" and self.channel is None:
            faults.append("channel: say which channel they opted out of")
        timed = self.start is not None or self.stop is not None
        if timed != (self.kind == "inconvenient"):
            faults.append("start, stop: give the times of an inconvenient flag, and of no other")
        elif timed and (self.start is None or self.stop is None or not self.start < self.stop):
            faults.append("start, stop: give two times of one day, the earlier first")
        if self.kind == "quiet" and self.end is None:
            faults.append("end: say on which day the quiet period is over")
        return faults


@frozen
class Promise:
    """A customer's promise to pay an amount by a date; without `items` it covers what is oldest.

    Where it was promised in several parts, `installments` are these, with `amount` their sum and `due` the last day:
    it is broken by the first part that does not come.
    """

    id: Id
    customer: Id
    made: date
    due: date
    amount: Amount
    currency: CurrencyCode
    items: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    installments: tuple[Installment, ...] = attrs.field(default=(), kw_only=True)
    cancelled: date | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        faults = [*_not_before("due", self.due, "the day it was made", self.made)]
        faults += _not_before("cancelled", self.cancelled, "the day it was made", self.made)
        if self.installments:
            faults += self._faults_of_parts()
        return faults

    def _faults_of_parts(self) -> Iterator[str]:
        days = [part.day for part in self.installments]
        total = sum_of([part.amount for part in self.installments])
        if days != sorted(set(days)):
            yield "installments: give them in order of their due dates, one a day"
        if days[0] < self.made:
            yield f"installments: the first is due on {days[0]}, before the promise was made, {self.made}"
        if days[-1] != self.due:
            yield f"due: {self.due} is not the last installment's due date"
        if total != self.amount:
            yield f"installments: they sum to {total}, not to the amount, {self.amount}"

    @property
    def parts(self) -> tuple[Installment, ...]:
        """What was promised by which day; a single part where it was not promised in several."""
        return self.installments or (Installment(self.due, self.amount),)

    @guarded
    def last_day(self, grace: int = 0) -> date:
        """The last day on which money keeps it: the due date and so many days of grace."""
        return add_days(self.due, grace)

    @guarded
    def broken_from(self, grace: int = 0) -> date:
        """The day from which it counts as broken where too little came: the one after its last day.

        >>> promise = Promise("P-1", "ACME", date(2026, 2, 10), date(2026, 2, 20), Decimal("90.00"), "EUR")
        >>> promise.broken_from(grace=5)
        datetime.date(2026, 2, 26)
        """
        return add_days(self.last_day(grace), 1)


@frozen
class Dispute:
    """A customer's objection to an invoice, or to a part of it (`amount`; None is the whole invoice)."""

    id: Id
    invoice: Id
    opened: date
    amount: Amount | None = attrs.field(default=None, kw_only=True)
    reason: str = attrs.field(default="", kw_only=True)
    resolved: date | None = attrs.field(default=None, kw_only=True)
    outcome: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        return _not_before("resolved", self.resolved, "the day it was opened", self.opened)


@frozen
class Hold:
    """A dunning block on a customer, on one invoice, or on an `amount` of an invoice.

    It holds from `start` up to the day before `end` (None: until ended). `by` is who set it, `ended_by` who ended it
    before its time, with the approval of the role `approved_by`; without `ended_by`, `end` was set from the start.
    """

    id: Id
    customer: Id
    start: date
    end: date | None = attrs.field(default=None, kw_only=True)
    invoice: Id | None = attrs.field(default=None, kw_only=True)
    amount: Amount | None = attrs.field(default=None, kw_only=True)
    reason: Id = attrs.field(kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    ended_by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        nameless = self.amount is not None and self.invoice is None
        unnamed = ("amount: name the invoice of which this much is held",) if nameless else ()
        endless = ("ended_by: say in end when it was ended",) if self.ended_by is not None and self.end is None else ()
        return (*_not_before("end", self.end, "the start", self.start), *unnamed, *endless)


@frozen
class PaymentPlan:
    """An agreement to pay `items` in installments.

    While it stands its items are due by the plan and are not dunned. Whether installments were kept is never a field:
    see `dunning.ledger.Account.plan_progress`. `ended` is the day on which the plan was called off, `grace` the days
    that an installment may be late before the plan breaks.
    """

    id: Id
    customer: Id
    agreed: date
    currency: CurrencyCode
    installments: tuple[Installment, ...]
    items: tuple[Id, ...]
    ended: date | None = attrs.field(default=None, kw_only=True)
    grace: Count = attrs.field(default=0, kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        faults = list(_not_before("ended", self.ended, "the day it was agreed", self.agreed))
        if not self.installments:
            faults.append("installments: a plan has at least one")
        if not self.items:
            faults.append("items: a plan names at least one invoice")
        days = [part.day for part in self.installments]
        if any(part.due is None for part in self.installments):
            faults.append("installments: give each a due date")
        elif days != sorted(days):
            faults.append("installments: give them in order of their due dates")
        elif days and days[0] < self.agreed:
            faults.append(f"installments: the first is due on {days[0]}, before the plan was agreed, {self.agreed}")
        return faults

    @property
    def last_days(self) -> tuple[date, ...]:
        """For each installment the last day on which money keeps it: its due date and the days of grace."""
        return tuple(add_days(part.day, self.grace) for part in self.installments)


@frozen
class Placement:
    """The handing over of debts to a collection agency or a lawyer.

    Without `items` it covers what was past due on its day, in its `currency` where it names one.
    """

    id: Id
    customer: Id
    on: date
    agency: Id
    items: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    currency: CurrencyCode | None = attrs.field(default=None, kw_only=True)
    recalled: date | None = attrs.field(default=None, kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        return _not_before("recalled", self.recalled, "the day of the placement", self.on)


@frozen
class Approval:
    """Somebody approved what a policy proposed and may not do without: an action of a plan, named by its id.

    `approved_by` is the role, `by` the person. Whether that role may is for whoever takes the approval in to say, and
    for `dunning.deviations` with an authority to look at.

    >>> Approval("OK-1", "ACME", date(2026, 4, 5), "standard B2B/ACME/EUR/placement/1/1", "credit manager", by="kim").by
    'kim'
    """

    id: Id
    customer: Id
    on: date
    action: Id
    approved_by: Id
    by: Id | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)


@frozen
class Task:
    """A step taken inside the house: credit stopped or released, an account reviewed, a service suspended.

    `kind` is one of `TaskKind`, or the word of a `dunning.policy.Do`.
    A task with a `level` records that level's action for `items`. Without items it covers what was past due on its day,
    in its `currency` where it names one.
    """

    id: Id
    customer: Id
    on: date
    kind: Id
    level: Id | None = attrs.field(default=None, kw_only=True)
    items: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    currency: CurrencyCode | None = attrs.field(default=None, kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)
