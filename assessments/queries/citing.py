"""How a public version is cited: in words, for BibTeX and as CSL-JSON. Pure: no query, no clock."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.dateformat import format as dated

from assessments.models import Assessment

PUBLISHER = "AIJRI Review"
KIND = "Role assessment"
# What TeX reads as a command, each in the form that prints it.
TEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{character: f"\\{character}" for character in "{}%$#&_"},
    }
)


@dataclass(frozen=True)
class Citation:
    """One public version as a source. `deciders` are the display names that its page shows; `address` is its own."""

    key: str
    title: str
    number: int
    method: str
    score: str
    label: str
    deciders: tuple[str, ...]
    published_at: datetime
    address: str
    retracted: bool

    def as_text(self) -> str:
        """One line of plain text."""
        gone = " Retracted." if self.retracted else ""
        # A citation is the same text in whatever language its page is read.
        with translation.override(settings.LANGUAGE_CODE):
            by, on = " and ".join(self.deciders), dated(self.published_at, "j F Y")
        version = f"Version {self.number}, method {self.method}; decided by {by}; published {on}."
        return f"{PUBLISHER}. {self.title}. {version}{gone} {self.address}"

    def as_bibtex(self) -> str:
        """One `@techreport` of BibTeX, every value with what TeX would take for a command escaped."""
        note = f"Version {self.number}, method {self.method}" + (", retracted" if self.retracted else "")
        fields = {
            "author": f"{{{PUBLISHER}}}",
            "editor": " and ".join(f"{{{_tex(name)}}}" for name in self.deciders),
            "title": f"{{{_tex(self.title)}}}",
            "institution": PUBLISHER,
            "type": KIND,
            "number": f"{self.key}",
            "year": str(self.published_at.year),
            "month": str(self.published_at.month),
            "note": _tex(note),
            "url": _tex_address(self.address),
        }
        return (
            f"@techreport{{{self.key},\n"
            + "".join(f"  {name} = {{{said}}},\n" for name, said in fields.items())
            + "}\n"
        )

    def as_csl(self) -> list[dict[str, Any]]:
        """CSL-JSON: a list of one item, as reference managers read it."""
        item = {
            "id": self.key,
            "type": "report",
            "title": self.title,
            "author": [{"literal": PUBLISHER}],
            "editor": [{"literal": name} for name in self.deciders],
            "publisher": PUBLISHER,
            "genre": KIND,
            "version": str(self.number),
            "issued": {"date-parts": [[self.published_at.year, self.published_at.month, self.published_at.day]]},
            "URL": self.address,
        }
        return [item | ({"note": "Retracted"} if self.retracted else {})]


def citation(assessment: Assessment, address: str) -> Citation:
    """How to cite a public version, read with its role, method and decision, that stands at `address`."""
    decision = assessment.decision
    assert assessment.published_at is not None, "a public version has a time"
    people = (decision.decided_by, decision.concurring)
    return Citation(
        key=f"aijri-{assessment.role.public_id}-v{assessment.number}",
        title=f"{assessment.own_name}: AIJRI {assessment.published_score} of 100, {assessment.published_label}",
        number=assessment.number,
        method=assessment.methodology.version,
        score=str(assessment.published_score),
        label=assessment.published_label,
        deciders=tuple(str(person) for person in people if person is not None),
        published_at=assessment.published_at,
        address=address,
        retracted=assessment.retracted_at is not None,
    )


def _tex(text: str) -> str:
    return re.sub(r"\s+", " ", text).translate(TEX)


def _tex_address(address: str) -> str:
    """Inside `url` TeX reads nearly all as it stands; what would end field or line is percent-encoded."""
    return re.sub(r"[{}\\%\s]", lambda found: f"\\%{ord(found[0]):02X}" if found[0] != "%" else r"\%", address)
