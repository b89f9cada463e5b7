"""Several web processes as `make run` starts them: each sees every change within a second, told or not, and whole."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from assessments.actions import identity
from assessments.models import Assessment, User
from tests.embedded.rig import eventually
from tests.making import published, recomputed, retracted
from tests.webs import Web, collected, web

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "/roles/bell-tuner/"
# By whether the number of the version is odd.
SCORES = ("57.4", "55.3")
# The number, and the score in the title, in the sentence, in the verdict, on the line (which moves with others), in the
# list of versions and in what is to be cited.
FACTS = [
    re.compile(each, re.DOTALL)
    for each in (
        r"Version (\d+), method",
        r"<title>Bell Tuner: ([0-9.]+) of 100",
        r"resists displacement well: ([0-9.]+) of 100",
        r'verdict-number">([0-9.]+)<',
        r'label label-zone label-strong">([0-9.]+)<',
        r'aria-current="true">.{,200}<strong>([0-9.]+)</strong>',
        r"AIJRI ([0-9.]+) of 100",
    )
]
ANNOUNCED = "ALTER TABLE assessments_pagechange {} TRIGGER pages_announced"


@pytest.fixture(scope="module")
def statics(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Path:
    folder = tmp_path_factory.mktemp("web")
    collected(folder)
    return folder


@pytest.fixture
def webs(statics: Path, bell: Assessment) -> Iterator[tuple[Web, Web]]:
    """Two processes that both hold the page."""
    with ExitStack() as running:
        both = running.enter_context(web(statics)), running.enter_context(web(statics))
        for each in both:
            assert eventually(lambda each=each: each.get(ADDRESS).status == 200)
            time.sleep(0.2)  # its thread listens by now: what is read from here on is held
            each.get(ADDRESS)
        yield both


@pytest.fixture
def bell(assessor: User, reviewer: User) -> Assessment:
    assessment = published(assessor, reviewer)
    recomputed()
    return assessment


@pytest.fixture(params=["told", "not told"])
def told(request: pytest.FixtureRequest) -> Iterator[None]:
    """Both with and without notifications: a trigger that does not fire tells nobody."""
    if request.param == "told":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(ANNOUNCED.format("DISABLE"))
    yield
    with connection.cursor() as cursor:
        cursor.execute(ANNOUNCED.format("ENABLE ALWAYS"))


def test_a_publication_and_a_retraction_are_seen_by_every_process_within_a_second(
    webs: tuple[Web, Web],
    told: None,
    bell: Assessment,
    assessor: User,
    reviewer: User,
    admin: User,
    other_admin: User,
) -> None:
    second = published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
    since = time.monotonic()
    for each in webs:
        assert eventually(lambda each=each: "57.4 of 100" in each.get(ADDRESS).body, 1.0)
    assert time.monotonic() - since < 1.2
    retracted(second, admin, other_admin)
    since = time.monotonic()
    for each in webs:
        assert eventually(lambda each=each: each.get(ADDRESS).status == 410, 1.0)
    assert time.monotonic() - since < 1.2


def test_both_answer_with_the_same_tag_and_the_same_bytes(webs: tuple[Web, Web]) -> None:
    one, other = (each.get(ADDRESS) for each in webs)
    assert (one.headers["etag"], one.body) == (other.headers["etag"], other.body)
    assert other.headers["x-frame-options"] == "DENY"
    for each in webs:
        unchanged = each.get(ADDRESS, **{"If-None-Match": one.headers["etag"]})
        assert (unchanged.status, unchanged.body, unchanged.headers["etag"]) == (304, "", one.headers["etag"])
        head = each.get(ADDRESS, "HEAD")
        assert (head.body, head.headers["content-length"]) == ("", str(len(one.body.encode())))


def test_no_reader_ever_sees_a_page_of_two_versions(
    webs: tuple[Web, Web], bell: Assessment, assessor: User, reviewer: User
) -> None:
    """Versions are published and recomputed while four readers read without a pause: everything that one page says of
    the role's score, its evidence and its number belongs to one version."""
    ended = threading.Event()
    torn: set[tuple[str, ...]] = set()
    seen: set[str] = set()

    def read(each: Web) -> None:
        while not ended.is_set():
            page = each.get(ADDRESS).body
            said = tuple(found[1] if (found := fact.search(page)) else "" for fact in FACTS)
            number, *scores = said
            seen.add(number)
            if set(scores) != {SCORES[int(number) % 2]}:
                torn.add(said)

    readers = [threading.Thread(target=read, args=(each,)) for each in webs for _ in range(2)]
    for each in readers:
        each.start()
    try:
        for number in range(2, 12):
            published(assessor, reviewer, evidence=(1 + (number + 1) % 2, 1, 1, 1, 1))
            recomputed()
    finally:
        ended.set()
        for each in readers:
            each.join()
    assert torn == set()
    assert len(seen) > 3


def test_each_language_is_held_for_itself_and_a_publication_is_seen_in_both(
    webs: tuple[Web, Web], assessor: User, reviewer: User
) -> None:
    """Asked for in turns, from memory: the browser's language, which a cookie outweighs, and each with its own tag."""
    english, german = {"Accept-Language": "en-GB"}, {"Accept-Language": "de-AT,de;q=0.9"}
    chosen = {"Accept-Language": "en-GB", "Cookie": "django_language=de"}
    for each in webs:
        said = [each.get(ADDRESS, **asked) for asked in (english, german, chosen, english, german)]
        assert [answer.headers["content-language"] for answer in said] == ["en-gb", "de", "de", "en-gb", "de"]
        assert {answer.headers["vary"] for answer in said} == {"Accept-Encoding, Cookie, Accept-Language"}
        assert (said[0].body, said[1].body) == (said[3].body, said[4].body)
        assert said[1].body == said[2].body
        assert said[0].headers["etag"] != said[1].headers["etag"]
        crossed = each.get(ADDRESS, **german, **{"If-None-Match": said[0].headers["etag"]})
        assert (crossed.status, crossed.body) == (200, said[1].body)
    published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
    recomputed()
    for each in webs:
        assert eventually(lambda each=each: "Bell Tuner: 57.4 of 100" in each.get(ADDRESS, **english).body)
        assert eventually(lambda each=each: "Bell Tuner: 57.4 von 100" in each.get(ADDRESS, **german).body)


def test_a_new_name_a_retirement_and_a_merger_are_seen_by_every_process_within_a_second(
    webs: tuple[Web, Web], told: None, bell: Assessment, assessor: User, reviewer: User, admin: User
) -> None:
    def seen(answers: Callable[[Web], bool]) -> None:
        since = time.monotonic()
        for each in webs:
            assert eventually(lambda each=each: answers(each), 1.0)
        assert time.monotonic() - since < 1.2

    def leads(web: Web, address: str, to: str) -> bool:
        answer = web.get(address)
        return (answer.status, answer.headers.get("location")) == (301, to)

    why: dict[str, Any] = {"reason": "So says the guild.", "by": admin, "at": timezone.now()}
    named = identity.rename(role=bell.role, title="Carillon Tuner", seniority=bell.role.seniority, **why)
    seen(lambda web: leads(web, ADDRESS, "/roles/carillon-tuner/"))
    seen(lambda web: "<h1" in (page := web.get("/roles/carillon-tuner/").body) and "Carillon Tuner:" in page)
    identity.retire(role=named, **why)
    seen(lambda web: "This role is retired" in web.get("/roles/carillon-tuner/").body)
    identity.bring_back(role=named, **why)
    seen(lambda web: "nothing of the role is published today" in web.get("/roles/carillon-tuner/").body)
    other = published(assessor, reviewer, "Bell Founder").role
    seen(lambda web: web.get("/roles/bell-founder/").status == 200)
    identity.merge(role=other, into=named, **why)
    seen(lambda web: leads(web, "/roles/bell-founder/", "/roles/carillon-tuner/"))
