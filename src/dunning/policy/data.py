"""A policy as plain data and back, without loss, and the hash of its content."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from dunning._base.forms import fields_of
from dunning._base.reading import Reader
from dunning._base.writing import write
from dunning.dates import BusinessCalendar
from dunning.policy.levels import Level

if TYPE_CHECKING:
    from dunning.policy.policy import Policy


def level_data(level: Level) -> dict[str, Any]:
    """A level as plain data, without what is at its default."""
    return dict(write(level, Level))


def policy_data(policy: Policy) -> dict[str, Any]:
    """A policy as plain data, without what is at its default."""
    return dict(write(policy, type(policy)))


def setting_data(policy: Policy) -> dict[str, Any]:
    """All settings of a policy but its levels as plain data, those at their default included."""
    fields = (field for field in fields_of(type(policy)) if field.name != "levels")
    return {field.key: write(getattr(policy, field.name), field.hint) for field in fields}


def version_of(policy: Policy) -> str:
    """The first twelve digits of a hash of a policy's plain data."""
    text = json.dumps(policy_data(policy), sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()[:12]


def read_policy(data: object, kind: type[Policy], calendar: BusinessCalendar | None) -> Policy:
    """The policy that plain data describe.

    Raises:
        InvalidValue: every fault, each with its path.
    """
    reader = Reader("Policy")
    table = reader.table(data, "", None)
    reader.finish()
    found = reader.read(table if calendar is None else {"calendar": calendar, **table}, kind)
    reader.finish()
    return cast("Policy", found)
