"""The tables of moves: who may make which, the drawing of them, and what the admin says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from django.test import Client

from assessments import access
from assessments.models import Assessment, User
from reviews import tasks
from reviews.management.commands import draw_states
from reviews.models import Letter, MailChoice, Notification
from reviews.notifications import choose
from tests.making import a_draft, in_review, published

WRITES, DECIDES, RETRACTS = ["submit", "withdraw"], ["return", "publish"], ["retract"]


def test_the_moves_that_are_offered_are_those_of_the_table_and_the_person(
    assessor: User, other_assessor: User, reviewer: User, admin: User, make_person: Any
) -> None:
    both = make_person("both", "assessor", "reviewer", "admin")
    made: dict[str, tuple[Callable[..., Assessment], list[list[str]]]] = {
        "A": (lambda title: a_draft(assessor, title), [WRITES, [], [], ["withdraw"], ["withdraw"], []]),
        "B": (lambda title: in_review(assessor, title), [["recall"], [], DECIDES, [], DECIDES, []]),
        "C": (lambda title: published(assessor, reviewer, title), [[], [], [], RETRACTS, RETRACTS, []]),
        "D": (lambda title: in_review(both, title), [[], [], DECIDES, [], ["recall"], []]),
        "E": (lambda title: published(both, reviewer, title), [[], [], [], RETRACTS, [], []]),
    }
    people = [assessor, other_assessor, reviewer, admin, both, AnonymousUser()]
    for title, (make, expected) in made.items():
        assessment = make(title)
        assert [[move.verb for move in access.moves_for(each, assessment)] for each in people] == expected, title


def test_the_drawing_in_the_docs_is_what_the_tables_say() -> None:
    call_command("draw_states", "--check")


def test_a_drawing_that_is_another_is_said_and_drawn_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draw_states, "FILE", tmp_path / "states.md")
    with pytest.raises(CommandError, match="is not what the tables say"):
        call_command("draw_states", "--check")
    call_command("draw_states")
    call_command("draw_states", "--check")


def test_the_admin_says_who_moves_what(admin: User, assessor: User, signed_in: Callable[[User], Client]) -> None:
    a_draft(assessor)
    page = signed_in(admin).get("/admin/assessments/assessment/").content.decode()
    assert "submit (a contributor), withdraw (a contributor or an administrator)" in page


def test_the_api_names_the_verbs_of_a_state(assessor: User, token_of: Callable[..., dict[str, str]]) -> None:
    draft = a_draft(assessor)
    found = Client().get(f"/api/v1/assessments/{draft.pk}/", headers=token_of(assessor)).json()
    assert found["verbs"] == WRITES


def test_what_is_kept_of_notifications_names_itself(assessor: User, reviewer: User, now: Any) -> None:
    in_review(assessor)
    told = Notification.objects.get()
    choose(by_mail={"due": "off"}, address="", by=reviewer, at=now)
    letter = Letter.objects.create(event="e", person=reviewer, message_id="<a@b>", created_at=now)
    assert [str(told), str(letter), str(MailChoice.objects.get())] == [
        f"{told.event} for Deepa",
        "e to Deepa",
        "Deepa: due off",
    ]
    tasks.tell([0])
    assert Notification.objects.count() == 1
