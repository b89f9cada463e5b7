"""What finding rests on, kept in line with what is published: set-based, like `peers`, and as harmless when repeated.

`refresh` runs where something is published, retracted or renamed, in that transaction: lists are never behind. What
takes longer, words and counts, `catch_up` does in the worker, after the recompute of neighbours and at every beat:
a role that waits stands in a table, so that a lost worker loses nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from assessments import prepared

LOCK = 742900007
AT_ONCE = 200
LONGEST_TEXT = 400_000

REFRESH = """
WITH stands AS MATERIALIZED (
  SELECT a.role_id, a.id AS version_id, r.slug, r.title, left(lower(unaccent(r.title)), 400) AS folded, r.seniority,
         r.family, a.number, m.version AS methodology, a.published_score, a.published_zone, a.published_sub_label,
         a.published_label, a.published_at, coalesce(a.task_resistance, 0) AS task_resistance,
         coalesce(a.evidence_total, 0) AS evidence_total
  FROM assessments_assessment a
  JOIN assessments_role r ON r.id = a.role_id
  JOIN assessments_methodology m ON m.id = a.methodology_id
  WHERE a.status = 'published' AND a.role_id = ANY(%(roles)s)
),
gone AS (
  DELETE FROM assessments_searchentry e
  WHERE e.role_id = ANY(%(roles)s) AND NOT EXISTS (SELECT 1 FROM stands s WHERE s.role_id = e.role_id)
),
kept AS (
  INSERT INTO assessments_searchentry (role_id, version_id, slug, title, folded, seniority, family, number, methodology,
    published_score, published_zone, published_sub_label, published_label, published_at, task_resistance,
    evidence_total)
  SELECT * FROM stands
  ON CONFLICT (role_id) DO UPDATE SET
    (version_id, slug, title, folded, seniority, family, number, methodology, published_score, published_zone,
     published_sub_label, published_label, published_at, task_resistance, evidence_total) =
    (excluded.version_id, excluded.slug, excluded.title, excluded.folded, excluded.seniority, excluded.family,
     excluded.number, excluded.methodology, excluded.published_score, excluded.published_zone,
     excluded.published_sub_label, excluded.published_label, excluded.published_at, excluded.task_resistance,
     excluded.evidence_total)
),
-- What was never published before is found by its title from the first moment.
named AS (
  INSERT INTO assessments_searchtext (role_id, names, body, words)
  SELECT role_id, setweight(to_tsvector('aijri', translate(title, '/', ' ')), 'A'), '', '[]' FROM stands
  ON CONFLICT (role_id) DO NOTHING
)
INSERT INTO assessments_searchpending (role_id) SELECT unnest(%(roles)s::bigint[])
"""

# Oldest first, past those that another transaction is at.
TAKE = """
DELETE FROM assessments_searchpending WHERE id IN (
  SELECT id FROM assessments_searchpending ORDER BY id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING role_id
"""

TABLES = {
    "facetcount": ("zone", "sub_label", "label", "family", "seniority", "methodology", "band"),
    "placecount": ("family", "resistance", "evidence", "zone"),
}


def _moved(table: str, columns: Sequence[str], moves: str) -> str:
    """Common table expressions that move the counts of a table by the sums of `moves` (columns and `by`)."""
    names = ", ".join(columns)
    same = f"({', '.join(f'c.{name}' for name in columns)}) = ({', '.join(f'd.{name}' for name in columns)})"
    return f"""
{table}_delta AS MATERIALIZED (
  SELECT {names}, sum(by) AS by FROM ({moves}) moved GROUP BY {names} HAVING sum(by) <> 0
),
{table}_fewer AS (
  UPDATE assessments_{table} c SET roles = c.roles + d.by FROM {table}_delta d WHERE d.by < 0 AND {same}
),
{table}_more AS (
  INSERT INTO assessments_{table} AS c ({names}, roles)
  SELECT {names}, by FROM {table}_delta WHERE by > 0 ORDER BY {names}
  ON CONFLICT ({names}) DO UPDATE SET roles = c.roles + excluded.roles
)"""  # noqa: S608


def _by_role(columns: Sequence[str]) -> str:
    names = ", ".join(columns)
    return (
        f"SELECT {names}, 1 AS by FROM present"  # noqa: S608
        f" UNION ALL SELECT {names}, -1 FROM past WHERE band IS NOT NULL"
    )


def _vector(texts: str) -> str:
    """The words of all texts in a JSON value; of one beyond all measure those of its beginning."""
    return (
        f"CASE WHEN length({texts}::text) <= {LONGEST_TEXT} THEN jsonb_to_tsvector('aijri', {texts}, '[\"string\"]')"
        f" ELSE to_tsvector('aijri', left({texts}::text, {LONGEST_TEXT})) END"
    )


BY_WORD = """
SELECT word, 1 AS by FROM present CROSS JOIN LATERAL jsonb_array_elements_text(words) AS w(word)
UNION ALL SELECT word, -1 FROM past CROSS JOIN LATERAL jsonb_array_elements_text(words) AS w(word)
"""
COUNTED = ("zone", "sub_label", "label", "family", "seniority", "methodology", "band", "resistance", "evidence")
# PostgreSQL takes words with a slash between them for a path, which is one word.
INDEX = f"""
WITH named AS MATERIALIZED (
  SELECT e.*,
         coalesce((SELECT string_agg(alias.text, ' . ' ORDER BY alias.id) FROM assessments_rolealias alias
                   WHERE alias.role_id = e.role_id), '') AS aliases,
         jsonb_path_query_array(a.document, '$.tasks[*].name') AS tasks,
         jsonb_build_array(a.document->'definition', a.document->'commentary', a.document->'growth'->'check',
           a.document->'quick_screen', a.document->'reinstatement',
           jsonb_path_query_array(a.document, '$.*[*].rationale')) AS texts
  FROM assessments_searchentry e JOIN assessments_assessment a ON a.id = e.version_id
  WHERE e.role_id = ANY(%(roles)s)
),
present AS MATERIALIZED (
  SELECT role_id,
         setweight(to_tsvector('aijri', translate(title, '/', ' ')), 'A')
           || setweight(to_tsvector('aijri', translate(left(aliases, {LONGEST_TEXT}), '/', ' ')), 'B')
           || setweight(to_tsvector('aijri', translate(family || ' . ' || seniority, '/', ' ')), 'C') AS names,
         setweight({_vector("tasks")}, 'C') || setweight({_vector("texts")}, 'D') AS body,
         (SELECT coalesce(jsonb_agg(word), '[]') FROM (
            SELECT DISTINCT word FROM regexp_split_to_table(
              lower(unaccent(concat_ws(' ', title, left(aliases, {LONGEST_TEXT}), tasks))), '[^[:alnum:]]+') word
            WHERE length(word) BETWEEN 3 AND 60) w) AS words,
         published_zone AS zone, published_sub_label AS sub_label, published_label AS label, family, seniority,
         methodology, least(floor(published_score / 10), 9)::smallint AS band,
         floor(task_resistance * 10)::smallint AS resistance, evidence_total AS evidence
  FROM named
),
past AS MATERIALIZED (SELECT * FROM assessments_searchtext WHERE role_id = ANY(%(roles)s)),
gone AS (
  DELETE FROM assessments_searchtext t
  WHERE t.role_id = ANY(%(roles)s) AND NOT EXISTS (SELECT 1 FROM present p WHERE p.role_id = t.role_id)
),
{_moved("facetcount", TABLES["facetcount"], _by_role(TABLES["facetcount"]))},
{_moved("placecount", TABLES["placecount"], _by_role(TABLES["placecount"]))},
{_moved("searchword", ("word",), BY_WORD)}
INSERT INTO assessments_searchtext AS t (role_id, names, body, words, {", ".join(COUNTED)})
SELECT role_id, names, body, words, {", ".join(COUNTED)} FROM present ORDER BY role_id
ON CONFLICT (role_id) DO UPDATE SET (names, body, words, {", ".join(COUNTED)}) =
  (excluded.names, excluded.body, excluded.words, {", ".join(f"excluded.{name}" for name in COUNTED)})
"""  # noqa: S608


WORDS_COUNTED = """
SELECT word, count(*) FROM assessments_searchtext CROSS JOIN LATERAL jsonb_array_elements_text(words) w(word)
GROUP BY word
"""


def _counted(columns: Sequence[str]) -> tuple[str, str]:
    names = ", ".join(columns)
    return names, f"SELECT {names}, count(*) FROM assessments_searchtext WHERE band IS NOT NULL GROUP BY {names}"  # noqa: S608


# Of each table of counts its columns, and the statement that counts anew from what was indexed.
COUNTS = {
    **{table: _counted(columns) for table, columns in TABLES.items()},
    "searchword": ("word", WORDS_COUNTED),
}


def refresh(roles: Sequence[int]) -> None:
    """Bring the entries of these roles in line with what is published, in the caller's transaction, and have words and
    counts follow."""
    prepared.execute(REFRESH, {"roles": list(roles)})


@transaction.atomic
def catch_up(*, limit: int = AT_ONCE) -> int:
    """Bring words and counts of the roles that have waited longest up to date; how many roles waited.

    One at a time over the whole installation: counts are moved by differences.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s), set_config('synchronous_commit', 'off', true)", [LOCK])
    roles = sorted({role for (role,) in prepared.execute(TAKE, {"limit": limit})})
    if roles:
        prepared.execute(INDEX, {"roles": roles})
        with connection.cursor() as cursor:
            # What nobody has any more leaves nothing behind: a word that was seen must not be suggested again.
            for table in ("facetcount", "placecount", "searchword"):
                cursor.execute(f"DELETE FROM assessments_{table} WHERE roles <= 0")  # noqa: S608
    return len(roles)


@transaction.atomic
def recount() -> None:
    """Make the counts anew from what was indexed; readers see the old ones until it is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        for table, (columns, counted) in COUNTS.items():
            cursor.execute(f"DELETE FROM assessments_{table}")  # noqa: S608
            cursor.execute(f"INSERT INTO assessments_{table} ({columns}, roles) {counted}")


def catch_up_whole() -> int:
    """`catch_up` until nothing waits; how many roles did."""
    done = 0
    while roles := catch_up():
        done += roles
    return done


def refresh_all() -> None:
    """The same for every role that is, or was, in the lists."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT role_id FROM assessments_assessment WHERE status = 'published'"
            " UNION SELECT role_id FROM assessments_searchentry UNION SELECT role_id FROM assessments_searchtext"
        )
        roles = [role for (role,) in cursor.fetchall()]
        if roles:
            refresh(roles)
