"""Follow-ups: what was agreed to be looked at on a day, until somebody has spoken with the customer.

A contact may name the day of the next one, and a promise that was broken calls for a contact on the day after. Neither
depends on the ladder, and neither is lost. What was agreed stays due until somebody has spoken with the customer, a
broken promise until something has reached them; a later contact may name another day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Literal

from dunning._base.noun import made
from dunning.interactions import CONVERSATION, NOT_REACHED, Contact, Promise


@made
class FollowUp:
    """Somebody has to contact the customer from a day on.

    `kind` is *call_back* where that was agreed with them, *try_again* where they were not reached, *broken_promise*
    where a promise was not kept. `fact` is the contact or the promise, `by` who made that contact.
    """

    kind: Literal["call_back", "try_again", "broken_promise"]
    on: date
    fact: str
    by: str | None = None

    def __str__(self) -> str:
        return f"{_WORDS[self.kind]} ({self.fact}, {self.on})"


_WORDS = {"call_back": "call back as agreed", "try_again": "try again", "broken_promise": "promise broken"}


def follow_ups(contacts: list[Contact], promised: Iterable[tuple[Promise, date]]) -> tuple[FollowUp, ...]:
    """The follow-ups that are not done, those that are to come included, in order of their days.

    `contacts` are those about the debts, in order; `promised` are the promises about them that are pending or broken,
    with the day on which each is judged.
    """
    reached = [each.on for each in contacts if each.outcome not in NOT_REACHED]
    last = max(reached, default=date.min)
    broken = (FollowUp("broken_promise", day, promise.id) for promise, day in promised if last < day)
    return tuple(sorted([*_call_backs(contacts), *broken], key=lambda each: (each.on, each.kind, each.fact)))


def _call_backs(contacts: list[Contact]) -> Iterator[FollowUp]:
    """The days that were named, but for those that a later contact has answered or put another day in the place of."""
    for number, contact in enumerate(contacts):
        day = contact.follow_up
        if day is not None and not any(_answers(later, day) for later in islice(contacts, number + 1, None)):
            yield FollowUp("call_back" if _is_talk(contact) else "try_again", day, contact.id, contact.by)


def _answers(contact: Contact, day: date) -> bool:
    """Whether a later contact settles a day that was named.

    A talk with the customer on that day or later settles it. So does a contact that names another day: for a day that
    had come by then in any case, for a later one only if it was a talk. A call-back for 9 March is settled by a call of
    9 March in which they were spoken to, or that was not answered and names 11 March.
    """
    is_talk = _is_talk(contact)
    return contact.on >= day and is_talk if contact.follow_up is None else contact.on >= day or is_talk


def _is_talk(contact: Contact) -> bool:
    """Whether somebody spoke with the customer; a call of which nothing else is recorded counts as one."""
    unknown = contact.outcome is None and contact.channel in ("call", "visit")
    return contact.outcome in CONVERSATION or unknown or contact.direction == "inbound"


def in_order(contact: Contact) -> tuple[Any, ...]:
    """Contacts by day; those of one day by their instant, those without one first."""
    return contact.on, contact.at.timestamp() if contact.at is not None else float("-inf"), contact.id
