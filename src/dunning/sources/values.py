"""Values as exports write them: numbers, days, terms, and what stands for nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple, cast

from dunning.dates import add_days
from dunning.errors import InvalidValue
from dunning.ledger.sources import plain
from dunning.terms import Terms

FIRST_SERIAL = date(1899, 12, 30)
"""Day 0 of spreadsheets that count from 1900, as they have it after February 1900."""
_YEARS = 1900
"""Days up to this year stand for no date: 1 January 1900, 1 January 0001."""
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_TIME = re.compile(r"[T ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[AaPp][Mm])?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?$")


def text_of(value: Any) -> str:
    """A value as text, without blanks around it."""
    if type(value) is str:
        return value.strip()
    value = plain(value)
    if isinstance(value, float):
        return "" if value != value else repr(value)  # noqa: PLR0124  # NaN is no value
    return "" if value is None else str(value).strip()


def identifier(text: str) -> str:
    """An id without the decimals that a spreadsheet gave it."""
    return re.sub(r"(?<=\d)\.0+$", "", text) if re.fullmatch(r"\d+\.0+", text) else text


# Numbers

_DIGITS = 40
_SIGNS = "+-\N{MINUS SIGN}"
_APART = "\\s'\N{RIGHT SINGLE QUOTATION MARK}"
_CURRENCY = r"(?:[A-Z]{3}|[$€£¥₹]|kr\.?|Fr\.?)"
_AROUND = re.compile(rf"(?:({_CURRENCY})\s?)?(.*?)(?:\s?({_CURRENCY}))?")
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR"}
"""Signs that stand for one currency; others stand for several."""
DASHES = ("-", "\N{EN DASH}", "\N{EM DASH}")
"""What accountants write for nothing."""
_LONGEST = 80
"""No amount and no day is written in more characters."""


class Number(NamedTuple):
    """An amount as it was written: whether its text had to be repaired, and the currency beside it, if any."""

    amount: Decimal
    was_repaired: bool = False
    currency: str = ""


def number(value: Any, decimal: str) -> Number:
    """An amount, also with a currency beside it, in brackets, or with the minus behind.

    Raises:
        ValueError: it is no number in this form.
    """
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise ValueError  # noqa: TRY004  # as of every other value that is no number
    if not isinstance(value, str):
        found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not found.is_finite():
            raise ValueError
        return Number(_bounded(found))
    text = value.strip()
    if len(text) > _LONGEST:
        raise ValueError
    bare, currency = _without_currency(text)
    sign = 1
    if bare.startswith("(") and bare.endswith(")"):
        bare, sign = bare[1:-1].strip(), -1
    elif bare.endswith((".-", ",-")):  # no cents, as in Switzerland
        bare = bare[:-2]
    elif bare.endswith("-"):
        bare, sign = bare[:-1].strip(), -1
    if bare[:1] in _SIGNS and bare:
        bare, sign = bare[1:].strip(), sign if bare[0] == "+" else -sign
    bare, inner = _without_currency(bare)
    if not _numbers(decimal).fullmatch(bare):
        raise ValueError
    digits = re.sub(r"[^\d.eE+-]", "", bare.replace(".", "").replace(",", ".") if decimal == "," else bare)
    return Number(_bounded(sign * Decimal(digits)), text.lstrip(_SIGNS) != bare, currency or inner)


def _without_currency(text: str) -> tuple[str, str]:
    """An amount without the currency before or behind it, and its code, where it stands for one."""
    found = cast("re.Match[str]", _AROUND.fullmatch(text))
    said = found[1] or found[3] or ""
    return found[2].strip(), _SYMBOLS.get(said, said if re.fullmatch(r"[A-Z]{3}", said) else "")


def _bounded(amount: Decimal) -> Decimal:
    """An amount that can be reckoned with exactly.

    Raises:
        ValueError: it has more digits than any amount of money.
    """
    if amount and (len(amount.as_tuple().digits) > _DIGITS or abs(amount.adjusted()) > _DIGITS):
        raise ValueError
    return amount


@cache
def _numbers(decimal: str) -> re.Pattern[str]:
    """Digits, parted in thousands (or as in India) or not; with the other sign that would be another number."""
    point, apart = re.escape(decimal), f"[{'.' if decimal == ',' else ','}{_APART}]"
    whole = rf"\d+|\d{{1,3}}(?:{apart}\d{{2,3}})*{apart}\d{{3}}"
    return re.compile(rf"(?:{whole})(?:{point}\d*)?(?:[eE][+-]?\d{{1,3}})?|{point}\d+")


# Days


def day(value: Any, forms: Sequence[str]) -> date | None:
    """A day in one of the forms; None for one that stands for no date.

    Raises:
        ValueError: it is a day in none of them.
    """
    value = plain(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value if value.year > _YEARS else None
    text = text_of(value)
    if not text.strip("0-./: "):
        return None
    if len(text) > _LONGEST:
        raise ValueError
    for form in forms:
        read = _SPECIAL.get(form) or _reader(form)
        try:
            found = read(text)
        except ValueError:  # it has this form, and there is no such day; another form may read it
            continue
        if found is not None:
            return found if found.year > _YEARS else None
    raise ValueError


@cache
def _reader(form: str) -> Callable[[str], date | None]:
    """What reads days of one form."""
    parts = {"%d": r"(?P<d>\d{1,2})", "%m": r"(?P<m>\d{1,2})", "%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})"}
    if not re.search(r"[^%dmYyb]", form):  # nothing parts the digits: all of them are there
        parts |= {"%d": r"(?P<d>\d{2})", "%m": r"(?P<m>\d{2})"}
    parts["%b"] = r"(?P<b>[A-Za-z]{3,9})\.?"
    steps: list[str] = re.findall(r"%[dmYyb]|.", form)
    pattern: re.Pattern[str] = re.compile("".join(parts[each] if each in parts else re.escape(each) for each in steps))

    def read(text: str) -> date | None:
        found = pattern.fullmatch(text) or pattern.fullmatch(_TIME.sub("", text))
        if found is None:
            return None
        said = found.groupdict()
        month = int(said["m"]) if said.get("m") else _MONTHS.index((said.get("b") or "")[:3].lower()) + 1
        year = int(said["Y"]) if said.get("Y") else 2000 + int(said.get("y") or 0)
        return date(year, month, int(said.get("d") or 1))

    return read


def _unix(text: str) -> date | None:
    return _at(int(text)) if re.fullmatch(r"-?\d{1,11}", text) else None


def _milliseconds(text: str) -> date | None:
    found = re.fullmatch(r"/Date\((-?\d{1,15})(?:([+-])(\d{2})(\d{2}))?\)/", text)
    if found is None:
        return None
    shift = (int(found[3]) * 3600 + int(found[4]) * 60) * (-1 if found[2] == "-" else 1) if found[2] else 0
    return _at(int(found[1]) // 1000 + shift)


def _at(seconds: int) -> date:
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date()
    except OverflowError:
        raise ValueError from None


def _serial(text: str) -> date | None:
    found = re.fullmatch(r"(\d{1,6})(?:\.\d+)?", text)
    return add_days(FIRST_SERIAL, int(found[1])) if found else None


_SPECIAL: Mapping[str, Callable[[str], date | None]] = {
    "unix": _unix,
    "/Date()/": _milliseconds,
    "serial": _serial,
}


def form_faults(forms: Sequence[str]) -> Iterator[str]:
    """What is wrong with forms of dates: one that says no whole day, or two that cannot be told apart."""
    shapes: dict[str, str] = {}
    for form in forms:
        if form in _SPECIAL:
            continue
        if not ("%d" in form and re.search("%[mb]", form) and re.search("%[Yy]", form)):
            yield f"dates: {form!r} says no whole day; write it in %d, %m or %b, and %Y or %y"
        shape = re.sub("%[dm]", "%0", form)
        if shape in shapes:
            yield f"dates: {shapes[shape]} and {form} cannot be told apart; give the one that holds"
        shapes.setdefault(shape, form)


# Terms

_SKONTO = re.compile(r"#SKONTO#TAGE=(\d+)#PROZENT=(\d+(?:\.\d+)?)#")
_NET = re.compile(r"(\d+)\s*(?:Tage|Tagen|days)", re.IGNORECASE)


def terms_of(text: str) -> Terms | None:
    """Payment terms as exports say them: a number of days, words such as "Net 30", the Skonto lines of an invoice.

    The syntax `#SKONTO#TAGE=14#PROZENT=2.00#` is that of XRechnung, BR-DE-18; the net days stand in the free text.
    None where they say nothing that can be reckoned with.
    """
    if re.fullmatch(r"[0-9]{1,3}(?:\.0+)?", text):
        return Terms.parse(f"net {text.partition('.')[0]}")
    steps = _SKONTO.findall(text)
    rest = _NET.search(_SKONTO.sub("", text))
    if steps and rest is not None:
        said = ", ".join(f"{Decimal(rate).normalize():f}/{days}" for days, rate in steps)
        text = f"{said} net {rest[1]}"
    elif rest is not None and not steps:
        text = f"net {rest[1]}"
    try:
        return Terms.parse(text)
    except InvalidValue:
        return None


# Ways to a value


def value_at(row: Mapping[str, Any], way: str) -> Any:
    """What stands at a way in a row: the column of that name, or a way along names, places and conditions."""
    if way in row:
        return row[way]
    found: Any = row
    for step in re.findall(r"(?:[^.\[]|\[[^\]]*\])+", way):
        name, _, condition = step.partition("[")
        if isinstance(found, list):
            rows: list[Any] = found  # pyright: ignore[reportUnknownVariableType]  # of any shape
            found = rows[int(name)] if name.isdigit() and int(name) < len(rows) else None
        else:
            found = cast("Mapping[str, Any]", found).get(name) if isinstance(found, Mapping) else None
        if condition:
            found = _first(found, condition.removesuffix("]"))
    return found


def _first(values: Any, condition: str) -> Any:
    """The first of a list of which something is so."""
    key, _, wanted = condition.partition("=")
    rows: list[Any] = values if isinstance(values, list) else []  # pyright: ignore[reportUnknownVariableType]  # as above
    tables = (cast("Mapping[str, Any]", each) for each in rows if isinstance(each, Mapping))
    return next((each for each in tables if text_of(value_at(each, key)) == wanted), None)
