"""The desk from which customers are contacted: rules, what they need to know of customers, and whole days.

A policy decides by days, rules of contact by instants. A day is permitted when some moment of it is; what is dated up
to the day on which one decides is known, and nothing later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import attrs

from dunning._attrs import frozen, is_tuple_of
from dunning._contact_rules import Actor, Attempt, DebtorKind, Message, Needs, OptOut, Purpose, Rule, Span
from dunning._deeds import WRITTEN
from dunning._permit import (
    HORIZON,
    Active,
    Calendars,
    Finding,
    Permit,
    Question,
    answer,
    calendar_faults,
    findings_at,
    first_free,
    require_open,
)
from dunning._zones import local, reach, require_instant, zones_of
from dunning.dates import NEVER_ENDS, BusinessCalendar, add_days
from dunning.errors import InvalidValue
from dunning.interactions import Channel, Contact, ContactFlag, Place
from dunning.ledger import Account

__all__ = ["DayByDay", "Desk", "Party"]


@frozen
class Party:
    """What rules of contact need to know of a customer; see `dunning.contact.Attempt` for each.

    `zones` are the time zones of the places where he may be: days are counted in the first, hours kept in all.
    """

    zones: tuple[tzinfo, ...]
    debtor: DebtorKind = attrs.field(kw_only=True)
    purpose: Purpose = attrs.field(kw_only=True)
    recipient: str = attrs.field(default="debtor", kw_only=True)
    place: Place | None = attrs.field(default=None, kw_only=True)
    collecting: bool | None = attrs.field(default=None, kw_only=True)
    credit_total: Decimal | None = attrs.field(default=None, kw_only=True)
    credit_on: date | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        zones_of("Party", self.zones)
        self.attempt("call", "first_party")

    def attempt(self, channel: Channel, actor: Actor, **more: Any) -> Attempt:
        """A contact with this customer as rules see it."""
        return Attempt(
            channel,
            actor=actor,
            debtor=self.debtor,
            purpose=self.purpose,
            recipient=self.recipient,
            place=self.place,
            collecting=self.collecting,
            credit_total=self.credit_total,
            credit_on=self.credit_on,
            **more,
        )


@frozen
class Desk:
    """The rules under which a house contacts its customers; give it to `decide`, `plan` or `brief`.

    Args:
        rules: the rules that were chosen.
        everyone: what holds for customers not named in `parties`.
        parties: (customer, `Party`) pairs.
        actor: in whose name customers are contacted.
        calendars: (name, calendar) pairs for the calendars that rules name.
        instead: the channels that may stand in for one that is not permitted, the preferred first.
        opt_out: how the house's electronic messages offer to opt out.

    Raises:
        InvalidValue: every fault at once, a calendar that a rule names and that is missing among them. Whether hours
            leave a moment open is known when somebody is to be contacted; hours that leave none are refused then.
    """

    rules: tuple[Rule, ...]
    everyone: Party
    parties: tuple[tuple[str, Party], ...] = attrs.field(default=(), kw_only=True)
    actor: Actor = attrs.field(default="first_party", kw_only=True)
    calendars: tuple[tuple[str, BusinessCalendar], ...] = attrs.field(default=(), kw_only=True)
    instead: tuple[Channel, ...] = attrs.field(default=("email", "letter", "call"), kw_only=True)
    opt_out: OptOut = attrs.field(default="link", kw_only=True)
    _by_customer: dict[str, Party] = attrs.field(init=False, eq=False, repr=False, factory=dict[str, Party])

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if not is_tuple_of(self.rules, Rule):
            faults.append(f"rules: {self.rules!r} is not a tuple of Rule")
        if not isinstance(self.everyone, Party):
            faults.append(f"everyone: {self.everyone!r} is not a Party")
        names = [name for name, _ in self.parties]
        if len(set(names)) < len(names):
            faults.append("parties: a customer is named twice")
        known = (*WRITTEN, "call")
        faults += [f"instead: {each!r} is not one of {', '.join(known)}" for each in self.instead if each not in known]
        if not faults:
            faults += calendar_faults(self.rules, self.by_name)
        if faults:
            raise InvalidValue("Desk", faults)
        self.everyone.attempt("call", self.actor, opt_out=self.opt_out)
        self._by_customer.update(self.parties)

    @property
    def by_name(self) -> Calendars:
        """The calendars by their names."""
        return dict(self.calendars)

    def party(self, customer: str) -> Party:
        """What is known of a customer."""
        return self._by_customer.get(customer, self.everyone)

    def attempt(
        self,
        customer: str,
        channel: Channel,
        *,
        items: tuple[str, ...] = (),
        by: str | None = None,
        message: Message = "demand",
        days_past_due: int | None = None,
    ) -> Attempt:
        """A contact of the house with a customer as rules see it."""
        return self.party(customer).attempt(
            channel, self.actor, items=items, by=by, message=message, opt_out=self.opt_out, days_past_due=days_past_due
        )

    def permit(
        self,
        account: Account,
        channel: Channel,
        *,
        at: datetime,
        items: tuple[str, ...] = (),
        by: str | None = None,
        message: Message = "demand",
    ) -> Permit:
        """Whether a customer may be contacted on a channel at an instant; see `dunning.contact.permit`.

        Raises:
            InvalidValue: `at` has no time zone.
        """
        require_instant("permit", "at", at)
        zones = zones_of("permit", self.party(account.customer).zones)
        today = local(at, self.party(account.customer).zones[0]).date()
        late = oldest(account, items, today)
        attempt = self.attempt(account.customer, channel, items=items, by=by, message=message, days_past_due=late)
        return answer(self.rules, attempt, history_of(account), at, zones, self.by_name)


def history_of(account: Account) -> tuple[Contact | ContactFlag, ...]:
    """The contacts with a customer and what was said about them."""
    return tuple(each for each in account.interactions if isinstance(each, (Contact, ContactFlag)))


def oldest(account: Account, items: tuple[str, ...], day: date) -> int | None:
    """Days past due of the oldest of these items on a day (of all that is open, where none is named)."""
    days = [
        each.days_past_due
        for each in account.items_at(day)
        if each.days_past_due is not None and (not items or each.id in items or each.invoice in items)
    ]
    return max(days, default=None)


class DayByDay:
    """A contact with a customer, asked for whole days from one on, knowing what is dated up to that one."""

    def __init__(self, desk: Desk, account: Account, channel: Channel, items: tuple[str, ...], as_of: date) -> None:
        self.desk = desk
        self.account = account
        self.channel: Channel = channel
        self.items = items
        self.as_of = as_of
        self.late = oldest(account, items, as_of)
        party = desk.party(account.customer)
        self.first_zone = party.zones[0]
        self.zones = zones_of("Desk", party.zones)
        self.history = history_of(account)

    def active(self, day: date) -> list[Active]:
        """The rules that look at the contact on a day, when the debts are older by as many days."""
        late = None if self.late is None else self.late + (day - self.as_of).days
        attempt = self.desk.attempt(self.account.customer, self.channel, items=self.items, days_past_due=late)
        rules = [each for each in self.desk.rules if each.binds(attempt) and each.looks_at(attempt)]
        start = self.start(day)
        asked = tuple(
            Question(attempt, self.history, start, zone, self.desk.by_name, self.as_of) for zone in self.zones
        )
        return [Active(rule, asked) for rule in rules]

    def start(self, day: date) -> datetime:
        """The instant at which a day begins where the customer is."""
        earliest = datetime.combine(day, time(), self.first_zone) - timedelta(days=1)
        return reach(day, time(), self.first_zone, earliest)

    def moment(self, day: date) -> datetime | None:
        """The first permitted moment from the beginning of a day on; None where none is known."""
        while True:
            active, start = self.active(day), self.start(day)
            found = first_free(active, start)
            if found is None:
                require_open("Desk", active, start)
                return None
            then = local(found, self.first_zone).date()
            if then == day:
                return found
            day = then

    def day(self, day: date) -> date | None:
        """The first permitted day from one on; None where none is known."""
        found = self.moment(day)
        return None if found is None else local(found, self.first_zone).date()

    def lost_on(self, until: date) -> date | None:
        """The first day before another, after today, on which what is permitted today is not; None where there is none.

        It can be lost only where hours end, a holiday comes, an exception or a consent is over, a rule comes into
        force or begins to bind so old a debt, or clocks of several places move apart.
        """
        for day in sorted(set(self._turns(until))):
            if self.as_of < day < until and self.day(day) != day:
                return day
        return None

    def _turns(self, until: date) -> Iterator[date]:
        last = min(until, add_days(self.as_of, HORIZON))
        for begin in {self.as_of, *self._begins()}:
            yield from (add_days(begin, ahead) for ahead in range(8))
        for _, calendar in self.desk.calendars:
            days = (add_days(self.as_of, ahead) for ahead in range((last - self.as_of).days))
            yield from (each for each in days if each in calendar.holidays)

    def _begins(self) -> Iterator[date]:
        """The days on which rules change, or what excepts from them."""
        questions = next((asked for _, asked in self.active(self.as_of)), ())
        for rule in self.desk.rules:
            if rule.effective_from is not None:
                yield rule.effective_from
            for scope in rule.scope:
                if scope.over_days is not None and self.late is not None:
                    yield add_days(self.as_of, scope.over_days + 1 - self.late)
            spans = [each for each in rule.unless if isinstance(each, Span)]
            if isinstance(rule.limit, Needs):
                spans.append(rule.limit.span)
            for asked in questions:
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
        active = self.active(day)
        alone = [
            each
            for each in active
            if (found := first_free([each], self.start(day))) is None or local(found, self.first_zone).date() != day
        ]
        return tuple(findings_at(alone or active, self.start(day)))
