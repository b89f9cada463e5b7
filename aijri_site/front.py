"""What stands before Django: answers for published pages from memory, byte for byte as Django answered.

Only plain reading is answered here: GET or HEAD of a profile, without a query, by somebody who has no session and to
whom nothing is to be said. All else is Django's, and what Django answers once is held, headers and all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.http.cookie import parse_cookie
from django.utils import translation
from django.utils.http import parse_etags

from aijri_site.held import Headers, Held, Key, Memory, Sent
from aijri_site.middleware import named
from aijri_site.watch import Watch
from assessments.views.stored import PLACE, Page, personal_cookies

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
ADDRESS = re.compile(r"/roles/[-a-zA-Z0-9_]+/(?:v[0-9]+/)?")
PORT = re.compile(r":[0-9]{1,5}$")
ZIPS = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")


class Front:
    """The WSGI application: pages from memory where they are held, else Django."""

    def __init__(self, django: Application) -> None:
        self.django = django
        self.memory = Memory(settings.STORED_PAGES_MEGABYTES * 1_000_000)
        self.watch = Watch(self.memory)
        names = "|".join(map(re.escape, personal_cookies()))
        self._personal = re.compile(rf"(?:^|[;,\s])(?:{names})\s*=").search
        self._speaks = len(settings.LANGUAGES) > 1

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self.django(environ, start_response)
        sent = self.memory.find(key) if self.watch.good else None
        if sent is not None:
            return _answer(sent, environ, start_response)
        if ADDRESS.fullmatch(key[0]):
            return self._asked(key, environ, start_response)
        return self.django(environ, start_response)

    def _key(self, environ: Environ) -> Key | None:
        """By what an answer is held: all that Django's answer depends on. None where it depends on more."""
        if environ.get("QUERY_STRING") or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return None
        cookies: str = environ.get("HTTP_COOKIE", "")
        if cookies and self._personal(cookies):
            return None
        language = _language(_chosen(cookies), environ.get("HTTP_ACCEPT_LANGUAGE", "")) if self._speaks else ""
        # Django takes a host with any port, and asks of the scheme only whether it is https: a stranger's many ways of
        # writing either are one.
        host = PORT.sub("", environ.get("HTTP_HOST", ""))
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO", "").partition(",")[0].strip() == "https"
        return (environ["PATH_INFO"], host, environ["wsgi.url_scheme"], "https" if forwarded else "", language)

    def _asked(self, key: Key, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Have Django answer, and hold what it read from the store."""
        self.watch.start()
        began = self.memory.began()
        place: list[Page] = []
        said: list[Any] = []
        # Django is asked for the whole: whether it has changed for this client is for us to say.
        whole = {name: value for name, value in environ.items() if name != "HTTP_IF_NONE_MATCH"} | {PLACE: place}
        body = self.django(whole, lambda *given: said.extend(given))
        status, headers = said[0], cast(Headers, said[1])
        if not place or status != "200 OK" or any(name == "Set-Cookie" for name, _ in headers):
            start_response(*said)
            return body
        held = Held(place[0], b"".join(body), headers)
        getattr(body, "close", lambda: None)()
        if self.watch.good:
            self.memory.hold(key, held, began=began)
        return _answer(held.sent, environ, start_response)


def _answer(sent: Sent, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    codings: str = environ.get("HTTP_ACCEPT_ENCODING", "")
    if codings and ZIPS.search(codings):
        sent = sent.zipped
    name = ("X-Request-ID", named(environ.get("HTTP_X_REQUEST_ID", "")))
    known: str = environ.get("HTTP_IF_NONE_MATCH", "")
    if known and (known == sent.tag or _knows(known, sent.tag)):
        start_response("304 Not Modified", [*sent.unchanged, name])
        return []
    start_response("200 OK", [*sent.headers, name])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [sent.body]


def _knows(known: str, tag: str) -> bool:
    tags = [each.removeprefix("W/") for each in parse_etags(known)]
    return tag in tags or tags == ["*"]


def _chosen(cookies: str) -> str | None:
    """The language that a cookie names."""
    name = settings.LANGUAGE_COOKIE_NAME
    return parse_cookie(cookies).get(name) if name in cookies else None


@lru_cache(10_000)
def _language(chosen: str | None, accepted: str) -> str:
    """The language in which Django's own middleware would answer."""
    cookies = {settings.LANGUAGE_COOKIE_NAME: chosen}
    request = SimpleNamespace(COOKIES=cookies, META={"HTTP_ACCEPT_LANGUAGE": accepted})
    return translation.get_language_from_request(cast(HttpRequest, request))
