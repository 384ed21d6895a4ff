"""Receivables KPIs: one name, one formula, and a reason where there is no figure.

Every function takes plain numbers (exact: ints and Decimals) and gives a `Kpi`: the value, its unit, the formula, the
inputs, and flags that come with the value. Where a figure cannot be computed its value is None and `reason` says why;
it is never 0, infinity or NaN. A wrong call (a period of no days, a part larger than its whole) raises. Shares are
fractions: 0.05 is 5 %. Arithmetic is exact, with one rounding to 28 digits at the end.

`scorecard` works the KPIs out from the facts of a ledger for a period. There, *receivables* are the gross open items
(unapplied cash and credits stand apart), *current* is what is not past due, items without a due date included, and
*credit sales* are invoices less credit notes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, TypeAlias, cast

from dunning._attrs import frozen
from dunning._report import Report, Table
from dunning.aging import Aging, age
from dunning.amounts import ZERO, exact, fits, formatted, quotient, rounded
from dunning.dates import Period
from dunning.errors import InvalidValue, Undefined
from dunning.ledger import Ledger, sales_movements
from dunning.measures import Experience, experiences

__all__ = [
    "Kpi",
    "Scorecard",
    "ar_turnover",
    "average_days_delinquent",
    "average_days_late",
    "average_days_to_pay",
    "bad_debt_to_sales",
    "best_possible_dso",
    "collection_effectiveness_index",
    "days_beyond_terms",
    "delinquent_dso",
    "dso_average",
    "dso_average_snapshots",
    "dso_countback",
    "dso_countback_unexplained",
    "dso_simple",
    "percent_current",
    "percent_over_90",
    "percent_past_due",
    "scorecard",
    "weighted_average_days_late",
    "weighted_average_days_past_due",
    "weighted_average_days_to_pay",
]

Number: TypeAlias = Decimal | int
Weighted: TypeAlias = Sequence[tuple[Number, Number]]
"""(amount, days) pairs."""
Unit: TypeAlias = Literal["days", "share", "times", "amount"]


@frozen
class Kpi:
    """A figure with its definition. `value` is None where it is undefined, and `reason` then says why.

    `flags` are warnings that come with a value: *net credit*, *insufficient history*.
    """

    name: str
    value: Decimal | None
    unit: Unit
    reason: str | None
    flags: tuple[str, ...]
    formula: str
    inputs: tuple[tuple[str, Any], ...]

    def require(self) -> Decimal:
        """The value.

        Raises:
            Undefined: there is none, with the reason.
        """
        if self.value is None:
            raise Undefined(self.name, self.reason or "")
        return self.value

    def __str__(self) -> str:
        flags = f" ({', '.join(self.flags)})" if self.flags else ""
        return f"{self.name}: {_figure(self)}{flags}"


def _figure(kpi: Kpi) -> str:
    if kpi.value is None:
        return f"undefined: {kpi.reason}"
    if kpi.unit == "share":
        return f"{formatted(rounded(Fraction(kpi.value) * 100))} %"
    return formatted(rounded(kpi.value)) + {"days": " days", "times": " times", "amount": ""}[kpi.unit]


class _Figure:
    """A KPI in the making: its name, unit, formula and checked inputs.

    `many` are lists of numbers, `pairs` lists of (amount, days), all other inputs single numbers, of which those named
    in `unknown` may be None.
    """

    def __init__(
        self,
        name: str,
        unit: Unit,
        formula: str,
        single: Mapping[str, Any] | None = None,
        *,
        many: Mapping[str, Sequence[Any]] | None = None,
        pairs: Mapping[str, Sequence[Any]] | None = None,
        unknown: tuple[str, ...] = (),
    ) -> None:
        faults: list[str] = []
        single = single or {}
        for key, value in single.items():
            if value is not None or key not in unknown:
                faults += _number_faults(key, value)
        for key, values in (many or {}).items():
            faults += [fault for index, part in enumerate(values) for fault in _number_faults(f"{key}[{index}]", part)]
        for key, values in (pairs or {}).items():
            faults += [fault for index, part in enumerate(values) for fault in _pair_faults(f"{key}[{index}]", part)]
        if "days" in single and not faults and single["days"] <= 0:
            faults.append(f"days: {single['days']} is not a period of at least one day")
        if faults:
            raise InvalidValue(name, faults)
        self.name = name
        self.unit: Unit = unit
        self.formula = formula
        self.inputs: tuple[tuple[str, Any], ...] = (*single.items(), *(many or {}).items(), *(pairs or {}).items())

    def is_(self, value: Fraction, *flags: str) -> Kpi:
        return Kpi(self.name, quotient(value), self.unit, None, flags, self.formula, self.inputs)

    def undefined(self, reason: str) -> Kpi:
        return Kpi(self.name, None, self.unit, reason, (), self.formula, self.inputs)

    def ratio(self, part: Fraction, whole: Fraction, reason: str) -> Kpi:
        return self.is_(part / whole) if whole else self.undefined(reason)

    def wrong(self, fault: str) -> InvalidValue:
        return InvalidValue(self.name, [fault])


def _number_faults(name: str, value: Any) -> list[str]:
    """What is wrong with a number: it must be exact and finite."""
    if isinstance(value, Decimal):
        return [] if fits(value) else [f"{name}: {value!r} is not finite, or has too many digits"]
    if type(value) is int:
        return []
    return [f"{name}: {value!r} is a {type(value).__name__}; give an int or a Decimal"]


def _pair_faults(name: str, value: Any) -> list[str]:
    """What is wrong with an (amount, days) pair."""
    if not isinstance(value, (tuple, list)) or len(cast("Sequence[Any]", value)) != 2:
        return [f"{name}: {value!r} is not a pair of numbers"]
    return [fault for index in (0, 1) for fault in _number_faults(f"{name}[{index}]", value[index])]


def _per_sales(figure: _Figure, balance: Number, credit_sales: Number, days: Number, *, signed: bool = True) -> Kpi:
    """A balance as days of sales."""
    if credit_sales <= 0:
        return figure.undefined("no sales")
    if balance < 0:
        value = Fraction(balance) / Fraction(credit_sales) * Fraction(days) if signed else Fraction(0)
        return figure.is_(value, "net credit")
    return figure.is_(Fraction(balance) / Fraction(credit_sales) * Fraction(days))


def dso_simple(receivables: Number, credit_sales: Number, days: Number, *, signed: bool = False) -> Kpi:
    """Days sales outstanding from the closing balance.

    Receivables at the end of the period / credit sales of the period x days of the period, in days. Undefined without
    sales (*no sales*). A balance below zero gives 0, or the negative figure with `signed`, and flags *net credit*.

    Raises:
        InvalidValue: the period has no days, or an input is not an exact number.

    >>> dso_simple(50_000, 200_000, 365).value
    Decimal('91.25')
    """
    formula = "receivables / credit sales x days"
    inputs = {"receivables": receivables, "credit_sales": credit_sales, "days": days}
    figure = _Figure("dso_simple", "days", formula, inputs)
    return _per_sales(figure, receivables, credit_sales, days, signed=signed)


def dso_average(opening: Number | None, closing: Number, credit_sales: Number, days: Number) -> Kpi:
    """Days sales outstanding from the mean of opening and closing balance (the average collection period), in days.

    Undefined when the opening balance is unknown (*insufficient history*) or without sales (*no sales*).

    >>> dso_average(70_000, 90_000, 400_000, 365).value
    Decimal('73')
    """
    formula = "(opening + closing) / 2 / credit sales x days"
    inputs = {"opening": opening, "closing": closing, "credit_sales": credit_sales, "days": days}
    figure = _Figure("dso_average", "days", formula, inputs, unknown=("opening",))
    if opening is None:
        return figure.undefined("insufficient history")
    return _mean_per_sales(figure, (opening, closing), credit_sales, days)


def dso_average_snapshots(balances: Sequence[Number], credit_sales: Number, days: Number) -> Kpi:
    """Days sales outstanding from the mean of several balances, such as month ends, in days.

    Undefined without balances (*insufficient history*) or without sales (*no sales*).

    >>> dso_average_snapshots([100, 130, 160], 390, 91).value
    Decimal('30.33333333333333333333333333')
    """
    formula = "mean of the balances / credit sales x days"
    balances = tuple(balances)
    inputs = {"credit_sales": credit_sales, "days": days}
    figure = _Figure("dso_average_snapshots", "days", formula, inputs, many={"balances": balances})
    return (
        _mean_per_sales(figure, balances, credit_sales, days) if balances else figure.undefined("insufficient history")
    )


def _mean_per_sales(figure: _Figure, balances: Sequence[Number], credit_sales: Number, days: Number) -> Kpi:
    if credit_sales <= 0:
        return figure.undefined("no sales")
    mean = sum(map(Fraction, balances), Fraction(0)) / len(balances)
    flags = ("net credit",) if mean < 0 else ()
    return figure.is_(max(mean, Fraction(0)) / Fraction(credit_sales) * Fraction(days), *flags)


def _walk_back(
    receivables: Number, months: Weighted, *, stop_on_nonpositive_sales: bool = False
) -> tuple[Fraction, Fraction]:
    """Days counted back, and the part of the balance that the months do not explain."""
    rest, counted = Fraction(receivables), Fraction(0)
    for sold, length in months:
        if rest <= 0:
            break
        sales = Fraction(sold)
        if sales <= 0:
            if stop_on_nonpositive_sales:
                break
            rest -= sales
            counted += Fraction(length)
        else:
            used = min(rest, sales)
            counted += used / sales * Fraction(length)
            rest -= used
    return counted, max(rest, Fraction(0))


def _check_lengths(figure: _Figure, months: Weighted) -> None:
    for index, (_, length) in enumerate(months):
        if length <= 0:
            raise figure.wrong(f"months[{index}]: {length} days is not the length of a month")


def dso_countback(
    receivables: Number, months: Weighted, *, stop_on_nonpositive_sales: bool = False, strict: bool = False
) -> Kpi:
    """Days sales outstanding by counting back: how many days of the latest sales the balance amounts to.

    Args:
        receivables: the balance at the end of the newest month.
        months: (sales, days) of each month, the newest first.
        stop_on_nonpositive_sales: end the walk at a month without sales. By default such a month adds its days, and a
            month of negative sales raises what is still to be explained.
        strict: give no value when the months run out.

    When the months run out the value is the days counted so far with the flag *insufficient history*; without months,
    or with `strict`, it is undefined for that reason. A balance below zero gives 0 and flags *net credit*.

    >>> dso_countback(212_000, [(100_000, 30), (80_000, 30), (70_000, 30)]).value
    Decimal('73.71428571428571428571428571')
    """
    formula = "months from the newest back: whole months covered, and the covered part of the last one, in days"
    months = tuple(months)
    figure = _Figure("dso_countback", "days", formula, {"receivables": receivables}, pairs={"months": months})
    _check_lengths(figure, months)
    if receivables <= 0:
        return figure.is_(Fraction(0), *(("net credit",) if receivables < 0 else ()))
    counted, rest = _walk_back(receivables, months, stop_on_nonpositive_sales=stop_on_nonpositive_sales)
    if not rest:
        return figure.is_(counted)
    if strict or not months:
        return figure.undefined("insufficient history")
    return figure.is_(counted, "insufficient history")


def dso_countback_unexplained(receivables: Number, months: Weighted) -> Kpi:
    """The part of the balance that the months given to `dso_countback` do not explain, as an amount.

    >>> dso_countback_unexplained(1000, [(300, 30), (300, 31)]).value
    Decimal('400')
    """
    formula = "receivables less what the months explain"
    months = tuple(months)
    figure = _Figure(
        "dso_countback_unexplained", "amount", formula, {"receivables": receivables}, pairs={"months": months}
    )
    _check_lengths(figure, months)
    return figure.is_(_walk_back(receivables, months)[1])


def best_possible_dso(current_receivables: Number, credit_sales: Number, days: Number) -> Kpi:
    """The DSO that would be left if everybody paid on time: current receivables as days of sales.

    Undefined without sales (*no sales*).

    >>> best_possible_dso(3000, 10_000, 30).value
    Decimal('9')
    """
    formula = "current receivables / credit sales x days"
    inputs = {"current_receivables": current_receivables, "credit_sales": credit_sales, "days": days}
    return _per_sales(_Figure("best_possible_dso", "days", formula, inputs), current_receivables, credit_sales, days)


def delinquent_dso(past_due_receivables: Number, credit_sales: Number, days: Number) -> Kpi:
    """The part of the DSO that is past due: past-due receivables as days of sales. Undefined without sales.

    >>> delinquent_dso(5000, 16_000, 30).value
    Decimal('9.375')
    """
    formula = "past-due receivables / credit sales x days"
    inputs = {"past_due_receivables": past_due_receivables, "credit_sales": credit_sales, "days": days}
    return _per_sales(_Figure("delinquent_dso", "days", formula, inputs), past_due_receivables, credit_sales, days)


def average_days_delinquent(dso: Number | None, best_possible_dso: Number | None) -> Kpi:
    """Average days delinquent: DSO less best possible DSO, in days.

    Undefined when either part is (*no sales*).

    >>> average_days_delinquent(158, 59).value
    Decimal('99')
    """
    inputs = {"dso": dso, "best_possible_dso": best_possible_dso}
    figure = _Figure("average_days_delinquent", "days", "DSO - best possible DSO", inputs, unknown=tuple(inputs))
    if dso is None or best_possible_dso is None:
        return figure.undefined("no sales")
    return figure.is_(Fraction(dso) - Fraction(best_possible_dso))


def collection_effectiveness_index(
    opening: Number, credit_sales: Number, closing: Number, closing_current: Number, *, months: int = 1
) -> Kpi:
    """Collection effectiveness index: what was collected of what could have been, a share (1 is the best).

    (opening + credit sales / months - closing) / (opening + credit sales / months - closing current). Undefined when
    the denominator is 0 (*zero denominator*) or below (*net credit*).

    Source: worked examples by Gaviti and others in `tests/golden/kpi.json`.

    Raises:
        InvalidValue: the current part is larger than the closing balance, or `months` is below 1.

    >>> collection_effectiveness_index(100_000, 1_000_000, 120_000, 100_000).value
    Decimal('0.98')
    """
    formula = "(opening + sales/N - closing) / (opening + sales/N - closing current), N months"
    inputs = {"opening": opening, "credit_sales": credit_sales, "closing": closing, "closing_current": closing_current}
    figure = _Figure("collection_effectiveness_index", "share", formula, {**inputs, "months": months})
    if type(months) is not int:
        raise figure.wrong(f"months: {months!r} is not a whole number")
    if closing_current > closing:
        raise figure.wrong(f"closing_current: {closing_current} is more than the closing balance, {closing}")
    if months < 1:
        raise figure.wrong(f"months: {months} is below 1")
    collectable = Fraction(opening) + Fraction(credit_sales) / months - Fraction(closing_current)
    if collectable < 0:
        return figure.undefined("net credit")
    collected = Fraction(opening) + Fraction(credit_sales) / months - Fraction(closing)
    return figure.ratio(collected, collectable, "zero denominator")


def ar_turnover(
    opening: Number | None, closing: Number, credit_sales: Number, *, basis: Literal["average", "closing"] = "average"
) -> Kpi:
    """How often receivables turn over: credit sales / mean of opening and closing balance, in times.

    With `basis="closing"` the closing balance alone. Undefined when the opening balance is needed and unknown
    (*insufficient history*) or the balance is not above zero (*no receivables*).

    >>> ar_turnover(20_000, 30_000, 100_000).value
    Decimal('4')
    """
    formula = "credit sales / mean receivables" if basis == "average" else "credit sales / closing receivables"
    inputs = {"opening": opening, "closing": closing, "credit_sales": credit_sales}
    figure = _Figure("ar_turnover", "times", formula, inputs, unknown=("opening",))
    if basis not in ("average", "closing"):
        raise figure.wrong(f"basis: {basis!r} is not 'average' or 'closing'")
    if basis == "average" and opening is None:
        return figure.undefined("insufficient history")
    mean = Fraction(closing) if basis == "closing" else (Fraction(opening or 0) + Fraction(closing)) / 2
    return figure.is_(Fraction(credit_sales) / mean) if mean > 0 else figure.undefined("no receivables")


def _mean(figure: _Figure, values: Sequence[Number]) -> Kpi:
    return figure.ratio(sum(map(Fraction, values), Fraction(0)), Fraction(len(values)), "no items")


def _weighted(figure: _Figure, items: Weighted) -> Kpi:
    if not items:
        return figure.undefined("no items")
    weight = sum((Fraction(amount) for amount, _ in items), Fraction(0))
    total = sum((Fraction(amount) * Fraction(days) for amount, days in items), Fraction(0))
    return figure.ratio(total, weight, "zero denominator")


def average_days_to_pay(days: Sequence[Number]) -> Kpi:
    """Mean days from invoice to settlement of closed items. Undefined without any (*no items*).

    >>> average_days_to_pay([28, 22, 15, 35, 20]).value
    Decimal('24')
    """
    days = tuple(days)
    return _mean(_Figure("average_days_to_pay", "days", "mean of the days to pay", many={"days": days}), days)


def weighted_average_days_to_pay(items: Weighted) -> Kpi:
    """Mean days from invoice to settlement, weighted by amount; `items` are (amount, days) pairs.

    Undefined without items (*no items*) or when the amounts sum to zero (*zero denominator*).

    >>> weighted_average_days_to_pay([(1000, 15), (3000, 30), (2000, 45)]).value
    Decimal('32.5')
    """
    formula = "sum(amount x days) / sum(amount)"
    items = tuple(items)
    return _weighted(_Figure("weighted_average_days_to_pay", "days", formula, pairs={"items": items}), items)


def average_days_late(
    days_late: Sequence[Number],
    *,
    open_days_past_due: Sequence[Number] = (),
    floor_at_zero: bool = False,
    include_open_overdue: bool = False,
) -> Kpi:
    """Mean days from due date to settlement of closed items; early payment counts negative.

    Args:
        days_late: of each closed item.
        open_days_past_due: of each item still open and past due; counted with `include_open_overdue` only.
        floor_at_zero: count early payment as 0.
        include_open_overdue: add the open overdue items to date.

    Undefined without items (*no items*).

    >>> average_days_late([-10, 0, 4, 18]).value, average_days_late([-10, 0, 4, 18], floor_at_zero=True).value
    (Decimal('3'), Decimal('5.5'))
    """
    inputs = {"days_late": tuple(days_late), "open_days_past_due": tuple(open_days_past_due)}
    figure = _Figure("average_days_late", "days", "mean of (settled - due)", many=inputs)
    counted = [*inputs["days_late"], *(inputs["open_days_past_due"] if include_open_overdue else ())]
    return _mean(figure, [max(0, days) for days in counted] if floor_at_zero else counted)


def weighted_average_days_late(items: Weighted) -> Kpi:
    """Mean days from due date to settlement, weighted by amount; early is negative; (amount, days late) pairs.

    Undefined without items (*no items*) or when the amounts sum to zero (*zero denominator*).

    >>> weighted_average_days_late([(1000, -5), (3000, 15)]).value
    Decimal('10')
    """
    formula = "sum(amount x days late) / sum(amount)"
    items = tuple(items)
    return _weighted(_Figure("weighted_average_days_late", "days", formula, pairs={"items": items}), items)


def days_beyond_terms(items: Weighted, *, floor_at_zero: bool = False) -> Kpi:
    """Days beyond terms (DBT): days late weighted by amount; `floor_at_zero` counts early payment as 0.

    Undefined without items (*no items*) or when the amounts sum to zero (*zero denominator*).

    >>> days_beyond_terms([(1000, -7), (3000, -3)]).value
    Decimal('-4')
    """
    formula = "sum(amount x days late) / sum(amount)"
    items = tuple(items)
    figure = _Figure("days_beyond_terms", "days", formula, pairs={"items": items})
    return _weighted(figure, [(amount, max(0, days)) for amount, days in items] if floor_at_zero else items)


def weighted_average_days_past_due(items: Weighted) -> Kpi:
    """Mean days past due of what is overdue, weighted by amount; `items` are (open amount, days past due) pairs.

    Items that are not past due are left out. Undefined when none is left (*no overdue*).

    >>> weighted_average_days_past_due([(1000, 10), (3000, 40)]).value
    Decimal('32.5')
    """
    formula = "sum(open x days past due) / sum(open), over what is past due"
    items = tuple(items)
    figure = _Figure("weighted_average_days_past_due", "days", formula, pairs={"items": items})
    overdue = [(amount, days) for amount, days in items if days > 0]
    return _weighted(figure, overdue) if overdue else figure.undefined("no overdue")


def _part_of(name: str, part_name: str, part: Number, total: Number) -> Kpi:
    figure = _Figure(name, "share", f"{part_name.replace('_', ' ')} / total", {part_name: part, "total": total})
    if not total:
        return figure.undefined("no receivables")
    if total < 0 or not 0 <= part <= total:
        raise figure.wrong(f"{part_name}: {part} is not a part of {total}")
    return figure.is_(Fraction(part) / Fraction(total))


def percent_past_due(past_due: Number, total: Number) -> Kpi:
    """The share of receivables (amounts or counts) that is past due. Undefined when nothing is open.

    Raises:
        InvalidValue: the part is not between 0 and the total.

    >>> percent_past_due(5, 500).value
    Decimal('0.01')
    """
    return _part_of("percent_past_due", "past_due", past_due, total)


def percent_current(current: Number, total: Number) -> Kpi:
    """The share of receivables (amounts or counts) that is not past due. Undefined when nothing is open.

    >>> percent_current(0, 0).reason
    'no receivables'
    """
    return _part_of("percent_current", "current", current, total)


def percent_over_90(over_90: Number, total: Number) -> Kpi:
    """The share of receivables (amounts or counts) that is more than 90 days past due.

    >>> percent_over_90(9000, 180_000).value
    Decimal('0.05')
    """
    return _part_of("percent_over_90", "over_90", over_90, total)


def bad_debt_to_sales(write_offs: Number, credit_sales: Number, *, recoveries: Number = 0, net: bool = False) -> Kpi:
    """Debt written off over credit sales; with `net`, less what came in of written-off debt, which may exceed it.

    Undefined without sales (*no sales*).

    >>> bad_debt_to_sales(1000, 100_000).value, bad_debt_to_sales(5000, 200_000, recoveries=6000, net=True).value
    (Decimal('0.01'), Decimal('-0.005'))
    """
    formula = "(write-offs - recoveries) / sales" if net else "write-offs / sales"
    inputs = {"write_offs": write_offs, "credit_sales": credit_sales, "recoveries": recoveries}
    figure = _Figure("bad_debt_to_sales", "share", formula, inputs)
    if credit_sales <= 0:
        return figure.undefined("no sales")
    return figure.is_((Fraction(write_offs) - (Fraction(recoveries) if net else 0)) / Fraction(credit_sales))


@frozen
class Scorecard(Report):
    """The KPIs of a period, by group (a currency). Iterating gives (group, Kpi) pairs; `card["EUR", "dso_simple"]`."""

    period: Period
    figures: tuple[tuple[str, Kpi], ...]
    problems: int

    def __getitem__(self, key: tuple[str, str]) -> Kpi:
        for group, kpi in self.figures:
            if (group, kpi.name) == key:
                return kpi
        known = ", ".join(f"({group!r}, {kpi.name!r})" for group, kpi in self.figures)
        raise KeyError(f"no {key!r}; there are {known}")

    def __iter__(self) -> Iterator[tuple[str, Kpi]]:
        return iter(self.figures)

    def __len__(self) -> int:
        return len(self.figures)

    def records(self) -> list[dict[str, Any]]:
        """One flat dictionary a figure: first, last, group, name, value, unit, reason, flags, formula."""
        return [
            {
                "first": self.period.first,
                "last": self.period.last,
                "group": group,
                "name": kpi.name,
                "value": kpi.value,
                "unit": kpi.unit,
                "reason": kpi.reason,
                "flags": ", ".join(kpi.flags),
                "formula": kpi.formula,
            }
            for group, kpi in self.figures
        ]

    def _table(self, rows: int) -> Table:
        groups = list(dict.fromkeys(group for group, _ in self.figures))
        names = list(dict.fromkeys(kpi.name for _, kpi in self.figures))
        body = tuple((name.replace("_", " "), *(_figure(self[group, name]) for group in groups)) for name in names)
        notes = (f"{self.problems} faulty facts were set aside",) if self.problems else ()
        return Table(f"Scorecard for {self.period}", ("figure", *groups), body[:rows], (), notes, len(body[rows:]))


def scorecard(ledger: Ledger, period: Period, *, by: Literal["currency"] = "currency") -> Scorecard:
    """Work out the KPIs of a period from the facts of a ledger, one column a currency.

    Receivables are gross open items at the end of a day; the opening balance is that of the day before the period.
    Items count as paid on the day on which they were settled for good; written-off items are left out. The months of
    the count-back go back to the first sale. CEI takes the sales of the whole period. Bad debt is what was written off
    less what came in of debt written off.

    Raises:
        InvalidValue: `by` is not "currency".

    >>> from dunning import Invoice
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> card = scorecard(ledger, Period.quarter(2026, 1))
    >>> print(card["EUR", "dso_simple"]), print(card["EUR", "average_days_to_pay"])
    dso_simple: 90.00 days
    average_days_to_pay: undefined: no items
    (None, None)
    """
    if type(period) is not Period:
        raise InvalidValue("scorecard", [f"period: {period!r} is not a Period"])
    if by != "currency":
        raise InvalidValue("scorecard", [f"by: {by!r} is not 'currency'"])
    figures = [(currency, kpi) for currency in ledger.currencies for kpi in _figures(ledger, currency, period)]
    return Scorecard(period, tuple(figures), len(ledger.problems))


class _Balances:
    """Gross open items of a currency at the end of a day, from its aging."""

    def __init__(self, aging: Aging) -> None:
        columns: Mapping[str, Decimal] = dict(aging.total.amounts.items())
        self.current = columns["current"] + columns["undated"]
        self.over_90 = columns["91+"]
        self.past_due = sum((columns[label] for label in aging.buckets.labels[1:]), ZERO)
        self.total = self.current + self.past_due


@exact
def _figures(ledger: Ledger, currency: str, period: Period) -> list[Kpi]:
    """All figures of one currency."""
    opening = _Balances(age(ledger, as_of=period.opening, currency=currency)).total
    closing = _Balances(age(ledger, as_of=period.last, currency=currency))
    sales, days = ledger.sales(currency, period), period.days
    paid = _paid(ledger, currency, period)
    late = [(each.amount, each.days_late) for each in paid if each.days_late is not None]
    overdue = [
        (item.open, item.days_past_due or 0)
        for account in ledger
        if account.currency == currency
        for item in account.open_items(as_of=period.last)
    ]
    simple = dso_simple(closing.total, sales, days)
    best = best_possible_dso(closing.current, sales, days)
    return [
        simple,
        dso_average(opening, closing.total, sales, days),
        dso_countback(closing.total, _months_back(ledger, currency, period)),
        best,
        delinquent_dso(closing.past_due, sales, days),
        average_days_delinquent(simple.value, best.value),
        collection_effectiveness_index(opening, sales, closing.total, closing.current),
        ar_turnover(opening, closing.total, sales),
        average_days_to_pay([each.days_to_pay for each in paid]),
        weighted_average_days_to_pay([(each.amount, each.days_to_pay) for each in paid]),
        average_days_late([days for _, days in late]),
        weighted_average_days_late(late),
        weighted_average_days_past_due(overdue),
        percent_current(closing.current, closing.total),
        percent_past_due(closing.past_due, closing.total),
        percent_over_90(closing.over_90, closing.total),
        bad_debt_to_sales(
            ledger.written_off(currency, period), sales, recoveries=ledger.recovered(currency, period), net=True
        ),
    ]


def _paid(ledger: Ledger, currency: str, period: Period) -> list[Experience]:
    return [each for account in ledger if account.currency == currency for each in experiences(account, period)]


def _months_back(ledger: Ledger, currency: str, period: Period) -> list[tuple[Decimal, int]]:
    """(sales, days) of the calendar months from the period's end back to the first sale, the newest first."""
    sold: dict[date, Decimal] = {}
    for account in ledger:
        if account.currency == currency:
            for day, delta in sales_movements(account):
                if day <= period.last:
                    first = day.replace(day=1)
                    sold[first] = sold.get(first, ZERO) + delta
    if not sold:
        return []
    months = Period(min(sold), period.last).months()
    return [(sold.get(month.first, ZERO), month.days) for month in months]
