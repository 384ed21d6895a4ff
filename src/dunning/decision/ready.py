"""The table of a policy, made ready for asking the same things about every account of a book."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from math import ceil, floor
from typing import Any, NamedTuple

from dunning._base.same import Same
from dunning.conditions import All, Compare, Multiple, compares_of, predicate
from dunning.interactions import Contact, Placement, Task
from dunning.machine import DAY, Machine, Transition
from dunning.measures import Value
from dunning.policy import Call, Level, Place, Policy, ReleaseCredit
from dunning.policy.activities import is_end, is_notice, record_of, tells

Test = Callable[[Mapping[str, Value]], bool]

EVER = -(10**7)
"""Days past due of an item that belongs to a notice whatever its due date is: fewer than the calendar has days."""

_OWN_BASES = {
    "case_days_past_due": "due",
    "case_days_past_due_ahead": "due",
    "case_days_since_issue": "issue",
    "case_days_since_notice": "notice",
    "case_days_past_deadline": "deadline",
    "case_days_past_time_given": "time given",
    "case_days_since_hold": "hold",
    "case_business_days_past_due": "business due",
    "case_business_days_since_issue": "business issue",
    "case_business_days_since_notice": "business notice",
    "case_business_days_past_deadline": "business deadline",
    "case_broken_promises": "promise",
}
"""The measures of a case that grow with the days, and what they are counted from."""


TIMES = frozenset({*_OWN_BASES, "business_day", "days_since_notice"} - {"case_broken_promises"})
"""The measures that only have to wait."""


class Row(NamedTuple):
    """A row of the table for the day: its test, the row, the number of its target, and what kind of row it is.

    `is_ending`: it ends the relation, and so takes only debts that stand where it leads from and that a notice named.
    `tells`: the actions with which it tells debts of it that missed every notice, if those before it are all optional.
    """

    test: Test
    row: Transition
    target: int
    is_again: bool
    is_release: bool
    is_ending: bool
    tells: tuple[int, ...]


class ReadyPolicy(NamedTuple):
    """A compiled table with what is looked up in it again and again; states are numbered, 0 is the start."""

    name: str
    machine: Machine
    settings: Policy
    """The settings; of a table that is no policy, the usual ones."""
    levels: tuple[Level | None, ...]
    positions: dict[str, int]
    rows: tuple[tuple[Row, ...], ...]
    telling: tuple[tuple[Row, ...], ...]
    """The rows among them that end the relation and first tell debts of it that missed every notice."""
    watched: tuple[tuple[tuple[str, tuple[int, ...]], ...], ...]
    """For each state: what its days are counted from, and the numbers of days at which a guard may turn."""
    account_clauses: All
    """The comparisons with measures of the account, which the case itself does not know."""
    asks_account: bool
    """Whether what is asked of the customer depends on such measures, and not only a release of credit."""
    since: tuple[int, ...]
    """Days past due from which an item belongs to the level's notice."""
    since_any: tuple[int, ...]
    within: tuple[int, ...]
    """Days ahead within which a guard asks what falls due."""
    placing: int
    """The highest level that places debts, 0 if none does."""
    agencies: Mapping[str, int]
    """The level at which each agency is given debts: a placement gives it, recalled or not."""
    records: tuple[tuple[str, ...], ...]
    """For each activity of the level, what records it."""
    events: frozenset[str]
    releases: bool
    one_by_one: bool
    """Whether a debt that a notice takes along rises to its own next level only."""
    next_up: tuple[int, ...]
    """For each level the next one that is not optional; the last one stays."""
    heard: tuple[int, ...]
    """For each level the one that a debt stands at to which no notice was given."""

    cycles: bool
    """Whether the table leads back, so that the last step recorded counts and not the highest."""
    released: int
    """Where a table that leads back goes when credit is released."""

    def level_of(self, fact: Contact | Placement | Task) -> int:
        """The number of the level that a fact gives; 0 for none."""
        if self.cycles and isinstance(fact, Task) and fact.kind == "release_credit" and fact.level is None:
            return self.released
        if isinstance(fact, Placement):
            return self.agencies.get(fact.agency, self.placing)
        return self.positions.get(fact.level or "", 0)


def _days_of(compare: Compare) -> set[int]:
    """The numbers of days at which a comparison may turn."""
    limits = compare.value if isinstance(compare.value, tuple) else (compare.value,)
    numbers = [each for each in limits if isinstance(each, (int, Decimal))]
    return {day for each in numbers for day in (ceil(each), floor(each) + 1)}


def _watched(rows: tuple[Transition, ...]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    found: dict[str, set[int]] = {}
    for row in rows:
        for compare in compares_of(row.guard):
            month_end = compare.measure.startswith("case_days_past_month_end[")
            base = compare.measure if month_end else _OWN_BASES.get(compare.measure)
            if base is not None:
                found.setdefault(base, set()).update(_days_of(compare))
    return tuple((base, tuple(sorted(days))) for base, days in found.items())


def _since(level: Level | None, rows: tuple[Transition, ...], state: str) -> int:
    """Days past due from which an item belongs to a level's notice: it is past due, or the level comes earlier."""
    if level is not None:
        by_due = level.base in ("due", "notice", "deadline")
        return min(level.after if level.base == "due" and level.after is not None else 1, 1) if by_due else EVER
    compares = [compare for row in rows if row.target == state for compare in compares_of(row.guard)]
    if not any("past_due" in compare.measure or "overdue" in compare.measure for compare in compares):
        return EVER  # it does not look at what is due, as a limit of credit does not
    late = (each for each in compares if each.measure == "case_days_past_due" and each.op in (">=", ">"))
    return min([1, *(day for compare in late for day in _days_of(compare))])


def ready_policy(policy: Policy | Machine) -> ReadyPolicy:
    """A policy or a table written by hand, made ready; the same one is asked about every account of a book."""
    return _ready_policy(Same(policy))


_USUAL = Policy("usual", (Level("call", 1, do=(Call(),)),))
"""The settings that a table written by hand has: those of a policy that says nothing of them."""


def _account_clauses(rows: Sequence[Transition]) -> All:
    """All comparisons of measures of the account that days ask for."""
    own = {"actions_outstanding", "business_day", "frozen"}
    asked = [compare for row in rows if row.event == DAY for compare in compares_of(row.guard)]
    asked += [Compare(each.value.measure, ">=", 0) for each in asked if isinstance(each.value, Multiple)]
    clauses = (each for each in asked if not each.measure.startswith("case_") and each.measure not in own)
    return All(tuple(dict.fromkeys(clauses)))


def _within(machine: Machine) -> set[int]:
    names = (compare.measure for row in machine.rows for compare in compares_of(row.guard))
    return {
        int(each.partition("[")[2].removesuffix("]") or 0)
        for each in names
        if each.partition("[")[0] == "case_due_within"
    }


@lru_cache(maxsize=64)
def _ready_policy(same: Same[Policy | Machine]) -> ReadyPolicy:
    policy = same.value
    machine = policy.compile() if isinstance(policy, Policy) else policy
    levels = (None, *policy.all_levels) if isinstance(policy, Policy) else (None,) * len(machine.states)
    tables = [machine.rows_from(state, DAY) for state in machine.states]
    positions = {state: number for number, state in enumerate(machine.states)}
    activities = [_activities_of(machine, state) for state in machine.states]
    records = tuple(tuple(record_of(activity, each) for activity in each) for each in activities)
    since = tuple(_since(level, machine.rows, state) for level, state in zip(levels, machine.states, strict=True))
    notifying = [number for number, each in enumerate(activities) if tells(each)]
    needed = [number for number in notifying if (level := levels[number]) is None or not level.optional]
    rows = tuple(tuple(_row(row, positions[row.target], notifying, needed) for row in table) for table in tables)
    return ReadyPolicy(
        name=machine.name,
        machine=machine,
        settings=policy if isinstance(policy, Policy) else _USUAL,
        levels=levels,
        positions=positions,
        rows=rows,
        telling=tuple(tuple(row for row in table if row.tells) for table in rows),
        watched=tuple(_watched(table) for table in tables),
        account_clauses=_account_clauses(machine.rows),
        asks_account=bool(_account_clauses([row for row in machine.rows if not is_release(row)]).parts),
        since=since,
        since_any=tuple(sorted(set(since))),
        within=tuple(sorted(_within(machine))),
        agencies={
            each.agency: number for number, does in enumerate(activities) for each in does if isinstance(each, Place)
        },
        placing=max((number for number, each in enumerate(records) if "placed" in each), default=0),
        records=records,
        events=frozenset(machine.events) - {DAY},
        releases=any(map(is_release, machine.rows)),
        cycles=isinstance(policy, Machine)
        and any(row.target < number for number, each in enumerate(rows) for row in each),
        released=next((row.target for each in rows for row in each if row.is_release), 0),
        one_by_one=isinstance(policy, Policy) and policy.unit == "account" and policy.advance == "one",
        next_up=tuple(_next_up(levels, number) for number in range(len(levels))),
        heard=tuple(_heard(rows[number], number, needed) for number in range(len(levels))),
    )


def _row(row: Transition, target: int, notifying: list[int], needed: list[int]) -> Row:
    """A row made ready. It ends the relation only where the table has a notice to give before it."""
    ending = is_end(row.actions) and any(number < target for number in notifying)
    missable = ending and not any(number < target for number in needed)
    telling = tuple(number for number, each in enumerate(row.actions) if missable and is_notice(each))
    return Row(predicate(row.guard), row, target, _is_again(row), is_release(row), ending, telling)


def _next_up(levels: tuple[Level | None, ...], number: int) -> int:
    above = range(number + 1, len(levels))
    return next((each for each in above if (level := levels[each]) is None or not level.optional), number)


def _heard(rows: tuple[Row, ...], number: int, notifying: list[int]) -> int:
    """Where a debt stands that no notice named: below the last notice, if all that is left ends the relation."""
    ahead = [row for row in rows if row.target > number]
    if not ahead or not all(row.is_ending for row in ahead):
        return number
    return max((each - 1 for each in notifying if each <= number), default=number)


_RELEASE = (ReleaseCredit(),)


def is_release(row: Transition) -> bool:
    """Whether a row does nothing but release credit: it concerns the account, not what is owed."""
    return row.actions == _RELEASE


def _is_again(row: Transition) -> bool:
    return row.target == row.source and any(each.measure == "actions_outstanding" for each in compares_of(row.guard))


def _activities_of(machine: Machine, state: str) -> tuple[Any, ...]:
    """What a state stands for having done: the actions of the rows that lead to it."""
    found = (row.actions for row in machine.rows if row.target == state != row.source and row.actions)
    return next(found, ())
