"""The machine: a policy as an explicit table of transitions, and a pure step through it.

A machine knows nothing of invoices. It has states, one of them initial, and rows: from this state, if that guard
holds, go there and do these actions. The rows of a state are tried in order and the first whose guard holds fires.
The table, the diagram and the words are all drawn from the same rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dunning._attrs import frozen
from dunning._report import Report, Table
from dunning.conditions import Condition, describe, holds
from dunning.errors import InvalidValue, NotFound
from dunning.measures import Value

__all__ = ["Machine", "Transition"]


@frozen
class Transition:
    """One row: from `source`, if `guard` holds, to `target`, doing `actions`."""

    source: str
    guard: Condition
    target: str
    actions: tuple[Any, ...] = ()


@frozen
class Machine(Report):
    """States and rows, checked when built: every fault of the table is reported at once.

    Raises:
        InvalidValue: a row names an unknown state, a state cannot be reached, or names are repeated.

    >>> from dunning.conditions import measure
    >>> late = measure("days_past_due") >= 1
    >>> machine = Machine("tiny", ("open", "reminded"), (Transition("open", late, "reminded", ("remind",)),))
    >>> machine.step("open", {"days_past_due": 3}).target
    'reminded'
    >>> machine.step("reminded", {"days_past_due": 3}) is None
    True
    """

    name: str
    states: tuple[str, ...]
    rows: tuple[Transition, ...]

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if len(set(self.states)) < len(self.states) or not self.states:
            faults.append("states: give at least one, each with a name of its own")
        known = set(self.states)
        for number, row in enumerate(self.rows, start=1):
            faults.extend(
                f"row {number}: there is no state {state!r}" for state in (row.source, row.target) if state not in known
            )
        reached = set(self.states[:1])
        while grown := {row.target for row in self.rows if row.source in reached} - reached:
            reached |= grown
        faults.extend(f"states: {state!r} cannot be reached" for state in self.states if state not in reached)
        if faults:
            raise InvalidValue(f"Machine {self.name}", faults)

    @property
    def initial(self) -> str:
        """The state in which a case begins: the first."""
        return self.states[0]

    @property
    def terminal(self) -> tuple[str, ...]:
        """The states from which no row leads to another."""
        left = {row.source for row in self.rows if row.target != row.source}
        return tuple(state for state in self.states if state not in left)

    def rows_from(self, state: str) -> tuple[Transition, ...]:
        """The rows of a state, in the order in which they are tried.

        Raises:
            NotFound: there is no such state.
        """
        if state not in self.states:
            raise NotFound("state", state, self.states)
        return tuple(row for row in self.rows if row.source == state)

    def step(self, state: str, readings: Mapping[str, Value]) -> Transition | None:
        """The row that fires in a state for these readings; None when the case stays as it is."""
        return next((row for row in self.rows_from(state) if holds(row.guard, readings)), None)

    def __iter__(self) -> Any:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a row: source, guard (in words), target, actions."""
        return [
            {
                "source": row.source,
                "guard": describe(row.guard),
                "target": row.target,
                "actions": ", ".join(map(str, row.actions)),
            }
            for row in self.rows
        ]

    def _table(self, rows: int) -> Table:
        body = tuple(tuple(record.values()) for record in self.records())
        title, headings = f"{self.name}: rows are tried in order", ("from", "if", "to", "do")
        return Table(title, headings, body[:rows], more=len(body[rows:]), words=(0, 1, 2, 3))

    def mermaid(self) -> str:
        """The rows as a Mermaid state diagram."""
        names = {state: f"s{number}" for number, state in enumerate(self.states)}
        lines = ["stateDiagram-v2", *(f'    state "{_label(state)}" as {names[state]}' for state in self.states)]
        lines.append(f"    [*] --> {names[self.initial]}")
        lines += [
            f"    {names[row.source]} --> {names[row.target]}: {_label(describe(row.guard))}" for row in self.rows
        ]
        lines += [f"    {names[state]} --> [*]" for state in self.terminal]
        return "\n".join(lines)


def _label(text: str) -> str:
    """Text that cannot break out of a diagram's label."""
    return text.replace('"', "'").replace(":", ",").replace(";", ",").replace("\n", " ")
