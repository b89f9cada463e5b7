"""What a reviewer has beside a submission: what they last saw, what differs, what happened."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from assessments import documents
from assessments.actions import drafts
from assessments.models import Assessment, User
from reviews import actions, queries
from reviews.models import Review, Seen
from tests.making import a_document, a_draft, in_review, published, verdict

SignedIn = Callable[[User], Client]


def again(assessment: Assessment, by: User, now: datetime, **changes: Any) -> Review:
    """Saved with other words and submitted once more."""
    document = documents.from_json(a_document(**changes))
    drafts.save_draft(assessment_id=assessment.pk, document=document, content_hash=None, by=by, at=now)
    actions.submit(assessment_id=assessment.pk, by=by, at=now)
    return Review.objects.latest("id")


def revised(role: Assessment, by: User, now: datetime, **changes: Any) -> Assessment:
    draft = drafts.revise(role=role.role, kind="revision", change_reason="new_evidence", by=by, at=now).assessment
    document = documents.from_json(a_document(**changes))
    return drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=by, at=now).assessment


def test_the_next_submission_stands_beside_what_this_reviewer_last_read(
    assessor: User, reviewer: User, other_reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    mine, theirs = signed_in(reviewer), signed_in(other_reviewer)
    assert mine.get(f"/reviews/{Review.objects.get().pk}/").context["seen"] is None
    verdict(assessment, reviewer, "returned")
    second = again(assessment, assessor, now, quick_screen="Another word.", reinstatement="None.")
    for _ in range(2):
        seen = mine.get(f"/reviews/{second.pk}/").context["seen"]
        assert [change.path for change in seen["changes"]] == ["quick_screen", "reinstatement"]
    assert "Since you last read it: 2 fields changed" in mine.get(f"/reviews/{second.pk}/").content.decode()
    assert theirs.get(f"/reviews/{second.pk}/").context["seen"] is None


def test_only_what_reviewers_read_is_noted_and_the_same_content_once(
    assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    for person in (assessor, reviewer, reviewer):
        signed_in(person).get(f"/reviews/{Review.objects.get().pk}/")
    seen = Seen.objects.get()
    assert (seen.reviewer, seen.content_hash) == (reviewer, assessment.content_hash)


def test_a_refused_verdict_notes_nothing(assessor: User, reviewer: User, signed_in: SignedIn) -> None:
    in_review(assessor)
    signed_in(reviewer).post(f"/reviews/{Review.objects.get().pk}/", {"outcome": "formula_accepted"})
    assert Seen.objects.count() == 0


def test_a_diff_names_path_and_both_values_and_the_figures_that_moved(
    assessor: User, reviewer: User, now: datetime, token_of: Callable[..., dict[str, str]]
) -> None:
    before = published(assessor, reviewer)
    after = revised(before, assessor, now, evidence=(2, 1, 1, 1, 1))
    client = Client(headers=token_of(assessor))
    answer = client.get(f"/api/v1/assessments/{after.pk}/diff/?against={before.pk}").json()
    assert answer["fields"] == [
        {
            "path": "evidence[0].score",
            "name": "Job Posting Trends: score",
            "before": 1,
            "after": 2,
            "difference": "+1",
        }
    ]
    assert [(each["path"], each["difference"]) for each in answer["figures"]] == [
        ("evidence_total", "+1"),
        ("raw", "+0.1643"),
        ("formula_score", "+2.1"),
    ]
    assert client.get(f"/api/v1/assessments/{after.pk}/diff/").json() == answer


def test_a_diff_of_a_removed_and_an_added_row_says_the_whole_row(assessor: User, reviewer: User, now: datetime) -> None:
    from reviews.changes import changes

    before, after = a_document(), a_document()
    removed = before["commentary"]["not_captured"][0]
    after["commentary"]["not_captured"] = []
    draft = a_draft(assessor)
    [change] = changes(before, after, draft.methodology.method)
    assert (change.path, change.old, change.new) == ("commentary.not_captured[0]", removed, None)


@pytest.mark.parametrize("against", ["x", "-1", "9" * 30, ""])
def test_a_diff_against_nonsense_is_refused(
    against: str, assessor: User, token_of: Callable[..., dict[str, str]]
) -> None:
    address = f"/api/v1/assessments/{a_draft(assessor).pk}/diff/?against={against}"
    assert Client().get(address, headers=token_of(assessor)).status_code == 400


def test_a_diff_is_between_versions_of_one_role_that_one_may_see(
    assessor: User, other_assessor: User, token_of: Callable[..., dict[str, str]]
) -> None:
    mine, other, hidden = a_draft(assessor), a_draft(assessor, "Harp Maker"), a_draft(other_assessor, "Flute Maker")
    client = Client(headers=token_of(assessor))
    codes = [
        client.get(f"/api/v1/assessments/{mine.pk}/diff/?against={each.pk}").status_code for each in (other, hidden)
    ]
    assert codes == [400, 404]


def test_the_timeline_tells_in_words_what_happened_and_strangers_what_was_published(
    assessor: User, reviewer: User, now: datetime, token_of: Callable[..., dict[str, str]]
) -> None:
    assessment = in_review(assessor)
    actions.claim(review_id=Review.objects.get().pk, by=reviewer, at=now)
    verdict(assessment, reviewer)
    address = f"/api/v1/assessments/{assessment.pk}/timeline/"
    told = [
        (each["actor"], each["sentence"])
        for each in Client().get(address, headers=token_of(reviewer)).json()["results"]
    ]
    assert told == [
        ("Deepa", "published version 1 at 55.3"),
        ("Deepa", "gave the verdict “formula_accepted”"),
        ("Deepa", "is on version 1"),
        ("Maren", "submitted version 1 for review"),
        ("Maren", "started version 1"),
    ]
    public = Client().get(address).json()["results"]
    assert [each["verb"] for each in public] == ["assessment.published"]


def test_what_was_seen_of_a_later_draft_is_not_shown(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor)
    actions.note_seen(assessment=assessment, content_hash=assessment.content_hash, by=reviewer, at=now)
    assert queries.seen_before(reviewer, assessment, assessment.content_hash) is None
    found = queries.seen_before(reviewer, assessment, "another")
    assert found is not None
    assert found[1] == assessment.document
