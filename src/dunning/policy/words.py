"""A policy in plain words, and the difference of two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from dunning._report import counted
from dunning.conditions import ALWAYS, describe
from dunning.dates import BusinessCalendar
from dunning.policy.data import level_data, setting_data
from dunning.policy.levels import Final, Level, Regress, Repeat, bounds_of

if TYPE_CHECKING:
    from dunning.policy.policy import Policy

_BASES = {
    "due": "the due date",
    "issue": "the date of the invoice",
    "notice": "the last notice",
    "deadline": "the deadline of the last notice",
}
_ANSWERS = {"step_down": "one level lower", "recompute": "the level its days have reached", "reset": "the beginning"}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EVENTS = {
    "paid_in_part": "a payment of a part",
    "oldest_settled": "the settlement of the oldest item",
    "credited": "a credit",
    "notice_cancelled": "a cancelled notice",
    "payment_reversed": "a bounced payment",
}


def _closed(calendar: BusinessCalendar) -> str:
    """Which days are no business days, where that is not just the usual weekend."""
    weekend = " and ".join(_DAYS[day] for day in sorted(calendar.weekend))
    days = [] if calendar.weekend == BusinessCalendar().weekend else [f"closed on {weekend or 'no weekday'}"]
    holidays: Any = calendar.holidays
    if not isinstance(holidays, frozenset):
        days.append("closed on the holidays of its calendar")
    elif holidays:
        days.append(f"closed on {', '.join(map(str, sorted(cast('frozenset[date]', holidays))))}")
    return f" ({', '.join(days)})" if days else ""


_ADVANCE = {
    "one": "",
    "highest": "A case goes to the highest level that is reached.",
    "nearest": "A case goes to the nearest higher level that is reached.",
}
_TOGETHER = {
    "no": "",
    "level": "The messages to a customer are put together level by level.",
    "highest": "The messages to a customer are put together at the highest level.",
}
_PROMISES = {
    "part": "",
    "items": "While a promise runs, nothing of the invoices that it is about is asked for.",
    "case": "While a promise runs, nothing of its case is asked for.",
}
_MENTION = {
    "not due": "What is open and not asked for yet is listed as well.",
    "credits": "Unapplied credit is listed.",
}
_PENDING = {
    "rebuild": "",
    "freeze": "While a notice is in preparation, its case waits.",
    "block": "While a notice is in preparation, every case of the account waits.",
    "supersede": "A notice in preparation is replaced by a new one when its case comes up again.",
}


def _falls(policy: Policy) -> str:
    """What makes the level of a case fall, a sentence for each event that is not answered as usual."""
    found: list[str] = []
    for name, words in _EVENTS.items():
        answer = getattr(policy.regress, name)
        if answer != getattr(Regress(), name):
            found.append(
                f"After {words} the case {f'goes back to {_ANSWERS[answer]}' if answer in _ANSWERS else 'stays'}."
            )
    return "\n".join(found)


SETTINGS: Mapping[str, Callable[[Policy], str]] = {
    # setting: a sentence where it does not stand at its default
    "gap_over": lambda policy: "The gap looks at all notices to the customer." if policy.gap_over == "customer" else "",
    "honour_deadline": lambda policy: (
        "" if policy.honour_deadline else "A step may come before a deadline that a notice gave is over."
    ),
    "minimum": lambda policy: (
        f"Below {' or '.join(bounds_of(policy.minimum))} nothing is sent." if policy.minimum.words else ""
    ),
    "promise_holds": lambda policy: _PROMISES[policy.promise_holds],
    "promise_grace": lambda policy: (
        f"A promise is broken {counted(policy.promise_grace + 1)} after its date." if policy.promise_grace else ""
    ),
    "broken_promise": lambda policy: (
        "After a broken promise the next level is due at once." if policy.broken_promise == "step_up" else ""
    ),
    "after_hold": lambda policy: f"After a hold we wait for {counted(policy.after_hold)}." if policy.after_hold else "",
    "regress": _falls,
    "resume_within": lambda policy: (
        ""
        if policy.resume_within is None
        else f"A debt that falls due within {counted(policy.resume_within)} of a settled one resumes at its level."
    ),
    "calendar": lambda policy: (
        "" if policy.calendar is None else f"Nothing is sent but on our business days{_closed(policy.calendar)}."
    ),
    "freezes": lambda policy: (
        f"Every year nothing is sent from {', and from '.join(map(str, policy.freezes))}." if policy.freezes else ""
    ),
    "advance": lambda policy: _ADVANCE[policy.advance],
    "below_minimum": lambda policy: (
        "Below the minimum of a level the next lower level is given." if policy.below_minimum == "lower" else ""
    ),
    "together": lambda policy: _TOGETHER[policy.together],
    "disputes": lambda policy: "What is disputed is asked for as well." if policy.disputes == "asked" else "",
    "credits": lambda policy: "Unapplied credit is ignored." if policy.credits == "ignored" else "",
    "mention": lambda policy: " ".join(words for each, words in _MENTION.items() if each in policy.mention),
    "undated": lambda policy: (
        "What has no due date is due on the day of the invoice." if policy.undated == "issued" else ""
    ),
    "pending": lambda policy: _PENDING[policy.pending],
}
"""The words of the settings that hold for all levels, but for `unit` and `minimum_gap`, which open the page."""


def _settings(policy: Policy) -> Iterator[str]:
    """The sentences of the settings that are not at their default."""
    for words in SETTINGS.values():
        yield from words(policy).splitlines()


def general_of(policy: Policy) -> list[str]:
    """What holds for all levels, a sentence each."""
    unit = "the account as a whole" if policy.unit == "account" else "each invoice by itself"
    gap = f", with at least {counted(policy.minimum_gap)} between two notices" if policy.minimum_gap else ""
    return [f"we look at {unit}{gap}.", *_settings(policy)]


def describe_policy(policy: Policy) -> str:
    """What holds for all levels, then one line a level."""
    first, *others = general_of(policy)
    lines = [f"{policy.name}: {first}", *others]
    lines += [f"{number}. {_level(level)}." for number, level in enumerate(policy.levels, start=1)]
    lines += repeats_of(policy)
    if isinstance(policy.at_end, Final):
        lines.append(f"Finally {_level(policy.at_end.level)}.")
    return "\n".join(lines)


def repeats_of(policy: Policy) -> list[str]:
    """What comes again after the last level, where anything does."""
    if not isinstance(policy.at_end, Repeat):
        return []
    return [f"Then {policy.levels[-1].name} {repeat_words(policy.at_end)}."]


def when_of(level: Level) -> str:
    """On which day a level comes, in words."""
    if level.after is None:
        return f"when {describe(level.when)}"
    side = "before" if level.after < 0 else "after"
    kind = "business day" if level.business_days else "day"
    day = (
        f"{counted(abs(level.after), kind)} {side} {_BASES[level.base]}" if level.after else f"on {_BASES[level.base]}"
    )
    return f"at the end of the month, once it is {day.removeprefix('on ')}" if level.month_end else day


def provisos_of(level: Level) -> Iterator[str]:
    """What else has to hold for a level to be given, in words."""
    if level.after is not None and level.when != ALWAYS:
        yield f"where {describe(level.when)}"
    if level.gap is not None:
        yield f"at least {counted(level.gap)} after the last notice"
    if level.minimum.words:
        yield f"from {level.minimum.words} on"
    if level.optional:
        yield "passed over if a later level's days are reached"
    if level.repeat is not None:
        yield repeat_words(level.repeat)


def repeat_words(repeat: Repeat) -> str:
    """How a level is given again, in words."""
    times = "" if repeat.times is None else f", at most {repeat.times} times"
    base = " after the deadline of the last notice" if repeat.base == "deadline" else ""
    return f"again every {counted(repeat.every)}{base}{times}"


def _level(level: Level) -> str:
    parts = [f"{level.name}, {when_of(level)}: " + ", ".join(map(str, level.do)), *provisos_of(level)]
    if level.deadline is not None:
        kind = "business day" if level.business_days else "day"
        parts.append(f"{counted(level.deadline, kind)} to pay")
    if level.owner:
        parts.append(f"with the {level.owner}")
    if level.approval:
        parts.append(f"needs the approval of the {level.approval}")
    return "; ".join(parts)


def _changes(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if before != after:
            yield f"{key}: {_shown(before)} becomes {_shown(after)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else str(value)


def differences(old: Policy, new: Policy) -> tuple[str, ...]:
    """What is different: settings first, then levels by name."""
    lines = list(_changes(setting_data(old), setting_data(new)))
    before, after = ({level.name: level for level in each.levels} for each in (old, new))
    lines += [f"level {name} is gone" for name in before if name not in after]
    lines += [f"level {name} is new: {_level(after[name])}" for name in after if name not in before]
    for name in before:
        if name in after:
            changes = _changes(level_data(before[name]), level_data(after[name]))
            lines += [f"level {name}: {each}" for each in changes]
    both = [[name for name in each if name in before and name in after] for each in (before, after)]
    if both[0] != both[1]:
        lines.append(f"levels: {', '.join(both[0])} becomes {', '.join(both[1])}")
    return tuple(lines)
