"""What the profile offers to take along, found from the version alone, so that no page has to pass it on."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from assessments.models import Assessment
from assessments.queries.citing import Citation
from assessments.views import addresses, linked_data, taking

register = template.Library()


@register.simple_tag
def citation_of(assessment: Assessment) -> Citation:
    """How to cite a public version."""
    return taking.cited(assessment)


@register.simple_tag
def linked_data_of(assessment: Assessment) -> SafeString:
    """A public version for programs, as an element of its page."""
    return linked_data.embedded(linked_data.of_profile(assessment))


@register.simple_tag
def site_address(name: str, *arguments: object) -> str:
    """The whole address of a named page, on the site's own name."""
    return addresses.absolute(name, *arguments)
