"""The house: which room may import which, what the core never touches, and which names are public."""

from __future__ import annotations

import ast
import importlib
import pathlib
import subprocess
import sys

import pytest

import dunning

SOURCE = pathlib.Path(dunning.__file__).parent

ROOMS: dict[str, tuple[int, str]] = {
    # module: (floor, the rooms it may import; "below" is everything on lower floors)
    "_attrs": (0, ""),
    "errors": (0, ""),
    "_iso4217": (0, ""),
    "_names": (0, ""),
    "_checks": (1, "_attrs errors"),
    "amounts": (1, "_attrs _iso4217 errors"),
    "dates": (1, "_attrs errors"),
    "_deadlines": (2, "_attrs dates errors"),
    "_terms_text": (2, "below _deadlines"),
    "_term_figures": (2, "_attrs amounts dates errors"),
    "terms": (2, "below _deadlines _term_figures _terms_text"),
    "_facts": (3, "_attrs amounts dates errors"),
    "_report": (2, "_attrs amounts"),
    "invoice": (3, "below _facts"),
    "interactions": (3, "_facts invoice"),
    "_receivable": (4, "below"),
    "_plans": (4, "below _receivable"),
    "_write_offs": (4, "below _receivable"),
    "_account": (4, "below _plans _receivable"),
    "_books": (4, "below _account"),
    "_posting": (4, "below _account _books _plans _receivable _write_offs"),
    "_records": (4, "below _account _books"),
    "ledger": (4, "below _account _books _posting _receivable _records"),
    "_interest_figures": (2, "amounts errors"),
    "_rates": (2, "_attrs amounts dates errors"),
    "_standing": (5, "below"),
    "_schedules": (5, "below _standing"),
    "_accrual": (5, "below _schedules _standing"),
    "_statement": (5, "below"),
    "charges": (5, "below _accrual _schedules _standing _statement"),
    "allocation": (5, "below _standing"),
    "settlement": (5, "below _standing"),
    "_buckets": (5, "_attrs errors"),
    "_groups": (5, "below"),
    "_sheet": (5, "below _buckets"),
    "aging": (5, "below _buckets _groups _sheet"),
    "_experience": (5, "below"),
    "_figures": (5, "below _experience"),
    "measures": (5, "below _experience _figures"),
    "_algebra": (6, "below"),
    "_simplify": (6, "below _algebra"),
    "_plain": (6, "below _algebra"),
    "conditions": (6, "below _algebra _plain _simplify"),
    "_kpi": (2, "_attrs amounts dates errors"),
    "_dso": (5, "below"),
    "_timeliness": (5, "below"),
    "_quality": (5, "below"),
    "_operations": (5, "below"),
    "_concentration": (5, "below"),
    "_promises": (5, "below _operations"),
    "_markov": (5, "below"),
    "_pattern": (5, "below"),
    "_allowance": (5, "below aging"),
    "_followed": (5, "below"),
    "_rolls": (5, "below _buckets _followed _groups _markov _quality"),
    "_tally": (5, "below _buckets _experience _followed _sheet"),
    "_tallied": (5, "below _buckets _concentration _dso _operations _quality _tally _timeliness"),
    "_scorecard": (5, "below _groups _tallied _tally"),
    "_trend": (5, "below _buckets _scorecard _tally"),
    "_curves": (5, "below _experience _groups"),
    "_cash": (5, "below _curves _groups"),
    "_backtest": (5, "below _cash _curves _followed _groups"),
    "kpi": (6, "below"),
    "forecast": (6, "below"),
    "_segments": (7, "below"),
    "_cross": (7, "below _segments"),
    "_profile": (7, "below"),
    "_reasoning": (7, "below _segments"),
    "_migration": (7, "below _segments"),
    "segmentation": (7, "below _cross _migration _profile _reasoning _segments"),
    "machine": (7, "_attrs _report conditions errors measures"),
    "_deeds": (8, "below"),
    "_rungs": (8, "below _deeds"),
    "_compile": (8, "below _deeds _rungs"),
    "_policy_checks": (8, "below _compile _deeds _rungs"),
    "_policy_data": (8, "below _deeds _rungs"),
    "_policy_words": (8, "below _policy_data _rungs"),
    "_attempt": (8, "_attrs _checks dates interactions"),
    "_contact_rules": (8, "_attempt _attrs _checks dates errors interactions"),
    "_zones": (8, ""),
    "_rule_words": (8, "below _attempt _contact_rules"),
    "_question": (8, "below _attempt _contact_rules _zones"),
    "_permit": (8, "below _attempt _contact_rules _question _zones"),
    "_desk": (8, "below _attempt _contact_rules _deeds _permit _question _zones"),
    "contact": (8, "below _attempt _contact_rules _desk _permit _question _rule_words"),
    "_concessions": (8, "below"),
    "_authority": (8, "below _concessions _policy_data _policy_words _rungs"),
    "_offer": (8, "below _authority _concessions"),
    "authority": (8, "below _authority _concessions _offer"),
    "policy": (8, "below _compile _deeds _policy_checks _policy_data _policy_words _rungs"),
    "_rules": (9, "below"),
    "_regress": (9, "below _rules"),
    "_case": (9, "below _regress _rules"),
    "_judge": (9, "below _case _rules"),
    "_reasons": (9, "below _case _judge _rules"),
    "_cure": (9, "below _case _judge _rules"),
    "_follow": (9, "below"),
    "_decided": (9, "below _case _cure _follow _judge _reasons _rules"),
    "_deferred": (9, "below _decided _follow _reasons _sources"),
    "_sources": (9, "below _decided _rules"),
    "_plan": (9, "below _decided _deferred _rules _sources"),
    "_ahead": (9, "below _decided _deferred _sources"),
    "_timeline": (9, "below _decided _sources"),
    "decision": (9, "below _cure _decided _deferred _follow _plan _reasons _sources _timeline"),
    "_deviation": (10, "below"),
    "_walk": (10, "below _deviation"),
    "_breaches": (10, "below _deviation _walk"),
    "document": (10, "below"),
    "deviations": (10, "below _breaches _deviation _walk"),
    "_score": (10, "below"),
    "_team": (10, "below"),
    "_worklist": (10, "below _score _team"),
    "_brief": (10, "below"),
    "_outcome": (10, "below"),
    "worklist": (10, "below _brief _outcome _score _team _worklist"),
    "presets": (10, ""),
    "presets.allocations": (10, "below"),
    "presets.authorities": (10, "below"),
    "presets.buckets": (10, "below"),
    "presets.contact_law": (10, "below"),
    "presets.engines": (10, "below"),
    "presets.policies": (10, "below presets.segments"),
    "presets.segments": (10, "below"),
    "presets.statutes": (10, "below"),
    "presets.worklists": (10, "below worklist"),
    "": (11, ""),
}

AMBIENT = {
    "asyncio", "builtins", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib", "platform",
    "pprint", "random", "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib", "uuid", "warnings", "zoneinfo",
}  # fmt: skip
AMBIENT_CALLS = {"breakpoint", "getcontext", "getenv", "input", "now", "open", "print", "setcontext", "today", "utcnow"}
OUTSIDE = {"attrs", "dateutil"}


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name below it, parsed."""
    found: dict[str, ast.Module] = {}
    for path in SOURCE.rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()


def imports(name: str) -> set[str]:
    """The modules that a module imports when it runs, by their full names."""
    found: set[str] = set()
    typing_only = {
        id(inner)
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(MODULES[name]):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            inside = {f"{node.module}.{alias.name}" for alias in node.names}
            known = {f"dunning.{each}" for each in MODULES}
            found |= (inside & known) or {node.module or ""}
    return found


def test_every_room_is_in_the_table() -> None:
    assert set(MODULES) == set(ROOMS)


@pytest.mark.parametrize("name", ROOMS)
def test_a_room_imports_only_what_the_table_allows(name: str) -> None:
    floor, words = ROOMS[name]
    allowed = set(words.split())
    if "below" in allowed:
        allowed |= {each for each, (its_floor, _) in ROOMS.items() if its_floor < floor}
    inside = {each.removeprefix("dunning.") for each in imports(name) if each.startswith("dunning.")}
    assert inside <= allowed
    assert all(ROOMS[each][0] <= floor for each in inside)


@pytest.mark.parametrize("name", ROOMS)
def test_the_core_needs_nothing_but_attrs_and_dateutil(name: str) -> None:
    for each in imports(name):
        top = each.split(".")[0]
        assert top in sys.stdlib_module_names | OUTSIDE | {"dunning"}
        assert top != "dateutil" or name == "dates"
        assert top not in AMBIENT, f"{name} touches the world through {top}"


@pytest.mark.parametrize("name", ROOMS)
def test_the_core_never_asks_the_world(name: str) -> None:
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in AMBIENT_CALLS, f"{name}:{node.lineno} calls {called}"


@pytest.mark.parametrize("name", [name for name in ROOMS if name != "presets"])
def test_all_names_exactly_what_a_module_offers(name: str) -> None:
    module = importlib.import_module(f"dunning.{name}".rstrip("."))
    assert sorted(module.__all__) == sorted(set(module.__all__))
    for each in module.__all__:
        assert getattr(module, each) is not None
    defined = {
        node.name
        for node in MODULES[name].body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    }
    public = not name.rsplit(".", maxsplit=1)[-1].startswith("_")
    if public and name:
        internal = {"exact", "fits"} | {"compares_of", "as_known", "days_of", "exists_on", "rebuilt", "sales_movements"}
        assert defined - internal <= set(module.__all__)


def test_everything_public_has_a_docstring() -> None:
    for name, tree in MODULES.items():
        assert ast.get_docstring(tree), name
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                inner = name.split(".")[-1].startswith("_") or is_nested(tree, node)
                assert inner or ast.get_docstring(node) or is_private(tree, node), f"{name}.{node.name}"


def is_nested(tree: ast.Module, node: ast.AST) -> bool:
    """Whether a function lies inside another function."""
    functions = [outer for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef) and outer is not node]
    return any(inner is node for outer in functions for inner in ast.walk(outer))


def is_private(tree: ast.Module, node: ast.AST) -> bool:
    """Whether a definition lies inside a private class or function."""
    return any(
        outer.name.startswith("_") and any(inner is node for inner in ast.walk(outer))
        for outer in ast.walk(tree)
        if isinstance(outer, (ast.FunctionDef, ast.ClassDef))
    )


def test_importing_the_package_loads_no_room() -> None:
    code = "import sys, dunning; print(sorted(name for name in sys.modules if name.startswith(('dunning', 'attr', 'dateutil'))))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "['dunning']"


def test_the_names_of_the_first_ten_minutes_are_there() -> None:
    assert set(dunning.__all__) <= set(dir(dunning))
    for name in dunning.__all__:
        assert getattr(dunning, name).__name__ == name
    with pytest.raises(AttributeError, match="module 'dunning' has no attribute 'nothing'"):
        dunning.nothing  # noqa: B018  # the access is the test
