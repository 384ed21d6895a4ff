"""An absorbing Markov chain of receivables: from bucket to bucket until paid or lost, in exact rationals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

import attrs

from dunning._base.guards import checked, lenient
from dunning._base.kinds import refuse
from dunning._base.noun import frozen
from dunning.amounts import fraction_of, quotient
from dunning.amounts.decimals import Number
from dunning.errors import InvalidValue, Undefined

Shares: TypeAlias = Sequence[Sequence[Number | Fraction]]
Row: TypeAlias = tuple[Fraction, ...]
Matrix: TypeAlias = tuple[Row, ...]


def _as_matrix(rows: Shares) -> Matrix:
    return tuple(tuple(fraction_of("MarkovChain", each) for each in row) for row in rows)


def _shown(matrix: Sequence[Sequence[Fraction]]) -> tuple[tuple[Decimal, ...], ...]:
    return tuple(tuple(map(quotient, row)) for row in matrix)


def _inverse(matrix: Matrix) -> Matrix:
    """The inverse by Gauss and Jordan.

    Raises:
        Undefined: the matrix is singular, so that something never leaves the transient states.
    """
    size = len(matrix)
    work = [[*row, *(Fraction(index == column) for column in range(size))] for index, row in enumerate(matrix)]
    for column in range(size):
        pivot = next((row for row in range(column, size) if work[row][column]), None)
        if pivot is None:
            raise Undefined("MarkovChain", "not absorbing")
        work[column], work[pivot] = work[pivot], work[column]
        head = work[column][column]
        work[column] = [each / head for each in work[column]]
        for row in range(size):
            factor = work[row][column]
            if row != column and factor:
                work[row] = [each - factor * top for each, top in zip(work[row], work[column], strict=True)]
    return tuple(tuple(row[size:]) for row in work)


def _product(left: Sequence[Sequence[Fraction]], right: Sequence[Sequence[Fraction]]) -> Matrix:
    columns = list(zip(*right, strict=True))
    return tuple(
        tuple(sum((a * b for a, b in zip(row, column, strict=True)), Fraction(0)) for column in columns) for row in left
    )


@frozen
class SteadyState:
    """What settles in when the same new credit enters each period: receivables by state, their sum, and the flows out.

    `flows` is what leaves into each absorbing state each period; together they are the new credit.
    """

    receivables: tuple[Decimal, ...]
    total: Decimal
    flows: tuple[Decimal, ...]


@frozen
class MarkovChain:
    """How receivables move in a period: between transient states (buckets), and into absorbing ones (paid, bad debt).

    Args:
        transient: for each transient state the shares that are in each transient state a period later.
        absorbing: for each transient state the shares that are in each absorbing state a period later.
        states: names of the transient states, and `outcomes` of the absorbing ones; numbered when left out.

    Shares are exact: Decimals, ints or Fractions. Results are exact inside and rounded once, to 28 digits.

    Raises:
        InvalidValue: the rows do not match, a share is not within 0 and 1, or a row does not sum to 1 exactly.

    >>> half, most = Decimal("0.5"), Decimal("0.9")
    >>> chain = MarkovChain([[0, half], [0, 0]], [[half, 0], [most, 1 - most]], outcomes=("paid", "bad debt"))
    >>> chain.absorption()
    ((Decimal('0.95'), Decimal('0.05')), (Decimal('0.9'), Decimal('0.1')))
    """

    transient: Shares = attrs.field(converter=lenient(_as_matrix))
    absorbing: Shares = attrs.field(converter=lenient(_as_matrix))
    states: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    outcomes: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        size, faults = len(self.transient), list[str]()
        if not size:
            faults.append("transient: give at least one state")
        if len(self.absorbing) != size:
            faults.append(f"absorbing: {len(self.absorbing)} rows for {size} transient states; give one for each")
        for index, row in enumerate(self.transient):
            if len(row) != size:
                faults.append(f"transient[{index}]: {len(row)} shares for {size} states; give one for each")
        if len({len(row) for row in self.absorbing}) > 1:
            faults.append("absorbing: the rows are not of one length")
        both = zip(_as_matrix(self.transient), _as_matrix(self.absorbing), strict=False)
        for index, (stays, leaves) in enumerate(both):
            row = stays + leaves
            if any(not 0 <= share <= 1 for share in row):
                faults.append(f"row {index}: a share is not within 0 and 1")
            elif sum(row) != 1:
                faults.append(f"row {index}: the shares sum to {quotient(sum(row, Fraction(0)))}, not to 1")
        for name, given, count in (
            ("states", self.states, size),
            ("outcomes", self.outcomes, len(self.absorbing[0]) if self.absorbing else 0),
        ):
            if given and len(given) != count:
                faults.append(f"{name}: {len(given)} names for {count}; give one for each")
        refuse("MarkovChain", faults)

    def _stays(self) -> Matrix:
        """The inverse of identity minus the transient part."""
        return _inverse(
            tuple(
                tuple(Fraction(index == column) - share for column, share in enumerate(row))
                for index, row in enumerate(_as_matrix(self.transient))
            )
        )

    def _ends(self) -> Matrix:
        return _product(self._stays(), _as_matrix(self.absorbing))

    def fundamental(self) -> tuple[tuple[Decimal, ...], ...]:
        """How many periods, from each state, are spent in each transient state before the end.

        Raises:
            Undefined: some states are never left (*not absorbing*); so for all questions below.
        """
        return _shown(self._stays())

    def absorption(self) -> tuple[tuple[Decimal, ...], ...]:
        """For each transient state the share that ends in each absorbing state; every row sums to 1."""
        return _shown(self._ends())

    def periods_to_resolution(self) -> tuple[Decimal, ...]:
        """How many periods, from each state, until it is paid or lost."""
        return tuple(quotient(sum(row, Fraction(0))) for row in self._stays())

    @checked
    def expected_outcome(self, balances: Sequence[Number]) -> tuple[Decimal, ...]:
        """How much of the balances in the transient states will end in each absorbing state.

        Raises:
            InvalidValue: there is not one balance for each transient state.
        """
        return tuple(map(quotient, _product([self._weights("balances", balances)], self._ends())[0]))

    @checked
    def steady_state(self, new_credit: Number) -> SteadyState:
        """What receivables settle at when so much new credit enters the first state every period."""
        entering = [*self._weights("new_credit", [new_credit], 1), *([Fraction(0)] * (len(self.transient) - 1))]
        (receivables,) = _product([entering], self._stays())
        (flows,) = _product([receivables], _as_matrix(self.absorbing))
        return SteadyState(
            tuple(map(quotient, receivables)), quotient(sum(receivables, Fraction(0))), tuple(map(quotient, flows))
        )

    def _weights(self, name: str, given: Sequence[Number], count: int | None = None) -> Row:
        wanted = len(self.transient) if count is None else count
        if len(given) != wanted:
            raise InvalidValue("MarkovChain", [f"{name}: {len(given)} of them for {wanted} states; give one for each"])
        return tuple(map(Fraction, given))
