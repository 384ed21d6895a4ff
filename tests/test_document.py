"""The written policy: what it says, from which data, and rules of contact in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dunning._rule_words import describe_rule
from dunning.authority import Authority, Grant
from dunning.charges import Fee, FeeSchedule, Tier
from dunning.contact import Desk, Party
from dunning.document import policy_document
from dunning.errors import InvalidValue
from dunning.policy import Call, Charge, Escalate, Level, Notify, Policy, Repeat, StopCredit
from dunning.presets.contact_law import PACKS, courteous_b2b
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.statutes import contract_yearly
from dunning.terms import Terms

PARIS = Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business")
POLICY = Policy(
    "short | firm",
    (
        Level("first", 3, deadline=7, do=(Notify("email"), Charge("late fee"))),
        Level("second", 1, base="deadline", owner="desk", approval="lead", do=(Call(), Escalate("lead"), StopCredit())),
    ),
    at_end=Repeat(14, 2),
)
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
        desk=Desk(courteous_b2b()[:2], PARIS),
        authority=Authority("house", ("clerk", "lead"), (Grant("lead", "write_off"), Grant("clerk", "waiver"))),
    )
    assert (
        page
        == f"""# Collections policy: short | firm

## Payment terms

2/10 net 30

## Late charges

* late fee: 5.00 EUR; 1.0 % of the debt from 100.00 EUR with first, at least 5.00 EUR, at most 50.00 EUR
* late fee: 40.00 1 day past due
* {contract_yearly(Decimal("0.09")).name}: 9.00 % a year, simple

## Sequence of communications

| step | when | what | days to pay |
| --- | --- | --- | --: |
| first | 3 days after the due date | send email | 7 |
| second | 1 day after the deadline of the last notice | call by collector | - |

* We look at the account as a whole, with at least 7 days between two notices.
* Then second again every 14 days, at most 2 times.

## Escalation

* first: charge by late fee
* second: goes to the lead, is with the desk, needs the approval of the lead, stop credit

## Contacts

* Contacts but by letter: only Monday to Friday 09:00 to 17:00 by the customer's clock (house rule; house rules)
* Contacts but by letter: not at hours that the customer called inconvenient (house rule; house rules)

These rules are restated for computing and are no legal advice.

## Authority

Limits count over 365 days; a higher role may whatever a lower one may.

* clerk: waiver without limit
* lead: write off without limit

Version {POLICY.version}.
"""
    )


def test_what_is_not_given_is_not_in_it() -> None:
    plain = Policy("plain", (Level("first", 3, do=(Notify("email"),)),))
    page = policy_document(plain, desk=Desk((), PARIS))
    assert "No rules of contact are loaded." in page
    for heading in ("Payment terms", "Late charges", "Escalation", "Authority"):
        assert heading not in page
    assert policy_document(STANDARD_B2B) == policy_document(STANDARD_B2B)


def test_rules_in_words() -> None:
    words = {rule.id: describe_rule(rule) for rules in PACKS.values() for rule in rules}
    assert words["us-federal-calls-in-seven-days"] == (
        "Contacts by call: at most 7 by call in any 7 days, for each debt and person and collector; "
        "except a request to be called for 7 days"
    )
    assert words["us-federal-rest-after-conversation"].startswith(
        "Contacts by call: none for 7 days from a conversation"
    )
    assert words["us-federal-location-once"].startswith("Contacts saying location information: at most 1 ever")
    assert words["us-federal-cease"] == (
        "Contacts: not after a request to cease; except saying ending efforts or intends specified remedy"
    )
    assert words["us-federal-opt-out-offer"].startswith(
        "Contacts by email or sms, without an opt-out by link: not at all"
    )
    assert words["us-federal-attorney"] == (
        "Contacts with others than the attorney: not after word that an attorney represents him until the attorney's consent"
    )
    assert words["us-ma-calls-at-work"] == (
        "Contacts by call or sms, at work: at most 2 by call or sms at work in any 30 days, for each debt"
    )
    assert words["us-ma-calls-in-seven-days"].startswith(
        "Contacts by call or sms, not at work: at most 2 by call or sms"
    )
    assert words["us-dc-messages-need-consent"].endswith(
        "only with consent to electronic messages; except saying ask e consent"
    )
    assert words["ca-on-hours"].endswith(
        "only Monday to Saturday 07:00 to 21:00, Sunday 13:00 to 17:00 by the customer's clock, not on holidays (Ontario holidays)"
    )
    assert words["ca-on-first-notice"].endswith("not before 6 whole days have passed since the first written notice")
    assert words["us-federal-hours"].startswith("Contacts but by letter: only every day 08:00 to 21:00")
    assert describe_rule(courteous_b2b()[1]).endswith("not at hours that the customer called inconvenient")
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: policy_document(POLICY), "charges: the policy charges by 'late fee'; give the schedule of that name"),
        (lambda: policy_document(POLICY, charges=("x",)), "charges: 'x' is neither a FeeSchedule nor an Interest"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document(STANDARD_B2B, charges=[FEES]), "is not a tuple"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document(STANDARD_B2B, desk="x"), "desk: 'x' is a str; give a Desk"),  # type: ignore[arg-type]  # on purpose
        (lambda: policy_document("x"), "policy: 'x' is a str; give a Policy"),  # type: ignore[arg-type]  # on purpose
    ],
)  # fmt: skip
def test_what_is_refused(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        make()
    assert said in str(caught.value)


def test_a_rule_for_one_person_in_words() -> None:
    from dunning.contact import Never, Rule, Where

    rule = Rule("r", "house rule", Never("no"), "x", where=Where(recipients=("spouse",)))
    assert describe_rule(rule) == "Contacts with the spouse: not at all: no"
