"""Who may review what: the four-eyes rule, declared interests, and the reviews a person may see."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from assessments.access import YES, Answer, Person, contributed_to, holds, no
from assessments.enums import Access
from assessments.errors import Invisible
from assessments.models import Assessment, User
from reviews.models import Interest, Review


def may_review(person: Person, assessment: Assessment, *, at: datetime) -> Answer:
    """Whether this person may decide on this assessment (invariant 3): a reviewer who neither contributed to any save
    of this version nor has an unexpired interest in its role or family."""
    reviewer = holds(person, Access.REVIEWER)
    if not reviewer:
        return reviewer
    if contributed_to(person, assessment):
        return no("You contributed to this version, so somebody else must decide on it.")
    interest = interest_of(person, assessment, at=at)
    if interest is not None:
        return no(f"You declared an interest in {interest.role or interest.family}: {interest.reason}")
    return YES


def interest_of(person: Person, assessment: Assessment, *, at: datetime) -> Interest | None:
    """The person's declared and unexpired interest that bars them here, if any."""
    if not isinstance(person, User):
        return None
    role = assessment.role
    concerned = Q(role=role) | Q(family=role.family) if role.family else Q(role=role)
    lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=at)
    return Interest.objects.filter(concerned, lasting, reviewer=person).select_related("role").first()


def visible_to(person: Person) -> QuerySet[Review]:
    """Reviews this person may see: reviewers and administrators all, contributors those of their own versions."""
    if not isinstance(person, User) or not person.is_active:
        return Review.objects.none()
    if person.holds(Access.REVIEWER) or person.holds(Access.ADMIN):
        return Review.objects.all()
    return Review.objects.filter(assessment__in=Assessment.objects.filter(contributions__user=person))


def require_visible(person: Person, review_id: int) -> Review:
    """The review, or Invisible."""
    found = visible_to(person).filter(pk=review_id)
    review = found.select_related("assessment__role", "assessment__methodology", "methodology", "submitted_by").first()
    if review is None:
        raise Invisible("There is no such review.")
    return review
