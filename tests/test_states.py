"""The tables of moves: who may make which, the drawing of them, and what the admin says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from assessments.actions import retraction
from assessments.models import User
from reviews import tasks
from reviews.management.commands import draw_states
from reviews.models import Letter, MailChoice, Notification
from reviews.notifications import choose
from tests.making import a_draft, in_review, published


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
    choose(by_mail={"due": "off"}, address="", by=reviewer, at=now)
    letter = Letter.objects.create(event="e", person=reviewer, message_id="<a@b>", created_at=now)
    assert [str(told), str(letter), str(MailChoice.objects.get())] == [
        f"{told.event} for Deepa",
        "e to Deepa",
        "Deepa: due off",
    ]
    tasks.tell([0])
    assert Notification.objects.count() == 1
