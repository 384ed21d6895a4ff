"""Exact amounts: Decimal in, Decimal out, and nothing rounded on the way.

Amounts are plain `Decimal`s of one currency. Python's decimal arithmetic obeys a context that any caller may have
changed, so every function of the library that adds or multiplies runs inside `EXACT`, a context with enough digits
for any sum of amounts and a trap on the first digit that would be lost. Figures that need a division are kept as
`fractions.Fraction` until their one rounding at the end (`quotient`, `rounded`).
"""

from __future__ import annotations

__all__ = [
    "EDITION",
    "EXACT",
    "ZERO",
    "AmountByCurrency",
    "Currency",
    "Leftover",
    "PerCurrency",
    "Rounding",
    "currencies",
    "currency",
    "exact",
    "formatted",
    "fraction_of",
    "minor_units",
    "parse",
    "quotient",
    "rounded",
    "rounded_to_increment",
    "shares",
    "smallest_amount",
    "split",
]

from dunning.amounts.currency_codes import Currency, currencies, currency, minor_units, smallest_amount
from dunning.amounts.decimals import (
    EXACT,
    ZERO,
    Rounding,
    exact,
    formatted,
    fraction_of,
    parse,
    quotient,
    rounded,
    rounded_to_increment,
)
from dunning.amounts.iso4217 import EDITION
from dunning.amounts.per_currency import AmountByCurrency, PerCurrency
from dunning.amounts.splitting import Leftover, shares, split
