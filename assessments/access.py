"""Who may do what: predicates that answer with a reason, and the querysets of what a person may see.

"May this person" stands here; "may this happen now" stands in `transitions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from assessments.enums import OPEN_INVITATIONS, PUBLIC, Access, InvitationState, Status
from assessments.errors import Forbidden, Invisible
from assessments.models import (
    Assessment,
    CalibrationClaim,
    ClaimBreach,
    Contribution,
    Invitation,
    Role,
    RoleCode,
    User,
)
from assessments.models.assessment import Standing
from assessments.transitions import Move, Owner, moves_from

Person = User | AnonymousUser

# What a person is to the row at hand. Plain SQL: this is read before every move and save, and the same asked through
# `Exists` costs three times as long to put together as the database takes to answer.
CONTRIBUTED = """EXISTS (SELECT 1 FROM assessments_contribution c
  WHERE c.assessment_id = assessments_assessment.id AND c.user_id = %s)"""
INVITATION = """(SELECT i.state FROM assessments_invitation i
  WHERE i.assessment_id = assessments_assessment.id AND i.person_id = %s AND i.state = ANY(%s))"""


@dataclass(frozen=True)
class Answer:
    """Yes, or no with a sentence that says why."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)


def no(reason: str) -> Answer:
    return Answer(False, reason)


def require(answer: Answer) -> None:
    """Forbidden with the answer's reason, unless it is yes."""
    if not answer:
        raise Forbidden(answer.reason)


def holds(person: Person, code: str) -> Answer:
    """Whether an active person holds an access role."""
    if isinstance(person, User) and person.is_active and person.holds(code):
        return YES
    return no(f"Only {_article(Access(code).label.lower())} may do this.")


def may_write_drafts(person: Person) -> Answer:
    return holds(person, Access.ASSESSOR)


def may_administer(person: Person) -> Answer:
    return holds(person, Access.ADMIN)


def may_read_claims(person: Person) -> Answer:
    """Calibration claims are the affair of those who work here."""
    if isinstance(person, User) and person.roles:
        return YES
    return no("Only assessors, reviewers and administrators read this.")


def may_withdraw_claim(person: Person, claim: CalibrationClaim) -> Answer:
    """The reviewer who declared it, or an administrator."""
    own = isinstance(person, User) and claim.by_id == person.pk and bool(holds(person, Access.REVIEWER))
    if own or may_administer(person):
        return YES
    return no(f"Only {claim.by}, who declared it, or an administrator may withdraw this claim.")


def may_accept_breach(person: Person, breach: ClaimBreach) -> Answer:
    """Its owner; any reviewer where nobody owns it who reviews still."""
    reviewer = holds(person, Access.REVIEWER)
    if reviewer and breach.owner is not None and breach.owner != person and breach.owner.holds(Access.REVIEWER):
        return no(f"This is for {breach.owner} to answer; an administrator may give it to you.")
    return reviewer


def contributed_to(person: Person, assessment: Assessment) -> bool:
    """Whether this person saved anything of this version, ever (invariant 3)."""
    if assessment.standing is not None and assessment.standing.person == person.pk:
        return assessment.standing.contributed
    return isinstance(person, User) and assessment.contributions.filter(user=person).exists()


def writes_with(person: Person, assessment: Assessment) -> bool:
    """Whether this person accepted an invitation to write on this version. It makes nobody a contributor."""
    if assessment.standing is not None and assessment.standing.person == person.pk:
        return assessment.standing.writes_along
    accepted = InvitationState.ACCEPTED
    return isinstance(person, User) and assessment.invitations.filter(person=person, state=accepted).exists()


def may_edit(person: Person, assessment: Assessment) -> Answer:
    """Contributors of a draft and invited co-authors edit it; the state is the transition table's affair."""
    if not may_write_drafts(person):
        return may_write_drafts(person)
    if contributed_to(person, assessment) or writes_with(person, assessment):
        return YES
    return no("This draft belongs to somebody else; only its contributors edit it.")


def may_withdraw(person: Person, assessment: Assessment) -> Answer:
    return YES if may_administer(person) else may_edit(person, assessment)


def may_retract(person: Person, assessment: Assessment) -> Answer:
    """Administrators retract, two of them, and neither what they contributed to."""
    if not may_administer(person):
        return may_administer(person)
    if contributed_to(person, assessment):
        return no("You contributed to this version, so two other administrators must retract it.")
    return YES


def may_submit_verdict(person: Person, assessment: Assessment) -> Answer:
    """A reviewer who did not contribute; what they declared an interest in is for `reviews.access` to say."""
    reviewer = holds(person, Access.REVIEWER)
    if reviewer and contributed_to(person, assessment):
        return no("You contributed to this version, so somebody else must decide on it.")
    return reviewer


OWNS: dict[Owner, Callable[[Person, Assessment], Answer]] = {
    Owner.CONTRIBUTOR: may_edit,
    Owner.ADMINISTRATOR: lambda person, assessment: may_administer(person),
    Owner.TWO_ADMINISTRATORS: may_retract,
    Owner.REVIEWER: may_submit_verdict,
    Owner.REVIEWERS: may_submit_verdict,
    Owner.NEXT_VERSION: lambda person, assessment: no("Only publishing the next version does this."),
}


def moves_for(person: Person, assessment: Assessment) -> list[Move]:
    """The moves of the table that this person may make with this assessment as it stands: what a page offers."""
    return [
        move for move in moves_from(assessment.status) if any(OWNS[owner](person, assessment) for owner in move.owners)
    ]


def visible_to(person: Person) -> QuerySet[Assessment]:
    """What this person may see: the public versions, one's own and those one is invited to write on, everything for
    administrators, what is in review for reviewers. A draft does not exist for anybody else (invariant 11)."""
    public = Q(status__in=PUBLIC)
    if not isinstance(person, User) or not person.is_active:
        return Assessment.objects.filter(public)
    if person.holds(Access.ADMIN):
        return Assessment.objects.all()
    seen = public | Q(pk__in=Contribution.objects.filter(user=person).values("assessment"))
    invited = Invitation.objects.filter(person=person, state__in=OPEN_INVITATIONS)
    seen |= Q(pk__in=invited.values("assessment"))
    if person.holds(Access.REVIEWER):
        seen |= Q(status=Status.IN_REVIEW)
    return Assessment.objects.filter(seen)


def roles_known_to(person: Person) -> QuerySet[Role]:
    """The roles that this person may know of: those of versions they may see, and every occupation; all for
    administrators."""
    if isinstance(person, User) and person.holds(Access.ADMIN):
        return Role.objects.all()
    seen = visible_to(person).order_by().values("role")
    return Role.objects.filter(Q(pk__in=seen) | Q(pk__in=RoleCode.objects.values("role")))


def claims_visible_to(person: Person) -> QuerySet[CalibrationClaim]:
    """One's own claims, and those between roles that one may know of; none to who does not work here."""
    if not isinstance(person, User) or not may_read_claims(person):
        return CalibrationClaim.objects.none()
    if person.holds(Access.ADMIN):
        return CalibrationClaim.objects.all()
    known = roles_known_to(person).values("pk")
    return CalibrationClaim.objects.filter(Q(by=person) | Q(a__in=known, b__in=known))


def people_who_see(assessment: Assessment) -> QuerySet[User]:
    """The other way round: the active people to whom this assessment is visible."""
    people = User.objects.filter(is_active=True)
    if assessment.status in PUBLIC:
        return people
    invited = Invitation.objects.filter(assessment=assessment, state__in=OPEN_INVITATIONS)
    seeing = Q(access_roles__code=Access.ADMIN) | Q(contributions__assessment=assessment)
    seeing |= Q(pk__in=invited.values("person"))
    if assessment.status == Status.IN_REVIEW:
        seeing |= Q(access_roles__code=Access.REVIEWER)
    return people.filter(pk__in=User.objects.filter(seeing).values("pk"))


def require_visible(person: Person, assessment_id: int) -> Assessment:
    """The assessment, or Invisible: `visible_to` for one row, read together with what `person` is to it."""
    asked = Assessment.objects.filter(pk=assessment_id).select_related("role", "methodology")
    assessment: Assessment | None
    if not isinstance(person, User):
        assessment = next(iter(asked), None)
    else:
        contributed = RawSQL(CONTRIBUTED, [person.pk])  # noqa: S611
        invitation = RawSQL(INVITATION, [person.pk, list(OPEN_INVITATIONS)])  # noqa: S611
        read = next(iter(asked.annotate(contributed=contributed, invitation=invitation)), None)
        if read is not None:
            accepted = read.invitation == InvitationState.ACCEPTED
            read.standing = Standing(person.pk, read.contributed, accepted, invited=bool(read.invitation))
        assessment = read
    if assessment is None or not _sees(person, assessment):
        raise Invisible("There is no such assessment.")
    return assessment


def _sees(person: Person, assessment: Assessment) -> bool:
    if assessment.status in PUBLIC:
        return True
    if not isinstance(person, User) or not person.is_active or assessment.standing is None:
        return False
    if assessment.standing.contributed or assessment.standing.invited or person.holds(Access.ADMIN):
        return True
    return assessment.status == Status.IN_REVIEW and person.holds(Access.REVIEWER)


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
