"""The quality of a book's data: what is not wrong by itself, but ought to be looked at before figures are believed.

A ledger refuses what cannot be; this looks for what can be, and is a mistake more often than not: a customer entered
twice under names that look alike, a due date before the day of the invoice, one invoice under two numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, TypeAlias, TypeVar
from unicodedata import normalize

from dunning._base.forms import fields_of, kind_name
from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning._report import Column, Report, counted, listed, set_aside
from dunning.amounts import ZERO, currencies, exact
from dunning.invoice import Charge, CreditNote, Invoice, Payment
from dunning.ledger import Ledger
from dunning.ledger.rows import finer_amounts

__all__ = ["DATA_ISSUES", "DataIssue", "DataIssueCode", "DataQuality", "data_quality"]

_Key = TypeVar("_Key")
_Each = TypeVar("_Each")

DataIssueCode: TypeAlias = Literal[
    "alike_customers", "alike_ids", "twice", "due_before_issue", "no_terms", "unknown_currency", "finer"
]
"""What ought to be looked at; the codes to match on."""

DATA_ISSUES: Mapping[DataIssueCode, str] = MappingProxyType(
    {
        "alike_customers": "names of customers differ by case, blanks, leading zeros or the form of letters alone",
        "alike_ids": "so do ids of invoices, payments, credit notes or charges of one customer",
        "twice": "two facts of a customer agree in all but their ids",
        "due_before_issue": "an invoice falls due before the day on which it was issued",
        "no_terms": "invoices of a customer have neither a due date nor terms that could give one",
        "unknown_currency": "a currency is not in the list of ISO 4217",
        "finer": "an amount is finer than the unit of its currency",
    }
)
"""What each code means."""


@frozen
class DataIssue:
    """Something in a book that ought to be looked at.

    `ids` are the facts (or customers) that it is about, `amount` what they come to in all where that can be said.
    """

    code: DataIssueCode
    customer: str | None
    currency: str | None
    ids: tuple[str, ...]
    amount: Decimal | None
    text: str

    def __str__(self) -> str:
        return self.text


@frozen
class DataQuality(Report[DataIssue]):
    """What ought to be looked at in a book, code by code. Iterating gives each `DataIssue`."""

    found: tuple[DataIssue, ...]
    facts: int
    problems: int = 0
    duplicates: int = 0

    _rows = "found"
    _columns = (
        Column("code", heading="what", left=True),
        Column("customer", heading="customer", left=True),
        Column("currency", heading="currency", left=True),
        Column("ids", lambda each: listed(each.ids)),
        Column("amount", heading="amount"),
        Column("text", heading="said", left=True),
    )

    def counts(self) -> dict[str, int]:
        """How many issues there are of each code, the most first."""
        numbers = Counter(each.code for each in self.found)
        return dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])))

    def _title(self) -> str:
        return "Quality of the data"

    def _notes(self) -> Iterator[str]:
        said = ", ".join(f"{count} {code}" for code, count in self.counts().items())
        yield f"{counted(len(self), 'issue')} in {counted(self.facts, 'fact')}: {said or 'none'}"
        if self.duplicates:
            yield f"{counted(self.duplicates, 'fact')} given again exactly as they are: each counts once"
        yield from set_aside(self.problems)


@checked
@exact
def data_quality(ledger: Ledger) -> DataQuality:
    """What ought to be looked at in a book before its figures are believed, code by code.

    What was set aside when the ledger was built is in `Ledger.problems`. A row that repeats another exactly is one
    fact, and no issue; how many do is said below the table (`Ledger.duplicates`).

    >>> from datetime import date
    >>> bill = Invoice("INV-7", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")
    >>> again = Invoice("INV-007", "Acme", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")
    >>> [str(each) for each in data_quality(Ledger([bill, again]))]
    ['ACME and Acme may be one customer']
    """
    facts = ledger.facts
    money: list[_Money] = [fact for fact in facts if isinstance(fact, (Invoice, Payment, CreditNote))]
    found = (
        *_alike_customers(ledger),
        *_alike_ids(ledger),
        *_twice(money),
        *_due_before_issue(money),
        *_no_terms(money),
        *_unknown_currencies(ledger),
        *_finer(ledger),
    )
    return DataQuality(found, len(facts), len(ledger.problems), ledger.duplicates)


_Money: TypeAlias = Invoice | Payment | CreditNote


def _looks(name: str) -> str:
    """A name without what people do not see or say: case, blanks, leading zeros, the form of its letters."""
    plain = re.sub(r"\s+", "", normalize("NFKC", name).casefold())
    return re.sub(r"(?<!\d)0+(?=\d)", "", plain)


def _groups(pairs: Iterable[tuple[_Key, _Each]]) -> Iterator[tuple[_Key, list[_Each]]]:
    """What has the same key, where there are several."""
    found: dict[_Key, list[_Each]] = {}
    for key, each in pairs:
        found.setdefault(key, []).append(each)
    yield from ((key, group) for key, group in found.items() if len(group) > 1)


def _and(names: Iterable[str]) -> str:
    return " and ".join(names)


def _alike_customers(ledger: Ledger) -> Iterator[DataIssue]:
    names = {each.customer for each in ledger} | {getattr(fact, "customer", "") for fact in ledger.facts} - {""}
    for _, group in _groups((_looks(name), name) for name in sorted(names)):
        yield DataIssue("alike_customers", None, None, tuple(group), None, f"{_and(group)} may be one customer")


def _alike_ids(ledger: Ledger) -> Iterator[DataIssue]:
    own = (
        ((type(fact), account.customer, _looks(fact.id)), fact.id)
        for account in ledger
        for fact in account.facts
        if isinstance(fact, (Invoice, Payment, CreditNote, Charge))
    )
    for (kind, customer, _), group in _groups(own):
        text = f"{_and(group)} of {customer} may be one {kind_name(kind).replace('_', ' ')}"
        yield DataIssue("alike_ids", customer, None, tuple(group), None, text)


def _twice(money: Iterable[_Money]) -> Iterator[DataIssue]:
    """Facts that agree in all but their ids, whenever the books learnt of them."""
    for _, group in _groups((_said(fact), fact) for fact in money):
        first, amount = group[0], sum((each.amount for each in group[1:]), ZERO)
        names = tuple(each.id for each in group)
        text = f"{_and(names)} agree in all but their ids"
        yield DataIssue("twice", first.customer, first.currency, names, amount, text)


def _said(fact: _Money) -> tuple[object, ...]:
    """All that a fact says but its id, and when the books learnt of it."""
    fields = (field.name for field in fields_of(type(fact)))
    return type(fact), *(getattr(fact, name) for name in fields if name not in ("id", "recorded"))


def _due_before_issue(money: Iterable[_Money]) -> Iterator[DataIssue]:
    for fact in money:
        if isinstance(fact, Invoice):
            dues = [part.due for part in fact.installments] or [fact.due]
            first = min((due for due in dues if due is not None), default=fact.issued)
            if first < fact.issued:
                text = f"{fact.id} of {fact.issued} falls due on {first}"
                yield DataIssue("due_before_issue", fact.customer, fact.currency, (fact.id,), fact.amount, text)


def _no_terms(money: Iterable[_Money]) -> Iterator[DataIssue]:
    """One issue for each customer and currency."""
    bare: dict[tuple[str, str], list[Invoice]] = {}
    for fact in money:
        if isinstance(fact, Invoice) and fact.due is None and fact.terms is None and not fact.installments:
            bare.setdefault((fact.customer, fact.currency), []).append(fact)
    for (customer, currency), group in sorted(bare.items()):
        names, amount = tuple(each.id for each in group), sum((each.amount for each in group), ZERO)
        text = f"{counted(len(group), 'invoice')} of {customer} without a due date or terms"
        yield DataIssue("no_terms", customer, currency, names, amount, text)


def _unknown_currencies(ledger: Ledger) -> Iterator[DataIssue]:
    known = currencies()
    for code in (each for each in ledger.currencies if each not in known):
        names = tuple(fact.id for each in ledger if each.currency == code for fact in each.facts)
        yield DataIssue("unknown_currency", None, code, names, None, f"{code} is not a currency of ISO 4217")


def _finer(ledger: Ledger) -> Iterator[DataIssue]:
    for account in ledger:
        for fact in account.facts:
            for amount in finer_amounts(fact, account.currency)[:1]:
                text = f"{fact.id}: {amount} is finer than the unit of {account.currency}"
                yield DataIssue("finer", account.customer, account.currency, (fact.id,), amount, text)
