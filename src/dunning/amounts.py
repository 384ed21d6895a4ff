"""Exact amounts: Decimal in, Decimal out, and nothing rounded on the way.

Amounts are plain `Decimal`s of one currency. Python's decimal arithmetic obeys a context that any caller may have
changed, so every function of the library that adds or multiplies runs inside `EXACT`, a context with enough digits
for any sum of amounts and a trap on the first digit that would be lost. Figures that need a division are kept as
`fractions.Fraction` until their one rounding at the end (`quotient`, `rounded`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import wraps
from typing import ParamSpec, TypeVar

from dunning.errors import InvalidValue

__all__ = ["EXACT", "ZERO", "exact", "formatted", "parse", "quotient", "rounded", "shares"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

ZERO = Decimal(0)
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Sums and products of amounts are exact here, or they raise; nothing is rounded silently."""

DIGITS_BEFORE, DIGITS_AFTER = 40, 20
NARROW = Context(prec=DIGITS_BEFORE + DIGITS_AFTER, traps=[Inexact, InvalidOperation])
"""The widest amount that is accepted: far beyond any currency, far within `EXACT`."""

_FIGURE_CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_PLAIN_NUMBER = re.compile(rf"[+-]?\d{{1,{DIGITS_BEFORE}}}(\.\d{{1,{DIGITS_AFTER}}})?", re.ASCII)


def exact(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a function in the `EXACT` context, whatever context the caller has set."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return inner


def fits(value: Decimal) -> bool:
    """Whether an amount is finite and within the digits that the exact context can sum without loss."""
    try:
        return value.is_finite() and -DIGITS_AFTER <= value.adjusted() < DIGITS_BEFORE and NARROW.plus(value) == value
    except Inexact:
        return False


def parse(value: object) -> Decimal:
    """Read an amount from a `Decimal`, an `int` or a plain string such as `"-1234.50"`.

    Thousands separators, exponents, currency signs and surrounding spaces are refused, because guessing at them is how
    amounts go wrong by a factor of a thousand; floats are refused because they are not exact.

    Raises:
        InvalidValue: what was given is not an exact, finite number.

    >>> parse("1234.50")
    Decimal('1234.50')
    >>> parse(0.1)
    Traceback (most recent call last):
    dunning.errors.InvalidValue: amount: 0.1 is a float, which is not exact: give a Decimal, an int or a string
    """
    if isinstance(value, Decimal):
        amount = value
    elif isinstance(value, int) and not isinstance(value, bool):
        amount = Decimal(value)
    elif isinstance(value, str):
        if not _PLAIN_NUMBER.fullmatch(value):
            raise InvalidValue("amount", (f"{value!r} is not a plain number such as '1234.50'",))
        amount = Decimal(value)
    elif isinstance(value, float):
        raise InvalidValue("amount", (f"{value!r} is a float, which is not exact: give a Decimal, an int or a string",))
    else:
        raise InvalidValue("amount", (f"{value!r} is a {type(value).__name__}: give a Decimal, an int or a string",))
    if not fits(amount):
        raise InvalidValue("amount", (f"{value!r} is not finite, or has more digits than an amount can have",))
    return amount


def rounded(value: Decimal | Fraction, places: int = 2) -> Decimal:
    """Round half up (away from zero) to `places` decimals: the one rounding at the end.

    >>> rounded(Decimal("2.675")), rounded(Decimal("-2.675"))
    (Decimal('2.68'), Decimal('-2.68'))
    """
    scaled = abs(Fraction(value)) * 10**places
    units = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    sign = -1 if value < 0 else 1
    return Decimal(sign * units).scaleb(-places, EXACT)


def quotient(value: Fraction) -> Decimal:
    """Turn an exact fraction into a Decimal: exact when it has an end, else half up at 28 significant digits.

    >>> quotient(Fraction(1, 8)), quotient(Fraction(2, 3))
    (Decimal('0.125'), Decimal('0.6666666666666666666666666667'))
    """
    return _FIGURE_CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


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


def formatted(value: Decimal) -> str:
    """Show an amount to people: thousands separated by commas, the decimals as they are, at least two.

    >>> formatted(Decimal("1234567.5")), formatted(Decimal("-0.125"))
    ('1,234,567.50', '-0.125')
    """
    exponent = value.normalize(EXACT).as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{rounded(value, places):,.{places}f}"
