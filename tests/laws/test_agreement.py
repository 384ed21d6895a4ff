"""Agreement: the interpreters of a condition and the renderings of a table say the same."""

from __future__ import annotations

import decimal
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dunning.conditions import (
    ALWAYS,
    NEVER,
    Clause,
    Compare,
    Condition,
    Not,
    compares_of,
    describe,
    explain,
    holds,
    measure,
    measures_of,
)
from dunning.conditions.algebra import Op
from dunning.ledger import Fact, Ledger
from dunning.machine import Event
from dunning.measures import MEASURES, Population, Standing, Value, measure_of
from dunning.policy import Policy
from tests import strategies

numbers = st.one_of(st.integers(-20, 100), st.sampled_from([Decimal("0.5"), Decimal("99.99"), Decimal("0.1")]))
texts = st.sampled_from(["EUR", "USD", "VIP", ""])


@st.composite
def comparisons_of(draw: st.DrawFn) -> Compare:
    """A comparison that its measure allows."""
    name = draw(
        st.sampled_from([*(each for each in sorted(MEASURES) if each != "custom"), "custom[score]", "custom[vip]"])
    )
    kind = {"custom[score]": "whole", "custom[vip]": "texts"}.get(name, measure_of(name).kind)
    if kind == "texts":
        return Compare(name, "has", draw(texts))
    values = texts if kind == "text" else numbers
    if draw(st.integers(0, 4)) == 0:
        return measure(name).one_of(*draw(st.lists(values, max_size=3)))
    ops: list[Op] = ["="] if kind == "text" else [">=", ">", "<=", "<", "="]
    return Compare(name, draw(st.sampled_from(ops)), draw(values))


comparisons = comparisons_of()


def both(a: Condition, b: Condition) -> Condition:
    return a & b


def either(a: Condition, b: Condition) -> Condition:
    return a | b


def neither(a: Condition) -> Condition:
    return ~a


conditions: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(comparisons, st.just(ALWAYS), st.just(NEVER)),
    lambda inner: st.one_of(st.builds(both, inner, inner), st.builds(either, inner, inner), inner.map(neither)),
    max_leaves=6,
)
VALUES: dict[str, st.SearchStrategy[Value]] = {
    "whole": st.one_of(st.none(), st.integers(-20, 100)),
    "decimal": st.one_of(st.none(), st.integers(-20, 100), st.sampled_from([Decimal("0.5"), Decimal("99.99")])),
    "text": st.one_of(st.none(), texts),
    "texts": st.one_of(st.none(), st.frozensets(texts)),
}
readings = st.fixed_dictionaries(
    {name: VALUES[each.kind] for name, each in MEASURES.items() if name != "custom"}
    | {"custom[score]": VALUES["whole"], "custom[vip]": VALUES["texts"]}
    | {"days_since_contact[call]": VALUES["whole"], "sales[60]": VALUES["decimal"]}
    | {f"case_due_within[{days}]": VALUES["decimal"] for days in range(1, 11)}
)
TODAY = date(2026, 1, 1)


@given(conditions, conditions, readings)
def test_the_algebra_means_what_it_says(a: Condition, b: Condition, values: dict[str, Value]) -> None:
    assert holds(a & b, values) == (holds(a, values) and holds(b, values))
    assert holds(a | b, values) == (holds(a, values) or holds(b, values))
    assert holds(~a, values) == (not holds(a, values))
    assert ~~a == a or isinstance(a, type(~b))
    assert (a & b) & a == a & b
    assert measures_of(a & b) == measures_of(a) | measures_of(b)


@given(conditions, readings)
def test_explain_agrees_with_holds(condition: Condition, values: dict[str, Value]) -> None:
    told = explain(condition, values, as_of=TODAY)
    assert told.holds == holds(condition, values)
    assert [clause.compare for clause in told.clauses] == list(compares_of(condition))
    assert all(clause.value == values[clause.compare.measure] for clause in told.clauses)
    if not told.unmet and told.clauses:
        assert told.holds or NEVER in parts_of(condition) or ALWAYS in parts_of(condition)
    assert describe(condition)
    assert str(told).startswith("yes" if told.holds else "no")


def parts_of(condition: Condition) -> list[Condition]:
    """A condition and all conditions in it."""
    inner = (
        () if isinstance(condition, Compare) else (condition.part,) if isinstance(condition, Not) else condition.parts
    )
    return [condition, *(part for each in inner for part in parts_of(each))]


@given(comparisons, readings, st.booleans())
def test_the_date_of_a_clause_is_the_first_on_which_it_is_met(
    compare: Compare, values: dict[str, Value], negated: bool
) -> None:
    condition = ~compare if negated else compare
    (clause,) = explain(condition, values, as_of=TODAY).clauses
    grown = [met_after(clause, days) for days in range(400)]
    first = next((days for days, met in enumerate(grown) if met), None)
    if clause.met:
        assert first == 0
        assert clause.on is None
    else:
        assert clause.on == (None if first is None else TODAY + timedelta(days=first))


def test_a_day_far_ahead_does_not_depend_on_the_callers_decimal_context() -> None:
    with decimal.localcontext(decimal.Context(prec=4, traps=[])):
        told = explain(Compare("tenure", ">", Decimal(12345)), {"tenure": 3}, as_of=TODAY)
    assert told.clauses[0].on == date(2059, 10, 18)


def met_after(clause: Clause, days: int) -> bool:
    """Whether a clause is met when the measure has moved for some days."""
    name, value = clause.compare.measure, clause.value
    if isinstance(value, int) and measure_of(name).moves == "daily":
        value += days
    return holds(clause.compare, {name: value}) is clause.wanted


@given(strategies.policies())
def test_table_diagram_and_records_have_the_same_rows(policy: Policy) -> None:
    machine = policy.compile()
    assert machine == policy.compile()
    assert len(machine.records()) == len(machine.rows) == len(machine)
    table, diagram = machine.text(rows=10**4).splitlines(), machine.mermaid().splitlines()
    assert len(table) == len(machine.rows) + 3
    arrows = [line for line in diagram if "-->" in line and "[*]" not in line]
    assert len(arrows) == len(machine.rows)
    for row, line in zip(machine.rows, table[3:], strict=True):
        assert describe(row.guard) in line
        assert line.startswith(row.source)
    for level in policy.levels:
        assert level.name in policy.describe()
        assert any(row.target == level.name for row in machine.rows)


@given(strategies.policies(), readings)
def test_every_state_answers_every_reading(policy: Policy, values: dict[str, Value]) -> None:
    machine = policy.compile()
    for state in machine.states:
        for event in (*machine.events, "unheard of"):
            row = machine.step(state, Event(event, values))
            rows = machine.rows_from(state, event)
            assert row == next((each for each in rows if holds(each.guard, values)), None)


@given(strategies.books(), strategies.as_ofs)
def test_every_measure_answers_for_every_account(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    population = Population(ledger, as_of=as_of)
    for account in ledger:
        standing = Standing(account, as_of=as_of, population=population)
        assert list(standing) == [name for name in MEASURES if name != "custom"]
        assert len(standing) == len(MEASURES) - 1
        for name, value in standing.items():
            each = measure_of(name)
            if each.unit == "share" and value is not None:
                assert 0 <= value <= 1  # type: ignore[operator]  # shares are numbers
            if each.unit == "count" and each.of is not MEASURES["case_balance"].of:
                assert isinstance(value, int)
                assert value >= 0
        items = account.open_items(as_of=as_of)
        late = [item for item in items if (item.days_past_due or 0) > 0]
        assert standing["overdue_items"] == len(late)
        assert standing["overdue_balance"] == sum(item.open for item in late)
        ages = [item.days_past_due for item in items if item.days_past_due is not None]
        assert standing["days_past_due"] == max(ages, default=None)
