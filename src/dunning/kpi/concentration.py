"""Concentration: how much of what is owed lies with few customers."""

from __future__ import annotations

from fractions import Fraction

from dunning._base.bounds import Count
from dunning.amounts import ZERO
from dunning.amounts.decimals import Number
from dunning.kpi.formula import Exposures, Family, Outcome, flagged, kpi, total, undefined

FAMILY: Family = "Concentration"
_NOBODY = "nobody owes anything: no receivables"
_HHI = "US Department of Justice, Herfindahl-Hirschman index, as a fraction"


def _owing(exposures: Exposures) -> list[Number]:
    """What the customers owe who owe anything, the smallest first."""
    return sorted(each for each in exposures if each > 0)


def _told(value: Fraction, exposures: Exposures) -> Outcome:
    """The figure, with a warning where customers in credit were left out."""
    return flagged(value, "credit customer") if any(each < 0 for each in exposures) else value


def _squares(owing: list[Number]) -> Fraction:
    return Fraction(sum((each * each for each in owing), ZERO)) / total(owing) ** 2


@kpi(FAMILY, "share", "sum of the squared shares", undefined=_NOBODY, source=_HHI)
def herfindahl(exposures: Exposures) -> Outcome:
    """The Herfindahl-Hirschman index of exposures: 1 for a single customer, 1/n for n equal ones.

    Customers in credit are left out and flag *credit customer*.

    >>> herfindahl([30, 30, 20, 20]).value
    Decimal('0.26')
    """
    owing = _owing(exposures)
    return _told(_squares(owing), exposures) if owing else undefined("no receivables")


@kpi(FAMILY, "count", "1 / Herfindahl index", undefined=_NOBODY, source=_HHI)
def effective_customers(exposures: Exposures) -> Outcome:
    """How many customers of equal size would be as concentrated.

    >>> effective_customers([25, 25, 25, 25]).value
    Decimal('4')
    """
    owing = _owing(exposures)
    return _told(1 / _squares(owing), exposures) if owing else undefined("no receivables")


@kpi(
    FAMILY,
    "share",
    "2 x sum(rank x exposure) / (n x sum of exposures) - (n + 1) / n; with `small_sample` times n / (n - 1)",
    undefined=_NOBODY,
    source="Gini (1912), for sorted exposures",
)
def gini(exposures: Exposures, *, small_sample: bool = False) -> Outcome:
    """The Gini coefficient of exposures: 0 when all owe the same; near 1 when one of many owes nearly everything.

    Args:
        exposures: what each customer owes; those in credit are left out and flag *credit customer*.
        small_sample: correct for few customers, times n / (n - 1); one customer gives 0 either way.

    >>> gini([10, 20, 30, 40, 50], small_sample=True).value.quantize(1)
    Decimal('0')
    """
    owing = _owing(exposures)
    count = len(owing)
    if not owing:
        return undefined("no receivables")
    ranked = Fraction(sum((rank * each for rank, each in enumerate(owing, start=1)), ZERO))
    found = 2 * ranked / (count * total(owing)) - Fraction(count + 1, count)
    return _told(found * Fraction(count, count - 1) if small_sample and count > 1 else found, exposures)


@kpi(
    FAMILY,
    "share",
    "exposure of the n largest / exposure of all",
    undefined=_NOBODY,
    source="Bajaj Finserv Markets, customer concentration ratio",
)
def top_n_share(exposures: Exposures, n: Count = 10) -> Outcome:
    """The share of what is owed that lies with the n largest customers; with fewer of them it is 1.

    >>> top_n_share([10, 20, 70], 1).value
    Decimal('0.7')
    """
    owing = _owing(exposures)
    return _told(total(owing[::-1][:n]) / total(owing), exposures) if owing else undefined("no receivables")
