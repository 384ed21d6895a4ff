"""What stands of each invoice, component by component: principal, interest, fees, costs, penalties.

The ledger says how much of an invoice is open; interest and allocation ask what that consists of. Here the facts that
stand on a date (a reversed payment is as if it had never been) are gone through in order of days, and every settlement
pays the components in a named order, for statutes differ on whether it is principal or charges that a payment meets.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, NamedTuple, TypeAlias, get_args

from dunning._base.kinds import Must
from dunning._base.names import means
from dunning.amounts import ZERO
from dunning.invoice import Adjustment, Charge, Refund
from dunning.ledger.account import Account, reversed_by
from dunning.ledger.entries import Entry, in_order, standing
from dunning.ledger.receivable import Receivable

Component: TypeAlias = Literal["principal", "interest", "cost", "fee", "penalty"]
"""What a debt consists of."""
PaymentOrder: TypeAlias = Annotated[
    tuple[Component, ...],
    Must(
        "sorted({0}) == every",
        f"a tuple that names each of {', '.join(get_args(Component))} once",
        every=sorted(get_args(Component)),
    ),
]
"""All five components, in the order in which a payment meets them."""

COMPONENTS: tuple[Component, ...] = get_args(Component)
"""All components, in the order in which they are named."""
PRINCIPAL_FIRST: PaymentOrder = ("principal", "cost", "interest", "fee", "penalty")
"""The order in which principal is met before what was charged on it."""


class _State(NamedTuple):
    """What is owed of an invoice at the end of a day, by component; interest paid so far, and what is written off."""

    day: date
    owed: Mapping[str, Decimal]
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
        self._states: dict[str, list[_State]] = {}
        lost: dict[str, list[Entry]] = {}
        for fact in account.facts:
            if type(fact) is Adjustment and fact.kind == "write_off" and fact.on <= as_of and fact.id not in self.gone:
                entry = Entry(fact.on, -fact.amount, "write-off", fact.invoice, fact, None, None)
                lost.setdefault(fact.invoice, []).append(entry)
        for name, each in self.receivables.items():
            entries = standing(each.entries, as_of)
            if name in lost:
                entries = in_order([*entries, *sorted(lost[name], key=lambda entry: (-entry.amount, entry.fact.id))])
            self._states[name] = _folded(each, entries, order)

    def state(self, name: str, day: date) -> _State | None:
        """What is owed of an invoice at the end of a day; None before it was issued."""
        states = self._states[name]
        at = bisect_right(states, day, key=lambda state: state.day)
        return states[at - 1] if at else None

    def owed(self, name: str) -> dict[Component, Decimal]:
        """What an invoice consists of on the date, by component."""
        return {component: self._states[name][-1].owed[component] for component in COMPONENTS}

    def written_off(self, name: str) -> Decimal:
        """What of an invoice is written off on the date and was not recovered."""
        return self._states[name][-1].written_off

    def is_given_up(self, name: str) -> bool:
        """Whether what is left of an invoice's principal was written off: nothing more is charged on it."""
        state = self._states[name][-1]
        return state.written_off > ZERO and not state.owed["principal"]

    def days_of_change(self, name: str) -> list[date]:
        """The days on which what is owed of an invoice changes."""
        return [state.day for state in self._states[name]]

    def items(self) -> list[Item]:
        """Every item of the account, settled or not, in order of invoice id and number."""
        return [item for name in sorted(self.receivables) for item in self.items_of(name)]

    def items_of(self, name: str) -> list[Item]:
        """The items of an invoice."""
        receivable = self.receivables[name]
        count = max(1, len(receivable.invoice.installments))
        return [Item(self, receivable, number) for number in range(1, count + 1)]


def _folded(receivable: Receivable, entries: Sequence[Entry], order: PaymentOrder) -> list[_State]:
    """The states of an invoice, one for each day on which something happens to it.

    An adjustment meets principal first. What comes in after a write-off is a recovery. A refund takes back in turn what
    was too much, what was recovered, and what had been paid, the last component first.
    """
    fold = _Fold(receivable.amount, order)
    if any(entry.kind == "void" for entry in entries):  # it is as if it had never been
        return [_State(receivable.issued, dict.fromkeys(COMPONENTS, ZERO), ZERO, ZERO)]
    states: list[_State] = [fold.state(receivable.issued)]
    for entry in entries:
        fact = entry.fact
        if type(fact) is Charge:
            fold.charge(fact.kind, entry.amount)
        elif type(fact) is Adjustment and entry.kind == "write-off":
            fold.write_off(-entry.amount)
        elif type(fact) is Adjustment:
            fold.meet(-entry.amount, adjusts=True)
        elif type(fact) is Refund:
            fold.pay_back(entry.amount)
        else:
            fold.meet(-entry.amount)
        if states[-1].day == entry.day:
            states.pop()
        states.append(fold.state(entry.day))
    return states


class _Fold:
    """An invoice on its way through what happened to it: what is owed of it, by component."""

    def __init__(self, amount: Decimal, order: PaymentOrder) -> None:
        self.order = order
        self.owed: dict[str, Decimal] = {**dict.fromkeys(COMPONENTS, ZERO), "principal": amount}
        self.paid: dict[str, Decimal] = dict.fromkeys(COMPONENTS, ZERO)
        self.surplus = self.written_off = self.recovered = ZERO

    def state(self, day: date) -> _State:
        """What is owed at the end of a day."""
        return _State(day, dict(self.owed), self.paid["interest"], self.written_off)

    def charge(self, kind: Component, amount: Decimal) -> None:
        """Add a charge, which meets what was too much."""
        self.owed[kind] += amount
        self._meet(ZERO, adjusts=False)

    def meet(self, amount: Decimal, *, adjusts: bool = False) -> None:
        """Let a settlement meet what is owed; what is left of it recovers what was written off."""
        self._meet(amount, adjusts=adjusts)
        recovered = min(self.surplus, self.written_off)
        self.written_off -= recovered
        self.recovered += recovered
        self.surplus -= recovered

    def _meet(self, amount: Decimal, *, adjusts: bool) -> None:
        self.surplus += amount
        for component in ("principal", *self.order) if adjusts else self.order:
            met = min(self.surplus, self.owed[component])
            self.owed[component] -= met
            self.surplus -= met
            if not adjusts:
                self.paid[component] += met

    def write_off(self, amount: Decimal) -> None:
        """Forgive what is owed, no more."""
        before = self.surplus + amount
        self._meet(amount, adjusts=True)
        self.written_off += before - self.surplus
        self.surplus = max(ZERO, before - amount)

    def pay_back(self, amount: Decimal) -> None:
        """Let money that goes back be owed again."""
        taken = min(amount, self.surplus)
        self.surplus -= taken
        again = min(amount - taken, self.recovered)
        self.recovered -= again
        self.written_off += again
        rest = amount - taken - again
        for component in reversed(self.order):
            part = min(rest, self.paid[component])
            self.paid[component] -= part
            self.owed[component] += part
            rest -= part


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
        self.later_parts = sum((part.amount for part in parts[number:]), ZERO)

    def principal(self, day: date) -> Decimal:
        """The principal open at the end of a day: of installments, the last are the last to be paid."""
        state = self.components.state(self.invoice.id, day)
        if state is None:
            return ZERO
        return min(self.original, max(ZERO, state.owed["principal"] - self.later_parts))

    def interest_paid(self, day: date) -> Decimal:
        """The interest on the whole invoice that was paid by the end of a day."""
        state = self.components.state(self.invoice.id, day)
        return ZERO if state is None else state.interest_paid

    def due(self, day: date) -> date | None:
        """The due date as it stood on a day, by contract or by a payment plan."""
        agreed = self.receivable.agreed(self.number, day)
        return agreed[1] if agreed else self.receivable.contract_due(self.number, day)

    def days_of_due(self) -> tuple[set[date], set[date]]:
        """The days on which the due date changes, and all due dates that the item ever has."""
        changes: set[date] = {self.receivable.issued}
        dues = {self.invoice.installments[self.number - 1].due if self.invoice.installments else self.invoice.due}
        history = self.receivable.history
        if history is not None:
            for change in history.due_changes:
                changes.add(change.on)
                dues.add(change.due)
            for span in history.plans:
                changes |= {span.start, span.end}
                dues |= {due for number, due in span.dues if number == self.number}
        return changes, {due for due in dues if due is not None}

    def covers(self, names: Sequence[str]) -> bool:
        """Whether a list of items names this one, or everything."""
        return means(names, (self.id, self.invoice.id))
