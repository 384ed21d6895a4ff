"""The measures of an account: how each is worked out, and on which days it may change while nothing happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from dunning.amounts import ZERO, exact, quotient
from dunning.dates import Period, add_days
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Contact
from dunning.invoice import Invoice, Payment
from dunning.ledger import OpenItem
from dunning.ledger.account import returned
from dunning.ledger.kinds import OWN_DATE
from dunning.measures.experience import WINDOW, Rank, sales_of
from dunning.measures.measure import MEASURES, Unit, Value, enter, figure
from dunning.measures.standing import Standing


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """A part of a whole, exactly; None where there is no whole."""
    return quotient(Fraction(part) / Fraction(whole)) if whole else None


@exact
def open_of(items: Iterable[OpenItem]) -> Decimal:
    """What is open of items in all."""
    return sum((item.open for item in items), ZERO)


def window(argument: str) -> int:
    """The days of a window: those in brackets, or the usual ones."""
    return int(argument) if argument else WINDOW


def since(standing: Standing, days: Iterable[date]) -> int | None:
    """Days since the last of some days; None where there was none."""
    last = max(days, default=None)
    return None if last is None else (standing.as_of - last).days


def reached_out(contact: Contact) -> bool:
    """Whether a contact went out to the customer."""
    return contact.direction == "outbound" and contact.outcome not in ("failed", "queued")


def promise_days(standing: Standing, _: str) -> Iterator[date]:
    """Promises break on the day after the date of a part that did not come."""
    account, as_of, grace = standing.account, standing.as_of, standing.promise_grace
    for promise in account.promises(as_of=as_of):
        yield account.promise_breaks(promise, as_of=as_of, grace=grace)


def plan_days(standing: Standing, _: str) -> Iterator[date]:
    """Items fall past due by a plan; it may break, or be over, once its grace has passed: due dates change then."""
    for plan in standing.account.plans(as_of=standing.as_of):
        for part, last in zip(plan.installments, plan.last_days, strict=True):
            yield add_days(part.day, 1)
            yield add_days(last, 1)


def due_days(standing: Standing, _: str) -> Iterator[date]:
    """Items fall past due, by their own dates and by those that count again when a plan breaks."""
    for receivable in standing.account.receivables:
        invoice = receivable.invoice
        for number in range(1, max(2, len(invoice.installments) + 1)):
            due = receivable.contract_due(number, standing.as_of)
            if due is not None:
                yield add_days(due, 1)
    yield from plan_days(standing, "")


def leaving(standing: Standing, days: str) -> Iterator[date]:
    """Experiences leave the window, and items fall past due."""
    for each in standing.experiences(window(days)):
        yield add_days(each.booked, window(days))
    yield from due_days(standing, "")


def sales_leaving(standing: Standing, days: str) -> Iterator[date]:
    """Sales leave the window."""
    for fact in standing.account.facts:
        on = OWN_DATE[type(fact)](fact)
        if on <= standing.as_of:
            yield add_days(on, window(days))


def late(standing: Standing, days: int) -> int:
    """How many items were paid late in the window, or are past due."""
    return len(standing.overdue) + sum(1 for each in standing.experiences(days) if (each.days_late or 0) > 0)


def promises(standing: Standing, state: str) -> int:
    """How many promises are in a state."""
    account, as_of, grace = standing.account, standing.as_of, standing.promise_grace
    found = (account.promise_state(each, as_of=as_of, grace=grace) for each in account.promises(as_of=as_of))
    return sum(1 for each in found if each == state)


def place_by(standing: Standing, name: Literal["exposure", "sales"]) -> Rank:
    """The rank of an account among the others."""
    if standing.population is None:
        raise InvalidValue("Standing", [f"{name} beside others compares accounts: give a Population, or use segment()"])
    find = standing.population.exposure if name == "exposure" else standing.population.sales
    return find(standing.account)


def own(standing: Standing, name: str) -> Value:
    """The figure of your own that has a name."""
    for each in standing.custom:
        if each.name == name:
            return each.of(standing.account.customer, on=standing.as_of)
    raise NotFound("custom measure", name, tuple(each.name for each in standing.custom))


@figure("days", turns=plan_days)
def days_past_due(standing: Standing, _: str) -> int | None:
    """Days past due of the oldest open item."""
    return max((item.days_past_due for item in standing.open_items if item.days_past_due is not None), default=None)


@figure("days")
def days_since_issue(standing: Standing, _: str) -> int | None:
    """Days since the oldest open item was issued."""
    return max(((standing.as_of - item.issued).days for item in standing.open_items), default=None)


@figure("days")
def days_since_notice(standing: Standing, _: str) -> int | None:
    """Days since the last notice."""
    return since(standing, (contact.on for contact in standing.contacts if contact.is_notice))


@figure("days", argument="channel")
def days_since_contact(standing: Standing, channel: str) -> int | None:
    """Days since the last contact."""
    contacts = (each for each in standing.contacts if each.outcome not in ("failed", "queued"))
    return since(standing, (each.on for each in contacts if channel in ("", each.channel)))


@figure("days")
def days_past_deadline(standing: Standing, _: str) -> int | None:
    """Days past the deadline that the last notice gave."""
    notices = [contact for contact in standing.contacts if contact.is_notice]
    return (standing.as_of - notices[-1].deadline).days if notices and notices[-1].deadline else None


@figure("days")
def tenure(standing: Standing, _: str) -> int | None:
    """Days since the first invoice."""
    issued = [fact.issued for fact in standing.account.facts if type(fact) is Invoice]
    first = min(issued, default=None)
    return None if first is None or first > standing.as_of else (standing.as_of - first).days


@figure("amount", moves="dates", turns=due_days)
def overdue_balance(standing: Standing, _: str) -> Decimal:
    """What is past due."""
    return open_of(standing.overdue)


@figure("amount")
def open_balance(standing: Standing, _: str) -> Decimal:
    """What is open in all (the exposure)."""
    return open_of(standing.open_items)


@figure("amount")
def balance(standing: Standing, _: str) -> Decimal:
    """What is open less unapplied cash and credit."""
    return standing.account.balance(as_of=standing.as_of)


@figure("amount", moves="dates", turns=due_days)
@exact
def net_overdue(standing: Standing, _: str) -> Decimal:
    """What is past due less unapplied cash and credit."""
    return open_of(standing.overdue) - standing.account.unapplied(as_of=standing.as_of)


@figure("amount")
def unapplied(standing: Standing, _: str) -> Decimal:
    """Cash and credit that settles nothing."""
    return standing.account.unapplied(as_of=standing.as_of)


@figure("amount")
def largest_item(standing: Standing, _: str) -> Decimal:
    """What is open of the largest item."""
    return max((item.open for item in standing.open_items), default=ZERO)


@figure("share")
def largest_item_share(standing: Standing, _: str) -> Decimal | None:
    """Share of what is open that is the largest item."""
    return share(largest_item(standing, ""), open_of(standing.open_items))


@figure("share")
@exact
def disputed_share(standing: Standing, _: str) -> Decimal | None:
    """Share of what is open that is disputed."""
    return share(sum((item.disputed for item in standing.open_items), ZERO), open_of(standing.open_items))


def own_days(standing: Standing, name: str) -> Iterator[date]:
    """The days from which another value of a figure of your own holds."""
    for each in standing.custom:
        if each.name == name:
            yield from (day for day, _ in each.history(standing.account.customer))


def limit_days(standing: Standing, _: str) -> Iterator[date]:
    """The credit limit changes."""
    yield from own_days(standing, "credit_limit")


@figure("share", moves="dates", turns=limit_days)
def credit_limit_use(standing: Standing, _: str) -> Decimal | None:
    """What is open as a share of the credit limit."""
    limit = own(standing, "credit_limit") if any(each.name == "credit_limit" for each in standing.custom) else None
    return share(open_of(standing.open_items), limit) if isinstance(limit, (int, Decimal)) else None


@figure("count")
def open_items(standing: Standing, _: str) -> int:
    """Number of open items."""
    return len(standing.open_items)


@figure("count", moves="dates", turns=due_days)
def overdue_items(standing: Standing, _: str) -> int:
    """Number of items past due."""
    return len(standing.overdue)


@figure("count")
def notices_given(standing: Standing, _: str) -> int:
    """Number of notices given."""
    return sum(1 for each in standing.contacts if each.is_notice)


@figure("count")
def unanswered_contacts(standing: Standing, _: str) -> int:
    """Number of contacts since the customer last answered or paid."""
    answers = [each.on for each in standing.contacts if each.direction == "inbound"]
    facts = standing.account.facts
    answers += [each.received for each in facts if type(each) is Payment and each.received <= standing.as_of]
    last = max(answers, default=None)
    return sum(1 for each in standing.contacts if reached_out(each) and (last is None or each.on > last))


@figure("count", argument="outcome")
def disputes(standing: Standing, reason: str) -> int:
    """Number of open invoices under a dispute.

    In brackets stands the dispute's reason, a word such as `quality`; without them any reason counts.
    """
    found = 0
    for receivable in standing.account.receivables:
        open_then = receivable.issued <= standing.as_of and receivable.net(standing.as_of) > 0
        reasons = [each.reason for each in receivable.disputes(standing.as_of)] if open_then else []
        found += any(reason in ("", each) for each in reasons)
    return found


@figure("count", argument="outcome")
def outcomes(standing: Standing, outcome: str) -> int:
    """Number of contacts since the customer last paid that had an outcome.

    Without brackets, any outcome counts; a payment that was reversed later still was one.
    """
    paid = [each.received for each in standing.account.facts if type(each) is Payment]
    last = max((day for day in paid if day <= standing.as_of), default=None)
    found = (each.outcome for each in standing.contacts if last is None or each.on > last)
    return sum(1 for each in found if each is not None and outcome in ("", each))


@figure("count", moves="dates", turns=promise_days)
def broken_promises(standing: Standing, _: str) -> int:
    """Number of promises broken."""
    return promises(standing, "broken")


@figure("count")
def kept_promises(standing: Standing, _: str) -> int:
    """Number of promises kept."""
    return promises(standing, "kept")


def returns_leaving(standing: Standing, days: str) -> Iterator[date]:
    """Returned payments leave the window."""
    for fact in returned(standing.account, standing.as_of):
        yield add_days(fact.on, window(days))


@figure("count", moves="dates", turns=returns_leaving, argument="days")
def returned_payments(standing: Standing, days: str) -> int:
    """Number of payments in the window that came back from the bank and stand reversed."""
    period = Period.ending(standing.as_of, days=window(days))
    return sum(1 for fact in returned(standing.account, standing.as_of) if fact.on in period)


@figure("count", moves="dates", turns=leaving, argument="days")
def payment_experiences(standing: Standing, days: str) -> int:
    """Number of items settled in the window or past due now."""
    return len(standing.overdue) + sum(1 for each in standing.experiences(window(days)) if each.due is not None)


@figure("share", moves="dates", turns=leaving, argument="days")
def late_share(standing: Standing, days: str) -> Decimal | None:
    """Share of the items settled in the window or past due now that were or are late."""
    return share(late(standing, window(days)), payment_experiences(standing, days))


@figure("days", kind="decimal", moves="dates", turns=leaving, argument="days")
def average_days_late(standing: Standing, days: str) -> Decimal | None:
    """Mean days late of the items settled in the window, early negative."""
    late = [each.days_late for each in standing.experiences(window(days)) if each.days_late is not None]
    return share(sum(late), len(late))


@figure("amount", moves="dates", turns=sales_leaving, argument="days")
def sales(standing: Standing, days: str) -> Decimal:
    """Invoiced in the window less credit notes."""
    return sales_of(standing.account, Period.ending(standing.as_of, days=window(days)))


@figure("share")
def exposure_ahead(standing: Standing, _: str) -> Decimal | None:
    """Share of all exposure that lies with larger accounts."""
    return place_by(standing, "exposure").ahead


@figure("share")
def sales_ahead(standing: Standing, _: str) -> Decimal | None:
    """Share of last year's sales that lies with larger accounts."""
    return place_by(standing, "sales").ahead


@figure("count")
def exposure_rank(standing: Standing, _: str) -> int | None:
    """Rank by exposure, 1 for the largest, equal accounts alike."""
    return place_by(standing, "exposure").rank


@figure("count")
def sales_rank(standing: Standing, _: str) -> int | None:
    """Rank by last year's sales, 1 for the largest, equal accounts alike."""
    return place_by(standing, "sales").rank


@figure("share")
def exposure_through(standing: Standing, _: str) -> Decimal | None:
    """Share of all exposure that lies with no smaller accounts."""
    return place_by(standing, "exposure").through


@figure("share")
def sales_through(standing: Standing, _: str) -> Decimal | None:
    """Share of last year's sales that lies with no smaller accounts."""
    return place_by(standing, "sales").through


@figure("text", kind="texts")
def tags(standing: Standing, _: str) -> frozenset[str]:
    """Tags of the open invoices."""
    names = {item.invoice for item in standing.open_items}
    tags = (fact.tags for fact in standing.account.facts if isinstance(fact, Invoice) and fact.id in names)
    return frozenset(tag for each in tags for tag in each)


@figure("text", kind="text")
def currency(standing: Standing, _: str) -> str:
    """Currency."""
    return standing.account.currency


@figure("text", kind="text")
def segment(standing: Standing, _: str) -> str | None:
    """Segment of the customer."""
    return standing.segment


enter("custom", "figure of your own", "text", own, kind="any", argument="name", moves="dates", turns=own_days)

ACCOUNT_MEASURES = tuple(MEASURES)
"""The names of the measures of an account; the others are of one case of a policy."""

COMPARING = frozenset(name for name in ACCOUNT_MEASURES if name.startswith(("exposure_", "sales_")))
"""The measures that compare an account with the others: they need a `Population`."""


def of_the_case(_: Standing, __: str) -> None:
    """An account alone does not know what of its debts a policy may dun, and what was sent about them."""


def _case(name: str, meaning: str, unit: Unit, **more: str) -> None:
    enter(name, meaning, unit, of_the_case, **more)


# About one case of a policy: their readings come from `dunning.decision`.
_case("case_days_past_due", "days past due of the oldest debt that may be dunned", "days")
_case(
    "case_days_past_due_ahead", "days past due of that debt on the eve of our next business day", "days", moves="dates"
)
_case(
    "case_days_past_month_end",
    "days past the end of the month that lies some days after the due date",
    "days",
    argument="days",
)
_case("case_days_since_issue", "days since the oldest debt that may be dunned was issued", "days")
_case("case_days_since_notice", "days since the last notice of the case", "days")
_case("case_days_past_deadline", "days past the deadline of the last notice of the case", "days")
for _stem, _what in (
    ("past_due", "past the due date of the oldest debt that may be dunned"),
    ("since_issue", "since the oldest debt that may be dunned was issued"),
    ("since_notice", "since the last notice of the case"),
    ("past_deadline", "past the deadline of the last notice of the case"),
):
    _case(f"case_business_days_{_stem}", f"business days {_what}", "days", moves="dates")
_case("case_days_past_time_given", "days past the latest deadline that a notice of the same debts gave", "days")
_case("case_days_since_hold", "days since a hold on the case ended", "days")
_case("case_days_since_settled", "days from the settlement of a dunned debt to the due date", "days", moves="facts")
_case("case_balance", "what may be dunned, past due or not", "amount", moves="dates")
_case("case_overdue", "what may be dunned and is past due", "amount", moves="dates")
_case(
    "case_due_within",
    "what may be dunned and is due by so many days from now",
    "amount",
    moves="dates",
    argument="days",
)
_case(
    "case_due_within_business",
    "what may be dunned and is due by so many business days from now",
    "amount",
    moves="dates",
    argument="days",
)
_case("case_share", "share of all that is open that may be dunned and is past due", "share", moves="dates")
_case("case_notices", "number of notices of the case", "count")
_case("case_times_given", "number of times that the present level was given", "count")
_case("case_queued", "number of notices of the case in preparation", "count")
_case("customer_queued", "number of notices in preparation, of the whole account", "count")
_case("case_broken_promises", "number of promises of the case broken since its last notice", "count", moves="dates")
_case("credit_stopped", "1 while a recorded stop of credit stands, else 0", "count")
_case("business_day", "1 on our business days, else 0", "count", moves="dates")
_case("frozen", "1 in a season in which nothing is sent, else 0", "count", moves="dates")
_case("actions_outstanding", "number of actions that are not recorded yet", "count")
