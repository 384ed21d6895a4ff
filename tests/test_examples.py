"""The collections day as a user runs it: on the sample book, on a stranger's file, and on input with faults."""

from __future__ import annotations

import os
import pathlib
import runpy
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import attrs
import lookup_pages
import pytest
from hypothesis import given, settings

from dunning.interactions import PaymentPlan
from dunning.invoice import Installment, Invoice
from dunning.ledger import Fact, Ledger
from dunning.policy import Final, Level, Policy, Regress, Repeat
from dunning.terms import Terms
from tests import strategies

pytestmark = pytest.mark.slow
SCRIPT = pathlib.Path(__file__).resolve().parent.parent / "docs" / "examples" / "collections_day.py"


class Ran(NamedTuple):
    """What a program gave."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a program in this process, as if it had been called with these arguments."""

    def ran(*arguments: str, script: pathlib.Path = SCRIPT) -> Ran:
        monkeypatch.setattr(sys, "argv", [str(script), *arguments])
        code = 0
        try:
            runpy.run_path(str(script), run_name="__main__")
        except SystemExit as end:
            code = int(end.code or 0)
        shown = capsys.readouterr()
        return Ran(code, shown.out, shown.err)

    return ran


def with_seed(seed: str, script: pathlib.Path = SCRIPT) -> str:
    """What a program prints in a process of its own, with this hash seed."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
    shown = subprocess.run([sys.executable, str(script)], capture_output=True, check=True, env=environment)
    return shown.stdout.decode("utf-8").replace("\r\n", "\n")


@pytest.mark.parametrize("name", ["collections_day", "desk_day"])
def test_a_program_prints_the_same_with_any_hash_seed(name: str) -> None:
    script = SCRIPT.with_name(f"{name}.py")
    assert len({with_seed(seed, script) for seed in ("0", "4242")}) == 1


def test_the_sample_day_shows_everything(run: Run) -> None:
    first = run()
    assert first.returncode == 0
    for part in ("Aging as of 2026-06-30, EUR", "Aging as of 2026-06-30, USD", "of which disputed", "of which on hold"):
        assert part in first.stdout
    for part in ("habitually late", "WHAT DO WE DO TODAY", "because", "left out", "dso simple", "SET ASIDE: 6 faulty"):
        assert part in first.stdout
    assert first.stdout.count(": ties") == 3
    for part in ("discounts were taken in time", "QUAY-PLAN: active", "WHARF-PLAN: broken", "2026-05-30 missed"):
        assert part in first.stdout
    assert "contract interest: Lock Engineering, EUR, up to 2026-06-30" in first.stdout


def test_a_strangers_file_works_and_its_faults_are_named(run: Run, tmp_path: pathlib.Path) -> None:
    file = tmp_path / "invoices.csv"
    lines = [
        "No;Client;Date;Due;Total;Paid",
        "17;Brook & Söhne;05.01.2026;04.02.2026;99.90;",
        "18;Brook & Söhne;05.01.2026;;10.00;01.02.2026",
        "19;Ash;05.01.2026;04.02.2026;1.300,50;",
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    options = ["--invoices", str(file), "--delimiter", ";", "--currency", "EUR", "--date-format", "%d.%m.%Y"]
    columns = ["id=No", "customer=Client", "issued=Date", "due=Due", "amount=Total", "settled=Paid"]
    day = run(*options, "--as-of", "2026-03-01", "--map", *columns)
    assert day.returncode == 0
    assert "control total 99.90: ties" in day.stdout
    assert "row 3: 19: Invoice: amount: '1.300,50' is not a plain number such as '1234.50'" in day.stdout

    wrong = run(*options, "--map", "id=Number", *columns[1:])
    assert wrong.returncode == 2
    assert "none of 3 rows could be read" in wrong.stderr
    assert "Number: no such column; the row has No, Client" in wrong.stderr
    assert (
        run(*options, "--map", "id").stderr.strip()
        == "collections_day: --map takes field=column pairs; id has no column"
    )
    assert "collections_day: " in run("--invoices", str(tmp_path / "nowhere.csv")).stderr


def test_the_desk_day_goes_from_a_worklist_to_what_tomorrow_brings(run: Run) -> None:
    script = SCRIPT.parent / "desk_day.py"
    first = run(script=script)
    assert (first.returncode, first.stderr) == (0, "")
    for part in (
        "Worklist for 2026-06-30",
        "8 calls are taken; none is left without a caller",
        "MAY WE CALL?\n  yes, now",
        "WHAT THEY OWE",
        "WHAT WE MAY OFFER",
        "Contact, ContactFlag, Promise.",
        "of them to be followed up",
        "Against the policy, in thirty days: {'missing': ",
    ):
        assert part in first.stdout, part


def test_crashes_double_runs_and_missed_nights_are_harmless(run: Run) -> None:
    shown = run(script=SCRIPT.with_name("nightly.py"))
    assert shown.returncode == 0, shown.stderr
    lines = shown.stdout.splitlines()
    assert "15 messages; 19 facts in the database." in lines
    assert "With a crash and a double run every night: the same messages (True), 19 facts." in lines
    assert "Looking only on the next dates: the same messages (True)." in lines


@given(strategies.some_books)
@settings(max_examples=strategies.some(20))
def test_the_nightly_run_stores_facts_whole(facts: list[Fact]) -> None:
    nightly = runpy.run_path(str(SCRIPT.with_name("nightly.py")))
    issued = date(2026, 1, 5)
    parts = (Installment(date(2026, 2, 5), Decimal(4)), Installment(date(2026, 3, 5), Decimal(5)))
    facts += [
        Invoice("UNDATED", "C", issued, None, Decimal(9), "EUR"),
        Invoice("TERMS", "C", issued, None, Decimal("9.90"), "EUR", terms=Terms.parse("2/10 net 30")),
        Invoice("PARTS", "C", issued, None, Decimal(9), "EUR", installments=parts),
        PaymentPlan("PLAN", "C", issued, "EUR", parts, ("PARTS",)),
    ]
    with closing(nightly["opened"]()) as base:
        for fact in facts:
            nightly["stored"](base, fact)
        assert nightly["loaded"](base) == Ledger(facts)


def test_the_page_of_all_kpis_shows_what_the_program_prints(run: Run) -> None:
    shown = run(script=SCRIPT.with_name("kpi_table.py"))
    assert shown.returncode == 0, shown.stderr
    page = (SCRIPT.parent.parent / "kpis.md").read_text(encoding="utf-8")
    assert page.endswith(shown.stdout.strip() + "\n")


def test_the_page_on_other_ladders_shows_what_the_program_prints(run: Run) -> None:
    shown = run(script=SCRIPT.with_name("compare_ladders.py"))
    assert shown.returncode == 0, shown.stderr
    page = (SCRIPT.parent.parent / "ladders.md").read_text(encoding="utf-8")
    assert shown.stdout.strip() in page


@pytest.mark.parametrize("name", ["measures", "settings", "codes", "contact_rules", "fact_tables"])
def test_the_pages_to_look_things_up_show_what_the_program_prints(run: Run, name: str) -> None:
    shown = run(name, script=SCRIPT.with_name("lookup_pages.py"))
    assert shown.returncode == 0, shown.stderr
    page = (SCRIPT.parent.parent / "lookup" / f"{name}.md").read_text(encoding="utf-8")
    assert page.endswith(shown.stdout.strip() + "\n")


def test_every_setting_has_an_example_that_makes_a_difference() -> None:
    kinds: tuple[Any, ...] = (Policy, Level, Repeat, Final, Regress)
    settings = {(kind, field.name) for kind in kinds for field in attrs.fields(kind)}
    assert set(lookup_pages.EXAMPLES) == settings - {(Policy, "name")}
    for setting, example in lookup_pages.EXAMPLES.items():
        assert len(set(lookup_pages.differences(example))) == 2, setting
