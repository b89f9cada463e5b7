"""Why a score is what it is: the same words on drafts, reviews, profiles and in the API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.test import Client
from django.utils import timezone

from assessments.actions import drafts
from assessments.models import Assessment, User
from assessments.queries import explanations
from assessments.queries import published as reads
from reviews import actions
from reviews.models import Review
from tests.making import BORDERLINE, a_document, a_draft, in_review, published, verdict

SignedIn = Callable[[User], Client]
EDGES = "7.3 above the edge of Green at 48 and 30.3 above that of Yellow at 25."
FLIP = "“Listen and file” scored 2 instead of 1 would make it Yellow (Moderate), 45.3."
ASSUMES = "The override assumes as much as Evidence 6 instead of 5 would say: 57.4, Green (Transforming)."
SINCE = "+2.1 since version 1, all from evidence."


def revised(
    assessor: User, reviewer: User, first: dict[str, Any] | None = None, second: dict[str, Any] | None = None
) -> tuple[Assessment, Assessment]:
    """A published version, and a draft that follows it with one step more evidence."""
    before = published(assessor, reviewer, **(first or {}))
    saved = drafts.revise(
        role=before.role, kind="revision", change_reason="new_evidence", by=assessor, at=timezone.now()
    )
    document = drafts.document_of(a_document(**(second or {"evidence": (2, 1, 1, 1, 1)})))
    draft = drafts.save_draft(
        assessment_id=saved.assessment.pk,
        document=document,
        content_hash=None,
        by=assessor,
        at=timezone.now(),
    ).assessment
    return before, draft


def decided(draft: Assessment, assessor: User, reviewer: User, outcome: str = "formula_accepted") -> Assessment:
    actions.submit(assessment_id=draft.pk, by=assessor, at=timezone.now())
    verdict(draft, reviewer, outcome)
    draft.refresh_from_db()
    return draft


def explanation(client: Client, number: int = 1) -> dict[str, Any]:
    answer = client.get(f"/api/v1/roles/bell-tuner/assessments/{number}/explanation/")
    assert answer.status_code == 200, answer.content
    shape: dict[str, Any] = answer.json()
    return shape


def test_a_published_version_is_explained_in_values_and_words(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    found = explanation(client)
    steps = {(step["input"], step["to"]): step["text"] for step in found.pop("sensitivity")}
    assert steps["wage_trends", 2] == "One step more evidence: 57.4, still Green (Transforming)."
    assert steps["regulatory_licensing", 1] == "One step more barriers: 56.5, still Green (Transforming)."
    assert steps["ai_growth_correlation", -1] == "One step less growth: 52.2, still Green (Transforming)."
    assert found == {
        "methodology": "1.0",
        "formula_score": "55.3",
        "score": "55.3",
        "zone": "green",
        "label": "Green (Transforming)",
        "edges": [
            {"zone": "green", "edge": "48.0", "distance": "7.3"},
            {"zone": "yellow", "edge": "25.0", "distance": "30.3"},
        ],
        "edges_text": EDGES,
        "borderline": False,
        "borderline_text": "",
        "cheapest_flip": {
            "input": "tasks[0].score",
            "from": 1,
            "to": 2,
            "formula_score": "45.3",
            "label": "Yellow (Moderate)",
            "text": FLIP,
        },
        "counterfactual": None,
        "since_previous": None,
    }


def test_a_later_version_says_what_moved_and_the_parts_add_up(client: Client, assessor: User, reviewer: User) -> None:
    _, draft = revised(assessor, reviewer)
    decided(draft, assessor, reviewer)
    since = explanation(client, 2)["since_previous"]
    assert (since["number"], since["published_score"], since["difference"]) == (1, "55.3", "+2.1")
    assert since["text"] == SINCE
    assert sum(map(Decimal, since["attribution"].values())) == Decimal("2.1")


def test_versions_say_what_moved_in_the_api_and_on_pages(client: Client, assessor: User, reviewer: User) -> None:
    _, draft = revised(assessor, reviewer)
    decided(draft, assessor, reviewer)
    rows = client.get("/api/v1/roles/bell-tuner/assessments/").json()["results"]
    assert [row["since_previous"] and row["since_previous"]["text"] for row in rows] == [SINCE, None]
    assert SINCE in client.get("/roles/bell-tuner/history/").content.decode()
    assert SINCE in client.get("/roles/bell-tuner/").content.decode()


def test_a_retracted_version_is_no_measure_for_the_next(client: Client, assessor: User, reviewer: User) -> None:
    before, draft = revised(assessor, reviewer)
    decided(draft, assessor, reviewer)
    versions = list(reads.versions(before.role))
    versions[1].status = "retracted"
    assert explanations.between(versions) == {}


def test_an_overridden_score_is_explained_around_what_was_decided(
    client: Client, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, proposed="57.4")
    found = explanation(client)
    assert (found["formula_score"], found["score"], found["edges"][0]["distance"]) == ("55.3", "57.4", "9.4")
    assert found["counterfactual"] == {
        "proposed_score": "57.4",
        "difference": "+2.1",
        "evidence_total": 6,
        "barrier_total": 3,
        "growth": 0,
        "formula_score": "57.4",
        "label": "Green (Transforming)",
        "text": "Evidence 6 would give 57.4.",
        "assumes": ASSUMES,
    }
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "This and the steps below start from the formula score of 55.3" in page


def test_a_profile_says_how_firm_its_score_is(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    page = client.get("/roles/bell-tuner/").content.decode()
    assert EDGES in page
    assert FLIP in page
    assert "What one step of each input would give" in page


def test_the_author_alone_reads_why_a_draft_scores_as_it_does(
    signed_in: SignedIn, client: Client, assessor: User, other_assessor: User, reviewer: User
) -> None:
    _, draft = revised(assessor, reviewer)
    address = f"/api/v1/assessments/{draft.pk}/explanation/"
    assert [each.get(address).status_code for each in (client, signed_in(other_assessor))] == [404, 404]
    answer = signed_in(assessor).get(address).json()
    assert (answer["score"], answer["since_previous"]["text"]) == ("57.4", SINCE)


def test_of_a_draft_with_gaps_there_is_nothing_to_explain(signed_in: SignedIn, assessor: User) -> None:
    draft = a_draft(assessor, tasks=[])
    answer = signed_in(assessor).get(f"/api/v1/assessments/{draft.pk}/explanation/")
    assert answer.status_code == 200
    found = answer.json()
    assert (found["score"], found["sensitivity"], found["cheapest_flip"]) == (None, [], None)


def test_the_rail_of_a_draft_explains_it_against_what_is_published(
    signed_in: SignedIn, assessor: User, reviewer: User
) -> None:
    _, draft = revised(assessor, reviewer)
    page = signed_in(assessor).get(f"/drafts/{draft.pk}/").content.decode()
    assert SINCE in page
    assert "9.4 above the edge of Green at 48 and 32.4 above that of Yellow at 25." in page
    assert "One step would give" in page


def test_the_rail_follows_what_is_typed(signed_in: SignedIn, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    document = a_document(evidence=(2, 1, 1, 1, 1), proposed="58.5")
    posted = {"role.title": "Bell Tuner", "role.seniority": "Mid-level", "growth.score": "0"}
    for group in ("protective_principles", "evidence", "barriers"):
        posted |= {f"{group}.{row['code']}.score": str(row["score"]) for row in document[group]}
    for index, task in enumerate(document["tasks"]):
        posted |= {f"tasks.{index}.{key}": str(value) for key, value in task.items()}
    posted["override.proposed_score"] = "59.5"
    rail = signed_in(assessor).post("/drafts/figures/", posted).content.decode()
    assert SINCE in rail
    assert "You propose <strong>59.5</strong> (+2.1). Evidence 7 would give 59.5." in rail
    assert "The override assumes as much as Evidence 7 instead of 6 would say: 59.5, Green (Transforming)." in rail


def test_a_reviewer_reads_all_of_it_before_deciding(signed_in: SignedIn, assessor: User, reviewer: User) -> None:
    _, draft = revised(assessor, reviewer, second={"evidence": (2, 1, 1, 1, 1), "proposed": "59.5"})
    actions.submit(assessment_id=draft.pk, by=assessor, at=timezone.now())
    page = signed_in(reviewer).get(f"/reviews/{Review.objects.get(assessment=draft).pk}/").content.decode()
    for said in (
        SINCE,
        "9.4 above the edge of Green at 48",
        "Evidence 7 would give 59.5.",
        "The override assumes as much as Evidence 7 instead of 6 would say",
        "would make it",
        "One step would give",
    ):
        assert said in page


def test_borderline_is_said_with_what_follows_from_it(signed_in: SignedIn, assessor: User) -> None:
    draft = in_review(assessor, evidence=(1, 1, 0, 0, 0), barriers=(0, 1, 0, 0, 1))
    assert str(draft.formula_score) == BORDERLINE
    said = signed_in(assessor).get(f"/api/v1/assessments/{draft.pk}/explanation/").json()["borderline_text"]
    assert said == (
        "Borderline: 0.1 from an edge, and within 1.0 of one a single judgement can decide the zone."
        " 2 reviewers have to agree on it."
    )
    assert said in signed_in(assessor).get(f"/drafts/{draft.pk}/").content.decode()
