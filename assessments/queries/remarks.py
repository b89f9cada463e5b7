"""What is odd about the other roles a document speaks of, beside what is published: remarks, which bar nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments import documents
from assessments.documents import Document, Problem, Quote
from assessments.enums import PUBLIC, RoleStatus
from assessments.models import Assessment, Role, RoleCode
from assessments.queries import roles as find
from assessments.queries.roles import Match


@dataclass(frozen=True)
class Remark:
    """One remark: the path of the text, the line it was read from (None for a stored document), and a sentence."""

    path: str
    line: int | None
    code: str
    message: str

    def as_problem(self) -> Problem:
        """The remark beside the other warnings of a document."""
        return Problem(level="warning", path=self.path, code=self.code, message=self.message)


def on_document(document: Document) -> list[Problem]:
    """The remarks on a document, as warnings at their places."""
    quotes = documents.quotes_in(document)
    matches = find.by_names(names_in(document, quotes), near=Role(seniority=document.role.seniority))
    return [remark.as_problem() for remark in on_names(document, quotes, matches)]


def names_in(document: Document, quotes: Iterable[Quote]) -> set[str]:
    """The names of all roles that a document quotes or says it is not."""
    return {*documents.distinct_titles(document), *(quote.role_title for quote in quotes)}


def on_names(document: Document, quotes: Iterable[Quote], matches: Mapping[str, Match]) -> list[Remark]:
    """Quoted scores that the role never had published, and named roles that are merged or retired; `matches` says whom
    `names_in` mean. Nothing is said of a role that only drafts know of."""
    meant = {name: match.role for name, match in matches.items() if match.role is not None}
    scores = _published_scores(meant.values())
    never = [
        Remark(quote.section, quote.line, "quote_never_published", _never(quote, meant[quote.role_title], had))
        for quote in quotes
        if quote.difference is None and (had := _had(scores, meant.get(quote.role_title))) and quote.score not in had
    ]
    gone = [name for name in documents.distinct_titles(document) if name in meant and _is_gone(meant[name])]
    coded = RoleCode.objects.filter(role__in=[meant[name] for name in gone]).values_list("role", flat=True)
    known = {*scores, *coded} if gone else set()
    return never + [_no_relation(name, meant[name]) for name in gone if meant[name].pk in known]


def _had(scores: Mapping[int, list[Decimal]], role: Role | None) -> list[Decimal]:
    return scores.get(role.pk, []) if role else []


def _is_gone(role: Role) -> bool:
    return role.status != RoleStatus.ACTIVE


def _no_relation(name: str, role: Role) -> Remark:
    said = f"“{name}” is {RoleStatus(role.status).label.lower()}: this role will not be related to it."
    return Remark("definition.not_this_role", None, "role_not_active", said)


def _published_scores(roles: Iterable[Role]) -> dict[int, list[Decimal]]:
    """Every score that a version of these roles was ever published at, in order."""
    ids = {role.pk for role in roles}
    found: dict[int, list[Decimal]] = {}
    if ids:
        versions = Assessment.objects.filter(role__in=ids, status__in=PUBLIC).order_by("role", "number")
        for role, score in versions.values_list("role", "published_score"):
            assert score is not None, "a public version has a score"
            found.setdefault(role, []).append(score)
    return found


def _never(quote: Quote, role: Role, had: list[Decimal]) -> str:
    said = " and ".join(str(score) for score in dict.fromkeys(had))
    return f"“{quote.role_title} ({quote.score})” was never published: {role} was published at {said}."
