"""The machine: a policy as an explicit table of transitions, and a pure step through it.

A machine knows nothing of invoices. It has states, one of them initial, and rows: from this state, at this event, if
that guard holds, go there and do these actions. The event of most rows is `"day"`, on which guards are looked at;
others are things that happen to a case (`"notice first"`, `"paid in part"`). The rows of a state are tried in order and
the first that answers the event and whose guard holds fires. Table, diagram and words are drawn from the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import attrs

from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning._report import Column, Report
from dunning.conditions import ALWAYS, NEVER, Condition, describe, holds, implies, simplify
from dunning.errors import NotFound
from dunning.measures import Value

__all__ = ["DAY", "Event", "Machine", "Transition"]

DAY = "day"
"""The event that comes every day: guards are looked at."""


class Event(NamedTuple):
    """What a machine is asked to answer: the name of an event and the readings that guards look at."""

    name: str = DAY
    readings: Mapping[str, Value] = {}


@frozen
class Transition:
    """One row: from `source`, at `event`, if `guard` holds, to `target`, doing `actions`."""

    source: str
    guard: Condition
    target: str
    actions: tuple[Any, ...] = ()
    event: str = attrs.field(default=DAY, kw_only=True)


@frozen
class Machine(Report[Transition]):
    """States and rows, checked when built: every fault of the table is reported at once.

    Raises:
        InvalidValue: a row names an unknown state, can never fire because its guard contradicts itself or an earlier
            row takes all its cases, a state cannot be reached, or names are repeated.

    >>> from dunning.conditions import measure
    >>> late = measure("days_past_due") >= 1
    >>> machine = Machine("tiny", ("open", "reminded"), (Transition("open", late, "reminded", ("remind",)),))
    >>> machine.step("open", Event(DAY, {"days_past_due": 3})).target
    'reminded'
    >>> machine.step("reminded", Event(DAY, {"days_past_due": 3})) is None
    True
    """

    name: str
    states: tuple[str, ...]
    rows: tuple[Transition, ...]

    def _rules(self) -> Iterator[str]:
        yield from _faults(self)

    @property
    def initial(self) -> str:
        """The state in which a case begins: the first."""
        return self.states[0]

    @property
    def terminal(self) -> tuple[str, ...]:
        """The states from which no day leads to another."""
        left = {row.source for row in self.rows if row.target != row.source and row.event == DAY}
        return tuple(state for state in self.states if state not in left)

    @property
    def events(self) -> tuple[str, ...]:
        """The events that some row answers, in order of the rows."""
        return tuple(dict.fromkeys(row.event for row in self.rows))

    @guarded
    def rows_from(self, state: str, event: str | None = None) -> tuple[Transition, ...]:
        """The rows of a state (those that answer an event, where one is named), in the order in which they are tried.

        Raises:
            NotFound: there is no such state.
        """
        if state not in self.states:
            raise NotFound("state", state, self.states)
        return tuple(row for row in self.rows if row.source == state and event in (None, row.event))

    @guarded
    def step(self, state: str, event: Event) -> Transition | None:
        """The row that answers an event in a state; None when the case stays as it is. Pure, and defined for all.

        Raises:
            NotFound: there is no such state.
        """
        rows = self.rows_from(state, event.name)
        return next((row for row in rows if holds(row.guard, event.readings)), None)

    _rows = "rows"
    _columns = (
        Column("source", heading="from", left=True),
        Column("event", heading="at", left=True),
        Column("guard", lambda row: describe(row.guard), heading="if", left=True),
        Column("target", heading="to", left=True),
        Column("actions", lambda row: ", ".join(map(str, row.actions)), heading="do", left=True),
    )

    def _title(self) -> str:
        return f"{self.name}: rows are tried in order"

    def describe(self) -> str:
        """The rows in words, one line each."""
        return "\n".join(f"{_sentence(row)}." for row in self.rows)

    def mermaid(self) -> str:
        """The rows as a Mermaid state diagram."""
        names = {state: f"s{number}" for number, state in enumerate(self.states)}
        lines = ["stateDiagram-v2", *(f'    state "{_label(state)}" as {names[state]}' for state in self.states)]
        lines.append(f"    [*] --> {names[self.initial]}")
        lines += [f"    {names[row.source]} --> {names[row.target]}: {_label(_words(row))}" for row in self.rows]
        lines += [f"    {names[state]} --> [*]" for state in self.terminal]
        return "\n".join(lines)


def _words(row: Transition) -> str:
    """When a row fires: its event where that is not the day, its guard where that says anything."""
    guard = describe(row.guard)
    if row.event == DAY:
        return guard
    return row.event if row.guard == ALWAYS else f"{row.event}, {guard}"


def _sentence(row: Transition) -> str:
    then = f"stay at {row.target}" if row.target == row.source else f"go to {row.target}"
    do = "".join(f", {action}" for action in row.actions)
    return f"From {row.source}, when {_words(row)}: {then}{do}"


def _faults(machine: Machine) -> Iterator[str]:
    """What is wrong with a table: names, rows that cannot fire, states that cannot be reached."""
    if len(set(machine.states)) < len(machine.states) or not machine.states:
        yield "states: give at least one, each with a name of its own"
    known = set(machine.states)
    for number, row in enumerate(machine.rows, start=1):
        for state in (row.source, row.target):
            if state not in known:
                yield f"row {number}: there is no state {state!r}"
    dead = dict(_dead_rows(machine))
    yield from dead.values()
    live = [row for number, row in enumerate(machine.rows) if number not in dead]
    reached = set(machine.states[:1])
    while grown := {row.target for row in live if row.source in reached} - reached:
        reached |= grown
    for state in machine.states:
        if state not in reached:
            yield f"states: {state!r} cannot be reached"


def _dead_rows(machine: Machine) -> Iterator[tuple[int, str]]:
    """The rows that can never fire, and why."""
    before: dict[tuple[str, str], list[tuple[int, Transition]]] = {}
    for number, row in enumerate(machine.rows):
        earlier = before.setdefault((row.source, row.event), [])
        where = f"row {number + 1} ({row.source} to {row.target})"
        if simplify(row.guard) == NEVER:
            yield number, f"{where}: its guard can never hold: {describe(row.guard)}"
        else:
            first = next((other for other, one in earlier if implies(row.guard, one.guard)), None)
            if first is not None:
                yield number, f"{where}: never fires, since row {first + 1} comes first and holds wherever it does"
        earlier.append((number, row))


def _label(text: str) -> str:
    """Text that cannot break out of a diagram's label."""
    return text.replace('"', "'").replace(":", ",").replace(";", ",").replace("\n", " ")
