"""What a publication has to look after besides its own version; seldom anything, so that one question asks."""

from __future__ import annotations

from dataclasses import dataclass

from assessments import prepared
from assessments.models import Assessment, Role

LOOSE_ENDS = """
SELECT
  ARRAY (SELECT target_id FROM assessments_rolerelation WHERE source_id = %(role)s AND kind = 'distinct_from'),
  ARRAY (SELECT target_id FROM assessments_rolerelation
         WHERE source_id = %(role)s AND kind = 'distinct_from' AND origin = 'document'),
  EXISTS (SELECT 1 FROM assessments_waitingname WHERE source_id = %(role)s),
  EXISTS (SELECT 1 FROM assessments_waitingname WHERE lower(title) = lower(%(title)s))
    OR EXISTS (SELECT 1 FROM assessments_peerquote WHERE lower(role_title) = lower(%(title)s) AND role_id IS NULL)
    OR EXISTS (SELECT 1 FROM assessments_role other JOIN assessments_peerquote quote ON quote.role_id = other.id
               WHERE lower(other.title) = lower(%(title)s) AND other.id <> %(role)s AND NOT EXISTS (
                 SELECT 1 FROM assessments_assessment version
                 WHERE version.role_id = other.id AND version.status IN ('published', 'superseded', 'retracted')))
    OR EXISTS (SELECT 1 FROM assessments_rolealias alias WHERE alias.role_id = %(role)s AND (
      EXISTS (SELECT 1 FROM assessments_waitingname WHERE lower(title) = lower(alias.text))
      OR EXISTS (SELECT 1 FROM assessments_peerquote
                 WHERE lower(role_title) = lower(alias.text) AND role_id IS NULL))),
  EXISTS (SELECT 1 FROM assessments_retraction WHERE assessment_id = %(before)s AND state = 'open'),
  EXISTS (SELECT 1 FROM assessments_reviewflag WHERE assessment_id = %(before)s AND cleared_at IS NULL)
"""


@dataclass(frozen=True)
class LooseEnds:
    """What hangs on a role and on the version of it that was published before.

    `distinct`: the roles it is related to as distinct from; `named`: those of them that its document named; `waits`:
    whether its document waits for names; `waited_for`: whether any document waits for a name of this role, which it
    says it is not or quotes, or had to take a role for it of which nothing is public. Of the version before,
    `proposed`: its retraction; `flagged`: it requires review.
    """

    distinct: frozenset[int]
    named: frozenset[int]
    waits: bool
    waited_for: bool
    proposed: bool
    flagged: bool


def loose_ends(role: Role, before: Assessment | None) -> LooseEnds:
    """What a publication of this role has to look after, with the version that was published before, if any."""
    parameters = {"role": role.pk, "title": role.title, "before": before.pk if before else None}
    ((distinct, named, *rest),) = prepared.execute(LOOSE_ENDS, parameters)
    return LooseEnds(frozenset(distinct), frozenset(named), *rest)
