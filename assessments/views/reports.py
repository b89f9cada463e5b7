"""Reporting a problem, without an account and without scripts; where it stands; and answering it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST
from rest_framework.throttling import AnonRateThrottle

from assessments import access
from assessments.actions import reports as actions
from assessments.api.throttling import Counted
from assessments.enums import ReportState
from assessments.errors import Gone, Invalid, Refused
from assessments.models import Assessment
from assessments.queries import aftermath, published
from assessments.queries import reports as reads
from assessments.queries.spoken import say, say_many

# A person needs longer than this to write a report, and sends it within a day; what a program fills is left empty.
FASTEST, LONGEST = 4, 24 * 3600
HONEYPOT = "homepage"
PAGE = 50
SALT = "assessments.report"
CLOSING = [(value, label) for value, label in ReportState.choices if value != ReportState.OPEN]


class Tries(Counted, AnonRateThrottle):
    """By address, signed in or not: what is sent, be it taken or refused."""

    scope = "report_try"

    def get_cache_key(self, request: HttpRequest, view: object) -> str:  # type: ignore[override]
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}  # type: ignore[arg-type]


class Reports(Tries):
    """What is taken: nobody has much to report at once."""

    scope = "report"


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The form, and by POST the report; what was typed outlives every refusal."""
    assessment = published.version(slug, number)
    if assessment.retracted_at is not None:
        raise Gone(aftermath.tombstone_sentence(assessment))
    if request.method != "POST":
        return _form(request, assessment, place=request.GET.get("place", ""))
    place, text = request.POST.get("place", ""), request.POST.get("text", "")
    try:
        _count(request, Tries())
        _require_a_person(request, assessment)
        actions.checked(assessment=assessment, place=place, text=text)
        _count(request, Reports())
        made = actions.make(assessment=assessment, place=place, text=text, at=timezone.now())
    except (Invalid, TooMany) as refused:
        return _form(request, assessment, place=place, text=text, refusal=refused)
    return redirect("report_status", code=made.code)


def status(request: HttpRequest, code: str) -> HttpResponse:
    """Where a report stands, for whoever has its address."""
    found = reads.by_code(code)
    context = {"report": found, "place": reads.place_of(found), "role": found.assessment.role}
    return render(request, "public/report_status.html", context)


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """What readers reported and nobody answered yet, and the latest answers."""
    access.require(access.may_answer_reports(request.user))
    return _list(request)


@login_required
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Answer a report."""
    state, answer = request.POST.get("state", ""), request.POST.get("answer", "")
    try:
        actions.close(code=code, state=state, answer=answer, by=request.user, at=timezone.now())
    except Invalid as refused:
        return _list(request, refused=code, refusal=refused)
    messages.success(request, "The report is answered. Whoever made it reads the answer at its address.")
    return redirect("reports")


def _list(request: HttpRequest, *, refused: str = "", refusal: Refused | None = None) -> HttpResponse:
    page = Paginator(reads.waiting(), PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": [(each, reads.place_of(each)) for each in page],
        "closed": [(each, reads.place_of(each)) for each in reads.closed()[:20]],
        "count": page.paginator.count,
        "closing": CLOSING,
        "refused": refused,
        "refusal": refusal,
        "posted": request.POST,
        "next_url": f"?page={page.next_page_number()}" if page.has_next() else None,
        "previous_url": f"?page={page.previous_page_number()}" if page.has_previous() else None,
    }
    return render(request, "desk/reports.html", context, status=refusal.status if refusal else 200)


class TooMany(Refused):
    """The limit of an address is reached (HTTP 429) for so many `seconds`."""

    code, status = "too_many", 429

    def __init__(self, seconds: int) -> None:
        minutes = seconds // 60 + 1
        sentence = say_many(
            "Many reports came from your address within the hour, and for now no more are taken from it. What you wrote"
            " stands below and is not lost: send it again in {number} minute.",
            "Many reports came from your address within the hour, and for now no more are taken from it. What you wrote"
            " stands below and is not lost: send it again in {number} minutes.",
            minutes,
        )
        super().__init__(sentence)
        self.seconds = seconds


def _count(request: HttpRequest, throttle: Tries) -> None:
    if not throttle.allow_request(request, None):  # type: ignore[arg-type]
        raise TooMany(int(throttle.wait()) + 1)


def _require_a_person(request: HttpRequest, assessment: Assessment) -> None:
    """Signs of a program, told in a sentence that helps a person who is taken for one."""
    if request.POST.get(HONEYPOT):
        raise Invalid(say("The field that is to stay empty was filled in. Empty it and send the report again."))
    try:
        opened = signing.TimestampSigner(salt=SALT).unsign(request.POST.get("stamp", ""), max_age=LONGEST)
    except signing.BadSignature as unsigned:
        raise Invalid(
            say("This form was opened more than a day ago, or elsewhere. Please send it once more.")
        ) from unsigned
    key, at = opened.rsplit(":", 1)
    if key != str(assessment.pk) or timezone.now().timestamp() - float(at) < FASTEST:
        raise Invalid(say("That was faster than anybody writes. Please wait some seconds and send it once more."))


def _form(
    request: HttpRequest, assessment: Assessment, *, place: str, text: str = "", refusal: Refused | None = None
) -> HttpResponse:
    found = reads.places(assessment)
    # What leads here from a table names the table: its first row is the nearest to it.
    chosen = place if place in found else next((path for path in found if path.startswith(f"{place}[")), "")
    context = {
        "role": assessment.role,
        "version": assessment,
        "places": found.items(),
        "place": chosen,
        "text": text,
        "refusal": refusal,
        "honeypot": HONEYPOT,
        "most": actions.MOST,
        "stamp": signing.TimestampSigner(salt=SALT).sign(f"{assessment.pk}:{timezone.now().timestamp()}"),
    }
    answer = render(request, "public/report.html", context, status=refusal.status if refusal else 200)
    if isinstance(refusal, TooMany):
        answer["Retry-After"] = str(refusal.seconds)
    return answer
