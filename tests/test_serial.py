"""Plain data: everything goes out and comes back, and the schema admits what can be built."""

from __future__ import annotations

import copy
import importlib
import json
import pkgutil
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from typing import Any
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
from dunning.aging import age
from dunning.amounts import PerCurrency
from dunning.authority import settlement_offer
from dunning.conditions import measure
from dunning.contact import ContactRules, Hours, Party, Rule, Window
from dunning.dates import BusinessCalendar
from dunning.decision import plan
from dunning.errors import DunningError, InvalidValue
from dunning.interactions import PaymentPlan
from dunning.invoice import CreditNote, Installment, Invoice
from dunning.ledger import Fact, Ledger
from dunning.measures import MEASURES
from dunning.policy import Policy
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.contact_law import US_FEDERAL, US_FEDERAL_HOLIDAYS
from dunning.presets.policies import FIRM_AND_EARLY
from dunning.presets.segments import payment_behaviour
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.segmentation import migration, segment
from dunning.serial import from_data, kinds, schema, to_data
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

    def fault(self, path: str, words: str) -> None:
        of_another_measure = path.rpartition(".")[2].startswith("value")
        if "is not a time zone" in words or "is not an instant" in words or of_another_measure:
            raise Refused(words)
        super().fault(path, words)

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
