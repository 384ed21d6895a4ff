"""The currencies of ISO 4217: their minor units, and the days on which they are valid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning.amounts.decimals import (
    EXACT,
)
from dunning.amounts.iso4217 import CAME, DECIMALS, EDITION, NO_DECIMALS, WENT
from dunning.errors import InvalidValue, Undefined


@frozen
class Currency:
    """A currency of ISO 4217: `decimals` of its minor unit (None: it has none) and the days on which it is valid.

    `first` is None for a currency that was there before 1999, `last` for one that is in force.
    """

    code: str
    decimals: int | None
    first: date | None = None
    last: date | None = None

    @guarded
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


@guarded
def currency(code: str) -> Currency:
    """A currency by its code.

    Raises:
        InvalidValue: ISO 4217 has no such code, or it went before 1999.
    """
    found = currencies().get(code) if isinstance(code, str) else None
    if found is None:
        raise InvalidValue("currency", (f"{code!r} is not in ISO 4217 (edition of {EDITION}); mend the code",))
    return found


@guarded
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


@guarded
def smallest_amount(code: str) -> Decimal:
    """One minor unit of a currency; errors as for `minor_units`.

    >>> smallest_amount("KWD")
    Decimal('0.001')
    """
    return Decimal(1).scaleb(-minor_units(code), EXACT)
