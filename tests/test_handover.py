"""A draft that its author left lying is shown to administrators, who give it to somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from assessments import access
from assessments.actions import drafts
from assessments.actions.handover import hand_over
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import Assessment, User
from assessments.queries import working
from tests.making import a_document, a_draft, in_review

SignedIn = Callable[[User], Client]


@pytest.fixture
def draft(assessor: User) -> Assessment:
    return a_draft(assessor)


def give(draft: Assessment, to: User, by: User, now: datetime, reason: str = "On leave.") -> Assessment:
    return hand_over(assessment_id=draft.pk, to=to, reason=reason, by=by, at=now)


def test_the_next_assessor_continues_the_draft_and_never_decides_on_it(
    draft: Assessment, admin: User, other_assessor: User, now: datetime
) -> None:
    give(draft, other_assessor, admin, now)
    document = drafts.document_of(a_document(quick_screen="Continued."))
    drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=other_assessor, at=now)
    assert access.contributed_to(other_assessor, draft) is True


def test_only_administrators_hand_over_and_only_drafts_to_assessors_with_a_reason(
    draft: Assessment, admin: User, assessor: User, other_assessor: User, reviewer: User, now: datetime
) -> None:
    for by, refusal in ((assessor, Forbidden), (other_assessor, Invisible)):
        with pytest.raises(refusal):
            give(draft, other_assessor, by, now)
    for to, reason in ((reviewer, "On leave."), (other_assessor, " "), (other_assessor, "x" * 501)):
        with pytest.raises(Invalid):
            give(draft, to, admin, now, reason)
    with pytest.raises(Conflict, match="Maren works on this draft already"):
        give(draft, assessor, admin, now)
    with pytest.raises(Conflict, match="Only a draft"):
        give(in_review(assessor, "Harp Maker"), other_assessor, admin, now)


def test_a_draft_lies_when_nobody_saved_it_for_long(draft: Assessment, now: datetime) -> None:
    assert list(working.drafts_left_lying(draft.saved_at)) == []
    assert list(working.drafts_left_lying(draft.saved_at + timedelta(seconds=1))) == [draft]


def test_the_desk_of_administrators_shows_it_and_hands_it_over(
    draft: Assessment, admin: User, other_assessor: User, signed_in: SignedIn, settings: object
) -> None:
    settings.ABANDONED_DAYS = -1  # type: ignore[attr-defined]
    client = signed_in(admin)
    assert list(client.get("/desk/").context["lying"]) == [draft]
    address, given = f"/drafts/{draft.pk}/hand-over/", {"to": "ilse", "reason": "On leave."}
    said = client.post(address, given, follow=True).context["messages"]
    assert [str(message) for message in said] == ["Ilse may continue Bell Tuner (Mid-level)."]
    again = client.post(address, given)
    assert (again.status_code, again.context["refusal"].sentence) == (409, "Ilse works on this draft already.")
    assert signed_in(other_assessor).get(f"/drafts/{draft.pk}/").context["editable"] is True
    assert "lying" not in signed_in(other_assessor).get("/desk/").context
