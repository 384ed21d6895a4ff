"""Splitting an amount into parts that sum to it exactly, and shares that sum to one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

from dunning._base.guards import guarded
from dunning._base.kinds import refuse
from dunning.amounts.decimals import (
    EXACT,
    _require_places,
    fraction_of,
    quotient,
    rounded,
)

Leftover: TypeAlias = Literal["largest remainder", "in order", "last first", "rest in last"]
"""Which parts of a split get the units that are left over."""


@guarded
def shares(parts: Sequence[Decimal], *, places: int | None = None) -> tuple[Decimal, ...] | None:
    """Each part over the sum of all; rounded shares give the residue to the largest part, so that they sum to 1.

    Returns None when the parts sum to zero: a share of nothing is undefined.

    >>> shares([Decimal(4), Decimal(1), Decimal(1)], places=4)
    (Decimal('0.6666'), Decimal('0.1667'), Decimal('0.1667'))
    """
    total = sum(map(Fraction, parts), Fraction(0))
    if not total:
        return None
    exact_shares = [Fraction(part) / total for part in parts]
    if places is None:
        return tuple(map(quotient, exact_shares))
    result = [rounded(share, places) for share in exact_shares]
    largest = max(range(len(parts)), key=lambda index: parts[index])
    residue = 1 - sum(map(Fraction, result), Fraction(0))
    result[largest] = rounded(Fraction(result[largest]) + residue, places)
    return tuple(result)


_TAKERS: Mapping[str, Callable[[Sequence[int], Sequence[Fraction]], list[int]]] = {
    # leftover: the parts in the order in which they get a unit each, from those that may have one and their remainders
    "largest remainder": lambda parts, rests: sorted(parts, key=lambda part: -rests[part]),
    "in order": lambda parts, rests: list(parts),
    "last first": lambda parts, rests: list(reversed(parts)),
}


@guarded
def split(
    total: Decimal, ratios: Sequence[Decimal | int], *, places: int = 2, leftover: Leftover = "largest remainder"
) -> tuple[Decimal, ...]:
    """Split an amount by ratios into parts of whole units of `places` decimals that sum to it exactly.

    Each part gets the whole units of its share; the units left over go to the parts with the largest remainders (ties
    to the first), or *in order*, or *last first*, or all of the rest to the last part. A part whose ratio is zero gets
    nothing, and a negative total is split like the positive one.

    Args:
        total: the amount, in whole units.
        ratios: one for each part, not negative and not all zero.
        places: the decimals of a unit; see `minor_units`.
        leftover: who gets the units left over.

    Raises:
        InvalidValue: a ratio is negative or all are zero, the total is not in whole units; all faults are named.

    >>> split(Decimal("10.00"), [1, 1, 1])
    (Decimal('3.34'), Decimal('3.33'), Decimal('3.33'))
    """
    weights = [fraction_of("split", ratio) for ratio in ratios]
    _require_places(places)
    units = abs(fraction_of("split", total)) * Fraction(10) ** places
    faults = [f"ratios: {ratio} is negative" for ratio in ratios if ratio < 0]
    if not any(weights):
        faults.append("ratios: there is none above zero")
    if units.denominator != 1:
        faults.append(f"total: {total} is not in whole units of {places} decimals; round it first")
    if leftover != "rest in last" and leftover not in _TAKERS:
        faults.append(f"leftover: {leftover!r} is not one of {', '.join(_TAKERS)}, rest in last")
    refuse("split", faults)
    unit = units / sum(weights, Fraction(0))
    exact_parts = [unit * weight for weight in weights]
    parts = [int(part) for part in exact_parts]
    rest = int(units) - sum(parts)
    takers = [number for number, weight in enumerate(weights) if weight]
    if leftover == "rest in last":
        parts[takers[-1]] += rest
    else:
        remainders = [part - whole for part, whole in zip(exact_parts, parts, strict=True)]
        for number in _TAKERS[leftover](takers, remainders)[:rest]:
            parts[number] += 1
    sign = -1 if total < 0 else 1
    return tuple(Decimal(sign * part).scaleb(-places, EXACT) for part in parts)


def covered(amount: Decimal, debts: Iterable[Decimal]) -> Iterator[Decimal]:
    """How much of each debt an amount covers, the first ones first: how credit covers the oldest.

    >>> list(covered(Decimal(30), [Decimal(20), Decimal(20), Decimal(20)]))
    [Decimal('20'), Decimal('10'), Decimal('0')]
    """
    for debt in debts:
        part = min(amount, debt)
        amount -= part
        yield part
