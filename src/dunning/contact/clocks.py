"""Clocks of places: which instant it is when a local clock first shows a time, and when a clock is set back.

A zone is a `datetime.tzinfo` that the caller made (such as `zoneinfo.ZoneInfo("America/New_York")`); this library reads
no time zone database. All instants are in UTC.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any, TypeAlias

from dunning._base.kinds import Must

_DAY = timedelta(days=1)
LAST_YEAR = 9990
"""Later moments are none: no clock of any place has to show them."""


def zones_of(zones: tzinfo | Iterable[tzinfo]) -> tuple[tzinfo, ...]:
    """The zones that a caller gave, one or several, each once and in a stable order; see `zone_faults`."""
    places = sorted(_listed(zones), key=str)
    return tuple(each for number, each in enumerate(places) if each not in places[:number])


def zone_faults(zones: object) -> list[str]:
    """What keeps something from being the zones of `zones_of`, a line each."""
    given = _listed(zones)
    faults = [
        f"zones: {each!r} is a {type(each).__name__}, not a time zone; give zoneinfo.ZoneInfo('America/New_York')"
        for each in given
        if not isinstance(each, tzinfo)
    ]
    return faults if given else ["zones: give the time zone of each place where the person may be, at least one"]


def _listed(zones: Any) -> tuple[Any, ...]:
    if isinstance(zones, (tzinfo, str)):
        return (zones,)
    try:
        return tuple(zones)
    except TypeError:
        return (zones,)


Zones: TypeAlias = Annotated[
    tuple[tzinfo, ...],
    Must(
        "{0}",
        "{0}, at least one",
        "give the time zone of each place where the person may be, such as ZoneInfo('Europe/Paris')",
        schema={"minItems": 1},
    ),
]


def instant_faults(name: str, value: object) -> list[str]:
    """What keeps something from being an instant, a datetime with a zone in a year that any clock can show."""
    if not isinstance(value, datetime):
        return [f"{name}: {value!r} is a {type(value).__name__}; give a datetime with a zone"]
    if value.tzinfo is None or value.utcoffset() is None:
        return [f"{name}: {value} has no time zone, so it is no instant; give tzinfo"]
    return (
        [] if 2 <= value.year <= LAST_YEAR else [f"{name}: {value} is out of range; give a year from 2 to {LAST_YEAR}"]
    )


def local(instant: datetime, zone: tzinfo) -> datetime:
    """What the clock of a place shows at an instant, as a plain datetime without a zone."""
    return instant.astimezone(zone).replace(tzinfo=None)


def _offset(instant: datetime, zone: tzinfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta()


def _turn(early: datetime, late: datetime, zone: tzinfo) -> datetime:
    """The instant between two at which the clock is set to the offset of the later one, to the second."""
    last = _offset(late, zone)
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if _offset(middle, zone) == last:
            late = middle
        else:
            early = middle
    return late


def reach(day: date, clock: time, zone: tzinfo, after: datetime) -> datetime:
    """The first instant, not before another, at which the clock of a place shows a time of a day, or has passed it.

    Where the clock is put forward over that time, it is the instant at which that happens.
    """
    wanted = datetime.combine(day, clock)
    found: list[datetime] = []
    for fold in (0, 1):
        instant = wanted.replace(tzinfo=zone, fold=fold).astimezone(UTC)
        if local(instant, zone) == wanted and instant >= after:
            found.append(instant)
    if found:
        return min(found)
    before = wanted.replace(tzinfo=zone, fold=1).astimezone(UTC)
    behind = wanted.replace(tzinfo=zone, fold=0).astimezone(UTC)
    early, late = min(before, behind), max(before, behind)
    return max(_turn(early, late, zone).replace(microsecond=0), after)


def set_back(start: datetime, stop: datetime, zone: tzinfo) -> datetime | None:
    """The first instant after one and up to another at which the clock of a place is set back; None if it is not."""
    while start < stop:
        later = min(start + _DAY, stop)
        if _offset(later, zone) < _offset(start, zone):
            return _turn(start, later, zone).replace(microsecond=0)
        start = later
    return None
