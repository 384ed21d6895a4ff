"""What a KPI is: a figure with its definition, and the decorator that makes one out of a formula.

A formula is a plain function of checked inputs. It gives a fraction, or says why there is none (`undefined`), or gives
a fraction with warnings (`flagged`). `kpi` wraps it: inputs are checked by their annotations, all faults at once; the
result becomes a `Kpi` with its one rounding; the definition is entered in the catalogue (`KPIS`) and added to the
docstring, so that help, the reference and the table of all KPIs say the same.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import wraps
from typing import Annotated, Any, Literal, NamedTuple, ParamSpec, TypeAlias, get_args

from dunning._base.guards import Arguments, walked
from dunning._base.kinds import Must
from dunning._base.noun import frozen, made
from dunning.amounts import ZERO, exact, formatted, quotient, rounded
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue, Undefined

Days: TypeAlias = Annotated[Number, Must("{0} > 0", "{0} above 0")]
"""A number of days above zero: the length of a period."""
ShareNumber: TypeAlias = Annotated[Number, Must("0 <= {0} <= 1", "{0}, from 0 to 1")]
"""A number from 0 to 1."""
Numbers: TypeAlias = Sequence[Number]
Exposures: TypeAlias = Sequence[Number]
"""What each customer owes."""
Weighted: TypeAlias = Sequence[tuple[Number, Number]]
"""(amount, days) pairs."""
DatedAmounts: TypeAlias = Sequence[tuple[date, Number]]
"""(day, amount) pairs."""
MonthlySales: TypeAlias = Mapping[date, Number] | DatedAmounts
"""The credit sales of each calendar month, by its first day."""
Unit: TypeAlias = Literal["days", "months", "share", "times", "amount", "amount squared", "score", "count"]
Family: TypeAlias = Literal[
    "DSO",
    "Payment behaviour",
    "Collecting",
    "Quality of receivables",
    "Losses",
    "Contacts and promises",
    "Disputes and billing",
    "Costs and targets",
    "Concentration",
]
FAMILIES: tuple[str, ...] = get_args(Family)
"""What KPIs are about, in the order in which people read them."""
_P = ParamSpec("_P")


@made
class Kpi:
    """A figure with its definition. `value` is None where it is undefined, and `reason` then says why.

    `flags` are warnings that come with a value: *net credit*, *insufficient history*, *credit customer*. `inputs` are
    the inputs and options that the figure was worked out from, as (name, value) pairs.
    """

    name: str
    value: Decimal | None
    unit: Unit
    reason: str | None
    flags: tuple[str, ...]
    formula: str
    inputs: tuple[tuple[str, Any], ...]

    def require(self) -> Decimal:
        """The value.

        Raises:
            Undefined: there is none, with the reason.
        """
        if self.value is None:
            raise Undefined(self.name, self.reason or "")
        return self.value

    def __str__(self) -> str:
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        return f"{self.name}: {figure(self)}{flags}"


_WORDS: Mapping[Unit, str] = {
    "days": " days", "months": " months", "share": " %", "times": " times", "amount": "",
    "amount squared": "", "score": "", "count": "",
}  # fmt: skip


def figure(kpi: Kpi) -> str:
    """The value of a KPI for people, with its unit; or why there is none."""
    if kpi.value is None:
        return f"undefined: {kpi.reason}"
    value = Fraction(kpi.value) * (100 if kpi.unit == "share" else 1)
    return formatted(rounded(value)) + _WORDS[kpi.unit]


@frozen
class Definition:
    """How a KPI is defined: its family, unit, formula, when it is undefined, and where the formula comes from."""

    name: str
    family: Family
    unit: Unit
    formula: str
    undefined: str
    source: str
    meaning: str


DEFINED: dict[str, Definition] = {}
"""Every KPI of the library by its name."""


def named(kpi: Kpi, name: str) -> Kpi:
    """A figure that was worked out by another formula than the one it is named after; the two give the same.

    It bears the definition of its name. What stands in brackets behind the name says for what part it was worked out:
    `roll_rate[31-60]`.
    """
    definition = DEFINED[name.partition("[")[0]]
    return Kpi(name, kpi.value, definition.unit, kpi.reason, kpi.flags, definition.formula, kpi.inputs)


class _Undefined(NamedTuple):
    reason: str


class _Flagged(NamedTuple):
    value: Fraction
    flags: tuple[str, ...]


class _Wrong(NamedTuple):
    faults: tuple[str, ...]


Outcome: TypeAlias = Fraction | _Flagged | _Undefined | _Wrong


def undefined(reason: str) -> Outcome:
    """There is no figure, for a reason."""
    return _Undefined(reason)


def flagged(value: Fraction, *flags: str) -> Outcome:
    """A figure with warnings."""
    return _Flagged(value, flags)


def wrong(*faults: str) -> Outcome:
    """The call cannot be meant: it raises `InvalidValue` with these faults."""
    return _Wrong(faults)


def part_of(part_name: str, part: Number | Fraction, whole: Number | Fraction, reason: str) -> Outcome:
    """A part over its whole; undefined for the reason given when the whole is 0, wrong when it is no part of it."""
    if not whole and not part:
        return _Undefined(reason)
    if not 0 <= part <= whole:
        return _Wrong((f"{part_name}: {part} is not a part of {whole}",))
    return Fraction(part) / Fraction(whole)


def ratio(part: Number | Fraction, whole: Number | Fraction, reason: str) -> Outcome:
    """A part over a whole; undefined for the reason given when the whole is 0."""
    return Fraction(part) / Fraction(whole) if whole else _Undefined(reason)


def total(values: Sequence[Number]) -> Fraction:
    """The exact sum of numbers; for callers in the exact context, as formulas are."""
    return Fraction(sum(values, ZERO))


def mean(values: Sequence[Number]) -> Outcome:
    """The mean; undefined (*no items*) when there are none."""
    return ratio(total(values), len(values), "no items")


def weighted(items: Weighted) -> Outcome:
    """The mean of the second numbers, weighted by the first; undefined without items or when the weights cancel."""
    if not items:
        return _Undefined("no items")
    moment = Fraction(sum((amount * days for amount, days in items), ZERO))
    return ratio(moment, total([amount for amount, _ in items]), "zero denominator")


_ATOMS = frozenset({int, Decimal, date, str, bool, type(None)})
"""What needs no shaping, and is by far the most."""


def _in_shape(takes: Arguments, name: str, value: Any) -> Any:
    """Whatever can be gone through as a tuple, so that a Kpi hashes; a mapping only where pairs are asked for."""
    if isinstance(value, Mapping):
        return takes.shape(name, value)
    return walked(value) if takes.is_many(name) else value


def _sorted(value: Any) -> Any:
    """A mapping as sorted pairs, everything else as it is."""
    given: Any = value
    return tuple(sorted(given.items())) if isinstance(value, Mapping) else value


def kpi(
    family: Family, unit: Unit, formula: str, *, undefined: str = "never", source: str = "our definition"
) -> Callable[[Callable[_P, Outcome]], Callable[_P, Kpi]]:
    """Make a KPI out of a formula; see the top of this module."""

    def decorate(function: Callable[_P, Outcome]) -> Callable[_P, Kpi]:
        name: str = function.__name__
        signature = inspect.signature(function)
        takes = Arguments(function)

        @wraps(function)
        @exact
        def inner(*args: _P.args, **kwargs: _P.kwargs) -> Kpi:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            asked = {
                key: given if type(given) in _ATOMS else _in_shape(takes, key, given)
                for key, given in bound.arguments.items()
            }
            takes.check((), asked)
            bound.arguments.update(
                {key: given if type(given) in _ATOMS else _sorted(given) for key, given in asked.items()}
            )
            found = function(*bound.args, **bound.kwargs)
            inputs = tuple(bound.arguments.items())
            if isinstance(found, _Wrong):
                raise InvalidValue(name, found.faults)
            if isinstance(found, _Undefined):
                return Kpi(name, None, unit, found.reason, (), formula, inputs)
            value, flags = found if isinstance(found, _Flagged) else (found, ())
            return Kpi(name, quotient(value), unit, None, flags, formula, inputs)

        meaning = inspect.getdoc(function) or ""
        DEFINED[name] = Definition(name, family, unit, formula, undefined, source, meaning.partition("\n\n")[0])
        inner.__signature__ = signature.replace(return_annotation="Kpi")  # type: ignore[attr-defined]  # for help and the docs
        inner.__doc__ = f"{meaning}\n\nFormula: {formula}.\n\nUnit: {unit}. Undefined: {undefined}. Source: {source}.\n"
        return inner

    return decorate
