"""From a published scenario of another dunning system to a ledger, its policies, and the answers to its questions.

Everything here goes by the words that `ladders.json` explains in its `vocabulary`: the settings of the policy, the kinds
of facts, the keys of what is expected. Nothing knows a single case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dunning.charges import Fee, FeeSchedule, Interest, Rate, proposed_charges
from dunning.decision import Action, Decision, decide, plan
from dunning.interactions import Contact, Dispute, Hold
from dunning.invoice import Adjustment, CreditNote, Installment, Invoice, Payment, Reversal
from dunning.ledger import Account, Fact, Ledger
from dunning.measures import Custom, custom
from dunning.policy import Notify, Policy, ProposeWriteOff
from dunning.presets import engines


def day_of(text: str) -> date:
    """The date of a published date or instant."""
    return date.fromisoformat(text[:10])


# The policies

Settings = dict[str, Any]


def days_of(settings: Settings) -> list[int]:
    """The days of the levels, the lowest first."""
    return [level["days"] for level in settings["levels"]]


def gap_of(settings: Settings) -> int:
    gap = settings.get("min_gap")
    return gap["days"] if gap else 0


def minimum_of(settings: Settings) -> Decimal:
    minimum = settings.get("minimum")
    return Decimal(minimum["amount"]) if minimum and "amount" in minimum else Decimal(0)


def _oca(settings: Settings) -> Policy:
    modes: list[Any] = [
        (
            "end_of_month"
            if level.get("calendar")
            else "previous_date"
            if level["base"] == "previous_notice"
            else "net_days",
            level["days"],
        )
        for level in settings["levels"]
    ]
    return engines.oca_credit_control(modes, tolerance=minimum_of(settings), lift=settings["lift_to_highest"])


def _metasfresh(settings: Settings) -> Policy:
    write_off = [level["level"] for level in settings["levels"] if level.get("write_off")]
    return engines.metasfresh(
        days_of(settings),
        days_between=gap_of(settings),
        show_all_due=settings.get("show_all_due", False),
        write_off=write_off,
    )


def _business_central(settings: Settings) -> Policy:
    terms = [(level["days"], level["deadline_days"]) for level in settings["levels"]]
    return engines.business_central(
        terms,
        maximum=settings["max_notices"],
        minimum=minimum_of(settings),
        header_level=settings["header_level_lifts_lines"],
        show_not_due=settings["show_not_due"],
    )


def _sap(settings: Settings) -> Policy:
    levels = settings["levels"]
    return engines.sap_fi(
        days_of(settings),
        interval=gap_of(settings),
        minimum_days=settings["min_days_in_arrears"],
        line_grace=settings["line_grace_days"],
        amounts=[Decimal(level.get("min_amount", 0)) for level in levels],
        shares=[Decimal(level.get("min_percent", 0)) / 100 for level in levels],
        optional=[level["level"] for level in levels if level.get("optional")],
    )


def _netsuite(settings: Settings) -> Policy:
    rules = [
        engines.NetSuiteRule(level["min_days"], Decimal(level["min_transaction"]), Decimal(level["min_total"]))
        for level in settings["levels"]
    ]
    return engines.netsuite(rules, combine=settings["combine"])


def _kill_bill(settings: Settings) -> Policy:
    states = [
        engines.OverdueState(
            state["state"],
            age_days=state.get("min_age_days"),
            invoices=state.get("min_count"),
            balance=Decimal(state["min_balance"]) if "min_balance" in state else None,
            responses=tuple(state.get("response_in", ())),
            with_tag=state.get("with_tag"),
            without_tag=state.get("without_tag"),
        )
        for state in settings["states_most_severe_first"]
    ]
    return engines.kill_bill(states)


def _lago(settings: Settings) -> Policy:
    thresholds = [(code, Decimal(amount)) for code, amount in settings["thresholds"].items()]
    return engines.lago(thresholds, max_attempts=settings["max_attempts"], days_between=gap_of(settings))


def _idempiere(settings: Settings) -> tuple[Policy, ...]:
    return engines.idempiere(
        days_of(settings),
        sequential=settings["sequential"],
        days_between=gap_of(settings),
        credits_listed=settings["credits"] == "negative_lines",
    )


ENGINES: dict[str, Callable[[Settings], Policy | tuple[Policy, ...]]] = {
    "tryton": lambda each: engines.tryton(days_of(each)),
    "oca-credit-control": _oca,
    "oca-overdue-reminder": lambda each: engines.oca_overdue_reminder(
        start_days=each["start_days"], min_interval_days=each["min_interval_days"]
    ),
    "erpnext": lambda each: engines.erpnext(),
    "idempiere": _idempiere,
    "metasfresh": _metasfresh,
    "business-central": _business_central,
    "sap-fi": _sap,
    "sap-fi-ca": _sap,
    "netsuite": _netsuite,
    "dynamics-365-fo": lambda each: engines.dynamics_365(days_of(each), by_customer=each["unit"] == "party"),
    "axelor": lambda each: engines.axelor(days_of(each), threshold=minimum_of(each)),
    "openerp-8": lambda each: engines.openerp_8(days_of(each)),
    "upflow": lambda each: engines.upflow(days_of(each), first_action=each["first_action"], delay=gap_of(each)),
    "invoice-ninja": lambda each: engines.invoice_ninja(days_of(each)),
    "kill-bill": _kill_bill,
    "lago": _lago,
}


# The facts


class Books:
    """The facts of a scenario as far as an evaluation sees them, as a ledger."""

    def __init__(self, settings: Settings, seen: list[dict[str, Any]], on: date) -> None:
        self.settings = settings
        self.seen = seen
        self.on = on
        self.facts: dict[str, Fact] = {}
        self.parties: dict[str, str] = {}
        self.statuses: dict[str, str] = {}
        self.tags: dict[str, set[str]] = {}
        self.responses: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.entities: dict[str, str] = {}
        self.pending: dict[str, list[dict[str, Any]]] = {}
        for number, event in enumerate(seen):
            getattr(self, f"on_{event['event']}")(f"F{number}", day_of(event["on"]), event)
        for holds in self.pending.values():
            for each in holds:
                self._hold(each, None)
        self.ledger = Ledger(self.facts.values())
        self.custom: tuple[Custom, ...] = (
            custom("tags", {party: frozenset(tags) for party, tags in self.tags.items()}),
            custom("response", dict(self.responses)),
        )

    def add(self, fact: Fact) -> None:
        """Enter a fact."""
        self.facts[fact.id] = fact

    def invoice(self, item: str) -> Invoice:
        """An invoice by its name."""
        found = self.facts[item]
        assert isinstance(found, Invoice)
        return found

    def account(self, party: str) -> Account | None:
        """The only account of a party, if it has any."""
        found = [each for each in self.ledger if each.customer == party]
        return found[0] if found else None

    def on_invoice(self, name: str, on: date, event: dict[str, Any]) -> None:
        party = event["party"]
        self.parties[event["item"]] = party
        self.entities[event["item"]] = event.get("entity", "")
        if event.get("status") == "draft":
            return
        due = event.get("due")
        parts = tuple(
            Installment(day_of(part["due"]), Decimal(part["amount"])) for part in event.get("instalments", ())
        )
        self.add(
            Invoice(
                event["item"],
                party,
                day_of(event["target_date"]) if "target_date" in event else on,
                day_of(due) if due else None,
                Decimal(event["amount"]),
                event["currency"],
                installments=parts,
            )
        )
        if event.get("payment_status") == "succeeded":
            self.on_payment(name, on, event)
        if event.get("dispute_lost"):
            self.on_dispute(name, on, event)

    def on_payment(self, name: str, on: date, event: dict[str, Any]) -> None:
        invoice, amount = self.invoice(event["item"]), Decimal(event["amount"])
        self.add(Payment(name, invoice.customer, on, amount, invoice.currency, applied=((invoice.id, amount),)))

    def on_payment_reversed(self, name: str, on: date, event: dict[str, Any]) -> None:
        applied = ((event["item"], Decimal(event["amount"])),)
        paid = [fact for fact in self.facts.values() if isinstance(fact, Payment) and fact.applied == applied]
        self.add(Reversal(name, paid[-1].id, on))

    on_refund = on_payment_reversed

    def on_adjustment(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.add(Adjustment(name, event["item"], on, Decimal(event["amount"]), "deduction"))

    def on_unallocated_payment(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.add(Payment(name, event["party"], on, Decimal(event["amount"]), event["currency"]))

    def on_credit_note(self, name: str, on: date, event: dict[str, Any]) -> None:
        amount = Decimal(event["amount"])
        applied = ((event["against"], amount),) if event.get("against") else ()
        self.add(CreditNote(event["item"], event["party"], on, amount, event["currency"], applied=applied))

    def on_credit_note_cancelled(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.add(Reversal(name, event["item"], on))

    def on_interest_line(self, name: str, on: date, event: dict[str, Any]) -> None:
        """Interest on a credit makes it larger."""
        note = self.facts[event["item"]]
        assert isinstance(note, CreditNote)
        self.add(CreditNote(name, note.customer, on, -Decimal(event["amount"]), note.currency))

    def _hold(self, block: dict[str, Any], end: date | None) -> None:
        item = block.get("item")
        party = block.get("party") or self.parties[item or ""]
        self.add(Hold(block["name"], party, block["start"], end=end, invoice=item, reason="blocked"))

    def on_block(self, name: str, on: date, event: dict[str, Any]) -> None:
        key = event.get("item") or event["party"]
        self.pending.setdefault(key, []).append({**event, "name": name, "start": on})

    def on_unblock(self, name: str, on: date, event: dict[str, Any]) -> None:
        for each in self.pending.pop(event.get("item") or event["party"]):
            self._hold(each, on)

    def on_grace(self, name: str, on: date, event: dict[str, Any]) -> None:
        self._hold({**event, "name": name, "start": on}, day_of(event["until"]) + timedelta(days=1))

    def on_dispute(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.add(Dispute(f"D-{name}", event["item"], on))

    def on_tag(self, name: str, on: date, event: dict[str, Any]) -> None:
        tag, target = event["tag"], event["target"]
        if tag == "WRITTEN_OFF":
            self.add(Adjustment(f"off {target}", target, on, self.invoice(target).amount, "write_off"))
        elif tag == self.settings.get("overriding_tag"):
            self.on_block(name, on, {"party": target})
        else:
            self.tags.setdefault(target, set()).add(tag)

    def on_untag(self, name: str, on: date, event: dict[str, Any]) -> None:
        tag, target = event["tag"], event["target"]
        if tag == "WRITTEN_OFF":
            self.add(Reversal(name, f"off {target}", on))
        else:
            self.on_unblock(name, on, {"party": target})

    def on_payment_declined(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.responses[event["party"]] = event["response"]

    def on_notice(self, name: str, on: date, event: dict[str, Any]) -> None:
        items = tuple(event.get("items", ()))
        party = event.get("party") or self.parties[items[0]]
        status = "overridden" if event.get("overridden") else event["status"]
        deadline = day_of(event["deadline"]) if event.get("deadline") else None
        name = event.get("id", name)
        self._notice(name, party, on, items, str(event["level"]), status, deadline)

    def _notice(
        self, name: str, party: str, on: date, items: tuple[str, ...], level: str, status: str, deadline: date | None
    ) -> None:
        self.statuses[name] = status
        # there a letter to the customer is about all that is open
        items = items or tuple(each for each, owner in self.parties.items() if owner == party)
        reached = status in self.settings["reached_status"]
        outcome = "sent" if reached else "queued" if status in ("draft", "open") else "failed"
        self.add(Contact(name, party, on, "letter", outcome=outcome, level=level, items=items, deadline=deadline))

    def on_notice_status(self, name: str, on: date, event: dict[str, Any]) -> None:
        old = self.facts[event["notice"]]
        assert isinstance(old, Contact)
        deadline = day_of(event["deadline"]) if event.get("deadline") else old.deadline
        self._notice(old.id, old.customer, on, old.items, old.level or "", event["status"], deadline)

    def on_notice_cancelled(self, name: str, on: date, event: dict[str, Any]) -> None:
        old = self.facts[event["notice"]]
        assert isinstance(old, Contact)
        self.add(
            Contact(
                old.id, old.customer, old.on, old.channel, outcome=old.outcome, level=old.level, items=old.items,
                deadline=old.deadline, cancelled=on,
            )
        )  # fmt: skip

    def on_reminder(self, name: str, on: date, event: dict[str, Any]) -> None:
        items = tuple(event["items"])
        level = "1" if event["channel"] in self.settings["counts_channels"] else None
        channel: Any = {"mail": "email", "post": "letter", "phone": "call"}[event["channel"]]
        self.add(Contact(name, self.parties[items[0]], on, channel, level=level, items=items))

    def on_action(self, name: str, on: date, event: dict[str, Any]) -> None:
        item = event["item"]
        self.add(Contact(name, self.parties[item], on, "email", level=str(event["level"]), items=(item,)))

    def on_dunning(self, name: str, on: date, event: dict[str, Any]) -> None:
        rows = tuple(self.row(row) for row in event["rows"])
        self.add(Contact(name, self.parties[rows[0].partition("/")[0]], on, "letter", level="1", items=rows))

    def row(self, row: str) -> str:
        """The item that a row of a payment schedule is: the invoice itself, where it has no installments."""
        item = row.partition("/")[0]
        return row if self.invoice(item).installments else item

    def on_attempt(self, name: str, on: date, event: dict[str, Any]) -> None:
        party = event["party"]
        ledger = Ledger(self.facts.values())
        for code in event["currencies"]:
            account = ledger.account(party, code)
            items = account.open_items(as_of=on)
            overdue = tuple(item.invoice for item in items if (item.days_past_due or 0) > 0)
            overdue = overdue or tuple(item.invoice for item in items)
            self.add(Contact(f"{name}-{code}", party, on, "email", level="attempt", items=overdue))

    def on_request_paid(self, name: str, on: date, event: dict[str, Any]) -> None:
        self.on_payment(name, on, {"item": event["item"], "amount": str(self.invoice(event["item"]).amount)})

    def on_account(self, name: str, on: date, event: dict[str, Any]) -> None:
        if event.get("payment_delegated"):
            self.parents[event["party"]] = event["parent"]

    def on_run(self, name: str, on: date, event: dict[str, Any]) -> None:
        """A run is no fact of the books."""

    on_check_requested = on_run


# The answers


class Answers:
    """What our policies say of a scenario on a day, in the words of the file."""

    def __init__(self, case: dict[str, Any], question: dict[str, Any]) -> None:
        self.settings: Settings = case["policy"]
        self.facts = case["facts"]
        self.question = question
        self.sees = question.get("sees", len(case["facts"]))
        self.on = day_of(question["on"])
        self.books = Books(self.settings, self.facts[: self.sees], self.on)
        built = ENGINES[case["engine"]](self.settings)
        self.policies = built if isinstance(built, tuple) else (built,)

    def __getitem__(self, key: str) -> Any:
        return getattr(self, f"of_{key}")(self.question["expected"][key])

    # what is decided

    def decisions(self, day: date | None = None, books: Books | None = None) -> Iterator[Decision]:
        """The decisions of all policies for all accounts."""
        books = books or self.books
        for policy in self.policies:
            for account in books.ledger:
                yield from decide(account, policy, as_of=day or self.on, custom=books.custom)

    def of_unit(self, unit: str, decision: Decision) -> bool:
        """Whether a decision is about an item or a party."""
        return unit in (decision.case, decision.customer)

    def messages(self) -> Iterator[Action]:
        """The notices that would newly go out, as messages to the customers."""
        for policy in self.policies:
            found = plan(self.books.ledger, policy, as_of=self.on, custom=self.books.custom)
            again = {
                action.id
                for each in found
                if each.reasons and each.reasons[0].code == "action_outstanding"
                for action in each.actions
            }
            for action in found.messages:
                if isinstance(action.activity, Notify) and action.id not in again:
                    yield action

    def proposals(self) -> dict[str, list[str]]:
        """The levels proposed for each item and each party."""
        found: dict[str, list[str]] = {}
        for action in self.messages() if not self.is_backdated() else ():
            for unit in (*action.items, action.customer):
                found.setdefault(unit, []).append(action.level)
        return found

    def is_backdated(self) -> bool:
        """Whether the engine refuses to look at a day before what it has recorded."""
        later = (day_of(each["on"]) > self.on for each in self.facts[: self.sees] if each["event"] in ("run", "notice"))
        return bool(self.settings.get("refuse_backdated_run")) and any(later)

    def level_of(self, unit: str) -> int:
        """The level held, that of a notice in preparation included where it freezes its line."""
        levels = [int(each.level or 0) for each in self.decisions() if self.of_unit(unit, each)]
        if self.settings.get("draft") == "freezes":
            queued = (
                each for each in self.books.facts.values() if isinstance(each, Contact) and each.outcome == "queued"
            )
            levels += [int(each.level or 0) for each in queued if unit in each.items]
        return max(levels, default=0)

    def item(self, name: str) -> Any:
        """An open item; None when nothing of it is open."""
        found = (each for each in self.books.ledger.open_items(as_of=self.on) if name in (each.id, each.invoice))
        return next(found, None)

    def of_propose(self, expected: dict[str, Any]) -> Any:
        found = self.proposals()
        only = self.settings.get("only_last_levels")
        answers: dict[str, Any] = {}
        for unit, level in expected.items():
            levels = sorted({int(each) for each in found.get(unit, ())}, reverse=True)
            if only is not None and self.level_of(unit) not in only:
                levels = []
            answers[unit] = levels if isinstance(level, list) else (levels[0] if levels else None)
        return answers

    def of_error(self, expected: str) -> Any:
        return expected if self.is_backdated() else None

    def of_level(self, expected: dict[str, Any]) -> Any:
        return {unit: self.level_of(unit) for unit in expected}

    of_party_level = of_level

    def of_status(self, expected: dict[str, Any]) -> Any:
        notices = [each for each in self.books.facts.values() if isinstance(each, Contact)]
        return {
            unit: next(self.books.statuses[each.id] for each in reversed(notices) if unit in each.items)
            for unit in expected
        }

    def of_final(self, expected: list[str]) -> Any:
        if self.settings["end"] != "final":
            return []
        return [each.case for each in self.decisions() if each.status == "ended"]

    def of_next_eligible(self, expected: dict[str, Any]) -> Any:
        return {
            unit: next(str(each.next_date) for each in self.decisions() if self.of_unit(unit, each))
            for unit in expected
        }

    # amounts and charges

    def of_amount(self, expected: dict[str, Any]) -> Any:
        answers: dict[str, Decimal] = {}
        for unit in expected:
            invoice, item = self.books.invoice(unit), self.item(unit)
            rate = Decimal(self.settings.get("rates_at_run", {}).get(invoice.currency, 1))
            amount = invoice.amount if self.settings["part_payment"] == "ignored" else item.open * rate
            answers[unit] = amount
        return answers

    def schedules(self) -> list[FeeSchedule]:
        """The fees of the levels."""
        fees: list[Fee] = []
        for level in self.settings.get("levels", ()):
            name, fee = str(level["level"]), level.get("fee")
            if fee and fee["type"] == "percent":
                of: Any = "original" if fee["of"] == "original_amount" else "open"
                fees.append(Fee.percent(Decimal(fee["percent"]) / 100, of=of, level=name))
            elif fee:
                fees += [Fee.fixed(amount, level=name, currency=code) for code, amount in self.converted(fee)]
            if Decimal(level.get("line_fee", 0)):
                fees.append(Fee.fixed(Decimal(level["line_fee"]), level=name))
            for key in ("line_fee_percent", "flat_interest_percent"):
                if key in level:
                    fees.append(Fee.percent(Decimal(level[key]) / 100, level=name))
        return [FeeSchedule("fees", tuple(fees))] if fees else []

    def converted(self, fee: dict[str, Any]) -> Iterator[tuple[str | None, Decimal]]:
        """A fee in its own currency and in those it is converted to."""
        amount = Decimal(fee["amount"])
        yield fee.get("currency"), amount
        for code, rate in self.settings.get("fee_conversion", {}).items():
            yield code, (amount / Decimal(rate)).quantize(Decimal("0.01"))

    def charged(self, ledger: Ledger) -> dict[str, Decimal]:
        """What the fees come to by now, for each item."""
        found: dict[str, Decimal] = {}
        for schedule in self.schedules():
            for account in ledger:
                for charge in proposed_charges(account, schedule, as_of=self.on):
                    found[charge.invoice] = found.get(charge.invoice, Decimal(0)) + charge.amount
        return found

    def of_fees(self, expected: dict[str, Any]) -> Any:
        found = self.charged(self.books.ledger)
        return {unit: found.get(unit, Decimal(0)) for unit in expected}

    def of_balance(self, expected: dict[str, Any]) -> Any:
        return {unit: self.item(unit).open + amount for unit, amount in self.of_fees(expected).items()}

    def of_next_fee(self, expected: dict[str, Any]) -> Any:
        sent = [fact for action in self.messages() if (fact := action.as_fact(on=self.on)) is not None]
        before, after = self.charged(self.books.ledger), self.charged(self.books.ledger + sent)
        return {unit: after.get(unit, Decimal(0)) - before.get(unit, Decimal(0)) for unit in expected}

    of_next_interest = of_next_fee

    def of_total(self, expected: Any) -> Any:
        if isinstance(expected, str):
            return self.open() + self.of_dunning_amount("")
        messages = list(self.messages())
        answers: dict[str, Decimal] = {}
        for unit in expected:
            own = [each for each in messages if each.customer == unit]
            credit = min(
                (amount for each in own for name, amount in each.also if name == "unapplied"), default=Decimal(0)
            )
            account = self.books.account(unit)
            overdue = sum((each.overdue for each in self.decisions() if each.customer == unit), Decimal(0))
            unapplied = account.unapplied(as_of=self.on) if account else Decimal(0)
            answers[unit] = sum((each.amount for each in own), Decimal(0)) + credit if own else overdue - unapplied
        return answers

    def of_letter(self, expected: dict[str, Any]) -> Any:
        answers: dict[str, bool] = {}
        for unit in expected:
            account = self.books.account(unit)
            assert account is not None
            held = [each for each in self.decisions() if each.customer == unit and each.level is not None]
            dunned = sum((each.open for each in held), Decimal(0))
            answers[unit] = dunned > account.unapplied(as_of=self.on)
        return answers

    # documents of one engine or another

    def of_document(self, expected: dict[str, Any]) -> Any:
        found = self.proposals()
        return {unit: unit in found for unit in expected}

    def of_document_level(self, expected: dict[str, Any]) -> Any:
        found = self.proposals()
        return {unit: max(map(int, found[unit])) for unit in expected}

    def of_not_due(self, expected: list[str]) -> Any:
        asked = {name for each in self.messages() for name in each.items}
        listed = {name for each in self.messages() for name, _ in each.also if name != "unapplied"}
        return sorted(listed - asked)

    def of_can_cancel(self, expected: dict[str, Any]) -> Any:
        standing = [
            each
            for each in self.books.facts.values()
            if isinstance(each, Contact) and each.is_notice and each.cancelled is None
        ]
        answers: dict[str, bool] = {}
        for name in expected:
            notice = next(each for each in standing if each.id == name)
            others = [each for each in standing if {*each.items} & {*notice.items}]
            answers[name] = all(int(each.level or 0) <= int(notice.level or 0) for each in others)
        return answers

    def of_draft_expired(self, expected: dict[str, Any]) -> Any:
        """A draft goes when its item is still held on the day after."""
        tomorrow = {each.case: each.status for each in self.decisions(self.on + timedelta(days=1))}
        drafts: Any = self.books.facts
        return {name: all(tomorrow[item] == "held" for item in drafts[name].items) for name in expected}

    def of_write_off(self, expected: list[str]) -> Any:
        given = [each for each in self.decisions() if each.actions and each.actions[0].level == each.level]
        return [each.case for each in given if any(isinstance(act.activity, ProposeWriteOff) for act in each.actions)]

    def of_days_overdue(self, expected: dict[str, Any]) -> Any:
        return {unit: self.item(unit).days_past_due - self.settings["line_grace_days"] for unit in expected}

    def of_evaluated_because(self, expected: str) -> Any:
        """Ours is evaluated on any day: that it changes on the day on which a hold ends is what can be shown."""
        before = {each.case: each.status for each in self.decisions(self.on - timedelta(days=1))}
        ended = [each for each in self.decisions() if before[each.case] == "held" and each.status == "due"]
        return "hold_ended" if ended else None

    def of_carrying(self, expected: dict[str, Any]) -> Any:
        answers: dict[str, str] = {}
        for unit in expected:
            account = self.books.account(unit)
            assert account is not None
            answers[unit] = account.open_items(as_of=self.on)[0].invoice
        return answers

    def of_counters(self, expected: dict[str, Any]) -> Any:
        cycles = {name: each.cycle for each in self.messages() for name in each.items}
        return {unit: cycles.get(unit) for unit in expected}

    # ERPNext's document

    def open(self) -> Decimal:
        return sum((each.open for each in self.books.ledger.open_items(as_of=self.on)), Decimal(0))

    def of_interest(self, expected: str) -> Any:
        """Interest from the due date on what is open now, whatever was charged before."""
        rate = Decimal(self.settings["interest_percent_year"]) / 100
        interest = Interest("interest", Rate(rate)) if rate else None
        charges = [
            charge
            for account in self.books.ledger
            if interest is not None
            for charge in proposed_charges(account, interest, as_of=self.on)
        ]
        return sum((charge.amount for charge in charges), Decimal(0))

    def of_dunning_amount(self, expected: str) -> Any:
        return self.of_interest(expected) + Decimal(self.settings["fee"])

    def of_earlier_dunnings(self, expected: int) -> Any:
        return sum(1 for each in self.books.facts.values() if isinstance(each, Contact))

    def of_overdue_rows(self, expected: list[str]) -> Any:
        names = {name for each in self.messages() for name in each.items}
        return sorted(name if "/" in name else f"{name}/1" for name in names)

    def of_resolved(self, expected: bool) -> Any:
        return all(
            self.item(name) is None
            for each in self.books.facts.values()
            if isinstance(each, Contact)
            for name in each.items
        )

    # Kill Bill's states

    def state_of(self, party: str, day: date, sees: int | None = None) -> str:
        """The state that a policy without memory gives."""
        books = self.books if sees is None else Books(self.settings, self.facts[:sees], day)
        party = books.parents.get(party, party)
        levels = [
            each.actions[0].level for each in self.decisions(day, books) if each.customer == party and each.actions
        ]
        return levels[0] if levels else str(self.settings["clear_name"])

    def of_state(self, expected: dict[str, Any]) -> Any:
        if self.settings["evaluation"] == "queued":
            return {party: self.queued_state(party) for party in expected}
        return {party: self.state_of(party, self.on) for party in expected}

    def queued_state(self, party: str) -> str:
        """The state that the last check has stored: every fact causes one, and each one queues the next."""
        state: str = self.settings["clear_name"]
        check: date | None = None
        days = sorted({day_of(each["on"]) for each in self.facts[: self.sees]})
        while coming := [day for day in (*days[:1], check) if day is not None and day <= self.on]:
            day = min(coming)
            days = [each for each in days if each > day]
            known = sum(1 for each in self.facts[: self.sees] if day_of(each["on"]) <= day)
            state = self.state_of(party, day, known)
            wait = self.settings["interval_days"].get(state, self.settings["initial_interval_days"])
            queued = day + timedelta(days=wait)
            check = queued if check is None or check <= day else min(check, queued)
        return state

    def of_next_change(self, expected: dict[str, Any]) -> Any:
        answers: dict[str, str | None] = {}
        for party in expected:
            found = next((each for each in self.decisions() if each.customer == party), None)
            answers[party] = str(found.next_date) if found is not None and found.next_date else None
        return answers

    def of_next_check(self, expected: dict[str, Any]) -> Any:
        checks = [each for each in self.facts[: self.sees] if each["event"] == "check_requested"]
        return {party: min(each["check_on"] for each in checks if each["party"] == party) for party in expected}

    # Lago's attempts

    def of_attempt(self, expected: list[str]) -> Any:
        return sorted({each.currency for each in self.messages()})

    def counters(self) -> dict[str, int]:
        """The attempts made in each currency in which something was tried, set back where the table says so."""
        tried = {each.id.rpartition("-")[2] for each in self.books.facts.values() if isinstance(each, Contact)}
        found = dict.fromkeys(tried, 0)
        for each in self.decisions():
            if each.currency in tried and each.level is not None:
                notices = [fact for fact in self.books.facts.values() if isinstance(fact, Contact)]
                found[each.currency] = sum(1 for fact in notices if fact.id.endswith(each.currency))
        return found

    def of_counters_before(self, expected: dict[str, Any]) -> Any:
        return self.counters()

    def of_attempts(self, expected: dict[str, Any]) -> Any:
        found = self.counters()
        for code in self.of_attempt([]):
            found[code] = found.get(code, 0) + 1
        return found

    def of_finished(self, expected: bool) -> Any:
        tried = self.of_attempt([])
        return bool(tried) and all(count >= self.settings["max_attempts"] for count in self.of_attempts({}).values())

    def of_request(self, expected: dict[str, Any]) -> Any:
        return {each.currency: each.amount for each in self.messages()}

    def of_requests(self, expected: list[dict[str, Any]]) -> Any:
        amounts: dict[tuple[str, str], Decimal] = {}
        for each in self.messages():
            for name in each.items:
                key = each.currency, self.books.entities[name]
                amounts[key] = amounts.get(key, Decimal(0)) + self.item(name).open
        return [{"currency": key[0], "entity": key[1], "amount": amount} for key, amount in sorted(amounts.items())]

    def of_overdue(self, expected: list[str]) -> Any:
        items = self.books.ledger.open_items(as_of=self.on)
        return sorted(each.id for each in items if (each.days_past_due or 0) > 0 and not each.disputed)

    def of_last_attempt(self, expected: str) -> Any:
        return max(each["on"] for each in self.facts[: self.sees] if each["event"] == "attempt")
