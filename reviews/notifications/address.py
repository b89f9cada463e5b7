"""A person's own mail address: mail goes to another one only after its owner followed a link that was sent there.

The link is signed and holds whose it is, the new address, the one it takes the place of and until when; nothing else is
kept, and it works once.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from assessments import audit, dispatch, outbox
from assessments.errors import Conflict, Invalid, Place
from assessments.models import User
from reviews.models import Letter
from reviews.notifications.telling import new_message_id

LASTS = timedelta(hours=24)
MOST_A_DAY = 5
EVENT = "address:"
SALT = "reviews.notifications.address"


@transaction.atomic
def ask(*, address: str, by: User, at: datetime) -> bool:
    """Have mail go to another address of one's own; whether a link was sent there, on which that waits. "" ends mail
    at once. Invalid for what is no address, for a sixth link in a day, and where no mail goes out."""
    address = address.strip()
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if address == person.email:
        return False
    if not address:
        _set(person, "", by=by, at=at)
        return False
    try:
        validate_email(address)
    except ValidationError as error:
        raise _invalid("That is no mail address.") from error
    if not settings.MAIL_GOES_OUT:
        raise _invalid("This installation sends no mail, so that no address can be confirmed.")
    if Letter.objects.filter(person=person, event__startswith=EVENT, created_at__gt=at - LASTS).count() >= MOST_A_DAY:
        raise _invalid(f"{MOST_A_DAY} links were sent for you within a day; ask for another one tomorrow.")
    letter = Letter.objects.create(
        event=f"{EVENT}{uuid.uuid4()}", person=person, message_id=new_message_id(), created_at=at
    )
    outbox.request(dispatch.MAIL, payload={"letter": letter.pk, "address": address})
    return True


def token(person: User, address: str, *, at: datetime) -> str:
    """What the link holds, from `at` on for LASTS."""
    until = (at + LASTS).isoformat()
    return signing.dumps({"person": person.pk, "was": person.email, "address": address, "until": until}, salt=SALT)


def read(text: str, *, by: User, at: datetime) -> str:
    """The address that a link confirms. Invalid for one that nobody signed, that is over, or that was sent for
    somebody else; Conflict once the address it would take the place of is another."""
    try:
        held = signing.loads(text, salt=SALT)
    except signing.BadSignature as error:
        raise _invalid("This link is not whole; open it from the mail again.") from error
    if held["person"] != by.pk:
        raise _invalid("This link was sent for another account; sign in with that one.")
    if datetime.fromisoformat(held["until"]) <= at:
        raise _invalid("This link is older than a day; ask for another one.")
    if held["was"] != by.email:
        raise Conflict("Your address was changed since this link was sent.", code="address_changed")
    return str(held["address"])


@transaction.atomic
def confirm(*, text: str, by: User, at: datetime) -> str:
    """Have mail go to the address that a link confirms, from now on; that address."""
    person = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    address = read(text, by=person, at=at)
    _set(person, address, by=by, at=at)
    return address


def _set(person: User, address: str, *, by: User, at: datetime) -> None:
    person.email = by.email = address
    person.save(update_fields=["email"])
    audit.record("person.address_set", by=by, at=at, role_held="", about=by)


def _invalid(sentence: str) -> Invalid:
    return Invalid(sentence, code="address", places=[Place("address", "address", sentence)])
