"""Decisions: what a policy says about each case on a date, and why.

A decision is a pure function of facts, policy and date. Nothing is remembered between two calls: which levels were
given is read from the recorded contacts, so a crashed mailer, a double run or a week without runs changes nothing.
"""

from __future__ import annotations

__all__ = [
    "REASONS",
    "Action",
    "AskedItem",
    "Cure",
    "Decision",
    "Deferral",
    "FollowUp",
    "Holding",
    "Moment",
    "Plan",
    "Reason",
    "Timeline",
    "charges_raised",
    "decide",
    "plan",
    "timeline",
]

from dunning.decision.cure import Cure
from dunning.decision.decisions import decide
from dunning.decision.follow_ups import FollowUp
from dunning.decision.nouns import Action, AskedItem, Decision, Deferral, Holding
from dunning.decision.plans import Plan, plan
from dunning.decision.raised import charges_raised
from dunning.decision.reasons import REASONS, Reason
from dunning.decision.timelines import Moment, Timeline, timeline
