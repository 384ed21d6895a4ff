"""Whom to contact first: what is due today in order of urgency, and where everything else stands.

Nothing slips through: every case with something past due is on the list of today, or has a day on which it will be
looked at, and somebody who is responsible. What the policy would never look at again by itself (its ladder is at the
end, it is below the minimum, it is disputed without an end) comes up for review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from dunning._base.bounds import Positive, Some
from dunning._base.guards import checked, guarded
from dunning._base.kinds import refuse
from dunning._base.names import repeated
from dunning._base.noun import frozen
from dunning._report import Column, Report, listed
from dunning.amounts import ZERO, exact
from dunning.contact import Cap
from dunning.dates import add_days
from dunning.decision import Action, Decision, Deferral, Plan
from dunning.decision.sources import grace_of
from dunning.errors import NotFound
from dunning.forecast import PaymentCurve
from dunning.ledger import Account
from dunning.measures import Custom, Population, Standing
from dunning.policy import Call
from dunning.worklist.score import ScorePart, Weight, parts_of
from dunning.worklist.team import Team, assigned

WatchKind: TypeAlias = Literal["ahead", "held", "review"]


@frozen
class WorkItem:
    """One case that is due today: how urgent it is and why, what to do, and who does it.

    `is_call` says that a person has to speak with the customer: a call of the ladder, or a follow-up. `collector` is
    who takes it; where a call has none though a team was given, `unassigned` says why.
    """

    rank: int
    case: str
    customer: str
    currency: str
    score: Decimal
    parts: tuple[ScorePart, ...]
    decision: Decision
    is_call: bool
    role: str
    collector: str | None
    unassigned: str

    @property
    def todo(self) -> tuple[str, ...]:
        """What to do, in words."""
        actions = tuple(str(each.activity) for each in self.decision.actions)
        return (*actions, *map(str, self.decision.follow_ups))

    def __str__(self) -> str:
        parts = ", ".join(f"{part.measure} {part.points}" for part in self.parts if part.points)
        return f"{self.rank}. {self.case}: {'; '.join(self.todo)} (score {self.score}: {parts})"


@frozen
class Watched:
    """A case with something past due that is not due today: on which list it is, until when, and who is responsible.

    *ahead*: the policy, or a rule of contact, has a day for it. *held*: it is held back up to that day. *review*:
    nothing will ever bring it up by itself, so somebody looks at it on that day.
    """

    case: str
    customer: str
    currency: str
    overdue: Decimal
    kind: WatchKind
    on: date
    owner: str
    why: str


def _points(parts: tuple[ScorePart, ...]) -> str:
    """The parts of a score that are not 0, for people."""
    return ", ".join(f"{part.measure} {part.points}" for part in parts if part.points)


@frozen
class Worklist(Report[WorkItem]):
    """What is due today, the most urgent first, and where all else that is past due stands. Iterating gives the items.

    `watched` are the cases with something past due that are not due today, by day.
    """

    as_of: date
    items: tuple[WorkItem, ...]
    watched: tuple[Watched, ...]

    @property
    def review(self) -> tuple[Watched, ...]:
        """What nothing will bring up by itself and is to be looked at today."""
        return tuple(each for each in self.watched if each.kind == "review" and each.on <= self.as_of)

    @guarded
    def of(self, collector: str | None) -> tuple[WorkItem, ...]:
        """The items of one collector; None: those that nobody takes."""
        return tuple(each for each in self.items if each.collector == collector)

    def __getitem__(self, case: str) -> WorkItem:
        for each in self.items:
            if each.case == case:
                return each
        raise NotFound("case on the worklist", case, [each.case for each in self.items[:20]])

    _rows = "items"
    _same = ("as_of",)
    _columns = (
        Column("rank", heading=""),
        Column("case", heading="case", left=True),
        Column("customer"),
        Column("currency", heading="currency", left=True),
        Column("overdue", "decision.overdue", heading="overdue"),
        Column("score", heading="score", show=str),
        Column("", lambda each: {f"score_{part.measure}": part.points for part in each.parts}, keys="score_<measure>"),
        Column(None, "parts", heading="of which", show=_points, left=True),
        Column("todo", lambda each: listed(each.todo), heading="to do", left=True),
        Column("action_ids", lambda each: listed(action.id for action in each.decision.actions)),
        Column("is_call"),
        Column("role"),
        Column("collector"),
        Column("unassigned"),
        Column(None, lambda each: each.collector or each.unassigned or None, heading="who", left=True),
    )

    def _title(self) -> str:
        return f"Worklist for {self.as_of}"

    def _notes(self) -> Iterator[str]:
        counts = {name: sum(1 for each in self.watched if each.kind == name) for name in ("ahead", "held", "review")}
        yield f"past due but not due today: {', '.join(f'{count} {name}' for name, count in counts.items())}"
        if self.review:
            yield f"to be reviewed today: {', '.join(each.case for each in self.review[:5])}"


@checked
@exact
def worklist(
    plan: Plan,
    *,
    weights: Some[Weight],
    team: Team | None = None,
    curve: PaymentCurve | None = None,
    custom: tuple[Custom, ...] = (),
    population: Population | None = None,
    reviewer: str = "credit manager",
    review_every: Positive = 30,
) -> Worklist:
    """Rank what a plan says is due today, split it over a team, and say where all else that is past due stands.

    The order is by score, then by the amount past due, then by case, so that it is always the same.

    Args:
        plan: the plan of the day; rules of contact given to it keep out what may not be done today.
        weights: what makes a case urgent; see `dunning.presets.worklists`.
        team: who is there today; None: items are ranked, not split.
        curve: how debts are paid, for the weight `"risk"`.
        custom: measures of your own that weights speak of.
        population: all accounts, for weights on measures that compare accounts.
        reviewer: who is responsible for what has no other owner.
        review_every: days after a review (a `Task` of that kind) until the next.

    Raises:
        InvalidValue: an argument is of the wrong kind, or a measure has two weights.

    >>> from dunning import Invoice, Ledger, plan
    >>> from dunning.presets.policies import STANDARD_B2B
    >>> from dunning.presets.worklists import COLLECTOR_WEIGHTS
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> today = worklist(plan(ledger, STANDARD_B2B, as_of=date(2026, 2, 20)), weights=COLLECTOR_WEIGHTS)
    >>> print(today.items[0])
    1. ACME/EUR: send email first_notice (score 21.3456: overdue_balance 2.7000, days_past_due 3.5556, \
late_share 10.0000, sales 0.0900, days_since_contact 5.0000)
    """
    refuse("worklist", (f"weights: {each} is named twice" for each in repeated(each.measure for each in weights)))
    accounts = {(account.customer, account.currency): account for account, _, _ in plan.memory}
    due: list[tuple[Decimal, tuple[ScorePart, ...], Decision]] = []
    watched: list[Watched] = []
    for decision in plan:
        account = accounts[decision.customer, decision.currency]
        if decision.actions or decision.follow_ups:
            grace = grace_of(plan.source, decision.policy)
            standing = Standing(account, as_of=plan.as_of, population=population, custom=custom, promise_grace=grace)
            parts = tuple(parts_of(weights, account, standing, curve))
            due.append((sum((part.points for part in parts), ZERO), parts, decision))
        elif decision.overdue:
            watched.append(_watched(decision, account, plan, reviewer, review_every))
    due.sort(key=lambda each: (-each[0], -each[2].overdue, each[2].case, each[2].currency))
    watched.sort(key=lambda each: (each.on, -each.overdue, each.case))
    return Worklist(plan.as_of, tuple(_ranked(due, team)), tuple(watched))


def _ranked(due: Sequence[tuple[Decimal, tuple[ScorePart, ...], Decision]], team: Team | None) -> Iterator[WorkItem]:
    """What is due, in order, each with who takes it where somebody has to call."""
    calls = [_needs_call(decision) for _, _, decision in due]
    roles = [_role(decision) for _, _, decision in due]
    asked = [
        (each[2].customer, role, next((one.by for one in each[2].follow_ups if one.by), None))
        for each, role, is_call in zip(due, roles, calls, strict=True)
        if is_call
    ]
    taken = iter(assigned(team, asked) if team is not None else [(None, "")] * len(asked))
    for rank, ((score, parts, decision), role, is_call) in enumerate(zip(due, roles, calls, strict=True), start=1):
        yield WorkItem(
            rank, decision.case, decision.customer, decision.currency, score, parts, decision, is_call, role,
            *(next(taken) if is_call else (None, "")),
        )  # fmt: skip


def _needs_call(decision: Decision) -> bool:
    return bool(decision.follow_ups) or any(isinstance(each.activity, Call) for each in decision.actions)


def _role(decision: Decision) -> str:
    """The role that has to do it: who calls, else who owns the level, else a collector."""
    roles = [*_callers(decision.actions), *(each.owner for each in decision.actions), decision.owner]
    return next((role for role in roles if role is not None), "collector")


def _callers(actions: tuple[Action, ...]) -> Iterator[str]:
    return (each.activity.owner for each in actions if isinstance(each.activity, Call))


def _is_crowded_out(deferral: Deferral) -> bool:
    """Whether only the number of earlier contacts keeps a contact from being permitted."""
    return deferral.until is None and all(isinstance(each.rule.limit, Cap) for each in deferral.findings)


def _watched(decision: Decision, account: Account, plan: Plan, reviewer: str, every: int) -> Watched:
    """Where a case stands that is not due today."""
    as_of = plan.as_of
    why = "; ".join(map(str, decision.deferred or decision.reasons[:1])) or decision.status
    owner = decision.owner or reviewer
    if decision.next_date is not None:
        name: WatchKind = "held" if decision.status == "held" else "ahead"
        return Watched(
            decision.case, decision.customer, decision.currency, decision.overdue, name, decision.next_date, owner, why
        )
    if any(_is_crowded_out(each) for each in decision.deferred) and any(
        each.customer == decision.customer and (each.actions or each.follow_ups) for each in plan
    ):
        tomorrow = add_days(as_of, 1)  # once what is proposed first is done, the day of this is known
        return Watched(
            decision.case, decision.customer, decision.currency, decision.overdue, "ahead", tomorrow, owner, why
        )
    reviews = [task.on for task in account.tasks(as_of=as_of) if task.kind == "review"]
    on = max(as_of, add_days(reviews[-1], every)) if reviews else as_of
    return Watched(decision.case, decision.customer, decision.currency, decision.overdue, "review", on, reviewer, why)
