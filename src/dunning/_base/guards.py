"""Functions that look at their arguments: every fault is named by what the annotation says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from inspect import isgeneratorfunction, signature
from typing import Any, ParamSpec, TypeVar, cast, get_type_hints

from dunning._base.kinds import Test, faults_of, test_of
from dunning.errors import DunningError, InvalidValue

_P = ParamSpec("_P")
_R = TypeVar("_R")
_V = TypeVar("_V")


def guarded(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let a public function name every fault of its arguments, by their annotations, where it stumbles over them.

    What goes well is not looked at, so that a call costs next to nothing; what raises is asked whether it got what it
    says it takes.
    """
    check = argument_check(function)
    if "Iterable[" in str(signature(function)):  # annotations are texts here; an alias for one would not be seen
        return _kept(function, check)
    if isgeneratorfunction(function):
        return cast("Callable[_P, _R]", _going(function, check))

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


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """As `guarded`, and the arguments are looked at first, also those that the function may never come to."""
    check = argument_check(function)
    answer = guarded(function)

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        check(args, kwargs)
        return answer(*args, **kwargs)

    return inner


def _kept(function: Callable[_P, _R], check: _Check) -> Callable[_P, _R]:
    """As `guarded`, where an argument may be an iterator: what it gives is kept, so that it can be looked at."""

    @wraps(function)
    def inner(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        kept = tuple(map(_keep, args))
        named = {name: _keep(value) for name, value in kwargs.items()}
        try:
            return function(*kept, **named)
        except DunningError:
            raise
        except Exception:
            check(kept, named)
            raise

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


def _keep(value: Any) -> Any:
    given: Iterable[Any] = value
    return tuple(given) if isinstance(value, Iterator) else value


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


def argument_check(function: Callable[..., Any]) -> _Check:
    """What refuses the arguments of a function that are not what its annotations say.

    A call with the wrong number or names of arguments is a mistake of the program that Python itself tells.
    """
    parameters = signature(function).parameters.values()
    places = [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
    rest = next((each.name for each in parameters if each.kind is each.VAR_POSITIONAL), "")
    hints: dict[str, Any] = {}
    tests: dict[str, Test] = {}

    def check(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        if not hints:
            hints.update(get_type_hints(function, include_extras=True))
            if rest:
                several: Any = tuple
                hints[rest] = several[hints[rest], ...]
            tests.update({name: test_of(hint) for name, hint in hints.items()})
        given = dict(zip(places, args, strict=False)) | kwargs
        if rest:
            given[rest] = args[len(places) :]
        try:
            for name, value in given.items():
                if name in tests and not tests[name](value):
                    break
            else:
                return
        except Exception:  # a value that cannot even be compared; the slow check names it
            pass
        raise InvalidValue(function.__qualname__, faults_of(given, hints))

    return check
