"""What a policy's table says of a case on a day, and on which later day it will first say otherwise.

`ruling` gives what comes out for a day. `next_change` looks at the few days on which anything could be different, until
something is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from dunning._base.names import means
from dunning.amounts import ZERO, quotient
from dunning.conditions import days_of_change
from dunning.dates import BusinessCalendar, add_days, month_end
from dunning.decision.account_review import NEVER, AccountReview, Item, Part, own_names
from dunning.decision.ready import ReadyPolicy
from dunning.interactions import Contact, Placement, Task
from dunning.machine import Transition
from dunning.measures import Custom, Standing, Value

Free = tuple[Item, Decimal, int]
"""An item, what of it may be dunned, and its days past due."""


class Ruling(NamedTuple):
    """What comes out for a case on a day. Two days are alike when the same is done for the same items."""

    state: int
    fired: Transition | None
    items: tuple[str, ...]
    amount: Decimal
    outstanding: tuple[int, ...]
    is_free: bool
    parts: tuple[Part, ...]
    readings: Readings


class Readings(dict[str, Value]):
    """The readings of a case on a day: the usual ones are put in, the others are worked out when a guard asks."""

    __slots__ = ("case", "day", "free", "state")

    case: Case
    day: int
    free: list[Free]
    state: int

    def __missing__(self, name: str) -> Value:
        if name.startswith("case_days_past_month_end"):
            oldest = self["case_days_past_due"]
            return self.day - _month_end(self.day - oldest, name) if isinstance(oldest, int) else None
        figure = _FIGURES.get(name)
        value = self.case.standing(self.day)[name] if figure is None else figure(self)
        self[name] = value
        return value


class Case:
    """One case of an account review: some of its items, and what was sent about them."""

    __slots__ = (
        "_ends",
        "_standings",
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
        self.review = review
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
        self._standings: dict[int, Standing] = {}

    def standing(self, day: int) -> Standing:
        """The account on a day, as known on the day of the review: for measures of the account."""
        if day not in self._standings:
            today = self.review.as_of
            now = Standing(
                self.review.account,
                as_of=today,
                custom=self.custom,
                segment=self.segment,
                promise_grace=self.ready.settings.promise_grace,
            )
            self._standings[day] = now if day == today.toordinal() else now.at(date.fromordinal(day))
        return self._standings[day]

    @property
    def hold_ends(self) -> list[int]:
        """The days on which holds and disputes on the case ended or will end."""
        if self._ends is None:
            self._ends = self.review.hold_ends(self.items)
        return self._ends

    @property
    def deadline(self) -> int | None:
        """The day up to which the last notice gave time to pay: its own day where it gave none."""
        if not self.notices:
            return None
        last = self.notices[-1]
        level = self.ready.levels[self.ready.positions.get(last.level or "", 0)]
        given = (level.deadline if level is not None else None) or 0
        return (last.deadline or add_days(last.on, given)).toordinal()

    def ruling(self, day: int) -> Ruling:
        """What the table says on a day: which state it is in, which row fires, for which items and amounts."""
        ready = self.ready
        state = 0
        balance = overdue = ZERO
        oldest: int | None = None
        free: list[Free] = []
        parts: list[Part] = []
        for each in self.items:
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
                if oldest is None or late > oldest:
                    oldest = late
                state = max(state, each.level)
        open_activities = _outstanding(ready, state, free) if state else ()
        readings = Readings(
            case_days_past_due=oldest,
            case_days_since_notice=None if self.last is None else day - self.last,
            case_balance=balance,
            case_overdue=overdue,
            actions_outstanding=len(open_activities),
        )
        readings.case, readings.day, readings.free, readings.state = self, day, free, state
        return self._fired(readings, open_activities, tuple(parts))

    def _fired(self, readings: Readings, open_activities: tuple[int, ...], parts: tuple[Part, ...]) -> Ruling:
        """The first row of the state whose test holds, with the items and amounts that it is for."""
        ready, state, free = self.ready, readings.state, readings.free
        releases = ready.releases and self._may_release()
        for test, row, target, is_again, is_release in ready.rows[state] if free or releases else ():
            if is_release and releases and test(readings):
                stop = self.review.credit_stop()
                return Ruling(state, row, stop.items if stop else (), ZERO, (0,), bool(free), parts, readings)
            if not is_release and free and test(readings):
                since = ready.since[target]
                chosen = [(each.id, amount) for each, amount, late in free if late >= since]
                todo = open_activities if is_again else tuple(range(len(row.actions)))
                names, total = tuple([name for name, _ in chosen]), sum([amount for _, amount in chosen], ZERO)
                return Ruling(state, row, names, total, todo, bool(free), parts, readings)
        return Ruling(state, None, (), ZERO, (), bool(free), parts, readings)

    def _may_release(self) -> bool:
        """Whether this case speaks for the account, and nothing open stands at a level that stops credit."""
        highest = max([each.level for each in self.review.items], default=0)
        whole = self.ready.settings.unit == "account" or not self.items
        return whole and any(row.is_release for row in self.ready.rows[highest])

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
        days = [part.until for each in self.items for part in each.parts]
        dues = [each.due for each in self.items if each.due is not None]
        may_be_freed = any(today < day < NEVER for day in days)
        for state in range(len(self.ready.positions)) if may_be_freed else (now.state,):
            for base, numbers in self.ready.watched[state]:
                for start in self._starts(base, dues, today, every=may_be_freed):
                    days += [start + number for number in numbers]
        days += [due + since for due in dues for since in self.ready.since_any]
        days += [due + 1 for due in dues]
        if self.ready.account_clauses.parts:
            turns = days_of_change(self.ready.account_clauses, self.standing(today), as_of=self.review.as_of)
            days += [day.toordinal() for day in turns]
        if self.ready.settings.calendar is not None:
            days += _open_days(self.ready.settings.calendar, days, today)
        outcome = _outcome(now)
        ahead = sorted({day for day in days if today < day < NEVER})
        return next((day for day in ahead if _outcome(self.ruling(day)) != outcome), None)

    def _starts(self, base: str, dues: list[int], today: int, *, every: bool) -> Iterable[int]:
        """The days from which a measure of the case is counted."""
        if base == "due":
            return dues if every else _oldest_free(self.items, today)
        if base == "issue":
            return [each.item.issued.toordinal() for each in self.items]
        if base == "hold":
            return self.hold_ends
        if base == "promise":
            return [day - 1 for day in self.broken_days()]
        if base.startswith("case_days_past_month_end"):
            return [_month_end(due, base) for due in dues]
        day = self.last if base == "notice" else self.deadline
        return () if day is None else (day,)

    def broken_days(self) -> list[int]:
        """The days from which promises of the case count as broken if nothing more comes in."""
        account, as_of, grace = self.review.account, self.review.as_of, self.ready.settings.promise_grace
        own = own_names(self.items)
        return [
            promise.broken_from(grace).toordinal()
            for promise in account.promises(as_of=as_of)
            if means(promise.items, own)
            and account.promise_state(promise, as_of=as_of, grace=grace) in ("pending", "broken")
        ]


def _outcome(ruling: Ruling) -> tuple[object, ...]:
    """A ruling without its guard: two rows may do the same, as where a level below its minimum falls back."""
    row = ruling.fired
    return (ruling.state, row and (row.target, row.actions), *ruling[2:-1])


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


def _oldest_free(items: list[Item], day: int) -> list[int]:
    """The due date of the oldest item of which something may be dunned, if there is one."""
    dues = [each.due for each in items if each.due is not None and (not each.parts or each.free(day) > ZERO)]
    return [min(dues)] if dues else []


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


def _month_end(due: int, measure: str) -> int:
    """The end of the month in which the days in brackets behind a measure's name are reached."""
    days = int(measure.partition("[")[2].removesuffix("]"))
    return month_end(date.fromordinal(due + days)).toordinal()


def _days_since_issue(readings: Readings) -> int | None:
    return max((readings.day - each.item.issued.toordinal() for each, _, _ in readings.free), default=None)


def _days_past_due_ahead(readings: Readings) -> int | None:
    oldest, calendar = readings["case_days_past_due"], readings.case.ready.settings.calendar
    if calendar is None or not isinstance(oldest, int):
        return None
    opens = calendar.seek(date.fromordinal(readings.day + 1), 1).toordinal()
    return oldest + opens - 1 - readings.day


def _days_past_deadline(readings: Readings) -> int | None:
    deadline = readings.case.deadline
    return None if deadline is None else readings.day - deadline


def _days_since_hold(readings: Readings) -> int | None:
    ends = [end for end in readings.case.hold_ends if end <= readings.day]
    return readings.day - max(ends) if ends else None


def _share(readings: Readings) -> Decimal | None:
    total = sum([each.open for each in readings.case.review.items], ZERO)
    overdue = readings["case_overdue"]
    return quotient(Fraction(overdue) / Fraction(total)) if total and isinstance(overdue, Decimal) else None


def _times_given(readings: Readings) -> int:
    level = readings.case.ready.machine.states[readings.state]
    given = [each for each in readings.case.notices if each.level == level]
    return sum(1 for each in given if any(_covers(each, item) for item, _, _ in readings.free))


def _covers(notice: Contact, item: Item) -> bool:
    """Whether a notice was about an item."""
    return means(notice.items, item.names) and item.item.issued <= notice.on


def _queued(readings: Readings) -> int:
    case = readings.case
    if case.ready.settings.unit == "account":
        return len(case.review.queued)
    own = own_names(case.items)
    return sum(1 for each in case.review.queued if means(each.items, own))


def _broken_promises(readings: Readings) -> int:
    last = readings.case.last
    return sum(1 for day in readings.case.broken_days() if day <= readings.day and (last is None or day > last))


def _business_day(readings: Readings) -> int:
    calendar = readings.case.ready.settings.calendar
    return int(calendar is None or calendar.is_business_day(date.fromordinal(readings.day)))


_FIGURES: dict[str, Callable[[Readings], Value]] = {
    "case_days_past_due_ahead": _days_past_due_ahead,
    "case_days_since_issue": _days_since_issue,
    "case_days_past_deadline": _days_past_deadline,
    "case_days_since_hold": _days_since_hold,
    "case_share": _share,
    "case_notices": lambda readings: len(readings.case.notices),
    "case_times_given": _times_given,
    "case_queued": _queued,
    "customer_queued": lambda readings: len(readings.case.review.queued),
    "case_broken_promises": _broken_promises,
    "credit_stopped": lambda readings: int(readings.case.review.credit_stop() is not None),
    "business_day": _business_day,
}
"""The readings that are worked out when asked for; what is not here either is a measure of the account."""
