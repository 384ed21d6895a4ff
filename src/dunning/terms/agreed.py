"""Terms as they are agreed: parts, deadlines and discounts, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from math import gcd
from typing import Annotated, Any, Literal, TypeAlias, cast

import attrs

from dunning._base.bounds import Count, Positive, Some
from dunning._base.guards import checked, guarded
from dunning._base.kinds import Must, is_sound, test_of
from dunning._base.noun import frozen
from dunning.amounts import exact, rounded
from dunning.amounts.decimals import Amount, decimals, fits
from dunning.dates import Roll
from dunning.terms.deadlines import MONTH_BASED, Deadline, DeadlineRule
from dunning.terms.text import read

_DISCOUNT_RULES = ("net", "eom", "mfi", "receipt of goods", "business days", "before due")
_PERCENT = 1_000_000
"""A hundred percent, in units of the last decimal with which percentages are written."""


DiscountRate: TypeAlias = Annotated[
    Decimal,
    Must(
        "fits({0}) and 0 < {0} < 1 and rounded({0}, 6) == {0}",
        "a Decimal above 0 and below 1 of at most six decimals",
        schema={"pattern": r"^0\.([0-9]{0,5}[1-9])0{0,14}$"},
        fits=fits,
        rounded=rounded,
    ),
]
"""What may be taken off, as a fraction."""


@frozen
class Discount:
    """A rate that may be taken off when payment comes by a deadline: 2/10 is `Discount(Decimal("0.02"), ...)`.

    Raises:
        InvalidValue: the rate is not a Decimal above 0 and below 1 of at most six decimals, or the deadline is not in
            days from the invoice, its month's end or the receipt of goods, in business days, before the due date, or a
            day of the following month.
    """

    rate: DiscountRate
    deadline: Deadline

    def _rules(self) -> Iterator[str]:
        if self.deadline.rule not in _DISCOUNT_RULES or self.deadline.months:
            yield f"deadline: {self.deadline} does not count days; give {', '.join(_DISCOUNT_RULES)}"
        if self.deadline.then:
            yield "deadline: a discount ends on its last day; leave `then` to the due date"

    @exact
    def __str__(self) -> str:
        percent = f"{rounded(self.rate * 100, 4):f}".rstrip("0").rstrip(".")
        return f"{percent}/{self.deadline.days}"


@frozen
class Part:
    """A part of an invoice that falls due by a deadline of its own; parts stand to each other as their weights.

    With an `amount`, the part is that much whatever the invoice comes to, and has no weight: a deposit of 200.00. The
    other parts share the rest.
    """

    weight: Positive
    deadline: Deadline
    amount: Amount | None = None

    def _rules(self) -> Iterator[str]:
        if self.deadline.rule == "before due":
            yield f"deadline: {self.deadline} is of a discount, not of a part"

    @classmethod
    @guarded
    def fixed(cls, amount: Decimal, deadline: Deadline) -> Part:
        """A part of a fixed amount.

        >>> terms = Terms((Part.fixed(Decimal("200.00"), Deadline("net")), Part(1, Deadline("net", 30))))
        >>> str(terms)
        '200.00 net 0, rest net 30'
        """
        return cls(1, deadline, amount)


_ARE_PARTS = test_of(Some[Part])


def _as_parts(value: Any) -> Any:
    """Weights are kept in lowest terms, for 50 to 50 is 1 to 1."""
    if not is_sound(_ARE_PARTS, value):
        return value
    parts: tuple[Part, ...] = value
    common = gcd(*(part.weight for part in parts if part.amount is None)) or 1
    shared = (Part(part.weight // common, part.deadline) for part in parts if part.amount is None)
    return tuple([next(shared) if part.amount is None else Part(1, part.deadline, part.amount) for part in parts])


CutOff: TypeAlias = Annotated[
    int,
    Must(
        "1 <= {0} <= 31 or -27 <= {0} <= -1",
        "a day of the month, or -27 to -1 from its end",
        schema={"enum": [*range(-27, 0), *range(1, 32)]},
    ),
]
"""A day of the month, counted from its first or (negative) its last day."""


@frozen
class Terms:
    """What was agreed about payment.

    Args:
        parts: one `Part`, or several in order for installments; see `due_by` for what is due all at once.
        discounts: for early payment, the highest (and earliest) first.
        cutoff: the last day of the month on which an invoice still counts to its own month, for rules that count from
            a month's end; negative from the month's end: -3 is 25 February.
        roll: what becomes of a date that is not a business day; other than *unadjusted* it needs a calendar.
        discount_on_parts: each payment in time earns the discount on what it pays: 49.00 in time settle 50.00 at 2 %.
            Otherwise a discount is earned by what pays the whole invoice but for it.
        discount_on_credits: a credit note takes back the discount that was earned on what it credits: goods of 100.00
            for which 98.00 were paid are worth 98.00 when they come back. Otherwise what was earned stays.

    Raises:
        InvalidValue: something is of another type, or does not go together; all faults are named.

    >>> from dunning.terms import due_date
    >>> terms = Terms.parse("2/10, n/30 end of month")
    >>> str(terms), str(due_date(terms, date(2026, 3, 10)))
    ('2/10 net 30 EOM', '2026-04-30')
    """

    parts: Some[Part] = attrs.field(converter=_as_parts)
    discounts: tuple[Discount, ...] = ()
    cutoff: CutOff | None = attrs.field(default=None, kw_only=True)
    roll: Roll = attrs.field(default="unadjusted", kw_only=True)
    discount_on_parts: bool = attrs.field(default=False, kw_only=True)
    discount_on_credits: bool = attrs.field(default=False, kw_only=True)

    def _rules(self) -> Iterator[str]:
        yield from _faults(self)

    @classmethod
    @guarded
    def net(cls, days: int) -> Terms:
        """Due so many days after the invoice date.

        >>> str(Terms.net(30))
        'net 30'
        """
        return cls.due_by(Deadline("net", days))

    @classmethod
    @guarded
    def due_by(
        cls,
        deadline: Deadline,
        discounts: tuple[Discount, ...] = (),
        *,
        cutoff: int | None = None,
        roll: Roll = "unadjusted",
    ) -> Terms:
        """All is due by one deadline.

        >>> str(Terms.due_by(Deadline("mfi", 21), cutoff=25))
        '21 MFI cut-off 25'
        """
        return cls((Part(1, deadline),), discounts, cutoff=cutoff, roll=roll)

    @classmethod
    @checked
    def installments(cls, count: Positive, *, every: Positive | Literal["month"], first: Count | None = None) -> Terms:
        """Equal parts, `every` so many days or every month; the first after as much, or after `first` days.

        >>> str(Terms.installments(2, every=30))
        '50% net 30, 50% net 60'
        """
        if every == "month":
            start = 1 if first is None else 0
            return cls(tuple(Part(1, Deadline("net", first or 0, number + start)) for number in range(count)))
        start = every if first is None else first
        return cls(tuple(Part(1, Deadline("net", start + every * number)) for number in range(count)))

    @classmethod
    @guarded
    @exact
    def parse(cls, text: str) -> Terms:
        """Read terms as the field writes them; case, commas and the usual variants do not matter.

        Days of a discount count from the end of the month when those of "net ... EOM" do, unless the text says "from
        invoice".

        Raises:
            InvalidValue: something cannot be read; its position and the forms that are known are told.

        >>> str(Terms.parse("2% 10 days, 1% 20 days, net 30 days"))
        '2/10 1/20 net 30'
        """
        found = read(text)
        scale = 10 ** max((decimals(each.weight) for each in found.parts if not each.is_fixed), default=0)
        parts = tuple(
            Part.fixed(each.weight, each.deadline) if each.is_fixed else Part(int(each.weight * scale), each.deadline)
            for each in found.parts
        )
        last = parts[-1].deadline
        inherited: DeadlineRule = "eom" if _counts_on(last) else "net"
        discounts = tuple(
            Discount(rate, Deadline(cast("DeadlineRule", rule or inherited), days))
            for rate, days, rule in found.discounts
        )
        return cls(parts, discounts, **cast("Any", found.options))

    @property
    def due(self) -> Deadline:
        """The deadline by which everything is due: the last part's."""
        return self.parts[-1].deadline

    @exact
    def __str__(self) -> str:
        words = [*map(str, self.discounts)]
        implied = "eom" if _counts_on(self.due) else "net"
        suffixes = {
            "eom": " EOM", "mfi": " MFI", "net": " from invoice", "receipt of goods": " ROG",
            "business days": " business days", "before due": " before due",
        }  # fmt: skip
        is_mixed = False
        for number, each in enumerate(self.discounts):
            if each.deadline.rule != implied or (self.due.rule == "eom" and each.deadline.rule == "net"):
                words[number] += suffixes[each.deadline.rule]
                is_mixed = is_mixed or each.deadline.rule in ("eom", "mfi")
        words.append(", ".join(_part_texts(self.parts, is_mixed=is_mixed)))
        if self.cutoff is not None:
            before = " days before month end" if self.cutoff < 0 else ""
            words.append(f"cut-off {abs(self.cutoff)}{before}")
        if self.roll != "unadjusted":
            words.append(f"{self.roll} business day")
        words += ["discount on part payments"] if self.discount_on_parts else []
        words += ["discount on credit notes"] if self.discount_on_credits else []
        return " ".join(words)


def _counts_on(deadline: Deadline) -> bool:
    """Whether days behind a text without a word count from the month's end, as the deadline's do."""
    return deadline.rule == "eom" and bool(deadline.days) and not deadline.months


def _part_texts(parts: Sequence[Part], *, is_mixed: bool) -> Iterable[str]:
    """Each part as a percentage, or as so many of so many where percentages do not end; a single part by its deadline.

    Beside a discount that counts from a month, days say that they count from the invoice.
    """
    shared = [part for part in parts if part.amount is None]
    whole = sum(part.weight for part in shared)
    is_percent = whole and _PERCENT % whole == 0
    for part in parts:
        percent = f"{Decimal(_PERCENT * part.weight // whole).scaleb(-4):f}".rstrip("0").rstrip(".")
        is_plain = part.deadline.rule == "net" and not part.deadline.months
        deadline = str(part.deadline)
        if is_mixed and is_plain:
            plain, _, then = deadline.partition(" then ")
            deadline = f"{plain} from invoice{' then ' if then else ''}{then}"
        joint = "" if part.deadline.rule == "net" else "on "
        if part.amount is not None:
            yield f"{part.amount} {joint}{deadline}"
            continue
        size = f"{percent}%" if is_percent else f"{part.weight} of {whole}"
        if len(shared) < len(parts):
            size = "rest" if len(shared) == 1 else f"{size} of rest"
        yield deadline if len(parts) == 1 else f"{size} {joint}{deadline}"


def _faults(terms: Terms) -> Iterable[str]:
    """What does not go together in terms."""
    for first, second in zip(terms.discounts, terms.discounts[1:], strict=False):
        if second.rate >= first.rate:
            yield f"discounts: {second} is not lower than {first}, which comes before it"
        is_earlier = second.deadline.days <= first.deadline.days
        if first.deadline.rule == "before due":
            is_earlier = second.deadline.days >= first.deadline.days
        if second.deadline.rule == first.deadline.rule and is_earlier:
            yield f"discounts: {second} does not end after {first}, which comes before it"
    for each in terms.discounts:
        is_alike = each.deadline.rule == terms.due.rule and not terms.due.months and not terms.due.then
        if is_alike and each.deadline.days > terms.due.days:
            yield f"discounts: {each} ends after the due date, {terms.due}"
    for name in ("discount_on_parts", "discount_on_credits"):
        if getattr(terms, name) and not terms.discounts:
            yield f"{name}: there is no discount; leave it out, or give discounts"
    for before, after in zip(terms.parts, terms.parts[1:], strict=False):
        one, other = before.deadline, after.deadline
        is_alike = (one.rule, one.months, one.then) == (other.rule, other.months, ())
        if is_alike and after.deadline.days <= before.deadline.days:
            yield f"parts: {after.deadline} does not come after {before.deadline}"
    whole = sum(part.weight for part in terms.parts if part.amount is None)
    if not whole:
        yield "parts: all are fixed; give one with a weight, for the rest"
    elif whole > 999 and _PERCENT % whole:
        yield f"parts: of {whole}; give percentages of at most four decimals, or parts of at most 999"
    if terms.cutoff is not None and not any(each.rule in MONTH_BASED for each in deadlines_of(terms)):
        yield f"cutoff: {terms.due} does not count from a month; leave it out"


def deadlines_of(terms: Terms) -> list[Deadline]:
    """All deadlines of terms: of their parts, then of their discounts."""
    return [part.deadline for part in terms.parts] + [each.deadline for each in terms.discounts]
