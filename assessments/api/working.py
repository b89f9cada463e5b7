"""Drafts, and the ledger: for people who are signed in."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import drafts
from assessments.actions.imports import import_text
from assessments.api import shapes
from assessments.api.envelope import Idempotent, OneThing, content_hash_to_replace, etag_of
from assessments.api.pagination import Cursor
from assessments.documents import from_json
from assessments.enums import Status
from assessments.errors import Conflict, Invalid
from assessments.models import Assessment, AuditEvent
from assessments.queries import aftermath, explanations, working


class AssessmentFilter(filters.FilterSet):
    role = filters.CharFilter(field_name="role__slug", max_length=240)
    status = filters.ChoiceFilter(choices=Status.choices)
    mine = filters.BooleanFilter(method="only_mine")

    class Meta:
        model = Assessment
        fields: ClassVar[list[str]] = []

    def only_mine(self, found: QuerySet[Assessment], name: str, value: bool) -> QuerySet[Assessment]:
        return found.filter(contributions__user=self.request.user) if value else found


class Assessments(Idempotent, ListAPIView[Assessment]):
    """What the caller may see of all assessments; start a draft."""

    queryset = Assessment.objects.none()
    filterset_class = AssessmentFilter
    pagination_class = Cursor
    serializer_class = shapes.Assessment
    signed_in_only = True

    @extend_schema(operation_id="assessments_list", responses=shapes.Assessment(many=True))
    def get(self, request: Request) -> Response:
        found = access.readable_by(request.user).select_related("role", "methodology")
        page = self.paginate_queryset(self.filter_queryset(found)) or []
        return self.get_paginated_response([shape(assessment) for assessment in page])

    @extend_schema(operation_id="assessments_create", request=shapes.DraftBody, responses={201: shapes.Assessment})
    def post(self, request: Request) -> Response:
        body = mapping(request.data)
        if ("document" in body) == ("text" in body):
            raise Invalid("Send either a document or a text.", code="body")
        now = timezone.now()
        if "document" in body:
            document = drafts.document_of(body["document"])
            saved = drafts.create_draft(document=document, by=request.user, at=now)
            return _created(saved, {})
        if not isinstance(body["text"], str):
            raise Invalid("The text must be a string.", code="text")
        imported = import_text(text=body["text"], by=request.user, at=now)
        if imported.saved is None:
            raise Conflict("The latest version of this role holds exactly this document already.", code="unchanged")
        reading = imported.reading
        return _created(
            imported.saved,
            {
                "discrepancies": [each.as_json() for each in reading.discrepancies],
                "notes": [each.as_json() for each in reading.notes],
            },
        )


class AssessmentDetail(OneThing):
    """One assessment that the caller may see; replace or patch a draft's document."""

    @extend_schema(operation_id="assessments_read", responses=shapes.Assessment)
    def get(self, request: Request, id: int) -> Response:
        assessment = aftermath.require_readable(request.user, id)
        return Response(shape(assessment), headers={"ETag": etag_of(assessment)})

    @extend_schema(operation_id="assessments_replace", request=shapes.DocumentBody, responses=shapes.Assessment)
    def put(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        body = mapping(request.data)
        if "document" not in body:
            raise Invalid("Send the document.", code="body")
        return self._save(request, assessment, body["document"], content_hash_to_replace(request, assessment))

    @extend_schema(operation_id="assessments_patch", request=shapes.DocumentBody, responses=shapes.Assessment)
    def patch(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        body = mapping(request.data)
        content_hash_to_replace(request, assessment)
        # Merged into what was just read, so that is what must still be stored, whatever `If-Match` allowed.
        whole = merged(assessment.document, body.get("document", body))
        return self._save(request, assessment, whole, assessment.content_hash)

    def _save(self, request: Request, assessment: Assessment, value: object, content_hash: str | None) -> Response:
        saved = drafts.save_draft(
            assessment_id=assessment.pk,
            document=drafts.document_of(value),
            content_hash=content_hash,
            by=request.user,
            at=timezone.now(),
        )
        body = working.assessment(saved.assessment, saved.problems)
        return Response(body, headers={"ETag": etag_of(saved.assessment)})


class Explanation(OneThing):
    """Why an assessment that the caller may see has its score; a draft against what is published today."""

    @extend_schema(operation_id="assessments_explanation", responses=shapes.Explanation)
    def get(self, request: Request, id: int) -> Response:
        return Response(explanations.of_version(aftermath.require_readable(request.user, id)))


class Withdraw(Idempotent):
    """Give a draft up."""

    @extend_schema(operation_id="assessments_withdraw", request=None, responses=shapes.Assessment)
    def post(self, request: Request, id: int) -> Response:
        return Response(shape(drafts.withdraw(assessment_id=id, by=request.user, at=timezone.now())))


class Revise(Idempotent):
    """Start the next version of a role from its published one."""

    @extend_schema(operation_id="assessments_revise", request=shapes.ReviseBody, responses={201: shapes.Assessment})
    def post(self, request: Request, id: int) -> Response:
        assessment = access.require_visible(request.user, id)
        body = shapes.ReviseBody(data=request.data)
        body.is_valid(raise_exception=True)
        saved = drafts.revise(role=assessment.role, by=request.user, at=timezone.now(), **body.validated_data)
        return _created(saved, {})


class EventFilter(filters.FilterSet):
    since = filters.IsoDateTimeFilter()
    until = filters.IsoDateTimeFilter()


class Events(ListAPIView[AuditEvent]):
    """The ledger, newest first, for administrators."""

    queryset = AuditEvent.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Cursor
    serializer_class = shapes.Event
    signed_in_only = True

    @extend_schema(operation_id="audit_events_list", responses=shapes.Event(many=True))
    def get(self, request: Request) -> Response:
        access.require(access.may_administer(request.user))
        asked = request.query_params
        times = EventFilter(asked, queryset=AuditEvent.objects.none())
        if not times.form.is_valid():
            raise ParseError("since and until are times, as in 2026-03-01T00:00:00Z.")
        found = working.events(
            actor=asked.get("actor", ""),
            verb=asked.get("verb", ""),
            about=asked.get("object", ""),
            since=times.form.cleaned_data["since"],
            until=times.form.cleaned_data["until"],
        )
        page = self.paginate_queryset(found) or []
        return self.get_paginated_response([working.event(event) for event in page])


def shape(assessment: Assessment) -> dict[str, Any]:
    """An assessment with what its stored document lacks today."""
    evaluation = drafts.evaluate(from_json(assessment.document), assessment.methodology.method)
    return working.assessment(assessment, evaluation.problems)


def mapping(value: object) -> dict[str, Any]:
    """The body as an object."""
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.", code="body")
    return value


def merged(target: object, patch: object) -> object:
    """RFC 7396: objects merge key by key, null removes, everything else (lists too) replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


def _created(saved: drafts.Saved, more: dict[str, Any]) -> Response:
    body = {**working.assessment(saved.assessment, saved.problems), **more}
    return Response(body, status=201, headers={"ETag": etag_of(saved.assessment)})
