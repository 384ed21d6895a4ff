"""The written policy, for customers and staff: generated from the data, stable enough to keep under version control.

What is decided is in a policy, the rules of contact, the limits of authority, terms and charges; this page is only how
they read. It holds nothing of the day on which it is made, so that it changes when the policy does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import sha256

from dunning._base.guards import checked
from dunning._base.kinds import refuse
from dunning._report import counted, exact_percent
from dunning.amounts import exact, formatted
from dunning.authority import Authority
from dunning.charges import Fee, FeeSchedule, Interest, Tier
from dunning.contact import ContactRules, describe_rule
from dunning.decision.sources import policies_of
from dunning.policy import AddCharges, Call, Escalate, Notify, Place, Playbook, Policy, Succession
from dunning.policy.words import general_of, provisos_of, repeats_of, when_of
from dunning.terms import Terms

__all__ = ["policy_document"]


@checked
@exact
def policy_document(
    policy: Policy | Playbook | Succession,
    *,
    terms: Terms | None = None,
    charges: tuple[FeeSchedule | Interest, ...] = (),
    contact: ContactRules | None = None,
    authority: Authority | None = None,
) -> str:
    """The written policy in Markdown: terms, late charges, sequence of communications, escalation, contacts, authority.

    Of the rules of contact it restates those that can bind the house and its customers. The page ends with the
    version of the policy and one of the page, which changes with its text. For customers, leave out `authority`.

    Args:
        policy: the policy; of a playbook or a succession there is a page for each of its policies, one behind another.
        terms: the payment terms that customers have.
        charges: the fee schedules and interest that are charged when they pay late.
        contact: the rules of contact.
        authority: who may concede what.

    Raises:
        InvalidValue: an argument is of the wrong kind, or the policy charges by a schedule that is not among `charges`.

    >>> from dunning.presets.policies import STANDARD_B2B
    >>> print(policy_document(STANDARD_B2B, terms=Terms.parse("net 30"))[:60])
    # Collections policy: standard B2B
    <BLANKLINE>
    ## Payment terms
    <BLANKLINE>
    net 30
    """
    if not isinstance(policy, Policy):
        pages = [
            policy_document(each, terms=terms, charges=charges, contact=contact, authority=authority)
            for each in dict.fromkeys(policies_of(policy))
        ]
        return "\n".join([_whose(policy), *pages])
    named = [
        activity.schedule for level in policy.all_levels for activity in level.do if isinstance(activity, AddCharges)
    ]
    missing = [name for name in dict.fromkeys(named) if name not in {each.name for each in charges}]
    faults = [f"charges: the policy charges by {name!r}; give the schedule of that name" for name in missing]
    refuse("policy_document", faults)
    parts = [f"# Collections policy: {_plain(policy.name)}"]
    if terms is not None:
        parts += ["## Payment terms", _plain(str(terms))]
    if charges:
        parts += ["## Late charges", _list([line for each in charges for line in _charge(each)])]
    general = [*general_of(policy), *repeats_of(policy), _HELD]
    parts += ["## Sequence of communications", _sequence(policy), _list(line[0].upper() + line[1:] for line in general)]
    if escalation := list(_escalation(policy)):
        parts += ["## Escalation", _list(escalation)]
    if contact is not None:
        parts += ["## Contacts", _contacts(contact)]
    if authority is not None:
        parts += ["## Authority", _authority(authority)]
    text = "\n\n".join([*parts, f"Policy version {policy.version}."])
    return f"{text} Page version {sha256(text.encode()).hexdigest()[:12]}.\n"


_HELD = "What is disputed, promised, paid by a plan that is kept, or on hold is not asked for meanwhile."


def _whose(policy: Playbook | Succession) -> str:
    """Which policy holds for whom, or since when."""
    if isinstance(policy, Succession):
        lines = [f"from {day} on: {_plain(each.name)}" for day, each in policy.policies]
    else:
        lines = [f"{_plain(segment)}: {_plain(each.name)}" for segment, each in policy.policies]
        lines.append(f"all others: {_plain(policy.default.name)}")
    return "\n\n".join(["# Collections policies", _list(lines), ""])


def _plain(text: str) -> str:
    """Text of the data as it is, on one line: nothing in it is Markdown."""
    line = re.sub(r"([\\`*\[\]<|~&]|(?<![^\W_])_|_(?![^\W_]))", r"\\\1", " ".join(text.split()))
    return re.sub(r"^([#>+-]|\d+[.)])(?=\s|$)", r"\\\1", line)


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"* {_plain(line)}" for line in lines)


def _sequence(policy: Policy) -> str:
    """The levels as a table."""
    lines = ["| step | when | what | days to pay |", "| --- | --- | --- | --: |"]
    for level in policy.all_levels:
        when = "; ".join([when_of(level), *provisos_of(level)])
        what = "; ".join(str(activity) for activity in level.do if isinstance(activity, (Notify, Call, Place))) or "-"
        days = "-" if level.deadline is None else str(level.deadline)
        lines.append(f"| {_plain(level.name)} | {_plain(when)} | {_plain(what)} | {days} |")
    return "\n".join(lines)


def _escalation(policy: Policy) -> Iterator[str]:
    for level in policy.all_levels:
        to = [activity.to for activity in level.do if isinstance(activity, Escalate)]
        inside = [str(activity) for activity in level.do if not isinstance(activity, (Notify, Call, Escalate))]
        said = [
            *(f"goes to the {role}" for role in to),
            *([f"is with the {level.owner}"] if level.owner else []),
            *([f"needs the approval of the {level.approval}"] if level.approval else []),
            *inside,
        ]
        if said:
            yield f"{level.name}: {', '.join(said)}"


def _charge(charge: FeeSchedule | Interest) -> Iterator[str]:
    if isinstance(charge, Interest):
        grace = f", {counted(charge.grace)} of grace" if charge.grace else ""
        yield f"{charge.name}: {charge.rate} a year, {charge.method}{grace}"
    else:
        yield from (f"{charge.name}: {_fee(fee)}" for fee in charge.fees)


def _fee(fee: Fee) -> str:
    when = f"with {fee.level}" if fee.level is not None else f"{counted(fee.after)} past due"
    currency = f" {fee.currency}" if fee.currency is not None else ""
    most = f", at most {formatted(fee.maximum)}{currency}" if fee.maximum is not None else ""
    least = f", at least {formatted(fee.minimum)}{currency}" if fee.minimum is not None else ""
    return f"{'; '.join(_tier(tier, currency) for tier in fee.tiers)} {when}{least}{most}"


def _tier(tier: Tier, currency: str) -> str:
    parts = [f"{formatted(tier.fixed)}{currency}"] if tier.fixed or not tier.rate else []
    parts += [f"{exact_percent(tier.rate)} of the debt"] if tier.rate else []
    start = f" from {formatted(tier.limit)}{currency}" if tier.limit else ""
    return f"{' and '.join(parts)}{start}"


def _contacts(house: ContactRules) -> str:
    if not house.rules:
        return "No rules of contact are loaded."
    parties = (house.everyone, *dict.fromkeys(party for _, party in house.parties))
    attempts = [each.attempt("call", house.actor) for each in parties]
    binding = [rule for rule in house.rules if any(rule.binds(attempt) for attempt in attempts)]
    lines = [f"{describe_rule(rule)} ({_NORMS[rule.norm, rule.weight]}; {rule.cite})" for rule in binding]
    how = [
        f"Contacts are made {_ACTORS[house.actor]}.",
        f"What may not be said by one channel may be by another: {', '.join(house.instead) or 'none'}.",
        f"Electronic messages offer to opt out: {house.opt_out.replace('_', ' ')}.",
    ]
    if len(binding) < len(house.rules):
        how.append(f"{counted(len(house.rules) - len(binding), 'rule')} of those loaded can bind none of our contacts.")
    return f"{_list([*lines, *how])}\n\nThese rules are restated for computing and are no legal advice."


_ACTORS = {
    "first_party": "in our own name",
    "assumed_name": "under a name that suggests someone else",
    "agency": "by an agency for others",
}
_NORMS = {
    ("statute", "deny"): "statute",
    ("presumption", "deny"): "presumption, kept like a statute",
    ("guidance", "deny"): "guidance, kept like a statute",
    ("house rule", "deny"): "house rule",
    ("statute", "warn"): "statute, a warning",
    ("presumption", "warn"): "presumption: more speaks against us unless we show a reason",
    ("guidance", "warn"): "guidance",
    ("house rule", "warn"): "house rule, a warning",
}


def _authority(authority: Authority) -> str:
    lines = [str(grant) for role in authority.roles for grant in authority.grants if grant.role == role]
    roles = f"Roles, the lowest first: {', '.join(authority.roles)}. A higher role may grant whatever a lower one may."
    return f"{_plain(roles)} Limits count over {counted(authority.period)}.\n\n{_list(lines)}"
