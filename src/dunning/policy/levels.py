"""The parts of a policy: its levels, its minimums, what makes a level fall, what follows the last one."""

from __future__ import annotations

from calendar import month_name, monthrange
from collections.abc import Iterator
from datetime import date
from typing import Literal, TypeAlias, get_args

import attrs

from dunning._base.bounds import Count, Id, Positive
from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning._report import exact_percent
from dunning.amounts import ZERO, AmountByCurrency
from dunning.amounts.decimals import Share
from dunning.amounts.per_currency import amount_words
from dunning.conditions import ALWAYS, Condition
from dunning.dates import BusinessCalendar, add_days
from dunning.interactions import Contact
from dunning.policy.activities import Activity, goes_along

Base: TypeAlias = Literal["due", "issue", "notice", "deadline"]
"""What the days of a level are counted from: the due date, the issue date, the case's last notice, its deadline."""

LevelResponse: TypeAlias = Literal["keep", "step_down", "recompute", "reset"]
"""What becomes of a level on an event: kept, one down, found anew by the days, back to the start."""

LEVEL_RESPONSES = get_args(LevelResponse)
"""All responses."""


Mention: TypeAlias = Literal["not due", "credits"]
"""What a message lists without asking for it."""


@frozen
class Minimum:
    """What is owed at least where something is to be sent: an amount, and a share of all that is open.

    Both have to be met. What is owed is what is past due; for a level before the due date, or counted from the issue,
    what is open. A minimum of 0 is met by anything above 0.

    >>> Minimum(Decimal("25.00")), Minimum(share=Decimal("0.10"))
    (Minimum(amount=Decimal('25.00'), share=Decimal('0')), Minimum(amount=Decimal('0'), share=Decimal('0.10')))
    """

    amount: AmountByCurrency = ZERO
    share: Share = ZERO

    @property
    def words(self) -> str:
        """The minimum in words; empty where there is none."""
        return " and ".join(bounds_of(self))


def bounds_of(minimum: Minimum) -> Iterator[str]:
    """What has to be owed, in words: each of it has to be met."""
    if minimum.amount:
        yield amount_words(minimum.amount)
    if minimum.share:
        yield f"{exact_percent(minimum.share)} of all that is open"


@frozen
class Repeat:
    """Give a level again every so many days: the last one at the end, or one while the next is not due.

    Args:
        every: days until it is given again.
        times: how often at most; None: without end.
        base: what these days are counted from: the last `"notice"`, or the `"deadline"` that it gave.
    """

    every: Count
    times: Positive | None = None
    base: Literal["notice", "deadline"] = "notice"


@frozen
class Freeze:
    """A season of every year in which nothing is sent, from a (month, day) to another; it may run over the new year.

    >>> Freeze((12, 20), (1, 6)).holds_on(date(2026, 12, 31)), Freeze((12, 20), (1, 6)).holds_on(date(2026, 1, 7))
    (True, False)
    """

    first: tuple[int, int]
    last: tuple[int, int]

    def _rules(self) -> Iterator[str]:
        for name, (month, day) in (("first", self.first), ("last", self.last)):
            if not (1 <= month <= 12 and 1 <= day <= monthrange(2024, month)[1]):
                yield f"{name}: ({month}, {day}) is not a month and one of its days"

    @guarded
    def holds_on(self, day: date) -> bool:
        """Whether a day lies in the season."""
        at = day.month, day.day
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last

    def __str__(self) -> str:
        (month, day), (last_month, last_day) = self.first, self.last
        return f"{day} {month_name[month]} to {last_day} {month_name[last_month]}"


@guarded
def deadline_on(
    on: date, days: int | None, calendar: BusinessCalendar | None, *, business_days: bool = False
) -> date | None:
    """The day to pay by that a notice of a day gives; a business day where there is a calendar."""
    if days is None:
        return None
    if business_days and calendar is not None:
        return calendar.add_business_days(on, days)
    deadline = add_days(on, days)
    return deadline if calendar is None else calendar.seek(deadline, 1)


def deadline_of(notice: Contact, level: Level | None, calendar: BusinessCalendar | None) -> date | None:
    """The day to pay by that a notice gave: as it says itself, or as its level does; None where neither says any."""
    if notice.deadline is not None or level is None:
        return notice.deadline
    return deadline_on(notice.on, level.deadline, calendar, business_days=level.business_days)


@frozen
class Level:
    """One level of the ladder.

    Args:
        name: its name, which the `Contact` that gives it repeats in `level`.
        after: days after the base from which it may be given; negative is before the due date (then it must be
            optional, and it is not given on the due date or after it). None: no day, only the condition `when`.
        base: what the days are counted from: the `"due"` date, the `"issue"` date, the case's last `"notice"`, or the
            `"deadline"` which that notice gave (its own day where it gave none).
        month_end: the level comes at the end of the month in which its days are reached (counted from the due date).
        when: a further condition, over measures of the account or the case.
        gap: days since the previous notice (of the case, or as `gap_over` says), where that differs from the policy's
            `minimum_gap`; calendar days, like those of `repeat`.
        optional: pass over this level once a later level's days are reached.
        minimum: do not give the level for less than this; see `Minimum`.
        deadline: days that the notice gives to pay; where the policy has a calendar it ends on a business day.
        business_days: `after` and `deadline` count business days of the policy's calendar.
        repeat: give it again every so many days while the case stands at it, before a higher one is reached.
        do: the actions, at least one that is recorded.
        owner: the role that is responsible from this level on.
        approval: the role that has to approve the actions.
    """

    name: Id
    after: int | None
    base: Base = attrs.field(default="due", kw_only=True)
    month_end: bool = attrs.field(default=False, kw_only=True)
    when: Condition = attrs.field(default=ALWAYS, kw_only=True)
    gap: Count | None = attrs.field(default=None, kw_only=True)
    optional: bool = attrs.field(default=False, kw_only=True)
    minimum: Minimum = attrs.field(default=Minimum(), kw_only=True)
    deadline: Count | None = attrs.field(default=None, kw_only=True)
    business_days: bool = attrs.field(default=False, kw_only=True)
    repeat: Repeat | None = attrs.field(default=None, kw_only=True)
    do: tuple[Activity, ...] = attrs.field(default=(), kw_only=True)
    owner: str | None = attrs.field(default=None, kw_only=True)
    approval: str | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Iterator[str]:
        if self.after is None:
            if self.when == ALWAYS:
                yield "give the days `after` which it comes, or a condition `when`"
        elif self.after < 0 and self.base != "due":
            yield f"after: {self.after} days before the {self.base} has no meaning; only the due date is known ahead"
        elif self.after < 0 and not self.optional:
            yield "a level before the due date must be optional, or a case that missed it could never go on"
        if self.business_days and self.month_end:
            yield "business_days: the end of a month is counted in calendar days"
        if self.month_end and (self.base != "due" or (self.after or 0) < 1):
            yield f"month_end: {self.month_end!r}; it is for days after the due date only"
        yield from _activity_faults(self.do)


def _activity_faults(do: tuple[Activity, ...]) -> Iterator[str]:
    if all(map(goes_along, do)):
        yield "do: give at least one action that is recorded; an Escalate or AddCharges goes along with another"


@frozen
class Final:
    """After the last level: something that is done exactly once.

    Args:
        after: days after the last notice.
        do: the actions.
        name: the name of this step.
        approval: the role that has to approve the actions.
    """

    after: Count
    do: tuple[Activity, ...]
    name: Id = "final action"
    approval: str | None = None

    def _rules(self) -> Iterator[str]:
        yield from _activity_faults(self.do)

    @property
    def level(self) -> Level:
        """The final action as the level that it compiles into."""
        return Level(self.name, self.after, base="notice", gap=self.after, do=self.do, approval=self.approval)


@frozen
class Regress:
    """What makes the level of a case fall while something of it is still open, and how far.

    Each field is an event, each answer one of: `"keep"` the level; `"step_down"` by one; `"recompute"`: not higher than
    what the days of the rest have reached on that day; `"reset"`: begin anew.

    Args:
        paid_in_part: a payment came in, and something is still open.
        oldest_settled: the oldest item of the account was settled (then `paid_in_part` does not apply).
        credited: a credit note or an adjustment lowered what is open.
        notice_cancelled: a notice was withdrawn. *keep* lets it count nevertheless; *step_down* goes back to the level
            that the other notices gave.
        payment_reversed: a payment of an earlier day bounced, and more is open of a debt than the day before.
    """

    paid_in_part: LevelResponse = attrs.field(default="keep", kw_only=True)
    oldest_settled: LevelResponse = attrs.field(default="keep", kw_only=True)
    credited: LevelResponse = attrs.field(default="keep", kw_only=True)
    notice_cancelled: LevelResponse = attrs.field(default="step_down", kw_only=True)
    payment_reversed: LevelResponse = attrs.field(default="keep", kw_only=True)
