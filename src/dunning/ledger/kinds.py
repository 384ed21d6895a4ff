"""The kinds of facts: one table of what the ledger has to know of each.

Whoever adds a kind of fact adds its row here, its class to the union `Fact`, and says in `posting` what it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Literal, NamedTuple, TypeAlias, cast

from dunning._base.guards import guarded
from dunning.interactions import Approval, Contact, ContactFlag, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    DueDateChange,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)

Interaction: TypeAlias = Contact | ContactFlag | Promise | Hold | PaymentPlan | Placement | Task | Approval
"""The people facts."""
Fact: TypeAlias = (
    Invoice
    | DueDateChange
    | Charge
    | Payment
    | CreditNote
    | Application
    | Refund
    | Adjustment
    | Void
    | Reversal
    | Dispute
    | Interaction
)
"""Everything that a ledger is made of."""

Route: TypeAlias = Literal["account", "invoice", "fact", "customer"]
"""How a fact names its account: by customer and currency, by an invoice, by another fact, or it is of the customer."""


class Kind(NamedTuple):
    """What is to be known of a kind of fact."""

    name: str
    """Its name in rows."""
    on: str
    """The field that says on which day it happened."""
    route: Route
    ends: tuple[str, ...] = ()
    """The fields that tell how it ended, the day first: on an earlier day nobody knew them."""


KINDS: Mapping[type, Kind] = {
    Invoice: Kind("invoice", "issued", "account"),
    DueDateChange: Kind("due_date_change", "on", "invoice"),
    Charge: Kind("charge", "on", "invoice"),
    Payment: Kind("payment", "received", "account"),
    CreditNote: Kind("credit_note", "issued", "account"),
    Application: Kind("application", "on", "fact"),
    Refund: Kind("refund", "on", "fact"),
    Adjustment: Kind("adjustment", "on", "invoice"),
    Void: Kind("void", "on", "invoice"),
    Reversal: Kind("reversal", "on", "fact"),
    Contact: Kind("contact", "on", "customer", ("cancelled",)),
    ContactFlag: Kind("contact_flag", "on", "customer"),
    Promise: Kind("promise", "made", "account", ("cancelled",)),
    Dispute: Kind("dispute", "opened", "invoice", ("resolved", "outcome")),
    Hold: Kind("hold", "start", "customer", ("end", "ended_by", "approved_by")),
    PaymentPlan: Kind("payment_plan", "agreed", "account", ("ended",)),
    Placement: Kind("placement", "on", "customer", ("recalled",)),
    Task: Kind("task", "on", "customer"),
    Approval: Kind("approval", "on", "customer"),
}

OWN_DATE: Mapping[type, Callable[[Fact], date]] = {
    kind: cast("Callable[[Fact], date]", attrgetter(row.on)) for kind, row in KINDS.items()
}
"""Each kind of fact and the date on which it happened."""


@guarded
def fact_date(fact: Fact) -> date:
    """The day on which a fact happened: issued, received, made, opened, or what it is called for its kind.

    >>> fact_date(Hold("H-1", "ACME", date(2026, 3, 2), reason="complaint"))
    datetime.date(2026, 3, 2)
    """
    return OWN_DATE[type(fact)](fact)


OWN_ACCOUNT = (Invoice, Payment, CreditNote, Promise, PaymentPlan)
BY_INVOICE = (DueDateChange, Charge, Adjustment, Void, Dispute)
CUSTOMER_WIDE = (Contact, ContactFlag, Hold, Placement, Task, Approval)
"""The kinds by how they name their account; as tuples of their own, since type checkers read these."""
