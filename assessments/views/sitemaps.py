"""What search engines ask for: the sitemap's index and parts, and where not to look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.html import escape

from assessments.errors import Invisible
from assessments.queries import sitemap
from assessments.views import addresses

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
PAGES = ("home", "role_list", "explore", "compare", "methodology", "simulate", "data", "exposure")
# Rooms behind the sign-in, and pages without an end.
CLOSED = ("/accounts/", "/account/", "/admin/", "/audit/", "/claims/", "/desk/", "/drafts/", "/retractions/",
          "/relations/", "/reports/", "/reviews/", "/simulate/?", "/api/v1/")  # fmt: skip


def index(request: HttpRequest) -> HttpResponse:
    """The parts of the sitemap: one of single pages, one for every range of roles."""
    found = [addresses.absolute("sitemap_pages")]
    found += [addresses.absolute("sitemap_part", part) for part in sitemap.parts()]
    lines = [f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in found]
    return _xml([HEAD, f"<sitemapindex {XMLNS}>\n", *lines, "</sitemapindex>\n"])


def pages(request: HttpRequest) -> HttpResponse:
    """The single pages."""
    return _xml(_urls((addresses.absolute(name), None) for name in PAGES))


def part(request: HttpRequest, number: int) -> StreamingHttpResponse:
    """One part of the roles: at most 10,000 addresses."""
    found = sitemap.roles(number)
    first = next(found, None)
    if first is None:
        raise Invisible("The sitemap has no such part.")
    return _xml(_urls(_roles(first, found)))


def robots(request: HttpRequest) -> HttpResponse:
    """Where not to look, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {addresses.absolute('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _roles(
    first: tuple[str, datetime | None], rest: Iterator[tuple[str, datetime | None]]
) -> Iterator[tuple[str, datetime | None]]:
    before, after = addresses.absolute("role_profile", "-").rsplit("-", 1)
    yield before + first[0] + after, first[1]
    for slug, published_at in rest:
        yield before + slug + after, published_at


def _urls(found: Iterable[tuple[str, datetime | None]]) -> Iterator[str]:
    yield f"{HEAD}<urlset {XMLNS}>\n"
    for address, moved in found:
        day = f"<lastmod>{moved:%Y-%m-%d}</lastmod>" if moved else ""
        yield f"<url><loc>{escape(address)}</loc>{day}</url>\n"
    yield "</urlset>\n"


def _xml(lines: Iterable[str]) -> StreamingHttpResponse:
    return StreamingHttpResponse(lines, content_type="application/xml; charset=utf-8")
