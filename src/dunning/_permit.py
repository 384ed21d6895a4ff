"""Whether a contact may be made at an instant, by which rules not, and from when on.

Each rule is asked in each zone by its local clock. What a rule forbids at an instant it forbids up to a moment that it
can name; so the first permitted instant is found by going to the latest of these moments until nothing objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple, TypeAlias, cast

from dunning._attrs import frozen
from dunning._contact_rules import (
    Answer,
    Attempt,
    Bar,
    Cap,
    Inconvenient,
    Needs,
    Never,
    Rule,
    Span,
    Wait,
    Window,
)
from dunning._names import same_debt
from dunning._report import Report, Table
from dunning._zones import local, reach, require_instant, set_back, zones_of
from dunning.dates import NEVER_ENDS, BusinessCalendar, add_days
from dunning.errors import InvalidValue, require_type
from dunning.interactions import CONVERSATION, Contact, ContactFlag

__all__ = [
    "HORIZON",
    "Active",
    "Calendars",
    "Finding",
    "Permit",
    "Question",
    "answer",
    "calendar_faults",
    "findings_at",
    "first_free",
    "permit",
    "require_open",
]

Calendars: TypeAlias = Mapping[str, BusinessCalendar]

HORIZON = 400
"""Days ahead in which a permitted instant is looked for."""

_STRICTEST: tuple[Answer, ...] = ("deny", "warn", "allow")


@frozen
class Finding:
    """A rule that a contact does not keep.

    `contacts` and `flags` are the ids of what it counted, `zone` the place by whose clock it fired, `until` the first
    instant at which it fires no more in any of the places if nothing else happens; None: no end is known.
    """

    rule: Rule
    answer: Answer
    words: str
    zone: str
    contacts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    until: datetime | None = None

    def __str__(self) -> str:
        until = "" if self.until is None else f" until {self.until:%Y-%m-%d %H:%M} UTC"
        return f"{self.rule.id} ({self.rule.norm}): {self.words}{until} [{self.rule.cite}]"


@frozen
class Permit(Report):
    """Whether a contact may be made at an instant. Iterating gives the findings, the strictest first.

    `answer` is *deny* or *warn* where a rule is not kept; *allow* where rules apply and all are kept; *not_applicable*
    where none of the rules binds this contact on that day; *no_rules* where none was given: nothing was checked.
    `earliest` is the first instant, at or after the one asked about, at which no rule objects; None if none is known.
    `aside` says of each rule that does not apply why not. This is not legal advice.
    """

    answer: Answer
    at: datetime
    zones: tuple[str, ...]
    findings: tuple[Finding, ...]
    aside: tuple[tuple[str, str], ...]
    earliest: datetime | None

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a finding: at, rule, norm, answer, words, zone, contacts, flags, until, cite."""
        return [
            {
                "at": self.at,
                "rule": each.rule.id,
                "norm": each.rule.norm,
                "answer": each.answer,
                "words": each.words,
                "zone": each.zone,
                "contacts": ", ".join(each.contacts),
                "flags": ", ".join(each.flags),
                "until": each.until,
                "cite": each.rule.cite,
            }
            for each in self.findings
        ]

    def _table(self, rows: int) -> Table:
        body = tuple(
            (each.answer, each.rule.id, each.words, "-" if each.until is None else f"{each.until:%Y-%m-%d %H:%M}")
            for each in self.findings
        )
        notes = [_VERDICTS[self.answer]]
        if self.answer in ("deny", "warn"):
            when = "no such moment is known" if self.earliest is None else f"{self.earliest:%Y-%m-%d %H:%M} UTC"
            notes.append(f"first moment without objection: {when}")
        if self.aside:
            notes.append(f"{len(self.aside)} rules do not apply; see aside")
        title = f"Contact at {self.at:%Y-%m-%d %H:%M} UTC, in {', '.join(self.zones)}"
        headings = ("answer", "rule", "why", "until (UTC)")
        return Table(title, headings, body[:rows], (), tuple(notes), len(body[rows:]), (0, 1, 2, 3))


_VERDICTS: Mapping[Answer, str] = {
    "deny": "denied",
    "warn": "a presumption or guidance speaks against it",
    "allow": "the rules that apply are all kept",
    "not_applicable": "none of the rules applies, so nothing was checked",
    "no_rules": "no rules are loaded, so nothing was checked",
}


class _Fired(NamedTuple):
    """Why a limit is not kept at a local moment, what it counted, and the local moment up to which that lasts."""

    words: str
    until: datetime | None
    contacts: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


class Question:
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
        """The calendar of that name that the caller gave."""
        return self.calendars[cast("str", name)]

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


def _window(limit: Window, asked: Question, now: datetime) -> _Fired | None:
    day, clock = now.date(), now.time()
    calendar = None if limit.holidays is None else asked.calendar(limit.holidays)
    for distance in range(HORIZON):
        later = add_days(day, distance)
        if calendar is not None and later in calendar.holidays:
            continue
        for hours in sorted(limit.hours, key=lambda each: each.opens):
            if later.weekday() in hours.weekdays:
                if distance == 0 and hours.has(clock):
                    return None
                if distance or clock < hours.opens:
                    return _Fired(_closed(limit, calendar, now), datetime.combine(later, hours.opens))
    return _Fired(_closed(limit, calendar, now), None)


def _closed(limit: Window, calendar: BusinessCalendar | None, now: datetime) -> str:
    if calendar is not None and now.date() in calendar.holidays:
        return f"{now.date()} is a holiday of {limit.holidays}"
    open_hours = [each for each in limit.hours if now.weekday() in each.weekdays]
    if not open_hours:
        return f"closed on {now:%A}s"
    hours = ", ".join(f"{each.opens:%H:%M} to {each.closes:%H:%M}" for each in open_hours)
    return f"it is {now:%H:%M} there, outside {hours}"


def _inconvenient(_: Inconvenient, asked: Question, now: datetime) -> _Fired | None:
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
    return _Fired(words, datetime.combine(now.date(), latest), flags=tuple(flag.id for flag, _, _ in named))


def _cap(limit: Cap, asked: Question, now: datetime) -> _Fired | None:
    first = date.min if limit.days is None else add_days(now.date(), 1 - limit.days)
    found = [(day, each) for day, each in asked.counted(limit) if day >= first]
    if len(found) < limit.most:
        return None
    until = None if limit.days is None else _midnight(add_days(found[-limit.most][0], limit.days))
    within = "ever" if limit.days is None else f"within {limit.days} days"
    words = f"{len(found)} contacts {within} count, at most {limit.most} may"
    return _Fired(words, until, contacts=tuple(each.id for _, each in found))


def _bar(limit: Bar, asked: Question, now: datetime) -> _Fired | None:
    found = asked.standing(limit.span, now.date())
    if not found:
        return None
    words = f"{limit.span.flag.replace('_', ' ')} since {found[0][0].on}"
    return _Fired(words, _midnight(max(end for _, end in found)), flags=tuple(flag.id for flag, _ in found))


def _wait(limit: Wait, asked: Question, now: datetime) -> _Fired | None:
    found = [flag for flag in asked.flags if flag.kind == limit.flag]
    name = limit.flag.replace("_", " ")
    if not found:
        return _Fired(f"no {name} is on record", None)
    from_day = add_days(found[0].on, limit.days + 1)
    if from_day <= now.date():
        return None
    words = f"{limit.days} whole days have to pass after the {name} of {found[0].on}"
    return _Fired(words, _midnight(from_day), flags=(found[0].id,))


def _needs(limit: Needs, asked: Question, now: datetime) -> _Fired | None:
    if asked.standing(limit.span, now.date()):
        return None
    return _Fired(f"no {limit.span.flag.replace('_', '-')} is on record that holds", None)


def _never(limit: Never, _: Question, __: datetime) -> _Fired | None:
    return _Fired(limit.why, None)


_TESTS: Mapping[type, Callable[[Any, Question, datetime], _Fired | None]] = {
    # kind of limit: why it is not kept at a local moment, None where it is
    Window: _window,
    Inconvenient: _inconvenient,
    Cap: _cap,
    Bar: _bar,
    Wait: _wait,
    Needs: _needs,
    Never: _never,
}


def _fires(rule: Rule, asked: Question, instant: datetime) -> _Fired | None:
    """Why a rule is not kept at an instant by the clock of the question's place; None where it is."""
    now = local(instant, asked.zone)
    if not rule.is_in_force(now.date()):
        return None
    fired = _TESTS[type(rule.limit)](rule.limit, asked, now)
    if fired is None or any(isinstance(each, Span) and asked.standing(each, now.date()) for each in rule.unless):
        return None
    if rule.effective_to is not None:
        ends = datetime.combine(add_days(rule.effective_to, 1), time())
        return fired._replace(until=ends if fired.until is None else min(ends, fired.until))
    return fired


def _over(rule: Rule, asked: Question, instant: datetime) -> datetime | None:
    """The first instant, from one on, at which a rule fires no more in its place; None where none is known."""
    while (fired := _fires(rule, asked, instant)) is not None:
        if fired.until is None:
            return None
        there = reach(fired.until.date(), fired.until.time(), asked.zone, instant)
        instant = set_back(instant, there, asked.zone) or there
    return instant


class Active(NamedTuple):
    """A rule that looks at the contact, with the question in each place."""

    rule: Rule
    asked: tuple[Question, ...]


def first_free(active: list[Active], at: datetime) -> datetime | None:
    """The first instant from one on at which no rule fires in any place; None where none is known."""
    last = at + timedelta(days=HORIZON)
    instant: datetime | None = at
    while instant is not None and instant <= last:
        latest = instant
        for rule, places in active:
            for asked in places:
                over = _over(rule, asked, latest)
                if over is None:
                    return None
                latest = over
        if latest == instant:
            return instant
        instant = latest
    return None


def require_open(what: str, active: list[Active], at: datetime) -> None:
    """Refuse window rules whose hours never leave a moment open in some one place.

    Raises:
        InvalidValue: there are such rules; it names them.
    """
    clash = _clashing(active, at)
    if clash:
        raise InvalidValue(what, (f"rules: the hours of {', '.join(clash)} leave no moment open; mend them",))


def _clashing(active: list[Active], at: datetime) -> list[str]:
    windows = [each for each in active if isinstance(each.rule.limit, Window)]
    alone = [each.rule.id for each in windows if any(_over(each.rule, asked, at) is None for asked in each.asked)]
    if alone or not windows:
        return alone
    one_place = [Active(rule, asked[:1]) for rule, asked in windows]
    return [] if first_free(one_place, at) is not None else [each.rule.id for each in windows]


def _aside(rule: Rule, attempt: Attempt, days: list[date]) -> str | None:
    """Why a rule does not apply; None where it does."""
    if not any(map(rule.is_in_force, days)):
        first = rule.effective_from
        return (
            f"in force from {first}" if first is not None and first > max(days) else f"in force to {rule.effective_to}"
        )
    return None if rule.binds(attempt) else "outside its scope: actor, debtor or debt"


def calendar_faults(rules: Iterable[Rule], calendars: Calendars) -> list[str]:
    """One line for each calendar that a rule names and the caller did not give."""
    named: set[str] = set()
    for rule in rules:
        spans = [each for each in rule.unless if isinstance(each, Span)]
        if isinstance(rule.limit, (Bar, Needs)):
            spans.append(rule.limit.span)
        if isinstance(rule.limit, Window) and rule.limit.holidays is not None:
            named.add(rule.limit.holidays)
        for span in spans:
            named |= {each.holidays for each in (span, span.made_in) if each is not None and each.holidays is not None}
    return [
        f"calendars: {name!r} is missing; give BusinessCalendar(holidays), which may have none"
        for name in sorted(named - set(calendars))
    ]


def _require_known(rules: Any, attempt: object, history: Any, calendars: Any) -> None:
    require_type("permit", "attempt", attempt, Attempt)
    faults = [f"rules: {each!r} is not a Rule" for each in rules if not isinstance(each, Rule)]
    faults += [
        f"history: {each!r} is a {type(each).__name__}; give Contact and ContactFlag facts, of one customer"
        for each in history
        if not isinstance(each, (Contact, ContactFlag))
    ]
    if len({each.customer for each in history if isinstance(each, (Contact, ContactFlag))}) > 1:
        faults.append("history: it is of several customers; ask for one person at a time")
    for name, each in calendars.items():
        if not isinstance(each, BusinessCalendar):
            faults.append(f"calendars: {name!r} is a {type(each).__name__}; give a BusinessCalendar")
    if not faults:
        faults += calendar_faults(rules, calendars)
    if faults:
        raise InvalidValue("permit", faults)


def permit(
    rules: Iterable[Rule],
    attempt: Attempt,
    history: Iterable[Contact | ContactFlag],
    at: datetime,
    zones: tzinfo | Iterable[tzinfo],
    *,
    calendars: Calendars | None = None,
) -> Permit:
    """Say whether a contact may be made at an instant, by which rules not, and from when on it may.

    Args:
        rules: the rules that were chosen, such as a pack of `dunning.presets.contact_law`.
        attempt: the contact as it is planned.
        history: earlier contacts with this customer and his flags; what lies after `at` is not known yet.
        at: the instant, with a time zone.
        zones: the time zone of each place in which the person may be; every rule has to be kept in all of them.
        calendars: the calendars that rules name, for their holidays.

    Days and hours are those of each place. A contact without an instant (`at`) counts on its day.

    Raises:
        InvalidValue: a naive or missing instant, zones that are none, a calendar that a rule names and that is missing,
            a history of several customers, rules whose hours leave no moment open.

    >>> from datetime import UTC, datetime
    >>> from zoneinfo import ZoneInfo
    >>> from dunning.contact import Attempt
    >>> from dunning.presets.contact_law import courteous_b2b
    >>> call = Attempt("call", actor="first_party", debtor="company", purpose="business")
    >>> saturday = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    >>> answer = permit(courteous_b2b(), call, (), saturday, ZoneInfo("Europe/Paris"))
    >>> answer.answer, str(answer.earliest)
    ('deny', '2026-11-23 08:00:00+00:00')
    """
    chosen, known = tuple(rules), tuple(history)
    calendars = {} if calendars is None else calendars
    _require_known(chosen, attempt, known, calendars)
    require_instant("permit", "at", at)
    places = zones_of("permit", zones)
    return answer(chosen, attempt, known, at.astimezone(UTC), places, calendars)


def answer(
    rules: tuple[Rule, ...],
    attempt: Attempt,
    history: tuple[Contact | ContactFlag, ...],
    at: datetime,
    zones: tuple[tzinfo, ...],
    calendars: Calendars,
) -> Permit:
    """What `permit` gives, for callers that have checked all arguments."""
    questions = tuple(Question(attempt, history, at, zone, calendars) for zone in zones)
    days = [local(at, zone).date() for zone in zones]
    apart = [(rule, _aside(rule, attempt, days)) for rule in rules]
    # a rule that comes into force later is not asked now, but it is when an instant of that time is
    later = [rule for rule in rules if rule.binds(attempt) and rule.looks_at(attempt)]
    active = [Active(rule, questions) for rule in later]
    findings = sorted(findings_at(active, at), key=lambda each: (_STRICTEST.index(each.answer), each.rule.id))
    names = tuple(map(str, zones))
    aside = tuple((rule.id, why) for rule, why in apart if why is not None)
    if not rules:
        return Permit("no_rules", at, names, (), (), None)
    if len(aside) == len(rules):
        return Permit("not_applicable", at, names, (), aside, at)
    verdict = findings[0].answer if findings else "allow"
    earliest = first_free(active, at) if findings else at
    if earliest is None:
        require_open("permit", active, at)
    return Permit(verdict, at, names, tuple(findings), aside, earliest)


def findings_at(active: list[Active], at: datetime) -> Iterator[Finding]:
    """What fires at an instant, for each rule in the first of the places in which it does."""
    for rule, places in active:
        fired = [(asked, why) for asked in places if (why := _fires(rule, asked, at)) is not None]
        if fired:
            asked, why = fired[0]
            until = first_free([Active(rule, places)], at)
            yield Finding(rule, rule.weight, why.words, str(asked.zone), why.contacts, why.flags, until)
