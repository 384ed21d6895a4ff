"""Measure deciding, against state machines that are given prepared numbers: python -m tests.benchmarks.deciding [ACCOUNTS].

The peers (`transitions`, `python-statemachine`, installed beside the `test` extra) step one machine of five states with
guards; ours starts from the facts and gives every reason and the next date. The night plans a book anew, and once more
on top of the plan of the day before; the last figures are what rules of contact cost.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from dunning.contact import ContactRules, Party, permit
from dunning.decision import decide, plan
from dunning.interactions import Contact, Dispute, Hold, Promise
from dunning.invoice import Invoice, Payment
from dunning.ledger import Account, Fact, Ledger
from dunning.presets.contact_law import courteous_b2b
from dunning.presets.policies import STANDARD_B2B

GUARDS = {"open": 3, "first": 17, "second": 31, "final": 60}
STATES = [*GUARDS, "placed"]


def account() -> Account:
    """An account with ten invoices and twenty facts in all."""
    first = date(2026, 1, 5)
    facts: list[Fact] = []
    for number in range(10):
        issued = first + timedelta(days=5 * number)
        facts.append(
            Invoice(f"INV-{number}", "ACME", issued, issued + timedelta(days=30), Decimal("90.00") + number, "EUR")
        )
    for number in range(3):
        applied = ((f"INV-{number}", Decimal("50.00")),)
        facts.append(
            Payment(f"PAY-{number}", "ACME", date(2026, 2, 10 + number), Decimal("50.00"), "EUR", applied=applied)
        )
    both, three = ("INV-0", "INV-1"), ("INV-0", "INV-1", "INV-2")
    facts += [
        Contact("C1", "ACME", date(2026, 2, 8), "email", level="first notice", items=both),
        Contact("C2", "ACME", date(2026, 2, 20), "call"),
        Contact("C3", "ACME", date(2026, 2, 22), "letter", level="second notice", items=three),
        Contact("C4", "ACME", date(2026, 2, 22), "call", level="second notice", items=three),
        Promise("P1", "ACME", date(2026, 2, 12), date(2026, 2, 18), Decimal(80), "EUR"),
        Dispute("D1", "INV-5", date(2026, 3, 1), amount=Decimal(20)),
        Hold("H1", "ACME", date(2026, 2, 25), end=date(2026, 3, 1), reason="complaint"),
    ]
    return Ledger(facts).account("ACME")


def book(accounts: int) -> list[Fact]:
    """Accounts with two invoices each, due over ninety days."""
    facts: list[Fact] = []
    for number in range(accounts):
        for each in range(2):
            due = date(2026, 1, 1) + timedelta(days=(number * 7 + each * 31) % 90)
            issued = due - timedelta(days=30)
            facts.append(Invoice(f"{number}-{each}", f"C{number}", issued, due, Decimal("120.00"), "EUR"))
    return facts


def least(function: Callable[[], Any], number: int, runs: int = 15) -> float:
    """The shortest of several runs of so many calls, in seconds a call."""
    found: list[float] = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(number):
            function()
        found.append(time.perf_counter() - start)
    return min(found) / number


def stepped_by_transitions() -> float:
    """One machine of `transitions` for all cases; a guarded step of one case."""
    machine_kind: Any = importlib.import_module("transitions").Machine

    class Case:
        state: str = "first"
        days = 9

        def reached(self) -> bool:
            return self.days >= GUARDS.get(self.state, 999)

    case: Any = Case()
    machine = machine_kind(model=None, states=STATES, initial="open", auto_transitions=False)
    for source, target in pairwise(STATES):
        machine.add_transition("day", source, target, conditions="reached")
    machine.add_model(case, initial="first")
    return least(case.day, 200)


def stepped_by_statemachine() -> float:
    """A machine of `python-statemachine` of five states with guards, asked for one case."""
    library: Any = importlib.import_module("statemachine")
    states = {name: library.State(name, initial=name == "open", final=name == "placed") for name in STATES}

    def reached(name: str) -> Callable[[Any], bool]:
        return lambda self: self.days >= GUARDS[name]

    pairs = list(pairwise(STATES))
    moves = [states[source].to(states[target], cond=f"reached_{source}") for source, target in pairs]
    stays = [states[source].to.itself(unless=f"reached_{source}") for source, _ in pairs]
    day = moves[0]
    for each in [*moves[1:], *stays]:
        day = day | each
    guards = {f"reached_{name}": reached(name) for name in GUARDS}
    kind: Any = type("Case", (library.StateMachine,), {**states, **guards, "day": day, "days": 1})
    case = kind()
    return least(case.day, 50)


def figures(accounts: int) -> Iterator[tuple[str, str]]:
    """What was measured, and the figure."""
    one, day = account(), date(2026, 3, 5)
    own = least(lambda: decide(one, STANDARD_B2B, as_of=day), 50)
    peer, small = stepped_by_statemachine(), stepped_by_transitions()
    yield "one decide, 10 invoices and 20 facts, reasons included", f"{own * 1e6:.0f} us"
    yield "one step of python-statemachine on prepared numbers", f"{peer * 1e6:.0f} us"
    yield "one step of transitions on prepared numbers", f"{small * 1e6:.0f} us"
    yield "decide / python-statemachine", f"{own / peer:.2f}"
    ledger = Ledger(book(accounts))
    today = date(2026, 2, 10)
    before = plan(ledger, STANDARD_B2B, as_of=today)
    changed = ledger + [
        Contact(f"N-{number}", f"C{number}", today, "call") for number in range(0, accounts, accounts // 20)
    ]
    tomorrow = today + timedelta(days=1)
    anew = sum(1 for each in plan(changed, STANDARD_B2B, as_of=tomorrow, since=before) if each.as_of == tomorrow)
    full = least(lambda: plan(changed, STANDARD_B2B, as_of=tomorrow), 1, 3)
    part = least(lambda: plan(changed, STANDARD_B2B, as_of=tomorrow, since=before), 1, 3)
    yield f"a full plan of {accounts} accounts", f"{full * 1000:.0f} ms"
    yield "cases decided anew on top of the plan of the day before", f"{anew} ({anew / accounts:.1%})"
    yield "the plan on top of it", f"{part * 1000:.0f} ms, 1/{full / part:.1f} of the full one"
    desk = ContactRules(courteous_b2b(), Party((ZoneInfo("Europe/Paris"),), debtor="company", purpose="business"))
    kept = least(lambda: plan(changed, STANDARD_B2B, as_of=tomorrow, contact=desk), 1, 3)
    yield "a full plan that keeps rules of contact", f"{kept * 1000:.0f} ms, {kept / full:.1f} times as long"
    call = desk.attempt("C1", "call")
    at, history = datetime(2026, 2, 14, 12, tzinfo=UTC), one.contacts(as_of=today)
    asked = least(lambda: permit(desk.rules, call, history, at, desk.everyone.zones), 50)
    yield "one permit with its first free moment, on a Saturday", f"{asked * 1e6:.0f} us, {asked / own:.1f} of a decide"


def main() -> None:
    """Print all figures with the versions of the peers."""
    names = ("python-statemachine", "transitions")
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in names))
    for what, value in figures(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000):
        print(f"{what:<62} {value}")


if __name__ == "__main__":
    main()
