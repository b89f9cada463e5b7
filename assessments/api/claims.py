"""Calibration claims: for people who work here."""

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
from assessments.actions import claims as actions
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.api.shapes import ReasonBody
from assessments.enums import ClaimKind, ClaimState
from assessments.errors import Invalid
from assessments.models import CalibrationClaim, User
from assessments.queries import claims as reads
from assessments.queries import roles as find

TRUE = ("1", "true")


class ClaimSide(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()
    score = s.CharField(allow_null=True, help_text="As published today; null where nothing is.")


class ClaimBreach(s.Serializer[object]):
    id = s.IntegerField()
    raised_at = s.DateTimeField()
    raised_at_scores = s.ListField(child=s.CharField(), min_length=2, max_length=2)
    scores = s.ListField(child=s.CharField(), min_length=2, max_length=2)
    owner = s.CharField(allow_null=True, help_text="Username; null where any reviewer may answer.")


class ClaimAnswer(s.Serializer[object]):
    by = s.CharField()
    at = s.DateTimeField()
    reason = s.CharField()


class Claim(s.Serializer[object]):
    id = s.IntegerField()
    claim = s.CharField()
    kind = s.ChoiceField(choices=ClaimKind.choices)
    a = ClaimSide()
    b = ClaimSide()
    distance = s.CharField(allow_null=True)
    reason = s.CharField()
    by = s.CharField()
    at = s.DateTimeField()
    state = s.ChoiceField(choices=ClaimState.choices)
    check = s.ChoiceField(choices=["held", "broken", "not_comparable"], allow_null=True)
    broken_by = s.CharField(allow_null=True)
    breach = ClaimBreach(allow_null=True)
    accepted = ClaimAnswer(allow_null=True)
    withdrawn = ClaimAnswer(allow_null=True)


class ClaimBody(s.Serializer[object]):
    kind = s.CharField()
    a = s.CharField(help_text="The slug of the role, or its title where one alone bears it.")
    b = s.CharField()
    distance = s.CharField(required=False, default="", allow_blank=True)
    reason = s.CharField(allow_blank=True)


class AcceptBody(s.Serializer[object]):
    reason = s.CharField(allow_blank=True)
    scores = s.ListField(child=s.CharField(), min_length=2, max_length=2, help_text="Those of the breach, as read.")


class ReassignBody(s.Serializer[object]):
    to = s.CharField(help_text="Username of a reviewer.")


class Claims(Idempotent, ListAPIView[CalibrationClaim]):
    """What reviewers claim of the scores of two roles, newest first; declare another."""

    queryset = CalibrationClaim.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Cursor
    serializer_class = Claim
    signed_in_only = True

    @extend_schema(
        operation_id="claims_list",
        parameters=[
            OpenApiParameter("show", OpenApiTypes.STR, enum=list(reads.SHOW)),
            OpenApiParameter("broken", OpenApiTypes.STR, enum=list(TRUE), description="The same as show=broken."),
            OpenApiParameter("role", OpenApiTypes.STR, description="The slug of a role on either side."),
            OpenApiParameter("mine", OpenApiTypes.STR, enum=list(TRUE)),
        ],
        responses=Claim(many=True),
    )
    def get(self, request: Request) -> Response:
        access.require(access.may_read_claims(request.user))
        query = request.query_params
        show = "broken" if query.get("broken") in TRUE else query.get("show", "")
        if show and show not in reads.SHOW:
            raise Invalid(f"`show` is one of {', '.join(reads.SHOW)}.", code="show")
        found = reads.asked(request.user, show=show, slug=query.get("role", ""), mine=query.get("mine") in TRUE)
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([reads.shape(claim) for claim in page])

    @extend_schema(operation_id="claims_declare", request=ClaimBody, responses={201: Claim})
    def post(self, request: Request) -> Response:
        access.require(access.may_read_claims(request.user))
        body = ClaimBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        sides = {side: find.named(given[side], to=request.user, field=side) for side in ("a", "b")}
        said = {name: given[name] for name in ("kind", "distance", "reason")}
        made = actions.declare(**sides, **said, by=request.user, at=timezone.now())
        return Response(_shape(made.pk, request.user), status=201)


class Withdraw(Idempotent):
    """Take a claim back; its open breach goes with it."""

    @extend_schema(operation_id="claims_withdraw", request=ReasonBody, responses=Claim)
    def post(self, request: Request, id: int) -> Response:
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        actions.withdraw(claim_id=id, reason=body.validated_data["reason"], by=request.user, at=timezone.now())
        return Response(_shape(id, request.user))


class Accept(Idempotent):
    """Live with the scores that break a claim; they are not raised again."""

    @extend_schema(operation_id="claims_accept", request=AcceptBody, responses=Claim)
    def post(self, request: Request, id: int) -> Response:
        body = AcceptBody(data=request.data)
        body.is_valid(raise_exception=True)
        a, b = body.validated_data["scores"]
        reason = body.validated_data["reason"]
        actions.accept(claim_id=id, scores=(a, b), reason=reason, by=request.user, at=timezone.now())
        return Response(_shape(id, request.user))


class Reassign(Idempotent):
    """Give the open breach of a claim to a reviewer."""

    @extend_schema(operation_id="claims_reassign", request=ReassignBody, responses=Claim)
    def post(self, request: Request, id: int) -> Response:
        body = ReassignBody(data=request.data)
        body.is_valid(raise_exception=True)
        to = User.objects.filter(username=body.validated_data["to"]).first()
        actions.reassign(claim_id=id, to=to, by=request.user, at=timezone.now())
        return Response(_shape(id, request.user))


def _shape(claim_id: int, person: User) -> dict[str, Any]:
    return reads.shape(reads.asked(person).get(pk=claim_id))
