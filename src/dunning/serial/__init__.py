"""Plain data: everything goes out and comes back, in what JSON can hold.

`to_data` writes facts, ledgers, policies, rules and results as dictionaries and lists of texts, numbers and flags;
`from_data` reads them, exactly, and names every fault with its path; `schema` is the JSON Schema of a kind. The core
never needs this room: your program reads and writes the files.
"""

from __future__ import annotations

from dunning.serial.nouns import FORM, from_data, kinds, to_data
from dunning.serial.schemas import schema

__all__ = ["FORM", "from_data", "kinds", "schema", "to_data"]
