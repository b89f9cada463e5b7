"""What an administrator does with a draft that its author left lying: give it to somebody else.

An invitation (`coauthors`) is another thing: its writers ask somebody, who answers, and who is no contributor, so bars
nobody from deciding, before they write. Here an administrator names, without asking, who answers for the draft from now
on, with the reason on record; they are a contributor from that moment."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from assessments import access, audit
from assessments.actions import drafts
from assessments.enums import Access, Status
from assessments.errors import Conflict, Invalid
from assessments.models import Assessment, User


@transaction.atomic
def hand_over(*, assessment_id: int, to: User, reason: str, by: User, at: datetime) -> Assessment:
    """Let another assessor continue a draft; from here they count as its contributor, and so never decide on it.

    Forbidden for all but administrators; Conflict unless it is a draft that is not theirs already; Invalid for somebody
    who writes no drafts, or without a reason.
    """
    assessment = drafts.lock(assessment_id, by=by)
    access.require(access.may_administer(by))
    if assessment.status != Status.DRAFT:
        raise Conflict("Only a draft is handed over.", code="wrong_state")
    if not access.may_write_drafts(to):
        raise Invalid(f"{to} is no assessor.", code="to")
    if not reason.strip() or len(reason) > 500:
        raise Invalid("Give the reason, in at most 500 characters.", code="reason")
    if access.contributed_to(to, assessment):
        raise Conflict(f"{to} works on this draft already.", code="contributes")
    drafts.note_contributor(assessment, by=to, at=at)
    data: dict[str, object] = {"number": assessment.number, "to": str(to), "reason": reason.strip()}
    audit.record("assessment.handed_over", by=by, at=at, role_held=Access.ADMIN, about=assessment, data=data)
    return assessment
