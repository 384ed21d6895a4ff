"""What each fact accepts and refuses, in tables; every fault of a call is named at once."""

from __future__ import annotations

import datetime as dt
import re
from datetime import date
from decimal import Decimal
from typing import Any, get_args, get_type_hints

import attrs
import pytest

from dunning import interactions, invoice
from dunning._base.kinds import words
from dunning.errors import InvalidValue
from dunning.interactions import Approval, Contact, ContactFlag, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import (
    Adjustment,
    Application,
    Charge,
    CreditNote,
    DueDateChange,
    Installment,
    Invoice,
    Payment,
    Refund,
    Reversal,
    Void,
)
from dunning.ledger.rows import KINDS_OF_FACTS

D1, D2 = date(2026, 1, 5), date(2026, 2, 4)
A = Decimal("100.00")

VALID: list[tuple[type, dict[str, Any]]] = [
    (Installment, {"due": D1, "amount": A}),
    (Invoice, {"id": "I", "customer": "C", "issued": D1, "due": D2, "amount": A, "currency": "EUR"}),
    (DueDateChange, {"id": "X", "invoice": "I", "on": D1, "due": D2}),
    (Charge, {"id": "X", "invoice": "I", "on": D1, "amount": A, "kind": "fee"}),
    (Payment, {"id": "X", "customer": "C", "received": D1, "amount": A, "currency": "EUR"}),
    (CreditNote, {"id": "X", "customer": "C", "issued": D1, "amount": A, "currency": "EUR"}),
    (Application, {"id": "X", "source": "P", "on": D1, "invoice": "I", "amount": A}),
    (Adjustment, {"id": "X", "invoice": "I", "on": D1, "amount": A, "kind": "write_off"}),
    (Refund, {"id": "X", "of": "P", "on": D1, "amount": A}),
    (Void, {"id": "X", "invoice": "I", "on": D1}),
    (Reversal, {"id": "X", "of": "P", "on": D1}),
    (Contact, {"id": "X", "customer": "C", "on": D1, "channel": "email"}),
    (Promise, {"id": "X", "customer": "C", "made": D1, "due": D2, "amount": A, "currency": "EUR"}),
    (Dispute, {"id": "X", "invoice": "I", "opened": D1}),
    (Hold, {"id": "X", "customer": "C", "start": D1, "reason": "complaint"}),
    (
        PaymentPlan,
        {
            "id": "X",
            "customer": "C",
            "agreed": D1,
            "currency": "EUR",
            "installments": (Installment(D1, A),),
            "items": ("I",),
        },
    ),
    (Placement, {"id": "X", "customer": "C", "on": D1, "agency": "agency"}),
    (Task, {"id": "X", "customer": "C", "on": D1, "kind": "review"}),
    (Approval, {"id": "X", "customer": "C", "on": D1, "action": "p/C/EUR/last/1/1", "approved_by": "manager"}),
    (ContactFlag, {"id": "X", "customer": "C", "on": D1, "kind": "cease"}),
]

BAD_BY_KIND: dict[str, list[Any]] = {
    "Id": ["", " ", " x", "x ", 7, None, b"x"],
    "Id | None": ["", " x", 7],
    "str": [None, 7],
    "CurrencyCode | None": ["", "eur", "EURO", 978],
    "CurrencyCode": ["", "eur", "EURO", "EU", "E1R", " EUR", "ÉUR", None, 978],
    "Amount": [
        1.0, float("nan"), float("inf"), True, 1, "1", None, Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("sNaN"),
        Decimal("Infinity"), Decimal("1E+40"), Decimal("1E-21"), Decimal("1." + "1" * 70),
    ],
    "tuple[Amount, CurrencyCode] | None": [(1.0, "EUR"), (A, "eur"), (A,), "EUR", (Decimal(0), "EUR")],
    "AmountOrZero | None": [1.0, float("nan"), True, 1, "1", Decimal(-1), Decimal("NaN"), Decimal("Infinity")],
    "AmountOrZero": [1.0, float("nan"), True, 1, "1", None, Decimal(-1), Decimal("NaN"), Decimal("Infinity")],
    "Amount | None": [1.0, "1", Decimal(0), Decimal("NaN")],
    "date": ["2026-01-05", None, dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 5, tzinfo=dt.UTC), 20260105],
    "date | None": ["2026-01-05", dt.datetime(2026, 1, 5), 0],
    "Instant | None": [dt.datetime(2026, 1, 5), D1, "2026-01-05T00:00"],
    "Applied": [[], [("I", A)], (("I",),), (("", A),), (("I", 1.0),), (("I", Decimal(0)),), ("I", A), (["I", A],)],
    "tuple[Installment, ...]": [[], (A,), None],
    "tuple[Id, ...]": [[], ("",), (7,), "I", None],
    "Terms | None": ["net 30", 30],
    "InvoiceKind": ["bill", "", None],
    "ChargeKind": ["late fee", "", None],
    "AdjustmentKind": ["gift", None],
    "Channel": ["fax", "EMAIL", None],
    "Direction": ["sideways", None],
    "FlagKind": ["ceases", "", None, 7],
    "Message | None": ["shout", "", 7],
    "ContactPlace | None": ["moon", "", 7],
    "Channel | None": ["fax", ""],
    "ClockTime | None": ["09:00", 9, dt.time(9, tzinfo=dt.UTC)],
    "Count": [-1, 1.5, True, None, "1"],
    "bool": [1, 0, None, "yes"],
}  # fmt: skip


def _written(kind: type, name: str) -> str:
    """The annotation of a field as it is written."""
    hint = kind.__annotations__[name]
    return str(getattr(hint, "__forward_arg__", hint))


CASES = [
    pytest.param(kind, values, field.name, bad, id=f"{kind.__name__}.{field.name}-{bad!r}"[:70])
    for kind, values in VALID
    for field in attrs.fields(kind)
    for bad in BAD_BY_KIND[_written(kind, field.name)]
]


@pytest.mark.parametrize(("kind", "values"), VALID, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_valid_is_kept_as_it_was_given(kind: type, values: dict[str, Any]) -> None:
    fact = kind(**values)
    assert {name: getattr(fact, name) for name in values} == values


@pytest.mark.parametrize(("kind", "values", "name", "bad"), CASES)
def test_a_bad_value_is_refused_with_its_name(kind: type, values: dict[str, Any], name: str, bad: object) -> None:
    with pytest.raises(InvalidValue) as caught:
        kind(**{**values, name: bad})
    assert {re.split(r"[:\[]", fault)[0] for fault in caught.value.faults} == {name}
    path, _, said = caught.value.faults[0].partition(": ")
    assert path != name or words(get_type_hints(kind, include_extras=True)[name]) in said


def test_the_checks_do_not_depend_on_attrs_validators() -> None:
    attrs.validators.set_disabled(True)
    try:
        with pytest.raises(InvalidValue):
            Invoice("", "C", D1, D2, A, "EUR")
    finally:
        attrs.validators.set_disabled(False)


def test_every_fault_of_a_call_is_named() -> None:
    with pytest.raises(InvalidValue) as caught:
        Invoice("", " C", "today", D2, 1.5, "eur")  # type: ignore[arg-type]  # faults on purpose
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["id", "customer", "issued", "amount", "currency"]
    assert str(caught.value).startswith("Invoice: id: '' is not a name (not empty")


BROKEN_RULES: list[tuple[type, dict[str, Any], str]] = [
    (Invoice, {"installments": (Installment(D1, Decimal(60)), Installment(D2, Decimal(30)))}, "they sum to 90, not to"),
    (Invoice, {"installments": (Installment(D2, Decimal(60)), Installment(D1, Decimal(40)))}, "in order of their due"),
    (Invoice, {"installments": (Installment(D1, A),), "due": D2}, "2026-02-04 is not the last installment's due date"),
    (Payment, {"applied": (("I", Decimal(60)), ("J", Decimal(50)))}, "applied: 110 is more than the amount, 100.00"),
    (Payment, {"applied": (("I", Decimal(101)),)}, "applied: 101 is more than the amount, 100.00"),
    (Payment, {"applied": (("I", Decimal(1)), ("I", Decimal(2)))}, "an invoice is named twice"),
    (CreditNote, {"applied": (("I", Decimal(101)),)}, "applied: 101 is more than the amount"),
    (Promise, {"due": date(2026, 1, 4)}, "due: 2026-01-04 is before the day it was made, 2026-01-05"),
    (Promise, {"cancelled": date(2026, 1, 4)}, "cancelled: 2026-01-04 is before the day it was made"),
    (Dispute, {"resolved": date(2026, 1, 4)}, "resolved: 2026-01-04 is before the day it was opened"),
    (Hold, {"end": date(2026, 1, 4)}, "end: 2026-01-04 is before the start"),
    (Contact, {"follow_up": date(2026, 1, 4)}, "follow_up: 2026-01-04 is before the day of the contact, 2026-01-05"),
    (ContactFlag, {"end": date(2026, 1, 4)}, "end: 2026-01-04 is before its first day, 2026-01-05"),
    (ContactFlag, {"kind": "opt_out"}, "channel: say which channel they opted out of"),
    (ContactFlag, {"kind": "inconvenient"}, "start, stop: give the times of an inconvenient flag"),
    (ContactFlag, {"start": dt.time(9)}, "start, stop: give the times of an inconvenient flag, and of no other"),
    (ContactFlag, {"kind": "inconvenient", "start": dt.time(9)}, "start, stop: give two times of one day"),
    (ContactFlag, {"kind": "inconvenient", "start": dt.time(9), "stop": dt.time(9)}, "the earlier first"),
    (ContactFlag, {"kind": "quiet"}, "end: say on which day the quiet period is over"),
    (PaymentPlan, {"installments": ()}, "a plan has at least one"),
    (PaymentPlan, {"items": ()}, "a plan names at least one invoice"),
    (PaymentPlan, {"installments": (Installment(D2, A), Installment(D1, A))}, "in order of their due dates"),
    (PaymentPlan, {"ended": date(2026, 1, 4)}, "ended: 2026-01-04 is before the day it was agreed"),
    (Placement, {"recalled": date(2026, 1, 4)}, "recalled: 2026-01-04 is before the day of the placement"),
]


@pytest.mark.parametrize(("kind", "change", "said"), BROKEN_RULES)
def test_fields_that_contradict_each_other_are_refused(kind: type, change: dict[str, Any], said: str) -> None:
    values = dict(VALID)[kind]
    with pytest.raises(InvalidValue) as caught:
        kind(**{**values, **change})
    assert said in str(caught.value)
    assert values["id"] in str(caught.value)


class FrozenDay(date):
    """A day as test tools that stop the clock make them: a subclass of date."""


def test_a_subclass_of_date_is_a_day() -> None:
    assert Invoice("I", "C", FrozenDay(2026, 1, 5), None, A, "EUR").issued == D1


def test_every_kind_of_fact_can_be_read_from_records() -> None:
    kinds = {name for module in (invoice, interactions) for name in module.__all__}
    assert {kind.__name__ for kind in KINDS_OF_FACTS.values()} == kinds - {
        "Installment", "InvoiceKind", "ChargeKind", "AdjustmentKind", "Channel", "Direction", "FlagKind", "ContactPlace", "TaskKind",
        "CONVERSATION", "NOT_REACHED", "REACHED", "RESULTS", "WRITTEN", "Message",
    }  # fmt: skip


def test_is_notice() -> None:
    values = {"id": "X", "customer": "C", "on": D1, "channel": "email"}
    assert Contact(**values, level="first").is_notice  # type: ignore[arg-type]  # from a dict
    for change in ({"level": None}, {"outcome": "failed"}, {"outcome": "queued"}, {"direction": "inbound"}):
        assert not Contact(**{**values, "level": "first", **change}).is_notice  # type: ignore[arg-type]  # from a dict


def test_who_ends_a_hold_ends_it_on_a_day() -> None:
    with pytest.raises(InvalidValue, match="ended_by: say in end when it was ended"):
        Hold("H", "C", D1, reason="x", ended_by="KIM")


def test_the_names_of_messages_are_the_ones_that_are_checked() -> None:
    for message in get_args(interactions.Message):
        assert Contact("X", "C", D1, "sms", message=message).message == message


def test_the_names_of_flags_are_the_ones_that_are_checked() -> None:
    flag = {"id": "X", "customer": "C", "on": D1, "channel": "sms", "end": D2}
    for kind in get_args(interactions.FlagKind):
        times = {"start": dt.time(9), "stop": dt.time(12)} if kind == "inconvenient" else {}
        assert ContactFlag(**flag, kind=kind, **times).kind == kind  # type: ignore[arg-type]  # from a dict
