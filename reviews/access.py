"""Who may review what: the four-eyes rule, declared interests, the moves that stand open to a person, and the reviews
and comments a person may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from assessments import access, transitions
from assessments.access import YES, Answer, Offer, Person, bar, holds, writes, written_by
from assessments.enums import Access
from assessments.errors import Invisible
from assessments.models import Assessment, Contribution, Methodology, Retraction, User
from assessments.transitions import Owner, moves_from
from reviews.models import Comment, Interest, Review, ReviewState, Verdict
from reviews.transitions import MOVES


@dataclass(frozen=True)
class Bar:
    """Why a person may not decide: in a sentence to themself, and after their name to others."""

    own: str
    said: str


GIVEN = Bar("You have given your verdict; it waits for a second reviewer.", "gave a verdict on this submission already")
CONTRIBUTED = Bar("You contributed to this version, so somebody else must decide on it.", "contributed to this version")


def may_review(person: Person, assessment: Assessment, *, at: datetime) -> Answer:
    """Whether this person may decide on this assessment (invariant 3): a reviewer who neither contributed to any save
    of this version nor has an unexpired interest in its role or family."""
    reviewer = holds(person, Access.REVIEWER)
    if not reviewer:
        return reviewer
    found = bars(person, [assessment], at=at).get(assessment.pk)
    return bar(found.own) if found else YES


def that_count(given: Iterable[Verdict], assessment: Assessment, *, at: datetime) -> list[Verdict]:
    """Of the verdicts on a submission those of reviewers who still may decide on it: who declared an interest since, or
    whose account was closed, does not decide along."""
    return [each for each in given if may_review(each.reviewer, assessment, at=at)]


def may_decide(person: Person, assessment: Assessment, *, at: datetime) -> Answer:
    """Whether this person may give a verdict on this submission: each reviewer gives one."""
    reviewer = holds(person, Access.REVIEWER)
    if not (reviewer and isinstance(person, User)):
        return reviewer
    found = barred([person.pk], assessment, at=at).get(person.pk)
    return bar(found.own) if found else YES


def has_given_verdict(person: User, assessment: Assessment) -> bool:
    """Whether one of the verdicts on the open review of this assessment is this person's."""
    return _verdicts(assessment).filter(reviewer=person).exists()


def barred(people: Collection[int], assessment: Assessment, *, at: datetime) -> dict[int, Bar]:
    """The other way round: which of these people, by id, are barred from giving a verdict on this submission, and why;
    three queries however many there are."""
    wrote = set(assessment.contributions.filter(user__in=people).values_list("user", flat=True))
    given = set(_verdicts(assessment).filter(reviewer__in=people).values_list("reviewer", flat=True))
    declared: dict[int, list[Interest]] = {}
    for interest in _lasting(at).filter(reviewer__in=people):
        declared.setdefault(interest.reviewer_id, []).append(interest)
    found = {
        pk: _bar(pk in wrote, declared.get(pk, []), assessment) or (GIVEN if pk in given else None) for pk in people
    }
    return {pk: each for pk, each in found.items() if each}


def _verdicts(assessment: Assessment) -> QuerySet[Verdict]:
    """Those on the open review of an assessment."""
    return Verdict.objects.filter(review__assessment=assessment.pk, review__state=ReviewState.OPEN)


def _bar(contributed: bool, interests: Iterable[Interest], assessment: Assessment) -> Bar | None:
    """What bars somebody who contributed or not and has these interests."""
    if contributed:
        return CONTRIBUTED
    interest = next((each for each in interests if concerns(each, assessment)), None)
    if interest is None:
        return None
    said = f"declared an interest in {interest.role or interest.family}: {interest.reason}"
    return Bar(f"You {said}", said)


def offers(person: Person, thing: Assessment | Review | Retraction | Methodology, *, at: datetime) -> list[Offer]:
    """The moves of a thing of the four machines as they stand open to a person: what every page and the API offer."""
    if isinstance(thing, Retraction):
        proposed = moves_from(thing.state, transitions.RETRACTION_MOVES)
        return access.offers(person, thing, proposed, access.RETRACTION_OWNS)
    if isinstance(thing, Methodology):
        drafted = moves_from(thing.status, transitions.METHOD_MOVES)
        return access.offers(person, thing, drafted, access.METHOD_OWNS)
    owns = dict(access.ASSESSMENT_OWNS)
    owns[Owner.REVIEWER] = owns[Owner.REVIEWERS] = lambda person, assessment: may_decide(person, assessment, at=at)
    if isinstance(thing, Review):
        return access.offers(person, thing.assessment, moves_from(thing.state, MOVES), owns)
    return access.offers(person, thing, moves_from(thing.status), owns)


def moves_for(person: Person, thing: Assessment | Review | Retraction | Methodology, *, at: datetime) -> list[str]:
    """The verbs among them that the person may use now."""
    return [offer.move.verb for offer in offers(person, thing, at=at) if offer.answer]


def bars(person: Person, assessments: Iterable[Assessment], *, at: datetime) -> dict[int, Bar]:
    """Which of these assessments the person is barred from deciding on, and why; two queries however many there are."""
    if not isinstance(person, User):
        return {}
    asked = list(assessments)
    contributed = set(
        Contribution.objects.filter(user=person, assessment__in=asked).values_list("assessment_id", flat=True)
    )
    interests = list(interests_of(person, at=at))
    found = {each.pk: _bar(each.pk in contributed, interests, each) for each in asked}
    return {pk: each for pk, each in found.items() if each}


def interests_of(person: User, *, at: datetime) -> QuerySet[Interest]:
    """The person's declared interests that have not expired."""
    return _lasting(at).filter(reviewer=person)


def _lasting(at: datetime) -> QuerySet[Interest]:
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return Interest.objects.filter(lasting).select_related("role").order_by("id")


def concerns(interest: Interest, assessment: Assessment) -> bool:
    """Whether an interest is in the role of this assessment, or in one that was merged into it, or in its family."""
    if interest.role is not None:
        return assessment.role_id in (interest.role_id, interest.role.merged_into_id)
    return interest.family == assessment.role.family


def visible_to(person: Person) -> QuerySet[Review]:
    """Reviews this person may see: reviewers and administrators all, writers those of their own versions."""
    if not isinstance(person, User) or not person.is_active:
        return Review.objects.none()
    if person.holds(Access.REVIEWER) or person.holds(Access.ADMIN):
        return Review.objects.all()
    return Review.objects.filter(assessment__in=written_by(person))


def require_visible(person: Person, review_id: int) -> Review:
    """The review, or Invisible."""
    found = visible_to(person).filter(pk=review_id)
    review = found.select_related("assessment__role", "assessment__methodology", "methodology", "submitted_by").first()
    if review is None:
        raise Invisible("There is no such review.")
    return review


def is_insider(person: Person, assessment: Assessment) -> bool:
    """Whether the person takes part in the work on this version: its writers, administrators, and reviewers once it
    was submitted. They alone read its comments, published or not."""
    if not isinstance(person, User) or not person.is_active:
        return False
    if person.holds(Access.ADMIN) or writes(person, assessment):
        return True
    return person.holds(Access.REVIEWER) and Review.objects.filter(assessment=assessment).exists()


def require_insider(person: Person, assessment_id: int) -> Assessment:
    """The assessment for somebody who takes part in the work on it, or Invisible."""
    found = Assessment.objects.filter(pk=assessment_id).select_related("role", "methodology").first()
    if found is None or not is_insider(person, found):
        raise Invisible("There is no such assessment.")
    return found


def require_comment(person: Person, comment_id: int) -> Comment:
    """The comment for somebody who takes part in the work on its assessment, or Invisible."""
    comment = (
        Comment.objects.filter(pk=comment_id).select_related("assessment__role", "assessment__methodology").first()
    )
    if comment is None or not is_insider(person, comment.assessment):
        raise Invisible("There is no such comment.")
    return comment
