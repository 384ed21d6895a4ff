"""Published aging cases, each with its own bucket convention, through one adapter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning.aging import Aging, Buckets, age, age_by_currency, convert
from dunning.errors import MissingRate
from dunning.invoice import Adjustment, CreditNote, Installment, Invoice, Payment, Reversal
from dunning.ledger import Fact, Ledger
from tests.conformance import golden

CASES = golden.cases("aging.json")
Case = dict[str, Any]


def facts_of(events: list[Case]) -> Iterator[Fact]:
    """The events of a case as facts."""
    invoices = {event["item"]: event for event in events if event["event"] == "invoice"}
    payments: dict[str, list[str]] = {}
    for number, event in enumerate(events):
        on, kind = date.fromisoformat(event["on"]), event["event"]
        amount = Decimal(event["amount"])
        name = f"{kind}-{number}"
        billed = invoices.get(event.get("item") or event.get("against") or "", event)
        party, currency = billed.get("party", ""), billed.get("currency", "")
        if kind == "invoice":
            parts = tuple(
                Installment(date.fromisoformat(row["due"]), Decimal(row["amount"]))
                for row in event.get("instalments", ())
            )
            due = None if parts else date.fromisoformat(event["due"])
            yield Invoice(event["item"], party, on, due, amount, currency, installments=parts)
        elif kind == "payment":
            # The part above what was billed is applied too: the ledger makes it unapplied credit.
            payments.setdefault(event["item"], []).append(name)
            yield Payment(name, party, on, amount, currency, applied=((event["item"], amount),))
        elif kind == "payment_reversed":
            yield Reversal(name, payments[event["item"]].pop(), on)
        elif kind == "credit_note":
            applied = ((event["against"], amount),) if event["against"] else ()
            yield CreditNote(name, party, on, amount, currency, applied=applied)
        elif kind == "write_off":
            yield Adjustment(name, event["item"], on, amount, "write_off")
        elif kind == "unallocated_payment":
            yield Payment(name, party, on, amount, currency)
        else:
            raise AssertionError(kind)


def buckets_of(rows: list[Case]) -> tuple[Buckets, bool]:
    """The case's buckets, completed below by "outside" where its first bucket does not reach down."""
    spans = [(row["name"], row["from"], row["to"]) for row in rows]
    outside = spans[0][1] is not None
    if outside:
        spans.insert(0, ("outside", None, spans[0][1] - 1))
    return Buckets.of(spans), outside


def figures(aging: Aging, conventions: Case) -> dict[str, Any]:
    """An aging report in the words of the cases: credits negative, the total with or without them."""
    total = aging.total
    found: dict[str, Any] = dict(total.amounts.items())
    counted = conventions["unapplied"] == "own_line"
    return {
        "buckets": found,
        "outside": found.get("outside"),
        "unapplied": -found["unapplied"],
        "total": total.balance if counted else total.balance + found["unapplied"],
    }


def rows_of(ledger: Ledger, as_of: date) -> list[Case]:
    """Open rows as item/row, and a negative row for what was paid beyond an item."""
    rows: list[Case] = []
    for account in ledger:
        for receivable in account.receivables:
            surplus = -receivable.net(as_of)
            if surplus > 0 and receivable.invoice.issued <= as_of:
                name = f"{receivable.invoice.id}/overpaid"
                rows.append({"row": name, "amount": Decimal(0), "settled": surplus, "open": -surplus})
        rows += [
            {
                "row": f"{item.invoice}/{item.installment or 1}",
                "amount": item.original,
                "settled": item.settled,
                "open": item.open,
            }
            for item in account.open_items(as_of=as_of)
        ]
    return rows


def evaluate(case: Case, as_of: date) -> dict[str, Any]:
    """Everything that a case may ask about a date."""
    conventions = case["conventions"]
    ledger = Ledger(facts_of(case["facts"]))
    buckets, _ = buckets_of(conventions["buckets"])
    basis: Any = "due" if conventions["basis"] == "due" else "issued"
    agings = age_by_currency(ledger, as_of=as_of, buckets=buckets, basis=basis)
    items = ledger.open_items(as_of=as_of)
    late = [item for item in items if (item.days_past_due or 0) > 0]
    found: dict[str, Any] = {
        "by_currency": {currency: figures(aging, conventions) for currency, aging in agings.items()},
        "rows": rows_of(ledger, as_of),
        "overdue_count": len(late),
        "overdue_amount": sum((item.open for item in late), Decimal(0)),
        "item_bucket": {
            item.invoice: buckets.locate((as_of - (item.due or as_of if basis == "due" else item.issued)).days)
            for item in items
        },
    }
    if "rates" in conventions:
        rates = {currency: Decimal(rate) for currency, rate in conventions["rates"].items()}
        try:
            whole = convert(agings.values(), rates, conventions["base_currency"])
        except MissingRate as error:
            return {"error": "missing_rate", "missing": list(error.currencies)}
        found |= figures(whole, conventions)
    elif len(agings) == 1:
        found |= figures(age(ledger, as_of=as_of, buckets=buckets, basis=basis), conventions)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_aging(case: Case) -> None:
    for each in case["evaluate"]:
        found = evaluate(case, date.fromisoformat(each["as_of"]))
        for key, expected in each["expected"].items():
            compared = {"overdue_count": str(found.get("overdue_count")), **found}[key]
            wanted = str(expected) if isinstance(expected, int) else expected
            assert golden.agrees(compared, wanted, "exact"), (each["as_of"], key, found[key])


def test_there_are_cases() -> None:
    assert len(CASES) >= 38 or golden.DIRECTORY != golden.HERE
