"""Which debts a name means: the id of an invoice, or `id/n` for its nth installment."""

from __future__ import annotations

from collections.abc import Collection


def is_among(name: str, names: Collection[str]) -> bool:
    """Whether a name is one of these, or means an installment of one of them."""
    return name in names or name.rpartition("/")[0] in names


def covers(names: Collection[str], item: str) -> bool:
    """Whether names cover an item: they have it or its invoice; no names at all cover everything."""
    return not names or is_among(item, names)


def same_debt(some: Collection[str], others: Collection[str]) -> bool:
    """Whether two lists of names have a debt in common; an empty one means every debt."""
    return not some or any(covers(others, each) for each in some) or any(is_among(each, some) for each in others)
