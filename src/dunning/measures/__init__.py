"""Measures: named figures about an account on a date, and how each moves when nothing happens.

A measure is what segments and policies speak about. Each has one name, one meaning, one unit, one type and a rule of
movement: *daily* measures grow by one a day while no fact comes, those that move with *dates* change on days that can
be foreseen (an item falls due, an experience leaves the window), and the rest changes only with *facts*. None is the
value of a measure that does not exist for an account (days past due where nothing has a due date).

Some measures take an argument in brackets: `late_share[90]` looks back 90 days instead of the usual year (`WINDOW`),
`days_since_contact[call]` counts calls only, and `custom[credit_score]` is a figure of your own (see `custom`).
"""

from __future__ import annotations

__all__ = [
    "ACCOUNT_MEASURES",
    "COMPARING",
    "MEASURES",
    "WINDOW",
    "Custom",
    "Experience",
    "Measure",
    "Population",
    "Standing",
    "Value",
    "custom",
    "experiences",
    "measure_of",
]

from dunning.measures.experience import WINDOW, Experience, Population, experiences
from dunning.measures.figures import ACCOUNT_MEASURES, COMPARING
from dunning.measures.measure import MEASURES, Measure, Value, measure_of
from dunning.measures.standing import Custom, Standing, custom
