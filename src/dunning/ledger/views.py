"""An account as it was known on a day, or by some facts alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dunning._base.noun import changed
from dunning.interactions import Contact, Hold, Placement, Task
from dunning.invoice import Invoice
from dunning.ledger.account import Account, debt_names
from dunning.ledger.ends import without_end
from dunning.ledger.kinds import OWN_DATE, Fact
from dunning.ledger.ledger import Ledger


def as_known(account: Account, day: date) -> Account:
    """An account without what happened after a day, or ended after it; the account itself where nothing did.

    Unlike `Ledger.known_at` this goes by when things happened, not by when they were recorded.
    """
    facts: list[Fact] = [*account.facts, *account.interactions]
    kept = [without_end(fact, day) for fact in facts if OWN_DATE[type(fact)](fact) <= day]
    return account if kept == facts else rebuilt(account, kept)


def rebuilt(account: Account, facts: Iterable[Fact]) -> Account:
    """The account as it is by these facts alone, some of its own and others of it."""
    kept = tuple(dict.fromkeys(facts))
    own = debt_names([fact for fact in kept if isinstance(fact, Invoice)])
    book = Ledger.collect([each for fact in kept if (each := _about(fact, own, account.currency)) is not None])
    found = [each for each in book if each.currency == account.currency]
    return found[0] if found else changed(account, facts=(), interactions=(), receivables=(), credits=())


def without_request(account: Account, name: str) -> Account:
    """An account without the facts that a request under an id has recorded."""
    facts = (*account.facts, *account.interactions)
    return rebuilt(account, (each for each in facts if each.id != name and not each.id.startswith(f"{name}/")))


def _about(fact: Fact, own: frozenset[str], currency: str) -> Fact | None:
    """An interaction as far as it concerns debts of these names, None if only others; any other fact as it is.

    A contact, task or placement about debts in another currency was still one with the customer, such as a release of
    credit, and covered nothing here.
    """
    if isinstance(fact, Hold):
        return fact if fact.invoice is None or fact.invoice in own else None
    items: tuple[str, ...] = getattr(fact, "items", ())
    left = tuple(name for name in items if name in own)
    if left == items:
        return fact
    if not left and isinstance(fact, (Contact, Task, Placement)):
        return changed(fact, items=(), currency="XXX" if currency != "XXX" else "XTS")
    return changed(fact, items=left) if left else None
