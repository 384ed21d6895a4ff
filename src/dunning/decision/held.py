"""What of the items of an account must not be dunned, on the day of its review and on later ones.

Holds, plans, placements and disputes hold items. Promises without items, holds of an amount and unapplied credit hold
an amount: it is laid on the oldest items, beside what is spoken for already. When one of them ends, those that come
after it are laid anew, so each day has its own picture.

Days are ordinal numbers here: they are compared and subtracted very often.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple, TypeAlias

from dunning.amounts import ZERO
from dunning.amounts.splitting import covered
from dunning.ledger import OpenItem

Takes: TypeAlias = Literal["whole", "fixed", "part", "items", "case"]
"""What something that holds takes of items: see `Layer`."""


class Part(NamedTuple):
    """An amount of an item that must not be dunned before `until`."""

    item: str
    amount: Decimal
    code: str
    fact: str | None
    until: int


class Item:
    """An open item: when it is due, the highest level given to it, and which of a level's activities were recorded.

    `named` says whether a notice named it, `deadline` is the last day up to which one gave time to pay. `due` is the
    day that dunning counts from; while a plan stands, `planned` is its last day.
    """

    __slots__ = (
        "deadline",
        "disputed",
        "done",
        "due",
        "id",
        "item",
        "layers",
        "level",
        "named",
        "names",
        "open",
        "planned",
    )

    def __init__(self, item: OpenItem) -> None:
        self.item = item
        self.id = item.id
        self.names = (item.id, item.invoice)
        self.open = item.open
        self.disputed = ZERO
        self.due = None if item.due is None else item.due.toordinal()
        self.planned = 0
        self.layers: list[Layer] = []
        self.level = 0
        self.named = False
        self.deadline: int | None = None
        self.done: Mapping[tuple[int, str], int] = {}

    def standing(self, contract: date | None, day: int) -> tuple[date, date, str, int]:
        """Where the item stands among the oldest on a day: by its plan while that stands, else by the contract."""
        due = self.item.due if day < self.planned or not self.planned else contract
        return due or date.max, self.item.issued, self.item.invoice, self.item.installment or 0


class Layer(NamedTuple):
    """Something that holds items up to a day: all of them, or an amount that is laid on the oldest.

    `takes` says what of them: `"whole"` items; of one item the `"fixed"` amount; the `"part"` that an amount covers;
    the `"items"` that it touches; the `"case"` where it touches any.
    """

    items: Sequence[Item]
    takes: Takes
    amount: Decimal
    code: str
    fact: str | None
    until: int

    @property
    def is_shared(self) -> bool:
        """Whether it is laid on several items, so that one of them bears what another does not."""
        return self.takes not in ("whole", "fixed") and len(self.items) > 1

    def parts(self, items: Iterable[Item], amounts: Iterable[Decimal]) -> Iterator[Part]:
        """The amounts that it holds of some items."""
        for each, amount in zip(items, amounts, strict=True):
            if amount > ZERO:
                yield Part(each.id, amount, self.code, self.fact, self.until)


class Picture:
    """What is held of the items of an account on each day from that of its review on."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.layers: list[Layer] = []
        self.ends: list[int] = []
        """The days on which something that may lie on any item ends."""
        self.contracts: dict[str, date | None] = {}
        self._is_shared = False
        self._drawn: dict[int, Mapping[str, list[Part]]] = {}
        self._alone: dict[tuple[str, tuple[bool, ...]], Sequence[Part]] = {}

    def lay(self, layer: Layer) -> None:
        """Lay something on items."""
        self.layers.append(layer)
        self._is_shared = self._is_shared or layer.is_shared
        for each in layer.items:
            each.layers.append(layer)

    def finish(self) -> None:
        """Say that everything is laid."""
        self.ends = sorted({layer.until for layer in self.layers}) if self._is_shared else []

    def ends_of(self, items: Iterable[Item]) -> set[int]:
        """The days on which what is held of some items may change."""
        found = {layer.until for each in items for layer in each.layers}
        return found.union(self.ends)

    def parts(self, item: Item, day: int) -> Sequence[Part]:
        """What is held of an item on a day."""
        if not item.layers:
            return ()
        if self._is_shared:
            key = bisect_right(self.ends, day)
            if key not in self._drawn:
                self._drawn[key] = self._draw(self.ordered(self.items, day), self.layers, day)
            return self._drawn[key].get(item.id, ())
        standing = tuple([day < layer.until for layer in item.layers])
        alone = item.id, standing
        if alone not in self._alone:
            self._alone[alone] = self._draw([item], item.layers, day).get(item.id, ())
        return self._alone[alone]

    def ordered(self, items: list[Item], day: int) -> list[Item]:
        """Items, the oldest on a day first: when a plan is over its items have their own due dates again."""
        if not self.contracts or not any(each.planned and each.planned <= day for each in items):
            return items
        return sorted(items, key=lambda each: each.standing(self.contracts.get(each.id), day))

    def _draw(self, items: list[Item], layers: Iterable[Layer], day: int) -> Mapping[str, list[Part]]:
        """What is held of some items on a day: one layer after the other, each beside what lies there already."""
        quiet = {each.id: each.open - each.disputed for each in items}
        places = {each.id: place for place, each in enumerate(items)}
        found: dict[str, list[Part]] = {}
        for layer in layers:
            if day >= layer.until:
                continue
            own: Sequence[Item] = items
            if len(items) > 1:
                own = sorted(layer.items, key=lambda each: places[each.id])
            if layer.takes in ("whole", "fixed"):
                amounts = [layer.amount if layer.takes == "fixed" else each.open for each in own]
            else:
                amounts = list(covered(layer.amount, [quiet[each.id] for each in own]))
                if layer.takes != "part":
                    touched = [each for each, amount in zip(own, amounts, strict=True) if amount > ZERO]
                    own = items if layer.takes == "case" and touched else touched
                    amounts = [each.open for each in own]
            for part in layer.parts(own, amounts):
                found.setdefault(part.item, []).append(part)
                if layer.takes == "part":
                    quiet[part.item] -= part.amount
        return found
