"""Faults as data: where, what kind, which value; problems as a report; and texts of errors that fit a screen."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest

from dunning import Charge, Invoice, Ledger, Level, Policy
from dunning.errors import FAULTS, Fault, InvalidLedger, InvalidValue
from dunning.ledger import Problems
from dunning.policy import Call, Final, Notify, Place
from dunning.presets.policies import STANDARD_B2B
from dunning.serial import from_data

ROW = {"id": "I1", "customer": "C1", "issued": "2026-01-05", "due": "2026-02-04", "amount": "90.00", "currency": "EUR"}


def told(data: Any) -> list[tuple[str, str, str]]:
    """The path, code and value of each fault of plain data."""
    with pytest.raises(InvalidValue) as caught:
        from_data(data)
    return [(fault.path, fault.code, fault.value) for fault in caught.value.faults]


def test_every_code_of_a_fault_is_met() -> None:
    hold = {"kind": "hold", "id": "", "customer": "C", "start": "tomorrow", "end": "2026-01-01", "colour": "red"}
    assert told(hold) == [
        ("colour", "unknown", ""),
        ("id", "not_allowed", "''"),
        ("start", "unreadable", "'tomorrow'"),
        ("reason", "missing", ""),
    ]
    ended = {"kind": "hold", "id": "H", "customer": "C", "start": "2026-01-05", "end": "2026-01-01", "reason": "x"}
    assert told(ended) == [("end", "rule", "")]
    assert {*FAULTS} == {"unknown", "not_allowed", "unreadable", "missing", "rule"}


def test_faults_in_lists_and_levels_have_the_path_of_their_data() -> None:
    data = STANDARD_B2B.to_data()
    levels: list[Any] = [data["levels"][0] | {"gap": -1}, {"do": []}, *data["levels"][2:]]
    with pytest.raises(InvalidValue) as caught:
        Policy.from_data(data | {"levels": levels})
    assert {(fault.path, fault.code) for fault in caught.value.faults} == {
        ("levels[0].gap", "not_allowed"), ("levels[1].name", "missing"), ("levels[1].after", "missing"),
        ("levels[1].do", "rule"), ("levels[1]", "rule"),
    }  # fmt: skip


def test_what_is_wrong_with_a_ladder_is_told_at_its_level() -> None:
    levels = (Level("a", 5, do=(Call(),)), Level("b", 3, do=(Call(),)))
    early = Level("a", -5, optional=True, do=(Notify("email"),))
    ladders: list[tuple[dict[str, Any], str]] = [
        ({"levels": levels}, "levels[1]"),
        ({"levels": (Level("a", 5, business_days=True, do=(Call(),)),)}, "calendar"),
        ({"levels": (early,), "at_end": Final(9, (Place(),))}, "at_end"),
    ]
    for policy, path in ladders:
        with pytest.raises(InvalidValue) as caught:
            Policy("p", **policy)
        assert caught.value.faults[0].path == path


def test_a_fault_is_a_line_of_text_and_travels() -> None:
    fault = Fault("levels[0].gap: -1 is not a whole number", code="not_allowed", value="-1")
    assert fault == "levels[0].gap: -1 is not a whole number"
    assert fault.record() == {
        "path": "levels[0].gap", "code": "not_allowed", "message": "-1 is not a whole number", "value": "-1",
    }  # fmt: skip
    again = pickle.loads(pickle.dumps(fault))
    assert (again, again.record()) == (fault, fault.record())
    error = pickle.loads(pickle.dumps(InvalidValue("Policy", (fault, "x" * 1000))))
    assert error.faults[0].code == "not_allowed"
    assert (len(error.faults[1]) < 500, error.faults[1].path, error.faults[1].code) == (True, "", "rule")
    assert Fault("end: too early").below("[2].hold").path == "[2].hold.end"
    assert Fault("too early").below("hold") == "hold: too early"
    strange: Any = "wrong"
    number: Any = 5
    with pytest.raises(InvalidValue, match="give a text and one of missing, .* not 'x' and 'wrong'"):
        Fault("x", code=strange)
    with pytest.raises(InvalidValue, match="give a text"):
        Fault(number)
    with pytest.raises(InvalidValue, match="give a text"):
        Fault("x", code=[strange])  # type: ignore[arg-type]  # on purpose


def test_a_row_tells_each_of_its_faults() -> None:
    rows: list[dict[str, Any]] = [ROW | {"due": "soon", "amount": None, "colour": "red"}, {"id": "X", "fact": "bill"}]
    problems = Ledger.from_records(rows[:1], kind="invoice", strict=False).problems
    assert [(fault.path, fault.code, fault.value) for fault in problems[0].faults] == [
        ("colour", "unknown", ""), ("due", "unreadable", "'soon'"), ("amount", "missing", ""),
    ]  # fmt: skip
    (bill,) = Ledger.from_records(rows[1:], strict=False).problems
    assert [(fault.path, fault.code) for fault in bill.faults] == [("fact", "unknown")]
    (absent,) = Ledger.from_records([ROW], kind="invoice", columns={"id": "No"}, strict=False).problems
    assert [(fault.path, fault.code) for fault in absent.faults] == [("No", "unknown")]


def test_the_text_of_an_error_fits_a_screen_and_its_problems_are_all_there() -> None:
    rows = [ROW | {"id": f"I{n}", "due": "soon"} for n in range(300)] + [ROW | {"id": "Z", "amount": "much"}]
    with pytest.raises(InvalidLedger) as caught:
        Ledger.from_records(rows, kind="invoice")
    assert str(caught.value).splitlines() == [
        "301 faulty facts; mend them, or set them aside (Ledger.collect, strict=False):",
        "  rows: 301 of 301 rows could not be read: are the columns, the kind and the form of dates right?",
        "  300 times: row 1: I0: Invoice: due: 'soon' is not a day in the format '%Y-%m-%d' (also row 2, row 3, row 4 and 296 more)",
        "  row 301: Z: Invoice: amount: 'much' is not a plain number such as '1234.50'",
    ]
    assert len(caught.value.problems) == 302
    charges = [Charge(f"F{n}", f"I{n}", date(2026, 1, 5), Decimal(5), "fee") for n in range(14)]
    with pytest.raises(InvalidLedger, match=r"14 times: Charge F0: .* \(also F1, F10, F11 and 10 more\)"):
        Ledger(charges)


def test_problems_are_a_report_that_sums_up_what_was_set_aside() -> None:
    bill = Invoice("I", "C", date(2026, 1, 5), date(2026, 2, 4), Decimal("90.00"), "EUR")
    stray = [Charge(f"F{n}", "nowhere", date(2026, 3, 2), Decimal("1000000000000.01"), "fee") for n in range(2)]
    rows: list[dict[str, Any]] = [{"No": "I2", "Sum": "12.50", "Due": "soon", "Who": "D", "Day": "2026-01-05"}]
    names = {"id": "No", "amount": "Sum", "due": "Due", "customer": "Who", "issued": "Day"}
    read = Ledger.from_records(rows, kind="invoice", columns=names, defaults={"currency": "USD"}, strict=False)
    problems = (read + [bill, *stray]).problems
    assert isinstance(problems, Problems)
    with localcontext() as context:
        context.prec = 4
        assert problems.totals() == {
            ("invoice", "USD"): (1, Decimal("12.50")),
            ("charge", None): (2, Decimal("2000000000000.02")),
        }
        assert str(problems).endswith("set aside: 2 charges over 2,000,000,000,000.02; 1 invoice over 12.50 USD")
    first, second, _ = problems.records()
    assert (first["row"], first["code"], first["fact"], first["customer"], first["amount"]) == (
        1, "unreadable", "invoice", "D", Decimal("12.50"),
    )  # fmt: skip
    assert (second["row"], second["code"], second["fact"], second["currency"]) == (
        None,
        "unknown_invoice",
        "charge",
        None,
    )
    fine = Ledger.from_records([ROW | {"amount": "90.001"}], kind="invoice", strict=False).problems
    assert ([each.code for each in fine], fine.totals()) == (["finer"], {})  # nothing was set aside
    assert "<table" in problems._repr_html_()
    assert Ledger([bill]).problems == ()
    assert str(Ledger([bill]).problems).endswith("set aside: nothing")
    assert pickle.loads(pickle.dumps(problems)) == problems
