"""The ladders of other dunning systems as policies, each built from that system's own parameters.

They say how those systems decide, as read in their sources, tests and documentation (the page "Ladders of other
systems" names the places), so that you can move from one without surprise, or compare. Levels are named by their
numbers, "1" first. Where a system lets several notices follow on one day, so do these policies (`minimum_gap=0`), and
where it forgets what it has sent, or goes on before a deadline that it gave (`honour_deadline=False`), so do they: they
are faithful, not recommended. Where a system looks only at what is due, a level with negative days comes on the due
date.

What is a run's bookkeeping elsewhere (drafts deleted, runs refused because a later one is recorded) has no part here: a
decision is a function of facts and date.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.noun import changed, frozen
from dunning.amounts import PerCurrency
from dunning.conditions import All, AnyOf, Condition, measure
from dunning.policy import Activity, Level, Minimum, Notify, Policy, ProposeWriteOff, Regress, Repeat

__all__ = [
    "NetSuiteRule",
    "OverdueState",
    "axelor",
    "business_central",
    "dynamics_365",
    "erpnext",
    "idempiere",
    "invoice_ninja",
    "kill_bill",
    "lago",
    "metasfresh",
    "netsuite",
    "oca_credit_control",
    "oca_overdue_reminder",
    "openerp_8",
    "sap_fi",
    "tryton",
    "upflow",
]

_LETTER: tuple[Activity, ...] = (Notify("letter"),)


def _by_due(days: Sequence[int]) -> tuple[Level, ...]:
    return tuple(_level(number, each) for number, each in enumerate(days, start=1))


def _require(engine: str, **levels: Sequence[object]) -> None:
    """Refuse a ladder without levels, and figures that are not there for each of them."""
    faults = [f"{name}: give one for each level, at least one" for name, each in levels.items() if not each]
    if len({len(each) for each in levels.values()}) > 1:
        faults.append(f"{', '.join(levels)}: give as many of each as there are levels")
    refuse(engine, faults)


def _level(number: int, after: int | None, *, do: tuple[Activity, ...] = _LETTER) -> Level:
    return Level(str(number), None if after is None else max(0, after), do=do)


@guarded
def tryton(days: Sequence[int]) -> Policy:
    """Tryton's *account_dunning*: each line takes the first later level whose days have passed since maturity.

    A draft freezes its line. No gap: several levels can follow on one day. Credits are not looked at.
    """
    return Policy(
        "tryton",
        _by_due(days),
        unit="invoice",
        advance="nearest",
        minimum_gap=0,
        honour_deadline=False,
        pending="freeze",
        credits="ignored",
    )


@checked
def oca_credit_control(
    levels: Sequence[tuple[Literal["net_days", "end_of_month", "previous_date"], int]],
    *,
    tolerance: Decimal = Decimal("0.10"),
    lift: bool = False,
) -> Policy:
    """OCA's *account_credit_control*: (computation mode, days) for each level; a line goes up one level a run.

    A draft is ignored and made again. With `lift` all lines of a partner get the highest level of the run.
    """
    found = [
        changed(
            _level(number, days), base="notice" if mode == "previous_date" else "due", month_end=mode == "end_of_month"
        )
        for number, (mode, days) in enumerate(levels, start=1)
    ]
    return Policy(
        "oca credit control",
        tuple(found),
        unit="invoice",
        together="highest" if lift else "no",
        minimum_gap=0,
        honour_deadline=False,
        minimum=Minimum(tolerance),
        pending="supersede",
        credits="ignored",
    )


@guarded
def oca_overdue_reminder(*, start_days: int, min_interval_days: int) -> Policy:
    """OCA's *account_invoice_overdue_reminder*: one reminder for the partner, again and again.

    It is triggered by an invoice that is more than `start_days` late, and names all that are late.
    """
    return Policy(
        "oca overdue reminder",
        (_level(1, start_days + 1),),
        minimum_gap=min_interval_days,
        honour_deadline=False,
        at_end=Repeat(min_interval_days),
        credits="ignored",
    )


@checked
def idempiere(
    days: Sequence[int], *, sequential: bool, days_between: int = 0, credits_listed: bool = False
) -> tuple[Policy, ...]:
    """IDempiere's dunning run: one policy if `sequential`, else one for each level, since no level looks at the others.

    Never on the due day. A level that is not sequential comes again after `days_between`, without end.
    """
    after = [max(1, each) for each in days]
    ladders = (
        [_by_due(after)] if sequential else [(_level(number, each),) for number, each in enumerate(after, start=1)]
    )
    return tuple(
        Policy(
            "idempiere",
            ladder,
            unit="invoice",
            minimum_gap=days_between,
            honour_deadline=False,
            at_end=None if sequential else Repeat(days_between),
            credits="ignored",
            mention=frozenset({"credits"} if credits_listed else ()),
        )
        for ladder in ladders
    )


@checked
def metasfresh(
    days: Sequence[int],
    *,
    days_between: int = 0,
    show_all_due: bool = False,
    write_off: Sequence[int] = (),
) -> Policy:
    """Metasfresh's sequential dunning: a level needs the one below, `days_between` counted from the last document.

    With `show_all_due` the days of the first level are dropped. `write_off` names the levels that write off.
    """
    after = [0 if show_all_due and number == 1 else max(0, each) for number, each in enumerate(days, start=1)]
    levels = [
        _level(number, each, do=(*_LETTER, ProposeWriteOff()) if number in write_off else _LETTER)
        for number, each in enumerate(after, start=1)
    ]
    return Policy(
        "metasfresh",
        _eased(levels, days_between),
        unit="invoice",
        minimum_gap=days_between,
        honour_deadline=False,
        credits="ignored",
    )


def _eased(levels: Sequence[Level], gap: int) -> tuple[Level, ...]:
    """Levels that may stand nearer to each other than the gap: the gap is said as a condition of each."""
    if not gap:
        return tuple(levels)
    rested = ~(measure("case_days_since_notice") < gap)
    return tuple(changed(level, gap=0, when=rested) if number else level for number, level in enumerate(levels))


@checked
def business_central(
    terms: Sequence[tuple[int, int]],
    *,
    maximum: int = 0,
    minimum: Decimal = Decimal(0),
    header_level: bool = False,
    show_not_due: bool = False,
) -> Policy:
    """Business Central's reminders: (grace days, days that the reminder gives to pay) for each level.

    The first level counts from the due date, the others from the last reminder's own deadline, and one day more than
    the grace has to pass. The last level comes again; `maximum` reminders in all (0: without end). An open document
    blocks another one. `minimum` is of the customer's total.
    """
    _require("business_central", terms=terms)
    limits: list[Condition] = [measure("net_overdue") > 0]
    limits += [measure("net_overdue") >= minimum] if minimum else []
    limits += [measure("case_notices") < maximum] if maximum else []
    levels = [
        Level(
            str(number),
            grace + 1,
            base="due" if number == 1 else "deadline",
            deadline=to_pay,
            when=All(tuple(limits)),
            do=_LETTER,
        )
        for number, (grace, to_pay) in enumerate(terms, start=1)
    ]
    return Policy(
        "business central",
        tuple(levels),
        unit="invoice",
        together="highest" if header_level else "level",
        minimum_gap=0,
        honour_deadline=False,
        at_end=Repeat(terms[-1][0] + 1, base="deadline"),
        credits="ignored",
        mention=frozenset({"not due", "credits"} if show_not_due else {"credits"}),
        pending="block",
    )


@guarded
def sap_fi(
    days: Sequence[int],
    *,
    interval: int,
    minimum_days: int = 0,
    line_grace: int = 0,
    amounts: Sequence[Decimal] = (),
    shares: Sequence[Decimal] = (),
    optional: Sequence[int] = (),
) -> Policy:
    """SAP FI's dunning: level by days in arrears, never more than one above the last run's.

    The account needs `minimum_days` in arrears and `interval` days since its last run. `amounts` and `shares` are the
    minimums of the levels; below them the next lower level is dunned. `optional` names the levels that FI-CA may skip.
    """
    _require("sap_fi", days=days, amounts=amounts or days, shares=shares or days)
    account = ~(measure("days_since_notice") < interval)
    account = account & (measure("days_past_due") >= minimum_days + line_grace) if minimum_days else account
    levels = [
        Level(
            str(number),
            max(0, each + line_grace),
            when=account,
            optional=number in optional,
            minimum=Minimum(
                amounts[number - 1] if amounts else Decimal(0), shares[number - 1] if shares else Decimal(0)
            ),
            do=_LETTER,
        )
        for number, each in enumerate(days, start=1)
    ]
    return Policy(
        "sap fi",
        tuple(levels),
        unit="invoice",
        minimum_gap=0,
        honour_deadline=False,
        below_minimum="lower",
        credits="ignored",
    )


@frozen
class NetSuiteRule:
    """The rules of one of NetSuite's levels: days overdue of the oldest invoice, amounts of one and of all."""

    days: int
    transaction: Decimal
    total: Decimal


@guarded
def netsuite(rules: Sequence[NetSuiteRule], *, combine: Literal["and", "or"] = "and") -> Policy:
    """NetSuite's dunning: the highest level whose rules hold, joined by AND or OR; nothing before something is late."""
    kind = All if combine == "and" else AnyOf
    levels = [
        Level(
            str(number),
            None,
            when=kind(
                (
                    measure("days_past_due") >= rule.days,
                    measure("largest_item") >= rule.transaction,
                    measure("open_balance") >= rule.total,
                )
            ),
            do=_LETTER,
        )
        for number, rule in enumerate(rules, start=1)
    ]
    return Policy("netsuite", tuple(levels), advance="highest", minimum_gap=0, honour_deadline=False, credits="ignored")


@checked
def dynamics_365(days: Sequence[int], *, by_customer: bool = False) -> Policy:
    """Dynamics 365 Finance: the first letter by the due date, each next one by the letter before, once it is posted."""
    levels = [
        changed(_level(number, each), base="due" if number == 1 else "notice")
        for number, each in enumerate(days, start=1)
    ]
    unit: Literal["account", "invoice"] = "account" if by_customer else "invoice"
    return Policy(
        "dynamics 365",
        tuple(levels),
        unit=unit,
        minimum_gap=0,
        honour_deadline=False,
        pending="freeze",
        credits="ignored",
    )


@guarded
def axelor(days: Sequence[int], *, threshold: Decimal = Decimal(0)) -> Policy:
    """Axelor's debt recovery: days from the later of the oldest due date and the last reminder; the top level repeats.

    The balance has to be above the threshold.
    """
    _require("axelor", days=days)
    enough = measure("balance") > threshold
    levels = [
        Level(str(number), max(0, each), when=enough & ~(measure("case_days_since_notice") < each), gap=0, do=_LETTER)
        for number, each in enumerate(days, start=1)
    ]
    return Policy(
        "axelor", tuple(levels), minimum_gap=0, honour_deadline=False, at_end=Repeat(days[-1]), credits="ignored"
    )


@guarded
def openerp_8(days: Sequence[int]) -> Policy:
    """OpenERP 8's *account_followup*: the next level once its delay has passed; the entry date where nothing is due."""
    return Policy(
        "openerp 8",
        _by_due(days),
        unit="invoice",
        minimum_gap=0,
        honour_deadline=False,
        undated="issued",
        credits="ignored",
    )


@checked
def upflow(days: Sequence[int], *, first_action: Literal["standard", "contextualized"], delay: int = 0) -> Policy:
    """Upflow's workflows: the customer follows its oldest invoice, from the first action or from the one that fits.

    Its actions may come before the due date (negative days); one that was missed is passed over.
    """
    levels = [Level(str(number), each, optional=each < 0, do=_LETTER) for number, each in enumerate(days, start=1)]
    return Policy(
        "upflow",
        _eased(levels, delay),
        advance="one" if first_action == "standard" else "highest",
        minimum_gap=delay,
        honour_deadline=False,
        credits="ignored",
    )


@guarded
def invoice_ninja(days: Sequence[int]) -> Policy:
    """Invoice Ninja's reminders: one after the other by the due date, each once."""
    return Policy(
        "invoice ninja", _by_due(days), unit="invoice", minimum_gap=0, honour_deadline=False, credits="ignored"
    )


@guarded
def erpnext() -> Policy:
    """ERPNext's dunning: no ladder, a document for what is past due, as often as it is asked for.

    What it charges is an interest from the due date and a fixed fee: see `dunning.charges`.
    """
    return Policy(
        "erpnext",
        (_level(1, 1),),
        unit="invoice",
        minimum_gap=0,
        honour_deadline=False,
        at_end=Repeat(0),
        credits="ignored",
    )


@frozen
class OverdueState:
    """One of Kill Bill's overdue states: the conditions that all have to hold, as far as they are given."""

    name: str
    age_days: int | None = None
    invoices: int | None = None
    balance: Decimal | None = None
    responses: tuple[str, ...] = ()
    with_tag: str | None = None
    without_tag: str | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What has to hold besides the age."""
        found: list[Condition] = []
        if self.invoices is not None:
            found.append(measure("open_items") >= self.invoices)
        if self.balance is not None:
            found.append(measure("open_balance") >= self.balance)
        if self.responses:
            found.append(measure("custom[response]").one_of(*self.responses))
        if self.with_tag is not None:
            found.append(measure("custom[tags]").has(self.with_tag))
        if self.without_tag is not None:
            found.append(~measure("custom[tags]").has(self.without_tag))
        return tuple(found)


@guarded
def kill_bill(states: Sequence[OverdueState]) -> Policy:
    """Kill Bill's overdue system: the most severe state whose conditions hold, by the age of the oldest invoice.

    `states` stand most severe first, as in its configuration; one without any condition never matches. It has no
    history: with no notice recorded, the level that the policy proposes is the state. The last payment's response and
    the account's tags are measures of your own, `custom("response", ...)` and `custom("tags", ...)`.
    """
    levels = [
        Level(state.name, state.age_days, base="issue", when=All(state.conditions), do=_LETTER)
        for state in reversed(states)
        if state.conditions or state.age_days is not None
    ]
    return Policy(
        "kill bill",
        tuple(levels),
        advance="highest",
        minimum_gap=0,
        honour_deadline=False,
        undated="issued",
        credits="ignored",
    )


@guarded
def lago(thresholds: Sequence[tuple[str, Decimal]], *, max_attempts: int, days_between: int) -> Policy:
    """Lago's dunning campaigns: attempts per currency that has a threshold, one clock for all currencies of a customer.

    More than `days_between` days have to pass. A payment of a dunned invoice sets the counter back.
    """
    codes = [code for code, _ in thresholds]
    rested = ~(measure("days_since_contact") < days_between + 1)
    return Policy(
        "lago",
        (
            Level(
                "attempt",
                1,
                when=measure("currency").one_of(*codes) & rested,
                minimum=Minimum(PerCurrency(tuple(thresholds))),
                do=(Notify("email"),),
            ),
        ),
        minimum_gap=0,
        honour_deadline=False,
        regress=Regress(paid_in_part="reset", oldest_settled="reset"),
        at_end=Repeat(0, max_attempts - 1) if max_attempts > 1 else None,
        credits="ignored",
    )
