"""What may be charged on a date and is not in the ledger yet: fees and interest, as facts to be recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate, chain, count, islice
from typing import Any

from dunning._base.guards import checked
from dunning.amounts import ZERO, exact, minor_units, quotient, rounded
from dunning.charges.accrual import Accrual, Line, accrue, end_of_grace, late_days
from dunning.charges.bearing import Bearing, Stop, covers_of, stops_of
from dunning.charges.rates import Rate, RateSeries
from dunning.charges.schedules import Fee, FeeSchedule, Interest, Schedule, Statute
from dunning.charges.statement import InterestLine, InterestStatement, InterestTotal
from dunning.dates import add_days, add_months
from dunning.dates.days import Day
from dunning.interactions import Contact
from dunning.invoice import Adjustment, Charge, Reversal
from dunning.ledger import PRINCIPAL_FIRST, Account, PaymentOrder
from dunning.ledger.account import undoings
from dunning.ledger.components import Components, Item
from dunning.ledger.covered import covering


class _Memory:
    """What an account's ledger holds of charges, waived ones included, and of interest handed back."""

    def __init__(self, account: Account, components: Components, as_of: date) -> None:
        self.by_debt: dict[str, list[Charge]] = {}
        self.back: dict[str, list[Adjustment]] = {}
        self.names = {fact.id for fact in account.facts if type(fact) is Charge}
        for fact in account.facts:
            if type(fact) is Charge and fact.on <= as_of:
                self.by_debt.setdefault(fact.invoice, []).append(fact)
            elif type(fact) is Adjustment and fact.kind == "abatement" and fact.on <= as_of:
                self.back.setdefault(fact.invoice, []).append(fact)
        reversals = [fact for fact in account.facts if type(fact) is Reversal and fact.on <= as_of]
        self.gone = components.gone
        self.waived_on = {name: chain[-1].on for name, chain in undoings(reversals).items() if name in components.gone}

    def of(self, item: Item) -> list[Charge]:
        """The charges on the item, and on its invoice as a whole."""
        own = self.by_debt.get(item.id, [])
        return own if item.id == item.invoice.id else [*own, *self.by_debt.get(item.invoice.id, [])]

    def interest(self, item: Item, name: str) -> list[Charge]:
        """The interest charged for the item under a name."""
        stem = f"{name}/{item.id}/interest/"
        return [each for each in self.of(item) if each.id.startswith(stem) and each.id.removeprefix(stem).isdigit()]

    def abated(self, item: Item, name: str) -> list[Adjustment]:
        """What was handed back of the interest charged for the item under a name, reversed ones included."""
        stem = f"{name}/{item.id}/abatement/"
        return [each for each in self.back.get(item.id, []) if each.id.startswith(stem)]

    def fresh(self, name: str) -> str:
        """A name that no charge has yet, with a number where the name itself is taken."""
        names = chain((name,), (f"{name}/{number}" for number in count(2)))
        found = next(each for each in names if each not in self.names)
        self.names.add(found)
        return found

    def standing(self, facts: Sequence[Charge | Adjustment]) -> Decimal:
        """What some facts come to that are not reversed."""
        return sum((each.amount for each in facts if each.id not in self.gone), ZERO)

    def covered(self, item: Item, name: str) -> date:
        """The last day for which interest was charged on the item or its invoice under other names."""
        others = (
            each.through or each.on
            for each in self.of(item)
            if each.kind == "interest" and not each.id.startswith(f"{name}/")
        )
        return max(others, default=date.min)

    def fees(self, item: Item, fee: Fee) -> list[Charge]:
        """The charges of a fee for the item, under this name of the schedule or another; the own ones first."""
        step, stem = f"/{fee.step}/{fee.kind}", f"/{item.invoice.id}/"
        own: list[Charge] = []
        others: list[Charge] = []
        for each in self.of(item):
            if each.kind == fee.kind:
                base = _base_id(each.id)
                if base.endswith(f"/{item.id}{step}"):
                    own.append(each)
                elif each.level is not None and each.level == fee.level and not (stem in base and base.endswith(step)):
                    others.append(each)
        return own + others


def _base_id(name: str) -> str:
    """The id of a charge without the number by which it came again."""
    base, _, number = name.rpartition("/")
    return base if number.isdigit() else name


class _Charging:
    """An account while it is asked what may be charged: its items, and what of each bears charges."""

    def __init__(self, account: Account, order: PaymentOrder, stops: frozenset[str], as_of: date) -> None:
        self.components = Components(account, as_of, order)
        self.memory = _Memory(account, self.components, as_of)
        self.stops = stops_of(account, stops, as_of)
        self.covers = covers_of(self.components)

    def items(self, statute: Statute | None) -> Iterator[Bearing]:
        """The items that a statute is about, or all."""
        by_debt: dict[str, list[Stop]] = {}
        for stop in self.stops:
            by_debt.setdefault(stop.names[0] if stop.names else "", []).append(stop)
        for item in self.components.items():
            if statute is None or statute.applies_to(item.invoice.issued):
                names = ("", *dict.fromkeys((item.invoice.id, item.id))) if by_debt else ()
                mine = [stop for name in names for stop in by_debt.get(name, ())]
                yield Bearing(item, self.covers.get(item.id, ()), mine)


def _interest_paid(memory: _Memory, item: Item, name: str) -> Callable[[date], Decimal]:
    """What of the interest charged for the item under a name, and not waived, was paid by the end of a day."""
    charges = (charge for charge in memory.interest(item, name) if charge.id not in memory.gone)
    standing = sorted((charge.on, charge.amount) for charge in charges)
    days, sums = [day for day, _ in standing], [ZERO, *accumulate(amount for _, amount in standing)]
    return lambda day: min(sums[bisect_right(days, day)], item.interest_paid(day))


def _how(item: Item, interest: Interest, rates: RateSeries | None, memory: _Memory) -> Accrual:
    """What the engine has to know of the item's interest."""
    relief: dict[date, Decimal] = {}
    for each in memory.interest(item, interest.name):
        if each.id in memory.waived_on:
            on = memory.waived_on[each.id]
            relief[on] = relief.get(on, ZERO) + each.amount
    return Accrual(
        interest.rate, rates, interest.method, interest.day_count, interest.month_days, interest.grace,
        interest.grace_is_free, interest.calendar, interest.longest,
        add_days(memory.covered(item, interest.name), 1), relief, _interest_paid(memory, item, interest.name),
    )  # fmt: skip


@checked
@exact
def interest_statement(
    account: Account, interest: Interest | Statute, *, as_of: Day, rates: RateSeries | None = None
) -> InterestStatement:
    """The interest of an account from each due date up to a date, line by line, and what of it is left to charge.

    A day bears interest on the principal that was open at the end of the day before, less what money on account covers
    and what holds and disputes keep back, if it lies after the due date as it stood on that day (extensions and payment
    plans move it). What was applied counts from the day of its money, an applied credit note from the day of its
    invoice unless it is goodwill. Facts reversed by `as_of` are as if they had never been. Days for which others have
    charged interest (charges of kind "interest" under other names, up to their `through`) are left out. Of a debt that
    is written off nothing is left to charge.

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
    charging = _Charging(account, interest.payments, interest.stops, as_of)
    memory, places = charging.memory, minor_units(account.currency)
    lines: list[InterestLine] = []
    totals: list[InterestTotal] = []
    for bearing in charging.items(statute):
        item = bearing.item
        found = accrue(bearing, _how(item, interest, rates, memory), as_of)
        lines += [_shown_line(item, line) for line in found]
        accrued = rounded(sum((line.interest for line in found), Fraction(0)), places)
        covered, own = memory.covered(item, interest.name), memory.interest(item, interest.name)
        charged = sum((each.amount for each in own if (each.through or each.on) > covered), ZERO)
        charged -= memory.standing(memory.abated(item, interest.name))
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
) -> Iterator[Charge | Adjustment]:
    """The interest that is left to charge, and what was charged too much and stands."""
    totals = _statement(account, interest, as_of, rates, statute).totals
    for total in totals:
        if total.to_charge:
            name = f"{interest.name}/{total.item}/interest/{total.times + 1}"
            yield Charge(name, total.item, as_of, total.to_charge, "interest", through=as_of)
    too_much = {total.item: total for total in totals if total.overcharged}
    if too_much:
        components = Components(account, as_of, interest.payments)
        memory, reason = _Memory(account, components, as_of), f"{interest.name}: charged too much"
        for item in components.items():
            if item.id in too_much:
                charges, before = memory.interest(item, interest.name), memory.abated(item, interest.name)
                left = memory.standing(charges) - memory.standing(before)
                if amount := min(too_much[item.id].overcharged, left):
                    name = f"{interest.name}/{item.id}/abatement/{len(before) + 1}"
                    yield Adjustment(name, item.id, as_of, amount, "abatement", reason=reason)


def _fee_charges(account: Account, schedule: FeeSchedule, as_of: date, statute: Statute | None) -> Iterator[Charge]:
    """The fees that have fallen due and were not charged."""
    charging = _Charging(account, PRINCIPAL_FIRST, schedule.stops, as_of)
    levels = {fee.level for fee in schedule.fees if fee.level is not None}
    notices = (each for each in account.contacts(as_of=as_of) if each.is_notice and each.level in levels)
    given = list(covering(account, notices))
    places, fees, memory = minor_units(account.currency), _fees_in(schedule, account.currency), charging.memory
    for bearing in charging.items(statute):
        item = bearing.item
        for fee in () if item.is_given_up else fees:
            own = [each for each in given if each.level == fee.level and item.covers(each.items)]
            charged = _still_charged(memory.fees(item, fee), own, memory.gone, as_of)
            is_single = fee.once if fee.level is not None else fee.every is None
            if is_single and charged:
                continue
            bases = _by_days(bearing, fee, as_of) if fee.level is None else _on_notices(bearing, own, as_of)
            for base in islice(bases, charged, 1 if is_single else None):
                amount = rounded(fee.amount_for(item.original if fee.of == "original" else base), places)
                if amount:
                    name = f"{schedule.name}/{item.id}/{fee.step}/{fee.kind}"
                    yield Charge(memory.fresh(name), item.id, as_of, amount, fee.kind, level=fee.level)


def _still_charged(charges: Sequence[Charge], notices: Sequence[Contact], gone: Collection[Any], as_of: date) -> int:
    """How many charges of a fee count as charged: all but those that were taken back with the notice they came with."""
    cancelled = [each for each in notices if each.cancelled is not None and each.cancelled <= as_of]
    fallen = 0
    for charge in sorted(charges, key=lambda each: each.on):
        if charge.id in gone:
            before = sum(1 for each in cancelled if each.on <= charge.on)
            fallen += fallen < before
    return len(charges) - fallen


def _fees_in(schedule: FeeSchedule, currency: str) -> list[Fee]:
    """The fees of a currency; one that is for this currency alone takes the place of one for any."""
    own = {(fee.step, fee.kind) for fee in schedule.fees if fee.currency == currency}
    return [
        fee
        for fee in schedule.fees
        if fee.currency == currency or (fee.currency is None and (fee.step, fee.kind) not in own)
    ]


def _on_notices(bearing: Bearing, notices: Sequence[Contact], as_of: date) -> Iterator[Decimal]:
    """What bears a fee with each step in which a level was given: what was open then, if anything was."""
    steps: set[str] = set()
    days: set[date] = set()
    for notice in sorted(notices, key=lambda each: (each.on, each.id)):
        step = notice.id.rpartition("/")[0]
        is_told = notice.on in days or (step and step in steps)
        if is_told or bearing.is_stopped(notice.on) or (notice.cancelled is not None and notice.cancelled <= as_of):
            continue
        if base := bearing.principal(notice.on):
            steps.add(step)
            days.add(notice.on)
            yield base


def _by_days(bearing: Bearing, fee: Fee, as_of: date) -> Iterator[Decimal]:
    """What bears a fee each time that it falls due by days past due: what is open on the first day that bears it.

    Of a fee that comes once, only the first is meant.
    """
    receivable = bearing.item.receivable
    if receivable.is_plain and receivable.first_due is not None and receivable.closed <= receivable.first_due:
        return  # most are paid in time
    how = Accrual(
        _NO_RATE, None, "simple", "ACT/365F", None, 0, True, None, None, date.min, {}, bearing.item.interest_paid
    )
    turn = 0
    for run in late_days(bearing, how, as_of):
        due = bearing.item.due(run.first)
        while run.principal and due is not None and (day := _fee_day(fee, due, turn)) <= run.last:
            if fee.every is not None and _fee_day(fee, due, turn + 1) <= run.first:
                turn += 1  # nothing was open, or all was stopped, for as long as that
                continue
            turn += 1
            yield bearing.principal(add_days(max(day, run.first), -1), max(day, run.first))


def _fee_day(fee: Fee, due: date, turn: int) -> date:
    """The day on which a fee falls due for the nth time (from 0)."""
    if fee.months is not None:
        first = add_months(due, fee.months)
    else:
        first = add_days(end_of_grace(due, fee.after - 1, fee.calendar), 1)
    if not turn or fee.every is None:
        return first
    return add_months(first, turn) if fee.every == "month" else add_days(first, turn * fee.every)


_NO_RATE = Rate(ZERO)


@checked
@exact
def proposed_charges(
    account: Account, schedule: Schedule, *, as_of: Day, rates: RateSeries | None = None
) -> tuple[Charge | Adjustment, ...]:
    """What a schedule charges an account on a date that the ledger does not hold yet, as facts to be recorded.

    A fee of a level falls due with each notice of that level about the item; a notice that names no items is about all
    that are past due on its day, in its currency where it names one. A fee with days falls due when the item has been
    past due for so many: with 10 days, an item due on 1 March bears it on 11 March. Both are reckoned on the principal
    that is open then, less what money on account covers and what a hold or dispute keeps back, and are charged whether
    or not it was paid since. Interest is what `interest_statement` leaves to charge. What was charged too much, because
    a payment was entered late or put to another invoice, is handed back as an adjustment of the kind *abatement*.

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
) -> Iterable[Charge | Adjustment]:
    if isinstance(schedule, Statute):
        yield from _proposed(account, schedule.interest, as_of, rates, schedule)
        if schedule.compensation is not None:
            yield from _proposed(account, schedule.compensation, as_of, rates, schedule)
    elif isinstance(schedule, Interest):
        yield from _interest_charges(account, schedule, as_of, rates, statute)
    else:
        yield from _fee_charges(account, schedule, as_of, statute)
