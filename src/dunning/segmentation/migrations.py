"""How accounts move between segments: from one date to another, and how steadily over many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter
from typing import Any

from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning._report import Column, Layout, Report, shown
from dunning.amounts import ZERO, exact, quotient, rounded
from dunning.errors import InvalidValue
from dunning.ledger import Ledger
from dunning.measures import Custom
from dunning.segmentation.segments import Assignment, Segmentation, Segments, segment

NOWHERE = "(none)"
"""Where an account was that a report does not have."""


@frozen
class Move:
    """How many accounts of a currency went from one segment to another, with their exposure before and after."""

    currency: str
    before: str
    after: str
    accounts: int
    exposure_before: Decimal
    exposure_after: Decimal


@frozen
class Migration(Report[Move]):
    """The moves between segments from one date to another, those who stayed included. Iterating gives each `Move`.

    Every account of either report is in exactly one move of its currency; one that is in a single report comes from, or
    goes to, "(none)".
    """

    name: str
    names: tuple[str, ...]
    first: date
    last: date
    moves: tuple[Move, ...]

    _rows = "moves"
    _same = ("first", "last")
    _columns = tuple(map(Column, ("currency", "before", "after", "accounts", "exposure_before", "exposure_after")))

    def orders(self) -> Mapping[str, Sequence[str]]:
        """All labels of a column that has an order, in that order."""
        return dict.fromkeys(("before", "after"), tuple(dict.fromkeys((*self.names, NOWHERE))))

    def _title(self) -> str:
        return f"Migration by {self.name}, {self.first} to {self.last} (accounts / exposure at the end)"

    def _grid(self) -> Layout:
        named = {each.before for each in self.moves} | {each.after for each in self.moves}
        names = [name for name in (*self.names, NOWHERE) if name in named]
        known = {
            (each.currency, each.before, each.after): f"{each.accounts} / {shown(each.exposure_after)}"
            for each in self.moves
        }
        body = [
            (currency, before, *(known.get((currency, before, after), "-") for after in names))
            for currency in sorted({each.currency for each in self.moves})
            for before in names
        ]
        return Layout(("currency", "from", *names), body, (0, 1))

    @guarded
    def accounts(self, before: str, after: str) -> int:
        """How many accounts went from one segment to another, in all currencies."""
        return sum(each.accounts for each in self.moves if (each.before, each.after) == (before, after))


@checked
@exact
def migration(before: Segments, after: Segments) -> Migration:
    """How accounts moved between two reports of one segmentation.

    Raises:
        InvalidValue: the reports are of different segmentations, or the second is not of a later date.

    >>> from dunning import Invoice
    >>> from dunning.presets.segments import payment_behaviour
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> first, last = (segment(ledger, payment_behaviour(), as_of=date(2026, month, 20)) for month in (2, 6))
    >>> migration(first, last).accounts("new", "delinquent")
    1
    """
    faults: list[str] = []
    if before.segmentation != after.segmentation:
        faults.append(f"segmentation: {before.segmentation.name} and {after.segmentation.name} are not the same")
    if before.as_of >= after.as_of:
        faults.append(f"after: {after.as_of} is not later than {before.as_of}")
    refuse("migration", faults)
    were, are = ({(each.customer, each.currency): each for each in report} for report in (before, after))
    moves: dict[tuple[str, str, str], list[Any]] = {}
    for key in sorted({*were, *are}):
        old, new = were.get(key), are.get(key)
        found = moves.setdefault((key[1], _name(old), _name(new)), [0, ZERO, ZERO])
        found[0] += 1
        found[1] += ZERO if old is None else old.exposure
        found[2] += ZERO if new is None else new.exposure
    names = (*after.segmentation.names, NOWHERE)
    ordered = sorted(moves.items(), key=lambda each: (each[0][0], names.index(each[0][1]), names.index(each[0][2])))
    return Migration(
        after.segmentation.name,
        after.segmentation.names,
        before.as_of,
        after.as_of,
        tuple(Move(*key, *found) for key, found in ordered),
    )


def _name(assignment: Assignment | None) -> str:
    return NOWHERE if assignment is None else assignment.segment


@frozen
class Stability(Report[tuple[date, int]]):
    """How often accounts change their segment. Iterating gives (day, flips since the reading before).

    A *return* is a flip back to the segment that the account had just left: the sign of a threshold without hysteresis.
    `accounts` are those that there were on the last day; one that comes in between is followed from then on.
    """

    name: str
    days: tuple[date, ...]
    flips: tuple[int, ...]
    returns: int
    accounts: int

    @property
    def flips_a_month(self) -> Decimal | None:
        """Flips per account in 30 days; None without accounts."""
        span = (self.days[-1] - self.days[0]).days
        return quotient(Fraction(30 * sum(self.flips), span * self.accounts)) if self.accounts else None

    _same = ("accounts",)
    _columns = (
        Column("day", itemgetter(0), heading="day", left=True),
        Column("flips", itemgetter(1), heading="flips"),
    )

    def __iter__(self) -> Iterator[tuple[date, int]]:
        return zip(self.days[1:], self.flips, strict=True)

    def __len__(self) -> int:
        return len(self.flips)

    def _title(self) -> str:
        return f"Stability of {self.name}"

    def _notes(self) -> Iterator[str]:
        rate = self.flips_a_month
        a_month = "-" if rate is None else f"{rounded(rate, 3)}"
        back = f"{self.returns} of {sum(self.flips)} back to the segment before"
        yield f"{self.accounts} accounts, {a_month} flips per account and month, {back}"


@guarded
def stability(
    ledger: Ledger, segmentation: Segmentation, days: Sequence[date], *, custom: tuple[Custom, ...] = ()
) -> Stability:
    """Count how often accounts change their segment from one day to the next, conditions to `stay` taken into account.

    Raises:
        InvalidValue: the days are not two or more in order.

    >>> from dunning import Invoice
    >>> from dunning.presets.segments import payment_behaviour
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> stability(ledger, payment_behaviour(), [date(2026, month, 20) for month in (2, 4, 6)]).flips
    (0, 1)
    """
    days = tuple(days)
    if len(days) < 2 or any(second <= first for first, second in pairwise(days)):
        raise InvalidValue("stability", ["days: give two or more, the earliest first"])
    reports: list[Segments] = []
    for day in days:
        reports.append(segment(ledger, segmentation, as_of=day, custom=custom, since=reports[-1] if reports else None))
    names = [report.labels for report in reports]
    flips = tuple(sum(1 for key in old if new[key] != old[key]) for old, new in pairwise(names))
    returns = 0
    for account in names[-1]:
        path = [each[account] for each in names if account in each]
        turns = [name for name, after in pairwise(path) if name != after] + path[-1:]
        returns += sum(1 for first, third in zip(turns, turns[2:], strict=False) if first == third)
    return Stability(segmentation.name, days, flips, returns, len(names[-1]))
