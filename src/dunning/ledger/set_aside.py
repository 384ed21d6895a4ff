"""What was set aside when books were built, as a report: how much of what, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from dunning._base.noun import at_home
from dunning._report import Column, Report, counted, shown
from dunning.amounts import ZERO, exact, parse
from dunning.errors import InvalidValue
from dunning.ledger.intake import ON_ACCOUNT, Problem
from dunning.ledger.kinds import KINDS


def _said(problem: Problem) -> Mapping[str, Any]:
    """What a problem says of what was set aside: kind, customer, currency, amount, as far as it does."""
    fact = problem.fact
    if type(fact) in KINDS:
        names = ("customer", "currency", "amount")
        return {"fact": KINDS[type(fact)].name} | {name: getattr(fact, name, None) for name in names}
    return dict(cast("tuple[tuple[str, str], ...]", fact)) if isinstance(fact, tuple) else {}


def _of(name: str) -> Column:
    return Column(name, lambda problem: _said(problem).get(name), heading=name.replace("fact", "kind"), left=True)


def amount_of(problem: Problem) -> Decimal | None:
    """The amount of what was set aside; None where it has none, or none that can be read."""
    try:
        return parse(_said(problem).get("amount"))
    except InvalidValue:
        return None


@at_home
class Problems(tuple[Problem, ...], Report[Problem]):
    """The problems of a ledger, in order: a tuple, and a report of what was set aside.

    Printed, it shows each problem and sums up what was set aside by kind and currency; `totals` are these sums,
    `records()` rows of plain values. A problem that sets nothing aside (*finer*, *on_account*) counts in none.
    """

    __slots__ = ()

    _columns = (
        Column("row", heading="row"),
        Column("code", heading="code", left=True),
        _of("fact"),
        Column("id", heading="id", left=True),
        _of("customer"),
        _of("currency"),
        Column("amount", amount_of, heading="amount"),
        Column("message", heading="what to do", left=True),
    )

    @exact
    def totals(self) -> dict[tuple[str, str | None], tuple[int, Decimal]]:
        """How many facts were set aside and over how much, by kind and currency (None where none is said)."""
        return self._sums(on_account=False)

    def _sums(self, *, on_account: bool) -> dict[tuple[str, str | None], tuple[int, Decimal]]:
        found: dict[tuple[str, str | None], tuple[int, Decimal]] = {}
        for each in self:
            if each.fact is not None and (each.code == ON_ACCOUNT) == on_account:
                said = _said(each)
                key = str(said.get("fact", "row")), said.get("currency")
                count, amount = found.get(key, (0, ZERO))
                found[key] = count + 1, amount + (amount_of(each) or ZERO)
        return found

    def _title(self) -> str:
        return "Set aside"

    def _notes(self) -> Iterator[str]:
        yield f"set aside: {_in_words(self.totals()) or 'nothing'}"
        if kept := _in_words(self._sums(on_account=True)):
            yield f"on account, for what they name is not there: {kept}"


def _in_words(sums: Mapping[tuple[str, str | None], tuple[int, Decimal]]) -> str:
    parts: list[str] = []
    for (kind, currency), (count, amount) in sorted(sums.items(), key=lambda pair: -pair[1][0]):
        over = f" over {shown(amount)} {currency or ''}".rstrip() if amount else ""
        parts.append(counted(count, kind.replace("_", " ")) + over)
    return "; ".join(parts)
