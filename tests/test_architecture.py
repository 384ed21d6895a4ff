"""The house: which room leans on which, what the core never touches, and which names are public."""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import inspect
import pathlib
import re
import subprocess
import sys
import typing
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import pytest

import dunning
from tests import public_names

SOURCE = pathlib.Path(dunning.__file__).parent
ROOT = pathlib.Path(__file__).resolve().parent.parent

FLOORS = (
    "errors _base",
    "amounts dates changes",
    "_report terms",
    "invoice interactions",
    "ledger",
    "aging measures charges settlement allocation statement quality pseudonyms",
    "conditions kpi forecast",
    "segmentation machine",
    "policy contact authority",
    "decision",
    "worklist deviations document",
    "sources",
    "presets",
    "serial frames",
)
"""The rooms from the ground up. A room leans on those of lower floors, and on those to its left on its own."""

LEANS_ON = {
    # room: the rooms whose names it imports
    "errors": "",
    "_base": "errors",
    "changes": "errors _base",
    "amounts": "errors _base",
    "dates": "errors _base",
    "_report": "_base amounts",
    "terms": "errors _base amounts dates",
    "invoice": "errors _base amounts dates terms",
    "interactions": "_base amounts dates invoice",
    "ledger": "errors _base amounts dates _report terms invoice interactions",
    "aging": "errors _base amounts dates _report interactions ledger",
    "measures": "errors _base amounts dates invoice interactions ledger",
    "charges": "errors _base amounts dates _report invoice interactions ledger",
    "settlement": "errors _base amounts dates invoice ledger",
    "allocation": "errors _base amounts dates _report invoice ledger",
    "statement": "_base amounts dates _report invoice ledger aging",
    "quality": "_base amounts _report invoice ledger",
    "pseudonyms": "_base interactions ledger",
    "conditions": "errors _base amounts dates _report measures",
    "kpi": "errors _base amounts dates _report invoice interactions ledger aging measures",
    "forecast": "errors _base amounts dates _report ledger aging measures kpi",
    "segmentation": "errors _base amounts dates _report ledger measures conditions",
    "machine": "errors _base _report measures conditions",
    "policy": "errors _base amounts dates _report interactions conditions segmentation machine",
    "contact": "errors _base amounts dates _report interactions ledger",
    "authority": "errors _base amounts dates _report terms invoice interactions ledger settlement forecast",
    "decision": (
        "errors _base amounts dates _report invoice interactions ledger measures charges conditions segmentation machine "
        "policy contact"
    ),
    "worklist": (
        "errors _base amounts dates _report invoice interactions ledger measures forecast segmentation policy contact "
        "authority decision"
    ),
    "deviations": (
        "_base amounts dates _report interactions ledger measures segmentation machine policy contact authority "
        "decision"
    ),
    "document": "_base amounts _report terms charges policy contact authority decision",
    "sources": "errors _base amounts dates _report terms invoice interactions ledger",
    "presets": (
        "_base amounts terms interactions ledger aging charges allocation conditions segmentation policy contact "
        "authority worklist sources"
    ),
    "serial": "errors _base amounts ledger measures",
    "frames": "errors _base amounts _report",
}

EDGE = {"serial": {"zoneinfo"}}
"""The rooms at the edge, which nothing imports, and what of the world each may ask."""
MOST_ENTRIES, LONGEST_CHAIN = 45, 15

AMBIENT = {
    "asyncio", "builtins", "glob", "http", "io", "locale", "logging", "multiprocessing", "os", "pathlib", "platform",
    "pprint", "random", "secrets", "shutil", "signal", "socket", "sqlite3", "ssl", "subprocess", "sys", "tempfile",
    "threading", "time", "urllib", "uuid", "warnings", "zoneinfo",
}  # fmt: skip
AMBIENT_CALLS = {"breakpoint", "getcontext", "getenv", "input", "now", "open", "print", "setcontext", "today", "utcnow"}
OUTSIDE = {"attrs", "dateutil"}
PUBLIC = public_names.homes()


def modules() -> dict[str, ast.Module]:
    """Every module of the package by its name below it, parsed; a face bears the name of its room."""
    found: dict[str, ast.Module] = {}
    for path in SOURCE.rglob("*.py"):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix("__init__").rstrip(".")
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


MODULES = modules()
FILES = sorted(name for name in MODULES if name)
ROOMS = sorted({name.split(".")[0] for name in FILES})


def imports(name: str, *, typing_too: bool = True) -> Iterator[tuple[str, str]]:
    """What a module imports: pairs of a module and a name of it ("" for the module itself)."""
    skipped = {
        id(inner)
        for node in ast.walk(MODULES[name])
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(MODULES[name]):
        if not typing_too and id(node) in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                inside = f"{node.module}.{alias.name}"
                yield (inside, "") if inside.removeprefix("dunning.") in MODULES else (node.module or "", alias.name)


def inner(name: str, *, typing_too: bool = True) -> set[str]:
    """The modules of the package that a module imports, by their names below it."""
    found = {module for module, _ in imports(name, typing_too=typing_too) if module.startswith("dunning.")}
    return {module.removeprefix("dunning.") for module in found}


def test_the_table_says_what_each_room_leans_on() -> None:
    assert set(ROOMS) == set(LEANS_ON)
    for room in ROOMS:
        files = [name for name in FILES if name.split(".")[0] == room]
        leans = {each.split(".")[0] for name in files for each in inner(name)} - {room}
        assert leans == set(LEANS_ON[room].split()), room


def test_rooms_lean_downwards_or_to_the_left_and_so_in_no_circle() -> None:
    order = [room for floor in FLOORS for room in floor.split()]
    assert sorted(order) == ROOMS
    for room, words in LEANS_ON.items():
        assert words.split() == [each for each in order[: order.index(room)] if each in words.split()], room


def test_the_house_is_small_enough_to_see() -> None:
    entries = [path for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert len(entries) <= MOST_ENTRIES

    @cache
    def chain(room: str) -> int:
        return 1 + max(map(chain, LEANS_ON[room].split()), default=0)

    assert max(map(chain, LEANS_ON)) <= LONGEST_CHAIN
    assert all(name.count(".") <= 1 for name in FILES), "one level of folders"


TEXTBOOK = (
    "charges.formulas forecast.markov forecast.pattern forecast.textbook kpi.behaviour kpi.concentration kpi.cycles "
    "kpi.dso kpi.quality kpi.work terms.figures"
)


@pytest.mark.parametrize("name", TEXTBOOK.split())
def test_textbook_arithmetic_on_bare_numbers_reads_no_ledger(name: str) -> None:
    reading = ["invoice", "interactions", "ledger", "aging", "measures"]
    assert {each.split(".")[0] for each in inner(name)}.isdisjoint(reading)


def test_no_modules_import_each_other_when_they_run() -> None:
    """Importing a file of a room runs the room's face first, which counts where it is another room's."""
    leads = {name: set[str]() for name in FILES}
    for name in FILES:
        for each in inner(name, typing_too=False):
            leads[name].add(each)
            if each.split(".")[0] != name.split(".")[0]:
                leads[name].add(each.split(".")[0])
    remaining = {name: set(each) for name, each in leads.items()}
    while ready := {name for name, each in remaining.items() if not each}:
        remaining = {name: each - ready for name, each in remaining.items() if name not in ready}
    assert not remaining


def test_only_tools_below_all_rooms_have_an_underscore() -> None:
    hidden = {name for name in FILES if any(part.startswith("_") for part in name.split("."))}
    assert {name.split(".")[0] for name in hidden} == {"_base", "_report"}


@pytest.mark.parametrize("name", FILES)
def test_another_room_is_imported_by_its_face_for_what_is_public(name: str) -> None:
    for module, each in imports(name):
        room, _, file = module.removeprefix("dunning.").partition(".")
        if (
            not module.startswith("dunning.")
            or room in {"presets", name.split(".", maxsplit=1)[0]}
            or room.startswith("_")
        ):
            continue
        if file:
            assert each not in PUBLIC[f"dunning.{room}"], f"{name}: import {each} from dunning.{room}"
        elif each:
            assert each in PUBLIC[module], f"{name}: {each} is not public in {module}"


@pytest.mark.parametrize(
    "path", sorted({*ROOT.glob("docs/**/*.md"), *ROOT.glob("docs/examples/*"), ROOT / "README.md"})
)
def test_pages_and_examples_import_rooms_not_their_files(path: pathlib.Path) -> None:
    if path.suffix in {".md", ".py", ".ipynb"}:
        assert_no_file_is_named(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_doctests_import_rooms_not_their_files(name: str) -> None:
    for node in ast.walk(MODULES[name]):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
            assert_no_file_is_named(ast.get_docstring(node) or "")


def assert_no_file_is_named(text: str) -> None:
    named = re.findall(r"\bdunning\.([a-z_]+\.[a-z_0-9]+)", text)
    assert not [each for each in named if each in MODULES and not each.startswith("presets.")]


@pytest.mark.parametrize("name", FILES)
def test_the_core_needs_nothing_but_attrs_and_dateutil(name: str) -> None:
    for each, _ in imports(name):
        top = each.split(".")[0]
        assert top in sys.stdlib_module_names | OUTSIDE | {"dunning"}
        assert top != "dateutil" or name.split(".", maxsplit=1)[0] == "dates"
        assert top not in AMBIENT - EDGE.get(name.split(".", maxsplit=1)[0], set()), (
            f"{name} touches the world through {top}"
        )


@pytest.mark.parametrize("name", FILES)
def test_the_core_never_asks_the_world(name: str) -> None:
    for node in ast.walk(MODULES[name]):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert called not in AMBIENT_CALLS, f"{name}:{node.lineno} calls {called}"


@pytest.mark.parametrize("room", PUBLIC)
def test_a_face_lists_exactly_what_a_room_offers(room: str) -> None:
    module = importlib.import_module(room)
    assert sorted(module.__all__) == sorted(set(module.__all__))
    assert set(module.__all__) <= set(dir(module))
    for name in module.__all__:
        assert getattr(module, name) is not None
        assert not inspect.ismodule(getattr(module, name)), f"a file of {room} bears the name of {name}"
        assert f"{room}.{name}".removeprefix("dunning.") not in MODULES, f"a file of {room} bears the name of {name}"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        module.nothing  # noqa: B018  # the access is the test


def test_a_public_class_bears_the_name_of_its_room_and_its_annotations_resolve() -> None:
    for room, names in PUBLIC.items():
        for name in names:
            value = getattr(importlib.import_module(room), name)
            if inspect.isclass(value):
                assert value.__module__ == room
                assert set(typing.get_type_hints(value)) >= set(inspect.get_annotations(value))


def test_no_name_is_public_in_two_rooms() -> None:
    seen: dict[str, str] = {}
    for room, names in PUBLIC.items():
        for name in names:
            assert seen.setdefault(name, room) == room, f"{name} is public in {seen[name]} and in {room}"


def test_public_names_and_signatures_are_those_on_record() -> None:
    """Where a change is meant: `python -m tests.public_names`, and an entry in the changelog."""
    assert public_names.described() == public_names.RECORD.read_text(encoding="utf-8")


def test_everything_public_has_a_docstring() -> None:
    for name, tree in MODULES.items():
        assert ast.get_docstring(tree), name
    for room, names in PUBLIC.items():
        for name in names:
            value = getattr(importlib.import_module(room), name)
            if inspect.isclass(value) or inspect.isfunction(value):
                assert value.__doc__, f"{room}.{name}"
                members = vars(value).items() if inspect.isclass(value) else ()
                for each, member in members:
                    if not each.startswith("_") and isinstance(
                        member, (property, classmethod, type(test_everything_public_has_a_docstring))
                    ):
                        assert member.__doc__, f"{room}.{name}.{each}"


def test_everything_else_that_is_public_says_what_it_is_and_is_on_the_page_of_its_room() -> None:
    for room, names in PUBLIC.items():
        files = [name for name in FILES if f"dunning.{name}.".startswith(f"{room}.")]
        said = {name for file in files for name in constants_with_a_docstring(MODULES[file])}
        page = (ROOT / "docs" / "reference" / f"{room.removeprefix('dunning.').replace('.', '_')}.md").read_text(
            "utf-8"
        )
        assert f"automodule:: {room}\n" in page
        is_face = hasattr(importlib.import_module(room), "__path__")
        for name in names:
            value = getattr(importlib.import_module(room), name)
            if not (inspect.isclass(value) or inspect.isroutine(value)):
                assert name in said, f"{room}.{name}"
                assert not is_face or f"autodata:: {room}.{name}\n" in page, f"{room}.{name}"


def constants_with_a_docstring(tree: ast.Module) -> Iterator[str]:
    """The names of a module that a text follows."""
    for node, following in pairwise(tree.body):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(following, ast.Expr):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            yield getattr(target, "id", "")


def test_the_package_says_its_version() -> None:
    assert dunning.__version__ == importlib.metadata.version("dunning")


def test_importing_the_package_loads_no_room() -> None:
    code = "import sys, dunning; print(sorted(name for name in sys.modules if name.startswith(('dunning', 'attr', 'dateutil'))))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "['dunning']"


@pytest.mark.parametrize(
    ("room", "unneeded"),
    [("worklist", "kpi.scorecards"), ("decision", "segmentation.migrations"), ("contact", "policy")],
)
def test_importing_a_room_does_not_load_what_it_does_not_need(room: str, unneeded: str) -> None:
    code = f"import sys, dunning.{room}; print('dunning.{unneeded}' in sys.modules)"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        == "False"
    )


def test_the_catalogue_of_kpis_is_whole_when_it_is_first_asked_for() -> None:
    printed = subprocess.run(
        [sys.executable, "-c", "from dunning.kpi import KPIS; print(len(KPIS))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert int(printed) == len(importlib.import_module("dunning.kpi").KPIS) > 60


def test_the_names_of_the_first_ten_minutes_are_there() -> None:
    assert set(dunning.__all__) <= set(dir(dunning))
    for name in dunning.__all__:
        assert getattr(dunning, name).__name__ == name
        assert getattr(dunning, name) in [getattr(importlib.import_module(room), name, None) for room in PUBLIC]
    with pytest.raises(AttributeError, match="module 'dunning' has no attribute 'nothing'"):
        dunning.nothing  # noqa: B018  # the access is the test
