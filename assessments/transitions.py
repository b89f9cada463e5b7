"""The state machines of an assessment and of a method version, each as one table: verbs and where each leads.

Actions ask `next_status`; pages and the API ask `verbs_from`; the database trigger of migration 0002 holds the same
pairs, and the tests cross every pair of states against both.
"""

from __future__ import annotations

from dataclasses import dataclass

from assessments.enums import MethodStatus, Status
from assessments.errors import Conflict


@dataclass(frozen=True)
class Move:
    """One arrow: the verb that makes it and who owns it."""

    verb: str
    source: Status
    target: Status
    owner: str


MOVES = (
    Move("submit", Status.DRAFT, Status.IN_REVIEW, "a contributor"),
    Move("withdraw", Status.DRAFT, Status.WITHDRAWN, "a contributor or an administrator"),
    Move("recall", Status.IN_REVIEW, Status.DRAFT, "a contributor"),
    Move("return", Status.IN_REVIEW, Status.DRAFT, "a reviewer"),
    Move("publish", Status.IN_REVIEW, Status.PUBLISHED, "one or two reviewers"),
    Move("supersede", Status.PUBLISHED, Status.SUPERSEDED, "the next version"),
    Move("retract", Status.PUBLISHED, Status.RETRACTED, "two administrators"),
)
TABLE = {(move.source, move.verb): move.target for move in MOVES}

SAID = {
    Status.DRAFT: "a draft",
    Status.IN_REVIEW: "in review",
    Status.PUBLISHED: "published",
    Status.SUPERSEDED: "superseded by a later version",
    Status.RETRACTED: "retracted",
    Status.WITHDRAWN: "withdrawn",
}
WAS = {"submit": "submitted", "withdraw": "withdrawn", "recall": "recalled", "return": "returned"}
WAS |= {"publish": "published", "supersede": "superseded", "retract": "retracted"}


def next_status(status: str, verb: str) -> Status:
    """Where `verb` leads from `status`; Conflict with a sentence where the table has no such arrow."""
    target = TABLE.get((Status(status), verb))
    if target is None:
        allowed = sorted(move.source for move in MOVES if move.verb == verb)
        needed = " or ".join(SAID[source] for source in allowed)
        raise Conflict(
            f"This assessment is {SAID[Status(status)]}; only one that is {needed} can be {WAS[verb]}.",
            code="wrong_state",
        )
    return target


def verbs_from(status: str) -> tuple[str, ...]:
    """The verbs that lead anywhere from `status`, in table order."""
    return tuple(move.verb for move in MOVES if move.source == Status(status))


METHOD_MOVES = {
    (MethodStatus.DRAFT, "edit"): MethodStatus.DRAFT,
    (MethodStatus.DRAFT, "try"): MethodStatus.DRAFT,
    (MethodStatus.DRAFT, "activate"): MethodStatus.ACTIVE,
    (MethodStatus.DRAFT, "abandon"): MethodStatus.RETIRED,
    (MethodStatus.ACTIVE, "retire"): MethodStatus.RETIRED,
}
METHOD_SAID = {
    MethodStatus.DRAFT: "a draft",
    MethodStatus.ACTIVE: "in force",
    MethodStatus.RETIRED: "retired",
}


def next_method_status(status: str, verb: str) -> MethodStatus:
    """Where `verb` leads a method version from `status`; Conflict where the table has no such arrow."""
    target = METHOD_MOVES.get((MethodStatus(status), verb))
    if target is None:
        needed = next(METHOD_SAID[source] for source, known in METHOD_MOVES if known == verb)
        raise Conflict(
            f"This version of the method is {METHOD_SAID[MethodStatus(status)]}; it would have to be {needed}.",
            code="wrong_state",
        )
    return target
