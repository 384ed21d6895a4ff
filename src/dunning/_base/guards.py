"""Functions that look at their arguments: every fault is named by what the annotation says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from functools import wraps
from inspect import isgeneratorfunction, signature
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

from dunning._base.kinds import Test, faults_of, is_many, is_sound, test_of
from dunning.errors import DunningError, InvalidValue

_P = ParamSpec("_P")
_R = TypeVar("_R")
_V = TypeVar("_V")


def guarded(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a public function name every fault of its arguments, by their annotations, where it stumbles over them.

    What goes well is not looked at, so that a call costs next to nothing; what raises is asked whether it got what it
    says it takes.
    """
    arguments = Arguments(function)
    inner = _asked(function, arguments.check)
    if isgeneratorfunction(function):
        inner = cast("Callable[_P, _R]", _going(function, arguments.check))
    # annotations are texts here; an alias for an iterable would not be seen
    return _kept(inner, arguments) if "Iterable[" in str(signature(function)) else inner


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `guarded`, and the arguments are looked at first, also those that the function may never come to.

    Where a list of things is asked for, whatever can be gone through will do: a column of a data frame, a generator, a
    list of lists for one of tuples, a mapping for pairs.
    """
    arguments = Arguments(function)
    answer = guarded(function)

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        given, named = arguments.each(_keep, args, kwargs)
        if not arguments.hold(given, named):
            given, named = arguments.each(arguments.shape, given, named)
            arguments.check(given, named)
        return answer(*given, **named)

    return inner


def _asked(function: Callable[_P, _R], check: _Check) -> Callable[_P, _R]:
    """As `guarded`, for a function that gives its answer at once."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return function(*args, **kwargs)
        except DunningError:
            raise
        except Exception:
            check(args, kwargs)
            raise

    return inner


def _kept(function: Callable[_P, _R], arguments: Arguments) -> Callable[_P, _R]:
    """A function that may be given what can be gone through only once: that is kept, so that it can be looked at."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        kept, named = arguments.each(_keep, args, kwargs)
        return function(*kept, **named)  # pyright: ignore[reportCallIssue]  # the same, but for what is a stream

    return inner


def _going(function: Callable[_P, Iterator[_V]], check: _Check) -> Callable[_P, Iterator[_V]]:
    """As `guarded`, for a function that gives one thing after the other and may stumble at any of them."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> Iterator[_V]:
        try:
            yield from function(*args, **kwargs)
        except DunningError:
            raise
        except Exception:
            check(args, kwargs)
            raise

    return inner


def _keep(_: str, value: Any) -> Any:
    """What a stream gives, as a tuple; everything else as it is."""
    given: Iterable[Any] = value
    return tuple(given) if isinstance(value, Iterable) and not isinstance(value, Sized) else value


def walked(value: Any) -> Any:
    """Whatever can be gone through as a tuple, rows in it as tuples, and a mapping as pairs."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return value  # pyright: ignore[reportUnknownVariableType]  # of any shape
    given: Iterable[Any] = value.items() if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # of any shape
    return tuple([tuple(each) if isinstance(each, (list, tuple)) else each for each in given])  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # of any shape


def lenient(convert: Callable[[_V], _R]) -> Callable[[_V], _R]:
    """A converter that leaves what it cannot convert as it is, for the check of the field to name it."""

    @wraps(convert)
    def converted(value: Any) -> Any:
        try:
            return value if isinstance(value, str) else convert(value)
        except TypeError:
            return value

    return converted


_Check = Callable[[tuple[Any, ...], dict[str, Any]], None]


class Arguments:
    """The arguments of a function, and what its annotations say of them.

    A call with the wrong number or names of arguments is a mistake of the program that Python itself tells.
    """

    __slots__ = ("_function", "_hints", "_many", "_places", "_rest", "_tests")

    def __init__(self, function: Callable[..., Any]) -> None:
        parameters = signature(function).parameters.values()
        self._function = function
        self._places = [
            each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
        self._rest = next((each.name for each in parameters if each.kind is each.VAR_POSITIONAL), "")
        self._hints: dict[str, Any] = {}
        self._tests: dict[str, Test] = {}
        self._many: set[str] = set()

    def check(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Refuse arguments that are not what the annotations say.

        Raises:
            InvalidValue: every one of them.
        """
        if not self.hold(args, kwargs):
            raise InvalidValue(self._function.__qualname__, faults_of(self._named(args, kwargs), self._hints))

    def hold(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        """Whether all arguments are what the annotations say."""
        tests = self._compiled()
        try:
            for name, value in self._named(args, kwargs).items():
                if name in tests and not tests[name](value):
                    return False
        except Exception:  # a value that cannot even be compared
            return False
        return True

    def each(
        self, change: Callable[[str, Any], Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same arguments, those changed that may be several things to go through."""
        self._compiled()
        many, places = self._many, self._places
        given = [change(name, each) if name in many else each for name, each in zip(places, args, strict=False)]
        named = {name: change(name, each) if name in many else each for name, each in kwargs.items()}
        return (*given, *args[len(given) :]), named

    def shape(self, name: str, value: Any) -> Any:
        """One argument, in the shape of tuples where it is of another shape than asked for."""
        test = self._compiled().get(name)
        if test is None or is_sound(test, value):
            return value
        other = walked(value)
        return other if is_sound(test, other) else value

    def is_many(self, name: str) -> bool:
        """Whether an argument may be several things to go through."""
        self._compiled()
        return name in self._many

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        given = dict(zip(self._places, args, strict=False)) | kwargs
        if self._rest:
            given[self._rest] = args[len(self._places) :]
        return given

    def _compiled(self) -> dict[str, Test]:
        if not self._hints:
            hints = get_type_hints(self._function, include_extras=True)
            if self._rest:
                several: Any = tuple
                hints[self._rest] = several[hints[self._rest], ...]
            self._hints.update(hints)
            self._tests.update({name: test_of(hint) for name, hint in hints.items()})
            self._many.update(name for name, hint in hints.items() if is_many(hint))
        return self._tests
