"""Deviations as data: what was done, or not done, against the policy, and the report of a period."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeAlias

from dunning._base import guards
from dunning._base.noun import frozen
from dunning._report import Column, Report, counted, set_aside
from dunning.dates import Period

DeviationKind: TypeAlias = Literal[
    "missing",
    "late",
    "early",
    "before_deadline",
    "out_of_order",
    "repeated",
    "unknown_level",
    "wrong_channel",
    "while_held",
    "nothing_open",
    "contact_not_permitted",
    "beyond_authority",
    "not_approved",
]
"""What was not as it should be; the codes to match on."""

DEVIATIONS: Mapping[DeviationKind, str] = MappingProxyType(
    {
        "missing": "a step that the policy wanted was not taken in time",
        "late": "a notice came later than the policy wanted it",
        "early": "a notice came before the policy wanted it",
        "before_deadline": "a step was taken before the time to pay was over that a notice had given",
        "out_of_order": "a notice of a level was given before its turn, or after a higher one",
        "repeated": "a notice was given again that the policy gives once",
        "unknown_level": "a notice gave a level that the policy does not have",
        "wrong_channel": "a notice went by another channel than the policy says",
        "while_held": "a notice went out though the debt was held, disputed, promised, on a plan or placed",
        "nothing_open": "a notice went out though nothing was open",
        "contact_not_permitted": "the rules of contact did not permit the contact",
        "beyond_authority": "a concession went beyond what the role may grant that approved it",
        "not_approved": "a concession needed an approval and has none",
    }
)
"""What each kind of deviation means."""


@frozen
class Deviation:
    """One thing that was done, or not done, against the policy, the rules of contact, or the limits of authority.

    `on` is the day on which it happened (of what is missing: on which it was due), `expected` the day on which the
    policy wanted it, `fact` the id of the fact, `by` who did it, `segment` the account's segment on that day where a
    segmentation was given.
    """

    kind: DeviationKind
    on: date
    customer: str
    currency: str
    level: str | None
    fact: str | None
    by: str | None
    segment: str | None
    expected: date | None
    text: str

    def __str__(self) -> str:
        return f"{self.on} {self.customer} {self.currency}: {self.text}"


@frozen
class Deviations(Report[Deviation]):
    """All deviations of a period, by day. Iterating gives them; `checked` counts what was held against the rules."""

    period: Period
    found: tuple[Deviation, ...]
    checked: int
    problems: int = 0

    _rows = "found"
    _columns = (
        Column("on", heading="on", left=True),
        Column(None, lambda each: f"{each.customer} {each.currency}", heading="account", left=True),
        Column("kind", heading="what", left=True),
        Column("customer"),
        Column("currency"),
        Column("level"),
        Column("fact"),
        Column("by", heading="by", left=True),
        Column("segment"),
        Column("expected"),
        Column("text", heading="said", left=True),
    )

    def _title(self) -> str:
        return f"Deviations from the policy, {self.period}"

    def _notes(self) -> Iterator[str]:
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.counts().items())
        said = f"{counted(len(self), 'deviation')} in {self.checked} contacts, notices and concessions"
        yield f"{said}: {kinds or 'none'}"
        yield from set_aside(self.problems)

    @guards.checked
    def counts(self, by: Literal["kind", "by", "segment", "level", "customer"] = "kind") -> dict[str, int]:
        """How many deviations there are of each kind, collector, segment, level or customer, the most first."""
        numbers = Counter(str(getattr(each, by) or "-") for each in self.found)
        return dict(sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])))
