"""Movements of money in other systems, through one adapter: refunds, returns, reductions, exchange differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dunning import interest_statement, proposed_charges
from dunning.charges import Interest, Rate
from dunning.invoice import Adjustment, Application, CreditNote, Invoice, Payment, Refund, Reversal
from dunning.ledger import Account, Fact, Ledger
from dunning.settlement import exchange_gain, take_discounts
from tests.conformance import golden

CASES = golden.cases("movements.json")
Case = dict[str, Any]
D = Decimal

LATER: Mapping[str, str] = {
    "companies": "issue 20: what one company of ours owes another is not in the books of a customer yet",
    "tolerance": "issue 20: a customer's tolerance, and a discount that is taken late within it, are no settings yet",
}
OF_ISSUERS = {"issuer", "to_issuer", "parent"}
IN_PART = "issue 20: what comes back of a payment in part is no debt of its own (a chargeback) yet"


def day(text: str) -> date:
    return date.fromisoformat(text)


def name_of(number: int, event: Case) -> str:
    return str(event.get("id") or event.get("item") or number) + ("" if event["event"] == "invoice" else f"#{number}")


def facts_of(case: Case) -> list[Fact]:
    """The events of a case as facts; each party is a customer."""
    events: list[Case] = case["facts"]
    owner = {each["item"]: each for each in events if each["event"] == "invoice"}
    ids = {each["id"]: name_of(number, each) for number, each in enumerate(events) if "id" in each}
    money = {
        each["item"]: name_of(number, each)
        for number, each in enumerate(events)
        if each["event"] == "payment" and "item" in each
    }
    found: list[Fact] = []
    for number, event in enumerate(events):
        found += _facts(case, event, name_of(number, event), owner, ids, money)
    if case["settings"].get("credit_use") == "next charge":
        found += used_at_once(found)
    return found


def used_at_once(facts: list[Fact]) -> list[Fact]:
    """Credit that was there before an invoice goes to it on its day."""
    found: list[Fact] = []
    for bill in (fact for fact in facts if isinstance(fact, Invoice)):
        for note in (fact for fact in facts if isinstance(fact, CreditNote) and fact.issued <= bill.issued):
            found.append(
                Application(f"{note.id}/{bill.id}", note.id, bill.issued, bill.id, min(note.amount, bill.amount))
            )
    return found


def _facts(
    case: Case, event: Case, name: str, owner: Mapping[str, Case], ids: Mapping[str, str], money: Mapping[str, str]
) -> list[Fact]:
    kind, on, amount = event["event"], day(event["on"]), D(event.get("amount", 0))
    item = event.get("item")
    party = event.get("party") or (owner[item]["party"] if item else "")
    currency = event.get("currency") or (owner[item].get("currency") if item else None) or _currency(case)
    used = event.get("applied") or ({item: event["amount"]} if item and "amount" in event else {})
    applied = tuple((debt, D(part)) for debt, part in used.items())
    if kind == "invoice":
        due = None if event["due"] is None else day(event["due"])
        terms = case["settings"].get("terms")
        text = None if terms is None else f"2/10 net 30{_more_of(case['settings'])}"
        if text is not None:
            return [Invoice.from_terms(event["item"], party, on, amount, currency, text)]
        return [Invoice(event["item"], party, on, due, amount, currency)]
    if kind in ("payment", "unallocated_payment"):
        return [Payment(name, party, on, amount, currency, applied=applied)]
    if kind in ("credit_note", "account_credit"):
        return [CreditNote(name, party, on, amount, currency, applied=applied)]
    if kind == "application":
        (credit,) = event["credits"]
        (debt,) = event["items"]
        return [Application(name, ids[credit], on, debt, amount)]
    if kind == "refund":
        return [Refund(name, money[event["item"]], on, amount, reopens=((event["item"], amount),))]
    if kind == "adjustment":
        return [Adjustment(name, event["item"], on, -amount, "deduction")]
    if kind == "reversal":
        return [Reversal(name, ids[event["payment"]], on, reason=event["reason"])]
    return []  # a revaluation is a figure of the books, not of the customer


def _more_of(settings: Case) -> str:
    words = {"discount_on_part_payments": "part payments", "discount_on_credit_notes": "credit notes"}
    return "".join(f" discount on {text}" for name, text in words.items() if settings.get(name))


def _currency(case: Case) -> str:
    return next((each["currency"] for each in case["facts"] if "currency" in each), "EUR")


class Books:
    """A case while its questions are asked."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.ledger = Ledger(facts_of(case))
        self.rates = {day(on): D(rate) for on, rate in case["settings"].get("rates", {}).items()}

    def account(self, party: str) -> Account:
        return self.ledger.account(party, _currency(self.case))

    def invoice(self, item: str) -> Invoice:
        return next(fact for fact in self.ledger.facts if isinstance(fact, Invoice) and fact.id == item)

    def open_items(self, ask: Case) -> Case:
        return {"open": {item.id: item.open for item in self.account(ask["party"]).open_items(as_of=day(ask["on"]))}}

    def open_amount(self, ask: Case) -> Case:
        items = self.account(ask["party"]).open_items(as_of=day(ask["on"]))
        return {"open": sum((item.open for item in items), D(0))}

    def unapplied(self, ask: Case) -> Case:
        return {"unapplied": -self.account(ask["party"]).unapplied(as_of=day(ask["on"]))}

    def receivable(self, ask: Case) -> Case:
        found = self.account(ask["party"]).balance(as_of=day(ask["on"]))
        return {"receivable": found, "base": found}

    def days_past_due(self, ask: Case) -> Case:
        (item,) = (each for each in self.ledger.open_items(as_of=day(ask["on"])) if each.id == ask["item"])
        return {"days": item.days_past_due}

    def base(self, ask: Case) -> Case:
        return {"base": self.invoice(ask["item"]).amount * self.rates[day(ask["on"])]}

    def revalued(self, ask: Case) -> Case:
        bill = self.invoice(ask["item"])
        now = self.rates[day(ask["on"])]
        gain = exchange_gain(bill.amount, booked=self.rates[bill.issued], rate=now)
        return {"base": bill.amount * now, "gain": gain}

    def exchange(self, ask: Case) -> Case:
        """What is gained between an invoice and its money, whichever came first in the books."""
        events = self.case["facts"]
        paid = next(each for each in events if each.get("id") == ask["payment"])
        name = paid.get("item") or next(each["items"][0] for each in events if each["event"] == "application")
        bill, on = self.invoice(name), day(paid["on"])
        before = [self.rates[day(each["on"])] for each in events if each["event"] == "revaluation"]
        first = self.rates[bill.issued]
        amount = D(paid["amount"])
        back = sum((exchange_gain(amount, booked=first, rate=rate) for rate in before), D(0))
        return {
            "gain": exchange_gain(amount, booked=first, rate=self.rates[on]),
            "unrealized_taken_back": back,
            "base_received": amount * self.rates[on],
        }

    def charges(self, ask: Case) -> Case:
        settings = self.case["settings"]
        rate = D(settings["rate_per_period"]) * 12
        interest = Interest(
            "c", Rate(rate), day_count="30/360", month_days=settings["days_in_period"], grace=settings["grace_days"]
        )
        on = day(ask["on"])
        account = self.account(ask["party"])
        found = proposed_charges(account, interest, as_of=on)
        lines = interest_statement(account, interest, as_of=on)
        return {
            "charges": {each.invoice: each.amount for each in found},
            "base": {line.item: line.balance for line in lines},
        }

    def settle(self, ask: Case) -> Case:
        on = day(ask["on"])
        bill = self.invoice(ask["item"])
        account = self.account(bill.customer)
        taken = sum((each.amount for each in take_discounts(account, as_of=on)), D(0))
        return {"open": sum((item.open for item in account.open_items(as_of=on)), D(0)), "discount": taken}


def answer(case: Case) -> list[Case]:
    books = Books(case)
    asked: list[Callable[[Case], Case]] = [getattr(books, each["what"]) for each in case["ask"]]
    return [ask(each) for ask, each in zip(asked, case["ask"], strict=True)]


def later(case: Case) -> str | None:
    """Why a case cannot be told yet, by what it speaks of; None where it can."""
    if any(OF_ISSUERS & each.keys() for each in (*case["facts"], *case["ask"])):
        return LATER["companies"]
    return IN_PART if "return_in_part" in case["settings"] else LATER.get(case["rule"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["id"]))
def test_movements_are_as_other_systems_have_them(case: Case, request: pytest.FixtureRequest) -> None:
    reason = later(case)
    if reason is not None:
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    found = answer(case)
    for ask, mine, expected in zip(case["ask"], found, case["expected"], strict=True):
        assert golden.agrees(mine, expected, "exact"), (ask, mine, expected)
