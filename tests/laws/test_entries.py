"""Entries are an account's money written once: every figure about money is a view of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given

from dunning.dates import Period
from dunning.invoice import Adjustment, Application, Charge, CreditNote, Invoice, Payment, Refund
from dunning.kpi import scorecard
from dunning.kpi.tally import LINE_OF
from dunning.ledger import Account, Entry, Fact, Ledger
from dunning.ledger.entries import SALES
from dunning.ledger.movements import add_movements, add_sales, written_between
from tests import model, strategies

ZERO = Decimal(0)
MONEY = (Invoice, Charge, Payment, CreditNote, Application, Refund, Adjustment)


def total(entries: list[Entry]) -> Decimal:
    return sum((entry.amount for entry in entries), ZERO)


def written(account: Account, as_of: date) -> list[Entry]:
    return list(account.entries(as_of=as_of))


@given(strategies.books(5), strategies.as_ofs)
def test_all_figures_of_a_day_are_sums_of_entries(facts: list[Fact], as_of: date) -> None:
    for account in Ledger(facts):
        entries = written(account, as_of)
        own = list(account.facts)
        assert total(entries) == model.balance(own, as_of) == account.balance(as_of=as_of)
        surplus = ZERO
        for receivable in account.receivables:
            mine = [entry for entry in entries if entry.invoice == receivable.invoice.id]
            assert total(mine) == model.net(own, receivable.invoice, as_of) == receivable.net(as_of)
            surplus -= min(ZERO, total(mine))
            lost = [entry for entry in mine if entry.kind in ("write-off", "recovery")]
            assert -total(lost) == model.forgiven(own, receivable.invoice, as_of)
        on_account = [entry for entry in entries if entry.invoice is None]
        assert surplus - total(on_account) == account.unapplied(as_of=as_of)


@given(strategies.books(5), strategies.as_ofs)
def test_each_fact_has_written_what_it_comes_to(facts: list[Fact], as_of: date) -> None:
    for account in Ledger(facts):
        entries = written(account, as_of)
        assert entries == sorted(entries, key=lambda entry: entry.day)
        for fact in account.facts:
            if isinstance(fact, MONEY) and model.happened(fact) <= as_of:
                mine = [entry for entry in entries if entry.fact == fact and entry.kind != "recovery"]
                named = fact.id if isinstance(fact, Invoice) else getattr(fact, "invoice", "") or ""
                owner = model.owner(account.facts, named)
                gone = not model.counts(account.facts, fact, as_of) or model.is_void(account.facts, owner, as_of)
                own = total([entry for entry in mine if entry.kind != "write-off"])
                if isinstance(fact, Adjustment) and fact.kind == "write_off":
                    assert -fact.amount * (not gone) <= total(mine) <= 0
                else:
                    assert abs(own) == (0 if gone or (isinstance(fact, Application) and fact.applied) else fact.amount)
        assert all(entry.by.on <= entry.day for entry in entries if entry.by is not None)


@given(strategies.books(5), strategies.as_ofs)
def test_a_roll_forward_and_sales_are_sums_of_entries_by_kind(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    period = Period(as_of - timedelta(days=60), as_of)
    card = scorecard(ledger, period)
    rolled = {(group, line): amount for line, group, amount in card.roll_forward()}
    for currency in ledger.currencies:
        entries = [
            entry
            for account in ledger
            if account.currency == currency
            for entry in account.entries(as_of=as_of)
            if entry.day in period
        ]
        by_kind: dict[str, Decimal] = {}
        for entry in entries:
            by_kind[entry.kind] = by_kind.get(entry.kind, ZERO) + entry.amount
        assert by_kind.pop("application", ZERO) == 0
        sold = sum((by_kind.get(kind, ZERO) for kind in ("invoice", "credit note", "void")), ZERO)
        assert ledger.sales(currency, period) == sold
        assert ledger.written_off(currency, period) == -by_kind.get("write-off", ZERO)
        assert ledger.recovered(currency, period) == by_kind.get("recovery", ZERO)
        for line in dict.fromkeys(LINE_OF.values()):
            kinds = (kind for kind, its in LINE_OF.items() if its == line)
            assert rolled.get((currency, line), ZERO) == sum((by_kind.get(kind, ZERO) for kind in kinds), ZERO)


@given(strategies.books(5), strategies.as_ofs, strategies.as_ofs)
def test_what_is_summed_by_day_or_cut_to_days_is_what_is_written(facts: list[Fact], first: date, last: date) -> None:
    for account in Ledger(facts):
        written = list(account.written())
        assert list(written_between(account, first, last)) == [each for each in written if first <= each.day <= last]
        for add, kinds in ((add_movements, LINE_OF), (add_sales, SALES)):
            days: dict[date, Decimal] = {}
            add(account, days)
            for day in {*days, *(each.day for each in written)}:
                of_day = [each for each in written if each.day == day and each.kind in kinds]
                assert days.get(day, ZERO) == total(of_day)
