"""Conditions: a closed algebra over measures, written once and read in several ways.

A condition is data: a comparison of a named measure with a value, or a combination of conditions with `&`, `|` and
`~`. The same condition is tested (`holds`), accounted for clause by clause (`explain`), asked for the day on which it
changes (`next_change`), put into words (`describe`), made simpler (`simplify`) and turned into plain data and back
(`dunning.serial`). Segments and the guards of policies are written in them.

A comparison with a measure that is undefined does not hold; its negation does.
"""

from __future__ import annotations

__all__ = [
    "ALWAYS",
    "NEVER",
    "All",
    "AnyOf",
    "Clause",
    "Compare",
    "Condition",
    "Explanation",
    "Multiple",
    "Not",
    "clauses_of",
    "compares_of",
    "days_of_change",
    "describe",
    "explain",
    "holds",
    "implies",
    "measure",
    "measures_of",
    "next_change",
    "passes",
    "predicate",
    "simplify",
]

import dunning.conditions.data  # noqa: F401  # pyright: ignore[reportUnusedImport]  # it says how conditions are written
from dunning.conditions.algebra import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Condition,
    Multiple,
    Not,
    compares_of,
    measure,
    measures_of,
    passes,
    predicate,
)
from dunning.conditions.readings import (
    Clause,
    Explanation,
    clauses_of,
    days_of_change,
    describe,
    explain,
    holds,
    next_change,
)
from dunning.conditions.simplification import implies, simplify
