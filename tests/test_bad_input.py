"""Whatever is put into anything public gives its answer or a `DunningError`: forty hostile values in every argument."""

from __future__ import annotations

import importlib
import inspect
import pickle
import signal
from collections import UserString
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs
import pytest

from dunning.aging import Buckets, age, aged_items
from dunning.authority import HoldLift
from dunning.charges import Fee, FeeSchedule, Interest, Rate, RateSeries
from dunning.conditions import measure
from dunning.contact import Attempt, ContactRules, Hours, Party, Span, Window
from dunning.dates import BusinessCalendar, Period
from dunning.decision import plan
from dunning.errors import DunningError, InvalidValue
from dunning.forecast import payment_curves
from dunning.interactions import Contact, Promise
from dunning.invoice import Installment, Invoice, Payment
from dunning.kpi import scorecard
from dunning.ledger import Ledger
from dunning.measures import Population, Standing, custom
from dunning.policy import Level, Notify
from dunning.presets.allocations import OLDEST_FIRST
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour
from dunning.segmentation import segment
from dunning.settlement import STRICT
from dunning.terms import Deadline, Part, Terms
from tests import public_names

DAY = date(2026, 3, 2)
SECONDS, LONGEST = 20.0, 20_000


class Stranger:
    """Something that nobody knows."""


class Text(str):
    """A text of another class."""

    __slots__ = ()


CYCLE: list[Any] = []
CYCLE.append(CYCLE)


def given(value: Any) -> Any:
    return value


def pair(name: str, value: Any) -> tuple[str, Callable[[], Any]]:
    return name, partial(given, value)


HOSTILE: list[tuple[str, Callable[[], Any]]] = [
    pair(name, value)
    for name, value in {
        "none": None, "true": True, "false": False, "zero": 0, "minus one": -1, "a huge int": 10**400, "a float": 1.5,
        "nan": float("nan"), "inf": float("inf"), "complex": 1j, "decimal": Decimal("1.5"), "decimal nan": Decimal("NaN"),
        "signalling nan": Decimal("sNaN"), "decimal infinity": Decimal("-Infinity"), "a huge decimal": Decimal("1E+400"),
        "a tiny decimal": Decimal("1E-400"), "fraction": Fraction(1, 3), "empty": "", "blank": " ", "newline": "a\nb",
        "a text": "x", "long": "x" * 200_000, "surrogate": "\ud800", "nul": "\0", "html": "<script>", "bytes": b"x",
        "a text of another class": Text("x"), "user string": UserString("x"), "naive": datetime(2026, 1, 1),
        "aware": datetime(2026, 1, 1, tzinfo=UTC), "first day": date.min, "last day": date.max, "a time": time(9),
        "empty list": [], "empty tuple": (), "empty dict": {}, "a list of itself": CYCLE, "a dict": {"a": 1}, "a set": {1},
        "nested": ((((1,),),),), "stranger": Stranger(), "a class": Stranger, "a function": len, "timedelta": timedelta(1),
    }.items()
] + [("a generator", lambda: (each for each in "ab"))]  # fmt: skip


def agree(*_: object) -> bool:
    return True


@cache
def book() -> Ledger:
    bill = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")
    promise = Promise("P-1", "ACME", date(2026, 2, 6), date(2026, 2, 20), Decimal("90.00"), "EUR")
    call = Contact("C-1", "ACME", date(2026, 2, 9), "call", outcome="spoke")
    return Ledger([bill, promise, call])


@cache
def samples() -> list[Any]:
    """One sound value of most types; the first that fits an annotation is taken."""
    ledger, policy = book(), STANDARD_B2B
    account = ledger.account("ACME")
    rules = ContactRules((), Party((UTC,), debtor="company", purpose="business"))
    proposed = plan(ledger, policy, as_of=DAY)
    month = Period.month(2026, 2)
    return [
        ledger, account, policy, rules, proposed, month, Period, DAY, Decimal("0.5"), 3, "x", True, UTC,
        datetime(2026, 3, 2, 9, tzinfo=UTC), time(9), Fraction(1, 2), payment_behaviour(), STANDARD_AUTHORITY, STRICT,
        OLDEST_FIRST, Terms.parse("net 30"), Deadline("net", 30), Part(100, Deadline("net", 30)),
        BusinessCalendar(), Population(ledger, as_of=DAY), custom("score", {"ACME": 1}), measure("tenure") >= 3,
        Standing(account, as_of=DAY), Buckets.parse("current, 1-30, 31+"), age(ledger, as_of=DAY, currency="EUR"),
        segment(ledger, payment_behaviour(), as_of=DAY), scorecard(ledger, month), policy.compile(),
        payment_curves(ledger, as_of=DAY, currency="EUR"), RateSeries("r", ((date(2020, 1, 1), Decimal("0.01")),)),
        Interest("i", Rate(Decimal("0.05"))), FeeSchedule("f", (Fee.fixed(Decimal(5), after=1),)), Rate(Decimal("0.05")),
        Attempt("call", actor="first_party", debtor="company", purpose="business"), HoldLift("H"), Span("cease"),
        Payment("PAY", "ACME", DAY, Decimal(5), "EUR"), Level("a", 5, do=(Notify("email"),)), Notify("email"),
        *ledger.open_items(as_of=DAY), *aged_items(ledger, as_of=DAY), *account.facts, *account.interactions, *proposed.actions, *proposed,
        Installment(date(2026, 4, 1), Decimal(90)), Window((Hours((0,), time(9), time(17)),)), agree, {},
    ]  # fmt: skip


def sample(hint: Any) -> Any:
    """A sound value for an annotation."""
    origin, args = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return sample(args[0]) if args[0] is not NoneType else None
    if origin is Literal:
        return args[0]
    if origin is tuple:
        return (sample(args[0]),) if args[-1] is Ellipsis else tuple(map(sample, args))
    if origin in (Sequence, Iterable, list):
        return [sample(args[0])]
    if origin is frozenset:
        return frozenset(map(sample, args))
    if origin in (Mapping, dict):
        return {sample(args[0]): sample(args[1])}
    if origin is not None and getattr(origin, "__name__", "") == "Callable":
        return agree
    kind = origin or hint
    for each in samples():
        if isinstance(kind, type) and kind not in (object, Any) and (type(each) is kind or isinstance(each, kind)):
            if not (kind is int and type(each) is bool):
                return each
    return "x"


PUBLIC = {
    f"{room}.{name}": getattr(importlib.import_module(room), name)
    for room, names in public_names.homes().items()
    for name in names
}
ERRORS = {name for name, value in PUBLIC.items() if inspect.isclass(value) and issubclass(value, Exception)}


def callables() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function, constructor, class method, and method of a sample."""
    for name, value in PUBLIC.items():
        if name in ERRORS or name.endswith(".exact"):
            continue
        if inspect.isfunction(value) or inspect.isclass(value):
            yield name, value
        if inspect.isclass(value):
            owner = next((each for each in samples() if type(each) is value), None)
            for each, member in inspect.getmembers_static(value):
                if each.startswith("_"):
                    continue
                if isinstance(member, classmethod):
                    yield f"{name}.{each}", getattr(value, each)
                elif inspect.isfunction(member) and owner is not None:
                    yield f"{name}().{each}", getattr(owner, each)


def hints_of(called: Callable[..., Any]) -> dict[str, Any]:
    found: Any = called
    if inspect.isclass(found):
        if attrs.has(found) or issubclass(found, tuple):
            return {name.lstrip("_"): hint for name, hint in get_type_hints(cast("Any", found)).items()}
        return get_type_hints(found.__init__)
    return get_type_hints(found)


def takes_functions(hint: Any) -> bool:
    """Whether a function of the caller's own may be given: what goes wrong inside it is for the caller to see."""
    return any(getattr(get_origin(each) or each, "__name__", "") == "Callable" for each in (hint, *get_args(hint)))


MADE_BY_THE_LIBRARY = {
    "dunning.aging.Aging",
    "dunning.decision.Cure",
    "dunning.decision.Decision",
    "dunning.decision.Deferral",
    "dunning.decision.FollowUp",
    "dunning.decision.Plan",
    "dunning.decision.Reason",
    "dunning.forecast.PaymentCurve",
    "dunning.forecast.Rolls",
    "dunning.kpi.DsoChange",
    "dunning.kpi.Kpi",
    "dunning.kpi.RollForward",
    "dunning.ledger.Account",
    "dunning.segmentation.Stability",
}
"""Results: whoever makes one by hand, of parts that do not go together, is not told before it is printed."""


def read(name: str, found: Any) -> None:
    """Look at an answer in every way in which its user would."""
    if inspect.isgenerator(found):
        list(found)
    elif name not in MADE_BY_THE_LIBRARY and type(found).__module__.startswith("dunning"):
        for way in ("__repr__", "__str__", "_repr_html_", "records", "describe"):
            getattr(found, way, str)()


def alarmed(_: int, __: Any) -> None:
    msg = "it hangs"
    raise TimeoutError(msg)


CALLABLES = dict(callables())


def call_of(name: str) -> tuple[Any, dict[str, Any], list[inspect.Parameter], dict[str, Any]]:
    """What is called by a name: itself, what it says of its arguments, those that can be named, a sound call."""
    called = CALLABLES[name]
    hints = hints_of(called)
    parameters = inspect.signature(called).parameters.values()
    named = [each for each in parameters if each.kind in (each.POSITIONAL_OR_KEYWORD, each.KEYWORD_ONLY)]
    sound = {each.name: sample(hints.get(each.name, Any)) for each in named if each.default is each.empty}
    return called, hints, named, sound


@pytest.mark.slow
@pytest.mark.parametrize("name", CALLABLES)
def test_bad_input_gives_an_answer_or_names_its_faults(name: str) -> None:
    called, hints, named, sound = call_of(name)
    surprises: list[str] = []
    signal.signal(signal.SIGALRM, alarmed)
    for parameter in named:
        hostiles = [
            (said, hostile)
            for said, hostile in HOSTILE
            if not (callable(hostile()) and takes_functions(hints.get(parameter.name)))
        ]
        for said, hostile in hostiles:
            values = {**sound, parameter.name: hostile()}
            signal.setitimer(signal.ITIMER_REAL, SECONDS)
            try:
                found = called(**values)
                read(name, found)
            except DunningError as error:
                signal.setitimer(signal.ITIMER_REAL, 0)
                if len(str(error)) > LONGEST:
                    surprises.append(f"{parameter.name} = {said}: a message of {len(str(error))} characters")
                assert str(pickle.loads(pickle.dumps(error))) == str(error) if said == "a text" else True
            except Exception as error:
                surprises.append(f"{parameter.name} = {said}: {type(error).__name__}: {str(error)[:80]}")
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    assert not surprises, f"{len(surprises)}: " + "; ".join(surprises[:6])


def test_the_samples_are_sound() -> None:
    assert len(CALLABLES) > 350
    assert len(HOSTILE) >= 40
    assert {type(each) for each in samples()} >= {Ledger, Invoice, Promise, Contact, Payment, Standing, Buckets, Terms}


LOOKED_AT_WHERE_THEY_STUMBLE = {
    "dunning.charges.Rate().rate_for",
    "dunning.charges.Rate().spans",
    "dunning.dates.BusinessCalendar().add_months",
    "dunning.dates.add_months",
    "dunning.dates.days_between",
    "dunning.dates.monthly",
    "dunning.dates.year_fraction",
    "dunning.forecast.PaymentCurves().of",
    "dunning.measures.Custom().of",
}
"""What is called for each day or account: an argument that is never used (a flag, a rate series) is not looked at."""


def is_result(name: str) -> bool:
    """Whether it is a class whose objects the library makes: a named tuple, or a noun without a check of its own."""
    called = CALLABLES[name]
    has_a_check = {"__attrs_post_init__", "replacing", "turning_days", "exposure"} & set(dir(called))
    return inspect.isclass(called) and (issubclass(called, tuple) or not has_a_check)


STRICT_ONES = [
    name
    for name in sorted(set(CALLABLES) - MADE_BY_THE_LIBRARY - LOOKED_AT_WHERE_THEY_STUMBLE)
    if not is_result(name) and inspect.signature(CALLABLES[name]).parameters
]


@pytest.mark.parametrize("name", STRICT_ONES)
def test_nothing_takes_a_stranger_without_a_word(name: str) -> None:
    called, hints, named, sound = call_of(name)
    for parameter in named:
        if hints.get(parameter.name, Any) not in (Any, object):
            with pytest.raises(DunningError):
                read(name, called(**{**sound, parameter.name: Stranger()}))


READ_FOR_ONE_DAY_AFTER_THE_OTHER = {
    "dunning.conditions.clauses_of",
    "dunning.conditions.days_of_change",
    "dunning.conditions.explain",
    "dunning.ledger.Account().items_at",
    "dunning.ledger.Account().promise_state",
    "dunning.ledger.Account().received",
    "dunning.ledger.Account().unapplied_at",
}
"""What is read so does not look at the day; nothing open ever changes on the last one."""
DATED = [
    name
    for name in sorted(set(CALLABLES) - READ_FOR_ONE_DAY_AFTER_THE_OTHER)
    if "as_of" in inspect.signature(CALLABLES[name]).parameters and not inspect.isclass(CALLABLES[name])
]


@pytest.mark.parametrize("name", DATED)
def test_nothing_is_asked_about_the_day_that_stands_for_never(name: str) -> None:
    called, _, _, sound = call_of(name)
    with pytest.raises(InvalidValue, match="9999-12-31 stands for never"):
        read(name, called(**{**sound, "as_of": date.max}))
