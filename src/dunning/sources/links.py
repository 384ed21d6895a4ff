"""Who names whom: ids of all rows, each once, and money put to the debts that it names, as far as the amounts go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TypeAlias

from dunning.amounts import ZERO
from dunning.sources.drafts import Draft, Link, Notes
from dunning.sources.merging import sum_of
from dunning.sources.nouns import RowCode

_Claim: TypeAlias = tuple[Draft, Draft, Decimal, Link]
"""So much of a payment or credit, for a debt, as a row says it."""


class Names:
    """The ids of all drafts, each once, and what other rows call them."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._ids: dict[str, Draft] = {}
        self._made: dict[str, int] = {}
        self.debts: dict[str, Draft] = {}
        self.credits: dict[str, Draft] = {}

    def given(self, drafts: Iterable[Draft]) -> list[Draft]:
        """Drafts under ids of their own: made where they have none, with their kind where another row has it."""
        found = sorted(drafts, key=lambda draft: not draft.is_debt)
        for draft in found:
            for key in filter(None, (draft.key, draft.id)):
                self._named(draft).setdefault(key, draft)
            if not draft.id:
                self._notes.of("read", "id_missing", draft)
                draft.id = self._free(f"{draft.kind} {draft.customer} {draft.on} {draft.amount}")
            elif draft.id in self._ids:
                self._notes.of("read", "id_repeated", draft, draft.id)
                draft.id = self._free(f"{draft.kind} {draft.id}")
            self._ids[draft.id] = draft
        for draft in found:
            if draft.reference:
                self._named(draft).setdefault(draft.reference, draft)
        return found

    def _named(self, draft: Draft) -> dict[str, Draft]:
        return self.debts if draft.is_debt else self.credits

    def _free(self, name: str) -> str:
        """A name that no row has yet: this one, or with a number behind it."""
        own = name
        while own in self._ids or name not in self._made:
            self._made[name] = count = self._made.get(name, 0) + 1
            own = name if count == 1 else f"{name} ({count})"
        return own

    def debt_of(self, credit: Draft, link: Link) -> Draft | None:
        """The debt that a payment or credit names; money of one account settles nothing in another."""
        debt = self.debts.get(link.to)
        return debt if debt is not None and debt.account == credit.account else None


def put(names: Names, money: list[Draft], applications: list[Draft], notes: Notes) -> None:
    """Put payments and credits to the debts that they name, as far as the amounts go together."""
    named: dict[int, tuple[Draft, list[Link]]] = {}
    for draft in money:
        if not draft.is_debt and draft.links:
            named.setdefault(id(draft), (draft, []))[1].extend(draft.links)
    for draft in applications:
        credit = names.credits.get(draft.source)
        if credit is None:
            notes.of("noted", "unmatched", draft, draft.source, amount=draft.amount)
        else:
            named.setdefault(id(credit), (credit, []))[1].extend(draft.links)
    wanted: dict[int, list[_Claim]] = {}
    for credit, links in named.values():
        for claim in _claims(names, credit, _net(links), notes):
            wanted.setdefault(id(claim[1]), []).append(claim)
    for claims in wanted.values():
        _to_debt(claims, notes)
    _groups(money)


def _net(links: list[Link]) -> list[Link]:
    """Links of which those below zero are taken off the others to the same debt."""
    if not any(link.amount is not None and link.amount < 0 for link in links):
        return links
    sums: dict[str, Link] = {}
    for link in links:
        known = sums.setdefault(link.to, Link(link.to, ZERO, link.on))
        known.amount = (known.amount or ZERO) + (link.amount or ZERO)
    return [link for link in sums.values() if link.amount and link.amount > 0]


def _claims(names: Names, credit: Draft, links: list[Link], notes: Notes) -> Iterator[_Claim]:
    """How much of a payment or credit each debt gets that it names; what names none is used elsewhere."""
    used = credit.settled()
    left = whole = credit.amount - credit.elsewhere if used is None else used
    for link in links:
        amount = link.amount if link.amount is not None else whole if len(links) == 1 else None
        debt = names.debt_of(credit, link)
        if debt is None or amount is None or amount > left:
            code: RowCode = "unmatched" if debt is None else "does_not_tie"
            notes.of("noted", code, credit, link.to, amount=amount)
            lost = min(link.amount or ZERO, left)
            credit.elsewhere += lost
            left -= lost
        else:
            left -= amount
            yield credit, debt, amount, link


def _to_debt(claims: list[_Claim], notes: Notes) -> None:
    """Put what names a debt to it, up to what was settled of it; the rest was used elsewhere, where that is known."""
    debt = claims[0][1]
    settled = None if debt.table.at_issue else settled_of(debt)
    left = settled if settled is not None else debt.amount if debt.open is None else debt.open
    for credit, _, amount, link in claims:
        part = min(amount, left)
        left -= part
        if part:
            credit.applied.append((debt, part, link.on))
            _cover(debt, part)
        if amount > part:
            notes.of("noted", "does_not_tie", credit, link.to, amount=amount - part)
            if settled is not None and link.amount is not None:
                credit.elsewhere += amount - part


def settled_of(debt: Draft) -> Decimal | None:
    """What is not left of a debt with all its parts; None where nothing says it."""
    parts = [part.settled() for part in debt.parts or [debt]]
    return None if None in parts else sum_of(parts)


def _cover(debt: Draft, amount: Decimal) -> None:
    """Count what is put to a debt; to one of several parts, in their order."""
    for part in debt.parts or [debt]:
        settled = part.settled()
        taken = min(amount, (part.amount if settled is None else settled) - part.covered)
        part.covered += taken
        amount -= taken


def _groups(money: list[Draft]) -> None:
    """Put what settled each other: where one side is a single row, how much of each follows from what is left."""
    groups: dict[str, dict[int, Draft]] = {}
    for draft in money:
        for part in draft.parts or [draft]:
            if part.group:
                groups.setdefault(part.group, {})[id(draft)] = draft
    for group in groups.values():
        members = group.values()
        debts = [each for each in members if each.is_debt and not any(part.covered for part in each.parts or [each])]
        payers = [each for each in members if not each.is_debt and not each.applied]
        settled, used = [settled_of(each) for each in debts], [each.settled() for each in payers]
        is_one = min(len(debts), len(payers)) == 1 and len({each.account for each in members}) == 1
        if not is_one or None in settled or None in used or sum_of(settled) != sum_of(used):
            continue
        for debt, its in zip(debts, settled, strict=True):
            for payer, mine in zip(payers, used, strict=True):
                amount = its if len(payers) == 1 else mine
                if amount:
                    payer.applied.append((debt, amount, max(debt.on, payer.on)))
                    _cover(debt, amount)
