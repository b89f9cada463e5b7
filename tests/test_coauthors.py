"""Co-authors by invitation: who may ask, who sees, who writes, and who counts as a contributor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from assessments import access
from assessments.actions import coauthors, drafts, people
from assessments.enums import Access
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import Assessment, AuditEvent, Contribution, Invitation, User
from assessments.queries import working
from reviews.access import may_review
from tests.making import a_draft, in_review


@pytest.fixture
def draft(assessor: User) -> Assessment:
    return a_draft(assessor)


@pytest.fixture
def asked(draft: Assessment, assessor: User, other_assessor: User, now: datetime) -> Invitation:
    return coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)


def visible(person: User, draft: Assessment) -> bool:
    return access.visible_to(person).filter(pk=draft.pk).exists()


def test_who_is_invited_sees_the_draft_and_edits_it_only_once_they_accepted(
    draft: Assessment, asked: Invitation, other_assessor: User, now: datetime
) -> None:
    assert (visible(other_assessor, draft), bool(access.may_edit(other_assessor, draft))) == (True, False)
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    assert (visible(other_assessor, draft), bool(access.may_edit(other_assessor, draft))) == (True, True)
    assert list(working.open_versions(other_assessor)) == [draft]


def test_an_accepted_invitation_makes_nobody_a_contributor_and_bars_no_verdict(
    assessor: User, other_assessor: User, admin: User, now: datetime
) -> None:
    people.grant_role(person=other_assessor, code=Access.REVIEWER, by=admin, at=now)
    draft = a_draft(assessor)
    asked = coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    assert list(Contribution.objects.values_list("user__username", flat=True)) == ["maren"]
    assert may_review(User.objects.get(pk=other_assessor.pk), draft, at=now)


def test_who_declines_sees_the_draft_no_more_and_may_be_asked_again(
    draft: Assessment, asked: Invitation, assessor: User, other_assessor: User, now: datetime
) -> None:
    coauthors.answer(invitation_id=asked.pk, accept=False, by=other_assessor, at=now)
    assert not visible(other_assessor, draft)
    coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    assert visible(other_assessor, draft)


def test_every_step_is_in_the_ledger(
    draft: Assessment, asked: Invitation, assessor: User, other_assessor: User, now: datetime
) -> None:
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    coauthors.take_back(invitation_id=asked.pk, by=assessor, at=now)
    again = coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)
    coauthors.answer(invitation_id=again.pk, accept=False, by=other_assessor, at=now)
    events = AuditEvent.objects.filter(verb__startswith="coauthor.", object_id=str(draft.pk)).order_by("id")
    assert [(event.verb.removeprefix("coauthor."), event.actor) for event in events] == [
        ("invited", assessor),
        ("accepted", other_assessor),
        ("withdrawn", assessor),
        ("invited", assessor),
        ("declined", other_assessor),
    ]


def test_an_invitation_taken_back_closes_the_draft_but_not_to_who_wrote_on_it(
    draft: Assessment, asked: Invitation, assessor: User, other_assessor: User, now: datetime
) -> None:
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    coauthors.take_back(invitation_id=asked.pk, by=assessor, at=now)
    assert not visible(other_assessor, draft)
    assert not access.may_edit(other_assessor, draft)
    Contribution.objects.create(assessment=draft, user=other_assessor, first_at=now)
    assert access.may_edit(other_assessor, draft)


def test_only_who_invited_or_started_the_version_takes_it_back(
    draft: Assessment, asked: Invitation, other_assessor: User, admin: User, now: datetime
) -> None:
    for person in (other_assessor, admin):
        with pytest.raises(Forbidden):
            coauthors.take_back(invitation_id=asked.pk, by=person, at=now)


@pytest.mark.parametrize(
    ("username", "sentence"),
    [
        ("nobody", "There is no active assessor named “nobody”."),
        ("deepa", "There is no active assessor named “deepa”."),
        ("maren", "Maren writes on this draft already."),
        ("ilse", "Ilse is invited already."),
    ],
)
def test_only_another_assessor_who_is_not_there_yet_can_be_invited(
    username: str, sentence: str, draft: Assessment, asked: Invitation, assessor: User, reviewer: User, now: datetime
) -> None:
    with pytest.raises(Invalid) as caught:
        coauthors.invite(assessment_id=draft.pk, username=username, by=assessor, at=now)
    assert caught.value.sentence == sentence


def test_somebody_deactivated_cannot_be_invited(
    draft: Assessment, assessor: User, other_assessor: User, admin: User, now: datetime
) -> None:
    people.deactivate(person=other_assessor, by=admin, at=now)
    with pytest.raises(Invalid):
        coauthors.invite(assessment_id=draft.pk, username="ilse", by=assessor, at=now)


def test_who_may_not_edit_invites_nobody_and_what_is_in_review_takes_nobody(
    draft: Assessment, asked: Invitation, assessor: User, other_assessor: User, now: datetime
) -> None:
    with pytest.raises(Forbidden):
        coauthors.invite(assessment_id=draft.pk, username="ilse", by=other_assessor, at=now)
    with pytest.raises(Conflict):
        coauthors.invite(assessment_id=in_review(assessor, "B").pk, username="ilse", by=assessor, at=now)


def test_an_invitation_is_answered_once_and_by_its_own_person(
    draft: Assessment, asked: Invitation, assessor: User, other_assessor: User, admin: User, now: datetime
) -> None:
    for person in (assessor, admin):
        with pytest.raises(Invisible):
            coauthors.answer(invitation_id=asked.pk, accept=True, by=person, at=now)
    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    with pytest.raises(Conflict):
        coauthors.answer(invitation_id=asked.pk, accept=False, by=other_assessor, at=now)


def test_a_closed_invitation_is_answered_by_nobody(
    draft: Assessment, asked: Invitation, assessor: User, now: datetime
) -> None:
    coauthors.take_back(invitation_id=asked.pk, by=assessor, at=now)
    with pytest.raises(Conflict):
        coauthors.take_back(invitation_id=asked.pk, by=assessor, at=now)
    assert str(asked) == "Ilse on Bell Tuner (Mid-level) v1: Not answered yet"


def test_a_coauthor_saves_and_counts_as_contributor_from_then_on(
    draft: Assessment, asked: Invitation, other_assessor: User, now: datetime
) -> None:
    from assessments import documents
    from tests.making import a_document

    coauthors.answer(invitation_id=asked.pk, accept=True, by=other_assessor, at=now)
    document = documents.from_json(a_document(quick_screen="By two."))
    drafts.save_draft(assessment_id=draft.pk, document=document, content_hash=None, by=other_assessor, at=now)
    assert Contribution.objects.filter(assessment=draft, user=other_assessor).count() == 1


def test_asking_answering_and_taking_back_by_the_pages(
    draft: Assessment, assessor: User, other_assessor: User, signed_in: Callable[[User], Client]
) -> None:
    owner, invited, page = signed_in(assessor), signed_in(other_assessor), f"/drafts/{draft.pk}/"
    said = owner.post(f"{page}co-authors/", {"username": "nobody"}, follow=True).content.decode()
    assert "There is no active assessor named “nobody”." in said
    assert "Ilse is invited" in owner.post(f"{page}co-authors/", {"username": "ilse"}, follow=True).content.decode()
    assert "Maren invites you to write on version 1" in invited.get(page).content.decode()
    address = f"{page}co-authors/{Invitation.objects.get().pk}/"
    assert "You write on this draft now." in invited.post(address, {"answer": "accept"}, follow=True).content.decode()
    assert "not invited any more" in owner.post(address, {"answer": "take back"}, follow=True).content.decode()
    owner.post(f"{page}co-authors/", {"username": "ilse"})
    address = f"{page}co-authors/{Invitation.objects.latest('id').pk}/"
    assert invited.post(address, {"answer": "decline"})["Location"] == "/desk/"
