"""The desk from which customers are contacted: rules, what they need to know of customers, and whole days.

A policy decides by days, rules of contact by instants. A day is permitted when some moment of it is; what is dated up
to the day on which one decides is known, and nothing later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

import attrs

from dunning._attempt import Actor, Attempt, DebtorKind, OptOut, Purpose
from dunning._attrs import changed, frozen, is_tuple_of
from dunning._checks import of_kind, one_of, pair_faults, refuse
from dunning._contact_rules import Cap, Needs, Rule, Span
from dunning._deeds import WRITTEN
from dunning._names import covers
from dunning._permit import Active, Finding, Permit, answer, calendar_faults, findings_at, first_free, require_open
from dunning._question import HORIZON, Calendars, Question, can_fire
from dunning._zones import instant_faults, local, reach, zone_faults, zones_of
from dunning.dates import NEVER_ENDS, BusinessCalendar, add_days
from dunning.errors import InvalidValue, require_type
from dunning.interactions import Channel, Contact, ContactFlag, Message, Place
from dunning.ledger import Account

__all__ = ["DayByDay", "Desk", "Party"]


@frozen
class Party:
    """What rules of contact need to know of a customer; see `dunning.contact.Attempt` for each.

    `zones` are the time zones of the places where he may be: days are counted in the first, hours kept in all.

    Raises:
        InvalidValue: every fault at once.
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
        faults = zone_faults(self.zones)
        if not faults and type(self.zones) is not tuple:
            faults = [f"zones: {self.zones!r} is not a tuple of time zones"]
        try:
            self.attempt("call", "first_party")
        except InvalidValue as error:
            faults += error.faults
        refuse("Party", faults)

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
        faults += of_kind("everyone", self.everyone, Party)
        faults += pair_faults("parties", self.parties, Party)
        faults += pair_faults("calendars", self.calendars, BusinessCalendar)
        known = (*WRITTEN, "call")
        if is_tuple_of(self.instead, str):
            faults += [
                f"instead: {each!r} is not one of {', '.join(known)}" for each in self.instead if each not in known
            ]
        else:
            faults.append(f"instead: {self.instead!r} is not a tuple of channels")
        faults += [*one_of("actor", self.actor, Actor), *one_of("opt_out", self.opt_out, OptOut)]
        if not faults:
            faults += calendar_faults(self.rules, self.by_name)
        refuse("Desk", faults)
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
        require_type("permit", "account", account, Account)
        refuse("permit", [*instant_faults("at", at), *one_of("channel", channel, Channel)])
        zones = zones_of(self.party(account.customer).zones)
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
        if each.days_past_due is not None and covers(items, each.id)
    ]
    return max(days, default=None)


class DayByDay:
    """A contact with a customer, asked for whole days from one on, knowing what is dated up to that one.

    `beside` is what else is proposed for the same day, whichever that is: caps count it too.
    """

    def __init__(
        self,
        desk: Desk,
        account: Account,
        channel: Channel,
        items: tuple[str, ...],
        as_of: date,
        beside: tuple[Contact, ...] = (),
    ) -> None:
        refuse("Desk", instant_faults("as_of", datetime.combine(as_of, time(), UTC)))
        self.desk = desk
        self.account = account
        self.items = items
        self.as_of = as_of
        self.beside = beside
        party = desk.party(account.customer)
        self.first_zone = party.zones[0]
        self.zones = zones_of(party.zones)
        self.attempt = desk.attempt(account.customer, channel, items=items, days_past_due=oldest(account, items, as_of))
        start, history = self.start(as_of), history_of(account)
        self.asked = tuple(Question(self.attempt, history, start, zone, desk.by_name, as_of) for zone in self.zones)
        # most rules cannot object to a customer of whom little is on record, whatever the day
        counting = self.asked if not beside else tuple(each.knowing(beside, as_of) for each in self.asked)
        self.able = [rule for rule in desk.rules if any(can_fire(rule.limit, each) for each in counting)]
        self.today = self._active(self.attempt)
        self.by_age = any(scope.over_days is not None for rule in desk.rules for scope in rule.scope)

    def by(self, channel: Channel) -> DayByDay:
        """The same contact on another channel."""
        return DayByDay(self.desk, self.account, channel, self.items, self.as_of, self.beside)

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
                require_open("Desk", active, start)
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
        late = self.attempt.days_past_due
        for rule in self.desk.rules:
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
