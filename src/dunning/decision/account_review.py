"""An account as a policy sees it on a date: its items, what of them must not be dunned, and the levels given to them.

An account is reviewed once for a date: its open items, the parts of each that must not be dunned (held, disputed,
promised, on a plan, placed, covered by unapplied credit), each part with the day on which that ends, and the levels
that notices gave to each item. From the review its cases can be ruled on for that day
and, as long as no new fact comes, on any later one (`Case.next_change`).

Days are ordinal numbers here: they are compared and subtracted very often.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from dunning._base.names import ByName, same_debt, touches
from dunning.amounts import ZERO
from dunning.conditions import days_of_change
from dunning.dates import NEVER_ENDS
from dunning.decision.falling import LevelHistory
from dunning.decision.follow_ups import in_order
from dunning.decision.held import Item, Layer, Picture, Takes
from dunning.decision.ready import ReadyPolicy
from dunning.decision.rising import Given, Rising
from dunning.interactions import Approval, Contact, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Adjustment, Charge
from dunning.ledger import Account, OpenItem, Receivable
from dunning.ledger.covered import covering
from dunning.measures import Custom, Standing

NEVER = NEVER_ENDS.toordinal()

_Record = TypeVar("_Record", Contact, Placement, Task)


def own_names(items: Iterable[Item]) -> frozenset[str]:
    """The names of some items and of their invoices."""
    return frozenset(name for each in items for name in each.names)


class Beside(NamedTuple):
    """What counts beside an account's own facts: the customer's other accounts, and charges that are proposed."""

    others: tuple[Account, ...] = ()
    proposed: tuple[Charge | Adjustment, ...] = ()


ALONE = Beside()
"""Nothing counts beside the account's own facts."""


class AccountReview:
    """An account as it is on a date. `elsewhere` is the oldest due date of what is open in the customer's others."""

    __slots__ = (
        "_bills",
        "_by_debt",
        "_by_name",
        "_clause_days",
        "_promised",
        "_standings",
        "_talks",
        "account",
        "approvals",
        "as_of",
        "credit",
        "elsewhere",
        "history",
        "invoices",
        "items",
        "notices",
        "picture",
        "placed",
        "prepared",
        "queued",
        "ready",
        "tasks",
    )

    def __init__(self, account: Account, ready: ReadyPolicy, as_of: date, beside: Beside = ALONE) -> None:
        self.account = account
        self.ready = ready
        self.as_of = as_of
        self.items = [Item(item) for item in account.items_at(as_of)]
        self.picture = Picture(self.items)
        others = beside.others if ready.releases else ()
        dues = [each.due for other in others for each in other.items_at(as_of) if each.due is not None]
        self.elsewhere = min([due.toordinal() for due in dues], default=NEVER)
        self.notices: tuple[Contact, ...] = ()
        self.prepared: tuple[Contact, ...] = ()
        self.queued: tuple[Contact, ...] = ()
        self.placed: tuple[Placement, ...] = ()
        self.tasks: tuple[Task, ...] = ()
        self._by_name: dict[str, list[Item]] | None = None
        self.approvals: dict[str, str] = {}
        self._promised: ByName[tuple[Promise, date]] | None = None
        self._talks: ByName[Contact] | None = None
        self._standings: dict[tuple[int, str | None], Standing] = {}
        self._clause_days: list[int] | None = None
        self._bills: dict[str, Receivable] | None = None
        self.history: LevelHistory | None = None
        self._by_debt: tuple[ByName[Contact], ByName[Placement], ByName[Task]] | None = None
        self.invoices = {each.invoice.id: each.invoice for each in account.receivables} if self.items else {}
        for each in self.items:
            if each.item.disputed and ready.settings.disputes == "held":
                each.disputed = each.item.disputed
                fact = _dispute_of(account, each.item, as_of)
                self._lay([each], "fixed", each.item.disputed, "held_dispute", fact, NEVER)
            if each.due is None and ready.settings.undated == "issued":
                each.due = each.item.issued.toordinal()
        for charge in beside.proposed:
            if (
                isinstance(charge, Adjustment)
                and charge.kind == "abatement"
                and (found := self.named((charge.invoice,)))
            ):
                self._lay(found, "part", charge.amount, "held_abatement", charge.id, NEVER)
        if account.interactions:
            kinds = {type(each) for each in account.interactions}
            self._hold(kinds)
            if Approval in kinds:
                self.approvals = {each.action: each.approved_by for each in account.approvals(as_of=as_of)}
            if kinds & {Contact, Placement, Task}:
                self._cover()
        self.credit = account.unapplied_at(as_of)
        if self.credit and ready.settings.credits == "net":
            self._lay(self.items, "part", self.credit, "held_credit", None, NEVER)
        self.picture.finish()

    def _lay(
        self, items: Sequence[Item], takes: Takes, amount: Decimal, code: str, fact: str | None, until: int
    ) -> None:
        self.picture.lay(Layer(items, takes, amount, code, fact, until))

    def named(self, names: tuple[str, ...]) -> list[Item]:
        """The items that are named, by themselves or by their invoice; all where nothing is."""
        if not names:
            return self.items
        if self._by_name is None:
            self._by_name = {}
            for each in self.items:
                for name in {*each.names}:
                    self._by_name.setdefault(name, []).append(each)
        found = {each.id: each for name in names for each in self._by_name.get(name, ())}
        return list(found.values())

    def standing(self, day: int, custom: tuple[Custom, ...], segment: str | None) -> Standing:
        """The account on a day, as known on the day of the review: for measures of the account."""
        key = day, segment
        if key not in self._standings:
            now = Standing(
                self.account,
                as_of=self.as_of,
                custom=custom,
                segment=segment,
                promise_grace=self.ready.settings.promise_grace,
            )
            self._standings[key] = now if day == self.as_of.toordinal() else now.at(date.fromordinal(day))
        return self._standings[key]

    def clause_days(self, standing: Standing) -> list[int]:
        """The days on which a comparison with a measure of the account may turn."""
        if self._clause_days is None:
            turns = days_of_change(self.ready.account_clauses, standing, as_of=self.as_of)
            self._clause_days = [day.toordinal() for day in turns]
        return self._clause_days

    @property
    def open(self) -> Decimal:
        """What is open in all."""
        return sum([each.open for each in self.items], ZERO)

    def free(self, item: Item, day: int) -> Decimal:
        """What of an item may be dunned on a day."""
        return item.open - sum([part.amount for part in self.picture.parts(item, day)], ZERO)

    def _hold(self, kinds: set[type]) -> None:
        """Enter the holds, plans, placements and promises that stand."""
        account, as_of = self.account, self.as_of
        for hold in account.holds(as_of=as_of) if Hold in kinds else ():
            until = NEVER if hold.end is None else hold.end.toordinal()
            found = self.named((hold.invoice,) if hold.invoice else ())
            takes: Takes = "whole" if hold.amount is None else "part"
            self._lay(found, takes, hold.amount or ZERO, "held_hold", hold.id, until)
        for agreed in account.plans(as_of=as_of):
            until = self._plan_may_break(agreed)
            found = self.named(agreed.items)
            self._lay(found, "whole", ZERO, "held_plan", agreed.id, until)
            for each in found:
                contract = self._contract_due(each.item)
                self.picture.contracts[each.id] = contract
                each.due = None if contract is None else contract.toordinal()
                each.planned = max(each.planned, until)
        for placement in self._covering(account.placements(as_of=as_of)) if Placement in kinds else ():
            self._lay(self.named(placement.items), "whole", ZERO, "held_placement", placement.id, NEVER)
        settings = self.ready.settings
        takes = settings.promise_holds
        if takes == "case" and settings.unit != "account":
            takes = "items"
        for promise in self._promises() if Promise in kinds else ():
            ends = account.promise_breaks(promise, as_of=as_of, grace=settings.promise_grace)
            if as_of < ends and (promise.cancelled is None or as_of < promise.cancelled):
                named = self.named(promise.items)
                how: Takes = takes
                if promise.items and takes != "part":  # what is named is held, however much of it was promised
                    named, how = self.items if takes == "case" and named else named, "whole"
                self._lay(named, how, promise.amount, "held_promise", promise.id, ends.toordinal())

    def _promises(self) -> Iterator[Promise]:
        """The promises that may be about what is open."""
        own = own_names(self.items)
        return (each for each in self.account.promises(as_of=self.as_of) if touches(each.items, own))

    def _plan_may_break(self, plan: PaymentPlan) -> int:
        """The day on which a plan that stands breaks or is over if nothing more comes in."""
        progress = self.account.plan_progress(plan, as_of=self.as_of)
        pairs = zip(plan.installments, plan.last_days, strict=True)
        fallen = sum([part.amount for part, last in pairs if last <= self.as_of], ZERO)
        if progress.paid < fallen:  # money bounced today
            return self.as_of.toordinal() + 1
        due = progress.next_due or plan.installments[-1].day
        return due.toordinal() + plan.grace + 1

    def _contract_due(self, item: OpenItem) -> date | None:
        """The due date that an item on a plan has again once the plan is broken or over."""
        if self._bills is None:
            self._bills = {each.invoice.id: each for each in self.account.receivables}
        found = self._bills[item.invoice]
        return found.contract_due(item.installment or 1, self.as_of)

    def _covering(self, records: Iterable[_Record]) -> list[_Record]:
        """The records that covered something of the account, each with the names of that."""
        return list(covering(self.account, records, undated=self.ready.settings.undated))

    def _cover(self) -> None:
        """Enter the levels that notices have given to the items they covered, and what else was recorded of them."""
        account, as_of, ready = self.account, self.as_of, self.ready
        contacts = self._covering(each for each in account.contacts(as_of=as_of) if each.level is not None)
        standing = [each for each in contacts if each.cancelled is None or each.cancelled > as_of]
        counting = contacts if ready.settings.regress.notice_cancelled == "keep" else standing
        self.notices = tuple(each for each in counting if each.is_notice)
        self.prepared = tuple(each for each in standing if each.outcome == "queued")
        self.queued = tuple(each for each in self.prepared if not _is_sent(each, contacts))
        placed = (each for each in account.interactions if type(each) is Placement and each.on <= as_of)
        self.placed = tuple(self._covering(placed))
        self.tasks = tuple(self._covering(account.tasks(as_of=as_of)))
        given: list[Given] = [*self.placed, *self.notices, *self.tasks]
        if ready.events:
            self.history = LevelHistory(account, ready, given, as_of)
            known = {*self.history.case.items, *(each.id for each in self.items)}
            rising = self.history.after(known, [each.item for each in self.items])
        else:
            rising = Rising(account, ready)
            rising.give(given)
        for each in self.items:
            each.level = rising.level(each.id)
            each.named = each.id in rising.named
            each.deadline = rising.deadlines.get(each.id)
            each.done = rising.done_for(each.id)

    @property
    def promised(self) -> ByName[tuple[Promise, date]]:
        """The promises that are pending or broken, each with the day on which it is, or will be, judged."""
        if self._promised is None:
            account, as_of, grace = self.account, self.as_of, self.ready.settings.promise_grace
            found: list[tuple[tuple[Promise, date], tuple[str, ...]]] = []
            for each in self._promises():
                if account.promise_state(each, as_of=as_of, grace=grace) in ("pending", "broken"):
                    day = account.promise_breaks(each, as_of=as_of, grace=grace)
                    found.append(((each, day), each.items))
            self._promised = ByName(found)
        return self._promised

    @property
    def talks(self) -> ByName[Contact]:
        """The contacts of the customer, in order."""
        if self._talks is None:
            contacts = sorted(self.account.contacts(as_of=self.as_of), key=in_order)
            self._talks = ByName((each, each.items) for each in contacts)
        return self._talks

    def _given(self) -> tuple[ByName[Contact], ByName[Placement], ByName[Task]]:
        if self._by_debt is None:
            notices, placed, tasks = self.notices, self.placed, self.tasks
            self._by_debt = (
                ByName((each, each.items) for each in notices),
                ByName((each, each.items) for each in placed),
                ByName((each, each.items) for each in tasks),
            )
        return self._by_debt

    def concerning(self, items: list[Item]) -> tuple[list[Contact], list[Placement], list[Task]]:
        """The notices, placements and tasks of a case: all of the account's, or those that covered this invoice."""
        if self.ready.settings.unit == "account" or not items:
            return list(self.notices), list(self.placed), list(self.tasks)
        own = own_names(items)
        notices, placed, tasks = self._given()
        return notices.about(own), placed.about(own), tasks.about(own)

    def credit_stop(self) -> Task | None:
        """The recorded stop of credit that no release has followed, if there is one and it is about this account."""
        found = [each for each in self._credit_tasks() if each.kind in ("stop_credit", "release_credit")]
        if not found or found[-1].kind == "release_credit":
            return None
        return next((each for each in self.tasks if each.id == found[-1].id), None)

    @property
    def releases(self) -> int:
        """How often credit was released."""
        return sum(1 for each in self._credit_tasks() if each.kind == "release_credit")

    def _credit_tasks(self) -> tuple[Task, ...]:
        """The tasks of the customer: credit is stopped and released for the customer, whatever a task names."""
        return self.account.tasks(as_of=self.as_of) if self.tasks else ()

    def hold_ends(self, items: list[Item]) -> list[int]:
        """The days on which holds and disputes on items have ended or will end."""
        names = {name for each in items for name in (each.id, each.item.invoice)}
        ends = [
            hold.end.toordinal()
            for hold in self.account.interactions
            if type(hold) is Hold
            and hold.start <= self.as_of
            and hold.end is not None
            and (hold.invoice is None or hold.invoice in names)
        ]
        for receivable in self.account.receivables:
            if receivable.invoice.id in names:
                ends += [day.toordinal() for day in receivable.disputes_resolved(self.as_of)]
        return ends


def _is_sent(queued: Contact, contacts: list[Contact]) -> bool:
    """Whether what was in preparation has gone out, or failed, since: a later contact of its level covers its items."""
    return any(
        each.level == queued.level
        and each.outcome != "queued"
        and each.on >= queued.on
        and same_debt(each.items, queued.items)
        for each in contacts
    )


def _dispute_of(account: Account, item: OpenItem, as_of: date) -> str | None:
    found = (each for each in account.receivables if each.invoice.id == item.invoice)
    return next((dispute.id for receivable in found for dispute in receivable.disputes(as_of)), None)
