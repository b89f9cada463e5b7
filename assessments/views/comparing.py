"""Two to four published roles side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from assessments import pictures
from assessments.enums import Status
from assessments.errors import Invisible
from assessments.models import Assessment
from assessments.queries import comparing, ended, published, search
from assessments.queries.search import Wanted, hits, words
from assessments.views.public import axis

# Letters that stand beside the steps.
ROOM = 16
SHORTEST_PART = 3


def compare(request: HttpRequest) -> HttpResponse:
    """The roles that the address names by slug; what is typed as a name goes to the address of the role it means."""
    typed = [text for each in request.GET.getlist("role") if (text := each.replace("\x00", "").strip())]
    typed = list(dict.fromkeys(typed))[: comparing.MOST * 2]
    found, meant, unknown = _roles(typed[: comparing.MOST])
    gone = {name: ended.called(asked) for name in unknown if (asked := words.read(name))}
    unknown = [name for name in unknown if not gone.get(name)]
    told = [each for some in gone.values() for each in some]
    if meant and not unknown and not told:
        return redirect(_address(dict.fromkeys(version.role.slug for version in found)))
    context = {
        "unknown": unknown,
        "ended": told,
        "too_many": len(typed) > comparing.MOST,
        "most": comparing.MOST,
        "chosen": [version.role for version in found],
        "fields": range(max(comparing.FEWEST - len(found), 1 if len(found) < comparing.MOST else 0)),
        "axis": axis(),
    }
    if len(found) >= comparing.FEWEST:
        shown = comparing.side_by_side(found)
        edges = [zone.edge for zone in reversed(found[0].methodology.method.zones[:-1])]
        falls = pictures.waterfalls(found[0].published_score or 0, shown["differences"], edges)
        titles = {str(version.role): version.role.title for version in found}
        named = [_named(fall, found[0].role.title, titles[fall.peer]) for fall in falls.falls]
        for column in shown["columns"]:
            column["without_url"] = _address(each["slug"] for each in shown["columns"] if each is not column)
        context |= {**shown, "waterfalls": falls, "falls": named, "first": shown["columns"][0]}
    return render(request, "public/compare.html", context, status=404 if unknown or told else 200)


def _address(slugs: Iterable[str]) -> str:
    """Where these roles stand side by side."""
    return f"{reverse('compare')}?{urlencode([('role', slug) for slug in slugs])}"


def _named(fall: pictures.Waterfall, title: str, other: str) -> pictures.Waterfall:
    """The steps with the titles of both roles at their ends."""
    return replace(fall, own=replace(fall.own, name=_short(title)), end=replace(fall.end, name=_short(other)))


def _short(title: str) -> str:
    return title if len(title) <= ROOM else f"{title[: ROOM - 1].rstrip()}…"


def _roles(typed: list[str]) -> tuple[list[Assessment], bool, list[str]]:
    """The published versions that are named, whether one was named otherwise than by its slug, and what names none."""
    found: list[Assessment] = []
    unknown, meant = [], False
    for text in typed:
        version = _by_slug(text[: words.LONGEST])
        if version is None and (slug := _slug_of(text[: words.LONGEST])):
            version, meant = _by_slug(slug), True
        if version is None:
            unknown.append(text[: words.LONGEST])
        else:
            found.append(version)
            meant = meant or version.role.slug != text
    return found, meant, unknown


def _by_slug(slug: str) -> Assessment | None:
    try:
        version = published.followed(slug)
    except Invisible:
        return None
    return version if version.status == Status.PUBLISHED else None


def _slug_of(name: str) -> str:
    """The slug of the role that a name means: the best of those that bear it, or begin with what is more than two
    letters."""
    best = search.find(Wanted(q=name, ordering=search.RELEVANCE), size=1).hits
    furthest = hits.ALIAS_BEGINS if len(name) >= SHORTEST_PART else hits.CALLED
    return best[0].entry.slug if best and best[0].tier <= furthest else ""
