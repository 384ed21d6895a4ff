"""How callers group accounts: by a label for each, in one currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, cast

from dunning.errors import InvalidValue
from dunning.ledger.account import Account
from dunning.ledger.ledger import Ledger

Grouping: TypeAlias = (
    Mapping[str, str]
    | Mapping[tuple[str, str], str]
    | Mapping[str | tuple[str, str], str]
    | Callable[[Account], str]
    | None
)
"""The label of an account: from a mapping by customer or by (customer, currency), also mixed, or by a function."""


def label_by(what: str, by: Grouping) -> Callable[[Account], str]:
    """How the label of an account is found; "(none)" for one that a mapping does not have, "all" for every one of None.

    Raises:
        InvalidValue: it is neither a mapping nor a function, or (when asked) a label is no text.
    """
    if by is None:
        return lambda account: "all"
    if not isinstance(by, Mapping) and not callable(by):
        raise InvalidValue(what, [f"by: {by!r} is not a mapping from customer to label, or a function of account"])

    def label(account: Account) -> str:
        own: Any
        if isinstance(by, Mapping):
            found = cast("Mapping[Any, Any]", by)
            own = found.get((account.customer, account.currency), found.get(account.customer, "(none)"))
        else:
            own = by(account)
        if not isinstance(own, str):
            raise InvalidValue(what, [f"by: the label of {account.customer} is {own!r}; give a text"])
        return own

    return label


def only_currency(what: str, ledger: Ledger, currency: str | None) -> str | None:
    """The one currency asked about; None where there is no account at all.

    Raises:
        InvalidValue: there are several and none was named.
    """
    currencies = ledger.currencies if currency is None else (currency,)
    if len(currencies) > 1:
        raise InvalidValue(what, [f"currency: there are {', '.join(currencies)}; name one"])
    return currencies[0] if currencies else None
