"""Measures: named numbers about an account on a date, and how each moves when nothing happens.

A measure is what segments and policies speak about. Each has one name, one meaning, one unit and a rule of movement:
*daily* measures grow by one a day while no fact comes, *steady* ones change only with facts or when a date passes.
None is the value of a measure that does not exist for an account (days past due where nothing has a due date).
Measures of behaviour look back one year (`WINDOW`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from dunning._account import reversed_by
from dunning._attrs import frozen
from dunning._receivable import OpenItem, Receivable
from dunning.amounts import ZERO, exact, quotient
from dunning.dates import Period, require_date
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Contact
from dunning.invoice import Adjustment, Invoice
from dunning.ledger import Account, Ledger, sales_movements

__all__ = ["MEASURES", "WINDOW", "Experience", "Measure", "Population", "Standing", "Value", "experiences"]

Value: TypeAlias = Decimal | int | str | None
Unit: TypeAlias = Literal["days", "amount", "count", "share"]
Movement: TypeAlias = Literal["daily", "steady"]

WINDOW = 365
"""Days over which behaviour is measured."""


class Experience(NamedTuple):
    """How one item was paid: when it was issued, due and settled, and its amount. `due` may be unknown."""

    invoice: str
    issued: date
    due: date | None
    settled: date
    amount: Decimal

    @property
    def days_to_pay(self) -> int:
        """Days from issue to settlement; negative when paid in advance."""
        return (self.settled - self.issued).days

    @property
    def days_late(self) -> int | None:
        """Days from due date to settlement, negative when early; None without a due date."""
        return None if self.due is None else (self.settled - self.due).days


def _items(receivable: Receivable) -> Iterator[tuple[str, date | None, Decimal, Decimal]]:
    """(id, due date of an installment, amount, what may still be open of the invoice then) of each item."""
    invoice = receivable.invoice
    if not invoice.installments:
        yield invoice.id, None, invoice.amount, ZERO
    rest = invoice.amount
    for number, part in enumerate(invoice.installments, start=1):
        rest -= part.amount
        yield f"{invoice.id}/{number}", part.due, part.amount, rest


@exact
def experiences(account: Account, period: Period) -> tuple[Experience, ...]:
    """The items of an account that were settled in a period and still were at its end.

    An installment is an item of its own, settled on the day on which the payments reached it. Invoices of which
    something was written off by then were not paid, and are left out.
    """
    gone = reversed_by(account.facts, period.last)
    written_off = {
        fact.invoice
        for fact in account.facts
        if type(fact) is Adjustment and fact.kind == "write_off" and fact.on <= period.last and fact.id not in gone
    }
    found: list[Experience] = []
    for receivable in account.receivables:
        invoice = receivable.invoice
        if invoice.id not in written_off:
            for name, due, amount, rest in _items(receivable):
                settled = receivable.settled_on(period.last, rest)
                if settled is not None and settled >= period.first:
                    due_then = due if invoice.installments else receivable.due(settled)
                    found.append(Experience(name, invoice.issued, due_then, settled, amount))
    return tuple(sorted(found, key=lambda each: (each.invoice, each.settled)))


@exact
def _sales(account: Account, period: Period) -> Decimal:
    return sum((delta for day, delta in sales_movements(account) if day in period), ZERO)


class Population:
    """All accounts of a ledger on a date, for measures that compare an account with the others of its currency."""

    __slots__ = ("_exposure", "_sales", "as_of", "ledger")

    def __init__(self, ledger: Ledger, *, as_of: date) -> None:
        require_date("as_of", as_of)
        self.ledger = ledger
        self.as_of = as_of
        self._exposure: dict[tuple[str, str], Decimal | None] | None = None
        self._sales: dict[tuple[str, str], Decimal | None] | None = None

    def exposure_ahead(self, account: Account) -> Decimal | None:
        """The share of all exposure that lies with accounts of larger exposure; None when nobody owes anything."""
        if self._exposure is None:
            self._exposure = _ahead(
                self.ledger, lambda each: sum((item.open for item in each.open_items(as_of=self.as_of)), ZERO)
            )
        return self._exposure.get((account.customer, account.currency))

    def sales_ahead(self, account: Account) -> Decimal | None:
        """The share of last year's sales that lies with accounts of larger sales; None when there were none."""
        if self._sales is None:
            window = Period.ending(self.as_of, days=WINDOW)
            self._sales = _ahead(self.ledger, lambda each: max(ZERO, _sales(each, window)))
        return self._sales.get((account.customer, account.currency))


@exact
def _ahead(ledger: Ledger, size: Callable[[Account], Decimal]) -> dict[tuple[str, str], Decimal | None]:
    """For each account the share of its currency's total that lies with larger accounts; equal ones share a place."""
    sizes = {(account.customer, account.currency): size(account) for account in ledger}
    shares: dict[tuple[str, str], Decimal | None] = {}
    for currency in ledger.currencies:
        ranked = sorted(((value, key) for key, value in sizes.items() if key[1] == currency), reverse=True)
        total = sum((value for value, _ in ranked), ZERO)
        before, level, ahead = ZERO, None, ZERO
        for value, key in ranked:
            if value != level:
                level, ahead = value, before
            before += value
            shares[key] = quotient(Fraction(ahead) / Fraction(total)) if total else None
    return shares


class Standing(Mapping[str, Value]):
    """An account as it stands on a date: a mapping from the names of measures to their values, worked out when asked.

    >>> from dunning import Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> standing = Standing(ledger.account("ACME"), as_of=date(2026, 2, 20))
    >>> standing["days_past_due"], standing["overdue_balance"], standing["late_share"]
    (16, Decimal('90.00'), Decimal('1'))
    """

    __slots__ = ("_contacts", "_experiences", "_items", "_known", "account", "as_of", "population")

    def __init__(self, account: Account, *, as_of: date, population: Population | None = None) -> None:
        require_date("as_of", as_of)
        self.account = account
        self.as_of = as_of
        self.population = population
        self._known: dict[str, Value] = {}
        self._items: tuple[OpenItem, ...] | None = None
        self._contacts: tuple[Contact, ...] | None = None
        self._experiences: tuple[Experience, ...] | None = None

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        """The open items, oldest due first."""
        if self._items is None:
            self._items = self.account.open_items(as_of=self.as_of)
        return self._items

    @property
    def overdue(self) -> tuple[OpenItem, ...]:
        """The open items that are at least one day past due."""
        return tuple(item for item in self.open_items if item.days_past_due is not None and item.days_past_due > 0)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts up to the date, the earliest first."""
        if self._contacts is None:
            self._contacts = self.account.contacts(as_of=self.as_of)
        return self._contacts

    @property
    def experiences(self) -> tuple[Experience, ...]:
        """How items were paid in the window that ends with the date."""
        if self._experiences is None:
            self._experiences = experiences(self.account, Period.ending(self.as_of, days=WINDOW))
        return self._experiences

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            measure = MEASURES.get(name)
            if measure is None:
                raise NotFound("measure", name, tuple(MEASURES))
            self._known[name] = measure.of(self)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(MEASURES)

    def __len__(self) -> int:
        return len(MEASURES)


@frozen
class Measure:
    """A named figure: what it means, its unit, how it moves while nothing happens, and how it is worked out."""

    name: str
    meaning: str
    unit: Unit
    moves: Movement
    of: Callable[[Standing], Value]

    def __reduce__(self) -> tuple[object, ...]:
        return _measure_named, (self.name,)


def _measure_named(name: str) -> Measure:
    return MEASURES[name]


def _share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return quotient(Fraction(part) / Fraction(whole)) if whole else None


@exact
def _open(items: Iterable[OpenItem]) -> Decimal:
    return sum((item.open for item in items), ZERO)


def _days_past_due(standing: Standing) -> int | None:
    return max((item.days_past_due for item in standing.open_items if item.days_past_due is not None), default=None)


def _days_since_notice(standing: Standing) -> int | None:
    days = [contact.on for contact in standing.contacts if contact.is_notice]
    return (standing.as_of - max(days)).days if days else None


def _late(standing: Standing) -> int:
    return len(standing.overdue) + sum(1 for each in standing.experiences if (each.days_late or 0) > 0)


def _experienced(standing: Standing) -> int:
    return len(standing.overdue) + sum(1 for each in standing.experiences if each.due is not None)


def _average_days_late(standing: Standing) -> Decimal | None:
    days = [each.days_late for each in standing.experiences if each.days_late is not None]
    return _share(sum(days), len(days))


def _promises(standing: Standing, state: str) -> int:
    account, as_of = standing.account, standing.as_of
    return sum(1 for each in account.promises(as_of=as_of) if account.promise_state(each, as_of=as_of) == state)


def _tenure(standing: Standing) -> int | None:
    issued = [fact.issued for fact in standing.account.facts if type(fact) is Invoice]
    first = min(issued, default=None)
    return None if first is None or first > standing.as_of else (standing.as_of - first).days


@exact
def _disputed_share(standing: Standing) -> Decimal | None:
    return _share(sum((item.disputed for item in standing.open_items), ZERO), _open(standing.open_items))


def _unknown(_: Standing) -> None:
    """Only a case of a policy knows."""


def _ahead_by(standing: Standing, name: Literal["exposure", "sales"]) -> Decimal | None:
    if standing.population is None:
        raise InvalidValue("Standing", [f"{name}_ahead compares accounts: give a Population, or use segment()"])
    find = standing.population.exposure_ahead if name == "exposure" else standing.population.sales_ahead
    return find(standing.account)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("days_past_due", "days past due of the oldest open item", "days", "daily", _days_past_due),
        Measure("open_balance", "what is open in all", "amount", "steady", lambda s: _open(s.open_items)),
        Measure("overdue_balance", "what is past due", "amount", "steady", lambda s: _open(s.overdue)),
        Measure("open_items", "number of open items", "count", "steady", lambda s: len(s.open_items)),
        Measure("overdue_items", "number of items past due", "count", "steady", lambda s: len(s.overdue)),
        Measure("disputed_share", "share of what is open that is disputed", "share", "steady", _disputed_share),
        Measure(
            "unapplied", "cash and credit that settles nothing", "amount", "steady",
            lambda s: s.account.unapplied(as_of=s.as_of),
        ),
        Measure("days_since_notice", "days since the last notice", "days", "daily", _days_since_notice),
        Measure(
            "notices_given", "number of notices given", "count", "steady",
            lambda s: sum(1 for contact in s.contacts if contact.is_notice),
        ),
        Measure("broken_promises", "number of promises broken", "count", "steady", lambda s: _promises(s, "broken")),
        Measure("kept_promises", "number of promises kept", "count", "steady", lambda s: _promises(s, "kept")),
        Measure(
            "payment_experiences", "number of items settled in the last year or past due now", "count", "steady",
            _experienced,
        ),
        Measure(
            "late_share", "share of the items settled in the last year or past due now that were or are late", "share",
            "steady", lambda s: _share(_late(s), _experienced(s)),
        ),
        Measure(
            "average_days_late", "mean days late of the items settled in the last year, early negative", "days",
            "steady", _average_days_late,
        ),
        Measure("tenure", "days since the first invoice", "days", "daily", _tenure),
        Measure(
            "sales", "invoiced in the last year less credit notes", "amount", "steady",
            lambda s: _sales(s.account, Period.ending(s.as_of, days=WINDOW)),
        ),
        Measure(
            "exposure_ahead", "share of all exposure that lies with larger accounts", "share", "steady",
            lambda s: _ahead_by(s, "exposure"),
        ),
        Measure(
            "sales_ahead", "share of last year's sales that lies with larger accounts", "share", "steady",
            lambda s: _ahead_by(s, "sales"),
        ),
        # About one case of a policy; None here: their readings come from
        # `dunning.decision`, which knows what may be dunned.
        Measure("case_days_past_due", "days past due of the oldest debt that may be dunned", "days", "daily", _unknown),
        Measure("case_balance", "what may be dunned, past due or not", "amount", "steady", _unknown),
        Measure("case_overdue", "what may be dunned and is past due", "amount", "steady", _unknown),
        Measure("case_days_since_notice", "days since the last notice of the case", "days", "daily", _unknown),
        Measure("actions_outstanding", "number of actions that are not recorded yet", "count", "steady", _unknown),
    )
}  # fmt: skip
"""The catalogue: every measure by its name."""
