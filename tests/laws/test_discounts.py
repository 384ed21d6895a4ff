"""An earned discount is the same whether it is booked, and whenever it is."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunning import Interest, Invoice, Ledger, interest_statement
from dunning.charges import Rate
from dunning.invoice import Charge, CreditNote, Payment, Reversal
from dunning.ledger import Fact
from dunning.settlement import take_discounts

START = date(2026, 3, 1)
BILL = Invoice.from_terms("I", "K", START, Decimal("1000.00"), "EUR", "2/10 net 30")
DAILY = Interest("i", Rate(Decimal("0.365")))
amounts = st.sampled_from(["980.00", "980.00", "490.00", "500.00", "1000.00", "20.00", "5.00", "100.00"]).map(Decimal)
days = st.integers(0, 45).map(lambda number: START + timedelta(days=number))


@st.composite
def lives(draw: st.DrawFn) -> list[Fact]:
    """An invoice with a discount, and what happens to it."""
    facts: list[Fact] = [BILL]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(["pay", "pay", "pay", "credit", "fee"]), max_size=4))):
        name, on, amount = f"{kind}-{number}", draw(days), draw(amounts)
        if kind == "credit":  # no more than the invoice in all
            amount = min(amount, Decimal("100.00"))
        if kind == "fee":
            facts.append(Charge(name, "I", on, Decimal("5.00"), "fee"))
            continue
        make: Any = Payment if kind == "pay" else CreditNote
        facts.append(make(name, "K", on, amount, "EUR", applied=(("I", amount),)))
        if kind == "pay" and draw(st.integers(0, 3)) == 0:
            facts.append(Reversal(f"back-{name}", name, on + timedelta(days=draw(st.integers(0, 20)))))
    return facts


@given(lives(), days)
def test_a_discount_is_the_same_booked_on_any_day_or_never(facts: list[Fact], booking: date) -> None:
    never = Ledger(facts)
    known = never.known_at(booking).account("K")
    booked = never + take_discounts(known, as_of=booking)
    for number in range(75):
        day = START + timedelta(days=number)
        assert never.balance("EUR", as_of=day) == booked.balance("EUR", as_of=day), day
    end = START + timedelta(days=75)
    accounts = (never.account("K"), booked.account("K"))
    one, other = (interest_statement(account, DAILY, as_of=end).accrued for account in accounts)
    assert one == other


@given(lives(), days)
def test_what_is_booked_is_booked_once(facts: list[Fact], booking: date) -> None:
    ledger = Ledger(facts).known_at(booking)
    found = take_discounts(ledger.account("K"), as_of=booking)
    assert take_discounts((ledger + found).account("K"), as_of=booking) == ()
    assert (ledger + found).balance("EUR", as_of=booking) == ledger.balance("EUR", as_of=booking)
