"""Other roles named and quoted in a document's prose."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from assessments.documents.findings import Quote
from assessments.documents.names import MARKS, is_own, name_after, name_before, names_after_not
from assessments.documents.shape import Document

SUB_LABELS = "Accelerated|Transforming|Stable|Urgent|Moderate|Imminent"
ZONE = r"(?i:(?P<zone>green|yellow|red)\b)(?: Zone\b| zone\b)?"
LABEL = rf"{ZONE}(?: \((?P<sub>{SUB_LABELS})\)| (?P<bare>{SUB_LABELS})\b)?"
NUMBER = r"(?P<score>100(?:\.0)?|[0-9]{1,2}(?:\.[0-9])?)(?![0-9%]|\.[0-9]|/(?!100\b))"
# A whole number is a score only where a zone follows.
SCORE = rf"(?=[0-9]+\.[0-9]|[0-9]+,? (?i:green|yellow|red)\b){NUMBER}(?:/100\b)?(?:,? {LABEL})?"
STRONG = r"[*_]{0,3}"
SPAN = rf"{STRONG}(?P<span>{SCORE}){STRONG}"
SAID = r"(?:(?:scored|scores|score|now|still|at)(?: of| at)? |AIJRI:?(?: of)? )?"
OTHER_UNIT = r"(?! (?:points?|per ?cent|out of|times|years?|on)\b)"
BRACKETED = re.compile(rf" \({SAID}{SPAN}\)")
# Each begins with a letter or mark and looks behind only there: so a search leaps from one of these to the next.
SCORED = re.compile(rf"scor(?<!\wscor)(?:ed|es|ing)(?: at)? {SPAN}{OTHER_UNIT}")
POSSESSIVE = re.compile(rf"['’](?<=\w['’])s? {SPAN}{OTHER_UNIT}")
WHOSE_SCORE = re.compile(rf"['’](?<=\w['’])s? (?:score|AIJRI)(?: of| is| at)? {SPAN}{OTHER_UNIT}")
STANDING = re.compile(rf" at {SPAN}(?=[,.;:)—–]|$| (?:and|or|but|while|—|–)\b)", re.MULTILINE)
DIGIT = re.compile("[0-9]")
LOOSE = (POSSESSIVE, STANDING)
DIFFERENCE = re.compile(
    r"(?<![\w.,])(?P<span>(?P<sign>[+−–-]?)(?P<points>[0-9]{1,2}(?:\.[0-9])?)[ -]points?)\b"
    r"(?: (?P<way>above|over|ahead of|higher than|below|under|behind|lower than|than|against|from|to|vs\.?) )?"
)
LONGEST_BRACKET = 300
DOWN = ("below", "under", "behind", "lower than")


@dataclass(frozen=True, slots=True)
class Distance:
    """A stated distance from another role, in points, with the path of the text and the span in it."""

    role_title: str
    points: Decimal
    section: str
    span: tuple[int, int]


def quoting_texts(document: Document) -> Iterator[tuple[str, str]]:
    """The texts in which other roles' scores are quoted, each with its path."""
    commentary = document.commentary
    yield "definition.not_this_role", document.definition.not_this_role
    yield "definition.seniority_note", document.definition.seniority_note
    yield "growth.check", document.growth.check
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
    """Every score quoted of another role, in the order of the texts.

    "Other Role (68.2)", "scored 7.9 Red", and a distance such as "+1.0 point" from a role whose score the document
    quotes as well: its quote bears that score and, as `difference`, the distance.
    """
    stated = _all_stated(document)
    scores = {quote.role_title.casefold(): quote.score for quote in stated}
    distances = [
        Quote(each.role_title, scores[each.role_title.casefold()], None, each.section, None, *each.span, each.points)
        for each in _distances(document, stated)
        if each.role_title.casefold() in scores
    ]
    places = {path: index for index, (path, _) in enumerate(quoting_texts(document))}
    return tuple(sorted((*stated, *distances), key=lambda quote: (places[quote.section], quote.start)))


def distances_from_unquoted(document: Document) -> tuple[Distance, ...]:
    """The distances from roles whose score the document does not quote, so that they are no quotes."""
    stated = _all_stated(document)
    scored = {quote.role_title.casefold() for quote in stated}
    return tuple(each for each in _distances(document, stated) if each.role_title.casefold() not in scored)


def distinct_titles(document: Document) -> tuple[str, ...]:
    """The roles that "What This Role Is NOT" names after "NOT a", "NOT an" or "NOT the", each once."""
    return tuple(dict.fromkeys(title for _, title in names_after_not(document.definition.not_this_role)))


def _stated(document: Document, path: str, text: str) -> list[Quote]:
    """The quotes of a text that state a score, in its order."""
    if not DIGIT.search(text):
        return []
    negated = names_after_not(text)
    found: dict[int, Quote] = {}
    quoted: set[str] = set()
    for pattern in (BRACKETED, SCORED, WHOSE_SCORE, POSSESSIVE, STANDING):
        for match in pattern.finditer(text):
            title = name_before(text, _end_of_name(match))
            if title is None and pattern is SCORED:
                title = _negated_before(text, match.start(), negated, quoted)
            if pattern in LOOSE and title and " " not in title and not match["zone"]:
                continue  # "Confirmed at 2.0", "Gartner's 4.5"
            if title is not None and not is_own(title, document.role):
                found.setdefault(match.start("span"), _quote(path, match, title))
                quoted.add(title)
    return [found[start] for start in sorted(found)]


def _negated_before(text: str, end: int, negated: list[tuple[int, str]], quoted: set[str]) -> str | None:
    """The role whose score stands apart from its name: "NOT a Founder (who casts, scored 61.5)".

    In a bracket it is the one named in front of that bracket and no other; outside, the last one after "NOT a" unless
    its score is quoted already.
    """
    before = negated[: bisect_left(negated, (end,))]
    if not before:
        return None
    start, name = before[-1]
    opened = _open_bracket(text, end)
    if opened is None:
        return None if name in quoted else name
    in_front = text[start:opened].rstrip().rstrip(MARKS)
    return name if in_front.endswith(name) else name_before(text, len(text[:opened].rstrip()))


def _open_bracket(text: str, end: int) -> int | None:
    """Where the bracket opens that a position stands in; None where it stands in none."""
    closed = 0
    for position in range(end - 1, max(-1, end - LONGEST_BRACKET), -1):
        if text[position] == ")":
            closed += 1
        elif text[position] == "(":
            if not closed:
                return position
            closed -= 1
    return None


def _end_of_name(match: re.Match[str]) -> int:
    """Where a name before a match would end: before the blank, if one stands between."""
    before = match.start() - 1
    return before if before >= 0 and match.string[before] == " " else match.start()


def _quote(path: str, match: re.Match[str], title: str) -> Quote:
    zone, sub = match["zone"], match["sub"] or match["bare"]
    label = zone and zone.capitalize()
    label = f"{label} ({sub})" if sub else label
    return Quote(title, Decimal(match["score"]), label, path, None, match.start("span"), match.end("span"))


def _all_stated(document: Document) -> list[Quote]:
    return [quote for path, text in quoting_texts(document) for quote in _stated(document, path, text)]


def _distances(document: Document, stated: Iterable[Quote]) -> Iterator[Distance]:
    """Every distance that is tied to another role: named beside it, or quoted before it on the same line."""
    quoted: dict[str, list[Quote]] = {}
    for quote in stated:
        quoted.setdefault(quote.section, []).append(quote)
    for path, text in quoting_texts(document):
        for match in DIFFERENCE.finditer(text) if "point" in text else ():
            title = _compared_role(text, match, quoted.get(path, []))
            if title is not None and not is_own(title, document.role):
                yield Distance(title, _points(match), path, match.span("span"))


def _compared_role(text: str, match: re.Match[str], quoted: list[Quote]) -> str | None:
    if match["way"] and (title := name_after(text, match.end())):
        return title
    if not match["sign"]:
        return None
    start = match.start()
    if text[max(0, start - 2) : start] == " (" and (title := name_before(text, start - 2)):
        return title
    line = text.rfind("\n", 0, start)
    return next((quote.role_title for quote in reversed(quoted) if line < quote.start < start), None)


def _points(match: re.Match[str]) -> Decimal:
    down = match["sign"] not in ("", "+") or (not match["sign"] and match["way"] in DOWN)
    return -Decimal(match["points"]) if down else Decimal(match["points"])
