"""The scorecard: it ties to the aging, agrees with a recomputation from the facts, and adds up where ledgers do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.aging import age, age_by_currency
from dunning.dates import Period
from dunning.errors import InvalidValue, Undefined
from dunning.forecast import rolls
from dunning.interactions import Contact, Dispute, PaymentPlan, Promise
from dunning.invoice import Adjustment, Application, Charge, CreditNote, Invoice, Payment, Refund, Void
from dunning.kpi import dso_change, scorecard, trend
from dunning.kpi.tally import MOVES
from dunning.ledger import Fact, Ledger
from tests import model, strategies
from tests.laws.test_merging import ledger_of


def span(last: date, days: int) -> Period:
    return Period(last - timedelta(days=days), last)


spans = st.builds(span, strategies.as_ofs, st.sampled_from([0, 27, 60, 200]))
ONE_DAY = timedelta(days=1)


def money_of(facts: list[Fact], currency: str) -> list[list[Fact]]:
    """The money facts of each account of a currency."""
    return [found for key, found in model.by_account(facts).items() if key[1] == currency]


def begins(facts: list[Fact]) -> dict[tuple[str, str], date]:
    """The day from which an account exists: that of its first invoice, money, promise or plan."""
    found: dict[tuple[str, str], date] = {}
    for fact in facts:
        if isinstance(fact, (Invoice, Payment, CreditNote, Promise, PaymentPlan)):
            account, day = (fact.customer, fact.currency), model.happened(fact)
            found[account] = min(day, found.get(account, day))
    return found


def gross(accounts: list[list[Fact]], day: date) -> Decimal:
    return sum((owed for facts in accounts for _, _, owed in model.open_rows(facts, day)), Decimal(0))


def moved(
    accounts: list[list[Fact]], period: Period, kinds: type | tuple[type, ...], kind: str | None = None
) -> Decimal:
    """By how much facts of a kind that stand have changed from the day before a period to its last day."""

    def standing(facts: list[Fact], day: date) -> Decimal:
        return sum(
            (
                getattr(fact, "amount")  # noqa: B009  # of any fact of money
                for fact in facts
                if isinstance(fact, kinds)
                and (kind is None or getattr(fact, "kind", None) == kind)
                and model.happened(fact) <= day
                and model.counts(facts, fact, day)
                and not model.is_void(facts, model.owner(facts, getattr(fact, "invoice", "") or ""), day)
            ),
            Decimal(0),
        )

    return sum((standing(facts, period.last) - standing(facts, period.opening) for facts in accounts), Decimal(0))


@given(strategies.books(), spans)
def test_it_ties_to_the_aging(facts: list[Fact], period: Period) -> None:
    ledger = Ledger(facts)
    card = scorecard(ledger, period)
    flow = card.roll_forward()
    before, after = (age_by_currency(ledger, as_of=day) for day in (period.opening, period.last))
    for group in card.groups:
        assert flow[group, "opening balance"] == before[group].control_total
        assert flow[group, "closing balance"] == after[group].control_total == after[group].total.balance
        lines = [flow[group, name] for name in MOVES]
        assert flow[group, "opening balance"] + sum(lines) == flow[group, "closing balance"]
        assert flow[group, "less unapplied"] == -after[group].total["unapplied"]
        assert flow[group, "of which open items"] + flow[group, "less unapplied"] == flow[group, "closing balance"]


@given(strategies.books(), spans)
def test_the_lines_of_the_roll_forward_are_what_the_facts_say(facts: list[Fact], period: Period) -> None:
    flow = scorecard(Ledger(facts), period).roll_forward()
    for group in flow.groups:
        accounts = money_of(facts, group)
        assert flow[group, "invoices"] == moved(accounts, period, Invoice, "invoice")
        voids = voided(accounts, period, "debit")
        assert flow[group, "debits"] == moved(accounts, period, Invoice, "debit") - voids
        unnamed = [[each for each in mine if type(each) is not Application or not each.applied] for mine in accounts]
        before = moved(unnamed, period, Application) - moved(accounts, period, Adjustment, "settled_before")
        assert flow[group, "settled before"] == before
        assert flow[group, "charges"] == moved(accounts, period, Charge)
        assert flow[group, "payments"] == -moved(accounts, period, Payment)
        assert flow[group, "credit notes"] == -moved(accounts, period, CreditNote)
        assert flow[group, "refunds"] == moved(accounts, period, Refund)
        assert flow[group, "voids"] == -voided(accounts, period, "invoice")
        for line, kind in (("discounts", "discount"), ("small balances", "small_balance"), ("deductions", "deduction")):
            assert flow[group, line] == -moved(accounts, period, Adjustment, kind)
        lost = sum(
            (
                model.forgiven(found, each, period.last) - model.forgiven(found, each, period.opening)
                for found in accounts
                for each in found
                if isinstance(each, Invoice)
            ),
            Decimal(0),
        )
        if all(each.issued <= period.opening for found in accounts for each in found if isinstance(each, Invoice)):
            assert flow[group, "write-offs"] + flow[group, "recoveries"] == -lost


def paid(accounts: list[list[Fact]], period: Period) -> list[tuple[Decimal, date, date | None, date]]:
    """(amount, issued, due, settled) of the items settled in the period for as long as it lasts, day by day."""
    found: list[tuple[Decimal, date, date | None, date]] = []
    for facts in accounts:
        for invoice in (each for each in facts if isinstance(each, Invoice)):
            for number, amount in enumerate([part.amount for part in invoice.installments] or [invoice.amount]):
                changes = sorted({invoice.issued, *(day for day in model.days_of(facts) if day >= invoice.issued)})
                since: date | None = None
                for day in (each for each in changes if each <= period.last):
                    since = None if parts(facts, invoice, day)[number] > 0 else (since or day)
                lost = written_off(facts, invoice, number, period.last)
                if since is not None and since >= period.first and since < lost:
                    since = by_money(facts, invoice, number, period.last)
                    if since is None:
                        continue
                    due = model.planned(facts, invoice, number, since) or model.due_of(facts, invoice, number, since)
                    found.append((amount, invoice.issued, due, since))
    return found


def by_money(facts: list[Fact], invoice: Invoice, number: int, last: date) -> date | None:
    """The day on which money, counted from the day on which it came in, covered what nothing else had covered."""
    if model.is_void(facts, invoice.id, last):
        return None
    there = [each for each in facts if model.happened(each) <= last and model.counts(facts, each, last)]
    sources = {each.id: each for each in there if isinstance(each, (Payment, CreditNote))}
    steps: list[tuple[date, str, str, Decimal]] = []

    def use(source: Payment | CreditNote, name: str, amount: Decimal, on: date | None = None) -> None:
        day = on or max(source.received, invoice.issued) if isinstance(source, Payment) else date.min
        steps.append((day, "put", name, amount))

    for each in there:
        if isinstance(each, Charge):
            steps.append((each.on, "charge", each.invoice, each.amount))
        elif isinstance(each, Adjustment) and each.kind != "write_off":
            steps.append((date.min, "put", each.invoice, each.amount))
        elif isinstance(each, Application) and each.source in sources:
            for name, part in each.applied:
                use(sources[each.source], name, part)
        elif isinstance(each, (Payment, CreditNote)):
            for name, part in each.applied:
                use(each, name, part)
        elif isinstance(each, Refund):
            for name, part in each.reopens:
                use(sources[each.of], name, -part, each.on)
    steps = [step for step in steps if model.number_of(invoice, step[2]) is not None]

    def is_open(day: date) -> bool:
        sums = [part.amount for part in invoice.installments] or [invoice.amount]
        named, total = [Decimal(0)] * len(sums), invoice.amount
        for on, kind, name, amount in steps:
            place = model.number_of(invoice, name) or 0
            if on <= day and kind == "charge":
                sums[max(0, place - 1)] += amount
                total += amount
            elif on <= day:
                total -= amount
                if place:
                    named[place - 1] += amount
        return model.parts_open(sums, named, max(Decimal(0), total))[number] > 0

    days = [date.min, *sorted({day for day, *_ in steps} - {date.min})]
    last_open = max((at for at, day in enumerate(days) if is_open(day)), default=None)
    return None if last_open is None or last_open + 1 == len(days) else days[last_open + 1]


def written_off(facts: list[Fact], invoice: Invoice, number: int, last: date) -> date:
    """The day since when something of an item, or of its invoice, stands written off; the end of time if nothing."""
    since = date.max
    for day in sorted(each for each in model.days_of(facts) if each <= last):
        lost = model.forgiven_parts(facts, invoice, day)
        mine = lost[0] + (lost[number + 1] if invoice.installments else 0)
        since = min(since, day) if mine > 0 else date.max
    return since


def voided(accounts: list[list[Fact]], period: Period, kind: str | None = None) -> Decimal:
    """What the invoices that were voided in a period had come to."""
    gone = {each.invoice for facts in accounts for each in facts if isinstance(each, Void) and each.on in period}
    return sum(
        (
            each.amount
            for facts in accounts
            for each in facts
            if isinstance(each, Invoice) and each.id in gone and kind in (None, each.kind)
        ),
        Decimal(0),
    )


def mean(pairs: list[tuple[Decimal | int, int]]) -> Fraction | None:
    whole = sum((Fraction(weight) for weight, _ in pairs), Fraction(0))
    return sum((Fraction(weight) * days for weight, days in pairs), Fraction(0)) / whole if whole else None


def same(found: Decimal | None, expected: Fraction | None) -> bool:
    """Whether a figure is the one expected, but for its rounding to 28 digits."""
    if found is None or expected is None:
        return found is expected
    return abs(Fraction(found) - expected) <= abs(expected) * Fraction(1, 10**27)


@given(strategies.books(4), spans)
def test_it_agrees_with_a_recomputation_from_the_facts(facts: list[Fact], period: Period) -> None:
    card = scorecard(Ledger(facts), period)
    for group in card.groups:
        accounts = money_of(facts, group)
        value = {kpi.name: kpi.value for each, kpi in card if each == group}
        sales = Fraction(
            moved(accounts, period, Invoice, "invoice")
            - moved(accounts, period, CreditNote)
            - voided(accounts, period, "invoice")
        )
        opening, closing = (Fraction(gross(accounts, day)) for day in (period.opening, period.last))
        columns = [model.aged(found, period.last) for found in accounts]
        current = sum((Fraction(each["current"] + each["undated"]) for each in columns), Fraction(0))
        over_90 = sum((Fraction(each["91+"]) for each in columns), Fraction(0))
        if sales > 0:
            per_day = sales / period.days
            assert same(value["dso_simple"], closing / per_day)
            assert same(value["dso_average"], (opening + closing) / 2 / per_day)
            assert same(value["best_possible_dso"], current / per_day)
            assert same(value["delinquent_dso"], (closing - current) / per_day)
            ends = [Fraction(gross(accounts, month.last)) for month in period.months()]
            assert same(value["dso_average_snapshots"], sum(ends, Fraction(0)) / len(ends) / per_day)
            assert same(value["ar_turnover"], sales / ((opening + closing) / 2) if opening + closing else None)
            if opening + sales - current > 0:
                effect = (opening + sales - closing) / (opening + sales - current)
                assert same(value["collection_effectiveness_index"], effect)
        assert same(value["percent_past_due"], (closing - current) / closing if closing else None)
        assert same(value["percent_over_90"], over_90 / closing if closing else None)
        owed = sorted(Fraction(each) for found in accounts if (each := model.balance(found, period.last)) > 0)
        if owed:
            assert same(value["top_n_share"], sum(owed[-10:], Fraction(0)) / sum(owed))
            assert same(value["herfindahl"], sum((each**2 for each in owed), Fraction(0)) / sum(owed) ** 2)
            spread = sum((abs(one - two) for one in owed for two in owed), Fraction(0))
            assert same(value["gini"], spread / (2 * len(owed) * sum(owed)))
        seasonal, true = by_month_of_sale(accounts, period)
        assert same(value["sales_weighted_dso"], seasonal)
        assert same(value["true_dso"], true)
        done = paid(accounts, period)
        late = [(amount, (settled - due).days) for amount, _, due, settled in done if due is not None]
        assert same(value["average_days_to_pay"], mean([(1, (end - start).days) for _, start, _, end in done]))
        assert same(value["weighted_average_days_to_pay"], mean([(a, (end - start).days) for a, start, _, end in done]))
        assert same(value["average_days_late"], mean([(1, days) for _, days in late]))
        assert same(value["weighted_average_days_late"], mean([(amount, days) for amount, days in late]))
        assert same(value["days_beyond_terms"], mean([(amount, max(0, days)) for amount, days in late]))
        rows = [row for found in accounts for row in model.open_rows(found, period.last)]
        overdue = [(owed, (period.last - due).days) for _, due, owed in rows if due is not None and due < period.last]
        assert same(value["weighted_average_days_past_due"], mean([(owed, days) for owed, days in overdue]))
        bills = (each for found in accounts for each in found if isinstance(each, Invoice) and each.kind == "invoice")
        issued = [each for each in bills if each.issued in period]
        there = {account for account, begun in begins(facts).items() if begun <= period.last}
        known = [
            found for account, found in model.by_account(facts).items() if account in there and account[1] == group
        ]
        opened = [each for found in known for each in found if isinstance(each, Dispute) and each.opened in period]
        assert same(value["dispute_rate"], Fraction(len(opened), len(issued)) if issued else None)


def by_month_of_sale(accounts: list[list[Fact]], period: Period) -> tuple[Fraction | None, Fraction | None]:
    """What is open of each invoice over the sales of its month, times the days of the month, and times its age."""
    seasonal = true = Fraction(0)
    for facts in accounts:
        for invoice in (each for each in facts if isinstance(each, Invoice) and each.issued <= period.last):
            left = max(Decimal(0), model.net(facts, invoice, period.last))
            first = invoice.issued.replace(day=1)
            month = Period(first, min(period.last, Period.month(first.year, first.month).last))
            sales = Fraction(
                moved(accounts, month, Invoice, "invoice")
                - moved(accounts, month, CreditNote)
                - voided(accounts, month, "invoice")
            )
            if left and sales <= 0:
                return None, None
            if left:
                seasonal += Fraction(left) / sales * month.days
                true += Fraction(left) / sales * (period.last - invoice.issued).days
    return seasonal, true


def debt_left(facts: list[Fact], invoice: Invoice, first: date, last: date) -> tuple[Decimal, Decimal]:
    """What is left on a day of what was open of an invoice on an earlier one, and how much of that was written off.

    Day by day: what is charged is owed after the old debt; money comes before write-offs, and what comes back gives
    back what it had taken, from what was settled beyond the debt first.
    """
    nothing = Decimal(0)
    old, new, taken = max(nothing, model.net(facts, invoice, first)), nothing, {"paid": nothing, "lost": nothing}
    before = (
        model.net(facts, invoice, first),
        model.charged(facts, invoice, first),
        model.forgiven(facts, invoice, first),
    )
    for day in sorted(each for each in model.days_of(facts) if first < each <= last):
        after = (
            model.net(facts, invoice, day),
            model.charged(facts, invoice, day),
            model.forgiven(facts, invoice, day),
        )
        charge, gone = after[1] - before[1], after[2] - before[2]
        money = before[0] + charge - after[0] - gone
        before = after
        if charge < 0:
            from_new = min(-charge, max(nothing, new))
            from_old = min(-charge - from_new, old)
            old, taken["paid"], new = old - from_old, taken["paid"] + from_old, new + charge + from_old
        else:
            new += charge
        for amount, kind in ((money, "paid"), (gone, "lost")):
            back = -min(-amount - min(-amount, max(nothing, -new)), taken[kind])
            took = min(old, amount) if amount > 0 else back
            old, taken[kind], new = old - took, taken[kind] + took, new - (amount - took)
    return old, taken["lost"]


def names_parts(facts: list[Fact], invoice: Invoice) -> bool:
    """Whether a money fact names an installment of an invoice."""
    named = [name for each in facts if isinstance(each, (Payment, CreditNote)) for name, _ in each.applied]
    named += [name for each in facts if isinstance(each, Refund) for name, _ in each.reopens]
    named += [name for each in facts if isinstance(each, Application) for name, _ in each.applied]
    named += [each.invoice for each in facts if isinstance(each, (Charge, Adjustment))]
    return any(model.number_of(invoice, name) for name in named)


def followed_parts(
    facts: list[Fact], invoice: Invoice, first: date, last: date
) -> list[tuple[Decimal, Decimal, Decimal]]:
    """(open, left of it, written off of it) of each item; by itself where facts name installments."""
    before, found = parts(facts, invoice, first), list[tuple[Decimal, Decimal, Decimal]]()
    rest, lost = debt_left(facts, invoice, first, last)
    now, bad = parts(facts, invoice, last), model.forgiven_parts(facts, invoice, last)
    bad = [new - old for new, old in zip(bad, model.forgiven_parts(facts, invoice, first), strict=True)]
    begun, ended = (model.billed(facts, invoice, day)[1:] for day in (first, last))
    if model.is_void(facts, invoice.id, last):
        ended = [part.amount for part in invoice.installments]
    is_named = names_parts(facts, invoice)
    for number in reversed(range(len(before))):
        if is_named:
            fresh = max(Decimal(0), ended[number] - begun[number])
            left = max(Decimal(0), min(before[number], now[number] - fresh))
            own = max(Decimal(0), min(before[number] - left, bad[number + 1]))
            more = max(Decimal(0), min(before[number] - left - own, bad[0]))
            bad[0] -= more
            found.append((before[number], left, own + more))
        else:
            left = min(before[number], rest)
            gone = min(before[number] - left, lost)
            rest, lost = rest - left, lost - gone
            found.append((before[number], left, gone))
    return found[::-1]


def opened_part(facts: list[Fact], period: Period) -> tuple[Decimal, Decimal]:
    """What was past due at the start or fell due in the period, and what of it had not come in by its end."""
    collectable = missing = Decimal(0)
    for invoice in (each for each in facts if isinstance(each, Invoice) and each.issued <= period.last):
        day = max(period.opening, invoice.issued)
        first_lost = model.forgiven(facts, invoice, day)
        for number, (before, after, gone) in enumerate(followed_parts(facts, invoice, day, period.last)):
            was, now = (
                model.planned(facts, invoice, number, on) or model.due_of(facts, invoice, number, on)
                for on in (day, period.last)
            )
            due = now if after else was
            if before > 0 and ((was is not None and was < period.first) or (due is not None and due <= period.last)):
                collectable += before
                missing += after + gone
            if invoice.issued > period.opening:  # what was settled on the very day of the invoice
                amount = invoice.installments[number].amount if invoice.installments else invoice.amount
                at_once = max(Decimal(0), amount - before)
                if was is not None and was <= period.last:
                    part = min(at_once, first_lost)
                    first_lost -= part
                    collectable += at_once
                    missing += part
    return collectable, missing


def parts(facts: list[Fact], invoice: Invoice, day: date) -> list[Decimal]:
    """What is open of each item of an invoice."""
    return [owed - settled for each, _, owed, settled in model.items(facts, day) if each == invoice]


@given(strategies.books(4), spans)
def test_what_was_collectable_is_followed_item_by_item(facts: list[Fact], period: Period) -> None:
    card = scorecard(Ledger(facts), period)
    for group in card.groups:
        found = [opened_part(each, period) for each in money_of(facts, group)]
        collectable, still = (sum((Fraction(each[at]) for each in found), Fraction(0)) for at in (0, 1))
        expected = (collectable - still) / collectable if collectable else None
        assert same(card[group, "collection_rate"].value, expected)


def times(facts: list[Fact], factor: int) -> list[Fact]:
    """The same facts with every amount so many times as large."""
    found: list[Any] = []
    for fact in facts:
        changes: dict[str, Any] = {}
        if getattr(fact, "amount", None) is not None:
            changes["amount"] = getattr(fact, "amount") * factor  # noqa: B009  # of any fact
        if getattr(fact, "installments", ()):
            changes["installments"] = tuple(
                changed(part, amount=part.amount * factor)
                for part in getattr(fact, "installments")  # noqa: B009  # of any fact
            )
        for name in ("applied", "reopens"):
            pairs: Any = getattr(fact, name, ()) if isinstance(fact, (Payment, CreditNote, Refund)) else ()
            if pairs:
                changes[name] = tuple((invoice, amount * factor) for invoice, amount in pairs)
        found.append(changed(fact, **changes))
    return found


@given(strategies.books(), spans, st.sampled_from([2, 3, 1000]))
def test_larger_amounts_of_the_same_shape_change_no_day_and_no_share(facts: list[Fact], period: Period, k: int) -> None:
    one, more = scorecard(Ledger(facts), period), scorecard(Ledger(times(facts, k)), period)
    assert [(group, kpi.name, kpi.value, kpi.reason) for group, kpi in one] == [
        (group, kpi.name, kpi.value, kpi.reason) for group, kpi in more
    ]


@given(strategies.books(), spans)
def test_scorecards_of_disjoint_ledgers_add_up(facts: list[Fact], period: Period) -> None:
    ledger = Ledger(facts)
    customers = sorted({account.customer for account in ledger})
    first, second, third = (scorecard(ledger_of(ledger, customers[at::3]), period) for at in range(3))
    whole = scorecard(ledger, period)
    both = first + second + third
    assert both.records() == whole.records()
    assert both.roll_forward().records() == whole.roll_forward().records()
    assert (first + (second + third)).records() == both.records() == (third + second + first).records()
    if whole.accounts:
        with pytest.raises(InvalidValue, match="accounts: both have"):
            _ = whole + whole


@given(strategies.books(), spans)
def test_groups_partition_the_whole(facts: list[Fact], period: Period) -> None:
    ledger = Ledger(facts)
    split = scorecard(ledger, period, by=lambda account: account.customer[:1]).roll_forward()
    whole = scorecard(ledger, period).roll_forward()
    for line, group, amount in whole:
        assert amount == sum(each for name, part, each in split if name == line and part.endswith(f" {group}"))


@given(strategies.books(), strategies.as_ofs)
def test_a_trend_says_what_each_scorecard_says(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    periods = [Period(as_of - timedelta(days=days + 29), as_of - timedelta(days=days)) for days in (60, 30, 15, 0)]
    found = trend(ledger, periods)
    assert list(found.cards) == [scorecard(ledger, period) for period in periods]


@given(strategies.books(), spans)
def test_shares_are_within_their_bounds(facts: list[Fact], period: Period) -> None:
    for _, kpi in scorecard(Ledger(facts), period):
        stem = kpi.name.partition("[")[0]
        if kpi.value is not None and stem in {
            "percent_current", "percent_past_due", "percent_over_90", "collection_rate", "roll_rate", "cure_rate",
            "promise_kept_rate", "promise_kept_rate_amount", "stage_effectiveness", "top_n_share", "herfindahl", "gini",
            "contact_rate", "right_party_contact_rate", "invoice_accuracy",
        }:  # fmt: skip
            assert 0 <= kpi.value <= 1, kpi
        if kpi.value is not None and stem == "payment_index":
            assert 1 <= kpi.value <= 100


@given(strategies.books(), strategies.as_ofs)
def test_a_change_of_dso_is_the_sum_of_its_parts(facts: list[Fact], as_of: date) -> None:
    ledger = Ledger(facts)
    found = trend(
        ledger,
        [Period(as_of - timedelta(days=80), as_of - timedelta(days=40)), Period(as_of - timedelta(days=39), as_of)],
    )
    for group in found.groups:
        before, after = (each for each in found[group, "dso_simple"])
        if before is None or after is None:
            continue  # there was no account yet
        try:
            change = dso_change(found.cards[0], found.cards[1], group)
        except Undefined:
            assert "no sales" in (before.reason, after.reason)
            continue
        assert sum(days for _, days in change) == change.change == change.after - change.before
        assert abs(change.after - after.require()) < Decimal("1e-11")
        assert abs(change.before - before.require()) < Decimal("1e-11")


@given(strategies.books(), strategies.as_ofs, st.sampled_from(["item", "oldest"]))
def test_rolls_follow_all_that_was_open(facts: list[Fact], as_of: date, method: Any) -> None:
    ledger = Ledger(facts)
    before = as_of - timedelta(days=30)
    for currency in ledger.currencies:
        found = rolls(ledger, [before, as_of], currency=currency, method=method)
        opened, closed = (age(ledger, as_of=day, currency=currency).total for day in (before, as_of))
        assert sum((found.opening(state) for state in found.states), Decimal(0)) == gross(
            money_of(facts, currency), before
        )
        assert all(amount >= 0 for _, _, amount in found)
        if method == "item":
            for place, state in enumerate(found.states):
                assert found.opening(state) == opened[state]
                assert sum((row[place] for row in found.flows), Decimal(0)) <= closed[state]
        if method == "item":
            lost = sum(
                (
                    debt_left(own, each, before, as_of)[1]
                    for own in money_of(facts, currency)
                    for each in own
                    if isinstance(each, Invoice) and each.issued <= before
                ),
                Decimal(0),
            )
            assert sum((row[-1] for row in found.flows), Decimal(0)) == lost
        for row in found.shares:
            assert not row or abs(sum(row, Decimal(-1))) < Decimal("1e-26")
        try:
            chain = found.chain()
        except Undefined:
            continue
        try:
            ends = chain.absorption()
        except Undefined:
            continue
        assert all(abs(sum(row, Decimal(-1))) < Decimal("1e-26") for row in ends)


@given(strategies.books(3), spans)
def test_what_notices_and_promises_brought_is_recounted(facts: list[Fact], period: Period) -> None:
    ledger = Ledger(facts)
    card = scorecard(ledger, period)
    for group in card.groups:
        kept = broken = 0
        noticed = came = Decimal(0)
        for account in (each for each in ledger if each.currency == group):
            own = [fact for fact in facts if model.key_of(facts, fact) == (account.customer, group)]
            for promise in (each for each in own if isinstance(each, Promise) and each.made <= period.last):
                judged = [part.day + ONE_DAY for part in promise.parts]
                found = {day: account.promise_state(promise, as_of=day) for day in judged}
                decided = next((day for day in judged if found[day] == "broken"), judged[-1])
                if decided in period:
                    kept, broken = kept + (found[decided] == "kept"), broken + (found[decided] == "broken")
            notices = sorted(
                (
                    fact
                    for fact in facts
                    if isinstance(fact, Contact) and fact.customer == account.customer and fact.on <= period.last
                    and fact.is_notice and not (fact.cancelled and fact.cancelled <= period.last)
                    and (fact.items or fact.currency in (None, group))
                ),
                key=lambda each: (each.on, each.id),
            )  # fmt: skip
            for place, notice in enumerate(notices):
                if notice.on in period:
                    more = followed(own, notice, notices[place + 1 :], period.last)
                    noticed, came = noticed + more[0], came + more[1]
        assert same(card[group, "promise_kept_rate"].value, Fraction(kept, kept + broken) if kept + broken else None)
        effect = Fraction(came) / Fraction(noticed) if noticed else None
        assert same(card[group, "stage_effectiveness"].value, effect)


def followed(own: list[Fact], notice: Contact, later: list[Contact], last: date) -> tuple[Decimal, Decimal]:
    """What a notice asked for, and what of it was settled by its next notice, item by item."""
    noticed = came = Decimal(0)
    rows: list[tuple[Invoice, int, Decimal, bool]] = []
    for invoice in (each for each in own if isinstance(each, Invoice) and each.issued <= notice.on):
        for number, was in enumerate(parts(own, invoice, notice.on)):
            due = model.planned(own, invoice, number, notice.on) or model.due_of(own, invoice, number, notice.on)
            if was > 0:
                rows.append((invoice, number, was, due is not None and due < notice.on))
    some_late = any(is_late for *_, is_late in rows)
    for invoice, number, was, is_late in rows:
        names = {invoice.id, f"{invoice.id}/{number + 1}"}
        if names & set(notice.items) or (not notice.items and (is_late or not some_late)):
            end = next(
                (each.on for each in later if each.on > notice.on and (not each.items or names & set(each.items))), last
            )
            _, left, gone = followed_parts(own, invoice, notice.on, end)[number]
            noticed += was
            came += was - left - gone
    return noticed, came
