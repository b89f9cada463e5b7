"""Co-authors by invitation: asked, answered, taken back. Nobody becomes a contributor before they write.

It is how those who write share their work. That an administrator gives an abandoned draft to somebody is `handover`."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit, dispatch, outbox
from assessments.actions import drafts
from assessments.enums import OPEN_INVITATIONS, Access, InvitationState
from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import Assessment, Invitation, User


@transaction.atomic
def invite(*, assessment_id: int, username: str, by: User, at: datetime) -> Invitation:
    """Ask an active assessor to write on a draft that `by` may edit."""
    assessment = drafts.lock_for_writing(assessment_id, by=by)
    person = User.objects.filter(username=username.strip(), is_active=True).first()
    if person is None or not person.holds(Access.ASSESSOR):
        raise _wrong(f"There is no active assessor named “{username.strip()[:150]}”.")
    if access.contributed_to(person, assessment):
        raise _wrong(f"{person} writes on this draft already.")
    if assessment.invitations.filter(person=person, state__in=OPEN_INVITATIONS).exists():
        raise _wrong(f"{person} is invited already.")
    invitation = Invitation.objects.create(assessment=assessment, person=person, invited_by=by, invited_at=at)
    _record("coauthor.invited", invitation, by=by, at=at)
    outbox.request(dispatch.TELL, payload={"event": "invitation", "id": invitation.pk})
    return invitation


@transaction.atomic
def answer(*, invitation_id: int, accept: bool, by: User, at: datetime) -> Invitation:
    """Accept or decline an invitation of one's own."""
    invitation = _locked(invitation_id, by=by)
    if invitation.person_id != by.pk:
        raise Invisible("There is no such invitation.")
    if invitation.state != InvitationState.PENDING:
        raise Conflict("You have answered this invitation already.", code="wrong_state")
    access.require(access.may_write_drafts(by))
    invitation.state = InvitationState.ACCEPTED if accept else InvitationState.DECLINED
    invitation.answered_at = at
    invitation.save(update_fields=["state", "answered_at"])
    _record("coauthor.accepted" if accept else "coauthor.declined", invitation, by=by, at=at)
    return invitation


@transaction.atomic
def take_back(*, invitation_id: int, by: User, at: datetime) -> Invitation:
    """End an invitation, answered or not: by who invited, or by who started the version. What the co-author wrote
    stays, and with it their being a contributor."""
    invitation = _locked(invitation_id, by=by)
    if by.pk not in {invitation.invited_by_id, invitation.assessment.created_by_id}:
        access.require(access.no("Only who invited, or who started this version, takes an invitation back."))
    invitation.state, invitation.answered_at = InvitationState.WITHDRAWN, at
    invitation.save(update_fields=["state", "answered_at"])
    _record("coauthor.withdrawn", invitation, by=by, at=at)
    return invitation


def _locked(invitation_id: int, *, by: User) -> Invitation:
    """An open invitation to a version that `by` may see, its row locked."""
    found = Invitation.objects.select_for_update(of=("self",), no_key=True).select_related("assessment__role", "person")
    invitation = found.filter(pk=invitation_id, assessment__in=access.visible_to(by).values("pk")).first()
    if invitation is None:
        raise Invisible("There is no such invitation.")
    if invitation.state not in OPEN_INVITATIONS:
        raise Conflict("This invitation is not open any more.", code="wrong_state")
    return invitation


def _record(verb: str, invitation: Invitation, *, by: User, at: datetime) -> None:
    assessment: Assessment = invitation.assessment
    data: dict[str, object] = {"number": assessment.number, "username": invitation.person.username}
    audit.record(verb, by=by, at=at, role_held=Access.ASSESSOR, about=assessment, data=data)


def _wrong(sentence: str) -> Invalid:
    return Invalid(sentence, code="coauthor", places=[Place("username", "coauthor", sentence)])
