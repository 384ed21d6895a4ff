"""The one check of values: what it says, what it lets pass, and whose mistake it tells."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, Literal, NamedTuple

import pytest

from dunning import Ledger
from dunning._base.guards import checked, guarded, lenient
from dunning._base.kinds import faults_of, quoted, test_of
from dunning.aging import age
from dunning.charges import compound_interest, flat_interest, simple_interest
from dunning.conditions import clauses_of, measure
from dunning.errors import InvalidLedger, InvalidValue, NotFound
from dunning.invoice import Invoice
from dunning.kpi import days_beyond_terms, dso_simple
from dunning.ledger import Account
from dunning.policy import Level, Minimum, Notify, Policy
from dunning.settlement import take_discounts
from dunning.terms import discount_annual_cost

test_of.__test__ = False  # type: ignore[attr-defined]  # a name of the library, no test


class Broken:
    """Something that says it can be gone through, and cannot."""

    def __iter__(self) -> Iterator[int]:
        msg = "no"
        raise TypeError(msg)


GOOD_AND_BAD: list[tuple[Any, list[Any], list[Any]]] = [
    # annotation, values that it admits, values that it does not
    (int, [0, -1], [True, 1.0, Decimal(1), "1", None]),
    (bool, [True], [1, "yes"]),
    (Decimal, [Decimal(1)], [1, 1.0, Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")]),
    (date, [date(2026, 1, 1)], [datetime(2026, 1, 1), "2026-01-01"]),
    (date | None, [None, date(2026, 1, 1)], ["", 0]),
    (Literal["a", "b", None], ["a", None], ["c", 1, []]),
    (Literal[1, -1], [1], [True, 2, "1"]),
    (tuple[str, ...], [(), ("a",)], [["a"], "a", (1,)]),
    (tuple[str, int], [("a", 1)], [("a",), ("a", "b"), ["a", 1]]),
    (Sequence[int], [[1], (1,)], ["1", b"1", {1}, [True], {1: 1}]),
    (frozenset[str], [frozenset("a")], [{"a"}, frozenset({1})]),
    (Iterable[int], [[1], {1}, iter([1])], ["1", {1: 1}, [""], 1, Broken()]),
    (Mapping[str, int], [{"a": 1}], [{1: 1}, {"a": "b"}, [("a", 1)]]),
    (Callable[[int], int], [abs], [1, "abs"]),
    (type[Invoice], [Invoice], ["Invoice", 1]),
    (Any, [1, None, []], []),
    (object, [1, None, []], []),
]


@pytest.mark.parametrize(("hint", "good", "bad"), GOOD_AND_BAD, ids=lambda each: str(each)[:30])
def test_an_annotation_admits_what_it_says(hint: Any, good: list[Any], bad: list[Any]) -> None:
    assert [faults_of({"x": value}, {"x": hint}) for value in good] == [[] for _ in good]
    assert all(len(faults_of({"x": value}, {"x": hint})) == 1 for value in bad)


def test_each_fault_has_its_path_and_says_what_is_meant() -> None:
    hints = {"names": tuple[str, ...], "pairs": tuple[tuple[str, Decimal], ...], "rates": Mapping[str, Decimal]}
    values: dict[str, Any] = {"names": "INV-1", "pairs": (("a", Decimal(1)), ("b", 2)), "rates": {"EUR": 1.5}}
    assert faults_of(values, hints) == [
        "names: 'INV-1' is not a tuple, each a text; give ('INV-1',)",
        "pairs[1][1]: 2 is not a finite Decimal",
        "rates['EUR']: 1.5 is not a finite Decimal",
    ]
    many = faults_of({"x": tuple(range(100))}, {"x": tuple[str, ...]})
    assert len(many) == 100
    assert many[-1] == "x[99]: 99 is not a text"


def test_a_noun_names_every_fault_at_once_its_types_and_what_it_says_itself() -> None:
    wrong: Any = {"issued": "2026-01-05", "amount": 90.0}
    with pytest.raises(InvalidValue) as caught:
        Invoice("INV-1", "", due=date(2026, 2, 4), currency="EUR", **wrong)
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["customer", "issued", "amount"]


def test_a_value_is_shown_short_and_with_its_type() -> None:
    class Silent:
        def __repr__(self) -> str:
            msg = "no"
            raise RuntimeError(msg)

    assert quoted(Silent()) == "a value (Silent)"
    assert quoted("x" * 1000) == "'" + "x" * 56 + "..."
    assert quoted([1]) == "[1] (list)"


def test_an_error_of_thousands_of_faults_is_short_and_keeps_them_all() -> None:
    error = InvalidValue("thing", ["x" * 10_000] * 1000)
    assert len(error.faults) == 1000
    assert len(str(error)) < 6_000
    assert str(error).endswith("and 988 more")
    many = InvalidLedger([*("a" * 30), *("b" * 20), *map(str, range(14))])
    assert len(str(many).splitlines()) == 14
    assert str(many).splitlines()[1].startswith("  30 times: a (also ")
    assert str(many).endswith("\n  and 4 more")


@guarded
def plain(number: int) -> int:
    return 1 // number


@guarded
def all_of(numbers: Iterable[int]) -> int:
    return 1 // sum(numbers)


@guarded
def each_of(*, number: int) -> Iterator[int]:
    yield 1 // number


@guarded
def sum_of(*numbers: int) -> int:
    return 1 // sum(numbers)


@guarded
def parts_of(numbers: Iterable[int]) -> Iterator[int]:
    for number in numbers:
        yield 1 // number


CALLS: list[tuple[Callable[[Any], Any], Any, Any]] = [
    (plain, "a", 0),
    (all_of, iter("a"), iter([0])),
    (lambda value: sum_of(1, value), "a", -1),
    (lambda value: list(parts_of(iter([1, value]))), "a", 0),
    (lambda value: list(each_of(number=value)), "a", 0),
]


@pytest.mark.parametrize(("call", "wrong", "sound"), CALLS)
def test_a_function_tells_what_was_wrong_with_its_arguments_and_hides_no_other_error(
    call: Callable[[Any], Any], wrong: Any, sound: Any
) -> None:
    with pytest.raises(InvalidValue, match="a whole number"):
        call(wrong)
    with pytest.raises(ZeroDivisionError):
        call(sound)


class Stream:
    """What can be gone through once, and does not say so."""

    def __init__(self, *values: Any) -> None:
        self.values = list(values)

    def __iter__(self) -> Iterator[Any]:
        while self.values:
            yield self.values.pop(0)


class Pair(NamedTuple):
    """A row, as data frames give them."""

    first: int
    second: int


class ByCustomer:
    """A function that can be gone through, too."""

    def __call__(self, account: Account) -> str:
        return account.customer

    def __iter__(self) -> Iterator[Any]:
        return iter(())


PAIRS: list[Callable[[], Any]] = [
    lambda: [(5, 100), (7, 50)],
    lambda: [[5, 100], [7, 50]],
    lambda: iter([(5, 100), (7, 50)]),
    lambda: {5: 100, 7: 50},
    {5: 100, 7: 50}.items,
    lambda: Stream((5, 100), [7, 50]),
    lambda: [Pair(5, 100), Pair(7, 50)],
]


@checked
def moment(pairs: Sequence[tuple[int, int]]) -> int:
    return sum(first * second for first, second in pairs)


@pytest.mark.parametrize("make", PAIRS)
def test_pairs_may_come_in_any_shape(make: Callable[[], Any]) -> None:
    assert moment(make()) == 850
    assert days_beyond_terms(make()) == days_beyond_terms([(5, 100), (7, 50)])


class Odd(date):
    """A day that cannot be compared."""

    def __ne__(self, other: object) -> bool:
        msg = "no"
        raise TypeError(msg)

    __hash__ = date.__hash__


def test_what_cannot_even_be_compared_is_named() -> None:
    with pytest.raises(InvalidValue, match="take_discounts: account: 5 is not an Account; as_of: Odd"):
        take_discounts(5, as_of=Odd(2026, 1, 1))  # type: ignore[arg-type]  # on purpose
    with pytest.raises(InvalidValue, match="take_discounts: as_of: Odd"):
        take_discounts(Ledger(FACTS).account("ACME"), as_of=Odd(2026, 1, 1))


def test_a_value_of_several_lines_is_shown_in_one() -> None:
    class Tall:
        def __repr__(self) -> str:
            return "a    1\nb    2"

    assert quoted(Tall()) == "a 1 b 2 (Tall)"


def test_only_what_may_be_several_things_is_gone_through() -> None:
    by_customer = age(Ledger(FACTS), as_of=date(2026, 3, 1), by=ByCustomer())
    assert [row.label for row in by_customer] == ["ACME"]
    stream: Any = itertools.count()
    with pytest.raises(InvalidValue, match="grace: count"):
        age(Ledger(FACTS), as_of=date(2026, 3, 1), grace=stream)
    with pytest.raises(InvalidValue, match="receivables: count"):
        dso_simple(stream, 1, 1)
    assert next(stream) == 0


def test_what_is_no_pair_in_any_shape_is_named_as_it_was_given() -> None:
    for wrong, said in (
        ([[1, "x"]], r"pairs\[0\]: \[1, 'x'\] \(list\) is not a tuple of 2"),
        ({1: "x"}, r"pairs: \{1: 'x'\} \(dict\) is not a list or tuple"),
        (5, "pairs: 5 is not a list or tuple"),
        ("ab", "pairs: 'ab' is not a list or tuple"),
    ):
        with pytest.raises(InvalidValue, match=said):
            moment(wrong)  # type: ignore[arg-type]  # on purpose


FACTS = (
    Invoice("A", "ACME", date(2026, 1, 1), date(2026, 1, 31), Decimal(5), "EUR"),
    Invoice("B", "ACME", date(2026, 1, 1), date(2026, 1, 31), Decimal(7), "EUR"),
)
STREAMS: list[Callable[[Any], Any]] = [
    lambda stream: len(Ledger(stream).facts),
    lambda stream: len(Ledger.collect(stream).facts),
    lambda stream: len((Ledger() + stream).facts),
]


@pytest.mark.parametrize("read", STREAMS)
def test_what_comes_from_a_stream_is_read_once_and_whole(read: Callable[[Any], int]) -> None:
    assert read(Stream(*FACTS)) == read(iter(FACTS)) == read(list(FACTS)) == 2
    with pytest.raises(InvalidValue, match="facts: 5 .int. is not a fact"):
        read(Stream(FACTS[0], 5))


@pytest.mark.parametrize("call", [simple_interest, partial(flat_interest, months="whole months")])
def test_a_rate_may_be_a_fraction(call: Callable[..., Decimal]) -> None:
    assert call(Fraction(1000), Fraction(1, 8), 60) == call(Decimal(1000), Decimal("0.125"), 60)
    assert compound_interest(900, Fraction(1, 8), months=2) == compound_interest(900, Decimal("0.125"), months=2)
    assert discount_annual_cost(Fraction(1, 50), 10, 30) == discount_annual_cost(Decimal("0.02"), 10, 30)


def test_a_share_has_no_more_digits_than_are_summed_exactly() -> None:
    with pytest.raises(InvalidValue, match="share: Decimal.'1E-40'. is not a Decimal from 0 to 1"):
        Minimum(share=Decimal("1E-40"))


def test_members_of_a_set_are_named() -> None:
    with pytest.raises(InvalidValue) as caught:
        Policy("bad", (Level("call", 5, do=(Notify("email"),)),), mention=frozenset({"all", "credits", 7}))  # type: ignore[arg-type]  # on purpose
    assert caught.value.faults == (
        "mention: 'all' is not one of not due, credits",
        "mention: 7 is not one of not due, credits",
    )


def test_a_generator_lets_the_library_speak() -> None:
    with pytest.raises(NotFound, match="no reading of the measure 'tenure'; known: late_share"):
        list(clauses_of(measure("tenure") > 1, {"late_share": Decimal(0)}, as_of=date(2026, 1, 1)))


def test_a_lenient_converter_leaves_what_it_cannot_convert_for_the_check_to_name() -> None:
    convert = lenient(tuple[Any, ...])
    stranger: Any = 5
    assert convert([1]) == (1,)
    assert convert(stranger) == 5
    assert convert("ab") == "ab"
    level: Any = "first"
    with pytest.raises(InvalidValue, match="when: 'late' is not"):
        Level(level, 5, when="late", do=(Notify("email"),))  # type: ignore[arg-type]  # on purpose
