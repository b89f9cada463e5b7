"""Remarks on the other roles a document speaks of: scores that were never published, roles that are not active."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assessments import documents
from assessments.actions.imports import import_text
from assessments.models import Assessment, Role, RoleCode, User
from assessments.queries import remarks
from reviews.models import Review
from tests.making import a_document, a_draft, in_review, published, retracted, verdict

SignedIn = Callable[[User], Client]
NEVER = "“Bell Smith (12.3)” was never published: Bell Smith (Mid-level) was published at 55.3."


def quoting(text: str) -> dict[str, Any]:
    return {"commentary": {**a_document()["commentary"], "score_vs_reality": text}}


def said(text: str) -> list[str]:
    """The remarks on a document that says this."""
    return [each.message for each in remarks.on_document(documents.from_json(a_document(**quoting(text))))]


@pytest.fixture
def smith(assessor: User, reviewer: User) -> Assessment:
    return published(assessor, reviewer, "Bell Smith")


def test_a_quoted_score_that_was_published_once_is_nothing_odd(
    smith: Assessment, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    after = in_review(assessor, "Bell Smith", evidence=(2, 1, 1, 1, 1))
    verdict(after, reviewer)
    retracted(Assessment.objects.get(pk=after.pk), admin, other_admin)
    assert said("Bell Smith (55.3) stood at Bell Smith (57.4) for a while.") == []


def test_a_quoted_score_that_never_was_published_is_said_with_those_that_were(
    smith: Assessment, assessor: User, reviewer: User
) -> None:
    assert said("Bell Smith (12.3) sets the measure.") == [NEVER]
    verdict(in_review(assessor, "Bell Smith", evidence=(2, 1, 1, 1, 1)), reviewer)
    assert said("Bell Smith (12.3) sets the measure.") == [f"{NEVER[:-1]} and 57.4."]


def test_nothing_is_said_of_a_role_that_nobody_published(smith: Assessment, assessor: User) -> None:
    a_draft(assessor, "Secret Maker")
    Role.objects.filter(title="Secret Maker").update(status="retired")
    assert said("Secret Maker (12.3) and Harp Maker (12.3) set the measure.") == []
    document = documents.from_json(
        a_document(definition={**a_document()["definition"], "not_this_role": "NOT a Secret Maker."})
    )
    assert remarks.on_document(document) == []


def test_a_named_role_that_is_retired_is_said_where_anybody_knows_of_it(smith: Assessment, assessor: User) -> None:
    definition = {**a_document()["definition"], "not_this_role": "NOT a Bell Smith. NOT a Harp Maker."}
    document = documents.from_json(a_document(definition=definition))
    harp = a_draft(assessor, "Harp Maker").role
    RoleCode.objects.bulk_create([RoleCode(role=harp, scheme="onet-soc", code="51-1000.00", title="Harp Makers")])
    assert remarks.on_document(document) == []
    Role.objects.filter(pk__in=[harp.pk, smith.role_id]).update(status="retired")
    assert [(each.path, each.level, each.message) for each in remarks.on_document(document)] == [
        ("definition.not_this_role", "warning", f"“{name}” is retired: this role will not be related to it.")
        for name in ("Bell Smith", "Harp Maker")
    ]


def test_assessor_and_reviewer_are_shown_it_and_it_bars_nothing(
    smith: Assessment, assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    client, text = signed_in(assessor), quoting("Bell Smith (12.3) sets the measure.")
    draft = a_draft(assessor, "Bell Tuner", **text)
    for address in (f"/drafts/{draft.pk}/", f"/drafts/{draft.pk}/submit/"):
        assert NEVER in client.get(address).content.decode()
    assert client.post(f"/drafts/{draft.pk}/submit/").status_code == 302
    review = Review.objects.get(assessment=draft)
    assert NEVER in signed_in(reviewer).get(f"/reviews/{review.pk}/").content.decode()


def test_an_import_notes_it_with_its_line(smith: Assessment, assessor: User, reviewer: User) -> None:
    text = documents.render_plain
    source = documents.from_json(a_document(**quoting("Bell Smith (12.3) sets the measure.")))
    method = smith.methodology.method
    figures = documents.figures_of(source, method)
    assert figures is not None
    imported = import_text(text=text(source, method, figures), by=assessor, at=timezone.now())
    notes = [(note.message, note.line is not None) for note in imported.reading.notes]
    assert notes == [(NEVER, True)]
