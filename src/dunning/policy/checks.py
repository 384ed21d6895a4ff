"""What is wrong with a policy: every fault at once, those of its ladder with a dated example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from dunning.conditions import ALWAYS, NEVER, describe, simplify
from dunning.dates import add_days
from dunning.errors import Fault, InvalidValue
from dunning.policy.activities import is_end, tells
from dunning.policy.compile import START, compiled, is_before, targets_of
from dunning.policy.levels import Final, Level, Repeat

if TYPE_CHECKING:
    from dunning.policy.policy import Policy

_EXAMPLE = date(2026, 3, 2)


def policy_faults(policy: Policy) -> Iterator[str]:
    """Every fault of a policy. The ladder is looked at once the single settings are right."""
    faults = [*_setting_faults(policy)]
    places = {level.name: f"levels[{number}]" for number, level in enumerate(policy.levels)}
    places |= {policy.at_end.name: "at_end"} if isinstance(policy.at_end, Final) else {}
    for fault in faults or _ladder_faults(policy):
        name = fault.partition(": ")[0]
        yield Fault(fault, path=places[name]) if name in places and not faults else fault


def _setting_faults(policy: Policy) -> Iterator[str]:
    names = [level.name for level in policy.levels]
    names += [policy.at_end.name] if isinstance(policy.at_end, Final) else []
    if len(set(names)) < len(names) or START in names:
        yield f"levels: names must be different from each other and from {START!r}: {', '.join(names)}"
    counting = [level.name for level in policy.levels if level.business_days]
    if counting and policy.calendar is None:
        words = f"business_days: give the policy a calendar; {', '.join(counting)} count by it"
        yield Fault(words, code="missing", path="calendar")
    if isinstance(policy.at_end, Repeat) and policy.levels and policy.levels[-1].repeat is not None:
        yield "at_end: the last level says in repeat how it is given again; leave one of the two out"
    if policy.together != "no" and policy.unit == "account":
        yield "together: the messages of an account are together already; set unit='invoice' or leave it at 'no'"


def _ladder_faults(policy: Policy) -> Iterator[str]:
    """Faults of the levels together: their order, their gaps, and what can never come."""
    ordered = list(_order_faults(policy))
    yield from ordered
    for level in policy.levels:
        if simplify(level.when) == NEVER:
            yield f"{level.name}: its condition can never hold: {describe(level.when)}"
    yield from _unreached_faults(policy)
    if not ordered:
        try:
            compiled(policy)
        except InvalidValue as error:
            yield from error.faults


def _unreached_faults(policy: Policy) -> Iterator[str]:
    """Levels that a debt may never come to, though nobody pays it."""
    for number, level in enumerate(policy.all_levels):
        before = policy.all_levels[:number]
        told = [each for each in before if tells(each.do)]
        if level.base in ("notice", "deadline") and all(map(_may_be_missed, before)):
            missed = f"what missed {_names(before)} has had no notice" if before else "there is no notice before it"
            yield f"{level.name}: it counts from a notice, and {missed}; count from the due or the issue date"
        passed = [each for each in told if _may_be_missed(each) or (each.optional and each is not before[-1])]
        if told and _ends_untold(level) and passed == told:
            yield (
                f"{level.name}: it takes only debts that a notice named; one that missed {_names(told)} could never go "
                f"on; add a notice to {level.name}, or put a level before it that notifies and is not optional"
            )
        in_business_days = level.business_days and level.deadline  # how long that is depends on the date
        if level.repeat is not None and level.repeat.times is None and not in_business_days:
            ahead = [
                policy.all_levels[each]
                for each in targets_of(policy, number)
                if not _takes_none_untold(policy, each) or _is_told(policy, number + 1)
            ]
            comes = _rests(policy, level, level.repeat.base, level.repeat.every)
            if policy.gap_over == "customer":  # a repeat waits for the gap as well
                comes = max(comes, policy.minimum_gap if level.gap is None else level.gap)
            if ahead and all(_waits(policy, level, each) > comes for each in ahead):
                yield (
                    f"{ahead[-1].name}: it comes {_waits(policy, level, ahead[-1])} days after the last notice, but "
                    f"{level.name} is given again after {comes}, without end; give its repeat a number of times"
                )


def _takes_none_untold(policy: Policy, number: int) -> bool:
    """Whether a level takes only debts that a notice named."""
    return is_end(policy.all_levels[number].do) and _is_told(policy, number)


def _is_told(policy: Policy, number: int) -> bool:
    """Whether any of the first levels tells the customer something."""
    return any(tells(level.do) for level in policy.all_levels[:number])


def _may_be_missed(level: Level) -> bool:
    """Whether a debt may pass over a level for good."""
    return level.optional and (is_before(level) or level.when != ALWAYS)


def _ends_untold(level: Level) -> bool:
    """Whether a level ends the relation without telling anything itself."""
    return is_end(level.do) and not tells(level.do)


def _names(levels: Iterable[Level]) -> str:
    return " and ".join(each.name for each in levels)


def _rests(policy: Policy, given: Level, base: str, days: int) -> int:
    """Days after a notice of a level until what counts from it, or from the time that it gave, may come."""
    time = given.deadline or 0 if tells(given.do) else 0
    return max(days + time if base == "deadline" else days, time + 1 if policy.honour_deadline and time else 0)


def _waits(policy: Policy, given: Level, higher: Level) -> int:
    """Days after a notice of a level before which a higher one does not come."""
    gap = policy.minimum_gap if higher.gap is None else higher.gap
    days = higher.after or 0 if higher.base in ("notice", "deadline") else 0
    if higher.business_days and policy.calendar is not None and days:
        closed = len(policy.calendar.weekend)
        days += closed * ((days - 1) // (7 - closed))  # at least so many weekends lie between
    return max(gap, _rests(policy, given, higher.base, days))


def _order_faults(policy: Policy) -> Iterator[str]:
    for lower, higher in pairwise(policy.levels):
        if higher.after is None or lower.after is None or higher.when != ALWAYS or lower.base != higher.base:
            continue
        if higher.base not in ("due", "issue") or lower.month_end or higher.month_end:
            continue
        alike = higher.business_days == lower.business_days
        if not alike and (higher.after > 0 if higher.business_days else lower.after < 0):
            continue  # how many business days are as many days depends on the date
        distance = higher.after - lower.after
        gap = policy.minimum_gap if higher.gap is None else higher.gap
        if distance <= 0:
            yield f"{higher.name}: after {higher.after} days, which is not later than {lower.name} ({lower.after} days)"
        elif distance < gap and not (higher.business_days or lower.business_days):
            first, second = add_days(_EXAMPLE, lower.after), add_days(_EXAMPLE, higher.after)
            yield (
                f"{higher.name}: comes {distance} days after {lower.name}, but the gap is {gap}: of what is due on "
                f"{_EXAMPLE}, {lower.name} is given on {first} and {higher.name} not on {second} but on "
                f"{add_days(first, gap)}; set gap={distance} on the level, or move it"
            )
