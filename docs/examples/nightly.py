"""A nightly dunning run with a database: a complete application in one file, with SQLite and a pretended mailer.

    python docs/examples/nightly.py

The database holds facts as rows: no level, no state, no "last run". (The last plan is kept as well, to spare work.)
Each night the run loads what it needs, asks `plan`, sends what may be done and records it under the action's id, which
is the primary key; what needs approval waits for the manager's. So the program may crash after any line, run twice, or
not run for a week: nothing is sent twice and nothing is forgotten, which this file shows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from decimal import Decimal

from dunning import Approval, Invoice, Ledger, Payment, plan
from dunning.decision import Plan
from dunning.ledger import Fact
from dunning.presets.policies import STANDARD_B2B
from dunning.serial import from_data, to_data


class Crash(Exception):
    """The power goes off."""


def opened() -> sqlite3.Connection:
    """A database with one table: facts by id."""
    base = sqlite3.connect(":memory:")
    base.execute("create table facts (id text primary key, kind text not null, body text not null)")
    base.execute("create table kept (name text primary key, body text not null)")
    return base


def stored(base: sqlite3.Connection, fact: Fact) -> None:
    """Write a fact down. An id that is there already is refused by the primary key."""
    data = to_data(fact)
    with base:
        base.execute("insert into facts (id, kind, body) values (?, ?, ?)", (fact.id, data["kind"], json.dumps(data)))


def loaded(base: sqlite3.Connection) -> Ledger:
    """The ledger of all facts in the database."""
    return Ledger(from_data(json.loads(body)) for (body,) in base.execute("select body from facts"))


def kept(base: sqlite3.Connection) -> Plan | None:
    """The last plan. It spares work and decides nothing: accounts whose facts have changed are looked at anew."""
    found = base.execute("select body from kept where name = 'plan'").fetchone()
    return None if found is None else from_data(json.loads(found[0]), Plan)


def keep(base: sqlite3.Connection, last: Plan) -> None:
    """Keep a plan for the next night."""
    with base:
        base.execute("insert or replace into kept values ('plan', ?)", (json.dumps(to_data(last)),))


class Mailer:
    """Pretends to send. Like real ones it is told an id for each message, and sends one id once."""

    def __init__(self) -> None:
        self.sent: dict[str, str] = {}

    def send(self, name: str, text: str) -> None:
        """Send a message, unless it has gone out already."""
        self.sent.setdefault(name, text)


def night(base: sqlite3.Connection, mailer: Mailer, today: date, *, crash_after: int | None = None) -> None:
    """One run: decide, act, record. With `crash_after` the power goes off between sending and recording."""
    todo = plan(loaded(base), STANDARD_B2B, as_of=today, since=kept(base))
    keep(base, todo)
    for number, action in enumerate(todo.ready, start=1):
        mailer.send(action.id, f"{today}: {action}")
        if number == crash_after:
            raise Crash
        fact = action.as_fact(on=today)
        if fact is not None:  # an escalation goes along with the letter
            stored(base, fact)
    for action in todo.to_approve:  # the manager looks at the list in the morning
        morning = today + timedelta(days=1)
        known = base.execute("select 1 from facts where id = ?", (f"{action.id}/approved",)).fetchone()
        if known is None:
            approved_by = action.approval or ""
            stored(base, Approval(f"{action.id}/approved", action.customer, morning, action.id, approved_by))


def invoices(base: sqlite3.Connection) -> None:
    """A small book: three customers, one of whom pays in time."""
    first = date(2026, 1, 5)
    for number, customer in enumerate(("ACME", "BETA", "GAMMA")):
        due = first + timedelta(days=30 + number)
        stored(base, Invoice(f"INV-{number}", customer, first, due, Decimal("250.00"), "EUR"))
    paid = (("INV-2", Decimal("250.00")),)
    stored(base, Payment("PAY-1", "GAMMA", date(2026, 2, 1), Decimal("250.00"), "EUR", applied=paid))


def year(*, trouble: bool) -> tuple[dict[str, str], int]:
    """Run from January to May: every night, or with crashes, double runs and a week without any."""
    mailer = Mailer()
    with closing(opened()) as base:
        invoices(base)
        for number in range(120):
            today = date(2026, 1, 10) + timedelta(days=number)
            if trouble:
                try:
                    night(base, mailer, today, crash_after=1)
                except Crash:
                    night(base, mailer, today)  # started again
                night(base, mailer, today)  # and once more, by mistake
            else:
                night(base, mailer, today)
        count: int = base.execute("select count(*) from facts").fetchone()[0]
    return mailer.sent, count


def missed() -> dict[str, str]:
    """Run only on days on which the night before said that something would be due."""
    mailer = Mailer()
    with closing(opened()) as base:
        invoices(base)
        today: date | None = date(2026, 1, 10)
        while today is not None and today < date(2026, 5, 10):
            night(base, mailer, today)
            after = plan(loaded(base), STANDARD_B2B, as_of=today)
            days = [each.next_date for each in after if each.next_date is not None]
            days += [today + timedelta(days=1)] if after.to_approve else []  # an approval may come
            today = min(days, default=None)
    return mailer.sent


def lines() -> Iterator[str]:
    """What is shown."""
    calm, facts = year(trouble=False)
    wild, same = year(trouble=True)
    yield from calm.values()
    yield f"{len(calm)} messages; {facts} facts in the database."
    yield f"With a crash and a double run every night: the same messages ({wild == calm}), {same} facts."
    yield f"Looking only on the next dates: the same messages ({missed() == calm})."


if __name__ == "__main__":
    print("\n".join(lines()))
