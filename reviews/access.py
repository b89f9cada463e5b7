"""Who may review what: the four-eyes rule, declared interests, and the reviews and comments a person may see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from assessments.access import YES, Answer, Person, holds, no, writes, written_by
from assessments.enums import Access
from assessments.errors import Invisible
from assessments.models import Assessment, Contribution, User
from reviews.models import Comment, Interest, Review


@dataclass(frozen=True)
class Bar:
    """Why a person may not decide: in a sentence to themself, and after their name to others."""

    own: str
    said: str


CONTRIBUTED = Bar("You contributed to this version, so somebody else must decide on it.", "contributed to this version")


def may_review(person: Person, assessment: Assessment, *, at: datetime) -> Answer:
    """Whether this person may decide on this assessment (invariant 3): a reviewer who neither contributed to any save
    of this version nor has an unexpired interest in its role or family."""
    reviewer = holds(person, Access.REVIEWER)
    if not reviewer:
        return reviewer
    bar = bars(person, [assessment], at=at).get(assessment.pk)
    return no(bar.own) if bar else YES


def bars(person: Person, assessments: Iterable[Assessment], *, at: datetime) -> dict[int, Bar]:
    """Which of these assessments the person is barred from deciding on, and why; two queries however many there are."""
    if not isinstance(person, User):
        return {}
    asked = list(assessments)
    contributed = set(
        Contribution.objects.filter(user=person, assessment__in=asked).values_list("assessment_id", flat=True)
    )
    interests = list(interests_of(person, at=at))
    found = {}
    for each in asked:
        if each.pk in contributed:
            found[each.pk] = CONTRIBUTED
            continue
        interest = next((mine for mine in interests if concerns(mine, each)), None)
        if interest is not None:
            said = f"declared an interest in {interest.role or interest.family}: {interest.reason}"
            found[each.pk] = Bar(f"You {said}", said)
    return found


def interests_of(person: User, *, at: datetime) -> QuerySet[Interest]:
    """The person's declared interests that have not expired."""
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return Interest.objects.filter(lasting, reviewer=person).select_related("role").order_by("id")


def concerns(interest: Interest, assessment: Assessment) -> bool:
    """Whether an interest is in the role of this assessment or in its family."""
    if interest.role_id is not None:
        return interest.role_id == assessment.role_id
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
