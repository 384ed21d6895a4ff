"""The traffic fines of ../shared/data, read as receivables: every figure of its README through public calls."""

from __future__ import annotations

import csv
import gzip
import pathlib
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dunning.aging import age
from dunning.interactions import Dispute, Placement
from dunning.invoice import Charge, DueDateChange, Invoice, Payment
from dunning.ledger import Fact, Ledger

FILE = pathlib.Path(__file__).resolve().parents[3] / "shared" / "data" / "road-traffic-fines-10000.csv.gz"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the data of other people is not here: ../shared/data"),
]

APPEALS = ("Insert Date Appeal to Prefecture", "Appeal to Judge")


def facts_of(rows: list[dict[str, str]]) -> Iterator[Fact]:
    """Fine = invoice, postage and penalty uplift = charges, notification = due date, collection = placement."""
    fines: dict[str, Decimal] = {}
    for row in sorted(rows, key=lambda row: (row["case_id"], int(row["seq"]))):
        case, on = row["case_id"], date.fromisoformat(row["date"])
        name, activity = f"{case}-{row['seq']}", row["activity"]
        if activity == "Create Fine":
            fines[case] = Decimal(row["amount"])
            yield Invoice(case, case, on, None, fines[case], "EUR")
        elif activity == "Send Fine" and Decimal(row["expense"] or 0):
            yield Charge(name, case, on, Decimal(row["expense"]), "cost")
        elif activity == "Add penalty" and Decimal(row["amount"]) > fines[case]:
            yield Charge(name, case, on, Decimal(row["amount"]) - fines[case], "penalty")
        elif activity == "Insert Fine Notification":
            yield DueDateChange(name, case, on, on + timedelta(days=60))
        elif activity == "Payment":
            paid = Decimal(row["payment_amount"])
            yield Payment(name, case, on, paid, "EUR", applied=((case, paid),))
        elif activity == "Send for Credit Collection":
            yield Placement(name, case, on, "credit collection")
        elif activity in APPEALS:
            yield Dispute(name, case, on, reason=activity)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as lines:
        return Ledger(facts_of(list(csv.DictReader(lines))))


def total(ledger: Ledger, kind_of_fact: type, **fields: Any) -> Decimal:
    found = [fact for fact in ledger.facts if type(fact) is kind_of_fact]
    chosen = [fact for fact in found if all(getattr(fact, name) == value for name, value in fields.items())]
    return sum((getattr(fact, "amount") for fact in chosen), Decimal(0))  # noqa: B009  # the kind is a parameter


def test_totals(ledger: Ledger) -> None:
    assert total(ledger, Invoice) == Decimal("345580.00")
    assert total(ledger, Charge, kind="cost") == Decimal("86632.10")
    assert total(ledger, Charge, kind="penalty") == Decimal("167287.50")
    assert total(ledger, Payment) == Decimal("210446.90")
    assert sum(1 for fact in ledger.facts if isinstance(fact, Payment)) == 4910
    placed = [placement for account in ledger for placement in account.placements(as_of=date(2030, 1, 1))]
    assert len(placed) == 3387
    assert any(isinstance(fact, Dispute) for fact in ledger.facts)


def test_final_balances(ledger: Ledger) -> None:
    end = date(2030, 1, 1)
    found: dict[str, list[Decimal]] = {"part-paid": [], "unpaid": [], "overpaid": []}
    for account in ledger:
        balance = account.balance(as_of=end)
        paid = any(isinstance(fact, Payment) for fact in account.facts)
        if balance:
            found["overpaid" if balance < 0 else "part-paid" if paid else "unpaid"].append(balance)
    assert {name: (len(rows), sum(rows)) for name, rows in found.items()} == {
        "part-paid": (272, Decimal("9050.00")),
        "unpaid": (5374, Decimal("381354.50")),
        "overpaid": (40, Decimal("-1351.80")),
    }


AGINGS = [
    # as of, open items, overpaid, undated, current, 1-30, 31-60, 61-90, 91+ as (count, amount)
    ("2007-06-30", 2671, "114450.85", (9, "75.50"), (2236, "80912.20"), (0, "0"), (14, "1074.20"), (0, "0"), (0, "0"), (421, "32464.45")),
    ("2008-06-30", 6221, "425145.40", (21, "319.00"), (2075, "94723.60"), (165, "7637.40"), (68, "5734.60"), (231, "18615.40"), (376, "30810.20"), (3306, "267624.20")),
    ("2010-12-31", 5647, "390491.50", (40, "1351.80"), (1897, "89715.50"), (0, "0"), (0, "0"), (0, "0"), (0, "0"), (3750, "300776.00")),
]  # fmt: skip


@pytest.mark.parametrize("row", AGINGS, ids=lambda row: row[0])
def test_aging(ledger: Ledger, row: tuple[Any, ...]) -> None:
    as_of = date.fromisoformat(row[0])
    aging = age(ledger, as_of=as_of)
    items = ledger.open_items(as_of=as_of)
    assert (len(items), sum(item.open for item in items)) == (row[1], Decimal(row[2]))
    columns = ("unapplied", "undated", *aging.buckets.labels)
    found = [(aging.counts[column], aging.total[column]) for column in columns]
    assert found == [(count, Decimal(amount)) for count, amount in row[3:]]
    assert aging.control_total == aging.total.balance
