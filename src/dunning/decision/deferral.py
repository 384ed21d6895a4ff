"""What rules of contact leave of decisions: what is not permitted today is put off, and another channel is offered.

The ladder is not touched: a notice that is put off was not given, so the table proposes it again. What is proposed to a
customer first counts for the next: a plan that is carried out as it stands keeps the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from dunning._base.noun import changed
from dunning.contact import ContactRules
from dunning.contact.days import DayByDay
from dunning.decision.follow_ups import FollowUp
from dunning.decision.nouns import Action, Decision, Deferral
from dunning.decision.reasons import Reason
from dunning.decision.sources import policies_of
from dunning.interactions import WRITTEN, Channel, Contact
from dunning.ledger import Account
from dunning.policy import Call, Notify
from dunning.policy.activities import goes_along


class Proposed:
    """What is proposed to one customer on a day, in the order in which it is decided."""

    def __init__(self) -> None:
        self.contacts: list[tuple[object, Contact]] = []
        self.bound = date.max
        """The first day on which that may be otherwise."""

    def beside(self, message: object = None) -> tuple[Contact, ...]:
        """What is proposed apart from one message, which several actions may share."""
        return tuple(contact for other, contact in self.contacts if other != message)

    def items_of(self, message: object) -> tuple[str, ...]:
        """What one message is about so far."""
        return next((contact.items for other, contact in self.contacts if other == message), ())

    def add(self, message: object, contact: Contact) -> None:
        """Note a contact; the same message again is one contact, about more."""
        self.contacts = [(other, each) for other, each in self.contacts if other != message]
        self.contacts.append((message, contact))

    @property
    def is_call(self) -> bool:
        """Whether the customer is called anyway."""
        return any(contact.channel == "call" for _, contact in self.contacts)


def joined_by(source: object) -> frozenset[str]:
    """The names of the policies that put messages to a customer together."""
    return frozenset(each.name for each in policies_of(source) if each.together != "no")


def as_permitted(
    decisions: Iterable[Decision],
    account: Account,
    contact_rules: ContactRules,
    joined: frozenset[str],
    proposed: Proposed,
) -> tuple[Decision, ...]:
    """Decisions with the contacts put off that are not permitted on their day, and next dates that know of it.

    `joined` names the policies that put messages to a customer together, `proposed` is what they are sent already.
    """
    return tuple(
        [_permitted(each, account, contact_rules, proposed, joined=each.policy in joined) for each in decisions]
    )


def _permitted(
    decision: Decision, account: Account, contact_rules: ContactRules, proposed: Proposed, *, joined: bool
) -> Decision:
    planned = [each for each in decision.actions if each.channel is not None]
    if not planned and not decision.follow_ups:
        proposed.bound = min(proposed.bound, decision.next_date or date.max)
        return decision
    today, bound = decision.as_of, min(decision.next_date or date.max, proposed.bound)
    deferred: list[Deferral] = []
    turns: list[date | None] = [None if bound == date.max else bound]
    taken: set[Channel | None] = set()
    taken.update(each.channel for each in planned)
    for action in planned:
        message = (account.currency, action.level, action.activity) if joined else action.id
        items = tuple(dict.fromkeys((*proposed.items_of(message), *action.items)))
        asked = DayByDay(contact_rules, account, action.channel or "call", items, today, proposed.beside(message))
        until = asked.day(today)
        if until == today:
            turns.append(asked.lost_on(bound))
            proposed.add(message, changed(contact_of(action, account, contact_rules), items=items))
            continue
        instead, turn = _instead(asked, action, taken, bound)
        taken.update(() if instead is None else (instead.channel,))
        deferred.append(Deferral(action, until, asked.findings(today), instead))
        turns += [until, turn]
    kept = _kept(decision, planned, deferred)
    put_off, turn = _follow_ups(decision, account, contact_rules, proposed, bound)
    deferred += put_off
    turns.append(turn)
    found = changed(
        decision,
        status=decision.status if kept or not deferred else "waiting",
        actions=kept,
        reasons=(*decision.reasons, *map(_reason, deferred)),
        next_date=min(_days(turns), default=None),
        follow_ups=() if put_off else decision.follow_ups,
        deferred=tuple(deferred),
    )
    proposed.bound = min(proposed.bound, found.next_date or date.max)
    return found


def _follow_ups(
    decision: Decision, account: Account, contact_rules: ContactRules, proposed: Proposed, bound: date
) -> tuple[list[Deferral], date | None]:
    """The follow-ups that have to wait where the customer is not called anyway, and the day on which that turns."""
    today = decision.as_of
    if not decision.follow_ups or proposed.is_call:
        return [], None
    asked = DayByDay(contact_rules, account, "call", (), today, proposed.beside())
    until = asked.day(today)
    if until == today:
        proposed.add("follow-up", _call(account, contact_rules, today))
        return [], asked.lost_on(bound)
    findings = asked.findings(today)
    return [Deferral(each, until, findings) for each in decision.follow_ups], until


def _kept(decision: Decision, planned: list[Action], deferred: list[Deferral]) -> tuple[Action, ...]:
    """The actions that are left; what goes along with a notice does not go without any."""
    put_off = [each.action for each in deferred]
    kept = [each for each in decision.actions if each not in put_off]
    if planned and len(put_off) == len(planned):
        kept = [each for each in kept if not goes_along(each.activity)]
    return tuple(kept)


def contact_of(action: Action, account: Account, contact_rules: ContactRules) -> Contact:
    """The contact that an action will have been, once it is done."""
    return changed(_call(account, contact_rules, date.min), channel=action.channel, items=action.items)


def _call(account: Account, contact_rules: ContactRules, on: date) -> Contact:
    party = contact_rules.party(account.customer)
    return Contact("proposed", account.customer, on, "call", person=party.recipient, place=party.place)


def _days(days: Iterable[date | None]) -> Iterator[date]:
    return (day for day in days if day is not None)


def _reason(deferral: Deferral) -> Reason:
    ready = ", ".join(each.rule.id for each in deferral.findings)
    what = deferral.action
    if isinstance(what, FollowUp):
        return Reason("follow_up_not_permitted", None, str(what), None, deferral.until, ready)
    return Reason("not_permitted", what.level, str(what.activity), None, deferral.until, ready)


def _instead(
    refused: DayByDay, action: Action, taken: set[Channel | None], bound: date
) -> tuple[Action | None, date | None]:
    """The action on the first other channel permitted today, and the first day on which that will be another one."""
    turns: list[date | None] = []
    today = refused.as_of
    for channel in refused.contact_rules.instead:
        if channel in taken:
            continue
        asked = refused.by(channel)
        day = asked.day(today)
        turns.append(asked.lost_on(bound) if day == today else day)
        if day == today:
            return _on(action, channel), min(_days(turns), default=None)
    return None, min(_days(turns), default=None)


def _on(action: Action, channel: Channel) -> Action:
    """An action on another channel."""
    text = action.activity.template if isinstance(action.activity, Notify) else ""
    activity = Notify(channel, text) if channel in WRITTEN else Call(action.owner or "collector")
    return changed(action, activity=activity, instead_of=action.channel)
