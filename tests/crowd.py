"""Many open reviews at once, copied in SQL from submissions made through the actions, past no guard: each begins as a
draft, has its contributor, and goes into review."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from assessments.models import Assessment, User

FAMILIES = 30
ROLES = """
INSERT INTO assessments_role (slug, title, seniority, family, status, created_at, created_by_id)
SELECT 'crowd-' || n, 'Crowd ' || n, 'Mid-level', 'Family ' || n %% %(families)s, 'active', now(), %(by)s
FROM generate_series(1, %(size)s) n
"""
DRAFTS = """
INSERT INTO assessments_assessment (role_id, number, methodology_id, kind, change_reason, status, created_at,
  created_by_id, saved_at, saved_by_id, document, content_hash, figures, weighted_total, task_resistance,
  evidence_total, barrier_total, growth, raw, formula_score, published_zone, published_sub_label, published_label)
SELECT r.id, 1, p.methodology_id, p.kind, p.change_reason, 'draft', p.created_at, p.created_by_id, p.saved_at,
  p.saved_by_id, p.document, p.content_hash, p.figures, p.weighted_total, p.task_resistance, p.evidence_total,
  p.barrier_total, p.growth, p.raw, p.formula_score, '', '', ''
FROM assessments_role r
JOIN assessments_assessment p
  ON p.id = (%(patterns)s::bigint[])[1 + substring(r.slug, 7)::int %% array_length(%(patterns)s::bigint[], 1)]
WHERE r.slug LIKE 'crowd-%%'
"""
REST = """
INSERT INTO assessments_contribution (assessment_id, user_id, first_at)
SELECT a.id, a.created_by_id, a.created_at FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id
WHERE r.slug LIKE 'crowd-%';
UPDATE assessments_assessment a SET status = 'in_review', submitted_at = now() FROM assessments_role r
WHERE r.id = a.role_id AND r.slug LIKE 'crowd-%';
INSERT INTO reviews_review (assessment_id, content_hash, methodology_id, state, submitted_at, submitted_by_id)
SELECT a.id, a.content_hash, a.methodology_id, 'open', now() - a.id * interval '1 minute', a.created_by_id
FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id WHERE r.slug LIKE 'crowd-%';
"""
HELD = """
INSERT INTO reviews_claim (review_id, reviewer_id, claimed_at, expires_at)
SELECT id, %(one)s, now() - interval '1 hour', now() + interval '1 hour' FROM reviews_review v
WHERE state = 'open' AND id %% 4 = 0 ON CONFLICT DO NOTHING;
INSERT INTO reviews_assignment (review_id, reviewer_id, due_at, note, assigned_at, assigned_by_id)
SELECT id, CASE id %% 2 WHEN 0 THEN %(one)s ELSE %(two)s END, now() + (id %% 40 - 20) * interval '1 day', '', now(),
  %(two)s FROM reviews_review WHERE state = 'open' AND id %% 3 = 0 ON CONFLICT DO NOTHING;
"""


@transaction.atomic
def crowd(patterns: Sequence[Assessment], size: int, *, one: User, two: User) -> None:
    """`size` more open reviews, each a copy of one of these; a quarter claimed by `one`, a third assigned to either."""
    given = {"families": FAMILIES, "size": size, "by": patterns[0].created_by_id}
    with connection.cursor() as cursor:
        cursor.execute(ROLES, given)
        cursor.execute(DRAFTS, {"patterns": [each.pk for each in patterns]})
        cursor.execute(REST)
        cursor.execute(HELD, {"one": one.pk, "two": two.pk})
