"""Searches that people keep for themselves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower

from assessments.errors import Conflict, Invalid, Invisible, Place
from assessments.models import SavedSearch, User

MOST, LONGEST_NAME, LONGEST_QUERY = 50, 80, 1_000


@transaction.atomic
def keep(*, name: str, query: str, by: User, at: datetime) -> SavedSearch:
    """Keep the query of an address under a name; the same name again replaces what it meant. Invalid without a name or
    a query, Conflict beyond `MOST`."""
    name, query = " ".join(name.replace("\x00", "").split()), query.replace("\x00", "")
    if not name or len(name) > LONGEST_NAME:
        raise _wrong("name", f"Give it a name of at most {LONGEST_NAME} characters.")
    if not query or len(query) > LONGEST_QUERY:
        raise _wrong("query", "There is nothing to keep: search, or choose something, first.")
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    kept = SavedSearch.objects.filter(person=by)
    same = kept.alias(lowered=Lower("name")).filter(lowered=Lower(Value(name))).first()
    if same is None and kept.count() >= MOST:
        raise Conflict(f"You keep {MOST} searches already; let one go first.", code="too_many")
    search = same or SavedSearch(person=by)
    search.name, search.query, search.saved_at = name, query, at
    search.save()
    return search


def forget(*, search_id: int, by: User) -> None:
    """Let a search of one's own go; Invisible where there is none."""
    if not SavedSearch.objects.filter(pk=search_id, person=by).delete()[0]:
        raise Invisible("You keep no such search.")


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, code=field, places=[Place(field, field, sentence)])
