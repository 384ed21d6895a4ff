"""Decisions: what a policy says about each case on a date, and why.

A decision is a pure function of facts, policy and date. Nothing is remembered between two calls: which levels were
given is read from the recorded contacts, so a crashed mailer, a double run or a week without runs changes nothing.

How it works. An account is pictured once: its open items, the parts of each that must not be dunned (held, disputed,
promised, on a plan, placed, covered by unapplied credit), each part with the day on which that ends, and the notices
that covered each item. From the picture the case can be judged on any day, as long as no new fact comes. `next_date`
is found by judging the few days on which anything could change, until something does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple, TypeAlias

from dunning._attrs import frozen
from dunning._receivable import OpenItem
from dunning._report import Report, Table, shown
from dunning.amounts import ZERO, exact, formatted
from dunning.conditions import compares_of, explain, holds
from dunning.dates import NEVER_ENDS, add_days, require_date
from dunning.interactions import Contact, Hold, PaymentPlan, Placement, Promise
from dunning.ledger import Account, Ledger
from dunning.machine import Machine, Transition
from dunning.measures import Value
from dunning.policy import Call, Deed, Escalate, Notify, Place, Playbook, Policy
from dunning.segmentation import segment

__all__ = ["Action", "Decision", "Holding", "Plan", "Reason", "decide", "plan"]

Status: TypeAlias = Literal["clear", "waiting", "due", "held", "ended"]


_TEXTS = {
    # code: what it says; the fields of the reason fill the gaps
    "nothing_open": "nothing is open",
    "undated": "{fact} has no due date yet",
    "not_due": "{level} comes {limit} days past due; it is {value}{when}",
    "too_late": "{level} is for the time before the due date; it is {value} days past due",
    "in_gap": "{level} comes at least {limit} days after the last notice; it is {value}{when}",
    "below_minimum": "{level} needs {limit}; what may be dunned is {value}",
    "guard": "{level}: its condition does not hold{when}",
    "all_recorded": "{level}: everything is recorded as done",
    "ladder_ended": "{level} is the last level",
    "level_reached": "{level} is reached, {value} days past due",
    "action_outstanding": "{level} was given, but not all of its actions are recorded",
    "needs_approval": "{level} needs the approval of the {fact}",
    "held_hold": "held by {fact}{when}",
    "held_dispute": "disputed in {fact}",
    "held_promise": "promised in {fact}{when}",
    "held_plan": "on the payment plan {fact}",
    "held_placement": "placed in {fact}",
    "held_credit": "covered by unapplied credit of {value}",
}


@frozen
class Reason:
    """One reason of a decision as data: a stable code and, where they apply, the level, figures, day and fact.

    `value` is what was measured and `limit` what it was compared with; `on` is the day on which the reason ends if
    nothing else happens; `fact` is the id of the fact (or the role, the item) that it speaks about. `str` says it in
    words. The codes are the keys of the table above: nothing_open, undated, not_due, too_late, in_gap, below_minimum,
    all_recorded, ladder_ended and the held_... for no; level_reached, action_outstanding, needs_approval for yes.
    """

    code: str
    level: str | None = None
    value: Value = None
    limit: Value = None
    on: date | None = None
    fact: str | None = None

    def __str__(self) -> str:
        when = f" until {self.on}" if self.on is not None else ""
        value, limit = shown(self.value), shown(self.limit)
        return _TEXTS[self.code].format(level=self.level, value=value, limit=limit, when=when, fact=self.fact)


@frozen
class Holding:
    """An amount of an item that is not dunned, why, by which fact, and until when (None: no end is known)."""

    item: str
    amount: Decimal
    code: str
    fact: str | None
    until: date | None


@frozen
class Action:
    """Something to do for `items`, of which `amount` may be dunned.

    The id stays the same until a fact records that it was done, so that executing a plan twice can be noticed.
    `days_to_pay` is the deadline that the notice gives, counted from the day on which it is sent.
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

    def as_fact(self, *, on: date) -> Contact | Placement | None:
        """The fact that records the action as done on a day; None for an escalation, which needs no record."""
        if isinstance(self.deed, Place):
            return Placement(self.id, self.customer, on, self.deed.agency, items=self.items)
        if isinstance(self.deed, Escalate):
            return None
        channel = self.deed.channel if isinstance(self.deed, Notify) else "call"
        deadline = None if self.days_to_pay is None else add_days(on, self.days_to_pay)
        return Contact(self.id, self.customer, on, channel, level=self.level, items=self.items, deadline=deadline)

    def __str__(self) -> str:
        approval = f" (needs approval: {self.approval})" if self.approval else ""
        return f"{self.deed}: {self.level}, {formatted(self.amount)} {self.currency}{approval}"


@frozen
class Decision:
    """What a policy says about one case on a date.

    `status` is *clear* (nothing is open), *waiting* (nothing to do yet), *due* (there are actions), *held* (all that
    could be dunned is held) or *ended* (the ladder has no further level). `level` is the highest level given.
    `next_date` is the first day on which status, level, actions or holds change if no new fact comes; None if never.
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

    def __str__(self) -> str:
        todo = "; ".join(map(str, self.actions)) or "nothing to do"
        then = f" Next: {self.next_date}." if self.next_date else ""
        return f"{self.case}: {self.status}. {todo}. {'; '.join(map(str, self.reasons))}.{then}"


class _Part(NamedTuple):
    """A part of an item that must not be dunned before `until`."""

    amount: Decimal
    code: str
    fact: str | None
    until: date


class _Item:
    """An open item as the engine sees it: what is held of it, and the notices that covered it."""

    __slots__ = ("done", "item", "level", "parts")

    def __init__(self, item: OpenItem) -> None:
        self.item = item
        self.parts: list[_Part] = []
        self.level = 0
        self.done: set[tuple[int, str]] = set()

    def free(self, day: date) -> Decimal:
        """What of the item may be dunned on a day."""
        amount = self.item.open
        for part in self.parts:
            if day < part.until:
                amount -= part.amount
        return amount if amount > ZERO else ZERO


class _Rules(NamedTuple):
    """A policy, compiled, with what the engine looks up in it again and again."""

    policy: Policy
    machine: Machine
    states: tuple[str, ...]
    rows: tuple[tuple[Transition, ...], ...]
    watched: tuple[tuple[tuple[str, int], ...], ...]
    positions: dict[str, int]
    fallback: tuple[tuple[str, int], ...]


@lru_cache(maxsize=64)
def _rules(policy: Policy) -> _Rules:
    """Compile a policy once; the same policy is asked about every account of a book."""
    machine = policy.compile()
    rows = tuple(machine.rows_from(state) for state in machine.states)
    watched = tuple(
        tuple({(each.measure, int(each.value)) for row in state for each in compares_of(row.guard)}) for state in rows
    )
    every = tuple({pair for state in watched for pair in state})
    positions = {state: number for number, state in enumerate(machine.states)}
    return _Rules(policy, machine, machine.states, rows, watched, positions, every)


_WRITTEN = ("email", "letter", "sms", "portal")


def _kind(channel: str) -> str:
    return "written" if channel in _WRITTEN else "spoken"


def _record(deed: Deed, deeds: tuple[Deed, ...]) -> str:
    """What records a deed: a contact on its channel or of its kind, or a placement; "along" for what needs no record.

    Any written contact records a level's only notice, so that a letter sent in place of an email counts; where a level
    sends several notices, each is recorded by its own channel.
    """
    if isinstance(deed, Notify):
        return deed.channel if sum(1 for each in deeds if isinstance(each, Notify)) > 1 else "written"
    return "spoken" if isinstance(deed, Call) else "placed" if isinstance(deed, Place) else "along"


class _Picture:
    """An account as it is on a date, from which its cases can be judged on that day and, without new facts, later."""

    def __init__(self, account: Account, rules: _Rules, as_of: date) -> None:
        self.account = account
        self.rules = rules
        self.as_of = as_of
        self.items = [_Item(item) for item in account.open_items(as_of=as_of)]
        self.notices: tuple[Contact, ...] = ()
        self.placed = [each for each in account.interactions if type(each) is Placement and each.on <= as_of]
        for each in self.items:
            if each.item.disputed:
                fact = _dispute_of(account, each.item, as_of)
                each.parts.append(_Part(each.item.disputed, "held_dispute", fact, NEVER_ENDS))
        if account.interactions:
            self._hold()
            self._cover()
        self._spread(account.unapplied(as_of=as_of), self.items, "held_credit", None, NEVER_ENDS)

    def _spread(self, amount: Decimal, items: Iterable[_Item], code: str, fact: str | None, until: date) -> None:
        """Hold an amount on the oldest items, without regard to holds that end, so that it is the same on any day."""
        for each in items:
            held = min(amount, each.item.open - each.item.disputed)
            if held > ZERO:
                each.parts.append(_Part(held, code, fact, until))
                amount -= held

    def _named(self, names: tuple[str, ...]) -> Iterator[_Item]:
        return (each for each in self.items if not names or each.item.id in names or each.item.invoice in names)

    def _hold(self) -> None:
        """Enter the holds, plans, placements and promises that stand."""
        account, as_of = self.account, self.as_of
        for hold in account.holds(as_of=as_of):
            for each in self._named((hold.invoice,) if hold.invoice else ()):
                each.parts.append(_Part(each.item.open, "held_hold", hold.id, hold.end or NEVER_ENDS))
        for agreed in account.plans(as_of=as_of):
            for each in self._named(agreed.items):
                each.parts.append(_Part(each.item.open, "held_plan", agreed.id, NEVER_ENDS))
        for placement in account.placements(as_of=as_of):
            for each in self._named(placement.items):
                if placement.items or each.item.issued <= placement.on:
                    each.parts.append(_Part(each.item.open, "held_placement", placement.id, NEVER_ENDS))
        grace = self.rules.policy.promise_grace
        for promise in account.promises(as_of=as_of):
            if account.promise_state(promise, as_of=as_of, grace=grace) == "pending":
                left = promise.amount - account.received(promise, as_of=as_of, grace=grace)
                until = add_days(promise.due, grace + 1)
                self._spread(left, self._named(promise.items), "held_promise", promise.id, until)

    def _cover(self) -> None:
        """Enter the levels that notices have given to the items they covered."""
        positions = self.rules.positions
        notices = [contact for contact in self.account.contacts(as_of=self.as_of) if contact.is_notice]
        own = {each.invoice.id for each in self.account.receivables}
        self.notices = tuple(
            each for each in notices if not each.items or any(_invoice_of(name, own) in own for name in each.items)
        )
        for contact in self.notices:
            position = positions.get(contact.level or "")
            if position is None:
                continue
            for each in self._named(contact.items):
                if each.item.issued <= contact.on:
                    each.level = max(each.level, position)
                    each.done.update(((position, _kind(contact.channel)), (position, contact.channel)))

    def last_notice(self, items: list[_Item]) -> date | None:
        """The day of the last notice of a case: of any item of the account, or of this invoice.

        For an account a placement counts like a notice, so that what is left is not dunned on the same day.
        """
        if self.rules.policy.unit == "account":
            return max((each.on for each in (*self.notices, *self.placed)), default=None)
        names = {name for each in items for name in (each.item.id, each.item.invoice)}
        days = [contact.on for contact in self.notices if not contact.items or names.intersection(contact.items)]
        return max(days, default=None)


def _invoice_of(name: str, own: set[str]) -> str:
    """The invoice that an item's name means: the name itself, or what comes before `/n`."""
    return name if name in own else name.rpartition("/")[0]


def _dispute_of(account: Account, item: OpenItem, as_of: date) -> str | None:
    for receivable in account.receivables:
        if receivable.invoice.id == item.invoice:
            return next((dispute.id for dispute in receivable.disputes(as_of)), None)
    return None


class _Judgement(NamedTuple):
    """What comes out for a case on a day; two days are alike when all but the readings are equal."""

    state: int
    fired: Transition | None
    items: tuple[str, ...]
    amount: Decimal
    outstanding: tuple[int, ...]
    is_free: bool
    parts: tuple[tuple[str, _Part], ...]
    readings: dict[str, Value]


def _since(rules: _Rules, state: int) -> int:
    """Days past due from which an item belongs to a level's notice: all that is past due; before the due date, its days."""
    return min(rules.policy.levels[state - 1].after, 1)


def _judge(rules: _Rules, items: list[_Item], last: date | None, day: date) -> _Judgement:
    """Judge a case on a day: which state it is in, which row fires, for which items and amounts."""
    state, done = 0, set[tuple[int, str]]()
    oldest: int | None = None
    balance = overdue = ZERO
    free: list[tuple[_Item, Decimal, int]] = []
    parts: list[tuple[str, _Part]] = []
    for each in items:
        for part in each.parts:
            if day < part.until:
                parts.append((each.item.id, part))
        amount = each.free(day) if each.parts else each.item.open
        due = each.item.due
        if amount <= ZERO or due is None:
            continue
        late = (day - due).days
        free.append((each, amount, late))
        balance += amount
        if late > 0:
            overdue += amount
        if oldest is None or late > oldest:
            oldest = late
        if each.level > state:
            state = each.level
        done |= each.done
    deeds: tuple[Deed, ...] = ()
    if state and any(late >= _since(rules, state) for _, _, late in free):
        deeds = rules.policy.levels[state - 1].do
    open_deeds = tuple(
        number
        for number, deed in enumerate(deeds)
        if (record := _record(deed, deeds)) != "along" and (state, record) not in done
    )
    readings: dict[str, Value] = {
        "case_days_past_due": oldest,
        "case_days_since_notice": None if last is None else (day - last).days,
        "case_balance": balance,
        "case_overdue": overdue,
        "actions_outstanding": len(open_deeds),
    }
    fired = None
    if free:
        for row in rules.rows[state]:
            if holds(row.guard, readings):
                fired = row
                break
    listed: tuple[str, ...] = ()
    amount = ZERO
    outstanding: tuple[int, ...] = ()
    if fired is not None:
        target = rules.positions[fired.target]
        since = _since(rules, target)
        chosen = [(each, part) for each, part, late in free if late >= since]
        listed = tuple(each.item.id for each, _ in chosen)
        amount = sum((part for _, part in chosen), ZERO)
        outstanding = open_deeds if target == state else tuple(range(len(fired.actions)))
    return _Judgement(state, fired, listed, amount, outstanding, bool(free), tuple(parts), readings)


def _next_change(
    rules: _Rules, items: list[_Item], last: date | None, as_of: date, now: _Judgement
) -> date | None:
    """The first day after `as_of` on which the judgement differs, if no new fact comes."""
    days: set[date] = {part.until for each in items for part in each.parts if part.until != NEVER_ENDS}
    watched = rules.fallback if days else rules.watched[now.state]
    dues = {each.item.due for each in items if each.item.due is not None}
    for name, value in watched:
        if name == "case_days_past_due":
            for due in dues:
                days.add(add_days(due, value))
                days.add(add_days(due, value + 1))
        elif name == "case_days_since_notice" and last is not None:
            days.add(add_days(last, value))
            days.add(add_days(last, value + 1))
    days.update(add_days(due, 1) for due in dues)
    days.update(dues)
    for day in sorted(day for day in days if as_of < day < NEVER_ENDS):
        if now[:-1] != _judge(rules, items, last, day)[:-1]:
            return day
    return None


_CODES = {
    ("case_days_past_due", ">="): "not_due",
    ("case_days_past_due", "<="): "too_late",
    ("case_days_since_notice", "<"): "in_gap",
    ("case_overdue", ">="): "below_minimum",
    ("case_overdue", ">"): "below_minimum",
    ("case_balance", ">="): "below_minimum",
    ("case_balance", ">"): "below_minimum",
    ("actions_outstanding", ">="): "all_recorded",
}


def _refusals(row: Transition, now: _Judgement, as_of: date) -> Iterator[Reason]:
    """Why a row did not fire: one reason for each clause of its guard that is not met.

    Before a level's day has come, its minimum says nothing.
    """
    unmet = explain(row.guard, now.readings, as_of=as_of).unmet
    codes = [_CODES.get((clause.compare.measure, clause.compare.op), "guard") for clause in unmet]
    for code, clause in zip(codes, unmet, strict=True):
        if code != "below_minimum" or "not_due" not in codes:
            yield Reason(code, row.target, clause.value, clause.compare.value, clause.on)


def _reasons(rules: _Rules, items: list[_Item], now: _Judgement, as_of: date) -> Iterator[Reason]:
    """Every reason for what was judged: why the row fired, or why none did, and what is held."""
    if not items:
        yield Reason("nothing_open")
    state = rules.states[now.state]
    if now.fired is not None:
        if now.fired.target == state:
            yield Reason("action_outstanding", state)
        else:
            yield Reason("level_reached", now.fired.target, now.readings["case_days_past_due"])
        approval = rules.policy.level(now.fired.target).approval
        if approval is not None:
            yield Reason("needs_approval", now.fired.target, fact=approval)
    elif now.is_free:
        for row in rules.rows[now.state]:
            yield from _refusals(row, now, as_of)
        if now.state == len(rules.states) - 1:
            yield Reason("ladder_ended", state)
    seen: set[tuple[str, str | None]] = set()
    for _, part in now.parts:
        if (part.code, part.fact) not in seen:
            seen.add((part.code, part.fact))
            value = sum((p.amount for _, p in now.parts if (p.code, p.fact) == (part.code, part.fact)), ZERO)
            yield Reason(part.code, None, value, None, None if part.until == NEVER_ENDS else part.until, part.fact)
    for each in items:
        if each.item.due is None:
            yield Reason("undated", fact=each.item.id)


def _status(rules: _Rules, items: list[_Item], now: _Judgement) -> Status:
    if not items:
        return "clear"
    if now.fired is not None:
        return "due"
    if now.is_free:
        return "ended" if now.state == len(rules.states) - 1 else "waiting"
    codes = {part.code for _, part in now.parts}
    return "waiting" if not codes else "ended" if codes == {"held_placement"} else "held"


def _actions(picture: _Picture, case: str, items: list[_Item], now: _Judgement) -> Iterator[Action]:
    """The actions of the row that fired, as far as they are not recorded; ids count earlier records of the level."""
    row, rules, account = now.fired, picture.rules, picture.account
    if row is None:
        return
    level = rules.policy.level(row.target)
    names = {each.item.id for each in items} | {each.item.invoice for each in items}

    def concerns(fact: Contact | Placement) -> bool:
        return rules.policy.unit == "account" or not fact.items or not names.isdisjoint(fact.items)

    given = [each.channel for each in picture.notices if each.level == level.name and concerns(each)]
    placed = sum(1 for each in picture.placed if concerns(each))
    for number in now.outstanding:
        deed = level.do[number]
        record = _record(deed, level.do)
        recorded = placed if record == "placed" else sum(1 for each in given if record in (each, _kind(each), "along"))
        cycle = recorded + 1
        name = f"{rules.policy.name}/{case}/{level.name}/{cycle}/{number + 1}"
        yield Action(
            name, account.customer, account.currency, level.name, deed, now.items, now.amount, level.deadline, level.approval
        )


def _decision(picture: _Picture, case: str, items: list[_Item]) -> Decision:
    rules, account, as_of = picture.rules, picture.account, picture.as_of
    last = picture.last_notice(items)
    now = _judge(rules, items, last, as_of)
    return Decision(
        case,
        account.customer,
        account.currency,
        as_of,
        _status(rules, items, now),
        rules.states[now.state] if now.state else None,
        tuple(_actions(picture, case, items, now)),
        tuple(
            Holding(name, part.amount, part.code, part.fact, None if part.until == NEVER_ENDS else part.until)
            for name, part in now.parts
        ),
        tuple(_reasons(rules, items, now, as_of)),
        _next_change(rules, items, last, as_of, now),
        sum((each.item.open for each in items), ZERO),
        sum((each.item.open for each in items if (each.item.days_past_due or 0) > 0), ZERO),
    )


@exact
def decide(account: Account, policy: Policy, *, as_of: date) -> tuple[Decision, ...]:
    """What a policy says about an account on a date: one decision a case, each with at least one reason.

    With `unit="account"` there is one case, with `unit="invoice"` one for each open item (and a single clear one when
    nothing is open). Facts dated after `as_of` change nothing.

    Raises:
        InvalidValue: `as_of` is not a date.

    >>> from dunning import Invoice
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> (decision,) = decide(ledger.account("ACME"), STANDARD_B2B, as_of=date(2026, 2, 14))
    >>> decision.status, [str(action) for action in decision.actions], [str(reason) for reason in decision.reasons]
    ('due', ['send email first_notice: first notice, 90.00 EUR'], ['first notice is reached, 10 days past due'])
    """
    require_date("as_of", as_of)
    picture = _Picture(account, _rules(policy), as_of)
    if policy.unit == "account" or not picture.items:
        return (_decision(picture, f"{account.customer}/{account.currency}", picture.items),)
    return tuple(_decision(picture, each.item.id, [each]) for each in picture.items)


@frozen
class Plan(Report):
    """What is to be done in a whole book on a date. Iterating gives a `Decision` for each case with something open.

    `clear` counts the accounts with nothing open, `problems` the facts that were set aside.
    """

    as_of: date
    decisions: tuple[Decision, ...]
    clear: int
    problems: int

    @property
    @exact
    def due(self) -> tuple[Decision, ...]:
        """The decisions with actions, the largest overdue amount first."""
        found = [each for each in self.decisions if each.actions]
        return tuple(sorted(found, key=lambda each: (-each.overdue, each.case, each.currency)))

    @property
    def held(self) -> tuple[Decision, ...]:
        """The decisions in which something is held back."""
        return tuple(each for each in self.decisions if each.holds)

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, in the order of `due`."""
        return tuple(action for each in self.due for action in each.actions)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.decisions)

    def __len__(self) -> int:
        return len(self.decisions)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a case: who, status, level, actions and reasons in words, next date, amounts."""
        return [
            {
                "as_of": each.as_of,
                "case": each.case,
                "customer": each.customer,
                "currency": each.currency,
                "status": each.status,
                "level": each.level,
                "actions": "; ".join(map(str, each.actions)),
                "reasons": "; ".join(map(str, each.reasons)),
                "next_date": each.next_date,
                "open": each.open,
                "overdue": each.overdue,
            }
            for each in self.decisions
        ]

    def _table(self, rows: int) -> Table:
        due = self.due
        body = tuple(
            (each.case, each.currency, shown(each.overdue), "; ".join(str(a.deed) for a in each.actions), str(each.reasons[0]))
            for each in due[:rows]
        )
        states = ("due", "waiting", "held", "ended")
        counts = ", ".join(f"{sum(1 for each in self if each.status == state)} {state}" for state in states)
        notes = (f"{len(self)} cases: {counts}; {self.clear} accounts clear",)
        if self.problems:
            notes += (f"{self.problems} faulty facts were set aside",)
        headings = ("case", "currency", "overdue", "to do", "because")
        return Table(f"Plan for {self.as_of}", headings, body, (), notes, len(due) - len(body), (0, 1, 3, 4))


@exact
def plan(ledger: Ledger, policy: Policy | Playbook, *, as_of: date) -> Plan:
    """Decide every account of a ledger on a date, by one policy or by the policy of each account's segment.

    Raises:
        InvalidValue: `as_of` is not a date.
    """
    require_date("as_of", as_of)
    if isinstance(policy, Playbook):
        assigned = segment(ledger, policy.segmentation, as_of=as_of)
        policies: Iterable[Policy] = (policy.policy_for(each.segment) for each in assigned)
    else:
        policies = (policy for _ in range(len(ledger)))
    found: list[Decision] = []
    clear = 0
    for account, each in zip(ledger, policies, strict=True):
        decisions = decide(account, each, as_of=as_of) if _may_be_open(account, as_of) else ()
        if not decisions or decisions[0].status == "clear":
            clear += 1
        else:
            found.extend(decisions)
    return Plan(as_of, tuple(found), clear, len(ledger.problems))


def _may_be_open(account: Account, as_of: date) -> bool:
    """Whether some invoice was not settled for good by a date; the one settled last stands first."""
    return bool(account.receivables) and account.receivables[0].closed > as_of
