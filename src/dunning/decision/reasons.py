"""Why a decision is what it is: reasons as data, with stable codes, for yes and for no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from dunning._base.noun import made
from dunning._report import shown
from dunning.amounts import ZERO
from dunning.conditions import (
    All,
    AnyOf,
    Clause,
    Compare,
    Condition,
    Multiple,
    Not,
    clauses_of,
    describe,
    holds,
)
from dunning.decision.account_review import NEVER
from dunning.decision.ready import Row
from dunning.decision.ruling import Case, Ruling, Step
from dunning.measures import Value

REASONS: Mapping[str, str] = MappingProxyType(
    {
        # code: what it says; the fields of the reason fill the gaps
        "nothing_open": "nothing is open",
        "undated": "{fact} has no due date yet",
        "not_due": "{level} comes {limit} days past due; it is {value}{when}",
        "month_running": "{level} comes at the end of a month{when}",
        "too_young": "{level} comes {limit} days after the invoice; it is {value}{when}",
        "too_soon": "{level} comes {limit} days after the last notice; it is {value}{when}",
        "before_deadline": "{level} comes {limit} days past the deadline of the last notice; it is {value}{when}",
        "too_late": "{level} is for the time before the due date; it is {value} days past due",
        "time_given": "{level} comes once the time to pay that a notice gave is over{when}",
        "in_gap": "{level} comes at least {limit} days after the last notice; it is {value}{when}",
        "after_hold": "{level} comes at least {limit} days after a hold; it is {value}{when}",
        "below_minimum": "{level} needs {limit}; what may be dunned is {value}",
        "below_share": "{level} needs a share of {limit} of all that is open; what may be dunned is {value}",
        "in_preparation": "{level} waits for a notice in preparation",
        "closed_day": "{level} is sent on a business day only{when}",
        "frozen": "{level} is not sent in this season{when}",
        "given_enough": "{level} was given {value} times",
        "guard": "{level} is given where {fact}; it is {value}{when}",
        "all_recorded": "{level}: everything is recorded as done",
        "ladder_ended": "{level} is the last level",
        "level_reached": "{level} is reached, {value} days past due",
        "level_repeated": "{level} is given again",
        "action_outstanding": "{level} was given, but not all of its actions are recorded",
        "guard_holds": "{level} comes, since {fact}",
        "credit_to_release": "nothing is past due any more, and credit is stopped",
        "not_permitted": "{level}: {value} is not permitted by {fact}{when}",
        "follow_up_not_permitted": "{value} is not permitted by {fact}{when}",
        "needs_approval": "{level} needs the approval of the {fact}",
        "held_hold": "held by {fact}{when}",
        "held_dispute": "disputed in {fact}",
        "held_promise": "promised in {fact}{when}",
        "held_plan": "on the payment plan {fact}, kept{when}",
        "held_placement": "placed in {fact}",
        "held_abatement": "{value} is to be handed back by {fact}",
        "held_credit": "covered by unapplied credit of {value}",
        "unknown_level": "{fact} gave {level}, which is not a level of the policy",
        "level_skipped": "{fact} gave {level} before its turn",
        "level_lowered": "{fact} gave {level} after a higher level",
    }
)
"""What each code of a reason says; the fields of the reason fill the gaps."""


@made
class Reason:
    """One reason of a decision as data: a stable code and, where they apply, the level, figures, day and fact.

    `value` is what was measured and `limit` what it was compared with; `on` is the day on which the reason ends if
    nothing else happens; `fact` is the id of the fact (or the role, the item, the condition) that it speaks about.
    `str` says it in words. The codes are the keys of `REASONS`: level_reached, level_repeated, guard_holds,
    action_outstanding, credit_to_release and needs_approval for yes; unknown_level, level_skipped and level_lowered for
    notices off the ladder; all others for no.
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
        return REASONS[self.code].format(level=self.level, value=value, limit=limit, when=when, fact=self.fact)


_CODES = {
    ("case_days_past_due", ">="): "not_due",
    ("case_days_past_due_ahead", ">="): "not_due",
    ("case_days_past_due", "<="): "too_late",
    ("case_days_since_issue", ">="): "too_young",
    ("case_days_since_notice", ">="): "too_soon",
    ("case_days_past_deadline", ">="): "before_deadline",
    ("case_days_since_notice", "<"): "in_gap",
    ("case_days_past_time_given", "<"): "time_given",
    ("case_days_since_hold", "<"): "after_hold",
    ("case_overdue", ">="): "below_minimum",
    ("case_overdue", ">"): "below_minimum",
    ("case_balance", ">="): "below_minimum",
    ("case_balance", ">"): "below_minimum",
    ("case_due_within", ">="): "below_minimum",
    ("case_due_within", ">"): "below_minimum",
    ("case_share", ">="): "below_share",
    ("case_times_given", "<="): "given_enough",
    ("case_queued", "<"): "in_preparation",
    ("customer_queued", "<"): "in_preparation",
    ("business_day", ">="): "closed_day",
    ("frozen", "<"): "frozen",
    ("days_since_notice", "<"): "in_gap",
    ("case_business_days_past_due", ">="): "not_due",
    ("case_business_days_since_issue", ">="): "too_young",
    ("case_business_days_since_notice", ">="): "too_soon",
    ("case_business_days_past_deadline", ">="): "before_deadline",
    ("case_due_within_business", ">="): "below_minimum",
    ("case_due_within_business", ">"): "below_minimum",
    ("actions_outstanding", ">="): "all_recorded",
}


def _code_of(clause: Clause, otherwise: str) -> str:
    if isinstance(clause.compare.value, Multiple):
        return otherwise
    return _CODES.get((clause.compare.measure.partition("[")[0], clause.compare.op), otherwise)


def _unmet(condition: Condition, now: Step, as_of: date) -> list[Clause]:
    """The clauses that keep a condition from holding; of alternatives, those of the one that is nearest to it."""
    if isinstance(condition, Compare) and holds(condition, now.readings):
        return []
    if isinstance(condition, All):
        return [clause for part in condition.parts for clause in _unmet(part, now, as_of)]
    if isinstance(condition, AnyOf) and condition.parts:
        if holds(condition, now.readings):
            return []
        return min((_unmet(part, now, as_of) for part in condition.parts), key=_distance)
    wanted = not isinstance(condition, Not)
    inner = condition.part if isinstance(condition, Not) else condition
    return [clause for clause in clauses_of(inner, now.readings, as_of=as_of, wanted=wanted) if not clause.met]


def _distance(unmet: list[Clause]) -> tuple[int, int]:
    """How far an alternative is from holding; what time or money cannot mend is farther."""
    return sum(1 for clause in unmet if not _code_of(clause, "")), len(unmet)


def _refusals(row: Row, case: Case, now: Step) -> Iterator[Reason]:
    """Why a row did not fire: one reason for each clause of its guard that is not met.

    Before a level's day has come, its minimum says nothing. A day on which we are closed ends when we open.
    """
    unmet = _unmet(row.row.guard, now, case.review.as_of)
    codes = [_code_of(clause, "guard") for clause in unmet]
    for code, clause in zip(codes, unmet, strict=True):
        if code in ("below_minimum", "below_share") and "not_due" in codes:
            continue
        if clause.compare.measure.startswith("case_days_past_month_end"):
            yield Reason("month_running", row.row.target, None, None, clause.on)
            continue
        limit = clause.compare.value
        words = describe(clause.compare if clause.wanted else Not(clause.compare)) if code == "guard" else None
        known = None if isinstance(limit, (tuple, Multiple)) else limit
        yield Reason(code, row.row.target, clause.value, known, clause.on, words)


def reasons(case: Case, now: Ruling) -> Iterator[Reason]:
    """Every reason for a ruling: why the row fired, or why none did, and what is held."""
    ready, items = case.ready, case.items
    states = ready.machine.states
    if not items and not now.fired:
        yield Reason("nothing_open")
    for step in now.steps:
        if step.row is not None:
            yield from _why_fired(case, step, step.row)
        elif now.is_free:
            for row in ready.rows[step.state]:
                if not row.is_release:
                    yield from _refusals(row, case, step)
            if step.state == len(states) - 1:
                yield Reason("ladder_ended", states[step.state])
    held: dict[tuple[str, str | None, int], Decimal] = {}
    for part in now.parts:
        key = part.code, part.fact, part.until
        held[key] = held.get(key, ZERO) + part.amount
    for (code, fact, until), amount in held.items():
        yield Reason(code, None, amount, None, day_of(until), fact)
    for each in items:
        if each.due is None:
            yield Reason("undated", fact=each.id)


def _why_fired(case: Case, now: Step, row: Row) -> Iterator[Reason]:
    fired, level = row.row, case.ready.levels[row.target]
    if case.ready.cycles:
        yield Reason("guard_holds", fired.target, fact=describe(fired.guard))
        return
    if row.is_release:
        yield Reason("credit_to_release")
        return
    if row.is_again:
        yield Reason("action_outstanding", fired.target)
    elif row.target <= now.state:
        yield Reason("level_repeated", fired.target)
    else:
        yield Reason("level_reached", fired.target, now.readings["case_days_past_due"])
    if level is not None and level.approval is not None:
        yield Reason("needs_approval", fired.target, fact=level.approval)


def off_ladder(case: Case) -> Iterator[Reason]:
    """Notices that did not follow the ladder: of a level that the policy does not know, skipped, or lowered.

    They count as facts all the same.
    """
    ready = case.ready
    names = [None, *(each.name for each in ready.levels if each is not None)]
    reached = 0
    for notice in case.notices:
        position = ready.positions.get(notice.level or "", 0)
        if not position:
            yield Reason("unknown_level", notice.level, fact=notice.id)
        elif position < reached:
            yield Reason("level_lowered", notice.level, fact=notice.id)
        elif len(names) > 1 and not _may_follow(case, reached, position):
            yield Reason("level_skipped", notice.level, fact=notice.id)
        reached = max(reached, position)


def _may_follow(case: Case, reached: int, position: int) -> bool:
    """Whether some row leads from a level to another, or the level is merely given again."""
    rows = case.ready.rows[reached]
    return position == reached or any(row.target == position for row in rows)


def day_of(ordinal: int | None) -> date | None:
    """The date of an ordinal number; None for never."""
    return None if ordinal is None or ordinal >= NEVER else date.fromordinal(ordinal)
