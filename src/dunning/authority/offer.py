"""What a collector may offer now, within their authority: options with what each collects and what each gives away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, NamedTuple, TypeAlias

from dunning._base.bounds import Once, Positive
from dunning._base.guards import checked
from dunning._base.kinds import Must
from dunning._base.noun import changed, frozen
from dunning._report import Column, Report, cents, shown
from dunning.amounts import ZERO, exact, minor_units, quotient, rounded, split
from dunning.amounts.splitting import covered
from dunning.authority.concessions import Concession, InstallmentPlan, SettlementDiscount
from dunning.authority.limits import Authority, review
from dunning.dates import add_days
from dunning.dates.days import Day
from dunning.errors import NotFound
from dunning.forecast import PaymentCurve
from dunning.invoice import Installment
from dunning.ledger import Account, OpenItem
from dunning.settlement import propose_plan


@frozen
class Option:
    """One thing that may be offered: what the customer pays and when, what they are let off, and the concession it is.

    `collects` is the sum of the payments and `gives_up` what is let off. `expected` is what would come in if nothing
    were agreed, by the payment curve, within the offer's days or up to the last payment, if that is later; None without
    a curve, or where it knows nothing of debts so old. `gain` is by how much the option, if it is kept, beats that.
    """

    name: str
    payments: tuple[Installment, ...]
    collects: Decimal
    gives_up: Decimal
    expected: Decimal | None
    concession: Concession

    @property
    @exact
    def gain(self) -> Decimal | None:
        """What the option collects beyond what is expected without it."""
        return None if self.expected is None else self.collects - self.expected

    def __str__(self) -> str:
        off = f", {shown(self.gives_up)} let off" if self.gives_up else ""
        return f"{self.name}: {', '.join(f'{shown(part.amount)} on {part.due}' for part in self.payments)}{off}"


@frozen
class SettlementOffer(Report[Option]):
    """The options that a role may offer for what is past due and not disputed. Iterating gives them."""

    customer: str
    currency: str
    as_of: date
    role: str
    debt: Decimal
    within: int
    options: tuple[Option, ...]

    _rows = "options"
    _same = ("as_of", "customer", "currency", "role")
    _columns = (
        Column("option", "name", heading="option", left=True),
        Column("first", lambda each: each.payments[0].due),
        Column("last", lambda each: each.payments[-1].due),
        Column("payments", lambda each: len(each.payments)),
        Column("collects", heading="collects", show=cents),
        Column("gives_up", heading="gives up", show=cents),
        Column("expected", heading="expected", show=cents),
        Column("gain", heading="gain", show=cents),
    )

    def _title(self) -> str:
        return f"Offers to {self.customer} on {self.as_of}, {shown(self.debt)} {self.currency} past due"

    def _notes(self) -> Iterator[str]:
        yield f"within the authority of the {self.role}"
        if any(each.expected is not None for each in self.options):
            yield f"expected: what would come in within {self.within} days, or up to the last payment, otherwise"
            yield "gain: if the customer keeps what is agreed"


Several: TypeAlias = Annotated[int, Must("{0} >= 2", "a number of installments, 2 or more", schema={"minimum": 2})]


@checked
@exact
def settlement_offer(
    account: Account,
    authority: Authority,
    *,
    role: str,
    as_of: Day,
    segment: str | None = None,
    curve: PaymentCurve | None = None,
    within: Positive = 90,
    parts: Once[Several] = (2, 3, 6, 12),
) -> SettlementOffer:
    """What a role may offer a customer now for what is past due and not disputed, less unapplied credit.

    Options: pay today less the highest discount that the role may grant; equal monthly installments, the first today;
    half today and the rest in thirty days. Whatever the role may not grant is left out; where its discount has no
    limit, or one as high as the debt, none follows from it, so none is offered.

    Args:
        account: the customer's account.
        authority: who may concede what.
        role: the role of the collector.
        as_of: the date.
        segment: the account's segment, for grants that are made for some.
        curve: how debts like these are paid, from `dunning.forecast.payment_curves`.
        within: over how many days what would come in anyway is counted.
        parts: the numbers of installments to try.

    Raises:
        NotFound: there is no such role.
        InvalidValue: an argument is of the wrong kind.

    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.authorities import STANDARD_AUTHORITY
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> offer = settlement_offer(
    ...     ledger.account("ACME"), STANDARD_AUTHORITY, role="specialist", as_of=date(2026, 3, 1))
    >>> for option in offer:
    ...     print(option)
    pay today: 882.00 on 2026-03-01, 18.00 let off
    2 installments: 450.00 on 2026-03-01, 450.00 on 2026-04-01
    3 installments: 300.00 on 2026-03-01, 300.00 on 2026-04-01, 300.00 on 2026-05-01
    half now: 450.00 on 2026-03-01, 450.00 on 2026-03-31
    """
    if role not in authority.roles:
        raise NotFound("role", role, authority.roles)
    items = [
        item
        for item in account.items_at(as_of)
        if item.days_past_due is not None and item.days_past_due > 0 and item.open > item.disputed
    ]
    debts = _less(account.unapplied_at(as_of), items)
    debt = sum(debts.values(), ZERO)
    found: list[Option] = []
    if debt:
        asked = _Asked(account, authority, role, as_of, segment)
        for option in _options(asked, debts, parts):
            if asked.grants(option.concession):
                days = max(within, (option.payments[-1].day - as_of).days)
                expected = None if curve is None else _expected(items, debts, curve, days)
                found.append(changed(option, expected=expected))
    return SettlementOffer(account.customer, account.currency, as_of, role, debt, within, tuple(found))


class _Asked(NamedTuple):
    """Who is asked for concessions, to whom."""

    account: Account
    authority: Authority
    role: str
    as_of: date
    segment: str | None

    def grants(self, concession: Concession) -> bool:
        """Whether the role may grant a concession."""
        account, authority, role, as_of, segment = self
        found = review(concession, authority, role=role, account=account, as_of=as_of, segment=segment)
        return found.answer == "granted"


def _less(credit: Decimal, items: list[OpenItem]) -> dict[str, Decimal]:
    """What is asked for of each item: what is not disputed, the oldest less unapplied credit."""
    owed = [item.open - item.disputed for item in items]
    parts = zip(items, owed, covered(credit, owed), strict=True)
    return {item.id: debt - part for item, debt, part in parts if debt > part}


def _expected(items: list[OpenItem], debts: dict[str, Decimal], curve: PaymentCurve, within: int) -> Decimal | None:
    total = Fraction(0)
    for item in items:
        late = item.days_past_due or 0
        if item.id not in debts:
            continue
        still = 1 - Fraction(curve.paid_by(late))
        if not still or late > curve.last_day:
            return None
        total += Fraction(debts[item.id]) * (Fraction(curve.paid_by(late + within)) - 1 + still) / still
    return quotient(total)


def _options(asked: _Asked, debts: dict[str, Decimal], parts: tuple[int, ...]) -> Iterator[Option]:
    account, as_of, debt = asked.account, asked.as_of, sum(debts.values(), ZERO)
    places = minor_units(account.currency)
    invoices: dict[str, Decimal] = {}
    for item in account.items_at(as_of):
        if item.id in debts:
            invoices[item.invoice] = invoices.get(item.invoice, ZERO) + debts[item.id]
    off = _highest_discount(asked, invoices)
    if off is not None:
        given = sum((amount for _, amount in off.amounts), ZERO)
        yield Option("pay today", (Installment(as_of, debt - given),), debt - given, given, None, off)
    for number in parts:
        if rounded(debt, places) == debt >= number * Decimal(1).scaleb(-places):
            plan = propose_plan(debt, number, first=as_of, currency=account.currency)
            agreed = InstallmentPlan(tuple(debts), plan)
            yield Option(f"{number} installments", plan, debt, ZERO, None, agreed)
    half = rounded(debt / 2, places)
    if ZERO < half < debt:
        plan = (Installment(as_of, half), Installment(add_days(as_of, 30), debt - half))
        yield Option("half now", plan, debt, ZERO, None, InstallmentPlan(tuple(debts), plan))


def _highest_discount(asked: _Asked, invoices: dict[str, Decimal]) -> SettlementDiscount | None:
    """The highest discount on these debts that a role may grant, in proportion to them; None where it may none."""
    places = minor_units(asked.account.currency)
    unit = Decimal(1).scaleb(-places)
    debt = sum(invoices.values(), ZERO)

    def of(units: int) -> SettlementDiscount | None:
        amounts = split(units * unit, list(invoices.values()), places=places)
        pairs = tuple((name, amount) for name, amount in zip(invoices, amounts, strict=True) if amount)
        return SettlementDiscount(pairs) if pairs else None

    low, high = 0, int(debt / unit)
    while low < high:  # what is granted is granted for less too, but for a few cents on many invoices
        middle = (low + high + 1) // 2
        tried = of(middle)
        granted = tried is not None and asked.grants(tried)
        low, high = (middle, high) if granted else (low, middle - 1)
    return of(low) if 0 < low < int(debt / unit) else None
