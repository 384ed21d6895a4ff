"""The example service and the tool server: real parts, a real server, a real client, and a browser where there is one."""

from __future__ import annotations

import asyncio
import json
import shutil
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given

pytest.importorskip("fastapi", reason="the service needs fastapi and uvicorn: pip install -e '.[dev]'")
pytest.importorskip("uvicorn")
pytest.importorskip("mcp", reason="the tool server needs mcp: pip install -e '.[dev]'")

import assistant
import sample_book
import service
from mcp import Client

from dunning import Ledger, decide, plan
from dunning.interactions import Contact, ContactFlag
from dunning.invoice import Invoice, Payment
from dunning.ledger import Fact
from dunning.presets.policies import LIGHT_TOUCH, STANDARD_B2B
from dunning.serial import to_data
from tests import strategies

DAY = date(2026, 3, 2)


@pytest.fixture
def store() -> Iterator[service.Store]:
    found = service.Store(service.memory())
    found.add(service.sample(), Ledger())
    yield found
    found.engine.dispose()


@pytest.fixture
def address(store: service.Store) -> Iterator[str]:
    with service.running(service.service(store, lambda: DAY)) as found:
        yield found


def refused(address: str, data: Any, method: str) -> tuple[int, dict[str, Any]]:
    """The status and the body of an answer that refuses."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        service.asked(address, data, method)
    with caught.value as answer:
        return answer.code, json.loads(answer.read())


@given(strategies.books(), strategies.policies(), strategies.as_ofs)
def test_what_a_database_keeps_comes_back_whole_and_customer_by_customer(
    facts: list[Fact], policy: Any, as_of: date
) -> None:
    ledger = Ledger(facts)
    kept = service.Store(service.memory())
    kept.add(facts, Ledger())
    assert kept.ledger() == ledger
    kept.add(facts, ledger)  # once more changes nothing
    assert kept.ledger() == ledger
    for account in ledger:
        own = kept.ledger(account.customer)
        assert own.facts == ledger.facts_of(account.customer)
        assert decide(own.account(account.customer, account.currency), policy, as_of=as_of) == decide(
            ledger.account(account.customer, account.currency), policy, as_of=as_of
        )
    kept.engine.dispose()


def test_clocks_zones_and_nine_decimals_are_kept() -> None:
    kept = service.Store(service.memory())
    facts: list[Fact] = [
        Invoice("I", "ACME", DAY, DAY, Decimal("12345678901234567890.123456789"), "EUR"),
        Contact("C", "ACME", DAY, "call", at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)),
        ContactFlag("F", "ACME", DAY, "inconvenient", start=time(9), stop=time(12)),
    ]
    kept.add(facts, Ledger())
    assert set(kept.ledger().facts) == set(facts)
    kept.engine.dispose()


def test_a_run_twice_puts_nothing_twice_and_what_is_sent_is_recorded_once(address: str, store: service.Store) -> None:
    assert service.asked(f"{address}/run", {}, "POST")["put"] == 2
    assert service.asked(f"{address}/run", {}, "POST")["put"] == 0
    waiting = service.asked(f"{address}/outbox")
    assert {each["customer"] for each in waiting} == {"ACME", "BETA"}
    for each in waiting:
        sent = f"{address}/outbox/{urllib.parse.quote(each['id'])}/sent"
        assert service.asked(sent, {}, "POST") == {"recorded": each["id"]}
        assert service.asked(sent, {}, "POST") == {"recorded": each["id"]}  # the mailer says it twice
    assert service.asked(f"{address}/outbox") == []
    assert service.asked(f"{address}/run", {}, "POST")["put"] == 0
    given = [fact.id for fact in store.ledger().facts if isinstance(fact, Contact)]
    assert sorted(given) == sorted(each["id"] for each in waiting)
    assert refused(f"{address}/outbox/nothing/sent", {}, "POST")[0] == 404


def test_a_call_is_recorded_once_however_often_it_is_sent(address: str, store: service.Store) -> None:
    call = {"result": "promised", "by": "desk 1", "id": "call-1", "agreed": {"promise": ["250.00", "2026-03-09"]}}
    for _ in range(2):
        assert service.asked(f"{address}/customers/ACME/calls", call, "POST") == {
            "recorded": ["call-1", "call-1/promise"]
        }
    assert len(store.ledger("ACME").facts) == 3
    status, said = refused(
        f"{address}/customers/ACME/calls", call | {"id": "x", "agreed": {"promise": ["9999", "2026-03-09"]}}, "POST"
    )
    assert (status, "promised" in said["error"] or "promise" in said["error"]) == (422, True)
    assert refused(f"{address}/customers/Nobody/calls", call, "POST")[0] == 404
    other = {**call, "agreed": {"promise": ["5.00", "2026-03-09"]}}
    for taken in ("call-1", "INV-1"):  # of another customer, or of another kind
        status, said = refused(f"{address}/customers/BETA/calls", other | {"id": taken}, "POST")
        assert (status, "is the id of another fact" in said["error"]) == (422, True)


def test_a_policy_is_read_and_written_and_its_faults_are_told_field_by_field(address: str) -> None:
    data = service.asked(f"{address}/policy")
    assert data == to_data(STANDARD_B2B)
    bad = json.loads(json.dumps(data))
    bad["levels"][0]["after"] = "soon"
    bad["minimum_gap"] = -1
    status, said = refused(f"{address}/policy", bad, "PUT")
    assert status == 422
    assert {fault["path"] for fault in said["faults"]} == {"levels[0].after", "minimum_gap"}
    assert service.asked(f"{address}/policy") == data
    service.asked(f"{address}/policy", to_data(LIGHT_TOUCH), "PUT")
    assert service.asked(f"{address}/policy") == to_data(LIGHT_TOUCH)


def test_facts_that_cannot_be_are_refused_as_a_whole(address: str, store: service.Store) -> None:
    before = store.ledger()
    good = to_data(Invoice("INV-9", "ACME", DAY, DAY, Decimal(5), "EUR"))
    for bad in (
        good | {"id": "X", "amount": "much"},
        {"kind": "charge", "id": "F", "invoice": "none", "on": "2026-03-02", "amount": "5", "charge_kind": "fee"},
    ):
        status, said = refused(f"{address}/facts", [good, bad], "POST")
        assert (status, bool(said["faults"])) == (422, True)
    assert store.ledger() == before


def test_aging_is_a_file_and_pages_escape_what_people_wrote(address: str, store: service.Store) -> None:
    rows = service.asked(f"{address}/aging.csv").splitlines()
    assert rows[0].startswith("as_of,currency,customer,current,1-30")
    assert rows[1].startswith("2026-03-02,EUR,ACME,0,250.00")
    odd = "<script>alert(1)</script> & Söhne/2"
    store.add([Invoice("<b>", odd, DAY, date(2026, 2, 1), Decimal(5), "EUR")], store.ledger())
    for page in (f"{address}/", f"{address}/customers/{urllib.parse.quote(odd)}"):
        text = service.asked(page)
        assert "<script>" not in text
        assert "&lt;script&gt;" in text
    assert refused_page(f"{address}/customers/Nobody") == 404
    assert [case["customer"] for case in service.asked(f"{address}/worklist")][:1] == [odd]


def test_links_cells_and_bodies_are_safe_whatever_people_wrote(address: str, store: service.Store) -> None:
    odd = "=HYPERLINK(1) #1?x=50%"
    store.add([Invoice("O", odd, DAY, date(2026, 2, 1), Decimal(5), "EUR")], store.ledger())
    page = service.asked(f"{address}/")
    link = page.partition("HYPERLINK(1) #1?x=50%</a>")[0].rpartition('href="')[2].partition('"')[0]
    assert odd in service.asked(address + link)
    assert "'=HYPERLINK" in service.asked(f"{address}/aging.csv")
    request = urllib.request.Request(f"{address}/facts", b"{", {"Content-Type": "application/json"}, method="POST")
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value as answer:
        assert (answer.code, "this is no JSON" in answer.read().decode()) == (422, True)
    assert refused(f"{address}/customers/ACME/calls", [1], "POST")[0] == 422


def test_a_letter_for_a_debt_that_was_paid_since_the_run_waits_no_more(address: str, store: service.Store) -> None:
    service.asked(f"{address}/run", {}, "POST")
    paid = Payment("P-9", "ACME", DAY, Decimal("250.00"), "EUR", applied=(("INV-1", Decimal("250.00")),))
    service.asked(f"{address}/facts", to_data(paid), "POST")
    assert [each["customer"] for each in service.asked(f"{address}/outbox")] == ["BETA"]


def refused_page(address: str) -> int:
    with pytest.raises(urllib.error.HTTPError) as caught:
        service.asked(address)
    with caught.value as answer:
        return answer.code


def test_a_browser_shows_the_page_and_leads_to_a_customer(address: str) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api", reason="driving a browser needs playwright")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=flags)
        page = browser.new_page()
        noise: list[str] = []

        def heard(message: Any) -> None:
            noise.append(message.text)

        page.on("console", heard)
        page.goto(f"{address}/")
        assert page.title() == "Receivables"
        assert page.locator("table").count() == 2
        assert "250.00" in page.locator("table").last.inner_text()
        page.get_by_role("link", name="ACME").click()
        page.wait_for_url("**/customers/ACME")
        assert "ACME" in page.title()
        assert "INV-1" in page.locator("body").inner_text()
        assert [each for each in noise if "favicon" not in each and "404" not in each] == []
        browser.close()


def test_an_assistant_asks_over_a_real_connection_and_records_nothing() -> None:
    answers = dict(asyncio.run(assistant.asked()))
    assert answers["tools"] == ["aging", "whom_to_chase", "call_sheet", "why", "propose_call"]
    ledger = assistant.books(None)
    assert answers["aging"]["currencies"]["EUR"]["balance"] == str(ledger.balance("EUR", as_of=sample_book.AS_OF))
    first = answers["whom_to_chase"]["cases"][0]
    assert (first["customer"] in answers["call_sheet"], bool(first["why"])) == (True, True)
    assert '"status": "due"' in json.dumps(answers["why"])
    proposal = answers["propose_call"]
    assert (proposal["recorded"], [fact["kind"] for fact in proposal["proposed"]]) == (False, ["contact"])
    assert answers["a stranger"] == {"error": "no account of customer 'Nobody Ltd'"}


def test_what_an_assistant_asks_wrongly_is_told_in_words(tmp_path: Any) -> None:
    path = tmp_path / "facts.json"
    path.write_text(json.dumps([to_data(fact) for fact in service.sample()]), encoding="utf-8")
    tools = assistant.server(assistant.books(str(path)), STANDARD_B2B, DAY)

    async def asked() -> list[Any]:
        async with Client(tools) as client:
            calls: list[dict[str, Any]] = [
                {
                    "customer": "ACME",
                    "result": "promised",
                    "by": "desk",
                    "promised": "much",
                    "promised_by": "2026-03-09",
                },
                {"customer": "ACME", "result": "sang", "by": "desk", "follow_up": "2026-03-09"},
                {
                    "customer": "ACME",
                    "result": "promised",
                    "by": "desk",
                    "promised": "250.00",
                    "promised_by": "2026-03-09",
                },
            ]
            return [await assistant.ask(client, "propose_call", call) for call in calls]

    unread, unknown, sound = asyncio.run(asked())
    assert "promise[0]: 'much'" in unread["error"]
    assert "result: 'sang'" in unknown["error"]
    assert [fact["kind"] for fact in sound["proposed"]] == ["contact", "promise"]
    assert cast("dict[str, Any]", sound["proposed"][1])["amount"] == "250.00"


def test_what_was_sent_is_recorded_on_the_day_on_which_that_was_first_said(store: service.Store) -> None:
    action = plan(store.ledger(), STANDARD_B2B, as_of=DAY).ready[0]
    store.put([action], DAY)
    first = store.sent(action.id, DAY)
    assert store.sent(action.id, date(2026, 3, 9)) == first
    assert first in store.ledger().facts
    assert store.outbox() == []
