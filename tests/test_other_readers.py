"""The nouns in the hands of cattrs and pydantic, which read them by their annotations or through plain data."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, TypeAlias

import cattrs
import pytest
from hypothesis import given
from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError, WithJsonSchema

from dunning import Invoice, Payment, Policy
from dunning.ledger import Fact
from dunning.ledger.kinds import KINDS
from dunning.serial import from_data, schema, to_data
from dunning.terms import Terms
from tests import strategies
from tests.test_serial import known


def reading(read: Callable[[Any], Any], text: Any, _: Any) -> Any:
    return read(text)


def converter() -> cattrs.Converter:
    """What a program sets up that uses cattrs: texts for decimals and days, terms as they are written."""
    made = cattrs.Converter(forbid_extra_keys=True)
    reads: Any = ((date, date.fromisoformat), (time, time.fromisoformat), (datetime, datetime.fromisoformat))
    for kind, read in reads:
        made.register_unstructure_hook(kind, kind.isoformat)
        made.register_structure_hook(kind, partial(reading, read))
    made.register_unstructure_hook(Decimal, str)
    made.register_structure_hook(Decimal, lambda text, _: Decimal(text))
    made.register_unstructure_hook(Terms, str)
    made.register_structure_hook(Terms, lambda text, _: Terms.parse(text))
    return made


@pytest.mark.parametrize("kind", [row.name for row in KINDS.values()])
def test_cattrs_reads_facts_by_their_annotations(kind: str) -> None:
    made = converter()
    for fact in known()[kind]:
        data = json.loads(json.dumps(made.unstructure(fact)))
        cls: Any = fact.__class__
        assert made.structure(data, cls) == fact


def test_cattrs_tells_what_a_fact_cannot_be() -> None:
    bad: dict[str, Any] = {
        "id": "I",
        "customer": "C",
        "issued": "2026-01-05",
        "due": None,
        "amount": "-5",
        "currency": "EUR",
    }
    with pytest.raises(cattrs.ClassValidationError) as caught:
        converter().structure(bad, Invoice)
    told: Any = caught.value
    assert any("amount: Decimal('-5') is not" in str(each) for each in told.exceptions)


AsData: Any = PlainSerializer(to_data)
InvoiceField: TypeAlias = Annotated[Invoice, BeforeValidator(partial(from_data, kind=Invoice)), AsData]
PolicyField: TypeAlias = Annotated[Policy, BeforeValidator(partial(from_data, kind=Policy)), AsData]
"""Nouns as fields of pydantic models: read and written as plain data."""


class Pushed(BaseModel):
    """What a web application is sent: an invoice and the policy for it."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    invoice: InvoiceField
    policy: PolicyField | None = None


class Paid(BaseModel):
    """A payment, with the JSON Schema of its kind."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    payment: Annotated[
        Payment, BeforeValidator(partial(from_data, kind=Payment)), AsData, WithJsonSchema(schema("payment"))
    ]


@given(strategies.some_books, strategies.policies())
def test_pydantic_reads_and_writes_nouns_as_plain_data(facts: list[Fact], policy: Policy) -> None:
    for invoice in (fact for fact in facts if isinstance(fact, Invoice)):
        sent = json.dumps({"invoice": to_data(invoice), "policy": to_data(policy)})
        model = Pushed.model_validate_json(sent)
        assert (model.invoice, model.policy) == (invoice, policy)
        assert json.loads(model.model_dump_json()) == json.loads(sent)


def test_pydantic_tells_every_fault_with_its_path() -> None:
    with pytest.raises(ValidationError) as caught:
        Pushed.model_validate({"invoice": {"kind": "invoice", "id": "", "amount": "x"}})
    (fault,) = caught.value.errors()
    assert fault["loc"] == ("invoice",)
    for part in ("id: '' is not", "amount: 'x' is not", "customer: missing", "currency: missing"):
        assert part in fault["msg"]


def test_pydantic_shows_the_schema_of_a_kind() -> None:
    shown = Paid.model_json_schema()["properties"]["payment"]
    assert shown["properties"]["currency"] == {"type": "string", "pattern": "^[A-Z]{3}$"}
