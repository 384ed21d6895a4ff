"""Decisions: what a policy says about each case on a date, and why.

A decision is a pure function of facts, policy and date. Nothing is remembered between two calls: which levels were
given is read from the recorded contacts, so a crashed mailer, a double run or a week without runs changes nothing.

How cases are judged is in `dunning._case`; here the outcome is put into words, reasons and actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import repeat
from typing import Any, Literal, TypeAlias

from dunning._attrs import frozen
from dunning._case import NEVER, Item, Judgement, Picture, Rules, judge, kind_of, next_change, rules_of
from dunning._report import Report, Table, shown
from dunning.amounts import ZERO, exact, formatted
from dunning.conditions import clauses_of
from dunning.dates import add_days, require_date
from dunning.errors import require_type
from dunning.interactions import Contact, Placement
from dunning.ledger import Account, Ledger
from dunning.machine import Transition
from dunning.measures import Value
from dunning.policy import Deed, Escalate, Notify, Place, Playbook, Policy
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
    "held_plan": "on the payment plan {fact}, kept{when}",
    "held_placement": "placed in {fact}",
    "held_credit": "covered by unapplied credit of {value}",
}


@frozen
class Reason:
    """One reason of a decision as data: a stable code and, where they apply, the level, figures, day and fact.

    `value` is what was measured and `limit` what it was compared with; `on` is the day on which the reason ends if
    nothing else happens; `fact` is the id of the fact (or the role, the item) that it speaks about. `str` says it in
    words. The codes are the keys of the table above: nothing_open, undated, not_due, too_late, in_gap, below_minimum,
    all_recorded, ladder_ended and those that begin with `held` for no; level_reached, action_outstanding and
    needs_approval for yes.
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
        """The fact that records the action as done on a day; None for an escalation, which needs no record.

        Record a try that failed under an id of its own: this one is kept for the record that it was done.
        """
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
    could be dunned is held) or *ended* (the ladder has no further level). `level` is the highest level given to what
    may be dunned, or to what is held where nothing may be.
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

    def as_facts(self, *, on: date) -> tuple[Contact | Placement, ...]:
        """The facts that record all actions as done on a day; see `Action.as_fact`."""
        found = [action.as_fact(on=on) for action in self.actions]
        return tuple(fact for fact in found if fact is not None)

    def __str__(self) -> str:
        todo = "; ".join(map(str, self.actions)) or "nothing to do"
        then = f" Next: {self.next_date}." if self.next_date else ""
        return f"{self.case}: {self.status}. {todo}. {'; '.join(map(str, self.reasons))}.{then}"


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


def _refusals(row: Transition, now: Judgement, as_of: date) -> Iterator[Reason]:
    """Why a row did not fire: one reason for each clause of its guard that is not met.

    Before a level's day has come, its minimum says nothing.
    """
    unmet = [clause for clause in clauses_of(row.guard, now.readings, as_of=as_of) if not clause.met]
    codes = [_CODES.get((clause.compare.measure, clause.compare.op), "guard") for clause in unmet]
    for code, clause in zip(codes, unmet, strict=True):
        if code != "below_minimum" or "not_due" not in codes:
            yield Reason(code, row.target, clause.value, clause.compare.value, clause.on)


def _reasons(rules: Rules, items: list[Item], now: Judgement, as_of: date) -> Iterator[Reason]:
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
        for _, row in rules.rows[now.state]:
            yield from _refusals(row, now, as_of)
        if now.state == len(rules.states) - 1:
            yield Reason("ladder_ended", state)
    held: dict[tuple[str, str | None, int], Decimal] = {}
    for part in now.parts:
        key = part.code, part.fact, part.until
        held[key] = held.get(key, ZERO) + part.amount
    for (code, fact, until), amount in held.items():
        yield Reason(code, None, amount, None, _day(until), fact)
    for each in items:
        if each.due is None:
            yield Reason("undated", fact=each.id)


def _status(rules: Rules, items: list[Item], now: Judgement) -> Status:
    if not items:
        return "clear"
    if now.fired is not None:
        return "due"
    if now.is_free:
        return "ended" if now.state == len(rules.states) - 1 else "waiting"
    codes = {part.code for part in now.parts}
    return "waiting" if not codes else "ended" if codes == {"held_placement"} else "held"


def _actions(picture: Picture, case: str, items: list[Item], now: Judgement) -> Iterator[Action]:
    """The actions of the row that fired, as far as they are not recorded; ids count earlier records of the level."""
    if now.fired is None:
        return
    rules, account = picture.rules, picture.account
    position = rules.positions[now.fired.target]
    level = rules.policy.levels[position - 1]
    notices, placed = picture.concerning(items)
    given = [each.channel for each in notices if each.level == level.name]
    for number in now.outstanding:
        record = rules.records[position][number]
        before = (
            len(placed) if record == "placed" else sum(1 for each in given if record in (each, kind_of(each), "along"))
        )
        yield Action(
            f"{rules.policy.name}/{case}/{level.name}/{before + 1}/{number + 1}",
            account.customer, account.currency, level.name, level.do[number],
            now.items, now.amount, level.deadline, level.approval,
        )  # fmt: skip


def _day(ordinal: int | None) -> date | None:
    return None if ordinal is None or ordinal == NEVER else date.fromordinal(ordinal)


def _decision(picture: Picture, case: str, items: list[Item]) -> Decision:
    rules, account, as_of = picture.rules, picture.account, picture.as_of
    today = as_of.toordinal()
    last = picture.last_notice(items)
    now = judge(rules, items, last, today)
    level = now.state if now.is_free else max([each.level for each in items], default=0)
    return Decision(
        case,
        account.customer,
        account.currency,
        as_of,
        _status(rules, items, now),
        rules.states[level] if level else None,
        tuple(_actions(picture, case, items, now)),
        tuple([Holding(part.item, part.amount, part.code, part.fact, _day(part.until)) for part in now.parts]),
        tuple(_reasons(rules, items, now, as_of)),
        _day(next_change(rules, items, last, today, now)),
        sum([each.open for each in items], ZERO),
        sum([each.open for each in items if each.item.due is not None and each.item.due < as_of], ZERO),
    )


def _decided(account: Account, rules: Rules, as_of: date) -> tuple[Decision, ...]:
    picture = Picture(account, rules, as_of)
    if rules.policy.unit == "account" or not picture.items:
        return (_decision(picture, f"{account.customer}/{account.currency}", picture.items),)
    return tuple([_decision(picture, each.id, [each]) for each in picture.items])


@exact
def decide(account: Account, policy: Policy, *, as_of: date) -> tuple[Decision, ...]:
    """What a policy says about an account on a date: one decision a case, each with at least one reason.

    With `unit="account"` there is one case, with `unit="invoice"` one for each open item (and a single clear one when
    nothing is open). Facts dated after `as_of` change nothing.

    Raises:
        InvalidValue: `as_of` is not a date, or an argument is of another type.

    >>> from dunning import Invoice
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> (decision,) = decide(ledger.account("ACME"), STANDARD_B2B, as_of=date(2026, 2, 14))
    >>> decision.status, [str(action) for action in decision.actions], [str(reason) for reason in decision.reasons]
    ('due', ['send email first_notice: first notice, 90.00 EUR'], ['first notice is reached, 10 days past due'])
    """
    require_type("decide", "account", account, Account)
    require_type("decide", "policy", policy, Policy)
    require_date("as_of", as_of)
    return _decided(account, rules_of(policy), as_of)


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

    def as_facts(self, *, on: date) -> tuple[Contact | Placement, ...]:
        """The facts that record all actions of the plan as done on a day; see `Action.as_fact`."""
        return tuple(fact for each in self.due for fact in each.as_facts(on=on))

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
            (
                each.case,
                each.currency,
                shown(each.overdue),
                "; ".join(str(a.deed) for a in each.actions),
                str(each.reasons[0]),
            )
            for each in due[:rows]
        )
        states = ("due", "waiting", "held", "ended")
        counts = ", ".join(f"{sum(1 for each in self if each.status == state)} {state}" for state in states)
        notes: tuple[str, ...] = (f"{len(self)} cases: {counts}; {self.clear} accounts clear",)
        if self.problems:
            notes = (*notes, f"{self.problems} faulty facts were set aside")
        headings = ("case", "currency", "overdue", "to do", "because")
        return Table(f"Plan for {self.as_of}", headings, body, (), notes, len(due) - len(body), (0, 1, 3, 4))


@exact
def plan(ledger: Ledger, policy: Policy | Playbook, *, as_of: date) -> Plan:
    """Decide every account of a ledger on a date, by one policy or by the policy of each account's segment.

    Raises:
        InvalidValue: `as_of` is not a date.
    """
    require_type("plan", "ledger", ledger, Ledger)
    require_date("as_of", as_of)
    if isinstance(policy, Playbook):
        assigned = segment(ledger, policy.segmentation, as_of=as_of)
        rules: Iterable[Rules] = (rules_of(policy.policy_for(each.segment)) for each in assigned)
    else:
        require_type("plan", "policy", policy, Policy)
        rules = repeat(rules_of(policy), len(ledger))
    found: list[Decision] = []
    clear = 0
    for account, each in zip(ledger, rules, strict=True):
        decisions = _decided(account, each, as_of) if _may_be_open(account, as_of) else ()
        if not decisions or decisions[0].status == "clear":
            clear += 1
        else:
            found.extend(decisions)
    return Plan(as_of, tuple(found), clear, len(ledger.problems))


def _may_be_open(account: Account, as_of: date) -> bool:
    """Whether some invoice was not settled for good by a date; the one settled last stands first."""
    return bool(account.receivables) and account.receivables[0].closed > as_of
