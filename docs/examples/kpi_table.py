"""Print the table of all KPIs from their definitions in the library; `docs/kpis.md` holds what it prints."""

from __future__ import annotations

from itertools import groupby

from dunning.kpi import FAMILIES, KPIS


def cell(text: str) -> str:
    """A text that a Markdown table can hold."""
    return text.replace("|", "\\|").replace("\n", " ")


ordered = sorted(KPIS.values(), key=lambda each: (FAMILIES.index(each.family), each.name))
for family, definitions in groupby(ordered, key=lambda each: each.family):
    print(f"## {family}\n")
    print("| KPI | meaning | formula | unit | undefined | source |")
    print("| --- | --- | --- | --- | --- | --- |")
    for each in definitions:
        parts = (each.meaning, each.formula, each.unit, each.undefined, each.source)
        print(f"| `{each.name}` | {' | '.join(map(cell, parts))} |")
    print()
