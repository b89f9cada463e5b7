"""The state machines of the catalogue, each as one table: verbs, where each leads, whose move it is.

Actions ask `next_status`; pages, the API and the admin show the moves of `moves_from`, with what `access.offers` says
of one person and each of them; the database triggers hold the same pairs, `manage.py draw_states` draws
`docs/states.md` from these tables, and the tests cross every pair of states against all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from assessments.enums import ClaimState, MethodStatus, RetractionState, Status
from assessments.errors import Conflict


class Owner(Enum):
    """Whose move it is; the value is how a sentence says it."""

    CONTRIBUTOR = "a contributor"
    REVIEWER = "a reviewer"
    REVIEWERS = "one or two reviewers"
    ADMINISTRATOR = "an administrator"
    TWO_ADMINISTRATORS = "two administrators"
    ANOTHER_ADMINISTRATOR = "another administrator"
    NEXT_VERSION = "the next version"
    DECLARER = "the reviewer who declared it"


@dataclass(frozen=True)
class Move:
    """One arrow: the verb that makes it, from where to where, who owns it; `button` begins what a page offers it as, ""
    for one that nobody makes by hand; `was` is what a thing it happened to has been."""

    verb: str
    source: str
    target: str
    owners: tuple[Owner, ...]
    button: str
    was: str

    @property
    def owned_by(self) -> str:
        """The owners in words."""
        return " or ".join(owner.value for owner in self.owners)


MOVES = (
    Move("submit", Status.DRAFT, Status.IN_REVIEW, (Owner.CONTRIBUTOR,), "Submit", "submitted"),
    Move(
        "withdraw",
        Status.DRAFT,
        Status.WITHDRAWN,
        (Owner.CONTRIBUTOR, Owner.ADMINISTRATOR),
        "Withdraw",
        "withdrawn",
    ),
    Move("recall", Status.IN_REVIEW, Status.DRAFT, (Owner.CONTRIBUTOR,), "Recall from review", "recalled"),
    Move("return", Status.IN_REVIEW, Status.DRAFT, (Owner.REVIEWER,), "Return it to its author", "returned"),
    Move("publish", Status.IN_REVIEW, Status.PUBLISHED, (Owner.REVIEWERS,), "Publish", "published"),
    Move("supersede", Status.PUBLISHED, Status.SUPERSEDED, (Owner.NEXT_VERSION,), "", "superseded"),
    Move(
        "retract",
        Status.PUBLISHED,
        Status.RETRACTED,
        (Owner.TWO_ADMINISTRATORS,),
        "Propose to retract",
        "retracted",
    ),
)
SAID = {
    Status.DRAFT: "a draft",
    Status.IN_REVIEW: "in review",
    Status.PUBLISHED: "published",
    Status.SUPERSEDED: "superseded by a later version",
    Status.RETRACTED: "retracted",
    Status.WITHDRAWN: "withdrawn",
}


def target_of(moves: Iterable[Move], source: str, verb: str) -> str | None:
    """Where `verb` leads from `source` in a table; None where it has no such arrow."""
    return next((move.target for move in moves if (move.source, move.verb) == (source, verb)), None)


def moves_from(status: str, moves: Sequence[Move] = MOVES) -> tuple[Move, ...]:
    """The moves of a table, of assessments unless named, that lead from this state, in table order."""
    return tuple(move for move in moves if move.source == status)


def verbs_from(status: str) -> tuple[str, ...]:
    """The verbs that lead anywhere from `status`, in table order."""
    return tuple(move.verb for move in moves_from(status))


def next_status(status: str, verb: str) -> Status:
    """Where `verb` leads from `status`; Conflict with a sentence where the table has no such arrow."""
    target = target_of(MOVES, Status(status), verb)
    if target is None:
        known = [move for move in MOVES if move.verb == verb]
        needed = " or ".join(SAID[Status(move.source)] for move in known)
        raise Conflict(
            f"This assessment is {SAID[Status(status)]}; only one that is {needed} can be {known[0].was}.",
            code="wrong_state",
        )
    return Status(target)


RETRACTION_MOVES = (
    Move(
        "confirm",
        RetractionState.OPEN,
        RetractionState.CONFIRMED,
        (Owner.ANOTHER_ADMINISTRATOR,),
        "Retract",
        "confirmed",
    ),
    Move(
        "withdraw",
        RetractionState.OPEN,
        RetractionState.WITHDRAWN,
        (Owner.ADMINISTRATOR,),
        "Withdraw the proposal",
        "withdrawn",
    ),
    Move("lapse", RetractionState.OPEN, RetractionState.LAPSED, (Owner.NEXT_VERSION,), "", "overtaken"),
)


def next_retraction_state(state: str, verb: str) -> RetractionState:
    """Where `verb` leads a proposal to retract; Conflict where the table has no such arrow."""
    target = target_of(RETRACTION_MOVES, RetractionState(state), verb)
    if target is None:
        raise Conflict(
            f"This proposal is closed: it was {RetractionState(state).label.lower()}.", code="proposal_closed"
        )
    return RetractionState(target)


_ADMINISTRATOR = (Owner.ADMINISTRATOR,)
METHOD_MOVES = (
    Move("edit", MethodStatus.DRAFT, MethodStatus.DRAFT, _ADMINISTRATOR, "Edit", "edited"),
    Move("try", MethodStatus.DRAFT, MethodStatus.DRAFT, _ADMINISTRATOR, "Run it against the catalogue", "tried"),
    Move(
        "activate",
        MethodStatus.DRAFT,
        MethodStatus.ACTIVE,
        (Owner.TWO_ADMINISTRATORS,),
        "Approve",
        "brought into force",
    ),
    Move("abandon", MethodStatus.DRAFT, MethodStatus.RETIRED, _ADMINISTRATOR, "Give up", "given up"),
    Move("retire", MethodStatus.ACTIVE, MethodStatus.RETIRED, (Owner.NEXT_VERSION,), "", "retired"),
)
METHOD_SAID = {
    MethodStatus.DRAFT: "a draft",
    MethodStatus.ACTIVE: "in force",
    MethodStatus.RETIRED: "retired",
}


def next_method_status(status: str, verb: str) -> MethodStatus:
    """Where `verb` leads a method version from `status`; Conflict where the table has no such arrow."""
    target = target_of(METHOD_MOVES, MethodStatus(status), verb)
    if target is None:
        needed = next(METHOD_SAID[MethodStatus(move.source)] for move in METHOD_MOVES if move.verb == verb)
        raise Conflict(
            f"This version of the method is {METHOD_SAID[MethodStatus(status)]}; it would have to be {needed}.",
            code="wrong_state",
        )
    return MethodStatus(target)


CLAIM_MOVES = (
    Move(
        "withdraw",
        ClaimState.STANDING,
        ClaimState.WITHDRAWN,
        (Owner.DECLARER, Owner.ADMINISTRATOR),
        "Withdraw the claim",
        "withdrawn",
    ),
)


def next_claim_state(state: str, verb: str) -> ClaimState:
    """Where `verb` leads a calibration claim from `state`; Conflict where the table has no such arrow."""
    target = target_of(CLAIM_MOVES, ClaimState(state), verb)
    if target is None:
        raise Conflict("This claim was withdrawn already.", code="claim_withdrawn")
    return ClaimState(target)


def pairs(moves: Sequence[Move]) -> list[tuple[str, str]]:
    """The arrows of a table without their verbs, each once, those that stand still left out: what a trigger holds."""
    found = dict.fromkeys((str(move.source), str(move.target)) for move in moves if move.source != move.target)
    return list(found)


def diagram(moves: Sequence[Move], *, start: str) -> str:
    """A machine as a Mermaid state diagram."""
    sources = {move.source for move in moves}
    ends = [target for target in dict.fromkeys(str(move.target) for move in moves) if target not in sources]
    lines = ["stateDiagram-v2", f"    [*] --> {start}"]
    lines += [f"    {move.source!s} --> {move.target!s}: {move.verb}" for move in moves]
    lines += [f"    {end} --> [*]" for end in ends]
    return "\n".join(lines)


def table(moves: Sequence[Move]) -> str:
    """A machine as a Markdown table."""
    lines = ["| from | verb | to | whose move |", "|---|---|---|---|"]
    lines += [f"| `{move.source!s}` | {move.verb} | `{move.target!s}` | {move.owned_by} |" for move in moves]
    return "\n".join(lines)
