"""What O*NET means for everything else: names, neighbours, pages, guards; and the real release, twice."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import audit
from assessments.actions import drafts, roles
from assessments.models import (
    AuditEvent,
    OutboxMessage,
    PeerComparison,
    PeerQuote,
    Role,
    RoleCode,
    RoleRelation,
    User,
    WaitingName,
)
from assessments.queries import roles as find
from tests.making import a_draft, published, recomputed
from tests.releases import CUTTERS, FOUNDERS, LIGHTERS, OCCUPATIONS, bring, changes, everything, role_of, write

SHARED = Path(os.environ.get("AIJRI_SHARED", "../shared")) / "data" / "onet_29_3"
NOBODY = {"not_this_role": "It is what it is."}
SignedIn = Callable[[User], Client]
Captured = pytest.CaptureFixture[str]


def assessed(title: str, assessor: User, reviewer: User, **changed: Any) -> Role:
    """A published role of that title."""
    return published(assessor, reviewer, title, **{"definition": NOBODY, **changed}).role


def pending() -> int:
    return OutboxMessage.objects.filter(done_at__isnull=True).count()


# Names


def test_a_draft_is_of_the_occupation_whose_title_it_bears(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    assert a_draft(assessor, "lamp lighters", seniority="").role == role_of(LIGHTERS)


def test_an_occupation_takes_the_level_of_the_first_document_that_bears_its_title(
    tmp_path: Path, admin: User, assessor: User, other_assessor: User
) -> None:
    bring(write(tmp_path), admin)
    first, second = a_draft(assessor, "Lamp Lighters"), a_draft(other_assessor, "Lamp Lighters", seniority="Senior")
    role = role_of(LIGHTERS)
    assert (first.role, role.seniority, first.document["role"]["seniority"]) == (role, "Mid-level", "Mid-level")
    assert (second.role.title, second.role.seniority, second.role.codes.count()) == ("Lamp Lighters", "Senior", 0)
    event = AuditEvent.objects.get(verb="role.level_taken")
    assert audit.sentence(event) == "assessed the occupation Lamp Lighters at the level Mid-level"
    assert bring(tmp_path, admin).total == 0


def test_an_occupation_without_level_that_was_withdrawn_takes_one(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    draft = a_draft(assessor, "Lamp Lighters", seniority="")
    assert a_draft(assessor, "Lamp Lighters", seniority="Senior").role != role_of(LIGHTERS)
    drafts.withdraw(assessment_id=draft.pk, by=assessor, at=timezone.now())
    assert a_draft(assessor, "Lamp Lighters").role == role_of(LIGHTERS)


def test_an_alternate_title_names_an_occupation_only_where_no_level_is_stated(
    tmp_path: Path, admin: User, assessor: User
) -> None:
    bring(write(tmp_path), admin)
    mid = a_draft(assessor, "Lighter", seniority="Mid-level")
    assert (mid.role.title, mid.role.codes.count()) == ("Lighter", 0)
    draft = a_draft(assessor, "Bell Caster", seniority="")
    assert (draft.role, draft.document["role"]["title"]) == (role_of(FOUNDERS), "Bell Founders")


def test_an_alternate_title_of_two_occupations_names_neither(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path, alternates=[(FOUNDERS, "Lighter"), (LIGHTERS, "Lighter")]), admin)
    assert find.for_document("Lighter", "") is None


def test_a_persons_alias_outranks_alternate_titles(tmp_path: Path, admin: User, assessor: User, now: datetime) -> None:
    clerk, other = (a_draft(assessor, title).role for title in ("Clerk", "Usher"))
    roles.add_alias(role=clerk, text="Lighter", by=admin, at=now)
    bring(write(tmp_path), admin)
    assert (find.for_document("Lighter", ""), find.by_names(["lighter"], near=other)["lighter"].role) == (clerk, clerk)
    roles.add_alias(role=other, text="Lighter", by=admin, at=now)
    assert (find.for_document("Lighter", ""), find.by_names(["lighter"], near=other)["lighter"].role) == (None, None)


def test_a_bare_name_means_an_occupation_by_an_alternate_title_once_it_is_published(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    bring(write(tmp_path), admin)
    clerk = a_draft(assessor, "Clerk").role
    assert find.by_names(["Bell Caster"], near=clerk)["Bell Caster"].role is None
    founders = assessed("Bell Founders", assessor, reviewer)
    assert find.by_names(["Bell Caster"], near=clerk)["Bell Caster"].role == founders


QUOTING = {"not_this_role": "NOT a Bell Caster (scored 12.5), NOT an Ice Cutters, NOT a Founder or Nobody Known."}


def waiting() -> list[str]:
    return sorted(WaitingName.objects.values_list("title", flat=True))


def test_names_that_wait_find_occupations_by_title_at_the_import(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, definition=QUOTING).role
    assert waiting() == ["Bell Caster", "Founder", "Ice Cutters"]
    report = bring(write(tmp_path), admin)
    assert changes(report)["names_answered"] == ["Ice Cutters"]
    relation = RoleRelation.objects.get(source=tuner)
    assert (relation.target, relation.kind, relation.origin) == (role_of(CUTTERS), "distinct_from", "document")
    assert bring(tmp_path, admin).total == 0


def test_names_and_quotes_that_wait_find_occupations_by_alternate_title_at_publication(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    tuner = published(assessor, reviewer, definition=QUOTING).role
    bring(write(tmp_path, alternates=[(FOUNDERS, "Bell Caster"), (FOUNDERS, "Founder"), (LIGHTERS, "Founder")]), admin)
    assert PeerQuote.objects.get(role_title="Bell Caster").role is None
    founders = assessed("Bell Founders", assessor, reviewer)
    assert PeerQuote.objects.get(role_title="Bell Caster").role == founders
    assert RoleRelation.objects.filter(source=tuner, target=founders, kind="distinct_from").count() == 1
    assert waiting() == []


def test_names_that_a_release_brings_to_a_published_role_are_answered(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, definition=QUOTING)
    founders = assessed("Bell Founders", assessor, reviewer)
    report = bring(write(tmp_path, alternates=[(FOUNDERS, "Bell Caster")]), admin)
    assert sorted(changes(report)["names_answered"]) == ["Bell Caster", "Bell Caster", "Ice Cutters"]
    assert (PeerQuote.objects.get(role_title="Bell Caster").role, waiting()) == (founders, ["Founder"])


def test_no_role_is_named_distinct_from_itself_by_an_alternate_title(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    founders = assessed("Bell Founders", assessor, reviewer, definition={"not_this_role": "NOT a Bell Caster."})
    bring(write(tmp_path), admin)
    assert (RoleRelation.objects.filter(source=founders, kind="distinct_from").count(), waiting()) == (
        0,
        ["Bell Caster"],
    )


# Neighbours


def test_a_published_occupation_is_compared_with_published_ones_alone(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    bring(write(tmp_path), admin)
    founders, lighters = (assessed(OCCUPATIONS[code], assessor, reviewer) for code in (FOUNDERS, LIGHTERS))
    recomputed()
    found = PeerComparison.objects.order_by("pk").values_list("role", "peer", "kind")
    assert sorted(found) == sorted([(founders.pk, lighters.pk, "related"), (lighters.pk, founders.pk, "related")])


def test_a_release_asks_for_a_recompute_only_between_published_roles(
    tmp_path: Path, admin: User, assessor: User, reviewer: User
) -> None:
    assessed("Bell Founders", assessor, reviewer)
    assessed("Lamp Lighters", assessor, reviewer)
    recomputed()
    bring(write(tmp_path, related=[(FOUNDERS, CUTTERS, "Supplemental", "11")]), admin)
    assert pending() == 0
    bring(write(tmp_path), admin)
    assert pending() == 1
    recomputed()
    assert PeerComparison.objects.count() == 2
    bring(write(tmp_path, related=[(FOUNDERS, LIGHTERS, "Supplemental", "11")]), admin)
    assert pending() == 0
    bring(write(tmp_path, related=[]), admin)
    recomputed()
    assert PeerComparison.objects.count() == 0


# Pages


@pytest.fixture
def shown(tmp_path: Path, admin: User, assessor: User, reviewer: User) -> None:
    """Two published occupations with a relation, and one that nobody assessed."""
    names = [(FOUNDERS, f"Caster {number:02}") for number in range(15)]
    bring(write(tmp_path / "onet_29_3", alternates=names), admin)
    roles.add_alias(role=role_of(FOUNDERS), text="Smith of Bells", by=admin, at=timezone.now())
    for code in (FOUNDERS, LIGHTERS):
        assessed(OCCUPATIONS[code], assessor, reviewer)
    recomputed()


LICENCE = "from the O*NET 29.3 Database by the U.S. Department of Labor, Employment and Training Administration"


def test_a_profile_shows_code_zone_and_tier_with_their_licence(client: Client, shown: None) -> None:
    page = client.get("/roles/bell-founders/").content.decode()
    for said in (
        f"SOC {FOUNDERS}</span>, job zone 4",
        'Bell Founders</span>, job zone 4 of 5. <span lang="en">They see to it.',
        "Related (Primary-Short)",
        LICENCE,
        "Smith of Bells, Caster 00, Caster 01",
        "Caster 10</span> and 4 more",
    ):
        assert said in page
    assert "Ice Cutters" not in page


def test_a_relation_says_its_tier_from_either_side(client: Client, shown: None) -> None:
    for slug in ("bell-founders", "lamp-lighters"):
        (row,) = client.get(f"/api/v1/roles/{slug}/peers/").json()["results"]
        assert (row["kind"], row["tier"]) == ("related", "Primary-Short")


def test_a_relation_of_people_has_no_tier(client: Client, admin: User, assessor: User, reviewer: User) -> None:
    clerk, usher = (assessed(title, assessor, reviewer) for title in ("Clerk", "Usher"))
    roles.relate(source=clerk, kind="related", target=usher, note="", by=admin, at=timezone.now())
    recomputed()
    assert client.get("/api/v1/roles/clerk/peers/").json()["results"][0]["tier"] is None
    assert "O*NET" not in client.get("/roles/clerk/").content.decode()


def test_the_catalogue_shows_codes_and_finds_them(client: Client, shown: None) -> None:
    page = client.get("/roles/", {"q": "11-0002"}).content.decode()
    assert (f"SOC {LIGHTERS}" in page, "Bell Founders" in page, LICENCE in page) == (True, False, True)


def test_the_api_says_the_codes_of_a_role(client: Client, shown: None) -> None:
    assert client.get("/api/v1/roles/bell-founders/").json()["codes"] == [{"scheme": "onet-soc", "code": FOUNDERS}]


def test_an_occupation_that_nobody_assessed_is_nowhere_in_public(client: Client, shown: None) -> None:
    listed = client.get("/api/v1/roles/").json()["results"]
    assert [each["slug"] for each in listed] == ["bell-founders", "lamp-lighters"]
    for address in ("/roles/ice-cutters/", "/api/v1/roles/ice-cutters/", "/roles/ice-cutters.json"):
        assert client.get(address).status_code == 404
    for address in ("/", "/roles/?q=ice", "/roles/bell-founders/"):
        assert "Ice Cutters" not in client.get(address).content.decode()


@pytest.mark.parametrize("address", ["role", "rolecode", "rolealias", "rolerelation", "cataloguerelease"])
def test_administrators_see_what_was_imported(address: str, admin: User, shown: None, signed_in: SignedIn) -> None:
    said = {
        "role": f"{LIGHTERS}</td>",
        "rolecode": f"{CUTTERS}</a>",
        "rolealias": "Caster 14</a>",
        "rolerelation": "Primary-Long",
        "cataloguerelease": "29.3",
    }
    page = signed_in(admin).get(f"/admin/assessments/{address}/", {"q": ""}).content.decode()
    assert said[address] in page


# Guards


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE assessments_rolecode SET code = '11-0001.00'", "role_code_once"),
        ("UPDATE assessments_rolecode SET job_zone = 6", "role_code_job_zone_range"),
        ("UPDATE assessments_rolecode SET scheme = 'isco'", "role_code_scheme_known"),
        ("UPDATE assessments_rolealias SET origin = 'nobody'", "role_alias_origin_known"),
        ("UPDATE assessments_rolerelation SET index = NULL", "relation_tier_and_index_together"),
        ("UPDATE assessments_rolerelation SET tier = NULL", "relation_tier_and_index_together"),
        ("UPDATE assessments_rolerelation SET index = 21", "relation_tier_and_index_together"),
        ("UPDATE assessments_rolerelation SET kind = 'peer'", "relation_tier_and_index_together"),
    ],
)
def test_the_database_refuses_what_no_release_says(
    statement: str, constraint: str, tmp_path: Path, admin: User
) -> None:
    bring(write(tmp_path), admin)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("table", ["assessments_historicalrolealias", "assessments_historicalrolecode"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET history_type = '-'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_history_of_names_and_codes_is_append_only(statement: str, table: str, tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement.format(table))


# The real release


def test_the_real_release_twice_changes_nothing_the_second_time(admin: User, capsys: Captured) -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is absent: set AIJRI_SHARED")
    started = time.monotonic()
    first = reported(capsys)
    between = time.monotonic()
    before = everything()
    again = time.monotonic()
    second = reported(capsys)
    print(f"first {between - started:.1f} s, second {time.monotonic() - again:.1f} s")
    counts = {kind: count for kind, count in first["counts"].items() if count}
    assert counts == {"occupations_created": 1016, "alternate_titles_added": 56555, "relations_added": 18460}
    assert RoleCode.objects.filter(job_zone__isnull=False).count() == 923
    assert (second["release"], second["changed"], second["left_to_people"]) == ("29.3", 0, [])
    assert everything() == before
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE assessments_rolealias")
        cursor.execute(f"EXPLAIN {find.FOR_DOCUMENT}", {"title": "Agency Owner", "seniority": ""})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert ("role_alias_text" in plan, "Seq Scan on assessments_rolealias" in plan) == (True, False)


def reported(capsys: Captured) -> dict[str, Any]:
    call_command("import_onet", str(SHARED), "--as", "ada", "--report", "json")
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report
