"""A slow and obvious reading of a policy's settings: what the next step of a case is, without any table.

It is told what the books say of a case (what may be dunned, the level held) and reads the settings one by one, in the
words of the documentation.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dunning.amounts import PerCurrency
from dunning.conditions import holds
from dunning.dates import add_days, month_end
from dunning.decision.ruling import Case, Ruling
from dunning.policy import AddCharges, Escalate, Final, Level, Policy, Repeat

Step = tuple[str | None, bool]
"""The level that is proposed, and whether only what was not recorded of it."""


def next_step(policy: Policy, case: Case, now: Ruling, day: date) -> Step:
    """What is proposed for a case on a day."""
    if not now.is_free:
        return None, False
    model = _Model(policy, case, now, day)
    return model.step()


class _Model:
    def __init__(self, policy: Policy, case: Case, now: Ruling, day: date) -> None:
        self.policy, self.case, self.now, self.day = policy, case, now, day
        free = [(each, each.free(day.toordinal())) for each in case.items if each.due is not None]
        self.free = [(each, amount) for each, amount in free if amount > 0]
        dues = [date.fromordinal(each.due or 0) for each, _ in self.free]
        self.oldest = min(dues)
        self.late = (day - self.oldest).days
        self.balance = sum((amount for _, amount in self.free), Decimal(0))
        self.overdue = sum((amount for each, amount in self.free if date.fromordinal(each.due or 0) < day), Decimal(0))
        self.all_open = sum((each.open for each in case.review.items), Decimal(0))
        self.last = None if case.last is None else date.fromordinal(case.last)
        self.currency = case.review.account.currency

    def step(self) -> Step:
        policy, held = self.policy, self.now.state
        levels = policy.all_levels
        for target in self.candidates(held):
            level = levels[target - 1]
            if self.reached(level) and self.may_act(level) and holds(level.when, self.now.readings):
                if self.enough(level):
                    return level.name, False
                if policy.below_minimum == "lower":
                    for lower in range(target - 1, 0, -1):
                        if self.enough(levels[lower - 1]):
                            return levels[lower - 1].name, False
        if held:
            level = levels[held - 1]
            if self.is_outstanding(level, held) and self.ways_are_open():
                return level.name, True
            end = policy.at_end
            if isinstance(end, Repeat) and held == len(policy.levels) and self.repeats(end, level):
                return level.name, False
        return None, False

    def candidates(self, held: int) -> list[int]:
        """The levels to be tried, the preferred one first."""
        count = len(self.policy.levels)
        if held == count and isinstance(self.policy.at_end, Final):
            return [count + 1]
        above = list(range(held + 1, count + 1))
        if self.policy.advance == "nearest":
            return above
        if self.policy.advance == "one":
            reach = held + 1
            while reach < count and self.policy.levels[reach - 1].optional:
                reach += 1
            above = [number for number in above if number <= reach]
        return above[::-1]

    def reached(self, level: Level) -> bool:
        """Whether the days of a level have come, or a broken promise stands for them."""
        if level.after is None:
            return True
        is_early = level.base == "due" and level.after < 0
        if is_early:
            last_chance = self.day
            calendar = self.policy.calendar
            if calendar is not None:
                while not calendar.is_business_day(add_days(last_chance, 1)):
                    last_chance = add_days(last_chance, 1)
            return (last_chance - self.oldest).days >= level.after and self.late <= 0
        if self.policy.broken_promise == "step_up" and self.has_broken_promise():
            return True
        if level.month_end:
            return self.day >= month_end(add_days(self.oldest, level.after))
        if level.base == "due":
            return self.late >= level.after
        if level.base == "issue":
            return (self.day - min(each.item.issued for each, _ in self.free)).days >= level.after
        if level.base == "notice":
            return self.last is not None and (self.day - self.last).days >= level.after
        if not self.case.notices:
            return False
        notice = self.case.notices[-1]
        named = [each.deadline for each in self.policy.all_levels if each.name == notice.level]
        deadline = notice.deadline or add_days(notice.on, (named[0] if named else None) or 0)
        return (self.day - deadline).days >= level.after

    def has_broken_promise(self) -> bool:
        account, grace = self.case.review.account, self.policy.promise_grace
        names = {name for each in self.case.items for name in (each.id, each.item.invoice)}
        for promise in account.promises(as_of=self.day):
            mine = not promise.items or not names.isdisjoint(promise.items)
            if mine and account.promise_state(promise, as_of=self.day, grace=grace) == "broken":
                if self.last is None or add_days(promise.due, grace + 1) > self.last:
                    return True
        return False

    def may_act(self, level: Level) -> bool:
        gap = self.policy.minimum_gap if level.gap is None else level.gap
        rested = self.last is None or (self.day - self.last).days >= gap
        return rested and self.ways_are_open()

    def ways_are_open(self) -> bool:
        policy, review = self.policy, self.case.review
        ends = [end for end in review.hold_ends(self.case.items) if end <= self.day.toordinal()]
        if policy.after_hold and ends and self.day.toordinal() - max(ends) < policy.after_hold:
            return False
        if policy.pending == "block" and review.queued:
            return False
        names = {name for each in self.case.items for name in (each.id, each.item.invoice)}
        own = [each for each in review.queued if not each.items or not names.isdisjoint(each.items)]
        if policy.pending == "freeze" and (review.queued if policy.unit == "account" else own):
            return False
        return policy.calendar is None or policy.calendar.is_business_day(self.day)

    def enough(self, level: Level) -> bool:
        early = level.base == "issue" or (level.base == "due" and level.after is not None and level.after <= 0)
        owed = self.balance if early else self.overdue
        for minimum in (self.policy.minimum_amount, level.minimum):
            by_currency = dict(minimum.amounts) if isinstance(minimum, PerCurrency) else {}
            amount = minimum.otherwise if isinstance(minimum, PerCurrency) else minimum
            if owed < by_currency.get(self.currency, amount):
                return False
        return owed > 0 and self.overdue >= level.minimum_share * self.all_open

    def is_outstanding(self, level: Level, held: int) -> bool:
        since = level.after if level.base == "due" and level.after is not None else 1
        concerns = [each for each, _ in self.free if level.base == "issue" or self.days_late(each.due) >= min(since, 1)]
        recorded = [activity for activity in level.do if not isinstance(activity, (Escalate, AddCharges))]
        done = {key for each, _ in self.free for key in each.done}
        records = {self.case.ready.records[held][level.do.index(activity)] for activity in recorded}
        return bool(concerns) and any((held, record) not in done for record in records)

    def days_late(self, due: int | None) -> int:
        return self.day.toordinal() - (due or 0)

    def repeats(self, end: Repeat, level: Level) -> bool:
        times = 0
        for notice in self.case.notices:
            covers = [
                each
                for each, _ in self.free
                if each.item.issued <= notice.on
                and (not notice.items or {each.id, each.item.invoice} & {*notice.items})
            ]
            times += bool(covers) and notice.level == level.name
        rested = self.last is not None and (self.day - self.last).days >= end.every
        more = end.times is None or times <= end.times
        return rested and more and self.ways_are_open() and self.enough(level) and holds(level.when, self.now.readings)
