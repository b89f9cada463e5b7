"""The set-based recompute of everything that follows from neighbours (DESIGN "Peers", invariant 10).

One statement each for comparisons and standing, over all pending roles at once. One hop: a change of A touches the
comparisons of A and of the roles related to A, read from either side, and nothing further. Running it twice, in any
order, for roles that did not change, does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from assessments import claims, flags, outbox, prepared
from assessments.enums import Status
from assessments.models import OutboxMessage

LOCK = 742900002
# The planner's memoize node made the comparisons super-linear on skewed graphs. All of this can be done again: a crash
# that loses the last moment loses the done-mark with the effect, so that nobody waits for the disk.
BEGIN = """
SELECT pg_advisory_xact_lock(%(lock)s), set_config('enable_memoize', 'off', true),
  set_config('synchronous_commit', 'off', true)
"""
# Division keeps as many decimals as its operands have: with thirty, four rounded places are those of the exact value.
HUNDRED = "100." + "0" * 30

# Four-factor Shapley value of a product: each factor's difference times the mean of the products of the other three,
# weighted 1/4 for all-from-one-side and 1/12 for each mixture (METHOD "Attribution"; `scoring.attribute` is the same in
# Python, and the tests hold the two against each other). Twelve times it, in whole numbers of the method's units.
PART = (
    "({m}.a{i} - {m}.b{i}) * (3 * ({m}.a{j}*{m}.a{k}*{m}.a{l} + {m}.b{j}*{m}.b{k}*{m}.b{l})"
    " + {m}.a{j}*{m}.a{k}*{m}.b{l} + {m}.a{j}*{m}.b{k}*{m}.a{l} + {m}.b{j}*{m}.a{k}*{m}.a{l}"
    " + {m}.a{j}*{m}.b{k}*{m}.b{l} + {m}.b{j}*{m}.a{k}*{m}.b{l} + {m}.b{j}*{m}.b{k}*{m}.a{l})"
)


def _part(index: int) -> str:
    """One factor's part in points; between two methods the mean of what it is under each."""
    j, k, l = (other for other in range(1, 5) if other != index)  # noqa: E741
    here, there = (PART.format(m=side, i=index, j=j, k=k, l=l) for side in "mn")
    under_one = f"({here}) * {HUNDRED} / p.twelfth"
    return (
        f"CASE WHEN p.id = q.id THEN round({under_one}, 4)"
        f" ELSE round(({under_one} + ({there}) * {HUNDRED} / q.twelfth) / 2, 4) END"
    )


def _factors(method: str) -> str:
    """The four factors of both records under a method, in its units; `OFFSET 0` has each computed once."""
    columns = [
        column
        for letter, record in (("a", "x"), ("b", "y"))
        for column in (
            f"{method}.ceiling - ({record}.weighted_total * {method}.unit)::bigint AS {letter}1",
            f"{method}.evidence_unit + {method}.evidence_step * {record}.evidence_total AS {letter}2",
            f"{method}.barrier_unit + {method}.barrier_step * {record}.barrier_total AS {letter}3",
            f"{method}.growth_unit + {method}.growth_step * {record}.growth AS {letter}4",
        )
    ]
    return f"SELECT {', '.join(columns)}"


def _both_above(side: str, method: str) -> str:
    """What both records stand at under a method, together, in points and unclamped."""
    products = f"{side}.a1*{side}.a2*{side}.a3*{side}.a4 + {side}.b1*{side}.b2*{side}.b3*{side}.b4"
    return f"(({products}) * {HUNDRED} * 12 / {method}.twelfth - 2 * {method}.zero * {HUNDRED} / {method}.divisor)"


# A method's constants as whole numbers of units that are powers of ten, fine enough for every decimal they have.
METHODS = """
method AS MATERIALIZED (
  SELECT id, divisor, zero, unit, (ceiling * unit)::bigint AS ceiling,
         evidence_unit, (evidence_step * evidence_unit)::bigint AS evidence_step,
         barrier_unit, (barrier_step * barrier_unit)::bigint AS barrier_step,
         growth_unit, (growth_step * growth_unit)::bigint AS growth_step,
         12 * divisor * unit * evidence_unit * barrier_unit * growth_unit AS twelfth
  FROM (
    SELECT id, (f->>'ceiling')::numeric AS ceiling, (f->>'evidence_step')::numeric AS evidence_step,
           (f->>'barrier_step')::numeric AS barrier_step, (f->>'growth_step')::numeric AS growth_step,
           (f->>'divisor')::numeric AS divisor, (f->>'offset')::numeric AS zero
    FROM (SELECT id, definition->'formula' AS f FROM assessments_methodology WHERE status <> 'draft') stored
  ) constants
  CROSS JOIN LATERAL (
    SELECT (10::numeric ^ greatest(4, scale(ceiling)))::bigint AS unit,
           (10::numeric ^ scale(evidence_step))::bigint AS evidence_unit,
           (10::numeric ^ scale(barrier_step))::bigint AS barrier_unit,
           (10::numeric ^ scale(growth_step))::bigint AS growth_unit OFFSET 0) units
)
"""


def _compare(of: str = "") -> str:
    """Compares the published versions of `edge` (role_id, peer_id, kind), each read from `role_id`; `of` says once more
    which roles those are, where the planner has to know."""
    return f"""
  SELECT edge.role_id, edge.peer_id, edge.kind,
         x.published_score AS score, y.published_score AS peer_score,
         x.published_score - y.published_score AS difference, x.published_zone AS zone,
         y.published_zone AS peer_zone, x.published_label AS label, y.published_label AS peer_label,
         part.task, part.evidence, part.barriers, part.growth, part.override, part.method,
         x.published_score - y.published_score
           - part.task - part.evidence - part.barriers - part.growth - part.override - part.method AS rounding,
         (x.task_resistance >= y.task_resistance AND x.evidence_total >= y.evidence_total
            AND x.barrier_total >= y.barrier_total AND x.growth >= y.growth AND x.published_score < y.published_score)
         OR (y.task_resistance >= x.task_resistance AND y.evidence_total >= x.evidence_total
            AND y.barrier_total >= x.barrier_total AND y.growth >= x.growth AND y.published_score < x.published_score)
           AS inversion
  FROM edge
  JOIN assessments_assessment x ON x.role_id = edge.role_id AND x.status = 'published' {of}
  JOIN assessments_assessment y ON y.role_id = edge.peer_id AND y.status = 'published'
  JOIN method p ON p.id = x.methodology_id
  JOIN method q ON q.id = y.methodology_id
  CROSS JOIN LATERAL ({_factors("p")} OFFSET 0) m
  LEFT JOIN LATERAL ({_factors("q")} WHERE p.id <> q.id OFFSET 0) n ON true
  CROSS JOIN LATERAL (
    SELECT {_part(1)} AS task, {_part(2)} AS evidence, {_part(3)} AS barriers, {_part(4)} AS growth,
           (x.published_score - x.formula_score) - (y.published_score - y.formula_score) AS override,
           CASE WHEN p.id = q.id THEN 0
                ELSE round(({_both_above("m", "p")} - {_both_above("n", "q")}) / 2, 4) END AS method
    OFFSET 0) part
"""  # noqa: S608


COMPARE = _compare()
COMPARE_RANGE = _compare("AND x.role_id >= %(low)s AND x.role_id < %(high)s")

COLUMNS = """
  role_id, peer_id, kind, score, peer_score, difference, zone, peer_zone, label, peer_label,
  task, evidence, barriers, growth, override, method, rounding, inversion
"""
TURNED = "CASE kind WHEN 'junior_of' THEN 'senior_of' WHEN 'senior_of' THEN 'junior_of' ELSE kind END"
# The edges of the roles of a range of keys, read from them.
EDGES_OF_RANGE = f"""
edge AS (
  SELECT source_id AS role_id, target_id AS peer_id, kind FROM assessments_rolerelation
    WHERE source_id >= %(low)s AND source_id < %(high)s
  UNION
  SELECT target_id, source_id, {TURNED} FROM assessments_rolerelation
    WHERE target_id >= %(low)s AND target_id < %(high)s
)
"""  # noqa: S608


def comparisons_in(table: str) -> str:
    """The statement that brings the comparisons of `roles`, read from either side, up to date in a table; the pages
    that say anything of them are stale with it."""
    return f"""
WITH edge AS MATERIALIZED (
  SELECT DISTINCT read.role_id, read.peer_id, read.kind
  FROM assessments_rolerelation stored
  CROSS JOIN LATERAL (VALUES
    (source_id, target_id, kind), (target_id, source_id, {TURNED})) read(role_id, peer_id, kind)
  WHERE source_id = ANY(%(roles)s) OR target_id = ANY(%(roles)s)
),
{METHODS},
fresh AS MATERIALIZED ({COMPARE}),
gone AS (
  DELETE FROM {table} c
  WHERE (c.role_id = ANY(%(roles)s) OR c.peer_id = ANY(%(roles)s))
    AND NOT EXISTS (SELECT 1 FROM fresh f WHERE f.role_id = c.role_id AND f.peer_id = c.peer_id AND f.kind = c.kind)
  RETURNING role_id
),
told AS (
  INSERT INTO assessments_pagechange (role_id, own)
  SELECT role_id, false FROM fresh UNION SELECT role_id, false FROM gone
  UNION SELECT role_id, false FROM unnest(%(roles)s::bigint[]) role_id
)
INSERT INTO {table} AS c ({COLUMNS}, computed_at)
SELECT {COLUMNS}, clock_timestamp() FROM fresh ORDER BY role_id, peer_id, kind
ON CONFLICT (role_id, peer_id, kind) DO UPDATE SET
  (score, peer_score, difference, zone, peer_zone, label, peer_label,
   task, evidence, barriers, growth, override, method, rounding, inversion, computed_at) =
  (excluded.score, excluded.peer_score, excluded.difference, excluded.zone, excluded.peer_zone, excluded.label,
   excluded.peer_label, excluded.task, excluded.evidence, excluded.barriers, excluded.growth, excluded.override,
   excluded.method, excluded.rounding, excluded.inversion, excluded.computed_at)
"""  # noqa: S608


COMPARISONS = comparisons_in("assessments_peercomparison")

STANDING = """
WITH present AS MATERIALIZED (
  SELECT a.role_id, a.published_score AS score, r.family, a.published_zone AS zone
  FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id
  WHERE a.status = 'published' AND a.role_id = ANY(%(roles)s)
),
past AS MATERIALIZED (
  SELECT role_id, score, family, zone FROM assessments_standing WHERE role_id = ANY(%(roles)s)
),
gone AS (
  DELETE FROM assessments_standing s
  WHERE s.role_id = ANY(%(roles)s) AND NOT EXISTS (SELECT 1 FROM present p WHERE p.role_id = s.role_id)
),
kept AS (
  INSERT INTO assessments_standing (role_id, score, family, zone, computed_at)
  SELECT role_id, score, family, zone, clock_timestamp() FROM present
  ON CONFLICT (role_id) DO UPDATE SET (score, family, zone, computed_at) =
    (excluded.score, excluded.family, excluded.zone, excluded.computed_at)
),
moved AS (
  SELECT score, family, zone, 1 AS by FROM present UNION ALL SELECT score, family, zone, -1 FROM past
),
delta AS (
  SELECT scope, key, score, sum(by) AS by
  FROM moved CROSS JOIN LATERAL (VALUES ('all', ''), ('family', family), ('zone', zone)) scopes(scope, key)
  GROUP BY scope, key, score HAVING sum(by) <> 0
),
fewer AS (
  UPDATE assessments_scorecount c SET roles = c.roles + d.by
  FROM delta d WHERE d.by < 0 AND (c.scope, c.key, c.score) = (d.scope, d.key, d.score)
)
INSERT INTO assessments_scorecount AS c (scope, key, score, roles)
SELECT scope, key, score, by FROM delta WHERE by > 0 ORDER BY scope, key, score
ON CONFLICT (scope, key, score) DO UPDATE SET roles = c.roles + excluded.roles
"""


def recompute(roles: Sequence[int]) -> None:
    """Bring comparisons, standing, flags and claims of these roles up to date, in the caller's transaction.

    One at a time over the whole installation: the counts of standing are moved by differences, and the second of two
    recomputes must read what the first one wrote.
    """
    prepared.execute(BEGIN, {"lock": LOCK})
    parameters = {"roles": list(roles)}
    prepared.execute(COMPARISONS, parameters)
    prepared.execute(STANDING, parameters)
    flags.follow(roles, at=timezone.now())
    claims.follow(roles, at=timezone.now())


@transaction.atomic
def fulfil(message_ids: Sequence[int]) -> list[int]:
    """Do what these outbox messages ask and mark them done, in one transaction; the roles that were recomputed.

    A message delivered twice or in any order does its work once.
    """
    held = outbox.hold(message_ids)
    roles = sorted({message.role_id for message in held if message.role_id is not None})
    if roles:
        recompute(roles)
        outbox.mark_done(held)
    return roles


def pending_for(role_id: int) -> bool:
    """Whether a recompute that touches this role's comparisons is still to come: its own or a neighbour's."""
    neighbours = Q(role__relations_out__target=role_id) | Q(role__relations_in__source=role_id)
    concerned = OutboxMessage.objects.filter(Q(role_id=role_id) | neighbours, done_at__isnull=True)
    return concerned.filter(role__assessments__status=Status.PUBLISHED).exists()


def percentile(*, above: int, of: int) -> Decimal:
    """The share of published roles that score the same or lower, in per cent, one decimal."""
    return (Decimal(100) * (of - above) / of).quantize(Decimal("0.1"), ROUND_HALF_UP)
