"""Roles, their addresses, names and relations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from assessments import audit
from assessments.actions import drafts, roles
from assessments.errors import Forbidden, Invalid
from assessments.models import OutboxMessage, PeerQuote, Role, RoleRelation, User, WaitingName
from assessments.queries import published as reads
from assessments.queries import roles as find
from assessments.queries.roles import How, Match
from tests.making import a_document, a_draft, published, recomputed

NOBODY = {"not_this_role": "It is what it is."}


def make(title: str, seniority: str, by: User, at: datetime) -> Role:
    return roles.ensure_role(title=title, seniority=seniority, by=by, at=at)


@pytest.mark.parametrize(
    ("title", "slug"),
    [("ML/AI Engineer", "ml-ai-engineer"), ("Café  Manager & Co.", "cafe-manager-co"), ("  C++ Dev ", "c-dev")],
)
def test_an_address_is_the_title_in_plain_letters(title: str, slug: str, assessor: User, now: datetime) -> None:
    assert make(title, "Mid-level", assessor, now).slug == slug


def test_a_second_role_of_a_title_adds_its_seniority_and_then_a_number(assessor: User, now: datetime) -> None:
    slugs = [make("Nurse", level, assessor, now).slug for level in ("Mid-level", "Senior", "senior!", "Senior?")]
    assert slugs == ["nurse", "nurse-senior", "nurse-senior-2", "nurse-senior-3"]


def test_a_role_is_its_title_and_seniority_whatever_the_case(assessor: User, now: datetime) -> None:
    assert make("nurse", "mid-LEVEL", assessor, now) == make("Nurse", "Mid-level", assessor, now)
    with pytest.raises(IntegrityError, match="role_title_and_seniority_once"), transaction.atomic():
        Role.objects.bulk_create(
            [Role(title="NURSE", seniority="mid-level", slug="x", created_at=now, created_by=assessor)]
        )


def test_a_role_is_found_by_an_alias_that_it_alone_bears(admin: User, assessor: User, now: datetime) -> None:
    nurse, clerk = make("Nurse", "", assessor, now), make("Clerk", "", assessor, now)
    roles.add_alias(role=nurse, text="Carer", by=admin, at=now)
    roles.add_alias(role=nurse, text="carer", by=admin, at=now)
    assert make("CARER", "Senior", assessor, now) == nurse
    roles.add_alias(role=clerk, text="Carer", by=admin, at=now)
    assert make("Carer", "Senior", assessor, now) not in {nurse, clerk}


def test_a_document_under_an_alias_takes_the_roles_own_title(admin: User, assessor: User, now: datetime) -> None:
    nurse = make("Nurse", "Mid-level", assessor, now)
    roles.add_alias(role=nurse, text="Carer", by=admin, at=now)
    draft = a_draft(assessor, "Carer", seniority="mid-level")
    assert (draft.role, draft.document["role"]) == (nurse, {"title": "Nurse", "seniority": "Mid-level"})


def test_an_alias_never_replaces_the_level_that_a_document_states(admin: User, assessor: User, now: datetime) -> None:
    nurse = make("Nurse", "Mid-level", assessor, now)
    roles.add_alias(role=nurse, text="Carer", by=admin, at=now)
    principal = a_draft(assessor, "Carer", seniority="Principal").role
    assert (principal == nurse, principal.title, principal.seniority) == (False, "Carer", "Principal")


def test_only_relations_between_published_roles_ask_for_a_recompute(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    tuner = published(assessor, reviewer)
    recomputed()
    a_draft(assessor, "Organ Builder")
    assert RoleRelation.objects.filter(source=tuner.role).count() == 1
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 0
    harp = published(assessor, reviewer, "Harp Maker", definition=NOBODY)
    recomputed()
    roles.relate(source=harp.role, kind="peer", target=tuner.role, note="", by=admin, at=now)
    assert OutboxMessage.objects.filter(done_at__isnull=True).count() == 1


def test_a_bare_name_means_the_role_of_the_same_seniority(assessor: User, now: datetime) -> None:
    mid, senior = make("Nurse", "Mid-level", assessor, now), make("Nurse", "Senior", assessor, now)
    clerk, head = make("Clerk", "Senior", assessor, now), make("Matron", "Head", assessor, now)
    assert find.by_names(["nurse"], near=clerk) == {"nurse": Match(How.MATCHED, senior)}
    assert find.by_names(["nurse"], near=mid) == {"nurse": Match(How.MATCHED, mid)}
    assert find.by_names(["nurse"], near=head) == {"nurse": Match(How.AMBIGUOUS)}


def test_many_names_are_found_by_one_query(
    admin: User, assessor: User, reviewer: User, now: datetime, django_assert_num_queries: Callable[..., Any]
) -> None:
    nurse, clerk, cook = (make(title, "Mid-level", assessor, now) for title in ("Nurse", "Clerk", "Cook"))
    for role, text in ((nurse, "Carer"), (clerk, "Scribe"), (cook, "Scribe"), (cook, "Nurse"), (cook, "Chef")):
        roles.add_alias(role=role, text=text, by=admin, at=now)
    known = published(assessor, reviewer, "Bell Tuner", seniority="Senior").role
    make("Bell Tuner", "Mid-level", assessor, now)
    with django_assert_num_queries(1):
        found = find.by_names(["NURSE", "carer", "Scribe", "chef", "Nobody", "bell tuner"], near=nurse)
    assert found == {
        "NURSE": Match(How.MATCHED, nurse),
        "carer": Match(How.MATCHED, nurse),
        "Scribe": Match(How.AMBIGUOUS),
        "chef": Match(How.MATCHED, cook),
        "Nobody": Match(How.UNMATCHED),
        "bell tuner": Match(How.MATCHED, known),
    }
    with django_assert_num_queries(0):
        assert find.by_names([], near=nurse) == {}


def test_only_administrators_set_families_aliases_and_relations(assessor: User, now: datetime) -> None:
    nurse, clerk = make("Nurse", "", assessor, now), make("Clerk", "", assessor, now)
    for act in (
        lambda: roles.set_family(role=nurse, family="Care", by=assessor, at=now),
        lambda: roles.add_alias(role=nurse, text="Carer", by=assessor, at=now),
        lambda: roles.relate(source=nurse, kind="peer", target=clerk, note="", by=assessor, at=now),
    ):
        with pytest.raises(Forbidden):
            act()


def test_only_assessors_make_roles(reviewer: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        make("Nurse", "", reviewer, now)


def test_a_relation_to_itself_is_refused_by_action_and_database(admin: User, assessor: User, now: datetime) -> None:
    nurse = make("Nurse", "", assessor, now)
    with pytest.raises(Invalid, match="Nurse cannot be related to itself"):
        roles.relate(source=nurse, kind="peer", target=nurse, note="", by=admin, at=now)
    with pytest.raises(IntegrityError, match="relation_never_to_itself"), transaction.atomic():
        RoleRelation.objects.bulk_create(
            [RoleRelation(source=nurse, target=nurse, kind="peer", created_at=now, created_by=admin)]
        )


def test_setting_the_same_family_again_writes_nothing(admin: User, assessor: User, now: datetime) -> None:
    nurse = make("Nurse", "", assessor, now)
    roles.set_family(role=nurse, family="Care", by=admin, at=now)
    roles.set_family(role=nurse, family="Care", by=admin, at=now)
    assert (nurse.history.count(), OutboxMessage.objects.count()) == (2, 1)


@pytest.mark.parametrize("text", ["", "   ", "x" * 201])
def test_an_alias_has_a_length(text: str, admin: User, assessor: User, now: datetime) -> None:
    with pytest.raises(Invalid, match="1 to 200 characters"):
        roles.add_alias(role=make("Nurse", "", assessor, now), text=text, by=admin, at=now)


def test_an_alias_answers_names_and_quotes_that_waited_for_it(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    caster = published(assessor, reviewer, "Caster", definition=NOBODY)
    tuner = published(assessor, reviewer)
    assert WaitingName.objects.filter(title="Bell Founder").count() == 1
    assert set(PeerQuote.objects.values_list("role_title", "role")) == {("Bell Founder", None)}
    roles.add_alias(role=caster.role, text="bell founder", by=admin, at=now)
    recomputed()
    assert WaitingName.objects.filter(title="Bell Founder").count() == 0
    assert [row["peer"]["slug"] for row in reads.peers(tuner.role)["results"]] == ["caster"]
    assert {quote["peer"]["slug"] for quote in reads.peers(tuner.role)["quotes"]} == {"caster"}


def test_an_alias_for_oneself_relates_nothing(
    admin: User, assessor: User, reviewer: User, make_person: Callable[..., User], now: datetime
) -> None:
    tuner = published(assessor, reviewer)
    roles.add_alias(role=tuner.role, text="Organ Builder", by=admin, at=now)
    assert RoleRelation.objects.count() == 0


def test_a_document_that_says_it_is_not_itself_relates_nothing(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, definition={"not_this_role": "NOT a Bell Tuner. NOT a bell tuner."})
    assert (RoleRelation.objects.count(), WaitingName.objects.count()) == (0, 0)


def test_revising_needs_something_published_and_a_reason(assessor: User, reviewer: User, now: datetime) -> None:
    from assessments.errors import Conflict

    draft = a_draft(assessor, "Clerk")
    with pytest.raises(Conflict, match="no published version"):
        drafts.revise(role=draft.role, kind="revision", change_reason="correction", by=assessor, at=now)
    role = published(assessor, reviewer).role
    for kind, reason in (("assessment", "correction"), ("revision", "first"), ("revision", "")):
        with pytest.raises(Invalid):
            drafts.revise(role=role, kind=kind, change_reason=reason, by=assessor, at=now)
    assert a_document()["role"]["title"] == role.title


def test_names_that_only_the_database_folds_alike_wait_once(assessor: User, reviewer: User) -> None:
    published(assessor, reviewer, definition={"not_this_role": "NOT a \u0391\u03a3. NOT a \u03b1\u03c3."})
    assert WaitingName.objects.count() == 1


@pytest.mark.parametrize("title", ["\ufdfa" * 200, "\u33a7" * 200, "x" * 200])
def test_an_address_ends_where_its_column_does(title: str, assessor: User, now: datetime) -> None:
    slugs = [make(title, level, assessor, now).slug for level in ("A" * 200, "B" * 200, "C")]
    assert len(set(slugs)) == 3
    assert max(map(len, slugs)) <= 420


def test_a_role_published_after_it_was_named_is_related_though_it_was_missed(assessor: User, reviewer: User) -> None:
    tuner = published(assessor, reviewer)
    founder = a_draft(assessor, "Bell Founder", definition=NOBODY)
    # As if naming and making had happened at the same moment, neither seeing the other.
    audit.delete(RoleRelation.objects.get(), by=assessor, at=tuner.saved_at, reason="never made")
    WaitingName.objects.create(source=tuner.role, title="Bell Founder", named_at=tuner.saved_at, named_by=assessor)
    from django.utils import timezone

    from reviews import actions
    from tests.making import verdict

    verdict(actions.submit(assessment_id=founder.pk, by=assessor, at=timezone.now()), reviewer)
    assert RoleRelation.objects.get(source=tuner.role).target == founder.role


def test_taking_a_relation_back_is_in_the_ledger(assessor: User, reviewer: User) -> None:
    from assessments.models import AuditEvent
    from tests.making import in_review, verdict

    published(assessor, reviewer, "Bell Founder")
    published(assessor, reviewer)
    verdict(in_review(assessor, definition=NOBODY), reviewer)
    event = AuditEvent.objects.get(verb="relation.removed")
    assert (event.actor, event.data["target"]) == (reviewer, "bell-founder")


def test_a_hidden_draft_never_makes_a_published_name_ambiguous(
    assessor: User, other_assessor: User, reviewer: User
) -> None:
    founder = published(assessor, reviewer, "Bell Founder", definition=NOBODY)
    a_draft(other_assessor, "Bell Founder", seniority="Principal")
    tuner = published(assessor, reviewer, seniority="Junior")
    assert [relation.target for relation in RoleRelation.objects.filter(source=tuner.role)] == [founder.role]


def test_a_quote_of_a_name_that_two_roles_bear_goes_on_waiting(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    published(assessor, reviewer, seniority="Lead")
    PeerQuote.objects.update(role=None, role_title="Doyen")
    PeerQuote.objects.exclude(pk=PeerQuote.objects.earliest("pk").pk).delete()
    for level in ("Mid-level", "Senior"):
        make("Doyen", level, assessor, now)
    PeerQuote.objects.update(role=None)
    assert roles.answer_names(["doyen"], by=admin, at=now, role_held="admin") == []
    assert PeerQuote.objects.get().role is None
