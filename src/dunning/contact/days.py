"""Whole days of a customer: from which day on a contact is permitted, if no new fact comes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from dunning._base.kinds import refuse
from dunning._base.noun import changed
from dunning.contact.attempt import Attempt
from dunning.contact.clocks import instant_faults, local, reach, zones_of
from dunning.contact.customers import ContactRules, history_of, oldest
from dunning.contact.limits import HORIZON, Circumstances, can_be_breached
from dunning.contact.permits import (
    Active,
    Finding,
    findings_at,
    first_free,
    require_open,
)
from dunning.contact.rules import Cap, Needs, Span
from dunning.dates import NEVER_ENDS, add_days
from dunning.interactions import Channel, Contact
from dunning.ledger import Account


class DayByDay:
    """A contact with a customer, asked for whole days from one on, knowing what is dated up to that one.

    `beside` is what else is proposed for the same day, whichever that is: caps count it too.
    """

    def __init__(
        self,
        contact_rules: ContactRules,
        account: Account,
        channel: Channel,
        items: tuple[str, ...],
        as_of: date,
        beside: tuple[Contact, ...] = (),
    ) -> None:
        refuse("ContactRules", instant_faults("as_of", datetime.combine(as_of, time(), UTC)))
        self.contact_rules = contact_rules
        self.account = account
        self.items = items
        self.as_of = as_of
        self.beside = beside
        party = contact_rules.party(account.customer)
        self.first_zone = party.zones[0]
        self.zones = zones_of(party.zones)
        self.attempt = contact_rules.attempt(
            account.customer, channel, items=items, days_past_due=oldest(account, items, as_of)
        )
        start, history = self.start(as_of), history_of(account)
        self.asked = tuple(
            Circumstances(self.attempt, history, start, zone, contact_rules.by_name, as_of) for zone in self.zones
        )
        # most rules cannot object to a customer of whom little is on record, whatever the day
        counting = self.asked if not beside else tuple(each.knowing(beside, as_of) for each in self.asked)
        self.able = [
            rule for rule in contact_rules.rules if any(can_be_breached(rule.limit, each) for each in counting)
        ]
        self.today = self._active(self.attempt)
        self.by_age = any(scope.over_days is not None for rule in contact_rules.rules for scope in rule.scope)

    def by(self, channel: Channel) -> DayByDay:
        """The same contact on another channel."""
        return DayByDay(self.contact_rules, self.account, channel, self.items, self.as_of, self.beside)

    def active(self, day: date) -> list[Active]:
        """The rules that look at the contact on a day, when the debts are older by as many days."""
        late = self.attempt.days_past_due
        if day == self.as_of or late is None or not self.by_age:
            return self.today
        return self._active(changed(self.attempt, days_past_due=late + (day - self.as_of).days))

    def _active(self, attempt: Attempt) -> list[Active]:
        return [Active(rule, self.asked) for rule in self.able if rule.binds(attempt) and rule.looks_at(attempt)]

    def full(self, day: date) -> list[Active]:
        """The rules that look at the contact on a day, when what is proposed beside it has been done."""
        if not self.beside:
            return self.active(day)
        asked = tuple(each.knowing(self.beside, day) for each in self.asked)
        return [Active(rule, asked) for rule, _ in self.active(day)]

    def start(self, day: date) -> datetime:
        """The instant at which a day begins where the customer is."""
        earliest = datetime.combine(day, time(), UTC) - timedelta(days=1)
        return reach(day, time(), self.first_zone, earliest)

    def _is_on(self, found: datetime | None, day: date) -> bool:
        return found is not None and local(found, self.first_zone).date() == day

    def day(self, day: date) -> date | None:
        """The first permitted day from one on; None where none is known."""
        while True:
            active, start = self.active(day), self.start(day)
            found = first_free(active, start)
            if found is None:
                require_open("ContactRules", active, start)
                return None
            then = local(found, self.first_zone).date()
            if then != day:
                day = then
            elif not self.beside or self._is_on(first_free(self.full(day), start), day):
                return day
            else:
                later = [each for each in self._room(active) if each > day]
                if not later:
                    return None
                day = min(later)

    def _room(self, active: list[Active]) -> Iterator[date]:
        """The days on which a cap may have room again, as each place counts its days, or is over."""
        for rule, places in active:
            limit = rule.limit
            if isinstance(limit, Cap) and limit.days is not None:
                for asked in places:
                    for on, _ in asked.counted(limit):
                        yield from (add_days(on, limit.days + more) for more in (-1, 0, 1))
            if rule.effective_to is not None:
                yield add_days(rule.effective_to, 1)

    def lost_on(self, until: date) -> date | None:
        """The first day on which a contact that is permitted today will no longer be; None if it stays so until a day.

        It can be lost only where hours end, a holiday comes, an exception or a consent is over, a rule comes into
        force or begins to bind so old a debt, or clocks of several places move apart. A consent that ends on 9 March
        is lost on 10 March.
        """
        for day in sorted(set(self._turns(until))):
            if self.as_of < day < until and self.day(day) != day:
                return day
        return None

    def _turns(self, until: date) -> Iterator[date]:
        last = min(until, add_days(self.as_of, HORIZON))
        for begin in {self.as_of, *self._begins()}:
            yield from (add_days(begin, ahead) for ahead in range(8))
        for _, calendar in self.contact_rules.calendars:
            days = (add_days(self.as_of, ahead) for ahead in range((last - self.as_of).days))
            yield from (each for each in days if each in calendar.holidays)

    def _begins(self) -> Iterator[date]:
        """The days on which rules change, or what excepts from them."""
        late = self.attempt.days_past_due
        for rule in self.contact_rules.rules:
            if rule.effective_from is not None:
                yield rule.effective_from
            for scope in rule.scope:
                if scope.over_days is not None and late is not None:
                    yield add_days(self.as_of, scope.over_days + 1 - late)
            spans = [each for each in rule.unless if isinstance(each, Span)]
            if isinstance(rule.limit, Needs):
                spans.append(rule.limit.span)
            for asked in self.asked:
                yield from (end for span in spans for _, end in asked.standing(span, self.as_of) if end != NEVER_ENDS)
        if len(self.zones) > 1:
            yield from self._clock_changes()

    def _clock_changes(self) -> Iterator[date]:
        """The days ahead on which a clock of one of the places is set."""
        noon = datetime.combine(self.as_of, time(12))
        for zone in self.zones:
            offsets = [zone.utcoffset(noon + timedelta(days=ahead)) for ahead in range(HORIZON)]
            for ahead in range(1, HORIZON):
                if offsets[ahead] != offsets[ahead - 1]:
                    yield add_days(self.as_of, ahead)

    def findings(self, day: date) -> tuple[Finding, ...]:
        """What keeps a day from being permitted: the rules that do so alone, or else all that fire as it begins."""
        active, start = self.full(day), self.start(day)
        alone = [each for each in active if not self._is_on(first_free([each], start), day)]
        return tuple(findings_at(alone or active, start))
