"""Whether a contact may be made at an instant, by which rules not, and from when on.

Each rule is asked in each zone by its local clock. What a rule forbids at an instant it forbids up to a moment that it
can name; so the first permitted instant is found by going to the latest of these moments until nothing objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, NamedTuple, cast

from dunning._base.guards import guarded
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Column, Report
from dunning.contact.attempt import Attempt
from dunning.contact.clocks import instant_faults, local, reach, set_back, zone_faults, zones_of
from dunning.contact.limits import HORIZON, Calendars, Circumstances, breach_of
from dunning.contact.rules import Answer, Bar, Inconvenient, Needs, Rule, Span, Window
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue
from dunning.interactions import Contact, ContactFlag

_STRICTEST: tuple[Answer, ...] = ("deny", "warn", "allow")


@frozen
class Finding:
    """A rule that a contact does not keep.

    `contacts` and `flags` are the ids of what it counted, `zone` the place by whose clock it is broken, `until` the
    first instant at which it is kept again in any of the places if nothing else happens; None: no end is known.
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
class Permit(Report[Finding]):
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

    _rows = "findings"
    _same = ("at",)
    _columns = (
        Column("answer", heading="answer", left=True),
        Column("rule", "rule.id", heading="rule", left=True),
        Column("norm", "rule.norm"),
        Column("words", heading="why", left=True),
        Column("zone"),
        Column("contacts", lambda each: ", ".join(each.contacts)),
        Column("flags", lambda each: ", ".join(each.flags)),
        Column("until", heading="until (UTC)", show=lambda day: f"{day:%Y-%m-%d %H:%M}" if day else "-", left=True),
        Column("cite", "rule.cite"),
    )

    def _title(self) -> str:
        return f"Contact at {self.at:%Y-%m-%d %H:%M} UTC, in {', '.join(self.zones)}"

    def _notes(self) -> Iterator[str]:
        yield _VERDICTS[self.answer]
        if self.answer in ("deny", "warn"):
            when = "no such moment is known" if self.earliest is None else f"{self.earliest:%Y-%m-%d %H:%M} UTC"
            yield f"first moment without objection: {when}"
        if self.aside:
            yield f"{len(self.aside)} rules do not apply; see aside"


_BY_CLOCK = (Window, Inconvenient)
_DAY = timedelta(days=1)

_VERDICTS: Mapping[Answer, str] = {
    "deny": "denied",
    "warn": "a presumption or guidance speaks against it",
    "allow": "the rules that apply are all kept",
    "not_applicable": "none of the rules applies, so nothing was checked",
    "no_rules": "no rules are loaded, so nothing was checked",
}


def _over(rule: Rule, asked: Circumstances, instant: datetime) -> datetime | None:
    """The first instant, from one on, at which a rule is kept again in its place; None where none is known."""
    by_clock = isinstance(rule.limit, _BY_CLOCK)
    while (breach := breach_of(rule, asked, instant)) is not None:
        if breach.until is None:
            return None
        there = reach(breach.until.date(), breach.until.time(), asked.zone, instant)
        # hours of today come again where the clock is set back
        again = set_back(instant, min(there, instant + 2 * _DAY), asked.zone) if by_clock else None
        instant = again or there
    return instant


class Active(NamedTuple):
    """A rule that looks at the contact, and the circumstances in each place."""

    rule: Rule
    asked: tuple[Circumstances, ...]


def first_free(active: list[Active], at: datetime) -> datetime | None:
    """The first instant from one on at which every rule is kept in every place; None where none is known.

    Hours that clash would be tried for ever: there is an end where hours alone object so many days on end.
    """
    last = at + HORIZON * _DAY
    instant: datetime | None = at
    while instant is not None and instant <= last:
        latest = instant
        for rule, places in active:
            for asked in places:
                over = _over(rule, asked, latest)
                if over is None:
                    return None
                if over > latest and not isinstance(rule.limit, _BY_CLOCK):
                    last = over + HORIZON * _DAY
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
        f"calendars: {name!r} is missing; give a BusinessCalendar by that name, which may have no holidays"
        for name in sorted(named - set(calendars))
    ]


def _listed(name: str, value: Any, what: str, kinds: tuple[type, ...]) -> Iterator[str]:
    """What keeps a value from being a list of these kinds, a line each."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        yield f"{name}: a {type(value).__name__} was given; give {what}"
        return
    for each in cast("Iterable[object]", value):
        if not isinstance(each, kinds):
            yield f"{name}: {each!r} is a {type(each).__name__}; give {what}"


def _faults(rules: Any, attempt: object, history: Any, at: object, zones: object, calendars: Any) -> Iterator[str]:
    wrong = [*_listed("rules", rules, "a tuple of Rule", (Rule,))]
    yield from wrong
    if not isinstance(attempt, Attempt):
        yield f"attempt: {attempt!r} is a {type(attempt).__name__}; give an Attempt"
    mixed = [*_listed("history", history, "Contact and ContactFlag facts, of one customer", (Contact, ContactFlag))]
    yield from mixed
    if not mixed and len({each.customer for each in history}) > 1:
        yield "history: it is of several customers; ask for one person at a time"
    yield from instant_faults("at", at)
    yield from zone_faults(zones)
    if not isinstance(calendars, Mapping):
        yield f"calendars: a {type(calendars).__name__} was given; give a dictionary of names to BusinessCalendar"
        return
    known = cast("Calendars", calendars)
    for name, each in cast("Mapping[str, object]", calendars).items():
        if not isinstance(each, BusinessCalendar):
            yield f"calendars: {name!r} is a {type(each).__name__}; give a BusinessCalendar"
    yield from calendar_faults(() if wrong else rules, known)


@guarded
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
        history: earlier contacts with this customer and their flags; what lies after `at` is not known yet.
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
    rules = tuple(rules) if isinstance(rules, Iterator) else rules
    history = tuple(history) if isinstance(history, Iterator) else history
    calendars = {} if calendars is None else calendars
    faults = [*_faults(rules, attempt, history, at, zones, calendars)]
    refuse("permit", faults)
    return answer(rules, attempt, history, at, zones_of(zones), calendars)


def answer(
    rules: Iterable[Rule],
    attempt: Attempt,
    history: Iterable[Contact | ContactFlag],
    at: datetime,
    zones: tuple[tzinfo, ...],
    calendars: Calendars,
) -> Permit:
    """What `permit` gives, for callers that have checked all arguments."""
    rules, at = tuple(rules), at.astimezone(UTC)
    circumstances = tuple(Circumstances(attempt, history, at, zone, calendars) for zone in zones)
    days = [local(at, zone).date() for zone in zones]
    apart = [(rule, _aside(rule, attempt, days)) for rule in rules]
    # a rule that comes into force later is not asked now, but it is when an instant of that time is
    later = [rule for rule in rules if rule.binds(attempt) and rule.looks_at(attempt)]
    active = [Active(rule, circumstances) for rule in later]
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
    """What is not kept at an instant, for each rule in the first of the places in which it does."""
    for rule, places in active:
        breach = [(asked, why) for asked in places if (why := breach_of(rule, asked, at)) is not None]
        if breach:
            asked, why = breach[0]
            until = first_free([Active(rule, places)], at)
            yield Finding(rule, rule.weight, why.words, str(asked.zone), why.contacts, why.flags, until)
