"""The proposal: what each step of a strategy lets a payment settle, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, combinations, islice
from typing import Annotated, TypeAlias

import attrs

from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, refuse
from dunning._base.noun import changed, frozen
from dunning._report import Column, Report, shown
from dunning.allocation.strategies import ChargesPlace, Step, Strategy
from dunning.amounts import ZERO, currency, exact, split
from dunning.amounts.decimals import Amount
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.invoice import Application, CreditNote, Payment
from dunning.ledger import Account, Component, OpenItem, PaymentOrder
from dunning.ledger.account import reversed_by
from dunning.ledger.components import Components, Item
from dunning.ledger.kinds import OWN_DATE
from dunning.terms import cash_discount

_Reference: TypeAlias = Annotated[str, Must("{0}", "a text that is not empty")]
_CANDIDATES, _MOST_ITEMS, _TRIES = 24, 5, 60_000


@frozen
class Allocated:
    """An amount that goes to a component (principal, interest, cost, fee, penalty) of an item, and by which step."""

    item: str
    invoice: str
    component: Component
    amount: Decimal
    step: Step


@frozen
class Allocation(Report[Allocated]):
    """What a payment settles, as proposed. Iterating gives an `Allocated` for each component of an item.

    `applied` has one (invoice, amount) pair for each invoice, as the facts want it; `unapplied` is what is left, and
    `unmatched` the references under which nothing is open.
    """

    source: Payment | CreditNote
    as_of: date
    lines: tuple[Allocated, ...]
    unapplied: Decimal
    unmatched: tuple[str, ...]
    before: tuple[str, ...] = attrs.field(default=(), repr=False)
    """The invoices to which this source was applied by applications before, reversed ones included."""

    @property
    @exact
    def applied(self) -> tuple[tuple[str, Decimal], ...]:
        """(invoice, amount) pairs, in the order in which invoices were first met."""
        totals: dict[str, Decimal] = {}
        for line in self.lines:
            totals[line.invoice] = totals.get(line.invoice, ZERO) + line.amount
        return tuple(totals.items())

    def as_source(self) -> Payment | CreditNote:
        """The payment or credit note as it is to be recorded, if it is not in the ledger yet: with its `applied`.

        Raises:
            InvalidValue: it has been applied in part; use `as_applications`.
        """
        if self.source.applied:
            raise InvalidValue(self.source.id, ("applied: it is recorded already; use as_applications",))
        return changed(self.source, applied=self.applied)

    @guarded
    def as_applications(self, *, on: date) -> tuple[Application, ...]:
        """The facts that apply a payment which is in the ledger already; one for each invoice.

        Their ids count the applications of the payment to that invoice before them.
        """
        source, count = self.source.id, self.before.count
        return tuple(
            Application(f"{source}/{name}/{count(name) + 1}", source, on, name, amount) for name, amount in self.applied
        )

    _rows = "lines"
    _same = (Column("source", "source.id"), "as_of")
    _columns = (
        Column("item", heading="item", left=True),
        Column("invoice"),
        Column("component", heading="component", left=True),
        Column("step", heading="by", left=True),
        Column("amount", heading="amount"),
    )

    def _title(self) -> str:
        return f"Allocation of {self.source.id}: {shown(self.source.amount)} {self.source.currency}"

    def _notes(self) -> Iterator[str]:
        if self.unapplied:
            yield f"{shown(self.unapplied)} stays unapplied"
        elif not self.lines:
            yield "nothing was left to allocate"
        if self.unmatched:
            yield f"nothing is open under {', '.join(self.unmatched)}"


class _Claim:
    """An open item: what of it may be paid, by component in the order of payment."""

    def __init__(self, open_item: OpenItem, item: Item, owed: dict[Component, Decimal]) -> None:
        self.open_item = open_item
        self.item = item
        self.key = (open_item.due or date.max, open_item.issued, open_item.invoice, open_item.installment or 0)
        self.owed = owed
        self.free = open_item.open - open_item.disputed

    def take(self, amount: Decimal, components: Sequence[Component], *, disputed_too: bool) -> dict[Component, Decimal]:
        """Take up to an amount from some components, in their order; what is taken is not open any more."""
        taken: dict[Component, Decimal] = {}
        for component in components:
            most = self.owed[component] if disputed_too else min(self.owed[component], self.free)
            part = min(amount, most)
            if part > ZERO:
                taken[component] = part
                self.owed[component] -= part
                self.free -= min(part, self.free)
                amount -= part
        return taken

    def room(self, components: Sequence[Component]) -> Decimal:
        """What may be taken from some components, disputed amounts left out."""
        return min(self.free, sum((self.owed[component] for component in components), ZERO))


class _Allocator:
    """A payment while it is allocated."""

    def __init__(
        self, amount: Decimal, strategy: Strategy, claims: list[_Claim], written_off: dict[str, Decimal]
    ) -> None:
        self.left = amount
        self.written_off = written_off
        self.strategy = strategy
        self.claims = claims
        self.lines: list[Allocated] = []

    def pay(
        self, claim: _Claim, amount: Decimal, step: Step, components: Sequence[Component], *, disputed_too: bool = False
    ) -> None:
        """Put up to an amount on an item."""
        taken = claim.take(min(amount, self.left), components, disputed_too=disputed_too)
        for component, part in taken.items():
            self.left -= part
            self.lines.append(Allocated(claim.item.id, claim.item.invoice.id, component, part, step))

    def phases(self) -> list[tuple[Component, ...]]:
        """The components in the turns in which all items are gone through."""
        order = self.strategy.order
        charges: tuple[Component, ...] = tuple(component for component in order if component != "principal")
        principal: tuple[Component, ...] = ("principal",)
        turns: Mapping[ChargesPlace, list[tuple[Component, ...]]] = {
            "with item": [order],
            "first": [charges, principal],
            "last": [principal, charges],
        }
        return turns[self.strategy.charges]

    def named(self, references: Sequence[tuple[str, Decimal | None]]) -> list[str]:
        """Pay what the customer named; returns the references under which nothing is open."""
        unmatched: list[str] = []
        for name, asked in references:
            found = [
                claim
                for claim in self.claims
                if name in (claim.item.id, claim.item.invoice.id, claim.item.invoice.reference)
            ]
            lost = [(invoice, amount) for invoice, amount in self.written_off.items() if name == invoice and amount]
            if not found and not lost:
                unmatched.append(name)
            end = ZERO if asked is None else max(ZERO, self.left - asked)
            for claim in found:
                self.pay(claim, self.left - end, "named", self.strategy.order, disputed_too=True)
            for invoice, amount in lost:
                part = min(self.left - end, amount)
                if part > ZERO:
                    self.left -= part
                    self.written_off[invoice] -= part
                    self.lines.append(Allocated(invoice, invoice, "principal", part, "named"))
        return unmatched

    def exact(self, received: date, places: int) -> None:
        """Pay the fewest and oldest items whose open amounts are exactly what is left."""
        order = self.strategy.order
        claims = [claim for claim in self.claims if claim.room(order)]
        few = claims[:_CANDIDATES]
        sizes = range(2, min(_MOST_ITEMS, len(few)) + 1)
        groups = chain(((claim,) for claim in claims), (group for size in sizes for group in combinations(few, size)))
        tries = islice(groups, len(claims) + _TRIES)
        match = next((group for group in tries if sum((claim.room(order) for claim in group), ZERO) == self.left), None)
        if match is None:
            match = next(((claim,) for claim in claims if _payable(claim, received, places) == self.left), ())
        for claim in match:
            self.pay(claim, self.left, "exact", order)

    def in_turn(self, step: Step, claims: Iterable[_Claim]) -> None:
        """Pay item after item as far as the money goes."""
        ordered = list(claims)
        for components in self.phases():
            for claim in ordered:
                self.pay(claim, self.left, step, components)

    def pro_rata(self, places: int) -> None:
        """Pay all items in proportion to what is open of them."""
        for components in self.phases():
            rooms = [claim.room(components) for claim in self.claims]
            total = min(self.left, sum(rooms, ZERO))
            if total:
                unit = max(places, _decimals(total))
                for claim, part in zip(self.claims, split(total, rooms, places=unit), strict=True):
                    self.pay(claim, part, "pro rata", components)
                for claim in self.claims:
                    self.pay(claim, self.left, "pro rata", components)


def _claims(account: Account, components: Components, order: PaymentOrder) -> list[_Claim]:
    """The open items, oldest due first, each with what it consists of.

    What an invoice consists of is laid on its installments as the ledger has them open: charges on the first ones.
    """
    items = {item.id: item for item in components.items()}
    pools: dict[str, dict[Component, Decimal]] = {}
    claims: list[_Claim] = []
    for each in sorted(account.items_at(components.as_of), key=lambda open_item: open_item.installment or 0):
        item = items[each.id]
        pool = pools.setdefault(each.invoice, components.owed(each.invoice))
        left, owed = each.open, dict.fromkeys(order, ZERO)
        for component in sorted(order, key=lambda component: component == "principal"):
            owed[component] = min(left, pool[component])
            pool[component] -= owed[component]
            left -= owed[component]
        owed["principal"] += left  # written off beyond what was owed, while a payment stood that bounced since
        claims.append(_Claim(each, item, owed))
    return sorted(claims, key=lambda claim: claim.key)


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _payable(claim: _Claim, received: date, places: int) -> Decimal | None:
    """What settles an undivided invoice on a day with the discount of its terms; None where there is none to be had."""
    invoice = claim.item.invoice
    if invoice.terms is None or invoice.installments or not claim.open_item.open == claim.free == invoice.amount:
        return None
    if not invoice.terms.discounts or invoice.terms.roll != "unadjusted":
        return None
    found = cash_discount(invoice.terms, invoice.amount, issued=invoice.issued, on=received, places=places)
    return found.payable if found.discount else None


def _left_of(source: Payment | CreditNote, account: Account, as_of: date) -> Decimal:
    """What of a payment or credit note is not applied."""
    faults: list[str] = []
    day = source.received if isinstance(source, Payment) else source.issued
    if (source.customer, source.currency) != (account.customer, account.currency):
        faults.append(f"customer: {source.customer} {source.currency} is not {account.customer} {account.currency}")
    if day > as_of:
        faults.append(f"as_of: it is dated {day}, after {as_of}; ask about a later day")
    gone = reversed_by(account.facts, as_of)
    known = next((fact for fact in account.facts if fact.id == source.id), None)
    if known is not None and known != source:
        faults.append("id: the ledger has another fact under it")
    if known is None and source.applied:
        faults.append("applied: record it first, or leave applied empty")
    if source.id in gone:
        faults.append("it is reversed; there is nothing to allocate")
    refuse(f"allocate {source.id}", faults)
    if known is None:
        return source.amount
    # money for an invoice to come moves later, but is not free from the day of the fact that said so
    mine = (entry for entry in account.on_account if entry.source == source)
    causes = ((entry.amount, entry.by or entry.fact) for entry in mine)
    return -sum((amount for amount, cause in causes if OWN_DATE[type(cause)](cause) <= as_of), ZERO)


@checked
@exact
def allocate(
    payment: Payment | CreditNote,
    account: Account,
    *,
    as_of: Day,
    strategy: Strategy,
    references: Sequence[_Reference | tuple[_Reference, Amount | None]] = (),
) -> Allocation:
    """Propose which invoices a payment (or what is unapplied of it) settles on a date.

    Args:
        payment: the payment or credit note, recorded in the account's ledger or not.
        account: the customer's account.
        as_of: the date; what is open on it can be paid.
        strategy: how items are chosen; see `dunning.presets.allocations`.
        references: what the customer named: ids of invoices or installments, or what stands in an invoice's
            `reference`, each with an amount or without.

    Raises:
        InvalidValue: the payment is of another account, dated later, reversed, or applied but not recorded.

    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.allocations import OLDEST_FIRST
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ...     Invoice("INV-2", "ACME", date(2026, 1, 9), date(2026, 2, 8), Decimal("40.00"), "EUR"),
    ... ])
    >>> payment = Payment("PAY-1", "ACME", date(2026, 2, 9), Decimal("100.00"), "EUR")
    >>> found = allocate(payment, ledger.account("ACME"), as_of=date(2026, 2, 9), strategy=OLDEST_FIRST)
    >>> [(name, str(amount)) for name, amount in found.applied], str(found.unapplied)
    ([('INV-1', '90.00'), ('INV-2', '10.00')], '0.00')
    """
    named = [(each, None) if isinstance(each, str) else each for each in references]
    left = _left_of(payment, account, as_of)
    components = Components(account, as_of, strategy.order)
    claims = _claims(account, components, strategy.order)
    allocator = _Allocator(
        left, strategy, claims, {name: components.written_off(name) for name in components.receivables}
    )
    places = currency(account.currency).decimals or 0
    received = payment.received if isinstance(payment, Payment) else payment.issued
    unmatched: list[str] = []
    for step in strategy.steps:
        if step == "named":
            unmatched = allocator.named(named)
        elif step == "exact":
            allocator.exact(received, places)
        elif step == "pro rata":
            allocator.pro_rata(places)
        else:
            allocator.in_turn(
                step,
                claims if step == "oldest" else sorted(claims, key=lambda each: (-each.room(strategy.order), each.key)),
            )
    before = tuple(
        fact.invoice for fact in account.facts if isinstance(fact, Application) and fact.source == payment.id
    )
    return Allocation(payment, as_of, tuple(allocator.lines), allocator.left, tuple(unmatched), before)
