"""The result of a call as facts: the contact, and what was promised, disputed or agreed to do next.

A call that ends without a date ends in nothing: every one has a promise, a dispute, the day of the next contact, or a
reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

import attrs

from dunning._base.bounds import Id, Instant, Once
from dunning._base.guards import checked
from dunning._base.kinds import Must, refuse
from dunning._base.names import means, same_debt
from dunning._base.noun import changed, frozen
from dunning.amounts import ZERO, exact
from dunning.amounts.decimals import Amount
from dunning.dates.days import Day
from dunning.decision import Action
from dunning.interactions import (
    CONVERSATION,
    NOT_REACHED,
    RESULTS,
    Channel,
    Contact,
    ContactFlag,
    ContactPlace,
    Direction,
    Dispute,
    Message,
    Promise,
)
from dunning.invoice import Installment
from dunning.ledger import Account
from dunning.ledger.views import without_request

Result: TypeAlias = Annotated[
    str,
    Must("{0} in results", f"one of {', '.join(sorted(RESULTS))}", schema={"enum": sorted(RESULTS)}, results=RESULTS),
]
"""What came of a contact."""


@frozen
class Agreed:
    """What was agreed in a contact, so that none ends without a next date.

    Args:
        promise: what the customer promised to pay, and by when.
        further: further parts of the promise, each by a later day.
        disputed: the invoices that they dispute.
        dispute_reason: why they do.
        follow_up: the day of the next contact.
        call_back: whether they asked for that next contact; rules of contact on this channel then make an exception.
        no_date: why there is neither a promise, a dispute nor a next contact; it is added to the note.

    Raises:
        InvalidValue: nothing of it is given, or a call-back without its day.
    """

    promise: tuple[Amount, date] | None = attrs.field(default=None, kw_only=True)
    further: tuple[tuple[Amount, date], ...] = attrs.field(default=(), kw_only=True)
    disputed: Once[Id] = attrs.field(default=(), kw_only=True)
    dispute_reason: str = attrs.field(default="", kw_only=True)
    follow_up: date | None = attrs.field(default=None, kw_only=True)
    call_back: bool = attrs.field(default=False, kw_only=True)
    no_date: str = attrs.field(default="", kw_only=True)

    def _rules(self) -> Iterator[str]:
        if not (self.promise or self.disputed or self.follow_up is not None or self.no_date.strip()):
            yield "give a promise, a dispute or a follow_up date, or say why none in no_date"
        if self.further and self.promise is None:
            yield "further: give the first part as the promise"
        days = [day for _, day in self.parts]
        if days != sorted(set(days)):
            yield "further: give each part by a later day than the one before"
        if self.call_back and self.follow_up is None:
            yield "call_back: say in follow_up on which day they want to be called"

    @property
    def parts(self) -> tuple[tuple[Decimal, date], ...]:
        """What was promised by which day."""
        return () if self.promise is None else (self.promise, *self.further)


@checked
@exact
def outcome(
    account: Account,
    result: Result,
    agreed: Agreed,
    *,
    on: Day,
    by: Id,
    action: Action | None = None,
    channel: Channel | None = None,
    direction: Direction = "outbound",
    items: Once[Id] = (),
    note: str = "",
    at: Instant | None = None,
    place: ContactPlace | None = None,
    person: Id = "debtor",
    message: Message | None = None,
    requested: bool | None = None,
    id: Id | None = None,
) -> tuple[Contact | Promise | Dispute | ContactFlag, ...]:
    """Turn the result of a call into the facts that record it, the contact first.

    Args:
        account: the customer's account.
        result: what came of it, the `outcome` of the contact, one of `dunning.interactions.RESULTS`: they were spoken
            to (`"spoke"`, `"promised"`, `"disputed"`, `"refused"`, `"paid"`, `"right_party"`, `"conversation"`), or not
            (`"reached"`, `"left_message"`, `"third_party"`, `"wrong_party"`, `"no_answer"`, `"busy"`,
            `"out_of_service"`, `"failed"`).
        agreed: what was agreed, with the next date.
        on: the day.
        by: who called.
        action: the action of the plan that the call carries out; its level is given if somebody was reached, unless
            it was recorded before.
        channel: how; None: as the action says, or else by a call.
        direction: who called whom.
        items: what the call was about; empty: what the action is about, or all that is open.
        note: what was said.
        at: the instant, where it is known.
        place: where they were reached.
        person: who was spoken to.
        message: what kind of message it was, where rules of contact tell such apart.
        requested: whether they had asked for this contact; None: yes if they called, or had asked to be called back and
            were not spoken to since.
        id: the id of the contact, so that a request which is sent again makes one call and not two; None: one is found.

    A promise or follow-up comes up by itself on its day: see `dunning.decision.FollowUp`.

    Raises:
        InvalidValue: every fault at once: a date before the call, more promised than is open, a disputed invoice that
            is not open, an unknown result.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> friday = Agreed(promise=(Decimal("900.00"), date(2026, 2, 27)))
    >>> facts = outcome(ledger.account("ACME"), "promised", friday, on=date(2026, 2, 20), by="desk 1",
    ...     note="invoice was in the wrong tray")
    >>> [(type(fact).__name__, fact.id) for fact in facts]
    [('Contact', 'ACME/EUR/2026-02-20/1'), ('Promise', 'ACME/EUR/2026-02-20/1/promise')]
    """
    if id is not None:  # what an earlier try with this id has recorded does not count
        account = without_request(account, id)
    own = action is not None and (action.customer, action.currency) == (account.customer, account.currency)
    about = items or (action.items if action is not None and own else ())
    faults = [*_faults(account, on, items, about, agreed), *_result_faults(result, agreed)]
    faults += [] if at is None or abs((at.date() - on).days) <= 1 else [f"at: {at} is not on {on}"]
    refuse("outcome", [*faults, *(_action_faults(account, action, direction) if action is not None else ())])
    planned = None if action is None or result in NOT_REACHED else _planned(account, action, on)
    how = channel or (action.channel if action is not None else None) or "call"
    no_date = agreed.no_date.strip() and f"no next date: {agreed.no_date}"
    if requested is None:
        requested = _was_asked_for(account, how, on, direction, about)
    contact = Contact(
        id or _name(account, on), account.customer, on, how, direction=direction, outcome=result, items=about, by=by,
        note="; ".join(filter(None, (note, no_date))), follow_up=agreed.follow_up, at=at, place=place, person=person,
        message=message, requested=requested,
    )  # fmt: skip
    if planned is not None:
        asked = None if planned.asked_channel == how else planned.asked_channel
        contact = changed(
            contact, id=id or planned.id, level=planned.level, deadline=planned.deadline, instead_of=asked
        )
    return (contact, *_more(account, contact, agreed))


def _planned(account: Account, action: Action, on: date) -> Contact | None:
    """The contact that an action asks for, unless it was recorded before."""
    record = action.as_fact(on=on)
    known = {fact.id for fact in (*account.facts, *account.interactions)}
    return record if isinstance(record, Contact) and record.id not in known else None


def _was_asked_for(account: Account, channel: Channel, on: date, direction: Direction, items: tuple[str, ...]) -> bool:
    """Whether the customer called, or had asked to be called back and was not spoken to since."""
    if direction == "inbound":
        return True
    talks = [each.on for each in account.contacts(as_of=on) if each.outcome in CONVERSATION]
    return any(
        flag.kind == "call_back"
        and flag.channel in (None, channel)
        and (flag.end is None or on < flag.end)
        and same_debt(flag.items, items)
        and not any(day > flag.on for day in talks)
        for flag in account.contact_flags(as_of=on)
    )


def _more(account: Account, contact: Contact, agreed: Agreed) -> Iterator[Promise | Dispute | ContactFlag]:
    """What was agreed in a contact, under ids that begin with its own."""
    name, on, about = contact.id, contact.on, contact.items
    if agreed.promise is not None:
        parts = tuple(Installment(day, amount) for amount, day in agreed.parts)
        total, due = sum([part.amount for part in parts], ZERO), parts[-1].day
        steps = parts if len(parts) > 1 else ()
        yield Promise(
            f"{name}/promise", account.customer, on, due, total, account.currency, items=about, installments=steps
        )
    for invoice in agreed.disputed:
        yield Dispute(f"{name}/dispute/{invoice}", invoice, on, reason=agreed.dispute_reason)
    if agreed.call_back:
        yield ContactFlag(
            f"{name}/call back", account.customer, on, "call_back", by="consumer", items=about, channel=contact.channel
        )


def _result_faults(result: str, agreed: Agreed) -> Iterator[str]:
    """What does not go together with a result."""
    if result not in CONVERSATION:
        yield from (
            f"{name}: {result!r} says that nobody who can pay was spoken to"
            for name, given in (("promise", agreed.promise), ("disputed", agreed.disputed))
            if given
        )
    elif result == "promised" and agreed.promise is None:
        yield "promise: say what was promised, and by when"
    elif result == "disputed" and not agreed.disputed:
        yield "disputed: say which invoices are disputed"


def _action_faults(account: Account, action: Action, direction: Direction) -> Iterator[str]:
    if (action.customer, action.currency) != (account.customer, account.currency):
        yield f"action: it is about {action.customer} {action.currency}, not {account.customer} {account.currency}"
    if action.channel is None:
        yield f"action: {action.activity} is no contact; record it by its as_fact"
    if direction == "inbound":
        yield "action: who calls us does not carry out an action of ours; leave it out"


def _faults(
    account: Account, on: date, items: tuple[str, ...], about: tuple[str, ...], agreed: Agreed
) -> Iterator[str]:
    """What of a call the books speak against."""
    found = account.items_at(on)
    invoices = {item.invoice for item in found}
    names = {name for item in found for name in (item.id, item.invoice)}
    yield from (f"items: {name!r} is not open in the account" for name in items if name not in names)
    if agreed.promise is not None:
        amount, due = sum([part for part, _ in agreed.parts], ZERO), agreed.promise[1]
        total = sum((item.open for item in found if means(about, (item.id, item.invoice))), ZERO)
        if due < on:
            yield f"promise: {due} is not a day from {on} on"
        if amount > total:
            yield f"promise: {amount} is more than what is open, {total}"
    strangers = [name for name in agreed.disputed if name not in invoices]
    yield from (f"disputed: {name!r} is not an open invoice of the account" for name in strangers)
    if agreed.follow_up is not None and agreed.follow_up < on:
        yield f"follow_up: {agreed.follow_up} is not a day from {on} on"


def _name(account: Account, on: date) -> str:
    """An id for a contact of a day that no other fact of the account has."""
    known = {fact.id for fact in (*account.facts, *account.interactions)}
    number = 1
    while (name := f"{account.customer}/{account.currency}/{on}/{number}") in known:
        number += 1
    return name
