"""The collector's day: whom to contact first, what to know before the call, and what came of it.

`worklist` ranks what a plan says is due today by a score whose parts are shown, splits it over a team, and says where
all else that is past due stands, so that nothing slips through. `brief` is the sheet to read during the call. `outcome`
turns the result of the call into facts, and refuses a call that ends without a next date or a reason.
"""

from __future__ import annotations

__all__ = [
    "RISK",
    "Agreed",
    "Brief",
    "Collector",
    "Line",
    "ScorePart",
    "Team",
    "Watched",
    "Weight",
    "WorkItem",
    "Worklist",
    "brief",
    "outcome",
    "worklist",
]

from dunning.worklist.briefs import Brief, Line, brief
from dunning.worklist.outcomes import Agreed, outcome
from dunning.worklist.score import RISK, ScorePart, Weight
from dunning.worklist.team import Collector, Team
from dunning.worklist.worklists import Watched, WorkItem, Worklist, worklist
