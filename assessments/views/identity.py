"""Where an administrator renames a role, merges it into another, retires it, or brings it back."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.actions import identity as actions
from assessments.errors import Conflict, Invalid, Refused
from assessments.models import Role
from assessments.queries import roles as find
from assessments.views import role_field


@login_required
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest, slug: str) -> HttpResponse:
    """What a role is called and whether it is one; a POST changes that and leads to where the role is then."""
    access.require(access.may_administer(request.user))
    role = find.at(slug)
    if request.method == "GET":
        return _page(request, role)
    try:
        there = _change(request, role)
    except (Conflict, Invalid) as refused:
        return _page(request, role, refusal=refused)
    return redirect("identity", slug=there.slug)


def _change(request: HttpRequest, role: Role) -> Role:
    posted, said = request.POST, {"reason": request.POST.get("reason", ""), "by": request.user, "at": timezone.now()}
    if posted.get("verb") == "rename":
        names = {"title": posted.get("title", ""), "seniority": posted.get("seniority", "")}
        there = actions.rename(role=role, **names, **said)
        messages.success(request, f"It is called {there} now. Its former address leads to this one.")
    elif posted.get("verb") == "merge":
        into = find.named(role_field.chosen(request, "into"), to=request.user, field="into")
        there = actions.merge(role=role, into=into, **said)
        messages.success(request, f"{role} is merged into {there}, and its address leads there.")
    elif posted.get("verb") == "retire":
        there = actions.retire(role=role, **said)
        messages.success(request, f"{there} is retired. Its page keeps the last version and says so.")
    elif posted.get("verb") == "bring-back":
        there = actions.bring_back(role=role, **said)
        messages.success(request, f"{there} is a role again.")
    else:
        raise Invalid("Choose what is to be done.", code="verb")
    return there


def _page(request: HttpRequest, role: Role, *, refusal: Refused | None = None) -> HttpResponse:
    fields = {"into": role_field.chosen(request, "into")}
    context = {
        "role": role,
        "former": role.former_addresses.order_by("-left_at"),
        "merged": role.merged.order_by("title"),
        "known": find.to_offer(),
        "into": fields["into"],
        "offered": role_field.offered(request, fields, refusal),
        "posted": request.POST,
        "refusal": refusal,
    }
    return render(request, "desk/identity.html", context, status=refusal.status if refusal else 200)
