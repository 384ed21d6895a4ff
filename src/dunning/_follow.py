"""Follow-ups: what was agreed to be looked at on a day, until somebody has spoken with the customer.

A contact may name the day of the next one, and a promise that was broken calls for a contact on the day after. Neither
depends on the ladder, and neither is lost: it stays due until a later contact reaches the customer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from dunning._attrs import frozen
from dunning.dates import add_days
from dunning.interactions import NOT_REACHED, Contact, Promise
from dunning.ledger import Account

__all__ = ["FollowUp", "follow_ups"]


@frozen
class FollowUp:
    """Somebody has to contact the customer from a day on: as agreed in a contact, or since a promise was broken.

    `fact` is the contact or the promise, `by` who made that contact.
    """

    kind: Literal["call_back", "broken_promise"]
    on: date
    fact: str
    by: str | None = None

    def __str__(self) -> str:
        why = "call back as agreed" if self.kind == "call_back" else "promise broken"
        return f"{why} ({self.fact}, {self.on})"


def follow_ups(account: Account, names: frozenset[str], as_of: date, grace: int) -> tuple[FollowUp, ...]:
    """The follow-ups of items that are not done by a date, those that are to come included, in order of their days."""
    contacts = [each for each in account.contacts(as_of=as_of) if _concerns(each, names)]
    found = [
        each
        for each in (*_call_backs(contacts), *_broken(account, names, as_of, grace))
        if not any(_answers(contact, each) for contact in contacts)
    ]
    return tuple(sorted(found, key=lambda each: (each.on, each.kind, each.fact)))


def _concerns(fact: Contact | Promise, names: frozenset[str]) -> bool:
    return not fact.items or not names.isdisjoint(fact.items)


def _call_backs(contacts: list[Contact]) -> Iterator[FollowUp]:
    """The day that was named last; a later one takes the place of those before."""
    for contact in reversed(contacts):
        if contact.follow_up is not None:
            yield FollowUp("call_back", contact.follow_up, contact.id, contact.by)
            return


def _broken(account: Account, names: frozenset[str], as_of: date, grace: int) -> Iterator[FollowUp]:
    for promise in account.promises(as_of=as_of):
        if _concerns(promise, names):
            state = account.promise_state(promise, as_of=as_of, grace=grace)
            if state in ("pending", "broken"):
                yield FollowUp("broken_promise", add_days(promise.due, grace + 1), promise.id)


def _answers(contact: Contact, asked: FollowUp) -> bool:
    """Whether a contact does what was to be done: it reached the customer on that day or later."""
    return contact.id != asked.fact and contact.on >= asked.on and contact.outcome not in NOT_REACHED
