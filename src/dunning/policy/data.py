"""A policy as plain data and back, without loss, and the hash of its content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar, cast

import attrs

from dunning._base.bounds import Weekday
from dunning._base.kinds import faults_of, is_date, is_sound, test_of, words
from dunning.amounts import PerCurrency
from dunning.conditions import All, AnyOf, Compare, Not
from dunning.conditions.data import Reader, condition_data, read_condition
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue
from dunning.policy.activities import ACTIVITIES, Activity
from dunning.policy.levels import Final, Freeze, Level, Mention, Minimum, Regress, Repeat

if TYPE_CHECKING:
    from dunning.policy.policy import Policy

_T = TypeVar("_T")


def _plain(value: Any) -> Any:
    """A value of a policy as plain data."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, frozenset):
        return sorted(cast("frozenset[str]", value))
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("Iterable[Any]", value)]
    if isinstance(value, PerCurrency):
        amounts = {code: str(amount) for code, amount in value.amounts}
        return {"amounts": amounts, "otherwise": str(value.otherwise)}
    if isinstance(value, BusinessCalendar):
        return _calendar_data(value)
    if isinstance(value, Freeze):
        return {"first": list(value.first), "last": list(value.last)}
    if isinstance(value, (Repeat, Final)):
        return {"repeat" if isinstance(value, Repeat) else "final": _fields(value)}
    if isinstance(value, Level):
        return level_data(value)
    kind = value.__class__
    if kind in ACTIVITIES.values():
        return {"kind": kind.__name__, **_fields(value)}
    if isinstance(value, Minimum) and not value.share:
        return _plain(value.amount)
    if isinstance(value, (Regress, Minimum)):
        return _fields(value)
    return condition_data(value) if isinstance(value, (Compare, All, AnyOf, Not)) else value


def _fields(value: Any) -> dict[str, Any]:
    """The fields of a value that are not at their default."""
    found: dict[str, Any] = {}
    kind = value.__class__
    for field in attrs.fields(kind):
        each = getattr(value, field.name)
        if each is not None and each != field.default:
            found[field.name] = _fields(each) if field.name == "repeat" else _plain(each)
    return found


def _calendar_data(calendar: BusinessCalendar) -> dict[str, Any]:
    if not isinstance(calendar.holidays, frozenset):
        hint = "give the calendar a set of dates, or leave it out and hand it to from_data"
        raise InvalidValue("Policy", [f"calendar: its holidays are not a set of dates and cannot be written; {hint}"])
    holidays = cast("frozenset[date]", calendar.holidays)
    return {"weekend": sorted(calendar.weekend), "holidays": sorted(day.isoformat() for day in holidays)}


def level_data(level: Level) -> dict[str, Any]:
    """A level as plain data, without what is at its default."""
    return _fields(level)


def policy_data(policy: Policy) -> dict[str, Any]:
    """A policy as plain data, without what is at its default."""
    return _fields(policy)


def setting_data(policy: Policy) -> dict[str, Any]:
    """All settings of a policy but its levels as plain data, those at their default included."""
    names = [name for name in _keys(type(policy)) if name != "levels"]
    return {name: _plain(getattr(policy, name)) for name in names}


def version_of(policy: Policy) -> str:
    """The first twelve digits of a hash of a policy's plain data."""
    text = json.dumps(policy_data(policy), sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()[:12]


def _keys(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(kind))


def _built(
    reader: Reader, data: object, path: str, kind: type[_T], readers: Mapping[str, Any], **preset: Any
) -> _T | None:
    """What a table makes of a kind; every fault is noted once, with the path at which it stands."""
    known = _keys(kind)
    found = reader.table(data, path, known)
    if not isinstance(data, Mapping):
        return None
    values: dict[str, Any] = dict(preset)
    told: set[str] = set()
    for key, value in found.items():
        if key in known:
            before = len(reader.faults)
            values[key] = readers[key](reader, value, f"{path}.{key}" if path else key) if key in readers else value
            told |= {key} if len(reader.faults) > before else set()
    for field in attrs.fields(cast("Any", kind)):
        if field.default is attrs.NOTHING and field.name not in values:
            reader.fault(path, f"{field.name} is missing")
            values[field.name] = None
            told.add(field.name)
    return reader.build(path, partial(kind, **values), told)


def _number(reader: Reader, value: object, path: str) -> Any:
    found = reader.number(value, path)
    return Decimal(found) if type(found) is int else found


def _minimum(reader: Reader, value: Any, path: str) -> Minimum:
    if isinstance(value, Mapping) and not {"amounts", "otherwise"} & set(cast("Mapping[str, object]", value)):
        readers = {"amount": _amount, "share": _number}
        return _built(reader, cast("object", value), path, Minimum, readers) or Minimum()
    before = len(reader.faults)
    amount = _amount(reader, cast("object", value), path)
    made = reader.build(path, lambda: Minimum(amount)) if len(reader.faults) == before else None
    return made or Minimum()


def _amount(reader: Reader, value: object, path: str) -> Any:
    if not isinstance(value, Mapping):
        return _number(reader, value, path)
    found = reader.table(cast("object", value), path, ("amounts", "otherwise"))
    amounts = found.get("amounts", {})
    codes = reader.table(amounts, f"{path}.amounts", None)
    pairs = tuple((code, _number(reader, each, f"{path}.amounts.{code}")) for code, each in codes.items())
    otherwise = _number(reader, found.get("otherwise", "0"), f"{path}.otherwise")
    return reader.build(path, lambda: PerCurrency(pairs, otherwise)) or otherwise


def _mention(reader: Reader, value: object, path: str) -> frozenset[Any]:
    found: set[str] = set()
    for where, name in reader.rows(value, path):
        if isinstance(name, str):
            found.add(name)
            reader.faults += faults_of({where: name}, {where: Mention})
        else:
            reader.fault(where, f"{name!r} is not a text")
    return frozenset(found)


def _activities(reader: Reader, value: object, path: str) -> tuple[Activity, ...]:
    found: list[Activity] = []
    for where, row in reader.rows(value, path):
        fields = reader.table(row, where, None)
        kind: Any = ACTIVITIES.get(str(fields.pop("kind", None)))
        if kind is not None:
            activity: Activity | None = _built(reader, fields, where, kind, {})
            found += [] if activity is None else [activity]
        elif isinstance(row, Mapping):
            reader.fault(where, f"kind: give one of {', '.join(ACTIVITIES)}")
    return tuple(found)


def _condition(reader: Reader, value: object, path: str) -> Any:
    return read_condition(reader, value, path)


def _repeat(reader: Reader, value: object, path: str) -> Repeat | None:
    return None if value is None else _built(reader, value, path, Repeat, {})


def _freezes(reader: Reader, value: object, path: str) -> tuple[Freeze, ...]:
    readers = {"first": _pair, "last": _pair}
    found = [_built(reader, row, where, Freeze, readers) for where, row in reader.rows(value, path)]
    return tuple(each for each in found if each is not None)


def _pair(reader: Reader, value: object, path: str) -> Any:
    return tuple([each for _, each in reader.rows(value, path)])


_LEVEL = {"repeat": _repeat, "do": _activities, "minimum": _minimum, "when": _condition}


def _levels(reader: Reader, value: object, path: str) -> tuple[Level, ...]:
    found: list[Level] = []
    for where, row in reader.rows(value, path):
        level = _built(reader, row, where, Level, _LEVEL, after=None)
        if level is not None:
            found.append(level)
    return tuple(found)


def _regress(reader: Reader, value: object, path: str) -> Regress | None:
    return _built(reader, value, path, Regress, {})


def _at_end(reader: Reader, value: object, path: str) -> Repeat | Final | None:
    found = reader.table(value, path, ("repeat", "final"))
    if not isinstance(value, Mapping):
        return None
    if len(found) != 1:
        reader.fault(path, "give one of repeat, final")
        return None
    ((key, table),) = found.items()
    kind: type[Repeat | Final] = Repeat if key == "repeat" else Final
    return _built(reader, table, f"{path}.{key}", kind, {"do": _activities})


def _calendar(reader: Reader, value: object, path: str) -> BusinessCalendar | None:
    found = reader.table(value, path, ("weekend", "holidays"))
    holidays: set[date] = set()
    for where, day in reader.rows(found.get("holidays", []), f"{path}.holidays"):
        try:
            holidays.add(day if is_date(day) else date.fromisoformat(day))
        except (TypeError, ValueError):
            reader.fault(where, f"{day!r} is not a date such as 2026-12-25")
    weekend: set[int] = set()
    for where, day in reader.rows(found.get("weekend", [5, 6]), f"{path}.weekend"):
        if is_sound(test_of(Weekday), day):
            weekend.add(day)
        else:
            reader.fault(where, f"{day!r} is not {words(Weekday)}")
    return reader.build(path, lambda: BusinessCalendar(frozenset(holidays), weekend=frozenset(weekend)))


_POLICY = {
    "levels": _levels,
    "minimum": _minimum,
    "regress": _regress,
    "at_end": _at_end,
    "calendar": _calendar,
    "mention": _mention,
    "freezes": _freezes,
}


def read_policy(data: object, kind: type[Policy], calendar: BusinessCalendar | None) -> Policy:
    """The policy that plain data describe.

    Raises:
        InvalidValue: every fault, each with its path.
    """
    reader = Reader("Policy")
    found = _built(reader, data, "", kind, _POLICY, **({} if calendar is None else {"calendar": calendar}))
    reader.finish()
    return cast("Policy", found)
