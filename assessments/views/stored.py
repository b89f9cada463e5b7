"""Published pages from their stored parts: rendered where a part is missing or stale, joined, and never personal."""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers

from assessments import pages
from assessments.models import Assessment
from assessments.pages import Found, Stands
from assessments.queries import published, quotes, sentences, standing
from assessments.queries.standing import Counted, Scope
from assessments.views import profile

# Where the front before Django leaves a place for the page that a request was answered with.
PLACE = "aijri.stored_page"
MOVING = ("requires_review", "score_line", "not_this", "neighbours")
MARK = re.compile(r"<!--part ([a-z_.]+)-->")
STANDING = "standing"
# Rendering is all Python: two at once in a process take twice as long each, and of one page the second finds it stored.
RENDERING = threading.Lock()


@dataclass(frozen=True)
class Page:
    """A page that lacks at most its standing, which moves with every publication, between `before` and `after`.

    `about` are the roles that it speaks of; `counted` are the counts of its standing as of the move numbered `moved`.
    """

    before: bytes
    after: bytes
    about: tuple[int, ...]
    language: str
    stands: Stands | None
    counted: dict[Scope, Counted]
    moved: int

    def body(self, counted: dict[Scope, Counted]) -> bytes:
        """The whole page, ranked by these counts."""
        if self.stands is None:
            return self.before
        with translation.override(self.language):
            said = sentences.standing_sentence(standing.places(counted))
        return b"".join((self.before, said.encode(), self.after))


def applies(request: HttpRequest) -> bool:
    """Whether nothing personal has a say in the answer. Templates that are being worked on are not stored."""
    return not settings.DEBUG and not any(name in request.COOKIES for name in personal_cookies())


def personal_cookies() -> tuple[str, str]:
    """The cookies that make a page somebody's: the session, and what is to be said once."""
    return settings.SESSION_COOKIE_NAME, "messages"


def read(slug: str, number: int | None) -> Page | None:
    """The page of the published version, or of one public version by number; None where there is none to store."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    found = pages.find(slug, number, language=language, build=build())
    if found is None:
        return None
    if found.own is None or found.others is None:
        with RENDERING:
            found = _completed(slug, number, language)
    return _joined(found, language) if found else None


def answer(request: HttpRequest, page: Page) -> HttpResponse:
    """The page as everybody gets it, left for the front as well."""
    body = page.body(page.counted)
    response = HttpResponse(body, headers={"ETag": tag(body)})
    patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    if (place := request.META.get(PLACE)) is not None:
        place.append(page)
    return response


def tag(body: bytes, coding: str = "") -> str:
    """The strong entity tag of a body and of what made it, settings and so headers included; the same in every
    process."""
    return f'"{hashlib.blake2b(body, digest_size=12, person=_maker()).hexdigest()}{coding}"'


def _completed(slug: str, number: int | None, language: str) -> Found | None:
    """What is stored of a page and what is not, of one moment; the latter is rendered and kept."""
    made: dict[str, tuple[str, list[int]]] = {}
    with pages.one_reading():
        found = pages.find(slug, number, language=language, build=build())
        if found is None:
            return None
        if found.own is None or found.others is None:
            assessment = published.version(slug, number)
            if found.own is None:
                # The banner names what a merged role was merged into.
                into = assessment.role.merged_into_id
                made["own"] = (
                    render_to_string("public/profile.html", profile.framed(assessment)),
                    [into] if into else [],
                )
            if found.others is None:
                made["others"] = _others(assessment)
    for part, (body, about) in made.items():
        pages.keep(found, part, body, about=about, language=language, build=build())
    own = made["own"][0] if "own" in made else found.own
    others, about = made["others"] if "others" in made else (found.others, list(found.roles))
    return replace(found, own=own, others=others, roles=tuple(about))


def _others(assessment: Assessment) -> tuple[str, list[int]]:
    """The parts that move with other roles, as JSON by name, and the roles that they speak of."""
    quoted = quotes.of_version(assessment)
    told = profile.of_others(assessment, quoted)
    told["standing_said"] = profile.mark(STANDING) if told["standing"] else ""
    parts = {name: str(render_to_string(f"parts/profile/{name}.html", told)) for name in MOVING}
    parts |= {name: str(text) for name, text in profile.quoting_texts(assessment, quoted).items()}
    return json.dumps(parts, ensure_ascii=False), sorted(told["about"])


def _joined(found: Found, language: str) -> Page:
    assert found.own is not None, "rendered by now"
    assert found.others is not None, "rendered by now"
    parts: dict[str, str] = json.loads(found.others)
    whole = MARK.sub(lambda place: parts[place[1]], found.own)
    before, marked, after = whole.partition(profile.mark(STANDING))
    return Page(
        before=before.encode(),
        after=after.encode(),
        about=tuple(sorted({pages.EVERY_ROLE, found.role_id, *found.roles})),
        language=language,
        stands=found.stands if marked else None,
        counted=found.counted,
        moved=found.moved,
    )


@cache
def _maker() -> bytes:
    return hashlib.blake2b(build().encode(), digest_size=hashlib.blake2b.PERSON_SIZE).digest()


@cache
def build() -> str:
    """What rendered: a digest of templates, code, translations, addresses of static files and Django."""
    digest = hashlib.blake2b(digest_size=12)
    for path in _sources():
        digest.update(str(path).encode())
        digest.update(path.read_bytes())
    digest.update(json.dumps(getattr(staticfiles_storage, "hashed_files", {}), sort_keys=True).encode())
    digest.update(f"{settings.SITE_URL} {settings.STATIC_URL} {django.__version__}".encode())
    return f"{digest.hexdigest()}@"


def _sources() -> Iterator[Path]:
    for folder, kind in (
        ("templates", "html"),
        ("locale", "mo"),
        ("assessments", "py"),
        ("reviews", "py"),
        ("aijri_site/formats", "py"),
    ):
        yield from sorted((settings.BASE_DIR / folder).rglob(f"*.{kind}"))
    yield settings.BASE_DIR / "aijri_site" / "settings.py"
