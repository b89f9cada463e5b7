"""The simulator: any inputs under any version of the method, for everybody. Nothing is stored."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assessments import documents, forms, scoring
from assessments.actions.drafts import active_methodology, document_of, require_figures
from assessments.documents import Problem, Reading
from assessments.documents.reader import LARGEST
from assessments.documents.structure import shown
from assessments.documents.typed import without_blank_rows
from assessments.enums import Status
from assessments.errors import Invalid, Invisible, Place
from assessments.models import Assessment, Methodology
from assessments.queries import explanations, methods, published
from assessments.queries.spoken import say, spoken
from assessments.views import rail, simulation
from assessments.views.simulation import Value

# What is merely not there yet is no mistake.
UNFINISHED = {"missing", "time_sum", "task_count"}
SPARE_ROWS = 3
MOST_REMARKS = 20


@dataclass
class Simulation:
    """What is scored, under which method, where it started from, and what in the request made no sense."""

    methodology: Methodology
    start: Assessment | None
    value: Value
    faults: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def method(self) -> scoring.Method:
        return self.methodology.method

    @property
    def address(self) -> str:
        """The address that holds this simulation whole."""
        start = (self.start.role.slug, self.start.number) if self.start else None
        query = simulation.address_of(self.value, method=self.methodology.version, start=start)
        return f"{reverse('simulate')}?{query}"


@require_http_methods(["GET", "HEAD", "POST"])
def simulate(request: HttpRequest) -> HttpResponse:
    """Score what stands in the address, or (POST) a document that is pasted or uploaded."""
    if request.method != "POST" and simulation.longer_than_any(request.META.get("QUERY_STRING", "")):
        return _too_long(request)
    asked = request.POST if request.method == "POST" else request.GET
    found = _begin(request, asked)
    if request.method == "POST":
        _take_document(request, found)
        return _page(request, found)
    if "form" not in asked:
        if simulation.holds_inputs(asked):
            found.value, faults = simulation.value_from_address(asked, found.method)
            found.faults += faults
        return _in_proportion(request, found) if "share" in asked else _page(request, found)
    typed = forms.value_of(asked, method=found.method, role={})
    found.value = simulation.scores_alone(without_blank_rows(typed), found.method)
    if "share" in asked:
        return _in_proportion(request, found)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(found.address)
    answer = render(request, "parts/simulate/answer.html", _result(found) | {"oob": True})
    answer["HX-Replace-Url"] = found.address
    return answer


def _in_proportion(request: HttpRequest, found: Simulation) -> HttpResponse:
    """Leads on to the simulation whose shares add up; says so where they cannot."""
    if simulation.in_proportion(found.value, found.method) is not None:
        return redirect(found.address)
    sentence = say("Shares can only be worked out from numbers that are not negative and not all zero, such as hours.")
    found.faults.append(sentence)
    return _page(request, found)


def _too_long(request: HttpRequest) -> HttpResponse:
    """An empty form instead of an address that is not even taken apart."""
    methodology = active_methodology()
    sentence = say(
        "This address is longer than {size} KB, which no simulation needs: nothing of it"
        " was read. Paste the document below instead, or give the tasks shorter names.",
        size=simulation.LONGEST_QUERY // 1024,
    )
    return _page(request, Simulation(methodology, None, simulation.blank(methodology.method), [sentence]))


def _begin(request: HttpRequest, asked: Any) -> Simulation:
    """Where a simulation starts: at a published version, or with nothing."""
    faults: list[str] = []
    start = _start(asked.get("role", "").strip(), asked.get("version", "").strip(), faults)
    methodology = start.methodology if start else active_methodology()
    version = asked.get("method", "")
    if version and version != methodology.version:
        named = methods.visible_to(request.user).filter(version=version[:20]).first()
        if named is None:
            faults.append(
                say(
                    "There is no method {asked}; this is method {method}.",
                    asked=shown(version),
                    method=methodology.version,
                )
            )
        methodology = named or methodology
    value = simulation.blank(methodology.method)
    if start is not None:
        value = simulation.scores_of(documents.from_json(start.document), methodology.method)
    return Simulation(methodology, start, value, faults)


def _start(role: str, version: str, faults: list[str]) -> Assessment | None:
    """The public version of a role that is named by its slug or title, the published one unless a number says."""
    if not role:
        return None
    if version and not re.fullmatch("[1-9][0-9]{0,4}", version):
        faults.append(
            say("There is no version {asked}: versions are numbered 1, 2, 3 and so on.", asked=shown(version))
        )
        return None
    number = int(version) if version else None
    try:
        found = published.followed(documents.slug_of(role[:240]), number)
    except Invisible:
        faults.append(say("There is no published assessment of {asked}.", asked=shown(role)))
        return None
    if found.status == Status.RETRACTED:
        faults.append(say("That assessment was retracted: it is no start for another."))
        return None
    return found


def _take_document(request: HttpRequest, found: Simulation) -> None:
    """Put a posted document's scores into the simulation, with everything that was found on reading it."""
    reading = _read(request, found.method)
    if reading.document is None:
        found.faults += [spoken(error.sentence) for error in reading.errors[:MOST_REMARKS]]
        return
    remarks = [spoken(each.sentence) for each in (*reading.discrepancies, *reading.notes)]
    found.value = simulation.scores_of(reading.document, found.method)
    found.remarks = remarks[:MOST_REMARKS]
    if len(remarks) > MOST_REMARKS:
        found.remarks.append(say("There are {number} more remarks of this kind.", number=len(remarks) - MOST_REMARKS))


def _read(request: HttpRequest, method: scoring.Method) -> Reading:
    upload = request.FILES.get("file")
    # One byte more than is read at most, so that the reader itself says that it is too large.
    content = bytes(upload.read(LARGEST + 1)) if upload else request.POST.get("text", "").encode("utf-8", "replace")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _refused(say("This file is not UTF-8 text."))
    if not text.strip():
        return _refused(say("Paste a document, or choose a file."))
    return documents.read_json_text(text) if text.lstrip().startswith("{") else documents.read(text, method)


def _refused(sentence: str) -> Reading:
    return Reading(None, (documents.Finding(None, "", sentence),))


def _page(request: HttpRequest, found: Simulation) -> HttpResponse:
    result, method = _result(found), found.method
    rows = len(found.value["tasks"])
    spare = max(0, min(SPARE_ROWS, method.tasks.maximum_count - rows))
    context = result | {
        "methodologies": methods.visible_to(request.user),
        "groups": {name: _group(found, name) for name in ("protective_principles", "evidence", "barriers")},
        "growth": _scored(method.growth, found.value["growth"]["score"], "growth", "growth"),
        "tasks": [*found.value["tasks"], *[{}] * spare],
        "posted": request.POST.get("text", "")[:LARGEST],
    }
    status = 400 if found.faults or result["wrong"] else 200
    return render(request, "public/simulate.html", context, status=status)


def _result(found: Simulation) -> dict[str, Any]:
    """The score of a simulation explained, or what is wrong or missing to it; and its address."""
    context: dict[str, Any] = {
        "method": found.method,
        "start": found.start,
        "faults": found.faults,
        "remarks": found.remarks,
        "address": found.address,
        "figures": None,
        "shares": None,
        "wrong": [],
        "missing": [],
    }
    try:
        document = document_of(found.value)
        context["shares"] = rail.shares(document, found.method)
        require_figures(document, found.method)
    except Invalid as refusal:
        return context | _problems(_every_place(found, refusal))
    explained = explanations.explanation(document, found.method)
    assert explained is not None, "figures follow from inputs"
    return context | rail.score_context(document, explained, found.start) | {"errors": 0}


def _every_place(found: Simulation, refusal: Invalid) -> tuple[Place, ...]:
    """What is wrong, and beside values of which nothing can be made also what is out of range elsewhere."""
    if refusal.code != "structure":
        return refusal.places
    paths = {place.path for place in refusal.places}
    try:
        require_figures(document_of(simulation.without(found.value, paths)), found.method)
    except Invalid as more:
        return (*refusal.places, *(place for place in more.places if place.path not in paths))
    return refusal.places


def _problems(places: tuple[Place, ...]) -> dict[str, Any]:
    said = [
        rail.placed(Problem("warning" if place.code in UNFINISHED else "error", place.path, place.code, place.message))
        for place in places
    ]
    return {
        "errors": len(said),
        "wrong": [each for each in said if each["level"] == "error"],
        "missing": [each for each in said if each["level"] == "warning"],
    }


def _group(found: Simulation, group: str) -> list[dict[str, Any]]:
    scales = found.method.protective if group == "protective_principles" else getattr(found.method, group)
    rows = zip(scales, found.value[group], strict=True)
    return [
        _scored(scale, row["score"], f"{group}.{scale.code}", f"{group}-{index}")
        for index, (scale, row) in enumerate(rows)
    ]


def _scored(scale: scoring.Scale, score: object, name: str, anchor: str) -> dict[str, Any]:
    """One scored input as the form draws it: its choices with what each means, and what is chosen."""
    choices = [{"score": each, "meaning": spoken(meaning)} for each, meaning in scale.rubric]
    return {
        "scale": scale,
        "choices": choices,
        "name": name,
        "anchor": anchor,
        "score": score,
        "label": spoken(scale.name),
    }
