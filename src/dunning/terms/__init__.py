"""Payment terms: when an invoice falls due, what an early payment saves, and what skipping that costs.

Terms are a due date rule (or several, for installments), discounts for early payment, a cut-off day and a business-day
roll. They are written as the field writes them (`2/10 net 30 EOM`), read by `Terms.parse` and printed by `str`. Days
are counted from the invoice date; "net 30 EOM" is thirty days after the end of the invoice month, "45 days then EOM"
the end of the month in which day 45 lies, and the British "30 days month end" (the end of the following month) has a
name of its own, for these three are mixed up everywhere.
"""

from __future__ import annotations

__all__ = [
    "WEEKDAYS",
    "AverageDueDate",
    "CashDiscount",
    "Deadline",
    "DeadlineRule",
    "Discount",
    "MaximumTerm",
    "Part",
    "PaymentDay",
    "StatutoryTerm",
    "Terms",
    "Weekday",
    "average_due_date",
    "cash_discount",
    "days_over",
    "discount_annual_cost",
    "discount_on",
    "discount_windows",
    "due_date",
    "due_dates",
    "statutory_term",
]

from dunning.terms.agreed import Discount, Part, Terms
from dunning.terms.applied import CashDiscount, cash_discount, discount_on, discount_windows, due_date, due_dates
from dunning.terms.deadlines import WEEKDAYS, Deadline, DeadlineRule, PaymentDay, Weekday
from dunning.terms.figures import AverageDueDate, average_due_date, discount_annual_cost
from dunning.terms.statutory import MaximumTerm, StatutoryTerm, days_over, statutory_term
