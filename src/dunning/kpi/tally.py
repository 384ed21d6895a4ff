"""The sums of a group of accounts from which a scorecard is worked out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from dunning._base.noun import frozen
from dunning.amounts import ZERO
from dunning.amounts.decimals import Number
from dunning.ledger import EntryKind
from dunning.ledger.entries import SALES

Key: TypeAlias = tuple[str, str]
"""(label, currency) of a group."""

LINE_OF: Mapping[EntryKind, str] = {
    "invoice": "invoices",
    "debit": "debits",
    "charge": "charges",
    "payment": "payments",
    "credit note": "credit notes",
    "discount": "discounts",
    "earned discount": "discounts",
    "small balance": "small balances",
    "deduction": "deductions",
    "abatement": "abatements",
    "exchange difference": "exchange differences",
    "write-off": "write-offs",
    "recovery": "recoveries",
    "refund": "refunds",
    "void": "voids",
    "settled before": "settled before",
}
"""The line of a roll-forward in which an entry stands; money put to use later moves no balance and stands in none."""

MOVES = tuple(dict.fromkeys(LINE_OF.values()))
"""The lines of a roll-forward, in order.

`recoveries` give back what payments took of debt written off, `refunds` what was paid back to the customer.
"""


@frozen
class Words:
    """What the outcomes of calls and visits mean, and the leeway for promises: how a tally reads the facts."""

    reached: frozenset[str]
    right_party: frozenset[str]
    promise_grace: int


def _numbers() -> dict[Any, Any]:
    return {}


@attrs.define
class Tally:
    """The sums of one group of accounts over a period. Days stand for (days: [number of items, their amount])."""

    opening: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the day before the period, by aging column."""
    closing: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the period, by aging column."""
    moves: dict[str, Decimal] = attrs.field(factory=_numbers)
    """By how much each kind of fact changed the balance in the period; see `MOVES`."""
    month_ends: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Open (gross) at the end of each month of the period, cut to it."""
    sales: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Sales of each month up to the end of the period, by its first day."""
    open_of: dict[date, Decimal] = attrs.field(factory=_numbers)
    """Open at the end of the period of the invoices of each day."""
    paid: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days to pay of the items settled in the period."""
    late: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days late of the items settled in the period."""
    overdue: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days past due of the items past due at its end."""
    terms: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days from invoice to due date of what was invoiced in the period."""
    billing: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days from delivery to invoice of what was invoiced in the period."""
    disputes: dict[int, list[Number]] = attrs.field(factory=_numbers)
    """Days that the disputes took that were resolved in the period."""
    rolled: dict[str, dict[str, Decimal]] = attrs.field(factory=_numbers)
    """What was open at the start, by its column then and by what became of it (see `_rolled`)."""
    exposure: dict[str, Decimal] = attrs.field(factory=_numbers)
    """What each customer owes at the end, net of unapplied cash and credit."""
    promises: dict[str, list[Number]] = attrs.field(factory=_numbers)
    """Promised and paid by the date, of each promise that was decided in the period."""
    stages: dict[tuple[str, str], list[Number]] = attrs.field(factory=_numbers)
    """For each (level, channel) of notices: how many, how much was noticed, how much paid before the next."""
    amounts: dict[str, Decimal] = attrs.field(factory=_numbers)
    """Other amounts, by name."""
    counts: dict[str, int] = attrs.field(factory=_numbers)
    """Numbers of facts, by name."""

    def billed(self) -> Decimal:
        """The sales of the period: invoices less credit notes and voids."""
        return sum((self.moves.get(LINE_OF[kind], ZERO) for kind in SALES), ZERO)

    def count(self, name: str, number: int = 1) -> None:
        """Count something."""
        self.counts[name] = self.counts.get(name, 0) + number

    def amount(self, name: str, value: Decimal) -> None:
        """Add to an amount."""
        self.amounts[name] = self.amounts.get(name, ZERO) + value


def _plus(mine: Any, more: Any) -> Any:
    """The sum of two numbers, lists of numbers, or mappings to any of these."""
    if type(mine) is dict:
        common = mine.keys() & more.keys()
        return {**mine, **more, **{key: _plus(mine[key], more[key]) for key in common}}  # pyright: ignore[reportUnknownVariableType]  # of any nesting
    return list(map(_plus, mine, more)) if type(mine) is list else mine + more  # pyright: ignore[reportUnknownArgumentType]  # as above


def plus(mine: Tally, more: Tally) -> Tally:
    """The tally of two groups of different accounts. For callers in the exact context."""
    return Tally(*(_plus(getattr(mine, each.name), getattr(more, each.name)) for each in attrs.fields(Tally)))


def note(days: dict[int, list[Number]], key: int, amount: Decimal) -> None:
    """Count one more for a number of days, with its amount."""
    found = days.get(key)
    if found is None:
        days[key] = [1, amount]
    else:
        found[0] += 1
        found[1] += amount
