"""Stored parts of published pages: read with one question, kept with the snapshot they were rendered from.

A page of a version has two parts in a language: `own`, what it says of its role itself, and `others`, what moves with
other roles. Whatever either says is a fact about some roles, and every change of such a fact leaves a row in the log of
changes, written by triggers and by the recompute in the transaction of the change: nothing can be forgotten by whoever
writes. A part is fresh while its snapshot has seen every change of its roles; changes of two transactions need no
order, and nobody waits for anybody (docs/adr/0017).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection, transaction

from assessments import prepared
from assessments.queries.standing import Counted, Scope, scopes_of

CHANNEL = "aijri_pages"
# Changes of it concern every page.
EVERY_ROLE = 0
KEPT_CHANGES = "1 hour"
# What the database takes for the number of a version.
LARGEST_NUMBER = 2**31 - 1

FIND = """
WITH found AS (
  SELECT a.id, a.role_id, a.status FROM assessments_assessment a JOIN assessments_role r ON r.id = a.role_id
  WHERE r.slug = %(slug)s AND a.status IN ('published', 'superseded', 'retracted')
    -- A merged role's own address leads on. What has nothing current shows what was last.
    AND CASE WHEN %(number)s::int IS NULL THEN r.status <> 'merged' ELSE a.number = %(number)s::int END
  ORDER BY a.status <> 'published', a.number DESC LIMIT 1
),
fresh AS (
  SELECT p.part, p.body, p.roles FROM assessments_storedpart p JOIN found f ON f.id = p.assessment_id
  WHERE p.language = %(language)s AND p.build = %(build)s || aijri_cluster() AND NOT EXISTS (
    SELECT FROM assessments_pagechange c
    WHERE c.role_id = ANY(p.roles) AND (c.own OR p.part = 'others') AND (
      (c.changed >= pg_snapshot_xmin(p.seen) AND NOT pg_visible_in_snapshot(c.changed, p.seen))
      -- A snapshot does not say that the transaction which took it was still to write.
      OR c.changed = pg_current_xact_id_if_assigned()))
)
SELECT f.id, f.role_id, own.body, others.body, others.roles, s.score, s.family, s.zone,
  (SELECT json_agg(json_build_array(scope, key, above, roles)) FROM (
    SELECT c.scope, c.key, coalesce(sum(c.roles) FILTER (WHERE c.score > s.score), 0) AS above, sum(c.roles) AS roles
    FROM assessments_scorecount c
    WHERE (c.scope, c.key) IN (('all', ''), ('family', s.family), ('zone', s.zone)) GROUP BY c.scope, c.key) counted),
  (SELECT max(moved) FROM assessments_scorecount), pg_current_snapshot()::text
FROM found f
LEFT JOIN fresh own ON own.part = 'own'
LEFT JOIN fresh others ON others.part = 'others'
LEFT JOIN assessments_standing s ON s.role_id = f.role_id AND f.status = 'published'
WHERE f.status <> 'retracted'
"""
# A later reading never gives way to an earlier one; two that do not know each other's are both right for a while.
KEEP = """
INSERT INTO assessments_storedpart AS p (assessment_id, part, language, build, body, roles, seen)
VALUES (%(assessment)s, %(part)s, %(language)s, %(build)s || aijri_cluster(), %(body)s, %(roles)s,
  %(seen)s::pg_snapshot)
ON CONFLICT (assessment_id, language, part) DO UPDATE SET (build, body, roles, seen) =
  (excluded.build, excluded.body, excluded.roles, excluded.seen)
WHERE pg_snapshot_xmax(p.seen) <= pg_snapshot_xmax(excluded.seen) OR p.build <> excluded.build
"""
NEWS = """
SELECT pg_current_snapshot()::text,
  (SELECT array_agg(DISTINCT role_id) FROM assessments_pagechange
   WHERE changed >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
     AND NOT pg_visible_in_snapshot(changed, %(seen)s::pg_snapshot)),
  (SELECT json_agg(json_build_array(scope, key, score::text, roles, moved)) FROM assessments_scorecount
   WHERE moved > %(moved)s)
"""
# Stale parts first: without the changes they would pass for fresh.
TIDY = f"""
WITH old AS MATERIALIZED (SELECT role_id, own, changed FROM assessments_pagechange
  WHERE at < clock_timestamp() - interval '{KEPT_CHANGES}'),
stale AS (
  DELETE FROM assessments_storedpart p USING old c
  WHERE p.roles @> ARRAY[c.role_id] AND (c.own OR p.part = 'others') AND NOT pg_visible_in_snapshot(c.changed, p.seen))
DELETE FROM assessments_pagechange WHERE at < clock_timestamp() - interval '{KEPT_CHANGES}'
"""  # noqa: S608


@dataclass(frozen=True)
class Stands:
    """Where a role stands, which ranks follow from: its score, family and zone."""

    score: Decimal
    family: str
    zone: str


@dataclass(frozen=True)
class Found:
    """What one snapshot holds of a page. `own` and `others` are None where they are to be rendered; `roles` are those
    that `others` speaks of; `counted` are the ranks' counts, as of the move numbered `moved`."""

    assessment_id: int
    role_id: int
    own: str | None
    others: str | None
    roles: tuple[int, ...]
    stands: Stands | None
    counted: dict[Scope, Counted]
    moved: int
    seen: str


@dataclass(frozen=True)
class News:
    """What happened since an earlier look: the snapshot to ask with next, the roles that changed, and the counts that
    moved as (scope, key, score, roles, moved)."""

    seen: str
    roles: frozenset[int]
    counts: tuple[tuple[str, str, Decimal, int, int], ...]


def find(slug: str, number: int | None, *, language: str, build: str) -> Found | None:
    """What a role's page shows (`published.version`), or one public version by number, in one question; None where
    there is none or it is retracted."""
    if number is not None and number > LARGEST_NUMBER:
        return None
    asked = {"slug": slug, "number": number, "language": language, "build": build}
    for row in _at_last(FIND, asked):
        assessment, role, own, others, roles, score, family, zone, counts, moved, seen = row
        stands = None if score is None else Stands(score, family, zone)
        known = {(scope, key): Counted(above, of) for scope, key, above, of in counts or ()}
        counted = {scope: known.get(scope, Counted(0, 0)) for scope in scopes_of(stands)} if stands else {}
        return Found(assessment, role, own, others, tuple(roles or ()), stands, counted, moved or 0, seen)
    return None


def _at_last(question: str, asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """Its rows; over a new connection where the old one turns out to have died, which nobody asks beforehand."""
    try:
        return prepared.execute(question, asked, look_first=False)
    except OperationalError:
        if connection.in_atomic_block:
            raise
        connection.close()
        return prepared.execute(question, asked)


@contextmanager
def one_reading() -> Iterator[None]:
    """All questions of the block see the same moment; inside somebody's transaction they see what that one sees."""
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # A rebuild swaps this table: what is there when the moment is chosen has to stay until its end.
        cursor.execute("LOCK TABLE assessments_peercomparison IN ACCESS SHARE MODE")
        yield


def keep(found: Found, part: str, body: str, *, about: Iterable[int], language: str, build: str) -> None:
    """Store a part that was rendered in the reading of `found`; `about` are the roles it speaks of besides its own."""
    roles = sorted({EVERY_ROLE, found.role_id, *about})
    kept = {"assessment": found.assessment_id, "part": part, "language": language, "build": build, "body": body}
    prepared.execute(KEEP, {**kept, "roles": roles, "seen": found.seen})


def news(seen: str | None, *, moved: int) -> News:
    """What changed since the snapshot `seen` (None: nothing is asked but where we are) and the move `moved`."""
    with connection.cursor() as cursor:
        if seen is None:
            cursor.execute("SELECT pg_current_snapshot()::text")
            seen = str(cursor.fetchone()[0])
        cursor.execute(NEWS, {"seen": seen, "moved": moved})
        now, roles, counts = cursor.fetchone()
    told: list[list[Any]] = counts if isinstance(counts, list) else []
    return News(
        seen=now,
        roles=frozenset(roles or ()),
        counts=tuple((scope, key, Decimal(score), many, number) for scope, key, score, many, number in told),
    )


def tidy() -> None:
    """Forget changes that are older than an hour, and with them the stored parts that have not seen them."""
    with connection.cursor() as cursor:
        cursor.execute(TIDY)
