"""What a release came to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

KINDS = {
    "occupations_created": "occupations new: a role made",
    "occupations_joined": "occupations new: joined to a role of that title",
    "occupations_returned": "occupations back: a retired role active again",
    "occupations_retitled": "titles changed, and the role's with it",
    "titles_kept": "titles changed, but people assessed the role under its own",
    "occupations_redescribed": "descriptions or job zones changed",
    "occupations_retired": "occupations gone: the role retired",
    "codes_ended": "occupations gone: the role has assessments, only its code ended",
    "alternate_titles_added": "alternate titles added",
    "alternate_titles_respelt": "alternate titles spelt otherwise",
    "alternate_titles_removed": "alternate titles removed",
    "relations_added": "related occupations added",
    "relations_changed": "related occupations of another tier or index",
    "relations_removed": "related occupations removed",
    "names_answered": "waiting names and quotes that found their role",
}


@dataclass(slots=True)
class Report:
    """What changed, by kind, each with a line that names it; and what was left because people had said it."""

    release: str
    changes: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    left_to_people: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many changes of each kind."""
        return {kind: len(lines) for kind, lines in self.changes.items()}

    @property
    def total(self) -> int:
        """How many changes in all; 0 where the catalogue said all of it already."""
        return sum(self.counts.values())

    def as_json(self) -> dict[str, Any]:
        """The report for scripts: counts, and every line."""
        return {
            "release": self.release,
            "changed": self.total,
            "counts": self.counts,
            "changes": self.changes,
            "left_to_people": self.left_to_people,
        }
