"""The API described for people, from the same schema that programs read under /api/schema/."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from assessments.api import described


def api_docs(request: HttpRequest) -> HttpResponse:
    """Every endpoint with its parameters, answers and an example; no script is needed to read it."""
    return render(request, "public/api.html", _context())


@cache
def _context() -> dict[str, Any]:
    """Once a process: what it is made of is code."""
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return {
        "groups": described.groups(schema, settings.SITE_URL.rstrip("/")),
        "shapes": described.shapes(schema),
        "refused": described.Type("", "Errors"),
        "base": f"{settings.SITE_URL.rstrip('/')}/api/v1/",
    }
