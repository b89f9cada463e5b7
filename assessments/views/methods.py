"""The method and its versions: what everybody reads, and where administrators draft, try and approve the next one."""

from __future__ import annotations

import gzip
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assessments import access, scoring
from assessments.actions import methodology as actions
from assessments.enums import MethodStatus
from assessments.errors import Invalid, Invisible, Place, Refused, Stale
from assessments.models import DryRun, Methodology
from assessments.queries import methods
from assessments.transitions import next_method_status

DEFINITION_LIMIT = 200_000


def methodology(request: HttpRequest, version: str | None = None) -> HttpResponse:
    """One version of the method: the active one unless named."""
    active = version or Methodology.objects.get(status=MethodStatus.ACTIVE).version
    return _page(request, methods.require_visible(request.user, active))


def changes(request: HttpRequest, version: str) -> HttpResponse:
    """What a version changes, field by field, against another: the one it came from unless named."""
    after = methods.require_visible(request.user, version)
    origin = after.based_on.version if after.based_on else version
    before = methods.require_visible(request.user, request.GET.get("against", "")[:20] or origin)
    context = {
        "before": before,
        "after": after,
        "sections": methods.comparison(before.definition, after.definition),
        "versions": methods.visible_to(request.user),
    }
    return render(request, "method/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request: HttpRequest, version: str) -> HttpResponse:
    """The version against the published catalogue; administrators ask for a run of a draft here."""
    found = methods.require_visible(request.user, version)
    if request.method == "POST":
        actions.request_dry_run(version=version, by=request.user, at=timezone.now())
        return redirect("method_dry_run", version=version)
    run = methods.latest_dry_run(found)
    context = {"methodology": found, "run": run, **_share(run)}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "method/dry_run_body.html" if fragment else "method/dry_run.html", context)


def dry_run_json(request: HttpRequest, version: str) -> HttpResponse:
    """The report of the last dry run as a download."""
    body = json.dumps(methods.dry_run(_run(request, version)), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
    return _download(body.encode() + b"\n", "application/json", f"dry-run-{version}.json")


def dry_run_csv(request: HttpRequest, version: str) -> HttpResponse:
    """A line for every role that the last dry run moves or puts in doubt, as a download."""
    run = _run(request, version)
    if run.moves is None:
        raise Invisible("This dry run is not finished.")
    return _download(gzip.decompress(bytes(run.moves)), "text/csv", f"dry-run-{version}.csv")


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Draft a version as a copy of another."""
    access.require(access.may_administer(request.user))
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            made = actions.clone(
                of=request.POST.get("of", ""),
                version=request.POST.get("version", "").strip(),
                note=request.POST.get("note", ""),
                by=request.user,
                at=timezone.now(),
            )
            return redirect("method_edit", version=made.version)
        except Invalid as refused:
            refusal = refused
    versions = methods.visible_to(request.user)
    context = {"versions": versions, "posted": request.POST, "refusal": refusal}
    return render(request, "method/new.html", context, status=refusal.status if refusal else 200)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, version: str) -> HttpResponse:
    """A draft's fields in place, or its whole definition as JSON."""
    access.require(access.may_administer(request.user))
    found = methods.require_visible(request.user, version)
    next_method_status(found.status, "edit")
    refusal: Refused | None = None
    if request.method == "POST":
        try:
            definition = _definition(request, found)
            actions.edit(
                version=version,
                definition=definition,
                note=request.POST.get("note", ""),
                definition_hash=request.POST.get("definition_hash", ""),
                by=request.user,
                at=timezone.now(),
            )
            messages.success(request, f"The draft of method {version} is saved.")
            return redirect("methodology_version", version=version)
        except (Invalid, Stale) as refused:
            refusal = refused
    context = {
        "methodology": found,
        "sections": _typed(methods.sections_of(found.definition), request),
        "note": request.POST.get("note", found.note),
        "whole": request.POST.get("whole")
        or json.dumps(scoring.in_reading_order(found.definition), ensure_ascii=False, indent=2),
        "definition_hash": request.POST.get("definition_hash") or found.definition_hash,
        "refusal": refusal,
    }
    return render(request, "method/edit.html", context, status=refusal.status if refusal else 200)


@login_required
@require_POST
def approve(request: HttpRequest, version: str) -> HttpResponse:
    """An administrator's word for bringing a draft into force."""
    try:
        made = actions.approve(
            version=version,
            reason=request.POST.get("reason", ""),
            definition_hash=request.POST.get("definition_hash", ""),
            by=request.user,
            at=timezone.now(),
        )
    except Invalid as refused:
        return _page(request, methods.require_visible(request.user, version), refusal=refused)
    if made.status == MethodStatus.ACTIVE:
        messages.success(request, f"Method {version} is in force.")
    else:
        messages.success(request, "Your approval is recorded. A second administrator brings the version into force.")
    return redirect("methodology_version", version=version)


@login_required
@require_POST
def abandon(request: HttpRequest, version: str) -> HttpResponse:
    """Give a draft up."""
    try:
        actions.abandon(version=version, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())
    except Invalid as refused:
        return _page(request, methods.require_visible(request.user, version), refusal=refused)
    messages.success(request, f"The draft of method {version} is given up.")
    return redirect("methodology")


def _page(request: HttpRequest, found: Methodology, *, refusal: Refused | None = None) -> HttpResponse:
    standing = methods.standing(found)
    origin = found.based_on
    context = {
        "method": scoring.in_reading_order(found.definition),
        "versions": methods.visible_to(request.user),
        "example": methods.example(found) or methods.stated_example(found.method),
        **standing,
        "administers": bool(access.may_administer(request.user)),
        "outdated": methods.outdated_wordings(origin.definition, found.definition) if origin else [],
        "refusal": refusal,
        "posted": request.POST,
    }
    return render(request, "public/methodology.html", context, status=refusal.status if refusal else 200)


def _run(request: HttpRequest, version: str) -> DryRun:
    run = methods.latest_dry_run(methods.require_visible(request.user, version))
    if run is None:
        raise Invisible("This version was never run against the catalogue.")
    return run


def _share(run: DryRun | None) -> dict[str, Any]:
    """How far a run is, in per cent."""
    if run is None or run.finished_at is not None:
        return {"running": False}
    return {"running": True, "percent": 100 * run.done // run.total if run.total else 0}


def _definition(request: HttpRequest, found: Methodology) -> dict[str, Any]:
    """What was posted: the whole text where it was that form, else the fields on top of what is stored."""
    try:
        if "whole" in request.POST:
            value = json.loads(
                request.POST["whole"][:DEFINITION_LIMIT], object_pairs_hook=_once, parse_constant=_no_constant
            )
            if not isinstance(value, dict):
                raise _no_definition("A definition is one JSON object.")
            return value
        return scoring.with_values(found.definition, dict(request.POST.items()))
    except scoring.MethodError as error:
        raise _no_definition(str(error)) from error
    except json.JSONDecodeError as error:
        raise _no_definition(f"This is no JSON: line {error.lineno}, {error.msg}.") from error
    except (ValueError, RecursionError) as error:
        raise _no_definition("This JSON holds a number or a nesting beyond all measure.") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once each."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _no_definition(f"The key {twice[:60]} stands twice in one object.")
    return found


def _no_constant(name: str) -> None:
    raise _no_definition(f"{name} is no number that a definition may hold.")


def _no_definition(sentence: str) -> Invalid:
    return Invalid(sentence, code="definition", places=[Place("definition", "definition", sentence)])


def _typed(sections: list[dict[str, Any]], request: HttpRequest) -> list[dict[str, Any]]:
    """The fields with what was typed last in place of what is stored."""
    for section in sections:
        for row in section["rows"]:
            stored = {True: "true", False: "false", None: ""}.get(row["value"], row["value"])
            row["value"] = request.POST.get(row["path"], stored)
            row["wide"] = row["kind"] == "text" and len(str(row["value"])) > 60
    return sections


def _download(body: bytes, kind: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(body, content_type=f"{kind}; charset=utf-8", headers=headers)
