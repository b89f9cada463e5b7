"""What is wrong with a catalogue, and which visible texts of public templates are marked for no translation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from aijri_site.speech.po import Key, Message

# Parts of the working rooms, which speak English (docs/guides/translating.md).
WORKING = {"working_rooms", "comments", "row_threads", "moves", "recall", "retract", "identity"}
NAMES = {
    "AIJRI",
    "Review",
    "SOC",
    "BibTeX",
    "CSL-JSON",
    "JSON",
    "Markdown",
    "PDF",
    "UTC",
    "API",
    "AIJRI Review",
    "· AIJRI Review",
    ".bib",
    ".csl.json",
}
HOLES = re.compile(r"%\(\w+\)s|\{\w+\}|</?[a-z]+")
BLOCK = re.compile(r"\{%\s*blocktranslate.*?endblocktranslate\s*%\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)
ATTRIBUTE = re.compile(r"""(?<![\w-])(?:aria-label|title|alt|placeholder|data-label)="([^"]*)\"""")
SCRIPT = re.compile(r"<(script|style)\b.*?</\1>|<!.*?>", re.DOTALL)
TEMPLATE = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
ELEMENT = re.compile(r"<[^>]*>|&\w+;", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")


def of_catalogue(wanted: Mapping[Key, tuple[str, ...]], found: Iterable[Message]) -> Iterator[str]:
    """A sentence for every message that is missing, untranslated, doubtful, no longer said, or has other holes than
    its translation."""
    known = {message.key: message for message in found if message.key.text}
    for key, places in wanted.items():
        message = known.get(key)
        at = f"“{key.text}” ({places[0]})"
        if message is None:
            yield f"{at} is not in the catalogue"
        elif message.fuzzy:
            yield f"{at} is fuzzy"
        elif not all(message.said):
            yield f"{at} is not translated"
        elif not key.plural and _holes(key.text) != _holes(message.said[0]):
            yield f"{at} has other placeholders or elements than its translation"
        elif key.plural and any(_holes(text) != _holes(key.plural) for text in message.said[1:]):
            yield f"{at} has other placeholders than its plural"
    yield from (f"“{key.text}” is said nowhere any more" for key in known if key not in wanted)


def _holes(text: str) -> list[str]:
    return sorted(HOLES.findall(text))


def public_templates(root: Path) -> list[Path]:
    """The templates that draw what everybody reads."""
    found = [root / "base.html", root / "refused.html", *root.glob("public/*.html"), *root.glob("parts/**/*.html")]
    found += [root / f"method/{name}.html" for name in ("changes", "dry_run_body", "moves")]
    return sorted(path for path in found if path.stem not in WORKING)


def unmarked(source: str) -> Iterator[str]:
    """The visible words of a template that no translation is asked for."""
    text = SCRIPT.sub(" ", TEMPLATE.sub(" ", BLOCK.sub(" ", source)))
    for value in ATTRIBUTE.findall(text):
        if WORD.search(value) and value.strip() not in NAMES:
            yield value.strip()
    for piece in ELEMENT.sub("\n", text).split("\n"):
        if WORD.search(piece) and piece.strip() not in NAMES:
            yield piece.strip()
