"""Relations between roles as administrators set them and take them back: what is refused, and by what sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import audit
from assessments.actions import roles
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import AuditEvent, PeerComparison, Role, RoleRelation, User
from tests.making import published, recomputed
from tests.test_races import at_once

SignedIn = Callable[[User], Client]


def make(title: str, by: User) -> Role:
    return roles.ensure_role(title=title, seniority="", by=by, at=timezone.now())


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


@pytest.fixture
def four(assessor: User) -> list[Role]:
    return [make(title, assessor) for title in ("Apprentice", "Founder", "Master", "Guild Warden")]


def relate(source: Role, kind: str, target: Role, by: User, note: str = "") -> RoleRelation:
    return roles.relate(source=source, kind=kind, target=target, note=note, by=by, at=timezone.now())


@pytest.mark.parametrize(
    ("kind", "again", "said"),
    [
        ("peer", "peer", "Apprentice is a peer of Founder already."),
        ("related", "related", "Apprentice is related to Founder already."),
        ("distinct_from", None, "Apprentice is distinct from Founder already."),
        ("junior_of", "senior_of", "Apprentice is junior of Founder already."),
        ("senior_of", "junior_of", "Apprentice is senior of Founder already."),
    ],
)
def test_what_is_said_already_is_refused_from_either_side(
    kind: str, again: str | None, said: str, four: list[Role], admin: User
) -> None:
    relate(four[0], kind, four[1], admin)
    with pytest.raises(Conflict) as refused:
        relate(four[0], kind, four[1], admin)
    assert refused.value.sentence == said
    if again is None:
        relate(four[1], kind, four[0], admin)
        return
    with pytest.raises(Conflict) as refused:
        relate(four[1], again, four[0], admin)
    assert refused.value.sentence == said


def test_levels_that_would_go_round_are_refused_through_however_many_and_whichever_way_they_are_said(
    four: list[Role], admin: User
) -> None:
    apprentice, founder, master, warden = four
    relate(founder, "senior_of", apprentice, admin)
    relate(founder, "junior_of", master, admin)
    relate(warden, "senior_of", master, admin)
    relate(warden, "senior_of", apprentice, admin)
    for source, kind, target in (
        (apprentice, "senior_of", warden),
        (warden, "junior_of", apprentice),
        (apprentice, "senior_of", master),
        (founder, "senior_of", master),
        (master, "junior_of", founder),
    ):
        with pytest.raises(Invalid) as refused:
            relate(source, kind, target, admin)
        lower, upper = (source, target) if kind == "senior_of" else (target, source)
        assert refused.value.sentence == (
            f"{upper} is senior of {lower} already, directly or through roles between them, so it cannot be its junior"
            " as well."
        )
    relate(apprentice, "peer", warden, admin)
    assert RoleRelation.objects.count() == 5


def test_the_database_refuses_a_circle_and_a_relation_to_a_retired_role_too(four: list[Role], admin: User) -> None:
    apprentice, founder, master, warden = four
    relate(founder, "senior_of", apprentice, admin)
    relation = relate(master, "senior_of", founder, admin)
    insert = (
        "INSERT INTO assessments_rolerelation (source_id, target_id, kind, note, origin, created_at, created_by_id)"
        " VALUES (%s, %s, %s, '', 'administrator', now(), %s)"
    )
    for source, kind, target in ((apprentice, "senior_of", master), (master, "junior_of", apprentice)):
        with pytest.raises(IntegrityError, match="already the other way round"):
            sql(insert, source.pk, target.pk, kind, admin.pk)
    with pytest.raises(IntegrityError, match="already the other way round"), transaction.atomic():
        RoleRelation.objects.filter(pk=relation.pk).update(source=apprentice, target=founder)
    for status in ("retired", "merged"):
        into = master if status == "merged" else None
        Role.objects.filter(pk=warden.pk).update(status=status, merged_into=into)
        with pytest.raises(IntegrityError, match="not active any more"):
            sql(insert, master.pk, warden.pk, "peer", admin.pk)


@pytest.mark.parametrize(("status", "place"), [("retired", 0), ("merged", 1)])
def test_nothing_new_is_related_to_a_role_that_is_merged_or_retired(
    status: str, place: int, four: list[Role], admin: User
) -> None:
    into = four[3] if status == "merged" else None
    Role.objects.filter(pk=four[place].pk).update(status=status, merged_into=into)
    with pytest.raises(Invalid) as refused:
        relate(four[0], "peer", four[1], admin)
    assert refused.value.sentence == f"{four[place]} is {status}; nothing new is said of it."
    assert [each.path for each in refused.value.places] == [["source", "target"][place]]


def test_a_document_that_names_a_retired_role_is_published_and_related_to_the_others(
    assessor: User, reviewer: User
) -> None:
    founder = published(assessor, reviewer, "Bell Founder")
    Role.objects.filter(pk=founder.role_id).update(status="retired")
    published(assessor, reviewer, "Bell Tuner")
    assert RoleRelation.objects.filter(target=founder.role).count() == 0


@pytest.mark.parametrize(
    ("kind", "note", "said"),
    [("above", "", "A relation is one of: peer, distinct from,"), ("peer", "x" * 501, "at most 500 characters")],
)
def test_a_relation_is_of_a_kind_and_its_note_has_a_length(
    kind: str, note: str, said: str, four: list[Role], admin: User
) -> None:
    with pytest.raises(Invalid, match=said):
        relate(four[0], kind, four[1], admin, note)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_a_circle_from_both_ends_one_is_refused(
    admin: User, other_admin: User, assessor: User
) -> None:
    for index in range(10):
        low, middle, high = (make(f"{name} {index}", assessor) for name in ("Low", "Middle", "High"))
        relate(middle, "senior_of", low, admin)
        results = at_once(
            lambda high=high, middle=middle: relate(high, "senior_of", middle, admin),
            lambda high=high, low=low: relate(low, "senior_of", high, other_admin),
        )
        refused = [each for each in results if isinstance(each, Exception)]
        assert [getattr(each, "code", each) for each in refused] == ["circle_of_levels"]
    assert RoleRelation.objects.count() == 20


@pytest.mark.django_db(transaction=True)
def test_of_two_who_relate_the_same_from_both_ends_one_is_told_so(
    admin: User, other_admin: User, assessor: User
) -> None:
    for index in range(10):
        a, b = make(f"A {index}", assessor), make(f"B {index}", assessor)
        results = at_once(
            lambda a=a, b=b: relate(a, "peer", b, admin), lambda a=a, b=b: relate(b, "peer", a, other_admin)
        )
        refused = [each for each in results if isinstance(each, Exception)]
        assert [getattr(each, "code", each) for each in refused] == ["related_already"]


def test_a_relation_that_is_taken_back_takes_its_comparisons_with_it_and_stays_on_record(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    a, b = published(assessor, reviewer, "Bell Smith"), published(assessor, reviewer, "Harp Maker")
    relation = relate(a.role, "peer", b.role, admin)
    recomputed()
    assert PeerComparison.objects.count() == 2
    for by, reason, refusal in ((assessor, "x", Forbidden), (admin, " ", Invalid), (admin, "x" * 501, Invalid)):
        with pytest.raises(refusal):
            roles.unrelate(relation_id=relation.pk, reason=reason, by=by, at=now)
    roles.unrelate(relation_id=relation.pk, reason="Not comparable.", by=admin, at=now)
    recomputed()
    assert (PeerComparison.objects.count(), RoleRelation.history.count()) == (0, 2)
    assert audit.sentence(AuditEvent.objects.get(verb="relation.removed")) == (
        "took back that bell-smith is peer harp-maker"
    )
    with pytest.raises(Invisible):
        roles.unrelate(relation_id=relation.pk, reason="Again.", by=admin, at=now)


def test_the_page_relates_a_role_and_takes_relations_back(four: list[Role], admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    address = "/relations/?role=Founder"
    assert "related to nothing yet" in client.get(address).content.decode()
    form = {"kind": "senior_of", "target": "apprentice", "note": "By the guild."}
    assert client.post(address, form).headers["Location"] == "/relations/?role=founder"
    page = client.get("/relations/?role=founder").content.decode()
    assert ("Founder is senior of Apprentice" in page, "By the guild." in page) == (True, True)
    refused = client.post(address, form)
    assert (refused.status_code, refused.context["refusal"].sentence) == (
        409,
        "Founder is senior of Apprentice already.",
    )
    relation = RoleRelation.objects.get()
    assert client.post(address, {"remove": str(relation.pk), "reason": ""}).status_code == 400
    assert client.post(address, {"remove": "x" * 30, "reason": "Wrong."}).status_code == 404
    assert client.post(address, {"remove": str(relation.pk), "reason": "Wrong."}).status_code == 302
    assert RoleRelation.objects.count() == 0


def test_the_page_offers_what_an_unclear_name_may_mean(four: list[Role], admin: User, signed_in: SignedIn) -> None:
    client = signed_in(admin)
    assert client.get("/relations/").status_code == 200
    asked = client.get("/relations/?role=maste")
    assert (asked.status_code, [role.title for role in asked.context["offered"]["role"]]) == (400, ["Master"])
    assert client.get("/relations/?role=maste&role_offered=master").context["role"].title == "Master"
    refused = client.post("/relations/?role=founder", {"kind": "peer", "target": "app"})
    assert [role.title for role in refused.context["offered"]["target"]] == ["Apprentice"]
    assert client.post("/relations/", {"kind": "peer"}).status_code == 200


def test_ten_thousand_relations_of_one_role_are_listed_by_the_page_and_counted_by_the_profile(
    assessor: User, reviewer: User, admin: User, signed_in: SignedIn, client: Client, now: datetime
) -> None:
    hub = published(assessor, reviewer, "Bell Smith").role
    near = [published(assessor, reviewer, f"Bell Hanger {index}").role for index in range(62)]
    crowd = Role.objects.bulk_create(
        Role(slug=f"crowd-{index}", title=f"Crowd {index}", created_at=now, created_by=admin) for index in range(9938)
    )
    RoleRelation.objects.bulk_create(
        RoleRelation(source=each, target=hub, kind="peer", origin="import", created_at=now, created_by=admin)
        for each in [*near, *crowd]
    )
    # As autovacuum does after so many rows: what smaller tests had the planner believe made this one take minutes.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assessments_role, assessments_rolerelation, assessments_assessment")
    roles.request_recompute(hub)
    recomputed()
    page = signed_in(admin).get("/relations/?role=bell-smith&page=200")
    assert (page.context["page"].paginator.count, len(page.context["page"])) == (10_000, 50)
    profile = " ".join(client.get("/roles/bell-smith/").content.decode().split())
    assert "The 60 nearest of 62 neighbours" in profile


def test_the_api_lists_relates_and_takes_back(
    client: Client, four: list[Role], admin: User, token_of: Callable[..., dict[str, str]]
) -> None:
    headers = token_of(admin)

    def post(path: str, body: dict[str, Any]) -> Any:
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)

    made = post("roles/founder/relations/", {"kind": "senior_of", "target": "Apprentice"})
    assert (made.status_code, made.json()["target"]) == (201, {"slug": "apprentice", "title": "Apprentice"})
    for body, status, code in (
        ({"kind": "senior_of", "target": "apprentice"}, 409, "related_already"),
        ({"kind": "junior_of", "target": "apprentice"}, 400, "circle_of_levels"),
        ({"kind": "peer", "target": "founder"}, 400, "relation_to_itself"),
        ({"kind": "peer", "target": "nobody"}, 400, "target"),
    ):
        refused = post("roles/founder/relations/", body)
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (status, code)
    listed = client.get("/api/v1/roles/apprentice/relations/", headers=headers).json()["results"]
    assert [(each["id"], each["kind"], each["origin"]) for each in listed] == [
        (made.json()["id"], "senior_of", "administrator")
    ]
    assert post(f"relations/{made.json()['id']}/remove/", {"reason": "Wrong."}).status_code == 204
    assert post(f"relations/{made.json()['id']}/remove/", {"reason": "Wrong."}).status_code == 404
