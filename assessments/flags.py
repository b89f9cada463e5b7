"""Published decisions that require review, because what they rest on moved (DESIGN "Peers").

A decision rests on the scores its document quotes, on the scores that the roles it is related to had when it was made,
and on its method. Each moved by more than the `tolerance` of the decision's method raises a flag; one that comes back
within it takes its flag away again. What a reviewer reaffirmed is the new measure: the same score raises nothing twice.
Related occupations of O*NET raise no flag: nobody chose them, and a hub would flag thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assessments import dispatch, outbox, prepared
from assessments.enums import Clearance
from assessments.models import Assessment, ReviewFlag
from assessments.scoring import DEFAULT_TOLERANCE

RESTS_ON = ("peer", "distinct_from", "junior_of", "senior_of")

# `rests`: every published decision and thing it rests on that has to do with the roles at hand, read from either side;
# `was` is what it rested on. `known`: the score at which a reviewer last said that it stands nevertheless.
RAISE = """
WITH quoted AS (
  SELECT DISTINCT ON (q.assessment_id, q.role_id)
         q.assessment_id, 'quote' AS cause, q.role_id AS peer_id, q.score AS was
  FROM assessments_peerquote q
  JOIN assessments_assessment a ON a.id = q.assessment_id AND a.status = 'published'
  LEFT JOIN assessments_assessment c ON c.role_id = q.role_id AND c.status = 'published'
  WHERE q.role_id IS NOT NULL AND (q.role_id = ANY(%(roles)s) OR a.role_id = ANY(%(roles)s))
  ORDER BY q.assessment_id, q.role_id, abs(c.published_score - q.score) DESC NULLS LAST, q.id
),
edge AS (
  SELECT source_id AS role_id, target_id AS peer_id FROM assessments_rolerelation
    WHERE kind = ANY(%(kinds)s) AND (source_id = ANY(%(roles)s) OR target_id = ANY(%(roles)s))
  UNION
  SELECT target_id, source_id FROM assessments_rolerelation
    WHERE kind = ANY(%(kinds)s) AND (source_id = ANY(%(roles)s) OR target_id = ANY(%(roles)s))
),
related AS (
  SELECT a.id AS assessment_id, 'relation' AS cause, e.peer_id, then_.published_score AS was
  FROM edge e
  JOIN assessments_assessment a ON a.role_id = e.role_id AND a.status = 'published'
  JOIN assessments_decision d ON d.assessment_id = a.id
  JOIN LATERAL (
    SELECT w.published_score FROM assessments_assessment w
    WHERE w.role_id = e.peer_id AND w.published_at <= d.decided_at
      AND (w.superseded_at IS NULL OR w.superseded_at > d.decided_at)
      AND (w.retracted_at IS NULL OR w.retracted_at > d.decided_at)
    ORDER BY w.number DESC LIMIT 1) then_ ON true
  -- A role that the document quotes is told of by the quote.
  WHERE NOT EXISTS (SELECT 1 FROM quoted q WHERE q.assessment_id = a.id AND q.peer_id = e.peer_id)
),
rests AS (SELECT * FROM quoted UNION ALL SELECT * FROM related),
moved AS MATERIALIZED (
  SELECT r.assessment_id, r.cause, r.peer_id,
         jsonb_build_object('was', coalesce(known.score, r.was)::text, 'now', now_.published_score::text) AS detail
  FROM rests r
  JOIN assessments_assessment a ON a.id = r.assessment_id
  JOIN assessments_methodology m ON m.id = a.methodology_id
  LEFT JOIN assessments_assessment now_ ON now_.role_id = r.peer_id AND now_.status = 'published'
  LEFT JOIN LATERAL (
    SELECT f.id, (f.detail->>'now')::numeric AS score FROM assessments_reviewflag f
    WHERE f.assessment_id = r.assessment_id AND f.cause = r.cause AND f.peer_id = r.peer_id
      AND f.clearance = 'reaffirmed'
    ORDER BY f.cleared_at DESC LIMIT 1) known ON true
  WHERE CASE WHEN now_.id IS NULL
    THEN (known.id IS NULL OR known.score IS NOT NULL) AND EXISTS (
      SELECT 1 FROM assessments_assessment g WHERE g.role_id = r.peer_id AND g.status = 'retracted')
    ELSE abs(now_.published_score - coalesce(known.score, r.was))
           > coalesce((m.definition->>'tolerance')::numeric, %(tolerance)s) END
),
cleared AS (
  UPDATE assessments_reviewflag f
  SET cleared_at = %(at)s, clearance = CASE a.status WHEN 'published' THEN 'receded' ELSE 'replaced' END
  FROM assessments_assessment a
  WHERE a.id = f.assessment_id AND f.cleared_at IS NULL AND f.cause IN ('quote', 'relation')
    AND (f.peer_id = ANY(%(roles)s) OR a.role_id = ANY(%(roles)s))
    AND NOT EXISTS (SELECT 1 FROM moved v
                    WHERE v.assessment_id = f.assessment_id AND v.cause = f.cause AND v.peer_id = f.peer_id)
)
INSERT INTO assessments_reviewflag AS f (assessment_id, cause, peer_id, detail, raised_at, clearance, reason)
SELECT assessment_id, cause, peer_id, detail, %(at)s, '', '' FROM moved ORDER BY assessment_id, cause, peer_id
ON CONFLICT (assessment_id, cause, peer_id, methodology_id) WHERE cleared_at IS NULL
  DO UPDATE SET detail = excluded.detail WHERE f.detail IS DISTINCT FROM excluded.detail
RETURNING f.id, xmax = 0 AS raised
"""


def follow(roles: Sequence[int], *, at: datetime) -> list[int]:
    """Raise and take away the flags that follow from the scores of these roles, in the caller's transaction; the ids of
    those raised now. Part of `peers.recompute`, and like it harmless when repeated."""
    given = {"roles": list(roles), "kinds": list(RESTS_ON), "tolerance": DEFAULT_TOLERANCE, "at": at}
    raised = [flag for flag, new in prepared.execute(RAISE, given) if new]
    announce(raised)
    return raised


def announce(raised: Sequence[int]) -> None:
    """Have those concerned told of these flags."""
    if raised:
        outbox.request(dispatch.TELL, payload={"event": "flags", "ids": list(raised)})


def replace(assessment: Assessment, *, at: datetime) -> None:
    """The version stops being the published one: its open flags are moot. Part of superseding and retracting."""
    ReviewFlag.objects.filter(assessment=assessment, cleared_at__isnull=True).update(
        cleared_at=at, clearance=Clearance.REPLACED
    )
