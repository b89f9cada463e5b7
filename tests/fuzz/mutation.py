"""Mutations that know a document's shape: lines, cells, labels and marks are moved, doubled, dropped and spoiled."""

from __future__ import annotations

import random
from collections.abc import Callable

from assessments.documents import from_json
from assessments.documents.phrases import HEADINGS, LABELS
from tests.documents.specimen import AWKWARD, SPECIMEN, in_markdown, rendered, specimen

TOKENS = (
    *AWKWARD,
    *HEADINGS,
    *(f"{label}:" for label in LABELS),
    *(f"**{label}:**" for label in LABELS),
    *(f"## {heading}" for heading in HEADINGS),
    "Bell Founder (61.5)",
    "+1.0 point above Bell Founder",
    "NOT a Clerk (scored 3.0 Red)",
    "This role scores 51.0 and is Red.",
    "The 51.0 AIJRI of Bell Tuner's",
    "Proposed 52.1 (+3.0), other — x",
    "Proposed 5e1",
    "½",
    "1e9",
    "99.99%",
    "-0",
    "+4",
    "9" * 40,
    "one",
    "\x00",
    "\ud800",
    "\u202e",
    "\u2028",
    "\u0085",
    "\u00a0",
    "\u0130",
    "\ufeff",
    "\r\n",
    "\t",
    "| a | b |",
    "\\",
    "\\\\",
    "|",
    "\\|",
    "= = =",
    ". ",
    ":",
)


def corpus() -> list[str]:
    """Our own specimens in both dialects, with and without a proposal, with much and with little in them."""
    first, second = SPECIMEN["tasks"]
    values = [
        SPECIMEN,
        specimen(override={"proposed_score": "52.1", "reason_code": "other"}),
        specimen(commentary=dict.fromkeys(SPECIMEN["commentary"]), growth={"check": ""}, reinstatement=""),
        specimen(tasks=[{**first, "time_percent": "2.5"}] * 40),
        specimen(tasks=[{**first, "name": "Total", "time_percent": "50"}, {**second, "time_percent": "50"}]),
        specimen(commentary={"outlook": "\n".join(AWKWARD), "timeline": "a\n\nb\n- c\n- d"}),
    ]
    return [form(from_json(value)) for value in values for form in (rendered, in_markdown)]


def mutated(text: str, chance: random.Random) -> str:
    """The text after one to four mutations."""
    for _ in range(chance.randint(1, 4)):
        text = chance.choice(MUTATIONS)(text, chance)
    return text


def _line_moved(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randint(0, len(lines)), line)
    return "\n".join(lines)


def _line_doubled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randint(0, len(lines)), chance.choice(lines))
    return "\n".join(lines)


def _line_dropped(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    del lines[chance.randrange(len(lines))]
    return "\n".join(lines)


def _token_inserted(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice(TOKENS) + text[at:]


def _token_as_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randint(0, len(lines)), "".join(chance.choices(TOKENS, k=chance.randint(1, 3))))
    return "\n".join(lines)


def _cell_spoiled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    rows = [index for index, line in enumerate(lines) if line.startswith("|")]
    if not rows:
        return text
    index = chance.choice(rows)
    cells = lines[index].split("|")
    cells[chance.randrange(len(cells))] = f" {chance.choice(TOKENS)} "
    lines[index] = "|".join(cells)
    return "\n".join(lines)


def _words_after_a_label(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    index = chance.randrange(len(lines))
    head, colon, rest = lines[index].partition(":")
    lines[index] = f"{head}{colon}{chance.choice(TOKENS)}{rest}"
    return "\n".join(lines)


def _digit_changed(text: str, chance: random.Random) -> str:
    digits = [index for index, char in enumerate(text) if char.isdigit()]
    if not digits:
        return text
    at = chance.choice(digits)
    return text[:at] + chance.choice("0123456789.-") + text[at + 1 :]


def _character_dropped(text: str, chance: random.Random) -> str:
    at = chance.randint(0, len(text))
    return text[:at] + text[at + 1 :]


def _joined_with_another(text: str, chance: random.Random) -> str:
    other = chance.choice(CORPUS).split("\n")
    lines = text.split("\n")
    return "\n".join(lines[: chance.randint(0, len(lines))] + other[chance.randint(0, len(other)) :])


def _repeated(text: str, chance: random.Random) -> str:
    start = chance.randint(0, len(text))
    part = text[start : start + chance.randint(1, 40)]
    return text[:start] + part * chance.randint(2, 60) + text[start:]


def _changed_throughout(text: str, chance: random.Random) -> str:
    pairs = (("\n", "\r\n"), ("\n", " \n"), ("**", "__"), ("**", ""), ("\n\n", "\n"), ("-", "−"), ("- ", "* "))
    old, new = chance.choice(pairs)
    return text.replace(old, new)


MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _line_moved,
    _line_doubled,
    _line_dropped,
    _token_inserted,
    _token_as_line,
    _cell_spoiled,
    _words_after_a_label,
    _digit_changed,
    _character_dropped,
    _joined_with_another,
    _repeated,
    _changed_throughout,
)
CORPUS = corpus()
