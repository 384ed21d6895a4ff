"""Bucket schemes in common use."""

from __future__ import annotations

from dunning.aging import DEFAULT, Buckets

__all__ = ["BUCKETS", "BY_INVOICE_DATE", "FIVE_STEPS", "OCC", "STANDARD"]

STANDARD = DEFAULT
"""current, 1-30, 31-60, 61-90, 91+."""

FIVE_STEPS = Buckets.of_days(0, 30, 60, 90, 120)
"""current, 1-30, 31-60, 61-90, 91-120, 121+."""

OCC = Buckets.parse("under 30=..29, 30-59, 60-89, 90-119, 120+")
"""The steps in which banks report delinquent debts: under 30, 30-59, 60-89, 90-119, 120+ days past due."""

BY_INVOICE_DATE = Buckets.parse("0-30=..30, 31-60, 61-90, 91+")
"""0-30, 31-60, 61-90, 91+ days since the invoice date: for `age(..., basis="issued")`."""

BUCKETS = {"default": STANDARD, "121+": FIVE_STEPS, "occ": OCC, "invoice date": BY_INVOICE_DATE}
"""The schemes by name."""
