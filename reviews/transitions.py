"""The state machine of a review and what verdicts come to, as pure tables and functions (DESIGN "States"). The table is
drawn, offered and guarded like those of `assessments.transitions`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from assessments.enums import Outcome
from assessments.errors import Conflict
from assessments.transitions import Move, Owner, target_of

WITHOUT_PROPOSAL = (Outcome.FORMULA_ACCEPTED, Outcome.RETURNED)
WITH_PROPOSAL = (Outcome.OVERRIDE_ACCEPTED, Outcome.OVERRIDE_DECLINED, Outcome.RETURNED)

MOVES = (
    Move("decide", "open", "decided", (Owner.REVIEWERS,), "Publish", "decided"),
    Move("return", "open", "returned", (Owner.REVIEWER,), "Return it to its author", "returned"),
    Move("recall", "open", "recalled", (Owner.CONTRIBUTOR,), "Recall from review", "recalled"),
)


class Result(Enum):
    """What the verdicts given so far come to."""

    WAIT = "wait for a second reviewer"
    PUBLISH = "publish"
    RETURN = "return"


@dataclass(frozen=True)
class Given:
    """One verdict as the rule sees it, in the order given."""

    reviewer: int
    outcome: str


def next_state(state: str, verb: str) -> str:
    """Where `verb` leads a review; Conflict with a sentence where the table has no such arrow."""
    target = target_of(MOVES, state, verb)
    if target is None:
        raise Conflict(f"This review is closed: it was {state}.", code="review_closed")
    return target


def outcomes_for(*, proposal: bool, corrects: str | None = None) -> tuple[Outcome, ...]:
    """The verdicts a reviewer may give, with or without an override proposal. An erratum moves no score, so it takes
    the outcome of the version that it `corrects`, or goes back."""
    if corrects is not None:
        return (Outcome(corrects), Outcome.RETURNED)
    return WITH_PROPOSAL if proposal else WITHOUT_PROPOSAL


def result_of(verdicts: Sequence[Given], *, needed: int) -> Result:
    """What verdicts of different reviewers come to.

    One `returned` returns at once. Two that differ return. Otherwise as many as `needed` for the outcome they name
    publish.
    """
    outcomes = {verdict.outcome for verdict in verdicts}
    if Outcome.RETURNED in outcomes or len(outcomes) > 1:
        return Result.RETURN
    return Result.PUBLISH if len(verdicts) >= needed else Result.WAIT
