"""dunning: what customers owe, and what to do about it, as pure functions.

Dated facts go in; for any date the library answers who owes what and how old it is (`age`), what kind of debtor an
account is (`segment`), what to do next and why (`plan`, `decide`), and how well collecting goes (`scorecard`).

The names of the first ten minutes can be imported from here; each is loaded when it is first used, so that
`import dunning` stays light. Everything has its home in a module, such as `dunning.aging`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dunning.aging import Aging, Buckets, age, age_by_currency
    from dunning.allocation import allocate
    from dunning.changes import changed
    from dunning.charges import Interest, RateSeries, interest_statement, proposed_charges
    from dunning.dates import Period
    from dunning.decision import Decision, Plan, decide, plan, timeline
    from dunning.errors import DunningError
    from dunning.interactions import (
        Approval,
        Contact,
        ContactFlag,
        Dispute,
        Hold,
        PaymentPlan,
        Placement,
        Promise,
        Task,
    )
    from dunning.invoice import (
        Adjustment,
        Application,
        Charge,
        CreditNote,
        DueDateChange,
        Installment,
        Invoice,
        Payment,
        Refund,
        Reversal,
        Void,
    )
    from dunning.kpi import Scorecard, scorecard
    from dunning.ledger import Account, Ledger
    from dunning.policy import Level, Playbook, Policy
    from dunning.segmentation import Segment, Segmentation, segment
    from dunning.terms import Terms

__all__ = [
    "Account",
    "Adjustment",
    "Aging",
    "Application",
    "Approval",
    "Buckets",
    "Charge",
    "Contact",
    "ContactFlag",
    "CreditNote",
    "Decision",
    "Dispute",
    "DueDateChange",
    "DunningError",
    "Hold",
    "Installment",
    "Interest",
    "Invoice",
    "Ledger",
    "Level",
    "Payment",
    "PaymentPlan",
    "Period",
    "Placement",
    "Plan",
    "Playbook",
    "Policy",
    "Promise",
    "RateSeries",
    "Refund",
    "Reversal",
    "Scorecard",
    "Segment",
    "Segmentation",
    "Task",
    "Terms",
    "Void",
    "age",
    "age_by_currency",
    "allocate",
    "changed",
    "decide",
    "interest_statement",
    "plan",
    "proposed_charges",
    "scorecard",
    "segment",
    "timeline",
]

__version__ = "0.1.0"

_HOMES = {
    "aging": ("Aging", "Buckets", "age", "age_by_currency"),
    "allocation": ("allocate",),
    "changes": ("changed",),
    "charges": ("Interest", "RateSeries", "interest_statement", "proposed_charges"),
    "dates": ("Period",),
    "decision": ("Decision", "Plan", "decide", "plan", "timeline"),
    "errors": ("DunningError",),
    "interactions": (
        "Approval",
        "Contact",
        "ContactFlag",
        "Dispute",
        "Hold",
        "PaymentPlan",
        "Placement",
        "Promise",
        "Task",
    ),
    "invoice": (
        "Adjustment",
        "Application",
        "Charge",
        "CreditNote",
        "DueDateChange",
        "Installment",
        "Invoice",
        "Payment",
        "Refund",
        "Reversal",
        "Void",
    ),
    "kpi": ("Scorecard", "scorecard"),
    "ledger": ("Account", "Ledger"),
    "policy": ("Level", "Playbook", "Policy"),
    "segmentation": ("Segment", "Segmentation", "segment"),
    "terms": ("Terms",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            value = getattr(import_module(f"dunning.{home}"), name)
            globals()[name] = value
            return value
    msg = f"module 'dunning' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
