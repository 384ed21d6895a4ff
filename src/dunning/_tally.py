"""What a scorecard is worked out from: sums over the facts of a group of accounts, taken in one pass.

Everything in a tally is a number, or numbers by name or day, so two tallies of different accounts add up, and a
scorecard of both is worked out from the sum as if they had been one book.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from dunning._account import reversal_days
from dunning._experience import experiences
from dunning._kpi import Number
from dunning._rolls import moved_items
from dunning.aging import Aging, age
from dunning.amounts import ZERO
from dunning.dates import Period
from dunning.interactions import Contact, Dispute, Promise
from dunning.invoice import Adjustment, Charge, CreditNote, Invoice, Payment, Reversal
from dunning.ledger import Account, Ledger

__all__ = ["MOVES", "Key", "Tally", "Words", "plus", "tallies"]

Key: TypeAlias = tuple[str, str]
"""(label, currency) of a group."""

MOVES = (
    "invoices", "charges", "payments", "credit notes", "discounts", "small balances", "deductions", "write-offs",
    "recoveries",
)  # fmt: skip
"""The lines of a roll-forward, in order; `recoveries` give back what payments took of debt written off."""

_ADJUSTED = {"discount": "discounts", "small_balance": "small balances", "deduction": "deductions"}


@attrs.frozen
class Words:
    """What the outcomes of calls and visits mean, and the leeway for promises: how a tally reads the facts."""

    reached: frozenset[str]
    right_party: frozenset[str]
    promise_grace: int


def _numbers() -> dict[Any, Any]:
    return {}


@attrs.define
class Tally:
    """The sums of one group of accounts over a period. Days stand for (days: [number of items, their amount])."""

    opening: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the day before the period, by aging column."""
    closing: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the period, by aging column."""
    moves: dict[str, Decimal] = attrs.field(factory=_numbers)
    """By how much each kind of fact changed the balance in the period; see `MOVES`."""
    month_ends: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Open (gross) at the end of each month of the period, cut to it."""
    sales: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Sales of each month up to the end of the period, by its first day."""
    open_of_month: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the period of the invoices of each month."""
    age_of_month: dict[date, Decimal] = attrs.field(factory=_numbers)
    """The same, each amount times the days since its invoice date."""
    paid: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days to pay of the items settled in the period."""
    late: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days late of the items settled in the period."""
    overdue: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days past due of the items past due at its end."""
    terms: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days from invoice to due date of what was invoiced in the period."""
    billing: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days from delivery to invoice of what was invoiced in the period."""
    disputes: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days that the disputes took that were resolved in the period."""
    rolled: dict[str, dict[str, Decimal]] = attrs.field(factory=_numbers)
    """What was open at the start, by its column then and by what became of it (see `_rolled`)."""
    exposure: dict[str, Decimal] = attrs.field(factory=_numbers)
    """What each customer owes at the end, net of unapplied cash and credit."""
    stages: dict[tuple[str, str], list[Number]] = attrs.field(factory=_numbers)
    """For each (level, channel) of notices: how many, how much was noticed, how much paid before the next."""
    amounts: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Other amounts, by name."""
    counts: dict[str, int] = attrs.field(factory=_numbers)
    """Numbers of facts, by name."""

    def count(self, name: str, number: int = 1) -> None:
        """Count something."""
        self.counts[name] = self.counts.get(name, 0) + number

    def amount(self, name: str, value: Decimal) -> None:
        """Add to an amount."""
        self.amounts[name] = self.amounts.get(name, ZERO) + value


def _plus(mine: Any, more: Any) -> Any:
    """The sum of two numbers, lists of numbers, or mappings to any of these."""
    if type(mine) is dict:
        common = mine.keys() & more.keys()
        return {**mine, **more, **{key: _plus(mine[key], more[key]) for key in common}}  # pyright: ignore[reportUnknownVariableType]  # of any nesting
    return list(map(_plus, mine, more)) if type(mine) is list else mine + more  # pyright: ignore[reportUnknownArgumentType]  # as above


def plus(mine: Tally, more: Tally) -> Tally:
    """The tally of two groups of different accounts. For callers in the exact context."""
    return Tally(*(_plus(getattr(mine, each.name), getattr(more, each.name)) for each in attrs.fields(Tally)))


def _note(days: dict[int, list[Number]], key: int, amount: Decimal) -> None:
    found = days.get(key)
    if found is None:
        days[key] = [1, amount]
    else:
        found[0] += 1
        found[1] += amount


def _money(tally: Tally, account: Account, period: Period, delivered: Mapping[str, date]) -> None:
    """The movements of the balance by kind, the sales by month, and what was billed."""
    first, last = period.first, period.last
    undone = reversal_days([fact for fact in account.facts if type(fact) is Reversal])
    moves, sales = tally.moves, tally.sales

    def move(kind: str, day: date, delta: Decimal) -> None:
        if first <= day <= last:
            moves[kind] = moves.get(kind, ZERO) + delta

    for fact in account.facts:
        if type(fact) is Invoice:
            if fact.issued <= last:
                month = fact.issued.replace(day=1)
                sales[month] = sales.get(month, ZERO) + fact.amount
                if fact.issued >= first:
                    move("invoices", fact.issued, fact.amount)
                    _billed(tally, fact, delivered)
            continue
        if type(fact) is Payment:
            name, day, delta = "payments", fact.received, -fact.amount
        elif type(fact) is CreditNote:
            name, day, delta = "credit notes", fact.issued, -fact.amount
        elif type(fact) is Charge:
            name, day, delta = "charges", fact.on, fact.amount
        elif type(fact) is Adjustment and fact.kind in _ADJUSTED:
            name, day, delta = _ADJUSTED[fact.kind], fact.on, -fact.amount
        else:
            continue
        if first <= day <= last:
            tally.count(name)
        for on in (day, *undone.get(fact.id, ())):
            move(name, on, delta)
            if type(fact) is CreditNote and on <= last:
                month = on.replace(day=1)
                sales[month] = sales.get(month, ZERO) + delta
            delta = -delta
    for day, delta in account.written_off:
        move("write-offs", day, -delta)
    for day, delta in account.recovered:
        move("recoveries", day, delta)


def _billed(tally: Tally, invoice: Invoice, delivered: Mapping[str, date]) -> None:
    """An invoice issued in the period: its terms, and how long after the delivery it was billed."""
    tally.count("invoices")
    if invoice.installments:
        for part in invoice.installments:
            _note(tally.terms, (part.due - invoice.issued).days, part.amount)
    elif invoice.due is not None:
        _note(tally.terms, (invoice.due - invoice.issued).days, invoice.amount)
    if invoice.id in delivered:
        _note(tally.billing, (invoice.issued - delivered[invoice.id]).days, invoice.amount)


def _open(tally: Tally, account: Account, period: Period, ends: list[date]) -> None:
    """What was open at each month end, and at the last of them by month of invoice and days past due."""
    first, last = period.first, period.last
    steps: dict[date, Decimal] = {}
    for receivable in account.receivables:
        closed, issued = receivable.closed, receivable.issued
        if closed <= first:
            break
        if issued > last:
            continue
        if receivable.settled or receivable.history is not None:
            for end in ends:
                tally.month_ends[end] += max(ZERO, receivable.net(end))
        else:
            steps[issued] = steps.get(issued, ZERO) + receivable.amount
            steps[closed] = steps.get(closed, ZERO) - receivable.amount
        if closed > last:
            for item in receivable.open_items(last):
                month = issued.replace(day=1)
                tally.open_of_month[month] = tally.open_of_month.get(month, ZERO) + item.open
                age_ = (last - issued).days * item.open
                tally.age_of_month[month] = tally.age_of_month.get(month, ZERO) + age_
                if item.days_past_due is not None and item.days_past_due > 0:
                    _note(tally.overdue, item.days_past_due, item.open)
    for end in ends:
        tally.month_ends[end] += sum((delta for day, delta in steps.items() if day <= end), ZERO)


def _paid(tally: Tally, account: Account, period: Period) -> None:
    for each in experiences(account, period):
        _note(tally.paid, each.days_to_pay, each.amount)
        if each.days_late is not None:
            _note(tally.late, each.days_late, each.amount)


def _rolled(tally: Tally, account: Account, period: Period, aging: Aging) -> None:
    """What became of what was open at the start: forward, same, back, current, undated, paid or lost."""
    labels = list(aging.buckets.labels)
    opening, last = period.opening, period.last
    for each in moved_items(account, opening, last):
        was = None if each.due is None else aging.buckets.locate((opening - each.due).days)
        now = None if each.due_now is None else aging.buckets.locate((last - each.due_now).days)
        row = tally.rolled.setdefault(was or "undated", {})
        step = 0 if was is None or now is None else labels.index(now) - labels.index(was)
        if now is None or now == labels[0]:
            way = now or "undated"
        else:
            way = "forward" if step > 0 else "back" if step < 0 else "same"
        for name, amount in ((way, each.left), ("paid", each.paid), ("lost", each.lost)):
            row[name] = row.get(name, ZERO) + amount


def _collectable(tally: Tally, account: Account, period: Period) -> None:
    """What was past due at the start or fell due in the period, and what of it is still open at its end."""
    for receivable in account.receivables:
        if receivable.closed < period.first:
            break
        if receivable.issued > period.last:
            continue
        day = max(period.opening, receivable.issued)
        now = {item.installment: item.open for item in receivable.open_items(period.last)}
        for item in receivable.open_items(day):
            if item.due is not None and item.due <= period.last:
                tally.amount("collectable", item.open)
                tally.amount("still open", min(item.open, now.get(item.installment, ZERO)))


def _disputed(tally: Tally, account: Account, period: Period) -> None:
    """Disputes opened and resolved in the period, and the invoices of the period that were in dispute or credited."""
    if not any(type(fact) in (Dispute, CreditNote) for fact in account.facts):
        return
    wrong: set[str] = set()
    for fact in account.facts:
        if type(fact) is Dispute and fact.opened <= period.last:
            wrong.add(fact.invoice)
            if fact.opened >= period.first:
                tally.count("disputes")
            if fact.resolved is not None and fact.resolved in period:
                _note(tally.disputes, (fact.resolved - fact.opened).days, ZERO)
        elif type(fact) is CreditNote and fact.issued <= period.last:
            wrong.update(name for name, _ in fact.applied)
    tally.count("wrong", sum(1 for each in account.receivables if each.invoice.id in wrong and each.issued in period))


def _talked(tally: Tally, account: Account, period: Period, words: Words) -> None:
    """Calls and visits, promises, and what notices brought in."""
    contacts: list[Contact] = []
    for fact in account.interactions:
        if type(fact) is Contact and fact.on <= period.last:
            contacts.append(fact)
            is_attempt = fact.direction == "outbound" and fact.channel in ("call", "visit") and fact.outcome != "queued"
            if is_attempt and fact.on >= period.first:
                tally.count("attempts")
                tally.count("reached", fact.outcome in words.reached)
                tally.count("right party", fact.outcome in words.right_party)
        elif type(fact) is Promise and fact.made <= period.last:
            tally.count("promises", fact.made in period)
            if fact.due in period:
                state = account.promise_state(fact, as_of=period.last, grace=words.promise_grace)
                tally.count(state)
                if state in ("kept", "broken"):
                    came = account.received(fact, as_of=period.last, grace=words.promise_grace)
                    tally.amount("promised", fact.amount)
                    tally.amount("paid as promised", min(fact.amount, came))
    given = [each for each in contacts if each.is_notice and not (each.cancelled and each.cancelled <= period.last)]
    notices = sorted(given, key=lambda each: (each.on, each.id))
    for index, notice in enumerate(notices):
        if notice.on >= period.first:
            _noticed(tally, account, period, notice, notices[index + 1 :])


def _covers(notice: Contact, item: str) -> bool:
    return not notice.items or item in notice.items or item.rpartition("/")[0] in notice.items


def _noticed(tally: Tally, account: Account, period: Period, notice: Contact, later: list[Contact]) -> None:
    """What a notice asked for, and what of it was paid up to the next notice of each item, or the period's end."""
    found = tally.stages.setdefault((notice.level or "", notice.channel), [0, ZERO, ZERO])
    found[0] += 1
    ends: dict[date, set[str]] = {}
    for item in account.items_at(notice.on):
        if _covers(notice, item.id):
            end = next((each.on for each in later if _covers(each, item.id)), period.last)
            ends.setdefault(end, set()).add(item.id)
    for end, names in ends.items():
        for each in moved_items(account, notice.on, end):
            if each.id in names:
                found[1] += each.open
                found[2] += each.paid


def tallies(
    ledger: Ledger,
    period: Period,
    label_of: Callable[[Account], str],
    words: Words,
    delivered: Mapping[str, date],
) -> dict[Key, Tally]:
    """The tally of each group of accounts. For callers in the exact context."""
    found: dict[Key, Tally] = {}
    groups: dict[Key, list[Account]] = {}
    for account in ledger:
        groups.setdefault((label_of(account), account.currency), []).append(account)
    ends = [month.last for month in period.months()][::-1]
    for key in sorted(groups, key=lambda each: (each[1], each[0])):
        tally = found[key] = Tally()
        tally.month_ends = dict.fromkeys(ends, ZERO)
        aging = _aged(tally, groups[key], period)
        for account in groups[key]:
            _money(tally, account, period, delivered)
            _open(tally, account, period, ends)
            _paid(tally, account, period)
            _rolled(tally, account, period, aging)
            _collectable(tally, account, period)
            _disputed(tally, account, period)
            if account.interactions:
                _talked(tally, account, period, words)
    return found


def _aged(tally: Tally, accounts: Iterable[Account], period: Period) -> Aging:
    """The aging of the group at both ends, and what each customer owes."""
    accounts = list(accounts)
    before, after = age(accounts, as_of=period.opening), age(accounts, as_of=period.last)
    tally.opening = dict(before.total.amounts.items())
    tally.closing = dict(after.total.amounts.items())
    tally.exposure = {row.label: row.balance for row in after}
    tally.amount("opening balance", before.control_total)
    tally.amount("closing balance", after.control_total)
    return after
