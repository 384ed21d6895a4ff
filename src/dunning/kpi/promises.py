"""What became of promises to pay, counted over a whole ledger."""

from __future__ import annotations

from decimal import Decimal

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning.dates.days import Day
from dunning.kpi.formula import Kpi
from dunning.kpi.work import promise_kept_rate
from dunning.ledger import Ledger


@frozen
class PromiseOutcomes:
    """How many promises were kept, broken, are pending or cancelled, and the rate of kept ones (a part is broken)."""

    kept: int
    broken: int
    pending: int
    cancelled: int
    rate: Kpi


@checked
def promise_outcomes(
    ledger: Ledger, *, as_of: Day, tolerance_days: int = 0, tolerance_share: Decimal | int = 1
) -> PromiseOutcomes:
    """Count what became of the promises made up to a date, from the payments.

    Args:
        ledger: the books.
        as_of: the date asked about.
        tolerance_days: days of leeway after the promised date.
        tolerance_share: the share of the promised amount that is enough.

    >>> from dunning import Invoice, Promise
    >>> ledger = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ...     Promise("P-1", "ACME", date(2026, 2, 10), date(2026, 2, 20), Decimal("90.00"), "EUR"),
    ... ])
    >>> promise_outcomes(ledger, as_of=date(2026, 2, 21)).broken
    1
    """
    states: dict[str, int] = dict.fromkeys(("kept", "broken", "pending", "cancelled"), 0)
    for account in ledger:
        for promise in account.promises(as_of=as_of):
            state = account.promise_state(promise, as_of=as_of, grace=tolerance_days, share=tolerance_share)
            states[state] += 1
    return PromiseOutcomes(**states, rate=promise_kept_rate(**states))
