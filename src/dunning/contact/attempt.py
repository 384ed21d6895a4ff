"""A contact as it is planned, with the facts about debtor and debt on which rules of contact turn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

import attrs

from dunning._base.bounds import Id
from dunning._base.noun import frozen
from dunning.interactions import Channel, ContactPlace, Message

Actor: TypeAlias = Literal["first_party", "assumed_name", "agency"]
"""In whose name somebody contacts: the creditor in its own, under a name that suggests another, or an agency."""
DebtorKind: TypeAlias = Literal["consumer", "sole_trader", "company"]
"""What kind of person owes."""
Purpose: TypeAlias = Literal["personal", "business"]
"""What the debt was incurred for."""
OptOut: TypeAlias = Literal["link", "none", "asks_personal_number"]
"""How an electronic message offers to opt out."""


@frozen
class Attempt:
    """A contact as it is planned, with the facts about debtor and debt on which rules turn.

    Args:
        channel: how they are contacted.
        actor: who contacts: the creditor in its own name (`"first_party"`), the creditor under a name that suggests
            someone else (`"assumed_name"`), or an `"agency"` that collects for others.
        debtor: a `"consumer"`, a `"sole_trader"`, or a `"company"`.
        purpose: of the debt, `"personal"` or `"business"`.
        recipient: who is contacted: `"debtor"`, `"spouse"`, `"attorney"`, `"neighbour"`, `"employer"` and the like.
        place: where they are reached; None: not known.
        items: the debts that it is about; empty: all of the customer's.
        by: who makes it: a collector, or an agency.
        message: what is said.
        opt_out: how an electronic message offers to opt out; None: not known, which counts as not at all.
        days_past_due: of the oldest of the debts; None: not known.
        collecting: whether collection procedures have begun; None: not known.
        credit_total: the credit that a business debtor was given in all; None: not known.
        credit_on: when that credit was given; None: not known.

    A fact that is not known never takes a contact out of a rule's scope.

    Raises:
        InvalidValue: every fault at once.
    """

    channel: Channel
    actor: Actor = attrs.field(kw_only=True)
    debtor: DebtorKind = attrs.field(kw_only=True)
    purpose: Purpose = attrs.field(kw_only=True)
    recipient: Id = attrs.field(default="debtor", kw_only=True)
    place: ContactPlace | None = attrs.field(default=None, kw_only=True)
    items: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    by: Id | None = attrs.field(default=None, kw_only=True)
    message: Message = attrs.field(default="demand", kw_only=True)
    opt_out: OptOut | None = attrs.field(default=None, kw_only=True)
    days_past_due: int | None = attrs.field(default=None, kw_only=True)
    collecting: bool | None = attrs.field(default=None, kw_only=True)
    credit_total: Decimal | None = attrs.field(default=None, kw_only=True)
    credit_on: date | None = attrs.field(default=None, kw_only=True)
