"""Whom the application tells of what, and whom never."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import access
from assessments.actions import coauthors, drafts, people, retraction
from assessments.models import Assessment, OutboxMessage, ReviewFlag, User
from reviews import actions
from reviews.models import Letter, MailChoice, Notification
from reviews.notifications import events, notify, wanted, wording
from tests.making import a_draft, in_review, published, recomputed, retracted, told, verdict
from tests.test_flags import moved, quoting


def heard(person: User) -> list[str]:
    """What a person reads in their list, the newest first."""
    return [each.sentence for each in wording.in_words(list(wording.visible_to(person)), to=person)]


def where(person: User) -> list[str]:
    return [each.path for each in wording.in_words(list(wording.visible_to(person)), to=person)]


def test_reviewers_hear_of_a_submission_and_are_led_to_its_review(
    assessor: User, reviewer: User, other_assessor: User, client: Client, signed_in: Callable[[User], Client]
) -> None:
    in_review(assessor)
    assert heard(reviewer) == ["Maren submitted Bell Tuner (Mid-level), version 1, for review."]
    assert [heard(person) for person in (assessor, other_assessor)] == [[], []]
    assert signed_in(reviewer).get(where(reviewer)[0]).status_code == 200


def test_a_reviewer_with_an_interest_or_a_hand_in_it_is_not_asked(
    assessor: User, reviewer: User, other_reviewer: User, admin: User, make_person: Any, now: datetime
) -> None:
    both = make_person("both", "assessor", "reviewer")
    draft = a_draft(both)
    actions.declare_interest(role=draft.role, family="", reason="Kin", expires_at=None, by=reviewer, at=now)
    actions.submit(assessment_id=draft.pk, by=both, at=now)
    assert [len(heard(person)) for person in (reviewer, both, other_reviewer)] == [0, 0, 1]


def test_an_interest_in_the_family_or_one_that_expired_counts_as_it_does_for_verdicts(
    assessor: User, reviewer: User, other_reviewer: User, now: datetime
) -> None:
    draft = a_draft(assessor)
    draft.role.family = "Bells"
    draft.role.save_without_historical_record()
    before = now - timedelta(days=2)
    for person, until in ((reviewer, None), (other_reviewer, now - timedelta(days=1))):
        actions.declare_interest(role=None, family="Bells", reason="Kin", expires_at=until, by=person, at=before)
    actions.submit(assessment_id=draft.pk, by=assessor, at=now)
    assert [len(heard(person)) for person in (reviewer, other_reviewer)] == [0, 1]


def test_contributors_hear_that_their_version_came_back(assessor: User, reviewer: User) -> None:
    assessment = in_review(assessor)
    verdict(assessment, reviewer, "returned")
    assert heard(assessor) == ["Deepa returned Bell Tuner (Mid-level), version 1, with a reason."]
    assert where(assessor) == [f"/drafts/{assessment.pk}/"]


def test_contributors_hear_of_the_decision_and_so_does_the_first_of_two_reviewers(
    assessor: User, reviewer: User, other_reviewer: User
) -> None:
    assessment = in_review(assessor, proposed="59.0")
    verdict(assessment, reviewer, "override_accepted")
    verdict(assessment, other_reviewer, "override_accepted")
    said = "Bell Tuner (Mid-level), version 1, was decided and published."
    assert (heard(assessor), heard(reviewer)[0]) == ([said], said)
    assert said not in heard(other_reviewer)
    assert where(assessor) == ["/roles/bell-tuner/v1/"]


def test_a_returned_draft_is_named_to_no_reviewer_any_more(
    assessor: User, reviewer: User, other_reviewer: User, signed_in: Callable[[User], Client]
) -> None:
    verdict(in_review(assessor, "Secret Tuner"), reviewer, "returned")
    client = signed_in(other_reviewer)
    assert (heard(other_reviewer), wording.unread(other_reviewer)) == ([], 0)
    assert "Secret" not in client.get("/account/notifications/").content.decode()
    assert Notification.objects.filter(person=other_reviewer).count() == 1


def test_nobody_is_told_of_what_they_may_not_see(
    assessor: User, other_assessor: User, reviewer: User, admin: User, now: datetime
) -> None:
    draft = a_draft(assessor, "Secret Tuner")
    everybody = [assessor, other_assessor, reviewer, admin]
    made = notify("comment", event="comment:1", about=draft, to=everybody, by=None, at=now)
    assert {each.person.username for each in made} == {"maren", "ada"}


def test_who_sees_an_assessment_and_what_a_person_sees_agree(
    assessor: User, other_assessor: User, reviewer: User, admin: User, make_person: Any, now: datetime
) -> None:
    gone = make_person("gone", "admin", "reviewer")
    people.deactivate(person=gone, by=admin, at=now)
    made = [a_draft(assessor, "A"), in_review(assessor, "B"), published(assessor, reviewer, "C")]
    drafts.withdraw(assessment_id=a_draft(assessor, "D").pk, by=assessor, at=now)
    coauthors.invite(assessment_id=made[0].pk, username=other_assessor.username, by=assessor, at=now)
    for assessment in [*made, Assessment.objects.get(status="withdrawn")]:
        seeing = set(access.people_who_see(assessment))
        assert seeing == {
            person
            for person in User.objects.filter(is_active=True)
            if access.visible_to(person).filter(pk=assessment.pk).exists()
        }


def test_the_same_event_told_again_is_heard_once(assessor: User, reviewer: User, now: datetime) -> None:
    assessment = in_review(assessor)
    tell = lambda: notify("due", event="due:1", about=assessment, to=[reviewer], by=None, at=now)  # noqa: E731
    assert (len(tell()), len(tell())) == (1, 0)
    assert Notification.objects.filter(event="due:1").count() == 1


def test_the_database_holds_one_notification_and_one_letter_for_each_event_and_person(
    assessor: User, reviewer: User, now: datetime
) -> None:
    in_review(assessor)
    again = Notification.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError, match="notification_once"), transaction.atomic():
        again.save(force_insert=True)
    Letter.objects.create(event="e", person=reviewer, message_id="<a@b>", created_at=now)
    with pytest.raises(IntegrityError, match="letter_once"), transaction.atomic():
        Letter.objects.create(event="e", person=reviewer, message_id="<c@b>", created_at=now)


def test_a_refused_submission_tells_nobody(assessor: User, reviewer: User) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        in_review(assessor)
        raise RuntimeError
    assert Notification.objects.count() == 0


def test_a_raised_flag_is_told_to_who_wrote_and_who_decided(
    assessor: User, other_assessor: User, reviewer: User, other_reviewer: User
) -> None:
    published(other_assessor, reviewer, "Bell Smith")
    quoting(assessor, reviewer)
    recomputed()
    moved(other_assessor, other_reviewer)
    told()
    said = "The decision on Bell Tuner (Mid-level), version 1, requires review: what it rests on moved."
    assert [heard(person)[0] == said for person in (assessor, reviewer)] == [True, True]
    assert [said in heard(person) for person in (other_assessor, other_reviewer)] == [False, False]
    assert (ReviewFlag.objects.count(), where(assessor)[0]) == (1, "/roles/bell-tuner/v1/")


def test_a_proposal_to_retract_is_told_to_the_other_administrators_and_its_end_to_all_concerned(
    assessor: User, reviewer: User, admin: User, other_admin: User
) -> None:
    assessment = published(assessor, reviewer)
    retracted(assessment, admin, other_admin)
    told()
    end = "Bell Tuner (Mid-level), version 1, was retracted by two administrators."
    assert heard(other_admin) == ["Ada proposed to retract Bell Tuner (Mid-level), version 1."]
    assert [heard(person)[0] for person in (admin, assessor, reviewer)] == [end, end, end]
    assert where(admin) == ["/roles/bell-tuner/v1/"]


def test_an_open_proposal_leads_to_the_page_of_proposals(
    assessor: User, reviewer: User, admin: User, other_admin: User, now: datetime
) -> None:
    assessment = published(assessor, reviewer)
    retraction.propose(assessment_id=assessment.pk, reason="x", by=admin, at=now)
    told()
    assert where(other_admin) == ["/retractions/"]


def test_what_is_to_be_told_is_told_once_however_often_it_is_delivered(
    assessor: User, reviewer: User, admin: User, other_admin: User, now: datetime
) -> None:
    retracted(published(assessor, reviewer), admin, other_admin)
    messages = list(OutboxMessage.objects.filter(topic="reviews.tell").order_by("-pk").values_list("pk", flat=True))
    for message_id in [*messages, *reversed(messages)]:
        events.tell(message_id, at=now)
    assert Notification.objects.filter(kind="retraction").count() == 4
    assert OutboxMessage.objects.filter(topic="reviews.tell", done_at__isnull=True).count() == 0


def test_the_masthead_counts_what_is_unread_and_reading_empties_it(
    assessor: User, reviewer: User, signed_in: Callable[[User], Client], client: Client
) -> None:
    for title in ("Bell Tuner", "Bell Ringer"):
        in_review(assessor, title)
    mine, others = signed_in(reviewer), signed_in(assessor)
    assert "Notifications, 2 unread</span>" in mine.get("/roles/").content.decode()
    first = Notification.objects.filter(person=reviewer).order_by("pk")[0]
    others.post("/account/notifications/read/", {"id": first.pk})
    assert wording.unread(reviewer) == 2
    mine.post("/account/notifications/read/", {"id": first.pk})
    assert wording.unread(reviewer) == 1
    mine.post("/account/notifications/read/")
    assert "Notices</span></a>" in mine.get("/account/notifications/").content.decode()
    assert "Notices" not in client.get("/roles/").content.decode()


def test_a_list_of_three_hundred_asks_as_often_as_one_of_three(
    assessor: User, reviewer: User, signed_in: Callable[[User], Client], now: datetime
) -> None:
    assessment = in_review(assessor)
    client = signed_in(reviewer)
    client.get("/account/notifications/")
    counts = []
    for many in (3, 300):
        for index in range(many):
            notify("due", event=f"due:{many}:{index}", about=assessment, to=[reviewer], by=None, at=now)
        with CaptureQueriesContext(connection) as asked:
            client.get("/account/notifications/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_choices_are_kept_and_what_makes_no_sense_is_refused(
    assessor: User, signed_in: Callable[[User], Client]
) -> None:
    client, address = signed_in(assessor), "/account/notifications/"
    assert client.post(address, {"decided": "daily"}).status_code == 302
    chosen = wanted.choices_of(assessor)
    assert (chosen["decided"], chosen["returned"]) == ("daily", "now")
    for wrong in ({"address": "nowhere"}, {"address": "", "decided": "hourly"}):
        assert client.post(address, wrong).status_code == 400
    assert MailChoice.objects.count() == 1
    assert "selected>once a day" in client.get(address).content.decode()


def test_the_pages_say_that_nothing_is_mailed_where_nothing_is(
    assessor: User, signed_in: Callable[[User], Client], settings: Any
) -> None:
    client = signed_in(assessor)
    for address in ("/account/", "/account/notifications/"):
        assert "This installation sends no mail" in client.get(address).content.decode()
    settings.MAIL_GOES_OUT = True
    assert "You gave no mail address" in client.get("/account/").content.decode()
