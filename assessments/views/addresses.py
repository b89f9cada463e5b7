"""Addresses that outlive a request: on `SITE_URL`, whoever asks and under whatever name."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import get_script_prefix, reverse

from assessments.models import Assessment
from assessments.queries import published

# A browser asks again after so long: a role may take an earlier name back.
FOLLOWED_SECONDS = 300
# `<slug:slug>` in the route of a view.
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def absolute(name: str, *arguments: object) -> str:
    """The whole address of a named page."""
    return site() + reverse(name, args=arguments)


def site() -> str:
    """The site's own address, without a slash at its end."""
    return settings.SITE_URL.rstrip("/")


def of_version(assessment: Assessment) -> str:
    """The address of one public version under the name that its role has today."""
    return absolute("role_version", assessment.role.slug, assessment.number)


def as_published(assessment: Assessment) -> str:
    """The same under the name that it was published by, for what never changes; it leads on to the one of today."""
    return absolute("role_version", published.slug_then(assessment), assessment.number)


def elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads on to the same page of the role of that slug, with the same question; what was sent is sent there again."""
    match = request.resolver_match
    assert match is not None, "a view was found, and said this"
    parts = {**match.kwargs, "slug": slug}
    address = get_script_prefix() + PART.sub(lambda part: str(parts[part[1]]), match.route)
    if question := request.META.get("QUERY_STRING"):
        address = f"{address}?{question}"
    answer = HttpResponsePermanentRedirect(address)
    if request.method not in ("GET", "HEAD"):
        answer.status_code = 308
    answer["Cache-Control"] = f"max-age={FOLLOWED_SECONDS}"
    return answer
