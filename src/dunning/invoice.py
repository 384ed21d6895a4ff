"""The money facts: what was billed, when it falls due, what was added, what was paid or forgiven.

Each is a frozen record of something that happened on a date. Nothing is ever edited: an extension of the due date, a
bounced payment, a waived fee are facts of their own. `recorded` is the day on which the books learnt of a fact; it is
the fact's own date unless told otherwise (`dunning.ledger.Ledger.known_at` asks by it). Ids are unique in a ledger
across all kinds of facts, because a reversal names what it reverses by id alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from dunning._base.bounds import CurrencyCode, Id
from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact, minor_units, split
from dunning.amounts.decimals import Amount, AmountOrZero, Applied, sum_of
from dunning.dates import NEVER_ENDS, BusinessCalendar
from dunning.errors import InvalidValue
from dunning.terms import Terms, due_dates

__all__ = [
    "Adjustment",
    "AdjustmentKind",
    "Application",
    "Charge",
    "ChargeKind",
    "CreditNote",
    "DueDateChange",
    "Installment",
    "Invoice",
    "InvoiceKind",
    "Payment",
    "Refund",
    "Reversal",
    "Void",
]

ChargeKind: TypeAlias = Literal["fee", "interest", "cost", "penalty"]
"""What was added to a debt."""
AdjustmentKind: TypeAlias = Literal[
    "write_off", "discount", "small_balance", "deduction", "abatement", "exchange_difference", "settled_before"
]
"""Why less is owed without a payment: *abatement* is interest found to be too much, *exchange_difference* what is left
when an invoice is settled in another currency, *settled_before* what was settled by what the books do not know."""
InvoiceKind: TypeAlias = Literal["invoice", "debit"]
"""What a debt comes from: something sold; or a *debit* that is no sale, such as a finance charge memo or a journal."""


@frozen
class Installment:
    """One part of an invoice with a due date of its own; None where the day is not known yet, as of a retention.

    >>> Installment(date(2026, 1, 31), Decimal("30.00")).due
    datetime.date(2026, 1, 31)
    """

    due: date | None
    amount: Amount

    @property
    def day(self) -> date:
        """The due date, or the last day of the calendar where none is known."""
        return NEVER_ENDS if self.due is None else self.due


def _installment_faults(invoice: Invoice) -> Iterator[str]:
    total = sum_of([part.amount for part in invoice.installments])
    if total != invoice.amount:
        yield f"installments: they sum to {total}, not to the amount, {invoice.amount}"
    days = [part.day for part in invoice.installments]
    if days != sorted(days):
        yield "installments: give them in order of their due dates, those without one last"
    known = [part.due for part in invoice.installments if part.due is not None]
    if invoice.due not in (None, *known[-1:]):
        yield f"due: {invoice.due} is not the last installment's due date; leave it None"


@exact
def _split(amount: Decimal, terms: Terms, places: int) -> list[Decimal]:
    """The amounts of the parts of terms: fixed ones first, the others share the rest."""
    rest = amount - sum((part.amount for part in terms.parts if part.amount is not None), ZERO)
    if rest <= ZERO:
        raise InvalidValue("Invoice", (f"amount: {amount} is not more than the fixed parts of {terms}",))
    shares = iter(split(rest, [part.weight for part in terms.parts if part.amount is None], places=places))
    return [next(shares) if part.amount is None else part.amount for part in terms.parts]


@frozen
class Invoice:
    """An amount billed to a customer; over 0.00 it is no debt and no error.

    `due=None` means that no due date is known (yet): the invoice is owed but not aged, until a `DueDateChange` gives
    it one. With `installments`, each part is a debt of its own with its own due date: facts about money, due dates and
    disputes may name it, as `INV-1/2` names the second of INV-1. The parts sum to the amount, stand in order of their
    due dates (those without one last), and `due` is left None or repeats the last of them. `terms` keeps what was
    agreed about discounts; they do not change `due`, which `from_terms` works out from them. `discount_base` is what of
    the amount bears a discount, where that is not all of it (before tax, without freight), and `delivered` the day on
    which the goods came. A debt of the `kind` *debit* is owed, aged and dunned like any other, and is no sale;
    void it where it was wrong, for a credit note lowers sales whatever it is put to.

    Raises:
        InvalidValue: a field is not what its annotation says, or the installments do not add up; all faults are named.

    >>> Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("1200.00"), "EUR").amount
    Decimal('1200.00')
    """

    id: Id
    customer: Id
    issued: date
    due: date | None
    amount: AmountOrZero
    currency: CurrencyCode
    installments: tuple[Installment, ...] = attrs.field(default=(), kw_only=True)
    reference: str = attrs.field(default="", kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)
    terms: Terms | None = attrs.field(default=None, kw_only=True)
    delivered: date | None = attrs.field(default=None, kw_only=True)
    discount_base: AmountOrZero | None = attrs.field(default=None, kw_only=True)
    kind: InvoiceKind = attrs.field(default="invoice", kw_only=True)

    @classmethod
    @guarded
    def from_terms(
        cls,
        id: str,
        customer: str,
        issued: date,
        amount: Decimal,
        currency: str,
        terms: Terms | str,
        *,
        delivered: date | None = None,
        calendar: BusinessCalendar | None = None,
        reference: str = "",
        tags: tuple[str, ...] = (),
        recorded: date | None = None,
        discount_base: Decimal | None = None,
        kind: InvoiceKind = "invoice",
    ) -> Invoice:
        """An invoice whose due date, or whose installments, follow from its payment terms (text is read as terms).

        Installments are split to the currency's minor unit and sum to the amount exactly, left-over units going to the
        parts with the largest remainders. `delivered` is when the goods came, for cash on delivery; `calendar` is
        needed where the terms roll to a business day.

        Raises:
            InvalidValue: a field is wrong, or the amount cannot be split into installments; the faults are named.

        >>> terms = Terms.parse("3 installments every 30 days")
        >>> bill = Invoice.from_terms("INV-1", "ACME", date(2026, 1, 5), Decimal("100.00"), "EUR", terms)
        >>> [(str(part.due), str(part.amount)) for part in bill.installments]
        [('2026-02-04', '33.34'), ('2026-03-06', '33.33'), ('2026-04-05', '33.33')]
        """
        if isinstance(terms, str):
            terms = Terms.parse(terms)
        dues = due_dates(terms, issued, delivered=delivered, calendar=calendar)
        parts: tuple[Installment, ...] = ()
        if len(dues) > 1:
            parts = tuple(map(Installment, dues, _split(amount, terms, minor_units(currency))))
        return cls(
            id, customer, issued, max(dues), amount, currency,
            installments=parts, reference=reference, tags=tags, recorded=recorded, terms=terms, delivered=delivered,
            discount_base=discount_base, kind=kind,
        )  # fmt: skip

    def _rules(self) -> Sequence[str]:
        faults = list(_installment_faults(self)) if self.installments else []
        if self.discount_base is not None and self.discount_base > self.amount:
            faults.append(f"discount_base: {self.discount_base} is more than the amount, {self.amount}")
        return faults


@frozen
class DueDateChange:
    """The first due date of an invoice or installment that had none, or an extension; the latest by `on` counts."""

    id: Id
    invoice: Id
    on: date
    due: date
    reason: str = attrs.field(default="", kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)


@frozen
class Charge:
    """What is added to an invoice after it was issued: a late fee, interest, costs, a penalty.

    It is owed and aged with its invoice, or with the installment that it names (`INV-1/2`); with the first where it
    names the invoice of several. `level` names the dunning level and `through` the last day for which it was charged,
    where that applies.
    """

    id: Id
    invoice: Id
    on: date
    amount: Amount
    kind: ChargeKind
    level: Id | None = attrs.field(default=None, kw_only=True)
    through: date | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)


def _applied_faults(applied: Applied, amount: Decimal, field: str = "applied") -> Sequence[str]:
    """What must hold between an amount and the invoices over which it is spread."""
    if not applied or (len(applied) == 1 and applied[0][1] <= amount):
        return ()
    faults: list[str] = []
    if len({invoice for invoice, _ in applied}) < len(applied):
        faults.append(f"{field}: an invoice is named twice; give one pair for each invoice")
    if (total := sum_of([part for _, part in applied])) > amount:
        faults.append(f"{field}: {total} is more than the amount, {amount}")
    return faults


@frozen
class Payment:
    """Money received from a customer.

    `applied` holds (invoice id, amount) pairs; what is not applied stands as unapplied cash. What is put to an
    installment (`INV-1/2`) settles it; what is put to an invoice of several, and what is more than the installment
    comes to, settles them in turn. A payment may be received before the invoice that it settles is issued: until then
    it is unapplied cash too. `method` and `reference` are what the bank or the customer says: a transfer, a direct
    debit; the number that the customer gave. Where the customer paid in another currency, `paid_in` is what came in,
    and `amount` what the parties take it for; see `dunning.settlement.settle_in_currency`.

    >>> Payment("PAY-1", "ACME", date(2026, 2, 1), Decimal(500), "EUR", applied=(("INV-1", Decimal(600)),))
    Traceback (most recent call last):
    dunning.errors.InvalidValue: Payment PAY-1: applied: 600 is more than the amount, 500
    """

    id: Id
    customer: Id
    received: date
    amount: Amount
    currency: CurrencyCode
    applied: Applied = attrs.field(default=(), kw_only=True)
    paid_in: tuple[Amount, CurrencyCode] | None = attrs.field(default=None, kw_only=True)
    method: str = attrs.field(default="", kw_only=True)
    reference: str = attrs.field(default="", kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        return _applied_faults(self.applied, self.amount)


@frozen
class CreditNote:
    """A credit granted to a customer, applied to invoices or standing as unapplied credit.

    What it takes off an invoice was never owed: interest counts it from the day of the invoice, or from `value_date`.
    Given as `goodwill` it counts from its own day. The books have it from its own day in any case.
    """

    id: Id
    customer: Id
    issued: date
    amount: Amount
    currency: CurrencyCode
    applied: Applied = attrs.field(default=(), kw_only=True)
    goodwill: bool = attrs.field(default=False, kw_only=True)
    value_date: date | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        return _applied_faults(self.applied, self.amount)


@frozen
class Application:
    """Unapplied cash or credit put to an invoice later; `source` is the id of the payment or credit note.

    Without an `invoice` it was put to debts that the books do not name, as an export may say of a payment that so much
    of it is used; the invoices say *settled_before* of what they owe less.

    The books have it from its own day. Interest and behaviour count it from the day of its money, or from `value_date`:
    money of 29 July that is put to an invoice on 12 August stops interest on 29 July.
    """

    id: Id
    source: Id
    on: date
    invoice: Id | None
    amount: Amount
    value_date: date | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    @property
    def applied(self) -> Applied:
        """What it is put to, as a payment says it: the invoice and the amount; nothing where none is named."""
        return () if self.invoice is None else ((self.invoice, self.amount),)


@frozen
class Adjustment:
    """What is no longer owed though the books show no payment: a write-off, a discount taken, a small balance, a
    deduction, interest found to be too much, an exchange difference, what was settled before the books begin.
    """

    id: Id
    invoice: Id
    on: date
    amount: Amount
    kind: AdjustmentKind
    reason: str = attrs.field(default="", kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)


@frozen
class Refund:
    """Money that goes back to the customer: what is unapplied of a payment or credit note, or was put to invoices.

    `of` is the id of the payment or credit note. Its unapplied part is paid back, and the parts of `reopens`, pairs of
    an invoice and an amount: so much of the invoice is owed again. A refund is neither a sale nor the undoing of a
    payment: what was received stays received. What a customer overpaid by 200.00 on 1 February and gets back on
    10 March is `Refund("R-1", of="PAY-1", on=date(2026, 3, 10), amount=Decimal("200.00"))`.
    """

    id: Id
    of: Id
    on: date
    amount: Amount
    reopens: Applied = attrs.field(default=(), kw_only=True)
    reason: str = attrs.field(default="", kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Sequence[str]:
        return _applied_faults(self.reopens, self.amount, "reopens")


@frozen
class Void:
    """An invoice that was issued by mistake is none from a day on, with all that was charged on it.

    What had been paid on it is unapplied credit of the customer from that day on. It leaves sales on that day, and is
    no experience of how the customer pays. The books of the days before keep it; `Ledger.known_at` what was known.
    An invoice that was right and is taken back in part is corrected by a `CreditNote`.
    """

    id: Id
    invoice: Id
    on: date
    reason: str = attrs.field(default="", kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)


@frozen
class Reversal:
    """The undoing of a money fact, from a day on: a bounced payment, a cancelled write-off, a waived charge.

    `of` is the id of a payment, credit note, application, refund, adjustment or charge, or of another reversal (which
    then stands as if it had not been made, from that day on). What the fact had settled is open again. A discount by
    the terms, or a small balance, that a payment had earned goes with it when it bounces.

    With `invoice`, only what a payment or credit note put to that invoice (or installment) is undone: the money is
    unapplied from that day on, and an `Application` puts it where it belongs. For a payment that the bank returned,
    `code` is its reason (AC04, R01) and `costs` what it asked for that; `dunning.settlement.return_costs` charges them.
    """

    id: Id
    of: Id
    on: date
    reason: str = attrs.field(default="", kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    approved_by: Id | None = attrs.field(default=None, kw_only=True)
    invoice: Id | None = attrs.field(default=None, kw_only=True)
    code: str = attrs.field(default="", kw_only=True)
    costs: AmountOrZero = attrs.field(default=ZERO, kw_only=True)
    tags: tuple[Id, ...] = attrs.field(default=(), kw_only=True)
    recorded: date | None = attrs.field(default=None, kw_only=True)
