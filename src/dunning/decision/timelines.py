"""The next step of a case: what its policy does next, and when, if no new fact comes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning._report import Column, Report
from dunning.amounts import exact
from dunning.contact import ContactRules
from dunning.dates import add_days
from dunning.dates.days import Day
from dunning.decision.account_review import Beside
from dunning.decision.deferral import Proposed, as_permitted, joined_by
from dunning.decision.nouns import Decision
from dunning.decision.sources import Source, decided_by
from dunning.ledger import Account, Fact
from dunning.ledger.ends import days_of
from dunning.ledger.kinds import OWN_DATE
from dunning.measures import Custom
from dunning.policy import Playbook

CHANGES = 12
"""How many changes of the case ahead the next step is looked for."""
_DAYS = 731
"""How many days ahead: with rules of contact, next dates of the customer's other cases are looked at as well."""


def next_step(
    account: Account,
    source: Source | Playbook,
    case: str,
    after: date,
    custom: tuple[Custom, ...] = (),
    contact: ContactRules | None = None,
) -> Decision | None:
    """The first decision of a case after a day that has actions; None where none comes, or the case ends before."""
    day: date | None = after
    end = add_days(after, _DAYS)
    changes, last = 0, None
    while day is not None and day <= end and changes < CHANGES:
        decisions = decided_by(account, source, day, custom)
        if contact is not None:
            decisions = as_permitted(decisions, account, contact, joined_by(source), Proposed())
        found = next((each for each in decisions if each.case == case), None)
        if found is None or (day > after and found.actions):
            return found
        changes += found.essence != last
        day, last = found.next_date, found.essence
    return None


@frozen
class Moment:
    """One entry of a timeline: a fact that happened, or a decision that was other than the one before."""

    on: date
    kind: Literal["fact", "decision"]
    text: str
    fact: Fact | None = None
    decision: Decision | None = None


@frozen
class Timeline(Report[Moment]):
    """How an account came to where it is: facts and changed decisions in order. Iterating gives the moments."""

    customer: str
    currency: str
    until: date
    moments: tuple[Moment, ...]

    _rows = "moments"
    _columns = (
        Column("on", heading="on", left=True),
        Column("kind", heading="what", left=True),
        Column("id", lambda each: each.fact.id if each.fact else each.decision.case if each.decision else None),
        Column("status", lambda each: each.decision.status if each.decision else None),
        Column("level", lambda each: each.decision.level if each.decision else None),
        Column("text", heading="text", left=True),
    )

    def _title(self) -> str:
        return f"{self.customer} {self.currency} until {self.until}"

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions only."""
        return tuple(each.decision for each in self.moments if each.decision is not None)


@checked
@exact
def timeline(
    account: Account,
    policy: Source | Playbook,
    *,
    until: Day,
    custom: tuple[Custom, ...] = (),
    others: tuple[Account, ...] = (),
) -> Timeline:
    """How an account came to where it is on a date: its facts, and each decision that differed from the one before.

    Decisions are looked at on the days of facts and on their own next dates, knowing on each day only what had happened
    by then; nothing changes in between. `others` are the customer's accounts in other currencies, as in `decide`.

    Raises:
        InvalidValue: `until` is not a date, or an argument is of another type.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> for moment in timeline(ledger.account("ACME"), STANDARD_B2B, until=date(2026, 2, 7)):
    ...     print(moment.on, moment.text)
    2026-01-05 Invoice INV-1
    2026-01-05 ACME/EUR: waiting
    2026-01-28 ACME/EUR: due, reminder: send email reminder
    2026-02-04 ACME/EUR: waiting
    2026-02-07 ACME/EUR: due, first notice: send email first_notice
    """
    facts = sorted((OWN_DATE[type(fact)](fact), fact.id, fact) for fact in {*account.facts, *account.interactions})
    days = sorted({day for each in (account, *others) for day in days_of(each) if day <= until})
    moments: list[Moment] = []
    before: dict[str, Decision] = {}
    next_days: list[date] = []
    while days or next_days:
        day = min([*days[:1], *next_days])
        days = [each for each in days if each > day]
        moments += [Moment(day, "fact", f"{type(fact).__name__} {name}", fact) for on, name, fact in facts if on == day]
        now = {each.case: each for each in decided_by(account, policy, day, custom, None, Beside(others))}
        for case, decision in now.items():
            if case not in before or before[case].essence != decision.essence:
                moments.append(Moment(day, "decision", _text(decision), None, decision))
        before = now
        next_days = [each.next_date for each in now.values() if each.next_date is not None and each.next_date <= until]
    return Timeline(account.customer, account.currency, until, tuple(moments))


def _text(decision: Decision) -> str:
    todo = "; ".join(f"{each.level}: {each.activity}" for each in decision.actions)
    level = f" at {decision.level}" if decision.level else ""
    return f"{decision.case}: {decision.status}{level}{f', {todo}' if todo else ''}"
