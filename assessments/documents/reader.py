"""From text to document: gather, read the tables, build, compute, compare."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, cast

from assessments.documents import phrases
from assessments.documents.blocks import blocks
from assessments.documents.compare import Comparison, split_screen
from assessments.documents.completeness import inputs_of
from assessments.documents.contradictions import contradictions
from assessments.documents.findings import MOST_FINDINGS, Finding, Findings, Reading
from assessments.documents.gather import BULLETED, Gathered, Gatherer, Said
from assessments.documents.quotes import distances_from_unquoted, quotes_in, quoting_texts
from assessments.documents.shape import REASON_CODES, Document, StructureError
from assessments.documents.structure import from_json, shown
from assessments.documents.tables import TableReader, Tables
from assessments.documents.texts import FORBIDDEN, forbidden_in, unify
from assessments.scoring import Inputs, Method, compute
from assessments.scoring.words import Words

LARGEST = 1_000_000
TOO_LARGE = Words("The document is larger than 1 MB, which no assessment is.")
SCORE = re.compile(r"[0-9]{1,3}(\.[0-9]{1,9})?")


def read(text: str, method: Method) -> Reading:
    """A text's document, of either dialect, with every discrepancy; or every error that bars it. Never raises."""
    findings = Findings()
    if too_large(text):
        findings.error(None, "", TOO_LARGE)
        return findings.refused()
    unified = unify(text.removeprefix("\ufeff"))
    if FORBIDDEN.search(unified):
        _refuse_characters(unified, findings)
        if len(findings.errors) > MOST_FINDINGS:
            return findings.refused()
        unified = FORBIDDEN.sub("\ufffd", unified)
    gathered = Gatherer(findings).take(blocks(unified))
    tables = TableReader(gathered, method, findings).read()
    _texts(gathered, tables, findings)
    document = _built(gathered, tables, findings)
    if document is None or findings.errors:
        return findings.refused()
    return _compared(document, gathered, tables, method, findings)


def read_json_text(text: str) -> Reading:
    """The document that a text of JSON holds; what is out of range or missing is left to `problems`."""
    if too_large(text):
        return Reading(None, (Finding(None, "", TOO_LARGE),))
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        return Reading(None, (Finding(error.lineno, "", Words("This is no JSON: {fault}.", fault=error.msg)),))
    except (ValueError, RecursionError):
        return Reading(None, (Finding(None, "", Words("This JSON holds a number or a nesting beyond all measure.")),))
    try:
        document = from_json(value)
    except StructureError as error:
        return Reading(None, tuple(Finding(None, problem.path, problem.message) for problem in error.problems))
    return Reading(document, quotes=quotes_in(document))


def too_large(text: str) -> bool:
    """Whether a text has more bytes than a document may have."""
    return len(text) > LARGEST or len(text.encode("utf-8", "surrogatepass")) > LARGEST


def _refuse_characters(text: str, findings: Findings) -> None:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := forbidden_in(line):
            message = Words("This line holds the character {found}, which no document may hold.", found=found)
            findings.error(number, "", message)


def _texts(gathered: Gathered, tables: Tables, findings: Findings) -> None:
    """Put the gathered texts where the document has them."""
    values = tables.values
    values["override"] = _override(gathered, findings)
    if said := gathered.labels.get(phrases.SCREEN):
        values["quick_screen"] = split_screen(said.text)[1]
        tables.lines["quick_screen"] = said.line
    if outlook := gathered.labels.get(phrases.OUTLOOK):
        values.setdefault("commentary", {})["outlook_year"] = outlook.labelled.year
    for path in gathered.texts:
        part, _, key = path.rpartition(".")
        target = values.setdefault(part, {}) if part else values
        target[key] = gathered.bullets(path) if path in BULLETED else gathered.text(path)


def _override(gathered: Gathered, findings: Findings) -> dict[str, Any]:
    """The statement of the override line; its rest becomes the first line of the rationale."""
    said = gathered.labels.get(phrases.OVERRIDE)
    if said is None:
        return {}
    accepted = phrases.FORMULA_ACCEPTED_PATTERN.match(said.text)
    proposed = phrases.PROPOSED_PATTERN.match(said.text)
    stated = accepted or proposed
    if stated is None:
        message = Words(
            "The override must begin “None — formula score accepted.” or “Proposed 52.1 (+3.4), reason — ”."
        )
        findings.error(said.line, said.section, message)
        return {}
    gathered.texts["override.rationale"][0] = (said.line, said.text[stated.end() :].strip())
    return _proposal(said, proposed, findings) if proposed else {}


def _proposal(said: Said, proposed: re.Match[str], findings: Findings) -> dict[str, Any]:
    score, reason = proposed["score"], proposed["reason"]
    if not SCORE.fullmatch(score):
        message = Words("The proposed score must be a number such as 52.1, not {given}.", given=shown(score))
        findings.error(said.line, said.section, message)
        return {}
    if reason and reason not in REASON_CODES:
        codes = ", ".join(REASON_CODES)
        message = Words("The reason must be one of {codes}, not {given}.", codes=codes, given=shown(reason))
        findings.error(said.line, said.section, message)
        return {}
    return {"proposed_score": score, "reason_code": reason}


def _built(gathered: Gathered, tables: Tables, findings: Findings) -> Document | None:
    try:
        return from_json(tables.values)
    except StructureError as error:
        for problem in error.problems:
            findings.error(_line_of(problem.path, 0, gathered, tables), "", problem.message)
        return None


def _compared(document: Document, gathered: Gathered, tables: Tables, method: Method, findings: Findings) -> Reading:
    """The reading of a document, every input of which was found legal while the tables were read."""
    figures = compute(method, cast(Inputs, inputs_of(document)))
    Comparison(document, method, figures, gathered, tables, findings).run()
    for contradiction in contradictions(document, method, figures):
        line = _line_of(contradiction.path, contradiction.breaks, gathered, tables)
        findings.note(line, contradiction.path, contradiction.message)
    texts = dict(quoting_texts(document))
    for each in distances_from_unquoted(document):
        text, (start, end) = texts[each.section], each.span
        line = _line_of(each.section, text.count("\n", 0, start), gathered, tables)
        message = Words(
            "“{said}” is said of {title}, whose score is quoted nowhere; it is no quote.",
            said=text[start:end],
            title=each.role_title,
        )
        findings.note(line, each.section, message)
    quotes = tuple(
        replace(
            quote,
            line=_line_of(quote.section, texts[quote.section].count("\n", 0, quote.start), gathered, tables),
        )
        for quote in quotes_in(document)
    )
    return findings.accepted(document, quotes)


def _line_of(path: str, breaks: int, gathered: Gathered, tables: Tables) -> int | None:
    """The line of the file where the value of a path stands, so many line breaks into it."""
    base, _, rest = path.partition("[")
    entry = path.rpartition(".")[0] if "." in rest else path
    if rest and base in BULLETED:
        return gathered.bullet_lines(base)[int(rest.partition("]")[0])][0]
    for place in (path, entry):
        if place in tables.lines:
            return tables.lines[place]
    return gathered.line_of(path, breaks)
