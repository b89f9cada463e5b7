"""Other roles named and quoted in a document's prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assessments.documents.findings import Quote
from assessments.documents.shape import Document

SUB_LABELS = "Accelerated|Transforming|Stable|Urgent|Moderate|Imminent"
LABEL = rf"(?P<zone>Green|Yellow|Red)(?: Zone)?(?: \((?P<sub>{SUB_LABELS})\)| (?P<bare>{SUB_LABELS})\b)?"
SCORE = rf"(?P<score>[0-9]{{1,3}}\.[0-9])(?![0-9.%])(?:,? {LABEL})?"
BRACKETED = re.compile(rf"\((?P<span>{SCORE})\)")
SCORED = re.compile(rf"\b(?:scored|scores|scoring)(?: at)? (?P<span>{SCORE})")
NEGATED = re.compile(r"\bNOT (?:an?|the) ")
NAME_END = re.compile(r" ?[(.,;:–—]| [-−] | (?:who|that|which|whose|or|nor|but)\b| and (?:NOT|an?|the)\b|$")
NAME_WORD = re.compile(r"[A-Z][\w/&+'’-]*")
LONGEST_NAME = 120
JOINING = ("of", "for", "in")
OPENING = re.compile(
    r"A|Above|Against|Alongside|Although|Among|An|And|As|Before|Below|Beside|Between|Both|But"
    r"|Compared|Either|Even|Every|From|He|If|In|It|Its|Just|Like|Near|Neither|No|NOT|Of|On|Only|Our"
    r"|Over|She|Since|So|That|The|Their|These|They|This|Though|Under|Unlike|We|When|Where|Whereas"
    r"|While|With|Yet"
)


def quoting_texts(document: Document) -> Iterator[tuple[str, str]]:
    """The texts in which other roles' scores are quoted, each with its path."""
    commentary = document.commentary
    yield "definition.not_this_role", document.definition.not_this_role
    yield "override.rationale", document.override.rationale
    yield "commentary.score_vs_reality", commentary.score_vs_reality
    for index, bullet in enumerate(commentary.not_captured):
        yield f"commentary.not_captured[{index}].lead", bullet.lead
        yield f"commentary.not_captured[{index}].text", bullet.text
    yield "commentary.who_should_worry", commentary.who_should_worry
    yield "commentary.single_biggest_factor", commentary.single_biggest_factor
    yield "commentary.outlook", commentary.outlook
    for index, bullet in enumerate(commentary.survival_strategy):
        yield f"commentary.survival_strategy[{index}].lead", bullet.lead
        yield f"commentary.survival_strategy[{index}].text", bullet.text
    yield "commentary.timeline", commentary.timeline


def quotes_in(document: Document) -> tuple[Quote, ...]:
    """Every score quoted of another role, in the order of the texts: "Other Role (68.2)", "scored 7.9 Red"."""
    own = document.role.title.casefold()
    return tuple(
        quote
        for path, text in quoting_texts(document)
        for quote in _quotes(path, text)
        if quote.role_title.casefold() != own
    )


def distinct_titles(document: Document) -> tuple[str, ...]:
    """The roles that "What This Role Is NOT" names after "NOT a", "NOT an" or "NOT the", each once."""
    return tuple(dict.fromkeys(title for _, title in _negated(document.definition.not_this_role)))


def _quotes(path: str, text: str) -> Iterator[Quote]:
    negated = _negated(text)
    found = [*BRACKETED.finditer(text), *SCORED.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        title = _name_before(text, match.start())
        if title is None and match.re is SCORED:
            title = next((name for start, name in reversed(negated) if start < match.start()), None)
        if title is not None:
            yield _quote(path, match, title)


def _quote(path: str, match: re.Match[str], title: str) -> Quote:
    zone, sub = match["zone"], match["sub"] or match["bare"]
    label = f"{zone} ({sub})" if sub else zone
    return Quote(title, Decimal(match["score"]), label, path, None, match.start("span"), match.end("span"))


def _negated(text: str) -> list[tuple[int, str]]:
    """Where each "NOT a …" stands and the name after it."""
    names = []
    for match in NEGATED.finditer(text):
        rest = text[match.end() : match.end() + LONGEST_NAME + 1]
        end = NAME_END.search(rest)
        name = rest[: end.start()] if end else ""
        if 0 < len(name) <= LONGEST_NAME:
            names.append((match.start(), name))
    return names


def _name_before(text: str, end: int) -> str | None:
    """The capitalised name that ends just before a position: "ML/AI Engineer" in "close to ML/AI Engineer (68.2)"."""
    words = text[max(0, end - LONGEST_NAME) : end].split(" ")
    if words[-1]:
        return None
    name: list[str] = []
    for word in reversed(words[:-1]):
        if not NAME_WORD.fullmatch(word) and not (name and word in JOINING):
            break
        name.insert(0, word)
    while name and (OPENING.fullmatch(name[0]) or name[0] in JOINING):
        name.pop(0)
    return " ".join(name) or None
