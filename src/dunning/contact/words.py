"""A rule of contact in plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from dunning._base.guards import guarded
from dunning._report import counted
from dunning.amounts import formatted
from dunning.contact.rules import (
    Bar,
    Cap,
    Hours,
    Inconvenient,
    Needs,
    Never,
    Rule,
    Scope,
    Span,
    Wait,
    Where,
    Window,
    rest,
)
from dunning.interactions import NOT_REACHED, FlagKind

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


_FLAGS: Mapping[FlagKind, str] = {
    "cease": "a request to cease",
    "opt_out": "an opt-out of the channel",
    "inconvenient": "hours called inconvenient",
    "quiet": "a quiet period",
    "attorney": "word that an attorney represents them",
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


def _or(names: Iterable[str]) -> str:
    return " or ".join(name.replace("_", " ") for name in names)


def _weekdays(days: tuple[int, ...]) -> str:
    """Days in words: a run of them from the first to the last, all of them as every day."""
    known = sorted(set(days))
    if len(known) == 7:
        return "every day"
    if len(known) > 2 and known == list(range(known[0], known[-1] + 1)):
        return f"{_DAYS[known[0]]} to {_DAYS[known[-1]]}"
    return ", ".join(_DAYS[day] for day in known)


def _hours(hours: Hours) -> str:
    return f"{_weekdays(hours.weekdays)} {hours.opens:%H:%M} to {hours.closes:%H:%M}"


def _window(limit: Window) -> str:
    closed = f", not on holidays ({limit.holidays})" if limit.holidays is not None else ""
    return f"only {', '.join(map(_hours, limit.hours))} by the customer's clock{closed}"


def _span(span: Span) -> str:
    """A flag with how long it counts, in words."""
    parts: list[str] = []
    if span.days is not None:
        after = f" after {counted(span.business_days, 'business day')}" if span.business_days else ""
        calendar = f" of {span.holidays}" if span.holidays is not None else ""
        parts.append(f"for {counted(span.days)}{after}{calendar}")
    if span.kept_by is not None:
        parts.append(f"for good with {_FLAGS[span.kept_by]} within {counted(span.kept_within)}")
    if span.ended_by is not None:
        parts.append(f"until {_FLAGS[span.ended_by]}")
    if span.until_conversation:
        parts.append("until they were spoken to")
    whose = f" by the {_or(span.by)}" if span.by else ""
    within = f" received during {_span(span.made_in)}" if span.made_in is not None else ""
    lasting = f" ({', '.join(parts)})" if parts else ""
    return f"{_FLAGS[span.flag]}{whose}{within}{lasting}"


def _cap(limit: Cap) -> str:
    if limit.days is not None and limit == rest(limit.days, per=limit.per):
        return f"none in the {counted(limit.days)} that begin with a conversation, whoever began it{_each(limit)}"
    kinds = ", ".join(
        each
        for each in (
            "" if limit.directions == ("outbound",) else f"in either direction ({_or(limit.directions)})",
            f"by {_or(limit.channels)}" if limit.channels else "",
            f"at {_or(limit.places)}" if limit.places else "",
            f"not at {_or(limit.not_places)}" if limit.not_places else "",
            f"saying {_or(limit.messages)}" if limit.messages else "",
            f"that end in {_or(sorted(limit.outcomes))}" if limit.outcomes else "",
            _reached(limit.not_outcomes) if limit.not_outcomes else "",
            "that they had not asked for" if limit.unless_requested else "",
            f"made without {_span(limit.unless_in)}" if limit.unless_in is not None else "",
            "after the first conversation" if limit.after_conversation else "",
        )
        if each
    )
    within = "ever" if limit.days is None else f"in any {counted(limit.days)}"
    return f"at most {limit.most}{f' {kinds}' if kinds else ''} {within}{_each(limit)}"


def _reached(left_out: frozenset[str]) -> str:
    if left_out == NOT_REACHED:
        return "that reached somebody"
    return f"that do not end in {_or(sorted(left_out - {'queued'}))}"


def _each(limit: Cap) -> str:
    return f", for each {' and '.join(limit.per)}" if limit.per else ""


_WORDS: Mapping[type, Callable[[Any], str]] = {
    # kind of limit: what it demands
    Window: _window,
    Inconvenient: lambda _: "not at hours that the customer called inconvenient",
    Cap: _cap,
    Bar: lambda limit: f"not while there is {_span(limit.span)}",
    Wait: lambda limit: f"not before {counted(limit.days, 'whole day')} have passed since {_FLAGS[limit.flag]}",
    Needs: lambda limit: f"only with {_span(limit.span)}",
    Never: lambda limit: f"not at all: {limit.why}",
}


def _shape(where: Where) -> Iterator[str]:
    if where.channels:
        yield f"by {_or(where.channels)}"
    if where.not_channels:
        yield f"other than by {_or(where.not_channels)}"
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


def _bound(scope: Scope) -> str:
    """Whom and which debts a scope binds; empty where it binds all."""
    parts: list[str] = [
        *([f"contacts by {_or(scope.actors)}"] if scope.actors else []),
        *([f"{_or(scope.debtors)} debtors"] if scope.debtors else []),
        *([f"{_or(scope.purposes)} debt"] if scope.purposes else []),
        *([f"debt more than {counted(scope.over_days)} past due"] if scope.over_days is not None else []),
        *(["debt whose collection has begun"] if scope.collecting else []),
        *([f"credit of {formatted(scope.credit_most)} at most"] if scope.credit_most is not None else []),
        *([f"credit given from {scope.credit_from} on"] if scope.credit_from is not None else []),
    ]
    return " and ".join(parts)


@guarded
def describe_rule(rule: Rule) -> str:
    """What a rule demands, of which contacts, what excepts from it, whom it binds and from when to when."""
    shape = ", ".join(_shape(rule.where))
    which = f"Contacts {shape}" if shape else "Contacts"
    excepted = [
        f"with {_span(each)}" if isinstance(each, Span) else " ".join(_shape(each)) or "any" for each in rule.unless
    ]
    bound = [words for each in rule.scope if (words := _bound(each))]
    days = [
        *([f"from {rule.effective_from}"] if rule.effective_from is not None else []),
        *([f"to {rule.effective_to}"] if rule.effective_to is not None else []),
    ]
    more = [
        *([f"except {' or '.join(excepted)}"] if excepted else []),
        *([f"for {', or '.join(bound)}"] if len(bound) == len(rule.scope) else []),
        *([f"in force {' '.join(days)}"] if days else []),
    ]
    return "; ".join([f"{which}: {_WORDS[type(rule.limit)](rule.limit)}", *more])
