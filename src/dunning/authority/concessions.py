"""Concessions: what a collector may give to a customer, as closed nouns, and what each amounts to.

A concession is a proposal. What becomes of it are facts, which bear who agreed to it and under whose authority
(`dunning.authority.concede`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from dunning._base.bounds import Id, Once, Some, SomeOnce
from dunning._base.names import means, repeated
from dunning._base.noun import frozen
from dunning.amounts import ZERO
from dunning.amounts.decimals import Amount
from dunning.interactions import Hold
from dunning.invoice import Charge, Installment
from dunning.ledger import Account
from dunning.ledger.account import reversed_by
from dunning.ledger.debts import debts_among

ConcessionKind: TypeAlias = Literal[
    "waiver", "discount", "installments", "extension", "hold_lift", "write_off", "handover"
]
"""The kinds of concessions, as grants name them."""


Ids: TypeAlias = SomeOnce[Id]


@frozen
class Waiver:
    """Charges (fees, interest) that are not asked for after all, by their ids."""

    charges: Ids


@frozen
class SettlementDiscount:
    """Amounts taken off invoices for payment at once: (invoice, amount) pairs."""

    amounts: Some[tuple[Id, Amount]]

    def _rules(self) -> Iterator[str]:
        yield from (f"amounts: {each} is named twice" for each in repeated(name for name, _ in self.amounts))


@frozen
class InstallmentPlan:
    """A payment plan for invoices or installments; see `dunning.settlement.propose_plan` for equal parts."""

    items: Ids
    installments: Some[Installment]

    def _rules(self) -> Iterator[str]:
        if any(part.due is None for part in self.installments):
            yield "installments: give each a due date"


@frozen
class Extension:
    """A later due date of an invoice, or of one of its installments."""

    invoice: Id
    due: date


@frozen
class HoldLift:
    """A hold that ends before its time, by its id."""

    hold: Id


@frozen
class WriteOff:
    """All that is open of invoices, given up as bad debt."""

    invoices: Ids


@frozen
class Handover:
    """Debts that are placed with an agency or a lawyer; without `items`, all that is open."""

    agency: Id
    items: Once[Id] = ()


Concession: TypeAlias = Waiver | SettlementDiscount | InstallmentPlan | Extension | HoldLift | WriteOff | Handover
"""What a collector may give to a customer, a closed set."""


class Size(NamedTuple):
    """What a concession amounts to: money, the debt that it is a share of, and the last day on which money is due.

    `base` is what is open of the `invoices` concerned, `since` the day from which `until` is counted.
    """

    amount: Decimal = ZERO
    base: Decimal = ZERO
    invoices: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    faults: tuple[str, ...] = ()


def _unknown(what: str, names: Iterator[str] | list[str]) -> tuple[str, ...]:
    return tuple(f"{what} {name!r} is not of this account on that day" for name in names)


def _waiver(asked: Waiver, account: Account, as_of: date) -> Size:
    undone = reversed_by(account.facts, as_of)
    charges = {
        fact.id: fact
        for fact in account.facts
        if isinstance(fact, Charge) and fact.on <= as_of and fact.id not in undone
    }
    named = [charges[name] for name in asked.charges if name in charges]
    invoices = tuple(dict.fromkeys(each.invoice for each in named))
    faults = _unknown("charge", [name for name in asked.charges if name not in charges])
    return Size(
        sum((each.amount for each in named), ZERO), open_of_invoices(account, invoices, as_of), invoices, faults=faults
    )


def _discount(asked: SettlementDiscount, account: Account, as_of: date) -> Size:
    known = debts_among(account.receivables)
    faults = list(_unknown("invoice", [name for name, _ in asked.amounts if name not in known]))
    for name, amount in asked.amounts:
        if name in known and amount > (owed := known[name].owed(as_of)):
            faults.append(f"{amount} is more than the {owed} open of {name}")
    names = tuple(name for name, _ in asked.amounts)
    amount = sum((amount for _, amount in asked.amounts), ZERO)
    return Size(amount, open_of_invoices(account, names, as_of), names, faults=tuple(faults))


def _installments(asked: InstallmentPlan, account: Account, as_of: date) -> Size:
    items = account.items_at(as_of)
    known = {name for each in items for name in (each.id, each.invoice)}
    amount = sum((part.amount for part in asked.installments), ZERO)
    until = max(part.day for part in asked.installments)
    faults = _unknown("open item", [name for name in asked.items if name not in known])
    if min(part.day for part in asked.installments) < as_of:
        faults = (*faults, f"the first installment is due before {as_of}")
    owed = sum((each.open - each.disputed for each in items if means(asked.items, (each.id, each.invoice))), ZERO)
    owed -= account.unapplied_at(as_of)
    if amount < owed:
        faults = (*faults, f"the parts sum to {amount}, less than the {owed} to be paid of the items")
    return Size(amount, amount, (), as_of, until, faults)


def _extension(asked: Extension, account: Account, as_of: date) -> Size:
    found = debts_among(account.receivables).get(asked.invoice)
    if found is None or not found.owed(as_of):
        return Size(faults=_unknown("open invoice", [asked.invoice]))
    if found.receivable.invoice.installments and not found.number:
        fault = f"{asked.invoice} is due in installments; name one, as {asked.invoice}/1, or agree on a plan"
        return Size(faults=(fault,))
    first, now = found.first_due, found.due(as_of)
    if first is None or now is None:
        return Size(faults=(f"{asked.invoice} has no due date to extend",))
    faults = () if asked.due > now else (f"{asked.due} is not after the due date of {asked.invoice}, {now}",)
    return Size(found.owed(as_of), found.owed(as_of), (asked.invoice,), first, asked.due, faults)


def _hold_lift(asked: HoldLift, account: Account, as_of: date) -> Size:
    own = {None, *debts_among(account.receivables)}
    standing = [hold for hold in account.holds(as_of=as_of) if hold.id == asked.hold and hold.invoice in own]
    if not standing:
        return Size(faults=_unknown("hold", [asked.hold]))
    held = held_by(standing[0], account, as_of)
    return Size(held, held)


def held_by(hold: Hold, account: Account, as_of: date) -> Decimal:
    """What a hold keeps from being dunned."""
    if hold.amount is not None:
        return hold.amount
    return open_of(() if hold.invoice is None else (hold.invoice,), account, as_of)


def open_of(items: tuple[str, ...], account: Account, as_of: date) -> Decimal:
    """What is open of items; of all, where none is named."""
    return sum((each.open for each in account.items_at(as_of) if means(items, (each.id, each.invoice))), ZERO)


def open_of_invoices(account: Account, invoices: tuple[str, ...], as_of: date) -> Decimal:
    """What is open of invoices of the account."""
    known = debts_among(account.receivables)
    return sum((known[name].owed(as_of) for name in invoices if name in known), ZERO)


def _write_off(asked: WriteOff, account: Account, as_of: date) -> Size:
    known = debts_among(account.receivables)
    open_now = {name: owed for name, each in known.items() if (owed := each.owed(as_of))}
    amount = sum((open_now[name] for name in asked.invoices if name in open_now), ZERO)
    strangers = [name for name in asked.invoices if name not in open_now]
    return Size(amount, amount, asked.invoices, faults=_unknown("open invoice", strangers))


def _handover(asked: Handover, account: Account, as_of: date) -> Size:
    known = {name for each in account.items_at(as_of) for name in (each.id, each.invoice)}
    amount = open_of(asked.items, account, as_of)
    faults = _unknown("open item", [name for name in asked.items if name not in known])
    return Size(amount, amount, faults=faults if known or faults else ("nothing is open",))


_ABOUT: Mapping[type, tuple[ConcessionKind, Callable[[Any, Account, date], Size]]] = {
    # concession: the name of its kind, and what it amounts to
    Waiver: ("waiver", _waiver),
    SettlementDiscount: ("discount", _discount),
    InstallmentPlan: ("installments", _installments),
    Extension: ("extension", _extension),
    HoldLift: ("hold_lift", _hold_lift),
    WriteOff: ("write_off", _write_off),
    Handover: ("handover", _handover),
}


def kind_of_concession(concession: Concession) -> ConcessionKind:
    """The name of a concession's kind."""
    return _ABOUT[type(concession)][0]


def size_of(concession: Concession, account: Account, as_of: date) -> Size:
    """What a concession amounts to on a date, and what is wrong with it."""
    return _ABOUT[type(concession)][1](concession, account, as_of)
