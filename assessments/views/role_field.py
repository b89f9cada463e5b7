"""A field that takes a role by its title or address: `desk/role_field.html`."""

from __future__ import annotations

from django.http import HttpRequest

from assessments.errors import Refused
from assessments.models import Role
from assessments.queries import roles as find


def chosen(request: HttpRequest, field: str) -> str:
    """The role that `desk/role_field.html` sent: one of those it offered, or else what was typed."""
    return request.POST.get(f"{field}_offered") or request.POST.get(field, "")


def offered(request: HttpRequest, fields: dict[str, str], refusal: Refused | None) -> dict[str, list[Role]]:
    """For each of these fields, with the name typed in it, that was refused: the roles that the name may mean."""
    unclear = [place.path for place in getattr(refusal, "places", ())]
    return {field: find.like(typed, to=request.user) for field, typed in fields.items() if field in unclear}
