"""Charges: what may be added to a late debt, never twice: fees, interest, the fixed sums of statutes.

A schedule says what is charged; `proposed_charges` says what of it has not been charged yet on a date, as `Charge`
facts for the caller to record. The ledger is the only memory. A fee is proposed once for each notice, or each time that
it falls due, however often it is asked. What was charged too much is handed back. Interest is reckoned exactly from the
due date to the date asked for, rounded once, and what was charged before is taken off: so adjoining periods sum to the
whole, a payment that bounces makes up for the days it had hidden, interest outlives the principal, and what was waived
stays waived. The id of a proposal counts the charges before it: two proposals from the same books cannot both be
recorded.

No rate is shipped: a reference rate comes from the caller as a `RateSeries`. The rules of some statutes are data in
`dunning.presets.statutes`. None of this is legal advice.
"""

from __future__ import annotations

__all__ = [
    "Fee",
    "FeeSchedule",
    "Interest",
    "InterestLine",
    "InterestStatement",
    "InterestTotal",
    "Method",
    "Rate",
    "RateReset",
    "RateSeries",
    "Schedule",
    "Statute",
    "Tier",
    "compound_interest",
    "days_late",
    "flat_interest",
    "interest_statement",
    "proposed_charges",
    "simple_interest",
]

from dunning.charges.formulas import compound_interest, days_late, flat_interest, simple_interest
from dunning.charges.proposed import interest_statement, proposed_charges
from dunning.charges.rates import Rate, RateReset, RateSeries
from dunning.charges.schedules import Fee, FeeSchedule, Interest, Method, Schedule, Statute, Tier
from dunning.charges.statement import InterestLine, InterestStatement, InterestTotal
