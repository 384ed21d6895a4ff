"""A dunning policy: a ladder of levels with named settings, compiled into a table of transitions.

A level says how many days after the due date it comes and what is done. The policy adds what holds for all levels: the
gap between two notices, the amount below which nobody is dunned, the unit that has a level (the account or the single
invoice). `compile` turns all of it into the rows of a `dunning.machine.Machine`; the engine reads nothing else.

A case moves up one level at a time. A level marked `optional` is passed over once a later level's days are reached: so
a reminder before the due date is not sent after it, and an old debt begins with the first level that is not optional.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import Literal, TypeAlias, cast

import attrs

from dunning._attrs import frozen
from dunning.amounts import ZERO, fits, formatted
from dunning.conditions import Condition, measure
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Channel
from dunning.machine import Machine, Transition
from dunning.segmentation import Segmentation

__all__ = ["START", "Call", "Deed", "Escalate", "Level", "Notify", "Place", "Playbook", "Policy"]

START = "open"
"""The state of a case that has been given no level."""


def _text_faults(name: str, value: object, *, may_be_empty: bool = False) -> list[str]:
    if isinstance(value, str) and value.strip() == value and (value or may_be_empty):
        return []
    return [f"{name}: {value!r} is not a text without spaces around it"]


@frozen
class Notify:
    """Send a written notice (email, letter, sms, portal); `template` names its text in the caller's mailer."""

    channel: Channel
    template: str = ""

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if self.channel not in ("email", "letter", "sms", "portal"):
            faults.append(f"channel: {self.channel!r} is not one of email, letter, sms, portal")
        faults += _text_faults("template", self.template, may_be_empty=True)
        if faults:
            raise InvalidValue("Notify", faults)

    def __str__(self) -> str:
        return f"send {self.channel}{f' {self.template}' if self.template else ''}"


@frozen
class Call:
    """Telephone the customer; `owner` is the role that calls, `script` names what is to be said."""

    owner: str = "collector"
    script: str = ""

    def __attrs_post_init__(self) -> None:
        faults = _text_faults("owner", self.owner) + _text_faults("script", self.script, may_be_empty=True)
        if faults:
            raise InvalidValue("Call", faults)

    def __str__(self) -> str:
        return f"call by {self.owner}"


@frozen
class Escalate:
    """Hand the case to a more senior role. It goes along with the level's notice and needs no record of its own."""

    to: str

    def __attrs_post_init__(self) -> None:
        if faults := _text_faults("to", self.to):
            raise InvalidValue("Escalate", faults)

    def __str__(self) -> str:
        return f"escalate to {self.to}"


@frozen
class Place:
    """Place the debts with a collection agency or a lawyer; done when a `Placement` fact says so."""

    agency: str = "agency"

    def __attrs_post_init__(self) -> None:
        if faults := _text_faults("agency", self.agency):
            raise InvalidValue("Place", faults)

    def __str__(self) -> str:
        return f"place with {self.agency}"


Deed: TypeAlias = Notify | Call | Escalate | Place
"""The kinds of actions, a closed set."""


@frozen
class Level:
    """One rung of the ladder.

    Args:
        name: its name, which the `Contact` that gives it repeats in `level`.
        after: days past due from which it may be given; negative is before the due date (then it must be optional,
            and it is not given after the due date).
        gap: days since the previous notice of the case, where that differs from the policy's `minimum_gap`.
        optional: pass over this level once a later level's days are reached.
        minimum: do not give the level for less than this amount.
        deadline: days that the notice gives to pay.
        do: the actions.
        owner: the role that is responsible from this level on.
        approval: the role that has to approve the actions.
    """

    name: str
    after: int
    gap: int | None = attrs.field(default=None, kw_only=True)
    optional: bool = attrs.field(default=False, kw_only=True)
    minimum: Decimal = attrs.field(default=ZERO, kw_only=True)
    deadline: int | None = attrs.field(default=None, kw_only=True)
    do: tuple[Deed, ...] = attrs.field(default=(), kw_only=True)
    owner: str | None = attrs.field(default=None, kw_only=True)
    approval: str | None = attrs.field(default=None, kw_only=True)


@frozen
class Policy:
    """A ladder of levels and the settings that hold for all of them.

    Args:
        name: the policy's name, part of every action's id.
        levels: the levels in the order in which they are climbed, each later than the one before.
        unit: what has a level, the whole `"account"` (by its oldest debt that may be dunned) or each `"invoice"`.
        minimum_gap: days between two notices of one case, at least 1.
        minimum_amount: nobody is dunned for less than this (of what is past due; before the due date, of what is open).
        promise_grace: days added to the due date of a promise before it counts as broken.

    Raises:
        InvalidValue: every fault of the policy at once.
    """

    name: str
    levels: tuple[Level, ...]
    unit: Literal["account", "invoice"] = attrs.field(default="account", kw_only=True)
    minimum_gap: int = attrs.field(default=7, kw_only=True)
    minimum_amount: Decimal = attrs.field(default=ZERO, kw_only=True)
    promise_grace: int = attrs.field(default=0, kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults = list(_policy_faults(self))
        if faults:
            raise InvalidValue(f"Policy {self.name}", faults)

    def level(self, name: str) -> Level:
        """The level of that name.

        Raises:
            NotFound: the policy has no such level.
        """
        for each in self.levels:
            if each.name == name:
                return each
        raise NotFound("level", name, tuple(each.name for each in self.levels))

    def compile(self) -> Machine:
        """The policy as a table. For each state: first the levels that may be reached, the farthest first, then what
        is still to be done at the level itself.
        """
        states = (START, *(level.name for level in self.levels))
        return Machine(self.name, states, tuple(_rows(self)))

    def describe(self) -> str:
        """The policy in plain words, one line a level."""
        unit = "the account as a whole" if self.unit == "account" else "each invoice by itself"
        lines = [f"{self.name}: we look at {unit}, with at least {_days(self.minimum_gap)} between two notices."]
        if self.minimum_amount:
            lines.append(f"Below {formatted(self.minimum_amount)} nothing is sent.")
        if self.promise_grace:
            lines.append(f"A promise is broken {_days(self.promise_grace + 1)} after its date.")
        for number, level in enumerate(self.levels, start=1):
            when = f"{_days(abs(level.after))} {'before' if level.after < 0 else 'after'} the due date"
            parts = [f"{number}. {level.name}, {when if level.after else 'on the due date'}"]
            parts.append(": " + ", ".join(map(str, level.do)))
            if level.deadline is not None:
                parts.append(f"; {_days(level.deadline)} to pay")
            if level.gap is not None:
                parts.append(f"; at least {_days(level.gap)} after the last notice")
            if level.minimum:
                parts.append(f"; from {formatted(level.minimum)} on")
            if level.owner:
                parts.append(f"; with the {level.owner}")
            if level.approval:
                parts.append(f"; needs the approval of the {level.approval}")
            if level.optional:
                parts.append("; passed over if a later level's days are reached")
            lines.append("".join(parts) + ".")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.describe()


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def _is_days(value: object, least: int) -> bool:
    return type(value) is int and value >= least


def _policy_faults(policy: Policy) -> Iterator[str]:
    if type(policy.levels) is not tuple or any(type(level) is not Level for level in policy.levels):
        yield "levels: give a tuple of Level"
        return
    yield from _text_faults("name", policy.name)
    names = [level.name for level in policy.levels]
    if not policy.levels:
        yield "levels: give at least one"
    if len(set(names)) < len(names) or START in names:
        yield f"levels: names must be different from each other and from {START!r}: {', '.join(map(str, names))}"
    if policy.unit not in ("account", "invoice"):
        yield f"unit: {policy.unit!r} is not 'account' or 'invoice'"
    if not _is_days(policy.minimum_gap, 1):
        yield f"minimum_gap: {policy.minimum_gap!r} is not a number of days, 1 or more"
    if not _is_days(policy.promise_grace, 0):
        yield f"promise_grace: {policy.promise_grace!r} is not a number of days, 0 or more"
    if not _is_minimum(policy.minimum_amount):
        yield f"minimum_amount: {policy.minimum_amount!r} is not a Decimal, 0 or more"
    for level in policy.levels:
        yield from (f"{level.name}: {fault}" for fault in _level_faults(level))
    for lower, higher in pairwise(policy.levels):
        if type(lower.after) is int and type(higher.after) is int and higher.after <= lower.after:
            yield f"{higher.name}: after {higher.after} days, which is not later than {lower.name} ({lower.after} days)"


def _is_minimum(value: object) -> bool:
    return isinstance(value, Decimal) and fits(value) and value >= 0


def _level_faults(level: Level) -> Iterator[str]:
    yield from _text_faults("name", level.name)
    if type(level.after) is not int:
        yield f"after: {level.after!r} is not a whole number of days"
    elif level.after < 0 and not level.optional:
        yield "a level before the due date must be optional, or a case that missed it could never go on"
    if level.gap is not None and not _is_days(level.gap, 1):
        yield f"gap: {level.gap!r} is not a number of days, 1 or more"
    if level.deadline is not None and not _is_days(level.deadline, 1):
        yield f"deadline: {level.deadline!r} is not a number of days, 1 or more"
    if not _is_minimum(level.minimum):
        yield f"minimum: {level.minimum!r} is not a Decimal, 0 or more"
    if type(level.do) is not tuple:
        yield "do: give a tuple"
    elif any(type(deed) not in (Notify, Call, Escalate, Place) for deed in level.do):
        yield "do: only Notify, Call, Escalate and Place"
    elif not any(type(deed) in (Notify, Call, Place) for deed in level.do):
        yield "do: give at least one Notify, Call or Place, whose record shows that the level was given"


def _guard(policy: Policy, level: Level) -> Condition:
    """When a level may be given: its days, the gap since the last notice, its minimum amount."""
    days, since = measure("case_days_past_due"), measure("case_days_since_notice")
    least = max(policy.minimum_amount, level.minimum)
    owed = measure("case_overdue" if level.after > 0 else "case_balance")
    guard: Condition = (days >= level.after) & ~(since < (policy.minimum_gap if level.gap is None else level.gap))
    if level.after < 0:
        guard = guard & (days <= 0)
    return guard & (owed >= least) if least else guard & (owed > 0)


def _rows(policy: Policy) -> Iterator[Transition]:
    levels = policy.levels
    for position in range(-1, len(levels)):
        source = START if position < 0 else levels[position].name
        reach = position + 1
        while reach < len(levels) - 1 and levels[reach].optional:
            reach += 1
        for target in reversed(levels[position + 1 : reach + 1]):
            yield Transition(source, _guard(policy, target), target.name, cast("tuple[object, ...]", target.do))
        if position >= 0:
            again = measure("actions_outstanding") >= 1
            yield Transition(source, again, source, cast("tuple[object, ...]", levels[position].do))


@frozen
class Playbook:
    """Which policy each segment gets: segment names to policies as pairs, and the policy of all others."""

    segmentation: Segmentation
    policies: tuple[tuple[str, Policy], ...]
    default: Policy = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        known = self.segmentation.names
        faults = [f"policies: there is no segment {name!r}" for name, _ in self.policies if name not in known]
        if len({name for name, _ in self.policies}) < len(self.policies):
            faults.append("policies: a segment is named twice")
        if faults:
            raise InvalidValue("Playbook", faults)

    def policy_for(self, segment: str) -> Policy:
        """The policy of a segment."""
        return dict(self.policies).get(segment, self.default)
