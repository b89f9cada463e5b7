"""The API of reviews: submit, recall, verdicts, and the caller's queue."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.api.working import shape
from assessments.enums import Outcome
from reviews import actions, queries
from reviews.models import Review


class VerdictBody(s.Serializer[object]):
    outcome = s.ChoiceField(choices=Outcome.choices)
    rationale = s.CharField(allow_blank=True, trim_whitespace=False)
    content_hash = s.CharField(max_length=64)


class VerdictAnswer(s.Serializer[object]):
    outcome = s.CharField()
    review = s.CharField()
    assessment = s.CharField()


class ReviewRole(shapes.AssessmentRole):
    family = s.CharField()


class ReviewItem(s.Serializer[object]):
    id = s.IntegerField()
    assessment = s.IntegerField()
    role = ReviewRole()
    number = s.IntegerField()
    state = s.CharField()
    content_hash = s.CharField()
    submitted_at = s.DateTimeField()
    submitted_by = s.CharField()
    formula_score = s.CharField()
    zone = s.CharField()
    label = s.CharField()
    proposed_score = s.CharField(allow_null=True)
    borderline = s.BooleanField()
    verdicts = s.IntegerField()


class Submit(Idempotent):
    """Send a draft into review."""

    @extend_schema(operation_id="assessments_submit", request=None, responses=shapes.Assessment)
    def post(self, request: Request, id: int) -> Response:
        return Response(shape(actions.submit(assessment_id=id, by=request.user, at=timezone.now())))


class Recall(Idempotent):
    """Take one's own submission back to a draft."""

    @extend_schema(operation_id="assessments_recall", request=None, responses=shapes.Assessment)
    def post(self, request: Request, id: int) -> Response:
        return Response(shape(actions.recall(assessment_id=id, by=request.user, at=timezone.now())))


class Verdicts(Idempotent):
    """Decide on exactly the content that was read."""

    @extend_schema(operation_id="assessments_verdict", request=VerdictBody, responses={201: VerdictAnswer})
    def post(self, request: Request, id: int) -> Response:
        body = VerdictBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = actions.give_verdict(assessment_id=id, by=request.user, at=timezone.now(), **body.validated_data)
        answer = {"outcome": given.outcome, "review": given.review, "assessment": given.assessment}
        return Response(answer, status=201)


class QueueCursor(Cursor):
    ordering = ("submitted_at", "id")


class Queue(ListAPIView[Review]):
    """Open reviews, the longest waiting first."""

    queryset = Review.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = QueueCursor
    serializer_class = ReviewItem
    signed_in_only = True

    @extend_schema(operation_id="reviews_list", responses=ReviewItem(many=True))
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(queries.queue(request.user)) or []
        return self.get_paginated_response([queries.item(review) for review in page])
