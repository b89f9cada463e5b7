"""The audited way to write: saves with actor and reason, typed events, and the check of the hash chain.

Nothing saves a tracked model but `save` here, and its forms for many: django-simple-history writes no row for
`update()` and the bulk calls, and knows no user outside a request.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import rfc8785
from django.db import DatabaseError, connection, models
from structlog.contextvars import get_contextvars

from assessments import prepared, rows
from assessments.models import AuditEvent, User

GENESIS = "0" * 64
BATCH = 5000
SENTENCES = {
    "assessment.created": "started version {number}",
    "assessment.saved": "saved the draft",
    "assessment.submitted": "submitted version {number} for review",
    "assessment.recalled": "recalled version {number} from review",
    "assessment.returned": "returned version {number} to its author",
    "assessment.published": "published version {number} at {published_score}",
    "assessment.superseded": "superseded version {number}",
    "assessment.withdrawn": "withdrew version {number}",
    "coauthor.invited": "invited {username} to write on version {number}",
    "coauthor.accepted": "accepted the invitation to write on version {number}",
    "coauthor.declined": "declined the invitation to write on version {number}",
    "coauthor.withdrawn": "took back that {username} may write on version {number}",
    "assessment.retracted": "retracted version {number}: {reason}",
    "assessment.reaffirmed": "reaffirmed version {number}: {reason}",
    "retraction.proposed": "proposed to retract version {number}: {reason}",
    "retraction.withdrawn": "withdrew the proposal to retract version {number}: {reason}",
    "retraction.lapsed": "overtook the proposal to retract version {number}",
    "claim.declared": "claimed that {claim}: {reason}",
    "claim.withdrawn": "withdrew the claim that {claim}: {reason}",
    "claim.breach_accepted": "lives with {a_score} against {b_score} though {claim}: {reason}",
    "claim.breach_reassigned": "gave the breach of {claim} to {to}",
    "assessment.handed_over": "handed the draft of version {number} to {to}: {reason}",
    "override.cleared": "override cleared: the formula now gives {formula_score}",
    "verdict.given": "gave the verdict “{outcome}”",
    "interest.declared": "declared an interest",
    "interest.ended": "ended a declared interest",
    "review.claimed": "is on version {number}",
    "review.released": "let go of version {number}",
    "review.assigned": "asked {reviewer} for a verdict on version {number} by {due}",
    "review.unassigned": "took back that {reviewer} was asked for a verdict",
    "comment.made": "commented on {place}",
    "comment.resolved": "resolved a thread on {place}",
    "comment.reopened": "opened a thread on {place} again",
    "role.created": "created the role {title}",
    "role.renamed": "renamed {was} to {title}: {reason}",
    "role.merged": "merged {title} into {into}: {reason}",
    "role.retired": "retired {title}: {reason}",
    "role.brought_back": "brought {title} back: {reason}",
    "role.level_taken": "assessed the occupation {title} at the level {seniority}",
    "role.alias_added": "added the alias {text}",
    "role.family_set": "set the family to {family}",
    "catalogue.release_read": "read the release {release} of {scheme}: {changes} changes",
    "relation.created": "related {source} to {target} ({kind})",
    "relation.removed": "took back that {source} is {kind} {target}",
    "suggestion.dismissed": "dismissed {peer} as a neighbour of {role}",
    "peers.rebuild_asked": "asked for a rebuild of all comparisons",
    "peers.rebuild_given_up": "gave up a rebuild of all comparisons",
    "dump.asked": "asked for the dump {dump} of the catalogue",
    "report.closed": "closed a reader's report on version {number} as {state}: {answer}",
    "exposure.read": "read the index {index}: {values} occupations",
    "person.created": "created the account {username}",
    "person.role_granted": "granted the role {code} to {username}",
    "person.address_set": "set their own mail address",
    "person.deactivated": "deactivated the account {username}",
    "token.issued": "issued the token {name}",
    "token.revoked": "revoked the token {name}",
    "demo.loaded": "loaded the demonstration",
    "methodology.drafted": "drafted method {version} as a copy of {based_on}",
    "methodology.edited": "edited the draft of method {version}",
    "methodology.dry_run_requested": "asked for a dry run of method {version}",
    "methodology.approved": "approved method {version}: {reason}",
    "methodology.activated": "brought method {version} into force in place of {retired}",
    "methodology.retired": "retired method {version}",
    "methodology.abandoned": "gave up the draft of method {version}: {reason}",
    "assessment.moved_to_method": "moved version {number} from method {from} to {to}",
    "outbox.retried": "had work tried again after {failures} failures: {what} ({about})",
    "maintenance.door_opened": "opened the maintenance door: {reason}",
}


@dataclass(frozen=True)
class Breach:
    """The first place where the ledger does not hold."""

    event_id: int
    what: str


def save(instance: models.Model, *, by: User, at: datetime, reason: str, fields: Iterable[str] | None = None) -> None:
    """Save a tracked model and its history row with actor, time and reason; `fields` limits the update.

    One statement, which copies the history row inside the database: a document goes over the wire once.
    """
    model = type(instance)
    said: list[Any] = [by.pk, at, reason]
    if instance._state.adding:
        values = rows.values_of(instance, rows.fields_of(model))
        statement, parameters = _insertion(model), [*values, *said]
    else:
        names = None if fields is None else tuple(fields)
        values = rows.values_of(instance, rows.fields_of(model, names))
        statement, parameters = _update(model, names), [*values, instance.pk, *said]
    keys = prepared.execute(statement, parameters)
    if not keys:
        raise DatabaseError(f"{instance!r} is no row any more.")
    rows.stored(instance, keys[0][0])


def delete(instance: models.Model, *, by: User, at: datetime, reason: str) -> None:
    """Delete a tracked model; its last history row says who, when and why."""
    for name, value in {"_history_user": by, "_history_date": at, "_change_reason": reason}.items():
        setattr(instance, name, value)
    instance.delete()


def create_many(instances: Sequence[models.Model], *, by: User, at: datetime, reason: str) -> None:
    """Insert many of one tracked model, each with its history row; they have their keys afterwards."""
    if instances:
        type(instances[0])._default_manager.bulk_create(instances, batch_size=BATCH)
        _keep_history(instances, "+", by=by, at=at, reason=reason)


def update_many(
    instances: Sequence[models.Model], *, by: User, at: datetime, reason: str, fields: Iterable[str]
) -> None:
    """Update these fields of many of one tracked model, each with its history row."""
    if instances:
        type(instances[0])._default_manager.bulk_update(instances, list(fields), batch_size=BATCH)
        _keep_history(instances, "~", by=by, at=at, reason=reason)


def delete_many(instances: Sequence[models.Model], *, by: User, at: datetime, reason: str) -> None:
    """Delete many of one tracked model; the last history row of each says who, when and why."""
    if not instances:
        return
    _keep_history(instances, "-", by=by, at=at, reason=reason)
    # Not the queryset's delete: simple-history answers its signals with rows that know nobody.
    table = connection.ops.quote_name(type(instances[0])._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [[instance.pk for instance in instances]])  # noqa: S608


def _keep_history(instances: Sequence[models.Model], kind: str, *, by: User, at: datetime, reason: str) -> None:
    """The rows as they stand in the table, copied there in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _history_statement(type(instances[0])), [kind, by.pk, at, reason, [instance.pk for instance in instances]]
        )


def _history_statement(model: Any) -> str:
    table = connection.ops.quote_name(model._meta.db_table)
    return f"{_into_history(model, table, '%s')} WHERE id = ANY(%s) ORDER BY id"


@functools.cache
def _insertion(model: Any) -> str:
    columns = rows.quoted(field.column for field in model.history.model.tracked_fields)
    copied = _into_history(model, "saved", "'+'")
    return f"WITH saved AS ({rows.insertion(model)} RETURNING {columns}) {copied} RETURNING id"


@functools.cache
def _update(model: Any, names: tuple[str, ...] | None) -> str:
    quote = connection.ops.quote_name
    columns = rows.quoted(field.column for field in model.history.model.tracked_fields)
    changes = ", ".join(f"{quote(field.column)} = %s" for field in rows.fields_of(model, names))
    written = f"UPDATE {quote(model._meta.db_table)} SET {changes} WHERE id = %s RETURNING {columns}"  # noqa: S608
    copied = _into_history(model, "saved", "'~'")
    return f"WITH saved AS ({written}) {copied} RETURNING id"


@functools.cache
def _into_history(model: Any, source: str, kind: str) -> str:
    """The copy of rows of `source` into the history; its parameters are actor, time and reason, after an open kind."""
    history = model.history.model
    columns = rows.quoted(field.column for field in history.tracked_fields)
    return (
        f"INSERT INTO {connection.ops.quote_name(history._meta.db_table)} ({columns}, history_type, history_user_id,"  # noqa: S608
        f" history_date, history_change_reason) SELECT {columns}, {kind}, %s, %s, %s FROM {source}"
    )


def record(
    verb: str,
    *,
    by: User | None,
    at: datetime,
    role_held: str,
    about: models.Model,
    data: Mapping[str, object] | None = None,
) -> None:
    """Append one event to the ledger, in the caller's transaction; the database links it at commit.

    `verb` is one of SENTENCES; `data` holds JSON values (decimals as strings).
    """
    append([event(verb, by=by, at=at, role_held=role_held, about=about, data=data)])


def append(events: Sequence[AuditEvent]) -> None:
    """Append these events to the ledger in this order, as `record` does one."""
    rows.insert(events)


def event(
    verb: str,
    *,
    by: User | None,
    at: datetime,
    role_held: str,
    about: models.Model,
    data: Mapping[str, object] | None = None,
) -> AuditEvent:
    """An event as `append` takes it; the arguments of `record`."""
    if verb not in SENTENCES:
        raise ValueError(f"unknown verb {verb!r}")
    made = AuditEvent(
        at=at,
        verb=verb,
        actor=by,
        role_held=role_held,
        object_type=about._meta.model_name or "",
        object_id=str(about.pk),
        request_id=str(get_contextvars().get("request_id", ""))[:64],
        data=dict(data or {}),
    )
    made.text = canonical_text(made)
    return made


def canonical_text(event: AuditEvent) -> str:
    """The event as RFC 8785 JSON: what the chain hashes."""
    return rfc8785.dumps(
        {
            "at": event.at.isoformat(),
            "verb": event.verb,
            "actor": event.actor_id,
            "role_held": event.role_held,
            "object": [event.object_type, event.object_id],
            "request_id": event.request_id,
            "data": event.data,
        }
    ).decode()


def sentence(event: AuditEvent) -> str:
    """The event in words, rendered from its type and data."""
    return SENTENCES[event.verb].format_map(_Gaps(event.data))


def open_maintenance_door(*, by: User, at: datetime, reason: str) -> None:
    """Let the rest of this transaction touch guarded rows, on the record. For migrations alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        transaction_id = cursor.fetchone()[0]
    record(
        "maintenance.door_opened",
        by=by,
        at=at,
        role_held="admin",
        about=by,
        data={"reason": reason, "transaction": transaction_id},
    )


def first_breach() -> Breach | None:
    """Walk the whole chain: every event linked once, every text as its columns say, every hash right."""
    unlinked = AuditEvent.objects.filter(link__isnull=True).order_by("id").first()
    if unlinked is not None:
        return Breach(unlinked.pk, "the event is not linked into the chain")
    prev = GENESIS
    events = AuditEvent.objects.select_related("link").order_by("link__id")
    for event in events.iterator(chunk_size=2000):
        if event.link.prev != prev:
            return Breach(event.pk, "its link does not follow the one before it")
        if event.text != canonical_text(event):
            return Breach(event.pk, "its text and its columns differ")
        prev = hashlib.sha256((prev + event.text).encode()).hexdigest()
        if event.link.hash != prev:
            return Breach(event.pk, "its hash is not that of its text")
    return None


class _Gaps(dict[str, object]):
    """Event data for a sentence; what an old event lacks shows as an ellipsis instead of failing."""

    def __missing__(self, key: str) -> str:
        return "…"
