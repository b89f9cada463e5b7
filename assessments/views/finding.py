"""Finding a role: the list with its words, filters and order, all of them in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from assessments.actions import searches
from assessments.enums import Zone
from assessments.errors import Conflict, Invalid, Place
from assessments.models import RoleCode, SavedSearch
from assessments.queries import ended, published, search
from assessments.queries.search import RELEVANCE, Facets, Found, Wanted, distinct, marks, words
from assessments.queries.spoken import say, say_many, spoken
from assessments.views.profile import release_of
from assessments.views.public import axis

PAGE = 30
Shape = dict[str, Any]
NAMES = {
    "zone": gettext_noop("Zone"),
    "sub_label": gettext_noop("Label"),
    "family": gettext_noop("Family"),
    "seniority": gettext_noop("Seniority"),
    "methodology": gettext_noop("Method"),
    "score_min": gettext_noop("Score from"),
    "score_max": gettext_noop("Score to"),
    "resistance_min": gettext_noop("Task resistance from"),
    "resistance_max": gettext_noop("Task resistance below"),
    "evidence_min": gettext_noop("Evidence from"),
    "evidence_max": gettext_noop("Evidence to"),
    "q": gettext_noop("Words"),
    "ordering": gettext_noop("Order"),
}
RANGED = {
    "score": gettext_noop("Score"),
    "resistance": gettext_noop("Task resistance"),
    "evidence": gettext_noop("Evidence"),
}
SPOKEN = ("zone", "sub_label")
ORDERS = {
    "title": gettext_noop("By title"),
    "-published_score": gettext_noop("Highest score first"),
    "published_score": gettext_noop("Lowest score first"),
    "-published_at": gettext_noop("Latest decision first"),
}


def role_list(request: HttpRequest) -> HttpResponse:
    """The catalogue: search, filters and order stand in the address; what makes no sense is left out of it, and
    said."""
    asked = {name: value for name, value in request.GET.items() if value.strip()}
    typed = asked.get("q", "")
    wanted, problems = search.read({**asked, "q": typed.strip()[: words.LONGEST]})
    found = _found(wanted, asked.get("cursor", ""))
    counted = search.facets(wanted, found.understood or found.asked)
    items = _items(found)
    context = {
        "items": items,
        "onet": release_of([code for item in items for code in item["codes"]]),
        "axis": axis(),
        "wanted": wanted,
        "asked": wanted.address(),
        "query": urlencode(wanted.address()),
        "cut": len(typed) > words.LONGEST,
        "nothing_to_look_for": found.asked is not None and not found.asked.words,
        "problems": [{"name": _named(each), "said": _wrong(each)} for each in problems],
        "counted": counted,
        "said": _said(wanted, found, counted),
        "chips": _chips(wanted),
        "facets": _facets(wanted, counted),
        "bands": _bands(wanted, counted),
        "orders": [(value, say(text)) for value, text in ORDERS.items()],
        "ended": _ended(found),
        "nearest": [] if items else [published.entry(hit.entry) for hit in search.nearest(wanted)],
        "next_url": f"?{urlencode({**wanted.address(), 'cursor': found.next})}" if found.next else None,
        "previous_url": _previous_url(wanted, found),
        "kept": SavedSearch.objects.filter(person=request.user) if request.user.is_authenticated else (),
    }
    response = render(request, "public/role_list.html", context)
    if request.headers.get("HX-Request"):
        # What was typed meanwhile stands in the address as a link to it would say it.
        response["HX-Replace-Url"] = _address(wanted)
    return response


def _named(problem: Place) -> str:
    """What is left out: a parameter, or both ends of a range that is upside down."""
    if problem.code == "upside_down":
        return say(RANGED[problem.path.partition("_")[0]])
    return say(NAMES[problem.path])


def _wrong(problem: Place) -> str:
    """What is wrong with a part of the address, in the words of the page: an API says codes."""
    if problem.path == "ordering":
        return say("One of: {names}.", names=", ".join(say(name) for name in ORDERS.values()))
    if problem.path == "zone":
        return say("One of: {names}.", names=", ".join(spoken(zone.label) for zone in Zone))
    return problem.message


def nearest(slug: str) -> list[Shape]:
    """The roles whose names come nearest to an address at which there is none."""
    wanted = Wanted(q=" ".join(re.findall(r"[^\W_]+", slug))[: words.LONGEST])
    return [published.entry(hit.entry) for hit in search.nearest(wanted)]


def _found(wanted: Wanted, cursor: str) -> Found:
    """A page of what is wanted; the first one for a cursor that leads nowhere."""
    try:
        return search.find(wanted, cursor=cursor, size=PAGE)
    except search.keyset.Nowhere:
        return search.find(wanted, size=PAGE)


def _items(found: Found) -> list[Shape]:
    """The hits in the shape of the roles API, with codes, what is marked in them, and what they are not."""
    roles = [hit.entry.role_id for hit in found.hits]
    codes: dict[int, list[Shape]] = {}
    for code in RoleCode.objects.filter(role__in=roles).order_by("code"):
        codes.setdefault(code.role_id, []).append({"scheme": code.scheme, "code": code.code})
    asked = found.understood or found.asked
    marked = marks.marked(found.hits, asked)
    # Whoever named a role, or nearly, may have meant one that it is not.
    named = [hit.entry.role_id for hit in found.hits[:1] if asked and hit.tier <= search.BEGINS]
    others = distinct.taken_for(named)
    return [
        {
            **published.entry(hit.entry),
            "codes": codes.get(hit.entry.role_id, []),
            "marked": marked.get(hit.entry.role_id),
            "not_this": [published.entry(other) for other in others.get(hit.entry.role_id, [])],
        }
        for hit in found.hits
    ]


def _said(wanted: Wanted, found: Found, counted: Facets) -> dict[str, str]:
    """How many roles there are and for what; honestly: beyond what is counted, that it is more."""
    if not found.hits:
        return {"count": "", "rest": "" if wanted.q else say("No published role has all of this.")}
    total = max(counted.total, len(found.hits))
    count = f"{total:,}"
    if counted.more:
        exact = counted.total <= search.EXACT
        count = (
            say("At least {number}", number=count) if exact else say("More than {number}", number=f"{search.EXACT:,}")
        )
    rest = say_many("published role", "published roles", total)
    if found.understood:
        rest += say(" for “{meant}”; nothing is called “{words}”", meant=found.understood.text, words=wanted.q)
    elif wanted.q:
        rest += say(" for “{words}”", words=wanted.q)
    if wanted.order == RELEVANCE and counted.total > search.MOST:
        rest += say(", of which the best {number} are listed; any other order lists all", number=f"{search.MOST:,}")
    return {"count": count, "rest": f"{rest}."}


def _ended(found: Found) -> list[Shape]:
    """Where nothing that is published is called so: the roles that were."""
    if found.asked is None or (found.hits and not found.understood and found.hits[0].tier < search.IN_NAMES):
        return []
    return ended.called(found.asked)


def _address(wanted: Wanted, **changes: Any) -> str:
    parameters = wanted.address(**changes)
    return f"{reverse('role_list')}?{urlencode(parameters)}" if parameters else reverse("role_list")


def _chosen(name: str, value: object) -> str:
    """What narrows, as readers are told it; families and seniorities are the catalogue's own words."""
    return spoken(str(value).capitalize()).lower() if name in SPOKEN else str(value)


def _chips(wanted: Wanted) -> list[Shape]:
    """What narrows, each with the address without it."""
    empty = Wanted()
    return [
        {
            "name": say(NAMES[name]),
            "value": _chosen(name, value),
            "url": _address(wanted, **{name: getattr(empty, name)}),
        }
        for name, value in wanted.narrowing().items()
    ]


def _facets(wanted: Wanted, counted: Facets) -> list[Shape]:
    """Properties with their values, counts, and the address that chooses each, or lets it go."""
    return [
        {
            "name": name,
            "title": say(NAMES[name]),
            "chosen": any(value.chosen for value in values),
            "values": [
                {
                    "text": spoken(value.text) if name in SPOKEN else value.text,
                    "value": value.value,
                    "roles": f"{value.roles:,}",
                    "said": _counted(value.roles),
                    "chosen": value.chosen,
                    "url": _address(wanted, **{name: "" if value.chosen else value.value}),
                }
                for value in values
            ],
        }
        for name, values in counted.by.items()
        if len(values) > 1 or any(value.chosen for value in values)
    ]


def _counted(roles: int) -> str:
    return say_many("{number} role", "{number} roles", roles, number=f"{roles:,}")


def _bands(wanted: Wanted, counted: Facets) -> list[Shape]:
    """The tens of the score as bars of 0 to 100 per cent of the commonest, each with the address that chooses it."""
    most = max((band.roles for band in counted.bands), default=0) or 1
    return [
        {
            "text": band.text,
            "roles": f"{band.roles:,}",
            "said": _counted(band.roles),
            "chosen": band.chosen,
            "width": f"{100 * band.roles / most:.1f}%",
            "url": _address(wanted, score_min=band.value, score_max=_end(int(band.value))),
        }
        for band in counted.bands
    ]


def _end(start: int) -> str:
    return "100" if start == 90 else f"{start + 9}.9"


def _previous_url(wanted: Wanted, found: Found) -> str | None:
    if not found.previous:
        return None
    return f"?{urlencode({**wanted.address(), 'cursor': found.previous})}"


@login_required
@require_POST
def keep_search(request: HttpRequest) -> HttpResponse:
    """Keep what an address asks, under a name."""
    query = _clean(request.POST)
    try:
        kept = searches.keep(name=request.POST.get("name", ""), query=query, by=request.user, at=timezone.now())
        messages.success(request, f"Kept as “{kept.name}”.")
    except (Invalid, Conflict) as refused:
        messages.error(request, refused.sentence)
    return redirect(f"{reverse('role_list')}?{query}" if query else "role_list")


@login_required
@require_POST
def forget_search(request: HttpRequest, id: int) -> HttpResponse:
    """Let a kept search go."""
    searches.forget(search_id=id, by=request.user)
    return redirect("role_list")


def _clean(posted: Mapping[str, str]) -> str:
    """The query of an address, of what makes sense in it alone."""
    wanted, _ = search.read({name: posted.get(name, "") for name in ("q", *NAMES, "ordering")})
    return urlencode(wanted.address())
