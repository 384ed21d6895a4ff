"""What a policy's table says of a case on a day, and on which later day it will first say otherwise.

`ruling` gives what comes out for a day. `next_change` looks at the few days on which anything could be different, until
something is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.amounts import ZERO
from dunning.dates import BusinessCalendar, add_days
from dunning.decision.account_review import NEVER, AccountReview, own_names
from dunning.decision.held import Item, Part
from dunning.decision.readings import Free, InTime, Readings, days_ahead, month_end_of
from dunning.decision.ready import ReadyPolicy, Row
from dunning.interactions import Contact, Placement, Task
from dunning.measures import Custom, Standing
from dunning.policy import Freeze
from dunning.policy.compile import is_before
from dunning.policy.levels import deadline_of


class Step(NamedTuple):
    """What the table says for some debts of a case on a day: their state, and what is done for which items."""

    state: int
    row: Row | None
    items: tuple[str, ...]
    amount: Decimal
    outstanding: tuple[int, ...]
    readings: Readings


class Ruling(NamedTuple):
    """What comes out for a case on a day: the parts that are held, and a step, or several.

    The first step is that of the debts at the highest level, and of all that it can take along. Where it can take none
    along, newer debts have a step of their own.
    """

    steps: tuple[Step, ...]
    is_free: bool
    parts: tuple[Part, ...]

    @property
    def state(self) -> int:
        """The highest level of what may be dunned."""
        return self.steps[0].state

    @property
    def fired(self) -> tuple[Step, ...]:
        """The steps in which something is to be done."""
        return tuple([each for each in self.steps if each.row is not None])


class Case:
    """One case of an account review: some of its items, and what was sent about them."""

    __slots__ = (
        "_ends",
        "custom",
        "items",
        "last",
        "notices",
        "placed",
        "ready",
        "review",
        "segment",
        "tasks",
    )

    def __init__(
        self, review: AccountReview, items: list[Item], custom: tuple[Custom, ...] = (), segment: str | None = None
    ) -> None:
        self.review: AccountReview = review
        self.ready: ReadyPolicy = review.ready
        self.items = items
        self.custom = custom
        self.segment = segment
        self.notices: list[Contact] = []
        self.placed: list[Placement] = []
        self.tasks: list[Task] = []
        self.last: int | None = None
        if review.notices or review.placed or review.tasks:
            self.notices, self.placed, self.tasks = review.concerning(items)
            days = [each.on for each in self.notices] + [each.on for each in self.placed]
            days += [each.on for each in self.tasks if each.level is not None]
            self.last = max([day.toordinal() for day in days], default=None)
        self._ends: list[int] | None = None

    def standing(self, day: int) -> Standing:
        """The account on a day, as known on the day of the review: for measures of the account."""
        return self.review.standing(day, self.custom, self.segment)

    @property
    def hold_ends(self) -> list[int]:
        """The days on which holds and disputes on the case ended or will end."""
        if self._ends is None:
            self._ends = self.review.hold_ends(self.items)
        return self._ends

    @property
    def deadline(self) -> int | None:
        """The day up to which the last notice gave time to pay: its own day where it gave none, as other steps do."""
        if not self.notices or (self.last is not None and self.notices[-1].on.toordinal() < self.last):
            return self.last
        last = self.notices[-1]
        level = self.ready.levels[self.ready.positions.get(last.level or "", 0)]
        return (deadline_of(last, level, self.ready.settings.calendar) or last.on).toordinal()

    def ruling(self, day: int) -> Ruling:
        """What the table says on a day: which state it is in, which rows fire, for which items and amounts."""
        free: list[Free] = []
        parts: list[Part] = []
        picture = self.review.picture
        for each in picture.ordered(self.items, day):
            amount = each.open
            if each.layers:
                held = picture.parts(each, day)
                parts += held
                amount -= sum([part.amount for part in held], ZERO)
            if amount > ZERO and each.due is not None:
                free.append((each, amount, day - each.due))
        return Ruling(tuple(self._steps(free, day)), bool(free), tuple(parts))

    def _steps(self, free: list[Free], day: int) -> Iterator[Step]:
        """The step of the highest debts, and steps of their own for lower ones that it cannot take along."""
        taken: set[int] = set()
        while True:
            state = max([each.level for each, _, _ in free], default=0)
            step = self._step(self._readings(free, day, state), taken)
            taken.update(() if step.row is None else (step.row.target,))
            yield step
            lower = [each for each in free if each[0].level < state]
            if not lower or self._takes_along(step):
                return
            free = lower

    def _readings(self, free: list[Free], day: int, state: int) -> Readings:
        balance = overdue = ZERO
        oldest: int | None = None
        for _, amount, late in free:
            balance += amount
            if late > 0:
                overdue += amount
            if oldest is None or late > oldest:
                oldest = late
        readings = Readings(
            case_days_past_due=oldest,
            case_days_since_notice=None if self.last is None else day - self.last,
            case_balance=balance,
            case_overdue=overdue,
            actions_outstanding=len(_outstanding(self.ready, state, free)) if state else 0,
        )
        readings.case, readings.day, readings.free, readings.state = self, day, free, state
        return readings

    def _step(self, readings: Readings, taken: set[int]) -> Step:
        """The first row of the state whose test holds and that has something to ask for; a level is given once."""
        ready, state, day = self.ready, readings.state, readings.day
        releases = ready.releases and self._may_release(day)
        ripe: Readings | None = None
        for row in ready.rows[state] if readings.free or releases else ():
            if row.is_release:
                if releases and row.test(readings):
                    stop = self.review.credit_stop()
                    return Step(state, row, stop.items if stop else (), ZERO, (0,), readings)
                continue
            if row.target in taken:
                continue
            asked = readings
            if row.is_ending:
                if ripe is None:
                    told = [each for each in readings.free if each[0].level >= state and each[0].named]
                    ripe = self._readings(told, day, state)
                asked = ripe
            step = self._asking(row, asked, range(len(row.row.actions)))
            if step is not None:
                return step
        for row in ready.telling[state]:
            if row.target not in taken:
                missed = self._readings([each for each in readings.free if not each[0].named], day, state)
                step = self._asking(row, missed, row.tells)
                if step is not None:
                    return step
        return Step(state, None, (), ZERO, (), readings)

    def _asking(self, row: Row, asked: Readings, does: Sequence[int]) -> Step | None:
        """A row with some of its actions, if its test holds and debts belong to it by their days."""
        ready, state = self.ready, asked.state
        if not (asked.free and row.test(asked)):
            return None
        since = ready.since[row.target] - days_ahead(asked, row.target)
        chosen = [(each.id, amount) for each, amount, late in asked.free if late >= since]
        total = sum([amount for _, amount in chosen], ZERO)
        todo = [each for each in _outstanding(ready, state, asked.free) if each in does] if row.is_again else does
        if not (todo and total > ZERO):
            return None
        return Step(state, row, tuple([name for name, _ in chosen]), total, tuple(todo), asked)

    def _takes_along(self, step: Step) -> bool:
        """Whether a step, or one that may come in time, names lower debts as well."""
        if step.row is not None and not step.row.is_release:
            return not step.row.is_ending
        in_time = InTime(step.readings)
        rows = self.ready.rows[step.state] if self.ready.settings.unit == "account" else ()
        ahead = (row for row in rows if not (row.is_ending or row.is_release or row.is_again))
        return any(row.test(in_time) for row in ahead)

    def _may_release(self, day: int) -> bool:
        """Whether this case speaks for the account, and nothing open stands at a level that stops credit.

        Credit is stopped for the customer: nothing may be past due in their other accounts either.
        """
        if self.review.elsewhere < day:
            return False
        if self.ready.settings.unit != "account" and self.items:
            return False
        highest = max([each.level for each in self.review.items], default=0)
        return any(row.is_release for row in self.ready.rows[highest])

    def next_change(self, now: Ruling) -> int | None:
        """The first day after today on which the ruling differs, if no new fact comes.

        Only these days can differ: a part that is held becomes free; an item begins to belong to a notice; a day that
        the table counts (of any item, if parts may become free) comes to a number that it speaks of; a measure of the
        account changes; we open or close.
        """
        # Why these days suffice: a guard is a combination of comparisons, so it turns only on a day on which one of
        # them does. Each compares a figure that grows by one a day from a start that is known (its days are start +
        # limit), or one that moves on days that can be foreseen. A day too many costs a look, a day too few would be a
        # wrong date; so every state is watched while a hold may end, for what is freed may stand at another level.
        today = self.review.as_of.toordinal()
        if not self.items and not self.ready.releases:
            return None
        days = list(self.review.picture.ends_of(self.items))
        dues = [each.due for each in self.items if each.due is not None and each.due < NEVER]
        may_be_freed = any(today < day < NEVER for day in days)
        levels = range(len(self.ready.positions)) if may_be_freed else {each.level for each in self.items} or {0}
        for state in levels:
            for base, numbers in self.ready.watched[state]:
                starts = self._starts(base.removeprefix("business "), dues, state, every=may_be_freed)
                for start in starts:
                    if base.startswith("business "):
                        days += self._business_turns(start, numbers)
                    else:
                        days += [start + number for number in numbers]
        days += [due + since for due in dues for since in self.ready.since_any]
        days += [due + 1 for due in (*dues, self.review.elsewhere) if due < NEVER]
        days += [due - within for due in dues for within in self.ready.within]
        early = [each.after for each in self.ready.levels if each and each.business_days and is_before(each)]
        days += [day for due in dues for after in early if after for day in self._business_turns(due, [after])]
        if self.ready.account_clauses.parts:
            days += self.review.clause_days(self.standing(today))
        freezes, calendar = self.ready.settings.freezes, self.ready.settings.calendar
        for _ in range(3 if freezes and calendar is not None else 1):  # a season may end on a closed day, and so on
            days += _thawed(freezes, days, today) if freezes else ()
            days += _open_days(calendar, days, today) if calendar is not None else ()
        outcome = _outcome(now)
        ahead = sorted({day for day in days if today < day < NEVER})
        return next((day for day in ahead if _outcome(self.ruling(day)) != outcome), None)

    def _business_turns(self, start: int, numbers: Iterable[int]) -> Iterator[int]:
        """The days on which the business days from a day on come to some numbers."""
        calendar = self.ready.settings.calendar or BusinessCalendar()
        for number in numbers:
            if number > 0:
                yield calendar.add_business_days(date.fromordinal(start), number).toordinal()
            else:
                yield calendar.add_business_days(date.fromordinal(start + 1), number - 1).toordinal()

    def _starts(self, base: str, dues: list[int], state: int, *, every: bool) -> Iterable[int]:
        """The days from which a measure of the case is counted for the debts at a level and below."""
        if base == "due":
            return dues if every else _oldest_free(self, state, self.review.as_of.toordinal())
        if base == "time given":
            return [each.deadline for each in self.items if each.deadline is not None]
        if base == "issue":
            return [each.item.issued.toordinal() for each in self.items]
        if base == "hold":
            return self.hold_ends
        if base == "promise":
            return [day - 1 for day in self.broken_days()]
        if base.startswith("case_days_past_month_end"):
            return [month_end_of(due, base) for due in dues]
        day = self.last if base == "notice" else self.deadline
        return () if day is None else (day,)

    def broken_days(self) -> list[int]:
        """The days from which promises of the case count as broken if nothing more comes in."""
        return [day.toordinal() for _, day in self.review.promised.about(own_names(self.items))]


def _outcome(ruling: Ruling) -> tuple[object, ...]:
    """What a decision says of a ruling: two rows may do the same, as where a level below its minimum falls back."""
    fired = [(each.row and (each.row.target, each.row.row.actions), *each[2:5]) for each in ruling.fired]
    return (ruling.state, tuple(each.state for each in ruling.steps), fired, *ruling[1:])


def _outstanding(ready: ReadyPolicy, state: int, free: list[Free]) -> tuple[int, ...]:
    """Which activities of a level no fact records yet, as far as the level concerns any item by its days."""
    if not any(late >= ready.since[state] for _, _, late in free):
        return ()
    missing: list[int] = []
    for number, record in enumerate(ready.records[state]):
        if record != "along":
            key = state, record
            if not any(key in each.done for each, _, _ in free):
                missing.append(number)
    return tuple(missing)


def _oldest_free(case: Case, state: int, day: int) -> list[int]:
    """The due dates of the oldest items, at a level and up to it, of which something may be dunned.

    What ends the relation looks at the debts of the level alone, or at those that missed every notice.
    """
    free = [
        (each.due, each)
        for each in case.items
        if each.level <= state and each.due is not None and each.due < NEVER and case.review.free(each, day) > ZERO
    ]
    below = [due for due, _ in free]
    there = [due for due, each in free if each.level == state and each.named]
    missed = [due for due, each in free if not each.named]
    return [min(dues) for dues in (below, there, missed) if dues]


def _thawed(freezes: tuple[Freeze, ...], days: list[int], today: int) -> Iterator[int]:
    """The day after the season in which each of these days lies, and the next days on which one begins and ends."""

    def turn(day: int) -> int | None:
        start = date.fromordinal(day)
        now = any(each.holds_on(start) for each in freezes)
        ahead = (add_days(start, distance) for distance in range(1, 400))
        found = next((on for on in ahead if any(each.holds_on(on) for each in freezes) is not now), None)
        return None if found is None else found.toordinal()

    first = turn(today)
    turns = [first, None if first is None else turn(first)]
    for day in days:
        if today < day < NEVER and any(each.holds_on(date.fromordinal(day)) for each in freezes):
            turns.append(turn(day))
    yield from (day for day in turns if day is not None)


def _open_days(calendar: BusinessCalendar, days: list[int], today: int) -> list[int]:
    """The business days around each of these days, and the next days on which we close and open."""
    now = date.fromordinal(today)
    found: list[int] = []
    for day in days:
        if today < day < NEVER:
            on = date.fromordinal(day)
            found += [calendar.seek(on, 1).toordinal(), calendar.seek(on, -1).toordinal()]
    ahead = (add_days(now, distance) for distance in range(1, 400))  # `seek` refuses a calendar closed for a year
    is_open = calendar.is_business_day(now)
    turn = next((day for day in ahead if calendar.is_business_day(day) is not is_open), None)
    return found if turn is None else [*found, turn.toordinal()]
