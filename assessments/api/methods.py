"""Versions of the method under `/api/v1/methodologies/`."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.api import shapes
from assessments.api.envelope import OneThing
from assessments.errors import Invisible
from assessments.queries import methods

# A list and a version are the same for every reader; drafts are for the pages of administrators.
ANYBODY = AnonymousUser()


class Methodologies(OneThing):
    """The versions of the method that were ever in force."""

    @extend_schema(operation_id="methodologies_list", responses=shapes.Methodologies)
    def get(self, request: Request) -> Response:
        found = [methods.item(each) for each in methods.visible_to(ANYBODY)]
        return Response({"next": None, "previous": None, "results": found})


class MethodologyDetail(OneThing):
    """One version of the method, with everything that is data."""

    @extend_schema(operation_id="methodologies_read", responses=shapes.MethodologyDetail)
    def get(self, request: Request, version: str) -> Response:
        found = methods.require_visible(ANYBODY, version)
        return Response({**methods.item(found), "definition": found.definition})


class Differences(OneThing):
    """What a version changed, field by field, against another: the one it came from unless named."""

    @extend_schema(
        operation_id="methodologies_differences",
        parameters=[OpenApiParameter("against", str, description="Another version; by default what it came from.")],
        responses=shapes.MethodDifferences,
    )
    def get(self, request: Request, version: str) -> Response:
        after = methods.require_visible(request.user, version)
        against = request.query_params.get("against") or (after.based_on.version if after.based_on else version)
        before = methods.require_visible(request.user, against)
        sections = methods.comparison(before.definition, after.definition)
        return Response({"before": before.version, "after": after.version, "sections": sections})


class DryRun(OneThing):
    """The dry run of a version over the published catalogue: its release notes."""

    @extend_schema(operation_id="methodologies_dry_run", responses=shapes.DryRun)
    def get(self, request: Request, version: str) -> Response:
        run = methods.latest_dry_run(methods.require_visible(request.user, version))
        if run is None:
            raise Invisible("This version was never run against the catalogue.")
        return Response(methods.dry_run(run))
