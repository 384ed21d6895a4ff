"""Reading payment terms as the field writes them: `2/10 net 30`, `EOM`, `21 MFI`, `30% net 30, 70% net 60`.

A text is read clause by clause from the left. What no clause fits is refused with its position and the forms that are
known, for a due date that was guessed is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple, cast

from dunning.dates import Roll
from dunning.errors import InvalidValue
from dunning.terms.deadlines import Deadline

FORMS = (
    "2/10", "2/10 EOM", "2/10 from invoice", "net 30", "n/30", "30 days", "net 3 months", "EOM", "net 30 EOM",
    "EOM + 30", "45 days then EOM", "21 MFI", "10th prox", "net monthly", "30 days UK month end", "due on receipt",
    "COD", "CIA", "30% net 30, 70% net 60", "3 installments every 30 days", "cut-off 25", "following business day",
)  # fmt: skip
"""The forms that can be read, one example each; clauses are joined by spaces or commas."""

_EOM = r"(?:e\.?o\.?m\b\.?|end of (?:the )?month)"
_DAY = r"(\d{1,4})(?:st|nd|rd|th)?"
_DAYS = r"(\d{1,4})(?:\s*-?\s*days?)?"
_MFI = r"(?:mfi|prox(?:imo|\b\.)?)"
_NET = r"(?:net\s*-?\s*|n\s*/?\s*|within\s+|due\s+in\s+)"
_IN_ADVANCE = r"[cp]\.?i\.?a\b\.?|c\.?w\.?o\b\.?|(?:(?:cash|payment) )?in advance|cash with order"
_FROM_INVOICE = r"\s+(?:from|after)\s+(?:the\s+)?(?:date\s+of\s+)?(?:the\s+)?invoice(?:\s+date)?"

_DEADLINES: tuple[tuple[str, Callable[[Sequence[int]], Deadline]], ...] = (
    # pattern, and the deadline of its numbers; the first that fits is taken
    (r"(?:net\s*)?(\d{1,4})\s*days?\s*uk\s*month[\s-]*end", lambda n: Deadline("uk month end", n[0])),
    (r"uk\s*(\d{1,4})\s*days?\s*month[\s-]*end", lambda n: Deadline("uk month end", n[0])),
    (rf"(?:net\s*)?{_DAYS}\s*then\s*{_EOM}", lambda n: Deadline("days then eom", n[0])),
    (r"net\s*monthly", lambda n: Deadline("net monthly")),
    (rf"(?:net\s*)?{_DAY}\s*(?:{_MFI}|of (?:the )?(?:following|next) month)", lambda n: Deadline("mfi", n[0])),
    (rf"prox(?:imo|\.)?\s*{_DAY}", lambda n: Deadline("mfi", n[0])),
    (rf"{_EOM}\s*\+\s*{_DAYS}", lambda n: Deadline("eom", n[0])),
    (rf"{_NET}?{_DAYS}\s*(?:net\s*)?(?:(?:from|after)\s*)?{_EOM}", lambda n: Deadline("eom", n[0])),
    (rf"(?:net\s*)?{_EOM}", lambda n: Deadline("eom")),
    (r"(?:net\s*)?(\d{1,4})\s*months?\s+(\d{1,4})\s*days?", lambda n: Deadline("net", n[1], n[0])),
    (r"(?:net\s*)?(\d{1,4})\s*months?", lambda n: Deadline("net", 0, n[0])),
    (rf"{_NET}{_DAYS}(?:{_FROM_INVOICE})?", lambda n: Deadline("net", n[0])),
    (rf"(\d{{1,4}})(?:\s*-?\s*days?(?:\s*net)?|\s*net)(?:{_FROM_INVOICE})?", lambda n: Deadline("net", n[0])),
    (r"(?:due\s*)?(?:up)?on\s*receipt|immediate(?:ly)?", lambda n: Deadline("net")),
    (r"c\.?o\.?d\b\.?|(?:cash )?on delivery", lambda n: Deadline("on delivery")),
    (_IN_ADVANCE, lambda n: Deadline("in advance")),
)  # fmt: skip
_END = r"(?![\w%/])"
_COMPILED = [(re.compile(pattern + _END, re.IGNORECASE | re.ASCII), make) for pattern, make in _DEADLINES]
_PART = re.compile(
    r"(?:(\d{1,3}(?:\.\d{1,4})?)\s*%|(\d{1,3})\s+of\s+(\d{1,3}))\s+(?:(?:on|by|due)\s+(?!delivery)|(?=net\b|cash\b|in\s+advance|on\s+delivery))",
    re.IGNORECASE | re.ASCII,
)
_DISCOUNT = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,4}})?)\s*(?P<how>%\s*/?|/)\s*{_DAY}(?:\s*days?)?"
    rf"(?:\s+(?P<eom>{_EOM})|\s*(?P<mfi>{_MFI})|(?P<invoice>{_FROM_INVOICE}))?{_END}",
    re.IGNORECASE | re.ASCII,
)  # fmt: skip
_SPACED = re.compile(
    rf"(?:in\s+)?(\d{{1,3}})\s+(?:(monthly)\s+)?installments?(?:\s+every\s+(?:(\d{{1,4}})\s*days?|(month))|\s+(monthly))?{_END}",
    re.IGNORECASE | re.ASCII,
)
_CUTOFF = re.compile(rf"cut-?\s?off\s*(?:day\s*)?(\d{{1,2}})(?:st|nd|rd|th)?{_END}", re.IGNORECASE | re.ASCII)
_ROLL = re.compile(r"((?:modified\s+)?(?:following|preceding)|nearest)\s+business\s+day\b", re.IGNORECASE | re.ASCII)


class Clauses(NamedTuple):
    """What a text says. A discount's rule is None where the text does not say from when its days count."""

    parts: list[tuple[Decimal, Deadline]]
    discounts: list[tuple[Decimal, int, str | None]]
    options: dict[str, object]


class _Reader:
    """A text, how far it is read, and what was found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at: int = 0
        self.found = Clauses([], [], {})
        self.whole: int | None = None
        self.plain: list[Deadline] = []

    def refuse(self, why: str) -> InvalidValue:
        """The error that says what cannot be read at this place, and why."""
        where = f"at character {self.at + 1} of {self.text!r}" if self.at < len(self.text) else f"{self.text!r}"
        return InvalidValue("Terms", (f"{where}: {why}; known forms: {', '.join(FORMS)}",))

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Read what fits a pattern here, if anything does."""
        match = pattern.match(self.text, self.at)
        if match is not None:
            self.at = match.end()
        return match

    def deadline(self) -> Deadline | None:
        """Read a deadline, in the first form that fits."""
        for pattern, make in _COMPILED:
            match = pattern.match(self.text, self.at)
            if match is not None:
                try:
                    found = make([int(number) for number in match.groups()])
                except InvalidValue as error:
                    raise self.refuse("; ".join(error.faults)) from None
                self.at = match.end()
                if found.rule == "net" and not found.months and "invoice" not in match[0].lower():
                    self.plain.append(found)
                return found
        return None

    def part(self) -> bool:
        """Read a part with its deadline: 30% net 30."""
        start, match = self.at, self.take(_PART)
        if match is None:
            return False
        deadline = self.deadline()
        if deadline is None:
            raise self.refuse("no due date is behind the part")
        percent, of, total = match.groups()
        whole = 100 if percent is not None else int(total)
        if self.found.parts and self.whole != whole:
            self.at = start
            raise self.refuse("say all parts in the same way")
        self.whole = whole
        self.found.parts.append((Decimal(percent if percent is not None else of), deadline))
        return True

    def discount(self) -> bool:
        """Read a discount: 2/10, with or without what its days count from."""
        start, match = self.at, self.take(_DISCOUNT)
        if match is None:
            return False
        if "/" not in match["how"] and Decimal(match[1]) > _HIGHEST_DISCOUNT:
            self.at = start
            part, discount = f"{match[1]}% net {match[3]}", f"{match[1]}/{match[3]}"
            raise self.refuse(f"say {part} for a part of the amount, or {discount} for a discount")
        rule = "eom" if match["eom"] else "mfi" if match["mfi"] else "net" if match["invoice"] else None
        self.found.discounts.append((Decimal(match[1]) / 100, int(match[3]), rule))
        return True

    def spaced(self) -> bool:
        """Read equal installments: 3 installments every 30 days."""
        start, match = self.at, self.take(_SPACED)
        if match is None:
            return False
        if self.found.parts:
            self.at = start
            raise self.refuse("there is a due date already")
        count, monthly, days, *month = match.groups()
        if not (monthly or days or any(month)):
            raise self.refuse("say how far apart: every 30 days, every month")
        for number in range(1, int(count) + 1):
            deadline = Deadline("net", number * int(days)) if days else Deadline("net", 0, number)
            self.found.parts.append((Decimal(1), deadline))
        return True

    def option(self) -> bool:
        """Read a cut-off day or a business-day roll."""
        start = self.at
        if (cutoff := self.take(_CUTOFF)) is not None:
            name, value = "cutoff", cast("object", int(cutoff[1]))
        elif (roll := self.take(_ROLL)) is not None:
            name, value = "roll", cast("Roll", " ".join(roll[1].lower().split()))
        else:
            return False
        if name in self.found.options:
            self.at = start
            raise self.refuse(f"there is a {name} already")
        self.found.options[name] = value
        return True

    def due(self) -> bool:
        """Read the deadline by which all is due."""
        start = self.at
        deadline = self.deadline()
        if deadline is None:
            return False
        if self.found.parts:
            self.at = start
            raise self.refuse("there is a due date already")
        self.found.parts.append((Decimal(1), deadline))
        return True

    def read(self) -> Clauses:
        """Read clause by clause to the end of the text."""
        while True:
            self.take(_SEPARATORS)
            if self.at == len(self.text):
                break
            if not (self.spaced() or self.part() or self.discount() or self.due() or self.option()):
                raise self.refuse("this cannot be read")
        self.check()
        return self.found

    def check(self) -> None:
        """Refuse what is missing, does not add up, or can be read in two ways."""
        found = self.found
        if not found.parts:
            raise self.refuse("no due date; add one, such as net 30")
        total = sum(weight for weight, _ in found.parts)
        if self.whole is not None and total != self.whole:
            raise self.refuse(f"the parts sum to {total}, not to {self.whole}")
        due = self.plain[0] if self.plain else None
        if due is not None and any(rule in ("eom", "mfi") for _, _, rule in found.discounts):
            raise self.refuse(f"say whether {due} counts from the month's end too: {due} EOM, or {due} from invoice")


_HIGHEST_DISCOUNT = 20
"""Percent above which a rate without a slash is not taken for a discount: "50% 30 days" may be meant for a part."""
_SEPARATORS = re.compile(r"[\s,;]*")


def read(text: str) -> Clauses:
    """Read terms into clauses.

    Raises:
        InvalidValue: something cannot be read, is there twice or is missing; the position and the known forms are told.
    """
    return _Reader(text.replace("\N{NO-BREAK SPACE}", " ")).read()
