"""Who may change things at all; what a person may do with one thing is for the actions to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework import exceptions, permissions
from rest_framework.request import Request

from assessments.models import ApiToken

if TYPE_CHECKING:
    from rest_framework.views import APIView


class MayWrite(permissions.BasePermission):
    """Reading is open (what is visible is each view's affair); changing needs a person and a token that may write.

    A view that stores nothing says so with `stores_nothing = True`.
    """

    message = "Sign in, or send a token, to change anything."

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method in permissions.SAFE_METHODS or getattr(view, "stores_nothing", False):
            return not getattr(view, "signed_in_only", False) or request.user.is_authenticated
        if not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ApiToken) and not request.auth.may_write:
            raise exceptions.PermissionDenied("This token may only read; issue one with --write.")
        return True
