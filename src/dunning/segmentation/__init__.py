"""Segmentation: what kind of debtor an account is, as the first of several conditions that holds.

Segments are tried in order and the last one takes the rest, so every account is in exactly one. What decides is
always a condition over measures, never code, so every assignment can be explained (`explain_segment`), and asked when
it will change. A `profile` is all that the measures say of an account; `migration` and `stability` follow the
segments over time; `cross` makes one segmentation of two.
"""

from __future__ import annotations

__all__ = [
    "Assignment",
    "Migration",
    "Move",
    "Profile",
    "Reasoning",
    "Segment",
    "Segmentation",
    "Segments",
    "Stability",
    "cross",
    "explain_segment",
    "migration",
    "profile",
    "segment",
    "segment_of",
    "stability",
]

from typing import TYPE_CHECKING

from dunning._base.faces import lazy

if TYPE_CHECKING:
    from dunning.segmentation.migrations import Migration, Move, Stability, migration, stability
    from dunning.segmentation.profiles import Profile, profile
    from dunning.segmentation.reasoning import Reasoning, explain_segment
    from dunning.segmentation.segments import Assignment, Segment, Segmentation, Segments, cross, segment, segment_of

_FILES = {
    "migrations": "Migration Move Stability migration stability",
    "profiles": "Profile profile",
    "reasoning": "Reasoning explain_segment",
    "segments": "Assignment Segment Segmentation Segments cross segment segment_of",
}

__getattr__, __dir__ = lazy(__name__, _FILES)
