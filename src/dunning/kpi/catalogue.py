"""The catalogue of KPIs: every definition by its name, with all files that define one loaded."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dunning.kpi import behaviour, concentration, cycles, dso, quality, work
from dunning.kpi.formula import DEFINED, Definition

FILES = (behaviour, concentration, cycles, dso, quality, work)
"""The files of formulas; loading them fills the catalogue."""

KPIS: Mapping[str, Definition] = MappingProxyType(DEFINED)
"""Every KPI of the library by its name."""
