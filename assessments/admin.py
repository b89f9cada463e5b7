"""Django's admin: a window on the tables, with nothing that writes. Actions are the only doors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from assessments import access, models
from assessments.transitions import METHOD_MOVES, MOVES, RETRACTION_MOVES, Move, moves_from


class Window(admin.ModelAdmin):  # type: ignore[type-arg]
    """Administrators look; nobody adds, changes or deletes here."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(access.may_administer(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(access.may_administer(request.user))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Moving(Window):
    """A window on a state machine: it says which moves stand open, and to whom."""

    moves: ClassVar[Sequence[Move]]
    state = "status"
    readonly_fields = ("next_moves",)

    @admin.display(description="may be moved by")
    def next_moves(self, thing: Any) -> str:
        found = moves_from(getattr(thing, self.state), self.moves)
        return ", ".join(f"{move.verb} ({move.owned_by})" for move in found)


@admin.register(models.Assessment)
class AssessmentWindow(Moving):
    moves = MOVES
    list_display = ("role", "number", "status", "next_moves", "formula_score", "published_score", "published_at")
    list_filter = ("status", "published_zone")
    search_fields = ("role__title",)
    list_select_related = ("role",)


@admin.register(models.Decision)
class DecisionWindow(Window):
    list_display = ("assessment", "outcome", "published_score", "decided_by", "decided_at")
    list_select_related = ("assessment__role", "decided_by")


@admin.register(models.Retraction)
class RetractionWindow(Moving):
    moves, state = RETRACTION_MOVES, "state"
    list_display = ("assessment", "state", "next_moves", "proposed_by", "proposed_at", "closed_by", "closed_at")
    list_filter = ("state",)
    list_select_related = ("assessment__role", "proposed_by", "closed_by")


@admin.register(models.ReviewFlag)
class FlagWindow(Window):
    list_display = ("assessment", "cause", "peer", "methodology", "raised_at", "clearance", "cleared_at")
    list_filter = ("cause", "clearance")
    list_select_related = ("assessment__role", "peer", "methodology")


@admin.register(models.CalibrationClaim)
class CalibrationClaimWindow(Window):
    list_display = ("__str__", "state", "by", "at", "withdrawn_by", "withdrawn_at")
    list_filter = ("kind", "state")
    list_select_related = ("a", "b", "by", "withdrawn_by")


@admin.register(models.ClaimBreach)
class ClaimBreachWindow(Window):
    list_display = ("claim", "a_now", "b_now", "owner", "raised_at", "clearance", "cleared_at")
    list_filter = ("clearance",)
    list_select_related = ("claim__a", "claim__b", "owner")


@admin.register(models.Role)
class RoleWindow(Window):
    list_display = ("title", "seniority", "family", "slug", "status", "occupations")
    list_filter = ("status", "codes__scheme", "codes__job_zone")
    search_fields = ("title", "codes__code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[models.Role]:
        return super().get_queryset(request).prefetch_related("codes")

    @admin.display(description="codes")
    def occupations(self, role: models.Role) -> str:
        return ", ".join(each.code for each in role.codes.all())


@admin.register(models.RoleCode)
class CodeWindow(Window):
    list_display = ("code", "scheme", "title", "job_zone", "role")
    list_filter = ("scheme", "job_zone")
    list_select_related = ("role",)
    search_fields = ("code", "title")


@admin.register(models.RoleAlias)
class AliasWindow(Window):
    list_display = ("text", "role", "origin")
    list_filter = ("origin",)
    list_select_related = ("role",)
    search_fields = ("text",)


@admin.register(models.RoleRelation)
class RelationWindow(Window):
    list_display = ("source", "kind", "tier", "index", "target", "origin")
    list_filter = ("kind", "tier", "origin")
    list_select_related = ("source", "target")
    search_fields = ("source__title", "target__title")


@admin.register(models.CatalogueRelease)
class ReleaseWindow(Window):
    list_display = ("scheme", "name", "read_at", "read_by", "digest")
    list_select_related = ("read_by",)


@admin.register(models.Methodology)
class MethodologyWindow(Moving):
    moves = METHOD_MOVES
    list_display = ("version", "status", "next_moves", "activated_at")


@admin.register(models.User)
class UserWindow(Window):
    list_display = ("username", "display_name", "is_active", "last_login")
    exclude = ("password", "groups", "user_permissions")


@admin.register(models.AuditEvent)
class EventWindow(Window):
    list_display = ("id", "at", "verb", "actor", "object_type", "object_id")
    list_filter = ("verb",)


@admin.register(models.OutboxMessage)
class OutboxWindow(Window):
    list_display = ("id", "topic", "role", "created_at", "attempts", "failures", "retry_at", "last_error", "done_at")
    list_select_related = ("role",)
