"""What stands beside a decision: comments, what happened, what differs, what publishing would move."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import rehearsal
from assessments.api.envelope import Idempotent, OneThing
from assessments.api.pagination import Cursor
from assessments.enums import OPEN, PUBLISHING
from assessments.errors import Conflict, Invalid
from assessments.models import Assessment, AuditEvent
from assessments.queries import aftermath
from reviews import actions, queries
from reviews.access import require_insider
from reviews.api.deciding import LARGEST_ID
from reviews.changes import Change, changes, figure_changes
from reviews.models import Comment
from reviews.places import places


class CommentBody(s.Serializer[object]):
    text = s.CharField(trim_whitespace=False, allow_blank=True)
    path = s.CharField(required=False, default="", allow_blank=True, help_text="A section or a row, as in `tasks[2]`.")
    parent = s.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=LARGEST_ID)


class CommentItem(s.Serializer[object]):
    id = s.IntegerField()
    parent = s.IntegerField(allow_null=True)
    path = s.CharField(allow_null=True, help_text="Where it stands now; null where its row is gone.")
    path_then = s.CharField(allow_blank=True)
    place = s.CharField()
    text = s.CharField()
    by = s.CharField()
    at = s.DateTimeField()
    resolved_by = s.CharField(allow_null=True)
    resolved_at = s.DateTimeField(allow_null=True)


class TimelineItem(s.Serializer[object]):
    id = s.IntegerField()
    at = s.DateTimeField()
    verb = s.CharField()
    actor = s.CharField(allow_null=True)
    role_held = s.CharField(allow_blank=True)
    sentence = s.CharField()


class FieldChange(s.Serializer[object]):
    path = s.CharField()
    name = s.CharField()
    before = s.JSONField(allow_null=True)
    after = s.JSONField(allow_null=True)
    difference = s.CharField(allow_blank=True)


class Diff(s.Serializer[object]):
    against = s.IntegerField()
    fields_changed = FieldChange(many=True)
    figures = FieldChange(many=True)

    def get_fields(self) -> dict[str, s.Field[object, object, object, object]]:
        """`fields` is a property of every serializer, so it cannot be declared like the others."""
        found = super().get_fields()
        return {"against": found["against"], "fields": found["fields_changed"], "figures": found["figures"]}


class TurnedPeer(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()


class StandingMove(s.Serializer[object]):
    scope = s.CharField()
    key = s.CharField(allow_blank=True)
    rank_before = s.IntegerField(allow_null=True)
    rank_after = s.IntegerField(allow_null=True)
    of_after = s.IntegerField()


class RelationMove(s.Serializer[object]):
    peer = TurnedPeer()
    peer_score = s.CharField()
    order_before = s.CharField()
    order_after = s.CharField()
    zones_before = s.CharField()
    zones_after = s.CharField()


class QuoteMove(s.Serializer[object]):
    role = TurnedPeer()
    section = s.CharField()
    quoted_score = s.CharField()
    newly = s.BooleanField()


class InversionMove(s.Serializer[object]):
    peer = TurnedPeer()
    peer_score = s.CharField()
    turns = s.ChoiceField(["made", "mended"])


class ClaimMove(s.Serializer[object]):
    id = s.IntegerField()
    claim = s.CharField()
    turns = s.ChoiceField(["breaks", "mends", "stays_broken", "holds"])
    broken_by = s.CharField()
    broken_by_today = s.CharField(allow_null=True)


class ImpactAnswer(s.Serializer[object]):
    outcome = s.CharField()
    score_before = s.CharField(allow_null=True)
    score = s.CharField()
    zone = s.CharField()
    standing = StandingMove(many=True)
    neighbours = s.IntegerField()
    relations = RelationMove(many=True)
    inversions = InversionMove(many=True)
    quotes = QuoteMove(many=True)
    mended_quotes = QuoteMove(many=True)
    claims = ClaimMove(many=True)


class Forwards(Cursor):
    ordering = ("id",)


class Comments(Idempotent, ListAPIView[Comment]):
    """What is said about an assessment by those who work on it; say something."""

    queryset = Comment.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Forwards
    serializer_class = CommentItem
    signed_in_only = True

    @extend_schema(operation_id="assessments_comments_list", responses=CommentItem(many=True))
    def get(self, request: Request, id: int) -> Response:
        assessment = require_insider(request.user, id)
        page = self.paginate_queryset(queries.comments(assessment)) or []
        current = places(assessment.document, assessment.methodology.method)
        return self.get_paginated_response([queries.comment(each, assessment, current) for each in page])

    @extend_schema(operation_id="assessments_comment", request=CommentBody, responses={201: CommentItem})
    def post(self, request: Request, id: int) -> Response:
        require_insider(request.user, id)
        body = CommentBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        made = actions.comment(
            assessment_id=id,
            path=given["path"],
            text=given["text"],
            parent_id=given["parent"],
            by=request.user,
            at=timezone.now(),
        )
        return Response(_comment(made), status=201)


class Resolve(Idempotent):
    """Mark a thread as resolved."""

    @extend_schema(operation_id="comments_resolve", request=None, responses=CommentItem)
    def post(self, request: Request, id: int) -> Response:
        return Response(_comment(actions.resolve(comment_id=id, by=request.user, at=timezone.now())))


class Reopen(Idempotent):
    """Take the mark off a thread again."""

    @extend_schema(operation_id="comments_reopen", request=None, responses=CommentItem)
    def post(self, request: Request, id: int) -> Response:
        return Response(_comment(actions.reopen(comment_id=id, by=request.user, at=timezone.now())))


class Timeline(ListAPIView[AuditEvent]):
    """What happened to an assessment, newest first: to those who work on it all of it, to others what was published."""

    queryset = AuditEvent.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Cursor
    serializer_class = TimelineItem

    @extend_schema(operation_id="assessments_timeline", responses=TimelineItem(many=True))
    def get(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        page = self.paginate_queryset(queries.timeline(request.user, assessment)) or []
        return self.get_paginated_response([queries.event(each) for each in page])


class DiffDetail(OneThing):
    """What differs between two versions of a role; without `against`, from the published one."""

    @extend_schema(
        operation_id="assessments_diff", parameters=[OpenApiParameter("against", OpenApiTypes.INT)], responses=Diff
    )
    def get(self, request: Request, id: int) -> Response:
        assessment = aftermath.require_readable(request.user, id)
        before = _against(request, assessment)
        method = assessment.methodology.method
        fields = [_change(each) for each in changes(before.document, assessment.document, method)]
        figures = [_change(each) for each in figure_changes(before.figures, assessment.figures)]
        return Response({"against": before.pk, "fields": fields, "figures": figures})


class ImpactDetail(OneThing):
    """What publishing an open version would move among its neighbours."""

    @extend_schema(
        operation_id="assessments_impact",
        parameters=[OpenApiParameter("outcome", OpenApiTypes.STR, enum=list(PUBLISHING))],
        responses=ImpactAnswer,
    )
    def get(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        usual = actions.fitting_outcomes(assessment)[0]
        outcome = request.query_params.get("outcome", usual)
        if outcome not in PUBLISHING:
            raise Invalid(f"The outcome is one of {', '.join(PUBLISHING)}.", code="outcome")
        found = rehearsal.rehearse(assessment_id=id, outcomes=[outcome], at=timezone.now()).get(outcome)
        if found is None:
            open_now = assessment.status in OPEN
            raise Conflict(
                "This version has no score that the outcome would publish."
                if open_now
                else "This version is not open: what it moved has moved.",
                code="no_score" if open_now else "wrong_state",
            )
        return Response(found.as_json())


def _against(request: Request, assessment: Assessment) -> Assessment:
    asked = request.query_params.get("against")
    if asked is None:
        before = queries.predecessor(assessment)
        if before is None:
            raise Invalid("Nothing of this role is published; say against which version.", code="against")
        return before
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        raise Invalid("`against` is the id of an assessment.", code="against")
    before = aftermath.require_readable(request.user, int(asked))
    if before.role_id != assessment.role_id:
        raise Invalid("Both must be versions of the same role.", code="against")
    return before


def _comment(made: Comment) -> dict[str, Any]:
    assessment = made.assessment
    return queries.comment(made, assessment, places(assessment.document, assessment.methodology.method))


def _change(found: Change) -> dict[str, Any]:
    return {
        "path": found.path,
        "name": found.place,
        "before": found.old,
        "after": found.new,
        "difference": found.difference,
    }
