"""Convergent validity: the index beside indices of exposure that others published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.actions.drafts import active_methodology
from assessments.errors import Invisible
from assessments.models import ExposureIndex
from assessments.pictures.scatter import scatter, written
from assessments.queries import exposure


def indices(request: HttpRequest) -> HttpResponse:
    """Every index that was read, how closely it goes with the scores, and which of them went into them."""
    return render(request, "public/exposure.html", {"indices": exposure.indices()})


def index(request: HttpRequest, code: str) -> HttpResponse:
    """One index beside the scores, role by role."""
    found = ExposureIndex.objects.filter(code=code).first()
    if found is None:
        raise Invisible("No index of this name was read here.")
    pairs, beside = exposure.pairs(found), exposure.beside(found)
    edges = [zone.edge for zone in reversed(active_methodology().method.zones[:-1])]
    context = {
        "beside": beside,
        "pairs": [(pair, written(pair.value)) for pair in pairs],
        "cloud": scatter([(pair.title, pair.score, pair.value) for pair in pairs], found.name, edges),
    }
    return render(request, "public/exposure_index.html", context)
