"""Plain data: everything goes out and comes back, in what JSON can hold.

`to_data` writes facts, ledgers, policies, rules and results as dictionaries and lists of texts, numbers and flags;
`from_data` reads them, exactly, and names every fault with its path; `schema` is the JSON Schema of a kind. Facts fit
flat tables as well: `columns` of a kind, `to_row` and `from_row`. The core never needs this room: your program reads
and writes the files.
"""

from __future__ import annotations

__all__ = ["FORM", "Column", "ColumnType", "columns", "from_data", "from_row", "kinds", "schema", "to_data", "to_row"]

from dunning.serial.nouns import FORM, from_data, kinds, to_data
from dunning.serial.schemas import schema
from dunning.serial.tables import Column, ColumnType, columns, from_row, to_row
