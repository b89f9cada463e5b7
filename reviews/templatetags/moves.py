"""The moves of the four machines on any page: assessments, reviews, proposals to retract, versions of the method."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from assessments.access import Offer
from assessments.enums import Status
from assessments.models import Assessment, Methodology, Retraction
from reviews.access import offers
from reviews.models import Review

register = template.Library()


@register.simple_tag(takes_context=True)
def moves_of(context: dict[str, Any], thing: Assessment | Review | Retraction | Methodology) -> dict[str, Offer]:
    """What the reader may do with a thing as it stands, by verb in the order of the table. A page shows
    `offer.move.button` where `offer.answer`, and `offer.answer.reason` where `offer.answer.barred`."""
    found = offers(context["request"].user, thing, at=timezone.now())
    return {offer.move.verb: offer for offer in found}


@register.simple_tag
def review_of(assessment: Assessment) -> Review | None:
    """The open review of an assessment that is in review."""
    in_review = assessment.status == Status.IN_REVIEW
    return Review.objects.filter(assessment=assessment, state="open").first() if in_review else None
