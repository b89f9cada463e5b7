"""The doors by which reviews change: submitting and deciding, claims and assignments, comments, interests."""

from __future__ import annotations

from reviews.actions.assignments import assign, claim, release, unassign
from reviews.actions.comments import comment, reopen, resolve
from reviews.actions.decisions import VerdictGiven, fitting_outcomes, give_verdict, recall, submit, verdicts_needed
from reviews.actions.interests import declare_interest, end_interest
from reviews.actions.reading import note_seen
from reviews.actions.reaffirmation import reaffirm

__all__ = [
    "VerdictGiven",
    "assign",
    "claim",
    "comment",
    "declare_interest",
    "end_interest",
    "fitting_outcomes",
    "give_verdict",
    "note_seen",
    "reaffirm",
    "recall",
    "release",
    "reopen",
    "resolve",
    "submit",
    "unassign",
    "verdicts_needed",
]
