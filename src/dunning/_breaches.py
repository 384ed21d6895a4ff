"""Contacts that rules of contact did not permit, and concessions that nobody approved, or a role that may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, TypeAlias, get_args

from dunning._account import OWN_DATE
from dunning._attrs import changed
from dunning._authority import Authority, review
from dunning._concessions import Concession, Discount, Extension, Handover, Installments, Waiver, WriteOff
from dunning._desk import Desk, history_of, oldest
from dunning._deviation import Deviation
from dunning._permit import answer
from dunning._segments import segment_of
from dunning._walk import without
from dunning._zones import zones_of
from dunning.dates import Period
from dunning.interactions import Contact, PaymentPlan, Placement
from dunning.invoice import Adjustment, Charge, DueDateChange, Reversal
from dunning.ledger import Account, Fact
from dunning.measures import Custom
from dunning.segmentation import Segmentation

__all__ = ["beyond", "concessions", "is_checked", "not_permitted", "segment_on"]


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


def not_permitted(account: Account, contacts: list[Contact], desk: Desk) -> Iterator[Deviation]:
    """The contacts that the rules did not permit at their instant, or on their day where no instant is known."""
    party = desk.party(account.customer)
    zones = zones_of("deviations", party.zones)
    for contact in contacts:
        earlier = tuple(each for each in history_of(account) if each.id != contact.id and _is_before(each, contact))
        attempt = changed(
            desk.attempt(
                account.customer,
                contact.channel,
                items=contact.items,
                by=contact.by,
                days_past_due=oldest(account, contact.items, contact.on),
            ),
            place=contact.place or party.place,
            recipient=contact.person,
            **({"message": contact.message} if contact.message is not None else {}),
        )
        start = datetime.combine(contact.on, time(), party.zones[0])
        asked = contact.at or start
        found = answer(desk.rules, attempt, earlier, asked, zones, desk.by_name)
        if contact.at is None and found.earliest is not None and found.earliest < start + timedelta(days=1):
            continue
        if found.answer in ("deny", "warn"):
            rules = "; ".join(f"{each.rule.id}: {each.words}" for each in found)
            text = f"{contact.channel} was not permitted ({rules})"
            yield Deviation(
                "contact_not_permitted", contact.on, account.customer, account.currency, contact.level, contact.id,
                contact.by, None, None, text,
            )  # fmt: skip


def _is_before(other: Any, contact: Contact) -> bool:
    if other.on != contact.on or not isinstance(other, Contact):
        return bool(other.on <= contact.on)
    if other.at is not None and contact.at is not None:
        return other.at < contact.at
    return other.id < contact.id


Given: TypeAlias = Adjustment | Reversal | DueDateChange | PaymentPlan | Placement


def concessions(account: Account, period: Period) -> Iterator[tuple[Given, Concession]]:
    """The facts of a period that are concessions, with the concession that each records."""
    bills = {each.invoice.id: each.invoice for each in account.receivables}
    charges = {fact.id for fact in account.facts if isinstance(fact, Charge)}
    for fact in sorted({*account.facts, *account.interactions}, key=lambda each: each.id):
        if not isinstance(fact, get_args(Given)) or OWN_DATE[type(fact)](fact) not in period:
            continue
        if isinstance(fact, Adjustment) and fact.kind == "write_off":
            yield fact, WriteOff((fact.invoice,))
        elif isinstance(fact, Adjustment) and fact.kind == "discount":
            by_terms = fact.approved_by is None and bills[fact.invoice].terms is not None
            if not by_terms:
                yield fact, Discount(((fact.invoice, fact.amount),))
        elif isinstance(fact, Reversal) and fact.of in charges:
            yield fact, Waiver((fact.of,))
        elif isinstance(fact, DueDateChange) and bills[fact.invoice].due is not None:
            yield fact, Extension(fact.invoice, fact.due)
        elif isinstance(fact, PaymentPlan):
            yield fact, Installments(fact.items, fact.installments)
        elif isinstance(fact, Placement):
            yield fact, Handover(fact.agency, fact.items)


def beyond(
    account: Account,
    given: list[tuple[Given, Concession]],
    authority: Authority,
    segmentation: Segmentation | None,
    custom: tuple[Custom, ...],
) -> Iterator[Deviation]:
    """The concessions that nobody approved, or a role that may not."""
    for fact, concession in given:
        day, name = OWN_DATE[type(fact)](fact), type(concession).__name__.lower()
        who = (day, account.customer, account.currency, None, fact.id, fact.by, None, None)
        if fact.approved_by is None:
            yield Deviation("not_approved", *who, f"{name} without approval ({fact.id})")
            continue
        if fact.approved_by not in authority.roles:
            yield Deviation("beyond_authority", *who, f"{name}: {fact.approved_by} is no role ({fact.id})")
            continue
        segment = segment_on(account, segmentation, day, custom)
        before = without(account, _same_day_after(account, fact, day))
        said = review(concession, authority, role=fact.approved_by, account=before, as_of=day, segment=segment)
        if said.answer != "granted":
            yield Deviation("beyond_authority", *who, f"{name} by the {fact.approved_by}: {said}")


def _same_day_after(account: Account, fact: Fact, day: date) -> list[Fact]:
    """A concession itself, and those of its day with a later id, so that each is judged by those before it."""
    facts = {*account.facts, *account.interactions}
    return [
        each
        for each in facts
        if each.id == fact.id
        or (OWN_DATE[type(each)](each) == day and getattr(each, "approved_by", None) is not None and each.id > fact.id)
    ]
