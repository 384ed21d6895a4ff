"""Payment plans through time: what was paid towards them, when they broke, and which due dates they set meanwhile.

A plan is active from the day on which it was agreed. It ends when it is called off, when it is over (on the day after
its last installment) or when it breaks. A plan breaks when, at the end of a day, less has been paid than has fallen
due; it counts as broken from the next day. An installment due on 10 March and not paid by then breaks it on 11 March;
where the plan leaves two days of grace, on 13 March.

Paid towards a plan is what settled its items since it was agreed, and also the customer's unapplied credit: a plan does
not break while money waits to be applied. All of this depends on facts of earlier days only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import Literal, TypeAlias

from dunning._base.names import means
from dunning._base.noun import changed, made
from dunning.amounts import ZERO
from dunning.dates import NEVER_ENDS, add_days
from dunning.interactions import PaymentPlan
from dunning.ledger.receivable import History, OnPlan, Receivable, Step, unapplied_of

PlanState: TypeAlias = Literal["active", "kept", "broken", "ended"]
InstallmentState: TypeAlias = Literal["kept", "missed", "pending", "void"]
Member: TypeAlias = tuple[Receivable, int]
"""An item of a plan: a receivable and the number of its installment, 1 for an undivided one."""


@made
class Agreement:
    """A plan and how long it stood: up to the day before `end`; `broken` is the day on which it broke, if it did."""

    plan: PaymentPlan
    end: date
    broken: date | None


@made
class PlanInstallment:
    """One installment of a plan as it is on a date.

    It is *kept* when everything due up to it was paid by its due date and the days of grace, *missed* when not,
    *pending* while that is open, and *void* where the plan broke or was ended before it fell due.
    """

    due: date
    amount: Decimal
    state: InstallmentState


@made
class PlanProgress:
    """What has become of a payment plan on a date, derived from the payments.

    `state` is *active*, *kept* (all is paid), *broken* or *ended* (called off before). `paid` is what came in towards
    it, at most its total; `first_missed` the due date of the first installment missed, `next_due` of the next one that
    is not covered yet.
    """

    state: PlanState
    paid: Decimal
    installments: tuple[PlanInstallment, ...]
    first_missed: date | None
    next_due: date | None


class _Purse:
    """What was paid towards a plan by the end of any day."""

    def __init__(self, plan: PaymentPlan, receivables: Sequence[Receivable], credits: Sequence[Step]) -> None:
        self.plan = plan
        self.receivables = receivables
        self.credits = credits
        self.members = _members(plan, receivables)
        self.before = add_days(plan.agreed, -1)
        self.base = self._settled(self.before)
        self.due_sums = tuple(accumulate(part.amount for part in plan.installments))

    def _settled(self, day: date) -> Decimal:
        return sum((each.paid_of(number, day) for each, number in self.members), ZERO)

    def paid(self, day: date) -> Decimal:
        """What came in towards the plan, and the customer's unapplied credit, by the end of a day."""
        return self._settled(day) - self.base + unapplied_of(self.credits, self.receivables, day)

    def required(self, day: date) -> Decimal:
        """What had fallen due by the end of a day."""
        pairs = zip(self.plan.installments, self.plan.last_days, strict=True)
        return sum((part.amount for part, last in pairs if last <= day), ZERO)

    def broken(self) -> date | None:
        """The day after the first one at whose end less was paid than had fallen due."""
        plan = self.plan
        days = {*plan.last_days}
        days.update(day for each in self.receivables for day in each.days_of_change)
        days.update(day for day, _ in self.credits)
        for day in sorted(days):
            if plan.last_days[0] <= day <= plan.last_days[-1] and self.paid(day) < self.required(day):
                return add_days(day, 1)
        return None


def _members(plan: PaymentPlan, receivables: Iterable[Receivable]) -> list[Member]:
    """The items of a plan, the oldest due before the plan first."""
    found: list[tuple[date, date, str, int, Receivable]] = []
    for each in receivables:
        invoice = each.invoice
        for number in range(1, max(1, len(invoice.installments)) + 1):
            if means(plan.items, (invoice.id, f"{invoice.id}/{number}")):
                due = each.contract_due(number, plan.agreed) or NEVER_ENDS
                found.append((due, invoice.issued, invoice.id, number, each))
    return [(each, number) for _, _, _, number, each in sorted(found, key=lambda row: row[:4])]


def agreements(
    plans: Iterable[PaymentPlan], receivables: Sequence[Receivable], credits: Sequence[Step]
) -> tuple[tuple[Agreement, ...], tuple[Receivable, ...]]:
    """The plans of an account with their ends, and its receivables with the due dates that the plans set."""
    found: list[Agreement] = []
    spans: dict[str, list[OnPlan]] = {}
    for plan in sorted(plans, key=lambda each: (each.agreed, each.id)):
        purse = _Purse(plan, receivables, credits)
        broken = purse.broken()
        over = add_days(plan.last_days[-1], 1)
        end = min(each for each in (plan.ended, broken, over) if each is not None)
        found.append(Agreement(plan, end, broken if broken == end else None))
        for name, dues in _dues(purse).items():
            spans.setdefault(name, []).append(OnPlan(plan.id, plan.agreed, end, tuple(dues.items())))
    return tuple(found), tuple(_with_plans(each, spans.get(each.invoice.id, ())) for each in receivables)


def _with_plans(receivable: Receivable, spans: Sequence[OnPlan]) -> Receivable:
    if not spans:
        return receivable
    return changed(receivable, history=changed(receivable.history or History(), plans=tuple(spans)))


def _dues(purse: _Purse) -> dict[str, dict[int, date]]:
    """The due date of each item: that of the installment with which it is paid in full, the oldest items first."""
    plan, sums = purse.plan, purse.due_sums
    found: dict[str, dict[int, date]] = {}
    owed = ZERO
    for each, number in purse.members:
        owed += each.billed(number, plan.agreed) - each.paid_of(number, purse.before)
        part = next((part for part, total in zip(plan.installments, sums, strict=True) if total >= owed), None)
        due = plan.installments[-1].day if part is None else part.day
        found.setdefault(each.invoice.id, {})[number] = due
    return found


def progress(
    agreement: Agreement, receivables: Sequence[Receivable], credits: Sequence[Step], as_of: date
) -> PlanProgress:
    """What has become of a plan on a date."""
    purse = _Purse(agreement.plan, receivables, credits)
    plan, sums = agreement.plan, purse.due_sums
    paid, total = purse.paid(as_of), sums[-1]
    broken = agreement.broken if agreement.broken is not None and agreement.broken <= as_of else None
    state: PlanState = "active"
    if broken is not None:
        state = "broken"
    elif plan.ended is not None and plan.ended <= min(as_of, agreement.end):
        state = "kept" if min(paid, purse.paid(add_days(plan.ended, -1))) >= total else "ended"
    elif paid >= total:
        state = "kept"
    elif as_of >= agreement.end:  # what had been paid in full was taken back afterwards
        state, broken = "broken", add_days(as_of, 1)
    at_break = None if broken is None else add_days(broken, -1)
    parts: list[PlanInstallment] = []
    for part, last, due_sum in zip(plan.installments, plan.last_days, sums, strict=True):
        kind: InstallmentState = "pending"
        if at_break is not None and last <= at_break and purse.paid(at_break) < due_sum:
            kind = "missed"
        elif state == "kept" or purse.paid(min(as_of, last)) >= due_sum:
            kind = "kept"
        elif state in ("broken", "ended"):
            kind = "void"
        parts.append(PlanInstallment(part.day, part.amount, kind))
    return PlanProgress(
        state,
        max(ZERO, min(paid, total)),
        tuple(parts),
        next((part.due for part in parts if part.state == "missed"), None),
        next((part.due for part in parts if part.state == "pending"), None),
    )
