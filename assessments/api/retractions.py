"""Retracting over the API, for administrators: what is proposed, a proposal, its confirmation, its withdrawal."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import retraction as actions
from assessments.api import shapes
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.api.shapes import ReasonBody
from assessments.enums import RetractionState, Status
from assessments.models import Retraction
from assessments.queries import aftermath


class RetractionItem(s.Serializer[object]):
    id = s.IntegerField()
    assessment = s.IntegerField()
    role = shapes.AssessmentRole()
    number = s.IntegerField()
    status = s.ChoiceField(choices=Status.choices, help_text="Of the assessment.")
    state = s.ChoiceField(choices=RetractionState.choices)
    reason = s.CharField()
    proposed_by = s.CharField()
    proposed_at = s.DateTimeField()
    answer = s.CharField(allow_blank=True, help_text="The reason of whoever closed the proposal.")
    closed_by = s.CharField(allow_null=True)
    closed_at = s.DateTimeField(allow_null=True)


class OldestFirst(Cursor):
    ordering = ("proposed_at", "id")


class Retractions(ListAPIView[Retraction]):
    """Proposals to retract that wait for another administrator, the oldest first."""

    queryset = Retraction.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = OldestFirst
    serializer_class = RetractionItem
    signed_in_only = True

    @extend_schema(operation_id="retractions_list", responses=RetractionItem(many=True))
    def get(self, request: Request) -> Response:
        access.require(access.may_administer(request.user))
        page = self.paginate_queryset(aftermath.open_retractions()) or []
        return self.get_paginated_response([aftermath.retraction(each) for each in page])


class Propose(Idempotent):
    """One administrator's word, with the reason, for retracting a published version."""

    @extend_schema(operation_id="assessments_retraction", request=ReasonBody, responses={201: RetractionItem})
    def post(self, request: Request, id: int) -> Response:
        made = actions.propose(assessment_id=id, reason=_reason(request), by=request.user, at=timezone.now())
        return Response(aftermath.retraction(made), status=201)


class Confirm(Idempotent):
    """Another administrator's word, with theirs: the version is retracted at once."""

    @extend_schema(operation_id="retractions_confirm", request=ReasonBody, responses=RetractionItem)
    def post(self, request: Request, id: int) -> Response:
        made = actions.confirm(retraction_id=id, reason=_reason(request), by=request.user, at=timezone.now())
        return Response(aftermath.retraction(made))


class Withdraw(Idempotent):
    """An administrator lets the proposal go; the version stays published."""

    @extend_schema(operation_id="retractions_withdraw", request=ReasonBody, responses=RetractionItem)
    def post(self, request: Request, id: int) -> Response:
        made = actions.withdraw(retraction_id=id, reason=_reason(request), by=request.user, at=timezone.now())
        return Response(aftermath.retraction(made))


def _reason(request: Request) -> str:
    body = ReasonBody(data=request.data)
    body.is_valid(raise_exception=True)
    return str(body.validated_data["reason"])
