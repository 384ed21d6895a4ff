"""Whether a contact may be made at an instant, by a plain reading of the rules: the oracle of the laws of contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from dunning.contact import Attempt, Bar, Cap, Inconvenient, Needs, Rule, Span, Wait, Window
from dunning.dates import BusinessCalendar
from dunning.interactions import CONVERSATION, Contact, ContactFlag


class Model:
    """The past of a customer as known at an instant, asked for each rule at any later instant."""

    def __init__(
        self,
        attempt: Attempt,
        history: Sequence[Contact | ContactFlag],
        at: datetime,
        zones: Sequence[tzinfo],
        calendars: dict[str, BusinessCalendar],
    ) -> None:
        self.attempt, self.zones, self.calendars, self.at = attempt, zones, calendars, at
        self.history = history

    def known(self, zone: tzinfo) -> tuple[list[tuple[date, Contact]], list[ContactFlag]]:
        today = self.at.astimezone(zone).date()
        contacts: list[tuple[date, Contact]] = []
        flags: list[ContactFlag] = []
        for each in self.history:
            if isinstance(each, ContactFlag):
                if each.on <= today and each.channel in (None, self.attempt.channel) and self.shares(each.items):
                    flags.append(each)
            elif each.outcome != "queued":
                if each.at is None and each.on <= today:
                    contacts.append((each.on, each))
                elif each.at is not None and each.at <= self.at:
                    contacts.append((each.at.astimezone(zone).date(), each))
        return contacts, flags

    def shares(self, items: tuple[str, ...]) -> bool:
        return not items or not self.attempt.items or bool(set(items) & set(self.attempt.items))

    def lasts(self, span: Span, zone: tzinfo, day: date) -> bool:
        contacts, flags = self.known(zone)
        return any(
            flag.on <= day and self.holds(span, flag, contacts, flags, day)
            for flag in flags
            if flag.kind == span.flag and (not span.by or flag.by in span.by)
        )

    def holds(
        self,
        span: Span,
        flag: ContactFlag,
        contacts: list[tuple[date, Contact]],
        flags: list[ContactFlag],
        day: date,
    ) -> bool:
        if flag.end is not None and day >= flag.end:
            return False
        kept = any(other.kind == span.kept_by and 0 <= (other.on - flag.on).days <= span.kept_within for other in flags)
        if span.days is not None and not kept and (day - self.begins(span, flag.on)).days >= span.days:
            return False
        if span.made_in is not None:
            made_in = span.made_in
            others = [each for each in flags if each.kind == made_in.flag and (not made_in.by or each.by in made_in.by)]
            if others and not any(
                other.on <= flag.on and self.holds(made_in, other, contacts, flags, flag.on) for other in others
            ):
                return False
        if any(other.kind == span.ended_by and flag.on <= other.on <= day for other in flags):
            return False
        return not span.until_conversation or not any(
            flag.on < on < day and each.outcome in CONVERSATION and each.person == self.attempt.recipient
            for on, each in contacts
        )

    def begins(self, span: Span, day: date) -> date:
        left = span.business_days
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and day not in self.calendars[span.holidays or ""].holidays
        return day

    def count(self, cap: Cap, zone: tzinfo, day: date) -> int:
        contacts, _ = self.known(zone)
        found = 0
        talks = [on for on, each in contacts if each.outcome in CONVERSATION and each.person == self.attempt.recipient]
        for on, each in contacts:
            if cap.after_conversation:
                later = [first for first in talks if first < on or (first == on and each.outcome not in CONVERSATION)]
                if not later:
                    continue
            if cap.days is not None and not 0 <= (day - on).days < cap.days:
                continue
            counts = (
                each.direction in cap.directions
                and (each.channel in cap.channels if cap.channels else True)
                and (each.outcome in cap.outcomes if cap.outcomes else True)
                and each.outcome not in cap.not_outcomes
                and (self.shares(each.items) if "debt" in cap.per else True)
                and (each.person == self.attempt.recipient if "person" in cap.per else True)
                and not (cap.unless_requested and each.requested)
                and (each.place in cap.places if cap.places else True)
                and each.place not in cap.not_places
                and (each.message in cap.messages if cap.messages else True)
                and (None in (each.by, self.attempt.by) or each.by == self.attempt.by or "collector" not in cap.per)
                and not (cap.unless_in is not None and self.lasts(cap.unless_in, zone, on))
            )
            found += counts
        return found

    def keeps(self, rule: Rule, instant: datetime) -> bool:
        """Whether a rule is kept at an instant in all places."""
        return all(self.keeps_in(rule, instant, zone) for zone in self.zones)

    def keeps_in(self, rule: Rule, instant: datetime, zone: tzinfo) -> bool:
        where, channel = rule.where, self.attempt.channel
        if (where.channels and channel not in where.channels) or channel in where.not_channels:
            return True
        there = instant.astimezone(zone)
        day, clock = there.date(), there.time()
        if rule.effective_from is not None and day < rule.effective_from:
            return True
        if rule.effective_to is not None and day > rule.effective_to:
            return True
        if any(isinstance(each, Span) and self.lasts(each, zone, day) for each in rule.unless):
            return True
        limit = rule.limit
        _, flags = self.known(zone)
        if isinstance(limit, Window):
            closed = limit.holidays is not None and day in self.calendars[limit.holidays].holidays
            return not closed and any(
                day.weekday() in hours.weekdays
                and hours.opens <= clock
                and (clock < hours.closes or hours.closes == time(0))
                for hours in limit.hours
            )
        if isinstance(limit, Inconvenient):
            return not any(
                flag.start is not None and flag.stop is not None and flag.start <= clock < flag.stop
                and (flag.end is None or day < flag.end)
                for flag in flags
            )  # fmt: skip
        if isinstance(limit, Cap):
            return self.count(limit, zone, day) < limit.most
        if isinstance(limit, Bar):
            return not self.lasts(limit.span, zone, day)
        if isinstance(limit, Needs):
            return self.lasts(limit.span, zone, day)
        if isinstance(limit, Wait):
            return any(flag.kind == limit.flag and (day - flag.on).days > limit.days for flag in flags)
        return False


def minutes(start: datetime, stop: datetime) -> list[datetime]:
    """An instant and every whole minute after it, up to another."""
    found = [start]
    each = start.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    while each <= stop:
        found.append(each)
        each += timedelta(minutes=1)
    return found
