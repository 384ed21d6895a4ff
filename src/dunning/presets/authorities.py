"""Authorities in common use: who may concede what."""

from __future__ import annotations

from decimal import Decimal

from dunning.authority import Authority, Grant

__all__ = ["STANDARD_AUTHORITY"]

STANDARD_AUTHORITY = Authority(
    "standard authority",
    ("specialist", "team lead", "credit manager", "director"),
    (
        Grant("specialist", "waiver", amount=Decimal(100)),
        Grant("team lead", "waiver", amount=Decimal(500)),
        Grant("credit manager", "waiver"),
        Grant("specialist", "discount", share=Decimal("0.02"), amount=Decimal(500)),
        Grant("team lead", "discount", share=Decimal("0.10"), amount=Decimal(5_000)),
        Grant("credit manager", "discount", share=Decimal("0.25"), amount=Decimal(25_000)),
        Grant("director", "discount"),
        Grant("specialist", "installments", months=3, amount=Decimal(10_000)),
        Grant("team lead", "installments", months=6, amount=Decimal(50_000)),
        Grant("credit manager", "installments", months=12),
        Grant("director", "installments"),
        Grant("specialist", "extension", days=14),
        Grant("team lead", "extension", days=30),
        Grant("credit manager", "extension", days=90),
        Grant("team lead", "hold_lift"),
        Grant("team lead", "write_off", amount=Decimal(100)),
        Grant("credit manager", "write_off", amount=Decimal(5_000)),
        Grant("director", "write_off"),
        Grant("credit manager", "handover"),
    ),
)
"""A ladder of four roles for a middle-sized business.

A house rule, not a standard: adapt roles, amounts and currency to yours. Amounts are in the currency of the account.
"""
