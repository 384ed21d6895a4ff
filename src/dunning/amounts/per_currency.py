"""Amounts that differ by currency, and how they read in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from dunning._base.bounds import CurrencyCode
from dunning._base.guards import guarded
from dunning._base.names import repeated
from dunning._base.noun import frozen
from dunning.amounts.decimals import ZERO, AmountOrZero, formatted


@frozen
class PerCurrency:
    """Amounts that differ by currency: (code, amount) pairs, and the amount for all other currencies."""

    amounts: tuple[tuple[CurrencyCode, AmountOrZero], ...]
    otherwise: AmountOrZero = ZERO

    def _rules(self) -> Iterator[str]:
        yield from (f"amounts: {each} is named twice" for each in repeated(code for code, _ in self.amounts))

    @guarded
    def of(self, currency: str) -> Decimal:
        """The amount in a currency."""
        return dict(self.amounts).get(currency, self.otherwise)


AmountByCurrency: TypeAlias = AmountOrZero | PerCurrency
"""One amount for all currencies, or one for each."""


def amount_words(minimum: AmountByCurrency) -> str:
    """An amount in words, in each currency where they differ."""
    if not isinstance(minimum, PerCurrency):
        return formatted(minimum)
    each = [f"{formatted(amount)} {code}" for code, amount in minimum.amounts]
    return ", ".join([*each, f"{formatted(minimum.otherwise)} of any other currency"])
