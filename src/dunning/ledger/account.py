"""Account: one customer in one currency, and what can be asked of it on any date."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal, localcontext
from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal, TypeAlias, TypeVar, cast

import attrs

from dunning._base.guards import guarded
from dunning._base.names import owner, parts_of
from dunning._base.noun import made
from dunning._base.same import Same
from dunning.amounts import EXACT, ZERO, exact
from dunning.dates import add_days, require_date
from dunning.errors import NotFound
from dunning.interactions import Approval, Contact, ContactFlag, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Adjustment, Application, Charge, Invoice, Payment, Reversal, Void
from dunning.ledger.entries import Entry, in_order
from dunning.ledger.kinds import OWN_DATE, Fact, Interaction
from dunning.ledger.movements import add_movements
from dunning.ledger.payment_plans import Agreement, PlanProgress, progress
from dunning.ledger.receivable import OpenItem, Receivable, Step, unapplied_of

PromiseState: TypeAlias = Literal["pending", "kept", "broken", "cancelled"]
"""What became of a promise by a date."""

_I = TypeVar("_I", Contact, ContactFlag, Promise, Hold, PaymentPlan, Placement, Task, Approval)


Target: TypeAlias = str | tuple[str, str]
"""What a reversal undoes: the id of a fact, or the pair of a payment or credit note and a debt to which it was put."""


def target_of(reversal: Reversal) -> Target:
    """What a reversal undoes."""
    return reversal.of if reversal.invoice is None else (reversal.of, reversal.invoice)


def undoings(reversals: Sequence[Reversal]) -> dict[Target, list[Reversal]]:
    """For each target reversed, what undoes it, what makes it good again, what undoes it again, and so on."""
    by_target = {target_of(reversal): reversal for reversal in reversals}
    own = {reversal.id for reversal in reversals}
    chains: dict[Target, list[Reversal]] = {}
    for target, first in by_target.items():
        if target not in own:
            chain: list[Reversal] = []
            reversal: Reversal | None = first
            while reversal is not None:
                chain.append(reversal)
                reversal = by_target.get(reversal.id)
            chains[target] = chain
    return chains


def reversed_by(facts: Sequence[Fact], as_of: date) -> frozenset[Target]:
    """The ids of the facts that are undone on a date, reversals among them: what reverses a reversal undoes it.

    Of a payment or credit note that stands, the debts from which it was taken back, as pairs of its id and the debt's.
    A void undoes what was charged on its invoice and taken off it.
    """
    by_target = {target_of(fact): fact.id for fact in facts if type(fact) is Reversal and fact.on <= as_of}
    undone: set[Target] = set()
    for name in by_target.keys() - by_target.values():
        chain: list[Target] = [name]
        while chain[-1] in by_target:
            chain.append(by_target[chain[-1]])
        undone.update(chain[-2::-2])  # the last reversal stands, so what it names does not, and so on down
    voided = {fact.invoice for fact in facts if type(fact) is Void and fact.on <= as_of}
    if voided:
        invoices = {fact.id for fact in facts if type(fact) is Invoice}
        added = (fact for fact in facts if isinstance(fact, (Charge, Adjustment)))
        undone.update(fact.id for fact in added if owner(fact.invoice, invoices) in voided)
    return frozenset(undone)


def returned(account: Account, as_of: date) -> list[Reversal]:
    """The reversals by which payments stand undone on a date: money that came back."""
    gone = reversed_by(account.facts, as_of)
    payments = {fact.id for fact in account.facts if type(fact) is Payment and fact.id in gone}
    found = (fact for fact in account.facts if type(fact) is Reversal and fact.on <= as_of and fact.invoice is None)
    return sorted((fact for fact in found if fact.of in payments), key=lambda fact: (fact.on, fact.id))


@made
class Account:
    """One customer in one currency: all amounts below are of that currency.

    Accounts are made by a ledger. `facts` are the account's own, in order of their ids; `interactions` are the
    contacts, promises, holds, plans and placements that concern it, the customer-wide ones included. `receivables`
    stand in order of the day on which they were settled for good, those that never were first. `on_account` are the
    entries that lie on no invoice, and `credits` what they come to on each day.
    """

    customer: str
    currency: str
    facts: tuple[Fact, ...]
    interactions: tuple[Interaction, ...]
    receivables: tuple[Receivable, ...] = attrs.field(eq=False, repr=False)
    on_account: tuple[Entry, ...] = attrs.field(eq=False, repr=False)
    credits: tuple[Step, ...] = attrs.field(eq=False, repr=False)
    agreements: tuple[Agreement, ...] = attrs.field(default=(), eq=False, repr=False)

    def __repr__(self) -> str:
        return f"<Account {self.customer} {self.currency}: {len(self.facts)} facts>"

    @guarded
    @exact
    def balance(self, *, as_of: date) -> Decimal:
        """What the customer owes in all on a date: invoices and charges less payments, credits and adjustments.

        It is the sum of the entries, and so it is open items - unapplied.
        """
        require_date("as_of", as_of)
        days: dict[date, Decimal] = {}
        add_movements(self, days)
        return sum((delta for day, delta in days.items() if day <= as_of), ZERO)

    @guarded
    def entries(self, *, as_of: date) -> tuple[Entry, ...]:
        """All movements of the account's money up to a date, in order of days: the record of which all else is a view.

        On one day invoices and charges come first, then money, then what is written off.
        """
        require_date("as_of", as_of)
        return tuple(in_order(entry for entry in self.written() if entry.day <= as_of))

    def written(self) -> Iterator[Entry]:
        """All entries, invoice by invoice."""
        for each in self.receivables:
            yield Entry(each.issued, each.amount, each.invoice.kind, each.invoice.id, each.invoice, None, None)
            yield from each.entries
        yield from self.on_account

    @guarded
    @exact
    def open_items(self, *, as_of: date) -> tuple[OpenItem, ...]:
        """The open items on a date, oldest due first, those without a due date last."""
        require_date("as_of", as_of)
        return tuple(self.items_at(as_of))

    @guarded
    def items_at(self, as_of: date) -> list[OpenItem]:
        """What `open_items` gives, for callers that are in the exact context and have checked the date."""
        found: list[OpenItem] = []
        for receivable in self.receivables:
            if receivable.closed <= as_of:
                break  # `receivables` has those that close last first, so all that follow are closed as well
            if receivable.issued <= as_of:
                found.extend(receivable.open_items(as_of))
        if len(found) > 1:
            found.sort(key=lambda item: (item.due or date.max, item.issued, item.invoice, item.installment or 0))
        return found

    @guarded
    @exact
    def unapplied(self, *, as_of: date) -> Decimal:
        """Cash and credit of the customer that settles nothing on a date; zero or positive."""
        require_date("as_of", as_of)
        return self.unapplied_at(as_of)

    @guarded
    def unapplied_at(self, as_of: date) -> Decimal:
        """What `unapplied` gives, for callers that are in the exact context and have checked the date."""
        return unapplied_of(self.credits, self.receivables, as_of)

    @guarded
    @exact
    def unapplied_by_day(self, *, as_of: date) -> tuple[Step, ...]:
        """The unapplied cash and credit of a date, by the day it came in; what was used is taken from the oldest."""
        require_date("as_of", as_of)
        steps = [step for step in self.credits if step[0] <= as_of]
        for receivable in self.receivables:
            if receivable.closed <= as_of:
                break  # as in `items_at`
            surplus = -min(ZERO, receivable.net(as_of))
            if surplus:
                steps.append((max(day for day, _ in receivable.settled if day <= as_of), surplus))
        used = -sum((delta for _, delta in steps if delta < 0), ZERO)
        left: list[Step] = []
        for day, delta in sorted(step for step in steps if step[1] > 0):
            taken = min(used, delta)
            used -= taken
            if delta > taken:
                left.append((day, delta - taken))
        return tuple(left)

    def _interactions(self, kind: type[_I], as_of: date) -> tuple[_I, ...]:
        require_date("as_of", as_of)
        found = [each for each in self.interactions if type(each) is kind and OWN_DATE[kind](each) <= as_of]
        return tuple(sorted(cast("list[Any]", found), key=lambda each: (OWN_DATE[kind](each), each.id)))

    @guarded
    def contacts(self, *, as_of: date) -> tuple[Contact, ...]:
        """The contacts with the customer up to a date, the earliest first."""
        return self._interactions(Contact, as_of)

    @guarded
    def contact_flags(self, *, as_of: date) -> tuple[ContactFlag, ...]:
        """What had been said by a date about how the customer may be contacted, the earliest first."""
        return self._interactions(ContactFlag, as_of)

    @guarded
    def promises(self, *, as_of: date) -> tuple[Promise, ...]:
        """The promises to pay made up to a date, the earliest first; see `promise_state`."""
        return self._interactions(Promise, as_of)

    @guarded
    def holds(self, *, as_of: date) -> tuple[Hold, ...]:
        """The dunning blocks in force on a date."""
        return tuple(hold for hold in self._interactions(Hold, as_of) if hold.end is None or as_of < hold.end)

    @guarded
    def plans(self, *, as_of: date) -> tuple[PaymentPlan, ...]:
        """The payment plans that stand on a date: agreed by then, and neither ended, nor over, nor broken."""
        require_date("as_of", as_of)
        return tuple(each.plan for each in self.agreements if each.plan.agreed <= as_of < each.end)

    @guarded
    @exact
    def plan_progress(self, plan: PaymentPlan, *, as_of: date) -> PlanProgress:
        """What has become of a payment plan on a date, derived from the payments: installments kept and missed.

        Paid towards a plan is what settled its items since it was agreed, and the customer's unapplied credit. It
        breaks on the day after the first one at whose end less was paid than had fallen due; from that day on its items
        have their former due dates again.

        Raises:
            NotFound: the plan is not one of this account, or not agreed by then.
        """
        require_date("as_of", as_of)
        known = [each for each in self.agreements if each.plan.agreed <= as_of]
        for each in known:
            if each.plan == plan:
                return progress(each, self.receivables, self.credits, as_of)
        raise NotFound("payment plan", plan.id, [each.plan.id for each in known])

    @guarded
    def placements(self, *, as_of: date) -> tuple[Placement, ...]:
        """The placements with an agency that are not recalled on a date."""
        found = self._interactions(Placement, as_of)
        return tuple(each for each in found if each.recalled is None or as_of < each.recalled)

    @guarded
    def tasks(self, *, as_of: date) -> tuple[Task, ...]:
        """The tasks done inside the house up to a date, the earliest first."""
        return self._interactions(Task, as_of)

    @guarded
    def approvals(self, *, as_of: date) -> tuple[Approval, ...]:
        """What was approved of what a policy proposed up to a date, the earliest first."""
        return self._interactions(Approval, as_of)

    @guarded
    @exact
    def received(self, promise: Promise, *, as_of: date, grace: int = 0) -> Decimal:
        """What was paid towards a promise up to a date: money received after the day it was made up to its due date.

        Within a day facts have no order, so money of the day on which it was made counts only where something was
        promised for that very day.

        With `items`, only what was applied to those invoices counts; for a single installment, what settled it in that
        time. `grace` days are added to the due date. Payments reversed by the date asked for do not count. Each promise
        is looked at by itself: a payment counts towards every promise that it could be meant for.
        """
        return self._received_by(promise, promise.last_day(grace), as_of)

    def _received_by(self, promise: Promise, last: date, as_of: date) -> Decimal:
        first = promise.made if promise.parts[0].day == promise.made else add_days(promise.made, 1)
        last = min(as_of, last)
        money = _money(Same(self), as_of)
        if not promise.items:
            return money.all_between(first, last)
        total = ZERO
        for name in sorted({*promise.items}):
            if name in money.invoices:
                total += sum((amount for came, amount in money.by_invoice.get(name, ()) if first <= came <= last), ZERO)
                continue
            stem, _, number = name.rpartition("/")
            if stem not in promise.items:
                part = money.invoices[stem]
                before = part.settled_of(int(number), add_days(first, -1))
                total += max(ZERO, part.settled_of(int(number), last) - before)
        return total

    @guarded
    @exact
    def promise_state(self, promise: Promise, *, as_of: date, grace: int = 0, share: Decimal | int = 1) -> PromiseState:
        """What has become of a promise on a date, derived from the payments.

        *kept* when at least `share` of the amount was received by the due date plus `grace` days; *broken* from the day
        after when it was not (a part counts as broken); *cancelled* from the day it was taken back; else *pending*. Of
        a promise in several parts each has to be kept on its own day.
        """
        if promise.cancelled is not None and promise.cancelled <= as_of:
            return "cancelled"
        breaks = self.promise_breaks(promise, as_of=as_of, grace=grace, share=share)
        if self.received(promise, as_of=as_of, grace=grace) >= share * promise.amount and (
            as_of < breaks or breaks == promise.broken_from(grace)
        ):
            return "kept"
        return "pending" if as_of < breaks else "broken"

    @guarded
    @exact
    def promise_breaks(self, promise: Promise, *, as_of: date, grace: int = 0, share: Decimal | int = 1) -> date:
        """The day on which a promise is judged: the one after its first part that too little came for by a date.

        Where all that was promised has come, it is the day after the last one. `grace` days are added to each.
        """
        require_date("as_of", as_of)
        promised = ZERO
        for part in promise.parts:
            promised += part.amount
            last = add_days(part.day, grace)
            if self._received_by(promise, last, as_of) < share * promised:
                return add_days(last, 1)
        return promise.broken_from(grace)


class _Money:
    """The money of an account that stands on a date, by what it was for, so that many promises can be judged."""

    def __init__(self, account: Account, as_of: date) -> None:
        self.invoices = {each.invoice.id: each for each in account.receivables}
        self.by_invoice: dict[str, list[Step]] = {}
        gone = reversed_by(account.facts, as_of)
        payments = {fact.id: fact for fact in account.facts if type(fact) is Payment and fact.id not in gone}
        came = sorted((each.received, each.amount) for each in payments.values())
        self._days = [day for day, _ in came]
        self._sums = [ZERO, *accumulate(amount for _, amount in came)]
        for payment in payments.values():
            for name, part in payment.applied:
                if (payment.id, name) not in gone:
                    self._put(name, payment.received, part)
        for use in account.facts:
            if type(use) is Application and use.id not in gone and use.source in payments and use.on <= as_of:
                for name, part in use.applied:
                    self._put(name, use.value_date or payments[use.source].received, part)

    def _put(self, name: str, day: date, amount: Decimal) -> None:
        self.by_invoice.setdefault(owner(name, self.invoices), []).append((day, amount))

    def all_between(self, first: date, last: date) -> Decimal:
        """What was received from one day to another."""
        return max(ZERO, self._sums[bisect_right(self._days, last)] - self._sums[bisect_left(self._days, first)])


@lru_cache(maxsize=16)
def _money(same: Same[Account], as_of: date) -> _Money:
    with localcontext(EXACT):
        return _Money(same.value, as_of)


def debt_names(invoices: Iterable[Invoice]) -> frozenset[str]:
    """Every name that means a debt of some invoices: theirs, and those of their installments."""
    return frozenset(name for each in invoices for name in (each.id, *parts_of(each.id, len(each.installments))))
