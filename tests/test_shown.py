"""What other sites and programs show: badge, card, embedded card, JSON-LD that no title breaks out of."""

from __future__ import annotations

import json
import re
from datetime import datetime
from xml.etree import ElementTree

import pytest
import redis
from django.core.cache import cache
from django.test import Client

from assessments import audit
from assessments.models import RoleCode, User
from assessments.pictures import card
from assessments.views import linked_data
from tests.making import a_draft, published, retracted
from tests.test_taking import published_again

HOSTILE = "</script><script>alert(1)</script>&amp;\u2028"
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def graph(client: Client, address: str) -> list[dict[str, object]]:
    [text] = LD.findall(client.get(address).content.decode())
    return json.loads(text)["@graph"]


def test_a_badge_says_the_score_and_reads_the_title_out(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "<Bell> & Tuner")
    answer = client.get("/badge/bell-tuner.svg")
    root = ElementTree.fromstring(answer.content)
    said = [found.text for found in root if found.text]
    assert said == ["<Bell> & Tuner (Mid-level): AIJRI 55.3 of 100, Green (Transforming)", "AIJRI",
                    "▲ 55.3 Green (Transforming)"]  # fmt: skip
    assert answer.headers["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert client.get("/badge/bell-tuner.svg", headers={"if-none-match": answer.headers["ETag"]}).status_code == 304


def test_a_card_is_drawn_once(client: Client, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    published(assessor, reviewer)
    first = client.get("/roles/bell-tuner/v1/card.png")
    monkeypatch.setattr(card, "draw", lambda facts: pytest.fail("drawn again"))
    assert client.get("/roles/bell-tuner/v1/card.png").content == first.content
    again = client.get("/roles/bell-tuner/v1/card.png", headers={"if-none-match": first.headers["ETag"]})
    assert (first.content[:4], again.status_code, again.content) == (b"\x89PNG", 304, b"")


def test_a_card_is_drawn_without_a_cache(
    client: Client, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(key: str) -> None:
        raise redis.ConnectionError

    published(assessor, reviewer)
    monkeypatch.setattr(cache, "get", away)
    assert client.get("/roles/bell-tuner/v1/card.png").content[:4] == b"\x89PNG"


def test_only_the_embedded_card_may_stand_in_a_frame(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    embedded, profile = client.get("/roles/bell-tuner/embed/"), client.get("/roles/bell-tuner/")
    assert "frame-ancestors *" in embedded.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in embedded.headers
    assert "frame-ancestors 'none'" in profile.headers["Content-Security-Policy"]
    assert profile.headers["X-Frame-Options"] == "DENY"
    page = embedded.content.decode()
    assert "55.3" in page
    assert [word for word in ("<form", "<script", "csrf") if word in page] == []


def test_of_a_retracted_role_nothing_is_shown_elsewhere(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    for address in ("/badge/bell-tuner.svg", "/roles/bell-tuner/v1/card.png", "/roles/bell-tuner/embed/"):
        assert client.get(address).status_code == 410
    embedded = client.get("/roles/bell-tuner/embed/").content.decode()
    assert ("was retracted" in embedded, "55.3" in embedded) == (True, False)


def test_what_is_not_published_is_shown_nowhere(client: Client, assessor: User) -> None:
    a_draft(assessor, "Secret Role")
    for address in ("/badge/secret-role.svg", "/roles/secret-role/v1/card.png", "/roles/secret-role/embed/"):
        assert client.get(address).status_code == 404


def test_a_profile_is_an_occupation_with_a_report(
    client: Client, assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    code = RoleCode(role=assessment.role, scheme="onet-soc", code="49-9063.00", title="Tuners")
    audit.save(code, by=reviewer, at=now, reason="test")
    occupation, trail = graph(client, "/roles/bell-tuner/")
    assert (occupation["@type"], trail["@type"]) == ("Occupation", "BreadcrumbList")
    assert occupation["occupationalCategory"] == [
        {"@type": "CategoryCode", "codeValue": "49-9063.00", "inCodeSet": "O*NET-SOC"}
    ]
    assert occupation["subjectOf"]["version"] == "1"  # type: ignore[index]
    assert [step["name"] for step in trail["itemListElement"]] == ["Roles", "Bell Tuner"]  # type: ignore[attr-defined]


def test_an_earlier_version_is_a_step_further(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    published_again(assessor, reviewer)
    trail = graph(client, "/roles/bell-tuner/v1/")[1]
    assert [step["name"] for step in trail["itemListElement"]] == [  # type: ignore[attr-defined]
        "Roles",
        "Bell Tuner",
        "Version 1",
    ]


def test_no_title_breaks_out_of_the_data(client: Client, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer, "</script><script>alert(1)</script><!--")
    page = client.get(f"/roles/{assessment.role.slug}/").content.decode()
    assert "<script>alert" not in page
    assert graph(client, f"/roles/{assessment.role.slug}/")[0]["name"] == "</script><script>alert(1)</script><!--"
    element = linked_data.embedded({"name": HOSTILE})
    assert (element.count("<"), element.count("\u2028"), element.count("&")) == (2, 0, 0)
    assert json.loads(LD.findall(element)[0]) == {"name": HOSTILE}


def test_other_sites_are_told_of_the_card(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    page = client.get("/roles/bell-tuner/").content.decode()
    assert '<meta property="og:image" content="http://testserver/roles/bell-tuner/v1/card.png">' in page
