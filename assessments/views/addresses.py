"""Addresses that outlive a request: on `SITE_URL`, whoever asks and under whatever name."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from assessments.models import Assessment


def absolute(name: str, *arguments: object) -> str:
    """The whole address of a named page."""
    return site() + reverse(name, args=arguments)


def site() -> str:
    """The site's own address, without a slash at its end."""
    return settings.SITE_URL.rstrip("/")


def of_version(assessment: Assessment) -> str:
    """The stable address of one public version."""
    return absolute("role_version", assessment.role.slug, assessment.number)
