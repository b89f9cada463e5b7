"""What everybody may read, and the simulator that stores nothing."""

from __future__ import annotations

from typing import ClassVar

import django_filters as filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments import documents, scoring
from assessments.actions.drafts import active_methodology, document_of, require_figures
from assessments.api import shapes
from assessments.api.envelope import OneThing
from assessments.api.pagination import Cursor
from assessments.enums import Status, Zone
from assessments.errors import Gone, Invalid, Place
from assessments.models import Assessment, Methodology
from assessments.queries import aftermath, explanations, methods, published

ORDERINGS = {
    "title": ("title", "id"),
    "-title": ("-title", "-id"),
    "score": ("published_score", "id"),
    "-score": ("-published_score", "-id"),
    "published_score": ("published_score", "id"),
    "-published_score": ("-published_score", "-id"),
    "published_at": ("published_at", "id"),
    "-published_at": ("-published_at", "-id"),
}


class RoleFilter(filters.FilterSet):
    q = filters.CharFilter(method="by_words", label="words in the title or an alias", max_length=200)
    zone = filters.ChoiceFilter(field_name="published_zone", choices=Zone.choices)
    sub_label = filters.CharFilter(field_name="published_sub_label", max_length=30)
    family = filters.CharFilter(field_name="role__family", lookup_expr="iexact", max_length=120)
    seniority = filters.CharFilter(field_name="role__seniority", lookup_expr="iexact", max_length=120)
    score_min = filters.NumberFilter(
        field_name="published_score",
        lookup_expr="gte",
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
    )
    score_max = filters.NumberFilter(
        field_name="published_score",
        lookup_expr="lte",
        min_value=0,
        max_value=100,
        max_digits=6,
        decimal_places=3,
    )
    ordering = filters.ChoiceFilter(choices=[(name, name) for name in ORDERINGS], method="keep")

    class Meta:
        model = Assessment
        fields: ClassVar[list[str]] = []

    def by_words(self, found: QuerySet[Assessment], name: str, value: str) -> QuerySet[Assessment]:
        return published.matching(found, value)

    def keep(self, found: QuerySet[Assessment], name: str, value: str) -> QuerySet[Assessment]:
        """The order itself is the paginator's affair."""
        return found


class RoleCursor(Cursor):
    def get_ordering(self, request: Request) -> tuple[str, ...]:
        return ORDERINGS.get(request.query_params.get("ordering", ""), ORDERINGS["title"])


class Roles(ListAPIView[Assessment]):
    """Roles with a published assessment."""

    queryset = Assessment.objects.none()
    filterset_class = RoleFilter
    pagination_class = RoleCursor
    serializer_class = shapes.RoleItem

    @extend_schema(operation_id="roles_list", responses=shapes.RoleItem(many=True))
    def get(self, request: Request) -> Response:
        found = self.filter_queryset(published.published())
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([published.item(assessment) for assessment in page])


class RoleDetail(OneThing):
    """The published version of one role."""

    @extend_schema(operation_id="roles_read", responses=shapes.RoleDetail)
    def get(self, request: Request, slug: str) -> Response:
        return Response(published.detail(_standing_version(slug)))


class RoleVersions(OneThing):
    """The public versions of one role, newest first."""

    @extend_schema(operation_id="role_versions_list", responses=shapes.Versions)
    def get(self, request: Request, slug: str) -> Response:
        role = published.version(slug).role
        return Response({"next": None, "previous": None, "results": published.history(role)})


class RoleVersion(OneThing):
    """One public version of one role."""

    @extend_schema(operation_id="role_versions_read", responses=shapes.RoleDetail)
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(published.detail(_standing_version(slug, number)))


class VersionExplanation(OneThing):
    """Why one public version has its score: steps, edges, flip, the override's counterfactual, what moved."""

    @extend_schema(operation_id="role_versions_explanation", responses=shapes.Explanation)
    def get(self, request: Request, slug: str, number: int) -> Response:
        return Response(explanations.of_version(_standing_version(slug, number)))


class RolePeers(OneThing):
    """How one role stands: rank, comparisons both ways, quotes and whether they still hold."""

    @extend_schema(operation_id="role_peers_read", responses=shapes.Peers)
    def get(self, request: Request, slug: str) -> Response:
        return Response(published.peers(_standing_version(slug).role))


class Score(APIView):
    """The figures and the sensitivity of a document, under the active method or a named `methodology`; nothing is
    stored."""

    stores_nothing = True

    @extend_schema(operation_id="score", request=shapes.ScoreBody, responses=shapes.Score)
    def post(self, request: Request) -> Response:
        body = request.data
        named = body.get("methodology") if isinstance(body, dict) else None
        document = document_from(without_methodology(body))
        method = _methodology(named, request).method
        figures = require_figures(document, method)
        inputs = documents.inputs_of(document)
        assert inputs is not None, "figures follow from inputs"
        steps = [step.as_json() for step in scoring.sensitivity(method, inputs)]
        return Response({"figures": figures.as_json(), "sensitivity": steps})


def _methodology(version: object, request: Request) -> Methodology:
    """The version of the method of that name, the active one for None; Invalid where the caller sees no such one."""
    if version is None:
        return active_methodology()
    found = None
    if isinstance(version, str) and len(version) <= 20:
        found = methods.visible_to(request.user).filter(version=version).first()
    if found is None:
        raise Invalid(
            "There is no such version of the method.",
            code="methodology",
            places=[Place("methodology", "methodology", "There is no such version of the method.")],
        )
    return found


def without_methodology(body: object) -> object:
    """A body without the name of a method, which stands beside the document or among its keys."""
    return {key: value for key, value in body.items() if key != "methodology"} if isinstance(body, dict) else body


def document_from(body: object) -> documents.Document:
    """The document of a request body: the body itself, or its `document`."""
    return document_of(body["document"] if isinstance(body, dict) and "document" in body else body)


def _standing_version(slug: str, number: int | None = None) -> Assessment:
    assessment = published.version(slug, number)
    if assessment.status == Status.RETRACTED:
        raise Gone(aftermath.tombstone_sentence(assessment))
    return assessment
