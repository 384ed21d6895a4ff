"""Published cases of rounding, splitting, currencies, months, business days and day counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import pytest

from dunning import amounts, dates
from dunning.dates import BusinessCalendar
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]


def day(inputs: Inputs, name: str = "date") -> date:
    return date.fromisoformat(inputs[name])


def calendar(inputs: Inputs) -> BusinessCalendar:
    return BusinessCalendar([date.fromisoformat(each) for each in inputs["holidays"]])


def rounded_in_all_modes(inputs: Inputs) -> dict[str, Decimal]:
    amount, places = Decimal(inputs["amount"]), int(inputs["places"])
    return {mode: amounts.rounded(amount, places, mode) for mode in inputs["modes"]}


def sum_of_lines(inputs: Inputs) -> Decimal:
    return sum((amounts.rounded(Decimal(line), int(inputs["places"])) for line in inputs["lines"]), Decimal(0))


def split(leftover: amounts.Leftover) -> Callable[[Inputs], list[Decimal]]:
    def inner(inputs: Inputs) -> list[Decimal]:
        ratios = [Decimal(ratio) for ratio in inputs["ratios"]]
        return list(amounts.split(Decimal(inputs["total"]), ratios, places=0, leftover=leftover))

    return inner


def day_counts(inputs: Inputs) -> dict[str, Decimal]:
    start, end, is_last = day(inputs, "start"), day(inputs, "end"), inputs.get("end_is_termination", False)
    return {
        convention: Decimal(dates.days_between(start, end, convention, is_termination=is_last))
        for convention in inputs["conventions"]
    }


def year_fraction(inputs: Inputs) -> Decimal:
    return amounts.quotient(dates.year_fraction(day(inputs, "start"), day(inputs, "end"), inputs["convention"]))


def rolled(inputs: Inputs) -> dict[str, str]:
    return {roll: str(calendar(inputs).roll(day(inputs), roll)) for roll in inputs["conventions"]}


def add_months(inputs: Inputs) -> str:
    months, at_end = int(inputs["months"]), inputs["end_of_month"]
    return str(calendar(inputs).add_months(day(inputs), months, inputs["roll"], end_of_month=at_end))


def series(inputs: Inputs) -> list[str]:
    found = dates.monthly(day(inputs, "anchor"), int(inputs["count"]), end_of_month=inputs["end_of_month"])
    return [str(each) for each in found]


def truth(value: bool) -> str:
    return "true" if value else "false"


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "round": rounded_in_all_modes,
    "round_to_increment": lambda inputs: amounts.rounded_to_increment(
        Decimal(inputs["amount"]), Decimal(inputs["increment"])
    ),
    "sum_of_rounded_lines": sum_of_lines,
    "split_largest_remainder": split("largest remainder"),
    "split_in_order": split("in order"),
    "split_last_first": split("last first"),
    "split_remainder_in_last": split("rest in last"),
    "day_count_days": day_counts,
    "day_count_fraction": year_fraction,
    "business_day_roll": rolled,
    "add_months": add_months,
    "monthly_series": series,
    "is_business_day": lambda inputs: truth(calendar(inputs).is_business_day(day(inputs))),
    "next_business_day": lambda inputs: str(calendar(inputs).add_business_days(day(inputs), 1)),
    "minor_unit_digits": lambda inputs: [Decimal(amounts.minor_units(code)) for code in inputs["currencies"]],
    "smallest_amount": lambda inputs: amounts.smallest_amount(inputs["currency"]),
    "currency_valid_on": lambda inputs: truth(amounts.currency(inputs["currency"]).is_valid_on(day(inputs))),
}

CASES = golden.cases("amounts.json") + golden.cases("calendar.json")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_published_amount_or_date(case: dict[str, Any]) -> None:
    golden.check(case, ADAPTERS)


def test_every_subject_has_its_adapter() -> None:
    if golden.DIRECTORY == golden.HERE:
        assert {case["subject"] for case in CASES} == set(ADAPTERS)
