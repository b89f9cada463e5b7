"""Errata: a text put right under the method of the version it corrects, with every figure where it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from assessments import documents
from assessments.actions import drafts, errata
from assessments.errors import Conflict, Invalid
from assessments.models import Assessment, User
from assessments.queries import explanations
from reviews import actions
from tests.making import a_document, published, retracted, verdict
from tests.methods import in_force

CORRECTION = {"kind": "erratum", "change_reason": "correction"}


@pytest.fixture
def corrected(assessor: User, reviewer: User) -> Assessment:
    return published(assessor, reviewer)


@pytest.fixture
def erratum(corrected: Assessment, assessor: User, now: datetime) -> Assessment:
    return drafts.revise(role=corrected.role, by=assessor, at=now, **CORRECTION).assessment


def save(erratum: Assessment, by: User, at: datetime, **changes: Any) -> drafts.Saved:
    document = documents.from_json(a_document(**changes))
    return drafts.save_draft(assessment_id=erratum.pk, document=document, content_hash=None, by=by, at=at)


def moved(saved: drafts.Saved) -> list[tuple[str, str]]:
    return [(each.path, each.message) for each in saved.problems if each.code == errata.CODE]


def test_a_text_put_right_is_submitted(erratum: Assessment, assessor: User, now: datetime) -> None:
    assert moved(save(erratum, assessor, now, quick_screen="Put right.")) == []
    assert actions.submit(assessment_id=erratum.pk, by=assessor, at=now).status == "in_review"


def test_every_figure_that_would_move_is_an_error_at_its_place(
    erratum: Assessment, assessor: User, now: datetime
) -> None:
    saved = save(erratum, assessor, now, evidence=(2, 1, 1, 1, 1), barriers=(1, 2, 0, 0, 1))
    assert moved(saved) == [
        (
            "evidence",
            "An erratum moves no figure, yet the evidence total was 5 and would be 6. Start a revision for that.",
        ),
        (
            "barriers",
            "An erratum moves no figure, yet the barrier total was 3 and would be 4. Start a revision for that.",
        ),
    ]
    with pytest.raises(Invalid) as caught:
        actions.submit(assessment_id=erratum.pk, by=assessor, at=now)
    assert [place.path for place in caught.value.places] == ["evidence", "barriers"]


def test_shares_that_keep_the_weighted_total_but_move_the_split_are_an_error(
    erratum: Assessment, assessor: User, now: datetime
) -> None:
    tasks = a_document()["tasks"]
    tasks[0]["involvement"] = "augmentation"
    found = moved(save(erratum, assessor, now, tasks=tasks))
    assert [path for path, _ in found] == ["tasks"]
    assert "37.5 % displacement" in found[0][1]


def test_a_proposal_that_the_published_version_did_not_have_is_an_error(
    erratum: Assessment, assessor: User, now: datetime
) -> None:
    assert [path for path, _ in moved(save(erratum, assessor, now, proposed="56.0"))] == ["override.proposed_score"]


def test_an_erratum_with_gaps_is_told_of_the_gaps_alone(erratum: Assessment, assessor: User, now: datetime) -> None:
    tasks = a_document()["tasks"]
    tasks[0]["score"] = None
    assert moved(save(erratum, assessor, now, tasks=tasks)) == []


def test_a_revision_moves_what_it_likes(corrected: Assessment, assessor: User, now: datetime) -> None:
    revised = drafts.revise(
        role=corrected.role, kind="revision", change_reason="new_evidence", by=assessor, at=now
    ).assessment
    assert moved(save(revised, assessor, now, evidence=(2, 2, 2, 2, 2))) == []


def test_an_erratum_keeps_the_method_of_the_version_it_corrects(
    corrected: Assessment, assessor: User, admin: User, other_admin: User, now: datetime
) -> None:
    in_force(admin, other_admin, "2.0")
    erratum = drafts.revise(role=corrected.role, by=assessor, at=now, **CORRECTION).assessment
    assert (erratum.methodology.version, drafts.method_bars(erratum)) == ("1.0", "")
    assert actions.submit(assessment_id=erratum.pk, by=assessor, at=now).status == "in_review"


def test_an_erratum_is_not_moved_to_another_method(
    erratum: Assessment, assessor: User, admin: User, other_admin: User, now: datetime
) -> None:
    in_force(admin, other_admin, "2.0")
    with pytest.raises(Conflict, match="An erratum keeps the method"):
        drafts.move_to_method(
            assessment_id=erratum.pk, version="2.0", content_hash=erratum.content_hash, by=assessor, at=now
        )


def test_an_erratum_under_another_method_than_what_it_corrects_is_barred(
    corrected: Assessment, erratum: Assessment, admin: User, other_admin: User
) -> None:
    erratum.methodology = in_force(admin, other_admin, "2.0")
    assert drafts.method_bars(erratum) == (
        "This erratum is scored with method 2.0, the version it corrects with another; withdraw it."
    )


def test_the_page_of_an_erratum_lists_what_would_move_and_offers_no_other_method(
    erratum: Assessment, assessor: User, admin: User, other_admin: User, signed_in: Callable[[User], Client]
) -> None:
    in_force(admin, other_admin, "2.0")
    fields = {"methodology": "1.0", "kind": "erratum", "role.title": "Bell Tuner", "role.seniority": "Mid-level"}
    client = signed_in(assessor)
    page = client.get(f"/drafts/{erratum.pk}/")
    assert (page.status_code, "Move this draft" in page.content.decode()) == (200, False)
    rows = {
        f"tasks.{index}.{name}": str(value)
        for index, task in enumerate(a_document()["tasks"])
        for name, value in task.items()
    }
    scores = {
        f"{group}.{row['code']}.score": str(row["score"])
        for group in ("protective_principles", "evidence", "barriers")
        for row in a_document()[group]
    }
    answer = client.post(
        "/drafts/figures/", fields | rows | scores | {"growth.score": "0", "evidence.wage_trends.score": "2"}
    )
    assert "the evidence total was 5 and would be 6" in answer.content.decode()


def test_only_errata_correct_something(corrected: Assessment, erratum: Assessment) -> None:
    assert errata.corrected_by(erratum) == corrected
    assert errata.corrected_by(corrected) is None
    assert explanations.previous(erratum) == corrected


def test_the_gate_lists_what_an_erratum_would_move(
    erratum: Assessment, assessor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    save(erratum, assessor, now, evidence=(2, 1, 1, 1, 1))
    page = signed_in(assessor).get(f"/drafts/{erratum.pk}/submit/").content.decode()
    assert f'href="/drafts/{erratum.pk}/#evidence"' in page


def test_an_erratum_under_a_retired_method_is_decided(
    erratum: Assessment, assessor: User, reviewer: User, admin: User, other_admin: User, now: datetime
) -> None:
    in_force(admin, other_admin, "2.0")
    save(erratum, assessor, now, quick_screen="Put right.")
    submitted = actions.submit(assessment_id=erratum.pk, by=assessor, at=now)
    assert verdict(submitted, reviewer).assessment == "published"


def test_an_erratum_of_what_was_retracted_is_not_published_and_can_only_go_back(
    corrected: Assessment,
    erratum: Assessment,
    assessor: User,
    reviewer: User,
    admin: User,
    other_admin: User,
    now: datetime,
) -> None:
    actions.submit(assessment_id=erratum.pk, by=assessor, at=now)
    retracted(corrected, admin, other_admin)
    with pytest.raises(Conflict, match="is not published any more; withdraw it and start another version"):
        verdict(erratum, reviewer)
    assert verdict(erratum, reviewer, "returned").assessment == "draft"
    with pytest.raises(Conflict, match="is not published any more"):
        actions.submit(assessment_id=erratum.pk, by=assessor, at=now)
