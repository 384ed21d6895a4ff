"""The next step of a case: what its policy does next, and when, if no new fact comes."""

from __future__ import annotations

from datetime import date

from dunning._decided import Decision
from dunning._deferred import Proposed, at_desk, joined_by
from dunning._desk import Desk
from dunning._sources import Source, decided_by
from dunning.dates import add_days
from dunning.ledger import Account
from dunning.measures import Custom
from dunning.policy import Playbook

__all__ = ["next_step"]

CHANGES = 12
"""How many changes of the case ahead the next step is looked for."""
_DAYS = 731
"""How many days ahead: with a desk, next dates of the customer's other cases are looked at as well."""


def next_step(
    account: Account,
    source: Source | Playbook,
    case: str,
    after: date,
    custom: tuple[Custom, ...] = (),
    desk: Desk | None = None,
) -> Decision | None:
    """The first decision of a case after a day that has actions; None where none comes, or the case ends before."""
    day: date | None = after
    end = add_days(after, _DAYS)
    changes, last = 0, None
    while day is not None and day <= end and changes < CHANGES:
        decisions = decided_by(account, source, day, custom)
        if desk is not None:
            decisions = at_desk(decisions, account, desk, joined_by(source), Proposed())
        found = next((each for each in decisions if each.case == case), None)
        if found is None or (day > after and found.actions):
            return found
        changes += found.essence != last
        day, last = found.next_date, found.essence
    return None
