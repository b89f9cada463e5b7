"""Names of roles in prose: runs of capitalised words, and the names that follow "NOT a"."""

from __future__ import annotations

import re

from assessments.documents.shape import Role

NEGATED = re.compile(r"NOT (?<!\wNOT )(?:an?|the) ")
NAME_END = re.compile(r" ?[(.,;:–—]| [-−] | (?:who|that|which|whose|or|nor|but)\b| and (?:NOT|an?|the)\b|$")
NAME_WORD = re.compile(r"\.?\w(?:[\w/&+#'’-]|\.(?=\w))*")
MARKS = "*_\"'“”‘’"
LONGEST_NAME = 120
JOINING = ("of", "for", "in", "&")
OPENING = re.compile(
    r"A|Above|Against|All|Alongside|Also|Although|Among|An|And|As|At|Because|Before|Behind|Below|Beside|Between|Both"
    r"|But|By|Compared|Each|Either|Even|Every|From|He|Hence|How|However|If|In|It|Its|Just|Like|Near|Neither|Next|No"
    r"|NOT|Of|On|Only|Or|Our|Over|Per|She|Since|So|Still|Than|That|The|Their|Then|These|They|This|Those|Though|Thus|To"
    r"|Under|Unlike|Versus|Vs|We|What|When|Where|Whereas|While|With|Yet|Your"
)
# Capitalised words that name figures and zones of the index and no role.
FIGURES = re.compile(
    r"AIJRI|JobZone|Composite|Score|Total|Raw|Zone|Green|Yellow|Red|GREEN|YELLOW|RED|Accelerated|Transforming|Stable"
    r"|Urgent|Moderate|Imminent|Task|Resistance|Evidence|Barriers?|Growth|Correlation|Modifier|Protective|Version"
)


def is_own(name: str, role: Role) -> bool:
    """Whether a name is the role's own title, in the plural or after its own seniority as well."""
    titles = (role.title, f"{role.seniority} {role.title}")
    return name.casefold() in {form.casefold() for title in titles for form in (title, f"{title}s")}


def name_before(text: str, end: int) -> str | None:
    """The capitalised name that ends at a position: "ML/AI Engineer" in "close to ML/AI Engineer (68.2)"."""
    name: list[str] = []
    for word in reversed(text[max(0, end - LONGEST_NAME) : end].split(" ")):
        bare = word.strip(MARKS)
        if not (_is_capitalised(bare) or (name and word in JOINING)):
            break
        name.insert(0, bare)
        if word[:1] in MARKS:
            break
    return _without_opening(name)


def name_after(text: str, start: int) -> str | None:
    """The capitalised name that begins at a position, behind an article or not."""
    name: list[str] = []
    for word in text[start : start + LONGEST_NAME].split(" "):
        bare = word.rstrip(".,;:)—–").strip(MARKS)
        if not name and word in ("", "a", "an", "the"):
            continue
        if not (_is_capitalised(bare) or (name and word in JOINING)):
            break
        name.append(bare)
        if word[-1] in ".,;:)—–" or word[-1] in MARKS:
            break
    while name and name[-1] in JOINING:
        name.pop()
    return _without_opening(name)


def names_after_not(text: str) -> list[tuple[int, str]]:
    """Where each "NOT a …" stands and the name after it."""
    names = []
    for match in NEGATED.finditer(text):
        rest = text[match.end() : match.end() + LONGEST_NAME + 1]
        end = NAME_END.search(rest)
        name = rest[: end.start()].strip(MARKS) if end else ""
        if 0 < len(name) <= LONGEST_NAME:
            names.append((match.start(), name))
    return names


def _is_capitalised(word: str) -> bool:
    if not NAME_WORD.fullmatch(word):
        return False
    letters = word.lstrip(".0123456789")
    return letters[:1].isupper()


def _without_opening(name: list[str]) -> str | None:
    """The words of a name without those that only open a sentence; None where none names a role."""
    while name and (OPENING.fullmatch(name[0]) or name[0] in JOINING):
        name.pop(0)
    if all(FIGURES.fullmatch(word) for word in name):
        return None
    return " ".join(name)
