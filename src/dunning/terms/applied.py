"""What terms come to: due dates, windows of discount, and the cash discount of a payment."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dunning._base.guards import checked
from dunning._base.noun import frozen
from dunning.amounts import ZERO, exact, rounded
from dunning.amounts.decimals import Amount
from dunning.dates import BusinessCalendar
from dunning.dates.days import Day
from dunning.errors import InvalidValue
from dunning.terms.agreed import Terms
from dunning.terms.deadlines import FROM_DELIVERY, Deadline


def _date_of(
    terms: Terms, deadline: Deadline, issued: date, calendar: BusinessCalendar | None, delivered: date | None = None
) -> date:
    start = delivered if delivered and deadline.rule in FROM_DELIVERY else issued
    found = deadline.date_for(start, cutoff=terms.cutoff, calendar=calendar)
    if terms.roll == "unadjusted":
        return found
    if calendar is None:
        raise InvalidValue("terms", (f"calendar: {terms} needs one to know the {terms.roll} business day",))
    return calendar.roll(found, terms.roll)


@checked
def due_dates(
    terms: Terms, issued: Day, *, delivered: Day | None = None, calendar: BusinessCalendar | None = None
) -> tuple[date, ...]:
    """The due date of each part, in order, for an invoice date.

    What counts from the delivery counts from the invoice date where the delivery's is not given.

    Raises:
        InvalidValue: a date is not a date, a calendar is needed, or the parts do not fall due in order.
    """
    found = tuple(_date_of(terms, part.deadline, issued, calendar, delivered) for part in terms.parts)
    if list(found) != sorted(found):
        raise InvalidValue("terms", (f"parts: {terms} do not fall due in order for an invoice of {issued}",))
    return found


@checked
def due_date(
    terms: Terms, issued: Day, *, delivered: Day | None = None, calendar: BusinessCalendar | None = None
) -> date:
    """The day by which an invoice of a date has to be paid in full; errors as for `due_dates`.

    >>> due_date(Terms.parse("45 days then EOM"), date(2026, 3, 10))
    datetime.date(2026, 4, 30)
    """
    return due_dates(terms, issued, delivered=delivered, calendar=calendar)[-1]


@checked
def discount_windows(
    terms: Terms,
    issued: Day,
    *,
    delivered: Day | None = None,
    calendar: BusinessCalendar | None = None,
    due: Day | None = None,
) -> tuple[tuple[date, Decimal], ...]:
    """The last day and the rate of each discount, the highest rate first; none ends after the invoice is due.

    `due` is the due date of the part in question, for discounts that are taken off each part; the last part's where
    none is given. Days from the receipt of goods count from `delivered`, or from the invoice date.

    >>> [(str(last), str(rate)) for last, rate in discount_windows(Terms.parse("2/10 net 30"), date(2026, 3, 1))]
    [('2026-03-11', '0.02')]
    """
    end = due_date(terms, issued, delivered=delivered, calendar=calendar) if due is None else due

    def last_day(deadline: Deadline) -> date:
        start = end if deadline.rule == "before due" else issued
        return min(end, _date_of(terms, deadline, start, calendar, delivered))

    return tuple((last_day(each.deadline), each.rate) for each in terms.discounts)


@checked
def discount_on(
    terms: Terms,
    issued: date,
    on: Day,
    *,
    delivered: Day | None = None,
    calendar: BusinessCalendar | None = None,
) -> Decimal:
    """The rate that may be taken off when an invoice is paid on a day: the highest still to be had, 0 after the last.

    >>> terms = Terms.parse("2/10 1/20 net 30")
    >>> [str(discount_on(terms, date(2026, 3, 1), date(2026, 3, day))) for day in (11, 12, 22)]
    ['0.02', '0.01', '0']
    """
    windows = discount_windows(terms, issued, delivered=delivered, calendar=calendar)
    return max((rate for last, rate in windows if on <= last), default=ZERO)


@frozen
class CashDiscount:
    """What early payment saves on a day: the rate, the discount and what settles the invoice in full."""

    rate: Decimal
    discount: Decimal
    payable: Decimal


@checked
@exact
def cash_discount(
    terms: Terms,
    amount: Amount,
    *,
    issued: date,
    on: date,
    base: Amount | None = None,
    delivered: date | None = None,
    places: int = 2,
    calendar: BusinessCalendar | None = None,
) -> CashDiscount:
    """The amount that settles an invoice on a day; the discount is rounded half up to `places` decimals.

    `base` is what bears the discount where that is not the whole amount: before tax, without freight.

    Raises:
        InvalidValue: the amount is not a Decimal above zero, or as for `due_dates`.

    >>> found = cash_discount(Terms.parse("2/10 n/30"), Decimal(1600), issued=date(2026, 3, 1), on=date(2026, 3, 5))
    >>> str(found.discount), str(found.payable)
    ('32.00', '1568.00')
    """
    rate = discount_on(terms, issued, on, delivered=delivered, calendar=calendar)
    discount = min(rounded((amount if base is None else min(base, amount)) * rate, places), amount)
    return CashDiscount(rate, discount, amount - discount)
