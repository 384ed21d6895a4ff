"""Laws of authority: a higher role may whatever a lower one may, and limits hold over many concessions."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunning import Charge, Invoice, Ledger
from dunning.amounts import PerCurrency
from dunning.authority import (
    Authority,
    Concession,
    ConcessionKind,
    Extension,
    Grant,
    InstallmentPlan,
    SettlementDiscount,
    Waiver,
    WriteOff,
    concede,
    review,
    settlement_offer,
)
from dunning.ledger import Fact
from dunning.settlement import propose_plan

ROLES = ("clerk", "lead", "manager", "director")
KINDS: tuple[ConcessionKind, ...] = ("waiver", "discount", "installments", "extension", "write_off")
DAY = date(2026, 3, 1)
BOOK: list[Fact] = [
    Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR"),
    Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 2, 14), Decimal("33.33"), "EUR"),
    *(Charge(f"FEE-{n}", "INV-1", date(2026, 2, 20), Decimal(10 * n), "fee") for n in range(1, 6)),
]


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    kind = draw(st.sampled_from(KINDS))
    more: dict[str, Any] = {"amount": draw(st.one_of(st.none(), st.integers(0, 1000).map(Decimal)))}
    if kind == "extension":
        more["days"] = draw(st.one_of(st.none(), st.integers(0, 90)))
    elif kind == "installments":
        more["months"] = draw(st.one_of(st.none(), st.integers(0, 12)))
    else:
        more["share"] = draw(st.one_of(st.none(), st.sampled_from([Decimal("0.02"), Decimal("0.5")])))
    return Grant(draw(st.sampled_from(ROLES)), kind, **more)


authorities = st.lists(grants(), max_size=8).map(lambda found: Authority("house", ROLES, tuple(found), period=30))
concessions: st.SearchStrategy[Concession] = st.one_of(
    st.lists(st.integers(1, 5).map(lambda n: f"FEE-{n}"), min_size=1, unique=True).map(lambda n: Waiver(tuple(n))),
    st.integers(1, 3333).map(lambda cents: SettlementDiscount((("INV-2", Decimal(cents) / 100),))),
    st.integers(1, 120).map(lambda days: Extension("INV-1", date(2026, 2, 4) + timedelta(days=days))),
    st.integers(1, 12).map(
        lambda n: InstallmentPlan(("INV-1",), propose_plan(Decimal(1050), n, first=DAY, currency="EUR"))
    ),
    st.sampled_from([WriteOff(("INV-1",)), WriteOff(("INV-2",))]),
)


@given(authorities, concessions)
def test_authority_is_monotone_in_role(authority: Authority, concession: Concession) -> None:
    account = Ledger(BOOK).account("ACME")
    found = [review(concession, authority, role=role, account=account, as_of=DAY) for role in ROLES]
    granted = [each.answer == "granted" for each in found]
    assert granted == sorted(granted)
    first = ROLES[granted.index(True)] if any(granted) else None
    for each, is_granted in zip(found, granted, strict=True):
        assert each.needs == (None if is_granted else first)
        assert (each.answer == "refused") == (first is None)


@given(authorities, st.lists(st.tuples(st.sampled_from(ROLES), st.integers(1, 5), st.integers(0, 40)), max_size=5))
def test_what_one_role_concedes_in_a_period_stays_within_its_limit(
    authority: Authority, wishes: list[tuple[str, int, int]]
) -> None:
    ledger, given_away = Ledger(BOOK), list[tuple[date, str, Decimal]]()
    for role, number, days in sorted(wishes, key=lambda wish: wish[2]):
        day, asked, account = DAY + timedelta(days=days), Waiver((f"FEE-{number}",)), ledger.account("ACME")
        if review(asked, authority, role=role, account=account, as_of=day).answer == "granted":
            ledger += concede(asked, authority, role=role, account=account, as_of=day)
            given_away.append((day, role, Decimal(10 * number)))
            within = sum((amount for on, _, amount in given_away if (day - on).days < 30), Decimal(0))
            limits = [
                None if isinstance(grant.amount, PerCurrency) else grant.amount
                for grant in authority.grants
                if grant.kind == "waiver" and ROLES.index(grant.role) <= ROLES.index(role)
            ]
            assert any(limit is None or within <= limit for limit in limits)


@given(authorities, st.sampled_from(ROLES))
def test_every_offer_may_be_granted_and_sums_to_the_debt(authority: Authority, role: str) -> None:
    account = Ledger(BOOK).account("ACME")
    offer = settlement_offer(account, authority, role=role, as_of=DAY)
    for option in offer:
        assert option.collects + option.gives_up == offer.debt == Decimal("1083.33")
        assert concede(option.concession, authority, role=role, account=account, as_of=DAY)
