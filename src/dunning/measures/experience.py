"""What is known of an account's behaviour: how its items were paid, and how large it is beside the others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from dunning._base.guards import checked, guarded
from dunning._base.noun import at_home
from dunning.amounts import ZERO, exact, quotient
from dunning.dates import Period
from dunning.dates.days import Day
from dunning.invoice import Payment
from dunning.ledger import Account, Ledger, Receivable
from dunning.ledger.entries import standing
from dunning.ledger.movements import add_sales
from dunning.ledger.parts import Change, cleared
from dunning.ledger.receivable import change_of

WINDOW = 365
"""Days over which behaviour is measured unless said otherwise."""


@at_home
class Experience(NamedTuple):
    """How one item was paid: when it was issued, due and paid, and its amount. `due` may be unknown.

    `booked` is the day on which the books had it settled: later than `settled` where a discount or the application of
    the money was recorded later.
    """

    invoice: str
    issued: date
    due: date | None
    settled: date
    amount: Decimal
    booked: date

    @property
    def days_to_pay(self) -> int:
        """Days from issue to settlement; negative when paid in advance."""
        return (self.settled - self.issued).days

    @property
    def days_late(self) -> int | None:
        """Days from due date to settlement, negative when early; None without a due date."""
        return None if self.due is None else (self.settled - self.due).days


@guarded
@exact
def experiences(account: Account, period: Period) -> tuple[Experience, ...]:
    """The items of an account that were settled in the books of a period and still were at its end, as they were paid.

    An item is paid on the day on which the money received covered what credit notes, deductions and discounts had left
    of it: who pays 980.00 of 1000.00 on 9 March, less a discount that is booked on 30 April, has paid on 9 March. Money
    counts from the day on which it came in, whenever it was put to the invoice. An item that no money settled is no
    experience of paying: neither are credited and voided invoices, nor what stands written off at the end.

    An installment is an item of its own, paid on the day on which the money reached it. The due date is that of the day
    of payment: of a payment plan, while one stands.
    """
    found: list[Experience] = []
    for receivable in account.receivables:
        invoice = receivable.invoice
        if receivable.closed < period.first:
            break  # and so are all that follow: settled for good before the period
        sole = receivable.sole
        if sole is not None and receivable.history is None:  # by far the most; what follows says the same
            if type(sole) is Payment and receivable.closed in period:
                issued, closed = receivable.issued, receivable.closed
                found.append(Experience(invoice.id, issued, receivable.first_due, closed, receivable.amount, closed))
            continue
        days = receivable.settled_days(period.last)
        if not any(day is not None and day in period for day in days):
            continue
        entries = receivable.entries
        by_money = [type(each.source) is Payment and each.by is None and each.value is None for each in entries]
        paid_on = days if by_money and all(by_money) else _paid_on(receivable, period.last)  # money, on its own days
        is_lost = any(entry.kind == "write-off" for entry in receivable.written)
        for number, (booked, paid, amount) in enumerate(zip(days, paid_on, receivable.amounts, strict=True), start=1):
            if booked is None or paid is None or booked not in period:
                continue
            lost = lost_since(receivable, period.last, number) if is_lost else None
            if lost is None or booked < lost:
                name = f"{invoice.id}/{number}" if invoice.installments else invoice.id
                agreed = receivable.agreed(number, paid)
                due = agreed[1] if agreed else receivable.contract_due(number, paid)
                found.append(Experience(name, invoice.issued, due, paid, amount, booked))
    return tuple(sorted(found, key=lambda each: (each.invoice, each.settled)))


def _paid_on(receivable: Receivable, as_of: date) -> list[date | None]:
    """For each item, the day from which money left nothing of it open, by what stands; None where no money did."""
    before: list[Change] = []
    changes: list[Change] = []
    for entry in standing(receivable.entries, as_of):
        change = change_of(entry)
        if type(entry.source) is Payment or change.is_charge:
            changes.append(change)
        else:
            before.append(change)
    return cleared(receivable.amounts, before, changes, None)


def lost_since(receivable: Receivable, as_of: date, number: int | None = None) -> date | None:
    """The day since when something of an invoice, or of one of its items, stands written off on a date, less what was
    recovered. What was written off by the invoice's own name counts for all its items.
    """
    total, since = ZERO, None
    for day, entries in groupby(receivable.entries, key=attrgetter("day")):
        if day <= as_of:
            total -= sum(
                (
                    entry.amount
                    for entry in entries
                    if entry.kind in ("write-off", "recovery")
                    and (number is None or entry.installment in (None, number))
                ),
                ZERO,
            )
            since = (since or day) if total > 0 else None
    return since


@exact
def sales_of(account: Account, period: Period) -> Decimal:
    """Invoiced in a period less credit notes and voids."""
    days: dict[date, Decimal] = {}
    add_sales(account, days)
    return sum((amount for day, amount in days.items() if day in period), ZERO)


@at_home
class Population:
    """All accounts of a ledger on a date, for measures that compare an account with the others of its currency."""

    __slots__ = ("_exposure", "_sales", "as_of", "ledger")

    @checked
    def __init__(self, ledger: Ledger, *, as_of: Day) -> None:
        self.ledger = ledger
        self.as_of = as_of
        self._exposure: dict[tuple[str, str], Rank] | None = None
        self._sales: dict[tuple[str, str], Rank] | None = None

    @guarded
    def exposure(self, account: Account) -> Rank:
        """Where an account stands among those of its currency by what is open."""
        if self._exposure is None:
            self._exposure = _places(
                self.ledger, lambda each: sum((item.open for item in each.open_items(as_of=self.as_of)), ZERO)
            )
        return self._exposure.get((account.customer, account.currency), Rank(None, None, None))

    @guarded
    def sales(self, account: Account) -> Rank:
        """Where an account stands among those of its currency by last year's sales."""
        if self._sales is None:
            window = Period.ending(self.as_of, days=WINDOW)
            self._sales = _places(self.ledger, lambda each: max(ZERO, sales_of(each, window)))
        return self._sales.get((account.customer, account.currency), Rank(None, None, None))


class Rank(NamedTuple):
    """Where an account stands by size: its rank (1 is the largest), and the shares of the total that lie with larger
    accounts, and with these and its equals. Equal accounts share a place; shares of nothing are None.
    """

    rank: int | None
    ahead: Decimal | None
    through: Decimal | None


@exact
def _places(ledger: Ledger, size: Callable[[Account], Decimal]) -> dict[tuple[str, str], Rank]:
    """The place of each account among those of its currency."""
    sizes = {(account.customer, account.currency): size(account) for account in ledger}
    places: dict[tuple[str, str], Rank] = {}
    for currency in ledger.currencies:
        equals: dict[Decimal, list[tuple[str, str]]] = {}
        for key, value in sizes.items():
            if key[1] == currency:
                equals.setdefault(value, []).append(key)
        total = sum((value * len(keys) for value, keys in equals.items()), ZERO)
        rank, ahead = 1, ZERO
        for value in sorted(equals, reverse=True):
            keys = equals[value]
            through = ahead + value * len(keys)
            place = Rank(rank, _share(ahead, total), _share(through, total))
            places.update(dict.fromkeys(keys, place))
            rank, ahead = rank + len(keys), through
    return places


def _share(part: Decimal, total: Decimal) -> Decimal | None:
    return quotient(Fraction(part) / Fraction(total)) if total else None
