"""Activities: what a level of a policy does. A closed set of kinds, each checked when it is built."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, TypeAlias, get_args

from dunning._base.bounds import Id, Text
from dunning._base.kinds import Must
from dunning._base.noun import frozen
from dunning.interactions import WRITTEN, Channel, TaskKind

WrittenChannel: TypeAlias = Annotated[
    Channel, Must("{0} in written", f"one of {', '.join(WRITTEN)}", schema={"enum": [*WRITTEN]}, written=WRITTEN)
]


@frozen
class Notify:
    """Send a written notice (email, letter, sms, portal); `template` names its text in the caller's mailer."""

    channel: WrittenChannel
    template: Text = ""

    def __str__(self) -> str:
        return f"send {self.channel}{f' {self.template}' if self.template else ''}"


@frozen
class Call:
    """Telephone the customer; `owner` is the role that calls, `script` names what is to be said."""

    owner: Id = "collector"
    script: Text = ""

    def __str__(self) -> str:
        return f"call by {self.owner}{f' ({self.script})' if self.script else ''}"


@frozen
class Escalate:
    """Hand the case to a more senior role. It goes along with the level's notice and needs no record of its own."""

    to: Id

    def __str__(self) -> str:
        return f"escalate to {self.to}"


@frozen
class AddCharges:
    """AddCharges by a fee schedule or an interest of that name: record what `dunning.charges.proposed_charges` gives.

    It goes along with the level's notice and needs no other record: the charges themselves are never made twice.
    """

    schedule: Id

    def __str__(self) -> str:
        return f"charge by {self.schedule}"


@frozen
class StopCredit:
    """Sell to the customer only against payment from now on; done when a `Task` fact says so."""

    def __str__(self) -> str:
        return "stop credit"


@frozen
class ReleaseCredit:
    """Sell on credit again; proposed once nothing is past due after credit was stopped. A `Task` says it was done."""

    def __str__(self) -> str:
        return "release credit"


@frozen
class Place:
    """Place the debts with a collection agency or a lawyer; done when a `Placement` fact says so."""

    agency: Id = "agency"

    def __str__(self) -> str:
        return f"place with {self.agency}"


@frozen
class ProposeWriteOff:
    """Propose to write the debts off. A `Task` says that it was proposed, an `Adjustment` that it was decided."""

    def __str__(self) -> str:
        return "propose write-off"


@frozen
class Review:
    """Have the account reviewed by a role; done when a `Task` fact says so."""

    role: Id = "credit manager"

    def __str__(self) -> str:
        return f"review by {self.role}"


@frozen
class Do:
    """Any other step: suspend a service, visit, try a card again, offer a plan, send for a legal title.

    It is done when a `Task` of that kind says so. `owner` is the role that does it. With `ends` it ends the relation:
    it takes only debts of which a notice told the customer before.

    >>> print(Do("suspend service", owner="billing", ends=True))
    suspend service by billing, which ends the relation
    """

    task: Id
    owner: Text = ""
    ends: bool = False

    def __str__(self) -> str:
        end = ", which ends the relation" if self.ends else ""
        return f"{self.task}{f' by {self.owner}' if self.owner else ''}{end}"


Activity: TypeAlias = (
    Notify | Call | Escalate | AddCharges | StopCredit | ReleaseCredit | Place | ProposeWriteOff | Review | Do
)
"""The kinds of actions, a closed set."""

ACTIVITIES: dict[str, type[Activity]] = {kind.__name__: kind for kind in get_args(Activity)}

RECORDS: Mapping[type, str] = {
    # activity: what records it: a written or spoken contact, a placement, a task (of that kind), nothing of its own
    Notify: "written",
    Call: "spoken",
    Escalate: "along",
    AddCharges: "along",
    StopCredit: "stop_credit",
    ReleaseCredit: "release_credit",
    Place: "placed",
    ProposeWriteOff: "propose_write_off",
    Review: "review",
    Do: "task",
}


def is_notice(activity: Activity) -> bool:
    """Whether an activity tells the customer something: it is written or spoken."""
    return RECORDS[type(activity)] in ("written", "spoken")


def ends_relation(activity: Activity) -> bool:
    """Whether an activity ends the relation, so that it takes no debt of which the customer was not told before."""
    if isinstance(activity, Do):
        return activity.ends
    return RECORDS[type(activity)] in ("stop_credit", "placed", "propose_write_off")


def tells(activities: Iterable[Activity]) -> bool:
    """Whether any of several activities tells the customer something."""
    return any(map(is_notice, activities))


def is_end(activities: Iterable[Activity]) -> bool:
    """Whether any of several activities ends the relation."""
    return any(map(ends_relation, activities))


def goes_along(activity: Activity) -> bool:
    """Whether an activity goes along with another and has no record of its own."""
    return RECORDS[type(activity)] == "along"


def task_of(activity: Activity) -> str | None:
    """The kind of task that records an activity; None where none does."""
    if isinstance(activity, Do):
        return activity.task
    record = RECORDS[type(activity)]
    return record if record in get_args(TaskKind) else None


def record_of(activity: Activity, activities: tuple[Activity, ...]) -> str:
    """What records an activity of a level, as in `RECORDS`; the channel of one notice among several.

    Any written contact records a level's only notice, so that a letter sent in place of an email counts; where a level
    sends several notices, each is recorded by its own channel.
    """
    if isinstance(activity, Notify) and sum(1 for each in activities if isinstance(each, Notify)) > 1:
        return activity.channel
    return task_of(activity) or RECORDS[type(activity)]
