"""Statements of account worked out by hand, through one adapter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning.dates import Period
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
)
from dunning.ledger import Fact, Ledger
from dunning.statement import Statement, statement
from tests.conformance import golden

CASES = golden.cases("statements-by-hand.json")
Case = dict[str, Any]


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def facts_of(events: list[Case]) -> Iterator[Fact]:
    """The events of a case as facts; all are of one customer."""
    currencies = {each["item"]: each["currency"] for each in events if each["event"] == "invoice"}
    for number, event in enumerate(events):
        yield fact_of(event, event.get("id") or f"{event['event']}-{number}", currencies)


def fact_of(event: Case, name: str, currencies: dict[str, str]) -> Fact:
    kind, on, recorded = event["event"], date.fromisoformat(event["on"]), day(event.get("recorded"))
    item, amount = event.get("item"), Decimal(event.get("amount", 0))
    stem = item.split("/")[0] if item else ""
    currency = event.get("currency") or currencies.get(stem, "")
    if kind == "invoice":
        parts = tuple(
            Installment(date.fromisoformat(row["due"]), Decimal(row["amount"])) for row in event.get("instalments", ())
        )
        return Invoice(
            event["item"], "K", on, day(event["due"]), amount, currency, installments=parts, recorded=recorded
        )
    if kind in ("payment", "unallocated_payment", "recovery"):
        used = Decimal(event.get("applied", amount))
        applied = ((item, used),) if item else ()
        return Payment(name, "K", on, amount, currency, applied=applied, recorded=recorded)
    if kind == "credit_note":
        return CreditNote(name, "K", on, amount, currency, applied=((stem, amount),) if item else (), recorded=recorded)
    if kind == "application":
        return Application(name, event["source"], on, event["item"], amount, recorded=recorded)
    if kind == "refund":
        return Refund(name, event["of"], on, amount, recorded=recorded)
    if kind == "reversal":
        return Reversal(name, event["of"], on, recorded=recorded)
    if kind == "charge":
        return Charge(name, event["item"], on, amount, event["kind"], recorded=recorded)
    if kind == "due_date_change":
        return DueDateChange(name, event["item"], on, date.fromisoformat(event["due"]), recorded=recorded)
    adjustments: Any = {"write_off": "write_off", "discount": "discount"}
    return Adjustment(name, event["item"], on, amount, adjustments[kind], recorded=recorded)


WORDS = {"recovery": "brought back", "payment reversed": "payment returned"}


def lines_of(found: Statement) -> list[Case]:
    """Lines in the words of the cases."""
    return [
        {
            "on": line.on.isoformat(),
            "kind": WORDS.get(str(line), str(line)),
            "ref": line.id,
            "amount": line.amount,
            "balance": line.balance,
        }
        for line in found
    ]


def items_of(found: Statement) -> list[Case]:
    return [
        {
            "item": item.id,
            "due": item.due.isoformat() if item.due else None,
            "open": item.open,
            "days_past_due": item.days_past_due,
            "bucket": "undated" if item.days_past_due is None else found.aging.buckets.locate(item.days_past_due),
        }
        for item in found.items
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_statements_worked_out_by_hand(case: Case) -> None:
    whole = Ledger(facts_of(case["facts"]))
    for expected in case["expected"]["statements"]:
        known = expected.get("known_on")
        ledger = whole if known is None else whole.known_at(date.fromisoformat(known))
        period = Period(date.fromisoformat(expected["first"]), date.fromisoformat(expected["last"]))
        found = statement(ledger.account("K", expected["currency"]), period)
        figures: Case = {
            "opening": found.opening,
            "lines": lines_of(found),
            "closing": found.closing,
            "aging": dict(found.aging.total.amounts.items()),
            "unapplied": found.unapplied,
            "open_items": items_of(found),
        }
        for key, wanted in expected.items():
            if key in figures:
                assert golden.agrees(figures[key], wanted, "exact"), (key, figures[key])
        assert found.opening + found.added - found.taken_off == found.closing
        assert sum((item.open for item in found.items), Decimal(0)) - found.unapplied == found.closing
        assert found.aging.total.balance == found.closing


def test_there_are_cases() -> None:
    assert len(CASES) >= 8 or golden.DIRECTORY != golden.HERE
