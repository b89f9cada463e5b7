"""How the schema describes what every endpoint shares: refusals in one shape, conditional reads."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers as s

READ_CODES = ("400", "401", "403", "404", "405", "406", "410", "429")
WRITE_CODES = (*READ_CODES, "409", "412", "413", "415", "422", "428")


class Error(s.Serializer[object]):
    code = s.CharField()
    detail = s.CharField()
    attr = s.CharField(allow_null=True)


class Errors(s.Serializer[object]):
    """Why a request was refused; nothing was changed."""

    type = s.ChoiceField(choices=["validation_error", "client_error", "server_error"])

    def get_fields(self) -> dict[str, s.Field[object, object, object, object]]:
        """`errors` is a property of every serializer, so it cannot be declared like the others."""
        return {**super().get_fields(), "errors": Error(many=True)}


class Schema(AutoSchema):
    """Adds the refusals to whatever an endpoint declares, 304 to reads of one thing, and who needs no account."""

    def get_auth(self) -> Any:
        """Nothing is asked for where `MayWrite` lets everybody through."""
        stores_nothing = self.method == "GET" or getattr(self.view, "stores_nothing", False)
        open_to_all = stores_nothing and not getattr(self.view, "signed_in_only", False)
        return [*super().get_auth(), *([{}] if open_to_all else [])]  # type: ignore[no-untyped-call]

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for code in READ_CODES if self.method == "GET" else WRITE_CODES:
            bodies.setdefault(code, self._get_response_for_code(Errors, code))
        if self.method == "GET" and not self._is_list_view():
            bodies.setdefault("304", {"description": "What you hold is still so."})
        return bodies
