"""Test profiles, and every example in the README, the docs and the docstrings as a test of the same run.

`pytest` alone is the quick loop: few examples of each law, slow tests left out. `CI=1 pytest` is what CI runs, `pytest -m slow`
only what the loop leaves out, `pytest -n0` runs in one process, and HYPOTHESIS_PROFILE=deep tries each law on thousands.
"""

from __future__ import annotations

import os
import pathlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.markdown import PythonCodeBlockParser as MarkdownCodeBlockParser
from sybil.parsers.myst import PythonCodeBlockParser as MystCodeBlockParser
from sybil.sybil import SybilCollection

_ROOT = pathlib.Path(__file__).resolve().parent.parent
_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]  # whole random books are large by intent
settings.register_profile("quick", max_examples=10, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("dev", max_examples=40, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("ci", max_examples=60, deadline=None, suppress_health_check=_SLOW, derandomize=True)
settings.register_profile("deep", max_examples=2000, deadline=None, suppress_health_check=_SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "quick"))


def _names(namespace: dict[str, Any]) -> None:
    """What docstring examples may use without importing it."""
    namespace.update(date=date, Decimal=Decimal, timedelta=timedelta)


class _Examples:
    """Collects the examples of files outside the tests folder, which a conftest of this folder cannot reach."""

    def __init__(self) -> None:
        self.pytest_collect_file = SybilCollection(
            (
                Sybil(parsers=[DocTestParser()], pattern="*.py", path=str(_ROOT / "src"), setup=_names),
                Sybil(parsers=[MarkdownCodeBlockParser()], pattern="README.md", path=str(_ROOT)),
                Sybil(parsers=[MystCodeBlockParser()], pattern="*.md", path=str(_ROOT / "docs")),
            )
        ).pytest()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(_Examples(), "examples")
    if not config.option.markexpr and not os.environ.get("CI"):
        config.option.markexpr = "not slow"
