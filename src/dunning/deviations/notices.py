"""An account followed through its history: each notice against what the policy said on its day before it was given.

The account is looked at on the days on which something happened, and on those on which the policy's answer changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import cast

from dunning._base.names import means, same_debt, touches
from dunning._report import counted
from dunning.contact import ContactRules
from dunning.contact.days import DayByDay
from dunning.dates import Period, add_days
from dunning.decision import Action, Decision
from dunning.decision.account_review import Beside
from dunning.decision.deferral import contact_of
from dunning.decision.nouns import Record
from dunning.decision.ready import ready_policy
from dunning.decision.rising import kind_of
from dunning.decision.sources import Source, decided_by, policies_of
from dunning.decision.timelines import next_step
from dunning.deviations.report import Deviation, DeviationKind
from dunning.interactions import Contact, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.ledger import Account, Fact
from dunning.ledger.account import debt_names
from dunning.ledger.covered import covering
from dunning.ledger.ends import days_of
from dunning.ledger.kinds import OWN_DATE
from dunning.ledger.views import as_known, rebuilt
from dunning.machine import Machine
from dunning.measures import Custom
from dunning.policy import Playbook
from dunning.policy.activities import goes_along

_FREE = frozenset(
    {"not_due", "too_soon", "in_gap", "time_given", "below_minimum", "too_young", "before_deadline", "ladder_ended"}
)
"""Reasons that speak of an amount that may be dunned but for the day or the amount."""


_AGREED = (Promise, Dispute, Hold, PaymentPlan, Placement)
"""What may have come of a contact of the same day: it does not make that contact one that should not have been."""


def without(account: Account, left_out: Iterable[Fact]) -> Account:
    """An account as it were without some of its facts."""
    gone = {fact.id for fact in left_out}
    return rebuilt(account, (fact for fact in (*account.facts, *account.interactions) if fact.id not in gone))


class NoticeHistory:
    """An account followed through its history: what the policy asked for on each day, and since when.

    `others` are the other accounts of the customer: a notice that names no items may have been about those.
    """

    def __init__(
        self,
        account: Account,
        policy: Source | Playbook,
        period: Period,
        *,
        tolerance: int,
        custom: tuple[Custom, ...],
        contact_rules: ContactRules | None,
        others: tuple[Account, ...] = (),
    ) -> None:
        self.account = account
        self.others = others
        self.policy = policy
        self.period = period
        self.tolerance = tolerance
        self.custom = custom
        self.contact_rules = contact_rules
        self.seen: list[Contact] = []
        self.wrong: set[tuple[str, str | None]] = set()
        self.due: dict[str, tuple[date, Action]] = {}
        self.found: list[Deviation] = []
        self._go()

    def _decide(self, account: Account, day: date) -> tuple[Decision, ...]:
        return decided_by(account, self.policy, day, self.custom, None, Beside(self.others))

    def _go(self) -> None:
        account, last = self.account, self.period.last
        own = debt_names([each.invoice for each in account.receivables])
        notices = [each for each in account.contacts(as_of=last) if each.is_notice]
        given = [each for each in notices if touches(each.items, own) and not self._is_elsewhere(each)]
        records = {fact.id for fact in account.interactions}
        days = {day for day in days_of(account) if day <= last} | {last}
        while days:
            day = min(days)
            days.remove(day)
            todays = [each for each in given if each.on == day]
            if todays:
                agreed = [
                    fact
                    for fact in (*account.facts, *account.interactions)
                    if isinstance(fact, _AGREED) and OWN_DATE[type(fact)](fact) == day
                ]
                beside = [each for each in account.interactions if isinstance(each, Task) and each.level is not None]
                done: list[Fact] = [*todays, *(each for each in beside if each.on == day)]
                before = self._decide(without(account, done), day)
                self._enter(before, day)
                earlier = self._decide(without(account, [*done, *agreed]), day) if agreed else before
                for notice in todays:
                    self._accuse(notice, before, earlier)
            after = self._decide(account, day)
            self._close(after, day, records)
            ahead = [*self._enter(after, day), *(each.next_date for each in after)]
            days |= {each for each in ahead if each is not None and each <= last}
        for since, action in list(self.due.values()):
            self._miss(action, since, add_days(last, 1))

    def _is_elsewhere(self, notice: Contact) -> bool:
        """Whether a notice that names nothing covered something of another account of the customer, not of this one."""
        if notice.items or any(covering(self.account, [notice])):
            return False
        return any(any(covering(each, [notice])) for each in self.others)

    def _enter(self, decisions: tuple[Decision, ...], day: date) -> list[date | None]:
        """Note since when each action has been due; those that rules of contact put off are so later, on these days."""
        put_off: list[date | None] = []
        beside: list[Contact] = []
        for action in (each for decision in decisions for each in decision.actions):
            if goes_along(action.activity):
                continue
            until: date | None = day
            if self.contact_rules is not None and action.channel is not None:
                if action.id not in self.due:
                    asked = DayByDay(self.contact_rules, self.account, action.channel, action.items, day, tuple(beside))
                    until = asked.day(day)
                if until == day:
                    beside.append(contact_of(action, self.account, self.contact_rules))
            if until == day:
                self.due.setdefault(action.id, (day, action))
            else:
                put_off.append(until)
        return put_off

    def _close(self, decisions: tuple[Decision, ...], day: date, records: set[str]) -> None:
        """Drop what is not due any more; what nobody did meanwhile is missing."""
        proposed = {action.id for each in decisions for action in each.actions}
        for name, (since, action) in list(self.due.items()):
            if name not in proposed:
                del self.due[name]
                if name not in records and not self._is_done(action, since, day):
                    self._miss(action, since, day)

    def _is_done(self, action: Action, since: date, day: date) -> bool:
        """Whether some fact of these days did what the action asked for, under whatever id."""
        wanted = action.as_fact(on=since, approved_by=action.approval)
        return any(
            since <= OWN_DATE[type(fact)](fact) <= day
            and same_debt(fact.items, action.items)
            and (_does(fact, cast("Record", wanted)) or (fact.id, action.level) in self.wrong)
            for fact in self.account.interactions
            if isinstance(fact, (Contact, Placement, Task))
        )

    def _miss(self, action: Action, since: date, until: date) -> None:
        last = add_days(since, self.tolerance)
        if last in self.period and until > last:
            text = f"{action.level} ({action.activity}) was due on {since} and not done by {add_days(until, -1)}"
            whose = self.account.customer, self.account.currency
            self.found.append(Deviation("missing", since, *whose, action.level, None, None, None, since, text))

    def _accuse(self, notice: Contact, before: tuple[Decision, ...], earlier: tuple[Decision, ...]) -> None:
        """Note how a notice departs from the policy, whether or not what was agreed on its day came first."""
        if notice.on not in self.period:
            return
        self.seen.append(notice)
        found = list(self._judge(notice, before))
        if found and earlier is not before:
            found = list(self._judge(notice, earlier))
        self.found += found
        self.wrong |= {(notice.id, notice.level) for each in found if each.kind == "wrong_channel"}

    def _judge(self, notice: Contact, before: tuple[Decision, ...]) -> Iterator[Deviation]:
        """Hold a notice against what the policy said on its day before it was given."""
        open_ = {name for item in self.account.items_at(notice.on) for name in (item.id, item.invoice)}
        is_open = means(notice.items, open_)
        meant = [each for each in before if is_open and _concerns(notice, each)]
        proposed = [action for each in meant for action in each.actions if action.level == notice.level]
        told = [action for action in proposed if action.channel is not None]
        if told:
            kinds = {kind_of(action.channel) for action in told if action.channel is not None}
            if kind_of(notice.asked_channel) not in kinds:
                asked = " or ".join(sorted({str(action.activity) for action in told}))
                yield self._of(notice, "wrong_channel", None, f"where the policy says {asked}")
            since = min(self.due[action.id][0] if action.id in self.due else notice.on for action in told)
            late = (notice.on - since).days
            if late > self.tolerance:
                yield self._of(notice, "late", since, f"was due on {since}, {counted(late)} late")
            return
        kind, expected, text = self._why_not(notice, meant, before[0].policy)
        yield self._of(notice, kind, expected, text)

    def _of(self, notice: Contact, kind: DeviationKind, expected: date | None, text: str) -> Deviation:
        whose = self.account.customer, self.account.currency
        said = f"{notice.level} by {notice.channel} {text}"
        return Deviation(kind, notice.on, *whose, notice.level, notice.id, notice.by, None, expected, said)

    def _why_not(self, notice: Contact, meant: list[Decision], policy: str) -> tuple[DeviationKind, date | None, str]:
        """Why a notice that was not proposed was against the policy; `meant` are the cases that it is about."""
        names = _names(self.policy, policy)
        if notice.level not in names:
            return "unknown_level", None, "is not a level of the policy"
        if all(each.status == "clear" for each in meant):
            return "nothing_open", None, "was given though nothing is open"
        holds = [hold for each in meant for hold in each.holds if same_debt(notice.items, (hold.item,))]
        if holds and not any(reason.code in _FREE for each in meant for reason in each.reasons):
            why = ", ".join(sorted({hold.code.removeprefix("held_") for hold in holds}))
            return "while_held", None, f"was given while held: {why}"
        reached = max(names.index(each.level) if each.level in names else -1 for each in meant)
        at = names.index(notice.level or "")
        if at == reached:
            return "repeated", None, "was given again"
        if at < reached:
            return "out_of_order", None, f"was given after {names[reached]}"
        nexts = [action.level for each in meant for action in each.actions]
        day, level = self._next_level(meant[0], notice.on)
        if nexts or (level is not None and level != notice.level):
            return "out_of_order", None, f"was given where {nexts[0] if nexts else level} comes next"
        when = "later or never" if day is None else f"on {day}"
        return "early", day, f"comes {when}"

    def _next_level(self, decision: Decision, day: date) -> tuple[date | None, str | None]:
        """The day on which the policy would next ask for something in a case, and the level, if nothing happens."""
        known = without(as_known(self.account, day), [each for each in self.seen if each.on == day])
        then = next_step(known, self.policy, decision.case, day, self.custom)
        return (then.as_of, then.actions[0].level) if then is not None and then.actions else (None, None)


def _does(fact: Record, wanted: Record) -> bool:
    """Whether a fact is of the kind that an action asks for, and of its level."""
    if isinstance(fact, Contact) and isinstance(wanted, Contact):
        same = kind_of(fact.asked_channel) == kind_of(wanted.channel)
        return same and fact.is_notice and fact.level == wanted.level
    if isinstance(fact, Task) and isinstance(wanted, Task):
        return fact.kind == wanted.kind and fact.level in (None, wanted.level)
    return isinstance(fact, Placement) and isinstance(wanted, Placement)


def _names(source: object, policy: str) -> list[str]:
    """The levels of the policy of that name, in order."""
    if isinstance(source, Machine):
        return list(ready_policy(source).machine.states[1:])
    found = next((each for each in policies_of(source) if each.name == policy), None)
    return [level.name for level in found.all_levels] if found is not None else []


def _concerns(notice: Contact, decision: Decision) -> bool:
    """Whether a notice touches a case: that of the whole account, or one that is named."""
    return decision.case == f"{decision.customer}/{decision.currency}" or same_debt(notice.items, (decision.case,))
