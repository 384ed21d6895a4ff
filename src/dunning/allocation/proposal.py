"""The proposal: what each step of a strategy lets a payment settle, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain, combinations, islice
from typing import Annotated, Literal, TypeAlias

import attrs

from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, refuse
from dunning._base.noun import changed, frozen
from dunning._report import Column, Report, shown
from dunning.allocation.claims import Claim, claims_of, is_meant, matches
from dunning.allocation.strategies import ChargesPlace, Step, Strategy
from dunning.amounts import ZERO, currency, exact, split
from dunning.amounts.decimals import Amount, decimals
from dunning.amounts.splitting import covered
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.invoice import Application, CreditNote, Payment
from dunning.ledger import Account, Component
from dunning.ledger.account import reversed_by
from dunning.ledger.components import Components, Item
from dunning.ledger.kinds import OWN_DATE

_Reference: TypeAlias = Annotated[str, Must("{0}", "a text that is not empty", schema={"minLength": 1})]
_CANDIDATES, _MOST_ITEMS, _FEW_NOTES, _TRIES = 24, 5, 6, 60_000


@frozen
class Allocated:
    """An amount that goes to a component (principal, interest, cost, fee, penalty) of an item, and by which step."""

    item: str
    invoice: str
    component: Component
    amount: Decimal
    step: Step


ShortKind: TypeAlias = Literal["discount", "small balance", "deduction"]
"""Why the customer paid less than is open: what the terms allow, a few cents, or what they did not want to pay."""


@frozen
class Short:
    """What stays open of an item that was to be paid, and why: a *discount* is earned with the payment."""

    item: str
    amount: Decimal
    kind: ShortKind


@frozen
class Netted:
    """A credit note that the customer counted in: how much of it goes to which invoice or installment."""

    credit_note: str
    debt: str
    amount: Decimal


@frozen
class Allocation(Report[Allocated]):
    """What a payment settles, as proposed. Iterating gives an `Allocated` for each component of an item.

    `applied` has one (invoice, amount) pair for each invoice, as the facts want it, or for each of its installments
    where the money would otherwise go to another; `unapplied` is what is left, and `unmatched` the references under
    which nothing is open. `short` says why what was to be paid was not paid in full, `netted` which credit notes were
    counted in. `rivals` are the sets of items that match what came exactly, and as well as the one that was chosen:
    where there are any, ask the customer.
    """

    source: Payment | CreditNote
    as_of: date
    lines: tuple[Allocated, ...]
    unapplied: Decimal
    unmatched: tuple[str, ...]
    before: tuple[str, ...] = attrs.field(default=(), repr=False)
    """The invoices to which this source was applied by applications before, reversed ones included."""
    short: tuple[Short, ...] = ()
    netted: tuple[Netted, ...] = ()
    rivals: tuple[tuple[str, ...], ...] = ()
    by_installment: frozenset[str] = attrs.field(default=frozenset(), repr=False)
    """The invoices whose installments have to be named."""

    @property
    @exact
    def applied(self) -> tuple[tuple[str, Decimal], ...]:
        """(invoice or installment, amount) pairs, in the order in which they were first met."""
        totals: dict[str, Decimal] = {}
        for line in self.lines:
            name = line.item if line.invoice in self.by_installment else line.invoice
            totals[name] = totals.get(name, ZERO) + line.amount
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

        Their ids count the applications of the payment to that invoice before them. Credit notes that were counted in
        are applied as well; for a payment that is not in the ledger yet, see `as_netting`.
        """
        source, count = self.source.id, self.before.count
        own = (
            Application(f"{source}/{name}/{count(name) + 1}", source, on, name, amount) for name, amount in self.applied
        )
        return (*own, *self.as_netting(on=on))

    @guarded
    def as_netting(self, *, on: date) -> tuple[Application, ...]:
        """The facts that apply the credit notes which the customer counted in."""
        name = f"with {self.source.id}"
        return tuple(
            Application(f"{note}/{debt}/{name}", note, on, debt, amount)
            for note, debt, amount in ((each.credit_note, each.debt, each.amount) for each in self.netted)
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
        for short in self.short:
            yield f"{shown(short.amount)} of {short.item} is not paid: {short.kind}"
        for each in self.netted:
            yield f"{shown(each.amount)} of {each.credit_note} goes to {each.debt}"
        for rival in self.rivals:
            yield f"ambiguous: {', '.join(rival)} would match as well"


class _Allocator:
    """A payment while it is allocated."""

    def __init__(self, amount: Decimal, strategy: Strategy, claims: list[Claim], lost: dict[Item, Decimal]) -> None:
        self.left = amount
        self.lost = lost
        self.strategy = strategy
        self.claims = claims
        self.lines: list[Allocated] = []
        self.short: list[Short] = []
        self.netted: list[Netted] = []
        self.rivals: list[tuple[str, ...]] = []

    def pay(
        self, claim: Claim, amount: Decimal, step: Step, components: Sequence[Component], *, disputed_too: bool = False
    ) -> None:
        """Put up to an amount on an item; all but its discount settles it, where that much is there."""
        full = claim.open
        if claim.discount and "principal" in components and min(amount, self.left) != full:
            payable = full - claim.discount
            if ZERO < payable <= min(amount, self.left, claim.free):
                self.short.append(Short(claim.item.id, claim.discount, "discount"))
                claim.owed["principal"] -= claim.discount
                claim.discount, claim.free, amount = ZERO, min(claim.free, payable), payable
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
        meant: list[Claim] = []
        whole = [claim for claim in self.claims if any(is_meant(claim, name) for name, _ in references)]
        if self.left == sum((claim.open for claim in whole), ZERO):
            for claim in whole:  # the customer takes no discount
                claim.discount = ZERO
        for name, asked in references:
            found = [claim for claim in self.claims if is_meant(claim, name)]
            written_off = ((item, amount) for item, amount in self.lost.items() if amount)
            lost = [(item, amount) for item, amount in written_off if name in (item.id, item.invoice.id)]
            if not found and not lost:
                unmatched.append(name)
            end = ZERO if asked is None else max(ZERO, self.left - asked)
            meant += found
            if asked is not None or self.left == sum((claim.open for claim in found), ZERO):
                for claim in found:
                    claim.discount = ZERO if asked != claim.open - claim.discount else claim.discount
            for claim in found:
                self.pay(claim, self.left - end, "named", self.strategy.order, disputed_too=True)
            for item, amount in lost:
                part = min(self.left - end, amount)
                if part > ZERO:
                    self.left -= part
                    self.lost[item] -= part
                    self.lines.append(Allocated(item.id, item.invoice.id, "principal", part, "named"))
        if not self.left:
            self.short += [
                Short(claim.item.id, claim.open, "small balance" if claim.open <= self.strategy.small else "deduction")
                for claim in dict.fromkeys(meant)
                if claim.open
            ]
        return unmatched

    def exact(self, notes: Mapping[str, Decimal]) -> None:
        """Pay the fewest and oldest items that come to exactly what is left, alone or with credit notes counted in."""
        order = self.strategy.order
        rooms = [(claim, room) for claim in self.claims if (room := claim.room(order))]
        few = rooms[:_CANDIDATES]
        sizes = range(2, min(_MOST_ITEMS, len(few)) + 1)
        counted: list[tuple[tuple[str, Decimal], ...]] = [(), *((each,) for each in notes.items())]
        counted += combinations(list(notes.items())[:_FEW_NOTES], 2)
        for some in counted:
            groups = chain(((one,) for one in rooms), (group for size in sizes for group in combinations(few, size)))
            goal = self.left + sum((amount for _, amount in some), ZERO)
            found = matches(islice(groups, len(rooms) + _TRIES // len(counted)), goal)
            if found:
                self._settle(found[0], some)
                chosen = {claim.item.id for claim, _ in found[0]}
                others = (tuple(claim.item.id for claim, _ in match) for match in found[1:])
                self.rivals += [each for each in dict.fromkeys(others) if set(each) != chosen]
                return

    def _settle(self, match: Sequence[tuple[Claim, bool]], notes: Sequence[tuple[str, Decimal]]) -> None:
        """Pay what matches: the last items with the credit notes, as far as these go."""
        due = [(claim, claim.room(self.strategy.order) - (claim.discount if less else ZERO)) for claim, less in match]
        for claim, less in match:
            claim.discount = claim.discount if less else ZERO
        rest = dict(notes)
        for place in reversed(range(len(due))):
            claim, amount = due[place]
            for name, left in rest.items():
                part = min(amount, left)
                if part:
                    self.netted.append(Netted(name, claim.item.id, part))
                    rest[name] -= part
                    amount -= part
            due[place] = claim, amount
        for claim, amount in due:
            netted = sum((each.amount for each in self.netted if each.debt == claim.item.id), ZERO)
            if netted:
                claim.take(netted, self.strategy.order, disputed_too=False)
            self.pay(claim, amount, "exact", self.strategy.order)

    def in_turn(self, step: Step, claims: Iterable[Claim]) -> None:
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
                unit = max(places, decimals(total))
                for claim, part in zip(self.claims, split(total, rooms, places=unit), strict=True):
                    self.pay(claim, part, "pro rata", components)
                for claim in self.claims:
                    self.pay(claim, self.left, "pro rata", components)


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
    return _unapplied(source, account, as_of)


def _unapplied(source: Payment | CreditNote, account: Account, as_of: date) -> Decimal:
    """What of a recorded payment or credit note is not put to use."""
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
    received = payment.received if isinstance(payment, Payment) else date.max  # a credit note earns no discount
    claims = claims_of(account, components, strategy.order, received)
    before_all = {claim.item.id: claim.open for claim in claims}
    allocator = _Allocator(left, strategy, claims, {item: item.written_off for item in components.items()})
    places = currency(account.currency).decimals or 0
    unmatched: list[str] = []
    for step in strategy.steps:
        if step == "named":
            unmatched = allocator.named(named)
        elif step == "exact":
            allocator.exact(_notes(account, components) if isinstance(payment, Payment) else {})
        elif step == "pro rata":
            allocator.pro_rata(places)
        else:
            allocator.in_turn(
                step,
                claims if step == "oldest" else sorted(claims, key=lambda each: (-each.room(strategy.order), each.key)),
            )
    uses = (fact for fact in account.facts if isinstance(fact, Application) and fact.source == payment.id)
    before = tuple(name for fact in uses for name, _ in fact.applied)
    return Allocation(
        payment, as_of, tuple(allocator.lines), allocator.left, tuple(unmatched), before,
        tuple(allocator.short), tuple(allocator.netted), tuple(allocator.rivals),
        _by_installment(components, allocator, before_all),
    )  # fmt: skip


def _notes(account: Account, components: Components) -> dict[str, Decimal]:
    """The credit notes that are not applied, by id, the oldest first."""
    as_of = components.as_of
    notes = (fact for fact in account.facts if isinstance(fact, CreditNote) and fact.id not in components.gone)
    found = sorted((note for note in notes if note.issued <= as_of), key=lambda note: (note.issued, note.id))
    left = ((note.id, _unapplied(note, account, as_of)) for note in found)
    return dict(islice(((name, amount) for name, amount in left if amount > ZERO), _CANDIDATES))


def _by_installment(components: Components, allocator: _Allocator, before: Mapping[str, Decimal]) -> frozenset[str]:
    """The invoices of which the lines pay other installments than money does that names none."""
    found: set[str] = set()
    for name in {line.invoice for line in allocator.lines}:
        items = components.items_of(name)
        if len(items) > 1:
            mine = [sum((line.amount for line in allocator.lines if line.item == item.id), ZERO) for item in items]
            usual = list(covered(sum(mine, ZERO), (before.get(item.id, ZERO) for item in items)))
            if mine != usual:
                found.add(name)
    return frozenset(found)
