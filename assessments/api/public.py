"""What everybody may read, and the simulator that stores nothing."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assessments import documents, scoring
from assessments.actions.drafts import active_methodology, document_of, require_figures
from assessments.api import beside, shapes
from assessments.api.envelope import OneThing
from assessments.api.pagination import NOWHERE, Cursor, enveloped, size_of
from assessments.enums import Status, Zone
from assessments.errors import Gone, Invalid, Place
from assessments.models import Assessment, Methodology
from assessments.queries import aftermath, explanations, keyset, methods, published, search

NARROWING = (
    OpenApiParameter("q", str, description="Words in titles, other names, codes, tasks or texts; slips are forgiven."),
    OpenApiParameter("zone", str, enum=Zone.values),
    OpenApiParameter("sub_label", str),
    OpenApiParameter("family", str, description="Whatever the case."),
    OpenApiParameter("seniority", str, description="Whatever the case."),
    OpenApiParameter("methodology", str, description="A version of the method."),
    OpenApiParameter("score_min", float, description="Published score, at least."),
    OpenApiParameter("score_max", float, description="Published score, at most."),
    OpenApiParameter("resistance_min", float, description="Task resistance, at least."),
    OpenApiParameter("resistance_max", float, description="Task resistance, below."),
    OpenApiParameter("evidence_min", float, description="Sum of the evidence, at least."),
    OpenApiParameter("evidence_max", float, description="Sum of the evidence, at most."),
    OpenApiParameter(
        "ordering",
        str,
        enum=[search.RELEVANCE, *search.ORDERINGS],
        description=f"By relevance, which reaches {search.MOST:,} roles, where there are words; else by title.",
    ),
)


class Roles(ListAPIView[Assessment]):
    """Roles with a published assessment."""

    queryset = Assessment.objects.none()
    pagination_class = Cursor
    serializer_class = shapes.RoleItem

    @extend_schema(
        operation_id="roles_list",
        parameters=list(NARROWING),
        responses=shapes.RoleItem(many=True),
    )
    def get(self, request: Request) -> Response:
        wanted, problems = search.read(request.query_params.dict())
        if problems:
            raise Invalid("Some of the filters make no sense.", places=problems)
        try:
            found = search.find(wanted, cursor=request.query_params.get("cursor", ""), size=size_of(request))
        except keyset.Nowhere as error:
            raise NotFound(NOWHERE) from error
        items = [published.entry(hit.entry) for hit in found.hits]
        return enveloped(request, items, following=found.next, before=found.previous)


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

    @extend_schema(operation_id="role_peers_read", responses=beside.Peers)
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
