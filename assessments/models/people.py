"""People, what they may do, and the tokens their scripts carry."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.functional import cached_property

from assessments.enums import Access


class User(AbstractUser):
    """A person. Never deleted, only deactivated: the ledger and history keep pointing here."""

    display_name = models.CharField(max_length=120)

    REQUIRED_FIELDS = ["email", "display_name"]

    def __str__(self) -> str:
        return self.display_name or self.username

    @cached_property
    def roles(self) -> list[str]:
        """Codes of the access roles held, in alphabetical order; none once deactivated."""
        if not self.is_active:
            return []
        return sorted(self.access_roles.values_list("code", flat=True))

    def holds(self, code: str) -> bool:
        return code in self.roles


class AccessRole(models.Model):
    """One access role held by one person."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="access_roles")
    code = models.CharField(max_length=20, choices=Access)
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "code"], name="access_role_once"),
            models.CheckConstraint(condition=models.Q(code__in=Access.values), name="access_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.code}"


class ApiToken(models.Model):
    """A bearer token: stored as SHA-256, shown once, read-only unless `may_write`."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.name}"
