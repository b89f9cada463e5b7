"""The ledger, the outbox and the memory of idempotent requests."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from assessments.models.roles import Role


class AuditEvent(models.Model):
    """One typed event. `text` is the canonical JSON (RFC 8785) that the chain of `AuditLink` hashes. Append-only."""

    at = models.DateTimeField()
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    role_held = models.CharField(max_length=20, blank=True)
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    request_id = models.CharField(max_length=64, blank=True)
    data = models.JSONField(default=dict)
    text = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="event_object"),
            models.Index(fields=["verb", "-id"], name="event_verb"),
            models.Index(fields=["-at"], name="event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_id}"


class AuditLink(models.Model):
    """Links an event into the hash chain: `hash = sha256(prev ‖ text)`. Written by the database at commit."""

    event = models.OneToOneField(AuditEvent, on_delete=models.PROTECT, related_name="link")
    prev = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return self.hash


class OutboxMessage(models.Model):
    """Work that a committed transaction asked for; done exactly when its effect is. `topic` is the task that does it;
    it is about a role, or about what `payload` names.

    `attempts` counts how often it was handed to the broker, `failures` the tries that did not end well, one under way
    included. Before `claimed_until` it is somebody's, before `retry_at` nobody's. `took_seconds` is how long the
    transaction of its effect had run when it was marked done. Columns that came later have defaults in the database:
    requests are written in plain SQL as well.
    """

    topic = models.CharField(max_length=60)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, related_name="outbox_messages")
    payload = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(db_default=0)
    retry_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, db_default="", blank=True)
    done_at = models.DateTimeField(null=True)
    took_seconds = models.FloatField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["id"], condition=Q(done_at__isnull=True), name="outbox_pending"),
            models.Index(fields=["role"], condition=Q(done_at__isnull=True), name="outbox_pending_role"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} for {self.role or self.payload}"


class IdempotentRequest(models.Model):
    """The answer given to a POST with an Idempotency-Key, kept for 24 hours."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], nulls_distinct=False, name="idempotency_key_once")
        ]
        indexes = [models.Index(fields=["created_at"], name="idempotent_request_age")]

    def __str__(self) -> str:
        return self.key
