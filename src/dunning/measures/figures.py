"""How each measure of the catalogue is worked out, and on which days it may change while nothing happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from dunning.amounts import ZERO, exact, quotient
from dunning.dates import Period, add_days
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Contact
from dunning.invoice import Invoice, Payment
from dunning.ledger import OpenItem
from dunning.ledger.account import OWN_DATE
from dunning.measures.experience import WINDOW, Rank, sales_of

if TYPE_CHECKING:
    from dunning.measures.standing import Standing, Value


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    return quotient(Fraction(part) / Fraction(whole)) if whole else None


@exact
def open_of(items: Iterable[OpenItem]) -> Decimal:
    return sum((item.open for item in items), ZERO)


def window(argument: str) -> int:
    return int(argument) if argument else WINDOW


def days_past_due(standing: Standing, _: str) -> int | None:
    return max((item.days_past_due for item in standing.open_items if item.days_past_due is not None), default=None)


def overdue_balance(standing: Standing, _: str) -> Decimal:
    return open_of(standing.overdue)


def open_balance(standing: Standing, _: str) -> Decimal:
    return open_of(standing.open_items)


def balance(standing: Standing, _: str) -> Decimal:
    return standing.account.balance(as_of=standing.as_of)


@exact
def net_overdue(standing: Standing, _: str) -> Decimal:
    return open_of(standing.overdue) - standing.account.unapplied(as_of=standing.as_of)


def unapplied(standing: Standing, _: str) -> Decimal:
    return standing.account.unapplied(as_of=standing.as_of)


def days_since_issue(standing: Standing, _: str) -> int | None:
    return max(((standing.as_of - item.issued).days for item in standing.open_items), default=None)


def since(standing: Standing, days: Iterable[date]) -> int | None:
    last = max(days, default=None)
    return None if last is None else (standing.as_of - last).days


def days_since_notice(standing: Standing, _: str) -> int | None:
    return since(standing, (contact.on for contact in standing.contacts if contact.is_notice))


def reached_out(contact: Contact) -> bool:
    return contact.direction == "outbound" and contact.outcome not in ("failed", "queued")


def days_since_contact(standing: Standing, channel: str) -> int | None:
    contacts = (each for each in standing.contacts if each.outcome not in ("failed", "queued"))
    return since(standing, (each.on for each in contacts if channel in ("", each.channel)))


def days_past_deadline(standing: Standing, _: str) -> int | None:
    notices = [contact for contact in standing.contacts if contact.is_notice]
    return (standing.as_of - notices[-1].deadline).days if notices and notices[-1].deadline else None


def unanswered(standing: Standing, _: str) -> int:
    answers = [each.on for each in standing.contacts if each.direction == "inbound"]
    facts = standing.account.facts
    answers += [each.received for each in facts if type(each) is Payment and each.received <= standing.as_of]
    last = max(answers, default=None)
    return sum(1 for each in standing.contacts if reached_out(each) and (last is None or each.on > last))


def late(standing: Standing, days: int) -> int:
    return len(standing.overdue) + sum(1 for each in standing.experiences(days) if (each.days_late or 0) > 0)


def experienced(standing: Standing, days: str) -> int:
    return len(standing.overdue) + sum(1 for each in standing.experiences(window(days)) if each.due is not None)


def late_share(standing: Standing, days: str) -> Decimal | None:
    return share(late(standing, window(days)), experienced(standing, days))


def average_days_late(standing: Standing, days: str) -> Decimal | None:
    late = [each.days_late for each in standing.experiences(window(days)) if each.days_late is not None]
    return share(sum(late), len(late))


def promises(standing: Standing, state: str) -> int:
    account, as_of = standing.account, standing.as_of
    return sum(1 for each in account.promises(as_of=as_of) if account.promise_state(each, as_of=as_of) == state)


def tenure(standing: Standing, _: str) -> int | None:
    issued = [fact.issued for fact in standing.account.facts if type(fact) is Invoice]
    first = min(issued, default=None)
    return None if first is None or first > standing.as_of else (standing.as_of - first).days


@exact
def disputed_share(standing: Standing, _: str) -> Decimal | None:
    return share(sum((item.disputed for item in standing.open_items), ZERO), open_of(standing.open_items))


def largest_item(standing: Standing, _: str) -> Decimal:
    return max((item.open for item in standing.open_items), default=ZERO)


def largest_item_share(standing: Standing, _: str) -> Decimal | None:
    return share(largest_item(standing, ""), open_of(standing.open_items))


def tags(standing: Standing, _: str) -> frozenset[str]:
    names = {item.invoice for item in standing.open_items}
    tags = (fact.tags for fact in standing.account.facts if isinstance(fact, Invoice) and fact.id in names)
    return frozenset(tag for each in tags for tag in each)


def own(standing: Standing, name: str) -> Value:
    for each in standing.custom:
        if each.name == name:
            return each.of(standing.account.customer)
    raise NotFound("custom measure", name, tuple(each.name for each in standing.custom))


def sales(standing: Standing, days: str) -> Decimal:
    return sales_of(standing.account, Period.ending(standing.as_of, days=window(days)))


def open_items(standing: Standing, _: str) -> int:
    return len(standing.open_items)


def overdue_items(standing: Standing, _: str) -> int:
    return len(standing.overdue)


def notices_given(standing: Standing, _: str) -> int:
    return sum(1 for each in standing.contacts if each.is_notice)


def broken_promises(standing: Standing, _: str) -> int:
    return promises(standing, "broken")


def kept_promises(standing: Standing, _: str) -> int:
    return promises(standing, "kept")


def currency(standing: Standing, _: str) -> str:
    return standing.account.currency


def segment(standing: Standing, _: str) -> str | None:
    return standing.segment


def exposure_ahead(standing: Standing, _: str) -> Decimal | None:
    return place_by(standing, "exposure").ahead


def exposure_rank(standing: Standing, _: str) -> int | None:
    return place_by(standing, "exposure").rank


def exposure_through(standing: Standing, _: str) -> Decimal | None:
    return place_by(standing, "exposure").through


def sales_ahead(standing: Standing, _: str) -> Decimal | None:
    return place_by(standing, "sales").ahead


def sales_rank(standing: Standing, _: str) -> int | None:
    return place_by(standing, "sales").rank


def sales_through(standing: Standing, _: str) -> Decimal | None:
    return place_by(standing, "sales").through


def credit_limit_use(standing: Standing, _: str) -> Decimal | None:
    limit = own(standing, "credit_limit") if any(each.name == "credit_limit" for each in standing.custom) else None
    return share(open_of(standing.open_items), limit) if isinstance(limit, (int, Decimal)) else None


def unknown(_: Standing, __: str) -> None:
    """Only a case of a policy knows."""


def place_by(standing: Standing, name: Literal["exposure", "sales"]) -> Rank:
    if standing.population is None:
        raise InvalidValue("Standing", [f"{name} beside others compares accounts: give a Population, or use segment()"])
    find = standing.population.exposure if name == "exposure" else standing.population.sales
    return find(standing.account)


def plan_days(standing: Standing, _: str) -> Iterator[date]:
    """A plan may break, or be over, on the days after its installments: due dates change then."""
    for plan in standing.account.plans(as_of=standing.as_of):
        for part in plan.installments:
            yield add_days(part.due, 1)


def due_days(standing: Standing, _: str) -> Iterator[date]:
    """Items fall past due, by their own dates and by those that count again when a plan breaks."""
    for receivable in standing.account.receivables:
        invoice = receivable.invoice
        for number in range(1, max(2, len(invoice.installments) + 1)):
            due = receivable.contract_due(number, standing.as_of)
            if due is not None:
                yield add_days(due, 1)
    for item in standing.open_items:
        if item.due is not None:
            yield add_days(item.due, 1)
    yield from plan_days(standing, "")


def leaving(standing: Standing, days: str) -> Iterator[date]:
    """Experiences leave the window, and items fall past due."""
    for each in standing.experiences(window(days)):
        yield add_days(each.settled, window(days))
    yield from due_days(standing, "")


def sales_leaving(standing: Standing, days: str) -> Iterator[date]:
    for fact in standing.account.facts:
        on = OWN_DATE[type(fact)](fact)
        if on <= standing.as_of:
            yield add_days(on, window(days))


def promise_days(standing: Standing, _: str) -> Iterator[date]:
    for promise in standing.account.promises(as_of=standing.as_of):
        yield add_days(promise.due, 1)
