"""The whole catalogue as one picture."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from assessments import pictures
from assessments.pictures.explorer import LABELLED, zones_said
from assessments.pictures.scale import signed
from assessments.queries import search
from assessments.queries.search import explorer
from assessments.scoring.words import Words

# What the method can give; what lies beyond widens the picture.
RESISTANCE, EVIDENCE = (1, 5), (-10, 10)
Shape = dict[str, Any]


def explore(request: HttpRequest) -> HttpResponse:
    """Task resistance against evidence of every published role, or of one family: role by role while they are few, else
    in cells that lead to the list of their roles, or to the one that is alone in its cell."""
    family = request.GET.get("family", "").replace("\x00", "").strip()[:120]
    points = explorer.points(family)
    marks = _of_points(points) if points is not None else _of_cells(explorer.cells(family), family)
    drawn = pictures.explorer(
        marks, resistance=RESISTANCE, evidence=EVIDENCE, subject=family or Words("The published catalogue")
    )
    roles = sum(sum(mark["zones"].values()) for mark in marks)
    context = {
        "family": family,
        "families": explorer.families(),
        "explorer": drawn,
        "marks": marks,
        "one_by_one": points is not None,
        # The picture has no room for names on a phone; a table of so many has.
        "named": points is not None and len(points) <= LABELLED,
        "roles": roles,
        "roles_said": f"{roles:,}",
        "table": [] if points is not None else _table(marks),
        "columns": sorted({mark["column"] for mark in marks}) if points is None else [],
        "list_url": f"{reverse('role_list')}?{urlencode({'family': family})}" if family else reverse("role_list"),
    }
    return render(request, "public/explore.html", context)


def _of_points(points: list[explorer.Point]) -> list[Shape]:
    return [
        {
            "resistance": point.resistance,
            "evidence": point.evidence,
            "zones": {point.entry.published_zone: 1},
            **_leading_to(point.entry),
            "label": point.entry.title,
            "entry": point.entry,
        }
        for point in points
    ]


def _leading_to(entry: search.Entry) -> Shape:
    """One role as a mark says it."""
    title = Words(
        "{title}: {score}, {label}",
        title=entry.title,
        score=entry.published_score,
        label=Words(entry.published_label),
    )
    return {"title": title, "url": reverse("role_profile", args=[entry.slug])}


def _of_cells(cells: list[explorer.Cell], family: str) -> list[Shape]:
    address, narrowed = reverse("role_list"), {"family": family} if family else {}
    alone = explorer.alone(cells, family)
    marks = []
    for cell in cells:
        low, high = cell.resistance / 10, (cell.resistance + explorer.TENTHS) / 10
        query = {
            **narrowed,
            "resistance_min": f"{low:.1f}",
            "resistance_max": f"{high:.1f}",
            "evidence_min": cell.evidence,
            "evidence_max": cell.evidence,
        }
        entry = alone.get((cell.resistance, cell.evidence))
        marks.append(
            {
                # In the middle of the cell; the last one begins where the method ends.
                "resistance": (low + high) / 2 if low < RESISTANCE[1] else low,
                "evidence": cell.evidence,
                "zones": cell.zones,
                "column": f"{low:.1f}",
                "title": Words(
                    "Task resistance {low} to {high}, evidence {evidence}: {zones}",
                    low=f"{low:.1f}",
                    high=f"{high:.1f}",
                    evidence=signed(cell.evidence),
                    zones=zones_said(cell.zones),
                ),
                "url": f"{address}?{urlencode(query)}",
            }
            | (_leading_to(entry) if entry else {})
        )
    return marks


def _table(marks: list[Shape]) -> list[Shape]:
    """The same as rows of evidence, the highest first, over columns of task resistance."""
    columns = sorted({mark["column"] for mark in marks})
    cells = {(mark["evidence"], mark["column"]): mark for mark in marks}
    rows = []
    for evidence in sorted({mark["evidence"] for mark in marks}, reverse=True):
        found = [cells.get((evidence, column)) for column in columns]
        rows.append(
            {
                "evidence": signed(evidence),
                "cells": [
                    {"roles": sum(mark["zones"].values()), "url": mark["url"]} if mark else None for mark in found
                ],
            }
        )
    return rows
