"""Sphinx: warnings are errors, and a name in backticks in a docstring is a link or a known word of its signature."""

from __future__ import annotations

import builtins
import importlib
import inspect
import pathlib
import pkgutil
import re
import sys
from typing import Any, get_args

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.pycode import ModuleAnalyzer
from sphinx.util.nodes import make_refnode

from dunning import measures

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))  # for the record of public names
from tests import public_names  # after the path is set

project = "dunning"
author = "The dunning authors"
copyright = "2026, The dunning authors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
html_theme = "furo"
html_title = "dunning"
html_static_path = ["_static"]
exclude_patterns = ["_build", "examples"]
myst_heading_anchors = 3
default_role = "py:obj"
nitpicky = True
nitpick_ignore = [("py:class", "collections.abc.Mapping"), ("py:class", "decimal.Decimal")]  # no inventory is fetched
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {
    "members": True,
    "inherited-members": "object,tuple,Generic,BaseException,Exception,ValueError,LookupError,KeyError,ArithmeticError",
}
napoleon_google_docstring = True
napoleon_use_ivar = True


def link(app: Sphinx, env: BuildEnvironment, node: pending_xref, text: nodes.Element) -> nodes.Node | None:
    """Where a name that Sphinx cannot place leads: to the only object that ends in it, as seen from where it stands.

    What a signature speaks of (parameters, fields, values) and expressions are no links; what is left is a warning.
    """
    target, room, kind = node["reftarget"], node.get("py:module"), node.get("py:class")
    objects = env.domains.python_domain.objects
    near = [full for full in (f"{room}.{kind}.{target}", f"{room}.{target}", f"dunning.{target}") if full in objects]
    ends = [full for full, found in objects.items() if full.endswith(f".{target}") and not found.aliased]
    if near or len(ends) == 1:
        full = (near or ends)[0]
        found = objects[full]
        return make_refnode(app.builder, node["refdoc"], found.docname, found.node_id, text, full)
    is_annotation = not node.rawsource
    if is_annotation or target in WORDS or not re.fullmatch(r"[A-Za-z_][\w.]*", target):
        return text
    return None


def words() -> set[str]:
    """What docstrings may speak of beside objects: parameters, fields, and the values and names of the trade's tables."""
    found = {"None", "True", "False", "self", "Decimal", "date", "datetime", "datetime.date", "Fraction"}
    found |= {"attrs.evolve", "fractions.Fraction"}
    found |= {*dir(builtins), *measures.MEASURES}
    for room, names in PUBLIC.items():
        for name in names:
            value: Any = getattr(importlib.import_module(room), name)
            members = [value]
            if inspect.isclass(value):
                members += [getattr(value, each) for each in dir(value) if not each.startswith("_")]
            found |= {str(each) for each in get_args(value)}
            found |= {each for member in members for each in parameters(member)}
            found |= {each.name for each in getattr(value, "__attrs_attrs__", ())} | set(getattr(value, "_fields", ()))
    return found


def parameters(value: Any) -> list[str]:
    """The names of what a function takes, and of the values that its annotations list."""
    try:
        return list(inspect.signature(value).parameters)
    except (TypeError, ValueError):
        return []


def constants() -> dict[str, list[str]]:
    """What is said of each constant where it stands: a face only passes it on."""
    found: dict[str, list[str]] = {}
    for room in PUBLIC:
        package = importlib.import_module(room)
        for file in pkgutil.iter_modules(getattr(package, "__path__", ())):
            said = ModuleAnalyzer.for_module(f"{room}.{file.name}").find_attr_docs()
            found |= {f"{room}.{name}": lines for (owner, name), lines in said.items() if not owner}
    return found


def say(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Let a constant say in a face what it says in its file, and a property what it says."""
    if what == "data" and name in CONSTANTS:
        lines[:] = CONSTANTS[name]
    if what in {"data", "property"}:
        lines.insert(0, "")  # else what stands before a colon is taken for a type


PUBLIC = public_names.homes()
WORDS = words()
CONSTANTS = constants()


def setup(app: Sphinx) -> None:
    """Connect the linking of names."""
    app.connect("missing-reference", link)
    app.connect("autodoc-process-docstring", say, priority=400)  # before napoleon
