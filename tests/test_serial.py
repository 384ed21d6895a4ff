"""Plain data: everything goes out and comes back, and the schema admits what can be built."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import StrEnum
from functools import cache, reduce
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # its stubs are a package of their own

import dunning.presets
from dunning._base import kinds as checks
from dunning._base.forms import fields_of, form_of, is_noun, kind_name, members
from dunning._base.reading import Reader
from dunning.aging import age, by_item
from dunning.amounts import PerCurrency
from dunning.authority import settlement_offer
from dunning.changes import changed
from dunning.conditions import ALWAYS, measure
from dunning.contact import ContactRules, Hours, Party, Rule, Window
from dunning.dates import BusinessCalendar, Period
from dunning.decision import decide, plan
from dunning.errors import DunningError, InvalidLedger, InvalidValue, NotFound
from dunning.interactions import Contact, PaymentPlan
from dunning.invoice import Charge, CreditNote, Installment, Invoice, Payment, Reversal
from dunning.ledger import Fact, Ledger, fact_date
from dunning.ledger.kinds import KINDS
from dunning.ledger.rows import KINDS_OF_FACTS
from dunning.machine import Transition
from dunning.measures import MEASURES
from dunning.policy import Policy
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.contact_law import US_FEDERAL, US_FEDERAL_HOLIDAYS
from dunning.presets.policies import ACCOUNT_MANAGER_FIRST, FIRM_AND_EARLY, LIGHT_TOUCH, STANDARD_B2B
from dunning.presets.segments import payment_behaviour
from dunning.presets.sources import DBT_QUICKBOOKS
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.segmentation import migration, segment
from dunning.serial import columns, from_data, from_row, kinds, schema, to_data, to_row
from dunning.sources import load
from dunning.terms import Terms
from dunning.worklist import Collector, Team, worklist
from tests import strategies
from tests.laws.test_values import nouns
from tests.public_names import homes
from tests.schemas import Admitted
from tests.test_bad_input import CALLABLES, call_of, sample, samples


def inside(value: Any) -> Iterator[Any]:
    """A value and all nouns in it."""
    if is_noun(type(value)):
        yield value
    yield from (each for part in parts_of(value) for each in inside(part))


def parts_of(value: Any) -> Iterable[Any]:
    """What a value is made of."""
    if type(value) is Ledger:
        return (*value.facts, *value.problems)
    if attrs.has(value.__class__) or hasattr(value, "_fields"):
        return (getattr(value, field.name, None) for field in fields_of(value.__class__))
    if isinstance(value, dict):
        return (*value.keys(), *value.values())  # pyright: ignore[reportUnknownArgumentType, reportUnknownMemberType, reportUnknownVariableType]  # of any shape
    return value if isinstance(value, (tuple, list, frozenset)) else ()  # pyright: ignore[reportUnknownVariableType]  # of any shape


def of_presets() -> Iterator[Any]:
    for module in pkgutil.iter_modules(dunning.presets.__path__):
        for value in vars(importlib.import_module(f"dunning.presets.{module.name}")).values():
            yield from inside(value)


def made() -> Iterator[Any]:
    """What everything public gives for sound arguments, with each of its other arguments given once."""
    for name in CALLABLES:
        called, hints, named, sound = call_of(name)
        for values in (sound, *({**sound, each.name: other(hints.get(each.name))} for each in named)):
            try:
                yield from inside(called(**values))
            except (DunningError, TypeError, AttributeError):
                continue


def other(hint: Any) -> Any:
    """A value for an annotation, another than None where there is one."""
    return next((sample(each) for each in members(hint) if each is not type(None)), None)


def is_sound(value: Any) -> bool:
    """Whether the fields of a noun are what its annotations say, for those that only the library makes."""
    return all(
        checks.test_of(field.hint)(getattr(value, field.name, None))
        and all(is_sound(each) for each in inside(getattr(value, field.name, None)))
        for field in (fields_of(value.__class__) if form_of(value.__class__) is None else ())
    )


@cache
def known() -> dict[str, list[Any]]:
    """Nouns by their kinds: of the presets, and made of sound arguments."""
    found: dict[str, list[Any]] = {kind: [] for kind in kinds()}
    names = {cls: kind for kind, cls in kinds().items()}
    for value in (*of_presets(), *made(), *(each for one in (*samples(), *by_hand()) for each in inside(one))):
        if type(value) in names and is_data(value) and is_sound(value):
            found[names[type(value)]].append(value)
    return found


def is_data(value: Any) -> bool:
    """Whether there is nothing in a noun that is no data, such as a function."""
    try:
        to_data(value)
    except InvalidValue:
        return False
    return bool(copy.deepcopy(value) == value)


def by_hand() -> Iterator[Any]:
    """What takes more than one fact, or more than one argument that fits another."""
    day = date(2026, 11, 16)
    bills = [Invoice(f"I{n}", f"C{n}", date(2026, 9, 1), date(2026, 10, n), Decimal(900), "EUR") for n in (1, 2)]
    ledger = Ledger(bills)
    zone = ZoneInfo("America/New_York")
    quiet = Rule("hours", "house rule", Window((Hours((0, 1, 2, 3, 4), time(9), time(17)),)), "made up")
    rules = ContactRules(
        (*US_FEDERAL, quiet),
        Party((zone,), debtor="consumer", purpose="personal"),
        calendars=((US_FEDERAL_HOLIDAYS, BusinessCalendar()),),
    )
    todo = plan(ledger, FIRM_AND_EARLY, as_of=date(2026, 11, 15), contact=rules)
    yield todo
    team = Team((Collector("Kim", 5),), owners=(("C1", "Kim"),))
    monday = plan(ledger, FIRM_AND_EARLY, as_of=day)
    yield from (team, worklist(monday, weights=COLLECTOR_WEIGHTS, team=team), *MEASURES.values())
    yield rules.permit(ledger.account("C1"), "call", at=datetime(2026, 11, 15, 3, tzinfo=zone))
    yield settlement_offer(ledger.account("C1"), STANDARD_AUTHORITY, role="director", as_of=day)
    yield 2 * measure("custom[instalment]")
    yield from age(ledger, as_of=day)
    yield PerCurrency((("EUR", Decimal(5)),), Decimal(9))
    yield CreditNote("N", "C1", day, Decimal(5), "EUR", applied=(("I1", Decimal(5)),))
    yield PaymentPlan("P", "C1", day, "EUR", (Installment(date(2026, 12, 1), Decimal(900)),), ("I1",))
    yield migration(*(segment(ledger, payment_behaviour(), as_of=each) for each in (date(2026, 10, 1), day)))
    yield load(DBT_QUICKBOOKS, {"ap_ar": EXPORT}, as_of=day)


EXPORT = """transaction_id,doc_number,transaction_with,customer_vendor_name,total_amount,current_balance,due_date,currency_id
501,11,customer,Larch,120.00,20.00,2026-01-15,CAD
Total,,,,120.00,20.00,,"""


def again(value: Any) -> Any:
    return from_data(json.loads(json.dumps(to_data(value))))


@pytest.mark.parametrize("kind", kinds())
def test_every_noun_comes_back(kind: str) -> None:
    assert known()[kind], "there is no example"
    for value in known()[kind]:
        assert again(value) == value
        assert to_data(again(value)) == to_data(value)


def test_every_noun_is_data_but_what_looks_at_a_ledger() -> None:
    public = {
        value for names in homes().items() for name in names[1]
        if is_noun(value := getattr(importlib.import_module(names[0]), name)) and not issubclass(value, Exception)
    }  # fmt: skip
    assert public == set(kinds().values())
    assert all(kind_name(cls) == kind for kind, cls in kinds().items())


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(strategies.books(), strategies.policies(), strategies.as_ofs)
def test_what_comes_out_of_a_book_comes_back(facts: list[Fact], policy: Policy, as_of: date) -> None:
    for value in nouns(facts, policy, as_of):
        assert again(value) == value


@cache
def validator(kind: str) -> Any:
    found = schema(kind)
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found, format_checker=Draft202012Validator.FORMAT_CHECKER)


@pytest.mark.parametrize("kind", kinds())
def test_the_schema_admits_what_can_be_built(kind: str) -> None:
    for value in known()[kind]:
        data = json.loads(json.dumps(to_data(value)))
        assert not [(list(each.path), each.message) for each in validator(kind).iter_errors(data)]


class Refused(Exception):
    """A rule between fields does not hold."""


class Fields(Reader):
    """A reader that stops where a noun refuses fields each of which is sound by itself.

    No pattern knows the zones of the world, or how long February is.
    """

    def fault(self, path: str, words: str, code: Any = "not_allowed", value: str = "") -> None:
        of_another_measure = path.rpartition(".")[2].startswith("value")
        if "is not a time zone" in words or "is not an instant" in words or of_another_measure:
            raise Refused(words)
        super().fault(path, words, code, value)

    def build(self, path: str, make: Callable[[], Any], told: Collection[str] = ()) -> Any:
        assert not told, (path, told, self.faults)
        assert not self.faults
        try:
            return make()
        except DunningError as error:
            raise Refused(str(error)) from None


@pytest.mark.parametrize("kind", kinds())
@settings(
    max_examples=max(settings().max_examples // 8, 5),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(data=st.data())
def test_what_the_schema_admits_is_built_or_refused_for_a_rule_between_fields(kind: str, data: st.DataObject) -> None:
    found = data.draw(admitted(kind))
    assert not list(validator(kind).iter_errors(found))
    reader = Fields(kind, kinds(), ZoneInfo)
    try:
        value = reader.read({key: each for key, each in found.items() if key != "form"}, kinds()[kind])
    except Refused:
        return
    assert not reader.faults
    assert type(value) is kinds()[kind]


@cache
def admitted(kind: str) -> st.SearchStrategy[Any]:
    return Admitted(schema(kind)).data


@given(strategies.books(), strategies.policies(), strategies.as_ofs)
def test_a_ledger_of_one_customers_facts_decides_the_same(facts: list[Fact], policy: Policy, as_of: date) -> None:
    whole = Ledger(facts)
    for customer in {account.customer for account in whole}:
        own = [account for account in whole if account.customer == customer]
        alone = Ledger(whole.facts_of(customer))
        assert [decide(each, policy, as_of=as_of) for each in alone] == [
            decide(each, policy, as_of=as_of) for each in own
        ]


JUNK: list[Any] = [
    None, True, 0, -1, 10**40, 1.5, float("nan"), "", " x ", "x", [], [[]], {}, {"kind": "x"}, {"a": 1}, ["a", "a"], {"kind": ["x"]},
]  # fmt: skip


def spots(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in plain data."""
    yield path
    table: Any = data
    keys: Iterable[Any] = table if isinstance(data, dict) else range(len(table)) if isinstance(data, list) else ()
    for key in keys:
        yield from spots(table[key], (*path, key))


def spoiled(data: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """Data with something else at a path."""
    if not path:
        return junk
    found = copy.copy(data)
    found[path[0]] = spoiled(data[path[0]], path[1:], junk)
    return found


def leads(data: Any, path: str) -> bool:
    """Whether a path leads to a place in plain data, or to one that could be there."""
    there: Any = data
    for key in re.findall(r"\w+|\[[^\]]*\]", path)[:-1]:
        try:
            there = there[int(key[1:-1])] if key[0] == "[" else there.get(key)
        except (AttributeError, IndexError, TypeError, ValueError):
            return False
    return True


@pytest.mark.parametrize(
    "policy", [STANDARD_B2B, FIRM_AND_EARLY, ACCOUNT_MANAGER_FIRST, LIGHT_TOUCH], ids=lambda each: each.name
)
def test_a_spoiled_policy_is_refused_with_the_path_or_read(policy: Policy) -> None:
    data = to_data(policy)
    for number, path in enumerate(spots(data)):
        for junk in (JUNK * 2)[number % len(JUNK) :][:3]:
            try:
                found = from_data(spoiled(data, path, junk))
            except InvalidValue as error:
                assert all(len(fault) < 2_000 for fault in error.faults)
                assert [fault.path for fault in error.faults if not leads(spoiled(data, path, junk), fault.path)] == []
            else:
                assert from_data(to_data(found)) == found


def test_what_a_form_sends_is_told_with_all_its_faults() -> None:
    data = STANDARD_B2B.to_data()
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data(
            {**data, "minimum_gap": -1, "unit": "town", "levels": [{**data["levels"][0], "owner": ["boss"]}]}
        )
    assert {fault.partition(": ")[0] for fault in caught.value.faults} == {"minimum_gap", "unit", "levels[0].owner"}


NOTHING: list[Any] = []
DEEP: list[Any] = reduce(lambda inner, _: [inner], range(500), NOTHING)
FAULTY: list[tuple[Any, str]] = [
    ({"kind": "payment", "form": 2}, "form: 2 is not a form that this version knows, 1 to 1; use a newer dunning"),
    ({"kind": "paymnet"}, "kind: 'paymnet' is no kind; did you mean payment?"),
    ({"kind": "rate", "margin": "NaN"}, "margin: 'NaN' is not a number"),
    ({}, "kind: None is no kind; see dunning.serial.kinds()"),
    ([{"kind": "void", "id": "V"}], "[0].invoice: missing"),
    ([{"kind": "x"}, {"kind": "rate", "margin": 0.5}, 7], "[0].kind: 'x' is no kind; see dunning.serial.kinds(); [1].margin: 0.5"),
    ({"kind": "transition", "actions": [{"kind": "fraction", "value": "1e999999999"}]}, "actions[0].value: '1e999999999' is not"),
    (3, "3 is not a table (a dictionary)"),
    ({"kind": "void", "id": "V", "invoice": "I", "on": "20260101"}, "on: '20260101' is not a date such as 2026-12-25"),
    ({"kind": "reversal", "id": "R", "of": "P", "on": "2026-01-01", "costs": 5.0}, "costs: 5.0 is a float, which is"),
    ({"kind": "contact", "id": "C", "at": "2026-01-01T09:00[Nowhere/At]"}, "at: '2026-01-01T09:00[Nowhere/At]' is not an"),
    ({"kind": "charge", "id": "F", "invoice": "I", "on": "2026-01-01", "amount": {"a": 1}}, "amount: {'a': 1} (dict) is not"),
    ({"kind": "transition", "actions": DEEP}, "nested more than 100 deep"),
    ([[{"kind": "void"}]], "is not a table"),
    ({"kind": "compare", "all": []}, "kind: 'compare' is said of a all"),
    ({"kind": "kpi", "inputs": [["a", {"kind": "decimal"}]]}, "inputs[0][1].value: missing"),
    ({"kind": "aging", "lines": [["a"]]}, "lines: is not a list of pairs"),
    ({"kind": "all", "all": [{"kind": "any_of", "all": []}]}, "all[0].kind: 'any_of' is said of a all"),
    ({"kind": "measure", "name": "height"}, "name: 'height' is not the name of a measure"),
    ({"kind": "period", "first": "2026-01-01", "last": "2026-01-02", "x": 1}, "x: unknown; known are first, last"),
    ({"kind": "fault", "text": 5}, "text: 5 is not a text"),
    ({"kind": "fault", "code": ["rule"]}, "code: ['rule'] (list) is not a text"),
    ({"kind": "fault", "code": "sin"}, "code: 'sin' is not one of missing"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), FAULTY)
def test_faulty_data_are_refused_with_their_path(data: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        from_data(data)
    assert said in str(caught.value)
    for fault in caught.value.faults:
        assert str(fault) == (f"{fault.path}: {fault.message}" if fault.path else fault.message)
        assert not fault.path or not fault.message.startswith(fault.path)
        assert fault.value in fault.message
        assert fault.value or not re.search(r" is (not a|not one|not of|said of) ", fault.message) or "pairs" in fault


def test_what_is_no_noun_is_not_written() -> None:
    with pytest.raises(InvalidValue, match=r"3 is none of the kinds in dunning\.serial\.kinds\(\)"):
        to_data(3)
    with pytest.raises(InvalidValue, match="label: <function .* cannot be written as plain data"):
        to_data(by_item(lambda item: item.id))
    with pytest.raises(NotFound):
        schema("nothing")
    reader = Reader("a zone")
    assert (reader.read("Europe/Berlin", tzinfo), reader.read("+01:00", tzinfo)) == (
        "Europe/Berlin",
        timezone(timedelta(hours=1)),
    )
    assert reader.faults == ["'Europe/Berlin' is not a time zone such as Europe/Berlin or +01:00"]
    odd = timezone(timedelta(seconds=90))
    with pytest.raises(InvalidValue, match="no offset in minutes"):
        to_data(Party((odd,), debtor="company", purpose="business"))


def test_zones_and_lists_come_back() -> None:
    for zone in (UTC, timezone(timedelta(hours=-3, minutes=-30)), ZoneInfo("Asia/Kathmandu")):
        party = Party((zone,), debtor="company", purpose="business")
        assert again(party).zones == (zone,)
        call = Contact("C", "A", date(2026, 1, 5), "call", at=datetime(2026, 1, 5, 9, 30, tzinfo=zone))
        assert again(call).at.tzinfo == zone
    odd = Transition("a", ALWAYS, "b", (("x", 1), [Decimal("1.50"), date(2026, 1, 5)], frozenset({2, 3}), {1: "y"}))
    assert again(odd) == odd
    assert from_data(to_data([Period.month(2026, 1)])) == [Period.month(2026, 1)]
    assert from_data({"first": "2026-01-01", "last": "2026-01-31"}, Period) == Period.month(2026, 1)
    assert schema("fact")["anyOf"][0] == {"$ref": "#/$defs/invoice", "required": ["kind"]}


@given(strategies.books())
def test_a_ledgers_rows_make_the_same_ledger(facts: list[Fact]) -> None:
    ledger = Ledger.collect(facts)
    rows = json.loads(json.dumps(ledger.records()))
    assert Ledger.from_records(rows, finer=True, strict=False) == ledger


def test_rows_keep_terms_installments_and_due_dates_that_nobody_knows() -> None:
    day = date(2026, 1, 5)
    zone = ZoneInfo("Europe/Berlin")
    facts: list[Fact] = [
        Invoice.from_terms("A", "C", day, Decimal(90), "EUR", "2/10 net 30"),
        Invoice.from_terms("B", "C", day, Decimal(90), "EUR", "3 installments every 30 days"),
        Invoice("D", "C", day, None, Decimal(90), "EUR", terms=Terms.parse("net 30")),
        Invoice("E", "C", day, None, Decimal(90), "EUR", installments=(Installment(None, Decimal(90)),)),
        PaymentPlan("P", "C", day, "EUR", (Installment(date(2026, 12, 1), Decimal(90)),), ("A",)),
        Contact("K", "C", day, "call", at=datetime(2026, 1, 5, 9, 30, tzinfo=zone)),
    ]
    ledger = Ledger(facts)
    rows = json.loads(json.dumps(ledger.records()))
    assert Ledger.from_records(rows) == ledger
    assert [row["due"] for row in rows if row["id"] == "D"] == ["undated"]
    with pytest.raises(InvalidLedger, match=r"terms: parts\[0\].weight: missing"):
        Ledger.from_records([{**rows[0], "terms": {"parts": [{"deadline": {"rule": "net"}}]}}])


def test_a_text_of_another_class_is_written_as_a_text() -> None:
    class Word(StrEnum):
        DEMAND = "INV-1"

    day = date(2026, 1, 5)
    bill = Invoice(Word.DEMAND, "C", day, None, Decimal(90), "EUR")
    assert json.dumps(to_data(bill)).count("INV-1") == 1
    assert again(bill) == bill


# Flat tables


@pytest.mark.parametrize("kind", [each.name for each in KINDS.values()])
def test_a_table_of_a_kind_has_a_column_for_each_field_and_says_what_it_means(kind: str) -> None:
    cls = KINDS_OF_FACTS[kind]
    assert [each.name for each in columns(kind)] == [field.name for field in attrs.fields(cls)]
    assert all(each.about for each in columns(kind))
    for each in known()[kind]:
        row = to_row(each)
        assert list(row) == [column.name for column in columns(kind)]
        for column in columns(kind):
            value = row[column.name]
            assert type(value) in ((TYPES[column.type],) if column.is_required else (TYPES[column.type], type(None)))


TYPES: dict[str, type] = {
    "text": str, "date": date, "decimal(38, 9)": Decimal, "integer": int, "boolean": bool, "instant": datetime,
    "time": time, "json": str,
}  # fmt: skip


@given(strategies.some_books)
def test_rows_of_flat_tables_come_back(facts: list[Fact]) -> None:
    for fact in facts:
        kind = KINDS[type(fact)].name
        row = to_row(fact)
        assert from_row(kind, row) == fact
        stored = {name: as_sqlite_gives(value) for name, value in row.items()}
        assert from_row(kind, stored) == fact


def as_sqlite_gives(value: Any) -> Any:
    """A value as a database gives it back that has texts and whole numbers alone, decimals with all places."""
    if isinstance(value, Decimal):
        return f"{value:.9f}"
    if isinstance(value, bool):
        return int(value)
    return value.isoformat() if isinstance(value, (date, datetime, time)) else value


def test_a_row_keeps_an_invoice_without_a_due_date_whatever_its_terms() -> None:
    bill = Invoice("I", "C", date(2026, 1, 5), None, Decimal("90.00"), "EUR", terms=Terms.parse("2/10 net 30"))
    assert from_row("invoice", to_row(bill)) == bill
    again = from_row("invoice", to_row(bill) | {"amount": Decimal("90.000000000"), "issued": datetime(2026, 1, 5)})
    assert str(again.amount) == "90.00"  # type: ignore[union-attr]  # an invoice has one
    assert str(from_row("invoice", to_row(bill) | {"amount": Decimal("90.125000000")}).amount) == "90.125"  # type: ignore[union-attr]  # as above


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("hold", {"start": "2 March"}, "start: '2 March' is not a date"),
        ("hold", {"start": datetime(2026, 3, 2, 9)}, "start: '2026-03-02T09:00:00' is not a date"),
        ("hold", {"id": None}, "id: missing"),
        ("hold", {"colour": "red"}, "colour: a row of hold has no such column; it has id, customer"),
        ("payment", {"applied": "[["}, "applied: '[[' is not json"),
        ("payment", {"amount": 1.5}, "amount: 1.5 is a float"),
        ("payment", {"amount": True}, "amount: True is not"),
        ("credit_note", {"goodwill": 2}, "goodwill: 2 is not"),
        ("payment", {"applied": "[" * 100_000}, "is not json"),
    ],
)
def test_a_row_that_is_none_is_refused_with_its_column(kind: str, change: dict[str, Any], said: str) -> None:
    fact: Fact = known()[kind][0]
    with pytest.raises(InvalidValue) as caught:
        from_row(kind, to_row(fact) | change)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "amount"), [("1.5E10", "1.5E+10"), ("1.25e+2", "125"), ("10", "10"), ("7.500", "7.50")]
)
def test_an_amount_of_a_row_is_what_its_text_says(text: str, amount: str) -> None:
    row = to_row(Payment("P", "C", date(2026, 1, 5), Decimal(1), "EUR"))
    assert from_row("payment", row | {"amount": text}).amount == Decimal(amount)  # type: ignore[union-attr]  # a payment has one


def test_what_fits_no_table_is_refused() -> None:
    large = Payment("P", "C", date(2026, 1, 5), Decimal(10) ** 30, "EUR")
    with pytest.raises(InvalidValue, match=r"amount: .* does not fit decimal\(38, 9\)"):
        to_row(large)
    with pytest.raises(InvalidValue, match="does not fit"):
        to_row(changed(large, amount=Decimal("0.0000000001")))
    with pytest.raises(InvalidValue, match="7 is not a fact"):
        to_row(7)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(NotFound, match="no kind of fact 'bill'; known: invoice"):
        columns("bill")
    with pytest.raises(NotFound, match="no kind of fact 'bill'; known: invoice"):
        from_row("bill", {})


@pytest.mark.parametrize(
    "written",
    ["2026-01-05", "2026-01-05 00:00:00", "2026-01-05T00:00", datetime(2026, 1, 5), "2026-01-05T00:00:00.000"],
)
def test_rows_of_databases_and_of_exports_are_read_alike(written: Any) -> None:
    asked: dict[str, Any] = {"id": UUID(int=7), "customer": "C", "on": written, "channel": "call", "requested": "true"}
    one = from_row("contact", asked)
    (other,) = Ledger.from_records([asked], kind="contact").facts
    assert one == other


def test_midnight_in_a_zone_is_no_day() -> None:
    row = {"id": "R", "of": "P", "on": datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Berlin"))}
    with pytest.raises(InvalidValue, match="on: "):
        from_row("reversal", row)
    assert Ledger.from_records([row], kind="reversal", strict=False).problems[0].faults[0].path == "on"


# Keys


@given(strategies.some_books)
def test_every_fact_has_a_day_and_the_account_in_which_it_stands(facts: list[Fact]) -> None:
    ledger = Ledger.collect(facts)
    for account in ledger:
        for fact in account.facts:
            assert ledger.key_of(fact) == (account.customer, account.currency)
        for fact in account.interactions:
            assert ledger.key_of(fact) in {
                (account.customer, account.currency), (account.customer, getattr(fact, "currency", None))
            }  # fmt: skip
    for fact in ledger.facts:
        customer, _ = ledger.key_of(fact)
        assert fact in ledger.facts_of(customer)
        assert fact_date(fact) == getattr(fact, KINDS[type(fact)].on)
    customers = {ledger.key_of(fact)[0] for fact in ledger.facts}
    assert sorted(each.id for customer in customers for each in ledger.facts_of(customer)) == [
        each.id for each in ledger.facts
    ]


def test_a_fact_that_names_what_is_not_there_has_no_account() -> None:
    with pytest.raises(NotFound, match="no fact that F names, 'I'"):
        Ledger().key_of(Charge("F", "I", date(2026, 1, 5), Decimal(5), "fee"))
    with pytest.raises(NotFound, match="no fact that R names, 'P'"):
        Ledger().key_of(Reversal("R", "P", date(2026, 1, 5)))
    assert Ledger().facts_of("nobody") == ()


def test_a_fault_in_a_ledger_of_a_list_has_its_whole_path() -> None:
    with pytest.raises(InvalidValue, match=r"\[1\]\.facts\[0\]"):
        from_data([{"kind": "ledger"}, {"kind": "ledger", "facts": [{"kind": "hold", "id": "H"}]}])
