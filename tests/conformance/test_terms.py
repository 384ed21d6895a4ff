"""Published cases of due dates, cash discounts, the yearly cost of a discount and average due dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from dunning.terms import Deadline, DeadlineRule, Terms, average_due_date, cash_discount, discount_annual_cost, due_date
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]


def due(rule: DeadlineRule, number: str = "days") -> Callable[[Inputs], str]:
    """The due date by a rule; what the rule does not take is not among the inputs."""

    def inner(inputs: Inputs) -> str:
        cutoff = inputs.get("cutoff_day")
        deadline = Deadline(rule, int(inputs.get(number, 0)))
        terms = Terms.due_by(deadline, cutoff=None if cutoff is None else int(cutoff))
        assert Terms.parse(str(terms)) == terms
        return str(due_date(terms, date.fromisoformat(inputs["invoice_date"])))

    return inner


def bill(inputs: Inputs) -> str:
    days = int(inputs["days"]) + int(inputs["grace_days"])
    deadline = Deadline("net", days, int(inputs["months"]))
    return str(deadline.date_for(date.fromisoformat(inputs["drawn"])))


def discount(inputs: Inputs) -> dict[str, Decimal]:
    rate = Decimal(inputs["discount_rate"]) * 100
    terms = Terms.parse(f"{rate}/{inputs['discount_days']} net {inputs['net_days']}")
    issued = date(2026, 1, 1)
    on = issued + timedelta(days=int(inputs["paid_day"]))
    found = cash_discount(terms, Decimal(inputs["amount"]), issued=issued, on=on)
    return {"discount": found.discount, "payable": found.payable}


def annual_cost(inputs: Inputs) -> Decimal:
    return discount_annual_cost(
        Decimal(inputs["discount_rate"]),
        int(inputs["discount_days"]),
        int(inputs["payment_days"]),
        method=inputs["method"],
        year_days=int(inputs["year_days"]),
    )


def average(inputs: Inputs) -> dict[str, Any]:
    items = [(Decimal(item["amount"]), date.fromisoformat(item["due_date"])) for item in inputs["items"]]
    found = average_due_date(items, rounding=inputs.get("rounding", "half up"))
    return {"date": str(found.on), "offset_days": found.offset_days}


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "due_date_net": due("net"),
    "due_date_eom": due("eom"),
    "due_date_net_eom": due("eom"),
    "due_date_days_then_eom": due("days then eom"),
    "due_date_mfi": due("mfi", "day"),
    "due_date_net_monthly": due("net monthly"),
    "due_date_uk_month_end": due("uk month end"),
    "bill_due_date": bill,
    "cash_discount": discount,
    "discount_annual_cost": annual_cost,
    "average_due_date": average,
}

CASES = golden.cases("terms.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_terms(case: dict[str, Any]) -> None:
    golden.check(case, ADAPTERS)


def test_every_subject_has_its_adapter() -> None:
    if golden.DIRECTORY == golden.HERE:
        assert {case["subject"] for case in CASES} == set(ADAPTERS)
