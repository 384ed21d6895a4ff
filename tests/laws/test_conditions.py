"""Laws of conditions: simplifying keeps their meaning, plain data keep everything, the next change is exact."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from dunning._base.reading import Reader
from dunning.conditions import (
    ALWAYS,
    NEVER,
    All,
    AnyOf,
    Compare,
    Condition,
    Not,
    describe,
    explain,
    holds,
    implies,
    measure,
    measures_of,
    next_change,
    simplify,
)
from dunning.conditions.data import read_condition
from dunning.errors import InvalidValue, NotFound
from dunning.ledger import Fact, Ledger
from dunning.measures import COMPARING, Standing, Value, custom
from dunning.serial import from_data, to_data
from tests import model, strategies
from tests.laws.test_agreement import conditions, readings
from tests.test_reports import bill


def read(data: Any) -> Condition:
    """The condition that data describe, whatever its shape."""
    reader = Reader("condition")
    found = read_condition(reader, data, "")
    reader.finish()
    return found


DAYS, SHARE, CURRENCY = measure("days_past_due"), measure("late_share"), measure("currency")


@given(conditions, readings)
@settings(max_examples=strategies.some(300))
def test_simplifying_keeps_the_meaning(condition: Condition, values: dict[str, Value]) -> None:
    simple = simplify(condition)
    assert holds(simple, values) == holds(condition, values)
    assert simplify(simple) == simple
    assert simplify(~condition) == simplify(~simple)


@given(conditions, conditions, readings)
def test_what_is_implied_holds(one: Condition, other: Condition, values: dict[str, Value]) -> None:
    if implies(one, other) and holds(one, values):
        assert holds(other, values)
    assert implies(one & other, one)
    assert implies(NEVER, one)


@given(conditions)
def test_plain_data_keep_everything(condition: Condition) -> None:
    assert from_data(to_data(condition)) == condition
    assert from_data(json.loads(json.dumps(to_data(condition)))) == condition


@given(strategies.books(3), conditions, strategies.as_ofs)
@settings(max_examples=strategies.some(60))
def test_the_next_change_is_the_first_day_on_which_it_changes(
    facts: list[Fact], condition: Condition, as_of: date
) -> None:
    given_values = (custom("score", {"ACME": 40}), custom("vip", {"ACME": frozenset({"VIP"})}))
    if any(name.partition("[")[0] in COMPARING for name in measures_of(condition)):
        return
    for account in Ledger(facts).known_at(as_of):
        standing = Standing(account, as_of=as_of, custom=given_values)
        found = next_change(condition, standing, as_of=as_of)
        now = holds(condition, standing)
        for day in model.days_from(as_of + timedelta(days=1), 120):
            changed = holds(condition, Standing(account, as_of=day, custom=given_values)) != now
            assert changed == (day == found), (day, found)
            if changed:
                break


@pytest.mark.parametrize(
    ("condition", "simple"),
    [
        (All(()), ALWAYS),
        (AnyOf(()), NEVER),
        (Not(All(())), NEVER),
        ((DAYS > 9) & (DAYS >= 3), DAYS >= 10),
        ((DAYS >= 5) & (DAYS < 5), NEVER),
        ((DAYS > 5) & (DAYS < 6), NEVER),
        ((DAYS >= 5) & (DAYS <= 5), DAYS.equals(5)),
        ((DAYS > 4) & (DAYS < 6), DAYS.equals(5)),
        ((SHARE >= 1) & (SHARE <= 1), SHARE.equals(1)),
        ((SHARE > 0) & (SHARE < 1), (SHARE > 0) & (SHARE < 1)),
        (DAYS.one_of(5, 6, 7), All((DAYS >= 5, DAYS <= 7))),
        (DAYS.equals(Decimal("2.5")), NEVER),
        ((DAYS < 5) | (DAYS >= 5), AnyOf((DAYS >= 0, DAYS < 0))),
        ((DAYS < 5) | ~(DAYS < 5), ALWAYS),
        (~(DAYS < 5) & ~(DAYS >= 5), ~AnyOf((DAYS >= 0, DAYS < 0))),
        ((SHARE < 1) | (SHARE > 2), AnyOf((SHARE < 1, SHARE > 2))),
        (CURRENCY.one_of("EUR", "USD") & CURRENCY.one_of("USD", "GBP"), CURRENCY.equals("USD")),
        (CURRENCY.equals("EUR") & CURRENCY.equals("USD"), NEVER),
        (~CURRENCY.equals("EUR") | CURRENCY.equals("EUR"), ALWAYS),
        (~CURRENCY.equals("EUR") & ~CURRENCY.equals("USD"), ~CURRENCY.one_of("EUR", "USD")),
        (measure("tags").has("a") & ~measure("tags").has("a"), NEVER),
        (measure("tags").has("a") | ~measure("tags").has("a"), ALWAYS),
        (~~measure("tags").has("a") & ~~measure("tags").has("a"), measure("tags").has("a")),
        (measure("tags").has("b") & measure("tags").has("a"), measure("tags").has("a") & measure("tags").has("b")),
        ((DAYS >= 1) & ((DAYS >= 1) | (SHARE > 0)), DAYS >= 1),
        ((DAYS >= 1) | ((DAYS >= 1) & (SHARE > 0)), DAYS >= 1),
    ],
)
def test_simple_forms(condition: Condition, simple: Condition) -> None:
    assert simplify(condition) == simple


def test_a_guard_implies_its_parts() -> None:
    assert implies((DAYS >= 30) & (SHARE > 0), DAYS >= 10)
    assert implies((DAYS >= 30) & (SHARE > 0), (SHARE >= 0) & (DAYS > 3))
    assert not implies(DAYS >= 10, DAYS >= 30)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"measure": "days_past_due", "op": ">=", "value": 3, "since": 4}, "since: unknown; known are kind, measure"),
        ({}, "give exactly one of measure"),
        ({"all": [], "any": []}, "give exactly one of measure"),
        ({"all": {}}, "all: {} (dict) is not a list"),
        ({"all": [5]}, "all[0]: 5 is not a table"),
        ({"not": {"any": [{"measure": "mood", "op": "=", "value": 1}]}}, "not.any[0].measure: no measure 'mood'"),
        ({"measure": "days_past_due"}, "op: missing; value: missing"),
        ({"measure": "days_past_due", "op": "has", "value": 3}, "op: 'has' is not one of"),
        ({"measure": "days_past_due", "op": ">=", "value": "x"}, "value: 'x' is not a number"),
        ({"measure": "days_past_due", "op": ">=", "value": 0.5}, "value: 0.5 is a float, which is not exact"),
        ({"measure": "days_past_due", "op": ">=", "value": {"decimal": "y"}}, "value: 'y' is not a number"),
        ({"measure": "sales[x]", "op": ">=", "value": 3}, "sales takes a number of days in brackets"),
        ({"all": [], "op": "="}, "op belong to a measure only"),
        ({"measure": "currency", "op": "in", "value": "EUR"}, "value: 'EUR' is not a tuple"),
        ({"measure": "currency", "op": "=", "value": 5}, "value: 5 (int) is not a text"),
        ({"measure": 5, "op": "=", "value": 5}, "measure: "),
    ],
)
def test_faulty_data_are_refused_with_their_path(data: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        read(data)
    assert said in str(caught.value), str(caught.value)


def test_numbers_may_be_written_as_texts() -> None:
    assert read({"measure": "late_share", "op": "<", "value": "0.1"}) == (Decimal("0.1") > SHARE)
    assert read({"measure": "custom[score]", "op": "in", "value": [1, {"decimal": "2.5"}]}) == measure(
        "custom[score]"
    ).one_of(1, Decimal("2.5"))


def test_figures_of_sets_and_texts_in_words() -> None:
    tagged = measure("tags").has("x")
    assert str(explain(tagged, {"tags": frozenset({"b", "a"})}, as_of=date(2026, 1, 1))).endswith("(it is a, b)")
    assert str(explain(tagged, {"tags": frozenset()}, as_of=date(2026, 1, 1))).endswith("(it is none)")
    assert next_change(measure("custom[score]").equals("x"), {"custom[score]": "y"}, as_of=date(2026, 1, 1)) is None
    assert next_change(CURRENCY.equals("x"), {"currency": "y"}, as_of=date(2026, 1, 1)) is None
    grows = DAYS.one_of(3, 4) & (SHARE < 1)
    assert next_change(grows, {"days_past_due": 1, "late_share": 0}, as_of=date(2026, 1, 1)) == date(2026, 1, 3)


def test_measures_of_your_own() -> None:
    book = Ledger([bill("A", "100", date(2026, 2, 1)), bill("B", "100", date(2026, 2, 1), customer="BETA")])
    values = (
        custom("score", {"ACME": 40}),
        custom("rating", {"ACME": "AA"}),
        custom("flags", {"ACME": frozenset({"VIP"})}),
        custom("credit_limit", {"ACME": Decimal(400)}),
    )
    acme, beta = (Standing(book.account(name), as_of=date(2026, 2, 3), custom=values) for name in ("ACME", "BETA"))
    score, rating, flags, _ = values
    asked = (measure(score) >= 40) & measure(rating).one_of("AA", "A") & measure(flags).has("VIP")
    assert (holds(asked, acme), holds(asked, beta)) == (True, False)
    assert (acme["credit_limit_use"], beta["credit_limit_use"]) == (Decimal("0.25"), None)
    assert describe(asked) == "score is at least 40 and rating is one of A, AA and flags include VIP"
    with pytest.raises(NotFound, match="no custom measure 'mood'"):
        holds(measure("custom[mood]") >= 1, acme)
    with pytest.raises(InvalidValue, match="its value 'AA' is compared as a number"):
        holds(measure(rating) >= 1, acme)
    with pytest.raises(InvalidValue, match="its value 40 is compared as a text"):
        holds(measure(score).equals("AA"), acme)
    with pytest.raises(InvalidValue, match="its value 40 is compared as a text"):
        holds(measure(score).one_of("AA"), acme)
    with pytest.raises(InvalidValue, match="its value 40 is compared as a set of texts"):
        holds(measure(score).has("AA"), acme)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("credit score", {}, "is not a single word"),
        ("score", {"A": 1.5}, "not float"),
        ("score", {"A": True}, "not bool"),
        ("score", {"A": frozenset({1})}, "not frozenset"),
        ("score", {"A": 1, "B": "x"}, "numbers and texts are mixed"),
    ],
)
def test_faulty_measures_are_refused(name: str, values: dict[str, Value], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        custom(name, values)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("days_past_due[5]", "takes nothing in brackets"),
        ("sales[0]", "takes a number of days"),
        ("sales[", "takes a number of days"),
        ("days_since_contact[fax]", "takes a channel in brackets: email, letter"),
        ("custom", "takes the name of your own measure"),
        ("custom[a b]", "takes the name of your own measure"),
    ],
)
def test_what_stands_in_brackets_is_checked(name: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        Compare(name, ">=", 1)


def test_measures_with_brackets_say_so() -> None:
    assert describe(measure("sales[90]") > 5) == "invoiced in the last 90 days less credit notes is more than 5.00"
    assert describe(measure("sales") > 5) == "invoiced in the last year less credit notes is more than 5.00"
    assert describe(measure("days_since_contact[call]") > 5) == "days since the last contact (call) is more than 5"
    assert describe(CURRENCY.equals("EUR")) == "currency is EUR"
    assert describe(measure("tags").has("x")) == "tags of the open invoices include x"
