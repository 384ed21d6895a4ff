"""Who takes which case: collectors with capacity, roles and skills, and customers that belong to one of them."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from dunning._attrs import frozen, is_tuple_of
from dunning.errors import InvalidValue

__all__ = ["Collector", "Team", "assigned"]


@frozen
class Collector:
    """Somebody who contacts customers: how many contacts a day (None: no limit), in which roles, with which skills."""

    name: str
    capacity: int | None = None
    roles: tuple[str, ...] = attrs.field(default=("collector",), kw_only=True)
    skills: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if not (isinstance(self.name, str) and self.name):
            faults.append(f"name: {self.name!r} is not a text")
        if self.capacity is not None and not (type(self.capacity) is int and self.capacity >= 0):
            faults.append(f"capacity: {self.capacity!r} is not a number of contacts, 0 or more")
        for name in ("roles", "skills"):
            if not is_tuple_of(getattr(self, name), str):
                faults.append(f"{name}: {getattr(self, name)!r} is not a tuple of names")
        if faults:
            raise InvalidValue("Collector", faults)


@frozen
class Team:
    """The collectors of a day. `owners` are (customer, collector) and `needs` (customer, skill) pairs.

    A customer who has an owner is contacted by nobody else, unless the owner is not in the team that day.

    Raises:
        InvalidValue: two collectors of one name, or a customer with two owners.
    """

    collectors: tuple[Collector, ...]
    owners: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)
    needs: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        names = [each.name for each in self.collectors]
        if not names or len(set(names)) < len(names):
            faults.append("collectors: give at least one, each with a name of its own")
        if len({customer for customer, _ in self.owners}) < len(self.owners):
            faults.append("owners: a customer has two owners")
        if faults:
            raise InvalidValue("Team", faults)


def assigned(team: Team, asked: Iterable[tuple[str, str]]) -> list[tuple[str | None, str]]:
    """Who takes each of (customer, role), in the order given, and why nobody does where nobody can.

    Of those who can, it goes to the one who has most contacts left, then to the first in the team.
    """
    left = {each.name: each.capacity for each in team.collectors}
    owners = {customer: name for customer, name in team.owners if name in left}
    found: list[tuple[str | None, str]] = []
    for customer, role in asked:
        skills = {skill for other, skill in team.needs if other == customer}
        owner = owners.get(customer)
        able = [each for each in team.collectors if owner in (None, each.name)]
        if owner is None:
            able = [each for each in able if role in each.roles and skills.issubset(each.skills)]
        free = [each for each in able if left[each.name] != 0]
        if not free:
            lacking = f"nobody is {role}" + (f" with {', '.join(sorted(skills))}" if skills else "")
            found.append((None, "no capacity left" + (f" of {owner}" if owner else "") if able else lacking))
            continue
        chosen = max(free, key=lambda each: float("inf") if left[each.name] is None else left[each.name] or 0)
        capacity = left[chosen.name]
        left[chosen.name] = None if capacity is None else capacity - 1
        found.append((chosen.name, ""))
    return found
