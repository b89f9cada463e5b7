"""The stored page: the same as Django's own, nobody's in particular, and the front that answers with it from memory."""

from __future__ import annotations

import gzip
import io
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils import timezone

from aijri_site.front import Front
from assessments import pages
from assessments.actions import identity, roles
from assessments.models import Assessment, User
from assessments.views import stored
from tests.conftest import PASSWORD
from tests.embedded.rig import eventually
from tests.making import a_draft, published, recomputed, retracted

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/roles/bell-tuner/"
OWN = {"X-Request-ID"}


class Questions:
    """The statements that this thread sends to the database while the block runs, by whatever way."""

    def __enter__(self) -> Questions:
        self.put: list[str] = []
        self._execute = execute = psycopg.Cursor.execute
        here = threading.get_ident()

        def counted(cursor: Any, query: Any, *given: Any, **options: Any) -> Any:
            if threading.get_ident() == here:
                self.put.append(str(query))
            return execute(cursor, query, *given, **options)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign]
        return self

    def __exit__(self, *_: object) -> None:
        psycopg.Cursor.execute = self._execute  # type: ignore[method-assign]


class Asked:
    """What the front said to one request."""

    def __init__(self, front: Any, address: str, method: str = "GET", **headers: str) -> None:
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "HTTP_HOST": "testserver",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            **headers,
        }
        with Questions() as asked:
            self.bytes = b"".join(front(environ, self._start))
        self.queries = asked.put

    def _start(self, status: str, headers: list[tuple[str, str]], *_: object) -> None:
        self.status, self.pairs = int(status[:3]), headers
        self.headers = dict(headers)
        assert len(self.headers) == len(headers), "no header twice"

    @property
    def text(self) -> str:
        return self.bytes.decode()

    @property
    def lasting(self) -> dict[str, str]:
        return {name: value for name, value in self.headers.items() if name not in OWN}


@pytest.fixture
def front() -> Iterator[Front]:
    made = Front(WSGIHandler())
    made.watch.start()
    assert eventually(lambda: made.watch.good)
    yield made
    made.watch.stop()


@pytest.fixture
def bell(assessor: User, reviewer: User) -> Assessment:
    assessment = published(assessor, reviewer)
    recomputed()
    return assessment


def until(seen: Callable[[], bool], seconds: float = 1.0) -> None:
    """That something comes true within a second."""
    assert eventually(seen, seconds)


# -- the same as Django's own -----------------------------------------------------------------------------------------


def test_a_page_from_memory_is_that_of_django_header_by_header_and_byte_by_byte(bell: Assessment, front: Front) -> None:
    django = Asked(WSGIHandler(), ADDRESS)
    first, second = Asked(front, ADDRESS), Asked(front, ADDRESS)
    assert (django.status, first.status, second.status) == (200, 200, 200)
    assert (len(second.queries), second.queries) == (0, [])
    assert first.lasting == django.lasting
    assert second.lasting == django.lasting
    assert second.bytes == django.bytes
    assert "default-src 'none'" in second.headers["Content-Security-Policy"]


def test_the_joined_page_is_the_one_that_is_rendered_at_one_go(
    bell: Assessment, assessor: User, reviewer: User, admin: User
) -> None:
    quoting = published(
        assessor,
        reviewer,
        "Bell Founder",
        commentary={
            "timeline": "Bell Tuner (55.3) is near.",
            "not_captured": [{"lead": "Ears", "text": "Bell Tuner (50.0)."}],
        },
    )
    roles.relate(source=bell.role, target=quoting.role, kind="peer", note="", by=admin, at=timezone.now())
    published(assessor, reviewer, evidence=(2, 2, 1, 1, 1))
    recomputed()
    for address in (ADDRESS, "/roles/bell-founder/", "/roles/bell-tuner/v1/"):
        once = Client(headers={"cookie": "sessionid=stale"}).get(address).content.decode()
        assert Client().get(address).content.decode() == once
        assert "<!--part" not in once


def test_what_is_shown_to_a_person_is_never_stored_by_anybody_between(
    bell: Assessment, signed_in: Callable[[User], Client], assessor: User
) -> None:
    assert signed_in(assessor).get(ADDRESS)["Cache-Control"] == "private, no-cache"
    assert Client().get(ADDRESS)["Cache-Control"] == "no-cache"


def test_templates_that_are_being_worked_on_are_not_stored(bell: Assessment, settings: LazySettings) -> None:
    settings.DEBUG = True
    assert "ETag" not in Client().get(ADDRESS).headers
    settings.DEBUG = False
    assert "ETag" in Client().get(ADDRESS).headers


# -- nobody's in particular -------------------------------------------------------------------------------------------


def test_no_name_no_draft_no_token_and_no_message_gets_into_a_stored_page(
    bell: Assessment, assessor: User, other_assessor: User, front: Front
) -> None:
    draft = a_draft(assessor, definition={"primary_function": "Tunes what nobody has heard of."})
    a_draft(other_assessor, "Secret Role")
    client = Client()
    client.post("/accounts/login/", {"username": "maren", "password": PASSWORD})
    client.post(f"/drafts/{draft.pk}/withdraw/")
    personal = client.get(ADDRESS).content.decode()
    assert "Sign out" in personal
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    mine = Asked(front, ADDRESS, HTTP_COOKIE=cookies)
    assert "Maren" in mine.text
    tokens = [*re.findall(r'csrfmiddlewaretoken" value="([^"]+)', personal), client.cookies["csrftoken"].value]
    assert len(tokens) >= 2
    for page in (Asked(front, ADDRESS), Asked(front, ADDRESS)):
        for leak in ("Maren", "Ilse", "Secret Role", "nobody has heard of", "csrf", "Sign out", "Retract", *tokens):
            assert leak not in page.text, leak
        assert "Set-Cookie" not in page.headers
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(body, '') FROM assessments_storedpart")
        (stored,) = cursor.fetchone()
    for leak in ("Maren", "Ilse", "Secret Role", "nobody has heard of", "csrf", "Sign out", *tokens):
        assert leak not in stored, leak


def test_who_chose_a_theme_gets_everybodys_page_from_memory(bell: Assessment, front: Front) -> None:
    plain = Asked(front, ADDRESS)
    themed = Asked(front, ADDRESS, HTTP_COOKIE="csrftoken=x; theme=dark")
    assert (themed.bytes, themed.headers["ETag"], themed.queries) == (plain.bytes, plain.headers["ETag"], [])


@pytest.mark.parametrize("cookie", ["sessionid=x", "a=b; sessionid=x", "messages=x", "a=b;messages=x", "sessionid =x"])
def test_whoever_has_a_session_or_is_to_be_told_something_gets_djangos_own(
    cookie: str, bell: Assessment, front: Front
) -> None:
    Asked(front, ADDRESS)
    assert Asked(front, ADDRESS, HTTP_COOKIE=cookie).queries != []
    assert Asked(front, ADDRESS, HTTP_COOKIE="csrftoken=x; mysessionid=x").queries == []


@pytest.mark.parametrize("asked", [{"address": f"{ADDRESS}?x=1"}, {"method": "POST"}, {"HTTP_HOST": "127.0.0.1"}])
def test_what_differs_in_more_than_the_address_is_not_answered_from_what_another_asked(
    asked: dict[str, str], bell: Assessment, front: Front
) -> None:
    Asked(front, ADDRESS)
    answer = Asked(front, **{"address": ADDRESS, **asked})
    assert answer.queries != [] or answer.status == 405


def test_a_retired_role_is_held_like_any_other_and_comes_back_as_what_it_is_then(
    bell: Assessment, front: Front, admin: User
) -> None:
    identity.retire(role=bell.role, reason="Gone", by=admin, at=timezone.now())
    until(lambda: b"This role is retired" in Asked(front, ADDRESS).bytes)
    until(lambda: Asked(front, ADDRESS).queries == [])
    identity.bring_back(role=bell.role, reason="Not gone", by=admin, at=timezone.now())
    until(lambda: b"nothing of the role is published today" in Asked(front, ADDRESS).bytes)
    assert b"This role is retired" not in Asked(front, ADDRESS).bytes


def test_another_host_is_refused_though_the_page_is_held(bell: Assessment, front: Front) -> None:
    Asked(front, ADDRESS)
    assert Asked(front, ADDRESS, HTTP_HOST="evil.example").status == 400


# -- asking again -----------------------------------------------------------------------------------------------------


def test_who_has_the_page_already_is_told_so_without_it(bell: Assessment, front: Front) -> None:
    page = Asked(front, ADDRESS)
    tag = page.headers["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        again = Asked(front, ADDRESS, HTTP_IF_NONE_MATCH=known)
        assert (again.status, again.bytes, again.queries) == (304, b"", [])
        assert again.lasting == {name: page.lasting[name] for name in ("Cache-Control", "ETag", "Vary")}
    assert Asked(front, ADDRESS, HTTP_IF_NONE_MATCH='"another"').status == 200


def test_a_tag_is_of_what_made_the_page_as_well_because_headers_go_without_saying(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    was = stored.tag(b"the same bytes")
    assert stored.tag(b"the same bytes") == was
    monkeypatch.setattr(stored, "_maker", lambda: b"another policy")
    assert stored.tag(b"the same bytes") != was


def test_who_asks_again_before_the_page_is_held_is_told_so_too(bell: Assessment, front: Front) -> None:
    tag = Asked(WSGIHandler(), ADDRESS).headers["ETag"]
    assert Asked(front, ADDRESS, HTTP_IF_NONE_MATCH=tag).status == 304
    assert Asked(front, ADDRESS).queries == []


def test_a_head_is_a_get_without_its_body(bell: Assessment, front: Front) -> None:
    for _ in range(2):
        head = Asked(front, ADDRESS, "HEAD")
        assert (head.status, head.bytes) == (200, b"")
        assert head.lasting == Asked(front, ADDRESS).lasting


def test_a_page_goes_compressed_to_whom_it_may(bell: Assessment, front: Front) -> None:
    plain = Asked(front, ADDRESS)
    small = Asked(front, ADDRESS, HTTP_ACCEPT_ENCODING="br, gzip;q=0.5")
    assert (small.headers["Content-Encoding"], len(small.bytes) * 3 < len(plain.bytes)) == ("gzip", True)
    assert small.headers["Content-Length"] == str(len(small.bytes))
    assert gzip.decompress(small.bytes) == plain.bytes
    assert small.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Vary"] == small.headers["Vary"] == "Accept-Encoding, Cookie, Accept-Language"
    again = {"HTTP_ACCEPT_ENCODING": "gzip", "HTTP_IF_NONE_MATCH": small.headers["ETag"]}
    assert Asked(front, ADDRESS, **again).status == 304
    assert "Content-Encoding" not in Asked(front, ADDRESS, HTTP_ACCEPT_ENCODING="gzip;q=0").headers


def test_every_answer_has_a_request_id_of_its_own_or_that_of_the_request(bell: Assessment, front: Front) -> None:
    ids = {Asked(front, ADDRESS).headers["X-Request-ID"] for _ in range(3)}
    assert len(ids) == 3
    assert Asked(front, ADDRESS, HTTP_X_REQUEST_ID="known-to-the-proxy").headers["X-Request-ID"] == "known-to-the-proxy"
    assert Asked(front, ADDRESS, HTTP_X_REQUEST_ID="a b\nc").headers["X-Request-ID"] not in ("a b\nc", "")


# -- what it costs ----------------------------------------------------------------------------------------------------


def test_no_question_on_a_hit_and_one_on_a_miss_that_is_stored(bell: Assessment, front: Front) -> None:
    assert len(Asked(front, ADDRESS).queries) > 10
    assert Asked(front, ADDRESS).queries == []
    front.memory.forget()
    assert len(Asked(front, ADDRESS).queries) == 1
    assert Asked(front, ADDRESS).queries == []


def test_a_connection_that_died_since_is_replaced_without_a_word(bell: Assessment, front: Front) -> None:
    Asked(WSGIHandler(), ADDRESS)
    other = connection.copy()
    with connection.cursor() as here, other.cursor() as there:
        here.execute("SELECT pg_backend_pid()")
        there.execute("SELECT pg_terminate_backend(%s, 5000)", here.fetchone())
    other.close()
    assert Asked(front, ADDRESS).status == 200


def test_inside_a_transaction_a_lost_connection_is_lost(bell: Assessment) -> None:
    def lost(*_: object, **said: object) -> None:
        raise OperationalError("the connection is lost")

    with pytest.MonkeyPatch.context() as patched, transaction.atomic():
        patched.setattr("assessments.pages.prepared.execute", lost)
        with pytest.raises(OperationalError):
            pages.find("bell-tuner", None, language="en-gb", build="")


def test_memory_is_bounded_and_what_is_read_often_stays(
    bell: Assessment, assessor: User, reviewer: User, front: Front
) -> None:
    for number in range(6):
        published(assessor, reviewer, f"Bell Tuner {number}")
    recomputed()
    until(lambda: front.memory.counts.of([("all", "")], bell.published_score)[("all", "")].of == 7)
    Asked(front, ADDRESS)
    front.memory.limit = 9 * front.memory.size // 2
    for number in range(6):
        Asked(front, f"/roles/bell-tuner-{number}/")
        assert Asked(front, ADDRESS).queries == []
        assert front.memory.size <= front.memory.limit
    assert (len(front.memory.pages), front.memory.size) == (
        4,
        sum(each.size for each in front.memory.pages.values()),
    )
    front.memory.limit = 10_000
    front.memory.forget()
    assert Asked(front, ADDRESS).status == 200
    assert (front.memory.pages, front.memory.size) == ({}, 0)


# -- what changes -----------------------------------------------------------------------------------------------------


def test_a_publication_is_seen_within_a_second(bell: Assessment, assessor: User, reviewer: User, front: Front) -> None:
    old = Asked(front, ADDRESS)
    assert "55.3 of 100" in old.text
    published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
    until(lambda: "57.4 of 100" in Asked(front, ADDRESS).text)
    assert "You are reading version 1" in Asked(front, "/roles/bell-tuner/v1/").text
    recomputed()
    until(lambda: "are being made anew" not in Asked(front, ADDRESS).text)
    assert Asked(front, ADDRESS).headers["ETag"] != old.headers["ETag"]


def test_the_rank_follows_every_publication_without_a_question(
    bell: Assessment, assessor: User, reviewer: User, front: Front
) -> None:
    assert "Rank 1 of 1 published roles; 1 of 1 in its zone." in Asked(front, ADDRESS).text
    kept = front.memory.pages.copy()
    published(assessor, reviewer, "Sail Maker", evidence=(2, 2, 1, 1, 1))
    recomputed()
    until(lambda: "Rank 2 of 2 published roles; 2 of 2 in its zone." in Asked(front, ADDRESS).text)
    page = Asked(front, ADDRESS)
    assert (page.queries, front.memory.pages) == ([], kept)
    assert page.bytes == Asked(WSGIHandler(), ADDRESS).bytes


def test_a_retraction_turns_the_page_into_its_tombstone_within_a_second(
    bell: Assessment, admin: User, other_admin: User, front: Front
) -> None:
    assert Asked(front, ADDRESS).status == Asked(front, "/roles/bell-tuner/v1/").status == 200
    retracted(bell, admin, other_admin)
    until(lambda: Asked(front, ADDRESS).status == 410)
    assert Asked(front, "/roles/bell-tuner/v1/").status == 410


def test_a_page_that_was_read_before_a_change_and_comes_after_it_is_not_held(
    bell: Assessment, assessor: User, reviewer: User
) -> None:
    """Between Django's reading and the holding of what it read, a version is published and heard of."""
    django = WSGIHandler()
    late: list[Callable[[], None]] = []

    def slow(environ: Any, start_response: Any) -> Any:
        answer = django(environ, start_response)
        for each in late:
            each()
        return answer

    front = Front(slow)
    front.watch.start()
    until(lambda: front.watch.good, 6)

    def publish() -> None:
        late.clear()
        looked = front.memory.began()
        published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
        until(lambda: front.memory.began() > looked)

    late.append(publish)
    assert "55.3 of 100" in Asked(front, ADDRESS).text
    assert front.memory.pages == {}
    assert "57.4 of 100" in Asked(front, ADDRESS).text
    front.watch.stop()


def test_after_more_changes_than_are_remembered_nothing_that_was_read_meanwhile_is_held(
    bell: Assessment, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aijri_site.held.REMEMBERED", 0)
    Asked(front, ADDRESS)
    (held,) = front.memory.pages.values()
    began = front.memory.began()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO assessments_pagechange (role_id, own) VALUES (999999, true)")
    until(lambda: front.memory.began() > began)
    front.memory.hold(("late",), held, began=began)
    assert ("late",) not in front.memory.pages
    front.memory.hold(("in time",), held, began=front.memory.began())
    assert ("in time",) in front.memory.pages


def test_without_the_database_what_is_held_is_shown_for_a_while_and_then_no_more(
    bell: Assessment, front: Front, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    Asked(front, ADDRESS)

    def gone(*_: object, **__: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr("aijri_site.watch.pages.news", gone)
    time.sleep(1.2)
    assert Asked(front, ADDRESS).queries == []
    front.watch._good_until = 0.0
    assert Asked(front, ADDRESS).headers["ETag"]
    assert not front.watch.good
    monkeypatch.undo()
    until(lambda: front.watch.good, 3)
    assert front.memory.pages == {}, "what was held before the trouble may be of another day"


def test_a_process_that_was_forked_off_watches_for_itself(bell: Assessment, front: Front) -> None:
    front.watch.stop()
    front.watch._ended.clear()
    front.watch._good_until = 0.0
    Asked(front, ADDRESS)
    until(lambda: front.watch.good, 3)
    Asked(front, ADDRESS)
    assert Asked(front, ADDRESS).queries == []


def test_a_version_that_is_not_current_has_no_rank(
    bell: Assessment, assessor: User, reviewer: User, front: Front
) -> None:
    published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
    recomputed()
    until(lambda: "57.4" in Asked(front, ADDRESS).text)
    old = Asked(front, "/roles/bell-tuner/v1/")
    assert "Rank" not in old.text
    published(assessor, reviewer, "Sail Maker")
    recomputed()
    until(lambda: "of 2 published roles" in Asked(front, ADDRESS).text)
    assert Asked(front, "/roles/bell-tuner/v1/").bytes == old.bytes


def test_in_another_language_the_reader_gets_what_djangos_middleware_would_choose(
    bell: Assessment, settings: LazySettings
) -> None:
    settings.LANGUAGES = [("en-gb", "English"), ("de", "Deutsch")]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    made = Front(WSGIHandler())
    made.watch.start()
    until(lambda: made.watch.good, 6)
    for asked, language in (
        ({}, "en-gb"),
        ({"HTTP_ACCEPT_LANGUAGE": "de-AT, en;q=0.5"}, "de"),
        ({"HTTP_ACCEPT_LANGUAGE": "de", "HTTP_COOKIE": "django_language=en-gb"}, "en-gb"),
    ):
        first, second = Asked(made, ADDRESS, **asked), Asked(made, ADDRESS, **asked)
        assert (first.headers["Content-Language"], second.queries) == (language, [])
        assert second.lasting == first.lasting
        assert "Accept-Language" in second.headers["Vary"]
    made.watch.stop()


def test_nothing_is_stored_of_what_is_not_published(assessor: User, front: Front) -> None:
    a_draft(assessor)
    assert Asked(front, ADDRESS).status == 404
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM assessments_storedpart")
        assert cursor.fetchone() == (0,)
