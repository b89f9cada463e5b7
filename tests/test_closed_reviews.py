"""A review that is over shows what was submitted to it, and nothing that was written since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments import documents
from assessments.actions import drafts
from assessments.models import Assessment, Decision, User
from assessments.queries import integrity
from reviews import actions
from reviews.models import Review
from tests.making import a_document, in_review, published, verdict
from tests.methods import in_force

SignedIn = Callable[[User], Client]


def edited(assessment: Assessment, by: User, at: datetime, **changes: object) -> None:
    document = documents.from_json(a_document(assessment.role.title, **changes))  # type: ignore[arg-type]
    drafts.save_draft(assessment_id=assessment.pk, document=document, content_hash=None, by=by, at=at)


@pytest.mark.parametrize("ending", ["returned", "recalled", "withdrawn"])
def test_what_the_author_writes_afterwards_is_not_on_the_reviewers_page(
    ending: str, assessor: User, reviewer: User, signed_in: SignedIn, now: datetime
) -> None:
    assessment = in_review(assessor)
    if ending == "returned":
        verdict(assessment, reviewer, "returned")
    else:
        actions.recall(assessment_id=assessment.pk, by=assessor, at=now)
    edited(assessment, assessor, now, quick_screen="Written in secret.")
    if ending == "withdrawn":
        drafts.withdraw(assessment_id=assessment.pk, by=assessor, at=now)
    page = signed_in(reviewer).get(f"/reviews/{Review.objects.get().pk}/")
    assert page.status_code == 200
    assert "Written in secret." not in page.content.decode()
    assert "Proceed with care." in page.content.decode()


def test_a_closed_review_is_a_page_though_the_draft_has_gaps_now(
    assessor: User, reviewer: User, signed_in: SignedIn, now: datetime
) -> None:
    assessment = in_review(assessor)
    actions.recall(assessment_id=assessment.pk, by=assessor, at=now)
    value = a_document()
    value["growth"]["score"] = None
    drafts.save_draft(
        assessment_id=assessment.pk, document=documents.from_json(value), content_hash=None, by=assessor, at=now
    )
    for person in (assessor, reviewer):
        answer = signed_in(person).get(f"/reviews/{Review.objects.get().pk}/")
        assert (answer.status_code, "55.3" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("ending", ["returned", "recalled"])
def test_a_verdict_that_comes_too_late_says_so_and_keeps_the_reason(
    ending: str, assessor: User, reviewer: User, other_reviewer: User, signed_in: SignedIn, now: datetime
) -> None:
    assessment = in_review(assessor)
    if ending == "returned":
        verdict(assessment, other_reviewer, "returned")
    else:
        actions.recall(assessment_id=assessment.pk, by=assessor, at=now)
    form = {"outcome": "returned", "rationale": "My long reason.", "content_hash": assessment.content_hash}
    answer = signed_in(reviewer).post(f"/reviews/{Review.objects.get().pk}/", form)
    assert answer.status_code == 409
    assert "This submission is not in review any more." in answer.content.decode()


def test_a_draft_that_never_was_in_review_stays_invisible_to_verdicts(
    client: Client, assessor: User, reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    from tests.making import a_draft

    draft = a_draft(assessor)
    body = {"outcome": "returned", "rationale": "x", "content_hash": draft.content_hash}
    address = f"/api/v1/assessments/{draft.pk}/verdicts/"
    answer = client.post(address, body, content_type="application/json", headers=token_of(reviewer))
    assert answer.status_code == 404


def test_a_return_is_the_way_out_when_the_method_changed(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    assessment = in_review(assessor)
    in_force(admin, other_admin)
    assert verdict(assessment, reviewer, "returned").assessment == "draft"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_review SET content_hash = 'x' WHERE id = %s",
        "UPDATE reviews_review SET state = 'open', closed_at = NULL WHERE id = %s",
        "UPDATE reviews_review SET state = 'returned' WHERE id = %s",
        "DELETE FROM reviews_review WHERE id = %s",
    ],
)
def test_a_decided_review_stays_decided(statement: str, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [Review.objects.get().pk])


def test_a_decision_by_a_contributor_is_refused_by_the_database(assessor: User, reviewer: User) -> None:
    made = published(assessor, reviewer).decision
    other = in_review(assessor, "Harp Maker")
    made.pk, made.assessment, made.decided_by = None, other, assessor
    with pytest.raises(DatabaseError, match="contributed"), transaction.atomic():
        Decision.objects.bulk_create([made])


@pytest.mark.parametrize(("zone", "label"), [("red", "Green (Transforming)"), ("green", "Green (Stable)")])
def test_a_zone_or_label_other_than_decided_is_refused_by_the_database(
    zone: str, label: str, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    assessment = in_review(assessor, "Harp Maker")
    made = Decision.objects.get()
    made.pk, made.assessment, made.content_hash = None, assessment, assessment.content_hash
    Decision.objects.bulk_create([made])
    with (
        pytest.raises(DatabaseError, match="without its decision"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE assessments_assessment SET status = 'published', published_at = now(), published_score = 55.3,"
            " published_zone = %s, published_label = %s WHERE id = %s",
            [zone, label, assessment.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_method_that_was_in_force_never_changes(db: None) -> None:
    for statement in ("UPDATE assessments_methodology SET definition = '{}'", "DELETE FROM assessments_methodology"):
        with pytest.raises(DatabaseError, match=r"never deleted|never changes again"), transaction.atomic():
            connection.cursor().execute(statement)


def test_verify_names_a_published_score_that_was_not_decided(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    assert list(integrity.score_breaches()) == []
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE assessments_assessment DISABLE TRIGGER guard_assessment")
        cursor.execute("ALTER TABLE assessments_assessment DISABLE TRIGGER published_has_decision")
        cursor.execute("UPDATE assessments_assessment SET published_score = 60 WHERE id = %s", [assessment.pk])
    assert list(integrity.score_breaches()) == ["Bell Tuner (Mid-level) v1: what is published is not what was decided"]


def test_a_decided_review_stays_beside_the_version_it_superseded(
    assessor: User, reviewer: User, signed_in: SignedIn, now: datetime, later: datetime
) -> None:
    published(assessor, reviewer)
    for number in (2, 3):
        role = Assessment.objects.get(status="published").role
        draft = drafts.revise(role=role, kind="revision", change_reason="new_evidence", by=assessor, at=now).assessment
        edited(draft, assessor, now, quick_screen=f"Version {number}.")
        actions.submit(assessment_id=draft.pk, by=assessor, at=now)
        verdict(Assessment.objects.get(pk=draft.pk), reviewer, "formula_accepted")
    client = signed_in(reviewer)
    beside = [client.get(f"/reviews/{each.pk}/").context["predecessor"] for each in Review.objects.order_by("id")]
    assert [each and each.number for each in beside] == [None, 1, 2]


def test_the_reason_of_whom_another_was_faster_than_is_shown_and_not_thrown_away(
    assessor: User, reviewer: User, other_reviewer: User, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    verdict(assessment, reviewer, "formula_accepted")
    sent = {"outcome": "returned", "rationale": "My long <reason>.", "content_hash": assessment.content_hash}
    answer = signed_in(other_reviewer).post(f"/reviews/{Review.objects.get().pk}/", sent)
    assert (answer.status_code, "My long &lt;reason&gt;." in answer.content.decode()) == (409, True)
