"""Grants and authorities as data, and whether a role may grant a concession; see `dunning.authority`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Literal

import attrs

from dunning._base.bounds import Count, Positive, SomeOnce
from dunning._base.guards import checked, guarded
from dunning._base.names import is_among
from dunning._base.noun import frozen
from dunning._report import counted, exact_percent
from dunning.amounts import ZERO, AmountByCurrency, PerCurrency, exact, formatted
from dunning.amounts.decimals import Share
from dunning.amounts.per_currency import amount_words
from dunning.authority.concessions import Concession, ConcessionKind, Size, kind_of_concession, size_of
from dunning.authority.recorded import Granted, facts_of, granted_before
from dunning.dates import add_days, add_months
from dunning.dates.days import Day
from dunning.errors import InvalidValue, NotFound
from dunning.ledger import Account, Fact
from dunning.ledger.views import without_request


@frozen
class Grant:
    """What a role may concede: one kind of concession, up to limits. What is None has no limit.

    Args:
        role: the lowest role that may.
        kind: the kind of concession.
        amount: the most in money for one account in the authority's period, this time included, in the currency of the
            account: one figure for all, or `dunning.amounts.PerCurrency`. A plan, an extension, a handover and the lift
            of a hold count with the debt concerned.
        share: for a waiver, discount or write-off: the most as a share of the debt, which is what is open of the
            invoices concerned and what was conceded on them in the period, this time included.
        days: for an extension: so many days at most, counted from the first due date.
        months: for a plan: so many months at most, counted from the day on which it is agreed.
        segments: for accounts of these segments only; empty: of any.

    Raises:
        InvalidValue: every fault at once, a limit that the kind does not know among them.
    """

    role: str
    kind: ConcessionKind
    amount: AmountByCurrency | None = attrs.field(default=None, kw_only=True)
    share: Share | None = attrs.field(default=None, kw_only=True)
    days: Count | None = attrs.field(default=None, kw_only=True)
    months: Count | None = attrs.field(default=None, kw_only=True)
    segments: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def _rules(self) -> Iterator[str]:
        for name, kinds in _LIMITED.items():
            if getattr(self, name) is not None and self.kind not in kinds:
                yield f"{name}: a limit of {', '.join(kinds)}, not of {self.kind}"

    @guarded
    def excess(self, size: Size, before: tuple[Granted, ...], currency: str) -> str | None:
        """By which limit a concession is too much; None where it is within all."""
        own = (each for each in before if each.invoice is not None and is_among(each.invoice, size.invoices))
        same = sum((each.amount for each in own), ZERO)
        already = sum((each.amount for each in before), ZERO)
        if self.kind == "extension":  # the same debt once more, whose days count from its first due date
            already -= same
        limit = self.amount.of(currency) if isinstance(self.amount, PerCurrency) else self.amount
        if limit is not None and already + size.amount > limit:
            return f"up to {formatted(limit)}" + (f", {formatted(already)} of it already" if already else "")
        if self.share is not None and Fraction(same + size.amount) > Fraction(self.share) * Fraction(same + size.base):
            said = f"up to {exact_percent(self.share)} of the debt"
            return said + (f", {formatted(same)} conceded already" if same else "")
        if size.since is not None and size.until is not None:
            if self.days is not None and size.until > add_days(size.since, self.days):
                return f"up to {counted(self.days)}"
            if self.months is not None and size.until > add_months(size.since, self.months):
                return f"up to {counted(self.months, 'month')}"
        return None

    @property
    def limits(self) -> str:
        """The limits in words."""
        found = [
            *([] if self.amount is None else [f"up to {amount_words(self.amount)}"]),
            *([] if self.share is None else [f"up to {exact_percent(self.share)} of the debt"]),
            *([] if self.days is None else [f"up to {counted(self.days)}"]),
            *([] if self.months is None else [f"up to {counted(self.months, 'month')}"]),
        ]
        where = f", for {', '.join(self.segments)}" if self.segments else ""
        return f"{' and '.join(found) or 'without limit'}{where}"

    def __str__(self) -> str:
        return f"{self.role}: {self.kind.replace('_', ' ')} {self.limits}"


_LIMITED = {"share": ("waiver", "discount", "write_off"), "days": ("extension",), "months": ("installments",)}
"""Limits that only some kinds of concession know."""


@frozen
class Authority:
    """Roles, the lowest first, and what each may concede.

    `period` is how many days what was conceded before counts against the limits in money and share.

    Raises:
        InvalidValue: every fault at once: a role that is named twice, a grant to a role that there is not.
    """

    name: str
    roles: SomeOnce[str]
    grants: tuple[Grant, ...]
    period: Positive = attrs.field(default=365, kw_only=True)

    def _rules(self) -> Iterator[str]:
        strangers = dict.fromkeys(each.role for each in self.grants if each.role not in self.roles)
        yield from (f"grants: {role!r} is not one of the roles" for role in strangers)

    @guarded
    def grants_of(self, role: str, kind: ConcessionKind, segment: str | None) -> Iterator[Grant]:
        """The grants of a kind that a role has, its own and those of lower roles, for accounts of a segment.

        Raises:
            NotFound: there is no such role.
        """
        if role not in self.roles:
            raise NotFound("role", role, self.roles)
        rank = self.roles.index(role)
        for each in self.grants:
            reached = self.roles.index(each.role) <= rank
            if reached and each.kind == kind and (not each.segments or segment in each.segments):
                yield each


@frozen
class Verdict:
    """Whether a role may grant a concession.

    `answer` is *granted*; *needs*, where the role `needs` may; or *refused*, where nobody may or the concession itself
    is faulty. `before` holds what was conceded in the period: ids of facts, amounts, invoices.
    """

    answer: Literal["granted", "needs", "refused"]
    role: str
    needs: str | None
    reasons: tuple[str, ...]
    before: tuple[Granted, ...] = ()

    def __str__(self) -> str:
        head = {"granted": f"granted to the {self.role}", "needs": f"needs the {self.needs}", "refused": "refused"}
        return f"{head[self.answer]}: {'; '.join(self.reasons)}"


@frozen
class ConcessionCase:
    """What a role is asked to grant: a kind of concession to an account in a segment, of a size, after others."""

    kind: ConcessionKind
    currency: str
    segment: str | None
    size: Size
    before: tuple[Granted, ...]

    def said(self, authority: Authority, role: str) -> tuple[bool, list[str]]:
        """Whether some grant of a role admits it, and what each says."""
        said: list[str] = []
        for grant in authority.grants_of(role, self.kind, self.segment):
            excess = grant.excess(self.size, self.before, self.currency)
            if excess is None:
                return True, [str(grant)]
            said.append(f"{grant.role}: {excess}")
        return False, said or [f"no {role} may grant a {self.kind.replace('_', ' ')}"]


def verdict_on(case: ConcessionCase, authority: Authority, role: str) -> Verdict:
    """Whether a role may grant what it is asked to."""
    admitted, said = case.said(authority, role)
    if case.size.faults:
        return Verdict("refused", role, None, case.size.faults, case.before)
    if admitted:
        return Verdict("granted", role, None, tuple(said), case.before)
    for higher in authority.roles[authority.roles.index(role) + 1 :]:
        admitted, more = case.said(authority, higher)
        if admitted:
            return Verdict("needs", role, higher, tuple(said), case.before)
        said = more
    return Verdict("refused", role, None, (*said, "no role may grant so much"), case.before)


@checked
@exact
def review(
    concession: Concession,
    authority: Authority,
    *,
    role: str,
    account: Account,
    as_of: Day,
    segment: str | None = None,
) -> Verdict:
    """Say whether a role may grant a concession to an account on a date, or which role has to.

    What was conceded to the account in the authority's period, by whomever, counts against limits in money and share.

    Args:
        concession: what is to be conceded.
        authority: who may decide what.
        role: the role of who is asked.
        account: the customer's account.
        as_of: the date.
        segment: the account's segment, for grants that are made for some.

    Raises:
        NotFound: there is no such role.
        InvalidValue: `as_of` is not a date, or an argument is of another type.

    >>> from dunning import Invoice, Ledger
    >>> from dunning.authority import SettlementDiscount
    >>> from dunning.presets.authorities import STANDARD_AUTHORITY
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> asked = SettlementDiscount((("INV-1", Decimal("60.00")),))
    >>> acme, today = ledger.account("ACME"), date(2026, 3, 1)
    >>> print(review(asked, STANDARD_AUTHORITY, role="specialist", account=acme, as_of=today))
    needs the team lead: specialist: up to 2 % of the debt
    """
    kind = kind_of_concession(concession)
    before = granted_before(kind, account, add_days(as_of, 1 - authority.period), as_of)
    size = size_of(concession, account, as_of)
    return verdict_on(ConcessionCase(kind, account.currency, segment, size, before), authority, role)


@guarded
@exact
def concede(
    concession: Concession,
    authority: Authority,
    *,
    role: str,
    account: Account,
    as_of: date,
    by: str | None = None,
    segment: str | None = None,
    id: str | None = None,
) -> tuple[Fact, ...]:
    """The facts of a concession that a role may grant; each bears who agreed to it and the role that approved.

    A `Waiver` becomes reversals of charges, a `SettlementDiscount` or `WriteOff` adjustments, an `InstallmentPlan` a
    payment plan, an `Extension` a change of the due date, a `Handover` a placement. A `HoldLift` gives the hold
    again with its end: put it in the place of the one in your books, and `Ledger.replacing` does so in a ledger. A fact
    that is added by hand, without `approved_by`, counts against no limit.

    With `id` the facts have ids that begin with it, so that a request which is sent again concedes once and not twice.

    A discount for payment at once is booked when it is conceded, whether or not the money comes: concede it with the
    payment, or reverse it if none comes.

    Raises:
        InvalidValue: the role may not grant it; the error says who may, and why.
        NotFound: there is no such role.
    """
    if id is not None:  # what an earlier try with this id has recorded does not count
        account = without_request(account, id)
    found = review(concession, authority, role=role, account=account, as_of=as_of, segment=segment)
    if found.answer != "granted":
        raise InvalidValue("concede", (str(found),))
    return tuple(facts_of(concession, account, as_of, by, role, id))
