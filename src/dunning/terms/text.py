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
from dunning.terms.deadlines import WEEKDAYS, Deadline, PaymentDay, Weekday

FORMS = (
    "2/10", "2/10 EOM", "2/10 from invoice", "net 30", "n/30", "30 days", "net 3 months", "EOM", "net 30 EOM",
    "EOM + 30", "45 days then EOM", "21 MFI", "10th prox", "net monthly", "30 days UK month end", "due on receipt",
    "COD", "CIA", "30% net 30, 70% net 60", "200.00 on receipt, rest net 30", "3 installments every 30 days",
    "cut-off 25", "cut-off 3 days before month end", "following business day", "discount on part payments",
    "discount on credit notes", "2/10 ROG", "net 5 business days",
    "2/10 before due", "2% then 1% within 10 days", "30 days EOM then next 10.", "then next 10. or 25.",
    "then next Monday", "end of following month", "20 days after the end of the invoice month", "2 weeks",
    "within 14 days 3 % cash discount", "14 Tage 2 % Skonto, 30 Tage netto", "45 jours puis fin de mois",
    "60 d\N{LATIN SMALL LETTER I WITH ACUTE}as fecha factura",
)  # fmt: skip
"""The forms that can be read, one example each; clauses are joined by spaces or commas."""

_I = "[i\N{LATIN SMALL LETTER I WITH ACUTE}\N{LATIN CAPITAL LETTER I WITH ACUTE}]"
_E = "[e\N{LATIN SMALL LETTER E WITH ACUTE}\N{LATIN CAPITAL LETTER E WITH ACUTE}]"
_A = "[a\N{LATIN SMALL LETTER A WITH GRAVE}\N{LATIN CAPITAL LETTER A WITH GRAVE}]"
_MONTH = r"(?:the\s+)?(?:invoice\s+)?month"
_EOM = (
    rf"(?:e\.?o\.?m\b\.?|end\s+of\s+{_MONTH}|fin\s+de\s+mois|fin\s+de\s+mes|(?:zum\s+|am\s+)?monatsende"
    r"|ende\s+des\s+monats)"
)
_WORD = rf"(?:days?|tage?n?|jours?|d{_I}as?)"
_DAY = r"(\d{1,4})(?:st|nd|rd|th)?"
_DAYS = rf"(\d{{1,4}})(?:\s*-?\s*{_WORD})?"
_MFI = r"(?:mfi|prox(?:imo|\b\.)?)"
_NET = (
    r"(?:(?:strictly\s+)?net\s*-?\s*|n\s*/?\s*|within\s+|strictly\s+|due\s+in\s+|netto\s+|zahlbar\s+|neto\s+a\s+"
    r"|innerhalb\s+(?:von\s+)?|binnen\s+|sous\s+)"
)
_AFTER = r"(?:\s*-?\s*(?:netto?|nett|rein\s+netto|neto|nets?))"
_IN_ADVANCE = r"[cp]\.?i\.?a\b\.?|c\.?w\.?o\b\.?|(?:(?:cash|payment) )?in advance|cash with order"
_FROM_INVOICE = (
    r"\s+(?:(?:from|after)\s+(?:the\s+)?(?:date\s+of\s+)?(?:the\s+)?invoice(?:\s+date)?(?!\s+month)"
    r"|(?:ab|nach)\s+(?:rechnungsdatum|rechnung)|(?:de\s+la\s+)?(?:date\s+(?:de\s+)?facture|fecha\s+(?:de\s+)?factura))"
)
_ROG = r"(?:r\.?o\.?g\b\.?|(?:from|after)\s+(?:the\s+)?receipt\s+of\s+(?:the\s+)?goods)"
_AE = "[\N{LATIN SMALL LETTER A WITH DIAERESIS}\N{LATIN CAPITAL LETTER A WITH DIAERESIS}]"
_SOFORT = rf"(?:zahlbar\s+)?sofort(?:\s+(?:netto|f{_AE}llig|zahlbar|rein\s+netto))?"
_AT_ONCE = rf"{_SOFORT}|comptant|al\s+contado|{_A}\s+r{_E}ception(?:\s+de\s+(?:la\s+)?facture)?"
_ON = rf"(?:due\s+)?(?:{_A}\s+)?"
_NEXT = r"(?:of\s+)?(?:the\s+)?(?:following|next)\s+month"
_FRACTION = r"(\d{1,2}(?:[.,]\d{1,4})?)"
_SKONTO = r"(?:cash\s+discount|discount|skonto|d'escompte|escompte|descuento|dto\.?)"
_WITHIN = rf"(?:(?:bei\s+zahlung\s+)?(?:innerhalb\s+(?:von\s+)?|binnen\s+|within\s+|in\s+|sous\s+|{_A}\s+|en\s+))?"

_DEADLINES: tuple[tuple[str, Callable[[Sequence[int]], Deadline]], ...] = (
    # pattern, and the deadline of its numbers; the first that fits is taken
    (r"(?:net\s*)?(\d{1,4})\s*days?\s*uk\s*month[\s-]*end", lambda n: Deadline("uk month end", n[0])),
    (r"uk\s*(\d{1,4})\s*days?\s*month[\s-]*end", lambda n: Deadline("uk month end", n[0])),
    (rf"{_NET}?{_DAYS}\s*,?\s*then\s*{_EOM}", lambda n: Deadline("days then eom", n[0])),
    (rf"{_NET}?(\d{{1,4}})\s*business\s+days?", lambda n: Deadline("business days", n[0])),
    (rf"{_NET}?{_DAYS}\s*{_ROG}", lambda n: Deadline("receipt of goods", n[0])),
    (rf"(?:due\s+)?(?:by\s+)?(?:the\s+)?end\s+{_NEXT}", lambda n: Deadline("eom", 0, 1)),
    (r"end\s+of\s+month\s*\+\s*(\d{1,4})\s*months?\s+(\d{1,4})\s*days?", lambda n: Deadline("eom", n[1], n[0])),
    (r"end\s+of\s+month\s*\+\s*(\d{1,4})\s*months?", lambda n: Deadline("eom", 0, n[0])),
    (rf"{_NET}?{_DAYS}\s*,?\s*puis\s+fin\s+de\s+mois", lambda n: Deadline("days then eom", n[0])),
    (r"fin\s+de\s+mois\s*\+?\s*(\d{1,4})\s*jours?", lambda n: Deadline("eom", n[0])),
    (rf"{_NET}?(\d{{1,4}})\s*months?\s+(?:after\s+(?:the\s+)?)?{_EOM}", lambda n: Deadline("eom", 0, n[0])),
    (rf"{_NET}?(\d{{1,4}})\s*(?:weeks?|wochen)", lambda n: Deadline("net", 7 * n[0])),
    (rf"{_DAY}\s+of\s+(?:the\s+)?current\s+month", lambda n: Deadline("net", 0, 0, (n[0],))),
    (r"net\s*monthly", lambda n: Deadline("net monthly")),
    (rf"(?:net\s*)?{_DAY}\s*(?:{_MFI}|of\s+(?:the\s+)?(?:following|next)\s+month)", lambda n: Deadline("mfi", n[0])),
    (rf"prox(?:imo|\.)?\s*{_DAY}", lambda n: Deadline("mfi", n[0])),
    (rf"{_EOM}\s*\+\s*{_DAYS}", lambda n: Deadline("eom", n[0])),
    (rf"{_NET}?{_DAYS}\s*(?:net\s*)?(?:(?:from|after)\s+(?:the\s+)?)?{_EOM}", lambda n: Deadline("eom", n[0])),
    (rf"(?:net\s*)?(?:due\s+)?{_EOM}", lambda n: Deadline("eom")),
    (r"(?:net\s*)?(\d{1,4})\s*months?\s+(\d{1,4})\s*days?", lambda n: Deadline("net", n[1], n[0])),
    (r"(?:net\s*)?(\d{1,4})\s*months?", lambda n: Deadline("net", 0, n[0])),
    (rf"within\s+{_DAYS}\s+(?:due\s+)?net", lambda n: Deadline("net", n[0])),
    (rf"{_NET}{_DAYS}(?:{_FROM_INVOICE})?", lambda n: Deadline("net", n[0])),
    (rf"{_ON}(\d{{1,4}})(?:\s*-?\s*{_WORD}{_AFTER}?|{_AFTER})(?:{_FROM_INVOICE})?", lambda n: Deadline("net", n[0])),
    (rf"(?:due\s*)?(?:up)?on\s*receipt|immediate(?:ly)?(?:\s+payment)?|now|{_AT_ONCE}", lambda n: Deadline("net")),
    (r"c\.?o\.?d\b\.?|(?:cash )?on delivery", lambda n: Deadline("on delivery")),
    (_IN_ADVANCE, lambda n: Deadline("in advance")),
)  # fmt: skip
_BOTH_WAYS = r"(\d{1,4})\s*jours?\s*fin\s+de\s+mois"
_END = r"(?![\w%/])"
_COMPILED = [(re.compile(pattern + _END, re.IGNORECASE | re.ASCII), make) for pattern, make in _DEADLINES]
_DISCOUNT = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,4}})?)\s*(?P<how>%\s*/?|/)\s*{_DAY}(?:\s*days?)?"
    rf"(?:\s+(?P<eom>{_EOM})|\s*(?P<mfi>{_MFI})|(?P<invoice>{_FROM_INVOICE})|\s+(?P<rog>{_ROG})"
    rf"|\s+(?P<business>business(?:\s+days?)?)|\s+(?P<before>before\s+(?:it\s+is\s+)?due))?{_END}",
    re.IGNORECASE | re.ASCII,
)  # fmt: skip
_BEHIND = r"\s+(?:(?:on|by|due)\s+(?!delivery|receipt)|(?=net\b|cash\b|in\s+advance|on\s+delivery|on\s+receipt|now\b))"
_SHARE = r"(?:(\d{1,3}(?:\.\d{1,4})?)\s*%|(\d{1,3})\s+of\s+(\d{1,3}))"
_PART = re.compile(_SHARE + _BEHIND, re.IGNORECASE | re.ASCII)
_FIXED = re.compile(r"(\d{1,12}(?:\.\d{1,4})?)" + _BEHIND, re.IGNORECASE | re.ASCII)
_REST = re.compile(
    r"(?:the\s+)?(?:rest|balance|remainder)\s+(?:(?:on|by|due|in)\s+(?!delivery|receipt))?", re.IGNORECASE | re.ASCII
)
_REST_OF = re.compile(_SHARE + r"\s+of\s+rest\s+(?:on\s+)?", re.IGNORECASE | re.ASCII)
_WORDED = re.compile(
    rf"{_WITHIN}(?P<first>\d{{1,3}})\s*{_WORD}\s*,?\s*(?:mit\s+|with\s+|avec\s+)?{_FRACTION}\s*%\s*{_SKONTO}"
    rf"|{_FRACTION}\s*%\s*{_SKONTO}\s*,?\s*{_WITHIN}(?P<last>\d{{1,3}})\s*{_WORD}",
    re.IGNORECASE | re.ASCII,
)
_CHAINED = re.compile(
    rf"{_FRACTION}\s*%\s*(?:then|and\s+then|,?\s*less)\s+{_FRACTION}\s*%\s*(?:for\s+payment\s+)?(?:with)?in\s+"
    rf"(\d{{1,3}})\s*days?{_END}",
    re.IGNORECASE | re.ASCII,
)
_WEEKDAY = "|".join(WEEKDAYS)
_ONE_OF = rf"(?:\d{{1,2}}(?:st|nd|rd|th|\.)?|{_WEEKDAY})"
_THEN = re.compile(
    r"(?:,?\s*then\s+(?:the\s+)?(?:next\s+)?|\s*,?\s*(?:on|le)\s+(?:the\s+)?)"
    rf"(?P<days>{_ONE_OF}(?:\s+(?:or|and)\s+(?:the\s+)?{_ONE_OF})*)(?:\s+of\s+(?:the\s+)?month)?(?![\w%/])",
    re.IGNORECASE | re.ASCII,
)
_SPACED = re.compile(
    rf"(?:in\s+)?(\d{{1,3}})\s+(?:(monthly)\s+)?installments?(?:\s+every\s+(?:(\d{{1,4}})\s*days?|(month))|\s+(monthly))?{_END}",
    re.IGNORECASE | re.ASCII,
)
_CUTOFF = re.compile(
    r"cut-?\s?off\s*(?:day\s*)?(\d{1,2})(?:st|nd|rd|th)?"
    rf"(\s+days?\s+before\s+(?:the\s+)?(?:month\s+end|end\s+of\s+(?:the\s+)?month))?{_END}",
    re.IGNORECASE | re.ASCII,
)
_SHARED = re.compile(r"discounts?\s+on\s+(?:(part(?:ial)?\s+payments?)|credit\s+notes?)\b", re.IGNORECASE | re.ASCII)
_ROLL = re.compile(r"((?:modified\s+)?(?:following|preceding)|nearest)\s+business\s+day\b", re.IGNORECASE | re.ASCII)


class Portion(NamedTuple):
    """A part as it is said: its weight, or its amount where it is fixed, and its deadline."""

    weight: Decimal
    deadline: Deadline
    is_fixed: bool = False


class Clauses(NamedTuple):
    """What a text says. A discount's rule is None where the text does not say from when its days count."""

    parts: list[Portion]
    discounts: list[tuple[Decimal, int, str | None]]
    options: dict[str, object]


class _Reader:
    """A text, how far it is read, and what was found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at: int = 0
        self.found = Clauses([], [], {})
        self.whole: int | None = None
        self.of_rest = self.of_whole = False
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
                says = re.search(_FROM_INVOICE, match[0], re.IGNORECASE) is not None
                found = self.then(found)
                if not found.then and re.fullmatch(_BOTH_WAYS, match[0], re.IGNORECASE):
                    self.at, days = match.start(), match[1]
                    raise self.refuse(f"is it {days} jours puis fin de mois, or fin de mois + {days} jours?")
                if found.rule == "net" and not found.months and not found.then and not says:
                    self.plain.append(found)
                return found
        return None

    def then(self, deadline: Deadline) -> Deadline:
        """Read days of payment behind a deadline, if there are any."""
        match = None if deadline.then else self.take(_THEN)
        if match is None:
            return deadline
        days = re.findall(rf"\d+|{_WEEKDAY}", match["days"], re.IGNORECASE)
        on_the = " on " in f" {match[0].lower()}" or " le " in f" {match[0].lower()}"
        if deadline.rule == "eom" and deadline.days and on_the:  # "30 days end of month on the 10th"
            deadline = Deadline("days then eom", deadline.days)
        named: list[PaymentDay] = [
            int(each) if each.isdigit() else cast("Weekday", each.capitalize()) for each in map(str, days)
        ]
        try:
            return Deadline(deadline.rule, deadline.days, deadline.months, tuple(named))
        except InvalidValue as error:
            raise self.refuse("; ".join(error.faults)) from None

    def part(self) -> bool:
        """Read a part with its deadline: 30% net 30."""
        start, match = self.at, self.take(_PART)
        if match is None:
            return False
        self.of_whole = True
        return self.add_part(match, start)

    def add_part(self, match: re.Match[str], start: int) -> bool:
        """Note a part by its share, with the deadline behind it; all are said in one way."""
        deadline = self.deadline()
        if deadline is None:
            raise self.refuse("no due date is behind the part")
        percent, of, total = match.groups()
        whole = 100 if percent is not None else int(total)
        if any(not each.is_fixed for each in self.found.parts) and self.whole != whole:
            self.at = start
            raise self.refuse("say all parts in the same way")
        self.whole = whole
        self.found.parts.append(Portion(Decimal(percent if percent is not None else of), deadline))
        return True

    def fixed(self) -> bool:
        """Read a part of a fixed amount, or what is left beside parts: 200.00 on receipt, rest net 30."""
        start = self.at
        if (match := self.take(_FIXED)) is not None:
            if (deadline := self.deadline()) is not None:
                self.found.parts.append(Portion(Decimal(match[1]), deadline, is_fixed=True))
                return True
            self.at = start
        elif (match := self.take(_REST_OF)) is not None:
            self.of_rest = True
            return self.add_part(match, start)
        elif self.take(_REST) is not None:
            deadline = self.deadline()
            if deadline is None:
                raise self.refuse("no due date is behind the rest")
            given = sum((each.weight for each in self.found.parts if not each.is_fixed), Decimal(0))
            if self.whole is not None and given >= self.whole:
                self.at = start
                raise self.refuse("nothing is left for the rest")
            weight = Decimal(1) if self.whole is None else self.whole - given
            self.found.parts.append(Portion(weight, deadline))
            return True
        return False

    def worded(self) -> bool:
        """Read a discount in words, within 14 days 3 % discount, or one upon another, 2% then 1% within 10 days."""
        if (match := self.take(_CHAINED)) is not None:
            first, second = (1 - Decimal(each.replace(",", ".")) / 100 for each in match.groups()[:2])
            self.found.discounts.append((1 - first * second, int(match[3]), "net"))
            return True
        if (match := self.take(_WORDED)) is None:
            return False
        percent = match[2] if match["first"] else match[3]
        days = int(match["first"] or match["last"])
        self.found.discounts.append((Decimal(percent.replace(",", ".")) / 100, days, None))
        return True

    def discount(self) -> bool:
        """Read a discount: 2/10, with or without what its days count from."""
        if self.worded():
            return True
        start, match = self.at, self.take(_DISCOUNT)
        if match is None:
            return False
        if "/" not in match["how"] and Decimal(match[1]) > _HIGHEST_DISCOUNT:
            self.at = start
            part, discount = f"{match[1]}% net {match[3]}", f"{match[1]}/{match[3]}"
            raise self.refuse(f"say {part} for a part of the amount, or {discount} for a discount")
        rules = {"eom": "eom", "mfi": "mfi", "invoice": "net", "rog": "receipt of goods"}
        rules |= {"business": "business days", "before": "before due"}
        rule = next((rule for name, rule in rules.items() if match[name]), None)
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
            self.found.parts.append(Portion(Decimal(1), deadline))
        return True

    def option(self) -> bool:
        """Read a cut-off day, a business-day roll, or what else a discount is earned by or taken back with."""
        start = self.at
        if (cutoff := self.take(_CUTOFF)) is not None:
            name, value = "cutoff", cast("object", -int(cutoff[1]) if cutoff[2] else int(cutoff[1]))
        elif (roll := self.take(_ROLL)) is not None:
            name, value = "roll", cast("Roll", " ".join(roll[1].lower().split()))
        elif (shared := self.take(_SHARED)) is not None:
            name, value = "discount_on_parts" if shared[1] else "discount_on_credits", True
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
        self.found.parts.append(Portion(Decimal(1), deadline))
        return True

    def read(self) -> Clauses:
        """Read clause by clause to the end of the text."""
        while True:
            self.take(_SEPARATORS)
            if self.at == len(self.text):
                break
            if not (self.spaced() or self.part() or self.discount() or self.fixed() or self.due() or self.option()):
                raise self.refuse("this cannot be read")
        self.check()
        return self.found

    def check(self) -> None:
        """Refuse what is missing, does not add up, or can be read in two ways."""
        found = self.found
        if not found.parts:
            raise self.refuse("no due date; add one, such as net 30")
        total = sum(each.weight for each in found.parts if not each.is_fixed)
        has_fixed = any(each.is_fixed for each in found.parts)
        if self.of_rest and not has_fixed:
            raise self.refuse("no fixed part is there to leave a rest")
        if has_fixed and self.of_whole:
            raise self.refuse("beside a fixed part say of what the others are shares, such as 50% of rest")
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
