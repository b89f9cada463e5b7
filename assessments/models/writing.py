"""What stands beside a draft while it is written: what people typed since the last save, and who was asked to help."""

from __future__ import annotations

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from assessments.enums import OPEN_INVITATIONS, InvitationState
from assessments.models.assessment import Assessment


class WorkingCopy(models.Model):
    """One person's typing on one draft, kept every moment and without history until it becomes an ordinary save.

    `document` is the form's value as typed, half-typed numbers included, or None when nothing waits to be saved.
    `base_hash` is the content hash that the typing started from. `window` is the open page that wrote it last and
    `sequence` counts what that page sent, so that a late arrival changes nothing.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="working_copies")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="working_copies")
    document = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    base_hash = models.CharField(max_length=64)
    window = models.CharField(max_length=40)
    sequence = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "person"], name="one_working_copy_each")]

    def __str__(self) -> str:
        return f"{self.person} on {self.assessment}"

    @property
    def mark(self) -> str:
        """What a page names to go on from exactly this copy."""
        return f"{self.window}:{self.sequence}"


class Invitation(models.Model):
    """An assessor asked to write on somebody's draft. Pending and accepted ones let them see it, accepted ones edit it;
    who wrote nothing is no contributor."""

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=InvitationState, default=InvitationState.PENDING)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "person"],
                condition=Q(state__in=OPEN_INVITATIONS),
                name="one_open_invitation_each",
            ),
            models.CheckConstraint(condition=Q(state__in=InvitationState.values), name="invitation_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person} on {self.assessment}: {self.get_state_display()}"
