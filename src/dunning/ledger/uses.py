"""How payments and credit notes are put to use after they came in: applications and refunds, as far as they reach."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import accumulate
from typing import cast

from dunning._base.names import owner
from dunning.amounts import ZERO
from dunning.dates import NEVER_ENDS
from dunning.invoice import (
    Application,
    CreditNote,
    Payment,
    Refund,
    Reversal,
)
from dunning.ledger.entries import Entry, toggled
from dunning.ledger.intake import Intake, Key
from dunning.ledger.kinds import OWN_DATE
from dunning.ledger.posted import NamedDebt, Posted
from dunning.ledger.receivable import Step, by_day


class _Running:
    """A figure through time, changed and asked about in order of days."""

    def __init__(self) -> None:
        self.now = ZERO
        self.ahead: list[Step] = []
        self.rise = ZERO  # what it may rise by from now on

    def add(self, steps: Iterable[Step]) -> None:
        """Change it by so much on some days."""
        for step in steps:
            heappush(self.ahead, step)
            self.rise += max(ZERO, step[1])

    def most(self, since: date, more: Sequence[Step], limit: Decimal) -> Decimal:
        """The most that it comes to from a day on with more changes, exact where that is more than a limit."""
        self._advance(since)
        bound = self.now + self.rise + sum((max(ZERO, delta) for _, delta in more), ZERO)
        return bound if bound <= limit else max(self._values(since, NEVER_ENDS, more))

    def least(self, since: date, until: date) -> Decimal:
        """The least that it comes to at the end of any day of a span."""
        self._advance(since)
        return min(self._values(since, until, ()))

    def _advance(self, since: date) -> None:
        while self.ahead and self.ahead[0][0] <= since:
            _, delta = heappop(self.ahead)
            self.now += delta
            self.rise -= max(ZERO, delta)

    def _values(self, since: date, until: date, more: Sequence[Step]) -> Iterator[Decimal]:
        start = self.now + sum((delta for day, delta in more if day <= since), ZERO)
        days = by_day([step for step in (*self.ahead, *more) if since < step[0] < until])
        return accumulate((delta for _, delta in days), initial=start)


class _Source:
    """A payment or credit note while it is put to use: what of it is taken on any day, and by which invoice."""

    def __init__(self, posted: Posted, fact: Payment | CreditNote) -> None:
        self.fact = fact
        self.since = OWN_DATE[type(fact)](fact)
        self.undone = posted.undone.get(fact.id, ())
        self.taken = _Running()
        self.on_debt: dict[str, _Running] = {}
        for name, amount in fact.applied:
            invoice = owner(name, posted.invoices)
            undone = posted.undone.get((fact.id, name), ())
            steps = [(day, sign * amount) for day, sign, _ in toggled(self.since, undone)]
            self.take(name, invoice, _until(posted.end_of(invoice), steps))

    def take(self, debt: str, invoice: str, steps: Sequence[Step]) -> None:
        """Put so much to an invoice, or to its installment that is named."""
        self.taken.add(steps)
        for name in dict.fromkeys((debt, invoice)):
            self.on_debt.setdefault(name, _Running()).add(steps)


def _until(end: date, steps: Iterable[Step]) -> list[Step]:
    """The same changes up to the day before an end, on which all that was gathered goes back."""
    kept = [step for step in steps if step[0] < end]
    total = sum((delta for _, delta in kept), ZERO)
    return [*kept, (end, -total)] if total and end < NEVER_ENDS else kept


def post_uses(intake: Intake, posted: Posted, facts: list[Application | Refund], key: Key) -> None:
    """Applications and refunds of cash or credit, as far as their source reaches, the earliest first."""
    known = {fact.id: fact for fact in posted.accepted if isinstance(fact, (Payment, CreditNote))}
    sources: dict[str, _Source] = {}
    for fact in sorted(facts, key=lambda each: (each.on, each.id)):
        name = fact.source if isinstance(fact, Application) else fact.of
        if name not in known:
            intake.reject_source(fact)
            continue
        source = sources.get(name)
        if source is None:
            source = sources[name] = _Source(posted, known[name])
        if fact.on < source.since:
            message = f"it is dated {fact.on}, before its source {name} ({source.since}); mend the date"
            intake.reject("wrong_date", fact, message)
        elif isinstance(fact, Application):
            _post_application(intake, posted, fact, source, key)
        else:
            _post_refund(intake, posted, fact, source, key)


def _post_application(intake: Intake, posted: Posted, fact: Application, source: _Source, key: Key) -> None:
    debt = None if fact.invoice is None else intake.debt_of(fact, fact.invoice, *key)
    if debt is None and fact.invoice is not None:
        return
    undone = posted.undone.get(fact.id, ())
    steps = [(day, sign * fact.amount) for day, sign, _ in toggled(fact.on, undone)]
    if debt is not None:
        steps = _until(posted.end_of(debt[0].id), steps)
    most = source.taken.most(fact.on, steps, source.fact.amount)
    if most > source.fact.amount:
        message = f"with it {most} of {source.fact.id} would be applied, which is only {source.fact.amount}"
        intake.reject("exceeds_source", fact, f"{message}; lower the amount")
        return
    posted.accepted.append(fact)
    if fact.invoice is None or debt is None:
        source.taken.add(steps)
        entry = Entry(fact.on, fact.amount, "settled before", None, fact, source.fact, None)
        posted.write(posted.on_account, entry, source.undone)
    else:
        source.take(fact.invoice, debt[0].id, steps)
        posted.move(debt, fact.on, fact.amount, fact, source.fact)


def _post_refund(intake: Intake, posted: Posted, fact: Refund, source: _Source, key: Key) -> None:
    """A refund takes what is unapplied of its source from its day on, and by invoice what the source was put to."""
    found = {name: intake.debt_of(fact, name, *key) for name, _ in fact.reopens}
    if None in found.values():
        return
    debts = cast("dict[str, NamedDebt]", found)
    undone = posted.undone.get(fact.id, ())
    steps = [(day, Decimal(sign)) for day, sign, _ in toggled(fact.on, undone)]
    rest = fact.amount - sum((part for _, part in fact.reopens), ZERO)
    faults: list[str] = []
    if _outlives(fact.on, undone, source.undone):
        faults.append(f"{source.fact.id} is reversed; reverse the refund too, or bill what is to come back")
    for name, part in fact.reopens:
        invoice, number = debts[name]
        end = posted.end_of(invoice.id)
        needed = part if number else sum((each for other, each in fact.reopens if debts[other][0] is invoice), ZERO)
        least = source.on_debt.get(name, _Running()).least(fact.on, end)
        if fact.on >= end:
            faults.append(f"{name} is void, and the money for it unapplied; leave it out of `reopens`")
        elif least < needed:
            faults.append(f"of {source.fact.id} only {max(ZERO, least)} is put to {name}; lower the amount")
    most = source.taken.most(fact.on, [(day, sign * rest) for day, sign in steps], source.fact.amount)
    if most > source.fact.amount:
        left = source.fact.amount - most + rest
        faults.append(f"of {source.fact.id} only {left} is unapplied; name in `reopens` the invoices owed again")
    if faults:
        intake.reject("exceeds_source", fact, "; ".join(faults))
        return
    source.taken.add((day, sign * fact.amount) for day, sign in steps)
    for name, part in fact.reopens:
        debt = invoice, number = debts[name]
        source.take(name, invoice.id, _until(posted.end_of(invoice.id), [(day, -sign * part) for day, sign in steps]))
        entry = Entry(fact.on, part, "refund", invoice.id, fact, source.fact, None, number)
        if fact.on < invoice.issued:  # the money was on account still
            posted.write(posted.on_account, entry._replace(invoice=None, installment=None))
            posted.move(debt, fact.on, -part, fact, source.fact)
        else:
            posted.write(posted.of(invoice.id), entry)
    if rest:
        posted.write(posted.on_account, Entry(fact.on, rest, "refund", None, fact, source.fact, None))
    posted.accepted.append(fact)


def _outlives(since: date, undone: Sequence[Reversal], source: Sequence[Reversal]) -> bool:
    """Whether what was made on a day stands on any day on which its source does not."""
    mine, its = (sorted(each.on for each in chain) for chain in (undone, source))
    days = {since, *(day for day in (*mine, *its) if day > since)}
    return any(not bisect_right(mine, day) % 2 and bisect_right(its, day) % 2 for day in days)
