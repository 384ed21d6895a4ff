"""The result of a call as facts: the contact, and what was promised, disputed or agreed to do next.

A call that ends without a date ends in nothing: every one has a promise, a dispute, the day of the next contact, or a
reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from dunning._base.checks import of_kind, refuse
from dunning._base.kinds import guarded
from dunning._base.names import means, same_debt
from dunning._base.noun import changed, is_tuple_of
from dunning.amounts import ZERO, exact
from dunning.dates import is_date, require_date
from dunning.decision import Action
from dunning.errors import require_type
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
from dunning.ledger import Account


@guarded
@exact
def outcome(
    account: Account,
    result: str,
    *,
    on: date,
    by: str,
    channel: Channel | None = None,
    direction: Direction = "outbound",
    action: Action | None = None,
    promise: tuple[Decimal, date] | None = None,
    disputed: tuple[str, ...] = (),
    dispute_reason: str = "",
    follow_up: date | None = None,
    call_back: bool = False,
    no_date: str = "",
    items: tuple[str, ...] = (),
    note: str = "",
    at: datetime | None = None,
    place: ContactPlace | None = None,
    person: str = "debtor",
    message: Message | None = None,
    requested: bool | None = None,
) -> tuple[Contact | Promise | Dispute | ContactFlag, ...]:
    """Turn the result of a call into the facts that record it, the contact first.

    Args:
        account: the customer's account.
        result: what came of it, the `outcome` of the contact, one of `dunning.interactions.RESULTS`: they were spoken
            to (`"spoke"`, `"promised"`, `"disputed"`, `"refused"`, `"paid"`, `"right_party"`, `"conversation"`), or not
            (`"left_message"`, `"third_party"`, `"no_answer"`, `"busy"`, `"out_of_service"`, `"failed"`).
        on: the day.
        by: who called.
        channel: how; None: as the action says, or else by a call.
        direction: who called whom.
        action: the action of the plan that the call carries out; its level is given if somebody was reached, unless
            it was recorded before.
        promise: what the customer promised to pay, and by when.
        disputed: the invoices that they dispute.
        dispute_reason: why they do.
        follow_up: the day of the next contact.
        call_back: whether they asked for that next contact; rules of contact on this channel then make an exception.
        no_date: why there is neither a promise, a dispute nor a next contact; it is added to the note.
        items: what the call was about; empty: what the action is about, or all that is open.
        note: what was said.
        at: the instant, where it is known.
        place: where they were reached.
        person: who was spoken to.
        message: what kind of message it was, where rules of contact tell such apart.
        requested: whether they had asked for this contact; None: yes if they called, or had asked to be called back and
            were not spoken to since.

    A promise or follow-up comes up by itself on its day: see `dunning.decision.FollowUp`.

    Raises:
        InvalidValue: every fault at once: a call without a next date or a reason for none, a date before the call,
            more promised than is open, a disputed invoice that is not open, an unknown result.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> facts = outcome(ledger.account("ACME"), "promised", on=date(2026, 2, 20), by="desk 1",
    ...     promise=(Decimal("900.00"), date(2026, 2, 27)), note="invoice was in the wrong tray")
    >>> [(type(fact).__name__, fact.id) for fact in facts]
    [('Contact', 'ACME/EUR/2026-02-20/1'), ('Promise', 'ACME/EUR/2026-02-20/1/promise')]
    >>> outcome(ledger.account("ACME"), "spoke", on=date(2026, 2, 20), by="desk 1")
    Traceback (most recent call last):
    dunning.errors.InvalidValue: outcome: give a promise, a dispute or a follow_up date, or say why none in no_date
    """
    require_type("outcome", "account", account, Account)
    require_date("on", on)
    refuse(
        "outcome",
        _shape_faults(
            result, {"action": (action, Action), "at": (at, datetime)}, promise, disputed, items, note, no_date
        ),
    )
    faults = [*_faults(account, on, items, promise, disputed, follow_up), *_result_faults(result, promise, disputed)]
    if not (promise or disputed or follow_up is not None or no_date.strip()):
        faults.append("give a promise, a dispute or a follow_up date, or say why none in no_date")
    if call_back and follow_up is None:
        faults.append("call_back: say in follow_up on which day they want to be called")
    if at is not None and abs((at.date() - on).days) > 1:
        faults.append(f"at: {at} is not on {on}")
    if action is not None:
        faults += _action_faults(account, action, direction)
    refuse("outcome", faults)
    about = items or (action.items if action is not None else ())
    record = action.as_fact(on=on) if action is not None and result not in NOT_REACHED else None
    known = {fact.id for fact in (*account.facts, *account.interactions)}
    planned = record if isinstance(record, Contact) and record.id not in known else None
    how = channel or (action.channel if action is not None else None) or "call"
    contact = Contact(
        _name(account, on) if planned is None else planned.id,
        account.customer,
        on,
        how,
        direction=direction,
        outcome=result,
        level=None if planned is None else planned.level,
        deadline=None if planned is None else planned.deadline,
        items=about,
        by=by,
        note="; ".join(filter(None, (note, f"no next date: {no_date}" if no_date.strip() else ""))),
        follow_up=follow_up,
        at=at,
        place=place,
        person=person,
        message=message,
        requested=_was_asked_for(account, how, on, direction, about) if requested is None else requested,
    )
    if planned is not None and planned.asked_channel != how:
        contact = changed(contact, instead_of=planned.asked_channel)
    return (contact, *_more(account, contact, promise, disputed, dispute_reason, call_back=call_back))


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


def _more(
    account: Account,
    contact: Contact,
    promise: tuple[Decimal, date] | None,
    disputed: tuple[str, ...],
    reason: str,
    *,
    call_back: bool,
) -> Iterator[Promise | Dispute | ContactFlag]:
    """What was agreed in a contact, under ids that begin with its own."""
    name, on, about = contact.id, contact.on, contact.items
    if promise is not None:
        amount, due = promise
        yield Promise(f"{name}/promise", account.customer, on, due, amount, account.currency, items=about)
    for invoice in disputed:
        yield Dispute(f"{name}/dispute/{invoice}", invoice, on, reason=reason)
    if call_back:
        yield ContactFlag(
            f"{name}/call back", account.customer, on, "call_back", by="consumer", items=about, channel=contact.channel
        )


def _shape_faults(
    result: object, optional: dict[str, tuple[object, type]], promise: object, disputed: object, items: object,
    note: object, no_date: object,
) -> Iterator[str]:  # fmt: skip
    if not isinstance(result, str) or result not in RESULTS:
        yield f"result: {result!r} is not one of {', '.join(sorted(RESULTS))}"
    for name, (value, kind) in optional.items():
        yield from of_kind(name, value, kind, optional=True)
    if promise is not None and not (type(promise) is tuple and len(cast("tuple[object, ...]", promise)) == 2):
        yield f"promise: {promise!r} is not a pair of an amount and a day"
    for name, value in (("disputed", disputed), ("items", items)):
        if not is_tuple_of(value, str):
            yield f"{name}: {value!r} is not a tuple of ids"
        elif len(set(cast("tuple[str, ...]", value))) < len(cast("tuple[str, ...]", value)):
            yield f"{name}: {value!r} has an id twice"
    for name, value in (("note", note), ("no_date", no_date)):
        yield from of_kind(name, value, str)


def _result_faults(result: str, promise: tuple[Decimal, date] | None, disputed: tuple[str, ...]) -> Iterator[str]:
    """What does not go together with a result."""
    if result not in CONVERSATION:
        yield from (
            f"{name}: nobody was reached who could have made it"
            for name, given in (("promise", promise), ("disputed", disputed))
            if given
        )
    elif result == "promised" and promise is None:
        yield "promise: say what was promised, and by when"
    elif result == "disputed" and not disputed:
        yield "disputed: say which invoices are disputed"


def _action_faults(account: Account, action: Action, direction: Direction) -> Iterator[str]:
    if (action.customer, action.currency) != (account.customer, account.currency):
        yield f"action: it is about {action.customer} {action.currency}, not {account.customer} {account.currency}"
    if action.channel is None:
        yield f"action: {action.activity} is no contact; record it by its as_fact"
    if direction == "inbound":
        yield "action: who calls us does not carry out an action of ours; leave it out"


def _faults(
    account: Account,
    on: date,
    items: tuple[str, ...],
    promise: tuple[Decimal, date] | None,
    disputed: tuple[str, ...],
    follow_up: date | None,
) -> Iterator[str]:
    found = account.items_at(on)
    invoices = {item.invoice for item in found}
    names = {name for item in found for name in (item.id, item.invoice)}
    yield from (f"items: {name!r} is not open in the account" for name in items if name not in names)
    if promise is not None:
        amount, due = promise
        total = sum((item.open for item in found if means(items, (item.id, item.invoice))), ZERO)
        if not is_date(due) or due < on:
            yield f"promise: {due} is not a day from {on} on"
        if not (isinstance(amount, Decimal) and amount.is_finite() and 0 < amount <= total):
            yield f"promise: {amount!r} is not a Decimal above 0 and up to what is open, {total}"
    yield from (
        f"disputed: {name!r} is not an open invoice of the account" for name in disputed if name not in invoices
    )
    if follow_up is not None and (not is_date(follow_up) or follow_up < on):
        yield f"follow_up: {follow_up} is not a day from {on} on"


def _name(account: Account, on: date) -> str:
    """An id for a contact of a day that no other fact of the account has."""
    known = {fact.id for fact in (*account.facts, *account.interactions)}
    number = 1
    while (name := f"{account.customer}/{account.currency}/{on}/{number}") in known:
        number += 1
    return name
