"""What the profile offers to take along, found from the version alone, so that no page has to pass it on."""

from __future__ import annotations

from django import template

from assessments.models import Assessment
from assessments.queries.citing import Citation
from assessments.views import taking

register = template.Library()


@register.simple_tag
def citation_of(assessment: Assessment) -> Citation:
    """How to cite a public version."""
    return taking.cited(assessment)
