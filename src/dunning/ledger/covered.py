"""What a record of a contact, a placement or a task covered: what it names, else what was past due on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar

from dunning._base.names import touches
from dunning._base.noun import changed
from dunning.interactions import Contact, Hold, Placement, Task
from dunning.ledger.account import Account, debt_names

_Record = TypeVar("_Record", Contact, Placement, Task)


def covering(account: Account, records: Iterable[_Record], *, undated: str = "wait") -> Iterator[_Record]:
    """The records that covered something of an account, each with the names of that.

    A record without items covered what was past due on its day and nothing else, in its own currency where it names
    one. `undated` says whether items without a due date count as due on the day they were `"issued"`.
    """
    own = debt_names([each.invoice for each in account.receivables])
    for record in records:
        if record.items:
            if touches(record.items, own):
                yield record
        elif record.currency in (None, account.currency):
            found = tuple(_late_on(account, record.on, undated))
            if found:
                yield changed(record, items=found)


def _late_on(account: Account, day: date, undated: str = "wait") -> Iterator[str]:
    """The names of what was past due on a day."""
    for each in account.items_at(day):
        due = each.issued if each.due is None and undated == "issued" else each.due
        if due is not None and due < day:
            yield each.id


def is_about(fact: Contact | Placement | Hold, account: Account) -> bool:
    """Whether a fact of a customer is about this account: a hold of the customer is about every one."""
    if isinstance(fact, Hold):
        own = debt_names([each.invoice for each in account.receivables])
        return fact.invoice in own if fact.invoice is not None else bool(account.items_at(fact.start))
    if fact.items:
        return not debt_names([each.invoice for each in account.receivables]).isdisjoint(fact.items)
    return fact.currency in (None, account.currency) and any(_late_on(account, fact.on))
