"""A slow and obvious reading of a policy: what is proposed for each case of an account on a day, from the facts alone.

It knows the facts, the settings, and the words of the documentation: no table, no open items, no readings of the code
under test. What is open and when it falls due comes from `tests.model`, which reads facts as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from dunning._base.noun import changed
from dunning.amounts import PerCurrency
from dunning.conditions import holds
from dunning.interactions import Contact, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Application, CreditNote, Invoice, Payment
from dunning.ledger import Account, Fact
from dunning.measures import Value
from dunning.policy import (
    Activity,
    AddCharges,
    Call,
    Do,
    Escalate,
    Final,
    Level,
    Notify,
    Place,
    Policy,
    ProposeWriteOff,
    Repeat,
    Review,
    StopCredit,
)
from tests import model

ZERO = Decimal(0)
ONE_DAY = timedelta(days=1)
Given: TypeAlias = Contact | Placement | Task


class Proposal(NamedTuple):
    """What is proposed for a case: the level, its activities, the debts concerned, and what is asked for."""

    level: str
    activities: tuple[Activity, ...]
    debts: tuple[str, ...]
    amount: Decimal


class Case(NamedTuple):
    """What is to be seen of a case: the level it stands at, what is held of each debt, and what is proposed."""

    level: str | None
    held: tuple[tuple[str, Decimal], ...]
    proposals: tuple[Proposal, ...]


class Debt:
    """An open debt on a day: an invoice, or one of its installments."""

    def __init__(self, facts: Sequence[Fact], invoice: Invoice, number: int, left: Decimal, day: date) -> None:
        self.invoice, self.number, self.open = invoice, number, left
        self.id = f"{invoice.id}/{number + 1}" if invoice.installments else invoice.id
        self.contract = model.due_of(facts, invoice, number, day)
        self.planned = model.planned(facts, invoice, number, day)
        self.shown_due = self.planned or self.contract
        self.due = self.contract
        self.disputed = ZERO
        self.held: list[Decimal] = []

    def is_named(self, names: Iterable[str]) -> bool:
        """Whether names mean this debt; no names mean every one."""
        given = [*names]
        return not given or self.id in given or self.invoice.id in given

    @property
    def free(self) -> Decimal:
        """What of it may be dunned."""
        return self.open - sum(self.held, ZERO)


def debts_of(facts: Sequence[Fact], day: date) -> list[Debt]:
    """The open debts of an account, the oldest first, disputes laid on the oldest installments."""
    found = [
        Debt(facts, invoice, number, owed - settled, day)
        for invoice, number, owed, settled in model.items(facts, day)
        if owed > settled
    ]
    for invoice in {each.invoice.id: each.invoice for each in found}.values():
        parts = model.contested(facts, invoice, day)
        for each in (each for each in found if each.invoice == invoice):
            each.disputed = parts[each.number]
    return sorted(
        found, key=lambda each: (each.shown_due or date.max, each.invoice.issued, each.invoice.id, each.number)
    )


def received(facts: Sequence[Fact], promise: Promise, day: date, last: date) -> Decimal:
    """What came in towards a promise from the day after it was made to a last day, as known on a day."""
    early = promise.installments[0].day if promise.installments else promise.due
    first = promise.made if early == promise.made else promise.made + ONE_DAY
    last = min(day, last)
    payments = {each.id: each for each in facts if isinstance(each, Payment) and model.stands(facts, each.id, day)}
    invoices = {each.id for each in facts if isinstance(each, Invoice)}
    whole = invoices & {*promise.items}
    total = ZERO
    for payment in payments.values():
        if first <= payment.received <= last:
            total += payment.amount if not promise.items else sum((a for n, a in payment.applied if n in whole), ZERO)
    for fact in facts:
        if isinstance(fact, Application) and fact.source in payments and fact.invoice in whole:
            came = fact.value_date or payments[fact.source].received
            if first <= came <= last and fact.on <= day and model.stands(facts, fact.id, day):
                total += fact.amount
    return total


def state_of(facts: Sequence[Fact], promise: Promise, day: date, grace: int) -> str:
    """What became of a promise by a day."""
    if promise.cancelled is not None and promise.cancelled <= day:
        return "cancelled"
    judged = judged_on(facts, promise, day, grace)
    if received(facts, promise, day, promise.due + timedelta(days=grace)) >= promise.amount:
        if day < judged or judged > promise.due + timedelta(days=grace):
            return "kept"
    return "pending" if day < judged else "broken"


def judged_on(facts: Sequence[Fact], promise: Promise, day: date, grace: int) -> date:
    """The day after the first part for which too little came by a day; the one after the last where all has come."""
    parts = [(part.day, part.amount) for part in promise.installments] or [(promise.due, promise.amount)]
    for number, (due, _) in enumerate(parts):
        last = due + timedelta(days=grace)
        if received(facts, promise, day, last) < sum((amount for _, amount in parts[: number + 1]), ZERO):
            return last + ONE_DAY
    return promise.due + timedelta(days=grace + 1)


class Book:
    """An account on a day as a policy sees it."""

    def __init__(self, account: Account, policy: Policy, day: date) -> None:
        self.policy, self.day, self.currency = policy, day, account.currency
        self.facts: list[Fact] = list(dict.fromkeys([*account.facts, *account.interactions]))
        self.debts = debts_of(self.facts, day)
        self.names = {
            name
            for each in self.facts
            if isinstance(each, Invoice)
            for name in (each.id, *(f"{each.id}/{number + 1}" for number in range(len(each.installments))))
        }
        contacts = sorted(self.of(Contact, "on"), key=lambda each: (each.on, each.id))
        self.leveled = [self.filled(each) for each in contacts if each.level is not None and self.is_ours(each)]
        standing = [each for each in self.leveled if each.cancelled is None or each.cancelled > day]
        counted = self.leveled if policy.regress.notice_cancelled == "keep" else standing
        self.notices = [each for each in counted if gives_level(each)]
        self.queued = [each for each in standing if each.outcome == "queued" and not self.has_gone_out(each)]
        self.placed = [self.filled(each) for each in self.of(Placement, "on") if self.is_ours(each)]
        tasks = [self.filled(each) for each in self.of(Task, "on") if self.is_ours(each)]
        self.tasks = sorted(tasks, key=lambda each: (each.on, each.id))
        self.hold_back()
        self.ascent = LevelHistory(self) if falls(policy) else Ascent(self)
        if not falls(policy):
            self.ascent.give(self.given())
        self.levels = {each.id: self.ascent.level_of(each) for each in self.debts}
        self.readings = Measures(self)

    def of(self, kind: type[Any], own: str) -> list[Any]:
        """The facts of a kind up to the day."""
        return [each for each in self.facts if isinstance(each, kind) and getattr(each, own) <= self.day]

    def pay_by(self, on: date, level: Level) -> date | None:
        """The day to pay by that a level's notice of a day gives: a business day where there is a calendar."""
        calendar, day = self.policy.calendar, on
        if level.deadline is None:
            return None
        if level.business_days and calendar is not None:
            left = level.deadline
            while left or not calendar.is_business_day(day):
                day += ONE_DAY
                left -= calendar.is_business_day(day) and left > 0
            return day
        day = on + timedelta(days=level.deadline)
        while calendar is not None and not calendar.is_business_day(day):
            day += ONE_DAY
        return day

    def past_due(self, day: date) -> tuple[str, ...]:
        """The debts that were past due on a day."""
        found = list[str]()
        for each in debts_of(self.facts, day):
            due = each.shown_due
            if due is None and self.policy.undated == "issued":
                due = each.invoice.issued
            found += [each.id] if due is not None and due < day else []
        return tuple(found)

    def is_ours(self, fact: Given) -> bool:
        """Whether a record is about something of this account."""
        if fact.items:
            return bool({*fact.items} & self.names)
        return fact.currency in (None, self.currency) and bool(self.past_due(fact.on))

    def filled(self, fact: Any) -> Any:
        """A record with the debts that it was about."""
        return fact if fact.items else changed(fact, items=self.past_due(fact.on))

    def has_gone_out(self, queued: Contact) -> bool:
        """Whether a later contact of the same level about the same debts was made, or failed."""
        return any(
            each.level == queued.level
            and each.outcome != "queued"
            and each.on >= queued.on
            and (not each.items or not queued.items or bool({*each.items} & {*queued.items}))
            for each in self.leveled
        )

    def hold_back(self) -> None:
        """What must not be dunned: disputes, holds, plans, placements, promises, unapplied credit."""
        if self.policy.disputes == "asked":
            for each in self.debts:
                each.disputed = ZERO
        quiet = {each.id: each.open - each.disputed for each in self.debts}

        def lay(amount: Decimal, debts: Iterable[Debt]) -> None:
            for each in debts:
                part = min(max(ZERO, amount), max(ZERO, quiet[each.id]))
                if part > 0:
                    each.held.append(part)
                    quiet[each.id] -= part
                    amount -= part

        for debt in self.debts:
            if debt.disputed:
                debt.held.append(debt.disputed)
            if debt.due is None and self.policy.undated == "issued":
                debt.due = debt.invoice.issued
        for hold in sorted(self.of(Hold, "start"), key=lambda each: (each.start, each.id)):
            if hold.end is None or self.day < hold.end:
                named = [each for each in self.debts if each.is_named((hold.invoice,) if hold.invoice else ())]
                if hold.amount is not None:
                    lay(hold.amount, named)
                else:
                    for each in named:
                        each.held.append(each.open)
        for agreed in self.of(PaymentPlan, "agreed"):
            if model.plan_stands(self.facts, agreed, self.day):
                for each in self.debts:
                    if each.is_named(agreed.items):
                        each.held.append(each.open)
                        each.due = each.contract
        for placement in self.placed:
            if placement.recalled is None or self.day < placement.recalled:
                for each in self.debts:
                    if each.is_named(placement.items):
                        each.held.append(each.open)
        for promise in sorted(self.of(Promise, "made"), key=lambda each: (each.made, each.id)):
            taken_back = promise.cancelled is not None and promise.cancelled <= self.day
            if not taken_back and self.day < judged_on(self.facts, promise, self.day, self.policy.promise_grace):
                named = [each for each in self.debts if each.is_named(promise.items)]
                if self.policy.promise_holds == "part":
                    lay(promise.amount, named)
                    continue
                if not promise.items:
                    left = promise.amount
                    for each in [*named]:
                        part = min(max(ZERO, left), max(ZERO, quiet[each.id]))
                        left -= part
                        named = named if part > 0 else [other for other in named if other is not each]
                whole = self.policy.promise_holds == "case" and named and self.policy.unit == "account"
                for each in self.debts if whole else named:
                    each.held.append(each.open)
        if self.policy.credits == "net":
            lay(model.unapplied(self.facts, self.day), self.debts)

    def position(self, name: str | None) -> int:
        """The number of a level, from 1; 0 for none of the policy's."""
        names = [each.name for each in self.policy.all_levels]
        return names.index(name) + 1 if name in names else 0

    @cached_property
    def placing(self) -> int:
        """The highest level that places debts."""
        levels = enumerate(self.policy.all_levels, start=1)
        return max((n for n, level in levels if any(isinstance(each, Place) for each in level.do)), default=0)

    def level_of(self, fact: Given) -> int:
        """The level that a fact gives."""
        return self.placing if isinstance(fact, Placement) else self.position(fact.level)

    def given(self) -> list[Given]:
        """All that gave a level."""
        return [*self.notices, *self.placed, *self.tasks]

    def cases(self) -> list[Case]:
        """What is said of each case: the account's, or one for each open debt."""
        groups = [self.debts] if self.policy.unit == "account" or not self.debts else [[each] for each in self.debts]
        return [self.case(group) for group in groups]

    def case(self, debts: list[Debt]) -> Case:
        """What is said of one case."""
        free = [each for each in debts if each.due is not None and each.free > 0]
        held = max((self.levels[each.id] for each in free), default=0)
        shown = held if free else max((self.levels[each.id] for each in debts), default=0)
        names = [each.name for each in self.policy.all_levels]
        parts = tuple((each.id, sum(each.held, ZERO)) for each in debts if each.held)
        return Case(names[shown - 1] if shown else None, parts, tuple(self.proposals(debts, free)))

    def proposals(self, debts: list[Debt], free: list[Debt]) -> Iterator[Proposal]:
        """What is proposed for the highest debts, and for lower ones that these cannot take along."""
        taken: set[str] = set()
        while free:
            held = max(self.levels[each.id] for each in free)
            steps = Steps(self, debts, free, held)
            proposal = steps.step(taken)
            if proposal is not None:
                taken.add(proposal.level)
                yield proposal
            lower = [each for each in free if self.levels[each.id] < held]
            if (proposal is not None and not self.ends(proposal.level)) or (proposal is None and steps.may_come()):
                return
            free = lower

    def next_levels(self, held: int) -> list[str]:
        """The levels to which a case may go on from a level."""
        levels = self.policy.all_levels
        return [levels[number - 1].name for number in candidates(self.policy, held)]

    def ends(self, name: str) -> bool:
        """Whether a level ends the relation, and a notice stands before it."""
        level = self.position(name)
        notices = [n for n, each in enumerate(self.policy.all_levels, start=1) if any(map(tells, each.do))]
        return any(map(ends, self.policy.all_levels[level - 1].do)) and any(n < level for n in notices)


def candidates(policy: Policy, held: int) -> list[int]:
    """The levels that may follow a level, the preferred one first."""
    count = len(policy.levels)
    if held == count and isinstance(policy.at_end, Final):
        return [count + 1]
    above = list(range(held + 1, count + 1))
    if policy.advance == "nearest":
        return above
    if policy.advance == "one":
        reach = held + 1
        while reach < count and policy.levels[reach - 1].optional:
            reach += 1
        above = [number for number in above if number <= reach]
    return above[::-1]


class Steps:
    """The settings read one by one for a case of which something may be dunned."""

    def __init__(self, book: Book, debts: list[Debt], free: list[Debt], held: int, *, first: bool = False) -> None:
        self.book, self.policy, self.day, self.held = book, book.policy, book.day, held
        self.first = first  # whether these are debts that missed every notice, which what ends the relation tells first
        self.debts, self.free = debts, free
        self.names = {name for each in debts for name in (each.id, each.invoice.id)}
        self.dues = [each.due for each in free if each.due is not None]
        self.oldest = min(self.dues)
        self.late = (self.day - self.oldest).days
        self.balance = sum((each.free for each in free), ZERO)
        self.overdue = sum((each.free for each in free if each.due is not None and each.due < self.day), ZERO)
        account = self.policy.unit == "account"
        self.notices = [each for each in book.notices if account or self.is_about(each.items)]
        placed = [each.on for each in book.placed if account or self.is_about(each.items)]
        tasks = [each.on for each in book.tasks if each.level is not None and (account or self.is_about(each.items))]
        self.last = max([each.on for each in self.notices] + placed + tasks, default=None)

    def fits(self, level: Level) -> bool:
        """Whether the further condition of a level holds for these debts."""
        self.book.readings.balance = self.balance
        return holds(level.when, self.book.readings)

    def is_about(self, names: tuple[str, ...]) -> bool:
        return not names or bool({*names} & self.names)

    def asking(self, level: Level) -> Steps | None:
        """These debts, or for what ends the relation those that stand at the level held and were told of it."""
        if self.first:
            return self if self.is_missable(level) else None
        if not self.book.ends(level.name):
            return self
        told = [e for e in self.free if self.book.levels[e.id] == self.held and e.id in self.book.ascent.told]
        return Steps(self.book, self.debts, told, self.held) if told else None

    def is_missable(self, level: Level) -> bool:
        """Whether a level ends the relation after notices all of which may be passed over."""
        earlier = self.policy.all_levels[: self.book.position(level.name) - 1]
        return self.book.ends(level.name) and all(each.optional for each in earlier if any(map(tells, each.do)))

    def step(self, taken: set[str]) -> Proposal | None:
        """What is proposed, for a level that is not proposed already."""
        for level, activities in self.steps():
            asking = self.asking(level)
            if asking is not None and level.name not in taken:
                found = asking.proposal(level, activities)
                if found.amount > 0:
                    return found
        missed = [each for each in self.free if each.id not in self.book.ascent.told]
        for level, activities in Steps(self.book, self.debts, missed, self.held, first=True).steps() if missed else ():
            tells_them = [each for each in activities if tells(each)]
            if tells_them and level.name not in taken:
                found = Steps(self.book, self.debts, missed, self.held).proposal(level, tells_them)
                if found.amount > 0:
                    return found
        return None

    def steps(self) -> Iterator[tuple[Level, Sequence[Activity]]]:
        """The levels that could be given, with what is to be done of each."""
        levels, falls = self.policy.all_levels, self.policy.below_minimum == "lower"
        for target in self.candidates():
            wanted = levels[target - 1]
            for number in range(target, 0 if falls else target - 1, -1):
                asking = self.asking(levels[number - 1])
                if asking is None or not (asking.reached(wanted) and asking.may_act(wanted)):
                    continue
                short = all(not asking.enough(each) for each in levels[number:target])
                own_gap = levels[number - 1].gap
                least = max(1, self.policy.minimum_gap if own_gap is None else own_gap)
                if number <= self.held and self.last is not None and (self.day - self.last).days < least:
                    continue
                if number <= self.held and not self.customer_rested(levels[number - 1]):
                    continue
                if asking.fits(wanted) and short and asking.enough(levels[number - 1]):
                    yield levels[number - 1], levels[number - 1].do
        if self.held:
            level = levels[self.held - 1]
            asking = self.asking(level)
            if asking is not None:
                missing = asking.missing(level)
                rested = self.last != self.day or not (self.is_missable(level) and any(map(tells, level.do)))
                if missing and rested and self.ways_are_open():
                    yield level, missing
                repeat = self.repeat_of(level)
                if repeat is not None and asking.repeats(repeat, level):
                    yield level, level.do

    def repeat_of(self, level: Level) -> Repeat | None:
        """How the level held is given again."""
        end, is_last = self.policy.at_end, self.held == len(self.policy.levels)
        return end if isinstance(end, Repeat) and is_last else level.repeat

    def may_come(self) -> bool:
        """Whether a further notice will come once its days have, by amounts and conditions of today."""
        levels, falls = self.policy.all_levels, self.policy.below_minimum == "lower"
        if self.is_blocked():
            return False
        for target in self.candidates():
            wanted = levels[target - 1]
            if self.fits(wanted) and not (wanted.base == "due" and (wanted.after or 0) < 0):
                for number in range(target, 0 if falls else target - 1, -1):
                    short = all(not self.enough(each, in_time=True) for each in levels[number:target])
                    one = levels[number - 1]
                    if short and self.enough(one, in_time=True) and not self.book.ends(one.name):
                        return True
        end = self.repeat_of(levels[self.held - 1]) if self.held else None
        if end is not None:
            last = levels[self.held - 1]
            more = end.times is None or self.times(last) <= end.times
            fits = more and self.enough(last, in_time=True) and self.fits(last)
            return fits and not self.book.ends(last.name)
        return False

    def proposal(self, level: Level, activities: Sequence[Activity]) -> Proposal:
        """A level with what it is about: what is past due, or what it comes early for."""
        since = min(level.after, 1) if level.base == "due" and level.after is not None else 1
        ahead = self.eve() if since < 0 else self.day
        concerned = [
            each
            for each in self.free
            if each.due is not None
            and (
                level.base == "issue"
                or (
                    self.business_days(each.due, self.day) >= since
                    if level.business_days and since < 0
                    else (ahead - each.due).days >= since
                )
            )
        ]
        total = sum((each.free for each in concerned), ZERO)
        return Proposal(level.name, tuple(activities), tuple(each.id for each in concerned), total)

    def candidates(self) -> list[int]:
        """The levels to be tried, the preferred one first."""
        return candidates(self.policy, self.held)

    def reached(self, level: Level) -> bool:
        """Whether the days of a level have come, or a broken promise stands for them."""
        after, day = level.after, self.day
        if after is None:
            return True
        if level.business_days:
            return self.reached_in_business_days(level, after)
        if level.base == "due" and after < 0:
            return (self.eve() - self.oldest).days >= after and self.late < 0
        if self.policy.broken_promise == "step_up" and self.has_broken_promise():
            return True
        if level.month_end:
            reached = self.oldest + timedelta(days=after)
            return day >= (reached.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
        if level.base == "due":
            return self.late >= after
        if level.base == "issue":
            return (day - min(each.invoice.issued for each in self.free)).days >= after
        if level.base == "notice":
            return self.last is not None and (day - self.last).days >= after
        given = self.deadline()
        return given is not None and (day - given).days >= after

    def reached_in_business_days(self, level: Level, after: int) -> bool:
        """Whether the business days of a level have come."""
        start: date | None = self.oldest
        if level.base == "issue":
            start = min(each.invoice.issued for each in self.free)
        elif level.base == "notice":
            start = self.last
        elif level.base == "deadline":
            start = self.deadline()
        early = level.base == "due" and after < 0
        if not early and self.policy.broken_promise == "step_up" and self.has_broken_promise():
            return True
        reached = start is not None and self.business_days(start, self.day) >= after
        return reached and (not early or self.late < 0)

    def business_days(self, start: date, end: date) -> int:
        """The business days behind a day up to another, negative where that comes before it."""
        calendar, low, high = self.policy.calendar, min(start, end), max(start, end)
        assert calendar is not None
        days = (low + timedelta(days=number) for number in range(1, (high - low).days + 1))
        found = sum(calendar.is_business_day(day) for day in days)
        return found if end >= start else -found

    def deadline(self) -> date | None:
        """The day up to which the last notice gave time, its own day where it gave none."""
        notice, last = self.notices[-1] if self.notices else None, self.last
        if notice is None or (last is not None and notice.on < last):
            return last
        level = next((each for each in self.policy.all_levels if each.name == notice.level), None)
        given = None if level is None else self.book.pay_by(notice.on, level)
        return notice.deadline or given or notice.on

    def eve(self) -> date:
        """The last day before we open again."""
        eve, calendar = self.day, self.policy.calendar
        while calendar is not None and not calendar.is_business_day(eve + ONE_DAY):
            eve += ONE_DAY
        return eve

    def has_broken_promise(self) -> bool:
        """Whether a promise about the case broke since its last notice."""
        grace = self.policy.promise_grace
        return any(
            self.is_about(each.items)
            and state_of(self.book.facts, each, self.day, grace) == "broken"
            and (self.last is None or judged_on(self.book.facts, each, self.day, grace) > self.last)
            for each in self.book.of(Promise, "made")
        )

    def may_act(self, level: Level) -> bool:
        gap = self.policy.minimum_gap if level.gap is None else level.gap
        rested = self.last is None or (self.day - self.last).days >= gap
        return rested and self.customer_rested(level) and self.time_is_over() and self.ways_are_open()

    def customer_rested(self, level: Level) -> bool:
        """Whether the customer had no notice of any case for the gap of a level, where that is what a gap looks at."""
        gap = self.policy.minimum_gap if level.gap is None else level.gap
        given = [each.on for each in self.book.of(Contact, "on") if each.level and gives_level(each)]
        return self.policy.gap_over == "case" or not given or (self.day - max(given)).days >= gap

    def time_is_over(self) -> bool:
        """Whether the time to pay that notices gave for these debts is over."""
        given = [self.book.ascent.time[each.id] for each in self.free if each.id in self.book.ascent.time]
        return not self.policy.honour_deadline or not given or max(given) < self.day

    def ways_are_open(self) -> bool:
        """Whether nothing but days and amounts stands in the way."""
        policy, book = self.policy, self.book
        ends = [
            each.end
            for each in book.of(Hold, "start")
            if each.end is not None and each.end <= self.day and (each.invoice is None or each.invoice in self.names)
        ]
        ends += [
            each.resolved
            for each in book.of(Dispute, "opened")
            if each.invoice in self.names and each.resolved is not None and each.resolved <= self.day
        ]
        if policy.after_hold and ends and (self.day - max(ends)).days < policy.after_hold:
            return False
        is_open = policy.calendar is None or policy.calendar.is_business_day(self.day)
        at = self.day.month, self.day.day
        for freeze in policy.freezes:
            over_new_year = freeze.last < freeze.first
            is_open = is_open and not (
                (at >= freeze.first or at <= freeze.last) if over_new_year else freeze.first <= at <= freeze.last
            )
        return is_open and not self.is_blocked()

    def is_blocked(self) -> bool:
        """Whether a notice in preparation stands in the way."""
        policy, book = self.policy, self.book
        own = [each for each in book.queued if policy.unit == "account" or self.is_about(each.items)]
        return bool(policy.pending == "block" and book.queued) or bool(policy.pending == "freeze" and own)

    def enough(self, level: Level, *, in_time: bool = False) -> bool:
        """Whether what is asked for reaches every minimum, or will once all of it is due."""
        owed = self.overdue
        if level.base == "issue" or in_time:
            owed = self.balance
        elif level.base == "due" and level.after is not None and level.after <= 0:
            owed = self.proposal(level, ()).amount
        for minimum in (self.policy.minimum.amount, level.minimum.amount):
            by_currency = dict(minimum.amounts) if isinstance(minimum, PerCurrency) else {}
            amount = minimum.otherwise if isinstance(minimum, PerCurrency) else minimum
            if owed < by_currency.get(self.book.currency, amount):
                return False
        everything = sum((each.open for each in self.book.debts), ZERO)
        shares = (self.policy.minimum.share, level.minimum.share)
        late = self.balance if in_time else self.overdue
        return owed > 0 and all(late >= share * everything for share in shares)

    def missing(self, level: Level) -> list[Activity]:
        """The activities of the level that no fact records yet, if it concerns anything by its days."""
        if not self.proposal(level, ()).debts:
            return []
        return [
            each
            for each in level.do
            if not isinstance(each, (Escalate, AddCharges)) and not any(self.is_done(each, level, d) for d in self.free)
        ]

    def is_done(self, activity: Activity, level: Level, debt: Debt) -> bool:
        """Whether a fact records an activity of a level for a debt."""
        if (debt.id, self.book.position(level.name)) in self.book.ascent.came_along:
            return True
        about = [each for each in self.book.given() if debt.is_named(each.items) and debt.invoice.issued <= each.on]
        if isinstance(activity, Place):
            of_level = self.book.position(level.name) == self.book.placing
            return of_level and any(isinstance(each, Placement) for each in about)
        contacts = [each for each in about if isinstance(each, Contact) and each.level == level.name]
        asked = [each.instead_of or each.channel for each in contacts]
        if isinstance(activity, Notify):
            written = sum(isinstance(each, Notify) for each in level.do)
            alike = [each for each in asked if each in ("email", "letter", "sms", "portal")]
            return activity.channel in asked if written > 1 else bool(alike)
        if isinstance(activity, Call):
            return any(each in ("call", "visit") for each in asked)
        kinds: dict[type, str] = {StopCredit: "stop_credit", Review: "review", ProposeWriteOff: "propose_write_off"}
        tasks = [each for each in about if isinstance(each, Task) and each.level == level.name]
        kind = activity.task if isinstance(activity, Do) else kinds[type(activity)]
        return any(each.kind == kind for each in tasks)

    def times(self, level: Level) -> int:
        """How often a level was given to any of these debts."""
        ascent, position, most = self.book.ascent, self.book.position(level.name), 0
        for debt in self.free:
            words = [word for name, number, word in ascent.records if (name, number) == (debt.id, position)]
            once = int((debt.id, position) in ascent.came_along)
            most = max([most, once, *(words.count(word) for word in words)])
        return most

    def repeats(self, end: Repeat, level: Level) -> bool:
        """Whether the last level is given again."""
        start = self.last if end.base == "notice" else self.deadline()
        if start is None or (self.day - start).days < end.every or not self.time_is_over():
            return False
        more = self.customer_rested(level) and (end.times is None or self.times(level) <= end.times)
        return more and self.ways_are_open() and self.enough(level) and self.fits(level)


def gives_level(contact: Contact) -> bool:
    """Whether a contact reached the customer with a level."""
    return contact.direction == "outbound" and contact.outcome not in ("failed", "queued", "no_answer", "busy")


def tells(activity: Activity) -> bool:
    """Whether an activity tells the customer something."""
    return isinstance(activity, (Notify, Call))


def ends(activity: Activity) -> bool:
    """Whether an activity ends the relation."""
    if isinstance(activity, Do):
        return activity.ends
    return isinstance(activity, (StopCredit, Place, ProposeWriteOff))


def falls(policy: Policy) -> bool:
    """Whether anything makes levels fall, so that the days have to be gone through one by one."""
    rules = policy.regress
    answers = (rules.paid_in_part, rules.oldest_settled, rules.credited, rules.payment_reversed)
    withdrawn = rules.notice_cancelled in ("recompute", "reset")
    return policy.resume_within is not None or withdrawn or any(each != "keep" for each in answers)


class Ascent:
    """How debts rose: each record gives its level; a newer debt that is taken along rises to its own next level."""

    def __init__(self, book: Book) -> None:
        self.book, self.levels = book, dict[str, int]()
        self.told, self.time = set[str](), dict[str, date]()
        self.came_along: set[tuple[str, int]] = set()
        self.records: list[tuple[str, int, str]] = []
        invoices = [each for each in book.facts if isinstance(each, Invoice)]
        self.parts = {
            each.id: [f"{each.id}/{number + 1}" for number in range(len(each.installments))] or [each.id]
            for each in invoices
        }
        self.issued = {name: each.issued for each in invoices for name in self.parts[each.id]}

    def give(self, facts: Iterable[Given]) -> None:
        """Enter records, day by day; of one day placements first, then notices, then tasks."""
        kinds = (Placement, Contact, Task)
        for fact in sorted(facts, key=lambda each: (each.on, kinds.index(type(each)))):
            names = {name for each in fact.items for name in self.parts.get(each, [each])}
            self.enter(fact, [name for name in names if name in self.issued and self.issued[name] <= fact.on])

    def enter(self, fact: Given, names: list[str]) -> None:
        """Enter what one record gave to the debts that it named."""
        position, policy = self.book.level_of(fact), self.book.policy
        level = policy.all_levels[position - 1] if position else None
        if isinstance(fact, Contact):
            self.told |= {*names}
            last = fact.deadline or (None if level is None else self.book.pay_by(fact.on, level))
            self.time |= {name: max(last, self.time.get(name, last)) for name in names if last is not None}
        if level is None:
            return
        words = self.words_of(fact)
        oldest = max((self.levels.get(name, 0) for name in names), default=0)
        one_by_one = policy.unit == "account" and policy.advance == "one"
        for name in names:
            at = self.levels.get(name, 0)
            if at < oldest and one_by_one:
                kinds = {word for debt, number, word in self.records if (debt, number) == (name, position)}
                most = max((self.records.count((name, position, word)) for word in kinds), default=0)
                if any(self.records.count((name, position, word)) >= most for word in words):
                    above = [n for n, each in enumerate(policy.all_levels, start=1) if n > at and not each.optional]
                    at = min(max(at, position), next(iter(above), at))
                if at < position:
                    self.came_along.add((name, at))
            else:
                at = max(at, position)
            self.levels[name] = at
            self.records += [(name, position, word) for word in words]

    @staticmethod
    def words_of(fact: Given) -> tuple[str, ...]:
        """What is told apart in the records of a level."""
        if isinstance(fact, Placement):
            return ("placement",)
        if isinstance(fact, Task):
            return (fact.kind,)
        channel = fact.instead_of or fact.channel
        return (channel, "speech" if channel in ("call", "visit") else "writing")

    def level_of(self, debt: Debt) -> int:
        """The level of a debt. Where only the end is left and no notice named it, the last notice is still to come."""
        level, levels = self.levels.get(debt.id, 0), self.book.policy.all_levels
        told = [any(map(tells, each.do)) and not each.optional for each in levels]
        notices = [n for n, tells_them in enumerate(told, start=1) if tells_them and n <= level]
        if debt.id in self.told or not notices:
            return level
        ahead = self.book.next_levels(level)
        if not ahead or not all(map(self.book.ends, ahead)):
            return level
        self.came_along.add((debt.id, notices[-1] - 1))
        return notices[-1] - 1


class LevelHistory(Ascent):
    """Levels as they rose with notices and fell with money, day by day: notices first, then withdrawals, then money."""

    def __init__(self, book: Book) -> None:
        super().__init__(book)
        self.settled = list[tuple[date, int]]()
        days = {model.happened(each) for each in book.facts}
        days |= {each.cancelled for each in book.leveled if each.cancelled is not None}
        for day in sorted(each for each in days if each <= book.day):
            self.live(day)

    def live(self, day: date) -> None:
        """One day."""
        book, account = self.book, self.book.policy.unit == "account"
        before, after = debts_of(book.facts, day - ONE_DAY), debts_of(book.facts, day)
        self.give(each for each in book.given() if each.on == day)
        for notice in (each for each in book.leveled if each.cancelled == day and gives_level(each)):
            about = [each for each in after if each.is_named(notice.items)]
            self.answer(book.policy.regress.notice_cancelled, about, after if account else about, day, withdrawn=True)
        if account:
            for answer in self.what_money_did(day, before, after):
                self.answer(answer, after, after, day)
        else:
            for debt in after:
                for answer in self.what_money_did(day, [each for each in before if each.id == debt.id], [debt]):
                    self.answer(answer, [debt], [debt], day)
        open_now = {each.id for each in after}
        self.settled += [(day, self.levels[d.id]) for d in before if d.id not in open_now and self.levels.get(d.id)]
        soon = book.policy.resume_within
        for debt in after:
            for settled, level in self.settled if soon is not None and debt.shown_due is not None else ():
                apart = ((debt.shown_due or day) - settled).days
                if not self.levels.get(debt.id) and soon is not None and apart <= soon:
                    self.levels[debt.id] = level

    def what_money_did(self, day: date, before: list[Debt], after: list[Debt]) -> Iterator[str]:
        """The answers to what happened to a case that is still open."""
        rules, facts = self.book.policy.regress, self.book.facts
        was, now = ({each.id: each.open for each in debts} for debts in (before, after))
        if not now:
            return
        money = [each for each in facts if isinstance(each, Payment) and each.received < day]
        stood = [each for each in money if model.stands(facts, each.id, day - ONE_DAY)]
        if not all(model.stands(facts, each.id, day) for each in stood):
            if any(debt.open > was.get(debt.id, ZERO) for debt in after if debt.invoice.issued < day):
                yield rules.payment_reversed
        if any(amount > now.get(name, ZERO) for name, amount in was.items()):
            payments = {each.id for each in facts if isinstance(each, Payment)}
            came = any(isinstance(each, Payment) and each.received == day for each in facts)
            put = any(isinstance(e, Application) and e.on == day and e.source in payments for e in facts)
            if before[0].id not in now:
                yield rules.oldest_settled
            else:
                yield rules.paid_in_part if came or put else rules.credited

    def answer(self, rule: str, debts: list[Debt], case: list[Debt], day: date, *, withdrawn: bool = False) -> None:
        """Let the levels of some debts fall as a rule says; a withdrawn notice counts no more in any case."""
        late = max(((day - each.shown_due).days for each in case if each.shown_due is not None), default=None)
        old = max(((day - each.invoice.issued).days for each in case), default=None)
        for debt in debts:
            level = self.levels.get(debt.id, 0)
            if rule == "reset":
                level = 0
            elif rule == "step_down" and not withdrawn:
                level = max(0, level - 1)
            elif rule == "recompute":
                while level and not self.has_come(self.book.policy.all_levels[level - 1], late, old):
                    level -= 1
            if level < self.levels.get(debt.id, 0):
                self.came_along.add((debt.id, level))  # what it skipped on its way up is not asked for on its way down
            self.levels[debt.id] = level

    @staticmethod
    def has_come(level: Level, late: int | None, old: int | None) -> bool:
        """Whether the debts themselves have reached the days of a level; one that follows a notice has."""
        if level.after is None or level.base not in ("due", "issue"):
            return True
        days = late if level.base == "due" else old
        return days is not None and days >= level.after


class Measures(Mapping[str, Value]):
    """The measures of an account that random policies ask for, each from the facts."""

    def __init__(self, book: Book) -> None:
        self.book, self.facts, self.day = book, book.facts, book.day
        self.balance = ZERO

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __getitem__(self, name: str) -> Value:
        plain, _, argument = name.partition("[")
        found: Value = getattr(self, plain)(argument.rstrip("]"))
        return found

    def open_balance(self, _: str) -> Decimal:
        return sum((each.open for each in self.book.debts), ZERO)

    def overdue_items(self, _: str) -> int:
        return sum(1 for each in self.book.debts if each.shown_due is not None and each.shown_due < self.day)

    def case_balance(self, _: str) -> Decimal:
        return self.balance

    def tenure(self, _: str) -> int | None:
        first = min((each.issued for each in self.book.of(Invoice, "issued")), default=None)
        return None if first is None else (self.day - first).days

    def broken_promises(self, _: str) -> int:
        grace = self.book.policy.promise_grace
        states = [state_of(self.facts, each, self.day, grace) for each in self.book.of(Promise, "made")]
        return states.count("broken")

    def days_since_contact(self, channel: str) -> int | None:
        made = [each for each in self.book.of(Contact, "on") if each.outcome not in ("failed", "queued")]
        last = max((each.on for each in made if channel in ("", each.channel)), default=None)
        return None if last is None else (self.day - last).days

    def sales(self, days: str) -> Decimal:
        first, total = self.day - timedelta(days=int(days or 365) - 1), ZERO
        for each in self.facts:
            if isinstance(each, Invoice) and first <= each.issued <= self.day:
                total += each.amount
            if isinstance(each, CreditNote):
                at_end = each.issued <= self.day and model.stands(self.facts, each.id, self.day)
                before = each.issued < first and model.stands(self.facts, each.id, first - ONE_DAY)
                total -= each.amount * (at_end - before)
        return total

    def late_share(self, _: str) -> Decimal | None:
        first, settled = self.day - timedelta(days=364), list[int]()
        for invoice in self.book.of(Invoice, "issued"):
            for number in range(max(1, len(invoice.installments))):
                on = self.settled_on(invoice, number)
                if on is not None and on >= first and not self.is_lost(invoice, on):
                    planned = model.planned(self.facts, invoice, number, on)
                    due = planned or model.due_of(self.facts, invoice, number, on)
                    settled += [] if due is None else [(on - due).days]
        late = self.overdue_items("")
        whole = late + len(settled)
        return Decimal(late + sum(days > 0 for days in settled)) / whole if whole else None

    def settled_on(self, invoice: Invoice, number: int) -> date | None:
        """The day since which an item is paid."""
        found: date | None = None
        for day in sorted({model.happened(each) for each in self.facts} | {invoice.issued}):
            if invoice.issued <= day <= self.day:
                rows = [row for row in model.items(self.facts, day) if row[0] == invoice and row[1] == number]
                found = (found or day) if rows[0][2] <= rows[0][3] else None
        return found

    def is_lost(self, invoice: Invoice, settled: date) -> bool:
        """Whether something that stands written off was so by the day on which the item was settled."""
        since: date | None = None
        for day in sorted({model.happened(each) for each in self.facts}):
            if day <= self.day:
                since = (since or day) if model.forgiven(self.facts, invoice, day) > 0 else None
        return since is not None and settled >= since
