"""Concessions that nobody approved, or that a role may not make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dunning._base.noun import frozen
from dunning.amounts import ZERO, formatted, minor_units, rounded
from dunning.authority import Authority, ConcessionKind
from dunning.authority.concessions import Size, granted_before, held_by, open_of
from dunning.authority.limits import ConcessionCase, verdict_on
from dunning.dates import Period, add_days
from dunning.deviations.breaches import concerns, segment_on
from dunning.deviations.report import Deviation
from dunning.errors import InvalidValue
from dunning.interactions import Hold, PaymentPlan, Placement
from dunning.invoice import Adjustment, Charge, DueDateChange, Reversal
from dunning.ledger import Account, Fact, Receivable
from dunning.measures import Custom
from dunning.segmentation import Segmentation
from dunning.terms import discount_on


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
    if isinstance(fact, Placement) and concerns(fact, account):
        return "handover", fact.on, fact.by, Size(open_of(fact.items, account, fact.on))
    lifted = isinstance(fact, Hold) and fact.ended_by is not None
    if isinstance(fact, Hold) and lifted and fact.end is not None and concerns(fact, account):
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

    What concerns several of their accounts may have been conceded for any of them, and is told once.
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
        case = ConcessionCase(each.kind, account.currency, segment, size, before)
        said = verdict_on(case, authority, each.approved_by)
        if said.answer != "granted":
            yield Deviation("beyond_authority", *who, f"{what} by the {each.approved_by}: {said} ({names})")
