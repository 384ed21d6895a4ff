"""How facts end: on an earlier day nobody knew it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from dunning._base.names import owner
from dunning._base.noun import changed
from dunning.interactions import Hold
from dunning.invoice import CreditNote, Payment
from dunning.ledger.account import Account
from dunning.ledger.kinds import KINDS, OWN_ACCOUNT, OWN_DATE, Fact


def without_end(fact: Fact, day: date) -> Fact:
    """A fact as it looked on a day, when an end that came later was not known."""
    ends = KINDS[type(fact)].ends
    if isinstance(fact, Hold) and fact.ended_by is None:
        ends = ()  # its end was set when it began
    end = getattr(fact, ends[0]) if ends else None
    return changed(fact, **dict.fromkeys(ends)) if end is not None and end > day else fact


def fact_as_known(fact: Fact, day: date, known: Mapping[str, Fact]) -> Fact:
    """A fact as it looked on a day: without an end that came later, or applications to invoices not known yet."""
    fact = without_end(fact, day)
    if isinstance(fact, (Payment, CreditNote)) and any(owner(name, known) not in known for name, _ in fact.applied):
        applied = tuple(pair for pair in fact.applied if owner(pair[0], known) in known)
        return changed(fact, applied=applied)
    return fact


def exists_on(account: Account, day: date) -> bool:
    """Whether any fact that makes an account happened by a day: an invoice, money, a promise or a plan."""
    return any(
        isinstance(fact, OWN_ACCOUNT) and OWN_DATE[type(fact)](fact) <= day
        for fact in (*account.facts, *account.interactions)
    )


def days_of(account: Account) -> Iterator[date]:
    """The days on which facts of an account happen, and those on which they end."""
    for fact in (*account.facts, *account.interactions):
        kind = type(fact)
        yield OWN_DATE[kind](fact)
        if KINDS[kind].ends:
            end = getattr(fact, KINDS[kind].ends[0])
            if end is not None:
                yield end
