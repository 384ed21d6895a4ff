"""Contacts that rules of contact did not permit, and concessions that nobody approved, or a role that may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dunning._account import OWN_DATE
from dunning._attrs import changed, frozen
from dunning._authority import Authority, Case, judged
from dunning._concessions import ConcessionKind, Size, granted_before, held_by, open_of
from dunning._desk import Desk, history_of, oldest
from dunning._deviation import Deviation
from dunning._follow import in_order
from dunning._names import is_among
from dunning._permit import answer
from dunning._segments import segment_of
from dunning._zones import zones_of
from dunning.amounts import ZERO, formatted, minor_units, rounded
from dunning.dates import Period, add_days
from dunning.errors import InvalidValue
from dunning.interactions import CONVERSATION, Contact, ContactFlag, Hold, PaymentPlan, Placement
from dunning.invoice import Adjustment, Charge, DueDateChange, Reversal
from dunning.ledger import Account, Fact, Receivable
from dunning.measures import Custom
from dunning.segmentation import Segmentation
from dunning.terms import discount_on

__all__ = ["beyond", "is_checked", "not_permitted", "segment_on"]


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


def not_permitted(accounts: tuple[Account, ...], contacts: list[Contact], desk: Desk) -> Iterator[Deviation]:
    """The contacts with a customer that the rules did not permit, at their instant or on their day if none is known."""
    party = desk.party(accounts[0].customer)
    zones = zones_of(party.zones)
    history = history_of(accounts[0])
    for contact in contacts:
        account = next((each for each in accounts if _concerns(contact, each)), accounts[0])
        earlier = tuple(_as_known(each, contact) for each in history if _is_before(each, contact))
        said = tuple(each for each in history if isinstance(each, ContactFlag) and each.on == contact.on)
        late = oldest(account, contact.items, contact.on)
        attempt = changed(
            desk.attempt(account.customer, contact.channel, items=contact.items, by=contact.by, days_past_due=late),
            place=contact.place or party.place,
            recipient=contact.person,
            message=contact.message or "demand",
        )
        start = datetime.combine(contact.on, time(), party.zones[0])
        found = answer(desk.rules, attempt, earlier, contact.at or start, zones, desk.by_name)
        if found.answer not in ("deny", "warn"):
            continue
        if said:  # it may have been said before the contact, and allow it
            then = answer(desk.rules, attempt, (*earlier, *said), contact.at or start, zones, desk.by_name)
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


def _concerns(fact: Contact | Placement | Hold, account: Account) -> bool:
    """Whether a fact of a customer is about this account: by what it names; where it names nothing, by what is open."""
    named = (fact.invoice,) if isinstance(fact, Hold) and fact.invoice is not None else getattr(fact, "items", ())
    own = {each.invoice.id for each in account.receivables}
    return any(is_among(each, own) for each in named) if named else bool(account.items_at(OWN_DATE[type(fact)](fact)))


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


@frozen
class _Conceded:
    """Facts of one day that together are one concession: what it was, when, by whom, and its size."""

    facts: tuple[Fact, ...]
    kind: ConcessionKind
    on: date
    by: str | None
    approved_by: str | None
    size: Size


def _concessions(account: Account, period: Period) -> list[_Conceded]:
    """The concessions of a period; those of one kind that one person made on a day, with one approval, are one."""
    bills = {each.invoice.id: each for each in account.receivables}
    charges = {fact.id: fact for fact in account.facts if isinstance(fact, Charge)}
    found: dict[tuple[Any, ...], list[tuple[Fact, Size]]] = {}
    for fact in sorted({*account.facts, *account.interactions}, key=lambda each: each.id):
        given = _conceded(fact, account, bills, charges)
        if given is not None and given[1] in period:
            kind, on, who, size = given
            alone = fact.id if kind in ("extension", "installments", "handover", "hold_lift") else ""
            approved = getattr(fact, "approved_by", None)
            found.setdefault((on, kind, str(who), str(approved), alone, who, approved), []).append((fact, size))
    return [
        _Conceded(
            tuple(fact for fact, _ in group), kind, on, who, approved,
            Size(
                sum((size.amount for _, size in group), ZERO),
                sum((_open_before(bills[name], on) for name in _named(group) if name in bills), ZERO),
                _named(group),
                group[0][1].since,
                group[0][1].until,
            ),
        )
        for (on, kind, _, _, _, who, approved), group in sorted(found.items(), key=lambda pair: pair[0][:5])
    ]  # fmt: skip


def _open_before(bill: Receivable, on: date) -> Decimal:
    """What was open of an invoice as a day began; an invoice of that day in full."""
    return bill.net(add_days(on, -1)) if bill.invoice.issued < on else bill.invoice.amount


def _named(group: list[tuple[Fact, Size]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, size in group for name in size.invoices))


def _conceded(
    fact: Fact, account: Account, bills: Mapping[str, Receivable], charges: Mapping[str, Charge]
) -> tuple[ConcessionKind, date, str | None, Size] | None:
    """The concession that a fact records, with its day, who made it, and its size; None where it is none."""
    if isinstance(fact, Adjustment) and fact.kind in ("write_off", "discount"):
        by_terms = fact.kind == "discount" and fact.approved_by is None and _is_by_terms(fact, bills[fact.invoice])
        kind: ConcessionKind = "write_off" if fact.kind == "write_off" else "discount"
        return None if by_terms else (kind, fact.on, fact.by, Size(fact.amount, invoices=(fact.invoice,)))
    if isinstance(fact, Reversal) and fact.of in charges:
        charge = charges[fact.of]
        return "waiver", fact.on, fact.by, Size(charge.amount, invoices=(charge.invoice,))
    if isinstance(fact, DueDateChange):
        bill = bills[fact.invoice]
        before = bill.contract_due(1, add_days(fact.on, -1))
        if bill.invoice.due is None or before is None or fact.due <= before:
            return None
        size = Size(bill.net(fact.on), ZERO, (fact.invoice,), bill.invoice.due, fact.due)
        return "extension", fact.on, fact.by, size
    if isinstance(fact, PaymentPlan):
        amount, last = sum((part.amount for part in fact.installments), ZERO), fact.installments[-1].due
        return "installments", fact.agreed, fact.by, Size(amount, since=fact.agreed, until=last)
    if isinstance(fact, Placement) and _concerns(fact, account):
        return "handover", fact.on, fact.by, Size(open_of(fact.items, account, fact.on))
    lifted = isinstance(fact, Hold) and fact.ended_by is not None
    if isinstance(fact, Hold) and lifted and fact.end is not None and _concerns(fact, account):
        return "hold_lift", fact.end, fact.ended_by, Size(held_by(fact, account, fact.end))
    return None


def _is_by_terms(discount: Adjustment, bill: Receivable) -> bool:
    """Whether the invoice's terms give the customer that discount on that day."""
    invoice = bill.invoice
    if invoice.terms is None or not invoice.terms.discounts:
        return False
    try:
        rate = discount_on(invoice.terms, invoice.issued, discount.on)
    except InvalidValue:  # terms that roll to business days: by which calendar is not known here
        rate = max(each.rate for each in invoice.terms.discounts)
    return discount.amount <= rounded(invoice.amount * rate, minor_units(invoice.currency))


def beyond(
    accounts: tuple[Account, ...],
    period: Period,
    authority: Authority,
    segmentation: Segmentation | None,
    custom: tuple[Custom, ...],
) -> tuple[int, list[Deviation]]:
    """How many concessions a customer was made, and those that nobody approved, or a role that may not.

    What concerns several of his accounts may have been conceded for any of them, and is told once.
    """
    given: Counter[str] = Counter()
    found: dict[str, list[Deviation]] = {}
    for account in accounts:
        conceded = _concessions(account, period)
        given.update(each.facts[0].id for each in conceded)
        for each in _beyond(account, conceded, authority, segmentation, custom):
            found.setdefault(str(each.fact), []).append(each)
    return len(given), [told[0] for fact, told in found.items() if len(told) == given[fact]]


def _beyond(
    account: Account,
    given: list[_Conceded],
    authority: Authority,
    segmentation: Segmentation | None,
    custom: tuple[Custom, ...],
) -> Iterator[Deviation]:
    """The concessions of an account that nobody approved, or a role that may not."""
    for number, each in enumerate(given):
        names = ", ".join(fact.id for fact in each.facts)
        who = (each.on, account.customer, account.currency, None, each.facts[0].id, each.by, None, None)
        what = f"{each.kind.replace('_', ' ')} of {formatted(each.size.amount)}"
        if each.approved_by is None:
            yield Deviation("not_approved", *who, f"{what} without approval ({names})")
            continue
        if each.approved_by not in authority.roles:
            yield Deviation("beyond_authority", *who, f"{what}: {each.approved_by} is no role ({names})")
            continue
        segment = segment_on(account, segmentation, each.on, custom)
        later = {fact.id for other in given[number:] for fact in other.facts}
        first = add_days(each.on, 1 - authority.period)
        before = tuple(one for one in granted_before(each.kind, account, first, each.on) if one.id not in later)
        names_of = set(each.size.invoices)
        same_day = sum(
            (other.size.amount for other in given[:number]
             if (other.on, other.kind) == (each.on, each.kind) and not names_of.isdisjoint(other.size.invoices)), ZERO,
        )  # fmt: skip
        size = each.size._replace(base=each.size.base - same_day)
        case = Case(each.kind, account.currency, segment, size, before)
        said = judged(case, authority, each.approved_by)
        if said.answer != "granted":
            yield Deviation("beyond_authority", *who, f"{what} by the {each.approved_by}: {said} ({names})")
