"""The page that describes the API says all that its schema says, and nothing leads nowhere."""

from __future__ import annotations

import re

from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from assessments.api import described

SCHEMA = {
    "paths": {
        "/api/v1/things/{id}/": {
            "put": {
                "operationId": "things_replace",
                "description": "Replace one.",
                "parameters": [
                    {"in": "path", "name": "id", "schema": {"type": "integer"}, "required": True},
                    {"in": "header", "name": "If-Match", "schema": {"type": "string"}},
                    {"in": "query", "name": "zone", "schema": {"enum": ["green", "red"]}, "description": "One alone."},
                ],
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                "security": [{"token": []}],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}},
                    "304": {},
                    "400": {},
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "description": "A thing.",
                "required": ["kind", "parts", "at"],
                "properties": {
                    "kind": {"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": True},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                    "at": {"type": "string", "format": "date-time", "nullable": True},
                    "more": {},
                },
            },
            "Kind": {"enum": ["a", "b"], "type": "string", "description": "* `a` - A"},
        }
    },
}


def test_the_page_names_every_endpoint_and_every_link_leads_somewhere(client: Client, db: None) -> None:
    page = client.get("/api/docs/").content.decode()
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    told = {name for methods in schema["paths"].values() for each in methods.values() for name in [each["operationId"]]}
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert told - anchors == set()
    assert set(re.findall(r'href="#([^"]+)"', page)) - anchors == set()
    assert all(f"<code>{path}</code>" in page for path in schema["paths"])


def test_what_needs_no_account_is_said_to_be_open(client: Client, db: None) -> None:
    schema = client.get("/api/schema/?format=json").json()
    opened = {
        (method, path)
        for path, methods in schema["paths"].items()
        for method, each in methods.items()
        if {} in each["security"]
    }
    assert ("get", "/api/v1/roles/{slug}/") in opened
    assert ("post", "/api/v1/score/") in opened
    assert ("get", "/api/v1/claims/") not in opened
    assert ("put", "/api/v1/assessments/{id}/") not in opened


def test_an_endpoint_is_read_from_its_schema() -> None:
    (group,) = described.groups(SCHEMA, "https://example.org")
    (operation,) = group.operations
    assert (group.anchor, group.name) == ("things", "Things")
    assert (operation.method, operation.signed_in, operation.refusals) == ("PUT", True, ("400",))
    assert [(each.name, each.place, each.type.words, each.required) for each in operation.fields] == [
        ("id", "path", "integer", True),
        ("If-Match", "header", "string", False),
        ("zone", "query", "one of: green, red", False),
    ]
    assert (operation.body, operation.answers) == (
        described.Type("", "Thing"),
        (("200", described.Type("", "Thing")), ("304", None)),
    )
    assert operation.example.split(" \\\n  ") == [
        "curl -X PUT https://example.org/api/v1/things/1/",
        "-H 'Authorization: Bearer '\"$TOKEN\"",
        "-H 'If-Match: \"…\"'",
        "-H 'Content-Type: application/json'",
        """-d '{"kind": "a", "parts": [{"kind": "a", "parts": [], "at": "…"}], "at": "…"}'""",
    ]


def test_a_shape_is_its_fields_or_its_choices() -> None:
    kind, thing = described.shapes(SCHEMA)
    assert (kind.choices, kind.description, kind.fields) == (("a", "b"), "", ())
    assert [(each.name, each.type, each.required) for each in thing.fields] == [
        ("kind", described.Type("or null", "Kind"), True),
        ("parts", described.Type("list of", "Thing"), True),
        ("at", described.Type("string (date-time) or null", ""), True),
        ("more", described.Type("any", ""), False),
    ]
