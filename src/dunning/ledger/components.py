"""What stands of each invoice, component by component: principal, interest, fees, costs, penalties.

The ledger says how much of an invoice is open; interest and allocation ask what that consists of. Here the facts that
stand on a date (a reversed payment is as if it had never been) are gone through in order of days, and every settlement
pays the components in a named order, for statutes differ on whether it is principal or charges that a payment meets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Annotated, Literal, NamedTuple, TypeAlias, get_args

from dunning._base.kinds import Must
from dunning._base.names import means, number_in, owner
from dunning.amounts import ZERO
from dunning.invoice import Adjustment, Application, Charge, CreditNote, Payment, Refund
from dunning.ledger.account import Account, reversed_by
from dunning.ledger.entries import Entry, in_order, standing
from dunning.ledger.kinds import OWN_DATE
from dunning.ledger.receivable import Receivable

Component: TypeAlias = Literal["principal", "interest", "cost", "fee", "penalty"]
"""What a debt consists of."""
PaymentOrder: TypeAlias = Annotated[
    tuple[Component, ...],
    Must(
        "sorted({0}) == every",
        f"a tuple that names each of {', '.join(get_args(Component))} once",
        every=sorted(get_args(Component)),
        schema={"minItems": len(get_args(Component)), "maxItems": len(get_args(Component)), "uniqueItems": True},
    ),
]
"""All five components, in the order in which a payment meets them."""

_DAY = attrgetter("day")

COMPONENTS: tuple[Component, ...] = get_args(Component)
"""All components, in the order in which they are named."""
PRINCIPAL_FIRST: PaymentOrder = ("principal", "cost", "interest", "fee", "penalty")
"""The order in which principal is met before what was charged on it."""


class _OfItem(NamedTuple):
    """The principal owed of an item at the end of a day, its interest paid so far, and what of it is written off."""

    day: date
    principal: Decimal
    interest_paid: Decimal
    written_off: Decimal


class Components:
    """The components of an account's invoices as they stand on a date."""

    def __init__(self, account: Account, as_of: date, order: PaymentOrder) -> None:
        self.account = account
        self.as_of = as_of
        self.order = order
        self.gone = reversed_by(account.facts, as_of)
        self.receivables = {each.invoice.id: each for each in account.receivables if each.issued <= as_of}
        self._folds: dict[str, _Fold] = {}
        self._courses: dict[str, list[list[_OfItem]]] = {}
        self._uses: dict[str, list[tuple[date, Decimal]]] = {}
        lost: dict[str, list[Entry]] = {}
        for fact in account.facts:
            if type(fact) is Adjustment and fact.kind == "write_off" and fact.on <= as_of and fact.id not in self.gone:
                name = owner(fact.invoice, self.receivables)
                number = number_in(fact.invoice, name) or None
                entry = Entry(fact.on, -fact.amount, "write-off", name, fact, None, None, number)
                lost.setdefault(name, []).append(entry)
        for name, each in self.receivables.items():
            entries = standing(each.entries, as_of)
            if name in lost:
                entries = in_order([*entries, *sorted(lost[name], key=lambda entry: (-entry.amount, entry.fact.id))])
            self._folds[name], self._courses[name], surplus = _folded(each, entries, order)
            used = [(entry.day, entry.amount) for entry in entries if entry.source is not None]
            self._uses[name] = [*used, *surplus]

    def credit_steps(self) -> Iterator[tuple[date, Decimal]]:
        """By how much money on account changes, and when, by what stands: it counts from the day on which it came."""
        for fact in self.account.facts:
            if isinstance(fact, (Payment, CreditNote)) and fact.id not in self.gone:
                day = OWN_DATE[type(fact)](fact)
                if day <= self.as_of:
                    yield day, fact.amount
            elif isinstance(fact, (Refund, Application)) and fact.on <= self.as_of and self._takes_away(fact):
                yield fact.on, -fact.amount
        for steps in self._uses.values():
            yield from steps

    def _takes_away(self, fact: Refund | Application) -> bool:
        """Whether money left the account and no debt of the books got it: paid back, or put to others."""
        if isinstance(fact, Application):
            return not fact.applied and self.gone.isdisjoint((fact.id, fact.source))
        return fact.id not in self.gone

    def owed(self, name: str) -> dict[Component, Decimal]:
        """What an invoice consists of on the date, by component."""
        return dict(self._folds[name].total)

    def written_off(self, name: str) -> Decimal:
        """What of an invoice is written off on the date and was not recovered."""
        return self._folds[name].lost

    def is_given_up(self, name: str) -> bool:
        """Whether what is left of an invoice's principal was written off: nothing more is charged on it."""
        fold = self._folds[name]
        return fold.lost > ZERO and not fold.total["principal"]

    def course(self, name: str, number: int) -> list[_OfItem]:
        """An item of an invoice on the days on which it changed."""
        return self._courses[name][number - 1]

    def items(self) -> list[Item]:
        """Every item of the account, settled or not, in order of invoice id and number."""
        return [item for name in sorted(self.receivables) for item in self.items_of(name)]

    def items_of(self, name: str) -> list[Item]:
        """The items of an invoice."""
        receivable = self.receivables[name]
        count = max(1, len(receivable.invoice.installments))
        return [Item(self, receivable, number) for number in range(1, count + 1)]


def _folded(
    receivable: Receivable, entries: Sequence[Entry], order: PaymentOrder
) -> tuple[_Fold, list[list[_OfItem]], list[tuple[date, Decimal]]]:
    """What becomes of an invoice, each of its items at the end of each day on which something happens to it, and by how
    much what is too much for it changes.

    An adjustment meets principal first. What comes in after a write-off is a recovery. A refund takes back in turn what
    was too much, what was recovered, and what had been paid, the last component first.
    """
    void = any(entry.kind in ("void", "debit") for entry in entries)  # it is as if it had never been
    fold = _Fold([ZERO for _ in receivable.amounts] if void else receivable.amounts, order)
    courses = [[fold.item(receivable.issued, at)] for at in range(len(receivable.amounts))]
    too_much: list[tuple[date, Decimal]] = []
    for entry in () if void else entries:
        before = fold.surplus
        fact, at = entry.fact, None if entry.installment is None else entry.installment - 1
        if type(fact) is Charge:
            fold.charge(fact.kind, entry.amount, at or 0)
        elif type(fact) is Adjustment and entry.kind == "write-off":
            fold.write_off(-entry.amount, at)
        elif type(fact) is Adjustment or entry.kind == "earned discount":
            first: Component = "interest" if entry.kind == "abatement" else "principal"
            fold.meet(-entry.amount, at, (first, *order), is_paid=False)
        elif type(fact) is Refund:
            fold.pay_back(entry.amount, at)
        else:
            fold.meet(-entry.amount, at, order, is_paid=True)
        if fold.surplus != before:
            too_much.append((entry.day, fold.surplus - before))
        for each in fold.touched:
            if courses[each][-1].day == entry.day:
                courses[each].pop()
            courses[each].append(fold.item(entry.day, each))
        fold.touched.clear()
    return fold, courses, too_much


class _Fold:
    """An invoice on its way through what happened to it: what is owed of each item (counted from 0), by component.

    What names no item meets the first ones first; `first` is where to begin with each component.
    """

    def __init__(self, amounts: Sequence[Decimal], order: PaymentOrder) -> None:
        self.order = order
        none = [ZERO for _ in amounts]
        self.owed: dict[Component, list[Decimal]] = {each: [*none] for each in COMPONENTS}
        self.owed["principal"] = [*amounts]
        self.total: dict[Component, Decimal] = dict.fromkeys(COMPONENTS, ZERO)
        self.total["principal"] = sum(amounts, ZERO)
        self.paid: dict[Component, list[Decimal]] = {each: [*none] for each in COMPONENTS}
        self.first = dict.fromkeys(COMPONENTS, 0)
        self.written_off, self.recovered = [*none], [*none]
        self.lost = self.surplus = ZERO
        self.touched: set[int] = set()

    def item(self, day: date, at: int) -> _OfItem:
        """What is owed of an item at the end of a day."""
        return _OfItem(day, self.owed["principal"][at], self.paid["interest"][at], self.written_off[at])

    def _change(self, component: Component, at: int, amount: Decimal) -> None:
        """Let more, or less, be owed of a component of an item."""
        self.owed[component][at] += amount
        self.total[component] += amount
        if amount > 0:
            self.first[component] = min(self.first[component], at)
        self.touched.add(at)

    def _take(
        self, amount: Decimal, at: int | None, order: Sequence[Component]
    ) -> Iterator[tuple[Component, int, Decimal]]:
        """Take up to an amount from what is owed, of one item or of all: how much of which component and item."""
        for component in order:
            owed = self.owed[component]
            while amount > 0 and self.total[component]:
                here = self.first[component] if at is None else at
                if met := min(amount, owed[here]):
                    self._change(component, here, -met)
                    amount -= met
                    yield component, here, met
                if at is not None:
                    break
                if not owed[here]:
                    self.first[component] += 1

    def charge(self, kind: Component, amount: Decimal, at: int) -> None:
        """Add a charge, which meets what was too much."""
        self._change(kind, at, amount)
        surplus, self.surplus = self.surplus, ZERO
        self._pay(surplus, None, self.order, is_paid=True)

    def _pay(self, amount: Decimal, at: int | None, order: Sequence[Component], *, is_paid: bool) -> None:
        """Let a settlement meet what is owed; the rest is too much."""
        for component, here, met in self._take(amount, at, order):
            amount -= met
            if is_paid:
                self.paid[component][here] += met
        self.surplus += amount

    def _recover(self, at: int) -> None:
        """Let what is too much recover what was written off of an item."""
        recovered = min(self.surplus, self.written_off[at])
        self.written_off[at] -= recovered
        self.recovered[at] += recovered
        self.lost -= recovered
        self.surplus -= recovered
        self.touched.add(at)

    def meet(self, amount: Decimal, at: int | None, order: Sequence[Component], *, is_paid: bool) -> None:
        """Let a settlement meet an item, or what is owed in all; what is left of it recovers what was written off."""
        if at is not None:
            before, self.surplus = self.surplus, ZERO
            self._pay(amount, at, order, is_paid=is_paid)
            self._recover(at)
            amount, self.surplus = self.surplus, before
        self._pay(amount, None, order, is_paid=is_paid)
        if self.surplus and self.lost:
            for each in range(len(self.written_off)):
                self._recover(each)

    def write_off(self, amount: Decimal, at: int | None) -> None:
        """Forgive what is owed, no more."""
        for _, here, met in self._take(amount, at, ("principal", *self.order)):
            self.written_off[here] += met
            self.lost += met

    def pay_back(self, amount: Decimal, at: int | None) -> None:
        """Let money that goes back be owed again: what was too much first, of what was paid the last part first."""
        taken = min(amount, self.surplus)
        self.surplus -= taken
        amount -= taken
        numbers = range(len(self.written_off))
        for here in numbers if at is None else (at, *numbers):
            again = min(amount, self.recovered[here])
            self.recovered[here] -= again
            self.written_off[here] += again
            self.lost += again
            amount -= again
            if again:
                self.touched.add(here)
        for component in reversed(self.order):
            paid = self.paid[component]
            for here in reversed(numbers) if at is None else (at, *reversed(numbers)):
                if part := min(amount, paid[here]):
                    paid[here] -= part
                    self._change(component, here, part)
                    amount -= part


class Item:
    """An invoice, or one of its installments, through time."""

    def __init__(self, components: Components, receivable: Receivable, number: int) -> None:
        self.components = components
        self.receivable = receivable
        self.number = number
        self.invoice = receivable.invoice
        parts = self.invoice.installments
        self.id = f"{self.invoice.id}/{number}" if parts else self.invoice.id
        self.original = parts[number - 1].amount if parts else self.invoice.amount
        self._course = components.course(self.invoice.id, number)

    def _on(self, day: date) -> _OfItem | None:
        """The item at the end of a day; None before it was issued."""
        at = bisect_right(self._course, day, key=_DAY)
        return self._course[at - 1] if at else None

    def principal(self, day: date) -> Decimal:
        """The principal open at the end of a day."""
        found = self._on(day)
        return ZERO if found is None else found.principal

    def is_open_after(self, day: date) -> bool:
        """Whether anything of the principal is open at the end of a day or of any later one."""
        for each in reversed(self._course):
            if each.principal:
                return True
            if each.day <= day:
                break
        return False

    def interest_paid(self, day: date) -> Decimal:
        """The interest on the item that was paid by the end of a day."""
        found = self._on(day)
        return ZERO if found is None else found.interest_paid

    @property
    def written_off(self) -> Decimal:
        """What of the item is written off on the date and was not recovered."""
        return self._course[-1].written_off

    @property
    def is_given_up(self) -> bool:
        """Whether what was left of the principal, of the item or its invoice, was written off: nothing is charged."""
        last = self._course[-1]
        return self.components.is_given_up(self.invoice.id) or (last.written_off > ZERO and not last.principal)

    @property
    def days_of_change(self) -> list[date]:
        """The days on which what is owed of the item changes."""
        return [each.day for each in self._course]

    def due(self, day: date) -> date | None:
        """The due date as it stood on a day, by contract or by a payment plan."""
        return self.receivable.due(self.number, day)

    def days_of_due(self) -> tuple[set[date], set[date]]:
        """The days on which the due date changes, and all due dates that the item ever has."""
        changes: set[date] = {self.receivable.issued}
        parts = self.invoice.installments
        dues = {parts[self.number - 1].due if parts else self.invoice.due}
        history = self.receivable.history
        if history is not None:
            for change in history.due_changes.get(self.number if parts else 0, ()):
                changes.add(change.on)
                dues.add(change.due)
            for span in history.plans:
                changes |= {span.start, span.end}
                dues |= {due for number, due in span.dues if number == self.number}
        return changes, {due for due in dues if due is not None}

    def covers(self, names: Sequence[str]) -> bool:
        """Whether a list of items names this one, or everything."""
        return means(names, (self.id, self.invoice.id))
