"""Posting: how a set of facts becomes accounts, and how every contradiction among them is found.

Facts come in any order. They are identified by id, routed to the account they belong to, and each account is then
posted by itself, in the order in which kinds depend on each other: invoices, then what names an invoice, then what
names a payment, then reversals. A fact that does not fit is set aside as a `Problem`; what depends on it follows.
Facts set aside are tried again whenever facts are added, so that the result never depends on the order of arrival.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import cast

from dunning._base.noun import changed
from dunning.amounts import ZERO, exact
from dunning.errors import InvalidValue
from dunning.interactions import Dispute, PaymentPlan, Promise
from dunning.invoice import Adjustment, Application, Charge, CreditNote, DueDateChange, Invoice, Payment, Reversal
from dunning.ledger.account import OWN_DATE, Account, Fact, Interaction, reversal_days
from dunning.ledger.intake import BY_INVOICE, CUSTOMER_WIDE, OWN_ACCOUNT, Books, Intake, Key
from dunning.ledger.payment_plans import Agreement, agreements
from dunning.ledger.receivable import Receivable, Step, by_day, receivable
from dunning.ledger.write_offs import forgiven

_BY_ID = attrgetter("id")
_SETTLED_LAST = attrgetter("closed")
_REVERSIBLE = (Payment, CreditNote, Application, Adjustment, Charge)


def _identified(books: Books, facts: Iterable[Fact]) -> tuple[Intake, list[tuple[str, list[Fact]]]]:
    """Sort out new facts by id: exact duplicates are ignored, an id with two contents is set aside with both."""
    fresh: dict[str, Fact] = {}
    versions: dict[str, list[Fact]] = {}
    strangers: list[str] = []
    for fact in facts:
        if type(fact) not in OWN_DATE:
            strangers.append(f"{fact!r} ({type(fact).__name__}) is not a fact")
            continue
        known = fresh.setdefault(fact.id, fact)
        if known is not fact and known != fact:
            found = versions.setdefault(fact.id, [known])
            if fact not in found:
                found.append(fact)
    if strangers:
        raise InvalidValue("facts", strangers)
    if books.accounts or books.people:
        for name, fact in list(fresh.items()):
            old = books.ids.get(name)
            if old is not None and (old != fact or name in versions):
                found = versions.setdefault(name, [fact])
                if old not in found:
                    found.append(old)
            elif old is not None:
                del fresh[name]
    for name in versions:
        del fresh[name]
    gone = {name for name in versions if books.ids.get(name) is not None}
    return Intake(books.ids, fresh, gone), sorted(versions.items())


def _reject_namesakes(intake: Intake) -> None:
    """Set aside invoices named like an installment of another, and that other: items could not be told apart."""
    pairs: list[tuple[Fact, Fact]] = []
    for fact in intake.fresh.values():
        if type(fact) is Invoice:
            for number in range(1, len(fact.installments) + 1):
                namesake = intake.find(f"{fact.id}/{number}")
                if type(namesake) is Invoice:
                    pairs.append((fact, namesake))
            if "/" in fact.id:
                parent = intake.parent_of(fact.id)
                if parent is not None:
                    pairs.append((parent, fact))
    told: set[str] = set()
    for whole, other in sorted(pairs, key=lambda pair: (pair[0].id, pair[1].id)):
        for each in (whole, other):
            if each.id not in told:
                told.add(each.id)
                message = f"{other.id} is an invoice and the name of an installment of {whole.id}; rename one"
                intake.reject("duplicate_id", each, message)
    for name in told:
        if intake.fresh.pop(name, None) is None or intake.ids.get(name) is not None:
            intake.gone.add(name)


def _reject_versions(intake: Intake, versions: list[tuple[str, list[Fact]]]) -> None:
    for _, facts in versions:
        for fact in sorted(facts, key=repr):
            message = f"the id stands for {len(facts)} different facts; give each its own id, or keep the right one"
            intake.reject("duplicate_id", fact, message)


def _reversals(intake: Intake | None, reversals: list[Reversal], targets: Iterable[Fact]) -> list[Reversal]:
    """The reversals that can stand: one for each target, not before it, of something that can be reversed.

    Without a intake nothing is reported: that is the first look, before it is known which targets will stand.
    """
    stands = {fact.id: OWN_DATE[type(fact)](fact) for fact in targets if isinstance(fact, _REVERSIBLE)}
    waiting = sorted(reversals, key=lambda reversal: (reversal.on, reversal.id))
    accepted: dict[str, Reversal] = {}
    found = True
    while found:
        ready = [reversal for reversal in waiting if reversal.of in stands]
        found = bool(ready)
        for reversal in ready:
            waiting.remove(reversal)
            since = stands[reversal.of]
            if reversal.of not in accepted and reversal.on >= since:
                accepted[reversal.of] = reversal
                stands[reversal.id] = reversal.on
            elif intake is not None and reversal.on < since:
                message = f"it is dated {reversal.on}, before what it reverses ({since}); mend the date"
                intake.reject("wrong_date", reversal, message)
            elif intake is not None:
                intake.reject("reversed_twice", reversal, f"{reversal.of} is reversed already; drop one of the two")
    if intake is not None:
        for reversal in waiting:
            intake.reject_reversal(reversal)
    return list(accepted.values())


def _toggled(on: date, amount: Decimal, *undone: list[date]) -> Iterator[Step]:
    """The changes of a figure that starts on a day and is off whenever one of its reversals is in force."""
    yield on, amount
    is_on = True
    for day in sorted({day for days in undone for day in days}):
        now_on = all(sum(1 for each in days if each <= day) % 2 == 0 for days in undone)
        if now_on != is_on:
            is_on = now_on
            yield max(day, on), amount if is_on else -amount


class _Posted:
    """The lists into which one account is posted."""

    def __init__(self) -> None:
        self.invoices: dict[str, Invoice] = {}
        self.accepted: list[Fact] = []
        self.settled: dict[str, list[Step]] = {}
        self.charged: dict[str, list[Step]] = {}
        self.changes: dict[str, list[DueDateChange]] = {}
        self.disputes: dict[str, list[Dispute]] = {}
        self.credits: list[Step] = []
        self.written_off: dict[str, list[tuple[date, Decimal, str]]] = {}
        self.undone: dict[str, list[date]] = {}

    def credit(self, on: date, amount: Decimal, name: str) -> None:
        """A source of credit: unapplied from its day on, while it stands."""
        self.credits.extend(_toggled(on, amount, self.undone.get(name, [])))

    def settle(self, invoice: Invoice, on: date, amount: Decimal, *names: str) -> None:
        """Move credit to an invoice: from the day on which both exist, while everything named stands."""
        for day, delta in _toggled(on, amount, *(self.undone.get(name, []) for name in names)):
            moved = max(day, invoice.issued)
            self.settled.setdefault(invoice.id, []).append((moved, delta))
            self.credits.append((moved, -delta))


def _post_source(intake: Intake, posted: _Posted, fact: Payment | CreditNote, key: Key) -> None:
    """A payment or credit note, with the invoices it was applied to when it was recorded."""
    on = fact.received if type(fact) is Payment else cast("CreditNote", fact).issued
    invoices = posted.invoices
    if len(fact.applied) == 1 and fact.id not in posted.undone:  # by far the most; what follows says the same
        ((name, amount),) = fact.applied
        invoice = invoices.get(name)
        if invoice is not None and invoice.issued <= on:
            posted.accepted.append(fact)
            posted.settled.setdefault(name, []).append((on, amount))
            if amount != fact.amount:
                posted.credits.append((on, fact.amount - amount))
            return
    named = [intake.invoice_of(fact, name, *key) for name, _ in fact.applied]
    if None in named:
        return
    posted.accepted.append(fact)
    posted.credit(on, fact.amount, fact.id)
    for invoice, (_, amount) in zip(named, fact.applied, strict=True):
        posted.settle(cast("Invoice", invoice), on, amount, fact.id)


def _post_by_invoice(
    intake: Intake, posted: _Posted, fact: DueDateChange | Charge | Adjustment | Dispute, key: Key
) -> None:
    """What names an invoice: a charge, an adjustment, a new due date, a dispute."""
    invoice = intake.invoice_of(fact, fact.invoice, *key)
    if invoice is None:
        return
    if isinstance(fact, (Charge, Adjustment)) and fact.on < invoice.issued:
        intake.reject(
            "wrong_date", fact, f"it is dated {fact.on}, before its invoice ({invoice.issued}); mend the date"
        )
        return
    if isinstance(fact, DueDateChange) and invoice.installments:
        message = f"invoice {invoice.id} has installments with due dates of their own; bill the parts as invoices"
        intake.reject("installments", fact, message)
        return
    posted.accepted.append(fact)
    if isinstance(fact, Charge):
        steps = _toggled(fact.on, fact.amount, posted.undone.get(fact.id, []))
        posted.charged.setdefault(invoice.id, []).extend(steps)
    elif isinstance(fact, Adjustment):
        steps = _toggled(fact.on, fact.amount, posted.undone.get(fact.id, []))
        if fact.kind == "write_off":
            posted.written_off.setdefault(invoice.id, []).extend((day, delta, fact.id) for day, delta in steps)
        else:
            posted.settled.setdefault(invoice.id, []).extend(steps)
    elif isinstance(fact, DueDateChange):
        posted.changes.setdefault(invoice.id, []).append(fact)
    else:
        posted.disputes.setdefault(invoice.id, []).append(fact)


def _post_applications(intake: Intake, posted: _Posted, facts: list[Application], key: Key) -> None:
    """Applications of unapplied cash or credit, as far as their source reaches, the earliest first."""
    sources: dict[str, Payment | CreditNote] = {
        fact.id: fact for fact in posted.accepted if isinstance(fact, (Payment, CreditNote))
    }
    used: dict[str, list[Step]] = {}
    for fact in sorted(facts, key=lambda each: (each.on, each.id)):
        source = sources.get(fact.source)
        if source is None:
            intake.reject_source(fact)
            continue
        since = OWN_DATE[type(source)](source)
        if fact.on < since:
            message = f"it is dated {fact.on}, before its source {source.id} ({since}); mend the date"
            intake.reject("wrong_date", fact, message)
            continue
        invoice = intake.invoice_of(fact, fact.invoice, *key)
        if invoice is None:
            continue
        taken = used.setdefault(source.id, [(since, sum((part for _, part in source.applied), ZERO))])
        steps = [*taken, *_toggled(fact.on, fact.amount, posted.undone.get(fact.id, []))]
        most = max(sum(delta for day, delta in steps if day <= at) for at, _ in steps)
        if most > source.amount:
            message = f"with it {most} of {source.id} would be applied, which is only {source.amount}; lower the amount"
            intake.reject("exceeds_source", fact, message)
            continue
        used[source.id] = steps
        posted.accepted.append(fact)
        posted.settle(invoice, fact.on, fact.amount, fact.id, source.id)


def _post_account(intake: Intake, key: Key, facts: list[Fact], people: tuple[Interaction, ...]) -> Account | None:
    """Post the facts of one account; None when none of them can stand."""
    facts.sort(key=_BY_ID)
    posted = _Posted()
    invoices, accepted = posted.invoices, posted.accepted
    sources: list[Payment | CreditNote] = []
    rest: list[Fact] = []
    for fact in facts:
        kind = type(fact)
        if kind is Invoice:
            invoices[fact.id] = cast("Invoice", fact)
            accepted.append(fact)
        elif kind is Payment or kind is CreditNote:
            sources.append(cast("Payment", fact))
        else:
            rest.append(fact)
    own: list[Interaction] = []
    reversals = [fact for fact in rest if isinstance(fact, Reversal)]
    if reversals:
        posted.undone = reversal_days(_reversals(None, reversals, facts))
    for source in sources:
        _post_source(intake, posted, source, key)
    if rest:
        for fact in rest:
            if isinstance(fact, BY_INVOICE):
                _post_by_invoice(intake, posted, fact, key)
            elif isinstance(fact, (Promise, PaymentPlan)) and intake.items_known(fact, key[1]):
                own.append(fact)
        _post_applications(intake, posted, [fact for fact in rest if isinstance(fact, Application)], key)
        accepted.extend(_reversals(intake, reversals, accepted))
        accepted.extend(own)
    if not accepted:
        return None
    accepted = facts if len(accepted) == len(facts) else sorted(accepted, key=_BY_ID)
    written_off, recovered, standing = _write_off(posted)
    receivables, unapplied = _receivables(posted, intake.days), by_day(posted.credits)
    plans = [each for each in own if isinstance(each, PaymentPlan)]
    agreed: tuple[Agreement, ...] = ()
    if plans:
        agreed, receivables = agreements(plans, receivables, unapplied)
    return Account(
        key[0],
        key[1],
        tuple(accepted),
        tuple(sorted((*people, *own), key=_BY_ID)) if own or people else (),
        receivables,
        unapplied,
        written_off,
        recovered,
        agreed,
        standing,
    )


def _write_off(
    posted: _Posted,
) -> tuple[tuple[Step, ...], tuple[Step, ...], tuple[tuple[str, tuple[Step, ...]], ...]]:
    """Let write-offs settle what they forgive; gives what was written off, recovered, and (by invoice) forgiven."""
    written_off: list[Step] = []
    recovered: list[Step] = []
    standing: list[tuple[str, tuple[Step, ...]]] = []
    for name, write_offs in posted.written_off.items():
        settled = posted.settled.setdefault(name, [])
        found = forgiven(posted.invoices[name].amount, posted.charged.get(name, []), settled, write_offs)
        settled.extend(found.forgiven)
        written_off.extend(found.written_off)
        recovered.extend(found.recovered)
        standing.append((name, by_day(found.forgiven)))
    return by_day(written_off), by_day(recovered), tuple(sorted(standing))


def _receivables(posted: _Posted, shared: dict[date, date]) -> tuple[Receivable, ...]:
    """The account's invoices with what happened to them, those settled last first."""
    settled, charged, changes, disputes = posted.settled, posted.charged, posted.changes, posted.disputes
    found = [
        receivable(
            invoice,
            charged.get(name, []),
            settled.get(name, []),
            changes.get(name, []),
            disputes.get(name, []),
            shared,
        )
        for name, invoice in posted.invoices.items()
    ]
    found.sort(key=_SETTLED_LAST, reverse=True)
    return tuple(found)


def _enter(daybook: dict[str, dict[date, Decimal]], account: Account, sign: int) -> None:
    """Add the movements of an account to the day book of its currency, or take them out."""
    days = daybook.setdefault(account.currency, {})
    if sign > 0:
        for day, delta in account.movements():
            days[day] = days.get(day, ZERO) + delta
    else:
        for day, delta in account.movements():
            days[day] -= delta


def _routed(books: Books, intake: Intake) -> tuple[dict[Key, list[Fact]], dict[str, list[Interaction]]]:
    """The new facts by account, and those that concern a customer; facts to be taken out name theirs as well."""
    groups: dict[Key, list[Fact]] = {}
    callers: dict[str, list[Interaction]] = {}
    for fact in intake.fresh.values():
        if isinstance(fact, CUSTOMER_WIDE):
            callers.setdefault(fact.customer, []).append(fact)
            continue
        key = (fact.customer, fact.currency) if isinstance(fact, OWN_ACCOUNT) else intake.key_of(fact)
        if key is None:
            intake.reject_homeless(fact)
            continue
        group = groups.get(key)
        if group is None:
            groups[key] = [fact]
        else:
            group.append(fact)
    before = Intake(books.ids, {}, set())
    for name in intake.gone:
        fact = cast("Fact", books.ids.get(name))
        if isinstance(fact, CUSTOMER_WIDE):
            callers.setdefault(fact.customer, [])
        else:
            groups.setdefault(cast("Key", before.key_of(fact)), [])
    return groups, callers


def _people(
    books: Books, intake: Intake, called: Iterable[str], callers: Mapping[str, list[Interaction]]
) -> dict[str, tuple[Interaction, ...]]:
    """What concerns customers in all currencies, looked at anew for those whose facts have changed."""
    people = dict(books.people)
    for customer in called:
        known = [each for each in people.pop(customer, ()) if each.id not in intake.gone]
        standing = [each for each in (*known, *callers.get(customer, ())) if intake.items_known(each, None)]
        if standing:
            people[customer] = tuple(sorted(standing, key=_BY_ID))
    return people


@exact
def post(books: Books, facts: Iterable[Fact]) -> Books:
    """The books with more facts in them. Only the accounts that the facts concern are posted again."""
    aside = [cast("Fact", problem.fact) for problem in books.problems]
    intake, versions = _identified(books, [*aside, *facts] if aside else facts)
    _reject_versions(intake, versions)
    _reject_namesakes(intake)
    groups, callers = _routed(books, intake)
    called = {*callers, *(key[0] for key in groups if key[0] in books.people)}
    people = _people(books, intake, called, callers)
    accounts = dict(books.accounts)
    daybook = {currency: dict(days) for currency, days in books.daybook.items()}
    for key, group in groups.items():
        old = accounts.get(key)
        if old is not None:
            group.extend(fact for fact in old.facts if fact.id not in intake.gone)
            _enter(daybook, old, -1)
        account = _post_account(intake, key, group, people.get(key[0], ()))
        if account is None:
            accounts.pop(key, None)
        else:
            accounts[key] = account
            _enter(daybook, account, +1)
    for customer in called:
        for currency in daybook:
            account = accounts.get((customer, currency))
            if account is not None and (customer, currency) not in groups:
                own = [each for each in account.interactions if isinstance(each, (Promise, PaymentPlan))]
                both = tuple(sorted((*people.get(customer, ()), *own), key=_BY_ID))
                accounts[customer, currency] = changed(account, interactions=both)
    if len(accounts) != len(books.accounts) or accounts.keys() != books.accounts.keys():
        accounts = {key: accounts[key] for key in sorted(accounts)}
    rejected = {problem.id for problem in intake.problems}
    fresh = {name: fact for name, fact in intake.fresh.items() if name not in rejected} if rejected else intake.fresh
    gone = intake.gone | {name for name in rejected if name not in fresh and books.ids.get(name) is not None}
    problems = tuple(sorted(intake.problems, key=lambda problem: (problem.id, problem.code, repr(problem.fact))))
    return Books(books.ids.plus(fresh, gone), accounts, people, daybook, problems)
