"""Who may do what: predicates that answer with a reason, and the querysets of what a person may see.

"May this person" stands here; "may this happen now" stands in `transitions`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.enums import OPEN_INVITATIONS, PUBLIC, Access, InvitationState, Status
from assessments.errors import Forbidden, Invisible
from assessments.models import Assessment, Contribution, Invitation, User
from assessments.transitions import Move, Owner, moves_from

Person = User | AnonymousUser


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


def contributed_to(person: Person, assessment: Assessment) -> bool:
    """Whether this person saved anything of this version, ever (invariant 3)."""
    if assessment.standing is not None and assessment.standing[0] == person.pk:
        return assessment.standing[1]
    return isinstance(person, User) and assessment.contributions.filter(user=person).exists()


def writes_with(person: Person, assessment: Assessment) -> bool:
    """Whether this person accepted an invitation to write on this version. It makes nobody a contributor."""
    if assessment.standing is not None and assessment.standing[0] == person.pk:
        return assessment.standing[2]
    accepted = InvitationState.ACCEPTED
    return isinstance(person, User) and assessment.invitations.filter(person=person, state=accepted).exists()


def writes(person: Person, assessment: Assessment) -> bool:
    """Whether this version is theirs to work on: they wrote some of it, or accepted to."""
    return contributed_to(person, assessment) or writes_with(person, assessment)


def written_by(person: User) -> QuerySet[Assessment]:
    """The versions that `writes` is true of."""
    accepted = Invitation.objects.filter(person=person, state=InvitationState.ACCEPTED)
    own = Contribution.objects.filter(user=person)
    return Assessment.objects.filter(Q(pk__in=own.values("assessment")) | Q(pk__in=accepted.values("assessment")))


def may_edit(person: Person, assessment: Assessment) -> Answer:
    """Contributors of a draft and invited co-authors edit it; the state is the transition table's affair."""
    if not may_write_drafts(person):
        return may_write_drafts(person)
    if writes(person, assessment):
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


def may_read(person: Person, assessment: Assessment) -> bool:
    """Whether what a visible version holds may be read: of a retracted one the tombstone alone is public."""
    if assessment.status != Status.RETRACTED or writes(person, assessment):
        return True
    return bool(holds(person, Access.REVIEWER) or holds(person, Access.ADMIN))


def readable_by(person: User) -> QuerySet[Assessment]:
    """The visible versions that `may_read` is true of."""
    if person.holds(Access.REVIEWER) or person.holds(Access.ADMIN):
        return visible_to(person)
    return visible_to(person).filter(~Q(status=Status.RETRACTED) | Q(pk__in=written_by(person).values("pk")))


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
    """The assessment, or Invisible. What `person` is to it is read in the same query."""
    found = visible_to(person).filter(pk=assessment_id).select_related("role", "methodology")
    if not isinstance(person, User):
        assessment = next(iter(found), None)
    else:
        own = Contribution.objects.filter(assessment=OuterRef("pk"), user=person)
        invited = Invitation.objects.filter(assessment=OuterRef("pk"), person=person, state=InvitationState.ACCEPTED)
        read = next(iter(found.annotate(contributed=Exists(own), writes_along=Exists(invited))), None)
        if read is not None:
            read.standing = (person.pk, read.contributed, read.writes_along)
        assessment = read
    if assessment is None:
        raise Invisible("There is no such assessment.")
    return assessment


def _article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
