"""What of an item may bear charges on a day: its principal, less what money on account covers and what holds keep back.

Money on account covers the oldest items first, from the day on which it came in until it is put to an invoice; then it
counts for that invoice, from the same day. A hold or dispute of a part keeps its amount off the base; one without an
amount stops all of it.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dunning.amounts import ZERO
from dunning.amounts.splitting import covered
from dunning.dates import NEVER_ENDS
from dunning.interactions import Dispute, Hold
from dunning.ledger import Account
from dunning.ledger.components import Components, Item


class Stop(NamedTuple):
    """That charges stop on the debts of some names (none: all) for some days, on all of them or on an amount."""

    start: date
    end: date
    names: tuple[str, ...]
    amount: Decimal | None


def stops_of(account: Account, reasons: frozenset[str], as_of: date) -> list[Stop]:
    """The holds and disputes for which charges stop: those with such a reason; *dispute* means every dispute."""
    found: list[Stop] = []
    for fact in (*account.interactions, *account.facts) if reasons else ():
        if isinstance(fact, Hold) and fact.start <= as_of and fact.reason in reasons:
            names = () if fact.invoice is None else (fact.invoice,)
            found.append(Stop(fact.start, fact.end or NEVER_ENDS, names, fact.amount))
        elif isinstance(fact, Dispute) and fact.opened <= as_of and not reasons.isdisjoint(("dispute", fact.reason)):
            found.append(Stop(fact.opened, fact.resolved or NEVER_ENDS, (fact.invoice,), fact.amount))
    return found


def _joined(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Spans of days, from their first to before their last, those that meet or overlap as one."""
    joined: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((start, end))
    return joined


class Bearing:
    """What bears charges of an item, through time."""

    def __init__(self, item: Item, cover: Sequence[tuple[date, Decimal]], stops: Sequence[Stop]) -> None:
        self.item = item
        self._cover_days = [day for day, _ in cover]
        self._covers = [amount for _, amount in cover]
        mine = [stop for stop in stops if item.covers(stop.names)]
        self._stopped = _joined((stop.start, stop.end) for stop in mine if stop.amount is None)
        self._starts = [start for start, _ in self._stopped]
        self._parts = [stop for stop in mine if stop.amount is not None]

    @property
    def days_of_change(self) -> set[date]:
        """The days at whose end the amount may be another than at the end of the day before."""
        return {*self.item.days_of_change, *self._cover_days}

    @property
    def is_ever_stopped(self) -> bool:
        """Whether holds or disputes stop anything on any day."""
        return bool(self._stopped or self._parts)

    @property
    def days_of_stops(self) -> set[date]:
        """The days from which holds and disputes stop more, or less, than before."""
        spans = [*self._stopped, *((stop.start, stop.end) for stop in self._parts)]
        return {day for span in spans for day in span}

    def is_stopped(self, day: date) -> bool:
        """Whether charges are stopped altogether on a day."""
        at = bisect_right(self._starts, day)
        return bool(at) and day < self._stopped[at - 1][1]

    def whole(self, day: date) -> Decimal:
        """What would bear charges at the end of a day if no hold or dispute kept anything back."""
        left = self.item.principal(day)
        at = bisect_right(self._cover_days, day) if left else 0
        return left - self._covers[at - 1] if at else left

    def principal(self, day: date, kept: date | None = None) -> Decimal:
        """What bears charges at the end of a day; what holds and disputes keep back is that of the day `kept`."""
        left = self.whole(day)
        when = day if kept is None else kept
        for stop in self._parts if left else ():
            if stop.start <= when < stop.end:
                left -= self._share(stop, day)
        return max(ZERO, left)

    def _share(self, stop: Stop, day: date) -> Decimal:
        """What of a stopped amount lies on this item: of an invoice's, the oldest installments first."""
        item, amount = self.item, stop.amount or ZERO
        if item.id in stop.names:
            return amount
        before = item.components.items_of(item.invoice.id)[: item.number]
        return list(covered(amount, (each.principal(day) for each in before)))[-1]


def covers_of(components: Components) -> dict[str, list[tuple[date, Decimal]]]:
    """What money on account covers of each item from which day on, the oldest due first; empty where there is none."""
    credit = _credit(components)
    if not any(amount > ZERO for _, amount in credit):
        return {}
    items = components.items()
    events: dict[date, set[int]] = {day: set() for day, _ in credit}
    for number, item in enumerate(items):
        changes, _ = item.days_of_due()
        for day in (*item.days_of_change, *changes):
            if day <= components.as_of:
                events.setdefault(day, set()).add(number)
    purse = dict(credit)
    return _swept(items, events, purse)


def _swept(
    items: Sequence[Item], events: dict[date, set[int]], purse: dict[date, Decimal]
) -> dict[str, list[tuple[date, Decimal]]]:
    queue: list[tuple[date, date, str, int]] = []  # the open items, the oldest due first
    keys: dict[int, tuple[date, date, str, int]] = {}
    covered_now: dict[int, Decimal] = {}
    found: dict[str, list[tuple[date, Decimal]]] = {}
    left = ZERO
    for day in sorted(events):
        left = purse.get(day, left)
        for number in events[day]:
            item = items[number]
            if number in keys:
                del queue[bisect_right(queue, keys.pop(number)) - 1]
            if item.principal(day):
                keys[number] = (item.due(day) or NEVER_ENDS, item.receivable.issued, item.invoice.id, number)
                insort(queue, keys[number])
        rest, now = max(ZERO, left), dict[int, Decimal]()
        for *_, number in queue:
            if not rest:
                break
            now[number] = min(rest, items[number].principal(day))
            rest -= now[number]
        for number in covered_now.keys() | now.keys():
            amount = now.get(number, ZERO)
            if amount != covered_now.get(number, ZERO):
                found.setdefault(items[number].id, []).append((day, amount))
        covered_now = now
    return found


def _credit(components: Components) -> list[tuple[date, Decimal]]:
    """The money on account at the end of each day on which it changes, counted from the day on which it came."""
    steps: dict[date, Decimal] = {}
    for day, amount in components.credit_steps():
        steps[day] = steps.get(day, ZERO) + amount
    total = ZERO
    found: list[tuple[date, Decimal]] = []
    for day in sorted(steps):
        total += steps[day]
        found.append((day, total))
    return found
