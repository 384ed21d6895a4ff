"""Published cases of interest and fixed sums: single formulas by the formula, everything with dates by a ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

import pytest

from dunning._base.noun import changed
from dunning.amounts import quotient, rounded
from dunning.charges import (
    Interest,
    Rate,
    RateSeries,
    Statute,
    compound_interest,
    days_late,
    flat_interest,
    interest_statement,
    proposed_charges,
    simple_interest,
)
from dunning.dates import BusinessCalendar
from dunning.errors import MissingReferenceRate, Undefined
from dunning.invoice import Invoice, Payment
from dunning.ledger import Account, Fact, Ledger
from dunning.presets.statutes import STATUTES, contract_monthly
from dunning.terms import statutory_term
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]


def day(inputs: Inputs, name: str) -> date:
    return date.fromisoformat(inputs[name])


def series(rate: Rate, rows: list[Inputs]) -> RateSeries:
    values = tuple(
        (date.fromisoformat(row.get("reference_date") or row["valid_from"]), Decimal(row["rate"])) for row in rows
    )
    return RateSeries(rate.reference or "", values)


def account(principal: str, due: date, payments: list[tuple[date, Decimal]], currency: str) -> Account:
    """One debt and what was paid of it."""
    issued = due - timedelta(days=30)
    facts: list[Fact] = [Invoice("INV", "C", issued, due, Decimal(principal), currency)]
    for number, (on, amount) in enumerate(payments):
        facts.append(Payment(f"PAY-{number}", "C", on, amount, currency, applied=(("INV", amount),)))
    return Ledger(facts).account("C")


CURRENCIES = {"UK": "GBP", "US": "USD"}


def charged(statute: Statute, inputs: Inputs, due: date, paid: date, rates: RateSeries | None) -> dict[str, Any]:
    """Interest, not rounded, and the fixed sum that a statute gives for a debt paid on a day."""
    principal = Decimal(inputs["principal"])
    found = account(inputs["principal"], due, [(paid, principal)], CURRENCIES.get(statute.id, "EUR"))
    statement = interest_statement(found, statute.interest, as_of=paid, rates=rates)
    interest = sum((Fraction(line.interest) for line in statement), Fraction(0))
    charges = proposed_charges(found, statute, as_of=paid, rates=rates)
    fixed = sum((charge.amount for charge in charges if charge.kind == "cost"), Decimal(0))
    return {
        "days": Decimal(days_late(due, paid)),
        "rate": statement.lines[0].rate if statement.lines else None,
        "segments": [{"days": Decimal(line.days), "rate": line.rate} for line in statement],
        "interest": quotient(interest),
        "fixed_sum": fixed,
        "total": quotient(interest + Fraction(fixed)),
    }


def at_rate(statute: Statute, rate: str) -> Statute:
    """The statute with a yearly rate that is known beforehand."""
    return changed(statute, interest=changed(statute.interest, rate=Rate(Decimal(rate)), minimum=Decimal(0)))


def claim(inputs: Inputs) -> dict[str, Any]:
    due = date(2026, 1, 31)
    statute = at_rate(STATUTES[inputs["regime"]], inputs["annual_rate"])
    return charged(statute, inputs, due, due + timedelta(days=int(inputs["days"])), None)


def by_statute(name: str, rows: str) -> Callable[[Inputs], dict[str, Any]]:
    def inner(inputs: Inputs) -> dict[str, Any]:
        interest = STATUTES[name].interest
        rate = changed(interest.rate, margin=Decimal(inputs["margin"]))
        statute = changed(STATUTES[name], interest=changed(interest, rate=rate))
        return charged(statute, inputs, day(inputs, "due_date"), day(inputs, "paid_date"), series(rate, inputs[rows]))

    return inner


def uk_rate(inputs: Inputs) -> Decimal:
    rate = changed(STATUTES["UK"].interest.rate, margin=Decimal(inputs["margin"]))
    start = day(inputs, "interest_start")
    try:
        return rate.rate_for(start, start, series(rate, inputs["base_rates"]))
    except MissingReferenceRate as error:
        raise Undefined(error.name, "insufficient history") from None


def fixed_sum(name: str) -> Callable[[Inputs], Decimal]:
    def inner(inputs: Inputs) -> Decimal:
        schedule = STATUTES[name].compensation
        assert schedule is not None
        return schedule.fees[0].amount_for(Decimal(inputs["amount"]))

    return inner


def with_part_payments(inputs: Inputs) -> Decimal:
    payments = [(date.fromisoformat(each["date"]), Decimal(each["amount"])) for each in inputs["payments"]]
    found = account(inputs["principal"], day(inputs, "due_date"), payments, "EUR")
    interest = Interest("contract", Rate(Decimal(inputs["annual_rate"])))
    statement = interest_statement(found, interest, as_of=payments[-1][0])
    return quotient(sum((Fraction(line.interest) for line in statement), Fraction(0)))


def prompt_payment(inputs: Inputs) -> Decimal:
    statute = at_rate(STATUTES["US"], inputs["annual_rate"])
    found: Decimal = charged(statute, inputs, day(inputs, "due_date"), day(inputs, "paid_date"), None)["interest"]
    return found


def prompt_payment_split(inputs: Inputs) -> dict[str, Decimal]:
    """Whole thirty-day months are the lines that end with one; what is left over is the last."""
    statute = at_rate(STATUTES["US"], "0.06")
    due, paid = day(inputs, "due_date"), day(inputs, "paid_date")
    lines = interest_statement(account("1000", due, [], "USD"), statute.interest, as_of=paid).lines
    months = [line for line in lines if line.days == statute.interest.month_days]
    left = sum(line.days for line in lines if line not in months)
    return {"days": Decimal(days_late(due, paid)), "months": Decimal(len(months)), "left_over_days": Decimal(left)}


def monthly(inputs: Inputs) -> Decimal:
    """A contract's monthly rate, by the day through a ledger, or flat; the ledger and the formula agree."""
    principal, rate, days, method = (
        inputs["principal"],
        Decimal(inputs["monthly_rate"]),
        int(inputs["days"]),
        inputs["method"],
    )
    interest = contract_monthly(rate, method="simple" if method == "daily" else method)
    due = date(2026, 1, 31)
    statement = interest_statement(account(principal, due, [], "EUR"), interest, as_of=due + timedelta(days=days))
    if method == "daily":
        formula = simple_interest(Decimal(principal), 12 * rate, days)
    else:
        formula = flat_interest(Decimal(principal), rate, days, months=method)
    assert statement.accrued == rounded(formula)
    return formula


def term(inputs: Inputs) -> dict[str, str]:
    found = statutory_term(
        day(inputs, "start_date"),
        int(inputs["days"]),
        start_day_counts=inputs["start_day_counts"],
        max_days=int(inputs["max_days"]) if "max_days" in inputs else None,
        roll="unadjusted" if inputs["roll"] == "none" else inputs["roll"],
        calendar=BusinessCalendar([date.fromisoformat(each) for each in inputs["holidays"]]),
    )
    return {"last_day": str(found.last_day), "interest_from": str(found.interest_from)}


def rests(inputs: Inputs) -> Decimal:
    """Monthly rests by the formula; a ledger over the same months comes to the same cents."""
    principal, rate, months = Decimal(inputs["principal"]), Decimal(inputs["annual_rate"]), int(inputs["months"])
    due = date(2025, 12, 31)
    ends = date(2026 + months // 12, 1 + months % 12, 1) - timedelta(days=1)
    interest = Interest("rests", Rate(rate), method="monthly rests")
    formula = compound_interest(principal, rate, months=months)
    assert interest_statement(account(inputs["principal"], due, [], "EUR"), interest, as_of=ends).accrued == rounded(
        formula
    )
    return formula


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "simple_interest": lambda inputs: simple_interest(
        Decimal(inputs["principal"]),
        Decimal(inputs["annual_rate"]),
        int(inputs["days"]),
        year_days=int(inputs["year_days"]),
        daily_places=2 if inputs.get("round_daily") else None,
    ),
    "daily_rate": lambda inputs: simple_interest(
        Decimal(1), Decimal(inputs["annual_rate"]), 1, year_days=int(inputs["year_days"])
    ),
    "days_late": lambda inputs: Decimal(days_late(day(inputs, "due_date"), day(inputs, "paid_date"))),
    "uk_statutory_rate": uk_rate,
    "uk_late_payment": by_statute("UK", "base_rates"),
    "uk_fixed_sum": fixed_sum("UK"),
    "ie_fixed_sum": fixed_sum("IE"),
    "late_payment_claim": claim,
    "half_year_interest": by_statute("EU", "reference_rates"),
    "interest_with_part_payments": with_part_payments,
    "statutory_term": term,
    "us_prompt_payment": prompt_payment,
    "us_prompt_payment_split": prompt_payment_split,
    "us_prompt_payment_periods": lambda inputs: compound_interest(
        Decimal(inputs["principal"]),
        Decimal(inputs["annual_rate"]),
        months=int(inputs["months"]),
        days=int(inputs["left_over_days"]),
    ),
    "contract_monthly_interest": monthly,
    "interest_monthly_rests": rests,
}

CASES = golden.cases("interest.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_interest(case: dict[str, Any]) -> None:
    golden.check(case, ADAPTERS)


def test_every_subject_has_its_adapter() -> None:
    if golden.DIRECTORY == golden.HERE:
        assert {case["subject"] for case in CASES} == set(ADAPTERS)
