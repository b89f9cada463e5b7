"""The canonical form of texts, and what no text may hold."""

from __future__ import annotations

import re
import unicodedata

FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_BREAKS = ("\r\n", "\r", "\u2028", "\u2029")


def unify(text: str) -> str:
    """The text with every kind of line break as a line feed and every tab as a blank."""
    for each in LINE_BREAKS:
        text = text.replace(each, "\n")
    return text.replace("\t", " ")


def forbidden_in(text: str) -> str | None:
    """The first character of a unified text that no document may hold, as "U+0000", or None."""
    found = FORBIDDEN.search(text)
    return None if found is None else f"U+{ord(found.group()):04X}"


def prose(text: str) -> str:
    """A text of several lines in canonical form: NFC, no blanks at line ends, none around the whole."""
    lines = unicodedata.normalize("NFC", unify(text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def line(text: str) -> str:
    """A text of one line in canonical form: as prose, with each line break turned into one blank."""
    return " ".join(filter(None, (part.strip() for part in prose(text).split("\n"))))


def bullet(lead: str, text: str) -> str:
    """The line that a bullet's lead and text make together."""
    if not lead:
        return text
    return f"{lead}. {text}".rstrip()


def split_bullet(joined: str) -> tuple[str, str]:
    """Lead and text of a bullet's line: the lead ends at the first ". ", or at a full stop that ends the line."""
    at = joined.find(". ", 1)
    if at > 0:
        return joined[:at].strip(), joined[at + 2 :].strip()
    if len(joined) > 1 and joined.endswith("."):
        return joined[:-1].strip(), ""
    return "", joined
