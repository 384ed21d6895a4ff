"""What a value must be, compiled from its annotation: one check for every noun and every public function.

`holds` gives, for an annotation, an expression that is true of the values it admits; `words` says the same to people.
Classes and functions join the expressions of all their fields into one test, compiled when it is first needed, so that
a sound value costs a fraction of a microsecond and an unsound one is told with all its faults.

A `bool` is no number, a `datetime` no date, and a number is finite. What a type cannot say (an amount above zero) a
`Must` says beside it, and what concerns several fields the class says in its `_rules`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    ParamSpec,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
)

from dunning.errors import Fault, InvalidValue

Test = Callable[[Any], bool]

DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{6})?)?"
ZONE = r"([+-](0[0-9]|1[0-3]):[0-5][0-9]|Z)(\[[A-Za-z][A-Za-z0-9_/+-]*\])?"
"""How days, times of day and their zones are written, as regular expressions."""

_SHORT = 60
"""How much of a value an error shows."""


def is_date(value: object) -> bool:
    """Whether a value is a plain day: a `date` that is not a `datetime`."""
    return isinstance(value, date) and not isinstance(value, datetime)


_PLAIN: Mapping[type, tuple[str, str]] = {
    # type: what must hold of {0}, in words
    bool: ("type({0}) is bool", "True or False"),
    int: ("type({0}) is int", "a whole number"),
    str: ("isinstance({0}, str)", "a text"),
    Decimal: ("isinstance({0}, Decimal) and {0}.is_finite()", "a finite Decimal"),
    Fraction: ("isinstance({0}, Fraction)", "a Fraction"),
    date: ("(type({0}) is date or is_date({0}))", "a date (a datetime is not a day)"),
    datetime: ("isinstance({0}, datetime)", "a datetime"),
    time: ("isinstance({0}, time)", "a time of day"),
    NoneType: ("{0} is None", "None"),
    type: ("isinstance({0}, type)", "a class"),
}

_SHAPES: Mapping[Any, tuple[str, str]] = {
    # collections whose members are looked at: what must hold of the whole, in words
    Sequence: ("isinstance({0}, Sequence) and not isinstance({0}, (str, bytes))", "a list or tuple"),
    Collection: ("isinstance({0}, Collection) and not isinstance({0}, (str, bytes, Mapping))", "a collection"),
    frozenset: ("isinstance({0}, frozenset)", "a frozenset"),
    tuple: ("type({0}) is tuple", "a tuple"),
}


class Must:
    """What a value must be besides its type, written beside it: `Annotated[int, Must("{0} > 0", "...")]`.

    `holds` is an expression of the value `{0}` in Python's own names and those given in `using`; it is looked at only
    where the type is right. `words` say all of it to people, with `{0}` for what the type says; `instead` is what to do
    where only this is wrong; `schema` says it to machines, in the keywords of JSON Schema.
    """

    __slots__ = ("holds", "instead", "schema", "using", "words")

    def __init__(
        self, holds: str, words: str, instead: str = "", *, schema: Mapping[str, Any] | None = None, **using: Any
    ) -> None:
        self.holds, self.words, self.instead, self.using = holds, words, instead, using
        self.schema: Mapping[str, Any] = schema or {}


class Names(dict[str, Any]):
    """The names that expressions may use; what is compiled for a part of an annotation gets a name of its own."""

    def add(self, value: Any) -> str:
        """A name for a value."""
        name = f"part{len(self)}"
        self[name] = value
        return name


def _names() -> Names:
    return Names(
        Decimal=Decimal, Fraction=Fraction, date=date, datetime=datetime, time=time, is_date=is_date, Sequence=Sequence,
        Collection=Collection, Mapping=Mapping, Iterable=Iterable, NoneType=NoneType,
    )  # fmt: skip


def holds(hint: Any, var: str, names: Names) -> str:
    """An expression that is true where the value of an expression is what an annotation says."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint][0].format(var)
    if origin is Annotated:
        parts = [holds(args[0], var, names)]
        for must in _musts(hint):
            names.update(must.using)
            parts.append(must.holds.format(var))
        return " and ".join(f"({part})" for part in parts)
    if origin in (Union, UnionType):
        return f"({' or '.join(f'({holds(each, var, names)})' for each in args)})"
    if origin is Literal:
        texts = tuple(each for each in args if isinstance(each, str))
        others = [each for each in args if not isinstance(each, str)]
        tests = [f"isinstance({var}, str) and {var} in {texts!r}"] if texts else []
        tests += [f"type({var}) is {type(each).__name__} and {var} == {each!r}" for each in others]
        return f"({' or '.join(f'({test})' for test in tests)})"
    if origin in (tuple, Iterable, Mapping, dict) or origin in _SHAPES:
        return _collection_holds(origin, args, var, names)
    if Callable in (origin, hint):
        return f"callable({var})"
    if _is_open(hint):
        return "True"
    kind: Any = hint if origin is None else origin
    return f"isinstance({var}, {names.add(kind)})"


def _collection_holds(origin: Any, args: tuple[Any, ...], var: str, names: Names) -> str:
    """The same for what has members."""
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        each = [f"{names.add(test_of(part))}({var}[{place}])" for place, part in enumerate(args)]
        return " and ".join([f"type({var}) is tuple and len({var}) == {len(args)}", *each])
    if origin in (Mapping, dict):
        key, value = (names.add(test_of(each)) for each in args)
        return f"isinstance({var}, Mapping) and all(map({key}, {var}.keys())) and all(map({value}, {var}.values()))"
    open_members = _is_open(args[0])
    members = "" if open_members else f"all(map({names.add(test_of(args[0]))}, {var}))"
    if origin is Iterable:  # what can be gone through only once is not looked at
        whole = f"isinstance({var}, Iterable) and not isinstance({var}, (str, bytes, Mapping))"
        return whole if open_members else f"{whole} and (iter({var}) is {var} or {members})"
    whole = _SHAPES[origin][0].format(var)
    return whole if open_members else f"{whole} and (not {var} or {members})"


def _musts(hint: Any) -> list[Must]:
    """What stands beside a type, from the inner to the outer."""
    return [each for each in get_args(hint)[1:] if isinstance(each, Must)]


def _is_open(hint: Any) -> bool:
    """Whether an annotation admits anything, or cannot be tested."""
    return (
        hint in (Any, object, Ellipsis)
        or isinstance(hint, (TypeVar, ParamSpec, str))
        or not (isinstance(hint, type) or get_origin(hint))
    )


def is_many(hint: Any) -> bool:
    """Whether an annotation admits several things to go through, one after the other."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return is_many(args[0])
    if origin in (Union, UnionType):
        return any(map(is_many, args))
    return origin is Iterable or origin in _SHAPES


def words(hint: Any) -> str:
    """What an annotation says, for people."""
    origin, args = get_origin(hint), get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint][1]
    if origin is Annotated:
        said = words(args[0])
        for must in _musts(hint):
            said = must.words.format(said)
        return said
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(words(each) for each in args))
    if origin is Literal:
        return f"one of {', '.join(map(str, args))}"
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis):
        return f"a tuple of {len(args)}: {', '.join(map(words, args))}"
    if origin in _SHAPES:
        return _SHAPES[origin][1] + _of(args[0])
    if origin is Iterable:
        return f"a list, or anything else to go through{_of(args[0])}"
    if origin in (Mapping, dict):
        return f"a mapping from {words(args[0])} to {words(args[1])}"
    name = getattr(origin or hint, "__name__", str(hint))
    if name == "Callable":
        return "a function"
    return "anything" if _is_open(hint) else f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def _of(member: Any) -> str:
    """What a collection is of, as far as that can be said."""
    if _is_open(member):
        return ""
    return f" of {member.__name__}" if isinstance(member, type) and member not in _PLAIN else f", each {words(member)}"


def quoted(value: object) -> str:
    """A value as an error shows it: short, and with its type where that is not plain to see."""
    try:
        text = repr(value)
    except Exception:  # a stranger's repr may do anything; its type is enough
        text = "a value"
    text = " ".join(text.split()) if "\n" in text else text  # a fault is one line
    short = text if len(text) <= _SHORT else text[: _SHORT - 3] + "..."
    return short if type(value) in _PLAIN or type(value) is float else f"{short} ({type(value).__name__})"


@cache
def test_of(hint: Any) -> Test:
    """A function that says whether a value is what an annotation says; comparing a stranger may raise."""
    names = _names()
    return cast("Test", eval(f"lambda value: {holds(hint, 'value', names)}", names))


def is_sound(test: Callable[[Any], object], value: Any) -> bool:
    """Whether a test holds; a value that cannot even be compared fails it."""
    try:
        return bool(test(value))
    except (ArithmeticError, AttributeError, RecursionError, TypeError, ValueError):
        return False


def faults_of(values: Mapping[str, object], hints: Mapping[str, Any]) -> list[Fault]:
    """One line for each value that is not what its annotation says, with its path."""
    return [fault for name, hint in hints.items() if name in values for fault in _faults(name, values[name], hint)]


def _faults(path: str, value: Any, hint: Any) -> Iterator[Fault]:
    """What is wrong with a value: of a member where the whole is right, else of the whole."""
    if is_sound(test_of(hint), value):
        return
    try:
        inner = [fault for each in _members(path, value, hint) for fault in _faults(*each)]
    except Exception:  # what breaks when it is looked into is wrong as a whole
        inner = []
    example = f"; give ({value!r},)" if isinstance(value, str) and len(value) <= _SHORT and _is_tuple(hint) else ""
    said = f"{path}: {quoted(value)}{_instead(value, hint) or f' is not {words(hint)}{example}'}"
    yield from inner or [Fault(said, code="not_allowed", value=quoted(value))]


def _instead(value: Any, hint: Any) -> str:
    """What to do where the type is right, and what stands beside it is not; empty where the annotation says it."""
    if get_origin(hint) is not Annotated:
        return ""
    inner = get_args(hint)[0]
    for must in _musts(hint):
        if is_sound(test_of(inner), value) and not is_sound(test_of(Annotated[inner, must]), value):
            return f": {must.instead}" if must.instead else ""
    return ""


_SHAPELESS: Mapping[Any, Any] = {Sequence: Sequence[Any], Iterable: Iterable[Any]}


def _is_tuple(hint: Any) -> bool:
    hint = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return get_origin(hint) is tuple and get_args(hint)[-1] is Ellipsis


def _members(path: str, value: Any, hint: Any) -> Iterator[tuple[str, Any, Any]]:
    """The members of a value with what each must be, where the value is a collection of the right shape."""
    origin: Any = get_origin(hint)
    args = get_args(hint)
    if origin is Annotated:
        yield from _members(path, value, args[0])
    elif origin in (Union, UnionType):
        others = [each for each in args if each is not NoneType]
        if len(others) == 1:
            yield from _members(path, value, others[0])
    elif origin is tuple and not _is_tuple(hint):
        if is_sound(test_of(tuple[Any, ...]), value) and len(value) == len(args):
            yield from ((f"{path}[{at}]", *each) for at, each in enumerate(zip(value, args, strict=True)))
    elif origin is frozenset:
        if is_sound(test_of(frozenset[Any]), value):
            yield from ((path, each, args[0]) for each in sorted(value, key=repr))
    elif origin in (tuple, Sequence, Iterable):
        if is_sound(test_of(tuple[Any, ...] if origin is tuple else _SHAPELESS[origin]), value):
            yield from ((f"{path}[{at}]", each, args[0]) for at, each in enumerate(value))
    elif origin in (Mapping, dict) and is_sound(test_of(Mapping), value):
        for key, each in value.items():
            yield f"{path}: key", key, args[0]
            yield f"{path}[{quoted(key)}]", each, args[1]


def refuse(what: str, faults: Iterable[str]) -> None:
    """Refuse what has faults.

    Raises:
        InvalidValue: there are any.
    """
    if found := tuple(faults):
        raise InvalidValue(what, found)


def joined(hints: Mapping[str, Any], pattern: str) -> Callable[..., object]:
    """All tests of some annotations as one function, of the object whose attributes `pattern` reads."""
    names = _names()
    tests = [holds(hint, pattern.format(name), names) for name, hint in hints.items()]
    text = " and ".join(f"({test})" for test in tests if test != "True") or "True"
    return cast("Callable[..., object]", eval(f"lambda noun: {text}", names))
