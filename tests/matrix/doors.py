"""The doors of every verb: how a script knocks and how a browser does. A verb without a door has None, and is named in
`WITHOUT_API` or `WITHOUT_PAGE` below, so that none is forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from assessments.transitions import MOVES, RETRACTION_MOVES
from tests.matrix.world import World

Door = Callable[[World, Client], Any]

# The tables call one arrow of a review and of its assessment by two names.
SAME = {"decide": "publish"}
PROPOSAL = "the proposal to retract"
BESIDE_THE_TABLE = ("edit", "revise", "claim", "assign", "comment", "invite", "hand over", "reaffirm", "read")
VERBS = (
    *(move.verb for move in MOVES),
    *(f"{move.verb} {PROPOSAL}" for move in RETRACTION_MOVES),
    *BESIDE_THE_TABLE,
)


def api(action: str, body: Callable[[World], Any] = lambda world: {}) -> Door:
    """POST to an address under the assessment."""

    def knock(world: World, client: Client) -> Any:
        address = f"/api/v1/assessments/{world.assessment.pk}/{action}"
        return client.post(address, body(world), content_type="application/json")

    return knock


def api_of_the_proposal(verb: str) -> Door:
    """POST to an address under the proposal to retract."""

    def knock(world: World, client: Client) -> Any:
        address = f"/api/v1/retractions/{world.proposal}/{verb}/"
        return client.post(address, REASON, content_type="application/json")

    return knock


def page(address: str, body: Callable[[World], dict[str, Any]] = lambda world: {}) -> Door:
    """POST a form to a page; the address is filled from the world."""

    def knock(world: World, client: Client) -> Any:
        role = world.assessment.role
        return client.post(
            address.format(
                id=world.assessment.pk,
                review=world.review,
                proposal=world.proposal,
                version=f"/roles/{role.slug}/v{world.assessment.number}",
            ),
            body(world),
        )

    return knock


def verdict(outcome: str) -> Callable[[World], dict[str, str]]:
    return lambda world: {
        "outcome": outcome,
        "rationale": "Checked against the sources.",
        "content_hash": world.assessment.content_hash,
    }


def replace(world: World, client: Client) -> Any:
    """PUT the changed document in place of whatever stands there."""
    return client.put(
        f"/api/v1/assessments/{world.assessment.pk}/",
        {"document": world.document},
        content_type="application/json",
        headers={"if-match": "*"},
    )


def look(world: World, client: Client) -> Any:
    return client.get(f"/api/v1/assessments/{world.assessment.pk}/")


def look_at_page(world: World, client: Client) -> Any:
    """Where a browser reads it: the public page once it has one, else the draft's."""
    role, number = world.assessment.role, world.assessment.number
    public = world.assessment.published_at is not None
    return client.get(f"/roles/{role.slug}/v{number}/" if public else f"/drafts/{world.assessment.pk}/")


def typed(world: World) -> dict[str, str]:
    return {"content_hash": world.assessment.content_hash, "quick_screen": "Said otherwise."}


def next_version(world: World) -> dict[str, str]:
    return {"kind": "revision", "change_reason": "new_evidence"}


def asked(world: World) -> dict[str, str]:
    return {"reviewer": "decider", "due": f"{timezone.now() + timedelta(days=3):%Y-%m-%d}", "note": ""}


REASON = {"reason": "The counts were made up."}
API: dict[str, Door | None] = {
    "submit": api("submit/"),
    "withdraw": api("withdraw/"),
    "recall": api("recall/"),
    "return": api("verdicts/", verdict("returned")),
    "publish": api("verdicts/", verdict("formula_accepted")),
    "supersede": None,
    "retract": api("retraction/", lambda world: REASON),
    f"confirm {PROPOSAL}": api_of_the_proposal("confirm"),
    f"withdraw {PROPOSAL}": api_of_the_proposal("withdraw"),
    f"lapse {PROPOSAL}": None,
    "edit": replace,
    "revise": api("revise/", next_version),
    "claim": None,
    "assign": None,
    "comment": api("comments/", lambda world: {"text": "How so?"}),
    "invite": None,
    "hand over": None,
    "reaffirm": api("reaffirm/", lambda world: {"flags": [world.flag or 1], **REASON}),
    "read": look,
}
PAGES: dict[str, Door | None] = {
    "submit": page("/drafts/{id}/submit/"),
    "withdraw": page("/drafts/{id}/withdraw/"),
    "recall": page("/drafts/{id}/recall/"),
    "return": page("/reviews/{review}/", verdict("returned")),
    "publish": page("/reviews/{review}/", verdict("formula_accepted")),
    "supersede": None,
    "retract": page("{version}/retract/", lambda world: REASON),
    f"confirm {PROPOSAL}": page("/retractions/{proposal}/confirm/", lambda world: REASON),
    f"withdraw {PROPOSAL}": page("/retractions/{proposal}/withdraw/", lambda world: REASON),
    f"lapse {PROPOSAL}": None,
    "edit": page("/drafts/{id}/", typed),
    "revise": page("/drafts/new/", lambda world: next_version(world) | {"role": world.assessment.role.slug}),
    "claim": page("/reviews/{review}/claim/"),
    "assign": page("/reviews/{review}/assign/", asked),
    "comment": page("/drafts/{id}/comments/", lambda world: {"text": "How so?"}),
    "invite": page("/drafts/{id}/co-authors/", lambda world: {"username": "other-assessor"}),
    "hand over": page("/drafts/{id}/hand-over/", lambda world: {"to": "other-assessor", **REASON}),
    "reaffirm": page("{version}/reaffirm/", lambda world: {"flag": [str(world.flag)], **REASON}),
    "read": look_at_page,
}
# Only publishing the next version does these two: they have no door at all.
WITHOUT_PAGE = {"supersede", f"lapse {PROPOSAL}"}
WITHOUT_API = WITHOUT_PAGE | {"claim", "assign", "invite", "hand over"}
