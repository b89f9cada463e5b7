"""The tables of moves: who may make which, the drawing of them, and what the admin says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from assessments import transitions
from assessments.actions import retraction
from assessments.enums import MethodStatus, RetractionState
from assessments.models import Methodology, User
from reviews import tasks
from reviews.management.commands import draw_states
from reviews.models import Letter, MailChoice, Notification, ReviewState
from reviews.notifications import choose
from reviews.transitions import MOVES as REVIEW_MOVES
from tests.making import a_draft, in_review, published
from tests.methods import drafted, in_force


def sql(statement: str, *parameters: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def approved_by_both(made: Methodology, *administrators: User) -> None:
    for person in administrators:
        sql(
            "INSERT INTO assessments_methodapproval (methodology_id, administrator_id, definition, reason, given_at)"
            " SELECT id, %s, definition, 'x', now() FROM assessments_methodology WHERE id = %s",
            person.pk,
            made.pk,
        )


@pytest.mark.parametrize(
    ("function", "moves"),
    [
        ("aijri_guard_assessment", transitions.MOVES),
        ("aijri_guard_retraction", transitions.RETRACTION_MOVES),
        ("aijri_guard_review", REVIEW_MOVES),
        ("aijri_guard_methodology", transitions.METHOD_MOVES),
    ],
)
def test_the_database_holds_the_moves_of_the_table_and_no_others(function: str, moves: Any, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT array_agg(found[1] || ' ' || found[2]) FROM pg_proc,"
            r" regexp_matches(prosrc, '\(''(\w+)'', ''(\w+)''\)', 'g') found WHERE proname = %s",
            [function],
        )
        held = {tuple(pair.split()) for pair in cursor.fetchone()[0]}
    assert held == set(transitions.pairs(moves))


METHOD_PAIRS = list(product(MethodStatus, MethodStatus))


@pytest.mark.parametrize(("source", "target"), METHOD_PAIRS, ids=lambda status: status.value)
def test_the_database_lets_a_method_make_exactly_the_moves_of_the_table(
    source: MethodStatus, target: MethodStatus, admin: User, other_admin: User
) -> None:
    version = "1.1"
    if source == MethodStatus.DRAFT:
        approved_by_both(drafted(admin), admin, other_admin)
        # Only one is in force at a time: a constraint of its own, which is not what is asked here.
        sql("UPDATE assessments_methodology SET status = 'retired', retired_at = now() WHERE status = 'active'")
    else:
        in_force(admin, other_admin)
        version = "1.1" if source == MethodStatus.ACTIVE else "1.0"
    allowed = True
    try:
        sql("UPDATE assessments_methodology SET status = %s WHERE version = %s", target.value, version)
    except DatabaseError:
        allowed = False
    assert allowed == (source == target or (source, target) in transitions.pairs(transitions.METHOD_MOVES))


REVIEW_PAIRS = list(product(ReviewState, ReviewState))


@pytest.mark.parametrize(("source", "target"), REVIEW_PAIRS, ids=lambda state: state.value)
def test_the_database_lets_a_review_make_exactly_the_moves_of_the_table(
    source: ReviewState, target: ReviewState, assessor: User
) -> None:
    in_review(assessor)
    closed = "closed_at = CASE WHEN %s = 'open' THEN NULL ELSE now() END"
    statement = f"UPDATE reviews_review SET state = %s, {closed}"
    if source != ReviewState.OPEN:
        sql(statement, source.value, source.value)
    allowed = True
    try:
        sql(statement, target.value, target.value)
    except DatabaseError:
        allowed = False
    assert allowed == ((source, target) in transitions.pairs(REVIEW_MOVES))


RETRACTION_PAIRS = list(product(RetractionState, RetractionState))


@pytest.mark.parametrize(("source", "target"), RETRACTION_PAIRS, ids=lambda state: state.value)
def test_the_database_lets_a_proposal_make_exactly_the_moves_of_the_table(
    source: RetractionState, target: RetractionState, assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    version = published(assessor, reviewer)
    made = retraction.propose(assessment_id=version.pk, reason="Made up.", by=admin, at=timezone.now())
    closed = "answer = 'x', closed_by_id = %s, closed_at = now()"
    opened = "answer = '', closed_by_id = NULL, closed_at = NULL"

    def move(state: RetractionState) -> None:
        if state == RetractionState.OPEN:
            sql(f"UPDATE assessments_retraction SET state = 'open', {opened} WHERE id = %s", made.pk)
        else:
            statement = f"UPDATE assessments_retraction SET state = %s, {closed} WHERE id = %s"
            sql(statement, state.value, other_admin.pk, made.pk)

    if source != RetractionState.OPEN:
        move(source)
    allowed = True
    try:
        move(target)
    except DatabaseError:
        allowed = False
    assert allowed == ((source, target) in transitions.pairs(transitions.RETRACTION_MOVES))


def test_the_drawing_in_the_docs_is_what_the_tables_say() -> None:
    call_command("draw_states", "--check")


def test_a_drawing_that_is_another_is_said_and_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_states, "FILE", tmp_path / "states.md")
    with pytest.raises(CommandError, match="is not what the tables say"):
        call_command("draw_states", "--check")
    call_command("draw_states")
    call_command("draw_states", "--check")


def test_the_admin_says_who_moves_what(
    admin: User, assessor: User, reviewer: User, now: datetime, signed_in: Callable[[User], Client]
) -> None:
    in_review(assessor)
    version = published(assessor, reviewer, "Harp Maker")
    retraction.propose(assessment_id=version.pk, reason="Made up.", by=admin, at=now)
    client = signed_in(admin)
    said = {
        "assessments/assessment": "supersede (the next version), retract (two administrators)",
        "assessments/retraction": "confirm (another administrator), withdraw (an administrator), lapse",
        "assessments/methodology": "retire (the next version)",
        "reviews/review": "decide (one or two reviewers), return (a reviewer), recall (a contributor)",
    }
    missing = [name for name, words in said.items() if words not in client.get(f"/admin/{name}/").content.decode()]
    assert missing == []
    one = client.get(f"/admin/assessments/assessment/{version.pk}/change/").content.decode()
    assert said["assessments/assessment"] in one


def test_the_api_names_the_verbs_of_a_state(assessor: User, token_of: Callable[..., dict[str, str]]) -> None:
    draft = a_draft(assessor)
    found = Client().get(f"/api/v1/assessments/{draft.pk}/", headers=token_of(assessor)).json()
    assert found["verbs"] == ["submit", "withdraw"]


def test_what_is_kept_of_notifications_names_itself(assessor: User, reviewer: User, now: Any) -> None:
    in_review(assessor)
    told = Notification.objects.get()
    choose(by_mail={"due": "off"}, by=reviewer)
    letter = Letter.objects.create(event="e", person=reviewer, message_id="<a@b>", created_at=now)
    assert [str(told), str(letter), str(MailChoice.objects.get())] == [
        f"{told.event} for Deepa",
        "e to Deepa",
        "Deepa: due off",
    ]
    tasks.tell([0])
    assert Notification.objects.count() == 1
