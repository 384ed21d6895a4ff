"""The charges that an action raises by being done: what its letter has to name beside what is open."""

from __future__ import annotations

from dunning._base.guards import checked
from dunning.amounts import exact
from dunning.charges import RateSeries, Schedule, proposed_charges
from dunning.dates.days import Day
from dunning.decision.nouns import Action
from dunning.invoice import Charge
from dunning.ledger import Account
from dunning.ledger.views import rebuilt


@checked
@exact
def charges_raised(
    action: Action, account: Account, schedule: Schedule, *, on: Day, rates: RateSeries | None = None
) -> tuple[Charge, ...]:
    """The charges that a schedule raises because an action is done on a day, as facts to be recorded with its own.

    The fee of a level comes with its notice: it is in the letter, although nothing has been recorded yet. What is due
    without the letter as well, such as interest, is left to `dunning.charges.proposed_charges`.

    Raises:
        InvalidValue: `on` is not a date, or rates are missing.

    >>> from decimal import Decimal
    >>> from dunning import Invoice, Ledger, decide
    >>> from dunning.charges import Fee, FeeSchedule
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> account = Ledger([
    ...     Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR"),
    ... ]).account("ACME")
    >>> fees = FeeSchedule("fees", (Fee.fixed(Decimal("5.00"), level="first notice"),))
    >>> (action,) = decide(account, STANDARD_B2B, as_of=date(2026, 2, 14))[0].actions
    >>> [str(each.amount) for each in charges_raised(action, account, fees, on=date(2026, 2, 14))]
    ['5.00']
    """
    record = action.as_fact(on=on, approved_by=action.approval)
    if record is None:
        return ()
    then = rebuilt(account, (*account.facts, *account.interactions, record))
    before = {each.id: each for each in proposed_charges(account, schedule, as_of=on, rates=rates)}
    after = proposed_charges(then, schedule, as_of=on, rates=rates)
    return tuple(each for each in after if isinstance(each, Charge) and before.get(each.id) != each)
