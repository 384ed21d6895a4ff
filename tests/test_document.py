"""The written policy: what it says, from which data, and rules of contact in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any, cast
from zoneinfo import ZoneInfo

import attrs
import pytest

from dunning._base.noun import changed
from dunning.authority import Authority, Grant
from dunning.charges import Fee, FeeSchedule, Tier
from dunning.conditions import measure
from dunning.contact import (
    Cap,
    ContactRules,
    Hours,
    Needs,
    Never,
    Party,
    Rule,
    Scope,
    Span,
    Wait,
    Where,
    Window,
    describe_rule,
    rest,
)
from dunning.dates import BusinessCalendar
from dunning.document import policy_document
from dunning.errors import InvalidValue
from dunning.policy import AddCharges, Call, Escalate, Level, Minimum, Notify, Policy, Repeat, StopCredit
from dunning.presets.contact_law import MASSACHUSETTS, PACKS, courteous_b2b
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.statutes import contract_yearly
from dunning.terms import Terms

PARIS = Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business")
POLICY = Policy(
    "short | firm",
    (
        Level("first", 3, deadline=7, do=(Notify("email"), AddCharges("late fee"))),
        Level("second", 1, base="deadline", owner="desk", approval="lead", do=(Call(), Escalate("lead"), StopCredit())),
    ),
    at_end=Repeat(14, 2),
)
POLICY_PLAIN = Policy("plain", (Level("first", 3, do=(Notify("email"),)),))
FEES = FeeSchedule(
    "late fee",
    (
        Fee((Tier(Decimal(0), Decimal(5)), Tier(Decimal(100), rate=Decimal("0.01"))), currency="EUR", level="first",
            minimum=Decimal(5), maximum=Decimal(50)),
        Fee.fixed(Decimal(40)),
    ),
)  # fmt: skip


def test_the_written_policy_is_all_in_the_data() -> None:
    page = policy_document(
        POLICY,
        terms=Terms.parse("2/10 net 30"),
        charges=(FEES, contract_yearly(Decimal("0.09"))),
        contact=ContactRules(courteous_b2b()[:2], PARIS),
        authority=Authority("house", ("clerk", "lead"), (Grant("lead", "write_off"), Grant("clerk", "waiver"))),
    )
    assert (
        re.sub(r"Page version [0-9a-f]{12}[.]", "Page version X.", page)
        == f"""# Collections policy: short \\| firm

## Payment terms

2/10 net 30

## Late charges

* late fee: 5.00 EUR; 1 % of the debt from 100.00 EUR with first, at least 5.00 EUR, at most 50.00 EUR
* late fee: 40.00 1 day past due
* {contract_yearly(Decimal("0.09")).name}: 9.00 % a year, simple

## Sequence of communications

| step | when | what | days to pay |
| --- | --- | --- | --: |
| first | 3 days after the due date | send email | 7 |
| second | 1 day after the deadline of the last notice | call by collector | - |

* We look at the account as a whole, with at least 7 days between two notices.
* Then second again every 14 days, at most 2 times.
* What is disputed, promised, paid by a plan that is kept, or on hold is not asked for meanwhile.

## Escalation

* first: charge by late fee
* second: goes to the lead, is with the desk, needs the approval of the lead, stop credit

## Contacts

* Contacts other than by letter: only Monday to Friday 09:00 to 17:00 by the customer's clock (house rule; house rules)
* Contacts other than by letter: not at hours that the customer called inconvenient (house rule; house rules)
* Contacts are made in our own name.
* What may not be said by one channel may be by another: email, letter, call.
* Electronic messages offer to opt out: link.

These rules are restated for computing and are no legal advice.

## Authority

Roles, the lowest first: clerk, lead. A higher role may grant whatever a lower one may. Limits count over 365 days.

* clerk: waiver without limit
* lead: write off without limit

Policy version {POLICY.version}. Page version X.
"""
    )


def test_what_is_not_given_is_not_in_it() -> None:
    plain = Policy("plain", (Level("first", 3, do=(Notify("email"),)),))
    page = policy_document(plain, contact=ContactRules((), PARIS))
    assert "No rules of contact are loaded." in page
    for heading in ("Payment terms", "Late charges", "Escalation", "Authority"):
        assert heading not in page
    assert policy_document(STANDARD_B2B) == policy_document(STANDARD_B2B)


def test_rules_in_words() -> None:
    words = {rule.id: describe_rule(rule) for rules in PACKS.values() for rule in rules}
    assert words["us-federal-calls-in-seven-days"] == (
        "Contacts by call: at most 7 by call, that do not end in busy or failed or out of service, that they had not asked "
        "for, made without a request to be called by the consumer (for 7 days, until they were spoken to) in any 7 days, for each debt and person and "
        "collector; except with a request to be called by the consumer (for 7 days, until they were spoken to); "
        "for contacts by agency or assumed name and consumer debtors and personal debt"
    )
    assert words["us-federal-rest-after-conversation"].startswith(
        "Contacts by call: none in the 7 days that begin with a conversation, whoever began it, for each debt"
    )
    assert words["us-federal-location-once"].startswith("Contacts saying location information: at most 1 saying")
    assert words["us-federal-cease"] == (
        "Contacts: not while there is a request to cease; except saying ending efforts or intends specified remedy"
        "; for contacts by agency or assumed name and consumer debtors and personal debt"
    )
    assert words["us-federal-opt-out-offer"].startswith(
        "Contacts by email or sms, without an opt-out by link: not at all"
    )
    assert words["us-federal-attorney"] == (
        "Contacts with others than the attorney: not while there is word that an attorney represents them (until the attorney's "
        "consent); for contacts by agency or assumed name and consumer debtors and personal debt"
    )
    assert words["us-ma-calls-at-work"] == (
        "Contacts by call or sms, at work: at most 2 by call or sms, at work, that reached somebody in any 30 days, for each debt; "
        "for consumer debtors and personal debt"
    )
    assert words["us-ma-calls-in-seven-days"].startswith(
        "Contacts by call or sms, not at work: at most 2 by call or sms"
    )
    assert words["us-dc-messages-need-consent"].endswith(
        "only with consent to electronic messages; except saying ask e consent; "
        "for consumer debtors and personal debt and debt more than 30 days past due"
    )
    assert (
        "only Monday to Saturday 07:00 to 21:00, Sunday 13:00 to 17:00 by the customer's clock, not on holidays (Ontario holidays)"
        in words["ca-on-hours"]
    )
    assert "not before 6 whole days have passed since the first written notice" in words["ca-on-first-notice"]
    assert words["us-federal-hours"].startswith("Contacts other than by letter: only every day 08:00 to 21:00")
    assert describe_rule(courteous_b2b()[1]).endswith("not at hours that the customer called inconvenient")
    assert len(words) == len(set(words))


def every_change(value: Any, others: dict[str, Any]) -> Iterator[object]:
    """The value with one field changed at a time; each field of its class is among the others."""
    assert set(others) == {each.name for each in attrs.fields(cast("Any", type(value))) if each.init}
    for name, other in others.items():
        assert other != getattr(value, name)
        yield changed(value, **{name: other})


def rule_with(limit: Any, **more: Any) -> Rule:
    return Rule("r", "statute", limit, "made up", **more)


def test_every_field_of_a_rule_shows_in_its_words() -> None:
    span = Span("validation_notice", 31, business_days=2, holidays="I", kept_by="verification", kept_within=1)
    spans = every_change(span, {
        "flag": "first_notice", "days": 7, "business_days": 1, "holidays": "H", "ended_by": "verification", "by": ("court",),
        "until_conversation": True, "kept_by": "no_work_calls_confirmed", "kept_within": 7, "made_in": Span("quiet", 3),
    })  # fmt: skip
    caps = every_change(Cap(2, 7), {
        "most": 3, "days": None, "per": ("debt",), "directions": ("inbound",), "channels": ("sms",), "places": ("work",),
        "not_places": ("home",), "messages": ("demand",), "outcomes": frozenset({"promised"}),
        "not_outcomes": frozenset({"busy"}), "unless_requested": True, "unless_in": Span("quiet"),
        "after_conversation": True,
    })  # fmt: skip
    wheres = every_change(Where(), {
        "channels": ("sms",), "not_channels": ("sms",), "recipients": ("spouse",), "not_recipients": ("spouse",),
        "places": ("work",), "not_places": ("work",), "messages": ("demand",), "not_opt_outs": ("link",),
    })  # fmt: skip
    scopes = every_change(Scope(), {
        "actors": ("agency",), "debtors": ("company",), "purposes": ("business",), "over_days": 30, "collecting": True,
        "credit_most": Decimal(50000), "credit_from": date(2027, 1, 1),
    })  # fmt: skip
    never = Never("no")
    rules = [
        rule_with(never),
        rule_with(Needs(span)),
        *(rule_with(Needs(each)) for each in spans if isinstance(each, Span)),
        rule_with(Cap(2, 7)),
        *(rule_with(each) for each in caps),
        *(rule_with(never, where=each) for each in wheres),
        *(rule_with(never, scope=(each,)) for each in scopes),
        rule_with(never, effective_from=date(2027, 1, 1)),
        rule_with(never, effective_to=date(2027, 1, 1)),
        rule_with(never, unless=(Where(),)),
        rule_with(never, unless=(Span("quiet"),)),
        rule_with(rest(3)),
        rule_with(Cap(2, None, outcomes=frozenset({"promised"}))),
        rule_with(Wait("first_notice", 3)),
        rule_with(Window((Hours((5, 6, 6), time(9), time(17)),))),
    ]
    words = [describe_rule(each) for each in rules]
    assert len(set(words)) == len(words)
    assert not any("None" in each or "  " in each for each in words)
    pages = {policy_document(STANDARD_B2B, contact=ContactRules((changed(each, scope=(Scope(),)),), PARIS, calendars=(
        ("H", BusinessCalendar()), ("I", BusinessCalendar())))) for each in rules}  # fmt: skip
    assert len(pages) == len({describe_rule(changed(each, scope=(Scope(),))) for each in rules})


def test_what_the_house_decides_changes_the_page() -> None:
    desk, authority = ContactRules(courteous_b2b(), PARIS), Authority("house", ("clerk",), (Grant("clerk", "waiver"),))
    consumers = Party(PARIS.zones, debtor="consumer", purpose="personal")
    pages = [
        policy_document(POLICY_PLAIN, contact=one, authority=two)
        for one, two in (
            (desk, authority),
            (changed(desk, actor="agency"), authority),
            (changed(desk, instead=("letter",)), authority),
            (changed(desk, opt_out="none"), authority),
            (changed(desk, rules=desk.rules[:-1]), authority),
            (changed(desk, rules=(changed(desk.rules[0], answer="warn"), *desk.rules[1:])), authority),
            (ContactRules(MASSACHUSETTS, PARIS), authority),
            (ContactRules(MASSACHUSETTS, consumers), authority),
            (ContactRules(MASSACHUSETTS, PARIS, parties=(("A", consumers),)), authority),
            (desk, changed(authority, period=30)),
            (desk, changed(authority, roles=("clerk", "lead"))),
            (desk, changed(authority, grants=(Grant("clerk", "waiver", amount=Decimal("0.5")),))),
        )
    ]
    assert len(set(pages)) == len(pages) - 1  # of a law of consumers a page says all, if there is one
    versions = [re.findall(r"Page version ([0-9a-f]+)", page) for page in pages]
    assert len({each[0] for each in versions}) == len(set(pages))
    nobody = policy_document(POLICY_PLAIN, contact=ContactRules(MASSACHUSETTS, PARIS))
    assert f"{len(MASSACHUSETTS)} rules of those loaded can bind none of our contacts" in nobody


def test_a_level_shows_all_that_it_asks_for() -> None:
    level = Level("final", 13, do=(Notify("letter"),), when=measure("overdue_balance") >= 5000, gap=10,
                  minimum=Minimum(Decimal(100), Decimal("0.125")), optional=True)  # fmt: skip
    page = policy_document(Policy("x", (Level("first", 3, do=(Notify("email"),)), level)))
    for part in (
        "13 days after the due date", "is at least 5,000.00", "at least 10 days after the last notice",
        "from 100.00 and 12.5 % of all that is open on", "passed over",
    ):  # fmt: skip
        assert part in page


def test_nothing_in_the_data_is_markdown() -> None:
    nasty = "p|q\n# Injected\n<script>*x* [a](b)"
    page = policy_document(
        Policy(nasty.replace("\n", " "), (Level("a", 3, do=(Notify("email", "t|u"),), owner="<b>*boss*"),)),
        authority=Authority("x", ("a\nb",), (Grant("a\nb", "waiver", segments=("s|t",)),)),
    )
    lines = page.splitlines()
    assert lines[0] == "# Collections policy: p\\|q # Injected \\<script>\\*x\\* \\[a\\](b)"
    assert not any(line.startswith("# Injected") for line in lines)
    quoted = policy_document(Policy("# x", (Level("1. a_b _em_", 3, do=(Notify("email"),), owner="x"),)))
    assert "* 1\\. a_b \\_em\\_" not in quoted  # within a line a number is only a number
    assert "a_b \\_em\\_: is with the x" in quoted
    assert quoted.startswith("# Collections policy: \\# x")
    assert "* a: is with the \\<b>\\*boss\\*" in lines
    assert "* a b: waiver without limit, for s\\|t" in lines


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: policy_document(POLICY), "charges: the policy charges by 'late fee'; give the schedule of that name"),
        (lambda: policy_document(POLICY, charges=("x",)), "charges[0]: 'x' is not a FeeSchedule or an Interest"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document(STANDARD_B2B, charges=None), "charges: None is not a tuple"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document(STANDARD_B2B, contact="x"), "contact: 'x' is not a ContactRules or None"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document("x"), "policy: 'x' is not a Policy"),  # type: ignore[arg-type]  # on purpose
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)


def test_a_rule_for_one_person_in_words() -> None:
    rule = Rule("r", "house rule", Never("no"), "x", where=Where(recipients=("spouse",)))
    assert describe_rule(rule) == "Contacts with the spouse: not at all: no"
