"""All that is said to readers: marked texts of templates and code, and the words that are data."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.base import Template
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from aijri_site.speech.po import Key
from assessments import enums
from assessments.queries import dumped
from assessments.scoring import fields

ONE = {"say", "gettext", "gettext_noop", "gettext_lazy", "Words"}
MANY = {"say_many", "ngettext"}
TAG = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
IN_TAG = re.compile(r"""_\((["'])(.*?)\1\)""")
SPOKEN = (
    enums.Zone,
    enums.Status,
    enums.ChangeReason,
    enums.ReportState,
    enums.RoleStatus,
    enums.MethodStatus,
    enums.Access,
)
# Fields of a method that readers see; of a rubric every value.
OF_METHODS = {"name", "summary", "meaning", "text", "rule", "rubric"}


def messages() -> dict[Key, tuple[str, ...]]:
    """Every message with the places that say it, in the order of the places."""
    found: dict[Key, list[str]] = {}
    for place, key in (*templates(), *code(), *data()):
        places = found.setdefault(key, [])
        if place not in places:
            places.append(place)
    return {key: tuple(places) for key, places in found.items()}


def templates() -> Iterator[tuple[str, Key]]:
    """What templates say."""
    root = settings.BASE_DIR / "templates"
    for path in sorted(root.rglob("*.*")):
        name, source = str(path.relative_to(root)), path.read_text(encoding="utf-8")
        place = f"templates/{name}"
        template: Template = get_template(name).template  # type: ignore[attr-defined]
        for node in template.nodelist.get_nodes_by_type(TranslateNode):
            context = node.message_context.resolve({}) if node.message_context else ""
            yield place, Key(str(node.filter_expression.var.literal).replace("%", "%%"), context=context)
        for block in template.nodelist.get_nodes_by_type(BlockTranslateNode):
            context = block.message_context.resolve({}) if block.message_context else ""
            plural = block.render_token_list(block.plural)[0] if block.plural else ""
            yield place, Key(block.render_token_list(block.singular)[0], plural, context)
        for tag in TAG.finditer(source):
            for marked in IN_TAG.finditer(tag[0]):
                yield place, Key(marked[2].replace("%", "%%"))


def code() -> Iterator[tuple[str, Key]]:
    """What Python says."""
    for folder in ("aijri_site", "assessments", "reviews"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*.py")):
            place = str(path.relative_to(settings.BASE_DIR))
            if place.startswith("aijri_site/embedded/"):
                # What is said on a terminal is English.
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                    if node.func.id in ONE and texts and isinstance(node.args[0], ast.Constant):
                        yield place, Key(texts[0])
                    elif node.func.id in MANY and len(texts) == 2:
                        yield place, Key(texts[0], texts[1])


def data() -> Iterator[tuple[str, Key]]:
    """The words of closed vocabularies, of the methods that the project brings, and of the data dictionary."""
    for vocabulary in SPOKEN:
        for member in vocabulary:
            place = "assessments/enums.py"
            yield place, Key(str(member.label))
            if vocabulary in (enums.Status, enums.Access):
                yield place, Key(str(member.value))
    for path in sorted((settings.BASE_DIR / "assessments/scoring/methods").glob("*.json")):
        place = str(path.relative_to(settings.BASE_DIR))
        definition = json.loads(path.read_text(encoding="utf-8"))
        yield from ((place, Key(text)) for text in _of_method(definition))
        yield from ((place, Key(step)) for step in _steps(definition))
    for text in (*dumped.DICTIONARY.values(), *dumped.ONLY_JSON.values()):
        yield "assessments/queries/dumped.py", Key(text)


def _of_method(found: Any) -> Iterator[str]:
    if isinstance(found, list):
        for each in found:
            yield from _of_method(each)
    elif isinstance(found, dict):
        for name, value in found.items():
            if isinstance(value, str) and name in OF_METHODS:
                yield value.lower() if name == "name" and value.isupper() else value
            elif name == "sub_label" and value:
                yield value.capitalize()
            elif name == "rubric":
                yield from value.values()
            else:
                yield from _of_method(value)


def _steps(definition: Any) -> Iterator[str]:
    """The steps of the paths to a method's fields, as `methods.name_of` says them."""
    for field in fields.fields_of(fields.with_defaults(definition)):
        for step in re.split(r"[.\[\]]+", field.path):
            if step and step != "inputs" and not fields.STEP.fullmatch(step):
                yield step.replace("_", " ")


def root_of(language: str) -> Path:
    """Where the catalogue of a language stands."""
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES"
