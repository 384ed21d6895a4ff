"""The result of a call as facts: the contact, and what was promised, disputed or agreed to do next.

A call that ends without a date ends in nothing: every one has a promise, a dispute, the day of the next contact, or a
reason why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

from dunning._attrs import changed, is_tuple_of
from dunning._decided import Action
from dunning.amounts import ZERO, exact
from dunning.dates import is_date, require_date
from dunning.errors import InvalidValue, require_type
from dunning.interactions import (
    NOT_REACHED,
    Channel,
    Contact,
    ContactFlag,
    Direction,
    Dispute,
    Place,
    Promise,
)
from dunning.ledger import Account

__all__ = ["outcome"]


@exact
def outcome(
    account: Account,
    result: str,
    *,
    on: date,
    by: str,
    channel: Channel = "call",
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
    place: Place | None = None,
    person: str = "debtor",
) -> tuple[Contact | Promise | Dispute | ContactFlag, ...]:
    """Turn the result of a call into the facts that record it, the contact first.

    Args:
        account: the customer's account.
        result: what came of it, the `outcome` of the contact: `"spoke"`, `"promised"`, `"no_answer"`, `"left_message"`.
        on: the day.
        by: who called.
        channel: how.
        direction: who called whom.
        action: the action of the plan that the call carries out; its level is given if somebody was reached.
        promise: what the customer promised to pay, and by when.
        disputed: the invoices that he disputes.
        dispute_reason: why he does.
        follow_up: the day of the next contact.
        call_back: whether he asked for that next contact; rules of contact then make an exception for it.
        no_date: why there is neither a promise, a dispute nor a next contact; it is added to the note.
        items: what the call was about; empty: what the action is about, or all that is open.
        note: what was said.
        at: the instant, where it is known.
        place: where he was reached.
        person: who was spoken to.

    A promise or follow-up comes up by itself on its day: see `dunning.decision.FollowUp`.

    Raises:
        InvalidValue: every fault at once: a call without a next date or a reason for none, a date before the call,
            more promised than is open, a disputed invoice that is not open.

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
    if action is not None:
        require_type("outcome", "action", action, Action)
    reached = result not in NOT_REACHED
    wrong: list[str] = []
    if promise is not None and not (type(promise) is tuple and len(promise) == 2):
        wrong.append(f"promise: {promise!r} is not a pair of an amount and a day")
    wrong += [
        f"{name}: {value!r} is not a tuple of ids"
        for name, value in (("disputed", disputed), ("items", items))
        if not is_tuple_of(value, str)
    ]
    if wrong:
        raise InvalidValue("outcome", wrong)
    faults = list(_faults(account, on, action, promise, disputed, follow_up, no_date, reached=reached))
    if call_back and follow_up is None:
        faults.append("call_back: say in follow_up on which day he wants to be called")
    if faults:
        raise InvalidValue("outcome", faults)
    about = items or (action.items if action is not None else ())
    name = _name(account, on)
    note = "; ".join(filter(None, (note, f"no next date: {no_date}" if no_date.strip() else "")))
    if action is not None and reached:
        record = action.as_fact(on=on)
        if not isinstance(record, Contact):
            raise InvalidValue("outcome", (f"action: {action.deed} is no contact; record it by its as_fact",))
        contact = changed(
            record, outcome=result, direction=direction, by=by, note=note, follow_up=follow_up, at=at, place=place,
            person=person, items=about, channel=channel, requested=direction == "inbound",
            instead_of=None if channel == record.channel else record.channel,
        )  # fmt: skip
    else:
        contact = Contact(
            name, account.customer, on, channel, direction=direction, outcome=result, items=about, by=by, note=note,
            follow_up=follow_up, at=at, place=place, person=person, requested=direction == "inbound",
        )  # fmt: skip
    return (contact, *_more(account, contact, on, promise, disputed, dispute_reason, about, call_back=call_back))


def _more(
    account: Account,
    contact: Contact,
    on: date,
    promise: tuple[Decimal, date] | None,
    disputed: tuple[str, ...],
    reason: str,
    about: tuple[str, ...],
    *,
    call_back: bool,
) -> Iterator[Promise | Dispute | ContactFlag]:
    """What was agreed in a contact, under ids that begin with its own."""
    if promise is not None:
        amount, due = promise
        name = f"{contact.id}/promise"
        yield Promise(name, account.customer, on, due, amount, account.currency, items=about)
    for invoice in disputed:
        yield Dispute(f"{contact.id}/dispute/{invoice}", invoice, on, reason=reason)
    if call_back:
        yield ContactFlag(f"{contact.id}/call back", account.customer, on, "call_back", by="consumer", items=about)


def _faults(
    account: Account,
    on: date,
    action: Action | None,
    promise: tuple[Decimal, date] | None,
    disputed: tuple[str, ...],
    follow_up: date | None,
    no_date: str,
    *,
    reached: bool,
) -> Iterator[str]:
    if not (promise or disputed or follow_up is not None or no_date.strip()):
        yield "give a promise, a dispute or a follow_up date, or say why none in no_date"
    if action is not None and (action.customer, action.currency) != (account.customer, account.currency):
        yield f"action: it is about {action.customer} {action.currency}, not {account.customer} {account.currency}"
    items = account.items_at(on)
    if promise is not None:
        amount, due = promise
        total = sum((item.open for item in items), ZERO)
        if not is_date(due) or due < on:
            yield f"promise: {due} is not a day from {on} on"
        if not isinstance(amount, Decimal) or not 0 < amount <= total:
            yield f"promise: {amount!r} is not a Decimal above 0 and up to what is open, {total}"
        if not reached:
            yield "promise: nobody was reached who could have made it"
    known = {item.invoice for item in items}
    yield from (f"disputed: {name!r} is not an open invoice of the account" for name in disputed if name not in known)
    if follow_up is not None and (not is_date(follow_up) or follow_up < on):
        yield f"follow_up: {follow_up} is not a day from {on} on"


def _name(account: Account, on: date) -> str:
    """An id for a contact of a day that no other fact of the account has."""
    known = {fact.id for fact in (*account.facts, *account.interactions)}
    number = 1
    while (name := f"{account.customer}/{account.currency}/{on}/{number}") in known:
        number += 1
    return name
