"""A dunning policy: a ladder of levels with named settings, compiled into a table of transitions.

A level says how many days after its base (the due date, if nothing else is said) it comes and what is done. The policy
adds what holds for all levels: how cases climb, the gap between two notices, the amount below which nobody is dunned,
what a payment does to the level, what follows the last level. `compile` turns it into the rows of a
`dunning.machine.Machine`. What the engine looks at is said by `unit`, `promise_grace`, `promise_holds`, `disputes`,
`credits`, `undated`, `pending`, `calendar` and `mention`; all else that it does stands in the rows.

Unless told otherwise a case moves up one level at a time. A level marked `optional` is passed over once a later level's
days are reached: so a reminder before the due date is not sent after it, and an old debt begins with the first level
that is not optional.
"""

from __future__ import annotations

__all__ = [
    "LEVEL_RESPONSES",
    "START",
    "Activity",
    "AddCharges",
    "Base",
    "Call",
    "Do",
    "Escalate",
    "Final",
    "Freeze",
    "Level",
    "LevelResponse",
    "Mention",
    "Minimum",
    "Notify",
    "Place",
    "Playbook",
    "Policy",
    "ProposeWriteOff",
    "Regress",
    "ReleaseCredit",
    "Repeat",
    "Review",
    "StopCredit",
    "Succession",
    "diff",
]

from dunning.policy.activities import (
    Activity,
    AddCharges,
    Call,
    Do,
    Escalate,
    Notify,
    Place,
    ProposeWriteOff,
    ReleaseCredit,
    Review,
    StopCredit,
)
from dunning.policy.compile import START
from dunning.policy.levels import (
    LEVEL_RESPONSES,
    Base,
    Final,
    Freeze,
    Level,
    LevelResponse,
    Mention,
    Minimum,
    Regress,
    Repeat,
)
from dunning.policy.policy import Playbook, Policy, Succession, diff
