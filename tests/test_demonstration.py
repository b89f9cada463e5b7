"""The demonstration, loaded as `make run` loads it."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.utils import timezone

from assessments.models import AccessRole, Assessment, Decision, RoleRelation, User
from assessments.queries import integrity
from reviews import demonstration
from reviews.models import Review
from tests.making import recomputed

SCORES = {
    "llm-engineer": "69.2",
    "ml-ai-engineer": "68.2",
    "generative-ai-engineer": "49.4",
    "prompt-engineer": "7.9",
    "ai-security-engineer": "79.3",
}


@pytest.fixture(autouse=True)
def _loaded(db: None) -> None:
    demonstration.load(at=timezone.now())


def test_the_five_roles_have_exactly_their_scores() -> None:
    found = Assessment.objects.filter(status="published", role__slug__in=SCORES)
    assert {each.role.slug: str(each.published_score) for each in found} == SCORES


def test_one_override_was_accepted_and_one_declined() -> None:
    outcomes = dict(Decision.objects.values_list("assessment__role__slug", "outcome"))
    assert outcomes.pop("registered-nurse") == "override_accepted"
    assert outcomes.pop("paralegal") == "override_declined"
    assert set(outcomes.values()) == {"formula_accepted"}
    assert Decision.objects.get(assessment__role__slug="registered-nurse").statement == "Adjusted to 68.0 (+2.3)"


def test_one_revision_is_in_review_and_one_in_draft_and_neither_of_the_llm_engineer() -> None:
    open_now = Assessment.objects.filter(status__in=["draft", "in_review"])
    assert {(each.role.slug, each.status, each.number) for each in open_now} == {
        ("generative-ai-engineer", "in_review", 2),
        ("prompt-engineer", "draft", 2),
    }
    assert Review.objects.filter(state="open").count() == 1


def test_six_accounts_open_with_the_demonstration_password() -> None:
    held = {person.username: person.roles for person in User.objects.all()}
    assert held == {
        "admin": ["admin"],
        "admin2": ["admin"],
        "assessor": ["assessor"],
        "assessor2": ["assessor"],
        "reviewer": ["reviewer"],
        "reviewer2": ["reviewer"],
    }
    assert all(person.check_password(demonstration.PASSWORD) for person in User.objects.all())
    assert AccessRole.objects.count() == 6


def test_the_roles_are_related_and_compared() -> None:
    recomputed()
    assert RoleRelation.objects.filter(kind="peer").count() == 10
    assert RoleRelation.objects.filter(kind="distinct_from", source__slug="llm-engineer").exists()
    assert list(integrity.peer_breaches()) == []
    assert list(integrity.score_breaches()) == []


def test_it_is_loaded_once(settings: object, capsys: pytest.CaptureFixture[str]) -> None:
    settings.DEMO = True  # type: ignore[attr-defined]
    call_command("load_demo")
    assert capsys.readouterr().out == "The demonstration is loaded already.\n"
    assert User.objects.count() == 6
