"""Signing in and out."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views

from reviews.demonstration import PASSWORD, PEOPLE


class SignIn(views.LoginView):
    """Name and password; the demonstration says its own."""

    template_name = "public/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO:
            context |= {"demo_logins": [name for name, _, _ in PEOPLE], "demo_password": PASSWORD}
        return context


class SignOut(views.LogoutView):
    """A POST ends the session."""
