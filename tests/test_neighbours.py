"""The neighbours of a role on its profile and on their own page: each once, the nearest first, however many."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.actions import roles
from assessments.models import Role, RoleRelation, User
from assessments.queries import neighbours
from tests.making import published, recomputed, retracted
from tests.test_suggestions import alone


def hub_of(count: int, assessor: User, reviewer: User, admin: User) -> Role:
    """A published role with so many neighbours of rising scores, all below its own."""
    hub = alone(assessor, reviewer, "Hub", evidence=(2, 2, 1, 1, 1))
    now = timezone.now()
    others = [alone(assessor, reviewer, f"Ringer {number:02}") for number in range(count)]
    for number, other in enumerate(others):
        kind = "peer" if number % 2 else "senior_of"
        roles.relate(source=hub, kind=kind, target=other, note="", by=admin, at=now)
    roles.request_recompute(hub)
    recomputed()
    return hub


def test_a_neighbour_stands_once_with_every_kind_that_leads_to_it(
    assessor: User, reviewer: User, admin: User, client: Client
) -> None:
    hub = hub_of(1, assessor, reviewer, admin)
    roles.relate(
        source=Role.objects.get(slug="ringer-00"), kind="peer", target=hub, note="", by=admin, at=timezone.now()
    )
    recomputed()
    (found,) = neighbours.nearest(hub, most=5)
    assert (found["title"], sorted(found["kinds"]), found["signed"]) == (
        "Ringer 00",
        ["peer", "this role is senior to it"],
        "+4.2",
    )
    assert (found["explained"], found["zones_said"], found["inversion_said"]) == (
        "evidence +4.1, rounding and the ends of the scale +0.1",
        "both Green",
        "",
    )
    assert neighbours.count(hub) == 1
    page = " ".join(client.get("/roles/hub/").content.decode().split())
    assert "Evidence +4.1, rounding and the ends of the scale +0.1" in page
    assert "From this role, 59.5, to Ringer 00, 55.3" in page


def test_an_inversion_is_said_in_a_sentence(assessor: User, reviewer: User, admin: User, client: Client) -> None:
    low = alone(assessor, reviewer, "Lowered", proposed="53.5")
    high = alone(assessor, reviewer, "Other")
    roles.relate(source=low, kind="peer", target=high, note="", by=admin, at=timezone.now())
    recomputed()
    page = client.get("/roles/lowered/").content.decode()
    assert "This role is at least as high on all four factors and yet scores less than the neighbour" in page
    page = client.get("/roles/other/").content.decode()
    assert "The neighbour is at least as high on all four factors and yet scores less than this role" in page


def test_the_nearest_come_first_and_pages_follow_each_other(
    assessor: User, reviewer: User, admin: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = hub_of(4, assessor, reviewer, admin)
    near = alone(assessor, reviewer, "Zither Maker", evidence=(2, 1, 1, 1, 1))
    roles.relate(source=hub, kind="peer", target=near, note="", by=admin, at=timezone.now())
    recomputed()
    titles = [[row["title"] for row in neighbours.nearest(hub, most=2, after=after)] for after in (0, 2, 4)]
    assert titles == [["Zither Maker", "Ringer 00"], ["Ringer 01", "Ringer 02"], ["Ringer 03"]]
    monkeypatch.setattr("assessments.views.neighbours.PAGE", 2)
    page = client.get("/roles/hub/neighbours/?page=2")
    assert [row["title"] for row in page.context["neighbours"]] == ["Ringer 01", "Ringer 02"]
    assert (page.context["previous_url"], page.context["next_url"]) == ("?page=1", "?page=3")
    last = client.get("/roles/hub/neighbours/?page=99")
    assert [row["title"] for row in last.context["neighbours"]] == ["Ringer 03"]


def test_a_profile_shows_the_first_twelve_at_once_and_the_rest_on_demand(
    assessor: User, reviewer: User, admin: User, client: Client
) -> None:
    hub_of(14, assessor, reviewer, admin)
    page = client.get("/roles/hub/")
    assert (len(page.context["neighbours_first"]), len(page.context["neighbours_rest"])) == (12, 2)
    assert (len(page.context["neighbour_dots"].dots), len(page.context["waterfalls"].falls)) == (14, 12)
    assert "The 2 after these" in page.content.decode()


def test_more_neighbours_take_no_more_queries(assessor: User, reviewer: User, admin: User, client: Client) -> None:
    hub_of(3, assessor, reviewer, admin)
    alone(assessor, reviewer, "Lone")
    counts = []
    for address in ("/roles/hub/", "/roles/hub/neighbours/"):
        client.get(address)
        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(address)
        counts.append(len(few))
    for number in range(3, 30):
        other = alone(assessor, reviewer, f"Ringer {number:02}")
        roles.relate(
            source=Role.objects.get(slug="hub"), kind="peer", target=other, note="", by=admin, at=timezone.now()
        )
    recomputed()
    for address, count in zip(("/roles/hub/", "/roles/hub/neighbours/"), counts, strict=True):
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == count


def test_nobody_published_and_nobody_related_have_no_neighbours(
    assessor: User, reviewer: User, admin: User, other_admin: User, client: Client
) -> None:
    version = published(assessor, reviewer, "Lone", definition={"not_this_role": "It is what it is."})
    assert "nothing to compare" in client.get("/roles/lone/neighbours/").content.decode()
    assert client.get("/roles/nobody/neighbours/").status_code == 404
    retracted(version, admin, other_admin)
    assert client.get("/roles/lone/neighbours/").status_code == 410
    assert RoleRelation.objects.count() == 0
