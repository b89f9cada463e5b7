"""Claims and assignments: who may hold one, how long, and that neither bars anybody."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from assessments.access import Answer
from assessments.errors import Conflict, Forbidden, Invalid, Invisible
from assessments.models import AuditEvent, User
from reviews import actions, queries
from reviews.models import Assignment, Claim, Review
from tests.making import in_review, verdict

SignedIn = Callable[[User], Client]


@pytest.fixture
def review(assessor: User) -> Review:
    in_review(assessor)
    return Review.objects.get()


def assign(review: Review, reviewer: User, by: User, now: datetime, *, days: int = 3, note: str = "") -> Assignment:
    due = now + timedelta(days=days)
    return actions.assign(review_id=review.pk, reviewer=reviewer, due_at=due, note=note, by=by, at=now)


def verbs() -> list[str]:
    return list(AuditEvent.objects.filter(verb__startswith="review.").order_by("id").values_list("verb", flat=True))


def test_a_claim_lasts_forty_eight_hours(review: Review, reviewer: User, now: datetime) -> None:
    claim = actions.claim(review_id=review.pk, by=reviewer, at=now)
    assert claim.expires_at == now + timedelta(hours=48)
    assert list(queries.live_claims(now + timedelta(hours=47))) == [claim]
    assert list(queries.live_claims(now + timedelta(hours=48))) == []


def test_claiming_twice_does_nothing_twice(review: Review, reviewer: User, now: datetime, later: datetime) -> None:
    actions.claim(review_id=review.pk, by=reviewer, at=now)
    actions.claim(review_id=review.pk, by=reviewer, at=later)
    assert Claim.objects.get().claimed_at == now
    assert verbs() == ["review.claimed"]


def test_a_claim_that_ran_out_can_be_made_again(review: Review, reviewer: User, now: datetime) -> None:
    actions.claim(review_id=review.pk, by=reviewer, at=now)
    again = now + timedelta(hours=48)
    assert actions.claim(review_id=review.pk, by=reviewer, at=again).claimed_at == again
    assert Claim.objects.count() == 1


def test_several_may_be_on_one_review_and_anybody_decides(
    review: Review, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    for person in (reviewer, other_reviewer):
        actions.claim(review_id=review.pk, by=person, at=now)
    assert queries.live_claims(now).count() == 2
    actions.release(review_id=review.pk, by=other_reviewer, at=now)
    assert verdict(review.assessment, other_reviewer).review == "decided"


def test_releasing_without_a_claim_does_nothing(review: Review, reviewer: User, now: datetime) -> None:
    actions.release(review_id=review.pk, by=reviewer, at=now)
    assert verbs() == []


def test_those_who_may_not_decide_may_not_claim(
    review: Review, admin: User, assessor: User, other_assessor: User, reviewer: User, now: datetime
) -> None:
    for person, refusal in ((assessor, Forbidden), (admin, Forbidden), (other_assessor, Invisible)):
        with pytest.raises(refusal):
            actions.claim(review_id=review.pk, by=person, at=now)
    role = review.assessment.role
    actions.declare_interest(role=role, family="", reason="My job", expires_at=None, by=reviewer, at=now)
    with pytest.raises(Forbidden, match="You declared an interest in Bell Tuner"):
        actions.claim(review_id=review.pk, by=reviewer, at=now)
    assert Claim.objects.count() == 0


def test_a_closed_review_is_neither_claimed_nor_assigned(
    review: Review, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    verdict(review.assessment, reviewer)
    for act in (
        lambda: actions.claim(review_id=review.pk, by=other_reviewer, at=now),
        lambda: actions.release(review_id=review.pk, by=other_reviewer, at=now),
        lambda: assign(review, other_reviewer, reviewer, now),
        lambda: actions.unassign(review_id=review.pk, reviewer=other_reviewer, by=reviewer, at=now),
    ):
        with pytest.raises(Conflict, match="This review is closed"):
            act()


def test_reviewers_and_administrators_assign_others_do_not(
    review: Review, admin: User, assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    assert assign(review, reviewer, admin, now).assigned_by == admin
    assert assign(review, other_reviewer, reviewer, now).assigned_by == reviewer
    with pytest.raises(Forbidden, match="Only a reviewer may do this"):
        assign(review, reviewer, assessor, now)


def test_assigning_again_moves_the_date_and_keeps_one(
    review: Review, reviewer: User, admin: User, now: datetime
) -> None:
    assign(review, reviewer, admin, now, days=1, note="First")
    assign(review, reviewer, admin, now, days=9, note="Second")
    kept = Assignment.objects.get()
    assert (kept.due_at, kept.note) == (now + timedelta(days=9), "Second")


def test_an_assignment_is_taken_back_once(review: Review, reviewer: User, admin: User, now: datetime) -> None:
    assign(review, reviewer, admin, now)
    for _ in range(2):
        actions.unassign(review_id=review.pk, reviewer=reviewer, by=admin, at=now)
    assert Assignment.objects.get().ended_at == now
    assert verbs() == ["review.assigned", "review.unassigned"]


def test_whoever_is_barred_is_not_assigned_and_the_reason_is_said(
    make_person: Callable[..., User], admin: User, reviewer: User, other_reviewer: User, assessor: User, now: datetime
) -> None:
    both = make_person("both", "assessor", "reviewer")
    assessment = in_review(both, proposed="59.0")
    review = Review.objects.get()
    actions.declare_interest(
        role=assessment.role, family="", reason="A cousin of mine does it.", expires_at=None, by=reviewer, at=now
    )
    verdict(assessment, other_reviewer, "override_accepted")
    said = []
    for person in (both, reviewer, other_reviewer, assessor):
        with pytest.raises(Invalid) as refused:
            assign(review, person, admin, now)
        said.append(refused.value.sentence)
    assert said == [
        "Both cannot decide on this: they contributed to this version.",
        "Deepa cannot decide on this: they declared an interest in Bell Tuner (Mid-level): A cousin of mine does it.",
        "Jonas cannot decide on this: they gave a verdict on this submission already.",
        "Maren is no reviewer.",
    ]


def test_the_form_shows_the_barred_disabled_with_the_reason_beside_the_name(
    make_person: Callable[..., User],
    admin: User,
    reviewer: User,
    other_reviewer: User,
    now: datetime,
    signed_in: Callable[[User], Client],
) -> None:
    both, free = make_person("both", "assessor", "reviewer"), make_person("vera", "reviewer")
    assessment = in_review(both, proposed="59.0")
    review = Review.objects.get()
    wants = {"role": assessment.role, "family": "", "reason": "A cousin of mine does it.", "expires_at": None}
    actions.declare_interest(**wants, by=reviewer, at=now)
    verdict(assessment, other_reviewer, "override_accepted")
    page = " ".join(signed_in(admin).get(f"/reviews/{review.pk}/").content.decode().split())
    listed = page.partition('id="assign-reviewer"')[2].partition("</select>")[0]
    options = re.findall(r'<option value="(\w+)"( disabled)?>(.*?)</option>', listed)
    assert options == [
        ("both", " disabled", "Both (contributed to this version)"),
        ("deepa", " disabled", f"Deepa (declared an interest in {assessment.role}: A cousin of mine does it)"),
        ("jonas", " disabled", "Jonas (gave a verdict on this submission already)"),
        (free.username, "", "Vera"),
    ]
    form = {"reviewer": "deepa", "due": f"{now.year + 1}-01-31", "note": ""}
    answer = signed_in(admin).post(f"/reviews/{review.pk}/assign/", form, follow=True).content.decode()
    assert "Deepa cannot decide on this: they declared an interest" in answer
    assert not review.assignments.exists()


@pytest.mark.parametrize(("days", "note", "said"), [(0, "", "in the future"), (1, "x" * 501, "shorten it")])
def test_a_date_that_is_past_and_a_note_without_end_are_refused(
    days: int, note: str, said: str, review: Review, reviewer: User, admin: User, now: datetime
) -> None:
    with pytest.raises(Invalid, match=said):
        assign(review, reviewer, admin, now, days=days, note=note)


def test_the_page_claims_releases_assigns_and_takes_back(
    review: Review, reviewer: User, other_reviewer: User, signed_in: SignedIn
) -> None:
    client, address = signed_in(reviewer), f"/reviews/{review.pk}/"
    answer = client.post(f"{address}claim/", {"claim": "claim", "queue": "?sort=due"})
    assert answer.headers["Location"] == "/reviews/?sort=due"
    assert client.get(address).context["on_it"] is True
    assert client.post(f"{address}claim/", {"claim": "release"}).headers["Location"] == address
    client.post(f"{address}assign/", {"reviewer": "jonas", "due": "2999-01-31", "note": "Please"})
    assert [each["note"] for each in client.get(address).context["assigned"]] == ["Please"]
    client.post(f"{address}assign/", {"unassign": "jonas"})
    assert client.get(address).context["assigned"] == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"reviewer": "nobody", "due": "2999-01-31"}, "Choose a reviewer."),
        ({"reviewer": "jonas", "due": "31 January"}, "Give the date as in 2026-03-31."),
        ({"reviewer": "maren", "due": "2999-01-31"}, "Maren is no reviewer."),
    ],
)
def test_the_page_says_why_nobody_was_asked(
    form: dict[str, str], said: str, review: Review, reviewer: User, other_reviewer: User, signed_in: SignedIn
) -> None:
    page = signed_in(reviewer).post(f"/reviews/{review.pk}/assign/", form, follow=True)
    assert [str(message) for message in page.context["messages"]] == [said]


def test_may_assign_is_a_yes_or_a_sentence(assessor: User, admin: User) -> None:
    from reviews.actions.assignments import may_assign

    assert [may_assign(admin), may_assign(assessor)] == [Answer(True), Answer(False, "Only a reviewer may do this.")]
