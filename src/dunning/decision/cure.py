"""The smallest payment that stops what is pending, and the one that leaves nothing to be dunned."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dunning._base.noun import made
from dunning.amounts import ZERO, exact, smallest_amount
from dunning.amounts.splitting import covered
from dunning.conditions import Multiple, compares_of
from dunning.decision.account_review import AccountReview
from dunning.decision.held import Item
from dunning.decision.ruling import Case, Ruling
from dunning.errors import Undefined
from dunning.invoice import Payment
from dunning.ledger import Ledger
from dunning.ledger.views import as_known


@made
class Cure:
    """What the customer can pay, on this day, applied to the oldest debt first: (item, amount) pairs.

    `stops` is the least that makes the policy propose nothing for the case on that day, `clears` what leaves nothing of
    it that may be dunned. Both are beside what is promised: a pending promise is to be kept by another payment. Where
    single installments are cases, the earlier ones of the invoice have to be paid first.
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


def cure_of(case: Case, now: Ruling) -> Cure | None:
    """The cure of a case of which something is pending; None where nothing is that a payment could stop."""
    today = case.review.as_of.toordinal()
    if not _fires(now):
        return None
    owed = [
        (each, amount)
        for each in case.items
        if each.due is not None and (amount := case.review.free(each, today)) > ZERO
    ]
    everything = sum([amount for _, amount in owed], ZERO)
    for amount in sorted(_candidates(case, now, owed)):
        if ZERO < amount < everything and not _is_pending(case, _split(owed, amount), today):
            return Cure(_named(_split(owed, amount)), _named(owed))
    return Cure(_named(owed), _named(owed))


Owed = list[tuple[Item, Decimal]]


def _named(owed: Owed) -> tuple[tuple[str, Decimal], ...]:
    return tuple((each.id, amount) for each, amount in owed)


def _split(owed: Owed, amount: Decimal) -> Owed:
    """An amount on the oldest debts."""
    parts = zip(owed, covered(amount, (free for _, free in owed)), strict=True)
    return [(each, part) for (each, _), part in parts if part > ZERO]


def _candidates(case: Case, now: Ruling, owed: Owed) -> Iterator[Decimal]:
    """The amounts at which the ruling may turn: whole items, and what brings a balance below a limit.

    Between two of them no comparison of the table changes, so the least that works is among them.
    """
    paid = ZERO
    for _, free in owed:
        paid += free
        yield paid
    try:
        unit = smallest_amount(case.review.account.currency)
    except Undefined:
        unit = Decimal(1)
    if case.ready.events:
        yield unit
    limits = [compare for rows in case.ready.rows for row in rows for compare in compares_of(row.row.guard)]
    for compare in dict.fromkeys(limits):
        for step in now.fired:
            value, asked = step.readings[compare.measure], compare.value
            limit = asked.of(step.readings) if isinstance(asked, Multiple) else asked
            if not isinstance(value, Decimal) or not isinstance(limit, (int, Decimal)):
                continue
            if compare.measure == "case_share":
                yield from _below_share(case, limit, unit)
            else:
                yield from (value - limit, value - limit + unit)


def _below_share(case: Case, limit: Decimal | int, unit: Decimal) -> Iterator[Decimal]:
    """(overdue - x) / (total - x) falls below the limit when x passes (overdue - limit * total) / (1 - limit)."""
    today = case.review.as_of.toordinal()
    overdue = sum(
        [case.review.free(each, today) for each in case.items if each.due is not None and each.due < today], ZERO
    )
    total = sum([each.open for each in case.review.items], ZERO)
    steps = int(Fraction(overdue - limit * total) / Fraction(max(1 - limit, unit)) / Fraction(unit))
    yield from (steps * unit, (steps + 1) * unit)


def _is_pending(case: Case, paid: Owed, today: int) -> bool:
    """Whether something would still be pending after a payment."""
    if case.ready.events or case.ready.account_clauses.parts:
        return _pending_in_books(case, paid, today)
    amounts = {each.id: amount for each, amount in paid}
    before = {each.id: each.open for each in case.items}
    for each in case.items:
        each.open -= amounts.get(each.id, ZERO)
    try:
        left = [each for each in case.items if each.open > ZERO]
        return _fires(Case(case.review, left, case.custom, case.segment).ruling(today))
    finally:
        for each in case.items:
            each.open = before[each.id]


def _fires(ruling: Ruling) -> bool:
    """Whether a ruling asks the customer for anything."""
    return any(each.row is not None and not each.row.is_release for each in ruling.steps)


def _pending_in_books(case: Case, paid: Owed, today: int) -> bool:
    """The same, asked of books with that payment in them: for tables that look at the account or answer payments."""
    review = case.review
    account = as_known(review.account, review.as_of)
    amounts: dict[str, Decimal] = {}
    for each, amount in paid:
        amounts[each.item.invoice] = amounts.get(each.item.invoice, ZERO) + amount
    sum_ = sum(amounts.values(), ZERO)
    payment = Payment("cure", account.customer, review.as_of, sum_, account.currency, applied=tuple(amounts.items()))
    book = Ledger.collect([*account.facts, *account.interactions, payment])
    then = AccountReview(book.account(account.customer, account.currency), review.ready, review.as_of)
    names = {each.id for each in case.items}
    left = then.items if review.ready.settings.unit == "account" else [each for each in then.items if each.id in names]
    return _fires(Case(then, left, case.custom, case.segment).ruling(today))
