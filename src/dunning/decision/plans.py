"""A plan: the decisions for a whole book on a date, and how the next one touches only what can have changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias, cast

import attrs

from dunning._base.bounds import Id
from dunning._base.guards import checked, guarded
from dunning._base.noun import changed, made
from dunning._report import Column, Report, counted, listed, set_aside
from dunning.amounts import ZERO, exact
from dunning.contact import ContactRules
from dunning.dates import add_days, require_date
from dunning.dates.days import Day
from dunning.decision.account_review import Beside
from dunning.decision.decided import decided
from dunning.decision.deferral import Proposed, as_permitted, joined_by
from dunning.decision.nouns import Action, Decision, Deferral, Record
from dunning.decision.ready import ready_policy
from dunning.decision.sources import Source, compares_accounts, decided_by, policies_of
from dunning.errors import NotFound
from dunning.interactions import Task
from dunning.invoice import Adjustment, Charge
from dunning.ledger import Account, Ledger
from dunning.ledger.ends import days_of
from dunning.machine import Machine
from dunning.measures import Custom, Population
from dunning.policy import Playbook, Policy, ReleaseCredit

Remembered: TypeAlias = tuple[Account, tuple[Decision, ...], date]
"""An account, what was decided for it, and the first day on which that may be otherwise if no new fact comes."""


@made
class Plan(Report[Decision]):
    """What is to be done in a whole book on a date. Iterating gives a `Decision` for each case with something open.

    `clear` counts the accounts with nothing open, `problems` the facts that were set aside. Decisions that were carried
    over from an earlier plan bear the date on which they were made. `memory` is what the next plan needs to know.
    """

    as_of: date
    decisions: tuple[Decision, ...]
    clear: int
    problems: int
    memory: tuple[Remembered, ...] = attrs.field(default=(), eq=False, repr=False)
    source: Source | Playbook | None = attrs.field(default=None, eq=False, repr=False)
    custom: tuple[Custom, ...] = attrs.field(default=(), eq=False, repr=False)
    contact: ContactRules | None = attrs.field(default=None, eq=False, repr=False)
    proposed: tuple[Charge | Adjustment, ...] = attrs.field(default=(), eq=False, repr=False)

    @property
    @exact
    def due(self) -> tuple[Decision, ...]:
        """The decisions with actions or follow-ups, the largest overdue amount first."""
        found = [each for each in self.decisions if each.actions or each.follow_ups]
        return tuple(sorted(found, key=lambda each: (-each.overdue, each.case, each.currency)))

    @property
    def held(self) -> tuple[Decision, ...]:
        """The decisions in which something is held back."""
        return tuple(each for each in self.decisions if each.holds)

    @property
    def deferred(self) -> tuple[Deferral, ...]:
        """The contacts that rules of contact do not permit today, where these were given."""
        return tuple(deferral for each in self.decisions for deferral in each.deferred)

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, in the order of `due`; those of them that must wait are `to_approve`, the others `ready`."""
        return tuple(action for each in self.due for action in each.actions)

    @property
    def to_approve(self) -> tuple[Action, ...]:
        """The actions that wait for an approval: an `Approval` in the books lets them be done."""
        return tuple(each for each in self.actions if each.waits_for_approval)

    @property
    def ready(self) -> tuple[Action, ...]:
        """The actions that may be done now: they need no approval, or have it."""
        return tuple(each for each in self.actions if not each.waits_for_approval)

    @guarded
    def action(self, id: str) -> Action:
        """The action of an id.

        Raises:
            NotFound: the plan proposes no such action.
        """
        for each in self.actions:
            if each.id == id:
                return each
        raise NotFound("action", id, [each.id for each in self.actions])

    @property
    @exact
    def messages(self) -> tuple[Action, ...]:
        """The actions with those to one customer put together, as the policy's setting `together` says.

        What is put together bears the id of the first action, and names the items of all. It waits for an approval as
        long as one of the actions does. At the highest level the actions of lower levels fall away: the message lifts
        their items to its level.
        """
        return tuple(
            _together(
                tuple(each for each in self.due if each.actions),
                {policy.name: policy for policy in policies_of(self.source)},
            )
        )

    @checked
    def as_facts(self, *, on: Day, approved_by: Id | None = None) -> tuple[Record, ...]:
        """The facts that record all actions of the plan as done on a day, but for those that wait for approval.

        Where messages are put together and rules of contact count them, record `messages` instead: each is one contact.
        """
        return tuple(fact for each in self.due for fact in each.as_facts(on=on, approved_by=approved_by))

    @guarded
    def due_on(self, day: date) -> tuple[Decision, ...]:
        """The decisions to be looked at again by a day: what is due, and those whose next date has come."""
        require_date("day", day)
        return tuple(
            each for each in self.decisions if each.actions or each.follow_ups or (each.next_date or date.max) <= day
        )

    _rows = "decisions"
    _columns = (
        Column("as_of"),
        Column("case", heading="case", left=True),
        Column("customer"),
        Column("currency", heading="currency", left=True),
        Column("status"),
        Column("level"),
        Column("owner"),
        Column("overdue", heading="overdue"),
        Column("open"),
        Column(
            None,
            lambda each: (*(a.activity for a in each.actions), *each.follow_ups),
            heading="to do",
            show=listed,
            left=True,
        ),
        Column("actions", lambda each: listed(each.actions)),
        Column("action_ids", lambda each: listed(action.id for action in each.actions)),
        Column("to_approve", lambda each: listed(action.id for action in each.to_approve)),
        Column(None, "reasons", heading="because", show=lambda reasons: str(reasons[0]), left=True),
        Column("reasons", lambda each: listed(each.reasons)),
        Column("follow_ups", lambda each: listed(each.follow_ups)),
        Column("deferred", lambda each: listed(each.deferred)),
        Column("off_ladder", lambda each: listed(each.off_ladder)),
        Column("next_date"),
    )

    def _title(self) -> str:
        return f"Plan for {self.as_of}"

    def _listed(self) -> tuple[Decision, ...]:
        return self.due

    def _notes(self) -> Iterator[str]:
        states = ("due", "waiting", "held", "ended")
        counts = ", ".join(f"{sum(1 for each in self if each.status == state)} {state}" for state in states)
        to_do = f"{counted(len(self.due), 'case')} with something to do"
        yield f"{to_do} of {len(self)}: {counts}; {counted(self.clear, 'account')} clear"
        if self.to_approve:
            yield f"{counted(len(self.to_approve), 'action')} waiting for approval; see to_approve"
        if self.deferred:
            offered = sum(1 for each in self.deferred if each.instead is not None)
            said = f"{counted(len(self.deferred), 'contact')} put off by rules of contact"
            yield f"{said}, {offered} of them with another channel on offer today; see deferred"
        yield from set_aside(self.problems)


def _together(due: tuple[Decision, ...], policies: dict[str, Policy]) -> Iterator[Action]:
    """Actions put together: for each customer, account and activity one message a level, or one at the highest."""
    groups: dict[tuple[Any, ...], list[Action]] = {}
    highest: dict[tuple[str, str], tuple[int, str]] = {}
    for decision in due:
        policy, level = policies.get(decision.policy), decision.actions[0].level
        if policy is not None and policy.together == "highest":
            names = [each.name for each in policy.all_levels]
            who = decision.customer, decision.currency
            if level in names:  # a release of credit is of no level
                highest[who] = max(highest.get(who, (0, "")), (names.index(level), level))
    for decision in due:
        policy, who = policies.get(decision.policy), (decision.customer, decision.currency)
        how = "no" if policy is None else policy.together
        for action in decision.actions:
            level = highest[who][1] if how == "highest" and who in highest else action.level
            level = action.level if isinstance(action.activity, ReleaseCredit) else level
            key = (action.id,) if how == "no" else (*who, level, action.activity if action.level == level else None)
            groups.setdefault(key, []).append(action)
    for who, (_, level) in highest.items():
        lifted = groups.pop((*who, level, None), [])
        for key, actions in groups.items():
            if key[:3] == (*who, level):
                actions.extend(lifted)
    for actions in groups.values():
        yield _joined(actions)


def _joined(actions: list[Action]) -> Action:
    if len(actions) == 1:
        return actions[0]
    amounts = {name: (action.id, action.amount) for action in actions for name in action.items}
    items = tuple(dict.fromkeys(amounts))
    total = sum(dict(amounts.values()).values(), ZERO)
    also = tuple(dict.fromkeys(each for action in actions for each in action.also if each[0] not in amounts))
    lines = {line.item: line for action in actions for line in action.lines}
    cases = tuple(dict.fromkeys(case for action in actions for case in action.cases))
    waiting = next((each for each in actions if each.waits_for_approval), actions[0])
    return changed(
        actions[0],
        items=items,
        amount=total,
        also=also,
        lines=tuple(lines.values()),
        cases=cases,
        approval=waiting.approval,
        approved_by=waiting.approved_by,
    )


@checked
@exact
def plan(
    ledger: Ledger,
    policy: Source | Playbook,
    *,
    as_of: Day,
    custom: tuple[Custom, ...] = (),
    contact: ContactRules | None = None,
    since: Plan | None = None,
    proposed: tuple[Charge | Adjustment, ...] = (),
) -> Plan:
    """Decide every account of a ledger on a date, by one policy or by the policy of each account's segment.

    `policy` may also be a table written by hand or a `Succession`; `custom` holds measures of your own.
    With `contact`, what its rules do not permit on that day is deferred (see `dunning.decision.decide`). What charges
    that are `proposed` and not recorded yet hand back is not dunned meanwhile. With `since`,
    an earlier plan by the same policy, only accounts whose facts have changed or whose next date has come are decided
    anew; the other decisions are carried over. Accounts are compared by their facts: a plan that was pickled is as good
    after a restart, beside a ledger that was loaded anew. Where a playbook compares accounts with each other, none is.

    Raises:
        InvalidValue: `as_of` is not a date.
    """
    population = Population(ledger, as_of=as_of) if isinstance(policy, Playbook) else None
    ready = ready_policy(policy) if isinstance(policy, (Policy, Machine)) else None
    releases = any(ready_policy(each).releases for each in policies_of(policy)) if ready is None else ready.releases
    known = {} if since and since.proposed != proposed else _carried(since, policy, as_of, custom, contact)
    memory: list[Remembered] = []
    joined = joined_by(policy)
    for accounts in ledger if contact is None and not releases else groupby(ledger, attrgetter("customer")):
        # what is proposed for one account of a customer counts for the others where rules of contact are asked, and
        # credit is released where nothing is past due in any of them
        together = (accounts,) if isinstance(accounts, Account) else tuple(accounts[1])
        carried = [_still_good(known, each, as_of) for each in together]
        if None not in carried:
            memory += cast("list[Remembered]", carried)
            continue
        sent = Proposed()
        for account in together:
            decisions: tuple[Decision, ...] = ()
            beside = Beside(tuple(each for each in together if each is not account), proposed)
            if _may_be_open(account, as_of, releases=releases):
                if ready is not None:
                    decisions = decided(account, ready, as_of, custom, None, beside)
                else:
                    decisions = decided_by(account, policy, as_of, custom, population, beside)
            if contact is not None:
                decisions = as_permitted(decisions, account, contact, joined, sent)
            memory.append((account, decisions, _good_until(account, decisions, as_of)))
    clear = sum(1 for _, decisions, _ in memory if not decisions or decisions[0].status == "clear")
    found = tuple([each for _, decisions, _ in memory for each in decisions if each.status != "clear"])
    return Plan(as_of, found, clear, len(ledger.problems), tuple(memory), policy, custom, contact, proposed)


def _still_good(known: dict[tuple[str, str], Remembered], account: Account, as_of: date) -> Remembered | None:
    """What an earlier plan knows of an account with these very facts, if it is still true."""
    before = known.get((account.customer, account.currency))
    if before is None or before[2] <= as_of or not (before[0] is account or before[0] == account):
        return None
    return account, before[1], before[2]


def _carried(
    since: Plan | None, policy: object, as_of: date, custom: tuple[Custom, ...], contact: ContactRules | None
) -> dict[tuple[str, str], Remembered]:
    """What an earlier plan knows that may still be true."""
    if since is None:
        return {}
    changed_since = (since.source, since.custom, since.contact) != (policy, custom, contact)
    if since.as_of > as_of or changed_since or compares_accounts(policy):
        return {}
    return {(each[0].customer, each[0].currency): each for each in since.memory}


def _good_until(account: Account, decisions: tuple[Decision, ...], as_of: date) -> date:
    """The first day on which decisions, or what they say is past due, may be others.

    That is a next date, the day of a fact which lies ahead, or the day after an item's due date.
    """
    days = [each.next_date for each in decisions if each.next_date is not None]
    if decisions:
        days += [add_days(each.due, 1) for each in account.items_at(as_of) if each.due and each.due >= as_of]
    return min([*days, *(day for day in days_of(account) if day > as_of)], default=date.max)


def _may_be_open(account: Account, as_of: date, *, releases: bool) -> bool:
    """Whether some invoice was not settled for good by a date (the last one stands first), or credit was stopped."""
    receivables = account.receivables
    if releases and any(type(each) is Task for each in account.interactions):
        return bool(receivables)
    return bool(receivables) and receivables[0].closed > as_of
