"""Suggested neighbours of a role, for those who write, review or administer it."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import suggestions as actions
from assessments.api.envelope import Idempotent, OneThing
from assessments.api.relations import Relation, relation_shape
from assessments.models import Role
from assessments.queries import roles
from assessments.queries import suggestions as find


class SuggestedPeer(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()
    seniority = s.CharField()


class SuggestionReason(s.Serializer[object]):
    code = s.ChoiceField(choices=["onet", "name", "factors"])
    text = s.CharField()


class Suggestion(s.Serializer[object]):
    peer = SuggestedPeer()
    score = s.CharField()
    zone = s.CharField()
    label = s.CharField()
    reasons = SuggestionReason(many=True)
    points_apart = s.CharField(allow_null=True, help_text="Of the four factors; null where they are further than 3.0.")


class SuggestionList(s.Serializer[object]):
    next = s.CharField(allow_null=True)
    previous = s.CharField(allow_null=True)
    results = Suggestion(many=True)


class AcceptSuggestionBody(s.Serializer[object]):
    peer = s.CharField(help_text="The slug of the suggested role.")


class DismissSuggestionBody(AcceptSuggestionBody):
    reason = s.CharField(required=False, default="", allow_blank=True)


class Suggestions(OneThing):
    """Published roles that might be neighbours of this one, each with the reasons, the best first."""

    signed_in_only = True

    @extend_schema(operation_id="suggestions_list", responses=SuggestionList)
    def get(self, request: Request, slug: str) -> Response:
        role = _role(request, slug)
        access.require(access.may_read_suggestions(request.user, role))
        found = [each.as_json() for each in find.of(role, to=request.user)]
        return Response({"next": None, "previous": None, "results": found})


class AcceptSuggestion(Idempotent):
    """Make a suggested role a peer; the comparisons of both follow."""

    signed_in_only = True

    @extend_schema(operation_id="suggestions_accept", request=AcceptSuggestionBody, responses={201: Relation})
    def post(self, request: Request, slug: str) -> Response:
        role = _role(request, slug)
        body = AcceptSuggestionBody(data=request.data)
        body.is_valid(raise_exception=True)
        peer = _role(request, body.validated_data["peer"])
        made = actions.accept(role=role, peer=peer, by=request.user, at=timezone.now())
        return Response(relation_shape(made), status=201)


class DismissSuggestion(Idempotent):
    """Say that a suggested role is no neighbour, so that it is not suggested again."""

    signed_in_only = True

    @extend_schema(operation_id="suggestions_dismiss", request=DismissSuggestionBody, responses={204: None})
    def post(self, request: Request, slug: str) -> Response:
        role = _role(request, slug)
        body = DismissSuggestionBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        peer = _role(request, given["peer"])
        actions.dismiss(role=role, peer=peer, reason=given["reason"], by=request.user, at=timezone.now())
        return Response(status=204)


def _role(request: Request, slug: str) -> Role:
    return roles.at(slug, among=access.roles_known_to(request.user))
