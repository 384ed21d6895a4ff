"""Books in which nobody can be recognised: for support, for tests, for the time after an erasure.

Figures and decisions stay what they are, so a question about a real book can be asked with one that shows no name.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from typing import Any, cast

from dunning._base.bounds import Id
from dunning._base.forms import fields_of
from dunning._base.guards import checked
from dunning._base.noun import changed
from dunning.interactions import ContactFlag, Hold
from dunning.ledger import PROBLEMS, Fact, Ledger, Problem

__all__ = ["pseudonymised"]

_IDS = ("id", "invoice", "of", "source", "action")
_LISTS = ("items",)
_PAIRS = ("applied", "reopens")
_PEOPLE = ("by", "ended_by")
_TEXTS = ("note", "reference")
_KINDS = ("fact", "kind", "currency", "amount")
"""What is left of a row that could not be read, where it is a number, a code or a kind."""
_PLAIN = re.compile(r"[+-]?[\d.,]+|[A-Z]{3}|invoice|payment|credit_note|charge|refund|reversal", re.ASCII)


@checked
def pseudonymised(ledger: Ledger, *, key: Id, keep: Collection[str] = ()) -> Ledger:
    """The same books under other names: of customers, of our people, and of whatever somebody wrote in words.

    The same name has the same pseudonym whenever the `key` is the same, so that two books can be joined; nobody finds
    the name without the key. Throw the key away where the names must never come back.

    Customers, `by` and `ended_by`, notes, references and reasons in words are replaced; where an id has the name of a
    customer between its slashes, as ids of actions do, that too. Ids, tags, levels, channels, kinds of reasons (of a
    hold), roles (`approved_by`) and `person`, which says whose phone it was, stay: figures and decisions go by them.
    See that they tell nobody's name. Rows that could not be read keep their kind, currency and amount.

    Args:
        ledger: the books; they are not changed.
        key: a secret text; the longer the better.
        keep: names that are no persons, such as the roles of `by`, and stay as they are.

    Raises:
        InvalidValue: an argument cannot be.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from dunning import Invoice
    >>> bill = Invoice("INV-1", "Jo Doe", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR", reference="Jo's")
    >>> (found,) = pseudonymised(Ledger([bill]), key="a long secret").facts
    >>> found.customer, found.reference, found.amount
    ('customer-6111ddc5350e', 'text-7cf295eeed1a', Decimal('90.00'))
    """
    pen = _Pen(key, keep)
    _, (facts, aside, unread, strict) = cast("tuple[Any, tuple[Any, ...]]", ledger.__reduce__())
    for fact in (*facts, *aside):
        pen.customers.add(getattr(fact, "customer", ""))
    build = cast("Callable[..., Ledger]", ledger.__reduce__()[0])
    return build(tuple(map(pen.fact, facts)), tuple(map(pen.fact, aside)), tuple(map(pen.unread, unread)), strict)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


class _Pen:
    """Writes facts under other names."""

    def __init__(self, key: str, keep: Collection[str]) -> None:
        self._key, self._keep = _bytes(key), frozenset(keep)
        self.customers: set[str] = set()
        self._known: dict[str, str] = {}

    def name(self, kind: str, name: str) -> str:
        """The pseudonym of a name; one that is kept, or empty, is its own."""
        if not name or name in self._keep:
            return name
        if name not in self._known:
            self._known[name] = hmac.new(self._key, _bytes(name), hashlib.sha256).hexdigest()[:12]
        return f"{kind}-{self._known[name]}"

    def id(self, name: str) -> str:
        """An id with the pseudonym of a customer in the place of the name, where it is a part between slashes."""
        parts = [(part, part.replace("%2F", "/").replace("%25", "%")) for part in name.split("/")]
        return "/".join(self.name("customer", plain) if plain in self.customers else part for part, plain in parts)

    def fact(self, fact: Fact) -> Fact:
        """A fact under other names."""
        said = {field.name: getattr(fact, field.name) for field in fields_of(type(fact))}
        new = {name: self._field(fact, name, value) for name, value in said.items() if value}
        return cast("Fact", changed(cast("Any", fact), **new))

    def _field(self, fact: Fact, name: str, value: Any) -> Any:
        """What a field says under other names."""
        if name in _IDS:
            return self.id(value)
        if name in _LISTS:
            return tuple(map(self.id, value))
        if name in _PAIRS:
            return tuple((self.id(each), amount) for each, amount in value)
        if name == "customer":
            return self.name("customer", value)
        if name in _TEXTS or (name == "reason" and not isinstance(fact, Hold)):  # that of a hold is a kind of reason
            return self.name("text", value)
        if name in _PEOPLE and not isinstance(fact, ContactFlag):  # by whom a flag was set is a kind of person
            return self.name("person", value)
        return value

    def unread(self, problem: Problem) -> Problem:
        """A row that could not be read, without what stood in it."""
        pairs = cast("tuple[tuple[str, str], ...]", problem.fact or ())
        kept = tuple((name, value) for name, value in pairs if name in _KINDS and _PLAIN.fullmatch(value))
        return Problem(problem.code, self.name("row", problem.id), PROBLEMS[problem.code], kept or None, problem.row)
