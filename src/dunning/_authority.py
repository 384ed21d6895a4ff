"""Grants and authorities as data, and whether a role may grant a concession; see `dunning.authority`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

import attrs

from dunning._attrs import frozen, is_tuple_of
from dunning._concessions import (
    Concession,
    ConcessionKind,
    Granted,
    Size,
    facts_of,
    granted_before,
    kind_of_concession,
    size_of,
)
from dunning._report import percent
from dunning.amounts import ZERO, exact, fits, formatted
from dunning.dates import add_days, add_months, require_date
from dunning.errors import InvalidValue, NotFound, require_type
from dunning.ledger import Account, Fact

__all__ = ["Authority", "Grant", "Review", "concede", "review"]


@frozen
class Grant:
    """What a role may concede: one kind of concession, up to limits. What is None has no limit.

    Args:
        role: the lowest role that may.
        kind: the kind of concession.
        amount: the most in money for one account in the authority's period, this time included.
        share: the most as a share of the debt: of the amounts of the invoices concerned, this time included.
        days: an extension of so many days at most, counted from the first due date.
        months: a plan of so many months at most, counted from the day on which it is agreed.
        segments: for accounts of these segments only; empty: of any.
    """

    role: str
    kind: ConcessionKind
    amount: Decimal | None = attrs.field(default=None, kw_only=True)
    share: Decimal | None = attrs.field(default=None, kw_only=True)
    days: int | None = attrs.field(default=None, kw_only=True)
    months: int | None = attrs.field(default=None, kw_only=True)
    segments: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if self.kind not in get_args(ConcessionKind):
            faults.append(f"kind: {self.kind!r} is not one of {', '.join(get_args(ConcessionKind))}")
        for name in ("amount", "share"):
            value = getattr(self, name)
            if value is not None and not (isinstance(value, Decimal) and fits(value) and value >= 0):
                faults.append(f"{name}: {value!r} is not a Decimal of at least 0")
        for name in ("days", "months"):
            value = getattr(self, name)
            if value is not None and not (type(value) is int and value >= 0):
                faults.append(f"{name}: {value!r} is not a whole number of at least 0")
        if not is_tuple_of(self.segments, str):
            faults.append(f"segments: {self.segments!r} is not a tuple of names")
        if faults:
            raise InvalidValue("Grant", faults)

    def excess(self, size: Size, before: tuple[Granted, ...]) -> str | None:
        """By which limit a concession is too much; None where it is within all."""
        already = sum((each.amount for each in before), ZERO)
        if self.amount is not None and already + size.amount > self.amount:
            return f"up to {formatted(self.amount)}" + (f", {formatted(already)} of it already" if already else "")
        same = sum((each.amount for each in before if each.invoice in size.invoices), ZERO)
        if self.share is not None and Fraction(same + size.amount) > Fraction(self.share) * Fraction(size.base):
            return f"up to {percent(self.share)} of the debt"
        if size.since is not None and size.until is not None:
            if self.days is not None and size.until > add_days(size.since, self.days):
                return f"up to {self.days} days"
            if self.months is not None and size.until > add_months(size.since, self.months):
                return f"up to {self.months} months"
        return None

    def __str__(self) -> str:
        limits = [
            *([] if self.amount is None else [f"up to {formatted(self.amount)}"]),
            *([] if self.share is None else [f"up to {percent(self.share)} of the debt"]),
            *([] if self.days is None else [f"up to {self.days} days"]),
            *([] if self.months is None else [f"up to {self.months} months"]),
        ]
        where = f" (segments {', '.join(self.segments)})" if self.segments else ""
        return f"{self.role}: {self.kind.replace('_', ' ')} {', '.join(limits) or 'without limit'}{where}"


@frozen
class Authority:
    """Roles, the lowest first, and what each may concede.

    `period` is how many days what was conceded before counts against the limits in money and share.

    Raises:
        InvalidValue: every fault at once: a role that is named twice, a grant to a role that there is not.
    """

    name: str
    roles: tuple[str, ...]
    grants: tuple[Grant, ...]
    period: int = attrs.field(default=365, kw_only=True)

    def __attrs_post_init__(self) -> None:
        faults: list[str] = []
        if not self.roles or not is_tuple_of(self.roles, str) or len(set(self.roles)) < len(self.roles):
            faults.append(f"roles: {self.roles!r} is not a tuple of names, at least one and each once")
        if not is_tuple_of(self.grants, Grant):
            faults.append(f"grants: {self.grants!r} is not a tuple of Grant")
        else:
            strangers = dict.fromkeys(each.role for each in self.grants if each.role not in self.roles)
            faults += [f"grants: {role!r} is not one of the roles" for role in strangers]
        if type(self.period) is not int or self.period < 1:
            faults.append(f"period: {self.period!r} is not a number of days, 1 or more")
        if faults:
            raise InvalidValue("Authority", faults)

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
class Review:
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


def _within(
    authority: Authority, role: str, kind: ConcessionKind, segment: str | None, size: Size, before: tuple[Granted, ...]
) -> tuple[bool, list[str]]:
    """Whether some grant of a role admits a concession of this size, and what each says."""
    said: list[str] = []
    for grant in authority.grants_of(role, kind, segment):
        excess = grant.excess(size, before)
        if excess is None:
            return True, [str(grant)]
        said.append(f"{grant.role}: {excess}")
    return False, said or [f"no {role} may grant a {kind.replace('_', ' ')}"]


@exact
def review(
    concession: Concession,
    authority: Authority,
    *,
    role: str,
    account: Account,
    as_of: date,
    segment: str | None = None,
) -> Review:
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
    >>> from dunning.authority import Discount
    >>> from dunning.presets.authorities import STANDARD_AUTHORITY
    >>> ledger = Ledger([Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")])
    >>> asked = Discount((("INV-1", Decimal("60.00")),))
    >>> acme, today = ledger.account("ACME"), date(2026, 3, 1)
    >>> print(review(asked, STANDARD_AUTHORITY, role="specialist", account=acme, as_of=today))
    needs the team lead: specialist: up to 2.0 % of the debt
    """
    require_type("review", "authority", authority, Authority)
    require_type("review", "account", account, Account)
    require_date("as_of", as_of)
    if not isinstance(concession, get_args(Concession)):
        known = ", ".join(each.__name__ for each in get_args(Concession))
        raise InvalidValue("review", (f"concession: {concession!r} is not one of {known}",))
    kind = kind_of_concession(concession)
    size = size_of(concession, account, as_of)
    found = granted_before(kind, account, add_days(as_of, 1 - authority.period), as_of)
    admitted, said = _within(authority, role, kind, segment, size, found)
    if size.faults:
        return Review("refused", role, None, size.faults, found)
    if admitted:
        return Review("granted", role, None, tuple(said), found)
    for higher in authority.roles[authority.roles.index(role) + 1 :]:
        if _within(authority, higher, kind, segment, size, found)[0]:
            return Review("needs", role, higher, tuple(said), found)
    return Review("refused", role, None, (*said, "no higher role may either"), found)


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
) -> tuple[Fact, ...]:
    """The facts of a concession that a role may grant; each bears who agreed to it and the role that approved.

    A `Waiver` becomes reversals of charges, a `Discount` or `WriteOff` adjustments, `Installments` a payment plan, an
    `Extension` a change of the due date, a `Handover` a placement. A `HoldLift` gives the hold again with its end:
    put it in the place of the one in your books.

    Raises:
        InvalidValue: the role may not grant it; the error says who may, and why.
        NotFound: there is no such role.
    """
    found = review(concession, authority, role=role, account=account, as_of=as_of, segment=segment)
    if found.answer != "granted":
        raise InvalidValue("concede", (str(found),))
    return tuple(facts_of(concession, account, as_of, by, role))
