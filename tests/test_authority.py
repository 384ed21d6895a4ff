"""Who may concede what: limits, what was granted before, the facts that come of it, and offers."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning import Charge, Hold, Invoice, Ledger, Payment
from dunning._base.noun import changed
from dunning.amounts import PerCurrency, rounded
from dunning.authority import (
    Authority,
    Concession,
    ConcessionKind,
    Extension,
    Grant,
    Handover,
    HoldLift,
    InstallmentPlan,
    SettlementDiscount,
    Waiver,
    WriteOff,
    concede,
    review,
    settlement_offer,
)
from dunning.errors import InvalidLedger, InvalidValue, NotFound
from dunning.forecast import payment_curves
from dunning.interactions import Placement
from dunning.invoice import Adjustment, Installment
from dunning.ledger import Account, Fact
from dunning.presets.authorities import STANDARD_AUTHORITY

DAY = date(2026, 3, 1)
BOOK: list[Fact] = [
    Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR"),
    Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 2, 14), Decimal("100.00"), "EUR"),
    Charge("FEE-1", "INV-1", date(2026, 2, 20), Decimal("40.00"), "fee"),
    Charge("FEE-2", "INV-1", date(2026, 2, 21), Decimal("70.00"), "fee"),
    Hold("H-1", "ACME", date(2026, 2, 1), reason="complaint"),
]


def acme(*more: Fact) -> Account:
    return Ledger([*BOOK, *more]).account("ACME")


def asked(concession: Concession, role: str, account: Account | None = None, on: date = DAY, **more: Any) -> str:
    return str(review(concession, STANDARD_AUTHORITY, role=role, account=account or acme(), as_of=on, **more))


def test_each_kind_within_and_beyond_its_limits() -> None:
    part = Installment(DAY, Decimal("1010.00"))
    table: list[tuple[Concession, str, str]] = [
        (Waiver(("FEE-1",)), "specialist", "granted to the specialist: specialist: waiver up to 100.00"),
        (Waiver(("FEE-1", "FEE-2")), "specialist", "needs the team lead: specialist: up to 100.00"),
        # the debt is the 900.00 of the invoice and its fees of 110.00
        (SettlementDiscount((("INV-1", Decimal("20.20")),)), "specialist", "granted to the specialist: specialist: discount up to"),
        (SettlementDiscount((("INV-1", Decimal("20.21")),)), "specialist", "needs the team lead: specialist: up to 2 % of the debt"),
        (SettlementDiscount((("INV-2", Decimal("30.00")),)), "team lead", "needs the director: specialist: up to 2 %"),
        (Extension("INV-1", date(2026, 3, 6)), "specialist", "needs the team lead: specialist: up to 14 days"),
        (Extension("INV-1", date(2026, 3, 7)), "team lead", "needs the credit manager: specialist: up to 14 days; team"),
        (Extension("INV-1", date(2027, 3, 7)), "director", "refused: specialist: up to 14 days; team lead: up to 30 days; credit manager: up to 90 days; no role may grant so much"),
        (InstallmentPlan(("INV-1",), (part, Installment(date(2026, 6, 1), Decimal(1)))), "specialist", "granted"),
        (InstallmentPlan(("INV-1",), (part, Installment(date(2026, 6, 2), Decimal(1)))), "specialist", "needs the team lead"),
        (HoldLift("H-1"), "specialist", "needs the team lead: no specialist may grant a hold lift"),
        (HoldLift("H-1"), "director", "granted to the director: team lead: hold lift without limit"),
        (WriteOff(("INV-2",)), "team lead", "granted to the team lead: team lead: write off up to 100.00"),
        (WriteOff(("INV-1",)), "team lead", "needs the credit manager: team lead: up to 100.00"),
        (Handover("agency"), "team lead", "needs the credit manager: no team lead may grant a handover"),
    ]  # fmt: skip
    for concession, role, said in table:
        assert asked(concession, role).startswith(said), (concession, asked(concession, role))


def test_what_was_granted_before_counts() -> None:
    first = concede(Waiver(("FEE-1",)), STANDARD_AUTHORITY, role="specialist", account=acme(), as_of=DAY, by="KIM")
    again = asked(Waiver(("FEE-2",)), "specialist", acme(*first))
    assert again == "needs the team lead: specialist: up to 100.00, 40.00 of it already"
    later = asked(Waiver(("FEE-2",)), "specialist", acme(*first), on=date(2027, 3, 1))
    assert later.startswith("granted")
    off = concede(
        SettlementDiscount((("INV-1", Decimal("10.00")),)),
        STANDARD_AUTHORITY,
        role="specialist",
        account=acme(),
        as_of=DAY,
    )
    more = asked(SettlementDiscount((("INV-1", Decimal("10.21")),)), "specialist", acme(*off))
    assert more == "needs the team lead: specialist: up to 2 % of the debt, 10.00 conceded already"
    assert asked(SettlementDiscount((("INV-1", Decimal("10.20")),)), "specialist", acme(*off)).startswith("granted")
    assert asked(SettlementDiscount((("INV-2", Decimal("2.00")),)), "specialist", acme(*off)).startswith("granted")


def test_concessions_become_facts_that_say_who_approved() -> None:
    parts = (Installment(DAY, Decimal("1010.00")),)
    given: dict[Concession, list[str]] = {
        Waiver(("FEE-1", "FEE-2")): ["FEE-1/waiver/1", "FEE-2/waiver/1"],
        SettlementDiscount((("INV-1", Decimal("5.00")),)): ["INV-1/discount/1"],
        Extension("INV-1", date(2026, 3, 7)): ["INV-1/extension/1"],
        InstallmentPlan(("INV-1",), parts): ["ACME/EUR/installments/1"],
        WriteOff(("INV-1", "INV-2")): ["INV-1/write_off/1", "INV-2/write_off/1"],
        Handover("agency", ("INV-1",)): ["ACME/EUR/handover/1"],
        HoldLift("H-1"): ["H-1"],
    }
    for concession, names in given.items():
        facts = concede(concession, STANDARD_AUTHORITY, role="credit manager", account=acme(), as_of=DAY, by="KIM")
        assert [fact.id for fact in facts] == names
        for fact in facts:
            assert getattr(fact, "ended_by" if isinstance(fact, Hold) else "by") == "KIM"
            assert getattr(fact, "approved_by") == "credit manager"  # noqa: B009  # facts of concessions bear it
        if not isinstance(concession, HoldLift):
            ledger = Ledger([*BOOK, *facts])
            assert not ledger.problems
            again = review(concession, STANDARD_AUTHORITY, role="director", account=ledger.account("ACME"), as_of=DAY)
            if isinstance(concession, (Waiver, WriteOff)):
                assert again.answer == "refused"
    (lifted,) = concede(HoldLift("H-1"), STANDARD_AUTHORITY, role="team lead", account=acme(), as_of=DAY)
    assert isinstance(lifted, Hold)
    assert lifted.end == DAY
    lifted_book = Ledger(BOOK).replacing([lifted])
    assert lifted_book.account("ACME").holds(as_of=DAY) == ()
    assert len(lifted_book.facts) == len(BOOK)
    (hold,) = lifted_book.known_at(date(2026, 2, 28)).account("ACME").holds(as_of=date(2026, 2, 28))
    assert hold == BOOK[-1]
    planned = Hold("UNTIL", "ACME", date(2026, 2, 1), end=DAY, reason="complaint")
    early = Ledger([*BOOK, planned]).known_at(date(2026, 2, 28)).account("ACME")
    assert planned in early.holds(as_of=date(2026, 2, 28))  # its end was known from the start
    with pytest.raises(InvalidLedger):
        Ledger([*BOOK, lifted])
    with pytest.raises(InvalidValue, match="concede: needs the team lead: no specialist may grant a hold lift"):
        concede(HoldLift("H-1"), STANDARD_AUTHORITY, role="specialist", account=acme(), as_of=DAY)


def test_a_second_concession_has_an_id_of_its_own() -> None:
    first = concede(
        Extension("INV-1", date(2026, 3, 7)), STANDARD_AUTHORITY, role="director", account=acme(), as_of=DAY
    )
    second = concede(
        Extension("INV-1", date(2026, 3, 9)), STANDARD_AUTHORITY, role="director", account=acme(*first), as_of=DAY
    )
    assert [fact.id for fact in second] == ["INV-1/extension/2"]
    placed = concede(Handover("agency"), STANDARD_AUTHORITY, role="director", account=acme(), as_of=DAY)
    plan = concede(
        InstallmentPlan(("INV-2",), (Installment(DAY, Decimal(100)),)), STANDARD_AUTHORITY,
        role="director", account=acme(), as_of=DAY,
    )  # fmt: skip
    for kind, facts in (("handover", placed), ("installments", plan)):
        book = acme(*facts)
        asked_for: Concession = (
            Handover("agency") if kind == "handover" else InstallmentPlan(("INV-2",), (Installment(DAY, Decimal(5)),))
        )
        before = review(asked_for, STANDARD_AUTHORITY, role="director", account=book, as_of=DAY).before
        assert [each.id for each in before] == [fact.id for fact in facts]


@pytest.mark.parametrize(
    ("concession", "said"),
    [
        (Waiver(("FEE-9",)), "refused: charge 'FEE-9' is not of this account on that day"),
        (SettlementDiscount((("INV-9", Decimal(1)),)), "refused: invoice 'INV-9' is not of this account"),
        (SettlementDiscount((("INV-2", Decimal(101)),)), "refused: 101 is more than the 100.00 open of INV-2"),
        (Extension("INV-9", DAY), "refused: open invoice 'INV-9' is not"),
        (Extension("INV-1", date(2026, 2, 4)), "refused: 2026-02-04 is not after the due date of INV-1, 2026-02-04"),
        (Extension("PARTS", DAY), "refused: PARTS is due in installments; name one, as PARTS/1, or agree on a plan"),
        (Extension("UNDATED", DAY), "refused: UNDATED has no due date to extend"),
        (InstallmentPlan(("INV-9",), (Installment(DAY, Decimal(5)),)), "refused: open item 'INV-9' is not"),
        (InstallmentPlan(("INV-1",), (Installment(date(2026, 2, 1), Decimal(5)),)), "refused: the first installment is due"),
        (InstallmentPlan(("INV-1",), (Installment(DAY, Decimal(1)),)), "refused: the parts sum to 1, less than the 1010.00"),
        (HoldLift("H-9"), "refused: hold 'H-9' is not"),
        (WriteOff(("INV-9",)), "refused: open invoice 'INV-9' is not"),
        (Handover("agency", ("INV-9",)), "refused: open item 'INV-9' is not"),
    ],
)  # fmt: skip
def test_a_faulty_concession_is_refused(concession: Concession, said: str) -> None:
    parts = (Installment(date(2026, 2, 1), Decimal(5)), Installment(date(2026, 3, 1), Decimal(5)))
    more = (
        Invoice("PARTS", "ACME", date(2026, 1, 1), None, Decimal(10), "EUR", installments=parts),
        Invoice("UNDATED", "ACME", date(2026, 1, 1), None, Decimal(10), "EUR"),
    )
    assert asked(concession, "director", acme(*more)).startswith(said)


def test_nothing_open_cannot_be_handed_over() -> None:
    paid = Payment("P", "B", DAY, Decimal(5), "EUR")
    assert asked(Handover("agency"), "director", Ledger([paid]).account("B")) == "refused: nothing is open"


def test_grants_for_segments() -> None:
    house = Authority("house", ("clerk",), (Grant("clerk", "waiver", segments=("reliable",)),))
    for segment, answer in (("reliable", "granted"), ("late", "refused"), (None, "refused")):
        found = review(Waiver(("FEE-1",)), house, role="clerk", account=acme(), as_of=DAY, segment=segment)
        assert found.answer == answer
    assert str(house.grants[0]) == "clerk: waiver without limit, for reliable"
    assert pickle.loads(pickle.dumps(house)) == house


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Grant("clerk", "gift"), "kind: 'gift' is not one of waiver, discount"),  # type: ignore[arg-type]  # on purpose
        (lambda: Grant("clerk", "waiver", amount=1.5), "amount: 1.5 is not a Decimal of at least 0 or a PerCurrency or None"),  # type: ignore[arg-type]  # on purpose
        (lambda: Grant("clerk", "waiver", share=Decimal(-1)), "share: Decimal('-1') is not a Decimal"),
        (lambda: Grant("clerk", "waiver", share=Decimal(5)), "share: Decimal('5') is not a Decimal from 0 to 1"),
        (lambda: Grant("clerk", "discount", months=3, days=3), "days: a limit of extension, not of discount; months: a"),
        (lambda: Grant("clerk", "installments", share=Decimal("0.1")), "share: a limit of waiver, discount, write_off, not"),
        (lambda: Grant("clerk", "waiver", amount=PerCurrency((("EUR", Decimal(-1)),))), "amounts[0][1]: Decimal('-1') is not a Decimal of at least 0"),
        (lambda: SettlementDiscount((("a", Decimal("NaN")),)), "amounts[0][1]: Decimal('NaN') is not a finite Decimal"),
        (lambda: Extension(["a"], DAY), "invoice: ['a'] (list) is not a name (not empty, no spaces around it)"),  # type: ignore[arg-type]  # on purpose
        (lambda: settlement_offer(acme(), STANDARD_AUTHORITY, role="director", as_of=DAY, parts=3), "parts: 3 is not a"),  # type: ignore[arg-type]  # on purpose
        (lambda: settlement_offer(acme(), STANDARD_AUTHORITY, role="director", as_of=DAY, parts=(2, 2)), "parts: (2, 2)"),
        (lambda: Grant("clerk", "extension", days=-1), "days: -1 is not a whole number of at least 0"),
        (lambda: Grant("clerk", "installments", months=1.5), "months: 1.5"),  # type: ignore[arg-type]  # on purpose
        (lambda: Grant("clerk", "waiver", segments="late"), "segments: 'late' is not a tuple"),  # type: ignore[arg-type]  # on purpose
        (lambda: Authority("x", (), ()), "roles: () (tuple): give at least one"),
        (lambda: Authority("x", ("a", "a"), ()), "roles: ('a', 'a') (tuple): give each once"),
        (lambda: Authority("x", ("a",), (Grant("b", "waiver"),)), "grants: 'b' is not one of the roles"),
        (lambda: Authority("x", ("a",), ("b",)), "grants[0]: 'b' is not a Grant"),  # type: ignore[arg-type]  # on purpose
        (lambda: Authority("x", ("a",), (), period=0), "period: 0 is not a whole number of at least 1"),
        (lambda: Waiver(()), "charges: () (tuple): give at least one"),
        (lambda: Waiver(("a", "a")), "each once"),
        (lambda: SettlementDiscount((("a", 1.5),)), "amounts[0][1]: 1.5 is not a finite Decimal"),  # type: ignore[arg-type]  # on purpose
        (lambda: SettlementDiscount(()), "amounts: () (tuple): give at least one"),
        (lambda: InstallmentPlan((), ()), "installments: () (tuple): give at least one"),
        (lambda: Extension("a", "b"), "due: 'b' is not a date"),  # type: ignore[arg-type]  # on purpose
        (lambda: HoldLift(7), "hold: 7 is not a name (not empty, no spaces around it)"),  # type: ignore[arg-type]  # on purpose
        (lambda: HoldLift(""), "hold: '' is not a name (not empty, no spaces around it)"),
        (lambda: Handover(7, "a"), "items: 'a' is not a tuple, each a name (not empty, no spaces around it), each once; give"),  # type: ignore[arg-type]  # on purpose
        (lambda: WriteOff("a"), "invoices: 'a' is not a tuple, each a name (not empty, no spaces around it), each once, at"),  # type: ignore[arg-type]  # on purpose
        (lambda: asked("gift", "director"), "concession: 'gift' is not a Waiver or a SettlementDiscount or an InstallmentPlan or an"),  # type: ignore[arg-type]  # on purpose
        (lambda: settlement_offer(acme(), STANDARD_AUTHORITY, role="director", as_of=DAY, within=0), "within: 0"),
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)


def test_limits_hold_over_handovers_extensions_and_holds_too() -> None:
    bills: list[Fact] = [
        Invoice(f"B-{n}", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR") for n in (1, 2)
    ]
    holds: list[Fact] = [Hold(f"H-{n}", "ACME", date(2026, 2, 1), invoice=f"B-{n}", reason="query") for n in (1, 2)]
    kinds: dict[ConcessionKind, Callable[[int], Concession]] = {
        "handover": lambda n: Handover("agency", (f"B-{n}",)),
        "extension": lambda n: Extension(f"B-{n}", date(2026, 3, 20)),
        "hold_lift": lambda n: HoldLift(f"H-{n}"),
    }
    for kind, make in kinds.items():
        house = Authority("house", ("clerk", "boss"), (Grant("clerk", kind, amount=Decimal(1000)), Grant("boss", kind)))
        ledger = Ledger([*bills, *holds])
        first = concede(make(1), house, role="clerk", account=ledger.account("ACME"), as_of=DAY)
        after = ledger.replacing(first).account("ACME")
        second = review(make(2), house, role="clerk", account=after, as_of=DAY)
        assert str(second) == "needs the boss: clerk: up to 1,000.00, 900.00 of it already", kind
        assert [(each.id, each.amount) for each in second.before] == [(first[0].id, Decimal("900.00"))]
    again = Extension("B-1", date(2026, 3, 25))
    longer = Authority("house", ("clerk",), (Grant("clerk", "extension", amount=Decimal(1000), days=60),))
    moved = concede(
        Extension("B-1", date(2026, 3, 20)), longer, role="clerk", account=Ledger(bills).account("ACME"), as_of=DAY
    )
    book = (Ledger(bills) + moved).account("ACME")
    assert review(again, longer, role="clerk", account=book, as_of=DAY).answer == "granted"


def test_a_handover_without_items_places_what_is_open_of_the_account_alone() -> None:
    dollars = Invoice("USD-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "USD")
    account = Ledger([*BOOK, dollars]).account("ACME", "EUR")
    (placed,) = concede(Handover("agency"), STANDARD_AUTHORITY, role="director", account=account, as_of=DAY)
    assert isinstance(placed, Placement)
    assert placed.items == ("INV-1", "INV-2")


def test_the_lift_of_a_hold_on_an_amount_counts_with_that_amount() -> None:
    part = Hold("PART", "ACME", date(2026, 2, 1), invoice="INV-1", amount=Decimal(40), reason="query")
    house = Authority("house", ("clerk",), (Grant("clerk", "hold_lift", amount=Decimal(50)),))
    assert review(HoldLift("PART"), house, role="clerk", account=acme(part), as_of=DAY).answer == "granted"
    assert review(HoldLift("H-1"), house, role="clerk", account=acme(part), as_of=DAY).answer == "refused"


def test_a_hold_on_an_invoice_is_lifted_through_its_own_account() -> None:
    dollars = Invoice("USD-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "USD")
    euros = Hold("E", "ACME", date(2026, 2, 1), invoice="INV-1", reason="query")
    book = Ledger([*BOOK, dollars, euros])
    for currency, answer in (("USD", "refused"), ("EUR", "granted")):
        account = book.account("ACME", currency)
        found = review(HoldLift("E"), STANDARD_AUTHORITY, role="team lead", account=account, as_of=DAY)
        assert found.answer == answer
    (lifted,) = concede(HoldLift("H-1"), STANDARD_AUTHORITY, role="team lead", account=acme(), as_of=DAY)
    assert isinstance(lifted, Hold)
    assert lifted.ended_by == "team lead"  # nobody was named
    for wrong in (3, "x"):
        with pytest.raises(InvalidValue, match="facts: .* is not a list"):
            book.replacing(wrong)  # type: ignore[arg-type]  # on purpose


def test_limits_may_differ_by_currency() -> None:
    limit = PerCurrency((("JPY", Decimal(5000)),), Decimal(50))
    house = Authority("house", ("clerk",), (Grant("clerk", "waiver", amount=limit),))
    yen = Ledger(
        [
            Invoice("Y", "B", date(2026, 1, 5), date(2026, 2, 4), Decimal(90000), "JPY"),
            Charge("F", "Y", date(2026, 2, 20), Decimal(4000), "fee"),
        ]
    ).account("B")
    assert review(Waiver(("F",)), house, role="clerk", account=yen, as_of=DAY).answer == "granted"
    refused = review(Waiver(("FEE-2",)), house, role="clerk", account=acme(), as_of=DAY)
    assert str(refused) == "refused: clerk: up to 50.00; no role may grant so much"
    assert str(house.grants[0]) == "clerk: waiver up to 5,000.00 JPY, 50.00 of any other currency"


def test_an_unknown_role_is_named() -> None:
    with pytest.raises(NotFound, match="no role 'intern'"):
        settlement_offer(acme(), STANDARD_AUTHORITY, role="intern", as_of=date(2026, 2, 1))
    with pytest.raises(NotFound, match="no role 'intern'; known: specialist, team lead, credit manager, director"):
        asked(Waiver(("FEE-1",)), "intern")


def test_offers_stay_within_authority_and_are_exact() -> None:
    offer = settlement_offer(acme(), STANDARD_AUTHORITY, role="team lead", as_of=DAY)
    assert offer.debt == Decimal("1110.00")
    assert [option.name for option in offer] == [
        "pay today",
        "2 installments",
        "3 installments",
        "6 installments",
        "half now",
    ]
    for option in offer:
        assert option.collects + option.gives_up == offer.debt
        assert sum(part.amount for part in option.payments) == option.collects
        assert (option.expected, option.gain) == (None, None)
    assert offer.options[0].gives_up == Decimal("111.00")  # a tenth of what is open
    text = offer.text()
    assert "within the authority of the team lead" in text
    assert len(offer.records()) == len(offer) == 5
    assert "expected:" not in text


def test_offers_leave_out_what_is_disputed_covered_or_not_due() -> None:
    empty = settlement_offer(acme(), STANDARD_AUTHORITY, role="director", as_of=date(2026, 2, 1))
    assert (empty.debt, len(empty)) == (Decimal(0), 0)
    credit = Payment("CASH", "ACME", DAY, Decimal("1100.00"), "EUR")
    offer = settlement_offer(acme(credit), STANDARD_AUTHORITY, role="specialist", as_of=DAY)
    assert offer.debt == Decimal("10.00")
    cents = Payment("MORE", "ACME", DAY, Decimal("9.99"), "EUR")
    offer = settlement_offer(acme(credit, cents), STANDARD_AUTHORITY, role="specialist", as_of=DAY)
    assert (offer.debt, [str(option) for option in offer]) == (Decimal("0.01"), [])


def test_offers_are_compared_with_what_the_curve_expects() -> None:
    paid: list[Fact] = []
    for number, days in enumerate((5, 40, 60)):
        name = f"OLD-{number}"
        paid.append(Invoice(name, "B", date(2025, 1, 1), date(2025, 1, 31), Decimal(10), "EUR"))
        on = date.fromordinal(date(2025, 1, 31).toordinal() + days)
        paid.append(Payment(f"P-{number}", "B", on, Decimal(10), "EUR", applied=((name, Decimal(10)),)))
    curve = payment_curves(Ledger(paid), as_of=DAY).pooled
    one = Ledger([Invoice("INV-1", "A", date(2026, 1, 1), date(2026, 2, 19), Decimal("100.00"), "EUR")]).account("A")
    offer = settlement_offer(one, STANDARD_AUTHORITY, role="director", as_of=DAY, curve=curve, within=30)
    # 10 days late: of the two of three that were open then, one was paid within 30 days more
    # up to the last of six installments everything else would have come in as well
    assert {option.name: rounded(option.expected or Decimal(0)) for option in offer} == {
        "2 installments": Decimal(50), "3 installments": Decimal(100), "6 installments": Decimal(100),
        "12 installments": Decimal(100), "half now": Decimal(50),
    }  # fmt: skip
    assert rounded(offer.options[0].gain or Decimal(0)) == Decimal(50)
    assert "what would come in within 30 days, or up to the last payment, otherwise" in offer.text()
    old = settlement_offer(one, STANDARD_AUTHORITY, role="director", as_of=date(2026, 12, 1), curve=curve)
    assert {option.expected for option in old} == {None}
    both = Ledger(
        [
            Invoice("INV-1", "A", date(2026, 1, 1), date(2026, 2, 19), Decimal("100.00"), "EUR"),
            Invoice("INV-2", "A", date(2026, 1, 1), date(2026, 2, 19), Decimal("100.00"), "EUR"),
            Payment("CASH", "A", DAY, Decimal("100.00"), "EUR"),
        ]
    ).account("A")
    offer = settlement_offer(both, STANDARD_AUTHORITY, role="director", as_of=DAY, curve=curve, within=30)
    assert {rounded(option.expected or Decimal(0)) for option in offer} == {Decimal(50), Decimal(100)}


def test_an_item_one_day_past_due_may_be_settled_and_one_that_falls_due_today_not() -> None:
    bill = Invoice("I", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")
    account = Ledger([bill]).account("ACME")
    debts = [
        settlement_offer(account, STANDARD_AUTHORITY, role="team lead", as_of=date(2026, 2, day)).debt for day in (4, 5)
    ]
    assert debts == [0, 900]


def test_the_whole_of_a_debt_may_be_within_authority() -> None:
    assert Grant("agent", "discount", share=Decimal(1)).share == 1
    assert Grant("agent", "discount", share=Decimal(0)).share == 0
    with pytest.raises(InvalidValue, match="share"):
        Grant("agent", "discount", share=Decimal("1.01"))


def test_what_was_conceded_by_hand_without_approval_counts_against_no_limit() -> None:
    bills = [Invoice(f"B-{n}", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR") for n in (1, 2)]
    house = Authority(
        "house", ("clerk", "boss"), (Grant("clerk", "write_off", amount=Decimal(1000)), Grant("boss", "write_off"))
    )
    by_hand = Adjustment("W", "B-1", DAY, Decimal("900.00"), "write_off", by="KIM")
    account = Ledger([*bills, by_hand]).account("ACME")
    assert review(WriteOff(("B-2",)), house, role="clerk", account=account, as_of=DAY).answer == "granted"
    approved = changed(by_hand, approved_by="clerk")
    after = Ledger([*bills, approved]).account("ACME")
    assert review(WriteOff(("B-2",)), house, role="clerk", account=after, as_of=DAY).answer == "needs"


def test_an_offer_names_the_account_that_it_is_for() -> None:
    offer = settlement_offer(acme(), STANDARD_AUTHORITY, role="director", as_of=DAY)
    assert (offer.customer, offer.currency, offer.as_of, offer.role) == ("ACME", "EUR", DAY, "director")


@pytest.mark.parametrize("first", ["INV-9", "INV-9/1", "INV-9/2"])
def test_what_was_conceded_on_a_part_counts_for_the_whole_invoice(first: str) -> None:
    parts = (Installment(date(2026, 2, 4), Decimal(400)), Installment(date(2026, 3, 4), Decimal(600)))
    divided = Invoice("INV-9", "ACME", date(2026, 1, 5), parts[-1].due, Decimal(1000), "EUR", installments=parts)
    given = Adjustment("D", first, date(2026, 2, 20), Decimal(8), "discount", approved_by="specialist")
    for amount, answer in (("12.00", "granted to the specialist"), ("12.01", "needs the team lead")):
        more = SettlementDiscount((("INV-9", Decimal(amount)),))
        assert asked(more, "specialist", acme(divided, given)).startswith(answer)


def test_a_charge_of_a_later_day_cannot_be_waived_yet() -> None:
    account = acme()
    (fee,) = [fact for fact in account.facts if fact.id == "FEE-1"]
    assert isinstance(fee, Charge)
    for day, said in (
        (fee.on, None),
        (fee.on.replace(day=fee.on.day - 1), "charge 'FEE-1' is not of this account on that day"),
    ):
        found = review(Waiver(("FEE-1",)), STANDARD_AUTHORITY, role="specialist", account=account, as_of=day)
        assert (said in str(found)) if said else "is not of this account" not in str(found)


def test_a_request_that_is_sent_again_concedes_the_same() -> None:
    first = concede(Waiver(("FEE-1",)), STANDARD_AUTHORITY, role="specialist", account=acme(), as_of=DAY, id="R-1")
    later = Ledger([*acme().facts, *acme().interactions, *first]).account("ACME")
    again = concede(Waiver(("FEE-1",)), STANDARD_AUTHORITY, role="specialist", account=later, as_of=DAY, id="R-1")
    assert again == first
    with pytest.raises(InvalidValue):
        concede(Waiver(("FEE-1",)), STANDARD_AUTHORITY, role="specialist", account=later, as_of=DAY)
