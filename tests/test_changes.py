"""The same noun with some fields changed: typed for every noun, and checked anew."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from dunning import Invoice, Level, changed
from dunning.errors import InvalidValue
from dunning.policy import Call
from dunning.serial import kinds
from tests import typed_changes
from tests.test_serial import known

BILL = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal(90), "EUR")


def test_the_stub_knows_every_noun_and_field() -> None:
    assert typed_changes.STUB.read_text(encoding="utf-8") == typed_changes.stub()


def test_a_change_makes_another_noun() -> None:
    other: Invoice = changed(BILL, amount=Decimal(95), tags=("north",))
    assert (other.amount, other.tags, other.id) == (95, ("north",), "INV-1")
    assert BILL.amount == 90
    assert changed(Level("call", 3, do=(Call(),)), after=5).after == 5


@pytest.mark.parametrize("kind", sorted(name for name, cls in kinds().items() if attrs.has(cls)))
def test_every_noun_may_be_changed(kind: str) -> None:
    found = known()[kind][0]
    make: Any = changed  # its type has an overload for each noun, not for all together
    same = make(found)
    assert (same, type(same)) == (found, kinds()[kind])


def test_type_checkers_and_construction_refuse_what_a_noun_has_not() -> None:
    with pytest.raises(InvalidValue, match="Invoice: amout: Invoice has no such field; did you mean amount?") as caught:
        changed(BILL, amout=Decimal(1))  # type: ignore[call-overload]  # type checkers see it
    assert [(fault.path, fault.code) for fault in caught.value.faults] == [("amout", "unknown")]
    with pytest.raises(InvalidValue, match="Invoice: x: Invoice has no such field; known are id, customer"):
        changed(BILL, x=1)  # type: ignore[call-overload]  # as above
    with pytest.raises(InvalidValue, match="Invoice INV-1: amount: 'much' is not"):
        changed(BILL, amount="much")  # type: ignore[call-overload]  # as above
    for stranger in (7, None, "Invoice", InvalidValue("x", ())):
        with pytest.raises(InvalidValue, match="is no noun of this library"):
            changed(stranger, x=1)  # type: ignore[call-overload]  # as above
