"""Comments as pages post them: from a review or from the author's draft, and back to where one was."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from assessments import access
from assessments.errors import Invalid
from reviews import actions
from reviews.access import require_insider, visible_to
from reviews.models import Comment


@login_required
@require_POST
def comment(request: HttpRequest, id: int) -> HttpResponse:
    """Say something about an assessment, or reply."""
    posted = request.POST
    require_insider(request.user, id)
    parent = posted.get("parent", "")
    try:
        made = actions.comment(
            assessment_id=id,
            path=posted.get("path", ""),
            text=posted.get("text", ""),
            parent_id=int(parent) if parent.isascii() and parent.isdigit() and len(parent) < 18 else None,
            by=request.user,
            at=timezone.now(),
        )
    except Invalid as refused:
        messages.error(request, refused.sentence)
        return redirect(f"{_page(request, id)}#comments")
    return redirect(f"{_page(request, id)}#comment-{made.parent_id or made.pk}")


@login_required
@require_POST
def resolve(request: HttpRequest, id: int) -> HttpResponse:
    """Mark a thread as resolved, or open it again."""
    act = actions.reopen if request.POST.get("mark") == "reopen" else actions.resolve
    thread: Comment = act(comment_id=id, by=request.user, at=timezone.now())
    return redirect(f"{_page(request, thread.assessment_id)}#comment-{thread.pk}")


def _page(request: HttpRequest, assessment_id: int) -> str:
    """The review or the draft the person was on; whichever of the two they may see."""
    reviews = visible_to(request.user).filter(assessment=assessment_id)
    asked = request.POST.get("review", "")
    if asked.isascii() and asked.isdigit() and len(asked) < 18 and reviews.filter(pk=asked).exists():
        return reverse("review", args=[int(asked)])
    if access.visible_to(request.user).filter(pk=assessment_id).exists() or not reviews.exists():
        return reverse("draft", args=[assessment_id])
    return reverse("review", args=[reviews.latest("id").pk])
