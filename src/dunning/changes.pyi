from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date, datetime, time, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, overload

from dunning.aging import AgedItem, AgedItems, Aging, Buckets, ByItem
from dunning.allocation import Allocated, Allocation, Strategy
from dunning.allocation.proposal import Netted, Short
from dunning.amounts import Currency, PerCurrency
from dunning.authority import Authority, Extension, Grant, Granted, Handover, HoldLift, InstallmentPlan, Option, SettlementDiscount, SettlementOffer, Verdict, Waiver, WriteOff
from dunning.charges import Fee, FeeSchedule, Interest, InterestLine, InterestStatement, InterestTotal, Rate, RateSeries, Statute, Tier
from dunning.conditions import All, AnyOf, Clause, Compare, Explanation, Multiple, Not
from dunning.contact import Attempt, Bar, Cap, ContactRules, Finding, Hours, Inconvenient, Needs, Never, Party, Permit, Rule, Scope, Span, Wait, Where, Window
from dunning.dates import BusinessCalendar, Period
from dunning.decision import Decision, Moment, Timeline
from dunning.deviations import Deviation, Deviations
from dunning.errors import Fault
from dunning.forecast import AccountAge, Allowance, AllowanceRow, Backtest, Calibration, CashForecast, CashWeek, LossForecast, MarkovChain, MigrationShares, PaymentCurve, PaymentCurves, ReceivablesVariance, Rolls, Score, SteadyState, Trial, UncollectedBalances
from dunning.interactions import Approval, Contact, ContactFlag, Dispute, Hold, PaymentPlan, Placement, Promise, Task
from dunning.invoice import Adjustment, Application, Charge, CreditNote, DueDateChange, Installment, Invoice, Payment, Refund, Reversal, Void
from dunning.kpi import Definition, DsoChange, Kpi, PromiseOutcomes, RollForward, Scorecard, Trend
from dunning.kpi.tally import Tally, Words
from dunning.ledger import Ledger, OpenItem, Problem
from dunning.machine import Machine, Transition
from dunning.measures import Custom, Measure
from dunning.policy import AddCharges, Call, Do, Escalate, Final, Freeze, Level, Minimum, Notify, Place, Playbook, Policy, ProposeWriteOff, Regress, ReleaseCredit, Repeat, Review, StopCredit, Succession
from dunning.presets.engines import NetSuiteRule, OverdueState
from dunning.quality import DataIssue, DataQuality
from dunning.segmentation import Assignment, Migration, Move, Profile, Reasoning, Segment, Segmentation, Segments, Stability
from dunning.settlement import DiscountPolicy
from dunning.sources import Loaded, RowNote, RowRule, Sign, Source, SourceTable, Tie
from dunning.statement import Statement, StatementLine
from dunning.terms import AverageDueDate, CashDiscount, Deadline, Discount, MaximumTerm, Part, StatutoryTerm, Terms
from dunning.worklist import Agreed, Brief, Collector, Line, ScorePart, Team, Watched, Weight, WorkItem, Worklist

__all__ = ["changed"]

@overload
def changed(
    noun: AccountAge,
    /,
    *,
    balance: Decimal = ...,
    months_old: int | None = ...,
) -> AccountAge: ...
@overload
def changed(
    noun: AddCharges,
    /,
    *,
    schedule: str = ...,
) -> AddCharges: ...
@overload
def changed(
    noun: Adjustment,
    /,
    *,
    id: str = ...,
    invoice: str = ...,
    on: date = ...,
    amount: Decimal = ...,
    kind: Literal["write_off", "discount", "small_balance", "deduction", "abatement", "exchange_difference", "settled_before"] = ...,
    reason: str = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Adjustment: ...
@overload
def changed(
    noun: AgedItem,
    /,
    *,
    item: str = ...,
    invoice: str = ...,
    customer: str = ...,
    currency: str = ...,
    issued: date = ...,
    due: date | None = ...,
    days_past_due: int | None = ...,
    age: int | None = ...,
    bucket: str = ...,
    original: Decimal = ...,
    open: Decimal = ...,
    disputed: Decimal = ...,
    on_hold: bool = ...,
) -> AgedItem: ...
@overload
def changed(
    noun: AgedItems,
    /,
    *,
    as_of: date = ...,
    buckets: Buckets = ...,
    basis: Literal["due", "issued"] = ...,
    grace: int = ...,
    items: tuple[AgedItem, ...] = ...,
) -> AgedItems: ...
@overload
def changed(
    noun: Agreed,
    /,
    *,
    promise: tuple[Decimal, date] | None = ...,
    further: tuple[tuple[Decimal, date], ...] = ...,
    disputed: tuple[str, ...] = ...,
    dispute_reason: str = ...,
    follow_up: date | None = ...,
    call_back: bool = ...,
    no_date: str = ...,
) -> Agreed: ...
@overload
def changed(
    noun: All,
    /,
    *,
    parts: tuple[Compare | All | AnyOf | Not, ...] = ...,
) -> All: ...
@overload
def changed(
    noun: Allocated,
    /,
    *,
    item: str = ...,
    invoice: str = ...,
    component: Literal["principal", "interest", "cost", "fee", "penalty"] = ...,
    amount: Decimal = ...,
    step: Literal["named", "exact", "oldest", "largest", "pro rata"] = ...,
) -> Allocated: ...
@overload
def changed(
    noun: Allocation,
    /,
    *,
    source: Payment | CreditNote = ...,
    as_of: date = ...,
    lines: tuple[Allocated, ...] = ...,
    unapplied: Decimal = ...,
    unmatched: tuple[str, ...] = ...,
    before: tuple[str, ...] = ...,
    short: tuple[Short, ...] = ...,
    netted: tuple[Netted, ...] = ...,
    rivals: tuple[tuple[str, ...], ...] = ...,
    by_installment: frozenset[str] = ...,
) -> Allocation: ...
@overload
def changed(
    noun: Allowance,
    /,
    *,
    rows: tuple[AllowanceRow, ...] = ...,
    total: Decimal = ...,
    forward_factor: Decimal = ...,
    title: str = ...,
) -> Allowance: ...
@overload
def changed(
    noun: AllowanceRow,
    /,
    *,
    label: str = ...,
    gross: Decimal = ...,
    rate: Decimal | None = ...,
    allowance: Decimal = ...,
) -> AllowanceRow: ...
@overload
def changed(
    noun: AnyOf,
    /,
    *,
    parts: tuple[Compare | All | AnyOf | Not, ...] = ...,
) -> AnyOf: ...
@overload
def changed(
    noun: Application,
    /,
    *,
    id: str = ...,
    source: str = ...,
    on: date = ...,
    invoice: str | None = ...,
    amount: Decimal = ...,
    value_date: date | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Application: ...
@overload
def changed(
    noun: Approval,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    on: date = ...,
    action: str = ...,
    approved_by: str = ...,
    by: str | None = ...,
    note: str = ...,
    recorded: date | None = ...,
) -> Approval: ...
@overload
def changed(
    noun: Assignment,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    segment: str = ...,
    exposure: Decimal = ...,
) -> Assignment: ...
@overload
def changed(
    noun: Attempt,
    /,
    *,
    channel: Literal["email", "letter", "call", "sms", "visit", "portal"] = ...,
    actor: Literal["first_party", "assumed_name", "agency"] = ...,
    debtor: Literal["consumer", "sole_trader", "company"] = ...,
    purpose: Literal["personal", "business"] = ...,
    recipient: str = ...,
    place: Literal["home", "mobile", "work"] | None = ...,
    items: tuple[str, ...] = ...,
    by: str | None = ...,
    message: Literal["demand", "location_information", "ending_efforts", "intends_specified_remedy", "opt_out_confirmation", "ask_e_consent", "demand_contradicting_dispute_right", "offer_keeping_dispute_right"] = ...,
    opt_out: Literal["link", "none", "asks_personal_number"] | None = ...,
    days_past_due: int | None = ...,
    collecting: bool | None = ...,
    credit_total: Decimal | None = ...,
    credit_on: date | None = ...,
) -> Attempt: ...
@overload
def changed(
    noun: Authority,
    /,
    *,
    name: str = ...,
    roles: tuple[str, ...] = ...,
    grants: tuple[Grant, ...] = ...,
    period: int = ...,
) -> Authority: ...
@overload
def changed(
    noun: AverageDueDate,
    /,
    *,
    on: date = ...,
    offset_days: Decimal = ...,
) -> AverageDueDate: ...
@overload
def changed(
    noun: Backtest,
    /,
    *,
    currency: str | None = ...,
    weeks: int = ...,
    trials: tuple[Trial, ...] = ...,
    calibration: tuple[Calibration, ...] = ...,
    brier: Decimal | None = ...,
    skipped: tuple[date, ...] = ...,
    problems: int = ...,
) -> Backtest: ...
@overload
def changed(
    noun: Bar,
    /,
    *,
    span: Span = ...,
) -> Bar: ...
@overload
def changed(
    noun: Brief,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    as_of: date = ...,
    lines: tuple[Line, ...] = ...,
    decisions: tuple[Decision, ...] = ...,
    permit: Permit | None = ...,
) -> Brief: ...
@overload
def changed(
    noun: Buckets,
    /,
    *,
    labels: tuple[str, ...] = ...,
    uppers: tuple[int, ...] = ...,
) -> Buckets: ...
@overload
def changed(
    noun: BusinessCalendar,
    /,
    *,
    holidays: Container[date] = ...,
    weekend: frozenset[int] = ...,
) -> BusinessCalendar: ...
@overload
def changed(
    noun: ByItem,
    /,
    *,
    label: Callable[[OpenItem], str] | None = ...,
    tags: tuple[str, ...] = ...,
    others: str = ...,
) -> ByItem: ...
@overload
def changed(
    noun: Calibration,
    /,
    *,
    low: Decimal = ...,
    items: int = ...,
    expected: Decimal = ...,
    paid: Decimal = ...,
) -> Calibration: ...
@overload
def changed(
    noun: Call,
    /,
    *,
    owner: str = ...,
    script: str = ...,
) -> Call: ...
@overload
def changed(
    noun: Cap,
    /,
    *,
    most: int = ...,
    days: int | None = ...,
    per: tuple[Literal["debt", "person", "collector"], ...] = ...,
    directions: tuple[Literal["outbound", "inbound"], ...] = ...,
    channels: tuple[Literal["email", "letter", "call", "sms", "visit", "portal"], ...] = ...,
    places: tuple[Literal["home", "mobile", "work"], ...] = ...,
    not_places: tuple[Literal["home", "mobile", "work"], ...] = ...,
    messages: tuple[Literal["demand", "location_information", "ending_efforts", "intends_specified_remedy", "opt_out_confirmation", "ask_e_consent", "demand_contradicting_dispute_right", "offer_keeping_dispute_right"], ...] = ...,
    outcomes: frozenset[str] = ...,
    not_outcomes: frozenset[str] = ...,
    unless_requested: bool = ...,
    unless_in: Span | None = ...,
    after_conversation: bool = ...,
) -> Cap: ...
@overload
def changed(
    noun: CashDiscount,
    /,
    *,
    rate: Decimal = ...,
    discount: Decimal = ...,
    payable: Decimal = ...,
) -> CashDiscount: ...
@overload
def changed(
    noun: CashForecast,
    /,
    *,
    as_of: date = ...,
    currency: str | None = ...,
    confidence: Decimal = ...,
    open: Decimal = ...,
    weeks: tuple[CashWeek, ...] = ...,
    later: Decimal = ...,
    undated: Decimal = ...,
    unknown: Decimal = ...,
    problems: int = ...,
) -> CashForecast: ...
@overload
def changed(
    noun: Charge,
    /,
    *,
    id: str = ...,
    invoice: str = ...,
    on: date = ...,
    amount: Decimal = ...,
    kind: Literal["fee", "interest", "cost", "penalty"] = ...,
    level: str | None = ...,
    through: date | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Charge: ...
@overload
def changed(
    noun: Clause,
    /,
    *,
    compare: Compare = ...,
    value: Decimal | int | str | frozenset[str] | None = ...,
    wanted: bool = ...,
    met: bool = ...,
    on: date | None = ...,
) -> Clause: ...
@overload
def changed(
    noun: Collector,
    /,
    *,
    name: str = ...,
    capacity: int | None = ...,
    roles: tuple[str, ...] = ...,
    skills: tuple[str, ...] = ...,
) -> Collector: ...
@overload
def changed(
    noun: Compare,
    /,
    *,
    measure: str = ...,
    op: Literal[">=", ">", "<=", "<", "=", "in", "has"] = ...,
    value: Decimal | int | str | tuple[Decimal | int | str, ...] | Multiple = ...,
) -> Compare: ...
@overload
def changed(
    noun: Contact,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    on: date = ...,
    channel: Literal["email", "letter", "call", "sms", "visit", "portal"] = ...,
    direction: Literal["outbound", "inbound"] = ...,
    outcome: str | None = ...,
    level: str | None = ...,
    items: tuple[str, ...] = ...,
    currency: str | None = ...,
    deadline: date | None = ...,
    at: datetime | None = ...,
    by: str | None = ...,
    note: str = ...,
    cancelled: date | None = ...,
    follow_up: date | None = ...,
    place: Literal["home", "mobile", "work"] | None = ...,
    person: str = ...,
    message: Literal["demand", "location_information", "ending_efforts", "intends_specified_remedy", "opt_out_confirmation", "ask_e_consent", "demand_contradicting_dispute_right", "offer_keeping_dispute_right"] | None = ...,
    requested: bool = ...,
    instead_of: Literal["email", "letter", "call", "sms", "visit", "portal"] | None = ...,
    approved_by: str | None = ...,
    recorded: date | None = ...,
) -> Contact: ...
@overload
def changed(
    noun: ContactFlag,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    on: date = ...,
    kind: Literal["cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls", "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice", "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end"] = ...,
    end: date | None = ...,
    channel: Literal["email", "letter", "call", "sms", "visit", "portal"] | None = ...,
    items: tuple[str, ...] = ...,
    start: time | None = ...,
    stop: time | None = ...,
    by: str | None = ...,
    note: str = ...,
    recorded: date | None = ...,
) -> ContactFlag: ...
@overload
def changed(
    noun: ContactRules,
    /,
    *,
    rules: tuple[Rule, ...] = ...,
    everyone: Party = ...,
    parties: tuple[tuple[str, Party], ...] = ...,
    actor: Literal["first_party", "assumed_name", "agency"] = ...,
    calendars: tuple[tuple[str, BusinessCalendar], ...] = ...,
    instead: tuple[Literal["email", "letter", "call", "sms", "visit", "portal"], ...] = ...,
    opt_out: Literal["link", "none", "asks_personal_number"] = ...,
) -> ContactRules: ...
@overload
def changed(
    noun: CreditNote,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    issued: date = ...,
    amount: Decimal = ...,
    currency: str = ...,
    applied: tuple[tuple[str, Decimal], ...] = ...,
    goodwill: bool = ...,
    value_date: date | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> CreditNote: ...
@overload
def changed(
    noun: Currency,
    /,
    *,
    code: str = ...,
    decimals: int | None = ...,
    first: date | None = ...,
    last: date | None = ...,
) -> Currency: ...
@overload
def changed(
    noun: Custom,
    /,
    *,
    name: str = ...,
    values: tuple[tuple[str, tuple[tuple[date, Decimal | int | str | frozenset[str] | None], ...]], ...] = ...,
) -> Custom: ...
@overload
def changed(
    noun: DataIssue,
    /,
    *,
    code: Literal["alike_customers", "alike_ids", "twice", "due_before_issue", "no_terms", "unknown_currency", "finer"] = ...,
    customer: str | None = ...,
    currency: str | None = ...,
    ids: tuple[str, ...] = ...,
    amount: Decimal | None = ...,
    text: str = ...,
) -> DataIssue: ...
@overload
def changed(
    noun: DataQuality,
    /,
    *,
    found: tuple[DataIssue, ...] = ...,
    facts: int = ...,
    problems: int = ...,
    duplicates: int = ...,
) -> DataQuality: ...
@overload
def changed(
    noun: Deadline,
    /,
    *,
    rule: Literal["net", "eom", "days then eom", "mfi", "net monthly", "uk month end", "on delivery", "in advance", "receipt of goods", "business days", "before due"] = ...,
    days: int = ...,
    months: int = ...,
    then: tuple[int | Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], ...] = ...,
) -> Deadline: ...
@overload
def changed(
    noun: Definition,
    /,
    *,
    name: str = ...,
    family: Literal["DSO", "Payment behaviour", "Collecting", "Quality of receivables", "Losses", "Contacts and promises", "Disputes and billing", "Costs and targets", "Concentration"] = ...,
    unit: Literal["days", "months", "share", "times", "amount", "amount squared", "score", "count"] = ...,
    formula: str = ...,
    undefined: str = ...,
    source: str = ...,
    meaning: str = ...,
) -> Definition: ...
@overload
def changed(
    noun: Deviation,
    /,
    *,
    kind: Literal["missing", "late", "early", "before_deadline", "out_of_order", "repeated", "unknown_level", "wrong_channel", "while_held", "nothing_open", "contact_not_permitted", "beyond_authority", "not_approved"] = ...,
    on: date = ...,
    customer: str = ...,
    currency: str = ...,
    level: str | None = ...,
    fact: str | None = ...,
    by: str | None = ...,
    segment: str | None = ...,
    expected: date | None = ...,
    text: str = ...,
) -> Deviation: ...
@overload
def changed(
    noun: Deviations,
    /,
    *,
    period: Period = ...,
    found: tuple[Deviation, ...] = ...,
    checked: int = ...,
    problems: int = ...,
) -> Deviations: ...
@overload
def changed(
    noun: Discount,
    /,
    *,
    rate: Decimal = ...,
    deadline: Deadline = ...,
) -> Discount: ...
@overload
def changed(
    noun: DiscountPolicy,
    /,
    *,
    name: str = ...,
    grace: int = ...,
    tolerance: Decimal = ...,
) -> DiscountPolicy: ...
@overload
def changed(
    noun: Dispute,
    /,
    *,
    id: str = ...,
    invoice: str = ...,
    opened: date = ...,
    amount: Decimal | None = ...,
    reason: str = ...,
    resolved: date | None = ...,
    outcome: str | None = ...,
    recorded: date | None = ...,
) -> Dispute: ...
@overload
def changed(
    noun: Do,
    /,
    *,
    task: str = ...,
    owner: str = ...,
    ends: bool = ...,
) -> Do: ...
@overload
def changed(
    noun: DsoChange,
    /,
    *,
    group: str = ...,
    before: Decimal = ...,
    after: Decimal = ...,
    parts: tuple[tuple[str, Decimal], ...] = ...,
) -> DsoChange: ...
@overload
def changed(
    noun: DueDateChange,
    /,
    *,
    id: str = ...,
    invoice: str = ...,
    on: date = ...,
    due: date = ...,
    reason: str = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> DueDateChange: ...
@overload
def changed(
    noun: Escalate,
    /,
    *,
    to: str = ...,
) -> Escalate: ...
@overload
def changed(
    noun: Explanation,
    /,
    *,
    condition: Compare | All | AnyOf | Not = ...,
    holds: bool = ...,
    clauses: tuple[Clause, ...] = ...,
) -> Explanation: ...
@overload
def changed(
    noun: Extension,
    /,
    *,
    invoice: str = ...,
    due: date = ...,
) -> Extension: ...
@overload
def changed(
    noun: Fee,
    /,
    *,
    tiers: tuple[Tier, ...] = ...,
    of: Literal["open", "original"] = ...,
    boundary: Literal["from", "above"] = ...,
    minimum: Decimal | None = ...,
    maximum: Decimal | None = ...,
    currency: str | None = ...,
    level: str | None = ...,
    once: bool = ...,
    after: int = ...,
    months: int | None = ...,
    every: int | Literal["month"] | None = ...,
    calendar: BusinessCalendar | None = ...,
    kind: Literal["fee", "cost", "penalty"] = ...,
) -> Fee: ...
@overload
def changed(
    noun: FeeSchedule,
    /,
    *,
    name: str = ...,
    fees: tuple[Fee, ...] = ...,
    stops: frozenset[str] = ...,
) -> FeeSchedule: ...
@overload
def changed(
    noun: Final,
    /,
    *,
    after: int = ...,
    do: tuple[Notify | Call | Escalate | AddCharges | StopCredit | ReleaseCredit | Place | ProposeWriteOff | Review | Do, ...] = ...,
    name: str = ...,
    approval: str | None = ...,
) -> Final: ...
@overload
def changed(
    noun: Finding,
    /,
    *,
    rule: Rule = ...,
    answer: Literal["allow", "warn", "deny", "not_applicable", "no_rules"] = ...,
    words: str = ...,
    zone: str = ...,
    contacts: tuple[str, ...] = ...,
    flags: tuple[str, ...] = ...,
    until: datetime | None = ...,
) -> Finding: ...
@overload
def changed(
    noun: Freeze,
    /,
    *,
    first: tuple[int, int] = ...,
    last: tuple[int, int] = ...,
) -> Freeze: ...
@overload
def changed(
    noun: Grant,
    /,
    *,
    role: str = ...,
    kind: Literal["waiver", "discount", "installments", "extension", "hold_lift", "write_off", "handover"] = ...,
    amount: Decimal | PerCurrency | None = ...,
    share: Decimal | None = ...,
    days: int | None = ...,
    months: int | None = ...,
    segments: tuple[str, ...] = ...,
) -> Grant: ...
@overload
def changed(
    noun: Handover,
    /,
    *,
    agency: str = ...,
    items: tuple[str, ...] = ...,
) -> Handover: ...
@overload
def changed(
    noun: Hold,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    start: date = ...,
    end: date | None = ...,
    invoice: str | None = ...,
    amount: Decimal | None = ...,
    reason: str = ...,
    by: str | None = ...,
    ended_by: str | None = ...,
    approved_by: str | None = ...,
    recorded: date | None = ...,
) -> Hold: ...
@overload
def changed(
    noun: HoldLift,
    /,
    *,
    hold: str = ...,
) -> HoldLift: ...
@overload
def changed(
    noun: Hours,
    /,
    *,
    weekdays: tuple[int, ...] = ...,
    opens: time = ...,
    closes: time = ...,
) -> Hours: ...
@overload
def changed(
    noun: Installment,
    /,
    *,
    due: date | None = ...,
    amount: Decimal = ...,
) -> Installment: ...
@overload
def changed(
    noun: InstallmentPlan,
    /,
    *,
    items: tuple[str, ...] = ...,
    installments: tuple[Installment, ...] = ...,
) -> InstallmentPlan: ...
@overload
def changed(
    noun: Interest,
    /,
    *,
    name: str = ...,
    rate: Rate = ...,
    method: Literal["simple", "compound", "monthly rests", "started months", "whole months"] = ...,
    day_count: Literal["ACT/365F", "ACT/360", "ACT/ACT ISDA", "30/360", "30U/360", "30E/360", "30E/360 ISDA"] = ...,
    month_days: int | None = ...,
    grace: int = ...,
    calendar: BusinessCalendar | None = ...,
    grace_is_free: bool = ...,
    payments: tuple[Literal["principal", "interest", "cost", "fee", "penalty"], ...] = ...,
    stops: frozenset[str] = ...,
    longest: int | None = ...,
    minimum: Decimal = ...,
) -> Interest: ...
@overload
def changed(
    noun: InterestLine,
    /,
    *,
    item: str = ...,
    first: date = ...,
    last: date = ...,
    balance: Decimal = ...,
    rate: Decimal = ...,
    interest: Decimal = ...,
) -> InterestLine: ...
@overload
def changed(
    noun: InterestStatement,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    name: str = ...,
    as_of: date = ...,
    lines: tuple[InterestLine, ...] = ...,
    totals: tuple[InterestTotal, ...] = ...,
) -> InterestStatement: ...
@overload
def changed(
    noun: InterestTotal,
    /,
    *,
    item: str = ...,
    invoice: str = ...,
    accrued: Decimal = ...,
    charged: Decimal = ...,
    to_charge: Decimal = ...,
    overcharged: Decimal = ...,
    times: int = ...,
) -> InterestTotal: ...
@overload
def changed(
    noun: Invoice,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    issued: date = ...,
    due: date | None = ...,
    amount: Decimal = ...,
    currency: str = ...,
    installments: tuple[Installment, ...] = ...,
    reference: str = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
    terms: Terms | None = ...,
    delivered: date | None = ...,
    discount_base: Decimal | None = ...,
    kind: Literal["invoice", "debit"] = ...,
) -> Invoice: ...
@overload
def changed(
    noun: Level,
    /,
    *,
    name: str = ...,
    after: int | None = ...,
    base: Literal["due", "issue", "notice", "deadline"] = ...,
    month_end: bool = ...,
    when: Compare | All | AnyOf | Not = ...,
    gap: int | None = ...,
    optional: bool = ...,
    minimum: Minimum = ...,
    deadline: int | None = ...,
    business_days: bool = ...,
    repeat: Repeat | None = ...,
    do: tuple[Notify | Call | Escalate | AddCharges | StopCredit | ReleaseCredit | Place | ProposeWriteOff | Review | Do, ...] = ...,
    owner: str | None = ...,
    approval: str | None = ...,
) -> Level: ...
@overload
def changed(
    noun: Line,
    /,
    *,
    section: str = ...,
    label: str = ...,
    text: str = ...,
    on: date | None = ...,
    amount: Decimal | None = ...,
) -> Line: ...
@overload
def changed(
    noun: Loaded,
    /,
    *,
    source: str = ...,
    as_of: date = ...,
    ledger: Ledger = ...,
    notes: tuple[RowNote, ...] = ...,
    ties: tuple[Tie, ...] = ...,
    rows: int = ...,
) -> Loaded: ...
@overload
def changed(
    noun: LossForecast,
    /,
    *,
    by_bucket: tuple[Decimal, ...] = ...,
    total: Decimal = ...,
    rate: Decimal | None = ...,
) -> LossForecast: ...
@overload
def changed(
    noun: Machine,
    /,
    *,
    name: str = ...,
    states: tuple[str, ...] = ...,
    rows: tuple[Transition, ...] = ...,
) -> Machine: ...
@overload
def changed(
    noun: MarkovChain,
    /,
    *,
    transient: Sequence[Sequence[Decimal | int | Fraction]] = ...,
    absorbing: Sequence[Sequence[Decimal | int | Fraction]] = ...,
    states: tuple[str, ...] = ...,
    outcomes: tuple[str, ...] = ...,
) -> MarkovChain: ...
@overload
def changed(
    noun: MaximumTerm,
    /,
    *,
    id: str = ...,
    longest: tuple[Deadline, ...] = ...,
    source: str = ...,
    effective_from: date = ...,
    effective_to: date | None = ...,
    status: str = ...,
    checked_on: date = ...,
    exceptions: str = ...,
) -> MaximumTerm: ...
@overload
def changed(
    noun: Measure,
    /,
    *,
    name: str = ...,
    meaning: str = ...,
    unit: Literal["days", "amount", "count", "share", "text"] = ...,
    moves: Literal["daily", "dates", "facts"] = ...,
    of: Callable[[Any, str], Decimal | int | str | frozenset[str] | None] = ...,
    kind: Literal["whole", "decimal", "text", "texts", "any"] = ...,
    argument: Literal["", "days", "channel", "outcome", "name"] = ...,
    turns: Callable[[Any, str], Iterable[date]] = ...,
) -> Measure: ...
@overload
def changed(
    noun: Migration,
    /,
    *,
    name: str = ...,
    names: tuple[str, ...] = ...,
    first: date = ...,
    last: date = ...,
    moves: tuple[Move, ...] = ...,
) -> Migration: ...
@overload
def changed(
    noun: MigrationShares,
    /,
    *,
    forward: Decimal = ...,
    same: Decimal = ...,
    back: Decimal = ...,
    cured: Decimal = ...,
    charged_off: Decimal = ...,
) -> MigrationShares: ...
@overload
def changed(
    noun: Minimum,
    /,
    *,
    amount: Decimal | PerCurrency = ...,
    share: Decimal = ...,
) -> Minimum: ...
@overload
def changed(
    noun: Moment,
    /,
    *,
    on: date = ...,
    kind: Literal["fact", "decision"] = ...,
    text: str = ...,
    fact: Invoice | DueDateChange | Charge | Payment | CreditNote | Application | Refund | Adjustment | Void | Reversal | Dispute | Contact | ContactFlag | Promise | Hold | PaymentPlan | Placement | Task | Approval | None = ...,
    decision: Decision | None = ...,
) -> Moment: ...
@overload
def changed(
    noun: Move,
    /,
    *,
    currency: str = ...,
    before: str = ...,
    after: str = ...,
    accounts: int = ...,
    exposure_before: Decimal = ...,
    exposure_after: Decimal = ...,
) -> Move: ...
@overload
def changed(
    noun: Multiple,
    /,
    *,
    measure: str = ...,
    times: Decimal | int = ...,
) -> Multiple: ...
@overload
def changed(
    noun: Needs,
    /,
    *,
    span: Span = ...,
) -> Needs: ...
@overload
def changed(
    noun: NetSuiteRule,
    /,
    *,
    days: int = ...,
    transaction: Decimal = ...,
    total: Decimal = ...,
) -> NetSuiteRule: ...
@overload
def changed(
    noun: Never,
    /,
    *,
    why: str = ...,
) -> Never: ...
@overload
def changed(
    noun: Not,
    /,
    *,
    part: Compare | All | AnyOf | Not = ...,
) -> Not: ...
@overload
def changed(
    noun: Notify,
    /,
    *,
    channel: Literal["email", "letter", "call", "sms", "visit", "portal"] = ...,
    template: str = ...,
) -> Notify: ...
@overload
def changed(
    noun: Option,
    /,
    *,
    name: str = ...,
    payments: tuple[Installment, ...] = ...,
    collects: Decimal = ...,
    gives_up: Decimal = ...,
    expected: Decimal | None = ...,
    concession: Waiver | SettlementDiscount | InstallmentPlan | Extension | HoldLift | WriteOff | Handover = ...,
) -> Option: ...
@overload
def changed(
    noun: OverdueState,
    /,
    *,
    name: str = ...,
    age_days: int | None = ...,
    invoices: int | None = ...,
    balance: Decimal | None = ...,
    responses: tuple[str, ...] = ...,
    with_tag: str | None = ...,
    without_tag: str | None = ...,
) -> OverdueState: ...
@overload
def changed(
    noun: Part,
    /,
    *,
    weight: int = ...,
    deadline: Deadline = ...,
    amount: Decimal | None = ...,
) -> Part: ...
@overload
def changed(
    noun: Party,
    /,
    *,
    zones: tuple[tzinfo, ...] = ...,
    debtor: Literal["consumer", "sole_trader", "company"] = ...,
    purpose: Literal["personal", "business"] = ...,
    recipient: str = ...,
    place: Literal["home", "mobile", "work"] | None = ...,
    collecting: bool | None = ...,
    credit_total: Decimal | None = ...,
    credit_on: date | None = ...,
) -> Party: ...
@overload
def changed(
    noun: Payment,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    received: date = ...,
    amount: Decimal = ...,
    currency: str = ...,
    applied: tuple[tuple[str, Decimal], ...] = ...,
    paid_in: tuple[Decimal, str] | None = ...,
    method: str = ...,
    reference: str = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Payment: ...
@overload
def changed(
    noun: PaymentCurve,
    /,
    *,
    label: str = ...,
    weight: Literal["count", "amount"] = ...,
    confidence: Decimal = ...,
    items: int = ...,
    paid_items: int = ...,
    last_day: int = ...,
    days: tuple[int, ...] = ...,
    paid: tuple[Decimal, ...] = ...,
    low: tuple[Decimal, ...] = ...,
    high: tuple[Decimal, ...] = ...,
    is_pooled: bool = ...,
) -> PaymentCurve: ...
@overload
def changed(
    noun: PaymentCurves,
    /,
    *,
    as_of: date = ...,
    currency: str | None = ...,
    minimum: int = ...,
    pooled: PaymentCurve = ...,
    curves: tuple[PaymentCurve, ...] = ...,
    problems: int = ...,
) -> PaymentCurves: ...
@overload
def changed(
    noun: PaymentPlan,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    agreed: date = ...,
    currency: str = ...,
    installments: tuple[Installment, ...] = ...,
    items: tuple[str, ...] = ...,
    ended: date | None = ...,
    grace: int = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    recorded: date | None = ...,
) -> PaymentPlan: ...
@overload
def changed(
    noun: PerCurrency,
    /,
    *,
    amounts: tuple[tuple[str, Decimal], ...] = ...,
    otherwise: Decimal = ...,
) -> PerCurrency: ...
@overload
def changed(
    noun: Period,
    /,
    *,
    first: date = ...,
    last: date = ...,
) -> Period: ...
@overload
def changed(
    noun: Permit,
    /,
    *,
    answer: Literal["allow", "warn", "deny", "not_applicable", "no_rules"] = ...,
    at: datetime = ...,
    zones: tuple[str, ...] = ...,
    findings: tuple[Finding, ...] = ...,
    aside: tuple[tuple[str, str], ...] = ...,
    earliest: datetime | None = ...,
) -> Permit: ...
@overload
def changed(
    noun: Place,
    /,
    *,
    agency: str = ...,
) -> Place: ...
@overload
def changed(
    noun: Placement,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    on: date = ...,
    agency: str = ...,
    items: tuple[str, ...] = ...,
    currency: str | None = ...,
    recalled: date | None = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    recorded: date | None = ...,
) -> Placement: ...
@overload
def changed(
    noun: Playbook,
    /,
    *,
    segmentation: Segmentation = ...,
    policies: tuple[tuple[str, Policy], ...] = ...,
    default: Policy = ...,
) -> Playbook: ...
@overload
def changed(
    noun: Policy,
    /,
    *,
    name: str = ...,
    levels: tuple[Level, ...] = ...,
    unit: Literal["account", "invoice"] = ...,
    together: Literal["no", "level", "highest"] = ...,
    advance: Literal["one", "nearest", "highest"] = ...,
    minimum_gap: int = ...,
    gap_over: Literal["case", "customer"] = ...,
    honour_deadline: bool = ...,
    minimum: Minimum = ...,
    below_minimum: Literal["wait", "lower"] = ...,
    promise_holds: Literal["part", "items", "case"] = ...,
    promise_grace: int = ...,
    broken_promise: Literal["resume", "step_up"] = ...,
    after_hold: int = ...,
    regress: Regress = ...,
    resume_within: int | None = ...,
    at_end: Repeat | Final | None = ...,
    disputes: Literal["held", "asked"] = ...,
    credits: Literal["net", "ignored"] = ...,
    mention: frozenset[Literal["not due", "credits"]] = ...,
    undated: Literal["wait", "issued"] = ...,
    calendar: BusinessCalendar | None = ...,
    freezes: tuple[Freeze, ...] = ...,
    pending: Literal["freeze", "supersede", "rebuild", "block"] = ...,
) -> Policy: ...
@overload
def changed(
    noun: Problem,
    /,
    *,
    code: Literal["duplicate_id", "unknown_invoice", "unknown_source", "wrong_currency", "wrong_customer", "wrong_date", "exceeds_source", "void", "nothing_to_reverse", "reversed_twice", "cycle", "installments", "unreadable", "on_account", "finer", "most_rows"] = ...,
    id: str = ...,
    message: str = ...,
    fact: Any = ...,
    row: int | None = ...,
    faults: tuple[Fault, ...] = ...,
) -> Problem: ...
@overload
def changed(
    noun: Profile,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    as_of: date = ...,
    values: tuple[tuple[str, Decimal | int | str | frozenset[str] | None], ...] = ...,
) -> Profile: ...
@overload
def changed(
    noun: Promise,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    made: date = ...,
    due: date = ...,
    amount: Decimal = ...,
    currency: str = ...,
    items: tuple[str, ...] = ...,
    installments: tuple[Installment, ...] = ...,
    cancelled: date | None = ...,
    recorded: date | None = ...,
) -> Promise: ...
@overload
def changed(
    noun: PromiseOutcomes,
    /,
    *,
    kept: int = ...,
    broken: int = ...,
    pending: int = ...,
    cancelled: int = ...,
    rate: Kpi = ...,
) -> PromiseOutcomes: ...
@overload
def changed(
    noun: Rate,
    /,
    *,
    margin: Decimal = ...,
    reference: str | None = ...,
    reset: Literal["at start", "half-year", "daily"] = ...,
    days_before: Literal[0, 1] = ...,
    cap: Decimal | None = ...,
) -> Rate: ...
@overload
def changed(
    noun: RateSeries,
    /,
    *,
    name: str = ...,
    values: tuple[tuple[date, Decimal], ...] = ...,
    through: date | None = ...,
) -> RateSeries: ...
@overload
def changed(
    noun: Reasoning,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    as_of: date = ...,
    segment: str = ...,
    tried: tuple[tuple[str, Explanation], ...] = ...,
    better: str | None = ...,
    against: tuple[Clause, ...] = ...,
    next_date: date | None = ...,
    then: str | None = ...,
) -> Reasoning: ...
@overload
def changed(
    noun: ReceivablesVariance,
    /,
    *,
    collection: Decimal = ...,
    pattern: Decimal = ...,
    quantity: Decimal = ...,
    total: Decimal = ...,
) -> ReceivablesVariance: ...
@overload
def changed(
    noun: Refund,
    /,
    *,
    id: str = ...,
    of: str = ...,
    on: date = ...,
    amount: Decimal = ...,
    reopens: tuple[tuple[str, Decimal], ...] = ...,
    reason: str = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Refund: ...
@overload
def changed(
    noun: Regress,
    /,
    *,
    paid_in_part: Literal["keep", "step_down", "recompute", "reset"] = ...,
    oldest_settled: Literal["keep", "step_down", "recompute", "reset"] = ...,
    credited: Literal["keep", "step_down", "recompute", "reset"] = ...,
    notice_cancelled: Literal["keep", "step_down", "recompute", "reset"] = ...,
    payment_reversed: Literal["keep", "step_down", "recompute", "reset"] = ...,
) -> Regress: ...
@overload
def changed(
    noun: Repeat,
    /,
    *,
    every: int = ...,
    times: int | None = ...,
    base: Literal["notice", "deadline"] = ...,
) -> Repeat: ...
@overload
def changed(
    noun: Reversal,
    /,
    *,
    id: str = ...,
    of: str = ...,
    on: date = ...,
    reason: str = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    invoice: str | None = ...,
    code: str = ...,
    costs: Decimal = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Reversal: ...
@overload
def changed(
    noun: Review,
    /,
    *,
    role: str = ...,
) -> Review: ...
@overload
def changed(
    noun: RollForward,
    /,
    *,
    period: Period = ...,
    groups: tuple[str, ...] = ...,
    lines: tuple[tuple[str, tuple[Decimal, ...]], ...] = ...,
    problems: int = ...,
) -> RollForward: ...
@overload
def changed(
    noun: Rolls,
    /,
    *,
    days: tuple[date, ...] = ...,
    currency: str | None = ...,
    buckets: Buckets = ...,
    flows: tuple[tuple[Decimal, ...], ...] = ...,
    problems: int = ...,
) -> Rolls: ...
@overload
def changed(
    noun: RowNote,
    /,
    *,
    then: Literal["skipped", "read", "noted", "set_aside"] = ...,
    code: Literal["title_row", "section_row", "total_row", "footer_row", "blank_row", "repeated_header", "line_item_repeat", "duplicate_row", "zero_amount", "draft", "void", "deleted", "not_receivable", "not_booked", "failed_payment", "special_gl", "credit_application", "adjustment", "id_float", "id_missing", "id_repeated", "date_missing", "blank_text", "amount_text", "negative_amount", "customer_in_heading", "customer_spelling", "currency_name", "scale", "terms_text", "repeated_amount", "history_lost", "open_missing", "credit_taken_back", "settled", "not_read", "prepaid", "reversed", "hold", "disputed", "dunning_block", "uncollectible", "refund", "tax_currency", "does_not_tie", "unmatched", "column_missing", "cells_beyond", "duplicate_id", "customer_missing", "currency_missing", "currency_unlike", "amount_missing", "date_unreadable", "amount_unreadable", "kind_unknown", "sign_unknown", "open_unlike_amount", "refused"] = ...,
    table: str = ...,
    line: str = ...,
    id: str = ...,
    column: str = ...,
    value: str = ...,
    amount: Decimal | None = ...,
    currency: str | None = ...,
) -> RowNote: ...
@overload
def changed(
    noun: RowRule,
    /,
    *,
    column: str = ...,
    values: tuple[str, ...] = ...,
    kind: Literal["invoice", "debit", "credit_note", "payment", "entry", "application", "discount", "write_off", "lookup"] | None = ...,
    skip: Literal["title_row", "section_row", "total_row", "footer_row", "blank_row", "repeated_header", "line_item_repeat", "duplicate_row", "zero_amount", "draft", "void", "deleted", "not_receivable", "not_booked", "failed_payment", "special_gl", "credit_application", "adjustment", "id_float", "id_missing", "id_repeated", "date_missing", "blank_text", "amount_text", "negative_amount", "customer_in_heading", "customer_spelling", "currency_name", "scale", "terms_text", "repeated_amount", "history_lost", "open_missing", "credit_taken_back", "settled", "not_read", "prepaid", "reversed", "hold", "disputed", "dunning_block", "uncollectible", "refund", "tax_currency", "does_not_tie", "unmatched", "column_missing", "cells_beyond", "duplicate_id", "customer_missing", "currency_missing", "currency_unlike", "amount_missing", "date_unreadable", "amount_unreadable", "kind_unknown", "sign_unknown", "open_unlike_amount", "refused"] | None = ...,
    note: Literal["title_row", "section_row", "total_row", "footer_row", "blank_row", "repeated_header", "line_item_repeat", "duplicate_row", "zero_amount", "draft", "void", "deleted", "not_receivable", "not_booked", "failed_payment", "special_gl", "credit_application", "adjustment", "id_float", "id_missing", "id_repeated", "date_missing", "blank_text", "amount_text", "negative_amount", "customer_in_heading", "customer_spelling", "currency_name", "scale", "terms_text", "repeated_amount", "history_lost", "open_missing", "credit_taken_back", "settled", "not_read", "prepaid", "reversed", "hold", "disputed", "dunning_block", "uncollectible", "refund", "tax_currency", "does_not_tie", "unmatched", "column_missing", "cells_beyond", "duplicate_id", "customer_missing", "currency_missing", "currency_unlike", "amount_missing", "date_unreadable", "amount_unreadable", "kind_unknown", "sign_unknown", "open_unlike_amount", "refused"] | None = ...,
    unless: bool = ...,
) -> RowRule: ...
@overload
def changed(
    noun: Rule,
    /,
    *,
    id: str = ...,
    norm: Literal["statute", "presumption", "guidance", "house rule"] = ...,
    limit: Window | Inconvenient | Cap | Bar | Wait | Needs | Never = ...,
    cite: str = ...,
    where: Where = ...,
    unless: tuple[Where | Span, ...] = ...,
    scope: tuple[Scope, ...] = ...,
    effective_from: date | None = ...,
    effective_to: date | None = ...,
    status: str = ...,
    checked_on: date | None = ...,
    answer: Literal["deny", "warn"] | None = ...,
    note: str = ...,
) -> Rule: ...
@overload
def changed(
    noun: Scope,
    /,
    *,
    actors: tuple[Literal["first_party", "assumed_name", "agency"], ...] = ...,
    debtors: tuple[Literal["consumer", "sole_trader", "company"], ...] = ...,
    purposes: tuple[Literal["personal", "business"], ...] = ...,
    over_days: int | None = ...,
    collecting: bool = ...,
    credit_most: Decimal | None = ...,
    credit_from: date | None = ...,
) -> Scope: ...
@overload
def changed(
    noun: Score,
    /,
    *,
    method: str = ...,
    error: Decimal | None = ...,
    horizon_error: Decimal | None = ...,
    bias: Decimal | None = ...,
) -> Score: ...
@overload
def changed(
    noun: Scorecard,
    /,
    *,
    period: Period = ...,
    by: str = ...,
    figures: tuple[tuple[str, Kpi], ...] = ...,
    problems: int = ...,
    terms: Words = ...,
    accounts: frozenset[tuple[str, str]] = ...,
    tallies: dict[tuple[str, str], Tally] = ...,
    costs: dict[str, Decimal | int] = ...,
) -> Scorecard: ...
@overload
def changed(
    noun: Segment,
    /,
    *,
    name: str = ...,
    when: Compare | All | AnyOf | Not = ...,
    stay: Compare | All | AnyOf | Not | None = ...,
) -> Segment: ...
@overload
def changed(
    noun: Segmentation,
    /,
    *,
    name: str = ...,
    segments: tuple[Segment, ...] = ...,
    default: str = ...,
    ranking: tuple[str, ...] = ...,
) -> Segmentation: ...
@overload
def changed(
    noun: Segments,
    /,
    *,
    segmentation: Segmentation = ...,
    as_of: date = ...,
    assignments: tuple[Assignment, ...] = ...,
    problems: int = ...,
) -> Segments: ...
@overload
def changed(
    noun: SettlementDiscount,
    /,
    *,
    amounts: tuple[tuple[str, Decimal], ...] = ...,
) -> SettlementDiscount: ...
@overload
def changed(
    noun: SettlementOffer,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    as_of: date = ...,
    role: str = ...,
    debt: Decimal = ...,
    within: int = ...,
    options: tuple[Option, ...] = ...,
) -> SettlementOffer: ...
@overload
def changed(
    noun: Sign,
    /,
    *,
    column: str = ...,
    debit: tuple[str, ...] = ...,
    credit: tuple[str, ...] = ...,
) -> Sign: ...
@overload
def changed(
    noun: Source,
    /,
    *,
    name: str = ...,
    tables: tuple[SourceTable, ...] = ...,
    json: bool = ...,
    encoding: str = ...,
    delimiter: str = ...,
    dates: tuple[str, ...] = ...,
    decimal: Literal[".", ","] = ...,
    unit: Literal["major", "minor", "two_places"] = ...,
    units: tuple[tuple[str, int], ...] = ...,
    blanks: tuple[str, ...] = ...,
    totals: tuple[str, ...] = ...,
    headings: tuple[str, ...] = ...,
    currency: str | None = ...,
    currencies: tuple[tuple[str, str], ...] = ...,
    fold_customers: bool = ...,
    cite: str = ...,
) -> Source: ...
@overload
def changed(
    noun: SourceTable,
    /,
    *,
    name: str = ...,
    columns: tuple[tuple[Literal["id", "key", "customer", "issued", "due", "due_days", "amount", "credit", "open", "settled", "settled_on", "cleared", "rounding", "currency", "reference", "terms", "source", "applied_to", "applied_amount", "applied_on", "group"], tuple[str, ...]], ...] = ...,
    kind: Literal["invoice", "debit", "credit_note", "payment", "entry", "application", "discount", "write_off", "lookup"] | None = ...,
    rules: tuple[RowRule, ...] = ...,
    rows: str = ...,
    signed: bool = ...,
    by_kind: bool = ...,
    sign: Sign | None = ...,
    repeats: Literal["error", "once", "sum", "installments"] = ...,
    at_issue: bool = ...,
    join: tuple[tuple[str, str, str], ...] = ...,
    optional: tuple[str, ...] = ...,
) -> SourceTable: ...
@overload
def changed(
    noun: Span,
    /,
    *,
    flag: Literal["cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls", "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice", "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end"] = ...,
    days: int | None = ...,
    business_days: int = ...,
    holidays: str | None = ...,
    ended_by: Literal["cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls", "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice", "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end"] | None = ...,
    until_conversation: bool = ...,
    kept_by: Literal["cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls", "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice", "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end"] | None = ...,
    kept_within: int = ...,
    by: tuple[str, ...] = ...,
    made_in: Span | None = ...,
) -> Span: ...
@overload
def changed(
    noun: Stability,
    /,
    *,
    name: str = ...,
    days: tuple[date, ...] = ...,
    flips: tuple[int, ...] = ...,
    returns: int = ...,
    accounts: int = ...,
) -> Stability: ...
@overload
def changed(
    noun: Statement,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    period: Period = ...,
    opening: Decimal = ...,
    lines: tuple[StatementLine, ...] = ...,
    items: tuple[OpenItem, ...] = ...,
    unapplied: Decimal = ...,
    aging: Aging = ...,
) -> Statement: ...
@overload
def changed(
    noun: StatementLine,
    /,
    *,
    on: date = ...,
    kind: Literal["invoice", "charge", "payment", "credit note", "application", "discount", "small balance", "deduction", "write-off", "recovery", "refund", "void", "earned discount", "abatement", "exchange difference", "debit", "settled before"] = ...,
    id: str = ...,
    amount: Decimal = ...,
    balance: Decimal = ...,
    charge: str | None = ...,
    reversal: str | None = ...,
) -> StatementLine: ...
@overload
def changed(
    noun: Statute,
    /,
    *,
    id: str = ...,
    title: str = ...,
    interest: Interest = ...,
    compensation: FeeSchedule | None = ...,
    source: str = ...,
    effective_from: date = ...,
    effective_to: date | None = ...,
    status: str = ...,
    checked_on: date = ...,
    note: str = ...,
) -> Statute: ...
@overload
def changed(
    noun: StatutoryTerm,
    /,
    *,
    last_day: date = ...,
    interest_from: date = ...,
) -> StatutoryTerm: ...
@overload
def changed(
    noun: SteadyState,
    /,
    *,
    receivables: tuple[Decimal, ...] = ...,
    total: Decimal = ...,
    flows: tuple[Decimal, ...] = ...,
) -> SteadyState: ...
@overload
def changed(
    noun: Strategy,
    /,
    *,
    name: str = ...,
    steps: tuple[Literal["named", "exact", "oldest", "largest", "pro rata"], ...] = ...,
    order: tuple[Literal["principal", "interest", "cost", "fee", "penalty"], ...] = ...,
    charges: Literal["with item", "first", "last"] = ...,
    small: Decimal = ...,
) -> Strategy: ...
@overload
def changed(
    noun: Succession,
    /,
    *,
    policies: tuple[tuple[date, Policy], ...] = ...,
    running: Literal["keep", "move"] = ...,
    renamed: tuple[tuple[str, str], ...] = ...,
) -> Succession: ...
@overload
def changed(
    noun: Task,
    /,
    *,
    id: str = ...,
    customer: str = ...,
    on: date = ...,
    kind: str = ...,
    level: str | None = ...,
    items: tuple[str, ...] = ...,
    currency: str | None = ...,
    by: str | None = ...,
    note: str = ...,
    approved_by: str | None = ...,
    recorded: date | None = ...,
) -> Task: ...
@overload
def changed(
    noun: Team,
    /,
    *,
    collectors: tuple[Collector, ...] = ...,
    owners: tuple[tuple[str, str], ...] = ...,
    needs: tuple[tuple[str, str], ...] = ...,
) -> Team: ...
@overload
def changed(
    noun: Terms,
    /,
    *,
    parts: tuple[Part, ...] = ...,
    discounts: tuple[Discount, ...] = ...,
    cutoff: int | None = ...,
    roll: Literal["unadjusted", "following", "modified following", "preceding", "modified preceding", "nearest"] = ...,
    discount_on_parts: bool = ...,
    discount_on_credits: bool = ...,
) -> Terms: ...
@overload
def changed(
    noun: Tie,
    /,
    *,
    table: str = ...,
    line: str = ...,
    label: str = ...,
    stated: Decimal = ...,
    counted: Decimal = ...,
) -> Tie: ...
@overload
def changed(
    noun: Tier,
    /,
    *,
    limit: Decimal = ...,
    fixed: Decimal = ...,
    rate: Decimal = ...,
) -> Tier: ...
@overload
def changed(
    noun: Timeline,
    /,
    *,
    customer: str = ...,
    currency: str = ...,
    until: date = ...,
    moments: tuple[Moment, ...] = ...,
) -> Timeline: ...
@overload
def changed(
    noun: Transition,
    /,
    *,
    source: str = ...,
    guard: Compare | All | AnyOf | Not = ...,
    target: str = ...,
    actions: tuple[Any, ...] = ...,
    event: str = ...,
) -> Transition: ...
@overload
def changed(
    noun: Trend,
    /,
    *,
    cards: tuple[Scorecard, ...] = ...,
) -> Trend: ...
@overload
def changed(
    noun: Trial,
    /,
    *,
    cut: date = ...,
    week: int = ...,
    expected: tuple[Decimal, ...] = ...,
    low: Decimal = ...,
    high: Decimal = ...,
    actual: Decimal = ...,
) -> Trial: ...
@overload
def changed(
    noun: UncollectedBalances,
    /,
    *,
    fractions: tuple[Decimal | None, ...] = ...,
    sum: Decimal | None = ...,
) -> UncollectedBalances: ...
@overload
def changed(
    noun: Verdict,
    /,
    *,
    answer: Literal["granted", "needs", "refused"] = ...,
    role: str = ...,
    needs: str | None = ...,
    reasons: tuple[str, ...] = ...,
    before: tuple[Granted, ...] = ...,
) -> Verdict: ...
@overload
def changed(
    noun: Void,
    /,
    *,
    id: str = ...,
    invoice: str = ...,
    on: date = ...,
    reason: str = ...,
    by: str | None = ...,
    approved_by: str | None = ...,
    tags: tuple[str, ...] = ...,
    recorded: date | None = ...,
) -> Void: ...
@overload
def changed(
    noun: Wait,
    /,
    *,
    flag: Literal["cease", "opt_out", "inconvenient", "quiet", "attorney", "attorney_consents", "workplace_ban", "no_work_calls", "no_work_calls_confirmed", "call_back", "consent_outside_hours", "e_consent", "first_notice", "validation_notice", "written_dispute", "oral_dispute", "verification", "moratorium", "crisis_moratorium", "moratorium_end"] = ...,
    days: int = ...,
) -> Wait: ...
@overload
def changed(
    noun: Waiver,
    /,
    *,
    charges: tuple[str, ...] = ...,
) -> Waiver: ...
@overload
def changed(
    noun: Watched,
    /,
    *,
    case: str = ...,
    customer: str = ...,
    currency: str = ...,
    overdue: Decimal = ...,
    kind: Literal["ahead", "held", "review"] = ...,
    on: date = ...,
    owner: str = ...,
    why: str = ...,
) -> Watched: ...
@overload
def changed(
    noun: Weight,
    /,
    *,
    measure: str = ...,
    weight: Decimal = ...,
    full: Decimal | PerCurrency = ...,
    missing: Decimal = ...,
) -> Weight: ...
@overload
def changed(
    noun: Where,
    /,
    *,
    channels: tuple[Literal["email", "letter", "call", "sms", "visit", "portal"], ...] = ...,
    not_channels: tuple[Literal["email", "letter", "call", "sms", "visit", "portal"], ...] = ...,
    recipients: tuple[str, ...] = ...,
    not_recipients: tuple[str, ...] = ...,
    places: tuple[Literal["home", "mobile", "work"], ...] = ...,
    not_places: tuple[Literal["home", "mobile", "work"], ...] = ...,
    messages: tuple[Literal["demand", "location_information", "ending_efforts", "intends_specified_remedy", "opt_out_confirmation", "ask_e_consent", "demand_contradicting_dispute_right", "offer_keeping_dispute_right"], ...] = ...,
    not_opt_outs: tuple[Literal["link", "none", "asks_personal_number"], ...] = ...,
) -> Where: ...
@overload
def changed(
    noun: Window,
    /,
    *,
    hours: tuple[Hours, ...] = ...,
    holidays: str | None = ...,
) -> Window: ...
@overload
def changed(
    noun: WorkItem,
    /,
    *,
    rank: int = ...,
    case: str = ...,
    customer: str = ...,
    currency: str = ...,
    score: Decimal = ...,
    parts: tuple[ScorePart, ...] = ...,
    decision: Decision = ...,
    is_call: bool = ...,
    role: str = ...,
    collector: str | None = ...,
    unassigned: str = ...,
) -> WorkItem: ...
@overload
def changed(
    noun: Worklist,
    /,
    *,
    as_of: date = ...,
    items: tuple[WorkItem, ...] = ...,
    watched: tuple[Watched, ...] = ...,
) -> Worklist: ...
@overload
def changed(
    noun: WriteOff,
    /,
    *,
    invoices: tuple[str, ...] = ...,
) -> WriteOff: ...
