"""Roles that are retired, merged, retracted or back without an assessment: nothing of them is told as if current, and
whoever looks for them is led on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from assessments import indexing
from assessments.actions import identity
from assessments.models import Assessment, Role, User
from assessments.queries import ended
from assessments.queries import published as reads
from assessments.queries.search import words
from tests.making import a_draft, published, retracted
from tests.test_shown import graph
from tests.test_taking import published_again

WHY = "So says the guild."


def retired(role: Role, admin: User) -> None:
    identity.retire(role=role, reason=WHY, by=admin, at=timezone.now())
    indexing.catch_up()


def merged(role: Role, into: Role, admin: User) -> None:
    identity.merge(role=role, into=into, reason=WHY, by=admin, at=timezone.now())
    indexing.catch_up()


def back(role: Role, admin: User) -> None:
    identity.bring_back(role=role, reason=WHY, by=admin, at=timezone.now())


def text(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(re.sub(r"<[^>]+>", "", answer.content.decode()).split())


@pytest.fixture
def tuner(assessor: User, reviewer: User) -> Role:
    return published(assessor, reviewer, "Bell Tuner").role


@pytest.fixture
def caster(assessor: User, reviewer: User) -> Role:
    return published(assessor, reviewer, "Bell Caster", evidence=(2, 2, 2, 2, 2)).role


def test_a_version_is_what_became_of_it_and_of_its_role(
    tuner: Role, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    assert ended.state(reads.version("bell-tuner", 1)) == "published"
    published_again(assessor, reviewer)
    states = []
    for change in (lambda: None, lambda: retired(tuner, admin), lambda: back(tuner, admin)):
        change()
        states.append(ended.state(reads.version("bell-tuner", 1)))
    caster = published(assessor, reviewer, "Bell Caster").role
    merged(tuner, caster, admin)
    states.append(ended.state(reads.version("bell-tuner", 1)))
    gone = retracted(Assessment.objects.get(role=caster), admin, other_admin)
    assert [*states, ended.state(gone)] == ["superseded", "retired", "superseded", "merged", "retracted"]


def test_a_role_that_is_back_shows_its_last_version_though_an_earlier_one_was_retracted(
    client: Client, tuner: Role, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    retracted(Assessment.objects.get(role=tuner), admin, other_admin)
    assert client.get("/roles/bell-tuner/").status_code == 410
    published(assessor, reviewer, "Bell Tuner", evidence=(2, 2, 2, 2, 2))
    retired(tuner, admin)
    back(tuner, admin)
    for _ in range(2):
        assert "You are reading version 2" in text(client, "/roles/bell-tuner/")
    assert client.get("/api/v1/roles/bell-tuner/").json()["number"] == 2


def test_badge_embedded_card_and_card_of_a_retired_role_say_so_in_shape_and_word(
    client: Client, tuner: Role, admin: User
) -> None:
    before = {name: client.get(name) for name in ("/badge/bell-tuner.svg", "/roles/bell-tuner/v1/card.png")}
    retired(tuner, admin)
    badge = client.get("/badge/bell-tuner.svg", headers={"if-none-match": before["/badge/bell-tuner.svg"]["ETag"]})
    assert [found.text for found in ElementTree.fromstring(badge.content) if found.text] == [
        "Bell Tuner (Mid-level): retired; AIJRI was 55.3 of 100, Green (Transforming)",
        "AIJRI",
        "■ retired, was 55.3",
    ]
    embedded = text(client, "/roles/bell-tuner/embed/")
    assert "■ Retired This score is the last that was published, and current no more." in embedded
    card = client.get("/roles/bell-tuner/v1/card.png")
    assert card.content != before["/roles/bell-tuner/v1/card.png"].content
    back(tuner, admin)
    assert "■ superseded, was 55.3" in client.get("/badge/bell-tuner.svg").content.decode()


def test_programs_are_not_told_that_a_version_is_current_when_it_is_not(
    client: Client, tuner: Role, admin: User, assessor: User, reviewer: User
) -> None:
    report: Any = graph(client, "/roles/bell-tuner/")[0]["subjectOf"]
    assert (report["creativeWorkStatus"], "expires" in report) == ("Published", False)
    published_again(assessor, reviewer)
    retired(tuner, admin)
    for address, number, state in (("/roles/bell-tuner/", 2, "Retired"), ("/roles/bell-tuner/v1/", 1, "Retired")):
        report = graph(client, address)[0]["subjectOf"]
        assert (report["creativeWorkStatus"], report["version"]) == (state, str(number))
        at = Assessment.objects.get(role=tuner, number=number).superseded_at
        assert at is not None
        assert report["expires"] == at.isoformat()
        page = client.get(address).content.decode()
        assert f'content="Bell Tuner, version {number}, retired: 5' in page
        assert page.count('content="Not current (retired): Bell Tuner ') == 3


def test_the_api_says_that_a_role_is_retired(client: Client, tuner: Role, admin: User) -> None:
    said = []
    for change in (lambda: None, lambda: retired(tuner, admin), lambda: back(tuner, admin)):
        change()
        found = client.get("/api/v1/roles/bell-tuner/").json()
        said.append((found["status"], found["role_status"]))
    assert said == [("published", "active"), ("superseded", "retired"), ("superseded", "active")]


def test_history_and_neighbours_of_a_retired_role_say_that_it_is(client: Client, tuner: Role, admin: User) -> None:
    assert "This role is retired" not in text(client, "/roles/bell-tuner/history/")
    assert "No related role has been published yet" in text(client, "/roles/bell-tuner/neighbours/")
    retired(tuner, admin)
    assert "This role is retired: nobody assesses it any more" in text(client, "/roles/bell-tuner/history/")
    said = "This role is retired and compared with nothing any more."
    for address in ("/roles/bell-tuner/", "/roles/bell-tuner/neighbours/"):
        page = text(client, address)
        assert (said in page, "No related role" in page, "0 published roles" in page) == (True, False, False)
    back(tuner, admin)
    for address in ("/roles/bell-tuner/", "/roles/bell-tuner/neighbours/"):
        assert "Nothing is published of this role at present" in text(client, address)


def test_a_version_of_a_merged_role_is_its_own_page_and_names_what_the_role_was_merged_into(
    client: Client, tuner: Role, caster: Role, admin: User
) -> None:
    assert client.get("/roles/bell-tuner/v1/").status_code == 200
    merged(tuner, caster, admin)
    page = client.get("/roles/bell-tuner/v1/").content.decode()
    assert '<link rel="canonical" href="http://testserver/roles/bell-tuner/v1/">' in page
    assert 'was merged into <a href="/roles/bell-caster/">Bell Caster (Mid-level)</a> since.' in page
    assert "/#neighbours" not in page
    said = "This role was merged into Bell Caster (Mid-level) and is compared with nothing any more."
    assert said in text(client, "/roles/bell-tuner/v1/")
    identity.rename(role=caster, title="Chime Caster", seniority="", reason=WHY, by=admin, at=timezone.now())
    page = client.get("/roles/bell-tuner/v1/").content.decode()
    assert page.count('<a href="/roles/chime-caster/">Chime Caster</a>') == 2


def test_comparing_with_a_role_that_is_gone_says_what_became_of_it(
    client: Client, tuner: Role, caster: Role, admin: User, other_admin: User
) -> None:
    retired(tuner, admin)
    for typed in ("bell-tuner", "Bell Tuner", tuner.public_id):
        said = text(client, f"/compare/?role={typed}&role=bell-caster", 404)
        assert "Bell Tuner (Mid-level) is retired; its last version can still be read." in said
        assert "No published role is called" not in said
    back(tuner, admin)
    assert "Nothing is published of Bell Tuner (Mid-level) at present" in text(
        client, "/compare/?role=bell-tuner&role=bell-caster", 404
    )
    retracted(Assessment.objects.get(role=caster), admin, other_admin)
    assert "The assessment of Bell Caster (Mid-level) was retracted; why." in text(
        client, "/compare/?role=bell-caster", 404
    )


def test_who_looks_for_a_role_that_is_gone_is_led_on(
    client: Client, tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    polisher = published(assessor, reviewer, "Chime Polisher").role
    retired(tuner, admin)
    merged(polisher, caster, admin)
    for asked in ("bell tuner", tuner.public_id, tuner.public_id.lower()):
        page = client.get("/roles/", {"q": asked}).content.decode()
        assert 'Bell Tuner (Mid-level) is retired; <a href="/roles/bell-tuner/">its last version</a>' in page
    page = client.get("/roles/", {"q": polisher.public_id}).content.decode()
    assert (
        'Chime Polisher (Mid-level) was merged into <a href="/roles/bell-caster/">Bell Caster (Mid-level)</a>.' in page
    )
    a_draft(assessor, "Secret Role")
    assert "Secret Role (" not in client.get("/roles/", {"q": "Secret Role"}).content.decode()


def test_a_search_that_finds_what_is_called_so_asks_nothing_more(
    client: Client, tuner: Role, caster: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.catch_up()
    monkeypatch.setattr(ended, "called", lambda asked: pytest.fail("asked"))
    for asked in ("bell", "bell tuner", tuner.public_id, ""):
        assert client.get("/roles/", {"q": asked}).status_code == 200


def test_roles_that_are_gone_are_looked_up_in_one_question_where_there_are_none(
    tuner: Role, django_assert_num_queries: Callable[..., Any]
) -> None:
    asked = words.read("Bell Tuner")
    assert asked is not None
    with django_assert_num_queries(1):
        assert ended.called(asked) == []
