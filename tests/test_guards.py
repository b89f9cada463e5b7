"""What the database itself refuses, tried by the shortest way round: SQL, `update()`, bulk calls, TRUNCATE."""

from __future__ import annotations

from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from assessments import audit
from assessments.actions import retraction
from assessments.enums import Status
from assessments.models import Assessment, AuditEvent, Contribution, Decision, Retraction, User
from assessments.transitions import MOVES
from reviews.models import Review, Verdict
from tests.making import a_draft, in_review, published, verdict

FORWARD = {(move.source, move.target) for move in MOVES} | {(s, s) for s in (Status.DRAFT, Status.IN_REVIEW)}
PAIRS = list(product(Status, Status))


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def in_state(status: Status, assessor: User, reviewer: User) -> Assessment:
    """An assessment that came to `status` by legal moves."""
    if status == Status.DRAFT:
        return a_draft(assessor)
    if status == Status.WITHDRAWN:
        assessment = a_draft(assessor)
        sql("UPDATE assessments_assessment SET status = 'withdrawn' WHERE id = %s", assessment.pk)
        return assessment
    if status == Status.IN_REVIEW:
        return in_review(assessor)
    assessment = published(assessor, reviewer)
    if status == Status.RETRACTED:
        agreed_to_retract(assessment)
    if status != Status.PUBLISHED:
        sql("UPDATE assessments_assessment SET status = %s WHERE id = %s", status.value, assessment.pk)
    return assessment


def agreed_to_retract(assessment: Assessment) -> Retraction:
    """The word of two administrators for retracting a version, which is published still."""
    first, second = User.objects.filter(access_roles__code="admin").order_by("pk")
    proposal = retraction.propose(assessment_id=assessment.pk, reason="Wrong.", by=first, at=timezone.now())
    sql(
        "UPDATE assessments_retraction SET state = 'confirmed', answer = 'x', closed_by_id = %s, closed_at = now()"
        " WHERE id = %s",
        second.pk,
        proposal.pk,
    )
    return proposal


@pytest.mark.parametrize(("source", "target"), PAIRS, ids=lambda status: status.value)
def test_the_database_allows_exactly_the_moves_of_the_table(
    source: Status, target: Status, assessor: User, reviewer: User, other_admin: User
) -> None:
    assessment = in_state(source, assessor, reviewer)
    if (source, target) == (Status.PUBLISHED, Status.RETRACTED):
        agreed_to_retract(assessment)
    published_now = "published_at = now(), published_score = formula_score," if target == Status.PUBLISHED else ""
    statement = f"UPDATE assessments_assessment SET {published_now} status = %s WHERE id = %s"
    if source in {Status.PUBLISHED, Status.SUPERSEDED, Status.RETRACTED}:
        statement = "UPDATE assessments_assessment SET status = %s WHERE id = %s"
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [target.value, assessment.pk])
            # Undone at once: the decision that a published row needs at commit is another test's.
            transaction.set_rollback(True)
        allowed = True
    except DatabaseError:
        allowed = False
    assert allowed == ((source, target) in FORWARD)


@pytest.mark.parametrize(
    "change",
    [
        'document = document || \'{"quick_screen": "x"}\'',
        "content_hash = repeat('0', 64)",
        "published_score = 99.9",
        "published_label = 'Green'",
        "formula_score = 0",
        "published_at = now()",
        "number = 7",
        "saved_by_id = created_by_id, saved_at = now()",
        "status = 'superseded', published_score = 99.9",
        "status = status",
    ],
)
def test_sql_cannot_change_a_published_assessment(change: str, assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    before = Assessment.objects.filter(pk=assessment.pk).values().get()
    with pytest.raises(DatabaseError):
        sql(f"UPDATE assessments_assessment SET {change} WHERE id = %s", assessment.pk)
    assert Assessment.objects.filter(pk=assessment.pk).values().get() == before


def test_a_queryset_update_of_a_published_assessment_is_refused(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    with pytest.raises(DatabaseError, match="cannot become published"), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk).update(published_score="99.9")
    assessment.refresh_from_db()
    assert str(assessment.published_score) == "55.3"


def test_a_bulk_update_of_a_published_assessment_is_refused(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    assessment.document = {}
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.bulk_update([assessment], ["document"])


@pytest.mark.parametrize("status", [Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED, Status.SUPERSEDED])
def test_no_assessment_is_ever_deleted(status: Status, assessor: User, reviewer: User) -> None:
    assessment = in_state(status, assessor, reviewer)
    with pytest.raises(DatabaseError, match="never deleted"):
        sql("DELETE FROM assessments_assessment WHERE id = %s", assessment.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        Assessment.objects.filter(pk=assessment.pk)._raw_delete("default")
    assert Assessment.objects.filter(pk=assessment.pk).exists()


def test_switching_pgtrigger_or_replication_off_opens_nothing(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pgtrigger.ignore', 'assessments_assessment', true)")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE assessments_assessment SET published_score = 1 WHERE id = %s", [assessment.pk])


def test_an_assessment_cannot_be_inserted_as_published(assessor: User, reviewer: User) -> None:
    assessment = published(assessor, reviewer)
    assessment.pk, assessment.number = None, 2
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        Assessment.objects.bulk_create([assessment])


def test_nothing_is_published_without_its_decision(assessor: User) -> None:
    assessment = in_review(assessor)
    with (
        pytest.raises(DatabaseError, match="without its decision"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "UPDATE assessments_assessment SET status = 'published', published_at = now(),"
            " published_score = formula_score WHERE id = %s",
            [assessment.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("change", ["document = '{}'", "content_hash = 'x'", "methodology_id = methodology_id + 1"])
def test_content_and_method_stand_still_in_review(change: str, assessor: User) -> None:
    assessment = in_review(assessor)
    with pytest.raises(DatabaseError, match="cannot change while it is in_review"):
        sql(f"UPDATE assessments_assessment SET {change} WHERE id = %s", assessment.pk)


def test_a_role_has_at_most_one_open_version(assessor: User) -> None:
    assessment = a_draft(assessor)
    assessment.pk, assessment.number = None, 2
    with pytest.raises(IntegrityError, match="one_open_assessment_per_role"), transaction.atomic():
        Assessment.objects.bulk_create([assessment])


def test_a_role_has_at_most_one_published_version(assessor: User, reviewer: User) -> None:
    first = published(assessor, reviewer)
    second = in_review(assessor, evidence=(2, 1, 1, 1, 1))
    with pytest.raises(IntegrityError, match="one_published_assessment_per_role"):
        sql(
            "UPDATE assessments_assessment SET status = 'published', published_at = now(),"
            " published_score = formula_score WHERE id = %s",
            second.pk,
        )
    assert first.role_id == second.role_id


@pytest.mark.parametrize(
    "table",
    [
        "assessments_auditevent",
        "assessments_auditlink",
        "assessments_contribution",
        "assessments_decision",
        "assessments_historicalassessment",
        "assessments_historicalrole",
        "reviews_verdict",
    ],
)
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_append_only_tables_refuse_everything_but_insert(
    table: str, statement: str, assessor: User, reviewer: User
) -> None:
    published(assessor, reviewer)
    # The chain is linked by a deferred trigger; until it has run there is no link to protect.
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append-only"):
        sql(statement.format(table))


def test_history_without_actor_or_reason_is_refused(assessor: User) -> None:
    assessment = a_draft(assessor)
    with pytest.raises(IntegrityError, match="history_change_reason"), transaction.atomic():
        assessment.save()
    with pytest.raises(IntegrityError, match="actor_and_reason"), transaction.atomic():
        audit.save(assessment, by=assessor, at=timezone.now(), reason="")


def test_a_contributors_verdict_is_refused_by_the_database(assessor: User) -> None:
    assessment = in_review(assessor)
    review = Review.objects.get(assessment=assessment)
    with pytest.raises(DatabaseError, match="contributed"), transaction.atomic():
        Verdict.objects.bulk_create(
            [
                Verdict(
                    review=review,
                    reviewer=assessor,
                    outcome="formula_accepted",
                    rationale="Mine is right.",
                    content_hash=assessment.content_hash,
                    given_at=timezone.now(),
                )
            ]
        )


def test_a_verdict_on_other_content_is_refused_by_the_database(assessor: User, reviewer: User) -> None:
    review = Review.objects.get(assessment=in_review(assessor))
    with pytest.raises(DatabaseError, match="exactly the content"):
        sql(
            "INSERT INTO reviews_verdict (review_id, reviewer_id, outcome, rationale, content_hash, given_at)"
            " VALUES (%s, %s, 'formula_accepted', 'x', repeat('0', 64), now())",
            review.pk,
            reviewer.pk,
        )


def test_a_decision_that_moves_the_score_without_an_accepted_override_is_refused(
    assessor: User, reviewer: User
) -> None:
    decision = published(assessor, reviewer).decision
    decision.pk, decision.assessment = None, a_draft(assessor, "Organ Builder")
    decision.published_score += 1
    with pytest.raises(IntegrityError, match="only_an_accepted_override"), transaction.atomic():
        Decision.objects.bulk_create([decision])


def test_a_link_of_the_ledger_cannot_be_made_by_hand(assessor: User) -> None:
    event = AuditEvent.objects.order_by("id").last()
    assert event is not None
    with pytest.raises(DatabaseError, match="by the database alone"):
        sql(
            "INSERT INTO assessments_auditlink (event_id, prev, hash) VALUES (%s, repeat('a', 64), repeat('b', 64))",
            event.pk,
        )


def test_the_maintenance_door_is_on_the_record_and_closes_with_its_transaction(
    admin: User, assessor: User, reviewer: User
) -> None:
    assessment = published(assessor, reviewer)
    with transaction.atomic():
        audit.open_maintenance_door(by=admin, at=timezone.now(), reason="Column moved by migration 0042")
        sql("UPDATE assessments_assessment SET kind = 'erratum' WHERE id = %s", assessment.pk)
    event = AuditEvent.objects.get(verb="maintenance.door_opened")
    assert event.data["reason"] == "Column moved by migration 0042"


def test_contributions_outlive_every_later_save(assessor: User, other_assessor: User) -> None:
    assessment = a_draft(assessor)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Contribution.objects.filter(assessment=assessment).delete()
    assert [each.user for each in assessment.contributions.all()] == [assessor]
    assert other_assessor not in [each.user for each in assessment.contributions.all()]


def test_superseding_leaves_the_predecessor_as_it_was_but_for_status_and_time(assessor: User, reviewer: User) -> None:
    first = published(assessor, reviewer)
    before = Assessment.objects.filter(pk=first.pk).values().get()
    second = in_review(assessor, evidence=(2, 1, 1, 1, 1))
    verdict(second, reviewer)
    after = Assessment.objects.filter(pk=first.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"status", "superseded_at"}
