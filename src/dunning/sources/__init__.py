"""Exports of other systems, described as data and read into books.

A `Source` says of an export what its tables and columns mean, which rows are no facts, and how numbers, days and
currencies are written. `load` reads a file by it and gives the books with a report: what was skipped and why, what was
repaired, what ought to be looked at, what was set aside and over how much, and whether the books tie to the totals of
the file. Sources of known systems are in `dunning.presets.sources`; they travel as JSON as all nouns do.

Most exports say what is open and not since when. Such balances are right on the day of the report, and on earlier days
only as far as the file has dates.
"""

from __future__ import annotations

__all__ = [
    "ROW_CODES",
    "Loaded",
    "RowCode",
    "RowField",
    "RowKind",
    "RowNote",
    "RowRule",
    "Sign",
    "Source",
    "SourceTable",
    "Tie",
    "load",
]

from dunning.sources.loading import load
from dunning.sources.nouns import ROW_CODES, RowCode, RowField, RowKind, RowRule, Sign, Source, SourceTable
from dunning.sources.report import Loaded, RowNote, Tie
