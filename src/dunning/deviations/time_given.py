"""Steps that were taken before the time to pay was over that a notice had given for the same debt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from dunning._base.names import ByName, same_debt
from dunning.dates import Period, add_days
from dunning.decision.rising import Given, records_of
from dunning.decision.sources import Source, decided_by, policies_of
from dunning.deviations.report import Deviation
from dunning.interactions import Contact, Placement
from dunning.ledger import Account
from dunning.ledger.covered import covering
from dunning.measures import Custom
from dunning.policy import Playbook, Policy
from dunning.policy.levels import deadline_of


def before_deadline(
    account: Account, source: Source | Playbook, period: Period, custom: tuple[Custom, ...]
) -> Iterator[Deviation]:
    """The steps of a period that did not wait for a deadline given, where the policy of the day keeps deadlines."""
    steps = _steps(account, period.last)
    by_name = ByName((each, _with_invoices(each.items)) for each in steps)
    policies = {each.name: each for each in reversed(policies_of(source))}
    for step in (each for each in steps if each.on in period):
        related = by_name.about(_with_invoices(step.items))
        earlier = [each for each in related if each.on < step.on and same_debt(each.items, step.items)]
        given = {name: _given(earlier, each, step.on) for name, each in policies.items() if each.honour_deadline}
        broken = {name: found for name, found in given.items() if found[0] >= step.on}
        if not broken or _belongs(step, earlier):
            continue
        policy = decided_by(account, source, step.on, custom)[0].policy
        if policy in broken:
            deadline, gave = broken[policy]
            level = "placement" if isinstance(step, Placement) else step.level
            text = f"{level} came before the deadline that {gave} gave, {deadline}"
            whose = account.customer, account.currency
            yield Deviation(
                "before_deadline", step.on, *whose, level, step.id, step.by, None, add_days(deadline, 1), text
            )


def _steps(account: Account, last: date) -> list[Given]:
    """What moved cases forward, in order: notices, placements, tasks of a level."""
    notices = (each for each in account.contacts(as_of=last) if each.is_notice)
    placed = (each for each in account.interactions if isinstance(each, Placement) and each.on <= last)
    tasks = (each for each in account.tasks(as_of=last) if each.level is not None)
    found: list[Given] = [*covering(account, notices), *covering(account, placed), *covering(account, tasks)]
    return sorted(found, key=lambda each: each.on)


def _belongs(step: Given, earlier: list[Given]) -> bool:
    """Whether a record belongs to a step that began before it: the call that goes with a letter."""
    if isinstance(step, Placement):
        return False
    begun = [each for each in earlier if not isinstance(each, Placement) and each.level == step.level]
    done = {word for each in begun for word in records_of(each)}
    return bool(begun) and done.isdisjoint(records_of(step))


def _with_invoices(names: Iterable[str]) -> frozenset[str]:
    """Names, and those of the invoices whose installments they may be."""
    return frozenset(each for name in names for each in (name, name.rpartition("/")[0]) if each)


def _given(records: list[Given], policy: Policy, day: date) -> tuple[date, str | None]:
    """The last day to which notices gave time to pay, and the level of the one that did."""
    notices = (each for each in records if isinstance(each, Contact))
    return max(
        ((last, each.level) for each in notices if (last := _deadline(each, policy, day)) is not None),
        default=(date.min, None),
    )


def _deadline(record: Contact, policy: Policy, day: date) -> date | None:
    """The day up to which a notice that counts gave time to pay."""
    is_gone = record.cancelled is not None and record.cancelled <= day
    if is_gone and policy.regress.notice_cancelled != "keep":
        return None
    level = next((each for each in policy.all_levels if each.name == record.level), None)
    return deadline_of(record, level, policy.calendar)
