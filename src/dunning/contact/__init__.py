"""When and how a person may be contacted: rules as data, and whether a contact keeps them.

Laws and houses limit contacts by the clock of the customer, by how often, by what was said before, and by what the
customer asked for. A `Rule` says one such limit as data, with its citation, its scope and its dates; `permit` asks
rules about one planned contact (`Attempt`) at one instant, given the history, and says which do not allow it, why,
and from when on it is allowed. `ContactRules` holds the rules of a house and what they need to know of
its customers, so that `dunning.decision.decide` and `plan` can keep them.

Packs of rules are in `dunning.presets.contact_law`. This is arithmetic on published rules, not legal advice.
"""

from __future__ import annotations

__all__ = [
    "Actor",
    "Answer",
    "Attempt",
    "Bar",
    "Calendars",
    "Cap",
    "ContactRules",
    "DebtorKind",
    "Finding",
    "Hours",
    "Inconvenient",
    "Limit",
    "Needs",
    "Never",
    "Norm",
    "OptOut",
    "Party",
    "Per",
    "Permit",
    "Purpose",
    "Rule",
    "Scope",
    "Span",
    "Wait",
    "Where",
    "Window",
    "describe_rule",
    "permit",
    "rest",
]

from dunning.contact.attempt import Actor, Attempt, DebtorKind, OptOut, Purpose
from dunning.contact.customers import ContactRules, Party
from dunning.contact.limits import Calendars
from dunning.contact.permits import Finding, Permit, permit
from dunning.contact.rules import (
    Answer,
    Bar,
    Cap,
    Hours,
    Inconvenient,
    Limit,
    Needs,
    Never,
    Norm,
    Per,
    Rule,
    Scope,
    Span,
    Wait,
    Where,
    Window,
    rest,
)
from dunning.contact.words import describe_rule
