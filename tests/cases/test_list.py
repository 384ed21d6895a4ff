"""Each case of the two files that are told in words has its test, by hand, under its id."""

from __future__ import annotations

import ast
import json
import pathlib
import re

import pytest

from tests.conformance.golden import HERE


def ids(name: str) -> set[str]:
    """The ids of the cases of a file."""
    return {case["id"] for case in json.loads((HERE / f"{name}.json").read_text())["cases"]}


TESTS = pathlib.Path(__file__).parents[1]


def named() -> set[str]:
    """The ids of cases that stand in the docstrings of tests: case T18, cases T18b and P07."""
    found: set[str] = set()
    for path in (*TESTS.glob("test_*.py"), *TESTS.glob("cases/test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                match = re.match(r"cases? (.*)", ast.get_docstring(node) or "")
                found.update(re.split(r", | and ", match[1]) if match else ())
    return found


@pytest.mark.parametrize("name", ["erp", "billing"])
def test_each_case_is_tested_under_its_id(name: str) -> None:
    assert ids(name) - named() == set()


def test_there_are_no_tests_of_cases_that_nobody_wrote() -> None:
    assert named() - ids("erp") - ids("billing") == set()
