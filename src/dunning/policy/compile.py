"""How a policy becomes a table: every setting turns into rows or into clauses of their guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from dunning.amounts import AmountByCurrency, PerCurrency
from dunning.conditions import ALWAYS, NEVER, Condition, implies, measure, simplify
from dunning.machine import Machine, Transition
from dunning.policy.activities import ReleaseCredit, StopCredit, is_end, tells
from dunning.policy.levels import Final, Level, Repeat

if TYPE_CHECKING:
    from dunning.policy.policy import Policy

START = "open"
"""The state of a case that has been given no level."""
AGAIN = measure("actions_outstanding") >= 1
"""The guard of a row that proposes again what was not recorded."""
EVENTS = {
    # field of Regress: the event of the table
    "paid_in_part": "paid in part",
    "oldest_settled": "oldest settled",
    "credited": "credited",
    "notice_cancelled": "notice cancelled",
    "payment_reversed": "payment reversed",
}

_NOT_TODAY = ~(measure("case_days_since_notice") < 1)
_TIME_IS_OVER = ~(measure("case_days_past_time_given") < 1)
_SINCE = {
    "due": "case_days_past_due",
    "issue": "case_days_since_issue",
    "notice": "case_days_since_notice",
    "deadline": "case_days_past_deadline",
}


def is_before(level: Level) -> bool:
    """Whether a level is for the time before the due date."""
    return level.base == "due" and level.after is not None and level.after < 0


def _all(clauses: Iterable[Condition]) -> Condition:
    whole: Condition = ALWAYS
    for clause in clauses:
        whole = whole & clause
    return whole


def _days(policy: Policy, level: Level) -> Iterator[Condition]:
    """The days of a level. A broken promise may stand for them."""
    if level.after is None:
        return
    ahead = policy.calendar is not None and is_before(level)
    since = "case_days_past_due_ahead" if ahead else _SINCE[level.base]
    if level.business_days:
        since = _SINCE[level.base].replace("case_days", "case_business_days")
    reached: Condition = measure(since) >= level.after
    if level.month_end:
        reached = measure(f"case_days_past_month_end[{level.after}]") >= 0
    if policy.broken_promise == "step_up" and not is_before(level):
        reached = reached | (measure("case_broken_promises") >= 1)
    yield reached
    if is_before(level):
        yield measure("case_days_past_due") <= -1


def _pace(policy: Policy, level: Level) -> Iterator[Condition]:
    """What has to have passed, or not to stand in the way, before anything is done."""
    gap = policy.minimum_gap if level.gap is None else level.gap
    if gap:
        yield ~(measure("case_days_since_notice") < gap)
    yield from _rest(policy, gap)
    if policy.honour_deadline:
        yield _TIME_IS_OVER
    yield from _open_ways(policy)


def _rest(policy: Policy, gap: int) -> Iterator[Condition]:
    """That the customer has had no notice for so long, where that is what a gap looks at."""
    if gap and policy.gap_over == "customer":
        yield ~(measure("days_since_notice") < gap)


def _open_ways(policy: Policy) -> Iterator[Condition]:
    if policy.after_hold:
        yield ~(measure("case_days_since_hold") < policy.after_hold)
    if policy.pending == "freeze":
        yield measure("case_queued") < 1
    if policy.pending == "block":
        yield measure("customer_queued") < 1
    if policy.calendar is not None:
        yield measure("business_day") >= 1
    if policy.freezes:
        yield measure("frozen") < 1


def _owed(level: Level) -> str:
    """The measure of what a level asks for: what is past due, or what it comes early for."""
    if level.base == "issue":
        return "case_balance"
    early = level.base == "due" and level.after is not None and level.after <= 0
    if not early:
        return "case_overdue"
    if level.business_days and level.after:
        return f"case_due_within_business[{-level.after}]"
    return f"case_due_within[{-level.after}]" if level.after else "case_due_within"


def _amount_of(minimum: AmountByCurrency, currency: str | None) -> Decimal:
    if isinstance(minimum, PerCurrency):
        return minimum.otherwise if currency is None else minimum.of(currency)
    return minimum


def _enough(policy: Policy, level: Level) -> Condition:
    """That what is owed reaches the minimums of the policy and the level, currency by currency where they differ."""
    owed = measure(_owed(level))
    minimums = (policy.minimum.amount, level.minimum.amount)
    share = max(policy.minimum.share, level.minimum.share)
    codes = sorted({code for each in minimums if isinstance(each, PerCurrency) for code, _ in each.amounts})

    def least(currency: str | None) -> Condition:
        amount = max(_amount_of(each, currency) for each in minimums)
        return owed >= amount if amount else owed > 0

    amounts: Condition = least(None)
    if codes:
        amounts = ~measure("currency").one_of(*codes) & least(None)
        for code in codes:
            amounts = amounts | (measure("currency").equals(code) & least(code))
    return amounts & (measure("case_share") >= share) if share else amounts


def _rise(policy: Policy, source: str, target: Level) -> Transition:
    guard = _all([*_days(policy, target), *_pace(policy, target), _enough(policy, target), target.when])
    return Transition(source, guard, target.name, _activities(target))


def _activities(level: Level) -> tuple[Any, ...]:
    return tuple(level.do)


def _fallen(policy: Policy, source: str, position: int) -> Iterator[Transition]:
    """Rows for a level that is reached by its days but not by its amount: the next lower one whose minimum is met.

    Where the case stands there already, that notice comes again, with a gap of its own and never twice on a day.
    """
    wanted = policy.all_levels[position]
    short = ~_enough(policy, wanted)
    reached = [*_days(policy, wanted), *_pace(policy, wanted), wanted.when]
    stands = next((number for number, each in enumerate(policy.all_levels) if each.name == source), -1)
    for number in range(position - 1, -1, -1):
        lower = policy.all_levels[number]
        gap = policy.minimum_gap if lower.gap is None else lower.gap
        again = [~(measure("case_days_since_notice") < max(1, gap)), *_rest(policy, gap)] if number <= stands else []
        guard = _all([*reached, *again, short, _enough(policy, lower)])
        yield Transition(source, guard, lower.name, _activities(lower))
        short = short & ~_enough(policy, lower)


def targets_of(policy: Policy, position: int) -> list[int]:
    """The levels that may be reached from a position (-1 is the start), in the order in which they are tried."""
    levels = policy.all_levels
    above = [number for number in range(position + 1, len(levels)) if number < len(policy.levels)]
    if policy.advance == "one":
        reach = position + 1
        while reach < len(policy.levels) - 1 and levels[reach].optional:
            reach += 1
        above = above[: reach - position]
    targets = above if policy.advance == "nearest" else above[::-1]
    last = position == len(policy.levels) - 1
    return [*targets, len(levels) - 1] if last and isinstance(policy.at_end, Final) else targets


def _lets_buy(level: Level) -> bool:
    return not any(isinstance(activity, StopCredit) for activity in level.do)


def _day_rows(policy: Policy) -> Iterator[Transition]:
    """What a day may bring in each state."""
    if not all(map(_lets_buy, policy.all_levels)):
        release = (measure("credit_stopped") >= 1) & (measure("overdue_items") < 1)
        for state in (START, *(level.name for level in takewhile(_lets_buy, policy.all_levels))):
            yield Transition(state, _all([release, *_open_ways(policy)]), state, (ReleaseCredit(),))
    for position in range(-1, len(policy.all_levels)):
        source = START if position < 0 else policy.all_levels[position].name
        for target in targets_of(policy, position):
            yield _rise(policy, source, policy.all_levels[target])
            if policy.below_minimum == "lower":
                yield from _fallen(policy, source, target)
        if position >= 0:
            told = [_NOT_TODAY] if _tells_first(policy, position) else []
            again = _all([AGAIN, *told, *_open_ways(policy)])
            yield Transition(source, again, source, _activities(policy.all_levels[position]))
            repeat = _repeat_of(policy, position)
            if repeat is not None:
                yield _repeated(policy, policy.all_levels[position], repeat)


def _tells_first(policy: Policy, position: int) -> bool:
    """Whether a level ends the relation and first tells debts that missed every notice; it acts on another day."""
    does = policy.all_levels[position].do
    before = [level for level in policy.all_levels[:position] if tells(level.do)]
    return is_end(does) and tells(does) and bool(before) and all(level.optional for level in before)


def _repeat_of(policy: Policy, position: int) -> Repeat | None:
    """How a level is given again while a case stands at it."""
    at_end = policy.at_end if isinstance(policy.at_end, Repeat) and position == len(policy.levels) - 1 else None
    return at_end or policy.all_levels[position].repeat


def _repeated(policy: Policy, last: Level, end: Repeat) -> Transition:
    clauses: list[Condition] = [measure(_SINCE[end.base]) >= end.every]
    clauses += _rest(policy, policy.minimum_gap if last.gap is None else last.gap)
    if policy.honour_deadline:
        clauses.append(_TIME_IS_OVER)
    clauses += _open_ways(policy)
    if end.times is not None:
        clauses.append(measure("case_times_given") <= end.times)
    clauses += [_enough(policy, last), last.when]
    return Transition(last.name, _all(clauses), last.name, _activities(last))


def _reached(level: Level) -> Condition:
    """That the debt itself has reached the days of a level; one that follows a notice has: it was given."""
    on_its_own = level.base in ("due", "issue") and level.after is not None
    return measure(_SINCE[level.base]) >= (level.after or 0) if on_its_own else ALWAYS


def _event_rows(policy: Policy) -> Iterator[Transition]:
    """What events do to each state."""
    names = [START, *(level.name for level in policy.all_levels)]
    for field, event in EVENTS.items():
        answer = getattr(policy.regress, field)
        for position in range(1, len(names)):
            source = names[position]
            if answer == "reset":
                yield Transition(source, ALWAYS, START, event=event)
            elif answer == "step_down" and field != "notice_cancelled":
                yield Transition(source, ALWAYS, names[position - 1], event=event)
            elif answer == "recompute":
                for lower in range(position, 0, -1):
                    yield Transition(source, _reached(policy.all_levels[lower - 1]), names[lower], event=event)
                yield Transition(source, ALWAYS, START, event=event)
    if policy.resume_within is not None:
        soon = measure("case_days_since_settled") <= policy.resume_within
        for name in names[1:]:
            yield Transition(START, soon, name, event=f"resume {name}")


def live_rows(rows: Iterable[Transition]) -> Iterator[Transition]:
    """The rows that can fire: those that do not contradict themselves and that no earlier row leaves without a case.

    A row that ends the relation leaves the debts that no notice named to the rows after it.
    """
    before: dict[tuple[str, str], list[Condition]] = {}
    for row in rows:
        earlier = before.setdefault((row.source, row.event), [])
        if simplify(row.guard) != NEVER and not any(implies(row.guard, guard) for guard in earlier):
            if not is_end(row.actions):
                earlier.append(row.guard)
            yield row


@lru_cache(maxsize=256)
def compiled(policy: Policy) -> Machine:
    """The table of a policy."""
    states = (START, *(level.name for level in policy.all_levels))
    rows = tuple(live_rows([*_day_rows(policy), *_event_rows(policy)]))
    return Machine(policy.name, states, rows)
