"""A catalogue of many published roles and relations in the database that the environment names, for benches alone.

With `--data DIR` (folders with `roles.tsv.gz`, `tasks.tsv.gz`, `edges.npz` as the catalogue generator writes them) the
roles, scores and edges of those catalogues; without it some are drawn, with a heavy-tailed in-degree.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psycopg
from django.db import connection
from django.utils import timezone

from assessments.models import Methodology, User
from assessments.scoring import Method
from assessments.scoring.bulk import Columns, compute_all
from bench.bulk import anything_legal
from bench.dry_run import from_files

FAMILIES = 23
LEVELS = ("Entry-level", "Mid-level", "Senior", "Lead")
CHUNK = 100_000
# Guards that protect what people decided, and checks of keys that are right by construction.
SWITCHED_OFF = (
    "assessments_role",
    "assessments_rolealias",
    "assessments_assessment",
    "assessments_decision",
    "assessments_rolerelation",
)
ROLE = "(id, slug, title, seniority, family, status, created_at, created_by_id)"
VERSION = (
    "(role_id, number, methodology_id, kind, change_reason, status, created_at, created_by_id, saved_at, saved_by_id,"
    " published_at, document, content_hash, figures, weighted_total, task_resistance, evidence_total, barrier_total,"
    " growth, raw, formula_score, published_score, published_zone, published_sub_label, published_label)"
)
DECISION = (
    "INSERT INTO assessments_decision (assessment_id, outcome, reason, decided_by_id, role_held, decided_at,"
    " methodology_id, content_hash, formula_score, formula_zone, formula_label, published_score, published_zone,"
    " published_label) SELECT id, 'formula_accepted', 'Measured.', created_by_id, 'reviewer', published_at,"
    " methodology_id, content_hash, formula_score, published_zone, published_label, published_score, published_zone,"
    " published_label FROM assessments_assessment WHERE status = 'published' AND id > %s"
)
INDEXES = (
    "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i WHERE indrelid = %s::regclass"
    " AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)"
)
ALIAS = "(role_id, text, origin)"
RELATION = "(source_id, target_id, kind, note, origin, created_at, created_by_id)"


class Named(NamedTuple):
    """What a role is called, and its document as JSON."""

    title: str
    seniority: str
    family: str
    aliases: tuple[str, ...]
    document: str


@dataclass(frozen=True)
class Catalogue:
    """Inputs of roles by row, and directed edges between rows."""

    inputs: Columns
    source: Any
    target: Any

    @property
    def in_degree(self) -> Any:
        return np.bincount(self.target, minlength=len(self.inputs))


def of_folder(method: Method, folder: str) -> Catalogue:
    """The catalogue that the generator wrote there."""
    graph = np.load(Path(folder) / "edges.npz")
    return Catalogue(from_files(method, Path(folder)), graph["src"], graph["dst"])


def names_of_folder(folder: str) -> list[Named]:
    """Real titles, aliases and task names of the catalogue that the generator wrote there; a title has its area or
    industry behind it, for titles are given once."""
    tasks: dict[int, list[dict[str, str]]] = defaultdict(list)
    with gzip.open(Path(folder) / "tasks.tsv.gz", "rt") as file:
        next(file)
        for line in file:
            role, _, name, _ = line.split("\t", 3)
            tasks[int(role)].append({"name": name})
    found: dict[tuple[str, str], Named] = {}
    with gzip.open(Path(folder) / "roles.tsv.gz", "rt") as file:
        next(file)
        for row, line in enumerate(file):
            _, code, context, where, _, title, alias, *_ = line.split("\t")
            whole, level = title if context == "N:0" else f"{title} ({where})"[:190], LEVELS[row % len(LEVELS)]
            if (whole, level) in found:
                whole = f"{whole} {context}"
            document = json.dumps({"tasks": tasks[row]})
            found[whole, level] = Named(whole, level, f"Major group {code[:2]}", (alias,) if alias else (), document)
    return list(found.values())


def drawn(method: Method, *, roles: int, edges: int) -> Catalogue:
    """Random legal inputs; targets by a power law, so that a few hubs have thousands of edges."""
    random = np.random.default_rng(20261127)
    source = random.integers(0, roles, edges)
    target = (roles * random.random(edges) ** 3).astype(np.int64)
    pairs = np.unique(np.stack([source, target])[:, source != target], axis=1)
    return Catalogue(anything_legal(method, roles), pairs[0], pairs[1])


def load(catalogue: Catalogue, named: Sequence[Named] = ()) -> int:
    """`store`, and what the planner must know of it."""
    first = store(catalogue, named)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return first


def store(catalogue: Catalogue, named: Sequence[Named] = ()) -> int:
    """Store the catalogue as published versions, decisions and relations of kind `related`; the key that row 0 got.

    With `named`, one a role, roles have these names, aliases and documents.
    """
    methodology = Methodology.objects.get(status="active")
    person, now = User.objects.order_by("pk").first(), timezone.now() - timedelta(days=30)
    assert person is not None, "somebody installed this copy"
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) + 1 FROM assessments_role")
        first: int = cursor.fetchone()[0]
        cursor.execute("SELECT coalesce(max(id), 0) FROM assessments_assessment")
        before = cursor.fetchone()[0]
        for table in SWITCHED_OFF:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(INDEXES, ["assessments_rolerelation"])
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
    raw = connection.connection
    rows = len(catalogue.inputs)
    _copy(raw, f"assessments_role {ROLE}", _roles(rows, first, now, person.pk, named))
    versions = _versions(catalogue.inputs, first, methodology, now, person.pk, named)
    _copy(raw, f"assessments_assessment {VERSION}", versions)
    aliases = ((first + row, alias, "onet") for row, each in enumerate(named) for alias in each.aliases)
    _copy(raw, f"assessments_rolealias {ALIAS}", aliases)
    with psycopg.Cursor(raw) as cursor, cursor.copy(f"COPY assessments_rolerelation {RELATION} FROM STDIN") as copy:
        rest = f"related\t\tdocument\t{now.isoformat()}\t{person.pk}\n"
        for start in range(0, len(catalogue.source), CHUNK):
            part = slice(start, start + CHUNK)
            pairs = zip(
                (catalogue.source[part] + first).tolist(), (catalogue.target[part] + first).tolist(), strict=True
            )
            copy.write("".join([f"{source}\t{target}\t{rest}" for source, target in pairs]))
    with connection.cursor() as cursor:
        cursor.execute(DECISION, [before])
        cursor.execute("SELECT setval(pg_get_serial_sequence('assessments_role', 'id'), max(id)) FROM assessments_role")
        for _, definition in indexes:
            cursor.execute(definition)
        for table in SWITCHED_OFF:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return first


def _copy(raw: psycopg.Connection[Any], into: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with psycopg.Cursor(raw) as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _roles(rows: int, first: int, now: datetime, person: int, named: Sequence[Named]) -> Iterator[tuple[Any, ...]]:
    for row in range(rows):
        name = named[row] if named else Named(f"Measured Role {row}", "Mid-level", f"Family {row % FAMILIES}", (), "{}")
        yield (
            first + row,
            f"measured-role-{row}",
            name.title,
            name.seniority,
            name.family,
            "active",
            now,
            person,
        )


def _versions(
    inputs: Columns, first: int, methodology: Methodology, now: datetime, person: int, named: Sequence[Named]
) -> Iterator[tuple[Any, ...]]:
    method = methodology.method
    figures = compute_all(method, inputs)
    texts = [rule.text for rule in method.labels]
    zones = [zone.code for zone in method.zones]
    weighted = (inputs.time * np.arange(1, 6)[:, None]).sum(axis=0)
    evidence, barriers = inputs.evidence.sum(axis=0), inputs.barriers.sum(axis=0)
    for row in range(len(inputs)):
        total = Decimal(int(weighted[row])) / 10000
        score = Decimal(int(figures.score[row])) / 10
        yield (
            first + row,
            1,
            methodology.pk,
            "assessment",
            "first",
            "published",
            now,
            person,
            now,
            person,
            now,
            named[row].document if named else "{}",
            "0" * 64,
            "{}",
            total,
            6 - total,
            int(evidence[row]),
            int(barriers[row]),
            int(inputs.growth[row]),
            None,
            score,
            score,
            zones[figures.zone[row]],
            "",
            texts[figures.label[row]],
        )
