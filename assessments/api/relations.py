"""Relations between roles, for administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as s
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import roles as actions
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.api.shapes import ReasonBody
from assessments.enums import Origin, RelationKind
from assessments.models import RoleRelation
from assessments.queries import roles as find


class RelatedRole(s.Serializer[object]):
    slug = s.CharField()
    title = s.CharField()


class Relation(s.Serializer[object]):
    id = s.IntegerField()
    source = RelatedRole()
    kind = s.ChoiceField(choices=RelationKind.choices)
    target = RelatedRole()
    note = s.CharField()
    origin = s.ChoiceField(choices=Origin.choices)
    created_at = s.DateTimeField()
    created_by = s.CharField()


class RelationBody(s.Serializer[object]):
    kind = s.CharField()
    target = s.CharField(help_text="The slug of the other role, or its title where one alone bears it.")
    note = s.CharField(required=False, default="", allow_blank=True)


class Relations(Idempotent, ListAPIView[RoleRelation]):
    """What a role is related to, read from either side, newest first; relate it to another."""

    queryset = RoleRelation.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Cursor
    serializer_class = Relation
    signed_in_only = True

    @extend_schema(operation_id="relations_list", responses=Relation(many=True))
    def get(self, request: Request, slug: str) -> Response:
        access.require(access.may_administer(request.user))
        page = self.paginate_queryset(find.relations_of(find.at(slug))) or []
        return self.get_paginated_response([relation_shape(relation) for relation in page])

    @extend_schema(operation_id="relations_create", request=RelationBody, responses={201: Relation})
    def post(self, request: Request, slug: str) -> Response:
        access.require(access.may_administer(request.user))
        source = find.at(slug)
        body = RelationBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        target = find.named(given["target"], to=request.user, field="target")
        made = actions.relate(
            source=source, kind=given["kind"], target=target, note=given["note"], by=request.user, at=timezone.now()
        )
        return Response(relation_shape(made), status=201)


class RelationRemoval(Idempotent):
    """Take a relation back."""

    @extend_schema(operation_id="relations_remove", request=ReasonBody, responses={204: None})
    def post(self, request: Request, id: int) -> Response:
        access.require(access.may_administer(request.user))
        body = ReasonBody(data=request.data)
        body.is_valid(raise_exception=True)
        actions.unrelate(relation_id=id, reason=body.validated_data["reason"], by=request.user, at=timezone.now())
        return Response(status=204)


def relation_shape(relation: RoleRelation) -> dict[str, Any]:
    """A relation as the API says it."""
    return {
        "id": relation.pk,
        "source": {"slug": relation.source.slug, "title": relation.source.title},
        "kind": relation.kind,
        "target": {"slug": relation.target.slug, "title": relation.target.title},
        "note": relation.note,
        "origin": relation.origin,
        "created_at": relation.created_at,
        "created_by": str(relation.created_by),
    }
