"""How payments and credit notes are put to use after they came in: applications and refunds, as far as they reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from heapq import heappop, heappush
from itertools import accumulate

from dunning.amounts import ZERO
from dunning.dates import NEVER_ENDS
from dunning.invoice import (
    Application,
    CreditNote,
    Payment,
    Refund,
    Reversal,
)
from dunning.ledger.entries import toggled
from dunning.ledger.intake import Intake, Key
from dunning.ledger.kinds import OWN_DATE
from dunning.ledger.posted import Posted
from dunning.ledger.receivable import Step, by_day


class _Running:
    """A figure through time, changed and asked about in order of days."""

    def __init__(self) -> None:
        self.now = ZERO
        self.ahead: list[Step] = []

    def add(self, steps: Iterable[Step]) -> None:
        """Change it by so much on some days."""
        for step in steps:
            heappush(self.ahead, step)

    def bounds(self, since: date, until: date, more: Sequence[Step] = ()) -> tuple[Decimal, Decimal]:
        """The least and the most that it comes to at the end of any day of a span, with more changes or as it is."""
        while self.ahead and self.ahead[0][0] <= since:
            self.now += heappop(self.ahead)[1]
        start = self.now + sum((delta for day, delta in more if day <= since), ZERO)
        days = by_day([step for step in (*self.ahead, *more) if since < step[0] < until])
        values = tuple(accumulate((delta for _, delta in days), initial=start))
        return min(values), max(values)


class _Source:
    """A payment or credit note while it is put to use: what of it is taken on any day, and by which invoice."""

    def __init__(self, posted: Posted, fact: Payment | CreditNote) -> None:
        self.fact = fact
        self.since = OWN_DATE[type(fact)](fact)
        self.undone = posted.undone.get(fact.id, ())
        self.taken = _Running()
        self.on_invoice: dict[str, _Running] = {}
        for name, amount in fact.applied:
            self.take(name, _until(posted.end_of(name), [(self.since, amount)]))

    def take(self, invoice: str, steps: Sequence[Step]) -> None:
        """Put so much to an invoice."""
        self.taken.add(steps)
        self.on_invoice.setdefault(invoice, _Running()).add(steps)


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
    invoice = intake.invoice_of(fact, fact.invoice, *key)
    if invoice is None:
        return
    undone = posted.undone.get(fact.id, ())
    steps = _until(posted.end_of(invoice.id), [(day, sign * fact.amount) for day, sign, _ in toggled(fact.on, undone)])
    _, most = source.taken.bounds(fact.on, NEVER_ENDS, steps)
    if most > source.fact.amount:
        message = f"with it {most} of {source.fact.id} would be applied, which is only {source.fact.amount}"
        intake.reject("exceeds_source", fact, f"{message}; lower the amount")
        return
    source.take(invoice.id, steps)
    posted.accepted.append(fact)
    posted.move(invoice, fact.on, fact.amount, fact, source.fact)


def _post_refund(intake: Intake, posted: Posted, fact: Refund, source: _Source, key: Key) -> None:
    """A refund takes what is unapplied of its source from its day on, and by invoice what the source was put to."""
    if None in [intake.invoice_of(fact, name, *key) for name, _ in fact.reopens]:
        return
    undone = posted.undone.get(fact.id, ())
    steps = [(day, Decimal(sign)) for day, sign, _ in toggled(fact.on, undone)]
    rest = fact.amount - sum((part for _, part in fact.reopens), ZERO)
    faults: list[str] = []
    if any(_stands(undone, day) and not _stands(source.undone, day) for day in _turns(fact.on, undone, source.undone)):
        faults.append(f"{source.fact.id} is reversed; reverse the refund too, or bill what is to come back")
    for name, part in fact.reopens:
        least, _ = source.on_invoice.get(name, _Running()).bounds(fact.on, posted.end_of(name))
        if fact.on >= posted.end_of(name):
            faults.append(f"{name} is void, and the money for it unapplied; leave it out of `reopens`")
        elif least < part:
            faults.append(f"of {source.fact.id} only {max(ZERO, least)} is put to {name}; lower the amount")
    _, most = source.taken.bounds(fact.on, NEVER_ENDS, [(day, sign * rest) for day, sign in steps])
    if most > source.fact.amount:
        left = source.fact.amount - most + rest
        faults.append(f"of {source.fact.id} only {left} is unapplied; name in `reopens` the invoices owed again")
    if faults:
        intake.reject("exceeds_source", fact, "; ".join(faults))
        return
    source.taken.add((day, sign * fact.amount) for day, sign in steps)
    for name, part in fact.reopens:
        source.take(name, _until(posted.end_of(name), [(day, -sign * part) for day, sign in steps]))
        invoice = posted.invoices[name]
        if fact.on < invoice.issued:  # the money was on account still
            posted.write(posted.on_account, fact.on, part, "refund", None, fact, source.fact)
            posted.move(invoice, fact.on, -part, fact, source.fact)
        else:
            posted.write(posted.of(name), fact.on, part, "refund", name, fact, source.fact)
    if rest:
        posted.write(posted.on_account, fact.on, rest, "refund", None, fact, source.fact)
    posted.accepted.append(fact)


def _stands(undone: Sequence[Reversal], day: date) -> bool:
    return sum(1 for each in undone if each.on <= day) % 2 == 0


def _turns(since: date, *undone: Sequence[Reversal]) -> set[date]:
    """The days from one on, itself included, on which something is undone."""
    return {since, *(each.on for chain in undone for each in chain if each.on > since)}
