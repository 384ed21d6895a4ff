"""Deciding with a contact, by hand: what is put off, what is offered instead, and what a contact refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning import Contact, ContactFlag, Invoice, Ledger, Payment, decide, plan
from dunning._base.noun import changed
from dunning.contact import (
    Cap,
    ContactRules,
    Hours,
    Inconvenient,
    Needs,
    Never,
    Party,
    Rule,
    Scope,
    Span,
    Where,
    Window,
)
from dunning.dates import BusinessCalendar
from dunning.decision import Decision
from dunning.errors import InvalidValue
from dunning.ledger import Fact
from dunning.policy import AddCharges, Call, Escalate, Level, Notify, Policy, StopCredit
from dunning.presets.contact_law import WASHINGTON_DC, courteous_b2b

PARIS = Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business")
CONTACT = ContactRules(courteous_b2b(), PARIS)
BILL = Invoice("INV-1", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")
CALLS = Policy(
    "calls", (Level("call", 3, do=(Call("collector", "script"), Escalate("lead"), AddCharges("fee"), StopCredit())),)
)
NOON = datetime(2026, 2, 9, 12, tzinfo=UTC)
SATURDAY, MONDAY = date(2026, 2, 7), date(2026, 2, 9)


def decided(day: date, *facts: Fact, policy: Policy = CALLS, contact: ContactRules = CONTACT) -> Decision:
    (found,) = decide(Ledger([BILL, *facts]).account("ACME"), policy, as_of=day, contact=contact)
    return found


def test_a_call_on_a_weekend_is_put_off_to_monday_and_the_level_is_not_lost() -> None:
    saturday = decided(SATURDAY)
    (deferral,) = saturday.deferred
    assert (deferral.until, [each.rule.id for each in deferral.findings]) == (MONDAY, ["courteous-hours"])
    assert [str(each.activity) for each in saturday.actions] == ["stop credit"]  # done inside the house all the same
    assert (saturday.status, saturday.next_date) == ("due", MONDAY)
    assert (
        str(saturday.reasons[-1])
        == "call: call by collector (script) is not permitted by courteous-hours until 2026-02-09"
    )
    assert deferral.instead is not None
    assert str(deferral) == (
        "call by collector (script) is not permitted until 2026-02-09 (courteous-hours); instead today: send letter"
    )
    monday = decided(MONDAY)
    assert deferral.action in monday.actions
    assert len(monday.actions) == 4
    assert monday.next_date == date(2026, 2, 14)


def test_hours_that_leave_no_moment_open_are_refused() -> None:
    def office(name: str, opens: int, closes: int) -> Rule:
        return Rule(name, "house rule", Window((Hours(tuple(range(7)), time(opens), time(closes)),)), "our own")

    clashing = ContactRules((office("mornings", 8, 12), office("afternoons", 13, 17)), PARIS)
    with pytest.raises(InvalidValue, match="the hours of mornings, afternoons leave no moment open; mend them"):
        decided(MONDAY, contact=clashing)


def test_what_is_offered_instead_gives_the_level() -> None:
    (deferral,) = decided(SATURDAY).deferred
    assert deferral.instead is not None
    sent = deferral.instead.as_fact(on=SATURDAY)
    assert isinstance(sent, Contact)
    assert (sent.channel, sent.instead_of, sent.asked_channel, sent.level) == ("letter", "call", "call", "call")
    after = decided(MONDAY, sent)
    assert [str(each.activity) for each in after.actions] == ["stop credit"]
    assert after.level == "call"


def test_a_written_notice_may_be_offered_as_a_call() -> None:
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email", "text"),), owner="contact"),))
    barred = ContactFlag("F", "ACME", date(2026, 1, 1), "opt_out", channel="email")
    spoken = changed(CONTACT, instead=("email", "call"))
    (deferral,) = decided(MONDAY, barred, policy=mails, contact=spoken).deferred
    assert (deferral.until, deferral.instead and str(deferral.instead.activity)) == (None, "call by contact")
    (deferral,) = decided(MONDAY, barred, policy=mails).deferred
    assert deferral.instead is not None
    assert str(deferral.instead.activity) == "send letter text"
    nothing = decided(SATURDAY, barred, policy=mails, contact=changed(CONTACT, instead=()))
    assert (nothing.status, nothing.actions, nothing.deferred[0].instead) == ("waiting", (), None)


def test_a_plan_counts_what_is_put_off() -> None:
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    found = plan(Ledger([BILL]), mails, as_of=SATURDAY, contact=CONTACT)
    assert len(found.deferred) == 1
    assert found.due == ()
    assert (
        "1 contact put off by rules of contact, 1 of them with another channel on offer today; see deferred"
        in found.text()
    )
    assert "send email is not permitted until 2026-02-09" in found.records()[0]["deferred"]


def test_parties_have_places_of_their_own() -> None:
    tokyo = Party((ZoneInfo("Asia/Tokyo"),), debtor="company", purpose="business")
    contact = ContactRules(courteous_b2b(), PARIS, parties=(("ACME", tokyo),))
    account = Ledger([BILL]).account("ACME")
    early = datetime(2026, 2, 9, 1, tzinfo=UTC)
    assert contact.permit(account, "call", at=early).answer == "allow"
    assert CONTACT.permit(account, "call", at=early).answer == "deny"
    assert contact.party("OTHER") == PARIS


def never(**more: Any) -> Rule:
    return Rule("never", "house rule", Never("no"), "made up", **more)


@pytest.mark.parametrize(
    ("rules", "lost"),
    [
        ((never(effective_from=date(2026, 3, 2)),), date(2026, 3, 2)),
        ((never(scope=(Scope(over_days=20),)),), date(2026, 2, 25)),
        ((Rule("consent", "house rule", Needs(Span("e_consent", 30)), "made up"),), date(2026, 3, 3)),
        ((never(unless=(Span("e_consent", 30),)),), date(2026, 3, 3)),
        ((Rule("hours", "house rule", Window((Hours(tuple(range(7)), time(9), time(17)),), "H"), "x"),), date(2026, 3, 9)),
        ((Rule("free", "house rule", Inconvenient(), "made up"),), None),
    ],
)  # fmt: skip
def test_the_next_date_knows_when_a_contact_will_no_longer_be_permitted(
    rules: tuple[Rule, ...], lost: date | None
) -> None:
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    consent = ContactFlag("F", "ACME", date(2026, 2, 1), "e_consent")
    contact = ContactRules(rules, PARIS, calendars=(("H", BusinessCalendar({date(2026, 3, 9)})),))
    found = decided(MONDAY, consent, policy=mails, contact=contact)
    assert (len(found.actions), found.next_date) == (1, lost)


def test_clocks_that_move_apart_close_a_day() -> None:
    # 09:00 to 15:00 in New York is 15:00 to 21:00 in Berlin, but 14:00 to 20:00 from 8 to 28 March 2026
    both = Party((ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")), debtor="company", purpose="business")
    hours = Rule("hours", "house rule", Window((Hours(tuple(range(7)), time(9), time(14, 30)),)), "made up")
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    before = decided(MONDAY, policy=mails, contact=ContactRules((hours,), both))
    assert (before.actions, before.next_date) == ((), date(2026, 3, 8))
    within = decided(date(2026, 3, 9), policy=mails, contact=ContactRules((hours,), both))
    assert (len(within.actions), within.next_date) == (1, date(2026, 3, 29))


def test_a_cap_bars_until_its_window_has_passed() -> None:
    capped = ContactRules((Rule("cap", "house rule", Cap(1, 5), "made up", where=Where(channels=("email",))),), PARIS)
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    earlier = Contact("C", "ACME", date(2026, 2, 7), "email")
    found = decided(MONDAY, earlier, policy=mails, contact=capped)
    assert (found.deferred[0].until, found.next_date) == (date(2026, 2, 12), date(2026, 2, 12))


def capped(most: int, *, days: int | None = 7) -> ContactRules:
    return ContactRules((Rule("cap", "house rule", Cap(most, days), "made up"),), PARIS)


def test_what_is_proposed_first_counts_for_the_next() -> None:
    both = Policy("both", (Level("both", 3, do=(Notify("letter"), Call("contact"))),))
    found = decided(MONDAY, policy=both, contact=capped(1))
    assert [str(each.activity) for each in found.actions] == ["send letter"]
    (deferral,) = found.deferred
    assert (str(deferral), found.next_date) == ("call by contact is not permitted (cap)", None)
    letter = found.as_facts(on=MONDAY)
    after = decided(MONDAY, *letter, policy=both, contact=capped(1))
    assert [each.until for each in after.deferred] == [date(2026, 2, 16)]
    assert decided(date(2026, 2, 16), *letter, policy=both, contact=capped(1)).actions == (after.deferred[0].action,)
    early = Contact("C", "ACME", date(2026, 2, 5), "sms")
    found = decided(MONDAY, early, policy=both, contact=capped(2))
    assert (found.deferred[0].until, found.next_date) == (date(2026, 2, 12), date(2026, 2, 12))
    assert decided(date(2026, 2, 11), early, policy=both, contact=capped(2)).essence == found.essence
    assert decided(date(2026, 2, 12), early, policy=both, contact=capped(2)).deferred == ()


def test_room_is_looked_for_beside_other_rules() -> None:
    both = Policy("both", (Level("both", 3, do=(Notify("email"), Call("contact"))),))
    hours = Rule("hours", "house rule", Window((Hours(tuple(range(5)), time(9), time(17)),)), "made up")
    cap = Rule("cap", "house rule", Cap(2, 7), "made up")
    early = Contact("C", "ACME", date(2026, 2, 7), "sms")
    found = decided(MONDAY, early, policy=both, contact=ContactRules((hours, cap), PARIS))
    assert (found.deferred[0].until, found.next_date) == (date(2026, 2, 16), date(2026, 2, 14))
    # on Saturday, the 14th, the e-mail of that day is no longer permitted either


def test_a_cap_that_ends_makes_room_for_both() -> None:
    both = Policy("both", (Level("both", 3, do=(Notify("letter"), Call("contact"))),))
    over = Rule("cap", "house rule", Cap(1, 7), "made up", effective_to=date(2026, 2, 20))
    found = decided(MONDAY, policy=both, contact=ContactRules((over,), PARIS))
    assert (found.deferred[0].until, found.next_date) == (date(2026, 2, 21), date(2026, 2, 21))
    assert len(decided(date(2026, 2, 21), policy=both, contact=ContactRules((over,), PARIS)).actions) == 2


def test_caps_hold_over_all_cases_of_a_customer() -> None:
    dollars = Invoice("INV-2", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "USD")
    other = Invoice("INV-3", "BETA", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "USD")
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    ledger = Ledger([BILL, dollars, other])
    today = plan(ledger, mails, as_of=MONDAY, contact=capped(1))
    assert [(each.customer, each.currency, len(each.actions)) for each in today] == [
        ("ACME", "EUR", 1), ("ACME", "USD", 0), ("BETA", "USD", 1)
    ]  # fmt: skip
    paid = ledger + [Payment("P", "ACME", MONDAY, Decimal("900.00"), "EUR", applied=(("INV-1", Decimal("900.00")),))]
    later = plan(paid, mails, as_of=MONDAY, contact=capped(1), since=today)
    assert [(each.customer, each.currency, len(each.actions)) for each in later] == [
        ("ACME", "USD", 1),
        ("BETA", "USD", 1),
    ]
    bills = [changed(BILL, id=f"B-{number}") for number in range(4)]
    single = Policy("single", mails.levels, unit="invoice")
    found = decide(Ledger(bills).account("ACME"), single, as_of=MONDAY, contact=capped(2))
    assert [len(each.actions) for each in found] == [1, 1, 0, 0]
    joined = changed(single, together="level")
    assert [
        len(each.actions) for each in decide(Ledger(bills).account("ACME"), joined, as_of=MONDAY, contact=capped(1))
    ] == [1] * 4


def test_the_next_date_knows_when_another_case_will_take_the_room() -> None:
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    later = changed(BILL, due=MONDAY)
    dollars = changed(BILL, id="INV-2", currency="USD")
    waiting, sent = plan(Ledger([later, dollars]), mails, as_of=MONDAY, contact=capped(1))
    assert (waiting.currency, len(waiting.actions), len(sent.actions)) == ("EUR", 0, 1)
    assert waiting.next_date == sent.next_date == MONDAY + timedelta(days=3)


def test_messages_put_together_are_one_contact() -> None:
    bills = [changed(BILL, id=f"B-{number}") for number in range(3)]
    both = Policy("both", (Level("both", 3, do=(Notify("email"), Notify("letter"))),), unit="invoice", together="level")
    found = decide(Ledger(bills).account("ACME"), both, as_of=MONDAY, contact=capped(2))
    assert [len(each.actions) for each in found] == [2, 2, 2]
    assert [len(each.actions) for each in decide(
        Ledger(bills).account("ACME"), changed(both, together="no"), as_of=MONDAY, contact=capped(2)
    )] == [2, 0, 0]  # fmt: skip


def test_a_joined_message_is_about_the_debts_of_all_its_cases() -> None:
    bills = [changed(BILL, id=f"B-{number}") for number in range(2)]
    per_debt = ContactRules((Rule("cap", "house rule", Cap(1, 1, per=("debt",)), "made up"),), PARIS)
    both = Policy("both", (Level("both", 3, do=(Notify("email"), Call("contact"))),), unit="invoice", together="level")
    ledger = Ledger(bills)
    today = plan(ledger, both, as_of=MONDAY, contact=per_debt)
    assert [[str(each.activity) for each in one.actions] for one in today] == [["send email"], ["send email"]]
    (message,) = today.messages  # one message is one contact
    mail = message.as_fact(on=MONDAY)
    assert isinstance(mail, Contact)
    assert mail.items == ("B-0", "B-1")
    assert plan(ledger + [mail], both, as_of=MONDAY).actions[0].activity == Call("contact")


def test_follow_ups_wait_for_a_permitted_day_too() -> None:
    quiet = Policy("quiet", (Level("late", 300, do=(Notify("letter"),)),))
    spoke = Contact("C", "ACME", date(2026, 2, 6), "call", outcome="spoke", follow_up=SATURDAY)
    found = decided(SATURDAY, spoke, policy=quiet)
    (deferral,) = found.deferred
    assert (found.follow_ups, found.status, found.next_date) == ((), "waiting", date(2026, 2, 9))
    assert str(deferral) == (
        "call back as agreed (C, 2026-02-07) is not permitted until 2026-02-09 (courteous-hours, "
        "courteous-rest-after-conversation)"
    )
    assert str(found.reasons[-1]).startswith("call back as agreed (C, 2026-02-07) is not permitted by courteous-hours")
    assert [each.on for each in decided(MONDAY, spoke, policy=quiet).follow_ups] == [SATURDAY]
    ceased = ContactFlag("F", "ACME", SATURDAY, "cease")
    found = decided(MONDAY, spoke, ceased, policy=quiet)
    assert (found.follow_ups, found.next_date, found.deferred[0].until) == ((), date(2026, 12, 1), None)


def test_an_end_years_ahead_is_found() -> None:
    end = date(2029, 12, 3)
    far = decided(MONDAY, ContactFlag("F", "ACME", MONDAY, "quiet", end=end))
    assert {each.until for each in far.deferred} == {end}


def test_a_consent_that_ends_before_its_rule_binds_is_seen() -> None:
    debtor = Party(PARIS.zones, debtor="consumer", purpose="personal")
    contact = ContactRules(WASHINGTON_DC, debtor, instead=())
    mails = Policy("mails", (Level("mail", 3, do=(Notify("email"),)),))
    consent = ContactFlag("F", "ACME", date(2026, 1, 5), "e_consent", end=date(2026, 4, 20))
    first = decided(MONDAY, consent, policy=mails, contact=contact)
    assert (len(first.actions), first.next_date) == (1, date(2026, 4, 20))
    assert decided(date(2026, 4, 20), consent, policy=mails, contact=contact).actions == ()


def test_what_is_said_today_counts_where_today_has_not_begun() -> None:
    west = Party((ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")), debtor="company", purpose="business")
    contact = ContactRules(courteous_b2b(), west)
    spoke = Contact("C", "ACME", MONDAY, "call", outcome="spoke")
    asked = ContactFlag("F", "ACME", MONDAY, "call_back", by="consumer")
    posts = Policy("posts", (Level("post", 3, do=(Notify("letter"),)),))  # letters have no hours
    found = decided(MONDAY, spoke, asked, policy=posts, contact=contact)
    assert (found.deferred, len(found.actions)) == ((), 1)
    assert decided(date(2026, 2, 10), spoke, asked, policy=posts, contact=contact).actions == found.actions


def test_a_desk_is_asked_by_the_instant_whatever_the_zone_says_it_in() -> None:
    early = Rule("early", "house rule", Window((Hours(tuple(range(7)), time(0, 30), time(1, 30)),)), "made up")
    york = ZoneInfo("America/New_York")
    contact = ContactRules((early,), Party((york,), debtor="company", purpose="business"))
    first = datetime(2026, 11, 1, 1, 40, tzinfo=york)
    answer = contact.permit(Ledger([BILL]).account("ACME"), "call", at=first)
    assert (answer.at, answer.earliest) == (first.astimezone(UTC), datetime(2026, 11, 1, 6, tzinfo=UTC))
    assert "Contact at 2026-11-01 05:40 UTC" in str(answer)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Party((), debtor="company", purpose="business"), "zones: () (tuple): give the time zone of each place"),
        (lambda: Party(ZoneInfo("Europe/Paris"), debtor="cat", purpose="business"), "debtor: 'cat' is not one of consumer, sole_trader, company"),  # type: ignore[arg-type]  # on purpose
        (lambda: decided(date(9998, 12, 31)), "as_of: 9998-12-31 00:00:00+00:00 is out of range"),
        (lambda: Party(PARIS.zones, debtor="cat", purpose="business"), "debtor: 'cat' is not one of"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules(("x",), PARIS), "rules[0]: 'x' is not a Rule"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), "x"), "everyone: 'x' is not a Party"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), PARIS, parties=(("A", PARIS), ("A", PARIS))), "parties: A is named twice"),
        (lambda: ContactRules((), PARIS, parties={"A": PARIS}), "parties: {'A': Party(zones=(zoneinfo.ZoneInfo(key='Europe/Paris'),... (dict) is not a"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), PARIS, parties=(("A", 7), "AB", ("A",))), "parties[0][1]: 7 is not a Party"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), PARIS, calendars=(("H", 3),)), "calendars[0][1]: 3 is not a BusinessCalendar"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), PARIS, instead="email", actor="me"), "instead: 'email' is not a tuple, each one of email, letter, sms, portal, call; give ('email',)"),  # type: ignore[arg-type]  # on purpose
        (lambda: CONTACT.permit("ACME", "call", at=datetime(2026, 1, 1)), "account: 'ACME' is not an Account"),  # type: ignore[arg-type]  # on purpose
        (lambda: CONTACT.permit(Ledger([BILL]).account("ACME"), "fax", at=NOON), "channel: 'fax' is not one of"),  # type: ignore[arg-type]  # on purpose
        (lambda: ContactRules((), PARIS, instead=("visit",)), "instead[0]: 'visit' is not one of email, letter, sms, portal, call"),
        (lambda: ContactRules(courteous_b2b(holidays="H"), PARIS), "calendars: 'H' is missing"),
        (lambda: CONTACT.permit(Ledger([BILL]).account("ACME"), "call", at=datetime(2026, 1, 1)), "has no time zone"),
        (lambda: decided(MONDAY, contact="x"), "contact: 'x' is not a ContactRules or None"),  # type: ignore[arg-type]  # on purpose
        (lambda: plan(Ledger([BILL]), CALLS, as_of=MONDAY, contact="x"), "contact: 'x' is not a ContactRules or None"),  # type: ignore[arg-type]  # on purpose
    ],
)  # fmt: skip
def test_what_a_desk_refuses(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)
