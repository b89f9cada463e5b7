"""Versions of the method: drafted, changed, approved by two, in force, retired; and what the database refuses."""

from __future__ import annotations

import re
import threading
from datetime import datetime
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from assessments import audit, documents, scoring
from assessments.actions import drafts
from assessments.actions import methodology as actions
from assessments.errors import Conflict, Forbidden, Invalid, Invisible, Refused, Stale
from assessments.models import Assessment, AuditEvent, MethodApproval, Methodology, User
from reviews import actions as review_actions
from tests.making import a_document, a_draft, in_review, published, verdict
from tests.methods import drafted, in_force, tried

APPROVED_BY = (
    "INSERT INTO assessments_methodapproval (methodology_id, administrator_id, definition, reason, given_at)"
    " SELECT m.id, u.id, {definition}, 'x', now() FROM assessments_methodology m, assessments_user u"
    " WHERE m.version = '1.1' AND u.username = '{username}'"
)


def approve(made: Methodology, by: User, reason: str = "Agreed") -> Methodology:
    return actions.approve(
        version=made.version, reason=reason, definition_hash=made.definition_hash, by=by, at=timezone.now()
    )


def edited(made: Methodology, by: User, **values: str) -> Methodology:
    named = {name.replace("__", "."): value for name, value in values.items()}
    return actions.edit(
        version=made.version,
        definition=scoring.with_values(made.definition, named),
        note=made.note,
        definition_hash=made.definition_hash,
        by=by,
        at=timezone.now(),
    )


def test_a_draft_is_a_copy_that_says_what_it_comes_from_and_why(admin: User) -> None:
    made = drafted(admin)
    first = Methodology.objects.get(version="1.0")
    assert (made.status, made.based_on, made.note, made.created_by) == ("draft", first, "For trial", admin)
    assert scoring.differences(first.definition, made.definition) == (scoring.Difference("version", "1.0", "1.1"),)


def test_an_edit_leaves_history_and_names_its_fields_in_the_ledger(admin: User) -> None:
    made = drafted(admin, formula__offset="0.50")
    assert made.history.count() == 2
    event = AuditEvent.objects.filter(verb="methodology.edited").get()
    assert (event.data["fields"], event.object_id) == (["formula.offset"], str(made.pk))


def test_a_version_that_is_not_there_cannot_be_given_up(admin: User) -> None:
    with pytest.raises(Invisible):
        actions.abandon(version="9.9", reason="x", by=admin, at=timezone.now())


def test_an_edit_that_changes_nothing_writes_nothing(admin: User) -> None:
    made = drafted(admin)
    edited(made, admin)
    assert (made.history.count(), AuditEvent.objects.filter(verb="methodology.edited").count()) == (1, 0)


def test_an_edit_of_a_text_that_moved_meanwhile_is_stale(admin: User, other_admin: User) -> None:
    mine = drafted(admin)
    edited(Methodology.objects.get(pk=mine.pk), other_admin, formula__offset="0.50")
    with pytest.raises(Stale):
        edited(mine, admin, formula__offset="0.51")


@pytest.mark.parametrize("person", ["assessor", "reviewer"])
def test_only_administrators_touch_the_method(person: str, admin: User, request: pytest.FixtureRequest) -> None:
    made, by = drafted(admin), request.getfixturevalue(person)
    now = timezone.now()
    attempts = [
        lambda: actions.clone(of="1.0", version="1.2", note="x", by=by, at=now),
        lambda: edited(made, by),
        lambda: actions.request_dry_run(version="1.1", by=by, at=now),
        lambda: approve(made, by),
        lambda: actions.abandon(version="1.1", reason="x", by=by, at=now),
    ]
    for attempt in attempts:
        with pytest.raises(Forbidden):
            attempt()
    assert Methodology.objects.count() == 2


@pytest.mark.parametrize(
    ("of", "version", "note", "refusal"),
    [
        ("9.9", "1.1", "Why", Invisible),
        ("1.0", "1.0", "Why", Invalid),
        ("1.0", "one", "Why", Invalid),
        ("1.0", "01.1", "Why", Invalid),
        ("1.0", "1.00", "Why", Invalid),
        ("1.0", "1.1", "  ", Invalid),
        ("1.0", "1.1", "x" * 5001, Invalid),
    ],
)
def test_a_draft_that_makes_no_sense_is_refused(
    of: str, version: str, note: str, refusal: type[Refused], admin: User
) -> None:
    with pytest.raises(refusal):
        actions.clone(of=of, version=version, note=note, by=admin, at=timezone.now())
    assert Methodology.objects.count() == 1


def broken(changes: dict[str, Any]) -> dict[str, Any]:
    return scoring.with_values({**scoring.definition("1.0"), "version": "1.1"}, changes)


def without(group: str) -> dict[str, Any]:
    definition = broken({})
    definition[group]["inputs"] = definition[group]["inputs"][1:]
    return definition


def without_yellow() -> dict[str, Any]:
    definition = broken({})
    for part in ("zones", "labels", "quick_screen"):
        definition[part] = [each for each in definition[part] if "yellow" not in (each.get("code"), each.get("zone"))]
    return definition


def too_wide() -> dict[str, Any]:
    definition = broken({})
    definition["growth"] |= {"max": 101, "rubric": {str(score): "x" for score in range(-2, 102)}}
    return definition


def many_rules() -> dict[str, Any]:
    definition = broken({})
    definition["labels"] = [definition["labels"][0]] * 60 + definition["labels"]
    return definition


def swapped() -> dict[str, Any]:
    definition = broken({})
    definition["evidence"]["inputs"].reverse()
    return definition


@pytest.mark.parametrize(
    ("definition", "sentence"),
    [
        (broken({"formula.divisor": "0"}), "divisor must be more than 0"),
        (broken({"formula.divisor": "7,93"}), "must be a decimal number"),
        (broken({"formula.evidence_step": "0.04000001"}), "too many decimals|more than 10 decimals"),
        (broken({"formula.growth_step": "0.05001"}), "more than 10 decimals"),
        (broken({"zones[green].from": "24.0"}), "zones must run from the highest"),
        (broken({"zones[green].code": "teal"}), "Every label|zones must be green, yellow, red"),
        (broken({"score.max": "50"}), "from 0 to 100 with one decimal"),
        (broken({"tasks.total": "50"}), "tasks.total must be 100"),
        (broken({"labels[0].text": "x" * 61}), "at most 60 characters"),
        (broken({"version": "1.2"}), "is of version 1.2, not 1.1"),
        (without("evidence"), "evidence.inputs must have exactly the codes"),
        (broken({"approval.verdicts": "0"}), "approval: from 1 to 2 verdicts decide"),
        (broken({"approval.verdicts_when_weighty": "3"}), "approval: from 1 to 2 verdicts decide"),
        (broken({"tasks.min_count": "50", "tasks.max_count": "2"}), "the counts must run from 1 to 100"),
        (broken({"tasks.max_count": "1000000"}), "the counts must run from 1 to 100"),
        (broken({"tasks.places": "-3"}), "tasks.places must be 0, 1 or 2"),
        (broken({"tasks.exposed_from": "-9"}), "tasks.exposed_from must be one of the task scores"),
        (broken({"override.max_distance": "-5"}), "override.max_distance must lie between 0 and 100"),
        (broken({"borderline": "-1.0"}), "borderline must lie between 0 and 100"),
        (broken({"borderline": "999999999"}), "borderline must lie between 0 and 100"),
        (broken({"zones[green].from": "48.05"}), "lies between two published scores"),
        (broken({"zones[green].from": "150"}), "lies outside the scale"),
        (broken({"formula.divisor": "0.000000001"}), "the divisor must lie between 0.01 and 1000"),
        (broken({"formula.ceiling": "5"}), "the ceiling must lie above the highest task score"),
        (broken({"formula.evidence_step": "-0.04"}), "formula.evidence_step: more must never score less"),
        (broken({"formula.growth_step": "0.5"}), "formula.growth_step: more must never score less"),
        (broken({"labels[1].text": "Green (Stable)"}), "would stand for two different labels"),
        (broken({"evidence.inputs[wage_trends].name": "company actions"}), "evidence: two entries have the same name"),
        (broken({"evidence.inputs[wage_trends].name": "Total"}), "does not read back"),
        (broken({"evidence.inputs[wage_trends].name": "a\nb"}), "must be one line"),
        (broken({"approval.verdicts": str(10**30)}), "approval.verdicts must be a number up to 1000000"),
        (many_rules(), "There may be at most 60 rules of a kind"),
        ({**broken({}), "summary": 1.5}, "summary must be a text, a whole number, true or false"),
        (without_yellow(), "zones must be green, yellow, red"),
        (too_wide(), "A scale runs from -100 to 100 at most"),
        (swapped(), "evidence.inputs must stand in the order"),
    ],
)
def test_a_definition_that_is_no_whole_method_is_refused_with_its_place(
    definition: dict[str, Any], sentence: str, admin: User
) -> None:
    made = drafted(admin)
    with pytest.raises(Invalid, match=sentence):
        actions.edit(
            version="1.1",
            definition=definition,
            note="x",
            definition_hash=made.definition_hash,
            by=admin,
            at=timezone.now(),
        )
    assert Methodology.objects.get(version="1.1").definition == made.definition


def test_two_administrators_bring_a_version_into_force_and_the_one_before_retires(
    admin: User, other_admin: User
) -> None:
    made = drafted(admin, zones__green__from="50.0")
    tried(admin)
    assert approve(made, admin).status == "draft"
    made = approve(made, other_admin, "The band was too wide")
    before = Methodology.objects.get(version="1.0")
    assert (made.status, before.status, drafts.active_methodology()) == ("active", "retired", made)
    assert None not in {made.activated_at, before.retired_at}
    verbs = list(AuditEvent.objects.order_by("id").values_list("verb", flat=True))[-4:]
    expected = ["methodology.approved", "methodology.approved", "methodology.retired", "methodology.activated"]
    assert verbs == expected
    last = AuditEvent.objects.order_by("id").last()
    assert audit.sentence(last) == "brought method 1.1 into force in place of 1.0"


def test_one_administrator_is_not_two(admin: User) -> None:
    made = drafted(admin)
    tried(admin)
    approve(made, admin)
    with pytest.raises(Conflict, match="another administrator"):
        approve(made, admin)
    assert Methodology.objects.get(version="1.1").status == "draft"


def test_an_approval_does_not_outlive_an_edit(admin: User, other_admin: User) -> None:
    made = drafted(admin)
    tried(admin)
    approve(made, admin)
    made = edited(made, admin, formula__offset="0.50")
    tried(admin)
    assert approve(made, other_admin).status == "draft"
    assert approve(made, admin).status == "active"


def test_an_approval_of_another_text_than_stands_there_is_a_conflict(admin: User, other_admin: User) -> None:
    read = drafted(admin)
    edited(Methodology.objects.get(pk=read.pk), other_admin, formula__offset="0.50")
    tried(admin)
    with pytest.raises(Conflict, match="not the one you read"):
        approve(read, admin)


def test_nothing_is_approved_before_its_dry_run_was_made(admin: User) -> None:
    made = drafted(admin)
    with pytest.raises(Conflict, match=re.escape("no dry run of it as it stands against method 1.0")):
        approve(made, admin)


def test_a_dry_run_of_an_earlier_text_does_not_count(admin: User) -> None:
    made = drafted(admin)
    tried(admin)
    made = edited(made, admin, formula__offset="0.50")
    with pytest.raises(Conflict, match="no dry run"):
        approve(made, admin)


@pytest.mark.parametrize("status", ["active", "retired"])
def test_what_was_in_force_is_neither_edited_nor_tried_nor_abandoned(
    status: str, admin: User, other_admin: User
) -> None:
    in_force(admin, other_admin)
    version, now = {"active": "1.1", "retired": "1.0"}[status], timezone.now()
    made = Methodology.objects.get(version=version)
    attempts = [
        lambda: edited(made, admin, formula__offset="0.50"),
        lambda: actions.request_dry_run(version=version, by=admin, at=now),
        lambda: approve(made, admin),
        lambda: actions.abandon(version=version, reason="x", by=admin, at=now),
    ]
    for attempt in attempts:
        with pytest.raises(Conflict, match="it would have to be a draft"):
            attempt()


def test_an_abandoned_draft_keeps_its_number_and_ends_its_run(admin: User) -> None:
    drafted(admin)
    actions.request_dry_run(version="1.1", by=admin, at=timezone.now())
    gone = actions.abandon(version="1.1", reason="Not needed", by=admin, at=timezone.now())
    assert (gone.status, gone.activated_at) == ("retired", None)
    assert [run.failure for run in gone.dry_runs.all()] == ["The draft was given up."]
    with pytest.raises(Invalid, match="a number of its own"):
        drafted(admin)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_methodology SET status = 'active' WHERE version = '1.1'",
        "UPDATE assessments_methodology SET status = 'draft' WHERE version = '1.0'",
        "UPDATE assessments_methodology SET definition = '{}' WHERE version = '1.0'",
        "UPDATE assessments_methodology SET note = 'x' WHERE version = '1.0'",
        "DELETE FROM assessments_methodology WHERE version = '1.1'",
        "DELETE FROM assessments_methodapproval",
        "UPDATE assessments_methodapproval SET reason = 'x'",
        APPROVED_BY.format(definition="m.definition", username="maren"),
        APPROVED_BY.format(definition="'{}'", username="ada"),
        "UPDATE assessments_dryrun SET report = '{}'",
        "DELETE FROM assessments_dryrun",
    ],
)
def test_the_database_refuses_every_short_way_round(statement: str, admin: User, assessor: User) -> None:
    made = drafted(admin)
    tried(admin)
    approve(made, admin)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_bulk_call_brings_nothing_into_force(admin: User) -> None:
    made = drafted(admin)
    made.status = "active"
    with pytest.raises(DatabaseError), transaction.atomic():
        Methodology.objects.bulk_update([made], ["status"])
    made.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        Methodology.objects.bulk_create([made])


@pytest.mark.django_db(transaction=True)
def test_two_second_approvals_at_once_activate_once(admin: User, other_admin: User, make_person: Any) -> None:
    third = make_person("third", "admin")
    made = drafted(admin)
    tried(admin)
    approve(made, admin)
    start, outcomes = threading.Barrier(2), []

    def second(by: User) -> None:
        start.wait()
        try:
            outcomes.append(approve(made, by).status)
        except Conflict as refused:
            outcomes.append(refused.code)
        connection.close()

    threads = [threading.Thread(target=second, args=[person]) for person in (other_admin, third)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["active", "wrong_state"]
    assert MethodApproval.objects.count() == 2


def test_a_published_version_keeps_its_method_and_its_figures(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    before = published(assessor, reviewer)
    in_force(admin, other_admin, formula__offset="0.94")
    after = Assessment.objects.get(pk=before.pk)
    assert (after.figures, after.methodology.version) == (before.figures, "1.0")
    document = documents.from_json(after.document)
    assert documents.figures_of(document, after.methodology.method).as_json() == after.figures


def move(assessment: Assessment, by: User, version: str = "1.1", **changes: Any) -> drafts.Saved:
    given = {"content_hash": assessment.content_hash, "at": timezone.now(), **changes}
    return drafts.move_to_method(assessment_id=assessment.pk, version=version, by=by, **given)


def test_a_draft_under_a_retired_method_is_moved_with_its_figures(
    admin: User, other_admin: User, assessor: User
) -> None:
    draft = a_draft(assessor)
    in_force(admin, other_admin, formula__offset="0.94")
    moved = move(draft, assessor).assessment
    assert (moved.methodology.version, moved.figures["methodology"]) == ("1.1", "1.1")
    assert (moved.document, str(draft.formula_score), str(moved.formula_score)) == (draft.document, "55.3", "50.3")
    event = AuditEvent.objects.get(verb="assessment.moved_to_method")
    assert audit.sentence(event) == "moved version 1 from method 1.0 to 1.1"


def test_a_draft_under_a_retired_method_is_not_submitted_before_it_is_moved(
    admin: User, other_admin: User, assessor: User, now: datetime
) -> None:
    draft = a_draft(assessor)
    in_force(admin, other_admin)
    with pytest.raises(Conflict, match=re.escape("scored with method 1.0, which is not in force any more")):
        review_actions.submit(assessment_id=draft.pk, by=assessor, at=now)
    move(draft, assessor)
    assert review_actions.submit(assessment_id=draft.pk, by=assessor, at=now).status == "in_review"


def test_what_is_in_review_under_a_method_that_retired_is_returned_and_moved(
    admin: User, other_admin: User, assessor: User, reviewer: User
) -> None:
    assessment = in_review(assessor)
    in_force(admin, other_admin)
    with pytest.raises(Conflict, match="The method changed"):
        verdict(assessment, reviewer)
    with pytest.raises(Conflict, match="in review"):
        move(assessment, assessor)
    verdict(assessment, reviewer, "returned")
    assert move(assessment, assessor).assessment.methodology.version == "1.1"


def test_a_move_is_bound_to_what_was_shown(
    admin: User, other_admin: User, assessor: User, other_assessor: User, now: datetime
) -> None:
    draft = a_draft(assessor)
    with pytest.raises(Conflict, match=re.escape("scored with method 1.0 already")):
        move(draft, assessor, "1.0")
    in_force(admin, other_admin)
    with pytest.raises(Conflict, match=re.escape("The method in force is 1.1 by now")):
        move(draft, assessor, "1.0")
    with pytest.raises(Invisible):
        move(draft, other_assessor)
    changed = documents.from_json(a_document(reinstatement="Another thought."))
    drafts.save_draft(assessment_id=draft.pk, document=changed, content_hash=None, by=assessor, at=now)
    with pytest.raises(Stale):
        move(draft, assessor)
