"""Published and derived cases of when a debtor may be contacted, through one adapter for all regimes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import pytest

from dunning.contact import Attempt, Permit, permit
from dunning.dates import BusinessCalendar
from dunning.interactions import Contact, ContactFlag
from dunning.presets.contact_law import PACKS
from tests.conformance import golden

Inputs: TypeAlias = dict[str, Any]

ACTORS = {
    "third_party_collector": "agency",
    "licensed_agency": "agency",
    "creditor_using_other_name": "assumed_name",
    "original_creditor": "first_party",
}
CHANNELS = {"voicemail": "call", "private_message": "portal"}
FLAGS: dict[str, dict[str, Any]] = {
    # the published event: the flag that records it
    "cease_in_writing": {"kind": "cease"},
    "do_not_call_oral": {"kind": "opt_out", "channel": "call"},
    "opt_out_sms": {"kind": "opt_out", "channel": "sms"},
    "attorney_known": {"kind": "attorney"},
    "employer_bans_contact": {"kind": "workplace_ban"},
    "inconvenient_time": {"kind": "inconvenient"},
    "call_back_consent": {"kind": "call_back"},
    "validation_notice_mailed": {"kind": "validation_notice"},
    "verification_sent": {"kind": "verification"},
    "no_work_calls_oral": {"kind": "no_work_calls"},
    "written_notice_posted": {"kind": "first_notice"},
    "moratorium_start": {"kind": "moratorium"},
}
MEANT: dict[str, set[str]] = {
    # what a published case is about: the rules of ours, of whatever place, one of which has to be what is not kept
    "hours": {"hours", "hours-at-home", "visiting-hours", "inconvenient-time"},
    "holiday": {"hours"},
    "scope": {"hours"},
    "combined": {"hours", "hours-at-home"},
    "frequency": {
        "calls-in-seven-days", "rest-after-conversation", "calls-at-work", "communications-in-a-week",
        "messages-need-consent", "messages-in-seven-days", "contacts-in-seven-days", "contacts-in-a-week",
    },
    "medium": {"medium", "confirmation-once"},
    "workplace": {"workplace", "no-calls-at-work", "communications-at-work"},
    "opt-out-notice": {"opt-out-offer"},
    "dispute-hold": {"written-dispute"},
    "hold": {"moratorium"},
    **{name: {name} for name in ("cease", "attorney", "third-party", "overshadowing", "first-notice")},
}  # fmt: skip
CALENDARS: tuple[str, ...] = ("US federal holidays", "Ontario holidays", "Quebec holidays", "Australian holidays")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def contact(number: int, told: Inputs) -> Contact:
    at = instant(told["at"])
    return Contact(
        f"C-{number}",
        "debtor",
        at.date(),
        CHANNELS.get(told["channel"], told["channel"]),  # type: ignore[arg-type]  # checked when it is made
        direction={"out": "outbound", "in": "inbound"}[told["direction"]],  # type: ignore[arg-type]  # as above
        outcome=told["result"],
        items=(told["debt"],),
        by=told["collector"],
        place=told["place"],
        person=told["person"],
        message=told.get("message"),
        requested=told.get("requested", False),
        at=at,
    )


def flag(number: int, told: Inputs) -> ContactFlag:
    known = FLAGS.get(told["type"], {"kind": told["type"]})
    start, stop = (None if told.get(name) is None else time.fromisoformat(told[name]) for name in ("start", "end"))
    return ContactFlag(
        f"F-{number}",
        "debtor",
        date.fromisoformat(told["on"]),
        by=told.get("by"),
        items=tuple(told.get("debts", ())),
        start=start,
        stop=stop,
        **known,
    )


def asked(regime: str, inputs: Inputs) -> Permit:
    assert inputs.get("options", {}) in ({}, {"end_inclusive": False})
    total, given = inputs.get("credit_total"), inputs.get("credit_on")
    attempt = Attempt(
        CHANNELS.get(inputs["channel"], inputs["channel"]),  # type: ignore[arg-type]  # checked when it is made
        actor=ACTORS[inputs["actor"]],  # type: ignore[arg-type]  # as above
        debtor=inputs["debtor"],
        purpose=inputs["debt_purpose"],
        recipient=inputs["recipient"],
        place=inputs["place"],
        items=(inputs["debt"],),
        by=inputs["collector"],
        message=inputs["message"],
        opt_out=inputs.get("opt_out_offer"),
        days_past_due=inputs.get("days_past_due"),
        collecting=inputs.get("collection_procedures_begun"),
        credit_total=None if total is None else Decimal(total),
        credit_on=None if given is None else date.fromisoformat(given),
    )
    history = [contact(number, each) for number, each in enumerate(inputs["history"])]
    flags = [flag(number, each) for number, each in enumerate(inputs["events"])]
    holidays = BusinessCalendar({date.fromisoformat(day) for day in inputs.get("holidays", ())})
    rules = tuple(rule for name in regime.split("+") for rule in PACKS[name])
    zones = [ZoneInfo(name) for name in inputs["zones"]]
    calendars = dict.fromkeys(CALENDARS, holidays)
    return permit(rules, attempt, [*history, *flags], instant(inputs["at"]), zones, calendars=calendars)


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in golden.cases("contact.json")])
def test_published_case(case: dict[str, Any]) -> None:
    found = asked(case["regime"], case["inputs"])
    assert found.answer == case["expected"], str(found)
    earliest = case.get("earliest_next")
    if earliest is not None:
        assert found.earliest is not None
        if "T" in earliest:
            assert found.earliest == instant(earliest)
        else:
            zone = ZoneInfo(case["inputs"]["zones"][0])
            assert str(found.earliest.astimezone(zone).date()) == earliest
    elif found.answer in ("allow", "not_applicable"):
        assert found.earliest == found.at.astimezone(UTC)
    places = case["regime"].split("+")
    breach = {rule.rule.id.removeprefix(f"{place}-") for place in places for rule in found}
    assert bool(breach) == (found.answer in ("warn", "deny"))
    assert not breach or breach & MEANT[case["rule"]], (case["rule"], breach)
