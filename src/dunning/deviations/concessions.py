"""Concessions that nobody approved, or that a role may not make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from dunning._base.noun import frozen
from dunning.amounts import ZERO, formatted
from dunning.authority import Authority, ConcessionKind
from dunning.authority.concessions import Size
from dunning.authority.limits import ConcessionCase, verdict_on
from dunning.authority.recorded import conceded, granted_before
from dunning.dates import Period, add_days
from dunning.deviations.breaches import segment_on
from dunning.deviations.report import Deviation
from dunning.ledger import Account, Fact
from dunning.ledger.debts import Debt, debts_among
from dunning.measures import Custom
from dunning.segmentation import Segmentation


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
    bills = debts_among(account.receivables)
    found: dict[tuple[Any, ...], list[tuple[Fact, Size]]] = {}
    for fact, (kind, on, who, size) in conceded(account):
        if on in period:
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


def _open_before(debt: Debt, on: date) -> Decimal:
    """What was open of a debt as a day began; one of that day in full."""
    bill, number = debt
    if bill.issued < on:
        return debt.owed(add_days(on, -1))
    return bill.amounts[number - 1] if number else bill.amount


def _named(group: list[tuple[Fact, Size]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for _, size in group for name in size.invoices))


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
