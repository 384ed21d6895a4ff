"""Who may decide: roles in order, and what each may concede to a customer, up to how much in a period.

Collectors need room to settle, and a limit to it. An `Authority` is data: roles from the lowest to the highest, and for
each kind of concession what a role may grant. A role may grant whatever a lower one may. Limits are cumulative: what
was conceded to the customer before, in the period, counts. `review` says whether a role may grant a concession or who
has to, `concede` makes the facts of one that may be granted, and `settlement_offer` says what may be offered now.
"""

from __future__ import annotations

__all__ = [
    "Authority",
    "Concession",
    "ConcessionKind",
    "Extension",
    "Grant",
    "Granted",
    "Handover",
    "HoldLift",
    "InstallmentPlan",
    "Option",
    "SettlementDiscount",
    "SettlementOffer",
    "Verdict",
    "Waiver",
    "WriteOff",
    "concede",
    "review",
    "settlement_offer",
]

from dunning.authority.concessions import (
    Concession,
    ConcessionKind,
    Extension,
    Handover,
    HoldLift,
    InstallmentPlan,
    SettlementDiscount,
    Waiver,
    WriteOff,
)
from dunning.authority.limits import Authority, Grant, Verdict, concede, review
from dunning.authority.offer import Option, SettlementOffer, settlement_offer
from dunning.authority.recorded import Granted
