"""A case as it stands, and how a policy's table judges it on a day.

An account is pictured once for a date: its open items, the parts of each that must not be dunned (held, disputed,
promised, on a plan, placed, covered by unapplied credit), each part with the day on which that ends, and the levels
that notices gave to each item. From the picture a case can be judged on that day and, as long as no new fact comes, on
any later one. `next_change` judges the few days on which anything could be different, until something is.

Days are ordinal numbers here: they are compared and subtracted very often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from dunning._receivable import OpenItem
from dunning.amounts import ZERO
from dunning.conditions import compares_of, predicate
from dunning.dates import NEVER_ENDS
from dunning.interactions import Contact, PaymentPlan, Placement
from dunning.ledger import Account
from dunning.machine import Transition
from dunning.measures import Value
from dunning.policy import Call, Deed, Notify, Place, Policy

__all__ = [
    "NEVER",
    "Item",
    "Judgement",
    "Part",
    "Picture",
    "Rules",
    "judge",
    "kind_of",
    "next_change",
    "record_of",
    "rules_of",
]

NEVER = NEVER_ENDS.toordinal()
WRITTEN = ("email", "letter", "sms", "portal")

Test = Callable[[Mapping[str, Value]], bool]


class Part(NamedTuple):
    """An amount of an item that must not be dunned before `until`."""

    item: str
    amount: Decimal
    code: str
    fact: str | None
    until: int


class Item:
    """An open item: what is held of it, the highest level given to it, and which of a level's deeds were recorded.

    `unspoken` is what is neither disputed, nor promised, nor covered by unapplied credit.
    """

    __slots__ = ("done", "due", "id", "item", "level", "open", "parts", "unspoken")

    def __init__(self, item: OpenItem) -> None:
        self.item = item
        self.id = item.id
        self.open = item.open
        self.unspoken = item.open - item.disputed
        self.due = None if item.due is None else item.due.toordinal()
        self.parts: list[Part] = []
        self.level = 0
        self.done: set[tuple[int, str]] = set()

    def hold(self, amount: Decimal, code: str, fact: str | None, until: int) -> None:
        """Hold an amount of the item back until a day."""
        self.parts.append(Part(self.id, amount, code, fact, until))

    def free(self, day: int) -> Decimal:
        """What of the item may be dunned on a day."""
        amount = self.open
        for part in self.parts:
            if day < part.until:
                amount -= part.amount
        return amount


class Rules(NamedTuple):
    """A policy, compiled, with what is looked up in its table again and again; states are numbered, 0 is the start."""

    policy: Policy
    states: tuple[str, ...]
    positions: dict[str, int]
    rows: tuple[tuple[tuple[Test, Transition], ...], ...]
    days_watched: tuple[tuple[int, ...], ...]
    gaps_watched: tuple[tuple[int, ...], ...]
    since: tuple[int, ...]
    """Days past due from which an item belongs to the level's notice."""
    since_any: tuple[int, ...]
    placing: int
    """The highest level that places debts, 0 if none does: a placement gives it, recalled or not."""
    records: tuple[tuple[str, ...], ...]
    """For each deed of the level, what records it."""


@lru_cache(maxsize=64)
def rules_of(policy: Policy) -> Rules:
    """Compile a policy once; the same policy is asked about every account of a book."""
    machine = policy.compile()
    tables = [machine.rows_from(state) for state in machine.states]

    def watched(name: str) -> tuple[tuple[int, ...], ...]:
        found = [
            {int(each.value) for row in table for each in compares_of(row.guard) if each.measure == name}
            for table in tables
        ]
        return tuple(tuple(sorted(values | {value + 1 for value in values})) for values in found)

    records = ((), *(tuple(record_of(deed, level.do) for deed in level.do) for level in policy.levels))
    since = (1, *(min(level.after, 1) for level in policy.levels))
    placing = max((position for position, deeds in enumerate(records) if "placed" in deeds), default=0)
    return Rules(
        policy,
        machine.states,
        {state: number for number, state in enumerate(machine.states)},
        tuple(tuple((predicate(row.guard), row) for row in table) for table in tables),
        watched("case_days_past_due"),
        watched("case_days_since_notice"),
        since,
        tuple(sorted(set(since))),
        placing,
        records,
    )


def kind_of(channel: str) -> str:
    """Whether a contact on a channel is written or spoken."""
    return "written" if channel in WRITTEN else "spoken"


def record_of(deed: Deed, deeds: tuple[Deed, ...]) -> str:
    """What records a deed: a contact on its channel or of its kind, or a placement; "along" for what needs no record.

    Any written contact records a level's only notice, so that a letter sent in place of an email counts; where a level
    sends several notices, each is recorded by its own channel.
    """
    if isinstance(deed, Notify):
        return deed.channel if sum(1 for each in deeds if isinstance(each, Notify)) > 1 else "written"
    return "spoken" if isinstance(deed, Call) else "placed" if isinstance(deed, Place) else "along"


class Picture:
    """An account as it is on a date."""

    __slots__ = ("account", "as_of", "items", "notices", "placed", "rules")

    def __init__(self, account: Account, rules: Rules, as_of: date) -> None:
        self.account = account
        self.rules = rules
        self.as_of = as_of
        self.items = [Item(item) for item in account.items_at(as_of)]
        self.notices: tuple[Contact, ...] = ()
        self.placed: tuple[Placement, ...] = ()
        for each in self.items:
            if each.item.disputed:
                each.hold(each.item.disputed, "held_dispute", _dispute_of(account, each.item, as_of), NEVER)
        if account.interactions:
            self._hold()
            self._cover()
        credit = account.unapplied_at(as_of)
        if credit:
            self._spread(credit, self.items, "held_credit", None, NEVER)

    def _spread(self, amount: Decimal, items: Iterable[Item], code: str, fact: str | None, until: int) -> None:
        """Hold an amount on the oldest items, beside what is disputed, promised or covered already."""
        for each in items:
            held = min(amount, each.unspoken)
            if held > ZERO:
                each.hold(held, code, fact, until)
                each.unspoken -= held
                amount -= held

    def _named(self, names: tuple[str, ...]) -> Iterator[Item]:
        return (each for each in self.items if not names or each.id in names or each.item.invoice in names)

    def _hold(self) -> None:
        """Enter the holds, plans, placements and promises that stand."""
        account, as_of = self.account, self.as_of
        for hold in account.holds(as_of=as_of):
            for each in self._named((hold.invoice,) if hold.invoice else ()):
                each.hold(each.open, "held_hold", hold.id, NEVER if hold.end is None else hold.end.toordinal())
        for agreed in account.plans(as_of=as_of):
            for each in self._named(agreed.items):
                each.hold(each.open, "held_plan", agreed.id, self._plan_may_break(agreed))
                each.due = self._contract_due(each.item)
        for placement in account.placements(as_of=as_of):
            for each in self._named(placement.items):
                if placement.items or each.item.issued <= placement.on:
                    each.hold(each.open, "held_placement", placement.id, NEVER)
        grace = self.rules.policy.promise_grace
        for promise in account.promises(as_of=as_of):
            if account.promise_state(promise, as_of=as_of, grace=grace) == "pending":
                left = promise.amount - account.received(promise, as_of=as_of, grace=grace)
                until = min(promise.due.toordinal() + grace + 1, NEVER)
                self._spread(left, self._named(promise.items), "held_promise", promise.id, until)

    def _plan_may_break(self, plan: PaymentPlan) -> int:
        """The day on which a plan that stands breaks or is over if nothing more comes in."""
        due = self.account.plan_progress(plan, as_of=self.as_of).next_due or plan.installments[-1].due
        return due.toordinal() + 1

    def _contract_due(self, item: OpenItem) -> int | None:
        """The due date that an item on a plan has again once the plan is broken or over."""
        found = next(each for each in self.account.receivables if each.invoice.id == item.invoice)
        due = found.contract_due(item.installment or 1, self.as_of)
        return None if due is None else due.toordinal()

    def _cover(self) -> None:
        """Enter the levels that notices have given to the items they covered."""
        positions = self.rules.positions
        own = {each.invoice.id for each in self.account.receivables}
        self.notices = tuple(
            contact
            for contact in self.account.contacts(as_of=self.as_of)
            if contact.is_notice and (not contact.items or any(_is_of(name, own) for name in contact.items))
        )
        self.placed = tuple(
            each
            for each in self.account.interactions
            if type(each) is Placement
            and each.on <= self.as_of
            and (not each.items or any(_is_of(name, own) for name in each.items))
        )
        for placement in self.placed:
            for each in self._named(placement.items) if self.rules.placing else ():
                if each.item.issued <= placement.on:
                    each.level = max(each.level, self.rules.placing)
                    each.done.add((self.rules.placing, "placed"))
        for contact in self.notices:
            position = positions.get(contact.level or "", 0)
            for each in self._named(contact.items) if position else ():
                if each.item.issued <= contact.on:
                    each.level = max(each.level, position)
                    each.done.update(((position, kind_of(contact.channel)), (position, contact.channel)))

    def concerning(self, items: list[Item]) -> tuple[list[Contact], list[Placement]]:
        """The notices and placements of a case: all of the account's, or those that covered this invoice."""
        if self.rules.policy.unit == "account":
            return list(self.notices), list(self.placed)
        names = {name for each in items for name in (each.id, each.item.invoice)}
        notices = [each for each in self.notices if not each.items or not names.isdisjoint(each.items)]
        return notices, [each for each in self.placed if not each.items or not names.isdisjoint(each.items)]

    def last_notice(self, items: list[Item]) -> int | None:
        """The day of the last notice of a case. A placement counts like one, so that the rest has its rest too."""
        if not self.notices and not self.placed:
            return None
        notices, placed = self.concerning(items)
        days = [each.on.toordinal() for each in notices] + [each.on.toordinal() for each in placed]
        return max(days, default=None)


def _is_of(name: str, own: set[str]) -> bool:
    """Whether an item's name means one of these invoices: the name itself, or what comes before `/n`."""
    return name in own or name.rpartition("/")[0] in own


def _dispute_of(account: Account, item: OpenItem, as_of: date) -> str | None:
    found = (each for each in account.receivables if each.invoice.id == item.invoice)
    return next((dispute.id for receivable in found for dispute in receivable.disputes(as_of)), None)


class Judgement(NamedTuple):
    """What comes out for a case on a day. Two days are alike when all but the readings are equal."""

    state: int
    fired: Transition | None
    items: tuple[str, ...]
    amount: Decimal
    outstanding: tuple[int, ...]
    is_free: bool
    parts: tuple[Part, ...]
    readings: dict[str, Value]


def judge(rules: Rules, items: list[Item], last: int | None, day: int) -> Judgement:
    """Judge a case on a day: which state it is in, which row fires, for which items and amounts."""
    state = 0
    balance = overdue = ZERO
    free: list[tuple[Item, Decimal, int]] = []
    parts: list[Part] = []
    for each in items:
        amount = each.open
        if each.parts:
            parts += [part for part in each.parts if day < part.until]
            amount = each.free(day)
        if amount > ZERO and each.due is not None:
            late = day - each.due
            free.append((each, amount, late))
            balance += amount
            if late > 0:
                overdue += amount
            state = max(state, each.level)
    oldest = max([late for _, _, late in free], default=None)
    open_deeds = _outstanding(rules, state, free) if state else ()
    readings: dict[str, Value] = {
        "case_days_past_due": oldest,
        "case_days_since_notice": None if last is None else day - last,
        "case_balance": balance,
        "case_overdue": overdue,
        "actions_outstanding": len(open_deeds),
    }
    if free:
        for test, row in rules.rows[state]:
            if test(readings):
                target = rules.positions[row.target]
                since = rules.since[target]
                chosen = [(each.id, amount) for each, amount, late in free if late >= since]
                todo = open_deeds if target == state else tuple(range(len(row.actions)))
                names, total = tuple([name for name, _ in chosen]), sum([amount for _, amount in chosen], ZERO)
                return Judgement(state, row, names, total, todo, True, tuple(parts), readings)
    return Judgement(state, None, (), ZERO, (), bool(free), tuple(parts), readings)


def _outstanding(rules: Rules, state: int, free: list[tuple[Item, Decimal, int]]) -> tuple[int, ...]:
    """Which deeds of a level no fact records yet, as far as the level concerns any item by its days."""
    if not any(late >= rules.since[state] for _, _, late in free):
        return ()
    done = set[tuple[int, str]]().union(*(each.done for each, _, _ in free))
    records = enumerate(rules.records[state])
    return tuple(number for number, record in records if record != "along" and (state, record) not in done)


def next_change(rules: Rules, items: list[Item], last: int | None, today: int, now: Judgement) -> int | None:
    """The first day after today on which the judgement differs, if no new fact comes.

    Only these days can differ: a part that is held becomes free; an item begins to belong to a notice; the oldest item
    (any item, if parts may become free) or the last notice comes to a number of days that the table speaks of, or to
    the day after.
    """
    if not items:
        return None
    days = [part.until for each in items for part in each.parts]
    dues = [each.due for each in items if each.due is not None]
    may_be_freed = any(today < day < NEVER for day in days)
    for state in range(len(rules.states)) if may_be_freed else (now.state,):
        for due in dues if may_be_freed else _oldest_free(items, today):
            days += [due + value for value in rules.days_watched[state]]
        if last is not None:
            days += [last + value for value in rules.gaps_watched[state]]
    days += [due + since for due in dues for since in rules.since_any]
    for day in sorted({day for day in days if today < day < NEVER}):
        then = judge(rules, items, last, day)
        if then[:-1] != now[:-1]:
            return day
    return None


def _oldest_free(items: list[Item], day: int) -> list[int]:
    """The due date of the oldest item of which something may be dunned, if there is one."""
    dues = [each.due for each in items if each.due is not None and (not each.parts or each.free(day) > ZERO)]
    return [min(dues)] if dues else []
