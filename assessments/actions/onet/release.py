"""A release of O*NET as one value."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Occupation:
    """One occupation: its official title, what it does, its other titles, its job zone 1…5 or None."""

    code: str
    title: str
    description: str
    alternates: list[str] = field(default_factory=list)
    job_zone: int | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """That O*NET counts `target` among the twenty nearest of `source`: index 1 is the nearest."""

    source: str
    target: str
    tier: str
    index: int


@dataclass(frozen=True, slots=True)
class Release:
    """A release: its name ("29.3"), the SHA-256 of what was read, its occupations by code, their relations."""

    name: str
    digest: str
    occupations: dict[str, Occupation]
    relations: list[Related]
