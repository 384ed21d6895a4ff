"""What rules of contact leave of a decision: what is not permitted today is put off, and another channel is offered.

The ladder is not touched: a notice that is put off was not given, so the table proposes it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dunning._attrs import changed
from dunning._decided import ALONG, Action, Decision, Deferral
from dunning._deeds import WRITTEN, Call, Notify
from dunning._desk import DayByDay, Desk
from dunning._reasons import Reason
from dunning.interactions import Channel
from dunning.ledger import Account

__all__ = ["at_desk"]


def at_desk(decision: Decision, account: Account, desk: Desk) -> Decision:
    """A decision with the contacts put off that are not permitted on its day, and a next date that knows of it."""
    planned = [each for each in decision.actions if each.channel is not None]
    if not planned:
        return decision
    today, bound = decision.as_of, decision.next_date or date.max
    deferred: list[Deferral] = []
    turns: list[date] = []
    taken: set[Channel | None] = set()
    taken.update(each.channel for each in planned)
    for action in planned:
        asked = DayByDay(desk, account, action.channel or "call", action.items, today)
        until = asked.day(today)
        if until == today:
            turns += _days([asked.lost_on(bound)])
            continue
        instead, turn = _instead(action, account, desk, taken, today, bound)
        taken.update(() if instead is None else (instead.channel,))
        deferred.append(Deferral(action, until, asked.findings(today), instead))
        turns += _days([until, turn])
    put_off = [each.action for each in deferred]
    kept = [each for each in decision.actions if each not in put_off]
    if len(put_off) == len(planned):
        kept = [each for each in kept if not isinstance(each.deed, ALONG)]
    return changed(
        decision,
        status=decision.status if kept else "waiting",
        actions=tuple(kept),
        reasons=(*decision.reasons, *map(_reason, deferred)),
        next_date=min(_days([decision.next_date, *turns]), default=None),
        deferred=tuple(deferred),
    )


def _days(days: list[date | None]) -> Iterator[date]:
    return (day for day in days if day is not None)


def _reason(deferral: Deferral) -> Reason:
    rules = ", ".join(each.rule.id for each in deferral.findings)
    return Reason("not_permitted", deferral.action.level, str(deferral.action.deed), None, deferral.until, rules)


def _instead(
    action: Action, account: Account, desk: Desk, taken: set[Channel | None], today: date, bound: date
) -> tuple[Action | None, date | None]:
    """The action on the first other channel permitted today, and the first day on which that will be another one."""
    turns: list[date | None] = []
    for channel in desk.instead:
        if channel in taken:
            continue
        asked = DayByDay(desk, account, channel, action.items, today)
        day = asked.day(today)
        turns.append(asked.lost_on(bound) if day == today else day)
        if day == today:
            return _on(action, channel), min(_days(turns), default=None)
    return None, min(_days(turns), default=None)


def _on(action: Action, channel: Channel) -> Action:
    """An action on another channel."""
    text = action.deed.template if isinstance(action.deed, Notify) else ""
    deed = Notify(channel, text) if channel in WRITTEN else Call(action.owner or "collector")
    return changed(action, deed=deed, instead_of=action.channel)
