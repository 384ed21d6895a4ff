"""The verb `decide`: one account, one date."""

from __future__ import annotations

from dunning._base.guards import checked
from dunning.amounts import exact
from dunning.contact import ContactRules
from dunning.dates.days import Day
from dunning.decision.account_review import Beside
from dunning.decision.deferral import Proposed, as_permitted, joined_by
from dunning.decision.nouns import Decision
from dunning.decision.sources import Source, decided_by
from dunning.invoice import Adjustment, Charge
from dunning.ledger import Account
from dunning.measures import Custom
from dunning.policy import Playbook


@checked
@exact
def decide(
    account: Account,
    policy: Source | Playbook,
    *,
    as_of: Day,
    custom: tuple[Custom, ...] = (),
    contact: ContactRules | None = None,
    others: tuple[Account, ...] = (),
    proposed: tuple[Charge | Adjustment, ...] = (),
) -> tuple[Decision, ...]:
    """What a policy says about an account on a date: one decision a case, each with at least one reason.

    With `unit="account"` there is one case, with `unit="invoice"` one for each open item (and a single clear one when
    nothing is open). Facts dated after `as_of` change nothing. `policy` may also be a table written by hand (a
    `dunning.machine.Machine`, with the account as its unit), a `dunning.policy.Succession`, or a
    `dunning.policy.Playbook` whose segments do not compare accounts (see `plan`); `custom` holds measures
    of your own. With `contact`, what its rules do not permit on that day is deferred to the first day on which
    they do, and another channel is offered; the level is not lost. `others` are the customer's accounts in other
    currencies: a stop of credit is released only where nothing of the customer is past due. `proposed` are charges that
    are not recorded yet (`dunning.charges.proposed_charges`): what they hand back is not dunned meanwhile.

    Raises:
        InvalidValue: `as_of` is not a date, or an argument is of another type.

    >>> from decimal import Decimal
    >>> from dunning import Invoice, Ledger
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> (decision,) = decide(ledger.account("ACME"), STANDARD_B2B, as_of=date(2026, 2, 14))
    >>> decision.status, [str(action) for action in decision.actions], [str(reason) for reason in decision.reasons]
    ('due', ['send email first_notice: first notice, 90.00 EUR'], ['first notice is reached, 10 days past due'])
    """
    found = decided_by(account, policy, as_of, custom, None, Beside(others, proposed))
    if contact is None:
        return found
    return as_permitted(found, account, contact, joined_by(policy), Proposed())
