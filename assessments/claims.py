"""Calibration claims held against the published scores, in the same pass as the comparisons (DESIGN "Peers").

A claim is broken when the published score of `a` lies below that of `b`, or the two further apart than its distance. A
role without a published version breaks nothing. A change of either role is a change of the claim. Broken, it has one
open breach, which follows the scores and goes when they mend; scores that its owner accepted raise none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assessments import dispatch, outbox, prepared

# Whoever withdraws a claim or accepts its breach holds the claim: what they did is seen by the statement that follows.
HOLD = """
SELECT id FROM assessments_calibrationclaim
WHERE state = 'standing' AND (a_id = ANY(%(roles)s) OR b_id = ANY(%(roles)s)) ORDER BY id FOR NO KEY UPDATE
"""
RAISE = """
WITH broken AS MATERIALIZED (
  SELECT c.id AS claim_id, x.published_score AS a_now, y.published_score AS b_now,
         (SELECT u.id FROM assessments_user u JOIN assessments_accessrole r ON r.user_id = u.id
          WHERE u.id = c.by_id AND u.is_active AND r.code = 'reviewer') AS owner_id
  FROM assessments_calibrationclaim c
  JOIN assessments_assessment x ON x.role_id = c.a_id AND x.status = 'published'
  JOIN assessments_assessment y ON y.role_id = c.b_id AND y.status = 'published'
  WHERE c.id = ANY(%(claims)s)
    AND CASE c.kind WHEN 'at_least' THEN x.published_score < y.published_score
                    ELSE abs(x.published_score - y.published_score) > c.distance END
    AND NOT EXISTS (SELECT 1 FROM assessments_claimbreach known
                    WHERE known.claim_id = c.id AND known.clearance = 'accepted'
                      AND known.a_now = x.published_score AND known.b_now = y.published_score)
),
mended AS (
  UPDATE assessments_claimbreach SET cleared_at = %(at)s, clearance = 'mended'
  WHERE claim_id = ANY(%(claims)s) AND cleared_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM broken WHERE broken.claim_id = assessments_claimbreach.claim_id)
)
INSERT INTO assessments_claimbreach AS breach
  (claim_id, owner_id, raised_at, a_score, b_score, a_now, b_now, clearance, reason)
SELECT claim_id, owner_id, %(at)s, a_now, b_now, a_now, b_now, '', '' FROM broken ORDER BY claim_id
ON CONFLICT (claim_id) WHERE cleared_at IS NULL
  DO UPDATE SET a_now = excluded.a_now, b_now = excluded.b_now
  WHERE (breach.a_now, breach.b_now) IS DISTINCT FROM (excluded.a_now, excluded.b_now)
RETURNING breach.id, xmax = 0 AS raised
"""


def follow(roles: Sequence[int], *, at: datetime) -> list[int]:
    """Raise, update and clear the breaches of every standing claim about these roles, in the caller's transaction; the
    ids of those raised now. Part of `peers.recompute`, and like it harmless when repeated."""
    claims = [claim for (claim,) in prepared.execute(HOLD, {"roles": list(roles)})]
    if not claims:
        return []
    raised = [breach for breach, new in prepared.execute(RAISE, {"claims": claims, "at": at}) if new]
    if raised:
        announce(raised)
    return raised


def announce(breaches: Sequence[int]) -> None:
    """Have the owners of these breaches told."""
    outbox.request(dispatch.TELL, payload={"event": "breaches", "ids": list(breaches)})
