"""Rules of contact by hand: what is refused, what is said, and the moments at which clocks are set."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning._base.noun import changed
from dunning.contact import (
    Attempt,
    Bar,
    Cap,
    Hours,
    Inconvenient,
    Needs,
    Never,
    Rule,
    Scope,
    Span,
    Wait,
    Where,
    Window,
    permit,
    rest,
)
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue
from dunning.interactions import Contact, ContactFlag, ContactPlace
from dunning.presets.contact_law import (
    CALIFORNIA,
    MASSACHUSETTS,
    ONTARIO,
    PACKS,
    UK_BREATHING_SPACE,
    US_FEDERAL,
    courteous_b2b,
)

NEW_YORK, PARIS = ZoneInfo("America/New_York"), ZoneInfo("Europe/Paris")
CALL = Attempt("call", actor="agency", debtor="consumer", purpose="personal")
DAILY = tuple(range(7))
NOON = datetime(2026, 11, 10, 17, tzinfo=UTC)


def hours(opens: time, closes: time, weekdays: tuple[int, ...] = DAILY) -> Rule:
    return Rule("hours", "statute", Window((Hours(weekdays, opens, closes),)), "made up")


def house(limit: Any, **more: Any) -> Rule:
    return Rule("rule", "house rule", limit, "made up", **more)


def flag(kind: Any, on: date, **more: Any) -> ContactFlag:
    return ContactFlag(f"{kind}-{on}", "X", on, kind, **more)


def called(on: date, outcome: str | None = "no_answer", **more: Any) -> Contact:
    return Contact(f"C-{on}-{outcome}", "X", on, "call", outcome=outcome, **more)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "closes", "asked", "earliest"),
    [
        # New York, set forward at 07:00 UTC on 2026-03-08: 02:30 never comes, so it opens when the clock passes it
        (time(2, 30), time(4), "2026-03-08T06:30", "2026-03-08T07:00"),
        # set back at 06:00 UTC on 2026-11-01: closed at 01:30, open again when 01:00 comes a second time
        (time(0, 30), time(1, 30), "2026-11-01T05:40", "2026-11-01T06:00"),
        # the first 01:45 of the two, and the second one where the first is over
        (time(1, 45), time(2), "2026-11-01T05:00", "2026-11-01T05:45"),
        (time(1, 45), time(2), "2026-11-01T06:10", "2026-11-01T06:45"),
        # midnight at the end of the day
        (time(23), time(0), "2026-11-10T17:00", "2026-11-11T04:00"),
    ],
)
def test_moments_at_which_clocks_are_set(opens: time, closes: time, asked: str, earliest: str) -> None:
    found = permit((hours(opens, closes),), CALL, (), at(asked), NEW_YORK)
    assert (found.answer, found.earliest) == ("deny", at(earliest))


def test_a_rule_that_ends_or_begins_is_kept_on_its_days_only() -> None:
    ends = house(Never("closed"), effective_to=date(2026, 11, 11))
    found = permit((ends,), CALL, (), NOON, NEW_YORK)
    assert (found.answer, found.earliest) == ("deny", at("2026-11-12T05:00"))
    begins = Rule("later", "statute", Never("closed"), "made up", effective_from=date(2026, 11, 11))
    night = hours(time(8), time(9))
    found = permit((night, begins), CALL, (), NOON, NEW_YORK)
    assert (found.answer, found.earliest) == ("deny", None)
    assert found.aside == (("later", "in force from 2026-11-11"),)
    assert "1 rules do not apply; see aside" in found.text()
    found = permit((begins,), CALL, (), NOON, NEW_YORK)
    assert (found.answer, found.findings, found.earliest) == ("not_applicable", (), NOON)
    found = permit((ends,), CALL, (), NOON + timedelta(days=9), NEW_YORK)
    assert found.aside == (("rule", "in force to 2026-11-11"),)


def test_without_rules_nothing_is_allowed_nor_denied() -> None:
    found = permit((), CALL, (), NOON, NEW_YORK)
    assert (found.answer, found.earliest, len(found)) == ("no_rules", None, 0)
    assert "no rules are loaded, so nothing was checked" in str(found)
    assert "allow" not in str(found)


def test_a_conversation_ends_a_call_back_and_what_was_asked_for_does_not_count() -> None:
    asked_for = Span("call_back", 7, until_conversation=True)
    capped = (house(Cap(1, 7, unless_in=asked_for, unless_requested=True), unless=(asked_for,)),)
    back = flag("call_back", date(2026, 11, 4))
    within = called(date(2026, 11, 6))
    assert permit(capped, CALL, [within], NOON, NEW_YORK).answer == "deny"
    assert permit(capped, CALL, [within, back], NOON, NEW_YORK).answer == "allow"
    spoken = called(date(2026, 11, 5), "spoke")
    assert permit(capped, CALL, [within, back, spoken], NOON, NEW_YORK).answer == "deny"
    wanted = called(date(2026, 11, 6), requested=True)
    assert permit(capped, CALL, [wanted], NOON, NEW_YORK).answer == "allow"


def test_a_finding_says_what_it_counted_and_where() -> None:
    history = [called(date(2026, 11, 10 - n)) for n in range(7)]
    found = permit(US_FEDERAL, CALL, history, NOON, NEW_YORK, calendars={"US federal holidays": BusinessCalendar()})
    (finding,) = list(found)
    assert len(found) == 1
    assert (finding.rule.id, finding.answer, finding.zone) == (
        "us-federal-calls-in-seven-days",
        "warn",
        "America/New_York",
    )
    assert finding.contacts == tuple(sorted(each.id for each in history))
    assert str(finding) == (
        "us-federal-calls-in-seven-days (presumption): 7 contacts within 7 days counted, 7 at most until "
        "2026-11-11 05:00 UTC [12 CFR 1006.14(b)(2)(i)(A) and (b)(3)]"
    )
    assert found.earliest == at("2026-11-11T13:00")
    (row,) = found.records()
    assert row["contacts"] == ", ".join(finding.contacts)
    assert row["cite"].startswith("12 CFR")
    assert "first moment without objection: 2026-11-11 13:00 UTC" in found.text()
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_words_of_each_kind_of_limit() -> None:
    calendars = {"H": BusinessCalendar({date(2026, 11, 10)})}
    said = {
        "it is 12:00 in America/New_York, outside 13:00 to 14:00, 15:00 to 16:00": house(
            Window((Hours(DAILY, time(13), time(14)), Hours(DAILY, time(15), time(16))))
        ),
        "closed on Tuesdays": house(Window((Hours((5,), time(13), time(14)),))),
        "2026-11-10 is a holiday of H": house(Window((Hours(DAILY, time(8), time(20)),), "H")),
        "the customer called 11:00 to 13:00 inconvenient": house(Inconvenient()),
        "cease since 2026-11-01": house(Bar(Span("cease"))),
        "no first notice is on record": house(Wait("first_notice", 3)),
        "9 whole days must pass after the validation notice of 2026-11-01": house(Wait("validation_notice", 9)),
        "no e-consent is on record that holds": house(Needs(Span("e_consent"))),
        "1 contact ever counted, 1 at most": house(Cap(1, None)),
        "never ever": house(Never("never ever")),
    }
    history: list[Contact | ContactFlag] = [
        flag("inconvenient", date(2026, 11, 1), start=time(11), stop=time(13)),
        flag("cease", date(2026, 11, 1)),
        flag("validation_notice", date(2026, 11, 1)),
        called(date(2026, 11, 1)),
    ]
    for words, rule in said.items():
        (finding,) = permit((rule,), CALL, history, NOON, NEW_YORK, calendars=calendars)
        assert finding.words == words


def test_flags_hold_for_their_debts_channels_and_days() -> None:
    barred = (house(Bar(Span("cease"))),)
    about = Attempt("call", actor="agency", debtor="consumer", purpose="personal", items=("INV-1/2",))
    day = date(2026, 11, 1)
    for items, answer in (
        ((), "deny"),
        (("INV-1",), "deny"),
        (("INV-1/2",), "deny"),
        (("INV-1/1",), "allow"),
        (("INV-12",), "allow"),
    ):
        assert permit(barred, about, [flag("cease", day, items=items)], NOON, NEW_YORK).answer == answer
    assert permit(barred, about, [flag("cease", day, channel="email")], NOON, NEW_YORK).answer == "allow"
    ended = permit(barred, about, [flag("cease", day, end=date(2026, 11, 12))], NOON, NEW_YORK)
    assert ended.earliest == at("2026-11-12T05:00")
    assert permit(barred, about, [flag("cease", date(2026, 11, 11))], NOON, NEW_YORK).answer == "allow"


def test_inconvenient_hours_can_end() -> None:
    named = flag("inconvenient", date(2026, 11, 1), start=time(11), stop=time(13), end=date(2026, 11, 10))
    assert permit((house(Inconvenient()),), CALL, [named], NOON, NEW_YORK).answer == "allow"


def test_a_request_confirmed_in_time_is_kept() -> None:
    kept = (house(Bar(Span("no_work_calls", 3, kept_by="no_work_calls_confirmed", kept_within=7))),)
    asked, confirmed = flag("no_work_calls", date(2026, 11, 1)), flag("no_work_calls_confirmed", date(2026, 11, 8))
    assert permit(kept, CALL, [asked], NOON, NEW_YORK).answer == "allow"
    found = permit(kept, CALL, [asked, confirmed], NOON, NEW_YORK)
    assert (found.answer, found.earliest) == ("deny", None)
    assert found.text().count("no such moment is known") == 1


def test_scope_takes_what_is_not_known_as_bound() -> None:
    bound = (house(Never("no"), scope=(Scope(over_days=30, collecting=True),)),)
    assert permit(bound, CALL, (), NOON, NEW_YORK).answer == "deny"
    for attempt in (changed(CALL, days_past_due=30), changed(CALL, collecting=False)):
        assert permit(bound, attempt, (), NOON, NEW_YORK).answer == "not_applicable"


def test_places_of_different_clocks_all_have_to_be_open() -> None:
    office = (hours(time(9), time(17)),)
    both = permit(office, CALL, (), NOON, [NEW_YORK, PARIS])
    assert [finding.zone for finding in both] == ["Europe/Paris"]
    assert both.earliest == at("2026-11-11T14:00")
    never = permit(office, CALL, (), NOON, [NEW_YORK, ZoneInfo("Asia/Tokyo")])
    assert (never.answer, never.earliest) == ("deny", None)
    assert permit(office, CALL, (), NOON, UTC).zones == ("UTC",)
    assert permit(office, CALL, (), NOON, [UTC, UTC]).zones == ("UTC",)


def test_places_of_one_name_are_all_asked() -> None:
    office = (hours(time(9), time(17)),)
    here, there = timezone(timedelta(hours=-5), "branch"), timezone(timedelta(hours=1), "branch")
    for places in ([here, there], [there, here]):
        both = permit(office, CALL, (), NOON, places)
        assert (both.answer, both.earliest) == ("deny", at("2026-11-11T14:00"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"at": datetime(2026, 11, 10)}, "has no time zone, so it is no instant"),
        ({"at": date(2026, 11, 10)}, "is a date; give a datetime with a zone"),
        ({"at": datetime(1, 1, 1, tzinfo=UTC)}, "is out of range"),
        ({"zones": ()}, "give the time zone of each place where the person may be"),
        ({"zones": "Europe/Paris"}, "'Europe/Paris' is a str, not a time zone; give zoneinfo.ZoneInfo("),
        ({"zones": ["Mars"]}, "'Mars' is a str, not a time zone"),
        ({"zones": 7}, "7 is a int, not a time zone"),
        ({"rules": ("hours",)}, "rules: 'hours' is a str; give a tuple of Rule"),
        ({"rules": hours(time(8), time(9))}, "rules: a Rule was given; give a tuple of Rule"),
        ({"rules": "us-federal"}, "rules: a str was given; give a tuple of Rule"),
        ({"rules": None, "at": datetime(2026, 11, 10), "zones": 7}, "rules: a NoneType was given; give a tuple of Rule; at:"),
        ({"attempt": "call"}, "attempt: 'call' is a str; give an Attempt"),
        ({"history": ["call"]}, "history: 'call' is a str; give Contact and ContactFlag facts"),
        (
            {"history": [called(date(2026, 1, 1)), Contact("D", "Y", date(2026, 1, 1), "call")]},
            "history: it is of several customers",
        ),
        ({"rules": ONTARIO}, "calendars: 'Ontario holidays' is missing; give a BusinessCalendar by that name"),
        ({"rules": US_FEDERAL}, "calendars: 'US federal holidays' is missing"),
        ({"calendars": {"H": {date(2026, 1, 1)}}}, "calendars: 'H' is a set; give a BusinessCalendar"),
        (
            {"rules": (hours(time(8), time(9)), hours(time(10), time(11)))},
            "rules: the hours of hours, hours leave no moment open",
        ),
        (
            {"rules": (house(Window((Hours(DAILY, time(9), time(10)),), "always")),)},
            "rules: the hours of rule leave no moment open",
        ),
    ],
)  # fmt: skip
def test_what_permit_refuses(change: dict[str, Any], said: str) -> None:
    class Always:
        def __contains__(self, day: object) -> bool:
            return True

    given: dict[str, Any] = {
        "rules": (hours(time(8), time(9)),),
        "attempt": CALL,
        "history": (),
        "at": NOON,
        "zones": NEW_YORK,
    }
    given |= change
    calendars = {"always": BusinessCalendar(Always()), **given.pop("calendars", {})}
    with pytest.raises(InvalidValue) as caught:
        permit(given["rules"], given["attempt"], given["history"], given["at"], given["zones"], calendars=calendars)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Hours((), time(8), time(9)), "weekdays: () (tuple): give at least one"),
        (lambda: Hours((7,), time(8), time(9)), "weekdays[0]: 7 is not a weekday from 0 (Monday) to 6 (Sunday)"),
        (lambda: Hours(DAILY, time(9), time(9)), "closes: 09:00 is not after 09:00, so the hours are never open"),
        (lambda: Hours(DAILY, time(9, tzinfo=UTC), time(10)), "is not a time of day without a zone"),
        (lambda: Window(()), "hours: () (tuple): give at least one"),
        (lambda: Cap(0, 7), "most: 0 is not a whole number of at least 1"),
        (lambda: Cap(1, 0), "days: 0 is not a whole number of at least 1"),
        (lambda: Cap(1, 7, per=("family",)), "per[0]: 'family' is not one of debt, person, collector"),  # type: ignore[arg-type]  # on purpose
        (lambda: Cap(1, 7, outcomes={"spoke"}), "outcomes: {'spoke'} (set) is not a frozenset, each a text"),  # type: ignore[arg-type]  # on purpose
        (lambda: Bar(Span("cease", until_conversation=True)), "a conversation cannot end a bar"),
        (
            lambda: Bar(Span("cease", made_in=Span("validation_notice", 30, until_conversation=True))),
            "a conversation cannot end a bar, nor what its flag was made in",
        ),
        (lambda: Bar("cease"), "span: 'cease' is not a Span"),  # type: ignore[arg-type]  # on purpose
        (lambda: Needs("e_consent"), "span: 'e_consent' is not a Span"),  # type: ignore[arg-type]  # on purpose
        (lambda: Never(7), "why: 7 is not a text"),  # type: ignore[arg-type]  # on purpose
        (lambda: Span("cease", made_in="x", holidays=7), "holidays: 7 is not a text or None; made_in: 'x' is not a Span or None"),  # type: ignore[arg-type]  # on purpose
        (lambda: Cap(1, 7, unless_in="x", unless_requested="no"), "unless_requested: 'no' is not True or False; unless_in: 'x' is not a Span or None"),  # type: ignore[arg-type]  # on purpose
        (
            lambda: Scope(credit_most=1.5, credit_from="x", collecting=7),  # type: ignore[arg-type]  # on purpose
            "collecting: 7 is not True or False; credit_most: 1.5 is not a finite Decimal or None;",
        ),
        (lambda: Rule("r", "statute", Never("x"), ""), "cite: '' is not a name (not empty, no spaces around it)"),
        (lambda: Wait("sigh", -1), "flag: 'sigh' is not one of cease"),  # type: ignore[arg-type]  # on purpose
        (lambda: Span("cease", 0), "days: 0 is not a whole number of at least 1"),
        (lambda: Span("cease", business_days=3), "business_days: name the calendar in holidays"),
        (lambda: Where(channels="call"), "channels: 'call' is not a tuple, each one of email, letter, call, sms, visit, portal;"),  # type: ignore[arg-type]  # on purpose
        (lambda: Where(channels=("fax",)), "channels[0]: 'fax' is not one of email, letter, call, sms, visit, portal"),  # type: ignore[arg-type]  # on purpose
        (lambda: Scope(over_days=-1), "over_days: -1 is not a whole number of at least 0"),
        (lambda: rest(0), "days: 0"),
        (lambda: Rule("", "law", 7, "", where=7, unless=7, scope=(), answer="no"), "scope: () (tuple): give at least one"),  # type: ignore[arg-type]  # on purpose
        (lambda: house(Inconvenient(), effective_from=date(2026, 2, 1), effective_to=date(2026, 1, 1)), "is before effective_from"),
        (lambda: house(Inconvenient(), checked_on="today"), "checked_on: 'today' is not a date"),
    ],
)  # fmt: skip
def test_what_rules_refuse(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)


def test_every_fault_of_an_attempt_is_named() -> None:
    with pytest.raises(InvalidValue) as caught:
        Attempt(
            "fax", actor="me", debtor="cat", purpose="fun", recipient="", place="moon", items="INV-1", by="",  # type: ignore[arg-type]  # on purpose
            message="shout", opt_out="maybe", days_past_due=1.5, collecting=1, credit_total=1.5, credit_on="today",  # type: ignore[arg-type]  # on purpose
        )  # fmt: skip
    named = [fault.split(":")[0] for fault in caught.value.faults]
    assert sorted(named) == sorted([
        "channel", "actor", "debtor", "purpose", "place", "message", "opt_out", "recipient", "items", "by",
        "days_past_due", "collecting", "credit_total", "credit_on",
    ])  # fmt: skip


def test_packs_are_dated_and_cited() -> None:
    for name, rules in PACKS.items():
        for rule in rules:
            assert rule.id.startswith(name)
            assert rule.cite
            assert rule.checked_on is not None
            assert rule.status
    ids = [rule.id for rules in PACKS.values() for rule in rules]
    assert len(set(ids)) == len(ids)


def test_notes_of_a_pack_stand_beside_those_of_its_rules_and_cites_name_the_law_that_binds() -> None:
    assert all(rule.cite.startswith("Cal. Civ. Code 1788.17; ") for rule in CALIFORNIA)
    note = next(rule.note for rule in CALIFORNIA if rule.id == "us-ca-hours")
    assert note.startswith("The statute calls")
    assert "1788.17 makes" in note


def test_a_breathing_space_is_from_demands() -> None:
    start = ContactFlag("F", "A", date(2026, 11, 1), "moratorium")
    letter = Attempt("letter", actor="first_party", debtor="consumer", purpose="personal", message="ending_efforts")
    assert permit(UK_BREATHING_SPACE, letter, (start,), NOON, PARIS).answer == "allow"
    assert permit(UK_BREATHING_SPACE, changed(letter, message="demand"), (start,), NOON, PARIS).answer == "deny"


def test_visits_in_massachusetts() -> None:
    def visit(place: ContactPlace, *history: Contact | ContactFlag) -> list[str]:
        attempt = Attempt(
            "visit", actor="first_party", debtor="consumer", purpose="personal", place=place, items=("INV-1",)
        )
        return [finding.rule.id for finding in permit(MASSACHUSETTS, attempt, history, NOON, NEW_YORK)]

    met = Contact("V1", "A", date(2026, 10, 12), "visit", outcome="spoke", place="home", items=("INV-1",))
    assert visit("home", met) == ["us-ma-visits-in-thirty-days"]
    assert visit("home", changed(met, on=date(2026, 10, 11))) == []
    assert visit("home", changed(met, outcome="left_message")) == []
    assert visit("home", changed(met, items=("INV-2",))) == []
    assert visit("work") == ["us-ma-no-visits-at-work"]
    assert visit("work", ContactFlag("F1", "A", date(2026, 11, 9), "call_back", by="consumer")) == []


def test_ends_at_the_end_of_time_are_none() -> None:
    never = changed(house(Never("no")), effective_to=date(9999, 12, 31))
    assert permit((never,), CALL, (), NOON, NEW_YORK).earliest is None
    quiet = ContactFlag("F", "X", date(2026, 1, 1), "quiet", end=date(9980, 1, 1))
    assert permit((house(Bar(Span("quiet"))),), CALL, (quiet,), NOON, NEW_YORK).earliest == at("9980-01-01T05:00")
    with pytest.raises(InvalidValue, match="calendars: a list was given; give a dictionary of names"):
        permit((never,), CALL, (), NOON, NEW_YORK, calendars=[])  # type: ignore[arg-type]  # on purpose


def test_courtesy() -> None:
    rules = courteous_b2b()
    call = Attempt("call", actor="first_party", debtor="company", purpose="business")
    tuesday = at("2026-11-10T10:00")

    def asked(*history: Contact | ContactFlag, attempt: Attempt = call, when: datetime = tuesday) -> str:
        found = permit(rules, attempt, history, when, PARIS)
        return found.answer if found.earliest is None else f"{found.answer} {found.earliest:%m-%d %H:%M}"

    assert asked() == "allow 11-10 10:00"
    assert asked(when=at("2026-11-14T10:00")) == "deny 11-16 08:00"
    letter = Attempt("letter", actor="first_party", debtor="company", purpose="business")
    assert asked(attempt=letter, when=at("2026-11-14T10:00")) == "allow 11-14 10:00"
    assert asked(called(date(2026, 11, 5)), called(date(2026, 11, 6))) == "allow 11-10 10:00"
    assert asked(called(date(2026, 11, 5), None), called(date(2026, 11, 6), None)) == "deny 11-12 08:00"
    assert asked(called(date(2026, 11, 9), "spoke")) == "deny 11-12 08:00"
    assert asked(called(date(2026, 11, 9), "spoke"), flag("call_back", date(2026, 11, 9))) == "allow 11-10 10:00"
    assert asked(flag("quiet", date(2026, 11, 1), end=date(2026, 12, 1))) == "deny 12-01 08:00"
    assert asked(flag("cease", date(2026, 11, 1))) == "deny"
    assert asked(flag("attorney", date(2026, 11, 1))) == "deny"
    lawyer = changed(call, recipient="attorney")
    assert asked(flag("attorney", date(2026, 11, 1)), attempt=lawyer) == "allow 11-10 10:00"
    assert asked(flag("opt_out", date(2026, 11, 1), channel="call")) == "deny"
    assert asked(flag("opt_out", date(2026, 11, 1), channel="sms")) == "allow 11-10 10:00"
    closed = courteous_b2b(holidays="France")
    found = permit(
        closed,
        call,
        (),
        tuesday,
        PARIS,
        calendars={"France": BusinessCalendar({date(2026, 11, 10), date(2026, 11, 11)})},
    )
    assert found.earliest == at("2026-11-12T08:00")


def test_what_is_not_known_of_a_contact_never_takes_it_out_of_scope() -> None:
    scope = Scope(over_days=30, collecting=True, credit_most=Decimal(1000), credit_from=date(2026, 1, 1))
    attempt = Attempt("call", actor="agency", debtor="company", purpose="business")
    assert scope.binds(attempt)
    for more in (
        {"days_past_due": 30},
        {"collecting": False},
        {"credit_total": Decimal(1001)},
        {"credit_on": date(2025, 12, 31)},
    ):
        assert not scope.binds(changed(attempt, **more)), more
    for more in (
        {"days_past_due": 31},
        {"collecting": True},
        {"credit_total": Decimal(1000)},
        {"credit_on": date(2026, 1, 1)},
    ):
        assert scope.binds(changed(attempt, **more)), more


def test_a_rule_binds_whether_or_not_collecting_has_begun_unless_it_says_so() -> None:
    attempt = Attempt("call", actor="agency", debtor="company", purpose="business", collecting=False)
    assert Scope().binds(attempt)
    assert not Scope(collecting=True).binds(attempt)


@pytest.mark.parametrize(
    ("before", "now", "barred"),
    [("KIM", "KIM", True), ("KIM", "LEE", False), (None, "KIM", True), ("KIM", None, True), (None, None, True)],
)
def test_who_is_not_known_may_have_been_the_same_collector(before: str | None, now: str | None, barred: bool) -> None:
    told = Contact("C", "X", date(2026, 11, 9), "call", by=before)
    cap = house(Cap(1, 7, per=("collector",)))
    assert permit((cap,), changed(CALL, by=now), (told,), NOON, PARIS).answer == ("deny" if barred else "allow")


def test_what_ends_a_flag_comes_after_it() -> None:
    asks = house(Needs(Span("e_consent", ended_by="opt_out")))
    early, late = date(2026, 11, 2), date(2026, 11, 5)
    given_again = (flag("opt_out", early, channel="call"), flag("e_consent", late))
    taken_back = (flag("e_consent", early), flag("opt_out", late, channel="call"))
    assert permit((asks,), CALL, given_again, NOON, PARIS).answer == "allow"
    assert permit((asks,), CALL, taken_back, NOON, PARIS).answer == "deny"


def test_of_several_inconvenient_hours_the_last_to_end_says_when_to_call() -> None:
    early = flag("inconvenient", date(2026, 11, 1), start=time(11), stop=time(14))
    late = changed(flag("inconvenient", date(2026, 11, 2), start=time(11, 30), stop=time(12, 30)), id="later")
    found = permit((house(Inconvenient()),), CALL, [early, late], NOON, NEW_YORK)
    assert found.answer == "deny"
    assert found.earliest is not None
    assert found.earliest.astimezone(NEW_YORK).time() == time(14)
    again = permit((house(Inconvenient()),), CALL, [late, early], NOON, NEW_YORK)
    assert [each.flags for each in again] == [each.flags for each in found] == [(early.id, "later")]
