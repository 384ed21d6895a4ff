"""The smallest payment that stops what is pending, and the one that leaves nothing to be dunned."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import accumulate
from typing import TypeVar

from dunning._base.noun import changed, made
from dunning.amounts import ZERO, exact, smallest_amount
from dunning.amounts.splitting import covered
from dunning.conditions import Multiple, compares_of
from dunning.decision.account_review import AccountReview
from dunning.decision.falling import LevelHistory
from dunning.decision.held import Item
from dunning.decision.ready import EVER
from dunning.decision.ruling import Case, Ruling
from dunning.errors import Undefined
from dunning.invoice import Payment
from dunning.ledger import Ledger
from dunning.ledger.views import as_known

_T = TypeVar("_T")


@made
class Cure:
    """What the customer can pay, on this day, applied to the oldest debt first: (item, amount) pairs.

    `stops` is the least that makes the policy propose nothing for the case on that day, `clears` what leaves nothing of
    it that may be dunned. Both are beside what is promised: a pending promise is to be kept by another payment. An
    installment is paid by its own name.
    """

    stops: tuple[tuple[str, Decimal], ...]
    clears: tuple[tuple[str, Decimal], ...]

    @property
    @exact
    def amount_to_stop(self) -> Decimal:
        """The sum of `stops`."""
        return sum((amount for _, amount in self.stops), ZERO)

    @property
    @exact
    def amount_to_clear(self) -> Decimal:
        """The sum of `clears`."""
        return sum((amount for _, amount in self.clears), ZERO)

    def __str__(self) -> str:
        stops = ", ".join(f"{amount} for {name}" for name, amount in self.stops)
        return f"paying {stops} stops it; {self.amount_to_clear} clears the case"


Owed = list[tuple[Item, Decimal]]


@exact
def cure_of(case: Case, now: Ruling) -> Cure:
    """The cure of a case of which something is pending that a payment can stop; see `fires`."""
    today = case.review.as_of.toordinal()
    free = [(each, case.review.free(each, today)) for each in case.items if each.due is not None]
    owed = [(each, amount) for each, amount in free if amount > ZERO]
    least = _least(case, now, owed, today)
    return Cure(_named(owed if least is None else _split(owed, least)), _named(owed))


def _least(case: Case, now: Ruling, owed: Owed, today: int) -> Decimal | None:
    """The least amount after which nothing is pending; None for all that is owed.

    Between two candidates no comparison of the table changes. Whole items are many, so they are halved, where the
    longer list stops as well as the shorter; what crosses a limit is tried one by one, and so are the limits that stand
    once the last items were paid that do not suffice. The candidate before the answer is always tried: a cent less does
    not do.
    """
    sums = list(accumulate(amount for _, amount in owed))
    everything = sums[-1]

    @cache
    def stops(amount: Decimal) -> bool:
        return not _after(case, _split(owed, amount), today, lambda _, then: fires(then))

    low = bisect_left(sums[:-1], True, key=stops)
    near = list(_limits(case, now, owed))
    if low:
        rest, paid = owed[low:], sums[low - 1]
        more = _after(case, owed[:low], today, lambda left, then: list(_limits(left, then, rest)))
        near += [paid + each for each in more]
    limits = sorted({each for each in near if ZERO < each < everything})
    found = [each for each in (next(filter(stops, limits), None), sums[low]) if each is not None and each < everything]
    candidates = sorted({*limits, *sums[:-1]})
    at = candidates.index(min(found)) if found else len(candidates)
    while at and stops(candidates[at - 1]):
        at -= 1
    return candidates[at] if at < len(candidates) else None


def _named(owed: Owed) -> tuple[tuple[str, Decimal], ...]:
    return tuple((each.id, amount) for each, amount in owed)


def _split(owed: Owed, amount: Decimal) -> Owed:
    """An amount on the oldest debts."""
    parts = zip(owed, covered(amount, (free for _, free in owed)), strict=True)
    return [(each, part) for (each, _), part in parts if part > ZERO]


def _limits(case: Case, now: Ruling, owed: Owed) -> Iterator[Decimal]:
    """The payments at which a balance comes to a limit of the table, or just below it."""
    try:
        unit = smallest_amount(case.review.account.currency)
    except Undefined:
        unit = Decimal(1)
    if case.ready.events:
        yield unit
    compares = [compare for rows in case.ready.rows for row in rows for compare in compares_of(row.row.guard)]
    for compare in dict.fromkeys(compares):
        for step in now.fired:
            value, asked = step.readings[compare.measure], compare.value
            limit = asked.of(step.readings) if isinstance(asked, Multiple) else asked
            if not isinstance(value, Decimal) or not isinstance(limit, (int, Decimal)):
                continue
            if compare.measure == "case_share":
                yield from _below_share(case, limit, unit)
            else:
                least = 1 if compare.measure == "case_overdue" else EVER
                own = {each.id for each, _, late in step.readings.free if late >= least}
                yield _paid_for(owed, own, value - limit)
                yield _paid_for(owed, own, value - limit + unit)


def _paid_for(owed: Owed, own: set[str], amount: Decimal) -> Decimal:
    """The payment of which so much goes to some of the debts: the oldest are paid first."""
    paid = ZERO
    for each, free in owed:
        if each.id in own:
            if amount <= free:
                return paid + amount
            amount -= free
        paid += free
    return paid + amount


def _below_share(case: Case, limit: Decimal | int, unit: Decimal) -> Iterator[Decimal]:
    """(overdue - x) / (total - x) falls below the limit when x passes (overdue - limit * total) / (1 - limit)."""
    today = case.review.as_of.toordinal()
    overdue = sum(
        [case.review.free(each, today) for each in case.items if each.due is not None and each.due < today], ZERO
    )
    total = sum([each.open for each in case.review.items], ZERO)
    steps = int(Fraction(overdue - limit * total) / Fraction(max(1 - limit, unit)) / Fraction(unit))
    yield from (steps * unit, (steps + 1) * unit)


def _after(case: Case, paid: Owed, today: int, ask: Callable[[Case, Ruling], _T]) -> _T:
    """What is to be said of a case, and of the ruling on it, after a payment."""
    if case.ready.asks_account:
        then = _in_books(case, paid)
        return ask(then, then.ruling(today))
    amounts = {each.id: amount for each, amount in paid}
    before = [(each, each.open, each.level, each.done) for each in case.items]
    for each in case.items:
        each.open -= amounts.get(each.id, ZERO)
    left = [each for each in case.items if each.open > ZERO]
    try:
        if case.review.history is not None:
            _answer_payment(case, left, case.review.history)
        then = Case(case.review, left, case.custom, case.segment)
        return ask(then, then.ruling(today))
    finally:
        for each, open_, level, done in before:
            each.open, each.level, each.done = open_, level, done


def _answer_payment(case: Case, left: list[Item], history: LevelHistory) -> None:
    """Bring what is left of a case to the levels to which a payment lets it fall."""
    names = {each.id for each in case.items}
    if case.ready.settings.unit == "account":
        names |= history.case.items.keys()
    rising = history.after(names, [changed(each.item, open=each.open) for each in left], paid=True)
    for each in left:
        each.level, each.done = rising.level(each.id), rising.done_for(each.id)


def fires(ruling: Ruling) -> bool:
    """Whether a ruling asks the customer for anything."""
    return any(each.row is not None and not each.row.is_release for each in ruling.steps)


def _in_books(case: Case, paid: Owed) -> Case:
    """The case in books with a payment in them: for tables that look at the account."""
    review = case.review
    account = as_known(review.account, review.as_of)
    amounts: dict[str, Decimal] = {}
    for each, amount in paid:
        amounts[each.id] = amount
    sum_ = sum(amounts.values(), ZERO)
    payment = Payment("cure", account.customer, review.as_of, sum_, account.currency, applied=tuple(amounts.items()))
    book = Ledger.collect([*account.facts, *account.interactions, payment])
    then = AccountReview(book.account(account.customer, account.currency), review.ready, review.as_of)
    names = {each.id for each in case.items}
    left = then.items if review.ready.settings.unit == "account" else [each for each in then.items if each.id in names]
    return Case(then, left, case.custom, case.segment)
