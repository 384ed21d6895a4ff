"""A day at the desk: the worklist, a call sheet, the calls and what came of them, and what tomorrow looks like.

It runs on the sample book beside this file; the results of the calls are made up, by turns.

    python docs/examples/desk_day.py
"""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import sample_book

from dunning import Ledger, Period, plan
from dunning.authority import settlement_offer
from dunning.contact import ContactRules, Party
from dunning.deviations import deviations
from dunning.forecast import payment_curves
from dunning.ledger import Fact
from dunning.presets.authorities import STANDARD_AUTHORITY
from dunning.presets.contact_law import courteous_b2b
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.segments import payment_behaviour
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.worklist import Agreed, Collector, Team, WorkItem, Worklist, brief, outcome, worklist

TODAY = sample_book.AS_OF
TOMORROW = TODAY + timedelta(days=1)
NINE = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)
CONTACT = ContactRules(courteous_b2b(), Party((ZoneInfo("Europe/London"),), debtor="company", purpose="business"))
TEAM = Team((Collector("desk 1", 6), Collector("desk 2", 4), Collector("manager", 3, roles=("credit manager",))))


def day(ledger: Ledger, on: date) -> Worklist:
    """The worklist of a day."""
    curve = payment_curves(ledger.known_at(on), as_of=on, currency="EUR").pooled
    return worklist(
        plan(ledger, STANDARD_B2B, as_of=on, contact=CONTACT), weights=COLLECTOR_WEIGHTS, team=TEAM, curve=curve
    )


def calls(ledger: Ledger, items: list[WorkItem]) -> list[Fact]:
    """The facts of the calls: promises, call-backs, and nobody there, by turns."""
    facts: list[Fact] = []
    for number, (item, result) in enumerate(zip(items, itertools.cycle(("promised", "spoke", "no_answer")))):
        account = ledger.account(item.customer, item.currency)
        call = next((each for each in item.decision.actions if each.channel == "call"), None)
        at = NINE + timedelta(minutes=15 * number)
        by, action = item.collector or "desk 1", call
        if result == "promised":
            amount = (item.decision.overdue / 2).quantize(Decimal("0.01"))
            facts += outcome(
                account, result, Agreed(promise=(amount, TODAY + timedelta(days=7))), on=TODAY, by=by, action=action, at=at,
                note="half now, the rest when the goods are checked",
            )  # fmt: skip
        elif result == "spoke":
            facts += outcome(
                account, result, Agreed(follow_up=TOMORROW, call_back=True), on=TODAY, by=by, action=action, at=at,
                note="asked to be called tomorrow",
            )  # fmt: skip
        else:
            facts += outcome(account, result, Agreed(follow_up=TOMORROW), on=TODAY, by=by, action=action, at=at)
    return facts


def main() -> None:
    """Print the day."""
    ledger = Ledger.collect(sample_book.sample_facts())
    today = day(ledger, TODAY)
    print(today.text(rows=10))
    mine = [each for each in today if each.collector is not None]
    left = sorted({each.unassigned for each in today.of(None) if each.is_call})
    print(f"\n{len(mine)} calls are taken; {', '.join(left) or 'none is left without a caller'}.\n")
    account = ledger.account(mine[0].customer, mine[0].currency)
    sheet = brief(
        account,
        STANDARD_B2B,
        as_of=TODAY,
        contact=CONTACT,
        at=NINE,
        segmentation=payment_behaviour(),
        offer=settlement_offer(account, STANDARD_AUTHORITY, role="specialist", as_of=TODAY),
    )
    print(sheet)
    done = calls(ledger, mine)
    print(f"\n{len(mine)} calls left {len(done)} facts: {', '.join(sorted({type(fact).__name__ for fact in done}))}.")
    later = ledger + done
    tomorrow = day(later, TOMORROW)
    back = [each for each in tomorrow if each.decision.follow_ups]
    print(f"Tomorrow {len(tomorrow)} cases are due, {len(back)} of them to be followed up:")
    for item in back[:5]:
        print(f"  {item}")
    found = deviations(later, STANDARD_B2B, Period(TODAY - timedelta(days=29), TODAY), contact=CONTACT, tolerance=3)
    print(f"\nAgainst the policy, in thirty days: {found.counts()}")


if __name__ == "__main__":
    main()
