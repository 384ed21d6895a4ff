"""The late-payment invoices of ../shared/data: every figure of its README through public calls."""

from __future__ import annotations

import csv
import pathlib
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning.aging import age
from dunning.dates import Period
from dunning.forecast import backtest, payment_curves
from dunning.kpi import (
    average_days_delinquent,
    average_days_late,
    average_days_to_pay,
    best_possible_dso,
    collection_effectiveness_index,
    dso_simple,
    percent_past_due,
    scorecard,
    weighted_average_days_to_pay,
)
from dunning.ledger import Account, Ledger
from dunning.measures import Experience, experiences

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILE = ROOT.parent / "shared" / "data" / "ibm-late-payment.csv"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the data of other people is not here: ../shared/data"),
]

COLUMNS = {
    "id": "invoiceNumber",
    "customer": "customerID",
    "issued": "InvoiceDate",
    "due": "DueDate",
    "amount": "InvoiceAmount",
    "settled": "SettledDate",
}
AS_OF = date(2012, 12, 31)


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return Ledger.from_records(
            csv.DictReader(lines), kind="invoice", columns=COLUMNS, defaults={"currency": "USD"}, date_format="%m/%d/%Y"
        )


@pytest.fixture(scope="module")
def paid(ledger: Ledger) -> list[Experience]:
    return [each for account in ledger for each in experiences(account, Period(date(2012, 1, 1), date(2014, 12, 31)))]


def test_totals_and_days(ledger: Ledger, paid: list[Experience]) -> None:
    assert len(ledger) == 100
    assert len(paid) == 2466
    assert ledger.sales("USD", Period(date(2012, 1, 3), date(2013, 12, 2))) == Decimal("147703.18")
    assert f"{average_days_to_pay([each.days_to_pay for each in paid]).require():.6f}" == "26.444850"
    weighted = weighted_average_days_to_pay([(each.amount, each.days_to_pay) for each in paid])
    assert f"{weighted.require():.6f}" == "26.700568"
    signed = [each.days_late for each in paid if each.days_late is not None]
    assert f"{average_days_late(signed).require():.6f}" == "-3.555150"
    late = [days for days in signed if days > 0]
    assert (len(late), max(late)) == (877, 45)
    assert f"{average_days_late(late).require():.6f}" == "9.679590"
    assert f"{percent_past_due(877, 2466).require() * 100:.6f}" == "35.563666"
    amount = sum((each.amount for each in paid if (each.days_late or 0) > 0), Decimal(0))
    assert f"{percent_past_due(amount, Decimal('147703.18')).require() * 100:.6f}" == "36.533255"


def test_aging(ledger: Ledger) -> None:
    aging = age(ledger, as_of=AS_OF)
    amounts = [aging.total[column] for column in aging.buckets.labels]
    assert amounts == [Decimal("4936.32"), Decimal("788.74"), 0, 0, 0]
    assert [aging.counts[column] for column in aging.buckets.labels] == [86, 13, 0, 0, 0]
    assert aging.control_total == Decimal("5725.06")
    assert len(ledger.open_items(as_of=AS_OF)) == 99
    settled = [each for account in ledger for each in experiences(account, Period(AS_OF, AS_OF))]
    assert (len(settled), sum(each.amount for each in settled)) == (3, Decimal("126.50"))


def test_dso_and_cei(ledger: Ledger) -> None:
    days = Period.ending(AS_OF, days=90)
    sales = ledger.sales("USD", days)
    assert sales == Decimal("19196.81")
    dso = dso_simple(Decimal("5725.06"), sales, 90).require()
    best = best_possible_dso(Decimal("4936.32"), sales, 90).require()
    delinquent = average_days_delinquent(dso, best).require()
    assert [f"{each:.6f}" for each in (dso, best, delinquent)] == ["26.840678", "23.142845", "3.697833"]
    card = scorecard(ledger, days)
    names = ("dso_simple", "best_possible_dso", "average_days_delinquent")
    assert [card["USD", name].value for name in names] == [dso, best, delinquent]

    quarter = Period.quarter(2012, 4)
    opening = age(ledger, as_of=quarter.opening).control_total
    assert (opening, ledger.sales("USD", quarter)) == (Decimal("6029.22"), Decimal("19653.12"))
    cei = collection_effectiveness_index(opening, Decimal("19653.12"), Decimal("5725.06"), Decimal("4936.32"))
    assert f"{cei.require() * 100:.6f}" == "96.198114"
    assert scorecard(ledger, quarter)["USD", "collection_effectiveness_index"].value == cei.value


CUTS = [
    *(Period.month(2012, month).last for month in range(6, 13)),
    *(Period.month(2013, month).last for month in range(1, 11)),
]


def test_the_backtest_of_the_docs(ledger: Ledger) -> None:
    def by_customer(known: Ledger, cut: date) -> Callable[[Account], str]:
        return lambda account: account.customer

    trials: dict[str, Any] = {
        "curves, one for all": {},
        "curves, weighted by amount": {"weight": "amount"},
        "curves by customer (10 paid items or more)": {"by": by_customer, "minimum": 10},
    }
    page = (ROOT / "docs" / "howto-review.md").read_text(encoding="utf-8")

    def shown(*shares: Decimal | None) -> str:
        return " | ".join(f"{(share or 0) * 100:.1f} %" for share in shares)

    for name, settings in trials.items():
        found = backtest(ledger, CUTS, **settings)
        score = found.score("curves")
        figures = shown(score.error, score.horizon_error, score.bias, found.coverage)
        assert f"| {name} | {figures} | {found.brier:.4f} |" in page
    naive = backtest(ledger, CUTS)
    for name, method in (("as last time", "last time"), ("everyone pays on the due date", "due date")):
        score = naive.score(method)
        assert f"| naive: {name} | {shown(score.error, score.horizon_error, score.bias)} | | |" in page


def test_the_scorecard_ties_and_curves_see_every_invoice(ledger: Ledger) -> None:
    flow = scorecard(ledger, Period.quarter(2012, 4)).roll_forward()
    lines = ("opening balance", "invoices", "closing balance")
    assert [flow["USD", line] for line in lines] == [Decimal("6029.22"), Decimal("19653.12"), Decimal("5725.06")]
    curve = payment_curves(ledger, as_of=date(2014, 12, 31))["all"]
    assert (curve.items, curve.paid_items, len(curve)) == (2466, 2466, len(set(curve.days)))
    assert f"{(1 - curve.paid_by(0)) * 100:.6f}" == "35.563666"  # the late ones, by count


def test_the_collections_day_prints_the_same_figures() -> None:
    command = [sys.executable, "docs/examples/collections_day.py", "--as-of", "2012-12-31", "--invoices", str(FILE)]
    fields = [f"{field}={column}" for field, column in COLUMNS.items()]
    command += ["--map", *fields, "--currency", "USD", "--date-format", "%m/%d/%Y"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    total = next(line for line in printed.splitlines() if line.startswith("total"))
    assert total.split() == ["total", "4,936.32", "788.74", *["0.00"] * 6, "5,725.06"]
    assert "control total 5,725.06: ties" in printed
