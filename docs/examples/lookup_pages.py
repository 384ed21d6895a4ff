"""Print a page of what one has to look up, from the code itself: measures, settings, codes, contact_rules or fact_tables.

    python docs/examples/lookup_pages.py settings

`docs/lookup/` holds what it prints. For each setting of a policy it carries out an example twice, as it is and with the
setting changed, and shows on which days something else is done.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar, cast, get_args

import attrs

from dunning import (
    Contact,
    CreditNote,
    Hold,
    Invoice,
    Ledger,
    Level,
    Payment,
    Policy,
    Promise,
    Reversal,
    plan,
)
from dunning.amounts import formatted
from dunning.conditions import measure
from dunning.contact import Limit, Rule, Scope, Span, Where, describe_rule
from dunning.dates import BusinessCalendar
from dunning.decision import REASONS, Action
from dunning.deviations import DEVIATIONS
from dunning.errors import FAULTS
from dunning.interactions import Dispute, FlagKind
from dunning.ledger import PROBLEMS, Fact
from dunning.measures import ACCOUNT_MEASURES, COMPARING, MEASURES
from dunning.policy import Final, Freeze, Minimum, Notify, Regress, Repeat, Review
from dunning.presets.contact_law import PACKS
from dunning.quality import DATA_ISSUES
from dunning.serial import columns
from dunning.sources import ROW_CODES

T = TypeVar("T")


def changed(noun: T, **changes: Any) -> T:
    """The same noun with other values; type checkers do not see that nouns are attrs classes."""
    return cast("T", attrs.evolve(cast("Any", noun), **changes))


def cell(text: object) -> str:
    """A text that a Markdown table can hold."""
    return re.sub(r"`{2,}", "`", str(text)).replace("|", "\\|").replace("\n", " ")


def table(*headings: str, rows: Iterator[tuple[object, ...]]) -> None:
    """Print a Markdown table."""
    print(f"| {' | '.join(headings)} |")
    print(f"| {' | '.join('---' for _ in headings)} |")
    for row in rows:
        print(f"| {' | '.join(map(cell, row))} |")
    print()


def arguments_of(kind: type) -> dict[str, str]:
    """What the docstring of a class says of each argument."""
    said = inspect.getdoc(kind) or ""
    part = said.partition("Args:\n")[2].partition("\n\n")[0]
    return {
        name: re.sub(r"\s+", " ", text).strip()
        for name, text in re.findall(r"^    (\w+): (.*?)(?=^    \w+: |\Z)", part, re.MULTILINE | re.DOTALL)
    }


# measures


def measures() -> None:
    """Every measure of the catalogue."""
    groups = {
        "Of an account": [name for name in ACCOUNT_MEASURES if name not in COMPARING],
        "Of an account beside the others": [name for name in ACCOUNT_MEASURES if name in COMPARING],
        "Of one case of a policy": [name for name in MEASURES if name not in ACCOUNT_MEASURES],
    }
    moves = {"daily": "grows by one a day", "dates": "on days that can be foreseen", "facts": "with facts only"}
    for title, names in groups.items():
        print(f"## {title}\n")
        found = [MEASURES[name] for name in names]
        table(
            "measure", "meaning", "unit", "in brackets", "changes",
            rows=((f"`{each.name}`", each.meaning, each.unit, each.argument or "-", moves[each.moves]) for each in found),
        )  # fmt: skip


# settings

FIRST, LAST = date(2026, 1, 20), date(2026, 5, 31)
BILL = Invoice("A", "ACME", date(2026, 1, 5), date(2026, 2, 4), Decimal("900.00"), "EUR")
OLD = Invoice("A", "ACME", date(2025, 11, 20), date(2025, 12, 20), Decimal("900.00"), "EUR")
OTHER = Invoice("B", "ACME", date(2026, 1, 26), date(2026, 2, 25), Decimal("100.00"), "EUR")
UNDATED = Invoice("U", "ACME", date(2026, 1, 26), None, Decimal("100.00"), "EUR")
PART = Payment("P", "ACME", date(2026, 2, 12), Decimal("850.00"), "EUR", applied=(("A", Decimal("850.00")),))
LOOSE = Payment("L", "ACME", date(2026, 2, 6), Decimal("400.00"), "EUR")
WHOLE = Payment("W", "ACME", date(2026, 2, 12), Decimal("900.00"), "EUR", applied=(("A", Decimal("900.00")),))
CREDIT = CreditNote("N", "ACME", date(2026, 2, 12), Decimal("50.00"), "EUR", applied=(("A", Decimal("50.00")),))
PROMISED = Promise("PR", "ACME", date(2026, 2, 6), date(2026, 2, 16), Decimal("900.00"), "EUR")
LATER = changed(PROMISED, made=date(2026, 2, 10))
HELD = Hold("H", "ACME", date(2026, 2, 6), end=date(2026, 2, 20), invoice="A", reason="wrong address")
ABROAD = changed(OTHER, currency="USD", due=date(2026, 2, 7))
DISPUTED = Dispute("D", "A", date(2026, 2, 5), amount=Decimal("300.00"))
QUEUED = Contact("Q", "ACME", date(2026, 2, 8), "letter", level="notice", items=("A",), outcome="queued")
TAKEN_BACK = Contact("C", "ACME", date(2026, 2, 8), "letter", level="notice", items=("A",), cancelled=date(2026, 2, 13))
CLOSED = BusinessCalendar({date(2026, 2, 9), date(2026, 2, 24)})

LADDER = (
    Level("reminder", -3, optional=True, do=(Notify("email"),)),
    Level("notice", 5, deadline=10, do=(Notify("letter"),)),
    Level("demand", 20, do=(Notify("letter"),)),
)
EXAMPLE = Policy("example", LADDER)
ENDLESS = changed(EXAMPLE, at_end=Repeat(14))
FINAL = changed(EXAMPLE, at_end=Final(14, (Notify("letter"),)))


def level(of: str = "notice", **changes: Any) -> Callable[[Policy], Policy]:
    """The policy with another notice, or another level."""

    def another(policy: Policy) -> Policy:
        levels = tuple(changed(each, **changes) if each.name == of else each for each in policy.levels)
        return changed(policy, levels=levels)

    return another


def setting(**changes: Any) -> Callable[[Policy], Policy]:
    """The policy with another setting."""
    return lambda policy: changed(policy, **changes)


Example = tuple[str, Callable[[Policy], Policy], Policy, tuple[Fact, ...]]

BY_INVOICE = changed(EXAMPLE, unit="invoice")
REGRESSING = changed(EXAMPLE, minimum_gap=3)
BOUNCED: tuple[Fact, ...] = (BILL, OTHER, WHOLE, Reversal("R", "W", date(2026, 3, 3)))

EXAMPLES: dict[tuple[type, str], Example] = {
    # (class, field): the value in words, the policy with it, the policy without it, the facts beside its own records
    (Policy, "levels"): ("without the notice", setting(levels=(LADDER[0], LADDER[2])), EXAMPLE, (BILL,)),
    (Policy, "unit"): ("invoice", setting(unit="invoice"), EXAMPLE, (BILL, OTHER)),
    (Policy, "together"): ("highest", setting(together="highest"), BY_INVOICE, (BILL, changed(OTHER, due=BILL.due))),
    (Policy, "advance"): ("highest", setting(advance="highest"), EXAMPLE, (OLD,)),
    (Policy, "minimum_gap"): ("15", setting(minimum_gap=15), changed(EXAMPLE, levels=LADDER[1:]), (OLD,)),
    (Policy, "gap_over"): ("customer", setting(gap_over="customer"), EXAMPLE, (BILL, ABROAD)),
    (Policy, "honour_deadline"): ("False", setting(honour_deadline=False), EXAMPLE, (OLD,)),
    (Policy, "promise_holds"): ("items", setting(promise_holds="items"), EXAMPLE, (BILL, changed(PROMISED, amount=Decimal("300.00")))),
    (Policy, "disputes"): ("asked", setting(disputes="asked"), EXAMPLE, (BILL, DISPUTED)),
    (Policy, "freezes"): ("(Freeze((2, 1), (2, 28)),)", setting(freezes=(Freeze((2, 1), (2, 28)),)), EXAMPLE, (BILL,)),
    (Policy, "minimum"): ("100.00", setting(minimum=Minimum(Decimal("100.00"))), EXAMPLE, (BILL, PART)),
    (Policy, "below_minimum"): ("lower", setting(below_minimum="lower"), level(minimum=Minimum(Decimal("1000.00")))(ENDLESS), (BILL,)),
    (Policy, "promise_grace"): ("5", setting(promise_grace=5), EXAMPLE, (BILL, PROMISED)),
    (Policy, "broken_promise"): ("step_up", setting(broken_promise="step_up"), EXAMPLE, (BILL, LATER)),
    (Policy, "after_hold"): ("7", setting(after_hold=7), EXAMPLE, (BILL, HELD)),
    (Policy, "regress"): ('Regress(paid_in_part="reset")', setting(regress=Regress(paid_in_part="reset")), EXAMPLE, (BILL, PART)),
    (Policy, "resume_within"): ("30", setting(resume_within=30), EXAMPLE, (BILL, OTHER, WHOLE)),
    (Policy, "at_end"): ("Repeat(14)", setting(at_end=Repeat(14)), EXAMPLE, (BILL,)),
    (Policy, "credits"): ("ignored", setting(credits="ignored"), EXAMPLE, (BILL, LOOSE)),
    (Policy, "mention"): ('{"not due"}', setting(mention=frozenset({"not due"})), EXAMPLE, (BILL, OTHER)),
    (Policy, "undated"): ("issued", setting(undated="issued"), EXAMPLE, (UNDATED,)),
    (Policy, "calendar"): ("closed on 9 and 24 February", setting(calendar=CLOSED), EXAMPLE, (BILL,)),
    (Policy, "pending"): ("freeze", setting(pending="freeze"), EXAMPLE, (BILL, QUEUED)),
    (Level, "name"): ("first notice", level(name="first notice"), EXAMPLE, (BILL,)),
    (Level, "after"): ("8", level(after=8), EXAMPLE, (BILL,)),
    (Level, "base"): ("issue", level(base="issue", after=40), EXAMPLE, (BILL,)),
    (Level, "month_end"): ("True", level(month_end=True), EXAMPLE, (BILL,)),
    (Level, "when"): ("overdue_balance >= 1000", level(when=measure("overdue_balance") >= 1000), EXAMPLE, (BILL,)),
    (Level, "gap"): ("15", level("demand", gap=15), EXAMPLE, (OLD,)),
    (Level, "optional"): ("True", level(optional=True, when=measure("overdue_balance") >= 1000), level(when=measure("overdue_balance") >= 1000)(EXAMPLE), (BILL,)),
    (Level, "minimum"): ("1000.00", level(minimum=Minimum(Decimal("1000.00"))), EXAMPLE, (BILL,)),
    (Level, "deadline"): ("20", level(deadline=20), EXAMPLE, (BILL,)),
    (Level, "business_days"): ("True", level(business_days=True), changed(EXAMPLE, calendar=CLOSED), (BILL,)),
    (Level, "repeat"): ("Repeat(3)", level(repeat=Repeat(3)), EXAMPLE, (BILL,)),
    (Level, "do"): ('(Notify("sms"),)', level(do=(Notify("sms"),)), EXAMPLE, (BILL,)),
    (Level, "owner"): ("team lead", level(owner="team lead"), EXAMPLE, (BILL,)),
    (Level, "approval"): ("team lead", level(approval="team lead"), EXAMPLE, (BILL,)),
    (Repeat, "every"): ("21", setting(at_end=Repeat(21)), ENDLESS, (BILL,)),
    (Repeat, "times"): ("2", setting(at_end=Repeat(14, 2)), ENDLESS, (BILL,)),
    (Repeat, "base"): ("deadline", setting(at_end=Repeat(14, base="deadline")), changed(ENDLESS, levels=(*LADDER[:2], changed(LADDER[2], deadline=10))), (BILL,)),
    (Final, "after"): ("21", setting(at_end=Final(21, (Notify("letter"),))), FINAL, (BILL,)),
    (Final, "do"): ("(Review(),)", setting(at_end=Final(14, (Review(),))), FINAL, (BILL,)),
    (Final, "name"): ("last letter", setting(at_end=Final(14, (Notify("letter"),), "last letter")), FINAL, (BILL,)),
    (Final, "approval"): ("director", setting(at_end=Final(14, (Notify("letter"),), approval="director")), FINAL, (BILL,)),
    (Regress, "paid_in_part"): ("reset", setting(regress=Regress(paid_in_part="reset")), REGRESSING, (BILL, PART)),
    (Regress, "oldest_settled"): ("reset", setting(regress=Regress(oldest_settled="reset")), REGRESSING, (BILL, changed(OTHER, due=date(2026, 2, 5)), WHOLE)),
    (Regress, "credited"): ("reset", setting(regress=Regress(credited="reset")), REGRESSING, (BILL, CREDIT)),
    (Regress, "notice_cancelled"): ("keep", setting(regress=Regress(notice_cancelled="keep")), REGRESSING, (BILL, TAKEN_BACK)),
    (Regress, "payment_reversed"): ("reset", setting(regress=Regress(payment_reversed="reset")), REGRESSING, BOUNCED),
}  # fmt: skip


def steps(policy: Policy, facts: tuple[Fact, ...]) -> list[str]:
    """What is done from day to day where everything that is proposed is done on its day."""
    ledger, found, day = Ledger(facts), list[str](), FIRST
    while day <= LAST:
        messages = plan(ledger.known_at(day), policy, as_of=day).messages
        found += [f"{day.day} {day:%b}: {said(action, several=len(facts) > 1)}" for action in messages]
        ledger += [
            fact for action in messages if (fact := action.as_fact(on=day, approved_by=action.approval)) is not None
        ]
        day += timedelta(days=1)
    return found


def said(action: Action, *, several: bool) -> str:
    """An action in a few words."""
    parts = [f"{action.level} ({action.activity}), {formatted(action.amount)}"]
    parts += [f"of {' and '.join(action.items)}"] if several else []
    parts += [f", {action.days_to_pay} days to pay"] if action.days_to_pay is not None else []
    parts += [f", lists {name}" for name, _ in action.also]
    parts += [f", for the {action.owner}"] if action.owner else []
    parts += [f", approved by the {action.approval}"] if action.approval else []
    return " ".join(parts).replace(" ,", ",")


def story(facts: tuple[Fact, ...]) -> str:
    """The facts of an example in words."""
    return ", ".join(map(told, facts))


def told(fact: Any) -> str:
    """A fact in a few words: what, how much, when."""
    days = [getattr(fact, name, None) for name in ("due", "received", "on", "start", "issued")]
    day = next((each for each in days if each is not None), None)
    amount = f" of {formatted(fact.amount)}" if getattr(fact, "amount", None) else ""
    name = f" {fact.id}" if isinstance(fact, Invoice) else ""
    kind = re.sub(r"(?<!^)(?=[A-Z])", " ", type(fact).__name__).lower()
    outcome = f" ({fact.outcome})" if getattr(fact, "outcome", None) else ""
    ends = {"end": "to", "cancelled": "cancelled on", "made": "made on"}
    more = "".join(
        f", {word} {end.day} {end:%b}" for field, word in ends.items() if (end := getattr(fact, field, None))
    )
    when = "" if day is None else f" {'due ' if getattr(fact, 'due', None) else ''}{day.day} {day:%b}"
    return f"{kind}{name}{amount}{outcome}{when}{more}"


def differences(example: Example) -> tuple[str, str]:
    """What is done without the setting and with it, as far as it differs."""
    _, change, without, facts = example
    before, after = steps(without, facts), steps(change(without), facts)
    only = [[line for line in lines if line not in others] for lines, others in ((before, after), (after, before))]
    first, second = [
        "; ".join(lines[:2]) + (" and so on" if len(lines) > 2 else "") or "no further action" for lines in only
    ]
    return first, second


def settings() -> None:
    """Every setting of a policy and of its parts, with an example."""
    kinds: tuple[Any, ...] = (Policy, Level, Repeat, Final, Regress)
    for kind in kinds:
        print(f"## {kind.__name__}\n")
        meanings = arguments_of(kind)
        for field in attrs.fields(kind):
            default = "required" if field.default is attrs.NOTHING else f"`{worded(field.default)}` by default"
            print(f"### `{field.name}`\n\n{sentence(meanings[field.name])} ({default})\n")
            if (kind, field.name) in EXAMPLES:
                example = EXAMPLES[kind, field.name]
                without, done = differences(example)
                print(f"Given {story(example[3])}:\n\n* With `{example[0]}`: {done}.\n* Without: {without}.\n")


def sentence(text: str) -> str:
    """A text with a capital letter and a full stop."""
    return f"{text[:1].upper()}{text[1:]}".rstrip(".") + "."


def worded(value: object) -> str:
    """A default as one writes it."""
    if isinstance(value, (Regress, Repeat, Final)):
        return f"{type(value).__name__}()"
    return "ALWAYS" if value == LADDER[0].when else repr(value) if not isinstance(value, Decimal) else str(value)


# codes


def codes() -> None:
    """Every code that a program may match on."""
    print("## Reasons of a decision\n")
    print("`Reason.code`, with what `str` says; the gaps are filled by the fields of the reason.\n")
    table("code", "says", rows=((f"`{code}`", text) for code, text in REASONS.items()))
    print("## Problems of a ledger\n")
    print("`Problem.code`.\n")
    table("code", "meaning", rows=((f"`{code}`", text) for code, text in PROBLEMS.items()))
    print("## Quality of data\n")
    print("`DataIssue.code` of each of `data_quality(ledger)`.\n")
    table("code", "meaning", rows=((f"`{code}`", text) for code, text in DATA_ISSUES.items()))
    print("## Rows of exports\n")
    print("`RowNote.code` of each of `load(...)`, beside what became of the row (`then`).\n")
    table("code", "meaning", rows=((f"`{code}`", text) for code, text in ROW_CODES.items()))
    print("## Faults of values\n")
    print(
        "`Fault.code` of each of `InvalidValue.faults` and `Problem.faults`, beside its `path`, `message` and `value`.\n"
    )
    table("code", "meaning", rows=((f"`{code}`", text) for code, text in FAULTS.items()))
    print("## Deviations\n")
    print("`Deviation.kind`.\n")
    table("code", "meaning", rows=((f"`{code}`", text) for code, text in DEVIATIONS.items()))


# contact rules


def contact_rules() -> None:
    """Every kind of rule of contact, with a rule of that kind."""
    print("## Limits\n")
    found = {type(rule.limit): rule for rules in reversed(tuple(PACKS.values())) for rule in reversed(rules)}
    table(
        "limit", "meaning", "fields", "a rule with it",
        rows=(
            (f"`{kind.__name__}`", " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split()), fields_of(kind), example(found, kind))
            for kind in get_args(Limit)
        ),
    )  # fmt: skip
    print("## Their parts\n")
    table(
        "part",
        "meaning",
        "fields",
        rows=(
            (f"`{kind.__name__}`", " ".join((inspect.getdoc(kind) or "").partition("\n\n")[0].split()), fields_of(kind))
            for kind in (Rule, Scope, Where, Span)
        ),
    )
    print("## Flags\n")
    print(
        f"What rules know of a customer, as `ContactFlag.kind`: {', '.join(f'`{each}`' for each in get_args(FlagKind))}."
    )


def fields_of(kind: Any) -> str:
    """The fields of a class, as code."""
    return ", ".join(f"`{field.name}`" for field in attrs.fields(kind)) or "-"


def example(found: dict[type, Rule], kind: type) -> str:
    """A rule of a kind in words, with what it cites."""
    return "-" if kind not in found else f"{describe_rule(found[kind])} ({found[kind].cite})"


def fact_tables() -> None:
    """Print the table of each kind of fact."""
    for kind in (get_args(each)[0] if get_args(each) else each for each in get_args(Fact)):
        print(f"## {kind_of(kind)}\n")
        rows = (
            (f"`{each.name}`", each.type, "" if each.is_required else "yes", each.about)
            for each in columns(kind_of(kind))
        )
        table("column", "type", "null", "meaning", rows=rows)


def kind_of(fact: type) -> str:
    """The name of the table of a class of facts."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", fact.__name__).lower()


PAGES: dict[str, Callable[[], None]] = {
    "measures": measures,
    "settings": settings,
    "codes": codes,
    "contact_rules": contact_rules,
    "fact_tables": fact_tables,
}

if __name__ == "__main__":
    PAGES[sys.argv[1] if len(sys.argv) > 1 else "codes"]()
