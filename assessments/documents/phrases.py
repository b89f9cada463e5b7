"""The fixed phrases of assessment documents: headings, labelled lines, and how loosely they are matched."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

ROLE = "Role Definition"
PRINCIPLES = "Protective Principles + AI Growth Correlation"
TASKS = "Task Decomposition (Agentic AI Scoring)"
EVIDENCE = "Evidence Score"
BARRIERS = "Barrier Assessment"
CHECK = "AI Growth Correlation Check"
COMPOSITE = "JobZone Composite Score (AIJRI)"
SUB_LABEL = "Sub-Label Determination"
COMMENTARY = "Assessor Commentary"
REALITY = "Score vs Reality Check"
NOT_CAPTURED = "What the Numbers Don't Capture"
WORRY = "Who Should Worry (and Who Shouldn't)"
MEANING = "What This Means"
HEADINGS = (
    ROLE,
    PRINCIPLES,
    TASKS,
    EVIDENCE,
    BARRIERS,
    CHECK,
    COMPOSITE,
    SUB_LABEL,
    COMMENTARY,
    REALITY,
    NOT_CAPTURED,
    WORRY,
    MEANING,
)

SENIORITY_NOTE = "Seniority note"
SCREEN = "Quick screen result"
RESISTANCE = "Task Resistance Score"
SPLIT = "Displacement/Augmentation split"
REINSTATEMENT = "Reinstatement check (Acemoglu)"
QUESTION = "Reframed question"
RAW = "Raw"
SCORE = "JobZone Score"
ZONE = "Zone"
OVERRIDE = "Assessor override"
FACTOR = "The single biggest factor"
OUTLOOK = "The role in"
STRATEGY = "Survival strategy"
TIMELINE = "Timeline"
LABELS = (
    SENIORITY_NOTE,
    SCREEN,
    RESISTANCE,
    SPLIT,
    REINSTATEMENT,
    QUESTION,
    RAW,
    SCORE,
    ZONE,
    OVERRIDE,
    FACTOR,
    STRATEGY,
    TIMELINE,
)
OUTLOOK_AHEAD = "The role ahead"
QUESTION_TEXT = "What prevents AI execution even when programmatically possible?"
FORMULA_ACCEPTED = "None — formula score accepted."
FORMULA_ACCEPTED_PATTERN = re.compile(r"none\b[ .]*(?:[—–-]+ *(?:formula score accepted\b\.?)?)?", re.IGNORECASE)
PROPOSED_PATTERN = re.compile(
    r"proposed +(?P<score>[0-9.]+)(?: *\((?P<difference>[^()]*)\))?(?: *, *(?P<reason>\w+))? *(?:[—–-] *)?",
    re.IGNORECASE,
)

LONGEST_PHRASE = 120
EMPHASIS = re.compile(r"\*{1,3}|_{1,3}")
EMPHASISED = re.compile(r"(\*{1,3}|_{1,3})(?P<words>[^*_]+)\1")
RULE = re.compile(r"([-*_=])(?: *\1){2,}")
PLAIN_CHARACTERS = str.maketrans(
    {
        "‘": "'",
        "’": "'",
        "“": '"',
        "”": '"',
        "‐": "-",
        "‑": "-",
        "‒": "-",
        "–": "-",
        "—": "-",
        "−": "-",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line that begins with a known label: which, the year of an outlook, and the text after the colon."""

    label: str
    year: str
    text: str


def straight(text: str) -> str:
    """The text with straight quotes, plain hyphens for every dash and minus, and x for the times sign."""
    return text.translate(PLAIN_CHARACTERS)


def fold(text: str) -> str:
    """A phrase as it is compared: straight, in lower case, single blanks, one spelling of -ise and judgment."""
    folded = " ".join(straight(text).casefold().split())
    return folded.replace("optimis", "optimiz").replace("judgement", "judgment").replace(" & ", " and ")


def _short(phrase: str) -> str:
    return phrase.partition(" (")[0]


HEADING_OF = {fold(form): heading for heading in HEADINGS for form in (heading, _short(heading))}
SHORTEST_HEADING = min(map(len, HEADING_OF))
LABEL_OF = {fold(form): label for label in LABELS for form in (label, _short(label))}


def heading_in(line: str) -> str | None:
    """The heading that a whole line is, if it is one: bare, after number signs, in emphasis."""
    if not SHORTEST_HEADING <= len(line) <= LONGEST_PHRASE:
        return None
    if line.startswith("#"):
        line = line.strip("#").strip()
    if found := EMPHASISED.fullmatch(line):
        line = found["words"]
    return HEADING_OF.get(fold(line))


def label_in(line: str) -> Labelled | None:
    """The label that a line begins with, if any, bare or in emphasis with or without its colon."""
    head, colon, rest = line[: LONGEST_PHRASE + 1].partition(":")
    if not colon:
        return None
    rest = line[len(head) + 1 :]
    if mark := EMPHASIS.match(head):
        head, rest = _without(mark.group(), head, rest)
    folded = fold(head)
    if folded == fold(OUTLOOK_AHEAD):
        return Labelled(OUTLOOK, "", rest.strip())
    if folded.startswith(f"{fold(OUTLOOK)} ") and any(char.isdigit() for char in folded):
        year = " ".join(head.split())[len(OUTLOOK) + 1 :]
        return Labelled(OUTLOOK, year, rest.strip())
    label = LABEL_OF.get(folded)
    return None if label is None else Labelled(label, "", rest.strip())


def _without(mark: str, head: str, rest: str) -> tuple[str, str]:
    """Label and rest without their emphasis: "**Label:** rest" or "**Label**: rest"."""
    if rest.startswith(mark):
        return head[len(mark) :], rest[len(mark) :]
    return (head[len(mark) : -len(mark)] if head.endswith(mark) else ""), rest


def is_marked(line: str) -> bool:
    """Whether a line is a heading or begins with a label in the manner of Markdown."""
    bare = line.strip()
    return bare.startswith(("#", "*", "_")) and (heading_in(bare) is not None or label_in(bare) is not None)


def is_structure(line: str) -> bool:
    """Whether a line of prose would be taken for a heading, a labelled line or a table row."""
    bare = line.strip()
    return bare.startswith(("|", "#")) or heading_in(bare) is not None or label_in(bare) is not None


def is_markdown_structure(line: str) -> bool:
    """Whether a line of Markdown would be taken for structure: besides that of a plain one, a thematic break."""
    return is_structure(line) or RULE.fullmatch(line.strip()) is not None


Structure = Callable[[str], bool]


def escape(line: str, structure: Structure = is_structure) -> str:
    """A line of prose as it stands in a file: with a backslash before it where it would be misread."""
    return f"\\{line}" if structure(line.lstrip("\\")) else line


def unescape(line: str, structure: Structure = is_structure) -> str:
    """A line of prose as it stands in a document."""
    return line[1:] if line.startswith("\\") and structure(line.lstrip("\\")) else line
