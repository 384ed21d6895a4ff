"""The call sheet: all that somebody needs to know who is about to speak with a customer, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, tzinfo
from decimal import Decimal
from html import escape

from dunning._base.bounds import Count
from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Column, Rows, shown
from dunning.amounts import ZERO, exact
from dunning.authority import SettlementOffer
from dunning.contact import Answer, ContactRules, Permit
from dunning.contact.clocks import instant_faults
from dunning.dates.days import Day
from dunning.decision import Decision, decide
from dunning.decision.sources import Source, grace_of
from dunning.decision.timelines import next_step
from dunning.interactions import Channel
from dunning.invoice import Payment
from dunning.ledger import Account
from dunning.ledger.account import reversed_by
from dunning.ledger.views import as_known, rebuilt
from dunning.measures import Custom, Population
from dunning.policy import Playbook
from dunning.segmentation import Reasoning, Segmentation, explain_segment


@frozen
class Line:
    """One line of a call sheet: its section, what it is about, what it says and, where it has them, day and amount."""

    section: str
    label: str
    text: str
    on: date | None = None
    amount: Decimal | None = None


@frozen
class Brief(Rows[Line]):
    """A call sheet. Iterating gives its lines, section by section.

    It prints as plain text, `records()` gives flat dictionaries, `html()` a page; in a notebook it shows as one.
    `permit` says whether one may call now, where rules of contact and an instant were given.
    """

    customer: str
    currency: str
    as_of: date
    lines: tuple[Line, ...]
    decisions: tuple[Decision, ...]
    permit: Permit | None = None

    @guarded
    def section(self, name: str) -> tuple[Line, ...]:
        """The lines of one section; none where it has nothing to say."""
        return tuple(each for each in self.lines if each.section == name)

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections that have lines, in order."""
        return tuple(dict.fromkeys(each.section for each in self.lines))

    _rows = "lines"
    _same = ("customer", "currency")
    _columns = tuple(map(Column, ("section", "label", "text", "on", "amount")))

    @property
    def title(self) -> str:
        """Whom and which day it is about."""
        return f"{self.customer}, {self.currency}, on {self.as_of}"

    def __str__(self) -> str:
        found = [self.title]
        for name in self.sections:
            found.append(f"\n{name.upper()}")
            found += [f"  {each.label}: {each.text}" if each.label else f"  {each.text}" for each in self.section(name)]
        return "\n".join(found)

    def html(self) -> str:
        """The sheet as a page by itself, fit to be shown beside a call."""
        head = f'<meta charset="utf-8"><title>{escape(self.title)}</title><style>{_STYLE}</style>'
        return f'<!doctype html><html lang="en"><head>{head}</head><body>{self._repr_html_()}</body></html>'

    def _repr_html_(self) -> str:
        parts = [f"<h3>{escape(self.title)}</h3>"]
        for name in self.sections:
            rows = "".join(
                f'<tr><th style="text-align:left;vertical-align:top">{escape(each.label)}</th>'
                f'<td style="text-align:left">{escape(each.text)}</td></tr>'
                for each in self.section(name)
            )
            caption = f'<caption style="text-align:left"><b>{escape(name)}</b></caption>'
            parts.append(f"<table>{caption}<tbody>{rows}</tbody></table>")
        return "".join(parts)


_STYLE = "body{font:16px sans-serif;margin:2em}table{margin:1em 0}th{padding-right:1em;font-weight:normal;color:#555}"

_CALLS: dict[Answer, str] = {
    "allow": "yes, now",
    "not_applicable": "none of the rules loaded applies; nothing was checked",
    "no_rules": "no rules are loaded; nothing was checked",
}


def _call_line(permit: Permit, zone: tzinfo | None) -> Line:
    if permit.answer in _CALLS:
        return Line("May we call?", "", _CALLS[permit.answer])
    if permit.earliest is None:
        when = "not now, and no moment is known at which we may"
    else:
        when = f"not now, from {permit.earliest.astimezone(zone):%Y-%m-%d %H:%M %Z} on"
    return Line("May we call?", "", f"{when}: {'; '.join(each.words for each in permit)}")


def _who(why: Reasoning) -> Line:
    because = "; ".join(str(clause) for _, tried in why.tried for clause in tried.clauses if tried.holds)
    return Line("Who they are", "segment", f"{why.segment}{f': {because}' if because else ''}")


def _owed(account: Account, as_of: date) -> Iterator[Line]:
    bills = {each.invoice.id: each.invoice for each in account.receivables}
    items = account.items_at(as_of)
    overdue = sum((item.open for item in items if (item.days_past_due or 0) > 0), ZERO)
    total = sum((item.open for item in items), ZERO)
    credit = account.unapplied_at(as_of)
    yield Line("What they owe", "in all", f"{shown(total)}, of which {shown(overdue)} past due", None, total)
    if credit:
        yield Line("What they owe", "less", f"{shown(credit)} of unapplied cash and credit", None, -credit)
    for item in items:
        bill = bills[item.invoice]
        for_what = "; ".join([*([bill.reference] if bill.reference else []), *bill.tags])
        late = item.days_past_due
        if item.due is None or late is None:
            age = "no due date"
        elif late > 0:
            age = f"fell due {item.due}, {late} days past due"
        else:
            age = f"falls due {item.due}"
        disputed = f", {shown(item.disputed)} of it disputed" if item.disputed else ""
        what = f" for {for_what}" if for_what else ""
        text = (
            f"{shown(item.open)} of {shown(item.original + item.charges)}{what}, issued {item.issued}, {age}{disputed}"
        )
        yield Line("What they owe", item.id, text, item.due, item.open)


def _paid(account: Account, as_of: date, last: int) -> Iterator[Line]:
    gone = reversed_by(account.facts, as_of)
    payments = [
        fact for fact in account.facts if isinstance(fact, Payment) and fact.received <= as_of and fact.id not in gone
    ]
    payments.sort(key=lambda each: (each.received, each.id))
    for payment in reversed(payments[-last:] if last else ()):
        applied = ", ".join(f"{shown(amount)} to {name}" for name, amount in payment.applied)
        what = f": {applied}" if applied else ""
        text = f"{shown(payment.amount)} received{what}"
        yield Line("Last payments", str(payment.received), text, payment.received, payment.amount)


def _said(account: Account, as_of: date, last: int) -> Iterator[Line]:
    contacts = account.contacts(as_of=as_of)
    for contact in reversed(contacts[-last:] if last else ()):
        who = "them" if contact.direction == "inbound" else contact.by or "us"
        level = f", {contact.level}" if contact.level else ""
        outcome = f": {contact.outcome.replace('_', ' ')}" if contact.outcome else ""
        note = f'. "{contact.note}"' if contact.note else ""
        then = f". Next on {contact.follow_up}" if contact.follow_up else ""
        yield Line(
            "Last contacts", str(contact.on), f"{contact.channel} by {who}{level}{outcome}{note}{then}", contact.on
        )


def _agreed(account: Account, as_of: date, grace: int) -> Iterator[Line]:
    for promise in reversed(account.promises(as_of=as_of)):
        state = account.promise_state(promise, as_of=as_of, grace=grace)
        received = account.received(promise, as_of=as_of, grace=grace)
        text = f"{shown(promise.amount)} by {promise.due}, made {promise.made}: {state}, {shown(received)} received"
        yield Line("Promises", promise.id, text, promise.due, promise.amount)
    for plan in account.plans(as_of=as_of):
        progress = account.plan_progress(plan, as_of=as_of)
        then = f", next due {progress.next_due}" if progress.next_due else ""
        yield Line("Payment plans", plan.id, f"{progress.state}, {shown(progress.paid)} paid{then}", progress.next_due)


def _held(account: Account, as_of: date) -> Iterator[Line]:
    for receivable in account.receivables:
        for dispute in receivable.disputes(as_of):
            amount = "all of it" if dispute.amount is None else shown(dispute.amount)
            about = dispute.reason or "no reason recorded"
            text = f"{amount} of {dispute.invoice} since {dispute.opened}: {about}"
            yield Line("Disputes", dispute.id, text, dispute.opened, dispute.amount)
    for hold in account.holds(as_of=as_of):
        until = "until ended" if hold.end is None else f"until {hold.end}"
        what = "" if hold.invoice is None else f" on {hold.invoice}"
        yield Line("Holds", hold.id, f"{hold.reason}{what}, {until}", hold.start, hold.amount)
    for flag in account.contact_flags(as_of=as_of):
        if flag.end is None or as_of < flag.end:
            where = f" ({flag.channel})" if flag.channel else ""
            note = f". {flag.note}" if flag.note else ""
            hours = "" if flag.start is None else f" from {flag.start:%H:%M} to {flag.stop:%H:%M}"
            text = f"{flag.kind.replace('_', ' ')}{where}{hours} since {flag.on}{note}"
            yield Line("What they asked for", flag.id, text, flag.on)


def _steps(
    account: Account,
    policy: Source | Playbook,
    decisions: tuple[Decision, ...],
    as_of: date,
    custom: tuple[Custom, ...],
    contact: ContactRules | None,
) -> Iterator[Line]:
    for decision in decisions:
        today = [*(str(each.activity) for each in decision.actions), *map(str, decision.follow_ups)]
        reasons = "; ".join(map(str, decision.reasons))
        text = f"{'; '.join(today) or 'nothing due'}, because {reasons}"
        yield Line("What we do", decision.case, text, as_of, decision.overdue)
        for deferral in decision.deferred:
            yield Line("What we do", decision.case, str(deferral), deferral.until)
        known = as_known(account, as_of)
        done = decision.as_facts(on=as_of)
        if done:
            known = rebuilt(known, (*known.facts, *known.interactions, *done))
        then = next_step(known, policy, decision.case, as_of, custom, contact)
        if then is not None and then.actions:
            todo = "; ".join(f"{each.level}: {each.activity}" for each in then.actions)
            yield Line("If they do not pay", decision.case, f"on {then.as_of}: {todo}", then.as_of)


@checked
@exact
def brief(
    account: Account,
    policy: Source | Playbook,
    *,
    as_of: Day,
    contact: ContactRules | None = None,
    at: datetime | None = None,
    channel: Channel = "call",
    segmentation: Segmentation | None = None,
    population: Population | None = None,
    offer: SettlementOffer | None = None,
    custom: tuple[Custom, ...] = (),
    others: tuple[Account, ...] = (),
    last: Count = 5,
) -> Brief:
    """The call sheet of a customer: who, what they owe and for what, what was said and promised, and what comes next.

    Args:
        account: the customer's account.
        policy: the policy they are under.
        as_of: the day.
        contact: the rules of contact; with it, what may not be done today is put off.
        at: the instant of the call: with rules of contact, the page says whether one may call now, or from when, by the
            clock of the time zone of `at`.
        channel: how they are to be contacted at that instant.
        segmentation: with it, the sheet says in which segment they are and why.
        population: all accounts, for segments that compare accounts.
        offer: what the caller may offer; see `dunning.authority.settlement_offer`.
        custom: measures of your own.
        others: the customer's accounts in other currencies: a stop of credit is released only where nothing of the
            customer is past due.
        last: how many of the last contacts, and of the last payments, are shown.

    Raises:
        InvalidValue: an argument is of the wrong kind; `at` is given without `contact`; an offer is for another account
            or day.

    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR",
    ...     reference="order 7")])
    >>> print(brief(ledger.account("ACME"), STANDARD_B2B, as_of=date(2026, 2, 20)))
    ACME, EUR, on 2026-02-20
    <BLANKLINE>
    WHAT THEY OWE
      in all: 900.00, of which 900.00 past due
      INV-1: 900.00 of 900.00 for order 7, issued 2026-01-05, fell due 2026-02-04, 16 days past due
    <BLANKLINE>
    WHAT WE DO
      ACME/EUR: send email first_notice, because first notice is reached, 16 days past due
    <BLANKLINE>
    IF THEY DO NOT PAY
      ACME/EUR: on 2026-03-03: second notice: send letter second_notice; second notice: call by collector
    """
    faults: list[str] = []
    if at is not None and contact is None:
        faults.append("contact: give the rules of contact that say whether one may call at that instant")
    if offer is not None and (offer.customer, offer.currency, offer.as_of) != (
        account.customer,
        account.currency,
        as_of,
    ):
        faults.append(f"offer: it is for {offer.customer}, {offer.currency}, on {offer.as_of}")
    faults += [] if at is None else instant_faults("at", at)
    if not faults and at is not None and abs((at.date() - as_of).days) > 1:
        faults.append(f"at: {at} is not on {as_of}")
    refuse("brief", faults)
    decisions = decide(account, policy, as_of=as_of, custom=custom, contact=contact, others=others)
    permit = None if contact is None or at is None else contact.permit(account, channel, at=at)
    lines = [] if permit is None or at is None else [_call_line(permit, at.tzinfo)]
    if segmentation is not None:
        lines.append(_who(explain_segment(account, segmentation, as_of=as_of, population=population, custom=custom)))
    grace = grace_of(policy, decisions[0].policy)
    lines += [*_owed(account, as_of), *_paid(account, as_of, last), *_said(account, as_of, last)]
    lines += _agreed(account, as_of, grace)
    lines += [*_held(account, as_of), *_steps(account, policy, decisions, as_of, custom, contact)]
    for each in offer or ():
        lines.append(Line("What we may offer", each.name, str(each).partition(": ")[2], None, each.collects))
    return Brief(account.customer, account.currency, as_of, tuple(lines), decisions, permit)
