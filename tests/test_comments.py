"""Threads on sections and rows: who reads and writes them, where they stand after a change, who resolved them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from assessments import documents
from assessments.actions import drafts
from assessments.errors import Conflict, Invalid, Invisible
from assessments.models import Assessment, AuditEvent, User
from reviews import actions, queries
from reviews.models import Comment, Review, Seen
from tests.making import a_draft, in_review, published, verdict

SignedIn = Callable[[User], Client]


def say(
    assessment: Assessment, by: User, now: datetime, text: str = "Why so?", *, path: str = "", parent: int | None = None
) -> Comment:
    return actions.comment(assessment_id=assessment.pk, path=path, text=text, parent_id=parent, by=by, at=now)


def save(assessment: Assessment, by: User, now: datetime) -> Assessment:
    """What is in `assessment.document` now, saved as a draft by its author."""
    value = documents.from_json(assessment.document)
    return drafts.save_draft(assessment_id=assessment.pk, document=value, content_hash=None, by=by, at=now).assessment


def places(assessment: Assessment) -> list[tuple[str | None, str]]:
    assessment.refresh_from_db()
    return [(thread["path"], thread["place"]) for thread in queries.threads(assessment)]


def test_a_thread_stands_on_a_row_and_takes_replies(
    assessor: User, reviewer: User, now: datetime, later: datetime
) -> None:
    assessment = in_review(assessor)
    first = say(assessment, reviewer, now, "Is it so often?", path="tasks[1]")
    say(assessment, assessor, later, "It is.", parent=first.pk)
    [thread] = queries.threads(assessment)
    assert (thread["place"], thread["text"], thread["by"]) == ("Tasks: Write reports", "Is it so often?", "Deepa")
    assert [(each["text"], each["by"], each["at"]) for each in thread["replies"]] == [("It is.", "Maren", later)]


def test_the_same_words_are_said_again_only_after_something_else_or_elsewhere(
    assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    first = say(assessment, reviewer, now)
    assert say(assessment, reviewer, now, " Why so? ") == first
    said = [
        say(assessment, reviewer, now, path="tasks[1]"),
        say(assessment, reviewer, now),
        say(assessment, assessor, now),
        say(assessment, assessor, now, parent=first.pk),
    ]
    actions.resolve(comment_id=say(assessment, reviewer, now).pk, by=assessor, at=now)
    said.append(say(assessment, reviewer, now))
    assert len({first, *said}) == 6


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", "The whole assessment"),
        ("tasks", "Tasks"),
        ("evidence[2]", "Evidence: Wage Trends"),
        ("growth", "Growth correlation"),
        ("definition.primary_function", "Role definition: Primary function"),
        ("commentary.not_captured[0]", "Commentary: What the numbers don’t capture: Closing towers"),
        ("override", "Override"),
        ("reinstatement", "Reinstatement check"),
    ],
)
def test_every_part_of_a_document_can_be_spoken_about(
    path: str, place: str, assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    assert say(assessment, reviewer, now, path=path).path == path
    assert places(assessment) == [(path, place)]


@pytest.mark.parametrize("path", ["tasks[9]", "tasks[-1]", "role", "nothing", "tasks[0].score", "x" * 500])
def test_a_place_that_is_not_there_is_refused(path: str, assessor: User, now: datetime) -> None:
    with pytest.raises(Invalid, match="not in the document"):
        say(a_draft(assessor), assessor, now, path=path)


@pytest.mark.parametrize(("text", "said"), [("", "Write what"), (" \n", "Write what"), ("x" * 5001, "shorten it")])
def test_nothing_and_too_much_are_no_comment(text: str, said: str, assessor: User, now: datetime) -> None:
    with pytest.raises(Invalid, match=said):
        say(a_draft(assessor), assessor, now, text)


def test_a_reply_is_to_a_thread_of_the_same_assessment(assessor: User, now: datetime) -> None:
    here, there = a_draft(assessor), a_draft(assessor, "Harp Maker")
    thread = say(here, assessor, now)
    reply = say(here, assessor, now, parent=thread.pk)
    for assessment, parent in ((there, thread.pk), (here, reply.pk), (here, 10**9)):
        with pytest.raises(Invalid, match="not one of this assessment"):
            say(assessment, assessor, now, parent=parent)


def test_a_returned_draft_keeps_every_note_and_its_author_reads_them(
    assessor: User, reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    say(assessment, reviewer, now, "Count the wages again.", path="evidence[2]")
    verdict(assessment, reviewer, "returned")
    assert "Count the wages again." in signed_in(assessor).get(f"/drafts/{assessment.pk}/").content.decode()
    actions.submit(assessment_id=assessment.pk, by=assessor, at=now)
    page = signed_in(reviewer).get(f"/reviews/{Review.objects.latest('id').pk}/").content.decode()
    assert "Count the wages again." in page


def test_a_row_that_moved_takes_its_thread_along_and_one_that_is_gone_leaves_it(assessor: User, now: datetime) -> None:
    assessment = a_draft(assessor)
    say(assessment, assessor, now, path="tasks[1]")
    assessment.document["tasks"].reverse()
    assert places(save(assessment, assessor, now)) == [("tasks[0]", "Tasks: Write reports")]
    assessment.document["tasks"][0]["name"] = "Write letters"
    assert places(save(assessment, assessor, now)) == [(None, "Tasks: Write reports")]


def test_threads_stand_in_the_order_of_the_document(assessor: User, now: datetime) -> None:
    assessment = a_draft(assessor)
    for path in ("commentary", "evidence[1]", "", "tasks[0]"):
        say(assessment, assessor, now, path=path)
    assert [path for path, _ in places(assessment)] == ["", "tasks[0]", "evidence[1]", "commentary"]


def test_a_thread_is_resolved_by_somebody_and_opened_again(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor)
    thread = say(assessment, reviewer, now)
    actions.resolve(comment_id=thread.pk, by=assessor, at=now)
    [shown] = queries.threads(assessment)
    assert (shown["resolved_by"], shown["resolved_at"]) == ("Maren", now)
    with pytest.raises(Conflict, match="Maren has resolved this thread already"):
        actions.resolve(comment_id=thread.pk, by=reviewer, at=now)
    actions.reopen(comment_id=thread.pk, by=reviewer, at=now)
    with pytest.raises(Conflict, match="This thread is open"):
        actions.reopen(comment_id=thread.pk, by=reviewer, at=now)


def test_a_reply_is_not_resolved(assessor: User, now: datetime) -> None:
    assessment = a_draft(assessor)
    reply = say(assessment, assessor, now, parent=say(assessment, assessor, now).pk)
    with pytest.raises(Invalid, match="Only a whole thread"):
        actions.resolve(comment_id=reply.pk, by=assessor, at=now)


def test_strangers_see_write_and_resolve_nothing(
    assessor: User, other_assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    thread = say(assessment, reviewer, now)
    for act in (
        lambda: say(assessment, other_assessor, now),
        lambda: actions.resolve(comment_id=thread.pk, by=other_assessor, at=now),
        lambda: actions.reopen(comment_id=10**9, by=assessor, at=now),
        lambda: say(a_draft(assessor, "Harp Maker"), reviewer, now),
    ):
        with pytest.raises(Invisible):
            act()


def test_no_page_and_no_answer_shows_a_comment_to_a_stranger(
    assessor: User,
    other_assessor: User,
    reviewer: User,
    now: datetime,
    signed_in: SignedIn,
    token_of: Callable[..., dict[str, str]],
) -> None:
    assessment = published(assessor, reviewer)
    say(assessment, reviewer, now, "Between us: it is too high.")
    slug, pk, review = assessment.role.slug, assessment.pk, Review.objects.get().pk
    addresses = [f"/roles/{slug}/", f"/roles/{slug}/history/", f"/roles/{slug}.json", f"/drafts/{pk}/"]
    addresses += [f"/reviews/{review}/", f"/api/v1/roles/{slug}/"]
    addresses += [f"/api/v1/assessments/{pk}/{what}" for what in ("", "comments/", "timeline/")]
    for client in (Client(), signed_in(other_assessor)):
        for address in addresses:
            assert "Between us" not in client.get(address, follow=True).content.decode()
            assert "comment" not in client.get(f"/api/v1/assessments/{pk}/timeline/").content.decode()
    assert "Between us" in signed_in(reviewer).get(f"/reviews/{review}/").content.decode()


def test_what_is_kept_of_the_desk_says_what_it_is(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor)
    review = Review.objects.get()
    due = now + timedelta(days=1)
    actions.note_seen(assessment=assessment, content_hash="a" * 64, by=reviewer, at=now)
    kept = [
        actions.claim(review_id=review.pk, by=reviewer, at=now),
        actions.assign(review_id=review.pk, reviewer=reviewer, due_at=due, note="", by=reviewer, at=now),
        say(assessment, assessor, now),
        Seen.objects.get(),
    ]
    assert [str(each) for each in kept] == [
        "Deepa on Review of Bell Tuner (Mid-level) v1",
        "Review of Bell Tuner (Mid-level) v1 for Deepa",
        "Maren on Bell Tuner (Mid-level) v1",
        "Deepa saw aaaaaaaaaaaa",
    ]


def test_a_reviewer_replies_on_a_draft_that_came_back_but_learns_no_row_of_it(
    assessor: User, reviewer: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    thread = say(assessment, reviewer, now)
    verdict(assessment, reviewer, "returned")
    assert say(assessment, reviewer, now, "One more thing.", parent=thread.pk).parent == thread
    with pytest.raises(Conflict, match="This is a draft again"):
        say(assessment, reviewer, now, path="tasks[0]")


def test_the_ledger_says_who_spoke_where_and_not_what(
    assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    assessment = in_review(assessor)
    for person in (assessor, reviewer, admin):
        say(assessment, person, now, "Secret words.", path="tasks[0]")
    events = AuditEvent.objects.filter(verb="comment.made").order_by("id")
    assert [event.role_held for event in events] == ["assessor", "reviewer", "admin"]
    assert {event.data["place"] for event in events} == {"Tasks: Listen and file"}
    assert "Secret words." not in "".join(event.text for event in events)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE reviews_comment SET text = 'x'",
        "UPDATE reviews_comment SET path = 'tasks'",
        "UPDATE reviews_comment SET by_id = by_id + 1",
        "UPDATE reviews_comment SET text = text",
        "UPDATE reviews_comment SET resolved_at = now()",
        "UPDATE reviews_comment SET resolved_by_id = by_id, resolved_at = now() WHERE resolved_at IS NOT NULL",
        "DELETE FROM reviews_comment",
        "TRUNCATE reviews_comment",
    ],
)
def test_the_database_keeps_what_was_said(statement: str, assessor: User, now: datetime) -> None:
    assessment = a_draft(assessor)
    thread = say(assessment, assessor, now)
    actions.resolve(comment_id=thread.pk, by=assessor, at=now)
    say(assessment, assessor, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_a_reply_to_another_assessment(assessor: User, now: datetime) -> None:
    thread = say(a_draft(assessor), assessor, now)
    with pytest.raises(DatabaseError, match="A reply belongs"), transaction.atomic():
        Comment.objects.create(assessment=a_draft(assessor, "Harp"), parent=thread, text="x", by=assessor, at=now)


def test_the_page_comments_replies_resolves_and_leads_back_to_the_thread(
    assessor: User, reviewer: User, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    review = Review.objects.get()
    client, place = signed_in(reviewer), f"/drafts/{assessment.pk}/comments/"
    answer = client.post(place, {"path": "tasks[0]", "text": "Why?", "review": review.pk})
    thread = Comment.objects.get()
    assert answer.headers["Location"] == f"/reviews/{review.pk}/#comment-{thread.pk}"
    author = signed_in(assessor)
    answer = author.post(place, {"parent": thread.pk, "text": "Therefore."})
    assert answer.headers["Location"] == f"/drafts/{assessment.pk}/#comment-{thread.pk}"
    author.post(f"/comments/{thread.pk}/resolve/", {"mark": "resolve"})
    here = f"http://testserver/reviews/{review.pk}/"
    page = client.post(f"/comments/{thread.pk}/resolve/", {"mark": "resolve"}, headers={"referer": here})
    assert (page.status_code, page.context["refusal"].sentence) == (409, "Maren has resolved this thread already.")
    assert f'<a href="{here}">Back to where you were' in page.content.decode()
    client.post(f"/comments/{thread.pk}/resolve/", {"mark": "reopen"})
    thread.refresh_from_db()
    assert thread.resolved_by is None


def test_the_page_says_why_nothing_was_said_and_chooses_the_row_one_came_from(
    assessor: User, signed_in: SignedIn
) -> None:
    draft = a_draft(assessor)
    client = signed_in(assessor)
    page = client.post(f"/drafts/{draft.pk}/comments/", {"text": " "}, follow=True)
    assert [str(message) for message in page.context["messages"]] == ["Write what you want to say."]
    page = client.get(f"/drafts/{draft.pk}/?on=tasks[1]").content.decode()
    assert '<option value="tasks[1]" selected>Write reports</option>' in page


def test_after_a_return_a_reviewer_is_led_to_the_review_not_to_the_draft(
    assessor: User, reviewer: User, now: datetime, signed_in: SignedIn
) -> None:
    assessment = in_review(assessor)
    thread = say(assessment, reviewer, now)
    verdict(assessment, reviewer, "returned")
    answer = signed_in(reviewer).post(f"/drafts/{assessment.pk}/comments/", {"parent": thread.pk, "text": "And?"})
    assert answer.headers["Location"] == f"/reviews/{Review.objects.get().pk}/#comment-{thread.pk}"


def test_the_api_comments_lists_resolves_and_reopens(
    assessor: User, reviewer: User, token_of: Callable[..., dict[str, str]]
) -> None:
    assessment = in_review(assessor)
    client, headers = Client(headers=token_of(reviewer)), {"content_type": "application/json"}
    address = f"/api/v1/assessments/{assessment.pk}/comments/"
    made = client.post(address, {"text": "Why?", "path": "tasks[1]"}, **headers).json()
    client.post(address, {"text": "I see.", "parent": made["id"]}, **headers)
    listed = client.get(address).json()["results"]
    assert [(each["parent"], each["path"], each["text"]) for each in listed] == [
        (None, "tasks[1]", "Why?"),
        (made["id"], "tasks[1]", "I see."),
    ]
    one = f"/api/v1/comments/{made['id']}/"
    assert client.post(f"{one}resolve/").json()["resolved_by"] == "Deepa"
    assert client.post(f"{one}resolve/").status_code == 409
    assert client.post(f"{one}reopen/").json()["resolved_by"] is None
