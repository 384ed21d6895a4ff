"""Amounts that differ by currency, and how they read in a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

from dunning._base.kinds import guarded
from dunning._base.noun import frozen
from dunning.amounts.decimals import ZERO, formatted


@frozen
class PerCurrency:
    """Amounts that differ by currency: (code, amount) pairs, and the amount for all other currencies."""

    amounts: tuple[tuple[str, Decimal], ...]
    otherwise: Decimal = ZERO

    @guarded
    def of(self, currency: str) -> Decimal:
        """The amount in a currency."""
        return dict(self.amounts).get(currency, self.otherwise)


Minimum: TypeAlias = Decimal | PerCurrency
"""One amount for all currencies, or one for each."""


def amount_words(minimum: Minimum) -> str:
    """An amount in words, in each currency where they differ."""
    if not isinstance(minimum, PerCurrency):
        return formatted(minimum)
    each = [f"{formatted(amount)} {code}" for code, amount in minimum.amounts]
    return ", ".join([*each, f"{formatted(minimum.otherwise)} of any other currency"])
