"""What fields and arguments may be besides their type, under names: an id, a count, a share, a tuple of at least one.

They are read by the checks of this room; to a type checker each is its plain type. Amounts, which know how many digits
are summed exactly, stand in `dunning.amounts`.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, TypeAlias, TypeVar

from dunning._base.kinds import CLOCK, DAY, ZONE, Must

_T = TypeVar("_T")

_NO_SPACE_AROUND = r"^\S([\s\S]*\S)?$"
Text: TypeAlias = Annotated[
    str,
    Must("{0}.strip() == {0}", "a text without spaces around it", schema={"pattern": f"^$|{_NO_SPACE_AROUND}"}),
]
Id: TypeAlias = Annotated[
    str,
    Must(
        "{0} and {0}.strip() == {0}",
        "a name (not empty, no spaces around it)",
        schema={"pattern": _NO_SPACE_AROUND},
    ),
]
CurrencyCode: TypeAlias = Annotated[
    str,
    Must(
        "len({0}) == 3 and {0}.isupper() and {0}.isalpha() and {0}.isascii()",
        "a currency code of three capital letters such as 'EUR'",
        schema={"pattern": "^[A-Z]{3}$"},
    ),
]
Count: TypeAlias = Annotated[int, Must("{0} >= 0", "a whole number of at least 0", schema={"minimum": 0})]
Positive: TypeAlias = Annotated[int, Must("{0} >= 1", "a whole number of at least 1", schema={"minimum": 1})]
Instant: TypeAlias = Annotated[
    datetime,
    Must("{0}.tzinfo is not None", "a datetime with a time zone", schema={"pattern": rf"^{DAY}T{CLOCK}{ZONE}$"}),
]
ClockTime: TypeAlias = Annotated[
    time, Must("{0}.tzinfo is None", "a time of day without a zone", schema={"pattern": rf"^{CLOCK}$"})
]
Some: TypeAlias = Annotated[
    tuple[_T, ...], Must("{0}", "{0}, at least one", "give at least one", schema={"minItems": 1})
]
Once: TypeAlias = Annotated[
    tuple[_T, ...], Must("len(set({0})) == len({0})", "{0}, each once", "give each once", schema={"uniqueItems": True})
]
Weekday: TypeAlias = Annotated[
    int, Must("0 <= {0} <= 6", "a weekday from 0 (Monday) to 6 (Sunday)", schema={"minimum": 0, "maximum": 6})
]
DayOfMonth: TypeAlias = Annotated[
    int, Must("1 <= {0} <= 31", "a day of the month, 1 to 31", schema={"minimum": 1, "maximum": 31})
]
SomeOnce: TypeAlias = Annotated[Once[_T], Must("{0}", "{0}, at least one", "give at least one", schema={"minItems": 1})]
