"""A full rebuild of comparisons, standing, flags and claims: in a table beside the one in use, by ranges, swapped in.

Each step is one transaction; a worker that dies leaves its step undone, and whoever comes next takes it. Readers and
publishing go on meanwhile: what was recomputed since the start is made up for when the new table is brought into use.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from assessments import claims, dispatch, flags, outbox, peers
from assessments.enums import RebuildState, StepKind
from assessments.errors import Conflict
from assessments.models import PeerRebuild, RebuildStep, User

ROLES_A_STEP = 5_000
# A range with more relations than these is halved: some roles have thousands.
RELATIONS_A_STEP = 100_000
# What flags rest on is found by passing over all relations, whatever the range.
ROLES_A_FLAG_STEP = 50_000
# How long a worker stays with a rebuild before it lets a publication pass, and how long a step may take at most before
# somebody else may take it for lost.
TURN_SECONDS = 2.0
STEP_SECONDS = 300
LOCK = 742900005
TABLE, NEXT = "assessments_peercomparison", "assessments_peercomparison_next"
# What an index is called on the table beside, and in use.
NAMES = {
    f"{NEXT}_pkey": f"{TABLE}_pkey",
    f"{NEXT}_peer": f"{TABLE}_peer_id_976dbb01",
}
# Each pair once, by the role with the smaller key, for either reading: the other one's differences have the other sign.
RANGE = f"""
WITH edge AS (
  SELECT source_id AS role_id, target_id AS peer_id, kind FROM assessments_rolerelation
    WHERE source_id >= %(low)s AND source_id < %(high)s AND target_id > source_id
  UNION
  SELECT target_id, source_id, {peers.TURNED} FROM assessments_rolerelation
    WHERE target_id >= %(low)s AND target_id < %(high)s AND source_id > target_id
),
{peers.METHODS},
fresh AS MATERIALIZED ({peers.COMPARE_RANGE})
INSERT INTO {NEXT} ({peers.COLUMNS}, computed_at)
SELECT {peers.COLUMNS}, clock_timestamp() FROM fresh
UNION ALL
SELECT peer_id, role_id, {peers.TURNED}, peer_score, score, -difference, peer_zone, zone, peer_label, label,
       -task, -evidence, -barriers, -growth, -override, -method, -rounding, inversion, clock_timestamp() FROM fresh
"""  # noqa: S608
MORE = """
SELECT count(*) > %(most)s FROM (
  SELECT FROM assessments_rolerelation WHERE source_id >= %(low)s AND source_id < %(high)s
  UNION ALL SELECT FROM assessments_rolerelation WHERE target_id >= %(low)s AND target_id < %(high)s
  LIMIT %(most)s + 1) relations
"""
TOUCHED = """
SELECT role_id FROM assessments_outboxmessage WHERE topic = %(topic)s AND done_at >= %(since)s AND role_id IS NOT NULL
UNION SELECT role_id FROM assessments_standing WHERE computed_at >= %(since)s
"""
STANDING = """
WITH present AS MATERIALIZED (
  SELECT a.role_id, a.published_score AS score, r.family, a.published_zone AS zone
  FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id WHERE a.status = 'published'
),
gone AS (
  DELETE FROM assessments_standing s WHERE NOT EXISTS (SELECT 1 FROM present p WHERE p.role_id = s.role_id)
),
kept AS (
  INSERT INTO assessments_standing AS s (role_id, score, family, zone, computed_at)
  SELECT role_id, score, family, zone, clock_timestamp() FROM present
  ON CONFLICT (role_id) DO UPDATE SET (score, family, zone, computed_at) =
    (excluded.score, excluded.family, excluded.zone, excluded.computed_at)
  WHERE (s.score, s.family, s.zone) IS DISTINCT FROM (excluded.score, excluded.family, excluded.zone)
),
counted AS MATERIALIZED (
  SELECT scope, key, score, count(*) AS roles
  FROM present CROSS JOIN LATERAL (VALUES ('all', ''), ('family', family), ('zone', zone)) scopes(scope, key)
  GROUP BY scope, key, score
),
nobody AS (
  UPDATE assessments_scorecount c SET roles = 0
  WHERE c.roles <> 0
    AND NOT EXISTS (SELECT 1 FROM counted n WHERE (n.scope, n.key, n.score) = (c.scope, c.key, c.score))
)
INSERT INTO assessments_scorecount AS c (scope, key, score, roles) SELECT scope, key, score, roles FROM counted
ON CONFLICT (scope, key, score) DO UPDATE SET roles = excluded.roles WHERE c.roles <> excluded.roles
"""


@transaction.atomic
def begin(
    *,
    by: User | None,
    at: datetime,
    roles_a_step: int = ROLES_A_STEP,
    roles_a_flag_step: int = ROLES_A_FLAG_STEP,
) -> PeerRebuild:
    """Lay out the steps of a rebuild and make the table beside; Conflict while another is under way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if PeerRebuild.objects.filter(state=RebuildState.RUNNING).exists():
            raise Conflict("A rebuild is under way already.", code="rebuild_under_way")
        rebuild = PeerRebuild.objects.create(asked_by=by, asked_at=at)
        cursor.execute(f"DROP TABLE IF EXISTS {NEXT}")
        cursor.execute(f"CREATE TABLE {NEXT} (LIKE {TABLE} INCLUDING DEFAULTS)")
        cursor.execute("SELECT min(id), max(id) FROM assessments_role")
        first, last = cursor.fetchone()
    steps: list[tuple[StepKind, int, int]] = []
    for kind, size in ((StepKind.RANGE, roles_a_step), (StepKind.FLAGS, roles_a_flag_step)):
        steps += [(kind, low, low + size) for low in ([] if first is None else range(first, last + 1, size))]
    steps += [(kind, 0, 0) for kind in (StepKind.KEY, StepKind.PEER, StepKind.SWAP, StepKind.STANDING)]
    RebuildStep.objects.bulk_create(
        RebuildStep(rebuild=rebuild, kind=kind, low=low, high=high) for kind, low, high in steps
    )
    return rebuild


def send_to_workers(rebuild: PeerRebuild) -> None:
    """Ask for the rebuild in the background, in the caller's transaction."""
    for lane in range(settings.REBUILD_LANES):
        outbox.request(dispatch.REBUILD, payload={"rebuild": rebuild.pk, "lane": lane})


def fulfil(message_id: int) -> bool:
    """Take steps of the rebuild that an outbox message names for a while, then ask for the rest; whether any were
    taken here. A lane that another worker is in is left to it."""
    with transaction.atomic():
        held = outbox.hold([message_id])
    if not held:
        return False
    rebuild = PeerRebuild.objects.get(pk=held[0].payload["rebuild"])
    lane: int = held[0].payload["lane"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, lane])
        if not cursor.fetchone()[0]:
            outbox.postpone([message_id], seconds=TURN_SECONDS, why="Another worker is at this part of the rebuild.")
            return False
    try:
        until = time.monotonic() + TURN_SECONDS
        while time.monotonic() < until and _under_way(rebuild):
            outbox.extend_lease(message_id, seconds=STEP_SECONDS)
            if not take_step(rebuild):
                time.sleep(0.05)
        with transaction.atomic():
            outbox.mark_done(outbox.hold([message_id]))
            if _under_way(rebuild):
                outbox.request(dispatch.REBUILD, payload=held[0].payload)
            else:
                _clear_away()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, lane])
    return True


def take_step(rebuild: PeerRebuild) -> bool:
    """Do one step that may be done now and that nobody is at; False where there is none."""
    with transaction.atomic():
        left = rebuild.steps.filter(done_at__isnull=True).order_by("kind", "id")
        earliest = left.values_list("kind", flat=True).first()
        if earliest is None:
            return False
        step = left.filter(kind__lt=(earliest // 10 + 1) * 10).select_for_update(no_key=True, skip_locked=True).first()
        if step is None or not _under_way(rebuild):
            return False
        step.rows = DOES[StepKind(step.kind)](step)
        step.done_at = timezone.now()
        step.save(update_fields=["high", "rows", "done_at"])
    # Of two who end the last two steps at once, the later one sees that nothing is left.
    running = PeerRebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING)
    running.exclude(pk__in=left.values("rebuild")).update(state=RebuildState.DONE, ended_at=timezone.now())
    return True


def abandon(rebuild: PeerRebuild, *, at: datetime) -> None:
    """Give a rebuild up: steps that are at work end, no more are begun. Conflict where it is not under way any more."""
    running = PeerRebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING)
    if not running.update(state=RebuildState.ABANDONED, ended_at=at):
        raise Conflict("This rebuild is not under way any more.", code="wrong_state")


def _clear_away() -> None:
    """What a rebuild that was given up leaves behind, unless another one is at it by now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        if not PeerRebuild.objects.filter(state=RebuildState.RUNNING).exists():
            cursor.execute(f"DROP TABLE IF EXISTS {NEXT}")


def _under_way(rebuild: PeerRebuild) -> bool:
    return PeerRebuild.objects.filter(pk=rebuild.pk, state=RebuildState.RUNNING).exists()


def _compare_range(step: RebuildStep) -> int:
    """Compare the roles of a range, or of its first half where it has too many relations: the other is a new step."""
    with connection.cursor() as cursor:
        while step.high - step.low > 1:
            cursor.execute(MORE, {"low": step.low, "high": step.high, "most": RELATIONS_A_STEP})
            if not cursor.fetchone()[0]:
                break
            middle = (step.low + step.high) // 2
            RebuildStep.objects.create(rebuild=step.rebuild, kind=step.kind, low=middle, high=step.high)
            step.high = middle
        # The peers' versions by their key: hashed or merged, all versions would be read for every range. Nobody waits
        # for the disk: a crash that loses the rows loses the mark that they are done with them.
        cursor.execute(
            "SELECT set_config('enable_memoize', 'off', true), set_config('work_mem', '64MB', true),"
            " set_config('enable_mergejoin', 'off', true), set_config('synchronous_commit', 'off', true)"
        )
        cursor.execute(RANGE, {"low": step.low, "high": step.high})
        return int(cursor.rowcount)


def _index(columns: str, *, name: str, unique: bool = False) -> Callable[[RebuildStep], int]:
    def build(step: RebuildStep) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            cursor.execute(f"CREATE {'UNIQUE ' if unique else ''}INDEX {name} ON {NEXT} ({columns})")
        return 0

    return build


def _swap(step: RebuildStep) -> int:
    """Make up for what was recomputed meanwhile, then put the new table in the place of the old one."""
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {NEXT}")
        # No recompute from here to the end; readers read the old table until then.
        cursor.execute("SELECT pg_advisory_xact_lock(%s), set_config('enable_memoize', 'off', true)", [peers.LOCK])
        cursor.execute(TOUCHED, {"topic": dispatch.RECOMPUTE, "since": step.rebuild.asked_at})
        touched = [role for (role,) in cursor.fetchall()]
        if touched:
            cursor.execute(peers.comparisons_in(NEXT), {"roles": touched})
        if (
            not PeerRebuild.objects.select_for_update(no_key=True)
            .filter(pk=step.rebuild_id, state=RebuildState.RUNNING)
            .exists()
        ):
            raise Conflict("This rebuild was given up.", code="wrong_state")
        _hold_back_readers()
        cursor.execute(f"DROP TABLE {TABLE}")
        cursor.execute(f"ALTER TABLE {NEXT} RENAME TO {TABLE}")
        for beside, in_use in NAMES.items():
            cursor.execute(f"ALTER INDEX {beside} RENAME TO {in_use}")
        cursor.execute(f"ALTER TABLE {TABLE} ADD PRIMARY KEY USING INDEX {TABLE}_pkey")
        cursor.execute("INSERT INTO assessments_pagechange (role_id, own) VALUES (0, false)")
    return len(touched)


def _hold_back_readers() -> None:
    """The old table for ourselves. While we wait for a long reader, others wait behind us: so only for a moment at a
    time."""
    while True:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '100ms'")
                cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
                return
        except OperationalError:
            time.sleep(0.2)


def _stand_again(step: RebuildStep) -> int:
    """Bring every role's standing and the counts that ranks follow from up to date: what is right is left alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [peers.LOCK])
        cursor.execute(STANDING)
    return 0


def _flag_range(step: RebuildStep) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [peers.LOCK])
        cursor.execute("SELECT id FROM assessments_role WHERE id >= %s AND id < %s", [step.low, step.high])
        roles = [role for (role,) in cursor.fetchall()]
    if not roles:
        return 0
    now = timezone.now()
    return len(flags.follow(roles, at=now)) + len(claims.follow(roles, at=now))


DOES: dict[StepKind, Callable[[RebuildStep], int]] = {
    StepKind.RANGE: _compare_range,
    StepKind.KEY: _index("role_id, peer_id, kind", name=f"{NEXT}_pkey", unique=True),
    StepKind.PEER: _index("peer_id", name=f"{NEXT}_peer"),
    StepKind.SWAP: _swap,
    StepKind.STANDING: _stand_again,
    StepKind.FLAGS: _flag_range,
}
