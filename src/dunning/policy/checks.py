"""What is wrong with a policy: every fault at once, those of its ladder with a dated example."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from dunning.conditions import ALWAYS, NEVER, describe, simplify
from dunning.dates import add_days
from dunning.errors import InvalidValue
from dunning.policy.compile import START, compiled
from dunning.policy.levels import Final, Repeat

if TYPE_CHECKING:
    from dunning.policy.policy import Policy

_EXAMPLE = date(2026, 3, 2)


def policy_faults(policy: Policy) -> Iterator[str]:
    """Every fault of a policy. The ladder is looked at once the single settings are right."""
    faults = [*_setting_faults(policy)]
    yield from faults or _ladder_faults(policy)


def _setting_faults(policy: Policy) -> Iterator[str]:
    names = [level.name for level in policy.levels]
    names += [policy.at_end.name] if isinstance(policy.at_end, Final) else []
    if len(set(names)) < len(names) or START in names:
        yield f"levels: names must be different from each other and from {START!r}: {', '.join(names)}"
    counting = [level.name for level in policy.levels if level.business_days]
    if counting and policy.calendar is None:
        yield f"business_days: give the policy a calendar; {', '.join(counting)} count by it"
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
    if policy.levels[0].base in ("notice", "deadline"):
        yield f"{policy.levels[0].name}: the first level has no notice before it; count from the due or the issue date"
    if not ordered:
        try:
            compiled(policy)
        except InvalidValue as error:
            yield from error.faults


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
