"""Letters by mail, through a real SMTP conversation: once for each event, whatever breaks in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.utils import timezone

from aijri_site import mail as email_url
from assessments import dispatch, outbox
from assessments.actions import people
from assessments.models import OutboxMessage, User
from reviews import tasks
from reviews.models import Letter, Notification
from reviews.notifications import choose, letters, notify
from tests.mailserver import MailServer, serving
from tests.making import in_review, verdict

SIX = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    """A mail server that the settings name."""
    with serving() as found:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = found.server_address
        settings.MAIL_GOES_OUT = True
        settings.SITE_URL = "https://aijri.example.org"
        yield found


def at_address(person: User) -> User:
    """A person whose address is confirmed."""
    person.email = f"{person.username}@example.org"
    person.save(update_fields=["email"])
    return person


@pytest.fixture
def maren(assessor: User) -> User:
    """An assessor with an address."""
    return at_address(assessor)


@pytest.fixture
def deepa(reviewer: User, now: datetime) -> User:
    """A reviewer with an address who wants to hear of submissions at once."""
    choose(by_mail={"submitted": "now"}, by=reviewer)
    return at_address(reviewer)


def pending() -> list[int]:
    found = OutboxMessage.objects.filter(topic=dispatch.MAIL, done_at__isnull=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def sent(server: MailServer) -> list[tuple[str, str]]:
    """Recipient and subject of every mail that the server took."""
    return [(recipients[0], str(mail["Subject"])) for recipients, mail in server.taken]


def test_a_decision_is_mailed_with_a_link_and_nothing_that_was_written_in_private(
    server: MailServer, maren: User, reviewer: User
) -> None:
    assessment = in_review(maren)
    verdict(assessment, reviewer, "returned", rationale="The wages are from another country.")
    tasks.mail(pending())
    ((recipients, mail),) = server.taken
    body = mail.get_content()
    assert (recipients, str(mail["From"])) == (["maren@example.org"], "AIJRI Review <no-reply@testserver>")
    assert str(mail["Subject"]) == "AIJRI Review: Deepa returned Bell Tuner (Mid-level), version 1, with a reason."
    assert f"https://aijri.example.org/drafts/{assessment.pk}/" in body
    assert "https://aijri.example.org/account/notifications/#mail" in body
    assert "wages" not in body
    assert str(mail["Message-ID"]) == Letter.objects.get().message_id


def test_a_mail_delivered_twice_and_in_reverse_is_sent_once(server: MailServer, maren: User, deepa: User) -> None:
    for title in ("Bell Tuner", "Bell Ringer", "Bell Hanger"):
        in_review(maren, title)
    messages = pending()
    tasks.mail([*reversed(messages), *messages])
    tasks.mail(messages)
    assert len(sent(server)) == len(set(sent(server))) == 3
    assert (pending(), set(Letter.objects.values_list("state", flat=True))) == ([], {"sent"})


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_the_same_messages_send_each_letter_once(server: MailServer, maren: User, deepa: User) -> None:
    for index in range(10):
        in_review(maren, f"Bell Tuner {index}")
    messages, start = pending(), threading.Barrier(2)

    def work(order: list[int]) -> None:
        start.wait()
        tasks.mail(order)
        connection.close()

    workers = [threading.Thread(target=work, args=(order,)) for order in (messages, messages[::-1])]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(sent(server)) == len(set(sent(server))) == 10


def test_a_worker_killed_before_it_spoke_leaves_the_letter_to_the_next(
    server: MailServer, maren: User, deepa: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_review(maren)
    (message,) = pending()
    with monkeypatch.context() as patched:
        patched.setattr(EmailMessage, "send", killed)
        with pytest.raises(KeyboardInterrupt):
            letters.deliver(message, at=now)
    assert letters.deliver(message, at=now + timedelta(seconds=1)) == ""
    later = now + timedelta(seconds=letters.SENDING_SECONDS)
    assert letters.deliver(message, at=later) == "sent"
    assert (len(server.taken), Letter.objects.get().attempts) == (1, 2)


def killed(message: EmailMessage, **_: object) -> int:
    raise KeyboardInterrupt


def test_a_worker_killed_after_the_servers_yes_repeats_the_letter_under_the_same_message_id(
    server: MailServer, maren: User, deepa: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_review(maren)
    (message,) = pending()
    with monkeypatch.context() as patched:
        patched.setattr(letters, "_finish", lambda *_: killed(EmailMessage()))
        with pytest.raises(KeyboardInterrupt):
            letters.deliver(message, at=now)
    assert letters.deliver(message, at=now + timedelta(seconds=letters.SENDING_SECONDS)) == "sent"
    assert len({str(mail["Message-ID"]) for _, mail in server.taken}) == 1


def test_a_server_that_is_away_is_tried_again_after_a_pause_that_doubles(
    server: MailServer, maren: User, deepa: User, now: datetime
) -> None:
    server.is_away = True
    in_review(maren, "Bell Tuner")
    in_review(maren, "Bell Ringer")
    tasks.mail(pending())
    first, second = Letter.objects.order_by("pk")
    assert (first.state, first.attempts, second.attempts) == ("waiting", 1, 0)
    assert "451" in first.trouble
    put_off = OutboxMessage.objects.filter(topic=dispatch.MAIL).order_by("pk")
    assert [(each.failures, each.attempts, each.retry_at is None) for each in put_off] == [(0, 0, False), (0, 0, False)]
    assert letters.deliver(pending()[0], at=now) == ""
    server.is_away = False
    soon = timezone.now() + timedelta(seconds=letters.FIRST_PAUSE + 1)
    assert [letters.deliver(message, at=soon) for message in pending()] == ["sent", "sent"]
    assert len(server.taken) == 2


def test_a_conversation_cut_after_the_text_is_trouble_and_repeats_under_the_same_message_id(
    server: MailServer, maren: User, deepa: User
) -> None:
    in_review(maren)
    server.hangs_up_after_taking = True
    (message,) = pending()
    assert letters.deliver(message, at=timezone.now()) == "waiting"
    server.hangs_up_after_taking = False
    assert letters.deliver(message, at=timezone.now() + timedelta(seconds=60)) == "sent"
    assert len({str(mail["Message-ID"]) for _, mail in server.taken}) == 1


def test_an_address_that_the_server_refuses_ends_the_letter(server: MailServer, maren: User, deepa: User) -> None:
    server.refuses_everybody = True
    in_review(maren)
    tasks.mail(pending())
    letter = Letter.objects.get()
    assert (letter.state, "550" in letter.trouble, pending()) == ("refused", True, [])


def test_a_letter_that_waits_for_somebody_elses_server_does_not_make_this_one_unready(
    server: MailServer, maren: User, deepa: User
) -> None:
    server.is_away = True
    in_review(maren)
    outbox.claim(lease_seconds=1)
    OutboxMessage.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert outbox.oldest_pending_seconds() == 0


def test_what_became_a_secret_meanwhile_is_not_mailed(
    server: MailServer, maren: User, deepa: User, other_reviewer: User
) -> None:
    assessment = in_review(maren, "Secret Tuner")
    verdict(assessment, other_reviewer, "returned")
    tasks.mail(pending())
    assert [recipient for recipient, _ in sent(server)] == ["maren@example.org"]
    assert Letter.objects.get(person=deepa).state == "dropped"


def test_who_left_is_mailed_nothing(server: MailServer, maren: User, deepa: User, admin: User, now: datetime) -> None:
    in_review(maren)
    people.deactivate(person=deepa, by=admin, at=now)
    tasks.mail(pending())
    assert (server.taken, Letter.objects.get().state) == ([], "dropped")


def test_without_an_address_or_a_server_or_a_wish_no_letter_is_written(
    server: MailServer, assessor: User, deepa: User, other_reviewer: User, now: datetime, settings: Any
) -> None:
    choose(by_mail={"submitted": "off"}, by=deepa)
    in_review(assessor)
    settings.MAIL_GOES_OUT = False
    choose(by_mail={"submitted": "now"}, by=deepa)
    in_review(assessor, "Bell Ringer")
    assert (Letter.objects.count(), Notification.objects.filter(person=deepa).count()) == (0, 2)


def test_a_days_events_come_in_one_digest_after_its_hour(
    server: MailServer, maren: User, deepa: User, now: datetime
) -> None:
    choose(by_mail={"due": "daily"}, by=deepa)
    assessment = in_review(maren)
    tasks.mail(pending())
    server.taken.clear()
    for index, hours in enumerate((-20, -2, 1)):
        at = SIX + timedelta(hours=hours)
        notify("due", event=f"due:{index}", about=assessment, to=[deepa], by=None, at=at)
    made = [letters.gather_digests(at=SIX + timedelta(minutes=minutes)) for minutes in (-1, 0, 1, 300)]
    assert made == [0, 1, 0, 0]
    tasks.mail(pending())
    assert sent(server) == [("deepa@example.org", "AIJRI Review: 2 things happened")]
    # Of what is told late nobody gets a second digest on the same day.
    notify("due", event="due:late", about=assessment, to=[deepa], by=None, at=SIX - timedelta(hours=1))
    assert letters.gather_digests(at=SIX + timedelta(hours=6)) == 0
    assert letters.gather_digests(at=SIX + timedelta(days=1)) == 1
    assert sorted(Letter.objects.values_list("event", flat=True))[:2] == ["digest:2026-03-03", "digest:2026-03-04"]


@pytest.mark.django_db(transaction=True)
def test_two_relays_make_one_digest(server: MailServer, maren: User, reviewer: User, now: datetime) -> None:
    at_address(reviewer)
    notify("submitted", event="s:1", about=in_review(maren), to=[reviewer], by=None, at=now)
    tomorrow, start = now + timedelta(days=1), threading.Barrier(2)
    made: list[int] = []

    def gather() -> None:
        start.wait()
        made.append(letters.gather_digests(at=tomorrow.replace(hour=7)))
        connection.close()

    relays = [threading.Thread(target=gather) for _ in range(2)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()
    assert (sorted(made), Letter.objects.count(), len(pending())) == ([0, 1], 1, 1)


def test_a_role_whose_name_breaks_lines_breaks_no_header(server: MailServer, maren: User, deepa: User) -> None:
    assessment = in_review(maren)
    role = assessment.role
    role.title = "Bell\r\nBcc: everybody@example.org"
    role.save_without_historical_record()
    tasks.mail(pending())
    ((recipients, mail),) = server.taken
    assert (recipients, mail["Bcc"]) == (["deepa@example.org"], None)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example.org", ("mail.example.org", 25, "", "", False, False, "")),
        ("smtp+tls://m%40x:p%3Aw@h:2525?from=a@b.org", ("h", 2525, "m@x", "p:w", True, False, "a@b.org")),
        ("smtps://h", ("h", 465, "", "", False, True, "")),
    ],
)
def test_an_email_url_is_read(url: str, expected: tuple[object, ...]) -> None:
    assert email_url.read(url) == email_url.Server(*expected)


def test_no_email_url_is_no_mail_and_a_wrong_one_is_named_without_its_password() -> None:
    assert [email_url.read(url) for url in ("", "none:")] == [None, None]
    for url in ("http://u:secret@h", "smtp://", "smtp://u:secret@h:port"):
        with pytest.raises(ValueError, match="EMAIL_URL") as caught:
            email_url.read(url)
        assert "secret" not in str(caught.value)


def test_a_second_message_about_a_letter_that_is_sent_is_done_without_sending(
    server: MailServer, maren: User, deepa: User
) -> None:
    in_review(maren)
    tasks.mail(pending())
    outbox.request(dispatch.MAIL, payload={"letter": Letter.objects.get().pk})
    assert [letters.deliver(message, at=timezone.now()) for message in pending()] == [""]
    assert (len(server.taken), pending()) == (1, [])
