"""The fixed phrases of assessment documents: headings, labelled lines, and how loosely they are matched."""

from __future__ import annotations

import re
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
LABEL_OF = {fold(form): label for label in LABELS for form in (label, _short(label))}


def heading_in(line: str) -> str | None:
    """The heading that a whole line is, if it is one."""
    return None if len(line) > LONGEST_PHRASE else HEADING_OF.get(fold(line))


def label_in(line: str) -> Labelled | None:
    """The label that a line begins with, if any."""
    head, colon, rest = line.partition(":")
    if not colon or len(head) > LONGEST_PHRASE:
        return None
    folded = fold(head)
    if folded == fold(OUTLOOK_AHEAD):
        return Labelled(OUTLOOK, "", rest.strip())
    if folded.startswith(f"{fold(OUTLOOK)} ") and any(char.isdigit() for char in folded):
        year = " ".join(head.split())[len(OUTLOOK) + 1 :]
        return Labelled(OUTLOOK, year, rest.strip())
    label = LABEL_OF.get(folded)
    return None if label is None else Labelled(label, "", rest.strip())


def is_structure(line: str) -> bool:
    """Whether a line of prose would be taken for a heading, a labelled line or a table row."""
    bare = line.strip()
    return bare.startswith(("|", "#")) or heading_in(bare) is not None or label_in(bare) is not None


def escape(line: str) -> str:
    """A line of prose as it stands in a file: with a backslash before it where it would be misread."""
    return f"\\{line}" if is_structure(line.lstrip("\\")) else line


def unescape(line: str) -> str:
    """A line of prose as it stands in a document."""
    return line[1:] if line.startswith("\\") and is_structure(line.lstrip("\\")) else line
