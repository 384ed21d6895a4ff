"""A tool server (MCP) that lets a language-model assistant ask the books: who owes what, whom to chase and why.

    pip install dunning "mcp>=2"
    python docs/examples/assistant.py                          # asks the server as an assistant would
    python docs/examples/assistant.py --serve                  # serves the sample book on standard input and output
    python docs/examples/assistant.py --serve facts.json 2026-03-02
                                                               # or facts as `dunning.serial.to_data` writes them, on a day

It reads, and it proposes. Nothing is recorded: what a call came to is given back as facts, for a person to look at and
for the program that keeps the books to add. Every answer says of which day it is.
"""

from __future__ import annotations

import asyncio
import json
import pathlib
import sys
from collections.abc import Callable
from datetime import date
from typing import Any, Literal

import sample_book
from mcp import Client, StdioServerParameters
from mcp.server import MCPServer

from dunning import Ledger, age_by_currency, decide, plan
from dunning.errors import DunningError
from dunning.policy import Policy
from dunning.presets.policies import STANDARD_B2B
from dunning.presets.worklists import COLLECTOR_WEIGHTS
from dunning.serial import from_data, to_data
from dunning.worklist import Agreed, brief, outcome, worklist

LONGEST = 50
"""So many rows at most are answered at once; a model reads no more."""


def told(answer: Callable[[], Any]) -> Any:
    """An answer, or what is wrong with the question, in words that say what to do."""
    try:
        return answer()
    except DunningError as error:
        return {"error": str(error)}


def server(ledger: Ledger, policy: Policy, today: date) -> MCPServer[Any]:
    """The tools over a ledger. The day is the server's, so that no model makes one up."""
    tools: MCPServer[Any] = MCPServer(
        "receivables", instructions=f"Books as of {today}. Amounts are exact; add nothing up that a tool can tell."
    )

    @tools.tool()
    def aging() -> Any:
        """What all customers owe by how late it is, in each currency: totals of each bucket, and the control total."""
        return {
            "as_of": str(today),
            "set_aside": len(ledger.problems),
            "currencies": {
                currency: {column: str(report.total[column]) for column in report.columns}
                | {"balance": str(report.total.balance)}
                for currency, report in age_by_currency(ledger, as_of=today).items()
            },
        }

    @tools.tool()
    def whom_to_chase(first: int = 10) -> Any:
        """The cases that are due today, the most urgent first: customer, what is past due, what to do, and why."""
        found = worklist(plan(ledger, policy, as_of=today), weights=COLLECTOR_WEIGHTS)
        cases = [
            {
                "customer": item.customer, "currency": item.currency, "overdue": str(item.decision.overdue),
                "level": item.decision.level, "do": [str(action) for action in item.decision.actions],
                "why": [str(reason) for reason in item.decision.reasons],
            }
            for item in list(found)[: min(max(first, 0), LONGEST)]
        ]  # fmt: skip
        return {"as_of": str(today), "cases": cases, "of": len(found)}

    @tools.tool()
    def call_sheet(customer: str) -> Any:
        """All there is to know before calling a customer: debts, history, promises, holds, and what comes next."""
        return told(lambda: [str(brief(account, policy, as_of=today)) for account in accounts(customer)])

    @tools.tool()
    def why(customer: str) -> Any:
        """What the policy says about a customer, with reasons, the next date, and what payment would stop it."""
        return told(
            lambda: [
                {
                    "case": each.case, "status": each.status, "level": each.level, "open": str(each.open),
                    "reasons": [str(reason) for reason in each.reasons], "next_date": each.next_date and str(each.next_date),
                    "cure": None if each.cure is None else str(each.cure),
                }
                for account in accounts(customer)
                for each in decide(account, policy, as_of=today)
            ]
        )  # fmt: skip

    @tools.tool()
    def propose_call(
        customer: str,
        result: str,
        by: str,
        promised: str | None = None,
        promised_by: str | None = None,
        follow_up: str | None = None,
        note: str = "",
        currency: str | None = None,
    ) -> Any:
        """The facts that would record a call, for a person to confirm; nothing is recorded.

        `result` is promised, spoke, disputed, refused, no_answer, left_message or the like; give what was promised and by
        which day (2026-03-09), or the day of the next contact.
        """

        def answer() -> Any:
            data: dict[str, Any] = {} if promised is None else {"promise": [promised, promised_by]}
            agreed = from_data(data | ({} if follow_up is None else {"follow_up": follow_up}), Agreed)
            account = ledger.account(customer, currency)
            facts = outcome(account, result, agreed, on=today, by=by, note=note)
            return {"proposed": [to_data(fact) for fact in facts], "recorded": False}

        return told(answer)

    def accounts(customer: str) -> list[Any]:
        """The accounts of a customer, in all currencies.

        Raises:
            NotFound: there are none.
        """
        return [each for each in ledger if each.customer == customer] or [ledger.account(customer)]

    return tools


def books(path: str | None) -> Ledger:
    """The sample book, or facts from a file."""
    if path is None:
        return Ledger.collect(sample_book.sample_facts())
    return Ledger.collect(from_data(json.loads(pathlib.Path(path).read_text(encoding="utf-8"))))


async def asked() -> list[tuple[str, Any]]:
    """What an assistant asks in the morning, over a real connection."""
    here = StdioServerParameters(command=sys.executable, args=[__file__, "--serve"])
    found: list[tuple[str, Any]] = []
    async with Client(here) as client:
        found.append(("tools", [tool.name for tool in (await client.list_tools()).tools]))
        chase = await ask(client, "whom_to_chase", {"first": 2})
        customer = chase["cases"][0]["customer"]
        found += [("aging", await ask(client, "aging", {})), ("whom_to_chase", chase)]
        found.append(("why", await ask(client, "why", {"customer": customer})))
        found.append(("call_sheet", await ask(client, "call_sheet", {"customer": customer})))
        call = {"customer": customer, "result": "spoke", "by": "desk 1", "follow_up": "2026-07-10"}
        found.append(("propose_call", await ask(client, "propose_call", call)))
        found.append(("a stranger", await ask(client, "why", {"customer": "Nobody Ltd"})))
    return found


async def ask(client: Client, tool: str, arguments: dict[str, Any]) -> Any:
    """The answer of a tool."""
    answer = await client.call_tool(tool, arguments)
    texts = [
        json.loads(part.text) if part.text[:1] in "[{" else part.text for part in answer.content if part.type == "text"
    ]
    return texts[0] if len(texts) == 1 else texts


def main(mode: Literal["ask", "serve"], path: str | None = None, day: date = sample_book.AS_OF) -> None:
    """Ask, or serve."""
    if mode == "serve":
        server(books(path), STANDARD_B2B, day).run("stdio")
        return
    for name, answer in asyncio.run(asked()):
        print(f"{name}: {json.dumps(answer, ensure_ascii=False)[:500]}")


if __name__ == "__main__":
    if "--serve" in sys.argv:
        path, day = [*sys.argv[sys.argv.index("--serve") + 1 :], None, None][:2]
        main("serve", path, sample_book.AS_OF if day is None else date.fromisoformat(day))
    else:
        main("ask")
