"""What makes a stored page stale, and what does not: for everything that a page says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import dispatch, flags, outbox, pages, rebuilds
from assessments.actions import roles
from assessments.enums import CodeScheme
from assessments.models import Assessment, CatalogueRelease, PeerQuote, Role, RoleAlias, RoleCode, User
from assessments.views import stored
from tests.making import a_draft, in_review, published, recomputed, retracted, verdict

pytestmark = pytest.mark.django_db(transaction=True)
QUOTING = {"timeline": "Bell Tuner (55.3) is the nearest."}


def kept(slug: str = "bell-tuner", number: int | None = None) -> tuple[bool, bool]:
    """Whether the two parts of a page are stored and fresh: its own, and what moves with others."""
    found = pages.find(slug, number, language="en-gb", build=stored.build())
    assert found is not None
    return found.own is not None, found.others is not None


@pytest.fixture
def pair(assessor: User, reviewer: User) -> tuple[Assessment, Assessment]:
    """Two published neighbours, the second of which quotes the first, both pages stored."""
    first = published(assessor, reviewer)
    second = published(assessor, reviewer, "Bell Founder", commentary=QUOTING)
    roles.relate(source=first.role, target=second.role, kind="peer", note="", by=_admin(), at=timezone.now())
    recomputed()
    read_both()
    assert (kept(), kept("bell-founder")) == ((True, True), (True, True))
    return first, second


def _admin() -> User:
    return User.objects.get(username="ada")


def read_both() -> None:
    for slug in ("bell-tuner", "bell-founder"):
        assert Client().get(f"/roles/{slug}/").status_code == 200


def test_a_page_is_stored_when_it_is_read_first(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer)
    recomputed()
    assert kept() == (False, False)
    assert Client().get("/roles/bell-tuner/").status_code == 200
    assert kept() == (True, True)


def test_a_new_version_makes_its_own_page_stale_and_of_its_neighbours_only_what_they_say_of_it(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, evidence=(2, 1, 1, 1, 1))
    assert (kept(), kept("bell-founder")) == ((False, False), (True, False))
    recomputed()
    assert kept("bell-founder") == (True, False)


def test_a_draft_makes_nothing_stale(pair: tuple[Assessment, Assessment], assessor: User) -> None:
    a_draft(assessor)
    assert (kept(), kept("bell-founder")) == ((True, True), (True, True))


def test_a_retraction_makes_the_pages_of_neighbours_stale(
    pair: tuple[Assessment, Assessment], admin: User, other_admin: User
) -> None:
    retracted(pair[0], admin, other_admin)
    assert pages.find("bell-tuner", None, language="en-gb", build=stored.build()) is None
    assert kept("bell-founder") == (True, False)


def rename(role: Role) -> None:
    Role.objects.filter(pk=role.pk).update(title="Chime Tuner")


def name(role: Role) -> None:
    RoleAlias.objects.bulk_create([RoleAlias(role=role, text="Campanologist")])


def code(role: Role) -> None:
    RoleCode.objects.bulk_create(
        [RoleCode(role=role, scheme=CodeScheme.ONET_SOC, code="49-9063.00", title="Repairers")]
    )


def rename_who_decided(role: Role) -> None:
    User.objects.filter(username="deepa").update(display_name="Deepa Rao")


@pytest.mark.parametrize("change", [name, code, rename_who_decided])
def test_what_only_the_role_itself_says_leaves_neighbours_alone(
    change: Callable[[Role], None], pair: tuple[Assessment, Assessment]
) -> None:
    change(pair[0].role)
    assert kept()[0] is False
    assert kept("bell-founder")[0] is (change is not rename_who_decided)


def test_another_title_is_seen_wherever_it_is_said(pair: tuple[Assessment, Assessment]) -> None:
    rename(pair[0].role)
    assert (kept(), kept("bell-founder")) == ((False, False), (True, False))
    assert "Chime Tuner" in Client().get("/roles/bell-founder/").content.decode()


def test_a_quote_that_finds_another_role_and_one_that_is_gone(pair: tuple[Assessment, Assessment]) -> None:
    PeerQuote.objects.filter(assessment=pair[1]).update(role=None)
    assert kept("bell-founder") == (True, False)
    read_both()
    PeerQuote.objects.filter(assessment=pair[1]).delete()
    assert kept("bell-founder") == (False, False)
    assert Client().get("/roles/bell-founder/").status_code == 200


def test_a_request_to_recompute_is_said_on_the_pages_of_those_who_stand_beside(
    pair: tuple[Assessment, Assessment],
) -> None:
    with transaction.atomic():
        outbox.request(dispatch.RECOMPUTE, role=pair[0].role)
    assert (kept(), kept("bell-founder")) == ((True, False), (True, False))
    assert "are being made anew" in Client().get("/roles/bell-founder/").content.decode()
    recomputed()
    assert "are being made anew" not in Client().get("/roles/bell-founder/").content.decode()


def test_a_flag_and_its_end_make_a_page_stale(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer, evidence=(-2, -2, 1, 1, 1))
    recomputed()
    page = Client().get("/roles/bell-founder/").content.decode()
    assert "requires review" in page
    assert kept("bell-founder") == (True, True)
    flags.replace(pair[1], at=timezone.now())
    assert kept("bell-founder") == (True, False)
    assert "requires review" not in Client().get("/roles/bell-founder/").content.decode()


def test_another_release_of_onet_is_named_on_every_page(pair: tuple[Assessment, Assessment]) -> None:
    read = {"read_at": timezone.now(), "read_by": _admin(), "counts": {}}
    CatalogueRelease.objects.create(scheme=CodeScheme.ONET_SOC, name="29.1", digest="0" * 64, **read)
    assert (kept(), kept("bell-founder")) == ((True, False), (True, False))


def test_a_full_rebuild_makes_what_moves_with_others_stale_everywhere(pair: tuple[Assessment, Assessment]) -> None:
    rebuild = rebuilds.begin(by=None, at=timezone.now())
    while rebuilds.take_step(rebuild):
        pass
    assert (kept(), kept("bell-founder")) == ((True, False), (True, False))


def test_a_change_that_is_committed_after_a_later_one_is_not_overlooked(pair: tuple[Assessment, Assessment]) -> None:
    """Numbers that are drawn do not come in the order of commits: a page stored between the two has seen only one."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("UPDATE assessments_role SET family = 'Bells' WHERE slug = 'bell-tuner'")
        name(pair[0].role)
        read_both()
        assert kept() == (True, True)
        other.commit()
        assert kept() == (False, False)
    finally:
        other.close()
    assert "Bells" in Client().get("/roles/bell-tuner/").content.decode()


def test_another_build_and_another_language_are_rendered_anew(pair: tuple[Assessment, Assessment]) -> None:
    for language, build in (("en-gb", "another@"), ("de", stored.build())):
        found = pages.find("bell-tuner", None, language=language, build=build)
        assert found is not None
        assert (found.own, found.others) == (None, None)


def test_tidying_forgets_old_changes_and_with_them_the_parts_that_have_not_seen_them(
    pair: tuple[Assessment, Assessment],
) -> None:
    name(pair[0].role)
    with connection.cursor() as cursor:
        pages.tidy()
        cursor.execute("SELECT count(*) > 0 FROM assessments_pagechange")
        assert cursor.fetchone() == (True,)
        cursor.execute("UPDATE assessments_pagechange SET at = at - interval '2 hours'")
        pages.tidy()
        cursor.execute("SELECT count(*) FROM assessments_pagechange")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT part FROM assessments_storedpart WHERE assessment_id = %s", [pair[0].pk])
        assert cursor.fetchall() == []
    assert (kept(), kept("bell-founder")) == ((False, False), (True, False))


def test_news_are_the_roles_that_changed_since_and_the_counts_that_moved(
    pair: tuple[Assessment, Assessment], assessor: User, reviewer: User
) -> None:
    before = pages.news(None, moved=0)
    assert (before.roles, {each[0] for each in before.counts}) == (frozenset(), {"all", "family", "zone"})
    moved = max(each[4] for each in before.counts)
    assert pages.news(before.seen, moved=moved).counts == ()
    verdict(in_review(assessor, evidence=(2, 1, 1, 1, 1)), reviewer)
    told = pages.news(before.seen, moved=moved)
    assert pair[0].role_id in told.roles
    recomputed()
    later = pages.news(told.seen, moved=moved)
    assert later.roles == {pair[0].role_id, pair[1].role_id}
    assert {(each[0], str(each[2]), each[3]) for each in later.counts if each[0] == "all"} == {
        ("all", "55.3", 1),
        ("all", "57.4", 1),
    }


def test_whoever_may_connect_may_ask_for_which_cluster_a_part_was_stored(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proacl IS NULL, aijri_cluster() LIKE '%%/%%' FROM pg_proc WHERE proname = 'pg_control_system'", []
        )
        assert cursor.fetchone() == (True, True)
