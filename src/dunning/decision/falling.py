"""How levels fall: the life of an account's items followed day by day, each event answered by the policy's table.

Only policies whose table answers events need this; without them the level of an item is the highest that a notice gave
to it. On one day notices come first and money after them: a payment on the day of a notice answers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from dunning._base.names import means
from dunning.amounts import ZERO
from dunning.dates import add_days
from dunning.decision.ready import ReadyPolicy
from dunning.decision.rising import Given, Rising
from dunning.interactions import Contact
from dunning.invoice import Application, Payment, Reversal
from dunning.ledger import Account, OpenItem
from dunning.ledger.account import reversed_by
from dunning.ledger.covered import covering
from dunning.machine import Event
from dunning.measures import Value
from dunning.policy.compile import EVENTS


class _LevelHistory:
    """The levels of an account's items as they were from day to day."""

    def __init__(self, account: Account, ready: ReadyPolicy) -> None:
        self.account = account
        self.ready = ready
        self.rising = Rising(account, ready)
        self.levels = self.rising.levels
        self.settled: list[tuple[date, int]] = []
        payments = {fact.id: fact for fact in account.facts if type(fact) is Payment}
        applied = (fact for fact in account.facts if type(fact) is Application and fact.source in payments)
        self.paid = {fact.received for fact in payments.values()} | {fact.on for fact in applied}
        self.reversed = {fact.on for fact in account.facts if type(fact) is Reversal}

    def answer(self, event: str, items: Sequence[OpenItem], case: Sequence[OpenItem], day: date) -> None:
        """Let the table answer an event for items; guards look at the case that they belong to."""
        readings = _readings(case, day)
        for item in items:
            state = self.ready.machine.states[self.levels.get(item.id, 0)]
            row = self.ready.machine.step(state, Event(event, readings))
            if row is not None:
                self.rising.fall(item.id, self.ready.positions[row.target])

    def move(self, day: date, before: list[OpenItem], after: list[OpenItem]) -> None:
        """Answer what the money of a day did."""
        if self.ready.settings.unit == "account":
            for event in self.events(day, before, after):
                self.answer(event, after, after, day)
        else:
            known = {each.id: each for each in before}
            for item in after:
                was = [known[item.id]] if item.id in known else []
                for event in self.events(day, was, [item]):
                    self.answer(event, [item], [item], day)
        left = {item.id for item in after}
        self.settled += [(day, level) for each in before if each.id not in left and (level := self.levels.get(each.id))]

    def events(self, day: date, before: Sequence[OpenItem], after: Sequence[OpenItem]) -> Iterator[str]:
        """What happened to a case of which something was open before and is open after."""
        was, now = ({item.id: item.open for item in items} for items in (before, after))
        if not now:
            return
        more = any(item.open > was.get(item.id, ZERO) for item in after if item.issued < day)
        if more and day in self.reversed and _bounced(self.account, day):
            yield EVENTS["payment_reversed"]
        if any(now.get(name, ZERO) < amount for name, amount in was.items()):
            if before[0].id not in now:
                yield EVENTS["oldest_settled"]
            else:
                yield EVENTS["paid_in_part" if day in self.paid else "credited"]

    def resume(self, items: Iterable[OpenItem]) -> None:
        """Let new debts take up the level at which dunned ones were settled, where the table says so."""
        for item in items:
            for day, level in self.settled if item.due is not None and not self.levels.get(item.id) else ():
                states = self.ready.machine.states
                readings: dict[str, Value] = {"case_days_since_settled": ((item.due or day) - day).days}
                row = self.ready.machine.step(states[0], Event(f"resume {states[level]}", readings))
                if row is not None:
                    self.levels[item.id] = self.ready.positions[row.target]


def _bounced(account: Account, day: date) -> bool:
    """Whether money that stood the day before was undone on a day, and not made good again."""
    undone = reversed_by(account.facts, day) - reversed_by(account.facts, add_days(day, -1))
    return any(type(fact) is Payment and fact.id in undone and fact.received < day for fact in account.facts)


def _readings(case: Sequence[OpenItem], day: date) -> dict[str, Value]:
    late = [item.days_past_due for item in case if item.days_past_due is not None]
    balance = sum((item.open for item in case), Decimal(0))
    overdue = sum((item.open for item in case if (item.days_past_due or 0) > 0), Decimal(0))
    return {
        "case_days_past_due": max(late, default=None),
        "case_days_since_issue": max([(day - item.issued).days for item in case], default=None),
        "case_balance": balance,
        "case_overdue": overdue,
    }


def regressed(account: Account, ready: ReadyPolicy, given: Iterable[Given], as_of: date) -> Rising:
    """What records gave to the items of an account up to a date, with the levels that they have fallen to."""
    history = _LevelHistory(account, ready)
    by_day: dict[date, list[Given]] = {}
    for fact in given:
        by_day.setdefault(fact.on, []).append(fact)
    cancelled: dict[date, list[Contact]] = {}
    for contact in covering(account, account.contacts(as_of=as_of), undated=ready.settings.undated):
        if contact.cancelled is not None and contact.cancelled <= as_of and contact.is_notice:
            cancelled.setdefault(contact.cancelled, []).append(contact)
    moved = (entry for entry in account.written() if entry.kind != "charge" or entry.by is not None)
    days = {entry.day for entry in moved if entry.day <= as_of}
    for day in sorted({*days, *by_day, *cancelled}):
        before, after = account.items_at(add_days(day, -1)), account.items_at(day)
        history.rising.give(by_day.get(day, ()))
        for contact in cancelled.get(day, ()):
            named = [item for item in after if means(contact.items, (item.id, item.invoice))]
            history.answer(EVENTS["notice_cancelled"], named, after if ready.settings.unit == "account" else named, day)
        history.move(day, before, after)
        history.resume(after)
    return history.rising
