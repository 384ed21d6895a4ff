"""What happened against what the policy said: a policy is only as good as its application.

Each account is followed through its history, on the days on which something happened or the policy's answer changed. A
notice is held against what the policy said on its day before it was given; a contact against the rules of contact at
its instant; a concession against the authority of the role that approved it. What the policy asked for and nobody did
is missing.
"""

from __future__ import annotations

__all__ = [
    "DEVIATIONS",
    "Deviation",
    "DeviationKind",
    "Deviations",
    "deviations",
]

from dunning.deviations.comparison import deviations
from dunning.deviations.report import DEVIATIONS, Deviation, DeviationKind, Deviations
