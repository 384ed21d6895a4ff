"""Conservation: nothing is lost between the facts, the open items and the reports."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import example, given
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.aging import Basis, Credits, age_by_currency
from dunning.amounts import rounded, shares
from dunning.charges import Interest, Rate, interest_statement
from dunning.dates import Period
from dunning.decision import decide
from dunning.invoice import Charge, Invoice, Payment, Refund, Reversal, Void
from dunning.ledger import PRINCIPAL_FIRST, Fact, Ledger, OpenItem
from dunning.ledger.components import Components
from dunning.ledger.item_flow import moved_items
from dunning.presets.policies import STANDARD_B2B
from dunning.statement import statement
from tests import model, strategies

LATE = Interest("late", Rate(Decimal("0.10")))
CREDITS: tuple[Credits, ...] = ("separate", "oldest", "current", "own_date")
BASES: tuple[Basis, ...] = ("due", "issued")


@given(strategies.books(), strategies.as_ofs)
def test_open_items_less_unapplied_are_the_balance(facts: list[Fact], as_of: date) -> None:
    by_account = model.by_account(facts)
    ledger = Ledger(facts)
    assert len(ledger) == len(by_account)
    for account in ledger:
        own = by_account[account.customer, account.currency]
        items = account.open_items(as_of=as_of)
        assert sorted((item.invoice, item.due, item.open) for item in items if item.due) == sorted(
            row for row in model.open_rows(own, as_of) if row[1]
        )
        assert account.unapplied(as_of=as_of) == model.unapplied(own, as_of) >= 0
        assert account.balance(as_of=as_of) == model.balance(own, as_of)
        assert account.balance(as_of=as_of) == sum(item.open for item in items) - account.unapplied(as_of=as_of)


@given(strategies.books(), strategies.as_ofs)
def test_original_and_charges_are_open_and_settled(facts: list[Fact], as_of: date) -> None:
    for item in Ledger(facts).open_items(as_of=as_of):
        assert item.original + item.charges == item.open + item.settled
        assert 0 < item.open <= item.original + item.charges
        assert 0 <= item.disputed <= item.open


@given(strategies.books(), strategies.as_ofs)
def test_disputed_parts_are_what_the_disputes_say(facts: list[Fact], as_of: date) -> None:
    items = Ledger(facts).open_items(as_of=as_of)
    for invoice in (fact for fact in facts if hasattr(fact, "installments") and hasattr(fact, "issued")):
        found = sum((item.disputed for item in items if item.invoice == invoice.id), Decimal(0))
        assert found == model.disputed(facts, invoice, as_of)  # type: ignore[arg-type]  # invoices by their fields


@given(strategies.books(), strategies.as_ofs, st.sampled_from(CREDITS), st.sampled_from(BASES), st.booleans())
def test_an_aging_report_ties_to_the_books_however_it_is_asked_for(
    facts: list[Fact], as_of: date, credits: Credits, basis: Basis, leave_out: bool
) -> None:
    ledger = Ledger(facts)
    exclude = {"large": is_large} if leave_out else None
    agings = age_by_currency(ledger, as_of=as_of, credits=credits, basis=basis, exclude=exclude)
    for currency, aging in agings.items():
        assert aging.total.balance == aging.control_total == ledger.balance(currency, as_of=as_of)
        assert aging.total.balance == sum(row.balance for row in aging)
        excluded = sum((amount for amount, _ in aging.excluded.values()), Decimal(0))
        assert aging.total["excluded"] == excluded


@given(strategies.books(), strategies.as_ofs)
def test_each_cell_of_an_aging_report_says_what_of_it_is_disputed_and_how_many_items_it_holds(
    facts: list[Fact], as_of: date
) -> None:
    ledger = Ledger(facts)
    for day in sorted({as_of, *map(model.happened, facts)}):
        for currency, aging in age_by_currency(ledger, as_of=day).items():
            for row in (*aging, aging.total):
                items = [
                    item
                    for item in ledger.open_items(as_of=day)
                    if item.currency == currency and row.label in (item.customer, "total")
                ]
                for column in (*aging.buckets.labels, "undated"):
                    own = [
                        item
                        for item in items
                        if column
                        == ("undated" if item.days_past_due is None else aging.buckets.locate(item.days_past_due))
                    ]
                    assert row.disputed[column] == sum((item.disputed for item in own), Decimal(0))
                    assert row.counts[column] == len(own)


def is_large(item: OpenItem) -> bool:
    return item.open > 50


@given(strategies.books(), strategies.as_ofs)
def test_aging_equals_the_ten_line_model(facts: list[Fact], as_of: date) -> None:
    by_account, ledger = model.by_account(facts), Ledger(facts)
    for day in sorted({as_of, *map(model.happened, facts)}):  # things change on the days of the facts
        for currency, aging in age_by_currency(ledger, as_of=day).items():
            found = {row.label: dict(row.amounts.items()) for row in aging}
            for (customer, money), own in by_account.items():
                if money == currency:
                    expected = model.aged(own, day)
                    assert found.get(customer, dict.fromkeys(expected, Decimal(0))) == expected


@given(st.lists(st.integers(0, 10**6).map(Decimal), min_size=1, max_size=8), st.integers(0, 6))
def test_rounded_shares_sum_to_one(parts: list[Decimal], places: int) -> None:
    found = shares(parts, places=places)
    assert (found is None) == (sum(parts) == 0)
    if found is not None:
        assert sum(found) == 1


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=6), st.integers(0, 5))
def test_rounding_moves_by_at_most_half_a_unit(value: Decimal, places: int) -> None:
    found = rounded(value, places)
    assert abs(found - value) * 2 <= Decimal(1).scaleb(-places)
    assert rounded(-value, places) == -found


@given(strategies.books(4), strategies.as_ofs, st.integers(0, 60))
def test_a_debt_is_followed_to_what_is_left_of_it(facts: list[Fact], first: date, days: int) -> None:
    last = first + timedelta(days=days)
    for account in Ledger(facts):
        for receivable in account.receivables:
            found = sorted(moved_items(account, first, last, [receivable]))
            before, after = receivable.open_items(first), receivable.open_items(last)
            assert [(each.id, each.open) for each in found] == sorted((each.id, each.open) for each in before)
            assert all(each.left >= 0 and each.lost >= 0 and each.paid >= 0 for each in found)
            left, now = sum(each.left for each in found), sum(each.open for each in after)
            since = [each for each in account.facts if first < model.happened(each) <= last]
            came_back = any(isinstance(each, Reversal) for each in since)
            charges = [each.amount for each in since if isinstance(each, Charge)]
            charges += [part for each in since if isinstance(each, Refund) for _, part in each.reopens]
            assert left <= now
            if found and not came_back:
                assert left >= now - sum(charges)


LOST = ("write-off", "recovery")


@given(strategies.books(4), strategies.as_ofs)
def test_components_are_what_is_open_and_what_was_lost(facts: list[Fact], as_of: date) -> None:
    for account in Ledger(facts):
        components = Components(account, as_of, PRINCIPAL_FIRST)
        for name, receivable in components.receivables.items():
            owed = components.owed(name)
            assert all(amount >= 0 for amount in owed.values())
            assert sum(owed.values()) == max(Decimal(0), receivable.net(as_of))
            lost = sum(
                (-each.amount for each in receivable.entries if each.kind in LOST and each.day <= as_of), Decimal(0)
            )
            assert components.written_off(name) == lost


GONE: list[Fact] = [
    Invoice("I", "C", date(2024, 1, 1), date(2024, 1, 11), Decimal(100), "EUR"),
    Charge("F", "I", date(2024, 1, 20), Decimal(5), "fee"),
    Payment("P", "C", date(2024, 1, 25), Decimal(40), "EUR", applied=(("I", Decimal(40)),)),
    Void("V", "I", date(2024, 2, 1)),
    Invoice("J", "C", date(2024, 2, 1), date(2024, 2, 11), Decimal(10), "EUR"),
    Charge("G", "J", date(2024, 2, 1), Decimal(1), "fee"),
]


@example(GONE, date(2024, 3, 1))
@given(strategies.some_books, strategies.as_ofs)
def test_a_debt_that_is_no_sale_is_owed_and_dunned_like_one_that_is(facts: list[Fact], as_of: date) -> None:
    kinds = ("invoice", "debit")
    one, other = (
        Ledger([changed(each, kind=kind) if isinstance(each, Invoice) else each for each in facts]) for kind in kinds
    )
    for mine, theirs in zip(one, other, strict=True):
        assert mine.open_items(as_of=as_of) == theirs.open_items(as_of=as_of)
        assert mine.unapplied(as_of=as_of) == theirs.unapplied(as_of=as_of)
        moves = [
            [(each.day, each.fact.id, each.amount) for each in book.entries(as_of=as_of)] for book in (mine, theirs)
        ]
        assert moves[0] == moves[1]
        parts = [Components(book, as_of, PRINCIPAL_FIRST) for book in (mine, theirs)]
        for name in parts[0].receivables:
            assert parts[0].owed(name) == parts[1].owed(name)
        assert sorted(parts[0].credit_steps()) == sorted(parts[1].credit_steps())
        accrued = [interest_statement(book, LATE, as_of=as_of).accrued for book in (mine, theirs)]
        assert accrued[0] == accrued[1]
        span = Period(strategies.START, max(as_of, strategies.START))
        lines = [[(each.on, each.id, each.amount) for each in statement(book, span)] for book in (mine, theirs)]
        assert lines[0] == lines[1]
        assert decide(mine, STANDARD_B2B, as_of=as_of) == decide(theirs, STANDARD_B2B, as_of=as_of)


@given(strategies.books(), strategies.as_ofs)
def test_money_on_account_is_counted_as_the_entries_have_it(facts: list[Fact], as_of: date) -> None:
    for account in Ledger(facts):
        found = sum((amount for _, amount in Components(account, as_of, PRINCIPAL_FIRST).credit_steps()), Decimal(0))
        assert found == account.unapplied(as_of=as_of)
