"""Feeds: what was published and retracted, under ids that outlive renaming, for readers that ask again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client

from assessments.actions import roles
from assessments.models import Assessment, User
from assessments.queries import feed
from tests.making import a_draft, in_review, published, retracted

ATOM = "{http://www.w3.org/2005/Atom}"


def read(client: Client, address: str = "/feed.xml") -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def texts(root: ElementTree.Element, path: str) -> list[str | None]:
    return [found.text for found in root.findall("/".join(ATOM + step for step in path.split("/")))]


def test_a_feed_has_what_atom_demands(client: Client, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    root = read(client)
    assert root.tag == f"{ATOM}feed"
    assert texts(root, "id") == ["tag:testserver,2026:feed/catalogue"]
    assert texts(root, "author/name") == ["AIJRI Review"]
    assert texts(root, "entry/id") == [f"tag:testserver,2026:{assessment.role.public_id}/v1"]
    assert texts(root, "entry/title") == ["Bell Tuner (Mid-level): 55.3 of 100, Green (Transforming)"]
    assert texts(root, "entry/summary") == [
        "Version 1, first assessment of this role; method 1.0. Override: None — formula score accepted."
    ]
    assert texts(root, "updated") == texts(root, "entry/updated")
    [moved] = texts(root, "entry/updated")
    assert datetime.fromisoformat(str(moved)) == assessment.published_at
    links = [link.attrib for link in root.findall(f"{ATOM}link")]
    assert [link["rel"] for link in links] == ["self", "alternate"]


def test_an_empty_feed_is_a_feed(client: Client, db: None) -> None:
    assert texts(read(client), "updated") == ["1970-01-01T00:00:00+00:00"]


def test_a_retraction_is_told_under_the_entry_that_was_published(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    assessment = published(assessor, reviewer)
    published(assessor, reviewer, "Bell Founder")
    before = texts(read(client, "/roles/bell-tuner/feed.xml"), "entry/id")
    gone = retracted(assessment, admin, other_admin)
    root = read(client)
    assert texts(root, "entry/title")[0] == "Retracted: Bell Tuner (Mid-level), version 1"
    assert "The counts were made up." in str(texts(root, "entry/summary")[0])
    assert datetime.fromisoformat(str(texts(root, "updated")[0])) == gone.retracted_at
    assert texts(read(client, "/roles/bell-tuner/feed.xml"), "entry/id") == before


@pytest.mark.parametrize("make", [a_draft, in_review])
def test_what_is_not_published_is_in_no_feed(make: type, client: Client, assessor: User, reviewer: User) -> None:
    make(assessor, "Secret Role")
    published(assessor, reviewer)
    assert b"Secret" not in client.get("/feed.xml").content
    assert client.get("/roles/secret-role/feed.xml").status_code == 404


def test_a_family_has_a_feed_once_it_has_something_published(
    client: Client, admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    tuner = published(assessor, reviewer)
    published(assessor, reviewer, "Bell Founder")
    assert client.get("/feed.xml?family=Bells+%26+Co").status_code == 404
    roles.set_family(role=tuner.role, family="Bells & Co", by=admin, at=now)
    root = read(client, "/feed.xml?family=Bells+%26+Co")
    assert texts(root, "entry/title") == ["Bell Tuner (Mid-level): 55.3 of 100, Green (Transforming)"]
    assert [found.attrib for found in root.iter(f"{ATOM}category")] == [{"term": "Bells & Co"}]


def test_who_has_it_already_is_sent_nothing(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    answer = client.get("/feed.xml")
    for name, header in (("if-none-match", "ETag"), ("if-modified-since", "Last-Modified")):
        again = client.get("/feed.xml", headers={name: answer.headers[header]})
        assert (again.status_code, again.content) == (304, b"")
    published(assessor, reviewer, "Bell Founder")
    assert client.get("/feed.xml", headers={"if-none-match": answer.headers["ETag"]}).status_code == 200


def test_a_hostile_title_stays_text(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "]]></title><script>&amp;")
    assert texts(read(client), "entry/title")[0] == (
        "]]></title><script>&amp; (Mid-level): 55.3 of 100, Green (Transforming)"
    )


def test_a_feed_has_a_limit(assessor: User, reviewer: User, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST", 2)
    made = [published(assessor, reviewer, title) for title in ("Founder", "Hanger", "Ringer")]
    assert [each.assessment for each in feed.latest()] == [made[2], made[1]]
    assert Assessment.objects.filter(published_at__gt=now + timedelta(hours=1)).count() == 0
