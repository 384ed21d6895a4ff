# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false, reportCallIssue=false, reportArgumentType=false, reportDeprecated=false
"""The aging question asked of pandas, Polars and DuckDB, from the same Python objects that the ledger was built of.

They are not needed to develop and are imported when asked for, so type checkers look at this file with half an eye.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dunning.ledger import Fact
from tests.benchmarks.workloads import UPPERS, rows


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
