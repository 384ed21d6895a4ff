"""Payment terms: when an invoice falls due, what an early payment saves, and what skipping that costs.

Terms are a due date rule (or several, for installments), discounts for early payment, a cut-off day and a business-day
roll. They are written as the field writes them (`2/10 net 30 EOM`), read by `Terms.parse` and printed by `str`. Days
are counted from the invoice date; "net 30 EOM" is thirty days after the end of the invoice month, "45 days then EOM"
the end of the month in which day 45 lies, and the British "30 days month end" (the end of the following month) has a
name of its own, for these three are mixed up everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from math import gcd
from typing import Any, Literal, cast, get_args

import attrs

from dunning._base.noun import frozen, is_tuple_of
from dunning.amounts import ZERO, exact, rounded
from dunning.amounts.decimals import fits
from dunning.dates import BusinessCalendar, Roll, add_days, require_date
from dunning.errors import InvalidValue, require_type
from dunning.terms.deadlines import MONTH_BASED, Deadline, DeadlineRule
from dunning.terms.text import read

_DISCOUNT_RULES = ("net", "eom", "mfi")
_PERCENT = 1_000_000
"""A hundred percent, in units of the last decimal with which percentages are written."""


@frozen
class Discount:
    """A rate that may be taken off when payment comes by a deadline: 2/10 is `Discount(Decimal("0.02"), ...)`.

    Raises:
        InvalidValue: the rate is not a Decimal above 0 and below 1 of at most six decimals, or the deadline is not in
            days from the invoice or its month's end, or a day of the following month.
    """

    rate: Decimal
    deadline: Deadline

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        rate: Any = self.rate
        if not (isinstance(rate, Decimal) and fits(rate) and ZERO < rate < 1 and rounded(rate, 6) == rate):
            faults.append(f"rate: {rate!r} is not a Decimal above 0 and below 1 of at most six decimals")
        if not isinstance(self.deadline, Deadline):
            faults.append(f"deadline: {self.deadline!r} is not a Deadline")
        elif self.deadline.rule not in _DISCOUNT_RULES or self.deadline.months:
            faults.append(f"deadline: {self.deadline} does not count days; give net, eom or mfi")
        if faults:
            raise InvalidValue("Discount", faults)

    @exact
    def __str__(self) -> str:
        percent = f"{rounded(self.rate * 100, 4):f}".rstrip("0").rstrip(".")
        return f"{percent}/{self.deadline.days}"


@frozen
class Part:
    """A part of an invoice that falls due by a deadline of its own; parts stand to each other as their weights."""

    weight: int
    deadline: Deadline

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if type(self.weight) is not int or self.weight < 1:
            faults.append(f"weight: {self.weight!r} is not a whole number above 0")
        if not isinstance(self.deadline, Deadline):
            faults.append(f"deadline: {self.deadline!r} is not a Deadline")
        if faults:
            raise InvalidValue("Part", faults)


def _as_parts(value: Any) -> Any:
    """Weights are kept in lowest terms, for 50 to 50 is 1 to 1."""
    if not is_tuple_of(value, Part) or not value:
        return value
    common = gcd(*(part.weight for part in value))
    return tuple([Part(part.weight // common, part.deadline) for part in value])


@frozen
class Terms:
    """What was agreed about payment.

    Args:
        parts: one `Part`, or several in order for installments; see `due_by` for what is due all at once.
        discounts: for early payment, the highest (and earliest) first.
        cutoff: the last day of the month on which an invoice still counts to its own month, for rules that count from
            a month's end.
        roll: what becomes of a date that is not a business day; other than *unadjusted* it needs a calendar.

    Raises:
        InvalidValue: something is of another type, or does not go together; all faults are named.

    >>> terms = Terms.parse("2/10, n/30 end of month")
    >>> str(terms), str(due_date(terms, date(2026, 3, 10)))
    ('2/10 net 30 EOM', '2026-04-30')
    """

    parts: tuple[Part, ...] = attrs.field(converter=_as_parts)
    discounts: tuple[Discount, ...] = ()
    cutoff: int | None = attrs.field(default=None, kw_only=True)
    roll: Roll = attrs.field(default="unadjusted", kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults = list(_faults(self))
        if faults:
            raise InvalidValue("Terms", faults)

    @classmethod
    def net(cls, days: int) -> Terms:
        """Due so many days after the invoice date.

        >>> str(Terms.net(30))
        'net 30'
        """
        return cls.due_by(Deadline("net", days))

    @classmethod
    def due_by(
        cls,
        deadline: Deadline,
        discounts: tuple[Discount, ...] = (),
        *,
        cutoff: int | None = None,
        roll: Roll = "unadjusted",
    ) -> Terms:
        """All is due by one deadline.

        >>> str(Terms.due_by(Deadline("mfi", 21), cutoff=25))
        '21 MFI cut-off 25'
        """
        return cls((Part(1, deadline),), discounts, cutoff=cutoff, roll=roll)

    @classmethod
    def installments(cls, count: int, *, every: int | Literal["month"], first: int | None = None) -> Terms:
        """Equal parts, `every` so many days or every month; the first after as much, or after `first` days.

        >>> str(Terms.installments(2, every=30))
        '50% net 30, 50% net 60'
        """
        faults = [
            f"{name}: {value!r} is not a whole number above 0"
            for name, value, least in (("count", count, 1), ("every", every, 1), ("first", first, 0))
            if value not in (None, "month") and (type(value) is not int or value < least)
        ]
        if faults or count is None or every is None:
            raise InvalidValue("Terms.installments", faults or ("count, every: give both",))
        if every == "month":
            start = 1 if first is None else 0
            return cls(tuple(Part(1, Deadline("net", first or 0, number + start)) for number in range(count)))
        start = every if first is None else first
        return cls(tuple(Part(1, Deadline("net", start + every * number)) for number in range(count)))

    @classmethod
    @exact
    def parse(cls, text: str) -> Terms:
        """Read terms as the field writes them; case, commas and the usual variants do not matter.

        Days of a discount count from the end of the month when those of "net ... EOM" do, unless the text says "from
        invoice".

        Raises:
            InvalidValue: something cannot be read; its position and the forms that are known are told.

        >>> str(Terms.parse("2% 10 days, 1% 20 days, net 30 days"))
        '2/10 1/20 net 30'
        """
        require_type("Terms.parse", "text", text, str)
        found = read(text)
        scale = 10 ** max(_decimals(weight) for weight, _ in found.parts)
        parts = tuple(Part(int(weight * scale), deadline) for weight, deadline in found.parts)
        last = parts[-1].deadline
        inherited: DeadlineRule = "eom" if last.rule == "eom" and last.days else "net"
        discounts = tuple(
            Discount(rate, Deadline(cast("DeadlineRule", rule or inherited), days))
            for rate, days, rule in found.discounts
        )
        return cls(parts, discounts, **cast("Any", found.options))

    @property
    def due(self) -> Deadline:
        """The deadline by which everything is due: the last part's."""
        return self.parts[-1].deadline

    @exact
    def __str__(self) -> str:
        words = [*map(str, self.discounts)]
        implied = "eom" if self.due.rule == "eom" and self.due.days else "net"
        suffixes = {"eom": " EOM", "mfi": " MFI", "net": " from invoice"}
        is_mixed = False
        for number, each in enumerate(self.discounts):
            if each.deadline.rule != implied or (self.due.rule == "eom" and each.deadline.rule == "net"):
                words[number] += suffixes[each.deadline.rule]
                is_mixed = is_mixed or each.deadline.rule != "net"
        words.append(", ".join(_part_texts(self.parts, is_mixed=is_mixed)))
        if self.cutoff is not None:
            words.append(f"cut-off {self.cutoff}")
        if self.roll != "unadjusted":
            words.append(f"{self.roll} business day")
        return " ".join(words)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) and exponent < 0 else 0


def _part_texts(parts: Sequence[Part], *, is_mixed: bool) -> Iterable[str]:
    """Each part as a percentage, or as so many of so many where percentages do not end; a single part by its deadline.

    Beside a discount that counts from a month, days say that they count from the invoice.
    """
    whole = sum(part.weight for part in parts)
    is_percent = _PERCENT % whole == 0
    for part in parts:
        percent = f"{Decimal(_PERCENT * part.weight // whole).scaleb(-4):f}".rstrip("0").rstrip(".")
        is_plain = part.deadline.rule == "net" and not part.deadline.months
        deadline = f"{part.deadline}{' from invoice' if is_mixed and is_plain else ''}"
        size = f"{percent}%" if is_percent else f"{part.weight} of {whole}"
        joint = "" if part.deadline.rule == "net" else "on "
        yield deadline if len(parts) == 1 else f"{size} {joint}{deadline}"


def _faults(terms: Terms) -> Iterable[str]:
    """What does not go together in terms."""
    if not is_tuple_of(terms.parts, Part) or not terms.parts:
        yield f"parts: {terms.parts!r} is not a tuple of Part with at least one"
        return
    if not is_tuple_of(terms.discounts, Discount):
        yield f"discounts: {terms.discounts!r} is not a tuple of Discount"
        return
    for first, second in zip(terms.discounts, terms.discounts[1:], strict=False):
        if second.rate >= first.rate:
            yield f"discounts: {second} is not lower than {first}, which comes before it"
        if second.deadline.rule == first.deadline.rule and second.deadline.days <= first.deadline.days:
            yield f"discounts: {second} does not end after {first}, which comes before it"
    for each in terms.discounts:
        if each.deadline.rule == terms.due.rule and not terms.due.months and each.deadline.days > terms.due.days:
            yield f"discounts: {each} ends after the due date, {terms.due}"
    for before, after in zip(terms.parts, terms.parts[1:], strict=False):
        is_alike = (before.deadline.rule, before.deadline.months) == (after.deadline.rule, after.deadline.months)
        if is_alike and after.deadline.days <= before.deadline.days:
            yield f"parts: {after.deadline} does not come after {before.deadline}"
    whole = sum(part.weight for part in terms.parts)
    if whole > 999 and _PERCENT % whole:
        yield f"parts: of {whole}; give percentages of at most four decimals, or parts of at most 999"
    cutoff: Any = terms.cutoff
    if cutoff is not None:
        if type(cutoff) is not int or not 1 <= cutoff <= 31:
            yield f"cutoff: {cutoff!r} is not a day of the month, 1 to 31"
        if not any(each.rule in MONTH_BASED for each in _deadlines(terms)):
            yield f"cutoff: {terms.due} does not count from a month; leave it out"
    if terms.roll not in get_args(Roll):
        yield f"roll: {terms.roll!r} is not a business-day convention"


def _deadlines(terms: Terms) -> list[Deadline]:
    return [part.deadline for part in terms.parts] + [each.deadline for each in terms.discounts]


def _date_of(terms: Terms, deadline: Deadline, issued: date, calendar: BusinessCalendar | None) -> date:
    found = deadline.date_for(issued, cutoff=terms.cutoff)
    if terms.roll == "unadjusted":
        return found
    if calendar is None:
        raise InvalidValue("terms", (f"calendar: {terms} needs one to know the {terms.roll} business day",))
    return calendar.roll(found, terms.roll)


def due_dates(
    terms: Terms, issued: date, *, delivered: date | None = None, calendar: BusinessCalendar | None = None
) -> tuple[date, ...]:
    """The due date of each part, in order, for an invoice date.

    With cash on delivery it is the day of delivery, where that is given.

    Raises:
        InvalidValue: a date is not a date, a calendar is needed, or the parts do not fall due in order.
    """
    require_type("due_dates", "terms", terms, Terms)
    require_date("issued", issued)
    if delivered is not None:
        require_date("delivered", delivered)
    found = tuple(
        _date_of(
            terms, part.deadline, delivered if delivered and part.deadline.rule == "on delivery" else issued, calendar
        )
        for part in terms.parts
    )
    if list(found) != sorted(found):
        raise InvalidValue("terms", (f"parts: {terms} do not fall due in order for an invoice of {issued}",))
    return found


def due_date(
    terms: Terms, issued: date, *, delivered: date | None = None, calendar: BusinessCalendar | None = None
) -> date:
    """The day by which an invoice of a date has to be paid in full; errors as for `due_dates`.

    >>> due_date(Terms.parse("45 days then EOM"), date(2026, 3, 10))
    datetime.date(2026, 4, 30)
    """
    return due_dates(terms, issued, delivered=delivered, calendar=calendar)[-1]


def discount_windows(
    terms: Terms, issued: date, *, calendar: BusinessCalendar | None = None
) -> tuple[tuple[date, Decimal], ...]:
    """The last day and the rate of each discount, the highest rate first; none ends after the invoice is due.

    >>> [(str(last), str(rate)) for last, rate in discount_windows(Terms.parse("2/10 net 30"), date(2026, 3, 1))]
    [('2026-03-11', '0.02')]
    """
    require_type("discount_windows", "terms", terms, Terms)
    require_date("issued", issued)
    due = due_date(terms, issued, calendar=calendar)
    return tuple((min(due, _date_of(terms, each.deadline, issued, calendar)), each.rate) for each in terms.discounts)


def discount_on(terms: Terms, issued: date, on: date, *, calendar: BusinessCalendar | None = None) -> Decimal:
    """The rate that may be taken off when an invoice is paid on a day: the highest still to be had, 0 after the last.

    >>> terms = Terms.parse("2/10 1/20 net 30")
    >>> [str(discount_on(terms, date(2026, 3, 1), date(2026, 3, day))) for day in (11, 12, 22)]
    ['0.02', '0.01', '0']
    """
    require_date("on", on)
    windows = discount_windows(terms, issued, calendar=calendar)
    return max((rate for last, rate in windows if on <= last), default=ZERO)


@frozen
class CashDiscount:
    """What early payment saves on a day: the rate, the discount and what settles the invoice in full."""

    rate: Decimal
    discount: Decimal
    payable: Decimal


@exact
def cash_discount(
    terms: Terms, amount: Decimal, *, issued: date, on: date, places: int = 2, calendar: BusinessCalendar | None = None
) -> CashDiscount:
    """The amount that settles an invoice on a day; the discount is rounded half up to `places` decimals.

    Raises:
        InvalidValue: the amount is not a Decimal above zero, or as for `due_dates`.

    >>> found = cash_discount(Terms.parse("2/10 n/30"), Decimal(1600), issued=date(2026, 3, 1), on=date(2026, 3, 5))
    >>> str(found.discount), str(found.payable)
    ('32.00', '1568.00')
    """
    if not isinstance(amount, Decimal) or not fits(amount) or amount <= 0:
        raise InvalidValue("cash_discount", (f"amount: {amount!r} is not a finite Decimal above zero",))
    rate = discount_on(terms, issued, on, calendar=calendar)
    discount = min(rounded(amount * rate, places), amount)
    return CashDiscount(rate, discount, amount - discount)


@frozen
class StatutoryTerm:
    """A period that the law gives: its last day, and the first day on which interest runs."""

    last_day: date
    interest_from: date


def statutory_term(
    start: date,
    days: int,
    *,
    start_day_counts: bool = False,
    max_days: int | None = None,
    roll: Roll = "unadjusted",
    calendar: BusinessCalendar | None = None,
) -> StatutoryTerm:
    """The end of a period of days that begins with an event (receipt, acceptance, notice of the amount).

    Args:
        start: the day of the event.
        days: the length agreed or given by law.
        start_day_counts: whether the day of the event is the first day (UK: beginning with the day), or the day after.
        max_days: a longest period, to which a longer one agreed is cut.
        roll: what becomes of a last day that is not a business day.
        calendar: the business days, needed for a roll.

    >>> statutory_term(date(2026, 4, 1), 60, max_days=45).last_day
    datetime.date(2026, 5, 16)
    """
    require_date("start", start)
    for name, value in (("days", days), ("max_days", max_days)):
        if value is not None and (type(value) is not int or value < 1):
            raise InvalidValue("statutory_term", (f"{name}: {value!r} is not a number of days, 1 or more",))
    days = days if max_days is None else min(days, max_days)
    last = add_days(start, days - 1 if start_day_counts else days)
    if roll != "unadjusted":
        if calendar is None:
            raise InvalidValue("statutory_term", (f"calendar: the {roll} business day needs one",))
        last = calendar.roll(last, roll)
    return StatutoryTerm(last, add_days(last, 1))


@frozen
class MaximumTerm:
    """The longest payment terms that a law admits, as data: see `dunning.presets.statutes`.

    `longest` holds deadlines: the first for terms in days, and one in months' ends, where the law has another for them.
    `exceptions` says in words when longer terms stand. `effective_to` is None while it is in force; `status` and
    `checked_on` say what was known about it, and when that was looked up.
    """

    id: str
    longest: tuple[Deadline, ...]
    source: str
    effective_from: date
    effective_to: date | None
    status: str
    checked_on: date
    exceptions: str = ""


def days_over(terms: Terms, maximum: MaximumTerm, *, issued: date) -> int:
    """By how many days terms go beyond a statutory maximum for an invoice date; 0 when they are within it.

    Raises:
        InvalidValue: the law was not in effect on that date.
    """
    require_type("days_over", "terms", terms, Terms)
    require_type("days_over", "maximum", maximum, MaximumTerm)
    require_date("issued", issued)
    if issued < maximum.effective_from or (maximum.effective_to is not None and issued > maximum.effective_to):
        span = f"{maximum.effective_from} to {maximum.effective_to or 'now'}"
        raise InvalidValue("days_over", (f"{maximum.id} is in effect from {span}, not on {issued}",))
    over = 0
    for part in terms.parts:
        in_months = "eom" in part.deadline.rule or part.deadline.rule in MONTH_BASED
        limit = maximum.longest[-1 if in_months else 0].date_for(issued)
        over = max(over, (part.deadline.date_for(issued, cutoff=terms.cutoff) - limit).days)
    return over
