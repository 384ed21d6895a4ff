"""When something falls due, as a rule: thirty days, the end of the month, the 21st of the month that follows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Annotated, Literal, TypeAlias, get_args

from dunning._base.bounds import DayOfMonth
from dunning._base.guards import checked
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.dates import BusinessCalendar, add_days, add_months, month_end, require_day
from dunning.errors import InvalidValue

DeadlineRule: TypeAlias = Literal[
    "net", "eom", "days then eom", "mfi", "net monthly", "uk month end", "on delivery", "in advance",
    "receipt of goods", "business days", "before due",
]  # fmt: skip
"""The kinds of deadlines; see `Deadline`."""

Weekday: TypeAlias = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
"""A day of the week."""
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""The days of the week, in order."""
PaymentDay: TypeAlias = DayOfMonth | Weekday
"""A day on which is paid: a day of the month (the last one in a shorter month), or of the week."""

_DUE: Mapping[str, Callable[[date, int, int], date]] = {
    # rule: the date, from the invoice date, days and months
    "net": lambda issued, days, months: add_days(add_months(issued, months), days),
    "eom": lambda issued, days, months: add_days(month_end(add_months(issued.replace(day=1), months)), days),
    "days then eom": lambda issued, days, months: month_end(add_days(issued, days)),
    "mfi": lambda issued, days, months: _day_of_month(add_months(issued.replace(day=1), 1), days),
    "net monthly": lambda issued, days, months: month_end(add_months(issued.replace(day=1), 1)),
    "uk month end": lambda issued, days, months: month_end(add_months(issued.replace(day=1), days // 30)),
    "on delivery": lambda issued, days, months: issued,
    "in advance": lambda issued, days, months: issued,
    "receipt of goods": lambda issued, days, months: add_days(issued, days),
}
MONTH_BASED = ("eom", "mfi", "net monthly", "uk month end")
"""The rules that count from the month of the invoice; a cut-off day moves late invoices to the next month."""

_TAKES_DAYS = {"net", "eom", "days then eom", "mfi", "uk month end", "receipt of goods", "business days", "before due"}
_AT_MONTH_END = ("days then eom", "net monthly", "uk month end")
FROM_DELIVERY = ("on delivery", "receipt of goods")
"""The rules that count from the day on which the goods came."""


def _day_of_month(first: date, day: int) -> date:
    return min(add_days(first, day - 1), month_end(first))


def _next(payment_day: PaymentDay, start: date) -> date:
    """The next day of payment, from a day on."""
    if isinstance(payment_day, str):
        return add_days(start, (WEEKDAYS.index(payment_day) - start.weekday()) % 7)
    found = _day_of_month(start.replace(day=1), payment_day)
    return found if found >= start else _day_of_month(add_months(start.replace(day=1), 1), payment_day)


Reach: TypeAlias = Annotated[
    int, Must("0 <= {0} < 10000", "a whole number of 0 to 9999", schema={"minimum": 0, "maximum": 9999})
]
"""How far ahead terms may say."""


@frozen
class Deadline:
    """A rule that gives a date for an invoice date.

    `rule` is one of *net* (`months`, then `days` after the invoice date), *eom* (`days` after the end of its month),
    *days then eom* (the end of the month in which that many days are over), *mfi* (day `days` of the month following
    the invoice, also called proximo; the last day where the month is shorter), *net monthly* (the end of the month that
    follows), *uk month end* (30 days are the end of the following month, 60 of the one after it), *on delivery* and
    *in advance* (the invoice date, unless the delivery's is given), *receipt of goods* (`days` after the delivery),
    *business days* (so many of a calendar), *before due* (of a discount: `days` before the part that it is for is due).
    *eom* with `months` is the end of a later month.

    `then` are days of payment: the date is the next of them, that day included; after a month's end, the next that
    follows it. `Deadline("days then eom", 30, then=(10,))` is "30 days, end of month, on the 10th".

    Raises:
        InvalidValue: the rule is unknown, or its numbers are not what it takes; all faults are named.

    >>> str(Deadline("eom", 30)), Deadline("eom", 30).date_for(date(2026, 3, 10))
    ('net 30 EOM', datetime.date(2026, 4, 30))
    """

    rule: DeadlineRule
    days: Reach = 0
    months: Reach = 0
    then: tuple[PaymentDay, ...] = ()

    def _rules(self) -> Iterator[str]:
        if self.months and self.rule not in ("net", "eom"):
            yield f"months: {self.rule} takes none"
        if self.days and self.rule not in _TAKES_DAYS:
            yield f"days: {self.rule} takes none"
        if self.rule == "mfi" and not 1 <= self.days <= 31:
            yield f"days: {self.days} is not a day of the month"
        if self.rule == "uk month end" and (not self.days or self.days % 30):
            yield f"days: {self.days} is not 30, 60, 90 or so on"
        if self.then and self.rule == "before due":
            yield "then: before due takes none"
        if len({type(each) for each in self.then}) > 1 or len(set(self.then)) < len(self.then):
            yield "then: give days of the month or of the week, each once"

    @checked
    def date_for(self, issued: date, *, cutoff: int | None = None, calendar: BusinessCalendar | None = None) -> date:
        """The date for an invoice date; an invoice after the cut-off day counts to the next month.

        A negative cut-off counts from the month's end: -3 is 25 February, or 28 March. For *before due* the date is
        counted from the due date, given as `issued`.

        Raises:
            InvalidValue: it counts business days, and no calendar is given.
        """
        require_day("issued", issued)
        if cutoff is not None and self.rule in MONTH_BASED:
            last = cutoff if cutoff > 0 else month_end(issued).day + cutoff
            if issued.day > last:
                issued = add_months(issued.replace(day=1), 1)
        if self.rule == "business days":
            if calendar is None:
                raise InvalidValue("terms", (f"calendar: {self} needs one to count them",))
            found = calendar.add_business_days(issued, self.days)
        elif self.rule == "before due":
            found = add_days(issued, -self.days)
        else:
            found = _DUE[self.rule](issued, self.days, self.months)
        if not self.then:
            return found
        follows = self.rule in _AT_MONTH_END or (self.rule == "eom" and not self.days)
        return min(_next(day, add_days(found, 1) if follows else found) for day in self.then)

    def __str__(self) -> str:
        if self.then:
            named = (each if isinstance(each, str) else f"{each}." for each in self.then)
            return f"{self._plain()} then next {' or '.join(named)}"
        return self._plain()

    def _plain(self) -> str:
        days, months = self.days, self.months
        several = f"{months} month{'s' if months > 1 else ''}{f' {days} days' if days else ''}"
        if self.rule == "net" and months:
            return f"net {several}"
        if self.rule == "eom" and months:
            return f"end of month + {several}"
        return {
            "net": f"net {days}",
            "eom": f"net {days} EOM" if days else "EOM",
            "days then eom": f"{days} days then EOM",
            "mfi": f"{days} MFI",
            "net monthly": "net monthly",
            "uk month end": f"{days} days UK month end",
            "on delivery": "cash on delivery",
            "in advance": "cash in advance",
            "receipt of goods": f"net {days} ROG",
            "business days": f"net {days} business days",
            "before due": f"{days} days before due",
        }[self.rule]
