"""Laws of deciding with a desk: nothing that is not permitted is proposed, nothing is lost, next dates stay exact."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from hypothesis import given, settings
from hypothesis import strategies as st

from dunning.contact import ContactRules, Party
from dunning.decision import Action, FollowUp, decide, plan
from dunning.interactions import Channel, Contact, ContactFlag, FlagKind
from dunning.ledger import Account, Fact, Ledger
from dunning.policy import Policy
from tests import model, strategies
from tests.contact_model import Model, minutes
from tests.laws.test_contact import CALENDARS, ZONES, rules

INSTEAD: list[tuple[Channel, ...]] = [(), ("email", "letter", "call"), ("call", "sms")]


@st.composite
def desks(draw: st.DrawFn) -> ContactRules:
    party = Party(
        tuple(draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True))),
        debtor="consumer",
        purpose="personal",
    )
    instead = draw(st.sampled_from(INSTEAD))
    return ContactRules(draw(rules()), party, calendars=tuple(CALENDARS.items()), instead=instead)


class Day(Model):
    """The oracle for whole days: what is dated up to the day is known."""

    as_of: date
    beside: tuple[tuple[date, Contact], ...] = ()

    def known(self, zone: tzinfo) -> tuple[list[tuple[date, Contact]], list[ContactFlag]]:
        contacts = [
            (each.on, each)
            for each in self.history
            if isinstance(each, Contact) and each.on <= self.as_of and each.outcome != "queued"
        ]
        contacts += self.beside
        flags = [
            each
            for each in self.history
            if isinstance(each, ContactFlag)
            and each.on <= self.as_of
            and each.channel in (None, self.attempt.channel)
            and self.shares(each.items)
        ]
        return contacts, flags

    def permits(self, desk: ContactRules, day: date) -> bool:
        zone = self.zones[0]
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        moments = minutes(noon - timedelta(hours=28), noon + timedelta(hours=28))
        return any(
            all(self.keeps(rule, each) for rule in desk.rules)
            for each in moments
            if each.astimezone(zone).date() == day
        )


def permitted(
    account: Account,
    desk: ContactRules,
    what: Action | FollowUp,
    as_of: date,
    day: date,
    beside: Iterable[Contact] = (),
) -> bool:
    """Whether an action's contact, or the call that a follow-up asks for, is permitted on a day beside others."""
    channel = what.channel if isinstance(what, Action) else "call"
    assert channel is not None
    items = what.items if isinstance(what, Action) else ()
    attempt = desk.attempt(account.customer, channel, items=items)
    history = [each for each in account.interactions if isinstance(each, (Contact, ContactFlag))]
    asked = Day(attempt, history, datetime(2024, 1, 1, tzinfo=UTC), desk.everyone.zones, CALENDARS)
    asked.as_of = as_of
    asked.beside = tuple((day, each) for each in beside)
    return asked.permits(desk, day)


def flags(number: int, customer: str, day: date) -> ContactFlag:
    kinds: tuple[FlagKind, ...] = ("cease", "attorney", "e_consent", "first_notice", "call_back")
    return ContactFlag(f"flag-{number}", customer, day, kinds[number % len(kinds)], by="consumer")


@st.composite
def desk_books(draw: st.DrawFn) -> list[Fact]:
    """A book with something due, and flags."""
    facts = draw(strategies.ripe_books())
    more = [flags(draw(st.integers(0, 20)), "ACME", draw(strategies.days)) for _ in range(draw(st.integers(0, 2)))]
    return [*facts, *{each.id: each for each in more}.values()]


@given(desk_books(), strategies.plain_policies(), desks(), st.integers(10, 90))
@settings(max_examples=strategies.some(25))
def test_what_is_proposed_is_permitted_and_what_is_not_is_put_off(
    facts: list[Fact], policy: Policy, desk: ContactRules, after: int
) -> None:
    as_of = strategies.START + timedelta(days=after)
    ledger = Ledger(facts).known_at(as_of)
    plain = {(each.case, each.currency): each for each in plan(ledger, policy, as_of=as_of)}
    made: dict[str, list[Contact]] = {}
    for decision in plan(ledger, policy, as_of=as_of, contact=desk):
        account, before = ledger.account(decision.customer, decision.currency), plain[decision.case, decision.currency]
        beside = made.setdefault(decision.customer, [])
        put_off = [each.action for each in decision.deferred]
        wanted: list[Action | FollowUp] = [*before.actions, *before.follow_ups[:1]]
        for asked in wanted:
            if isinstance(asked, Action) and asked.channel is None:
                continue
            along = isinstance(asked, FollowUp) and any(each.channel == "call" for each in beside)
            allowed = along or permitted(account, desk, asked, as_of, as_of, beside)
            assert (asked in (*decision.actions, *decision.follow_ups)) == allowed
            assert (asked in put_off) != allowed
            for deferral in decision.deferred:
                if deferral.action == asked:
                    assert deferral.findings
                    if deferral.until is not None:
                        assert deferral.until > as_of
                        assert permitted(account, desk, asked, as_of, deferral.until, beside)
                        assert not permitted(account, desk, asked, as_of, deferral.until - timedelta(days=1), beside)
                    if deferral.instead is not None:
                        assert permitted(account, desk, deferral.instead, as_of, as_of, beside)
            if allowed and not along:
                record = asked.as_fact(on=as_of, approved_by="manager") if isinstance(asked, Action) else None
                call = Contact(f"call {len(beside)}", account.customer, as_of, "call")
                beside.append(record if isinstance(record, Contact) else call)
        if not decision.deferred:
            assert decision.actions == before.actions


@given(desk_books(), strategies.plain_policies(), desks(), st.integers(10, 90))
@settings(max_examples=strategies.some(25))
def test_visiting_each_next_date_is_enough(facts: list[Fact], policy: Policy, desk: ContactRules, after: int) -> None:
    as_of = strategies.START + timedelta(days=after)
    end = as_of + timedelta(days=25)
    for account in Ledger(facts).known_at(as_of):
        every: dict[str, list[tuple[object, ...]]] = {}
        for day in model.days_from(as_of, 26):
            for decision in decide(account, policy, as_of=day, contact=desk):
                known = every.setdefault(decision.case, [])
                if not known or known[-1] != decision.essence:
                    known.append(decision.essence)
        # what is proposed for one case counts for the next, so that with several a next date says what may change
        alone = len(every) == 1
        for case, changes in every.items():
            sparse: list[tuple[object, ...]] = []
            next_day: date | None = as_of
            while next_day is not None and next_day <= end:
                found = next(
                    each for each in decide(account, policy, as_of=next_day, contact=desk) if each.case == case
                )
                if alone or sparse[-1:] != [found.essence]:
                    sparse.append(found.essence)
                next_day = found.next_date
            assert sparse == changes


@given(desk_books(), strategies.plain_policies(), desks(), st.integers(10, 90))
@settings(max_examples=strategies.some(25))
def test_a_level_put_off_is_not_lost_and_one_given_otherwise_is_given(
    facts: list[Fact], policy: Policy, desk: ContactRules, after: int
) -> None:
    as_of = strategies.START + timedelta(days=after)
    ledger = Ledger(facts).known_at(as_of)
    for account in ledger:
        plain = {each.case: each for each in decide(account, policy, as_of=as_of)}
        for decision in decide(account, policy, as_of=as_of, contact=desk):
            for deferral in decision.deferred:
                base, until = plain[decision.case], deferral.until
                if until is not None and until < (base.next_date or date.max):
                    then = decide(account, policy, as_of=until, contact=desk)
                    assert deferral.action in [each for later in then for each in (*later.actions, *later.follow_ups)]
                if deferral.instead is not None:
                    done = deferral.instead.as_fact(on=as_of, approved_by="manager")
                    assert isinstance(done, Contact)
                    again = plan(ledger + [done], policy, as_of=as_of)
                    assert deferral.instead.id not in {each.id for each in again.actions}


@given(desk_books(), strategies.plain_policies(), desks(), st.integers(10, 90), st.integers(0, 20))
@settings(max_examples=strategies.some(25))
def test_a_plan_carried_over_is_the_plan_made_anew(
    facts: list[Fact], policy: Policy, desk: ContactRules, after: int, days: int
) -> None:
    as_of = strategies.START + timedelta(days=after)
    ledger = Ledger(facts).known_at(as_of)
    first = plan(ledger, policy, as_of=as_of, contact=desk)
    then = as_of + timedelta(days=days)
    carried, anew = (plan(ledger, policy, as_of=then, contact=desk, since=each) for each in (first, None))
    assert [each.essence for each in carried] == [each.essence for each in anew]
    assert [each.essence for each in plan(ledger, policy, as_of=then, since=first)] == [
        each.essence for each in plan(ledger, policy, as_of=then)
    ]
