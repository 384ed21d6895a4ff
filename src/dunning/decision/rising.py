"""How levels rise: what each record of a step gave to the debts that it covered, one record after the other.

A debt that the step was due for gets the step's level. Where the account is the unit and levels follow one by one, a
newer debt that is taken along, because an older one stands higher, rises to its own next level only: it is not brought
to the end of the ladder by notices that the older debt had earned. Records of one step (a letter and the call that
goes with it) raise once; the same step given again raises again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy

from dunning._base.names import parts_of
from dunning.decision.ready import ReadyPolicy
from dunning.interactions import WRITTEN, Contact, Placement, Task
from dunning.ledger import Account
from dunning.policy.levels import deadline_of

Given = Contact | Placement | Task


class Rising:
    """The levels of an account's debts by their ids, what was recorded of each level, and what notices told of them."""

    def __init__(self, account: Account, ready: ReadyPolicy) -> None:
        self.ready = ready
        self.levels: dict[str, int] = {}
        self.done: dict[str, Counter[tuple[int, str]]] = {}
        self.named: set[str] = set()
        self.deadlines: dict[str, int] = {}
        invoices = [each.invoice for each in account.receivables]
        self._debts = {each.id: parts_of(each.id, len(each.installments)) for each in invoices}
        self._issued = {name: each.issued for each in invoices for name in self._debts[each.id]}

    def copy_of(self, names: Iterable[str]) -> Rising:
        """The same of some debts only, free to fall."""
        found = copy(self)
        found.levels = {name: self.levels[name] for name in names if name in self.levels}
        found.done = {name: self.done[name].copy() for name in names if name in self.done}
        return found

    def names(self, items: Iterable[str]) -> dict[str, None]:
        """The debts that names of items or invoices mean."""
        return dict.fromkeys(name for each in items for name in self._debts.get(each, (each,)))

    def give(self, records: Iterable[Given]) -> set[str]:
        """Raise what records covered, in order of their days; the names of that."""
        raised: set[str] = set()
        for record in sorted(records, key=lambda each: each.on):
            names = self.names(record.items)
            covered = [name for name in names if name in self._issued and self._issued[name] <= record.on]
            raised.update(covered)
            if isinstance(record, Contact):
                self._tell(record, covered)
            position = self.ready.level_of(record)
            if self.ready.cycles and (position or self._leads_back(record)):
                self._step(covered, position, records_of(record))
            elif position:
                self._raise(covered, position, records_of(record))
        return raised

    def _leads_back(self, record: Given) -> bool:
        """Whether a record is that of a step back to the start."""
        released = isinstance(record, Task) and record.kind == "release_credit"
        return released or getattr(record, "level", None) == self.ready.machine.initial

    def _step(self, names: list[str], position: int, records: tuple[str, ...]) -> None:
        """Bring debts to where the last step leads; what that state asks for begins anew."""
        for name in names:
            done = self.done.setdefault(name, Counter())
            if self.levels.get(name, 0) != position:
                for key in [key for key in done if key[0] == position]:
                    del done[key]
            done.update([(position, each) for each in records])
            self.levels[name] = position

    def _raise(self, names: list[str], position: int, records: tuple[str, ...]) -> None:
        lead = max((self.levels.get(name, 0) for name in names), default=0)
        for name in names:
            done = self.done.setdefault(name, Counter())
            cycle = max((times for (level, _), times in done.items() if level == position), default=0)
            keys = [(position, each) for each in records]
            before = self.levels.get(name, 0)
            level = max(before, position)
            if before < lead and self.ready.one_by_one:
                is_next_step = any(done[key] >= cycle for key in keys)
                level = min(level, self.ready.next_up[before]) if is_next_step else before
            if level < position:  # what its own level asks for came with the higher one
                done.update({(level, each): 1 for each in self.ready.records[level] if not done[level, each]})
            done.update(keys)
            self.levels[name] = level

    def fall(self, name: str, position: int) -> None:
        """Bring a debt to where an event leads. What a lower level asks for is not asked for then."""
        if position < self.levels.get(name, 0):
            done = self.done.setdefault(name, Counter())
            done.update({(position, each): 1 for each in self.ready.records[position] if not done[position, each]})
        self.levels[name] = position

    def _tell(self, notice: Contact, names: list[str]) -> None:
        """Note that a notice named debts, and how long it gave to pay them."""
        level = self.ready.levels[self.ready.positions.get(notice.level or "", 0)]
        deadline = deadline_of(notice, level, self.ready.settings.calendar)
        self.named.update(names)
        if deadline is not None:
            for name in names:
                self.deadlines[name] = max(self.deadlines.get(name, 0), deadline.toordinal())

    def level(self, name: str) -> int:
        """The level of a debt. One that no notice named is not past the last notice that it has to have."""
        level = self.levels.get(name, 0)
        return level if name in self.named else self.ready.heard[level]

    def done_for(self, name: str) -> Mapping[tuple[int, str], int]:
        """What was recorded for a debt; what its level asks for too, where it stands lower than it was brought."""
        done: Mapping[tuple[int, str], int] = self.done.get(name, {})
        level = self.level(name)
        if level == self.levels.get(name, 0):
            return done
        return {**{(level, each): 1 for each in self.ready.records[level]}, **done}


def records_of(record: Given) -> tuple[str, ...]:
    """What a record says was done of a level's activities, in the words of the table of activities."""
    if isinstance(record, Placement):
        return ("placed",)
    return (record.kind,) if isinstance(record, Task) else (kind_of(record.asked_channel), record.asked_channel)


def kind_of(channel: str) -> str:
    """Whether a contact on a channel is written or spoken."""
    return "written" if channel in WRITTEN else "spoken"
