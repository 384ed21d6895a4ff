"""Exact amounts: Decimal in, Decimal out, and nothing rounded on the way.

Amounts are plain `Decimal`s of one currency. Python's decimal arithmetic obeys a context that any caller may have
changed, so every function of the library that adds or multiplies runs inside `EXACT`, a context with enough digits
for any sum of amounts and a trap on the first digit that would be lost. Figures that need a division are kept as
`fractions.Fraction` until their one rounding at the end (`quotient`, `rounded`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import cache, wraps
from types import MappingProxyType
from typing import Literal, ParamSpec, TypeAlias, TypeVar

from dunning._attrs import frozen
from dunning._iso4217 import CAME, DECIMALS, EDITION, NO_DECIMALS, WENT
from dunning.errors import InvalidValue, Undefined

__all__ = [
    "EDITION",
    "EXACT",
    "ZERO",
    "Currency",
    "Leftover",
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

Rounding: TypeAlias = Literal["half up", "half even", "half down", "up", "down", "ceiling", "floor", "05up"]
"""How the digits that are cut off change the last one kept; the modes of Python's `decimal` under their usual names."""

Leftover: TypeAlias = Literal["largest remainder", "in order", "last first", "rest in last"]
"""Which parts of a split get the units that are left over."""

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


_HALF = Fraction(1, 2)
_ROUND_AWAY: Mapping[str, Callable[[int, Fraction, bool], bool]] = {
    # mode: whether to round away from zero, from the whole units, the rest (above 0, below 1) and the sign
    "half up": lambda units, rest, negative: rest >= _HALF,
    "half even": lambda units, rest, negative: rest > _HALF or (rest == _HALF and units % 2 == 1),
    "half down": lambda units, rest, negative: rest > _HALF,
    "up": lambda units, rest, negative: True,
    "down": lambda units, rest, negative: False,
    "ceiling": lambda units, rest, negative: not negative,
    "floor": lambda units, rest, negative: negative,
    "05up": lambda units, rest, negative: units % 5 == 0,
}


def fraction_of(what: str, value: object) -> Fraction:
    """An exact number as a fraction.

    Raises:
        InvalidValue: it is a float, not a number, or not finite.
    """
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (Decimal, int)) and not isinstance(value, bool) and Decimal(value).is_finite():
        return Fraction(value)
    raise InvalidValue(what, (f"{value!r} is a {type(value).__name__}, not an exact number; give a Decimal or an int",))


def _whole(value: Fraction, mode: Rounding) -> int:
    """Round a fraction to a whole number."""
    if mode not in _ROUND_AWAY:
        raise InvalidValue("rounding", (f"{mode!r} is not one of {', '.join(_ROUND_AWAY)}",))
    units, rest = divmod(abs(value), 1)
    if rest and _ROUND_AWAY[mode](units, rest, value < 0):
        units += 1
    return -units if value < 0 else units


def rounded(value: Decimal | Fraction, places: int = 2, mode: Rounding = "half up") -> Decimal:
    """Round to `places` decimals, half up (away from zero) unless told otherwise: the one rounding at the end.

    Raises:
        InvalidValue: the value is not an exact, finite number, or there is no such mode.

    >>> rounded(Decimal("2.675")), rounded(Decimal("-2.675")), rounded(Decimal("0.125"), 2, "half even")
    (Decimal('2.68'), Decimal('-2.68'), Decimal('0.12'))
    """
    exact_value = value if type(value) is Fraction else fraction_of("rounded", value)
    return Decimal(_whole(exact_value * Fraction(10) ** places, mode)).scaleb(-places, EXACT)


def rounded_to_increment(value: Decimal | Fraction, increment: Decimal, mode: Rounding = "half up") -> Decimal:
    """Round to a multiple of an increment, as cash is rounded where small coins are gone; transfers are not.

    Raises:
        InvalidValue: the increment is not above zero, or there is no such mode.

    >>> rounded_to_increment(Decimal("10.03"), Decimal("0.05"))
    Decimal('10.05')
    """
    if not fraction_of("increment", increment) > 0:
        raise InvalidValue("increment", (f"{increment} is not above zero",))
    return EXACT.multiply(Decimal(_whole(fraction_of("rounded", value) / Fraction(increment), mode)), increment)


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


_TAKERS: Mapping[str, Callable[[Sequence[int], Sequence[Fraction]], list[int]]] = {
    # leftover: the parts in the order in which they get a unit each, from those that may have one and their remainders
    "largest remainder": lambda parts, rests: sorted(parts, key=lambda part: -rests[part]),
    "in order": lambda parts, rests: list(parts),
    "last first": lambda parts, rests: list(reversed(parts)),
}


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
    units = abs(fraction_of("split", total)) * Fraction(10) ** places
    faults = [f"ratios: {ratio} is negative" for ratio in ratios if ratio < 0]
    if not any(weights):
        faults.append("ratios: there is none above zero")
    if units.denominator != 1:
        faults.append(f"total: {total} is not in whole units of {places} decimals; round it first")
    if leftover != "rest in last" and leftover not in _TAKERS:
        faults.append(f"leftover: {leftover!r} is not one of {', '.join(_TAKERS)}, rest in last")
    if faults:
        raise InvalidValue("split", faults)
    exact_parts = [units * weight / sum(weights) for weight in weights]
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


@frozen
class Currency:
    """A currency of ISO 4217: `decimals` of its minor unit (None: it has none) and the days on which it is valid.

    `first` is None for a currency that was there before 1999, `last` for one that is in force.
    """

    code: str
    decimals: int | None
    first: date | None = None
    last: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether amounts can be in this currency on a day.

        >>> currency("XCG").is_valid_on(date(2025, 3, 1))
        False
        """
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@cache
def currencies() -> Mapping[str, Currency]:
    """All currencies that are known, by code: those in force, without a minor unit, and gone since 1999.

    The edition of ISO 4217 is `EDITION`.
    """
    table: dict[str, Currency] = {code: Currency(code, None) for code in NO_DECIMALS.split()}
    for decimals, codes in DECIMALS.items():
        table |= {code: Currency(code, decimals, CAME.get(code)) for code in codes.split()}
    table |= {code: Currency(code, *gone) for code, gone in WENT.items()}
    return MappingProxyType(table)


def currency(code: str) -> Currency:
    """A currency by its code.

    Raises:
        InvalidValue: ISO 4217 has no such code, or it went before 1999.
    """
    found = currencies().get(code) if isinstance(code, str) else None
    if found is None:
        raise InvalidValue("currency", (f"{code!r} is not in ISO 4217 (edition of {EDITION}); mend the code",))
    return found


def minor_units(code: str) -> int:
    """How many decimals the amounts of a currency have.

    Raises:
        InvalidValue: ISO 4217 has no such code.
        Undefined: the code has no minor unit (gold, drawing rights, tests).

    >>> [minor_units(code) for code in ("EUR", "JPY", "KWD", "CLF")]
    [2, 0, 3, 4]
    """
    decimals = currency(code).decimals
    if decimals is None:
        raise Undefined(f"smallest amount of {code}", "no minor unit")
    return decimals


def smallest_amount(code: str) -> Decimal:
    """One minor unit of a currency; errors as for `minor_units`.

    >>> smallest_amount("KWD")
    Decimal('0.001')
    """
    return Decimal(1).scaleb(-minor_units(code), EXACT)


def formatted(value: Decimal) -> str:
    """Show an amount to people: thousands separated by commas, the decimals as they are, at least two.

    >>> formatted(Decimal("1234567.5")), formatted(Decimal("-0.125"))
    ('1,234,567.50', '-0.125')
    """
    exponent = value.normalize(EXACT).as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{rounded(value, places):,.{places}f}"
