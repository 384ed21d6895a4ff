"""Exact arithmetic: the contexts, how amounts are read and shown, and the one rounding at the end.

Every function of the library that adds or multiplies runs inside `EXACT`, a context with enough digits for any sum of
amounts and a trap on the first digit that would be lost. Figures that need a division are kept as `fractions.Fraction`
until their one rounding at the end (`quotient`, `rounded`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow, localcontext
from fractions import Fraction
from functools import wraps
from typing import Annotated, Literal, ParamSpec, TypeAlias, TypeVar

from dunning._base.bounds import Id
from dunning._base.guards import guarded
from dunning._base.kinds import Must, quoted
from dunning.errors import InvalidValue

Rounding: TypeAlias = Literal["half up", "half even", "half down", "up", "down", "ceiling", "floor", "05up"]
"""How digits that are cut off change the last one kept: the modes of Python's *decimal*, under their usual names."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

ZERO = Decimal(0)
"""Nothing, as an amount."""
EXACT = Context(prec=200, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Sums and products of amounts are exact here, or they raise; nothing is rounded silently."""

DIGITS_BEFORE, DIGITS_AFTER = 40, 20
LARGEST = 10**DIGITS_BEFORE
NARROW = Context(prec=DIGITS_BEFORE + DIGITS_AFTER, traps=[Inexact, InvalidOperation])
"""The widest amount that is accepted: far beyond any currency, far within `EXACT`."""

_WIDE = Context(prec=200, traps=[InvalidOperation])
_FIGURE_CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_PLAIN_NUMBER = re.compile(rf"[+-]?\d{{1,{DIGITS_BEFORE}}}(\.\d{{1,{DIGITS_AFTER}}})?", re.ASCII)


def exact(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Run a function in the `EXACT` context, whatever context the caller has set."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        with localcontext(EXACT):
            return function(*args, **kwargs)

    return inner


def decimals(value: Decimal) -> int:
    """How many digits stand after the point."""
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def fits(value: Decimal) -> bool:
    """Whether an amount is finite and within the digits that the exact context can sum without loss."""
    try:
        return value.is_finite() and -DIGITS_AFTER <= value.adjusted() < DIGITS_BEFORE and NARROW.plus(value) == value
    except Inexact:
        return False


def is_exact(value: object) -> bool:
    """Whether a value is a whole number or a finite Decimal, of no more digits than are summed without loss."""
    return (type(value) is int and abs(value) < LARGEST) or (isinstance(value, Decimal) and fits(value))


_DIGITS = rf"(\.[0-9]{{1,{DIGITS_AFTER}}})?"
_ZEROS = rf"(\.0{{1,{DIGITS_AFTER}}})?"
_ZERO = f"-?0{_ZEROS}"
_BELOW_ONE = rf"0\.0{{0,{DIGITS_AFTER - 1}}}[1-9][0-9]{{0,{DIGITS_AFTER - 1}}}"
_ABOVE_ZERO = rf"([1-9][0-9]{{0,{DIGITS_BEFORE - 1}}}{_DIGITS}|{_BELOW_ONE})"
_NOT_NEGATIVE = {"pattern": f"^({_ABOVE_ZERO}|{_ZERO})$"}
_PART = {"pattern": f"^({_BELOW_ONE}|1{_ZEROS}|{_ZERO})$"}
_NUMBER = {"pattern": f"^(-?{_ABOVE_ZERO}|{_ZERO})$", "exclusiveMinimum": -LARGEST, "exclusiveMaximum": LARGEST}

Amount: TypeAlias = Annotated[
    Decimal,
    Must(
        "tiny <= {0} < huge and narrow({0})",  # narrow raises on more digits than an amount can have
        "a finite Decimal above zero",
        tiny=Decimal(1).scaleb(-DIGITS_AFTER, EXACT),
        huge=Decimal(1).scaleb(DIGITS_BEFORE, EXACT),
        narrow=NARROW.plus,
        schema={"pattern": f"^{_ABOVE_ZERO}$"},
    ),
]
"""Money that moves, and is never nothing."""
Number: TypeAlias = Annotated[
    Decimal | int, Must("is_exact({0})", "an int or a finite Decimal", schema=_NUMBER, is_exact=is_exact)
]
"""An exact number of any sign."""
AmountOrZero: TypeAlias = Annotated[
    Decimal, Must("fits({0}) and {0} >= 0", "a Decimal of at least 0", schema=_NOT_NEGATIVE, fits=fits)
]
"""A limit or a tolerance in money."""
Share: TypeAlias = Annotated[
    Decimal, Must("fits({0}) and 0 <= {0} <= 1", "a Decimal from 0 to 1", schema=_PART, fits=fits)
]
"""A part of something."""
Rational: TypeAlias = Number | Fraction
"""An exact number, or a quotient of such."""
ExchangeRate: TypeAlias = Annotated[
    Decimal,
    Must("fits({0}) and {0} > 0", "a finite Decimal above zero", schema={"pattern": f"^{_ABOVE_ZERO}$"}, fits=fits),
]
"""Units of one currency for one unit of another."""
Applied: TypeAlias = tuple[tuple[Id, Amount], ...]
"""(invoice id, amount) pairs."""


@guarded
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


@guarded
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


_MOST_PLACES = 100


def _require_places(places: object) -> None:
    if not isinstance(places, int) or not -_MOST_PLACES <= places <= _MOST_PLACES:
        raise InvalidValue("places", (f"{quoted(places)} is not a whole number of at most {_MOST_PLACES}",))


@guarded
def rounded(value: Decimal | Fraction, places: int = 2, mode: Rounding = "half up") -> Decimal:
    """Round to `places` decimals, half up (away from zero) unless told otherwise: the one rounding at the end.

    Raises:
        InvalidValue: the value is not an exact, finite number, or there is no such mode.

    >>> rounded(Decimal("2.675")), rounded(Decimal("-2.675")), rounded(Decimal("0.125"), 2, "half even")
    (Decimal('2.68'), Decimal('-2.68'), Decimal('0.12'))
    """
    _require_places(places)
    if type(value) is Decimal and value.is_finite() and mode in _ROUND_AWAY and abs(value) < LARGEST:
        found = value.quantize(Decimal((0, (1,), -places)), f"ROUND_{mode.upper().replace(' ', '_')}", _WIDE)
        return found or found.copy_abs()
    exact_value = value if type(value) is Fraction else fraction_of("rounded", value)
    return Decimal(_whole(exact_value * Fraction(10) ** places, mode)).scaleb(-places, EXACT)


@guarded
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


@guarded
def quotient(value: Fraction) -> Decimal:
    """Turn an exact fraction into a Decimal: exact when it has an end, else half up at 28 significant digits.

    >>> quotient(Fraction(1, 8)), quotient(Fraction(2, 3))
    (Decimal('0.125'), Decimal('0.6666666666666666666666666667'))
    """
    return _FIGURE_CONTEXT.divide(Decimal(value.numerator), Decimal(value.denominator))


@guarded
def formatted(value: Decimal) -> str:
    """Show an amount to people: thousands separated by commas, the decimals as they are, at least two.

    >>> formatted(Decimal("1234567.5")), formatted(Decimal("-0.125"))
    ('1,234,567.50', '-0.125')
    """
    exponent = value.normalize(EXACT).as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{rounded(value, places):,.{places}f}"


@exact
def sum_of(parts: Iterable[Decimal]) -> Decimal:
    """The sum, exactly."""
    return sum(parts, Decimal(0))
