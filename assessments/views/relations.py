"""Relations between roles, for administrators: one role's at a time, as many as it has."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from assessments import access
from assessments.actions import roles as actions
from assessments.enums import RelationKind
from assessments.errors import Conflict, Invalid, Refused
from assessments.models import Role
from assessments.queries import roles as find
from assessments.views import role_field, suggestions

PAGE = 50


@login_required
@require_http_methods(["GET", "POST"])
def relations(request: HttpRequest) -> HttpResponse:
    """What a role is related to; a POST relates it to another, or takes a relation back."""
    access.require(access.may_administer(request.user))
    name = request.GET.get("role", "")
    try:
        role = find.named(request.GET.get("role_offered") or name, to=request.user, field="role") if name else None
    except Invalid as refused:
        return _page(request, None, refusal=refused)
    if request.method == "GET" or role is None:
        return _page(request, role)
    try:
        _change(request, role)
    except (Conflict, Invalid) as refused:
        return _page(request, role, refusal=refused)
    return redirect(_address(role))


def _change(request: HttpRequest, role: Role) -> None:
    posted, now = request.POST, timezone.now()
    if number := posted.get("remove", ""):
        relation_id = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
        actions.unrelate(relation_id=relation_id, reason=posted.get("reason", ""), by=request.user, at=now)
        messages.success(request, "Taken back. It stays on record.")
        return
    target = find.named(role_field.chosen(request, "target"), to=request.user, field="target")
    given = {name: posted.get(name, "") for name in ("kind", "note")}
    made = actions.relate(source=role, target=target, by=request.user, at=now, **given)
    messages.success(request, f"{made.sentence} from now on.")


def _page(request: HttpRequest, role: Role | None, *, refusal: Refused | None = None) -> HttpResponse:
    posted = request.POST
    names = {"role": request.GET.get("role", ""), "target": role_field.chosen(request, "target")}
    page = None
    if role is not None:
        page = Paginator(find.relations_of(role), PAGE).get_page(request.GET.get("page"))
    context = {
        "role": role,
        "page": page,
        "kinds": RelationKind.choices,
        "names": names,
        "offered": role_field.offered(request, names, refusal),
        "known": find.to_offer(),
        "posted": posted,
        "removing": posted.get("remove", ""),
        "refusal": refusal,
        "back": _address(role) if role else "",
        **(suggestions.context(role, request.user) if role else {}),
        "next_url": _address(role, page.next_page_number()) if role and page and page.has_next() else None,
        "previous_url": _address(role, page.previous_page_number()) if role and page and page.has_previous() else None,
    }
    return render(request, "desk/relations.html", context, status=refusal.status if refusal else 200)


def _address(role: Role, number: int = 1) -> str:
    query = {"role": role.slug} | ({"page": str(number)} if number > 1 else {})
    return f"{reverse('relations')}?{urlencode(query)}"
