"""A rule of contact in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dunning._contact_rules import Bar, Cap, Hours, Inconvenient, Needs, Never, Rule, Span, Wait, Where, Window
from dunning.interactions import FlagKind

__all__ = ["describe_rule"]

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


_FLAGS: Mapping[FlagKind, str] = {
    "cease": "a request to cease",
    "opt_out": "an opt-out of the channel",
    "inconvenient": "hours called inconvenient",
    "quiet": "a quiet period",
    "attorney": "word that an attorney represents him",
    "attorney_consents": "the attorney's consent",
    "workplace_ban": "the employer's ban",
    "no_work_calls": "a request for no calls at work",
    "no_work_calls_confirmed": "that request in writing",
    "call_back": "a request to be called",
    "consent_outside_hours": "consent to other hours",
    "e_consent": "consent to electronic messages",
    "first_notice": "the first written notice",
    "validation_notice": "the validation notice",
    "written_dispute": "a written dispute",
    "oral_dispute": "a dispute by word of mouth",
    "verification": "the verification",
    "moratorium": "the start of a moratorium",
    "crisis_moratorium": "the start of a crisis moratorium",
    "moratorium_end": "the end of the moratorium",
}


def _or(names: tuple[str, ...]) -> str:
    return " or ".join(name.replace("_", " ") for name in names)


def _weekdays(days: tuple[int, ...]) -> str:
    """Days in words: a run of them from the first to the last, all of them as every day."""
    if len(days) == 7:
        return "every day"
    if len(days) > 2 and list(days) == list(range(days[0], days[-1] + 1)):
        return f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}"
    return ", ".join(_DAYS[day] for day in days)


def _hours(hours: Hours) -> str:
    return f"{_weekdays(hours.weekdays)} {hours.opens:%H:%M} to {hours.closes:%H:%M}"


def _window(limit: Window) -> str:
    closed = f", not on holidays ({limit.holidays})" if limit.holidays is not None else ""
    return f"only {', '.join(map(_hours, limit.hours))} by the customer's clock{closed}"


def _span(span: Span) -> str:
    """While a flag stands, in words."""
    days = f" for {span.days} days" if span.days is not None else ""
    ended = f" until {_FLAGS[span.ended_by]}" if span.ended_by is not None else ""
    return f"{_FLAGS[span.flag]}{days}{ended}"


def _cap(limit: Cap) -> str:
    if limit.outcomes:
        return f"none for {limit.days} days from a conversation on"
    what = f" by {_or(limit.channels)}" if limit.channels else ""
    where = f" at {_or(limit.places)}" if limit.places else ""
    within = "ever" if limit.days is None else f"in any {limit.days} days"
    each = f", for each {' and '.join(limit.per)}" if limit.per else ""
    return f"at most {limit.most}{what}{where} {within}{each}"


_WORDS: Mapping[type, Callable[[Any], str]] = {
    # kind of limit: what it demands
    Window: _window,
    Inconvenient: lambda _: "not at hours that the customer called inconvenient",
    Cap: _cap,
    Bar: lambda limit: f"not after {_span(limit.span)}",
    Wait: lambda limit: f"not before {limit.days} whole days have passed since {_FLAGS[limit.flag]}",
    Needs: lambda limit: f"only with {_span(limit.span)}",
    Never: lambda limit: f"not at all: {limit.why}",
}


def _shape(where: Where) -> Iterator[str]:
    if where.channels:
        yield f"by {_or(where.channels)}"
    if where.not_channels:
        yield f"but by {_or(where.not_channels)}"
    if where.places:
        yield f"at {_or(where.places)}"
    if where.not_places:
        yield f"not at {_or(where.not_places)}"
    if where.recipients:
        yield f"with the {_or(where.recipients)}"
    if where.not_recipients:
        yield f"with others than the {_or(where.not_recipients)}"
    if where.messages:
        yield f"saying {_or(where.messages)}"
    if where.not_opt_outs:
        yield f"without an opt-out by {_or(where.not_opt_outs)}"


def describe_rule(rule: Rule) -> str:
    """What a rule demands, of which contacts, and what excepts from it."""
    shape = ", ".join(_shape(rule.where))
    which = f"Contacts {shape}" if shape else "Contacts"
    excepted = [_span(each) if isinstance(each, Span) else " ".join(_shape(each)) for each in rule.unless]
    unless = f"; except {' or '.join(excepted)}" if excepted else ""
    return f"{which}: {_WORDS[type(rule.limit)](rule.limit)}{unless}"
