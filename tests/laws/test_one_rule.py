"""Each rule of the trade stands once: whatever uses it says the same."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

import attrs
import lookup_pages
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.aging import age
from dunning.authority import Authority, Grant, Waiver, review, settlement_offer
from dunning.charges import Fee, FeeSchedule, Interest, Rate, interest_statement, proposed_charges
from dunning.conditions import holds, measure, next_change
from dunning.dates import BusinessCalendar, Period
from dunning.decision import decide, plan
from dunning.deviations import deviations
from dunning.document import policy_document
from dunning.forecast import observations, rolls
from dunning.interactions import Promise
from dunning.invoice import Adjustment, Application, Charge, CreditNote, Invoice, Payment, Reversal
from dunning.kpi import promise_outcomes, scorecard
from dunning.ledger import Account, Fact, Interaction, Ledger
from dunning.ledger.kinds import BY_INVOICE, CUSTOMER_WIDE, KINDS, OWN_ACCOUNT
from dunning.measures import ACCOUNT_MEASURES, COMPARING, MEASURES, Standing
from dunning.policy import Activity, Call, Level, Notify, Playbook, Policy, Regress, Repeat
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.segments import payment_behaviour
from dunning.segmentation import Segment, Segmentation, profile, segment
from dunning.settlement import LENIENT, take_discounts, write_off
from tests import model, strategies

DAY = timedelta(days=1)
A_DAY = date(2026, 2, 10)


def bill(name: str, customer: str, amount: str, **more: Any) -> Invoice:
    return Invoice(name, customer, date(2026, 1, 5), date(2026, 2, 4), Decimal(amount), "EUR", **more)


# which measures compare accounts


def by_measure(name: str, limit: Decimal | int) -> Playbook:
    """Calls for the accounts whose measure is at most so much, mails for the others."""
    calls = Policy("calls", (Level("call", 5, do=(Call("collector"),)),))
    mails = Policy("mails", (Level("mail", 5, do=(Notify("email"),)),))
    segments = Segmentation("by measure", (Segment("first", measure(name) <= limit),), default="other")
    return Playbook(segments, (("first", calls),), default=mails)


@pytest.mark.parametrize("name", sorted(COMPARING))
@given(
    amounts=st.lists(st.integers(1, 9), min_size=2, max_size=4),
    more=st.tuples(st.integers(0, 3), st.integers(1, 99)),
    limit=st.integers(1, 3),
)
def test_no_decision_is_carried_over_where_a_playbook_compares_accounts(
    name: str, amounts: list[int], more: tuple[int, int], limit: int
) -> None:
    playbook = by_measure(name, limit if MEASURES[name].unit == "count" else Decimal(limit) / 4)
    old = Ledger([bill(f"I{n}", f"C{n}", str(amount)) for n, amount in enumerate(amounts)])
    new = old + [bill("new", f"C{more[0] % len(amounts)}", str(more[1]))]
    first = plan(old, playbook, as_of=A_DAY)
    assert tuple(plan(new, playbook, as_of=A_DAY, since=first)) == tuple(plan(new, playbook, as_of=A_DAY))


def test_the_comparing_measures_are_those_that_need_a_population() -> None:
    account = Ledger([bill("I", "C", "1")]).account("C")
    alone = Standing(account, as_of=A_DAY)
    needing: set[str] = set()
    for name in set(ACCOUNT_MEASURES) - {"custom"}:
        try:
            alone[name]
        except ValueError:
            needing.add(name)
    assert needing == COMPARING


# when a promise is broken


@given(st.integers(0, 9), st.integers(0, 20), st.integers(0, 40), st.booleans(), st.booleans())
def test_a_promise_is_broken_on_one_day_for_everybody(
    grace: int, ahead: int, later: int, named: bool, paid: bool
) -> None:
    made, due = A_DAY, A_DAY + timedelta(days=ahead)
    promise = Promise("P", "C", made, due, Decimal("100.00"), "EUR", items=("I",) if named else ())
    on_last = Payment(
        "M", "C", due + timedelta(days=grace), Decimal("100.00"), "EUR", applied=(("I", Decimal("100.00")),)
    )
    facts: list[Fact] = [bill("I", "C", "200.00"), promise, *([on_last] if paid else [])]
    as_of = due + timedelta(days=later)
    ledger = Ledger(facts).known_at(as_of)
    account = ledger.account("C")
    is_over = as_of > due + timedelta(days=grace)
    broken = is_over and not paid
    kept = paid and as_of >= on_last.received
    pending = not broken and not kept

    stop = Policy("stop", (Level("stop", 5, when=measure("broken_promises") >= 1, do=(Call(),)),), promise_grace=grace)
    case = Policy(
        "case", (Level("stop", 5, when=measure("case_broken_promises") >= 1, do=(Call(),)),), promise_grace=grace
    )
    for policy in (stop, case):
        (decision,) = decide(account, policy, as_of=as_of)
        assert any(each.code == "held_promise" for each in decision.holds) != is_over
        assert bool(decision.actions) == broken
        assert any(each.kind == "broken_promise" and each.on <= as_of for each in decision.follow_ups) == broken
        if not is_over:  # nothing happens before the first day on which it counts as broken, and then it does
            assert decision.next_date == due + timedelta(days=grace) + DAY
    standing = Standing(account, as_of=as_of, promise_grace=grace)
    assert (standing["broken_promises"], standing["kept_promises"]) == (broken, kept)
    assert account.promise_state(promise, as_of=as_of, grace=grace) == (
        "broken" if broken else "kept" if kept else "pending"
    )
    outcomes = promise_outcomes(ledger, as_of=as_of, tolerance_days=grace)
    assert (outcomes.broken, outcomes.kept, outcomes.pending) == (broken, kept, pending)
    card = scorecard(ledger, Period(A_DAY, as_of), promise_grace=grace)
    if is_over:
        assert card["EUR", "promise_kept_rate"].value == (1 if paid else 0)


def postponed_by(promise: Promise, days: int) -> Promise:
    """A promise whose every date is some days later."""
    parts = tuple(changed(part, due=part.day + days * DAY) for part in promise.installments)
    return changed(promise, due=promise.due + days * DAY, installments=parts)


@given(strategies.some_books, strategies.policies(), strategies.ripe_days, st.integers(0, 9))
def test_days_of_grace_are_a_later_date_for_every_measure_and_every_decision(
    facts: list[Fact], policy: Policy, as_of: date, grace: int
) -> None:
    later = [postponed_by(each, grace) if isinstance(each, Promise) else each for each in facts]
    pairs = zip(Ledger(facts).known_at(as_of), Ledger(later).known_at(as_of), strict=True)
    lenient, strict = changed(policy, promise_grace=grace), changed(policy, promise_grace=0)
    for account, postponed in pairs:
        one, other = Standing(account, as_of=as_of, promise_grace=grace), Standing(postponed, as_of=as_of)
        for name in set(ACCOUNT_MEASURES) - COMPARING - {"custom"}:
            assert one[name] == other[name], name
        found, wanted = decide(account, lenient, as_of=as_of), decide(postponed, strict, as_of=as_of)
        assert [(each.essence, each.next_date, each.cure) for each in found] == [
            (each.essence, each.next_date, each.cure) for each in wanted
        ]


MOVING = sorted({*ACCOUNT_MEASURES} - COMPARING - {"custom", "tags", "currency", "segment"})


@pytest.mark.parametrize("name", [*MOVING, "days_since_contact[email]", "late_share[20]", "sales[20]"])
@given(facts=strategies.some_books, as_of=strategies.ripe_days, ahead=st.integers(1, 35), grace=st.integers(0, 5))
@settings(max_examples=strategies.some(15))
def test_the_next_change_of_every_measure_is_that_of_looking_every_day(
    name: str, facts: list[Fact], as_of: date, ahead: int, grace: int
) -> None:
    for account in Ledger(facts).known_at(as_of):

        def on(day: date, account: Account = account) -> Standing:
            return Standing(account, as_of=day, promise_grace=grace)

        limit = on(as_of + ahead * DAY)[name]
        if not isinstance(limit, (int, Decimal)):
            continue
        condition = measure(name) >= limit
        now = holds(condition, on(as_of))
        days = model.days_from(as_of + DAY, 40)
        first = next((day for day in days if holds(condition, on(day)) != now), None)
        found = next_change(condition, on(as_of), as_of=as_of)
        assert found == first or (first is None and found is not None and found > as_of + 40 * DAY)


# what a reversal of a reversal leaves


@given(st.integers(0, 5))
def test_what_was_undone_and_made_good_again_is_as_it_was(times: int) -> None:
    facts: list[Fact] = [bill("I", "C", "900.00"), Charge("CH", "I", date(2026, 2, 9), Decimal("10.00"), "fee")]
    for number in range(times):
        of = "CH" if not number else f"R{number - 1}"
        facts.append(Reversal(f"R{number}", of, date(2026, 2, 10), approved_by="manager"))
    ledger = Ledger(facts)
    account = ledger.account("C")
    stands = times % 2 == 0
    assert stands == model.stands(facts, "CH", A_DAY)
    assert account.balance(as_of=A_DAY) == (910 if stands else 900)
    authority = Authority("house", ("agent", "manager"), (Grant("agent", "waiver"), Grant("manager", "waiver")))
    verdict = review(Waiver(("CH",)), authority, role="agent", account=account, as_of=A_DAY)
    assert (verdict.answer == "granted") == stands
    fees = FeeSchedule("fees", (Fee.fixed(Decimal("10.00"), after=1),))
    assert [each.kind for each in proposed_charges(account, fees, as_of=A_DAY)] == ["fee"]  # under another name


def everything(ledger: Ledger, policy: Policy, as_of: date) -> Iterator[object]:
    """What each room says of a book on a day, but for the list of the facts themselves."""
    period = Period.ending(as_of, days=60)
    yield from plan(ledger, policy, as_of=as_of).decisions
    yield deviations(ledger, policy, period).records()
    yield scorecard(ledger, period).records()
    yield promise_outcomes(ledger, as_of=as_of)
    yield segment(ledger, payment_behaviour(), as_of=as_of).records()
    for code in sorted(ledger.currencies):
        yield age(ledger, as_of=as_of, currency=code).records()
        yield (ledger.balance(code, as_of=as_of), ledger.sales(code, period))
        yield (ledger.written_off(code, period), ledger.recovered(code, period))
        yield rolls(ledger, [as_of - 30 * DAY, as_of], currency=code).records()
    fees = FeeSchedule("late", (Fee.fixed(Decimal(5), after=1),))
    for account in ledger:
        yield account.open_items(as_of=as_of)
        yield (account.unapplied(as_of=as_of), account.unapplied_by_day(as_of=as_of))
        yield [account.promise_state(each, as_of=as_of) for each in account.promises(as_of=as_of)]
        yield [account.plan_progress(each, as_of=as_of) for each in account.plans(as_of=as_of)]
        yield list(observations(account, as_of=as_of))
        yield profile(account, as_of=as_of).records()
        yield [(each.invoice, each.on, each.amount) for each in proposed_charges(account, fees, as_of=as_of)]
        yield interest_statement(account, TEN_PERCENT, as_of=as_of).records()
        yield take_discounts(account, policy=LENIENT, as_of=as_of)
        yield [(each.invoice, each.amount) for each in write_off(account, as_of=as_of, days_past_due=1)]
        yield settlement_offer(account, STANDARD_AUTHORITY, role="team lead", as_of=as_of).records()


TEN_PERCENT = Interest("ten", Rate(Decimal("0.10")))


@given(strategies.books(3), strategies.policies(), strategies.as_ofs, st.data())
@settings(max_examples=strategies.some(60))
def test_a_reversal_that_is_reversed_the_same_day_changes_nothing_in_any_room(
    facts: list[Fact], policy: Policy, as_of: date, data: st.DataObject
) -> None:
    kinds = (Payment, CreditNote, Application, Adjustment, Charge, Reversal)
    undone = {each.of for each in facts if isinstance(each, Reversal)}
    standing = [each for each in facts if isinstance(each, kinds) and each.id not in undone]
    assume(standing)
    fact = data.draw(st.sampled_from(standing))
    day = max(model.happened(fact), as_of - data.draw(st.integers(0, 40)) * DAY)
    pair = [Reversal("undone", fact.id, day), Reversal("made good", "undone", day)]
    before, after = Ledger(facts), Ledger([*facts, *pair])
    assert list(everything(after, policy, as_of)) == list(everything(before, policy, as_of))


# which debts a name means


def renamed(value: Any, old: str, new: str) -> Any:
    """A fact in which an invoice bears another name, and its installments accordingly."""
    if isinstance(value, str):
        return new if value == old else f"{new}{value.removeprefix(old)}" if value.startswith(f"{old}/") else value
    if isinstance(value, tuple):
        return tuple(map(partial(renamed, old=old, new=new), cast("Any", value)))
    kind = value.__class__
    if attrs.has(kind):
        fields = [field.name for field in attrs.fields(kind) if field.init]
        return attrs.evolve(value, **{name: renamed(getattr(value, name), old, new) for name in fields})
    return value


@given(strategies.books(3), strategies.policies(), strategies.as_ofs)
def test_an_invoice_is_no_installment_of_another_whatever_its_number_looks_like(
    facts: list[Fact], policy: Policy, as_of: date
) -> None:
    old, new = "INV-01", "INV-00/77"  # it keeps its place in every order
    first = next((each for each in facts if isinstance(each, Invoice) and each.id == "INV-00"), None)
    assume(first is not None and not first.installments)
    segments = payment_behaviour()

    def told(book: list[Fact]) -> str:
        ledger = Ledger(book)
        found = [repr(plan(ledger, policy, as_of=as_of).decisions)]
        found += [repr(age(ledger, as_of=as_of, currency=code).records()) for code in sorted(ledger.currencies)]
        found.append(repr(segment(ledger, segments, as_of=as_of).records()))
        found.append(repr(scorecard(ledger, Period.ending(as_of, days=60)).records()))
        found.append(repr(deviations(ledger, policy, Period.ending(as_of, days=60)).records()))
        for account in ledger:
            found.append(repr(account.open_items(as_of=as_of)))
            found += [repr(account.promise_state(each, as_of=as_of)) for each in account.promises(as_of=as_of)]
        return "\n".join(found)

    assert told([renamed(fact, old, new) for fact in facts]).replace(new, old) == told(facts)


# what kinds of facts there are


def test_the_table_of_kinds_has_every_fact_with_its_route() -> None:
    assert set(KINDS) == set(get_args(Fact)) >= set(get_args(Interaction))
    routes: dict[str, tuple[type, ...]] = {"account": OWN_ACCOUNT, "invoice": BY_INVOICE, "customer": CUSTOMER_WIDE}
    for kind, row in KINDS.items():
        assert row.route == next((name for name, kinds in routes.items() if kind in kinds), "fact")
        assert {row.on, *row.ends} <= {field.name for field in attrs.fields(cast("Any", kind))}
    assert len({row.name for row in KINDS.values()}) == len(KINDS)


# words beside settings


def in_words(policy: Policy) -> tuple[str, str]:
    return policy.describe(), policy_document(policy).partition("Policy version")[0]


@pytest.mark.parametrize(
    "setting", list(lookup_pages.EXAMPLES), ids=lambda setting: f"{setting[0].__name__}-{setting[1]}"
)
def test_another_setting_has_other_words(setting: tuple[type, str]) -> None:
    """In what is handed to the customer, and in the written policy."""
    _, change, policy, _ = lookup_pages.EXAMPLES[setting]
    for before, after in zip(in_words(policy), in_words(change(policy)), strict=True):
        assert before != after


def choices() -> list[Any]:
    """Every setting that is one of a few words, with the policies that have each of them."""
    base: Any = lookup_pages.ENDLESS
    last: Any = base.levels[-1]

    def with_value(kind: type, name: str, value: str) -> Policy:
        more: dict[str, Any] = {name: value}
        if kind is Policy:
            more = {"unit": "invoice", **more} if name == "together" else more
            return changed(cast("Policy", base), **more)
        if kind is Level:
            return changed(cast("Policy", base), levels=(*base.levels[:-1], changed(last, **more)))
        part = {"at_end": Repeat(14, **more)} if kind is Repeat else {"regress": Regress(**more)}
        return changed(cast("Policy", base), **part)

    return [
        pytest.param([with_value(kind, name, value) for value in get_args(hint)], id=f"{kind.__name__}-{name}")
        for kind in (Policy, Level, Repeat, Regress)
        for name, hint in get_type_hints(kind).items()
        if get_origin(hint) is Literal
    ]


@pytest.mark.parametrize("policies", choices())
def test_each_choice_has_words_of_its_own(policies: list[Policy]) -> None:
    for view in zip(*map(in_words, policies), strict=True):
        assert len(set(view)) == len(policies)


@pytest.mark.parametrize("kind", list(get_args(Activity)))
def test_each_field_of_an_activity_is_in_its_words(kind: Any) -> None:
    fields = attrs.fields(kind)
    values = {field.name: "letter" if field.name == "channel" else "word" for field in fields}
    values |= {field.name: False for field in fields if field.name == "ends"}
    for field in fields:
        other = {**values, field.name: {"channel": "email", "ends": True}.get(field.name, "other")}
        assert str(kind(**values)) != str(kind(**other)), field.name


def test_a_calendar_says_which_holidays_it_keeps() -> None:
    class Holidays(dict[date, str]):
        """As the `holidays` package has them: more than a set of dates."""

    levels = (Level("a", 5, do=(Notify("email"),)),)
    days = BusinessCalendar({date(2026, 12, 25)})
    theirs = BusinessCalendar(Holidays({date(2026, 12, 25): "Christmas"}))
    assert "on our business days (closed on 2026-12-25)." in Policy("p", levels, calendar=days).describe()
    assert "(closed on the holidays of its calendar)." in Policy("p", levels, calendar=theirs).describe()
