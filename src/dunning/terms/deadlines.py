"""When something falls due, as a rule: thirty days, the end of the month, the 21st of the month that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias

from dunning._base.guards import checked
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.dates import add_days, add_months, month_end, require_day

DeadlineRule: TypeAlias = Literal[
    "net", "eom", "days then eom", "mfi", "net monthly", "uk month end", "on delivery", "in advance"
]
"""The kinds of deadlines; see `Deadline`."""

_DUE: Mapping[str, Callable[[date, int, int], date]] = {
    # rule: the date, from the invoice date, days and months
    "net": lambda issued, days, months: add_days(add_months(issued, months), days),
    "eom": lambda issued, days, months: add_days(month_end(issued), days),
    "days then eom": lambda issued, days, months: month_end(add_days(issued, days)),
    "mfi": lambda issued, days, months: _day_of_month(add_months(issued.replace(day=1), 1), days),
    "net monthly": lambda issued, days, months: month_end(add_months(issued.replace(day=1), 1)),
    "uk month end": lambda issued, days, months: month_end(add_months(issued.replace(day=1), days // 30)),
    "on delivery": lambda issued, days, months: issued,
    "in advance": lambda issued, days, months: issued,
}
MONTH_BASED = ("eom", "mfi", "net monthly", "uk month end")
"""The rules that count from the month of the invoice; a cut-off day moves late invoices to the next month."""

_TAKES_DAYS = {"net", "eom", "days then eom", "mfi", "uk month end"}


def _day_of_month(first: date, day: int) -> date:
    return min(add_days(first, day - 1), month_end(first))


Reach: TypeAlias = Annotated[int, Must("0 <= {0} < 10000", "a whole number of 0 to 9999")]
"""How far ahead terms may say."""


@frozen
class Deadline:
    """A rule that gives a date for an invoice date.

    `rule` is one of *net* (`months`, then `days` after the invoice date), *eom* (`days` after the end of its month),
    *days then eom* (the end of the month in which that many days are over), *mfi* (day `days` of the month following
    the invoice, also called proximo; the last day where the month is shorter), *net monthly* (the end of the month that
    follows), *uk month end* (30 days are the end of the following month, 60 of the one after it), *on delivery* and
    *in advance* (the invoice date, unless the delivery's is given).

    Raises:
        InvalidValue: the rule is unknown, or its numbers are not what it takes; all faults are named.

    >>> str(Deadline("eom", 30)), Deadline("eom", 30).date_for(date(2026, 3, 10))
    ('net 30 EOM', datetime.date(2026, 4, 30))
    """

    rule: DeadlineRule
    days: Reach = 0
    months: Reach = 0

    def _rules(self) -> Iterator[str]:
        if self.months and self.rule != "net":
            yield f"months: {self.rule} takes none"
        if self.days and self.rule not in _TAKES_DAYS:
            yield f"days: {self.rule} takes none"
        if self.rule == "mfi" and not 1 <= self.days <= 31:
            yield f"days: {self.days} is not a day of the month"
        if self.rule == "uk month end" and (not self.days or self.days % 30):
            yield f"days: {self.days} is not 30, 60, 90 or so on"

    @checked
    def date_for(self, issued: date, *, cutoff: int | None = None) -> date:
        """The date for an invoice date; an invoice after the cut-off day counts to the next month."""
        require_day("issued", issued)
        if cutoff is not None and self.rule in MONTH_BASED and issued.day > cutoff:
            issued = add_months(issued.replace(day=1), 1)
        return _DUE[self.rule](issued, self.days, self.months)

    def __str__(self) -> str:
        days, months = self.days, self.months
        if self.rule == "net" and months:
            return f"net {months} month{'s' if months > 1 else ''}{f' {days} days' if days else ''}"
        return {
            "net": f"net {days}",
            "eom": f"net {days} EOM" if days else "EOM",
            "days then eom": f"{days} days then EOM",
            "mfi": f"{days} MFI",
            "net monthly": "net monthly",
            "uk month end": f"{days} days UK month end",
            "on delivery": "cash on delivery",
            "in advance": "cash in advance",
        }[self.rule]
