"""The workloads that the claims of docs/performance.md speak about, and the same question asked of their peers.

One book generator: invoices/10 customers, two currencies, net 15/30/45/60, log-normal amounts, most settled, 10 %
part-paid by 1 to 3 payments, 3 % credit notes, 2 % disputed. Every peer starts from the same Python objects.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.interactions import Dispute
from dunning.invoice import CreditNote, Invoice, Payment
from dunning.ledger import Fact, Ledger

FIRST = date(2024, 1, 1)
DATES = (date(2024, 12, 31), date(2025, 6, 30), date(2026, 3, 31))
UPPERS = (0, 30, 60, 90)
Grid = dict[str, list[Decimal]]


def book(invoices: int, seed: int = 1) -> list[Fact]:
    """A book of about two facts an invoice, over two years."""
    dice = random.Random(seed)
    facts: list[Fact] = []
    for number in range(invoices):
        customer = f"C{number // 10:06d}"
        currency = "USD" if (number // 10) % 3 == 0 else "EUR"
        issued = FIRST + timedelta(days=dice.randrange(730))
        due = issued + timedelta(days=dice.choice((15, 30, 45, 60)))
        amount = Decimal(int(dice.lognormvariate(6, 1.2) * 100) + 10).scaleb(-2)
        name = f"I{number:07d}"
        facts.append(Invoice(name, customer, issued, due, amount, currency))
        fate = dice.random()
        if fate < 0.10:
            left = amount
            for part in range(dice.randint(1, 3)):
                paid = (left / 2).quantize(Decimal("0.01"))
                left -= paid
                on = due + timedelta(days=dice.randint(-10, 60))
                facts.append(Payment(f"P{number:07d}-{part}", customer, on, paid, currency, applied=((name, paid),)))
        elif fate < 0.95:
            on = due + timedelta(days=int(dice.gauss(3, 15)))
            facts.append(Payment(f"P{number:07d}", customer, on, amount, currency, applied=((name, amount),)))
        if dice.random() < 0.03:
            facts.append(CreditNote(f"N{number:07d}", customer, issued + timedelta(days=20), Decimal("1.00"), currency))
        if dice.random() < 0.02:
            opened = issued + timedelta(days=20)
            resolved = opened + timedelta(days=40) if dice.random() < 0.5 else None
            facts.append(Dispute(f"D{number:07d}", name, opened, resolved=resolved))
    return facts


def a_days_facts(invoices: int) -> list[Fact]:
    """What one day adds to a book of that size: new invoices and payments of a thousandth of it."""
    day = FIRST + timedelta(days=800)
    facts: list[Fact] = []
    for number in range(max(1, invoices // 1000)):
        customer, currency = f"C{number * 97 % max(1, invoices // 10):06d}", "EUR"
        if number * 97 % max(1, invoices // 10) % 3 == 0:
            currency = "USD"
        facts.append(Invoice(f"NEW{number:06d}", customer, day, day + timedelta(days=30), Decimal("10.00"), currency))
        facts.append(Payment(f"PAID{number:06d}", customer, day, Decimal("5.00"), currency))
    return facts


def construct(facts: Sequence[Fact]) -> list[tuple[type, tuple[Any, ...], dict[str, Any]]]:
    """The calls that make the facts, so that making them can be timed alone."""
    calls: list[tuple[type, tuple[Any, ...], dict[str, Any]]] = []
    for fact in facts:
        fields: Any = type(fact).__attrs_attrs__  # type: ignore[union-attr]  # facts are attrs classes
        places = tuple(getattr(fact, field.name) for field in fields if not field.kw_only)
        names = {field.name: getattr(fact, field.name) for field in fields if field.kw_only}
        calls.append((type(fact), places, {name: value for name, value in names.items() if value not in ((), None, "")}))
    return calls


def open_items(ledger: Ledger, as_of: date, currency: str) -> list[tuple[str, date, Decimal]]:
    """What the bare loop is given: customer, due date and open amount of every open item."""
    return [
        (item.customer, item.due, item.open)
        for account in ledger
        if account.currency == currency
        for item in account.open_items(as_of=as_of)
        if item.due is not None
    ]


def bare_loop(items: Sequence[tuple[str, date, Decimal]], as_of: date) -> Grid:
    """Only bucket and add: the least that any aging has to do in Python."""
    grid: Grid = {}
    for customer, due, owed in items:
        row = grid.get(customer)
        if row is None:
            row = grid[customer] = [Decimal(0)] * 5
        row[bisect_left(UPPERS, (as_of - due).days)] += owed
    return grid


def rows(facts: Sequence[Fact], currency: str) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """(id, customer, issued, due, amount) of invoices and (invoice, day, amount) of settlements, as plain tuples."""
    invoices = [
        (fact.id, fact.customer, fact.issued, fact.due, fact.amount)
        for fact in facts
        if type(fact) is Invoice and fact.currency == currency
    ]
    settlements = [
        (name, fact.received, amount)
        for fact in facts
        if type(fact) is Payment and fact.currency == currency
        for name, amount in fact.applied
    ]
    return invoices, settlements


def age_pandas(facts: Sequence[Fact], as_of: date, currency: str) -> Any:
    """The same question in pandas, amounts as exact Decimals."""
    import pandas as pd

    billed, settled = rows(facts, currency)
    invoices = pd.DataFrame(billed, columns=["id", "customer", "issued", "due", "amount"])
    payments = pd.DataFrame(settled, columns=["id", "day", "paid"])
    for frame, columns in ((invoices, ("issued", "due")), (payments, ("day",))):
        for column in columns:
            frame[column] = pd.to_datetime(frame[column])
    then = pd.Timestamp(as_of)
    invoices = invoices[invoices["issued"] <= then]
    paid = payments[payments["day"] <= then].groupby("id")["paid"].sum()
    owed = invoices["amount"] - invoices["id"].map(paid).fillna(Decimal(0))
    invoices = invoices.assign(open=owed, days=(then - invoices["due"]).dt.days)
    invoices = invoices[invoices["open"] > 0]
    bucket = pd.cut(invoices["days"], [-(10**6), *UPPERS, 10**6], labels=False)
    return invoices.assign(bucket=bucket).groupby(["customer", "bucket"])["open"].sum()


def age_polars(facts: Sequence[Fact], as_of: date, currency: str) -> Any:
    """The same question in Polars, amounts as Decimal(18, 2)."""
    import polars as pl

    billed, settled = rows(facts, currency)
    money = pl.Decimal(18, 2)
    invoices = pl.DataFrame(
        billed,
        schema={"id": pl.String, "customer": pl.String, "issued": pl.Date, "due": pl.Date, "amount": money},
        orient="row",
    )
    payments = pl.DataFrame(settled, schema={"id": pl.String, "day": pl.Date, "paid": money}, orient="row")
    paid = payments.filter(pl.col("day") <= as_of).group_by("id").agg(pl.col("paid").sum())
    return (
        invoices.filter(pl.col("issued") <= as_of)
        .join(paid, on="id", how="left")
        .with_columns(open=pl.col("amount") - pl.col("paid").fill_null(Decimal(0)))
        .filter(pl.col("open") > 0)
        .with_columns(days=(pl.lit(as_of) - pl.col("due")).dt.total_days())
        .with_columns(bucket=pl.col("days").cut(list(UPPERS), labels=["0", "1", "2", "3", "4"]))
        .group_by("customer", "bucket")
        .agg(pl.col("open").sum())
    )


def age_duckdb(facts: Sequence[Fact], as_of: date, currency: str) -> Any:
    """The same question in DuckDB; it takes Python rows by way of a data frame, so the way there is Polars'."""
    import duckdb
    import polars as pl

    billed, settled = rows(facts, currency)
    money = pl.Decimal(18, 2)
    invoices = pl.DataFrame(
        billed,
        schema={"id": pl.String, "customer": pl.String, "issued": pl.Date, "due": pl.Date, "amount": money},
        orient="row",
    )
    payments = pl.DataFrame(settled, schema={"id": pl.String, "day": pl.Date, "paid": money}, orient="row")
    with duckdb.connect() as connection:
        connection.register("invoices", invoices.to_arrow())
        connection.register("payments", payments.to_arrow())
        return connection.execute(
            """
            with paid as (select id, sum(paid) as paid from payments where day <= $1 group by id)
            select customer,
                   case when $1 - due <= 0 then 0 when $1 - due <= 30 then 1
                        when $1 - due <= 60 then 2 when $1 - due <= 90 then 3 else 4 end as bucket,
                   sum(amount - coalesce(paid, 0)) as open
            from invoices left join paid using (id)
            where issued <= $1 and amount > coalesce(paid, 0)
            group by all
            """,
            [as_of],
        ).fetchall()
