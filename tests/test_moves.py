"""What pages, API and actions offer is what the tables say of this person and this thing, in words and in order."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.actions import coauthors, drafts, handover, methodology, retraction
from assessments.actions import roles as role_actions
from assessments.enums import Status
from assessments.errors import Refused
from assessments.models import Assessment, Methodology, Retraction, User
from assessments.transitions import METHOD_MOVES, MOVES, RETRACTION_MOVES
from reviews import access, actions
from reviews.models import Review
from reviews.transitions import MOVES as REVIEW_MOVES
from tests.making import a_draft, in_review, published, retracted, verdict
from tests.methods import drafted, in_force, tried

SignedIn = Callable[[User], Client]
CONTROL = re.compile(r'<(a|button|label)\b[^>]*?data-move="(\w+)"[^>]*>(.*?)</\1>', re.DOTALL)


def offered(client: Client, address: str) -> dict[str, str]:
    """The moves that a page offers, in its order, with their words; none where there is no page."""
    found = CONTROL.findall(client.get(address).content.decode())
    return {verb: " ".join(re.sub(r"<[^>]+>", " ", said).split()) for _, verb, said in found}


def words_of(moves: Any) -> dict[str, str]:
    return {move.verb: move.button for move in moves}


@pytest.fixture
def people(
    assessor: User,
    other_assessor: User,
    reviewer: User,
    other_reviewer: User,
    admin: User,
    other_admin: User,
    make_person: Any,
    now: datetime,
) -> dict[str, User]:
    return {
        "owner": assessor,
        "co-author": make_person("kofi", "assessor"),
        "other assessor": other_assessor,
        "reviewer": reviewer,
        "reviewer with an interest": other_reviewer,
        "reviewer who wrote": make_person("lena", "assessor", "reviewer"),
        "administrator": admin,
        "administrator who wrote": make_person("sami", "assessor", "admin"),
    }


@pytest.fixture
def in_state(people: dict[str, User], admin: User, other_admin: User, reviewer: User, now: datetime) -> Any:
    """A version that came to a state by the actions, with two contributors beside its owner and a co-author."""

    def make(status: str) -> Assessment:
        draft = a_draft(people["owner"])
        role_actions.set_family(role=draft.role, family="Crafts", by=admin, at=now)
        wants = {"role": None, "family": "Crafts", "reason": "Kin.", "expires_at": None}
        actions.declare_interest(**wants, by=people["reviewer with an interest"], at=now)
        invitation = coauthors.invite(assessment_id=draft.pk, username="kofi", by=people["owner"], at=now)
        coauthors.answer(invitation_id=invitation.pk, accept=True, by=people["co-author"], at=now)
        for name in ("reviewer who wrote", "administrator who wrote"):
            handover.hand_over(assessment_id=draft.pk, to=people[name], reason="Ill.", by=admin, at=now)
        if status == Status.WITHDRAWN:
            drafts.withdraw(assessment_id=draft.pk, by=people["owner"], at=now)
        if status not in {Status.DRAFT, Status.WITHDRAWN}:
            submitted = actions.submit(assessment_id=draft.pk, by=people["owner"], at=now)
            if status != Status.IN_REVIEW:
                verdict(submitted, reviewer)
        if status == Status.SUPERSEDED:
            published(people["owner"], reviewer, evidence=(2, 1, 1, 1, 1))
        if status == Status.RETRACTED:
            retracted(draft, admin, other_admin)
        found = Assessment.objects.get(pk=draft.pk)
        assert found.status == status
        return found

    return make


WRITES, BACK, DECIDES, RETRACTS = ["submit", "withdraw"], ["recall"], ["return", "publish"], ["retract"]
EXPECTED = {
    "draft": [WRITES, WRITES, [], [], [], WRITES, ["withdraw"], WRITES],
    "in_review": [BACK, BACK, [], DECIDES, [], BACK, [], BACK],
    "published": [[], [], [], [], [], [], RETRACTS, []],
    "superseded": [[]] * 8,
    "retracted": [[]] * 8,
    "withdrawn": [[]] * 8,
}


@pytest.mark.parametrize("status", Status.values)
def test_the_page_of_a_version_offers_the_moves_of_the_table_that_are_this_persons(
    status: str, in_state: Any, people: dict[str, User], signed_in: SignedIn, now: datetime
) -> None:
    assessment = in_state(status)
    shown = {name: offered(signed_in(person), f"/drafts/{assessment.pk}/") for name, person in people.items()}
    assert {name: list(found) for name, found in shown.items()} == dict(zip(people, EXPECTED[status], strict=True))
    assert [access.moves_for(person, assessment, at=now) for person in people.values()] == EXPECTED[status]
    assert access.moves_for(AnonymousUser(), assessment, at=now) == []
    words = words_of(MOVES)
    assert [(verb, said) for found in shown.values() for verb, said in found.items() if words[verb] not in said] == []


@pytest.mark.parametrize("status", Status.values)
def test_the_api_says_of_every_move_whether_it_is_the_callers_and_why_not(
    status: str, in_state: Any, people: dict[str, User], signed_in: SignedIn
) -> None:
    assessment = in_state(status)
    for name, person in people.items():
        answer = signed_in(person).get(f"/api/v1/assessments/{assessment.pk}/moves/")
        rows = answer.json() if answer.status_code == 200 else []
        allowed = [row["verb"] for row in rows if row["allowed"]]
        assert allowed == EXPECTED[status][list(people).index(name)], name
        assert [row for row in rows if row["allowed"] == bool(row["reason"])] == []
        known = {(move.verb, move.button, move.target) for move in MOVES if move.source == status}
        assert {(row["verb"], row["button"], row["to"]) for row in rows} == (known if rows else set())


def test_the_api_names_a_move_whole(assessor: User, reviewer: User, signed_in: SignedIn) -> None:
    version = published(assessor, reviewer)
    assert signed_in(reviewer).get(f"/api/v1/assessments/{version.pk}/moves/").json() == [
        {
            "verb": "supersede",
            "button": "",
            "to": "superseded",
            "allowed": False,
            "reason": "This happens by itself, with the next version.",
        },
        {
            "verb": "retract",
            "button": "Propose to retract",
            "to": "retracted",
            "allowed": False,
            "reason": "Only an administrator may do this.",
        },
    ]


@pytest.mark.parametrize("status", Status.values)
def test_a_move_that_is_not_offered_is_refused(
    status: str, in_state: Any, people: dict[str, User], now: datetime
) -> None:
    assessment = in_state(status)
    pk, content_hash = assessment.pk, assessment.content_hash
    given = {"rationale": "Checked.", "content_hash": content_hash}
    doors: dict[str, Callable[[User], object]] = {
        "submit": lambda by: actions.submit(assessment_id=pk, by=by, at=now),
        "withdraw": lambda by: drafts.withdraw(assessment_id=pk, by=by, at=now),
        "recall": lambda by: actions.recall(assessment_id=pk, by=by, at=now),
        "return": lambda by: actions.give_verdict(assessment_id=pk, outcome="returned", by=by, at=now, **given),
        "publish": lambda by: actions.give_verdict(
            assessment_id=pk, outcome="formula_accepted", by=by, at=now, **given
        ),
        "retract": lambda by: retraction.propose(assessment_id=pk, reason="Wrong.", by=by, at=now),
    }
    for name, person in people.items():
        refused = set(doors) - set(access.moves_for(person, assessment, at=now))
        for verb in sorted(refused):
            with pytest.raises(Refused):
                doors[verb](person)
            assert Assessment.objects.get(pk=pk).status == status, (name, verb)


def test_the_page_of_a_review_offers_its_moves_and_says_what_bars(
    in_state: Any, people: dict[str, User], signed_in: SignedIn, now: datetime
) -> None:
    in_state("in_review")
    review = Review.objects.get()
    shown = {name: offered(signed_in(person), f"/reviews/{review.pk}/") for name, person in people.items()}
    expected = [BACK, BACK, [], ["decide", "return"], [], BACK, [], BACK]
    assert {name: list(found) for name, found in shown.items()} == dict(zip(people, expected, strict=True))
    assert [access.moves_for(person, review, at=now) for person in people.values()] == expected
    words = words_of(REVIEW_MOVES)
    assert shown["reviewer"]["return"].startswith(words["return"])
    assert shown["owner"]["recall"] == words["recall"]
    for name, said in (
        ("reviewer with an interest", "You declared an interest in Crafts: Kin."),
        ("reviewer who wrote", "You contributed to this version, so somebody else must decide on it."),
    ):
        for address in (f"/reviews/{review.pk}/", f"/drafts/{review.assessment_id}/"):
            assert said in signed_in(people[name]).get(address).content.decode(), (name, address)


def test_a_reviewer_who_gave_a_verdict_is_offered_no_second_one(
    assessor: User, reviewer: User, other_reviewer: User, signed_in: SignedIn, now: datetime
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    review = Review.objects.get()
    assert access.moves_for(reviewer, review, at=now) == access.moves_for(reviewer, assessment, at=now) == []
    page = signed_in(reviewer).get(f"/reviews/{review.pk}/").content.decode()
    assert "You have given your verdict; it waits for a second reviewer." in page
    assert list(offered(signed_in(other_reviewer), f"/reviews/{review.pk}/")) == ["decide", "return"]


def test_a_closed_review_offers_nothing(assessor: User, reviewer: User, signed_in: SignedIn, now: datetime) -> None:
    published(assessor, reviewer)
    review = Review.objects.get()
    assert access.moves_for(reviewer, review, at=now) == []
    assert offered(signed_in(reviewer), f"/reviews/{review.pk}/") == {}
    assert "This review is closed." in signed_in(reviewer).get(f"/reviews/{review.pk}/").content.decode()


def test_the_profile_and_the_gate_offer_what_the_table_says(
    in_state: Any, people: dict[str, User], signed_in: SignedIn
) -> None:
    in_state("published")
    shown = [list(offered(signed_in(person), "/roles/bell-tuner/")) for person in people.values()]
    assert shown == EXPECTED["published"]
    page = signed_in(people["administrator who wrote"]).get("/roles/bell-tuner/").content.decode()
    assert "You contributed to this version, so two other administrators must retract it." in page
    assert offered(Client(), "/roles/bell-tuner/") == {}


def test_the_gate_lets_through_whoever_may_submit(assessor: User, admin: User, signed_in: SignedIn) -> None:
    draft = a_draft(assessor)
    assert offered(signed_in(assessor), f"/drafts/{draft.pk}/submit/") == {"submit": "Submit version 1"}
    page = signed_in(admin).get(f"/drafts/{draft.pk}/submit/").content.decode()
    assert "Nothing is missing. Only an assessor may do this." in page
    assert offered(signed_in(admin), f"/drafts/{draft.pk}/submit/") == {}


def test_the_page_of_proposals_offers_their_moves(
    assessor: User, reviewer: User, admin: User, other_admin: User, make_person: Any, signed_in: SignedIn, now: datetime
) -> None:
    wrote = make_person("sami", "assessor", "admin")
    version = published(wrote, reviewer)
    proposal = retraction.propose(assessment_id=version.pk, reason="Made up.", by=admin, at=now)
    shown = [offered(signed_in(person), "/retractions/") for person in (admin, other_admin, wrote)]
    assert [list(found) for found in shown] == [["withdraw"], ["confirm", "withdraw"], []]
    assert [access.moves_for(person, proposal, at=now) for person in (admin, other_admin, wrote, assessor)] == [
        ["withdraw"],
        ["confirm", "withdraw"],
        [],
        [],
    ]
    words = words_of(RETRACTION_MOVES)
    assert [shown[1][verb].startswith(words[verb]) for verb in shown[1]] == [True, True]
    page = signed_in(wrote).get("/retractions/").content.decode()
    assert "You contributed to this version, so two other administrators must retract it." in page
    retraction.confirm(retraction_id=proposal.pk, reason="Yes.", by=other_admin, at=now)
    assert access.moves_for(other_admin, Retraction.objects.get(), at=now) == []


def test_the_page_of_a_method_offers_its_moves(
    admin: User, other_admin: User, assessor: User, signed_in: SignedIn, now: datetime
) -> None:
    made = drafted(admin)
    all_of_it = ["edit", "try", "activate", "abandon"]
    assert access.moves_for(admin, made, at=now) == all_of_it
    # Approval waits for a trial, which is no affair of the person.
    assert list(offered(signed_in(admin), "/methodology/1.1/")) == ["edit", "try", "abandon"]
    tried(admin)
    shown = offered(signed_in(admin), "/methodology/1.1/")
    words = words_of(METHOD_MOVES)
    assert (list(shown), [shown[verb].startswith(words[verb]) for verb in shown]) == (all_of_it, [True] * 4)
    assert offered(signed_in(admin), "/methodology/1.1/dry-run/") == {"try": "Run it against the catalogue again"}
    methodology.approve(version="1.1", reason="x", definition_hash=made.definition_hash, by=admin, at=timezone.now())
    assert list(offered(signed_in(admin), "/methodology/1.1/")) == ["edit", "try", "abandon"]
    assert list(offered(signed_in(other_admin), "/methodology/1.1/")) == all_of_it
    assert [access.moves_for(person, made, at=now) for person in (admin, other_admin, assessor)] == [
        ["edit", "try", "abandon"],
        all_of_it,
        [],
    ]


def test_a_method_in_force_or_retired_offers_nothing(
    admin: User, other_admin: User, signed_in: SignedIn, now: datetime
) -> None:
    in_force(admin, other_admin)
    for version in ("1.0", "1.1"):
        assert offered(signed_in(admin), f"/methodology/{version}/") == {}
        assert access.moves_for(admin, Methodology.objects.get(version=version), at=now) == []


def test_the_desk_asks_no_more_for_many_drafts_left_lying_than_for_one(
    make_person: Any, assessor: User, signed_in: SignedIn, settings: Any
) -> None:
    settings.ABANDONED_DAYS = 0
    client = signed_in(make_person("sami", "assessor", "admin"))
    counts = []
    for number in (1, 5):
        for index in range(number):
            a_draft(assessor, f"Bell {number} {index}")
        with CaptureQueriesContext(connection) as asked:
            assert set(offered(client, "/desk/")) == {"withdraw"}
        counts.append(len(asked))
    assert counts[0] == counts[1]
