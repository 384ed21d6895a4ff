"""Open items as claims on a payment: what of each may be paid, which of them are meant, and which sum to what came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import combinations

from dunning.amounts import ZERO
from dunning.ledger import Account, Component, OpenItem, PaymentOrder
from dunning.ledger.components import Components, Item
from dunning.ledger.earned import discount_for
from dunning.ledger.entries import standing


class Claim:
    """An open item: what of it may be paid, by component in the order of payment."""

    def __init__(self, open_item: OpenItem, item: Item, owed: dict[Component, Decimal], discount: Decimal) -> None:
        self.item = item
        self.key = (open_item.due or date.max, open_item.issued, open_item.invoice, open_item.installment or 0)
        self.owed = owed
        self.free = open_item.open - open_item.disputed
        self.discount = discount

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

    @property
    def open(self) -> Decimal:
        """What is open of it still."""
        return sum(self.owed.values(), ZERO)

    def room(self, components: Sequence[Component]) -> Decimal:
        """What may be taken from some components, disputed amounts left out."""
        return min(self.free, sum((self.owed[component] for component in components), ZERO))


def is_meant(claim: Claim, name: str) -> bool:
    """Whether a reference means an item: by its own name, its invoice's, or what stands on the invoice."""
    return name in (claim.item.id, claim.item.invoice.id, claim.item.invoice.reference)


def matches(groups: Iterable[Sequence[tuple[Claim, Decimal]]], goal: Decimal) -> list[list[tuple[Claim, bool]]]:
    """The groups of the fewest items that come to an amount, each item in full or less its discount; in full first."""
    full: list[list[tuple[Claim, bool]]] = []
    less: list[list[tuple[Claim, bool]]] = []
    size = 0
    for group in groups:
        if (full or less) and len(group) > size:
            break
        total = sum((room for _, room in group), ZERO)
        if total == goal:
            full.append([(claim, False) for claim, _ in group])
            size = len(group)
        elif total > goal and any(claim.discount for claim, _ in group):
            taken = _taking([claim for claim, _ in group], total - goal)
            if taken is not None:
                less.append(taken)
                size = len(group)
    return full + less


def _taking(group: Sequence[Claim], missing: Decimal) -> list[tuple[Claim, bool]] | None:
    """Which items of a group take their discount, so that these come to an amount; None where no choice does."""
    able = [claim for claim in group if claim.discount and claim.free == claim.open]
    for count in range(len(able), 0, -1):
        for some in combinations(able, count):
            if sum((claim.discount for claim in some), ZERO) == missing:
                return [(claim, claim in some) for claim in group]
    return None


def claims_of(account: Account, components: Components, order: PaymentOrder, received: date) -> list[Claim]:
    """The open items, oldest due first, each with what it consists of and the discount that may be taken on a day.

    What an invoice consists of is laid on its installments as the ledger has them open: charges on the first ones.
    """
    items = {item.id: item for item in components.items()}
    pools: dict[str, dict[Component, Decimal]] = {}
    claims: list[Claim] = []
    for each in sorted(account.items_at(components.as_of), key=lambda open_item: open_item.installment or 0):
        item = items[each.id]
        pool = pools.setdefault(each.invoice, components.owed(each.invoice))
        left, owed = each.open, dict.fromkeys(order, ZERO)
        for component in sorted(order, key=lambda component: component == "principal"):
            owed[component] = min(left, pool[component])
            pool[component] -= owed[component]
            left -= owed[component]
        owed["principal"] += left  # written off beyond what was owed, while a payment stood that bounced since
        discount, invoice = ZERO, item.invoice
        if invoice.terms is not None and invoice.terms.discounts:
            number = item.number if invoice.installments else 0
            there = standing(item.receivable.entries, components.as_of)
            discount = discount_for(invoice, there, number, owed["principal"], received)
        claims.append(Claim(each, item, owed, discount))
    return sorted(claims, key=lambda claim: claim.key)
