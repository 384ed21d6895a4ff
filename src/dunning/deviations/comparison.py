"""A period compared with the policy: notices, contacts and concessions, account by account."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter

from dunning._base.bounds import Count
from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._base.noun import changed
from dunning.amounts import exact
from dunning.authority import Authority
from dunning.contact import ContactRules
from dunning.dates import Period
from dunning.decision.sources import Source, compares, compares_accounts
from dunning.deviations.breaches import is_checked, not_permitted, segment_on
from dunning.deviations.concessions import beyond
from dunning.deviations.notices import NoticeHistory
from dunning.deviations.report import Deviation, Deviations
from dunning.deviations.time_given import before_deadline
from dunning.ledger import Account, Ledger
from dunning.measures import Custom
from dunning.policy import Playbook
from dunning.segmentation import Segmentation


@checked
@exact
def deviations(
    ledger: Ledger,
    policy: Source | Playbook,
    period: Period,
    *,
    contact: ContactRules | None = None,
    authority: Authority | None = None,
    segmentation: Segmentation | None = None,
    tolerance: Count = 0,
    custom: tuple[Custom, ...] = (),
) -> Deviations:
    """Say where what happened in a period was not what the policy said.

    Each deviation is told in the period in which it happened. What is *missing* is told in the period that has the last
    day on which it could still have been done: a letter that could have gone out until 31 March is missing in March.
    What was agreed on the day of a notice (a promise, a dispute) may have come of it, and makes no deviation of it.

    Notices: *missing*, *late*, *early*, *out_of_order*, *repeated*, of an *unknown_level*, on a *wrong_channel*, given
    *while_held* (or disputed, promised, on a plan, placed), or though *nothing_open* was left. Any step that was
    taken *before_deadline*: while the time to pay still ran that a notice had given. Contacts that the rules of contact
    did not permit. Concessions *beyond_authority* of the role that approved them, or *not_approved*.

    Args:
        ledger: the books.
        policy: what should have been done.
        period: the days that are looked at. They should be over: what is not recorded by the last counts as not done.
        contact: the rules of contact; without it contacts are not checked.
        authority: who may concede what; without it concessions are not checked.
        segmentation: with it, each deviation bears the account's segment on its day.
        tolerance: days that a notice may come late.
        custom: measures of your own.

    Raises:
        InvalidValue: an argument is of the wrong kind, or a playbook compares accounts with each other: then the
            account's policy on past days cannot be known from the account alone; ask with the policy of one segment.

    >>> from decimal import Decimal
    >>> from dunning import Contact, Invoice, Ledger
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ...     Contact("C-1", "ACME", date(2026, 1, 28), "email", level="reminder", by="robot"),
    ...     Contact("C-2", "ACME", date(2026, 2, 9), "email", level="first notice", by="robot"),
    ...     Contact("C-3", "ACME", date(2026, 2, 10), "letter", level="final demand", by="desk 1"),
    ... ])
    >>> for each in deviations(ledger, STANDARD_B2B, Period.quarter(2026, 1)):
    ...     print(each)
    2026-02-09 ACME EUR: first notice by email was due on 2026-02-07, 2 days late
    2026-02-10 ACME EUR: final demand came before the deadline that first notice gave, 2026-02-19
    2026-02-10 ACME EUR: final demand by letter was given where second notice comes next
    """
    faults: list[str] = []
    if compares_accounts(policy):
        faults.append("policy: a playbook that compares accounts cannot be held against single accounts; give a policy")
    if segmentation is not None and compares(segmentation):
        faults.append("segmentation: it compares accounts, whose places on past days are not known; give another")
    refuse("deviations", faults)
    found: list[Deviation] = []
    checked = 0
    for _, group in groupby(ledger, attrgetter("customer")):
        accounts = tuple(group)
        by_currency = {each.currency: each for each in accounts}
        seen, ours = _notices(accounts, policy, period, tolerance, custom, contact)
        checked += seen
        if authority is not None:
            given, exceeding = beyond(accounts, period, authority, segmentation, custom)
            checked += given
            ours += exceeding
        if contact is not None:
            contacts = [each for each in accounts[0].contacts(as_of=period.last) if is_checked(each, period)]
            checked += len(contacts)
            ours += not_permitted(accounts, contacts, contact)
        found += [
            changed(each, segment=segment_on(by_currency[each.currency], segmentation, each.on, custom))
            for each in ours
        ]
    found.sort(key=lambda each: (each.on, each.customer, each.currency, each.kind, each.fact or "", each.text))
    return Deviations(period, tuple(found), checked, len(ledger.problems))


def _notices(
    accounts: tuple[Account, ...],
    policy: Source | Playbook,
    period: Period,
    tolerance: int,
    custom: tuple[Custom, ...],
    contact: ContactRules | None,
) -> tuple[int, list[Deviation]]:
    """How many notices of a customer were looked at, and where they were not what the policy said."""
    found: list[Deviation] = []
    seen: set[str] = set()
    for account in accounts:
        others = tuple(each for each in accounts if each is not account)
        history = NoticeHistory(
            account, policy, period, tolerance=tolerance, custom=custom, contact_rules=contact, others=others
        )
        hasty = list(before_deadline(account, policy, period, custom))
        ids = {each.fact for each in hasty}
        found += [*hasty, *(each for each in history.found if each.kind != "early" or each.fact not in ids)]
        seen |= {each.id for each in history.seen}
    return len(seen), found
