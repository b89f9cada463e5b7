"""The catalogue and releases of O*NET: codes are the identity, people's word stays, twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from assessments import audit
from assessments.actions import roles
from assessments.errors import Conflict
from assessments.models import (
    AuditEvent,
    CatalogueRelease,
    Role,
    RoleAlias,
    RoleCode,
    RoleRelation,
    User,
)
from assessments.queries import roles as find
from tests.making import a_draft
from tests.releases import (
    ALTERNATES,
    CUTTERS,
    FOUNDERS,
    LIGHTERS,
    OCCUPATIONS,
    bring,
    changes,
    everything,
    names,
    role_of,
    without,
    write,
)

# What a release says


def test_every_occupation_is_a_role_that_bears_its_code(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    found = RoleCode.objects.order_by("code").values_list(
        "code", "title", "description", "job_zone", "role__title", "role__seniority", "role__slug", "role__status"
    )
    assert list(found) == [
        (FOUNDERS, "Bell Founders", "They see to it.", 4, "Bell Founders", "", "bell-founders", "active"),
        (LIGHTERS, "Lamp Lighters", "They see to it.", 2, "Lamp Lighters", "", "lamp-lighters", "active"),
        (CUTTERS, "Ice Cutters", "They see to it.", None, "Ice Cutters", "", "ice-cutters", "active"),
    ]


def test_alternate_titles_are_aliases_once_each_and_never_the_title_itself(tmp_path: Path, admin: User) -> None:
    more = [(FOUNDERS, "BELL CASTER"), (FOUNDERS, "bell founders"), (LIGHTERS, "Founder")]
    bring(write(tmp_path, alternates=[*ALTERNATES, *more]), admin)
    assert names(role_of(FOUNDERS)) == ["Bell Caster", "Founder"]
    assert names(role_of(LIGHTERS)) == ["Founder", "Lighter"]


def test_related_occupations_are_relations_with_tier_and_index(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    found = RoleRelation.objects.order_by("index").values_list(
        "source__title", "target__title", "kind", "origin", "tier", "index"
    )
    assert list(found) == [
        ("Bell Founders", "Lamp Lighters", "related", "onet", "Primary-Short", 1),
        ("Bell Founders", "Ice Cutters", "related", "onet", "Primary-Long", 6),
    ]


def test_titles_with_the_same_plain_letters_get_addresses_of_their_own(tmp_path: Path, admin: User) -> None:
    titles = {FOUNDERS: "Founders, Bells", LIGHTERS: "Founders/Bells", CUTTERS: "Founders & Bells"}
    bring(write(tmp_path, occupations=titles), admin)
    assert [role_of(code).slug for code in titles] == ["founders-bells", "founders-bells-2", "founders-bells-3"]


def test_the_whole_release_is_one_event_and_every_row_has_its_history(tmp_path: Path, admin: User) -> None:
    before = AuditEvent.objects.count()
    bring(write(tmp_path / "onet_29_3"), admin)
    event = AuditEvent.objects.order_by("id")[before]
    assert AuditEvent.objects.count() == before + 1
    assert audit.sentence(event) == "read the release 29.3 of O*NET-SOC: 9 changes"
    assert (event.actor, event.role_held, event.data["counts"]["relations_added"]) == (admin, "admin", 2)
    for model in (Role, RoleCode, RoleAlias, RoleRelation):
        history = model.history.values_list("id", "history_type", "history_user", "history_change_reason")
        expected = [(pk, "+", admin.pk, "As in O*NET 29.3") for pk in model.objects.values_list("pk", flat=True)]
        assert sorted(history) == sorted(expected)


def test_the_same_release_again_changes_no_row_of_any_table(tmp_path: Path, admin: User, assessor: User) -> None:
    a_draft(assessor, "Lamp Lighters", seniority="")
    titles = {**OCCUPATIONS, "11-0004.00": "Ice Cutters"}
    first = bring(write(tmp_path, occupations=titles), admin)
    before = everything()
    second = bring(tmp_path, admin)
    assert (first.total > 0, second.total, changes(second)) == (True, 0, {})
    assert everything() == before


def test_another_release_that_says_the_same_is_kept_as_read(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path / "onet_1_0"), admin)
    path = write(tmp_path / "onet_1_1") / "Job Zones.txt"
    path.write_text(path.read_text().replace("08/2023", "08/2024"))
    assert bring(tmp_path / "onet_1_1", admin).total == 0
    assert list(CatalogueRelease.objects.order_by("id").values_list("name", flat=True)) == ["1.0", "1.1"]


# Titles are not keys


def test_an_occupation_joins_the_role_of_its_title(tmp_path: Path, admin: User, assessor: User) -> None:
    role = a_draft(assessor, "LAMP lighters", seniority="").role
    for level in ("Mid-level", "Senior"):
        a_draft(assessor, "Lamp Lighters", seniority=level)
    report = bring(write(tmp_path), admin)
    assert changes(report)["occupations_joined"] == [f"{LIGHTERS} Lamp Lighters"]
    assert (role_of(LIGHTERS), role_of(LIGHTERS).title) == (role, "LAMP lighters")


def test_an_occupation_joins_the_only_role_of_its_title_whatever_its_level(
    tmp_path: Path, admin: User, assessor: User
) -> None:
    only = a_draft(assessor, "Lamp Lighters").role
    for level in ("Mid-level", "Senior"):
        a_draft(assessor, "Ice Cutters", seniority=level)
    bring(write(tmp_path), admin)
    assert (role_of(LIGHTERS), role_of(CUTTERS).seniority) == (only, "")


def test_of_two_codes_of_one_title_each_bears_its_code_behind(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path, occupations={**OCCUPATIONS, "11-0004.00": "ice cutters"}), admin)
    assert role_of(CUTTERS).title == f"Ice Cutters ({CUTTERS})"
    assert role_of("11-0004.00").title == "ice cutters (11-0004.00)"
    assert find.for_document("Ice Cutters", "") is None


def test_a_title_that_another_code_bears_gets_its_code_behind(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    a_draft(assessor, "Lamp Lighters", seniority="")
    titles = {**OCCUPATIONS, LIGHTERS: "Lamp Keepers", "11-0004.00": "Lamp Lighters"}
    bring(write(tmp_path, occupations=titles), admin)
    assert (role_of(LIGHTERS).title, role_of("11-0004.00").title) == ("Lamp Lighters", "Lamp Lighters (11-0004.00)")


def test_a_changed_title_is_the_roles_and_the_old_one_stays_a_name(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    role = role_of(FOUNDERS)
    report = bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Bell Makers"}), admin)
    assert changes(report) == {"occupations_retitled": [f"{FOUNDERS} Bell Founders → Bell Makers"]}
    role.refresh_from_db()
    assert (role.title, role.slug, role.codes.get().title) == ("Bell Makers", "bell-makers", "Bell Makers")
    assert (names(role, "former"), find.for_document("bell founders", "")) == (["Bell Founders"], role)
    assert [row.title for row in role.history.order_by("history_id")] == ["Bell Founders", "Bell Makers"]
    assert bring(tmp_path, admin).total == 0


def test_a_title_that_only_changes_its_letters_keeps_its_address(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "BELL Founders"}), admin)
    role = role_of(FOUNDERS)
    assert (role.title, role.slug, names(role, "former")) == ("BELL Founders", "bell-founders", [])


def test_a_title_that_comes_back_is_no_alias_any_more(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Bell Makers"}), admin)
    bring(write(tmp_path), admin)
    assert (role_of(FOUNDERS).title, names(role_of(FOUNDERS), "former")) == ("Bell Founders", ["Bell Makers"])


def test_an_assessed_role_keeps_its_title_and_gains_the_new_one_as_a_name(
    tmp_path: Path, admin: User, assessor: User
) -> None:
    bring(write(tmp_path), admin)
    draft = a_draft(assessor, "Bell Founders", seniority="")
    report = bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Bell Makers"}), admin)
    assert changes(report) == {
        "titles_kept": [f"{FOUNDERS} Bell Founders → Bell Makers; the role is Bell Founders"],
        "alternate_titles_added": [f"{FOUNDERS} Bell Makers: Bell Makers"],
    }
    draft.role.refresh_from_db()
    assert (draft.role.title, names(draft.role)) == ("Bell Founders", ["Bell Caster", "Bell Makers", "Founder"])
    bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Bell Casters"}), admin)
    assert (names(draft.role, "former"), "Bell Casters" in names(draft.role)) == (["Bell Makers"], True)
    assert bring(tmp_path, admin).total == 0


def test_titles_that_move_on_make_room_for_those_that_follow(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    titles = {FOUNDERS: "Lamp Lighters", LIGHTERS: "Ice Cutters", CUTTERS: "Snow Cutters"}
    bring(write(tmp_path, occupations=titles), admin)
    assert {code: role_of(code).title for code in titles} == titles


@pytest.mark.parametrize(
    "order", [(LIGHTERS, FOUNDERS, CUTTERS), (LIGHTERS, CUTTERS, FOUNDERS), (CUTTERS, FOUNDERS, LIGHTERS)]
)
def test_titles_that_change_places_stay_plain_with_their_addresses(
    order: tuple[str, ...], tmp_path: Path, admin: User
) -> None:
    bring(write(tmp_path), admin)
    titles = {code: OCCUPATIONS[other] for code, other in zip(OCCUPATIONS, order, strict=True)}
    moved = [code for code in titles if titles[code] != OCCUPATIONS[code]]
    slugs = {title: role_of(code).slug for code, title in OCCUPATIONS.items()}
    report = bring(write(tmp_path, occupations=titles), admin)
    said = [f"{code} {OCCUPATIONS[code]} → {titles[code]}" for code in moved]
    assert sorted(changes(report)["occupations_retitled"]) == said
    assert {code: role_of(code).title for code in titles} == titles
    assert {code: role_of(code).slug for code in titles} == {code: slugs[titles[code]] for code in titles}
    for code in moved:
        aside = [f"{titles[code]} ({code})"] if code == moved[0] else []
        said = role_of(code).history.order_by("history_id").values_list("title", flat=True)
        assert list(said) == [OCCUPATIONS[code], *aside, titles[code]]
        assert names(role_of(code), "former") == [OCCUPATIONS[code]]
    before = everything()
    assert (bring(tmp_path, admin).total, everything()) == (0, before)


def test_a_code_behind_a_title_goes_once_the_title_is_free(tmp_path: Path, admin: User) -> None:
    again = "11-0004.00"
    bring(write(tmp_path, occupations={**OCCUPATIONS, again: "Ice Cutters"}), admin)
    report = bring(write(tmp_path, occupations={**OCCUPATIONS, CUTTERS: "Frost Cutters", again: "Ice Cutters"}), admin)
    assert changes(report)["occupations_retitled"] == [
        f"{CUTTERS} Ice Cutters ({CUTTERS}) → Frost Cutters",
        f"{again} Ice Cutters ({again}) → Ice Cutters",
    ]
    assert (role_of(again).title, role_of(again).slug, names(role_of(again), "former")) == (
        "Ice Cutters",
        "ice-cutters",
        [],
    )
    assert bring(tmp_path, admin).total == 0


def test_the_same_release_again_takes_away_a_code_that_an_earlier_one_left_behind(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    role = role_of(FOUNDERS)
    role.title, role.slug = f"Bell Founders ({FOUNDERS})", "bell-founders-11-0001-00"
    audit.save(role, by=admin, at=timezone.now(), reason="As it once was")
    assert changes(bring(tmp_path, admin)) == {
        "occupations_retitled": [f"{FOUNDERS} Bell Founders ({FOUNDERS}) → Bell Founders"]
    }
    assert (role_of(FOUNDERS).title, role_of(FOUNDERS).slug) == ("Bell Founders", "bell-founders")
    assert bring(tmp_path, admin).total == 0


def test_a_title_that_one_role_of_some_level_bears_is_left_to_people(
    tmp_path: Path, admin: User, assessor: User
) -> None:
    bring(write(tmp_path), admin)
    a_draft(assessor, "Gilders")
    told = f"{FOUNDERS} Gilders is a role of its own, called Gilders ({FOUNDERS}): Gilders (Mid-level) has that title"
    report = bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Gilders"}), admin)
    assert (role_of(FOUNDERS).title, report.left_to_people) == (f"Gilders ({FOUNDERS})", [told])
    again = bring(tmp_path, admin)
    assert (again.total, again.left_to_people) == (0, [told])


def test_a_title_that_several_levels_bear_is_free_for_the_occupation(
    tmp_path: Path, admin: User, assessor: User
) -> None:
    bring(write(tmp_path), admin)
    for level in ("Mid-level", "Senior"):
        a_draft(assessor, "Gilders", seniority=level)
    bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Gilders"}), admin)
    assert (role_of(FOUNDERS).title, role_of(FOUNDERS).seniority) == ("Gilders", "")


def test_a_title_that_comes_to_be_shared_gets_its_code_behind(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    bring(write(tmp_path, occupations={**OCCUPATIONS, FOUNDERS: "Gilders", "11-0004.00": "Gilders"}), admin)
    found = [role_of(FOUNDERS).title, role_of("11-0004.00").title]
    assert found == [f"Gilders ({FOUNDERS})", "Gilders (11-0004.00)"]


def test_never_do_two_codes_come_to_one_role(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    role = a_draft(assessor, "Ice Cutters").role
    bring(write(tmp_path, occupations={**OCCUPATIONS, CUTTERS: "Frost Cutters"}), admin)
    left = without(CUTTERS)
    left["occupations"] |= {"11-0008.00": "Ice Cutters", "11-0009.00": "Frost Cutters"}
    bring(write(tmp_path, **left), admin)
    assert list(role.codes.values_list("code", flat=True)) == ["11-0008.00"]
    assert (role_of("11-0009.00").title, role_of("11-0009.00").seniority) == ("Frost Cutters", "")


def test_an_earlier_title_that_a_person_gave_as_an_alias_stays_theirs(tmp_path: Path, admin: User) -> None:
    titles = {**OCCUPATIONS, "11-0004.00": "Ice Cutters"}
    bring(write(tmp_path, occupations=titles), admin)
    role = role_of("11-0004.00")
    roles.add_alias(role=role, text="Ice Cutters", by=admin, at=timezone.now())
    bring(write(tmp_path, occupations={**titles, "11-0004.00": "Frost Cutters", CUTTERS: "Snow Cutters"}), admin)
    assert (names(role, "person"), names(role, "former")) == (["Ice Cutters"], [])
    assert (names(role_of(CUTTERS), "former"), role_of(CUTTERS).title) == (["Ice Cutters"], "Snow Cutters")


def test_a_name_taken_meanwhile_refuses_the_whole_release(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    a_draft(assessor, f"Lamp Lighters ({FOUNDERS})", seniority="")
    before = everything()
    titles = {**OCCUPATIONS, FOUNDERS: "Lamp Lighters"}
    with pytest.raises(Conflict, match="nothing of it was saved"):
        bring(write(tmp_path, occupations=titles), admin)
    assert everything() == before


# What a later release no longer says


def test_an_occupation_that_is_gone_is_retired_and_active_when_it_is_back(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path / "onet_1_0"), admin)
    role = role_of(CUTTERS)
    report = bring(write(tmp_path / "onet_1_1", **without(CUTTERS)), admin)
    assert changes(report) == {
        "occupations_retired": [f"{CUTTERS} Ice Cutters"],
        "alternate_titles_removed": ["Ice Cutters: Ice Harvester"],
        "relations_removed": ["Bell Founders – Ice Cutters: Primary-Long 6"],
    }
    role.refresh_from_db()
    latest = role.history.latest()
    assert (role.status, latest.history_change_reason, role_of(CUTTERS)) == ("retired", "No longer in O*NET 1.1", role)
    assert bring(tmp_path / "onet_1_1", admin).total == 0
    assert changes(bring(tmp_path / "onet_1_0", admin))["occupations_returned"] == ["Ice Cutters"]
    role.refresh_from_db()
    assert (role.status, names(role)) == ("active", ["Ice Harvester"])


def test_of_an_assessed_role_only_the_code_ends(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    role = a_draft(assessor, "Ice Cutters", seniority="").role
    report = bring(write(tmp_path, **without(CUTTERS)), admin)
    assert changes(report)["codes_ended"] == [f"{CUTTERS} Ice Cutters"]
    role.refresh_from_db()
    assert (role.status, role.codes.count(), names(role)) == ("active", 0, [])
    kinds = RoleCode.history.filter(code=CUTTERS).order_by("history_id").values_list("history_type", flat=True)
    assert list(kinds) == ["+", "-"]


def test_an_occupation_under_a_new_code_goes_on_as_the_same_role(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    role = role_of(CUTTERS)
    left = without(CUTTERS)
    left["occupations"]["11-0009.00"] = "Ice Cutters"
    report = bring(write(tmp_path, **left), admin)
    assert (changes(report)["occupations_joined"], changes(report)["codes_ended"]) == (
        ["11-0009.00 Ice Cutters"],
        [f"{CUTTERS} Ice Cutters"],
    )
    assert (list(role.codes.values_list("code", flat=True)), role_of("11-0009.00").status) == (["11-0009.00"], "active")


def test_an_assessed_occupation_goes_on_under_its_new_code(tmp_path: Path, admin: User, assessor: User) -> None:
    bring(write(tmp_path), admin)
    role = a_draft(assessor, "Ice Cutters").role
    left = without(CUTTERS)
    left["occupations"]["11-0009.00"] = "Ice Cutters"
    bring(write(tmp_path, **left), admin)
    assert (role_of("11-0009.00"), list(role.codes.values_list("code", flat=True))) == (role, ["11-0009.00"])


def test_other_descriptions_and_job_zones_are_taken_over(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    report = bring(write(tmp_path, zones={FOUNDERS: "5", LIGHTERS: "2"}), admin)
    assert changes(report) == {"occupations_redescribed": [f"{FOUNDERS} Bell Founders"]}
    assert RoleCode.objects.get(code=FOUNDERS).job_zone == 5
    report = bring(write(tmp_path, zones={FOUNDERS: "5", LIGHTERS: "2"}, described="Otherwise."), admin)
    assert len(changes(report)["occupations_redescribed"]) == 3


def test_alternate_titles_come_go_and_are_respelt_with_their_history(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    later = [(FOUNDERS, "bell caster"), (FOUNDERS, "Campanologist"), *ALTERNATES[2:]]
    report = bring(write(tmp_path, alternates=later), admin)
    assert changes(report) == {
        "alternate_titles_added": [f"{FOUNDERS} Bell Founders: Campanologist"],
        "alternate_titles_respelt": ["bell caster"],
        "alternate_titles_removed": [f"{FOUNDERS} Bell Founders: Founder"],
    }
    gone = RoleAlias.history.filter(text="Founder").order_by("history_id").values_list("history_type", "history_user")
    assert list(gone) == [("+", admin.pk), ("-", admin.pk)]


def test_no_release_touches_a_persons_alias(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    for text in ("Founder", "Bell Smith"):
        roles.add_alias(role=role_of(FOUNDERS), text=text, by=admin, at=timezone.now())
    report = bring(write(tmp_path), admin)
    assert (report.total, report.left_to_people) == (
        0,
        [f"“Founder” is an alias that a person gave: {FOUNDERS} Bell Founders"],
    )
    bring(write(tmp_path, alternates=[]), admin)
    assert (names(role_of(FOUNDERS), "person"), names(role_of(FOUNDERS))) == (["Bell Smith", "Founder"], [])


def test_relations_change_and_go_with_their_history(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path), admin)
    report = bring(write(tmp_path, related=[(FOUNDERS, LIGHTERS, "Supplemental", "12")]), admin)
    assert changes(report) == {
        "relations_changed": ["Bell Founders – Lamp Lighters: Primary-Short 1 → Supplemental 12"],
        "relations_removed": ["Bell Founders – Ice Cutters: Primary-Long 6"],
    }
    kinds = RoleRelation.history.order_by("history_id").values_list("history_type", "index")
    assert list(kinds) == [("+", 1), ("+", 6), ("~", 12), ("-", 6)]


def test_no_release_touches_a_persons_relation(tmp_path: Path, admin: User) -> None:
    bring(write(tmp_path, related=[]), admin)
    founders, lighters = role_of(FOUNDERS), role_of(LIGHTERS)
    roles.relate(source=founders, kind="related", target=lighters, note="", by=admin, at=timezone.now())
    roles.relate(source=founders, kind="peer", target=lighters, note="", by=admin, at=timezone.now())
    report = bring(write(tmp_path), admin)
    assert report.left_to_people == ["Bell Founders – Lamp Lighters: Primary-Short 1 is a relation that a person made"]
    bring(write(tmp_path, related=[]), admin)
    assert sorted(RoleRelation.objects.values_list("kind", "origin")) == [
        ("peer", "administrator"),
        ("related", "administrator"),
    ]
