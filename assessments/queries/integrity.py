"""Proofs over everything stored: figures against the formula, neighbours against the published scores."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction

from assessments import documents, indexing, peers, scoring
from assessments.enums import PUBLIC, ClaimState
from assessments.models import Assessment
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


# So many roles at a time: what a catalogue of any size holds is compared where it lies.
ROLES_AT_ONCE = 20_000
UNLIKE = """
SELECT what, said FROM (
  (SELECT 'stale' AS what, stored.* FROM ({stored}) stored EXCEPT SELECT 'stale', fresh.* FROM ({fresh}) fresh)
  UNION ALL
  (SELECT 'missing', fresh.* FROM ({fresh}) fresh EXCEPT SELECT 'missing', stored.* FROM ({stored}) stored)
) unlike CROSS JOIN LATERAL ({said}) sentence(said) ORDER BY said, what DESC
"""
SLUG = "(SELECT slug FROM assessments_role r WHERE r.id = unlike.{})"
IN_RANGE = "role_id >= %(low)s AND role_id < %(high)s"
PUBLISHED = (
    "SELECT a.role_id, a.published_score AS score, r.family, a.published_zone AS zone FROM assessments_assessment a"
    " JOIN assessments_role r ON r.id = a.role_id WHERE a.status = 'published'"
)
_COMPARISONS = UNLIKE.format(
    stored=f"SELECT {peers.COLUMNS} FROM assessments_peercomparison WHERE {IN_RANGE}",  # noqa: S608
    fresh=f"SELECT {peers.COLUMNS} FROM fresh",  # noqa: S608
    said=f"SELECT concat_ws(' ', {SLUG.format('role_id')}, {SLUG.format('peer_id')}, kind, score)",
)
COMPARISONS = f"""
WITH {peers.EDGES_OF_RANGE}, {peers.METHODS}, fresh AS MATERIALIZED ({peers.COMPARE})
{_COMPARISONS}
"""
STANDING = UNLIKE.format(
    stored=f"SELECT role_id, score, family, zone FROM assessments_standing WHERE {IN_RANGE}",  # noqa: S608
    fresh=f"{PUBLISHED} AND {IN_RANGE}",
    said=f"SELECT concat_ws(' ', {SLUG.format('role_id')}, score, family, zone)",
)
COUNTS = UNLIKE.format(
    stored="SELECT scope, key, score, roles::bigint FROM assessments_scorecount WHERE roles <> 0",
    fresh=f"SELECT scope, key, score, count(*) FROM ({PUBLISHED}) present"  # noqa: S608
    " CROSS JOIN LATERAL (VALUES ('all', ''), ('family', family), ('zone', zone)) scopes(scope, key)"
    " GROUP BY scope, key, score",
    said="SELECT concat_ws(' ', scope, key, score, roles)",
)


def peer_breaches() -> Iterator[str]:
    """What a rebuild would change, one sentence each; nothing is written, and no recompute waits for it.

    A role whose recompute is still pending is among them: wait for the outbox, or run `recompute_peers` first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM assessments_role")
        (last,) = cursor.fetchone()
    for what, query in (("comparison", COMPARISONS), ("standing", STANDING)):
        for low in range(0, last + 1, ROLES_AT_ONCE):
            yield from _unlike(what, query, {"low": low, "high": low + ROLES_AT_ONCE})
    yield from _unlike("count", COUNTS, {})
    yield from claim_breaches()


def _unlike(what: str, query: str, parameters: dict[str, int]) -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        # As in the recompute.
        cursor.execute("SELECT set_config('enable_memoize', 'off', true)")
        cursor.execute(query, parameters)
        found = cursor.fetchall()
    for state, said in found:
        yield f"{what} {state}: {said}"


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


ENTRIES = UNLIKE.format(
    stored="SELECT role_id, version_id, title, seniority, family, number, published_score, published_zone,"
    " published_label FROM assessments_searchentry",
    fresh="SELECT a.role_id, a.id, r.title, r.seniority, r.family, a.number, a.published_score, a.published_zone,"
    " a.published_label FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id"
    " WHERE a.status = 'published'",
    said=f"SELECT {SLUG.format('role_id')}",
)


def search_breaches() -> Iterator[str]:
    """Entries of the lists that are not what is published, and counts that are not those of the indexed roles. Words
    of roles that still wait to be indexed are no breach."""
    yield from _unlike("entry", ENTRIES, {})
    for table, (columns, recounted) in indexing.COUNTS.items():
        kept = _rows(f"SELECT {columns}, roles FROM assessments_{table}")  # noqa: S608
        for counted in sorted(kept ^ _rows(recounted), key=str):
            yield f"{table} {'stale' if counted in kept else 'missing'}: {' '.join(map(str, counted))}"


def _rows(query: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(cursor.fetchall())
