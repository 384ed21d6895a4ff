"""The ladders of other systems on one input: 100.00 invoiced and due on 2 March, levels at 10, 20 and 30 days.

    python docs/examples/compare_ladders.py

Asked on day 10, on day 11, on day 35 as if nobody had looked before, and again on day 35 once the first notice that was
proposed then has gone out. The page "Ladders of other systems" shows what this prints.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from dunning import Contact, Invoice, Ledger, Policy, decide
from dunning.presets import engines

INVOICE = Invoice("INV-1", "ACME", date(2026, 3, 2), date(2026, 3, 2), Decimal("100.00"), "EUR")
DAYS = (10, 20, 30)
RULES = [engines.NetSuiteRule(days, Decimal(0), Decimal(0)) for days in DAYS]
STATES = [engines.OverdueState(str(number), age_days=DAYS[number - 1]) for number in (3, 2, 1)]

LADDERS: dict[str, Policy | tuple[Policy, ...]] = {
    "Tryton": engines.tryton(DAYS),
    "OCA credit control": engines.oca_credit_control([("net_days", days) for days in DAYS]),
    "OCA overdue reminder": engines.oca_overdue_reminder(start_days=10, min_interval_days=10),
    "metasfresh": engines.metasfresh(DAYS),
    "iDempiere, sequential": engines.idempiere(DAYS, sequential=True),
    "iDempiere, not sequential": engines.idempiere(DAYS, sequential=False),
    "Business Central": engines.business_central([(10, 10), (10, 10), (10, 10)]),
    "SAP FI": engines.sap_fi(DAYS, interval=14),
    "NetSuite": engines.netsuite(RULES),
    "Dynamics 365": engines.dynamics_365([10, 10, 10]),
    "Axelor": engines.axelor([10, 10, 10]),
    "OpenERP 8": engines.openerp_8(DAYS),
    "Upflow, standard": engines.upflow(DAYS, first_action="standard"),
    "Upflow, contextualized": engines.upflow(DAYS, first_action="contextualized"),
    "Kill Bill": engines.kill_bill(STATES),
}


def proposed(ladder: Policy | tuple[Policy, ...], day: date, *notices: Contact) -> str:
    """The levels proposed on a day, or the first day on which something is."""
    account = Ledger([INVOICE, *notices]).account("ACME")
    policies = ladder if isinstance(ladder, tuple) else (ladder,)
    decisions = [decision for policy in policies for decision in decide(account, policy, as_of=day)]
    levels = [decision.actions[0].level for decision in decisions if decision.actions]
    if levels:
        return ", ".join(sorted(levels, reverse=True))
    dates = [decision.next_date for decision in decisions if decision.next_date is not None]
    return f"none before {min(dates)}" if dates else "none"


def rows() -> Iterator[str]:
    """The table, a line for each system."""
    yield "| | 03-12, day 10 | 03-13, day 11 | 04-06, day 35, first look | 04-06, once that has gone out |"
    yield "|---|---|---|---|---|"
    late = date(2026, 4, 6)
    for name, ladder in LADDERS.items():
        first = proposed(ladder, late)
        notices = [
            Contact(f"N{level}", "ACME", late, "letter", level=level, items=("INV-1",)) for level in first.split(", ")
        ]
        cells = [proposed(ladder, date(2026, 3, 12)), proposed(ladder, date(2026, 3, 13)), first]
        yield " | ".join([f"| {name}", *cells, proposed(ladder, late, *notices)]) + " |"


if __name__ == "__main__":
    print("\n".join(rows()))
