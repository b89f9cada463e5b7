"""The schema of the API in the order in which people read it: groups of endpoints, and the shapes they speak of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

Node = dict[str, Any]
GROUPS = {
    "roles": gettext_noop("Roles"),
    "assessments": gettext_noop("Assessments"),
    "reviews": gettext_noop("Reviews"),
    "comments": gettext_noop("Comments"),
    "claims": gettext_noop("Claims"),
    "relations": gettext_noop("Relations"),
    "retractions": gettext_noop("Retractions"),
    "methodologies": gettext_noop("Methods"),
    "score": gettext_noop("Score"),
    "audit": gettext_noop("Audit"),
    "outbox": gettext_noop("Outbox"),
}
SAMPLES = {"slug": "llm-engineer", "version": "1.0", "integer": 1, "number": 1, "boolean": True}
# How deep an example of a body goes; what lies deeper is left to its shape.
DEEPEST = 3


@dataclass(frozen=True)
class Type:
    """What a value is: its words, and the name of a shape that is described apart."""

    words: str
    shape: str = ""


@dataclass(frozen=True)
class Field:
    """A parameter, or a property of a shape."""

    name: str
    place: str
    type: Type
    required: bool
    description: str


@dataclass(frozen=True)
class Operation:
    """One method of one address; `answers` are those that are no refusal."""

    anchor: str
    method: str
    path: str
    description: str
    signed_in: bool
    fields: tuple[Field, ...]
    body: Type | None
    answers: tuple[tuple[str, Type | None], ...]
    refusals: tuple[str, ...]
    example: str


@dataclass(frozen=True)
class Group:
    """The endpoints of one kind of thing."""

    anchor: str
    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Shape:
    """A named shape: an object with its fields, or the texts that are one of a few."""

    name: str
    description: str
    fields: tuple[Field, ...]
    choices: tuple[str, ...]


def groups(schema: Node, site: str) -> list[Group]:
    """The endpoints by the first word of their address, in the order of `GROUPS` and others after them."""
    found: dict[str, list[Operation]] = {name: [] for name in GROUPS}
    for path, methods in schema["paths"].items():
        word = path.removeprefix("/api/v1/").partition("/")[0]
        found.setdefault(word, []).extend(_operation(schema, path, method, methods[method], site) for method in methods)
    return [Group(word, GROUPS.get(word, word.title()), tuple(each)) for word, each in found.items() if each]


def shapes(schema: Node) -> list[Shape]:
    """Every named shape, by name."""
    return [_shape(name, node) for name, node in sorted(schema["components"]["schemas"].items())]


def _shape(name: str, node: Node) -> Shape:
    needed = set(node.get("required", ()))
    fields = tuple(
        Field(key, "", type_of(each), key in needed, each.get("description", ""))
        for key, each in node.get("properties", {}).items()
    )
    choices = tuple(map(str, node.get("enum", ())))
    # Choices are described by a list of themselves.
    return Shape(name, "" if choices else node.get("description", ""), fields, choices)


def _operation(schema: Node, path: str, method: str, node: Node, site: str) -> Operation:
    codes = sorted(node["responses"])
    body = _content(node.get("requestBody", {}))
    fields = tuple(
        Field(
            each["name"], each["in"], type_of(each["schema"]), each.get("required", False), each.get("description", "")
        )
        for each in node.get("parameters", ())
    )
    return Operation(
        anchor=node["operationId"],
        method=method.upper(),
        path=path,
        description=node.get("description", ""),
        signed_in={} not in node.get("security", [{}]),
        fields=fields,
        body=type_of(body) if body else None,
        answers=tuple((code, _answer(node["responses"][code])) for code in codes if code < "400"),
        refusals=tuple(code for code in codes if code >= "400"),
        example=_example(schema, path, method, node, site),
    )


def _answer(node: Node) -> Type | None:
    found = _content(node)
    return type_of(found) if found else None


def _content(node: Node) -> Node:
    """The schema of a body as JSON; nothing where there is none."""
    found: Node = node.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def type_of(node: Node) -> Type:
    """A schema in words: "integer", "list of", "one of: green, red", with the shape that it refers to."""
    within = [*node.get("allOf", ()), *node.get("oneOf", ())]
    suffix = " or null" if node.get("nullable") else ""
    if within:
        found = type_of(within[0])
        return Type((found.words + suffix).strip(), found.shape)
    if "$ref" in node:
        return Type(suffix.strip(), _name(node))
    if "enum" in node:
        return Type(f"one of: {', '.join(map(str, node['enum']))}{suffix}")
    if node.get("type") == "array":
        item = type_of(node.get("items", {}))
        return Type(f"list of {item.words}".strip() + suffix, item.shape)
    words = node.get("type", "any")
    return Type(f"{words} ({node['format']}){suffix}" if "format" in node else f"{words}{suffix}")


def _name(node: Node) -> str:
    return str(node["$ref"]).rpartition("/")[2]


def _example(schema: Node, path: str, method: str, node: Node, site: str) -> str:
    """A call that may be pasted into a shell, with `$TOKEN` for one's own."""
    samples = {each["name"]: _sample_of(each) for each in node.get("parameters", ()) if each["in"] == "path"}
    address = re.sub(r"{(\w+)}", lambda found: str(samples[found[1]]), path)
    lines = [f"curl {site}{address}" if method == "get" else f"curl -X {method.upper()} {site}{address}"]
    if {} not in node.get("security", [{}]):
        lines.append("-H 'Authorization: Bearer '\"$TOKEN\"")
    lines += [f"-H '{each['name']}: \"…\"'" for each in node.get("parameters", ()) if each["in"] == "header"]
    if body := _content(node.get("requestBody", {})):
        lines += [
            "-H 'Content-Type: application/json'",
            f"-d '{json.dumps(_sample(schema, body, 0), ensure_ascii=False)}'",
        ]
    return " \\\n  ".join(lines)


def _sample_of(parameter: Node) -> object:
    return SAMPLES.get(parameter["name"], SAMPLES.get(parameter["schema"].get("type"), "…"))


def _sample(schema: Node, node: Node, depth: int) -> object:
    """A value of a schema with what it requires, or with everything where it requires nothing."""
    node = _resolved(schema, node)
    if "enum" in node:
        return node["enum"][0]
    if node.get("type") == "array":
        return [_sample(schema, node.get("items", {}), depth + 1)] if depth < DEEPEST else []
    if node.get("type") == "object":
        return dict(_properties(schema, node, depth)) if depth < DEEPEST else {}
    return SAMPLES.get(node.get("type", ""), "…")


def _properties(schema: Node, node: Node, depth: int) -> Iterator[tuple[str, object]]:
    properties = node.get("properties", {})
    for key in node.get("required") or properties:
        yield key, _sample(schema, properties[key], depth + 1)


def _resolved(schema: Node, node: Node) -> Node:
    for within in (*node.get("allOf", ()), *node.get("oneOf", ())):
        return _resolved(schema, within)
    if "$ref" in node:
        return _resolved(schema, schema["components"]["schemas"][_name(node)])
    return node
