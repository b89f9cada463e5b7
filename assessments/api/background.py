"""Work in the background that is not done, for administrators."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from assessments import access
from assessments.actions import background as actions
from assessments.api import shapes
from assessments.api.envelope import Idempotent
from assessments.api.pagination import Cursor
from assessments.enums import MessageState
from assessments.errors import Invalid
from assessments.models import OutboxMessage
from assessments.queries import background


class Outbox(ListAPIView[OutboxMessage]):
    """Messages of the outbox that are not done, the newest first."""

    queryset = OutboxMessage.objects.none()
    filter_backends: ClassVar[list[Any]] = []
    pagination_class = Cursor
    serializer_class = shapes.OutboxMessage
    signed_in_only = True

    @extend_schema(
        operation_id="outbox_list",
        parameters=[OpenApiParameter("state", str, enum=MessageState.values)],
        responses=shapes.OutboxMessage(many=True),
    )
    def get(self, request: Request) -> Response:
        access.require(access.may_administer(request.user))
        state = request.query_params.get("state", "")
        if state and state not in MessageState.values:
            raise Invalid(f"A state is one of {', '.join(MessageState.values)}.", code="state")
        page = self.paginate_queryset(background.unfinished(state)) or []
        return self.get_paginated_response([background.message(each) for each in page])


class RetryMessage(Idempotent):
    """Have a message that is dead, or waits for its next try, tried again now."""

    @extend_schema(operation_id="outbox_retry", request=None, responses=shapes.OutboxMessage)
    def post(self, request: Request, id: int) -> Response:
        actions.retry(message_id=id, by=request.user, at=timezone.now())
        return Response(background.message(background.unfinished().get(pk=id)))
