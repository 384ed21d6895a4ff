"""What may be charged on a date and is not in the ledger yet: fees and interest, as facts to be recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate

from dunning._base.guards import checked
from dunning.amounts import ZERO, exact, minor_units, quotient, rounded
from dunning.charges.accrual import Accrual, Line, accrue, bearing_days, is_stopped
from dunning.charges.rates import Rate, RateSeries
from dunning.charges.schedules import Fee, FeeSchedule, Interest, Schedule, Statute
from dunning.charges.statement import InterestLine, InterestStatement, InterestTotal
from dunning.dates import add_days
from dunning.dates.days import Day
from dunning.interactions import Contact, Hold
from dunning.invoice import Charge, Reversal
from dunning.ledger import PRINCIPAL_FIRST, Account
from dunning.ledger.account import undoings
from dunning.ledger.components import Components, Item


class _Memory:
    """The charges that an account's ledger holds, waived ones included: the memory of what was charged."""

    def __init__(self, account: Account, components: Components, as_of: date) -> None:
        self.by_debt: dict[str, list[Charge]] = {}
        for fact in account.facts:
            if type(fact) is Charge and fact.on <= as_of:
                self.by_debt.setdefault(fact.invoice, []).append(fact)
        reversals = [fact for fact in account.facts if type(fact) is Reversal and fact.on <= as_of]
        self.waived_on = {name: chain[-1].on for name, chain in undoings(reversals).items() if name in components.gone}

    def of(self, item: Item) -> list[Charge]:
        """The charges on the item, and on its invoice as a whole."""
        own = self.by_debt.get(item.id, [])
        return own if item.id == item.invoice.id else [*own, *self.by_debt.get(item.invoice.id, [])]

    def interest(self, item: Item, name: str) -> list[Charge]:
        """The interest charged for the item under a name."""
        stem = f"{name}/{item.id}/interest/"
        return [each for each in self.of(item) if each.id.startswith(stem) and each.id.removeprefix(stem).isdigit()]

    def covered(self, item: Item, name: str) -> date:
        """The last day for which interest was charged on the invoice under other names."""
        others = (
            each.through or each.on
            for each in self.of(item)
            if each.kind == "interest" and not each.id.startswith(f"{name}/")
        )
        return max(others, default=date.min)

    def has_fee(self, item: Item, fee: Fee) -> bool:
        """Whether the fee was charged for the item, under this name of the schedule or another."""
        step = f"/{fee.step}/{fee.kind}"
        stem = f"/{item.invoice.id}/"
        return any(
            each.id.endswith(f"/{item.id}{step}")
            or (each.level is not None and each.level == fee.level and not (stem in each.id and each.id.endswith(step)))
            for each in self.of(item)
            if each.kind == fee.kind
        )


def _interest_paid(memory: _Memory, item: Item, name: str) -> Callable[[date], Decimal]:
    """What of the interest charged for the item under a name, and not waived, was paid by the end of a day."""
    gone = item.components.gone
    standing = sorted((charge.on, charge.amount) for charge in memory.interest(item, name) if charge.id not in gone)
    days, sums = [day for day, _ in standing], [ZERO, *accumulate(amount for _, amount in standing)]
    return lambda day: min(sums[bisect_right(days, day)], item.interest_paid(day))


def _how(item: Item, interest: Interest, rates: RateSeries | None, memory: _Memory, holds: Sequence[Hold]) -> Accrual:
    """What the engine has to know of the item's interest."""
    relief: dict[date, Decimal] = {}
    for each in memory.interest(item, interest.name):
        if each.id in memory.waived_on:
            on = memory.waived_on[each.id]
            relief[on] = relief.get(on, ZERO) + each.amount
    return Accrual(
        interest.rate, rates, interest.method, interest.day_count, interest.month_days, interest.grace,
        interest.grace_is_free, interest.longest, holds, add_days(memory.covered(item, interest.name), 1), relief,
        _interest_paid(memory, item, interest.name),
    )  # fmt: skip


def _stopping(account: Account, stops: frozenset[str], as_of: date) -> list[Hold]:
    """The holds that forbid charging."""
    holds = (each for each in account.interactions if type(each) is Hold and each.start <= as_of)
    return [each for each in holds if each.reason in stops]


@checked
@exact
def interest_statement(
    account: Account, interest: Interest | Statute, *, as_of: Day, rates: RateSeries | None = None
) -> InterestStatement:
    """The interest of an account from each due date up to a date, line by line, and what of it is left to charge.

    A day bears interest on the principal that was open at the end of the day before, if it lies after the due date as
    it stood on that day (extensions and payment plans move it) and no hold stops it. Facts reversed by `as_of` are as
    if they had never been. Days for which others have charged interest (charges of kind "interest" under other names,
    up to their `through`) are left out. Of a debt that is written off nothing is left to charge.

    Raises:
        InvalidValue: `as_of` is not a date, or the rates are missing or of another name.
        MissingReferenceRate: a value is not in the series; the error names the day.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("3650.00"), "EUR")])
    >>> contract = Interest("contract", Rate(Decimal("0.10")))
    >>> statement = interest_statement(ledger.account("ACME"), contract, as_of=date(2026, 2, 14))
    >>> [(str(line.first), line.days, str(line.interest)) for line in statement], str(statement.to_charge)
    ([('2026-02-05', 10, '10')], '10.00')
    """
    if isinstance(interest, Statute):
        return _statement(account, interest.interest, as_of, rates, interest)
    return _statement(account, interest, as_of, rates, None)


def _statement(
    account: Account, interest: Interest, as_of: date, rates: RateSeries | None, statute: Statute | None
) -> InterestStatement:
    components = Components(account, as_of, interest.payments)
    memory = _Memory(account, components, as_of)
    holds = _stopping(account, interest.stops, as_of)
    places = minor_units(account.currency)
    lines: list[InterestLine] = []
    totals: list[InterestTotal] = []
    for item in components.items():
        if statute is None or statute.applies_to(item.invoice.issued):
            found = accrue(item, _how(item, interest, rates, memory, holds), as_of)
            lines += [_shown_line(item, line) for line in found]
            accrued = rounded(sum((line.interest for line in found), Fraction(0)), places)
            covered, own = memory.covered(item, interest.name), memory.interest(item, interest.name)
            charged = sum((each.amount for each in own if (each.through or each.on) > covered), ZERO)
            if found or charged:
                left = accrued - charged
                is_due = left > 0 and accrued >= interest.minimum and not item.is_given_up
                to_charge = left if is_due else rounded(ZERO, places)
                totals.append(
                    InterestTotal(item.id, item.invoice.id, accrued, charged, to_charge, max(ZERO, -left), len(own))
                )
    return InterestStatement(account.customer, account.currency, interest.name, as_of, tuple(lines), tuple(totals))


def _shown_line(item: Item, line: Line) -> InterestLine:
    return InterestLine(item.id, line.first, line.last, quotient(line.balance), line.rate, quotient(line.interest))


def _interest_charges(
    account: Account, interest: Interest, as_of: date, rates: RateSeries | None, statute: Statute | None
) -> Iterator[Charge]:
    for total in _statement(account, interest, as_of, rates, statute).totals:
        if total.to_charge:
            name = f"{interest.name}/{total.item}/interest/{total.times + 1}"
            yield Charge(name, total.item, as_of, total.to_charge, "interest", through=as_of)


def _fee_charges(account: Account, schedule: FeeSchedule, as_of: date, statute: Statute | None) -> Iterator[Charge]:
    """The fees that have fallen due and were not charged."""
    components = Components(account, as_of, PRINCIPAL_FIRST)
    memory = _Memory(account, components, as_of)
    notices = [each for each in account.contacts(as_of=as_of) if each.is_notice]
    places = minor_units(account.currency)
    holds = _stopping(account, schedule.stops, as_of)
    for item in components.items():
        is_meant = statute is None or statute.applies_to(item.invoice.issued)
        if is_meant and not item.is_given_up:
            for fee in _fees_in(schedule, account.currency):
                if not memory.has_fee(item, fee):
                    amount = rounded(fee.amount_for(_base_of(item, fee, notices, holds, as_of)), places)
                    if amount:
                        name = f"{schedule.name}/{item.id}/{fee.step}/{fee.kind}"
                        yield Charge(name, item.id, as_of, amount, fee.kind, level=fee.level)


def _fees_in(schedule: FeeSchedule, currency: str) -> list[Fee]:
    """The fees of a currency; one that is for this currency alone takes the place of one for any."""
    own = {(fee.step, fee.kind) for fee in schedule.fees if fee.currency == currency}
    return [
        fee
        for fee in schedule.fees
        if fee.currency == currency or (fee.currency is None and (fee.step, fee.kind) not in own)
    ]


def _base_of(item: Item, fee: Fee, notices: Sequence[Contact], holds: Sequence[Hold], as_of: date) -> Decimal:
    """The base of a fee on the day on which it fell due; zero when that has not come, or nothing was open then."""
    if fee.level is None:
        grace = fee.after - 1
        how = Accrual(
            _NO_RATE, None, "simple", "ACT/365F", None, grace, True, None, holds, date.min, {}, item.interest_paid
        )
        principal = next((run.principal for run in bearing_days(item, how, as_of) if run.principal), ZERO)
    else:
        given = (each.on for each in notices if each.level == fee.level and _is_meant(item, each))
        days = (on for on in given if not is_stopped(item, holds, on))
        principal = next((item.principal(on) for on in days if item.principal(on)), ZERO)
    return item.original if principal and fee.of == "original" else principal


def _is_meant(item: Item, notice: Contact) -> bool:
    """Whether a notice is about an item: it names it, or names nothing and the item was past due."""
    due = item.due(notice.on)
    return item.covers(notice.items) and (bool(notice.items) or (due is not None and due < notice.on))


_NO_RATE = Rate(ZERO)


@checked
@exact
def proposed_charges(
    account: Account, schedule: Schedule, *, as_of: Day, rates: RateSeries | None = None
) -> tuple[Charge, ...]:
    """What a schedule charges an account on a date that the ledger does not hold yet, as facts to be recorded.

    A fee of a level falls due with the first notice of that level about the item; a notice that names no items is about
    all that are past due on its day. A fee with days falls due when the item has been past due for so many: with 10
    days, an item due on 1 March bears it on 11 March. Both are reckoned on the principal that is open then, and are
    charged once, whether or not it was paid since. Interest is what `interest_statement` leaves to charge.

    Recording what was proposed leaves nothing to propose that day.

    Raises:
        InvalidValue: `as_of` is not a date, or the rates are missing or of another name.
        MissingReferenceRate: a value is not in the series; the error names the day.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> late = FeeSchedule("late fee", (Fee.fixed(Decimal("15.00"), after=10),))
    >>> [str(each.amount) for each in proposed_charges(ledger.account("ACME"), late, as_of=date(2026, 2, 14))]
    ['15.00']
    """
    return tuple(_proposed(account, schedule, as_of, rates, None))


def _proposed(
    account: Account, schedule: Schedule, as_of: date, rates: RateSeries | None, statute: Statute | None
) -> Iterable[Charge]:
    if isinstance(schedule, Statute):
        yield from _proposed(account, schedule.interest, as_of, rates, schedule)
        if schedule.compensation is not None:
            yield from _proposed(account, schedule.compensation, as_of, rates, schedule)
    elif isinstance(schedule, Interest):
        yield from _interest_charges(account, schedule, as_of, rates, statute)
    else:
        yield from _fee_charges(account, schedule, as_of, statute)
