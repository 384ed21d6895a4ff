"""The books: facts by id, accounts, and the faults that were met; and the intake at which new facts are looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Literal, TypeAlias, cast

import attrs

from dunning._base.names import number_in
from dunning._base.noun import changed, frozen
from dunning.errors import Fault
from dunning.invoice import Application, Charge, CreditNote, Invoice, Payment, Refund, Reversal
from dunning.ledger.account import Account
from dunning.ledger.kinds import BY_INVOICE, OWN_ACCOUNT, Fact, Interaction

Key: TypeAlias = tuple[str, str]
"""(customer, currency): the name of an account."""

ProblemCode: TypeAlias = Literal[
    "duplicate_id", "unknown_invoice", "unknown_source", "wrong_currency", "wrong_customer", "wrong_date",
    "exceeds_source", "void", "nothing_to_reverse", "reversed_twice", "cycle", "installments", "unreadable",
    "on_account", "finer", "most_rows",
]  # fmt: skip
"""What can be wrong with a fact beside the others; the codes to match on."""

PROBLEMS: Mapping[ProblemCode, str] = MappingProxyType(
    {
        "duplicate_id": "two facts that differ bear the same id",
        "unknown_invoice": "the fact names an invoice that is not in the ledger",
        "unknown_source": "an application or refund names a payment or credit note that is not in the ledger",
        "wrong_currency": "the fact is in another currency than the invoice that it names",
        "wrong_customer": "the fact is of another customer than the invoice that it names",
        "wrong_date": "the fact is dated before the one that it applies or undoes",
        "exceeds_source": "applications and refunds together take more than the payment or credit note has",
        "void": "the fact adds to an invoice that is void on its day, or voids it again",
        "nothing_to_reverse": "a reversal names what is not in the ledger, or cannot be reversed",
        "reversed_twice": "two reversals undo the same fact",
        "cycle": "reversals undo each other",
        "installments": "a change of the due date of an invoice that names none of its installments, or a void of one",
        "unreadable": "a row could not be read as a fact",
        "on_account": "a payment or credit note names an invoice that is not in the ledger; it stands on account",
        "most_rows": "most rows could not be read: look at the call first",
        "finer": "rows hold amounts that are finer than the unit of their currency; nothing was set aside",
    }
)
"""What each code of a problem means."""


@frozen
class Problem:
    """A fault of the books: which fact (or row) cannot stand, why, and what to do.

    `code` is one of `PROBLEMS`. `fact` is what was set aside: the fact itself or, for a row that could not be read, its
    values as (field, text) pairs. `faults` are what is wrong with such a row, one by one. A fact *on_account* is in the
    ledger without what it names; it comes back as it was given when that is added.
    """

    code: ProblemCode
    id: str
    message: str
    fact: Any = None
    row: int | None = None
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        where = f"row {self.row}: " if self.row is not None else ""
        kind = "" if self.fact is None or type(self.fact) is tuple else f"{type(self.fact).__name__} "
        return f"{where}{kind}{self.id}: {self.message}"


class Ids:
    """Ids to facts in layers, so that adding a few to millions copies only a few.

    A layer is merged into the one below as soon as it has grown to half its size, so there are few of them. In a
    layer, None hides what lies below.
    """

    __slots__ = ("_layers",)

    def __init__(self, layers: tuple[dict[str, Fact | None], ...] = ()) -> None:
        self._layers = layers

    def plus(self, fresh: Mapping[str, Fact], gone: set[str]) -> Ids:
        """These ids with more of them on top, and without those that are gone."""
        layers = [*self._layers, {**dict.fromkeys(gone), **fresh} if gone else cast("dict[str, Fact | None]", fresh)]
        while len(layers) > 1 and 2 * len(layers[-1]) >= len(layers[-2]):
            top = layers.pop()
            layers[-1] = {**layers[-1], **top}
        return Ids(tuple(layers))

    def get(self, key: str) -> Fact | None:
        """The fact of an id, None when there is none."""
        for layer in reversed(self._layers):
            if key in layer:
                return layer[key]
        return None

    def facts(self) -> tuple[Fact, ...]:
        """All facts, in order of their ids."""
        merged: dict[str, Fact | None] = {}
        for layer in self._layers:
            merged |= layer
        return tuple(fact for _, fact in sorted(merged.items()) if fact is not None)

    def __len__(self) -> int:
        return len(self.facts())


@frozen
class Books:
    """Everything that posting knows: facts by id, accounts, customer-wide interactions, problems."""

    ids: Ids = attrs.field(factory=Ids)
    accounts: dict[Key, Account] = attrs.field(factory=dict[Key, Account])
    people: dict[str, tuple[Interaction, ...]] = attrs.field(factory=dict[str, "tuple[Interaction, ...]"])
    problems: tuple[Problem, ...] = ()
    duplicates: int = 0

    def on_account(self) -> set[str]:
        """The ids of payments and credit notes that are in the books otherwise than they were given."""
        return {problem.id for problem in self.problems if problem.code == ON_ACCOUNT}


ON_ACCOUNT: ProblemCode = "on_account"
EMPTY = Books()


_NAMED = 5
"""So many of a ring of reversals are named."""


class Intake:
    """The working state of one posting: what can be found by id, and the problems met so far."""

    def __init__(self, ids: Ids, fresh: dict[str, Fact], gone: set[str], duplicates: int = 0) -> None:
        self.ids = ids
        self.duplicates = duplicates
        self.fresh = fresh
        self.gone = gone
        self.problems: list[Problem] = []
        self.days: dict[date, date] = {}
        self._keys: dict[str, Key | None] = {}
        self._rings: dict[str, tuple[str, ...]] = {}

    def find(self, name: str) -> Fact | None:
        """The fact of an id, among the new ones and those that were there."""
        found = self.fresh.get(name)
        if found is None and name not in self.gone:
            found = self.ids.get(name)
        return found

    def reject(self, code: ProblemCode, fact: Fact, message: str) -> None:
        """Set a fact aside, and say why."""
        self.problems.append(Problem(code, fact.id, message, fact))

    def put_on_account(self, fact: Payment | CreditNote) -> Payment | CreditNote:
        """The money without the invoices that are not in the ledger; it is told which, and kept as it was given."""
        names = [name for name, _ in fact.applied if not self.is_debt(name)]
        found = changed(fact, applied=tuple(pair for pair in fact.applied if pair[0] not in names))
        said = f"invoice {names[0]} is" if len(names) == 1 else f"invoices {', '.join(names)} are"
        message = f"{said} not in the ledger; add it, or mend the reference: the money stands on account until then"
        self.problems.append(Problem(ON_ACCOUNT, fact.id, message, fact))
        self.fresh[fact.id] = found
        return found

    def is_debt(self, name: str) -> bool:
        """Whether a name means an invoice of the ledger, or an installment of one."""
        return type(self.find(name)) is Invoice or self.parent_of(name) is not None

    def debt_of(self, fact: Fact, name: str, *key: str) -> tuple[Invoice, int | None] | None:
        """The invoice that a fact names, with the number of the installment if it names one, or None and a problem."""
        if type(self.find(name)) is not Invoice:
            parent = self.parent_of(name)
            if parent is not None:
                whole = self.invoice_of(fact, parent.id, *key)
                return None if whole is None else (whole, number_in(name, whole.id))
        invoice = self.invoice_of(fact, name, *key)
        return None if invoice is None else (invoice, None)

    def invoice_of(
        self, fact: Fact, name: str, customer: str | None = None, currency: str | None = None
    ) -> Invoice | None:
        """The invoice that a fact names, or None and a problem when it is unknown or of another account."""
        found = self.find(name)
        if type(found) is not Invoice:
            self.reject("unknown_invoice", fact, f"invoice {name} is not in the ledger; add it, or mend the reference")
        elif customer is not None and found.customer != customer:
            message = f"invoice {name} belongs to customer {found.customer}; record the fact under that customer"
            self.reject("wrong_customer", fact, message)
        elif currency is not None and found.currency != currency:
            message = f"invoice {name} is in {found.currency}, this is in {currency}; convert it before recording"
            self.reject("wrong_currency", fact, message)
        else:
            return found
        return None

    def items_known(self, fact: Any, currency: str | None) -> bool:
        """Whether all items that an interaction names are invoices, or installments, of its customer."""
        invoice = getattr(fact, "invoice", None)
        names = getattr(fact, "items", ()) if invoice is None else (invoice,)
        key = (fact.customer,) if currency is None else (fact.customer, currency)
        return all(self.debt_of(fact, name, *key) is not None for name in names)

    def parent_of(self, name: str) -> Invoice | None:
        """The invoice of which a name means an installment, as `INV-1/2` means the second of INV-1."""
        stem, _, number = name.rpartition("/")
        parent = self.find(stem) if stem else None
        if type(parent) is not Invoice or not number.isdecimal() or number != str(int(number)):
            return None
        return parent if 1 <= int(number) <= len(parent.installments) else None

    def key_of(self, fact: Fact) -> Key | None:
        """The account that a fact belongs to, or None when what it names cannot be found, or names itself in turn."""
        way: dict[str, None] = {}
        last: Fact | None = fact
        key: Key | None = None
        while last is not None and last.id not in way:
            if last.id in self._keys:
                key = self._keys[last.id]
                break
            way[last.id] = None
            if isinstance(last, OWN_ACCOUNT):
                key = last.customer, last.currency
                break
            if isinstance(last, BY_INVOICE):
                last = self.find(last.invoice) or self.parent_of(last.invoice)
                key = (last.customer, last.currency) if isinstance(last, Invoice) else None
                break
            last = self.find(last.source if isinstance(last, Application) else getattr(last, "of", ""))
        self._keys.update(dict.fromkeys(way, key))
        return key

    def reject_homeless(self, fact: Fact) -> None:
        """Say why a fact belongs to no account."""
        if isinstance(fact, Reversal):
            self.reject_reversal(fact)
        elif isinstance(fact, (Application, Refund)):
            self.reject_source(fact)
        else:
            self.debt_of(fact, cast("Charge", fact).invoice)

    def reject_reversal(self, fact: Reversal) -> None:
        """A reversal of what is not there, cannot be reversed, or reverses this very reversal."""
        ring = self._ring_of(fact)
        if ring:
            names = ", ".join(ring[:_NAMED]) + (f" and {len(ring) - _NAMED} more" if len(ring) > _NAMED else "")
            self.reject("cycle", fact, f"the reversals {names} reverse each other; mend `of`")
        else:
            hint = "mend `of`, or issue a credit note where an invoice is meant"
            if fact.invoice is not None:
                message = f"{fact.of} was not put to {fact.invoice} when it was recorded; mend `of` or `invoice`"
                self.reject("nothing_to_reverse", fact, f"{message}, or reverse the application")
                return
            self.reject("nothing_to_reverse", fact, f"{fact.of} is not in the ledger or cannot be reversed; {hint}")

    def _ring_of(self, fact: Reversal) -> tuple[str, ...]:
        """The reversals that reverse each other in a ring to which a reversal leads; none where it leads to no ring."""
        way: dict[str, int] = {}
        last: Fact | None = fact
        while isinstance(last, Reversal) and last.id not in way and last.id not in self._rings:
            way[last.id] = len(way)
            last = self.find(last.of)
        ring: tuple[str, ...] = ()
        if isinstance(last, Reversal):
            ring = self._rings[last.id] if last.id in self._rings else tuple(sorted([*way][way[last.id] :]))
        self._rings.update(dict.fromkeys(way, ring))
        return ring

    def reject_source(self, fact: Application | Refund) -> None:
        """Set aside the use of money that is not there."""
        name = fact.source if isinstance(fact, Application) else fact.of
        self.reject("unknown_source", fact, f"payment or credit note {name} is not in the ledger; add it")
