"""What a record of a contact, a placement or a task covered: what it names, else what was past due on its day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from dunning._base.names import touches
from dunning._base.noun import changed
from dunning.interactions import Contact, Placement, Task
from dunning.ledger.account import Account, debt_names

_Record = TypeVar("_Record", Contact, Placement, Task)


def covering(
    account: Account, records: Iterable[_Record], *, undated: str = "wait", names: frozenset[str] | None = None
) -> Iterator[_Record]:
    """The records that covered something of an account, each with the names of that.

    A record without items covered what was past due on its day and nothing else, in its own currency where it names
    one. `undated` says whether items without a due date count as due on the day they were `"issued"`; `names` are the
    account's own, for callers that know them.
    """
    own = debt_names([each.invoice for each in account.receivables]) if names is None else names
    for record in records:
        if record.items:
            if touches(record.items, own):
                yield record
        elif record.currency in (None, account.currency):
            open_then = account.items_at(record.on)
            dues = [each.issued if each.due is None and undated == "issued" else each.due for each in open_then]
            late = zip(open_then, dues, strict=True)
            found = tuple(each.id for each, due in late if due is not None and due < record.on)
            if found:
                yield changed(record, items=found)
