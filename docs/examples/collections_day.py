"""A collections day: what is owed and how old it is, who the customers are, what to do and why, how well it goes.

Without arguments it runs on the sample book beside this file. With --invoices it runs on your own CSV file:

    python docs/examples/collections_day.py --invoices invoices.csv --as-of 2026-06-30 --currency EUR \
        --map id=Number customer=Client issued=Date due=Due amount=Total settled=Paid --date-format %d.%m.%Y

`settled` is the column with the date of payment in full; leave it out if your file has open invoices only. Empty
fields mean "unknown". Rows that cannot be read are set aside and listed at the end.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import sample_book

from dunning import (
    Adjustment,
    Charge,
    Ledger,
    PaymentPlan,
    Period,
    Policy,
    age_by_currency,
    interest_statement,
    plan,
    proposed_charges,
    scorecard,
    segment,
)
from dunning.amounts import formatted
from dunning.errors import DunningError
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour, value_classes

ASIDE = ("undated", "held_hold", "held_dispute", "held_promise", "held_plan", "held_placement", "held_credit")
POLICIES = {"standard-b2b": STANDARD_B2B}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="A collections day on the sample book or on a CSV file of invoices.")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, help="the day, as 2026-06-30 (default: the day of the latest invoice)"
    )
    parser.add_argument("--policy", choices=sorted(POLICIES), default="standard-b2b", help="the dunning policy")
    parser.add_argument("--invoices", metavar="FILE.csv", help="a CSV file with one invoice a row")
    parser.add_argument("--map", nargs="+", metavar="field=column", default=[], help="the file's column for each field")
    parser.add_argument("--delimiter", default=",", help="what stands between the file's columns")
    parser.add_argument("--date-format", default="%Y-%m-%d", help="how dates are written, such as %%m/%%d/%%Y")
    parser.add_argument("--currency", default=None, help="the currency, where the file has no column for it")
    return parser.parse_args()


def from_csv(chosen: argparse.Namespace) -> Ledger:
    """The ledger of a CSV file; unreadable rows are set aside."""
    defaults = {} if chosen.currency is None else {"currency": chosen.currency}
    pairs = [pair.partition("=") for pair in chosen.map]
    if unread := [field for field, equals, column in pairs if not (equals and column)]:
        raise ValueError(f"--map takes field=column pairs; {', '.join(unread)} has no column")
    columns = {field: column for field, _, column in pairs} or None
    with open(chosen.invoices, encoding="utf-8-sig", newline="") as lines:
        rows = [
            {field: value or None for field, value in row.items()}
            for row in csv.DictReader(lines, delimiter=chosen.delimiter)
        ]
    return Ledger.from_records(
        rows, kind="invoice", columns=columns, defaults=defaults, date_format=chosen.date_format, strict=False
    )


def latest(ledger: Ledger) -> date:
    """The latest day on which an invoice was issued."""
    issued = [receivable.invoice.issued for account in ledger for receivable in account.receivables]
    return max(issued, default=sample_book.AS_OF)


def sections(ledger: Ledger, policy: Policy, as_of: date) -> Iterator[str]:
    """The report, part by part."""
    yield f"COLLECTIONS DAY {as_of}: {len(ledger.facts)} facts, {len(ledger)} accounts"
    yield "1. WHO OWES WHAT, AND HOW OLD IS IT?"
    for aging in age_by_currency(ledger, as_of=as_of).values():
        yield aging.text(rows=10)
    yield "2. WHAT KIND OF CUSTOMERS ARE THEY?"
    yield segment(ledger, payment_behaviour(), as_of=as_of).text()
    yield segment(ledger, value_classes(), as_of=as_of).text()
    yield "3. WHAT DO WE DO TODAY, AND WHY?"
    todo = plan(ledger, policy, as_of=as_of)
    states = Counter(decision.status for decision in todo)
    yield f"{len(todo)} cases: {', '.join(f'{count} {state}' for state, count in sorted(states.items()))}; first of all:"
    for number, decision in enumerate(todo.due[:10], start=1):
        actions = "".join(f"\n      - {action}" for action in decision.actions)
        because = "; ".join(str(reason) for reason in decision.reasons if reason.code not in ASIDE)
        aside = "; ".join(str(reason) for reason in decision.reasons if reason.code in ASIDE)
        left_out = f"\n      left out: {aside}" if aside else ""
        yield f"  {number:2}. {decision.case}{actions}\n      because {because}{left_out}"
    held = sorted(todo.held, key=lambda decision: (-decision.overdue, decision.case))
    yield f"Something is held back in {len(held)} cases, the largest:"
    for decision in held[:6]:
        why = "; ".join(str(reason) for reason in decision.reasons if reason.code.startswith("held"))
        then = f"; we look again on {decision.next_date}" if decision.next_date else ""
        yield f"      {decision.case}: {why}{then}"
    yield "\n4. HOW WELL ARE WE COLLECTING?"
    yield scorecard(ledger, Period(as_of - timedelta(days=89), as_of)).text()
    yield from stories(ledger, as_of)
    yield f"SET ASIDE: {len(ledger.problems)} faulty facts"
    for problem in ledger.problems[:10]:
        yield f"      {problem}"


def stories(ledger: Ledger, as_of: date) -> Iterator[str]:
    """Discounts, plans and interest: what the sample book has of them."""
    adjustments = [fact for fact in ledger.facts if isinstance(fact, Adjustment) and fact.kind == "discount"]
    plans = [(account, plan) for account in ledger for plan in account.interactions if isinstance(plan, PaymentPlan)]
    charged = [account for account in ledger if account.customer == sample_book.CHARGED]
    if not (adjustments or plans or charged):
        return
    yield "5. DISCOUNTS, PLANS AND INTEREST"
    taken = sum((fact.amount for fact in adjustments), Decimal(0))
    yield f"{len(adjustments)} discounts were taken in time, {formatted(taken)} in all."
    for account, agreed in plans:
        progress = account.plan_progress(agreed, as_of=as_of)
        parts = ", ".join(f"{part.due} {part.state}" for part in progress.installments)
        yield f"{account.customer}, plan {agreed.id}: {progress.state}; {parts}"
    for account in charged:
        statement = interest_statement(account, sample_book.INTEREST, as_of=as_of)
        held = sum(
            (fact.amount for fact in account.facts if isinstance(fact, Charge) and fact.kind == "interest"), Decimal(0)
        )
        ties = "ties" if held == statement.charged else "DOES NOT TIE"
        yield statement.text()
        yield f"The ledger holds {formatted(held)} of interest charges; the statement says {formatted(statement.charged)}: {ties}."
        for charge in proposed_charges(account, sample_book.INTEREST, as_of=as_of):
            yield f"To be charged today: {formatted(charge.amount)}, as {charge.id}."


def main() -> int:
    """Print the day; faults of the input go to standard error."""
    chosen = arguments()
    try:
        ledger = from_csv(chosen) if chosen.invoices else Ledger.collect(sample_book.sample_facts())
    except (DunningError, OSError, ValueError) as error:
        print(f"collections_day: {error}", file=sys.stderr)
        return 2
    if not ledger.facts and ledger.problems:
        faults = "\n  ".join(map(str, ledger.problems[:4]))
        count = sum(problem.row is not None for problem in ledger.problems)
        print(
            f"collections_day: none of {count} rows could be read; the first:\n  {faults}",
            file=sys.stderr,
        )
        return 2
    as_of = chosen.as_of or (latest(ledger) if chosen.invoices else sample_book.AS_OF)
    for section in sections(ledger, POLICIES[chosen.policy], as_of):
        print(section)
        if not section.startswith("      "):
            print()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
