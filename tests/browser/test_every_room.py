"""Every room for everybody: no accessibility fault, no sideways scrolling, light and dark, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.conf import settings

from assessments import dispatch
from assessments.actions import drafts
from assessments.enums import ChangeReason, Kind
from assessments.models import Assessment, OutboxMessage, Role, User
from reviews import actions
from reviews.models import Review
from tests.browser.conftest import Visit
from tests.browser.eyes import faults
from tests.making import a_draft, in_review, published, recomputed
from tests.methods import drafted, tried

LOOKS: list[dict[str, Any]] = [
    {"width": 1280, "color_scheme": "light"},
    {"width": 360, "color_scheme": "dark"},
]


@pytest.fixture
def people(transactional_db: None, admin: User, assessor: User, reviewer: User) -> dict[str, User | None]:
    return {"admin": admin, "assessor": assessor, "reviewer": reviewer, "": None}


@pytest.fixture
def catalogue(people: dict[str, User | None], now: Any) -> Callable[[str], Any]:
    """A published role with a neighbour and a revision in review with an override, a whole draft and an empty one."""
    assessor, reviewer = people["assessor"], people["reviewer"]
    assert assessor is not None
    assert reviewer is not None
    published(assessor, reviewer, "Bell Founder")
    tuner = published(assessor, reviewer)
    recomputed()
    revised = drafts.revise(
        role=tuner.role, kind=Kind.REVISION, change_reason=ChangeReason.NEW_EVIDENCE, by=assessor, at=now
    )
    _propose(revised.assessment, assessor, now)
    _talk(review := Review.objects.get(assessment=revised.assessment), reviewer, assessor, now)
    in_review(assessor, "Bell Hanger")
    admin = people["admin"]
    assert admin is not None
    drafted(admin, formula__evidence_step="0.05", zones__green__from="50.0")
    tried(admin)
    _fail(tuner)
    whole, empty = a_draft(assessor, "Bell Ringer"), _empty(assessor, now)
    places = {"draft": whole.pk, "empty": empty.pk, "review": review.pk}
    return lambda path: path.format(**places)


def _fail(assessment: Assessment) -> None:
    """Work that is dead, and work that is to be tried again."""
    for failures in (settings.OUTBOX_TRIES, 1):
        error = "IntegrityError: duplicate key value violates unique constraint"
        OutboxMessage.objects.create(
            topic=dispatch.RECOMPUTE, role=assessment.role, attempts=failures, failures=failures, last_error=error
        )


def _propose(assessment: Assessment, by: User, now: Any) -> None:
    document = assessment.document
    document["tasks"][0]["name"] = "Listen, file and listen again"
    document["evidence"][0] |= {"score": 2, "rationale": "Because of job_posting_trends, counted again."}
    document["override"] |= {"proposed_score": "59", "reason_code": "market_shock"}
    drafts.save_draft(
        assessment_id=assessment.pk,
        document=drafts.document_of(document),
        content_hash=assessment.content_hash,
        by=by,
        at=now,
    )
    actions.submit(assessment_id=assessment.pk, by=by, at=now)


def _talk(review: Review, reviewer: User, assessor: User, now: Any) -> None:
    """Somebody on the review and asked for it, and threads: one with a reply, one that is resolved."""
    actions.claim(review_id=review.pk, by=reviewer, at=now)
    due = now + timedelta(days=2)
    actions.assign(review_id=review.pk, reviewer=reviewer, due_at=due, note="Before the fair.", by=reviewer, at=now)
    say = partial(actions.comment, assessment_id=review.assessment_id, at=now)
    thread = say(path="tasks[0]", text="How often?", parent_id=None, by=reviewer)
    say(path="", text="Every day.", parent_id=thread.pk, by=assessor)
    done = say(path="", text="Well said.", parent_id=None, by=reviewer)
    actions.resolve(comment_id=done.pk, by=reviewer, at=now)
    actions.declare_interest(role=None, family="Bells", reason="My uncle", expires_at=None, by=reviewer, at=now)


def _empty(by: User, now: Any) -> Assessment:
    role = {"title": "Bell Painter", "seniority": "Mid-level"}
    document = drafts.document_of({"schema": "aijri/assessment/1", "role": role})
    return drafts.create_draft(document=document, by=by, at=now).assessment


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("", "/"),
        ("", "/roles/"),
        ("", "/roles/?q=nothing+like+it"),
        ("", "/roles/?q=bells&zone=green"),
        ("", "/explore/"),
        ("", "/compare/"),
        ("", "/compare/?role=bell-tuner&role=bell-ringer"),
        ("assessor", "/roles/?q=bell"),
        ("", "/roles/bell-tuner/"),
        ("", "/roles/bell-tuner/history/"),
        ("", "/roles/bell-tuner/neighbours/"),
        ("", "/roles/bell-tuner/cite/"),
        ("", "/roles/bell-tuner/embed/"),
        ("", "/data/"),
        ("", "/data/exposure/"),
        ("admin", "/data/"),
        ("", "/roles/bell-tuner/v1/report/"),
        ("reviewer", "/reports/"),
        ("", "/methodology/"),
        ("", "/simulate/"),
        ("", "/simulate/?role=bell-tuner"),
        ("", "/simulate/?role=nobody&g=9&t=x~9~z~~"),
        ("", "/accounts/login/"),
        ("", "/no/such/page/"),
        ("assessor", "/desk/"),
        ("assessor", "/desk/import/"),
        ("assessor", "/drafts/new/"),
        ("assessor", "/drafts/new/?role=bell-founder"),
        ("assessor", "/drafts/{draft}/"),
        ("assessor", "/drafts/{empty}/"),
        ("assessor", "/drafts/{draft}/submit/"),
        ("assessor", "/drafts/{empty}/submit/"),
        ("assessor", "/audit/"),
        ("assessor", "/account/"),
        ("assessor", "/reviews/{review}/"),
        ("reviewer", "/desk/"),
        ("reviewer", "/reviews/"),
        ("reviewer", "/reviews/?override=1&sort=due"),
        ("reviewer", "/reviews/?family=Nothing"),
        ("reviewer", "/account/interests/"),
        ("reviewer", "/reviews/{review}/"),
        ("assessor", "/roles/bell-ringer/suggestions/"),
        ("reviewer", "/roles/bell-hanger/suggestions/"),
        ("reviewer", "/claims/"),
        ("reviewer", "/claims/?show=broken"),
        ("admin", "/claims/"),
        ("admin", "/relations/"),
        ("admin", "/relations/?role=bell-tuner"),
        ("admin", "/relations/?role=bell-hanger"),
        ("admin", "/relations/?role=bell"),
        ("admin", "/audit/"),
        ("admin", "/desk/outbox/"),
        ("admin", "/desk/outbox/?state=at_work"),
        ("admin", "/methodology/1.1/"),
        ("admin", "/methodology/1.1/edit/"),
        ("admin", "/methodology/1.1/changes/"),
        ("admin", "/methodology/1.1/dry-run/"),
        ("admin", "/methodology/new/"),
        ("admin", "/reviews/{review}/"),
    ],
)
def test_a_room_is_usable_by_everybody(
    visit: Visit, catalogue: Callable[[str], str], people: dict[str, User | None], who: str, path: str
) -> None:
    page = visit(catalogue(path), people[who])
    found: list[str] = []
    for look in LOOKS:
        page.set_viewport_size({"width": look["width"], "height": 900})
        page.emulate_media(color_scheme=look["color_scheme"])
        found += [f"{look}: {fault}" for fault in faults(page)]
        if page.evaluate("document.documentElement.scrollWidth") > look["width"]:
            found.append(f"{look}: scrolls sideways")
    assert found == []


def test_axe_finds_what_is_wrong(visit: Visit) -> None:
    page = visit("/")
    page.evaluate("document.querySelector('main').append(document.createElement('textarea'))")
    assert [fault.split(":")[0] for fault in faults(page)] == ["label"]


def test_the_catalogue_of_these_tests_is_whole(catalogue: Callable[[str], str]) -> None:
    assert sorted(Role.objects.values_list("title", flat=True)) == [
        "Bell Founder",
        "Bell Hanger",
        "Bell Painter",
        "Bell Ringer",
        "Bell Tuner",
    ]
