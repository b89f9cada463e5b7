# ruff: noqa: E501
"""Corners of the actions and queries that no longer path walks through."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from assessments import access, audit, transitions
from assessments.actions import coauthors, drafts, idempotency, imports
from assessments.enums import Status
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import Assessment, AuditEvent, IdempotentRequest, User
from assessments.queries import integrity
from assessments.queries import published as reads
from reviews import access as review_access
from reviews import actions, queries
from reviews.models import Interest, Review
from reviews.queries import returned_reasons
from tests.making import a_document, a_draft, in_review, published, recomputed, retracted, verdict


def test_verbs_lead_from_each_state_as_the_table_says() -> None:
    assert {status.value: transitions.verbs_from(status) for status in Status} == {
        "draft": ("submit", "withdraw"),
        "in_review": ("recall", "return", "publish"),
        "published": ("supersede", "retract"),
        "superseded": (),
        "retracted": (),
        "withdrawn": (),
    }


def test_a_move_that_the_table_lacks_is_said_in_words() -> None:
    with pytest.raises(Conflict) as caught:
        transitions.next_status("published", "submit")
    assert caught.value.sentence == "This assessment is published; only one that is a draft can be submitted."


def sees(person: User | AnonymousUser, assessment: Assessment) -> bool:
    try:
        access.require_visible(person, assessment.pk)
    except Invisible:
        return False
    return True


def test_visibility_and_the_single_question_agree(
    admin: User, assessor: User, other_assessor: User, reviewer: User, make_person: Callable[..., User]
) -> None:
    made = [a_draft(assessor, "A"), in_review(assessor, "B"), published(assessor, reviewer, "C")]
    invited, writer, once = (make_person(name, "assessor") for name in ("invited", "writer", "once"))
    for person, answer in ((invited, None), (writer, True), (once, False)):
        invitation = coauthors.invite(
            assessment_id=made[0].pk, username=person.username, by=assessor, at=timezone.now()
        )
        if answer is not None:
            coauthors.answer(invitation_id=invitation.pk, accept=answer, by=person, at=timezone.now())
    gone = make_person("gone", "assessor", "reviewer")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    everybody = (admin, assessor, other_assessor, reviewer, invited, writer, once, User.objects.get(pk=gone.pk))
    for person in (*everybody, AnonymousUser()):
        assert [each.pk for each in made if sees(person, each)] == sorted(
            access.visible_to(person).values_list("pk", flat=True)
        )
    assert [each.username for each in everybody if sees(each, made[0])] == ["ada", "maren", "invited", "writer"]
    assert {each.pk for each in made} == set(access.visible_to(admin).values_list("pk", flat=True))
    assert [each.pk for each in access.visible_to(other_assessor)] == [made[2].pk]
    assert set(access.visible_to(reviewer).values_list("pk", flat=True)) == {made[1].pk, made[2].pk}


def test_reviews_are_visible_to_reviewers_administrators_and_contributors_alone(
    admin: User, assessor: User, other_assessor: User, reviewer: User
) -> None:
    in_review(assessor)
    seen = {
        str(person): review_access.visible_to(person).count()
        for person in (admin, assessor, other_assessor, reviewer, AnonymousUser())
    }
    assert seen == {"Ada": 1, "Maren": 1, "Ilse": 0, "Deepa": 1, "AnonymousUser": 0}


def test_an_editor_without_the_role_any_more_edits_nothing(admin: User, assessor: User, now: datetime) -> None:
    draft = a_draft(assessor)
    assessor.access_roles.all().delete()
    with pytest.raises(Forbidden, match="Only an assessor"):
        actions.submit(assessment_id=draft.pk, by=User.objects.get(pk=assessor.pk), at=now)


def test_an_administrator_withdraws_an_abandoned_draft_and_edits_none(
    admin: User, assessor: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    draft = a_draft(assessor)
    assert signed_in(admin).post(f"/drafts/{draft.pk}/", {}).status_code == 403
    drafts.withdraw(assessment_id=draft.pk, by=admin, at=now)
    event = AuditEvent.objects.get(verb="assessment.withdrawn")
    assert (event.actor, event.role_held) == (admin, "admin")


@pytest.mark.parametrize(
    ("change", "code"),
    [({"family": "Crafts", "role": True}, "interest_object"), ({}, "interest_object"), ({"family": "x", "reason": " "}, "interest_reason")],
)  # fmt: skip
def test_an_interest_is_in_one_role_or_family_and_has_a_reason(
    change: dict[str, object], code: str, assessor: User, reviewer: User, now: datetime
) -> None:
    role = in_review(assessor).role if change.pop("role", None) else None
    given = {"family": "", "reason": "Kin.", **change}
    with pytest.raises(Invalid) as caught:
        actions.declare_interest(role=role, expires_at=None, by=reviewer, at=now, **given)  # type: ignore[arg-type]
    assert (caught.value.code, Interest.objects.count()) == (code, 0)


def test_only_a_reviewer_declares_an_interest(assessor: User, now: datetime) -> None:
    with pytest.raises(Forbidden):
        actions.declare_interest(role=None, family="Crafts", reason="Kin.", expires_at=None, by=assessor, at=now)


def test_an_interest_in_the_family_bars(admin: User, assessor: User, reviewer: User, now: datetime) -> None:
    from assessments.actions import roles

    assessment = in_review(assessor)
    roles.set_family(role=assessment.role, family="Crafts", by=admin, at=now)
    actions.declare_interest(role=None, family="Crafts", reason="Kin.", expires_at=None, by=reviewer, at=now)
    assessment.refresh_from_db()
    assert review_access.may_review(reviewer, assessment, at=now).reason == "You declared an interest in Crafts: Kin."
    assert review_access.bars(AnonymousUser(), [assessment], at=now) == {}


def test_a_reviewer_who_has_decided_waits(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor, proposed="59.0")
    assert review_access.may_decide(reviewer, assessment, at=now)
    verdict(assessment, reviewer, "override_accepted")
    said = [review_access.may_decide(person, assessment, at=now).reason for person in (reviewer, assessor)]
    assert said == ["You have given your verdict; it waits for a second reviewer.", "Only a reviewer may do this."]


def test_a_closed_review_takes_no_further_step() -> None:
    from reviews.transitions import next_state

    with pytest.raises(Conflict, match="it was decided"):
        next_state("decided", "recall")


def test_a_reason_that_is_too_long_is_refused(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor)
    with pytest.raises(Invalid, match="more than 5000 characters"):
        verdict(assessment, reviewer, rationale="x" * 5001)


def test_the_choices_say_what_each_would_publish(assessor: User) -> None:
    found = queries.choices(in_review(assessor, proposed="59.0"), given=())
    assert [(each["outcome"], each["score"], each["needed"]) for each in found] == [
        ("override_accepted", "59.0", 2),
        ("override_declined", "55.3", 1),
        ("returned", None, 1),
    ]


def test_the_choices_say_why_a_score_takes_two_reviewers(assessor: User) -> None:
    near = in_review(assessor, evidence=(1, 1, 0, 0, 0), barriers=(0, 1, 0, 0, 1))
    far = in_review(assessor, "Bell Ringer", proposed="59.0")
    assert [queries.choices(each)[0]["why"] for each in (near, far)] == [
        f"the score lies within {near.methodology.method.borderline} of the edge of a zone",
        "the override is large, or moves the zone or the label",
    ]


def test_a_key_at_work_is_a_conflict_and_an_abandoned_one_is_free(assessor: User, now: datetime) -> None:
    from datetime import timedelta

    given = {"key": "k", "path": "/x/", "body_hash": "h", "by": assessor}
    idempotency.take(**given, at=now)
    with pytest.raises(Conflict, match="still at work"):
        idempotency.take(**given, at=now)
    record, new = idempotency.take(**given, at=now + timedelta(minutes=3))
    assert (new, IdempotentRequest.objects.get()) == (True, record)
    with pytest.raises(Invalid, match="at most 200 characters"):
        idempotency.take(key="k" * 201, path="/x/", body_hash="h", by=assessor, at=now)


def test_a_file_that_is_no_utf8_is_refused_with_its_line(assessor: User, now: datetime) -> None:
    with pytest.raises(Invalid) as caught:
        imports.import_file(name="a.txt", content=b"one\ntwo \xff", by=assessor, at=now)
    assert caught.value.places[0].message == "Line 2: This line is not UTF-8 text."


def test_a_json_file_out_of_range_is_refused(assessor: User, now: datetime) -> None:
    import json

    document = a_document()
    document["growth"]["score"] = 9
    with pytest.raises(Invalid) as caught:
        imports.import_file(name="a.json", content=json.dumps(document).encode(), by=assessor, at=now)
    assert [place.path for place in caught.value.places] == ["growth.score"]
    with pytest.raises(Invalid, match="refused"):
        imports.import_file(name="a.json", content=b"{", by=assessor, at=now)


def test_verify_names_a_hash_and_figures_that_do_not_hold(assessor: User) -> None:
    draft = a_draft(assessor)
    Assessment.objects.filter(pk=draft.pk).update(content_hash="0" * 64, figures={})
    assert list(integrity.score_breaches()) == [
        "Bell Tuner (Mid-level) v1: the content hash is not that of the document",
        "Bell Tuner (Mid-level) v1: the stored figures are not those of the document",
    ]


def test_an_event_that_lost_its_link_is_named(assessor: User) -> None:
    assert audit.first_breach() == audit.Breach(
        AuditEvent.objects.order_by("id")[0].pk, "the event is not linked into the chain"
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert audit.first_breach() is None


def test_a_sentence_shows_an_ellipsis_for_what_an_event_lacks(assessor: User) -> None:
    event = AuditEvent(verb="assessment.published", data={"number": 1})
    assert audit.sentence(event) == "published version 1 at …"


def test_a_role_that_was_never_compared_has_no_standing(assessor: User, reviewer: User) -> None:
    role = published(assessor, reviewer).role
    assert reads.peers(role)["standing"] is None
    recomputed()
    assert reads.peers(role)["standing"]["rank"] == 1


def test_a_retracted_version_is_a_tombstone(
    client: Client, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    for address, status in (
        ("/roles/bell-tuner/", 410),
        ("/api/v1/roles/bell-tuner/", 410),
        ("/api/v1/roles/bell-tuner/peers/", 410),
        ("/roles/bell-tuner.json", 410),
        ("/api/v1/roles/", 200),
    ):
        assert client.get(address).status_code == status, address
    assert client.get("/api/v1/roles/").json()["results"] == []


def test_preparing_twice_collects_and_migrates_once(db: None, tmp_path: object, settings: object) -> None:
    settings.STATIC_ROOT = str(tmp_path)  # type: ignore[attr-defined]
    call_command("prepare")
    stamp = (tmp_path / ".stamp").stat().st_mtime_ns  # type: ignore[operator]
    call_command("prepare")
    assert (tmp_path / ".stamp").stat().st_mtime_ns == stamp  # type: ignore[operator]


def test_the_longest_title_and_seniority_fit_their_columns(assessor: User, reviewer: User) -> None:
    titles = ("T" + "x" * 199, "T" + "X" * 198 + "é")
    made = [published(assessor, reviewer, title, seniority="S" + "y" * 199) for title in titles]
    assert [len(each.role.slug) for each in made] == [200, 200]
    second = a_draft(assessor, titles[0], seniority="Z" + "y" * 199)
    assert len(second.role.slug) == 401


def test_a_name_still_named_keeps_its_relation(assessor: User, reviewer: User) -> None:
    from assessments.models import RoleRelation

    published(assessor, reviewer, "Bell Founder")
    tuner = published(assessor, reviewer)
    before = RoleRelation.objects.get(source=tuner.role)
    verdict(in_review(assessor, evidence=(2, 1, 1, 1, 1)), reviewer)
    assert RoleRelation.objects.get(source=tuner.role) == before


def test_an_alias_of_two_waiting_documents_answers_both(
    admin: User, assessor: User, reviewer: User, now: datetime
) -> None:
    from assessments.actions import roles
    from assessments.models import RoleRelation

    a, b = published(assessor, reviewer, "A"), published(assessor, reviewer, "B")
    builder = a_draft(assessor, "Organ Builder")
    roles.add_alias(role=builder.role, text="Bell Founder", by=admin, at=now)
    relations = RoleRelation.objects.filter(target=builder.role).values_list("source", flat=True)
    assert set(relations) == {a.role_id, b.role_id}
    assert RoleRelation.objects.filter(target=builder.role).count() == 2


def test_a_draft_of_somebody_else_that_one_may_see_is_not_ones_own_to_edit(
    admin: User, assessor: User, now: datetime
) -> None:
    from assessments.actions import people

    draft = a_draft(assessor)
    people.grant_role(person=admin, code="assessor", by=admin, at=now)
    assert access.may_edit(admin, draft).reason == "This draft belongs to somebody else; only its contributors edit it."


def test_events_are_found_between_two_times(assessor: User, now: datetime) -> None:
    from datetime import timedelta

    from assessments.queries import working

    a_draft(assessor)
    assert working.events(since=now - timedelta(hours=1), until=now - timedelta(minutes=30)).count() == 0
    assert working.events(until=now + timedelta(hours=1)).count() == AuditEvent.objects.count()


def test_a_link_that_does_not_follow_the_one_before_it_is_named(assessor: User) -> None:
    from assessments.models import AuditLink

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        a_draft(assessor)
        link = AuditLink.objects.order_by("id")[2]
        cursor.execute("ALTER TABLE assessments_auditlink DISABLE TRIGGER append_only")
        cursor.execute("UPDATE assessments_auditlink SET prev = repeat('f', 64) WHERE id = %s", [link.pk])
    assert audit.first_breach() == audit.Breach(link.event_id, "its link does not follow the one before it")


def test_a_verdict_that_waits_says_what_the_next_would_come_to(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    said = {
        each["outcome"]: each["then"]
        for each in queries.choices(assessment, given=list(Review.objects.get().verdicts.all()))
    }
    assert said == {
        "override_accepted": "Deepa gave this verdict: yours would publish it.",
        "override_declined": "Deepa gave another verdict: two that differ return the draft with both reasons.",
        "returned": "",
    }


def test_a_key_that_was_freed_between_two_looks_is_taken(
    assessor: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import IntegrityError
    from django.db.models import QuerySet

    original, refused = QuerySet.create, []

    def once_taken(found: QuerySet[IdempotentRequest], **values: object) -> IdempotentRequest:
        if not refused:
            refused.append("taken by another request, which then frees it")
            raise IntegrityError
        return original(found, **values)

    monkeypatch.setattr(QuerySet, "create", once_taken)
    record, new = idempotency.take(key="k", path="/x/", body_hash="h", by=assessor, at=now)
    assert (new, IdempotentRequest.objects.get()) == (True, record)


def test_the_desk_says_why_a_draft_came_back(
    assessor: User, reviewer: User, signed_in: Callable[[User], Client]
) -> None:
    assessment = in_review(assessor)
    verdict(assessment, reviewer, "returned", rationale="The pay figures are of last year.")
    assert returned_reasons([assessment]) == {assessment.pk: "Deepa: The pay figures are of last year."}
    assert "The pay figures are of last year." in signed_in(assessor).get("/desk/").content.decode()
