"""The sitemap: published roles alone, in parts that never grow, whatever the catalogue does."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client

from assessments.models import User
from assessments.queries import sitemap
from tests.making import in_review, published, retracted

NAMES = {"": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def places(client: Client, address: str) -> list[str]:
    """The paths that a sitemap or its index names, without the site."""
    root = ElementTree.fromstring(client.get(address).getvalue())
    return [str(found.text).split("/", 3)[3] for found in root.iterfind(".//loc", NAMES)]


def test_an_empty_catalogue_has_single_pages_alone(client: Client, db: None) -> None:
    assert places(client, "/sitemap.xml") == ["sitemap-pages.xml"]
    assert "methodology/" in places(client, "/sitemap-pages.xml")
    assert client.get("/sitemap-0.xml").status_code == 404


def test_roles_stand_in_the_part_of_their_keys(
    client: Client, assessor: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "PART", 1)
    keys = [published(assessor, reviewer, title).role_id for title in ("Bell Founder", "Bell Hanger")]
    assert places(client, "/sitemap.xml") == ["sitemap-pages.xml", *(f"sitemap-{key}.xml" for key in keys)]
    assert places(client, f"/sitemap-{keys[1]}.xml") == ["roles/bell-hanger/"]


def test_a_part_says_when_a_role_was_published(client: Client, assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, "Bell Hanger")
    assessment = published(assessor, reviewer)
    address = f"/sitemap-{assessment.role_id // sitemap.PART}.xml"
    assert places(client, address) == ["roles/bell-hanger/", "roles/bell-tuner/"]
    assert f"<lastmod>{assessment.published_at:%Y-%m-%d}</lastmod>" in client.get(address).getvalue().decode()


def test_neither_drafts_nor_retracted_roles_are_in_it(
    client: Client, admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    in_review(assessor, "Secret Role")
    retracted(published(assessor, reviewer), admin, other_admin)
    assert places(client, "/sitemap.xml") == ["sitemap-pages.xml"]


@pytest.mark.parametrize("number", ["99", "9" * 30])
def test_a_part_beyond_all_keys_is_not_there(number: str, client: Client, db: None) -> None:
    assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_robots_are_kept_from_the_rooms_and_led_to_the_sitemap(client: Client) -> None:
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert {"Disallow: /desk/", "Disallow: /drafts/", "Disallow: /reviews/"} <= set(lines)
    assert lines[-1].startswith("Sitemap: http")
    assert lines[-1].endswith("/sitemap.xml")
