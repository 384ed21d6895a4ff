"""How a fact is declared: its annotations are its checks.

A fact is a frozen record of something that happened on a date. `KINDS` says, for every annotation that a fact may use,
which expression must hold and how to say so in words. The decorator `fact` joins the expressions of a class into one
check that runs in construction (as attrs itself compiles `__init__`), so that an existing fact is a valid fact, at a
cost of well under a microsecond. Rules that concern several fields are written in the class as `_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar, cast, dataclass_transform

import attrs

from dunning._base import noun as _attrs
from dunning.amounts import EXACT
from dunning.amounts.decimals import DIGITS_AFTER, DIGITS_BEFORE, NARROW
from dunning.dates import is_date
from dunning.errors import InvalidValue

_T = TypeVar("_T")

Id: TypeAlias = str
Currency: TypeAlias = str
Amount: TypeAlias = Decimal
Applied: TypeAlias = tuple[tuple[str, Decimal], ...]


_TINY, _HUGE = Decimal(1).scaleb(-DIGITS_AFTER, EXACT), Decimal(1).scaleb(DIGITS_BEFORE, EXACT)


def is_pair(value: object) -> bool:
    """Whether a value is an (invoice id, amount above zero) pair; an amount of too many digits raises."""
    if type(value) is not tuple or len(cast("tuple[object, ...]", value)) != 2:
        return False
    name, amount = cast("tuple[object, object]", value)
    return (
        isinstance(name, str)
        and name != ""
        and isinstance(amount, Decimal)
        and _TINY <= amount < _HUGE
        and bool(NARROW.plus(amount))
    )


_FLAG_KINDS = (
    "cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls",
    "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice",
    "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end",
)  # fmt: skip

_MESSAGES = (
    "demand", "location_information", "ending_efforts", "intends_specified_remedy", "opt_out_confirmation",
    "ask_e_consent", "demand_contradicting_dispute_right", "offer_keeping_dispute_right",
)  # fmt: skip

_TEXT = "isinstance({0}, str) and {0} and {0}.strip() == {0}"
_DAY = "(type({0}) is date or is_date({0}))"
_AMOUNT = "isinstance({0}, Decimal) and tiny <= {0} < huge and narrow({0})"
_TUPLE = "type({0}) is tuple"

KINDS: dict[str, tuple[str, str]] = {
    # annotation: (what must hold, in words)
    "Id": (_TEXT, "a string that is not empty and has no spaces around it"),
    "Id | None": (f"({{0}} is None or {_TEXT})", "a string that is not empty and has no spaces around it, or None"),
    "str": ("isinstance({0}, str)", "a string"),
    "Currency": (
        "isinstance({0}, str) and len({0}) == 3 and {0}.isupper() and {0}.isalpha() and {0}.isascii()",
        "a currency code of three capital letters such as 'EUR'",
    ),
    "Amount": (_AMOUNT, "a finite Decimal above zero"),
    "Amount | None": (f"({{0}} is None or {_AMOUNT})", "a finite Decimal above zero, or None"),
    "date": (_DAY, "a date (a datetime is not a day)"),
    "date | None": (f"({{0}} is None or {_DAY})", "a date (a datetime is not a day), or None"),
    "datetime | None": (
        "({0} is None or isinstance({0}, datetime) and {0}.tzinfo is not None)",
        "a datetime with a time zone, or None",
    ),
    "Applied": (
        f"{_TUPLE} and (not {{0}} or all(map(is_pair, {{0}})))",
        "a tuple of (invoice id, Decimal above zero) pairs",
    ),
    "tuple[Installment, ...]": (
        f"{_TUPLE} and (not {{0}} or all(type(part).__name__ == 'Installment' for part in {{0}}))",
        "a tuple of Installment",
    ),
    "tuple[Id, ...]": (
        f"{_TUPLE} and (not {{0}} or all(isinstance(part, str) and part for part in {{0}}))",
        "a tuple of strings that are not empty",
    ),
    "Terms | None": ("({0} is None or type({0}).__name__ == 'Terms')", "Terms, or None"),
    "ChargeKind": ("{0} in ('fee', 'interest', 'cost', 'penalty')", "one of fee, interest, cost, penalty"),
    "AdjustmentKind": (
        "{0} in ('write_off', 'discount', 'small_balance', 'deduction')",
        "one of write_off, discount, small_balance, deduction",
    ),
    "Channel": (
        "{0} in ('email', 'letter', 'call', 'sms', 'visit', 'portal')",
        "one of email, letter, call, sms, visit, portal",
    ),
    "TaskKind": (
        "{0} in ('stop_credit', 'release_credit', 'review', 'propose_write_off')",
        "one of stop_credit, release_credit, review, propose_write_off",
    ),
    "bool": ("type({0}) is bool", "True or False"),
    "time | None": (
        "({0} is None or type({0}) is time and {0}.tzinfo is None)",
        "a time of day without a zone, or None",
    ),
    "Message | None": (f"({{0}} is None or {{0}} in {_MESSAGES})", f"one of {', '.join(_MESSAGES)}, or None"),
    "ContactPlace | None": ("{0} in (None, 'home', 'mobile', 'work')", "one of home, mobile, work, or None"),
    "Channel | None": (
        "{0} in (None, 'email', 'letter', 'call', 'sms', 'visit', 'portal')",
        "one of email, letter, call, sms, visit, portal, or None",
    ),
    "FlagKind": (f"{{0}} in {_FLAG_KINDS}", f"one of {', '.join(_FLAG_KINDS)}"),
    "Direction": ("{0} in ('outbound', 'inbound')", "one of outbound, inbound"),
}

_NAMES: dict[str, Any] = {
    "Decimal": Decimal,
    "date": date,
    "datetime": datetime,
    "time": time,
    "is_date": is_date,
    "is_pair": is_pair,
    "huge": _HUGE,
    "tiny": _TINY,
    "narrow": NARROW.plus,  # raises on more digits than an amount can have
}


def _compiled(expression: str) -> Callable[[Any], object]:
    """Make a function of one value out of an expression in the names of `KINDS`."""
    return cast("Callable[[Any], object]", eval(f"lambda fact: {expression}", _NAMES))


def _shown(value: object) -> str:
    kind = type(value).__name__
    text = repr(value)
    return f"{text if len(text) <= 60 else text[:57] + '...'} ({kind})"


def _faults(self: object, kinds: dict[str, str]) -> Iterator[str]:
    """One line for each field that does not hold what its annotation says."""
    for name, kind in kinds.items():
        expression, words = KINDS[kind]
        value = getattr(self, name)
        try:
            holds = bool(_compiled(expression.format("fact"))(value))
        except ArithmeticError:  # comparing a signalling NaN
            holds = False
        if not holds:
            yield f"{name}: {_shown(value)} must be {words}"


@dataclass_transform(frozen_default=True, field_specifiers=(attrs.field,))
def fact(cls: type[_T]) -> type[_T]:
    """Make a class a fact: frozen, and checked in construction by its annotations and its `_rules`."""
    kinds = dict(cls.__annotations__)
    is_valid = _compiled(" and ".join(KINDS[kind][0].format(f"fact.{name}") for name, kind in kinds.items()))
    rules: Callable[[Any], Sequence[str]] | None = cls.__dict__.get("_rules")

    def __attrs_post_init__(self: Any) -> None:  # attrs calls it by this name
        try:
            valid = is_valid(self)
        except (ArithmeticError, TypeError):  # a value that cannot even be compared; the slow check names it
            valid = False
        if not valid:
            raise InvalidValue(cls.__name__, tuple(_faults(self, kinds)))
        if rules is not None and (broken := rules(self)):
            raise InvalidValue(f"{cls.__name__} {getattr(self, 'id', '')}".strip(), broken)

    cls.__attrs_post_init__ = __attrs_post_init__  # type: ignore[attr-defined]  # read by attrs
    return _attrs.made(cls)
