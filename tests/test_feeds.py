"""Feeds: what was published and retracted, under ids that outlive renaming, for readers that ask again and again."""

from __future__ import annotations

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from assessments.actions import identity, roles
from assessments.models import Assessment, User
from assessments.queries import feed
from tests.making import a_draft, in_review, published, retracted
from tests.test_taking import published_again

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


@pytest.mark.parametrize("told", ["Retired", "Retracted"])
def test_a_family_keeps_its_feed_when_its_last_role_is_gone(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User, now: datetime, told: str
) -> None:
    tuner = published(assessor, reviewer)
    roles.set_family(role=tuner.role, family="Bells", by=admin, at=now)
    assert texts(read(client, "/feed.xml?family=bELLS"), "title") == ["AIJRI Review: Bells"]
    if told == "Retired":
        identity.retire(role=tuner.role, reason="None left.", by=admin, at=timezone.now())
    else:
        retracted(tuner, admin, other_admin)
    root = read(client, "/feed.xml?family=bells")
    assert texts(root, "entry/title") == [f"{told}: Bell Tuner (Mid-level), version 1"]
    roles.set_family(role=a_draft(assessor, "Secret Role").role, family="Secrets", by=admin, at=now)
    for nothing in ("Secrets", "Bell"):
        assert client.get(f"/feed.xml?family={nothing}").status_code == 404


def test_a_role_that_ends_is_told_of_in_every_feed_and_nothing_of_it_reads_as_current(
    client: Client, admin: User, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    published_again(assessor, reviewer)
    tuner = Assessment.objects.get(status="published")
    founder = published(assessor, reviewer, "Bell Founder")
    before = texts(read(client), "entry/id")
    at = timezone.now()
    identity.retire(role=tuner.role, reason="None left.", by=admin, at=at)
    root = read(client, "/roles/bell-tuner/feed.xml")
    assert texts(root, "entry/title") == [
        "Retired: Bell Tuner (Mid-level), version 2",
        "Bell Tuner (Mid-level): 55.3 of 100, Green (Transforming), superseded",
    ]
    assert texts(root, "updated") == [at.isoformat()]
    assert texts(root, "entry/summary")[0] == (
        f"The role was retired on {at:%-d %B %Y}; nobody assesses it any more."
        " It stood at 57.4 of 100, Green (Transforming), last."
    )
    assert texts(read(client), "entry/title")[0] == "Retired: Bell Tuner (Mid-level), version 2"
    assert sorted(map(str, texts(read(client), "entry/id"))) == sorted(map(str, before))
    identity.bring_back(role=tuner.role, reason="Some are.", by=admin, at=timezone.now())
    assert texts(read(client), "entry/title")[0] == "Not current: Bell Tuner (Mid-level), version 2"
    identity.merge(role=tuner.role, into=founder.role, reason="One.", by=admin, at=timezone.now())
    leads = client.get("/roles/bell-tuner/feed.xml")
    assert leads.headers["Location"] == "/roles/bell-founder/feed.xml"
    told = "Merged into Bell Founder (Mid-level): Bell Tuner (Mid-level), version 2"
    for address in ("/feed.xml", "/roles/bell-founder/feed.xml"):
        assert told in texts(read(client, address), "entry/title")
    assert f"merged into Bell Founder (Mid-level) on {at:%-d %B %Y}." in client.get("/feed.xml").content.decode()


def test_a_role_that_ends_is_told_of_though_much_was_published_since(
    client: Client, admin: User, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST", 2)
    tuner = published(assessor, reviewer)
    for title in ("Founder", "Hanger", "Ringer"):
        published(assessor, reviewer, title)
    identity.retire(role=tuner.role, reason="None left.", by=admin, at=timezone.now())
    assert [each.assessment.role.title for each in feed.latest()] == ["Bell Tuner", "Ringer"]


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
