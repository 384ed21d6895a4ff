"""Which rules hold for an account on a date, and on which later days others will: from whatever names policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TypeAlias

from dunning._base.names import means
from dunning.conditions import All, days_of_change, measures_of, predicate
from dunning.decision.account_review import ALONE, Beside
from dunning.decision.decided import Changes, decided, decided_with_changes
from dunning.decision.nouns import Decision
from dunning.decision.ready import ReadyPolicy, ready_policy
from dunning.ledger import Account
from dunning.ledger.covered import covering
from dunning.machine import Machine
from dunning.measures import COMPARING, Custom, Population, Standing
from dunning.policy import Playbook, Policy, Succession
from dunning.segmentation import Segmentation

Source: TypeAlias = Policy | Machine | Succession


def decided_by(
    account: Account,
    source: Source | Playbook,
    as_of: date,
    custom: tuple[Custom, ...] = (),
    population: Population | None = None,
    beside: Beside = ALONE,
) -> tuple[Decision, ...]:
    """What a policy, a table, a succession of policies or a playbook decides for an account on a date."""
    if isinstance(source, (Policy, Machine)):
        return decided(account, ready_policy(source), as_of, custom, None, beside)
    if isinstance(source, Succession):
        ready, changes = _succeeding(account, source, as_of)
        return decided_with_changes(account, ready, as_of, changes, custom, None, beside)
    standing = Standing(account, as_of=as_of, population=population, custom=custom)
    segment = _segment(source.segmentation, standing)
    changes = _moving(source, standing, segment)
    ready = ready_policy(source.policy_for(segment))
    return decided_with_changes(account, ready, as_of, changes, custom, segment, beside)


def _succeeding(account: Account, source: Succession, as_of: date) -> tuple[ReadyPolicy, Changes]:
    """The policy for an account, and the later ones if they will be its own."""
    undated = source.policy_on(as_of).undated
    begun = _begun(account, as_of, undated) if source.running == "keep" else None
    if begun is not None:
        return ready_policy(source.policy_on(begun)), ()
    later = [(day, _renamed(source, policy), None) for day, policy in source.policies[1:] if day > as_of]
    return _renamed(source, source.policy_on(as_of)), later


def _begun(account: Account, as_of: date, undated: str) -> date | None:
    """The day of the first notice about anything that is open; None where there was none."""
    names = {name for item in account.items_at(as_of) for name in (item.id, item.invoice)}
    for contact in covering(account, account.contacts(as_of=as_of), undated=undated):
        gone = contact.cancelled is not None and contact.cancelled <= as_of
        if contact.is_notice and not gone and means(contact.items, names):
            return contact.on
    return None


def _renamed(source: Succession, policy: Policy) -> ReadyPolicy:
    """A policy that knows former names of its levels."""
    ready = ready_policy(policy)
    former = {old: ready.positions[new] for old, new in source.renamed if new in ready.positions}
    return ready._replace(positions={**former, **ready.positions}) if former else ready


def _segment(segmentation: Segmentation, standing: Standing) -> str:
    found = (each.name for each in segmentation.segments if predicate(each.when)(standing))
    return next(found, segmentation.default)


def _moving(source: Playbook, standing: Standing, segment: str) -> Iterator[tuple[date, ReadyPolicy, str | None]]:
    """The days on which an account comes under another policy because it moves to another segment."""
    before = segment
    whole = All(tuple(each.when for each in source.segmentation.segments))
    for day in days_of_change(whole, standing, as_of=standing.as_of):
        then = _segment(source.segmentation, standing.at(day))
        if then != before:
            before = then
            yield day, ready_policy(source.policy_for(then)), then


def policies_of(source: object) -> tuple[Policy, ...]:
    """The policies that a source names."""
    if isinstance(source, Policy):
        return (source,)
    if isinstance(source, Succession):
        return tuple(policy for _, policy in source.policies)
    return (source.default, *(policy for _, policy in source.policies)) if isinstance(source, Playbook) else ()


def grace_of(source: object, policy: str) -> int:
    """The days of grace that a source leaves for promises, under the policy of that name."""
    if isinstance(source, Machine):
        return ready_policy(source).settings.promise_grace
    return next((each.promise_grace for each in policies_of(source) if each.name == policy), 0)


def compares_accounts(source: object) -> bool:
    """Whether a playbook looks at how accounts compare, so that a fact about one may move another."""
    return isinstance(source, Playbook) and compares(source.segmentation)


def compares(segmentation: Segmentation) -> bool:
    """Whether segments depend on how accounts compare with each other."""
    names = {name for each in segmentation.segments for name in measures_of(each.when)}
    return not COMPARING.isdisjoint(names)
