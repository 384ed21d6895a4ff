"""Small books that several laws use."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dunning.interactions import Promise
from dunning.invoice import Invoice
from dunning.ledger import Ledger
from dunning.policy import Policy
from dunning.presets.policies import STANDARD_B2B


@pytest.fixture
def ledger_with_promise() -> tuple[Ledger, Policy, Promise]:
    """An overdue invoice, all of which was promised for a later day."""
    invoice = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")
    promise = Promise("PROM-1", "ACME", date(2026, 2, 10), date(2026, 2, 20), Decimal("90.00"), "EUR")
    return Ledger([invoice, promise]), STANDARD_B2B, promise
