"""Whether a rule of contact is kept at a local moment in one place, and up to when it is not.

What a rule forbids at a moment it forbids up to one that it can name, unless something new happens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from copy import copy
from datetime import date, datetime, time, tzinfo
from typing import Any, NamedTuple, TypeAlias

from dunning._base.names import same_debt
from dunning._report import counted
from dunning.contact.attempt import Attempt
from dunning.contact.clocks import LAST_YEAR, local
from dunning.contact.rules import Bar, Cap, Inconvenient, Limit, Needs, Never, Rule, Span, Wait, Window
from dunning.dates import NEVER_ENDS, BusinessCalendar, add_days
from dunning.interactions import CONVERSATION, Contact, ContactFlag

Calendars: TypeAlias = Mapping[str, BusinessCalendar]
"""Business calendars by the names under which rules speak of them."""

HORIZON = 400
"""Days ahead in which opening hours, holidays and clocks that are set are looked for.

A little more than a year: by then every weekday, every yearly holiday and both settings of a clock have come by. What
has not turned until then is taken never to turn.
"""


class Breach(NamedTuple):
    """Why a limit is not kept at a local moment, what it counted, and the local moment up to which that lasts."""

    words: str
    until: datetime | None
    contacts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


_NO_HOLIDAYS = BusinessCalendar()


class Circumstances:
    """A planned contact with what is known of the past in one place: the days of earlier contacts, and the flags."""

    __slots__ = ("attempt", "calendars", "contacts", "flags", "zone")

    def __init__(
        self,
        attempt: Attempt,
        history: Iterable[Contact | ContactFlag],
        at: datetime,
        zone: tzinfo,
        calendars: Calendars,
        as_of: date | None = None,
    ) -> None:
        """With `as_of`, what is dated up to that day is known, whatever the hour; without it, what is past by then."""
        self.attempt = attempt
        self.zone = zone
        self.calendars = calendars
        today = local(at, zone).date() if as_of is None else as_of
        self.contacts: list[tuple[date, Contact]] = []
        self.flags: list[ContactFlag] = []
        for each in history:
            if isinstance(each, ContactFlag):
                if (
                    each.on <= today
                    and each.channel in (None, attempt.channel)
                    and same_debt(each.items, attempt.items)
                ):
                    self.flags.append(each)
            elif each.outcome == "queued":
                continue
            elif each.at is None or as_of is not None:
                if each.on <= today:
                    self.contacts.append((each.on, each))
            elif each.at <= at:
                self.contacts.append((local(each.at, zone).date(), each))
        self.contacts.sort(key=lambda pair: (pair[0], pair[1].id))
        self.flags.sort(key=lambda flag: (flag.on, flag.id))

    def knowing(self, contacts: Iterable[Contact], day: date) -> Circumstances:
        """The same circumstances when these contacts have been made as well, on a day."""
        more = copy(self)
        more.contacts = [*self.contacts, *((day, each) for each in contacts)]
        return more

    def talks(self) -> list[date]:
        """The days of conversations with this person."""
        return [
            day for day, each in self.contacts if each.outcome in CONVERSATION and each.person == self.attempt.recipient
        ]

    def of_kind(self, span: Span) -> list[ContactFlag]:
        """The flags that a span is about."""
        return [each for each in self.flags if each.kind == span.flag and (not span.by or each.by in span.by)]

    def over(self, span: Span, flag: ContactFlag) -> date:
        """The first day on which the span of a flag is over; never, where no end is known."""
        ends = [] if flag.end is None else [flag.end]
        if span.days is not None and not self._is_kept(span, flag):
            begins = flag.on
            if span.business_days:
                begins = self.calendar(span.holidays).add_business_days(flag.on, span.business_days)
            ends.append(add_days(begins, span.days))
        ends += [
            each.on
            for each in self.flags
            if each.kind == span.ended_by and each.on >= flag.on and same_debt(each.items, flag.items)
        ]
        if span.until_conversation:
            ends += [add_days(day, 1) for day in self.talks() if day > flag.on]
        return min(ends, default=NEVER_ENDS)

    def _is_kept(self, span: Span, flag: ContactFlag) -> bool:
        last = add_days(flag.on, span.kept_within)
        return span.kept_by is not None and any(
            each.kind == span.kept_by and flag.on <= each.on <= last for each in self.flags
        )

    def standing(self, span: Span, day: date) -> list[tuple[ContactFlag, date]]:
        """The flags whose span lasts on a day, each with the day on which it is over."""
        found = [(flag, self.over(span, flag)) for flag in self.of_kind(span) if flag.on <= day]
        made_in = span.made_in
        periods = [] if made_in is None else [(each.on, self.over(made_in, each)) for each in self.of_kind(made_in)]
        return [
            (flag, end)
            for flag, end in found
            if day < end and (not periods or any(first <= flag.on < last for first, last in periods))
        ]

    def calendar(self, name: str | None) -> BusinessCalendar:
        """The calendar of that name that the caller gave; the one of no name has no holidays."""
        return _NO_HOLIDAYS if name is None else self.calendars[name]

    def counted(self, cap: Cap) -> list[tuple[date, Contact]]:
        """The contacts that a cap counts, the earliest first."""
        attempt, first = self.attempt, None
        if cap.after_conversation:
            first = min(self.talks(), default=NEVER_ENDS)
        return [
            (day, each)
            for day, each in self.contacts
            if each.direction in cap.directions
            and (not cap.channels or each.channel in cap.channels)
            and (not cap.places or each.place in cap.places)
            and each.place not in cap.not_places
            and (not cap.messages or each.message in cap.messages)
            and (not cap.outcomes or each.outcome in cap.outcomes)
            and each.outcome not in cap.not_outcomes
            and ("debt" not in cap.per or same_debt(each.items, attempt.items))
            and ("person" not in cap.per or each.person == attempt.recipient)
            and ("collector" not in cap.per or each.by is None or attempt.by is None or each.by == attempt.by)
            and not (cap.unless_requested and each.requested)
            and not (cap.unless_in is not None and self.standing(cap.unless_in, day))
            and (first is None or (day > first or (day == first and each.outcome not in CONVERSATION)))
        ]


def _midnight(day: date) -> datetime | None:
    return None if day == NEVER_ENDS else datetime.combine(day, time())


def _window(limit: Window, asked: Circumstances, now: datetime) -> Breach | None:
    day, clock = now.date(), now.time()
    calendar = asked.calendar(limit.holidays)
    for distance in range(HORIZON):
        later = add_days(day, distance)
        if later in calendar.holidays:
            continue
        for hours in sorted(limit.hours, key=lambda each: each.opens):
            if later.weekday() in hours.weekdays:
                if distance == 0 and hours.has(clock):
                    return None
                if distance or clock < hours.opens:
                    return Breach(_closed(limit, calendar, asked.zone, now), datetime.combine(later, hours.opens))
    return Breach(_closed(limit, calendar, asked.zone, now), None)


def _closed(limit: Window, calendar: BusinessCalendar, zone: tzinfo, now: datetime) -> str:
    if now.date() in calendar.holidays:
        return f"{now.date()} is a holiday of {limit.holidays}"
    open_hours = [each for each in limit.hours if now.weekday() in each.weekdays]
    if not open_hours:
        return f"closed on {now:%A}s"
    hours = ", ".join(f"{each.opens:%H:%M} to {each.closes:%H:%M}" for each in open_hours)
    return f"it is {now:%H:%M} in {zone}, outside {hours}"


def _inconvenient(_: Inconvenient, asked: Circumstances, now: datetime) -> Breach | None:
    named = [
        (flag, start, stop)
        for flag in asked.flags
        if (start := flag.start) is not None
        and (stop := flag.stop) is not None
        and start <= now.time() < stop
        and (flag.end is None or now.date() < flag.end)
    ]
    if not named:
        return None
    latest = max(stop for _, _, stop in named)
    spans = ", ".join(f"{start:%H:%M} to {stop:%H:%M}" for _, start, stop in named)
    words = f"the customer called {spans} inconvenient"
    return Breach(words, datetime.combine(now.date(), latest), flags=tuple(flag.id for flag, _, _ in named))


def _cap(limit: Cap, asked: Circumstances, now: datetime) -> Breach | None:
    first = date.min if limit.days is None else add_days(now.date(), 1 - limit.days)
    found = [(day, each) for day, each in asked.counted(limit) if day >= first]
    if len(found) < limit.most:
        return None
    until = None if limit.days is None else _midnight(add_days(found[-limit.most][0], limit.days))
    within = "ever" if limit.days is None else f"within {counted(limit.days, 'day')}"
    words = f"{counted(len(found), 'contact')} {within} counted, {limit.most} at most"
    return Breach(words, until, contacts=tuple(each.id for _, each in found))


def _bar(limit: Bar, asked: Circumstances, now: datetime) -> Breach | None:
    found = asked.standing(limit.span, now.date())
    if not found:
        return None
    words = f"{limit.span.flag.replace('_', ' ')} since {found[0][0].on}"
    return Breach(words, _midnight(max(end for _, end in found)), flags=tuple(flag.id for flag, _ in found))


def _wait(limit: Wait, asked: Circumstances, now: datetime) -> Breach | None:
    found = [flag for flag in asked.flags if flag.kind == limit.flag]
    name = limit.flag.replace("_", " ")
    if not found:
        return Breach(f"no {name} is on record", None)
    from_day = add_days(found[0].on, limit.days + 1)
    if from_day <= now.date():
        return None
    words = f"{counted(limit.days, 'whole day')} must pass after the {name} of {found[0].on}"
    return Breach(words, _midnight(from_day), flags=(found[0].id,))


def _needs(limit: Needs, asked: Circumstances, now: datetime) -> Breach | None:
    if asked.standing(limit.span, now.date()):
        return None
    return Breach(f"no {limit.span.flag.replace('_', '-')} is on record that holds", None)


def _never(limit: Never, _: Circumstances, __: datetime) -> Breach | None:
    return Breach(limit.why, None)


_TESTS: Mapping[type, Callable[[Any, Circumstances, datetime], Breach | None]] = {
    # kind of limit: why it is not kept at a local moment, None where it is
    Window: _window,
    Inconvenient: _inconvenient,
    Cap: _cap,
    Bar: _bar,
    Wait: _wait,
    Needs: _needs,
    Never: _never,
}


def can_be_breached(limit: Limit, asked: Circumstances) -> bool:
    """Whether a limit can object at all, at any moment, to a contact with this past."""
    if isinstance(limit, Bar):
        return bool(asked.of_kind(limit.span))
    if isinstance(limit, Cap):
        return len(asked.counted(limit)) >= limit.most
    return not isinstance(limit, Inconvenient) or any(flag.start is not None for flag in asked.flags)


def breach_of(rule: Rule, asked: Circumstances, instant: datetime) -> Breach | None:
    """Why a rule is not kept at an instant by the clock of its place; None where it is."""
    now = local(instant, asked.zone)
    if not rule.is_in_force(now.date()):
        return None
    breach = _TESTS[type(rule.limit)](rule.limit, asked, now)
    if breach is None or any(isinstance(each, Span) and asked.standing(each, now.date()) for each in rule.unless):
        return None
    spans = [each for each in rule.unless if isinstance(each, Span)]
    if isinstance(rule.limit, Needs):
        spans.append(rule.limit.span)
    # what is said today has its day still ahead where the clock is behind
    ends = [flag.on for span in spans for flag in asked.of_kind(span) if flag.on > now.date()]
    if rule.effective_to is not None:
        ends.append(add_days(rule.effective_to, 1))
    until = [datetime.combine(day, time()) for day in ends]
    soonest = min(until if breach.until is None else (*until, breach.until), default=None)
    return breach._replace(until=None if soonest is None or soonest.year > LAST_YEAR else soonest)
