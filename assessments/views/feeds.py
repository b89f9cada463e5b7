"""Atom feeds of what was published and what became of it: of the catalogue, a family, a role."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit
from xml.etree import ElementTree

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from assessments.errors import Invisible
from assessments.models import Assessment
from assessments.queries import feed, published
from assessments.queries.feed import Entry
from assessments.views import addresses

ATOM = "http://www.w3.org/2005/Atom"
# The day the names of this feed were fixed; a part of every id, and never moved.
SINCE = "2026"
# What XML 1.0 has no way to write.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
SECONDS = 300


def catalogue(request: HttpRequest) -> HttpResponse:
    """What was published and what became of it lately, of everything or of one `family`, whatever its case."""
    family, spelt = request.GET.get("family", "")[:120], None
    if family:
        spelt = feed.families(family)
        if not spelt:
            raise Invisible("Nothing was ever published of this family.")
        family = spelt[0]
    entries = feed.latest(family=spelt)
    own = addresses.absolute("feed") + (f"?{urlencode({'family': family})}" if family else "")
    page = addresses.absolute("role_list") + (f"?{urlencode({'family': family})}" if family else "")
    name = f"family/{family}" if family else "catalogue"
    title = f"AIJRI Review: {family}" if family else "AIJRI Review: all publications"
    return _answer(request, _feed(title, name, own, page, entries), entries)


def role(request: HttpRequest, slug: str) -> HttpResponse:
    """What was published of one role and of those merged into it, and what became of it."""
    found = published.version(slug).role
    entries = feed.latest(role=found)
    own, page = addresses.absolute("role_feed", slug), addresses.absolute("role_profile", slug)
    return _answer(request, _feed(f"AIJRI Review: {found}", found.public_id, own, page, entries), entries)


def _answer(request: HttpRequest, body: bytes, entries: Sequence[Entry]) -> HttpResponse:
    """The feed, or 304 to who has it already."""
    moved = int(_moved(entries).timestamp())
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Last-Modified": http_date(moved), "Cache-Control": f"public, max-age={SECONDS}"}
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8", headers=headers)
    return get_conditional_response(request, etag, moved, response) or response


def _moved(entries: Sequence[Entry]) -> datetime:
    """When the newest entry was told of; an empty feed never moved."""
    return entries[0].updated_at if entries else datetime.fromtimestamp(0, UTC)


def _feed(title: str, name: str, own: str, page: str, entries: Sequence[Entry]) -> bytes:
    root = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": "en-GB"})
    _said(root, "id", f"tag:{_authority()},{SINCE}:feed/{name}")
    _said(root, "title", title)
    _said(root, "updated", _moved(entries).isoformat())
    ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": own})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _said(ElementTree.SubElement(root, "author"), "name", "AIJRI Review")
    for entry in entries:
        _add(root, entry)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="utf-8") + b"\n"


def _add(root: ElementTree.Element, entry: Entry) -> None:
    assessment, made = entry.assessment, ElementTree.SubElement(root, "entry")
    assert assessment.published_at is not None, "a public version has a time"
    _said(made, "id", _name_of(assessment))
    _said(made, "title", entry.title)
    _said(made, "updated", entry.updated_at.isoformat())
    _said(made, "published", assessment.published_at.isoformat())
    where = {"rel": "alternate", "type": "text/html", "href": addresses.of_version(assessment)}
    ElementTree.SubElement(made, "link", where)
    if assessment.role.family:
        ElementTree.SubElement(made, "category", {"term": UNWRITABLE.sub("", assessment.role.family)})
    _said(made, "summary", entry.summary)


def _name_of(assessment: Assessment) -> str:
    """The id of an entry: of the role's public id, which outlives every renaming, and the version's number."""
    return f"tag:{_authority()},{SINCE}:{assessment.role.public_id}/v{assessment.number}"


def _authority() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _said(parent: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(parent, tag).text = UNWRITABLE.sub("", text)
