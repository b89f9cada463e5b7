"""The API of reviews: submit, recall, verdicts, and the caller’s queue."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers as s
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments import access
from assessments.actions import writing
from assessments.api import shapes
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.api.working import shape
from assessments.enums import Kind, Outcome, Status
from assessments.queries import aftermath
from reviews import actions, queries
from reviews.access import offers
from reviews.models import Review

LARGEST_ID = 2**63 - 1


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


class ClaimItem(s.Serializer[object]):
    reviewer = s.CharField()
    since = s.DateTimeField()
    until = s.DateTimeField()


class AssignmentItem(s.Serializer[object]):
    reviewer = s.CharField()
    due_at = s.DateTimeField()
    overdue = s.BooleanField()


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
    kind = s.CharField()
    claims = ClaimItem(many=True)
    assigned = AssignmentItem(many=True)
    barred = s.CharField(help_text="Why the caller may not decide on it; empty where they may.")


class MoveItem(s.Serializer[object]):
    verb = s.CharField()
    button = s.CharField(help_text="What a page offers it as; empty for a move that nobody makes by hand.")
    to = s.CharField(help_text="The status it leads to.")
    allowed = s.BooleanField(help_text="Whether the caller may make it.")
    reason = s.CharField(help_text="Why not; empty where they may.")


class Moves(APIView):
    """The moves that an assessment can make as it stands, and which of them are the caller's."""

    @extend_schema(operation_id="assessments_moves", responses=MoveItem(many=True))
    def get(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        return Response(
            [
                {
                    "verb": offer.move.verb,
                    "button": offer.move.button,
                    "to": offer.move.target,
                    "allowed": offer.answer.allowed,
                    "reason": offer.answer.reason,
                }
                for offer in offers(request.user, assessment, at=timezone.now())
            ]
        )


class Submit(Idempotent):
    """Send a draft into review. What was being typed in its form is saved first: 409 where it was a co-author's."""

    @extend_schema(operation_id="assessments_submit", request=None, responses=shapes.Assessment)
    def post(self, request: Request, id: int) -> Response:
        draft = access.require_visible(request.user, id)
        if access.may_edit(request.user, draft) and draft.status == Status.DRAFT:
            writing.settle_all(assessment=draft, by=request.user, at=timezone.now())
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


class ReaffirmBody(s.Serializer[object]):
    flags = s.ListField(
        child=s.IntegerField(min_value=1, max_value=LARGEST_ID),
        max_length=1000,
        help_text="The ids in `requires_review` of what was read; one that was cleared meanwhile is a conflict.",
    )
    reason = s.CharField(allow_blank=True, trim_whitespace=False)


class ReaffirmAnswer(s.Serializer[object]):
    assessment = s.IntegerField()
    cleared = s.ListField(child=s.IntegerField())
    requires_review = shapes.OpenFlag(many=True)


class Reaffirm(Idempotent):
    """Say, with a reason, that a published decision stands although what it rests on moved."""

    @extend_schema(operation_id="assessments_reaffirm", request=ReaffirmBody, responses=ReaffirmAnswer)
    def post(self, request: Request, id: int) -> Response:
        body = ReaffirmBody(data=request.data)
        body.is_valid(raise_exception=True)
        cleared = actions.reaffirm(assessment_id=id, by=request.user, at=timezone.now(), **body.validated_data)
        left = aftermath.requires_review(access.require_visible(request.user, id))
        return Response({"assessment": id, "cleared": [flag.pk for flag in cleared], "requires_review": left})


class QueueCursor(Cursor):
    ordering = ("submitted_at", "id")


QUEUE_FILTERS = [
    *[
        OpenApiParameter(name, OpenApiTypes.STR, enum=["1"], description=f"Only those that are {said}.")
        for name, said in (
            ("borderline", "borderline"),
            ("override", "with an override proposed"),
            ("mine", "claimed by the caller, assigned to them or decided by them"),
            ("assigned", "assigned to the caller"),
            ("overdue", "past a due date"),
        )
    ],
    OpenApiParameter("claimed", OpenApiTypes.STR, enum=list(queries.CLAIMED), description="Who is on it."),
    OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values, description="Of this kind."),
    OpenApiParameter("family", OpenApiTypes.STR, description="Of a role in this family."),
]


class Queue(ListAPIView[Review]):
    """Open reviews, the longest waiting first."""

    queryset = Review.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = QueueCursor
    serializer_class = ReviewItem
    signed_in_only = True

    @extend_schema(operation_id="reviews_list", parameters=QUEUE_FILTERS, responses=ReviewItem(many=True))
    def get(self, request: Request) -> Response:
        now = timezone.now()
        found = queries.queue(request.user, queries.Asked.of(request.query_params), at=now)
        page = self.paginate_queryset(found.only("submitted_at")) or []
        rows = queries.entries([review.pk for review in page], request.user, at=now)
        return self.get_paginated_response(ReviewItem(rows, many=True).data)
