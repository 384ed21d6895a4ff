"""How levels fall: the life of an account's items followed day by day, each event answered by the policy's table.

Only policies whose table answers events need this; without them the level of an item is the highest that a notice gave
to it. On one day notices come first and money after them: a payment on the day of a notice answers it.

A day costs what moved on it, not what is open: what is open is carried from day to day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from copy import copy
from datetime import date
from itertools import accumulate
from operator import itemgetter

from dunning._base.names import parts_of
from dunning.amounts import ZERO
from dunning.dates import add_days
from dunning.decision.ready import ReadyPolicy
from dunning.decision.rising import Given, Rising
from dunning.interactions import Contact
from dunning.invoice import Application, Payment, Reversal
from dunning.ledger import Account, OpenItem, Receivable
from dunning.ledger.account import undoings
from dunning.ledger.covered import covering
from dunning.machine import Event, Transition
from dunning.measures import Value
from dunning.policy.compile import EVENTS

_Key = tuple[date, date, str, int]


def _key(item: OpenItem) -> _Key:
    """Where an item stands among the oldest."""
    return item.due or date.max, item.issued, item.invoice, item.installment or 0


def _due_of(entry: tuple[_Key, str]) -> int:
    return entry[0][0].toordinal()


class _Case:
    """The open items of a case at the end of a day, and what guards read of them."""

    def __init__(self, items: Iterable[OpenItem] = ()) -> None:
        self.items: dict[str, OpenItem] = {}
        self.balance = ZERO
        self._keys: list[tuple[_Key, str]] = []
        self._issued: list[date] = []
        self._overdue = ZERO
        self._day = date.min
        """The day of `_overdue`."""
        for item in items:
            self.put(item.id, item)

    @property
    def oldest(self) -> str | None:
        """The item that stands first."""
        return self._keys[0][1] if self._keys else None

    def put(self, name: str, item: OpenItem | None) -> None:
        """Enter what is open of an item now; None takes it out."""
        for each, sign in ((self.items.pop(name, None), -1), (item, 1)):
            if each is None:
                continue
            self.balance += sign * each.open
            if each.due is not None and each.due < self._day:
                self._overdue += sign * each.open
            if sign > 0:
                self.items[name] = each
                insort(self._keys, (_key(each), name))
                insort(self._issued, each.issued)
            else:
                del self._keys[bisect_left(self._keys, (_key(each), name))]
                del self._issued[bisect_left(self._issued, each.issued)]

    def due_until(self, first: int, last: int) -> Iterator[str]:
        """The items due after one day up to another, as ordinals."""
        start, stop = (bisect_left(self._keys, each + 1, key=_due_of) for each in (first, max(first, last)))
        return (name for _, name in self._keys[start:stop])

    def readings(self, day: date) -> Mapping[str, Value]:
        """What guards read on a day, which is none before the one last asked for."""
        first, last = (bisect_left(self._keys, ((each, date.min, "", 0), "")) for each in (self._day, day))
        self._overdue += sum((self.items[name].open for _, name in self._keys[first:last]), ZERO)
        self._day = day
        due = self._keys[0][0][0] if self._keys else date.max
        return {
            "case_days_past_due": None if due == date.max else (day - due).days,
            "case_days_since_issue": (day - self._issued[0]).days if self._issued else None,
            "case_balance": self.balance,
            "case_overdue": self._overdue,
        }


class _MoneyDays:
    """The days on which an account was paid, and those on which money of an earlier day came back."""

    def __init__(self, account: Account) -> None:
        payments = {fact.id: fact for fact in account.facts if type(fact) is Payment}
        uses = (fact for fact in account.facts if type(fact) is Application and fact.source in payments)
        applied = (fact for fact in uses if fact.applied)
        self.paid = {fact.received for fact in payments.values()} | {fact.on for fact in applied}
        self.bounced: set[date] = set()
        chains = undoings([fact for fact in account.facts if type(fact) is Reversal])
        for name in chains.keys() & payments.keys():
            days = list(accumulate((each.on for each in chains[name]), max))  # a link counts once those before it do
            for day in days:
                was, now = bisect_left(days, day), bisect_right(days, day)
                if now % 2 and not was % 2 and payments[str(name)].received < day:
                    self.bounced.add(day)


class LevelHistory:
    """The levels of an account's items, followed up to what was recorded on a day; its money is answered by `after`."""

    def __init__(self, account: Account, ready: ReadyPolicy, given: Iterable[Given], as_of: date) -> None:
        self.ready = ready
        self.as_of = as_of
        self.by_account = ready.settings.unit == "account"
        self.rising = Rising(account, ready)
        self.case = _Case()
        self.settled: dict[int, date] = {}
        """The last day on which a debt of that level was settled."""
        self.at: dict[int, set[str]] = {}
        """The open items at each level."""
        self.fresh: set[str] = set()
        """Items that have not been asked yet whether they resume where others were settled."""
        self.asked = 0
        """The day, as an ordinal, up to which debts fall due that were asked."""
        self._money = _MoneyDays(account)
        self._resumes = any(each.startswith("resume ") for each in ready.events)
        self._withdrawn: dict[date, list[Contact]] = {}
        contacts = account.contacts(as_of=as_of)
        for contact in covering(account, contacts, undated=ready.settings.undated):
            if contact.cancelled is not None and contact.cancelled <= as_of and contact.is_notice:
                self._withdrawn.setdefault(contact.cancelled, []).append(contact)
        self._follow(account, given)

    def _follow(self, account: Account, given: Iterable[Given]) -> None:
        """Go through the days before the last one, and note what was recorded on that one."""
        by_day: dict[date, list[Given]] = {}
        for fact in given:
            by_day.setdefault(fact.on, []).append(fact)
        turning: dict[date, list[Receivable]] = {}
        for each in account.receivables:
            for day in _turns(each):
                turning.setdefault(day, []).append(each)
        for day in sorted(day for day in by_day.keys() | self._withdrawn.keys() | turning.keys() if day < self.as_of):
            self.sort(self.rising.give(by_day.get(day, ())))
            self.answer(day, {name: item for each in turning.get(day, ()) for name, item in _items(each, day)})
        self.sort(self.rising.give(by_day.get(self.as_of, ())))

    def after(self, names: Collection[str], items: Iterable[OpenItem], *, paid: bool = False) -> Rising:
        """What the last day's money leaves of the levels of a case of these debts, of which so much is open at its end.

        `paid` says that the customer pays on that day, whatever the books say.
        """
        known = self.case.items
        then = copy(self)
        then.rising = self.rising.copy_of(names)
        then.case = _Case(known[name] for name in names if name in known)
        then.settled = self.settled.copy()
        then.at = {}
        then.fresh = self.fresh.intersection(names)
        then.sort(names)
        left = {item.id: item for item in items}
        then.answer(self.as_of, {name: left.get(name) for name in names}, paid=paid)
        return then.rising

    def answer(self, day: date, now: Mapping[str, OpenItem | None], *, paid: bool = False) -> None:
        """Answer what happened on a day: notices withdrawn, then money, then debts that resume where others stood."""
        known, oldest = self.case.items, self.case.oldest
        was = {name: known[name] for name in now if name in known}
        left = {name: item for name, item in now.items() if item is not None}
        for name, item in now.items():
            self.case.put(name, item)
        self.fresh.update(left)
        self.sort(now)
        for contact in self._withdrawn.get(day, ()):
            named = [name for name in self.rising.names(contact.items) if name in known]
            self._move("notice_cancelled", self._by_level(named), self._case_of(named), day)
        paid = paid or day in self._money.paid
        if self.by_account:
            for event in self._events(day, was, left, oldest, paid=paid) if known else ():
                self._move(event, self.at, self.case, day)
        else:
            for name, item in left.items():
                before = {name: was[name]} if name in was else {}
                for event in self._events(day, before, {name: item}, name, paid=paid):
                    self._move(event, self._by_level([name]), self._case_of([name]), day)
        ended = {level for name in was.keys() - left.keys() if (level := self.rising.levels.get(name))}
        self.settled.update(dict.fromkeys(ended, day))
        self._resume(all_of_them=bool(ended))

    def _events(
        self, day: date, was: Mapping[str, OpenItem], now: Mapping[str, OpenItem], oldest: str | None, *, paid: bool
    ) -> Iterator[str]:
        """What happened to a case on a day, told from the items that may have changed; `oldest` stood first before."""
        more = any(name not in was or was[name].open < item.open for name, item in now.items() if item.issued < day)
        if more and day in self._money.bounced:
            yield "payment_reversed"
        if any(name not in now or now[name].open < item.open for name, item in was.items()):
            if oldest in was and oldest not in now:
                yield "oldest_settled"
            else:
                yield "paid_in_part" if paid else "credited"

    def _move(self, field: str, at: Mapping[int, Collection[str]], case: _Case, day: date) -> None:
        """Let the table answer an event for items by their levels; guards look at the case."""
        event = EVENTS[field]
        if event not in self.ready.events:
            return
        falls: list[tuple[list[str], int]] = []
        for level, names in at.items():
            row = self._row(level, event, case.readings(day)) if names else None
            if row is not None and (to := self.ready.positions[row.target]) != level:
                falls.append((sorted(names), to))
        for names, to in falls:
            for name in names:
                self.rising.fall(name, to)
            self.fresh.update(names)
            self.sort(names)

    def _row(self, level: int, event: str, readings: Mapping[str, Value]) -> Transition | None:
        machine = self.ready.machine
        return machine.step(machine.states[level], Event(event, readings))

    def _case_of(self, names: Iterable[str]) -> _Case:
        """The case that items belong to."""
        return self.case if self.by_account else _Case(self.case.items[name] for name in names)

    def _by_level(self, names: Iterable[str]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        for name in names:
            found.setdefault(self.rising.levels.get(name, 0), []).append(name)
        return found

    def _resume(self, *, all_of_them: bool) -> None:
        """Let new debts take up the level at which dunned ones were settled, where the table says so."""
        names = sorted(self._to_ask(all_of_them=all_of_them) if self._resumes and self.settled else ())
        states = self.ready.machine.states
        for name in names:
            due = self.case.items[name].due
            for level, day in sorted(self.settled.items(), key=itemgetter(1, 0)) if due is not None else ():
                row = self._row(0, f"resume {states[level]}", {"case_days_since_settled": ((due or day) - day).days})
                if row is not None:
                    self.rising.levels[name] = self.ready.positions[row.target]
        self.sort(names)
        self.fresh.clear()

    def _to_ask(self, *, all_of_them: bool) -> set[str]:
        """The open items at the start that may resume now and could not before.

        A policy says within how many days of a settled debt another falls due that resumes: these days move on with
        each debt that is settled. What a table by hand says may be anything, so all are asked.
        """
        new, within = self.at.get(0, set[str]()), self.ready.settings.resume_within
        if within is None:
            return new if all_of_them else new & self.fresh
        asked, self.asked = self.asked, add_days(max(self.settled.values()), within).toordinal()
        return new & {*self.fresh, *self.case.due_until(asked, self.asked)}

    def sort(self, names: Iterable[str]) -> None:
        """Note at which level each item stands that is open."""
        for name in names:
            for members in self.at.values():
                members.discard(name)
            if name in self.case.items:
                self.at.setdefault(self.rising.levels.get(name, 0), set()).add(name)


def _turns(receivable: Receivable) -> set[date]:
    """The days on which what is owed of an invoice changes, or when it is due."""
    found = {receivable.issued, *receivable.days_of_change}
    if receivable.history is not None:
        found.update(each.on for changes in receivable.history.due_changes.values() for each in changes)
        found.update(day for span in receivable.history.plans for day in (span.start, span.end))
    return found


def _items(receivable: Receivable, day: date) -> Iterator[tuple[str, OpenItem | None]]:
    """The debts of an invoice, and what is open of each on a day."""
    found = {item.id: item for item in receivable.open_items(day)}
    for name in parts_of(receivable.invoice.id, len(receivable.invoice.installments)):
        yield name, found.get(name)
