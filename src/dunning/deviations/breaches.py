"""Contacts that rules of contact did not permit, and concessions that nobody approved, or a role that may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from dunning._base.noun import changed
from dunning.contact import ContactRules
from dunning.contact.clocks import zones_of
from dunning.contact.customers import history_of, oldest
from dunning.contact.permits import answer
from dunning.dates import Period
from dunning.decision.follow_ups import in_order
from dunning.deviations.report import Deviation
from dunning.interactions import CONVERSATION, Contact, ContactFlag
from dunning.ledger import Account
from dunning.ledger.covered import is_about
from dunning.measures import Custom
from dunning.segmentation import Segmentation, segment_of


def segment_on(
    account: Account, segmentation: Segmentation | None, day: date, custom: tuple[Custom, ...]
) -> str | None:
    """The segment of an account on a day; None without a segmentation."""
    if segmentation is None:
        return None
    return segment_of(account, segmentation, as_of=day, population=None, custom=custom, before=None)[0]


def is_checked(contact: Contact, period: Period) -> bool:
    """Whether a contact is one that rules of contact look at: outbound, made, and in the period."""
    return contact.on in period and contact.direction == "outbound" and contact.outcome != "queued"


def not_permitted(
    accounts: tuple[Account, ...], contacts: list[Contact], contact_rules: ContactRules
) -> Iterator[Deviation]:
    """The contacts with a customer that the rules did not permit, at their instant or on their day if none is known."""
    party = contact_rules.party(accounts[0].customer)
    zones = zones_of(party.zones)
    history = history_of(accounts[0])
    for contact in contacts:
        account = next((each for each in accounts if is_about(contact, each)), accounts[0])
        earlier = tuple(_as_known(each, contact) for each in history if _is_before(each, contact))
        said = tuple(each for each in history if isinstance(each, ContactFlag) and each.on == contact.on)
        late = oldest(account, contact.items, contact.on)
        attempt = changed(
            contact_rules.attempt(
                account.customer, contact.channel, items=contact.items, by=contact.by, days_past_due=late
            ),
            place=contact.place or party.place,
            recipient=contact.person,
            message=contact.message or "demand",
        )
        start = datetime.combine(contact.on, time(), party.zones[0])
        found = answer(contact_rules.rules, attempt, earlier, contact.at or start, zones, contact_rules.by_name)
        if found.answer not in ("deny", "warn"):
            continue
        if said:  # it may have been said before the contact, and allow it
            then = answer(
                contact_rules.rules, attempt, (*earlier, *said), contact.at or start, zones, contact_rules.by_name
            )
            if then.answer not in ("deny", "warn"):
                continue
        findings = found.findings
        if contact.at is None:
            over = start + timedelta(days=1)
            if found.earliest is not None and found.earliest < over:
                continue
            findings = tuple(each for each in findings if each.until is None or each.until >= over) or findings
        rules = "; ".join(f"{each.rule.id}: {each.words}" for each in findings)
        yield Deviation(
            "contact_not_permitted", contact.on, account.customer, account.currency, contact.level, contact.id,
            contact.by, None, None, f"{contact.channel} was not permitted ({rules})",
        )  # fmt: skip


def _is_before(other: Contact | ContactFlag, contact: Contact) -> bool:
    """Whether something was known when a contact was made: what was said on its day may have been said in it.

    Of two contacts of a day of which one has no instant, the one with the lower id counts as the first.
    """
    if isinstance(other, ContactFlag):
        return other.on < contact.on
    return in_order(other) < in_order(contact)


def _as_known(other: Contact | ContactFlag, contact: Contact) -> Contact | ContactFlag:
    """An earlier contact as it counts: one of the same day at an unknown hour need not have been a talk by then."""
    if isinstance(other, Contact) and other.on == contact.on and None in (other.at, contact.at):
        return changed(other, outcome=None) if other.outcome in CONVERSATION else other
    return other
