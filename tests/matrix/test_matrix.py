"""The full matrix: what comes of every verb, in every stage, for every person, through both doors.

The oracle below is written from DESIGN.md and knows nothing of `access` or of the tables' targets: who sees what, who
may do what, and when. What is refused changes no row of any table, and both doors refuse with the same sentence.
"""

from __future__ import annotations

from html import escape
from itertools import product
from typing import Any

import pytest
from django.db import connection, transaction

from assessments.enums import Status
from assessments.transitions import MOVES, RETRACTION_MOVES
from reviews import transitions as reviewing
from tests.matrix.doors import API, BESIDE_THE_TABLE, PAGES, PROPOSAL, SAME, VERBS, WITHOUT_API, WITHOUT_PAGE, Door
from tests.matrix.world import PEOPLE, STAGES, World, build, digest

pytestmark = pytest.mark.django_db

DONE, SIGN_IN, FORBIDDEN, INVISIBLE, CONFLICT, GONE = (
    "done",
    "sign in first",
    "403",
    "404",
    "409",
    "410",
)

WRITERS = {"owner", "co-author", "reviewer who edited"}
CONTRIBUTORS = {"owner", "reviewer who edited"}
REVIEWERS = {"reviewer", "reviewer who edited", "reviewer with an interest"}
ASSESSORS = {"owner", "co-author", "other assessor", "reviewer who edited"}
DECIDERS = {"reviewer"}
ADMINISTRATORS = {"administrator"}
SIGNED_IN = set(PEOPLE) - {"nobody"}
EVERYBODY = set(PEOPLE)

DRAFTS = {"a draft", "a draft that came back"}
PUBLISHED = {"published", "published, retraction proposed"}
PUBLIC = PUBLISHED | {"superseded", "retracted"}
PROPOSED_ONCE = PUBLIC - {"published"}
SUBMITTED_ONCE = set(STAGES) - {"a draft", "withdrawn"}

# Who may, whatever the stage; and the stages in which it can happen.
MAY: dict[str, set[str]] = {
    "submit": WRITERS,
    "withdraw": WRITERS | ADMINISTRATORS,
    "recall": WRITERS,
    "return": DECIDERS,
    "publish": DECIDERS,
    "retract": ADMINISTRATORS,
    f"confirm {PROPOSAL}": ADMINISTRATORS,
    f"withdraw {PROPOSAL}": ADMINISTRATORS,
    "edit": WRITERS,
    "revise": ASSESSORS,
    "claim": DECIDERS,
    "assign": REVIEWERS | ADMINISTRATORS,
    "comment": EVERYBODY,
    "invite": WRITERS,
    "hand over": ADMINISTRATORS,
    "reaffirm": DECIDERS,
    "read": EVERYBODY,
}
WHEN: dict[str, set[str]] = {
    "submit": DRAFTS,
    "withdraw": DRAFTS,
    "recall": {"in review"},
    "return": {"in review"},
    "publish": {"in review"},
    "retract": {"published"},
    f"confirm {PROPOSAL}": {"published, retraction proposed"},
    f"withdraw {PROPOSAL}": {"published, retraction proposed"},
    "edit": DRAFTS,
    "revise": PUBLISHED | {"superseded"},
    "claim": {"in review"},
    "assign": {"in review"},
    "comment": set(STAGES),
    "invite": DRAFTS,
    "hand over": DRAFTS,
    "reaffirm": PUBLISHED,
    "read": set(STAGES),
}


CELLS = list(product(MAY, PEOPLE))

# These ask who somebody is before they look for anything.
FIRST = {
    "retract": ADMINISTRATORS,
    f"confirm {PROPOSAL}": ADMINISTRATORS,
    f"withdraw {PROPOSAL}": ADMINISTRATORS,
}
FIRST_ON_PAGES = FIRST | {"revise": ASSESSORS, "reaffirm": REVIEWERS}


# A page's address of these names a review; its other pages name the assessment, a public version or a role.
OF_A_REVIEW = {"return", "publish", "claim", "assign"}
OF_WHAT_IS_PUBLIC = {"retract", "reaffirm", "revise"}


def sees(verb: str, stage: str, *, page: bool) -> set[str]:
    """To whom what the verb is about exists at all."""
    beside = WRITERS | ADMINISTRATORS
    if verb in {f"confirm {PROPOSAL}", f"withdraw {PROPOSAL}"}:
        return ADMINISTRATORS if stage in PROPOSED_ONCE else set()
    if verb == "comment" or (page and verb in OF_A_REVIEW):
        submitted = REVIEWERS if stage in SUBMITTED_ONCE else set()
        return (beside if submitted or verb == "comment" else set()) | submitted
    if page and verb in OF_WHAT_IS_PUBLIC and stage not in PUBLIC:
        return set()
    if stage in PUBLIC:
        return EVERYBODY
    return beside | (REVIEWERS if stage == "in review" or overtaken(verb, stage) else set())


def overtaken(verb: str, stage: str) -> bool:
    """Reviewers know that this was in review, and are told that it is not any more, but nothing of the draft."""
    return stage == "a draft that came back" and verb in {"return", "publish", "comment"}


def oracle(verb: str, person: str, stage: str, *, page: bool) -> str:
    """What comes of a cell: who is there, then whether it exists for them, then who may, then when."""
    if person == "nobody" and not (verb == "read" and stage in PUBLIC):
        return SIGN_IN if page or verb != "read" else INVISIBLE
    if person not in (FIRST_ON_PAGES if page else FIRST).get(verb, EVERYBODY):
        return FORBIDDEN
    if person not in sees(verb, stage, page=page):
        return INVISIBLE
    if overtaken(verb, stage) and person in REVIEWERS - WRITERS:
        return CONFLICT
    if person not in MAY[verb]:
        return FORBIDDEN
    if verb == "read" and stage == "retracted" and (page or person not in WRITERS | REVIEWERS | ADMINISTRATORS):
        return GONE
    return DONE if stage in WHEN[verb] else CONFLICT


def outcome(answer: Any) -> tuple[str, str]:
    """What an answer came to, and the sentence of a refusal (of a page, all of it)."""
    text = answer.content.decode()
    if answer.status_code in {200, 201}:
        return DONE, ""
    if answer.status_code == 302:
        return (SIGN_IN if answer["Location"].startswith("/accounts/login/") else DONE), ""
    if answer.headers["Content-Type"].startswith("application/json"):
        text = answer.json()["errors"][0]["detail"]
    named = {401: SIGN_IN, 403: FORBIDDEN, 404: INVISIBLE, 409: CONFLICT, 410: GONE}
    return named.get(answer.status_code, f"{answer.status_code}: {text[:200]}"), text


def knock(door: Door, world: World, cell: tuple[str, str], before: dict[str, str]) -> tuple[str, str]:
    """What comes of one cell, undone again, and the words of a refusal; "but" says what else is wrong with it."""
    verb, person = cell
    with transaction.atomic():
        came, said = outcome(door(world, world.clients[person]))
        connection.check_constraints()
        changed = [table for table, rows in digest().items() if rows != before[table]]
        transaction.set_rollback(True)
    if came == DONE and verb != "read" and not changed:
        came += ", but nothing changed"
    if came != DONE and changed:
        came += f", but {', '.join(changed)} changed"
    return came, said


def test_every_cell_is_placed() -> None:
    moves = {*(move.verb for move in MOVES), *(f"{move.verb} {PROPOSAL}" for move in RETRACTION_MOVES)}
    assert {SAME.get(move.verb, move.verb) for move in reviewing.MOVES} <= moves
    assert {status for status, _ in STAGES.values()} == set(Status)
    assert set(VERBS) == moves | set(BESIDE_THE_TABLE) == set(API) == set(PAGES)
    assert {verb for verb, door in API.items() if door is None} == WITHOUT_API
    assert {verb for verb, door in PAGES.items() if door is None} == WITHOUT_PAGE
    assert set(MAY) == set(WHEN) == set(VERBS) - WITHOUT_PAGE
    assert {stage for stages in WHEN.values() for stage in stages} == set(STAGES)
    assert len(CELLS) * len(STAGES) == (len(VERBS) - len(WITHOUT_PAGE)) * len(PEOPLE) * len(STAGES)


def test_every_arrow_of_the_table_is_made_in_some_stage_of_its_source_and_in_no_other() -> None:
    for move in MOVES:
        made = {STAGES[stage][0] for stage in WHEN.get(move.verb, ())}
        assert made == (set() if move.verb in WITHOUT_PAGE else {move.source}), move.verb


@pytest.mark.parametrize("stage", STAGES)
def test_every_verb_for_everybody(stage: str) -> None:
    world = build(stage)
    assert world.assessment.status == STAGES[stage][0]
    before = digest()
    by_page = {cell: knock(PAGES[cell[0]], world, cell, before) for cell in CELLS}
    by_api = {cell: knock(API[cell[0]], world, cell, before) for cell in CELLS if API[cell[0]]}
    assert came(by_page) == {cell: oracle(*cell, stage, page=True) for cell in by_page}
    assert came(by_api) == {cell: oracle(*cell, stage, page=False) for cell in by_api}
    for cell, (outcome_, said) in by_api.items():
        if outcome_ != by_page[cell][0]:
            # There is no page for it: no review, nothing public; or the page asks first who is there.
            assert cell[0] in OF_A_REVIEW | OF_WHAT_IS_PUBLIC | {"read"}
            assert by_page[cell][0] in {INVISIBLE, FORBIDDEN, SIGN_IN, GONE}
        elif outcome_ in {FORBIDDEN, CONFLICT}:
            assert escape(said) in by_page[cell][1], cell


def came(found: dict[tuple[str, str], tuple[str, str]]) -> dict[tuple[str, str], str]:
    return {cell: outcome_ for cell, (outcome_, _) in found.items()}
