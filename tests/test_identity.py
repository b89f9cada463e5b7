"""Renaming, merging and retiring roles: who may, what follows, and that no address that was given out ever dangles."""

from __future__ import annotations

import threading

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import audit, documents
from assessments.actions import claims, drafts, identity, retraction, roles
from assessments.errors import Conflict, Forbidden, Invalid
from assessments.models import (
    AuditEvent,
    FormerAddress,
    PeerComparison,
    Role,
    RoleAlias,
    RoleCode,
    RoleRelation,
    Standing,
    User,
    WaitingName,
)
from assessments.queries import feed, integrity, search
from assessments.queries import published as reads
from assessments.queries import roles as find
from assessments.views import taking
from reviews import actions
from reviews.access import may_decide
from tests.making import a_document, a_draft, in_review, published, recomputed

pytestmark = pytest.mark.django_db
WHY = "So says the guild."


def renamed(role: Role, admin: User, title: str, seniority: str = "Mid-level") -> Role:
    return identity.rename(role=role, title=title, seniority=seniority, reason=WHY, by=admin, at=timezone.now())


def merged(role: Role, into: Role, admin: User) -> Role:
    return identity.merge(role=role, into=into, reason=WHY, by=admin, at=timezone.now())


@pytest.fixture
def tuner(assessor: User, reviewer: User) -> Role:
    return published(assessor, reviewer, "Bell Tuner").role


@pytest.fixture
def caster(assessor: User, reviewer: User) -> Role:
    return published(assessor, reviewer, "Bell Caster", evidence=(2, 2, 2, 2, 2)).role


AT_EVERY_ADDRESS = (
    "",
    "v1/",
    "history/",
    "neighbours/",
    "feed.xml",
    "embed/",
    "cite/",
    "v1/cite/",
    "v1/cite.bib",
    "v1/cite.csl.json",
    "v1/tasks.csv",
    "v1.json",
    "v1.md",
    "v1.txt",
    "v1/card.png",
    "v1/report/",
)


@pytest.mark.parametrize("rest", AT_EVERY_ADDRESS)
def test_every_page_of_a_renamed_role_leads_from_its_former_address(
    client: Client, tuner: Role, admin: User, rest: str
) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    answer = client.get(f"/roles/bell-tuner/{rest}?as=before")
    assert (answer.status_code, answer["Location"]) == (301, f"/roles/carillon-tuner/{rest}?as=before")
    assert client.get(f"/roles/carillon-tuner/{rest}").status_code == 200


@pytest.mark.parametrize("ending", ["json", "md", "txt"])
def test_the_documents_of_a_renamed_role_lead_on(client: Client, tuner: Role, admin: User, ending: str) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    answer = client.get(f"/roles/bell-tuner.{ending}")
    assert (answer.status_code, answer["Location"]) == (301, f"/roles/carillon-tuner.{ending}")
    assert client.get("/badge/bell-tuner.svg")["Location"] == "/badge/carillon-tuner.svg"


@pytest.mark.parametrize("rest", ["", "assessments/", "assessments/1/", "peers/", "assessments/1/explanation/"])
def test_the_api_leads_on_with_a_body_that_says_so(client: Client, tuner: Role, admin: User, rest: str) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    answer = client.get(f"/api/v1/roles/bell-tuner/{rest}")
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/roles/carillon-tuner/{rest}")
    assert answer.json()["errors"][0]["code"] == "moved"


def test_what_is_sent_to_a_former_address_is_to_be_sent_again(client: Client, tuner: Role, admin: User) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    client.force_login(admin)
    answer = client.post("/roles/bell-tuner/identity/", {"verb": "retire", "reason": WHY})
    assert (answer.status_code, answer["Location"]) == (308, "/roles/carillon-tuner/identity/")
    tuner.refresh_from_db()
    assert tuner.status == "active"


def test_a_renamed_role_is_found_by_both_names_and_its_documents_do_not_change(
    tuner: Role, admin: User, assessor: User
) -> None:
    before = tuner.assessments.get().content_hash
    renamed(tuner, admin, "Carillon Tuner", "Senior")
    recomputed()
    tuner.refresh_from_db()
    assert (tuner.title, tuner.seniority, tuner.slug) == ("Carillon Tuner", "Senior", "carillon-tuner")
    assert list(tuner.aliases.values_list("text", flat=True)) == ["Bell Tuner"]
    assert find.for_document("Bell Tuner", "") == tuner
    hits = search.find(search.read({"q": "bell tuner"})[0], size=10).hits
    assert [each.entry.title for each in hits] == ["Carillon Tuner"]
    assert tuner.assessments.get().content_hash == before
    event = AuditEvent.objects.get(verb="role.renamed")
    assert audit.sentence(event) == ("renamed Bell Tuner (Mid-level) to Carillon Tuner (Senior): So says the guild.")


def test_a_level_alone_changes_no_address_and_adds_no_name(tuner: Role, admin: User) -> None:
    renamed(tuner, admin, "Bell Tuner", "Senior")
    tuner.refresh_from_db()
    assert (tuner.slug, tuner.aliases.count(), FormerAddress.objects.count()) == ("bell-tuner", 0, 0)


def test_the_same_name_again_writes_nothing(tuner: Role, admin: User) -> None:
    events = AuditEvent.objects.count()
    renamed(tuner, admin, "  Bell   Tuner ")
    assert (AuditEvent.objects.count(), tuner.history.count()) == (events, 1)


def test_a_role_may_take_an_earlier_name_back(client: Client, tuner: Role, admin: User) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    renamed(tuner, admin, "Bell Tuner")
    tuner.refresh_from_db()
    assert (tuner.slug, [each.slug for each in FormerAddress.objects.all()]) == ("bell-tuner", ["carillon-tuner"])
    assert client.get("/roles/carillon-tuner/")["Location"] == "/roles/bell-tuner/"
    assert client.get("/roles/bell-tuner/").status_code == 200


def test_a_new_role_never_takes_an_address_that_leads_elsewhere(tuner: Role, admin: User, assessor: User) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    audit.delete_many(list(RoleAlias.objects.all()), by=admin, at=timezone.now(), reason="test")
    other = a_draft(assessor, "Bell Tuner").role
    assert (other.pk != tuner.pk, other.slug) == (True, "bell-tuner-mid-level")


@pytest.mark.parametrize("way", ["role", "former"])
def test_the_database_refuses_an_address_that_leads_to_two_roles(
    tuner: Role, caster: Role, admin: User, way: str
) -> None:
    renamed(tuner, admin, "Carillon Tuner")
    with pytest.raises(IntegrityError, match="leads to a role already"), transaction.atomic():
        if way == "role":
            Role.objects.filter(pk=caster.pk).update(slug="bell-tuner")
        else:
            FormerAddress.objects.create(slug="bell-caster", role=tuner, left_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_whoever_waits_for_an_address_that_is_being_given_up_does_not_get_it(
    assessor: User, reviewer: User, admin: User
) -> None:
    tuner = published(assessor, reviewer, "Bell Tuner").role
    refused: list[Exception] = []

    def take() -> None:
        try:
            Role.objects.create(title="Another", slug="bell-tuner", created_at=timezone.now(), created_by=assessor)
        except IntegrityError as error:
            refused.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        renamed(tuner, admin, "Carillon Tuner")
        taking = threading.Thread(target=take)
        taking.start()
        taking.join(0.5)
        assert taking.is_alive(), "it waits for the unique index"
    taking.join(10)
    assert len(refused) == 1
    assert Role.objects.filter(slug="bell-tuner").count() == 0


def test_a_name_that_another_role_has_is_refused(tuner: Role, caster: Role, admin: User) -> None:
    with pytest.raises(Conflict, match="merge the two instead"):
        renamed(tuner, admin, "BELL CASTER", "mid-level")
    tuner.refresh_from_db()
    assert (tuner.title, FormerAddress.objects.count()) == ("Bell Tuner", 0)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"seniority": "x" * 201}, "seniority"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
    ],
)
def test_names_and_reasons_of_no_use_are_refused(tuner: Role, admin: User, given: dict[str, str], field: str) -> None:
    said = {"title": "Carillon Tuner", "seniority": "", "reason": WHY} | given
    with pytest.raises(Invalid) as refused:
        identity.rename(role=tuner, by=admin, at=timezone.now(), **said)
    assert [place.path for place in refused.value.places] == [field]


def test_only_administrators_rename_merge_retire_and_bring_back(
    tuner: Role, caster: Role, reviewer: User, assessor: User
) -> None:
    now = timezone.now()
    for person in (reviewer, assessor):
        for change in (
            lambda by: renamed(tuner, by, "Carillon Tuner"),
            lambda by: merged(tuner, caster, by),
            lambda by: identity.retire(role=tuner, reason=WHY, by=by, at=now),
            lambda by: identity.bring_back(role=tuner, reason=WHY, by=by, at=now),
        ):
            with pytest.raises(Forbidden):
                change(person)


def test_a_merged_role_hands_on_names_codes_and_relations_and_is_compared_no_more(
    tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    now = timezone.now()
    smith = published(assessor, reviewer, "Bell Smith").role
    ringer = published(assessor, reviewer, "Bell Ringer").role
    code = RoleCode(role=tuner, scheme="onet-soc", code="49-9063.00", title="Tuners")
    audit.save(code, by=admin, at=now, reason="test")
    for text in ("Chime Tuner", "Founder"):
        roles.add_alias(role=tuner, text=text, by=admin, at=now)
    roles.add_alias(role=caster, text="FOUNDER", by=admin, at=now)
    for source, kind, target in (
        (tuner, "peer", smith),
        (tuner, "peer", caster),
        (ringer, "peer", tuner),
        (ringer, "peer", caster),
        (tuner, "senior_of", ringer),
        (ringer, "senior_of", smith),
        (smith, "senior_of", caster),
    ):
        roles.relate(source=source, kind=kind, target=target, note="", by=admin, at=now)
    recomputed()
    merged(tuner, caster, admin)
    recomputed()
    tuner.refresh_from_db()
    assert (tuner.status, tuner.merged_into) == ("merged", caster)
    assert tuner.assessments.get().status == "superseded"
    assert sorted(caster.aliases.values_list("text", flat=True)) == ["Bell Tuner", "Chime Tuner", "FOUNDER"]
    assert (caster.codes.get().code, tuner.codes.count(), tuner.aliases.count()) == ("49-9063.00", 0, 0)
    # `caster senior_of ringer` would have closed a circle; the two with caster itself or twice are gone.
    assert set(RoleRelation.objects.values_list("source__title", "kind", "target__title")) == {
        ("Bell Caster", "peer", "Bell Smith"),
        ("Bell Ringer", "peer", "Bell Caster"),
        ("Bell Ringer", "senior_of", "Bell Smith"),
        ("Bell Smith", "senior_of", "Bell Caster"),
    }
    assert not PeerComparison.objects.filter(role=tuner).exists()
    assert not PeerComparison.objects.filter(peer=tuner).exists()
    assert not Standing.objects.filter(role=tuner).exists()
    assert PeerComparison.objects.filter(role=caster, peer=smith, kind="peer").exists()
    assert list(integrity.peer_breaches()) == []
    hits = search.find(search.read({"q": "bell tuner"})[0], size=10).hits
    assert [each.entry.title for each in hits][:1] == ["Bell Caster"]
    event = AuditEvent.objects.get(verb="role.merged")
    assert audit.sentence(event) == ("merged Bell Tuner (Mid-level) into Bell Caster (Mid-level): So says the guild.")


def test_a_merged_roles_address_leads_to_the_survivor_and_its_versions_stay(
    client: Client, tuner: Role, caster: Role, admin: User
) -> None:
    hash_before = tuner.assessments.get().content_hash
    assert client.get("/roles/bell-tuner/").status_code == 200
    merged(tuner, caster, admin)
    recomputed()
    for rest in ("", "history/", "neighbours/", "embed/", "cite/"):
        assert client.get(f"/roles/bell-tuner/{rest}")["Location"] == f"/roles/bell-caster/{rest}"
    assert client.get("/api/v1/roles/bell-tuner/")["Location"] == "/api/v1/roles/bell-caster/"
    page = client.get("/roles/bell-tuner/v1/")
    assert "of a role that was merged into" in " ".join(page.content.decode().split())
    assert tuner.assessments.get().content_hash == hash_before
    history = client.get("/roles/bell-caster/history/").content.decode()
    assert '<a href="/roles/bell-tuner/v1/">Version 1</a>' in history
    assert [each["slug"] for each in client.get("/api/v1/roles/").json()["results"]] == ["bell-caster"]


def test_documents_that_name_a_merged_role_mean_the_survivor(
    tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    merged(tuner, caster, admin)
    assert find.for_document("Bell Tuner", "Mid-level") == caster
    assert find.by_names(["Bell Tuner"], near=caster)["Bell Tuner"].role == caster
    assert find.by_titles(["Bell Tuner"]) == {"Bell Tuner": caster}
    document = documents.from_json(a_document("Bell Tuner"))
    saved = drafts.create_draft(document=document, by=assessor, at=timezone.now())
    assert saved.assessment.role == caster
    with pytest.raises(Conflict, match="write on that one"):
        drafts.create_draft(document=document, by=assessor, at=timezone.now(), expected_role=tuner)


def test_who_is_merged_into_a_role_that_is_merged_leads_to_the_last_of_them(
    client: Client, tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    smith = published(assessor, reviewer, "Bell Smith").role
    merged(tuner, caster, admin)
    merged(caster, smith, admin)
    for slug in ("bell-tuner", "bell-caster"):
        assert client.get(f"/roles/{slug}/")["Location"] == "/roles/bell-smith/"


def test_the_same_title_at_two_levels_merges_without_naming_itself(
    tuner: Role, admin: User, assessor: User, reviewer: User
) -> None:
    senior = published(assessor, reviewer, "Bell Tuner", seniority="Senior").role
    merged(tuner, senior, admin)
    assert senior.aliases.count() == 0
    assert find.for_document("Bell Tuner", "Mid-level") == senior


def test_a_role_is_not_merged_into_itself_nor_into_one_that_is_gone_nor_twice(
    tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    with pytest.raises(Invalid, match="into itself"):
        merged(tuner, tuner, admin)
    merged(tuner, caster, admin)
    for role, into, said in ((tuner, caster, "merged already"), (caster, tuner, "is merged itself")):
        with pytest.raises(Conflict, match=said):
            merged(role, into, admin)
    with pytest.raises(Conflict, match="merged already"):
        renamed(tuner, admin, "Anything")


@pytest.mark.parametrize("verb", ["merge", "retire"])
def test_nothing_open_is_left_behind(
    tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User, verb: str
) -> None:
    now = timezone.now()

    def end() -> None:
        if verb == "merge":
            merged(tuner, caster, admin)
        else:
            identity.retire(role=tuner, reason=WHY, by=admin, at=now)

    draft = a_draft(assessor, "Bell Tuner")
    with pytest.raises(Conflict, match="has an open version"):
        end()
    drafts.withdraw(assessment_id=draft.pk, by=assessor, at=now)
    proposal = retraction.propose(assessment_id=tuner.assessments.get(number=1).pk, reason=WHY, by=admin, at=now)
    with pytest.raises(Conflict, match="retraction of Bell Tuner"):
        end()
    retraction.withdraw(retraction_id=proposal.pk, reason="Not now.", by=admin, at=now)
    claim = claims.declare(kind="at_least", a=caster, b=tuner, distance="", reason="Mine.", by=reviewer, at=now)
    with pytest.raises(Conflict, match="Calibration claims speak of"):
        end()
    claims.withdraw(claim_id=claim.pk, reason="Not now.", by=reviewer, at=now)
    end()
    tuner.refresh_from_db()
    assert tuner.status in ("merged", "retired")


def test_a_retired_role_keeps_its_last_version_on_its_page_and_stands_in_no_list(
    client: Client, tuner: Role, caster: Role, admin: User
) -> None:
    assert client.get("/roles/bell-tuner/").status_code == 200
    identity.retire(role=tuner, reason=WHY, by=admin, at=timezone.now())
    recomputed()
    page = client.get("/roles/bell-tuner/")
    assert page.status_code == 200
    assert "This role is retired" in page.content.decode()
    assert [each["slug"] for each in client.get("/api/v1/roles/").json()["results"]] == ["bell-caster"]
    assert "bell-tuner" not in b"".join(client.get("/sitemap-0.xml")).decode()
    identity.bring_back(role=tuner, reason=WHY, by=admin, at=timezone.now())
    with pytest.raises(Conflict, match="is not retired"):
        identity.bring_back(role=tuner, reason=WHY, by=admin, at=timezone.now())


def test_a_role_that_is_brought_back_shows_its_last_version_until_the_next(
    client: Client, tuner: Role, admin: User, assessor: User, reviewer: User
) -> None:
    identity.retire(role=tuner, reason=WHY, by=admin, at=timezone.now())
    identity.bring_back(role=tuner, reason=WHY, by=admin, at=timezone.now())
    page = client.get("/roles/bell-tuner/").content.decode()
    assert "You are reading version 1" in page
    assert "nothing of the role is published today" in page
    assert "Read the current assessment" not in page
    assert client.get("/roles/bell-tuner/history/").status_code == 200
    assert client.get("/api/v1/roles/bell-tuner/").json()["status"] == "superseded"
    published(assessor, reviewer, "Bell Tuner", evidence=(2, 2, 2, 2, 2))
    assert "nothing of the role is published today" not in client.get("/roles/bell-tuner/").content.decode()
    assert "Read the current assessment" in client.get("/roles/bell-tuner/v1/").content.decode()


def test_nothing_is_written_on_a_retired_role(tuner: Role, admin: User, assessor: User) -> None:
    identity.retire(role=tuner, reason=WHY, by=admin, at=timezone.now())
    with pytest.raises(Conflict, match="is retired: nothing is written on it"):
        a_draft(assessor, "Bell Tuner")
    identity.bring_back(role=tuner, reason=WHY, by=admin, at=timezone.now())
    assert a_draft(assessor, "Bell Tuner").number == 2


def test_a_role_that_is_retired_is_not_retired_again(tuner: Role, admin: User) -> None:
    identity.retire(role=tuner, reason=WHY, by=admin, at=timezone.now())
    with pytest.raises(Conflict, match="is retired already"):
        identity.retire(role=tuner, reason=WHY, by=admin, at=timezone.now())


def test_a_retired_role_of_which_nothing_was_ever_public_has_no_page(
    client: Client, admin: User, assessor: User
) -> None:
    role = roles.make_role(title="Bell Polisher", seniority="", by=assessor, at=timezone.now())
    identity.retire(role=role, reason=WHY, by=admin, at=timezone.now())
    assert client.get("/roles/bell-polisher/").status_code == 404


def test_what_a_merged_roles_document_waited_for_waits_no_more(tuner: Role, caster: Role, admin: User) -> None:
    WaitingName.objects.create(source=tuner, title="Bell Hanger", named_at=timezone.now(), named_by=admin)
    merged(tuner, caster, admin)
    assert not WaitingName.objects.filter(source=tuner).exists()
    assert WaitingName.objects.filter(source=caster).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_role SET status = 'merged' WHERE slug = 'bell-tuner'",
        "UPDATE assessments_role SET merged_into_id = id WHERE slug = 'bell-tuner'",
        "UPDATE assessments_role SET merged_into_id = id, status = 'merged' WHERE slug = 'bell-tuner'",
    ],
)
def test_the_database_refuses_a_role_merged_into_nothing_or_itself(tuner: Role, statement: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_addresses_that_name_a_role_in_their_question_follow_it(
    client: Client, tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, "Bell Smith")
    renamed(tuner, admin, "Carillon Tuner")
    merged(tuner, caster, admin)
    compared = client.get("/compare/?role=bell-tuner&role=bell-smith")
    assert (compared.status_code, compared["Location"]) == (302, "/compare/?role=bell-caster&role=bell-smith")
    simulated = client.get("/simulate/?role=bell-tuner")
    assert (simulated.status_code, "Bell Caster" in simulated.content.decode()) == (200, True)


def test_an_interest_in_a_role_bars_from_deciding_on_what_it_was_merged_into(
    tuner: Role, caster: Role, admin: User, assessor: User, reviewer: User
) -> None:
    now = timezone.now()
    actions.declare_interest(role=tuner, family="", reason="My uncle", expires_at=None, by=reviewer, at=now)
    before = in_review(assessor, "Bell Caster", evidence=(2, 2, 2, 2, 1))
    assert may_decide(reviewer, before, at=now)
    merged(tuner, caster, admin)
    assert not may_decide(reviewer, before, at=now)


def test_the_page_renames_merges_retires_and_brings_back(
    client: Client, tuner: Role, caster: Role, admin: User
) -> None:
    client.force_login(admin)
    address = "/roles/bell-tuner/identity/"
    assert client.get(address).status_code == 200
    given = {"verb": "rename", "title": "Carillon Tuner", "seniority": "Mid-level", "reason": WHY}
    assert client.post(address, given)["Location"] == "/roles/carillon-tuner/identity/"
    address = "/roles/carillon-tuner/identity/"
    assert "and formerly at" in client.get(address).content.decode()
    for verb, status in (("retire", "retired"), ("bring-back", "active")):
        assert client.post(address, {"verb": verb, "reason": WHY})["Location"] == address
        tuner.refresh_from_db()
        assert tuner.status == status
    refused = client.post(address, {"verb": "merge", "into": "bell", "reason": WHY})
    assert (refused.status_code, "Which of these?" in refused.content.decode()) == (400, True)
    refused = client.post(address, {"verb": "vanish", "reason": WHY})
    assert (refused.status_code, "Choose what is to be done." in refused.content.decode()) == (400, True)
    merging = {"verb": "merge", "into": "bell-caster", "reason": WHY}
    assert client.post(address, merging)["Location"] == "/roles/bell-caster/identity/"
    assert "Merged into it" in client.get("/roles/bell-caster/identity/").content.decode()
    assert "It is merged into" in client.get(address).content.decode()


OF_A_VERSION = (
    "v1.pdf",
    "v1.json",
    "v1.md",
    "v1.txt",
    "v1/cite.bib",
    "v1/cite.csl.json",
    "v1/card.png",
    "v1/tasks.csv",
)


def test_what_is_of_a_version_is_the_same_bytes_before_and_after_its_role_is_renamed(
    client: Client, tuner: Role, admin: User, assessor: User, reviewer: User
) -> None:
    before = {rest: client.get(f"/roles/bell-tuner/{rest}") for rest in OF_A_VERSION}
    cited = taking.cited(tuner.assessments.get()).as_text()
    renamed(tuner, admin, "Carillon Tuner", "Senior")
    cache.clear()
    for rest, answer in before.items():
        after = client.get(f"/roles/carillon-tuner/{rest}")
        assert (rest, after.content == answer.content) == (rest, True)
        assert after.get("Content-Disposition") == answer.get("Content-Disposition")
    version = reads.version("carillon-tuner")
    assert taking.cited(version).as_text() == cited
    assert cited in client.get("/roles/carillon-tuner/v1/cite/").content.decode()
    [entry] = feed.latest(role=version.role)
    assert entry.title == "Bell Tuner (Mid-level): 55.3 of 100, Green (Transforming)"
    published(assessor, reviewer, "Carillon Tuner", seniority="Senior", evidence=(2, 2, 2, 2, 2))
    assert "/roles/carillon-tuner/v2/" in taking.cited(reads.version("carillon-tuner")).as_text()


def test_what_is_of_a_role_bears_its_name_of_today_and_the_page_says_as_what_it_was_published(
    client: Client, tuner: Role, admin: User
) -> None:
    assert "Published as" not in client.get("/roles/bell-tuner/").content.decode()
    renamed(tuner, admin, "Carillon Tuner", "Senior")
    page = client.get("/roles/carillon-tuner/").content.decode()
    assert '<h1 lang="en">Carillon Tuner <span class="seniority">Senior</span></h1>' in page
    assert "Published as Bell Tuner, Mid-level" in " ".join(page.split())
    assert '"name":"Bell Tuner (Mid-level): AIJRI 55.3 of 100, Green (Transforming)"' in page
    assert "Carillon Tuner (Senior)" in client.get("/badge/carillon-tuner.svg").content.decode()


def test_a_role_that_takes_one_of_its_other_names_is_not_also_called_so(tuner: Role, admin: User) -> None:
    roles.add_alias(role=tuner, text="Carillon Tuner", by=admin, at=timezone.now())
    renamed(tuner, admin, "CARILLON Tuner")
    assert list(tuner.aliases.values_list("text", flat=True)) == ["Bell Tuner"]
