"""What reviewers read: the queue, one submission, what was said about it."""

from __future__ import annotations

from reviews.queries.discussion import comment, comments, event, seen_before, threads, timeline
from reviews.queries.queue import (
    CLAIMED,
    SORTS,
    Asked,
    assignment_said,
    claim_said,
    entries,
    families,
    live_claims,
    queue,
    waiting_for,
)
from reviews.queries.submissions import (
    askable,
    choices,
    open_reviews,
    predecessor,
    returned_reasons,
    submitted,
)

__all__ = [
    "CLAIMED",
    "SORTS",
    "Asked",
    "askable",
    "assignment_said",
    "choices",
    "claim_said",
    "comment",
    "comments",
    "entries",
    "event",
    "families",
    "live_claims",
    "open_reviews",
    "predecessor",
    "queue",
    "returned_reasons",
    "seen_before",
    "submitted",
    "threads",
    "timeline",
    "waiting_for",
]
