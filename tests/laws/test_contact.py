"""Laws of contact: against a plain reading of the rules, minute by minute, where clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from dunning._base.noun import changed
from dunning.contact import (
    Attempt,
    Bar,
    Cap,
    Hours,
    Inconvenient,
    Limit,
    Needs,
    Never,
    Norm,
    Permit,
    Rule,
    Span,
    Wait,
    Where,
    Window,
    permit,
    rest,
)
from dunning.dates import BusinessCalendar
from dunning.errors import InvalidValue
from dunning.interactions import NOT_REACHED, Contact, ContactFlag, FlagKind
from tests.contact_model import Model, minutes
from tests.strategies import channels, directions

ZONES: list[tzinfo] = [
    *map(
        ZoneInfo,
        (
            "America/New_York",
            "America/Havana",  # set forward at midnight
            "America/Sao_Paulo",
            "Asia/Beirut",  # set forward at midnight
            "Asia/Tokyo",
            "Australia/Lord_Howe",  # set by half an hour
            "Europe/Paris",
            "Pacific/Chatham",
        ),
    ),
    timezone(timedelta(hours=5, minutes=45)),
]
TURNS = [
    date(2024, 3, 10),
    date(2024, 3, 31),
    date(2024, 4, 7),
    date(2024, 10, 6),
    date(2024, 10, 27),
    date(2024, 11, 3),
]
CALENDARS = {"holidays": BusinessCalendar({day + timedelta(days=1) for day in TURNS})}
FLAGS: list[FlagKind] = ["cease", "attorney", "attorney_consents", "call_back", "e_consent", "first_notice", "quiet"]
CLOCKS = [
    time(0),
    time(0, 30),
    time(1, 30),
    time(2),
    time(2, 30),
    time(7, 30),
    time(8),
    time(13, 15),
    time(21),
    time(23, 59),
]


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    start = datetime.combine(draw(st.sampled_from(TURNS)), time(), UTC)
    return start + timedelta(minutes=draw(st.integers(-2880, 2880)), seconds=draw(st.sampled_from([0, 0, 17])))


@st.composite
def hours(draw: st.DrawFn) -> Hours:
    opens, closes = draw(st.lists(st.sampled_from(CLOCKS), min_size=2, max_size=2, unique=True))
    if closes != time(0):
        opens, closes = min(opens, closes), max(opens, closes)
    weekdays = draw(st.sampled_from([tuple(range(7)), tuple(range(5)), (5, 6), (6,)]))
    return Hours(weekdays, opens, closes)


plain_spans = st.builds(
    Span,
    st.sampled_from(FLAGS),
    st.sampled_from([None, None, 1, 2, 7]),
    ended_by=st.sampled_from([None, "attorney_consents"]),
    until_conversation=st.booleans(),
    kept_by=st.sampled_from([None, "e_consent"]),
    kept_within=st.integers(0, 3),
    by=st.sampled_from([(), (), ("consumer",), ("consumer", "court")]),
)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    span = draw(plain_spans)
    if span.days is not None and draw(st.booleans()):
        span = changed(span, business_days=draw(st.integers(1, 3)), holidays="holidays")
    return changed(span, made_in=draw(st.one_of(st.none(), st.none(), plain_spans)))


def never_ending(span: Span) -> Span:
    """The span as a bar may have it: no conversation ends it."""
    made_in = None if span.made_in is None else changed(span.made_in, until_conversation=False)
    return changed(span, until_conversation=False, made_in=made_in)


@st.composite
def caps(draw: st.DrawFn) -> Cap:
    cap = Cap(
        draw(st.integers(1, 3)),
        draw(st.sampled_from([1, 2, 7, 30, None])),
        per=draw(st.sampled_from([(), ("debt",), ("person",), ("debt", "person"), ("collector",)])),
        channels=draw(st.sampled_from([(), ("call",), ("call", "sms")])),
        not_outcomes=draw(st.sampled_from([frozenset[str](), NOT_REACHED])),
        unless_requested=draw(st.booleans()),
    )
    rare: dict[str, Any] = {
        "places": ("work",), "not_places": ("home", "work"), "messages": ("demand",), "outcomes": frozenset({"spoke"}),
        "directions": ("outbound", "inbound"), "after_conversation": True,
    }  # fmt: skip
    chosen = draw(st.sets(st.sampled_from(sorted(rare)), max_size=2))
    in_span = draw(st.one_of(st.none(), st.none(), spans()))
    return changed(cap, unless_in=in_span, **{name: rare[name] for name in chosen})


windows = st.builds(
    Window, st.lists(hours(), min_size=1, max_size=2).map(tuple), st.sampled_from([None, None, "holidays"])
)
waits = st.builds(Wait, st.sampled_from(FLAGS), st.integers(0, 3))
limits: st.SearchStrategy[Limit] = st.one_of(
    windows, windows, windows, caps(), caps(), st.integers(1, 4).map(rest), st.just(Inconvenient()),
    spans().map(lambda span: Bar(never_ending(span))), spans().map(Needs), waits, st.just(Never("never")),
)  # fmt: skip
wheres = st.sampled_from(
    [Where(), Where(), Where(), Where(channels=("call", "sms")), Where(not_channels=("letter", "call"))]
)
norms: st.SearchStrategy[Norm] = st.sampled_from(["statute", "presumption"])


@st.composite
def rules(draw: st.DrawFn, most: int = 3) -> tuple[Rule, ...]:
    found: list[Rule] = []
    for number in range(draw(st.integers(1, most))):
        first = draw(st.sampled_from([None, None, *TURNS]))
        last = None if first is None else draw(st.sampled_from([None, first + timedelta(days=2)]))
        unless = draw(st.sampled_from([(), (), (Span("call_back", 2),)]))
        limit = draw(limits)
        found.append(
            Rule(
                f"R{number}",
                draw(norms),
                limit,
                "made up",
                unless=unless,
                effective_from=first,
                effective_to=last,
                where=draw(wheres),
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def histories(draw: st.DrawFn, at: datetime) -> list[Contact | ContactFlag]:
    found: list[Contact | ContactFlag] = []
    for number in range(draw(st.integers(0, 5))):
        when = at + timedelta(hours=draw(st.integers(-240, 24)))
        items = draw(st.sampled_from([(), ("A",), ("B",)]))
        if draw(st.booleans()):
            found.append(
                Contact(
                    f"C{number}", "X", when.date(), draw(channels), direction=draw(directions), items=items,
                    outcome=draw(st.sampled_from([None, "spoke", "no_answer", "sent", "queued", "voicemail"])),
                    at=draw(st.sampled_from([None, when])), person=draw(st.sampled_from(["debtor", "debtor", "spouse"])),
                    requested=draw(st.booleans()), by=draw(st.sampled_from([None, "KIM", "LEE"])),
                    place=draw(st.sampled_from([None, "home", "work"])),
                    message=draw(st.sampled_from([None, "demand", "location_information"])),
                )
            )  # fmt: skip
        else:
            kind: FlagKind = draw(st.sampled_from([*FLAGS, "inconvenient"]))
            end = draw(st.sampled_from([None, when.date() + timedelta(days=2)]))
            if kind == "quiet":
                end = when.date() + timedelta(days=3)
            start, stop = (time(7, 30), time(12)) if kind == "inconvenient" else (None, None)
            found.append(
                ContactFlag(
                    f"F{number}", "X", when.date(), kind, end=end, items=items, start=start, stop=stop,
                    by=draw(st.sampled_from([None, "consumer", "court"])),
                    channel=draw(st.sampled_from([None, None, "call"])),
                )
            )  # fmt: skip
    return found


places = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)
attempts = st.builds(
    Attempt,
    channels,
    actor=st.just("agency"),
    debtor=st.just("consumer"),
    purpose=st.just("personal"),
    items=st.sampled_from([(), ("A",)]),
    by=st.sampled_from([None, "KIM"]),
)


def asked(
    chosen: tuple[Rule, ...],
    attempt: Attempt,
    history: list[Contact | ContactFlag],
    at: datetime,
    zones: list[tzinfo],
) -> Permit | None:
    """The answer; None where the rules contradict each other."""
    try:
        return permit(chosen, attempt, history, at, zones, calendars=CALENDARS)
    except InvalidValue as error:
        assert "leave no moment open" in str(error)
        return None


@given(st.data())
def test_the_answer_is_that_of_a_plain_reading(data: st.DataObject) -> None:
    at, zones, attempt = data.draw(instants()), data.draw(places), data.draw(attempts)
    history, chosen = data.draw(histories(at)), data.draw(rules())
    found = asked(chosen, attempt, history, at, zones)
    if found is None:
        return
    model = Model(attempt, history, at, zones, CALENDARS)
    broken = {rule.id for rule in chosen if not model.keeps(rule, at)}
    assert {finding.rule.id for finding in found} == broken
    norms_broken = {rule.norm for rule in chosen if rule.id in broken}
    expected = "deny" if "statute" in norms_broken else "warn" if norms_broken else None
    assert found.answer == expected or (expected is None and found.answer in ("allow", "not_applicable"))
    for finding in found:
        if finding.until is not None:
            assert model.keeps(finding.rule, finding.until)
            assert not model.keeps(finding.rule, max(at, finding.until - timedelta(seconds=1)))


@given(st.data())
def test_the_earliest_instant_is_permitted_and_none_before_it(data: st.DataObject) -> None:
    at, zones, attempt = data.draw(instants()), data.draw(places), data.draw(attempts)
    history, chosen = data.draw(histories(at)), data.draw(rules())
    found = asked(chosen, attempt, history, at, zones)
    if found is None or found.answer == "no_rules":
        return
    model = Model(attempt, history, at, zones, CALENDARS)

    def free(instant: datetime) -> bool:
        return all(model.keeps(rule, instant) for rule in chosen)

    end = at + timedelta(days=2) if found.earliest is None else min(found.earliest, at + timedelta(days=2))
    assert not any(free(each) for each in minutes(at, end) if found.earliest is None or each < found.earliest)
    if found.earliest is not None:
        assert free(found.earliest)
        if found.earliest > at:
            assert not free(max(at, found.earliest - timedelta(seconds=1)))
        quarters = (at + timedelta(minutes=15 * n) for n in range(193, 4 * 24 * 40))
        assert not any(free(each) for each in quarters if each < found.earliest)
    else:
        assert not any(free(at + timedelta(minutes=15 * n)) for n in range(4 * 24 * 20))


@given(st.data())
def test_what_is_permitted_stays_so_with_fewer_rules(data: st.DataObject) -> None:
    at, zones, attempt = data.draw(instants()), data.draw(places), data.draw(attempts)
    history, chosen = data.draw(histories(at)), data.draw(rules())
    found = asked(chosen, attempt, history, at, zones)
    kept = tuple(rule for rule in chosen if data.draw(st.booleans()))
    fewer = asked(kept, attempt, history, at, zones)
    if found is None or fewer is None:
        return
    assert {each.rule.id for each in fewer} <= {each.rule.id for each in found}
    if found.answer in ("allow", "not_applicable"):
        assert fewer.answer in ("allow", "not_applicable", "no_rules")
    if found.earliest is not None and kept:
        assert fewer.earliest is not None
        assert fewer.earliest <= found.earliest


@given(st.data())
def test_more_contacts_never_permit_more(data: st.DataObject) -> None:
    at, zones, attempt = data.draw(instants()), data.draw(places), data.draw(attempts)
    history = data.draw(histories(at))
    chosen = data.draw(rules())
    some = [each for each in history if not isinstance(each, Contact) or data.draw(st.booleans())]
    more = asked(chosen, attempt, history, at, zones)
    less = asked(chosen, attempt, some, at, zones)
    if more is None or less is None:
        return
    assert {each.rule.id for each in less} <= {each.rule.id for each in more}
    if more.earliest is not None:
        assert less.earliest is not None
        assert less.earliest <= more.earliest


@given(st.data(), st.integers(-40, 40))
def test_a_cap_counts_what_is_in_any_window(data: st.DataObject, shift: int) -> None:
    at, attempt, cap = data.draw(instants()), data.draw(attempts), data.draw(caps())
    history = data.draw(histories(at))
    zone = data.draw(st.sampled_from(ZONES))
    at += timedelta(hours=6 * shift)
    found = permit((Rule("cap", "statute", cap, "made up"),), attempt, history, at, zone)
    count = Model(attempt, history, at, [zone], {}).count(cap, zone, at.astimezone(zone).date())
    assert (found.answer == "deny") == (count >= cap.most)
    assert [len(finding.contacts) for finding in found] == ([count] if count >= cap.most else [])


@given(st.data())
def test_order_and_places_do_not_matter_but_for_the_strictest(data: st.DataObject) -> None:
    at, zones, attempt = data.draw(instants()), data.draw(places), data.draw(attempts)
    history, chosen = data.draw(histories(at)), data.draw(rules())
    found = asked(chosen, attempt, history, at, zones)
    assert found == asked(chosen, attempt, data.draw(st.permutations(history)), at, list(reversed(zones)))
    one = asked(chosen, attempt, history, at, zones[:1])
    if found is not None and one is not None:
        assert {each.rule.id for each in one} <= {each.rule.id for each in found}


def turns_of(zone: tzinfo) -> list[datetime]:
    """The instants of 2024 at which a clock is set, to the minute."""
    found: list[datetime] = []
    hour = datetime(2024, 1, 1, tzinfo=UTC)
    while hour.year == 2024:
        later = hour + timedelta(hours=1)
        if hour.astimezone(zone).utcoffset() != later.astimezone(zone).utcoffset():
            offset = later.astimezone(zone).utcoffset()
            steps = (hour + timedelta(minutes=n) for n in range(61))
            found.append(next(each for each in steps if each.astimezone(zone).utcoffset() == offset))
        hour = later
    return found


SET = [(zone, turn) for zone in ZONES for turn in turns_of(zone)]
NIGHT = [time(hour, minute) for hour in (22, 23, 0, 1, 2, 3, 4) for minute in (0, 15, 30, 45)]


@given(st.data())
def test_the_earliest_instant_is_exact_where_clocks_are_set(data: st.DataObject) -> None:
    zone, turn = data.draw(st.sampled_from(SET))
    at = turn + timedelta(minutes=data.draw(st.integers(-150, 150)))
    first, last = sorted(data.draw(st.lists(st.sampled_from(NIGHT), min_size=2, max_size=2, unique=True)))
    other = data.draw(st.sampled_from([zone, *ZONES]))
    chosen = (
        Rule("window", "statute", Window((Hours(tuple(range(7)), first, last),)), "made up"),
        Rule(
            "second", "statute", Window((Hours(tuple(range(7)), time(1), time(23)),)), "made up",
            effective_to=data.draw(st.sampled_from([turn.date(), None])),
        ),
    )[: data.draw(st.integers(1, 2))]  # fmt: skip
    attempt = Attempt("call", actor="agency", debtor="consumer", purpose="personal")
    found = asked(chosen, attempt, [], at, [zone, other])
    if found is None:
        return
    model = Model(attempt, [], at, [zone, other], {})
    free = [each for each in minutes(at, at + timedelta(hours=30)) if all(model.keeps(rule, each) for rule in chosen)]
    if free:
        assert found.earliest == free[0]
    else:
        assert found.earliest is None or found.earliest > at + timedelta(hours=30)
