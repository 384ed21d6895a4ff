"""The ledger itself: built once from a set of facts, asked for any date, grown by more facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

import attrs

from dunning._base.bounds import Id
from dunning._base.forms import Form, enter_form, step
from dunning._base.guards import checked, guarded
from dunning._base.names import owner
from dunning._base.noun import at_home, changed
from dunning._base.reading import Reader
from dunning._base.writing import write
from dunning.amounts import ZERO, exact
from dunning.dates import Period, require_date
from dunning.dates.days import Day
from dunning.errors import InvalidLedger, NotFound
from dunning.invoice import Application, Invoice, Reversal
from dunning.ledger.account import Account
from dunning.ledger.account_posting import BY_ID
from dunning.ledger.ends import fact_as_known
from dunning.ledger.entries import SALES, Entry, EntryKind
from dunning.ledger.intake import EMPTY, ON_ACCOUNT, Books, Intake, Problem
from dunning.ledger.kinds import CUSTOMER_WIDE, OWN_DATE, Fact
from dunning.ledger.movements import add_movements
from dunning.ledger.posting import post
from dunning.ledger.receivable import OpenItem
from dunning.ledger.rows import read as read_rows
from dunning.ledger.rows import row_of
from dunning.ledger.set_aside import Problems
from dunning.ledger.sources import Rows


@at_home
class Ledger:
    """All facts of a business's receivables, by account.

    Args:
        facts: the facts, in any order; an exact duplicate is ignored.

    Raises:
        InvalidLedger: facts contradict each other; its `problems` name every fault, the fact and what to do.
        InvalidValue: something among `facts` is not a fact.

    >>> from datetime import date; from decimal import Decimal
    >>> from dunning import Invoice, Payment
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("1200.00"), "EUR"),
    ...     Payment("PAY-1", "ACME", date(2026, 2, 9), Decimal(200), "EUR", applied=(("INV-1", Decimal(200)),)),
    ... ])
    >>> ledger.account("ACME").balance(as_of=date(2026, 2, 8))
    Decimal('1200.00')
    >>> [(item.id, item.open, item.days_past_due) for item in ledger.open_items(as_of=date(2026, 2, 9))]
    [('INV-1', Decimal('1000.00'), 5)]
    """

    __slots__ = ("_books", "_daybook", "_strict", "_unread")

    _books: Books
    _daybook: dict[str, dict[date, Decimal]]
    _unread: tuple[Problem, ...]
    _strict: bool

    @guarded
    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._set(post(EMPTY, facts), (), strict=True)

    def _set(self, books: Books, unread: tuple[Problem, ...], *, strict: bool) -> None:
        problems = unread + books.problems
        if strict and problems:
            raise InvalidLedger(problems)
        object.__setattr__(self, "_books", books)
        object.__setattr__(self, "_daybook", {})
        object.__setattr__(self, "_unread", unread)
        object.__setattr__(self, "_strict", strict)

    @classmethod
    def _of(cls, books: Books, unread: tuple[Problem, ...], *, strict: bool) -> Ledger:
        ledger = cls.__new__(cls)
        ledger._set(books, unread, strict=strict)
        return ledger

    @classmethod
    @guarded
    def collect(cls, facts: Iterable[Fact]) -> Ledger:
        """Build leniently: facts that cannot stand are set aside in `problems`, and every report counts them."""
        return cls._of(post(EMPTY, facts), (), strict=False)

    @classmethod
    @guarded
    def from_records(
        cls,
        rows: Rows,
        *,
        kind: str | None = None,
        columns: Mapping[str, str] | None = None,
        defaults: Mapping[str, Any] | None = None,
        date_format: str = "%Y-%m-%d",
        negative: Literal["refuse", "credit notes"] = "refuse",
        finer: bool = False,
        strict: bool = True,
        books: Ledger | None = None,
    ) -> Ledger:
        """Build from rows of plain values: strings, ints, Decimals, dates, None.

        Args:
            rows: one dictionary a fact, keyed by the names of the fact's fields; or, as they are, a data frame of
                pandas or polars, an Arrow table, a relation of DuckDB, a cursor, a result of SQLAlchemy.
            kind: what every row is, such as `"invoice"`; None when each row says so in its `fact`.
            columns: the row's column for each field, when they have other names; other columns are ignored then.
            defaults: values for fields that the rows do not have, such as the currency.
            date_format: how dates are written, in `%Y`, `%m` and `%d`.
            negative: what an invoice of a negative amount is: a fault, or a credit note of the customer's, as other
                systems export them (its due date, terms, reference and tags mean nothing then and are left out).
            finer: let amounts be finer than the unit of their currency; otherwise that is one problem, which says how
                many are and names the first.
            strict: refuse faulty rows and books (all named at once), or set them aside in `problems`.
            books: where payments and credit notes that name no customer find the invoice that they name, beside the
                rows; it is not changed.

        A row of an invoice may have a `settled` date: the day on which it was paid in full, as flat invoice lists show
        it; it becomes a payment of its own. Its `terms` are read from text such as "2/10 net 30"; where it has no due
        date, they give it one, unless it says `"undated"`. A payment or credit note may name the `invoice` that it
        settles in place of `applied`, and then needs no customer and no currency.

        None means unknown everywhere, and so do NaN, NaT and NA of data frames. An instant at midnight without a zone
        is read as its day, a list or table as JSON text too, a flag as 0 or 1; numbers of numpy and UUIDs are read.
        Floats are refused, for they are not exact: read amounts as text.

        Raises:
            InvalidLedger: rows that cannot be read, each with its number (the first is 1), or facts that contradict.

        >>> ledger = Ledger.from_records(
        ...     [{"No": 17, "Who": "ACME", "Date": "1/5/2026", "Due": "2/4/2026", "Total": "99.90"}],
        ...     kind="invoice",
        ...     columns={"id": "No", "customer": "Who", "issued": "Date", "due": "Due", "amount": "Total"},
        ...     defaults={"currency": "USD"}, date_format="%m/%d/%Y",
        ... )
        >>> ledger
        <Ledger: 1 facts, 1 accounts, 0 problems>
        """
        facts, problems = read_rows(
            rows, kind=kind, columns=columns, defaults=defaults, date_format=date_format,
            credits=negative == "credit notes", finer=finer,
            invoices=() if books is None else [each for each in books.facts if isinstance(each, Invoice)],
        )  # fmt: skip
        return cls._of(post(EMPTY, facts), tuple(problems), strict=strict)

    def __setattr__(self, name: str, value: object) -> None:
        raise attrs.exceptions.FrozenInstanceError

    def __delattr__(self, name: str) -> None:
        raise attrs.exceptions.FrozenInstanceError

    @property
    def accounts(self) -> tuple[Account, ...]:
        """All accounts, ordered by customer and currency."""
        return tuple(self._books.accounts.values())

    @property
    def problems(self) -> Problems:
        """What was set aside, and why, as a tuple and a report; empty for a ledger that was built strictly."""
        return Problems(self._unread + self._books.problems)

    @property
    def duplicates(self) -> int:
        """How many facts were given again exactly as they are; each counts once. Ledgers are equal whatever it is."""
        return self._books.duplicates

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies in which there are accounts, in order."""
        return tuple(sorted({currency for _, currency in self._books.accounts}))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """All facts that stand, in order of their ids."""
        return self._books.ids.facts()

    @guarded
    def account(self, customer: str, currency: str | None = None) -> Account:
        """The account of a customer; the currency may be left out when the customer has only one.

        Raises:
            NotFound: there is no such account, or several and no currency was named.
        """
        accounts = self._books.accounts
        wanted = [currency] if currency is not None else self.currencies
        found = [accounts[customer, each] for each in wanted if (customer, each) in accounts]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound("single account of customer", customer, [f"{customer} {each.currency}" for each in found])
        raise NotFound("account of customer", customer if currency is None else f"{customer} {currency}")

    @checked
    def facts_of(self, customer: Id) -> tuple[Fact, ...]:
        """All facts of a customer that stand, in all currencies and in order of their ids; none where there are none.

        A ledger of them alone says of the customer what this one does, so a host may load one customer: decisions,
        aging, figures. Only what compares with others needs the others: credit by groups, ranks, totals.

        >>> from datetime import date
        >>> from dunning import Hold
        >>> books = Ledger([Hold(name, name, date(2026, 1, 5), reason="complaint") for name in ("ACME", "BETA")])
        >>> [fact.id for fact in books.facts_of("ACME")]
        ['ACME']
        """
        found = [fact for each in self.accounts if each.customer == customer for fact in each.facts]
        return tuple(sorted([*found, *self._books.people.get(customer, ())], key=BY_ID))

    @guarded
    def key_of(self, fact: Fact) -> tuple[str, str | None]:
        """The customer and currency to which a fact belongs, be it in the ledger or about to be recorded.

        A fact that names an invoice or another fact belongs to the account of that. The currency is None where a fact
        concerns the customer in all currencies. With `fact_date` and the fact's own id this is what to index by.

        Raises:
            NotFound: the ledger has not what the fact names.

        >>> from datetime import date
        >>> from dunning import Charge, Invoice
        >>> books = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(90), "EUR")])
        >>> books.key_of(Charge("F-1", "INV-1", date(2026, 3, 2), Decimal(5), "fee"))
        ('ACME', 'EUR')
        """
        if isinstance(fact, CUSTOMER_WIDE):
            return fact.customer, getattr(fact, "currency", None)
        key = Intake(self._books.ids, {fact.id: fact}, set()).key_of(fact)
        if key is None:
            named = (getattr(fact, field, None) for field in ("source", "of", "invoice"))
            raise NotFound(f"fact that {fact.id} names,", next(name for name in named if name is not None))
        return key

    @checked
    @exact
    def balance(self, currency: str, *, as_of: Day) -> Decimal:
        """What all customers owe in a currency on a date, from the movements of each day: the control total."""
        days = self._daybook.get(currency)
        if days is None:
            days = self._daybook[currency] = {}
            for account in self.accounts:
                if account.currency == currency:
                    add_movements(account, days)
        return sum((delta for day, delta in days.items() if day <= as_of), ZERO)

    def _written(self, currency: str) -> Iterator[Entry]:
        return (entry for each in self.accounts if each.currency == currency for entry in each.written())

    @guarded
    def open_items(self, *, as_of: date) -> tuple[OpenItem, ...]:
        """The open items of all accounts on a date."""
        return tuple(item for account in self.accounts for item in account.open_items(as_of=as_of))

    @checked
    @exact
    def sales(self, currency: str, period: Period) -> Decimal:
        """Invoiced in a period less credit notes and voids of it, in one currency; a reversed one is added back.

        A debt of the kind *debit* is no sale.
        """
        return self._moved(currency, period, *SALES)

    @checked
    @exact
    def written_off(self, currency: str, period: Period) -> Decimal:
        """Written off as bad debt in a period, gross, less the write-offs that were reversed in it."""
        return -self._moved(currency, period, "write-off")

    @checked
    @exact
    def recovered(self, currency: str, period: Period) -> Decimal:
        """What came in of debt that was written off: written-off debt that payments and credits settled after all."""
        return self._moved(currency, period, "recovery")

    def _moved(self, currency: str, period: Period, *kinds: EntryKind) -> Decimal:
        """What the entries of some kinds add to what is owed in a period."""
        written = (entry for entry in self._written(currency) if entry.kind in kinds)
        return sum((entry.amount for entry in written if entry.day in period), ZERO)

    @guarded
    def known_at(self, day: date) -> Ledger:
        """The ledger as it could have been built from what the books knew on a day.

        A fact counts from the day on which it was `recorded` (its own date by default). Ends that came later (a dispute
        resolved, a promise cancelled) were not known, nor were applications to invoices recorded later: that money was
        unapplied. What else names an invoice that was not known yet is set aside in `problems`.
        """
        require_date("day", day)
        aside = [cast("Fact", each.fact) for each in self._books.problems if each.code == ON_ACCOUNT]
        known = {
            fact.id: fact for fact in (*self._given(), *aside) if (fact.recorded or OWN_DATE[type(fact)](fact)) <= day
        }
        early = {
            fact.id
            for fact in known.values()
            if isinstance(fact, Application) and any(owner(name, known) not in known for name, _ in fact.applied)
        }
        while early_too := {
            fact.id
            for fact in known.values()
            if isinstance(fact, Reversal) and fact.of in early and fact.id not in early
        }:
            early |= early_too
        given = {fact.id for fact in aside}  # what they name was never there: it is told again
        return Ledger.collect(
            [
                fact if fact.id in given else fact_as_known(fact, day, known)
                for fact in known.values()
                if fact.id not in early
            ]
        )

    def __add__(self, facts: Iterable[Fact] | Ledger) -> Ledger:
        """The ledger with more facts, built the same way (strictly or leniently); their accounts are posted anew."""
        if isinstance(facts, Ledger):
            other = facts
            books = post(self._books, [*other._given(), *dict.fromkeys(p.fact for p in other._books.problems)])
            books = changed(books, duplicates=books.duplicates + other.duplicates)
            return Ledger._of(books, self._unread + other._unread, strict=self._strict and other._strict)
        if isinstance(facts, (str, Mapping)) or not isinstance(facts, Iterable):
            return NotImplemented
        return Ledger._of(post(self._books, facts), self._unread, strict=self._strict)

    def records(self) -> list[dict[str, Any]]:
        """One row of plain values for each fact, in order of ids, and then those that were set aside.

        `Ledger.from_records(ledger.records())` is the same ledger; with amounts finer than the unit of their currency,
        give `finer=True`, and for one that sets facts aside, `strict=False`. A row says its kind in `fact`, leaves out
        what is at its default, and says that an invoice is `"undated"` whose terms must not give it a due date.

        >>> from datetime import date
        >>> from dunning import Hold
        >>> Ledger([Hold("H", "ACME", date(2026, 1, 5), reason="complaint")]).records()
        [{'fact': 'hold', 'id': 'H', 'customer': 'ACME', 'start': '2026-01-05', 'reason': 'complaint'}]
        """
        aside = (each.fact for each in self._books.problems if each.fact is not None)
        return [row_of(fact) for fact in (*self._given(), *dict.fromkeys(aside))]

    def _given(self) -> tuple[Fact, ...]:
        """The facts that stand as they were given; those that do not are among the problems."""
        changed_ = self._books.on_account()
        return tuple(fact for fact in self.facts if fact.id not in changed_) if changed_ else self.facts

    @guarded
    def replacing(self, facts: Iterable[Fact]) -> Ledger:
        """The ledger with facts in the place of those of the same ids; others are added.

        This is how ends are recorded that became known later: a hold that was ended, a dispute resolved, a promise or
        notice cancelled, a plan called off. `known_at` leaves out ends that came after its day. Only the accounts that
        the facts concern are posted anew.
        """
        more = tuple(facts)
        rest = post(self._books, (), {fact.id for fact in more})
        return Ledger._of(post(rest, more), self._unread, strict=self._strict)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Ledger):
            return NotImplemented
        mine, its = self._books, other._books
        return mine.accounts == its.accounts and mine.people == its.people and self.problems == other.problems

    def __hash__(self) -> int:
        return hash((tuple(self._books.accounts), len(self.problems)))

    def __len__(self) -> int:
        return len(self._books.accounts)

    def __iter__(self) -> Iterator[Account]:
        return iter(self._books.accounts.values())

    def __reduce__(self) -> tuple[object, ...]:
        aside = tuple(dict.fromkeys(each.fact for each in self._books.problems))
        return _restored, (self._given(), aside, self._unread, self._strict)

    def __repr__(self) -> str:
        return f"<Ledger: {len(self._books.ids)} facts, {len(self)} accounts, {len(self.problems)} problems>"


def _restored(facts: Iterable[Fact], aside: Iterable[Fact], unread: tuple[Problem, ...], strict: bool) -> Ledger:
    return Ledger._of(post(EMPTY, [*facts, *aside]), unread, strict=strict)  # pyright: ignore[reportPrivateUsage]  # how a ledger is unpickled


def _data_of(ledger: Ledger) -> dict[str, Any]:
    _, (facts, aside, unread, strict) = cast("tuple[Any, tuple[Any, ...]]", ledger.__reduce__())
    parts = {"facts": write(facts, _PARTS["facts"]), "aside": write(aside, _PARTS["aside"])}
    parts["unread"] = write(unread, _PARTS["unread"])
    return {"strict": strict} | {key: each for key, each in parts.items() if each}


def _read(reader: Reader, data: Any, path: str) -> Ledger | None:
    table = {"strict": True} | reader.table(data, path, tuple(_PARTS))
    before = len(reader.faults)
    given = {key: reader.read(table.get(key, []), hint, step(path, key)) for key, hint in _PARTS.items()}
    return None if len(reader.faults) > before else reader.build(path, lambda: _restored(**given))


def _schema(of: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    parts = {key: of(hint) for key, hint in _PARTS.items()}
    return {"type": "object", "properties": parts, "additionalProperties": False}


_PARTS: dict[str, Any] = {
    "strict": bool,
    "facts": tuple[Fact, ...],
    "aside": tuple[Fact, ...],
    "unread": tuple[Problem, ...],
}
"""What a ledger is written as: the facts that stand, those that were set aside, and the rows that were no facts."""
enter_form(Form("ledger", _data_of, _read, _schema), Ledger)
