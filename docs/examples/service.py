"""A small service around the library: SQLAlchemy keeps facts, FastAPI answers, an outbox sends.

    pip install dunning sqlalchemy fastapi uvicorn
    python docs/examples/service.py            # starts it, asks it a few things, stops it
    python docs/examples/service.py --serve    # http://127.0.0.1:8000, the page; /docs, its interface

What is kept are facts, one table for each kind, made from the library's own columns; never a level or a state. Requests
that concern one customer load the facts of that customer alone. The run of a day writes its actions into an outbox,
whose key is the id of the action: a run twice, or a crash, sends nothing twice. An action is recorded as done when the
mailer has confirmed it.
"""

from __future__ import annotations

import csv
import io
import json
import socket
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from html import escape
from typing import Any, get_args
from urllib.parse import quote

import sqlalchemy as sa
import uvicorn
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from dunning import Invoice, Ledger, Payment, Policy, age_by_currency, plan
from dunning.decision import Action
from dunning.errors import DunningError, InvalidLedger, InvalidValue, NotFound
from dunning.ledger import Fact, fact_date
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.serial import columns, from_data, from_row, kinds, to_data, to_row
from dunning.worklist import Agreed, brief, outcome, worklist

# The database


class Exact(sa.types.TypeDecorator[Decimal]):
    """An exact amount: NUMERIC(38, 9), and text where a database has floats only, as SQLite."""

    impl = sa.Numeric(38, 9)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return sa.String(40) if dialect.name == "sqlite" else sa.Numeric(38, 9)

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> Any:
        return f"{value:f}" if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Decimal | None:  # noqa: ARG002  # SQLAlchemy's
        return None if value is None else Decimal(value)


class Instant(sa.types.TypeDecorator[Any]):
    """A moment with its zone, as text: databases differ in what they keep of it."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002  # as above
        return None if value is None else value.isoformat()


TYPES: dict[str, Any] = {
    "text": sa.Text(), "date": sa.Date(), "decimal(38, 9)": Exact(), "integer": sa.Integer(), "boolean": sa.Boolean(),
    "instant": Instant(), "time": Instant(), "json": sa.Text(),
}  # fmt: skip
KINDS = {cls: kind for kind, cls in kinds().items() if cls in get_args(Fact)}
SCHEMA = sa.MetaData()
OWN = ("of_customer", "of_day")
"""Beside the columns of the library: whose fact it is and of which day, to find the facts of one customer."""
FACTS = {
    kind: sa.Table(
        f"fact_{kind}", SCHEMA,
        *(sa.Column(each.name, TYPES[each.type], primary_key=each.name == "id", nullable=not each.is_required) for each in columns(kind)),
        sa.Column("of_customer", sa.Text(), index=True, nullable=False),
        sa.Column("of_day", sa.Date(), nullable=False),
    )
    for kind in KINDS.values()
}  # fmt: skip
OUTBOX = sa.Table(
    "outbox", SCHEMA,
    sa.Column("id", sa.Text(), primary_key=True), sa.Column("written", sa.Date(), nullable=False),
    sa.Column("customer", sa.Text(), nullable=False), sa.Column("text", sa.Text(), nullable=False),
    sa.Column("action", sa.Text(), nullable=False), sa.Column("sent", sa.Date()),
)  # fmt: skip
SETTINGS = sa.Table("setting", SCHEMA, sa.Column("name", sa.Text(), primary_key=True), sa.Column("data", sa.Text()))


class Store:
    """Facts, the policy and the outbox in a database."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        SCHEMA.create_all(engine)

    def add(self, facts: Iterable[Fact], books: Ledger) -> None:
        """Record facts, all or none; one that is there already, exactly as it is, is not recorded again.

        Raises:
            InvalidLedger: they contradict the books; each problem says why.
        """
        new = list(facts)
        together = books + new
        with self.engine.begin() as base:
            taken = [fact.id for fact in new if any(other != fact for other in self._under(base, fact.id))]
            if taken:
                raise InvalidValue("facts", [f"id: {name} is the id of another fact; choose another" for name in taken])
            for fact in new:
                table = FACTS[KINDS[type(fact)]]
                if fact not in self._under(base, fact.id):
                    own = {"of_customer": together.key_of(fact)[0], "of_day": fact_date(fact)}
                    base.execute(sa.insert(table).values(**to_row(fact), **own))

    def _under(self, base: sa.Connection, name: str) -> list[Fact]:
        """The fact of an id, in whatever table and of whatever customer it is.

        An id that means something else already is refused by `add`, for it asks all books about it.
        """
        found: list[Fact] = []
        for kind, table in FACTS.items():
            for row in base.execute(sa.select(table).where(table.c.id == name)).mappings():
                found.append(from_row(kind, {column: value for column, value in row.items() if column not in OWN}))
        return found

    def ledger(self, customer: str | None = None) -> Ledger:
        """The books, or those of one customer, which decide the same about that customer."""
        found: list[Fact] = []
        with self.engine.connect() as base:
            for kind, table in FACTS.items():
                asked = (
                    sa.select(table) if customer is None else sa.select(table).where(table.c.of_customer == customer)
                )
                for row in base.execute(asked).mappings():
                    found.append(from_row(kind, {name: value for name, value in row.items() if name not in OWN}))
        return Ledger(found)

    def policy(self) -> Policy:
        """The policy that was written last, or the preset."""
        with self.engine.connect() as base:
            data = base.execute(sa.select(SETTINGS.c.data).where(SETTINGS.c.name == "policy")).scalar()
        return STANDARD_B2B if data is None else from_data(json.loads(data), Policy)

    def keep(self, policy: Policy) -> None:
        """Write a policy down."""
        with self.engine.begin() as base:
            base.execute(sa.delete(SETTINGS).where(SETTINGS.c.name == "policy"))
            base.execute(sa.insert(SETTINGS).values(name="policy", data=json.dumps(to_data(policy))))

    def put(self, actions: Iterable[Action], today: date) -> int:
        """Put actions into the outbox that are not there yet; how many."""
        count = 0
        with self.engine.begin() as base:
            for action in actions:
                if base.execute(sa.select(OUTBOX.c.id).where(OUTBOX.c.id == action.id)).first() is None:
                    row = {"id": action.id, "written": today, "customer": action.customer, "text": str(action)}
                    base.execute(sa.insert(OUTBOX).values(**row, action=json.dumps(to_data(action))))
                    count += 1
        return count

    def outbox(self) -> list[dict[str, Any]]:
        """What waits to be sent."""
        with self.engine.connect() as base:
            waiting = base.execute(sa.select(OUTBOX).where(OUTBOX.c.sent.is_(None)).order_by(OUTBOX.c.id)).mappings()
            return [{"id": row["id"], "customer": row["customer"], "text": row["text"]} for row in waiting]

    def sent(self, name: str, today: date) -> Fact | None:
        """Record that something went out, on the day on which that was first said; then it no longer waits.

        Raises:
            NotFound: it is not in the outbox.
        """
        with self.engine.connect() as base:
            row = base.execute(sa.select(OUTBOX.c.action, OUTBOX.c.sent).where(OUTBOX.c.id == name)).first()
        if row is None:
            raise NotFound("action in the outbox", name)
        fact = from_data(json.loads(row[0]), Action).as_fact(on=row[1] or today)
        if fact is not None:  # first the fact: after a crash here the mailer is asked again, and nothing is lost
            self.add([fact], self.ledger(fact.customer))
        with self.engine.begin() as base:
            base.execute(sa.update(OUTBOX).where(OUTBOX.c.id == name).values(sent=row[1] or today))
        return fact


# The service


async def body(request: Request) -> Any:
    """The JSON that a request brings.

    Raises:
        InvalidValue: it brings none.
    """
    try:
        return await request.json()
    except ValueError as error:
        raise InvalidValue("request", (f"body: this is no JSON: {error}",)) from None


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@") else value


def service(store: Store, today: Callable[[], date]) -> FastAPI:  # noqa: PLR0915  # one function an address
    """The application. What day it is comes from outside, so that tests and replays say it."""
    app = FastAPI(title="Receivables")

    async def refused(_: Request, error: Exception) -> Response:
        """Every error of the library with its faults, each with its path: a form shows them beside its fields."""
        if isinstance(error, NotFound):
            return JSONResponse({"error": str(error), "known": list(error.known)}, 404)
        faults = [fault.record() for fault in error.faults] if isinstance(error, InvalidValue) else []
        if isinstance(error, InvalidLedger):
            faults = [
                {"path": each.id, "code": each.code, "message": each.message, "value": ""} for each in error.problems
            ]
        return JSONResponse({"error": str(error), "faults": faults}, 422)

    app.add_exception_handler(DunningError, refused)

    def page() -> str:
        """The worklist, and what is owed by age."""
        ledger, day = store.ledger(), today()
        todo = worklist(plan(ledger, store.policy(), as_of=day), weights=COLLECTOR_WEIGHTS)
        reports: list[Any] = [todo, *age_by_currency(ledger, as_of=day).values()]
        tables = "".join(report._repr_html_() for report in reports)  # what notebooks show
        names = sorted({account.customer for account in ledger})
        links = "".join(f'<li><a href="/customers/{quote(name)}">{escape(name)}</a></li>' for name in names)
        return f"<!doctype html><title>Receivables</title><h1>Receivables, {day}</h1>{tables}<h2>Customers</h2><ul>{links}</ul>"

    def sheet(customer: str) -> str:
        """The call sheet of a customer."""
        accounts = store.ledger(customer).accounts
        if not accounts:
            raise HTTPException(404, f"nothing is known of {customer}")
        found = brief(accounts[0], store.policy(), as_of=today(), others=accounts[1:])
        return f"<!doctype html><title>{escape(customer)}</title>{found.html()}"

    def todo() -> list[dict[str, Any]]:
        """Whom first, and why: one record a case."""
        found = worklist(plan(store.ledger(), store.policy(), as_of=today()), weights=COLLECTOR_WEIGHTS)
        return json.loads(json.dumps(found.records(), default=str))  # type: ignore[no-any-return]  # a list of records

    def aging() -> str:
        """What is owed by age, as a file for a spreadsheet."""
        rows = [row for report in age_by_currency(store.ledger(), as_of=today()).values() for row in report.records()]
        text = io.StringIO()
        writer = csv.DictWriter(text, list(rows[0]) if rows else ["customer"])
        writer.writeheader()
        writer.writerows({name: harmless(value) for name, value in row.items()} for row in rows)
        return text.getvalue()

    async def record(request: Request) -> dict[str, Any]:
        """Facts as plain data, one or a list: invoices billed, money received."""
        data = await body(request)
        facts = from_data(data if isinstance(data, list) else [data])
        store.add(facts, store.ledger())
        return {"recorded": [fact.id for fact in facts]}

    async def called(customer: str, request: Request) -> dict[str, Any]:
        """The outcome of a call: `{"result": "promised", "agreed": {...}, "by": "desk 1", "id": "call-1"}`."""
        given = await body(request)
        data: dict[str, Any] = given if isinstance(given, dict) else {}
        agreed = from_data(data.get("agreed", {}), Agreed)
        ledger = store.ledger(customer)
        account = ledger.account(customer, data.get("currency"))
        facts = outcome(
            account,
            data.get("result", ""),
            agreed,
            on=today(),
            by=data.get("by", ""),
            id=data.get("id"),
            note=data.get("note", ""),
        )
        store.add(facts, ledger)
        return {"recorded": [fact.id for fact in facts]}

    def policy() -> Any:
        """The policy as plain data, fit to be edited and sent back."""
        return to_data(store.policy())

    async def rewrite(request: Request) -> dict[str, Any]:
        """A policy from a form; what is wrong with it comes back field by field."""
        found = from_data(await body(request), Policy)
        store.keep(found)
        return {"levels": [level.name for level in found.levels], "words": found.describe()}

    def run() -> dict[str, Any]:
        """The run of the day: what may be done goes into the outbox, what needs somebody's approval is told."""
        found = plan(store.ledger(), store.policy(), as_of=today())
        count = store.put(found.ready, today())
        return {"put": count, "to_approve": [action.id for action in found.to_approve]}

    def waiting() -> list[dict[str, Any]]:
        """What waits to be sent and still should be: nothing for a debt that was paid, or is disputed, since the run."""
        still = {action.id for action in plan(store.ledger(), store.policy(), as_of=today()).ready}
        return [each for each in store.outbox() if each["id"] in still]

    def confirm(name: str) -> dict[str, Any]:
        """The mailer says that something went out: now it is recorded as given."""
        fact = store.sent(name, today())
        return {"recorded": None if fact is None else fact.id}

    app.get("/", response_class=HTMLResponse)(page)
    app.get("/customers/{customer:path}", response_class=HTMLResponse)(sheet)
    app.get("/worklist")(todo)
    app.get("/aging.csv", response_class=PlainTextResponse)(aging)
    app.post("/facts")(record)
    app.post("/customers/{customer:path}/calls")(called)
    app.get("/policy")(policy)
    app.put("/policy")(rewrite)
    app.post("/run")(run)
    app.get("/outbox")(waiting)
    app.post("/outbox/{name:path}/sent")(confirm)
    return app


# Carried out


def memory() -> sa.Engine:
    """A database that is gone with the program, for all its threads."""
    return sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})


@contextmanager
def running(app: FastAPI) -> Iterator[str]:
    """The service on a free port of this machine, while it is needed; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def asked(address: str, data: Any = None, method: str = "GET") -> Any:
    """What a program gets that asks the service."""
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(
        address, body, {"Content-Type": "application/json"}, method=method
    )  # our own address
    with urllib.request.urlopen(request) as answer:  # as above
        text = answer.read().decode()
    return json.loads(text) if answer.headers["Content-Type"].startswith("application/json") else text


def sample() -> list[Fact]:
    """Three customers, one of whom has paid."""
    bills = [
        Invoice(f"INV-{number}", name, date(2026, 1, 5), date(2026, 2, 4 + number), Decimal("250.00"), "EUR")
        for number, name in enumerate(("ACME", "BETA", "GAMMA"), start=1)
    ]
    paid = (("INV-3", Decimal("250.00")),)
    return [*bills, Payment("PAY-1", "GAMMA", date(2026, 2, 1), Decimal("250.00"), "EUR", applied=paid)]


def main() -> None:
    """Start the service, bill, run, send, call, and look."""
    store = Store(memory())
    app = service(store, lambda: date(2026, 3, 2))
    if "--serve" in sys.argv:
        store.add(sample(), Ledger())
        uvicorn.run(app, host="127.0.0.1", port=8000)
        return
    with running(app) as address:
        print(asked(f"{address}/facts", [to_data(fact) for fact in sample()], "POST"))
        print(asked(f"{address}/run", {}, "POST"))
        for message in asked(f"{address}/outbox"):
            print(message["text"], asked(f"{address}/outbox/{message['id']}/sent".replace(" ", "%20"), {}, "POST"))
        promise = {
            "result": "promised",
            "by": "desk 1",
            "id": "call-1",
            "agreed": {"promise": ["250.00", "2026-03-09"]},
        }
        print(asked(f"{address}/customers/ACME/calls", promise, "POST"))
        print(asked(f"{address}/aging.csv"))


if __name__ == "__main__":
    main()
