"""The ledger: all facts, grouped into accounts, and who owes what on a date.

A ledger is built once from a set of facts, in any order, and asked often: every question takes the date it is about
(`as_of`), and facts dated after it change nothing. Adding facts gives a new ledger that shares all accounts that the
new facts do not concern. Strict building (`Ledger(facts)`) refuses books that contradict themselves and names every
fault; lenient building (`Ledger.collect(facts)`) sets the faulty facts aside in `problems`.
"""

from __future__ import annotations

__all__ = [
    "COMPONENTS",
    "PRINCIPAL_FIRST",
    "PROBLEMS",
    "Account",
    "Component",
    "Entry",
    "EntryKind",
    "Fact",
    "Interaction",
    "Ledger",
    "OpenItem",
    "PaymentOrder",
    "Problem",
    "ProblemCode",
    "Problems",
    "PromiseState",
    "Receivable",
    "fact_date",
]

from dunning.ledger.account import Account, PromiseState
from dunning.ledger.components import COMPONENTS, PRINCIPAL_FIRST, Component, PaymentOrder
from dunning.ledger.entries import Entry, EntryKind
from dunning.ledger.intake import PROBLEMS, Problem, ProblemCode
from dunning.ledger.kinds import Fact, Interaction, fact_date
from dunning.ledger.ledger import Ledger
from dunning.ledger.receivable import OpenItem, Receivable
from dunning.ledger.set_aside import Problems
