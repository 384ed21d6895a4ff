"""Rules of contact as closed data: what they bind, which contacts they look at, what they demand, and where they stand.

A rule never decides by itself: it is a row that `permit` reads. Its `limit` is one of seven kinds: hours that
are open (`Window`), hours that the customer named (`Inconvenient`), how often (`Cap`), not while a flag stands (`Bar`),
not before a notice is so old (`Wait`), only with consent (`Needs`), and not at all (`Never`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import attrs

from dunning._base.bounds import ClockTime, Count, Id, Positive, Some, Weekday
from dunning._base.guards import guarded
from dunning._base.noun import frozen
from dunning.contact.attempt import Actor, Attempt, DebtorKind, OptOut, Purpose
from dunning.interactions import CONVERSATION, Channel, ContactPlace, Direction, FlagKind, Message

Norm: TypeAlias = Literal["statute", "presumption", "guidance", "house rule"]
"""What kind of norm a rule comes from."""
Answer: TypeAlias = Literal["allow", "warn", "deny", "not_applicable", "no_rules"]
"""What rules say of a contact, from permitted to not; *not_applicable* and *no_rules* where none was asked."""
Per: TypeAlias = Literal["debt", "person", "collector"]
"""What is counted: contacts about one debt, with one person, or by one collector."""

_ANSWERS: dict[str, Literal["warn", "deny"]] = {
    # norm: what follows when the rule is not kept, unless the rule says otherwise
    "statute": "deny",
    "presumption": "warn",
    "guidance": "warn",
    "house rule": "deny",
}


def _some() -> Any:
    """A field that holds some of the names of its kind; empty means any."""
    return attrs.field(default=(), kw_only=True)


@frozen
class Scope:
    """Whom and which debts a rule binds; what is left empty binds all.

    `over_days` binds debts more than so many days past due, `collecting` only those for which collection procedures
    have begun; `credit_most` and `credit_from` bind business credit of so much in all at most, given from that day on.
    """

    actors: tuple[Actor, ...] = _some()
    debtors: tuple[DebtorKind, ...] = _some()
    purposes: tuple[Purpose, ...] = _some()
    over_days: Count | None = attrs.field(default=None, kw_only=True)
    collecting: bool = attrs.field(default=False, kw_only=True)
    credit_most: Decimal | None = attrs.field(default=None, kw_only=True)
    credit_from: date | None = attrs.field(default=None, kw_only=True)

    @guarded
    def binds(self, attempt: Attempt) -> bool:
        """Whether the rule binds a contact; what is not known of it never takes it out of scope."""
        return (
            (not self.actors or attempt.actor in self.actors)
            and (not self.debtors or attempt.debtor in self.debtors)
            and (not self.purposes or attempt.purpose in self.purposes)
            and (self.over_days is None or attempt.days_past_due is None or attempt.days_past_due > self.over_days)
            and not (self.collecting and attempt.collecting is False)
            and (self.credit_most is None or attempt.credit_total is None or attempt.credit_total <= self.credit_most)
            and (self.credit_from is None or attempt.credit_on is None or attempt.credit_on >= self.credit_from)
        )


@frozen
class Where:
    """Which contacts are meant, by what can be seen of them; what is left empty means any."""

    channels: tuple[Channel, ...] = _some()
    not_channels: tuple[Channel, ...] = _some()
    recipients: tuple[str, ...] = _some()
    not_recipients: tuple[str, ...] = _some()
    places: tuple[ContactPlace, ...] = _some()
    not_places: tuple[ContactPlace, ...] = _some()
    messages: tuple[Message, ...] = _some()
    not_opt_outs: tuple[OptOut, ...] = _some()

    @guarded
    def fits(self, attempt: Attempt) -> bool:
        """Whether a contact is one of those meant."""
        return (
            (not self.channels or attempt.channel in self.channels)
            and attempt.channel not in self.not_channels
            and (not self.recipients or attempt.recipient in self.recipients)
            and attempt.recipient not in self.not_recipients
            and (not self.places or attempt.place in self.places)
            and attempt.place not in self.not_places
            and (not self.messages or attempt.message in self.messages)
            and attempt.opt_out not in self.not_opt_outs
        )


EVERYWHERE = Where()


@frozen
class Span:
    """For how long a flag of a customer holds.

    It begins on the day of the flag. It is over on the first of these days:

    * the flag's own `end`, if it has one;
    * when `days` days have passed: 30 days from 1 March are over on 31 March (they are counted after so many
      `business_days`, whose holidays are a calendar of that name);
    * when a flag of the kind `ended_by` follows;
    * with `until_conversation`, on the day after the next conversation.

    A flag of the kind `kept_by` that follows within `kept_within` days makes it last beyond its `days`. With `by`, only
    flags that these people set count. With `made_in`, only flags that came while that other span lasted count; where no
    such other flag is known, all do.
    """

    flag: FlagKind
    days: Positive | None = None
    business_days: Count = attrs.field(default=0, kw_only=True)
    holidays: str | None = attrs.field(default=None, kw_only=True)
    ended_by: FlagKind | None = attrs.field(default=None, kw_only=True)
    until_conversation: bool = attrs.field(default=False, kw_only=True)
    kept_by: FlagKind | None = attrs.field(default=None, kw_only=True)
    kept_within: Count = attrs.field(default=0, kw_only=True)
    by: tuple[str, ...] = _some()
    made_in: Span | None = attrs.field(default=None, kw_only=True)

    def _rules(self) -> Iterator[str]:
        if self.business_days and (self.days is None or self.holidays is None):
            yield "business_days: name the calendar in holidays, and the days that follow in days"


@frozen
class Hours:
    """Hours that are open on some weekdays (Monday is 0): from `opens` up to, not including, `closes`.

    A `closes` of 00:00 is midnight at the end of the day.

    Raises:
        InvalidValue: no weekdays, or hours that end before they begin.
    """

    weekdays: Some[Weekday]
    opens: ClockTime
    closes: ClockTime

    def _rules(self) -> Iterator[str]:
        if self.closes != time(0) and not self.opens < self.closes:
            yield f"closes: {self.closes:%H:%M} is not after {self.opens:%H:%M}, so the hours are never open"

    @guarded
    def has(self, clock: time) -> bool:
        """Whether a time of day is within the hours."""
        return self.opens <= clock and (self.closes == time(0) or clock < self.closes)


@frozen
class Window:
    """Open hours by the clock of the place where the person is; closed on the days of the calendar `holidays`."""

    hours: Some[Hours]
    holidays: str | None = None


@frozen
class Inconvenient:
    """Not in the hours that the customer called inconvenient (flags of that kind)."""


@frozen
class Cap:
    """At most so many contacts in any `days` days, by the calendar, the day of the contact included (None: ever).

    What counts: contacts in `directions`, on `channels`, at `places`, with these `messages`; with an outcome that is
    one of `outcomes` and none of `not_outcomes`; about the same debt, with the same person or by the same collector,
    as `per` says. With `unless_requested` those do not count that the debtor had asked for; `unless_in` leaves out
    contacts made while such a span lasted; `after_conversation` counts only what follows the first conversation.
    """

    most: Positive
    days: Positive | None
    per: tuple[Per, ...] = _some()
    directions: tuple[Direction, ...] = attrs.field(default=("outbound",), kw_only=True)
    channels: tuple[Channel, ...] = _some()
    places: tuple[ContactPlace, ...] = _some()
    not_places: tuple[ContactPlace, ...] = _some()
    messages: tuple[Message, ...] = _some()
    outcomes: frozenset[str] = attrs.field(default=frozenset[str](), kw_only=True)
    not_outcomes: frozenset[str] = attrs.field(default=frozenset[str](), kw_only=True)
    unless_requested: bool = attrs.field(default=False, kw_only=True)
    unless_in: Span | None = attrs.field(default=None, kw_only=True)
    after_conversation: bool = attrs.field(default=False, kw_only=True)


@guarded
def rest(days: int, *, per: Iterable[Per] = ()) -> Cap:
    """A rest after a conversation, in either direction: none in the `days` days that begin with its day."""
    return Cap(1, days, per=tuple(per), directions=("outbound", "inbound"), outcomes=CONVERSATION)


@frozen
class Bar:
    """Not while the span of a flag lasts. A conversation does not end it, so that no contact ever permits another."""

    span: Span

    def _rules(self) -> Iterator[str]:
        spans = [self.span]
        while spans[-1].made_in is not None:
            spans.append(spans[-1].made_in)
        if any(each.until_conversation for each in spans):
            yield "span: a conversation cannot end a bar, nor what its flag was made in"


@frozen
class Wait:
    """Not before `days` whole days have passed since the day of a flag; without such a flag, not at all."""

    flag: FlagKind
    days: Count


@frozen
class Needs:
    """Only while the span of a flag (a consent) lasts."""

    span: Span


@frozen
class Never:
    """Not at all; `why` says it in words."""

    why: str


Limit: TypeAlias = Window | Inconvenient | Cap | Bar | Wait | Needs | Never
"""What a rule demands, one of seven kinds."""


@frozen
class Rule:
    """One rule of contact.

    Args:
        id: its name.
        norm: a `"statute"` (or fixed rule of a regulation), a rebuttable `"presumption"`, `"guidance"`, or a
            `"house rule"`.
        limit: what it demands.
        cite: where it is written.
        where: which contacts it looks at.
        unless: what excepts a contact: its shape (`Where`), or a flag that holds (`Span`).
        scope: whom it binds: alternatives, of which one is enough.
        effective_from: the first day on which it is in force; None: it always was.
        effective_to: the last day on which it is in force; None: no end is known.
        status: its standing when it was checked.
        checked_on: when it was last compared with published texts.
        answer: what follows where it is not kept, `"deny"` or `"warn"`; None: by the norm: statutes and house rules
            deny, presumptions and guidance warn.
        note: what a reader should know besides.

    Raises:
        InvalidValue: every fault at once.
    """

    id: Id
    norm: Norm
    limit: Limit
    cite: Id
    where: Where = attrs.field(default=EVERYWHERE, kw_only=True)
    unless: tuple[Where | Span, ...] = attrs.field(default=(), kw_only=True)
    scope: Some[Scope] = attrs.field(default=(Scope(),), kw_only=True)
    effective_from: date | None = attrs.field(default=None, kw_only=True)
    effective_to: date | None = attrs.field(default=None, kw_only=True)
    status: str = attrs.field(default="", kw_only=True)
    checked_on: date | None = attrs.field(default=None, kw_only=True)
    answer: Literal["deny", "warn"] | None = attrs.field(default=None, kw_only=True)
    note: str = attrs.field(default="", kw_only=True)

    def _rules(self) -> Iterator[str]:
        first, last = self.effective_from, self.effective_to
        if first is not None and last is not None and last < first:
            yield f"effective_to: {last} is before effective_from, {first}"

    @property
    def weight(self) -> Literal["deny", "warn"]:
        """What follows where the rule is not kept."""
        return self.answer or _ANSWERS[self.norm]

    @guarded
    def is_in_force(self, day: date) -> bool:
        """Whether the rule is in force on a day."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_to is None or day <= self.effective_to
        )

    @guarded
    def looks_at(self, attempt: Attempt) -> bool:
        """Whether the rule has anything to say about a contact of this shape."""
        excepted = any(isinstance(each, Where) and each.fits(attempt) for each in self.unless)
        return self.where.fits(attempt) and not excepted

    @guarded
    def binds(self, attempt: Attempt) -> bool:
        """Whether actor, debtor and debt are within its scope."""
        return any(each.binds(attempt) for each in self.scope)
