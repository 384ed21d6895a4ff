"""Settlement otherwise than by payment in full: plans, discounts taken, small balances and write-offs, as proposals.

Each function gives facts for the caller to record, and looks at the ledger for what was recorded before: asking again
after recording proposes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from dunning._base.bounds import Count, CurrencyCode, Id, Positive
from dunning._base.guards import checked, guarded
from dunning._base.names import owner
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact, minor_units, rounded, split
from dunning.amounts.decimals import Amount, AmountOrZero, ExchangeRate
from dunning.dates import BusinessCalendar, add_days, monthly
from dunning.dates.days import Day
from dunning.errors import InvalidValue, NotFound
from dunning.invoice import Adjustment, AdjustmentKind, Application, Charge, Installment, Payment, Void
from dunning.ledger import PRINCIPAL_FIRST, Account, Entry
from dunning.ledger.account import returned
from dunning.ledger.components import Components
from dunning.ledger.earned import Earned, Earning, is_of, numbers_of, windows_of
from dunning.ledger.entries import standing

__all__ = [
    "LENIENT",
    "STRICT",
    "DiscountPolicy",
    "exchange_gain",
    "propose_plan",
    "return_costs",
    "settle_in_currency",
    "small_balance",
    "take_discounts",
    "write_off",
]


@checked
@exact
def propose_plan(
    amount: Amount, n: Positive, *, first: Day, spacing: Positive | Literal["month"] = "month", currency: str
) -> tuple[Installment, ...]:
    """Equal installments of an amount, in minor units of the currency, that sum to it exactly.

    Args:
        amount: what is to be paid in all.
        n: how many installments.
        first: when the first is due.
        spacing: days between two, or every month on the day of the first (the last day in shorter months).
        currency: its minor unit is the smallest part; left-over units go to the first installments.

    Raises:
        InvalidValue: there is less than one unit for each, or an argument is wrong; all faults are named.

    >>> from dunning.settlement import propose_plan
    >>> plan = propose_plan(Decimal("100.00"), 3, first=date(2026, 1, 31), currency="EUR")
    >>> [(str(part.due), str(part.amount)) for part in plan]
    [('2026-01-31', '33.34'), ('2026-02-28', '33.33'), ('2026-03-31', '33.33')]
    """
    if amount < n * Decimal(1).scaleb(-minor_units(currency)):
        fault = f"amount: {amount} is less than the smallest amount for each of {n} installments"
        raise InvalidValue("propose_plan", (fault,))
    dues = monthly(first, n) if spacing == "month" else tuple(add_days(first, spacing * number) for number in range(n))
    return tuple(map(Installment, dues, split(amount, [1] * n, places=minor_units(currency))))


@frozen
class DiscountPolicy:
    """Which discounts are accepted: those paid by the last day and `grace` days more, and any of up to `tolerance`.

    Raises:
        InvalidValue: the grace is not a number of days, or the tolerance not a Decimal of at least 0.
    """

    name: str
    grace: Count = 0
    tolerance: AmountOrZero = ZERO


STRICT = DiscountPolicy("within the discount period")
"""A discount taken a day late leaves the difference open."""

LENIENT = DiscountPolicy("three days of grace", grace=3)
"""Three more days, for money that was on its way."""


@checked
@exact
def take_discounts(
    account: Account, *, as_of: Day, policy: DiscountPolicy = STRICT, calendar: BusinessCalendar | None = None
) -> tuple[Adjustment, ...]:
    """The discounts that customers took as their invoices' terms allow, as adjustments that settle the rest.

    A discount is earned when the money received by its last day, whenever it was applied, is all but the discount,
    counted on the amount less the credit notes and deductions up to that day; of several, the highest earned. From that
    day it is not owed, whether or not it is booked: this books it. An invoice has one discount at most: one that was
    taken back (reversed) is not proposed again; one that fell with a payment that bounced may be earned anew. What was
    taken too late stays open, unless the policy accepts it. Of an invoice in installments all is paid early, or nothing
    is taken, but discounts that count from when a part is due are taken part by part.

    Raises:
        InvalidValue: `as_of` is not a date, or the terms of an invoice need a calendar.

    >>> from dunning import Invoice, Ledger, Payment
    >>> from dunning.terms import Terms
    >>> bill = Invoice.from_terms(
    ...     "INV-1", "ACME", date(2026, 1, 5), Decimal("100.00"), "EUR", Terms.parse("2/10 net 30"))
    >>> paid = Payment("P-1", "ACME", date(2026, 1, 15), Decimal(98), "EUR", applied=(("INV-1", Decimal(98)),))
    >>> [str(each.amount) for each in take_discounts(Ledger([bill, paid]).account("ACME"), as_of=date(2026, 1, 15))]
    ['2.00']
    """
    invoices = {each.invoice.id for each in account.receivables}
    booked: dict[str, list[Adjustment]] = {}
    for fact in _adjustments(account, "discount", as_of):
        booked.setdefault(owner(fact.invoice, invoices), []).append(fact)
    components = Components(account, as_of, PRINCIPAL_FIRST)
    found: list[Adjustment] = []
    for item in components.items():
        invoice = item.invoice
        numbers = numbers_of(invoice) if item.number == 1 and invoice.terms is not None else ()
        there = standing(item.receivable.entries, as_of) if numbers else []
        for number in numbers:
            name = f"{invoice.id}/{number}" if number else invoice.id
            before = [fact for fact in booked.get(invoice.id, ()) if not number or fact.invoice == name]
            windows = windows_of(invoice, number, calendar)
            is_had = any(fact.id in components.gone or any(entry.fact == fact for entry in there) for fact in before)
            if windows and (not is_had or (invoice.terms is not None and invoice.terms.discount_on_parts)):
                open_ = components.owed(invoice.id)["principal"]
                if number:
                    open_ = components.items_of(invoice.id)[number - 1].principal(as_of)
                earned = _earned(there, Earning(invoice, number, windows, policy.grace), open_, policy.tolerance)
                if earned is not None:
                    reason = f"{earned.rate * 100:f} % by {earned.last}: {policy.name}"
                    fresh = f"{name}/discount" + (f"/{len(before) + 1}" if before else "")
                    found.append(Adjustment(fresh, name, as_of, earned.amount, "discount", reason=reason))
    return tuple(found)


def _earned(entries: Sequence[Entry], earning: Earning, open_: Decimal, tolerance: Decimal) -> Earned | None:
    """The discount that is not owed already, or that of what is open is earned or accepted, the highest such."""
    mine = [entry for entry in entries if is_of(entry, earning.number)]
    for entry in entries:
        earning.add(entry)
    earned = earning.suffices()
    amount = -sum((entry.amount for entry in mine if entry.kind == "earned discount"), ZERO)
    if any(entry.kind == "discount" for entry in mine) and amount <= ZERO:  # below it, credits took some back
        return None
    if amount:
        return Earned(amount, *earning.windows[0]) if earned is None else earned._replace(amount=amount)
    if earned is not None and min(earned.amount, open_):
        return earned._replace(amount=min(earned.amount, open_))
    is_paid = any(isinstance(entry.source, Payment) for entry in mine)
    for place, (last, rate) in enumerate(earning.windows):
        if is_paid and ZERO < open_ <= min(tolerance, earning.discount(place)):
            return Earned(open_, last, rate)
    return None


def _adjustments(account: Account, kind: AdjustmentKind, as_of: date) -> list[Adjustment]:
    """The adjustments of a kind up to a date, reversed ones included."""
    return [fact for fact in account.facts if type(fact) is Adjustment and fact.kind == kind and fact.on <= as_of]


def _given_up(
    account: Account, owed: Mapping[str, Decimal], kind: AdjustmentKind, as_of: date, reason: str
) -> Iterator[Adjustment]:
    """Adjustments of so much of some debts; their ids count those of the kind before them."""
    before = [fact.invoice for fact in _adjustments(account, kind, as_of)]
    for name, amount in sorted(owed.items()):
        words, number = kind.replace("_", " "), before.count(name) + 1
        yield Adjustment(f"{name}/{words}/{number}", name, as_of, amount, kind, reason=reason)


@checked
@exact
def small_balance(account: Account, tolerance: AmountOrZero, *, as_of: Day) -> tuple[Adjustment, ...]:
    """Adjustments that clear what is left of invoices, or single installments, that were paid but for a few cents.

    Only the rest of a debt of which something was settled is cleared, when it is `tolerance` at most and not disputed:
    a small invoice that nobody has paid is a debt like any other.

    Raises:
        InvalidValue: `as_of` is not a date, or the tolerance is not a Decimal of at least 0.
    """
    rests = {
        item.id: item.open
        for item in account.items_at(as_of)
        if item.open <= tolerance and item.settled and not item.disputed
    }
    return tuple(_given_up(account, rests, "small_balance", as_of, f"at most {tolerance}"))


@checked
@exact
def write_off(
    account: Account,
    *,
    as_of: Day,
    invoices: Sequence[str] | None = None,
    days_past_due: int | None = None,
    reason: str = "",
) -> tuple[Adjustment, ...]:
    """Adjustments that write off all that is open, charges included, of the debts named or past due for so long.

    What is paid afterwards is a recovery: record it as a payment applied to the invoice. It makes no credit; a charge
    that comes afterwards is owed; `Ledger.written_off` and `Ledger.recovered` see both. A wrong write-off is
    undone by a `Reversal`.

    Args:
        account: the customer's account.
        as_of: the date of the write-off.
        invoices: the ids of the invoices, or of single installments.
        days_past_due: all invoices and installments that are at least so many days past due; of an invoice in
            installments, what is not due so long is left.
        reason: why, for the books.

    Raises:
        InvalidValue: neither or both of `invoices` and `days_past_due` are given.
        NotFound: an invoice is not open on that date.
    """
    if (invoices is None) == (days_past_due is None):
        raise InvalidValue("write_off", ("invoices, days_past_due: give one of the two",))
    items = account.items_at(as_of)
    if invoices is None:
        chosen = {item.id: item.open for item in items if _is_late(item.days_past_due, days_past_due)}
    else:
        found: dict[str, Decimal] = {}
        for item in items:
            for name in {item.id, item.invoice}:
                found[name] = found.get(name, ZERO) + item.open
        if missing := [name for name in invoices if name not in found]:
            raise NotFound("open invoice", ", ".join(map(str, missing)), sorted(found))
        whole = {item.id for item in items if item.invoice in invoices and item.id != item.invoice}
        chosen = {name: found[name] for name in invoices if name not in whole}
    return tuple(_given_up(account, chosen, "write_off", as_of, reason))


def _is_late(days: int | None, least: int | None) -> bool:
    return days is not None and least is not None and days >= least


@checked
@exact
def return_costs(account: Account, *, as_of: Day) -> tuple[Charge, ...]:
    """What the bank asked for returned payments, as charges of the kind *cost* on the debts that the payments were for.

    Each `Reversal` of a payment that gives its `costs` is charged once: on the first debt to which the payment was put
    and that is not void, on the day on which it came back. A return whose charge was waived is not charged again.

    Raises:
        InvalidValue: `as_of` is not a date.

    >>> from dunning import Invoice, Ledger, Payment, Reversal
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("100.00"), "EUR"),
    ...     Payment("P-1", "ACME", date(2026, 2, 2), Decimal(100), "EUR", applied=(("INV-1", Decimal(100)),)),
    ...     Reversal("R-1", "P-1", date(2026, 2, 9), code="AC04", costs=Decimal("7.50")),
    ... ])
    >>> found = return_costs(ledger.account("ACME"), as_of=date(2026, 2, 9))
    >>> [(each.invoice, str(each.amount), each.kind) for each in found]
    [('INV-1', '7.50', 'cost')]
    """
    known = {fact.id for fact in account.facts}
    void = {fact.invoice for fact in account.facts if type(fact) is Void and fact.on <= as_of}
    invoices = {each.invoice.id: each.issued for each in account.receivables if each.issued <= as_of}
    debts: dict[str, list[str]] = {}
    for fact in account.facts:
        if type(fact) is Payment:
            debts.setdefault(fact.id, [])[:0] = [name for name, _ in fact.applied]
    uses = (fact for fact in account.facts if type(fact) is Application)
    for use in sorted(uses, key=lambda each: (each.on, each.id)):
        debts.setdefault(use.source, []).extend(name for name, _ in use.applied)
    found: list[Charge] = []
    for reversal in returned(account, as_of):
        owned = ((name, owner(name, invoices)) for name in debts.get(reversal.of, ()))
        debt = next((name for name, invoice in owned if invoice in invoices and invoice not in void), None)
        name = f"{reversal.id}/cost"
        if reversal.costs and debt is not None and name not in known:
            on = max(reversal.on, invoices[owner(debt, invoices)])
            found.append(Charge(name, debt, on, reversal.costs, "cost"))
    return tuple(found)


@checked
@exact
def settle_in_currency(
    account: Account,
    invoice: Id,
    *,
    id: Id,
    on: Day,
    paid: Amount,
    currency: CurrencyCode,
    rate: ExchangeRate,
    in_full: bool = False,
) -> tuple[Payment | Adjustment, ...]:
    """The facts by which money in another currency settles an invoice: a payment and, in full, the exchange difference.

    The money is worth `paid` times `rate`, in the currency of the account. That much is a payment for the invoice; what
    it is worth beyond the invoice stands unapplied. Where the parties take it for payment in full, nothing is left on
    either side: what is missing is an adjustment of the kind *exchange_difference*, and a gain is nobody's credit.

    Args:
        account: the customer's account, in the currency of the invoice.
        invoice: the id of the invoice, or of one of its installments.
        id: the id of the payment; that of the adjustment is made from it.
        on: the day on which the money came in.
        paid: what came in.
        currency: the currency in which it came in.
        rate: units of the account's currency for one unit of that currency.
        in_full: whether the parties take it for payment in full.

    Raises:
        NotFound: the invoice is not open on that day.
        InvalidValue: an argument is of another kind.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("1000.00"), "USD")])
    >>> facts = settle_in_currency(
    ...     ledger.account("ACME"), "INV-1", id="P-1", on=date(2026, 2, 1), paid=Decimal("920.00"), currency="EUR",
    ...     rate=Decimal("1.08"), in_full=True)
    >>> [(each.id, str(each.amount)) for each in facts]
    [('P-1', '993.60'), ('P-1/exchange difference', '6.40')]
    """
    owed = sum((item.open for item in account.items_at(on) if invoice in (item.id, item.invoice)), ZERO)
    if not owed:
        raise NotFound("open invoice", invoice, sorted({item.invoice for item in account.items_at(on)}))
    worth = rounded(paid * rate, minor_units(account.currency))
    amount = min(worth, owed) if in_full else worth
    used = ((invoice, min(amount, owed)),)
    payment = Payment(id, account.customer, on, amount, account.currency, applied=used, paid_in=(paid, currency))
    if not in_full or worth >= owed:
        return (payment,)
    reason = f"{paid} {currency} at {rate}"
    name = f"{id}/exchange difference"
    return payment, Adjustment(name, invoice, on, owed - worth, "exchange_difference", reason=reason)


@guarded
@exact
def exchange_gain(amount: Amount, *, booked: ExchangeRate, rate: ExchangeRate, places: int = 2) -> Decimal:
    """What an amount in another currency gains in the books, from the rate at which it was booked to another one.

    Negative for a loss. Each value is rounded before they are compared, as books do. What of a gain was booked at a
    month's end (unrealized) is taken back when the money comes, so the gains of all periods sum to the one between
    invoice and payment.

    >>> str(exchange_gain(Decimal("500.00"), booked=Decimal("0.6072"), rate=Decimal("0.6081")))
    '0.45'
    """
    return rounded(amount * rate, places) - rounded(amount * booked, places)
