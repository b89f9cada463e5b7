"""What other sites show of a published role: a badge, the card beside a link, and a card to embed."""

from __future__ import annotations

import hashlib
from dataclasses import astuple

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateformat import format as dated
from django.views.decorators.clickjacking import xframe_options_exempt

from assessments import pictures
from assessments.enums import Status
from assessments.errors import Gone
from assessments.models import Assessment
from assessments.pictures import badge as badges
from assessments.pictures import card as cards
from assessments.queries import aftermath, ended, published
from assessments.views import addresses, kept


def badge(request: HttpRequest, slug: str) -> HttpResponse:
    """The published score on a small plate, as SVG; of a retracted role there is none."""
    assessment = _standing(published.version(slug))
    score, role = str(assessment.published_score), assessment.role
    zone, label = assessment.published_zone, assessment.published_label
    drawn = badges.badge(str(role), score, zone, label, ended=ended.said(assessment))
    response = render(request, "public/badge.svg", {"badge": drawn}, content_type="image/svg+xml; charset=utf-8")
    return kept.by_reader(request, response, hashlib.sha256(response.content).hexdigest()[:32], kept.HOUR)


def card(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The card of one public version as a PNG, drawn once for the same facts."""
    facts = _facts(_standing(published.version(slug, number)))
    digest = hashlib.sha256(repr((cards.DRAWING, astuple(facts))).encode()).hexdigest()
    body = kept.drawn(f"card:{digest}", lambda: cards.draw(facts))
    return kept.by_reader(request, HttpResponse(body, content_type="image/png"), digest, kept.HOUR)


@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """A card for a frame on another site, the one page that may stand in one; it has links and nothing to press."""
    assessment = published.version(slug)
    retracted = assessment.status == Status.RETRACTED
    context = {
        "role": assessment.role,
        "version": assessment,
        "retracted": retracted,
        "ended": "" if retracted else ended.said(assessment),
        "address": addresses.absolute("role_profile", slug),
        "line": pictures.score_line(assessment.published_score or 0, (), _edges(assessment)),
    }
    return render(request, "public/embed.html", context, status=410 if retracted else 200)


def _standing(assessment: Assessment) -> Assessment:
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    return assessment


def _facts(assessment: Assessment) -> cards.Facts:
    assert assessment.published_at is not None, "a public version has a time"
    over = ended.said(assessment)
    return cards.Facts(
        title=assessment.own_title,
        seniority=assessment.own_seniority,
        score=str(assessment.published_score),
        zone=assessment.published_zone,
        label=assessment.published_label,
        footnote=f"Version {assessment.number}, {dated(assessment.published_at, 'j F Y')}"
        + (f", {over}" if over else ""),
        edges=tuple(str(edge) for edge in _edges(assessment)),
    )


def _edges(assessment: Assessment) -> list[str]:
    zones = assessment.methodology.method.zones
    return [str(zone.edge) for zone in reversed(zones[:-1])]
