"""The nouns of a policy: `Policy` itself, playbooks by segment, and successions in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

import attrs

from dunning._base.bounds import Count, Id, Some
from dunning._base.guards import checked, guarded
from dunning._base.names import repeated
from dunning._base.noun import frozen
from dunning.dates import BusinessCalendar, require_date
from dunning.errors import NotFound
from dunning.machine import Machine
from dunning.policy.checks import policy_faults
from dunning.policy.compile import compiled
from dunning.policy.data import policy_data, read_policy, version_of
from dunning.policy.levels import Final, Freeze, Level, Mention, Minimum, Regress, Repeat
from dunning.policy.words import describe_policy, differences
from dunning.segmentation import Segmentation

_setting: Any = attrs.field


@frozen
class Policy:
    """A ladder of levels and the settings that hold for all of them.

    Args:
        name: the policy's name, part of every action's id.
        levels: the levels in the order in which they are climbed.
        unit: what has a level, the whole `"account"` (by its oldest debt that may be dunned) or each `"invoice"`. In an
            account a notice takes newer debts along; where levels come one at a time, each of these rises by one. What
            ends the relation (credit stopped, an agency, a write-off) takes only debts that a notice named and that
            stand at the level before; newer debts go their own way meanwhile.
        together: how the messages of several invoices of one customer are put together, where the unit is the invoice:
            `"no"`, by `"level"`, or all at the `"highest"` level (which then counts as given to all of them).
        advance: `"one"` level at a time; the `"highest"` whose condition holds; the `"nearest"` higher one whose
            condition holds.
        minimum_gap: days between two notices of one case; 0 lets several levels follow on one day.
        gap_over: whose notices the gap looks at: those of the `"case"`, or all of the `"customer"`, in every currency.
        honour_deadline: a deadline that a notice gave is kept: whatever days and gap say, the next step for the same
            debt comes on the day after the deadline at the earliest. False lets a step come before it.
        minimum: nobody is dunned for less than this; see `Minimum`.
        below_minimum: what happens below a level's minimum: `"wait"`, or fall back to the next `"lower"` level.
        promise_holds: what a promise holds back until it is judged: its `"part"` (money that comes in meanwhile first
            covers what was not promised), all of its `"items"`, or the whole `"case"`.
        promise_grace: days added to the due date of a promise before it counts as broken.
        broken_promise: after a broken promise `"resume"` where the case stood, or `"step_up"`: the next level is due at
            once, but for the gap.
        after_hold: days to wait after a hold (or a dispute) has ended.
        regress: what payments and the like do to the level of a case that still has something open.
        resume_within: a debt that falls due within so many days after a dunned one was settled resumes at its level;
            None: a new debt starts anew.
        at_end: what follows the last level: nothing, `Repeat`, or a `Final` action.
        disputes: what is disputed is `"held"`; or it is `"asked"` for, by a ladder of its own for disputes.
        credits: unapplied cash and credit is `"net"` of what is dunned, or `"ignored"`.
        mention: what actions list without asking for it: items that are `"not due"`, unapplied `"credits"`.
        undated: items without a due date `"wait"`, or count as due on the day they were `"issued"`.
        calendar: on days that are not business days nothing is sent: a level waits for the next one, a level before
            its base comes on the last one before. A deadline ends on a business day.
        freezes: seasons of every year in which nothing is sent; no level is lost by them.
        pending: what a notice in preparation (a `Contact` with outcome `"queued"`) does. `"freeze"`: its case waits.
            `"block"`: every case of that account waits. `"rebuild"`: it is proposed again under the same id.
            `"supersede"`: it is proposed anew under another id. When it has gone out, put the contact that was sent in
            its place (`Ledger.replacing`).

    Raises:
        InvalidValue: every fault of the policy at once.
    """

    name: Id
    levels: Some[Level]
    unit: Literal["account", "invoice"] = _setting(default="account", kw_only=True)
    together: Literal["no", "level", "highest"] = _setting(default="no", kw_only=True)
    advance: Literal["one", "nearest", "highest"] = _setting(default="one", kw_only=True)
    minimum_gap: Count = _setting(default=7, kw_only=True)
    gap_over: Literal["case", "customer"] = _setting(default="case", kw_only=True)
    honour_deadline: bool = _setting(default=True, kw_only=True)
    minimum: Minimum = _setting(default=Minimum(), kw_only=True)
    below_minimum: Literal["wait", "lower"] = _setting(default="wait", kw_only=True)
    promise_holds: Literal["part", "items", "case"] = _setting(default="part", kw_only=True)
    promise_grace: Count = _setting(default=0, kw_only=True)
    broken_promise: Literal["resume", "step_up"] = _setting(default="resume", kw_only=True)
    after_hold: Count = _setting(default=0, kw_only=True)
    regress: Regress = _setting(default=Regress(), kw_only=True)  # frozen
    resume_within: Count | None = _setting(default=None, kw_only=True)
    at_end: Repeat | Final | None = _setting(default=None, kw_only=True)
    disputes: Literal["held", "asked"] = _setting(default="held", kw_only=True)
    credits: Literal["net", "ignored"] = _setting(default="net", kw_only=True)
    mention: frozenset[Mention] = _setting(default=frozenset(), kw_only=True)
    undated: Literal["wait", "issued"] = _setting(default="wait", kw_only=True)
    calendar: BusinessCalendar | None = _setting(default=None, kw_only=True)
    freezes: tuple[Freeze, ...] = _setting(default=(), kw_only=True)
    pending: Literal["freeze", "supersede", "rebuild", "block"] = _setting(default="rebuild", kw_only=True)

    def _rules(self) -> Iterator[str]:
        yield from policy_faults(self)

    @property
    def all_levels(self) -> tuple[Level, ...]:
        """The levels, and the final action where there is one."""
        return (*self.levels, self.at_end.level) if isinstance(self.at_end, Final) else self.levels

    @guarded
    def level(self, name: str) -> Level:
        """The level of that name.

        Raises:
            NotFound: the policy has no such level.
        """
        for each in self.all_levels:
            if each.name == name:
                return each
        raise NotFound("level", name, tuple(each.name for each in self.all_levels))

    def compile(self) -> Machine:
        """The policy as a table: for each state what each day may bring, and what events do to it."""
        return compiled(self)

    def describe(self) -> str:
        """The policy in plain words, fit to hand to a customer: what holds for all levels, and one line a level."""
        return describe_policy(self)

    def to_data(self) -> dict[str, Any]:
        """The policy as plain data (dictionaries, lists, texts, whole numbers, flags), fit for JSON or TOML.

        Settings that stand at their default are left out. A calendar is written as its weekend and its holidays.

        Raises:
            InvalidValue: the calendar's holidays are not a set of dates, so they cannot be written down.
        """
        return policy_data(self)

    @classmethod
    @guarded
    def from_data(cls, data: Mapping[str, Any], *, calendar: BusinessCalendar | None = None) -> Policy:
        """The policy that plain data describe, as `to_data` gives them; `calendar` is used where the data name none.

        Raises:
            InvalidValue: unknown keys and unfit values, each fault with its path, and all faults of the policy itself.
        """
        return read_policy(data, cls, calendar)

    @property
    def version(self) -> str:
        """A short hash of the policy's content: equal for equal policies, different for different ones."""
        return version_of(self)

    def __str__(self) -> str:
        return self.describe()


@checked
def diff(old: Policy, new: Policy) -> tuple[str, ...]:
    """What is different between two policies, in words, one line each; empty when nothing is.

    >>> from dunning.policy import Level, Notify, Policy
    >>> old = Policy("short", (Level("notice", 5, do=(Notify("email"),)),))
    >>> new = Policy("short", (Level("notice", 8, do=(Notify("email"),)),), minimum_gap=10)
    >>> print("; ".join(diff(old, new)))
    minimum_gap: 7 becomes 10; level notice: after: 5 becomes 8
    """
    return differences(old, new)


@frozen
class Playbook:
    """Which policy each segment gets: segment names to policies as pairs, and the policy of all others."""

    segmentation: Segmentation
    policies: tuple[tuple[str, Policy], ...]
    default: Policy = attrs.field(kw_only=True)

    def _rules(self) -> Iterator[str]:
        known = self.segmentation.names
        yield from (f"policies: there is no segment {name!r}" for name, _ in self.policies if name not in known)
        yield from (f"policies: {each} is named twice" for each in repeated(name for name, _ in self.policies))

    @guarded
    def policy_for(self, segment: str) -> Policy:
        """The policy of a segment."""
        return dict(self.policies).get(segment, self.default)


@frozen
class Succession:
    """Policies that followed one another, and what becomes of the cases that had begun when one was replaced.

    Args:
        policies: (first day, policy) pairs, the earliest first. Before the first day the first policy holds.
        running: `"keep"`: a case that has had a notice stays under the policy of its first one; `"move"`: it goes over
            to the new one, where it stands at the level of the same name.
        renamed: (old level, new level) pairs, for cases that move.

    Raises:
        InvalidValue: every fault at once.
    """

    policies: tuple[tuple[date, Policy], ...]
    running: Literal["keep", "move"] = attrs.field(default="keep", kw_only=True)
    renamed: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)

    def _rules(self) -> Iterator[str]:
        days = [day for day, _ in self.policies]
        if not days or days != sorted(set(days)):
            yield "policies: give at least one, each from a later day than the one before"
        names = {level.name for _, policy in self.policies for level in policy.all_levels}
        yield from (f"renamed: no policy has a level {new!r}" for _, new in self.renamed if new not in names)
        yield from (f"renamed: {each} is named twice" for each in repeated(old for old, _ in self.renamed))

    @guarded
    def policy_on(self, day: date) -> Policy:
        """The policy that holds on a day for a case that begins."""
        require_date("day", day)
        return next((policy for first, policy in reversed(self.policies) if first <= day), self.policies[0][1])
