"""Every form of the desks, sent twice at once by one browser: it is done once, and the second answer makes sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from assessments import audit
from assessments.actions import coauthors, retraction
from assessments.enums import FlagCause
from assessments.models import Assessment, ReviewFlag, User
from reviews import actions
from tests.making import a_draft, in_review, published
from tests.meeting import meet
from tests.test_interleavings import Act, after, page, rows, told, verdict_of

pytestmark = pytest.mark.django_db(transaction=True)

ONCE_MORE = (302, "")
SO = {"reason": "So it is."}


@pytest.fixture
def everybody(
    assessor: User, other_assessor: User, reviewer: User, admin: User, other_admin: User
) -> tuple[User, User, User, User, User]:
    return assessor, other_assessor, reviewer, admin, other_admin


@pytest.fixture
def twice(everybody: Any, signed_in: Callable[[User], Client]) -> Callable[..., tuple[int, str]]:
    """Do an act once on a twin and twice at once on another: both must leave the same; the second answer."""
    titles = (f"Bell Tuner {number}" for number in range(100))

    def click(make: Callable[[str], Assessment], by: User, form: Callable[[Client], Act], skip: int = 0) -> Any:
        act, twin, met = form(signed_in(by)), make(next(titles)), make(next(titles))
        before = rows()
        assert told(act(twin)) == ONCE_MORE
        once = after(before)
        before = rows()
        meeting = meet(lambda: act(met), lambda: act(met), skip=(skip, skip))
        assert meeting.held == 2
        assert told(meeting.answers["first"]) == ONCE_MORE
        assert after(before) == once
        assert audit.first_breach() is None
        return told(meeting.answers["second"])

    return click


def test_what_writers_send(everybody: Any, twice: Any) -> None:
    owner, other, _, admin, _ = everybody
    draft = lambda title: a_draft(owner, title)  # noqa: E731
    here, text = "/drafts/{id}/", {"quick_screen": "Changed.", "window": "w1", "sequence": "1"}

    def invited(title: str) -> Assessment:
        made = draft(title)
        coauthors.invite(assessment_id=made.pk, username=other.username, by=owner, at=timezone.now())
        return made

    def answer(client: Client) -> Act:
        return lambda read: client.post(
            f"/drafts/{read.pk}/co-authors/{read.invitations.get().pk}/", {"answer": "accept"}
        )

    save = lambda client: page(client, here, lambda read: text | {"content_hash": read.content_hash})  # noqa: E731
    invite = lambda client: page(client, here + "co-authors/", lambda read: {"username": other.username})  # noqa: E731
    hand_over = lambda client: page(client, here + "hand-over/", lambda read: {"to": other.username, **SO})  # noqa: E731
    assert twice(draft, owner, save) == ONCE_MORE
    assert twice(draft, owner, lambda client: page(client, here + "submit/"), 1) == (
        409,
        "This assessment is in review; only one that is a draft can be submitted.",
    )
    assert twice(draft, owner, lambda client: page(client, here + "withdraw/")) == (
        409,
        "This assessment is withdrawn; only one that is a draft can be withdrawn.",
    )
    assert twice(lambda title: in_review(owner, title), owner, lambda client: page(client, here + "recall/")) == (
        409,
        "This assessment is a draft; only one that is in review can be recalled.",
    )
    assert twice(draft, owner, invite) == ONCE_MORE
    assert twice(invited, other, answer) == (409, "You have answered this invitation already.")
    assert twice(draft, admin, hand_over) == (409, "Ilse works on this draft already.")


def test_what_starts_a_version(everybody: Any, twice: Any) -> None:
    owner, _, reviewer, _, _ = everybody
    said = {"kind": "revision", "change_reason": "correction"}
    revise = lambda client: page(client, "/drafts/new/", lambda read: said | {"role": read.role.slug})  # noqa: E731
    anew = lambda read: {"title": f"{read.role.title} anew", "seniority": "Senior"}  # noqa: E731
    open_already = (409, "This role already has an open version; only one can be open at a time.")
    assert twice(lambda title: published(owner, reviewer, title), owner, revise) == open_already
    start = lambda client: page(client, "/drafts/new/", anew)  # noqa: E731
    # Looking for an occupation of that name locks what it finds, which is nothing; then the role is made.
    assert twice(lambda title: a_draft(owner, title), owner, start, 1) == open_already


def test_what_reviewers_send(everybody: Any, twice: Any) -> None:
    owner, _, reviewer, _, _ = everybody
    submitted = lambda title: in_review(owner, title, proposed="59.0")  # noqa: E731
    here = "/reviews/{review}/"

    def talked(title: str) -> Assessment:
        made = submitted(title)
        actions.comment(assessment_id=made.pk, path="", text="So?", parent_id=None, by=owner, at=timezone.now())
        return made

    def resolve(client: Client) -> Act:
        return lambda read: client.post(f"/comments/{read.comments.get().pk}/resolve/")

    due = f"{timezone.now() + timedelta(days=3):%Y-%m-%d}"
    decide = lambda client: page(client, here, verdict_of("override_accepted"))  # noqa: E731
    assign = lambda client: page(client, here + "assign/", lambda read: {"reviewer": "deepa", "due": due})  # noqa: E731
    remark = lambda client: page(client, "/drafts/{id}/comments/", lambda read: {"text": "How so?"})  # noqa: E731
    declare = lambda client: page(  # noqa: E731
        client, "/account/interests/", lambda read: {"role": read.role.slug, "reason": "My sister's."}
    )
    assert twice(submitted, reviewer, decide) == (409, "You have given your verdict on this submission already.")
    assert twice(submitted, reviewer, lambda client: page(client, here + "claim/")) == ONCE_MORE
    assert twice(submitted, reviewer, assign) == ONCE_MORE
    assert twice(submitted, reviewer, remark) == ONCE_MORE
    assert twice(talked, reviewer, resolve) == (409, "Deepa has resolved this thread already.")
    assert twice(submitted, reviewer, declare) == ONCE_MORE


def test_what_comes_after_publication(everybody: Any, twice: Any) -> None:
    owner, _, reviewer, admin, other_admin = everybody

    def flagged(title: str) -> Assessment:
        made = published(owner, reviewer, title)
        peer = a_draft(owner, f"{title}, peer").role
        ReviewFlag.objects.create(
            assessment=made,
            cause=FlagCause.RELATION,
            peer=peer,
            detail={"was": "50.0", "now": None},
            raised_at=timezone.now(),
        )
        return made

    def proposed(title: str) -> Assessment:
        made = published(owner, reviewer, title)
        retraction.propose(assessment_id=made.pk, reason="Made up.", by=admin, at=timezone.now())
        return made

    say = lambda read: SO  # noqa: E731
    flags = lambda read: SO | {"flag": [str(read.flags.get().pk)]}  # noqa: E731
    assert twice(flagged, admin, lambda client: page(client, "{version}/retract/", say)) == (
        409,
        "The retraction of this version is proposed already.",
    )
    closed = "/retractions/{proposal}/"
    assert twice(proposed, other_admin, lambda client: page(client, closed + "confirm/", say)) == (
        409,
        "This proposal is closed: it was confirmed.",
    )
    assert twice(proposed, other_admin, lambda client: page(client, closed + "withdraw/", say)) == (
        409,
        "This proposal is closed: it was withdrawn.",
    )
    assert twice(flagged, reviewer, lambda client: page(client, "{version}/reaffirm/", flags)) == (
        409,
        "What moved is not what you read: look at it as it is now.",
    )
