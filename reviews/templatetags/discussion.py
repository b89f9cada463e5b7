"""Comments for any page that shows an assessment: the page of a draft belongs to an app that knows no reviews."""

from __future__ import annotations

from typing import Any

from django import template

from assessments.models import Assessment
from reviews.access import is_insider
from reviews.places import WHOLE, places
from reviews.queries import threads

register = template.Library()


@register.simple_tag(takes_context=True)
def discussion(context: dict[str, Any], assessment: Assessment) -> dict[str, Any]:
    """The threads of an assessment with the places that can be spoken about, by section; nothing for strangers. The
    place that `on` in the address names is chosen."""
    request = context["request"]
    if not is_insider(request.user, assessment):
        return {}
    sections: dict[str, list[Any]] = {}
    for place in places(assessment.document, assessment.methodology.method).values():
        sections.setdefault(place.section, []).append(place)
    found = threads(assessment)
    return {
        "threads": found,
        "open": sum(thread["resolved_at"] is None for thread in found),
        "sections": sections,
        "whole": WHOLE,
        "on": request.GET.get("on", ""),
    }
