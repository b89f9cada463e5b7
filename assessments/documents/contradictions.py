"""Figures in prose that are tied to this very role and contradict what was computed: worth a note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.documents.quotes import quoting_texts
from assessments.documents.shape import Document
from assessments.scoring import Figures

NUMBER = r"(?P<score>[0-9]{1,3}\.[0-9])(?![0-9.%])"
CONFIRMED = re.compile(r"\bConfirmed at (?P<growth>[+−-]?[0-9])\b")
QUALIFIES = re.compile(r"\b(?:This|this role) qualifies as (?P<zone>Green|Yellow|Red)\b")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A statement in the text of a path, so many line breaks into it, and a sentence about it."""

    path: str
    breaks: int
    message: str


def contradictions(document: Document, figures: Figures) -> Iterator[Contradiction]:
    """Scores, growth and zones said of this role or of its AIJRI that are not those of its figures."""
    title = re.escape(document.role.title)
    score = re.compile(
        rf"{NUMBER} AIJRI\b|\bAIJRI (?:score )?of {NUMBER.replace('score', 'second')}"
        rf"|(?:\b[Tt]his role|(?<!\w){title}) (?:\(|scores |scored ){NUMBER.replace('score', 'third')}"
    )
    right = {figures.formula_score, document.override.proposed_score}
    zone = figures.zone.capitalize()
    for path, text in (("growth.check", document.growth.check), *quoting_texts(document)):
        for match in score.finditer(text):
            stated = match["score"] or match["second"] or match["third"]
            if Decimal(stated) not in right:
                yield _note(path, match, f"The text says {stated}; the formula gives {figures.formula_score}.")
        for match in CONFIRMED.finditer(text):
            if int(match["growth"].replace("−", "-")) != figures.growth:
                yield _note(path, match, f"The text confirms {match['growth']}; the growth score is {figures.growth}.")
        for match in QUALIFIES.finditer(text):
            if match["zone"] != zone:
                yield _note(path, match, f"The text says {match['zone']}; the zone is {zone}.")


def _note(path: str, match: re.Match[str], message: str) -> Contradiction:
    return Contradiction(path, match.string.count("\n", 0, match.start()), message)
