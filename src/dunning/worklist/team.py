"""Who takes which case: collectors with capacity, roles and skills, and customers that belong to one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from dunning._base.bounds import Count, Id, Some
from dunning._base.names import repeated
from dunning._base.noun import frozen


@frozen
class Collector:
    """Somebody who contacts customers: how many contacts a day (None: no limit), in which roles, with which skills."""

    name: Id
    capacity: Count | None = None
    roles: tuple[str, ...] = attrs.field(default=("collector",), kw_only=True)
    skills: tuple[str, ...] = attrs.field(default=(), kw_only=True)


@frozen
class Team:
    """The collectors of a day. `owners` are (customer, collector) and `needs` (customer, skill) pairs.

    A customer who has an owner is contacted by nobody else, unless the owner is not in the team that day. What is to be
    done for one customer goes to one collector, and is one contact of that collector's capacity.

    Raises:
        InvalidValue: two collectors of one name, a customer with two owners, what is not pairs.
    """

    collectors: Some[Collector]
    owners: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)
    needs: tuple[tuple[str, str], ...] = attrs.field(default=(), kw_only=True)

    def _rules(self) -> Iterator[str]:
        yield from (f"collectors: {each} is named twice" for each in repeated(each.name for each in self.collectors))
        yield from (f"owners: {each} is named twice" for each in repeated(name for name, _ in self.owners))


def assigned(team: Team, asked: Iterable[tuple[str, str, str | None]]) -> list[tuple[str | None, str]]:
    """Who takes each of (customer, role, who spoke with them last), in the order given, and why nobody does.

    All that one customer is asked for in one role is one contact, of one collector: the owner, else who spoke with them
    last, else the one who has most contacts left, then the first in the team.
    """
    left = {each.name: each.capacity for each in team.collectors}
    owners = {customer: name for customer, name in team.owners if name in left}
    taken: dict[tuple[str, str], tuple[str | None, str]] = {}
    found: list[tuple[str | None, str]] = []
    for customer, role, last in asked:
        if (customer, role) not in taken:
            taken[customer, role] = _taker(team, customer, role, last, owners.get(customer), left)
        found.append(taken[customer, role])
    return found


def _taker(
    team: Team, customer: str, role: str, last: str | None, owner: str | None, left: dict[str, int | None]
) -> tuple[str | None, str]:
    """Who takes a customer in a role, whose capacity is less by one then; or why nobody does."""
    skills = {skill for other, skill in team.needs if other == customer}
    able = [each for each in team.collectors if owner in (None, each.name)]
    if owner is None:
        able = [each for each in able if role in each.roles and skills.issubset(each.skills)]
    free = [each for each in able if left[each.name] != 0]
    if not free:
        lacking = f"nobody is {role}" + (f" with {', '.join(sorted(skills))}" if skills else "")
        return None, "no capacity left" + (f" of {owner}" if owner else "") if able else lacking

    def room(each: Collector) -> tuple[bool, float]:
        capacity = left[each.name]
        return each.name == last, float("inf") if capacity is None else capacity

    chosen = max(free, key=room)
    capacity = left[chosen.name]
    left[chosen.name] = None if capacity is None else capacity - 1
    return chosen.name, ""
