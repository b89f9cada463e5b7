"""Django's admin: reviews, verdicts and interests to look at."""

from __future__ import annotations

from django.contrib import admin

from assessments.admin import Moving, Window
from reviews import models
from reviews.transitions import MOVES


@admin.register(models.Review)
class ReviewWindow(Moving):
    moves, state = MOVES, "state"
    list_display = ("assessment", "state", "next_moves", "submitted_at", "submitted_by", "closed_at")
    list_select_related = ("assessment__role", "submitted_by")


@admin.register(models.Verdict)
class VerdictWindow(Window):
    list_display = ("review", "reviewer", "outcome", "given_at")
    list_select_related = ("review__assessment__role", "reviewer")


@admin.register(models.Notification)
class NotificationWindow(Window):
    list_display = ("person", "event", "at", "by_mail", "read_at")
    list_filter = ("kind",)
    list_select_related = ("person",)


@admin.register(models.Letter)
class LetterWindow(Window):
    list_display = ("person", "event", "state", "attempts", "created_at", "finished_at", "trouble")
    list_filter = ("state",)
    list_select_related = ("person",)


@admin.register(models.Interest)
class InterestWindow(Window):
    list_display = ("reviewer", "role", "family", "expires_at")
    list_select_related = ("reviewer", "role")


@admin.register(models.Claim)
class ClaimWindow(Window):
    list_display = ("review", "reviewer", "claimed_at", "expires_at", "released_at")
    list_select_related = ("review__assessment__role", "reviewer")


@admin.register(models.Assignment)
class AssignmentWindow(Window):
    list_display = ("review", "reviewer", "due_at", "assigned_by", "ended_at")
    list_select_related = ("review__assessment__role", "reviewer", "assigned_by")


@admin.register(models.Comment)
class CommentWindow(Window):
    list_display = ("assessment", "path", "by", "at", "resolved_by")
    list_select_related = ("assessment__role", "by", "resolved_by")
