"""Proofs over everything stored: figures against the formula, neighbours against the published scores."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from assessments import documents, indexing, peers, scoring
from assessments.enums import PUBLIC, ClaimState
from assessments.models import Assessment, Role
from assessments.models.assessment import FIGURE_COLUMNS
from assessments.queries import claims


def score_breaches() -> Iterator[str]:
    """Every assessment whose hash, figures or columns differ from what its stored document gives (invariant 8)."""
    for assessment in (
        Assessment.objects.select_related("role", "methodology", "decision").order_by("id").iterator(1000)
    ):
        document = documents.from_json(assessment.document)
        figures = documents.figures_of(document, assessment.methodology.method)
        if documents.content_hash(document) != assessment.content_hash:
            yield f"{assessment}: the content hash is not that of the document"
        if (figures.as_json() if figures else None) != assessment.figures:
            yield f"{assessment}: the stored figures are not those of the document"
        if figures is not None and not _columns_hold(assessment, figures):
            yield f"{assessment}: a stored column is not the figure of the document"
        if assessment.status in PUBLIC and figures is not None and not _as_decided(assessment, figures):
            yield f"{assessment}: what is published is not what was decided"


def _as_decided(assessment: Assessment, figures: scoring.Figures) -> bool:
    """Whether score, zone and label are those of the decision, and those that the method gives at that score."""
    made = assessment.decision
    label = scoring.label_for(
        assessment.methodology.method,
        score=made.published_score,
        growth=figures.growth,
        time_at_3_plus=figures.time_at_3_plus,
        task_resistance=figures.task_resistance,
        evidence_total=figures.evidence_total,
        barrier_total=figures.barrier_total,
    )
    published = (assessment.published_score, assessment.published_zone, assessment.published_label)
    decided = (made.published_score, made.published_zone, made.published_label)
    return (
        published == decided
        and (made.content_hash, made.formula_score) == (assessment.content_hash, figures.formula_score)
        and (label.zone, label.text, label.sub_label or "")
        == (assessment.published_zone, assessment.published_label, assessment.published_sub_label)
    )


def _columns_hold(assessment: Assessment, figures: scoring.Figures) -> bool:
    return all(getattr(assessment, name) == getattr(figures, name) for name in FIGURE_COLUMNS)


COMPARED = (
    "SELECT role_id, peer_id, kind, score, peer_score, difference, zone, peer_zone, label, peer_label, task, evidence,"
    " barriers, growth, override, method, rounding, inversion FROM assessments_peercomparison"
)
STOOD = "SELECT role_id, score, family, zone FROM assessments_standing"
COUNTED = "SELECT scope, key, score, roles FROM assessments_scorecount WHERE roles <> 0"


def peer_breaches() -> Iterator[str]:
    """What a rebuild would change. The rebuild happens inside a transaction that is rolled back.

    Roles whose recompute is still pending are not breaches: wait for the outbox, or run `recompute_peers` first.
    """
    titles = dict(Role.objects.values_list("pk", "slug"))
    with transaction.atomic():
        before = [_rows(query) for query in (COMPARED, STOOD, COUNTED)]
        peers.recompute(list(titles))
        after = [_rows(query) for query in (COMPARED, STOOD, COUNTED)]
        transaction.set_rollback(True)
    for what, old, new in zip(("comparison", "standing", "count"), before, after, strict=True):
        for row in sorted(old ^ new, key=str):
            words = [
                titles[value] if isinstance(value, int) and index < 2 and what != "count" else str(value)
                for index, value in enumerate(row[:4])
            ]
            yield f"{what} {'missing' if row in new else 'stale'}: {' '.join(words)}"
    yield from claim_breaches()


def claim_breaches() -> Iterator[str]:
    """Every standing claim whose open breach is not what the published scores say, worked out claim by claim: open at
    these scores where they break it and nobody accepted them, and else none."""
    for claim in claims.every():
        open_one, accepted = claims.open_breach(claim), claims.accepted(claim)
        stored = (open_one.a_now, open_one.b_now) if open_one else None
        broken = claim.state == ClaimState.STANDING and claims.check(claim) == "broken" and accepted is None
        expected = (claim.a_score, claim.b_score) if broken else None
        if stored != expected:
            said = f"open at {stored[0]} against {stored[1]}" if stored else "not open"
            due = f"{expected[0]} against {expected[1]} break it" if expected else "nothing breaks it"
            yield f"claim {claim.pk} that {claim}: {said}, but {due}"


LISTED = """
SELECT role_id, version_id, title, seniority, family, number, published_score, published_zone, published_label
FROM assessments_searchentry
"""
TO_LIST = """
SELECT a.role_id, a.id, r.title, r.seniority, r.family, a.number, a.published_score, a.published_zone, a.published_label
FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id WHERE a.status = 'published'
"""


def search_breaches() -> Iterator[str]:
    """Entries of the lists that are not what is published, and counts that are not those of the indexed roles. Words
    of roles that still wait to be indexed are no breach."""
    titles = dict(Role.objects.values_list("pk", "slug"))
    listed, to_list = _rows(LISTED), _rows(TO_LIST)
    for row in sorted(listed ^ to_list, key=str):
        yield f"entry {'missing' if row in to_list else 'stale'}: {titles[row[0]]}"  # type: ignore[index]
    for table, (columns, recounted) in indexing.COUNTS.items():
        kept = _rows(f"SELECT {columns}, roles FROM assessments_{table}")  # noqa: S608
        for counted in sorted(kept ^ _rows(recounted), key=str):
            yield f"{table} {'stale' if counted in kept else 'missing'}: {' '.join(map(str, counted))}"


def _rows(query: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())
