"""A mail address of one's own: used once a link that was sent there was followed by the same person, and not before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.test import Client

from assessments.actions import people
from assessments.errors import Conflict, Invalid
from assessments.models import AuditEvent, User
from reviews import tasks
from reviews.models import Letter, MailChoice
from reviews.notifications import address
from tests.mailserver import MailServer
from tests.test_mail import at_address, pending, sent, server

__all__ = ["server"]
SignedIn = Callable[[User], Client]
NEW = "maren.new@example.org"


def asked(person: User, now: datetime, to: str = NEW) -> bool:
    return address.ask(address=to, by=person, at=now)


def link_in(server: MailServer) -> str:
    """The path of the link in the last mail that the server took."""
    found = re.search(
        r"https://aijri\.example\.org(/account/notifications/address/\S+)", server.taken[-1][1].get_content()
    )
    assert found is not None
    return found[1]


def test_a_new_address_is_used_once_its_link_was_opened_and_confirmed(
    server: MailServer, assessor: User, signed_in: SignedIn
) -> None:
    client = signed_in(at_address(assessor))
    page = client.post("/account/notifications/", {"address": NEW, "decided": "daily"}, follow=True).content.decode()
    assert "A link was sent to the new address" in page
    tasks.mail(pending())
    assert sent(server) == [(NEW, "AIJRI Review: confirm this address")]
    assert MailChoice.objects.get().by_mail == "daily"
    opened = client.get(link_in(server))
    assert (opened.status_code, "in place of maren@example.org" in opened.content.decode()) == (200, True)
    assert User.objects.get(pk=assessor.pk).email == "maren@example.org"
    assert client.post(link_in(server)).status_code == 302
    assert User.objects.get(pk=assessor.pk).email == NEW
    assert AuditEvent.objects.filter(verb="person.address_set").count() == 1
    again = client.post(link_in(server))
    assert (again.status_code, AuditEvent.objects.filter(verb="person.address_set").count()) == (409, 1)


def test_nothing_but_the_link_goes_to_an_address_that_is_not_confirmed(
    server: MailServer, assessor: User, now: datetime
) -> None:
    assert asked(assessor, now)
    tasks.mail(pending())
    ((_, mail),) = server.taken
    assert (len(server.taken), "within a day" in mail.get_content()) == (1, True)
    assert User.objects.get(pk=assessor.pk).email == ""


def test_a_link_of_somebody_else_or_past_its_day_or_altered_is_refused(
    server: MailServer, assessor: User, reviewer: User, now: datetime
) -> None:
    text = address.token(assessor, NEW, at=now)
    refused = [
        (reviewer, now, text, "sent for another account"),
        (assessor, now + timedelta(hours=24), text, "older than a day"),
        (assessor, now, text[:-1] + ("A" if text[-1] != "A" else "B"), "not whole"),
        (assessor, now, signing.dumps({"person": assessor.pk}, salt="else"), "not whole"),
    ]
    for person, at, given, said in refused:
        with pytest.raises(Invalid, match=said):
            address.confirm(text=given, by=person, at=at)
    assert list(User.objects.exclude(email="")) == []
    assert address.confirm(text=text, by=assessor, at=now + timedelta(hours=23)) == NEW


def test_a_link_is_void_once_the_address_is_another(server: MailServer, assessor: User, now: datetime) -> None:
    text = address.token(assessor, NEW, at=now)
    address.confirm(text=address.token(assessor, "maren@else.example", at=now), by=assessor, at=now)
    with pytest.raises(Conflict, match="was changed since"):
        address.confirm(text=text, by=assessor, at=now)


def test_an_empty_address_ends_mail_at_once_and_the_same_one_asks_for_nothing(
    server: MailServer, assessor: User, now: datetime
) -> None:
    at_address(assessor)
    assert not asked(assessor, now, " maren@example.org ")
    assert not asked(assessor, now, "")
    assert (User.objects.get(pk=assessor.pk).email, pending(), server.taken) == ("", [], [])


def test_what_is_no_address_or_cannot_be_confirmed_is_refused_with_the_whole_form(
    server: MailServer, assessor: User, now: datetime, signed_in: SignedIn, settings: object
) -> None:
    client = signed_in(assessor)
    wrong = client.post("/account/notifications/", {"address": "nowhere", "decided": "daily"})
    assert (wrong.status_code, "That is no mail address." in wrong.content.decode()) == (400, True)
    assert (MailChoice.objects.count(), Letter.objects.count()) == (0, 0)
    settings.MAIL_GOES_OUT = False  # type: ignore[attr-defined]
    with pytest.raises(Invalid, match="sends no mail"):
        asked(assessor, now)


def test_five_links_a_day_are_the_most(server: MailServer, assessor: User, now: datetime) -> None:
    assert [asked(assessor, now, f"maren{index}@example.org") for index in range(5)] == [True] * 5
    with pytest.raises(Invalid, match="5 links were sent"):
        asked(assessor, now)
    assert asked(assessor, now + timedelta(hours=25))


def test_who_left_is_sent_no_link(server: MailServer, assessor: User, admin: User, now: datetime) -> None:
    asked(assessor, now)
    people.deactivate(person=assessor, by=admin, at=now)
    tasks.mail(pending())
    assert (server.taken, Letter.objects.get().state) == ([], "dropped")
