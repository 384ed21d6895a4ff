"""Measures: named figures about an account on a date, and how each moves when nothing happens.

A measure is what segments and policies speak about. Each has one name, one meaning, one unit, one type and a rule of
movement: *daily* measures grow by one a day while no fact comes, those that move with *dates* change on days that can
be foreseen (an item falls due, an experience leaves the window), and the rest changes only with *facts*. None is the
value of a measure that does not exist for an account (days past due where nothing has a due date).

Some measures take an argument in brackets: `late_share[90]` looks back 90 days instead of the usual year (`WINDOW`),
`days_since_contact[call]` counts calls only, and `custom[credit_score]` is a figure of your own (see `custom`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypeAlias, cast, get_args

import attrs

from dunning._base.noun import at_home, frozen
from dunning.amounts.decimals import fits
from dunning.dates import Period, require_date
from dunning.errors import InvalidValue, NotFound
from dunning.interactions import Channel, Contact
from dunning.ledger import Account, OpenItem
from dunning.ledger.views import as_known
from dunning.measures import figures
from dunning.measures.experience import WINDOW, Experience, Population, experiences

Value: TypeAlias = Decimal | int | str | frozenset[str] | None
Unit: TypeAlias = Literal["days", "amount", "count", "share", "text"]
Movement: TypeAlias = Literal["daily", "dates", "facts"]
Kind: TypeAlias = Literal["whole", "decimal", "text", "texts", "any"]
"""What the values of a measure are: whole numbers, decimals, a text, a set of texts; any is known only to its owner."""


@frozen
class Custom:
    """A measure of your own: one value for each customer you know one of; see `custom`."""

    name: str
    values: tuple[tuple[str, Value], ...]

    def of(self, customer: str) -> Value:
        """The value for a customer; None where you gave none."""
        return dict(self.values).get(customer)


def _kind_of(value: Any) -> str:
    kind = value.__class__
    if kind is frozenset and all(each.__class__ is str for each in value):
        return "sets of texts"
    if kind is int or (kind is Decimal and fits(value)):
        return "numbers"
    return "texts" if kind is str else kind.__name__


def custom(name: str, values: Mapping[str, Value]) -> Custom:
    """A measure from data that you hold, by customer: numbers (int or Decimal), texts, or sets of texts.

    Conditions speak of it as `measure("custom[name]")`; give the values to whoever asks (`Standing`, `decide`, `plan`,
    `segment`), with `custom=(...)`. A measure named `credit_limit` also feeds `credit_limit_use`.

    Raises:
        InvalidValue: the name is not a word, or the values are of several types or of none of these.

    >>> from datetime import date
    >>> from dunning.conditions import holds, measure
    >>> from dunning import Invoice, Ledger
    >>> book = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> score = custom("credit_score", {"ACME": 640})
    >>> standing = Standing(book.account("ACME"), as_of=date(2026, 2, 20), custom=(score,))
    >>> holds(measure("custom[credit_score]") >= 600, standing)
    True
    """
    faults: list[str] = []
    if not name.isidentifier():
        faults.append(f"name: {name!r} is not a single word of letters, digits and underscores")
    known = {customer: value for customer, value in values.items() if value is not None}
    kinds = {_kind_of(value) for value in known.values()}
    strange = kinds - {"numbers", "texts", "sets of texts"}
    if strange:
        faults.append(f"values: give int, Decimal, str or frozenset of str, not {', '.join(sorted(strange))}")
    elif len(kinds) > 1:
        faults.append(f"values: {' and '.join(sorted(kinds))} are mixed; give one type")
    if faults:
        raise InvalidValue(f"custom measure {name}", faults)
    return Custom(name, tuple(sorted(known.items())))


@at_home
class Standing(Mapping[str, Value]):
    """An account as it stands on a date: a mapping from the names of measures to their values, worked out when asked.

    `population` is needed for measures that compare accounts, `custom` for measures of your own, `segment` for the
    measure of that name.

    >>> from dunning import Invoice, Ledger
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")])
    >>> standing = Standing(ledger.account("ACME"), as_of=date(2026, 2, 20))
    >>> standing["days_past_due"], standing["overdue_balance"], standing["late_share"]
    (16, Decimal('90.00'), Decimal('1'))
    """

    __slots__ = ("_contacts", "_items", "_known", "_then", "account", "as_of", "custom", "population", "segment")

    def __init__(
        self,
        account: Account,
        *,
        as_of: date,
        population: Population | None = None,
        custom: tuple[Custom, ...] = (),
        segment: str | None = None,
    ) -> None:
        require_date("as_of", as_of)
        self.account = account
        self.as_of = as_of
        self.population = population
        self.custom = custom
        self.segment = segment
        self._known: dict[str, Value] = {}
        self._items: tuple[OpenItem, ...] | None = None
        self._contacts: tuple[Contact, ...] | None = None
        self._then: Account | None = None

    def at(self, day: date) -> Standing:
        """The same account on another day, knowing only what is known on this one: as it will stand if no fact comes.

        A population stays as it is: how the others will stand then is not looked at.
        """
        if self._then is None:
            self._then = as_known(self.account, self.as_of)
        return Standing(self._then, as_of=day, population=self.population, custom=self.custom, segment=self.segment)

    @property
    def open_items(self) -> tuple[OpenItem, ...]:
        """The open items, oldest due first."""
        if self._items is None:
            self._items = self.account.open_items(as_of=self.as_of)
        return self._items

    @property
    def overdue(self) -> tuple[OpenItem, ...]:
        """The open items that are at least one day past due."""
        return tuple(item for item in self.open_items if item.days_past_due is not None and item.days_past_due > 0)

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """The contacts up to the date, the earliest first."""
        if self._contacts is None:
            self._contacts = self.account.contacts(as_of=self.as_of)
        return self._contacts

    def experiences(self, days: int = WINDOW) -> tuple[Experience, ...]:
        """How items were paid in the window of so many days that ends with the date."""
        return experiences(self.account, Period.ending(self.as_of, days=days))

    def turning_days(self, name: str) -> Iterator[date]:
        """Days on which a measure may change otherwise than by growing daily, if no fact comes; some may be past."""
        measure, argument = _looked_up(name)
        yield from measure.turns(self, argument)

    def __getitem__(self, name: str) -> Value:
        if name not in self._known:
            measure, argument = _looked_up(name)
            self._known[name] = measure.of(self, argument)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(each for each, measure in MEASURES.items() if measure.argument != "name")

    def __len__(self) -> int:
        return sum(1 for _ in self)


Argument: TypeAlias = Literal["", "days", "channel", "name"]


Figure: TypeAlias = "Callable[[Standing, str], Value]"


def _no_turns(_: Standing, __: str) -> Iterable[date]:
    return ()


@frozen
class Measure:
    """A named figure: what it means, its unit and type, how it moves while nothing happens, and how it is worked out.

    `argument` says what may stand in brackets behind the name; `turns` gives the days on which it may change otherwise
    than by growing daily.
    """

    name: str
    meaning: str
    unit: Unit
    moves: Movement
    of: Callable[[Standing, str], Value]
    kind: Kind = attrs.field(default="whole", kw_only=True)
    argument: Argument = attrs.field(default="", kw_only=True)
    turns: Callable[[Standing, str], Iterable[date]] = attrs.field(default=_no_turns, kw_only=True)

    def __reduce__(self) -> tuple[object, ...]:
        return _catalogued, (self.name,)


def _catalogued(name: str) -> Measure:
    return MEASURES[name]


def _looked_up(name: str) -> tuple[Measure, str]:
    """The measure and the argument that a name such as `late_share[90]` stands for."""
    stem, bracket, rest = name.partition("[")
    measure = MEASURES.get(stem)
    if measure is None:
        raise NotFound("measure", name, tuple(MEASURES))
    argument = rest.removesuffix("]")
    if not bracket and measure.argument != "name":
        return measure, ""
    wanted = _WANTED[measure.argument]
    if not (rest.endswith("]") and wanted[1](argument)):
        raise InvalidValue(f"measure {name}", [f"{stem} {wanted[0]}"])
    return measure, argument


_WANTED: dict[str, tuple[str, Callable[[str], bool]]] = {
    "": ("takes nothing in brackets", lambda text: False),
    "days": (
        "takes a number of days in brackets, such as [90]",
        lambda text: text.isdecimal() and text.isascii() and text[0] != "0",
    ),
    "channel": (
        f"takes a channel in brackets: {', '.join(get_args(Channel))}",
        lambda text: text in get_args(Channel),
    ),
    "name": ("takes the name of your own measure in brackets, such as [credit_score]", str.isidentifier),
}


def measure_of(name: str) -> Measure:
    """The measure of the catalogue that a name stands for, whatever is in brackets behind it.

    Raises:
        NotFound: the catalogue has no such measure.
        InvalidValue: what stands in brackets is not what the measure takes.
    """
    if not isinstance(cast("object", name), str):
        raise InvalidValue("measure", [f"{name!r} is not the name of a measure"])
    return _looked_up(name)[0]


def _days(name: str, meaning: str, of: Figure = figures.unknown, **more: Any) -> Measure:
    return Measure(name, meaning, "days", more.pop("moves", "daily"), of, **more)


def _count(name: str, meaning: str, of: Figure = figures.unknown, **more: Any) -> Measure:
    return Measure(name, meaning, "count", more.pop("moves", "facts"), of, **more)


def _amount(name: str, meaning: str, of: Figure = figures.unknown, **more: Any) -> Measure:
    return Measure(name, meaning, "amount", more.pop("moves", "facts"), of, kind="decimal", **more)


def _share(name: str, meaning: str, of: Figure = figures.unknown, **more: Any) -> Measure:
    return Measure(name, meaning, "share", more.pop("moves", "facts"), of, kind="decimal", **more)


_DUE: dict[str, Any] = {"moves": "dates", "turns": figures.due_days}
_WINDOW: dict[str, Any] = {"moves": "dates", "turns": figures.leaving, "argument": "days"}

_ACCOUNT = (
    _days("days_past_due", "days past due of the oldest open item", figures.days_past_due, turns=figures.plan_days),
    _days("days_since_issue", "days since the oldest open item was issued", figures.days_since_issue),
    _days("days_since_notice", "days since the last notice", figures.days_since_notice),
    _days("days_since_contact", "days since the last contact", figures.days_since_contact, argument="channel"),
    _days("days_past_deadline", "days past the deadline that the last notice gave", figures.days_past_deadline),
    _days("tenure", "days since the first invoice", figures.tenure),
    _amount("overdue_balance", "what is past due", figures.overdue_balance, **_DUE),
    _amount("open_balance", "what is open in all (the exposure)", figures.open_balance),
    _amount("balance", "what is open less unapplied cash and credit", figures.balance),
    _amount("net_overdue", "what is past due less unapplied cash and credit", figures.net_overdue, **_DUE),
    _amount("unapplied", "cash and credit that settles nothing", figures.unapplied),
    _amount("largest_item", "what is open of the largest item", figures.largest_item),
    _share("largest_item_share", "share of what is open that is the largest item", figures.largest_item_share),
    _share("disputed_share", "share of what is open that is disputed", figures.disputed_share),
    _share("credit_limit_use", "what is open as a share of the credit limit", figures.credit_limit_use),
    _count("open_items", "number of open items", figures.open_items),
    _count("overdue_items", "number of items past due", figures.overdue_items, **_DUE),
    _count("notices_given", "number of notices given", figures.notices_given),
    _count("unanswered_contacts", "number of contacts since the customer last answered or paid", figures.unanswered),
    _count(
        "broken_promises",
        "number of promises broken",
        figures.broken_promises,
        moves="dates",
        turns=figures.promise_days,
    ),
    _count("kept_promises", "number of promises kept", figures.kept_promises),
    _count(
        "payment_experiences", "number of items settled in the window or past due now", figures.experienced, **_WINDOW
    ),
    _share(
        "late_share",
        "share of the items settled in the window or past due now that were or are late",
        figures.late_share,
        **_WINDOW,
    ),
    Measure(
        "average_days_late",
        "mean days late of the items settled in the window, early negative",
        "days",
        of=figures.average_days_late,
        kind="decimal",
        **_WINDOW,
    ),
    _amount(
        "sales",
        "invoiced in the window less credit notes",
        figures.sales,
        moves="dates",
        turns=figures.sales_leaving,
        argument="days",
    ),
    _share("exposure_ahead", "share of all exposure that lies with larger accounts", figures.exposure_ahead),
    _share("sales_ahead", "share of last year's sales that lies with larger accounts", figures.sales_ahead),
    _count("exposure_rank", "rank by exposure, 1 for the largest, equal accounts alike", figures.exposure_rank),
    _count("sales_rank", "rank by last year's sales, 1 for the largest, equal accounts alike", figures.sales_rank),
    _share("exposure_through", "share of all exposure that lies with no smaller accounts", figures.exposure_through),
    _share("sales_through", "share of last year's sales that lies with no smaller accounts", figures.sales_through),
    Measure("tags", "tags of the open invoices", "text", "facts", figures.tags, kind="texts"),
    Measure("currency", "currency", "text", "facts", figures.currency, kind="text"),
    Measure("segment", "segment of the customer", "text", "facts", figures.segment, kind="text"),
    Measure("custom", "figure of your own", "text", "facts", figures.own, kind="any", argument="name"),
)

_CASE = (
    # About one case of a policy; None here: their readings come from
    # `dunning.decision`, which knows what may be dunned.
    _days("case_days_past_due", "days past due of the oldest debt that may be dunned"),
    _days("case_days_past_due_ahead", "days past due of that debt on the eve of our next business day", moves="dates"),
    _days(
        "case_days_past_month_end",
        "days past the end of the month that lies some days after the due date",
        argument="days",
    ),
    _days("case_days_since_issue", "days since the oldest debt that may be dunned was issued"),
    _days("case_days_since_notice", "days since the last notice of the case"),
    _days("case_days_past_deadline", "days past the deadline of the last notice of the case"),
    _days("case_days_since_hold", "days since a hold on the case ended"),
    _days("case_days_since_settled", "days from the settlement of a dunned debt to the due date", moves="facts"),
    _amount("case_balance", "what may be dunned, past due or not", moves="dates"),
    _amount("case_overdue", "what may be dunned and is past due", moves="dates"),
    _share("case_share", "share of all that is open that may be dunned and is past due", moves="dates"),
    _count("case_notices", "number of notices of the case"),
    _count("case_times_given", "number of times that the present level was given"),
    _count("case_queued", "number of notices of the case in preparation"),
    _count("customer_queued", "number of notices to the customer in preparation"),
    _count("case_broken_promises", "number of promises of the case broken since its last notice", moves="dates"),
    _count("credit_stopped", "1 while a recorded stop of credit stands, else 0"),
    _count("business_day", "1 on our business days, else 0", moves="dates"),
    _count("actions_outstanding", "number of actions that are not recorded yet"),
)

ACCOUNT_MEASURES = tuple(measure.name for measure in _ACCOUNT)
"""The names of the measures of an account; the others are of one case of a policy."""

COMPARING = frozenset(name for name in ACCOUNT_MEASURES if name.startswith(("exposure_", "sales_")))
"""The measures that compare an account with the others: they need a `Population`."""

MEASURES: dict[str, Measure] = {measure.name: measure for measure in (*_ACCOUNT, *_CASE)}
"""The catalogue: every measure by its name."""
