"""Rules of contact with what they need to know of customers: time zones, consent, calendars.

A policy decides by days, rules of contact by instants. A day is permitted when some moment of it is; what is dated up
to the day on which one decides is known, and nothing later.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeAlias

import attrs

from dunning._base.bounds import Id
from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, refuse
from dunning._base.names import means, repeated
from dunning._base.noun import frozen
from dunning.contact.attempt import Actor, Attempt, DebtorKind, OptOut, Purpose
from dunning.contact.clocks import Zones, instant_faults, local, zones_of
from dunning.contact.limits import Calendars
from dunning.contact.permits import (
    Permit,
    answer,
    calendar_faults,
)
from dunning.contact.rules import Rule
from dunning.dates import BusinessCalendar
from dunning.interactions import WRITTEN, Channel, Contact, ContactFlag, ContactPlace, Message
from dunning.ledger import Account


@frozen
class Party:
    """What rules of contact need to know of a customer; see `dunning.contact.Attempt` for each.

    `zones` are the time zones of the places where they may be: days are counted in the first, hours kept in all.

    Raises:
        InvalidValue: every fault at once.
    """

    zones: Zones
    debtor: DebtorKind = attrs.field(kw_only=True)
    purpose: Purpose = attrs.field(kw_only=True)
    recipient: Id = attrs.field(default="debtor", kw_only=True)
    place: ContactPlace | None = attrs.field(default=None, kw_only=True)
    collecting: bool | None = attrs.field(default=None, kw_only=True)
    credit_total: Decimal | None = attrs.field(default=None, kw_only=True)
    credit_on: date | None = attrs.field(default=None, kw_only=True)

    @guarded
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


_SUBSTITUTES = (*WRITTEN, "call")
Substitute: TypeAlias = Annotated[
    Channel,
    Must("{0} in known", f"one of {', '.join(_SUBSTITUTES)}", schema={"enum": [*_SUBSTITUTES]}, known=_SUBSTITUTES),
]
"""A channel that can stand in for another."""


@frozen
class ContactRules:
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
    instead: tuple[Substitute, ...] = attrs.field(default=("email", "letter", "call"), kw_only=True)
    opt_out: OptOut = attrs.field(default="link", kw_only=True)
    _by_customer: dict[str, Party] = attrs.field(init=False, eq=False, repr=False, factory=dict[str, Party])

    def _rules(self) -> Iterator[str]:
        for name, pairs in (("parties", self.parties), ("calendars", self.calendars)):
            yield from (f"{name}: {each} is named twice" for each in repeated(each for each, _ in pairs))
        yield from calendar_faults(self.rules, self.by_name)

    def __attrs_post_init__(self) -> None:
        self._by_customer.update(self.parties)

    @property
    def by_name(self) -> Calendars:
        """The calendars by their names."""
        return dict(self.calendars)

    @checked
    def party(self, customer: str) -> Party:
        """What is known of a customer."""
        return self._by_customer.get(customer, self.everyone)

    @guarded
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

    @checked
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
        refuse("permit", instant_faults("at", at))
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
        if each.days_past_due is not None and means(items, (each.id, each.invoice))
    ]
    return max(days, default=None)
