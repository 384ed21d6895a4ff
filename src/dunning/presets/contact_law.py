"""Packs of rules about when and how debtors may be contacted, as data with citations. None is on unless you choose it.

They restate published rules so that a program can compute with them. They are not legal advice, and not complete:
what a message says, licences, required wording, records and recordings stay with the caller, and so does knowing
whether a law binds the house. `checked_on` is when a rule was last compared with published texts about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from dunning._base.guards import guarded
from dunning._base.noun import changed
from dunning.contact import Bar, Cap, Hours, Inconvenient, Needs, Never, Rule, Scope, Span, Wait, Where, Window, rest
from dunning.interactions import NOT_REACHED, Channel

__all__ = [
    "AUSTRALIA",
    "CALIFORNIA",
    "MASSACHUSETTS",
    "NEW_YORK_CITY",
    "ONTARIO",
    "PACKS",
    "QUEBEC",
    "UK_BREATHING_SPACE",
    "US_FEDERAL",
    "US_FEDERAL_HOLIDAYS",
    "WASHINGTON_DC",
    "WASHINGTON_STATE",
    "courteous_b2b",
]

_CHECKED = date(2026, 11, 23)
_IN_FORCE = "in force, as far as the texts found when checked say"
_WEEKDAYS, _WEEKEND, _ALL_DAYS = range(5), (5, 6), range(7)
_CALLS: tuple[Channel, ...] = ("call",)
_ELECTRONIC: tuple[Channel, ...] = ("email", "sms", "portal")
_NOT_BY_POST = Where(not_channels=("letter",))
_ASKS_FOR_PAYMENT = Where(
    messages=(
        "demand",
        "demand_contradicting_dispute_right",
        "offer_keeping_dispute_right",
        "intends_specified_remedy",
    )
)
_NO_LINE = NOT_REACHED - {"no_answer"}
"""Outcomes of calls that never connected to the number."""

US_FEDERAL_HOLIDAYS = "US federal holidays"
"""The calendar that `US_FEDERAL` names: legal public holidays, which do not count as business days."""


def _rules(*rules: Rule, **common: Any) -> tuple[Rule, ...]:
    """Rules that share their scope and dates, and a note beside their own."""
    note = common.pop("note", "")
    known = {"status": _IN_FORCE, "checked_on": _CHECKED, **common}
    return tuple(changed(rule, note=" ".join(filter(None, (rule.note, note))), **known) for rule in rules)


def _hours(weekdays: Iterable[int], opens: time, closes: time) -> Hours:
    return Hours(tuple(weekdays), opens, closes)


_VALIDATION = Span("validation_notice", 31, business_days=5, holidays=US_FEDERAL_HOLIDAYS)
"""Receipt is assumed five business days after mailing; the period is that day and thirty more."""
_CALL_BACK = Span("call_back", 7, until_conversation=True, by=("consumer",))
_CONSENT = Span("consent_outside_hours", by=("consumer", "court"))
_US_SCOPE = (Scope(actors=("agency", "assumed_name"), debtors=("consumer",), purposes=("personal",)),)

_FDCPA = (
    Rule(
        "hours",
        "statute",
        Window((_hours(_ALL_DAYS, time(8), time(21)),)),
        "15 USC 1692c(a)(1); 12 CFR 1006.6(b)(1)(i)",
        where=_NOT_BY_POST,
        unless=(_CONSENT,),
        note="The statute calls the time before 21:00 convenient, the regulation only that after it inconvenient: "
        "21:00 sharp is refused.",
    ),
    Rule(
        "inconvenient-time",
        "statute",
        Inconvenient(),
        "15 USC 1692c(a)(1); 12 CFR 1006.6(b)(1)(i)",
        where=_NOT_BY_POST,
    ),
    Rule(
        "cease",
        "statute",
        Bar(Span("cease")),
        "15 USC 1692c(c); 12 CFR 1006.6(c)",
        unless=(Where(messages=("ending_efforts", "intends_specified_remedy")),),
    ),
    Rule(
        "attorney",
        "statute",
        Bar(Span("attorney", ended_by="attorney_consents")),
        "15 USC 1692c(a)(2); 12 CFR 1006.6(b)(2)",
        where=Where(not_recipients=("attorney",)),
    ),
    Rule(
        "workplace",
        "statute",
        Bar(Span("workplace_ban")),
        "15 USC 1692c(a)(3); 12 CFR 1006.6(b)(3)",
        where=Where(places=("work",), not_recipients=("attorney",)),
    ),
    Rule(
        "third-party",
        "statute",
        Never("the debt must not be disclosed to a third party"),
        "15 USC 1692c(b); 12 CFR 1006.6(d)",
        where=Where(not_recipients=("debtor", "spouse", "attorney")),
        unless=(Where(messages=("location_information",)),),
    ),
    Rule(
        "location-once",
        "statute",
        Cap(1, None, per=("person", "collector"), messages=("location_information",)),
        "15 USC 1692b(3); 12 CFR 1006.10(c)",
        where=Where(messages=("location_information",)),
        note="A second time is lawful where the person asks for it, or gave a wrong or incomplete answer.",
    ),
    Rule(
        "written-dispute",
        "statute",
        Bar(Span("written_dispute", ended_by="verification", made_in=_VALIDATION)),
        "15 USC 1692g(b); 12 CFR 1006.38(d)(2)",
        note="A dispute by word of mouth gives no hold; a debt reported to a bureau must be reported as disputed.",
    ),
    Rule(
        "overshadowing",
        "statute",
        Bar(_VALIDATION),
        "15 USC 1692g(b); 12 CFR 1006.38(b)(1)",
        where=Where(messages=("demand_contradicting_dispute_right",)),
    ),
)
_REGULATION_F = (
    Rule(
        "calls-in-seven-days",
        "presumption",
        Cap(
            7, 7, per=("debt", "person", "collector"), channels=_CALLS, not_outcomes=_NO_LINE, unless_in=_CALL_BACK,
            unless_requested=True,
        ),
        "12 CFR 1006.14(b)(2)(i)(A) and (b)(3)",
        where=Where(channels=_CALLS),
        unless=(_CALL_BACK,),
    ),
    Rule(
        "rest-after-conversation",
        "presumption",
        rest(7, per=("debt", "person")),
        "12 CFR 1006.14(b)(2)(i)(B) and (b)(3)",
        where=Where(channels=_CALLS),
        unless=(_CALL_BACK,),
        note="The day of the conversation is the first of the seven.",
    ),
    Rule(
        "medium",
        "statute",
        Bar(Span("opt_out")),
        "12 CFR 1006.14(h)(1)",
        unless=(Where(messages=("opt_out_confirmation",)),),
    ),
    Rule(
        "confirmation-once",
        "statute",
        Cap(1, None, messages=("opt_out_confirmation",)),
        "12 CFR 1006.14(h)(2)(i)",
        where=Where(messages=("opt_out_confirmation",)),
    ),
    Rule(
        "opt-out-offer",
        "statute",
        Never("an electronic message must offer a simple way to opt out, without fee or further data"),
        "12 CFR 1006.6(e)",
        where=Where(channels=("email", "sms"), not_opt_outs=("link",)),
    ),
)  # fmt: skip


def _named(place: str, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    return tuple(changed(rule, id=f"{place}-{rule.id}") for rule in rules)


US_FEDERAL = _named("us-federal", _rules(*_FDCPA, *_REGULATION_F, scope=_US_SCOPE))
"""Fair Debt Collection Practices Act and Regulation F: agencies and creditors under another name, with consumers."""

CALIFORNIA = _named(
    "us-ca",
    _rules(
        *(changed(rule, cite=f"Cal. Civ. Code 1788.17; {rule.cite}") for rule in _FDCPA),
        scope=(
            Scope(debtors=("consumer",), purposes=("personal",)),
            Scope(
                debtors=("consumer", "sole_trader"),
                purposes=("business",),
                credit_most=Decimal(500_000),
                credit_from=date(2025, 7, 1),
            ),
        ),
        note="Section 1788.17 makes the federal statute's rules bind creditors; SB 1286 (2024) adds business debts of "
        "natural persons.",
    ),
)
"""Rosenthal Act: the rules of the federal statute for creditors as well, and for covered commercial debt."""

MASSACHUSETTS = _named(
    "us-ma",
    _rules(
        Rule(
            "hours",
            "statute",
            Window((_hours(_ALL_DAYS, time(8), time(21)),)),
            "209 CMR 18.16(1)(a); 940 CMR 7.04",
            where=Where(channels=("call", "sms", "visit")),
            note="Normal waking hours, where those of the debtor are not known; record others as inconvenient.",
        ),
        Rule(
            "calls-in-seven-days",
            "statute",
            Cap(2, 7, per=("debt",), channels=("call", "sms"), not_places=("work",), not_outcomes=NOT_REACHED),
            "940 CMR 7.04(1)(f)",
            where=Where(channels=("call", "sms"), not_places=("work",)),
            note="Calls that could have left a message count, whether or not one was left.",
        ),
        Rule(
            "calls-at-work",
            "statute",
            Cap(2, 30, per=("debt",), channels=("call", "sms"), places=("work",), not_outcomes=NOT_REACHED),
            "940 CMR 7.04(1)(f)",
            where=Where(channels=("call", "sms"), places=("work",)),
        ),
        Rule(
            "no-calls-at-work",
            "statute",
            Bar(Span("no_work_calls", 10, kept_by="no_work_calls_confirmed", kept_within=7)),
            "209 CMR 18.16(1)(c); 940 CMR 7.04(1)(h)",
            where=Where(channels=("call",), places=("work",)),
            note="A request by word of mouth holds for ten days, for good if confirmed in writing within seven.",
        ),
        Rule(
            "visits-in-thirty-days",
            "statute",
            Cap(1, 30, per=("debt",), channels=("visit",), not_outcomes=NOT_REACHED | {"left_message"}),
            "940 CMR 7.04(1); 209 CMR 18.17(6)",
            where=Where(channels=("visit",), not_places=("work",)),
            note="Visits at which nobody was met do not count. More are allowed with written consent, and those that "
            "only take back collateral are not limited: both stay with the caller.",
        ),
        Rule(
            "no-visits-at-work",
            "statute",
            Never("a debtor must not be visited at work unless they asked for it"),
            "940 CMR 7.04(1); 209 CMR 18.17(7)",
            where=Where(channels=("visit",), places=("work",)),
            unless=(Span("call_back", until_conversation=True, by=("consumer",)),),
        ),
        scope=(Scope(debtors=("consumer",), purposes=("personal",)),),
    ),
)
"""Massachusetts: the Attorney General's regulation, which binds creditors too."""

_DC_CONSENT = Span("e_consent")
WASHINGTON_DC = _named(
    "us-dc",
    _rules(
        Rule(
            "calls-in-seven-days",
            "statute",
            Cap(4, 7, per=("debt",), channels=_CALLS, not_outcomes=_NO_LINE),
            "D.C. Code 28-3814; D.C. Law 24-154",
            where=Where(channels=_CALLS),
        ),
        Rule(
            "messages-in-seven-days",
            "statute",
            Cap(5, 7, per=("debt",), channels=_ELECTRONIC),
            "D.C. Code 28-3814; D.C. Law 24-154",
            where=Where(channels=_ELECTRONIC),
        ),
        Rule(
            "messages-need-consent",
            "statute",
            Needs(_DC_CONSENT),
            "D.C. Code 28-3814; D.C. Law 24-154",
            where=Where(channels=_ELECTRONIC),
            unless=(Where(messages=("ask_e_consent",)),),
        ),
        Rule(
            "one-message-to-ask",
            "statute",
            Cap(1, 7, per=("debt",), channels=_ELECTRONIC),
            "D.C. Code 28-3814; D.C. Law 24-154",
            where=Where(channels=_ELECTRONIC, messages=("ask_e_consent",)),
            unless=(_DC_CONSENT,),
        ),
        scope=(Scope(debtors=("consumer",), purposes=("personal",), over_days=30),),
        note="The act covers debts more than 30 days past due; loans secured on real estate are outside it.",
    ),
)
"""District of Columbia: consumer debt more than 30 days past due, creditors included."""

WASHINGTON_STATE = _named(
    "us-wa",
    _rules(
        Rule(
            "hours-at-home",
            "statute",
            Window((_hours(_ALL_DAYS, time(7, 30), time(21)),)),
            "RCW 19.16.250",
            where=Where(channels=("call", "visit"), not_places=("work",)),
        ),
        Rule(
            "communications-in-a-week",
            "presumption",
            Cap(3, 7, per=("collector",), not_outcomes=NOT_REACHED),
            "RCW 19.16.250",
            answer="deny",
            note="More than three in any form in a week are presumed to harass; the safe reading refuses the fourth.",
        ),
        Rule(
            "communications-at-work",
            "presumption",
            Cap(1, 7, per=("collector",), places=("work",), not_outcomes=NOT_REACHED),
            "RCW 19.16.250",
            where=Where(places=("work",)),
            answer="deny",
        ),
        scope=(Scope(actors=("agency",)),),
    ),
)
"""Washington State: licensed agencies."""

NEW_YORK_CITY = _named(
    "us-nyc",
    _rules(
        Rule(
            "contacts-in-seven-days",
            "statute",
            Cap(3, 7, per=("debt",), unless_requested=True),
            "6 RCNY 5-77, as amended from 2026-09-01",
        ),
        scope=(Scope(debtors=("consumer",), purposes=("personal",), collecting=True),),
        effective_from=date(2026, 9, 1),
        note="Counted for each account over all media; binds creditors once an account is in collections.",
    ),
)
"""New York City, the amended rule: contacts about one account, by any medium."""

ONTARIO = _named(
    "ca-on",
    _rules(
        Rule(
            "hours",
            "statute",
            Window((_hours(range(6), time(7), time(21)), _hours((6,), time(13), time(17))), "Ontario holidays"),
            "R.R.O. 1990, Reg. 74, ss. 20-25",
            where=_NOT_BY_POST,
        ),
        Rule(
            "first-notice",
            "statute",
            Wait("first_notice", 6),
            "R.R.O. 1990, Reg. 74, ss. 20-25",
            where=_NOT_BY_POST,
            note="The written notice goes first, then six whole days pass.",
        ),
        Rule(
            "contacts-in-seven-days",
            "statute",
            Cap(
                3, 7, channels=("call", "email", "sms", "portal", "visit"), not_outcomes=NOT_REACHED,
                unless_requested=True, after_conversation=True,
            ),
            "R.R.O. 1990, Reg. 74, ss. 20-25",
            where=_NOT_BY_POST,
            note="Begins with the first conversation; post, rings without answer and contacts asked for do not count.",
        ),
        Rule(
            "lawyer",
            "statute",
            Bar(Span("attorney", ended_by="attorney_consents")),
            "R.R.O. 1990, Reg. 74, ss. 20-25",
            where=Where(not_recipients=("attorney",)),
        ),
        scope=(Scope(actors=("agency",)),),
    ),
)  # fmt: skip
"""Ontario: registered collection agencies. Give the calendar "Ontario holidays"."""

QUEBEC = _named(
    "ca-qc",
    _rules(
        Rule(
            "hours",
            "statute",
            Window((_hours(range(6), time(8), time(20)),), "Quebec holidays"),
            "Act respecting the collection of certain debts, CQLR c R-2.2; Office de la protection du consommateur",
            where=_NOT_BY_POST,
        ),
        scope=(Scope(actors=("agency",)),),
    ),
)
"""Quebec: collection agencies. Give the calendar "Quebec holidays"."""

_RG_96 = "ASIC and ACCC, RG 96 (April 2021), part 2"
AUSTRALIA = _named(
    "au-rg96",
    _rules(
        Rule(
            "hours",
            "guidance",
            Window(
                (_hours(_WEEKDAYS, time(7, 30), time(21)), _hours(_WEEKEND, time(9), time(21))), "Australian holidays"
            ),
            _RG_96,
            where=Where(channels=("call", "sms", "email", "portal"), not_places=("work",)),
        ),
        Rule(
            "visiting-hours",
            "guidance",
            Window((_hours(_ALL_DAYS, time(9), time(21)),), "Australian holidays"),
            _RG_96,
            where=Where(channels=("visit",), not_places=("work",)),
        ),
        Rule(
            "hours-at-work",
            "guidance",
            Window((_hours(_WEEKDAYS, time(9), time(17)),), "Australian holidays"),
            _RG_96,
            where=Where(places=("work",), not_channels=("letter",)),
            note="Or the debtor's own working hours, where they are known.",
        ),
        Rule(
            "contacts-in-a-week",
            "guidance",
            Cap(3, 7, not_outcomes=_NO_LINE, unless_requested=True),
            _RG_96,
        ),
        Rule(
            "contacts-in-a-month",
            "guidance",
            Cap(10, 31, not_outcomes=_NO_LINE, unless_requested=True),
            _RG_96,
            note="A month is taken as any 31 days, the strictest reading.",
        ),
        Rule("wishes", "guidance", Inconvenient(), _RG_96, where=_NOT_BY_POST),
    ),
)
"""Australia: joint guidance of ASIC and ACCC, for creditors and agencies. Give the calendar "Australian holidays"."""

UK_BREATHING_SPACE = _named(
    "gb-debt-respite",
    _rules(
        Rule(
            "moratorium",
            "statute",
            Bar(Span("moratorium", 60, ended_by="moratorium_end")),
            "Debt Respite Scheme Regulations, SI 2020/1311",
            where=_ASKS_FOR_PAYMENT,
            note="Sixty days, the day on which it starts being the first.",
        ),
        Rule(
            "crisis-moratorium",
            "statute",
            Bar(Span("crisis_moratorium", ended_by="moratorium_end")),
            "Debt Respite Scheme Regulations, SI 2020/1311",
            where=_ASKS_FOR_PAYMENT,
            note="Lasts as long as the treatment and 30 days more: set the flag's end when that is known.",
        ),
        scope=(Scope(debtors=("consumer", "sole_trader")),),
        effective_from=date(2021, 5, 4),
    ),
)
"""England and Wales, Debt Respite Scheme: contacts about moratorium debts that ask for payment."""

PACKS: Mapping[str, tuple[Rule, ...]] = MappingProxyType({
    "us-federal": US_FEDERAL,
    "us-ca": CALIFORNIA,
    "us-ma": MASSACHUSETTS,
    "us-dc": WASHINGTON_DC,
    "us-wa": WASHINGTON_STATE,
    "us-nyc": NEW_YORK_CITY,
    "ca-on": ONTARIO,
    "ca-qc": QUEBEC,
    "au-rg96": AUSTRALIA,
    "gb-debt-respite": UK_BREATHING_SPACE,
})  # fmt: skip
"""The packs of law by the name of the place; join those that apply with `+`."""


@guarded
def courteous_b2b(*, opens: time = time(9), closes: time = time(17), holidays: str | None = None) -> tuple[Rule, ...]:
    """House rules of courtesy between businesses: no law, but what customers remember.

    Business hours from Monday to Friday, none on weekends (nor, with `holidays`, on those of the calendar of that
    name); at most two contacts in seven days; none within two days of a conversation; and what the customer asked for:
    no contacts at all, or only with their attorney, none on a channel, at hours that they named, or before a day.
    Letters have no hours.
    """
    cite = "house rules"
    return _named(
        "courteous",
        (
            Rule(
                "hours", "house rule", Window((_hours(_WEEKDAYS, opens, closes),), holidays), cite, where=_NOT_BY_POST
            ),
            Rule("inconvenient-time", "house rule", Inconvenient(), cite, where=_NOT_BY_POST),
            Rule("two-a-week", "house rule", Cap(2, 7, not_outcomes=NOT_REACHED, unless_requested=True), cite),
            Rule("rest-after-conversation", "house rule", rest(3), cite, unless=(Span("call_back", 7),)),
            Rule("cease", "house rule", Bar(Span("cease")), cite),
            Rule(
                "attorney", "house rule", Bar(Span("attorney", ended_by="attorney_consents")), cite,
                where=Where(not_recipients=("attorney",)),
            ),
            Rule("opt-out", "house rule", Bar(Span("opt_out")), cite),
            Rule("quiet", "house rule", Bar(Span("quiet")), cite),
        ),
    )  # fmt: skip
