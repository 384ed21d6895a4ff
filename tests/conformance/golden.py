"""Published cases as plain data: where they are, and how a figure is compared with what was published.

The directory can be replaced through the environment variable DUNNING_GOLDEN, so that anybody can run other cases
through the same adapters.
"""

from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, cast

import pytest

from dunning.errors import InvalidValue, Undefined

HERE = pathlib.Path(__file__).resolve().parent.parent / "golden"
DIRECTORY = pathlib.Path(os.environ.get("DUNNING_GOLDEN", HERE))


def cases(name: str) -> list[dict[str, Any]]:
    """The cases of one file."""
    text = (DIRECTORY / name).read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["cases"]
    return found


def is_number(value: object) -> bool:
    """Whether a published value is a number written as a string."""
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except ArithmeticError:
        return False


def agrees(found: Any, expected: Any, compare: Any, exact_fields: tuple[str, ...] = ()) -> bool:
    """Whether a figure is the published one, as closely as the case asks for."""
    if isinstance(expected, dict):
        table = cast("dict[str, Any]", expected)
        return set(found) >= set(table) and all(
            agrees(found[key], value, "exact" if key in exact_fields else compare) for key, value in table.items()
        )
    if isinstance(expected, list):
        parts: Any = expected  # pyright: ignore[reportUnknownVariableType]  # of any shape
        return len(found) == len(parts) and all(map(agrees, found, parts, [compare] * len(parts)))
    if not is_number(expected):
        return bool(found == expected)
    if found is None or isinstance(found, str):
        return False
    if compare == "exact":
        tolerance = Decimal(0)
    elif "places" in compare:
        tolerance = Decimal(5).scaleb(-compare["places"] - 1)
    else:
        tolerance = Decimal(compare["abs"])
    return bool(abs(Decimal(found) - Decimal(expected)) <= tolerance)


def check(case: dict[str, Any], adapters: Mapping[str, Callable[[dict[str, Any]], Any]]) -> None:
    """Run a case through the adapter of its subject; a reason stands for a refused call or an undefined figure."""
    adapter, reason = adapters[case["subject"]], case.get("reason")
    if reason == "invalid input":
        with pytest.raises(InvalidValue):
            adapter(case["inputs"])
    elif reason is not None:
        with pytest.raises(Undefined) as caught:
            adapter(case["inputs"])
        assert caught.value.reason == reason
    else:
        found = adapter(case["inputs"])
        assert agrees(found, case["expected"], case["compare"], tuple(case.get("exact_fields", ()))), found
