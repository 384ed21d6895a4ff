"""Concessions: what a collector may give to a customer, as closed nouns, and what each amounts to.

A concession is a proposal. What becomes of it are facts, which bear who agreed to it and under whose authority
(`dunning.authority.concede`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeAlias

from dunning._base.checks import refuse
from dunning._base.names import means
from dunning._base.noun import at_home, changed, frozen, is_tuple_of
from dunning._fact import is_pair
from dunning.amounts import ZERO
from dunning.dates import is_date
from dunning.interactions import Hold, PaymentPlan, Placement
from dunning.invoice import Adjustment, Charge, DueDateChange, Installment, Reversal
from dunning.ledger import Account, Fact
from dunning.ledger.account import reversed_by

ConcessionKind: TypeAlias = Literal[
    "waiver", "discount", "installments", "extension", "hold_lift", "write_off", "handover"
]
"""The kinds of concessions, as grants name them."""


def _ids(name: str, value: Any) -> list[str]:
    if is_tuple_of(value, str) and value and all(value) and len(set(value)) == len(value):
        return []
    return [f"{name}: {value!r} is not a tuple of ids, at least one and each once"]


@frozen
class Waiver:
    """Charges (fees, interest) that are not asked for after all, by their ids."""

    charges: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        refuse("Waiver", _ids("charges", self.charges))


@frozen
class SettlementDiscount:
    """Amounts taken off invoices for payment at once: (invoice, amount) pairs."""

    amounts: tuple[tuple[str, Decimal], ...]

    def __attrs_post_init__(self) -> None:
        try:
            is_pairs = is_tuple_of(self.amounts, tuple) and all(map(is_pair, self.amounts))
        except ArithmeticError:  # not a number, or of too many digits
            is_pairs = False
        if not is_pairs:
            refuse(
                "SettlementDiscount",
                [f"amounts: {self.amounts!r} is not a tuple of (invoice id, Decimal above zero) pairs"],
            )
        refuse("SettlementDiscount", _ids("amounts", tuple(name for name, _ in self.amounts)))


@frozen
class InstallmentPlan:
    """A payment plan for invoices or installments; see `dunning.settlement.propose_plan` for equal parts."""

    items: tuple[str, ...]
    installments: tuple[Installment, ...]

    def __attrs_post_init__(self) -> None:
        faults = _ids("items", self.items)
        if not self.installments or not is_tuple_of(self.installments, Installment):
            faults.append(f"installments: {self.installments!r} is not a tuple of at least one Installment")
        refuse("InstallmentPlan", faults)


@frozen
class Extension:
    """A later due date of an invoice."""

    invoice: str
    due: date

    def __attrs_post_init__(self) -> None:
        wrong_due = [] if is_date(self.due) else [f"due: {self.due!r} is not a date"]
        refuse("Extension", _ids("invoice", (self.invoice,)) + wrong_due)


@frozen
class HoldLift:
    """A hold that ends before its time, by its id."""

    hold: str

    def __attrs_post_init__(self) -> None:
        refuse("HoldLift", _ids("hold", (self.hold,)))


@frozen
class WriteOff:
    """All that is open of invoices, given up as bad debt."""

    invoices: tuple[str, ...]

    def __attrs_post_init__(self) -> None:
        refuse("WriteOff", _ids("invoices", self.invoices))


@frozen
class Handover:
    """Debts that are placed with an agency or a lawyer; without `items`, all that is open."""

    agency: str
    items: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        refuse("Handover", _ids("agency", (self.agency,)) + (_ids("items", self.items) if self.items else []))


Concession: TypeAlias = Waiver | SettlementDiscount | InstallmentPlan | Extension | HoldLift | WriteOff | Handover
"""What a collector may give to a customer, a closed set."""

_KINDS: Mapping[type, ConcessionKind] = {
    Waiver: "waiver",
    SettlementDiscount: "discount",
    InstallmentPlan: "installments",
    Extension: "extension",
    HoldLift: "hold_lift",
    WriteOff: "write_off",
    Handover: "handover",
}


def kind_of_concession(concession: Concession) -> ConcessionKind:
    """The name of a concession's kind."""
    return _KINDS[type(concession)]


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


def _invoices(account: Account) -> dict[str, Any]:
    return {each.invoice.id: each for each in account.receivables}


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
    return Size(sum((each.amount for each in named), ZERO), _open_of(account, invoices, as_of), invoices, faults=faults)


def _discount(asked: SettlementDiscount, account: Account, as_of: date) -> Size:
    known = _invoices(account)
    faults = list(_unknown("invoice", [name for name, _ in asked.amounts if name not in known]))
    for name, amount in asked.amounts:
        if name in known and amount > (owed := known[name].net(as_of)):
            faults.append(f"{amount} is more than the {max(owed, ZERO)} open of {name}")
    names = tuple(name for name, _ in asked.amounts)
    amount = sum((amount for _, amount in asked.amounts), ZERO)
    return Size(amount, _open_of(account, names, as_of), names, faults=tuple(faults))


def _installments(asked: InstallmentPlan, account: Account, as_of: date) -> Size:
    items = account.items_at(as_of)
    known = {name for each in items for name in (each.id, each.invoice)}
    amount = sum((part.amount for part in asked.installments), ZERO)
    until = max(part.due for part in asked.installments)
    faults = _unknown("open item", [name for name in asked.items if name not in known])
    if min(part.due for part in asked.installments) < as_of:
        faults = (*faults, f"the first installment is due before {as_of}")
    owed = sum((each.open - each.disputed for each in items if means(asked.items, (each.id, each.invoice))), ZERO)
    owed -= account.unapplied_at(as_of)
    if amount < owed:
        faults = (*faults, f"the parts sum to {amount}, less than the {owed} to be paid of the items")
    return Size(amount, amount, (), as_of, until, faults)


def _extension(asked: Extension, account: Account, as_of: date) -> Size:
    found = _invoices(account).get(asked.invoice)
    if found is None or found.net(as_of) <= ZERO:
        return Size(faults=_unknown("open invoice", [asked.invoice]))
    if found.invoice.installments:
        return Size(faults=(f"{asked.invoice} is due in installments; agree on a plan",))
    first, now = found.invoice.due, found.contract_due(1, as_of)
    if first is None or now is None:
        return Size(faults=(f"{asked.invoice} has no due date to extend",))
    faults = () if asked.due > now else (f"{asked.due} is not after the due date of {asked.invoice}, {now}",)
    return Size(found.net(as_of), found.net(as_of), (asked.invoice,), first, asked.due, faults)


def _hold_lift(asked: HoldLift, account: Account, as_of: date) -> Size:
    own = {None, *_invoices(account)}
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


def _open_of(account: Account, invoices: tuple[str, ...], as_of: date) -> Decimal:
    """What is open of invoices of the account."""
    known = _invoices(account)
    return sum((max(ZERO, known[name].net(as_of)) for name in invoices if name in known), ZERO)


def _write_off(asked: WriteOff, account: Account, as_of: date) -> Size:
    known = _invoices(account)
    open_now = {name: each.net(as_of) for name, each in known.items() if each.net(as_of) > ZERO}
    amount = sum((open_now[name] for name in asked.invoices if name in open_now), ZERO)
    strangers = [name for name in asked.invoices if name not in open_now]
    return Size(amount, amount, asked.invoices, faults=_unknown("open invoice", strangers))


def _handover(asked: Handover, account: Account, as_of: date) -> Size:
    known = {name for each in account.items_at(as_of) for name in (each.id, each.invoice)}
    amount = open_of(asked.items, account, as_of)
    faults = _unknown("open item", [name for name in asked.items if name not in known])
    return Size(amount, amount, faults=faults if known or faults else ("nothing is open",))


_SIZES: Mapping[type, Callable[[Any, Account, date], Size]] = {
    Waiver: _waiver,
    SettlementDiscount: _discount,
    InstallmentPlan: _installments,
    Extension: _extension,
    HoldLift: _hold_lift,
    WriteOff: _write_off,
    Handover: _handover,
}


def size_of(concession: Concession, account: Account, as_of: date) -> Size:
    """What a concession amounts to on a date, and what is wrong with it."""
    return _SIZES[type(concession)](concession, account, as_of)


@at_home
class Granted(NamedTuple):
    """What was conceded before: the id of the fact, the amount, and the invoice where it concerned one."""

    id: str
    amount: Decimal
    invoice: str | None = None


def granted_before(kind: ConcessionKind, account: Account, first: date, last: date) -> tuple[Granted, ...]:
    """What was conceded of a kind from one day to another: facts that bear who approved and were not undone."""
    charges = {fact.id: fact for fact in account.facts if isinstance(fact, Charge)}
    undone = reversed_by(account.facts, last)
    found: list[Granted] = []
    for fact in {*account.facts, *account.interactions}:
        if getattr(fact, "approved_by", None) is None or fact.id in undone:
            continue
        if isinstance(fact, Adjustment) and fact.kind == kind and first <= fact.on <= last:
            found.append(Granted(fact.id, fact.amount, fact.invoice))
        elif isinstance(fact, Reversal) and kind == "waiver" and fact.of in charges and first <= fact.on <= last:
            found.append(Granted(fact.id, charges[fact.of].amount, charges[fact.of].invoice))
        elif isinstance(fact, PaymentPlan) and kind == "installments" and first <= fact.agreed <= last:
            found.append(Granted(fact.id, sum((part.amount for part in fact.installments), ZERO)))
        elif isinstance(fact, DueDateChange) and kind == "extension" and first <= fact.on <= last:
            found.append(Granted(fact.id, _open_of(account, (fact.invoice,), fact.on), fact.invoice))
        elif isinstance(fact, Placement) and kind == "handover" and first <= fact.on <= last:
            found.append(Granted(fact.id, open_of(fact.items, account, fact.on)))
        elif (
            isinstance(fact, Hold) and kind == "hold_lift" and fact.ended_by and fact.end and first <= fact.end <= last
        ):
            found.append(Granted(fact.id, held_by(fact, account, fact.end)))
    return tuple(sorted(found))


class _Who(NamedTuple):
    """By whom and when a concession is made, and the ids that are taken."""

    as_of: date
    by: str | None
    approved_by: str
    kind: ConcessionKind
    known: frozenset[str]

    def name(self, target: str) -> str:
        """An id that counts the concessions of the kind."""
        number = 1
        while (found := f"{target}/{self.kind}/{number}") in self.known:
            number += 1
        return found

    @property
    def signed(self) -> dict[str, Any]:
        """Who agreed, and who approved."""
        return {"by": self.by, "approved_by": self.approved_by}


def _waived(asked: Waiver, _: Account, who: _Who) -> Iterator[Fact]:
    for charge in asked.charges:
        yield Reversal(who.name(charge), charge, who.as_of, reason="waived", **who.signed)


def _discounted(asked: SettlementDiscount, _: Account, who: _Who) -> Iterator[Fact]:
    for invoice, amount in asked.amounts:
        reason = "for payment at once"
        yield Adjustment(who.name(invoice), invoice, who.as_of, amount, "discount", reason=reason, **who.signed)


def _written_off(asked: WriteOff, account: Account, who: _Who) -> Iterator[Fact]:
    for invoice in asked.invoices:
        amount = _open_of(account, (invoice,), who.as_of)
        yield Adjustment(who.name(invoice), invoice, who.as_of, amount, "write_off", reason="conceded", **who.signed)


def _extended(asked: Extension, _: Account, who: _Who) -> Iterator[Fact]:
    name = who.name(asked.invoice)
    yield DueDateChange(name, asked.invoice, who.as_of, asked.due, reason="extension", **who.signed)


def _planned(asked: InstallmentPlan, account: Account, who: _Who) -> Iterator[Fact]:
    name = who.name(f"{account.customer}/{account.currency}")
    parts, items = asked.installments, asked.items
    yield PaymentPlan(name, account.customer, who.as_of, account.currency, parts, items, **who.signed)


def _handed_over(asked: Handover, account: Account, who: _Who) -> Iterator[Fact]:
    items = asked.items or tuple(dict.fromkeys(each.invoice for each in account.items_at(who.as_of)))
    name = who.name(f"{account.customer}/{account.currency}")
    yield Placement(name, account.customer, who.as_of, asked.agency, items=items, **who.signed)


def _lifted(asked: HoldLift, account: Account, who: _Who) -> Iterator[Fact]:
    for hold in account.holds(as_of=who.as_of):
        if hold.id == asked.hold:
            yield changed(hold, end=who.as_of, ended_by=who.by or who.approved_by, approved_by=who.approved_by)


_FACTS: Mapping[type, Callable[[Any, Account, _Who], Iterator[Fact]]] = {
    Waiver: _waived,
    SettlementDiscount: _discounted,
    WriteOff: _written_off,
    Extension: _extended,
    InstallmentPlan: _planned,
    Handover: _handed_over,
    HoldLift: _lifted,
}


def facts_of(concession: Concession, account: Account, as_of: date, by: str | None, approved_by: str) -> Iterator[Fact]:
    """The facts that record a concession that was granted; their ids count those of the kind before them."""
    known = frozenset(fact.id for fact in (*account.facts, *account.interactions))
    who = _Who(as_of, by, approved_by, kind_of_concession(concession), known)
    return _FACTS[type(concession)](concession, account, who)
