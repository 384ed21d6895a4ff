"""Which debts a name means: the id of an invoice, or `id/n` for its nth installment. No names at all mean every debt.

An item knows its own name and its invoice's, and is covered where either is named (`means`). Where only names are at
hand, as in rules of contact, that of an installment is told by its form (`same_debt`): of two invoices `2026` and
`2026/17` the second would be taken for an installment of the first, so ask the items where there are any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable
from typing import Generic, TypeVar

_T = TypeVar("_T")


def means(names: Collection[str], own: Iterable[str]) -> bool:
    """Whether names mean a debt, or one of several, with these names of its own: its item's and its invoice's."""
    if names:
        for each in own:  # in the innermost loop of a plan, where a generator would cost more than the test
            if each in names:
                return True
    return not names


class ByName(Generic[_T]):
    """Things by the debts that they name, so that those about a debt are found without looking at all of them."""

    def __init__(self, things: Iterable[tuple[_T, Collection[str]]]) -> None:
        self.things: list[_T] = []
        self._named: dict[str, list[int]] = {}
        self._nameless: list[int] = []
        for number, (thing, names) in enumerate(things):
            self.things.append(thing)
            if not names:
                self._nameless.append(number)
            for name in names:
                self._named.setdefault(name, []).append(number)

    def about(self, own: Iterable[str]) -> list[_T]:
        """The things about any of some debts, in their order; those that name nothing are about every one."""
        found = {number for name in own for number in self._named.get(name, ())}
        return [self.things[number] for number in sorted(found.union(self._nameless))]


def touches(names: Collection[str], own: frozenset[str]) -> bool:
    """As `means`, for the many names of a whole account."""
    return not names or not own.isdisjoint(names)


def is_among(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of these, or has the form of an installment of one of them."""
    stem, _, number = name.rpartition("/")
    return name in names or (number.isdigit() and stem in names)


def same_debt(some: Collection[str], others: Collection[str]) -> bool:
    """Whether two lists of names have a debt in common."""
    if not some or not others:
        return True
    return any(is_among(each, others) for each in some) or any(is_among(each, some) for each in others)


def parts_of(name: str, count: int) -> tuple[str, ...]:
    """The names of an invoice's debts: those of its installments; its own where it has none."""
    return tuple(f"{name}/{number}" for number in range(1, count + 1)) or (name,)


def number_in(name: str, invoice: str) -> int:
    """The number of the installment that a name means of an invoice that it is known to mean; 0 for the whole."""
    return 0 if name == invoice else int(name.rpartition("/")[2])


def owner(name: str, invoices: Container[str]) -> str:
    """The invoice that a name means: itself, or the one of which it has the form of an installment."""
    if name in invoices:
        return name
    stem, _, number = name.rpartition("/")
    return stem if number.isdigit() and stem in invoices else name


def repeated(names: Iterable[str]) -> list[str]:
    """The names that occur more than once, each once, sorted."""
    return sorted(name for name, times in Counter(names).items() if times > 1)
