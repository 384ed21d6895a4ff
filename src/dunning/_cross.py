"""Two segmentations as one: a segment for each pair of theirs."""

from __future__ import annotations

from dunning._segments import Segment, Segmentation
from dunning.conditions import ALWAYS, Condition

__all__ = ["cross"]


def cross(rows: Segmentation, columns: Segmentation, *, name: str | None = None) -> Segmentation:
    """The matrix of two segmentations: an account that is *reliable* in one and *A* in the other is *reliable / A*.

    Conditions to `stay` are left out: they are about the segment of one segmentation, not about the pair.

    >>> from dunning.presets.segments import payment_behaviour, value_classes
    >>> cross(payment_behaviour(), value_classes()).names[-1]
    'reliable / C'
    """

    def pairs(of: Segmentation) -> list[tuple[str, Condition]]:
        return [*((each.name, each.when) for each in of.segments), (of.default, ALWAYS)]

    # Row by row, column by column: the first pair that holds is made of the first row and the first column that hold.
    cells = [
        Segment(f"{row} / {column}", in_row & in_column)
        for row, in_row in pairs(rows)
        for column, in_column in pairs(columns)
    ]
    return Segmentation(name or f"{rows.name} x {columns.name}", tuple(cells[:-1]), default=cells[-1].name)
