"""Who may do what: predicates that answer with a reason, the moves of a table as they stand open to one person, and the
querysets of what a person may see.

"May this person" stands here; "may this happen now" stands in `transitions`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from assessments import prepared, rows
from assessments.enums import OPEN, OPEN_INVITATIONS, PUBLIC, Access, InvitationState, Status
from assessments.errors import Forbidden, Invisible
from assessments.models import (
    Assessment,
    CalibrationClaim,
    ClaimBreach,
    Contribution,
    Invitation,
    Methodology,
    Retraction,
    Role,
    RoleCode,
    User,
)
from assessments.models.assessment import Standing
from assessments.scoring.words import Words
from assessments.transitions import Move, Owner

Person = User | AnonymousUser
Thing = TypeVar("Thing")

# A version, its role, its method, and what a person is to it. Plain SQL: this is read before every move and save, and
# put together by Django it costs several times as long as the database takes to answer.
ONE = """
SELECT {columns},
  EXISTS (SELECT 1 FROM assessments_contribution c
          WHERE c.assessment_id = assessments_assessment.id AND c.user_id = %(person)s),
  (SELECT i.state FROM assessments_invitation i
   WHERE i.assessment_id = assessments_assessment.id AND i.person_id = %(person)s AND i.state = ANY(%(invited)s))
FROM assessments_assessment
JOIN assessments_role ON assessments_role.id = assessments_assessment.role_id
JOIN assessments_methodology ON assessments_methodology.id = assessments_assessment.methodology_id
WHERE assessments_assessment.id = %(id)s
"""


@dataclass(frozen=True)
class Answer:
    """Yes, or no with a sentence that says why; `barred` when a rule stands between this person and what others of
    their access role may do, so that a page had better say why."""

    allowed: bool
    reason: str = ""
    barred: bool = False

    def __bool__(self) -> bool:
        return self.allowed


YES = Answer(True)
# Whoever reads public pages meets these; the other reasons are of the rooms, which speak English.
ONLY: dict[str, Words] = {
    Access.ASSESSOR: Words("Only an assessor may do this."),
    Access.REVIEWER: Words("Only a reviewer may do this."),
    Access.ADMIN: Words("Only an administrator may do this."),
}


def no(reason: str) -> Answer:
    return Answer(False, reason)


def bar(reason: str) -> Answer:
    return Answer(False, reason, barred=True)


def require(answer: Answer) -> None:
    """Forbidden with the answer's reason, unless it is yes."""
    if not answer:
        raise Forbidden(answer.reason)


def holds(person: Person, code: str) -> Answer:
    """Whether an active person holds an access role."""
    if isinstance(person, User) and person.is_active and person.holds(code):
        return YES
    return no(ONLY[code])


def may_write_drafts(person: Person) -> Answer:
    return holds(person, Access.ASSESSOR)


def may_administer(person: Person) -> Answer:
    return holds(person, Access.ADMIN)


def may_answer_reports(person: Person) -> Answer:
    """Readers' reports are answered by those who decide and those who look after the catalogue."""
    if holds(person, Access.REVIEWER) or holds(person, Access.ADMIN):
        return YES
    return no("Only reviewers and administrators answer reports.")


def may_read_claims(person: Person) -> Answer:
    """Calibration claims are the affair of those who work here."""
    if isinstance(person, User) and person.roles:
        return YES
    return no("Only assessors, reviewers and administrators read this.")


def may_read_suggestions(person: Person, role: Role) -> Answer:
    """Neighbours are suggested to those who settle them, and to the assessors who write the role's open version."""
    if may_settle_suggestions(person):
        return YES
    if isinstance(person, User) and may_write_drafts(person):
        if written_by(person).filter(role=role, status__in=OPEN).exists():
            return YES
        return no("Neighbours are suggested to those who write on the role's open version.")
    return no("Only assessors, reviewers and administrators read this.")


def may_settle_suggestions(person: Person) -> Answer:
    """Reviewers judge how roles compare, administrators keep the relations: both accept a suggested neighbour or
    dismiss it. Any other relation is for administrators alone."""
    if holds(person, Access.REVIEWER) or may_administer(person):
        return YES
    return no("Only a reviewer or an administrator may do this.")


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
        return bar("You contributed to this version, so two other administrators must retract it.")
    return YES


def may_confirm(person: Person, proposal: Retraction) -> Answer:
    """The second of the two is another than the first."""
    answer = may_retract(person, proposal.assessment)
    if answer and proposal.proposed_by_id == person.pk:
        return bar("You proposed this; another administrator must confirm it.")
    return answer


def may_approve(person: Person, methodology: Methodology) -> Answer:
    """Two administrators approve the same text, each once."""
    answer = may_administer(person)
    given = methodology.approvals.filter(administrator=person.pk, definition=methodology.definition)
    if answer and given.exists():
        return bar("You approved this text already; another administrator's approval brings it into force.")
    return answer


@dataclass(frozen=True)
class Offer:
    """A move that a thing can make as it stands, and whether one person may make it."""

    move: Move
    answer: Answer


# What each owner of a table comes to for one person and one thing. Who decides on an assessment `reviews.access` adds.
Owns = Mapping[Owner, Callable[[Person, Thing], Answer]]


def _administers(person: Person, thing: object) -> Answer:
    return may_administer(person)


def _nobody(person: Person, thing: object) -> Answer:
    return no("This happens by itself, with the next version.")


ASSESSMENT_OWNS: Owns[Assessment] = {
    Owner.CONTRIBUTOR: may_edit,
    Owner.ADMINISTRATOR: _administers,
    Owner.TWO_ADMINISTRATORS: may_retract,
    Owner.NEXT_VERSION: _nobody,
}
RETRACTION_OWNS: Owns[Retraction] = {
    Owner.ANOTHER_ADMINISTRATOR: may_confirm,
    Owner.ADMINISTRATOR: lambda person, proposal: may_retract(person, proposal.assessment),
    Owner.NEXT_VERSION: _nobody,
}
METHOD_OWNS: Owns[Methodology] = {
    Owner.ADMINISTRATOR: _administers,
    Owner.TWO_ADMINISTRATORS: may_approve,
    Owner.NEXT_VERSION: _nobody,
}


def offers(person: Person, thing: Thing, moves: Iterable[Move], owns: Owns[Thing]) -> list[Offer]:
    """These moves of a thing as they stand open to this person: the yes of any owner counts, else the first no."""
    found = []
    for move in moves:
        answers = (owns[owner](person, thing) for owner in move.owners)
        first = next(answers)
        found.append(Offer(move, first if first else next((each for each in answers if each), first)))
    return found


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
    assessment = _read(person, assessment_id)
    if assessment is None or not _sees(person, assessment):
        raise Invisible("There is no such assessment.")
    return assessment


def read_by(person: User, found: QuerySet[Assessment]) -> list[Assessment]:
    """These assessments with what `person` is to each of them, in one query."""
    own = Contribution.objects.filter(assessment=OuterRef("pk"), user=person)
    invited = Invitation.objects.filter(assessment=OuterRef("pk"), person=person, state__in=OPEN_INVITATIONS)
    read = list(found.annotate(contributed=Exists(own), invitation=Subquery(invited.values("state"))))
    for each in read:
        accepted = each.invitation == InvitationState.ACCEPTED
        each.standing = Standing(person.pk, each.contributed, accepted, invited=bool(each.invitation))
    return [*read]


def _read(person: Person, assessment_id: int) -> Assessment | None:
    parameters = {"id": assessment_id, "person": person.pk, "invited": list(OPEN_INVITATIONS)}
    found = prepared.execute(_one(), parameters)
    if not found:
        return None
    *columns, contributed, invitation = found[0]
    values = iter(columns)
    assessment: Assessment = rows.read(Assessment, values)
    assessment.role, assessment.methodology = rows.read(Role, values), rows.read(Methodology, values)
    if isinstance(person, User):
        accepted = invitation == InvitationState.ACCEPTED
        assessment.standing = Standing(person.pk, contributed, accepted, invited=bool(invitation))
    return assessment


@functools.cache
def _one() -> str:
    return ONE.format(columns=rows.selection(Assessment, Role, Methodology))


def _sees(person: Person, assessment: Assessment) -> bool:
    if assessment.status in PUBLIC:
        return True
    if not isinstance(person, User) or not person.is_active or assessment.standing is None:
        return False
    if assessment.standing.contributed or assessment.standing.invited or person.holds(Access.ADMIN):
        return True
    return assessment.status == Status.IN_REVIEW and person.holds(Access.REVIEWER)
